"""The lines of a diff page: what changed with its words marked, what stayed folded, and no more than fits. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from crawler.dashboard.shell import Markup, clean, escape, shortened
from crawler.dashboard.sides import Mark, Row, runs, word_marks
from crawler.terminal import FIELDS, in_order
from storage.records import Action, Edit

FITS = 90_000
"""Bytes of text on a page: with marks and folds around it, it stays below 200 KB."""
FOLDED = 0.4
"""Share of them that unchanged paragraphs may take: they are read in the version itself as well."""
WHOLE = 2_000_000
"""Bytes with ``?all=1``, and in a file."""
LONGEST = 20_000
"""Characters of one paragraph; the version's own page has the rest."""
GLIMPSE = 90
"""Characters of a fold's first paragraph that it shows while closed."""


NOTHING = Markup("")


@dataclass(frozen=True)
class Line:
    """One thing that changed, or a fold of paragraphs that did not."""

    what: str
    """same, reworded, added, cut, moved, left, split; or a field's name beside the text."""
    place: str
    kinds: tuple[str, ...] = ()
    inline: Markup = NOTHING
    left: Markup = NOTHING
    right: Markup = NOTHING
    stop: int = 0
    """Its number among the changes, from 1; 0: none (a fold, or where a paragraph stood that moved)."""
    glimpse: str = ""
    folded: tuple[str, ...] = ()
    """The paragraphs in a fold, as far as they fit."""
    count: int = 0
    other: int = 0
    """Of a paragraph that moved: the number of its other place's line."""
    anchor: int = 0


@dataclass(frozen=True)
class Units:
    """All lines of a page."""

    fields: tuple[Line, ...] = ()
    """Headline, standfirst, byline."""
    text: tuple[Line, ...] = ()
    rest: tuple[Line, ...] = ()
    """Captions, links and dates."""
    left_out: int = 0
    """Changes that did not fit."""
    stops: int = 0


ABOVE = ("title", "standfirst", "byline")


@dataclass
class _Room:
    """What is left of a page."""

    bytes: int
    folds: float
    stops: int = 0
    left_out: int = 0
    anchors: dict[int, int] = field(default_factory=dict)

    def has(self, size: int) -> bool:
        self.bytes -= size
        if self.bytes < 0:
            self.left_out += 1
        return self.bytes >= 0


def laid_out(rows: Sequence[Row], edits: Iterable[Edit], most: int) -> Units:
    """The lines of a page of at most so many bytes of text; what changed goes first."""
    room = _Room(most, most * FOLDED)
    ordered = in_order(edits)
    fields = tuple(_lines((e for e in ordered if e.field in ABOVE), room))
    text = tuple(_text(rows, room))
    rest = tuple(_lines((e for e in ordered if e.field not in ABOVE and e.field != "paragraph"), room))
    return Units(fields, _paired(text), rest, room.left_out, room.stops)


def _lines(edits: Iterable[Edit], room: _Room) -> Iterator[Line]:
    for edit in edits:
        if room.has(len(edit.old.encode()) + len(edit.new.encode()) + 200):
            yield _marked(edit.field, FIELDS.get(edit.field, edit.field), edit, room)


def _text(rows: Sequence[Row], room: _Room) -> Iterator[Line]:
    changed = sum(row.size for row in rows if row.kind != "same")
    room.folds = min(room.folds, max(room.bytes - changed, 0)) if changed < room.bytes else 0
    for run in runs(rows):
        if run.same:
            yield _fold(run.rows, room)
        elif room.has(min(run.rows[0].size, 4 * LONGEST)):
            yield _row(run.rows[0], room)


def _fold(rows: tuple[Row, ...], room: _Room) -> Line:
    """Unchanged paragraphs, closed; their text only as far as there is room for it."""
    room.folds -= sum(len(row.now.encode()) + 20 for row in rows)
    first, last = rows[0].new[0] + 1, rows[-1].new[-1] + 1
    place = f"paragraph {first}" if first == last else f"paragraphs {first} to {last}"
    folded = tuple(clean(row.now)[:LONGEST] for row in rows) if room.folds >= 0 else ()
    return Line("same", place, glimpse=shortened(rows[0].now, GLIMPSE), folded=folded, count=len(rows))


def _row(row: Row, room: _Room) -> Line:
    if row.kind == "left":
        return Line("left", _place(row.old), glimpse=shortened(row.was, GLIMPSE), anchor=-row.new[0] - 1)
    assert row.edit is not None  # what is not the same was edited
    place = _place(row.new or row.old)
    line = _marked(row.kind, place, row.edit, room)
    return (
        replace(line, anchor=row.new[0] + 1, place=f"{place}, was {_place(row.old)}") if row.kind == "moved" else line
    )


def _place(at: Sequence[int]) -> str:
    return f"paragraph {at[0] + 1}" if len(at) == 1 else f"paragraphs {at[0] + 1} to {at[-1] + 1}"


def _paired(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Where a paragraph stood, and where it stands: each knows the other's number."""
    here = {line.anchor: line.stop for line in lines if line.what == "moved"}
    return tuple(replace(line, other=here.get(-line.anchor, 0)) if line.what == "left" else line for line in lines)


# --- words --------------------------------------------------------------------------------------


def _marked(what: str, place: str, edit: Edit, room: _Room) -> Line:
    room.stops += 1
    unchanged = edit.action is Action.MOVED
    marks = [("equal", edit.old, edit.new)] if unchanged else word_marks(edit)
    return Line(
        what,
        place,
        tuple(edit.kinds),
        inline=_joined(_both(mark) for mark in _short(marks)),
        left=_joined(_old(mark) for mark in _short(marks)),
        right=_joined(_new(mark) for mark in _short(marks)),
        stop=room.stops,
    )


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def _short(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Marks up to `LONGEST` characters of either side, and how much is left out."""
    old_room = new_room = LONGEST
    for what, old, new in marks:
        if len(old) > old_room or len(new) > new_room:
            more = f" … ({max(len(old) - old_room, len(new) - new_room):,} more characters)"
            yield what, old[: max(old_room, 0)] + (more if old else ""), new[: max(new_room, 0)] + (more if new else "")
            return
        old_room, new_room = old_room - len(old), new_room - len(new)
        yield what, old, new


def _both(mark: Mark) -> Markup:
    what, old, new = mark
    return escape(clean(new)) if what == "equal" else _tagged("del", old) + _tagged("ins", new)


def _old(mark: Mark) -> Markup:
    what, old, _ = mark
    return escape(clean(old)) if what == "equal" else _tagged("del", old)


def _new(mark: Mark) -> Markup:
    what, _, new = mark
    return escape(clean(new)) if what == "equal" else _tagged("ins", new)


def _tagged(tag: str, said: str) -> Markup:
    """Words in a mark, their outer spaces outside of it."""
    if not said:
        return Markup("")
    bare = said.strip(" ")
    if not bare:
        return escape(said)
    before, after = said[: len(said) - len(said.lstrip(" "))], said[len(said.rstrip(" ")) :]
    return Markup("{}<{}>{}</{}>{}").format(before, Markup(tag), clean(bare), Markup(tag), after)


def beside_text(units: Units) -> str:
    """A line of plain text that says what stayed."""
    kept = sum(line.count for line in units.text)
    return f"{kept} paragraphs stayed as they were\n\n" if kept != 1 else "1 paragraph stayed as it was\n\n"
