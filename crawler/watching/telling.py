"""The daemon's notices: after a tick, what is new goes out in threads of their own; a dead sink holds up nobody.

The store is written between ticks only (the daemon's own lock, ``at_work``), for milliseconds.
"""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler import notify
from crawler.fetch.tally import many
from crawler.sinks.shelf import Told
from storage.opening import DAEMON, StoreError, StoreLocked, hold
from storage.store import Store

log = logging.getLogger(__name__)

AGAIN = 0.5
"""Real seconds between two attempts to note what was sent, while another process writes to the store."""
AHEAD = 20
"""Messages to one sink that go out before they are noted: noting waits for the tick under way, sending does not."""
PATIENCE = 10.0
"""Real seconds that noting may take while the daemon ends; what is not noted is sent again, with the same key."""


@dataclass
class Telling:
    """Rounds of notices, one at a time."""

    store: Path
    sinks: Sequence[Told] = ()
    now: Callable[[], datetime] = datetime.now
    say: Callable[..., None] = lambda *_, **__: None
    at_work: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever writes to the store in this process."""
    _task: "asyncio.Task[None] | None" = None
    _round: notify.Round | None = None
    _ending: bool = False

    async def acquaint(self) -> None:
        """Who is new is told from now on: of what the first tick finds, too."""
        with suppress(StoreError, sqlite3.Error):  # the first tick says what is wrong with the store
            await asyncio.to_thread(self._acquaint)

    def _acquaint(self) -> None:
        with opened(self.store) as store:
            notify.acquaint(store, self.sinks, self.now())

    async def begin(self, seconds: float = 0.0) -> None:
        """Tell what is new, and wait so many real seconds for it; where a round is under way, the next tick tells."""
        if self.sinks and not self._ending and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._tell())
            await self.ended(seconds)

    async def ended(self, seconds: float) -> None:
        """Wait for the round under way, so many real seconds at most."""
        if self._task is not None and seconds:
            await asyncio.wait({self._task}, timeout=seconds)

    async def close(self, seconds: float) -> None:
        """Begin nothing more; what is under way ends, or is sent again some other time with the same key."""
        self._ending = True
        if self._round is not None:
            self._round.stopped.set()
        await self.ended(seconds)
        if self._task is not None:
            self._task.cancel()

    async def _tell(self) -> None:
        """One round. The rim: whatever goes wrong with notices, the watching goes on."""
        try:
            with hold(self.store.with_name(f"{self.store.name}.notify"), DAEMON):
                await self._tell_all()
        except StoreLocked as error:
            log.info("notices wait: %s", error)
        except Exception as error:
            log.error("notices failed: %s", error, exc_info=error)
            self.say("notices", f"notices failed ({type(error).__name__}: {error})", error=str(error))

    async def _tell_all(self) -> None:
        async with self.at_work:
            posts = await asyncio.to_thread(self._put_out)
        if not any(posts.values()):
            return
        self._round = notify.Round(self.sinks, posts, self.now(), ahead=AHEAD)
        came: asyncio.Queue[notify.Outcome | None] = asyncio.Queue()
        _pour(self._round.begin(), came)
        sent, failed = 0, 0
        while (first := await came.get()) is not None:
            outcomes = [first, *_waiting(came)]
            await self._note(outcomes)
            self._round.noted(outcomes)
            sent += sum(not one.error for one in outcomes)
            for one in outcomes:
                if one.error:
                    failed += 1
                    self.say("not told", f"{one.message.sink}: {one.error}", sink=one.message.sink, error=one.error)
        self.say("told", f"told: {many(sent, 'message')} sent, {failed} to be sent again", sent=sent, failed=failed)

    def _put_out(self) -> dict[str, list[notify.Post]]:
        with opened(self.store) as store:
            return notify.put_out(store, self.sinks, self.now())

    async def _note(self, outcomes: list[notify.Outcome]) -> None:
        """As soon as no tick is under way and no other process writes."""
        loop = asyncio.get_running_loop()
        until: float | None = None
        while True:
            async with self.at_work:
                try:
                    return await asyncio.to_thread(self._noted, outcomes)
                except StoreLocked:
                    until = until or (loop.time() + PATIENCE if self._ending else None)
                    if until is not None and loop.time() > until:
                        raise
            await asyncio.sleep(AGAIN)

    def _noted(self, outcomes: list[notify.Outcome]) -> None:
        with opened(self.store) as store:
            notify.note(store, outcomes)


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    """The store, for a moment; as the daemon, so that other commands wait instead of giving up."""
    store = Store.open(path, DAEMON)
    try:
        yield store
    finally:
        store.close()


def _pour(round_: notify.Round, into: "asyncio.Queue[notify.Outcome | None]") -> None:
    """What comes of a round, from its threads onto the loop; None at its end."""
    loop = asyncio.get_running_loop()

    def tell(what: notify.Outcome | None) -> None:
        try:
            loop.call_soon_threadsafe(into.put_nowait, what)
        except RuntimeError:  # the loop is closed: nobody listens any more
            return

    def listen() -> None:
        for outcome in round_.outcomes():
            tell(outcome)
        tell(None)

    threading.Thread(target=listen, name="notify", daemon=True).start()


def _waiting(came: "asyncio.Queue[notify.Outcome | None]") -> list[Any]:
    """What else is there already; its end, if it is there, stays."""
    found = []
    while not came.empty():
        one = came.get_nowait()
        if one is None:
            came.put_nowait(None)
            break
        found.append(one)
    return found
