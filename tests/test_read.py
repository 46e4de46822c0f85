"""Reading: golden pages, claims, chrome; and above all, the same text while the article is the same."""

import json
import os
import subprocess
import sys
import unicodedata
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from crawler.page.dates import claim, in_path, only_a_date
from crawler.page.language import language_of
from crawler.read import identity, read
from storage.records import Extent, Link, Outlet, Page, Paywall

PROJECT = Path(__file__).parent.parent
PAGES = sorted((Path(__file__).parent / "pages").iterdir())
ARTICLE = (
    "The harbour of Lindholm stayed shut for a second day on Tuesday while divers measured the crack in its gate.",
    "Freight is sent through Aster Bay until the repair is done, the port authority said in a short notice.",
    "“Nobody had to tell us what that meant,” said Mara Ostrow, who has kept the gate for eleven years.",
    "The transport ministry will pay for half of the work, a spokesman said, and did not say who pays the rest.",
    "Two earlier overhauls were put off, once for want of money and once because the contractor had failed.",
    "Ferries to the islands run on time.",
)
TITLE = "Lindholm harbour stays shut"


def html(*paragraphs: str, head: str = "", before: str = "", after: str = "", box: str = 'class="story"') -> bytes:
    """A small article page with room for chrome."""
    body = "".join(part if part.startswith("<") else f"<p>{part}</p>" for part in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>{head}</head><body>'
        f'<nav><a href="/">Home</a></nav>{before}<main><h1>{TITLE}</h1><div {box}>{body}</div></main>{after}'
        f"<footer><p>Imprint</p></footer></body></html>"
    ).encode()


def reading(body: bytes, outlet: Outlet | None = None, content_type: str = "text/html; charset=utf-8") -> Page:
    return read(body, "https://harbour.example/2031/03/04/lindholm/", content_type, outlet)


# --- golden pages -------------------------------------------------------------------------------


def _given(folder: Path) -> tuple[tuple[bytes, str, str, Outlet | None], dict[str, Any]]:
    expected: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
    said = expected["given"]
    outlet = Outlet(**(said["outlet"] | {"chrome": tuple(said["outlet"]["chrome"])})) if said["outlet"] else None
    return ((folder / "page.html").read_bytes(), said["url"], said["content_type"], outlet), expected


def _as_expected(page: Page) -> dict[str, Any]:
    whole = asdict(page)
    text = whole.pop("text")
    text["links"] = [[link["url"], link["text"]] for link in text["links"]]
    whole["dropped"] = [[block["why"], block["text"]] for block in whole["dropped"]]
    return {"text": json.loads(json.dumps(text)), "page": json.loads(json.dumps(whole))}


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.name)
def test_a_golden_page_reads_as_expected(folder: Path) -> None:
    page, expected = _given(folder)
    found = _as_expected(read(*page))
    assert found["text"] == expected["text"]
    assert found["page"] == expected["page"]


def test_the_two_markups_of_one_article_read_alike() -> None:
    for kind in ("wordpress", "premium", "republisher"):
        told, untold = (
            read(*_given(Path(__file__).parent / "pages" / f"{kind}_{markup}")[0]) for markup in ("telling", "neutral")
        )
        assert told.text.paragraphs == untold.text.paragraphs
        assert told.text.captions == untold.text.captions


# --- the same, for ever -------------------------------------------------------------------------


def test_a_hundred_readings_are_one() -> None:
    pages = [_given(folder)[0] for folder in PAGES[:4]]
    first = [read(*page) for page in pages]
    for turn in range(100):
        place = turn % len(pages)
        assert read(*pages[place]) == first[place]


def test_order_and_hash_seed_change_nothing() -> None:
    script = (
        "import sys, json; sys.path.insert(0, sys.argv[1]); from tests.test_read import PAGES, _given; from crawler.read import read\n"
        "order = PAGES if sys.argv[2] == '0' else PAGES[::-1]\n"
        "print(json.dumps({f.name: [p.text.digest, len(p.dropped), repr(p)] for f in order for p in [read(*_given(f)[0])]}, sort_keys=True))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script, str(PROJECT), order], check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for order, seed in (("0", "1"), ("1", "4711"))
    }  # fmt: skip
    assert len(outputs) == 1


def test_trafilaturas_memory_of_duplicates_is_never_used() -> None:
    source = "".join(file.read_text("utf-8") for file in sorted((PROJECT / "crawler").glob("*.py")))
    assert "deduplicate=" not in source
    assert "dedup=" not in source


CHROME = {
    "an advertisement": '<div class="ad-slot"><p>Advertisement</p><a href="https://ads.example/1"><img src="a.gif"></a></div>',
    "a newsletter box": '<div class="newsletter-box"><h3>Morning tide</h3><p>Sign up and get the news of the harbours '
    "in your inbox every morning.</p><form><input><button>Sign up</button></form></div>",
    "a newsletter line": '<p>Sign up for our newsletter <a href="/letter">here</a>.</p>',
    "a teaser with a label": '<p><b>Read more:</b> <a href="/n/1">Ministers quarrel over the price of a gate</a></p>',
    "a teaser that is all link": '<p><a href="/n/2">Ministers quarrel over the price of a gate</a></p>',
    "a most-read list": '<aside class="most-read"><h3>Most read</h3><ul><li><a href="/n/3">The night nine boats were lost</a>'
    '</li><li><a href="/n/4">Why the lighthouse went dark</a></li></ul></aside>',
    "an embedded post": '<blockquote class="twitter-tweet"><p>Gate\'s shut. Go home.</p>— Harbour (@lindholm_h) '
    '<a href="https://twitter.com/lindholm_h/status/1">March 4, 2031</a></blockquote>',
    "a donation appeal": "<p>Please consider supporting us: without your support we cannot keep watch. By subscribing, "
    "you help us to send reporters where your harbour master will not go.</p>",
}  # fmt: skip


@pytest.mark.parametrize("what", CHROME)
def test_chrome_that_comes_is_no_edit(what: str) -> None:
    with_it = html(*ARTICLE[:3], CHROME[what], *ARTICLE[3:])
    assert reading(with_it).text.digest == reading(html(*ARTICLE)).text.digest


def test_related_cards_and_comments_below_are_no_edit() -> None:
    cards = "".join(
        f'<div class="card"><h4><a href="/r/{n}">Story {n}</a></h4><p>What story {n} is about, in a line.</p></div>'
        for n in range(4)
    )
    remarks = "".join(
        f'<div class="comment"><p>Remark {n}: I do not think that the ministry will ever pay.</p></div>'
        for n in range(12)
    )
    below = f'<div class="related"><h3>Related stories</h3>{cards}</div><section id="comments"><h3>12 Comments</h3>{remarks}</section>'
    assert reading(html(*ARTICLE, after=below)).text.digest == reading(html(*ARTICLE)).text.digest


def test_a_changed_word_changes_one_paragraph_and_a_new_one_is_seen() -> None:
    old = reading(html(*ARTICLE)).text.paragraphs
    edited = reading(html(*(part.replace("half", "a third") for part in ARTICLE))).text.paragraphs
    assert [new for new, was in zip(edited, old, strict=True) if new != was] == [ARTICLE[3].replace("half", "a third")]
    longer = reading(html(*ARTICLE[:4], "A second crack was found at noon.", *ARTICLE[4:])).text.paragraphs
    assert longer == (*old[:4], "A second crack was found at noon.", *old[4:])


def test_typography_is_no_edit() -> None:
    page = html(*ARTICLE)
    plain = reading(page).text.digest
    text = page.decode()
    spaced = text.replace("Aster Bay", "Aster\u00a0Bay").replace("spokesman", "spokes\u00admen".replace("men", "man"))
    quoted = text.replace("“", '"').replace("”", '"').replace(" a short", "\u2009a  short")
    assert reading(spaced.encode()).text.digest == plain
    assert reading(quoted.encode()).text.digest == plain
    accented = html(*ARTICLE, "Zoë Brontë and Ångström signed the résumé of the inspection on Monday evening.")
    assert (
        reading(unicodedata.normalize("NFD", accented.decode()).encode()).text.digest == reading(accented).text.digest
    )


def test_a_headline_swap_is_one_edit() -> None:
    old, new = html(*ARTICLE), html(*ARTICLE).replace(TITLE.encode(), b"Harbour gate cracked, Lindholm stays shut")
    assert reading(new).text.title == "Harbour gate cracked, Lindholm stays shut"
    assert reading(new).text.paragraphs == reading(old).text.paragraphs


# --- text, chrome, fields -----------------------------------------------------------------------


def test_what_is_left_out_is_named_with_its_reason() -> None:
    page = reading(html(*ARTICLE[:2], CHROME["a teaser with a label"], "* * *", *ARTICLE[2:]))
    assert {(block.why, block.text) for block in page.dropped} >= {
        ("link to something else", "Read more: Ministers quarrel over the price of a gate"),
        ("separator", "* * *"),
    }


def test_links_in_the_text_are_kept_whole_and_without_campaign_tags() -> None:
    body = 'It lies <a href="../map?id=7&utm_source=mail">two miles</a> off, past the <a href="#top">old</a> lighthouse on the cape.'
    page = reading(html(*ARTICLE, body))
    assert page.text.links == (Link("https://harbour.example/2031/03/04/map?id=7", "two miles"),)


def test_rare_ideographs_in_the_text_are_only_letters() -> None:
    names = "The notary wrote the names of the keepers as 𠮷田 and 𗀀𗀁, and nobody could read the second one aloud."
    assert reading(html(*ARTICLE, names)).text.paragraphs == (*ARTICLE, names)


def test_a_sentence_that_is_a_link_stays() -> None:
    sentence = "The port authority has published the measurements of both divers on its notice board."
    assert sentence in reading(html(*ARTICLE[:3], f'<p><a href="/m">{sentence}</a></p>', *ARTICLE[3:])).text.paragraphs


def test_lines_that_recur_in_a_protocol_stay() -> None:
    lines = ("Ayes: Brandt, Ferro, Lind, Marten and Ostrow, who stood up; no voice was raised against it.",) * 3
    assert reading(html(*ARTICLE, *lines)).text.paragraphs[-3:] == lines


def test_the_standfirst_is_a_field_of_its_own() -> None:
    deck = "Divers measure the crack, freight goes round, and nobody says who pays."
    page = reading(html(*ARTICLE).replace(b"</h1>", f'</h1><p class="standfirst">{deck}</p>'.encode()))
    assert page.text.standfirst == deck
    assert page.text.paragraphs == ARTICLE


def test_a_pull_quote_says_nothing_twice() -> None:
    quote = "<blockquote><p>“Nobody had to tell us what that meant”</p></blockquote>"
    page = reading(html(*ARTICLE[:4], quote, *ARTICLE[4:]))
    assert page.text.paragraphs == ARTICLE
    assert "pull quote" in {block.why for block in page.dropped}


def test_what_is_announced_as_other_articles_ends_with_its_box() -> None:
    others = "".join(
        f"<p>{line}</p>" for line in (ARTICLE[3].replace("half", "none"), ARTICLE[0].replace("Lindholm", "Aster"))
    )
    page = reading(html(*ARTICLE[:3], f"<section><h3>Latest news</h3>{others}</section>", *ARTICLE[3:]))
    assert page.text.paragraphs == ARTICLE


def test_unmarked_comments_go_with_their_heading() -> None:
    remarks = (
        "I do not think that the ministry will ever pay for a gate that it never wanted.",
        "Nor do I, said my uncle.",
    )
    page = reading(html(*ARTICLE, "Comments (2)", *remarks))
    assert page.text.paragraphs == ARTICLE
    assert [block.text for block in page.dropped if block.why == "comments"] == ["Comments (2)", *remarks]


def test_a_section_on_comments_is_no_comments_section() -> None:
    more = ("Comments", "The council heard forty comments on the gate, and wrote down all but the last one of them.")
    assert reading(html(*ARTICLE, *more)).text.paragraphs == (*ARTICLE, *more)


def test_an_outlets_short_phrase_takes_no_sentence_of_the_article() -> None:
    outlet = Outlet(key="h", name="H", chrome=("Share it", "COMMENTS"))
    sentence = "Share it with the islands, the ministry asked the port, and pay them for the freight they lose."
    page = reading(html(*ARTICLE, sentence, "Share it", "COMMENTS"), outlet)
    assert page.text.paragraphs == (*ARTICLE, sentence)


def test_an_appeal_in_mid_text_takes_nothing_with_it() -> None:
    outlet = Outlet(key="h", name="H", chrome=("As people who know",))
    plea = "As people who know the sea we ask you: please consider subscribing. By subscribing, you keep your harbour honest."
    page = reading(html(*ARTICLE[:2], plea, *ARTICLE[2:]), outlet)
    assert page.text.paragraphs == ARTICLE


def test_what_follows_a_mid_text_appeal_survives_even_at_length() -> None:
    outlet = Outlet(key="h", name="H", chrome=("As people who know",))
    plea = "As people who know the sea we ask you: please consider subscribing. By subscribing, you keep your harbour honest."
    more = tuple(f"Paragraph {n}: {ARTICLE[n % 5]} {ARTICLE[(n + 1) % 5]}" for n in range(40))
    assert reading(html(*more[:20], plea, *more[20:]), outlet).text.paragraphs == more


@pytest.mark.parametrize(
    ("head", "declared"),
    [
        ('<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>', True),
        ('<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"False"}</script>', True),
        ('<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"no"}</script>', True),
        ('<script type="application/ld+json">{"@type":"Article","isAccessibleForFree":"http://schema.org/False"}</script>', True),
        ('<script type="application/ld+json">{"@type":"Article","hasPart":{"@type":"WebPageElement","isAccessibleForFree":"False"}}</script>', True),
        ('<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"true"}</script>', False),
        ('<meta property="article:content_tier" content="metered">', True),
        ('<meta property="article:content_tier" content="free">', False),
        ("", None),
    ],
)  # fmt: skip
def test_a_declared_paywall_is_heard_in_every_spelling(head: str, declared: bool | None) -> None:
    page = reading(html(*ARTICLE, head=head))
    assert page.declared_paywall is declared
    assert not page.observed_paywall, "a declaration is no cut"
    assert page.text.extent is Extent.FULL


def test_a_selector_of_the_outlet_shows_a_cut() -> None:
    outlet = Outlet(key="h", name="H", paywall=Paywall(selectors=("div.meter[data-on]",)))
    cut = reading(html(*ARTICLE[:2], after='<div class="meter" data-on="1">Wait</div>'), outlet)
    assert (cut.observed_paywall, cut.text.extent) == (True, Extent.PREVIEW)
    assert not reading(html(*ARTICLE), outlet).observed_paywall


def test_a_phrase_alone_shows_no_cut_but_one_behind_a_trailing_text_does() -> None:
    outlet = Outlet(key="h", name="H", paywall=Paywall(phrases=("The tide turns for members",)))
    notice = "<p>The tide turns for members only.</p>"
    assert not reading(html(*ARTICLE, notice), outlet).observed_paywall
    assert reading(html(*ARTICLE[:3], "The transport ministry will pay for…", notice), outlet).observed_paywall


def test_a_body_of_something_else_never_stands_in() -> None:
    other = "Cooks of the islands agree on one soup for the winter market. " * 20
    head = f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": other})}</script>'
    assert reading(html(*ARTICLE[:2], head=head)).text.paragraphs == ARTICLE[:2]


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("2031-03-04T08:15:00.123+0100", "2031-03-04T08:15:00+01:00"), ("2031-03-04T08:15Z", "2031-03-04T08:15Z"),
        ("2031-03-04", "2031-03-04"), ("2031-03-04 08:15:00", "2031-03-04T08:15:00"),
        ("Tue, 04 Mar 2031 08:15:00 GMT", "2031-03-04T08:15:00+00:00"), ("March 4, 2031", "2031-03-04"),
        ("4 марта 2031, 11:40", "2031-03-04T11:40"), ("2031年03月04日 10:05", "2031-03-04T10:05"),
        ("04.03.2031", "2031-03-04"), ("4 de março de 2031", "2031-03-04"), ("20310304", "2031-03-04"),
        ("0001-01-01T00:00:00Z", ""), ("2031-13-40", ""), ("yesterday", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_claimed_date_keeps_its_precision_and_zone(said: str, iso: str) -> None:
    assert claim(said) == iso


def test_dates_alone_are_told_from_sentences_with_dates() -> None:
    dates = ("March 4, 2031", "Updated 11:40 a.m. ET, Tuesday, March 4, 2031", "04.03.2031 10:05", "2031年03月04日 10:05",
             "sexta-feira, 4 de março de 2031 às 20:13", "5 min read - March 4")  # fmt: skip
    sentences = (
        "On March 4, 2031, the gate cracked.",
        "March on the capital",
        "May 4 gates",
        "12 of 14 gates",
        "Now what?",
    )
    assert [line for line in dates if not only_a_date(line)] == []
    assert [line for line in sentences if only_a_date(line)] == []


def test_the_date_between_headline_and_text_counts_when_nothing_is_declared() -> None:
    page = html(*ARTICLE).replace(b"</h1>", b"</h1><p>By Nela Brandt | March 3, 2031</p>")
    assert read(page, "https://harbour.example/lindholm", "", None).text.published_at == "2031-03-03"
    assert reading(html(*ARTICLE)).text.published_at == in_path("https://h.example/2031/03/04/x") == "2031-03-04"


def test_letters_overrule_a_declared_language() -> None:
    russian = "Порт закрыл северный бассейн после того, как водолазы нашли трещину."
    assert language_of(russian, "en") == "ru"
    assert language_of(russian, "bg") == "bg"
    assert language_of("港务局星期一关闭了北部港池，此前潜水员在船闸闸门上发现裂缝。", "") == "zh"
    assert language_of(ARTICLE[0], "de") == "de"
    assert language_of(ARTICLE[0], "ru") == ""


def test_the_identity_names_reader_extractor_and_rules() -> None:
    assert identity(None).startswith("stet-read/")
    assert " trafilatura/2.3" in identity(None)
    assert identity(Outlet(key="h", name="H", rules="0123456789abcdef")).endswith(" rules:0123456789ab")
