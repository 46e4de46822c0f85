"""APIs and previews: WordPress's posts, outlets' own JSON, Telegram's previews, and what they cannot do to us.

The bodies have the shapes that the named outlets' APIs have; what they say is invented.
"""

import json
import time
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import catalogue
from crawler.clock import HandClock
from spiders.apis import MOST_ITEMS, read_api
from spiders.channels import data
from spiders.kinds import reader_of
from spiders.telegram import read_preview
from spiders.wordpress import read_posts
from storage.records import Channel, ChannelKind, Fields, Offer, Outlet
from tests.conftest import Crawl
from tests.fetching import PAGE, Site, channel, drop, reply, shelf

URL = "https://example.org/wp-json/wp/v2/posts"
OUTLET = Outlet("one", "One", ("example.org",), article_patterns=(r"^https://example\.org/\d{4}/[a-z-]+$",))

POSTS = b"""[
{"id": 71, "date": "2026-03-02T11:30:00", "date_gmt": "2026-03-02T06:30:00", "modified": "2026-03-02T13:00:00",
 "modified_gmt": "2026-03-02T08:00:00", "slug": "a-story", "link": "https:\\/\\/example.org\\/2026\\/a-story#more",
 "title": {"rendered": "A &#8220;story&#8221; &amp; <em>more<\\/em>"}, "_links": {"self": []}},
{"link": "/2026/second", "title": "Second", "date": "2026-03-01T23:30:00"},
{"title": {"rendered": "No address"}}, "no post", null, {"link": 7}, {"link": {"a": 1}, "title": []}
]"""


# --- WordPress ----------------------------------------------------------------------------------------


def test_posts_are_offered_with_headline_date_and_last_change() -> None:
    found = read_posts(POSTS, URL)
    assert found.problem == ""
    assert found.offers == (
        Offer(
            "https://example.org/2026/a-story", "A “story” & more", "2026-03-02T06:30:00.000Z",
            "2026-03-02T08:00:00.000Z",
        ),
        Offer("https://example.org/2026/second", "Second", "2026-03-01"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b'{"code": "rest_no_route", "message": "No route", "data": {"status": 404}}', ": rest_no_route"),
        (b"<html><p>Not found</p></html>", ""),
        (b"", ""),
        (b"null", ""),
        (b'[{"link": "https://example.org/2026/a-st', ""),
    ],
)
def test_what_is_no_list_of_posts_says_so(body: bytes, problem: str) -> None:
    assert read_posts(body, URL).problem == f"not a list of posts{problem}"


def test_no_posts_are_no_problem() -> None:
    assert (read_posts(b"[]", URL).offers, read_posts(b"[]", URL).problem) == ((), "")


# --- outlets' own JSON --------------------------------------------------------------------------------


def fields_of(key: str, part: str) -> tuple[str, Fields]:
    """The address and the fields of a channel on the project's own shelf."""
    found = [c for c in catalogue.load().get(key).channels if part in c.url and c.fields is not None]
    assert found[0].fields is not None
    return found[0].url, found[0].fields


XINHUA = {
    "datasource": [
        {
            "contentId": "20260302a1", "title": "港口重新开放", "publishTime": "2026-03-02 14:30:00",
            "publishUrl": "/world/20260302/0123456789abcdef0123456789abcdef/c.html", "keywords": "港口,航运",
        },
        {"contentId": "x", "title": "无地址", "publishUrl": ""},
    ],
}  # fmt: skip
CCTV = {
    "data": {
        "total": 500,
        "list": [
            {
                "id": "ARTI1", "title": "灯塔点亮", "brief": "", "focus_date": "2026-03-02 14:30:00",
                "url": "https://news.cctv.com/2026/03/02/ARTIabcdefghijklmnopqrst260302.shtml",
            },
        ],
    },
}  # fmt: skip
HUANQIU = {
    "list": [
        {"aid": "4LabcDEFghi", "title": "大麦丰收", "ctime": "1772433000000", "host": "world.huanqiu.com"},
        {"aid": "", "title": "广告"},
        {},
    ],
}
BJNEWS = {
    "data": [
        {
            "uuid": "177243300012345", "row": {
                "title": "河上架桥", "publish_time": "2026-03-02 14:30:00", "update_time": "2026-03-02 16:00:00",
            },
        },
    ],
}  # fmt: skip
MEDUZA = {
    "documents": {
        "news/2026/03/02/a-bridge": {
            "url": "news/2026/03/02/a-bridge", "title": "Мост открыт", "published_at": 1772433000,
        },
    },
    "collection": ["news/2026/03/02/a-bridge"],
}  # fmt: skip
AT = "2026-03-02T06:30:00.000Z"


@pytest.mark.parametrize(
    ("key", "part", "answer", "offer"),
    [
        (
            "xinhua", "ds_", XINHUA,
            Offer("http://www.news.cn/world/20260302/0123456789abcdef0123456789abcdef/c.html", "港口重新开放", AT),
        ),
        (
            "cctv", "news_1", CCTV,
            Offer("https://news.cctv.com/2026/03/02/ARTIabcdefghijklmnopqrst260302.shtml", "灯塔点亮", AT),
        ),
        ("huanqiu", "/list", HUANQIU, Offer("https://world.huanqiu.com/article/4LabcDEFghi", "大麦丰收", AT)),
        (
            "bjnews", "column_news", BJNEWS,
            Offer(
                "https://www.bjnews.com.cn/detail/177243300012345.html", "河上架桥", AT, "2026-03-02T08:00:00.000Z",
            ),
        ),
        ("meduza", "search", MEDUZA, Offer("https://meduza.io/news/2026/03/02/a-bridge", "Мост открыт", AT)),
    ],
)  # fmt: skip
def test_the_shelf_knows_where_each_api_names_its_articles(key: str, part: str, answer: Any, offer: Offer) -> None:
    url, fields = fields_of(key, part)
    found = read_api(json.dumps(answer, ensure_ascii=False).encode(), url, "application/json", fields)
    assert (found.offers, found.problem) == ((offer,), "")
    outlet = catalogue.load().get(key)
    assert reader_of("json_api")(
        json.dumps(answer).encode(), url, "", outlet, Channel("json_api", url, fields=fields)
    ).offers == (offer,)


@pytest.mark.parametrize(
    "wrapped",
    [
        "{}", "news({})", "t({});", "/**/jQuery_17.cb({}) ;\n", "\ufeff{}", "\ufefft({})", "var list = {};",
        ")]}}',\n{}",
    ],
)  # fmt: skip
def test_json_is_read_out_of_its_wrapping(wrapped: str) -> None:
    body = wrapped.format('{"list": [{"url": "/2026/a-story"}]}').encode()
    assert [offer.url for offer in read_api(body, URL, "", Fields("list", "url")).offers] == [
        "https://example.org/2026/a-story"
    ]


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-32", "gb18030"])
def test_charsets_of_apis(charset: str) -> None:
    body = '[{"u": "/2026/a-story", "t": "港口重新开放"}]'.encode(charset)
    found = read_api(body, URL, f"application/json; charset={charset}", Fields("", "u", "t"))
    assert [offer.title for offer in found.offers] == ["港口重新开放"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (1772433000, AT),
        (1772433000000, AT),
        (1772433000.7, AT),
        ("1772433000", AT),
        ("1772433000000", AT),
        ("1772433000000000", AT),
        ("2026-03-02 09:30:00", AT),
        ("2026-03-02T06:30:00Z", AT),
        ("2026-03-02", "2026-03-02"),
        ("20260302", "2026-03-02"),
        (True, ""),
        (None, ""),
        (0, ""),
        (float("nan"), ""),
        (10**300, ""),
        ({"at": 1}, ""),
        ("a while ago", ""),
    ],
)
def test_moments_in_any_spelling(said: object, meant: str) -> None:
    body = json.dumps([{"u": "/2026/a-story", "at": said}]).encode()
    (offer,) = read_api(body, URL, "", Fields("", "u", published="at", zone="+03:00")).offers
    assert offer.hint_at == meant


def test_lists_within_lists_are_one_list() -> None:
    body = json.dumps({"blocks": [{"items": [{"u": "/2026/a"}]}, {"items": [{"u": "/2026/b"}, 7]}, 3]}).encode()
    found = read_api(body, URL, "", Fields("blocks.*.items", "u"))
    assert [offer.url for offer in found.offers] == ["https://example.org/2026/a", "https://example.org/2026/b"]


@pytest.mark.parametrize(
    ("body", "fields", "problem"),
    [
        (b'{"list": []}', None, "nobody said where it names its articles; write [channels.fields] for it"),
        (b'{"error": 5}', Fields("list", "u"), "JSON without a list at list"),
        (b"7", Fields("", "u"), "JSON without a list at its top"),
        (b"<html>t({})</html>", Fields("", "u"), "not JSON"),
        (b"t({'a': 1})", Fields("", "u"), "not JSON"),
        (b"", Fields("", "u"), "not JSON"),
    ],
)
def test_what_is_no_list_says_so(body: bytes, fields: Fields | None, problem: str) -> None:
    assert read_api(body, URL, "", fields).problem == problem


# --- Telegram -------------------------------------------------------------------------------------------

TME = "https://t.me/s/one_channel"


def message(number: int, text: str, card: str = "", at: str = "2026-03-02T09:30:00+03:00") -> str:
    return f"""<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message text_not_supported_wrap
js-widget_message" data-post="one_channel/{number}"><div class="tgme_widget_message_bubble">
<div class="tgme_widget_message_author"><a href="https://t.me/one_channel">One</a></div>
<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>{card}
<div class="tgme_widget_message_footer"><span class="tgme_widget_message_views">1.2K</span>
<a class="tgme_widget_message_date" href="https://t.me/one_channel/{number}"><time datetime="{at}" class="time">09:30</time></a>
</div></div></div></div>"""


CARD = """<a class="tgme_widget_message_link_preview" href="https://example.org/2026/a-story">
<div class="link_preview_site_name">One</div><div class="link_preview_title">A story &amp; more</div></a>"""


def preview(*messages: str) -> bytes:
    head = '<a href="https://example.org/2026/about-us">One</a>'
    return (
        f'<html><body>{head}<section class="tgme_channel_history">{"".join(messages)}</section></body></html>'.encode()
    )


def test_messages_offer_the_outlets_own_articles_and_nothing_else() -> None:
    body = preview(
        message(1, 'The harbour opens <a href="https://example.org/2026/harbour?utm_source=tg" onclick="x()">more</a>'),
        message(2, '<a href="https://elsewhere.org/2026/a-story">theirs</a> <a href="?q=%23barley">#barley</a>'),
        message(3, 'Read <a href="https://example.org/2026/a-story">here</a>', CARD, "2026-03-02T08:00:00+00:00"),
        message(4, '<a href="https://example.org/tag/harbour">a tag</a> <a href="https://t.me/one_channel/1">first</a>'),
        message(5, "No link at all"),
    )  # fmt: skip
    outlet = Outlet("one", "One", ("example.org",), article_patterns=(r"^https://example\.org/2026/[a-z-]+",))
    assert read_preview(body, TME, "text/html; charset=utf-8", outlet).offers == (
        Offer("https://example.org/2026/harbour?utm_source=tg", "The harbour opens more", AT),
        Offer("https://example.org/2026/a-story", "A story & more", "2026-03-02T08:00:00.000Z"),
    )


def test_a_channel_without_a_preview_says_so() -> None:
    page = b'<html><body><div class="tgme_page"><div class="tgme_page_title">One</div></div></body></html>'
    assert read_preview(page, TME, "", OUTLET).problem == "not a channel's preview: it shows no messages"
    assert read_preview(preview(), TME, "", OUTLET).problem == ""
    assert read_preview(b"", TME, "", OUTLET).problem == "not a page"


def test_a_reply_is_told_by_its_own_words() -> None:
    quoted = '<div class="tgme_widget_message_text js-message_reply_text">What was said before</div>'
    own = 'Its own words <a href="https://example.org/2026/a-story">here</a>'
    body = message(1, own).replace(
        '<div class="tgme_widget_message_text', f'{quoted}<div class="tgme_widget_message_text'
    )
    (offer,) = read_preview(preview(body), TME, "", OUTLET).offers
    assert offer.title == "Its own words here"


# --- whatever comes ---------------------------------------------------------------------------------------

KINDS = get_args(ChannelKind)
FIELDS = Fields("list.*", "u.v", "t", "p", "m", "https://example.org/{}", "+08:00")
NAMES = ["list", "link", "title", "u", "v", "t", "p", "m", "date"]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(NAMES), inner),
)


def all_readers(body: bytes, content_type: str = "") -> None:
    for kind in KINDS:
        listed = Channel(kind, URL, fields=FIELDS if kind == "json_api" else None)
        for offer in reader_of(kind)(body, URL, content_type, OUTLET, listed).offers:
            assert offer.url
            f"{offer.url}{offer.title}{offer.hint_at}{offer.updated_at}".encode()


@settings(deadline=None)
@given(ANY_JSON)
def test_no_json_breaks_any_reader(value: object) -> None:
    all_readers(json.dumps(value).encode())
    all_readers(json.dumps({"list": [value], "items": [value]}).encode())
    all_readers(json.dumps([{"link": "/2026/a", "title": {"rendered": value}, "modified_gmt": value}]).encode())
    body = json.dumps({"list": [{"u": {"v": value}, "t": value, "p": value, "m": value}, value]}).encode()
    all_readers(body)


@settings(deadline=None)
@given(st.binary(), st.text())
def test_no_bytes_break_any_reader(body: bytes, content_type: str) -> None:
    all_readers(body, content_type)


@settings(deadline=None)
@given(st.integers(0, len(POSTS)), st.binary(max_size=40))
def test_no_damage_breaks_any_reader(at: int, damage: bytes) -> None:
    all_readers(POSTS[:at] + damage + POSTS[at + len(damage) :])
    page = preview(message(1, "x", CARD))
    at = min(at, len(page))
    all_readers(page[:at] + damage + page[at + len(damage) :])


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 5_000_000,
        b'{"list":' * 1_000_000,
        b"[" * 5_000_000 + b"]" * 5_000_000,
        b"t(" + b'{"list":[' * 100_000 + b"]}" * 100_000 + b")",
        b'{"list": ["' + b"x" * 10_000_000,
        b"t(" + b") " * 5_000_000,
        b"[" + b"9" * 10_000_000 + b"]",
        b"\xef\xbb\xbf" * 3_000_000,
        b'[{"link":"/2026/a"},' * 400_000,
    ],
    ids=["open", "keys", "deep", "deep JSONP", "text", "brackets", "number", "marks", "cut"],
)
def test_depth_and_size_are_survived_in_time(body: bytes) -> None:
    began = time.perf_counter()
    assert read_posts(body, URL).offers == ()
    assert read_api(body, URL, "", FIELDS).offers == ()
    assert time.perf_counter() - began < 10


def test_ten_megabytes_of_items_are_read_in_time_and_no_further_than_their_limit() -> None:
    began = time.perf_counter()
    body = b'{"list": [' + b'{"u":{"v":"2026/a"},"t":"x"},' * 300_000 + b"{}]}"
    found = read_api(body, URL, "", FIELDS)
    assert len(found.offers) == MOST_ITEMS
    assert time.perf_counter() - began < 10


def test_nested_messages_are_not_read_over_and_over() -> None:
    began = time.perf_counter()
    body = b'<div class="tgme_widget_message"><div class="tgme_widget_message_text">' * 200 + b"<b>x</b>" * 1_000_000
    read_preview(body, TME, "", OUTLET)
    assert time.perf_counter() - began < 10


def test_half_an_emoji_can_be_kept() -> None:
    body = rb'[{"link": "/2026/a-story", "title": {"rendered": "Harbour \ud83d"}}]'
    assert read_posts(body, URL).offers[0].title.encode() == "Harbour \ufffd".encode()


def test_data_is_none_where_there_is_none() -> None:
    assert [data(body) for body in (b"", b"x", b"<p>{}</p>", b"null", b"cb(1)")] == [None] * 5


# --- over the wire ----------------------------------------------------------------------------------------


def test_apis_are_asked_and_their_articles_after_them(crawl: Crawl, tmp_path: Path) -> None:
    with Site("127.0.9.61") as site:
        posts = [{"link": site.url("/2026/03/02/a-long-story-one"), "title": {"rendered": "One"}}]
        items = {"list": [{"u": "2026/03/02/a-long-story-two", "t": "Two"}, {"u": "../../elsewhere"}]}
        site.answers |= {
            "/posts": reply(json.dumps(posts).encode(), Content_Type="application/json"),
            "/api": reply(b"t(" + json.dumps(items).encode() + b")", Content_Type="text/javascript"),
            "/2026/03/02/a-long-story-one": reply(PAGE),
            "/2026/03/02/a-long-story-two": reply(PAGE),
        }
        told = f'fields = {{ items = "list", url = "u", title = "t", address = "{site.root}/{{}}" }}\n'
        channels = channel("wp_json", "/posts") + channel("json_api", "/api") + told
        seen = crawl("apis", {"OUTLETS": str(shelf(tmp_path / "outlets", {"one": site}, channels=channels))})
        assert sorted((len(listing.offers), listing.problem) for listing in seen.listings) == [(1, ""), (2, "")]
        assert {"/2026/03/02/a-long-story-one", "/2026/03/02/a-long-story-two"} <= {r.path for r in site.log}


def test_an_api_that_fails_is_told(crawl: Crawl, tmp_path: Path) -> None:
    with Site("127.0.9.62") as site:
        site.answers |= {"/gone": reply(b'{"code":"rest_no_route"}', 404), "/cut": drop}
        channels = channel("wp_json", "/gone") + channel("wp_json", "/cut")
        seen = crawl("apis", {"OUTLETS": str(shelf(tmp_path / "outlets", {"one": site}, channels=channels))})
        assert {listing.capture.status for listing in seen.listings} == {404, None}
        assert [listing.offers for listing in seen.listings] == [(), ()]


def test_a_preview_on_anothers_host_is_asked_by_its_rules_and_offers_only_our_own(
    crawl: Crawl, tmp_path: Path, clock: HandClock
) -> None:
    """Its robots.txt is asked first and holds; what it links to elsewhere, its own host included, is not asked for."""
    with Site("127.0.9.63") as ours, Site("127.0.9.64") as tme:
        links = "".join(f'<a href="{url}/2026/03/02/a-long-story-one">x</a>' for url in (ours.root, tme.root))
        tme.answers |= {
            "/robots.txt": reply(b"User-agent: *\nDisallow: /s/closed", Content_Type="text/plain"),
            "/s/open": reply(preview(message(1, links))),
            "/s/closed": reply(preview(message(1, links))),
        }
        ours.answers["/2026/03/02/a-long-story-one"] = reply(PAGE)
        channels = channel("telegram_preview", "/s/open") + channel("telegram_preview", "/s/closed")
        folder = shelf(tmp_path / "outlets", {"one": ours}, channels=channels.replace("ROOT", tme.root))
        (folder / "two.toml").write_text('name = "two"\ndomains = ["127.0.9.64"]\nenabled = false\npace = 0.001\n')
        seen = crawl("telegram", {"OUTLETS": str(folder)})
        found = {listing.channel.url: [offer.url for offer in listing.offers] for listing in seen.listings}
        assert found == {tme.url("/s/open"): [ours.url("/2026/03/02/a-long-story-one")], tme.url("/s/closed"): []}
        assert seen.of(tme.url("/s/closed")).error == "robots_forbid"
        assert [asked.path for asked in tme.log] == ["/robots.txt", "/s/open"]
        assert "/2026/03/02/a-long-story-one" in [asked.path for asked in ours.log]


def test_a_preview_out_there_needs_a_contact_even_where_the_outlet_is_on_this_machine(
    crawl: Crawl, tmp_path: Path
) -> None:
    from crawler.desk import ArgumentError

    with Site("127.0.9.65") as ours:
        channels = channel("telegram_preview", "").replace("ROOT", "https://t.me/s/one_channel")
        folder = shelf(tmp_path / "outlets", {"one": ours}, channels=channels)
        with pytest.raises(ArgumentError, match="CONTACT is not set"):
            crawl("telegram", {"OUTLETS": str(folder), "CONTACT": ""})
