"""Focused crawling, KEEP, pins and a user's own shelf, end to end: real crawls of the loopback newsroom."""

from pathlib import Path

import pytest

from crawler.clock import HandClock
from crawler.newsroom.newsroom import Newsroom
from crawler.newsroom.stories import stock
from storage.store import Store
from tests.conftest import Crawl, Crawled

BAKERY = (
    "The bakery on Mill Lane opens a second oven on Friday, said its owner, whose grandfather had built the first one "
    "with bricks from the old brewery and a chimney from a ship.",
    "Bread from the new oven costs as much as from the old one. Rye is baked on Tuesdays, wheat on all other days, and on "
    "Sundays there are rolls with poppy seed for those who come before nine.",
    "Some forty people came to look at the oven, and most of them stayed for the bread. A choir of pupils sang two songs "
    "about flour, one of them in a round, and the teacher counted the slices that were left.",
    "The town's chronicle knows of bakers in the lane since the year of the great flood, when the mill was carried off "
    "and only its stones were left. They lie in the yard to this day, and cats sleep on them.",
)
STRIKE = """The strike at Varna began on a Monday. In Varna the Harbour Board had cut the night shift, and the
longshoremen walked out. Longshoremen from Burgas joined them. The ferries to Varna stood still, and the Harbour Board
asked for arbitration. On the quay, Mila Petrova spoke for the longshoremen; arbitration, said Mila Petrova, must wait."""
QUAY = (
    "A week later the quay at Varna is open. Mila Petrova and the Harbour Board have agreed on arbitration, and the first "
    "of the ferries left at noon with forty lorries on board.",
    "The longshoremen keep their night shift, and those from Burgas went home on Tuesday. The Harbour Board had wanted to "
    "cut the shift in spring, since fewer ships call at Varna in the dark months.",
    "The arbitration begins in May, the Harbour Board said on Friday. Until then the longshoremen work as before the "
    "strike, and nobody who walked out is to lose a day's pay for it.",
    "Mila Petrova spoke on the quay once more. The strike had been quiet, she said, and the ferries will sail all summer.",
)


@pytest.fixture
def outlets(newsroom: Newsroom, tmp_path: Path) -> str:
    return str(newsroom.outlets_shelf(tmp_path / "outlets"))


def asked(crawled: Crawled) -> list[str]:
    """Addresses of articles, in the order they were asked for."""
    return [capture.asked_url for capture in crawled.captures if capture.purpose == "article"]


def rows(folder: Path, *urls: str) -> list[tuple[bool, bool, bool]]:
    """Of each article: whether it is related, pinned, and watched."""
    store = Store.read(folder / "stet.db")
    try:
        found = [store.conn.execute("select * from articles where url = ?", (url,)).fetchone() for url in urls]
        return [(bool(row["related"]), bool(row["pinned"]), row["next_visit_at"] is not None) for row in found]
    finally:
        store.close()


def captures(folder: Path, url: str) -> int:
    store = Store.read(folder / "stet.db")
    try:
        sql = "select count(*) from captures where asked_url = ? and purpose = 'article'"
        return int(store.conn.execute(sql, (url,)).fetchone()[0])
    finally:
        store.close()


def test_what_is_near_the_seeds_is_asked_for_first(crawl: Crawl, newsroom: Newsroom, outlets: str) -> None:
    near = newsroom.publish_story("courier", next(iter(stock("courier"))))
    for number in range(5):
        newsroom.publish("courier", f"second-oven-{number}", f"Oven number {number} opens on Mill Lane", BAKERY)
    assert asked(crawl("fronts", {"OUTLETS": outlets}, outlet="courier", limit="1")) == [near.url]


def test_an_article_off_the_subject_is_captured_once_and_not_watched(
    crawl: Crawl, newsroom: Newsroom, outlets: str, tmp_path: Path, clock: HandClock
) -> None:
    near = newsroom.publish_story("courier", next(iter(stock("courier"))))
    far = newsroom.publish("courier", "second-oven", "A second oven opens on Mill Lane", BAKERY)
    crawl("feeds", {"OUTLETS": outlets}, outlet="courier")
    assert rows(tmp_path, near.url, far.url) == [(True, False, True), (False, False, False)]
    clock.advance(days=3)
    seen = asked(crawl("revisits", {"OUTLETS": outlets}))
    assert near.url in seen
    assert captures(tmp_path, far.url) == 1


def test_keep_all_watches_everything(crawl: Crawl, newsroom: Newsroom, outlets: str, tmp_path: Path) -> None:
    far = newsroom.publish("courier", "second-oven", "A second oven opens on Mill Lane", BAKERY)
    crawl("feeds", {"OUTLETS": outlets, "KEEP": "all"}, outlet="courier")
    assert rows(tmp_path, far.url) == [(False, False, True)]


def test_what_a_user_pinned_is_watched_whatever_it_says(
    crawl: Crawl, newsroom: Newsroom, outlets: str, tmp_path: Path, clock: HandClock
) -> None:
    far = newsroom.publish("courier", "second-oven", "A second oven opens on Mill Lane", BAKERY)
    crawl("feeds", {"OUTLETS": outlets}, outlet="courier", limit="0")
    store = Store.open(tmp_path / "stet.db", "test")
    store.pin(far.url, far.url, "courier", clock.now())
    store.close()
    crawl("feeds", {"OUTLETS": outlets}, outlet="courier")
    assert rows(tmp_path, far.url) == [(False, True, True)]
    clock.advance(days=3)
    assert far.url in asked(crawl("revisits", {"OUTLETS": outlets}))


def test_a_users_own_documents_are_the_subject(crawl: Crawl, newsroom: Newsroom, outlets: str, tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "strike.txt").write_text(STRIKE, encoding="utf-8")
    theirs = newsroom.publish("courier", "quay-is-open", "The quay is open, and arbitration begins", QUAY)
    ours = newsroom.publish_story("courier", next(iter(stock("courier"))))
    newsroom.publish("courier", "second-oven", "A second oven opens on Mill Lane", BAKERY)
    settings = {"OUTLETS": outlets, "SEEDS": str(tmp_path / "seeds")}
    assert asked(crawl("fronts", settings, outlet="courier", limit="1")) == [theirs.url]
    crawl("fronts", settings, outlet="courier")
    assert rows(tmp_path, theirs.url, ours.url) == [(True, False, True), (False, False, False)]
