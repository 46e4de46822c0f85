"""One round: everything that is due now, in one crawl. The channels by their cadence, the articles by their plan.

First the lists and what is owed, most valuable first, then articles nobody asked for yet. No more than the hosts' pace
lets through in the round's time, and than the hourly budget allows: what finds no room stays due.
"""

import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

from crawler import price
from crawler.agenda import Agenda, Terms, agenda
from crawler.desk import ArgumentError, whole_number
from crawler.fetch.pace import Pace, host_of
from crawler.ration import Ration
from spiders.channels import ChannelSpider, Found
from spiders.kinds import KINDS, reader_of
from storage.findings import Finding
from storage.opening import DAEMON
from storage.records import Channel, Outlet

SHORTEST = 5.0
"""Real seconds that a round may take at least, however fast the clock runs."""
URGENT = 1
"""Priority of lists, and of visits whose answer somebody waits for."""


class Round(ChannelSpider):
    """What `scrapy watch` does at every tick."""

    name = "round"
    command = DAEMON
    kinds = KINDS
    arguments: ClassVar[dict[str, str]] = {
        **ChannelSpider.arguments,
        "seconds": "how long it may take (60); what its hosts' pace does not let through until then stays due",
        "every": "look at everything after so many seconds, whatever the plan says (0: by the plan)",
    }
    agenda: Agenda
    ration: Ration

    def take(self, given: dict[str, Any]) -> None:
        super().take(given)
        named = tuple(outlet.key for outlet in self.chosen) if str(given.get("outlet", "")).strip() else ()
        seconds, every = (whole_number(name, given.get(name, usual)) for name, usual in (("seconds", 60), ("every", 0)))
        if not seconds:
            raise ArgumentError("seconds=0: a round needs some time; say 60")
        hourly = whole_number("HOURLY", self.settings.get("HOURLY") or 0)
        self.terms = Terms(self.chosen, named, self.kinds, float(seconds), hourly, float(every) or None)

    def aims(self) -> Iterator[str]:
        yield from super().aims()
        yield from (visit.url for visit in self.desk.store.due(self.desk.clock.now(), self.terms.named))

    def read(self, body: bytes, url: str, content_type: str, outlet: Outlet, channel: Channel) -> Found:
        return reader_of(channel.kind)(body, url, content_type, outlet, channel)

    def opened(self) -> None:
        super().opened()
        pace = self.crawler.get_extension(Pace)
        if pace is None:
            raise RuntimeError("the extension crawler.fetch.pace.Pace is off; turn it on in EXTENSIONS")
        seconds = self.terms.tick
        pace.until = min(pace.until, time.monotonic() + max(self.desk.clock.wait(seconds), SHORTEST))
        if self.terms.every is None:
            price.steer(self.desk.store, self.desk.clock.now(), self.terms.hourly, pace.delay)
        self.agenda = agenda(self.desk.store, self.terms, self.desk.clock.now())
        self.ration = Ration(self.agenda.allowed, lambda url: pace.room(url, seconds), host_of)
        self._new = Counter({outlet.key: self.limit for outlet in self.chosen})
        self.desk.heard.append(self.offered_by)

    async def start(self) -> AsyncIterator[Any]:
        for outlet, channel in self.agenda.lists:
            if self.ration.take(channel.url):
                yield self.look(outlet, channel, channel.url)
        hopeful = {outlet.key for outlet, _ in self.agenda.lists} | self.agenda.waiting
        for owed in self.agenda.due:
            if self.ration.take(owed.url, reserve=not owed.urgent and owed.outlet in hopeful):
                yield self.ask(self.desk.store.look(owed), priority=URGENT if owed.urgent else 0)
        listed = {outlet.key for outlet, _ in self.agenda.lists}
        for outlet in self.chosen:
            if outlet.key not in listed:
                for request in self.candidates(outlet):
                    yield request

    async def learn(self, reason: str) -> None:
        """Templates are learned now and then, and not while somebody waits for the end. What came of it is noted."""
        if not self.crawler.stats.get_value("visits/asked"):
            self.desk.store.drop_run(self.desk.run)
            self.desk.run = 0
            return
        refused = self.ration.refused
        self.desk.counts.update(
            due=len(self.agenda.due), asked=self.ration.taken, missed=self.agenda.missed, hourly=self.terms.hourly,
            left_by_budget=refused["budget"], left_by_pace=refused["pace"],
        )  # fmt: skip
        if reason == "finished":
            await super().learn(reason)

    def offered_by(self, found: Finding) -> None:
        """A list is in and kept: now the best of what it offered."""
        outlet = self.desk.catalogue.outlets.get(found.capture.outlet)
        if found.capture.purpose == "channel" and outlet is not None and self.crawler.crawling:
            for request in self.candidates(outlet):
                self.crawler.engine.crawl(request)

    def idle(self) -> None:
        """Nothing is left: candidates were asked for as soon as their lists were in."""

    def candidates(self, outlet: Outlet) -> Iterator[Any]:
        """Requests for an outlet's best candidates, as many as may be asked for."""
        for visit in self.wanted(outlet):
            if visit.url not in self._asked and self._new[outlet.key] > 0 and self.ration.take(visit.url):
                self._new[outlet.key] -= 1
                yield self.ask(visit)
