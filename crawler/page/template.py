"""A learned template, ready for use: which blocks of a page are the article's, and which need not be looked at.

Pure. `crawler.learn` makes templates out of lessons; `crawler.read` asks them. A block is known by its place: the
block-level elements it stands in, from the root. Where the whole place is new, the last few elements decide
(back-off, as in n-gram models); where those are new as well, the template says that it does not know.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from crawler.page.blocks import Block, weight
from crawler.page.forms import HEADINGS, is_paragraph, is_sentence
from crawler.wording.notes import note_kind
from storage.records import Template, sha256
from storage.words import normal

DEPTHS = (8, 6, 4, 3, 2)
"""How many of the last elements decide where the whole place is unknown; the first of these that is known."""
KEEP = 0.5
"""Share of a kind's weight that was the article's, from which a block of that kind is kept."""
TWICE = 2
"""Pages on which a part must have stood without telling anything, before it is passed by unread."""
NEAR = 2
"""Levels below the text's own element down to which a block of an unknown kind may belong to the text."""
KNOWN = 0.5
"""Share of a page's places that must be known for its template to fit."""
OWN = frozenset({*HEADINGS, "p", "blockquote", "li", "pre", "td", "dd"})
HOLDERS = frozenset({"ul", "ol", "dl", "blockquote", "table", "tbody"})
"""Elements of which texts are made up; all others are boxes."""
SURE = 300
"""Weight (about 50 words) of text from which a page needs no second look before its template is believed."""
MARKED = 25
"""Weight from which a block that stands on several articles' pages is chrome; shorter ones are subheadings, names."""

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Seen:
    """One block of a page that is learned from."""

    path: tuple[str, ...]
    linked: bool
    weight: int
    kept: bool
    """Whether it is the article's text (or a repeat of it)."""
    used: bool
    """Whether it told anything of the article: text, headline, standfirst, date, caption."""
    mark: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """A page of an outlet, read cold: its blocks with what became of them."""

    url: str
    blocks: tuple[Seen, ...]


def place(path: tuple[str, ...]) -> tuple[str, ...]:
    """Where a block stands, without what `html` and `body` are called: sites name the page's subject there."""
    return (*[step.partition(".")[0] for step in path[:2]], *path[2:])


def is_linked(block: Block) -> bool:
    """Whether a block is a link for the most part."""
    return block.link_share >= 0.5


def mark(text: str) -> str:
    """By what a text is known that stands on several pages: 16 hex digits over its normal form, digits masked."""
    if weight(text) < MARKED:
        return ""
    return sha256(_DIGITS.sub("#", normal(text).casefold()).encode())[:16]


@dataclass(slots=True)
class Node:
    """One place of the markup, and the places within it."""

    steps: dict[str, "Node"] = field(default_factory=dict)
    used: int = 0
    pages: int = 0
    rates: dict[bool, float] = field(default_factory=dict)
    """Share of the weight that was the article's, of blocks that are no links, and of links."""
    typical: float = 0.0
    """Weight of text that stands right here on a page, on average."""

    @property
    def barren(self) -> bool:
        """Whether nothing of the article ever stood here or within."""
        return self.used == 0 and self.pages >= TWICE

    def within(self, step: str) -> "Node | None":
        """The place of an element right within."""
        return self.steps.get(step)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a template says of one page."""

    kept: frozenset[int]
    """Indexes of the blocks that pass for article text."""
    fits: bool
    """Whether the page is of the kind that the template was learned from."""


Suffix = tuple[tuple[str, ...], bool]


@dataclass(frozen=True)
class Known:
    """A template in the form in which questions are answered fast."""

    root: Node
    suffixes: dict[Suffix, float]
    repeats: frozenset[str]

    def rate(self, block: Block) -> float | None:
        """Share, 0 to 1, of the weight of such blocks that was the article's; None: no such block was ever seen."""
        linked = is_linked(block)
        where = place(block.path)
        node = self._node(where)
        if node is not None and linked in node.rates:
            return node.rates[linked]
        return next((rate for d in DEPTHS if (rate := self.suffixes.get((where[-d:], linked))) is not None), None)

    def at(self, path: tuple[str, ...]) -> Node | None:
        """The place of a block, or None where the template does not know it."""
        return self._node(place(path))

    def _node(self, where: tuple[str, ...]) -> Node | None:
        node: Node | None = self.root
        for step in where:
            if node is None:
                return None
            node = node.steps.get(step)
        return node

    def familiarity(self, blocks: tuple[Block, ...]) -> float:
        """Share, 0 to 1, of the kinds of places on a page that are known, however much stands in each.

        Places of new names are one kind where they have the same tags: twelve comments are one comment.
        """
        places = {block.path for block in blocks}
        strange = {tuple(step.partition(".")[0] for step in path) for path in places if self.at(path) is None}
        known = sum(self.at(path) is not None for path in places)
        return known / (known + len(strange)) if places else 1.0

    def is_repeat(self, block: Block) -> bool:
        """Whether its text is known from several articles."""
        return bool(self.repeats) and mark(block.text) in self.repeats


@lru_cache(maxsize=64)
def known(template: Template) -> Known:
    """The template, ready for use."""
    root = Node()
    sums: dict[Suffix, list[int]] = {}
    for kind in template.kinds:
        for node in _way(root, kind.path):
            node.used += kind.used
            node.pages = max(node.pages, kind.pages)
        node.rates[kind.linked] = kind.kept / kind.whole
        node.typical += kind.whole / template.pages
        for depth in DEPTHS:
            kept_whole = sums.setdefault((kind.path[-depth:], kind.linked), [0, 0])
            kept_whole[0] += kind.kept
            kept_whole[1] += kind.whole
    rates = {suffix: kept / whole for suffix, (kept, whole) in sums.items()}
    return Known(root, rates, frozenset(template.repeats))


def _way(node: Node, path: tuple[str, ...]) -> Iterable[Node]:
    yield node
    for step in path:
        node = node.steps.setdefault(step, Node())
        yield node


# --- one page ---------------------------------------------------------------------------------------


def choose(template: Template, blocks: tuple[Block, ...], whole: Callable[[], tuple[Block, ...]]) -> Choice:
    """Which blocks pass for article text by the template, and whether it fits the page.

    ``whole``: gives all blocks of the page, those of barren places included; asked only where little was found.

    Drift is two-peaked (docs/reading.md): after a redesign hardly any place is known, before it nearly all are. So a
    page fits when at least half of the places on it are known, and no more prose of unknown kinds stands amidst the
    text than text. Where no text is found, it fits when nothing else on the page could be the text: then the article
    was emptied.
    """
    knows = known(template)
    rates = {index: knows.rate(block) for index, block in enumerate(blocks) if not block.barren}
    kept = {index for index, rate in rates.items() if rate is not None and rate >= KEEP}
    found = sum(blocks[index].weight for index in kept)
    strange = [index for index, rate in rates.items() if rate is None]
    if found >= SURE:
        amidst = [i for i in strange if min(kept) < i < max(kept) and is_paragraph(blocks[i])]
        is_known = knows.familiarity(blocks) >= KNOWN
        fits = is_known and found >= sum(blocks[index].weight for index in amidst)
    else:
        fits = found >= _doubtful(knows, whole())
    near = _near(blocks, kept)
    added = {index for index in strange if near and _belongs(blocks[index], near)}
    return Choice(frozenset(i for i in kept | added if not knows.is_repeat(blocks[i])), fits)


def _near(blocks: tuple[Block, ...], kept: set[int]) -> tuple[str, ...]:
    """The element in which most of the text stands."""
    heavy: dict[tuple[str, ...], int] = {}
    for index in kept:
        around = blocks[index].path[:-1]
        heavy[around] = heavy.get(around, 0) + blocks[index].weight
    return max(heavy, key=lambda path: (heavy[path], path), default=())


def _belongs(block: Block, near: tuple[str, ...]) -> bool:
    """Whether a block of an unknown kind is text all the same: it stands where the text stands, in no box of its own.

    Boxes of an unknown kind amidst a text are nearly always chrome (pleas, cards, lists); they are named among what
    was left out, and are known once the template is learned again. But notices of corrections come seldom, and must
    not be lost because no lesson had one.
    """
    depth = len(block.path) - len(near)
    if block.path[: len(near)] != near or depth > NEAR:
        return False
    if note_kind(block.text) is not None:
        return True
    own = block.tag in OWN and (depth == 1 or block.path[len(near)].partition(".")[0] in HOLDERS)
    return own and (is_sentence(block) or (block.tag in HEADINGS and not block.links))


def _doubtful(knows: Known, blocks: tuple[Block, ...]) -> float:
    """Weight of prose that could be the text: of unknown kinds, or far more than usual in a place of chrome."""
    doubt = 0.0
    there: dict[int, tuple[Node, int]] = {}
    for block in filter(is_paragraph, blocks):
        node = knows.at(block.path)
        if node is None or is_linked(block) not in node.rates:
            doubt += block.weight * (knows.rate(block) is None)
        else:
            there[id(node)] = node, there.get(id(node), (node, 0))[1] + block.weight
    return doubt + sum(max(0.0, found - 2 * node.typical - SURE) for node, found in there.values())
