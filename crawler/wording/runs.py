"""What have two texts in common? Runs of words that stand in both, how much they cover, and prints to find them by.

A run holds twelve units: six words, or twelve ideographs (a word counts two, an ideograph one, for about as much is
said by them). So the same rules serve English, Russian and Chinese, and texts that mix them.

Prints are chosen by winnowing (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003): of every `WINDOW` neighbouring
runs, the one with the smallest checksum. Two texts that share `WINDOW` runs in a row share a print for certain: 36
words, wherever they stand and however long the rest is. MinHash with bands would be half the size, but finds wholes
only: a wire's 200 words in a story of 2,000 have a Jaccard similarity of .1.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from zlib import crc32

from storage.words import is_cjk, normal, tokens

RUN = 12
"""Units of a run: fewer are shared by chance, more do not outlive light editing."""
WINDOW = 31
"""Runs of which one is a print: 1 of 16 on average."""
LONGEST = 20_000
"""Words of a text that are looked at: books and logs are no articles, and must not hold up the rest."""


@dataclass(frozen=True)
class Said:
    """A text's words in order, case folded, and which of them stand between quotation marks."""

    words: tuple[str, ...]
    quoted: frozenset[int] = frozenset()

    @cached_property
    def weights(self) -> tuple[int, ...]:
        """Units of each word."""
        return tuple(1 if len(word) == 1 and is_cjk(word) else 2 for word in self.words)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Where the run ends that starts at each word, as far as one does."""
        return ends(self.weights, RUN)

    @cached_property
    def in_order(self) -> tuple[str, ...]:
        """The run that starts at each word, as far as one does."""
        return in_order(self.words, self.ends)

    @cached_property
    def runs(self) -> frozenset[str]:
        """All its runs."""
        return frozenset(self.in_order)


def said(paragraphs: Iterable[str]) -> Said:
    """A text, cut into words. A quotation that a paragraph leaves open ends with it."""
    found: list[str] = []
    quoted: set[int] = set()
    for paragraph in paragraphs:
        open_at = -1
        for part in tokens(normal(paragraph).casefold()):
            if part[0].isalnum():
                found.append(part)
            elif part == '"':
                if open_at >= 0:
                    quoted.update(range(open_at, len(found)))
                open_at = -1 if open_at >= 0 else len(found)
        if len(found) > LONGEST:
            break
    return Said(tuple(found[:LONGEST]), frozenset(quoted))


def ends(weights: Sequence[int], size: int) -> tuple[int, ...]:
    """Where the run of ``size`` units ends that starts at each word (behind its last); none where too few follow."""
    found, stop, units = [], 0, 0
    for weight in weights:
        while units < size and stop < len(weights):
            units += weights[stop]
            stop += 1
        if units < size:
            break
        found.append(stop)
        units -= weight
    return tuple(found)


def in_order(words: Sequence[str], stops: Sequence[int]) -> tuple[str, ...]:
    """The runs that end there."""
    return tuple(" ".join(words[start:stop]) for start, stop in enumerate(stops))


def stretches(of: Sequence[str], known: frozenset[str]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Neighbouring runs that are not known, with the known run before them and the one behind ("": an end)."""
    left, found = "", list[str]()
    for run in of:
        if run not in known:
            found.append(run)
            continue
        if found:
            yield left, tuple(found), run
        left, found = run, []
    if found:
        yield left, tuple(found), ""


# --- prints -------------------------------------------------------------------------------------


def prints(of: Said) -> tuple[int, ...]:
    """By what a text is found again by others that share a passage with it: rising 63-bit numbers.

    The same on every machine and in every process.
    """
    checks = [crc32(run.encode()) for run in of.in_order]
    return tuple(sorted({digest(of.in_order[at]) for at in _winnowed(checks)}))


def _winnowed(checks: Sequence[int]) -> set[int]:
    """Where the smallest of each window stands; the last of equals."""
    chosen: set[int] = set()
    queue: list[int] = []  # places whose checks rise; the first is the smallest of the window
    head = 0
    for at, check in enumerate(checks):
        while len(queue) > head and checks[queue[-1]] >= check:
            queue.pop()
        queue.append(at)
        if queue[head] <= at - WINDOW:
            head += 1
        if at >= WINDOW - 1:
            chosen.add(queue[head])
    return chosen or ({queue[head]} if queue else chosen)


def digest(text: str) -> int:
    """A number of 63 bits, which SQLite holds as it is."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


# --- shares -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of a text stands in another."""

    share: float
    """Of its words, 0 to 1."""
    words: int
    """How many."""
    own: int
    """Units of them that stand outside its quotations: what two who quote the same statement do not share."""


NONE = Shares(0.0, 0, 0)


def shares(mine: Said, other: Said) -> Shares:
    """How much of one text's words lies in runs that stand in the other."""
    if not mine.words:
        return NONE
    covered: set[int] = set()
    known, reach = other.runs, 0
    for start, stop, run in zip(range(len(mine.ends)), mine.ends, mine.in_order, strict=True):
        if run in known:
            covered.update(range(max(start, reach), stop))
            reach = stop
    own = sum(mine.weights[at] for at in covered - mine.quoted)
    return Shares(round(len(covered) / len(mine.words), 4), len(covered), own)


def portion(part: frozenset[str], whole: frozenset[str]) -> float:
    """Which share of some runs stands among others, 0 to 1; 0 where there are none."""
    return round(len(part & whole) / len(part), 4) if part else 0.0
