"""Probes: impossible addresses, what hosts say to them, and canaries that vouch for their outlet."""

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import ask, reread
from crawler.clock import HandClock
from crawler.newsroom import pages
from crawler.newsroom.newsroom import Newsroom
from crawler.newsroom.site import Site as Newssite
from crawler.newsroom.stories import stock
from crawler.shapes import impossible, shape
from storage.records import Ask, Capture, Channel, Hop, Listing, Offer, sha256
from storage.store import Store
from tests.conftest import Crawl, Crawled
from tests.fetching import Site, channel, reply, shelf
from tests.test_observe import HOST, OTHER, STORY, Room, page

DAY = date(2026, 3, 2)
PATH, SECOND = "/news/ministry-signs-agreement-1", "/news/barley-comes-in-late-7"
IMPOSSIBLE = "/news/xkcd-vwzt-7"
GONE = b"<html><h1>Not found</h1></html>"
SORRY = (
    "This page is not to be had any more, or it never was: look whether the address is spelled as it was given to you.",
    "Our archive holds what was printed since the first of the year, and the search box above knows all of it by title.",
    "Readers who miss a report are asked to write to the desk by post, with the date on which they saw it and the name"
    " of the section that it stood in; an answer takes a fortnight at most, and three weeks in the month of August.",
    "The front page, the sections and the newsletters are where they always were, and there is nothing wrong with them"
    " as far as we know at this moment; should it be otherwise, please be patient with us and come back after a while.",
)


# --- impossible addresses -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/news/world-europe-60547473", "/news/SLUG-NUMBER"),
        ("https://example.org/2026/03/02/world/broadcasters-sign-pact/index.html", "/DATE/DATE/DATE/world/SLUG/index.html"),
        ("https://example.org/20260302/0123abcd0123abcd0123abcd0123abcd/c.html", "/DATE/ID/c.html"),
        ("https://example.org/russia/551223-pact-on-exchange/", "/russia/NUMBER-SLUG/"),
        ("https://example.org/doc.html?id=34&utm_source=x", "/doc.html?id=NUMBER"),
        ("https://example.org/?p=12", "/?p=NUMBER"),
        ("https://example.org/news/articles/c4ng8zg0q5yo", "/news/articles/ID"),
        ("https://example.org/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/%D0%B0-%D0%B1-%D0%B2", "/новости/SLUG"),
        ("https://example.org/world/barley", "/world/SLUG"),
        ("https://example.org/middle-east/barley", "/middle-east/SLUG"),
    ],
)  # fmt: skip
def test_a_shape_is_what_names_the_article(url: str, expected: str) -> None:
    assert shape(url) == expected
    made = impossible(url, DAY)
    assert shape(made) == expected
    assert made != url


def test_numbers_go_beyond_all_that_a_cms_has_given() -> None:
    made = impossible("https://example.org/doc.html?id=34", DAY)
    number = int(made.rpartition("=")[2])
    assert 900_000_000 <= number < 2**31


def test_a_home_page_has_no_impossible_twin() -> None:
    assert impossible("https://example.org/", DAY) == ""


def test_all_articles_of_a_shape_share_one_section_and_date() -> None:
    made = impossible("https://example.org/2026/03/02/world/broadcasters-sign-pact-4711.html", DAY)
    assert made.startswith("https://example.org/2026/03/02/world/")
    assert made.endswith(".html")


PIECES = st.text(st.sampled_from("abcXYZ019-_.~+äЖ中²%20"), min_size=0, max_size=24)


@given(st.lists(PIECES, min_size=1, max_size=4), st.sampled_from(["", "id=7", "a=b", "id=7&x=2026-01-01"]), st.dates())
def test_an_impossible_address_keeps_host_and_shape_and_is_the_same_all_day(
    pieces: list[str], query: str, day: date
) -> None:
    url = "https://example.org/" + "/".join(pieces) + ("?" + query if query else "")
    made = impossible(url, day)
    if not made:
        return
    assert made.startswith("https://example.org/")
    assert shape(made) == shape(url)
    assert made == impossible(url, day) != url


def test_another_day_has_another_address() -> None:
    url = HOST + PATH
    assert impossible(url, DAY) != impossible(url, DAY + timedelta(days=1))


# --- in the room --------------------------------------------------------------------------------


class Suspect(Room):
    """A room that hears what is asked for, with two articles that stand."""

    def __init__(self, folder: Path) -> None:
        self.asks: list[Ask] = []
        super().__init__(folder)
        self.shows("/", page("The Test", ("News of the day, and of the day before it, from all over the province.",)),
                   purpose="canary")  # fmt: skip
        self.shows(PATH, page("Ministry signs agreement", STORY))
        self.shows(SECOND, page("Barley comes in late", OTHER))
        self.asks.clear()

    def open(self) -> None:
        super().open()
        self.desk.heard.append(lambda found: self.asks.extend(found.asks))

    def shows(self, path: str, body: bytes | None, status: int = 200, **facts: Any) -> Capture:
        self.asks.clear()
        return super().shows(path, body, status, **facts)

    def probe(self, body: bytes, status: int = 200, **facts: Any) -> Capture:
        return self.shows(IMPOSSIBLE, body, status, purpose="probe", **facts)

    def wants(self, purpose: str) -> list[str]:
        return [wanted.url for wanted in self.asks if wanted.purpose == purpose]

    def verdict(self) -> tuple[str, str]:
        ((verdict, reason),) = self.all("select verdict, reason from readings order by at desc limit 1")
        return verdict, reason

    def standing(self) -> str:
        return str(self.all("select standing from articles where url like '%ministry%'")[0][0])

    def days(self, days: float) -> None:
        self.at += timedelta(days=days)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Suspect]:
    room = Suspect(tmp_path)
    yield room
    room.desk.close()


def notice(paragraphs: tuple[str, ...] = SORRY, number: int = 0) -> bytes:
    """A page that says that there is none; it declares no article."""
    said = "".join(f"<p>{text}</p>" for text in paragraphs)
    nav = '<nav><a href="/">Home</a> <a href="/world">World</a></nav>'
    head = f"<title>Sorry</title><!-- served {number} -->"
    return f"<!doctype html><html lang=en><head>{head}</head><body>{nav}<main><h1>Sorry</h1>{said}</main></body></html>".encode()


def sorry(number: int = 0) -> bytes:
    return notice(number=number)


def test_a_page_in_the_articles_place_waits_for_the_hosts_answer(room: Suspect) -> None:
    """A long not-found page is neither an edit nor a takedown before its host was asked."""
    room.shows(PATH, sorry())
    assert room.verdict()[0] == "outage"
    (probe,) = room.wants("probe")
    assert shape(probe) == shape(HOST + PATH)
    assert not room.desk.store.known(probe)
    room.probe(sorry(1))
    assert room.all("select kind, told_apart from not_found") == [("article", 0)]
    room.shows(PATH, page("Harbour office opens its books", OTHER[::-1]))
    assert room.verdict()[0] == "outage", "another long text: what such a host shows could be anything"
    assert room.wants("probe") == []
    room.days(1)
    room.shows(SECOND, page("Barley comes in late", OTHER))
    room.probe(sorry(3))
    assert room.all("select kind, told_apart from not_found order by at desc limit 1") == [("page", 1)]
    for _ in range(4):
        room.shows(SECOND, page("Barley comes in late", OTHER))
        room.shows(PATH, sorry(4))
        assert room.verdict()[0] == "soft_gone"
        room.days(0.4)
    assert room.standing() == "taken_down"
    assert room.all("select count(*) from changes") == [(0,)]


def test_a_rewrite_is_an_edit_once_the_host_says_404_to_impossible_addresses(room: Suspect) -> None:
    rewritten = page("Harbour office opens its books", SORRY)
    room.shows(PATH, rewritten)
    room.probe(GONE, 404)
    assert room.all("select kind, status, told_apart from not_found") == [("status", 404, 1)]
    for _ in range(2):
        room.shows(PATH, rewritten)
    assert room.all("select status from changes") == [("news",)]
    assert room.standing() == "up"


def test_a_new_text_under_a_new_headline_waits_where_the_hosts_last_answer_is_old(room: Suspect) -> None:
    """A host that said 404 once may show one long page for all addresses since: that is no edit."""
    rebuilt = page("We are rebuilding our site", SORRY)
    room.shows(PATH, rebuilt)
    room.probe(GONE, 404)
    room.shows(PATH, page("Ministry signs agreement", STORY))
    room.days(2)
    room.shows(SECOND, page("Barley comes in late", OTHER))
    room.shows(PATH, rebuilt)
    assert room.verdict()[0] == "outage"
    assert len(room.wants("probe")) == 1
    room.probe(rebuilt)
    room.shows(PATH, rebuilt)
    assert room.verdict()[0] != "ok"
    assert room.all("select count(*) from changes") == [(0,)]


def test_a_strange_page_where_an_article_was_taken_down_restores_nothing(room: Suspect) -> None:
    for _ in range(6):
        room.shows(SECOND, page("Barley comes in late", OTHER))
        room.days(0.3)
        room.shows(PATH, GONE, 404)
    assert room.standing() == "taken_down"
    for number in range(6):
        room.shows(SECOND, page("Barley comes in late", OTHER))
        room.days(0.3)
        room.shows(PATH, sorry(number))
        room.probe(GONE, 404)
    assert room.standing() == "taken_down"
    assert room.all("select count(*) from changes") == [(0,)]
    for _ in range(2):
        room.shows(PATH, page("Ministry signs agreement", STORY))
    assert room.standing() == "restored"


def test_where_no_probe_can_be_had_three_looks_wait_and_no_more(room: Suspect) -> None:
    rewritten = page("Harbour office opens its books", SORRY)
    for _ in range(3):
        room.shows(PATH, rewritten)
        assert room.verdict()[0] == "outage"
        assert len(room.wants("probe")) == 1
    room.shows(PATH, rewritten)
    assert room.verdict()[0] == "ok"


def test_a_first_look_under_another_headline_waits_for_the_hosts_answer(room: Suspect) -> None:
    """Some hosts show their home page at all addresses: that is not the article that the feed promised."""
    path, feed = "/news/harbour-office-opens-its-books-9", Channel("feed", f"{HOST}/feed.xml", "live")
    listed = Capture("channel", "test", feed.url, feed.url, room.at, 200)
    offer = Offer(HOST + path, "Harbour office opens its books")
    asyncio.run(room.desk.observe(Listing(listed, feed, (offer,))))
    room.at += timedelta(minutes=1)
    room.shows(path, notice(STORY + OTHER))
    assert room.verdict()[0] == "outage"
    assert len(room.wants("probe")) == 1
    assert room.wants("canary") == [f"{HOST}/"]
    room.probe(notice(STORY + OTHER, 1))
    room.shows(path, notice(STORY + OTHER, 2))
    assert room.verdict()[0] == "outage"
    assert room.all("select count(*) from versions") == [(2,)]
    room.shows(path, page("Harbour office opens its books again", SORRY))
    assert room.verdict()[0] == "ok"
    assert room.all("select count(*) from changes") == [(0,)]


def test_a_short_page_is_told_at_once(room: Suspect) -> None:
    short = notice(SORRY[:1])
    room.shows(PATH, short)
    assert room.verdict()[0] == "outage"
    room.probe(short)
    assert room.all("select kind, told_apart from not_found") == [("page", 1)]
    room.shows(PATH, short + b" ")
    assert room.verdict()[0] == "soft_gone"
    assert room.standing() == "down"


def test_a_redirect_home_is_told_at_once(room: Suspect) -> None:
    home = f"{HOST}/"
    room.shows(PATH, page("The Test", STORY[:1]), url=home, hops=(Hop(HOST + PATH, 302, home),))
    assert room.verdict()[0] == "soft_gone"
    room.probe(page("The Test", STORY[:1]), url=home, hops=(Hop(HOST + IMPOSSIBLE, 302, home),))
    assert room.all("select kind, told_apart from not_found") == [("redirect", 1)]


HOME = page("The Test", ("News of the day, and of the day before it, from all over the province.", "Weather."))


@pytest.mark.parametrize("days", [3])
def test_where_every_address_shows_the_home_page_nothing_goes_down_by_it(room: Suspect, days: int) -> None:
    room.shows(PATH, HOME)
    room.probe(HOME)
    assert room.all("select kind, told_apart from not_found") == [("home", 0)]
    for _ in range(4 * days):
        room.shows(SECOND, page("Barley comes in late", OTHER))
        room.shows(PATH, HOME)
        assert "cannot be told from articles" in room.verdict()[1]
        room.days(0.25)
    assert room.standing() == "up"
    state = ask.status(room.desk.store, room.at)
    assert [(host["host"], host["kind"]) for host in state.untold] == [("127.0.30.1", "home")]
    for _ in range(3):
        room.shows(SECOND, page("Barley comes in late", OTHER))
        room.shows(PATH, GONE, 404)
        room.days(1)
    assert room.standing() == "taken_down", "what the host says by status counts as ever"


def test_where_impossible_addresses_show_ever_other_articles_nothing_goes_down_by_it(room: Suspect) -> None:
    def other(number: int) -> bytes:
        return page(f"Story {number}", tuple(f"{number * 7919 + n} {' '.join(SORRY[n].split()[::-1])}" if number % 2
                                             else SORRY[n] for n in range(4)))  # fmt: skip

    room.shows(PATH, other(1))
    for number in (2, 3, 4):
        room.probe(other(number))
        room.days(1)
        room.shows(SECOND, page("Barley comes in late", OTHER))
        room.shows(PATH, other(number + 1))
        assert room.verdict()[0] == "outage"
    assert room.all("select distinct kind, told_apart from not_found") == [("article", 0)]
    assert room.standing() == "up"
    assert room.all("select count(*) from changes") == [(0,)]


def test_a_host_is_probed_once_a_day(room: Suspect) -> None:
    short = notice(SORRY[:1])
    room.shows(PATH, short)
    assert len(room.wants("probe")) == 1
    room.probe(short)
    room.shows(PATH, short + b" ")
    assert room.wants("probe") == []
    room.days(1)
    room.shows(PATH, short)
    assert len(room.wants("probe")) == 1


def test_a_probe_that_meets_trouble_tells_nothing_and_is_asked_for_again_in_an_hour(room: Suspect) -> None:
    short = notice(SORRY[:1])
    room.shows(PATH, short)
    room.probe(b"", 503)
    assert room.all("select kind, told_apart from not_found") == [("trouble", None)]
    assert room.all("select not_found from hosts") == []
    room.at -= timedelta(minutes=30)
    room.shows(PATH, short)
    assert room.wants("probe") == []
    room.shows(PATH, short)
    assert len(room.wants("probe")) == 1
    assert room.verdict()[0] == "outage"
    room.shows(PATH, short)
    assert room.verdict()[0] == "soft_gone", "as it would be judged without probes"


@pytest.mark.parametrize(("body", "status"), [(b"", 503), (GONE, 404), (b"<h1>Not in your country</h1>", 451)])
def test_what_a_host_answers_while_its_home_page_fails_tells_nothing(room: Suspect, body: bytes, status: int) -> None:
    room.shows("/", body, status, purpose="canary")
    room.at -= timedelta(minutes=30)
    room.probe(GONE, 404)
    assert room.all("select kind, told_apart from not_found") == [("trouble", None)]


def test_a_host_that_was_not_told_apart_is_believed_after_two_answers_alike(room: Suspect) -> None:
    """A day of repairs or of 404s does not make a host one that tells what is not there."""
    room.probe(HOME)
    for body, status in ((GONE, 404), (notice(SORRY[:1]), 200), (GONE, 404), (GONE, 404), (GONE, 404)):
        room.days(1)
        room.shows("/", HOME, purpose="canary")
        room.at -= timedelta(minutes=30)
        room.probe(body, status)
    told = room.all("select kind, told_apart from not_found order by at")
    assert told == [("home", 0), ("status", 0), ("page", 0), ("status", 0), ("status", 1), ("status", 1)]


def test_a_host_that_was_probed_while_its_domain_had_expired_is_believed_at_once_afterwards(room: Suspect) -> None:
    """What was told during a trouble must not make suspects wait for a second day."""
    parked = page(
        "The Test is for sale", ("This domain has expired. Renew it with your registrar, or buy it from us.",)
    )
    for home, body, status in ((parked, parked, 200), (HOME, GONE, 404)):
        room.days(1)
        room.shows("/", home, purpose="canary")
        room.at -= timedelta(minutes=30)
        room.probe(body, status)
    assert room.all("select kind, told_apart from not_found order by at") == [("home", 0), ("status", 1)]
    room.shows(SECOND, page("Barley comes in late", OTHER))
    room.shows(PATH, sorry())
    assert room.verdict()[0] == "soft_gone"


def test_a_host_that_shows_its_home_page_is_not_believed_by_two_404s_of_one_bad_day(room: Suspect) -> None:
    """A sick server answers so; soon after, its home page stands at all addresses again, and is no edit."""
    room.probe(HOME)
    for _ in range(2):
        room.days(0.5)
        room.shows("/", HOME, purpose="canary")
        room.at -= timedelta(minutes=30)
        room.shows(PATH, page("Ministry signs agreement", STORY))
        room.shows(PATH, sorry())
        assert len(room.wants("probe")) <= 1
        if room.wants("probe"):
            room.probe(GONE, 404)
    assert room.all("select max(told_apart) from not_found") == [(0,)]


def offers(room: Suspect, path: str, title: str) -> None:
    """A feed that offers an address under a headline."""
    seen = Capture("channel", "test", f"{HOST}/feed", f"{HOST}/feed", room.at, 200)
    listing = Listing(seen, Channel("feed", f"{HOST}/feed", "live"), (Offer(HOST + path, title, ""),))
    asyncio.run(room.desk.observe(listing))


def test_before_an_article_goes_down_the_address_that_lists_now_give_is_asked_for(room: Suspect) -> None:
    """It was readdressed during repairs: its new address showed no article when it was first asked for."""
    moved = "/world/ministry-signs-agreement-renamed"
    offers(room, moved, "Ministry signs agreement")
    room.shows(moved, notice(SORRY[:1]))
    room.shows(SECOND, page("Barley comes in late", OTHER))
    room.shows(PATH, GONE, 404)
    assert room.wants("article") == [HOST + moved]
    room.shows(moved, page("Ministry signs agreement", STORY))
    assert room.standing() == "up"
    room.shows(PATH, GONE, 404)
    assert HOST + moved not in room.wants("article")


def test_an_address_offered_under_another_headline_or_asked_just_now_is_not_asked_for(room: Suspect) -> None:
    offers(room, "/news/harvest-late-99", "Barley is late")
    room.shows(PATH, GONE, 404)
    assert room.wants("article") == []
    moved = "/world/ministry-signs-agreement-renamed"
    offers(room, moved, "Ministry signs agreement")
    room.shows(moved, b"busy", 503)
    room.at -= timedelta(minutes=50)
    room.shows(PATH, GONE, 404)
    assert HOST + moved not in room.wants("article")


def test_a_probes_answer_is_no_article(room: Suspect) -> None:
    room.probe(sorry())
    assert room.all("select count(*) from articles") == [(2,)]
    assert room.all("select count(*) from versions") == [(2,)]
    assert room.all("select count(*) from readings") == [(2,)]


def test_the_host_remembers_which_probe_told_last(room: Suspect) -> None:
    seen = room.probe(GONE, 404)
    room.probe(b"", 503)
    sql = "select h.host, c.entry from hosts h join captures c on c.id = h.not_found"
    assert room.all(sql) == [("127.0.30.1", seen.entry)]


# --- canaries -----------------------------------------------------------------------------------


def test_a_bad_look_asks_for_canaries_unless_another_article_was_good_lately(room: Suspect) -> None:
    room.shows(PATH, GONE, 404)
    assert room.asks == [], "the other article was good an hour ago"
    room.days(0.1)
    room.shows(PATH, GONE, 404)
    assert room.wants("canary") == [f"{HOST}/"]
    assert room.wants("article") == [HOST + SECOND]


def test_canaries_are_asked_for_once_an_hour(room: Suspect) -> None:
    room.days(1)
    room.shows("/", HOME, purpose="canary")
    room.at -= timedelta(minutes=30)
    room.shows(PATH, GONE, 404)
    assert room.asks == []


def test_nothing_is_asked_for_the_sake_of_what_never_stood(room: Suspect) -> None:
    room.days(1)
    room.shows("/news/never-seen-before-9", GONE, 404)
    assert room.asks == []


def test_nothing_is_asked_for_the_sake_of_what_is_known_to_be_down(room: Suspect) -> None:
    for _ in range(4):
        room.shows(SECOND, page("Barley comes in late", OTHER))
        room.shows(PATH, GONE, 404)
        room.days(0.5)
    assert room.standing() == "taken_down"
    room.shows(PATH, GONE, 404)
    assert room.asks == []


def test_a_home_page_that_answers_vouches_as_a_list_does(room: Suspect) -> None:
    room.days(1)
    room.shows("/", HOME, purpose="canary")
    room.shows(PATH, GONE, 404)
    assert room.all("select outlet_well from readings order by at desc limit 1") == [(1,)]
    assert room.standing() == "down"


@pytest.mark.parametrize(
    ("body", "facts"),
    [
        (HOME, {"status": 503}),
        (HOME, {"complete": False}),
        (HOME, {"headers": (("cf-mitigated", "challenge"),)}),
        (None, {"status": None, "error": "timeout"}),
    ],
)
def test_a_home_page_that_fails_vouches_for_nothing(room: Suspect, body: bytes | None, facts: dict[str, Any]) -> None:
    room.days(1)
    room.shows("/", body, purpose="canary", **facts)
    room.shows(PATH, GONE, 404)
    assert room.all("select outlet_well from readings order by at desc limit 1") == [(0,)]
    assert room.standing() == "up"


def test_a_home_page_that_fails_takes_back_what_was_seen_hours_before(room: Suspect) -> None:
    room.days(0.25)
    room.shows("/", b"", 503, purpose="canary")
    room.shows(PATH, GONE, 404)
    assert room.all("select outlet_well from readings order by at desc limit 1") == [(0,)]
    room.shows(SECOND, page("Barley comes in late", OTHER))
    room.shows(PATH, GONE, 404)
    assert room.all("select outlet_well from readings order by at desc limit 1") == [(1,)]


def test_a_challenge_at_the_home_page_takes_nothing_back(room: Suspect) -> None:
    room.days(0.25)
    room.shows("/", b"", purpose="canary", headers=(("cf-mitigated", "challenge"),))
    room.shows(PATH, GONE, 404)
    assert room.all("select outlet_well from readings order by at desc limit 1") == [(1,)]


def test_rereading_builds_the_same_from_probes_and_canaries(room: Suspect) -> None:
    test_where_every_address_shows_the_home_page_nothing_goes_down_by_it(room, 2)
    names = ("not_found", "canaries", "readings", "standings", "articles", "versions", "hosts")
    before = {name: room.all(f"select * from {name} order by 1") for name in names}
    room.asks.clear()
    asyncio.run(reread.everything(room.desk))
    assert {name: room.all(f"select * from {name} order by 1") for name in names} == before
    assert room.asks == []


# --- on the wire --------------------------------------------------------------------------------


class Everywhere(dict[str, Any]):
    """Pages of a newsroom's site that shows one page wherever nothing stands."""

    def __init__(self, site: Newssite, shown: Any) -> None:
        super().__init__()
        self.site, self.shown, self.removed = site, shown, set[str]()

    def __contains__(self, path: object) -> bool:
        listed = {channel.path for channel in self.site.masthead.channels}
        return path in self.removed or not (path in listed or self.site.at(str(path)))

    def __getitem__(self, path: str) -> Any:
        return self.shown


class Watch:
    """An outlet of the newsroom, watched hour by hour, of whose articles one goes."""

    def __init__(self, crawl: Crawl, newsroom: Newsroom, clock: HandClock, folder: Path, shown: Any) -> None:
        for slug in list(stock("courier"))[:3]:
            newsroom.publish_story("courier", slug)
        self.crawl, self.clock, self.store = crawl, clock, folder / "stet.db"
        self.settings = {"OUTLETS": str(newsroom.outlets_shelf(folder / "outlets")), "KEEP": "all"}
        self.site = newsroom.site("courier")
        self.pages = self.site.pages = Everywhere(self.site, shown)
        self.look("fronts")
        self.look("fronts", hours=12)
        self.article = next(iter(self.site.articles.values()))
        self.pages.removed.add(self.article.path)
        self.article.delisted = True

    def look(self, spider: str = "revisits", hours: float = 0.0) -> Crawled:
        self.clock.advance(hours=hours)
        return self.crawl(spider, self.settings)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        store = Store.read(self.store)
        try:
            return [tuple(row) for row in store.conn.execute(sql)]
        finally:
            store.close()

    def standing(self) -> str:
        name = self.article.path.rstrip("/").rpartition("/")[2]
        return str(self.rows(f"select standing from articles where url like '%{name}%'")[0][0])


def test_a_soft_404_is_told_by_the_probe(crawl: Crawl, newsroom: Newsroom, clock: HandClock, tmp_path: Path) -> None:
    watch = Watch(crawl, newsroom, clock, tmp_path, sorry().decode())
    seen = watch.look(hours=24)
    probes = [capture for capture in seen.captures if capture.purpose == "probe"]
    assert len(probes) == 1
    assert (probes[0].status, probes[0].robots, probes[0].outlet) == (200, "allowed", "courier")
    assert seen["visits/asked"] == seen["visits/captured"] == len(seen.captures)
    for _ in range(12):
        watch.look(hours=8)
    assert watch.rows("select max(told_apart) from not_found") == [(1,)]
    assert watch.standing() == "taken_down"
    assert watch.rows("select how from takedowns") == [("soft",)]
    assert watch.rows("select count(*) from changes") == [(0,)]
    days = watch.rows("select substr(at, 1, 10), count(*) from captures where purpose = 'probe' group by 1")
    assert {count for _, count in days} == {1}


def test_where_all_unknown_addresses_show_the_home_page_a_crawl_takes_nothing_down(
    crawl: Crawl, newsroom: Newsroom, clock: HandClock, tmp_path: Path
) -> None:
    site = newsroom.site("courier")
    watch = Watch(crawl, newsroom, clock, tmp_path,
                  lambda count: pages.list_page(site, "/", site.masthead.name, site.listed(), count))  # fmt: skip
    for _ in range(12):
        watch.look(hours=8)
    assert watch.rows("select distinct kind, told_apart from not_found") == [("home", 0)]
    assert watch.standing() == "up"
    assert watch.rows("select count(*) from takedowns") == [(0,)]
    assert watch.rows("select count(*) from changes") == [(0,)]


def tale(name: str) -> tuple[str, ...]:
    """A text of one's own: the same words in another order."""
    said = sorted({word for text in (*STORY, *OTHER) for word in text.split()})
    mixed = sorted(said, key=lambda word: sha256(f"{name} {word}".encode()))
    return tuple(" ".join(mixed[n : n + 25]) + "." for n in range(0, 100, 25))


def test_a_crawl_asks_for_so_many_looks_and_no_more(crawl: Crawl, clock: HandClock, tmp_path: Path) -> None:
    """Ten articles under ten shapes go at once: ten probes are wanted."""
    with Site("127.0.9.71") as site:
        paths = [f"/{section}/a-story-of-ours-today/" for section in "abcdefghij"]
        links = "".join(f"<item><link>{site.url(path)}</link></item>" for path in paths)
        site.answers |= {"/feed": reply(f"<rss><channel>{links}</channel></rss>".encode())}
        site.answers |= {p: reply(page(f"Story {p}", tale(p))) for p in paths}
        home = f'\nhomepage = "{site.url("/")}"' + channel("feed", "/feed")
        settings = {"OUTLETS": str(shelf(tmp_path / "outlets", {"one": site}, channels=home)), "KEEP": "all"}
        crawl("feeds", settings)
        clock.advance(days=1)
        site.answers |= {p: reply(notice(SORRY[:1])) for p in paths}
        seen = crawl("revisits", settings)
    kinds = [capture.purpose for capture in seen.captures]
    assert (kinds.count("canary"), kinds.count("probe"), kinds.count("article")) == (1, 4, 10)
    assert seen["visits/asked"] == seen["visits/captured"]


def test_a_suspect_is_asked_for_over_a_new_connection(crawl: Crawl, clock: HandClock, tmp_path: Path) -> None:
    with Site("127.0.9.72") as site:
        path, other = "/news/a-story-of-ours-today/", "/news/another-story-of-ours/"
        feed = "".join(f"<item><link>{site.url(p)}</link></item>" for p in (path, other))
        site.answers |= {"/feed": reply(f"<rss><channel>{feed}</channel></rss>".encode())}
        site.answers |= {path: reply(page("A story", STORY)), other: reply(page("Another story", OTHER))}
        outlets = shelf(tmp_path / "outlets", {"one": site}, channels=channel("feed", "/feed"))
        settings = {"OUTLETS": str(outlets), "KEEP": "all"}
        crawl("feeds", settings)
        site.answers[path] = reply(b"gone", 404)
        for _ in range(2):
            clock.advance(days=1)
            site.log.clear()
            crawl("revisits", settings)
    (suspect,) = site.asked(path)
    earlier = site.log[: site.log.index(suspect)]
    assert earlier, "robots.txt at least"
    assert suspect.connection not in {asked.connection for asked in earlier}
    assert "cookie" not in suspect.headers
    assert "if-none-match" not in suspect.headers
