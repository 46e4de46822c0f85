"""May we ask for this address? robots.txt, asked once per host and day, kept as a Capture like all else.

Stricter than Scrapy, which takes a failing robots.txt for an empty one and keeps it for the life of the process.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK

from crawler import addresses, wishes
from crawler.fetch.capture import FAILURES, TRIP, GivenBack, Refused, Trip, capture, desk_of, error_name, trip_of
from crawler.fetch.pace import Pace, host_of, site_of
from crawler.fetch.tally import Tally
from storage.records import Capture, Visit

FRESH = timedelta(hours=24)
"""RFC 9309, section 2.4: no copy is used for longer."""
AGAIN = timedelta(hours=1)
"""After this long a host whose robots.txt could not be asked for is tried again, in a crawl that lasts so long."""


class _Known:
    """The rules of one host as learned in this crawl."""

    def __init__(self, rules: wishes.Rules, reason: str, until: datetime) -> None:
        self.rules, self.reason, self.until = rules, reason, until


class Robots:
    """Downloader middleware: asks robots.txt before a host's first page, and keeps the decision on the trip."""

    def __init__(self, crawler: Crawler) -> None:
        desk = desk_of(crawler)
        pace, tally = crawler.get_extension(Pace), crawler.get_extension(Tally)
        if desk is None or pace is None or tally is None:
            raise NotConfigured("no desk: not one of Stet's spiders")
        self._crawler, self._desk, self._pace, self._tally = crawler, desk, pace, tally
        self._config: str = getattr(crawler.spider, "config", "")
        self._known: dict[str, asyncio.Task[_Known]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises Refused (``robots_forbid``, ``robots_unreachable: ...``) and GivenBack."""
        trip = trip_of(request)
        if trip is None or trip.purpose == "robots":
            return
        self._pace.check(request.url)
        known = await self._rules(request.url, trip)
        self._pace.slow_down(request.url, known.rules.crawl_delay)
        if known.rules.unreachable:
            self._pace.check(request.url)  # its robots.txt may have asked us to wait
            trip.robots = "unreachable"
            forbidden = known.reason.startswith("forbidden_address")
            raise Refused(known.reason if forbidden else f"robots_unreachable: {known.reason}")
        trip.robots = "allowed" if known.rules.allows(self._plain(request.url)) else "forbidden"
        if trip.robots == "forbidden":
            raise Refused("robots_forbid")

    def _plain(self, url: str) -> str:
        """The address without trackers: ``Disallow: *?`` means pages with queries, not our links' decorations."""
        outlet = self._desk.catalogue.of(url)
        try:
            return addresses.asked(url, outlet.identity_params if outlet is not None else ())
        except ValueError:
            return url  # a redirect led to an address that only a browser can make sense of

    async def _rules(self, url: str, trip: Trip) -> _Known:
        """The rules of a host; all who ask while its robots.txt is on its way wait for the same answer."""
        host = host_of(url)
        task = self._known.get(host)
        if task is None or (task.done() and task.result().until <= self._desk.clock.now()):
            task = self._known[host] = asyncio.ensure_future(self._learn(host, url, trip))
        try:
            return await asyncio.shield(task)
        finally:
            lost = task.done() and (task.cancelled() or task.exception() is not None)
            if lost and self._known.get(host) is task:
                del self._known[host]

    async def _learn(self, host: str, url: str, trip: Trip) -> _Known:
        now, kept = self._desk.clock.now(), self._desk.store.host(host)
        held = kept.robots_status != 200 or kept.robots_body is not None  # its payload may have been erased
        if held and kept.robots_at is not None and now - kept.robots_at < FRESH:
            rules = wishes.robots(kept.robots_status, kept.robots_body)
            if not rules.unreachable:
                return _Known(rules, "", kept.robots_at + FRESH)
        seen = await self._ask(url)
        if seen.outlet == trip.visit.outlet:  # not where a redirect led to
            self._tally.count(seen)
        whole = seen.complete and not seen.error
        rules = wishes.robots(seen.status if whole else None, seen.body)
        reason = seen.error or (f"status {seen.status}" if seen.complete else "cut in transit")
        return _Known(rules, reason, seen.at + (AGAIN if rules.unreachable else FRESH))

    async def _ask(self, url: str) -> Capture:
        parts, owner = urlsplit(url), self._desk.catalogue.of(url)
        outlet = owner.key if owner is not None else site_of(url)
        address = f"{parts.scheme}://{parts.netloc}/robots.txt"
        trip = Trip(Visit(address, outlet), purpose="robots")
        request = Request(address, callback=NO_CALLBACK, dont_filter=True, meta={TRIP: trip})
        error = ""
        try:
            await self._crawler.engine.download_async(request)
        except GivenBack:
            raise
        except FAILURES as failure:
            error = error_name(failure)
        seen = capture(trip, self._desk.clock.now(), self._config, error)
        await self._desk.observe(seen)
        return seen
