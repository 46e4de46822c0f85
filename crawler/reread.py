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
from crawler.read import way
from storage.findings import Context, Finding, Sighting
from storage.records import GOOD, Capture
from storage.store import Store


class Desk(Protocol):
    """What rereading needs of a desk (`crawler.desk.Desk`)."""

    store: Store

    async def sight(self, seen: Capture, *, thorough: bool = False, cold: bool = False) -> Sighting: ...

    def conclude(self, sighting: Sighting, context: Context) -> Finding: ...


AT_ONCE = 64
"""Captures that are read ahead: enough to keep every reader busy, few enough to hold in memory."""


class Ways:
    """By which ways (`read.Way`) the pages of each article were read: texts of two ways are not compared (law 4)."""

    def __init__(self) -> None:
        self.of: dict[int, set[str]] = {}

    def note(self, found: Finding | None) -> None:
        """Note a page that showed its article."""
        reading = found.reading if found is not None else None
        if found is None or found.article is None or reading is None or reading.page is None:
            return
        if reading.judgement.verdict in GOOD:
            self.of.setdefault(found.article.id, set()).add(way(reading.reader))

    @property
    def mixed(self) -> list[int]:
        """Articles of which some pages fit their outlet's template and others do not."""
        return sorted(article for article, ways in self.of.items() if len(ways) > 1)


async def article(desk: Desk, number: int, cold: bool = False) -> None:
    """Derive one article anew. ``cold``: without its outlet's template, as where that does not fit all of its pages."""
    ways = Ways()
    sightings = await _sights(desk, list(desk.store.captures(number)), cold)
    with desk.store.rederiving(desk.conclude, WELL_WINDOW, number) as replay:
        for sighting in sightings:
            ways.note(replay(sighting))
    if not cold:
        await _level(desk, ways)


async def everything(desk: Desk, tick: Callable[[], None] = lambda: None) -> int:
    """Derive the whole store anew, in order of (at, entry); returns how many captures were replayed.

    The store's one transaction is open all the while: nothing else may write meanwhile.
    """
    replayed, ways = 0, Ways()
    captures = iter(list(desk.store.captures(None)))
    with desk.store.rederiving(desk.conclude, WELL_WINDOW, None) as replay:
        while chunk := list(islice(captures, AT_ONCE)):
            for sighting in await _sights(desk, chunk):
                ways.note(replay(sighting))
                replayed += 1
                tick()
                await asyncio.sleep(0)  # Ctrl-C is obeyed where something is awaited, not sixty captures later
    await _level(desk, ways)
    return replayed


async def _level(desk: Desk, ways: Ways) -> None:
    """Read all pages of an article in one way, where the template fits some of them only."""
    for number in ways.mixed:
        await article(desk, number, cold=True)


async def _sights(desk: Desk, captures: list[Capture], cold: bool = False) -> list[Sighting]:
    """These captures, understood anew."""
    return list(await asyncio.gather(*(_sight(desk, seen, cold) for seen in captures)))


async def _sight(desk: Desk, seen: Capture, cold: bool) -> Sighting:
    body = desk.store.body(seen.digest) if seen.digest else None
    return await desk.sight(replace(seen, body=body), thorough=True, cold=cold)


async def forget(desk: Desk, number: int, at: datetime) -> int:
    """Erase what an article said (see `Store.forget`); returns how many bodies were erased."""
    return desk.store.forget(number, at)
