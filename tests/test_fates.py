"""Every fate that may befall an article is reported for what it is, and nothing else is reported."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bench.watch import LOOK, Client, Watch, judged, played
from crawler.clock import HandClock
from crawler.desk import Desk
from crawler.newsroom.fates import FATES
from crawler.newsroom.fates.course import START, Course
from crawler.newsroom.fates.traps import TITLES, bare, live, trapped
from crawler.newsroom.fates.walls import CHALLENGES
from crawler.newsroom.newsroom import Newsroom
from crawler.page.walls import VENDORS
from storage.records import Verdict, Visit
from storage.store import Store
from tests.conftest import Crawl

MISSED: dict[str, str] = {}
"""Fates that Stet does not get right yet, and which line is to blame."""


def cases(*chosen: Course) -> list[Any]:
    def marks(name: str) -> Any:
        return [pytest.mark.xfail(strict=True, reason=MISSED[name])] if name in MISSED else []

    return [pytest.param(course, id=course.name, marks=marks(course.name)) for course in chosen]


def test_every_fate_has_a_name_of_its_own_and_every_miss_is_a_fate() -> None:
    names = [course.name for course in FATES]
    assert len(set(names)) == len(names) >= 64
    assert set(MISSED) <= set(names)


def test_every_vendor_that_is_known_has_its_fate() -> None:
    assert set(CHALLENGES) == {vendor for vendor, _ in VENDORS}


@pytest.mark.parametrize("course", cases(*FATES))
def test_fate(course: Course) -> None:
    outcome = played(course)
    assert outcome.wrong == ()


# --- over the wire ------------------------------------------------------------------------------


class WireWatch(Watch):
    """The same fate with real requests to a newsroom that serves, by Stet's own spiders."""

    front_every = 24.0

    def __init__(self, course: Course, folder: Path, crawl: Crawl) -> None:
        super().__init__(course, folder, port=0)
        self.crawl = crawl

    def fronts(self) -> None:
        self._run("fronts", outlet=self.course.outlet)

    def revisits(self) -> None:
        self._run("revisits")

    def _run(self, spider: str, **arguments: str) -> None:
        self.crawl(spider, {**self.settings(), "CONCURRENT_REQUESTS": 1}, **arguments)
        self.newsroom.advance(seconds=LOOK)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        store = Store.read(self.path)
        try:
            return [tuple(row) for row in store.conn.execute(sql, values)]
        finally:
            store.close()


@pytest.mark.parametrize("course", cases(*(course for course in FATES if course.wire)))
def test_fate_on_the_wire(course: Course, crawl: Crawl, tmp_path: Path) -> None:
    watch = WireWatch(course, tmp_path, crawl)
    with watch.stage.newsroom:
        watch.play()
    assert judged(watch).wrong == ()


# --- words of the news are no evidence --------------------------------------------------------------


def test_live_articles_about_deletion_are_live(tmp_path: Path) -> None:
    """All trap titles and 300 articles from templates: three languages, three charsets, every third page bare."""
    newsroom = Newsroom(HandClock(START), tuple(TITLES), 8080)
    told = {"STORE": str(tmp_path / "stet.db"), "OUTLETS": str(newsroom.outlets_shelf(tmp_path / "outlets"))}
    desk, client = Desk.from_settings({**told, "CLOCK": newsroom.clock, "KEEP": "all"}), Client(newsroom)
    verdicts: dict[str, list[Verdict]] = {}
    with asyncio.Runner() as runner:
        for number, (outlet, story) in enumerate((*trapped(), *live(300))):
            article = newsroom.site(outlet).publish(story)
            for _ in range(1 + (number % 10 == 0)):
                newsroom.advance(minutes=1)
                if number % 3 == 2:
                    article.show(bare(article))
                found = runner.run(desk.observe(client.capture(Visit(article.url, outlet))))
                assert found.reading is not None
                verdicts.setdefault(story.title, []).append(found.reading.judgement.verdict)
                article.append(f"{story.title}. {story.paragraphs[-1]}")
    desk.close()
    assert len(verdicts) >= 300
    assert {title: said for title, said in verdicts.items() if set(said) != {Verdict.OK}} == {}
