"""The datasette plugin: `datasette stet.db` explains its tables, searches all versions and shows what changed."""

from typing import Any

from datasette import hookimpl

from crawler.dashboard import pages
from crawler.dashboard.meanings import COLUMNS, TABLES


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Our pages, under ``/-/stet/``."""
    return [
        (r"^/-/stet/diff/(?P<entry>[^/]*)$", pages.diff),
        (r"^/-/stet/change/(?P<number>[^/]*)$", pages.change),
        (r"^/-/stet/search$", pages.search),
    ]


@hookimpl
def menu_links(datasette: Any) -> list[dict[str, str]]:
    """A way to the search from every page's menu."""
    return [{"href": datasette.urls.path("/-/stet/search"), "label": "Search all versions"}]


@hookimpl
def get_metadata(datasette: Any, database: str | None) -> dict[str, Any]:
    """What each table and column means (datasette 0.65)."""
    tables = {name: {"description": text, "columns": COLUMNS.get(name, {})} for name, text in TABLES.items()}
    return {"databases": {name: {"tables": tables} for name in datasette.databases if name != "_internal"}}


@hookimpl
def render_cell(row: Any, value: Any, column: str, table: str | None, datasette: Any) -> str | None:
    """A change's number leads to its diff page."""
    return pages.diff_link(datasette, row, value, column, table)
