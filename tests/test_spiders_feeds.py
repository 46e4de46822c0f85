"""Feeds: what they offer, in every form they come in, and what they cannot do to us."""

import json
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.feeds import MOST_ENTRIES, read_feed
from storage.records import Offer

URL = "https://example.org/feed/"
STORY = Offer("https://example.org/2022/02/25/a-story", 'The "story" & more', "2022-02-25T06:30:00.000Z")

RSS2 = b"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>The outlet</title>
<link>https://example.org/</link><item><title>The &quot;story&quot; &amp;amp; <![CDATA[<b>more</b>]]></title>
<link> https://example.org/2022/02/25/a-story#top </link><pubDate>Fri, 25 Feb 2022 09:30:00 +0300</pubDate></item>
</channel></rss>"""
RSS1 = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel/><item rdf:about="x"><title>The "story" &amp;amp; more</title>
<link>/2022/02/25/a-story</link><dc:date>2022-02-25T06:30:00Z</dc:date></item></rdf:RDF>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">The "story" &amp;amp; more</title>
<link rel="enclosure" href="/a.mp3"/><link href="../2022/02/25/a-story"/><updated>2022-03-01T00:00:00Z</updated>
<published>2022-02-25T06:30:00Z</published></entry></feed>"""
JSON = json.dumps({
    "version": "https://jsonfeed.org/version/1.1",
    "items": [{
        "id": 1, "url": "https://example.org/2022/02/25/a-story", "title": 'The "story" & more',
        "date_published": "2022-02-25T06:30:00Z",
    }],
}).encode()  # fmt: skip


CHANGED = "2022-03-01T00:00:00.000Z"
DC = b'xmlns:dc="http://purl.org/dc/terms/"'
RSS_ATOM = b'xmlns:a="http://www.w3.org/2005/Atom"'


@pytest.mark.parametrize("feed", [RSS2, RSS1, ATOM, JSON], ids=["RSS 2.0", "RSS 1.0", "Atom", "JSON Feed"])
def test_every_form_offers_the_same_story(feed: bytes) -> None:
    found = read_feed(feed, URL)
    assert ([replace(offer, updated_at="") for offer in found.offers], found.problem) == ([STORY], "")


@pytest.mark.parametrize(
    "feed",
    [
        ATOM,
        JSON.replace(b'"date_published"', b'"date_modified": "2022-03-01T03:00:00+03:00", "date_published"'),
        RSS2.replace(b"<item>", b"<item " + DC + b"><dc:modified>2022-03-01T00:00:00Z</dc:modified>"),
        RSS2.replace(b"<item>", b"<item " + RSS_ATOM + b"><a:updated>2022-03-01T00:00:00Z</a:updated>"),
    ],
    ids=["Atom", "JSON Feed 1.1", "Dublin Core", "Atom in RSS"],
)
def test_when_a_story_was_last_changed_is_told_apart_from_when_it_was_published(feed: bytes) -> None:
    assert read_feed(feed, URL).offers == (replace(STORY, updated_at=CHANGED),)


def test_a_change_is_the_date_of_what_has_no_other() -> None:
    bare = ATOM.replace(b"<published>2022-02-25T06:30:00Z</published>", b"")
    assert read_feed(bare, URL).offers == (replace(STORY, hint_at=CHANGED, updated_at=CHANGED),)


def test_what_says_nothing_of_changes_claims_none() -> None:
    assert [read_feed(feed, URL).offers[0].updated_at for feed in (RSS2, RSS1, JSON)] == ["", "", ""]


@pytest.mark.parametrize(
    "mar",
    [
        lambda feed: b"\r\n\n  " + feed,
        lambda feed: b"\xef\xbb\xbf" + feed,
        lambda feed: feed.replace(b"</channel></rss>", b""),
        lambda feed: feed.replace(b"<channel>", b"<channel>&nbsp;&copy; &unknown; a & b"),
        lambda feed: feed.replace(b"The outlet", b"The \x0b outlet"),
        lambda feed: feed.replace(b'<?xml version="1.0" encoding="utf-8"?>', b""),
        lambda feed: feed.replace(b"</title>\n<link>", b"</titel>\n<link>", 1),
    ],
)
def test_a_feed_that_is_a_little_broken_is_read(mar: object) -> None:
    assert read_feed(mar(RSS2), URL).offers == (STORY,)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("charset", "declared"), [("cp1251", "windows-1251"), ("gb18030", "gb18030"), ("utf-16", "utf-16")]
)
def test_other_charsets_are_read(charset: str, declared: str) -> None:
    title = "Пекин и Москва" if charset == "cp1251" else "中俄媒体合作"
    feed = f'<?xml version="1.0" encoding="{declared}"?><rss><item><title>{title}</title><link>/a</link></item></rss>'
    (offer,) = read_feed(feed.encode(charset), URL).offers
    assert (offer.title, offer.url) == (title, "https://example.org/a")


def test_the_ampersands_of_a_broken_feed_stay_in_its_addresses() -> None:
    feed = (
        b"<rss><channel><title>broken &nosuch; & </titel><item><link>/a?id=1&amp;page=2</link></item>"
        b"<item><link>/b?id=1&page=2&copy=3</link></item><item><link><![CDATA[/c?id=1&page=2]]></link></item>"
    )
    assert [offer.url.rpartition("/")[2] for offer in read_feed(feed, URL).offers] == [
        "a?id=1&page=2",
        "b?id=1&page=2&copy=3",
        "c?id=1&page=2",
    ]


def item(inner: str) -> tuple[Offer, ...]:
    return read_feed(f"<rss><channel><item>{inner}</item></channel></rss>".encode(), URL).offers


def test_a_permanent_id_stands_in_for_a_missing_link() -> None:
    assert item("<guid>https://example.org/a</guid>")[0].url == "https://example.org/a"
    assert item('<guid isPermaLink="false">https://example.org/a</guid>') == ()
    assert item("<guid>tag:example.org,2022:1</guid>") == ()


def test_the_original_address_goes_before_a_counters() -> None:
    link = '<link>https://feeds.example.net/~r/1</link><f:origLink xmlns:f="x">https://example.org/a</f:origLink>'
    assert item(link)[0].url == "https://example.org/a"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Fri, 25 Feb 2022 06:30:00 GMT", "2022-02-25T06:30:00.000Z"),
        ("2022-02-25T09:30:00+03:00", "2022-02-25T06:30:00.000Z"),
        ("2022-02-25", "2022-02-25"),
        ("soon", ""),
        ("", ""),
        ("Fri, 99 Feb 2022 06:30:00 GMT", ""),
        ("9999-12-31T23:59:59-12:00", ""),
    ],
)
def test_dates_are_hints_in_one_spelling(said: str, meant: str) -> None:
    assert item(f"<link>/a</link><pubDate>{said}</pubDate>")[0].hint_at == meant


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"<html><body><a href=/a>x</a></body></html>", b"{}", b"[]", b"{", b"\0" * 99]
)
def test_what_is_no_feed_says_so(body: bytes) -> None:
    found = read_feed(body, URL)
    assert found.offers == ()
    assert found.problem.startswith("not a feed")


# --- hostile ---------------------------------------------------------------------------------------


def laughs(depth: int) -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, depth))
    return (
        f'<!DOCTYPE rss [<!ENTITY l0 "lol">{entities}]><rss><item><link>/a</link>'
        f"<title>&l{depth - 1};</title></item></rss>"
    ).encode()


def test_a_billion_laughs_are_not_laughed() -> None:
    began = time.monotonic()
    (offer,) = read_feed(laughs(30), URL).offers
    assert len(offer.title) < 100
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("scheme", ["file:///etc/passwd", "http://127.0.0.1:1/x", "/etc/hostname"])
def test_no_entity_fetches_anything(scheme: str) -> None:
    feed = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{scheme}">]><rss><item><link>/a</link><title>[&x;]</title></item></rss>'
    (offer,) = read_feed(feed.encode(), URL).offers
    assert "root" not in offer.title
    assert len(offer.title) < 20


def test_ten_megabytes_of_items_are_read_in_time() -> None:
    feed = b"<rss>" + b"<item><link>/a</link><title>One of many items</title></item>" * 160_000 + b"</rss>"
    began = time.monotonic()
    assert len(read_feed(feed, URL).offers) == MOST_ENTRIES
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "body", [b"<a>" * 300_000, b"<rss>" + b"<item>" * 300_000, b'{"items":' + b"[" * 300_000, b"&" * 3_000_000]
)
def test_depth_and_noise_are_survived(body: bytes) -> None:
    began = time.monotonic()
    read_feed(body, URL)
    assert time.monotonic() - began < 10


@given(st.binary(max_size=3000))
def test_no_bytes_break_it(body: bytes) -> None:
    read_feed(body, URL)


@given(st.integers(0, len(RSS2)), st.binary(max_size=8))
def test_no_damage_breaks_it(at: int, damage: bytes) -> None:
    found = read_feed(RSS2[:at] + damage + RSS2[at:], URL)
    assert all(isinstance(offer.url, str) for offer in found.offers)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["items", "url", "title", "date_published"]), inner)
        ),
    )
)
def test_no_json_breaks_it(value: object) -> None:
    read_feed(json.dumps({"items": value}).encode(), URL)
