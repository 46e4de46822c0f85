"""The spiders against the newsroom: lists first, then the articles they offer, then again what is due."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from crawler.clock import HandClock
from crawler.newsroom.newsroom import Newsroom
from crawler.newsroom.stories import stock
from tests.conftest import Crawl, Crawled
from tests.fetching import PAGE, Site, channel, drop, reply, shelf

OUTLETS = ("sentinel", "redoubt", "courier", "meridian", "zarya", "haiyue")


@pytest.fixture
def settings(newsroom: Newsroom, tmp_path: Path) -> dict[str, Any]:
    """All six outlets with three stories each; all of them are kept."""
    for outlet in OUTLETS:
        for slug in list(stock(outlet))[:3]:
            newsroom.publish_story(outlet, slug)
    return {"OUTLETS": str(newsroom.outlets_shelf(tmp_path / "outlets")), "KEEP": "all"}


def articles(newsroom: Newsroom, outlet: str) -> set[str]:
    return {article.url for article in newsroom.site(outlet).articles.values()}


def pages(crawled: Crawled, outlet: str) -> Counter[str]:
    """How often each article of an outlet was asked for."""
    seen = [capture for capture in crawled.captures if capture.purpose == "article" and capture.outlet == outlet]
    return Counter(capture.asked_url for capture in seen)


@pytest.mark.parametrize("spider", ["feeds", "sitemaps", "fronts"])
@pytest.mark.parametrize("outlet", OUTLETS)
def test_every_way_in_finds_every_article_once(
    spider: str, outlet: str, crawl: Crawl, newsroom: Newsroom, settings: dict[str, Any]
) -> None:
    seen = crawl(spider, settings, outlet=outlet)
    assert pages(seen, outlet) == Counter(articles(newsroom, outlet))
    assert {capture.outlet for capture in seen.captures} == {outlet}
    assert all(listing.problem == "" for listing in seen.listings)
    assert seen["visits/asked"] == seen["visits/captured"] == len(seen.captures)


def test_wordpress_offers_its_posts_with_their_last_change(
    crawl: Crawl, newsroom: Newsroom, settings: dict[str, Any], clock: HandClock
) -> None:
    clock.advance(hours=1)
    edited = next(iter(newsroom.site("sentinel").articles.values()))
    edited.edit_headline("Another headline stands here")
    clock.advance(minutes=10)
    seen = crawl("apis", settings, outlet="sentinel")
    assert pages(seen, "sentinel") == Counter(articles(newsroom, "sentinel"))
    (listing,) = seen.listings
    first, *others = listing.offers
    assert (first.url, first.title) == (edited.url, "Another headline stands here")
    assert (first.hint_at, first.updated_at) == ("2026-03-02T06:00:00.000Z", "2026-03-02T07:00:00.000Z")
    assert {offer.updated_at for offer in others} == {"2026-03-02T06:00:00.000Z"}


def test_all_outlets_are_asked_when_none_is_named(crawl: Crawl, newsroom: Newsroom, settings: dict[str, Any]) -> None:
    seen = crawl("feeds", settings)
    assert all(pages(seen, outlet) == Counter(articles(newsroom, outlet)) for outlet in OUTLETS)
    assert [line.partition(":")[0] for line in seen.lines] == sorted(OUTLETS)
    assert "courier: 1 list with 3 addresses, 3 pages asked for, 3 answered" in seen.lines


def test_offers_carry_titles_and_dates(crawl: Crawl, newsroom: Newsroom, settings: dict[str, Any]) -> None:
    seen = crawl("feeds", settings, outlet="haiyue,zarya")
    offers = {offer.url: offer for listing in seen.listings for offer in listing.offers}
    for outlet in ("haiyue", "zarya"):
        for article in newsroom.site(outlet).articles.values():
            assert offers[article.url].title == article.copy.title
            assert offers[article.url].hint_at == "2026-03-02T06:00:00.000Z"


def test_what_is_known_is_not_asked_for_again_by_another_channel(
    crawl: Crawl, newsroom: Newsroom, settings: dict[str, Any], clock: HandClock
) -> None:
    crawl("feeds", settings, outlet="courier")
    clock.advance(minutes=10)
    assert pages(crawl("sitemaps", settings, outlet="courier"), "courier") == Counter()
    newsroom.publish_story("courier", list(stock("courier"))[3])
    clock.advance(minutes=10)
    (url,) = pages(crawl("fronts", settings, outlet="courier"), "courier")
    assert url.rstrip("/").endswith(newsroom.article("courier", list(stock("courier"))[3]).url.rpartition("/")[2])


def test_the_limit_holds_and_the_rest_comes_next_time(
    crawl: Crawl, newsroom: Newsroom, settings: dict[str, Any], clock: HandClock
) -> None:
    first = pages(crawl("feeds", settings, outlet="courier", limit="2"), "courier")
    assert first.total() == 2
    clock.advance(hours=1)
    second = pages(crawl("feeds", settings, outlet="courier"), "courier")
    assert first + second == Counter(articles(newsroom, "courier"))


def test_a_limit_of_nothing_looks_at_lists_only(crawl: Crawl, newsroom: Newsroom, settings: dict[str, Any]) -> None:
    seen = crawl("feeds", settings, outlet="courier", limit="0")
    assert [capture.purpose for capture in seen.captures] == ["channel"]


def test_the_budget_is_the_limit_when_none_is_given(crawl: Crawl, newsroom: Newsroom, settings: dict[str, Any]) -> None:
    assert pages(crawl("feeds", {**settings, "BUDGET": 1}, outlet="courier"), "courier").total() == 1


def test_a_list_is_asked_for_on_condition(
    crawl: Crawl, newsroom: Newsroom, settings: dict[str, Any], clock: HandClock
) -> None:
    crawl("feeds", settings, outlet="sentinel", limit="0")
    clock.advance(hours=1)
    (listing,) = crawl("feeds", settings, outlet="sentinel", limit="0").listings
    assert newsroom.asked("sentinel", "/feed/")[-1].conditional
    assert (listing.capture.status, listing.offers, listing.problem) == (304, (), "")
    assert listing.capture.refers_to is not None


def test_revisits_ask_for_what_is_due_and_for_nothing_else(
    crawl: Crawl, newsroom: Newsroom, settings: dict[str, Any], clock: HandClock
) -> None:
    crawl("feeds", settings, outlet="courier")
    assert crawl("revisits", settings).captures == []
    clock.advance(days=1)
    seen = crawl("revisits", settings)
    assert pages(seen, "courier") == Counter(articles(newsroom, "courier"))
    clock.advance(days=1)
    assert crawl("revisits", settings, outlet="zarya").captures == []
    assert len(crawl("revisits", settings, outlet="courier", limit="2").captures) == 2


def test_a_304_confirms_the_page_that_is_held(
    crawl: Crawl, newsroom: Newsroom, settings: dict[str, Any], clock: HandClock
) -> None:
    first = crawl("feeds", settings, outlet="sentinel")
    clock.advance(days=1)
    second = crawl("revisits", settings)
    entries = {capture.asked_url: capture.entry for capture in first.captures if capture.purpose == "article"}
    confirmed = [capture for capture in second.captures if capture.status == 304]
    assert confirmed
    assert all(capture.refers_to == entries[capture.asked_url] for capture in confirmed)
    assert all(capture.digest is None for capture in confirmed)


def test_an_article_that_is_deleted_is_seen_to_be_gone(
    crawl: Crawl, newsroom: Newsroom, settings: dict[str, Any], clock: HandClock
) -> None:
    crawl("feeds", settings, outlet="courier")
    article = next(iter(newsroom.site("courier").articles.values()))
    clock.advance(days=1)
    before = crawl("revisits", settings).of(article.url)
    article.take_down("410")
    clock.advance(days=1)
    after = crawl("revisits", settings).of(article.url)
    assert (before.status, after.status) == (304, 410)


# --- channels that misbehave -----------------------------------------------------------------------

FEED = "<rss><channel>{}</channel></rss>"


def feed(*links: str) -> bytes:
    return FEED.format("".join(f"<item><link>{link}</link><title>x</title></item>" for link in links)).encode()


def test_a_channel_offers_only_what_is_its_outlets(crawl: Crawl, tmp_path: Path) -> None:
    with Site("127.0.9.60") as site, Site("127.0.9.61") as other:
        own = site.url("/2026/03/02/a-story-of-ours/")
        links = [
            own,
            own + "#x",
            other.url("/x"),
            "http://127.0.0.1:22/",
            "file:///etc/passwd",
            "http://[",
            "mailto:a@b.c",
        ]
        site.answers |= {"/feed": reply(feed(*links)), "/2026/03/02/a-story-of-ours/": reply(PAGE)}
        outlets = str(shelf(tmp_path / "outlets", {"one": site}, channels=channel("feed", "/feed")))
        seen = crawl("feeds", {"OUTLETS": outlets, "KEEP": "all"})
    (listing,) = seen.listings
    assert [offer.url for offer in listing.offers] == [own]
    assert [capture.purpose for capture in seen.captures] == ["channel", "article"]
    assert not other.log


@pytest.mark.parametrize(
    ("answer", "problem", "error"),
    [
        (reply(b"<html>no feed here</html>"), "not a feed", ""),
        (reply(b"gone", 404), "", ""),
        (drop, "", "connection: closed without an answer"),
        (reply(feed("/a"), length=5000), "", ""),
    ],
)
def test_a_channel_that_fails_is_still_a_listing(
    answer: bytes, problem: str, error: str, crawl: Crawl, tmp_path: Path
) -> None:
    with Site("127.0.9.62") as site:
        site.answers["/feed"] = answer
        outlets = str(shelf(tmp_path / "outlets", {"one": site}, channels=channel("feed", "/feed")))
        (listing,) = crawl("feeds", {"OUTLETS": outlets}).listings
    assert (listing.offers, listing.problem, listing.capture.error) == ((), problem, error)


def test_an_index_is_followed_to_its_newest_parts_and_no_further(crawl: Crawl, tmp_path: Path) -> None:
    def index(*parts: str) -> bytes:
        return f"<sitemapindex>{''.join(f'<sitemap><loc>{part}</loc></sitemap>' for part in parts)}</sitemapindex>".encode()

    with Site("127.0.9.63") as site:
        story = "/2026/03/02/a-story-of-ours/"
        one = f"<urlset><url><loc>{story}</loc></url><url><loc>/about/</loc></url></urlset>".encode()
        site.answers |= {
            "/index.xml": reply(index(*(f"/part{n}.xml" for n in range(9)), "http://127.0.0.1/x.xml")),
            **{f"/part{n}.xml": reply(one) for n in range(9)},
            "/part8.xml": reply(index("/deeper.xml")),
            "/deeper.xml": reply(index("/deepest.xml")),
            "/deepest.xml": reply(index("/index.xml")),
            "/part7.xml": reply(b"gone", 404),
            story: reply(PAGE),
        }
        outlets = str(shelf(tmp_path / "outlets", {"one": site}, channels=channel("sitemap", "/index.xml")))
        seen = crawl("sitemaps", {"OUTLETS": outlets, "KEEP": "all"})
    asked = [request.path for request in site.log if request.path not in ("/robots.txt", story)]
    assert sorted(asked) == ["/deeper.xml", "/index.xml", *(f"/part{n}.xml" for n in (4, 5, 6, 7, 8))]
    assert len(site.asked(story)) == 1
    assert len(site.asked("/about/")) == 0
    assert sum(len(listing.offers) for listing in seen.listings) == 3


def test_a_host_under_retry_after_is_known_to_the_next_crawl(
    crawl: Crawl, newsroom: Newsroom, settings: dict[str, Any], clock: HandClock
) -> None:
    newsroom.site("courier").rate_limit(3600)
    crawl("feeds", settings, outlet="courier")
    newsroom.site("courier").restore()
    asked = len(newsroom.asked("courier"))
    clock.advance(minutes=30)
    seen = crawl("feeds", settings, outlet="courier")
    assert (seen.captures, len(newsroom.asked("courier"))) == ([], asked)
    clock.advance(minutes=31)
    assert pages(crawl("feeds", settings, outlet="courier"), "courier") == Counter(articles(newsroom, "courier"))


def test_the_newsroom_is_asked_politely(crawl: Crawl, newsroom: Newsroom, settings: dict[str, Any]) -> None:
    for spider in ("feeds", "sitemaps", "fronts"):
        crawl(spider, {**settings, "CONTACT": "desk@example.org"})
        newsroom.advance(minutes=1)
    assert max(logged.at_once for logged in newsroom.log) == 1
    assert {logged.agent for logged in newsroom.log} == {"stet/0.1.0 (+desk@example.org)"}
    robots = Counter(logged.outlet for logged in newsroom.log if logged.path == "/robots.txt")
    assert robots == Counter(OUTLETS)
