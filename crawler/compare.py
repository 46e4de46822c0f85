"""What changed between two texts, and of what kind is it?

The fields stand apart: title, standfirst, byline, dates, paragraphs, links, captions. In `crawler.wording`, `align`
says which units and which words correspond, `kinds` what a reworded span means, `notes` whether the outlet says so.
Every comparison is complete: `apply` makes the new text of the old one and the edits.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crawler.wording.align import Pair, align, dice, spans
from crawler.wording.facts import names
from crawler.wording.kinds import LIGHT, Touch, touches
from crawler.wording.notes import is_counter, is_tag, note_kind, says_what
from storage.records import Action, Comparison, Disclosed, Edit, Kind, Link, Text
from storage.words import count, normal, words

__all__ = ["STEALTH_WEIGHT", "apply", "compare", "spans"]

STEALTH_WEIGHT = 0.3
"""An undisclosed change is a stealth edit from this weight on."""
HEADLINE_WEIGHT = 0.4
LEDE_WEIGHT = 0.1
"""What the first paragraph adds to a rewording of weight."""
CUT_WEIGHT, CUT_PER_WORD, CUT_MOST = 0.3, 0.002, 0.6
"""A paragraph that went: at least this, more for every word."""
ADDED_PER_WORD, ADDED_MOST = 0.002, 0.25
"""Stories grow: paragraphs that came never make a stealth edit by themselves."""
REWRITTEN = 0.5
"""Below this share of common words a reworded unit is a rewrite as a whole."""
HELD = 0.8
"""One that keeps this share of the shorter side's words only grew, or was cut."""
REWRITE_WEIGHT, SHORT = 0.4, 8
"""Such a unit weighs so much; one of no more than `SHORT` words is still read word by word."""
LINK_WEIGHT, CAPTION_WEIGHT, DATE_WEIGHT = 0.1, 0.1, 0.02
"""A link, a caption beyond what its words weigh, a date of the page."""
QUOTED = 4
"""Words inside quotation marks that make a quotation, not a title or a name."""
HEAD, TAIL = 2, 3
"""A note stands among so many first or last paragraphs."""
SHOWN = 60
"""Characters of a changed span in the summary."""
NOTES = frozenset({Kind.CORRECTION_NOTE, Kind.UPDATE_NOTE})
SUMMARY = 300
"""Characters in a summary."""
FIELDS = ("title", "standfirst", "byline", "published_at", "modified_at")


@dataclass(frozen=True, slots=True)
class Found:
    """An edit with the touches that explain its weight."""

    edit: Edit
    touches: tuple[Touch, ...]

    @property
    def weight(self) -> float:
        return max((touch.weight for touch in self.touches), default=0.0)


def compare(old: Text, new: Text) -> Comparison:
    """The edits that make ``new`` of ``old``, their kinds, their weight, and whether the outlet says so."""
    found = _found(old, new)
    disclosed, note = _disclosed(old, new, found)
    before, after = Counter(words(_whole(old))), Counter(words(_whole(new)))
    weight = _weight(found)
    return Comparison(
        edits=tuple(f.edit for f in found),
        kinds=tuple(dict.fromkeys(kind for f in found for kind in f.edit.kinds)),
        disclosed=disclosed,
        note=note,
        weight=weight,
        words_added=(after - before).total(),
        words_removed=(before - after).total(),
        similarity=round(dice(before, after), 4),
        summary=summarise(found, weight, disclosed),
        noise=_noise(old, new, found),
    )


def _whole(text: Text) -> str:
    return "\n".join((text.title, text.standfirst, *text.paragraphs, *text.captions))


def units(texts: Iterable[str]) -> list[str]:
    """Paragraphs (captions, links) as they are compared: blank ones out, white space of one shape."""
    return [" ".join(t.split()) for t in texts if normal(t)]


def _links(text: Text) -> list[str]:
    return units(f"{'%20'.join(link.url.split())} {link.text}" for link in text.links)


def _found(old: Text, new: Text) -> list[Found]:
    known = names((*old.paragraphs, *new.paragraphs))
    both = _standing(old) & _standing(new)
    found = [f for field in FIELDS if (f := _field(field, old, new, known))]
    for field, had, has in (
        ("paragraph", units(old.paragraphs), units(new.paragraphs)),
        ("link", _links(old), _links(new)),
        ("caption", units(old.captions), units(new.captions)),
    ):
        found += _units(field, had, has, known, both)
    return found


def _standing(text: Text) -> frozenset[str]:
    """Every unit of running text that a version holds, wherever it stands."""
    return frozenset(normal(u) for u in (text.standfirst, *text.paragraphs, *text.captions))


# --- single fields ------------------------------------------------------------------------------


def _field(field: str, old: Text, new: Text, known: frozenset[str]) -> Found | None:
    was, now = getattr(old, field), getattr(new, field)
    if normal(was) == normal(now):
        return None
    action = Action.ADDITION if not normal(was) else Action.DELETION if not normal(now) else Action.REWORDED
    if field.endswith("_at"):
        touch = Touch((Kind.DATE,), DATE_WEIGHT, was, now)
        return Found(Edit(field, action, was, now, 0, (Kind.DATE,)), (touch,))
    found = _judged(Edit(field, action, was, now, 0), known)
    if field == "title":
        light = {k for t in found.touches for k in t.kinds} <= {Kind.TYPO}
        return _also(found, Kind.HEADLINE, LIGHT * 2 if light else HEADLINE_WEIGHT)
    return found


def _also(found: Found, kind: Kind, weight: float) -> Found:
    """The same with one more kind, first of all, that weighs at least so much."""
    edit = replace(found.edit, kinds=tuple(dict.fromkeys((kind, *found.edit.kinds))))
    return Found(edit, (*found.touches, Touch((kind,), weight, found.edit.old, found.edit.new)))


def _judged(edit: Edit, known: frozenset[str]) -> Found:
    """The edit with its kinds, and the touches behind them."""
    found = _BY_ACTION[edit.action](edit, known)
    return Found(replace(edit, kinds=tuple(dict.fromkeys(k for t in found for k in t.kinds))), found)


def _reworded(edit: Edit, known: frozenset[str]) -> tuple[Touch, ...]:
    """Word by word; a longer unit that lost most of its words and gained others is one rewrite instead."""
    was, now = Counter(words(edit.old)), Counter(words(edit.new))
    shared, least = (was & now).total(), min(was.total(), now.total())
    if least > SHORT and dice(was, now) < REWRITTEN and shared < HELD * least:
        return (Touch((Kind.REWRITE,), REWRITE_WEIGHT, edit.old, edit.new),)
    return tuple(touches(edit.old, edit.new, known))


def _cut(edit: Edit, known: frozenset[str]) -> tuple[Touch, ...]:
    weight = min(CUT_MOST, CUT_WEIGHT + CUT_PER_WORD * count(edit.old))
    quoted = any(count(said) >= QUOTED for said in normal(edit.old).split('"')[1::2])
    return (Touch((Kind.DELETION, Kind.QUOTE) if quoted else (Kind.DELETION,), weight, edit.old, ""),)


def _added(edit: Edit, known: frozenset[str]) -> tuple[Touch, ...]:
    return (Touch((Kind.ADDITION,), min(ADDED_MOST, LIGHT + ADDED_PER_WORD * count(edit.new)), "", edit.new),)


def _shifted(edit: Edit, known: frozenset[str]) -> tuple[Touch, ...]:
    return (Touch((Kind.REFACTOR,), 0.0, edit.old, edit.new),)


_BY_ACTION = {Action.REWORDED: _reworded, Action.DELETION: _cut, Action.ADDITION: _added, Action.MOVED: _shifted}


# --- paragraphs, links, captions ----------------------------------------------------------------


def _units(field: str, old: list[str], new: list[str], known: frozenset[str], both: frozenset[str]) -> list[Found]:
    a, b = [normal(u) for u in old], [normal(u) for u in new]
    twice = {k for side in (a, b) for k, n in Counter(side).items() if n > 1}
    found: list[Found] = []
    for pair in align(a, b):
        repeats = any(a[i] in twice for i in pair.old) or any(b[j] in twice for j in pair.new)
        edits = _edits(field, pair, old, new, repeats)
        found += [_unit(edit, known, both) for edit in edits]
    if field != "paragraph":
        return found
    first = next((f for f in found if f.edit.action is Action.REWORDED and f.edit.position == 0), None)
    if first and old and first.edit.old.startswith(old[0]) and Kind.REFACTOR not in first.edit.kinds:
        weight = first.weight + LEDE_WEIGHT * (first.weight >= STEALTH_WEIGHT)
        found[found.index(first)] = _also(first, Kind.LEDE, weight)
    return [_noted(f, len(new)) for f in found]


def _edits(field: str, pair: Pair, old: list[str], new: list[str], twice: bool) -> list[Edit]:
    """The edits of a pair. A unit that stands twice is cut and added, since only a cut tells which of the two."""
    if not pair.old:
        return [Edit(field, Action.ADDITION, "", new[j], j) for j in pair.new]
    if not pair.new or twice:
        cut = [Edit(field, Action.DELETION, old[i], "", i) for i in pair.old]
        return cut + [Edit(field, Action.ADDITION, "", new[j], j) for j in pair.new]
    was, now = "\n\n".join(old[i] for i in pair.old), "\n\n".join(new[j] for j in pair.new)
    return [Edit(field, Action.MOVED if pair.same else Action.REWORDED, was, now, pair.new[0])]


def _unit(edit: Edit, known: frozenset[str], both: frozenset[str]) -> Found:
    if edit.field == "link":
        return _plain(edit, Kind.LINK, 0.0 if edit.action is Action.MOVED else LINK_WEIGHT)
    if _counts(edit) or (not (edit.old and edit.new) and normal(edit.old or edit.new) in both):
        return _plain(edit, Kind.REFACTOR, 0.0)
    found = _judged(edit, known)
    return _also(found, Kind.CAPTION, CAPTION_WEIGHT) if edit.field == "caption" else found


def _plain(edit: Edit, kind: Kind, weight: float) -> Found:
    return Found(replace(edit, kinds=(kind,)), (Touch((kind,), weight, edit.old, edit.new),))


def _counts(edit: Edit) -> bool:
    return all(is_counter(side) for side in (edit.old, edit.new) if side)


# --- notes --------------------------------------------------------------------------------------


def _noted(found: Found, length: int) -> Found:
    """The same, as a note, if its block is one: it stands at the head or the tail and has a note's form."""
    edit = found.edit
    if edit.action is Action.MOVED or Kind.REFACTOR in edit.kinds:
        return found
    if edit.action is Action.DELETION:
        kind = note_kind(edit.old)
        if kind is None:
            return found
        return _plain(edit, kind, DATE_WEIGHT) if is_tag(edit.old) else _also_last(found, kind)
    kind = note_kind(edit.new) if edit.position < HEAD or edit.position >= length - TAIL else None
    if kind is None:
        return found
    if edit.action is Action.REWORDED and (note_kind(edit.old) is None or not is_tag(edit.new)):
        return _also_last(found, kind)
    return _plain(edit, kind, DATE_WEIGHT if is_tag(edit.new) else LIGHT)


def _also_last(found: Found, kind: Kind) -> Found:
    return Found(replace(found.edit, kinds=tuple(dict.fromkeys((*found.edit.kinds, kind)))), found.touches)


def _disclosed(old: Text, new: Text, found: list[Found]) -> tuple[Disclosed, str]:
    """A new note that says what was changed; or else a date or an "Updated" tag that moved; or nothing."""
    notes = [f for f in found if NOTES & set(f.edit.kinds) and f.edit.new]
    for f in notes:
        said = f.edit.new if f.edit.action is Action.ADDITION else " ".join(t.new for t in f.touches)
        if says_what(said):
            return Disclosed.PROPER, f.edit.new
    if notes:
        return Disclosed.TECHNICAL, notes[0].edit.new
    moved = bool(new.modified_at) and old.modified_at != new.modified_at
    return (Disclosed.TECHNICAL, "") if moved else (Disclosed.NONE, "")


# --- weight, disclosure, noise ------------------------------------------------------------------


def _weight(found: list[Found]) -> float:
    """Light edits weigh as the heaviest of them; heavy ones add up like independent risks (noisy or)."""
    heavy = [f.weight for f in found if f.weight >= STEALTH_WEIGHT]
    rest = 1 - max((f.weight for f in found if f.weight < STEALTH_WEIGHT), default=0.0)
    for weight in heavy:
        rest *= 1 - weight
    return round(1 - rest, 3)


def _noise(old: Text, new: Text, found: list[Found]) -> str:
    if not found:
        tags = (old.language, old.extent) != (new.language, new.extent)
        said = "only what the page says of itself changed" if tags else "only typography changed"
        return "" if old == new else said
    fields = {f.edit.field for f in found}
    if fields <= {"paragraph", "caption"} and all(_counts(f.edit) for f in found):
        return "only a counter moved"
    return ""


# --- in one line --------------------------------------------------------------------------------


def summarise(found: list[Found], weight: float, disclosed: Disclosed) -> str:
    """One line that a person can read, the weightiest first, of at most `SUMMARY` characters."""
    if not found:
        return ""
    ordered = sorted(found, key=lambda f: -1.0 if f.edit.field == "title" else -f.weight)
    if weight >= STEALTH_WEIGHT:  # then the end of the line says that a date moved, if that is all that was said
        ordered = [f for f in ordered if f.edit.field != "modified_at"]
    parts = [part for f in ordered for part in _parts(f)]
    parts += [part for what in _COUNTED if (part := _count(what, found))]
    end = _END[disclosed] if weight >= STEALTH_WEIGHT or disclosed is Disclosed.PROPER else ""
    room, said = SUMMARY - len(end) - 16, ""
    for n, part in enumerate(parts):
        if len(said) + len(part) + 2 > room:
            said += f"; {len(parts) - n} more" if said else part[: room - 1] + "…"
            break
        said += f"; {part}" if said else part
    return _clean("; ".join(p for p in (said, end) if p)) + "."


_END = {
    Disclosed.NONE: "no correction note",
    Disclosed.TECHNICAL: "no correction note, only a date moved",
    Disclosed.PROPER: "a note says so",
}
_COUNTED = (
    ("paragraph", Action.DELETION, "paragraph", "cut"),
    ("paragraph", Action.ADDITION, "paragraph", "added"),
    ("paragraph", Action.MOVED, "paragraph", "moved, split or merged"),
    ("link", None, "link", "changed"),
    ("caption", Action.DELETION, "caption", "cut"),
    ("caption", Action.ADDITION, "caption", "added"),
    ("caption", Action.MOVED, "caption", "moved"),
)


def _count(what: tuple[str, Action | None, str, str], found: list[Found]) -> str:
    field, action, noun, verb = what
    mine = [f.edit for f in found if f.edit.field == field and action in (None, f.edit.action)]
    if not mine:
        return ""
    total = sum(count(e.old or e.new) for e in mine)
    size = f" ({total} words)" if action in (Action.DELETION, Action.ADDITION) and field == "paragraph" else ""
    return f"{len(mine)} {noun}{'s' if len(mine) > 1 else ''} {verb}{size}"


def _parts(found: Found) -> list[str]:
    """What to say of one edit; units that came, went or moved are counted instead."""
    edit = found.edit
    if edit.field == "modified_at":
        return ["Modified date moved"]
    if edit.field == "published_at":
        return [f"Published date {edit.old[:10] or 'without a date'} → {edit.new[:10] or 'without a date'}"]
    if edit.field == "link" or (edit.action is not Action.REWORDED and edit.field in ("paragraph", "caption")):
        return []
    head = (
        "" if edit.field == "paragraph" else "Headline: " if edit.field == "title" else f"{edit.field.capitalize()}: "
    )
    said = [t for t in found.touches if t.old != edit.old or t.new != edit.new]
    if len(said) != 1 and (edit.field != "paragraph" or not said):
        return [f'{head}"{_clip(edit.old)}" → "{_clip(edit.new)}"']
    most = max(t.weight for t in said)
    return [head + part for t in said if t.weight >= min(most, STEALTH_WEIGHT) and (part := _say(t))]


def _say(touch: Touch) -> str:
    old, new, tail = touch.old, touch.new, touch.tail
    if not any(c.isalnum() for c in old + new) and '"' in normal(old + new):
        opening = bool(tail) and not tail[0].isspace()
        return f"quotation marks {'added' if new else 'cut'} at {_clip(tail)}" if opening else ""
    if not old or not new:
        old, new = ((side + tail).strip() for side in (old, new))
    elif touch.kinds == (Kind.NUMBER,):
        return f"{_clip(old)} → {_clip(new)}{_LOOSE_END.sub('', tail)}"
    if old and new:
        more = tail if touch.old and touch.new else ""
        return f'"{_clip(old + more)}" → "{_clip(new + more)}"'
    return f'cut "{_clip(old)}"' if old else f'added "{_clip(new)}"'


_LOOSE_END = re.compile(
    r"\s+(?:on|in|of|at|to|the|an?|and|or|by|for|from|with|who|that|were|was|are|is|в|на|и|с|по|из|за|от|для)$", re.I
)
"""A small word at the end of a number's unit belongs to what follows."""


def _clip(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1].rstrip() + "…"


def _clean(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


# --- the proof ----------------------------------------------------------------------------------


def apply(old: Text, edits: Sequence[Edit]) -> Text:
    """The text that the edits make of ``old``, up to normal form (blank units go; language and extent stay)."""
    made: dict[str, Any] = {e.field: e.new for e in edits if e.field in FIELDS}
    links = [unit.partition(" ") for unit in _applied("link", _links(old), edits)]
    return replace(
        old,
        **made,
        paragraphs=tuple(_applied("paragraph", units(old.paragraphs), edits)),
        captions=tuple(_applied("caption", units(old.captions), edits)),
        links=tuple(Link(url, text) for url, _, text in links),
    )


def _applied(field: str, old: list[str], edits: Sequence[Edit]) -> list[str]:
    mine = [e for e in edits if e.field == field]
    cut = {e.position for e in mine if e.action is Action.DELETION}
    gone = {normal(part) for e in mine if e.action in (Action.REWORDED, Action.MOVED) for part in e.old.split("\n\n")}
    kept = [u for i, u in enumerate(old) if i not in cut and normal(u) not in gone]
    for edit in sorted((e for e in mine if e.action is not Action.DELETION), key=lambda e: e.position):
        kept[edit.position : edit.position] = edit.new.split("\n\n")
    return kept
