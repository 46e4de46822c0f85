"""Edits, takedowns, restores, paywalls, and troubles of outlets: read from a store, as occasions.

Each has the captures that name it for ever and the one that made it known.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from crawler.happened import counted
from crawler.occasions.occasion import FAMILIES, Kind, Occasion, Sought
from storage import rows
from storage.records import MASS_REMOVAL, REDESIGN, Disclosed, Standing
from storage.views import STEALTH_WEIGHT

LISTED = 20
"""Addresses that an occasion of many articles names."""

# --- edits --------------------------------------------------------------------------------------

EDITS = """select ch.*, a.outlet, a.url, a.title, c.entry, o.entry as was, v.number as number, w.number as before,
        ch.settled_at as known_at, coalesce(s.id, 0) as known_by,
        (select min(k.entry) from readings r join captures k on k.id = r.capture
            where r.article = ch.article and r.at = v.first_at and r.version = v.id) as first
    from changes ch join articles a on a.id = ch.article
        join versions v on v.id = ch.to_version join captures c on c.id = v.capture
        join versions w on w.id = ch.from_version join captures o on o.id = w.capture
        left join captures s on s.entry = ch.settled_by
    where ch.status = 'news' and ch.kinds != '["date"]'"""
SETTLED = "select count(*) from pragma_table_info('changes') where name = 'settled_at'"
FRESH = " and s.id > ? and ch.settled_at > ?"
STEALTH = f" and ch.disclosed != 'proper' and ch.weight >= {STEALTH_WEIGHT}"


def edits(conn: sqlite3.Connection, sought: Sought) -> list[Occasion]:
    """Changes that are news, newest known first."""
    if sought.kind in FAMILIES and sought.kind not in ("edit", "stealth edit"):
        return []
    where, values = _common(sought)
    if sought.kind == "stealth edit":
        where += STEALTH
    elif sought.kind and sought.kind != "edit":
        where += " and exists (select 1 from json_each(ch.kinds) where value = ?)"
        values.append(sought.kind)
    if sought.query:
        either = "select rowid from search where search match ?"
        where += f" and (ch.to_version in ({either}) or ch.from_version in ({either}))"
        values += [sought.query, sought.query]
    if sought.after is not None:
        where, values = where + FRESH, [*values, *sought.after]
    sql = f"{EDITS}{where} order by ch.settled_at desc, ch.id{limited(sought)}"
    if not conn.execute(SETTLED).fetchone()[0]:  # an older store that is only read
        sql = sql.replace("ch.settled_at", "ch.by_at").replace("ch.settled_by", "c.entry")
    return [_edit(conn, row) for row in conn.execute(sql, values).fetchall()]


def _edit(conn: sqlite3.Connection, row: sqlite3.Row) -> Occasion:
    stealth = row["disclosed"] != Disclosed.PROPER and row["weight"] >= STEALTH_WEIGHT
    units = conn.execute("select * from edits where change = ? order by position, id", (row["id"],))
    return Occasion(
        kind="stealth edit" if stealth else "edit",
        about=(row["entry"], row["was"]),
        at=row["known_at"],
        outlet=row["outlet"],
        url=row["url"],
        title=row["title"],
        what=row["summary"],
        after_at=row["after_at"],
        by_at=row["by_at"],
        capture=row["known_by"],
        weight=row["weight"],
        kinds=tuple(json.loads(row["kinds"])),
        disclosed=row["disclosed"],
        edits=tuple(map(rows.edit, units)),
        versions=(row["before"], row["number"]),
        article=row["article"],
        first=row["first"] or "",
    )


# --- takedowns, restores, paywalls ----------------------------------------------------------------

STANDINGS = """select s.*, a.outlet, a.url, a.title, s.evidence ->> '$[#-1]' as settled, c.id as known_by,
        (select i.evidence from incidents i where i.outlet = a.outlet and i.kind = ? and s.standing = 'taken_down'
            and s.by_at >= i.started_at and (i.ended_at is null or s.by_at < i.ended_at) limit 1) as removal,
        (select min(k.entry) from captures b join readings o on o.capture = b.id
            join readings r on r.article = o.article and r.at = o.at and r.verdict = o.verdict
            join captures k on k.id = r.capture where b.entry = s.evidence ->> 0) as first
    from standings s join articles a on a.id = s.article left join captures c on c.entry = s.evidence ->> '$[#-1]'
    where s.standing in ('taken_down', 'restored')"""


def standings(conn: sqlite3.Connection, sought: Sought) -> list[Occasion]:
    """Takedowns and restores, newest known first."""
    names = {"": ("taken_down", "restored"), "takedown": ("taken_down",), "restored": ("restored",)}
    if sought.kind not in names:
        return []
    where, values = _common(sought, "s")
    where += f" and s.standing in ({rows.marks(names[sought.kind])})"
    sql = f"{STANDINGS}{where} order by s.at desc, s.id{limited(sought)}"
    return [_standing(row) for row in conn.execute(sql, [MASS_REMOVAL, *values, *names[sought.kind]]).fetchall()]


def _standing(row: sqlite3.Row) -> Occasion:
    down = row["standing"] == Standing.TAKEN_DOWN
    what = f"{row['how']}: {row['reason']}" if down and row["how"] else row["reason"]
    removal = json.loads(row["removal"])[0] if row["removal"] else ""
    moved = _moved(row, "takedown" if down else "restored", what)
    return replace(moved, how=row["how"] or "", removal=removal, first=row["first"] or "")


def _moved(row: sqlite3.Row, kind: Kind, what: str) -> Occasion:
    """What a standing and a paywall have in common: an article, an interval, and captures that prove it."""
    return Occasion(
        kind=kind,
        about=tuple(json.loads(row["evidence"])),
        at=row["at"],
        outlet=row["outlet"],
        url=row["url"],
        title=row["title"],
        what=what,
        after_at=row["after_at"] or "",
        by_at=row["by_at"],
        capture=row["known_by"] or 0,
        article=row["article"],
    )


ACCESSES = """select s.*, a.outlet, a.url, a.title, c.id as known_by from accesses s join articles a on a.id = s.article
    left join captures c on c.entry = s.evidence ->> '$[#-1]' where s.was != ''"""


def accesses(conn: sqlite3.Connection, sought: Sought) -> list[Occasion]:
    """Paywalls that went up or down, newest known first."""
    names = {**({"": ("walled", "open")} if sought.walls else {}), "paywall up": ("walled",), "paywall down": ("open",)}
    if sought.kind not in names:
        return []
    where, values = _common(sought, "s")
    where += f" and s.access in ({rows.marks(names[sought.kind])})"
    sql = f"{ACCESSES}{where} order by s.at desc, s.id{limited(sought)}"
    return [_access(row) for row in conn.execute(sql, [*values, *names[sought.kind]]).fetchall()]


def _access(row: sqlite3.Row) -> Occasion:
    if row["access"] == "walled":
        return _moved(row, "paywall up", "cut to a preview")
    return _moved(row, "paywall down", "stands in full again")


# --- incidents ----------------------------------------------------------------------------------

INCIDENTS = """select i.*,
        (select c.id from captures c where c.outlet = i.outlet and c.purpose = 'article' and c.at >= i.recognised_at
            order by c.at, c.id limit 1) as begun,
        (select c.id from captures c where c.outlet = i.outlet and c.purpose = 'article' and c.at >= i.ended_at
            order by c.at, c.id limit 1) as over
    from incidents i where 1"""


def incidents(conn: sqlite3.Connection, sought: Sought) -> list[Occasion]:
    """Troubles of whole outlets: that they began, and that they are over. One each, however many articles."""
    where, values = (" and i.outlet = ?", [sought.outlet]) if sought.outlet else ("", [])
    if sought.after is not None:
        where, values = f"{where} and (i.recognised_at > ? or i.ended_at > ?)", [*values, *[sought.after[1]] * 2]
    found = []
    for row in conn.execute(f"{INCIDENTS}{where} order by i.started_at desc, i.outlet", values).fetchall():
        found.append(_begun(conn, row))
        if row["ended_at"] and row["kind"] not in (MASS_REMOVAL, REDESIGN):
            found.append(_over(row))
    return beyond(found, sought)


def _begun(conn: sqlite3.Connection, row: sqlite3.Row) -> Occasion:
    many, entries = counted(row["articles"], "article"), tuple(json.loads(row["evidence"]))
    what = f"{many} turned bad together ({row['kind']}): takedowns are held until it is over"
    if row["kind"] == REDESIGN:
        what = f"{many} came in another design: what came with it is no edit"
    begun = _incident(row, "incident", entries, row["recognised_at"], what, row["begun"])
    return replace(begun, listed=urls(conn, entries))


def _over(row: sqlite3.Row) -> Occasion:
    what = f"the trouble of {counted(row['articles'], 'article')} ({row['kind']}) is over"
    return _incident(row, "incident over", tuple(json.loads(row["evidence"])), row["ended_at"], what, row["over"])


def _incident(
    row: sqlite3.Row, kind: Kind, entries: tuple[str, ...], at: str, what: str, known_by: int | None
) -> Occasion:
    return Occasion(kind, entries, at, row["outlet"], "", "", what, row["started_at"], at, known_by or 0)


def urls(conn: sqlite3.Connection, entries: Sequence[str]) -> tuple[str, ...]:
    some = tuple(entries[:LISTED])
    sql = f"select distinct asked_url from captures where entry in ({rows.marks(some)}) order by at, asked_url"  # noqa: S608
    return tuple(row["asked_url"] for row in conn.execute(sql, some))


# --- what is asked for ---------------------------------------------------------------------------


def beyond(found: list[Occasion], sought: Sought) -> list[Occasion]:
    """Those that were made known by what came in beyond what was gone through before."""
    if sought.after is None:
        return found
    row, at = sought.after
    return [one for one in found if one.capture > row and one.at > at]


def _common(sought: Sought, of: str = "ch") -> tuple[str, list[Any]]:
    where = ""
    values: list[Any] = []
    if sought.outlet:
        where, values = " and a.outlet = ?", [sought.outlet]
    if sought.article:
        where, values = f"{where} and {of}.article = ?", [*values, sought.article]
    if sought.about:
        where, values = f"{where} and {of}.id = ?", [*values, sought.about]
    if sought.after is not None and of == "s":
        where, values = f"{where} and s.at > ?", [*values, sought.after[1]]
    if sought.query and of == "s":
        where += " and s.article in (select v.article from search join versions v on v.id = search.rowid where search match ?)"  # noqa: E501
        values = [*values, sought.query]
    return where, values


def limited(sought: Sought) -> str:
    return f" limit {int(sought.limit)}" if sought.limit else ""
