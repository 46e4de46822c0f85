"""The outbox: what is to be told, to which sink, and what became of it; and how far each sink has been told.

A row is written once for each event and sink (``key``), in the transaction that finds it. So nobody is told twice of
one event, whatever is read again, imported or marked: captures up to a sink's `Reach` are done with for good.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage import rows
from storage.records import canonical_json, sha256, stamp

TABLES = """
alter table changes add column settled_by text not null default '';
alter table changes add column settled_at text not null default '';
create index changes_settled on changes (settled_at) where status = 'news';
create trigger changes_are_settled_1 after insert on changes when new.unmarked = 'news' begin
    update changes set
        settled_by = coalesce((select c.entry from readings r join captures c on c.id = r.capture
        where r.article = new.article order by r.at desc, r.capture desc limit 1), ''),
        settled_at = coalesce((select c.at from readings r join captures c on c.id = r.capture
        where r.article = new.article order by r.at desc, r.capture desc limit 1), by_at) where id = new.id; end;
create trigger changes_are_settled_2 after update of unmarked on changes
    when new.unmarked = 'news' and old.unmarked != 'news' begin
    update changes set
        settled_by = coalesce((select c.entry from readings r join captures c on c.id = r.capture
        where r.article = new.article order by r.at desc, r.capture desc limit 1), ''),
        settled_at = coalesce((select c.at from readings r join captures c on c.id = r.capture
        where r.article = new.article order by r.at desc, r.capture desc limit 1), by_at) where id = new.id; end;
create trigger changes_are_settled_3 after update of status on changes
    when new.status = 'news' and new.settled_at = '' begin
    update changes set settled_at = by_at where id = new.id; end;
create trigger changes_are_settled_4 after update of status on changes
    when new.status != 'news' and new.settled_by = '' begin
    update changes set settled_at = '' where id = new.id; end;
update changes set settled_by = coalesce(
    (select c.entry from readings r join captures c on c.id = r.capture where r.version = changes.to_version
        and r.at > changes.by_at order by r.at, r.capture limit 1),
    (select c.entry from versions v join captures c on c.id = v.capture where v.id = changes.to_version), '')
    where unmarked = 'news';
update changes set settled_at = coalesce((select c.at from captures c where c.entry = changes.settled_by), by_at)
    where status = 'news' or unmarked = 'news';
create index standings_at on standings (at);
create index accesses_at on accesses (at);

alter table notices add column said text not null default '{}';
alter table notices add column batch text not null default '';
alter table notices add column due_at text not null default '';
alter table notices add column tried_at text;
alter table notices add column given_up_at text;
create index notices_owed on notices (sink, due_at) where sent_at is null and given_up_at is null;
create index notices_kind on notices (sink, kind, at);

create table sinks (
    name text primary key,
    since text not null,
    capture integer not null,
    at text not null,
    asked_at text not null,
    alarmed_at text not null,
    digest_at text not null
) strict;
"""
"""``changes.settled_by``: the entry of the look that made a change news, ``settled_at`` its moment. Rereading finds the
same look again; what a mark alone made news has no such look."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a sink has been told."""

    sink: str
    since: str
    """The moment from which on it is told anything at all."""
    capture: int
    """The last capture (row) that was gone through."""
    at: str
    """The newest moment of a capture gone through."""
    asked_at: str
    """When it was last gone through."""
    alarmed_at: str
    """When it was last asked whether anything is not well."""
    digest_at: str
    """When the last digest was put together; at first, since when it is waited for."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to be told to one sink."""

    kind: str
    about: tuple[str, ...]
    """Capture entries; the first names the event. Of an alarm: what it is about, in words."""
    sink: str
    key: str
    """The idempotency key: the same for every attempt."""
    said: dict[str, Any]
    """What is told, as it was when it was found."""
    at: str = ""
    id: int = 0
    tries: int = 0
    tried_at: str | None = None
    """When it was first tried."""
    due_at: str = ""
    batch: str = ""
    """The key of the digest it goes out with; "": it is in none yet."""


def key(*natural: str) -> str:
    """An idempotency key, from what names the thing."""
    return sha256(canonical_json(natural).encode())[:40]


# --- how far ------------------------------------------------------------------------------------


def reach(conn: sqlite3.Connection, sink: str) -> Reach | None:
    """How far a sink has been told; None: it is new."""
    row = conn.execute("select * from sinks where name = ?", (sink,)).fetchone()
    return Reach(*row) if row else None


def reached(conn: sqlite3.Connection, now: Reach) -> None:
    """Note how far."""
    row = (now.sink, now.since, now.capture, now.at, now.asked_at, now.alarmed_at, now.digest_at)
    conn.execute("insert or replace into sinks values (?, ?, ?, ?, ?, ?, ?)", row)


def newest(conn: sqlite3.Connection) -> tuple[int, str]:
    """The last capture's row, and the newest moment."""
    row = conn.execute("select coalesce(max(id), 0), coalesce(max(at), '') from captures").fetchone()
    return row[0], row[1]


def before(conn: sqlite3.Connection, since: datetime) -> tuple[int, str]:
    """The last row, and the newest moment, of the captures before a moment."""
    sql = "select coalesce(max(id), 0), coalesce(max(at), '') from captures where at < ?"
    row = conn.execute(sql, (stamp(since),)).fetchone()
    return row[0], row[1]


def pass_over(conn: sqlite3.Connection) -> None:
    """Tell nobody of what the captures held by now show: for whoever brings captures in from elsewhere."""
    conn.execute("update sinks set capture = ?, at = ?", newest(conn))


# --- in -----------------------------------------------------------------------------------------


def enlist(conn: sqlite3.Connection, notices: Iterable[Notice], now: datetime) -> list[Notice]:
    """Put in the outbox what is not there yet; returns that."""
    new = []
    for one in notices:
        row = (stamp(now), one.kind, canonical_json(one.about), one.sink, one.key, canonical_json(one.said), stamp(now))
        sql = """insert into notices (at, kind, about, sink, key, said, due_at) values (?, ?, ?, ?, ?, ?, ?)
            on conflict (key) do nothing"""
        if conn.execute(sql, row).rowcount:
            new.append(one)
    return new


_IS_NEWS = """exists (select 1 from captures c join readings r on r.capture = c.id
    join changes ch on ch.to_version = r.version where c.entry = notices.about ->> {0} and ch.status = 'news')"""
"""Whether the n-th capture that a notice is about shows a change that is told."""


def withdraw(conn: sqlite3.Connection) -> int:
    """Give up what waits to be told of changes that are news no more (a mark, a sweep); returns how many."""
    sql = f"""update notices set given_up_at = due_at, error = 'withdrawn: it is news no more' where sent_at is null
        and given_up_at is null and batch = ''
        and (kind in ('edit', 'stealth edit')
            or kind in ('copies remain', 'copy followed') and said ->> '$.kinds' != '[]')
        and not ({_IS_NEWS.format(0)} and (kind != 'copy followed' or {_IS_NEWS.format(1)}))"""  # noqa: S608 (ours alone)
    return conn.execute(sql).rowcount


def alarmed(conn: sqlite3.Connection, sink: str) -> tuple[frozenset[str], dict[str, str]]:
    """What a sink was alarmed of already, and when it last was, by kind."""
    like = (sink, "alarm: *")
    sql = "select distinct j.value from notices n, json_each(n.about) j where n.sink = ? and n.kind glob ?"
    told = frozenset(row[0] for row in conn.execute(sql, like))
    sql = "select kind, max(at) from notices where sink = ? and kind glob ? group by kind"
    return told, {row[0]: row[1] for row in conn.execute(sql, like)}


# --- out ----------------------------------------------------------------------------------------

OWED = "sent_at is null and given_up_at is null"


def owed(conn: sqlite3.Connection, sink: str, now: datetime, limit: int) -> list[Notice]:
    """What is due to be sent now, what is due longest first."""
    sql = f"select * from notices where sink = ? and {OWED} and due_at <= ? order by due_at, id limit ?"  # noqa: S608
    return [_notice(row) for row in conn.execute(sql, (sink, stamp(now), limit))]


def unsent(conn: sqlite3.Connection, sink: str) -> list[Notice]:
    """What is owed, due or not."""
    sql = f"select * from notices where sink = ? and {OWED} order by id"  # noqa: S608
    return [_notice(row) for row in conn.execute(sql, (sink,))]


def batched(conn: sqlite3.Connection, sink: str) -> list[Notice]:
    """Of what is owed, what goes out with a digest that was put together already: its oldest."""
    sql = f"""select * from notices where sink = ? and {OWED} and batch != '' and batch = (select batch from notices
        where sink = ? and {OWED} and batch != '' order by id limit 1) order by id"""  # noqa: S608
    return [_notice(row) for row in conn.execute(sql, (sink, sink))]


def unbatched(conn: sqlite3.Connection, sink: str, limit: int) -> list[Notice]:
    """Of what is owed, what is in no digest yet."""
    sql = f"select * from notices where sink = ? and {OWED} and batch = '' order by id limit ?"  # noqa: S608
    return [_notice(row) for row in conn.execute(sql, (sink, limit))]


def bundle(conn: sqlite3.Connection, notices: Collection[Notice], batch: str) -> None:
    """Put notices together for good: every attempt sends the same ones, by the same key."""
    conn.executemany("update notices set batch = ? where id = ?", [(batch, one.id) for one in notices])


def sent(conn: sqlite3.Connection, ids: Iterable[int], at: datetime) -> None:
    """They were told."""
    sql = "update notices set sent_at = ?, tried_at = coalesce(tried_at, ?), tries = tries + 1, error = '' where id = ?"
    conn.executemany(sql, [(stamp(at), stamp(at), number) for number in ids])


def failed(
    conn: sqlite3.Connection, ids: Iterable[int], at: datetime, error: str, due: datetime, give_up: bool
) -> None:
    """They could not be told: try again when due, or never."""
    sql = """update notices set tries = tries + 1, error = ?, due_at = ?, tried_at = coalesce(tried_at, ?),
        given_up_at = ? where id = ? and sent_at is null"""
    gone = stamp(at) if give_up else None
    conn.executemany(sql, [(error, stamp(due), stamp(at), gone, number) for number in ids])


def waiting(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """For each sink: how many wait, how many were given up, the last error."""
    sql = f"""select sink, sum({OWED}) as owed, sum(sent_at is not null) as sent,
        sum(given_up_at is not null) as given_up,
        max(case when {OWED} then error else '' end) as error from notices group by sink order by sink"""  # noqa: S608
    return [dict(row) for row in conn.execute(sql)]


def given_up(conn: sqlite3.Connection, since: datetime, but: str) -> list[tuple[str, int, str]]:
    """Of other sinks: how many notices were given up on a day, and that day."""
    sql = """select sink, count(*), substr(given_up_at, 1, 10) from notices where given_up_at >= ? and sink != ?
        and error not like 'withdrawn%' group by 1, 3 order by 1, 3"""
    return [(row[0], row[1], row[2]) for row in conn.execute(sql, (stamp(since), but))]


def _notice(row: rows.Row) -> Notice:
    return Notice(
        kind=row["kind"],
        about=tuple(json.loads(row["about"])),
        sink=row["sink"],
        key=row["key"],
        said=json.loads(row["said"]),
        at=row["at"],
        id=row["id"],
        tries=row["tries"],
        tried_at=row["tried_at"],
        due_at=row["due_at"],
        batch=row["batch"],
    )
