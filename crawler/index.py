"""What is a look worth now?

The *index* of an article is the probability that a version was overwritten unseen since the newest look, plus the
hours for which a change and a takedown are expected to have gone unseen, each at its weight, plus what hints say; all
times the article's importance. A visit is due when the index reaches the *price* of a request, which follows the budget
(`steer`), or at the *floor*.

Why: a look finds at most one version, so looks a gap apart find ``R = P(some change in the gap)`` each, and requests
are best spent where ``R - gap * dR/dgap``, for a steady rate the probability of two changes or more, is the same for
all. Freshness, which other crawlers maximise, leads to another index, and starves what changes fast.

Pure, and without a clock. Moments are Unix seconds (UTC), spans are hours.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import exp

from crawler.hazard import HOUR, NEWS, STATIC, Curve, Pulse, beat

LEAST = 2 / 60
"""Hours between two looks at one article, whatever the index says."""
SUSPICION, UNREST = 4.6, 1.0
"""Evidence (in nats: `crawler.hazard.restless`) that a page is never still: as much as makes up for one such page in a
hundred; and so much more of it doubles the least interval."""
FLOOR = 30 * 24.0
"""However little a look is worth, an article is looked at once in so many hours, for ever."""
GONE_DAY, GONE_FALL = 0.0071, 0.43
"""Takedowns: the share within an article's first day, and the power of its age with which that share grows: from
GDELT's GDG, 0.71 % in 24 hours and 1.64 % in a week, ``log(1.64 / 0.71) / log(7)``. So the rate falls with age."""
SIBLING = 0.1
"""The probability that a taken-down article's sibling changed or went, too, or a copy of what was edited: a guess that
brings it within the hour."""
STEPS = 7
"""Halvings by which the moment of a visit is found: to one part in 128 of the gap."""
GAIN, SWING = 0.03, 2.0
"""How fast the price follows the spending: in an hour by so much of the (clamped) relative excess. Slow, so that news
days are not made to pay for themselves: at 0.1 the price swings with the week, which costs three points of the
versions on the BBC's first half; at 0.01 it takes days to find a new budget."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """What counts how much, against one version overwritten unseen; and what is expected of a page's kind."""

    late: float = 1.0
    """A change that lies unseen for an hour, while that is short beside `patience`."""
    patience: float = 1.0
    """Hours. A change that lies unseen for ``w`` hours counts as ``w * patience / (patience + w)``: the first hour is
    worse than the tenth. Counting all hours alike buys a better mean delay with worse medians, and fewer versions."""
    gone: float = 3.0
    """The same for a takedown. They are rare, and what finds them takes looks from edits: at 10, it costs one to three
    points of the BBC's versions at every budget (docs/watching.md)."""
    gone_patience: float = 1.0
    """Hours. That a takedown lies unseen counts, hardly for how long: counted by the hour, looks bunch in the first
    days, and fewer are found for as many versions lost."""
    prior: tuple[float, ...] = NEWS


NEWS_TARIFF = Tariff()
STATIC_TARIFF = Tariff(late=0.001, patience=720.0, gone=0.0, prior=STATIC)
"""For pages that are no news, where changes live for months."""


@dataclass(frozen=True, slots=True)
class Worth:
    """The index of an article at a moment, in its parts: what `scrapy status --why` shows."""

    overwritten: float
    """The probability that a version was overwritten unseen."""
    late: float
    """Expected hours of an unseen change, at their weight."""
    gone: float
    """Expected hours of an unseen takedown, at their weight."""
    hinted: float
    """What hints add."""
    importance: float = 1.0

    @property
    def total(self) -> float:
        """What is compared with the price."""
        return self.importance * (self.overwritten + self.late + self.gone + self.hinted)


def worth(pulse: Pulse, curve: Curve, now: float, tariff: Tariff = NEWS_TARIFF, importance: float = 1.0) -> Worth:
    """The index at ``now``, a moment after the newest look. Grows with time, and with importance.

    ``overwritten``: one change in the gap (mass ``m``), and one after it. A change starts the outlet's ``h`` anew; it
    has been there for half the gap, on average (mass ``n``). Over the article's ``theta``, in closed form:
    ``E[(1 - exp(-theta m)) (1 - exp(-theta n))] = 1 - p(m) - p(n) + p(m + n)``, ``p`` the probability of none.
    Without bursts, half the gap has half the mass, and for small gaps that is ``1 - r^a - a (1 - r) r^a``, the
    probability of two changes of a steady rate; with them, it is several times as much.
    """
    return Worth(*_parts(pulse, curve, tariff)(now), importance)


def _parts(pulse: Pulse, curve: Curve, tariff: Tariff) -> Callable[[float], tuple[float, float, float, float]]:
    """The parts of the index as a function of the moment: what does not depend on it is reckoned once."""
    theta, changed = pulse.theta, curve.clock(pulse.changed_at)
    start = max(curve.clock(pulse.looked_at) - changed, 0.0)
    before, below, late = curve.mass(start), curve.area(start), theta.mean * tariff.late

    def parts(now: float) -> tuple[float, float, float, float]:
        end = max(curve.clock(now) - changed, start)
        mass, again = curve.mass(end) - before, curve.mass((end - start) / 2)
        unseen = max(curve.area(end) - below - before * (end - start), 0.0)
        return (
            max(1 - theta.none(mass) - theta.none(again) + theta.none(mass + again), 0.0),
            late * _saturated(unseen, mass, tariff.patience),
            tariff.gone * _gone(pulse, now, tariff.gone_patience),
            _hinted(pulse, curve, now, tariff) if pulse.hinted else 0.0,
        )

    return parts


def _saturated(unseen: float, changes: float, patience: float) -> float:
    """Hours that so many changes lie unseen, in all, as `Tariff.patience` has them."""
    return patience * unseen * changes / (patience * changes + unseen) if changes > 0 else 0.0


def _gone(pulse: Pulse, now: float, patience: float) -> float:
    """Hours for which a takedown is expected to have gone unseen.

    By age ``t`` (hours) the share ``F = GONE_DAY (t / 24) ** GONE_FALL`` is gone; the hours are the integral of what
    went since the newest look.
    """
    start = max(pulse.looked_at - pulse.appeared_at, 0.0) / HOUR
    gap = max(now - pulse.looked_at, 0.0) / HOUR
    before, after = _lost(start), _lost(start + gap)
    area = ((start + gap) * after - start * before) / (GONE_FALL + 1) - before * gap
    return _saturated(max(area, 0.0), after - before, patience)


def _lost(age: float) -> float:
    """The share of articles that is taken down by an age in hours."""
    return float(GONE_DAY * (age / 24) ** GONE_FALL)


def _hinted(pulse: Pulse, curve: Curve, now: float, tariff: Tariff) -> float:
    """A change that may be there since the hint came: it may be overwritten by now, and its hours count for sure."""
    hours = max(now - pulse.hinted_at, 0.0) / HOUR
    overwritten = 1 - pulse.theta.none(curve.mass(hours))
    return pulse.hinted * (overwritten + tariff.late * _saturated(hours, 1.0, tariff.patience))


def hint(pulse: Pulse, now: float, truth: float) -> Pulse:
    """After a hint that came at ``now`` and is true with probability ``truth``: nearer to a visit.

    For lists, the share of their hints that was right: ``(hits + 1) / (hints + 2)`` of the channel (`crawler.hearsay`
    tells what is a hint). After a confirmed takedown, `SIBLING` for articles of the same section, author or subject.
    Several hints speak for themselves: ``1 - (1 - p)(1 - q)``. The next look settles them.
    """
    if truth <= 0:
        return pulse
    first = pulse.hinted_at if pulse.hinted else max(now, pulse.looked_at)
    return replace(pulse, hinted=1 - (1 - pulse.hinted) * (1 - truth), hinted_at=first)


def due(pulse: Pulse, curve: Curve, price: float, tariff: Tariff = NEWS_TARIFF, importance: float = 1.0) -> float:
    """The first moment at which the index reaches the price; not before the least interval, not after the floor."""
    least = least_gap(pulse)
    parts = _parts(pulse, curve, tariff)

    def reached(hours: float) -> bool:
        return importance * sum(parts(pulse.looked_at + hours * HOUR)) >= price

    low = high = least
    while not reached(high):
        if high >= FLOOR:
            return pulse.looked_at + FLOOR * HOUR
        low, high = high, min(2 * high, FLOOR)
    for _ in range(STEPS if high > low else 0):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return pulse.looked_at + high * HOUR


def least_gap(pulse: Pulse) -> float:
    """Hours between two looks at it, whatever the index says: longer and longer for a page that is never still."""
    beyond = max(pulse.unrest - SUSPICION, 0.0)
    return float(min(LEAST * 2 ** min(beyond / UNREST, 30.0), FLOOR))


def plan(
    pulse: Pulse, now: float, changed: bool, curve: Curve, price: float,
    tariff: Tariff = NEWS_TARIFF, importance: float = 1.0,
) -> tuple[float, Pulse]:  # fmt: skip
    """After a good look at ``now``: when to look next, and the article's new pulse.

    ``changed``: the look found a text never seen of this article. ``curve``: its outlet's, before this look (what it
    teaches the outlet is `crawler.hazard.learn`'s). Looks that found no page go by `crawler.plan`'s ladders.
    """
    after = beat(pulse, curve, now, changed)
    return due(after, curve, price, tariff, importance), after


def steer(price: float, spent: float, budget: float, hours: float) -> float:
    """The price after so many hours in which ``spent`` requests an hour were made (a mean over the last day, say).

    ``d log(price) / dt = GAIN * (spent / budget - 1)``, the excess at most `SWING`: slow beside a day's ups and downs.
    """
    excess = min(max(spent / budget - 1, -SWING), SWING)
    return price * exp(GAIN * excess * hours)
