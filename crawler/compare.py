"""What changed between two texts, and of what kind is it?

The fields stand apart: title, standfirst, byline, dates, paragraphs, links, captions. In `crawler.wording`, `align`
says which units and which words correspond, `unit` and `kinds` what an edit of one means, `notes` whether the outlet
says so, `noise` what nobody needs to hear of, `summary` how it is told. Every comparison is complete: `apply` makes
the new text of the old one and the edits.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from crawler.wording import unit
from crawler.wording.align import Pair, align, dice, spans
from crawler.wording.kinds import STEALTH_WEIGHT
from crawler.wording.noise import repaired, why
from crawler.wording.notes import disclosure
from crawler.wording.summary import summarise
from storage.records import Action, Comparison, Edit, Kind, Link, Text
from storage.words import normal, words

__all__ = ["STEALTH_WEIGHT", "apply", "compare", "spans"]

FIELDS = ("title", "standfirst", "byline", "published_at", "modified_at")


def compare(old: Text, new: Text) -> Comparison:
    """The edits that make ``new`` of ``old``, their kinds, their weight, and whether the outlet says so."""
    edits = _edits(old, new)
    disclosed, note = disclosure(new, edits)
    before, after = Counter(words(_whole(old))), Counter(words(_whole(new)))
    weight = _weight(edits)
    return Comparison(
        edits=tuple(edits),
        kinds=tuple(dict.fromkeys(kind for edit in edits for kind in edit.kinds)),
        disclosed=disclosed,
        note=note,
        weight=weight,
        words_added=(after - before).total(),
        words_removed=(before - after).total(),
        similarity=round(dice(before, after), 4),
        summary=summarise(edits, weight, disclosed),
        noise=_noise(old, new, edits),
    )


def _whole(text: Text) -> str:
    """All that it says, its headline once."""
    title = unit.bare(text.title)
    rest = [u for u in (text.standfirst, *text.paragraphs, *text.captions) if not title or unit.bare(u) != title]
    return "\n".join((text.title, *rest))


def units(texts: Iterable[str]) -> list[str]:
    """Paragraphs (captions, links) as they are compared: blank ones out, white space of one shape."""
    return [" ".join(t.split()) for t in texts if normal(t)]


def _links(text: Text) -> list[str]:
    return units(f"{'%20'.join(link.url.split())} {link.text}" for link in text.links)


def _weight(edits: list[Edit]) -> float:
    """Light edits weigh as the heaviest of them; heavy ones add up like independent risks (noisy or)."""
    heavy = [e.weight for e in edits if e.weight >= STEALTH_WEIGHT]
    rest = 1 - max((e.weight for e in edits if e.weight < STEALTH_WEIGHT), default=0.0)
    for weight in heavy:
        rest *= 1 - weight
    return round(1 - rest, 3)


def _noise(old: Text, new: Text, edits: list[Edit]) -> str:
    if edits:
        return why(edits)
    tags = (old.language, old.extent) != (new.language, new.extent)
    said = "only what the page says of itself changed" if tags else "only typography changed"
    return "" if old == new else said


# --- which units changed ------------------------------------------------------------------------


def _edits(old: Text, new: Text) -> list[Edit]:
    other = unit.beside(old, new)
    found = [unit.field(e, other) for name in FIELDS if (e := _field(name, getattr(old, name), getattr(new, name)))]
    had, has = units(old.paragraphs), units(new.paragraphs)
    found += _paragraphs(had, has, [unit.unit(e, other) for e in _units("paragraph", had, has)])
    for name, was, now in (
        ("link", _links(old), _links(new)),
        ("caption", units(old.captions), units(new.captions)),
    ):
        found += [unit.unit(e, other) for e in _units(name, was, now)]
    return found


def _field(name: str, was: str, now: str) -> Edit | None:
    if normal(was) == normal(now):
        return None
    action = Action.ADDITION if not normal(was) else Action.DELETION if not normal(now) else Action.REWORDED
    return Edit(name, action, was, now, 0)


def _paragraphs(old: list[str], new: list[str], found: list[Edit]) -> list[Edit]:
    """Paragraphs know their place: the first one is the lede, a note stands at the head or the tail."""
    first = next((e for e in found if e.action is Action.REWORDED and e.position == 0), None)
    if first and old and first.old.startswith(old[0]) and Kind.REFACTOR not in first.kinds:
        found[found.index(first)] = unit.lede(first)
    return [unit.noted(e, len(new)) for e in found]


def _units(field: str, old: list[str], new: list[str]) -> list[Edit]:
    a, b = [normal(u) for u in old], [normal(u) for u in new]
    twice = {k for side in (a, b) for k, n in Counter(side).items() if n > 1}
    found: list[Edit] = []
    for pair in _twins(old, new, align(a, b)):
        repeats = any(a[i] in twice for i in pair.old) or any(b[j] in twice for j in pair.new)
        found += _pair(field, pair, old, new, repeats)
    return found


def _twins(old: list[str], new: list[str], pairs: list[Pair]) -> list[Pair]:
    """The pairs, those units joined that are the same but for a broken encoding: they share no word as they stand."""
    cut = {normal(repaired(old[p.old[0]])): p for p in pairs if not p.new}
    joined = {p: cut.pop(key) for p in pairs if not p.old and (key := normal(repaired(new[p.new[0]]))) in cut}
    gone = set(joined.values())
    return [Pair(joined[p].old, p.new) if p in joined else p for p in pairs if p not in gone]


def _pair(field: str, pair: Pair, old: list[str], new: list[str], twice: bool) -> list[Edit]:
    """The edits of a pair. A unit that stands twice is cut and added, since only a cut tells which of the two."""
    if not pair.old:
        return [Edit(field, Action.ADDITION, "", new[j], j) for j in pair.new]
    if not pair.new or twice:
        cut = [Edit(field, Action.DELETION, old[i], "", i) for i in pair.old]
        return cut + [Edit(field, Action.ADDITION, "", new[j], j) for j in pair.new]
    was, now = "\n\n".join(old[i] for i in pair.old), "\n\n".join(new[j] for j in pair.new)
    return [Edit(field, Action.MOVED if pair.same else Action.REWORDED, was, now, pair.new[0])]


# --- the proof ----------------------------------------------------------------------------------


def apply(old: Text, edits: Sequence[Edit]) -> Text:
    """The text that the edits make of ``old``, up to normal form (blank units go; language and extent stay)."""
    made: dict[str, Any] = {e.field: e.new for e in edits if e.field in FIELDS}
    links = [said.partition(" ") for said in _applied("link", _links(old), edits)]
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
