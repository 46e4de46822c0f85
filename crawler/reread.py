"""Read again: rebuild what is derived from what was received, with today's reader and today's rules.

Facts stay untouched; plans, candidates, marks and notices are kept as they are; nobody is notified (law 1). The same
facts and rules give the same rows, to the byte.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Protocol

from crawler.observe import WELL_WINDOW
from storage.findings import Context, Finding, Sighting
from storage.records import Capture
from storage.store import Store


class Desk(Protocol):
    """What rereading needs of a desk (`crawler.desk.Desk`)."""

    store: Store

    async def sight(self, seen: Capture) -> Sighting: ...

    def conclude(self, sighting: Sighting, context: Context) -> Finding: ...


AT_ONCE = 64
"""Captures that are read ahead: enough to keep every reader busy, few enough to hold in memory."""


async def article(desk: Desk, number: int) -> None:
    """Derive one article anew."""
    sightings = await _sights(desk, list(desk.store.captures(number)))
    with desk.store.rederiving(desk.conclude, WELL_WINDOW, number) as replay:
        for sighting in sightings:
            replay(sighting)


async def everything(desk: Desk, tick: Callable[[], None] = lambda: None) -> int:
    """Derive the whole store anew, in order of (at, entry); returns how many captures were replayed.

    The store's one transaction is open all the while: nothing else may write meanwhile.
    """
    replayed = 0
    captures = iter(list(desk.store.captures(None)))
    with desk.store.rederiving(desk.conclude, WELL_WINDOW, None) as replay:
        while chunk := list(islice(captures, AT_ONCE)):
            for sighting in await _sights(desk, chunk):
                replay(sighting)
                replayed += 1
                tick()
    return replayed


async def _sights(desk: Desk, captures: list[Capture]) -> list[Sighting]:
    """These captures, understood anew."""
    return list(await asyncio.gather(*(_sight(desk, seen) for seen in captures)))


async def _sight(desk: Desk, seen: Capture) -> Sighting:
    body = desk.store.body(seen.digest) if seen.digest else None
    return await desk.sight(replace(seen, body=body))


async def forget(desk: Desk, number: int, at: datetime) -> int:
    """Erase what an article said (see `Store.forget`); returns how many bodies were erased."""
    return desk.store.forget(number, at)
