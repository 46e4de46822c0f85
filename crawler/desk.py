"""The desk: all that one crawl works with, put together once from the settings.

Clock, catalogue, profile, store and readers; spiders, middlewares and commands get them from here and from nowhere
else. What a crawl brings in passes `Desk.observe`, one after the other in the order it came.
"""

import asyncio
import logging
import math
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from crawler import (
    addresses,
    cadence,
    catalogue,
    channels,
    hearsay,
    judge,
    observe,
    probes,
    read,
    reread,
    stand,
    timing,
)
from crawler.clock import Clock, FastClock, WallClock
from crawler.observe import WELL_WINDOW, Terms
from crawler.rank import Profile, rank
from crawler.readers import ReaderDied, Readers
from storage import harvest
from storage.findings import Candidate, Context, Finding, Sighting
from storage.payloads import PayloadError
from storage.records import GOOD, Capture, Judgement, Listing, Offer, Outlet, Reading, Template, Text, Verdict
from storage.store import Store

log = logging.getLogger(__name__)

Turn = Callable[[], Awaitable[None]]


class SettingsError(ValueError):
    """A setting that cannot be used: one line that says which, and what to do."""


class ArgumentError(SettingsError):
    """A spider's argument that cannot be used: one line that says which, and what to do."""


@dataclass(frozen=True)
class Loaded:
    """Catalogue and seeds, read once for many crawls (the setting LOADED)."""

    catalogue: catalogue.Catalogue
    profile: Profile

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """From OUTLETS and SEEDS. Raises CatalogueError."""
        return cls(catalogue.load(_folder(settings, "OUTLETS")), catalogue.load_seeds(_folder(settings, "SEEDS")))

    def __deepcopy__(self, memo: object) -> Self:
        return self  # Scrapy copies its settings for each crawl


@dataclass
class Desk:
    """What a crawl needs besides Scrapy."""

    clock: Clock
    catalogue: catalogue.Catalogue
    profile: Profile
    store: Store
    keep_all: bool = False
    contact: str = ""
    readers: Readers | None = None
    """None: pages are read right here."""
    heard: list[Callable[[Finding], None]] = field(default_factory=list)
    """Whom to tell of each finding once it is kept (progress displays)."""
    templates: dict[str, Template] = field(default_factory=dict)
    """What the pages of each outlet look like, as far as that was learned."""
    confirmations: int = stand.CONFIRMATIONS
    spread: float = stand.SPREAD
    """How many bad looks make a takedown, and over how many seconds."""
    run: int = 0
    """This crawl's row in ``runs``."""
    counts: Counter[str] = field(default_factory=Counter)
    """What it kept so far: captures, versions, changes, standings."""
    closed: bool = False
    _last: asyncio.Future[None] | None = None

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any], holder: str = "stet") -> Self:
        """From STORE, OUTLETS, SEEDS, KEEP, CONTACT, CLOCK, TAKEDOWN_CONFIRMATIONS and TAKEDOWN_SPREAD.

        Raises SettingsError, CatalogueError, StoreError.
        """
        confirmations, spread = patience(settings)
        loaded = settings.get("LOADED") or Loaded.from_settings(settings)
        outlets = loaded.catalogue
        desk = cls(
            clock=clock(settings.get("CLOCK"), outlets),
            catalogue=outlets,
            profile=loaded.profile,
            store=Store.open(settings.get("STORE") or "stet.db", holder),
            keep_all=_keep_all(settings),
            contact=str(settings.get("CONTACT") or ""),
            confirmations=confirmations,
            spread=spread,
        )
        desk.store.know(list(outlets.outlets.values()))
        desk.templates = desk.store.templates()
        desk.run = desk.store.begin_run(holder, desk.clock.now())
        return desk

    def close(self) -> None:
        """Stop the readers and give the store's lock back."""
        if self.readers is not None:
            self.readers.close()
        if self.run:
            self.store.end_run(self.run, self.clock.now(), dict(self.counts))
        self.store.close()
        self.closed = True

    def outlet(self, capture: Capture) -> Outlet | None:
        """Whose page it is."""
        return self.catalogue.outlets.get(capture.outlet) or self.catalogue.of(capture.asked_url)

    def terms(self, outlet: Outlet | None) -> Terms:
        """What concluding goes by for this outlet's pages."""
        return Terms(self.profile, outlet, self.keep_all, self.confirmations, self.spread, self.catalogue.names)

    # --- the way in ------------------------------------------------------------------------------

    async def observe(self, item: Capture | Listing) -> Finding:
        """Pass one capture through the neck, and keep what it taught. Captures are kept in the order they came."""
        async with self._in_turn() as turn:
            if isinstance(item, Capture) and item.purpose == "article":
                found = await self._article(item, turn)
            elif isinstance(item, Capture) and item.purpose in ("probe", "canary"):
                await turn()  # a probe is compared with what was kept before it
                found = self.store.keep(await self.sight(item), self.conclude, WELL_WINDOW)
            else:
                await turn()
                found = self.store.keep_plain(self._listed(item) if isinstance(item, Listing) else observe.plain(item))
        self._count(found)
        for hear in self.heard:
            hear(found)
        return found

    def _count(self, found: Finding) -> None:
        self.counts["captures"] += 1
        parts = {"versions": found.version, "changes": found.change, "standings": found.move}
        self.counts.update(name for name, part in parts.items() if part is not None)

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[Turn]:
        """What runs inside may overlap with others until it awaits its turn: then all that came before is kept."""
        before, mine = self._last, asyncio.get_running_loop().create_future()
        self._last = mine

        async def turn() -> None:
            if before is not None:
                await asyncio.shield(before)

        try:
            yield turn
        finally:
            if before is None or before.done():
                mine.set_result(None)
            else:  # it was cancelled while it waited: those behind it go on waiting for those before it
                before.add_done_callback(lambda _: mine.set_result(None))

    async def _article(self, seen: Capture, turn: Turn) -> Finding:
        outlet = self.outlet(seen)
        same = self._same(seen, outlet)
        sighting = await self.sight(seen, same=same)
        await turn()
        if same and not self._same(seen, outlet):
            sighting = await self.sight(seen)  # what it was the same as has moved on meanwhile
        try:
            sighting = await self._alike(sighting)
        except Exception:
            self.store.keep_plain(Finding(seen))  # whatever keeps us from concluding, what was seen is kept
            raise
        return self.store.keep(sighting, self.conclude, WELL_WINDOW)

    async def sight(self, seen: Capture, *, same: bool = False, thorough: bool = False, cold: bool = False) -> Sighting:
        """A capture, understood.

        ``same``: its bytes were read before, and need no reading; ``thorough``: all that is left out is named;
        ``cold``: its outlet's template is not used.
        """
        outlet, template = self.outlet(seen), self.templates.get(seen.outlet)
        if seen.purpose == "probe":
            template = None  # it shows no article; and what it showed must not change with what is learned later
        reading = Reading(seen, judge.answer(seen), read.identity(outlet, template))
        if same:
            reading = replace(reading, judgement=Judgement(Verdict.OK, "answered"))
        elif reading.judgement.verdict is Verdict.OK and seen.body is not None and seen.purpose != "canary":
            used = None if cold else template
            reading = await self._read(reading, seen.body, outlet, used, thorough)
            if reading.page is not None and template is not None:
                way = read.Way.TEMPLATE if reading.page.template else read.Way.COLD if cold else read.Way.DRIFT
                reading = replace(reading, reader=read.identity(outlet, template, way))
        sighting = observe.sight(reading, outlet)
        return replace(sighting, home=await self._home(sighting, outlet)) if seen.purpose == "probe" else sighting

    async def _home(self, probe: Sighting, outlet: Outlet | None) -> Text | None:
        """What the outlet's home page said when it was last seen before a probe."""
        seen = probe.reading.capture
        try:
            home = self.store.home(probes.front(seen, outlet), seen.at)
        except PayloadError as error:
            log.error("a probe is not compared with the home page: %s", error)
            return None
        if home is None or home.body is None or judge.answer(home).verdict is not Verdict.OK:
            return None
        read_again = await self._read(Reading(home, judge.answer(home)), home.body, outlet, None, False)
        return read_again.page.text if read_again.page else None

    async def _read(
        self, reading: Reading, body: bytes, outlet: Outlet | None, template: Template | None, thorough: bool
    ) -> Reading:
        seen = reading.capture
        page = (body, seen.url, seen.header("content-type"), outlet, template, thorough)
        try:
            known = await self.readers.call(read.read, *page) if self.readers else read.read(*page)
        except TimeoutError:
            return _unread(reading, "the reader was stopped: the page took longer than its deadline")
        except ReaderDied as error:
            return _unread(reading, str(error))
        except Exception as error:  # the rim to hostile pages: whatever breaks, the capture is kept
            log.error("reading %s failed; please report it: the page is kept", seen.url, exc_info=error)
            return _unread(reading, f"the reader failed ({type(error).__name__}); scrapy reread tries again")
        return replace(reading, page=known)

    def conclude(self, sighting: Sighting, context: Context) -> Finding:
        """`observe.conclude`, with the terms of the capture's outlet."""
        outlet = self.outlet(sighting.reading.capture)
        found = observe.conclude(sighting, context, self.terms(outlet))
        return replace(found, candidates=tuple(self._linked(found, outlet)))

    def _linked(self, found: Finding, outlet: Outlet | None) -> Iterator[Candidate]:
        """What a new text on our subject links to, of its own outlet: it inherits some of the article's relevance."""
        if found.article is None or found.version is None or outlet is None or not found.article.related:
            return
        for link in found.version.text.links:
            candidate = self._candidate(Offer(link.url, link.text), outlet)
            if candidate is None or not _lies_within(link.url, outlet) or candidate.url == found.article.url:
                continue
            if addresses.is_story(link.url, link.text, outlet):
                yield replace(candidate, rank=round(harvest.hope(candidate.rank, found.article.relevance), 4))

    def _same(self, seen: Capture, outlet: Outlet | None) -> bool:
        return seen.status == 200 and self.store.shows(addresses.identity(seen.asked_url, outlet), seen.digest)

    async def _alike(self, sighting: Sighting) -> Sighting:
        """Law 4: what is compared was read by one reader, and in one way; if need be, what we hold is read again.

        A new text is read once more, thoroughly: what it left out is evidence then.
        """
        seen = sighting.reading.capture
        held = self.store.readers(sighting)
        if held is not None and any(by not in self.today(of, url) for of, url, by in held[1]):
            await reread.article(self, held[0])
            held = self.store.readers(sighting)
        if sighting.reading.page is None:
            return sighting
        ways = {read.way(by) for *_, by in held[1]} if held is not None else set()
        if read.Way.COLD in ways:
            return await self.sight(seen, cold=True)
        found = self.store.foresee(sighting, self.conclude, WELL_WINDOW)
        good = found.reading is not None and found.reading.judgement.verdict in GOOD
        if held is not None and good and ways - {read.way(sighting.reading.reader)}:
            await reread.article(self, held[0], cold=True)
            return await self.sight(seen, cold=True)
        return await self.sight(seen, thorough=True) if found.version and sighting.reading.page.template else sighting

    def today(self, outlet: str, url: str) -> frozenset[str]:
        """The identities that a reading of a page, asked for by an address, may have today."""
        known, template = self.catalogue.outlets.get(outlet) or self.catalogue.of(url), self.templates.get(outlet)
        return frozenset(read.identity(known, template, way) for way in read.Way)

    def _listed(self, listing: Listing) -> Finding:
        """A list of addresses: candidates, ranked, and how the channel does."""
        seen, outlet = listing.capture, self.outlet(listing.capture)
        offered = {c.url: c for c in (self._candidate(offer, outlet) for offer in listing.offers) if c is not None}
        known = self.store.channel_row(seen.outlet, listing.channel.kind, listing.channel.url)
        new = self.store.unoffered(offered)
        usual = outlet.cadence if outlet else 86400.0
        row = channels.state(known, listing, len(new), usual)
        row = cadence.again(known, row, listing, len(new), usual)
        row, listed = self.store.listed(row, offered, seen.at)
        heard, row = hearsay.hear(offered.values(), listed, row, seen.at)
        heard = timing.heard(heard, listed, row, seen.at)
        found = replace(observe.plain(seen), channel=row, candidates=tuple(offered.values()))
        return replace(found, hints=heard, elsewhere=outlet is not None and not _lies_within(seen.url, outlet))

    def _candidate(self, offer: Offer, outlet: Outlet | None) -> Candidate | None:
        try:
            naming = outlet.identity_params if outlet else ()
            url, visit_url = addresses.identity(offer.url, outlet), addresses.asked(offer.url, naming)
        except ValueError:
            return None  # a channel's slip of the pen: nothing that could be asked for
        near = rank(offer.title, "", self.profile, offer.url)
        return Candidate(url, visit_url, offer.title, offer.hint_at, near.score, offer.updated_at)


def _lies_within(url: str, outlet: Outlet) -> bool:
    try:
        return addresses.within(url, outlet)
    except ValueError:
        return False


def _unread(reading: Reading, why: str) -> Reading:
    return replace(reading, judgement=Judgement(Verdict.UNREAD, why))


def clock(setting: Any, outlets: catalogue.Catalogue) -> Clock:
    """The clock that CLOCK names: none (the time as it is), a factor (loopback outlets only), or a clock."""
    if setting is None or setting == "":
        return WallClock()
    if not isinstance(setting, str | int | float):
        return setting  # type: ignore[no-any-return]
    said, _, since = str(setting).partition("@")
    try:
        factor, origin = float(said), datetime.fromisoformat(since) if since else None
        if origin is not None and origin.tzinfo is None:
            raise ValueError("no zone")
    except ValueError:
        raise SettingsError(
            f"CLOCK={setting}: not a number; give a factor such as 3600 (or 3600@2026-03-02T06:00Z), or leave it out"
        ) from None
    if factor == 1:
        return WallClock()
    if not outlets.on_loopback:
        raise SettingsError(
            f"CLOCK={setting}: time is sped up for loopback outlets only; leave it out for the live web"
        )
    return FastClock(factor) if origin is None else FastClock.since(origin, factor)


def patience(settings: Mapping[str, Any]) -> tuple[int, float]:
    """How many bad looks make a takedown, and over how many seconds. Raises SettingsError."""
    looks, seconds = (settings.get(f"TAKEDOWN_{name}") for name in ("CONFIRMATIONS", "SPREAD"))
    confirmations = _figure("TAKEDOWN_CONFIRMATIONS", stand.CONFIRMATIONS if looks in (None, "") else looks)
    spread = _figure("TAKEDOWN_SPREAD", stand.SPREAD if seconds in (None, "") else seconds)
    if confirmations not in range(2, 101):
        raise SettingsError(f"TAKEDOWN_CONFIRMATIONS={looks}: say 2 to 100 bad looks; one answer proves no takedown")
    if spread < 0:
        raise SettingsError(f"TAKEDOWN_SPREAD={seconds}: say seconds from the first bad look to the last, 0 or more")
    return int(confirmations), spread


def whole_number(name: str, said: Any) -> int:
    """An argument or a setting that counts something. Raises ArgumentError."""
    text = str(said).strip()
    if not (text.isascii() and text.isdigit()):
        raise ArgumentError(f"{name}={said}: give a whole number, 0 or more")
    return int(text)


def _figure(name: str, said: Any) -> float:
    try:
        figure = float(said)
    except (TypeError, ValueError):
        figure = math.nan
    if not math.isfinite(figure):
        raise SettingsError(f"{name}={said}: not a number")
    return figure


def _folder(settings: Mapping[str, Any], name: str) -> Path | None:
    value = settings.get(name)
    return Path(value) if value else None


def _keep_all(settings: Mapping[str, Any]) -> bool:
    keep = str(settings.get("KEEP") or "related")
    if keep not in ("related", "all"):
        raise SettingsError(f"KEEP={keep}: say related (watch what is near the seeds) or all")
    return keep == "all"
