"""What changed between two versions: side by side, inline, as text, and as one file to keep or to mail."""

import io
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from crawler import terminal
from crawler.ask import Diff
from crawler.compare import compare, spans
from crawler.dashboard.lines import FITS, WHOLE, Units, beside_text, laid_out
from crawler.dashboard.shell import STYLE_HASH, NotFound, Response, ask, page, shortened
from crawler.dashboard.sides import TOO_LONG, beside
from storage import marks, rows
from storage.records import Edit, Extent, Status, stamp
from storage.store import Store
from storage.views import STEALTH_WEIGHT

VIEWS = {"sides": "side by side", "inline": "inline", "text": "as text"}
NUMBER = re.compile("[0-9]{1,16}")
FILE_POLICY = f"default-src 'none'; style-src {STYLE_HASH}; base-uri 'none'; form-action 'none'"
"""Of the file: it brings its style along, and may load nothing at all."""
ENTRY = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Told:
    """A difference, and what proves it."""

    diff: Diff
    old_entry: str
    new_entry: str
    old_digest: str
    """SHA-256 of the body that first showed the old text; "": none was kept."""
    new_digest: str
    outlet: str
    units: Units
    earlier: str
    """Entry of the change before this one, of the same article; "": there is none."""
    later: str


# --- the pages ----------------------------------------------------------------------------------


async def diff(request: Any, datasette: Any) -> Any:
    """One change, named by the entry of the capture that first showed the new text: a permanent address."""
    entry = request.url_vars["entry"]
    most = _most(request)
    found = (
        await ask(datasette, request, lambda store: of_change(store, entry, most)) if ENTRY.fullmatch(entry) else None
    )
    if found is None:
        raise NotFound("No change was first shown by that capture")
    return await _answer(datasette, request, found, f"diff/{entry}", {})


async def compared(request: Any, datasette: Any) -> Any:
    """Any two versions: ``?a=&b=``, each named by the entry of the capture that first showed it."""
    a, b, most = request.args.get("a") or "", request.args.get("b") or "", _most(request)
    named = ENTRY.fullmatch(a) and ENTRY.fullmatch(b)
    found = await ask(datasette, request, lambda store: of_two(store, a, b, most)) if named else None
    if found is None:
        raise NotFound("Name two versions by the entries of the captures that first showed them: ?a=...&b=...")
    return await _answer(datasette, request, found, "compare", {"a": a, "b": b})


async def change(request: Any, datasette: Any) -> Any:
    """A change by its row's number: leads to its permanent address."""
    number = request.url_vars["number"]
    found = NUMBER.fullmatch(number) is not None
    entry = await ask(datasette, request, lambda store: _entry(store, int(number))) if found else None
    if entry is None:
        raise NotFound("No such change")
    return Response.redirect(datasette.urls.path(f"/-/stet/diff/{entry}"))


def _most(request: Any) -> int:
    return WHOLE if request.args.get("all") or request.args.get("download") else FITS


async def _answer(datasette: Any, request: Any, found: Told, where: str, named: dict[str, str]) -> Any:
    view, download = request.args.get("view") or "sides", bool(request.args.get("download"))
    address = f"{datasette.urls.path('/-/stet')}/{where}"
    here = {"all": "1"} if request.args.get("all") else {}

    def link(**asked: str) -> str:
        said = urlencode(named | here | asked)
        return f"{address}?{said}" if said else address

    if view == "text" and not download:
        lasting = datasette.absolute_url(request, link())
        return Response.text(as_text(found, lasting), headers={"X-Content-Type-Options": "nosniff"})
    values = {
        **_said(found),
        "view": "inline" if view == "inline" or download else "sides",
        "views": [(name, label, link(view=name)) for name, label in VIEWS.items()],
        "download": link(download="1"),
        "whole": link(all="1", view=view if view in VIEWS else "sides"),
        "file": download,
        "frame": "stet_file.html" if download else "stet_shell.html",
        "policy": FILE_POLICY,
    }
    headers = {"Content-Disposition": f'attachment; filename="{_filename(found)}"'} if download else None
    return await page(datasette, request, "stet_diff.html", values, headers)


# --- what the store says ------------------------------------------------------------------------

CHANGE = """select ch.*, c.entry from captures c join readings r on r.capture = c.id
    join versions v on v.article = r.article and v.capture = c.id join changes ch on ch.to_version = v.id
    where c.entry = ? order by ch.status != 'news', ch.by_at desc limit 1"""
"""By way of the capture's reading, which knows the article: versions are not indexed by their captures."""
_FIELDS = "select v.*, t.text as body, c.entry, c.digest as payload from"
BY_ID = f"""{_FIELDS} versions v join texts t on t.digest = v.text join captures c on c.id = v.capture where v.id = ?"""
BY_ENTRY = f"""{_FIELDS} captures c join readings r on r.capture = c.id
    join versions v on v.article = r.article and v.capture = c.id join texts t on t.digest = v.text where c.entry = ?"""
BESIDE = """select c.entry from changes ch join versions v on v.id = ch.to_version join captures c on c.id = v.capture
    where ch.article = ? and ch.by_at {} ? and ch.status in ('news', 'pending') order by ch.by_at {} limit 1"""


def of_change(store: Store, entry: str, most: int = FITS) -> Told | None:
    """The change that a capture first showed, or None."""
    row = store.conn.execute(CHANGE, (entry,)).fetchone()
    if row is None:
        return None
    edits = tuple(map(rows.edit, store.conn.execute("select * from edits where change = ? order by id", (row["id"],))))
    held = rows.change(row, edits)
    old, new = (_version(store, BY_ID, number) for number in (held.from_version, held.to_version))
    return _told(store, old, new, held.comparison, held, most) if old and new else None


def of_two(store: Store, a: str, b: str, most: int = FITS) -> Told | None:
    """Two versions, compared now, or None where one of them is not held."""
    old, new = _version(store, BY_ENTRY, a), _version(store, BY_ENTRY, b)
    if old is None or new is None:
        return None
    return _told(store, old, new, compare(rows.version(old).text, rows.version(new).text), None, most)


def _version(store: Store, sql: str, name: str | int) -> Any:
    return store.conn.execute(sql, (name,)).fetchone()


def _told(store: Store, old: Any, new: Any, comparison: Any, change: Any, most: int) -> Told:
    was, now = rows.version(old), rows.version(new)
    row = store.conn.execute("select * from articles where id = ?", (now.article,)).fetchone()
    named = store.conn.execute("select name from outlets where key = ?", (row["outlet"],)).fetchone()
    try:
        laid = beside(was.text, now.text, comparison.edits)
    except ValueError:  # rows of an older release: what is told stays as it is, where it stands is found anew
        laid = beside(was.text, now.text, compare(was.text, now.text).edits)
    kept = marks.of(store.conn, new["entry"]) if change else ()
    around = (
        [_beside(store, change, sign, order) for sign, order in (("<", "desc"), (">", "asc"))] if change else ["", ""]
    )
    return Told(
        Diff(rows.article(row), was, now, comparison, change, kept),
        old["entry"],
        new["entry"],
        old["payload"] or "",
        new["payload"] or "",
        named["name"] if named else row["outlet"],
        laid_out(laid, comparison.edits, most),
        *around,
    )


def _beside(store: Store, change: Any, sign: str, order: str) -> str:
    row = store.conn.execute(BESIDE.format(sign, order), (change.article, stamp(change.by_at))).fetchone()
    return str(row["entry"]) if row else ""


def _entry(store: Store, number: int) -> str | None:
    sql = """select c.entry from changes ch join versions v on v.id = ch.to_version
        join captures c on c.id = v.capture where ch.id = ?"""
    row = store.conn.execute(sql, (number,)).fetchone()
    return row["entry"] if row else None


# --- how it is told -----------------------------------------------------------------------------


def _said(found: Told) -> dict[str, Any]:
    """What the template shows."""
    held, change = found.diff, found.diff.change
    known, compared_as = held.article, held.comparison
    after, by = (change.after_at, change.by_at) if change else (held.old.last_at, held.new.first_at)
    stealth = compared_as.disclosed != "proper" and compared_as.weight >= STEALTH_WEIGHT
    return {
        "told": found,
        "article": known,
        "old": held.old,
        "new": held.new,
        "compared": compared_as,
        "change": change,
        "kinds": change.kinds if change else compared_as.kinds,
        "news": change is not None and change.status is Status.NEWS,
        "stealth": stealth and change is not None and change.status is Status.NEWS,
        "after": stamp(after),
        "by": stamp(by),
        "told_old_first": stamp(held.old.first_at),
        "told_old_last": stamp(held.old.last_at),
        "told_new_first": stamp(held.new.first_at),
        "told_new_last": stamp(held.new.last_at),
        "in_order": after <= by,
        "same_article": held.old.article == held.new.article,
        "cut": held.old.text.extent != held.new.text.extent,
        "preview": held.new.text.extent is Extent.PREVIEW,
        "units": found.units,
        "marks": [(mark, stamp(mark.at)) for mark in held.marks],
    }


def as_text(found: Told, address: str) -> str:
    """The same for copy and paste: what went in [-brackets-], what came in {+braces+}; no control character."""
    out = io.StringIO()
    held = found.diff
    short = replace(held.comparison, edits=tuple(map(_fitting, held.comparison.edits)))
    terminal.print_diff(terminal.console(out), replace(held, comparison=short), spans)
    proof = f"old text first shown by {found.old_entry}\nnew text first shown by {found.new_entry}\n{address}\n"
    return out.getvalue() + beside_text(found.units) + proof


def _fitting(edit: Edit) -> Edit:
    """An edit whose words can be compared in time."""
    if len(edit.old) + len(edit.new) <= TOO_LONG:
        return edit
    return replace(edit, old=shortened(edit.old, TOO_LONG // 4), new=shortened(edit.new, TOO_LONG // 4))


def _filename(found: Told) -> str:
    outlet = re.sub("[^a-z0-9]+", "-", found.diff.article.outlet.lower())[:30]
    return f"stet-{outlet}-{found.diff.new.first_at:%Y-%m-%d}-{found.new_entry[:12]}.html"


ROUTES = [
    (r"^/-/stet/diff/(?P<entry>[^/]*)$", diff),
    (r"^/-/stet/compare$", compared),
    (r"^/-/stet/change/(?P<number>[^/]*)$", change),
]
