"""Which change or takedown does an analyst mean, and what was said of it? For `scrapy mark`."""

import json
import re
import sqlite3
from dataclasses import dataclass

from crawler import ask
from crawler.ask import NoAnswer
from storage import marks
from storage.findings import Article
from storage.records import Mark
from storage.store import Store


@dataclass(frozen=True)
class Marked:
    """A change or a takedown, with what analysts said of it."""

    name: str
    """``edit 3..4``, or ``takedown``."""
    what: str
    about: tuple[str, ...]
    """See `Mark.about`."""
    marks: tuple[Mark, ...] = ()

    @property
    def counts(self) -> Mark | None:
        """The mark that counts, if one does."""
        return marks.standing(self.marks)


CHANGES = """select ch.id, ch.summary, ch.status, w.number as was, v.number, c.entry, o.entry as before from changes ch
    join versions v on v.id = ch.to_version join captures c on c.id = v.capture
    join versions w on w.id = ch.from_version join captures o on o.id = w.capture where ch.article = ?"""
STANDINGS = "select * from standings where article = ? and standing = 'taken_down' order by at desc"


def markable(store: Store, url: str, change: str = "", takedown: bool = False) -> Marked:
    """What is to be marked: a change by name ("": the newest that is news), or the newest takedown. Raises NoAnswer."""
    known = ask.article(store, url)
    return _takedown(store.conn, known) if takedown else _change(store.conn, known, change)


def _takedown(conn: sqlite3.Connection, known: Article) -> Marked:
    row = conn.execute(STANDINGS, (known.id,)).fetchone()
    if row is None:
        raise NoAnswer(f"{known.url} was not taken down, as far as we know")
    return _down(conn, row)


def _down(conn: sqlite3.Connection, row: sqlite3.Row) -> Marked:
    about = tuple(json.loads(row["evidence"]))
    return Marked("takedown", row["reason"], about, marks.of(conn, about[0]))


def _change(conn: sqlite3.Connection, known: Article, name: str) -> Marked:
    order = "order by ch.status != 'news', ch.by_at desc, ch.id limit 1"
    if not name:
        row = conn.execute(f"{CHANGES} {order}", (known.id,)).fetchone()
        if row is None:
            raise NoAnswer(f"{known.url}: no change is held, so there is nothing to mark")
        return _edit(conn, row)
    found = re.fullmatch(r"(?:([0-9]{1,9})\.\.)?([0-9]{1,16})", name)
    if found is None:
        raise NoAnswer(f"{name}: not a change; write N or M..N, as history shows it, or its id in the table changes")
    sql = f"{CHANGES} and (v.number = ? or ch.id = ?) and (? is null or w.number = ?)"
    was, number = found[1] and int(found[1]), int(found[2])
    row = conn.execute(sql, (known.id, number, number, was, was)).fetchone()
    if row is None:
        raise NoAnswer(f"{known.url}: no change {name} is held; see `history` for those that are")
    return _edit(conn, row)


def _edit(conn: sqlite3.Connection, row: sqlite3.Row) -> Marked:
    about = row["entry"], row["before"]
    return Marked(f"edit {row['was']}..{row['number']}", row["summary"], about, marks.of(conn, row["entry"]))


def listed(store: Store, url: str) -> tuple[Marked, ...]:
    """All that was marked of an article, oldest first; what rereading no longer finds, too. Raises NoAnswer."""
    known = ask.article(store, url)
    changes = store.conn.execute(f"{CHANGES} order by ch.by_at, ch.id", (known.id,)).fetchall()
    downs = store.conn.execute(STANDINGS, (known.id,)).fetchall()
    held = [_edit(store.conn, row) for row in changes] + [_down(store.conn, row) for row in reversed(downs)]
    named = {thing.about[0] for thing in held}
    return tuple(thing for thing in (*held, *_lost(store.conn, known, named)) if thing.marks)


def _lost(conn: sqlite3.Connection, known: Article, named: set[str]) -> list[Marked]:
    sql = """select distinct c.entry from readings r join captures c on c.id = r.capture join marks m
        on m.about ->> 0 = c.entry where r.article = ? order by c.at, c.entry"""
    entries = [row["entry"] for row in conn.execute(sql, (known.id,)) if row["entry"] not in named]
    return [
        Marked("gone", "what it is about is told no more, as read today", said[0].about, said)
        for said in (marks.of(conn, entry) for entry in entries)
    ]
