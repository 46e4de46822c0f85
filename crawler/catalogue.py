"""The outlets and the seeds, read from their two shelves: one TOML file an outlet, one or more a subject.

A file that cannot be used is a `CatalogueError` of one line: which file, which key, what is wrong, what to
do. Nothing is read by halves: either the whole shelf stands, or none of it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from crawler import addresses, relate
from crawler.rank import NAMES, WORDS, Profile, Term, Zones, derive
from crawler.shelf import (
    CatalogueError,
    Check,
    Wrong,
    checked,
    content,
    each,
    files,
    flag,
    like,
    near,
    number,
    of_type,
    one_of,
    pattern,
    read,
    selector,
    show,
    table,
    text,
    text_of,
)
from storage.records import Body, Channel, ChannelKind, Fields, Outlet, Paywall, canonical_json, sha256

__all__ = ["Catalogue", "CatalogueError", "UnknownOutlet", "is_loopback", "load", "load_seeds"]

OUTLETS = Path(__file__).parent / "outlets"
SEEDS = Path(__file__).parent / "seeds"
LEAST_PACE = 1.0
"""Seconds: no host of others is asked faster (law 10: polite by default); loopback may be."""


class UnknownOutlet(LookupError):
    """No outlet has this key; the line names the nearest one."""


# --- the outlets --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Catalogue:
    """All outlets of one shelf, by key and in the order of their keys."""

    outlets: Mapping[str, Outlet]

    def get(self, key: str) -> Outlet:
        """The outlet of that key. Raises `UnknownOutlet`."""
        if key not in self.outlets:
            raise UnknownOutlet(f"no outlet is called {show(key)}{near(key, self.outlets)}")
        return self.outlets[key]

    def pick(self, keys: str) -> tuple[Outlet, ...]:
        """The outlets named, as ``"amn,sofrep"``; ``""``: all that are enabled and can be crawled.

        One that is named is used even if it is off. Raises `UnknownOutlet`, and `CatalogueError` for one
        that cannot be crawled.
        """
        if not keys.strip():
            return tuple(o for o in self.outlets.values() if o.enabled and o.crawlable)
        named = dict.fromkeys(key.strip() for key in keys.split(",") if key.strip())
        if not named:
            raise CatalogueError(f"{show(keys)} names no outlet; write keys with commas between, as amn,sofrep")
        picked = tuple(self.get(key) for key in named)
        for outlet in picked:
            if not outlet.crawlable:
                raise CatalogueError(f"{outlet.key} cannot be crawled: {outlet.reason}; leave it out")
        return picked

    def of(self, url: str) -> Outlet | None:
        """Whose address is this? By host: the longest domain or mirror that it ends on; the port is ignored."""
        host = _host(url)
        if is_loopback(host):
            return self._owners.get(host)
        labels = host.split(".")
        suffixes = (".".join(labels[start:]) for start in range(len(labels)))
        return next((self._owners[suffix] for suffix in suffixes if suffix in self._owners), None)

    @cached_property
    def names(self) -> dict[str, str]:
        """The names by which texts call its outlets, and their keys."""
        return relate.names(self.outlets.values())

    @property
    def on_loopback(self) -> bool:
        """Whether every host of every outlet is on this machine (the demo and the tests)."""
        return bool(self._owners) and len(self.loopback_hosts) == len(self._owners)

    @cached_property
    def loopback_hosts(self) -> frozenset[str]:
        """The hosts on this machine that some outlet claims."""
        return frozenset(domain for domain in self._owners if is_loopback(domain))

    @cached_property
    def _owners(self) -> dict[str, Outlet]:
        return {domain: o for o in self.outlets.values() for domain in (*o.domains, *o.mirrors)}


def _host(url: str) -> str:
    """The host of a web address; ``""`` if it is none."""
    try:
        return addresses.host(url)
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: ``localhost``, 127.0.0.0/8 or ``::1``."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def load(shelf: Path | None = None) -> Catalogue:
    """The outlets on a shelf (a folder of TOML files); None: the project's own. Raises `CatalogueError`.

    ``syndicates_from`` may name an outlet of this shelf or of the project's, so that a few of its files can
    be copied to a shelf of one's own as they are.
    """
    outlets: dict[str, Outlet] = {}
    origins: dict[str, Path] = {}
    owners: dict[str, str] = {}
    for file in files(OUTLETS if shelf is None else shelf, ".toml"):
        outlet = _outlet(file)
        if outlet.key in outlets:
            raise CatalogueError(f"{file}: key: {outlet.key} is taken by {origins[outlet.key].name}; choose another")
        for domain in (*outlet.domains, *outlet.mirrors):
            if domain in owners:
                raise CatalogueError(f"{file}: domains: {domain} is taken by {owners[domain]}; drop it in one of them")
            owners[domain] = outlet.key
        outlets[outlet.key], origins[outlet.key] = outlet, file
    for key, outlet in outlets.items():
        _check_sources(outlet, origins[key], outlets)
    return Catalogue(MappingProxyType(dict(sorted(outlets.items()))))


def _check_sources(outlet: Outlet, file: Path, outlets: Iterable[str]) -> None:
    known = set(outlets)
    if known.issuperset(outlet.syndicates_from):
        return
    known |= {path.stem for path in OUTLETS.glob("*.toml")}
    for key in outlet.syndicates_from:
        if key not in known:
            raise CatalogueError(f"{file}: syndicates_from: no outlet is called {show(key)}{near(key, known)}")


def _outlet(file: Path) -> Outlet:
    said = {"key": file.stem, **read(file, _OUTLET)}
    for key in ("name", "domains"):
        if not said.get(key):
            raise CatalogueError(f"{file}: {key}: is missing; every outlet needs a name and a domain")
    outlet = Outlet(**said)
    if wrong := _contradiction(outlet):
        raise CatalogueError(f"{file}: {wrong}")
    return replace(outlet, rules=_rules(outlet))


def _contradiction(outlet: Outlet) -> str:
    """What the keys of one file say against each other, or ``""``."""
    domains = (*outlet.domains, *outlet.mirrors)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", outlet.key):
        return f"key: {show(outlet.key)} is no key; name the file in small letters, digits, _ and -"
    if twice := next((domain for domain in domains if domains.count(domain) > 1), ""):
        return f"domains: {twice} stands twice; once is enough"
    if outlet.pace < LEAST_PACE and not all(map(is_loopback, domains)):
        return f"pace: {outlet.pace} s is too fast for the hosts of others; write 1 or more"
    if not outlet.crawlable and not outlet.reason:
        return "reason: is missing; an outlet that cannot be crawled says why"
    for count, channel in enumerate(outlet.channels, 1):
        if channel.enabled and re.search(r"[{}<>]", channel.url):
            return f"channels[{count}].url: holds a placeholder; fill it in, or write enabled = false"
        if channel.kind == "json_api" and channel.enabled and channel.fields is None:
            return f"channels[{count}].fields: is missing; say where the API names its articles (docs/outlets.md)"
        if channel.kind != "json_api" and channel.fields is not None:
            return f"channels[{count}].fields: is for kind json_api only; {channel.kind} needs none"
    return ""


def _rules(outlet: Outlet) -> str:
    """Digest of all that shapes reading: when it changes, older payloads are read again (law 4)."""
    wall = outlet.paywall
    said = ["rules/1", outlet.chrome, wall.type, wall.selectors, wall.phrases, *map(astuple, outlet.bodies)]
    return sha256(canonical_json(said).encode())


# --- the seeds ----------------------------------------------------------------------------------


def load_seeds(shelf: Path | None = None) -> Profile:
    """What the seeds on a shelf are about; None: the project's own. Raises `CatalogueError`.

    TOML files say it in facets and entities. Plain documents (.txt, .md, .html) are read, and their terms
    derived (`crawler.rank.derive`).
    """
    found = list(files(SEEDS if shelf is None else shelf, ".toml", ".txt", ".md", ".html"))
    said = {file: read(file, _SEED) for file in found if file.suffix == ".toml"}
    terms = tuple(term for seed in said.values() for term in seed.get("facets", ()))
    derived = derive(_document(file) for file in found if file.suffix != ".toml")
    terms += _fresh(derived, terms)
    entities = (Term("entities", 1.0, (name,)) for seed in said.values() for name in seed.get("entities", ()))
    terms += _fresh(entities, terms)
    addresses = (url for seed in said.values() for url in (seed.get("url"), *seed.get("rests_on", ())) if url)
    any_of, others = _rules_of_seeds(said, {term.facet for term in terms})
    if derived and any_of:
        any_of += ((NAMES, WORDS),)
    return Profile(terms, any_of=any_of, addresses=tuple(dict.fromkeys(addresses)), **others)


def _fresh(terms: Iterable[Term], known: tuple[Term, ...]) -> tuple[Term, ...]:
    """Those terms that the known ones do not match already; each name once."""
    index = Profile(known).index
    by_name = {term.name: term for term in terms}
    return tuple(term for name, term in by_name.items() if not index.hits(name))


def _rules_of_seeds(
    said: Mapping[Path, Mapping[str, Any]], facets: set[str]
) -> tuple[tuple[tuple[str, ...], ...], dict[str, Any]]:
    """The sets of facets that a shelf's one table of rules wants, and its other rules."""
    ruled = [file for file, seed in said.items() if "rules" in seed]
    if not ruled:
        return (), {}
    if len(ruled) > 1:
        raise CatalogueError(f"{ruled[1]}: rules: {ruled[0].name} has rules, too; keep one of the two")
    rules = dict(said[ruled[0]]["rules"])
    any_of: tuple[tuple[str, ...], ...] = rules.pop("must_include_any_of", ())
    for facet in (facet for wanted in any_of for facet in wanted):
        if facet not in facets:
            where = f"{ruled[0]}: rules.must_include_any_of"
            raise CatalogueError(f"{where}: no facet is called {show(facet)}{near(facet, facets)}")
    return any_of, rules


def _document(file: Path) -> str:
    """What a plain document says: HTML without its tags, Markdown without the addresses of its links."""
    said = _html_text(content(file)) if file.suffix == ".html" else text_of(file)
    if not said.strip():
        raise CatalogueError(f"{file}: holds no text; put the document there, or take the file off the shelf")
    return re.sub(r"\]\([^)]*\)", "]", said) if file.suffix == ".md" else said


def _html_text(body: bytes) -> str:
    from lxml import etree, html  # here: whoever has no HTML on the shelf need not wait for it

    try:
        root = html.document_fromstring(body)
    except (etree.ParserError, ValueError):
        return ""
    etree.strip_elements(root, etree.Comment, "script", "style", with_tail=False)
    return "\n".join(str(part) for part in root.itertext())


# --- what the files may say ---------------------------------------------------------------------


def _url(value: Any) -> str:
    address = text(value)
    if not _host(address) or " " in address:
        raise Wrong(f"is {show(address)}, wants a web address that begins with https:// or http://")
    return address


def _address(value: Any) -> str:
    if text(value).count("{}") != 1:
        raise Wrong(f"is {show(value)}, wants an address with one {{}} in it, where the name goes")
    _url(text(value).replace("{}", "0"))
    return text(value)


def _domain(value: Any) -> str:
    name = text(value).lower()
    host = _host(f"http://{name}/") if re.fullmatch(r"[^/:@?#\s]+|\[::1\]", name) else ""
    if not is_loopback(host) and not re.fullmatch(r"[a-z0-9.-]+\.[a-z][a-z0-9-]+", host):
        raise Wrong(f"is {show(name)}, wants a host without scheme, port or path, as example.org")
    return host


def _wording(value: Any) -> str:
    line = text(value)
    if not re.search(r"\w", line) or re.search(r"(?<!\w)\w{0,2}\*", line):
        raise Wrong(f"is {show(line)}, wants a word, or a stem of three letters or more before its star")
    return line


def _term(value: Any) -> Term:
    """A weight, and wordings by language: ``{ weight = 2, en = ["Xinhua"], zh = ["新华社"] }``."""
    held: dict[str, Any] = of_type(dict, value)
    languages = [key for key in held if re.fullmatch(r"[a-z]{2}", key)]
    wordings = each(_wording)
    said = checked(held, {"weight": number, "en": wordings, **dict.fromkeys(languages, wordings)})
    forms = tuple(form for language in languages for form in said[language])
    if not forms:
        raise Wrong('has no wording; write en = ["..."]')
    return Term("", said.get("weight", 1.0), forms)


def _facets(value: Any) -> tuple[Term, ...]:
    said = checked(value, dict.fromkeys(of_type(dict, value), each(_term)))
    return tuple(replace(term, facet=facet) for facet, terms in said.items() for term in terms)


_HOOKS = {"json": "path selector variable", "script": "variable", "textarea": "selector", "json-ld": "path"}
"""What a hook of each kind may say; of all but json-ld's it must say the first."""


def _body(value: Any) -> Body:
    body: Body = _BODY(value)
    taken = _HOOKS[body.kind].split()
    for key in ("path", "selector", "variable"):
        if getattr(body, key) and key not in taken:
            raise Wrong(f"is not for kind {show(body.kind)}; that one takes {', '.join(taken)}", key)
    if body.kind != "json-ld" and not getattr(body, taken[0]):
        raise Wrong(f"is missing; kind {show(body.kind)} needs it", taken[0])
    return body


def _whole(value: Any) -> int:
    return int(number(of_type(int, value)))


_DATE = like(r"\d{4}(-\d\d(-\d\d)?)?", 'a date in quotes, as "2026-10-08", "2026-10" or "2026"')
_TEXTS = each(text)
_PATH = like(r"[^\s.]+(\.[^\s.]+)*", "keys with dots between, as props.article.body")
_FIELDS = table(
    Fields,
    {
        **dict.fromkeys(("items", "url", "title", "published", "updated"), _PATH),
        "address": _address,
        "zone": like(r"[+-](?:0\d|1[0-4]):[0-5]\d", 'an offset from UTC, as "+08:00"'),
    },
    "url",
)
_CHANNEL = table(
    Channel,
    {
        "kind": one_of(*get_args(ChannelKind)),
        "url": _url,
        "fact": one_of("live", "listed", "slow", "zombie", "dead", "conflict", "unverified", "unmeasured"),
        "as_of": _DATE,
        "source": text,
        "note": text,
        "enabled": flag,
        "fields": _FIELDS,
    },
    "kind",
    "url",
)
_PAYWALL = table(
    Paywall,
    {
        "type": one_of("free", "metered", "freemium", "hard", "registration", "unknown"),
        "selectors": each(selector),
        "phrases": _TEXTS,
        "note": text,
    },
)
_BODY = table(
    Body,
    {
        "kind": one_of(*_HOOKS),
        "path": _PATH,
        "variable": like(r"[A-Za-z_$][\w$.]*", "a name in JavaScript, as contentData or window.__STATE__"),
        "selector": selector,
    },
    "kind",
)
_OUTLET: Mapping[str, Check] = {
    "key": text,
    "name": text,
    "domains": each(_domain),
    "mirrors": each(_domain),
    "homepage": _url,
    "country": like(r"[A-Z]{2}", "two capitals (ISO 3166), as CN"),
    "affiliation": text,
    "type": text,
    "languages": each(like(r"[a-z]{2,3}|\*", "a language code (ISO 639), as en, or *")),
    "channels": each(_CHANNEL),
    "article_patterns": each(pattern),
    "identity_params": _TEXTS,
    "chrome": _TEXTS,
    "paywall": _PAYWALL,
    "bodies": each(_body),
    "pace": number,
    "cadence": number,
    "syndicates_from": _TEXTS,
    "enabled": flag,
    "crawlable": flag,
    "reason": text,
    "notice": text,
    "confidence": one_of("high", "medium", "low"),
    "notes": text,
}
_RULES = {
    "need_facets": _whole,
    "must_include_any_of": each(_TEXTS),
    "zones": table(Zones, {"title": number, "lead": number, "body": number, "lead_chars": _whole}),
}
_SEED: Mapping[str, Check] = {
    "name": text,
    "outlet": text,
    "url": _url,
    "rests_on": each(_url),
    "published": _DATE,
    "entities": _TEXTS,
    "notes": text,
    "rules": table(dict, _RULES),
    "facets": _facets,
    "aliases": each(table(dict, {"form": text, "means": text, "seed": text, "note": text}, "form", "means")),
    "timeline": each(table(dict, {"date": _DATE, "event": text, "seed": text, "note": text}, "date", "event")),
}
