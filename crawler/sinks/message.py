"""What is sent, and what came of it: a message of one notice, or of a digest's many; plain values, inert text.

Whatever a page wrote is cleaned here, once for all sinks: no control characters, no direction marks, bounded lengths.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff]"
)
LINE, PASSAGE = 300, 1000
"""Characters of a headline or a line, and of a passage, that are sent at most."""
SPELLED = 50
"""Notices of one message that its text for people spells out; the JSON holds all."""


class Failed(Exception):
    """A message that could not be sent, and why: one line."""

    def __init__(self, why: str, wait: float = 0.0, its_own: bool = False) -> None:
        super().__init__(cleaned(why, LINE))
        self.wait = wait
        """Seconds that the sink asks us to wait at least."""
        self.its_own = its_own
        """Whether this message alone was refused: others may be taken."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to send, the same at every attempt."""

    key: str
    """Idempotency key: who gets it twice, has got one thing."""
    sink: str
    notices: tuple[Mapping[str, Any], ...]
    ids: tuple[int, ...] = ()
    """Rows of the outbox."""
    test: bool = False

    @property
    def json(self) -> bytes:
        """All of it, in ASCII: nothing in it that a terminal or a log would obey."""
        told = {"stet": 1, "key": self.key, "sink": self.sink, "notices": list(self.notices)}
        return json.dumps({**told, "test": True} if self.test else told, sort_keys=True).encode()

    @property
    def subject(self) -> str:
        """One line for people."""
        if len(self.notices) != 1:
            return f"Stet: {len(self.notices)} notices"
        return headline(self.notices[0])

    @property
    def text(self) -> str:
        """Some lines for people."""
        lines = [spelled(notice) for notice in self.notices[:SPELLED]]
        more = len(self.notices) - SPELLED
        return "\n\n".join([*lines, f"... and {more} more"] if more > 0 else lines)


class Sink(Protocol):
    """A way out. Sending is given up after ``timeout`` seconds, whatever the other side does."""

    def send(self, message: Message, at: int) -> None:
        """Send it, at a moment (seconds since 1970). Raises Failed."""


def cleaned(text: str, most: int) -> str:
    """One line, without what steers a terminal or turns a line around, of so many characters at most."""
    line = " ".join(_UNSAFE.sub("", text[: most * 4].replace("\n", " ").replace("\t", " ")).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def headline(said: Mapping[str, Any]) -> str:
    """What happened, where, to what: ``stealth edit: amn: The headline``."""
    parts = (said["event"], said["outlet"], said["title"] or said["what"])
    return cleaned(": ".join(part for part in parts if part), LINE)


def spelled(said: Mapping[str, Any]) -> str:
    """A notice in a few lines."""
    when = " … ".join(moment[:16].replace("T", " ") for moment in (said["after_at"], said["by_at"]) if moment)
    lines = [headline(said), said["what"] if said["title"] else "", f"{when} UTC" if when else "", said["url"]]
    lines += [_edit(edit) for edit in said.get("edits", ())[:5]]
    lines += [*said.get("listed", ()), said.get("page", "")]
    return "\n".join(line for line in lines if line)


def _edit(edit: Mapping[str, Any]) -> str:
    old, new = cleaned(edit["old"], LINE), cleaned(edit["new"], LINE)
    return f"- {old or '(nothing)'}\n+ {new or '(nothing)'}"
