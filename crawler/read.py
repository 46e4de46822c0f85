"""What does the article say, once the chrome is gone? Bytes in, a Page out; the same for ever.

Pure: no clock, no network, no state between pages. In order:

1. `charset.decode`: bytes to text; what is no HTML ends here, with a problem.
2. One parse (lxml). `metadata` hears what the page says about itself; `blocks` cuts it.
3. trafilatura says which blocks are article text: the first letter of each block is exchanged for a mark,
   and the marks that come out name the blocks it kept. The words themselves are always ours.
4. `chrome.sift` parts the article from what trafilatura lets through, with a reason for each block.
5. A text that the page holds unseen (`hidden`) stands in, where the visible one is a stub that agrees with it.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.metadata import version
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document
from w3lib.url import url_query_cleaner

from crawler.page import phrases
from crawler.page.blocks import Block, blocks, ends_a_sentence
from crawler.page.chrome import Sifted, sift
from crawler.page.dates import in_path
from crawler.page.forms import HEADINGS, begins, is_paragraph, is_paywall_notice, is_plea, is_trailing
from crawler.page.hidden import Sources, sources, standing_in
from crawler.page.language import language_of
from crawler.page.live import without_ages
from crawler.page.metadata import Metadata, metadata
from crawler.page.template import SURE, Lesson, Seen, choose, is_linked, known, mark, place
from crawler.page.tree import opened
from storage.records import Dropped, Extent, Link, Outlet, Page, Template, Text, sha256
from storage.words import normal

READER = "stet-read/2"
"""Raise the number with every change that may change a text: older payloads are then read again (law 4)."""
THIN = 1500
"""Weight (about 250 words) below which a text that is less than half of the page's prose is sought by all means."""

_MARKS = [chr(c) for c in (*range(0x17000, 0x187F8), *range(0x20000, 0x2A6DF))]
"""Letters no news page uses at the head of a block (Tangut first, then rare ideographs): one a block."""
_NUMBER = {mark: number for number, mark in enumerate(_MARKS)}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NEVER_TEXT = ("audio", "button", "canvas", "footer", "head", "iframe", "nav", "select", "svg", "video")
"""What trafilatura passes over anyway; without it, the share that a text has of its page tells more."""
_TRACKERS = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "fbclid", "gclid", "yclid")


class Way(StrEnum):
    """By what a page's text was told from its chrome."""

    TEMPLATE = "template"
    """By the outlet's template."""
    DRIFT = "drift"
    """By trafilatura, since the template does not fit the page."""
    COLD = "cold"
    """By trafilatura, since the template does not fit all pages that the article was seen as."""


def identity(outlet: Outlet | None, template: Template | None = None, way: Way = Way.TEMPLATE) -> str:
    """Who read it: the reader's version, trafilatura's, the digests (12 characters) of the outlet's rules and template.

    Texts are compared only where this is the same (law 4).
    """
    rules = f" rules:{outlet.rules[:12]}" if outlet and outlet.rules else ""
    learned = f" {way}:{template.digest[:12]}" if template else ""
    return f"{READER} trafilatura/{_TRAFILATURA}{rules}{learned}"


def way(reader: str) -> str:
    """The way that an identity names; "" where there was no template."""
    return next((one for one in Way if f" {one}:" in reader), "")


_TRAFILATURA = version("trafilatura")


def read(
    body: bytes,
    url: str,
    content_type: str,
    outlet: Outlet | None,
    template: Template | None = None,
    thorough: bool = False,
) -> Page:
    """Read a body. Never fails on bad input: what cannot be read is a Page with a `problem` and no text.

    ``url``: where the body came from, for links; ``content_type``: the header as received, or ``""``;
    ``outlet``: what is known of the publisher (chrome phrases, marks of its paywall), or None; ``template``: what its
    pages look like, if that was learned: then trafilatura is asked only where the template does not fit. ``thorough``:
    name all that was left out (`Page.dropped`), not only what stands amidst the text, and seek the marks of a cut in
    places that the template passes by, too. The paragraphs are the same either way.
    """
    root, problem = opened(body, content_type)
    if root is None:
        return Page(Text(), problem=problem)
    said = metadata(root, url)
    walled = _has_any(root, outlet.paywall.selectors if outlet else ())
    hidden = sources(root, outlet)
    if said.live_blog:
        without_ages(root)
    etree.strip_elements(root, "script", "style", "noscript", "template", "textarea", with_tail=False)
    parted = (template and _by_template(root, template, thorough)) or _by_vote(root, url)
    sifted = sift(parted.blocks, parted.kept, said.titles, said.description, said.byline, outlet)
    cut = _is_cut(sifted, parted.whole, walled, said, outlet)
    own = None
    if not _shows_enough(parted, sifted, hidden, cut):
        own, cut = standing_in(hidden, sifted, said, outlet, cut)
    page = _page(said, sifted, own.paragraphs if own else (), cut, url)
    dropped = (*parted.dropped(sifted), *(own.dropped if own else ()))
    return replace(page, dropped=dropped, template=parted.template)


def lesson(body: bytes, url: str, content_type: str, outlet: Outlet | None) -> Lesson:
    """A page to learn from: each block, and what became of it when it was read without a template.

    A page that cannot be read, was cut, or holds its text elsewhere than in its visible blocks, has no blocks.
    """
    root, _ = opened(body, content_type)
    if root is None:
        return Lesson(url, ())
    said = metadata(root, url)
    walled = _has_any(root, outlet.paywall.selectors if outlet else ())
    hidden = sources(root, outlet)
    if said.live_blog:
        without_ages(root)
    etree.strip_elements(root, "script", "style", "noscript", "template", "textarea", with_tail=False)
    parted = _by_vote(root, url)
    sifted = sift(parted.blocks, parted.kept, said.titles, said.description, said.byline, outlet)
    cut = _is_cut(sifted, parted.blocks, walled, said, outlet)
    if cut or standing_in(hidden, sifted, said, outlet, cut)[0]:
        return Lesson(url, ())
    return Lesson(url, tuple(_seen(index, block, parted.kept, sifted) for index, block in enumerate(parted.blocks)))


def _has_any(root: HtmlElement, selectors: tuple[str, ...]) -> bool:
    return any(root.cssselect(selector) for selector in selectors)


# --- which blocks are the article's -----------------------------------------------------------------

TOLD = frozenset(
    {"caption", "date", "headline", "byline", "pull quote", "reading time", "repeat", "separator", "standfirst"}
)
"""Reasons for which rules leave out what stands in the article's own place: a template is to let such blocks pass."""
NAMED = 40
"""Weight from which a block outside the article is named among what was dropped, unless it is a mere link."""


@dataclass(frozen=True)
class _Parted:
    """A page's blocks, and which of them pass for article text."""

    whole: tuple[Block, ...]
    blocks: tuple[Block, ...]
    """Those that the rules may look at: the whole, without the barren places that a template knows."""
    kept: set[int]
    template: str = ""

    def dropped(self, sifted: Sifted) -> tuple[Dropped, ...]:
        """All that was left out, in the order of the page, with the reason."""
        why = {id(self.blocks[index]): reason for index, reason in sifted.why.items()}
        told = {id(self.blocks[index]) for index in sifted.told}
        out = []
        for block in self.whole:
            reason = why.get(id(block), "")
            if not reason and id(block) not in told and block.link_share < 0.9 and block.weight >= NAMED:
                reason = "outside the article" if not block.barren else "where this outlet never has article text"
            out += [Dropped(block.text, reason)] if reason else []
        return tuple(out)


def _shows_enough(parted: _Parted, sifted: Sifted, hidden: Sources, cut: bool) -> bool:
    """Whether no hidden text need be sought: a page that fits its outlet's template, and is not cut, shows its text.

    For the lessons that templates are learned from are pages that show theirs. Short ones in particular would be
    taken apart, script by script, to find nothing: what costs as much as ten other pages. Hooks are tried as ever.
    """
    shown = sum(block.weight for block in sifted.paragraphs)
    return bool(parted.template) and not cut and not hidden.hooked and shown >= SURE


def _by_template(root: HtmlElement, template: Template, thorough: bool) -> _Parted | None:
    """The page as the outlet's template parts it, or None where it does not fit."""
    whole = blocks(root, known(template).root, thorough)
    lit = tuple(block for block in whole if not block.barren)
    chosen = choose(template, lit, lambda: whole if thorough else blocks(root))
    return _Parted(whole, lit, set(chosen.kept), template.digest) if chosen.fits else None


def _by_vote(root: HtmlElement, url: str) -> _Parted:
    """The page as trafilatura parts it."""
    whole = blocks(root)
    return _Parted(whole, whole, _rescued(whole, _voted(root, whole, url)))


def _seen(index: int, block: Block, kept: set[int], sifted: Sifted) -> Seen:
    """What a lesson says of one block. Notices of a paywall are to be looked at on every page."""
    told, reason = index in sifted.told, sifted.why.get(index, "")
    passed = index in kept and (not reason or reason in TOLD)
    walls = is_paywall_notice(block) or any(phrases.PAYWALL_NAME.search(name) for name in block.names[-4:])
    text = block.text if passed and not reason and is_plea(block) else ""
    return Seen(place(block.path), is_linked(block), block.weight, passed, told or passed or walls, mark(text))


def _voted(root: HtmlElement, page_blocks: tuple[Block, ...], url: str) -> set[int]:
    """Indexes of the blocks that trafilatura keeps. Marks the tree, which is of no use afterwards.

    Its rules alone first (``fast``); its fallbacks (readability, jusText) are asked where those find little of
    what the page holds. They decide by the length of the whole page: asked always, they let chrome move the text.
    """
    for number, block in enumerate(page_blocks):
        _mark(block, _MARKS[number])
    etree.strip_elements(root, *_NEVER_TEXT, with_tail=False)
    voted = _kept(root, url, len(page_blocks), fast=True)
    found = sum(page_blocks[index].weight for index in voted)
    prose = sum(block.weight for block in page_blocks if is_paragraph(block)) if found < THIN else 0
    return _kept(root, url, len(page_blocks), fast=False) or voted if found < prose / 2 else voted


def _kept(root: HtmlElement, url: str, count: int, fast: bool) -> set[int]:
    """The numbers, below ``count``, of the marks that trafilatura lets through."""
    found = bare_extraction(root, url=url, fast=fast, include_comments=False, output_format="xml")
    if not isinstance(found, Document):
        return set()
    return {number for c in "".join(found.body.itertext()) if (number := _NUMBER.get(c, count)) < count}


def _mark(block: Block, mark: str) -> None:
    """Exchange the first letter for the mark: all lengths, which extractors go by, stay as they are."""
    if block.slot is None:
        return
    text = getattr(block.slot.element, block.slot.where)
    begin = len(text) - len(text.lstrip())
    marked = text[:begin] + mark + text[begin + 1 :]
    try:
        setattr(block.slot.element, block.slot.where, marked)
    except ValueError:  # a reference (``&#11;``) brought in what no XML may hold, and lxml takes no more of it
        setattr(block.slot.element, block.slot.where, _NOT_XML.sub(" ", marked))


def _rescued(page_blocks: tuple[Block, ...], voted: set[int]) -> set[int]:
    """The voted blocks, and those of the very same kind, or in the very same element, that were passed over.

    trafilatura takes the first box that looks like the body; pages that set advertisements between several
    such boxes lose the rest. Blocks are of one kind when their whole path is the same, and it has classes.
    """
    whole, won = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for index, block in enumerate(page_blocks):
        whole[block.path] += block.weight
        won[block.path] += block.weight * (index in voted)
    kinds = {path for path, kept in won.items() if kept >= _RATE * whole[path] and _is_body_path(path, won)}
    found = {i for i, block in enumerate(page_blocks) if block.path in kinds and (i in voted or _is_prose(block))}
    inner = range(min(found, default=0), max(found, default=0))
    between = {i for i in inner if page_blocks[i].path in kinds and page_blocks[i].link_share < 0.4}
    return voted | found | between | _beside(page_blocks, voted)


def _beside(page_blocks: tuple[Block, ...], voted: set[int]) -> set[int]:
    """Text without an element of its own, and headings, right in the element in which most of the voted text stands."""
    boxes = Counter[int]()
    for index in voted:
        boxes[page_blocks[index].box[1]] += page_blocks[index].weight
    box, most = max(boxes.items(), key=lambda pair: (pair[1], -pair[0]), default=(0, 0))
    if 2 * most < sum(boxes.values()) or not box:
        return set()
    inside = [index for index in sorted(voted) if page_blocks[index].box[1] == box]
    near = range(max(0, inside[0] - 1), min(len(page_blocks), inside[-1] + 2))
    loose = {i for i in near if page_blocks[i].box[0] == box and _is_prose(page_blocks[i])}
    headed = {i for i in near[1:-1] if page_blocks[i].box[1] == box and page_blocks[i].tag in HEADINGS}
    return loose | {i for i in headed if not page_blocks[i].links}


_RATE = 0.2
"""Share of a kind's text that must have been voted for, so that the rest of it is rescued."""


def _is_body_path(path: tuple[str, ...], won: Counter[tuple[str, ...]]) -> bool:
    named = any("." in step for step in path[-4:])
    return named and won[path] >= 0.5 * sum(won.values())


def _is_prose(block: Block) -> bool:
    return block.link_share < 0.4 and block.weight >= 40 and ends_a_sentence(block.text)


# --- was the text cut? ------------------------------------------------------------------------------


def _is_cut(
    sifted: Sifted, page_blocks: tuple[Block, ...], walled: bool, said: Metadata, outlet: Outlet | None
) -> bool:
    """Whether the page shows a preview: marks of a cut, at least one of them in the structure.

    A declaration alone is none (The Intercept declares a paywall on whole texts), a banner alone neither,
    and where the preview is printed twice the whole follows.
    """
    if sifted.preview_repeated or not sifted.paragraphs:
        return False
    if walled:
        return True
    start = next(i for i, block in enumerate(page_blocks) if block is sifted.paragraphs[0])
    end = next(i for i, block in enumerate(page_blocks) if block is sifted.paragraphs[-1])
    over = _notice(page_blocks[max(0, start - 4) : start + 1], outlet)
    behind = _notice(page_blocks[end : end + 9], outlet)
    box = any(phrases.PAYWALL_NAME.search(name) for block in page_blocks[end : end + 4] for name in block.names[-4:])
    declared, trails_off = said.declared_paywall is True, is_trailing(sifted.paragraphs[-1].text)
    return (behind and (trails_off or box or declared)) or (over and box) or (trails_off and (over or box or declared))


def _notice(places: tuple[Block, ...], outlet: Outlet | None) -> bool:
    """Whether a paywall notice stands among these blocks: one of the outlet's, or a short one of the usual form."""
    known = tuple(normal(phrase) for phrase in outlet.paywall.phrases) if outlet else ()
    return any((known and begins(normal(block.text), known)) or is_paywall_notice(block) for block in places)


# --- the page -----------------------------------------------------------------------------------------


def _page(said: Metadata, sifted: Sifted, standing_in: tuple[Block, ...], cut: bool, url: str) -> Page:
    body = standing_in or sifted.paragraphs
    paragraphs = tuple(block.text for block in body)
    text = Text(
        title=said.title,
        standfirst=sifted.standfirst,
        byline=said.byline,
        published_at=said.published_at or sifted.dated or in_path(url),
        modified_at=said.modified_at,
        language=language_of(" ".join(paragraphs) or said.title, said.language),
        extent=Extent.PREVIEW if cut else Extent.FULL,
        paragraphs=paragraphs,
        links=tuple(link for block in body for link in _resolved(block, url)),
        captions=sifted.captions,
    )
    return Page(
        text=text,
        canonical=said.canonical,
        declared_paywall=said.declared_paywall,
        observed_paywall=cut,
        robots=said.robots,
        page_type=said.page_type,
        live_blog=said.live_blog,
        frame=_frame(sifted.paragraphs) if not standing_in else "",
        dropped=sifted.dropped,
    )


def _frame(paragraphs: tuple[Block, ...]) -> str:
    """A name for the elements around most of the text."""
    heavy = Counter[tuple[str, ...]]()
    for block in paragraphs:
        heavy[place(block.path)[:-1]] += block.weight
    around = max(heavy, key=lambda path: (heavy[path], path), default=())
    return sha256(" ".join(around).encode())[:16] if around else ""


def _resolved(block: Block, url: str) -> list[Link]:
    """A block's links with whole addresses, campaign tags off; jumps inside the page and scripts are none."""
    links = []
    for link in block.links:
        try:
            target = urljoin(url, link.url.strip())
        except ValueError:
            continue
        if target.startswith(("http://", "https://")) and not link.url.startswith("#"):
            links.append(
                Link(url_query_cleaner(target, _TRACKERS, remove=True, unique=False, keep_fragments=True), link.text)
            )
    return links
