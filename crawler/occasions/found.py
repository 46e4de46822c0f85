"""What is worth telling of a store, newest known first: all that feeds and notices are made of.

A store is only read here.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
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
    """What befell a mass removal as one occasion, named after it: forty articles, one notice; one of their copies."""
    alone: list[Occasion] = []
    removals: dict[tuple[str, str, str], list[Occasion]] = {}
    for one in found:
        if one.removal and one.kind in ("takedown", "copies remain"):
            removals.setdefault((one.outlet, one.removal, one.kind), []).append(one)
        else:
            alone.append(one)
    return [*alone, *(_removal(conn, some) for some in removals.values())]


def _removal(conn: sqlite3.Connection, some: Sequence[Occasion]) -> Occasion:
    one = some[0]
    sql = "select * from incidents where outlet = ? and evidence ->> 0 = ?"
    row = conn.execute(sql, (one.outlet, one.removal)).fetchone()
    entries = tuple(json.loads(row["evidence"]))
    what = f"mass removal: {counted(row['articles'], 'article')} turned bad together and stayed so ({one.how})"
    listed = events.urls(conn, entries)
    if one.kind == "copies remain":
        carriers = tuple(dict.fromkeys(url for each in some for url in each.listed))
        what, listed = f"{what}; copies elsewhere were last seen standing", carriers[: events.LISTED]
    return replace(
        one,
        about=entries,
        url="",
        title="",
        what=what,
        listed=listed,
        also=tuple(dict.fromkeys(outlet for each in some for outlet in each.also)),
        after_at=row["started_at"],
        first="",
    )
