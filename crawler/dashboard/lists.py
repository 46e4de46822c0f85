"""Lists of rows: datasette's pages of our tables come without long texts, and without guesses at facets.

Datasette guesses by which columns a table could be filtered by reading the whole of it: 0.8 s of the processor at
94,000 versions, where the rows themselves take 50 ms. Both are said in the words of an address (``_nosuggest``,
``_nocol``), so that nothing needs to be configured. Whoever names columns (``_col=text``) gets them; a row's own page,
JSON, CSV and queries hold everything, by the links on a list too (``_short`` says that it was us who left columns out).
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from crawler.dashboard.cells import is_ours
from crawler.dashboard.meanings import TABLES

LONG: dict[str, tuple[str, ...]] = {
    "texts": ("text",),
    "payloads": ("body",),
    "captures": ("hops", "request_headers", "headers", "certificate"),
    "readings": ("dropped",),
    "versions": ("links", "captions"),
    "templates": ("template", "stats"),
    "notices": ("said",),
}
"""Columns without a bound that a list of rows leaves out."""
SAID = ("_col", "_nocol")
OURS = "_short"

App = Callable[[Any, Any, Any], Awaitable[None]]


def wrapped(app: App, datasette: Any) -> App:
    """The application, asked for a list of a store's rows as a list is meant to be read."""

    async def asked(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            table, form = _table(datasette, scope["path"])
            if table is not None:
                left_out = [] if form else await _left_out(datasette, *table)
                scope = {**scope, "query_string": _query(scope["query_string"], left_out, bool(form))}
        await app(scope, receive, send)

    return asked


def _table(datasette: Any, path: str) -> tuple[tuple[str, str] | None, str]:
    """The database and the table of ours whose rows are asked for, and in what form ("": as a page); None: no such."""
    base = str(datasette.setting("base_url")).rstrip("/")
    parts = path.removeprefix(base).strip("/").split("/")
    table, _, form = parts[-1].partition(".")
    if len(parts) != 2 or table not in TABLES:
        return None, ""
    name = next((n for n, db in datasette.databases.items() if unquote(parts[0]) in (n, getattr(db, "route", n))), None)
    return ((name, table) if name is not None and is_ours(datasette, name) else None), form


async def _left_out(datasette: Any, database: str, table: str) -> list[str]:
    """Those long columns that the table of this store has."""
    if table not in LONG:
        return []
    held = await datasette.databases[database].table_columns(table)
    return [column for column in LONG[table] if column in held]


def _query(query: bytes, left_out: list[str], whole: bool) -> bytes:
    """What is asked, without the columns that are left out of a list; or with those that a list's link left out."""
    said = parse_qsl(query.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    names = {name for name, _ in said}
    if whole:
        kept = [pair for pair in said if pair[0] not in ("_nocol", OURS)]
        return urlencode(kept, encoding="latin-1").encode() if OURS in names else query
    more = [] if names & {"_nosuggest", "_facet"} else [("_nosuggest", "1")]
    if left_out and not names & set(SAID):
        more += [*(("_nocol", column) for column in left_out), (OURS, "1")]
    joined = urlencode(more).encode()
    return query + b"&" * bool(query and joined) + joined
