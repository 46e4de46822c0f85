"""scrapy demo: the whole job, end to end, against a newsroom on this machine: a month in a minute, no internet."""

import argparse
import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from scrapy.crawler import AsyncCrawlerProcess

from crawler import ask, happened, questions, terminal
from crawler.clock import HandClock
from crawler.command import StetCommand
from crawler.compare import spans
from crawler.fetch.tally import Tally
from crawler.newsroom.newsroom import Newsroom
from crawler.newsroom.script import START, VISITS, play
from crawler.readers import Readers, warm
from storage.opening import StoreError, StoreLocked, hold
from storage.store import Store

ROUND = ("feeds", "sitemaps", "fronts", "revisits")
"""The spiders of one visit, in order: first what is new, then what is due."""
DEMO_STORE = "stet-demo.db"


class Command(StetCommand):
    requires_crawler_process = True
    line = "the whole job against a newsroom on this machine: a month in a minute, without the internet"
    stopped = "stopped: the store holds what was seen until then"

    def long_desc(self) -> str:
        return (
            "Starts a newsroom of six outlets on loopback addresses, lets it publish, edit, hide, move and delete for "
            "two weeks of its own time, looks once a day, and shows what Stet found out. The store stays."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--store", default=None, help=f"a new SQLite file (default: {DEMO_STORE} here, replaced if there is one)"
        )
        parser.add_argument("--quiet", action="store_true", help="only do it: no progress, no report")
        parser.add_argument("--force", action="store_true", help="write into a store that exists already")

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        path = Path(opts.store or DEMO_STORE)
        self._set("STORE", str(path))
        if opts.store and path.exists() and not opts.force:
            raise StoreError(f"{path} exists already; name another, or say --force to add to it")
        out = terminal.console()
        out.quiet = opts.quiet
        with alone(path, self.name):
            if path.exists() and not opts.force:
                remove(path, self.name)
            Store.open(path, self.name).close()
            self._play(path, out)
            if not opts.quiet:
                report(out, path)
        return questions.FOUND

    def _play(self, path: Path, out: Console) -> None:
        """Run the month on the crawler process's loop."""
        assert isinstance(self.crawler_process, AsyncCrawlerProcess)
        process, clock = self.crawler_process, HandClock(START)
        readers = Readers(warm=warm)
        with tempfile.TemporaryDirectory() as folder, Newsroom(clock) as newsroom:
            shelf = newsroom.outlets_shelf(Path(folder))
            process.settings.setdict({"STORE": str(path), "OUTLETS": str(shelf), "CLOCK": clock, "READERS": readers})
            show = Progress(TextColumn("{task.description}"), BarColumn(), console=out, disable=not out.is_terminal)
            try:
                with show:
                    run(process, month(process, newsroom, clock, show))
            finally:
                readers.close()


@contextmanager
def alone(path: Path, holder: str) -> Iterator[None]:
    """One demo at a time in a store. Raises StoreLocked, StoreError.

    A demo's crawls take the store's own lock one after another: in the gaps between them it would be free.
    """
    if not path.parent.is_dir():
        raise StoreError(f"{path}: the folder {path.parent} does not exist; create it, or name another store")
    beside = path.with_name(f"{path.name}.demo")
    try:
        lock = hold(beside, holder)
    except StoreLocked as error:
        raise StoreLocked(str(error).replace(str(beside), str(path), 1)) from None
    try:
        yield
    finally:
        lock.release()


def remove(path: Path, holder: str) -> None:
    """Remove an earlier demo's store, unless somebody writes to it (StoreLocked); its lock file stays."""
    lock = hold(path, holder)
    try:
        for old in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            old.unlink(missing_ok=True)
    finally:
        lock.release()


def run(process: AsyncCrawlerProcess, work: Any) -> None:
    """Run some work that crawls on the process's reactor. Raises what the work raises, KeyboardInterrupt on Ctrl-C."""
    from twisted.internet import reactor
    from twisted.internet.error import ReactorNotRunning

    def end() -> None:
        with suppress(ReactorNotRunning):  # Ctrl-C was there before
            reactor.stop()  # type: ignore[misc]

    loop = asyncio.get_event_loop()
    task = loop.create_task(work)
    task.add_done_callback(lambda _: loop.call_soon(end))
    process.start(stop_after_crawl=False)
    if not task.done():  # the reactor was stopped under it
        task.cancel()
        loop.run_until_complete(asyncio.wait([task]))
        raise KeyboardInterrupt
    try:
        task.result()
    except Stopped:
        raise KeyboardInterrupt from None


async def month(process: AsyncCrawlerProcess, newsroom: Newsroom, clock: HandClock, show: Progress) -> None:
    """Every visit of the script: look for what is new, then look again at what is due."""
    task = show.add_task("opening the newsroom", total=len(VISITS) * len(ROUND))
    for moment in play(newsroom):
        for spider in ROUND:
            show.update(task, description=f"{moment:%a %d %b %H:%M}  {spider:<9}")
            await one_crawl(process, spider)
            clock.advance(minutes=1)
            show.advance(task)


class Stopped(Exception):
    """Ctrl-C ended a crawl before its time."""


async def one_crawl(process: AsyncCrawlerProcess, spider: str) -> None:
    """One spider to its end. Raises Stopped, or RuntimeError when something it brought in could not be kept."""
    crawler = process.create_crawler(spider)
    await process.crawl(crawler)
    if crawler.stats is not None and crawler.stats.get_value("finish_reason") == "shutdown":
        raise Stopped
    tally = crawler.get_extension(Tally)
    if tally is None or tally.broken:
        raise RuntimeError(f"the crawl {spider} brought in what could not be kept: see the log above, and report it")


# --- the report ---------------------------------------------------------------------------------


def report(out: Console, path: Path) -> None:
    """What happened, what was not reported and why, one stealth edit, and where to go on."""
    store = Store.read(path)
    terminal.print_happened(out, happened.happened(store))
    out.print()
    terminal.print_withheld(out, happened.withheld(store))
    out.print()
    example = next((event for event in reversed(happened.happened(store)) if event.kind == "stealth edit"), None)
    if example is not None:
        terminal.print_diff(out, ask.diff(store, example.url), spans)
    out.print(f"The store is {path}. Open it:  {questions.program()} browse --store {path}")
    store.close()
