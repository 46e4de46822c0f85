"""One article: its life as a picture, its versions, who else carries its text, and the evidence."""

import re
from dataclasses import dataclass
from typing import Any

from crawler import ask as questions
from crawler import carried
from crawler.carried import Fate, Named
from crawler.dashboard.chart import Seen, Span, Turn, life, sign
from crawler.dashboard.shell import Markup, NotFound, Response, ask, at, feed, page, shortened
from storage import rows
from storage.findings import Article
from storage.records import BAD, GOOD, Standing, Status, moment
from storage.store import Store
from storage.views import STEALTH_WEIGHT

MOST_LOOKS = 4000
"""Looks in the picture, the newest: an article that is watched closely for a month has fewer."""
MOST_VERSIONS = 60
"""Versions on one page, the newest first; older ones follow on the next."""
MOST_CAPTURES = 30
"""Rows of evidence; all of them are a click away, in the table."""
NUMBER = re.compile("[0-9]{1,16}")


@dataclass(frozen=True)
class Life:
    """All that the page shows of one article."""

    article: Article
    outlet: str
    versions: tuple[dict[str, Any], ...]
    """Newest first."""
    changes: tuple[dict[str, Any], ...]
    standings: tuple[dict[str, Any], ...]
    accesses: tuple[dict[str, Any], ...]
    looks: tuple[tuple[str, str, int | None], ...]
    """Moment, verdict, and number of the version that was shown, oldest first; the newest `MOST_LOOKS`."""
    evidence: tuple[dict[str, Any], ...]
    addresses: tuple[str, ...]
    copies: tuple[dict[str, Any], ...]
    fates: tuple[Fate, ...]
    """What became of its edits and of its takedown in the copies."""
    named: tuple[Named, ...]
    """The sources that it names."""
    variants: tuple[dict[str, Any], ...]
    """Headlines and texts that were shown by turns, the one seen most first."""


async def article(request: Any, datasette: Any) -> Any:
    """The life of one article. ``?by=looks`` draws look by look; ``?before=`` goes to older versions."""
    number, before = request.url_vars["number"], request.args.get("before") or ""
    if not NUMBER.fullmatch(number):
        raise NotFound("No such article")
    older = int(before) if NUMBER.fullmatch(before) else None
    found = await ask(datasette, request, lambda store: read(store, int(number), older))
    if found is None:
        raise NotFound("No such article")
    by_looks = request.args.get("by") == "looks"
    home = str(datasette.urls.path("/-/stet"))
    values = {
        "life": found,
        "picture": picture(found, home, by_looks) if found.looks else None,
        "by_looks": by_looks,
        "signs": {verdict: sign(verdict) for verdict in {row["verdict"] for row in found.evidence} | set(LEGEND)},
        "legend": LEGEND,
        "oldest": found.versions[-1]["number"] if found.versions else 1,
        "good": GOOD,
        "bad": BAD,
        "sure": SURE,
        "feed": feed(f"Stet: {found.article.title or 'an article'}", article=found.article.url),
    }
    return await page(datasette, request, "stet_article.html", values)


async def by_address(request: Any, datasette: Any) -> Any:
    """``/-/stet/article?url=``: an article by any of its addresses, however spelled, leads to its permanent page."""
    url = (request.args.get("url") or "")[:2000]
    try:
        known = await ask(datasette, request, lambda store: questions.article(store, url))
    except questions.NoAnswer as error:
        raise NotFound(shortened(error)) from None
    return Response.redirect(datasette.urls.path(f"/-/stet/article/{known.id}"))


LEGEND = {
    "ok": "a new text",
    "unchanged": "the same text",
    "preview": "cut by a paywall",
    "moved": "at another address",
    "gone": "gone",
    "blocked": "our trouble or the host’s: proves nothing",
}


SURE = {
    "evidence": "the later one was seen without it before",
    "first looks": "as far as first looks tell",
    "same moment": "no look tells: both were first seen at one moment",
}
"""How sure it is who had a text first."""


# --- what the store says ------------------------------------------------------------------------

VERSIONS = """select v.id, v.number, v.first_at, v.last_at, v.title, v.extent, v.language, v.byline, t.words, c.entry
    from versions v join texts t on t.digest = v.text join captures c on c.id = v.capture
    where v.article = ? and v.number < ? order by v.number desc limit ?"""
CHANGES = """select ch.id, ch.after_at, ch.by_at, ch.weight, ch.disclosed, ch.summary, ch.status, ch.reason, ch.kinds,
        v.number as number, w.number as was, c.entry, ch.words_added, ch.words_removed from changes ch
    join versions v on v.id = ch.to_version join versions w on w.id = ch.from_version
    join captures c on c.id = v.capture where ch.article = ? order by ch.by_at desc limit 400"""
LOOKS = """select r.at, r.verdict, v.number from readings r left join versions v on v.id = r.version
    where r.article = ? order by r.at desc, r.capture desc limit ?"""
EVIDENCE = """select r.at, r.verdict, r.reason, c.id, c.entry, c.digest, c.status, c.error, c.bytes, c.url, v.number
    from readings r join captures c on c.id = r.capture left join versions v on v.id = r.version
    where r.article = ? order by r.at desc, r.capture desc limit ?"""
COPIES = """select o.id, o.outlet, coalesce(n.name, o.outlet) as name, o.url, o.title, o.standing, m.first_at,
        c.kind, c.share, (select v.number from versions v where v.id = c.version) as ours,
        m.last_version = (select v.id from versions v where v.article = o.id and v.extent = 'full'
            order by v.number desc limit 1) as still
    from copies c join copies m on m.article = c.other and m.other = c.article join articles o on o.id = c.other
    left join outlets n on n.key = o.outlet where c.article = ? and c.kind in ('reprint', 'partial')
    order by m.first_at, o.id limit 50"""


VARIANTS = """select what, substr(variant, 1, 300) as variant, extent, looks, first_seen, last_seen from variants
    where article = ? order by what, extent, looks desc, first_seen limit 20"""


def read(store: Store, number: int, before: int | None = None) -> Life | None:
    """An article by its number, or None; its versions below ``before``, newest first."""
    row = store.conn.execute("select * from articles where id = ?", (number,)).fetchone()
    if row is None:
        return None
    known = rows.article(row)
    named = store.conn.execute("select name from outlets where key = ?", (known.outlet,)).fetchone()
    looks = store.conn.execute(LOOKS, (number, MOST_LOOKS)).fetchall()
    fates = carried.fates(store.conn, number)
    standings = "select * from standings where article = ? order by at, id limit 400"
    accesses = "select * from accesses where article = ? and was != '' order by at, id limit 100"
    return Life(
        article=known,
        outlet=named["name"] if named else known.outlet,
        versions=_dicts(store, VERSIONS, number, before or 10**9, MOST_VERSIONS),
        changes=_changes(store, number),
        standings=_dicts(store, standings, number),
        accesses=_dicts(store, accesses, number),
        looks=tuple((r["at"], r["verdict"], r["number"]) for r in reversed(looks)),
        evidence=_dicts(store, EVIDENCE, number, MOST_CAPTURES),
        addresses=tuple(
            r["url"] for r in store.conn.execute("select url from addresses where article = ? limit 50", (number,))
        ),
        copies=_copies(store, known, fates),
        fates=fates,
        named=carried.named(store.conn, number),
        variants=_dicts(store, VARIANTS, number) if _flips(store, number) else (),
    )


def _copies(store: Store, known: Article, fates: tuple[Fate, ...]) -> tuple[dict[str, Any], ...]:
    """Who else carries, or carried, its text; ``old``: the words that it changed, or all of what was taken down."""
    if not store.conn.execute("select 1 from sqlite_master where name = 'surviving_copies'").fetchone():
        return ()
    found = _dicts(store, COPIES, known.id)
    sides = {one.url: one for one in carried.carriers(store.conn, known.id)}
    surviving = {fate.url for fate in fates if fate.survives}
    for copy in found:
        copy["old"] = copy["url"] in surviving and copy["standing"] != Standing.TAKEN_DOWN
        copy["side"] = sides.get(copy["url"])
        copy["carries"] = bool(copy["still"]) and copy["standing"] not in (None, Standing.TAKEN_DOWN)
    return found


def _changes(store: Store, number: int) -> tuple[dict[str, Any], ...]:
    found = _dicts(store, CHANGES, number)
    for row in found:
        row["stealth"] = (
            row["status"] == Status.NEWS and row["disclosed"] != "proper" and row["weight"] >= STEALTH_WEIGHT
        )
    return found


def _flips(store: Store, number: int) -> bool:
    """Whether its text went to and fro (and the store, should it be an old one that is only read, has the view)."""
    sql = """select 1 from changes where article = ? and status = 'flip'
        and exists (select 1 from sqlite_master where name = 'variants') limit 1"""
    return store.conn.execute(sql, (number,)).fetchone() is not None


def _dicts(store: Store, sql: str, *values: Any) -> tuple[dict[str, Any], ...]:
    return tuple(dict(row) for row in store.conn.execute(sql, values))


# --- the picture --------------------------------------------------------------------------------


def picture(found: Life, home: str, by_looks: bool = False) -> Markup:
    """The life in SVG: time as it is, or look by look (then a busy first hour has room beside a quiet year)."""
    moments = [_seconds(when) for when, _, _ in found.looks]
    anchors = tuple(sorted(set(moments))) if by_looks else (moments[0], moments[-1])
    return life(
        anchors,
        tuple(_stood(found)),
        tuple(_said(found, home)),
        tuple(_turned(found, home)),
        tuple(Seen(_seconds(when), verdict, f"{_plain(when)}: {verdict}") for when, verdict, _ in found.looks),
    )


MEANINGS = {"up": "ok", "restless": "edit", "down": "suspect", "taken_down": "down", "restored": "back"}
NAMES = {"up": "up", "restless": "restless", "down": "suspected", "taken_down": "taken down", "restored": "restored"}


def _stood(found: Life) -> list[Span]:
    """How it stood. A suspicion is dated by its interval; certainty, from the look that made it certain."""
    moves = [row for row in found.standings if row["by_at"] >= found.looks[0][0]]
    out = []
    for row, later in zip(moves, [*moves[1:], None], strict=True):
        sure = row["standing"] == Standing.TAKEN_DOWN
        since = row["at"] if sure else row["by_at"]
        until = found.looks[-1][0] if later is None else _held_until(later)
        after = row["after_at"] if row["was"] and not sure else None
        title = f"{NAMES[row['standing']]} since {_plain(since)}: {shortened(row['reason'])}"
        began = _seconds(after) if after else None
        name = NAMES[row["standing"]]
        out.append(Span(_seconds(since), _seconds(until), MEANINGS[row["standing"]], name, title, "", began))
    return out


def _held_until(later: dict[str, Any]) -> str:
    """Until when a standing held, as far as was seen: the last look before the next."""
    if later["standing"] == Standing.TAKEN_DOWN:
        return str(later["at"])
    return str(later["after_at"] or later["by_at"])


def _said(found: Life, home: str) -> list[Span]:
    """Which version it showed, from look to look; between two versions, and while it was gone, nobody saw one."""
    named = {row["number"]: row for row in found.versions}
    shown: list[tuple[int, str, str, str]] = []
    last, broken = "", True
    for when, verdict, number in found.looks:
        if number is not None and verdict in GOOD:
            if shown and shown[-1][0] == number and not broken:
                shown[-1] = (number, shown[-1][1], when, shown[-1][3])
            else:
                shown.append((number, when, when, last))
            broken = False
        broken = broken or verdict in BAD
        last = when if number is not None or verdict in BAD else last
    return [_version_span(named.get(number), home, number, *run) for number, *run in shown]


def _version_span(row: dict[str, Any] | None, home: str, number: int, first: str, last: str, before: str) -> Span:
    title = f"version {number}, seen {_plain(first)} to {_plain(last)}"
    meaning, href = "said", ""
    if row is not None:
        title += ": " + shortened(row["title"], 120)
        meaning = "said" if row["extent"] == "full" else "said cut"
        href = f"{home}/version/{row['entry']}"
    began = _seconds(before) if before else None
    return Span(_seconds(first), _seconds(last), meaning, str(number), title, href, began)


def _turned(found: Life, home: str) -> list[Turn]:
    out = []
    for row in found.changes:
        told = row["status"] == Status.NEWS
        meaning = ("stealth" if row["stealth"] else "edit") if told else "trouble"
        said = shortened(row["summary"]) + ("" if told else f" ({row['status']})")
        title = f"after {_plain(row['after_at'])}, by {_plain(row['by_at'])}: {said}"
        href = f"{home}/diff/{row['entry']}"
        out.append(Turn(_seconds(row["after_at"]), _seconds(row["by_at"]), row["weight"], meaning, title, href))
    return out


def _seconds(stamped: str) -> float:
    return moment(stamped).timestamp()


def _plain(stamped: str) -> str:
    return str(at(stamped).striptags())


ROUTES = [
    (r"^/-/stet/article/(?P<number>[^/]*)$", article),
    (r"^/-/stet/article$", by_address),
]
