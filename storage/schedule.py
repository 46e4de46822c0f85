"""What is owed, and what is it worth? The durable schedule, read from the store.

The schedule is nothing but columns: ``articles.next_visit_at`` and ``channels.next_ask_at``. Whoever asks gets what is
due at that moment, most valuable first; nothing is handed out for good, so nothing is lost by whoever dies on the way.
"""

import sqlite3
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from storage import rows
from storage.records import BAD, Standing, Status, moment, stamp

AHEAD = timedelta(hours=1)
"""What was planned by a clock that ran so far ahead waits for no future that is none."""
STUCK = timedelta(hours=6)
"""After this long, what could not be concluded is asked for again."""
LONGEST = timedelta(days=1, hours=1)
"""No channel is asked less often than daily: a later date was set by a clock that ran ahead."""
CANDIDATES = """from candidates c where article is null
    and not exists (select 1 from addresses a where a.url = c.url)
    and not exists (select 1 from captures where asked_url = c.offered_url and purpose = 'article' and at > ?)"""
"""Addresses that a channel offered, that nobody asked for yet (nor was stuck at lately), and not known by that name."""
TABLES = """
alter table channels add column ask_every real;
alter table channels add column next_ask_at text;
create index channels_due on channels (next_ask_at)
"""


@dataclass(frozen=True, slots=True)
class Owed:
    """One visit that is due."""

    article: int
    """0: a pinned address that nobody asked for yet."""
    url: str
    outlet: str
    since: datetime
    """When it fell due."""
    interval: float = 0.0
    """Seconds that the plan put between the last look (or the hint that brought it forward) and this one."""
    urgent: bool = False
    """Somebody waits for its answer: a suspicion, a change without its second look, a pin nobody asked for yet."""

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def lateness(self, now: datetime) -> float:
        """Seconds overdue, in intervals of its own: one hour matters to what is looked at hourly."""
        return (now - self.since).total_seconds() / max(self.interval, 60.0)


def owed(
    conn: sqlite3.Connection, now: datetime, outlets: Collection[str] = (), every: float | None = None
) -> list[Owed]:
    """Visits that are due, most valuable first: what is urgent, then what is latest by its own measure.

    None on a host that asked us to wait. No outlets: all of them. ``every`` (seconds): by this fixed interval since the
    last look, whatever the plan says.
    """
    found = [*_pinned(conn, now, outlets), *_articles(conn, now, outlets, every)]
    resting = waiting(conn, now)
    ready = [one for one in found if one.host not in resting]
    return sorted(ready, key=lambda one: (not one.urgent, one.article > 0, -one.lateness(now), one.since, one.article))


def _pinned(conn: sqlite3.Connection, now: datetime, outlets: Collection[str]) -> list[Owed]:
    sql = f"""select offered_url, outlet, offered_at {CANDIDATES}
        and url in (select url from pins){_among(outlets)}"""  # noqa: S608
    found = conn.execute(sql, (stamp(now - STUCK), *outlets))
    return [Owed(0, r["offered_url"], r["outlet"], moment(r["offered_at"]), urgent=True) for r in found]


def _articles(conn: sqlite3.Connection, now: datetime, outlets: Collection[str], every: float | None) -> list[Owed]:
    due, values = "next_visit_at <= ?", (stamp(now),)
    if every is not None:
        due, values = "coalesce(last_capture_at, '') <= ?", (stamp(now - timedelta(seconds=every)),)
    sql = f"""select id, visit_url, outlet, next_visit_at, last_capture_at, standing,
            (select verdict from readings where article = a.id order by at desc, capture desc limit 1) as verdict,
            (select status from changes where article = a.id order by by_at desc limit 1) as newest,
            (select max(at) from captures where asked_url = a.visit_url and purpose = 'article') as seen_at,
            (select json_extract(pulse, '$.hinted_at') from pulses where article = a.id) as hinted_at
        from articles a where next_visit_at is not null and ({due} or last_capture_at > ?){_among(outlets)}"""  # noqa: S608
    found = conn.execute(sql, (*values, stamp(now + AHEAD), *outlets))
    return [_owed(row, now, every) for row in found if not _is_stuck(row, now)]


def _is_stuck(row: sqlite3.Row, now: datetime) -> bool:
    """Whether it was just looked at, but what came could not be concluded: asking on and on would not help."""
    seen, last = rows.when(row["seen_at"]), rows.when(row["last_capture_at"])
    return seen is not None and (last is None or seen > last) and now - STUCK < seen <= now


def _owed(row: sqlite3.Row, now: datetime, every: float | None) -> Owed:
    last, since = rows.when(row["last_capture_at"]), moment(row["next_visit_at"])
    begun = max(last.timestamp(), row["hinted_at"] or 0.0) if last is not None else 0.0
    interval = max(since.timestamp() - begun, 0.0) if last is not None else 0.0
    if every is not None:
        since, interval = (last or now) + timedelta(seconds=every), every
    if last is not None and last > now + AHEAD:
        since = now
    suspect = row["verdict"] in BAD and row["standing"] not in (None, Standing.TAKEN_DOWN)
    urgent = suspect or row["newest"] == Status.PENDING
    return Owed(row["id"], row["visit_url"], row["outlet"], min(since, now), interval, urgent)


def channels(
    conn: sqlite3.Connection, now: datetime, outlets: Collection[str] = (), every: float | None = None
) -> dict[tuple[str, str], float]:
    """Channels that are due by (outlet, address): how late, in intervals of their own (never asked: without end).

    None on a host that asked us to wait. ``every`` (seconds): by this fixed interval.
    """
    sql = f"select outlet, url, ask_every, next_ask_at, capture from channels where 1{_among(outlets)}"  # noqa: S608
    late: dict[tuple[str, str], float] = {}
    resting = waiting(conn, now)
    for row in conn.execute(sql, tuple(outlets)).fetchall():
        if urlsplit(row["url"]).hostname in resting:
            continue
        at, pause = rows.when(row["next_ask_at"]), every or row["ask_every"] or 0.0
        if at is None or pause <= 0:
            late[row["outlet"], row["url"]] = float("inf")
            continue
        due = at if every is None else at + timedelta(seconds=every - (row["ask_every"] or every))
        if due <= now or due > now + LONGEST:
            late[row["outlet"], row["url"]] = abs((now - due).total_seconds()) / pause
    return late


def known_channels(conn: sqlite3.Connection) -> frozenset[tuple[str, str]]:
    """All channels that were ever written down, as (outlet, address)."""
    return frozenset((row["outlet"], row["url"]) for row in conn.execute("select outlet, url from channels"))


def outlets_with_candidates(conn: sqlite3.Connection, now: datetime, outlets: Collection[str]) -> frozenset[str]:
    """Those of the outlets that have candidates to be asked for, on hosts that did not ask us to wait."""
    resting, sql = waiting(conn, now), f"select offered_url {CANDIDATES} and outlet = ?"

    def ready(outlet: str) -> bool:
        found = conn.execute(sql, (stamp(now - STUCK), outlet))
        return any(urlsplit(row["offered_url"]).hostname not in resting for row in found)

    return frozenset(outlet for outlet in outlets if ready(outlet))


def requests(conn: sqlite3.Connection, since: datetime, until: datetime) -> int:
    """Requests that were made after ``since``, redirects and robots.txt included."""
    sql = "select coalesce(sum(1 + json_array_length(hops)), 0) from captures where at > ? and at <= ?"
    return int(conn.execute(sql, (stamp(since), stamp(until))).fetchone()[0])


def requests_by_host(conn: sqlite3.Connection, since: datetime, until: datetime) -> Counter[str]:
    """The same for each host; redirects count for the host that was asked."""
    sql = "select asked_url, 1 + json_array_length(hops) as made from captures where at > ? and at <= ?"
    made: Counter[str] = Counter()
    for row in conn.execute(sql, (stamp(since), stamp(until))):
        made[urlsplit(row["asked_url"]).hostname or ""] += row["made"]
    return made


def waiting(conn: sqlite3.Connection, now: datetime) -> frozenset[str]:
    """Hosts that asked us to wait."""
    found = conn.execute("select host from hosts where not_before > ?", (stamp(now),))
    return frozenset(row["host"] for row in found)


def _among(outlets: Collection[str]) -> str:
    return f" and outlet in ({rows.marks(tuple(outlets))})" if outlets else ""
