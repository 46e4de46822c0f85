"""Crawls in this process, many of them on one event loop, and a newsroom to crawl.

Scrapy and the crawler are imported by the fixtures that need them: tests of the pure verbs start without.
"""

import ast
import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

from bench.by_hand import event_loop
from crawler.clock import HandClock
from storage.records import Capture, Listing

if TYPE_CHECKING:
    from scrapy.settings import Settings

    from crawler.newsroom.newsroom import Newsroom

ROOT = Path(__file__).parent.parent
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
"""When the tests' clocks start: a Monday morning."""


CLOCKS = re.compile(r"\b(perf_counter|monotonic|process_time|tracemalloc|getrusage)\b")
"""What measures how long our own code takes, or how much memory."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as ``alone`` what measures time or memory, itself or by a function of its module: `make test` runs it last."""
    for item in items:
        if isinstance(item, pytest.Function) and item.originalname in _measuring(item.path):
            item.add_marker("alone")


@cache
def _measuring(path: Path) -> frozenset[str]:
    """The functions of a module that measure, and those that call such a one."""
    source = path.read_text()
    said = {
        part.name: ast.get_source_segment(source, part) or ""
        for part in ast.parse(source).body
        if isinstance(part, ast.FunctionDef)
    }
    measuring = {name for name, text in said.items() if CLOCKS.search(text)}
    callers = {name for name, text in said.items() if any(f"{other}(" in text for other in measuring)}
    return frozenset(measuring | callers)


class Crawled(dict[str, Any]):
    """What a crawl came to: Scrapy's stats, what was kept, and the lines that a user would read."""

    def __init__(self) -> None:
        super().__init__()
        self.captures: list[Capture] = []
        """In the order they were kept; those of listings included, robots.txt not."""
        self.listings: list[Listing] = []
        self.lines: list[str] = []

    def heard(self, item: object) -> None:
        if isinstance(item, Listing):
            self.listings.append(item)
        if isinstance(item, Capture | Listing):
            self.captures.append(item.capture if isinstance(item, Listing) else item)

    def of(self, url: str) -> Capture:
        """The one capture of an address."""
        (found,) = [capture for capture in self.captures if capture.asked_url == url]
        return found


Crawl = Callable[..., Crawled]


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One event loop with Twisted's reactor on it, for all crawls of the session."""
    made = event_loop()
    from twisted.internet import reactor

    yield made
    reactor.getThreadPool().stop()


@pytest.fixture
def clock() -> HandClock:
    """Time that only moves by hand: waiting costs nothing."""
    return HandClock(START)


@pytest.fixture
def crawl(loop: asyncio.AbstractEventLoop, tmp_path: Path, clock: HandClock) -> Crawl:
    """``crawl("feeds", {"OUTLETS": folder}, outlet="amn")`` runs one spider to its end.

    Settings are the project's, with a store in the test's folder, the test's clock, and pages read in this process.
    Raises what kept the crawl from starting.
    """
    from scrapy.settings import Settings

    def run(spider: str, settings: Mapping[str, Any] | None = None, **arguments: str) -> Crawled:
        ours = Settings()
        ours.setmodule("crawler.settings", priority="project")
        told = {"STORE": str(tmp_path / "stet.db"), "CLOCK": clock, "READERS": "0", **(settings or {})}
        ours.setdict(told, priority="cmdline")
        return loop.run_until_complete(_run(ours, spider, arguments))

    return run


async def _run(settings: "Settings", spider: str, arguments: Mapping[str, str]) -> Crawled:
    from scrapy import signals
    from scrapy.crawler import AsyncCrawlerRunner

    from crawler.fetch.tally import Tally

    runner, crawled = AsyncCrawlerRunner(settings), Crawled()
    crawler = runner.create_crawler(spider)
    crawler.signals.connect(crawled.heard, signal=signals.item_scraped)
    await runner.crawl(crawler, **arguments)
    crawled.update(crawler.stats.get_stats())
    tally = crawler.get_extension(Tally)
    assert tally is not None
    assert not tally.broken, "an item could not be kept: see the log"
    crawled.lines = tally.lines()
    return crawled


@pytest.fixture
def newsroom(clock: HandClock) -> "Iterator[Newsroom]":
    """The loopback newsroom, serving; ``newsroom.outlets_shelf(folder)`` is its catalogue."""
    from crawler.newsroom.newsroom import Newsroom

    with Newsroom(clock) as serving:
        yield serving


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that `scrapy demo --quiet` made, once for all tests (and all of xdist's workers): leave it as it is."""
    folder = tmp_path_factory.getbasetemp()
    path = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "demo" / "stet.db"
    path.parent.mkdir(exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        if not path.exists():
            made = path.with_name("made.db")
            words = [sys.executable, "-m", "scrapy", "demo", "--store", str(made), "--quiet"]
            done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
            assert (done.returncode, done.stdout) == (0, ""), done.stderr
            made.rename(path)
    return path


@pytest.fixture
def own(demo: Path, tmp_path: Path) -> Path:
    """A copy of the demo's store that a test may change."""
    copy = tmp_path / "stet.db"
    copy.write_bytes(demo.read_bytes())
    return copy
