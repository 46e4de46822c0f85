"""Outlets: how well each can be seen, what it edits, what it takes down, and how often it says so."""

from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any
from urllib.parse import urlencode

from datasette.utils import tilde_decode

from crawler.dashboard.chart import Day, Stack, bars, days_before
from crawler.dashboard.shell import Markup, NotFound, ask, feed, page, shortened, store_of
from crawler.happened import counted
from storage.records import BAD, GOOD, moment
from storage.store import Store
from storage.views import STEALTH_WEIGHT

DAYS = 60
"""Days of the chart, back from the outlet's last look."""
WIDE = 960.0
"""Its width, in units of its view box."""
TOP = 10
"""Articles in a list of those edited most."""
LONGEST = 200
"""Characters of an outlet's key in an address."""

NEWS = """ch.status = 'news' and ch.kinds != '["date"]'"""
"""What counts as an edit: confirmed, and more than a date that moved (as on the front page)."""


@dataclass(frozen=True)
class Outlet:
    """What the page shows of one outlet."""

    key: str
    facts: dict[str, Any]
    figures: dict[str, Any]
    channels: tuple[dict[str, Any], ...]
    verdicts: dict[str, int]
    first_edit: tuple[timedelta, timedelta] | None
    """The median article's time from its first look to its first edit: at least, at most."""
    edited: tuple[dict[str, Any], ...]
    headlines: tuple[dict[str, Any], ...]
    incidents: tuple[dict[str, Any], ...]
    days: dict[str, dict[str, int]]
    """By ISO date: edits, stealth, down, back."""
    last_look: str | None


async def outlets(request: Any, datasette: Any) -> Any:
    """All outlets, those with most edits first, or ``?order=name``."""
    by_name = request.args.get("order") == "name"
    found = await ask(datasette, request, lambda store: listed(store, by_name))
    return await page(datasette, request, "stet_outlets.html", {"outlets": found, "by_name": by_name, "share": share})


async def outlet(request: Any, datasette: Any) -> Any:
    """One outlet, by its key (datasette sends ``%2F`` in an address back as ``~2F``)."""
    key = tilde_decode(request.url_vars["key"])
    found = await ask(datasette, request, lambda store: read(store, key)) if len(key) <= LONGEST else None
    if found is None:
        raise NotFound("No such outlet")
    database = await store_of(datasette)
    picture = chart(found, str(datasette.urls.path("/-/stet")), str(datasette.urls.database(database.name)))
    values = {
        "outlet": found,
        "picture": picture,
        "days": DAYS,
        "share": share,
        "lasting": lasting,
        "seen": seen(found),
        "feed": feed(f"Stet: {key}", outlet=key),
    }
    return await page(datasette, request, "stet_outlet.html", values)


# --- all of them --------------------------------------------------------------------------------

LISTED = f"""with known as (
        select key from outlets union select distinct outlet from articles
    ), edited as (
        select a.outlet, count(*) as edits, sum(ch.disclosed = 'proper') as disclosed,
            sum(ch.disclosed != 'proper' and ch.weight >= {STEALTH_WEIGHT}) as stealth
        from articles a cross join changes ch on ch.article = a.id where {NEWS} group by 1
    ), held as (
        select outlet, sum(standing is not null) as articles, sum(standing = 'taken_down') as down,
            sum(standing = 'down') as suspected, sum(access = 'walled') as walled
        from articles group by 1
    ), listing as (
        select outlet, count(*) as channels, sum(state = 'live') as live, sum(state = 'frozen') as frozen,
            sum(state = 'dead') as dead, sum(state = 'blocked') as blocked from channels group by 1
    )
    select k.key, coalesce(o.name, k.key) as name, o.country, o.affiliation, h.*, e.edits, e.disclosed, e.stealth, l.*,
        (select max(c.at) from captures c where c.outlet = k.key and c.purpose = 'article') as last_look
    from known k left join outlets o on o.key = k.key left join held h on h.outlet = k.key
        left join edited e on e.outlet = k.key left join listing l on l.outlet = k.key
    order by ORDER limit 500"""  # noqa: S608


def listed(store: Store, by_name: bool = False) -> tuple[dict[str, Any], ...]:
    """All outlets that are on the shelf or were looked at, with their figures."""
    order = "name collate nocase" if by_name else "coalesce(e.edits, 0) desc, coalesce(h.articles, 0) desc, name"
    return _dicts(store, LISTED.replace("ORDER", order))


# --- one of them --------------------------------------------------------------------------------

FIGURES = """select sum(versions > 0) as articles, sum(next_visit_at is not null) as watched, sum(versions) as versions,
        sum(captures) as looks, sum(standing = 'taken_down') as down, sum(standing = 'down') as suspected,
        sum(standing = 'restored') as restored, sum(access = 'walled') as walled,
        sum(versions > 0 and standing is not null) as stood, max(last_capture_at) as last_look,
        max(last_good_at) as last_good, min(first_seen_at) as first_look
    from articles where outlet = ?"""
EDITS = f"""select count(*) as edits, count(distinct ch.article) as edited, sum(ch.disclosed = 'proper') as proper,
        sum(ch.disclosed = 'technical') as technical, sum(ch.weight >= {STEALTH_WEIGHT}) as heavy,
        sum(ch.disclosed != 'proper' and ch.weight >= {STEALTH_WEIGHT}) as stealth
    from articles a join changes ch on ch.article = a.id where a.outlet = ? and {NEWS}"""  # noqa: S608
FIRST_EDITS = f"""select a.first_seen_at, min(ch.by_at) as by_at, ch.after_at from articles a
    join changes ch on ch.article = a.id where a.outlet = ? and {NEWS} group by a.id"""  # noqa: S608
"""SQLite takes ``after_at`` from the row that holds the minimum."""
EDITED = f"""select a.id, substr(a.title, 1, 800) as title, a.standing, t.edits, t.stealth from (
        select a.id, count(*) as edits, max(ch.by_at) as last_at,
            sum(ch.disclosed != 'proper' and ch.weight >= {STEALTH_WEIGHT}) as stealth
        from articles a join changes ch on ch.article = a.id where a.outlet = ? and {NEWS} HEADLINES
        group by a.id order by edits desc, last_at desc, a.id limit {TOP}) t
    join articles a on a.id = t.id order by t.edits desc, t.last_at desc, a.id"""  # noqa: S608
HEADLINES = """and ch.kinds like '%"headline"%'"""
BY_DAY = f"""select substr(ch.by_at, 1, 10) as day, count(*) as edits,
        sum(ch.disclosed != 'proper' and ch.weight >= {STEALTH_WEIGHT}) as stealth
    from articles a join changes ch on ch.article = a.id
    where a.outlet = ? and {NEWS} and ch.by_at >= ? group by 1"""  # noqa: S608
MOVES_BY_DAY = """select substr(s.by_at, 1, 10) as day, sum(s.standing = 'taken_down') as down,
        sum(s.standing = 'restored') as back from standings s join articles a on a.id = s.article
    where s.standing in ('taken_down', 'restored') and a.outlet = ? and s.by_at >= ? group by 1"""
CHANNELS = """select kind, substr(url, 1, 400) as url, state, last_ok_at, items,
        substr(newest_item_at, 1, 40) as newest_item_at, substr(error, 1, 200) as error
    from channels where outlet = ? order by state = 'live', kind, url limit 100"""
VERDICTS = "select verdict, count(*) as n from readings where outlet = ? group by 1 order by 2 desc"
CANDIDATES = "select count(*) from candidates where outlet = ? and article is null"
INCIDENTS = """select kind, articles, started_at, recognised_at, ended_at from incidents where outlet = ?
    order by started_at desc limit 20"""


def read(store: Store, key: str) -> Outlet | None:
    """All that is told of an outlet; None: it is neither on the shelf nor was it ever looked at."""
    facts = next(iter(_dicts(store, "select * from outlets where key = ?", key)), None)
    figures = _dicts(store, FIGURES, key)[0]
    if facts is None and figures["first_look"] is None:
        return None
    figures |= _dicts(store, EDITS, key)[0]
    figures["candidates"] = store.conn.execute(CANDIDATES, (key,)).fetchone()[0]
    since = days_before(moment(figures["last_look"]).timestamp(), DAYS)[0] if figures["last_look"] else ""
    return Outlet(
        key=key,
        facts=facts or {"key": key, "name": key, "homepage": "", "country": "", "affiliation": "", "languages": ""},
        figures=figures,
        channels=_dicts(store, CHANNELS, key),
        verdicts={row["verdict"]: row["n"] for row in _dicts(store, VERDICTS, key)},
        first_edit=_first_edit(store, key),
        edited=_dicts(store, EDITED.replace("HEADLINES", ""), key),
        headlines=_dicts(store, EDITED.replace("HEADLINES", HEADLINES), key),
        incidents=_dicts(store, INCIDENTS, key),
        days=_by_day(store, key, since),
        last_look=figures["last_look"],
    )


def _first_edit(store: Store, key: str) -> tuple[timedelta, timedelta] | None:
    """Medians of the least and of the most time that the first edit of an article can have taken."""
    least, most = [], []
    for row in _dicts(store, FIRST_EDITS, key):
        first = moment(row["first_seen_at"])
        least.append(max((moment(row["after_at"]) - first).total_seconds(), 0.0))
        most.append(max((moment(row["by_at"]) - first).total_seconds(), 0.0))
    return (timedelta(seconds=median(least)), timedelta(seconds=median(most))) if least else None


def _by_day(store: Store, key: str, since: str) -> dict[str, dict[str, int]]:
    days: dict[str, dict[str, int]] = {}
    for row in _dicts(store, BY_DAY, key, since):
        days[row["day"]] = {"stealth": row["stealth"], "edits": row["edits"] - row["stealth"]}
    for row in _dicts(store, MOVES_BY_DAY, key, since):
        days.setdefault(row["day"], {}).update(down=row["down"], back=row["back"])
    return days


def _dicts(store: Store, sql: str, *values: Any) -> tuple[dict[str, Any], ...]:
    return tuple(dict(row) for row in store.conn.execute(sql, values))


# --- how it is told -----------------------------------------------------------------------------


def share(part: float | None, whole: float | None) -> str:
    """A share as people say it: 12 %; "" where there is nothing to share."""
    if not whole:
        return ""
    percent = 100 * (part or 0) / whole
    return f"{percent:.0f} %" if percent >= 1 or not part else "under 1 %"


def lasting(least: timedelta, most: timedelta) -> str:
    """A time that is known between two: 40 minutes, 5 to 8 hours, 2 to 3 days; in the unit that fits the longer one."""
    minutes = most.total_seconds() / 60
    unit, size = ("minute", 1) if minutes < 90 else ("hour", 60) if minutes < 48 * 60 else ("day", 1440)
    low, high = (round(time.total_seconds() / 60 / size) for time in (least, most))
    return counted(high, unit) if low == high else f"{low} to {counted(high, unit)}"


def seen(found: Outlet) -> dict[str, int]:
    """How many looks there were, how many showed the article, and how many that it was gone."""
    good, bad = (sum(n for verdict, n in found.verdicts.items() if verdict in kind) for kind in (GOOD, BAD))
    return {"all": sum(found.verdicts.values()), "good": good, "bad": bad}


def chart(found: Outlet, home: str, tables: str) -> Markup:
    """Edits above the line, takedowns below it, day by day; each bar leads to its rows."""
    if found.last_look is None:
        return Markup("")
    most = max((d.get("edits", 0) + d.get("stealth", 0) for d in found.days.values()), default=0)
    deep = max((d.get("down", 0) + d.get("back", 0) for d in found.days.values()), default=0)
    dates = days_before(moment(found.last_look).timestamp(), DAYS)
    shown = [_day(found, date, home, tables) for date in dates]
    return bars(f"{shortened(found.facts['name'])}: edits and takedowns by day", shown, most, deep, WIDE)


def _day(found: Outlet, date: str, home: str, tables: str) -> Day:
    counts, at = found.days.get(date, {}), moment(f"{date}T00:00:00.000Z")
    name = f"{at.day} {at:%b}"
    stealth, edits, down, back = (counts.get(what, 0) for what in ("stealth", "edits", "down", "back"))
    quoted = found.key.replace("'", "''")
    where = f"article in (select id from articles where outlet = '{quoted}')"  # noqa: S608 (quoted, read-only)
    changes = f"{tables}/changes?" + urlencode({"status": "news", "_where": where, **_on("by_at", date)})
    silent = f"{tables}/stealth_edits?" + urlencode({"outlet": found.key, **_on("by_at", date)})
    gone = f"{tables}/takedowns?" + urlencode({"outlet": found.key, **_on("first_seen_down", date)})
    again = f"{home}/takedowns?" + urlencode({"outlet": found.key, "standing": "restored"})
    return Day(
        name,
        (
            Stack(stealth, "stealth", f"{name}: {counted(stealth, 'stealth edit')}", silent),
            Stack(edits, "edit", f"{name}: {counted(edits, 'other edit')}", changes),
        ),
        (
            Stack(down, "down", f"{name}: {counted(down, 'takedown')}", gone),
            Stack(back, "back", f"{name}: {back} restored", again),
        ),
    )


def _on(column: str, date: str) -> dict[str, str]:
    """Datasette's filter for one day."""
    return {f"{column}__gte": date, f"{column}__lt": f"{date}T99"}


ROUTES = [
    (r"^/-/stet/outlets$", outlets),
    (r"^/-/stet/outlet/(?P<key>[^/]*)$", outlet),
]
