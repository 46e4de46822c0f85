"""Which versions a policy missed, and where its requests went."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.policies import Policy, Watcher
from bench.simulate import simulate
from bench.traces import Trace

LIVES = (5.0, 10.0, 30.0, 60.0, 180.0)
"""Minutes from a version's appearance until it was overwritten."""


class Noted:
    """A watcher whose looks are written down."""

    def __init__(self, watcher: Watcher) -> None:
        self.watcher, self.looks = watcher, list[float]()

    def look(self, now: float, changed: bool) -> float:
        self.looks.append(now)
        return self.watcher.look(now, changed)

    def gone(self, now: float) -> float:
        self.looks.append(now)
        return self.watcher.gone(now)


@dataclass
class Losses:
    """Versions never seen, and requests, by class."""

    lives: Counter[float] = field(default_factory=Counter)
    """By the first of `LIVES` (0: none) within which they were overwritten."""
    all: Counter[float] = field(default_factory=Counter)
    """All versions, alike."""
    first: int = 0
    """First edits of their articles."""
    idle: float = 0.0
    """The share of requests that went to articles never edited within the watch."""


def lost(traces: Sequence[Trace], policy: Policy) -> Losses:
    """Play, and sort what was missed. Hints and siblings are not played."""
    noted: list[Noted] = []

    def note(trace: Trace) -> Watcher:
        noted.append(Noted(policy(trace)))
        return noted[-1]

    tally, losses, idle = simulate(traces, note), Losses(), 0
    for trace, one in zip(traces, noted, strict=True):
        idle += 0 if trace.watched else len(one.looks)
        for number, (life, seen) in enumerate(_fates(trace, one.looks)):
            losses.all[life] += 1
            losses.lives[life] += not seen
            losses.first += not seen and number == 0
    losses.idle = idle / tally.looks
    return losses


def _fates(trace: Trace, looks: Sequence[float]) -> Iterator[tuple[float, bool]]:
    """Each version's class of life, and whether a look fell into it."""
    until = trace.end if trace.removed_at is None else min(trace.end, trace.removed_at)
    ends = (*trace.watched[1:], until)
    for change, end in zip(trace.watched, ends, strict=bool(trace.watched)):
        minutes = (end - change) / 60
        first = bisect_right(looks, change - 1e-6)
        seen = first < len(looks) and looks[first] < end
        yield next((life for life in LIVES if minutes < life), 0.0), seen


def told(losses: Losses) -> Iterator[str]:
    """In lines."""
    total = sum(losses.lives.values())
    if not total:
        yield "  lost: nothing"
        return
    parts = (
        f"{f'within {life:.0f} min' if life else 'later'} {losses.lives[life]} of {losses.all[life]}"
        for life in (*LIVES, 0.0)
    )
    yield f"  lost: {total} versions; overwritten {', '.join(parts)}"
    yield f"  {losses.first / total:.0%} of them the article's first edit; {losses.idle:.0%} of requests never met one"
