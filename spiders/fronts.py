"""Find articles on front and section pages."""

from itertools import islice
from typing import ClassVar

from lxml import etree, html
from w3lib.encoding import html_to_unicode

from spiders.channels import ChannelSpider, Found, is_story, resolved
from storage.records import Channel, ChannelKind, Offer, Outlet
from storage.words import tidy

LONGEST = 300
"""Characters of a link's words that are kept: a whole teaser may be one link."""
MOST_LINKS = 5000
"""Links that are looked at."""


class Fronts(ChannelSpider):
    """Ask the outlets' front and section pages, then the articles that they link to."""

    name = "fronts"
    kinds: ClassVar[tuple[ChannelKind, ...]] = ("front",)

    def read(self, body: bytes, url: str, content_type: str, outlet: Outlet, channel: Channel) -> Found:
        return read_front(body, url, content_type, outlet)


def read_front(body: bytes, url: str, content_type: str, outlet: Outlet) -> Found:
    """The links of a page that stay within the outlet and look like its articles, with their words, in page order.

    Pure; never raises, whatever the bytes are.
    """
    root = page(body, content_type)
    if root is None:
        return Found(problem="not a page")
    base = resolved(url, next((str(b.get("href")) for b in root.iter("base") if b.get("href")), "")) or url
    words: dict[str, str] = {}
    for link in islice(root.iter("a"), MOST_LINKS):
        address = resolved(base, link.get("href") or "")
        said = tidy(" ".join(str(part) for part in link.itertext()) or link.get("title") or "")[:LONGEST]
        words[address] = max(words.get(address, ""), said, key=len)
    return Found(tuple(Offer(url, said) for url, said in words.items() if url and is_story(url, said, outlet)))


def page(body: bytes, content_type: str) -> html.HtmlElement | None:
    """The root of an HTML page (charset as browsers find it), or None when there is none."""
    _, text = html_to_unicode(content_type or None, body, default_encoding="utf-8")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = html.document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    etree.strip_elements(root, "script", "style", "svg", "noscript", with_tail=False)
    return root
