"""When others look again: policies for the simulator, each with one number that scales its cost.

A policy is asked once an article for a watcher; a watcher is told what each look found and answers with the moment of
the next. Peers' rules are their public behaviour (2026-11), without their code: what is said of each here is the rule.
"""

from bisect import bisect_right
from collections.abc import Callable
from math import exp, expm1, inf, log, sqrt
from typing import Protocol, runtime_checkable

from bench.traces import DAY, HOUR, Trace

MINUTE = 60.0
LEAST = 2 * MINUTE
"""No policy looks at one article more often: the simulator holds all to it."""


class Watcher(Protocol):
    """What a policy remembers of one article."""

    def look(self, now: float, changed: bool) -> float:
        """After a look that found the page, the first included: when to look next (Unix seconds; inf: never)."""

    def gone(self, now: float) -> float:
        """After a look that found it taken down."""


@runtime_checkable
class Listener(Watcher, Protocol):
    """A watcher that hears what lists say, and what befell an article's siblings."""

    def told(self, now: float) -> float:
        """After a hint: when to look next."""

    def rouse(self, now: float) -> "list[tuple[Watcher, float]]":
        """After a look: the siblings that it made due, and when."""


Policy = Callable[[Trace], Watcher]


class _Peer:
    """What peers have in common: they do not look again at what is gone."""

    def __init__(self, scale: float, began: float) -> None:
        self.scale = scale
        self.began = self.changed = began

    def gone(self, now: float) -> float:
        return inf

    def look(self, now: float, changed: bool) -> float:
        if changed:
            self.changed = now
        return now + self.scale * self.wait(now, changed)

    def wait(self, now: float, changed: bool) -> float:
        raise NotImplementedError


class Fixed(_Peer):
    """Once an hour (times the scale), whatever happens."""

    def wait(self, now: float, changed: bool) -> float:
        return HOUR


class Newsdiffs(_Peer):
    """By the time since the newest change: 15 minutes below 3 hours, an hour below a day, and so on."""

    STEPS = ((3 * HOUR, 15 * MINUTE), (DAY, HOUR), (7 * DAY, 3 * HOUR), (30 * DAY, 3 * DAY), (360 * DAY, 30 * DAY))

    def wait(self, now: float, changed: bool) -> float:
        return next((wait for until, wait in self.STEPS if now - self.changed < until), inf)


class Diffengine(_Peer):
    """When a fifth of the article's age has passed since the last look; run every five minutes."""

    RATIO, TICK = 0.2, 5 * MINUTE

    def look(self, now: float, changed: bool) -> float:
        ratio = min(self.RATIO * self.scale, 0.99)
        return max((now - ratio * self.began) / (1 - ratio), now + self.TICK)


class NewsSniffer(_Peer):
    """30 minutes, a fifth more after each look without a change, 30 again after one; until 40 days."""

    gap = 30 * MINUTE

    def wait(self, now: float, changed: bool) -> float:
        self.gap = 30 * MINUTE if changed or now == self.began else self.gap * 1.2
        return self.gap if now - self.began < 40 * DAY else inf


class Nutch(_Peer):
    """Apache Nutch's adaptive schedule with an hour to begin with: times 1.4 without a change, 0.8 with one; at least
    the time since the newest change, of which three tenths are taken off (``sync_delta``)."""

    gap = HOUR

    def wait(self, now: float, changed: bool) -> float:
        if now > self.began:
            self.gap = max(self.gap * (0.8 if changed else 1.4), MINUTE)
        still = now - self.changed
        self.gap = max(self.gap, still)
        return self.gap - 0.3 * still


class StormCrawler(_Peer):
    """Its adaptive scheduler with an hour to begin with: half as long again without a change, halfway to the least (an
    hour as shipped) with one; at most two weeks."""

    gap = HOUR

    def wait(self, now: float, changed: bool) -> float:
        if now > self.began:
            self.gap = 0.5 * self.gap + 0.5 * HOUR if changed else min(1.5 * self.gap, 14 * DAY)
        return self.gap


class Backoff(_Peer):
    """An interval that grows by a factor without a change, and begins anew with one."""

    def __init__(self, scale: float, began: float, growth: float) -> None:
        super().__init__(scale, began)
        self.growth, self.gap = growth, 15 * MINUTE

    def wait(self, now: float, changed: bool) -> float:
        self.gap = 15 * MINUTE if changed or now == self.began else self.gap * self.growth
        return self.gap


def _first(reached: Callable[[float], bool], most: float = 1000.0) -> float:
    """The first time at which it holds, by bisection; inf where it never does."""
    low, high = 0.0, most
    if not reached(high):
        return inf
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


class _Index(_Peer):
    """Policies that look when an index of a steady rate of change reaches the price: the scale."""

    def look(self, now: float, changed: bool) -> float:
        rate = self.rate(now, changed)
        self.changed = now
        return now + HOUR * self.gap(rate)

    def rate(self, now: float, changed: bool) -> float:
        """Changes per hour. ``self.changed`` is the newest look."""
        raise NotImplementedError

    def gap(self, rate: float) -> float:
        """Hours. Freshness gains ``(1 - (1 + D t) exp(-D t)) / D``."""
        return _first(lambda hours: (1 - (1 + rate * hours) * exp(-rate * hours)) / rate >= self.scale)


class Freshness(_Index):
    """Cho and Garcia-Molina: a steady rate by their estimator (2003), looked at where freshness gains most."""

    looks = still = 0
    prior = 24.0
    """One change in so many hours, as one look's weight, until the article has been looked at."""

    def rate(self, now: float, changed: bool) -> float:
        if now > self.began:
            self.looks += 1
            self.still += not changed
        mean = (now - self.began) / HOUR / self.looks if self.looks else self.prior
        return -log((self.still + 0.5) / (self.looks + 1.0)) / mean


class Azar(_Index):
    """Azar et al. (PNAS 2018): the same index; the rate by maximum likelihood, as LambdaCrawl's public code has it:
    one change and one look without, half a day each, to begin with, and between 0.0005 and 7 changes a day."""

    def __init__(self, scale: float, began: float) -> None:
        super().__init__(scale, began)
        self.gaps, self.quiet = [12.0], 12.0

    def rate(self, now: float, changed: bool) -> float:
        gap = (now - self.changed) / HOUR
        if changed:
            self.gaps.append(gap)
        else:
            self.quiet += gap
        low, high = 0.0005 / 24, 7.0 / 24
        for _ in range(24):
            middle = sqrt(low * high)
            found = sum(one / expm1(middle * one) for one in self.gaps)
            low, high = (middle, high) if found > self.quiet else (low, middle)
        return high


class LambdaCrawl(Azar):
    """Kolobov et al. (NeurIPS 2019): harmonic staleness, the index ``D t^2 / (1 + D t)``."""

    def gap(self, rate: float) -> float:
        price = self.scale
        return (price * rate + sqrt((price * rate) ** 2 + 4 * price * rate)) / (2 * rate)


PEERS: dict[str, Callable[[float, float], Watcher]] = {
    "fixed interval": Fixed, "newsdiffs": Newsdiffs, "diffengine": Diffengine, "News Sniffer": NewsSniffer,
    "Nutch adaptive": Nutch, "StormCrawler adaptive": StormCrawler,
}  # fmt: skip
"""Schedules that are shipped."""
PAPERS: dict[str, Callable[[float, float], Watcher]] = {
    "freshness (Cho, G.-M.)": Freshness, "freshness (Azar)": Azar, "LambdaCrawl": LambdaCrawl,
}  # fmt: skip
"""Policies of papers, at a price."""


def peer(kind: Callable[[float, float], Watcher], scale: float) -> Policy:
    """A peer's rule, scaled: 1 as it is shipped."""
    return lambda trace: kind(scale, trace.found_at)


class Oracle:
    """It knows all: a look right after each change and takedown, as far as `LEAST` lets it."""

    def __init__(self, trace: Trace) -> None:
        ends = () if trace.removed_at is None else (trace.removed_at,)
        self.events = (*trace.watched, *ends)

    def look(self, now: float, changed: bool) -> float:
        later = bisect_right(self.events, now)
        return max(self.events[later], now + LEAST) if later < len(self.events) else inf

    def gone(self, now: float) -> float:
        return inf
