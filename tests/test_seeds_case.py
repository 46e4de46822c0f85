"""The seeds' own case, played by the newsroom: a report, a republisher's copy, a rewriter; then it is corrected, and
removed. Its page and its history tell the whole story.

The original is a daily's (as SCMP's reports), the copy stands under a dateline ("BEIJING, Mar 3, 2026, SCMP."), and the
rewriter names the source and takes over half of it (as SOFREP and American Military News did).
"""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.watch import Client
from crawler import ask
from crawler.clock import HandClock
from crawler.desk import Desk
from crawler.newsroom.article import Article
from crawler.newsroom.newsroom import Newsroom
from crawler.occasions.found import occasions
from crawler.occasions.occasion import Sought
from storage.records import Visit, moment
from tests.test_dashboard import get

MONDAY = datetime(2026, 3, 2, 6, tzinfo=UTC)
SLUG = "state-media-school-opens"
VOUCHERS = {
    "courier": "typhoon-season-outlook", "meridian": "cable-carriage-talks-resume", "sentinel": "barley-harvest-floods"
}  # fmt: skip
"""Articles by which each outlet is known to be well."""


class Case:
    """Three outlets of the newsroom with one story, and others that vouch for them; Stet looks by its own plan."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.path = HandClock(MONDAY), folder / "stet.db"
        self.newsroom = Newsroom(self.clock, port=8080)
        told = {"STORE": str(self.path), "OUTLETS": str(self.newsroom.outlets_shelf(folder / "outlets"))}
        self.desk = Desk.from_settings({**told, "CLOCK": self.clock, "KEEP": "all"})
        self.client = Client(self.newsroom)

    def meets(self, article: Article) -> None:
        asyncio.run(self.desk.observe(self.client.capture(Visit(article.url, article.site.masthead.key))))

    def wait(self, hours: float) -> None:
        """So many hours, in which Stet looks at everything when its plan says so."""
        until = self.clock.moment + timedelta(hours=hours)
        while (due := self._due()) is not None and due <= until:
            self.clock.moment = max(due, self.clock.moment)
            for visit in self.desk.store.due(self.clock.moment):
                asyncio.run(self.desk.observe(self.client.capture(visit)))
                self.clock.moment += timedelta(seconds=2)
        self.clock.moment = max(until, self.clock.moment)

    def _due(self) -> datetime | None:
        row = self.desk.store.conn.execute("select min(next_visit_at) from articles").fetchone()
        return moment(row[0]) if row[0] else None


def rewritten(original: Article) -> list[str]:
    """A story of the rewriter's own around half of the original, which it names."""
    return [
        "A school for friendly coverage has opened its gates on a tropical island, and its first class has landed.",
        f"That was first reported by {original.site.masthead.name}, whose reporters saw the list of participants.",
        *original.paragraphs[1 : 1 + len(original.paragraphs) // 2],
        "Former students of a like course told us that their flights and their meals were paid for by the hosts.",
        "None of them could recall that anybody had asked them to write anything; none had written anything unkind.",
    ]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    case = Case(tmp_path_factory.mktemp("case"))
    room = case.newsroom
    for outlet, slug in VOUCHERS.items():
        case.meets(room.publish_story(outlet, slug))
    original = room.publish_story("courier", SLUG)
    case.meets(original)
    case.wait(20)
    copy = room.reprint("meridian", original, city="BEIJING")
    case.meets(copy)
    case.wait(4)
    story = room.publish("sentinel", "a-school-for-friends", "A school for friends", rewritten(original))
    case.meets(story)
    case.wait(48)
    number = re.search(r"\b\d+\b", original.paragraphs[1])
    assert number is not None
    old, new = original.paragraphs[1], original.paragraphs[1].replace(number[0], f"{number[0]}9", 1)
    original.correct(old, new, "Correction: An earlier version of this article gave a wrong number of participants.")
    case.wait(12)
    copy.edit(old, new)
    case.wait(72)
    original.take_down("404")
    case.wait(6 * 24)
    yield case
    case.desk.close()


def test_the_page_of_the_original_tells_the_whole_story(case: Case) -> None:
    number = ask.article(case.desk.store, case.newsroom.article("courier", SLUG).url).id
    page = get(case.path, f"/-/stet/article/{number}")
    assert page.status_code == 200
    said = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "Taken down" in said
    assert "BEIJING, Mar 3, 2026, The Straits Courier." in said
    assert "reported by The Straits Courier" in said
    elsewhere, became = said.partition("The same text elsewhere")[2].split("What became of its changes there")
    assert re.search(r"2 of these still carry words that this article shows no more", elsewhere)
    assert re.search(r"of our version \d, \d\d% of its own words", elsewhere), "how much the rewriter took"
    assert elsewhere.count("this article as far as first looks tell") == 2, "who had it first, and how sure that is"
    assert re.search(r"followed .*?7 to 15 hours later", became), "the republisher"
    assert "carries the old words" in became, "the rewriter"
    assert became.count("still stands") == 2, "both, after the takedown"


def test_the_history_tells_the_same(case: Case) -> None:
    url = case.newsroom.article("courier", SLUG).url
    told = subprocess.run(
        [sys.executable, "-m", "scrapy", "history", url, "-s", f"STORE={case.path}"],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent,
    ).stdout  # fmt: skip
    said = " ".join(told.split())
    assert "the same text at meridian" in said
    assert "part of the text at sentinel" in said
    assert re.search(r"meridian followed, .*?hours later", said)
    assert "sentinel carries the old words" in said
    assert said.count("still stands") == 2


def test_the_pages_of_the_copies_name_the_original_and_their_source(case: Case) -> None:
    for outlet, slug, words in (
        ("meridian", SLUG, "BEIJING, Mar 3"),
        ("sentinel", "a-school-for-friends", "reported by"),
    ):
        number = ask.article(case.desk.store, case.newsroom.article(outlet, slug).url).id
        said = " ".join(re.sub(r"<[^>]+>", " ", get(case.path, f"/-/stet/article/{number}").text).split())
        assert "that one as far as first looks tell" in said
        assert words in said.partition("Sources it names")[2]


def test_notices_tell_who_followed_and_who_remains(case: Case) -> None:
    told = {one.kind: one for one in occasions(case.desk.store.conn, Sought()) if one.kind.startswith("cop")}
    assert told["copy followed"].outlet == "meridian"
    remain = occasions(case.desk.store.conn, Sought(kind="copies remain"))
    assert [sorted(one.also) for one in remain] == [["meridian", "sentinel"], ["sentinel"]], "takedown, correction"


def test_the_exchange_counts_both(case: Case) -> None:
    rows = case.desk.store.conn.execute("select from_outlet, to_outlet, texts, named from exchange order by to_outlet")
    assert [tuple(row) for row in rows] == [("courier", "meridian", 1, 1), ("courier", "sentinel", 1, 1)]
