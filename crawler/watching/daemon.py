"""The daemon: a tick on the event loop, one crawl a tick, and a way out that loses nothing.

What is due stands in the store. A tick takes the store's lock, does one round (`spiders.rounds`), and gives it back, so
that other commands can write between ticks. Between a start and a kill there is no state that would matter.
"""

import asyncio
import logging
import multiprocessing
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.http import Request

from crawler.agenda import Agenda, Terms, agenda
from crawler.catalogue import CatalogueError, UnknownOutlet
from crawler.clock import Clock
from crawler.desk import Desk, Loaded
from crawler.fetch.pace import Pace, host_of
from crawler.fetch.tally import Tally, many
from crawler.ration import Ration
from crawler.readers import DEADLINE
from crawler.watching import metrics
from crawler.watching.counts import Counts, edits
from crawler.watching.display import Display
from crawler.watching.notify import Notify
from crawler.watching.telling import Telling
from storage.findings import Finding
from storage.opening import DAEMON, StoreLocked, is_wanted
from storage.records import Standing
from storage.store import Store

log = logging.getLogger(__name__)

Result = Literal["done", "idle", "locked", "failed"]
FOUND, UNANSWERED, BROKEN, LOCKED = 0, 1, 70, 75
"""Exit codes, as those of `scrapy crawl`."""
STRIKES = 3
"""Ticks in a row that fail the same way, and end the daemon."""
GAP = 0.5
"""Real seconds between two ticks, at least: whoever waits for the store's lock gets it then."""
BEAT = 0.5
"""Real seconds between two looks of the daemon at itself."""
MARGIN = 5.0
"""Real seconds of a clean end beyond what is in flight."""
STUCK = 900.0
"""Real seconds after which a tick that should be over is given up, and the daemon with it."""


@dataclass
class Wish:
    """What the daemon was asked for."""

    store: Path
    terms: Terms
    outlet: str = ""
    limit: str = ""
    once: bool = False
    seconds: float | None = None
    """Of the clock, until it ends by itself."""
    metrics: Path | None = None
    timeout: float = 30.0
    """Seconds that one download may take."""

    @property
    def bound(self) -> float:
        """Real seconds that a clean end may take."""
        return self.timeout + DEADLINE + MARGIN

    def arguments(self) -> dict[str, str]:
        """Of the spider."""
        told = {"outlet": self.outlet, "seconds": str(int(self.terms.tick)), "every": str(int(self.terms.every or 0))}
        return {**told, "limit": self.limit} if self.limit else told


@dataclass
class Watch:
    """One daemon: `run` ends when it was asked to end, or cannot go on; returns the exit code."""

    runner: AsyncCrawlerRunner
    wish: Wish
    clock: Clock
    loaded: Loaded
    display: Display
    notify: Notify = field(default_factory=Notify)
    reload: Callable[[], tuple[Loaded, Terms]] | None = None
    """Reads catalogue and seeds anew (SIGHUP)."""
    telling: Telling | None = None
    """Who is told of what a tick found (the setting NOTIFY)."""
    expected: tuple[type[Exception], ...] = ()
    """Trouble before the first request that is the user's to mend: raised by the first tick, counted later."""
    counts: Counts = field(default_factory=Counts)
    code: int = FOUND
    _crawler: Crawler | None = None
    _desk: Desk | None = None
    _strikes: list[str] = field(default_factory=list)
    _since: float | None = None
    """Monotonic seconds at which the tick under way began."""
    _opened: bool = False
    _ending: str = ""
    _wrong: Exception | None = None
    _over: asyncio.Event = field(default_factory=asyncio.Event)
    _at_work: asyncio.Lock = field(default_factory=asyncio.Lock)

    # --- a life -----------------------------------------------------------------------------------

    async def run(self) -> int:
        """Tick until the end. Raises what the first tick found wrong with settings or store."""
        loop = asyncio.get_running_loop()
        if self.telling is not None:
            self.telling.at_work, self.telling.say = self._at_work, self._say
            await self.telling.acquaint()
        self._scheduler = scheduler = _scheduler()
        every = max(self.clock.wait(self.wish.terms.tick), GAP)
        self._every = timedelta(seconds=every)
        self._job = scheduler.add_job(self._ticked, IntervalTrigger(seconds=every), next_run_time=datetime.now(UTC))
        scheduler.start()
        beat = asyncio.create_task(self._beat())
        if self.wish.seconds is not None:
            loop.call_later(self.clock.wait(self.wish.seconds), self.stop, "its time is over")
        self.notify.say(READY=1, STATUS="watching", MAINPID=os.getpid())
        try:
            await self._over.wait()
            await self._end()
        finally:
            beat.cancel()
            scheduler.shutdown(wait=False)
            self.display.close()
        if self._wrong is not None:
            raise self._wrong
        return self.code

    def stop(self, why: str) -> None:
        """No new work; what is in flight ends or is given back."""
        if not self._ending:
            self._ending = why
            self._over.set()

    async def _end(self) -> None:
        """Wait for what is in flight, at most as long as was said."""
        self._scheduler.pause()
        self.notify.say(STOPPING=1, STATUS=f"stopping: {self._ending}")
        if self._at_work.locked():
            self._say("stopping", f"stopping ({self._ending}): what is in flight ends, at most {self.wish.bound:.0f} s")
            limit = threading.Timer(self.wish.bound, at_once, (UNANSWERED, "not all ended in time; it stays due"))
            limit.daemon = True
            limit.start()
            while self._at_work.locked():
                await self._stop_crawl()
                await asyncio.sleep(0.05)
            limit.cancel()
        if self.telling is not None:
            await self.telling.close(self.wish.timeout)
        self._say("stopped", f"stopped ({self._ending}): {self.counts.line()}", code=self.code)
        self._write()

    async def _stop_crawl(self) -> None:
        """Scrapy (2.19) never ends a crawl that is stopped before its engine runs: wait until it does."""
        crawler = self._crawler
        if crawler is not None and crawler.crawling and crawler._engine is not None and crawler._engine.running:
            await crawler.stop_async()

    # --- ticks ------------------------------------------------------------------------------------

    async def _ticked(self) -> None:
        """One tick, from the scheduler's hand; then the next is set, so that a long one is not followed by a pause."""
        began = time.monotonic()
        async with self._at_work:
            result = await self.tick()
        await self._tell()
        self.notify.say(STATUS=f"{result}; {self.counts.line()}")
        if self.wish.once:
            self.stop("once")
        elif not self._ending:
            spent = timedelta(seconds=time.monotonic() - began)
            left = max(self._every - spent, timedelta(seconds=GAP))
            self._job.modify(next_run_time=datetime.now(UTC) + left)

    async def _tell(self) -> None:
        """What is new goes out beside the next ticks; a single tick waits for that."""
        if self.telling is not None:
            await self.telling.begin(self.wish.timeout if self.wish.once else 0.0)

    async def tick(self) -> Result:
        """One tick, whatever comes of it. The rim: nothing that happens inside ends the daemon at once."""
        self._since, self.counts.last_tick_at = time.monotonic(), self.clock.now()
        try:
            result = await self._tick()
        except BrokenPipeError:  # nobody reads what we say
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self.stop("nobody reads its output")
            result = "done"
        except StoreLocked as error:
            result = self._locked(error)
        except Exception as error:  # noqa: BLE001 (the daemon's rim: weeks of watching must not end with one bad tick)
            result = self._failed(error)
        self.counts.seconds, self._since = time.monotonic() - self._since, None
        self.counts.ticks[result] += 1
        self._write()
        return result

    async def _tick(self) -> Result:
        if not self._opened:
            Store.open(self.wish.store, DAEMON).close()  # makes or migrates it, or says why not
            self._opened = True
        found = self._look()
        if found.is_empty or self._ending:
            self._strikes.clear()
            return "idle"
        crawler = self.runner.create_crawler("round")
        crawler.signals.connect(self._begun, signal=signals.spider_opened)
        crawler.signals.connect(self._unkept, signal=signals.item_error)
        before = self.counts.captures.total()
        self._crawler = crawler
        try:
            await self.runner.crawl(crawler, **self.wish.arguments())
        finally:
            while self._desk is not None and not self._desk.closed:  # stopped while it closed, it closes on
                await asyncio.sleep(0.02)
            self._crawler = self._desk = None
        self._told(crawler, before)
        return "done"

    def _look(self) -> Agenda:
        """What is there to do? Without the lock: a tick without work disturbs nobody."""
        store = Store.read(self.wish.store)
        try:
            self.counts.last = agenda(store, self.wish.terms, self.clock.now())
        finally:
            store.close()
        return self.counts.last

    def _told(self, crawler: Crawler, before: int) -> None:
        """Say what a crawl came to. Raises RuntimeError where nothing that came in could be kept."""
        tally, kept = crawler.get_extension(Tally), self.counts.captures.total() - before
        assert tally is not None
        back = sum(score.given_back.total() for score in tally.scores.values())
        self.counts.given_back += back
        if tally.broken and not kept:
            raise RuntimeError(f"{many(tally.broken, 'answer')} could not be kept")
        self._strikes.clear()
        if self.wish.once:
            for line in tally.lines():
                self._say("outlet", line)
            self.code = BROKEN if tally.broken else UNANSWERED if tally.failed and not tally.answered else FOUND
        ration, last, stats = getattr(crawler.spider, "ration", None), self.counts.last, crawler.stats
        assert isinstance(ration, Ration)
        assert last is not None
        assert stats is not None
        self.counts.refused.update(ration.refused)
        due, asked, left = len(last.due), stats.get_value("visits/asked", 0), ration.refused.total()
        line = f"asked for {asked}, kept {many(kept, 'capture')}; {due} due, {left} left for later ticks"
        self._say("tick", line, due=due, asked=asked, kept=kept, postponed=left, given_back=back)

    def _locked(self, error: StoreLocked) -> Result:
        line = str(error) if self.wish.once else f"{error}; the next tick tries again"
        self._say("locked", line, error=str(error))
        self.code = LOCKED if self.wish.once else self.code
        return "locked"

    def _failed(self, error: Exception) -> Result:
        if isinstance(error, self.expected) and not self.counts.ticks["done"] + self.counts.ticks["idle"]:
            self._wrong = error
            self.stop("it cannot work so")
            return "failed"
        how = f"{type(error).__name__}: {re.sub('[0-9]+', '#', str(error))[:60]}"
        self._strikes = [*self._strikes, how] if self._strikes[-1:] == [how] else [how]
        log.error("A tick failed: %s", error, exc_info=error)
        line = f"a tick failed ({type(error).__name__}: {error})"
        self._say("failed", line, error=str(error), strikes=len(self._strikes))
        if self.wish.once or len(self._strikes) >= STRIKES:
            self.code = BROKEN
            self.stop(f"{many(len(self._strikes), 'tick')} failed the same way: {error}")
        return "failed"

    # --- what it hears ------------------------------------------------------------------------------

    def _begun(self, spider: Any) -> None:
        self._desk = spider.desk
        spider.desk.heard.append(lambda found: self._hear(found, spider.desk.store))
        if self._ending:
            self._give_back()

    def _unkept(self, item: Any) -> None:
        log.error("something that came in could not be kept; its facts are, and it is looked at again later")

    def _hear(self, found: Finding, store: Store) -> None:
        self.counts.hear(found)
        url = found.article.url if found.article is not None else ""
        for change in edits(found):
            summary = store.summary(change)
            self._say("edit", f"edit: {summary}: {url}", url=url, summary=summary, change=change)
        if found.move is not None and found.move.standing in (Standing.TAKEN_DOWN, Standing.RESTORED):
            event, reason = str(found.move.standing), found.move.reason
            self._say(event, f"{event.replace('_', ' ')}: {reason}: {url}", url=url, reason=reason)

    def _say(self, event: str, line: str, **facts: Any) -> None:
        self.display.say(self.clock.now(), event, line, **facts)

    def _write(self) -> None:
        if self.wish.metrics is not None:
            try:
                metrics.write(self.wish.metrics, self.counts.metrics(self.wish.terms.hourly))
            except OSError as error:
                log.error("the metrics cannot be written: %s", error)

    # --- what it looks after by itself ---------------------------------------------------------------

    async def _beat(self) -> None:
        """Over and over: say that we live, show what goes on, and see to it that the next tick comes."""
        heard = 0.0
        while True:
            now = time.monotonic()
            if self.notify.watchdog is not None and now - heard >= self.notify.watchdog / 3:
                self.notify.say(WATCHDOG=1)
                heard = now
            if self._since is not None and now - self._since > max(self._every.total_seconds(), GAP) + STUCK:
                at_once(BROKEN, f"a tick did not end in {now - self._since:.0f} s; what it had begun stays due")
            self.display.show(self._going_on())
            self._give_way()
            if self._job.next_run_time is not None and self._job.next_run_time > datetime.now(UTC) + self._every:
                self._job.modify(next_run_time=datetime.now(UTC))  # the system's clock was set back
            await asyncio.sleep(BEAT)

    def _give_way(self) -> None:
        """Somebody waits for the store: the tick under way asks for nothing more, and what waits stays due."""
        if self._crawler is not None and is_wanted(self.wish.store):
            self._give_back()

    def _give_back(self) -> None:
        pace = self._crawler.get_extension(Pace) if self._crawler is not None else None
        if pace is not None:
            pace.until = 0.0

    def _going_on(self) -> str:
        last, crawler = self.counts.last, self._crawler
        due = f"{len(last.due)} due" if last is not None else ""
        if crawler is not None and crawler._engine is not None:
            active: list[Request] = list(crawler._engine.downloader.active)
            hosts = ", ".join(sorted({host_of(request.url) for request in active})) or "reading"
            return f"{due}; asking {hosts}; {self.counts.line()}"
        return f"{due}; waiting; {self.counts.line()}"

    def reread(self) -> None:
        """SIGHUP: catalogue and seeds anew, from the next tick on; where they are wrong, the old ones stay."""
        if self.reload is None:
            return
        self.notify.say(RELOADING=1, MONOTONIC_USEC=int(time.monotonic() * 1e6))
        try:
            self.loaded, self.wish.terms = self.reload()
        except (CatalogueError, UnknownOutlet) as error:
            self._say("reread", f"the catalogue stays as it was: {error}", error=str(error))
        else:
            self.runner.settings.set("LOADED", self.loaded, priority="cmdline")
            count = len(self.wish.terms.outlets)
            self._say("reread", f"catalogue and seeds are read again: {many(count, 'outlet')}", outlets=count)
        self.notify.say(READY=1)

    # --- signals ------------------------------------------------------------------------------------

    def listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """Heed SIGTERM and Ctrl-C (twice: at once) and SIGHUP."""

        def end(number: int, _: Any) -> None:
            if self._ending and self._ending != "once":
                at_once(128 + number, "stopped at once; what was in flight stays due")
            loop.call_soon_threadsafe(self.stop, signal.Signals(number).name)

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, end)
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, lambda *_: loop.call_soon_threadsafe(self.reread))


def at_once(code: int, line: str) -> None:
    """Leave, whatever goes on. The store stands it: each transaction is whole or was never begun."""
    print(f"scrapy watch: {line}", file=sys.stderr, flush=True)
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(code)


def _scheduler() -> AsyncIOScheduler:
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # it reports ticks that are longer than their interval
    late_is_no_reason = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    return AsyncIOScheduler(timezone=UTC, job_defaults=late_is_no_reason)
