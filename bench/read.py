"""How well do we read, how fast, and does a page's chrome ever pass for an edit? Beside trafilatura and other peers.

    python -m bench.read --data DIR [--peers] [--quick] [--show]

DIR holds ``pages/index.jsonl`` (one page a line: corpus, file, url, gold) and ``seeds/``. The corpus ``aeb`` has one
page a site, ``outlets`` five an outlet. Exit code 1 when a target is missed, 2 when DIR holds no pages. F1 is that of
the article extraction benchmark (Scrapinghub 2020): multisets of four-word shingles over lower-cased words, precision
and recall averaged over pages. Pages a second are per CPU second, all readers in turn on each page.
"""

import argparse
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from random import Random
from unittest.mock import patch
from zlib import crc32

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.draft import norm, plain, renumbered  # noqa: E402
from bench.peers import installed, no_network, trafilatura_lines, trafilatura_with_metadata  # noqa: E402
from bench.perturb import KINDS, edits, is_placed, perturb  # noqa: E402
from bench.samples import Sample, by_outlet, load, score  # noqa: E402
from crawler.learn import learn  # noqa: E402
from crawler.read import lesson, read  # noqa: E402
from storage.records import Page, Template  # noqa: E402

HTML = "text/html; charset=utf-8"
LEAST_ONE, LEAST_WARM, TIMES, LEARNING = (0.966, 0.40), (0.963, 0.945), 5, 5.0
"""Targets: F1 and exact of single pages; F1 and paragraphs F1 of outlets; times trafilatura's speed; CPU seconds."""
MOST_FALSE_COLD, MOST_FALSE_WARM, LEAST_TRUE = 0.05, 0.01, 0.97
"""Targets: share of chrome-only changes that may pass for an edit; of true edits that are found, and placed right."""


@dataclass(frozen=True)
class Said:
    """What a reader makes of a page."""

    lines: tuple[str, ...]
    """Paragraphs as `norm` gives them, empty ones left out."""
    identity: str
    """What must stay the same while the article does."""
    warm: bool = False
    fields: tuple[str, ...] = ()
    """What else is part of the identity, to be shown."""


Reader = Callable[[Sample], Callable[[], Said]]
"""Reads a page when called; what it returns says what was read (that part is not timed)."""


# --- readers --------------------------------------------------------------------------------------


def page_of(sample: Sample, template: Template | None) -> Page:
    return read(sample.body, sample.url, HTML, None, template)


def ours(sample: Sample, template: Template | None = None) -> Callable[[], Said]:
    """Our reading, cold or by a template."""
    page = page_of(sample, template)
    return lambda: _said(page)


def _said(page: Page) -> Said:
    text = page.text
    names = ("title", "standfirst", "byline", "published_at", "modified_at", "language", "extent")
    plain_fields = [f"{name}: {getattr(text, name)}" for name in names]
    fields = (
        *plain_fields,
        *(f"caption: {caption}" for caption in text.captions),
        *(f"link: {link}" for link in text.links),
    )
    return Said(_lines(text.paragraphs), text.digest, bool(page.template), fields)


def peer(extract: Callable[[str, str], tuple[str, ...]]) -> Reader:
    """A peer's reading; its identity is its lines."""

    def said(lines: tuple[str, ...]) -> Said:
        return Said(lines, "\n".join(lines))

    def reader(sample: Sample) -> Callable[[], Said]:
        found = extract(sample.html, sample.url)
        return lambda: said(_lines(found))

    return reader


def _lines(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(None, map(norm, lines)))


def learned(samples: Sequence[Sample]) -> Template | None:
    """The template of the samples' outlet."""
    lessons = [lesson(s.body, s.url, HTML, None) for s in samples]
    return learn(samples[0].outlet, lessons)


# --- tables ---------------------------------------------------------------------------------------


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: the first column to the left, the others to the right."""
    lines = [list(columns), *map(list, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    print(f"\n{title}")
    for line in lines:
        cells = [
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths, strict=True))
        ]
        print("  ".join(["", *cells]).rstrip())


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


@dataclass(frozen=True)
class Quality:
    """How well and how fast a reader reads."""

    f1: float
    paragraphs: float
    exact: float
    speed: float
    """Pages per CPU second."""


def quality(title: str, samples: Sequence[Sample], readers: dict[str, Reader]) -> dict[str, Quality]:
    """How near each reader comes to the gold, and how many pages it reads in a CPU second."""
    said, seconds = _in_turn(samples, readers)
    rows, found = [], {}
    for name in readers:
        f1, paragraphs, exact = score(samples, [reading.lines for reading in said[name]])
        found[name] = Quality(f1, paragraphs, exact, len(samples) / seconds[name])
        drifted = sum(not reading.warm for reading in said[name]) if "warm" in name else 0
        note = f"{drifted} read cold" if drifted else ""
        speed = f"{found[name].speed:.1f}"
        rows.append((name, f"{f1:.4f}", f"{paragraphs:.4f}", f"{exact:.3f}", speed, note))
    table(f"{title} ({len(samples)} pages)", ("reader", "F1", "paragraphs F1", "exact", "pages/s", ""), rows)
    return found


def _in_turn(samples: Sequence[Sample], readers: dict[str, Reader]) -> tuple[dict[str, list[Said]], dict[str, float]]:
    """All readers on each page, one after the other, with the CPU seconds of each; warmed up by a page an outlet."""
    said: dict[str, list[Said]] = {name: [] for name in readers}
    seconds = dict.fromkeys(readers, 0.0)
    for first in (group[0] for group in by_outlet(samples).values()):
        for reader in readers.values():
            reader(first)
    for sample in samples:
        for name, reader in readers.items():
            began = time.process_time()
            say = reader(sample)
            seconds[name] += time.process_time() - began
            said[name].append(say())
    return said, seconds


def learning(groups: dict[str, list[Sample]]) -> tuple[dict[str, Template | None], float]:
    """Learn each outlet's template, and say how long it took; and the longest from fifty pages like these."""
    templates, rows, longest = {}, [], 0.0
    for outlet, samples in groups.items():
        fifty = [
            replace(
                samples[i % len(samples)],
                html=renumbered(samples[i % len(samples)].html, i),
                url=f"{samples[0].url}-{i}",
            )
            for i in range(50)
        ]
        began = time.process_time()
        templates[outlet] = learned(samples)
        few = time.process_time()
        learned(fifty)
        many = time.process_time() - few
        longest = max(longest, many)
        rows.append((outlet, str(len(samples)), f"{few - began:.2f}", f"{many:.2f}"))
    table("Learning, CPU seconds (cold reading of the lessons included)", ("outlet", "pages", "s", "50 pages, s"), rows)
    return templates, longest


def without_itself(groups: dict[str, list[Sample]]) -> dict[str, Template | None]:
    """For each page the template of its outlet's other pages, be they one fewer than `learn` asks for."""
    found: dict[str, Template | None] = {}
    with patch("crawler.learn.ENOUGH", 4):
        for samples in groups.values():
            found |= {one.name: learned([other for other in samples if other is not one]) for one in samples}
    return found


# --- edits, false and true ------------------------------------------------------------------------


def false_edits(samples: Sequence[Sample], readers: dict[str, Reader], show: bool) -> dict[str, float]:
    """Change chrome in each way, and count how often a reader takes it for an edit: share of trials by reader."""
    trials, wrong, text = Counter[str](), Counter[tuple[str, str]](), Counter[str]()
    for sample in samples:
        before = _all_say(replace(sample, html=plain(sample.html)), readers)
        for kind in KINDS:
            html = perturb(sample.html, sample.gold, kind, crc32(f"{sample.name} {kind}".encode()))
            after = _all_say(replace(sample, html=html), readers) if html else {}
            trials[kind] += bool(after)
            for name in after:
                wrong[kind, name] += (differs := after[name].identity != before[name].identity)
                text[name] += after[name].lines != before[name].lines
                if differs and show:
                    _show(sample, kind, name, before[name], after[name])
    whole = trials.total()
    sums = {name: sum(wrong[kind, name] for kind in KINDS) for name in readers}
    rows = [(kind, str(trials[kind]), *(str(wrong[kind, name] or ".") for name in readers)) for kind in KINDS]
    rows.append(("share of all", str(whole), *(share(sums[name], whole) for name in readers)))
    rows.append(("paragraphs only", str(whole), *(share(text[name], whole) for name in readers)))
    table("False edits: only chrome changed, and the text read did, too", ("change", "trials", *readers), rows)
    return {name: sums[name] / max(1, whole) for name in readers}


def _all_say(sample: Sample, readers: dict[str, Reader]) -> dict[str, Said]:
    return {name: reader(sample)() for name, reader in readers.items()}


def _show(sample: Sample, kind: str, name: str, before: Said, after: Said) -> None:
    old, new = (Counter((*said.lines, *said.fields)) for said in (before, after))
    print(f"{kind} | {name} | {sample.name}")
    print(*(f"   - {line[:100]}" for line in old - new), *(f"   + {line[:100]}" for line in new - old), sep="\n")


def true_edits(samples: Sequence[Sample], readers: dict[str, Reader], show: bool) -> dict[str, float]:
    """Edit a gold paragraph, and count how often a reader sees just that: share of trials by reader."""
    trials, found, placed = Counter[str](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for sample in samples:
        before = _all_say(replace(sample, html=plain(sample.html)), readers)
        for kind, edit in edits(sample.html, sample.gold, crc32(sample.name.encode())).items():
            trials[kind] += 1
            for name, after in _all_say(replace(sample, html=edit.html), readers).items():
                found[kind, name] += after.identity != before[name].identity
                placed[kind, name] += (right := is_placed(edit, before[name].lines, after.lines))
                if not right and show:
                    _show(sample, kind, name, before[name], after)
    rows = []
    for kind, whole in trials.items():
        cells = (f"{share(found[kind, name], whole)} / {share(placed[kind, name], whole)}" for name in readers)
        rows.append((kind, str(whole), *cells))
    table("True edits: found / found and nothing else changed", ("edit", "trials", *readers), rows)
    return {name: sum(placed[kind, name] for kind in trials) / max(1, trials.total()) for name in readers}


# --- the same for ever, and the seeds -------------------------------------------------------------


def fingerprint(samples: Sequence[Sample], template: Template | None) -> str:
    """Digest over all fields of these pages, read cold and by a template; the order of reading does not count."""
    said = sorted(repr((s.name, page_of(s, None), page_of(s, template))) for s in samples)
    return sha256("".join(said).encode()).hexdigest()


def is_deterministic(data: Path, outlet: Sequence[Sample], repeats: int) -> bool:
    """Whether pages read the same a hundred times in any order, and in processes with other hash seeds."""
    template, prints, order = learned(outlet), set(), Random(1)
    for _ in range(repeats):
        prints.add(fingerprint(order.sample(outlet, len(outlet)), template))
    for seed in ("0", "4711"):
        command = [sys.executable, __file__, "--data", str(data), "--fingerprint", outlet[0].outlet]
        answer = subprocess.run(
            command, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True, text=True
        )
        prints.add(answer.stdout.strip())
    print(f"\nDeterminism: {repeats} readings of {len(outlet)} pages in changing order, and 2 hash seeds: ", end="")
    print("identical" if len(prints) == 1 else f"{len(prints)} different results")
    return len(prints) == 1


def seeds_are_right(data: Path) -> bool:
    """Whether `bench/seeds.py` reads every seed document exactly."""
    command = [sys.executable, str(ROOT / "bench" / "seeds.py"), "--data", str(data / "seeds")]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    right = answer.stdout.count("exact: yes")
    print(f"Seeds: {right} of {right + answer.stdout.count('exact: no')} exact {answer.stderr.strip()}".rstrip())
    return answer.returncode == 0


# --- main -----------------------------------------------------------------------------------------


def missed(one: dict[str, Quality], many: dict[str, Quality], learned_in: float) -> dict[str, bool]:
    """Targets of quality and speed, each with whether it is missed."""
    cold, warm, peer = one["ours, cold"], many["ours, warm"], many["trafilatura"]
    return {
        f"one page a site, F1 {cold.f1:.4f} of {LEAST_ONE[0]}": cold.f1 < LEAST_ONE[0],
        f"one page a site, exact {cold.exact:.3f} of {LEAST_ONE[1]}": cold.exact < LEAST_ONE[1],
        f"warm, F1 {warm.f1:.4f} of {LEAST_WARM[0]}": warm.f1 < LEAST_WARM[0],
        f"warm, paragraphs F1 {warm.paragraphs:.4f} of {LEAST_WARM[1]}": warm.paragraphs < LEAST_WARM[1],
        f"warm, {warm.speed / peer.speed:.1f} times trafilatura's speed of {TIMES}": warm.speed < TIMES * peer.speed,
        f"learning from 50 pages, {learned_in:.1f} of {LEARNING} s": learned_in > LEARNING,
    }


def missed_edits(cold: float, warm: float, true: dict[str, float]) -> dict[str, bool]:
    """Targets of false and true edits, each with whether it is missed."""
    return {
        f"false edits, cold: {cold:.2%} > {MOST_FALSE_COLD:.0%}": cold > MOST_FALSE_COLD,
        f"false edits, warm: {warm:.2%} > {MOST_FALSE_WARM:.0%}": warm > MOST_FALSE_WARM,
    } | {f"true edits, {name}: {rate:.2%} < {LEAST_TRUE:.0%}": rate < LEAST_TRUE for name, rate in true.items()}


def main() -> int:
    """Print the tables; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder of pages and seeds")
    parser.add_argument("--peers", action="store_true", help="readability-lxml and newspaper4k as well (slow)")
    parser.add_argument("--quick", action="store_true", help="a part of the pages")
    parser.add_argument("--show", action="store_true", help="print every edit that was misjudged")
    parser.add_argument("--fingerprint", metavar="OUTLET", help=argparse.SUPPRESS)
    said = parser.parse_args()
    samples = load(said.data)
    if not samples:
        print(f"{said.data}: no pages there; expected pages/index.jsonl", file=sys.stderr)
        return 2
    if said.fingerprint:
        outlet = by_outlet(samples)[said.fingerprint]
        print(fingerprint(outlet, learned(outlet)))
        return 0
    with no_network():
        return bench(said.data, samples, said.peers, said.quick, said.show)


def bench(data: Path, samples: list[Sample], peers: bool, quick: bool, show: bool) -> int:
    """All tables in order; the exit code."""
    single = [s for s in samples if s.corpus == "aeb"][:: 4 if quick else 1]
    groups = dict(list(by_outlet(s for s in samples if s.corpus == "outlets").items())[: 3 if quick else None])
    many = [sample for group in groups.values() for sample in group]
    others, missing = installed() if peers else ({}, [])
    for name in missing:
        print(f"{name}: not installed (see bench/peers.py)")
    base: dict[str, Reader] = {"ours, cold": ours, "trafilatura": peer(trafilatura_lines)}
    rest = {name: peer(extract) for name, extract in others.items()}
    speed: dict[str, Reader] = {"trafilatura, with metadata": peer(trafilatura_with_metadata)}
    one = quality("One page a site", single, base | speed | rest)
    (templates, learned_in), held_out = learning(groups), without_itself(groups)
    warm: dict[str, Reader] = {"ours, warm": lambda sample: ours(sample, templates[sample.outlet])}
    left: dict[str, Reader] = {"ours, warm, by the other pages": lambda sample: ours(sample, held_out[sample.name])}
    of_many = quality("Five pages an outlet", many, base | speed | warm | left | rest)
    print("\n-- one page a site")
    cold_1, true_1 = false_edits(single, base, show), true_edits(single, base, show)
    print("\n-- five pages an outlet")
    cold_2, true_2 = false_edits(many, base | warm, show), true_edits(many, base | warm, show)
    same = is_deterministic(data, next(iter(groups.values())), 20 if quick else 100)
    cold = max(cold_1["ours, cold"], cold_2["ours, cold"])
    true = {"cold, one page a site": true_1["ours, cold"], "cold": true_2["ours, cold"], "warm": true_2["ours, warm"]}
    checks = missed(one, of_many, learned_in) | missed_edits(cold, cold_2["ours, warm"], true)
    checks |= {"determinism": not same, "seeds": not seeds_are_right(data)}
    misses = [check for check, is_missed in checks.items() if is_missed]
    print(*([f"MISSED {miss}" for miss in misses] or ["All targets met."]), sep="\n")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
