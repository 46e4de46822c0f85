"""How fast may a host be asked? One request at a time, a pause after each, and not at all while it asks us to wait.

The pause is the longest of the outlet's pace and robots.txt's Crawl-delay, in the clock's seconds. When a host was last
asked is remembered for the whole process, since politeness is owed by all crawls in it together.

Scrapy's slots do not keep CONCURRENT_REQUESTS_PER_DOMAIN (2.19): without a DOWNLOAD_DELAY a slot starts all that waits
in it before it counts the first as started. So the line in front of a host is ours.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler import addresses, wishes
from crawler.fetch.capture import GivenBack, desk_of
from storage.records import stamp

PACE = 5.0
"""Seconds between two requests to a host of no known outlet."""
PATIENCE = 600.0
"""Real seconds that a visit waits for its turn at most: one that would wait longer is left to a later crawl."""
_NAP = 0.1
"""Real seconds after which a wait looks up whether the crawl is being stopped."""
_last_asked: dict[str, float] = {}
"""When (monotonic seconds) the last exchange with a host ended, over all crawls of this process."""
_lines: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Lock]] = WeakKeyDictionary()
"""The lines in front of the hosts, over all crawls on an event loop. A lock is handed on in the order of asking."""


@dataclass
class _Host:
    """What one host asks of us."""

    delay: float
    not_before: datetime | None = None


def host_of(url: str) -> str:
    """The name under which a host is paced: no scheme, no port."""
    try:
        return addresses.host(url)
    except ValueError:
        return (urlsplit(url).hostname or "").rstrip(".")


def site_of(url: str) -> str:
    """The registered domain: what stands for the outlet where we know none."""
    try:
        return addresses.site(url)
    except ValueError:
        return host_of(url)


class Pace:
    """Extension: knows what each host asks of us, and whose turn it is."""

    def __init__(self, crawler: Crawler) -> None:
        desk = desk_of(crawler)
        if desk is None:
            raise NotConfigured("no desk: not one of Stet's spiders")
        self._crawler, self._desk = crawler, desk
        self._hosts: dict[str, _Host] = {}
        self._began, self._cut_off = time.monotonic(), desk.store.cut_off(desk.run)
        self.until = math.inf
        """Monotonic seconds after which nothing new is asked for: what waits is given back."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _host(self, url: str) -> _Host:
        name = host_of(url)
        if name not in self._hosts:
            known = self._desk.store.host(name)
            outlet = self._desk.catalogue.of(url)
            pace = outlet.pace if outlet is not None else PACE
            self._hosts[name] = _Host(max(pace, known.crawl_delay or 0.0), known.not_before)
            self._remember(name, outlet.key if outlet is not None else site_of(url))
        return self._hosts[name]

    def _remember(self, name: str, outlet: str) -> None:
        """The pause holds over crawls of other processes, too: the outlet's last capture says when one ended.

        A crawl that was killed may have asked after that: until we began, at the latest.
        """
        if name not in _last_asked and self._cut_off:
            _last_asked[name] = self._began
        last = self._desk.store.last_asked(outlet)
        ago = (self._desk.clock.now() - last).total_seconds() if last is not None else -1.0
        if name not in _last_asked and ago >= 0:
            _last_asked[name] = time.monotonic() - self._desk.clock.wait(ago)

    def delay(self, url: str) -> float:
        """Seconds of the clock between two requests to the host of an address."""
        return self._host(url).delay

    def slow_down(self, url: str, delay: float | None) -> None:
        """A Crawl-delay (seconds): it can only make the pause longer."""
        host = self._host(url)
        host.delay = max(host.delay, delay or 0.0)

    def heed(self, url: str, status: int, headers: tuple[tuple[str, str], ...]) -> None:
        """A 429 or 503 may say when to come back."""
        until = wishes.retry_after(headers, self._desk.clock.now()) if status in (429, 503) else None
        if until is not None:
            self._host(url).not_before = until

    def rests(self, url: str) -> datetime | None:
        """Until when the host asked us to wait, if it did."""
        until = self._host(url).not_before
        return until if until is not None and until > self._desk.clock.now() else None

    def check(self, url: str) -> None:
        """Raises GivenBack when the host asked us to wait, or when the crawl is being stopped."""
        until = self.rests(url)
        if until is not None:
            raise GivenBack(f"{host_of(url)} asked us to wait until {stamp(until)}")
        if not self._crawler.crawling:
            raise GivenBack("stopped")
        if time.monotonic() > self.until:
            raise GivenBack("its turn did not come in time")

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """Stand in line until the host may be asked; the exchange takes place inside. Raises GivenBack."""
        name = host_of(url)
        line = _lines.setdefault(asyncio.get_running_loop(), {}).setdefault(name, asyncio.Lock())
        async with line:
            self.check(url)
            while (left := self._left(name, url)) > 0:
                if left > PATIENCE:
                    raise GivenBack(f"{name} asks for a pause of {self._host(url).delay:.0f} s")
                await asyncio.sleep(min(left, _NAP))
                self.check(url)
            try:
                yield
            finally:
                _last_asked[name] = time.monotonic()

    def room(self, url: str, seconds: float) -> int:
        """How many requests to the host of an address its pace lets through within so many of the clock's seconds."""
        delay = max(self._host(url).delay, 0.001)
        pause, left = self._desk.clock.wait(delay), self._left(host_of(url), url)
        left = left * delay / pause if pause > 0 else 0.0
        return 1 + int((seconds - left) // delay) if left <= seconds else 0

    def _left(self, name: str, url: str) -> float:
        """Real seconds until the pause after the last exchange is over."""
        last = _last_asked.get(name)
        if last is None:
            return 0.0
        return last + self._desk.clock.wait(self._host(url).delay) - time.monotonic()
