"""The pages: one change, and the search over all versions. Server-rendered, escaped, no script, no stored HTML."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from datasette import NotFound, Response
from markupsafe import Markup, escape

from crawler import ask
from crawler.compare import spans
from crawler.terminal import DISCLOSED, FIELDS, in_order, interval, marked, minute, standing
from storage import rows
from storage.records import Action, Edit, stamp
from storage.store import Store

STYLE = (Path(__file__).parent / "stet.css").read_text()
_HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


T = TypeVar("T")
_NUMBER = re.compile("[0-9]{1,16}")


async def diff(request: Any, datasette: Any) -> Any:
    """One change, named by the entry of the capture that first showed the new text."""
    entry = request.url_vars["entry"]
    found = await _ask(datasette, lambda store: _diff(store, entry))
    if found is None:
        raise NotFound("No change was first shown by that capture")
    return await _page(datasette, request, "stet_diff.html", found)


async def search(request: Any, datasette: Any) -> Any:
    """Versions that hold the words asked for, in any script."""
    words = (request.args.get("q") or "")[:500]
    hits = await _ask(datasette, lambda store: ask.search(store, words, 50)) if words else ()
    shown = [
        {"hit": hit, "at": minute(hit.first_at), "cut": _marked(hit.snippet), "gone": standing(hit).strip()}
        for hit in hits or ()
    ]
    return await _page(datasette, request, "stet_search.html", {"words": words, "hits": shown})


def diff_link(datasette: Any, row: Any, value: Any, column: str, table: str | None) -> str | None:
    """The summary of a change as a link to its page."""
    if column != "summary" or table not in ("changes", "stealth_edits") or "to_version" not in row.keys():  # noqa: SIM118
        return None
    return Markup('<a href="{}">{}</a>').format(datasette.urls.path(f"/-/stet/change/{row['id']}"), value or "change")


async def change(request: Any, datasette: Any) -> Any:
    """A change by its row's number: leads to its permanent address."""
    number = request.url_vars["number"]
    entry = await _ask(datasette, lambda store: _entry(store, int(number))) if _NUMBER.fullmatch(number) else None
    if entry is None:
        raise NotFound("No such change")
    return Response.redirect(datasette.urls.path(f"/-/stet/diff/{entry}"))


async def _ask(datasette: Any, question: Callable[[Store], T]) -> T | None:
    """Ask the first database that is a store of ours."""
    for database in datasette.databases.values():
        if {"captures", "versions", "changes"} <= set(await database.table_names()):
            path = Path(database.path or "")
            answer: T = await database.execute_fn(lambda conn, path=path: question(Store(path, conn, None)))
            return answer
    return None


async def _page(datasette: Any, request: Any, template: str, values: dict[str, Any]) -> Any:
    home, find = datasette.urls.path("/"), datasette.urls.path("/-/stet/search")
    values = {**values, "style": Markup(STYLE), "home": home, "find": find}  # noqa: S704 (our own file)
    return Response.html(await datasette.render_template(template, values, request=request), headers=HEADERS)


# --- what the diff page shows -------------------------------------------------------------------


def _diff(store: Store, entry: str) -> dict[str, Any] | None:
    sql = """select ch.* from changes ch join versions v on v.id = ch.to_version join captures c on c.id = v.capture
        where c.entry = ?"""
    row = store.conn.execute(sql, (entry,)).fetchone()
    if row is None:
        return None
    edits = in_order(map(rows.edit, store.conn.execute("select * from edits where change = ?", (row["id"],))))
    of = rows.article(store.conn.execute("select * from articles where id = ?", (row["article"],)).fetchone())
    found = rows.change(row, tuple(edits))
    return {
        "article": of,
        "change": found,
        "disclosed": DISCLOSED[found.comparison.disclosed],
        "when": interval(stamp(found.after_at), stamp(found.by_at)),
        "edits": [{"place": _place(edit), "edit": edit, "words": _words(edit)} for edit in edits],
        "entry": entry,
    }


def _entry(store: Store, number: int) -> str | None:
    sql = """select c.entry from changes ch join versions v on v.id = ch.to_version
        join captures c on c.id = v.capture where ch.id = ?"""
    row = store.conn.execute(sql, (number,)).fetchone()
    return row["entry"] if row else None


def _place(edit: Edit) -> str:
    return FIELDS.get(edit.field) or f"Paragraph {edit.position + 1}"


def _words(edit: Edit) -> Markup:
    """The words with what was taken out and put in marked, escaped."""
    if edit.action is Action.MOVED:
        return escape(edit.new)
    return Markup("").join(_span(*part) for part in marked(edit, spans))


def _span(what: str, old: str, new: str) -> Markup:
    if what == "equal":
        return escape(new)
    out = Markup("<del>{}</del>").format(old) if old else Markup("")
    return out + (Markup("<ins>{}</ins>").format(new) if new else Markup(""))


def _marked(snippet: str) -> Markup:
    """A snippet with what was found marked: escape first, then put the marks in."""
    text = str(escape(snippet))
    return Markup(text.replace("\x02", "<mark>").replace("\x03", "</mark>"))  # noqa: S704 (escaped above)
