"""The datasette plugin: `datasette stet.db` tells what newspapers changed, and its tables explain themselves."""

import sqlite3
from typing import Any

from datasette import hookimpl

from crawler import functions
from crawler.dashboard import (
    article,
    board,
    cells,
    diff,
    exchange,
    feeds,
    front,
    lists,
    outlet,
    search,
    shell,
    signposts,
    version,
)

PAGES = (front, article, version, diff, board, outlet, exchange, search, feeds, cells)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Our pages, under ``/-/stet``."""
    return [route for page in PAGES for route in page.ROUTES]


@hookimpl
def asgi_wrapper(datasette: Any) -> Any:
    """Lists of a store's rows come without long texts, and without guesses at facets."""
    return lambda app: lists.wrapped(app, datasette)


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """The filters our templates show words with."""
    shell.dress(env)


@hookimpl
def menu_links(datasette: Any) -> list[dict[str, str]]:
    """A way to our pages from every page's menu."""
    return [
        {"href": datasette.urls.path("/-/stet"), "label": "Stet: what happened"},
        {"href": datasette.urls.path("/-/stet/search"), "label": "Search all versions"},
    ]


@hookimpl
def get_metadata(datasette: Any) -> dict[str, Any]:
    """What each table and column means, and where our pages are (datasette 0.65)."""
    return signposts.metadata(datasette)


@hookimpl
def startup(datasette: Any) -> Any:
    """The same for datasette 1.0, which keeps it."""
    return (lambda: signposts.explain(datasette)) if hasattr(datasette, "set_resource_metadata") else None


@hookimpl
def top_homepage(datasette: Any) -> Any:
    """The way to our pages, on the first page (datasette 1.0)."""
    return signposts.sign(datasette) if signposts.stores(datasette) else None


@hookimpl
def top_database(datasette: Any, database: str) -> Any:
    """The way to our pages, on the store's page (datasette 1.0)."""
    return signposts.sign(datasette) if database in signposts.stores(datasette) else None


@hookimpl
def render_cell(row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any) -> str | None:
    """In a store's tables, numbers, addresses, entries lead to our pages; standings are marked; long texts are cut."""
    return cells.cell(datasette, row, value, column, table, database) if cells.is_ours(datasette, database) else None


@hookimpl
def extra_css_urls(database: str | None, datasette: Any) -> list[str]:
    """The marks' colours, on a store's own tables."""
    return [datasette.urls.path(cells.STYLE_AT)] if database and cells.is_ours(datasette, database) else []


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """SQL functions over texts: `stet_diff_html`, `stet_diff_text`, `stet_words_added`."""
    functions.prepare_connection(conn)
