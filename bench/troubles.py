"""What befalls traces beside edits: pages never still, lists that hint, siblings that go, pages that are no news.

Each takes traces and gives traces; the same seed, the same ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random

from bench.traces import DAY, HOUR, WATCH, Trace, listed

POLL = 15 * 60.0
"""Seconds between two looks at a list. They find the articles, too: hints cost no requests of their own."""
FALSE_HINTS, HINTED = 0.01, 48.0
"""False hints an hour, in an article's first hours, while lists show it (assumed, by the study)."""
SECTIONS = 8
"""Of each outlet."""
PURGE, PURGED, SPREAD = 0.5, 0.25, 12 * HOUR
"""Share of takedowns that are one of a purge, the share of the section's articles of the last week that go with it, and
within how many seconds (assumed: what is meant by siblings)."""
STATIC_DAYS, STATIC_SHAPE, STATIC_RATE = 180, 0.5, 0.0007
"""Days of watch; and the Gamma that rates (changes per hour) are drawn from. The mean is the Open Terms Archive's: one
change in two months (the study)."""


def unquiet(traces: Iterable[Trace], share: float, seed: int = 2) -> list[Trace]:
    """The same, where some pages are never still."""
    dice = Random(seed)
    return [replace(trace, restless=dice.random() < share) for trace in traces]


def hinted(traces: Iterable[Trace], share: float, seed: int = 4) -> list[Trace]:
    """The same, with lists that show so many of the edits when they are next asked, and more that are none."""
    dice = Random(seed)
    return [replace(trace, hints=tuple(sorted(_hints(trace, share, dice)))) for trace in traces]


def _hints(trace: Trace, share: float, dice: Random) -> Iterator[float]:
    for change in trace.watched:
        if dice.random() < share:
            yield change + dice.random() * POLL
    at = trace.found_at
    while share:
        at += dice.expovariate(FALSE_HINTS) * HOUR
        if at > trace.found_at + HINTED * HOUR:
            return
        yield at


def purged(traces: Sequence[Trace], seed: int = 5) -> list[Trace]:
    """The same in sections, where half of the takedowns take siblings with them."""
    dice = Random(seed)
    placed = [replace(trace, section=dice.randint(1, SECTIONS)) for trace in traces]
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, trace in enumerate(placed):
        groups[trace.outlet, trace.section].append(number)
    for trace in list(placed):
        if trace.removed_at is None or dice.random() >= PURGE:
            continue
        for number in groups[trace.outlet, trace.section]:
            other = placed[number]
            stands = other.removed_at is None and other.first_seen < trace.removed_at < other.first_seen + WATCH
            if stands and dice.random() < PURGED:
                placed[number] = replace(other, removed_at=trace.removed_at + dice.random() * SPREAD)
    return placed


def static(pages: int = 300, seed: int = 6, begin: float = 1_700_006_400.0) -> list[Trace]:
    """Terms and ministry pages: steady, each at a rate of its own, for half a year."""
    dice = Random(seed)
    return listed((_static(begin + dice.random() * DAY, dice) for _ in range(pages)), seed)


def _static(appeared: float, dice: Random) -> Trace:
    rate = dice.gammavariate(STATIC_SHAPE, STATIC_RATE / STATIC_SHAPE) / HOUR
    changes, at, end = [], appeared, appeared + STATIC_DAYS * DAY
    while rate > 0 and (at := at + dice.expovariate(rate)) < end:
        changes.append(at)
    return Trace("static", appeared, tuple(changes), watch=STATIC_DAYS * DAY)
