"""Falling off a list is recorded, with its interval, and is no takedown; what is restored says whether its text is."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler import ask, reread
from storage.records import Capture, Channel, Listing, Offer, sha256, stamp
from tests.test_observe import HOST, OTHER, STORY, Room, page

PATH, NEXT = "/news/ministry-signs-agreement-1", "/news/barley-comes-in-late-7"
FEED = f"{HOST}/feed.xml"
NEWS = page("Ministry signs agreement", STORY)
GONE = b"<html><h1>Not found</h1></html>"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.desk.close()


def lists(room: Room, *paths: str, status: int = 200, problem: str = "") -> str:
    """One look at the feed, an hour after the last; returns its moment."""
    room.at += timedelta(hours=1)
    body = None if status == 304 else " ".join(paths).encode()
    seen = Capture("channel", "test", FEED, FEED, room.at, status, body=body, digest=sha256(body) if body else None)
    offers = tuple(Offer(HOST + path, "A headline", "") for path in paths)
    asyncio.run(room.desk.observe(Listing(seen, Channel("feed", FEED, "live"), offers, problem)))
    return stamp(room.at)


def delisted(room: Room) -> list[tuple[object, ...]]:
    return room.all("select url, list, listed_since, last_listed_at, delisted_by, standing from delisted")


def test_an_article_that_falls_off_a_feed_is_delisted_and_stands(room: Room) -> None:
    first = lists(room, PATH, NEXT)
    room.shows(PATH, NEWS)
    last = lists(room, PATH, NEXT)
    assert delisted(room) == []
    without = lists(room, NEXT)
    lists(room, NEXT)
    assert delisted(room) == [(HOST + PATH, "feed", first, last, without, "up")]
    told = [event for event in ask.history(room.desk.store, HOST + PATH).events if event.event == "off a list"]
    assert [(event.after_at, event.at, event.what) for event in told] == [(last, without, f"feed {FEED}")]
    assert room.all("select count(*) from standings where was is not null") == [(0,)]


def test_a_list_that_is_confirmed_by_304_still_holds_what_it_held(room: Room) -> None:
    room.shows(PATH, NEWS)
    lists(room, PATH)
    last = lists(room, status=304)
    without = lists(room, NEXT)
    assert [row[3:5] for row in delisted(room)] == [(last, without)]


def test_a_304_does_not_bring_back_what_fell_off_before(room: Room) -> None:
    room.shows(PATH, NEWS)
    last, without = lists(room, PATH), lists(room, NEXT)
    lists(room, status=304)
    assert [row[3:5] for row in delisted(room)] == [(last, without)]


def test_a_list_that_fails_delists_nothing(room: Room) -> None:
    room.shows(PATH, NEWS)
    lists(room, PATH)
    lists(room, status=503)
    lists(room, problem="not a feed")
    assert delisted(room) == []


def test_what_comes_back_to_a_list_is_no_longer_delisted(room: Room) -> None:
    room.shows(PATH, NEWS)
    for paths in ((PATH,), (NEXT,), (PATH, NEXT)):
        lists(room, *paths)
    assert delisted(room) == []


def test_rereading_keeps_what_lists_offered_and_forgetting_does_not(room: Room) -> None:
    room.shows(PATH, NEWS)
    lists(room, PATH)
    lists(room, NEXT)
    known = delisted(room)
    asyncio.run(reread.everything(room.desk))
    assert delisted(room) == known != []
    article = ask.article(room.desk.store, HOST + PATH)
    room.desk.store.forget(article.id, room.at)
    assert delisted(room) == []
    assert room.all("select count(*) from offers where url like '%ministry%'") == [(0,)]


# --- restored ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (NEWS, "the same text is back"),
        (page("Ministry denies agreement", STORY), "the same text is back, under another headline"),
        (page("Ministry signs agreement", OTHER), "another text is back"),
    ],
)
def test_a_restored_article_says_whether_its_text_came_back_the_same(room: Room, back: bytes, said: str) -> None:
    room.shows(PATH, NEWS)
    for _ in range(6):
        room.shows(NEXT, page("Barley comes in late", OTHER))
        room.at += timedelta(hours=8)
        room.shows(PATH, GONE, 404)
    assert room.all("select standing from articles where url like '%ministry%'") == [("taken_down",)]
    room.shows(PATH, back)
    assert room.all("select reason from standings where standing = 'restored'") == []
    room.shows(PATH, back)
    [(reason,)] = room.all("select reason from standings where standing = 'restored'")
    assert reason == f"it stands again; {said}"
