"""Questions people ask the store: history, diff, status, search; answers are plain records, without Scrapy."""

import json
import re
import sqlite3
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from itertools import takewhile
from typing import Any

from crawler import addresses, carried
from crawler.outlook import Outlook, Reasons, is_known, outlook, reasons
from storage import marks, recall, rows, schedule, sweeps
from storage.findings import Article
from storage.opening import DAEMON
from storage.records import BAD, GOOD, Change, Comparison, Extent, Mark, Standing, Status, Version, stamp
from storage.store import Store
from storage.words import CJK, spaced


class NoAnswer(LookupError):
    """The store does not hold what was asked for: one line that says so, and what comes near."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to an article, or that we saw of it."""

    at: str
    event: str
    what: str
    after_at: str = ""
    """Start of the interval in which it happened, where that is known."""
    status: str = ""
    evidence: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    """What analysts said of it, oldest first."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A headline, or a text, that was shown by turns with others."""

    what: str
    """headline or text."""
    variant: str
    extent: str
    looks: int
    first_seen: str
    last_seen: str


@dataclass(frozen=True)
class History:
    """The life of one article as we saw it, oldest first."""

    article: Article
    addresses: tuple[str, ...]
    versions: tuple[Version, ...]
    events: tuple[Event, ...]
    copies: tuple[carried.Carrier, ...] = ()
    """Other outlets' articles that carry its text, or part of it."""
    fates: tuple[carried.Fate, ...] = ()
    """What became of its edits and of its takedown there."""
    named: tuple[carried.Named, ...] = ()
    """Whom it names as its sources."""
    variants: tuple[Variant, ...] = ()
    """What was shown by turns, the variant seen most first."""


@dataclass(frozen=True)
class Diff:
    """Two versions of an article and what lies between them."""

    article: Article
    old: Version
    new: Version
    comparison: Comparison
    change: Change | None = None
    """The change that was kept, when they are neighbours."""
    marks: tuple[Mark, ...] = ()
    """What analysts said of that."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A version that holds the words."""

    url: str
    outlet: str
    title: str
    version: int
    first_at: str
    still: bool
    """Whether that version is what the article says now (as far as we know)."""
    snippet: str
    """Found words stand between \\x02 and \\x03."""
    taken_down: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is owed, what the last tick of `scrapy watch` could do of it, and what is being missed."""

    due: int
    urgent: int
    """Suspicions, changes without their second look, and pins nobody asked for yet."""
    missed: int
    """Articles that are later than a whole interval of their own."""
    channels: int
    """Channels that are due, of those that were ever asked."""
    requests: int
    """Requests of the last hour."""
    hourly: int | None = None
    """What the budget allowed per hour at the last tick; 0: as many as the hosts allow; None: nothing watches yet."""
    last_tick_at: str = ""
    left_by_budget: int = 0
    left_by_pace: int = 0
    """Visits that found no room in the last tick: in the budget, or in the pace of their hosts."""


@dataclass(frozen=True)
class Why:
    """Why an article is looked at next when it is."""

    article: Article
    ladder: str
    """By which rule it goes."""
    interval: float | None
    """Seconds between the last look and the next; None: it is not looked at again."""
    overdue: float
    """Seconds; negative: there is still time."""
    verdict: str = ""
    """Of the last look."""
    bad_looks: int = 0
    pending: bool = False
    last_change_at: str = ""
    reasons: Reasons | None = None
    """What the index says of it; None: it has no pulse."""


@dataclass(frozen=True)
class State:
    """How the store does, in figures and in lists of what needs a look."""

    store: str
    articles: int = 0
    watched: int = 0
    versions: int = 0
    captures: int = 0
    due: int = 0
    candidates: int = 0
    edits: int = 0
    stealth_edits: int = 0
    pending: int = 0
    standings: dict[str, int] = field(default_factory=dict)
    verdicts: dict[str, int] = field(default_factory=dict)
    """Verdicts of looks at articles in the 24 hours before ``now``."""
    last_capture_at: str = ""
    channels: tuple[dict[str, Any], ...] = ()
    hints: tuple[dict[str, Any], ...] = ()
    """Of each list whose hints were followed: how many, and how many of these looks showed an edit."""
    """Channels that are not well: frozen, dead, blocked, or in trouble."""
    incidents: tuple[dict[str, Any], ...] = ()
    """Troubles of whole outlets that are not over: their suspects are held. And redesigns of the last two days."""
    schedule: "Schedule | None" = None
    outlook: Outlook | None = None
    """What the plan expects; None: the index plans nothing yet."""
    blind: tuple[dict[str, Any], ...] = ()
    """Articles that nobody saw for five days or longer, and why (the fifty longest unseen; ``of``: how many in all)."""
    untold: tuple[dict[str, Any], ...] = ()
    """Hosts whose answers to impossible addresses cannot be told from articles (docs/verdicts.md)."""


# --- which article? -----------------------------------------------------------------------------


def article(store: Store, url: str) -> Article:
    """The article at an address, however it is spelled. Raises NoAnswer."""
    names = _names(url)
    gone = next((at for name in names if (at := store.forgotten(name))), None)
    if gone is not None:
        raise NoAnswer(f"{names[-1]} was forgotten on request on {gone:%Y-%m-%d}")
    known = next((a for name in names if (a := recall.named(store.conn, name))), None)
    if known is None:
        raise NoAnswer(f"no article of that address is in {store.path}{_near(store, url)}")
    return known


def _names(url: str) -> list[str]:
    try:
        names = [addresses.normal(url if "://" in url else f"https://{url}")]
    except ValueError as error:
        raise NoAnswer(str(error)) from None
    from crawler import catalogue  # only a mirror's address needs the shelf

    outlet = catalogue.load().of(names[0])
    return [*names, addresses.identity(names[0], outlet)] if outlet else names


def _near(store: Store, url: str) -> str:
    known = [row["url"] for row in store.conn.execute("select url from addresses limit 20000")]
    near = get_close_matches(url, known, 1, 0.7)
    return f"; did you mean {near[0]} ?" if near else ""


# --- history ------------------------------------------------------------------------------------


def history(store: Store, url: str) -> History:
    """All that is known of one article. Raises NoAnswer."""
    known = article(store, url)
    read = store.conn.execute
    names = read("select url from addresses where article = ? order by url", (known.id,))
    versions = read(f"{rows.VERSION} where v.article = ? order by v.number", (known.id,))
    return History(
        article=known,
        addresses=tuple(row["url"] for row in names),
        versions=tuple(map(rows.version, versions)),
        events=tuple(_events(store.conn, known.id)),
        copies=carried.carriers(store.conn, known.id),
        fates=carried.fates(store.conn, known.id),
        named=carried.named(store.conn, known.id),
        variants=_variants(store.conn, known.id),
    )


def _events(conn: sqlite3.Connection, number: int) -> list[Event]:
    ways = (_seen, _edited, _stood, _walled, _delisted)
    found = [event for way in ways for event in way(conn, number)]
    return sorted(found, key=lambda event: (event.at, event.event))


def _seen(conn: sqlite3.Connection, number: int) -> list[Event]:
    sql = """select v.first_at, v.title, c.entry from versions v join captures c on c.id = v.capture
        where v.article = ? and v.number = 1"""
    return [
        Event(r["first_at"], "first seen", r["title"], evidence=(r["entry"],)) for r in conn.execute(sql, (number,))
    ]


def _edited(conn: sqlite3.Connection, number: int) -> list[Event]:
    sql = """select ch.*, v.number as to_number, w.number as from_number, c.entry from changes ch
        join versions v on v.id = ch.to_version join versions w on w.id = ch.from_version
        join captures c on c.id = v.capture where ch.article = ?"""
    return [
        Event(
            at=r["by_at"],
            event=f"edit {r['from_number']}..{r['to_number']}",
            what=r["summary"] if r["status"] == Status.NEWS else f"{r['summary']} ({r['status']}: {r['reason']})",
            after_at=r["after_at"],
            status=r["status"],
            evidence=(r["entry"],),
            marks=marks.of(conn, r["entry"]),
        )
        for r in conn.execute(sql, (number,))
    ]


def _stood(conn: sqlite3.Connection, number: int) -> list[Event]:
    sql = "select * from standings where article = ? and was is not null"
    return [
        Event(
            r["by_at"],
            r["standing"],
            r["reason"],
            r["after_at"] or "",
            r["how"] or "",
            (evidence := tuple(json.loads(r["evidence"]))),
            marks.of(conn, evidence[0]) if r["standing"] == Standing.TAKEN_DOWN else (),
        )
        for r in conn.execute(sql, (number,))
    ]


def _walled(conn: sqlite3.Connection, number: int) -> list[Event]:
    names = {"walled": "paywall up", "open": "paywall down"}
    return [
        Event(r["by_at"], names[r["access"]], "", r["after_at"] or "", evidence=tuple(json.loads(r["evidence"])))
        for r in conn.execute("select * from accesses where article = ?", (number,))
    ]


def _delisted(conn: sqlite3.Connection, number: int) -> list[Event]:
    sql = "select * from delisted where article = ?"
    return [
        Event(r["delisted_by"], "off a list", f"{r['list']} {r['channel']}", r["last_listed_at"])
        for r in conn.execute(sql, (number,))
    ]


def _variants(conn: sqlite3.Connection, number: int) -> tuple[Variant, ...]:
    if not _one(conn, VARIANTS):
        return ()
    sql = """select what, variant, extent, looks, first_seen, last_seen from variants where article = ?
        order by what, extent, looks desc, first_seen"""
    return tuple(Variant(*row) for row in conn.execute(sql, (number,)))


VARIANTS = "select count(*) from sqlite_master where name = 'variants'"  # none in an older store that is only read


# --- diff ---------------------------------------------------------------------------------------


def diff(store: Store, url: str, span: str = "") -> Diff:
    """Two versions of an article: ``A..B`` by number; "": the newest change that is news, else the newest of all.

    By default neighbours of one extent are compared, never a preview with a full text. Raises NoAnswer.
    """
    from crawler.compare import compare

    known = article(store, url)
    change = None if span else _newest_change(store.conn, known.id)
    if change is not None:
        old, new = (_by_id(store.conn, number) for number in (change.from_version, change.to_version))
    else:
        numbers = _span(span, known) if span else _neighbours(store.conn, known)
        old, new = (_by_number(store.conn, known, number) for number in numbers)
        change = _between(store.conn, old, new)
    return Diff(known, old, new, compare(old.text, new.text), change, _marks(store.conn, change))


def _marks(conn: sqlite3.Connection, change: Change | None) -> tuple[Mark, ...]:
    sql = "select c.entry from versions v join captures c on c.id = v.capture where v.id = ?"
    return marks.of(conn, conn.execute(sql, (change.to_version,)).fetchone()["entry"]) if change else ()


def _span(span: str, known: Article) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,9})\.\.([0-9]{1,9})", span)
    if not found:
        raise NoAnswer(f"{span}: not two versions; write A..B, as in 1..{max(known.versions, 2)}")
    return int(found[1]), int(found[2])


def _neighbours(conn: sqlite3.Connection, known: Article) -> tuple[int, int]:
    """The newest two versions of one extent, of the full text where there are two. Raises NoAnswer."""
    for extent in (Extent.FULL, Extent.PREVIEW):
        sql = "select number from versions where article = ? and extent = ? order by number desc limit 2"
        found = [row["number"] for row in conn.execute(sql, (known.id, extent))]
        if len(found) == 2:
            return found[1], found[0]
    if known.versions < 2:
        raise NoAnswer(f"{known.url}: {known.versions or 'no'} version is held, so there is nothing to compare")
    raise NoAnswer(f"{known.url}: only a preview and a full text are held; say 1..{known.versions} to compare them")


def _newest_change(conn: sqlite3.Connection, number: int) -> Change | None:
    sql = """select ch.* from changes ch join versions v on v.id = ch.from_version
        join versions w on w.id = ch.to_version where ch.article = ? and v.extent = w.extent
        order by ch.status != 'news', ch.by_at desc limit 1"""
    row = conn.execute(sql, (number,)).fetchone()
    return rows.change(row) if row else None


def _between(conn: sqlite3.Connection, old: Version, new: Version) -> Change | None:
    sql = "select * from changes where from_version = ? and to_version = ?"
    row = conn.execute(sql, (old.id, new.id)).fetchone()
    return rows.change(row) if row else None


def _by_id(conn: sqlite3.Connection, number: int) -> Version:
    return rows.version(conn.execute(f"{rows.VERSION} where v.id = ?", (number,)).fetchone())


def _by_number(conn: sqlite3.Connection, known: Article, number: int) -> Version:
    row = conn.execute(f"{rows.VERSION} where v.article = ? and v.number = ?", (known.id, number)).fetchone()
    if row is None:
        raise NoAnswer(f"{known.url} has no version {number}; it has 1 to {known.versions}")
    return rows.version(row)


# --- search -------------------------------------------------------------------------------------

_PHRASE = re.compile(r'"([^"]*)"?|(\S+)')
_SPACED = re.compile(f"(?<=[{CJK}\x02\x03]) (?=[{CJK}\x02\x03])")


MOST_HITS = 1000


def search(store: Store, words: str, limit: int = 20) -> tuple[Hit, ...]:
    """Versions that hold all these words (``"a phrase"``, ``begin*``), the nearest first; 1 to 1000 of them."""
    query = fts(words)
    if not query:
        return ()
    sql = """select v.number, v.title, v.first_at, a.url, a.outlet, a.standing is 'taken_down' as gone,
            snippet(search, -1, char(2), char(3), ' … ', 24) as cut,
            v.last_at = (select max(w.last_at) from versions w
                where w.article = v.article and w.extent = v.extent) as shown
        from search join versions v on v.id = search.rowid join articles a on a.id = v.article
        where search match ? order by rank, v.first_at desc limit ?"""
    return tuple(map(_hit, store.conn.execute(sql, (query, max(1, min(limit, MOST_HITS))))))


def _hit(row: sqlite3.Row) -> Hit:
    return Hit(
        url=row["url"],
        outlet=row["outlet"],
        title=row["title"],
        version=row["number"],
        first_at=row["first_at"],
        still=bool(row["shown"]) and not row["gone"],
        snippet=_SPACED.sub("", row["cut"]),
        taken_down=bool(row["gone"]),
    )


def fts(words: str) -> str:
    """Any words as an FTS5 query that cannot fail: each is quoted, ideographs become a phrase; "" for none."""
    parts = []
    for phrase, word in _PHRASE.findall(words):
        wanted = spaced(phrase or word).replace('"', " ").replace("\x00", " ").strip()
        if any(c.isalnum() for c in wanted):
            parts.append(f'"{wanted.rstrip("*")}"' + ("*" if wanted.endswith("*") else ""))
    return " ".join(parts)


# --- status -------------------------------------------------------------------------------------

DAY = timedelta(days=1)
BLIND = timedelta(days=5)


def status(store: Store, now: datetime) -> State:
    """How the store does; what is due, blind and of the last day counts from ``now``."""
    conn = store.conn
    return State(
        store=str(store.path),
        articles=_one(conn, "select count(*) from articles where versions > 0"),
        watched=_one(conn, "select count(*) from articles where next_visit_at is not null"),
        versions=_one(conn, "select count(*) from versions"),
        captures=_one(conn, "select count(*) from captures"),
        due=_one(conn, "select count(*) from articles where next_visit_at <= ?", stamp(now)),
        candidates=_one(conn, "select count(*) from candidates where article is null"),
        edits=_one(conn, "select count(*) from changes where status = 'news'"),
        stealth_edits=_one(conn, "select count(*) from stealth_edits"),
        pending=_one(conn, "select count(*) from changes where status = 'pending'"),
        standings={s: _one(conn, "select count(*) from articles where standing = ?", s) for s in Standing},
        verdicts=_tally(
            conn, "select verdict, count(*) from readings where at >= ? group by 1 order by 2 desc", stamp(now - DAY)
        ),
        last_capture_at=_one(conn, "select max(at) from captures") or "",
        channels=_dicts(conn, UNWELL),
        hints=_dicts(conn, HINTS) if _one(conn, MEASURED) else (),
        incidents=_dicts(conn, OPEN, stamp(now - sweeps.WINDOW)),
        schedule=_schedule(conn, now),
        outlook=outlook(store, schedule.owed(conn, now), now) if is_known(conn) else None,
        untold=_dicts(conn, UNTOLD) if _one(conn, PROBES) else (),
        blind=_dicts(conn, UNSEEN, stamp(now), stamp(now - BLIND), *sorted(GOOD), stamp(now)),
    )


def _schedule(conn: sqlite3.Connection, now: datetime) -> Schedule | None:
    if not is_known(conn):
        return None  # an older store that is only read
    due = schedule.owed(conn, now)
    sql = "select ended_at, stats from runs where command = ? and ended_at is not null order by id desc limit 1"
    last = conn.execute(sql, (DAEMON,)).fetchone()
    stats = json.loads(last["stats"]) if last is not None else {}
    return Schedule(
        due=len(due),
        urgent=sum(owed.urgent for owed in due),
        missed=sum(owed.lateness(now) > 1.0 for owed in due if owed.article),
        channels=sum(late != float("inf") for late in schedule.channels(conn, now).values()),
        requests=schedule.requests(conn, now - timedelta(hours=1), now),
        hourly=stats.get("hourly"),
        last_tick_at=last["ended_at"] if last is not None else "",
        left_by_budget=stats.get("left_by_budget", 0),
        left_by_pace=stats.get("left_by_pace", 0),
    )


def why(store: Store, url: str, now: datetime) -> Why:
    """Why an article is looked at next when it is. Raises NoAnswer."""
    known, conn = article(store, url), store.conn
    sql = "select verdict from readings where article = ? order by at desc, capture desc"
    verdicts = [row["verdict"] for row in conn.execute(sql, (known.id,))]
    bad = list(takewhile(lambda verdict: verdict not in GOOD, verdicts))
    newest = conn.execute(
        "select status, by_at from changes where article = ? order by by_at desc limit 1", (known.id,)
    ).fetchone()
    pending = newest is not None and newest["status"] == Status.PENDING
    last, next_at = known.last_capture_at, known.next_visit_at
    return Why(
        article=known,
        ladder=_ladder(known, verdicts[0] if verdicts else "", pending),
        interval=(next_at - last).total_seconds() if next_at is not None and last is not None else None,
        overdue=(now - next_at).total_seconds() if next_at is not None else 0.0,
        verdict=verdicts[0] if verdicts else "",
        bad_looks=sum(verdict in BAD for verdict in bad),
        pending=pending,
        last_change_at=newest["by_at"] if newest is not None else "",
        reasons=reasons(store, known, now) if next_at is not None else None,
    )


def _ladder(known: Article, verdict: str, pending: bool) -> str:
    """The rule of `crawler.plan` that an article goes by, in words."""
    if known.next_visit_at is None:
        return "not watched: neither near the seeds nor pinned, or there is nothing left to lose"
    if verdict and verdict not in GOOD | BAD:
        return "the last look failed for a reason of ours or the host's: again soon, then less and less often"
    if pending and verdict in GOOD:
        return "a change waits for its second look"
    if known.standing is Standing.TAKEN_DOWN:
        return "taken down: daily, then weekly, then monthly, whether it comes back"
    if verdict in BAD:
        return "a suspicion: looks come fast until it is confirmed or withdrawn"
    if known.standing is Standing.RESTORED:
        return "it came back: soon again, whether it stays"
    return "it stands: a look is due when it is worth its price, and once in 30 days for ever"


UNWELL = """select outlet, kind, url, state, last_ok_at, newest_item_at, error from channels
    where state in ('frozen', 'dead', 'blocked') or error != '' order by outlet, url"""
HINTS = "select outlet, kind, url, hints, hits from channels where hints > 0 order by outlet, url"
MEASURED = "select count(*) from pragma_table_info('channels') where name = 'hints'"
PROBES = "select count(*) from sqlite_master where name = 'untold_hosts'"  # none in an older store that is only read
UNTOLD = "select host, shape, kind, at from untold_hosts"
OPEN = """select outlet, kind, articles, started_at from incidents
    where ended_at is null or (kind = 'redesign' and ended_at >= ?) order by started_at, outlet"""
"""Those that are not over, and redesigns of the last days: they are told as long as articles join."""
UNSEEN = f"""select *, count(*) over () as of from (
        select a.outlet, a.url, a.last_good_at, cast(julianday(?) - julianday(a.last_good_at) as integer) as days,
            a.next_visit_at, (select verdict from readings r where r.article = a.id
                order by r.at desc, r.capture desc limit 1) as verdict
        from articles a where a.versions > 0 and a.standing != 'taken_down' and a.last_good_at < ?)
    where next_visit_at is not null and (verdict not in ({rows.marks(list(GOOD))}) or next_visit_at <= ?)
    order by last_good_at, url limit 50"""  # noqa: S608
"""What answered well when it was last looked at, and is not due, is not unseen: old articles are asked for monthly."""


def _one(conn: sqlite3.Connection, sql: str, *values: Any) -> Any:
    return conn.execute(sql, values).fetchone()[0]


def _tally(conn: sqlite3.Connection, sql: str, *values: Any) -> dict[str, int]:
    return {row[0]: row[1] for row in conn.execute(sql, values)}


def _dicts(conn: sqlite3.Connection, sql: str, *values: Any) -> tuple[dict[str, Any], ...]:
    return tuple(dict(row) for row in conn.execute(sql, values))


def plain(answer: Any) -> Any:
    """An answer as JSON-ready values: records become objects, moments text."""
    if isinstance(answer, datetime):
        return stamp(answer)
    if hasattr(answer, "__dataclass_fields__"):
        return plain(asdict(answer))
    if isinstance(answer, dict):
        return {str(key): plain(value) for key, value in answer.items()}
    return [plain(value) for value in answer] if isinstance(answer, list | tuple) else answer
