"""What do this outlet's pages look like? A template, learned from pages that nobody labelled.

Pure. Each lesson is a page that was read cold: its blocks, and which of them trafilatura and our rules took for the
article's (the teacher). Summed over an outlet's pages, that says of each place in the markup how much of what stands
there is article text. A plea to the reader that stands among several articles' texts is chrome, too. (Other texts are
not: articles on one subject share their background.)
"""

from collections import Counter
from collections.abc import Sequence

from crawler.page.template import Lesson, Seen
from storage.records import BlockKind, Template

ENOUGH = 5
"""Articles from which a template is learned. With five pages an outlet, F1 on held-out pages equals trafilatura's or is
better (docs/reading.md)."""
REPEATED = 3
"""Articles, and ...."""
REPEATED_SHARE = 0.1
"""... share of the articles among whose texts a plea must stand to be chrome of the outlet."""


def learn(outlet: str, lessons: Sequence[Lesson]) -> Template | None:
    """The template of an outlet from lessons in any order; None where they show too few articles.

    Where too few of them hold a text, the template knows nothing, and fits no page.
    """
    taught = [lesson for lesson in lessons if any(seen.kept for seen in lesson.blocks)]
    if _articles(taught) < ENOUGH:
        return Template(outlet, _articles(lessons)) if _articles(lessons) >= ENOUGH else None
    return Template(outlet, len(taught), _kinds([lesson.blocks for lesson in taught]), _repeats(taught))


def _articles(lessons: Sequence[Lesson]) -> int:
    return len({lesson.article for lesson in lessons})


def _repeats(lessons: Sequence[Lesson]) -> tuple[str, ...]:
    """Marks of the pleas that stand among several articles' texts."""
    on = {(mark, lesson.article) for lesson in lessons for seen in lesson.blocks if (mark := seen.mark)}
    times = Counter(mark for mark, _ in on)
    least = max(REPEATED, REPEATED_SHARE * _articles(lessons))
    return tuple(sorted(mark for mark, articles in times.items() if articles >= least))


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
