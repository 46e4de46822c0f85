"""Who was reached in this crawl, and why not: the lines that a user reads at its end."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from crawler.fetch.pace import host_of
from storage.records import Capture, Listing

_WORDS = {
    "dns": "no such host",
    "timeout": "no answer in time",
    "refused": "connection refused",
    "reset": "connection reset",
    "connection": "connection failed",
    "redirect_loop": "redirects in a circle",
    "too_many_hops": "too many redirects",
    "bad_redirect": "redirects to no web address",
    "oversize": "too large",
    "robots_forbid": "forbidden by robots.txt",
}

_BESIDES = frozenset({"robots", "probe", "canary"})
"""What is asked for the sake of other pages."""


@dataclass
class Score:
    """How one outlet fared."""

    answered: int = 0
    """Captures with an answer, robots.txt, probes and canaries included."""
    pages: int = 0
    read: int = 0
    """Pages that answered."""
    lists: int = 0
    offers: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    """What was met instead of an answer, in words."""
    host: str = ""
    """Where the last of these was met."""
    given_back: Counter[str] = field(default_factory=Counter)
    """Visits not made, by reason."""

    def line(self) -> str:
        """The outlet's fate in one line (without its name)."""
        if not self.answered and self.errors:
            return f"cannot be reached ({self.errors.most_common(1)[0][0]}: {self.host})"
        parts = []
        if self.lists:
            parts.append(f"{many(self.lists, 'list')} with {many(self.offers, 'address')}")
        if self.pages:
            parts.append(f"{many(self.pages, 'page')} asked for, {self.read} answered")
        parts += [f"{count} {reason}" for reason, count in self.errors.most_common(3)]
        parts += [f"{count} not asked for: {reason}" for reason, count in self.given_back.most_common(1)]
        return ", ".join(parts) or "nothing to ask for"


class Tally:
    """Extension: counts what came of every visit, by outlet."""

    def __init__(self) -> None:
        self.scores: dict[str, Score] = {}
        self.broken = 0
        """Items that could not be kept."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        tally = cls()
        crawler.signals.connect(tally.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(tally.item_error, signal=signals.item_error)
        return tally

    def item_scraped(self, item: object) -> None:
        if isinstance(item, Listing):
            self.count(item.capture, len(item.offers))
        elif isinstance(item, Capture):
            self.count(item)

    def item_error(self) -> None:
        self.broken += 1

    def count(self, seen: Capture, offers: int = 0) -> None:
        """One capture of whatever purpose."""
        score = self.of(seen.outlet or host_of(seen.asked_url))
        answered = seen.status is not None
        score.answered += answered
        if seen.purpose == "channel":
            score.lists, score.offers = score.lists + 1, score.offers + offers
        elif seen.purpose not in _BESIDES:
            score.pages, score.read = score.pages + 1, score.read + (answered and not seen.error)
        if seen.error and seen.purpose not in _BESIDES:
            score.errors[in_words(seen.error)] += 1
            score.host = host_of(seen.hops[-1].location if seen.hops else seen.asked_url) or host_of(seen.asked_url)

    def give_back(self, outlet: str, reason: str) -> None:
        """One visit that was not made."""
        self.of(outlet).given_back[reason] += 1

    def of(self, outlet: str) -> Score:
        return self.scores.setdefault(outlet, Score())

    @property
    def answered(self) -> int:
        return sum(score.answered for score in self.scores.values())

    @property
    def failed(self) -> int:
        return sum(score.errors.total() for score in self.scores.values())

    def lines(self) -> list[str]:
        """One line an outlet, those that could not be reached first; nothing in them that a terminal would obey."""
        told = [(bool(score.answered), f"{outlet}: {score.line()}") for outlet, score in self.scores.items()]
        return ["".join(char if char.isprintable() else "?" for char in line) for _, line in sorted(told)]


def in_words(error: str) -> str:
    """A Capture's error for people: ``no such host``."""
    cause = error.removeprefix("robots_unreachable: ")
    name, _, detail = cause.partition(": ")
    if name == "tls":
        return f"TLS, {detail}"
    if name == "forbidden_address":
        return f"never asked for ({detail})"
    if cause != error and name not in _WORDS:
        return f"robots.txt: {cause}"
    return _WORDS.get(name, cause)


def many(count: int, noun: str) -> str:
    """``1 page``, ``2 pages``."""
    plural = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"
