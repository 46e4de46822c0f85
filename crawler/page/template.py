"""A learned template, ready for use: which blocks of a page are the article's, and which need not be looked at.

Pure. `crawler.learn` makes templates out of lessons; `crawler.read` asks them. A block is known by its place: the
block-level elements it stands in, from the root. Where the whole place is new, the last few elements decide
(back-off, as in n-gram models); where those are new as well, the template says that it does not know.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from crawler.page.blocks import Block, weight
from crawler.page.forms import HEADINGS, is_paragraph, is_sentence
from crawler.page.phrases import kinds
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
LISTED = frozenset({"li", "dd", "td"})
"""Of those, what need not be a sentence."""
APART, PROSE = 0.1, 0.6
"""From which share of the text on, what looks like text in unknown boxes makes a page not fit; and what looks so:
paragraphs, from this share of a box's blocks on."""
BESIDE = 6
"""Blocks before and behind the text among which a notice of a correction is its own."""
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

    article: str
    """Whose page it is; several lessons may show one article, in former designs."""
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
    barren: bool = False
    """Whether nothing of the article ever stood here or within, and the text stands elsewhere."""

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
            if not any("." in step for step in kind.path[-depth:]):
                break  # ``div p`` without a name says nothing
            kept_whole = sums.setdefault((kind.path[-depth:], kind.linked), [0, 0])
            kept_whole[0] += kind.kept
            kept_whole[1] += kind.whole
    _mark_barren(root, _around_the_text(template))
    rates = {suffix: kept / whole for suffix, (kept, whole) in sums.items()}
    return Known(root, rates, frozenset(template.repeats))


def _around_the_text(template: Template) -> tuple[str, ...]:
    """The element around the one in which most of the text stands, if it is more than the page's own."""
    heavy = Counter[tuple[str, ...]]()
    for kind in template.kinds:
        heavy[kind.path[:-1]] += kind.kept
    text = max(heavy, key=lambda path: (heavy[path], path), default=())
    return text[:-1] if len(text) > 3 else text


def _mark_barren(node: Node, around: tuple[str, ...] | None) -> None:
    """Mark what may be passed by. ``around``: steps left to the element around the text; () within it; None elsewhere.

    Near the text nothing is passed by, not even where nothing ever stood: notes of corrections come seldom.
    """
    node.barren = node.used == 0 and node.pages >= TWICE and around is None
    for step, inner in node.steps.items():
        further = around[1:] if around and around[0] == step else () if around == () else None
        _mark_barren(inner, further)


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
    page fits when at least half of the kinds of places on it are known, and nothing in unknown boxes looks like text.
    Where no text is found, it fits when nothing else on the page could be the text: then the article was emptied.
    """
    knows = known(template)
    rates = {index: knows.rate(block) for index, block in enumerate(blocks) if not block.barren}
    kept = {i for i, rate in rates.items() if rate is not None and rate >= KEEP and not knows.is_repeat(blocks[i])}
    found = sum(blocks[index].weight for index in kept)
    strange = [index for index, rate in rates.items() if rate is None]
    if found >= SURE:
        fits = knows.familiarity(blocks) >= KNOWN and found * APART >= _text_apart([blocks[i] for i in strange])
    else:
        fits = found >= _doubtful(knows, whole())
    near = _near(blocks, kept)
    added = {index for index in strange if near and _belongs(blocks[index], near)}
    ends = range(min(kept, default=0) - BESIDE, max(kept, default=-BESIDE) + BESIDE + 1)
    notes = {i for i in rates.keys() - kept - added if i in ends and note_kind(blocks[i].text) is not None}
    return Choice(frozenset(kept | added | notes), fits)


def _text_apart(strange: Sequence[Block]) -> int:
    """Weight of what looks like text of an article in boxes of unknown kinds: paragraphs with little between them.

    Cards and comments bring one paragraph a box; and some boxes say what they are.
    """
    boxes: dict[int, list[Block]] = {}
    for block in strange:
        boxes.setdefault(block.box[1], []).append(block)
    apart = 0
    for box in boxes.values():
        prose = [block for block in box if is_paragraph(block) and not any(map(kinds, block.names[-4:]))]
        if len(prose) >= TWICE and len(prose) >= PROSE * len(box):
            apart += sum(block.weight for block in prose)
    return apart


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
    was left out, and are known once the template is learned again. One that looks like text makes the page not fit.
    """
    depth = len(block.path) - len(near)
    if block.path[: len(near)] != near or depth > NEAR:
        return False
    own = block.tag in OWN and (depth == 1 or block.path[len(near)].partition(".")[0] in HOLDERS)
    listed = block.tag in LISTED and depth > 1 and block.link_share < 0.5
    return own and (listed or is_sentence(block) or (block.tag in HEADINGS and not block.links))


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
