"""Who carries whose text: prints by which texts find one another, copies, echoes of changes, claims, families.

All of it is derived, and a property of versions alone, whatever came first: rereading one article takes out what is
said of it, on both sides, and finds it again. Two articles of one outlet are no copies of each other.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from struct import Struct
from typing import Any

from storage import rows
from storage.findings import Finding
from storage.kin import Copy, CopyKind, Kin, Side, Turn
from storage.records import Extent, Reprint, moment, stamp

TABLES = """
create table prints (
    print integer not null,
    article integer not null,
    primary key (print, article)
) strict, without rowid;

create table sketches (
    version integer primary key,
    article integer not null,
    prints blob not null
) strict;
create index sketches_article on sketches (article);

create table copies (
    id integer primary key,
    article integer not null references articles (id),
    other integer not null references articles (id),
    kind text not null check (kind in ('reprint', 'partial', 'quotation')),
    share real not null,
    other_share real not null,
    words integer not null,
    version integer not null references versions (id),
    other_version integer not null references versions (id),
    first_version integer not null references versions (id),
    first_at text not null,
    last_version integer not null references versions (id),
    last_at text not null,
    quote text not null default ''
) strict;
create unique index copies_pair on copies (article, other);
create index copies_other on copies (other);
create index copies_version on copies (version);
create index copies_other_version on copies (other_version);
create index copies_first_version on copies (first_version);
create index copies_last_version on copies (last_version);

create table echoes (
    change integer not null references changes (id),
    version integer not null references versions (id),
    old real not null,
    new real not null,
    carries text not null check (carries in ('old', 'new', 'both', 'neither')),
    primary key (change, version)
) strict, without rowid;
create index echoes_version on echoes (version);

create table claims (
    id integer primary key,
    article integer not null references articles (id),
    version integer not null references versions (id),
    kind text not null check (kind in ('dateline', 'credit', 'attribution')),
    source text not null,
    outlet text not null,
    words text not null
) strict;
create index claims_version on claims (version);
create index claims_article on claims (article);
create index claims_outlet on claims (outlet) where outlet != ''
"""

_PRINT = Struct(">q")
POSTINGS = 64
"""Articles that are read of one print: what more of them share is a standing phrase, or a family that is found by its
first sixty-four."""
STANDING = 2 / POSTINGS
"""Two prints that are everywhere, and nothing else: a standing phrase, some 80 words at most."""
CANDIDATES = 48
"""Articles that a new version is compared with: those with the most prints in common, and the rarest."""


# --- what concluding needs ----------------------------------------------------------------------


def own(conn: sqlite3.Connection, article: int) -> Kin:
    """An article's full texts and the changes between them."""
    return Kin(article, tuple(_versions(conn, article)), tuple(_turns(conn, article)))


def kin(conn: sqlite3.Connection, article: int, outlet: str, prints: Iterable[int]) -> tuple[Kin, ...]:
    """Articles of other outlets that may carry a text of these prints, and those that are known to."""
    known = {copy.other.article: copy for copy in of(conn, article)}
    found = dict.fromkeys((*known, *_candidates(conn, article, outlet, prints)))
    return tuple(
        Kin(one, tuple(_versions(conn, one)), tuple(_turns(conn, one)), _sketches(conn, one), known.get(one))
        for one in sorted(found)
    )


def _sketches(conn: sqlite3.Connection, article: int) -> dict[int, tuple[int, ...]]:
    sql = "select version, prints from sketches where article = ?"
    return {row["version"]: _prints(row["prints"]) for row in conn.execute(sql, (article,))}


def _prints(blob: bytes) -> tuple[int, ...]:
    return tuple(one for (one,) in _PRINT.iter_unpack(blob))


def _candidates(conn: sqlite3.Connection, article: int, outlet: str, prints: Iterable[int]) -> list[int]:
    """Articles of other outlets by the prints they share, the most and the rarest first.

    Of what as many have as are read, a few prints are a standing phrase: it takes more of them to be a copy.
    """
    shared: dict[int, float] = {}
    sql = "select article from prints where print = ? order by article limit ?"
    for one in prints:
        found = [row["article"] for row in conn.execute(sql, (one, POSTINGS))]
        for other in found:
            shared[other] = shared.get(other, 0.0) + 1 / len(found)
    shared = {other: worth for other, worth in shared.items() if worth > STANDING and other != article}
    ranked = sorted(shared, key=lambda other: (-shared[other], other))
    return list(islice((other for other in ranked if _outlet(conn, other) != outlet), CANDIDATES))


def _outlet(conn: sqlite3.Connection, article: int) -> str:
    row = conn.execute("select outlet from articles where id = ?", (article,)).fetchone()
    return str(row["outlet"]) if row else ""


def _versions(conn: sqlite3.Connection, article: int) -> Iterator[Any]:
    sql = f"{rows.VERSION} where v.article = ? and v.extent = ? order by v.number"
    return map(rows.version, conn.execute(sql, (article, Extent.FULL)))


def _turns(conn: sqlite3.Connection, article: int) -> Iterator[Turn]:
    sql = "select id, from_version, to_version from changes where article = ? order by id"
    return (Turn(row["id"], row["from_version"], row["to_version"]) for row in conn.execute(sql, (article,)))


OF = """select c.*, m.share as other_share_, m.first_version as other_first_version, m.first_at as other_first_at,
    m.last_version as other_last_version, m.last_at as other_last_at, m.quote as other_quote
    from copies c join copies m on m.article = c.other and m.other = c.article"""


def of(conn: sqlite3.Connection, article: int) -> list[Copy]:
    """What is known of who carries an article's text, from its own side."""
    return [_copy(row) for row in conn.execute(f"{OF} where c.article = ? order by c.other", (article,))]


def _copy(row: sqlite3.Row) -> Copy:
    kind: CopyKind = row["kind"]
    here = Side(
        row["article"], row["share"], row["version"], row["first_version"], moment(row["first_at"]),
        row["last_version"], moment(row["last_at"]), row["quote"],
    )  # fmt: skip
    there = Side(
        row["other"], row["other_share"], row["other_version"], row["other_first_version"],
        moment(row["other_first_at"]), row["other_last_version"], moment(row["other_last_at"]), row["other_quote"],
    )  # fmt: skip
    return Copy(kind, row["words"], here, there)


# --- keeping ------------------------------------------------------------------------------------


def keep(conn: sqlite3.Connection, found: Finding) -> None:
    """Write down what a capture taught of who carries its article's text."""
    kinship, version = found.kinship, found.version
    if kinship is None:
        return
    if version is not None and kinship.prints:
        blob = b"".join(map(_PRINT.pack, kinship.prints))
        rows.insert(conn, "sketches", {"version": version.id, "article": version.article, "prints": blob})
        mine = [(one, version.article) for one in kinship.prints]
        conn.executemany("insert or ignore into prints (print, article) values (?, ?)", mine)
    for copy in kinship.copies:
        _keep_side(conn, copy)
        _keep_side(conn, copy.mirrored)
    kept = [(one.change, one.version, one.old, one.new, one.carries) for one in kinship.echoes]
    conn.executemany("insert or ignore into echoes (change, version, old, new, carries) values (?, ?, ?, ?, ?)", kept)
    if version is not None:
        for claim in kinship.claims:
            row = {
                "id": rows.number("claim", claim.version, claim.source), "article": version.article,
                "version": claim.version, "kind": claim.kind, "source": claim.source, "outlet": claim.outlet,
                "words": claim.words,
            }  # fmt: skip
            rows.insert(conn, "claims", row, "insert or ignore")
    if any(copy.kind == "reprint" for copy in kinship.copies):
        group(conn, [kinship.copies[0].mine.article])


def _keep_side(conn: sqlite3.Connection, copy: Copy) -> None:
    row = {
        "id": rows.number("copy", copy.mine.article, copy.other.article),
        "article": copy.mine.article,
        "other": copy.other.article,
        "kind": copy.kind,
        "share": copy.mine.share,
        "other_share": copy.other.share,
        "words": copy.words,
        "version": copy.mine.version,
        "other_version": copy.other.version,
        "first_version": copy.mine.first_version,
        "first_at": stamp(copy.mine.first_at),
        "last_version": copy.mine.last_version,
        "last_at": stamp(copy.mine.last_at),
        "quote": copy.mine.quote,
    }
    rows.insert(conn, "copies", row, "insert or replace")


# --- families -----------------------------------------------------------------------------------

LARGEST = 256
"""Articles of a family, at most. What more of them carry is no reprint but a notice, a wall, a page of a content
system: more than there are outlets; and every new one would cost as much as all there are."""
_FAMILY = """with recursive family (article) as (values (?) union
    select c.other from family f join copies c on c.article = f.article and c.kind = 'reprint')
    select article from family limit ?"""


def group(conn: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Tell the families of these articles anew: all that are linked by reprints, from one to the next.

    A family is named by its first member's fingerprint; similar to which (or, where it was not compared with that
    one, to the nearest) is what a member's similarity says. Of more than `LARGEST` nothing is told.
    """
    left = set(articles)
    while left:
        seed = min(left)
        members = _family(conn, seed)
        left.difference_update({seed, *members})
        _untell(conn, members)
        if 1 < len(members) <= LARGEST:
            _tell_family(conn, members)


def _family(conn: sqlite3.Connection, article: int) -> list[int]:
    """All members, or (the nearest) one more than `LARGEST`."""
    return sorted(row[0] for row in conn.execute(_FAMILY, (article, LARGEST + 1)))


def _untell(conn: sqlite3.Connection, members: list[int]) -> None:
    """Take out the members' rows; of what just became too large, also of those farther off."""
    mine = [(member,) for member in members]
    sql = "select family from reprints where article = ?"
    names = {tuple(row) for member in mine for row in conn.execute(sql, member)} if len(members) > LARGEST else set()
    conn.executemany("delete from reprints where article = ?", mine)
    conn.executemany("delete from reprints where family = ?", sorted(names))


def _tell_family(conn: sqlite3.Connection, members: list[int]) -> None:
    sql = """select article, other, first_version, first_at, min(share, other_share) as similarity from copies
        where kind = 'reprint' and article = ? order by first_at, first_version"""
    links = {member: conn.execute(sql, (member,)).fetchall() for member in members}
    first = min(members, key=lambda member: (links[member][0]["first_at"], member))
    name = "select fingerprint, digest from versions where id = ?"
    named = conn.execute(name, (links[first][0]["first_version"],)).fetchone()
    family = named["fingerprint"] or named["digest"]
    for member in members:
        near = {link["other"]: link["similarity"] for link in links[member]}
        similarity = 1.0 if member == first else near.get(first, max(near.values()))
        began = links[member][0]
        told = Reprint(family, member, began["first_version"], similarity, moment(began["first_at"]))
        reprint(conn, told)


def reprint(conn: sqlite3.Connection, copy: Reprint) -> None:
    """One row an article and family."""
    row = {
        "id": rows.number("reprint", copy.family, copy.article),
        "family": copy.family,
        "article": copy.article,
        "version": copy.version,
        "similarity": copy.similarity,
        "first_at": stamp(copy.first_at),
    }
    rows.insert(conn, "reprints", row, "insert or ignore")


# --- taking out ---------------------------------------------------------------------------------

DERIVED = ("echoes", "claims", "copies", "prints", "sketches")
"""Tables that rereading rebuilds, in an order that never leaves a reference hanging."""


def unlearn(conn: sqlite3.Connection, article: int) -> None:
    """Take out all that is said of an article, on both sides, before its versions and changes go."""
    family = {*_family(conn, article)} - {article}
    sketches = conn.execute("select prints from sketches where article = ?", (article,)).fetchall()
    mine = {one for row in sketches for one in _prints(row["prints"])}
    conn.executemany("delete from prints where print = ? and article = ?", [(one, article) for one in sorted(mine)])
    conn.execute("delete from sketches where article = ?", (article,))
    conn.execute("delete from copies where article = ? or other = ?", (article, article))
    conn.execute("delete from echoes where change in (select id from changes where article = ?)", (article,))
    conn.execute("delete from echoes where version in (select id from versions where article = ?)", (article,))
    conn.execute("delete from claims where article = ?", (article,))
    conn.execute("delete from reprints where article = ?", (article,))
    group(conn, family)
