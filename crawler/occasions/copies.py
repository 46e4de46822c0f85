"""What became of edits and takedowns in the copies, as occasions: which copy followed, and which copies remain.

Told are takedowns, and edits as weighty as a stealth edit. That a copy *followed* is told where it is proven: it was
seen with the old words after the original was seen without them. That copies *remain* is told once of each edit or
takedown, by the first look at one of them `GRACE` after it was known; not again of one that followed another.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

from crawler.carried import later, passed
from crawler.happened import counted
from crawler.occasions.events import LISTED, SETTLED, edits, limited, standings
from crawler.occasions.occasion import Occasion, Sought
from storage.copy_views import SAYS_AGAIN, TAKEN_BACK
from storage.records import BAD, GOOD
from storage.views import STEALTH_WEIGHT

GRACE = "+1 day"
"""In which a copy may follow before it is told that it did not: a desk's day (our judgement)."""
Read = Callable[[sqlite3.Connection, Sought], list[Occasion]]
Thing = Literal["change", "standing"]
_READ: dict[Thing, Read] = {"change": edits, "standing": standings}

_TOLD = f"""ch.status = 'news' and ch.weight >= {STEALTH_WEIGHT} and ch.kinds != '["date"]'"""
_CARRIES = "{0}.kind in ('reprint', 'partial')"
_LATER = f"strftime('%Y-%m-%dT%H:%M:%fZ', {{0}}, '{GRACE}')"
_A_COPY = """join copied o on o.original = c.article and o.article = c.other
    join articles a on a.id = c.article join articles b on b.id = c.other"""
"""``c``: the original's side of two that share a text; the other is the later one, as far as looks tell."""
_FOLLOWS = """exists (select 1 from echoes n join changes x on x.id = n.change and x.status = 'news'
    join echoes p on p.change = x.id and p.version = ch.from_version and p.carries in ('old', 'both')
    where n.version = ch.to_version and n.carries = 'new' and ch.after_at >= x.by_at)"""
"""Whether an edit followed another article's: forty copies of one text are told by the original's edit alone."""
_GOES_TOO = f"""exists (select 1 from copies k cross join standings y on y.article = k.article
    where k.other = s.article and {_CARRIES.format("k")} and +y.standing = 'taken_down'
    and y.by_at <= s.after_at)"""  # noqa: S608 (ours alone)
"""The same of a takedown."""


# --- who followed ---------------------------------------------------------------------------------

EDITED_TOO = f"""select k.id as mine, ch.id as theirs, max(k.settled_at, ch.settled_at) as known_at
    from copies c cross join changes ch on ch.article = c.article
        cross join changes k on k.article = c.other and k.status = 'news' and k.kinds != '["date"]'
        join echoes e on e.change = ch.id and e.version = k.to_version and e.carries = 'new'
        join echoes p on p.change = ch.id and p.version = k.from_version and p.carries in ('old', 'both')
        {_A_COPY}
    where {_CARRIES.format("c")} and {_TOLD} and k.after_at >= ch.by_at and not {_FOLLOWS}"""  # noqa: S608 (ours alone)
GONE_TOO = f"""select n.id as mine, s.id as theirs, max(n.at, s.at) as known_at
    from copies c cross join standings s on s.article = c.article and +s.standing = 'taken_down'
        cross join standings n on n.article = c.other and +n.standing = 'taken_down' and n.after_at >= s.by_at
        join copies m on m.article = c.other and m.other = c.article
        {_A_COPY}
    where {_CARRIES.format("c")} and m.last_version = (select v.id from versions v where v.article = b.id
            and v.extent = 'full' order by v.number desc limit 1)
        and not exists (select 1 from standings x where x.article = s.article and x.at > s.at and x.at <= n.at)
        and not {_GOES_TOO}"""  # noqa: S608 (ours alone)


def followed(conn: sqlite3.Connection, sought: Sought) -> list[Occasion]:
    """Copies that were changed like the original, or taken down like it, after it; newest known first."""
    if not _is_asked(conn, "copy followed", sought):
        return []
    return [*_followed(conn, sought, EDITED_TOO, "change"), *_followed(conn, sought, GONE_TOO, "standing")]


def _followed(conn: sqlite3.Connection, sought: Sought, sql: str, thing: Thing) -> list[Occasion]:
    where, values = _narrowed(sought)
    found = conn.execute(f"{sql}{where} order by known_at desc, 1, 2{limited(sought)}", values).fetchall()
    pairs = ((_one(conn, thing, row["mine"]), _one(conn, thing, row["theirs"])) for row in found)
    return [_follows(mine, theirs) for mine, theirs in pairs]


def _follows(mine: Occasion, theirs: Occasion) -> Occasion:
    known = max(mine, theirs, key=lambda one: (one.at, one.capture))
    after = later((theirs.after_at, theirs.by_at), (mine.after_at, mine.by_at))
    did = "was taken down" if mine.kind == "takedown" else "was edited likewise"
    return replace(
        mine,
        kind="copy followed",
        about=(mine.about[0], theirs.about[0], *mine.about[1:], *theirs.about[1:]),
        at=known.at,
        capture=known.capture,
        what=f"{did} {after} than the same text at {theirs.outlet}: {mine.what}",
        listed=(theirs.url,),
        also=(theirs.outlet,),
        first=f"{mine.first or mine.about[0]}:{theirs.first or theirs.about[0]}",
    )


# --- who did not ----------------------------------------------------------------------------------

OLD_WORDS = f"""select ch.id as about, c.article as original, min(r.at) as seen_at
    from copies c cross join changes ch on ch.article = c.article
        cross join echoes e on e.change = ch.id and e.carries in ('old', 'both')
        cross join readings r on r.version = e.version and r.article = c.other
            and r.at >= {_LATER.format("ch.settled_at")}
        {_A_COPY}
    where {_CARRIES.format("c")} and {_TOLD} and not {SAYS_AGAIN.format("and q.at <= r.at")}
        and not {TAKEN_BACK.format("e.version", "and x.by_at <= r.at")} and not {_FOLLOWS}"""  # noqa: S608 (ours alone)
STILL_UP = f"""select s.id as about, c.article as original, min(r.at) as seen_at
    from copies c cross join standings s on s.article = c.article and +s.standing = 'taken_down'
        join copies m on m.article = c.other and m.other = c.article join versions l on l.id = m.last_version
        join readings r on r.article = c.other and r.at >= {_LATER.format("s.at")}
        join versions v on v.id = r.version and v.extent = 'full' and v.number <= l.number
        {_A_COPY}
    where {_CARRIES.format("c")}
        and not exists (select 1 from standings x where x.article = s.article and x.at > s.at and x.at <= r.at)
        and not {_GOES_TOO}"""  # noqa: S608 (ours alone)
_NEWEST = f"""(select n.capture from readings n join captures k on k.id = n.capture where n.article = c.other
    and n.verdict in ({", ".join(f"'{one}'" for one in sorted(GOOD | BAD))}) and n.at <= :at
    order by n.at desc, k.entry desc limit 1)"""  # noqa: S608 (ours alone)
"""The newest look at a copy that showed it, or showed it gone."""
OLD_WORDS_AT = f"""select b.outlet, b.url, k.entry, k.id, r.at
    from changes ch join copies c on c.article = ch.article and {_CARRIES.format("c")} {_A_COPY}
        join readings r on r.capture = {_NEWEST} and r.at > ch.settled_at join captures k on k.id = r.capture
        join echoes e on e.change = ch.id and e.version = r.version and e.carries in ('old', 'both')
    where ch.id = :about and not {TAKEN_BACK.format("e.version", "and x.by_at <= r.at")}
    order by b.outlet, b.url"""  # noqa: S608 (ours alone)
STILL_UP_AT = f"""select b.outlet, b.url, k.entry, k.id, r.at
    from standings s join copies c on c.article = s.article and {_CARRIES.format("c")} {_A_COPY}
        join copies m on m.article = c.other and m.other = c.article join versions l on l.id = m.last_version
        join readings r on r.capture = {_NEWEST} and r.at > s.at join captures k on k.id = r.capture
        join versions v on v.id = r.version and v.extent = 'full' and v.number <= l.number
    where s.id = :about order by b.outlet, b.url"""  # noqa: S608 (ours alone)
_AT: dict[Thing, str] = {"change": OLD_WORDS_AT, "standing": STILL_UP_AT}
"""Of an edit or a takedown: the copies that were last seen (by a moment) with the old words, or with the text."""


def left(conn: sqlite3.Connection, sought: Sought) -> list[Occasion]:
    """Edits and takedowns that copies did not follow within the grace; newest known first."""
    if not _is_asked(conn, "copies remain", sought):
        return []
    return [*_left(conn, sought, OLD_WORDS, "change"), *_left(conn, sought, STILL_UP, "standing")]


def _left(conn: sqlite3.Connection, sought: Sought, sql: str, thing: Thing) -> list[Occasion]:
    where, values = _narrowed(sought)
    found = conn.execute(f"{sql}{where} group by 1 order by seen_at desc, 1{limited(sought)}", values).fetchall()
    if where:  # by one copy it is found, by all of them it is dated
        whole = f"{sql} and c.article = ? and {'ch' if thing == 'change' else 's'}.id = ? group by 1"
        found = [conn.execute(whole, (row["original"], row["about"])).fetchone() for row in found]
    return [_remain(conn, _one(conn, thing, row["about"]), thing, row["about"], row["seen_at"]) for row in found]


def _remain(conn: sqlite3.Connection, one: Occasion, thing: Thing, number: int, at: str) -> Occasion:
    carry = conn.execute(_AT[thing], {"about": number, "at": at}).fetchall()
    many = f"{counted(len(carry), 'copy was', 'copies were')} last seen {_REMAINS[thing]}"
    return replace(
        one,
        kind="copies remain",
        about=(*one.about, *(row["entry"] for row in carry)),
        at=at,
        capture=min((row["id"] for row in carry if row["at"] == at), default=0),
        what=f"{many}, {passed(one.at, at)} after that was known: {one.what}",
        listed=tuple(row["url"] for row in carry[:LISTED]),
        also=tuple(dict.fromkeys(row["outlet"] for row in carry)),
        first=one.first or one.about[0],
    )


_REMAINS: dict[Thing, str] = {"change": "with the old words", "standing": "standing"}


# --- what is asked for ----------------------------------------------------------------------------


def _is_asked(conn: sqlite3.Connection, kind: str, sought: Sought) -> bool:
    """Whether it is; an older store that is only read knows of no copies."""
    if sought.kind != kind and (sought.kind or not sought.copies):
        return False
    knows = "select 1 from sqlite_master where name = 'copied'"
    return bool(conn.execute(knows).fetchone() and conn.execute(SETTLED).fetchone()[0])


def _one(conn: sqlite3.Connection, thing: Thing, number: int) -> Occasion:
    """The edit, or the takedown, of a number."""
    (found,) = _READ[thing](conn, Sought(about=number))
    return found


def _narrowed(sought: Sought) -> tuple[str, Sequence[Any]]:
    """What is asked for holds of the original (``c.article``, ``a``) or of a copy (``c.other``, ``b``)."""
    where, values = "", list[Any]()
    asked = (
        ("(a.outlet = ? or b.outlet = ?)", sought.outlet),
        (_PAIRS.format("= ?"), sought.article),
        (_PAIRS.format(_SAYS), sought.query),
        (_PAIRS.format(_SEEN), sought.after and sought.after[0]),
    )
    for said, value in asked:
        if value:
            where += f" and {said}"
            values += [value, value]
    return where, values


_PAIRS = "c.id in (select id from copies where article {0} union select id from copies where other {0})"
_SAYS = "in (select v.article from search join versions v on v.id = search.rowid where search match ?)"
_SEEN = "in (select article from readings where capture > ?)"
"""What was looked at since: only that can have made anything known."""
