"""Reading costs no more than its page is long, whatever the page is made of: no shape makes it stall a crawl."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml.html import document_fromstring

from crawler.page.blocks import Block, blocks
from crawler.page.chrome import sift
from crawler.page.forms import is_paragraph, uncut
from crawler.page.metadata import metadata
from storage.records import Link, Outlet

MOST = 2.0
"""Seconds of this process's time; what is linear takes less than one, what is quadratic a minute."""
PATH = ("html", "body", "main", "div.story", "p")
NAMES = ("", " page", "", " story-body", "")


def _spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _line(number: int) -> str:
    return (
        f"On day {number} the harbour of Lindholm stayed shut while “divers” measured the crack in gate {number * 7}."
    )


def _block(text: str, path: tuple[str, ...] = PATH) -> Block:
    return Block(text, path, NAMES)


def _article(count: int) -> tuple[Block, ...]:
    return tuple(_block(_line(number)) for number in range(count))


def _sift(page: tuple[Block, ...], outlet: Outlet | None = None) -> float:
    return _spent(lambda: sift(page, range(len(page)), ("Lindholm harbour stays shut",), outlet=outlet))


def test_ten_times_the_paragraphs_take_about_ten_times_the_time() -> None:
    _sift(_article(100))
    few = min(_sift(_article(400)) for _ in range(3))
    many = _sift(_article(4000))
    assert many < 20 * max(few, 0.002)


def _posts() -> tuple[Block, ...]:
    return (*_article(2000), *(_block(f"It's shut, {number} pic.twitter.com/a{number}") for number in range(3000)))


def _headlines() -> tuple[Block, ...]:
    heading = Block("Lindholm harbour stays shut", ("html", "body", "h1"))
    return (*_article(100), *[heading] * 5000, *_article(100))


def _links_at_the_end() -> tuple[Block, ...]:
    texts = [f"Another story from the harbour of {number}" for number in range(5000)]
    return (*_article(10), *(Block(t, PATH, NAMES, (Link("/", t),), len(t)) for t in texts))


def _announced() -> tuple[Block, ...]:
    letters = [chr(0x4E00 + number) for number in range(2500)]
    boxes = [("html", "body", f"div.{letter}", "h2") for letter in letters]
    return (*_article(10), *(_block(text, box) for box in boxes for text in ("Related stories", "Ferries run on time")))


def _cut_short() -> tuple[Block, ...]:
    return tuple(_block(f"{_line(number // 2)[: 90 - number % 2]}...", (*PATH, "p")) for number in range(5000))


def _set_apart() -> tuple[Block, ...]:
    return tuple(_block(_line(number), (*PATH, f"q.{chr(0x4E00 + number)}")) for number in range(5000))


def _own_names() -> tuple[Block, ...]:
    deep = ("", *(f" related-{depth}" for depth in range(60)))
    return tuple(replace(_block(_line(number)), names=(*deep, f" teaser-{number}")) for number in range(2000))


def _many_links() -> tuple[Block, ...]:
    links = tuple(Link(f"/{number}", f"Pier {number}") for number in range(10_000))
    text = " ".join(link.text for link in links)
    return (*_article(5), Block(text, PATH, NAMES, links, len(text) - 10_000))


SHAPES: dict[str, Callable[[], tuple[Block, ...]]] = {
    "10,000 links in one block": _many_links,
    "5,000 equal paragraphs": lambda: (_block(_line(1)),) * 5000,
    "5,000 equal short lines": lambda: (_block("Shut."),) * 5000,
    "5,000 headlines": _headlines,
    "3,000 embedded posts": _posts,
    "5,000 links at the end": _links_at_the_end,
    "2,500 boxes of other articles": _announced,
    "5,000 paragraphs cut short": _cut_short,
    "5,000 lines each set apart": _set_apart,
    "2,000 blocks deep in named elements": _own_names,
    "5,000 comments headings": lambda: (*_article(2000), *(_block("Comments"),) * 5000),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_no_page_stalls_the_sieve(shape: str) -> None:
    page = SHAPES[shape]()
    assert _sift(page) < MOST
    assert _sift(page, Outlet("harbour", "Harbour", chrome=("On day 1", "Shut", "Another story"))) < MOST


@pytest.mark.parametrize("piece", [".", "…", "a@", "-", "you subscribe, ", "(Photo ", "becom a ", "俄", " .", "@a.b "])
def test_no_paragraph_of_a_megabyte_stalls_the_sieve(piece: str) -> None:
    text = (piece * (1_000_000 // len(piece.encode())) + " a").strip()
    whole = (
        *_article(5),
        _block(text),
        _block("Ferries run."),
        Block(text, PATH, NAMES, (Link("/", text),), len(text)),
    )
    assert _sift(whole) < 2 * MOST  # two paragraphs of a megabyte
    assert _spent(lambda: (is_paragraph(whole[5]), uncut(text))) < MOST


def test_a_long_run_of_dots_is_cut_where_it_begins() -> None:
    assert uncut("The gate is shut ....... [...] …") == "The gate is shut"
    assert uncut("1. Gate ........ 12") == "1. Gate ........ 12"


def test_a_page_of_an_outlet_without_any_text_is_sifted_to_nothing() -> None:
    assert sift((), (), (), outlet=Outlet("harbour", "Harbour", chrome=("Support us",))).paragraphs == ()


@pytest.mark.parametrize("title", ["Shut" + " | a" * 600, "| a" * 600, "a" * 3000])
def test_no_title_stalls_the_metadata(title: str) -> None:
    metas = f'<meta property="og:title" content="{title}">' * 300
    page = document_fromstring(f'<html><head><meta property="og:site_name" content="a">{metas}</head></html>')
    assert _spent(lambda: metadata(page, "https://a.example/")) < MOST


def test_a_page_of_many_links_is_cut_and_sifted_in_time() -> None:
    links = " and ".join(f'<a href="/{number}">Pier {number}</a>' for number in range(10_000))
    page = document_fromstring(f"<html><body><main><p>{links}</p></main></body></html>")
    assert _spent(lambda: _sift(blocks(page))) < MOST
