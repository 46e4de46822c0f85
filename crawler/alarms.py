"""Alarms about ourselves: what keeps Stet from seeing, said before somebody takes silence for good news."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from crawler.ask import BLIND
from crawler.happened import counted
from storage import notices, rows
from storage.records import GOOD, stamp
from storage.store import Store

DAY = timedelta(days=1)
EMPTY, SHARE = 5, 0.5
"""Articles of an outlet whose pages gave no text within a day, and their share of those looked at: an alarm."""
FASTER, FLOOR, PAST = 3.0, 100 * 2**20, 7
"""A day's growth beyond so many times the median of the days before, so many bytes, with so many days before it.

Ours, not measured: a store of 60 outlets grows by a few tens of megabytes a day, much the same each day.
"""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is not well."""

    kind: str
    """channels, blind, empty, growth, sinks."""
    member: str
    """What it is about, from when on: the same trouble again later is another one."""
    outlet: str
    line: str


def alarms(store: Store, now: datetime, sink: str = "") -> list[Alarm]:
    """All that is not well now; of sinks, all but ``sink`` itself."""
    ways = (_channels(store), _blind(store, now), _empty(store, now), _growth(store, now), _sinks(store, now, sink))
    return [alarm for way in ways for alarm in way]


def _channels(store: Store) -> Iterator[Alarm]:
    """Channels that worked once, and bring nothing new or do not answer any more."""
    sql = """select * from channels where state in ('frozen', 'dead', 'blocked') and capture is not null
        order by outlet, url"""
    for row in store.conn.execute(sql):
        since = row["last_new_at"] if row["state"] == "frozen" else row["last_ok_at"]
        said = "brought nothing new" if row["state"] == "frozen" else "did not answer"
        when = f"since {since[:10]}" if since else "so far"
        why = f" ({row['error']})" if row["error"] else ""
        line = f"{row['outlet']}: {row['kind']} {row['url']} is {row['state']}: it {said} {when}{why}"
        yield Alarm("channels", f"{row['url']} {row['state']} {since or ''}".rstrip(), row["outlet"], line)


def _blind(store: Store, now: datetime) -> Iterator[Alarm]:
    """Outlets with articles that nobody saw for days; those that are just not due are none of them."""
    good = rows.marks(sorted(GOOD))
    sql = f"""select outlet, verdict, count(*) as articles, min(last_good_at) as since, min(url) as url from (
            select a.outlet, a.url, a.last_good_at, a.next_visit_at, (select verdict from readings r
                where r.article = a.id order by r.at desc, r.capture desc limit 1) as verdict
            from articles a where a.versions > 0 and a.standing != 'taken_down' and a.last_good_at < ?
                and a.next_visit_at is not null)
        where verdict not in ({good}) or next_visit_at <= ? group by 1, 2 order by 1, 2"""  # noqa: S608
    values = (stamp(now - BLIND), *sorted(GOOD), stamp(now - BLIND))
    for row in store.conn.execute(sql, values):
        why = "nobody looked" if row["verdict"] in GOOD else row["verdict"]
        many = counted(row["articles"], "article")
        line = f"{row['outlet']}: {many} not seen for {BLIND.days} days or longer: {why} (such as {row['url']})"
        yield Alarm("blind", f"{row['outlet']} {why} since {row['since'][:10]}", row["outlet"], line)


def _empty(store: Store, now: datetime) -> Iterator[Alarm]:
    """Outlets whose pages answer, and give no text."""
    sql = """select outlet, count(distinct article) as looked, count(distinct case when verdict = 'unread'
            or how = 'emptied' then article end) as empty from readings where at >= ? group by outlet order by outlet"""
    for row in store.conn.execute(sql, (stamp(now - DAY),)):
        if row["empty"] >= EMPTY and row["empty"] >= SHARE * row["looked"]:
            line = f"{row['outlet']}: {row['empty']} of {row['looked']} articles looked at since yesterday gave no text"
            yield Alarm(
                "empty", f"{row['outlet']} on {stamp(now)[:10]}", row["outlet"], f"{line}: our reader's trouble?"
            )


def _growth(store: Store, now: datetime) -> Iterator[Alarm]:
    """A store that grew much faster yesterday than in the two weeks before."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    sql = """select substr(c.at, 1, 10) as day, sum(length(p.body)) as size from captures c
        join payloads p on p.digest = c.digest where c.at >= ? and c.at < ?
        and not exists (select 1 from captures o where o.digest = c.digest and o.id < c.id) group by 1 order by 1"""
    found = {r["day"]: r["size"] for r in store.conn.execute(sql, (stamp(today - 15 * DAY), stamp(today)))}
    yesterday = stamp(today - DAY)[:10]
    grown, before = found.pop(yesterday, 0), list(found.values())
    if len(before) >= PAST and grown > FLOOR and grown > FASTER * median(before):
        usual = median(before) / 2**20
        line = f"the store grew by {grown / 2**20:.0f} MB on {yesterday}, by {usual:.0f} MB on a usual day before"
        yield Alarm("growth", yesterday, "", line)


def _sinks(store: Store, now: datetime, sink: str) -> Iterator[Alarm]:
    """Other sinks that did not take what they were sent."""
    for name, count, day in notices.given_up(store.conn, now - 7 * DAY, sink):
        line = f"the sink {name} did not take {counted(count, 'notice')}; given up on {day}"
        yield Alarm("sinks", f"{name} on {day}", "", line)
