"""A daemon in this process, ticked by hand: what benchmarks and tests that move the clock themselves have in common."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.clock import Clock

if TYPE_CHECKING:
    from crawler.watching.daemon import Watch


def event_loop() -> asyncio.AbstractEventLoop:
    """A new event loop with Twisted's reactor on it, running. One a process: Twisted has one reactor."""
    from twisted.internet import asyncioreactor

    made = asyncio.new_event_loop()
    asyncio.set_event_loop(made)
    asyncioreactor.install(made)  # type: ignore[no-untyped-call]
    from twisted.internet import reactor

    reactor.startRunning(installSignalHandlers=False)
    return made


def in_hand(shelf: Path, store: Path, clock: Clock, say: Callable[[str], None], **terms: Any) -> "Watch":
    """A daemon of a shelf of outlets that ticks when it is told to, and says what it does as JSON lines.

    ``terms``: those of `crawler.agenda.Terms`; a tick is 60 seconds, and there is no hourly budget, unless they say so.
    """
    from scrapy.crawler import AsyncCrawlerRunner
    from scrapy.settings import Settings

    from crawler.agenda import Terms
    from crawler.desk import Loaded
    from crawler.watching.daemon import Watch, Wish
    from crawler.watching.display import JsonLines
    from spiders.kinds import KINDS

    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    told = {"STORE": str(store), "OUTLETS": str(shelf), "CLOCK": clock, "READERS": "0", "KEEP": "all"}
    settings.setdict({**told, "HOURLY": terms.get("hourly", 0)}, priority="cmdline")
    loaded = Loaded.from_settings(settings)
    settings.set("LOADED", loaded, priority="cmdline")
    wish = Wish(store, Terms(loaded.catalogue.pick(""), (), KINDS, **{"tick": 60.0, **terms}))

    def reload() -> tuple[Loaded, Terms]:
        known = Loaded.from_settings(settings)
        return known, Terms(known.catalogue.pick(""), (), KINDS)

    return Watch(AsyncCrawlerRunner(settings), wish, clock, loaded, JsonLines(say), reload=reload)
