"""What hosts ask of us: robots.txt by status, Crawl-delay, Retry-After."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.wishes import LONGEST_WAIT, retry_after, robots

AT = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
PAGE = "https://example.org/politics/a-story"


@pytest.mark.parametrize(
    ("status", "allowed", "unreachable"),
    [
        (200, False, False),
        (204, False, False),
        (401, False, False),
        (403, False, False),
        (404, True, False),
        (410, True, False),
        (451, True, False),
        (429, False, True),
        (500, False, True),
        (503, False, True),
        (302, False, True),
        (304, False, True),
        (None, False, True),
    ],
)
def test_the_status_of_robots_txt_decides(status: int | None, allowed: bool, unreachable: bool) -> None:
    rules = robots(status, b"User-agent: *\nDisallow: /politics/")
    assert (rules.allows(PAGE), rules.unreachable) == (allowed, unreachable)


def test_our_own_group_goes_before_the_one_for_all() -> None:
    rules = robots(200, b"User-agent: *\nDisallow: /\n\nUser-agent: stet\nDisallow: /private\nCrawl-delay: 7.5\n")
    assert rules.allows(PAGE)
    assert not rules.allows("https://example.org/private/x")
    assert rules.crawl_delay == 7.5


def test_the_longest_rule_wins_and_wildcards_hold() -> None:
    rules = robots(200, b"User-agent: *\nDisallow: *?\nDisallow: /a/\nAllow: /a/b/\n")
    assert not rules.allows("https://example.org/x?page=2")
    assert rules.allows("https://example.org/a/b/c")
    assert not rules.allows("https://example.org/a/c")


def test_a_page_instead_of_rules_forbids_nothing() -> None:
    assert robots(200, b"<html><body>Not found</body></html>").allows(PAGE)


def test_a_byte_order_mark_does_not_hide_the_first_group() -> None:
    assert not robots(200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /").allows(PAGE)


@pytest.mark.parametrize("said", ["soon", "-3", "nan", "inf", "1e999", "0", ""])
def test_a_crawl_delay_of_nonsense_is_none(said: str) -> None:
    assert robots(200, f"User-agent: *\nCrawl-delay: {said}\n".encode()).crawl_delay is None


@given(st.binary(max_size=2000), st.text(max_size=60))
def test_no_bytes_break_the_reading_of_robots_txt(body: bytes, path: str) -> None:
    rules = robots(200, body)
    rules.allows("https://example.org/" + path.encode("utf-8", "ignore").decode())
    assert rules.crawl_delay is None or rules.crawl_delay > 0


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        (" 3 ", 3),
        ("Mon, 02 Mar 2026 06:30:00 GMT", 1800),
        ("Mon, 02 Mar 2026 06:30:00 -0000", 1800),
        ("Monday, 02-Mar-26 06:30:00 GMT", 1800),
        ("999999999999999999999999", LONGEST_WAIT.total_seconds()),
        ("Fri, 02 Mar 2096 06:30:00 GMT", LONGEST_WAIT.total_seconds()),
    ],
)
def test_retry_after_comes_in_seconds_and_in_dates(said: str, seconds: float) -> None:
    assert retry_after((("Server", "x"), ("retry-after", said)), AT) == AT + timedelta(seconds=seconds)


@pytest.mark.parametrize("said", ["", "0", "-5", "soon", "1.5 h", "Mon, 02 Mar 2020 06:30:00 GMT", "٣٠", "²"])
def test_a_retry_after_of_nonsense_or_of_the_past_asks_for_nothing(said: str) -> None:
    assert retry_after((("Retry-After", said),), AT) is None


def test_without_the_header_nothing_is_asked() -> None:
    assert retry_after((("Content-Type", "text/html"),), AT) is None


@given(st.text())
def test_any_retry_after_is_in_the_future_and_within_the_longest_wait(said: str) -> None:
    until = retry_after((("Retry-After", said),), AT)
    assert until is None or AT < until <= AT + LONGEST_WAIT
