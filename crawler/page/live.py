"""Is the page a live blog? Many entries with moments of their own say so, where the page itself does not.

Pure. Marked with strong evidence only: lists of teasers, comments and articles with a few dates look alike. The
page's JSON-LD is heard by `crawler.page.metadata`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise

from lxml.html import HtmlElement

from crawler.page.phrases import AGE, NAMES
from storage.records import claimed
from storage.words import count

FEWEST = 5
"""Entries from which a page may be a live blog; an article has a date or two, and some for its neighbours."""
LONGEST = 7 * 86400.0
"""Seconds that its entries span; what spans more is an archive, or a chronicle."""
MOST_STAMPS = 2000
"""Moments of one page that are looked at; the fullest of 127 real pages had 34."""
_HIGHEST = 6
"""Elements above a moment among which its entry is sought."""
_PROSE = 12
"""Words outside links that an entry has."""
_MOST = 0.8
"""Share of the entries that must have what entries have."""

_DATA = ("data-timestamp", "data-time", "data-published", "data-publish-time", "data-posted", "data-date", "data-epoch")
_CARRYING = frozenset({"datetime", *_DATA})
_STAMPED = ("time", "article", "section", "li")
"""Elements that may carry a moment. Others do, too; but to ask all costs each page as much as to parse it."""
_DECLARING = ("article", "main", "section", "body")
_LIVE_NAME = re.compile(r"live-?_?(?:blog|posts?|entry|entries|updates?|feed|ticker|coverage|stream)(?![a-z])")
_OTHERS = (NAMES["comments"], NAMES["related"], NAMES["teaser"])
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_LONGEST_LABEL = 40


def is_live(root: HtmlElement) -> bool:
    """Whether a page is a live blog, by its markup; before anything is taken out of the tree."""
    if any("LiveBlogPosting" in element.get("itemtype", "") for element in root.iter(*_DECLARING)):
        return True
    entries = [_Entry(element, at) for element in root.iter(*_STAMPED) if (at := _moment(element))]
    if len(entries) < FEWEST:
        return False
    whole = cache(lambda: sum(count(p.text_content()) for p in root.iter("p")))
    return any(_is_live(row, whole) for row in _rows(entries[:MOST_STAMPS]))


def without_ages(root: HtmlElement) -> None:
    """Empty all labels that count from the moment of asking ("5 minutes ago"): they change, the entry does not."""
    for element in root.iter("time", "span", "small", "abbr", "div", "p"):
        label = (element.text or "").strip()
        if 0 < len(label) <= _LONGEST_LABEL and not len(element) and AGE.fullmatch(" ".join(label.split())):
            in_a_sentence = element.tag != "time" and _before(element).strip()
            element.text = element.text if in_a_sentence else None


def _before(element: HtmlElement) -> str:
    """The text right before an element, in its parent."""
    previous, parent = element.getprevious(), element.getparent()
    said = previous.tail if previous is not None else parent.text if parent is not None else ""
    return said or ""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One element of a row of like ones, and the moment it carries."""

    element: HtmlElement
    at: datetime


def _rows(entries: Iterable[_Entry]) -> Iterator[list[_Entry]]:
    """Rows of like elements next to one another, each with a moment in it; larger elements first."""
    rows: dict[tuple[int, HtmlElement, str, str], dict[HtmlElement, _Entry]] = {}
    for entry in entries:
        element = entry.element
        for height in range(_HIGHEST):
            parent = element.getparent()
            if parent is None:
                break
            kind = (height, parent, str(element.tag), (element.get("class") or "").partition(" ")[0])
            rows.setdefault(kind, {}).setdefault(element, _Entry(element, entry.at))
            element = parent
    for _, row in sorted(rows.items(), key=lambda item: -item[0][0]):
        if len(row) >= FEWEST:
            yield list(row.values())


def _moment(element: HtmlElement) -> datetime | None:
    """The moment that an element carries: ISO 8601 with a clock time, or seconds or milliseconds of Unix time."""
    if _CARRYING.isdisjoint(element.keys()):
        return None
    names = ("datetime",) if element.tag == "time" else _DATA
    said = next((value for name in names if (value := (element.get(name) or "").strip())), "")[:40]
    if said.isascii() and said.isdigit() and len(said) in (10, 13):
        return datetime.fromtimestamp(int(said[:10]), UTC)
    return claimed(said) if re.search(r"\d[T ]\d\d:\d\d", said) else None


def _is_live(entries: list[_Entry], whole: Callable[[], int]) -> bool:
    """Whether such a row is a live blog's: in order of time, within days, prose of its own, most of the page's.

    ``whole``: counts the words of the page's paragraphs, for the few rows that come so far.
    """
    moments = [entry.at.timestamp() for entry in entries]
    if len(set(moments)) < FEWEST or max(moments) - min(moments) > LONGEST or not _in_order(moments):
        return False
    elements = [entry.element for entry in entries]
    names = _names(elements[0])
    if any(pattern.search(name) for pattern in _OTHERS for name in names):
        return False
    told = [_own_words(element) for element in elements]
    if sum(length >= _PROSE for length in told) < _MOST * len(told) or sum(told) < whole() / 2:
        return False
    called = any(_LIVE_NAME.search(name) for name in names)
    return called or sum(map(_is_headed, elements)) >= _MOST * len(elements)


def _in_order(moments: list[float]) -> bool:
    """Whether most neighbours follow one another in time, or back in time (one may be pinned to the top)."""
    steps = [later - earlier for earlier, later in pairwise(moments)]
    return max(sum(step >= 0 for step in steps), sum(step <= 0 for step in steps)) >= _MOST * len(steps)


def _names(element: HtmlElement) -> list[str]:
    """What an element and those around it are called, the page's own body aside."""
    around = [element, *(one for one in element.iterancestors() if one.tag not in ("html", "body"))]
    return [f" {one.get('class') or ''} {one.get('id') or ''}"[:300].lower() for one in around]


def _own_words(element: HtmlElement) -> int:
    """Words outside links."""
    return count(element.text_content()) - sum(count(link.text_content()) for link in element.iter("a"))


def _is_headed(element: HtmlElement) -> bool:
    """Whether it has a heading that does not lead to another page."""
    for heading in element.iter(*_HEADINGS):
        links = [*heading.iter("a"), *heading.iterancestors("a")]
        if heading.text_content().strip() and all("#" in (link.get("href") or "#") for link in links):
            return True
    return False
