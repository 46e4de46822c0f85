"""robots.txt in a crawl: asked once a day, kept as a Capture, obeyed to the letter."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.clock import HandClock
from tests.conftest import Crawl, Crawled
from tests.fetching import PAGE, Site, drop, reply, shelf, to, zipped

FORBIDS = reply(b"User-agent: *\nDisallow: /private\n")


@pytest.fixture
def site() -> Iterator[Site]:
    with Site("127.0.9.40") as serving:
        serving.answers |= {path: reply(PAGE) for path in ("/a", "/b", "/c", "/private/x")}
        yield serving


def ask(crawl: Crawl, folder: Path, site: Site, *paths: str) -> Crawled:
    outlets = str(shelf(folder / "outlets", {"one": site}))
    return crawl("article", {"OUTLETS": outlets}, url=",".join(site.url(path) for path in paths))


def kept(folder: Path, purpose: str) -> list[sqlite3.Row]:
    """The captures of one purpose, as they stand in the store."""
    with sqlite3.connect(folder / "stet.db") as store:
        store.row_factory = sqlite3.Row
        return store.execute("select * from captures where purpose = ? order by id", (purpose,)).fetchall()


@pytest.mark.parametrize(
    ("answer", "error", "decision"),
    [
        (reply(b"User-agent: *\nAllow: /\n"), "", "allowed"),
        (FORBIDS, "", "allowed"),
        (reply(b"User-agent: *\nDisallow: /\n"), "robots_forbid", "forbidden"),
        (reply(b"User-agent: stet\nDisallow: /\n"), "robots_forbid", "forbidden"),
        (reply(b"User-agent: other\nDisallow: /\n"), "", "allowed"),
        (reply(b"", 404), "", "allowed"),
        (reply(b"", 410), "", "allowed"),
        (reply(b"", 401), "robots_forbid", "forbidden"),
        (reply(b"", 403), "robots_forbid", "forbidden"),
        (reply(b"", 429), "robots_unreachable: status 429", "unreachable"),
        (reply(b"", 500), "robots_unreachable: status 500", "unreachable"),
        (reply(b"", 503), "robots_unreachable: status 503", "unreachable"),
        (drop, "robots_unreachable: connection: closed without an answer", "unreachable"),
        (zipped(b"User-agent: *\nDisallow: /x\n" * 50, keep=0.5), "robots_unreachable: cut in transit", "unreachable"),
        (to("/robots.txt"), "robots_unreachable: redirect_loop", "unreachable"),
        (to("http://169.254.169.254/robots.txt"), "forbidden_address: 169.254.169.254", "unreachable"),
    ],
)
def test_the_answer_of_robots_txt_decides(
    answer: bytes, error: str, decision: str, crawl: Crawl, site: Site, tmp_path: Path
) -> None:
    site.answers["/robots.txt"] = answer
    seen = ask(crawl, tmp_path, site, "/a").of(site.url("/a"))
    assert (seen.error, seen.robots) == (error, decision)
    assert bool(site.asked("/a")) is (decision == "allowed")


def test_it_is_asked_once_for_many_pages_and_kept_as_a_capture(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    site.answers["/robots.txt"] = FORBIDS
    seen = ask(crawl, tmp_path, site, "/a", "/b", "/c", "/private/x")
    assert sorted(capture.error for capture in seen.captures) == ["", "", "", "robots_forbid"]
    assert len(site.asked("/robots.txt")) == 1
    (row,) = kept(tmp_path, "robots")
    assert (row["status"], row["outlet"], row["asked_url"]) == (200, "one", site.url("/robots.txt"))


def test_it_is_asked_again_after_a_day_and_not_before(
    crawl: Crawl, site: Site, tmp_path: Path, clock: HandClock
) -> None:
    site.answers["/robots.txt"] = FORBIDS
    for hours in (0, 12, 11.9, 0.2):
        clock.advance(hours=hours)
        ask(crawl, tmp_path, site, "/a")
    assert len(site.asked("/robots.txt")) == 2
    assert len(site.asked("/a")) == 4


def test_the_copy_of_yesterday_serves_while_it_is_down(
    crawl: Crawl, site: Site, tmp_path: Path, clock: HandClock
) -> None:
    site.answers["/robots.txt"] = FORBIDS
    ask(crawl, tmp_path, site, "/a")
    site.answers["/robots.txt"] = reply(b"", 503)
    clock.advance(hours=23)
    seen = ask(crawl, tmp_path, site, "/b", "/private/x")
    assert [seen.of(site.url(path)).error for path in ("/b", "/private/x")] == ["", "robots_forbid"]
    clock.advance(hours=2)
    assert ask(crawl, tmp_path, site, "/c").of(site.url("/c")).error == "robots_unreachable: status 503"


def test_a_failure_is_asked_again_by_the_next_crawl(crawl: Crawl, site: Site, tmp_path: Path, clock: HandClock) -> None:
    site.answers["/robots.txt"] = reply(b"", 503)
    ask(crawl, tmp_path, site, "/a", "/b")
    assert len(site.asked("/robots.txt")) == 1
    site.answers["/robots.txt"] = FORBIDS
    clock.advance(minutes=5)
    assert ask(crawl, tmp_path, site, "/a").of(site.url("/a")).error == ""


def test_trackers_are_taken_off_before_the_check(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    site.answers |= {"/robots.txt": reply(b"User-agent: *\nDisallow: *?\n"), "/a?page=2": reply(PAGE)}
    seen = ask(crawl, tmp_path, site, "/a?utm_source=x", "/a?page=2")
    assert [capture.error for capture in sorted(seen.captures, key=lambda c: c.asked_url)] == ["", "robots_forbid"]


def test_it_may_redirect(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    site.answers |= {"/robots.txt": to("/rules.txt", 301), "/rules.txt": FORBIDS}
    assert ask(crawl, tmp_path, site, "/private/x").of(site.url("/private/x")).error == "robots_forbid"
    (row,) = kept(tmp_path, "robots")
    assert (row["url"], row["status"]) == (site.url("/rules.txt"), 200)
