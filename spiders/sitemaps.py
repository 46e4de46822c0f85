"""Find articles in sitemaps, news sitemaps and the indexes above them."""

import re
from typing import ClassVar

from lxml import etree

from crawler.fetch.wire import TooLarge, gunzip, is_gzip
from spiders.channels import ChannelSpider, Found, hint, local, resolved, said, xml
from spiders.feeds import plain, read_feed
from storage.records import Channel, ChannelKind, Offer, Outlet

MOST_BYTES = 16 * 1024 * 1024
"""What a sitemap may hold unpacked. sitemaps.org allows 50 MB; as a tree that would be half a gigabyte."""


class Sitemaps(ChannelSpider):
    """Ask the outlets' sitemaps, then the articles that they offer."""

    name = "sitemaps"
    kinds: ClassVar[tuple[ChannelKind, ...]] = ("sitemap", "news_sitemap")

    def read(self, body: bytes, url: str, content_type: str, outlet: Outlet, channel: Channel) -> Found:
        return read_sitemap(body, url)


def read_sitemap(body: bytes, url: str) -> Found:
    """What a sitemap (XML, text, gzipped or not, or a feed used as one) offers, or the sitemaps an index names.

    Pure; never raises, whatever the bytes are.
    """
    if is_gzip(body):
        try:
            unpacked = gunzip(body, MOST_BYTES)
        except TooLarge:
            return Found(problem=f"more than {MOST_BYTES} bytes once unpacked")
        if not unpacked.whole:
            return Found(problem="a gzip stream that ends early")
        body = unpacked.body
    root = xml(body)
    match local(root) if root is not None else "":
        case "urlset":
            return Found(_locations(root, url, "url"))
        case "sitemapindex":
            return Found(parts=tuple(sorted(_locations(root, url, "sitemap"), key=_age, reverse=True)))
        case "rss" | "feed" | "rdf":
            return read_feed(body, url)
    return _plain_list(body, url)


def _locations(root: etree._Element | None, url: str, name: str) -> tuple[Offer, ...]:
    entries = root.iterchildren() if root is not None else ()
    found = (_location(entry, url) for entry in entries if local(entry) == name)
    return tuple(offer for offer in found if offer.url)


def _location(entry: etree._Element, url: str) -> Offer:
    """A ``url`` or ``sitemap`` element; the news namespace knows titles and dates of publication."""
    first: dict[str, etree._Element] = {}
    for child in entry:
        for element in child.iter() if local(child) == "news" else (child,):
            first.setdefault(local(element), element)
    updated_at = hint(said(first.get("lastmod")))
    return Offer(
        url=resolved(url, said(first.get("loc"))),
        title=plain(said(first.get("title"))),
        hint_at=hint(said(first.get("publication_date"))) or updated_at,
        updated_at=updated_at,
    )


def _age(part: Offer) -> tuple[str, list[int]]:
    """What sorts the parts of an index by age: lastmod, else the numbers in their names."""
    return part.hint_at, [int(number[:18]) for number in re.findall(r"[0-9]+", part.url)]


def _plain_list(body: bytes, url: str) -> Found:
    """A text file, one address a line (sitemaps.org)."""
    lines = body.decode("utf-8-sig", errors="replace").split()
    if lines and all(line.startswith(("http://", "https://")) for line in lines):
        return Found(tuple(Offer(found) for line in lines if (found := resolved(url, line))))
    return Found(problem="not a sitemap")
