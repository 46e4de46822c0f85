"""Readers: worker processes that read pages, and that can be killed when a page hangs them.

Reading stalls an event loop for 40 to 430 ms a page, and one small hostile page can hang a regular expression for
hours. So pages are read elsewhere, against a deadline.
"""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool
from pebble.common.types import CONSTS

R = TypeVar("R")

DEADLINE = 10.0
"""Seconds that one page may take."""
TASKS = 2000
"""Pages after which a worker is replaced, so that a leak in a library stays small."""
CONSTS.term_timeout = 0.5
"""Seconds between asking a worker to end and killing it (pebble waits 3; one caught in C code never hears)."""


class ReaderDied(RuntimeError):
    """A worker ended in the middle of a page (out of memory, or a crash in C code)."""


class Readers:
    """A pool of spawned processes: started at the first call, one fewer than there are CPUs, at least one.

    ``warm`` (importable, without arguments) runs once in each new worker, to import what is slow to import.
    """

    def __init__(self, workers: int = 0, warm: Callable[[], object] | None = None) -> None:
        self._workers = workers or max(1, (os.cpu_count() or 2) - 1)
        self._warm = warm
        self._pool: ProcessPool | None = None
        self._calls: set[asyncio.Future[Any]] = set()
        self._closed = False

    def __deepcopy__(self, memo: object) -> "Readers":
        return self  # Scrapy copies its settings for each crawl; the readers in them (READERS) are shared

    async def call(self, fn: Callable[..., R], *args: object, deadline: float = DEADLINE) -> R:
        """``fn(*args)`` in a worker; all of it must be picklable.

        Raises TimeoutError after ``deadline`` seconds of work (waiting for a free worker does not count), ReaderDied
        when the worker ended, and whatever ``fn`` raises.
        """
        call = asyncio.wrap_future(self._started().schedule(fn, args=args, timeout=deadline))
        self._calls.add(call)
        try:
            return await call
        except (ProcessExpired, BrokenProcessPool) as error:
            raise ReaderDied(f"a reader ended while at work ({error})") from error
        finally:
            self._calls.discard(call)

    def _started(self) -> ProcessPool:
        """The pool, a new one if there is none yet or the old one broke down."""
        if self._closed:
            raise RuntimeError("the readers have been sent home")
        if self._pool is None or not self._pool.active:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPool(self._workers, TASKS, initializer=self._warm, context=spawn)
            with _deaf():
                _ = self._pool.active  # starts it
        return self._pool

    def close(self) -> None:
        """Send all workers home at once; calls under way are cancelled."""
        self._closed = True
        for call in tuple(self._calls):
            call.cancel()
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None


@contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl-C goes to all processes of a terminal; those started here do not hear it, and end when we say so."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def warm() -> None:
    """Read a small page: that imports what reading needs, and an odd date loads some 200 locale modules (1 to 2 s)."""
    read = import_module("crawler.read").read
    page = b"<html><head><meta name=date content='25 fevrier 2022'></head><body><p>Warm.</p></body></html>"
    read(page, "https://example.org/2022/02/25/warm", "text/html; charset=utf-8", None)
