"""How much CPU time does `compare` take, beside plain word diffs of the same texts?

    python -m bench.compare [--times N] [--pairs]

Beside it: difflib on words, and rapidfuzz and cydifflib on words where they are installed (``pip install rapidfuzz
cydifflib``; never needed). They only align words; `compare` aligns paragraphs and sentences, too, and says of what kind
each edit is. Texts are made here, the same at every run; ``--pairs`` adds all of tests/pairs/seen as one row. Times are
CPU milliseconds, the best of N. Exit code 1 when a target is missed.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.pairs import cases  # noqa: E402
from crawler.compare import compare  # noqa: E402
from storage.records import Text  # noqa: E402
from storage.words import words  # noqa: E402

SLOW = 1200
"""Words on one side beyond which difflib is left out of a row of unrelated texts: it would take minutes."""

Differ = Callable[[list[str], list[str]], object]


@dataclass(frozen=True)
class Row:
    """Two texts to compare, and how many milliseconds that may take."""

    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    most: float
    related: bool = True


# --- texts ----------------------------------------------------------------------------------------

_SYLLABLES = "ba ko ri ne tu sal mor den fin gar vel tor han lis per os um ek ra vi".split()  # noqa: SIM905


def prose(seed: int, size: int, sentences: int = 4) -> tuple[str, ...]:
    """Paragraphs of made-up words that fill ``size`` bytes; word lengths and repetition are those of news prose."""
    dice = Random(seed)
    lexicon = ["".join(dice.choices(_SYLLABLES, k=dice.randint(1, 4))) for _ in range(3000)]
    weights = [1 / rank for rank in range(1, len(lexicon) + 1)]
    made: list[str] = []
    while sum(map(len, made)) < size:
        said = [
            " ".join(dice.choices(lexicon, weights, k=dice.randint(8, 24))).capitalize() + "." for _ in range(sentences)
        ]
        made.append(" ".join(said))
    return tuple(made)


def edited(paragraphs: tuple[str, ...], seed: int = 7) -> tuple[str, ...]:
    """The same after a day's work: words replaced, a paragraph moved, one cut, one added, one split."""
    dice = Random(seed)
    new = list(paragraphs)
    for at in dice.sample(range(len(new)), k=max(1, len(new) // 5)):
        said = new[at].split(" ")
        said[dice.randrange(len(said))] = "otherwise"
        new[at] = " ".join(said)
    new.insert(2, new.pop(len(new) // 2))
    del new[len(new) // 3]
    new.insert(4, "Some 25 people were killed, officials said late on Tuesday.")
    first, _, rest = new[-2].partition(". ")
    return (*new[:-2], first + ".", rest, new[-1])


def rows() -> list[Row]:
    small, large = prose(1, 15_000), prose(2, 60_000)
    whole = " ".join(large)
    tiny = tuple(f"Line {n} reads {n * 7 % 901}." for n in range(5000))
    same = ("The river rose again in the night.",)
    return [
        Row("15 KB, ordinary edits", small, edited(small), 20),
        Row("60 KB, ordinary edits", large, edited(large), 100),
        Row("60 KB, unrelated", large, prose(3, 60_000), 1000, related=False),
        Row("60 KB in one paragraph, edited", (whole,), (" ".join(edited(large)),), 1000),
        Row("60 KB in one paragraph, unrelated", (whole,), (" ".join(prose(3, 60_000)),), 1000, related=False),
        Row(
            "5,000 tiny paragraphs, all reworded",
            tiny,
            tuple(t.replace("reads", "says") for t in tiny),
            3000,
            related=False,
        ),
        Row("one paragraph 2,000 times", same * 2000, (*same * 1990, "Nothing more."), 500, related=False),
    ]


# --- peers ----------------------------------------------------------------------------------------


def differs() -> dict[str, Differ]:
    """Word diffs by name, those that are installed."""
    found: dict[str, Differ] = {"difflib": lambda a, b: SequenceMatcher(None, a, b, autojunk=False).get_opcodes()}
    if find_spec("cydifflib"):
        quick = import_module("cydifflib").SequenceMatcher
        found["cydifflib"] = lambda a, b: quick(None, a, b, autojunk=False).get_opcodes()
    if find_spec("rapidfuzz"):
        indel = import_module("rapidfuzz.distance").Indel
        found["rapidfuzz"] = lambda a, b: indel.opcodes(a, b)
    return found


def millis(run: Callable[[], object], times: int) -> float:
    """CPU milliseconds, the best of so many runs."""
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        run()
        best = min(best, time.process_time() - began)
    return best * 1000


def measured(row: Row, times: int, peers: dict[str, Differ]) -> list[float | None]:
    """Of one row: `compare`, then each peer (None where it is left out)."""
    old, new = Text(paragraphs=row.old), Text(paragraphs=row.new)
    out: list[float | None] = [millis(lambda: compare(old, new), times)]
    a, b = words("\n".join(row.old)), words("\n".join(row.new))
    for name, differ in peers.items():
        slow = name != "rapidfuzz" and not row.related and max(len(a), len(b)) > SLOW
        out.append(None if slow else millis(lambda differ=differ: differ(a, b), 1))  # type: ignore[misc]
    return out


def all_pairs(times: int) -> float:
    seen = cases("seen")
    return millis(lambda: [compare(case.old, case.new) for case in seen], times) / len(seen)


# --- the command ----------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description="compare beside plain word diffs")
    parser.add_argument("--times", type=int, default=3, help="runs of each, the best counts (3)")
    parser.add_argument("--pairs", action="store_true", help="also the labelled pairs of tests/pairs/seen, on average")
    asked = parser.parse_args(arguments)
    peers, missed = differs(), 0
    print(f"{'CPU milliseconds':<36}" + "".join(f"{name:>12}" for name in ("compare", "target", *peers)))
    for row in rows():
        took, *others = measured(row, max(1, asked.times), peers)
        missed += took is not None and took > row.most
        cells = [
            f"{took:>12.1f}",
            f"{row.most:>12.0f}",
            *(f"{o:>12.1f}" if o is not None else f"{'-':>12}" for o in others),
        ]
        print(f"{row.name:<36}" + "".join(cells), flush=True)
    if asked.pairs:
        print(f"{'a labelled pair, on average':<36}{all_pairs(max(1, asked.times)):>12.2f}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
