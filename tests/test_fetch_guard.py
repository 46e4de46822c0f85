"""The address guard: nothing inside is asked for, however it is spelled and whoever sends us there."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.guard import Guard, literal, public
from tests.conftest import Crawl
from tests.fetching import Site, reply, shelf, to

INSIDE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "１２７.0.0.1",
    "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]",
    "0.0.0.0", "0", "10.0.0.1", "172.16.9.9", "192.168.1.1", "100.64.0.1", "169.254.169.254", "224.0.0.1",
    "255.255.255.255", "[fe80::1]", "[fd00::1]", "[ff02::1]", "[::]", "localhost", "LOCALHOST.",
]  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
def test_an_inside_address_is_refused_in_every_spelling(host: str) -> None:
    assert Guard(frozenset()).forbids(f"http://{host}/x")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://8.8.8.8/", "data:text/html,x", "http:///x", "gopher://x"])
def test_only_the_web_is_asked(url: str) -> None:
    assert Guard(frozenset()).forbids(url) == "not http or https"


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700::1111]", "example.org", "127.example.org"])
def test_what_is_out_there_is_let_through(host: str) -> None:
    assert not Guard(frozenset()).forbids(f"https://{host}/x")


def test_the_catalogue_lets_its_own_loopback_outlets_through_and_no_others() -> None:
    guard = Guard(frozenset({"127.0.7.1"}))
    assert not guard.forbids("http://127.0.7.1:8080/x")
    assert guard.forbids("http://127.0.1793/x") == "127.0.7.1 in disguise"
    assert guard.forbids("http://127.0.7.2:8080/x")
    assert Guard(frozenset({"localhost"})).forbids("http://127.0.0.1/x")
    assert not Guard(frozenset({"localhost"})).forbids("http://localhost:8000/x")


@given(st.ip_addresses(v=4))
def test_any_ipv4_address_is_known_by_its_number(address: object) -> None:
    number = int(address)  # type: ignore[call-overload]
    assert literal(str(address)) == literal(str(number)) == literal(hex(number)) == address


@given(st.text(max_size=30))
def test_no_host_breaks_the_guard(host: str) -> None:
    address = literal(host)
    assert address is None or isinstance(public(address), bool)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "169.254.169.254", "[::1]", "localhost", "10.0.0.1"]
)
def test_a_redirect_inside_ends_in_a_capture_that_says_so(host: str, crawl: Crawl, tmp_path: Path) -> None:
    with Site("127.0.9.10") as site:
        site.answers["/robots.txt"] = reply(b"", 404)
        site.answers["/a"] = to(f"http://{host}:{site.port}/secret")
        outlets = str(shelf(tmp_path / "outlets", {"one": site}))
        seen = crawl("article", {"OUTLETS": outlets}, url=site.url("/a")).of(site.url("/a"))
    assert seen.error.startswith("forbidden_address: ")
    assert seen.status is None
    assert [hop.status for hop in seen.hops] == [302]
    assert not site.asked("/secret")


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://example.org/x", "javascript:alert(1)", "data:text/html,x"]
)
def test_a_redirect_off_the_web_is_no_redirect(location: str, crawl: Crawl, tmp_path: Path) -> None:
    with Site("127.0.9.10") as site:
        site.answers["/a"] = to(location)
        outlets = str(shelf(tmp_path / "outlets", {"one": site}))
        seen = crawl("article", {"OUTLETS": outlets}, url=site.url("/a")).of(site.url("/a"))
    assert seen.error == f"bad_redirect: {location}"


def test_an_address_given_by_hand_is_guarded_too(crawl: Crawl, tmp_path: Path) -> None:
    with Site("127.0.9.10") as named, Site("127.0.9.11") as other:
        outlets = str(shelf(tmp_path / "outlets", {"one": named}))
        settings = {"OUTLETS": outlets, "CONTACT": "desk@example.org"}
        seen = crawl("article", settings, url=other.url("/a")).of(other.url("/a"))
    assert seen.error == "forbidden_address: 127.0.9.11"
    assert not other.log


def test_a_name_that_leads_inside_is_refused_where_it_is_looked_up(
    crawl: Crawl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/etc/hosts or a rebinding name server may say anything; the look-up itself is the operating system's."""
    monkeypatch.setattr("socket.gethostbyname", lambda name: "127.0.9.10")
    with Site("127.0.9.10") as site:
        settings = {"OUTLETS": str(shelf(tmp_path / "outlets", {"one": site})), "CONTACT": "desk@example.org"}
        url = f"http://inside.example.org:{site.port}/a"
        seen = crawl("article", settings, url=url).of(url)
    assert seen.error == "forbidden_address: 127.0.9.10"
    assert not site.log


def test_without_a_contact_no_redirect_leads_out(crawl: Crawl, tmp_path: Path) -> None:
    with Site("127.0.9.10") as site:
        site.answers["/a"] = to("https://example.org/b")
        outlets = str(shelf(tmp_path / "outlets", {"one": site}))
        seen = crawl("article", {"OUTLETS": outlets}, url=site.url("/a")).of(site.url("/a"))
    assert seen.error == "forbidden_address: CONTACT is not set"
