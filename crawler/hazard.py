"""How soon will this article be edited again?

Edits of one article come at the rate ``theta * h(busy hours since its newest change)``, where busy hours are hours
weighed by the hour of the day, ``d``. ``h`` and ``d`` belong to the outlet: learned from what its looks found, drawn
towards a prior where little is known (`Rhythm`, `Curve`). ``theta`` belongs to the article: it has mean 1 and a Gamma
distribution, which a look that found a change, or none, updates in closed form (`Theta`, `Pulse`). A change starts
``h`` anew: edits come in bursts.

Pure, and without a clock. Moments are Unix seconds (UTC); spans are hours, rates are per hour.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from math import expm1, log, log1p

HOUR = 3600.0
DAY_HOURS = 24

EDGES = (
    0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 18.0, 24.0, 36.0, 48.0, 72.0, 96.0, 168.0, 336.0, 720.0,
)  # fmt: skip
"""Where the bins of ``h`` begin, in hours since the newest change (or since the article appeared); the last is open."""
NEWS = (
    0.123, 0.104, 0.0831, 0.0615, 0.0422, 0.0282, 0.019, 0.0125, 0.00808, 0.00515, 0.00259, 0.00137, 0.00115, 0.00097,
    0.00065, 0.00047, 0.00037, 0.0003, 0.00011, 0.00005,
)  # fmt: skip
"""Changes per hour in each bin where nothing is known of an outlet. From published shares and delays of edits (the
Flemish outlets of Timmerman et al.; Guo et al., WWW 2022; GDELT's GDG; NewsEdits), not from any trace at hand."""
STATIC = (0.0007,) * len(EDGES)
"""The same for pages that are no news (terms, ministries): one change in two months, and no bursts."""
FLAT = (1.0,) * DAY_HOURS
"""The hours of the day (UTC) where nothing is known of an outlet: all alike."""

SHAPE = 0.4
"""Of the Gamma that ``theta`` is drawn from: most articles are never edited, a few often. By likelihood on the BBC's
headlines until 2022-08, 0.5 is best and anything from 0.3 to 0.7 within reach."""
SIZE_WEIGHT, BIN_WEIGHT, HOUR_WEIGHT = 3.0, 5.0, 30.0
"""So many changes it takes until an outlet's own size, bin or hour of the day weighs as much as the prior."""
LESSONS = 6
"""So many changes of one article teach its outlet: a page that is never still shall not pass for the outlet's pace."""
ALWAYS = 0.9
"""The share of looks at a page that is never still that show a text never seen (the study's pages; guards are tested
at that)."""
PLAUSIBLE = (0.3, 0.6)
"""Where a price decides when to look, an edited article's looks find a change about so often in its busiest hours."""
_NEVER = 1e-12


@dataclass(frozen=True, slots=True)
class Theta:
    """How much more than its outlet's usual article this one is edited: a Gamma, by shape and rate."""

    shape: float = SHAPE
    rate: float = SHAPE

    @property
    def mean(self) -> float:
        """Its expectation."""
        return self.shape / self.rate

    def none(self, mass: float) -> float:
        """The probability of no change where the outlet's usual article has ``mass`` changes."""
        return float((self.rate / (self.rate + mass)) ** self.shape)

    def quiet(self, mass: float) -> "Theta":
        """After a look that found no change in a gap of so much mass: exact, since the Gamma is conjugate."""
        return Theta(self.shape, self.rate + mass)

    def changed(self, mass: float) -> "Theta":
        """After a look that found a change (or several): the Gamma of the exact posterior's mean and variance.

        The posterior is the Gamma times ``1 - exp(-theta mass)``. With ``r = b / (b + mass)`` its moments are
        ``a/b (1 - r^(a+1)) / (1 - r^a)`` and ``a (a+1) / b^2 (1 - r^(a+2)) / (1 - r^a)``.
        """
        a, b = self.shape, self.rate
        if mass <= 1e-9 * b:  # a change where next to none could be: the formulas' limit
            return Theta(a + 1, b)
        fall = log1p(mass / b)
        some = -expm1(-a * fall)
        first = a / b * -expm1(-(a + 1) * fall) / some
        second = a * (a + 1) / (b * b) * -expm1(-(a + 2) * fall) / some
        rate = first / (second - first * first)
        return Theta(first * rate, rate)


@dataclass(frozen=True)
class Curve:
    """An outlet's ``h`` (changes per hour in each bin) and ``d`` (a factor for each hour of the day), to integrate.

    All in busy hours (`clock`): hours weighed by ``d``, as many in a day as it has hours.
    """

    rates: tuple[float, ...] = NEWS
    day: tuple[float, ...] = FLAT

    @cached_property
    def _sums(self) -> tuple[float, ...]:
        widths = [end - start for start, end in pairwise(EDGES)]
        return tuple(accumulate((r * w for r, w in zip(self.rates, widths, strict=False)), initial=0.0))

    @cached_property
    def _areas(self) -> tuple[float, ...]:
        bins = zip(pairwise(EDGES), self._sums, self.rates, strict=False)
        return tuple(accumulate(((e - s) * (c + r * (e - s) / 2) for (s, e), c, r in bins), initial=0.0))

    @cached_property
    def _hours(self) -> tuple[float, ...]:
        scale = DAY_HOURS / sum(self.day)
        return tuple(accumulate((factor * scale for factor in self.day), initial=0.0))

    def clock(self, moment: float) -> float:
        """Busy hours from the epoch to a moment."""
        days, rest = divmod(moment / HOUR, DAY_HOURS)
        hour = min(int(rest), DAY_HOURS - 1)
        start = self._hours[hour]
        return days * DAY_HOURS + start + (rest - hour) * (self._hours[hour + 1] - start)

    def mass(self, hours: float) -> float:
        """Changes of the outlet's usual article in so many busy hours after a change."""
        bin_ = bisect_right(EDGES, hours) - 1
        return self._sums[bin_] + self.rates[bin_] * (hours - EDGES[bin_])

    def area(self, hours: float) -> float:
        """The integral of that mass: hours for which the changes would lie unseen."""
        bin_ = bisect_right(EDGES, hours) - 1
        more = hours - EDGES[bin_]
        return self._areas[bin_] + more * (self._sums[bin_] + self.rates[bin_] * more / 2)


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is known of one article's edits after its newest look."""

    appeared_at: float
    looked_at: float
    changed_at: float
    """When its newest change was made, as far as looks can tell: in the middle between the look that found it and the
    one before. Until one was found: when the article appeared."""
    theta: Theta = Theta()
    changes: int = 0
    """Looks that found a text never seen before."""
    unrest: float = 0.0
    """How much likelier its looks are if its page is never still than if it is edited as expected (`restless`)."""
    hinted: float = 0.0
    """The probability that it changed since the newest look, by hints alone (`crawler.index.hint`)."""
    hinted_at: float = 0.0
    """When the first of these hints came."""


def born(now: float, appeared_at: float | None = None) -> Pulse:
    """After an article's first look. ``appeared_at``: as its page or its list claims (later than now: not believed)."""
    appeared = now if appeared_at is None else min(now, appeared_at)
    return Pulse(appeared, now, appeared)


def span(pulse: Pulse, curve: Curve, now: float) -> tuple[float, float]:
    """Busy hours since the newest change, at the newest look and at ``now``."""
    changed = curve.clock(pulse.changed_at)
    looked = max(curve.clock(pulse.looked_at) - changed, 0.0)
    return looked, max(curve.clock(now) - changed, looked)


def beat(pulse: Pulse, curve: Curve, now: float, changed: bool) -> Pulse:
    """After a look at ``now``. ``changed``: it found a text never seen of this article; one that comes back is none."""
    start, end = span(pulse, curve, now)
    mass = curve.mass(end) - curve.mass(start)
    unrest = restless(pulse.unrest, 1 - pulse.theta.none(mass), changed)
    if not changed:
        return Pulse(pulse.appeared_at, now, pulse.changed_at, pulse.theta.quiet(mass), pulse.changes, unrest)
    middle = (pulse.looked_at + now) / 2
    return Pulse(pulse.appeared_at, now, middle, pulse.theta.changed(mass), pulse.changes + 1, unrest)


def restless(unrest: float, expected: float, changed: bool) -> float:
    """The evidence that a page shows something new to everybody, after one more look: a log-likelihood ratio, in nats.

    Such a page changes at `ALWAYS` of its looks, however short the gap; an edited one as often as was ``expected``. It
    never falls below 0 (Page's CUSUM test, 1954): a page that began to fidget is found out as soon as a new one. What
    was expected is held to `PLAUSIBLE`: a first edit, which nobody expected, is no sign of a restless page, and one
    whose every look finds a change does not pass for a very busy article.
    """
    least, most = PLAUSIBLE
    chance = min(max(expected, least), most)
    return max(unrest + (log(ALWAYS / chance) if changed else log((1 - ALWAYS) / (1 - chance))), 0.0)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What an outlet's looks taught: changes found, and changes expected, by bin, by hour of the day and in all."""

    found: tuple[float, ...] = (0.0,) * len(EDGES)
    exposed: tuple[float, ...] = (0.0,) * len(EDGES)
    """Busy hours, each weighed by its article's ``theta``."""
    day_found: tuple[float, ...] = (0.0,) * DAY_HOURS
    day_expected: tuple[float, ...] = (0.0,) * DAY_HOURS
    expected: float = 0.0
    """Changes that the prior expected."""

    def curve(self, prior: tuple[float, ...] = NEWS) -> Curve:
        """The prior, scaled to the outlet's size, and moved towards its own bins and hours as far as they are known."""
        size = (SIZE_WEIGHT + sum(self.found)) / (SIZE_WEIGHT + self.expected)
        bins = zip(prior, self.found, self.exposed, strict=True)
        rates = ((BIN_WEIGHT + n) / (BIN_WEIGHT / (size * rate) + hours) for rate, n, hours in bins)
        day = zip(self.day_found, self.day_expected, strict=True)
        return Curve(tuple(rates), tuple((HOUR_WEIGHT + n) / (HOUR_WEIGHT + m) for n, m in day))


def learn(
    rhythm: Rhythm, pulse: Pulse, curve: Curve, now: float, changed: bool, prior: tuple[float, ...] = NEWS
) -> Rhythm:
    """What a look at ``now`` teaches of its outlet; ``pulse`` and ``curve``: as they were before it.

    A change counts as often as changes are expected where there was at least one (``m / (1 - exp(-m))``), and is
    spread over the gap as the curve has it: a step of the EM algorithm for interval-censored events.
    """
    if pulse.changes >= LESSONS:
        return rhythm
    start, end = span(pulse, curve, now)
    theta, mass = pulse.theta.mean, curve.mass(end) - curve.mass(start)
    count = 0.0 if not changed else theta * mass / -expm1(-theta * mass) if theta * mass > _NEVER else 1.0
    found, exposed, expected = list(rhythm.found), list(rhythm.exposed), rhythm.expected
    for bin_, hours in _bins(start, end):
        exposed[bin_] += theta * hours
        expected += theta * hours * prior[bin_]
        if changed and mass > _NEVER:
            found[bin_] += count * curve.rates[bin_] * hours / mass
    day_found, day_expected = list(rhythm.day_found), list(rhythm.day_expected)
    for hour, part in _hours(pulse, curve, now):
        day_expected[hour] += theta * part / curve.day[hour]
        if changed and mass > _NEVER:
            day_found[hour] += count * part / mass
    return Rhythm(tuple(found), tuple(exposed), tuple(day_found), tuple(day_expected), expected)


def _bins(start: float, end: float) -> Iterator[tuple[int, float]]:
    """The bins between two times since a change, and the hours spent in each."""
    bin_ = bisect_right(EDGES, start) - 1
    while start < end:
        stop = min(EDGES[bin_ + 1], end) if bin_ + 1 < len(EDGES) else end
        yield bin_, stop - start
        start, bin_ = stop, bin_ + 1


def _hours(pulse: Pulse, curve: Curve, now: float) -> Iterator[tuple[int, float]]:
    """The hours of the day between the newest look and ``now``, and the changes of the usual article in each."""
    changed, at = curve.clock(pulse.changed_at), pulse.looked_at
    before = curve.mass(max(curve.clock(at) - changed, 0.0))
    while at < now:
        stop = min(now, (at // HOUR + 1) * HOUR)
        after = curve.mass(max(curve.clock(stop) - changed, 0.0))
        yield int(at // HOUR) % DAY_HOURS, after - before
        at, before = stop, after
