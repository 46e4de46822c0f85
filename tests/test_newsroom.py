"""The loopback newsroom does what its vocabulary says, byte for byte the same every time."""

import gzip
import html
import json
import re
import socket
import threading
import time
import tomllib
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse, IncompleteRead, RemoteDisconnected
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree

from crawler import catalogue
from crawler.clock import HandClock
from crawler.newsroom.article import Article, Down, Target
from crawler.newsroom.masthead import KEYS
from crawler.newsroom.newsroom import Newsroom
from crawler.newsroom.script import START, play
from crawler.newsroom.site import Site
from crawler.newsroom.stories import stock

HELD = "common-front-in-information-war"
DOCS = Path(__file__).parent.parent / "docs" / "newsroom.md"


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(HandClock(START)) as room:
        yield room


@pytest.fixture
def article(newsroom: Newsroom) -> Article:
    return newsroom.publish_story("courier", HELD)


def ask(url: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    """The answer to one GET on a connection of its own; header names with _ for -."""
    parts = urlsplit(url)
    client = HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        client.request("GET", target, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = client.getresponse()
        return response, response.read()
    finally:
        client.close()


def text_of(url: str, charset: str = "utf-8") -> str:
    return html.unescape(ask(url)[1].decode(charset))


def status_of(url: str) -> int:
    return ask(url)[0].status


def publish_all(newsroom: Newsroom, *outlets: str) -> list[Article]:
    return [newsroom.publish_story(key, slug) for key in outlets or newsroom.sites for slug in stock(key)]


# --- serving --------------------------------------------------------------------------------------


def test_all_outlets_share_one_port(newsroom: Newsroom) -> None:
    roots = {urlsplit(site.root) for site in newsroom.sites.values()}
    assert {root.port for root in roots} == {newsroom.port}
    assert len({root.hostname for root in roots}) == len(KEYS)
    assert [status_of(f"{site.root}/") for site in newsroom.sites.values()] == [200] * len(KEYS)


def test_a_taken_port_is_one_clear_error(newsroom: Newsroom) -> None:
    with pytest.raises(OSError, match=f"one port \\({newsroom.port}\\).*choose another"):
        Newsroom(HandClock(START)).serve(newsroom.port)


def test_a_failed_start_leaves_no_address_bound(newsroom: Newsroom) -> None:
    """The last address is taken: the first five are given back."""
    with Newsroom(HandClock(START), ("haiyue",)) as other:
        with pytest.raises(OSError, match="choose another"):
            Newsroom(HandClock(START)).serve(other.port)
        with socket.create_server(("127.0.7.1", other.port)) as free:
            assert free.getsockname()[1] == other.port


def test_urls_need_a_port() -> None:
    room = Newsroom(HandClock(START))
    held = room.publish_story("courier", HELD)
    with pytest.raises(RuntimeError, match=r"call serve\(\)"):
        _ = held.url


def test_it_stops_cleanly_while_clients_hold_on() -> None:
    before = threading.active_count()
    room = Newsroom(HandClock(START)).serve()
    slow = room.publish_story("courier", HELD)
    idle = HTTPConnection("127.0.7.1", room.port, timeout=5)
    idle.request("GET", "/")
    idle.getresponse().read()
    slow.slow(60)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask, slow.url)
        for _ in range(5000):
            if any(logged.path == slow.path for logged in room.log):
                break
            time.sleep(0.001)  # until the request has come in: only the server's own thread can tell
        started = time.monotonic()
        room.close()
        assert time.monotonic() - started < 2
        assert isinstance(waiting.exception(timeout=5), (RemoteDisconnected, ConnectionResetError))
    idle.close()
    assert threading.active_count() == before
    with socket.create_server(("127.0.7.1", room.port)) as free:
        assert free.getsockname()[1] == room.port


def test_a_closed_newsroom_serves_again_on_its_port() -> None:
    room = Newsroom(HandClock(START)).serve()
    held = room.publish_story("courier", HELD)
    url = held.url
    assert status_of(url) == 200
    room.close()
    with room.serve(room.port):
        assert held.url == url
        assert status_of(url) == 200


def test_a_connection_is_kept_alive(newsroom: Newsroom, article: Article) -> None:
    client = HTTPConnection("127.0.7.3", newsroom.port, timeout=5)
    client.request("GET", article.path)
    assert client.getresponse().read()
    first = client.sock
    client.request("GET", "/nowhere")
    answer = client.getresponse()
    assert answer.read()
    assert answer.status == 404
    assert client.sock is first
    client.close()


def test_slow_answers_do_not_wait_for_one_another(newsroom: Newsroom) -> None:
    articles = publish_all(newsroom)[::3]
    for slow in articles:
        slow.slow(0.3)
    started = time.monotonic()
    with ThreadPoolExecutor(len(articles)) as pool:
        statuses = list(pool.map(status_of, [slow.url for slow in articles]))
    assert statuses == [200] * len(articles)
    assert 0.3 <= time.monotonic() - started < 0.3 * len(articles) / 2


def test_many_clients_at_once_all_get_whole_pages(newsroom: Newsroom, article: Article) -> None:
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(text_of, [article.url] * 200))
    assert all(article.paragraphs[-1] in body and body.rstrip().endswith("</html>") for body in bodies)
    assert len(newsroom.asked(path=article.path)) == 200


# --- the same every time --------------------------------------------------------------------------


def month_of_bytes(port: int) -> tuple[int, list[bytes]]:
    """All headers and bodies that a daily look at everything gets in the demo's month."""
    seen = []
    room = Newsroom(HandClock(START)).serve(port)
    with room:
        for _ in play(room):
            for site in room.sites.values():
                urls = [site.root + channel.path for channel in site.masthead.channels]
                for url in [*urls, *(held.url for held in site.articles.values())]:
                    response, body = ask(url, Accept_Encoding="gzip")
                    seen.append(repr((url, response.status, response.getheaders())).encode() + body)
    return room.port, seen


def test_the_same_calls_give_the_same_bytes() -> None:
    port, first = month_of_bytes(0)
    _, second = month_of_bytes(port)
    assert len(first) > 500
    assert first == second


@pytest.mark.parametrize("outlet", KEYS)
def test_two_looks_differ_in_chrome_and_not_in_text(newsroom: Newsroom, outlet: str) -> None:
    held = publish_all(newsroom, outlet)[0]
    charset = newsroom.site(outlet).masthead.charset
    first, second = text_of(held.url, charset), text_of(held.url, charset)
    assert first != second
    for page in (first, second):
        assert held.title in page
        assert all(text in page for text in held.paragraphs)


# --- articles as they stand ------------------------------------------------------------------------


@pytest.mark.parametrize("outlet", KEYS)
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_every_encoding_decodes_to_the_text(newsroom: Newsroom, outlet: str, encoding: str) -> None:
    for slug in stock(outlet):
        held = newsroom.publish_story(outlet, slug)
        response, body = ask(held.url, Accept_Encoding=encoding)
        assert response.getheader("Content-Encoding") == ("gzip" if encoding == "gzip" else None)
        plain = gzip.decompress(body) if encoding == "gzip" else body
        page = html.unescape(plain.decode(newsroom.site(outlet).masthead.charset))
        assert held.title in page
        assert all(text in page for text in held.paragraphs)


def test_charsets_are_declared_where_the_outlet_declares_them(newsroom: Newsroom) -> None:
    kinds = {key: ask(newsroom.site(key).root + "/") for key in ("zarya", "haiyue", "meridian")}
    assert kinds["zarya"][0].getheader("Content-Type") == "text/html; charset=windows-1251"
    assert b"charset" not in kinds["zarya"][1]
    assert kinds["haiyue"][0].getheader("Content-Type") == "text/html"
    assert b"charset=gb2312" in kinds["haiyue"][1]
    assert b'<meta charset="utf-8">' in kinds["meridian"][1]


def test_the_declared_charset_is_too_small_for_one_name(newsroom: Newsroom) -> None:
    """gb18030 declared as gb2312, as on real pages: a strict gb2312 decoder fails on 喆."""
    held = newsroom.publish_story("haiyue", "shencha-zhiling-wufa")
    _, body = ask(held.url)
    with pytest.raises(UnicodeDecodeError):
        body.decode("gb2312")
    assert "喆" in body.decode("gb18030")


def test_gzip_can_be_switched_off(newsroom: Newsroom, article: Article) -> None:
    newsroom.site("courier").gzip = False
    response, body = ask(article.url, Accept_Encoding="gzip")
    assert response.getheader("Content-Encoding") is None
    assert article.paragraphs[0] in html.unescape(body.decode())


def test_an_unchanged_article_answers_304(newsroom: Newsroom, article: Article) -> None:
    response, _ = ask(article.url)
    etag, modified = response.getheader("ETag") or "", response.getheader("Last-Modified") or ""
    assert etag.startswith('W/"')
    assert modified == "Mon, 02 Mar 2026 06:00:00 GMT"
    again, body = ask(article.url, If_None_Match=f'"other", {etag}')
    assert (again.status, body, again.getheader("ETag")) == (304, b"", etag)
    assert ask(article.url, If_Modified_Since=modified)[0].status == 304
    assert ask(article.url, If_Modified_Since="once upon a time")[0].status == 200
    assert ask(article.url, If_None_Match='"other"', If_Modified_Since=modified)[0].status == 200
    newsroom.advance(hours=1)
    article.edit("three-hour", "four-hour", silent=True)
    assert ask(article.url, If_None_Match=etag)[0].status == 200
    assert ask(article.url, If_Modified_Since=modified)[0].status == 200


def test_listings_answer_304_until_something_new_comes(newsroom: Newsroom, article: Article) -> None:
    urls = [article.site.root + path for path in ("/atom.xml", "/news-sitemap.xml", "/sitemap.xml")]
    etags = {url: ask(url)[0].getheader("ETag") or "" for url in urls}
    assert [ask(url, If_None_Match=etags[url])[0].status for url in urls] == [304] * 3
    newsroom.publish_story("courier", "derby-ends-in-draw")
    assert [ask(url, If_None_Match=etags[url])[0].status for url in urls] == [200] * 3
    assert ask(article.site.root + "/")[0].getheader("ETag") is None


def test_validators_can_be_switched_off(newsroom: Newsroom, article: Article) -> None:
    etag = ask(article.url)[0].getheader("ETag") or ""
    article.validators = False
    response, _ = ask(article.url, If_None_Match=etag)
    assert (response.status, response.getheader("ETag")) == (200, None)
    article.validators = True
    newsroom.site("courier").validators = False
    assert ask(article.url, If_None_Match=etag)[0].status == 200


def test_the_premium_site_repeats_its_preview(newsroom: Newsroom) -> None:
    held = newsroom.publish_story("redoubt", "inside-the-annual-media-forum")
    page = text_of(held.url)
    assert [page.count(text) for text in held.paragraphs] == [2] * 3 + [1] * 8


def test_dates_are_of_the_clock(newsroom: Newsroom, article: Article) -> None:
    newsroom.advance(days=2)
    response, _ = ask(article.url)
    assert response.getheader("Date") == "Wed, 04 Mar 2026 06:00:00 GMT"
    assert response.getheader("Last-Modified") == "Mon, 02 Mar 2026 06:00:00 GMT"


# --- edits ----------------------------------------------------------------------------------------


def test_edits_show_on_the_page(newsroom: Newsroom, article: Article) -> None:
    gone, last = article.paragraphs[3], "A third meeting is planned."
    newsroom.advance(hours=1)
    article.edit_headline("A new headline & more")
    article.edit("three-hour video", "two-hour video")
    article.cut(3)
    article.append(last)
    page = text_of(article.url)
    assert "A new headline & more" in page
    assert "two-hour video" in page
    assert gone not in page
    assert last in page
    assert "Updated: " in page


@pytest.mark.parametrize("words", ["no such words", "the "])
def test_an_edit_must_hit_exactly_once(article: Article, words: str) -> None:
    before = article.copy
    with pytest.raises(ValueError, match="exactly once"):
        article.edit(words, "other")
    assert article.copy is before


def test_a_silent_edit_leaves_the_modified_date_alone(newsroom: Newsroom, article: Article) -> None:
    newsroom.advance(hours=1)
    article.cut(4, silent=True)
    assert '"dateModified": "2026-03-02T06:00:00+00:00"' in text_of(article.url)
    article.touch()
    assert '"dateModified": "2026-03-02T07:00:00+00:00"' in text_of(article.url)


def test_a_correction_says_what_was_corrected(article: Article) -> None:
    article.correct("three-hour", "two-hour", "Correction: it took two hours, not three.")
    page = text_of(article.url)
    assert "two-hour video" in page
    assert "Correction: it took two hours, not three." in page
    assert article.paragraphs[-1] == "Correction: it took two hours, not three."


@pytest.mark.parametrize(("outlet", "mark"), [("redoubt", "plus-wall"), ("courier", "meter")])
def test_a_wall_cuts_the_text_to_a_preview(newsroom: Newsroom, outlet: str, mark: str) -> None:
    held = newsroom.publish_story(outlet, next(iter(stock(outlet))))
    whole = held.paragraphs
    held.wall(2)
    page = text_of(held.url)
    assert [page.count(text) for text in whole] == [1, 1] + [0] * (len(whole) - 2)
    assert held.paragraphs == whole[:2]
    assert f'class="{mark}"' in page
    assert '"isAccessibleForFree": false' in page
    held.unwall()
    page = text_of(held.url)
    assert all(text in page for text in whole)
    assert f'class="{mark}"' not in page


def test_a_headline_flips_with_every_second_request(article: Article) -> None:
    title = article.title
    article.flip("The other headline")
    shown = ["The other headline" in text_of(article.url) for _ in range(4)]
    assert shown == [False, True, False, True]
    article.flip("")
    assert all(title in text_of(article.url) for _ in range(2))


def test_a_lagging_cache_shows_the_old_text_by_turns(article: Article) -> None:
    article.edit("three-hour", "two-hour")
    article.lag()
    assert ["two-hour" in text_of(article.url) for _ in range(4)] == [True, False, True, False]


# --- addresses and takedowns -----------------------------------------------------------------------


@pytest.mark.parametrize("outlet", KEYS)
def test_a_moved_article_redirects_to_its_new_slug(newsroom: Newsroom, outlet: str) -> None:
    held = newsroom.publish(outlet, "first-long-slug", "A title", ["A paragraph."])
    old = held.url
    held.move("second-long-slug")
    assert held.url != old
    response, _ = ask(old)
    assert (response.status, response.getheader("Location")) == (301, held.url)
    assert status_of(held.url) == 200
    assert newsroom.article(outlet, "first-long-slug") is held


@pytest.mark.parametrize(
    ("to", "location"),
    [
        ("home", "{root}/"),
        ("section", "{root}/news/china"),
        ("login", "{root}/login?next={path}"),
        ("off_domain", "http://127.0.7.4:{port}/"),
        ("self", "{root}{path}"),
        ("loop", "{root}{path}?again=1"),
    ],
)
def test_an_article_redirects_elsewhere(newsroom: Newsroom, article: Article, to: Target, location: str) -> None:
    article.redirect(to)
    response, _ = ask(article.url)
    place = location.format(root=article.site.root, path=article.path, port=newsroom.port)
    assert (response.status, response.getheader("Location")) == (302, place)
    assert status_of(place) == (302 if to in {"self", "loop"} else 200)


def test_a_loop_leads_back(article: Article) -> None:
    article.redirect("loop")
    assert ask(f"{article.url}?again=1")[0].getheader("Location") == article.url


def test_an_article_redirects_to_another(newsroom: Newsroom, article: Article) -> None:
    other = newsroom.publish_story("courier", "derby-ends-in-draw")
    article.redirect(other, status=301)
    response, _ = ask(article.url)
    assert (response.status, response.getheader("Location")) == (301, other.url)


@pytest.mark.parametrize(
    ("how", "status"), [("404", 404), ("410", 410), ("451", 451), ("home", 302), ("soft", 200), ("emptied", 200)]
)
def test_a_takedown_answers_as_it_says(newsroom: Newsroom, article: Article, how: Down, status: int) -> None:
    newsroom.publish_story("courier", "derby-ends-in-draw")
    etag = ask(article.url)[0].getheader("ETag") or ""
    article.take_down(how)
    response, body = ask(article.url, If_None_Match=etag)
    assert response.status == status
    assert article.paragraphs[0].encode() not in body
    assert (article.title in html.unescape(body.decode())) == (how == "emptied")
    if how in {"404", "410", "soft"}:
        assert b"We cannot find that page" in body
    listings = [text_of(article.site.root + path) for path in ("/", "/atom.xml", "/sitemap.xml", "/news-sitemap.xml")]
    assert [article.path in listing for listing in listings] == [False] * 4
    article.restore()
    assert article.paragraphs[0] in text_of(article.url)
    assert article.path in text_of(article.site.root + "/")


def test_an_unknown_address_is_a_404_in_the_outlets_dress(newsroom: Newsroom) -> None:
    newsroom.publish_story("zarya", "mediaforum-v-harbine")
    response, body = ask(newsroom.site("zarya").root + "/20260302/nothing-here-1.html")
    assert response.status == 404
    page = body.decode("windows-1251")
    assert "Страница не найдена" in page
    assert "Сейчас читают" in page


def test_a_missing_slash_is_added(newsroom: Newsroom) -> None:
    held = newsroom.publish_story("sentinel", "biolab-claims-return")
    response, _ = ask(held.url.rstrip("/"))
    assert (response.status, response.getheader("Location")) == (301, held.url)


# --- troubles -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [403, 200, 202])
def test_a_captcha_looks_like_a_challenge(article: Article, status: int) -> None:
    article.captcha(status)
    response, body = ask(article.url)
    assert response.status == status
    assert response.getheader("cf-mitigated") == "challenge"
    assert response.getheader("Server") == "cloudflare"
    assert b"Just a moment..." in body
    article.restore()
    assert article.paragraphs[0] in text_of(article.url)


def test_refusals_and_errors_answer_as_they_say(article: Article) -> None:
    article.block()
    assert status_of(article.url) == 403
    article.rate_limit(retry_after=90)
    response, _ = ask(article.url)
    assert (response.status, response.getheader("Retry-After")) == (429, "90")
    for status in (500, 503):
        article.break_server(status)
        assert status_of(article.url) == status


def test_a_dropped_connection_gives_no_byte(newsroom: Newsroom, article: Article) -> None:
    article.drop()
    with pytest.raises(RemoteDisconnected):
        ask(article.url)
    assert newsroom.log[-1].status == 0


def test_a_truncated_answer_breaks_its_promise(article: Article) -> None:
    article.truncate("length")
    with pytest.raises(IncompleteRead):
        ask(article.url)


def test_a_truncated_gzip_stream_passes_for_whole(article: Article) -> None:
    """The length fits, so that only the stream itself tells: its end is missing."""
    article.truncate("gzip")
    response, body = ask(article.url, Accept_Encoding="gzip")
    assert response.status == 200
    assert int(response.getheader("Content-Length") or 0) == len(body)
    with pytest.raises(EOFError):
        gzip.decompress(body)
    unpacker = zlib.decompressobj(wbits=31)
    assert len(unpacker.decompress(body)) > 500
    assert not unpacker.eof
    with pytest.raises(IncompleteRead):
        ask(article.url)


def test_a_wrong_charset_is_claimed_in_the_header_only(newsroom: Newsroom) -> None:
    held = newsroom.publish_story("zarya", "mediaforum-v-harbine")
    held.wrong_charset("utf-8")
    response, body = ask(held.url)
    assert response.getheader("Content-Type") == "text/html; charset=utf-8"
    assert held.title in body.decode("windows-1251")


def test_an_outage_befalls_the_whole_outlet_and_no_other(newsroom: Newsroom, article: Article) -> None:
    site = newsroom.site("courier")
    site.outage()
    assert [status_of(site.root + path) for path in ("/", "/robots.txt", "/atom.xml", article.path)] == [503] * 4
    assert status_of(newsroom.site("meridian").root + "/") == 200
    site.restore()
    assert status_of(article.url) == 200
    site.drop()
    with pytest.raises(RemoteDisconnected):
        ask(site.root + "/")


# --- robots, feeds, sitemaps -------------------------------------------------------------------------


def test_robots_can_be_set(newsroom: Newsroom) -> None:
    site = newsroom.site("redoubt")
    url = site.root + "/robots.txt"
    assert f"Sitemap: {site.root}/sitemap.xml.gz" in text_of(url)
    site.robots(crawl_delay=2.5, disallow=("/news/", "/x"))
    assert {"Crawl-delay: 2.5", "Disallow: /news/", "Disallow: /x"} <= set(text_of(url).splitlines())
    site.robots("User-agent: *\nDisallow: /\n")
    assert text_of(url) == "User-agent: *\nDisallow: /\n"
    site.robots(status=503)
    assert status_of(url) == 503


@pytest.mark.parametrize("outlet", KEYS)
def test_every_listing_names_every_article(newsroom: Newsroom, outlet: str) -> None:
    articles = [newsroom.publish_story(outlet, slug) for slug in stock(outlet)]
    site = newsroom.site(outlet)
    for channel in site.masthead.channels:
        found: set[str] = set()
        for path in channel.parts or (channel.path,):
            found |= addresses(ask(site.root + path)[1], site)
        assert {held.url for held in articles} <= found, channel


def addresses(body: bytes, site: Site) -> set[str]:
    """All links of a feed, sitemap or page, made absolute and without trackers."""
    plain = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    if plain.startswith(b"["):
        links = [post["link"] for post in json.loads(plain)]
    elif plain.startswith(b"{"):
        links = [item["url"] for item in json.loads(plain)["items"]]
    elif plain.startswith(b"<?xml"):
        tree = etree.fromstring(plain)
        links = [str(link) for link in tree.xpath("//*[local-name()='loc' or local-name()='link']/text() | //@href")]
    else:
        links = re.findall(r'<h3><a href="([^"]+)">', plain.decode(site.masthead.charset))
    return {(site.root + link if link.startswith("/") else link).partition("?")[0] for link in links}


def test_the_sitemap_index_names_its_parts(newsroom: Newsroom) -> None:
    site = newsroom.site("sentinel")
    named = addresses(ask(site.root + "/sitemap_index.xml")[1], site)
    assert {urlsplit(url).path for url in named} == {"/post-sitemap.xml", "/post-sitemap2.xml.gz", "/page-sitemap.xml"}
    assert ask(site.root + "/post-sitemap2.xml.gz")[1][:2] == b"\x1f\x8b"


def test_a_news_sitemap_forgets_after_two_days(newsroom: Newsroom, article: Article) -> None:
    url = article.site.root + "/news-sitemap.xml"
    assert article.url in text_of(url)
    newsroom.advance(days=2)
    assert article.url not in text_of(url)


def test_frozen_feeds_bring_nothing_new(newsroom: Newsroom) -> None:
    site = newsroom.site("haiyue")
    old = newsroom.publish_story("haiyue", "zhong-e-meiti-luntan")
    site.freeze_feeds()
    newsroom.advance(hours=1)
    new = newsroom.publish_story("haiyue", "xinwen-jiaohuan-xieyi")
    feed = addresses(ask(site.root + "/rss/news.xml")[1], site)
    assert old.url in feed
    assert new.url not in feed
    assert new.url in addresses(ask(site.root + "/")[1], site)


def test_section_pages_list_their_own(newsroom: Newsroom) -> None:
    on, off = (newsroom.publish_story("sentinel", slug) for slug in ("biolab-claims-return", "barley-harvest-floods"))
    found = addresses(ask(newsroom.site("sentinel").root + "/category/life/")[1], newsroom.site("sentinel"))
    assert off.url in found
    assert on.url not in found


def test_the_republisher_copies_under_a_dateline(newsroom: Newsroom, article: Article) -> None:
    newsroom.advance(days=1)
    copy = newsroom.reprint("meridian", article, city="MANILA")
    assert copy.paragraphs[0] == f"MANILA, Mar 3, 2026, The Straits Courier. {article.paragraphs[0]}"
    assert copy.paragraphs[1:] == article.paragraphs[1:]
    assert "Share it" in text_of(copy.url)


# --- publishing -----------------------------------------------------------------------------------


def test_a_slug_is_published_once(newsroom: Newsroom, article: Article) -> None:
    with pytest.raises(ValueError, match="slug is taken"):
        newsroom.publish_story("courier", HELD)
    with pytest.raises(ValueError, match="none of china, world"):
        newsroom.publish("courier", "other", "Title", ["Text."], section="nowhere")


def test_unknown_names_are_answered_by_the_known_ones(newsroom: Newsroom) -> None:
    with pytest.raises(KeyError, match="sentinel, redoubt"):
        newsroom.site("gazette")
    with pytest.raises(KeyError, match="has not published"):
        newsroom.article("courier", HELD)
    with pytest.raises(KeyError, match=HELD):
        newsroom.publish_story("courier", "nothing")


def test_the_stock_is_large_enough_in_every_language() -> None:
    stories = {key: stock(key) for key in KEYS}
    assert sum(story.on_subject for stories in stories.values() for story in stories.values()) >= 20
    assert sum(not story.on_subject for stories in stories.values() for story in stories.values()) >= 6
    assert all(6 <= len(story.paragraphs) <= 15 for stories in stories.values() for story in stories.values())


# --- the log --------------------------------------------------------------------------------------


def test_the_log_tells_how_politely_one_asked(newsroom: Newsroom, article: Article) -> None:
    ask(article.url, User_Agent="Stet/1 (+mailto:desk@example.org)")
    newsroom.advance(minutes=5)
    ask(f"{article.url}?page=2", If_None_Match='"x"')
    first, second = newsroom.log
    assert (first.outlet, first.host, first.path, first.status) == ("courier", "127.0.7.3", article.path, 200)
    assert first.agent == "Stet/1 (+mailto:desk@example.org)"
    assert (first.at, second.at - first.at) == (START, timedelta(minutes=5))
    assert [first.conditional, second.conditional] == [False, True]
    assert second.target.endswith("?page=2")
    assert second.began > first.began
    assert newsroom.asked("courier", article.path) == [first, second]
    assert newsroom.asked("zarya") == []


def test_the_log_counts_requests_at_work_at_once(newsroom: Newsroom, article: Article) -> None:
    for _ in range(20):
        ask(article.url)
    assert {logged.at_once for logged in newsroom.log} == {1}
    article.slow(0.3)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(status_of, [article.url] * 3))
    assert max(logged.at_once for logged in newsroom.log) == 3


# --- the shelf ------------------------------------------------------------------------------------


def test_the_shelf_is_read_by_the_catalogue(newsroom: Newsroom, tmp_path: Path) -> None:
    folder = newsroom.outlets_shelf(tmp_path / "outlets")
    assert {file.stem for file in folder.glob("*.toml")} == set(KEYS)
    for file in folder.glob("*.toml"):
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        assert table["homepage"] == newsroom.site(file.stem).root + "/"
    outlets = catalogue.load(folder)
    assert outlets.on_loopback
    for held in publish_all(newsroom):
        outlet = outlets.of(held.url)
        assert outlet is not None
        assert outlet.key == held.site.masthead.key
        others = [outlet.homepage, *(channel.url for channel in outlet.channels)]
        others += [held.site.root + held.site.masthead.section_path.format(section=held.copy.section)]
        assert re.search(outlet.article_patterns[0], held.url)
        assert not any(re.search(outlet.article_patterns[0], url) for url in others)


@pytest.mark.parametrize("outlet", KEYS)
def test_the_chrome_on_the_shelf_stands_on_the_page(newsroom: Newsroom, outlet: str) -> None:
    held = publish_all(newsroom, outlet)[0]
    page = text_of(held.url, held.site.masthead.charset)
    assert [phrase for phrase in held.site.masthead.chrome if phrase not in page] == []


# --- the page about it ----------------------------------------------------------------------------


def test_the_docs_name_every_word() -> None:
    page = DOCS.read_text(encoding="utf-8")
    for room in (Newsroom, Article, Site):
        words = [word for word in vars(room) if not word.startswith("_") and callable(getattr(room, word))]
        known = {"place", "at", "listed", "fed", "changed", "now", "served", "publish"}
        assert [word for word in words if word not in known and f"`{word}`" not in page] == []


def test_the_example_in_the_docs_runs() -> None:
    [example] = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S)
    exec(compile(example, "docs/newsroom.md", "exec"), {})
