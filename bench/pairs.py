"""How often does `compare` tell a labelled pair as people labelled it? Precision and recall, kind by kind.

    python -m bench.pairs [--half seen|held] [--raise] [--show]

tests/pairs/seen holds the pairs that the rules were written with, tests/pairs/held those that they were not: only the
second half says how well the rules do. tests/pairs/floors.toml keeps what each half must reach; ``--raise`` lifts the
floors to today's figures and lowers none. Exit code 1 when a figure is under its floor, 2 when a half holds no pairs.
"""

import argparse
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from crawler.compare import STEALTH_WEIGHT, compare  # noqa: E402
from storage.records import Disclosed, Kind, Link, Text  # noqa: E402

PAIRS = ROOT / "tests" / "pairs"
FLOORS = PAIRS / "floors.toml"
HALVES = ("seen", "held")
LANGUAGES = ("en", "ru", "zh")


@dataclass(frozen=True)
class Case:
    """A labelled pair: two texts, and what a person says lies between them."""

    name: str
    old: Text
    new: Text
    expected: dict[str, Any]
    """kinds, weighs; disclosed ("none"), noise (False) and words of the summary where they differ."""

    @property
    def language(self) -> str:
        return self.name.split("-")[0]


def cases(half: str) -> list[Case]:
    """All pairs of a half, by name."""
    return [read(path.parent) for path in sorted((PAIRS / half).glob("*/expected.toml"))]


def read(folder: Path) -> Case:
    expected = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8"))
    return Case(folder.name, load(folder / "old.txt"), load(folder / "new.txt"), expected)


def load(path: Path) -> Text:
    """A text: fields first (``title: ...``), then a line ``---``, then paragraphs, one a blank line apart."""
    head, _, rest = path.read_text(encoding="utf-8").partition("---\n")
    said: dict[str, Any] = {}
    links, captions = [], []
    for line in filter(None, head.splitlines()):
        name, _, value = line.partition(": ")
        if name == "link":
            url, _, text = value.partition(" ")
            links.append(Link(url, text))
        elif name == "caption":
            captions.append(value)
        else:
            said[name] = value
    paragraphs = tuple(p.strip() for p in rest.split("\n\n") if p.strip())
    return Text(paragraphs=paragraphs, links=tuple(links), captions=tuple(captions), **said)


# --- figures --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Score:
    """How often something was said rightly, said wrongly, and missed."""

    hit: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.hit / (self.hit + self.wrong) if self.hit + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.hit / (self.hit + self.missed) if self.hit + self.missed else 1.0


def labels(case: Case) -> set[str]:
    """What a person says of the pair: kinds, and weighs, noise, disclosed:proper or disclosed:technical."""
    said = case.expected
    found = set(said["kinds"]) | {name for name in ("weighs", "noise") if said.get(name)}
    return found | _disclosed(said.get("disclosed", "none"))


def answers(case: Case) -> set[str]:
    """What `compare` says of it, in the same words."""
    found = compare(case.old, case.new)
    told = {"weighs": found.weight >= STEALTH_WEIGHT, "noise": bool(found.noise)}
    return {str(k) for k in found.kinds} | {name for name, holds in told.items() if holds} | _disclosed(found.disclosed)


def _disclosed(said: str) -> set[str]:
    return set() if said == Disclosed.NONE else {f"disclosed:{said}"}


def scores(half: Iterable[Case]) -> dict[str, Score]:
    """By label, and over all kinds (``kinds``) and all that was disclosed (``disclosed``)."""
    hit: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for case in half:
        wanted, told = labels(case), answers(case)
        hit.update(name for one in wanted & told for name in _counted(one))
        wrong.update(name for one in told - wanted for name in _counted(one))
        missed.update(name for one in wanted - told for name in _counted(one))
    return {name: Score(hit[name], wrong[name], missed[name]) for name in sorted({*hit, *wrong, *missed})}


def _counted(label: str) -> Sequence[str]:
    if label in ("weighs", "noise"):
        return (label,)
    return (label, "disclosed" if label.startswith("disclosed:") else "kinds")


def measured(half: Sequence[Case]) -> dict[str, dict[str, float]]:
    """What the floors are about, to three decimals: kinds, weighs, disclosed and noise, and kinds by language."""
    over_all = scores(half)
    found = {name: over_all.get(name, Score(0, 0, 0)) for name in ("kinds", "weighs", "disclosed", "noise")}
    for language in LANGUAGES:
        found[f"kinds_{language}"] = scores(c for c in half if c.language == language).get("kinds", Score(0, 0, 0))
    return {name: {"precision": _down(s.precision), "recall": _down(s.recall)} for name, s in found.items()}


def _down(share: float) -> float:
    return int(share * 1000 + 1e-9) / 1000


# --- floors ---------------------------------------------------------------------------------------


def floors() -> dict[str, dict[str, dict[str, float]]]:
    return tomllib.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}


def under(half: str, figures: dict[str, dict[str, float]]) -> list[str]:
    """The figures that are under their floors, in words."""
    return [
        f"{half}: {name} {what} is {figures[name][what]:.3f}, its floor {floor:.3f}"
        for name, kept in floors().get(half, {}).items()
        for what, floor in kept.items()
        if figures[name][what] < floor
    ]


def lifted(half: str, figures: dict[str, dict[str, float]]) -> None:
    """Lift the floors of a half to today's figures; none is lowered."""
    kept = floors()
    was = kept.get(half, {})
    kept[half] = {
        name: {what: max(now, was.get(name, {}).get(what, 0.0)) for what, now in by.items()}
        for name, by in figures.items()
    }
    lines = ["# What `compare` must reach on the labelled pairs (bench/pairs.py). A floor can only rise."]
    for side in HALVES:
        for name, by in kept.get(side, {}).items():
            told = ", ".join(f"{what} = {floor:.3f}" for what, floor in by.items())
            lines.append(f"{side}.{name} = {{ {told} }}")
    FLOORS.write_text("\n".join(lines) + "\n", encoding="utf-8")


# --- the command ----------------------------------------------------------------------------------


def table(half: Sequence[Case]) -> str:
    """Precision and recall by label, over all and by language."""
    columns = [half] + [[c for c in half if c.language == language] for language in LANGUAGES]
    by_column = [scores(column) for column in columns]
    order = [
        "kinds",
        *(str(k) for k in Kind),
        "weighs",
        "noise",
        "disclosed",
        "disclosed:technical",
        "disclosed:proper",
    ]
    heads = [f"{name} ({len(column)})" for name, column in zip(("all", *LANGUAGES), columns, strict=True)]
    lines = [f"{'':<20}" + "".join(f"{head:>22}" for head in heads)]
    lines.append(f"{'':<20}" + f"{'precision recall    n':>22}" * len(heads))
    for name in order:
        if name in by_column[0]:
            lines.append(f"{name:<20}" + "".join(_cell(column.get(name)) for column in by_column))
    return "\n".join(lines)


def _cell(score: Score | None) -> str:
    if score is None:
        return f"{'-':>22}"
    return f"{score.precision:>13.3f} {score.recall:>4.2f} {score.hit + score.missed:>3}"


def shown(half: Iterable[Case]) -> list[str]:
    """Each pair that is told otherwise than it is labelled."""
    out = []
    for case in half:
        wanted, told = labels(case), answers(case)
        if wanted != told:
            more, less = ", ".join(sorted(told - wanted)) or "-", ", ".join(sorted(wanted - told)) or "-"
            out.append(f"{case.name}: too much: {more}; missing: {less}")
    return out


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.pairs", description="compare on labelled pairs")
    parser.add_argument("--half", choices=HALVES, action="append", help="only this half")
    parser.add_argument("--raise", dest="lift", action="store_true", help="lift the floors to today's figures")
    parser.add_argument("--show", action="store_true", help="name the pairs that are told otherwise")
    asked = parser.parse_args(arguments)
    failed: list[str] = []
    for half in asked.half or HALVES:
        found = cases(half)
        if not found:
            print(f"No pairs in tests/pairs/{half}.", file=sys.stderr)
            return 2
        print(f"\n{half}: {len(found)} pairs\n{table(found)}")
        print(*(shown(found) if asked.show else ()), sep="\n")
        figures = measured(found)
        failed += under(half, figures)
        if asked.lift:
            lifted(half, figures)
    print(*failed, sep="\n")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
