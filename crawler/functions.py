"""SQL functions over texts, for datasette and for sqlite-utils: what lies between two of them.

Texts in, text out, since versions join texts: ``select stet_diff_text(a.text, b.text) from ...``. All three are
deterministic, NULL where a side is NULL, and bounded: of a longer text the first `LONGEST` characters are compared, and
the answer says so. sqlite-utils finds `prepare_connection` by its entry point; it knows no datasette.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from html import escape

import pluggy

LONGEST = 100_000
"""Characters of either text that are compared: thirty articles; the costliest such pair found takes under a second."""
MOST_UNITS = 2_000
"""Paragraphs of either text that are compared."""
PIECE = 20_000
"""Characters of one paragraph that are compared word by word; longer ones are shown whole, as cut and put in."""
CUT = "(too long: only the beginnings were compared)"

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""What steers a reader's eyes or terminal, and is not seen."""
_PARAGRAPHS = re.compile(r"\n\s*\n")

Span = tuple[str, str, str]
"""What (equal, replace, delete, insert, moved), the old words, the new ones."""
Changed = list[list[Span] | None]
"""Paragraphs that differ, in the order of the new text; None stands for any number that do not."""

hookimpl = pluggy.HookimplMarker("sqlite_utils")


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Give a connection our functions."""
    for name, function in FUNCTIONS.items():
        conn.create_function(name, 2, function, deterministic=True)


# --- the functions ------------------------------------------------------------------------------


def stet_diff_html(a: object, b: object) -> str | None:
    """What became of text ``a`` in text ``b``, as HTML: ``<p>`` with ``<del>`` and ``<ins>``, all else escaped.

    Paragraphs that did not change are left out, with ``<p>…</p>`` in their place; "" where none did.
    """
    if a is None or b is None:
        return None
    changed, is_cut = _changed(_text(a), _text(b))
    html = "\n".join("<p>" + ("…" if spans is None else "".join(map(_html, spans))) + "</p>" for spans in changed)
    return f"{html}\n<p>{CUT}</p>" if is_cut else html


def stet_diff_text(a: object, b: object) -> str | None:
    """The same as plain text, marked as on a terminal: ``[-cut-]``, ``{+put in+}``; paragraphs by blank lines."""
    if a is None or b is None:
        return None
    changed, is_cut = _changed(_text(a), _text(b))
    said = ["…" if spans is None else "".join(map(_plain, spans)) for spans in changed]
    return "\n\n".join([*said, CUT] if is_cut else said)


def stet_words_added(a: object, b: object) -> int | None:
    """How many words ``b`` holds that ``a`` does not hold as often: ``changes.words_added`` of any two texts.

    With the sides swapped: how many were taken out. Ideographs count one each.
    """
    from storage.words import words

    if a is None or b is None:
        return None
    before, after = (Counter(words(_text(side)[:LONGEST])) for side in (a, b))
    return (after - before).total()


FUNCTIONS: dict[str, Callable[[object, object], str | int | None]] = {
    "stet_diff_html": stet_diff_html,
    "stet_diff_text": stet_diff_text,
    "stet_words_added": stet_words_added,
}

# --- comparing ----------------------------------------------------------------------------------


def _text(value: object) -> str:
    """A SQL value as text; bytes as UTF-8, as far as they are."""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _changed(a: str, b: str) -> tuple[Changed, bool]:
    """The paragraphs that differ, and whether only the beginnings were compared."""
    from crawler.wording.align import align
    from storage.words import normal

    old, new = _units(a), _units(b)
    is_cut = max(len(a), len(b)) > LONGEST or max(len(old), len(new)) > MOST_UNITS
    old, new = old[:MOST_UNITS], new[:MOST_UNITS]
    pairs = align([normal(u) for u in old], [normal(u) for u in new])
    place = _places(len(old), len(new), [(pair.old, pair.new) for pair in pairs])
    rows: list[tuple[tuple[int, int], list[Span] | None]] = [((j, -1), None) for j in place.values()]
    for pair in pairs:
        was, now = " ".join(old[i] for i in pair.old), " ".join(new[j] for j in pair.new)
        at = (pair.new[0], -1) if pair.new else (_before(place, pair.old[0]), pair.old[0])
        rows.append((at, [("moved", was, now)] if pair.same else _spans(was, now)))
    found = [row for _, row in sorted(rows, key=lambda row: row[0])]
    return _folded(found), is_cut


def _units(text: str) -> list[str]:
    """Paragraphs without what is not seen, and without blank ones."""
    return [unit for part in _PARAGRAPHS.split(text[:LONGEST]) if (unit := " ".join(_UNSAFE.sub("", part).split()))]


Places = dict[int, int]
"""Where each paragraph that did not change stood, and where it stands."""


def _places(olds: int, news: int, pairs: Sequence[tuple[Sequence[int], Sequence[int]]]) -> Places:
    gone = {i for old, _ in pairs for i in old}
    come = {j for _, new in pairs for j in new}
    kept = ([i for i in range(olds) if i not in gone], [j for j in range(news) if j not in come])
    return dict(zip(*kept, strict=True))


def _before(place: Places, at: int) -> int:
    """Where that stands now which stood before a paragraph that was cut; -1: it was the first."""
    return next((place[i] for i in range(at - 1, -1, -1) if i in place), -1)


def _spans(was: str, now: str) -> list[Span]:
    """The words of a paragraph that differ. Very long ones are shown whole: nobody finds a word in them."""
    from crawler.wording.align import spans

    if max(len(was), len(now)) > PIECE:
        return [("replace", was, now)]
    out: list[Span] = []
    for what, old, new in spans(was, now):
        if what != "equal" and old.endswith(" ") and new.endswith(" "):
            out += [(what, old[:-1], new[:-1]), ("equal", " ", " ")]
        else:
            out.append((what, old, new))
    return out


def _folded(found: list[list[Span] | None]) -> Changed:
    """Paragraphs that did not change, any number of them, as one; nothing where none did."""
    rows: Changed = []
    for row in found:
        if row is not None or not rows or rows[-1] is not None:
            rows.append(row)
    return rows if any(rows) else []


# --- showing ------------------------------------------------------------------------------------


def _html(span: Span) -> str:
    what, old, new = span
    if what in ("equal", "moved"):
        return escape(new) + (" (moved)" if what == "moved" else "")
    return (f"<del>{escape(old)}</del>" if old else "") + (f"<ins>{escape(new)}</ins>" if new else "")


def _plain(span: Span) -> str:
    what, old, new = span
    if what in ("equal", "moved"):
        return new + (" (moved)" if what == "moved" else "")
    return (f"[-{old}-]" if old else "") + (f"{{+{new}+}}" if new else "")
