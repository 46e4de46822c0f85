"""Ask for an article; make a Capture of whatever comes back, or of coming back empty-handed."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler import addresses, relearn, shapes
from crawler.desk import ArgumentError, Desk, whole_number
from crawler.fetch.capture import CRAWLER, TRIP, GivenBack, Trip, capture, config, error_name, trip_of
from crawler.fetch.guard import literal
from crawler.fetch.pace import host_of
from crawler.fetch.tally import Tally
from crawler.fetch.wire import ENCODINGS
from crawler.readers import Readers, warm
from crawler.shelf import near
from storage.findings import Finding
from storage.records import Ask, Capture, Outlet, Purpose, Visit

MOST_ASKS = 5
"""Looks that suspicions may ask for, per outlet and crawl."""
SOONER = {"canary": 3, "probe": 2, "article": 1}
"""Priorities of such looks: before all visits that wait, and the home page first, since a probe is compared with it."""


class ArticleSpider(Spider):
    """What all spiders share: a desk, arguments that are checked, and visits that end in exactly one Capture.

    The desk is opened when the spider is made (`from_crawler`) and closed when it is done. `from_crawler` raises
    ArgumentError, and what `Desk.from_settings` raises.
    """

    arguments: ClassVar[dict[str, str]] = {}
    """Every ``-a`` argument the spider takes, and what it is for."""
    command: ClassVar[str] = ""
    """Under which command its crawls are noted (default: its own)."""
    desk: Desk
    tally: Tally
    config = ""
    _asked: set[str]
    """Addresses asked for in this crawl, and hosts and shapes of probes."""
    _asks: Counter[str]
    """How many looks suspicions asked for, by outlet."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        cls.check_names(kwargs)
        desk = Desk.from_settings(crawler.settings, cls.command or f"scrapy crawl {cls.name}")
        try:
            spider = super().from_crawler(crawler, *args, **kwargs)
            spider.desk, spider._asked, spider._asks = desk, set(), Counter()
            spider.take(kwargs)
            spider.check_contact()
            spider.dress(crawler.settings)
        except BaseException:
            desk.close()
            raise
        crawler.signals.connect(spider.opened, signal=signals.spider_opened)
        crawler.signals.connect(spider.leave, signal=signals.spider_closed)
        return spider

    # --- arguments -------------------------------------------------------------------------------

    @classmethod
    def check_names(cls, given: dict[str, Any]) -> None:
        """Raises ArgumentError for an argument that this spider does not take."""
        for name in given:
            if name not in cls.arguments:
                takes = ", ".join(f"-a {known}=..." for known in cls.arguments) or "no arguments"
                hint = near(name, cls.arguments)
                raise ArgumentError(f"the spider {cls.name} has no argument {name!r}{hint} (it takes {takes})")

    def take(self, given: dict[str, Any]) -> None:
        """Make sense of the arguments. Raises ArgumentError."""

    def aims(self) -> Iterator[str]:
        """Addresses that will be asked for and are known before the start (for `check_contact`)."""
        yield from ()

    def outlets(self, said: str) -> tuple[Outlet, ...]:
        """The outlets that an argument names (``"amn,sofrep"``); none: all that are enabled.

        Raises what `Catalogue.pick` raises.
        """
        return self.desk.catalogue.pick(said)

    def check_contact(self) -> None:
        """Who crawls others' hosts must be reachable. Raises ArgumentError."""
        contact, loopback = self.desk.contact, self.desk.catalogue.loopback_hosts
        if contact:
            if not re.fullmatch(r"[!-~]*(?:@|://)[!-~]+", contact):
                raise ArgumentError(f"CONTACT={contact}: give a mail address or a web page where you can be reached")
            return
        if not self.desk.catalogue.on_loopback or any(host_of(url) not in loopback for url in self.aims()):
            raise ArgumentError(
                "CONTACT is not set: say where the people you crawl can reach you, as in -s CONTACT=desk@example.org"
            )

    # --- how we present ourselves ------------------------------------------------------------------

    def dress(self, settings: BaseSettings) -> None:
        """Our user agent, and the digest of all that shapes a request."""
        contact = self.desk.contact
        settings.set("USER_AGENT", f"{CRAWLER} (+{contact})" if contact else CRAWLER, priority="spider")
        shaping = ("USER_AGENT", "DOWNLOAD_TIMEOUT", "DOWNLOAD_MAXSIZE", "DOWNLOAD_VERIFY_CERTIFICATES")
        told = {name: str(settings.get(name)) for name in shaping}
        accept = dict(settings.getdict("DEFAULT_REQUEST_HEADERS"))
        self.config = config({**told, "accept": accept, "encodings": ENCODINGS})
        if self.desk.readers is None:
            self.desk.readers = _readers(settings)

    def opened(self) -> None:
        tally = self.crawler.get_extension(Tally)
        if tally is None:
            raise RuntimeError("the extension crawler.fetch.tally.Tally is off; turn it on in EXTENSIONS")
        self.tally = tally
        self.desk.heard.append(self.follow_up)

    async def learn(self, reason: str) -> None:
        """What is done when all is in; ``reason``: why the crawl ends, as Scrapy calls it."""
        await relearn.due(self.desk, self.desk.clock.now())

    async def leave(self, reason: str) -> None:
        """Learn the templates that are due, then close the desk; readers that others share stay."""
        try:
            await self.learn(reason)
        finally:
            if self.desk.readers is self.settings.get("READERS"):
                self.desk.readers = None
            self.desk.close()

    # --- visits ----------------------------------------------------------------------------------

    def ask(self, visit: Visit, purpose: Purpose = "article", **further: Any) -> Request:
        """The request that a visit becomes. ``further``: Scrapy's own arguments, when not an article's."""
        self.crawler.stats.inc_value("visits/asked")
        self._asked.add(visit.url)
        return Request(
            visit.url,
            headers=self._headers(visit),
            meta={TRIP: Trip(visit, purpose), "download_slot": host_of(visit.url)},
            dont_filter=True,
            **{"callback": self.answered, "errback": self.failed, **further},
        )

    def follow_up(self, found: Finding) -> None:
        """Ask, within this crawl, for the looks that a finding wants; each ends in a Capture like all others."""
        for wanted in found.asks:
            visit = self._wish(wanted) if self.crawler.crawling else None
            if visit is not None:
                self.crawler.engine.crawl(self.ask(visit, wanted.purpose, priority=SOONER[wanted.purpose]))

    def _wish(self, wanted: Ask) -> Visit | None:
        """The visit that would fulfil it; None where it is under way, or the outlet was asked for enough of them."""
        store, outlet = self.desk.store, self.desk.catalogue.outlets.get(wanted.outlet)
        kind, name = wanted.url, addresses.identity(wanted.url, outlet)
        if wanted.purpose == "probe":
            naming = outlet.identity_params if outlet is not None else ()
            kind = f"probe {host_of(wanted.url)} {shapes.shape(wanted.url, naming)}"
        known = wanted.purpose == "probe" and store.known(name)  # of all addresses, one that exists
        if known or kind in self._asked or self._asks[wanted.outlet] >= MOST_ASKS:
            return None
        self._asked.add(kind)
        self._asks[wanted.outlet] += 1
        visit = store.visit(name) if wanted.purpose == "article" else None
        return visit or Visit(wanted.url, wanted.outlet)

    def _headers(self, visit: Visit) -> dict[str, str]:
        """The languages that the outlet writes in, and the validators of what we hold."""
        outlet = self.desk.catalogue.outlets.get(visit.outlet)
        headers = {"Accept-Language": ", ".join((*outlet.languages, "*;q=0.5"))} if outlet and outlet.languages else {}
        if visit.refers_to is not None:
            held = {"If-None-Match": visit.etag, "If-Modified-Since": visit.last_modified}
            headers |= {name: value for name, value in held.items() if value}
        return headers

    def seen(self, request: Request, error: str = "") -> Capture:
        """The Capture that a visit ends in."""
        trip = trip_of(request)
        if trip is None:
            raise RuntimeError(f"{request} is no visit; make it with ask()")
        self.crawler.stats.inc_value("visits/captured")
        return capture(trip, self.desk.clock.now(), self.config, error)

    def answered(self, response: Response) -> Iterator[Any]:
        """An answer, of whatever status."""
        assert response.request is not None
        yield self.seen(response.request)

    def failed(self, failure: Failure) -> Iterator[Any]:
        """No answer: what was met instead, or nothing when the visit is still owed."""
        capture = self.missed(failure)
        if capture is not None:
            yield capture

    def missed(self, failure: Failure) -> Capture | None:
        """The Capture of a failure; None when the visit was given back."""
        request: Request = failure.request  # type: ignore[attr-defined]
        trip = trip_of(request)
        if isinstance(failure.value, GivenBack) and trip is not None:
            self.crawler.stats.inc_value("visits/given_back")
            self.tally.give_back(trip.visit.outlet, str(failure.value))
            return None
        assert failure.value is not None
        return self.seen(request, error_name(failure.value))


class Article(ArticleSpider):
    """Ask for the addresses given, whether their outlet is known or not."""

    name = "article"
    arguments: ClassVar[dict[str, str]] = {"url": "the addresses to ask for, with commas or spaces between"}

    def take(self, given: dict[str, Any]) -> None:
        urls = re.split(r"[\s,]+(?=https?://)|\s+", str(given.get("url", "")).strip().rstrip(","))
        if not any(urls):
            raise ArgumentError("the spider article needs an address: -a url=https://...")
        self.urls = tuple(dict.fromkeys(self._address(url) for url in urls if url))

    def _address(self, url: str) -> str:
        try:
            outlet = self.desk.catalogue.of(url)
            asked = addresses.asked(url, outlet.identity_params if outlet is not None else ())
        except ValueError:
            hint = f"; did you mean https://{url}?" if "://" not in url and "." in url else ""
            raise ArgumentError(f"{url} is not a web address{hint}") from None
        if not _names_host(asked):
            raise ArgumentError(f"{url} is not a web address: its host has no dot")
        if self.desk.store.forgotten(addresses.identity(url, outlet)):
            raise ArgumentError(f"{url} was forgotten on request, and is not asked for again")
        return asked

    def aims(self) -> Iterator[str]:
        yield from self.urls

    async def start(self) -> AsyncIterator[Any]:
        """One visit an address."""
        for url in self.urls:
            outlet = self.desk.catalogue.of(url)
            key = outlet.key if outlet is not None else addresses.site(url)
            known = self.desk.store.visit(addresses.identity(url, outlet))
            yield self.ask(known or Visit(url, key))


def _names_host(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return "." in host or host == "localhost" or literal(host) is not None


def _readers(settings: BaseSettings) -> Readers | None:
    """Who reads pages: READERS is a number of processes (0: this one), or readers that several crawls share."""
    said = settings.get("READERS")
    if isinstance(said, Readers):
        return said
    if said in (None, ""):
        return Readers(warm=warm)
    workers = whole_number("READERS", said)
    return Readers(workers, warm) if workers else None
