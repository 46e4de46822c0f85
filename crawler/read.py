"""What does the article say, once the chrome is gone? Bytes in, a Page out; the same for ever.

Pure: no clock, no network, no state between pages. In order:

1. `charset.decode`: bytes to text; what is no HTML ends here, with a problem.
2. One parse (lxml). `metadata` hears what the page says about itself; `blocks` cuts it.
3. trafilatura says which blocks are article text: the first letter of each block is exchanged for a mark,
   and the marks that come out name the blocks it kept. The words themselves are always ours.
4. `chrome.sift` parts the article from what trafilatura lets through, with a reason for each block.
5. A text hidden in JSON-LD or a textarea stands in, where the visible one is a stub that agrees with it.
"""

import re
from collections import Counter
from importlib.metadata import version
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from trafilatura import bare_extraction
from trafilatura.settings import Document
from w3lib.url import url_query_cleaner

from crawler.page import phrases
from crawler.page.blocks import Block, blocks, ends_a_sentence, weight
from crawler.page.charset import decode
from crawler.page.chrome import Sifted, sift
from crawler.page.dates import in_path
from crawler.page.forms import begins, is_paragraph, is_paywall_notice, is_trailing
from crawler.page.language import language_of
from crawler.page.metadata import Metadata, metadata
from storage.records import Extent, Link, Outlet, Page, Text
from storage.words import normal, tidy, words

READER = "stet-read/1"
"""Raise the number with every change that may change a text: older payloads are then read again (law 4)."""
LARGEST = 5_000_000
"""Bytes. The largest article page seen in 320 was 2.6 MB."""
MOST_ELEMENTS = 24_000
"""Each makes two blocks at most, and each block needs a mark (`_MARKS`). The fullest of 127 real pages had 1,776."""
THIN = 1500
"""Weight (about 250 words) below which a text that is less than half of the page's prose is sought by all means."""
STUB = 80
"""Words below which a visible text may be a stub of one that is hidden in the page."""

_MARKS = [chr(c) for c in (*range(0x17000, 0x187F8), *range(0x20000, 0x2A6DF))]
"""Letters no news page uses at the head of a block (Tangut first, then rare ideographs): one a block."""
_NUMBER = {mark: number for number, mark in enumerate(_MARKS)}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NEVER_TEXT = ("audio", "button", "canvas", "footer", "head", "iframe", "nav", "select", "svg", "video")
"""What trafilatura passes over anyway; without it, the share that a text has of its page tells more."""
_TRACKERS = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "fbclid", "gclid", "yclid")


def identity(outlet: Outlet | None) -> str:
    """Who read it: the reader's version, trafilatura's, and the digest of the outlet's rules (12 characters)."""
    rules = f" rules:{outlet.rules[:12]}" if outlet and outlet.rules else ""
    return f"{READER} trafilatura/{_TRAFILATURA}{rules}"


_TRAFILATURA = version("trafilatura")


def read(body: bytes, url: str, content_type: str, outlet: Outlet | None) -> Page:
    """Read a body. Never fails on bad input: what cannot be read is a Page with a `problem` and no text.

    ``url``: where the body came from, for links; ``content_type``: the header as received, or ``""``;
    ``outlet``: what is known of the publisher (chrome phrases, marks of its paywall), or None.
    """
    problem = _problem(body, content_type)
    if problem:
        return Page(Text(), problem=problem)
    text = decode(body, content_type)
    if text.count("\ufffd") > _MOST_LOST * len(text):
        return Page(Text(), problem="not text")
    root, problem = _parse(text)
    if root is None:
        return Page(Text(), problem=problem)
    said = metadata(root, url)
    walled = _has_any(root, outlet.paywall.selectors if outlet else ())
    hidden = (*said.bodies, *_textareas(root))
    etree.strip_elements(root, "script", "style", "noscript", "template", "textarea", with_tail=False)
    page_blocks = blocks(root)
    kept = _rescued(page_blocks, _voted(root, page_blocks, url))
    sifted = sift(page_blocks, kept, said.titles, said.description, said.byline, outlet)
    standing_in = _standing_in(sifted, hidden, said)
    cut = not standing_in and _is_cut(sifted, page_blocks, walled, said, outlet)
    return _page(said, sifted, standing_in, cut, url)


# --- bytes to a tree --------------------------------------------------------------------------------

_MAGIC = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"RIFF", b"\x00\x00\x00")
_DOCUMENT = re.compile(rb"<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:title|meta|link|script|style|div|p|article|main|h1|table|span|br)\b|<!--", re.IGNORECASE)
_FEED = re.compile(rb"<(?:rss|feed|urlset|sitemapindex|rdf:RDF|opml|svg)\b", re.IGNORECASE)
_KINDS = {"", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream"}
"""Content types under which pages come; others are believed when no document begins in the body."""
_MOST_LOST = 0.05
"""Share of characters that may be lost in decoding; a body with more is no text (compressed, encrypted)."""


def _problem(body: bytes, content_type: str) -> str:
    """Why a body is not worth parsing, or ``""``."""
    if len(body) > LARGEST:
        return "too large"
    start = body[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if not start:
        return "empty"
    if body.startswith(_MAGIC):
        return "not html"
    if _DOCUMENT.search(start):
        return ""
    kind = content_type.partition(";")[0].strip().lower()
    other = kind not in _KINDS or start.startswith((b"{", b"[")) or _FEED.search(start)
    return "not html" if other or not _MARKUP.search(start) else ""


def _parse(text: str) -> tuple[HtmlElement | None, str]:
    """The tree, or why there is none. Trees deeper than libxml2's limit (256) come back cut, so they are refused."""
    parser = HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8", default_doctype=False)
    try:
        root = document_fromstring(_NOT_XML.sub("", text).encode(), parser=parser)
    except etree.ParserError:
        return None, "empty"
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        return None, "too deep"
    if root.xpath("count(//*)") > MOST_ELEMENTS:
        return None, "too many elements"
    return root, ""


def _has_any(root: HtmlElement, selectors: tuple[str, ...]) -> bool:
    return any(root.cssselect(selector) for selector in selectors)


def _textareas(root: HtmlElement) -> list[str]:
    """Article texts that wait in a textarea for a script to show them (huanqiu.com does so)."""
    return [text for area in root.iter("textarea") if "<p" in (text := area.text_content())]


# --- which blocks are the article's -----------------------------------------------------------------


def _voted(root: HtmlElement, page_blocks: tuple[Block, ...], url: str) -> set[int]:
    """Indexes of the blocks that trafilatura keeps. Marks the tree, which is of no use afterwards.

    Its rules alone first (``fast``); its fallbacks (readability, jusText) are asked where those find little of
    what the page holds. They decide by the length of the whole page: asked always, they let chrome move the text.
    """
    for number, block in enumerate(page_blocks):
        _mark(block, _MARKS[number])
    etree.strip_elements(root, *_NEVER_TEXT, with_tail=False)
    voted = _kept(root, url, len(page_blocks), fast=True)
    found = sum(weight(page_blocks[index].text) for index in voted)
    prose = sum(weight(block.text) for block in page_blocks if is_paragraph(block)) if found < THIN else 0
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
    setattr(block.slot.element, block.slot.where, text[:begin] + mark + text[begin + 1 :])


def _rescued(page_blocks: tuple[Block, ...], voted: set[int]) -> set[int]:
    """The voted blocks, and those of the very same kind that were passed over.

    trafilatura takes the first box that looks like the body; pages that set advertisements between several
    such boxes lose the rest. Blocks are of one kind when their whole path is the same, and it has classes.
    """
    whole, won = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for index, block in enumerate(page_blocks):
        whole[block.path] += weight(block.text)
        won[block.path] += weight(block.text) * (index in voted)
    kinds = {path for path, kept in won.items() if kept >= _RATE * whole[path] and _is_body_path(path, won)}
    found = {i for i, block in enumerate(page_blocks) if block.path in kinds and (i in voted or _is_prose(block))}
    inner = range(min(found, default=0), max(found, default=0))
    between = {i for i in inner if page_blocks[i].path in kinds and page_blocks[i].link_share < 0.4}
    return voted | found | between


_RATE = 0.2
"""Share of a kind's text that must have been voted for, so that the rest of it is rescued."""


def _is_body_path(path: tuple[str, ...], won: Counter[tuple[str, ...]]) -> bool:
    named = any("." in step for step in path[-4:])
    return named and won[path] >= 0.5 * sum(won.values())


def _is_prose(block: Block) -> bool:
    return block.link_share < 0.4 and weight(block.text) >= 40 and ends_a_sentence(block.text)


# --- texts that stand in ----------------------------------------------------------------------------


def _standing_in(sifted: Sifted, hidden: tuple[str, ...], said: Metadata) -> tuple[Block, ...]:
    """The paragraphs of a hidden text, where the visible one is a stub that agrees with it; else none.

    By agreement, not by length: hidden texts are often cut themselves, or belong to something else.
    """
    if sum(weight(block.text) for block in sifted.paragraphs) > 20 * STUB:
        return ()
    seen = words(" ".join(block.text for block in sifted.paragraphs))
    if len(seen) >= STUB:
        return ()
    for text in hidden:
        parts = _hidden_blocks(text)
        told = words(" ".join(part.text for part in parts))
        agrees = _holds(told, seen) or (len(seen) < STUB // 4 and _holds(told, words(said.title)))
        if len(told) >= 2 * max(len(seen), STUB // 4) and agrees:
            return sift(parts, range(len(parts)), said.titles, "", said.byline).paragraphs
    return ()


def _holds(told: list[str], seen: list[str]) -> bool:
    """Whether most words of one text stand in the other."""
    known = set(told)
    return bool(seen) and sum(word in known for word in seen) >= 0.6 * len(seen)


def _hidden_blocks(text: str) -> tuple[Block, ...]:
    if re.search(r"<(?:p|br|div)\b", text):
        root, _ = _parse(f"<html><body>{text}</body></html>")
        return blocks(root) if root is not None else ()
    return tuple(Block(line, ("html", "body", "p")) for part in re.split(r"\n+", text) if (line := tidy(part)))


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
    return any(begins(normal(block.text), known) or is_paywall_notice(block) for block in places)


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
        dropped=sifted.dropped,
    )


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
