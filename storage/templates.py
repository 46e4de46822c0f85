"""Templates in the store: the latest of each outlet, when a new one is due, and from which captures to learn it."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import rows
from storage.records import Capture, Template, canonical_json, stamp, template

NEWEST = 10
"""The newest articles of an outlet, by which drift is noticed."""


SHOWS = """r.capture = (select n.capture from readings n join captures b on b.id = n.capture
    where n.article = r.article and n.version is not null and b.digest is not null
    order by n.at desc, n.capture desc limit 1)"""
"""Of a reading ``r``: it is the newest of its article that showed it by a page."""


@dataclass(frozen=True, slots=True)
class Schooling:
    """What an outlet's template stands on, and what there would be to learn from."""

    outlet: str
    articles: int
    """How many articles hold a whole text."""
    learned_from: tuple[str, ...] = ()
    """Entries of the captures that the latest template was learned from."""
    taught_by: int = 0
    """How many articles those show."""
    learned_at: datetime | None = None
    newest: int = 0
    """Of how many articles a page was read since (at most `NEWEST`, the newest)."""
    drifted: int = 0
    """How many of those pages the template did not fit."""


def latest(conn: sqlite3.Connection) -> dict[str, Template]:
    """The template of each outlet that was learned last."""
    found = conn.execute("select outlet, template from templates order by learned_at, rowid")
    return {row["outlet"]: template(row["template"]) for row in found}


def keep(conn: sqlite3.Connection, learned: Template, at: datetime, entries: Sequence[str]) -> None:
    """Write a template down; one that was known before becomes the latest again."""
    conn.execute("delete from templates where digest = ?", (learned.digest,))
    row = {
        "digest": learned.digest,
        "outlet": learned.outlet,
        "learned_at": stamp(at),
        "learned_from": canonical_json(list(entries)),
        "template": learned.json,
    }
    rows.insert(conn, "templates", row)


def schooling(conn: sqlite3.Connection) -> list[Schooling]:
    """How each outlet with an article stands, in the order of their keys."""
    sql = """select c.outlet, count(distinct v.article) as articles from versions v join captures c on c.id = v.capture
        where v.extent = 'full' and c.outlet != '' group by c.outlet order by c.outlet"""
    return [_state(conn, row["outlet"], row["articles"]) for row in conn.execute(sql).fetchall()]


def _state(conn: sqlite3.Connection, outlet: str, articles: int) -> Schooling:
    sql = "select * from templates where outlet = ? order by learned_at desc, rowid desc limit 1"
    row = conn.execute(sql, (outlet,)).fetchone()
    if row is None:
        return Schooling(outlet, articles)
    sql = f"""select r.reader from readings r where r.outlet = ? and r.at > ? and {SHOWS}
        order by r.at desc, r.capture desc limit ?"""  # noqa: S608
    readers = [found["reader"] for found in conn.execute(sql, (outlet, row["learned_at"], NEWEST))]
    drifted = sum(
        reader.endswith((f" drift:{row['digest'][:12]}", f" cold:{row['digest'][:12]}")) for reader in readers
    )
    entries = tuple(json.loads(row["learned_from"]))
    taught_by = len({article for article, _ in captures(conn, entries)})
    return Schooling(outlet, articles, entries, taught_by, rows.when(row["learned_at"]), len(readers), drifted)


Shown = tuple[int, Capture]
"""An article, and a capture that showed it (without its body)."""


def lessons(conn: sqlite3.Connection, outlet: str, most: int) -> list[Shown]:
    """The newest captures that showed an article of the outlet whole, one an article, newest first."""
    sql = f"""select c.*, r.article from readings r join captures c on c.id = r.capture
        join versions v on v.id = r.version
        where r.outlet = ? and c.outlet = r.outlet and v.extent = 'full' and {SHOWS}
        and not exists (select 1 from forgotten f where f.digest = c.digest)
        order by c.at desc, c.entry limit ?"""  # noqa: S608
    return [_shown(row) for row in conn.execute(sql, (outlet, most))]


def captures(conn: sqlite3.Connection, entries: Sequence[str]) -> list[Shown]:
    """The captures of these entries that still show an article, in the order of the entries."""
    sql = """select c.*, r.article from captures c join readings r on r.capture = c.id
        where c.entry = ? and c.digest is not null
        and not exists (select 1 from forgotten f where f.digest = c.digest)"""
    found = (conn.execute(sql, (entry,)).fetchone() for entry in entries)
    return [_shown(row) for row in found if row is not None]


def _shown(row: sqlite3.Row) -> Shown:
    return row["article"], rows.capture(row)


def read_by(conn: sqlite3.Connection, outlet: str) -> list[tuple[int, str, str]]:
    """By which readers an outlet's articles were read: article, address asked, reader's identity; by article."""
    sql = """select distinct v.article, c.asked_url, r.reader from versions v join readings r on r.capture = v.capture
        join captures c on c.id = v.capture where c.outlet = ? order by v.article"""
    return [(row["article"], row["asked_url"], row["reader"]) for row in conn.execute(sql, (outlet,))]
