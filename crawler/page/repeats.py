"""What does a page print twice? Previews before the whole, copies for other screens, paragraphs cut short.

Pure: lists of texts in normal form in, places in those lists out.
"""

from bisect import bisect_left
from collections.abc import Iterable

from crawler.page.blocks import weight
from crawler.page.forms import uncut

REPEAT = 120
"""Weight from which a second copy in another part of the page is a repeat; shorter lines may recur."""
PREVIEW = 100
"""Weight of a run that, printed again from the start, is a preview before the whole."""
PULLED = (30, 500)
"""Weights between which a sentence is set apart a second time, as a pull quote."""
_MOST_COMPARED = 100_000_000
"""Characters among which pull quotes are sought, lines times text: 1,000 lines on a page of 100,000 characters."""


def preview(texts: list[str]) -> list[int]:
    """Places of the run that repeats the text from its start on (from one of its first lines), or none."""
    for start in range(min(3, len(texts))):
        for again in (place for place in range(start + 1, len(texts)) if texts[place] == texts[start]):
            run = _repeated(texts, start, again)
            if weight("".join(texts[place] for place in run)) >= PREVIEW:
                return run
    return []


def _repeated(texts: list[str], start: int, again: int) -> list[int]:
    """Places from ``again`` on with the texts from ``start`` on; a line may stand between in one of the copies."""
    one, other, run = start, again, list[int]()
    while one < again and other < len(texts):
        if texts[one] == texts[other]:
            run.append(other)
            one, other = one + 1, other + 1
        elif texts[one : one + 1] == texts[other + 1 : other + 2]:
            other += 1
        elif one + 1 < again and texts[one + 1] == texts[other]:
            one += 1
        else:
            break
    return run


def copies_elsewhere(texts: list[str], paths: list[tuple[str, ...]]) -> list[int]:
    """Places of long blocks that stood before in another part of the page (one copy for telephones, say).

    Copies of one kind are left: recipes and protocols do repeat themselves.
    """
    first: dict[str, int] = {}
    for place, text in enumerate(texts):
        first.setdefault(text, place)
    return [p for p, text in enumerate(texts) if paths[first[text]] != paths[p] and weight(text) >= REPEAT]


def cut_copies(texts: list[str]) -> list[int]:
    """Places of texts that trail off where another one goes on (a preview's last paragraph)."""
    stems = {place: stem for place, text in enumerate(texts) if (stem := uncut(text)) != text}
    ordered = sorted(set(texts)) if stems else []  # texts that begin alike stand side by side
    return [
        place for place, stem in stems.items() if weight(stem) >= PREVIEW // 2 and _others(ordered, stem, texts[place])
    ]


def _others(ordered: list[str], stem: str, text: str) -> bool:
    """Whether another text than this one begins with the stem, as this one does."""
    at = bisect_left(ordered, stem)
    return any(other.startswith(stem) and other != text for other in ordered[at : at + 2])


def quoted(texts: list[str], apart: Iterable[int]) -> list[int]:
    """Those of the places ``apart`` whose text, quotes off, stands in another text, too: pull quotes."""
    whole = "\n".join(dict.fromkeys(texts))
    quotes = {place: texts[place].strip("\"' ") for place in apart}
    likely = [place for place, quote in quotes.items() if PULLED[0] <= weight(quote) <= PULLED[1]]
    sought = likely[: _MOST_COMPARED // max(1, len(whole))]
    return [place for place in sought if whole.count(quotes[place]) > texts[place].count(quotes[place])]
