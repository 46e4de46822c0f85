"""How do the other articles of an outlet stand? The rows by which an incident of the outlet is known.

Every question looks strictly before a moment, and at readings alone: what an article's row says of it may be later.
"""

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta

from storage import rows
from storage.records import GOOD, MASS_REMOVAL, REDESIGN, Incident, Look, Neighbours, stamp

_GOOD = ", ".join(f"'{verdict}'" for verdict in sorted(GOOD))


def incidents(conn: sqlite3.Connection, outlet: str, at: datetime) -> tuple[Incident, ...]:
    """The outlet's incidents as they stood before a moment, oldest first; redesigns hold nothing, and are not asked."""
    sql = "select * from incidents where outlet = ? and recognised_at < ? and kind != ? order by recognised_at, id"
    until = stamp(at)
    known = map(rows.incident, conn.execute(sql, (outlet, until, REDESIGN)))
    return tuple(replace(one, ended_at=None) if one.ended_at and stamp(one.ended_at) >= until else one for one in known)


def others(
    conn: sqlite3.Connection, outlet: str, me: int, at: datetime, window: float, known: tuple[Incident, ...]
) -> Neighbours:
    """The outlet's articles but this one: since its open incident began, or in the window, but since the last one."""
    past = at - timedelta(seconds=window)
    is_open = bool(known) and known[-1].ended_at is None
    over = max((one.ended_at for one in known if one.ended_at), default=past)
    since = known[-1].started_at if is_open else max(past, over)
    before = since if is_open else at
    turned, recovered, partook = _turned(conn, outlet, me, since, at)
    had_stood = _last_good(conn, me, at) is not None
    stood = had_stood and _last_good(conn, me, before) is not None
    found = Neighbours(since, turned, recovered, partook=partook, stood=stood, had_stood=had_stood)
    if not (is_open or turned):
        return found  # where nothing turned bad, how many are well decides nothing
    well = _well(conn, outlet, me, since, before, at)
    return replace(found, well=well, alive=is_open and bool(answered(conn, outlet, me, stamp(past), stamp(at))))


def _turned(
    conn: sqlite3.Connection, outlet: str, me: int, since: datetime, at: datetime
) -> tuple[tuple[Look, ...], int, bool]:
    """The looks at which articles turned bad; how many were bad and are well again; whether this one was bad."""
    sql = """select distinct article from readings indexed by readings_bad
        where outlet = ? and at >= ? and at < ? and how is not null order by article"""
    bad = [row["article"] for row in conn.execute(sql, (outlet, stamp(since), stamp(at)))]
    turns, recovered = [], 0
    for article in bad:
        last_good = _last_good(conn, article, at) if article != me else None
        if last_good is None:
            continue  # what never stood cannot turn bad
        turn = _first_bad(conn, article, last_good, at)
        recovered += turn is None
        if turn is not None and turn.at >= since:
            turns.append(turn)
    return tuple(turns), recovered, me in bad


def _last_good(conn: sqlite3.Connection, article: int, at: datetime) -> str | None:
    sql = f"select at from readings where article = ? and at < ? and verdict in ({_GOOD}) order by at desc limit 1"  # noqa: S608
    row = conn.execute(sql, (article, stamp(at))).fetchone()
    return row["at"] if row else None


def _first_bad(conn: sqlite3.Connection, article: int, after: str, at: datetime) -> Look | None:
    sql = """select r.at, r.verdict, r.how, r.outlet_well, c.entry from readings r join captures c on c.id = r.capture
        where r.article = ? and r.at > ? and r.at < ? and r.how is not null order by r.at, r.capture limit 1"""
    row = conn.execute(sql, (article, after, stamp(at))).fetchone()
    return rows.look(row) if row else None


def _well(conn: sqlite3.Connection, outlet: str, me: int, since: datetime, before: datetime, at: datetime) -> int:
    """Articles whose last word since is good, and which had answered well before that (and before ``before``)."""
    told = "select 1 from readings r where r.article = a.id and r.at"
    sql = f"""select count(*) from articles a where a.outlet = :outlet and a.id != :me and a.last_capture_at >= :since
        and exists ({told} < :before and r.verdict in ({_GOOD}))
        and (select count(*) from ({told} < :at and r.verdict in ({_GOOD}) limit 2)) = 2
        and (select r.at >= :since and r.how is null from readings r where r.article = a.id and r.at < :at
            and (r.how is not null or r.verdict in ({_GOOD})) order by r.at desc, r.capture desc limit 1)"""  # noqa: S608
    moments = {"since": stamp(since), "before": stamp(before), "at": stamp(at)}
    return int(conn.execute(sql, {"outlet": outlet, "me": me, **moments}).fetchone()[0])


def answered(conn: sqlite3.Connection, outlet: str, me: int, since: str, until: str) -> bool | None:
    """Whether any other article answered well in this time; None where none was looked at whose state is open.

    What is known to be taken down says nothing by being so still.
    """
    told = f"""select count(case when verdict in ({_GOOD}) then 1 end) as good,
            count(case when not {REMOVED} then 1 end) as looks
        from readings r where outlet = :outlet and article != :me and at >= :since and at < :until"""  # noqa: S608
    moments = {"since": since, "until": until}
    found = conn.execute(told, {"outlet": outlet, "me": me, **moments}).fetchone()
    return bool(found["good"]) if found["looks"] else None


REMOVED = f"""(r.how is not null and (
    coalesce((select s.standing from standings s where s.article = r.article and s.at < :until
        order by s.at desc limit 1), '') = 'taken_down'
    or exists (select 1 from incidents i where i.outlet = r.outlet and i.kind = '{MASS_REMOVAL}' and i.ended_at < :until
        and not exists (select 1 from readings g where g.article = r.article and g.at >= i.started_at and g.at < :until
            and g.verdict in ({_GOOD})))))"""  # noqa: S608
"""A bad look at an article that was known to be taken down, alone or in a mass removal."""
