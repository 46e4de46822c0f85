"""Who carries this text? How well copies are found, what a version costs, and how near text similarity comes to people.

    python -m bench.relate [--articles N ...] [--copies N] [--data DIR]

Copies: from synthetic texts (words by Zipf's law, some stock phrases that many texts have), 10 to 90 % of the sentences
are kept and the rest written anew, in a block or scattered; reordered, trimmed, with other boilerplate added, lightly
edited; beside pairs that have nothing but the subject and stock phrases in common. Printed: how many are found
(recall) as what, how far the shares are off, and how many of those found are none (precision).

Cost: a store with N articles of 200 outlets (5 % copies of others); then what one more version costs (median, 95 %,
worst of 300), the index's bytes, and the process's memory. A million take about an hour and 6 GB of disk.

--data DIR: ``semeval2022_pairs_dev.csv`` (or the full set): Pearson's r of two cheap similarities with people's.
"""

import argparse
import csv
import resource
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log, sqrt
from pathlib import Path
from random import Random
from statistics import fmean, median

from sqlite_utils import Database

from crawler import relate
from storage import copies, rows, write
from storage.findings import Article, Finding
from storage.kin import Copy, Kin
from storage.records import Capture, Text, Version
from storage.schema import migrations
from storage.words import shingles, words

BEGAN = datetime(2026, 3, 2, tzinfo=UTC)
VOCABULARY, STOCK = 40_000, 400


# --- texts --------------------------------------------------------------------------------------


class Writer:
    """Writes sentences of made-up words, with stock phrases that many texts have in common."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        spoken = Random(7)
        ends = ("a", "e", "i", "o", "u", "an", "er", "on", "is", "um")
        starts = [a + b for a in (*"bcdfghklmnprstvw", "st", "tr", "pl") for b in "aeiou"]
        self.lexicon = ["".join(spoken.choices(starts, k=2)) + spoken.choice(ends) for _ in range(VOCABULARY)]
        self.weights = [0.0]
        for rank in range(1, VOCABULARY + 1):
            self.weights.append(self.weights[-1] + 1 / (rank + 2.7))
        del self.weights[0]
        self.stock = [" ".join(self.some(Random(n), 9)) for n in range(STOCK)]

    def some(self, dice: Random, count: int) -> list[str]:
        return dice.choices(self.lexicon, cum_weights=self.weights, k=count)

    def sentence(self) -> str:
        said = self.some(self.dice, self.dice.randint(9, 30))
        if self.dice.random() < 0.08:
            said += [self.dice.choice(self.stock)]
        return " ".join(said).capitalize() + "."

    def article(self) -> list[str]:
        return [self.sentence() for _ in range(max(6, int(self.dice.gauss(24, 9))))]


def text(sentences: Sequence[str]) -> Text:
    return Text("A headline", paragraphs=tuple(" ".join(sentences[n : n + 2]) for n in range(0, len(sentences), 2)))


# --- how well -----------------------------------------------------------------------------------


def kept_block(of: list[str], share: float, writer: Writer) -> list[str]:
    keep = max(1, round(share * len(of)))
    start = writer.dice.randint(0, len(of) - keep)
    return [writer.sentence() for _ in of[:start]] + of[start : start + keep] + [
        writer.sentence() for _ in of[start + keep :]]  # fmt: skip


def kept_scattered(of: list[str], share: float, writer: Writer) -> list[str]:
    keep = set(writer.dice.sample(range(len(of)), max(1, round(share * len(of)))))
    return [one if n in keep else writer.sentence() for n, one in enumerate(of)]


def edited(of: list[str], share: float, writer: Writer) -> list[str]:
    """Every so many words exchanged, all over the text."""
    fresh = iter(lambda: writer.some(writer.dice, 1)[0], "")
    return [" ".join(next(fresh) if writer.dice.random() < share else word for word in one.split()) for one in of]


def trimmed(of: list[str], share: float, writer: Writer) -> list[str]:
    return of[: max(1, round(share * len(of)))]


def inside(of: list[str], share: float, writer: Writer) -> list[str]:
    """The whole of it, where it is that share of a longer story."""
    extra = [writer.sentence() for _ in range(round(len(of) / share) - len(of))]
    return [*extra[: len(extra) // 2], *of, *extra[len(extra) // 2 :]]


def reordered(of: list[str], share: float, writer: Writer) -> list[str]:
    return writer.dice.sample(of, len(of))


def boilerplate(of: list[str], share: float, writer: Writer) -> list[str]:
    head, foot = (" ".join(writer.dice.choices(writer.stock, k=4)) for _ in range(2))
    return [head, *of, foot]


def stranger(of: list[str], share: float, writer: Writer) -> list[str]:
    return writer.article()


WAYS: tuple[tuple[str, Callable[[list[str], float, Writer], list[str]], tuple[float, ...]], ...] = (
    ("kept in a block", kept_block, (0.1, 0.2, 0.3, 0.5, 0.7, 0.9)),
    ("kept, scattered", kept_scattered, (0.1, 0.2, 0.3, 0.5, 0.7, 0.9)),
    ("trimmed to", trimmed, (0.1, 0.2, 0.3, 0.5, 0.7, 0.9)),
    ("inside a longer story of which it is", inside, (0.1, 0.2, 0.3, 0.5, 0.7, 0.9)),
    ("words exchanged", edited, (0.02, 0.05, 0.1, 0.2)),
    ("reordered by sentences", reordered, (1.0,)),
    ("other boilerplate added", boilerplate, (1.0,)),
    ("another text", stranger, (0.0,)),
)


@dataclass
class Found:
    """What was found of some copies."""

    reprints: int = 0
    partials: int = 0
    tried: int = 0
    off: float = 0.0
    """How far the larger share was off what was kept, summed up."""


def pair(one: Text, two: Text) -> Copy | None:
    """What relate makes of two texts of two outlets."""
    old, new = (Version(n, n, 1, n, BEGAN, BEGAN, said) for n, said in ((1, one), (2, two)))
    found = relate.kinship(Kin(2), new, None, (Kin(1, (old,)),), {}).copies
    return found[0] if found else None


def quality(many: int) -> None:
    print(f"\nCopies ({many} each)               share  found  reprint  partial  share off by")
    writer, wrong, right = Writer(1), 0, 0
    for name, way, shares in WAYS:
        for share in shares:
            found = Found()
            for _ in range(many):
                original = writer.article()
                copy = pair(text(original), text(way(original, share, writer)))
                found.tried += 1
                if copy is not None:
                    found.reprints += copy.kind == "reprint"
                    found.partials += copy.kind == "partial"
                    found.off += abs(copy.mine.share - share) if way in (kept_block, kept_scattered, inside) else 0.0
            both = found.reprints + found.partials
            right, wrong = (right, both) if way is stranger else (right + both, wrong)
            off = f"{found.off / both:.3f}" if both and way in (kept_block, kept_scattered, inside) else ""
            cells = f"{both / many:6.2f} {found.reprints / many:8.2f} {found.partials / many:8.2f}  {off}"
            print(f"{name:36} {share:4.0%} {cells}")
    print(f"precision: {right / (right + wrong):.4f} ({wrong} of {many} strangers were taken for copies)")


# --- what it costs ------------------------------------------------------------------------------


def filled(path: Path, articles: int, writer: Writer) -> sqlite3.Connection:
    """A store with that many articles of 200 outlets, 5 % of them copies; only what relate reads."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.row_factory = sqlite3.Row
    migrations.apply(Database(conn))
    conn.execute("pragma journal_mode = wal")
    conn.execute("pragma synchronous = off")
    conn.execute("pragma foreign_keys = off")
    recent: list[list[str]] = []
    conn.execute("begin")
    for number in range(1, articles + 1):
        copied = bool(recent) and writer.dice.random() < 0.05
        said = writer.dice.choice(recent) if copied else writer.article()
        recent = [*recent[-200:], said]
        new = _version(number, said)
        _article(conn, new, f"outlet{number % 200}")
        _keep(conn, new, ())
        if number % 2000 == 0:
            conn.execute("commit")
            conn.execute("begin")
    conn.execute("commit")
    return conn


def _version(number: int, said: Sequence[str]) -> Version:
    at = BEGAN + timedelta(seconds=number)
    return Version(rows.number("bench", number), number, 1, number, at, at, text(said))


def _article(conn: sqlite3.Connection, new: Version, outlet: str) -> None:
    write.article(conn, Article(new.article, outlet, f"http://x/{new.article}", "", first_seen_at=new.first_at), ())
    write.text(conn, new)
    rows.insert(conn, "versions", rows.version_row(new, ""))


def _keep(conn: sqlite3.Connection, new: Version, kin: tuple[Kin, ...]) -> int:
    """What the neck does with a new version, as far as relate goes; how many copies were found."""
    told = relate.kinship(Kin(new.article), new, None, kin, {})
    seen = Capture("article", "", "", "", new.first_at)
    copies.keep(conn, Finding(seen, version=new, kinship=told))
    return len(told.copies)


_TEXT = "select t.text from versions v join texts t on t.digest = v.text where v.article = ?"


def cost(articles: int) -> None:
    writer = Writer(2)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        began = time.perf_counter()
        conn = filled(path, articles, writer)
        took = time.perf_counter() - began
        times, found, compared = [], 0, 0
        known = Random(3)
        for n in range(300):
            number = articles + 1 + n
            copied = n % 10 == 0
            body = conn.execute(_TEXT, (known.randint(1, articles),)).fetchone()
            said = body["text"].replace("\n\n", " ").split(". ") if copied else writer.article()
            new = _version(number, said)
            conn.execute("begin")
            _article(conn, new, "outlet-new")
            started = time.process_time()
            kin = copies.kin(conn, number, "outlet-new", relate.sketch(new.text))
            found += bool(_keep(conn, new, kin))
            times.append((time.process_time() - started) * 1000)
            conn.execute("commit")
            compared += len(kin)
        times.sort()
        size = conn.execute("select sum(pgsize) from dbstat where name in ('prints', 'sketches', 'sketches_article')")
        prints = conn.execute("select count(*) from prints").fetchone()[0]
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{articles:9,} articles: {median(times):.1f} ms of work a version (95 %: {times[284]:.1f}, "
            f"worst {times[-1]:.1f}), {compared / 300:.1f} compared; {prints / articles:.1f} prints and "
            f"{size.fetchone()[0] / articles:.0f} bytes of index an article; {memory:.0f} MB of memory; "
            f"{found} of 30 copies found; filled in {took:.0f} s"
        )
        conn.close()


# --- as people see it ---------------------------------------------------------------------------


def people(folder: Path) -> None:
    """Pearson's r with the human similarity of article pairs (1: very similar, 4: not at all), same languages."""
    csv.field_size_limit(sys.maxsize)
    pairs = []
    for file in sorted(folder.glob("semeval2022_pairs*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            pairs += list(csv.DictReader(lines))
    if not pairs:
        print(f"{folder}: no semeval2022_pairs*.csv there")
        return
    print("\nPearson's r with people (SemEval-2022 task 8)  pairs  TF-IDF of words  shared runs")
    for tongue in sorted({p["lang1"] for p in pairs if p["lang1"] == p["lang2"]}):
        mine = [p for p in pairs if p["lang1"] == p["lang2"] == tongue and p["text1"] and p["text2"]]
        if len(mine) >= 40:
            human = [-float(p["Overall"]) for p in mine]
            likeness = list(_tfidf(mine))
            common = [_containment(p["text1"], p["text2"]) for p in mine]
            figures = f"{len(mine):5} {pearson(human, likeness):16.2f} {pearson(human, common):12.2f}"
            print(f"{tongue + '-' + tongue:46} {figures}")


def _containment(one: str, two: str) -> float:
    a, b = shingles(one, 2), shingles(two, 2)
    return len(a & b) / max(1, min(len(a), len(b)))


def _tfidf(pairs: Sequence[dict[str, str]]) -> Iterator[float]:
    bags = [[Counter(words(p[side])) for side in ("text1", "text2")] for p in pairs]
    held = Counter(word for both in bags for bag in both for word in bag)
    total = 2 * len(bags)
    for both in bags:
        one, two = ({w: (1 + log(n)) * log(total / held[w]) for w, n in bag.items()} for bag in both)
        dot = sum(weight * two.get(word, 0.0) for word, weight in one.items())
        yield dot / (sqrt(sum(w * w for w in one.values()) * sum(w * w for w in two.values())) or 1.0)


def pearson(xs: Sequence[float], ys: Sequence[float]) -> float:
    mx, my = fmean(xs), fmean(ys)
    above = sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True))
    return above / (sqrt(sum((x - mx) ** 2 for x in xs) * sum((y - my) ** 2 for y in ys)) or 1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="*", default=[10_000, 100_000], help="sizes of the store")
    parser.add_argument("--copies", type=int, default=200, help="synthetic copies of each kind")
    parser.add_argument("--data", type=Path, default=None, help="folder of the SemEval pairs")
    asked = parser.parse_args()
    if asked.copies:
        quality(asked.copies)
    for size in asked.articles:
        cost(size)
    if asked.data is not None:
        people(asked.data)


if __name__ == "__main__":
    main()
