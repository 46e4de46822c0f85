"""When others look again, and when Stet does: policies for the simulator, each with one number that scales its cost.

A policy is asked once an article for a watcher; a watcher is told what each look found and answers with the moment of
the next. Peers' rules are their public behaviour (2026-11), without their code: what is said of each here is the rule.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from math import exp, inf, log
from typing import Protocol

from bench.traces import DAY, HOUR, Trace
from crawler import hazard, index
from crawler.plan import SUSPECT

MINUTE = 60.0
LEAST = 2 * MINUTE
"""No policy looks at one article more often: the simulator holds all to it."""


class Watcher(Protocol):
    """What a policy remembers of one article."""

    def look(self, now: float, changed: bool) -> float:
        """After a look that found the page, the first included: when to look next (Unix seconds; inf: never)."""

    def gone(self, now: float) -> float:
        """After a look that found it taken down."""


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


class Freshness(_Peer):
    """Cho and Garcia-Molina: a steady rate of change, by their estimator (2003); looks where freshness gains most, at
    equal ``(1 - (1 + D t) exp(-D t)) / D``. The scale is the price, in hours."""

    looks = still = 0
    prior = 24 * HOUR
    """One change in a day, as one look's weight, until the article has been looked at."""

    def wait(self, now: float, changed: bool) -> float:
        if now > self.began:
            self.looks += 1
            self.still += not changed
        mean = (now - self.began) / self.looks if self.looks else self.prior
        rate = -log((self.still + 0.5) / (self.looks + 1.0)) / mean * HOUR
        low, high = 0.0, 1000.0
        if (1 - (1 + rate * high) * exp(-rate * high)) / rate < self.scale:
            return inf
        for _ in range(20):
            middle = (low + high) / 2
            if (1 - (1 + rate * middle) * exp(-rate * middle)) / rate < self.scale:
                low = middle
            else:
                high = middle
        return high * HOUR / self.scale


PEERS: dict[str, Callable[[float, float], Watcher]] = {
    "fixed interval": Fixed, "newsdiffs": Newsdiffs, "diffengine": Diffengine, "News Sniffer": NewsSniffer,
    "Nutch adaptive": Nutch, "StormCrawler adaptive": StormCrawler,
}  # fmt: skip


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


# --- Stet ---------------------------------------------------------------------------------------


@dataclass
class Outlet:
    """What the crawl knows of one outlet."""

    rhythm: hazard.Rhythm = field(default_factory=hazard.Rhythm)
    curve: hazard.Curve = field(default_factory=hazard.Curve)
    read_at: float = 0.0


class Stet:
    """The product's own code: an outlet's curve is read anew once an hour, its rhythm learns from every look."""

    REREAD = HOUR

    def __init__(
        self, price: float, known: dict[str, hazard.Rhythm] | None = None, tariff: index.Tariff = index.NEWS_TARIFF
    ) -> None:
        self.price, self.tariff = price, tariff
        self.outlets = {name: Outlet(rhythm) for name, rhythm in (known or {}).items()}

    @property
    def known(self) -> dict[str, hazard.Rhythm]:
        """What it learned of the outlets."""
        return {name: outlet.rhythm for name, outlet in self.outlets.items()}

    def __call__(self, trace: Trace) -> Watcher:
        return _Watched(self, self.outlets.setdefault(trace.outlet, Outlet()), trace)

    def curve(self, outlet: Outlet, now: float) -> hazard.Curve:
        if now - outlet.read_at >= self.REREAD:
            outlet.curve, outlet.read_at = outlet.rhythm.curve(self.tariff.prior), now
        return outlet.curve


class _Watched:
    """One article that Stet watches."""

    def __init__(self, stet: Stet, outlet: Outlet, trace: Trace) -> None:
        self.stet, self.outlet, self.bad = stet, outlet, 0
        self.pulse = hazard.born(trace.found_at, trace.first_seen)

    def look(self, now: float, changed: bool) -> float:
        stet, curve = self.stet, self.stet.curve(self.outlet, now)
        if now == self.pulse.looked_at:  # the first look
            return index.due(self.pulse, curve, stet.price, stet.tariff)
        self.outlet.rhythm = hazard.learn(self.outlet.rhythm, self.pulse, curve, now, changed, stet.tariff.prior)
        due, self.pulse = index.plan(self.pulse, now, changed, curve, stet.price, stet.tariff)
        return due

    def gone(self, now: float) -> float:
        """The ladder of suspicion, until a takedown of three bad looks over 24 hours is confirmed: five looks."""
        self.bad += 1
        return now + SUSPECT[self.bad - 1].total_seconds() if self.bad <= len(SUSPECT) - 1 else inf
