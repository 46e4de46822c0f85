"""How is a change told in one line that a person can read?"""

import re

from crawler.wording.kinds import STEALTH_WEIGHT
from storage.records import Action, Disclosed, Edit, Kind, Part
from storage.words import count, normal

SHOWN = 60
"""Characters of a changed span in the summary."""
SUMMARY = 300
"""Characters in a summary."""


def summarise(edits: list[Edit], weight: float, disclosed: Disclosed) -> str:
    """One line, headline first, then the weightiest, of at most `SUMMARY` characters."""
    if not edits:
        return ""
    ordered = sorted(edits, key=lambda e: -1.0 if e.field == "title" else -e.weight)
    if weight >= STEALTH_WEIGHT:  # then the end of the line says that a date moved, if that is all that was said
        ordered = [e for e in ordered if e.field != "modified_at"]
    said = [part for e in ordered if e.weight for part in _parts(e)]
    said += [part for what in _COUNTED if (part := _count(what, edits))]
    said = said or _light(edits)
    end = _END[disclosed] if weight >= STEALTH_WEIGHT or disclosed is Disclosed.PROPER else ""
    if not end and all(e.field.endswith("_at") for e in edits):
        end = "the text stayed the same"
    return _clean("; ".join(p for p in (_fitted(said, SUMMARY - len(end) - 16), end) if p)) + "."


def _light(edits: list[Edit]) -> list[str]:
    """What to say when nothing has weight: sentences that moved, or else the first unit that differs."""
    moved = sum(
        bool(p.new) for e in edits if e.field == "paragraph" for p in e.parts if (p.old, p.new) != (e.old, e.new)
    )
    if moved:
        return [f"{moved} sentence{'s' if moved > 1 else ''} moved, split or merged"]
    return [f'"{_clip(edits[0].old)}" → "{_clip(edits[0].new)}"']


def _fitted(parts: list[str], room: int) -> str:
    said = ""
    for n, part in enumerate(parts):
        if len(said) + len(part) + 2 > room:
            return said + (f"; {len(parts) - n} more" if said else part[: room - 1] + "…")
        said += f"; {part}" if said else part
    return said


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


def _count(what: tuple[str, Action | None, str, str], edits: list[Edit]) -> str:
    field, action, noun, verb = what
    mine = [e for e in edits if e.field == field and (e.weight if action is None else action is _done(e))]
    if not mine:
        return ""
    total = sum(count(e.old or e.new) for e in mine)
    size = f" ({total} words)" if action in (Action.DELETION, Action.ADDITION) and field == "paragraph" else ""
    return f"{len(mine)} {noun}{'s' if len(mine) > 1 else ''} {verb}{size}"


def _done(edit: Edit) -> Action:
    """What was done to a unit: what was cut here and stands there only moved."""
    return edit.action if edit.action is Action.REWORDED or edit.weight else Action.MOVED


def _parts(edit: Edit) -> list[str]:
    """What to say of one edit; units that came, went or moved are counted instead."""
    if edit.field == "modified_at":
        return ["Modified date moved"]
    if edit.field == "published_at":
        return [f"Published date {edit.old[:10] or 'without a date'} → {edit.new[:10] or 'without a date'}"]
    if edit.field == "link" or (edit.action is not Action.REWORDED and edit.field in ("paragraph", "caption")):
        return []
    head = {"paragraph": "", "title": "Headline: "}.get(edit.field, f"{edit.field.capitalize()}: ")
    said = [p for p in edit.parts if p.weight and (p.old != edit.old or p.new != edit.new)]
    if len(said) != 1 and (edit.field != "paragraph" or not said):
        return [f'{head}"{_clip(edit.old)}" → "{_clip(edit.new)}"']
    most = max(p.weight for p in said)
    return [head + part for p in said if p.weight >= min(most, STEALTH_WEIGHT) and (part := _say(p))]


def _say(part: Part) -> str:
    old, new, tail = part.old, part.new, part.tail
    if not any(c.isalnum() for c in old + new) and '"' in normal(old + new):
        opening = bool(tail) and not tail[0].isspace()
        return f"quotation marks {'added' if new else 'cut'} at {_clip(tail)}" if opening else ""
    if not old or not new:
        old, new = ((side + tail).strip() for side in (old, new))
    elif part.kinds == (Kind.NUMBER,):
        return f"{_clip(old)} → {_clip(new)}{_LOOSE_END.sub('', tail)}"
    if old and new:
        more = tail if part.old and part.new else ""
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
