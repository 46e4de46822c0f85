"""What do an outlet's pages look like? Templates from lessons, and what a template says of a page."""

import pickle
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.learn import ENOUGH, learn
from crawler.newsroom.stories import stock
from crawler.page.template import Lesson, Seen, mark
from crawler.read import lesson, read
from storage.records import Template, template
from tests.test_templates import STORIES, new_design, old_design

HTML = "text/html; charset=utf-8"
URL = "https://outlet.example/news/one"
LESSONS = [lesson(old_design(slug, turn=i), f"{URL}-{i}", HTML, None) for i, slug in enumerate(STORIES)]


def taught(lessons: list[Lesson] = LESSONS) -> Template:
    learned = learn("test", lessons)
    assert learned is not None
    return learned


def test_too_few_articles_teach_nothing() -> None:
    assert learn("test", LESSONS[: ENOUGH - 1]) is None
    assert taught(LESSONS[:ENOUGH]).pages == ENOUGH


def test_pages_without_a_text_teach_that_nothing_is_known() -> None:
    empty = taught([Lesson(f"{URL}-{i}", ()) for i in range(ENOUGH)])
    assert empty.kinds == ()
    page = read(old_design(next(iter(STORIES))), URL, HTML, None, empty)
    assert (page.template, len(page.text.paragraphs)) == ("", len(next(iter(STORIES.values()))[1]))


def test_the_order_of_lessons_does_not_matter() -> None:
    shuffled = LESSONS[:]
    for seed in range(5):
        random.Random(seed).shuffle(shuffled)
        assert taught(shuffled).json == taught().json


def test_a_template_survives_writing_and_travelling() -> None:
    learned = taught()
    assert template(learned.json).json == learned.json
    assert pickle.loads(pickle.dumps(learned)) == learned
    assert learned.digest == template(learned.json).digest


def learned_with(extra: str) -> Template:
    """What is learned where something stands among all texts."""
    return taught([lesson(old_design(slug, extra=extra), slug, HTML, None) for slug in STORIES])


def test_a_plea_among_several_articles_is_chrome() -> None:
    plea = "<p>The Test is printed by its readers, and you may come and see how that is done on any Monday.</p>"
    for slug, (_, story) in STORIES.items():
        page = read(old_design(slug, extra=plea), URL, HTML, None)
        assert len(page.text.paragraphs) == len(story) + 1, "by itself it looks like text"
    for slug, (_, story) in STORIES.items():
        page = read(old_design(slug, extra=plea), URL, HTML, None, learned_with(plea))
        assert page.text.paragraphs == story


def test_background_that_several_articles_share_is_text() -> None:
    background = "The pact was signed eleven years ago, and neither side has ever published all of its annexes."
    slug, (_, story) = next(iter(STORIES.items()))
    page = read(old_design(slug, extra=f"<p>{background}</p>"), URL, HTML, None, learned_with(f"<p>{background}</p>"))
    assert page.text.paragraphs == (*story, background)


def test_one_article_in_several_designs_repeats_nothing() -> None:
    """Its own words on three pages of its own are no chrome."""
    turns = [lesson(old_design(slug, turn=turn), slug, HTML, None) for slug in STORIES for turn in range(4)]
    plea = "<p>You may write to the desk that wrote this, and it will answer you within a week or two.</p>"
    slug, (_, story) = next(iter(STORIES.items()))
    turns += [lesson(old_design(slug, extra=plea, turn=turn), slug, HTML, None) for turn in range(4)]
    page = read(old_design(slug, extra=plea), URL, HTML, None, taught(turns))
    assert len(page.text.paragraphs) == len(story) + 1


NOTE = "Correction: An earlier version of this article misstated a date."


def test_a_notice_of_a_change_is_text_however_often_it_stands() -> None:
    page = read(
        old_design(next(iter(STORIES)), extra=f"<p>{NOTE}</p>"), URL, HTML, None, learned_with(f"<p>{NOTE}</p>")
    )
    assert page.text.paragraphs[-1].startswith("Correction:")


@pytest.mark.parametrize("where", ['<div class="story-text">', "</article>", '<div class="boost">'])
@pytest.mark.parametrize(
    "box", ["<p>{}</p>", "<div class=fix><p>{}</p></div>", "<aside><div><div><em>{}</em></div></div></aside>"]
)
def test_a_correction_beside_the_text_is_read(where: str, box: str) -> None:
    slug = next(iter(STORIES))
    body = old_design(slug).replace(where.encode(), (box.format(NOTE) + where).encode(), 1)
    assert NOTE in read(body, URL, HTML, None, taught()).text.paragraphs


@pytest.mark.parametrize("from_paragraph", [1, 3, 5])
def test_text_that_moves_into_a_box_of_its_own_is_not_lost(from_paragraph: int) -> None:
    slug, (_, story) = max(STORIES.items(), key=lambda item: len(item[1][1]))
    first = f"<p>{story[from_paragraph]}</p>".encode()
    body = (
        old_design(slug)
        .replace(first, b"<div class=w>" + first, 1)
        .replace(b"</div></article>", b"</div></div></article>", 1)
    )
    page = read(body, URL, HTML, None, taught())
    assert page.text.paragraphs == story
    assert page.template == ""


def test_short_items_of_a_new_list_are_text() -> None:
    slug, (_, story) = next(iter(STORIES.items()))
    items = ("Three editors", "No budget", "A list of banned words, kept by one of them")
    page = read(
        old_design(slug, extra=f"<ul>{''.join(f'<li>{i}</li>' for i in items)}</ul>"), URL, HTML, None, taught()
    )
    assert page.text.paragraphs == (*story, *items)


def test_a_page_of_another_design_is_read_without_the_template() -> None:
    for slug, (_, story) in STORIES.items():
        page = read(new_design(slug), URL, HTML, None, taught())
        assert page.template == ""
        assert page.text.paragraphs == story


def test_a_short_article_is_no_other_design() -> None:
    slug, (_, story) = next(iter(STORIES.items()))
    page = read(old_design(slug, story[:1]), URL, HTML, None, taught())
    assert page.template == taught().digest
    assert page.text.paragraphs == story[:1]


def test_a_text_that_moved_to_where_no_text_ever_stood_is_not_lost() -> None:
    slug, (_, story) = next(iter(STORIES.items()))
    said = "".join(f"<p>{text}</p>" for text in story)
    page = old_design(slug, ()).replace(b"<h3>Just in</h3>", f"<h3>Just in</h3><ul><li>{said}</li></ul>".encode())
    found = read(page, URL, HTML, None, taught())
    assert found.template == ""
    assert set(story) <= set(found.text.paragraphs)


def test_a_thorough_reading_says_the_same_and_names_more() -> None:
    for turn, slug in enumerate(STORIES):
        body = old_design(slug, turn=turn)
        quick, thorough = (read(body, URL, HTML, None, taught(), full) for full in (False, True))
        assert quick.text == thorough.text
        assert {d.text for d in quick.dropped} <= {d.text for d in thorough.dropped}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(["<p>", "</p>", "<div>", "</div>", "<ul><li>", "</ul>", "<a href='/x'>", "</a>", "<br>",
                                 "<section class='cards'>", "</section>", "<div class='rail'>", "Fog lay over the bay all day. "]),
                max_size=40), st.integers(0, 15))  # fmt: skip
def test_a_thorough_reading_says_the_same_of_any_page(soup: list[str], which: int) -> None:
    body = old_design(list(STORIES)[which], extra="".join(soup))
    quick, thorough = (read(body, URL, HTML, None, taught(), full) for full in (False, True))
    assert (quick.text, quick.template) == (thorough.text, thorough.template)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.builds(
    Seen, path=st.lists(st.sampled_from(["html", "body", "div.a", "div.b", "p"]), min_size=1, max_size=5).map(tuple),
    linked=st.booleans(), weight=st.integers(1, 500), kept=st.booleans(), used=st.booleans(),
    mark=st.sampled_from(["", mark("a text that stands on many a page")])), max_size=8), max_size=9))  # fmt: skip
def test_any_lessons_teach_a_template_that_can_be_used(pages: list[list[Seen]]) -> None:
    lessons = [Lesson(f"{URL}-{i}", tuple(page)) for i, page in enumerate(pages)]
    learned = learn("test", lessons)
    assert (learned is None) == (len(lessons) < ENOUGH)
    if learned is not None:
        assert template(learned.json).json == learned.json
        assert read(old_design(next(iter(STORIES))), URL, HTML, None, learned).problem == ""


def test_the_newsroom_is_read_to_the_letter_by_template() -> None:
    assert set(STORIES) == {*stock("sentinel"), *stock("courier")}
    learned = taught()
    for turn, (slug, (_, story)) in enumerate(STORIES.items()):
        assert read(old_design(slug, turn=turn), URL, HTML, None, learned).text.paragraphs == story
