"""Real pages with their gold paragraphs, and how near a reading comes to the gold."""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from bench.draft import norm


@dataclass(frozen=True)
class Sample:
    """A page with its gold paragraphs."""

    corpus: str
    name: str
    url: str
    html: str
    gold: tuple[str, ...]
    optional: frozenset[int] = frozenset()
    """Indexes of paragraphs that may be read or not (in square brackets in the index)."""

    @cached_property
    def body(self) -> bytes:
        """The page as it would come over the wire."""
        return self.html.encode("utf-8", "replace")

    @property
    def outlet(self) -> str:
        return urlsplit(self.url).hostname or ""


def load(data: Path) -> list[Sample]:
    """All pages of the index; none when there is no index."""
    index = data / "pages" / "index.jsonl"
    rows = [json.loads(line) for line in index.read_text("utf-8").splitlines()] if index.exists() else []
    return [_sample(data / "pages", row) for row in rows]


def _sample(folder: Path, row: dict[str, str | list[str]]) -> Sample:
    gold, file = row["gold"], str(row["file"])
    parts = [part for part in (gold.split("\n") if isinstance(gold, str) else gold) if part.strip()]
    optional = frozenset(i for i, part in enumerate(parts) if part.startswith("[") and not isinstance(gold, str))
    html = gzip.decompress((folder / file).read_bytes()).decode("utf-8", "replace")
    paragraphs = tuple(part.strip("[]") if i in optional else part for i, part in enumerate(parts))
    return Sample(str(row["corpus"]), file, str(row["url"]), html, paragraphs, optional)


def by_outlet(samples: Iterable[Sample]) -> dict[str, list[Sample]]:
    groups: defaultdict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        groups[sample.outlet].append(sample)
    return groups


# --- scores ---------------------------------------------------------------------------------------


Counts = Counter[tuple[str, ...]]


def _shingles(lines: Iterable[str]) -> Counts:
    words = " ".join(lines).split()
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)) if words)


def _shares(said: Counts, gold: Counts) -> tuple[float, float]:
    both = (said & gold).total()
    return both / said.total() if said else 0.0, both / gold.total() if gold else 1.0


def _f1(pairs: Sequence[tuple[float, float]]) -> float:
    precision, recall = (sum(side) / len(pairs) for side in zip(*pairs, strict=True))
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _golds(sample: Sample, lines: Sequence[str]) -> list[list[str]]:
    """The gold with all optional paragraphs, with none, and with those that were read."""
    parts = [(norm(part), index in sample.optional) for index, part in enumerate(sample.gold)]
    known = set(lines)
    return [
        [part for part, _ in parts],
        [part for part, optional in parts if not optional],
        [part for part, optional in parts if not optional or part in known],
    ]


def score(samples: Sequence[Sample], said: Sequence[Sequence[str]]) -> tuple[float, float, float]:
    """F1, F1 of exact paragraphs, exact share. Where paragraphs are optional, the gold that fits a page best counts."""
    pairs, parts, exact = [], [], 0
    for sample, lines in zip(samples, said, strict=True):
        golds = _golds(sample, lines)
        found = [_shares(_shingles(lines), _shingles(gold)) for gold in golds]
        pairs.append(max(found, key=lambda pair: pair[0] * pair[1] / (sum(pair) or 1)))
        whole, required, ours = (Counts((line,) for line in text) for text in (*golds[:2], lines))
        parts.append((_shares(ours, whole)[0], _shares(ours, required)[1]))
        exact += any(" ".join(lines) == " ".join(gold) for gold in golds)
    return _f1(pairs), _f1(parts), exact / len(samples)
