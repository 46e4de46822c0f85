"""What the store remembers when a capture comes in: the rows that concluding needs, and nothing that came later.

Every question looks strictly before the capture's moment, so that rereading in order of (at, entry) sees what the
first reading saw.
"""

import sqlite3
from datetime import datetime, timedelta

from storage import rows
from storage.findings import Article, Carried, Context, Names, Sighting
from storage.records import GOOD, Change, Edit, Extent, Look, Status, Version, moment, stamp

RESTLESS = timedelta(days=14)
"""For how long a flip is remembered against an article: an A/B test of headlines is over by then."""
SHOWN = (
    "select {} from readings r where r.article = ? and r.version is not null order by r.at desc, r.capture desc limit 1"
)


def context(conn: sqlite3.Connection, sighting: Sighting, window: float) -> Context:
    """The past of the article that was sighted; ``window`` is how long (seconds) an outlet's good answer counts."""
    capture, names = sighting.reading.capture, sighting.names
    by_asked = named(conn, names.asked)
    known = by_asked or named(conn, names.identity) or _twin(conn, sighting)
    near = _around(conn, sighting, known, window)
    if known is None:
        return near
    shown = conn.execute(SHOWN.format("r.version, r.reader"), (known.id,)).fetchone()
    payload = current_payload(conn, known.id)
    looks, explicit = _looks(conn, known)
    change = _last_change(conn, known.id)
    return Context(
        article=known,
        by_asked=by_asked is not None,
        current=_version(conn, shown["version"]) if shown else None,
        current_payload=payload,
        confirmed=payload is not None and payload == _digest(conn, capture.refers_to),
        reader=shown["reader"] if shown else "",
        latest=_latest(conn, known.id),
        seen=_seen(conn, known.id),
        last_change=change,
        last_change_at=_last_news(conn, known.id),
        flips=_flips(conn, known.id, capture.at),
        looks=looks,
        explicit=explicit,
        troubles=_troubles(looks),
        outlet_well=near.outlet_well,
        elsewhere=near.elsewhere,
        owned=near.owned,
        carried=near.carried,
        found_by=near.found_by,
        pinned=near.pinned or known.pinned,
    )


def named(conn: sqlite3.Connection, url: str) -> Article | None:
    """The article that an address (in normal form) names."""
    sql = "select a.* from addresses d join articles a on a.id = d.article where d.url = ?"
    row = conn.execute(sql, (url,)).fetchone()
    return rows.article(row) if row else None


def _twin(conn: sqlite3.Connection, sighting: Sighting) -> Article | None:
    """The outlet's article that already says exactly this under this headline: one story at two addresses.

    Lists often show an article's new address before its old one was seen to lead there. A text that is too short to
    have a fingerprint proves nothing.
    """
    capture, page = sighting.reading.capture, sighting.reading.page
    if page is None or not sighting.fingerprint or capture.status != 200:
        return None
    sql = """select a.* from versions v join articles a on a.id = v.article
        where v.text = ? and v.title = ? and a.outlet = ? and v.first_at < ? order by v.first_at, v.id limit 1"""
    text = page.text
    row = conn.execute(sql, (text.body_digest, text.title, capture.outlet, stamp(capture.at))).fetchone()
    return rows.article(row) if row else None


def _around(conn: sqlite3.Connection, sighting: Sighting, known: Article | None, window: float) -> Context:
    """What is known without knowing the article: its outlet, its names, who else carries its text."""
    capture, me = sighting.reading.capture, known.id if known else -1
    page = sighting.reading.page
    body = page.text.body_digest if page and page.text.paragraphs else None
    return Context(
        outlet_well=outlet_well(conn, capture.outlet, me, capture.at, window),
        elsewhere=body is not None and _elsewhere(conn, body, capture.outlet, me, capture.at),
        owned=_owned(conn, sighting.names, me),
        carried=_carried(conn, sighting.fingerprint, me),
        found_by=_found_by(conn, sighting.names),
        pinned=_pinned(conn, sighting.names),
    )


def outlet_well(conn: sqlite3.Connection, outlet: str, article: int, at: datetime, window: float) -> bool:
    """Whether another page of the outlet, or one of its channels, answered well within the window before."""
    since, until = stamp(at - timedelta(seconds=window)), stamp(at)
    good = tuple(sorted(GOOD))
    sql = f"""select exists (select 1 from readings where outlet = ? and article != ? and at >= ? and at < ?
                and verdict in ({rows.marks(good)}))
            or exists (select 1 from captures where outlet = ? and purpose in ('channel', 'canary') and at >= ?
                and at < ? and status in (200, 304) and complete = 1)"""  # noqa: S608
    return bool(conn.execute(sql, (outlet, article, since, until, *good, outlet, since, until)).fetchone()[0])


def _version(conn: sqlite3.Connection, version: int) -> Version:
    return rows.version(conn.execute(f"{rows.VERSION} where v.id = ?", (version,)).fetchone())


def current_payload(conn: sqlite3.Connection, article: int) -> str | None:
    """Digest of the payload that last showed the article's current text."""
    sql = """select c.digest from readings r join captures c on c.id = r.capture
        where r.article = ? and r.version is not null and c.digest is not null
        order by r.at desc, r.capture desc limit 1"""
    row = conn.execute(sql, (article,)).fetchone()
    return row["digest"] if row else None


def current_reader(conn: sqlite3.Connection, article: int) -> str:
    """Identity of the reader that read what was shown last; "" when nothing was."""
    shown = conn.execute(SHOWN.format("r.reader"), (article,)).fetchone()
    return str(shown["reader"]) if shown else ""


def _digest(conn: sqlite3.Connection, entry: str | None) -> str | None:
    row = conn.execute("select digest from captures where entry = ?", (entry,)).fetchone() if entry else None
    return row["digest"] if row else None


def _latest(conn: sqlite3.Connection, article: int) -> dict[Extent, Version]:
    sql = f"{rows.VERSION} where v.article = ? and v.extent = ? order by v.number desc limit 1"
    found = {extent: conn.execute(sql, (article, extent)).fetchone() for extent in Extent}
    return {extent: rows.version(row) for extent, row in found.items() if row}


def _seen(conn: sqlite3.Connection, article: int) -> frozenset[str]:
    return frozenset(r["digest"] for r in conn.execute("select digest from versions where article = ?", (article,)))


def _last_change(conn: sqlite3.Connection, article: int) -> Change | None:
    row = conn.execute("select * from changes where article = ? order by by_at desc limit 1", (article,)).fetchone()
    if row is None:
        return None
    edits: tuple[Edit, ...] = ()
    if row["status"] == Status.PENDING:  # only a change that still waits is looked into again
        sql = "select * from edits where change = ? order by position, id"
        edits = tuple(map(rows.edit, conn.execute(sql, (row["id"],))))
    return rows.change(row, edits)


def _last_news(conn: sqlite3.Connection, article: int) -> datetime | None:
    sql = "select max(by_at) as at from changes where article = ? and status = ?"
    return rows.when(conn.execute(sql, (article, Status.NEWS)).fetchone()["at"])


def _flips(conn: sqlite3.Connection, article: int, at: datetime) -> int:
    sql = "select status from changes where article = ? and by_at >= ? order by by_at desc limit 10"
    return sum(row["status"] == Status.FLIP for row in conn.execute(sql, (article, stamp(at - RESTLESS))))


def _looks(conn: sqlite3.Connection, known: Article) -> tuple[tuple[Look, ...], frozenset[str]]:
    """Looks since the last good one (a long blindness is told by its newest hundred), and which answered 410."""
    sql = """select r.at, r.verdict, r.how, r.outlet_well, c.entry, c.status from readings r
        join captures c on c.id = r.capture where r.article = ? and r.at > ?
        order by r.at desc, r.capture desc limit 100"""
    since = rows.stamped(known.last_good_at) or ""
    found = conn.execute(sql, (known.id, since)).fetchall()
    return tuple(map(rows.look, reversed(found))), frozenset(row["entry"] for row in found if row["status"] == 410)


def _troubles(looks: tuple[Look, ...]) -> int:
    run = 0
    for look in reversed(looks):
        if look.how is not None:
            break
        run += 1
    return run


def _elsewhere(conn: sqlite3.Connection, body: str, outlet: str, article: int, at: datetime) -> bool:
    sql = """select 1 from versions v join articles a on a.id = v.article
        where v.text = ? and a.outlet = ? and v.article != ? and v.first_at < ? limit 1"""
    return conn.execute(sql, (body, outlet, article, stamp(at))).fetchone() is not None


def _owned(conn: sqlite3.Connection, names: Names, article: int) -> frozenset[str]:
    sql = "select url from addresses where url in (?, ?, ?) and article != ?"
    return frozenset(r["url"] for r in conn.execute(sql, (names.asked, names.landed, names.identity, article)))


def _carried(conn: sqlite3.Connection, fingerprint: str, article: int) -> tuple[Carried, ...]:
    if not fingerprint:
        return ()
    sql = """select v.article, a.outlet, v.id as version, v.first_at from versions v join articles a on a.id = v.article
        where v.fingerprint = ? and v.article != ? order by v.first_at, v.id"""
    found = conn.execute(sql, (fingerprint, article))
    return tuple(Carried(r["article"], r["outlet"], r["version"], moment(r["first_at"])) for r in found)


def _found_by(conn: sqlite3.Connection, names: Names) -> str:
    sql = """select n.kind || ' ' || n.url as way from candidates d join channels n on n.id = d.channel
        where d.url in (?, ?) order by d.offered_at limit 1"""
    row = conn.execute(sql, (names.asked, names.identity)).fetchone()
    return row["way"] if row else "by hand"


def _pinned(conn: sqlite3.Connection, names: Names) -> bool:
    sql = "select 1 from pins where url in (?, ?, ?)"
    return conn.execute(sql, (names.asked, names.landed, names.identity)).fetchone() is not None
