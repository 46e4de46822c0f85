"""What is worth telling of a store, newest known first: all that feeds and notices are made of.

A store is only read here.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import replace

from crawler.happened import counted
from crawler.occasions import copies, events
from crawler.occasions.occasion import Occasion, Sought


def occasions(conn: sqlite3.Connection, sought: Sought) -> list[Occasion]:
    """Edits, takedowns, restores, paywalls, and what became of edits and takedowns in copies; newest known first."""
    ways = (events.edits, events.standings, events.accesses, copies.followed, copies.left)
    found = [one for way in ways for one in way(conn, sought)]
    found = sorted(events.beyond(found, sought), key=lambda one: (one.at, one.name), reverse=True)
    return found[: sought.limit] if sought.limit else found


def gathered(conn: sqlite3.Connection, found: Iterable[Occasion]) -> list[Occasion]:
    """Takedowns of one mass removal as one occasion, named after it: forty articles, one notice."""
    alone: list[Occasion] = []
    removals: dict[tuple[str, str], Occasion] = {}
    for one in found:
        if one.kind == "takedown" and one.listed:
            removals.setdefault((one.outlet, one.listed[0]), one)
        else:
            alone.append(one)
    return [*alone, *(_removal(conn, one, first) for (_, first), one in removals.items())]


def _removal(conn: sqlite3.Connection, one: Occasion, first: str) -> Occasion:
    sql = "select * from incidents where outlet = ? and evidence ->> 0 = ?"
    row = conn.execute(sql, (one.outlet, first)).fetchone()
    entries = tuple(json.loads(row["evidence"]))
    what = f"mass removal: {counted(row['articles'], 'article')} turned bad together and stayed so ({one.how})"
    return replace(
        one,
        about=entries,
        url="",
        title="",
        what=what,
        listed=events.urls(conn, entries),
        after_at=row["started_at"],
        first="",
    )
