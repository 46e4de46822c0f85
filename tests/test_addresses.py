"""Which URLs name the same article? Spellings meet, articles never do."""

from urllib.parse import urlsplit

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from crawler.addresses import (
    IDENTIFYING,
    TRACKERS,
    asked,
    choose,
    host,
    identity,
    looks_like_article,
    mirrored,
    normal,
    site,
    within,
)
from storage.records import Outlet

SPUTNIK = Outlet(
    key="sputnik",
    name="Sputnik",
    domains=("sputnikglobe.com",),
    mirrors=("sputniknews.com", "sputniknews.cn"),
    article_patterns=(r"^https?://sputnikglobe\.com/20\d{6}/[a-z0-9-]+-\d+\.html$",),
)
VESTI = Outlet(key="vesti", name="Vesti", domains=("vesti.ru",), identity_params=("id",))
LOCAL = Outlet(key="local", name="Local", domains=("127.0.1.7",), mirrors=("127.0.1.8",))

# --- one spelling -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelling",
    [
        "https://example.com/world/story?id=5",
        "http://example.com/world/story?id=5",
        "HTTP://WWW.Example.COM:80/world/story?id=5",
        "https://example.com:443/world/story/?id=5",
        "https://example.com./world/story?id=5",
        "https://m.example.com/world/story?id=5",
        "https://www.m.example.com/world/story?id=5",
        "https://amp.example.com/amp/world/story.amp?id=5",
        "https://mobile.example.com/world/story/amp/?id=5",
        "https://example.com/world/story?amp=1&id=5",
        "https://example.com/world/story?amp&id=5",
        "https://example.com/world/story?id=5#comments",
        "https://reader:secret@example.com/world/story?id=5",
        "https://example.com/world/./x/../story?id=5",
        "https://example.com/%77orld/stor%79?id=5",
        "https:\\\\example.com\\world\\story?id=5",
        "  https://example.com/world/\n\tstory?id=5  ",
        "\u200bhttps://example.com/world/story?id=5\ufeff",
        "https://example.com/world/story?utm_source=AM_Email&id=5&utm_source=Master_List&utm_medium=email",
        "https://example.com/world/story?UTM_Campaign=x&fbclid=y&id=5",
        "https://example.com/world/story?utm_source=x&amp;id=5&amp;utm_medium=y",
    ],
)
def test_all_spellings_of_one_address_meet(spelling: str) -> None:
    assert normal(spelling) == "https://example.com/world/story?id=5"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://vesti.ru/doc.html?id=1", "https://vesti.ru/doc.html?id=2"),
        ("https://x.com/?newsid=44", "https://x.com/?newsid=45"),
        ("https://x.com/?p=44", "https://x.com/"),
        ("https://x.com/a?gallery=1", "https://x.com/a"),
        ("https://x.com/a?cid=1", "https://x.com/a?cid=2"),
        ("https://x.com/a?eid=1", "https://x.com/a"),
        ("https://x.com/a?from=1", "https://x.com/a"),
        ("https://x.com/a?mod=viewthread", "https://x.com/a"),
        ("https://x.com/a?utm=1", "https://x.com/a"),
        ("https://x.com/a?xfbclid=1", "https://x.com/a"),
        ("https://x.com/Story", "https://x.com/story"),
        ("https://x.com/a/b", "https://x.com/a%2Fb"),
        ("https://x.com/a%2541", "https://x.com/aA"),
        ("https://x.com/story/index.html", "https://x.com/story"),
        ("https://x.com/ample", "https://x.com/le"),
        ("https://x.com/stamp", "https://x.com/st"),
        ("https://x.com/#!/a", "https://x.com/#!/b"),
        ("https://de.rt.com/a", "https://rt.com/a"),
        ("https://x.com:8443/a", "https://x.com/a"),
        ("http://127.0.1.7:8000/a", "http://127.0.1.8:8000/a"),
    ],
)
def test_two_addresses_stay_two(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def test_loopback_and_odd_ports_keep_their_scheme() -> None:
    assert normal("http://127.0.1.7:8000/a/") == "http://127.0.1.7:8000/a"
    assert normal("http://localhost/a") == "http://localhost/a"
    assert normal("http://[::1]:80/a") == "http://[::1]/a"
    assert normal("http://news.example.com:8080/a") == "http://news.example.com:8080/a"
    assert normal("http://10.0.0.1/a") == "http://10.0.0.1/a"
    assert normal("http://8.8.8.8/a") == "https://8.8.8.8/a"


def test_a_host_is_never_folded_into_a_public_suffix() -> None:
    assert normal("https://m.com/a") == "https://m.com/a"
    assert normal("https://www.co.uk/a") == "https://www.co.uk/a"
    assert normal("https://amp.dev/a") == "https://amp.dev/a"


def test_international_names_are_punycode() -> None:
    assert normal("https://Пример.рф/Путь") == "https://xn--e1afmkfd.xn--p1ai/%D0%9F%D1%83%D1%82%D1%8C"
    assert host("https://WWW.Пример.рф/") == "www.xn--e1afmkfd.xn--p1ai"


def test_a_hashbang_is_part_of_the_address_and_any_other_fragment_is_not() -> None:
    assert normal("https://x.com/#!/story/5") == "https://x.com/#!/story/5"
    assert normal("https://x.com/#story5") == normal("https://x.com/#!") == "https://x.com/"


def test_an_outlets_identity_parameter_survives_even_with_a_trackers_name() -> None:
    assert normal("https://x.com/a?ocid=77") == "https://x.com/a"
    assert normal("https://x.com/a?ocid=77", ("ocid",)) == "https://x.com/a?ocid=77"
    assert normal("https://x.com/a?amp=1", ("amp",)) == "https://x.com/a?amp=1"


def test_no_tracker_is_a_parameter_that_may_name_an_article() -> None:
    assert not TRACKERS & IDENTIFYING
    assert all(name == name.lower() for name in TRACKERS | IDENTIFYING)


@pytest.mark.parametrize(
    "wrong",
    [
        "", "story", "//example.com/a", "/a", "mailto:a@example.com", "javascript:void(0)", "ftp://example.com/a",
        "file://example.com/etc/passwd", "https://", "https:///a", "https://exa mple.com/", "https://a..b/",
        "https://example.com:99999/", "https://example.com:port/", "https://[::1/", "https://127.1/",
        "https://2130706433/", "https://0x7f.0.0.1/", "https://\ud800.com/", "https://-x.com/", "https://a%41.com/",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_in_one_line(wrong: str) -> None:
    for verb in (normal, asked, host, site, looks_like_article):
        with pytest.raises(ValueError, match="not a web address") as refusal:
            verb(wrong)
        assert "\n" not in str(refusal.value)


# --- what to ask for ----------------------------------------------------------------------------


def test_only_the_trackers_leave_what_is_asked() -> None:
    given = "http://www.rt.com/news/551-story/?b=2&utm_source=rss&a=1&fbclid=x#top"
    assert asked(given) == "http://www.rt.com/news/551-story/?b=2&a=1"


def test_no_question_mark_is_asked_without_a_parameter() -> None:
    assert asked("https://rt.com/news/551-story/?utm_source=rss") == "https://rt.com/news/551-story/"
    assert asked("https://rt.com/news/551-story/?") == "https://rt.com/news/551-story/"


# --- hosts, sites, outlets ----------------------------------------------------------------------


def test_the_site_is_the_registered_domain() -> None:
    assert site("https://news.bbc.co.uk/a") == "bbc.co.uk"
    assert site("https://english.chinadaily.com.cn/a") == "chinadaily.com.cn"
    assert site("http://127.0.1.7:8000/a") == "127.0.1.7"
    assert site("http://[::1]:8000/a") == "::1"
    assert site("http://localhost/a") == "localhost"
    assert site("https://co.uk/a") == "co.uk"


def test_an_outlet_holds_its_domains_their_subdomains_and_its_mirrors() -> None:
    assert within("https://arabic.sputnikglobe.com/a", SPUTNIK)
    assert within("https://www.sputniknews.cn/a", SPUTNIK)
    assert not within("https://notsputniknews.com/a", SPUTNIK)
    assert not within("https://sputniknews.com.evil.example/a", SPUTNIK)
    assert within("http://127.0.1.7:8000/a", LOCAL)
    assert not within("http://127.0.1.77/a", LOCAL)


def test_a_mirror_carries_the_same_articles() -> None:
    home = "https://sputnikglobe.com/20220505/story-1095000.html"
    assert identity("http://www.sputniknews.com/20220505/story-1095000.html?utm_source=x", SPUTNIK) == home
    assert identity(home, SPUTNIK) == home
    assert mirrored("https://arabic.sputniknews.com/a", SPUTNIK) == "https://arabic.sputnikglobe.com/a"
    assert mirrored("https://elsewhere.com/a", SPUTNIK) == "https://elsewhere.com/a"
    assert mirrored("http://127.0.1.8:8000/a", LOCAL) == "http://127.0.1.7:8000/a"


def test_a_host_belongs_to_the_longest_domain_that_holds_it() -> None:
    outlet = Outlet(key="x", name="X", domains=("x.com", "blog.x.net"), mirrors=("x.net",))
    assert mirrored("https://x.net/a", outlet) == "https://x.com/a"
    assert mirrored("https://blog.x.net/a", outlet) == "https://blog.x.net/a"


# --- the article's name -------------------------------------------------------------------------

STORY = "https://example.com/2022/05/05/who-said-what-to-whom"
EXAMPLE = Outlet(key="example", name="Example", domains=("example.com",), mirrors=("example.org",))


def test_the_canonical_link_names_the_article() -> None:
    assert choose(STORY + "?print=1", STORY + "?print=1", STORY, EXAMPLE) == STORY
    assert choose(STORY + "?print=1", STORY + "?print=1", STORY) == STORY


@pytest.mark.parametrize(
    "claim",
    [
        "",
        "https://example.com/",
        "https://example.com/world",
        "https://example.com/2022/05/05",
        "https://elsewhere.com/2022/05/05/who-said-what-to-whom",
        "not a url",
        "javascript:void(0)",
    ],
)
def test_a_canonical_link_to_anything_else_is_not_believed(claim: str) -> None:
    assert choose(STORY, STORY, claim, EXAMPLE) == STORY
    assert choose(STORY, STORY, claim, None) == STORY


def test_a_canonical_link_that_lost_the_id_is_not_believed() -> None:
    given = "https://vesti.ru/doc.html?id=3012345"
    assert choose(given, given, "https://vesti.ru/doc.html", VESTI) == given
    dated = "https://example.com/2022/05/05/index.php?newsid=44"
    assert choose(dated, dated, "https://example.com/2022/05/05/index.php", EXAMPLE) == dated


def test_without_a_canonical_link_the_final_address_names_it() -> None:
    assert choose("https://example.com/x/123456", STORY + "/?utm_source=x", "", EXAMPLE) == STORY


def test_a_redirect_to_the_front_page_names_nothing() -> None:
    assert choose(STORY, "https://example.com/", "https://example.com/", EXAMPLE) == STORY
    assert choose(STORY, "https://example.com/world", "", EXAMPLE) == STORY
    assert choose(STORY, "https://elsewhere.com/2022/05/05/another-story-of-theirs", "", EXAMPLE) == STORY


def test_a_short_link_takes_the_name_of_where_it_led() -> None:
    assert choose("https://t.co/AbC", "https://example.com/about-us", "", EXAMPLE) == "https://example.com/about-us"
    assert choose("https://t.co/AbC", "https://example.com/", "", EXAMPLE) == "https://t.co/AbC"


def test_the_name_lies_at_home_whichever_mirror_answered() -> None:
    at_mirror = STORY.replace(".com", ".org")
    assert choose(at_mirror, at_mirror, at_mirror, EXAMPLE) == STORY


# --- does it look like an article? --------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/2022/05/05/a-story",
        "https://x.com/news/2022-05-05/a/index.html",
        "https://x.com/page/202205/1264021.shtml",
        "https://x.com/20220505/c_1128.html",
        "https://x.com/world/china-and-russia-join-forces",
        "https://x.com/мир/китай-и-россия-объединяют-силы",
        "https://x.com/news/551234-story/",
        "https://x.com/politics/1485672",
        "https://x.com/a/202205/05/WS6272ab.html",
        "https://x.com/doc.html?id=3012345",
        "https://x.com/?p=1234",
        "https://x.com/article/47rKq9w1Zz",
    ],
)
def test_article_addresses_are_known_by_their_form(url: str) -> None:
    assert looks_like_article(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/",
        "https://x.com/world",
        "https://x.com/world/asia",
        "https://x.com/2022/05/05/",
        "https://x.com/2022/05/index.html",
        "https://x.com/tag/who-said-what-to-whom",
        "https://x.com/category/politics/2022/05/05/page/2",
        "https://x.com/author/john-doe-of-the-times",
        "https://x.com/search?q=12345",
        "https://x.com/login?id=12345",
        "https://x.com/feed/12345",
        "https://x.com/2022/05/05/photo-of-the-day-12345.jpg",
        "https://x.com/2022/05/05/report.pdf",
        "https://x.com/sitemap-20220505-news.xml",
        "https://x.com/?page=12345",
    ],
)
def test_other_addresses_are_not_articles(url: str) -> None:
    assert not looks_like_article(url)


def test_an_outlets_patterns_decide_in_any_spelling() -> None:
    story = "sputnikglobe.com/20220505/story-1095000.html"
    for start in ("https://", "http://", "https://www.", "http://m."):
        assert looks_like_article(start + story + "?utm_source=x", SPUTNIK)
    assert looks_like_article("https://sputnikglobe.com:443/20220505/story-1095000.html", SPUTNIK)
    assert looks_like_article("https://sputniknews.com/20220505/story-1095000.html", SPUTNIK)
    assert not looks_like_article("https://sputnikglobe.com/2022/05/05/who-said-what-to-whom", SPUTNIK)


def test_a_pattern_that_asks_for_www_or_no_port_still_matches() -> None:
    outlet = Outlet(key="x", name="X", domains=("x.ru",), article_patterns=(r"^https?://www\.x\.ru/doc/\d+$",))
    assert looks_like_article("http://x.ru/doc/5", outlet)
    newsroom = Outlet(key="n", name="N", domains=("127.0.1.7",), article_patterns=(r"^http://127\.0\.1\.7/a/\d+$",))
    assert looks_like_article("http://127.0.1.7:8123/a/5", newsroom)


def test_without_patterns_another_sites_page_is_not_the_outlets_article() -> None:
    assert looks_like_article(STORY, EXAMPLE)
    assert not looks_like_article(STORY, VESTI)


# --- laws ---------------------------------------------------------------------------------------

SEGMENTS = st.text("abcXYZ0189-_.~%+,;:@é中 я", min_size=1, max_size=8)
PAIRS = st.tuples(
    st.sampled_from(["id", "newsid", "p", "article", "q", "a b", "ключ"]), st.text("ab19 é中&=+%", max_size=5)
)


def _quoted(text: str) -> str:
    return "".join(f"%{ord(c):02X}" if c in "&=+%# " else c for c in text)


@st.composite
def urls(draw: st.DrawFn) -> str:
    path = "/".join(draw(st.lists(SEGMENTS, max_size=4)))
    query = "&".join(f"{name}={_quoted(value)}" for name, value in draw(st.lists(PAIRS, max_size=3)))
    front = draw(st.sampled_from(["https://example.com", "http://news.example.co.uk", "http://127.0.1.7:8000"]))
    return f"{front}/{path}".rstrip() + (f"?{query}" if query else "")


@given(urls())
@example("http://x.com/%%34%31")
@example("https://example.com/a/..amp")
@example("https://example.com/;/;")
@example("https://example.com//amp/amp//x.amp.amp/")
def test_normal_form_is_idempotent(url: str) -> None:
    assert normal(normal(url)) == normal(url)
    assert asked(asked(url)) == asked(url)


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for start in ("", "https://", "http://example.com/"):
        try:
            assert normal(normal(start + text)) == normal(start + text)
        except ValueError as refusal:
            assert "not a web address" in str(refusal)  # noqa: PT017


@given(urls(), st.data())
def test_spellings_of_any_address_meet(url: str, data: st.DataObject) -> None:
    parts = urlsplit(url)
    pairs = [pair for pair in parts.query.split("&") if pair]
    noise = data.draw(st.lists(st.sampled_from(["utm_source=x", "utm_any=y", "fbclid=z", "yclid=", "gclid=1"])))
    shuffled = data.draw(st.permutations(pairs + noise))
    scheme = parts.scheme if parts.port else data.draw(st.sampled_from(["http", "https"]))
    face = "" if parts.port else data.draw(st.sampled_from(["", "www.", "m.", "amp."]))
    other = f"{scheme}://{face}{parts.netloc.upper()}{parts.path}"
    other += ("?" + "&".join(shuffled) if shuffled else "") + data.draw(st.sampled_from(["", "#top"]))
    assert normal(other) == normal(url)
    assert normal(asked(other)) == normal(url)


IDS = st.integers(1, 10**9)


@given(IDS, IDS, st.sampled_from(["id", "newsid", "p", "article", "articleId", "docid", "sid", "cid", "eid"]))
def test_two_ids_never_meet(one: int, two: int, name: str) -> None:
    assume(one != two)
    front = "https://example.com/news/story"
    assert normal(f"{front}?{name}={one}") != normal(f"{front}?{name}={two}")
    assert normal(f"{front}/{one}") != normal(f"{front}/{two}")
    assert normal(f"{front}?{name}={one}") != normal(front)


PLAIN = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,3}(\.html)?", fullmatch=True).filter(lambda s: s != "amp")


@given(st.lists(PLAIN, min_size=1, max_size=4), st.lists(PLAIN, min_size=1, max_size=4))
def test_two_paths_never_meet(one: list[str], two: list[str]) -> None:
    assume(one != two)
    assert normal("https://example.com/" + "/".join(one)) != normal("https://www.example.com/" + "/".join(two))


@given(urls())
def test_the_same_holds_of_an_outlets_names(url: str) -> None:
    assert identity(identity(url, EXAMPLE), EXAMPLE) == identity(url, EXAMPLE)
    assert identity(url.replace("example.com", "example.org"), EXAMPLE) == identity(url, EXAMPLE)
