"""The nouns: everything Stet knows, as frozen dataclasses of plain values.

Standard library only, so that every verb can take them in and give them out. Times are aware UTC
``datetime``s in memory and fixed-width ISO 8601 text with ``Z`` in the store (see `stamp`). Digests are
lowercase hex SHA-256. Collections are tuples. ``""`` means "the page says nothing" for texts, ``None``
means "does not apply" or "not known".
"""

import builtins
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, Literal

from storage.words import normal

# --- time and digests ---------------------------------------------------------------------------


def stamp(moment: datetime) -> str:
    """The store's form of a moment: ``2022-02-25T06:30:00.000Z``, fixed width, so that text sorts as time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def moment(stamped: str) -> datetime:
    """The moment that `stamp` wrote (milliseconds are what survives the round trip)."""
    return datetime.fromisoformat(stamped)


def bare(host: str) -> str:
    """A host without the names that stand for one and the same site (``www.``, ``m.``, ``amp.``)."""
    return re.sub(r"^(?:(?:www|m|amp|mobile)\.)+(?=[^.]+\.)", "", host.lower())


def claimed(text: str) -> datetime | None:
    """The moment that a page or a list claims (UTC where it names no zone), or None where it claims none."""
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)


def sha256(data: bytes) -> str:
    """Lowercase hex SHA-256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


def canonical_json(value: Any) -> str:
    """One spelling for one value: sorted keys, no spaces, text as it is (not escaped to ASCII)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# --- words with a fixed meaning -----------------------------------------------------------------


class Verdict(StrEnum):
    """What one capture shows."""

    OK = "ok"
    UNCHANGED = "unchanged"
    PREVIEW = "preview"
    MOVED = "moved"
    GONE = "gone"
    LEGAL = "legal"
    SOFT_GONE = "soft_gone"
    BLOCKED = "blocked"
    BARRED = "barred"
    OUTAGE = "outage"
    INCOMPLETE = "incomplete"
    OVERSIZE = "oversize"
    UNREAD = "unread"
    NOT_ARTICLE = "not_article"


GOOD = frozenset({Verdict.OK, Verdict.UNCHANGED, Verdict.PREVIEW, Verdict.MOVED})
"""Verdicts that show the article standing (behind a paywall, too)."""
BAD = frozenset({Verdict.GONE, Verdict.LEGAL, Verdict.SOFT_GONE})
"""Verdicts that count towards a takedown. All others are our trouble (law 8)."""


class Standing(StrEnum):
    """Where an article stands, seen over many captures."""

    UP = "up"
    RESTLESS = "restless"
    DOWN = "down"
    TAKEN_DOWN = "taken_down"
    RESTORED = "restored"


class How(StrEnum):
    """By which way an article went down."""

    GONE = "gone"
    LEGAL = "legal"
    REDIRECTED = "redirected"
    SOFT = "soft"
    EMPTIED = "emptied"


class Extent(StrEnum):
    """How much of the article a text holds."""

    FULL = "full"
    PREVIEW = "preview"


class Disclosed(StrEnum):
    """Did the outlet say that it changed the text?"""

    NONE = "none"
    TECHNICAL = "technical"
    PROPER = "proper"


class Status(StrEnum):
    """What a change is worth telling."""

    NEWS = "news"
    PENDING = "pending"
    NOISE = "noise"
    FLIP = "flip"
    INCIDENT = "incident"


class Kind(StrEnum):
    """Of what kind a change, or an edit inside it, is (several may hold)."""

    HEADLINE = "headline"
    LEDE = "lede"
    ADDITION = "addition"
    DELETION = "deletion"
    NUMBER = "number"
    NAME = "name"
    QUOTE = "quote"
    ATTRIBUTION = "attribution"
    HEDGE = "hedge"
    DATE = "date"
    LINK = "link"
    CORRECTION_NOTE = "correction_note"
    UPDATE_NOTE = "update_note"
    TYPO = "typo"
    REFACTOR = "refactor"
    REWRITE = "rewrite"
    REVERT = "revert"
    CAPTION = "caption"


class Action(StrEnum):
    """What one edit does (the edit actions of NewsEdits, Spangher et al. 2022)."""

    ADDITION = "addition"
    DELETION = "deletion"
    REWORDED = "reworded"
    MOVED = "moved"


Purpose = Literal["article", "channel", "robots", "probe", "canary", "memento"]
ChannelKind = Literal["feed", "sitemap", "news_sitemap", "front", "wp_json", "json_api", "telegram_preview"]
ChannelState = Literal["live", "frozen", "dead", "blocked", "unmeasured"]

# --- the catalogue's nouns ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fields:
    """Where a JSON API names its articles: paths of keys with dots between, as in `Body.path`."""

    items: str = ""
    """Down to the list of articles; "" where the answer itself is that list."""
    url: str = ""
    """Within an item: its address, or what names it."""
    title: str = ""
    published: str = ""
    updated: str = ""
    address: str = ""
    """The address, with ``{}`` where what stands under ``url`` goes; "" where that is an address itself."""
    zone: str = ""
    """Offset of its moments that name none (``+08:00``); "": UTC."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A page or API of an outlet that lists articles."""

    kind: ChannelKind
    url: str
    fact: str = "unmeasured"
    """What was known when it was written: live, listed, zombie, slow, dead, conflict, unverified."""
    as_of: str = ""
    """ISO date of that fact; "" when it was never measured."""
    source: str = ""
    note: str = ""
    enabled: bool = True
    """Whether discovery asks it (a dead one, or one with placeholders in its URL, is kept as a fact only)."""
    fields: Fields | None = None
    """Of a ``json_api``: where it names its articles."""


@dataclass(frozen=True, slots=True)
class Paywall:
    """What is known of an outlet's paywall: its type, and the marks that show it on a page."""

    type: str = "unknown"
    """free, metered, freemium, hard, registration or unknown."""
    selectors: tuple[str, ...] = ()
    """CSS selectors of elements that stand only where the text was cut."""
    phrases: tuple[str, ...] = ()
    """Notices that stand only where the text was cut (evidence next to structure, never alone)."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """Where an outlet's pages hold a text that their markup does not show: a hook for the reader."""

    kind: Literal["json", "script", "textarea", "json-ld"]
    path: str = ""
    """Keys down to the text, with dots between; a number is a place in a list, ``*`` stands for all places."""
    variable: str = ""
    """The name to which a script assigns the text, or the data that holds it."""
    selector: str = ""
    """CSS of the element that holds it."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher whose pages we watch: one TOML file on the outlets' shelf."""

    key: str
    name: str
    domains: tuple[str, ...] = ()
    """Registered domains or hosts, the first is the home. A loopback literal (127.0.1.7) is one, too."""
    mirrors: tuple[str, ...] = ()
    """Other domains that carry, or once carried, the same articles under the same paths."""
    homepage: str = ""
    country: str = ""
    """ISO 3166 alpha-2, upper case, or ""."""
    affiliation: str = ""
    """State affiliation in words, with its source: ``state-controlled (ASD)``."""
    type: str = ""
    languages: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    article_patterns: tuple[str, ...] = ()
    """Regular expressions over whole URLs; empty: links are judged by what article URLs look like."""
    identity_params: tuple[str, ...] = ()
    """Query parameters that name the article (vesti.ru's ``id``)."""
    chrome: tuple[str, ...] = ()
    """Phrases by which a block is known as chrome (start of the block, case kept)."""
    paywall: Paywall = Paywall()
    bodies: tuple[Body, ...] = ()
    """Where texts hide on its pages; tried in this order, where little is visible."""
    pace: float = 5.0
    """Seconds between two requests to one host; robots.txt's Crawl-delay may only make it longer."""
    cadence: float = 86400.0
    """Seconds within which a channel normally brings something new; longer: frozen."""
    syndicates_from: tuple[str, ...] = ()
    """Keys of outlets it takes texts from."""
    enabled: bool = True
    crawlable: bool = True
    reason: str = ""
    """Why it cannot be crawled, when it cannot."""
    notice: str = ""
    """What a user should know before turning it on (bans and blocks in some countries)."""
    confidence: str = ""
    notes: str = ""
    rules: str = ""
    """Digest of all that shapes reading (chrome, paywall, bodies): part of the reader's identity."""


# --- facts --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect on the way to the answer."""

    url: str
    status: int
    location: str


@dataclass(frozen=True)
class Capture:
    """One look at one address at one moment: the response as received, or the error met instead.

    The fields down to ``config`` are the fact columns of the table; ``entry`` hashes exactly those.
    ``body`` travels along until the payload is kept. ``id`` is the row's number once kept.
    """

    purpose: Purpose
    outlet: str
    asked_url: str
    url: str
    """Where the answer came from, after hops; the asked one when there was no answer."""
    at: datetime
    status: int | None = None
    error: str = ""
    """What was met instead of an answer: ``dns``, ``timeout``, ``tls``, ``refused``, ``reset``,
    ``connection``, ``redirect_loop``, ``too_many_hops``, ``oversize``, ``robots_forbid``,
    ``robots_unreachable``, ``forbidden_address``, ``bad_redirect``; a detail may follow a colon."""
    hops: tuple[Hop, ...] = ()
    request_headers: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    digest: str | None = None
    wire_digest: str | None = None
    complete: bool = True
    refers_to: str | None = None
    """Entry of the capture whose payload a 304 confirms."""
    certificate: str = ""
    robots: str = ""
    """What robots.txt said: ``allowed``, ``forbidden``, ``unreachable``, ``none`` (not asked)."""
    bytes: int = 0
    """Bytes of the body as it came over the wire."""
    millis: int = 0
    crawler: str = ""
    config: str = ""
    body: builtins.bytes | None = field(default=None, repr=False, compare=False)
    id: int | None = field(default=None, compare=False)

    def facts(self) -> dict[str, Any]:
        """The fact columns by name, as JSON-ready values; what `entry` is computed from."""
        row = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in {"body", "id"}}
        row["at"] = stamp(self.at)
        row["hops"] = [[hop.url, hop.status, hop.location] for hop in self.hops]
        row["request_headers"] = [list(pair) for pair in self.request_headers]
        row["headers"] = [list(pair) for pair in self.headers]
        row["complete"] = int(self.complete)
        return row

    @cached_property
    def entry(self) -> str:
        """The capture's name for ever: SHA-256 of the canonical JSON of exactly its fact columns."""
        return sha256(canonical_json(self.facts()).encode())

    def header(self, name: str) -> str:
        """The first value of a response header (any case), or ``""``."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


# --- what an outlet's pages look like -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BlockKind:
    """The blocks of an outlet's pages that stand in one place of the markup, and what became of them."""

    path: tuple[str, ...]
    """Block-level ancestors from the root, as `crawler.page.template.place` spells them."""
    linked: bool
    """Whether they are links for the most part."""
    pages: int
    """On how many of the pages that were learned from they stood."""
    whole: int
    """Weight of all of them (letters; an ideograph counts as three)."""
    kept: int
    """Weight of those that were the article's."""
    used: int
    """How many told anything of the article: text, headline, standfirst, date, caption."""


@dataclass(frozen=True, eq=False)
class Template:
    """What an outlet's article pages look like: learned from pages without labels, never written by hand."""

    outlet: str
    pages: int
    """How many pages it was learned from."""
    kinds: tuple[BlockKind, ...] = ()
    repeats: tuple[str, ...] = ()
    """Marks (`crawler.page.template.mark`) of texts that stand on several articles' pages: chrome among the text."""

    @cached_property
    def json(self) -> str:
        """All of it as canonical JSON: the ``templates.template`` column; `template` reads it."""
        kinds = [[" ".join(k.path), int(k.linked), k.pages, k.whole, k.kept, k.used] for k in self.kinds]
        said = {"outlet": self.outlet, "pages": self.pages, "kinds": kinds, "repeats": list(self.repeats)}
        return canonical_json(said)

    @cached_property
    def digest(self) -> str:
        """Its name: SHA-256 of its JSON."""
        return sha256(self.json.encode())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Template) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        """Travels to other processes as one string, and is put together there once."""
        return template, (self.json,)


@lru_cache(maxsize=64)
def template(json_text: str) -> Template:
    """What `Template.json` says."""
    said = json.loads(json_text)
    kinds = tuple(BlockKind(tuple(path.split()), bool(linked), *counts) for path, linked, *counts in said["kinds"])
    return Template(said["outlet"], said["pages"], kinds, tuple(said["repeats"]))


# --- what a page says ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside the article: where it leads and the words it stands on."""

    url: str
    text: str


@dataclass(frozen=True)
class Text:
    """What the article says once chrome is gone."""

    title: str = ""
    standfirst: str = ""
    byline: str = ""
    published_at: str = ""
    """ISO 8601 date or date-time as the page claims it (claims keep their precision and zone)."""
    modified_at: str = ""
    language: str = ""
    """ISO 639-1, or ""."""
    extent: Extent = Extent.FULL
    paragraphs: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    captions: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The paragraphs, separated by a blank line: the ``texts.text`` column."""
        return "\n\n".join(self.paragraphs)

    @cached_property
    def body_digest(self) -> str:
        """Names the row in ``texts``."""
        return sha256(self.body.encode())

    @cached_property
    def said(self) -> str:
        """Names its words: equal where two texts differ in their dates alone. The ``versions.said`` column."""
        links = tuple((link.url, link.text) for link in self.links)
        return words_digest(
            self.title, self.standfirst, self.byline, self.extent, self.body_digest, links, self.captions
        )

    @cached_property
    def digest(self) -> str:
        """The version's identity: all fields in normal form, so that typography alone is no new version."""
        said = [
            "text/1", normal(self.title), normal(self.standfirst), normal(self.byline), self.published_at,
            self.modified_at, self.language, self.extent.value, [normal(p) for p in self.paragraphs],
            [[link.url, normal(link.text)] for link in self.links], [normal(c) for c in self.captions],
        ]  # fmt: skip
        return sha256(canonical_json(said).encode())


def words_digest(
    title: str,
    standfirst: str,
    byline: str,
    extent: str,
    body: str,
    links: Iterable[Sequence[str]],
    captions: Iterable[str],
) -> str:
    """What `Text.said` is; ``body`` is the body's digest."""
    beside = [[url, normal(text)] for url, text in links], [normal(caption) for caption in captions]
    return sha256(canonical_json([normal(title), normal(standfirst), normal(byline), extent, body, *beside]).encode())


@dataclass(frozen=True, slots=True)
class Dropped:
    """A block that was left out as chrome, and why (kept, so that anyone can check)."""

    text: str
    why: str


@dataclass(frozen=True)
class Page:
    """What `read` makes of one body: the text, and what else the page says of itself."""

    text: Text
    canonical: str = ""
    """The page's own canonical link (or ``og:url``), resolved, unjudged."""
    declared_paywall: bool | None = None
    """What the page declares (``isAccessibleForFree``, content tier); None: says nothing."""
    observed_paywall: bool = False
    """Whether the text was seen to be cut (marks of a cut, not a declaration)."""
    robots: str = ""
    """The page's ``<meta name=robots>``."""
    page_type: str = ""
    """JSON-LD ``@type`` or ``og:type`` that names the page: ``NewsArticle``, ``website``, ..."""
    live_blog: bool = False
    dropped: tuple[Dropped, ...] = ()
    frame: str = ""
    """Where most of the text stands: a digest (16 hex digits) of the elements around it; one design, one frame."""
    template: str = ""
    """Digest of the template by which it was read; "" where trafilatura was asked."""
    problem: str = ""
    """Why it could not be read (``too deep``, ``not html``), or ""."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with the reason that a person can read."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True)
class Reading:
    """One capture, understood: first what kind of answer it is, then, where it can be read, what it says."""

    capture: Capture
    judgement: Judgement
    reader: str = ""
    """Identity of what read it: reader version, trafilatura version, catalogue and template digests."""
    page: Page | None = None


# --- what follows from it -----------------------------------------------------------------------


@dataclass(frozen=True)
class Version:
    """A Text that differs from the article's previous one, with the capture that first showed it."""

    id: int
    article: int
    number: int
    capture: int
    first_at: datetime
    last_at: datetime
    text: Text


@dataclass(frozen=True, slots=True)
class Part:
    """One place where the words of a unit changed: its kinds, its weight, and the words to show."""

    kinds: tuple[Kind, ...]
    weight: float
    """0 (nothing a reader would miss) to 1; an edit weighs as its heaviest part."""
    old: str
    new: str
    tail: str = ""
    """The unchanged words behind it that a reader needs (``people killed``)."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One unit inside a change."""

    field: str
    """title, standfirst, byline, published_at, modified_at, paragraph, link or caption."""
    action: Action
    old: str
    new: str
    position: int
    """Index of the unit in the new text (in the old one for a deletion), from 0."""
    kinds: tuple[Kind, ...] = ()
    parts: tuple[Part, ...] = ()
    """What explains its weight, in the order of the text."""

    @property
    def weight(self) -> float:
        """0 to 1: that of its heaviest part."""
        return max((part.weight for part in self.parts), default=0.0)


@dataclass(frozen=True)
class Comparison:
    """What `compare` finds between two texts."""

    edits: tuple[Edit, ...] = ()
    kinds: tuple[Kind, ...] = ()
    disclosed: Disclosed = Disclosed.NONE
    note: str = ""
    """The words that disclose it, when it is disclosed."""
    weight: float = 0.0
    """0 (nothing a reader would miss) to 1."""
    words_added: int = 0
    words_removed: int = 0
    similarity: float = 1.0
    """Share of words that stand in both, 0 to 1."""
    summary: str = ""
    noise: str = ""
    """Why nobody needs to hear of it (typography, counters), or ""."""


@dataclass(frozen=True)
class Change:
    """Two neighbouring versions of one article, and what lies between them."""

    id: int
    article: int
    from_version: int
    to_version: int
    after_at: datetime
    by_at: datetime
    comparison: Comparison
    status: Status
    reason: str = ""
    extra_kinds: tuple[Kind, ...] = ()

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """All kinds that hold, those that follow from the article's past included."""
        return tuple(dict.fromkeys((*self.comparison.kinds, *self.extra_kinds)))


@dataclass(frozen=True, slots=True)
class Look:
    """One capture of an article as the series sees it."""

    at: datetime
    verdict: Verdict
    entry: str
    how: How | None = None
    """By which way it would be down, for verdicts that count towards a takedown."""
    outlet_well: bool = True
    """Whether another page of the outlet answered well in the same window."""
    held: bool = False
    """Whether it fell into an incident of the outlet: then it does not count."""


MASS_REMOVAL = "mass_removal"
"""Kind of an incident that turned out to be none: what went bad together stayed so."""
REDESIGN = "redesign"
"""Kind of an incident that holds nothing: many pages of an outlet came in another design, and none was edited."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A trouble of a whole outlet, during which its suspects are held."""

    outlet: str
    started_at: datetime
    """The first bad look that belongs to it."""
    recognised_at: datetime
    """The look by which it was known for one: rereading sees it from then on."""
    kind: str
    """The way (`How`) that most of its articles went, or `MASS_REMOVAL`."""
    articles: int
    evidence: tuple[str, ...]
    """Entries of the looks at which its articles turned bad, oldest first (the first hundred)."""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """An outlet's articles by their last good or bad look before a capture, as far as looked at since a moment."""

    since: datetime
    """Within how far back articles that turned bad count as together; while an incident is open: since it began."""
    turned: tuple[Look, ...] = ()
    """Of each article that stood and is bad now: the look at which it turned bad."""
    recovered: int = 0
    """Articles that were bad since then, and are well now."""
    well: int = 0
    """Articles that are well, and were looked at again: a first look shows nothing. While an incident is open: and
    stood before it began, since new pages say nothing of the old ones."""
    alive: bool = False
    """Whether any page answered well lately."""
    partook: bool = False
    """Whether the article that is looked at now was bad since then."""
    had_stood: bool = False
    """Whether it ever answered well before."""
    stood: bool = False
    """Whether it counts as well when it is well now."""


@dataclass(frozen=True, slots=True)
class Move:
    """A change of standing, with the interval it fell in and the captures that prove it."""

    standing: Standing
    was: Standing | None
    at: datetime
    after_at: datetime | None
    by_at: datetime
    evidence: tuple[str, ...]
    reason: str
    how: How | None = None


MarkKind = Literal["false_alarm", "confirmed", "note", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Mark:
    """What an analyst said of a change or a standing. Kept for ever; the newest that is no note counts."""

    at: datetime
    who: str
    about: tuple[str, ...]
    """Entries of captures: of a change, the one that showed the new version, then that of the old; of a standing, its
    evidence. The first names it for good, whatever rereading makes of the rest."""
    mark: MarkKind
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rank:
    """How near something is to the seeds, and the terms that made it so."""

    score: float
    """0 to 1."""
    related: bool
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """One article address as a channel offered it."""

    url: str
    title: str = ""
    hint_at: str = ""
    """The channel's own date for it, ISO 8601: when it was published, or, where the list does not say, last changed."""
    updated_at: str = ""
    """When it was last changed, as the channel claims (``updated``, ``lastmod``), ISO 8601; "" where it does not say.
    Both are hints, never evidence."""


@dataclass(frozen=True)
class Listing:
    """One look at a channel: the capture, and the addresses it offered."""

    capture: Capture
    channel: Channel
    offers: tuple[Offer, ...] = ()
    problem: str = ""
    """Why it could not be read (``not a feed``), or ""."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One look that is owed: what to ask for, and with which validators."""

    url: str
    outlet: str
    etag: str = ""
    last_modified: str = ""
    refers_to: str | None = None
    """Entry of the capture whose payload a 304 would confirm; None: ask without conditions."""
    fresh: bool = False
    """Whether to ask over a new connection: a suspect may just have met one sick server of many."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A look that would prove or disprove a suspicion: wanted in the same crawl, owed by nobody."""

    purpose: Purpose
    """probe (an impossible address), canary (the outlet's home page), or article (one lately seen up)."""
    url: str
    outlet: str


UNASKED = "; but its host was not yet asked what it answers to an impossible address"
"""How the reason ends of a look that waits for a probe: the next one waits no longer."""
NotFoundKind = Literal["status", "redirect", "page", "home", "article", "trouble"]


@dataclass(frozen=True)
class NotFound:
    """What a host answered to an impossible address of one shape."""

    host: str
    shape: str
    """The pattern of the address (`crawler.shapes.shape`)."""
    at: datetime
    status: int | None
    kind: NotFoundKind
    """status (404, 410), redirect, page (a page that says so), home (the home page, as if it were there), article (a
    page that could be an article), or trouble (no answer that teaches anything)."""
    told_apart: bool | None
    """Whether such answers can be told from articles; None where this answer does not tell."""
    text: Text | None = None
    """What stood there, where something did: title and paragraphs."""


@dataclass(frozen=True, slots=True)
class Host:
    """What we know of a host's wishes."""

    host: str
    outlet: str = ""
    not_before: datetime | None = None
    """Retry-After: nothing is asked before this moment."""
    crawl_delay: float | None = None
    """Seconds, from its robots.txt."""
    robots_at: datetime | None = None
    """When its robots.txt was last answered."""
    robots_status: int | None = None
    robots_body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reprint:
    """An article that carries a text which another outlet carries, too."""

    family: str
    article: int
    version: int
    similarity: float
    first_at: datetime
