"""What swept over an outlet's pages: traits of changes, sweeps, and what becomes of changes in hindsight.

A trait is by what an edit is known again in other articles (`crawler.sweep` names them); a sweep is a trait that many
articles showed together. Every question looks strictly before a moment. As with incidents, rereading one article
leaves the sweeps as they are, and sees each from the moment on by which it was known.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby

from storage import marks, rows
from storage.findings import Finding, Shared, Sweep, Trait
from storage.records import REDESIGN, Status, canonical_json, stamp

WINDOW = timedelta(hours=48)
"""How far apart articles may show a trait and still show it together: articles of a week are looked at twice a day."""

TABLES = """
create table traits (
    id integer primary key,
    change integer not null references changes (id),
    edit integer,
    article integer not null references articles (id),
    outlet text not null,
    at text not null,
    trait text not null
) strict;
create index traits_change on traits (change);
create index traits_article on traits (article);
create index traits_outlet on traits (outlet, at);
create index traits_trait on traits (outlet, trait, at);

create table sweeps (
    id integer primary key,
    outlet text not null,
    trait text not null,
    started_at text not null,
    recognised_at text not null,
    articles integer not null,
    why text not null,
    incident integer,
    unique (outlet, trait)
) strict;
create index sweeps_incident on sweeps (incident) where incident is not null;
create index candidates_offered on candidates (outlet, offered_at)
"""

Shown = tuple[int | None, Sweep | None]
"""An edit (None: the change as a whole), and a sweep that it was part of, or None; an edit may be named often."""


def verdict(shown: Iterable[Shown]) -> tuple[Status, str] | None:
    """What a change is if all of its edits were swept: noise or incident, and why; else None.

    Named after the sweep that was known last. On a rebuilt page it is part of the redesign, once that is known.
    """
    first: dict[int | None, Sweep | None] = {}
    for edit, sweep in shown:
        known = first.setdefault(edit, sweep)
        if sweep is not None and (known is None or _age(sweep) < _age(known)):
            first[edit] = sweep
    redesign, edits = first.pop(None, None), [sweep for sweep in first.values() if sweep is not None]
    if len(edits) < len(first) or not (edits or redesign):
        return None
    if redesign is not None:
        return Status.INCIDENT, redesign.why
    return Status.NOISE, max(edits, key=_age).why


def _age(sweep: Sweep) -> tuple[datetime, str]:
    return sweep.recognised_at, sweep.trait


# --- what is known before a capture -------------------------------------------------------------


def known(conn: sqlite3.Connection, outlet: str, at: datetime) -> dict[str, Sweep]:
    """Traits that were known for swept before a moment: by how many articles showed them, or by an analyst's mark."""
    sql = "select * from sweeps where outlet = ? and recognised_at < ? order by recognised_at, trait"
    found = {row["trait"]: rows.sweep(row) for row in conn.execute(sql, (outlet, stamp(at)))}
    return {sweep.trait: sweep for sweep in _marked(conn, outlet, at)} | found


def _marked(conn: sqlite3.Connection, outlet: str, at: datetime) -> Iterator[Sweep]:
    """The traits of changes that an analyst marked as false alarms, unless that was taken back."""
    sql = """select t.trait, min(m.at) as at from marks m join captures c on c.entry = m.about ->> 0
            join versions v on v.capture = c.id join changes ch on ch.to_version = v.id
            join traits t on t.change = ch.id
        where m.mark = 'false_alarm' and m.at < :at and t.outlet = :outlet and t.trait != '' and t.edit is not null
            and not exists (select 1 from marks l where l.about ->> 0 = m.about ->> 0 and l.at < :at
                and l.mark in ('withdrawn', 'confirmed') and (l.at, l.id) > (m.at, m.id))
        group by t.trait order by t.trait"""
    for row in conn.execute(sql, {"at": stamp(at), "outlet": outlet}):
        marked = rows.when(row["at"])
        assert marked is not None
        why = f"an analyst called such a change a false alarm on {marked:%Y-%m-%d}"
        yield Sweep(outlet, row["trait"], marked, marked, 1, why)


def headlines(conn: sqlite3.Connection, outlet: str, me: int, at: datetime, said: str) -> frozenset[str]:
    """Headlines that other articles of the outlet had or were offered under lately, as far as they stand in a text."""
    sql = """select title from (
            select title from candidates where outlet = :outlet and offered_at >= :since and offered_at < :at
            union select v.title from articles a join versions v on v.article = a.id
                where a.outlet = :outlet and a.id != :me and v.first_at >= :since and v.first_at < :at)
        where length(title) >= 8 and instr(:said, title)"""
    told = {"outlet": outlet, "me": me, "since": stamp(at - TEASED), "at": stamp(at), "said": said}
    return frozenset(row["title"] for row in conn.execute(sql, told))


TEASED = timedelta(days=30)
"""For how long an outlet leads to an article from others (a guess; those that stand longer do not turn)."""


def lately(conn: sqlite3.Connection, outlet: str, me: int, at: datetime) -> tuple[Shared, ...]:
    """Traits that at least two other articles of the outlet showed within the window before, and no sweep is of."""
    sql = """select trait, min(at) as since from traits t
        where outlet = :outlet and at >= :since and at < :at and article != :me and trait != ''
            and not exists (select 1 from sweeps s where s.outlet = t.outlet and s.trait = t.trait
                and s.recognised_at < :at)
        group by trait having count(distinct article) >= 2 order by trait"""
    told: dict[str, str | int] = {"outlet": outlet, "since": stamp(at - WINDOW), "at": stamp(at), "me": me}
    return tuple(_shared(conn, row["trait"], row["since"], told) for row in conn.execute(sql, told).fetchall())


def _shared(conn: sqlite3.Connection, trait: str, since: str, told: dict[str, str | int]) -> Shared:
    """One trait: the headlines of those articles, and how many of the outlet's were looked at again since the first."""
    sql = """select v.title, max(t.at) from traits t join changes ch on ch.id = t.change
            join versions v on v.id = ch.to_version
        where t.outlet = :outlet and t.trait = :trait and t.at >= :since and t.at < :at and t.article != :me
        group by t.article order by t.article"""
    again = """select count(distinct r.article) from readings r where r.outlet = :outlet and r.at >= :since
        and r.at < :at and r.article != :me and r.version is not null
        and exists (select 1 from readings b where b.article = r.article and b.at < :since and b.version is not null)"""
    asked = {**told, "trait": trait, "since": since}
    titles = tuple(row["title"] for row in conn.execute(sql, asked))
    first = rows.when(since)
    assert first is not None
    return Shared(trait, first, titles, int(conn.execute(again, asked).fetchone()[0]))


def traits(conn: sqlite3.Connection, change: int, edits: list[int]) -> tuple[Trait, ...]:
    """A change's traits; ``edits``: the numbers of its edits, in the order in which they are held."""
    places = {number: place for place, number in enumerate(edits)}
    sql = "select edit, trait from traits where change = ? order by id"
    found = conn.execute(sql, (change,)).fetchall()
    return tuple(Trait(None if row["edit"] is None else places[row["edit"]], row["trait"]) for row in found)


# --- what a capture taught ----------------------------------------------------------------------


def keep(conn: sqlite3.Connection, found: Finding) -> None:
    """Write down a change's traits, and what was known for swept by it; earlier changes follow."""
    if found.article is None:
        return
    for trait in found.traits if found.change is not None else ():
        assert found.change is not None
        edit = None if trait.edit is None else rows.number("edit", found.change.id, trait.edit)
        row = {
            "id": rows.number("trait", found.change.id, -1 if trait.edit is None else trait.edit, trait.name),
            "change": found.change.id,
            "edit": edit,
            "article": found.article.id,
            "outlet": found.article.outlet,
            "at": stamp(found.capture.at),
            "trait": trait.name,
        }
        rows.insert(conn, "traits", row)
    for sweep in found.sweeps:
        rows.insert(conn, "sweeps", rows.sweep_row(sweep), "insert or ignore")
    if found.sweeps:
        settle(conn, _having(conn, found.sweeps))
    if found.redesign:
        _redesign(conn, found.article.outlet, found.redesign)


def _having(conn: sqlite3.Connection, new: Iterable[Sweep]) -> list[int]:
    sql = "select distinct change from traits where outlet = ? and trait = ? and at >= ?"
    asked = ((one.outlet, one.trait, stamp(one.started_at)) for one in new)
    return sorted({row["change"] for values in asked for row in conn.execute(sql, values)})


def catch_up(conn: sqlite3.Connection, article: int, before: datetime | None) -> None:
    """Of one article, reread alone: what its changes turned out to be by sweeps known before a moment (None: all)."""
    found = conn.execute("select distinct change from traits where article = ? order by change", (article,))
    settle(conn, [row["change"] for row in found], before)


def settle(conn: sqlite3.Connection, changes: Iterable[int], before: datetime | None = None) -> None:
    """In hindsight: changes all of whose edits were swept are none (unless marked: see `marks.lay`)."""
    sql = "select ch.unmarked, t.* from traits t join changes ch on ch.id = t.change where t.change = ? order by t.id"
    for change in changes:
        found = conn.execute(sql, (change,)).fetchall()
        now, was = verdict(_swept(conn, row, before) for row in found), Status(found[0]["unmarked"])
        if now is not None and was not in (now[0], Status.INCIDENT):
            marks.settle(conn, change, *now)


def _swept(conn: sqlite3.Connection, row: sqlite3.Row, before: datetime | None) -> Shown:
    sql = "select * from sweeps where outlet = ? and trait = ? and started_at <= ? and recognised_at < ?"
    until = stamp(before) if before else "9"
    found = conn.execute(sql, (row["outlet"], row["trait"], row["at"], until)).fetchone()
    return row["edit"], rows.sweep(found) if found else None


# --- a redesign is one incident -----------------------------------------------------------------


def _redesign(conn: sqlite3.Connection, outlet: str, trait: str) -> None:
    """The outlet's incident that a rebuilt page belongs to, as it is now: it grows with every article that joins.

    It is told anew from its changes each time, so that looks of one moment may come in any order. It holds nothing,
    and lasts until the last article that joined it so far.
    """
    number = _incident(conn, outlet, trait)
    sql = """select t.at, t.article, c.entry, s.recognised_at from sweeps s
            join traits t on t.outlet = s.outlet and t.trait = s.trait and t.at >= s.started_at
            join changes ch on ch.id = t.change join versions v on v.id = ch.to_version
            join captures c on c.id = v.capture
        where s.incident = ? order by t.at, c.entry"""
    found = conn.execute(sql, (number,)).fetchall()
    firsts = [next(group)["entry"] for _, group in groupby(sorted(found, key=_of), _of)]
    row = {
        "id": number,
        "outlet": outlet,
        "started_at": found[0]["at"],
        "recognised_at": min(one["recognised_at"] for one in found),
        "ended_at": found[-1]["at"],
        "kind": REDESIGN,
        "articles": len(firsts),
        "evidence": canonical_json([one["entry"] for one in found if one["entry"] in set(firsts)][:EVIDENCE]),
    }
    rows.insert(conn, "incidents", row, "insert or replace")


EVIDENCE = 100
"""As many entries as `storage.write` keeps of other incidents."""


def _of(row: sqlite3.Row) -> int:
    return int(row["article"])


def _incident(conn: sqlite3.Connection, outlet: str, trait: str) -> int:
    """Its number: an outlet's designs that change within one window (news, opinion ...) are one redesign."""
    sql = "select incident, started_at, recognised_at from sweeps where outlet = ? and trait = ?"
    swept = conn.execute(sql, (outlet, trait)).fetchone()
    if swept["incident"] is not None:
        return int(swept["incident"])
    since = rows.when(swept["started_at"])
    assert since is not None
    going = """select id from incidents where outlet = ? and kind = ? and ended_at >= ?
        order by started_at desc, id limit 1"""
    found = conn.execute(going, (outlet, REDESIGN, stamp(since - WINDOW))).fetchone()
    number = found["id"] if found else rows.number("incident", outlet, REDESIGN, swept["recognised_at"])
    conn.execute("update sweeps set incident = ? where outlet = ? and trait = ?", (number, outlet, trait))
    return int(number)
