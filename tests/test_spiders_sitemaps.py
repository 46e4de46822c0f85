"""Sitemaps: plain, packed, of news, as text, and indexes above them."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.sitemaps import read_sitemap
from storage.records import Offer

URL = "https://example.org/sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PLAIN = f"""<?xml version="1.0"?><urlset {NS} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://example.org/a </loc><lastmod>2022-02-25T06:30:00+00:00</lastmod>
<image:image><image:loc>https://example.org/a.jpg</image:loc><image:title>No title</image:title></image:image></url>
<url><loc>https://example.org/b</loc><lastmod>2022-02-24</lastmod></url><url><lastmod>2022</lastmod></url></urlset>""".encode()
NEWS = f"""<urlset {NS} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://example.org/a</loc>
<lastmod>2022-03-01</lastmod><news:news><news:publication><news:name>Outlet</news:name></news:publication>
<news:publication_date>2022-02-25T06:30:00Z</news:publication_date><news:title>A &amp; B</news:title></news:news></url>
</urlset>""".encode()


def index(*parts: tuple[str, str]) -> bytes:
    entries = (f"<sitemap><loc>{loc}</loc>{f'<lastmod>{mod}</lastmod>' if mod else ''}</sitemap>" for loc, mod in parts)
    return f"<sitemapindex {NS}>{''.join(entries)}</sitemapindex>".encode()


def test_a_plain_sitemap_offers_its_addresses_and_no_pictures() -> None:
    found = read_sitemap(PLAIN, URL)
    assert found.offers == (
        Offer("https://example.org/a", "", "2022-02-25T06:30:00.000Z", "2022-02-25T06:30:00.000Z"),
        Offer("https://example.org/b", "", "2022-02-24", "2022-02-24"),
    )
    assert found.problem == ""


def test_a_packed_sitemap_is_known_by_its_first_bytes() -> None:
    assert read_sitemap(gzip.compress(PLAIN), URL) == read_sitemap(PLAIN, URL)


def test_a_news_sitemap_knows_titles_and_dates_of_publication_and_change() -> None:
    story = Offer("https://example.org/a", "A & B", "2022-02-25T06:30:00.000Z", "2022-03-01")
    assert read_sitemap(NEWS, URL).offers == (story,)


def test_a_text_file_is_a_sitemap_too() -> None:
    found = read_sitemap(b"\xef\xbb\xbfhttps://example.org/a\r\nhttps://example.org/b\r\n", URL)
    assert [offer.url for offer in found.offers] == ["https://example.org/a", "https://example.org/b"]


def test_a_feed_may_serve_as_a_sitemap() -> None:
    assert read_sitemap(b"<rss><item><link>/a</link></item></rss>", URL).offers[0].url == "https://example.org/a"


def test_an_index_names_its_parts_newest_first() -> None:
    found = read_sitemap(index(("/p1.xml", "2020-01-01"), ("/p3.xml", "2022-01-01"), ("/p2.xml", "2021-01-01")), URL)
    assert found.offers == ()
    assert [part.url for part in found.parts] == [f"https://example.org/p{n}.xml" for n in (3, 2, 1)]


def test_parts_without_dates_go_by_the_numbers_in_their_names() -> None:
    found = read_sitemap(index(*((f"/post-sitemap{n}.xml", "") for n in (1, 2, 10, 9))), URL)
    assert [part.url[-6:] for part in found.parts] == ["10.xml", "p9.xml", "p2.xml", "p1.xml"]


@pytest.mark.parametrize(
    "body", [b"", b"<html><a href='/a'>x</a></html>", b"hello", b"\x1f\x8bnot gzip", gzip.compress(PLAIN, mtime=0)[:80]]
)
def test_what_is_no_sitemap_says_so(body: bytes) -> None:
    found = read_sitemap(body, URL)
    assert (found.offers, found.parts) == ((), ())
    assert found.problem


def test_a_bomb_is_not_unpacked() -> None:
    assert "bytes once unpacked" in read_sitemap(gzip.compress(b" " * 40_000_000), URL).problem


@given(st.binary(max_size=3000))
def test_no_bytes_break_it(body: bytes) -> None:
    read_sitemap(body, URL)
    read_sitemap(gzip.compress(body), URL)


@given(st.integers(0, len(NEWS)), st.binary(max_size=8))
def test_no_damage_breaks_it(at: int, damage: bytes) -> None:
    read_sitemap(NEWS[:at] + damage + NEWS[at:], URL)


@given(st.text(max_size=200))
def test_no_address_breaks_it(loc: str) -> None:
    read_sitemap(index((loc.replace("<", "").replace("&", ""), "")), URL)
