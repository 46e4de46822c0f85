"""What tree do these bytes make? What is no HTML, or too much of it, ends here, with a problem.

Pure. One parse (lxml) a page: it is the larger part of what a reading by template costs.
"""

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from crawler.page.charset import utf8

LARGEST = 5_000_000
"""Bytes. The largest article page seen in 320 was 2.6 MB."""
MOST_ELEMENTS = 24_000
"""Each makes two blocks at most, and each block needs a mark (`_MARKS`). The fullest of 127 real pages had 1,776."""

_MAGIC = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"RIFF", b"\x00\x00\x00")
_DOCUMENT = re.compile(rb"<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:title|meta|link|script|style|div|p|article|main|h1|table|span|br)\b|<!--", re.IGNORECASE)
_FEED = re.compile(rb"<(?:rss|feed|urlset|sitemapindex|rdf:RDF|opml|svg)\b", re.IGNORECASE)
_KINDS = {"", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream"}
"""Content types under which pages come; others are believed when no document begins in the body."""
_LOST = "\ufffd".encode()
_MOST_LOST = 0.02
"""Characters that may be lost in decoding, by the byte; a body with more is no text (compressed, encrypted)."""


def opened(body: bytes, content_type: str) -> tuple[HtmlElement | None, str]:
    """The tree, or why there is none."""
    problem = _problem(body, content_type)
    if problem:
        return None, problem
    source = utf8(body, content_type)
    odd = any(piece[:1] == b"\xbf" for piece in source.split(b"\xef"))  # one byte is sought ten times as fast as two
    if odd and source.count(_LOST) > _MOST_LOST * len(source):
        return None, "not text"
    return _parse(_xml_characters(source) if odd else source.translate(None, _CONTROLS))


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


def _parse(source: bytes) -> tuple[HtmlElement | None, str]:
    """The tree, or why there is none. Trees deeper than libxml2's limit (256) come back cut, so they are refused."""
    parser = HTMLParser(
        remove_comments=True, remove_pis=True, encoding="utf-8", default_doctype=False, collect_ids=False
    )
    parser.set_element_class_lookup(_LOOKUP)
    try:
        root = document_fromstring(source, parser=parser)
    except etree.ParserError:
        return None, "empty"
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        return None, "too deep"
    if 2 * source.count(b"<") + 4 > MOST_ELEMENTS and root.xpath("count(//*)") > MOST_ELEMENTS:
        return None, "too many elements"  # a tag makes two at most: its own, and a paragraph for what follows it
    return root, ""


_LOOKUP = etree.ElementDefaultClassLookup(element=HtmlElement)
"""lxml.html's own lookup asks Python for each element's class, to tell forms from others: a tenth of a reading."""
_CONTROLS = bytes(c for c in range(0x20) if c not in b"\t\n\r")


def _xml_characters(source: bytes) -> bytes:
    """A text in UTF-8 without the characters that no XML may hold, U+FFFE and U+FFFF among them."""
    return source.replace(b"\xef\xbf\xbe", b"").replace(b"\xef\xbf\xbf", b"").translate(None, _CONTROLS)
