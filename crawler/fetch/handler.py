"""The last door before the network: pace, and an end to headers that never end.

Scrapy's default handler, with what it leaves open: it waits until a host may be asked (nothing passes by it, robots.txt
and redirects included), it counts the bytes of response headers (592 MiB came through in 15 s), and it brings its own
resolver along, should none be installed.
"""

import logging

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request, Response
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS
from twisted.web.iweb import IResponse

from crawler.fetch.capture import HeadTooLarge, Refused, desk_of, pairs, trip_of
from crawler.fetch.guard import GuardedResolver
from crawler.fetch.pace import Pace, host_of

logging.getLogger(HTTP11DownloadHandler.__module__).setLevel(logging.ERROR)  # what it warns of, a Capture says
HEAD_LIMIT = 256 * 1024
"""Bytes of status line and headers that an answer may have. Browsers stop at 256 KiB, too."""


class Handler(HTTP11DownloadHandler):
    """Scrapy's download handler for http and https, one polite exchange at a time."""

    def __init__(self, crawler: Crawler) -> None:
        from twisted.internet import reactor

        super().__init__(crawler)
        self._pool._factory = _BoundedFactory
        self._resolver = GuardedResolver.on(reactor, crawler)
        self._pace = crawler.get_extension(Pace)
        desk = desk_of(crawler)
        self._clock = desk.clock if desk is not None else None
        self._resolver.loopback |= desk.catalogue.loopback_hosts if desk is not None else frozenset()

    async def download_request(self, request: Request) -> Response:
        """Wait for the turn, ask, and note on the trip when. Raises GivenBack, Refused and what Scrapy raises."""
        pace, clock, trip = self._pace, self._clock, trip_of(request)
        if pace is None or clock is None or trip is None:
            return await super().download_request(request)
        async with pace.turn(request.url):
            if trip.visit.fresh:
                self._pool.closeCachedConnections()  # type: ignore[no-untyped-call]  # the idle ones; it opens its own
            trip.depart(request.headers, clock.now())
            try:
                response = await super().download_request(request)
            except CannotResolveHostError as error:
                raise self._named(request.url, error) from error
            finally:
                trip.arrive(clock.now())
            pace.heed(request.url, response.status, pairs(response.headers))
        return response

    def _named(self, url: str, error: CannotResolveHostError) -> Exception:
        """Twisted says "no such host" for whatever a resolver refuses; ours remembers better."""
        inside = self._resolver.refused.pop(host_of(url), None)
        return error if inside is None else Refused(f"forbidden_address: {inside}")


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    """Scrapy's protocol, counting the bytes before a body."""

    _head = 0

    def request(self, request: object) -> Deferred[IResponse]:
        self._head = 0
        return super().request(request)  # type: ignore[arg-type]

    def dataReceived(self, data: bytes) -> None:
        if self._parser is not None and self._parser.state in (STATUS, HEADER):
            self._head += len(data)
            if self._head > HEAD_LIMIT + 65536:  # the chunk in which the body starts is counted, too
                self._giveUp(Failure(HeadTooLarge()))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _BoundedFactory(_LenientHTTP11ClientFactory):
    noisy = False

    def buildProtocol(self, addr: IAddress | None) -> _BoundedProtocol:
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
