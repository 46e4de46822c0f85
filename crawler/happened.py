"""What happened, and what was not reported and why: a store's news in short, for a table on the screen."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from storage.records import REDESIGN, Standing
from storage.store import Store
from storage.views import STEALTH_WEIGHT


@dataclass(frozen=True, slots=True)
class Event:
    """One thing worth telling."""

    kind: str
    """edit, stealth edit, takedown, restored, paywall up, paywall down."""
    outlet: str
    url: str
    title: str
    what: str
    after_at: str
    by_at: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """One thing that might have looked like news, and the reason why it is none."""

    outlet: str
    url: str
    title: str
    what: str
    why: str


def happened(store: Store) -> tuple[Event, ...]:
    """All that is worth telling, oldest first."""
    found = [*_edits(store), *_standings(store), *_accesses(store)]
    return tuple(sorted(found, key=lambda event: (event.by_at, event.url, event.kind)))


def withheld(store: Store) -> tuple[Withheld, ...]:
    """What was kept and not reported, by article."""
    ways = (_unsteady, _incidents, _troubles, _withdrawn, _moved, _unrelated)
    return tuple(thing for way in ways for thing in way(store))


# --- worth telling ------------------------------------------------------------------------------


def _rows(store: Store, sql: str, *values: Any) -> Iterator[Any]:
    yield from store.conn.execute(sql, values)


def _edits(store: Store) -> Iterator[Event]:
    sql = """select ch.*, a.outlet, a.url, a.title from changes ch join articles a on a.id = ch.article
        where ch.status = 'news' and ch.kinds != '["date"]'"""
    for r in _rows(store, sql):
        stealth = r["disclosed"] != "proper" and r["weight"] >= STEALTH_WEIGHT
        kind = "stealth edit" if stealth else "edit"
        yield Event(kind, r["outlet"], r["url"], r["title"], r["summary"], r["after_at"], r["by_at"])


def _standings(store: Store) -> Iterator[Event]:
    sql = """select s.*, a.outlet, a.url, a.title from standings s join articles a on a.id = s.article
        where s.standing in (?, ?)"""
    for r in _rows(store, sql, Standing.TAKEN_DOWN, Standing.RESTORED):
        kind = "takedown" if r["standing"] == Standing.TAKEN_DOWN else "restored"
        what = f"{r['how']}: {r['reason']}" if r["how"] and kind == "takedown" else r["reason"]
        yield Event(kind, r["outlet"], r["url"], r["title"], what, r["after_at"] or "", r["by_at"])


def _accesses(store: Store) -> Iterator[Event]:
    sql = "select s.*, a.outlet, a.url, a.title from accesses s join articles a on a.id = s.article where s.was != ''"
    for r in _rows(store, sql):
        walled = r["access"] == "walled"
        kind, what = ("paywall up", "cut to a preview") if walled else ("paywall down", "stands in full again")
        yield Event(kind, r["outlet"], r["url"], r["title"], what, r["after_at"] or "", r["by_at"])


# --- not worth telling --------------------------------------------------------------------------


UNSTEADY = {
    "pending": ("change waits for a second look", "changes wait for a second look"),
    "flip": ("flip of its text", "flips of its text"),
    "noise": ("change without meaning", "changes without meaning"),
    "incident": ("change in a trouble of its outlet", "changes in a trouble of its outlet"),
}


def _unsteady(store: Store) -> Iterator[Withheld]:
    sql = """select a.outlet, a.url, a.title, ch.status, ch.reason, count(*) as times from changes ch
        join articles a on a.id = ch.article where ch.status != 'news'
        group by a.id, ch.status order by a.url, ch.status"""
    for r in _rows(store, sql):
        yield Withheld(r["outlet"], r["url"], r["title"], counted(r["times"], *UNSTEADY[r["status"]]), r["reason"])
    sql = """select a.outlet, a.url, a.title, count(*) as times from changes ch join articles a on a.id = ch.article
        where ch.status = 'news' and ch.kinds = '["date"]' group by a.id order by a.url"""
    for r in _rows(store, sql):
        yield Withheld(r["outlet"], r["url"], r["title"], counted(r["times"], "moved date"), "the text stayed the same")


def _troubles(store: Store) -> Iterator[Withheld]:
    sql = """select a.outlet, a.url, a.title, r.verdict, r.reason, count(*) as times from readings r
        join articles a on a.id = r.article
        where r.verdict in ('blocked', 'barred', 'outage', 'incomplete', 'oversize', 'unread') and a.versions > 0
        group by a.id, r.verdict order by a.url, r.verdict"""
    for r in _rows(store, sql):
        what = counted(r["times"], f"look that ended in {r['verdict']}", f"looks that ended in {r['verdict']}")
        yield Withheld(r["outlet"], r["url"], r["title"], what, f"{r['reason']}: our trouble, no takedown")


def _incidents(store: Store) -> Iterator[Withheld]:
    sql = "select * from outlet_incidents where kind != 'mass_removal' order by started_at, outlet"
    for r in _rows(store, sql):
        if r["kind"] == REDESIGN:
            yield Withheld(r["outlet"], "", "", f"redesign of {counted(r['articles'], 'article')}", _rebuilt(r))
            continue
        until = f"to {r['ended_at'][:16]}" if r["ended_at"] else "on"
        why = f"turned bad together ({r['kind']}) from {r['started_at'][:16]} {until}: its outlet's trouble"
        yield Withheld(r["outlet"], "", "", f"incident of {counted(r['articles'], 'article')}", why)


def _rebuilt(row: Any) -> str:
    """What is to be said of a redesign."""
    return f"their pages came in another design from {row['started_at'][:16]} to {row['ended_at'][:16]}: no edits"


def _withdrawn(store: Store) -> Iterator[Withheld]:
    sql = """select a.outlet, a.url, a.title, s.reason from standings s join articles a on a.id = s.article
        where s.standing = 'up' and s.was = 'down' order by a.url, s.at"""
    for r in _rows(store, sql):
        yield Withheld(r["outlet"], r["url"], r["title"], "suspected takedown", r["reason"])


def _moved(store: Store) -> Iterator[Withheld]:
    sql = """select a.outlet, a.url, a.title, r.reason from readings r join articles a on a.id = r.article
        where r.verdict = 'moved' group by a.id order by a.url"""
    for r in _rows(store, sql):
        yield Withheld(r["outlet"], r["url"], r["title"], "moved", r["reason"])


def _unrelated(store: Store) -> Iterator[Withheld]:
    sql = """select group_concat(outlet, ', ') as outlets, sum(times) as times from (select outlet, count(*) as times
        from articles where versions > 0 and related = 0 and pinned = 0 and next_visit_at is null
        group by outlet order by outlet)"""
    for r in _rows(store, sql):
        if r["times"]:
            what = counted(r["times"], "article off the seeds' subject", "articles off the seeds' subject")
            yield Withheld(r["outlets"], "", "", what, "captured once, not watched (KEEP=all watches all)")


def counted(count: int, one: str, many: str = "") -> str:
    """``1 version``, ``2 versions``."""
    return f"{count} {one if count == 1 else many or one + 's'}"
