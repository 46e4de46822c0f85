"""Stories as newsrooms tell them: what was scripted is told, with its interval, and nothing else is."""

import asyncio
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.watch import Client
from crawler import ask, flips, happened, reread
from crawler.clock import HandClock
from crawler.desk import Desk
from crawler.newsroom.article import Article
from crawler.newsroom.newsroom import Newsroom
from storage.records import Change, Disclosed, Kind, Status, Visit, moment
from storage.store import Store

MONDAY = datetime(2026, 3, 2, 6, tzinfo=UTC)
OUTLET, SLUG = "sentinel", "leaked-pact-state-outlets"
QUARTER = timedelta(minutes=15)
DERIVED = ("articles", "readings", "versions", "changes", "edits", "standings", "accesses", "texts", "variants")


class Watched:
    """One article of the newsroom, and Stet's looks at it, by its own plan or at moments of the test's choosing."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock(MONDAY)
        self.newsroom = Newsroom(self.clock, port=8080)
        told = {"STORE": str(folder / "stet.db"), "OUTLETS": str(self.newsroom.outlets_shelf(folder / "outlets"))}
        self.desk = Desk.from_settings({**told, "CLOCK": self.clock, "KEEP": "all"})
        self.client = Client(self.newsroom)
        self.article: Article = self.newsroom.publish_story(OUTLET, SLUG)
        self.scripted: list[datetime] = []
        self.look()

    @property
    def store(self) -> Store:
        return self.desk.store

    def look(self, visit: Visit | None = None) -> None:
        asked = visit or Visit(self.article.url, OUTLET)
        asyncio.run(self.desk.observe(self.client.capture(asked)))

    def looks(self, count: int, every: timedelta = QUARTER) -> None:
        """So many looks without conditions, each after a while."""
        for _ in range(count):
            self.clock.moment += every
            self.look()

    def wait(self, hours: float) -> None:
        """So many hours, in which Stet looks when its plan says so."""
        until = self.clock.moment + timedelta(hours=hours)
        while (due := self._due()) is not None and due <= until:
            self.clock.moment = max(due, self.clock.moment)
            for visit in self.store.due(self.clock.moment):
                self.look(visit)
        self.clock.moment = until

    def _due(self) -> datetime | None:
        row = self.store.conn.execute("select next_visit_at from articles").fetchone()
        return moment(row[0]) if row[0] else None

    def does(self, act: Callable[[Article], object]) -> None:
        """Something that should be told."""
        self.clock.moment += timedelta(minutes=1)
        self.scripted.append(self.clock.moment)
        act(self.article)

    @property
    def told(self) -> list[happened.Event]:
        return [event for event in happened.happened(self.store) if "edit" in event.kind]

    @property
    def news(self) -> list[Change]:
        from storage import rows

        sql = """select * from changes where status = 'news' and kinds != '["date"]' order by by_at"""
        return [rows.change(row) for row in self.store.conn.execute(sql)]

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that is derived; plans are kept, not derived."""
        self.store.conn.execute("update articles set next_visit_at = null")
        return {
            name: [tuple(row) for row in self.store.conn.execute(f"select * from {name} order by 1, 2")]
            for name in DERIVED
        }

    def close(self) -> None:
        before = self.rows()
        asyncio.run(reread.everything(self.desk))
        again = self.rows()
        self.desk.close()
        assert again == before, "rereading everything gives the same rows, to the byte"


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(tmp_path)
    yield watched
    watched.close()


def all_told(watched: Watched) -> None:
    """One event each of what was scripted, dated by an interval that holds its moment, in words."""
    assert len(watched.told) == len(watched.scripted), [event.what for event in watched.told]
    for at, event, change in zip(watched.scripted, watched.told, watched.news, strict=True):
        assert moment(event.after_at) < at <= moment(event.by_at), event
        assert change.by_at - change.after_at <= timedelta(hours=1)
        assert re.search(r"\w", event.what)


# --- a developing story -----------------------------------------------------------------------------


def test_a_developing_story_of_twelve_versions_is_told_edit_by_edit(watched: Watched) -> None:
    title = watched.article.title
    first = watched.article.paragraphs[0]
    kinds: list[Kind] = []

    def goes_on(kind: Kind, act: Callable[[Article], object]) -> None:
        watched.does(act)
        kinds.append(kind)
        watched.wait(1)

    watched.wait(1)
    goes_on(Kind.ADDITION, lambda a: a.append("At least 3 people were questioned on Monday, the ministry said."))
    goes_on(Kind.HEADLINE, lambda a: a.edit_headline(f"{title}, ministry confirms"))
    goes_on(Kind.NUMBER, lambda a: a.edit("At least 3 people", "At least 5 people"))
    goes_on(Kind.ADDITION, lambda a: a.append("A spokeswoman for the broadcaster declined to comment on the list."))
    goes_on(Kind.LEDE, lambda a: a.rewrite(0, f"{first} The ministry confirmed on Monday that the paper is genuine."))
    goes_on(Kind.NUMBER, lambda a: a.edit("At least 5 people", "At least 9 people"))
    goes_on(Kind.HEADLINE, lambda a: a.edit_headline("Nine questioned over leaked pact of state media"))
    goes_on(Kind.ADDITION, lambda a: a.append("The union of journalists called for an inquiry by parliament."))
    goes_on(Kind.DELETION, lambda a: a.cut(len(a.copy.paragraphs) - 2))
    goes_on(
        Kind.CORRECTION_NOTE,
        lambda a: a.correct(
            "At least 9 people",
            "At least 8 people",
            "Correction: An earlier version of this article said that 9 people were questioned. It was 8.",
        ),
    )
    goes_on(Kind.ADDITION, lambda a: a.append("Parliament is to hear the minister in closed session on Thursday."))
    watched.wait(24)
    assert watched.store.conn.execute("select versions from articles").fetchone()[0] == 12
    all_told(watched)
    for kind, change in zip(kinds, watched.news, strict=True):
        assert kind in change.kinds, (kind, change.comparison.summary)
        is_corrected = kind is Kind.CORRECTION_NOTE
        assert (change.comparison.disclosed is Disclosed.PROPER) == is_corrected


def test_a_figure_changed_in_silence_is_a_stealth_edit_and_a_later_date_does_not_disclose_it(watched: Watched) -> None:
    watched.article.append("The paper names 14 editors who signed it.")
    watched.looks(3)
    before = len(watched.told)
    watched.scripted = [watched.clock.moment] * before
    watched.wait(30)
    watched.does(lambda a: a.edit("names 14 editors", "names 41 editors", silent=True))
    watched.wait(20)
    watched.clock.moment += timedelta(minutes=1)
    watched.article.touch()
    watched.wait(48)
    (told,) = watched.told[before:]
    (change,) = watched.news[before:]
    assert told.kind == "stealth edit"
    assert change.comparison.disclosed is Disclosed.NONE
    assert Kind.NUMBER in change.kinds
    assert "14" in told.what
    assert "41" in told.what
    assert change.after_at < watched.scripted[-1] <= change.by_at


def test_a_true_revert_is_told_as_one(watched: Watched) -> None:
    old, new = "12 Russian", "40 Russian"
    title = watched.article.title
    watched.wait(6)
    watched.does(lambda a: a.edit_headline(title.replace(old, new) if old in title else f"{title} (updated)"))
    watched.wait(12)
    watched.does(lambda a: a.edit_headline(title))
    watched.wait(24)
    assert len(watched.told) == 2
    edit, revert = watched.news
    assert Kind.REVERT not in edit.kinds
    assert Kind.REVERT in revert.kinds
    for at, change in zip(watched.scripted, watched.news, strict=True):
        assert change.after_at < at <= change.by_at


# --- tests of headlines ----------------------------------------------------------------------------

OTHER = "Who signed what: the state media pact that nobody was meant to read"
THIRD = "Ministry confirms the pact of the state media"
SEEDS = range(8)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_headline_tested_by_chance_is_one_variant_set_and_no_edit(watched: Watched, seed: int) -> None:
    watched.looks(2)
    watched.article.flip(OTHER, chance=seed)
    watched.looks(40)
    watched.article.flip("")
    watched.wait(24)
    assert watched.told == []
    variants = ask.history(watched.store, watched.article.url).variants
    assert {one.variant for one in variants} == {watched.article.title, OTHER}
    looks = watched.store.conn.execute("select count(*) from readings where version is not null").fetchone()[0]
    assert sum(one.looks for one in variants) == looks


def test_a_headline_that_wins_its_test_is_told_once(watched: Watched) -> None:
    watched.looks(2)
    watched.article.flip(OTHER, chance=3)
    watched.looks(20)
    watched.article.flip("")
    watched.does(lambda a: a.edit_headline(OTHER))
    watched.looks(flips.STEADY + 1)
    watched.wait(24)
    (change,) = watched.news
    old_seen = "select max(r.at) from readings r join versions v on v.id = r.version where v.title != ?"
    last = moment(watched.store.conn.execute(old_seen, (OTHER,)).fetchone()[0])
    assert change.after_at == last, "dated from the last look at the old headline"
    assert change.by_at - change.after_at <= QUARTER + timedelta(minutes=1)
    assert Kind.HEADLINE in change.kinds


def test_a_true_headline_edit_in_the_middle_of_a_test_is_told_once(watched: Watched) -> None:
    watched.looks(2)
    watched.article.flip(OTHER, chance=3)
    watched.looks(16)
    watched.does(lambda a: a.edit_headline(THIRD))
    watched.looks(12)
    watched.article.flip("")
    watched.looks(flips.STEADY + 1)
    watched.wait(24)
    (change,) = watched.news
    assert change.after_at < watched.scripted[0] <= change.by_at
    assert THIRD in change.comparison.summary
    assert OTHER not in change.comparison.summary, "the variant that was never told is no headline before"


def test_a_text_that_is_edited_while_its_headline_is_tested_is_told_alone(watched: Watched) -> None:
    watched.looks(2)
    watched.article.flip(OTHER, chance=1)
    watched.looks(8)
    watched.does(lambda a: a.append("The ministry confirmed on Monday that 12 editors had been heard."))
    watched.looks(12)
    watched.article.flip("")
    watched.wait(24)
    (change,) = watched.news
    assert Kind.HEADLINE not in change.kinds
    assert Status.PENDING not in {Status(row[0]) for row in watched.store.conn.execute("select status from changes")}
