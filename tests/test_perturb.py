"""What stands around an article changes in eighteen ways, and none of them is an edit; what is edited is found.

The pages are the newsroom's (six outlets, three languages) and the golden ones. The same changes are measured on
real pages by `bench/read.py`.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from zlib import crc32

import pytest
from lxml.html import document_fromstring

from bench.draft import Draft, norm, parse, plain, renumbered
from bench.perturb import KINDS, edits, is_placed, perturb
from bench.tongues import TONGUES
from crawler.clock import HandClock
from crawler.learn import learn
from crawler.newsroom.masthead import KEYS, masthead
from crawler.newsroom.pages import article_page
from crawler.newsroom.script import START
from crawler.newsroom.site import Site
from crawler.newsroom.stories import Story, stock
from crawler.page.blocks import blocks
from crawler.page.charset import decode
from crawler.read import lesson, read
from storage.records import Outlet, Template, Text

PROJECT = Path(__file__).parent.parent
HTML = "text/html; charset=utf-8"
COLD, COLD_KIND, WARM, TRUE = 0.02, 0.15, 0.01, 0.97
"""Share of trials: false edits at most (of all changes, of those of one kind), true edits placed right at least."""
LEARNED_FROM = 6


@dataclass(frozen=True)
class Case:
    """A page, and what its article says."""

    name: str
    html: str
    url: str
    gold: tuple[str, ...]
    outlet: Outlet | None
    stock: bool = True
    """Whether its text is one of the newsroom's, and not made up to learn from."""

    def text(self, html: str, template: Template | None = None) -> Text:
        """What we read where the page is as given."""
        return read(html.encode(), self.url, HTML, self.outlet, template).text


def _made(key: str, language: str, number: int) -> Story:
    rng, tongue = Random(f"{key} {number}"), TONGUES[language]
    paragraphs = tuple(" ".join(tongue.sentence(rng) for _ in range(2)) for _ in range(6))
    return Story(f"made-{number}", tongue.headline(rng), paragraphs, standfirst=tongue.sentence(rng), byline="A. Desk")


def _stories(key: str) -> list[Story]:
    """At least three stories of the stock; an outlet that has fewer carries another's."""
    own = [*stock(key).values()]
    return (own if len(own) >= 3 else [*own, *stock("courier").values()])[:4]


@cache
def newsroom() -> tuple[Case, ...]:
    """Four articles of each outlet, and made-up ones to learn from."""
    cases = []
    for key in KEYS:
        head = masthead(key)
        site = Site(head, lambda: 8080, HandClock(START).now)
        site.declared = "header"
        outlet = Outlet(key=key, name=head.name, chrome=head.chrome, paywall=head.paywall)
        stories = [(story, True) for story in _stories(key)]
        stories += [(_made(key, head.language, n), False) for n in range(LEARNED_FROM - len(stories))]
        articles = [(site.publish(Story(s.slug, s.title, s.paragraphs, s.standfirst, s.byline, s.caption)), is_stock)
                    for s, is_stock in stories]  # fmt: skip
        for article, is_stock in articles:
            html = article_page(site, article, article.copy, 1)
            cases.append(Case(f"{key} {article.slug}", html, article.url, article.paragraphs, outlet, is_stock))
    return tuple(cases)


@cache
def templates() -> dict[str, Template]:
    """What is learned from each outlet's own pages."""
    lessons: dict[str, list[Case]] = {
        key: [case for case in newsroom() if case.outlet and case.outlet.key == key] for key in KEYS
    }
    found = {
        key: learn(key, [lesson(c.html.encode(), c.url, HTML, c.outlet) for c in cases])
        for key, cases in lessons.items()
    }
    return {key: template for key, template in found.items() if template}


@cache
def golden() -> tuple[Case, ...]:
    """The golden pages that hold an article."""
    cases = []
    for folder in sorted((PROJECT / "tests" / "pages").iterdir()):
        expected = json.loads((folder / "expected.json").read_text("utf-8"))
        given, paragraphs = expected["given"], tuple(expected["text"]["paragraphs"])
        outlet = Outlet(**(given["outlet"] | {"chrome": tuple(given["outlet"]["chrome"])})) if given["outlet"] else None
        html = decode((folder / "page.html").read_bytes(), given["content_type"])
        cases.append(Case(folder.name, html, given["url"], paragraphs, outlet))
    return tuple(case for case in cases if len(case.gold) >= 3)


def cases() -> tuple[Case, ...]:
    return (*(case for case in newsroom() if case.stock), *golden())


def seed(case: Case, kind: str) -> int:
    return crc32(f"{case.name} {kind}".encode())


def changed(some: Sequence[Case], kind: str) -> list[tuple[Case, str]]:
    """The pages that this kind of change fits, with what it makes of them."""
    return [(case, html) for case in some if (html := perturb(case.html, case.gold, kind, seed(case, kind)))]


@cache
def cold(case: Case) -> Text:
    return case.text(plain(case.html))


@cache
def warm(case: Case) -> Text:
    return case.text(plain(case.html), template_of(case))


def template_of(case: Case) -> Template:
    assert case.outlet
    return templates()[case.outlet.key]


# --- false edits ----------------------------------------------------------------------------------


@cache
def false_when_cold(kind: str) -> tuple[int, tuple[str, ...]]:
    pages = changed(cases(), kind)
    return len(pages), tuple(case.name for case, html in pages if case.text(html).digest != cold(case).digest)


@pytest.mark.parametrize("kind", KINDS)
def test_chrome_that_changes_is_hardly_ever_an_edit_when_read_cold(kind: str) -> None:
    pages, false = false_when_cold(kind)
    assert pages >= 6
    assert len(false) <= COLD_KIND * pages, f"{len(false)} of {pages}: {', '.join(false)}"


def test_chrome_that_changes_is_no_edit_when_read_cold() -> None:
    trials = [false_when_cold(kind) for kind in KINDS]
    assert sum(len(false) for _, false in trials) <= COLD * sum(pages for pages, _ in trials)


@pytest.mark.parametrize("kind", KINDS)
def test_chrome_that_changes_is_no_edit_for_a_learned_outlet(kind: str) -> None:
    pages = changed([case for case in newsroom() if case.stock], kind)
    false = [case.name for case, html in pages if case.text(html, template_of(case)).digest != warm(case).digest]
    assert len(pages) >= 6
    assert len(false) <= WARM * len(pages), f"{len(false)} of {len(pages)}: {', '.join(false)}"


def test_every_outlet_of_the_newsroom_is_read_by_its_template() -> None:
    assert set(templates()) == set(KEYS)
    for case in newsroom():
        page = read(plain(case.html).encode(), case.url, HTML, case.outlet, template_of(case))
        assert page.template == template_of(case).digest, case.name


# --- true edits -----------------------------------------------------------------------------------


def _placed(some: Sequence[Case], reading: Callable[[Case, str], Text]) -> tuple[list[bool], list[str]]:
    right, wrong = [], []
    for case in some:
        before = [norm(part) for part in reading(case, plain(case.html)).paragraphs]
        for kind, edit in edits(case.html, case.gold, seed(case, "edit")).items():
            after = [norm(part) for part in reading(case, edit.html).paragraphs]
            right.append(is_placed(edit, before, after))
            wrong += [] if right[-1] else [f"{case.name} ({kind})"]
    return right, wrong


def test_true_edits_are_found_and_nothing_else_when_read_cold() -> None:
    right, wrong = _placed(cases(), lambda case, html: case.text(html))
    assert len(right) >= 90
    assert sum(right) >= TRUE * len(right), ", ".join(wrong)


def test_true_edits_are_found_and_nothing_else_for_a_learned_outlet() -> None:
    right, wrong = _placed(
        [case for case in newsroom() if case.stock], lambda case, html: case.text(html, template_of(case))
    )
    assert len(right) >= 60
    assert sum(right) >= TRUE * len(right), ", ".join(wrong)


# --- the changes themselves -----------------------------------------------------------------------


def _found(html: str, gold: Sequence[str]) -> list[str]:
    return [norm(element.text_content()) for element in Draft(parse(html), gold, Random(0), True).found[0]]


@pytest.mark.parametrize("kind", KINDS)
def test_no_change_of_chrome_touches_a_gold_paragraph(kind: str) -> None:
    pages = changed(cases(), kind)
    assert any(_found(case.html, case.gold) for case, _ in pages)
    for case, html in pages:
        assert _found(html, case.gold) == _found(case.html, case.gold), case.name


def test_the_same_seed_gives_the_same_page() -> None:
    case = newsroom()[0]
    for kind in KINDS:
        assert perturb(case.html, case.gold, kind, 7) == perturb(case.html, case.gold, kind, 7)
    assert perturb(case.html, case.gold, "comments after", 7) != perturb(case.html, case.gold, "comments after", 9)


def test_half_of_the_seeds_name_their_chrome_and_half_do_not() -> None:
    case = newsroom()[0]
    named = ["newsletter-box" in (perturb(case.html, case.gold, "newsletter box", n) or "") for n in range(8)]
    assert named == [True, False] * 4


def test_an_edit_changes_one_gold_paragraph() -> None:
    for case in newsroom():
        before = list(dict.fromkeys(_found(case.html, case.gold)))
        for edit in edits(case.html, case.gold, 3).values():
            after = list(dict.fromkeys(_found(edit.html, [*case.gold, edit.new])))
            assert is_placed(edit, before, after), case.name


def test_a_reader_that_keeps_everything_is_caught() -> None:
    """The measure can fail: all blocks of a page change with nearly every kind of change."""

    def everything(html: str) -> list[str]:
        return [block.text for block in blocks(document_fromstring(html))]

    some = newsroom()[:3]
    caught = {k for k in KINDS for case, html in changed(some, k) if everything(html) != everything(plain(case.html))}
    silent = {"tracking attributes", "class hashes", "white space", "entities", "cookie scripts"}
    assert caught == set(KINDS) - silent


def test_another_articles_digits_leave_the_markup_alone() -> None:
    html = '<p class="a1">5 of 9&#8217;</p><script>x = 1</script>'
    assert renumbered(html, 1) == '<p class="a1">6 of 0&#8217;</p><script>x = 1</script>'


def test_the_bench_without_pages_says_so(tmp_path: Path) -> None:
    command = [sys.executable, str(PROJECT / "bench" / "read.py"), "--data", str(tmp_path)]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    assert answer.returncode == 2
    assert re.fullmatch(r".*: no pages there; expected pages/index\.jsonl\n", answer.stderr)
