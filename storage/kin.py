"""The nouns of who carries whose text: what is known of articles that have words in common, and what is found of them.

Standard library and records only, so that the verb `relate` can take them in and give them out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from storage.records import Version

CopyKind = Literal["reprint", "partial", "quotation"]
Carries = Literal["old", "new", "both", "neither"]


@dataclass(frozen=True, slots=True)
class Side:
    """One of two articles that have words in common."""

    article: int
    share: float
    """Of the words of its best version, 0 to 1: how many stand in the other's."""
    version: int
    """Its best version: that of the pair of versions that have most in common."""
    first_version: int
    first_at: datetime
    """The first of its versions that was seen with the common words, and when."""
    last_version: int
    last_at: datetime
    """And the last of its versions that has them, by when that was first seen."""
    quote: str = ""
    """The longest sentence that both quote, as it stands here."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Two articles of different outlets that have words in common. Which of them is the copy is another question."""

    kind: CopyKind
    words: int
    """Of the side with fewer: how many of its words stand in the other."""
    mine: Side
    other: Side

    @property
    def similarity(self) -> float:
        """The smaller of the two shares: 1.0 where both say the same, and nothing else."""
        return min(self.mine.share, self.other.share)

    @property
    def mirrored(self) -> "Copy":
        """The same, seen from the other side."""
        return Copy(self.kind, self.words, self.other, self.mine)


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of an article, by the versions that it lies between."""

    change: int
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Kin:
    """An article, with all full texts that it had and its changes; one that may carry another's text."""

    article: int
    versions: tuple[Version, ...] = ()
    turns: tuple[Turn, ...] = ()
    sketches: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """By which prints its versions are found, as far as they were kept."""
    known: Copy | None = None
    """What is known already of it and the article that is looked at, from that one's side."""


@dataclass(frozen=True, slots=True)
class Echo:
    """What a version of another article has of a change: its old words, or its new ones."""

    change: int
    version: int
    old: float
    """Share of the words that went, with those around them, 0 to 1."""
    new: float
    """Of the words that came in their place; of all that came, where nothing went."""
    carries: Carries


@dataclass(frozen=True, slots=True)
class Claim:
    """A source that a version names."""

    version: int
    kind: str
    """dateline, credit or attribution."""
    source: str
    """As it is named there."""
    outlet: str
    """Key of the outlet of that name, or ""."""
    words: str
    """The words that claim it."""


@dataclass(frozen=True)
class Kinship:
    """All that a capture taught of who carries its article's text."""

    prints: tuple[int, ...] = ()
    """Of the new version: by what it is found by others."""
    copies: tuple[Copy, ...] = ()
    echoes: tuple[Echo, ...] = ()
    claims: tuple[Claim, ...] = ()
