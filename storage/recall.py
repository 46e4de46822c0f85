"""What the store remembers when a capture comes in: the rows that concluding needs, and nothing that came later.

Every question looks strictly before the capture's moment, so that rereading in order of (at, entry) sees what the
first reading saw.
"""

import json
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from storage import copies, flips, neighbours, payloads, probes, pulses, rows, sweeps, wellness
from storage.findings import Around, Article, Context, Doubted, Names, Sighting, Stood, Sweep, Waiting
from storage.records import GOOD, Capture, Change, Edit, Extent, Look, Standing, Status, Version, moment, stamp
from storage.words import normal

REPAIRS = timedelta(days=1)
"""A page that an outlet shows at all addresses while it is repaired is gone by then."""
_GOOD = ", ".join(f"'{verdict}'" for verdict in sorted(GOOD))
SHOWN = (
    "select {} from readings r where r.article = ? and r.version is not null order by r.at desc, r.capture desc limit 1"
)


def context(conn: sqlite3.Connection, sighting: Sighting, window: float) -> Context:
    """The past of the article that was sighted; ``window`` is how long (seconds) an outlet's good answer counts."""
    capture = sighting.reading.capture
    if capture.purpose not in ("article", "memento"):
        return probes.beside(conn, sighting, Context(), -1)
    known, by_asked, stub = whose(conn, sighting)
    near = _around(conn, sighting, known, stub, window)
    near = probes.beside(conn, sighting, near, known.id if known else -1)
    if known is None:
        return replace(near, kin=copies.kin(conn, -1, capture.outlet, sighting.sketch))
    shown = conn.execute(SHOWN.format("r.version, r.reader"), (known.id,)).fetchone()
    payload = current_payload(conn, known.id)
    current = _version(conn, shown["version"]) if shown else None
    latest = _latest(conn, known.id)
    looks, explicit = _looks(conn, known, capture.at)
    past = flips.past(conn, known.id)
    swept, pending = _pending(conn, known, capture.at)
    is_new = _may_be_new(sighting, latest)
    stood = _stood(conn, past) if sighting.reading.page is not None else {}
    held = (*latest.values(), *(one.version for one in stood.values()))
    return replace(
        near,
        article=known,
        by_asked=by_asked,
        stub=stub,
        current=current,
        current_reader=shown["reader"] if shown else "",
        current_payload=payload,
        earlier=_earlier(conn, sighting, current, payload),
        confirmed=payload is not None and payload == _digest(conn, capture.refers_to),
        latest=latest,
        pages=_around_text(conn, latest) if sighting.reading.page is not None else {},
        stood=stood,
        said=past.said,
        titles=past.titles,
        pending=pending,
        swept=swept or (sweeps.known(conn, known.outlet, capture.at) if is_new else {}),
        lately=sweeps.lately(conn, known.outlet, known.id, capture.at) if is_new else (),
        own=copies.own(conn, known.id) if is_new else None,
        kin=copies.kin(conn, known.id, known.outlet, sighting.sketch) if is_new else (),
        others_headlines=_headlines(conn, sighting, known, held) if is_new else frozenset(),
        last_change=_last_change(conn, known.id),
        last_change_at=_last_news(conn, known.id),
        flips=past.flips(capture.at),
        flapping=flips.flapping(conn, known.id, past),
        doubted=_doubted(conn, past, capture.at),
        looks=looks,
        explicit=explicit,
        troubles=_troubles(looks),
        **_since_down(conn, known, capture.at),
        siblings=pulses.siblings(conn, known, capture.at) if is_new or known.standing is Standing.DOWN else (),
        carriers=pulses.carriers(conn, known, capture.at) if pending or known.standing is Standing.DOWN else (),
        spare=_spare(conn, known.id, capture.asked_url),
        pinned=near.pinned or _is_pinned(conn, known.id),
    )


def whose(conn: sqlite3.Connection, sighting: Sighting) -> tuple[Article | None, bool, Article | None]:
    """The article that was sighted, if we know it; whether by the address that was asked; a stub that it takes over.

    A stub is an article whose first looks were all trouble: now that it shows a text, it may be one we know.
    """
    known, by_asked = named(conn, sighting.names.asked), True
    if known is None:
        known, by_asked = named(conn, sighting.names.identity), False
    if known is None or known.versions == 0:
        twin = _twin(conn, sighting)
        if twin is not None and (known is None or twin.id != known.id):
            return twin, False, known
    return known, by_asked and known is not None, None


def named(conn: sqlite3.Connection, url: str) -> Article | None:
    """The article that an address (in normal form) names."""
    sql = "select a.* from addresses d join articles a on a.id = d.article where d.url = ?"
    row = conn.execute(sql, (url,)).fetchone()
    return rows.article(row) if row else None


def _twin(conn: sqlite3.Connection, sighting: Sighting) -> Article | None:
    """The outlet's article that already says exactly this under this headline: one story at two addresses.

    Lists often show an article's new address before its old one was seen to lead there. A text that is too short to
    have a fingerprint proves nothing; nor does a page that declares no article (a failing site shows one page at all
    addresses), unless the addresses agree, a list offered it under that headline, or that text is older than repairs.
    """
    capture, page = sighting.reading.capture, sighting.reading.page
    if page is None or not sighting.fingerprint or capture.status != 200:
        return None
    sql = """select a.*, v.first_at as said_at from versions v join articles a on a.id = v.article
        where v.text = ? and v.title = ? and a.outlet = ? and v.first_at < ? order by v.first_at, v.id limit 1"""
    text = page.text
    row = conn.execute(sql, (text.body_digest, text.title, capture.outlet, stamp(capture.at))).fetchone()
    if row is None:
        return None
    _, offered = _offer(conn, sighting.names, capture.at)
    promised = bool(text.title) and normal(text.title) in normal(offered)
    old = moment(row["said_at"]) <= capture.at - REPAIRS
    declared = "article" in page.page_type.lower()
    return rows.article(row) if declared or promised or old or _are_alike(capture.url, row["url"]) else None


def _are_alike(one: str, other: str) -> bool:
    """Whether two addresses end in the same name or number, as an article's do that was moved to another section."""
    ends = [urlsplit(url).path.rstrip("/").rpartition("/")[2].lower() for url in (one, other)]
    numbers = [re.findall(r"\d{5,}", end)[-1:] for end in ends]
    return (ends[0] == ends[1] and len(ends[0]) > 8) or numbers[0] == numbers[1] != []


def _around(
    conn: sqlite3.Connection, sighting: Sighting, known: Article | None, stub: Article | None, window: float
) -> Context:
    """What is known without knowing the article: its outlet, its names, who else carries its text."""
    capture, me = sighting.reading.capture, known.id if known else -1
    page = sighting.reading.page
    body = page.text.body_digest if page and page.text.paragraphs else None
    incidents = neighbours.incidents(conn, capture.outlet, capture.at)
    found_by, offered = _offer(conn, sighting.names, capture.at)
    return Context(
        incidents=incidents,
        others=neighbours.others(conn, capture.outlet, me, capture.at, window, incidents),
        outlet_well=wellness.outlet_well(conn, capture, me, window, _is_at_stake(known, capture)),
        elsewhere=body is not None and _elsewhere(conn, body, capture.outlet, me, capture.at),
        owned=_owned(conn, sighting.names, me, stub.id if stub else -1),
        found_by=found_by,
        offered=offered,
        pinned=_pinned(conn, sighting.names),
        timing=pulses.timing(conn, known, capture.outlet, capture.asked_url),
    )


def _is_at_stake(known: Article | None, capture: Capture) -> bool:
    """Whether a look may be a bad one that counts: of what never stood, and by a 304, it is none."""
    return known is not None and known.standing is not None and capture.status != 304


def _version(conn: sqlite3.Connection, version: int) -> Version:
    return rows.version(conn.execute(f"{rows.VERSION} where v.id = ?", (version,)).fetchone())


def current_payload(conn: sqlite3.Connection, article: int) -> str | None:
    """Digest of the payload that last showed the article's current text."""
    sql = """select c.digest from readings r join captures c on c.id = r.capture
        where r.article = ? and r.version is not null and c.digest is not null
        order by r.at desc, r.capture desc limit 1"""
    row = conn.execute(sql, (article,)).fetchone()
    return row["digest"] if row else None


def _earlier(
    conn: sqlite3.Connection, sighting: Sighting, current: Version | None, payload: str | None
) -> bytes | None:
    """The page that last showed the current text, for one that says another.

    One that is damaged or erased is no reason not to keep what was seen now: then nothing is known of it.
    """
    page = sighting.reading.page
    if page is None or current is None or payload is None or page.text.body == current.text.body:
        return None
    try:
        return payloads.load(conn, payload)
    except payloads.PayloadError:
        return None


def readers(conn: sqlite3.Connection, article: int) -> frozenset[tuple[str, str, str]]:
    """By which readers the article's versions were read: (outlet of the capture, address asked, reader's identity)."""
    sql = """select distinct c.outlet, c.asked_url, r.reader from versions v join readings r on r.capture = v.capture
        join captures c on c.id = v.capture where v.article = ?"""
    return frozenset((row["outlet"], row["asked_url"], row["reader"]) for row in conn.execute(sql, (article,)))


def _around_text(conn: sqlite3.Connection, latest: dict[Extent, Version]) -> dict[Extent, Around]:
    """What was around the latest versions' texts."""
    sql = "select frame, dropped from readings where capture = ?"
    found = {extent: conn.execute(sql, (version.capture,)).fetchone() for extent, version in latest.items()}
    return {
        extent: Around(row["frame"], tuple(text for text, _ in json.loads(row["dropped"])))
        for extent, row in found.items()
        if row
    }


def _digest(conn: sqlite3.Connection, entry: str | None) -> str | None:
    row = conn.execute("select digest from captures where entry = ?", (entry,)).fetchone() if entry else None
    return row["digest"] if row else None


def _latest(conn: sqlite3.Connection, article: int) -> dict[Extent, Version]:
    sql = f"{rows.VERSION} where v.article = ? and v.extent = ? order by v.number desc limit 1"
    found = {extent: conn.execute(sql, (article, extent)).fetchone() for extent in Extent}
    return {extent: rows.version(row) for extent, row in found.items() if row}


def _stood(conn: sqlite3.Connection, past: flips.Past) -> dict[Extent, Stood]:
    """Where the latest version is in doubt, the one that stands as news, and what was around its text."""
    found = {extent: stood for extent in Extent if (stood := past.stood(extent)) is not None}
    held = {extent: _version(conn, number) for extent, (number, _) in found.items()}
    pages = _around_text(conn, held)
    return {extent: Stood(held[extent], pages.get(extent, Around()), told) for extent, (_, told) in found.items()}


def _doubted(conn: sqlite3.Connection, past: flips.Past, at: datetime) -> Doubted | None:
    """The newest change that was told, where flips followed it."""
    change, since = past.doubted(at) or (0, 0)
    return Doubted(change, tuple(_edits(conn, change).values()), since) if since else None


def _last_change(conn: sqlite3.Connection, article: int) -> Change | None:
    sql = "select * from changes where article = ? order by by_at desc, id limit 1"
    row = conn.execute(sql, (article,)).fetchone()
    return rows.change(row) if row else None


def _may_be_new(sighting: Sighting, latest: dict[Extent, Version]) -> bool:
    """Whether the page may show a new text (a paywall may yet make it a preview)."""
    page = sighting.reading.page
    return page is not None and all(page.text.digest != version.text.digest for version in latest.values())


def _headlines(conn: sqlite3.Connection, sighting: Sighting, known: Article, held: Iterable[Version]) -> frozenset[str]:
    """Headlines of the outlet's other articles that stand in the page's text, or stood in what it is compared with."""
    page, at = sighting.reading.page, sighting.reading.capture.at
    said = "\n\n".join((page.text.body if page else "", *(version.text.body for version in held)))
    return sweeps.headlines(conn, known.outlet, known.id, at, said)


def _pending(conn: sqlite3.Connection, known: Article, at: datetime) -> tuple[dict[str, Sweep], tuple[Waiting, ...]]:
    """All changes that wait for their second look, oldest first, with their edits; and what swept over the outlet."""
    sql = """select ch.*, v.digest as shown, v.extent, v.said from changes ch join versions v on v.id = ch.to_version
        where ch.article = ? and ch.unmarked = ? order by ch.by_at, ch.id"""
    found = conn.execute(sql, (known.id, Status.PENDING)).fetchall()
    if not found:
        return {}, ()
    swept = sweeps.known(conn, known.outlet, at)

    def waiting(row: sqlite3.Row) -> Waiting:
        edits = _edits(conn, row["id"])
        traits = sweeps.traits(conn, row["id"], list(edits))
        both = None
        if any(trait.name in swept for trait in traits):
            both = _version(conn, row["from_version"]).text, _version(conn, row["to_version"]).text
        change = rows.change(row, tuple(edits.values()))
        looks, returned = flips.looks(conn, row, edits.values()), flips.returned(conn, row)
        return Waiting(change, row["shown"], Extent(row["extent"]), looks, row["said"], returned, traits, both)

    return swept, tuple(map(waiting, found))


def _edits(conn: sqlite3.Connection, change: int) -> dict[int, Edit]:
    """A change's edits, by number."""
    sql = "select * from edits where change = ? order by position, id"
    return {row["id"]: rows.edit(row) for row in conn.execute(sql, (change,))}


def _spare(conn: sqlite3.Connection, article: int, asked_url: str) -> str:
    """Another address at which the article last answered well, or ""."""
    sql = """select c.url from readings r join captures c on c.id = r.capture
        where r.article = ? and r.version is not null and c.asked_url != ? and c.url != ?
        order by r.at desc, r.capture desc limit 1"""
    row = conn.execute(sql, (article, asked_url, asked_url)).fetchone()
    return str(row["url"]) if row else ""


def _is_pinned(conn: sqlite3.Connection, article: int) -> bool:
    sql = "select 1 from pins where url in (select url from addresses where article = ?) limit 1"
    return conn.execute(sql, (article,)).fetchone() is not None


def _last_news(conn: sqlite3.Connection, article: int) -> datetime | None:
    sql = "select max(by_at) as at from changes where article = ? and unmarked = ?"
    return rows.when(conn.execute(sql, (article, Status.NEWS)).fetchone()["at"])


def _looks(conn: sqlite3.Connection, known: Article, at: datetime) -> tuple[tuple[Look, ...], frozenset[str]]:
    """Looks since the last good one (a long blindness is told by its newest hundred), and which answered 410.

    Those of a future that was none (the clock ran ahead, and was put back) are not asked.
    """
    sql = """select r.at, r.verdict, r.how, r.outlet_well, c.entry, c.status from readings r
        join captures c on c.id = r.capture where r.article = ? and r.at > ? and r.at < ?
        order by r.at desc, r.capture desc limit 100"""
    since = known.last_good_at
    if since is not None and since >= at:
        since = _last_good(conn, known.id, at)
    found = conn.execute(sql, (known.id, rows.stamped(since) or "", stamp(at))).fetchall()
    return tuple(map(rows.look, reversed(found))), frozenset(row["entry"] for row in found if row["status"] == 410)


def _last_good(conn: sqlite3.Connection, article: int, at: datetime) -> datetime | None:
    good = tuple(sorted(GOOD))
    sql = f"select max(at) as at from readings where article = ? and at < ? and verdict in ({rows.marks(good)})"  # noqa: S608
    return rows.when(conn.execute(sql, (article, stamp(at), *good)).fetchone()["at"])


def _since_down(conn: sqlite3.Connection, known: Article, at: datetime) -> dict[str, Any]:
    """What is known of an article that was taken down: whether it showed good again, and what it showed before."""
    if known.standing is not Standing.TAKEN_DOWN or known.standing_since is None:
        return {}
    since, until = stamp(known.standing_since), stamp(at)
    shown = conn.execute(_SHOWN_BEFORE, (known.id, since)).fetchone()
    back = conn.execute(_BACK, (known.id, since, until)).fetchone()
    missed = conn.execute(_MISSED, (known.id, back["at"] if back else since)).fetchone()["at"]
    return {
        "back": rows.look(back) if back and back["verdict"] in GOOD else None,
        "missed_at": rows.when(missed),
        "stood_as": _version(conn, shown["version"]) if shown else None,
    }


_SHOWN_BEFORE = """select version from readings where article = ? and version is not null and at < ?
    order by at desc, capture desc limit 1"""
_BACK = f"""select r.at, r.verdict, r.how, r.outlet_well, c.entry from readings r join captures c on c.id = r.capture
    where r.article = ? and r.at > ? and r.at < ? and (r.how is not null or r.verdict in ({_GOOD}))
    order by r.at desc, r.capture desc limit 1"""  # noqa: S608
"""The last look that was good or bad, since it went down."""
_MISSED = "select max(at) as at from readings where article = ? and at < ? and how is not null"


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


def _owned(conn: sqlite3.Connection, names: Names, article: int, stub: int) -> frozenset[str]:
    sql = "select url from addresses where url in (?, ?, ?) and article not in (?, ?)"
    mine = (names.asked, names.landed, names.identity, article, stub)
    return frozenset(row["url"] for row in conn.execute(sql, mine))


def _offer(conn: sqlite3.Connection, names: Names, at: datetime) -> tuple[str, str]:
    """Which list first offered it, and under which headline."""
    sql = """select n.kind || ' ' || n.url as way, d.title from candidates d join channels n on n.id = d.channel
        where d.url in (?, ?) and d.offered_at <= ? order by d.offered_at limit 1"""
    row = conn.execute(sql, (names.asked, names.identity, stamp(at))).fetchone()
    return (row["way"], row["title"]) if row else ("by hand", "")


def _pinned(conn: sqlite3.Connection, names: Names) -> bool:
    sql = "select 1 from pins where url in (?, ?, ?)"
    return conn.execute(sql, (names.asked, names.landed, names.identity)).fetchone() is not None
