"""Which sentences of two rewordings of a paragraph correspond?

Between paragraphs and words: a sentence may be cut, added, moved, split, replaced; words are compared only inside a
pair of similar ones. Sentences are runs of tokens, so that a quotation that spans several of them is still seen.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from crawler.wording import lexicon as lex
from crawler.wording.align import Pair, align, pieces
from storage.words import normal

_ENDS, _CJK_ENDS = frozenset(".!?"), frozenset("。！？")
_CLOSING, _OPENING, _BREAKS = frozenset("\"')]"), frozenset("\"'([*"), frozenset(":;。！？：…")


@dataclass(frozen=True)
class Side:
    """A run of one side's tokens: ``keys`` in normal form, ``parts`` as they stand, both of the whole unit."""

    keys: Sequence[str]
    parts: Sequence[str]
    start: int
    end: int
    quotes: Sequence[int] = ()
    """Where quotation marks stand in the unit, rising."""

    @property
    def text(self) -> str:
        return "".join(self.parts[self.start : self.end]).strip()

    def to(self, start: int, end: int) -> "Side":
        return replace(self, start=start, end=end)


@dataclass(frozen=True)
class Passage:
    """Sentences that correspond; one side is empty (``start == end``) for those cut or added."""

    old: Side
    new: Side
    same: bool = False
    """Whether the words are the same (moved, split or merged sentences)."""
    replaced: bool = False
    """Whether they share their place, and no words to speak of."""


def side(text: str) -> Side:
    keys, parts = pieces(text)
    return Side(keys, parts, 0, len(keys), [n for n, key in enumerate(keys) if key == '"'])


def in_quotes(side: Side, start: int, end: int) -> bool:
    """Whether a run of tokens lies in, cuts or makes a quotation (an even number of marks before: outside)."""
    before, upto = bisect_left(side.quotes, start), bisect_left(side.quotes, end)
    return upto > before or (end > start and before % 2 == 1 and upto < len(side.quotes))


# --- where a sentence ends ----------------------------------------------------------------------


def cut(whole: Side) -> list[Side]:
    """The sentences of a unit, in order; abbreviations and initials end none."""
    found, start, quoting = [], whole.start, False
    for n in range(whole.start, whole.end - 1):
        quoting ^= whole.keys[n] == '"'
        if "\n" in whole.parts[n] or _ends(whole, start, n, quoting):
            found.append(whole.to(start, n + 1))
            start = n + 1
    return [*found, whole.to(start, whole.end)] if start < whole.end else found


def _ends(whole: Side, start: int, n: int, quoting: bool) -> bool:
    """Whether the token at ``n`` is the last one of a sentence."""
    keys, after, mark = whole.keys, whole.keys[n + 1], n
    while mark > start and keys[mark] in _CLOSING and not (keys[mark] == '"' and quoting):
        mark -= 1
    if keys[mark] in _CJK_ENDS:
        return after not in _CJK_ENDS and not (after in _CLOSING and (quoting or after != '"'))
    if keys[mark] not in _ENDS or not whole.parts[n][-1:].isspace() or after[0].islower():
        return False
    return keys[mark] != "." or mark != n or not _is_short(whole, mark)


def _is_short(whole: Side, stop: int) -> bool:
    return stop > whole.start and lex.is_short(whole.keys[stop - 1])


def opens(whole: Side, at: int) -> bool:
    """Whether a sentence (or what follows a colon) starts at a token; the quotation mark before it is part of it."""
    before = at - 1
    while before >= whole.start and whole.keys[before] in _OPENING:
        before -= 1
    if before < whole.start or whole.keys[before] in _BREAKS:
        return True
    return whole.keys[before] in _ENDS and not (whole.keys[before] == "." and _is_short(whole, before))


# --- which correspond ---------------------------------------------------------------------------


def passages(old: Side, new: Side) -> list[Passage]:
    """What is not equal and in place, in the order of the new side (what was cut where it stood)."""
    here, there = cut(old), cut(new)
    if len(here) == len(there) == 1:
        return [Passage(old, new)]
    pairs = align([normal(s.text) for s in here], [normal(s.text) for s in there])
    joined = _replaced(pairs, len(here), len(there))
    return [
        Passage(_span(old, here, p.old), _span(new, there, p.new), p.same, (p in joined))
        for p in _merged(pairs, joined)
    ]


def _span(whole: Side, cuts: list[Side], which: tuple[int, ...]) -> Side:
    return whole.to(cuts[which[0]].start, cuts[which[-1]].end) if which else whole.to(0, 0)


def _merged(pairs: list[Pair], joined: Iterable[Pair]) -> list[Pair]:
    """The pairs, with those cuts and additions left out that stand in a replacement."""
    gone = {i for p in joined for i in p.old}
    come = {j for p in joined for j in p.new}
    rest = [p for p in pairs if (p.old and p.new) or not (gone & set(p.old) or come & set(p.new))]
    return sorted([*rest, *joined], key=lambda p: (p.new or p.old)[0])


def _replaced(pairs: list[Pair], olds: int, news: int) -> list[Pair]:
    """Runs of sentences that gave way to others: a cut and an addition behind the same sentence."""
    lost = {p.old[0] for p in pairs if not p.new}
    found = {p.new[0] for p in pairs if not p.old}
    partner = _partners(pairs, lost, found, olds, news)
    out = []
    for i in sorted(lost):
        if i - 1 in lost:
            continue
        j = partner[i - 1] + 1
        gone, come = _run(i, lost), _run(j, found)
        if come:
            out.append(Pair(gone, come))
    return out


def _partners(pairs: list[Pair], lost: set[int], found: set[int], olds: int, news: int) -> dict[int, int]:
    """For each old sentence that still stands, the last new one that holds it; -1 stands before the first."""
    out = {-1: -1} | {i: p.new[-1] for p in pairs if p.old and p.new for i in p.old}
    taken = set(out.values()) | {j for p in pairs if p.old for j in p.new} | found
    still = [i for i in range(olds) if i not in out and i not in lost]
    return out | dict(zip(still, (j for j in range(news) if j not in taken), strict=True))


def _run(start: int, among: set[int]) -> tuple[int, ...]:
    stop = start
    while stop in among:
        stop += 1
    return tuple(range(start, stop))
