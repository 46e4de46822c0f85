"""The neck, with a real store: captures in, rows out, without the web between."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.clock import HandClock
from crawler.desk import Desk
from storage.records import Capture, sha256

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOST = "http://127.0.30.1:8080"
SHELF = """
name = "The Test"
domains = ["127.0.30.1"]
homepage = "http://127.0.30.1:8080/"
languages = ["en"]
pace = 0.01
chrome = [{chrome}]
[[channels]]
kind = "front"
url = "http://127.0.30.1:8080/"
fact = "live"
"""
STORY = (
    "The ministry and the broadcaster signed an agreement on exchanging news on Monday, officials of both sides said.",
    "Under the agreement, which runs for five years, 18 joint projects are to be carried out before the end of 2027.",
    "A spokeswoman declined to say who pays for them, and the broadcaster did not answer a request for comment.",
    "Analysts who read the text said that it names no editor who could refuse a report that was sent for broadcast.",
)
OTHER = (
    "Farmers in the north of the province have begun to bring in the barley three weeks later than in other years.",
    "The association of growers put the loss at a tenth of the harvest, most of it in fields beside the river Anse.",
    "Prices on the exchange in the capital rose for the fourth day, and traders expect them to rise further in May.",
)


def page(title: str, paragraphs: tuple[str, ...], head: str = "", extra: str = "") -> bytes:
    said = "".join(f"<p>{text}</p>" for text in paragraphs)
    menu = '<nav><a href="/">Home</a> <a href="/world">World</a></nav>'
    body = f"{menu}<main><article><h1>{title}</h1>{extra}{said}</article></main><footer>All rights reserved</footer>"
    meta = f'<meta property="og:type" content="article"><title>{title}</title>{head}'
    return f"<!doctype html><html lang=en><head>{meta}</head><body>{body}</body></html>".encode()


class Room:
    """A desk with one outlet, and a hand that shows it pages hour by hour."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.at = folder, MONDAY
        (folder / "outlets").mkdir()
        self.chrome()
        self.open()

    def chrome(self, *phrases: str) -> None:
        quoted = ", ".join(f'"{phrase}"' for phrase in phrases)
        (self.folder / "outlets" / "test.toml").write_text(SHELF.format(chrome=quoted))

    def open(self) -> None:
        told = {"STORE": str(self.folder / "stet.db"), "OUTLETS": str(self.folder / "outlets"), "KEEP": "all"}
        self.desk = Desk.from_settings({**told, "CLOCK": HandClock(self.at)})

    def shows(self, path: str, body: bytes | None, status: int = 200, **facts: Any) -> Capture:
        """One look, an hour after the last."""
        self.at += timedelta(hours=1)
        url = HOST + path
        seen = Capture(
            **{
                "purpose": "article", "outlet": "test", "asked_url": url, "url": url, "at": self.at, "status": status,
                "headers": (("Content-Type", "text/html; charset=utf-8"),), "digest": sha256(body) if body else None,
                "body": body, **facts,
            }
        )  # fmt: skip
        asyncio.run(self.desk.observe(seen))
        return seen

    def all(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.desk.store.conn.execute(sql)]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.desk.close()


def test_the_same_story_at_a_second_address_is_one_article(room: Room) -> None:
    room.shows("/news/ministry-signs-agreement-1", page("Ministry signs agreement", STORY))
    room.shows("/world/ministry-signs-agreement-2", page("Ministry signs agreement", STORY))
    assert room.all("select versions, captures from articles") == [(1, 2)]
    assert len(room.all("select url from addresses")) == 2


def test_a_wrong_canonical_link_does_not_merge_two_stories(room: Room) -> None:
    wrong = f'<link rel="canonical" href="{HOST}/news/ministry-signs-agreement-1">'
    room.shows("/news/ministry-signs-agreement-1", page("Ministry signs agreement", STORY, wrong))
    room.shows("/news/barley-comes-in-late-7", page("Barley comes in late", OTHER, wrong))
    assert room.all("select title, versions from articles order by title") == [
        ("Barley comes in late", 1),
        ("Ministry signs agreement", 1),
    ]
    assert room.all("select count(*) from changes") == [(0,)]


def test_a_new_chrome_rule_is_never_an_edit(room: Room) -> None:
    """Law 4: the older payload is read again with today's rules before anything is compared."""
    promo = "<p>The Harbour Tailors have dressed the men of this town since the year in which its bridge was built.</p>"
    path, body = "/news/ministry-signs-agreement-1", page("Ministry signs agreement", STORY, extra=promo)
    room.shows(path, body)
    assert "Harbour Tailors" in room.all("select text from texts")[0][0]
    room.desk.close()
    room.chrome("The Harbour Tailors have dressed")
    room.open()
    room.shows(path, body + b"<!-- another ad -->")
    assert room.all("select count(*) from changes") == [(0,)]
    assert room.all("select number from versions") == [(1,)]
    assert "Harbour Tailors" not in room.all("select text from texts")[0][0]
    assert len(room.all("select distinct reader from readings")) == 1


def test_the_same_bytes_are_not_read_again(room: Room) -> None:
    body = page("Ministry signs agreement", STORY)
    for _ in range(3):
        room.shows("/news/ministry-signs-agreement-1", body)
    verdicts = room.all("select verdict, reason from readings order by at")
    assert [verdict for verdict, _ in verdicts] == ["ok", "unchanged", "unchanged"]
    assert "same bytes" in verdicts[1][1]
    assert room.all("select count(*) from payloads") == [(1,)]


def test_a_304_confirms_only_what_we_hold(room: Room) -> None:
    path = "/news/ministry-signs-agreement-1"
    first = room.shows(path, page("Ministry signs agreement", STORY))
    room.shows(path, None, 304, refers_to=first.entry)
    room.shows(path, None, 304, refers_to="0" * 64)
    assert [row[0] for row in room.all("select verdict from readings order by at")] == ["ok", "unchanged", "unread"]


def test_an_edit_is_news_after_a_second_look_and_dated_by_both(room: Room) -> None:
    path = "/news/ministry-signs-agreement-1"
    edited = tuple(text.replace("18 joint", "28 joint") for text in STORY)
    room.shows(path, page("Ministry signs agreement", STORY))
    room.shows(path, page("Ministry signs agreement", edited))
    assert room.all("select status from changes") == [("pending",)]
    room.shows(path, page("Ministry signs agreement", edited))
    (change,) = room.all("select status, disclosed, kinds, after_at, by_at from changes")
    assert change == ("news", "none", '["number"]', "2026-03-02T09:00:00.000Z", "2026-03-02T10:00:00.000Z")
    assert len(room.all("select * from stealth_edits")) == 1


def test_while_a_change_waits_the_page_is_asked_for_without_conditions(room: Room) -> None:
    path, tagged = "/news/ministry-signs-agreement-1", (("Content-Type", "text/html"), ("ETag", '"a"'))
    room.shows(path, page("Ministry signs agreement", STORY), headers=tagged)
    visit = room.desk.store.visit(HOST + path)
    assert visit is not None
    assert visit.etag == '"a"'
    room.shows(path, page("Ministry denies agreement", STORY), headers=tagged)
    visit = room.desk.store.visit(HOST + path)
    assert visit is not None
    assert (visit.etag, visit.refers_to) == ("", None)


def test_one_404_is_a_suspicion_and_no_takedown(room: Room) -> None:
    path = "/news/ministry-signs-agreement-1"
    room.shows(path, page("Ministry signs agreement", STORY))
    room.shows("/news/barley-comes-in-late-7", page("Barley comes in late", OTHER))
    room.shows(path, b"<h1>Not found</h1>", 404)
    assert room.all("select standing from articles where title like 'Ministry%'") == [("down",)]
    assert room.all("select count(*) from takedowns") == [(0,)]
    room.shows(path, page("Ministry signs agreement", STORY))
    assert room.all("select standing from articles where title like 'Ministry%'") == [("up",)]


def test_a_dead_outlet_takes_no_article_down(room: Room) -> None:
    paths = [f"/news/ministry-signs-agreement-{n}" for n in range(3)]
    for n, path in enumerate(paths):
        room.shows(path, page(f"Ministry signs agreement {n}", (f"Report {n}. {STORY[0]}", *STORY[1:])))
    for _ in range(40):
        for path in paths:
            room.shows(path, b"<h1>Not found</h1>", 404)
    assert room.all("select count(*) from takedowns") == [(0,)]


def test_retry_after_is_remembered_for_the_host(room: Room) -> None:
    path = "/news/ministry-signs-agreement-1"
    room.shows(path, page("Ministry signs agreement", STORY))
    room.shows(path, b"", 429, headers=(("Retry-After", "7200"),))
    until = room.desk.store.host("127.0.30.1").not_before
    assert until == room.at + timedelta(hours=2)
    assert room.desk.store.due(room.at + timedelta(hours=1, minutes=59)) == []
    assert len(room.desk.store.due(room.at + timedelta(days=3))) == 1


def test_a_pinned_address_of_an_unknown_outlet_is_asked_for_at_the_next_revisit(room: Room) -> None:
    url = "https://gazette.example/2026/03/02/a-story-of-the-day"
    room.desk.store.pin(url, url, "gazette.example", room.at)
    assert [visit.url for visit in room.desk.store.due(room.at)] == [url]
    assert room.desk.store.due(room.at, ("test",)) == []
    room.shows("", page("Barley comes in late", OTHER), asked_url=url, url=url, outlet="gazette.example")
    assert room.all("select pinned, versions from articles") == [(1, 1)]
    assert room.desk.store.due(room.at) == []


def test_a_reader_that_breaks_loses_no_capture(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RecursionError("a page that no reader foresaw")

    body = page("Ministry signs agreement", STORY)
    with monkeypatch.context() as patch:
        patch.setattr("crawler.read.read", broken)
        room.shows("/news/ministry-signs-agreement-1", body)
    (reading,) = room.all("select verdict, reason from readings")
    assert reading[0] == "unread"
    assert "RecursionError" in reading[1]
    room.shows("/news/ministry-signs-agreement-1", body + b" ")
    assert room.all("select versions from articles") == [(1,)]


def test_captures_are_kept_in_the_order_they_came(room: Room) -> None:
    """A page that takes long to read holds the next one back, not the other way round."""

    class Slow:
        async def call(self, function: Any, body: bytes, *more: Any, deadline: float = 10.0) -> Any:
            await asyncio.sleep(0.05 if b"slow" in body else 0)
            return function(body, *more)

        def close(self) -> None:
            return

    room.desk.readers = Slow()  # type: ignore[assignment]

    async def both() -> None:
        looks = []
        for n, word in enumerate(("slow", "quick", "quick")):
            body = page(f"A {word} story of the day", (f"Story {n}.", *STORY))
            url = f"{HOST}/news/a-{word}-story-of-the-day-{n}"
            looks.append(Capture("article", "test", url, url, room.at + timedelta(seconds=n), 200,
                                 headers=(("Content-Type", "text/html"),), digest=sha256(body), body=body))  # fmt: skip
        await asyncio.gather(*(room.desk.observe(look) for look in looks))

    asyncio.run(both())
    assert [row[0] for row in room.all("select at from captures order by id")] == sorted(
        row[0] for row in room.all("select at from captures")
    )


def test_a_frozen_feed_is_seen_to_be_frozen(room: Room) -> None:
    from storage.records import Channel, Listing, Offer

    channel = Channel("feed", f"{HOST}/feed.xml", "live")

    def look(day: int, *offers: Offer) -> str:
        seen = Capture("channel", "test", channel.url, channel.url, MONDAY + timedelta(days=day), 200)
        asyncio.run(room.desk.observe(Listing(seen, channel, offers)))
        return str(room.all("select state from channels where kind = 'feed'")[0][0])

    old = Offer(f"{HOST}/news/an-old-story-of-the-day", "An old story", "2026-03-02T07:00:00.000Z")
    assert look(0, old) == "live"
    assert look(3, old) == "frozen"
    assert (
        look(4, old, Offer(f"{HOST}/news/a-new-story-of-the-day", "A new story", "2026-03-06T07:00:00.000Z")) == "live"
    )
    zombie = Offer(f"{HOST}/news/a-story-of-years-ago", "Years ago", "2018-06-01T07:00:00.000Z")
    channel = Channel("feed", f"{HOST}/zombie.xml", "live")
    seen = Capture("channel", "test", channel.url, channel.url, MONDAY, 200)
    asyncio.run(room.desk.observe(Listing(seen, channel, (zombie,))))
    assert room.all("select state from channels where url like '%zombie%'") == [("frozen",)]
