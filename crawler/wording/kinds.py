"""Of what kind is a reworded span, and how much does it weigh?

The words around each changed place are read twice, as they were and as they are, and counted: numbers with their
units, dates, names, attributions, negations and hedges. A count that moved is a kind. What no list knows is a
`rewrite` (words replaced), an `addition` or a `deletion` (words that came or went).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.wording.align import Opcode, opcodes
from crawler.wording.doubts import NEGATIVE
from crawler.wording.facts import attributions, hedges, named, root, sequence, sources, zh_named
from crawler.wording.figures import dated, is_figure, numbers, unit_of
from crawler.wording.lexicon import LITTLE, OPPOSITES
from crawler.wording.sentences import Side, in_quotes, opens
from crawler.wording.slips import is_slip, plainest
from storage.records import Kind, Part
from storage.words import is_cjk, normal

LONG = 6
"""So many words (ideographs: twice as many) that came or went at one place are an addition or a deletion."""
CONTEXT = 3
"""Unchanged tokens read with a changed place, on either side: a unit, a negation, a title stands there."""
STEALTH_WEIGHT = 0.3
"""An undisclosed change is a stealth edit from this weight on."""
EXCHANGED = 4
"""So many words may trade places inside a sentence; more of them are another order."""
ZH_FIGURE = frozenset("第分之数几〇零一二三四五六七八九十百千两万亿")
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
    quotes: bool
    """Whether a quotation stands in the unit, outside the place."""
    starts: bool
    """Whether it opens a sentence."""
    plain: bool
    """Whether a capital says nothing here: the unit writes every word with one, as headlines do."""


def parts(old: Side, new: Side, known: frozenset[str] = frozenset()) -> list[Part]:
    """What changed inside one sentence (or a short unit), in order. ``known``: names the texts hold (`facts.names`)."""
    swapped = _exchanged(old, new)
    ops = swapped or [
        (what, i + old.start, k + old.start, j + new.start, m + new.start)
        for what, i, k, j, m in opcodes(old.keys[old.start : old.end], new.keys[new.start : new.end])
    ]
    plain = _capitals(old) or _capitals(new)
    places = [_place(n, ops, old, new, plain) for n, op in enumerate(ops) if op[0] != "equal"]
    if not swapped and len(places) > 1 and _bag(old) == _bag(new):
        return [_order(places, old.text, new.text, known)]
    return [_part(place, known) for place in places]


def _exchanged(old: Side, new: Side) -> list[Opcode]:
    """Opcodes for words that only traded places ("Orlund accused Persson"): each place was reworded."""
    length = old.end - old.start
    if length != new.end - new.start:
        return []
    at = [n for n in range(length) if old.keys[old.start + n].casefold() != new.keys[new.start + n].casefold()]
    beside = any(k - i == 1 for i, k in pairwise(at))  # "5 March", "March 5": an order, no exchange
    if not 0 < len(at) <= EXCHANGED or beside or _bag(old) != _bag(new):
        return []
    cuts = sorted({0, length, *at, *(n + 1 for n in at)})
    return [
        ("replace" if i in at else "equal", old.start + i, old.start + k, new.start + i, new.start + k)
        for i, k in pairwise(cuts)
    ]


def _bag(side: Side) -> Counter[str]:
    return Counter(t.casefold() for t in side.keys[side.start : side.end])


def _place(n: int, ops: list[Opcode], old: Side, new: Side, plain: bool) -> Place:
    _, i, k, j, m = ops[n]
    near = CONTEXT * 2 if is_cjk("".join((*old.keys[i - 1 : k + 1], *new.keys[j:m]))) else CONTEXT
    left = min(near, ops[n - 1][2] - ops[n - 1][1]) if n and ops[n - 1][0] == "equal" else 0
    right = min(near, ops[n + 1][2] - ops[n + 1][1]) if n + 1 < len(ops) and ops[n + 1][0] == "equal" else 0
    (a, had), (b, has) = (old.keys, old.parts), (new.keys, new.parts)
    figure = (
        next((n for n in range(left) if a[i - n - 1] not in ZH_FIGURE), left) if _in_figure(a, b, i, k, j, m) else 0
    )
    return Place(
        old=tuple(a[i:k]),
        new=tuple(b[j:m]),
        was=normal("".join(had[i - left : k + right])),
        now=normal("".join(has[j - left : m + right])),
        gone="".join(had[i - figure : k]).strip(),
        come="".join(has[j - figure : m]).strip(),
        tail=_tail((has[j:m] or had[i:k] or [""])[-1], has[m : m + right]),
        quoted=in_quotes(old, i, k) or in_quotes(new, j, m),
        quotes=bool(old.quotes and new.quotes),
        starts=opens(new, j),
        plain=plain,
    )


def _in_figure(a: Sequence[str], b: Sequence[str], i: int, k: int, j: int, m: int) -> bool:
    """Whether a Chinese figure changed from its middle on: it is shown from its start."""
    return any(t in ZH_FIGURE for t in (*a[i:k][:1], *b[j:m][:1]))


def _capitals(side: Side) -> bool:
    said = [t for t in side.keys[side.start : side.end] if t[:1].isalpha() and len(t) > 3]
    return len(said) > 2 and sum(t[0].isupper() for t in said) > CAPITALS * len(said)


def _tail(last: str, after: Sequence[str]) -> str:
    near = after[:CONTEXT] if is_cjk("".join(after)) else after[:2]
    said = re.split(r"[.,;:!?()\"«»“”。，；：！？]", "".join(near))[0].rstrip()
    return " " + said if said and last[-1:].isspace() else said


def _order(places: list[Place], old: str, new: str, known: frozenset[str]) -> Part:
    """The same words in another order: who does what to whom may have changed."""
    moved = " ".join(p.gone for p in places) + " . " + " ".join(p.come for p in places)
    kinds = [Kind.NUMBER] if list(numbers(old)) != list(numbers(new)) and numbers(moved) else []
    if sequence(old, known) != sequence(new, known) and named(moved, known, False):
        kinds.append(Kind.NAME)
    if hedges(" ".join(p.gone for p in places)):
        kinds.append(Kind.HEDGE)
    weight = max((WEIGHTS[k] for k in kinds), default=LIGHT)
    return Part(tuple(kinds) or (Kind.REWRITE,), weight, old, new)


def _part(place: Place, known: frozenset[str]) -> Part:
    if plainest(place.gone) == plainest(place.come):
        return _respelled(place)
    found = [kind for kind, moved in _tests(place, known) if moved]
    size = max(_size(place.old), _size(place.new))
    one_sided = not place.old or not place.new
    if one_sided and size >= LONG:
        found = _clause(place, found, size)
    if found:
        weight = max(WEIGHTS[kind] for kind in found)
        return Part(tuple(found), weight, place.gone, place.come, place.tail)
    kind, weight = _plain(place)
    return Part((kind,), weight, place.gone, place.come, place.tail)


def _respelled(place: Place) -> Part:
    """Only capitals or look-alikes changed: a slip, but for short words that become another one (us, US; who, WHO)."""
    other = any(
        a != b and len(a) <= 4 and (a.isupper() or b.isupper()) for a, b in zip(place.old, place.new, strict=True)
    )
    kind = Kind.REWRITE if other else Kind.TYPO
    return Part((kind,), WEIGHTS[kind], place.gone, place.come, place.tail)


def _clause(place: Place, found: list[Kind], size: int) -> list[Kind]:
    """The kinds of a clause that came or went: its words speak for themselves, but who says so belongs to the rest."""
    said = [k for k in found if k is Kind.QUOTE and place.old]
    if Kind.ATTRIBUTION in found and size < LONG * 2:
        return [*said, Kind.ATTRIBUTION]
    return [*said, Kind.DELETION if place.old else Kind.ADDITION]


def _size(side: tuple[str, ...]) -> int:
    return sum(1 if is_cjk(t) else 2 for t in side if any(c.isalnum() for c in t)) // 2


def _tests(place: Place, known: frozenset[str]) -> Iterable[tuple[Kind, bool]]:
    """Every kind that a list can tell, and whether it holds here."""
    (was, days), (now, others) = dated(place.was), dated(place.now)
    yield Kind.NUMBER, numbers(was) != numbers(now)
    yield Kind.DATE, days != others
    gone, come = (named(side, known, place.starts, place.plain, place.tail) for side in (place.gone, place.come))
    yield Kind.NAME, gone != come or zh_named(place.was) != zh_named(place.now)
    surer, source = attributions(place.was) != attributions(place.now), _other_source(place)
    reworded = place.quoted and bool(set(map(str.casefold, place.old)) ^ set(map(str.casefold, place.new)))
    source = source and gone == come  # who is named is a name
    yield Kind.QUOTE, reworded or (source and place.quotes)
    yield Kind.ATTRIBUTION, surer or source
    yield Kind.HEDGE, hedges(was) != hedges(now) or _opposite(place) or _question(place)


def _other_source(place: Place) -> bool:
    """Whether beside a verb of saying another one says it ("officials said", "residents said")."""
    if not place.old or not place.new or place.quoted:
        return False
    before = place.was.partition(normal(place.gone))[0].split()[-1:]
    if before and before[0].casefold() in _TO:
        return False
    return sources(place.was) != sources(place.now) and bool(attributions(place.was) and attributions(place.now))


_TO = frozenset(["to", "with", "at", "for", "against", "of", "in", "с", "со", "о", "об", "на", "против", "для"])
"""Behind these stands whom or what was spoken of, not who spoke."""


def _plain(place: Place) -> tuple[Kind, float]:
    """The kind of a place that no list knows: a slip, or words that came, went or were replaced."""
    old, new = _content(place.old), _content(place.new)
    opposite = any(frozenset((a.casefold(), b.casefold())) in OPPOSITES for a in place.old for b in place.new)
    if not _worded(place.old) and not _worded(place.new):
        return Kind.TYPO, LIGHT
    if place.gone.replace(".", "") == place.come.replace(".", ""):
        return Kind.TYPO, LIGHT
    if len(old) == len(new) and old and all(a == b or is_slip(a, b) for a, b in zip(*_cased(place), strict=True)):
        return Kind.TYPO, LIGHT
    figures = bool(old and new and numbers(place.was)) and not _other(old + new)
    said = attributions(" ".join(old)) if len(old) == len(new) == 1 else None
    if opposite:
        return Kind.REWRITE, WEIGHTS[Kind.REWRITE]
    if figures or _forms(old, new) or (said and said == attributions(" ".join(new))):
        return Kind.REWRITE, LIGHT * 2
    kind = Kind.REWRITE if place.old and place.new else Kind.DELETION if place.old else Kind.ADDITION
    return kind, WEIGHTS[kind] if old or new else LIGHT * 2


def _cased(place: Place) -> tuple[list[str], list[str]]:
    old, new = ([t for t in side if t.casefold() in _content(side)] for side in (place.old, place.new))
    return old, new


def _other(said: list[str]) -> list[str]:
    """Words that are no part of a figure, in digits or spelled."""
    return [w for w in said if not is_figure(w) and not unit_of(w) and w not in _HEADS]


_HEADS = frozenset(["people", "persons", "человек", "людей", "人", "名", "位", "百", "分", "之", "per", "cent"])
"""What is counted when nothing is named: 5 человек, пятеро."""


def _worded(side: tuple[str, ...]) -> bool:
    return any(c.isalnum() for t in side for c in t)


def _content(side: tuple[str, ...]) -> list[str]:
    said = [t.casefold() for t in side if any(c.isalnum() for c in t)]
    return [_FUTURE.get(t, t) for t in said if t not in LITTLE]


_FUTURE = {"would": "will", "shall": "will", "'ll": "will"}
"""That something is to come is no little word: "will resign", "has resigned"."""


def _forms(old: list[str], new: list[str]) -> bool:
    """Whether both sides hold the same words in other forms (report, reports; заявил, заявила)."""
    return len(old) == len(new) and all(_same_stem(a, b) for a, b in zip(old, new, strict=True))


def _same_stem(one: str, other: str) -> bool:
    """Whether two words are one in two forms: by its endings in English, by its root in Russian."""
    if one == other:
        return True
    if is_cjk(one + other):
        return False
    if not (one + other).isascii() and len(root(one)) > 2 and root(one) == root(other):
        return True
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    ends = one[shared:], other[shared:]
    if one.isascii() and other.isascii():
        return shared >= 4 and _are_endings(one[shared - 1], set(ends))
    return shared >= 4 and shared * 3 >= max(len(one), len(other)) * 2 and max(map(len, ends)) <= 3


def _are_endings(before: str, ends: set[str]) -> bool:
    """Whether two different ends of English words are endings of one (stop, stopped; deny, denies; take, taking)."""
    once = {end[1:] if end[:1] == before and len(end) > 2 else end for end in ends}
    plain = {"", "s", "'s", "es", "ed", "ing"} | ({"d", "n"} if before == "e" else set())
    return once <= plain or once <= {"e", "ing"} or once <= {"y", "ies", "ied"}


def _opposite(place: Place) -> bool:
    """Whether a word gained or lost a negating beginning (legal, illegal; законный, незаконный)."""
    old, new = [t.casefold() for t in place.old], [t.casefold() for t in place.new]
    if len(old) != len(new):
        return False
    return any(_negates(a, b) or _negates(b, a) for a, b in zip(old, new, strict=True))


def _negates(a: str, b: str) -> bool:
    return len(a) >= 4 and any(b == prefix + a for prefix in NEGATIVE)


def _question(place: Place) -> bool:
    return ("?" in place.old) != ("?" in place.new) or ("？" in place.old) != ("？" in place.new)
