"""What must a look be worth now? The price of a request follows what was spent of the budget, over restarts as well.

Every look waits until it is worth the price (`crawler.index`), so a price that is too low spends more than the budget,
and one that is too high leaves some of it unspent. A host that is too slow for all that is due there has a price of
its own, above everybody's. When a price has moved enough, what was planned by it is planned anew.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp

from crawler import index, timing
from crawler.plan import START, Routine
from storage import pulses, schedule
from storage.findings import Planned
from storage.pulses import EVERYWHERE, Price, Watched
from storage.store import Store

CHEAPEST = 0.001
"""No request is cheaper: some 90 looks at an article in its first week, where it is never edited, about as many as
newsdiffs' own schedule makes. More would find next to nothing, whatever the budget."""
DEAREST = 0.5
"""Nor dearer: at this price all but hints and the youngest wait for the floor."""
EVERY = timedelta(minutes=10)
"""How often the price is reckoned."""
DAY, LONGEST = 24.0, 1.0
"""Hours that spending is averaged over; and hours, at most, that one step makes up for (nobody steers while nothing
runs, and a pause is no saving)."""
SHARE = 0.8
"""Of a host's pace that looks at known articles may take up: the rest is for lists and new articles (`crawler.ration`
keeps it)."""
MOVED = 1.15
"""By so much a price moves until plans are made anew."""
BATCH = 5000
"""Plans that are made anew at once, at most: the next to fall due."""

Delay = Callable[[str], float]
"""Seconds that the host of an address wants between two requests."""


@dataclass(frozen=True, slots=True)
class Spending:
    """Requests an hour on one host or on all: what was made, and what is allowed."""

    made: float
    behind: float
    """Looks that were due before and not made: what it would take to catch up within the hour."""
    allowed: float


def steer(store: Store, now: datetime, hourly: int, delay: Delay) -> None:
    """Move the prices by what was spent since they were last reckoned, and plan anew what they moved.

    ``hourly``: requests an hour in all; 0: no budget, and everybody's price stays at `START`. Not more often than
    `EVERY`; a clock that was put back begins a new step.
    """
    known = pulses.prices(store.conn)
    last = known.get(EVERYWHERE)
    if last is not None and now - EVERY < last.at <= now:
        return
    since = max(last.at if last is not None else now, now - timedelta(hours=LONGEST))
    hours = max((now - since).total_seconds() / 3600, 0.0)
    moved = _moved(known, now, hours, _spending(store, since, now, max(hours, 1 / 6), hourly, delay))
    plans = list(_anew(store, moved, now))
    with store.transaction() as conn:
        pulses.replan(conn, plans)
        done = len(plans) < BATCH
        pulses.keep_prices(conn, (replace(one, planned=one.price) if done and _is_off(one) else one for one in moved))


def _spending(
    store: Store, since: datetime, now: datetime, hours: float, hourly: int, delay: Delay
) -> dict[str, Spending]:
    """What was spent on each host, and (`EVERYWHERE`) on all."""
    made = schedule.requests_by_host(store.conn, since, now)
    late = [one for one in schedule.owed(store.conn, now) if one.since <= now - EVERY]
    behind, urls = Counter(one.host for one in late), {one.host: one.url for one in late}
    told = {
        host: Spending(made[host] / hours, behind[host], SHARE * 3600 / max(delay(urls[host]), 0.001)) for host in urls
    }
    slow = Counter(one.host for one in late if made[one.host] / hours >= told[one.host].allowed)
    in_all = sum(behind.values()) - sum(slow.values())  # what is late because its host is slow, no budget mends
    return {**told, EVERYWHERE: Spending(made.total() / hours, in_all, float(hourly))}


def _moved(
    known: Mapping[str, Price], now: datetime, hours: float, spending: Mapping[str, Spending]
) -> tuple[Price, ...]:
    """All prices after a step. A host's own is let go of once it is no higher than everybody's."""
    first = Price(EVERYWHERE, START, spending[EVERYWHERE].made, START, now, now)
    everywhere = _step(known.get(EVERYWHERE, first), now, hours, spending[EVERYWHERE])
    hosts = []
    for host in sorted({*known, *spending} - {EVERYWHERE}):
        spent = spending.get(host)
        before = known.get(host, replace(everywhere, host=host, spent=spent.made if spent else 0.0, since=now))
        after = _step(before, now, hours, spent or Spending(0.0, 0.0, 1.0))
        if after.price > everywhere.price:
            hosts.append(after)
    return (everywhere, *hosts)


def _step(known: Price, now: datetime, hours: float, told: Spending) -> Price:
    """A price after so many hours (`crawler.index.steer`), and the mean of what was spent."""
    span = min(max((now - known.since).total_seconds() / 3600, 1.0), DAY)
    spent = known.spent + (1 - exp(-hours / span)) * (told.made - known.spent)
    if told.allowed <= 0:
        return replace(known, price=START, spent=spent, at=now)
    price = index.steer(known.price, spent + told.behind, told.allowed, hours)
    return replace(known, price=min(max(price, CHEAPEST), DEAREST), spent=spent, at=now)


# --- planning anew ------------------------------------------------------------------------------


def _is_off(one: Price) -> bool:
    return not 1 / MOVED < one.price / one.planned < MOVED


def _anew(store: Store, prices: Iterable[Price], now: datetime) -> Iterator[Planned]:
    """The plans that were made at another price than today's, as today's has them: the next to fall due first."""
    told = {one.host: one.price for one in prices}
    if not any(_is_off(one) for one in prices) and set(told) == set(pulses.prices(store.conn)):
        return
    left = BATCH
    for plan in routines(store, told):
        before = plan.of.planned.price or START
        if left and not 1 / MOVED < plan.by.price / before < MOVED:
            left -= 1
            yield timing.kept(plan.of.planned.article, plan.by)


@dataclass(frozen=True, slots=True)
class Plan:
    """An article whose visit the index plans, and by what."""

    of: Watched
    by: Routine


def routines(store: Store, prices: Mapping[str, float], most: int = 0) -> Iterator[Plan]:
    """By what articles' visits are planned at such prices (by host; `EVERYWHERE`), the soonest first.

    ``most`` (0: all): so many at most, spread evenly over all.
    """
    curves: dict[tuple[str, str], Routine] = {}
    found = pulses.watched(store.conn)
    for one in found[:: max(-(-len(found) // most), 1)] if most else found:
        price = max(prices.get(EVERYWHERE, START), prices.get(pulses.host(one.url), 0.0))
        key = one.outlet, one.planned.kind
        if key not in curves:
            curves[key] = timing.of_kept(one.planned, pulses.rhythms(store.conn, one.outlet), price)
        pulse, importance = timing.pulse(one.planned.pulse), one.planned.importance
        yield Plan(one, replace(curves[key], pulse=pulse, price=price, importance=importance))
