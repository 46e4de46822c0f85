"""Which edits swept over an outlet's pages, and are no edit of the article?

Two ways lead there. *A page that was rebuilt* (its frame differs) proves nothing by what comes into or out of view as
a whole: a byline, a standfirst, captions, links, paragraphs that only moved. And *what many articles show together*
is chrome: a paragraph that comes or goes, words put before or behind headlines, on rebuilt pages the first or the last
paragraph. Pure; `crawler/news.py` asks, `storage/sweeps.py` remembers.

What many articles show together may be many true edits: a background paragraph is added to all stories about one
event, an editor's note to twelve, one sentence is softened wherever it stands. So notes never count, nor do
rewordings, nor a paragraph that is about the article at hand; and one that came to related stories counts only where
a good part of the outlet has it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import combinations, pairwise, takewhile
from typing import Any

from crawler.wording.notes import note_kind
from storage.findings import Around, Context, Shared, Sweep, Trait
from storage.records import Action, Comparison, Edit, Kind, Text, sha256
from storage.words import is_cjk, normal, words

AT_LEAST = 3
"""Articles that show a trait together: two may be one story told twice."""
SHARE = 1 / 3
"""And the share of those that were looked at again, where nothing else tells chrome from edits; as of incidents."""
ABOUT = 1 / 2
"""A paragraph is about an article whose text holds this share of its telling words (our judgement)."""
LONG_IN_HEADLINES, LONG, STEM = 4, 6, 5
"""Letters of a telling word, and how many of them name it: endings change in Russian, and in English. In headlines
shorter words count (Gaza, Kyiv): taking two stories for related only asks for more evidence."""
DATES = frozenset({"published_at", "modified_at"})
ATTENDING = frozenset({*DATES, "link"})
"""Fields that come and go with others; they say nothing by themselves beside a sweep."""
VIEWED = frozenset({*ATTENDING, "caption"})
"""Fields that say nothing by themselves on a rebuilt page: a caption comes and goes with its picture."""
WHOLE = frozenset({"byline", "standfirst"})
"""Fields that a design shows or does not."""
UNITS = frozenset({"paragraph", "caption", "standfirst"})
NOTES = frozenset({Kind.CORRECTION_NOTE, Kind.UPDATE_NOTE})
SIGN = {Action.ADDITION: "+", Action.DELETION: "-"}
_MARK = r"(?:\s*[|｜/_·•:：»«]\s*|\s+-\s+)"
_BEHIND, _BEFORE = re.compile(rf"{_MARK}\w"), re.compile(rf"\w{_MARK}$")
"""Words that are set apart from a headline: `` | Gazette``, ``Live: ``. (`normal` makes all dashes one.)"""
_DIGITS = re.compile(r"\d+")


# --- a page that was rebuilt --------------------------------------------------------------------


def rebuilt(before: Around, after: Around) -> str:
    """A name for the way from one design to another; "" where both pages are of one."""
    return _digest(f"{before.frame}>{after.frame}") if before.frame != after.frame else ""


def unproven(edits: Sequence[Edit], before: Around, after: Around) -> frozenset[int]:
    """Edits (by place) that prove nothing, since the page was rebuilt: none, where it was not.

    A paragraph proves nothing where it stood beside the text before and in it after, or the other way round. What
    stands beside the text all along (a teaser, a quotation set apart) is no such witness.
    """
    if not rebuilt(before, after):
        return frozenset()
    beside, apart = ({normal(line) for line in page.beside} for page in (before, after))
    return frozenset(place for place, edit in enumerate(edits) if _is_view(edit) or _stands(edit, beside, apart))


def _is_view(edit: Edit) -> bool:
    """Whether an edit tells what a design shows, not what the article says."""
    if edit.field in VIEWED or edit.kinds == (Kind.REFACTOR,):
        return True
    if edit.field not in WHOLE:
        return False
    old, new = words(edit.old), words(edit.new)
    return not (old and new) or (edit.field == "byline" and (set(old) <= set(new) or set(new) <= set(old)))


def _stands(edit: Edit, beside: set[str], apart: set[str]) -> bool:
    """Whether a paragraph that came or went stands on both pages: on one of them beside the text."""
    if edit.field != "paragraph" or edit.action not in SIGN:
        return False
    here, there = (beside, apart) if edit.action is Action.ADDITION else (apart, beside)
    return normal(edit.new or edit.old) in here - there


def teasers(edits: Sequence[Edit], headlines: Iterable[str]) -> frozenset[int]:
    """Edits (by place) of paragraphs that are nothing but another article's headline, behind a few words set apart.

    A sentence of the text may begin like a headline, and in some languages be one: it ends in a full stop.
    """
    titles = {said for headline in headlines if (said := normal(headline)) and len(words(said)) >= TITLE_WORDS}
    return frozenset(
        place for place, edit in enumerate(edits)
        if titles and edit.field == "paragraph" and all(_teases(side, titles) for side in (edit.old, edit.new) if side)
    )  # fmt: skip


TITLE_WORDS, LEAD_IN = 4, 4
"""Words of a headline that cannot be chance, and of what leads to it at most (``Read also:``)."""


def _teases(unit: str, titles: set[str]) -> bool:
    said = normal(unit)
    for title in titles:
        lead = said.removesuffix(title)
        if lead != said and (not lead or (_LED.search(lead) and len(words(lead)) <= LEAD_IN)):
            return True
    return False


_LED = re.compile(r"[|｜/·•:：]\s*$|\s-\s*$|^[-•>\"]\s+$")


# --- traits -------------------------------------------------------------------------------------


def traits(edits: Sequence[Edit], aside: frozenset[int], design: str, old: Text, new: Text) -> tuple[Trait, ...]:
    """By what a change's edits are known again, those aside left out; ``design``: see `rebuilt`."""
    ends = _ends(edits, aside, old, new) if design else {}
    found = [Trait(None, f"frame {design}")] if design else []
    for place, edit in enumerate(edits):
        if place not in aside and edit.field not in ATTENDING:
            found += [Trait(place, name) for name in (*_names(edit, place, ends, design),) or ("",)]
    return tuple(found)


def _names(edit: Edit, place: int, ends: Mapping[int, str], design: str) -> list[str]:
    if edit.field == "title":
        return _affixes(edit)
    if NOTES & set(edit.kinds) or any(note_kind(side) for side in (edit.old, edit.new) if side):
        return []
    names = []
    if edit.field in WHOLE and edit.action in SIGN:
        names.append(f"{edit.field}{SIGN[edit.action]}")
    if edit.field in UNITS and edit.action in SIGN:
        names.append(f"paragraph {_unit(edit.old or edit.new)}")
    if edit.field == "paragraph" and edit.action is Action.REWORDED:
        names.append(f"turned {_unit(edit.old)} {_unit(edit.new)}")
    if place in ends:
        names.append(f"{ends[place]} {design}")
    return names


def _ends(edits: Sequence[Edit], aside: frozenset[int], old: Text, new: Text) -> dict[int, str]:
    """Paragraphs that came or went at the head or the tail of a text, numbered from there: ``first+ 0``."""
    found = dict[int, str]()
    for action, text in ((Action.ADDITION, new), (Action.DELETION, old)):
        mine = {
            e.position: place for place, e in enumerate(edits)
            if e.field == "paragraph" and e.action is action and place not in aside
        }  # fmt: skip
        last = sum(bool(normal(p)) for p in text.paragraphs) - 1
        for name, way in (("first", range(last + 1)), ("last", range(last, -1, -1))):
            for depth, position in enumerate(takewhile(mine.__contains__, way)):
                found.setdefault(mine[position], f"{name}{SIGN[action]} {depth}")
    return found


def _affixes(edit: Edit) -> list[str]:
    """Words, set apart, that were put before or behind a headline, or taken away there."""
    short, long = sorted((normal(edit.old), normal(edit.new)), key=len)
    behind, before = long.removeprefix(short), long.removesuffix(short)
    if short and behind != long and _BEHIND.match(behind):
        return [f"title behind {_digest(behind.strip().casefold())}"]
    if short and before != long and _BEFORE.search(before):
        return [f"title before {_digest(before.strip().casefold())}"]
    return []


def _unit(text: str) -> str:
    return _digest(_DIGITS.sub("#", normal(text).casefold()))


def _digest(text: str) -> str:
    return sha256(text.encode())[:16]


# --- sweeps -------------------------------------------------------------------------------------


def recognised(
    found: Sequence[Trait], edits: Sequence[Edit], new: Text, context: Context, at: datetime
) -> tuple[Sweep, ...]:
    """What swept over the outlet, as is known by this change: the last of several that have a trait in common, or one
    in which known chrome gave way to other words (teasers turn).

    ``new``: the text that it led to.
    """
    assert context.article is not None
    shared = {one.trait: one for one in context.lately if one.trait not in context.swept}
    sweeps: dict[str, Sweep] = {}
    for trait in found:
        one, edit = shared.get(trait.name), None if trait.edit is None else edits[trait.edit]
        if one is not None and _is_sweep(one, edit, new):
            many = len(one.headlines) + 1
            sweeps[one.trait] = Sweep(context.article.outlet, one.trait, one.since, at, many, _why(one, at))
        elif edit is not None and trait.name.startswith("turned ") and trait.name not in context.swept:
            sweeps |= {one.trait: one for one in _heirs(trait.name, edit, new, context.swept, at)}
    return tuple(sweeps.values())


def _heirs(name: str, edit: Edit, new: Text, swept: Mapping[str, Sweep], at: datetime) -> tuple[Sweep, ...]:
    """Chrome that gave way to other words: they are chrome as well, unless they are about the article."""
    _, before, after = name.split()
    parent = swept.get(f"paragraph {before}")
    if parent is None or is_about(edit.new, new):
        return ()
    heirs = (name, *(f"paragraph {after}" for _ in range(f"paragraph {after}" not in swept)))
    return tuple(replace(parent, trait=heir, started_at=at, recognised_at=at) for heir in heirs)


def _is_sweep(one: Shared, edit: Edit | None, new: Text) -> bool:
    kind = one.trait.partition(" ")[0]
    if len(one.headlines) + 1 < AT_LEAST or kind.rstrip("+-") not in SAID:  # bylines that went from many pages are news
        return False
    everywhere = len(one.headlines) + 1 >= SHARE * (one.looked + 1)
    if kind == "paragraph" and edit is not None and is_about(edit.old or edit.new, new):
        return False
    return everywhere or (kind in ("paragraph", "title") and _unrelated((*one.headlines, new.title)))


def _unrelated(headlines: Sequence[str]) -> bool:
    """Whether at least three of these have no telling word in common, two by two."""
    said = (telling(headline, LONG_IN_HEADLINES) for headline in headlines)
    told = sorted((words for words in said if words), key=lambda words: (len(words), sorted(words)))
    return any(not (a & b or b & c or a & c) for a, b, c in combinations(told[:MANY], 3))


MANY = 24
"""Headlines that are compared at most."""


def is_about(paragraph: str, text: Text) -> bool:
    """Whether a paragraph speaks of what its article speaks of, by their telling words."""
    said = telling(paragraph)
    rest = {normal(p) for p in text.paragraphs} - {normal(paragraph)}
    common = said & telling(" ".join((text.title, *sorted(rest))))
    return bool(said) and len(common) >= ABOUT * len(said)


def telling(text: str, least: int = LONG) -> frozenset[str]:
    """Words that tell what a text is about: long ones by how they begin, ideographs in pairs."""
    said = words(text)
    pairs = (a + b for a, b in pairwise(said) if is_cjk(a) and is_cjk(b))
    return frozenset([*(word[:STEM] for word in said if len(word) >= least), *pairs])


def _why(one: Shared, at: datetime) -> str:
    many = len(one.headlines) + 1
    since = f"between {one.since:%Y-%m-%d %H:%M} and {at:%Y-%m-%d %H:%M}"
    kind = one.trait.partition(" ")[0].rstrip("+-")
    return f"{SAID[kind].format(many=many)} {since}"


SAID = {
    "frame": "a redesign of the outlet: {many} articles came in another design",
    "first": "a redesign of the outlet: the first paragraphs of {many} articles came or went",
    "last": "a redesign of the outlet: the last paragraphs of {many} articles came or went",
    "title": "chrome: the same words were put to the headlines of {many} articles, or taken away,",
    "paragraph": "chrome: the same words came to {many} articles of the outlet, or went,",
}


# --- what is left -------------------------------------------------------------------------------


def without(old: Text, new: Text, edits: Iterable[Edit]) -> tuple[Text, Text]:
    """Two texts as they would be, had these edits not been made."""
    for edit in edits:
        if edit.field == "paragraph":
            old, new = _less(old, edit.old), _less(new, edit.new)
        elif edit.field == "caption":
            new = replace(new, captions=old.captions)
        elif edit.field == "link":
            new = replace(new, links=old.links)
        else:
            same: dict[str, Any] = {edit.field: getattr(old, edit.field)}
            new = replace(new, **same)
    return old, new


def _less(text: Text, unit: str) -> Text:
    """Without the paragraphs of one side of an edit (a split paragraph's are several)."""
    gone = {normal(part) for part in unit.split("\n\n") if part}
    return replace(text, paragraphs=tuple(p for p in text.paragraphs if normal(p) not in gone))


def remaining(compared: Comparison, aside: Iterable[int]) -> tuple[Edit, ...]:
    """The edits that count, those aside left out."""
    left_out = frozenset(aside)
    return tuple(edit for place, edit in enumerate(compared.edits) if place not in left_out)
