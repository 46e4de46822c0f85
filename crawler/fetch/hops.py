"""Redirects, followed by ourselves: every hop is kept, and no visit gets lost on the way.

Scrapy's own middleware loses an article that redirects to an already crawled page, to itself or off-domain: it reaches
neither callback nor errback (scrapy#1225). Here the visit stays one request for Scrapy; its hops are asked for inside.
A meta refresh is no redirect: it is a page.
"""

from typing import Self
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from w3lib.url import safe_url_string

from crawler.fetch.capture import TRIP, Refused, Trip, trip_of
from storage.records import Hop

MOST_HOPS = 8
REDIRECTS = frozenset({301, 302, 303, 307, 308})
KEPT = ("Accept", "Accept-Language")
_HOP = "hop"


class Hops:
    """Downloader middleware, engine side: an answer that points elsewhere becomes the answer it points to."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """The first answer that is no redirect. Raises Refused (``redirect_loop``, ``too_many_hops``, ...)."""
        trip = trip_of(request)
        if trip is None or _HOP in request.meta:
            return response
        while response.status in REDIRECTS:
            where = follow(trip, response)
            response = await self._crawler.engine.download_async(onward(where, trip, request))
            response.request = request  # Scrapy hands the answer to this request's callback
        return response


def follow(trip: Trip, response: Response) -> str:
    """Note the hop that an answer asks for; the address to ask next. Raises Refused."""
    said = location(response)
    where = target(response.url, said)
    trip.answer = None  # a hop is kept as a hop: what stands in the end is the last answer, or the error
    trip.hops.append(Hop(response.url, response.status, said))
    if not where:
        raise Refused(f"bad_redirect: {said[:200] or 'no Location'}")
    if where in {urldefrag(hop.url).url for hop in trip.hops}:
        raise Refused("redirect_loop")
    if len(trip.hops) > MOST_HOPS:
        raise Refused("too_many_hops")
    return where


def location(response: Response) -> str:
    """The Location header as it was sent, or ``""``."""
    raw = response.headers.get("Location") or b""
    return raw.decode("utf-8", errors="replace").strip()


def target(base: str, said: str) -> str:
    """The address that a Location leads to, or ``""`` when it is no web address."""
    try:
        where = urldefrag(safe_url_string(urljoin(base, said))).url if said else ""
        parts = urlsplit(where)
        where = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))  # nobody logs us in
        web = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    return where if web else ""


def onward(where: str, trip: Trip, request: Request) -> Request:
    """The request for a hop: without the visit's validators, which speak of another address."""
    kept = {name: value for name in KEPT if (value := request.headers.get(name)) is not None}
    return Request(where, headers=kept, callback=NO_CALLBACK, dont_filter=True, meta={TRIP: trip, _HOP: True})
