"""Every visit ends in exactly one Capture, and every kind of failure has its name."""

import gzip
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.clock import HandClock
from crawler.fetch.capture import Answer, Trip, capture
from storage.records import Capture, Visit, sha256
from tests.conftest import START, Crawl, Crawled
from tests.fetching import (
    PAGE,
    Act,
    Site,
    drop,
    endless_headers,
    garbage,
    reply,
    reset,
    shelf,
    stall,
    to,
    trickle,
    zipped,
)

BOMB = gzip.compress(b"\0" * 12_000_000)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site("127.0.9.20") as serving:
        yield serving


def look(crawl: Crawl, site: Site, folder: Path, *paths: str, **settings: object) -> Crawled:
    """Ask for some of a site's pages."""
    told = {"OUTLETS": str(shelf(folder / "outlets", {"one": site})), **settings}
    return crawl("article", told, url=",".join(site.url(path) for path in paths))


def one(crawl: Crawl, site: Site, folder: Path, answer: bytes | Act, **settings: object) -> Capture:
    site.answers["/story"] = answer
    return look(crawl, site, folder, "/story", **settings).of(site.url("/story"))


# --- answers ---------------------------------------------------------------------------------------


def test_a_page_is_kept_as_it_came(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    seen = one(crawl, site, tmp_path, reply(PAGE, ETag='"x"', Set_Cookie="a=1"))
    assert (seen.purpose, seen.outlet, seen.status, seen.error, seen.complete) == ("article", "one", 200, "", True)
    assert seen.body == PAGE
    assert seen.digest == seen.wire_digest == sha256(PAGE)
    assert (seen.bytes, seen.millis, seen.hops, seen.at) == (len(PAGE), 0, (), START)
    assert (seen.header("etag"), seen.header("set-cookie"), seen.robots) == ('"x"', "a=1", "allowed")
    assert dict(seen.request_headers)["User-Agent"] == "stet/0.1.0"
    assert "Cookie" not in dict(seen.request_headers)
    assert seen.crawler == "stet/0.1.0"
    assert len(seen.config) == 64


def test_a_packed_page_is_kept_unpacked_with_both_digests(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    seen = one(crawl, site, tmp_path, zipped(PAGE))
    assert (seen.body, seen.digest, seen.complete) == (PAGE, sha256(PAGE), True)
    assert seen.wire_digest != seen.digest
    assert seen.header("Content-Encoding") == "gzip"
    assert seen.bytes == int(seen.header("content-length"))


@pytest.mark.parametrize("status", [200, 203, 206, 400, 401, 402, 403, 404, 410, 418, 429, 451, 500, 503, 599])
def test_every_status_is_an_answer(status: int, crawl: Crawl, site: Site, tmp_path: Path) -> None:
    seen = one(crawl, site, tmp_path, reply(PAGE, status))
    assert (seen.status, seen.body, seen.error) == (status, PAGE, "")


def test_an_answer_without_a_body_has_no_digest(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    seen = one(crawl, site, tmp_path, reply(b"", 204))
    assert (seen.status, seen.body, seen.digest, seen.wire_digest, seen.complete) == (204, None, None, None, True)


def test_an_empty_page_has_the_digest_of_nothing(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    seen = one(crawl, site, tmp_path, reply(b""))
    assert (seen.status, seen.body, seen.digest, seen.complete) == (200, b"", sha256(b""), True)


def test_a_page_cut_short_of_its_length_is_incomplete(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    seen = one(crawl, site, tmp_path, reply(PAGE[:40], length=len(PAGE)))
    assert (seen.status, seen.body, seen.complete, seen.error) == (200, PAGE[:40], False, "")


def test_a_gzip_stream_cut_with_a_length_that_fits_is_incomplete(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    seen = one(crawl, site, tmp_path, zipped(PAGE * 50, keep=0.5))
    assert (seen.status, seen.complete, seen.error) == (200, False, "")


def test_a_page_that_only_the_closing_ends_is_whole_when_it_ends_like_one(
    crawl: Crawl, site: Site, tmp_path: Path
) -> None:
    site.answers |= {"/whole": reply(PAGE, length=-1), "/cut": reply(PAGE[:50], length=-1)}
    seen = look(crawl, site, tmp_path, "/whole", "/cut")
    assert seen.of(site.url("/whole")).complete
    assert not seen.of(site.url("/cut")).complete


# --- failures --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (drop, "connection: closed without an answer"),
        (reset, "reset"),
        (stall, "timeout"),
        (trickle, "timeout"),
        (garbage, "connection: not an HTTP answer"),
        (endless_headers, "oversize: headers"),
        (reply(b"x" * 11_000_000), "oversize: body"),
        (reply(b"x" * 11_000_000, length=-1), "oversize: body"),
        (reply(BOMB, Content_Encoding="gzip"), "oversize: more than 10485760 bytes once unpacked"),
        (reply(PAGE, Transfer_Encoding="strange"), "connection: not an HTTP answer"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_failure_has_its_name(answer: bytes | Act, error: str, crawl: Crawl, site: Site, tmp_path: Path) -> None:
    seen = one(crawl, site, tmp_path, answer, DOWNLOAD_TIMEOUT=0.4)
    assert (seen.error, seen.body, seen.digest) == (error, None, None)


def test_a_bomb_keeps_the_facts_of_its_answer(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    seen = one(crawl, site, tmp_path, reply(BOMB, Content_Encoding="gzip"))
    assert (seen.status, seen.wire_digest, seen.bytes) == (200, sha256(BOMB), len(BOMB))


def test_a_closed_port_refuses(crawl: Crawl, tmp_path: Path) -> None:
    with Site("127.0.9.21") as site:
        pass
    assert look(crawl, site, tmp_path, "/a").of(site.url("/a")).error == "robots_unreachable: refused"


def test_a_name_that_nobody_knows_is_no_host(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    settings = {"OUTLETS": str(shelf(tmp_path / "outlets", {"one": site})), "CONTACT": "desk@example.org"}
    url = "http://no-such-host.invalid/a"
    seen = crawl("article", settings, url=url)
    assert seen.of(url).error == "robots_unreachable: dns"
    assert seen.of(url).outlet == "no-such-host.invalid"
    assert seen.lines == ["no-such-host.invalid: cannot be reached (no such host: no-such-host.invalid)"]


@pytest.mark.parametrize("path", ["/" + "x" * 70_000, "/%zz", "/ä", "/a b?c=d|e", "/?q=[x]"])
def test_an_odd_address_is_asked_like_any_other(path: str, crawl: Crawl, site: Site, tmp_path: Path) -> None:
    seen = look(crawl, site, tmp_path, path.replace(" ", "%20"))
    assert [capture.status for capture in seen.captures] == [404]


def test_the_name_of_a_failure_that_nobody_foresaw_is_kept_and_logged(
    crawl: Crawl, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr("crawler.fetch.wire.arrived", broken)
    seen = one(crawl, site, tmp_path, reply())
    assert seen.error.endswith("connection: ZeroDivisionError")
    assert "a bug of ours" in caplog.text


# --- TLS -------------------------------------------------------------------------------------------


def certificate(folder: Path, address: str) -> tuple[ssl.SSLContext, Path, str]:
    """A server's context with a certificate of its own making; the certificate's file; its fingerprint."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, folder / "key.pem")
    return context, file, sha256(made.public_bytes(serialization.Encoding.DER))


def test_a_certificate_that_nobody_signed_is_not_believed(crawl: Crawl, tmp_path: Path) -> None:
    context, _, _ = certificate(tmp_path, "127.0.9.22")
    with Site("127.0.9.22", context) as site:
        seen = look(crawl, site, tmp_path, "/a")
    assert seen.of(site.url("/a")).error == "robots_unreachable: tls: certificate verify failed"
    assert seen.lines == ["one: cannot be reached (TLS, certificate verify failed: 127.0.9.22)"]
    assert not site.log


def test_a_certificate_for_another_host_is_not_believed(
    crawl: Crawl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, file, _ = certificate(tmp_path, "127.0.9.99")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with Site("127.0.9.23", context) as site:
        seen = look(crawl, site, tmp_path, "/a").of(site.url("/a"))
    assert seen.error.startswith("robots_unreachable: tls: ")
    assert not site.log


def test_the_fingerprint_of_a_certificate_is_kept(
    crawl: Crawl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, file, fingerprint = certificate(tmp_path, "127.0.9.24")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with Site("127.0.9.24", context) as site:
        site.answers["/a"] = reply()
        seen = look(crawl, site, tmp_path, "/a").of(site.url("/a"))
    assert (seen.status, seen.certificate) == (200, fingerprint)


def test_plain_http_on_a_tls_port_is_a_tls_failure(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    outlets = str(shelf(tmp_path / "outlets", {"one": site}))
    url = site.url("/a").replace("http:", "https:")
    seen = crawl("article", {"OUTLETS": outlets}, url=url).of(url)
    assert seen.error.startswith("robots_unreachable: tls: ")


# --- conditions ------------------------------------------------------------------------------------


def test_a_304_refers_to_what_was_held_when_it_was_asked_for_on_condition() -> None:
    held = Visit("http://127.0.9.20/a", "one", etag='"1"', refers_to="e" * 64)
    told = Answer(held.url, 304, (), None, None, True, 0, "")
    assert capture(Trip(held, answer=told, conditional=True), START).refers_to == "e" * 64
    assert capture(Trip(held, answer=told, conditional=False), START).refers_to is None
    assert capture(Trip(held, answer=replace(told, status=200), conditional=True), START).refers_to is None


# --- the law ---------------------------------------------------------------------------------------


def test_thirty_odd_visits_end_in_thirty_captures(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    answers: dict[str, bytes | Act] = {
        **{f"/status/{status}": reply(PAGE, status) for status in (200, 204, 304, 403, 404, 410, 429, 451, 500)},
        **{f"/hop/{status}": to("/status/200", status) for status in (301, 302, 303, 307, 308)},
        "/itself": to("/itself"),
        "/home": to("/"),
        "/off": to("http://127.0.9.99/x"),
        "/no-location": reply(b"", 302),
        "/ring/1": to("/ring/2"),
        "/ring/2": to("/ring/1"),
        **{f"/chain/{n}": to(f"/chain/{n + 1}") for n in range(12)},
        "/refresh": reply(b'<meta http-equiv="refresh" content="0; url=/status/200">'),
        "/bad": to("http://[broken"),
        "/drop": drop,
        "/reset": reset,
        "/stall": stall,
        "/bomb": reply(BOMB, Content_Encoding="gzip"),
        "/cut": zipped(PAGE, keep=0.5),
        "/garbage": garbage,
        "/": reply(PAGE),
        "/robots.txt": reply(b"User-agent: *\nDisallow: /forbidden\n"),
    }
    site.answers |= answers
    paths = [path for path in answers if path != "/robots.txt" and not path.startswith("/chain/")]
    paths += ["/chain/0", "/chain/5", "/forbidden/x", "/not-there"]
    seen = look(crawl, site, tmp_path, *paths, DOWNLOAD_TIMEOUT=0.5)
    assert len(paths) >= 30
    assert sorted(capture.asked_url for capture in seen.captures) == sorted(site.url(path) for path in paths)
    assert seen["visits/asked"] == seen["visits/captured"] == len(paths)
    assert all((capture.status is None) <= bool(capture.error) for capture in seen.captures)


def test_two_crawls_of_one_page_differ_in_nothing_but_their_moment(
    crawl: Crawl, site: Site, tmp_path: Path, clock: HandClock
) -> None:
    first = one(crawl, site, tmp_path, reply())
    clock.advance(hours=1)
    second = one(crawl, site, tmp_path, reply())
    assert replace(second, at=first.at) == first
