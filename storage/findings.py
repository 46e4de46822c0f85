"""What one capture taught us, before it is kept, and the rows that were known when it was judged.

A `Context` is read, a `Finding` is written, in one and the same transaction; what lies between them is pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from storage.kin import Kin, Kinship
from storage.records import (
    Ask,
    Capture,
    Change,
    ChannelState,
    Comparison,
    Edit,
    Extent,
    Incident,
    Judgement,
    Look,
    Move,
    Neighbours,
    NotFound,
    Reading,
    Standing,
    Status,
    Text,
    Version,
)
from storage.words import normal


@dataclass(frozen=True)
class Article:
    """An article's row: where it stands now, in sum."""

    id: int
    outlet: str
    url: str
    """Its identity: the canonical URL in normal form."""
    visit_url: str
    """The address to ask for: the last that worked, as it is spelled there."""
    title: str = ""
    published_at: str = ""
    first_seen_at: datetime | None = None
    found_by: str = ""
    relevance: float = 0.0
    related: bool = False
    because: tuple[str, ...] = ()
    standing: Standing | None = None
    standing_since: datetime | None = None
    access: str = ""
    """open or walled, as last seen twice in a row; "" when never seen."""
    versions: int = 0
    captures: int = 0
    last_capture_at: datetime | None = None
    last_good_at: datetime | None = None
    next_visit_at: datetime | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """The addresses of one capture in normal form."""

    asked: str
    landed: str
    identity: str
    """What `addresses.choose` makes of asked, landed and canonical."""


@dataclass(frozen=True)
class Sighting:
    """A reading with its addresses and its fingerprint: ready to be concluded."""

    reading: Reading
    names: Names
    fingerprint: str = ""
    shape: tuple[str, str] = ("", "")
    """Host of the asked address, and its pattern: what impossible addresses are asked by."""
    home: Text | None = None
    """Of a probe: what the outlet's home page last said before it."""
    sketch: tuple[int, ...] = ()
    """By what its text is found by others that share a passage with it (`crawler.relate.sketch`)."""


@dataclass(frozen=True, slots=True)
class Planned:
    """By what a visit is planned. What the pulse holds is the policy's own (`crawler.timing`)."""

    article: int
    pulse: str
    """JSON."""
    kind: str
    """news or static: by which prior."""
    importance: float
    price: float | None
    """Of a request, when the visit was planned; None: the index did not plan it (a suspicion, a change that waits)."""
    next_visit_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """What is known of when an article is to be looked at."""

    planned: Planned | None = None
    rhythms: Mapping[str, str] = field(default_factory=dict)
    """Of its outlet, by kind of page (JSON)."""
    price: float | None = None
    """Of a request to its host; None: nobody reckoned it yet."""
    weight: float = 0.0
    """Of the heaviest change that was told of it."""
    copies: int = 0
    """Other articles that carry its text."""


@dataclass(frozen=True)
class Context:
    """All rows that concluding needs, as they stood before this capture."""

    article: Article | None = None
    by_asked: bool = False
    """Whether the article was found by the address that was asked (else by what the page calls itself)."""
    current: Version | None = None
    """The version that was shown last."""
    current_reader: str = ""
    """Identity of the reader of the capture that showed it last."""
    current_payload: str | None = None
    """Digest of the payload that last showed it."""
    earlier: bytes | None = None
    """That payload, where the page that was sighted says another text."""
    confirmed: bool = False
    """Whether a 304 speaks of just that payload."""
    latest: dict[Extent, Version] = field(default_factory=dict)
    """The latest version of each extent."""
    pages: dict[Extent, "Around"] = field(default_factory=dict)
    """What was around the texts of those on their pages."""
    stood: dict[Extent, "Stood"] = field(default_factory=dict)
    """Where the latest version does not stand (its change is pending, or a flip): the last one that does."""
    said: frozenset[str] = frozenset()
    """The words (`Text.said`) of all versions that the article ever had."""
    titles: frozenset[tuple[Extent, str]] = frozenset()
    """And their headlines, in normal form."""
    pending: tuple["Waiting", ...] = ()
    """Changes that wait for their second look, oldest first."""
    last_change: Change | None = None
    """The newest change (without its edits)."""
    last_change_at: datetime | None = None
    """When the newest change that counts (news) was first seen."""
    flips: int = 0
    """How many of the article's last ten changes, within two weeks, were flips."""
    flapping: "Flapping | None" = None
    """Set while the newest change is a flip."""
    doubted: "Doubted | None" = None
    """The newest change that was told, within two weeks."""
    looks: tuple[Look, ...] = ()
    """Looks since the last good one, oldest first."""
    back: Look | None = None
    """Of what is taken down: the good look before this one, with no bad look after it."""
    missed_at: datetime | None = None
    """When the last bad look before that was."""
    stood_as: Version | None = None
    """Of what is taken down: the version that was shown before it went."""
    explicit: frozenset[str] = frozenset()
    """Entries of those that answered 410: gone for good, in so many words."""
    troubles: int = 0
    """Looks in a row that were our trouble, newest backwards."""
    stub: Article | None = None
    """An article of the asked address that never showed a text, and turns out to be this one."""
    spare: str = ""
    """Another address at which the article last answered well."""
    outlet_well: bool = False
    """Whether another page of the outlet answered well within the window before."""
    incidents: tuple[Incident, ...] = ()
    """The outlet's incidents, oldest first; at most the last is open."""
    others: Neighbours | None = None
    """The outlet's other articles."""
    elsewhere: bool = False
    """Whether another article of the outlet already carries exactly this body."""
    owned: frozenset[str] = frozenset()
    """Those of the capture's names that belong to another article."""
    own: Kin | None = None
    """The article's full texts and changes so far, where a new text may be compared with others' (as `kin`)."""
    kin: tuple[Kin, ...] = ()
    """Articles of other outlets that may carry the page's text, or carry one of its article's, whenever they came."""
    swept: dict[str, "Sweep"] = field(default_factory=dict)
    """Traits of the outlet's changes that are known to be no edits (read where an edit may be told)."""
    lately: tuple["Shared", ...] = ()
    """Traits that changes of other articles lately had in common, and no sweep is of yet."""
    others_headlines: frozenset[str] = frozenset()
    """Headlines of the outlet's other articles that stand in the page's text, or stood in its last one."""
    found_by: str = ""
    offered: str = ""
    """The headline under which a list first offered it."""
    pinned: bool = False
    timing: Timing = Timing()
    siblings: tuple[Planned, ...] = ()
    """Of what is suspected, or may show a new text: articles of the same author or section, whose visits lie ahead."""
    carriers: tuple[Timing, ...] = ()
    """Of what is suspected, or waits to be told: copies at other outlets, whose visits lie ahead."""
    not_found: NotFound | None = None
    """What the host last answered to an impossible address of this shape, where that told anything."""
    probed_at: datetime | None = None
    """When it was last asked for one, whatever came of it."""
    awaited: bool = False
    """Whether enough looks at the article waited for that already."""
    home_at: datetime | None = None
    """When the outlet's home page was last seen."""
    home_fails: bool = False
    """Whether it failed when it was last asked for, within the hour."""
    canary_at: datetime | None = None
    """When it was last asked for to learn whether the outlet is well."""
    seen_lately: bool = False
    """Whether another article of the outlet showed good within the last hour."""
    namesake: str = ""
    """An address that a list offers under the article's headline, and that never showed a text."""
    lately_up: tuple[str, ...] = ()
    """Where to ask for two watched articles of the outlet that stood when last seen, not within the hour."""


@dataclass(frozen=True, slots=True)
class Around:
    """What was around a text on its page."""

    frame: str = ""
    """See `Page.frame`."""
    beside: tuple[str, ...] = ()
    """The blocks that were left out."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pending change (with its edits), and the text it led to."""

    change: Change
    shown: str
    """Identity of the version it led to."""
    extent: Extent
    looks: int = 0
    """Good looks since that showed again what it did (`storage.flips.looks`)."""
    said: str = ""
    """The words of the version it led to."""
    returned: bool = False
    """Whether those, or their headline, were an earlier version's."""
    traits: tuple["Trait", ...] = ()
    texts: tuple[Text, Text] | None = None
    """The texts before and after, where one of its traits was swept meanwhile."""


@dataclass(frozen=True, slots=True)
class Trait:
    """By what an edit is known again in other articles of its outlet."""

    edit: int | None
    """Its place among the change's edits; None: the page as a whole, which was rebuilt."""
    name: str
    """"" where it is the article's own, whatever other articles do."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """A trait that many articles of an outlet showed together (or an analyst marked): what has it is no edit."""

    outlet: str
    trait: str
    started_at: datetime
    """When the first of them showed it."""
    recognised_at: datetime
    """The capture by which it was known, or the mark."""
    articles: int
    """How many had shown it then."""
    why: str
    """The reason of changes that it makes none."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A trait that changes of at least two other articles of an outlet lately had."""

    trait: str
    since: datetime
    headlines: tuple[str, ...]
    """One of each of those articles."""
    looked: int
    """How many of the outlet's other articles were looked at again since then."""


@dataclass(frozen=True, slots=True)
class Flapping:
    """The newest change of an article that flips, and what it flips between."""

    change: int
    """The change to tell once it stays: the first to these words since those that stood as news were last seen."""
    shown: str
    """The words that the newest change led to."""
    base: str
    """The words that stand as news."""
    since: datetime
    """When it flipped last."""
    looks: int
    """Good looks since that showed those words again."""


@dataclass(frozen=True, slots=True)
class Stood:
    """A version that stands as news, and what was around its text."""

    version: Version
    page: Around
    told: bool
    """Whether the body of the latest version stands, too, and only its headline (or the like) is in doubt."""


@dataclass(frozen=True, slots=True)
class Doubted:
    """A change that was told, with its edits, and how many flips came after it."""

    change: int
    edits: tuple[Edit, ...]
    flips: int


@dataclass(frozen=True, slots=True)
class Access:
    """A paywall going up (walled) or down (open): an event of its own, no standing."""

    access: str
    was: str
    at: datetime
    """When it was sure."""
    after_at: datetime | None
    by_at: datetime
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """An earlier change whose status is now known."""

    change: int
    status: Status
    reason: str
    comparison: Comparison | None = None
    """What it is told by, where some of its edits turned out to be none (they are kept all the same)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article address that a channel offered, ranked, not yet asked for."""

    url: str
    offered_url: str
    title: str
    hint_at: str
    rank: float
    updated_at: str = ""

    @property
    def called(self) -> str:
        """Its title as lists' titles are remembered and compared."""
        return called(self.title)


def called(title: str) -> str:
    """A title in normal form, cut at 300 characters: whole teasers may stand for one."""
    return normal(title)[:300]


@dataclass(frozen=True, slots=True)
class Listed:
    """A known article that a list offers, and what that list said of it before."""

    article: int
    headline: str
    last_good_at: datetime | None
    steady: bool
    """Whether it is watched by the routine: it stands, its last look was good, and no change waits for its second."""
    titles: tuple[str, ...] = ()
    """All that the list called it (in normal form)."""
    hint: str = ""
    """The latest change that the list claimed, as far as that was a hint."""
    timing: Timing = Timing()


@dataclass(frozen=True, slots=True)
class Hint:
    """What a list says of a known article that makes us think it was edited: never evidence."""

    url: str
    article: int
    claim: str = ""
    """When it was changed, as the list claims; "": it shows another title."""
    followed: bool = False
    """Whether the next look is brought forward for it."""
    planned: Planned | None = None
    """To when, and by what; None: to this moment."""


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """What is known of a channel after a look at it."""

    id: int
    outlet: str
    kind: str
    url: str
    state: ChannelState = "unmeasured"
    last_ok_at: datetime | None = None
    newest_item_at: str = ""
    last_new_at: datetime | None = None
    items: int = 0
    error: str = ""
    ask_every: float = 0.0
    """Seconds until it is asked again; 0.0: not known yet."""
    next_ask_at: datetime | None = None
    hints: int = 0
    """How many of its hints were followed by a look that told (`crawler.hearsay`)."""
    hits: int = 0
    """How many of these looks showed an edit."""
    passed: int = 0
    """Hints passed over since the last that was followed."""
    waiting: int = 0
    """Hints that were followed and wait for their look."""


@dataclass(frozen=True)
class Finding:
    """All that one capture taught us. Whatever is None or empty was not touched by it."""

    capture: Capture
    reading: Reading | None = None
    article: Article | None = None
    look: Look | None = None
    absorbs: int | None = None
    """Number of a stub (see `Context.stub`) that this article takes over."""
    aliases: tuple[str, ...] = ()
    version: Version | None = None
    fingerprint: str = ""
    shown: Version | None = None
    """The known version that this capture showed again."""
    change: Change | None = None
    settled: tuple[Settled, ...] = ()
    traits: tuple[Trait, ...] = ()
    """Of the change."""
    sweeps: tuple[Sweep, ...] = ()
    """What was known for swept by this capture; earlier changes of other articles follow from it."""
    redesign: str = ""
    """The trait by which the change belongs to a redesign of its outlet."""
    move: Move | None = None
    access: Access | None = None
    incident: Incident | None = None
    """The outlet's incident, where this capture opened it, joined it or ended it."""
    kinship: Kinship | None = None
    """Who carries its new text."""
    planned: Planned | None = None
    """By what the next visit is planned; None: what is not watched has no pulse."""
    rhythm: str = ""
    """The rhythm of its outlet's pages of that kind, where the look taught something (JSON)."""
    siblings: tuple[Planned, ...] = ()
    """Articles whose visits a takedown or an edit brings forward: siblings, witnesses, copies."""
    channel: ChannelRow | None = None
    candidates: tuple[Candidate, ...] = ()
    hints: tuple[Hint, ...] = ()
    """What the list says of known articles."""
    elsewhere: bool = False
    """Whether the list lies on no host of its outlet: then it says nothing of how the outlet is."""
    not_before: datetime | None = None
    """Retry-After: until when the host asked us to wait."""
    crawl_delay: float | None = None
    not_found: NotFound | None = None
    """What a probe taught."""
    canary: Judgement | None = None
    """What kind of answer a canary was: `ok` vouches for its outlet."""
    asks: tuple[Ask, ...] = ()
    """Looks that would prove or disprove what this one made us suspect. Nobody keeps them."""


NOTHING = Context()
