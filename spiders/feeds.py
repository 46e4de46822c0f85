"""Find articles in RSS, Atom and JSON feeds."""

import html
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, ClassVar

from lxml import etree

from spiders.channels import ChannelSpider, Found, data, hint, local, resolved, said, xml
from storage.records import Channel, ChannelKind, Offer, Outlet
from storage.words import tidy

MOST_ENTRIES = 5000
"""Entries that are read; feeds put the newest first."""
_TAG = re.compile(r"<[^<>]*>")  # without the inner <, a row of them is quadratic
_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_UPDATED = ("updated", "modified")
"""Atom's element, which RSS borrows as ``atom:updated``; Dublin Core's, and that of Atom 0.3."""


class Feeds(ChannelSpider):
    """Ask the outlets' feeds, then the articles that they offer."""

    name = "feeds"
    kinds: ClassVar[tuple[ChannelKind, ...]] = ("feed",)

    def read(self, body: bytes, url: str, content_type: str, outlet: Outlet, channel: Channel) -> Found:
        return read_feed(body, url)


def read_feed(body: bytes, url: str) -> Found:
    """What a feed (RSS 0.9 to 2.0, Atom, JSON Feed) offers, in its order.

    Pure; never raises, whatever the bytes are.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _json_feed(body, url)
    root = xml(body)
    if root is None or local(root) not in _ROOTS:
        return Found(problem="not a feed")
    entries = (entry for entry in root.iter() if local(entry) in ("item", "entry"))
    found = (_offer(entry, url) for entry in islice(entries, MOST_ENTRIES))
    return Found(tuple(offer for offer in found if offer.url))


# --- RSS and Atom ------------------------------------------------------------------------------------


def _offer(entry: etree._Element, url: str) -> Offer:
    children: dict[str, list[etree._Element]] = {}
    for child in entry:
        children.setdefault(local(child), []).append(child)
    first = {name: elements[0] for name, elements in children.items()}
    dated = next((first[name] for name in ("pubdate", "published", "date", *_UPDATED) if name in first), None)
    changed = next((first[name] for name in _UPDATED if name in first), None)
    return Offer(
        url=next((found for link in _links(children) if (found := resolved(url, link))), ""),
        title=plain(said(first.get("title"))),
        hint_at=hint(said(dated)),
        updated_at=hint(said(changed)),
    )


def _links(children: dict[str, list[etree._Element]]) -> Iterator[str]:
    """What may be the entry's address, best first: its own, before FeedBurner's and before a permanent id."""
    yield from (said(element) for element in children.get("origlink", ()))
    for link in children.get("link", ()):
        if link.get("rel", "alternate") == "alternate":
            yield link.get("href") or said(link)
    for guid in children.get("guid", ()):
        if guid.get("isPermaLink", "true").lower() != "false" and said(guid).startswith(("http://", "https://")):
            yield said(guid)


def plain(title: str) -> str:
    """A title without markup: feeds escape HTML once, twice, or not at all."""
    return tidy(html.unescape(_TAG.sub("", html.unescape(title))))


# --- JSON Feed ---------------------------------------------------------------------------------------


def _json_feed(body: bytes, url: str) -> Found:
    """JSON Feed 1.1 (jsonfeed.org)."""
    feed = data(body)
    if feed is None:
        return Found(problem="not a feed: broken JSON")
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        return Found(problem="not a feed: JSON without items")
    offers = (_json_offer(item, url) for item in items[:MOST_ENTRIES] if isinstance(item, dict))
    return Found(tuple(offer for offer in offers if offer.url))


def _json_offer(item: dict[str, Any], url: str) -> Offer:
    def text(name: str) -> str:
        value = item.get(name)
        return value if isinstance(value, str) else ""

    return Offer(
        url=resolved(url, text("url")),
        title=plain(text("title")),
        hint_at=hint(text("date_published") or text("date_modified")),
        updated_at=hint(text("date_modified")),
    )
