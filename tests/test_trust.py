"""What once went wrong, or nearly: shared texts, sick outlets, second addresses, forgetting, rereading."""

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler import addresses, reread
from storage.records import Capture, Channel, Hop, Listing, Offer, sha256
from tests.test_observe import HOST, OTHER, STORY, Room, page

PATH = "/news/ministry-signs-agreement-1"
SECOND = "/world/ministry-signs-agreement-2"
GONE = b"<html><h1>Not found</h1></html>"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.desk.close()


def feed(room: Room, body: bytes = b"<rss/>", problem: str = "", status: int = 200) -> Listing:
    room.at += timedelta(minutes=1)
    url = f"{HOST}/feed.xml"
    seen = Capture("channel", "test", url, url, room.at, status, digest=sha256(body), body=body)
    offers = () if problem else (Offer(HOST + PATH, "Ministry signs agreement", ""),)
    listing = Listing(seen, Channel("feed", url, "live"), offers, problem)
    asyncio.run(room.desk.observe(listing))
    return listing


def derived(room: Room) -> dict[str, list[tuple[object, ...]]]:
    names = (
        "articles",
        "addresses",
        "readings",
        "texts",
        "versions",
        "changes",
        "edits",
        "standings",
        "accesses",
        "reprints",
    )
    return {name: room.all(f"select * from {name} order by 1") for name in names}


def article(room: Room, path: str = PATH) -> int:
    known = room.desk.store.article(addresses.identity(HOST + path))
    assert known is not None
    return known.id


# --- shared texts -------------------------------------------------------------------------------


def reprinted(room: Room) -> None:
    """Two outlets carry the same text to the letter."""
    room.shows(PATH, page("Ministry signs agreement", STORY))
    url = "https://gazette.example/2026/03/02/ministry-signs-agreement"
    room.shows("", page("Ministry signs agreement", STORY), asked_url=url, url=url, outlet="gazette.example")


def test_forgetting_one_of_two_copies_leaves_the_other_whole(room: Room) -> None:
    reprinted(room)
    asyncio.run(reread.forget(room.desk, article(room), room.at))
    assert room.all("select v.title, t.words > 50 from versions v join texts t on t.digest = v.text") == [
        ("Ministry signs agreement", 1)
    ]
    room.shows("/news/barley-comes-in-late-7", page("Barley comes in late", OTHER))
    assert room.all("select count(*) from versions") == [(2,)]


def test_a_new_rule_for_one_of_two_copies_leaves_the_other_whole(room: Room) -> None:
    reprinted(room)
    room.desk.close()
    room.chrome("Advertisement of the Harbour Tailors")
    room.open()
    for _ in range(3):
        room.shows(PATH, page("Ministry signs agreement", STORY))
    assert room.all("select count(*) from captures") == [(5,)]
    assert room.all("select count(*) from readings") == [(5,)]


def test_a_commit_that_fails_does_not_stop_what_comes_next(room: Room) -> None:
    def hanging() -> None:
        with room.desk.store.transaction() as conn:
            conn.execute("pragma defer_foreign_keys = on")
            conn.execute("insert into addresses (url, article) values ('x', 42)")

    with pytest.raises(sqlite3.IntegrityError):
        hanging()
    room.shows(PATH, page("Ministry signs agreement", STORY))
    assert room.all("select count(*) from versions") == [(1,)]


# --- law 4 by other ways in ---------------------------------------------------------------------


def test_a_new_rule_is_no_edit_when_the_page_comes_by_another_address(room: Room) -> None:
    promo = "<p>The Harbour Tailors have dressed the men of this town since the year in which its bridge was built.</p>"
    canonical = f'<link rel="canonical" href="{HOST}{PATH}">'
    body = page("Ministry signs agreement", STORY, canonical, promo)
    room.shows(PATH, body)
    room.desk.close()
    room.chrome("The Harbour Tailors have dressed")
    room.open()
    room.shows("/mobile/ministry-signs-agreement-1-m", body + b"<!-- m -->")
    assert room.all("select count(*) from changes") == [(0,)]
    assert room.all("select count(*) from articles") == [(1,)]


def test_a_headline_with_half_an_emoji_is_kept_and_read_again(room: Room) -> None:
    said = '{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Ministry signs \\ud83d agreement"}'
    room.shows(PATH, page("Ministry signs agreement", STORY, f'<script type="application/ld+json">{said}</script>'))
    assert room.all("select versions from articles") == [(1,)]
    assert asyncio.run(reread.everything(room.desk)) == 1


# --- law 8: a sick outlet -----------------------------------------------------------------------


def test_a_maintenance_page_at_all_addresses_takes_nothing_down(room: Room) -> None:
    paths = [f"/news/ministry-signs-agreement-{n}" for n in range(3)]
    for n, path in enumerate(paths):
        room.shows(path, page(f"Ministry signs agreement {n}", (f"Report {n}. {STORY[0]}", *STORY[1:])))
    soon = b"<html><head><title>The Test</title></head><body><h1>Back soon</h1><p>We are working on the site.</p></body></html>"
    for _ in range(12):
        feed(room, soon, "not a feed")
        for path in paths:
            room.shows(path, soon)
    assert room.all("select count(*) from takedowns") == [(0,)]


def test_all_articles_gone_at_once_is_the_outlets_trouble_even_if_its_feed_is_well(room: Room) -> None:
    paths = [f"/news/ministry-signs-agreement-{n}" for n in range(3)]
    for n, path in enumerate(paths):
        room.shows(path, page(f"Ministry signs agreement {n}", (f"Report {n}. {STORY[0]}", *STORY[1:])))
    for _ in range(15):
        feed(room)
        for path in paths:
            room.shows(path, GONE, 404)
    assert room.all("select count(*) from takedowns") == [(0,)]


def test_a_lone_article_goes_down_while_its_outlets_feed_is_well(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    for _ in range(30):
        feed(room)
        room.shows(PATH, GONE, 404)
    assert [row[0] for row in room.all("select how from takedowns")] == ["gone"]


# --- second addresses ---------------------------------------------------------------------------


def test_before_an_article_is_called_down_its_other_address_is_asked(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    room.shows(SECOND, page("Ministry signs agreement", STORY))
    room.shows("/news/barley-comes-in-late-7", page("Barley comes in late", OTHER))
    room.shows(PATH, GONE, 404)
    due = {visit.url for visit in room.desk.store.due(room.at + timedelta(days=1))}
    assert HOST + SECOND in due
    assert HOST + PATH not in due
    room.shows(SECOND, page("Ministry signs agreement", STORY))
    assert room.all("select standing from articles where title like 'Ministry%'") == [("up",)]


def test_a_pin_on_a_second_address_holds_and_outlives_rereading(room: Room) -> None:
    canonical = f'<link rel="canonical" href="{HOST}{PATH}">'
    room.shows(PATH, page("Ministry signs agreement", STORY, canonical))
    short = addresses.identity(f"{HOST}/s/ministry-signs-agreement-x1")
    room.desk.store.pin(short, short, "test", room.at)
    room.shows("/s/ministry-signs-agreement-x1", page("Ministry signs agreement", STORY, canonical))
    assert room.all("select pinned from articles") == [(1,)]
    asyncio.run(reread.everything(room.desk))
    assert room.all("select pinned from articles") == [(1,)]


def test_a_first_look_that_failed_does_not_split_a_story_in_two(room: Room) -> None:
    """The new address was first met by a captcha, then shows the story that we know by its old address."""
    room.shows(PATH, page("Ministry signs agreement", STORY))
    room.shows(SECOND, b"<html>no</html>", 403)
    assert room.all("select count(*) from articles") == [(2,)]
    room.shows(SECOND, page("Ministry signs agreement", STORY))
    assert room.all("select versions, captures from articles") == [(1, 3)]
    assert len(room.all("select url from addresses")) == 2
    before = derived(room)
    asyncio.run(reread.everything(room.desk))
    assert derived(room) == before


def test_a_page_that_is_emptied_after_a_move_is_not_moved_again(room: Room) -> None:
    empty = page("Ministry signs agreement", ())
    hops = (Hop(HOST + PATH, 301, HOST + SECOND),)
    room.shows(PATH, page("Ministry signs agreement", STORY))
    room.shows(PATH, page("Ministry signs agreement", STORY), url=HOST + SECOND, hops=hops)
    room.shows("/news/barley-comes-in-late-7", page("Barley comes in late", OTHER))
    room.shows(SECOND, empty)
    room.shows(PATH, empty, url=HOST + SECOND, hops=hops)
    assert room.all("select verdict from readings order by at desc limit 2") == [("soft_gone",)] * 2
    assert room.all("select count(*) from changes") == [(0,)]


# --- forgetting ---------------------------------------------------------------------------------


def test_what_is_forgotten_does_not_come_back(room: Room) -> None:
    canonical = f'<link rel="canonical" href="{HOST}{PATH}">'
    room.shows(PATH, page("Ministry signs agreement", STORY, canonical))
    asyncio.run(reread.forget(room.desk, article(room), room.at))
    late = page(
        "Ministry signs agreement", (*STORY, "One more paragraph was added on Tuesday, after a call."), canonical
    )
    room.shows(PATH, late)  # it was in flight
    room.shows("/mobile/ministry-signs-agreement-1-m", late + b"<!-- m -->")
    feed(room)
    assert room.all("select count(*) from captures where purpose = 'article'") == [(3,)]
    assert room.all(
        "select count(*) from payloads p join captures c on c.digest = p.digest where c.purpose = 'article'"
    ) == [(0,)]
    assert room.all("select count(*) from articles") == [(0,)]
    assert room.all("select count(*) from candidates") == [(0,)]
    asyncio.run(reread.everything(room.desk))
    assert room.all("select count(*) from articles") == [(0,)]
    assert room.desk.store.due(room.at + timedelta(days=90)) == []


# --- rereading ----------------------------------------------------------------------------------


def test_rereading_twice_gives_the_same_rows(room: Room) -> None:
    edited = page("Ministry signs agreement", (STORY[0], STORY[1].replace("18", "28"), *STORY[2:]))
    first = room.shows(PATH, page("Ministry signs agreement", STORY))
    for body in (edited, edited, page("Ministry signs agreement", STORY)):
        room.shows(PATH, body)
    room.shows(PATH, None, 304, refers_to=first.entry)
    room.shows(PATH, GONE, 404)
    room.shows(PATH, page("Ministry signs agreement", STORY))
    before = derived(room)
    asyncio.run(reread.everything(room.desk))
    assert derived(room) == before
    asyncio.run(reread.article(room.desk, article(room)))
    assert derived(room) == before


def test_rereading_never_ends_a_watch(room: Room) -> None:
    """The catalogue learns of an identity parameter: the article goes by another name, and is still watched."""
    room.shows(PATH, b"<html><body><p>soon</p></body></html>")
    room.shows(PATH, page("Ministry signs agreement", STORY))
    (due,) = room.all("select next_visit_at from articles")
    room.desk.close()
    shelf = room.folder / "outlets" / "test.toml"
    shelf.write_text(
        shelf.read_text().replace('domains = ["127.0.30.1"]', 'domains = ["127.0.30.2"]\nmirrors = ["127.0.30.1"]')
    )
    room.open()
    asyncio.run(reread.everything(room.desk))
    assert room.all("select next_visit_at from articles where versions > 0") == [due]


# --- channels -----------------------------------------------------------------------------------


def test_only_a_list_is_asked_for_by_its_validators(room: Room) -> None:
    url = f"{HOST}/feed.xml"

    def answer(etag: str, problem: str, status: int = 200) -> None:
        room.at += timedelta(hours=1)
        body = None if status == 304 else etag.encode()
        seen = Capture("channel", "test", url, url, room.at, status, headers=(("ETag", etag),), body=body,
                       digest=sha256(body) if body else None)  # fmt: skip
        offers = () if problem else (Offer(HOST + PATH, "Ministry signs agreement", ""),)
        asyncio.run(room.desk.observe(Listing(seen, Channel("feed", url, "live"), offers, problem)))

    answer('"list"', "")
    answer('"page"', "not a feed")
    assert room.desk.store.channel("test", url).etag == '"list"'
    assert room.all("select state from channels where kind = 'feed'") == [("dead",)]


def test_an_item_dated_years_ahead_does_not_keep_a_channel_alive(room: Room) -> None:
    url = f"{HOST}/feed.xml"
    future = Offer(HOST + PATH, "Ministry signs agreement", "2099-01-01T00:00:00.000Z")
    for days in (0, 400):
        seen = Capture("channel", "test", url, url, room.at + timedelta(days=days), 200)
        asyncio.run(room.desk.observe(Listing(seen, Channel("feed", url, "live"), (future,))))
    assert room.all("select state from channels where kind = 'feed'") == [("frozen",)]


# --- turns --------------------------------------------------------------------------------------


def test_a_cancelled_capture_does_not_let_later_ones_overtake_earlier_ones(room: Room) -> None:
    class Slow:
        async def call(self, function, body, *more, deadline=10.0):  # type: ignore[no-untyped-def]
            await asyncio.sleep(0.2 if b"slow" in body else 0)
            return function(body, *more)

        def close(self) -> None:
            return

    room.desk.readers = Slow()  # type: ignore[assignment]

    def look(word: str, n: int) -> Capture:
        body = page(f"A {word} story of the day", (f"Story {n}.", *STORY))
        url = f"{HOST}/news/a-{word}-story-of-the-day-{n}"
        at = room.at + timedelta(seconds=n)
        return Capture("article", "test", url, url, at, 200, headers=(("Content-Type", "text/html"),),
                       digest=sha256(body), body=body)  # fmt: skip

    async def three() -> None:
        first = asyncio.create_task(room.desk.observe(look("slow", 0)))
        await asyncio.sleep(0)
        second = asyncio.create_task(room.desk.observe(look("quick", 1)))
        await asyncio.sleep(0.02)
        third = asyncio.create_task(room.desk.observe(look("quick", 2)))
        await asyncio.sleep(0.02)
        second.cancel()
        await asyncio.gather(first, third)
        assert second.cancelled()

    asyncio.run(three())
    assert [url.rsplit("-", 1)[1] for (url,) in room.all("select asked_url from captures order by id")] == ["0", "2"]


def test_a_list_that_offers_an_article_after_its_first_look_did_not_find_it(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    feed(room)
    room.shows(PATH, page("Ministry signs agreement", STORY) + b"<!-- again -->")
    before = derived(room)
    asyncio.run(reread.everything(room.desk))
    assert room.all("select found_by from articles") == [("by hand",)]
    assert derived(room) == before
