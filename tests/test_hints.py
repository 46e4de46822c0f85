"""Hints: what lists say of edits brings looks forward, is measured, and is never more than a hint."""

import asyncio
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import ask, reread, terminal
from crawler.clock import HandClock
from crawler.hearsay import AHEAD, TRIAL, follows, hear
from crawler.newsroom.newsroom import Newsroom
from crawler.newsroom.stories import stock
from storage.findings import Candidate, ChannelRow, Hint, Listed
from storage.records import Capture, Channel, ChannelKind, Listing, Offer, sha256, stamp
from storage.store import Store
from tests.conftest import Crawl
from tests.test_observe import HOST, OTHER, STORY, Room, page

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
URL = "https://example.org/2026/03/02/a-story"
FEED = ChannelRow(1, "one", "feed", "https://example.org/feed")
KNOWN = Listed(7, "A headline", NOW - timedelta(hours=2), True, ("A headline",))
HOUR = timedelta(hours=1)


def offered(updated_at: datetime | str = "", title: str = "A headline") -> Candidate:
    claim = stamp(updated_at) if isinstance(updated_at, datetime) else updated_at
    return Candidate(URL, URL, title, "", 0.0, claim)


def heard(offer: Candidate, known: Listed = KNOWN, channel: ChannelRow = FEED) -> tuple[Hint, ...]:
    return hear([offer], {URL: known}, channel, NOW)[0]


# --- what is a hint? --------------------------------------------------------------------------------


def test_a_change_claimed_since_our_last_look_is_a_hint() -> None:
    (hint,) = heard(offered(NOW - HOUR))
    assert hint == Hint(URL, 7, stamp(NOW - HOUR), followed=True)


@pytest.mark.parametrize(
    ("offer", "known"),
    [
        (offered(NOW - 3 * HOUR), KNOWN),
        (offered(NOW - HOUR), replace(KNOWN, hint=stamp(NOW - HOUR))),
        (offered(NOW - HOUR), replace(KNOWN, hint=stamp(NOW))),
        (offered(NOW + AHEAD + timedelta(seconds=1)), KNOWN),
        (offered(NOW - HOUR), replace(KNOWN, steady=False)),
        (offered(NOW - HOUR), replace(KNOWN, last_good_at=None)),
        (offered("2026-03-02"), KNOWN),
        (offered("soon"), KNOWN),
        (offered(), KNOWN),
    ],
    ids=[
        "seen since", "heard before", "older than one heard before", "in the future", "a suspect", "never seen",
        "a day that began before the look", "no date", "nothing said",
    ],
)  # fmt: skip
def test_all_else_is_none(offer: Candidate, known: Listed) -> None:
    assert heard(offer, known) == ()


@pytest.mark.parametrize(
    ("kind", "title", "known", "is_hint"),
    [
        ("feed", "Another headline", KNOWN, True),
        ("feed", "A headline", KNOWN, False),
        ("feed", "A “headline”", replace(KNOWN, headline='A "headline"'), False),
        ("feed", "The list's own title", replace(KNOWN, titles=("The list's own title",)), False),
        ("feed", "Its first title here", replace(KNOWN, titles=()), False),
        ("feed", "Long headline of many wo…", replace(KNOWN, headline="Long headline of many words"), False),
        ("feed", "Another headline of ma…", replace(KNOWN, headline="Long headline of many words"), True),
        ("feed", "", KNOWN, False),
        ("front", "12:40 A headline and its standfirst", KNOWN, False),
        ("front", "12:40 Another headline", KNOWN, True),
        ("telegram_preview", "Another way to say it", KNOWN, False),
    ],
)
def test_a_title_that_a_list_changes_is_a_hint(kind: ChannelKind, title: str, known: Listed, is_hint: bool) -> None:
    assert bool(heard(offered(title=title), known, replace(FEED, kind=kind))) is is_hint


def test_addresses_of_no_known_article_hint_at_nothing() -> None:
    assert hear([offered(NOW)], {}, FEED, NOW) == ((), FEED)


# --- how far is a list believed? --------------------------------------------------------------------


@given(hints=st.integers(0, 10_000), share=st.floats(0, 1), passed=st.integers(0, 100))
def test_a_list_is_followed_until_most_of_twenty_were_wrong(hints: int, share: float, passed: int) -> None:
    hits = int(hints * share)
    if hints < TRIAL or 2 * hits >= hints:
        assert follows(passed, hints, hits)


@settings(deadline=None)
@given(hints=st.integers(TRIAL, 200), share=st.floats(0, 0.49), many=st.integers(0, 500))
def test_then_with_the_share_that_was_right(hints: int, share: float, many: int) -> None:
    hits = int(hints * share)
    channel, followed = replace(FEED, hints=hints, hits=hits), 0
    for _ in range(many):
        found, channel = hear([offered(NOW - HOUR)], {URL: KNOWN}, replace(channel, waiting=0), NOW)
        followed += found[0].followed
    every = -(-(hints + 2) // (hits + 1))
    assert followed == many // every
    assert channel.passed < every


@settings(deadline=None)
@given(hints=st.integers(0, 300), hits=st.integers(0, 300), waiting=st.integers(0, 400), many=st.integers(0, 400))
def test_no_list_asks_for_a_rush(hints: int, hits: int, waiting: int, many: int) -> None:
    """At most so many hints wait for their look as the list was ever right, or twenty."""
    channel = replace(FEED, hints=max(hints, hits), hits=hits, waiting=waiting)
    offers = [replace(offered(NOW - HOUR), url=f"{URL}-{n}") for n in range(many)]
    found, _ = hear(offers, {offer.url: KNOWN for offer in offers}, channel, NOW)
    followed = sum(hint.followed for hint in found)
    assert followed <= max(TRIAL, hits) - waiting or not followed
    assert waiting + followed <= max(TRIAL, hits, waiting)


@given(hits=st.integers(0, 200), wrong=st.integers(0, 200), passed=st.integers(0, 500))
def test_a_hit_never_lowers_and_a_miss_never_raises_its_say(hits: int, wrong: int, passed: int) -> None:
    now = follows(passed, hits + wrong, hits)
    assert follows(passed, hits + wrong + 1, hits + 1) >= now or hits + wrong < TRIAL
    assert follows(passed, hits + wrong + 1, hits) <= now


# --- with a store -----------------------------------------------------------------------------------

PATH = "/news/ministry-signs-agreement-1"
LIST = f"{HOST}/feed.xml"
ROUTINE = "select next_visit_at from articles where url like '%ministry%'"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.desk.close()


def lists(
    room: Room, updated_at: datetime | None = None, title: str = "Ministry signs agreement", path: str = PATH,
    kind: ChannelKind = "feed", after: timedelta = timedelta(minutes=5), url: str = LIST,
) -> datetime:  # fmt: skip
    """One look at a list, five minutes after whatever came before; returns its moment."""
    room.at += after
    body = f"{room.at} {title} {updated_at}".encode()
    seen = Capture("channel", "test", url, url, room.at, 200, body=body, digest=sha256(body))
    offer = Offer(HOST + path, title, "", stamp(updated_at) if updated_at else "")
    asyncio.run(room.desk.observe(Listing(seen, Channel(kind, url, "live"), (offer,))))
    return room.at


def due(room: Room) -> str:
    ((at,),) = room.all(ROUTINE)
    return str(at)


def figures(room: Room) -> tuple[int, int]:
    ((hints, hits),) = room.all(f"select hints, hits from channels where url = '{LIST}'")
    return hints, hits


def other_pages(room: Room) -> None:
    """Looks at another article, so that the outlet is known to be well."""
    room.shows("/news/barley-comes-in-late-7", page("Barley comes in late", OTHER))


def edited(word: str) -> bytes:
    return page("Ministry signs agreement", (f"{word} was added to the text of the agreement on Monday.", *STORY))


def test_a_hint_brings_the_next_visit_forward_once(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    planned = due(room)
    lists(room)
    assert due(room) == planned
    changed_at = room.at
    at = lists(room, updated_at=changed_at)
    assert due(room) == stamp(at) < planned
    room.desk.store.conn.execute("update articles set next_visit_at = ?", (planned,))
    lists(room, updated_at=changed_at)
    assert due(room) == planned, "the same hint is followed once"


def test_a_visit_that_is_due_is_not_put_off(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    lists(room)
    before = due(room)
    lists(room, updated_at=room.at, after=timedelta(hours=8))
    assert due(room) == before


def test_a_new_title_in_a_list_brings_it_forward_and_shows_that_it_was_right(room: Room) -> None:
    lists(room)
    room.shows(PATH, page("Ministry signs agreement", STORY))
    lists(room)
    at = lists(room, title="Ministry denies agreement")
    assert due(room) == stamp(at)
    assert figures(room) == (0, 0)
    room.shows(PATH, page("Ministry denies agreement", STORY))
    assert figures(room) == (1, 1)
    assert room.all("select title, json_array_length(titles), hinted_at from offers") == [
        ("Ministry denies agreement", 2, None)
    ]


def test_a_look_that_shows_nothing_new_counts_against_its_list(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    lists(room)
    lists(room, updated_at=room.at)
    room.shows(PATH, page("Ministry signs agreement", STORY) + b"<!-- another ad -->")
    assert figures(room) == (1, 0)
    room.shows(PATH, edited("Annex"))
    assert figures(room) == (1, 0), "an edit that no hint came before is no merit of the list"


def test_our_own_trouble_says_nothing_of_a_hint(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    lists(room)
    lists(room, updated_at=room.at)
    room.shows(PATH, b"<h1>Internal error</h1>", 503)
    assert figures(room) == (0, 0)
    room.shows(PATH, edited("Annex"))
    assert figures(room) == (1, 1)


def test_a_text_that_stood_before_is_no_edit(room: Room) -> None:
    """A cache that lags shows the old text again: the hint was not right for that."""
    room.shows(PATH, page("Ministry signs agreement", STORY))
    for _ in range(2):
        room.shows(PATH, edited("Annex"))
    lists(room)
    lists(room, updated_at=room.at)
    room.shows(PATH, page("Ministry signs agreement", STORY))
    assert figures(room) == (1, 0)


def test_suspects_and_what_is_taken_down_keep_their_own_ladders(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    lists(room)
    for _ in range(6):
        other_pages(room)
        room.at += timedelta(hours=8)
        room.shows(PATH, b"<h1>Not found</h1>", 404)
        planned = due(room)
        lists(room, updated_at=room.at, title=f"Title {room.at}")
        assert due(room) == planned
    assert room.all("select standing from articles where url like '%ministry%'") == [("taken_down",)]


def test_a_host_in_trouble_is_not_hurried(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    lists(room)
    for _ in range(3):
        room.shows(PATH, b"<h1>Internal error</h1>", 503)
        planned = due(room)
        lists(room, updated_at=room.at)
        assert due(room) == planned
    room.at += timedelta(days=1)
    room.shows(PATH, page("Ministry signs agreement", STORY))
    at = lists(room, updated_at=room.at + timedelta(minutes=1))
    assert due(room) == stamp(at)


def test_a_change_that_waits_for_its_second_look_is_not_hurried(room: Room) -> None:
    """It waits for the caches in between: a look a moment later would confirm too much."""
    room.shows(PATH, page("Ministry signs agreement", STORY))
    lists(room)
    room.shows(PATH, edited("Annex"))
    planned = due(room)
    lists(room, updated_at=room.at + timedelta(seconds=30), after=timedelta(minutes=1))
    assert due(room) == planned


def test_a_list_that_always_says_updated_loses_its_say(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    lists(room)
    looked = 0
    for _ in range(100):
        lists(room, updated_at=room.at + timedelta(minutes=1))
        if due(room) <= stamp(room.at):
            room.shows(PATH, page("Ministry signs agreement", STORY))
            looked += 1
    assert TRIAL <= looked <= TRIAL + 10
    assert figures(room)[1] == 0
    status = ask.status(room.desk.store, room.at)
    assert [(one["url"], one["hints"], one["hits"]) for one in status.hints] == [(LIST, *figures(room))]


def test_each_list_is_measured_by_itself(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    for url in (LIST, f"{HOST}/sitemap.xml"):
        lists(room, url=url)
        lists(room, url=url, updated_at=room.at)
    room.shows(PATH, edited("Annex"))
    assert room.all("select url, hints, hits from channels where hints > 0 order by url") == [
        (LIST, 1, 1),
        (f"{HOST}/sitemap.xml", 1, 1),
    ]


def test_rereading_neither_hears_nor_settles(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    lists(room)
    lists(room, updated_at=room.at)
    room.shows(PATH, edited("Annex"))
    lists(room, updated_at=room.at + timedelta(minutes=5), after=timedelta(hours=1))
    kept = [room.all(f"select * from {table}") for table in ("offers", "channels", "candidates")]
    plans = room.all("select url, next_visit_at from articles")
    asyncio.run(reread.everything(room.desk))
    assert [room.all(f"select * from {table}") for table in ("offers", "channels", "candidates")] == kept
    assert room.all("select url, next_visit_at from articles") == plans


def test_a_list_on_a_host_of_others_does_not_vouch_for_the_outlet(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    lists(room, url="https://t.me/s/the_test", kind="telegram_preview")
    lists(room)
    assert room.all("select outlet from listings order by at") == [("",), ("test",)]
    assert room.all("select count(*) from offers") == [(2,)]


# --- over the wire ----------------------------------------------------------------------------------


@pytest.mark.parametrize("spider", ["apis", "sitemaps"])
def test_a_list_of_the_newsroom_brings_an_edit_forward(
    spider: str, crawl: Crawl, newsroom: Newsroom, tmp_path: Path, clock: HandClock
) -> None:
    told = {"OUTLETS": str(newsroom.outlets_shelf(tmp_path / "outlets")), "KEEP": "all"}
    held = [newsroom.publish_story("sentinel", slug) for slug in list(stock("sentinel"))[:4]]
    clock.advance(hours=15)
    crawl(spider, told, outlet="sentinel")
    clock.advance(minutes=20)
    held[1].append("The association said on Monday that it would publish the whole text of the letter.")
    clock.advance(minutes=10)
    assert crawl("revisits", told, outlet="sentinel").captures == [], "nothing is due by the plan"
    crawl(spider, told, outlet="sentinel")
    looked = crawl("revisits", told, outlet="sentinel")
    assert [seen.asked_url for seen in looked.captures] == [held[1].url]
    assert honesty(tmp_path) == [(1, 1)]


def test_a_list_of_the_newsroom_that_lies_loses_its_say(
    crawl: Crawl, newsroom: Newsroom, tmp_path: Path, clock: HandClock
) -> None:
    told = {"OUTLETS": str(newsroom.outlets_shelf(tmp_path / "outlets")), "KEEP": "all"}
    for slug in list(stock("sentinel"))[:6]:
        newsroom.publish_story("sentinel", slug)
    clock.advance(hours=15)
    crawl("apis", told, outlet="sentinel")
    newsroom.site("sentinel").redate()
    looks = []
    for _ in range(6):
        clock.advance(minutes=5)
        crawl("apis", told, outlet="sentinel")
        looks.append(len(crawl("revisits", told, outlet="sentinel").captures))
    assert looks == [6, 6, 6, 6, 0, 0]
    assert honesty(tmp_path) == [(24, 0)]
    assert "/wp-json/wp/v2/posts: 0 of 24 showed an edit" in printed_status(tmp_path, clock)


def honesty(folder: Path) -> list[tuple[int, int]]:
    with closing(sqlite3.connect(folder / "stet.db")) as conn:
        return conn.execute("select hints, hits from channels where hints > 0 order by url").fetchall()


def printed_status(folder: Path, clock: HandClock) -> str:
    store = Store.read(folder / "stet.db")
    said = io.StringIO()
    terminal.print_status(terminal.console(said), ask.status(store, clock.now()))
    store.close()
    return " ".join(said.getvalue().split())
