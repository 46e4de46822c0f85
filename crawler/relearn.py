"""Which outlets' templates are due, and from which captures are they learned? Learning, with a store at hand.

Nobody needs to ask for it: at the end of a crawl, an outlet gets its first template once enough of its articles are
in the store, a better one when there are twice as many, and a new one after a redesign. What was read before is then
read again with it, so that a new template changes nothing by itself (law 4).
"""

import asyncio
import logging
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
DRIFTED = 5
"""Of an outlet's ten newest texts: from so many on that its template did not fit, a new one is learned."""


class Desk(reread.Desk, Protocol):
    """What learning needs of a desk (`crawler.desk.Desk`)."""

    readers: Readers | None
    templates: dict[str, Template]

    def outlet(self, capture: Capture) -> Outlet | None: ...

    def today(self, outlet: str) -> frozenset[str]: ...


def is_due(state: Schooling) -> bool:
    """Whether an outlet's template is to be learned (again)."""
    if state.learned_at is None:
        return state.articles >= ENOUGH
    grown = len(state.learned_from) < MOST and state.articles >= 2 * len(state.learned_from)
    return grown or state.drifted >= DRIFTED


async def due(desk: Desk, at: datetime) -> list[Template]:
    """Learn what is due, and read the articles concerned again; returns the new templates."""
    states = [state for state in templates.schooling(desk.store.conn) if is_due(state)]
    learned = [await outlet(desk, state, at) for state in states]
    return [template for template in learned if template is not None]


async def outlet(desk: Desk, state: Schooling, at: datetime) -> Template | None:
    """Learn one outlet's template from what the store holds, due or not; None where that is too little."""
    newest = templates.lessons(desk.store.conn, state.outlet, MOST)
    known = {seen.entry for seen in newest}
    former = [entry for entry in state.learned_from if entry not in known][:FORMER]
    captures = [*newest, *templates.captures(desk.store.conn, former)]
    lessons = await asyncio.gather(*(_lesson(desk, seen) for seen in captures))
    learned = learn(state.outlet, [one for one in lessons if one is not None])
    if learned is None:
        return None
    desk.store.learn(learned, at, [seen.entry for seen in captures])
    desk.templates[state.outlet] = learned
    log.info("learned what pages of %s look like, from %d articles", state.outlet, learned.pages)
    for number in templates.unlike(desk.store.conn, state.outlet, sorted(desk.today(state.outlet))):
        await reread.article(desk, number)
    return learned


async def _lesson(desk: Desk, seen: Capture) -> Lesson | None:
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
        return await desk.readers.call(lesson, *page) if desk.readers else lesson(*page)
    except (TimeoutError, ReaderDied):
        return None
