"""The front page: what happened lately, how the outlets do, and a small picture of each."""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from crawler.dashboard.chart import Day, Stack, bars, days_before
from crawler.dashboard.lines import NOTHING
from crawler.dashboard.shell import Markup, NotFound, Response, ask, feed, figure, page, shortened, store_of
from crawler.happened import counted
from crawler.terminal import DISCLOSED
from storage.records import Disclosed, moment, stamp
from storage.store import Store
from storage.views import STEALTH_WEIGHT

PERIODS = (7, 14, 30, 90)
"""Days that can be looked back over, from the last look on: a store of March is still news of March in November."""
USUAL = 14
DATE = re.compile("(20[0-9]{2}-[01][0-9]-[0-3][0-9]){2}")
MOST_BARS = 15
"""Bars of a small multiple: of more days, several make one bar."""
PICTURES = 110_000
"""Characters that all small multiples may take."""
SHOWN = 12
"""Edits on the page; and standings."""


@dataclass
class Tally:
    """What happened at one outlet: by day, and in all."""

    key: str
    name: str
    edits: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    stealth: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    down: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    back: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    states: dict[str, int] = field(default_factory=dict)
    """Channels by their state."""
    picture: Markup = NOTHING

    @property
    def events(self) -> int:
        return sum(sum(kind.values()) for kind in (self.edits, self.stealth, self.down, self.back))


@dataclass(frozen=True)
class News:
    """What the page tells, of the days from ``first`` to ``last`` (ISO dates)."""

    first: str
    last: str
    last_look: str
    figures: dict[str, int]
    edits: tuple[dict[str, Any], ...]
    standings: tuple[dict[str, Any], ...]
    incidents: tuple[dict[str, Any], ...]
    outlets: tuple[Tally, ...]


async def front(request: Any, datasette: Any) -> Any:
    """What happened lately: ``?days=`` back from the last look; edits by weight, or ``?order=newest``."""
    asked = request.args.get("days") or ""
    days = int(asked) if re.fullmatch("[0-9]{1,3}", asked) and int(asked) in PERIODS else USUAL
    newest = request.args.get("order") == "newest"
    if request.args.get("rows"):
        return await _behind(request, datasette)
    news = await ask(datasette, request, lambda store: read(store, days, newest))
    values: dict[str, Any] = {"news": news, "days": days, "periods": PERIODS, "newest": newest}
    values["feed"] = feed("Stet: what newspapers changed")
    if news is not None:
        values |= {"headline": headline(news), "multiples": multiples(news, days)}
    return await page(datasette, request, "stet_front.html", values)


async def _behind(request: Any, datasette: Any) -> Any:
    """The rows behind a bar: leads on to the filtered table."""
    what, first = request.args.get("rows"), request.args.get("on") or ""
    last = request.args.get("to") or first
    database = await store_of(datasette)
    if database is None or what not in ("stealth", "edits", "down", "back") or not DATE.fullmatch(first + last):
        raise NotFound("No such rows")
    address = rows_of(what, (request.args.get("of") or "")[:200], first, last)
    return Response.redirect(f"{datasette.urls.database(database.name)}{address}")


def multiples(news: News, days: int) -> list[Tally]:
    """Outlets with their pictures, those where most happened first, as many as fit on the page."""
    shown = bins(news.last_look, days)
    highest = _highest(news, shown)
    room, out = PICTURES, []
    for tally in news.outlets:
        tally.picture = picture(tally, shown, *highest)
        room -= len(tally.picture) + 600
        if room < 0:
            break
        out.append(tally)
    return out


# --- what the store says ------------------------------------------------------------------------


def read(store: Store, days: int, newest: bool = False) -> News | None:
    """The news of the last days before the last look; None: nothing was looked at yet."""
    last_look = store.conn.execute("select max(at) from captures").fetchone()[0]
    if last_look is None:
        return None
    dates = days_before(moment(last_look).timestamp(), days)
    way = _way(store, dates[0], last_look)
    outlets = _tallied(store, dates[0], way)
    return News(
        first=dates[0],
        last=dates[-1],
        last_look=last_look,
        figures=_figures(store, outlets),
        edits=_edits(store, dates[0], newest, "indexed by changes_by_at" if newest else way),
        standings=_dicts(store, STANDINGS, dates[0], SHOWN),
        incidents=_dicts(store, INCIDENTS, stamp(moment(last_look) - timedelta(days=days))),
        outlets=outlets,
    )


NEWS = """ch.status = 'news' and ch.kinds != '["date"]'"""
EDITS = f"""select ch.id, ch.weight, ch.disclosed, ch.summary, ch.kinds, ch.note, ch.after_at, ch.by_at, ch.article,
        a.title, coalesce(o.name, a.outlet) as outlet, c.entry
    from changes ch join articles a on a.id = ch.article left join outlets o on o.key = a.outlet
    join versions v on v.id = ch.to_version join captures c on c.id = v.capture
    where ch.id in (select ch.id from changes ch WAY where ch.by_at >= ? and {NEWS} order by ORDER limit ?)
    order by ORDER"""  # noqa: S608
STANDINGS = """select s.standing, s.how, s.after_at, s.by_at, s.at, s.reason, s.article, a.title,
        coalesce(o.name, a.outlet) as outlet, a.standing as now
    from standings s join articles a on a.id = s.article left join outlets o on o.key = a.outlet
    where s.standing in ('taken_down', 'restored') and s.by_at >= ? order by s.by_at desc, s.id limit ?"""
INCIDENTS = """select i.*, coalesce(o.name, i.outlet) as name from incidents i left join outlets o on o.key = i.outlet
    where i.ended_at is null or i.ended_at >= ? order by i.started_at desc limit 5"""
BY_DAY = f"""select a.outlet, substr(ch.by_at, 1, 10) as day, count(*) as edits,
        sum(ch.disclosed != 'proper' and ch.weight >= {STEALTH_WEIGHT}) as stealth
    from changes ch WAY join articles a on a.id = ch.article where ch.by_at >= ? and {NEWS} group by 1, 2"""  # noqa: S608
MOVES_BY_DAY = """select a.outlet, substr(s.by_at, 1, 10) as day, sum(s.standing = 'taken_down') as down,
        sum(s.standing = 'restored') as back from standings s join articles a on a.id = s.article
    where s.standing in ('taken_down', 'restored') and s.by_at >= ? group by 1, 2"""
SEEN = "select o.key, o.name from outlets o where exists (select 1 from articles a where a.outlet = o.key)"


MOST_BY_INDEX = 0.1
"""Share of the time of all changes up to which their index on time is the shorter way; beyond it, reading the table in
its own order is ten times as fast (75,000 changes: 20 ms, not 190)."""


def _way(store: Store, since: str, until: str) -> str:
    """How SQLite is to find the changes of a window: it has no idea how many there are."""
    first = store.conn.execute("select min(by_at) from changes").fetchone()[0]
    if first is None or first >= since:
        return "not indexed"
    whole, part = (moment(until) - moment(at) for at in (first, f"{since}T00:00:00.000Z"))
    return "not indexed" if part > whole * MOST_BY_INDEX else "indexed by changes_by_at"


def _edits(store: Store, since: str, newest: bool, way: str) -> tuple[dict[str, Any], ...]:
    order = "ch.by_at desc, ch.id" if newest else "ch.weight desc, ch.by_at desc, ch.id"
    found = _dicts(store, EDITS.replace("ORDER", order).replace("WAY", way), since, SHOWN)
    for edit in found:
        edit["stealth"] = edit["disclosed"] != Disclosed.PROPER and edit["weight"] >= STEALTH_WEIGHT
        edit["says"] = DISCLOSED[Disclosed(edit["disclosed"])]
        edit["kinds"] = json.loads(edit["kinds"])
    return found


def _tallied(store: Store, since: str, way: str) -> tuple[Tally, ...]:
    known = {row["key"]: Tally(row["key"], row["name"]) for row in store.conn.execute(SEEN)}
    for row in store.conn.execute(BY_DAY.replace("WAY", way), (since,)):
        tally = known.setdefault(row["outlet"], Tally(row["outlet"], row["outlet"]))
        tally.stealth[row["day"]] = row["stealth"]
        tally.edits[row["day"]] = row["edits"] - row["stealth"]
    for row in store.conn.execute(MOVES_BY_DAY, (since,)):
        tally = known.setdefault(row["outlet"], Tally(row["outlet"], row["outlet"]))
        tally.down[row["day"]], tally.back[row["day"]] = row["down"], row["back"]
    for row in store.conn.execute("select outlet, state, count(*) as n from channels group by 1, 2"):
        if row["outlet"] in known:
            known[row["outlet"]].states[row["state"]] = row["n"]
    return tuple(sorted(known.values(), key=lambda tally: (-tally.events, tally.name)))


def _figures(store: Store, outlets: tuple[Tally, ...]) -> dict[str, int]:
    def one(sql: str) -> int:
        return int(store.conn.execute(sql).fetchone()[0])

    standings = dict(store.conn.execute("select standing, count(*) from articles group by 1").fetchall())
    return {
        "edits": sum(sum(t.edits.values()) + sum(t.stealth.values()) for t in outlets),
        "stealth": sum(sum(t.stealth.values()) for t in outlets),
        "down": sum(sum(t.down.values()) for t in outlets),
        "back": sum(sum(t.back.values()) for t in outlets),
        "suspected": standings.get("down", 0),
        "articles": sum(count for standing, count in standings.items() if standing),
        "versions": one("select count(*) from versions"),
        "captures": one("select count(*) from captures"),
    }


def _dicts(store: Store, sql: str, *values: Any) -> tuple[dict[str, Any], ...]:
    return tuple(dict(row) for row in store.conn.execute(sql, values))


# --- how it is told -----------------------------------------------------------------------------


def headline(news: News) -> str:
    """The news in one sentence."""
    counts = news.figures
    if not (counts["edits"] or counts["down"] or counts["back"]):
        return "Nothing was changed, and nothing taken down, as far as we looked."
    edits = counted(counts["edits"], "edit")
    silent = f", {figure(counts['stealth'])} of them silent" if counts["stealth"] else ""
    down = counted(counts["down"], "takedown")
    back = f", {figure(counts['back'])} put back" if counts["back"] else ""
    return f"{edits}{silent}; {down}{back}."


def bins(last_look: str, days: int) -> list[tuple[str, ...]]:
    """The days looked back over, as many in a bar as leaves at most `MOST_BARS` bars; the last bar is whole."""
    dates = days_before(moment(last_look).timestamp(), days)
    wide = -(-days // MOST_BARS)
    return [tuple(dates[max(end - wide, 0) : end]) for end in range(days, 0, -wide)][::-1]


def picture(tally: Tally, shown: list[tuple[str, ...]], most_above: int, most_below: int) -> Markup:
    """Edits above the line, takedowns below; each bar leads to its rows."""
    days = [Day(_short(dates[0]), _above(tally, dates), _below(tally, dates)) for dates in shown]
    days[-1:] = [replace(days[-1], label=_short(shown[-1][-1]))]
    return bars(f"{shortened(tally.name)}: edits and takedowns by day", days, most_above, most_below)


def _highest(news: News, shown: list[tuple[str, ...]]) -> tuple[int, int]:
    """The highest bar of all outlets, and the deepest."""
    above = [sum(t.edits.get(d, 0) + t.stealth.get(d, 0) for d in dates) for t in news.outlets for dates in shown]
    below = [sum(t.down.get(d, 0) + t.back.get(d, 0) for d in dates) for t in news.outlets for dates in shown]
    return max(above, default=0), max(below, default=0)


def _above(tally: Tally, dates: tuple[str, ...]) -> tuple[Stack, ...]:
    stealth, edits = _sum(tally.stealth, dates), _sum(tally.edits, dates)
    return (
        Stack(
            stealth, "stealth", f"{_when(dates)}: {counted(stealth, 'stealth edit')}", _rows(tally, "stealth", dates)
        ),
        Stack(edits, "edit", f"{_when(dates)}: {counted(edits, 'other edit')}", _rows(tally, "edits", dates)),
    )


def _below(tally: Tally, dates: tuple[str, ...]) -> tuple[Stack, ...]:
    down, back = _sum(tally.down, dates), _sum(tally.back, dates)
    return (
        Stack(down, "down", f"{_when(dates)}: {counted(down, 'takedown')}", _rows(tally, "down", dates)),
        Stack(back, "back", f"{_when(dates)}: {figure(back)} restored", _rows(tally, "back", dates)),
    )


def _sum(counts: dict[str, int], dates: tuple[str, ...]) -> int:
    return sum(counts.get(date, 0) for date in dates)


def _rows(tally: Tally, what: str, dates: tuple[str, ...]) -> str:
    """To the rows behind a bar: short, since there are hundreds of bars (`rows_of` leads on to datasette's table)."""
    return "?" + urlencode({"rows": what, "of": tally.key, "on": dates[0]} | ({"to": dates[-1]} if dates[1:] else {}))


def rows_of(what: str, outlet: str, first: str, last: str) -> str:
    """The filtered table behind a bar, below the database's address."""
    until = f"{last}T99"
    quoted = outlet.replace("'", "''")
    theirs = f"article in (select id from articles where outlet = '{quoted}')"  # noqa: S608 (quoted, read-only)
    loud = f"{theirs} and kinds != '[\"date\"]' and (disclosed = 'proper' or weight < {STEALTH_WEIGHT})"
    column, table, filters = {
        "stealth": ("by_at", "stealth_edits", {"outlet": outlet}),
        "edits": ("by_at", "changes", {"status": "news", "_where": loud}),
        "down": ("first_seen_down", "takedowns", {"outlet": outlet}),
        "back": ("by_at", "standings", {"standing": "restored", "_where": theirs}),
    }[what]
    return f"/{table}?" + urlencode(filters | {f"{column}__gte": first, f"{column}__lt": until})


def _when(dates: tuple[str, ...]) -> str:
    return _short(dates[0]) if len(dates) == 1 else f"{_short(dates[0])} to {_short(dates[-1])}"


def _short(date: str) -> str:
    at = moment(f"{date}T00:00:00.000Z")
    return f"{at.day} {at:%b}"


ROUTES = [(r"^/-/stet/?$", front)]
