"""By what visits are planned, as it is kept: articles' pulses, outlets' rhythms, and the price of a request.

Kept as it is, like the plans that were made of it: what lists hinted and what a request cost is in no capture, so
rereading could not rebuild it. What pulse and rhythm hold is the policy's own (JSON; `crawler.hazard`).
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from storage import rows
from storage.findings import Article, Planned, Timing
from storage.records import Standing, Status, canonical_json, moment, stamp

SIBLINGS = 20
"""Articles that a takedown makes us look at again soon, at most."""
SUBJECT = 3
"""Terms of the seeds' subject that two articles have in common, and half of the longer list: of one subject."""
REBUILT = 500
"""Articles, the newest, among which a page that came in another design looks for some like it."""
STEPS = 2
"""Steps of an address's path, at most, that name its section."""
TABLES = """
create table pulses (
    article integer primary key,
    pulse text not null,
    kind text not null check (kind in ('news', 'static')),
    importance real not null,
    price real
) strict;
create table rhythms (
    outlet text not null,
    kind text not null check (kind in ('news', 'static')),
    rhythm text not null,
    primary key (outlet, kind)
) strict;
create table prices (
    host text primary key,
    price real not null,
    spent real not null,
    planned real not null,
    since text not null,
    at text not null
) strict
"""


def host(url: str) -> str:
    """The name under which a host's price is kept."""
    return urlsplit(url).hostname or ""


def timing(conn: sqlite3.Connection, known: Article | None, outlet: str, url: str) -> Timing:
    """By what the next visit of an article (None: not known yet) at an address is planned."""
    return Timing(
        planned=planned(conn, known.id) if known is not None else None,
        rhythms=rhythms(conn, outlet),
        price=price(conn, url),
        weight=_weight(conn, known.id) if known is not None else 0.0,
        copies=_copies(conn, known.id) if known is not None else 0,
    )


def planned(conn: sqlite3.Connection, article: int) -> Planned | None:
    """By what an article's visit was planned, where that is kept."""
    row = conn.execute("select * from pulses where article = ?", (article,)).fetchone()
    return _planned(row) if row is not None else None


def _planned(row: sqlite3.Row) -> Planned:
    return Planned(row["article"], row["pulse"], row["kind"], row["importance"], row["price"])


def rhythms(conn: sqlite3.Connection, outlet: str) -> dict[str, str]:
    """An outlet's rhythms, by kind of page."""
    found = conn.execute("select kind, rhythm from rhythms where outlet = ?", (outlet,))
    return {row["kind"]: row["rhythm"] for row in found}


def _weight(conn: sqlite3.Connection, article: int) -> float:
    """The weight of the heaviest change that was told of an article."""
    sql = "select max(weight) from changes where article = ? and unmarked = ?"
    return float(conn.execute(sql, (article, Status.NEWS)).fetchone()[0] or 0.0)


def _copies(conn: sqlite3.Connection, article: int) -> int:
    """How many other articles carry its text."""
    sql = """select count(distinct o.article) from reprints r join reprints o on o.family = r.family
        where r.article = ? and o.article != r.article"""
    return int(conn.execute(sql, (article,)).fetchone()[0])


# --- siblings -----------------------------------------------------------------------------------


def siblings(conn: sqlite3.Connection, known: Article, at: datetime) -> tuple[Planned, ...]:
    """The outlet's other articles by the same author, on the same subject, or of the same section, that the index
    planned; at most `SIBLINGS`, its author's first, then its subject's, then the newest. None is due yet."""
    section, author = _section(known.url), conn.execute(_BYLINE, (known.id,)).fetchone()
    sql = f"""select p.*, a.next_visit_at, a.url, {_SAME_AUTHOR} as same, {_SAME_SUBJECT} as near
        from (select * from articles where outlet = :outlet order by first_seen_at desc limit :among) a
        join pulses p on p.article = a.id where a.id != :me and a.next_visit_at > :at and p.price is not null
            and a.standing in (:up, :restless) and (same or near or (:section != '' and instr(a.url, :section) = 1))
        order by same desc, near desc, a.first_seen_at desc, a.id limit {SIBLINGS}"""  # noqa: S608
    down = known.standing is Standing.DOWN  # else it may have come rebuilt: any that are like it will do
    told = known.because if down else ()
    mine = {
        "outlet": known.outlet, "me": known.id, "at": stamp(at), "up": Standing.UP, "restless": Standing.RESTLESS,
        "section": section, "author": author["byline"] if author is not None else None,
        "terms": len(told), "because": canonical_json(told), "among": -1 if down else REBUILT,
    }  # fmt: skip
    return tuple(map(_due_later, conn.execute(sql, mine)))


def carriers(conn: sqlite3.Connection, known: Article, at: datetime) -> tuple[Timing, ...]:
    """The articles of other outlets that carry its text and that the index planned, each with what its outlet's looks
    taught; at most `SIBLINGS`, those that have most of it first. None is due yet."""
    sql = f"""select p.*, a.next_visit_at, a.outlet, a.visit_url from copies c join articles a on a.id = c.other
        join pulses p on p.article = a.id where c.article = ? and c.kind in ('reprint', 'partial')
            and a.next_visit_at > ? and p.price is not null and a.standing in (?, ?)
        order by c.share desc, a.id limit {SIBLINGS}"""  # noqa: S608
    found = conn.execute(sql, (known.id, stamp(at), Standing.UP, Standing.RESTLESS)).fetchall()
    return tuple(
        Timing(planned=_due_later(row), rhythms=rhythms(conn, row["outlet"]), price=price(conn, row["visit_url"]))
        for row in found
    )


_BYLINE = "select byline from versions where article = ? and byline != '' order by number desc limit 1"
_SAME_AUTHOR = """(:author is not null and exists (select 1 from versions v where v.article = a.id
    and v.byline = :author))"""
_SAME_SUBJECT = f"""(:terms >= {SUBJECT} and json_array_length(a.because) >= {SUBJECT}
    and (select count(*) from json_each(a.because) one where one.value in (select value from json_each(:because)))
        >= max({SUBJECT}, max(:terms, json_array_length(a.because)) / 2.0))"""  # noqa: S608


def _section(url: str) -> str:
    """The part of an address that names its section, with the slash behind it; "" where none does."""
    parts = urlsplit(url)
    steps = parts.path.split("/")[1:-1]
    named = [step for step in steps[:STEPS] if step]
    if not any(len(step) > 2 and not step.isdigit() for step in named):
        return ""
    return f"{parts.scheme}://{parts.netloc}/{'/'.join(named)}/"


def _due_later(row: sqlite3.Row) -> Planned:
    return replace(_planned(row), next_visit_at=moment(row["next_visit_at"]))


# --- keeping ------------------------------------------------------------------------------------


def keep(conn: sqlite3.Connection, one: Planned) -> None:
    """Write down by what a visit is planned."""
    row = {
        "article": one.article,
        "pulse": one.pulse,
        "kind": one.kind,
        "importance": one.importance,
        "price": one.price,
    }
    rows.insert(conn, "pulses", row, "insert or replace")


def keep_rhythm(conn: sqlite3.Connection, outlet: str, kind: str, rhythm: str) -> None:
    """Write down what an outlet's looks taught."""
    rows.insert(conn, "rhythms", {"outlet": outlet, "kind": kind, "rhythm": rhythm}, "insert or replace")


def sooner(conn: sqlite3.Connection, plans: Iterable[Planned]) -> None:
    """Bring visits forward; never put one off."""
    for one in plans:
        assert one.next_visit_at is not None
        at = stamp(one.next_visit_at)
        keep(conn, one)
        conn.execute("update articles set next_visit_at = ? where id = ? and next_visit_at > ?", (at, one.article, at))


def drop(conn: sqlite3.Connection, article: int) -> None:
    """What is planned no more has no pulse."""
    conn.execute("delete from pulses where article = ?", (article,))


# --- the price ----------------------------------------------------------------------------------

EVERYWHERE = ""
"""The name of the price that holds on all hosts."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a request costs, on one host or (`EVERYWHERE`) on all."""

    host: str
    price: float
    spent: float
    """Requests an hour: a mean over the last day."""
    planned: float
    """The price when plans were last made anew."""
    since: datetime
    """When it was first reckoned."""
    at: datetime
    """When it was last reckoned."""


def price(conn: sqlite3.Connection, url: str) -> float | None:
    """The price of a request to an address: the higher of its host's and everybody's; None: never reckoned."""
    sql = "select max(price) from prices where host in (?, ?)"
    found = conn.execute(sql, (EVERYWHERE, host(url))).fetchone()[0]
    return None if found is None else float(found)


def prices(conn: sqlite3.Connection) -> dict[str, Price]:
    """All prices, by host."""
    found = conn.execute("select * from prices order by host")
    return {row["host"]: _price(row) for row in found}


def _price(row: sqlite3.Row) -> Price:
    times = moment(row["since"]), moment(row["at"])
    return Price(row["host"], row["price"], row["spent"], row["planned"], *times)


def keep_prices(conn: sqlite3.Connection, now: Iterable[Price]) -> None:
    """Write down the prices as they are now; hosts without one go by everybody's."""
    conn.execute("delete from prices")
    for one in now:
        row = {"host": one.host, "price": one.price, "spent": one.spent, "planned": one.planned}
        rows.insert(conn, "prices", {**row, "since": stamp(one.since), "at": stamp(one.at)})


@dataclass(frozen=True, slots=True)
class Watched:
    """An article whose visit the index planned."""

    planned: Planned
    outlet: str
    url: str


def watched(conn: sqlite3.Connection) -> list[Watched]:
    """All articles whose visits the index planned, the soonest first."""
    sql = """select p.*, a.next_visit_at, a.outlet, a.visit_url from pulses p join articles a on a.id = p.article
        where p.price is not null and a.next_visit_at is not null order by a.next_visit_at, a.id"""
    return [Watched(_due_later(row), row["outlet"], row["visit_url"]) for row in conn.execute(sql)]


def replan(conn: sqlite3.Connection, plans: Iterable[Planned]) -> None:
    """Put visits where a new price has them."""
    for one in plans:
        assert one.next_visit_at is not None
        conn.execute("update pulses set price = ? where article = ?", (one.price, one.article))
        conn.execute("update articles set next_visit_at = ? where id = ?", (stamp(one.next_visit_at), one.article))
