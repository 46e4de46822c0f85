"""Front pages: links within the outlet that look like articles, with the words they stand on."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.fronts import read_front
from storage.records import Offer, Outlet

OUTLET = Outlet("one", "One", domains=("example.org",), mirrors=("example.net",))
URL = "https://www.example.org/news/"


def offers(page: str | bytes, content_type: str = "text/html; charset=utf-8") -> list[Offer]:
    body = page.encode() if isinstance(page, str) else page
    return list(read_front(body, URL, content_type, OUTLET).offers)


def test_a_front_page_offers_its_articles_with_their_words() -> None:
    found = offers("""<body><nav><a href="/">Home</a><a href="/about">About us</a><a href="/tag/china/">China</a></nav>
        <a href="/2022/02/25/what-was-agreed-in-beijing/"><img src=x><h2>What was agreed
           in&nbsp;Beijing</h2></a> <a href="/2022/02/24/the-older-story-of-them/#comments">3</a>
        <a href="/2022/02/24/the-older-story-of-them/">The older story</a></body>""")
    assert found == [
        Offer("https://www.example.org/2022/02/25/what-was-agreed-in-beijing/", "What was agreed in Beijing"),
        Offer("https://www.example.org/2022/02/24/the-older-story-of-them/", "The older story"),
    ]


@pytest.mark.parametrize(
    "href",
    [
        "https://other.org/2022/02/25/somebody-elses-long-story/",
        "https://example.org.evil.org/2022/02/25/somebody-elses-long-story/",
        "//evil.org/2022/02/25/somebody-elses-long-story/",
        "file://example.org/2022/02/25/somebody-elses-long-story/",
        "javascript:void(0)",
        "mailto:a@example.org",
        "http://[broken/2022/02/25/a-story/",
        "",
        "#top",
    ],
)
def test_links_that_lead_elsewhere_are_no_offers(href: str) -> None:
    assert offers(f'<a href="{href}">A story</a>') == []


def test_a_base_address_holds_and_a_mirror_is_the_outlets() -> None:
    page = '<base href="https://example.net/"><a href="2022/02/25/what-was-agreed/">x</a>'
    assert [offer.url for offer in offers(page)] == ["https://example.net/2022/02/25/what-was-agreed/"]


@pytest.mark.parametrize(
    ("charset", "words"), [("cp1251", "Москва и Пекин"), ("gb18030", "中俄媒体合作"), ("utf-8", "中俄")]
)
def test_words_are_read_in_the_pages_charset(charset: str, words: str) -> None:
    link = f'<a href="/2022/02/25/what-was-agreed/">{words}</a>'
    assert offers(link.encode(charset), f"text/html; charset={charset}")[0].title == words
    meta = f'<html><head><meta charset="{charset}"></head><body>{link}</body></html>'
    assert offers(meta.encode(charset), "text/html")[0].title == words


def test_scripts_are_no_words() -> None:
    page = '<a href="/2022/02/25/what-was-agreed/"><script>var a = 1</script><style>b{}</style>Agreed</a>'
    assert offers(page)[0].title == "Agreed"


@pytest.mark.parametrize("page", [b"", b"\0\0", b"   "])
def test_nothing_is_no_page(page: bytes) -> None:
    assert read_front(page, URL, "", OUTLET).offers == ()


@pytest.mark.parametrize("page", ["<div>" * 200_000, "<a href=/2022/02/25/a-b-c-d-e/>x" * 50_000, "<!--" * 1_000_000])
def test_huge_and_deep_pages_are_survived(page: str) -> None:
    began = time.monotonic()
    offers(page)
    assert time.monotonic() - began < 20


@given(st.binary(max_size=2000), st.text(max_size=30))
def test_no_bytes_break_it(page: bytes, content_type: str) -> None:
    read_front(page, URL, content_type, OUTLET)


@given(st.text(max_size=200))
def test_no_link_breaks_it(href: str) -> None:
    offers(f'<a href="{href}">x</a>'.encode("utf-8", "replace"))
