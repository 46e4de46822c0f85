"""What do this outlet's pages look like? A template, learned from pages that nobody labelled.

Pure. Each lesson is a page that was read cold: its blocks, and which of them trafilatura and our rules took for the
article's (the teacher). Summed over an outlet's pages, that says of each place in the markup how much of what stands
there is article text. What stands on several articles' pages is chrome, wherever it stands.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from crawler.page.template import Lesson, Seen
from storage.records import BlockKind, Template

ENOUGH = 5
"""Articles from which a template is learned. With five pages an outlet, F1 on held-out pages equals trafilatura's or is
better (docs/reading.md)."""
REPEATED = 3
"""Articles, and ...."""
REPEATED_SHARE = 0.1
"""... share of the lessons on which a text must stand to be chrome of the outlet."""


def learn(outlet: str, lessons: Sequence[Lesson]) -> Template | None:
    """The template of an outlet from lessons, one an article, in any order; None where they are too few.

    Where too few of them hold a text, the template knows nothing, and fits no page.
    """
    taught = [lesson for lesson in lessons if any(seen.kept for seen in lesson.blocks)]
    if len(taught) < ENOUGH:
        return Template(outlet, len(lessons)) if len(lessons) >= ENOUGH else None
    repeats = _repeats(taught)
    kinds = _kinds([[_relabelled(seen, repeats) for seen in lesson.blocks] for lesson in taught])
    told = tuple(sorted(repeats & {seen.mark for lesson in taught for seen in lesson.blocks if seen.kept}))
    return Template(outlet, len(taught), kinds, told)


def _repeats(lessons: Sequence[Lesson]) -> frozenset[str]:
    """Marks of the texts that stand on several articles' pages."""
    on = Counter(mark for lesson in lessons for mark in {seen.mark for seen in lesson.blocks} if mark)
    least = max(REPEATED, REPEATED_SHARE * len(lessons))
    return frozenset(mark for mark, pages in on.items() if pages >= least)


def _relabelled(seen: Seen, repeats: frozenset[str]) -> Seen:
    return replace(seen, kept=False) if seen.kept and seen.mark in repeats else seen


def _kinds(pages: Sequence[Sequence[Seen]]) -> tuple[BlockKind, ...]:
    """What became of the blocks of each place, in the order of places."""
    whole, kept, used, on = (Counter[tuple[tuple[str, ...], bool]]() for _ in range(4))
    for page in pages:
        for seen in page:
            kind = seen.path, seen.linked
            whole[kind] += seen.weight
            kept[kind] += seen.weight * seen.kept
            used[kind] += seen.used
        on.update({(seen.path, seen.linked) for seen in page})
    return tuple(
        BlockKind(path, linked, on[path, linked], whole[path, linked], kept[path, linked], used[path, linked])
        for path, linked in sorted(whole)
    )
