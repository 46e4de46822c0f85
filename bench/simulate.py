"""Play traces against a revisit policy, and count what it saw, how soon, for how many requests."""

import heapq
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import exp, inf, log
from random import Random
from statistics import median

from bench.policies import LEAST, Listener, Policy, Watcher
from bench.traces import Trace

RESTLESS = 0.9
"""The share of looks at which a page that is never still shows something new."""
CLOSE = 0.005
"""How near to the requests that all shall spend."""


@dataclass
class Tally:
    """What a policy did with some traces."""

    articles: int = 0
    looks: int = 0
    versions: int = 0
    """Changes that could have been seen."""
    seen: int = 0
    """Of these, whose text was seen before the next change (or takedown) came."""
    delays: list[float] = field(default_factory=list)
    """Seconds from each change to the first look after it."""
    takedowns: int = 0
    found: list[float] = field(default_factory=list)
    """Seconds from each takedown to the look that found it."""

    @property
    def share(self) -> float:
        return self.seen / self.versions if self.versions else 1.0

    @property
    def cost(self) -> float:
        """Requests per article."""
        return self.looks / self.articles

    @property
    def delay(self) -> float:
        """Minutes, at the median."""
        return median(self.delays) / 60 if self.delays else inf


class Game:
    """One play: all outlets at once, in the order of time."""

    def __init__(self, traces: Sequence[Trace], policy: Policy, noise: int = 0) -> None:
        self.traces, self.dice = traces, Random(noise)
        self.watched = [trace.watched for trace in traces]
        self.watchers: list[Watcher] = [policy(trace) for trace in traces]
        self.numbers = {id(watcher): number for number, watcher in enumerate(self.watchers)}
        self.past = [0] * len(traces)
        """How many changes the looks have passed; -1 once the takedown was found."""
        self.due = [trace.found_at for trace in traces]
        self.queue = [(trace.found_at, number, False) for number, trace in enumerate(traces)]
        for number, (trace, watcher) in enumerate(zip(traces, self.watchers, strict=True)):
            if isinstance(watcher, Listener):
                self.queue += [(at, number, True) for at in trace.hints if trace.found_at < at < trace.end]
        heapq.heapify(self.queue)
        self.tally = Tally(len(traces))
        pairs = zip(traces, self.watched, strict=True)
        self.tally.versions = sum(len(changes) for trace, changes in pairs if not trace.restless)
        self.tally.takedowns = sum(trace.removed_at is not None and trace.removed_at < trace.end for trace in traces)

    def play(self) -> Tally:
        while self.queue:
            now, number, told = heapq.heappop(self.queue)
            watcher = self.watchers[number]
            if told:
                assert isinstance(watcher, Listener)
                self._hurry(watcher, watcher.told(now), now)
            elif now == self.due[number]:
                self._look(now, number)
        return self.tally

    def _look(self, now: float, number: int) -> None:
        trace, watcher, past = self.traces[number], self.watchers[number], self.past[number]
        self.tally.looks += 1
        if trace.removed_at is not None and now >= trace.removed_at:
            if past >= 0:
                self.tally.found.append(now - trace.removed_at)
            self.past[number] = -1
            following = watcher.gone(now)
        else:
            following = watcher.look(now, self._changed(now, number))
        self._ask(max(following, now + LEAST), number)
        if isinstance(watcher, Listener):
            for sibling, due in watcher.rouse(now):
                self._hurry(sibling, due, now)

    def _changed(self, now: float, number: int) -> bool:
        """Whether a look at a standing page finds a text never seen; counts what it saw."""
        trace, changes = self.traces[number], self.watched[number]
        until = bisect_right(changes, now)
        fresh = changes[self.past[number] : until]
        self.past[number] = until
        if trace.restless:
            return bool(fresh) or self.dice.random() < RESTLESS
        self.tally.seen += bool(fresh)
        self.tally.delays += [now - change for change in fresh]
        return bool(fresh)

    def _hurry(self, watcher: Watcher, due: float, now: float) -> None:
        """Bring a look forward, never put it off; what is found to be gone has its own looks."""
        number = self.numbers[id(watcher)]
        if self.past[number] >= 0 and max(due, now) < self.due[number]:
            self._ask(max(due, now), number)

    def _ask(self, due: float, number: int) -> None:
        self.due[number] = due
        if due < self.traces[number].end:
            heapq.heappush(self.queue, (due, number, False))


def simulate(traces: Sequence[Trace], policy: Policy, noise: int = 0) -> Tally:
    """Play the traces and count."""
    return Game(traces, policy, noise).play()


@dataclass(frozen=True, slots=True)
class Played:
    """A policy's number, and what it did with it."""

    number: float
    tally: Tally


def equal(traces: Sequence[Trace], scaled: Callable[[float], Policy], cost: float, guess: float = 1.0) -> Played:
    """A policy's number such that it spends so many requests per article (within one part in 200, or the nearest).

    More of it must cost less. Bracketed by doubling, then the secant in logarithms, with bisection as its guard.
    """
    tried: list[tuple[float, Tally]] = []
    low, high = -inf, inf
    at = log(guess)
    for _ in range(16):
        tally = simulate(traces, scaled(exp(at)))
        tried.append((at, tally))
        if abs(tally.cost / cost - 1) < CLOSE:
            break
        low, high = (at, high) if tally.cost > cost else (low, at)
        at = _next(tried, cost, low, high)
    number, tally = min(tried, key=lambda one: abs(log(one[1].cost / cost)))
    return Played(exp(number), tally)


def _next(tried: list[tuple[float, Tally]], cost: float, low: float, high: float) -> float:
    """The next number (its logarithm) to try."""
    at, tally = tried[-1]
    slope = -1.0
    if len(tried) > 1 and tried[-2][1].cost != tally.cost:
        slope = min((log(tally.cost) - log(tried[-2][1].cost)) / (at - tried[-2][0]), -0.2)
    guess = at + log(cost / tally.cost) / slope
    if low < guess < high:
        return guess
    return (low + high) / 2 if low > -inf and high < inf else at + (0.7 if high == inf else -0.7)
