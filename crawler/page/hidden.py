"""Which text stands in where the visible one is a stub? One that the page holds elsewhere, and that agrees with it.

Pure. Bodies hide in JSON-LD, in textareas, in the data of pages that a script draws (``__NEXT_DATA__``), in strings
of JavaScript. They are sought only where little is visible, and chosen by agreement, not by length: hidden texts
are often cut themselves, or belong to another article. Texts are never merged.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from crawler.page import scripts, state
from crawler.page.blocks import Block, blocks, ends_a_sentence, weight
from crawler.page.chrome import Sifted, sift
from crawler.page.forms import is_trailing, letters
from crawler.page.metadata import Metadata, parsed
from crawler.page.state import Told
from storage.records import Body, Outlet
from storage.words import is_cjk, tidy, words

STUB = 80
"""Words below which a visible text may be a stub of one that is hidden in the page."""
THIN = 1500
"""Weight (about 250 words) below which an outlet's hooks are tried, stub or not."""
FEW, FEW_HOOKED = 20, 40
"""Words below which a visible text ("Loading, please wait") contradicts nothing; a hook's text is trusted further,
since what a page shows at first may be a caption (SCMP's, 151 characters)."""
LEAST = 40
"""Words that a hidden text must have to stand in."""
LARGEST = 2_000_000
"""Characters of a page's scripts that are looked at, of all its data as of all its JavaScript."""
LONGEST, EXAMINED = 200_000, 500_000
"""Characters of one hidden text, and of all, that are compared with the visible one; the longest of 127 real
articles has 53,000."""
_LIKE, _UNLIKE = 0.6, 0.15
"""Likeness of headlines from which two things are called alike, and below which they are not one thing. (Headlines
for search engines share a word or two with the one that readers see.)"""
_RUN = 3
"""Words in a row that two texts must share to agree."""
_LONGER = 1.25
"""A text that goes on behind another one by this factor shows that the other was cut at a paragraph."""

_MARKS = 4
_PLAIN = re.compile(r"[^\W_]+(?: [^\W_]+){0,7}")
"""Words in a row that stand in HTML, JSON and JavaScript as they stand on the page, letters beyond ASCII aside."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MARKUP = re.compile(r"<(?:p|br|div|h[1-6]|li)\b")


# --- where texts hide ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sources:
    """The elements of a page in which texts may hide; they keep what they hold when they leave the tree."""

    scripts: tuple[HtmlElement, ...]
    textareas: tuple[HtmlElement, ...]
    hooked: tuple[tuple[Body, tuple[HtmlElement, ...]], ...] = ()
    """The outlet's hooks, and the elements that their selectors choose."""


def sources(root: HtmlElement, outlet: Outlet | None) -> Sources:
    """Note where texts may hide, without looking into it; before scripts and textareas leave the tree."""
    found = tuple(root.iter("script"))
    hooks = outlet.bodies if outlet else ()
    chosen = tuple((body, tuple(root.cssselect(body.selector)) if body.selector else found) for body in hooks)
    return Sources(found, tuple(root.iter("textarea")), chosen)


def _is_json_ld(script: HtmlElement) -> bool:
    return "ld+json" in (script.get("type") or "").lower()


def _is_data(script: HtmlElement) -> bool:
    return (script.get("type") or "").strip().lower().endswith("json") and not _is_json_ld(script)


def _is_javascript(script: HtmlElement) -> bool:
    kind = (script.get("type") or "").strip().lower()
    return not kind or kind == "module" or kind.endswith("javascript")


def _texts(found: Iterable[HtmlElement], marks: tuple[str, ...] = ()) -> Iterator[str]:
    """What scripts hold, as far as all of them together are not too large, where one of the marks stands in it."""
    left = LARGEST
    for script in found:
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip()
        if state.LEAST <= 3 * len(text) <= 3 * left and (not marks or any(mark in text for mark in marks)):
            left -= len(text)
            yield text


def _hooked(places: Sources) -> Iterator[Told]:
    """What stands where the outlet's file says."""
    for body, found in places.hooked:
        for text in _by_hook(body, found):
            if text.strip():
                yield Told(text)


def _by_hook(body: Body, found: tuple[HtmlElement, ...]) -> Iterator[str]:
    if body.kind == "textarea":
        yield from (element.text_content() for element in found)
    elif body.kind == "json-ld":
        for text in _texts(filter(_is_json_ld, found)):
            for thing in _things(parsed(text)):
                yield state.body_at(thing, body.path or "articleBody")
    elif body.variable:
        for text in _texts(filter(_is_javascript, found)):
            for value in scripts.assigned(text, body.variable):
                data = state.parsed(value) if isinstance(value, str) and body.path else value
                yield state.body_at(data, body.path) if body.path else data if isinstance(data, str) else ""
    else:
        for text in _texts(filter(_is_data, found)):
            yield state.body_at(state.parsed(text), body.path)


def _things(data: Any) -> Iterator[Any]:
    """The objects of a JSON-LD script: one, a list, or a graph."""
    graph = data.get("@graph") if isinstance(data, dict) else None
    yield from graph if isinstance(graph, list) else data if isinstance(data, list) else [data]


def _anywhere(places: Sources, marks: tuple[str, ...]) -> Iterator[Told]:
    """All bodies that the page holds unseen, in the order in which such places are to be trusted.

    ``marks``: a script without any of these holds nothing of interest.
    """
    for text in _texts(filter(_is_json_ld, places.scripts), marks):
        yield from state.bodies(parsed(text))
    for area in places.textareas:
        if "<p" in (text := area.text_content()):
            yield Told(text, alone=True)
    for text in _texts(filter(_is_data, places.scripts), marks):
        yield from state.bodies(state.parsed(text))
    for script in _texts(filter(_is_javascript, places.scripts), marks):
        for value in scripts.objects(script):
            yield from state.bodies(value)
        for text in scripts.strings(script, state.LEAST // 3):
            if text.lstrip().startswith(("{", "[")):
                yield from state.bodies(state.parsed(text))
            elif "<p" in text:
                yield Told(text, alone=True)


# --- which one stands in ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Seen:
    """What the page shows, and says of itself: what a hidden text has to agree with."""

    paragraphs: tuple[str, ...]
    run: list[str]
    """The words of the visible text."""
    said: Metadata
    cut: bool

    @cached_property
    def described(self) -> list[str]:
        return words(self.said.description)

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """Words in a row of the longest visible paragraphs, as a script would hold them; none where little is visible.

        What has to hold most of the visible text holds one of these: so most scripts need not be taken apart.
        """
        if len(self.run) < STUB:
            return ()
        longest = sorted(self.paragraphs, key=weight)[-_MARKS:]
        runs = [max(_PLAIN.findall(paragraph), key=len, default="") for paragraph in longest]
        if not all(runs):
            return ()
        return (*runs, *(run.encode("ascii", "backslashreplace").decode() for run in runs if not run.isascii()))

    @cached_property
    def titles(self) -> frozenset[str]:
        return frozenset(map(letters, self.said.titles))


@dataclass(frozen=True)
class _Candidate:
    """One hidden text, cut into blocks and counted."""

    parts: tuple[Block, ...]
    told: Told
    run: list[str]

    @cached_property
    def grams(self) -> frozenset[tuple[str, ...]]:
        return frozenset(_grams(self.run))

    @property
    def open_ended(self) -> bool:
        """Whether it ends in mid-sentence, or trails off."""
        return is_trailing(self.parts[-1].text) or not ends_a_sentence(self.parts[-1].text)


def standing_in(
    places: Sources, sifted: Sifted, said: Metadata, outlet: Outlet | None, cut: bool
) -> tuple[Sifted | None, bool]:
    """The hidden text that stands in for the visible one, and whether it is cut itself; ``(None, cut)``: none does.

    Sought where less than `STUB` words are visible, where the page shows marks of a cut (``cut``), and where
    an outlet with hooks shows little.
    """
    heavy = sum(block.weight for block in sifted.paragraphs)
    hooked = bool(places.hooked) and heavy < THIN
    if not (cut or hooked or heavy <= 20 * STUB):
        return None, cut
    shown = tuple(block.text for block in sifted.paragraphs)
    seen = _Seen(shown, words(" ".join(shown)), said, cut)
    if not (cut or hooked or len(seen.run) < STUB):
        return None, cut
    best = _chosen(places, seen)
    own = sift(best.parts, range(len(best.parts)), said.titles, "", said.byline, outlet) if best else None
    if own is None or not own.paragraphs:
        return None, cut
    last = own.paragraphs[-1].text
    return own, is_trailing(last) or (cut and not ends_a_sentence(last))


def _chosen(places: Sources, seen: _Seen) -> _Candidate | None:
    """The hidden text that agrees best; a hook's first of all, unless it is cut and another place has the whole."""
    hooked = _whole([one for one in _candidates(_hooked(places)) if _fits_hook(one, seen)])
    if (hooked and not hooked.open_ended) or not (seen.cut or len(seen.run) < STUB):
        return hooked
    graded = [(_agreement(one, seen), one) for one in _candidates(_anywhere(places, seen.marks))]
    agreeing = [one for grade, one in sorted(graded, key=lambda pair: -pair[0]) if grade]
    return _whole([hooked, *agreeing] if hooked else agreeing)


def _whole(ranked: list[_Candidate]) -> _Candidate | None:
    """The first of some texts, or the longest that starts with all of it and goes on: then the first is cut."""
    longer = [one for one in ranked[1:] if _continues(one, ranked[0])]
    return max(longer, key=lambda one: len(one.run), default=ranked[0] if ranked else None)


def _candidates(found: Iterable[Told]) -> Iterator[_Candidate]:
    """Hidden texts of some length, each once, as many as may be examined."""
    left, known = EXAMINED, set[str]()
    for told in found:
        if len(told.text) > LONGEST:
            continue
        left -= len(told.text)
        if left < 0:
            return
        parts = _blocks(told.text)
        run = words(" ".join(part.text for part in parts))
        if len(run) >= LEAST and told.text not in known:
            known.add(told.text)
            yield _Candidate(parts, told, run)


def _blocks(text: str) -> tuple[Block, ...]:
    """A hidden text cut into blocks: HTML (escaped once more, perhaps), or lines."""
    markup = text if _MARKUP.search(text) else html.unescape(text)
    if not _MARKUP.search(markup):
        lines = (tidy(line) for line in re.split(r"\n+", markup))
        return tuple(Block(line, ("html", "body", "p")) for line in lines if line)
    parser = HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    page = f"<html><body>{_NOT_XML.sub('', markup)}</body></html>"
    try:
        return blocks(document_fromstring(page.encode(), parser=parser))
    except etree.ParserError:
        return ()


# --- agreement ----------------------------------------------------------------------------------


def _agreement(one: _Candidate, seen: _Seen) -> int:
    """How well a hidden text agrees with the page: 3 holds what is visible, 2 is called so, 1 names it, 0 no.

    A visible text of some length must be in it: the headline alone may be that of another article. And so must
    the headline agree a little: what is visible may be the teaser of another article, on a page that is gone.
    """
    called = _likeness(one.told.headline, seen)
    if one.told.headline and called < _UNLIKE:
        return 0
    if len(one.run) < (_LONGER * len(seen.run) if seen.cut else 2 * len(seen.run)):
        return 0
    contained = _share(one, seen.run)
    if len(seen.run) >= STUB:
        return 3 if contained >= 0.8 else 0
    if contained >= 0.5 and len(seen.run) >= 8:
        return 3
    few = len(seen.run) < FEW
    described = 8 <= len(seen.described) <= len(one.run) / 2 and _share(one, seen.described) >= 0.5
    if (described or called >= _LIKE) and (few or _holds(one.run, seen.run)):
        return 2
    return 1 if few and one.told.alone and _names(one, seen.said.title) else 0


def _fits_hook(one: _Candidate, seen: _Seen) -> bool:
    """Whether what a hook led to is of this page: nothing visible contradicts it."""
    if len(seen.run) < FEW_HOOKED:
        return True
    wanted = 0.8 if len(seen.run) >= STUB else 0.5
    return len(one.run) >= _LONGER * len(seen.run) and _share(one, seen.run) >= wanted


def _likeness(headline: str, seen: _Seen) -> float:
    """How like a thing's headline is to the page's, 0 to 1: share of the longer one's words that stand in both."""
    if headline and letters(headline) in seen.titles:
        return 1.0
    run, title = set(words(headline)), set(words(seen.said.title))
    return len(run & title) / max(len(run), len(title), 1)


def _names(one: _Candidate, title: str) -> bool:
    """Whether most of the headline's telling words (in ideographs: pairs) stand in a text."""
    run = words(title)  # "Page not found" has too few to tell anything
    if is_cjk(title):
        pairs, known = set(pairwise(run)), set(pairwise(one.run))
        return len(pairs) > 5 and len(pairs & known) >= 0.4 * len(pairs)
    telling = {word for word in run if len(word) > 3}
    return len(telling) > 2 and _holds(one.run, list(telling))


def _holds(told: list[str], run: list[str]) -> bool:
    """Whether most words of one text stand in the other."""
    known = set(told)
    return sum(word in known for word in run) >= 0.6 * len(run)


def _share(one: _Candidate, run: list[str]) -> float:
    """Share of some words' runs of three that stand in a hidden text, 0 to 1."""
    grams = _grams(run)
    return sum(gram in one.grams for gram in grams) / len(grams) if grams else 0.0


def _grams(run: list[str]) -> list[tuple[str, ...]]:
    return list(zip(*(run[start:] for start in range(_RUN)), strict=False))


def _continues(longer: _Candidate, one: _Candidate) -> bool:
    """Whether a text starts with all of another one, and goes on: the other is cut."""
    whole = len(one.run) * (1.0 if one.open_ended else _LONGER)
    if len(longer.run) <= whole:
        return False
    start = frozenset(_grams(longer.run[: len(one.run) + len(one.run) // 4 + 20]))
    grams = _grams(one.run[:-3])
    return sum(gram in start for gram in grams) >= 0.9 * len(grams)
