"""Which paragraphs, and which words, of two texts correspond?

Paragraphs first: equal ones (by normal form) are anchors, then splits and merges, then similar ones. Words are
compared only inside a pair of similar paragraphs, on tokens without their spaces. Both steps put the two sides
into one order first, so that swapping the sides swaps the answer and changes nothing else.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from unicodedata import is_normalized

from storage.words import normal, tokens, words

SIMILAR = 0.5
"""Two paragraphs are one, reworded, from this share of common words on (Dice)."""
SIMILAR_ALONE = 0.25
"""The same for two that stand alone between the same two unchanged neighbours: their place speaks for them."""
ABSORBED = 0.7
"""A leftover paragraph belongs to a split one when this share of its words is what the other half lacks."""
CANDIDATES = 8
"""Paragraphs looked at as the possible other side of one paragraph; those with most word pairs in common."""
POPULAR = 20
"""Word pairs that stand in more paragraphs than this say nothing about which of them is meant."""
START = 6
"""Letters at the start of a paragraph by which the first part of a split one is looked up."""
SMALL = 40_000
"""Product of two token counts up to which difflib is quick; beyond it, runs of words unique to both are anchors."""
RUN = 4
"""Tokens in such a run."""

Opcode = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Pair:
    """Units of the old list and of the new one that correspond; one side is empty for a cut or an addition."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    same: bool = False
    """Whether the words are the same (a move, a split, a merge)."""


# --- paragraphs ---------------------------------------------------------------------------------


def align(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """All that is not equal and in place, in the order of the new list (cuts where they stood).

    ``old`` and ``new`` are the normal forms of the units. Every index of both lists either stands in exactly one
    pair, or is untouched; the untouched ones of both lists are equal and in the same order.
    """
    if tuple(old) > tuple(new):
        return _ordered([Pair(p.new, p.old, p.same) for p in _aligned(new, old)])
    return _ordered(_aligned(old, new))


def _ordered(pairs: list[Pair]) -> list[Pair]:
    return sorted(pairs, key=lambda p: (p.new or p.old)[0])


def _aligned(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    equal = _equal(old, new)
    kept = set(rising(equal))
    pairs = [Pair((i,), (j,), same=True) for i, j in equal if (i, j) not in kept]
    lost = set(range(len(old))) - {i for i, _ in equal}
    found = set(range(len(new))) - {j for _, j in equal}
    pairs += _cuts(old, new, lost, found)
    pairs += [Pair(p.new, p.old, p.same) for p in _cuts(new, old, found, lost)]
    pairs += _similar(old, new, lost, found, sorted(kept))
    return pairs + [Pair((i,), ()) for i in sorted(lost)] + [Pair((), (j,)) for j in sorted(found)]


def _equal(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of equal units: common head and tail first, then the first of a kind with the first, and so on."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    places: dict[str, list[int]] = defaultdict(list)
    for j in range(len(new) - tail - 1, head - 1, -1):
        places[new[j]].append(j)
    pairs = [(i, i) for i in range(head)]
    pairs += [(i, places[old[i]].pop()) for i in range(head, len(old) - tail) if places.get(old[i])]
    return pairs + [(len(old) - tail + n, len(new) - tail + n) for n in range(tail)]


def rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs (sorted by their first) in which the second rises as well."""
    tops: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for n, (_, j) in enumerate(pairs):
        k = bisect_left(tops, j)
        tops[k : k + 1] = [j]
        at[k : k + 1] = [n]
        before.append(at[k - 1] if k else -1)
    chain, n = [], at[-1] if at else -1
    while n >= 0:
        chain.append(pairs[n])
        n = before[n]
    return chain[::-1]


def _cuts(whole: Sequence[str], parts: Sequence[str], lost: set[int], found: set[int]) -> list[Pair]:
    """Units that were cut into several with no word changed; what is explained leaves ``lost`` and ``found``."""
    starts: dict[str, list[int]] = defaultdict(list)
    for j in sorted(found):
        starts[parts[j][:START]].append(j)
    pairs = []
    for i in sorted(lost):
        near = [j for n in range(1, START + 1) for j in starts.get(whole[i][:n], ())[:POPULAR]]
        run = next((run for j in near if (run := _run(whole[i], parts, j, found))), ())
        if run:
            pairs.append(Pair((i,), run, same=True))
            lost.discard(i)
            found.difference_update(run)
    return pairs


def _run(whole: str, parts: Sequence[str], start: int, free: set[int]) -> tuple[int, ...]:
    rest, j = whole, start
    while rest and j in free and rest.startswith(parts[j]):
        rest = rest[len(parts[j]) :].lstrip()
        j += 1
    return tuple(range(start, j)) if not rest and j - start > 1 else ()


def _similar(
    old: Sequence[str], new: Sequence[str], lost: set[int], found: set[int], kept: list[tuple[int, int]]
) -> list[Pair]:
    """Reworded units, the most alike first; what is explained leaves ``lost`` and ``found``."""
    if not lost or not found:
        return []
    said = {i: Counter(words(old[i])) for i in lost}
    says = {j: Counter(words(new[j])) for j in found}
    alone = _alone(lost, found, kept)
    scored = [(dice(said[i], says[j]), i, j) for i, j in _candidates(old, new, lost, found) | alone]
    scored.sort(key=lambda s: (-s[0], abs(s[1] - s[2]), s[1]))
    pairs = {}
    for score, i, j in scored:
        enough = score >= SIMILAR or (score >= SIMILAR_ALONE and (i, j) in alone)
        if enough and i in lost and j in found:
            pairs[i] = j
            lost.discard(i)
            found.discard(j)
    return [_grown(i, j, said, says, lost, found) for i, j in pairs.items()]


def _alone(lost: set[int], found: set[int], kept: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """Pairs that stand alone between the same two unchanged neighbours."""
    firsts, seconds = [i for i, _ in kept], [j for _, j in kept]
    gaps: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for i in sorted(lost):
        gaps[bisect_left(firsts, i)][0].append(i)
    for j in sorted(found):
        gaps[bisect_left(seconds, j)][1].append(j)
    return {(a[0], b[0]) for a, b in gaps.values() if len(a) == len(b) == 1}


def _candidates(old: Sequence[str], new: Sequence[str], lost: set[int], found: set[int]) -> set[tuple[int, int]]:
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for j in sorted(found):
        for pair in _word_pairs(new[j]):
            places[pair].append(j)
    out: set[tuple[int, int]] = set()
    for i in sorted(lost):
        hits = Counter(j for p in _word_pairs(old[i]) if len(places.get(p, ())) <= POPULAR for j in places.get(p, ()))
        best = sorted(hits.items(), key=lambda h: (-h[1], abs(h[0] - i), h[0]))[:CANDIDATES]
        out.update((i, j) for j, _ in best)
    return out


def _word_pairs(text: str) -> set[tuple[str, ...]]:
    said = words(text)
    return set(pairwise(said)) | {(w,) for w in said if len(said) <= RUN * 2}


def dice(one: Counter[str], other: Counter[str]) -> float:
    """Sørensen-Dice over two bags of words: 1.0 when equal (two empty bags, too), 0.0 when nothing is shared."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def _grown(
    i: int, j: int, said: dict[int, Counter[str]], says: dict[int, Counter[str]], lost: set[int], found: set[int]
) -> Pair:
    """The pair with the other half of a paragraph that was split (or merged) while it was reworded."""
    for k in (j + 1, j - 1):
        if k in found and _belongs(says[k], said[i] - says[j]):
            found.discard(k)
            return Pair((i,), (min(j, k), max(j, k)))
    for k in (i + 1, i - 1):
        if k in lost and _belongs(said[k], says[j] - said[i]):
            lost.discard(k)
            return Pair((min(i, k), max(i, k)), (j,))
    return Pair((i,), (j,))


def _belongs(part: Counter[str], missing: Counter[str]) -> bool:
    return part.total() > RUN and (part & missing).total() >= ABSORBED * part.total()


# --- words --------------------------------------------------------------------------------------


def spans(old: str, new: str) -> list[tuple[str, str, str]]:
    """Word-level marks (what, old, new), what being equal, replace, delete or insert.

    The old parts joined are ``old``, the new parts ``new``; white space stays inside the parts. Parts are equal
    when their normal forms are.
    """
    if normal(old) == normal(new):
        return [("equal", old, new)] if old or new else []
    (a, had), (b, has) = pieces(old), pieces(new)
    if not had or not has:
        return [("delete" if had else "insert", old, new)]
    return [(what, "".join(had[i:k]), "".join(has[j:m])) for what, i, k, j, m in opcodes(a, b)]


def pieces(text: str) -> tuple[list[str], list[str]]:
    """The tokens in normal form, and the same tokens as they stand, each with the white space behind it.

    The signs of a Chinese figure are one token: 二十三 and 三十二 are two numbers, not three signs out of order.
    """
    found = tokens(text)
    starts, at = [], 0
    for token in found:
        starts.append(text.index(token, at))
        at = starts[-1] + len(token)
    if _FIGURE.search(text):
        signs = zip(pairwise(starts), pairwise(found), strict=True)
        joined = [k - i == 1 and {one, other} <= FIGURES for (i, k), (one, other) in signs]
        starts = [start for start, inside in zip(starts, [False, *joined], strict=False) if not inside]
    ends = [*starts[1:], len(text)]
    parts = [text[start:end] for start, end in zip(starts, ends, strict=False)]
    keys = [_key(part.rstrip()) for part in parts]
    if parts:
        parts[0] = text[: starts[0]] + parts[0]
    return keys, parts


FIGURES = frozenset("〇零一二两三四五六七八九十百千万亿")
_FIGURE = re.compile(f"[{''.join(sorted(FIGURES))}]{{2}}")


def _key(token: str) -> str:
    plain = token.isalnum() and is_normalized("NFC", token)
    return token if plain else normal(token)


def opcodes(old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    """difflib's opcodes between two token lists, without stray matches, and without its quadratic cliff."""
    if tuple(old) > tuple(new):
        swapped = {"insert": "delete", "delete": "insert"}
        return [(swapped.get(what, what), j, m, i, k) for what, i, k, j, m in opcodes(new, old)]
    return _joined(_unstray(_matches(old, new), len(old), len(new)), len(old), len(new))


def _matches(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of equal tokens, both sides rising."""
    short = min(len(old), len(new))
    head = next((n for n in range(short) if old[n] != new[n]), short)
    tail = next((n for n in range(short - head) if old[-1 - n] != new[-1 - n]), short - head)
    ends = len(old) - tail, len(new) - tail
    pairs = [(n, n) for n in range(head)]
    anchors = [] if (ends[0] - head) * (ends[1] - head) <= SMALL else _anchors(old, new, head, ends)
    i, j = head, head
    for p, q in [*anchors, ends]:
        pairs += _between(old, new, (i, p), (j, q))
        if (p, q) != ends:
            pairs.append((p, q))
        i, j = p + 1, q + 1
    return pairs + [(ends[0] + n, ends[1] + n) for n in range(tail)]


def _between(old: Sequence[str], new: Sequence[str], a: tuple[int, int], b: tuple[int, int]) -> list[tuple[int, int]]:
    if not 0 < (a[1] - a[0]) * (b[1] - b[0]) <= SMALL:
        return []
    blocks = SequenceMatcher(None, old[a[0] : a[1]], new[b[0] : b[1]], autojunk=False).get_matching_blocks()
    return [(a[0] + block.a + n, b[0] + block.b + n) for block in blocks for n in range(block.size)]


def _anchors(old: Sequence[str], new: Sequence[str], head: int, ends: tuple[int, int]) -> list[tuple[int, int]]:
    """Equal tokens that belong to runs which stand once in each side (patience diff, over runs)."""
    here, there = _once(old, head, ends[0]), _once(new, head, ends[1])
    chain = rising([(i, there[run]) for run, i in here.items() if run in there])
    pairs: list[tuple[int, int]] = []
    for i, j in chain:
        for n in range(RUN):
            if not pairs or (i + n > pairs[-1][0] and j + n > pairs[-1][1]):
                pairs.append((i + n, j + n))
    return pairs


def _once(side: Sequence[str], start: int, end: int) -> dict[tuple[str, ...], int]:
    runs = [(tuple(side[n : n + RUN]), n) for n in range(start, end - RUN + 1)]
    times = Counter(run for run, _ in runs)
    return {run: n for run, n in runs if times[run] == 1}


def _unstray(pairs: list[tuple[int, int]], olds: int, news: int) -> list[tuple[int, int]]:
    """Without lone matches inside larger rewordings: a comma that both sentences hold joins nothing."""
    blocks: list[list[tuple[int, int]]] = []
    for i, j in pairs:
        if blocks and blocks[-1][-1] == (i - 1, j - 1):
            blocks[-1].append((i, j))
        else:
            blocks.append([(i, j)])
    out, last = [], (-1, -1)
    for n, block in enumerate(blocks):
        after = blocks[n + 1][0] if n + 1 < len(blocks) else (olds, news)
        left = max(block[0][0] - last[0], block[0][1] - last[1]) - 1
        right = max(after[0] - block[-1][0], after[1] - block[-1][1]) - 1
        if len(block) * 3 > min(left, right):
            out += block
            last = block[-1]
    return out


def _joined(pairs: list[tuple[int, int]], olds: int, news: int) -> list[Opcode]:
    out: list[Opcode] = []
    i = j = 0
    for p, q in [*pairs, (olds, news)]:
        if p > i or q > j:
            out.append(("replace" if p > i and q > j else "delete" if p > i else "insert", i, p, j, q))
        if (p, q) == (olds, news):
            break
        if out and out[-1][0] == "equal":
            out[-1] = ("equal", out[-1][1], p + 1, out[-1][3], q + 1)
        else:
            out.append(("equal", p, p + 1, q, q + 1))
        i, j = p + 1, q + 1
    return out
