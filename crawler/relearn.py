"""Which outlets' templates are due, and from which captures are they learned? Learning, with a store at hand.

Nobody needs to ask for it: at the end of a crawl, an outlet gets its first template once enough of its articles are
in the store, a better one when there are twice as many, and a new one after a redesign. What was read before is then
read again with it, so that a new template changes nothing by itself (law 4).
"""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from crawler import reread
from crawler.learn import ENOUGH, learn
from crawler.page.template import Lesson
from crawler.read import lesson
from crawler.readers import ReaderDied, Readers
from storage import templates
from storage.payloads import PayloadError
from storage.records import Capture, Outlet, Template
from storage.templates import Schooling

log = logging.getLogger(__name__)

MOST = 50
"""Articles that a template is learned from, the newest ones."""
FORMER = 25
"""Pages of the former template that are learned from again, so that older payloads can still be read by it."""
AT_ONCE = 500
"""Articles that are read again at the end of one crawl; what is left, when it is looked at, or after the next one."""
DRIFTED = 5
"""Of an outlet's ten newest texts: from so many on that its template did not fit, a new one is learned."""


class Desk(reread.Desk, Protocol):
    """What learning needs of a desk (`crawler.desk.Desk`)."""

    readers: Readers | None
    templates: dict[str, Template]

    def outlet(self, capture: Capture) -> Outlet | None: ...

    def today(self, outlet: str, url: str) -> frozenset[str]: ...


def is_due(state: Schooling) -> bool:
    """Whether an outlet's template is to be learned (again)."""
    if state.learned_at is None:
        return state.articles >= ENOUGH
    grown = state.taught_by < MOST and state.articles >= 2 * state.taught_by
    return grown or state.drifted >= DRIFTED


async def due(desk: Desk, at: datetime) -> list[Template]:
    """Learn what is due, and read again what was read by other readers than today's; returns the new templates."""
    states = templates.schooling(desk.store.conn)
    learned = [await _learned(desk, state, at) for state in states if is_due(state)]
    for state in states:
        await level(desk, state.outlet, AT_ONCE)
    return [template for template in learned if template is not None]


async def outlet(desk: Desk, state: Schooling, at: datetime) -> Template | None:
    """Learn one outlet's template from what the store holds, due or not; None where that is too little."""
    learned = await _learned(desk, state, at)
    await level(desk, state.outlet)
    return learned


async def _learned(desk: Desk, state: Schooling, at: datetime) -> Template | None:
    newest = templates.lessons(desk.store.conn, state.outlet, MOST)
    known = {seen.entry for _, seen in newest}
    former = [entry for entry in state.learned_from if entry not in known][:FORMER]
    shown = [*newest, *templates.captures(desk.store.conn, former)]
    lessons = await asyncio.gather(*(_lesson(desk, article, seen) for article, seen in shown))
    learned = learn(state.outlet, [one for one in lessons if one is not None])
    if learned is not None:
        desk.store.learn(learned, at, [seen.entry for _, seen in shown])
        desk.templates[state.outlet] = learned
        log.info("learned what pages of %s look like, from %d articles", state.outlet, learned.pages)
    return learned


async def level(desk: Desk, outlet: str, most: int | None = None) -> None:
    """Read an outlet's articles again that were read by another reader than today's (at most so many)."""
    held = templates.read_by(desk.store.conn, outlet)
    unlike = dict.fromkeys(article for article, url, reader in held if reader not in desk.today(outlet, url))
    for number in list(unlike)[:most]:
        try:
            await reread.article(desk, number)
        except PayloadError as error:
            log.error("an article is not read again, and stays as it is: %s", error)


async def _lesson(desk: Desk, article: int, seen: Capture) -> Lesson | None:
    """A capture's page as a lesson; None where its body is not to be had, or a reader stops at it."""
    try:
        body = desk.store.body(seen.digest) if seen.digest else None
    except PayloadError as error:
        log.error("a page is not learned from: %s", error)
        body = None
    if body is None:
        return None
    page = (body, seen.url, seen.header("content-type"), desk.outlet(seen))
    try:
        taught = await desk.readers.call(lesson, *page) if desk.readers else lesson(*page)
    except (TimeoutError, ReaderDied):
        return None
    return replace(taught, article=str(article))
