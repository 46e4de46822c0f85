"""What lists hint of known articles: kept with what each list offered, settled by the next look at the article.

Kept as it is, like candidates: rereading neither hears nor settles anything.
"""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from storage import pulses, rows
from storage.findings import Candidate, ChannelRow, Finding, Hint, Listed, Timing
from storage.records import BAD, GOOD, Capture, Standing, Status, canonical_json, stamp

TITLES = 20
"""Titles that are remembered of what a list offers: the newest."""
UNANSWERED = timedelta(days=2)
"""A hint whose look did not come for so long is waited for no more."""
AT_ONCE = timedelta(minutes=2)
"""A visit that a hint brings so near is due now: whoever asks lists and articles by turns need not wait a turn."""
TABLES = """
alter table offers add column title text not null default '';
alter table offers add column titles text not null default '[]';
alter table offers add column updated_at text not null default '';
alter table offers add column hint text not null default '';
alter table offers add column hinted_at text;
create index offers_hinted on offers (channel, hinted_at) where hinted_at is not null;
alter table channels add column passed integer not null default 0;
alter table channels add column hints integer not null default 0;
alter table channels add column hits integer not null default 0
"""


def listed(conn: sqlite3.Connection, channel: int, urls: Iterable[str]) -> dict[str, Listed]:
    """Those of the addresses (normal form) that are a known article's, and what this list said of them before."""
    sql = """select a.id, a.outlet, a.visit_url, a.title as headline, a.standing, a.next_visit_at,
            a.last_capture_at, a.last_good_at, coalesce(o.titles, '[]') as titles, coalesce(o.hint, '') as hint,
            (select status from changes where article = a.id order by by_at desc limit 1) as newest
        from addresses d join articles a on a.id = d.article left join offers o on o.url = d.url and o.channel = ?
        where d.url = ?"""
    found = ((url, conn.execute(sql, (channel, url)).fetchone()) for url in urls)
    return {url: _listed(conn, row) for url, row in found if row is not None}


def _listed(conn: sqlite3.Connection, row: sqlite3.Row) -> Listed:
    stands = row["standing"] not in (None, Standing.DOWN, Standing.TAKEN_DOWN) and row["newest"] != Status.PENDING
    watched = row["next_visit_at"] is not None and row["last_good_at"] == row["last_capture_at"]
    return Listed(
        article=row["id"],
        headline=row["headline"],
        last_good_at=rows.when(row["last_good_at"]),
        steady=stands and watched,
        titles=tuple(json.loads(row["titles"])),
        hint=row["hint"],
        timing=_timing(conn, row) if stands and watched else Timing(),
    )


def _timing(conn: sqlite3.Connection, row: sqlite3.Row) -> Timing:
    return Timing(
        planned=pulses.planned(conn, row["id"]),
        rhythms=pulses.rhythms(conn, row["outlet"]),
        price=pulses.price(conn, row["visit_url"]),
    )


def waiting(conn: sqlite3.Connection, channel: int, now: datetime) -> int:
    """How many of a list's hints were followed and wait for their look."""
    sql = "select count(*) from offers where channel = ? and hinted_at > ?"
    return int(conn.execute(sql, (channel, stamp(now - UNANSWERED))).fetchone()[0])


def note(conn: sqlite3.Connection, offered: Iterable[Candidate], by: ChannelRow) -> None:
    """Remember what a list said of what it offers."""
    for offer in offered:
        key = (offer.url, by.id)
        row = conn.execute("select title, titles, updated_at from offers where url = ? and channel = ?", key).fetchone()
        before, title = json.loads(row["titles"]), offer.called
        titles = before if title in ("", *before) else [*before, title][-TITLES:]
        said = (title or row["title"], canonical_json(titles), offer.updated_at or row["updated_at"])
        if said != tuple(row):
            sql = "update offers set title = ?, titles = ?, updated_at = ? where url = ? and channel = ?"
            conn.execute(sql, (*said, *key))


def keep(conn: sqlite3.Connection, heard: Iterable[Hint], by: ChannelRow, seen: Capture) -> None:
    """Bring forward the visits of the articles whose hints are followed; never put one off."""
    at = stamp(seen.at)
    for hint in heard:
        claim, waits = hint.claim or None, at if hint.followed else None
        sql = """update offers set hint = coalesce(?, hint), hinted_at = coalesce(?, hinted_at)
            where url = ? and channel = ?"""
        conn.execute(sql, (claim, waits, hint.url, by.id))
        if hint.followed:
            due = at
            if hint.planned is not None and hint.planned.next_visit_at is not None:
                pulses.keep(conn, hint.planned)
                due = stamp(seen.at if hint.planned.next_visit_at <= seen.at + AT_ONCE else hint.planned.next_visit_at)
            sooner = "update articles set next_visit_at = ? where id = ? and next_visit_at > ?"
            conn.execute(sooner, (due, hint.article, due))


def settle(conn: sqlite3.Connection, found: Finding) -> None:
    """What a look at an article says of the hints that were followed to it. Our own trouble says nothing."""
    if found.article is None or found.look is None or found.look.verdict not in GOOD | BAD:
        return
    at, mine = stamp(found.capture.at), "url in (select url from addresses where article = ?) and hinted_at <= ?"
    sql = f"select distinct channel from offers where {mine}"  # noqa: S608
    channels = [row["channel"] for row in conn.execute(sql, (found.article.id, at)).fetchall()]
    if not channels:
        return
    conn.execute(f"update offers set hinted_at = null where {mine}", (found.article.id, at))  # noqa: S608
    if found.look.verdict in GOOD:
        hit = int(_is_new(conn, found))
        counted = "update channels set hints = hints + 1, hits = hits + ? where id = ?"
        conn.executemany(counted, [(hit, channel) for channel in channels])


def _is_new(conn: sqlite3.Connection, found: Finding) -> bool:
    """Whether a look showed an edit: words that the article never said before, and that are no noise."""
    if found.version is None or found.change is None or found.change.status not in (Status.PENDING, Status.NEWS):
        return False
    before = """select 1 from versions v join versions o on o.article = v.article and o.said = v.said and o.id != v.id
        where v.id = ?"""
    return conn.execute(before, (found.version.id,)).fetchone() is None
