"""Redirects: every shape of them is followed by ourselves, and every hop is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from crawler.fetch.guard import Guard
from crawler.fetch.hops import MOST_HOPS, target
from crawler.fetch.pace import host_of, site_of
from storage.records import Capture, Hop
from tests.conftest import Crawl
from tests.fetching import PAGE, Site, reply, shelf, to


@pytest.fixture
def site() -> Iterator[Site]:
    with Site("127.0.9.30") as serving:
        serving.answers["/end"] = reply(PAGE)
        yield serving


def ask(crawl: Crawl, folder: Path, site: Site, path: str, *others: Site, **settings: object) -> Capture:
    sites = {"one": site} | {f"other{number}": other for number, other in enumerate(others)}
    told = {"OUTLETS": str(shelf(folder / "outlets", sites)), **settings}
    return crawl("article", told, url=site.url(path)).of(site.url(path))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_and_kept(status: int, crawl: Crawl, site: Site, tmp_path: Path) -> None:
    site.answers["/a"] = to("/end#here", status)
    seen = ask(crawl, tmp_path, site, "/a")
    assert (seen.status, seen.url, seen.body) == (200, site.url("/end"), PAGE)
    assert seen.asked_url == site.url("/a")
    assert seen.hops == (Hop(site.url("/a"), status, "/end#here"),)


@pytest.mark.parametrize("status", [300, 304, 305, 306])
def test_other_threes_are_answers(status: int, crawl: Crawl, site: Site, tmp_path: Path) -> None:
    site.answers["/a"] = to("/end", status)
    seen = ask(crawl, tmp_path, site, "/a")
    assert (seen.status, seen.hops, seen.error) == (status, (), "")


def test_a_page_that_redirects_to_itself_is_a_loop(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    site.answers["/a"] = to("/a")
    seen = ask(crawl, tmp_path, site, "/a")
    assert (seen.error, seen.status, len(seen.hops)) == ("redirect_loop", None, 1)
    assert len(site.asked("/a")) == 1


def test_a_ring_is_a_loop_with_all_its_hops(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    site.answers |= {"/a": to("/b"), "/b": to("/c"), "/c": to("/a")}
    seen = ask(crawl, tmp_path, site, "/a")
    assert seen.error == "redirect_loop"
    assert [hop.location for hop in seen.hops] == ["/b", "/c", "/a"]


def test_eight_hops_are_followed_and_nine_are_too_many(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    site.answers |= {f"/{n}": to(f"/{n + 1}") for n in range(1, 10)} | {"/10": reply(PAGE)}
    eight = ask(crawl, tmp_path, site, "/2")
    assert (eight.status, len(eight.hops)) == (200, MOST_HOPS)
    nine = ask(crawl, tmp_path, site, "/1")
    assert (nine.error, nine.status, len(nine.hops)) == ("too_many_hops", None, MOST_HOPS + 1)


def test_articles_that_all_redirect_home_all_come_back(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    """Scrapy's dupefilter would swallow all but the first (scrapy#1225)."""
    site.answers |= {"/": reply(PAGE), **{f"/{n}": to("/") for n in range(5)}}
    outlets = str(shelf(tmp_path / "outlets", {"one": site}))
    urls = [site.url("/"), *(site.url(f"/{n}") for n in range(5))]
    seen = crawl("article", {"OUTLETS": outlets}, url=" ".join(urls))
    assert sorted(capture.asked_url for capture in seen.captures) == sorted(urls)
    assert {capture.url for capture in seen.captures} == {site.url("/")}


def test_a_redirect_to_another_outlet_is_followed_and_stays_the_first_ones(
    crawl: Crawl, site: Site, tmp_path: Path
) -> None:
    with Site("127.0.9.31") as other:
        other.answers["/x"] = reply(PAGE)
        site.answers["/a"] = to(other.url("/x"))
        seen = ask(crawl, tmp_path, site, "/a", other)
    assert (seen.status, seen.url, seen.outlet) == (200, other.url("/x"), "one")
    assert [request.path for request in other.log] == ["/robots.txt", "/x"]


def test_the_robots_txt_of_the_host_that_is_led_to_holds(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    with Site("127.0.9.32") as other:
        other.answers |= {"/x": reply(PAGE), "/robots.txt": reply(b"User-agent: *\nDisallow: /x\n")}
        site.answers["/a"] = to(other.url("/x"))
        seen = ask(crawl, tmp_path, site, "/a", other)
    assert (seen.error, seen.robots, seen.status, len(seen.hops)) == ("robots_forbid", "forbidden", None, 1)
    assert not other.asked("/x")


def test_a_hop_to_a_dead_host_keeps_the_way_there(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    site.answers["/a"] = to("http://no-such-host.invalid/b")
    seen = ask(crawl, tmp_path, site, "/a", CONTACT="desk@example.org")
    assert (seen.error, seen.url) == ("robots_unreachable: dns", site.url("/a"))
    assert [hop.location for hop in seen.hops] == ["http://no-such-host.invalid/b"]


@pytest.mark.parametrize("location", ["", "http://[broken", "mailto:a@example.org", "http://x:99999/"])
def test_a_location_that_leads_nowhere(location: str, crawl: Crawl, site: Site, tmp_path: Path) -> None:
    site.answers["/a"] = to(location)
    seen = ask(crawl, tmp_path, site, "/a")
    assert seen.error == f"bad_redirect: {location or 'no Location'}"
    assert (seen.status, [hop.status for hop in seen.hops]) == (None, [302])


def test_a_meta_refresh_is_a_page(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    page = b'<meta http-equiv="refresh" content="0; url=/end"><p>moved</p>'
    site.answers["/a"] = reply(page)
    seen = ask(crawl, tmp_path, site, "/a")
    assert (seen.status, seen.hops, seen.body) == (200, (), page)
    assert not site.asked("/end")


def test_the_languages_we_ask_for_go_along_the_way(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    site.answers["/a"] = to("/end")
    ask(crawl, tmp_path, site, "/a")
    assert [request.headers["accept-language"] for request in site.asked("/end")] == ["en, *;q=0.5"]


@given(st.text(max_size=60))
def test_no_location_breaks_the_way(said: str) -> None:
    for location in (said, "//" + said, "http://" + said, "/" + said):
        where = target("http://example.org/x/a", location)
        assert where == "" or Request(where).url.startswith(("http://", "https://"))
        assert isinstance(Guard(frozenset()).forbids(where), str)
        assert isinstance(host_of(where) + site_of(where), str)


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("b", "http://example.org/x/b"),
        ("//other.org/c", "http://other.org/c"),
        ("?p=1", "http://example.org/x/a?p=1"),
        ("/ä b", "http://example.org/%C3%A4%20b"),
        ("https://example.org/#top", "https://example.org/"),
        ("http://2130706433/", "http://2130706433/"),
        ("http://me:secret@example.org/x", "http://example.org/x"),
    ],
)
def test_where_a_location_leads(said: str, where: str) -> None:
    assert target("http://example.org/x/a", said) == where
