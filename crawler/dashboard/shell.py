"""The shell all pages stand in: who may look, how the store is asked, which headers go out, and how words are shown.

How to add a page:

1. One file, named after the page (``board.py``), with ``ROUTES``: pairs of a pattern and an ``async`` function that
   takes ``request`` and ``datasette``. Add the module to ``PAGES`` in ``__init__.py``; a place in the masthead is a
   line in `NAV`.
2. The function asks the store and renders. ``found = await ask(datasette, request, lambda store: ...)`` runs in a
   thread of datasette's, on a read-only connection, after it was checked that the visitor may look; ``return await
   page(datasette, request, "stet_board.html", {...})``. What is not there: ``raise NotFound("...")``.
3. One template, ``templates/stet_board.html``, begins ``{% extends "stet_shell.html" %}`` and fills the blocks
   ``title`` and ``main``. In it: ``{{ stet }}/article/{{ number }}`` for our pages, ``{{ tables }}/changes?...`` for
   datasette's.
4. Words of pages go through a filter, always: ``|stet_said`` (headlines, names: isolated, cleaned, cut to 200
   characters), ``|stet_words`` (long text: isolated and cleaned); moments through ``|stet_at``, ``|stet_day``,
   ``stet_since(after, by)``; counts through ``|stet_figure``.
5. The style is one file, ``stet.css``, sent inline and allowed by its hash: no ``style=`` attributes (they would be
   blocked), but classes for meanings (ok edit stealth down back trouble wall) and for things (tag kind alarm facts news
   stack soft num).
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from datasette import Forbidden, NotFound, Response
from markupsafe import Markup, escape

from storage.store import Store

HERE = Path(__file__).parent
STYLE = (HERE / "stet.css").read_text()
SCRIPT = (HERE / "keys.js").read_text()
"""j and k go from change to change: HTML has no key bindings. All else works without it."""

NAV = (("", "Latest"), ("takedowns", "Takedowns"), ("outlets", "Outlets"), ("search", "Search"))
NEEDED = ("captures", "versions", "texts", "changes")
"""Tables that make a database a store of ours; who may not see them, may not see the pages made of them."""
CUT = 200
"""Characters of a headline that are shown: pages have been seen whose title is a megabyte."""

T = TypeVar("T")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


STYLE_HASH = _hash(STYLE)
POLICY = (
    f"default-src 'none'; style-src {STYLE_HASH}; script-src {_hash(SCRIPT)}; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


# --- asking -------------------------------------------------------------------------------------


async def ask(datasette: Any, request: Any, question: Callable[[Store], T]) -> T:
    """Ask the store, read-only, in a thread. Raises NotFound (no store is served), Forbidden (not for this visitor)."""
    database = await store_of(datasette)
    if database is None:
        raise NotFound("None of the files served here is a store of Stet")
    for table in NEEDED:
        if not await may_see(datasette, request, database.name, table):
            raise Forbidden("view-table")
    path = Path(database.path or "")
    answer: T = await database.execute_fn(lambda conn: question(Store(path, conn, None)))
    return answer


async def store_of(datasette: Any) -> Any:
    """The first database that is a store of ours, or None."""
    for database in datasette.databases.values():
        if set(NEEDED) <= set(await database.table_names()):
            return database
    return None


async def may_see(datasette: Any, request: Any, database: str, table: str) -> bool:
    """Whether who asks may see a table (datasette 1.0 asks by resource, 0.65 by pairs, from the outside in)."""
    actor = request.actor if request else None
    if hasattr(datasette, "allowed"):
        from datasette.resources import TableResource

        resource = TableResource(database=database, table=table)
        return bool(await datasette.allowed(action="view-table", resource=resource, actor=actor))
    levels = [("view-table", (database, table)), ("view-database", database), "view-instance"]
    visible, _ = await datasette.check_visibility(actor, permissions=levels)
    return bool(visible)


# --- answering ----------------------------------------------------------------------------------


async def page(
    datasette: Any, request: Any, template: str, values: dict[str, Any], headers: dict[str, str] | None = None
) -> Any:
    """A page in the shell."""
    html = await datasette.render_template(template, {**await around(datasette, request), **values}, request=request)
    return Response.html(html, headers={**HEADERS, **(headers or {})})


def feed(title: str, **asked: str) -> dict[str, str]:
    """The page's value ``feed``: what a feed reader finds in its head (`crawler.dashboard.feeds` says what it asks)."""
    said = urlencode({name: value for name, value in asked.items() if value})
    return {"title": shortened(title), "query": f"?{said}" if said else ""}


async def around(datasette: Any, request: Any) -> dict[str, Any]:
    """What every template may count on: ``stet`` and ``tables`` (addresses), the masthead, style and script."""
    database = await store_of(datasette)
    home = str(datasette.urls.path("/-/stet"))
    return {
        "stet": home,
        "tables": str(datasette.urls.database(database.name)) if database else "",
        "nav": [(f"{home}/{where}".rstrip("/"), name) for where, name in NAV],
        "here": request.path.rstrip("/") if request else "",
        "style": Markup(STYLE),  # noqa: S704 (our own file)
        "script": Markup(SCRIPT),  # noqa: S704 (our own file)
    }


# --- words, as they are shown -------------------------------------------------------------------

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Control characters, bidi marks, invisible characters and tags: they steer a reader, or hide something from him."""


def clean(text: object) -> str:
    """Text without characters that are not seen, and that turn lines around or steer a terminal it is pasted into."""
    return _UNSAFE.sub("", str(text or ""))


def shortened(text: object, most: int = CUT) -> str:
    """Clean text of at most so many characters."""
    said = clean(str(text or "")[: most * 4])
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"


def said(text: object, most: int = CUT, none: str = "(no title)") -> Markup:
    """A headline, a name, an address: isolated, so that no script turns its neighbours around."""
    return Markup("<bdi>{}</bdi>").format(shortened(text, most) or none)


def words(text: object) -> Markup:
    """A longer text, isolated and clean, in full."""
    return Markup("<bdi>{}</bdi>").format(clean(text))


def at(stamped: str | None, year: bool = True) -> Markup:
    """A stored moment as people read it: 3 Mar 2026, 12:03 (UTC, as every page says at its foot)."""
    if not stamped:
        return Markup('<span class="soft">not known</span>')
    moment = datetime.fromisoformat(stamped)
    shown = f"{moment.day} {moment:%b %Y, %H:%M}" if year else f"{moment.day} {moment:%b, %H:%M}"
    return Markup('<time datetime="{}">{}</time>').format(stamped, shown)


def day(stamped: str | None) -> Markup:
    """The day of a stored moment: 3 Mar 2026."""
    if not stamped:
        return Markup('<span class="soft">not known</span>')
    moment = datetime.fromisoformat(stamped)
    return Markup('<time datetime="{}">{}</time>').format(stamped, f"{moment.day} {moment:%b %Y}")


def since(after: str | None, by: str | None) -> Markup:
    """The honest interval: after the last look that showed it as before, by the first that showed it as it is now."""
    if not after:
        return Markup("by {}").format(at(by))
    same_year = bool(by) and after[:4] == (by or "")[:4]
    return Markup('<span class="nw">after {},</span> <span class="nw">by {}</span>').format(
        at(after, year=not same_year), at(by)
    )


def figure(number: float | None) -> str:
    """12 345, with thin spaces that do not break."""
    return "?" if number is None else f"{number:,}".replace(",", "\u202f")


FILTERS: dict[str, Callable[..., Any]] = {
    "stet_said": said,
    "stet_words": words,
    "stet_at": at,
    "stet_day": day,
    "stet_figure": figure,
    "stet_cut": shortened,
}


def dress(env: Any) -> None:
    """Our filters, and ``stet_since(after, by)``, for every template of this datasette."""
    env.filters.update(FILTERS)
    env.globals["stet_since"] = since


__all__ = [
    "HEADERS",
    "Markup",
    "NotFound",
    "Response",
    "ask",
    "at",
    "clean",
    "escape",
    "feed",
    "page",
    "said",
    "shortened",
    "since",
    "words",
]
