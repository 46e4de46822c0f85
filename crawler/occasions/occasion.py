"""What is worth telling, and what of it is asked for: the nouns that feeds and notices are made of."""

from dataclasses import dataclass
from typing import Literal

from storage.records import Edit

Kind = Literal[
    "edit", "stealth edit", "takedown", "restored", "paywall up", "paywall down", "copy followed", "copies remain",
    "incident", "incident over", "alarm",
]  # fmt: skip
Family = Literal["edit", "takedown", "restored", "paywall", "copy", "incident", "alarm"]
FAMILIES: dict[Kind, Family] = {
    "edit": "edit", "stealth edit": "edit", "takedown": "takedown", "restored": "restored", "paywall up": "paywall",
    "paywall down": "paywall", "copy followed": "copy", "copies remain": "copy", "incident": "incident",
    "incident over": "incident", "alarm": "alarm",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Occasion:
    """One thing worth telling."""

    kind: Kind
    about: tuple[str, ...]
    """Capture entries; the first one is what a new text, or a bad look, was first shown by, and names it."""
    at: str
    """When it was known: the moment of the look that settled it (UTC)."""
    outlet: str
    url: str
    title: str
    what: str
    after_at: str = ""
    by_at: str = ""
    capture: int = 0
    """The row of the capture that made it known."""
    weight: float = 0.0
    kinds: tuple[str, ...] = ()
    disclosed: str = ""
    how: str = ""
    edits: tuple[Edit, ...] = ()
    versions: tuple[int, int] = (0, 0)
    """Of an edit: the version that stood and the one that came, by number."""
    article: int = 0
    listed: tuple[str, ...] = ()
    """Of what befell many articles: their addresses (the first twenty). Of copies that remain: theirs."""
    removal: str = ""
    """Of a takedown, and of its copies: the mass removal that it is part of, by its first entry."""
    also: tuple[str, ...] = ()
    """Outlets that it concerns besides: whose text a copy follows, or who carries the text still."""
    first: str = ""
    """The entry that names it where several looks at one moment showed the same: the least of them; "": ``about[0]``.
    Of a copy that followed: two of them, its own and the original's.

    Which of them a store took for the first depends on the order in which they came in, and rereading has its own.
    """

    @property
    def name(self) -> tuple[str, str]:
        """What it is, in a form that rereading does not change: a kind of event, and the capture that showed it."""
        return ("over" if self.kind == "incident over" else FAMILIES[self.kind]), self.first or self.about[0]

    @property
    def tag(self) -> str:
        """The same as a tag URI (RFC 4151). Nobody can own a name under ``.invalid`` (RFC 2606): all stores agree."""
        return f"tag:stet.invalid,2026:{':'.join(self.name)}"

    @property
    def others(self) -> tuple[str, ...]:
        """Addresses to name besides its own: of many articles, of copies, of what a copy followed."""
        return self.listed if not self.url or FAMILIES[self.kind] == "copy" else ()

    @property
    def is_of_change(self) -> bool:
        """Whether its first capture shows a change that has a page of its own."""
        return FAMILIES[self.kind] == "edit" or (FAMILIES[self.kind] == "copy" and bool(self.kinds))

    @property
    def is_stealth(self) -> bool:
        return self.kind == "stealth edit"


@dataclass(frozen=True, slots=True)
class Sought:
    """Which occasions are asked for."""

    outlet: str = ""
    article: int = 0
    kind: str = ""
    """A kind of change (``headline``), or of occasion (``takedown``, ``stealth edit``)."""
    query: str = ""
    """An FTS5 query (`crawler.ask.fts`) that a version of the article meets; of an edit, one of its two versions."""
    after: tuple[int, str] | None = None
    """Only what was made known by a capture beyond this row, and not before this moment."""
    walls: bool = True
    """Whether paywalls are among what is asked for, where no kind is named."""
    copies: bool = True
    """And whether what became of edits and takedowns in copies is."""
    about: int = 0
    """One change, or one standing, by its number."""
    limit: int = 0
    """The newest so many; 0: all."""
