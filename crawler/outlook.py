"""What does the plan expect, and what would a larger budget bring? For `scrapy status`, by the index's own reckoning.

An estimate of the next hours: every article is taken to be looked at again and again after as long a wait as now, and
one that is overdue to be looked at now, without a change. Reads only.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from crawler import hazard, timing
from crawler.plan import START
from crawler.price import CHEAPEST, Plan, routines
from storage import pulses
from storage.findings import Article
from storage.pulses import EVERYWHERE
from storage.schedule import Owed
from storage.store import Store

SAMPLE = 300
"""Articles that an estimate goes by, at most."""
CHEAPER = 1.25
"""By so much the price is lowered, step by step, to see what twice the looks would bring."""


@dataclass(frozen=True)
class Expected:
    """What looks at all watched articles come to at one price."""

    looks: float
    """Per hour."""
    changes: float
    """New versions per day."""
    lost: float
    """Of these, overwritten before anybody looked."""
    wait: float
    """Seconds that a change lies unseen, on average."""


@dataclass(frozen=True)
class Missed:
    """A host where visits are later than a whole interval of their own."""

    host: str
    looks: int
    longest: float
    """Seconds by which the latest is overdue."""
    price: float | None
    """Of a request there, where it has a price of its own: more is due there than its pace lets through."""


@dataclass(frozen=True)
class Outlook:
    """What is expected as things are, and with twice the looks."""

    price: float
    articles: int
    """That the index plans."""
    now: Expected
    doubled: Expected | None
    """None: no request is cheaper."""
    missed: tuple[Missed, ...] = ()


@dataclass(frozen=True)
class Reasons:
    """What the index says of one article now."""

    price: float
    """What a look must be worth."""
    worth: float
    overwritten: float
    """Probability that a version was overwritten unseen."""
    late: float
    """Expected hours of unseen changes, as they count."""
    gone: float
    """The same for a takedown."""
    hinted: float
    """What hints add."""
    importance: float
    """By which their sum is multiplied."""
    kind: str
    changes: int
    """Looks that found words never seen before."""
    rate: float
    """How often it is edited, measured by its outlet's usual article."""
    expected: float
    """Changes that are expected since the newest look."""
    least: str
    """The moment before which it is not looked at, whatever the index says."""
    by_index: bool
    """Whether the next visit goes by it (and not by a ladder)."""


def is_known(conn: sqlite3.Connection) -> bool:
    """Whether the store keeps what visits are planned by: an older one that is only read does not."""
    return conn.execute("select 1 from sqlite_master where name = 'pulses'").fetchone() is not None


def reasons(store: Store, known: Article, now: datetime) -> Reasons | None:
    """Why an article's next visit is when it is; None: it has no pulse."""
    kept = pulses.planned(store.conn, known.id) if is_known(store.conn) else None
    if kept is None:
        return None
    by = timing.of_kept(kept, pulses.rhythms(store.conn, known.outlet), pulses.price(store.conn, known.visit_url))
    at = max(now.timestamp(), by.pulse.looked_at)
    worth = by.worth(at)
    start, end = hazard.span(by.pulse, by.curve, at)
    return Reasons(
        price=by.price,
        worth=worth.total,
        overwritten=worth.overwritten,
        late=worth.late,
        gone=worth.gone,
        hinted=worth.hinted,
        importance=by.importance,
        kind=by.kind,
        changes=by.pulse.changes,
        rate=by.pulse.theta.mean,
        expected=by.pulse.theta.mean * (by.curve.mass(end) - by.curve.mass(start)),
        least=datetime.fromtimestamp(by.least, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        by_index=kept.price is not None,
    )


def outlook(store: Store, due: Iterable[Owed], now: datetime) -> Outlook | None:
    """What the plan expects of all watched articles; None where the index plans none yet."""
    if not is_known(store.conn):
        return None
    prices = {host: one.price for host, one in pulses.prices(store.conn).items()}
    price = prices.get(EVERYWHERE, START)
    articles = len(pulses.watched(store.conn))
    if not articles:
        return None
    plans = [_in_time(one, now.timestamp()) for one in routines(store, prices, SAMPLE)]
    usual = _expected(plans, 1.0, articles)
    return Outlook(price, articles, usual, _doubled(plans, price, usual, articles), _missed(due, prices, now))


def _in_time(plan: Plan, now: float) -> Plan:
    """As it would be, were it not overdue."""
    if plan.by.due >= now:
        return plan
    return replace(plan, by=replace(plan.by, pulse=hazard.beat(plan.by.pulse, plan.by.curve, now, False)))


def _expected(plans: Sequence[Plan], cheaper: float, articles: int) -> Expected:
    """What looks come to where a request costs so many times less."""
    looks = changes = lost = waited = 0.0
    for one in plans:
        by = replace(one.by, price=one.by.price / cheaper)
        at, pulse = by.due, by.pulse
        gap = max((at - pulse.looked_at) / 3600, 1e-6)
        start, end = hazard.span(pulse, by.curve, at)
        found = pulse.theta.mean * (by.curve.mass(end) - by.curve.mass(start)) / gap
        looks += 1 / gap
        changes += found
        lost += by.worth(at).overwritten / gap
        waited += found * gap / 2
    each = articles / len(plans)
    return Expected(looks * each, changes * each * 24, lost * each * 24, 3600 * waited / changes if changes else 0.0)


def _doubled(plans: Sequence[Plan], price: float, usual: Expected, articles: int) -> Expected | None:
    cheaper, found = CHEAPER, None
    while price / cheaper >= CHEAPEST and (found is None or found.looks < 2 * usual.looks):
        found, cheaper = _expected(plans, cheaper, articles), cheaper * CHEAPER
    return found


def _missed(due: Iterable[Owed], prices: dict[str, float], now: datetime) -> tuple[Missed, ...]:
    """By host, where most is missed first."""
    late: dict[str, list[float]] = {}
    for one in due:
        if one.article and one.lateness(now) > 1.0:
            late.setdefault(one.host, []).append((now - one.since).total_seconds())
    found = (Missed(host, len(waits), max(waits), prices.get(host)) for host, waits in late.items())
    return tuple(sorted(found, key=lambda one: (-one.looks, one.host)))
