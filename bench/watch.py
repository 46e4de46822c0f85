"""Plays one fate to a watcher, and holds what was reported against the truth.

`NeckWatch` needs no network: the fetch layer's own parts make Captures of the newsroom's answers, and they go straight
into the neck. Time is moved by hand: the front page twice a day, every article when its plan asks for it.
"""

import asyncio
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Headers, HtmlResponse

from crawler import addresses, happened
from crawler.desk import Desk
from crawler.fetch import wire
from crawler.fetch.capture import Refused, Trip, capture
from crawler.fetch.hops import REDIRECTS, follow
from crawler.newsroom.fates.course import Course, Scene
from crawler.newsroom.newsroom import Newsroom
from spiders.article import SOONER
from spiders.channels import own
from spiders.fronts import read_front
from storage.findings import Article, Finding
from storage.records import BAD, GOOD, Capture, Listing, Purpose, Visit, moment, stamp
from storage.store import Store

FRONT_EVERY = 12.0
"""Hours between two looks at the front page."""
TIMEOUT = 30.0
"""Seconds that an answer is waited for, as in the settings."""
LIMIT = 10 * 1024 * 1024
"""Bytes that are taken, as in the settings."""
TICK = 1 / 60
"""Hours: the least step of time, one minute."""
LOOK = 2.0
"""Seconds that a look takes."""


@dataclass(frozen=True)
class Client:
    """Makes Captures of what a newsroom answers: `crawler.fetch` without sockets."""

    newsroom: Newsroom
    errors: Mapping[str, str] = field(default_factory=dict)
    """What is met instead of an answer, by path; ``""``: everywhere."""

    def capture(self, visit: Visit, purpose: Purpose = "article") -> Capture:
        """One visit, redirects followed."""
        clock, trip = self.newsroom.clock, Trip(visit, purpose, robots="allowed")
        held = {"If-None-Match": visit.etag, "If-Modified-Since": visit.last_modified} if visit.refers_to else {}
        told = {name: value for name, value in held.items() if value}
        trip.depart(Headers(told), clock.now())
        try:
            response = self._answered(visit.url, told)
            while response.status in REDIRECTS:
                where = follow(trip, response)
                trip.depart(Headers(), clock.now())
                response = self._answered(where, {})
            trip.answer = wire.read(response, LIMIT)
        except Refused as met:
            return capture(trip, clock.now(), error=str(met))
        return capture(trip, clock.now())

    def _answered(self, url: str, headers: Mapping[str, str]) -> HtmlResponse:
        parts = urlsplit(url)
        if error := self.errors.get("") or self.errors.get(parts.path):
            raise Refused(error)
        if parts.scheme == "https":
            raise Refused("tls: record layer failure")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            found = self.newsroom.ask(parts.hostname or "", target, (*headers.items(), ("Accept-Encoding", "gzip")))
        except KeyError:
            raise Refused("dns") from None
        if found.wire.drop:
            raise Refused("connection: closed without an answer")
        if found.wire.seconds > TIMEOUT:
            raise Refused("timeout")
        return HtmlResponse(url, found.status, headers=dict(found.headers), body=found.body)


# --- playing ----------------------------------------------------------------------------------------


class Watch:
    """One fate and its watcher: time moves from scene to scene and from visit to visit."""

    front_every = FRONT_EVERY

    def __init__(self, course: Course, folder: Path, port: int = 8080) -> None:
        """``folder`` is for the store and the outlets; ``port`` 0: the newsroom serves on a free one."""
        self.course, self.stage = course, course.staged(port)
        self.newsroom = self.stage.newsroom
        if not port:
            self.newsroom.serve()
        self.url = self.stage.article.url
        self.path, self.shelf = folder / "stet.db", self.newsroom.outlets_shelf(folder / "outlets")
        self.hour = 0.0
        self.struck: dict[float, datetime] = {}
        """When each scene was, by the clock of the watcher."""
        self._front_at = 0.0

    def settings(self) -> dict[str, Any]:
        """What a desk, or a crawl, is opened with."""
        return {
            "STORE": str(self.path), "OUTLETS": str(self.shelf), "CLOCK": self.newsroom.clock, "KEEP": "all",
        }  # fmt: skip

    def play(self) -> None:
        """From the first look to the last."""
        scenes = deque(sorted(self.course.scenes, key=lambda scene: scene.hour))
        while self.hour < self.course.days * 24:
            while scenes and scenes[0].hour <= self.hour + 1e-9:
                self._act(scenes.popleft())
            if not self.stage.asleep:
                self._look()
            hours = self._wait(scenes)
            self.hour += hours
            self.newsroom.advance(hours=hours)

    def _act(self, scene: Scene) -> None:
        self.struck[scene.hour] = self.newsroom.clock.now()
        scene.act(self.stage)

    def _look(self) -> None:
        if self.hour >= self._front_at:
            self._front_at = self.hour + self.front_every
            self.fronts()
        self.revisits()

    def _wait(self, scenes: deque[Scene]) -> float:
        """Hours until something is to be done."""
        moments = [self.course.days * 24, *(scene.hour for scene in list(scenes)[:1])]
        if not self.stage.asleep:
            moments += [self._front_at, *(self.hour + hours for hours in self._owed())]
        return max(min(moments) - self.hour, TICK)

    def _owed(self) -> Iterator[float]:
        """Hours until the next visit that the plan asks for, on a host that lets us."""
        sql = "select min(max(next_visit_at, ifnull((select max(not_before) from hosts), ''))) from articles"
        (due,) = self.rows(sql)[0]
        if due is not None:
            yield (moment(due) - self.newsroom.clock.now()).total_seconds() / 3600

    def fronts(self) -> None:
        """Look at the front page, then at the articles that are new on it."""
        raise NotImplementedError

    def revisits(self) -> None:
        """Look at all that is due."""
        raise NotImplementedError

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Of the store."""
        raise NotImplementedError


class NeckWatch(Watch):
    """Captures go straight into the neck."""

    def __init__(self, course: Course, folder: Path) -> None:
        super().__init__(course, folder)
        self.desk = Desk.from_settings(self.settings())
        self._runner = asyncio.Runner()

    def close(self) -> None:
        """Give the store back."""
        self._runner.close()
        self.desk.close()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.desk.store.conn.execute(sql, values)]

    def revisits(self) -> None:
        self._crawl(self.desk.store.due(self.newsroom.clock.now()))

    def fronts(self) -> None:
        store, outlet = self.desk.store, self.desk.catalogue.outlets[self.course.outlet]
        (channel,) = [channel for channel in outlet.channels if channel.kind == "front"]
        until = store.host(urlsplit(channel.url).hostname or "").not_before
        if until is not None and until > self.newsroom.clock.now():
            return
        seen = self._client.capture(Visit(channel.url, outlet.key), "channel")
        if seen.status == 200 and seen.complete and not seen.error:
            found = read_front(seen.body or b"", seen.url, seen.header("content-type"), outlet)
            self._observe(Listing(seen, channel, own(found.offers, outlet), found.problem))
        else:
            self._observe(Listing(seen, channel))
        new = store.wanted(self.newsroom.clock.now(), (outlet.key,))
        self._crawl([visit for visit in new if not store.known(addresses.identity(visit.url, outlet))])

    @property
    def _client(self) -> Client:
        return Client(self.newsroom, self.stage.errors)

    def _crawl(self, visits: Iterable[Visit]) -> None:
        """One crawl for some visits, and for the looks that suspicions want (as `ArticleSpider.follow_up` does)."""
        queue: list[tuple[int, int, Purpose, Visit]] = [(0, n, "article", visit) for n, visit in enumerate(visits)]
        asked = {visit.url for *_, visit in queue}
        while queue:
            *_, purpose, visit = heappop(queue)
            for wanted in self._observe(self._client.capture(visit, purpose)).asks:
                name = addresses.identity(wanted.url, self.desk.catalogue.of(wanted.url))
                known = self.desk.store.visit(name) if wanted.purpose == "article" else None
                if wanted.url not in asked:
                    asked.add(wanted.url)
                    further = known or Visit(wanted.url, wanted.outlet)
                    heappush(queue, (-SOONER[wanted.purpose], len(asked), wanted.purpose, further))

    def _observe(self, item: Capture | Listing) -> Finding:
        found = self._runner.run(self.desk.observe(item))
        self.newsroom.advance(seconds=LOOK)
        return found


def played(course: Course) -> "Outcome":
    """Play a fate through the neck."""
    with tempfile.TemporaryDirectory() as folder:
        watch = NeckWatch(course, Path(folder))
        try:
            watch.play()
        finally:
            watch.close()
        return judged(watch)


# --- what was reported, and what should have been -----------------------------------------------------


@dataclass(frozen=True)
class Reported:
    """One event as Stet dates it."""

    kind: str
    how: str
    after_at: datetime | None
    by_at: datetime
    visit: int
    """At which look at the article (from 1) it was first seen."""
    known: int
    """At which look it was reported."""


@dataclass(frozen=True)
class Outcome:
    """What a fate came to."""

    course: Course
    reported: tuple[Reported, ...] = ()
    wrong: tuple[str, ...] = ()
    """What is not as it should be, one line each."""


def judged(watch: Watch) -> Outcome:
    """Hold what was reported against the truth."""
    store = Store.read(watch.path)
    try:
        known = store.article(addresses.identity(watch.url))
        if known is None:
            return Outcome(watch.course, wrong=("it was never seen",))
        reported = tuple(sorted(_reported(store, known), key=lambda event: event.by_at))
        looks = _telling(store, known)
        wrong = (*_events(watch, reported, looks), *_strangers(store, known), *_state(watch, store, known))
        return Outcome(watch.course, reported, wrong)
    finally:
        store.close()


def _telling(store: Store, known: Article) -> list[datetime]:
    """When a look showed the article, or showed it gone while its outlet was well."""
    sql = "select at, verdict, outlet_well from readings where article = ?"
    found = store.conn.execute(sql, (known.id,))
    return [moment(at) for at, verdict, well in found if verdict in GOOD or (verdict in BAD and well)]


def _reported(store: Store, known: Article) -> Iterator[Reported]:
    looks = [at for (at,) in store.conn.execute("select at from readings where article = ?", (known.id,))]
    sql = "select by_at, at from standings where article = ? and standing in ('taken_down', 'restored')"
    proved = {row["by_at"]: row["at"] for row in store.conn.execute(sql, (known.id,))}

    def number(at: str) -> int:
        return sum(look <= at for look in looks)

    for event in happened.happened(store):
        if event.url == known.url:
            down, stood = event.kind == "takedown", event.kind in ("takedown", "restored")
            yield Reported(
                kind="edit" if event.kind == "stealth edit" else event.kind,
                how=event.what.partition(":")[0] if down else "",
                after_at=moment(event.after_at) if event.after_at else None,
                by_at=moment(event.by_at),
                visit=number(event.by_at),
                known=number(proved[event.by_at] if stood else event.by_at),
            )
    sql = "select min(at) as at from readings where article = ? and verdict = 'moved'"
    if at := store.conn.execute(sql, (known.id,)).fetchone()["at"]:
        yield Reported("moved", "", None, moment(at), number(at), number(at))


def _events(watch: Watch, reported: tuple[Reported, ...], looks: Sequence[datetime]) -> Iterator[str]:
    """The expected events and no others, each typed, and dated by the first look that could tell.

    ``looks``: when the article was seen to stand or to be gone.
    """
    want = sorted((truth.kind, truth.how) for truth in watch.course.told)
    have = sorted((event.kind, event.how) for event in reported)
    if want != have:
        yield f"reported {have}, not {want}"
        return
    for truth in watch.course.told:
        at = watch.struck[truth.hour]
        dates = [(e.after_at, e.by_at) for e in reported if e.kind == truth.kind]
        first = min((look for look in looks if look >= at), default=None)
        # An address may be known as the article's before the old one is seen to lead there.
        if not any(by == first if after else by >= at for after, by in dates if after is None or after < at):
            yield f"the {truth.kind} was at {stamp(at)}, and is dated {dates}"


def _strangers(store: Store, known: Article) -> Iterator[str]:
    """No other article has a story to tell."""
    for event in happened.happened(store):
        if event.url != known.url:
            yield f"of another article: {event.kind} ({event.what}) of {event.url}"
    for row in store.conn.execute("select url, versions from articles where id != ? and versions != 1", (known.id,)):
        yield f"{row['url']} has {row['versions']} versions"


def _state(watch: Watch, store: Store, known: Article) -> Iterator[str]:
    """Versions, standing and names in the end; and whether it was struck at all."""
    course = watch.course
    if known.versions != course.versions and course.versions >= 0:
        yield f"{known.versions} versions, not {course.versions}"
    if known.standing != course.standing:
        yield f"it is {known.standing}, not {course.standing}"
    names = [url for (url,) in store.conn.execute("select url from addresses where article = ?", (known.id,))]
    if len(names) != course.aliases:
        yield f"it goes by {names}, not by {course.aliases}"
    (articles,) = store.conn.execute("select count(*) from articles").fetchone()
    if articles != len(watch.stage.articles):
        yield f"{articles} articles, not {len(watch.stage.articles)}"
    met = {verdict for (verdict,) in store.conn.execute("select verdict from readings where article = ?", (known.id,))}
    if missing := set(course.meets) - met:
        yield f"no look came upon {', '.join(sorted(missing))}, only upon {', '.join(sorted(met))}"
