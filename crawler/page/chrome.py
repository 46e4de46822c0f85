"""Which of the blocks that passed for article text are chrome, and why?

Pure. Every rule looks at where a block stands and what form it has; words alone drop nothing, since
articles write about newsletters and comments, too. Whatever is left out is named with its reason.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from crawler.page import boxes, forms, phrases
from crawler.page.blocks import Block
from crawler.page.dates import found_in
from crawler.page.names import Names
from crawler.page.repeats import copies_elsewhere, cut_copies, preview, quoted
from storage.records import Dropped, Outlet
from storage.words import normal

TAIL_BLOCKS, TAIL_WEIGHT, TAIL_SHARE = 12, 3000, 0.45
"""After an outlet's closing appeal at most so much is chrome (three sponsors' blurbs weigh about 1,000)."""
_BEHIND = 5
"""Blocks behind the last paragraph among which its pictures' captions may stand."""
POST = 280
"""Characters that a post has at most (X, formerly Twitter; links count little)."""

_CURLY = re.compile("[’“”]")


@dataclass(frozen=True, slots=True)
class Sifted:
    """Article and chrome, apart."""

    paragraphs: tuple[Block, ...]
    standfirst: str
    dated: str
    """The date that stands between headline and text, ISO 8601, or ``""``."""
    captions: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    preview_repeated: bool
    """Whether the text's beginning was printed twice: a preview, and then the whole."""
    why: dict[int, str]
    """Blocks that were left out, by index, with the reason."""
    told: frozenset[int]
    """Indexes of the blocks that told anything of the article: text, captions, headline, standfirst, date."""


def sift(blocks: tuple[Block, ...], kept: Iterable[int], titles: tuple[str, ...], description: str = "",
         byline: str = "", outlet: Outlet | None = None) -> Sifted:  # fmt: skip
    """Part the article from chrome among ``kept``, the indexes of blocks that passed for article text.

    ``titles``: every way in which the page states its headline; ``description``, ``byline``: what it says.
    """
    sieve = _Sieve(blocks, sorted(kept), frozenset(map(forms.letters, titles)), description, byline)
    for rule in (_captions, _embeds, _named_parts, _separators, _headline):
        rule(sieve)
    _outlet_phrases(sieve, (*outlet.chrome, *outlet.paywall.phrases) if outlet else ())
    repeated = _repeats(sieve)
    for rule in (_pull_quotes, _boxes, _teasers, _head, _standfirst, _announced, _comments, _appeals, _tail):
        rule(sieve)
    return sieve.result(repeated)


class _Sieve:
    """The blocks, those still kept, and what was decided about the others."""

    def __init__(self, blocks: tuple[Block, ...], kept: list[int], titles: frozenset[str], description: str,
                 byline: str) -> None:  # fmt: skip
        self.blocks, self.kept, self.titles = blocks, kept, titles
        self.description, self.byline = description, byline
        self.paragraphs = {index for index in kept if forms.is_paragraph(blocks[index])}
        self.weights = {index: blocks[index].weight for index in kept}
        self.whole = sum(self.weights.values())
        self.why: dict[int, str] = {}
        self.captions: dict[int, str] = {}
        self.standfirst = ""
        self.shortest = max(4, min(map(len, titles), default=4))
        self.headline = -1
        """Index of the block that states the headline, -1 when none does."""
        self.normal = cache(lambda index: normal(blocks[index].text))
        self.letters = cache(lambda index: forms.letters(blocks[index].text))
        self.tail_form = cache(lambda index: forms.tail_form(blocks[index]))
        self.boxes = cache(lambda: {blocks[index].box[1] for index in self.kept if _is_text(self, index)})
        self.names = Names((blocks[index].names, self.weights[index]) for index in kept)

    def drop(self, indexes: Iterable[int], why: str) -> None:
        """Leave blocks out, with the reason; the first reason stays."""
        self.leave_out(dict.fromkeys(indexes, why))

    def leave_out(self, why: dict[int, str]) -> None:
        """Leave blocks out, each with its reason."""
        self.why = why | self.why
        self.kept = [index for index in self.kept if index not in self.why]

    def own(self) -> list[int]:
        """Kept blocks that are paragraphs beyond doubt."""
        return [index for index in self.kept if index in self.paragraphs]

    def first(self) -> int:
        """Index of the first paragraph beyond doubt (behind all blocks when there is none)."""
        return next(iter(self.own()), len(self.blocks))

    def result(self, repeated: bool) -> Sifted:
        within = range(self.kept[0], self.kept[-1]) if self.kept else range(0)
        known = {*self.kept, *self.why, *self.captions}
        passed_over = {i: "passed over" for i in within if i not in known and self.blocks[i].link_share < 0.9}
        why = dict(sorted((passed_over | self.why).items()))
        dropped = tuple(Dropped(self.blocks[index].text, reason) for index, reason in why.items())
        captions = tuple(dict.fromkeys(text for _, text in sorted(self.captions.items())))
        day, dated = _dated(self)
        standfirst = (index for index, reason in self.why.items() if reason == "standfirst")
        told = frozenset({*self.kept, *self.captions, *standfirst, self.headline, dated} - {-1})
        paragraphs = tuple(self.blocks[i] for i in self.kept)
        return Sifted(paragraphs, self.standfirst, day, captions, dropped, repeated, why, told)


# --- pictures, embeds, named parts --------------------------------------------------------------


def _captions(sieve: _Sieve) -> None:
    """Captions and credits, from the headline to the article's end; those elsewhere belong to other articles."""
    if not sieve.kept:
        return
    end = next(reversed(sieve.own()), sieve.kept[-1]) + _BEHIND
    for index in range(_head_start(sieve), min(end, sieve.kept[-1]) + 1):
        block = sieve.blocks[index]
        called = block.inside("figcaption") or sieve.names.tell(block.names, "caption")
        if called and block.link_share < 0.9 and forms.has_words(block.text) and not sieve.names.chrome(block.names):
            sieve.captions[index] = block.text
    first = next((index for index in sieve.own() if index not in sieve.captions), len(sieve.blocks))
    for index in sieve.kept:
        block = sieve.blocks[index]
        if forms.is_credit(block) or ((index < first or block.pictured) and forms.ends_on_credit(block)):
            sieve.captions[index] = block.text
    sieve.drop([index for index in sieve.kept if index in sieve.captions], "caption")


def _head_start(sieve: _Sieve) -> int:
    """Where the article's head begins: at the headline, or a little before the first kept block."""
    first = sieve.kept[0]
    near = (index for index in range(max(0, first - 40), first + 1) if _states_headline(sieve, index))
    return next(near, max(0, first - 3))


def _embeds(sieve: _Sieve) -> None:
    """Posts from elsewhere: by name, by signature, or by the link that ends them."""
    posts: set[int] = set()
    ends: list[int] = []
    for position, index in enumerate(sieve.kept):
        block = sieve.blocks[index]
        if sieve.names.tell(block.names, "embed") or phrases.SIGNATURE.match(block.text):
            posts.add(index)
        elif len(block.text) <= 2 * POST and phrases.ends_a_post(block.text):
            ends.append(position)
    own = [sieve.blocks[index] for index in sieve.own()] if ends else []
    curly, boxes = any(_CURLY.search(block.text) for block in own), {block.box[1] for block in own}
    for position in ends:
        posts.update((sieve.kept[position], *_same_post(sieve, position, curly, boxes)))
    sieve.drop(posts, "embedded post")


def _same_post(sieve: _Sieve, position: int, curly: bool, boxes: set[int]) -> list[int]:
    """Blocks before the end of a post that belong to it: they stand in its box, or are set like it.

    A post has at most 280 characters, and keeps straight quotes where the article around it has ``curly`` ones.
    ``boxes``: those in which the article's paragraphs stand.
    """
    end = sieve.blocks[sieve.kept[position]]
    room = POST - len(phrases.POST_END.sub("", end.text))
    parts: list[int] = []
    for index in reversed(sieve.kept[max(0, position - POST) : position]):
        block = sieve.blocks[index]
        room -= len(block.text) + 1
        boxed = block.box[1] == end.box[1] and end.box[1] not in boxes
        typeset = curly and "'" in block.text and not _CURLY.search(block.text)
        if room < 0 or block.text.endswith(":") or not (boxed or typeset):
            break
        parts.append(index)
    return parts


def _named_parts(sieve: _Sieve) -> None:
    """Blocks in elements that the page itself calls comments, related, sponsor ..., unless that holds the body."""
    called = {index: sieve.names.chrome(sieve.blocks[index].names) for index in sieve.kept}
    sieve.leave_out({index: kind for index, kind in called.items() if kind})


# --- lines without words, headline, outlet's phrases ----------------------------------------------


def _separators(sieve: _Sieve) -> None:
    """Lines of mere marks; addresses, labels of advertisements and ages ("5 minutes ago") that stand alone."""
    kept = [(index, sieve.blocks[index].text) for index in sieve.kept]
    sieve.drop([index for index, text in kept if not forms.has_words(text)], "separator")
    sieve.drop([index for index, text in kept if phrases.ADDRESS.match(text)], "address")
    sieve.drop([index for index, text in kept if phrases.AD_LABEL.fullmatch(text)], "sponsor")
    sieve.drop([index for index, text in kept if forms.is_age(text)], "date")


def _states_headline(sieve: _Sieve, index: int) -> bool:
    text = sieve.blocks[index].text
    return sieve.shortest <= len(text) < 400 and sieve.letters(index) in sieve.titles


def _headline(sieve: _Sieve) -> None:
    """The headline is a field of its own; what stands before it is no article text."""
    first = _first_heading(sieve)
    head = [index for index in range(first) if _states_headline(sieve, index)]
    if not head:
        head = [index for index in sieve.kept if index < first and sieve.blocks[index].tag == "h1"][:1]
    sieve.headline = max(head, default=-1)
    echoes = (i for i in sieve.kept if sieve.blocks[i].tag in forms.HEADINGS and _states_headline(sieve, i))
    sieve.drop([*(index for index in head if index in sieve.weights), *echoes], "headline")
    sieve.drop([index for index in sieve.kept if index < sieve.headline], "before the headline")


def _first_heading(sieve: _Sieve) -> int:
    """Where the head ends: at the first paragraph; or at the first h1 with the headline, if most text is behind it.

    Cookie notices and appeals in whole sentences stand before the headline now and then.
    """
    for index in sieve.kept[:1] and range(sieve.kept[-1]):
        if sieve.blocks[index].tag == "h1" and _states_headline(sieve, index):
            behind = sum(heavy for place, heavy in sieve.weights.items() if place > index)
            return max(index + 1, sieve.first()) if behind >= 0.6 * sieve.whole else sieve.first()
    return sieve.first()


def _outlet_phrases(sieve: _Sieve, chrome: tuple[str, ...]) -> None:
    """Blocks that begin as the outlet's chrome does; behind its closing appeal, what is left of the page."""
    if not chrome:
        return
    known = tuple(normal(phrase) for phrase in chrome)
    hits = {index for index in sieve.kept if forms.begins(sieve.normal(index), known)}
    closing = _closing(sieve, hits)
    rest = [index for index in sieve.kept if closing >= 0 and index > closing and index not in hits]
    sieve.drop(hits, "outlet's chrome")
    if len(rest) <= TAIL_BLOCKS and sum(sieve.weights[index] for index in rest) <= TAIL_WEIGHT:
        sieve.drop(rest, "after the outlet's closing appeal")


def _closing(sieve: _Sieve, hits: set[int]) -> int:
    """Index of the outlet's closing appeal, in the text's last part: a strong one, or two hits in a row; or -1."""
    before = 0
    for index, following in zip(sieve.kept, [*sieve.kept[1:], -1], strict=False):
        late = index in hits and before >= (1 - TAIL_SHARE) * sieve.whole
        if late and (following in hits or forms.is_strong_appeal(sieve.blocks[index].text)):
            return index
        before += sieve.weights[index]
    return -1


# --- repeats --------------------------------------------------------------------------------------


def _repeats(sieve: _Sieve) -> bool:
    """Leave out second copies of blocks; tell whether a preview was printed before the whole."""
    texts = [sieve.normal(index) for index in sieve.kept]
    twice = preview(texts)
    elsewhere = copies_elsewhere(texts, [sieve.blocks[index].path for index in sieve.kept])
    sieve.drop([sieve.kept[place] for place in (*twice, *elsewhere, *cut_copies(texts))], "repeat")
    return bool(twice)


def _pull_quotes(sieve: _Sieve) -> None:
    """Sentences of the text that are printed once more, set apart."""
    texts = [sieve.normal(index) for index in sieve.kept]
    kinds = Counter(sieve.blocks[index].path for index in sieve.own())
    apart = [place for place, index in enumerate(sieve.kept) if kinds[sieve.blocks[index].path] <= 1]
    sieve.drop([sieve.kept[place] for place in quoted(texts, apart)], "pull quote")


# --- boxes, links -----------------------------------------------------------------------------------


def _boxes(sieve: _Sieve) -> None:
    """Boxes that are chrome by what they hold."""
    weigh = sieve.weights.__getitem__
    sieve.drop(boxes.asking(sieve.blocks, sieve.kept, weigh), "form")
    sieve.drop(boxes.cards(sieve.blocks, sieve.kept, weigh), "other articles")


def _comments(sieve: _Sieve) -> None:
    sieve.drop(boxes.comments(sieve.blocks, sieve.kept, sieve.weights.__getitem__), "comments")


def _teasers(sieve: _Sieve) -> None:
    """Links to other articles; then labels that announced them."""
    links = {index for index in sieve.kept if forms.is_teaser(sieve.blocks[index])}
    sieve.drop(links, "link to something else")
    labels = [index for index in sieve.kept if index + 1 in links and forms.is_teaser_heading(sieve.blocks[index].text)]
    sieve.drop(labels, "label of a link")


# --- head ---------------------------------------------------------------------------------------------


def _head(sieve: _Sieve) -> None:
    """Date, byline, reading time, share lines and appeals before the first paragraph."""
    first = sieve.first()
    forms_found = {i: forms.head_form(sieve.blocks[i], sieve.byline) for i in sieve.kept if i < first}
    sieve.leave_out({index: form for index, form in forms_found.items() if form})


def _head_places(sieve: _Sieve) -> range:
    """The places between headline and first paragraph (a few before the paragraph, when no headline stands there)."""
    first = sieve.first()
    return range(sieve.headline + 1 if sieve.headline >= 0 else max(0, first - 8), first)


def _dated(sieve: _Sieve) -> tuple[str, int]:
    """The first date in a short line of the head, and its index (-1: none); others are clocks, comments, teasers."""
    if not sieve.own():
        return "", -1
    lines = ((sieve.blocks[index].text, index) for index in _head_places(sieve))
    return next(((day, index) for line, index in lines if len(line) <= 90 and (day := found_in(line))), ("", -1))


def _standfirst(sieve: _Sieve) -> None:
    """The lines under the headline that sum the article up: known by name, by tag, or by the page's description."""
    first = sieve.first()
    if first >= len(sieve.blocks):
        return
    for index in _head_places(sieve):
        free = sieve.why.get(index, "teaser") == "teaser" and index not in sieve.captions
        if free and _is_standfirst(sieve, index, first):
            sieve.standfirst = sieve.blocks[index].text
            sieve.drop([index], "standfirst")
            return


def _is_standfirst(sieve: _Sieve, index: int, first: int) -> bool:
    block, body = sieve.blocks[index], sieve.blocks[first].path
    if block.path == body or block.weight < 25 or block.link_share > 0.5 or forms.head_form(block, sieve.byline):
        return False
    called = any(phrases.STANDFIRST_NAME.search(name) for name in block.names[-3:])
    headed = index in sieve.weights and block.tag in forms.HEADINGS and block.path[:-1] != body[:-1]
    if called or headed:
        return True
    described = forms.letters(forms.uncut(sieve.description))
    return bool(described) and sieve.letters(index).startswith(described)


# --- tail ---------------------------------------------------------------------------------------------


def _announced(sieve: _Sieve) -> None:
    """What stands in one box with a heading that announces other articles, behind it, if the text stands outside."""
    behind = range(sieve.first(), sieve.kept[-1] if sieve.kept else 0)
    headings = [index for index in behind if forms.is_teaser_heading(sieve.blocks[index].text)]
    boxes = {index: sieve.blocks[index].path[:-1] for index in headings}
    held: dict[tuple[str, ...], list[int]] = {box: [] for box in boxes.values()}
    depths = {len(box) for box in held}
    for index in sieve.kept if headings else ():
        for depth in depths:
            box = sieve.blocks[index].path[:depth]
            if len(box) == depth and box in held:
                held[box].append(index)
    gone: set[int] = set()
    for index, box in boxes.items():
        boxed = [i for i in held.pop(box, ()) if i not in gone]
        if boxed and boxed[0] >= index:
            gone.update(boxed)
    sieve.drop(gone, "other articles")


def _appeals(sieve: _Sieve) -> None:
    """Appeals to the reader inside the text: strong ones, and short ones with the link they want followed."""
    kept = [(index, sieve.blocks[index]) for index in sieve.kept]
    sieve.drop([index for index, block in kept
                if (index not in sieve.paragraphs and forms.is_strong_appeal(block.text))
                or (block.links and block.tag != "li" and forms.is_appeal(block))], "appeal")  # fmt: skip


def _tail(sieve: _Sieve) -> None:
    """What stands behind the last sentence and has the form of chrome; then, from the end on, what is no text."""
    last = next((index for index in reversed(sieve.kept) if _is_text(sieve, index)), len(sieve.blocks))
    behind = {index: sieve.tail_form(index) for index in sieve.kept if index > last}
    sieve.leave_out({index: form for index, form in behind.items() if form})
    ends: dict[int, str] = {}
    for index in reversed(sieve.kept):
        form = sieve.tail_form(index) or _end_form(sieve, sieve.blocks[index])
        if not form:
            break
        ends[index] = form
    sieve.leave_out(ends)


def _is_text(sieve: _Sieve, index: int) -> bool:
    """Whether a block is a sentence or more, and has no form of chrome."""
    return (index in sieve.paragraphs or forms.is_sentence(sieve.blocks[index])) and not sieve.tail_form(index)


def _end_form(sieve: _Sieve, end: Block) -> str:
    """What the last block is, if it cannot end an article, or stands in another outer box than all its sentences."""
    form = forms.end_form(end, sieve.byline)
    if not form and forms.is_fragment(end) and (boxes := sieve.boxes()) and end.box[1] not in boxes:
        return "another part of the page"
    return form
