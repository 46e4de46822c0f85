"""Cells of ordinary tables: numbers, addresses, entries lead to our pages; standings are marked; long texts are cut."""

import json
import re
from collections.abc import Callable
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from crawler import questions
from crawler.dashboard.meanings import TABLES
from crawler.dashboard.shell import HERE, Markup, Response, clean, escape, shortened
from storage.records import BAD, GOOD

LONG = 280
"""Characters of a text that a cell shows; all of it is on our pages, and in the table's JSON and CSV."""
SHORT = 80
"""The same of what machines wrote: lists, headers, digests of settings."""
MACHINE = frozenset(
    """hops request_headers headers certificate links captions dropped because template stats parts titles config reader
    frame said fingerprint robots""".split()  # noqa: SIM905 (a list of names, to be read)
)
ENTRY = re.compile("[0-9a-f]{64}")
NUMBER = re.compile("[0-9]{1,16}")
ENTRIES = 6
"""Entries of a list that are shown."""

MEANINGS = {
    "up": "ok", "restless": "edit", "down": "down", "taken_down": "down", "restored": "back",
    "news": "edit", "pending": "soft", "noise": "soft", "flip": "soft", "incident": "trouble",
    "proper": "ok", "technical": "stealth", "none": "stealth",
    "live": "ok", "frozen": "down", "dead": "down", "blocked": "trouble", "unmeasured": "soft",
    "walled": "wall", "open": "ok", "false_alarm": "trouble", "confirmed": "ok",
    **{verdict.value: "ok" for verdict in GOOD}, **{verdict.value: "down" for verdict in BAD},
}  # fmt: skip
MARKED = frozenset(
    {
        "standing",
        "was",
        "now",
        "verdict",
        "status",
        "unmarked",
        "disclosed",
        "state",
        "access",
        "marked",
        "mark",
        "event",
    }
)
"""Columns of words with a fixed meaning."""
DIFF = re.compile(r"stet_diff_html\b|diff_html$")
_TAG = re.compile("(</?(?:p|ins|del)>)")


def cell(
    datasette: Any, row: Any, value: Any, column: str, table: str | None, database: str | None = None
) -> str | None:
    """What stands in a cell of one of our tables, or of a query; None: datasette shows it as ever."""
    if table is not None and table not in TABLES:
        return None
    if isinstance(value, dict):  # a foreign key and its label, which may be a headline of any length
        return _labelled(datasette, value, column, table, database)
    if value in ("", None) or isinstance(value, bytes):
        return None
    show = _SHOWN.get(column)
    shown = show(_Cell(datasette, row, value, column, table, database)) if show else None
    if shown is None and column in MARKED and value in MEANINGS:
        return _marked(str(value))
    if shown is None and isinstance(value, str) and DIFF.search(column):
        return marked_diff(value)
    return shown if shown is not None else _plain(value, SHORT if column in MACHINE else LONG)


def is_ours(datasette: Any, database: str) -> bool:
    """Whether a database is a store of ours: other people's tables beside it stay as they are."""
    path = datasette.databases[database].path if database in datasette.databases else None
    return bool(path) and _is_store(str(path))


@lru_cache(maxsize=256)
def _is_store(path: str) -> bool:
    return Path(path).is_file() and questions.is_ours(Path(path))


class _Cell:
    """A cell and where it stands."""

    def __init__(
        self, datasette: Any, row: Any, value: Any, column: str, table: str | None, database: str | None
    ) -> None:
        self.datasette, self.row, self.value, self.column = datasette, row, value, column
        self.table, self.database = table, database

    def has(self, column: str) -> bool:
        return column in self.row.keys()  # noqa: SIM118 (a Row iterates its values)

    def of(self, column: str) -> Any:
        """Another column of the row; a foreign key without its label."""
        value = self.row[column] if self.has(column) else None
        return value["value"] if isinstance(value, dict) else value

    def ours(self, where: str) -> str:
        return str(self.datasette.urls.path(f"/-/stet/{where}"))


# --- one kind of cell each ----------------------------------------------------------------------


def _link(href: str, text: object) -> Markup:
    return Markup('<a href="{}">{}</a>').format(href, text)


def _marked(word: str) -> Markup:
    """A standing, a verdict: coloured, and told by its word."""
    return Markup('<span class="stet-{}">{}</span>').format(MEANINGS[word], word.replace("_", " "))


def _labelled(
    datasette: Any, value: dict[str, Any], column: str, table: str | None, database: str | None
) -> Markup | None:
    """A foreign key: an article leads to its life, and to its row by its number; others as ever, their label cut."""
    number, label = value["value"], value["label"]
    if column == "article" and table is not None:
        return _link(datasette.urls.path(f"/-/stet/article/{number}"), _isolated(label) if label else number)
    return None if len(str(label)) <= LONG else _isolated(f"{number}: {label}")


def _article(cell: _Cell) -> Markup | None:
    return _link(cell.ours(f"article/{cell.value}"), cell.value) if NUMBER.fullmatch(str(cell.value)) else None


def _change(cell: _Cell) -> Markup | None:
    return _link(cell.ours(f"change/{cell.value}"), cell.value) if NUMBER.fullmatch(str(cell.value)) else None


def _summary(cell: _Cell) -> Markup | None:
    number = cell.of("id")
    if not cell.has("to_version") or number is None:
        return None
    return _link(cell.ours(f"change/{number}"), _isolated(cell.value))


def _title(cell: _Cell) -> Markup | None:
    """A headline leads to its article, that of a version too."""
    number = cell.of("id") if cell.table == "articles" else cell.of("article")
    return _link(cell.ours(f"article/{number}"), _isolated(cell.value)) if number else None


def _headline(cell: _Cell) -> Markup | None:
    """Headlines before and after lead to their change."""
    if cell.table != "headline_changes":
        return None
    return _link(cell.ours(f"change/{cell.of('id')}"), _isolated(cell.value))


def _outlet(cell: _Cell) -> Markup | None:
    return _link(cell.ours(f"outlet/{quote(str(cell.value)[:200], safe='')}"), _isolated(cell.value))


def _entry(cell: _Cell) -> Markup | None:
    """An entry leads to what its capture first showed, where that is a version; else to the capture."""
    if not ENTRY.fullmatch(str(cell.value)):
        return None
    return _capture(cell, str(cell.value))


def _entries(cell: _Cell) -> Markup | None:
    """A list of entries: each leads to its capture."""
    if not isinstance(cell.value, str):
        return None
    try:
        held = json.loads(cell.value)
    except ValueError:
        return None
    if not isinstance(held, list) or not held or not all(isinstance(e, str) and ENTRY.fullmatch(e) for e in held):
        return None
    said = Markup(" ").join(_capture(cell, entry) for entry in held[:ENTRIES])
    return said + (f" and {len(held) - ENTRIES} more" if len(held) > ENTRIES else "")


def _capture(cell: _Cell, entry: str) -> Markup:
    database = cell.database or cell.datasette.get_database().name
    return _link(
        f"{cell.datasette.urls.table(database, 'captures')}?entry={entry}", Markup("<code>{}</code>").format(entry[:12])
    )


def _url(cell: _Cell) -> Markup | None:
    """An address: on our side the life of the article, where the row is one's; the live page behind an arrow."""
    said = str(cell.value)
    number = cell.of("id") if cell.table in ("articles",) else cell.of("article")
    away = Markup("")
    if re.match("https?://[^/]", said):
        away = Markup(
            ' <a class="stet-away" href="{}" rel="noreferrer noopener" title="the page itself, at the outlet">↗</a>'
        ).format(said[:2000])
    shown = Markup("<bdi>{}</bdi>").format(shortened(said, 100))
    return (_link(cell.ours(f"article/{number}"), shown) if number else shown) + away


def _number(cell: _Cell) -> Markup | None:
    """A version's number within its article leads to the article."""
    number = cell.of("article")
    return (
        _link(cell.ours(f"article/{number}"), f"version {cell.value}") if number and cell.table == "versions" else None
    )


def _isolated(text: object, most: int = LONG) -> Markup:
    return Markup("<bdi>{}</bdi>").format(shortened(text, most))


def _plain(value: Any, most: int) -> Markup | None:
    """A long text, or one that would steer its reader: cut and cleaned. All else is left to datasette."""
    if not isinstance(value, str) or (len(value) <= most and clean(value) == value):
        return None
    more = Markup(' <span class="stet-soft">({:,} characters)</span>').format(len(value)) if len(value) > most else ""
    return _isolated(value, most) + more


def marked_diff(value: str) -> Markup:
    """What `stet_diff_html` made: its own tags stand, all else in it is escaped, so that no query makes markup."""
    parts = _TAG.split(value[: LONG * 40])
    return Markup("").join(Markup(part) if n % 2 else escape(clean(unescape(part))) for n, part in enumerate(parts))


STYLE_AT = "/-/stet/tables.css"


async def style(request: Any, datasette: Any) -> Any:
    """The colours of the marks."""
    return Response(
        (HERE / "tables.css").read_text(),
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": "max-age=3600"},
    )


ROUTES = [(r"^/-/stet/tables\.css$", style)]

_SHOWN: dict[str, Callable[[_Cell], Markup | None]] = {
    "article": _article, "change": _change, "summary": _summary, "title": _title, "outlet": _outlet,
    "entry": _entry, "settled_by": _entry, "refers_to": _entry, "evidence": _entries, "about": _entries,
    "learned_from": _entries, "url": _url, "visit_url": _url, "asked_url": _url, "offered_url": _url,
    "homepage": _url, "number": _number, "old_headline": _headline, "new_headline": _headline,
}  # fmt: skip
