"""How Stet looks again, for the simulator: the product's own code, with what the daemon puts around it.

An outlet's curve is read anew once an hour, its rhythm learns from every look; lists' hints are believed as far as
they were right; a confirmed takedown makes siblings due; the price is given, or follows a budget.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp, inf

from bench.policies import Watcher
from bench.traces import HOUR, Trace
from crawler import hazard, index
from crawler.plan import SUSPECT


@dataclass
class Outlet:
    """What the crawl knows of one outlet."""

    rhythm: hazard.Rhythm = field(default_factory=hazard.Rhythm)
    curve: hazard.Curve = field(default_factory=hazard.Curve)
    read_at: float = 0.0
    hints: int = 0
    """Looks that followed its lists' hints."""
    hits: int = 0
    """Of these, that found a change."""

    @property
    def honesty(self) -> float:
        """The share of its hints that is right, by Laplace's rule of succession."""
        return (self.hits + 1) / (self.hints + 2)


class Stet:
    """The policy at one price. ``family``: whether siblings are made due."""

    REREAD = HOUR

    def __init__(
        self,
        price: float,
        known: Mapping[str, hazard.Rhythm] | None = None,
        tariff: index.Tariff = index.NEWS_TARIFF,
        family: bool = True,
    ) -> None:
        self.price, self.tariff, self.family = price, tariff, family
        self.outlets = {name: Outlet(rhythm) for name, rhythm in (known or {}).items()}
        self.sections: dict[tuple[str, int], list[Watched]] = {}

    @property
    def known(self) -> dict[str, hazard.Rhythm]:
        """What it learned of the outlets."""
        return {name: outlet.rhythm for name, outlet in self.outlets.items()}

    def __call__(self, trace: Trace) -> Watcher:
        watched = Watched(self, self.outlets.setdefault(trace.outlet, Outlet()), trace)
        if trace.section:
            self.sections.setdefault((trace.outlet, trace.section), []).append(watched)
        return watched

    def curve(self, outlet: Outlet, now: float) -> hazard.Curve:
        if now - outlet.read_at >= self.REREAD:
            outlet.curve, outlet.read_at = outlet.rhythm.curve(self.tariff.prior), now
        return outlet.curve

    def spent(self, now: float) -> None:
        """One request was made."""


class Budgeted(Stet):
    """The same, where the price follows the spending: each hour, by the mean of the last day or so.

    ``budget``: requests an hour. A visit once planned is not planned anew when the price moves.
    """

    def __init__(self, price: float, budget: float, known: Mapping[str, hazard.Rhythm] | None = None) -> None:
        super().__init__(price, known)
        self.budget, self.pace = budget, budget
        self.hour, self.requests = 0.0, 0

    def spent(self, now: float) -> None:
        self.hour = self.hour or now
        while now >= self.hour + HOUR:
            fade = exp(-1 / 24)
            self.pace = fade * self.pace + (1 - fade) * self.requests
            self.price = index.steer(self.price, self.pace, self.budget, 1.0)
            self.hour, self.requests = self.hour + HOUR, 0
        self.requests += 1


class Watched:
    """One article that Stet watches."""

    def __init__(self, stet: Stet, outlet: Outlet, trace: Trace) -> None:
        self.stet, self.outlet, self.trace, self.bad = stet, outlet, trace, 0
        self.pulse = hazard.born(trace.found_at, trace.first_seen)
        self.heard = False
        """Whether a list hinted at a change since the newest look."""

    def look(self, now: float, changed: bool) -> float:
        stet, curve = self.stet, self.stet.curve(self.outlet, now)
        stet.spent(now)
        if now == self.pulse.looked_at:  # the first look
            return index.due(self.pulse, curve, stet.price, stet.tariff)
        if self.heard:
            self.outlet.hints += 1
            self.outlet.hits += changed
            self.heard = False
        self.outlet.rhythm = hazard.learn(self.outlet.rhythm, self.pulse, curve, now, changed, stet.tariff.prior)
        due, self.pulse = index.plan(self.pulse, now, changed, curve, stet.price, stet.tariff)
        return due

    def told(self, now: float) -> float:
        self.heard = True
        return self.hurry(now, self.outlet.honesty)

    def hurry(self, now: float, truth: float) -> float:
        """When to look next, after a hint of so much truth."""
        self.pulse = index.hint(self.pulse, now, truth)
        return index.due(self.pulse, self.stet.curve(self.outlet, now), self.stet.price, self.stet.tariff)

    def gone(self, now: float) -> float:
        """The ladder of suspicion, until a takedown of three bad looks over 24 hours is confirmed: five looks."""
        self.stet.spent(now)
        self.bad += 1
        return now + SUSPECT[self.bad - 1].total_seconds() if self.bad <= len(SUSPECT) else inf

    def rouse(self, now: float) -> list[tuple[Watcher, float]]:
        """Its siblings that stand, once its takedown is confirmed."""
        if self.bad != len(SUSPECT) + 1 or not self.stet.family:
            return []
        known = self.stet.sections.get((self.trace.outlet, self.trace.section), [])
        standing = (one for one in known if one.bad == 0 and one.trace.found_at < now < one.trace.end)
        return [(one, one.hurry(now, index.SIBLING)) for one in standing]
