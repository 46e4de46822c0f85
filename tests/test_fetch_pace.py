"""Politeness, by the servers' own logs: one at a time, a pause between, and silence while a host asks for it."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.clock import FastClock, HandClock, WallClock
from tests.conftest import Crawl, Crawled
from tests.fetching import PAGE, Site, reply, shelf, stall, to

PATHS = [f"/{n}" for n in range(6)]


@pytest.fixture
def site() -> Iterator[Site]:
    with Site("127.0.9.50") as serving:
        serving.answers |= {path: reply(PAGE) for path in PATHS}
        yield serving


def ask(
    crawl: Crawl, folder: Path, sites: list[Site], paths: list[str], pace: float = 0.001, **settings: object
) -> Crawled:
    outlets = shelf(folder / "outlets", {f"outlet{n}": site for n, site in enumerate(sites)}, pace)
    urls = [site.url(path) for path in paths for site in sites]
    return crawl("article", {"OUTLETS": str(outlets), **settings}, url=" ".join(urls))


def gaps(site: Site) -> list[float]:
    """Real seconds between one request and the next."""
    return [after.at - before.at for before, after in pairwise(site.log)]


def test_a_host_is_asked_one_at_a_time_over_one_connection(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    ask(crawl, tmp_path, [site], PATHS)
    assert {request.at_once for request in site.log} == {1}
    assert {request.connection for request in site.log} == {1}
    assert len(site.log) == 1 + len(PATHS)


def test_the_outlets_pace_is_kept(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    ask(crawl, tmp_path, [site], PATHS[:4], pace=0.15, CLOCK=WallClock())
    assert min(gaps(site)) >= 0.15


def test_a_crawl_delay_makes_the_pause_longer(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    site.answers["/robots.txt"] = reply(b"User-agent: *\nCrawl-delay: 0.2\n")
    ask(crawl, tmp_path, [site], PATHS[:4], pace=0.05, CLOCK=WallClock())
    assert min(gaps(site)) >= 0.2


def test_a_crawl_delay_never_makes_the_pause_shorter(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    site.answers["/robots.txt"] = reply(b"User-agent: *\nCrawl-delay: 0.01\n")
    ask(crawl, tmp_path, [site], PATHS[:4], pace=0.15, CLOCK=WallClock())
    assert min(gaps(site)) >= 0.15


def test_a_pause_that_nobody_can_wait_for_leaves_the_rest_to_later_crawls(
    crawl: Crawl, site: Site, tmp_path: Path
) -> None:
    site.answers["/robots.txt"] = reply(b"User-agent: *\nCrawl-delay: 86400\n")
    seen = ask(crawl, tmp_path, [site], PATHS, CLOCK=WallClock())
    assert (seen.captures, seen["visits/given_back"]) == ([], len(PATHS))
    assert seen.lines == ["outlet0: 6 not asked for: 127.0.9.50 asks for a pause of 86400 s"]


def test_a_pause_is_in_the_clocks_seconds(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    ask(crawl, tmp_path, [site], PATHS[:4], pace=100, CLOCK=FastClock(1000))
    assert 0.1 <= min(gaps(site)) < max(gaps(site)) < 2


def test_hops_and_robots_txt_keep_the_pace_too(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    site.answers |= {"/0": to("/1"), "/1": to("/2")}
    ask(crawl, tmp_path, [site], ["/0"], pace=0.15, CLOCK=WallClock())
    assert [request.path for request in site.log] == ["/robots.txt", "/0", "/1", "/2"]
    assert min(gaps(site)) >= 0.15


def test_the_pause_lasts_from_one_crawl_to_the_next(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    for path in PATHS[:2]:
        ask(crawl, tmp_path, [site], [path], pace=0.3, CLOCK=WallClock())
    assert min(gaps(site)) >= 0.3


def test_hosts_do_not_wait_for_one_another(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    with Site("127.0.9.51") as other:
        other.answers |= {path: reply(PAGE) for path in PATHS}
        ask(crawl, tmp_path, [site, other], PATHS[:4], pace=0.2, CLOCK=WallClock())
    begins, ends = max(s.log[0].at for s in (site, other)), min(s.log[-1].at for s in (site, other))
    assert begins < ends


def test_a_host_that_never_answers_does_not_hold_up_the_others(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    with Site("127.0.9.53") as dead:
        dead.answers["/robots.txt"] = stall
        paths = [f"/{n}" for n in range(20)]
        seen = ask(crawl, tmp_path, [dead, site], paths, DOWNLOAD_TIMEOUT=1)
    assert site.log[-1].at - dead.log[0].at < 1
    assert len(seen.captures) == 40
    assert {capture.error for capture in seen.captures if capture.outlet == "outlet0"} == {
        "robots_unreachable: timeout"
    }


def test_the_pages_of_a_host_are_asked_in_the_order_they_were_given(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    ask(crawl, tmp_path, [site], PATHS)
    assert [request.path for request in site.log] == ["/robots.txt", *PATHS]


# --- Retry-After -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_us_to_wait_is_left_alone(
    status: int, crawl: Crawl, site: Site, tmp_path: Path, clock: HandClock
) -> None:
    site.answers["/0"] = reply(b"slow down", status, Retry_After="120")
    seen = ask(crawl, tmp_path, [site], PATHS)
    assert [capture.status for capture in seen.captures][-1] == status
    asked = len(site.log)
    assert seen["visits/asked"] == seen["visits/captured"] + seen["visits/given_back"] == len(PATHS)
    assert asked == seen["visits/captured"] + 1
    assert "not asked for: 127.0.9.50 asked us to wait until 2026-03-02T06:02:00.000Z" in seen.lines[0]

    clock.advance(seconds=119)
    assert ask(crawl, tmp_path, [site], ["/1"]).captures == []
    assert len(site.log) == asked
    clock.advance(seconds=2)
    assert [capture.status for capture in ask(crawl, tmp_path, [site], ["/1"]).captures] == [200]


def test_other_hosts_go_on_meanwhile(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    site.answers["/robots.txt"] = reply(b"", 429, Retry_After="120")
    with Site("127.0.9.52") as other:
        other.answers |= {path: reply(PAGE) for path in PATHS}
        seen = ask(crawl, tmp_path, [site, other], PATHS)
    assert {capture.outlet for capture in seen.captures} == {"outlet1"}
    assert seen["visits/given_back"] == len(PATHS)
    assert [request.path for request in site.log] == ["/robots.txt"]


def test_a_retry_after_on_a_page_that_answers_well_asks_for_nothing(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    site.answers["/0"] = reply(PAGE, 200, Retry_After="120")
    assert len(ask(crawl, tmp_path, [site], PATHS).captures) == len(PATHS)
