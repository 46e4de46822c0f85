"""Search over all versions: what was said anywhere, in any script, and whether the article still says it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from crawler.ask import fts
from crawler.dashboard.shell import Markup, ask, clean, escape, feed, page
from storage import rows
from storage.records import Extent
from storage.store import Store
from storage.words import CJK

LONGEST = 300
"""Characters of a query that are looked for."""
MOST_WORDS = 24
"""Words of a query that are looked for: each is a walk through the index."""
MOST = 1000
"""Versions that are ranked. Where more hold the words, no order helps, and more words do: the page says so, and shows
the newest of as many. (FTS5's bm25 goes through all that hold a word, whatever the limit: 95 ms in 94,000 versions.)"""
FEW = 80
"""Versions up to which each is looked up in the index (20 to 100 microseconds); else all that hold the words are gone
through (0.4 microseconds each)."""
SHOWN = 20
"""Articles on one page."""
_SPACED = re.compile(f"(?<=[{CJK}\x02\x03]) (?=[{CJK}\x02\x03])")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, and where."""

    words: str = ""
    outlet: str = ""
    gone: bool = False
    """Only what the article does not say any more."""
    page: int = 1

    def query(self, page: int) -> str:
        said = {"q": self.words, "outlet": self.outlet, "gone": "1" if self.gone else "", "page": str(page)}
        return urlencode({name: value for name, value in said.items() if value})


@dataclass
class Found:
    """An article that says the words, or once said them."""

    article: int
    best: int
    """The version that fits best, by its row."""
    numbers: list[int] = field(default_factory=list)
    """Versions that hold the words."""
    gone: str = ""
    """Why they stand there no longer; "": they do."""
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """One page of what was found."""

    hits: tuple[Found, ...] = ()
    articles: int = 0
    many: bool = False
    """Whether more versions hold the words than were ranked."""
    more: bool = False
    outlets: tuple[tuple[str, str], ...] = ()


async def search(request: Any, datasette: Any) -> Any:
    """``?q=`` words, ``"a phrase"``, ``begin*``; ``&outlet=``; ``&gone=1``; ``&page=``."""
    said = request.args.get("q") or ""
    number = request.args.get("page") or ""
    asked = Asked(
        words=clean(said[:LONGEST].encode("utf-8", "replace").decode()),
        outlet=clean((request.args.get("outlet") or "")[:100]),
        gone=request.args.get("gone") == "1",
        page=min(max(int(number), 1), MOST // SHOWN) if re.fullmatch("[0-9]{1,4}", number) else 1,
    )
    answer = await ask(datasette, request, lambda store: find(store, asked))
    values = {"asked": asked, "answer": answer, "cut": len(said) > LONGEST, "most": MOST, "marked": marked}
    if asked.words and answer is not None:
        values["feed"] = feed(f"Stet: {asked.words}", q=asked.words, outlet=asked.outlet)
    return await page(datasette, request, "stet_search.html", values)


# --- finding ------------------------------------------------------------------------------------

FIRST = "select rowid from search where search match ? limit ?"
RANKED = "select rowid from search where search match ? order by rank limit ?"
ALL = "select rowid from search where search match ?"
OF_OUTLET = "select v.id from articles a join versions v on v.article = a.id where a.outlet = ?"
VERSIONS = "select id, article, number, first_at from versions where id in ({})"
CURRENT = """select v.article, v.id, v.extent, v.last_at, v.number from versions v where v.article in ({})
    order by v.article, v.last_at, v.number"""
DOWN = "select id from articles where id in ({}) and standing = 'taken_down'"
HOLDING = "select rowid from search where search match ? and rowid in ({})"
TOLD = """select v.id, v.number, substr(v.title, 1, 800) as title, v.first_at, v.last_at, v.extent, c.entry, a.outlet,
        coalesce(o.name, a.outlet) as name, a.url, a.standing
    from versions v join articles a on a.id = v.article join captures c on c.id = v.capture
    left join outlets o on o.key = a.outlet where v.id in ({})"""
SNIPPET = """select rowid, snippet(search, -1, char(2), char(3), ' … ', 28) as cut from search
    where search match ? and rowid in ({})"""
OUTLETS = """select o.key, o.name from outlets o where exists (select 1 from articles a where a.outlet = o.key)
    order by o.name limit 400"""


def find(store: Store, asked: Asked) -> Answer:
    """The articles that hold the words in any of their versions, those that fit best first."""
    outlets = tuple((row["key"], row["name"]) for row in store.conn.execute(OUTLETS))
    query = " ".join(_terms(fts(asked.words))[:MOST_WORDS])
    if not query:
        return Answer(outlets=outlets)
    ranked, many = _ranked(store, query, asked.outlet)
    found = _by_article(store, ranked, newest=many)
    known = set() if many or asked.outlet else set(ranked)
    if asked.gone:
        _say_what_is_gone(store, query, found, known)
        found = [hit for hit in found if hit.gone]
    start = (asked.page - 1) * SHOWN
    hits = found[start : start + SHOWN]
    if not asked.gone:
        _say_what_is_gone(store, query, hits, known)
    _tell(store, query, hits)
    return Answer(tuple(hits), len(found), many, len(found) > start + SHOWN, outlets)


def _terms(query: str) -> list[str]:
    """The words of a query. Beginnings of one or two letters are taken as words: half the index begins like that."""
    return [term.rstrip("*") if len(term) < 6 else term for term in re.findall(r'"[^"]*"\*?', query)]


def _ranked(store: Store, query: str, outlet: str) -> tuple[list[int], bool]:
    """Versions that hold the words, the best first; or, where there are many, enough of them in any order."""
    first = [row["rowid"] for row in store.conn.execute(FIRST, (query, MOST + 1))]
    many = len(first) > MOST
    if not many:
        first = [row["rowid"] for row in store.conn.execute(RANKED, (query, MOST))]
    if not outlet:
        return first[:MOST], many
    theirs = {row["id"] for row in store.conn.execute(OF_OUTLET, (outlet,))}
    met = first if not many else (row["rowid"] for row in store.conn.execute(ALL, (query,)))
    held = list(islice((version for version in met if version in theirs), MOST + 1))
    return held[:MOST], len(held) > MOST


def _by_article(store: Store, ranked: list[int], newest: bool) -> list[Found]:
    """The versions found, put together by their articles, in order of the best, or of the newest."""
    held = {row["id"]: row for row in _among(store, VERSIONS, ranked)}
    order = sorted(held, key=lambda v: (held[v]["first_at"], v), reverse=True) if newest else ranked
    found: dict[int, Found] = {}
    for version in order:
        if row := held.get(version):
            found.setdefault(row["article"], Found(row["article"], version)).numbers.append(row["number"])
    return list(found.values())


def _say_what_is_gone(store: Store, query: str, hits: list[Found], known: set[int]) -> None:
    """Whether each article's present text holds the words. A paywall that cut it since takes nothing out of it."""
    articles = [hit.article for hit in hits]
    down = {row["id"] for row in _among(store, DOWN, articles)}
    current: dict[int, dict[str, int]] = {}
    for row in _among(store, CURRENT, articles):  # the last of each extent, and of all, stays
        current.setdefault(row["article"], {}).update({row["extent"]: row["id"], "newest": row["id"]})
    shown = {article: {at.get(Extent.FULL, at["newest"]), at["newest"]} for article, at in current.items()}
    holding = _holding(store, query, set().union(*shown.values()), known)
    for hit in hits:
        if hit.article in down:
            hit.gone = "taken down"
        elif not shown[hit.article] & holding:
            hit.gone = "no longer in the article"


def _holding(store: Store, query: str, versions: set[int], known: set[int]) -> set[int]:
    """Which of some versions hold the words. ``known``: all versions that do, where that is known."""
    if known:
        return versions & known
    if len(versions) <= FEW and "*" not in query:  # a beginning is put together anew for each
        return {row["rowid"] for row in _among(store, HOLDING, sorted(versions), query)}
    return {row["rowid"] for row in store.conn.execute(ALL, (query,))} & versions


def _tell(store: Store, query: str, hits: list[Found]) -> None:
    best = [hit.best for hit in hits]
    told = {row["id"]: dict(row) for row in _among(store, TOLD, best)}
    cuts = {row["rowid"]: row["cut"] for row in _among(store, SNIPPET, best, query)}
    for hit in hits:
        hit.numbers.sort()
        hit.told = told[hit.best] | {"cut": cuts.get(hit.best, "")}


def _among(store: Store, sql: str, keys: Iterable[int], *before: Any) -> list[Any]:
    """The rows of some keys, a few hundred at a time."""
    wanted, out = list(keys), []
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        out += store.conn.execute(sql.format(rows.marks(part)), (*before, *part)).fetchall()
    return out


# --- telling ------------------------------------------------------------------------------------

LONGEST_CUT = 600


def marked(cut: str) -> Markup:
    """A snippet with what was found marked: cleaned and escaped first, then the marks put in, all of them closed."""
    out = Markup("")
    for index, part in enumerate(re.split("[\x02\x03]", _SPACED.sub("", cut)[: LONGEST_CUT * 2])):
        said = escape(clean(part)[:LONGEST_CUT])
        out += Markup("<mark>{}</mark>").format(said) if index % 2 else said
        if len(out) > LONGEST_CUT * 4:
            break
    return Markup("<bdi>{}</bdi>").format(out)


ROUTES = [(r"^/-/stet/search$", search)]
