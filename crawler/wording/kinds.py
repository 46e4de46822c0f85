"""Of what kind is a reworded span, and how much does it weigh?

The words around each changed place are read twice, as they were and as they are, and counted: numbers with their
units, dates, names, attributions, negations and hedges. A count that moved is a kind. What no list knows is a
`rewrite` (words replaced), an `addition` or a `deletion` (words that came or went).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.wording import lexicon as lex
from crawler.wording.align import Opcode, opcodes
from crawler.wording.facts import dates, hedges, named, numbers, sayings, sequence, split, undated, zh_named
from crawler.wording.sentences import Side
from storage.records import Kind, Part
from storage.words import is_cjk, normal

LONG = 6
"""So many words (ideographs: twice as many) that came or went at one place are an addition or a deletion."""
CONTEXT = 3
"""Unchanged tokens read with a changed place, on either side: a unit, a negation, a title stands there."""
STEALTH_WEIGHT = 0.3
"""An undisclosed change is a stealth edit from this weight on."""
CAPITALS = 0.7
"""Share of the longer words with a capital from which on a headline is in title case."""
LIGHT = 0.05
"""Commas, word forms, little words: nothing that a reader would miss."""
WEIGHTS = {
    Kind.NUMBER: 0.35, Kind.NAME: 0.35, Kind.QUOTE: 0.35, Kind.HEDGE: 0.35, Kind.ATTRIBUTION: 0.3, Kind.DATE: 0.3,
    Kind.REWRITE: 0.3, Kind.DELETION: 0.3, Kind.ADDITION: 0.15, Kind.TYPO: LIGHT, Kind.REFACTOR: 0.0,
}  # fmt: skip
"""What one changed place inside a unit weighs by its heaviest kind (docs/changes.md explains the table)."""


@dataclass(frozen=True, slots=True)
class Place:
    """A changed place: the tokens on both sides, the texts with their context, the words that changed."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    was: str
    now: str
    gone: str
    come: str
    tail: str
    quoted: bool
    starts: bool
    """Whether it opens a sentence."""
    plain: bool
    """Whether a capital says nothing here: the unit writes every word with one, as headlines do."""


def parts(old: Side, new: Side, known: frozenset[str] = frozenset()) -> list[Part]:
    """What changed inside one sentence (or a short unit), in order. ``known``: names the texts hold (`facts.names`)."""
    ops = [
        (what, i + old.start, k + old.start, j + new.start, m + new.start)
        for what, i, k, j, m in opcodes(old.keys[old.start : old.end], new.keys[new.start : new.end])
    ]
    plain = _capitals(old) or _capitals(new)
    places = [_place(n, ops, old, new, plain) for n, op in enumerate(ops) if op[0] != "equal"]
    if len(places) > 1 and _bag(old) == _bag(new):
        return [_order(places, old.text, new.text, known)]
    return [_part(place, known) for place in places]


def _bag(side: Side) -> Counter[str]:
    return Counter(t.casefold() for t in side.keys[side.start : side.end])


def _place(n: int, ops: list[Opcode], old: Side, new: Side, plain: bool) -> Place:
    _, i, k, j, m = ops[n]
    left = min(CONTEXT, ops[n - 1][2] - ops[n - 1][1]) if n else 0
    right = min(CONTEXT, ops[n + 1][2] - ops[n + 1][1]) if n + 1 < len(ops) else 0
    (a, had), (b, has) = (old.keys, old.parts), (new.keys, new.parts)
    first = next((t for t in reversed(b[max(new.start, j - CONTEXT) : j]) if t not in "\"'([*"), ".")
    return Place(
        old=tuple(a[i:k]),
        new=tuple(b[j:m]),
        was=normal("".join(had[i - left : k + right])),
        now=normal("".join(has[j - left : m + right])),
        gone="".join(had[i:k]).strip(),
        come="".join(has[j:m]).strip(),
        tail=_tail((has[:m] or had[:k] or [""])[-1], has[m : m + right]),
        quoted=in_quotes(a, i, k) or in_quotes(b, j, m),
        starts=first in ".!?:;。！？：…",
        plain=plain,
    )


def _capitals(side: Side) -> bool:
    said = [t for t in side.keys[side.start : side.end] if t[:1].isalpha() and len(t) > 3]
    return len(said) > 2 and sum(t[0].isupper() for t in said) > CAPITALS * len(said)


def _tail(last: str, after: Sequence[str]) -> str:
    near = after if is_cjk("".join(after)) else after[:2]
    said = re.split(r"[.,;:!?()\"«»“”。，；：！？]", "".join(near))[0].rstrip()
    return " " + said if said and last[-1:].isspace() else said


def in_quotes(side: Sequence[str], start: int, end: int) -> bool:
    """Whether the place lies in, cuts or makes a quotation (an even number of marks before: outside)."""
    if '"' in side[start:end]:
        return True
    return end > start and side[:start].count('"') % 2 == 1 and '"' in side[end:]


def _order(places: list[Place], old: str, new: str, known: frozenset[str]) -> Part:
    """The same words in another order: who does what to whom may have changed."""
    moved = " ".join(p.gone for p in places) + " . " + " ".join(p.come for p in places)
    kinds = [Kind.NUMBER] if list(numbers(old)) != list(numbers(new)) and numbers(moved) else []
    if sequence(old, known) != sequence(new, known) and named(moved, known, False):
        kinds.append(Kind.NAME)
    weight = max((WEIGHTS[k] for k in kinds), default=LIGHT)
    return Part(tuple(kinds) or (Kind.REWRITE,), weight, old, new)


def _part(place: Place, known: frozenset[str]) -> Part:
    found = [kind for kind, moved in _tests(place, known) if moved]
    size = max(_size(place.old), _size(place.new))
    one_sided = not place.old or not place.new
    if one_sided and size >= LONG:
        found = [k for k in found if k is Kind.QUOTE and place.old]
        found.append(Kind.DELETION if place.old else Kind.ADDITION)
    if found:
        weight = max(WEIGHTS[kind] for kind in found)
        return Part(tuple(found), weight, place.gone, place.come, place.tail)
    kind, weight = _plain(place)
    return Part((kind,), weight, place.gone, place.come, place.tail)


def _size(side: tuple[str, ...]) -> int:
    return sum(1 if is_cjk(t) else 2 for t in side if any(c.isalnum() for c in t)) // 2


def _tests(place: Place, known: frozenset[str]) -> Iterable[tuple[Kind, bool]]:
    """Every kind that a list can tell, and whether it holds here."""
    was, now = undated(place.was), undated(place.now)
    yield Kind.NUMBER, numbers(was) != numbers(now)
    yield Kind.DATE, dates(place.was) != dates(place.now)
    gone, come = (named(side, known, place.starts, place.plain) for side in (place.gone, place.come))
    yield Kind.NAME, gone != come or zh_named(place.was) != zh_named(place.now)
    yield Kind.QUOTE, place.quoted and bool(set(map(str.casefold, place.old)) ^ set(map(str.casefold, place.new)))
    yield Kind.ATTRIBUTION, sayings(place.was) != sayings(place.now)
    yield Kind.HEDGE, hedges(place.was) != hedges(place.now) or _opposite(place) or _question(place)


def _plain(place: Place) -> tuple[Kind, float]:
    """The kind of a place that no list knows: a slip, or words that came, went or were replaced."""
    old, new = _content(place.old), _content(place.new)
    if not _worded(place.old) and not _worded(place.new):
        return Kind.TYPO, LIGHT
    if place.gone.replace(".", "") == place.come.replace(".", ""):
        return Kind.TYPO, LIGHT
    if len(old) == len(new) and old and all(a == b or is_slip(a, b) for a, b in zip(*_cased(place), strict=True)):
        return Kind.TYPO, LIGHT
    figures = bool(old and new and numbers(place.was)) and not _other(old + new)
    said = sayings(" ".join(old)) if len(old) == len(new) == 1 else None
    if figures or _forms(old, new) or (said and said == sayings(" ".join(new))):
        return Kind.REWRITE, LIGHT * 2
    kind = Kind.REWRITE if place.old and place.new else Kind.DELETION if place.old else Kind.ADDITION
    return kind, WEIGHTS[kind] if old or new else LIGHT * 2


def _cased(place: Place) -> tuple[list[str], list[str]]:
    old, new = ([t for t in side if t.casefold() in _content(side)] for side in (place.old, place.new))
    return old, new


def _other(said: list[str]) -> list[str]:
    """Words that are no part of a figure, in digits or spelled."""
    figures = lex.NUMERALS.keys() | lex.SCALES.keys() | lex.DIGITS.keys()
    return [w for w in said if not w[0].isdigit() and not set(split(w)) <= figures]


def _worded(side: tuple[str, ...]) -> bool:
    return any(c.isalnum() for t in side for c in t)


def _content(side: tuple[str, ...]) -> list[str]:
    said = [t.casefold() for t in side if any(c.isalnum() for c in t)]
    return [t for t in said if t not in lex.LITTLE]


def _forms(old: list[str], new: list[str]) -> bool:
    """Whether both sides hold the same words in other forms (report, reports; заявил, заявила)."""
    return len(old) == len(new) and all(_same_stem(a, b) for a, b in zip(old, new, strict=True))


def _same_stem(one: str, other: str) -> bool:
    if one == other:
        return True
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    ends = one[shared:], other[shared:]
    if is_cjk(one + other) or any(end.startswith(("less", "ful")) for end in ends):
        return False
    return shared >= 4 and shared * 3 >= max(len(one), len(other)) * 2 and max(map(len, ends)) <= 3


# --- slips --------------------------------------------------------------------------------------


_IZE = re.compile(r"(?<=[a-z]{3})iz(?=e|i|ation)")


def is_slip(a: str, b: str) -> bool:
    """Whether a word was only misspelt: letters doubled, lost or swapped inside it, or a vowel of a long word.

    First and last letters, hyphens, capitals and short words are never slips, nor are pairs of real words
    (`lexicon.CONFUSABLES`): "re-sign" and "resign", "order" and "border", "united" and "untied" say different things.
    """
    if not (a.isalpha() and b.isalpha()) or is_cjk(a + b) or min(len(a), len(b)) < 5:
        return False
    low, high = a.casefold(), b.casefold()
    if low == high:
        return False
    if low.replace("ё", "е") == high.replace("ё", "е") or _IZE.sub("is", low) == _IZE.sub("is", high):
        return True
    if a[0] != b[0] or low[-1] != high[-1] or frozenset((low, high)) in lex.CONFUSABLES:
        return False
    return _swapped(low, high) or _lost(low, high) or _lost(high, low) or _vowel(low, high)


def _swapped(a: str, b: str) -> bool:
    if len(a) != len(b):
        return False
    at = [n for n in range(len(a)) if a[n] != b[n]]
    return len(at) == 2 and at[1] == at[0] + 1 and a[at[0]] == b[at[1]] and a[at[1]] == b[at[0]]


def _lost(a: str, b: str) -> bool:
    """Whether a lost one inner letter of b: a doubled one in any word, another in a long word."""
    if len(a) != len(b) - 1:
        return False
    at = next((n for n in range(len(a)) if a[n] != b[n]), len(a))
    doubled = at > 0 and b[at] == b[at - 1]
    return a[at:] == b[at + 1 :] and (doubled or len(b) >= 7)


def _vowel(a: str, b: str) -> bool:
    at = [n for n in range(len(a)) if a[n] != b[n]] if len(a) == len(b) else []
    return len(at) == 1 and len(a) >= 8 and {a[at[0]], b[at[0]]} <= set("aeiouаеиоуыэя")


def _opposite(place: Place) -> bool:
    """Whether a word gained or lost a negating beginning (legal, illegal; законный, незаконный)."""
    old, new = [t.casefold() for t in place.old], [t.casefold() for t in place.new]
    if len(old) != len(new):
        return False
    return any(_negates(a, b) or _negates(b, a) for a, b in zip(old, new, strict=True))


def _negates(a: str, b: str) -> bool:
    return len(a) >= 4 and any(b == prefix + a for prefix in lex.NEGATIVE)


def _question(place: Place) -> bool:
    return ("?" in place.old) != ("?" in place.new) or ("？" in place.old) != ("？" in place.new)
