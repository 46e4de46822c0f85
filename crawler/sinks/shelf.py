"""Who is to be told of what: one TOML file with ``[[sinks]]``, checked key by key (the setting NOTIFY)."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler import shelf
from crawler.occasions.occasion import FAMILIES, Family, Occasion
from crawler.shelf import CatalogueError, Wrong, each, flag, like, number, of_type, one_of, show, table, text
from crawler.sinks import apprise
from crawler.sinks.apprise import Apprise
from crawler.sinks.command import Command
from crawler.sinks.file import File
from crawler.sinks.log import Log
from crawler.sinks.message import Sink
from crawler.sinks.webhook import Webhook
from storage.records import Kind
from storage.words import CJK

FAMILY_NAMES: tuple[Family, ...] = tuple(dict.fromkeys(FAMILIES.values()))
USUAL = frozenset(FAMILY_NAMES) - {"paywall"}
"""What is told where a sink names no events."""
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
LONGEST = 60.0
"""Seconds that one attempt may take at most."""


@dataclass(frozen=True)
class Wanted:
    """Which occasions somebody wants to be told of."""

    events: frozenset[str] = USUAL
    outlets: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    """Of edits, and what copies made of them: at least one of these kinds of change."""
    weight: float = 0.0
    """Of the same: at least so weighty (0 to 1)."""
    words: tuple[re.Pattern[str], ...] = ()
    """One of these stands in the headline, the summary or the edits; incidents and alarms have no words."""
    stealth: bool = False
    """Of edits: stealth edits only."""

    def __call__(self, one: Occasion) -> bool:
        family = FAMILIES[one.kind]
        if family not in self.events or (
            one.outlet and self.outlets and self.outlets.isdisjoint((one.outlet, *one.also))
        ):
            return False
        if one.is_of_change and not self._edit(one):
            return False
        return not self.words or family in ("incident", "alarm") or any(word.search(_said(one)) for word in self.words)

    def _edit(self, one: Occasion) -> bool:
        if self.stealth and not one.is_stealth and FAMILIES[one.kind] == "edit":
            return False
        return one.weight >= self.weight and (not self.kinds or not self.kinds.isdisjoint(one.kinds))


def _said(one: Occasion) -> str:
    edits = (part for edit in one.edits for part in (edit.old, edit.new))
    return "\n".join((one.title, one.what, *edits))


@dataclass(frozen=True)
class Told:
    """One sink of the file: its name, the way out, what it wants and how often."""

    name: str
    out: Sink
    wanted: Wanted = field(default_factory=Wanted)
    digest: float = 0.0
    """Seconds between two messages; 0: each notice at once."""
    link: str = ""
    """The address of a dashboard that its readers can open."""


def load(file: Path) -> tuple[Told, ...]:
    """The sinks of a file. Raises CatalogueError: one line that says where, what is wrong, and what to do."""
    said = shelf.read(file, {"sinks": each(_sink(file.parent))})
    found: tuple[Told, ...] = said.get("sinks", ())
    if not found:
        raise CatalogueError(f"{file}: names no sink; write [[sinks]] (docs/notices.md)")
    names = [told.name for told in found]
    for name in names:
        if names.count(name) > 1:
            raise CatalogueError(f"{file}: two sinks are named {name}; give each a name of its own")
    return found


# --- one sink -----------------------------------------------------------------------------------


def _sink(folder: Path) -> shelf.Check:
    def check(value: Any) -> Told:
        kinds = tuple(_KINDS)
        kind = one_of(*kinds)(_needed(value, "type"))
        keys, make, needed = _KINDS[kind]
        name = like("[a-z0-9][a-z0-9_-]{0,39}", "a short name: a to z, 0 to 9, - and _")
        common = {"name": name, "type": one_of(*kinds), "digest": duration, "link": _address, **_WANTED}

        def made(**said: Any) -> Told:
            chosen = Wanted(**{key: said.pop(key) for key in tuple(_WANTED) if key in said})
            told = {key: said.pop(key) for key in ("name", "digest", "link") if key in said}
            del said["type"]
            return Told(out=make(folder, **said), wanted=chosen, **told)

        found: Told = table(made, {**common, **keys}, "name", *needed)(value)
        return found

    return check


def _needed(value: Any, key: str) -> Any:
    said: dict[str, Any] = of_type(dict, value)
    if key not in said:
        raise Wrong("is missing; write it", key)
    return said[key]


def duration(value: Any) -> float:
    """``"30m"``, ``"1d"`` in seconds."""
    found = re.fullmatch(r"([0-9]{1,6})([smhdw])", line := text(value))
    if found is None or not int(found[1]):
        raise Wrong(f"is {show(line)}, wants a time, as in 30m, 12h or 1d")
    return float(int(found[1]) * _UNITS[found[2]])


def _timeout(value: Any) -> float:
    if (seconds := duration(value)) > LONGEST:
        raise Wrong(f"is {show(value)}, wants {LONGEST:g} seconds at most")
    return seconds


def _weight(value: Any) -> float:
    if (weight := number(value)) > 1:
        raise Wrong(f"is {weight:g}, wants a weight from 0 to 1")
    return weight


def _address(value: Any) -> str:
    try:
        parts = urlsplit(line := text(value))
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fits = False
    if not fits or " " in line or not line.isascii():
        raise Wrong(f"is {show(value)}, wants an address, as in https://example.org/hook")
    if parts.username or parts.fragment:
        raise Wrong("holds a user name or a fragment; write the address without it")
    return line


def _of_environment(value: Any) -> str:
    name = text(value)
    if not os.environ.get(name):
        raise Wrong(f"names {show(name)}, which is not set in the environment; set it")
    return os.environ[name]


def _word(value: Any) -> re.Pattern[str]:
    """A whole word, or the begin of one (``propag*``); ideographs stand anywhere."""
    word = " ".join(text(value).split())
    bare = word.rstrip("*")
    if not bare:
        raise Wrong(f"is {show(word)}, wants a word")
    edge = "" if re.search(f"[{CJK}]", bare) else r"\b"
    end = "" if word.endswith("*") else edge
    begin = edge if bare[0].isalnum() else ""
    return re.compile(f"{begin}{re.escape(bare)}{end if bare[-1].isalnum() else ''}", re.IGNORECASE)


def _frozen(check: shelf.Check) -> Callable[[Any], frozenset[str]]:
    return lambda value: frozenset(each(check)(value))


_WANTED: Mapping[str, shelf.Check] = {
    "events": _frozen(one_of(*FAMILY_NAMES)),
    "outlets": _frozen(text),
    "kinds": _frozen(one_of(*Kind)),
    "weight": _weight,
    "words": each(_word),
    "stealth": flag,
}


def _webhook(folder: Path, url: str, secret: str = "", secret_env: str = "", **said: Any) -> Sink:
    return Webhook(url, secret_env or secret, **said)


def _command(folder: Path, run: tuple[str, ...], **said: Any) -> Sink:
    if not run:
        raise Wrong("is empty; write the program and its arguments, each a text of its own", "run")
    return Command(run, **said)


def _apprise(folder: Path, **said: Any) -> Sink:
    if not apprise.is_here():
        raise Wrong(apprise.NEEDED, "type")
    address = said.pop("url_env", "") or said.pop("url", "")
    said.pop("url", "")
    if not address:
        raise Wrong("is missing; write it, or url_env", "url")
    return Apprise(address, **said)


def _file(folder: Path, path: str) -> Sink:
    at = folder / path
    if not at.parent.is_dir():
        raise Wrong(f"is {show(path)}, and {at.parent} is no folder; make it", "path")
    return File(at)


def _log(folder: Path) -> Sink:
    return Log()


_KINDS: Mapping[str, tuple[Mapping[str, shelf.Check], Callable[..., Sink], tuple[str, ...]]] = {
    "webhook": (
        {"url": _address, "secret": text, "secret_env": _of_environment, "private": flag, "timeout": _timeout},
        _webhook,
        ("url",),
    ),
    "command": ({"run": each(text), "timeout": _timeout}, _command, ("run",)),
    "apprise": ({"url": text, "url_env": _of_environment, "timeout": _timeout}, _apprise, ()),
    "file": ({"path": text}, _file, ("path",)),
    "log": ({}, _log, ()),
}
