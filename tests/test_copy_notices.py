"""What became of edits and takedowns in the copies, told: in notices and in feeds."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler import notify, reread
from crawler.exports.feeds import Asked, entries, written
from crawler.occasions.found import occasions
from crawler.occasions.occasion import Occasion, Sought
from crawler.sinks.shelf import Told, Wanted
from storage.records import Mark, moment
from tests.hooks import Ear
from tests.test_copies import COPY, COURIER, DATELINED, REWRITE, REWRITTEN, STORY, TITLE, elsewhere, spread
from tests.test_observe import OTHER, Room, page

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CORRECTED = (STORY[0], STORY[1].replace("18 berths", "28 berths").replace("thirty", "sixty"), *STORY[2:])
LATE = "Shipping line gets port for thirty years"
ENTRY = """select c.entry from changes ch join articles a on a.id = ch.article join versions v on v.id = ch.to_version
    join captures c on c.id = v.capture where a.outlet = 'test'"""
DESK = Wanted(frozenset({"copy"}))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.desk.close()


def edited(room: Room, new: tuple[str, ...] = CORRECTED) -> None:
    """The original is changed, and seen so twice."""
    spread(room)
    for _ in range(2):
        room.shows(COURIER, page(TITLE, new))


def copy(room: Room, said: tuple[str, ...] = DATELINED, looks: int = 1) -> None:
    for _ in range(looks):
        elsewhere(room, COPY, page(LATE, said))


def told(room: Room, kind: str = "") -> list[Occasion]:
    return [one for one in occasions(room.desk.store.conn, Sought(kind=kind)) if one.kind.startswith("cop")]


def tell(room: Room, sink: Told) -> None:
    posts = notify.put_out(room.desk.store, [sink], room.at)
    sending = notify.Round([sink], posts, room.at).begin()
    for came in sending.outcomes():
        notify.note(room.desk.store, [came])
        sending.noted([came])


def test_copies_that_still_carry_the_old_words_a_day_later_are_told_once(room: Room) -> None:
    ear = Ear()
    sink = Told("desk", ear, DESK)
    tell(room, sink)
    edited(room)
    copy(room)
    tell(room, sink)
    assert ear.heard == [], "a copy has a day to follow"
    room.at += DAY
    copy(room)
    elsewhere(room, REWRITE, page("What the ports deal says", REWRITTEN))
    for _ in range(3):
        tell(room, sink)
        copy(room)
    ((said,),) = (message.notices for message in ear.heard)
    assert (said["event"], said["outlet"], said["also"]) == ("copies remain", "test", ["pacific.example"])
    assert said["what"].startswith("1 copy was last seen with the old words, 26 hours after that was known: ")
    assert said["listed"] == [COPY]
    assert any("28 berths" in one["new"] for one in said["edits"])


def test_a_copy_that_follows_is_told_with_how_long_it_took(room: Room) -> None:
    edited(room)
    copy(room)
    copy(room, (DATELINED[0], *CORRECTED[1:]), looks=2)
    (one,) = told(room)
    assert (one.kind, one.outlet, one.also) == ("copy followed", "pacific.example", ("test",))
    assert one.listed[0].endswith(COURIER)
    assert one.what.startswith("was edited likewise 2 to 7 hours later than the same text at test: ")
    room.at += DAY
    copy(room, (DATELINED[0], *CORRECTED[1:]))
    assert [one.kind for one in told(room)] == ["copy followed"], "nothing remains"


def test_who_changed_first_must_be_known_for_one_to_follow(room: Room) -> None:
    """The copy was not seen between the original's edit and its own: they may have come in any order."""
    edited(room)
    copy(room, (DATELINED[0], *CORRECTED[1:]), looks=2)
    assert told(room) == []


def test_a_small_edit_makes_no_news_of_its_copies(room: Room) -> None:
    edited(room, (STORY[0].replace("both sides said", "the sides said"), *STORY[1:]))
    assert room.all("select status from changes where weight < 0.3") == [("news",)]
    room.at += DAY
    copy(room)
    assert told(room) == []


def test_an_edit_that_was_taken_back_leaves_no_copy_behind(room: Room) -> None:
    edited(room)
    for _ in range(3):
        room.shows(COURIER, page(TITLE, STORY))
    room.at += DAY
    copy(room)
    assert told(room) == []
    assert room.all("select count(*) from surviving_copies") == [(0,)]


def test_an_edit_that_was_taken_back_in_part_leaves_no_copy_behind(room: Room) -> None:
    """Its words are back, with a new paragraph."""
    edited(room)
    back = (
        *STORY,
        "The harbour master said that the quay would be swept on Friday, before the ministers arrive there.",
    )
    for _ in range(2):
        room.shows(COURIER, page(TITLE, back))
    room.at += DAY
    copy(room)
    assert [one.what for one in told(room) if "28" in one.what] == []
    assert room.all("select count(*) from surviving_copies where what like '%28%'") == [(0,)]


def test_a_copy_that_is_gone_by_then_does_not_remain(room: Room) -> None:
    edited(room)
    copy(room)
    gone(room, COPY, looks=30)
    elsewhere(room, REWRITE, page("What the ports deal says", REWRITTEN))
    (remain,) = (one for one in told(room, "copies remain") if one.outlet == "test")
    assert remain.also == ("brief.example",)


def test_the_original_that_changes_after_its_copy_is_not_called_a_copy(room: Room) -> None:
    spread(room)
    copy(room, (DATELINED[0], *CORRECTED[1:]), looks=2)
    room.shows(COURIER, page(TITLE, STORY))
    for _ in range(2):
        room.shows(COURIER, page(TITLE, CORRECTED))
    assert told(room) == []


def test_two_copies_that_follow_are_told_once_each(room: Room) -> None:
    """Not as followers of one another, and what the first of them did leaves nobody behind."""
    edited(room)
    third = "https://digest.example/2026/03/02/ports-deal"
    elsewhere(room, third, page(LATE, DATELINED))
    copy(room)
    copy(room, (DATELINED[0], *CORRECTED[1:]), looks=2)
    elsewhere(room, third, page(LATE, DATELINED))
    for _ in range(2):
        elsewhere(room, third, page(LATE, (DATELINED[0], *CORRECTED[1:])))
    followers = [(one.outlet, one.also) for one in told(room)]
    assert sorted(followers) == [("digest.example", ("test",)), ("pacific.example", ("test",))]


def test_the_original_of_an_edited_copy_does_not_remain(room: Room) -> None:
    spread(room)
    copy(room, (DATELINED[0], *CORRECTED[1:]), looks=2)
    room.at += DAY
    room.shows(COURIER, page(TITLE, STORY))
    assert told(room) == []


def gone(room: Room, url: str, looks: int = 40) -> None:
    """It answers 410 for good, while its outlet is well."""
    other = page("Barley comes in late", OTHER)
    for _ in range(looks):
        if url == COURIER:
            room.shows(COURIER, b"<h1>Gone</h1>", 410)
            room.shows("/news/barley-comes-in-late-7", other)
        else:
            elsewhere(room, url, b"<h1>Gone</h1>", 410)
            elsewhere(room, "https://pacific.example/2026/03/02/barley", other)


def test_copies_of_a_takedown_that_still_stand_and_one_that_goes_as_well_are_told(room: Room) -> None:
    spread(room)
    gone(room, COURIER)
    copy(room)
    (remain,) = told(room)
    assert (remain.kind, remain.listed, remain.what.partition(" after ")[0]) == (
        "copies remain", (COPY,), "1 copy was last seen standing, 3 days"
    )  # fmt: skip
    gone(room, COPY)
    follows = next(one for one in told(room) if one.kind == "copy followed")
    assert (follows.outlet, follows.also) == ("pacific.example", ("test",))
    assert re.match(r"was taken down \d+ to \d+ (hours|days) later than the same text at test: ", follows.what)


def test_feeds_hold_what_became_of_copies_by_kind_outlet_and_article(room: Room) -> None:
    edited(room)
    room.at += DAY
    copy(room)
    store = room.desk.store
    for asked in (Asked(kind="copies remain"), Asked(article=COPY), Asked(kind="copies remain", words="berths")):
        assert "copies remain" in [one.kind for one in entries(store, asked)], asked
    for outlet, kinds in (("pacific.example", ["copies remain"]), ("elsewhere.example", [])):
        assert [one.kind for one in occasions(store.conn, Sought(outlet=outlet))] == kinds
    assert COPY.encode() in written(store, Asked(kind="copies remain"), "atom")


def test_copies_that_remain_are_dated_by_the_first_of_them_in_every_feed(room: Room) -> None:
    edited(room)
    room.at += DAY
    copy(room)
    first = room.at
    elsewhere(room, REWRITE, page("What the ports deal says", REWRITTEN))
    (everywhere,) = told(room, "copies remain")
    (brief,) = occasions(room.desk.store.conn, Sought(outlet="brief.example"))
    assert brief == everywhere
    assert moment(everywhere.at) == first


def test_rereading_names_them_as_before_and_a_false_alarm_takes_them_back(room: Room) -> None:
    edited(room)
    copy(room)
    room.at += DAY
    copy(room)
    copy(room, (DATELINED[0], *CORRECTED[1:]), looks=2)
    before = {(one.name, one.what, one.at) for one in told(room)}
    assert {name[0] for name, _, _ in before} == {"copy"}
    assert len(before) == 2
    asyncio.run(reread.everything(room.desk))
    assert {(one.name, one.what, one.at) for one in told(room)} == before
    room.desk.store.mark(Mark(room.at, "tester", tuple(room.all(ENTRY)[0]), "false_alarm", ""))
    assert told(room) == []


def test_a_notice_of_copies_is_withdrawn_with_its_edit(room: Room) -> None:
    ear = Ear()
    sink = Told("desk", ear, DESK, digest=DAY.total_seconds())
    tell(room, sink)
    edited(room)
    copy(room)
    room.at += DAY
    copy(room)
    copy(room, (DATELINED[0], *CORRECTED[1:]), looks=2)
    notify.put_out(room.desk.store, [replace(sink, digest=9 * sink.digest)], room.at)
    sql = "select kind, error from notices order by kind"
    assert room.all(sql) == [("copies remain", ""), ("copy followed", "")]
    room.desk.store.mark(Mark(room.at, "tester", tuple(room.all(ENTRY)[0]), "false_alarm", ""))
    notify.put_out(room.desk.store, [replace(sink, digest=9 * sink.digest)], room.at)
    assert {error for _, error in room.all(sql)} == {"withdrawn: it is news no more"}


def test_an_edit_brings_the_next_look_at_its_copies_forward(room: Room) -> None:
    spread(room)
    room.at += 6 * DAY
    copy(room)
    elsewhere(room, REWRITE, page("What the ports deal says", REWRITTEN))
    room.shows(COURIER, page(TITLE, CORRECTED))
    sql = "select outlet, next_visit_at from articles where outlet in ('pacific.example', 'brief.example') order by 1"
    before = dict(room.all(sql))
    room.shows(COURIER, page(TITLE, CORRECTED))
    after = dict(room.all(sql))
    assert room.all("select count(*) from changes where status = 'news'") == [(1,)]
    assert after["pacific.example"] < before["pacific.example"]
    assert after["brief.example"] < before["brief.example"]
