"""How any channel is asked: look at the list, then at the articles that nobody asked for yet.

First all channels of the chosen outlets. When they have answered, and what they offered has been kept and ranked, the
best candidates: those just offered, and those left over from earlier runs.
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from html.entities import html5
from typing import Any, ClassVar
from urllib.parse import urldefrag, urljoin

from lxml import etree
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure
from w3lib.encoding import http_content_type_encoding

from crawler import addresses
from crawler.desk import whole_number
from crawler.page import dates
from spiders.article import ArticleSpider
from storage.records import Capture, Channel, ChannelKind, Listing, Offer, Outlet, Visit, stamp

MOST_OFFERS = 2000
"""Addresses taken from one list, newest first (a sitemap may hold 50,000)."""
MOST_PARTS = 5
"""Lists that are followed below one list: an archive of twenty years is no news."""
PARTS = 4
"""Parts in which a run's articles are asked for."""
DEEPEST = 2
"""Lists below lists."""


@dataclass(frozen=True)
class Found:
    """What was found in a list."""

    offers: tuple[Offer, ...] = ()
    problem: str = ""
    """Why it could not be read, or ``""``."""
    parts: tuple[Offer, ...] = ()
    """Lists that this list names (a sitemap index), those to be looked at first in front."""


class ChannelSpider(ArticleSpider):
    """Asks every enabled channel of its kinds, then the candidates."""

    kinds: ClassVar[tuple[ChannelKind, ...]] = ()
    arguments: ClassVar[dict[str, str]] = {
        "outlet": "keys of the outlets to ask, with commas between (all that are enabled)",
        "limit": "most articles to ask for, per outlet (BUDGET)",
    }
    _asked_articles: Counter[str]

    def take(self, given: dict[str, Any]) -> None:
        self.chosen, self._asked_articles = self.outlets(str(given.get("outlet", ""))), Counter()
        budget = whole_number("BUDGET", self.settings.get("BUDGET"))
        self.limit = whole_number("limit", given.get("limit", budget))

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Any:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        return spider

    def aims(self) -> Iterator[str]:
        """The channels' addresses: a preview of an outlet on this machine may lie on a host of others."""
        yield from (channel.url for outlet in self.chosen for channel in self.channels(outlet))

    def channels(self, outlet: Outlet) -> Iterator[Channel]:
        """Those of an outlet's channels that are asked."""
        yield from (channel for channel in outlet.channels if channel.enabled and channel.kind in self.kinds)

    def read(self, body: bytes, url: str, content_type: str, outlet: Outlet, channel: Channel) -> Found:
        """What a list offers. Pure; runs in a thread."""
        raise NotImplementedError

    def offered(self, found: Found, outlet: Outlet, channel: Channel) -> tuple[Offer, ...]:
        """What of all that was found the channel may offer: a plain sitemap lists all pages of a site, too."""
        offers = found.offers
        if channel.kind == "sitemap":
            offers = tuple(offer for offer in offers if is_article(offer.url, outlet))
        return own(offers, outlet)

    async def start(self) -> AsyncIterator[Any]:
        for outlet in self.chosen:
            self.tally.of(outlet.key)
            for channel in self.channels(outlet):
                yield self.look(outlet, channel, channel.url)

    def look(self, outlet: Outlet, channel: Channel, url: str, depth: int = 0) -> Any:
        """The request for a channel's list, or for a part of it (``depth`` steps below)."""
        told = {"outlet": outlet, "channel": channel, "depth": depth}
        failed = self.unlisted(channel, depth)
        return self.ask(
            self.owed(outlet, channel, url), "channel", callback=self.listed, errback=failed, cb_kwargs=told
        )

    def owed(self, outlet: Outlet, channel: Channel, url: str) -> Visit:
        """The look at a list: has it changed since it last was one?

        An index of sitemaps stays the same while its parts change: what may be one is always asked for in full.
        """
        if channel.kind == "sitemap" and url == channel.url:
            return Visit(url, outlet.key)
        return self.desk.store.channel(outlet.key, url)

    async def listed(self, response: Response, outlet: Outlet, channel: Channel, depth: int) -> AsyncIterator[Any]:
        """A list, or whatever came instead of it. A part that failed says nothing of its channel."""
        assert response.request is not None
        seen = self.seen(response.request)
        if not _readable(seen):
            yield seen if depth else Listing(seen, channel)
            return
        body, url, content_type = seen.body or b"", seen.url, seen.header("content-type")
        found = await asyncio.to_thread(self.read, body, url, content_type, outlet, channel)
        yield Listing(seen, channel, self.offered(found, outlet, channel), found.problem)
        for part in own(found.parts, outlet)[:MOST_PARTS] if depth < DEEPEST else ():
            yield self.look(outlet, channel, part.url, depth + 1)

    def unlisted(self, channel: Channel, depth: int) -> Any:
        """The errback of a channel's request."""

        def failed(failure: Failure) -> Any:
            seen = self.missed(failure)
            return [] if seen is None else [seen if depth else Listing(seen, channel)]

        return failed

    def idle(self) -> None:
        """All lists are in and kept: now the articles, in parts, since what one part shows orders the next."""
        if not self.crawler.crawling:
            return
        asked = False
        for outlet in self.chosen:
            left = self.limit - self._asked_articles[outlet.key]
            for visit in list(self.wanted(outlet, min(left, -(-self.limit // PARTS)))):
                if visit.url not in self._asked:
                    self._asked_articles[outlet.key] += 1
                    self.crawler.engine.crawl(self.ask(visit))
                    asked = True
        if asked:
            raise DontCloseSpider

    def wanted(self, outlet: Outlet, most: int | None = None) -> Iterable[Visit]:
        """The most hopeful candidates of an outlet, each article once; at most the limit."""
        most = self.limit if most is None else most
        if most <= 0:
            return ()
        found = self.desk.store.wanted(self.desk.clock.now(), (outlet.key,), most)
        named = {addresses.identity(visit.url, outlet): visit for visit in reversed(found)}
        return [visit for name, visit in reversed(named.items()) if not self.desk.store.known(name)]


def _readable(seen: Capture) -> bool:
    return seen.status == 200 and seen.complete and not seen.error


def own(offers: Iterable[Offer], outlet: Outlet) -> tuple[Offer, ...]:
    """Offers within the outlet, each address once, at most `MOST_OFFERS`, the newest where there are more.

    A channel must not send us elsewhere, however it came to list the address.
    """
    kept: dict[str, Offer] = {}
    for offer in offers:
        if _within(offer.url, outlet):
            kept.setdefault(offer.url, offer)
    found = list(kept.values())
    if len(found) > MOST_OFFERS:
        found = sorted(found, key=lambda offer: offer.hint_at, reverse=True)[:MOST_OFFERS]
    return tuple(found)


def _within(url: str, outlet: Outlet) -> bool:
    try:
        return addresses.within(url, outlet)
    except ValueError:
        return False


def is_article(url: str, outlet: Outlet) -> bool:
    """Whether an address lies within the outlet and looks like one of its articles; what is no address does not."""
    return _within(url, outlet) and addresses.looks_like_article(url, outlet)


def is_story(url: str, words: str, outlet: Outlet) -> bool:
    """The same for a link of a page, by its words, too (`addresses.is_story`)."""
    return _within(url, outlet) and addresses.is_story(url, words, outlet)


# --- what lists have in common ---------------------------------------------------------------------


def xml(body: bytes) -> etree._Element | None:
    """The root of an XML document, mended where it is broken, or None.

    Entities are not expanded, DTDs not loaded, nothing is fetched; libxml2's own limits on depth and size hold.
    """
    body = body.lstrip(b" \t\r\n\x00")
    try:
        return etree.fromstring(body, _parser(recover=False))
    except (etree.XMLSyntaxError, ValueError):
        pass
    try:
        return etree.fromstring(mended(body), _parser(recover=True))
    except (etree.XMLSyntaxError, ValueError):
        return None


def _parser(recover: bool) -> etree.XMLParser[etree._Element]:
    return etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


_AMPERSAND = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(#?\w{1,32};)?", re.DOTALL)
_CONTROLS = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D})


def mended(body: bytes) -> bytes:
    """Broken XML with all its entities written as numbers, and without control characters.

    Once a document is not well formed, libxml2 drops every named entity in it, ``&amp;`` included: a mended feed would
    offer ``?id=1page=2``. A bare ampersand, and an entity nobody knows, stands for itself.
    """
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body  # UTF-16: no bytes to look at one by one
    return _AMPERSAND.sub(_numbered, body.translate(None, _CONTROLS))


def _numbered(found: re.Match[bytes]) -> bytes:
    whole, name = found[0], found[1]
    if whole.startswith(b"<") or (name and name.startswith(b"#")):
        return whole
    known = html5.get(name.decode("latin-1")) if name else None
    return "".join(f"&#{ord(char)};" for char in known).encode() if known else b"&#38;" + whole[1:]


def local(element: etree._Element) -> str:
    """An element's name without its namespace, lower case; ``""`` for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def said(element: etree._Element | None) -> str:
    """All text inside an element, white space as it is."""
    return "".join(str(part) for part in element.itertext()).strip() if element is not None else ""


def resolved(base: str, link: str) -> str:
    """A link's whole address without its fragment, or ``""`` when it is none."""
    try:
        return urldefrag(urljoin(base, link.strip())).url if link.strip() else ""
    except ValueError:
        return ""


def hint(text: str, zone: tzinfo = UTC) -> str:
    """A list's date as UTC (`stamp`), as a plain date where it names no time, or ``""``.

    ``zone``: of moments that name none.
    """
    claimed = dates.claim(text) if text.strip() else ""
    try:
        moment = datetime.fromisoformat(claimed)
        if "T" not in claimed:
            return claimed
        return stamp(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        return ""


_WRAPPING = re.compile(r"[^<{\[]{0,200}(?=[{\[])")
"""What may stand before JSON: a byte order mark, JSONP's ``callback(``, ``var list =``, a guard against scripts."""


def data(body: bytes, content_type: str = "") -> Any:
    """The value of some JSON, out of its JSONP where it is wrapped in that; None for what is none.

    UTF-8, else UTF-16 or UTF-32 (RFC 4627, 3), else the charset that the answer names, else UTF-8 with gaps.
    """
    text = _decoded(body, content_type)
    wrapping = _WRAPPING.match(text)
    start = wrapping.end() if wrapping else 0
    end = max(text.rfind("}"), text.rfind("]")) + 1
    for cut in (text, text[start:end]) if not start else (text[start:end],):
        try:
            return json.loads(cut)
        except (ValueError, RecursionError):
            continue
    return None


def _decoded(body: bytes, content_type: str) -> str:
    for charset in (json.detect_encoding(body), http_content_type_encoding(content_type or None) or "utf-8"):
        try:
            return body.decode(charset)
        except (ValueError, LookupError):
            continue
    return body.decode("utf-8", errors="replace")
