"""Two texts set beside one another: which paragraph stands where, what moved from where to where, what stayed. Pure.

The edits are the comparison's (`crawler.compare`); here they only find their places. An untouched paragraph of the old
text and one of the new are equal and in the same order, so what no edit names pairs up by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from crawler.compare import spans, units
from crawler.terminal import marked
from storage.records import Action, Edit, Text
from storage.words import normal

Kind = Literal["same", "reworded", "added", "cut", "moved", "left", "split"]
"""left: here it stood before it moved; moved: here it stands now; split: the same words in other paragraphs."""

TOO_LONG = 40_000
"""Characters of a paragraph, both sides together, beyond which its words are not compared: pages have been seen whose
one paragraph is a megabyte."""


@dataclass(frozen=True, slots=True)
class Row:
    """One paragraph, or several that belong together, on both sides."""

    kind: Kind
    old: tuple[int, ...] = ()
    """Places in the old text, from 0."""
    new: tuple[int, ...] = ()
    was: str = ""
    now: str = ""
    edit: Edit | None = None

    @property
    def size(self) -> int:
        """Bytes that it takes on a page, about."""
        return len(self.was.encode()) + len(self.now.encode()) + 120


@dataclass(frozen=True, slots=True)
class Run:
    """Rows that belong together: one that changed, or all that stayed the same between two of them."""

    rows: tuple[Row, ...]

    @property
    def same(self) -> bool:
        return self.rows[0].kind == "same"


Mark = tuple[str, str, str]
"""What (equal, replace, delete, insert), the old words, the new ones."""


def beside(old: Text, new: Text, edits: Iterable[Edit]) -> list[Row]:
    """The paragraphs of both texts, in the order of the new one; what was cut, where it stood.

    Raises ValueError where the edits do not belong to these texts.
    """
    had, has = units(old.paragraphs), units(new.paragraphs)
    mine = [edit for edit in edits if edit.field == "paragraph"]
    places = {normal(said): index for index, said in enumerate(had)}
    cut = {edit.position for edit in mine if edit.action is Action.DELETION}
    came = {edit.position: edit for edit in mine if edit.action is not Action.DELETION}
    taken = cut | {i for edit in came.values() for i in _old_places(edit, places)}
    stayed = iter([i for i in range(len(had)) if i not in taken])
    rows: list[Row] = []
    at = 0
    while at < len(has):
        row = _came(came[at], places) if at in came else _stayed(next(stayed, None), at, had, has)
        rows.append(row)
        at = row.new[-1] + 1
    if next(stayed, None) is not None:
        raise ValueError("the edits leave paragraphs of the old text without a place")
    gone = [Row("cut", (edit.position,), (), edit.old, "", edit) for edit in mine if edit.action is Action.DELETION]
    left = [Row("left", row.old, row.new, row.was, row.now, row.edit) for row in rows if row.kind == "moved"]
    return _placed(rows, sorted(gone + left, key=lambda row: row.old))


def _old_places(edit: Edit, places: dict[str, int]) -> tuple[int, ...]:
    if edit.action is Action.ADDITION:
        return ()
    found = [places.get(normal(said)) for said in edit.old.split("\n\n")]
    if any(place is None for place in found):
        raise ValueError("an edit names a paragraph that the old text does not hold")
    return tuple(place for place in found if place is not None)


def _came(edit: Edit, places: dict[str, int]) -> Row:
    old = _old_places(edit, places)
    new = tuple(range(edit.position, edit.position + edit.new.count("\n\n") + 1))
    if edit.action is Action.ADDITION:
        return Row("added", (), new, "", edit.new, edit)
    kind: Kind = "reworded"
    if edit.action is Action.MOVED:
        kind = "moved" if len(old) == len(new) == 1 else "split"
    return Row(kind, old, new, edit.old, edit.new, edit)


def _stayed(old: int | None, new: int, had: Sequence[str], has: Sequence[str]) -> Row:
    if old is None or normal(had[old]) != normal(has[new]):
        raise ValueError("the edits do not lead from the old text to the new one")
    return Row("same", (old,), (new,), had[old], has[new])


def _placed(rows: list[Row], loose: list[Row]) -> list[Row]:
    """The rows, with what stands in the old text alone put behind the paragraph it followed there."""
    after: dict[int, list[Row]] = {}
    fixed = [(row.old[-1], index) for index, row in enumerate(rows) if row.old and row.kind != "moved"]
    for row in loose:
        before = max((place for place in fixed if place[0] < row.old[0]), default=(-1, -1))
        after.setdefault(before[1], []).append(row)
    out = list(after.get(-1, ()))
    for index, row in enumerate(rows):
        out += [row, *after.get(index, ())]
    return out


def runs(rows: Iterable[Row]) -> list[Run]:
    """Rows, those that stayed the same gathered."""
    out: list[Run] = []
    held: list[Row] = []
    for row in rows:
        if row.kind == "same":
            held.append(row)
            continue
        if held:
            out.append(Run(tuple(held)))
            held = []
        out.append(Run((row,)))
    return [*out, Run(tuple(held))] if held else out


def word_marks(edit: Edit) -> list[Mark]:
    """The words of an edit, marked; of what is too long to compare, all that went and all that came."""
    if len(edit.old) + len(edit.new) > TOO_LONG:
        return [("replace", edit.old, edit.new)]
    return marked(edit, spans)
