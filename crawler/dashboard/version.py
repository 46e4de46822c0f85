"""One version of an article, to be read: the text that was held, where it came from, what was left out as chrome."""

import json
from typing import Any

from crawler.dashboard.shell import NotFound, ask, escape, page
from storage import rows
from storage.store import Store

FITS = 80_000
"""Characters of a text, and of what was left out, that one page shows; the rest follows with ``?from=``."""
SQL = """select v.*, t.text as body, t.words, c.entry, c.digest as payload, c.url as shown_at, c.id as capture_id,
        a.outlet, a.url, a.standing, a.title as now_titled, a.versions as newest, coalesce(o.name, a.outlet) as name,
        r.dropped, r.reader
    from captures c join readings r on r.capture = c.id join versions v on v.article = r.article and v.capture = c.id
    join texts t on t.digest = v.text join articles a on a.id = v.article left join outlets o on o.key = a.outlet
    where c.entry = ?"""


async def version(request: Any, datasette: Any) -> Any:
    """A version, named by the entry of the capture that first showed it."""
    entry, start = request.url_vars["entry"], request.args.get("from") or "0"
    found = await ask(datasette, request, lambda store: read(store, entry, int(start) if start.isdecimal() else 0))
    if found is None:
        raise NotFound("No version was first shown by that capture")
    return await page(datasette, request, "stet_version.html", found)


def read(store: Store, entry: str, start: int = 0) -> dict[str, Any] | None:
    """What the page shows of a version, from the paragraph ``start`` on; None: there is none."""
    row = store.conn.execute(SQL, (entry,)).fetchone()
    if row is None:
        return None
    held = rows.version(row)
    shown, after = fitting(held.text.paragraphs, start)
    dropped = json.loads(row["dropped"]) if row["dropped"] and not start else []
    return {
        "version": dict(row) | {"body": "", "links": "", "captions": "", "dropped": ""},
        "text": held.text,
        "paragraphs": shown,
        "start": start,
        "after": after,
        "dropped": [block for block, fits in _fits(dropped) if fits],
        "entry": entry,
    }


def fitting(paragraphs: tuple[str, ...], start: int) -> tuple[list[str], int | None]:
    """As many paragraphs as fit on a page, from one on, and the one that follows them."""
    shown: list[str] = []
    room = FITS
    for number in range(start, len(paragraphs)):
        room -= _weight(paragraphs[number])
        if room < 0 and shown:
            return shown, number
        shown.append(_cut(paragraphs[number]))
    return shown, None


def _weight(text: str) -> int:
    """Bytes that it takes as HTML: markup in a text takes four times its letters."""
    return len(escape(text).encode())


def _cut(paragraph: str) -> str:
    """A paragraph, or as much of it as fits on a page, and how much does not."""
    fits = len(paragraph) * FITS // max(_weight(paragraph), FITS)
    return paragraph if fits == len(paragraph) else f"{paragraph[:fits]} … ({len(paragraph) - fits:,} more characters)"


def _fits(dropped: list[list[str]]) -> list[tuple[list[str], bool]]:
    room, out = FITS // 4, []
    for block in dropped:
        room -= _weight(str(block[0])[:400]) + 60
        out.append((block, room > 0))
    return out


ROUTES = [(r"^/-/stet/version/(?P<entry>[^/]*)$", version)]
