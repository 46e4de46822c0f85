"""Who carries whose texts: for each pair of outlets how many went which way, month by month, as a picture."""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from crawler.dashboard.lines import NOTHING
from crawler.dashboard.shell import Markup, ask, clean, page, store_of
from storage.store import Store

PAIRS = 60
"""Pairs of outlets on the page, those with most texts first."""
MONTHS = 24
"""Months in the pictures, back from the last one in which a text went anywhere."""
STEP, HIGH = 14, 36
"""Width of a month and height of the highest bar, in CSS pixels."""


@dataclass(frozen=True)
class Way:
    """What went from one outlet to another."""

    source: str
    source_name: str
    target: str
    target_name: str
    months: dict[str, int] = field(default_factory=dict)
    """Texts by month (``2026-03``)."""
    texts: int = 0
    reprints: int = 0
    named: int = 0
    evidence: int = 0
    against: int = 0
    picture: Markup = NOTHING


@dataclass(frozen=True)
class Exchange:
    """All ways, and the months that are drawn."""

    ways: tuple[Way, ...]
    months: tuple[str, ...]
    outlets: tuple[tuple[str, str], ...]
    """Keys and names of those that give or take anything."""
    more: int = 0
    """Pairs that are not on the page."""


async def exchange(request: Any, datasette: Any) -> Any:
    """All pairs of outlets, or with ``?outlet=`` those that one of them belongs to."""
    outlet = clean((request.args.get("outlet") or "")[:200])
    found = await ask(datasette, request, lambda store: read(store, outlet))
    tables = str(datasette.urls.database((await store_of(datasette)).name))
    ways = tuple(replace(way, picture=picture(way, found.months, _highest(found), tables)) for way in found.ways)
    values = {"exchange": replace(found, ways=ways), "outlet": outlet}
    return await page(datasette, request, "stet_exchange.html", values)


# --- what the store says ------------------------------------------------------------------------

WAYS = """select e.*, coalesce(f.name, e.from_outlet) as source, coalesce(t.name, e.to_outlet) as target from exchange e
    left join outlets f on f.key = e.from_outlet left join outlets t on t.key = e.to_outlet
    order by e.from_outlet, e.to_outlet, e.month"""


def read(store: Store, outlet: str = "") -> Exchange:
    """Who carries whose texts, most texts first."""
    ways: dict[tuple[str, str], Way] = {}
    for row in store.conn.execute(WAYS).fetchall():
        pair = row["from_outlet"], row["to_outlet"]
        way = ways.get(pair) or Way(pair[0], row["source"], pair[1], row["target"])
        ways[pair] = replace(
            way,
            months={**way.months, row["month"]: row["texts"]},
            texts=way.texts + row["texts"],
            reprints=way.reprints + row["reprints"],
            named=way.named + row["named"],
            evidence=way.evidence + row["by_evidence"],
            against=way.against + row["against_claimed_dates"],
        )
    outlets = {way.source: way.source_name for way in ways.values()}
    outlets |= {way.target: way.target_name for way in ways.values()}
    kept = [way for way in ways.values() if outlet in ("", way.source, way.target)]
    kept.sort(key=lambda way: (-way.texts, way.source, way.target))
    months = _months([month for way in kept for month in way.months])
    return Exchange(tuple(kept[:PAIRS]), months, tuple(sorted(outlets.items())), max(len(kept) - PAIRS, 0))


def _months(seen: list[str]) -> tuple[str, ...]:
    """All months from the first to the last, those without a text too; at most `MONTHS`."""
    if not seen:
        return ()
    first, last = _count(min(seen)), _count(max(seen))
    return tuple(f"{n // 12:04}-{n % 12 + 1:02}" for n in range(max(first, last - MONTHS + 1), last + 1))


def _count(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _highest(found: Exchange) -> int:
    return max((texts for way in found.ways for texts in way.months.values()), default=1)


# --- the picture --------------------------------------------------------------------------------


def picture(way: Way, months: tuple[str, ...], highest: int, tables: str) -> Markup:
    """A bar a month, as high as texts went; all pairs by one measure. A bar leads to its rows."""
    wide = max(len(months), 1) * STEP
    drawn = Markup("").join(_bar(way, n, month, highest, tables) for n, month in enumerate(months))
    head = Markup('<svg viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}">')
    label = f"{way.source_name} to {way.target_name}: {way.texts} texts, month by month"
    rule = Markup('<line class="line" x1="0" x2="{0}" y1="{1}" y2="{1}"/>').format(wide, HIGH + 1)
    return head.format(wide, HIGH + 2, clean(label)[:300]) + rule + drawn + Markup("</svg>")


def _bar(way: Way, place: int, month: str, highest: int, tables: str) -> Markup:
    texts = way.months.get(month, 0)
    if not texts:
        return NOTHING
    high = max(round(texts / highest * HIGH), 2)
    asked = {"from_outlet": way.source, "outlet": way.target, "by_at__startswith": month}
    bar = Markup('<a href="{}"><rect class="edit" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect></a>')
    said = f"{month}: {texts} text{'' if texts == 1 else 's'}"
    return bar.format(f"{tables}/copied?{urlencode(asked)}", place * STEP + 1, HIGH + 1 - high, STEP - 2, high, said)


ROUTES = [(r"^/-/stet/exchange$", exchange)]
