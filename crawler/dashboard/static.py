"""A site of static files: our pages as datasette serves them, feeds and JSON, in a folder for any web server.

`scrapy export site` calls `write`. Pages are asked for one by one, inside this process, through datasette's own client;
all of them on one connection and in one read transaction, so that they tell of one moment while a crawl goes on.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from datasette.app import Datasette
from datasette.plugins import pm

from crawler import dashboard
from crawler.dashboard import relative
from crawler.dashboard.relative import Page, Site
from crawler.dashboard.shell import page as rendered
from crawler.dashboard.shell import shortened, store_of
from crawler.exports.feeds import Asked, Form, written
from crawler.exports.files import replaced
from crawler.exports.trouble import ExportError
from crawler.shelf import near
from storage.store import Store
from storage.views import STEALTH_WEIGHT

MARK = "stet-site.json"
"""By this file an earlier export is known."""
TYPES: dict[Form, str] = {"atom": "application/atom+xml", "json": "application/feed+json"}
PERIODS = ("7", "30", "90")
AT_ONCE = 500
"""Articles whose numbers are held at a time."""
LISTED = 200
"""Rows of a list on one page."""

T = TypeVar("T")
Told = Callable[[int, int], object]
"""Hears how many articles are done, of how many."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the store becomes a site."""

    outlets: tuple[str, ...] = ()
    """Keys; () is all."""
    since: str = ""
    """Only articles to which something happened since this day (ISO), each with its whole life."""
    title: str = ""


@dataclass(slots=True)
class Made:
    """What was written."""

    pages: int = 0
    articles: int = 0


def write(path: Path, target: Path, wanted: Wanted, told: Told = lambda done, of: None) -> Made:
    """Write the site of a store into a folder, as a whole or not at all; ``told`` hears how many articles are done.

    Raises ExportError (the folder is not ours to replace, an outlet is unknown, a page fails).
    """
    with replaced(target, MARK) as folder:
        return asyncio.run(_write(path, folder, wanted, told))


async def _write(path: Path, folder: Path, wanted: Wanted, told: Told) -> Made:
    if not pm.is_registered(dashboard):  # a checkout that was never installed has no entry points
        pm.register(dashboard, "stet")
    datasette = Datasette([str(path.absolute())], settings={"num_sql_threads": 1})
    await datasette.invoke_startup()
    database = await store_of(datasette)
    if database is None:
        raise ExportError(f"{path}: an old store; scrapy status says how to bring it up to date")
    try:
        export = _Export(datasette, database, path, folder, wanted, told)
        await export.all()
        return export.made
    finally:
        await database.execute_fn(lambda conn: conn.rollback())
        database.close()
        if datasette.executor is not None:
            datasette.executor.shutdown()


# --- what the store says ------------------------------------------------------------------------

OF_OUTLETS = {
    "channels": "outlet in (select key from temp.wanted)",
    "captures": "outlet in (select key from temp.wanted)",
    "readings": "outlet in (select key from temp.wanted)",
    "incidents": "outlet in (select key from temp.wanted)",
    "outlets": "key in (select key from temp.wanted)",
    "versions": "article in (select id from temp.articles)",
    "standings": "article in (select id from temp.articles)",
}
INDEXES = ("unique articles_id on articles (id)", "articles_outlet on articles (outlet)", "changes_id on changes (id)",
           "changes_by_at on changes (by_at)", "changes_to on changes (to_version)",
           "changes_from on changes (from_version)", "changes_article on changes (article, by_at)")  # fmt: skip


def narrow(conn: sqlite3.Connection, outlets: Sequence[str]) -> None:
    """From here on this connection sees these outlets alone: names in ``temp`` go before those of the store.

    So figures, boards and bars count what the site shows, and every page stays as it is. The two tables that are asked
    for by index are copies (SQLite keeps them in a file of its own beyond its cache), all others are views.
    """
    conn.execute("create temp table wanted (key text primary key)")
    conn.executemany("insert into temp.wanted values (?)", [(key,) for key in outlets])
    conn.execute(
        "create temp table articles as select * from main.articles where outlet in (select key from temp.wanted)"
    )
    conn.execute(
        "create temp table changes as select * from main.changes where article in (select id from main.articles "
        "where outlet in (select key from temp.wanted))"
    )
    for index in INDEXES:
        unique, _, rest = index.rpartition("unique ")
        conn.execute(f"create {unique}index temp.{rest}")
    for table, condition in OF_OUTLETS.items():
        conn.execute(f"create temp view {table} as select * from main.{table} where {condition}")  # noqa: S608


IN_SITE = """(a.versions > 0 or a.standing is not null) and (:since = ''
    or exists (select 1 from versions x where x.article = a.id and x.first_at >= :since)
    or exists (select 1 from standings y where y.article = a.id and y.by_at >= :since))"""
ENTRY = """select a.id from captures c join readings r on r.capture = c.id
    join versions v on v.article = r.article and v.capture = c.id join articles a on a.id = v.article"""
HELD = {
    "article": f"select 1 from articles a where a.id = :name and {IN_SITE}",  # noqa: S608
    "version": f"{ENTRY} where c.entry = :name and {IN_SITE}",
    "diff": f"""{ENTRY} join changes ch on ch.to_version = v.id
        where c.entry = :name and ch.status = 'news' and {IN_SITE}""",
    "outlet": "select 1 from outlets where key = :name union all select 1 from articles where outlet = :name",
}
OUTLETS = "select key from outlets union select outlet from articles order by 1"
COUNT = f"select count(*) from articles a where {IN_SITE}"  # noqa: S608
ARTICLES = f"select a.id from articles a where a.id > :last and {IN_SITE} order by a.id limit {AT_ONCE}"  # noqa: S608
PAGES_OF = """select c.entry,
        exists (select 1 from changes ch where ch.to_version = v.id and ch.status = 'news') as told
    from versions v join captures c on c.id = v.capture where v.article = ? order by v.number"""
EDITS = f"""select ch.article, ch.summary, ch.after_at, ch.by_at, substr(a.title, 1, 800) as title, c.entry,
        coalesce(o.name, a.outlet) as name, ch.disclosed != 'proper' and ch.weight >= {STEALTH_WEIGHT} as stealth
    from changes ch join articles a on a.id = ch.article join versions v on v.id = ch.to_version
    join captures c on c.id = v.capture left join outlets o on o.key = a.outlet
    where ch.status = 'news' and ch.kinds != '["date"]' and {IN_SITE} and ch.by_at >= :since
    order by ch.by_at desc, c.entry limit {LISTED + 1} offset :from"""  # noqa: S608
KNOWN = f"""select a.id as article, a.standing, a.versions, a.first_seen_at, substr(a.title, 1, 800) as title,
        coalesce(o.name, a.outlet) as name from articles a left join outlets o on o.key = a.outlet
    where {IN_SITE} and (:name = '' or a.outlet = :name)
    order by a.first_seen_at desc, a.url limit {LISTED + 1} offset :from"""  # noqa: S608
DATA = {
    "changes": f"""select a.outlet, a.url, a.title, a.id as article, w.number as from_version, v.number as to_version,
            ch.after_at, ch.by_at, ch.kinds, ch.disclosed, ch.weight, ch.words_added, ch.words_removed, ch.similarity,
            ch.summary, o.entry as from_entry, c.entry as to_entry
        from changes ch join articles a on a.id = ch.article join versions v on v.id = ch.to_version
        join captures c on c.id = v.capture join versions w on w.id = ch.from_version
        join captures o on o.id = w.capture where ch.status = 'news' and {IN_SITE} and ch.by_at >= :since
        order by ch.by_at, c.entry, o.entry""",  # noqa: S608
    "takedowns": f"""select a.outlet, a.url, a.title, a.id as article, s.how, s.after_at as last_seen_up,
            s.by_at as first_seen_down, s.at as confirmed_at, a.standing as now, s.reason, s.evidence
        from standings s join articles a on a.id = s.article
        where s.standing = 'taken_down' and {IN_SITE} and s.by_at >= :since order by s.at, s.evidence, a.url""",  # noqa: S608
    "articles": f"""select a.outlet, a.url, a.title, a.id as article, a.first_seen_at, a.standing, a.standing_since,
            a.access, a.versions, a.captures, a.last_capture_at from articles a where {IN_SITE}
        order by a.first_seen_at, a.url""",  # noqa: S608
}  # fmt: skip
LISTS = ("kinds", "evidence")


def data(conn: sqlite3.Connection, name: str, since: str, path: Path) -> None:
    """A file of JSON: an array, one object a line, in ASCII, each with the place of its page."""
    with path.open("w") as out:
        for number, row in enumerate(conn.execute(DATA[name], {"since": since})):
            said = {key: json.loads(row[key]) if key in LISTS else row[key] for key in row.keys()}  # noqa: SIM118
            said["page"] = Page("diff", row["to_entry"]).place if name == "changes" else _life(row["article"]).place
            out.write(("[\n" if not number else ",\n") + json.dumps(said, separators=(",", ":")))
        out.write("\n]\n" if out.tell() else "[]\n")


def _pages_of(conn: sqlite3.Connection, article: int) -> list[tuple[str, int]]:
    """Entries of an article's versions, and whether each came by an edit that is told."""
    return [(row["entry"], row["told"]) for row in conn.execute(PAGES_OF, (article,))]


def _life(number: int) -> Page:
    return Page("article", str(number))


# --- the site -----------------------------------------------------------------------------------


class _Export:
    """One export under way."""

    def __init__(self, datasette: Any, database: Any, path: Path, folder: Path, wanted: Wanted, told: Told):
        self.datasette, self.database, self.path, self.folder = datasette, database, path, folder
        self.wanted, self.told, self.made = wanted, told, Made()
        self.named: set[str] = set()
        self.tables = str(datasette.urls.database(database.name))
        feeds = {f"feed.{form}": type_ for form, type_ in TYPES.items()}
        names = ("edits and takedowns as Atom", "as JSON Feed", *(f"{name}.json" for name in DATA))
        titled = shortened(wanted.title.strip(), 100)
        self.site = Site(titled, dict(zip((*feeds, *(f"{name}.json" for name in DATA)), names, strict=True)), feeds)

    async def ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        answer: T = await self.database.execute_fn(question)
        return answer

    async def all(self) -> None:
        """Every page, feed and file."""
        await self.ask(self.begin)
        outlets = [row[0] for row in await self.ask(lambda conn: conn.execute(OUTLETS).fetchall())]
        outlets = [key for key in outlets if key and "/" not in key and len(key) <= 200]
        await self.family([Page(), *(Page(asked=(("days", days),)) for days in PERIODS)])
        await self.family([Page("takedowns"), *(Page("takedowns", "", (("outlet", key),)) for key in outlets)])
        await self.family([Page("outlets")])
        await self.family([Page("edits")])
        await self.family([Page("articles")])
        for key in outlets:
            await self.family([Page("outlet", key)])
            await self.family([Page("articles", key)])
        async for number in self.articles():
            await self.family([_life(number)])
            for entry, told in await self.ask(partial(_pages_of, article=number)):
                await self.family([Page("version", entry)])
                if told:
                    await self.family([Page("diff", entry)])
        await self.beside(outlets)

    def begin(self, conn: sqlite3.Connection) -> None:
        """From here on the store stands still, and holds what is wanted alone."""
        conn.row_factory = sqlite3.Row
        conn.execute("begin")
        known = [row[0] for row in conn.execute(OUTLETS)]
        for key in self.wanted.outlets:
            if key not in known:
                raise ExportError(f"no outlet is called {shortened(key, 60)}{near(key, known)}")
        if self.wanted.outlets:
            narrow(conn, self.wanted.outlets)
        self.named = {row["key"] for row in conn.execute("select key from outlets")}

    async def articles(self) -> AsyncIterator[int]:
        """The numbers of all articles, in order."""
        since = self.wanted.since
        total = (await self.ask(lambda conn: conn.execute(COUNT, {"since": since}).fetchone()))[0]
        last = -(2**63)
        while found := await self.ask(
            lambda conn: conn.execute(ARTICLES, {"since": since, "last": last}).fetchall()  # noqa: B023 (run at once)
        ):
            for row in found:
                yield row["id"]
                self.made.articles += 1
                self.told(self.made.articles, total)
            last = found[-1]["id"]

    async def family(self, wanted: list[Page]) -> None:
        """Pages, and those they lead to that differ only in what they are asked for (older ones, other views)."""
        known = set(wanted)
        while wanted:
            page = wanted.pop()
            for other in await self.one(page):
                if (other.kind, other.name) == (page.kind, page.name) and other not in known:
                    known.add(other)
                    wanted.append(other)

    async def one(self, page: Page) -> list[Page]:
        """Write one page; returns the pages it leads to."""
        root = relative.parsed(await self.listed(page) if page.kind in relative.LISTS else await self.served(page))
        found = relative.links(root, page, self.tables)
        held = await self.ask(lambda conn: {href: other for href, other in found.items() if self.holds(conn, other)})
        own = _feeds_of(page.name) if page.kind == "outlet" and page.name in self.named else ()
        where = self.folder / page.place
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(relative.rewritten(root, page, held, self.site, own))
        self.made.pages += 1
        return sorted(held.values(), key=lambda other: other.address)

    def holds(self, conn: sqlite3.Connection, page: Page) -> bool:
        """Whether a page is one of this site's."""
        kind = "outlet" if page.kind == "articles" and page.name else page.kind
        values = {"name": page.name, "since": self.wanted.since}
        return kind not in HELD or conn.execute(HELD[kind], values).fetchone() is not None

    async def served(self, page: Page) -> str:
        """A page as the dashboard serves it. Raises ExportError when it does not."""
        answer = await self.datasette.client.get(page.address)
        if answer.status_code != 200:
            raise ExportError(
                f"{page.address[:200]} cannot be shown (status {answer.status_code}); nothing was written"
            )
        said: str = answer.text
        return said

    async def listed(self, page: Page) -> str:
        """All edits, or all articles (of an outlet): the dashboard has datasette's tables for them."""
        number = int(dict(page.asked).get("page", 1))
        values = {"since": self.wanted.since, "name": page.name, "from": (number - 1) * LISTED}
        sql = EDITS if page.kind == "edits" else KNOWN
        found = await self.ask(lambda conn: [dict(row) for row in conn.execute(sql, values)])
        told = {
            "kind": page.kind,
            "heading": f"All {page.kind}",
            "key": page.name,
            "over": found[0]["name"] if page.name and found else page.name,
            "rows": found[:LISTED],
            "more": len(found) > LISTED,
            "number": number,
        }
        answer = await rendered(self.datasette, None, "stet_list.html", told)
        return str(answer.body)

    async def beside(self, outlets: Sequence[str]) -> None:
        """Feeds, data, and the mark by which a later export knows this one."""
        for name in DATA:
            where = self.folder / f"{name}.json"
            await self.ask(partial(data, name=name, since=self.wanted.since, path=where))
        await self.ask(lambda conn: self.feeds(conn, outlets))
        said = {"made_by": "Stet", "title": self.site.title, "outlets": self.wanted.outlets, "since": self.wanted.since}
        (self.folder / MARK).write_text(json.dumps(said) + "\n")

    def feeds(self, conn: sqlite3.Connection, outlets: Sequence[str]) -> None:
        """Of everything, and of each outlet that we know by name."""
        store = Store(self.path, conn, None)
        for form in TYPES:
            (self.folder / f"feed.{form}").write_bytes(written(store, Asked(), form))
            for key in (key for key in outlets if key in self.named):
                place = self.folder / f"outlet/{relative.plain(key)}.{form}"
                place.write_bytes(written(store, Asked(outlet=key), form))


def _feeds_of(key: str) -> Iterator[tuple[str, str]]:
    """Places and names of an outlet's feeds."""
    for form, name in (("atom", "this outlet as Atom"), ("json", "as JSON Feed")):
        yield f"outlet/{relative.plain(key)}.{form}", name
