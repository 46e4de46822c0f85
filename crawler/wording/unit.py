"""What does the edit of one unit mean: its kinds, its parts, its weight?

A unit is a field, a paragraph, a caption or a link. `Beside` holds what else the two texts say: what only repeats a
headline, or stands in both of them all along, is no edit of its own.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from crawler.wording.align import dice
from crawler.wording.facts import names
from crawler.wording.kinds import LIGHT, STEALTH_WEIGHT, WEIGHTS, parts
from crawler.wording.noise import is_same_link, only_counters, repaired
from crawler.wording.notes import is_tag, note_kind
from crawler.wording.sentences import Passage, in_quotes, passages, side
from storage.records import Action, Edit, Kind, Part, Text
from storage.words import count, is_cjk, normal, words

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
_BOUNDS = ("", "\n", *".!?。！？")
HEAD, TAIL = 2, 3
"""A note stands among so many first or last paragraphs."""


@dataclass(frozen=True)
class Beside:
    """What both texts say beside the unit in question."""

    known: frozenset[str]
    """Names (see `facts.names`)."""
    standing: frozenset[str]
    """Units of running text that stand in both, wherever, in normal form."""
    whole: tuple[str, str]
    """All running text of the old and of the new one in normal form, one line a unit."""
    titles: tuple[str, str]
    """The old headline and the new one, as `bare` gives them; two empty ones where it did not change."""


def beside(old: Text, new: Text) -> Beside:
    titles = (bare(old.title), bare(new.title))
    changed = titles[0] != titles[1] and all(titles)
    had, has = _running(old), _running(new)
    return Beside(
        known=names((*old.paragraphs, *new.paragraphs)),
        standing=frozenset(had) & frozenset(has),
        whole=("\n".join(had), "\n".join(has)),
        titles=titles if changed else ("", ""),
    )


def _running(text: Text) -> list[str]:
    """Every unit of running text that a version holds, wherever it stands, its headline included."""
    return [normal(u) for u in (text.title, text.standfirst, *text.paragraphs, *text.captions)]


def stands(sentence: str, whole: str) -> bool:
    """Whether a sentence stands in a text, from the end of another one to its own."""
    said = normal(sentence)
    if count(said) < QUOTED:
        return False
    at = whole.find(said)
    while at >= 0:
        before, after = whole[:at].rstrip(" ")[-1:], whole[at + len(said) :][:1]
        if before in _BOUNDS and (said[-1] in _BOUNDS or after in ("", "\n")):
            return True
        at = whole.find(said, at + 1)
    return False


def bare(text: str) -> str:
    """The words alone: a headline is repeated with and without a full stop, and in capitals."""
    return " ".join(words(text))


# --- one edit -----------------------------------------------------------------------------------


def judged(edit: Edit, other: Beside) -> Edit:
    """The edit with its kinds, and the parts that explain them."""
    if edit.action is not Action.REWORDED:
        return _with(edit, _BY_ACTION[edit.action](edit, other))
    was, now = repaired(edit.old), repaired(edit.new)
    if normal(was) == normal(now):
        return plain(edit, Kind.REFACTOR, 0.0)
    return _with(edit, _reworded(was, now, other))


def _with(edit: Edit, found: tuple[Part, ...]) -> Edit:
    return replace(edit, parts=found, kinds=tuple(dict.fromkeys(kind for p in found for kind in p.kinds)))


def plain(edit: Edit, kind: Kind, weight: float) -> Edit:
    """The edit as of one kind, as a whole."""
    return _with(edit, (Part((kind,), weight, edit.old, edit.new),))


def also(edit: Edit, kind: Kind, weight: float) -> Edit:
    """The same with one more kind, first of all, that weighs at least so much."""
    return _with(edit, (Part((kind,), weight, edit.old, edit.new), *edit.parts))


def _reworded(was: str, now: str, other: Beside) -> tuple[Part, ...]:
    """Sentence by sentence; when none is left, the unit is one rewrite."""
    old, new = side(was), side(now)
    found = passages(old, new)
    if len(found) == 1 and found[0].replaced and (found[0].old, found[0].new) == (old, new):
        found = [Passage(old, new)]
    spaced = (Part((Kind.REFACTOR,), 0.0, was, now),)  # the same tokens with other spaces between them
    return tuple(p for passage in found for p in _passage(passage, other)) or spaced


def _passage(passage: Passage, other: Beside) -> Iterable[Part]:
    old, new = passage.old.text, passage.new.text
    if passage.same or (not new and stands(old, other.whole[1])) or (not old and stands(new, other.whole[0])):
        yield Part((Kind.REFACTOR,), 0.0, old, new)
    elif not new:
        yield _cut_part(old, in_quotes(passage.old, passage.old.start, passage.old.end))
    elif not old:
        yield Part((Kind.ADDITION,), WEIGHTS[Kind.ADDITION], "", new)
    elif _is_rewrite(old, new, passage.replaced):
        yield Part((Kind.REWRITE,), REWRITE_WEIGHT, old, new)
    else:
        yield from parts(passage.old, passage.new, other.known)


def _is_rewrite(old: str, new: str, replaced: bool) -> bool:
    """Whether a longer sentence lost most of its words and gained others. Short ones are read word by word."""
    was, now = Counter(words(old)), Counter(words(new))
    shared, least, most = (was & now).total(), *sorted((was.total(), now.total()))
    long = (most if replaced else least) > SHORT * (2 if is_cjk(old + new) else 1)
    return long and (replaced or dice(was, now) < REWRITTEN) and shared < HELD * least


def _cut(edit: Edit, other: Beside) -> tuple[Part, ...]:
    return (_cut_part(edit.old, False),)


def _cut_part(text: str, quoted: bool) -> Part:
    weight = min(CUT_MOST, CUT_WEIGHT + CUT_PER_WORD * count(text))
    said = quoted or any(count(inside) >= QUOTED for inside in normal(text).split('"')[1::2])
    return Part((Kind.DELETION, Kind.QUOTE) if said else (Kind.DELETION,), weight, text, "")


def _added(edit: Edit, other: Beside) -> tuple[Part, ...]:
    return (Part((Kind.ADDITION,), min(ADDED_MOST, LIGHT + ADDED_PER_WORD * count(edit.new)), "", edit.new),)


def _shifted(edit: Edit, other: Beside) -> tuple[Part, ...]:
    return (Part((Kind.REFACTOR,), 0.0, edit.old, edit.new),)


_BY_ACTION = {Action.DELETION: _cut, Action.ADDITION: _added, Action.MOVED: _shifted}


# --- fields -------------------------------------------------------------------------------------


def field(edit: Edit, other: Beside) -> Edit:
    """A field that stands once: title, standfirst, byline or a date of the page."""
    if edit.field.endswith("_at"):
        return plain(edit, Kind.DATE, DATE_WEIGHT)
    if edit.field != "title" and (only_counters(edit) or repeats(edit, other)):
        return plain(edit, Kind.REFACTOR, 0.0)
    found = judged(edit, other)
    if edit.field != "title" or Kind.REFACTOR in found.kinds:
        return found
    return also(found, Kind.HEADLINE, LIGHT * 2 if set(found.kinds) <= {Kind.TYPO} else HEADLINE_WEIGHT)


def repeats(edit: Edit, other: Beside) -> bool:
    """Whether the unit only repeats a headline that changed, or stands elsewhere in both texts."""
    if edit.old and edit.new:
        return bool(other.titles[0]) and (bare(edit.old), bare(edit.new)) == other.titles
    said, there = edit.old or edit.new, other.whole[1] if edit.old else other.whole[0]
    if normal(said) in other.standing or bare(said) in filter(None, other.titles):
        return True
    return edit.field != "byline" and stands(said, there)


def link(edit: Edit, other: Beside) -> Edit:
    """A link: its words may be those of the headline, or a counter; where it leads may differ by a tracker's mark."""
    was, now = (side.partition(" ")[::2] for side in (edit.old, edit.new))
    same = edit.action is Action.REWORDED and is_same_link(was[0], now[0])
    words_only = replace(edit, old=was[1], new=now[1])
    told = normal(was[1]) == normal(now[1]) or only_counters(words_only) or repeats(words_only, other)
    if edit.action is Action.MOVED or (same and told):
        return plain(edit, Kind.REFACTOR if same else Kind.LINK, 0.0)
    return plain(edit, Kind.LINK, LINK_WEIGHT)


def unit(edit: Edit, other: Beside) -> Edit:
    """A paragraph, a caption or a link."""
    if edit.field == "link":
        return link(edit, other)
    if only_counters(edit) or repeats(edit, other):
        return plain(edit, Kind.REFACTOR, 0.0)
    found = judged(edit, other)
    return also(found, Kind.CAPTION, CAPTION_WEIGHT) if edit.field == "caption" and found.weight else found


def lede(edit: Edit) -> Edit:
    """The first paragraph, reworded."""
    return also(edit, Kind.LEDE, edit.weight + LEDE_WEIGHT * (edit.weight >= STEALTH_WEIGHT))


def noted(edit: Edit, length: int) -> Edit:
    """The same, as a note, if its block is one: it stands at the head or the tail and has a note's form."""
    if edit.action is Action.MOVED or Kind.REFACTOR in edit.kinds:
        return edit
    if edit.action is Action.DELETION:
        kind = note_kind(edit.old)
        if kind is None:
            return edit
        return plain(edit, kind, DATE_WEIGHT) if is_tag(edit.old) else _and(edit, kind)
    kind = note_kind(edit.new) if edit.position < HEAD or edit.position >= length - TAIL else None
    if kind is None:
        return edit
    if edit.action is Action.REWORDED and (note_kind(edit.old) is None or not is_tag(edit.new)):
        return _and(edit, kind)
    return plain(edit, kind, DATE_WEIGHT if is_tag(edit.new) else LIGHT)


def _and(edit: Edit, kind: Kind) -> Edit:
    return _with(edit, (*edit.parts, Part((kind,), 0.0, edit.old, edit.new)))
