"""What datasette's own pages say of a store: where our pages are, and what each table and column means.

Datasette 0.65 takes metadata from a hook; 1.0 keeps it in a table of its own, filled when it starts, and has places
at the top of its pages. What a user's own metadata says comes first on both.
"""

from pathlib import Path
from typing import Any

from crawler.dashboard.meanings import COLUMNS, TABLES
from crawler.dashboard.shell import Markup
from crawler.questions import is_ours


def stores(datasette: Any) -> list[str]:
    """The names of databases that are stores of ours (their file's header says so)."""
    served = {name: Path(db.path) for name, db in datasette.databases.items() if name != "_internal" and db.path}
    return [name for name, path in served.items() if path.is_file() and is_ours(path)]


def sign(datasette: Any) -> Markup:
    """A line that leads to our pages."""
    home = datasette.urls.path("/-/stet")
    line = (
        '<p><strong><a href="{0}">What newspapers changed</a></strong>: edits, takedowns and the life of every article '
        'in this store. <a href="{0}/search">Search all versions</a>.</p>'
    )
    return Markup(line).format(home)


def metadata(datasette: Any) -> dict[str, Any]:
    """Descriptions for datasette 0.65; empty where no store is served."""
    tables = {name: {"description": text, "columns": COLUMNS.get(name, {})} for name, text in TABLES.items()}
    ours = stores(datasette)
    if not ours:
        return {}
    said = str(sign(datasette))
    return {
        "description_html": said,
        "databases": {name: {"description_html": said, "tables": tables} for name in ours},
    }


async def explain(datasette: Any) -> None:
    """Descriptions for datasette 1.0, which keeps them in its internal database; what stands there already stays."""
    await datasette.refresh_schemas()
    for name in stores(datasette):
        for table, text in TABLES.items():
            if "description" not in await datasette.get_resource_metadata(name, table):
                await datasette.set_resource_metadata(name, table, "description", text)
        for table, columns in COLUMNS.items():
            for column, text in columns.items():
                if "description" not in await datasette.get_column_metadata(name, table, column):
                    await datasette.set_column_metadata(name, table, column, "description", text)
