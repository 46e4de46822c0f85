"""Marks of analysts: kept as they were said, and laid over what is told; they move nothing that Stet concludes.

A change's ``unmarked`` is what Stet makes of it by itself, and all that concluding ever looks at; ``status`` is what
people are told. So a mark takes effect at once, on its own change only, and rereading lays it over the same row again.
"""

import json
import sqlite3

from storage import rows
from storage.records import Mark, Status, canonical_json, moment, stamp

TABLES = """
alter table marks rename to marks_before;
create table marks (
    id integer primary key,
    at text not null,
    who text not null,
    about text not null,
    mark text not null check (mark in ('false_alarm', 'confirmed', 'note', 'withdrawn')),
    note text not null
) strict;
insert into marks select * from marks_before;
drop table marks_before;
create index marks_about on marks (about ->> 0);
alter table changes add column unmarked text not null default 'pending';
alter table changes add column unmarked_reason text not null default '';
update changes set unmarked = status, unmarked_reason = reason;
"""

TELLS: dict[str, tuple[Status, str]] = {
    "false_alarm": (Status.NOISE, "marked a false alarm by"),
    "confirmed": (Status.NEWS, "confirmed by"),
}
"""What a marked change is told as, and why."""


def keep(conn: sqlite3.Connection, mark: Mark) -> None:
    """Write a mark down, and lay it over the change it is about (if it is about one)."""
    row = {
        "at": stamp(mark.at),
        "who": mark.who,
        "about": canonical_json(mark.about),
        "mark": mark.mark,
        "note": mark.note,
    }
    rows.insert(conn, "marks", row)
    sql = "select ch.id from changes ch join versions v on v.id = ch.to_version join captures c on c.id = v.capture"
    for change in conn.execute(f"{sql} where c.entry = ?", (mark.about[0],)).fetchall():
        lay(conn, change["id"])


def settle(conn: sqlite3.Connection, change: int, status: Status, reason: str) -> None:
    """What Stet makes of a change from now on."""
    conn.execute("update changes set unmarked = ?, unmarked_reason = ? where id = ?", (status, reason, change))
    lay(conn, change)


def lay(conn: sqlite3.Connection, change: int) -> None:
    """Tell a change as the newest mark says that counts, else as Stet does."""
    sql = """select c.entry, ch.unmarked, ch.unmarked_reason from changes ch join versions v on v.id = ch.to_version
        join captures c on c.id = v.capture where ch.id = ?"""
    row = conn.execute(sql, (change,)).fetchone()
    said = standing(of(conn, row["entry"]))
    status, reason = row["unmarked"], row["unmarked_reason"]
    if said is not None:
        status, why = TELLS[said.mark]
        reason = f"{why} {said.who}"
    conn.execute("update changes set status = ?, reason = ? where id = ?", (status, reason, change))


def of(conn: sqlite3.Connection, entry: str) -> tuple[Mark, ...]:
    """All marks about what a capture showed first, oldest first."""
    found = conn.execute("select * from marks where about ->> 0 = ? order by at, id", (entry,))
    return tuple(map(mark, found))


def standing(said: tuple[Mark, ...]) -> Mark | None:
    """The mark that counts: the newest that is no note, unless it was withdrawn."""
    newest = next((one for one in reversed(said) if one.mark != "note"), None)
    return None if newest is None or newest.mark == "withdrawn" else newest


def mark(row: sqlite3.Row) -> Mark:
    return Mark(moment(row["at"]), row["who"], tuple(json.loads(row["about"])), row["mark"], row["note"])
