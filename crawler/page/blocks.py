"""A page cut into text blocks with signatures: what `read` and `learn` stand on.

Pure. A block is a run of text between two block-level borders of the markup, as a browser would lay it
out; `<br><br>` is such a border, too. Text that nobody sees (scripts, buttons, screen-reader hints, pop-ups
inside a line) belongs to no block.
"""

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal, Protocol

from lxml.html import HtmlElement

from storage.records import Link
from storage.words import CJK, tidy

BLOCK_TAGS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "noframes", "ol",
    "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
UNSEEN_TAGS = frozenset({
    "applet", "audio", "button", "canvas", "datalist", "embed", "head", "iframe", "map", "meter",
    "noscript", "object", "optgroup", "option", "progress", "script", "select", "style", "svg", "template",
    "textarea", "title", "video",
})  # fmt: skip
PICTURE_TAGS = frozenset({
    "amp-img", "figure", "img", "picture", "video",
})  # fmt: skip
NAMING = frozenset({"class", "id", "itemprop", "data-component", "data-testid", "data-gu-name"})
"""Attributes by which pages name their parts."""

_MASKED = re.compile(r"[A-Za-z]*\d[A-Za-z\d]*")
_UNSEEN_NAME = re.compile(
    r"(?<![\w-])(?:sr-only|screen-?reader(?:-text|-only)?|visually-?hidden|assistive-text|offscreen)(?![\w])"
    r"|style-only-screen-reader|only_screen_reader",
    re.IGNORECASE,
)
_POP_UP_NAME = re.compile(r"tooltip|popover|pop-?up|hover-?card|rollover[\w-]*-block", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|clip\s*:\s*rect\(\s*0", re.IGNORECASE)
_INDENT = re.compile(r"\s*[\u3000\u00a0] ?[\u3000\u00a0]")
_ENDING, _CLOSING = tuple(".!?…。！？"), "\"'”’»」』)]"
_LONGEST_NAME = 250
_LINE_PARAGRAPH = 60
"""Weight from which a line that ends a sentence is a paragraph, even before a single `<br>`."""


Path = tuple[str, ...]
"""One entry for each block-level element around, from the root."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where in the tree a block's first word stands: an element, and its text or its tail."""

    element: HtmlElement
    where: Literal["text", "tail"]


@dataclass(frozen=True)
class Block:
    """One run of text, with where it stands in the markup."""

    text: str
    path: tuple[str, ...]
    """Block-level ancestors from the root: tag and classes, ``div.story.text``; digits masked by ``#``."""
    names: tuple[str, ...] = ()
    """What the page calls those ancestors (class, id, ...), lower case, each beginning with a space."""
    links: tuple[Link, ...] = ()
    """Links as written in the markup (not resolved)."""
    linked: int = 0
    """Characters of the text that stand in links."""
    pictured: bool = False
    """Whether a picture stands between the block before and this one."""
    box: tuple[int, int] = (0, 0)
    """The nearest block-level element and the one around it, by number: who stands together on this page."""
    slot: Slot | None = None
    asks: int = 0
    """Number of the box that it shares with a form to write in; 0: with none."""
    barren: bool = False
    """Whether it stands where nothing of an article ever stood, as the outlet's template knows."""

    @cached_property
    def weight(self) -> int:
        """The text's `weight`; rules ask for it five times a block."""
        return weight(self.text)

    @property
    def tag(self) -> str:
        """The nearest block-level element's tag."""
        return self.path[-1].partition(".")[0] if self.path else ""

    @property
    def link_share(self) -> float:
        """Share of the characters that stand in links, 0 to 1."""
        return min(1.0, self.linked / len(self.text)) if self.text else 0.0

    def signature(self, depth: int) -> tuple[str, ...]:
        """The last ``depth`` ancestors: blocks of one kind on pages of one outlet share it."""
        return self.path[-depth:]

    def inside(self, *tags: str) -> bool:
        """Whether it stands in an element of one of these tags."""
        return not _tags(self.path).isdisjoint(tags)


def ends_a_sentence(text: str) -> bool:
    """Whether the last mark is one that ends sentences (closing quotes and brackets aside)."""
    return text.rstrip(_CLOSING).endswith(_ENDING)


def weight(text: str) -> int:
    """Length in characters, an ideograph counting as three (it says about as much as three letters)."""
    return len(text) if text.isascii() else len(text) + 2 * len(_CJK.findall(text))


_CJK = re.compile(f"[{CJK}]")


class Place(Protocol):
    """What a template knows of one place in the markup (`crawler.page.template.Node`)."""

    @property
    def barren(self) -> bool: ...

    def within(self, step: str) -> "Place | None": ...


def blocks(root: HtmlElement, place: Place | None = None, thorough: bool = True) -> tuple[Block, ...]:
    """All blocks of a page in reading order.

    ``root`` may be nested as deep as libxml2 lets it be without ``huge_tree`` (256 levels). ``place``: what a template
    knows of the page's root; places that it knows as barren are passed by, or, if ``thorough``, marked so.
    """
    cutter = _Cutter(thorough)
    cutter.walk(root, (), (), place)
    return tuple(_asking(block, cutter.asking) for block in cutter.found) if cutter.asking else tuple(cutter.found)


def _asking(block: Block, boxes: set[int]) -> Block:
    shared = boxes.intersection(block.box)
    return replace(block, asks=max(shared)) if shared else block


class _Cutter:
    """The state of one walk: what was found, and the block that is being gathered."""

    def __init__(self, thorough: bool) -> None:
        self.thorough = thorough
        self.found: list[Block] = []
        self.pictured = False
        self.barren = False
        self.asking: set[int] = set()
        """Numbers of the boxes that hold a form to write in."""
        self.boxes = [0, 0]
        self.opened = 0
        self._clear()

    def _clear(self) -> None:
        self.pieces: list[str] = []
        self.links: list[Link] = []
        self.linked = 0
        self.line = 0
        self.slot: Slot | None = None
        self.breaks = 0

    def flush(self, path: Path, names: Path) -> None:
        """Close the block that is being gathered, if it holds any text."""
        if not self.pieces:
            self.breaks = 0
            return
        if self.slot is not None:
            text = _tidied(self.pieces)
            if text:
                links, box = tuple(self.links), (self.boxes[-1], self.boxes[-2])
                self.found.append(
                    Block(text, path, names, links, self.linked, self.pictured, box, self.slot, 0, self.barren)
                )
                self.pictured = False
        self._clear()

    def add(self, text: str, element: HtmlElement, where: Literal["text", "tail"]) -> None:
        """Gather one text node; white space before all others is none."""
        if not text.isspace():
            self.breaks = 0
            if self.slot is None:
                self.slot = Slot(element, where)
        elif self.slot is None:
            return
        self.pieces.append(text)

    def walk(self, element: HtmlElement, path: Path, names: Path, place: Place | None) -> None:
        """Gather an element and all it holds, if a reader sees it."""
        tag = element.tag
        if tag in BLOCK_TAGS:
            self._enter_block(element, path, names, place)
        elif tag == "br":
            self._break(element, path, names)
        elif not _is_seen(element):
            return
        elif tag == "a" and element.get("href"):
            self._enter_link(element, path, names, place)
        else:
            self._gather(element, path, names, place)

    def _enter_block(self, element: HtmlElement, path: Path, names: Path, place: Place | None) -> None:
        self.flush(path, names)
        if element.tag in PICTURE_TAGS:
            self.pictured = True
        tag, classes = str(element.tag), element.get("class", "")[:_LONGEST_NAME]
        if classes and _is_unseen(classes):
            return
        inner = (*path, _step(tag, classes))
        if place is not None:
            place = place.within(tag if len(path) < 2 else inner[-1])
        self.opened += 1
        passed_by = place is not None and place.barren and not self.barren
        if passed_by and not self.thorough:
            return  # what follows is cut the same either way
        pictured, self.barren = self.pictured, self.barren or passed_by
        if tag == "form" and not self.barren and _is_to_write_in(element):
            self.asking |= {self.opened, self.boxes[-1]}
        called = (*names, _called(element))
        self.boxes.append(self.opened)
        self._gather(element, inner, called, None if passed_by else place)
        self.flush(inner, called)
        self.boxes.pop()
        if passed_by:
            self.pictured, self.barren = pictured, False

    def _break(self, element: HtmlElement, path: Path, names: Path) -> None:
        self.breaks += 1
        line = _tidied(self.pieces[self.line :]) if self.breaks == 1 else ""
        indented = _INDENT.match(element.tail or "") is not None
        long_line = weight(line) >= _LINE_PARAGRAPH and ends_a_sentence(line)
        if self.breaks > 1 or indented or long_line:
            self.flush(path, names)
        else:
            self.pieces.append("\n")
            self.line = len(self.pieces)
        self.breaks = max(self.breaks, 1)

    def _enter_link(self, element: HtmlElement, path: Path, names: Path, place: Place | None) -> None:
        start, found = len(self.pieces), len(self.found)
        self._gather(element, path, names, place)
        if len(self.found) == found:
            text = _tidied(self.pieces[start:])
            if text:
                self.links.append(Link(element.get("href") or "", text))
                self.linked += len(text)
        else:
            self._mark_cards(element, found)

    def _mark_cards(self, element: HtmlElement, found: int) -> None:
        """A link around whole blocks (a teaser card): every block in it is a link."""
        for index in range(found, len(self.found)):
            card = self.found[index]
            link = Link(element.get("href") or "", card.text)
            self.found[index] = replace(card, links=(link,), linked=len(card.text))

    def _gather(self, element: HtmlElement, path: Path, names: Path, place: Place | None) -> None:
        if text := element.text:
            self.add(text, element, "text")
        for child in element:
            if child.tag in BLOCK_TAGS:  # not by way of `walk`: 256 levels must not fill Python's stack
                self._enter_block(child, path, names, place)
            else:
                self.walk(child, path, names, place)
            if child.tag in PICTURE_TAGS:
                self.pictured = True
            if text := child.tail:
                self.add(text, child, "tail")


def _is_seen(element: HtmlElement) -> bool:
    """Whether a reader sees an element that stands in a line (block-level hiding is left to the extractor)."""
    tag = element.tag
    if not isinstance(tag, str) or tag in UNSEEN_TAGS:
        return False
    get = element.get
    called, style = get("class", "")[:_LONGEST_NAME], get("style", "")[:_LONGEST_NAME]
    if called and (_is_unseen(called) or _is_pop_up(called)):
        return False
    return get("hidden") is None and not (style and _HIDDEN_STYLE.search(style))


def _is_to_write_in(form: HtmlElement) -> bool:
    return any(field.get("type", "text").lower() in ("text", "email", "tel") for field in form.iter("input"))


def _tidied(pieces: list[str]) -> str:
    """`tidy`, with a short cut for the many texts that are ASCII and need no more than single spaces."""
    text = "".join(pieces)
    said = " ".join(text.split())
    return said if said.isascii() and said.isprintable() else tidy(text)


# Outlets use the same few names on all their pages.


@lru_cache(maxsize=8192)
def _is_unseen(classes: str) -> bool:
    return _UNSEEN_NAME.search(classes) is not None


@lru_cache(maxsize=8192)
def _is_pop_up(classes: str) -> bool:
    return _POP_UP_NAME.search(classes) is not None


@lru_cache(maxsize=1024)
def _tags(path: Path) -> frozenset[str]:
    return frozenset(step.partition(".")[0] for step in path)


@lru_cache(maxsize=8192)
def _step(tag: str, classes: str) -> str:
    """One step of a path: the tag and its first classes in alphabetical order, digits masked."""
    return ".".join((tag, *sorted({_MASKED.sub("#", name) for name in classes.split()[:4]})))


def _called(element: HtmlElement) -> str:
    """What the page calls an element, lower case: its naming attributes, each after a space."""
    return "".join([f" {value[:_LONGEST_NAME].lower()}" for name, value in element.items() if name in NAMING])
