"""Reading costs no more than its page is long, whatever the page is made of: no shape makes it stall a crawl."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml.html import document_fromstring

from crawler.learn import learn
from crawler.page.blocks import Block, blocks
from crawler.page.chrome import sift
from crawler.page.forms import is_paragraph, uncut
from crawler.page.metadata import metadata
from crawler.read import lesson, read
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
    assert many < 40 * max(few, 0.002)  # a quadratic rule takes 100 times as long; busy machines are uneven


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


# --- by template --------------------------------------------------------------------------------


def _told(number: int) -> str:
    """A line like no other, digits aside: what stands on several pages with other digits is chrome."""
    ship = "".join("aeioubdgkl"[int(digit)] for digit in str(number)).title()
    return f"The ferry {ship} lay off Lindholm while “divers” measured the crack in the gate, said captain {ship}sen."


def _whole_page(number: int) -> bytes:
    """An article among what pages bring with it: scripts, styles, menus, a rail of teasers, a footer."""
    script = "<script>window.wall = {" + ",".join(f"key{n}: [{n}, '{n * 31}']" for n in range(1500)) + "};</script>"
    style = "<style>" + "".join(f".box-{n} > a {{ margin: {n}px }}" for n in range(300)) + "</style>"
    menu = "".join(f'<li class="item"><a href="/s/{n}"><span>Section {n}</span></a></li>' for n in range(120))
    rail = "".join(
        f'<li class="card"><div class="shot"><img src="/{n}.jpg" alt=""></div><div><h3><a href="/{n}">{_line(n)}</a></h3></div></li>'
        for n in range(90)
    )
    text = "".join(f'<p class="par">{_told(number * 100 + n)} {_told(number * 100 + 50 + n)}</p>' for n in range(20))
    return f"""<!doctype html><html lang="en"><head><title>Harbour, day {number}</title>{style}{script}</head><body>
        <header class="top"><nav class="menu"><ul>{menu}</ul></nav></header>{script}
        <main class="page"><article class="story"><h1>Harbour, day {number}</h1><div class="story-text">{text}</div>
        </article><aside class="rail"><h2>More news</h2><ul>{rail}</ul></aside></main>
        <footer class="foot"><ul>{menu}</ul><p class="legal">The Harbour Times, Lindholm</p></footer></body></html>""".encode()


def test_reading_by_template_takes_less_than_a_third_of_reading_cold() -> None:
    header = "text/html; charset=utf-8"
    lessons = [lesson(_whole_page(n), f"https://harbour.example/{n}", header, None) for n in range(6)]
    template = learn("harbour", lessons)
    page, url = _whole_page(7), "https://harbour.example/7"
    warm, cold = read(page, url, header, None, template), read(page, url, header, None)
    assert template is not None
    assert warm.template == template.digest
    assert warm.text == cold.text
    assert len(warm.text.paragraphs) == 20
    by_template = min(_spent(lambda: read(page, url, header, None, template)) for _ in range(9))
    assert 3 * by_template < min(_spent(lambda: read(page, url, header, None)) for _ in range(5))
