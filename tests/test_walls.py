"""What stands between us and the text: known by structure and address; words of a short notice may acquit alone."""

from dataclasses import replace

import pytest

from crawler.judge import Past, page
from crawler.page import walls
from storage.records import UNASKED, Judgement, Page, Text, Verdict
from tests.test_judge import HOST, KNOWN, OTHER, READABLE, STORY, URL, seen, with_body

PARTS = "<article><h1>Beijing and Moscow sign a pact on the news</h1>{}</article>"
TOMBSTONES = (
    "This article has been removed at the request of a reader and will not be put back.",
    "The editors have withdrawn this report, since two of the people who are quoted in it could not be found.",
    "Материал удалён по требованию суда.",
    "本文已撤回。",
)


def judged(markup: str, said: str = "", past: Past = KNOWN) -> Judgement:
    """An emptied page under the story's headline, with this in the text's place."""
    text = Text(title=STORY.title, paragraphs=(said,) if said else ())
    return page(Page(text, page_type="NewsArticle"), READABLE, with_body(PARTS.format(markup)), past, None)


@pytest.mark.parametrize(
    "markup",
    [
        '<div class="paywall"></div>', '<div id="reg-wall"></div>', '<div class="c-article__meter"></div>',
        "<div data-subscriber-only></div>", '<div class="tp-container-inner"></div>', '<div class="poool-widget"></div>',
        '<a href="/subscribe?from=a">Go on</a>', '<a href="https://login.example.com/">Go on</a>',
        '<a href="/account/register">Go on</a>', '<form method="post" action="/go"></form>', '<input name="email">',
        '<script src="https://cdn.tinypass.com/api/tinypass.min.js"></script>', '<div class="age-gate">18</div>',
    ],
)  # fmt: skip
def test_the_structure_of_a_wall_in_the_place_of_a_text_is_a_block(markup: str) -> None:
    assert judged(markup).verdict is Verdict.BLOCKED


@pytest.mark.parametrize("said", TOMBSTONES)
def test_a_tombstone_is_a_soft_takedown(said: str) -> None:
    assert judged(f"<p>{said}</p>", said).verdict is Verdict.SOFT_GONE


def test_what_stood_on_the_page_before_is_no_wall() -> None:
    box = '<div class="subscribe"><form method="post" action="/letter"><input name="email"></form>Join for free.</div>'
    before = PARTS.format("<p>...</p>" + box).encode()
    said = TOMBSTONES[0]
    assert judged(f"<p>{said}</p>{box}", said).verdict is Verdict.BLOCKED
    assert judged(f"<p>{said}</p>{box}", said, Past(STORY, well=True, earlier=before)).verdict is Verdict.SOFT_GONE


@pytest.mark.parametrize("around", ["header", "nav", "footer", "aside"])
def test_a_login_in_the_pages_frame_is_no_wall(around: str) -> None:
    frame = f'<{around} class="subscribe"><a href="/login">Log in to read</a><input name="email"></{around}>'
    assert judged(frame + f"<p>{TOMBSTONES[0]}</p>", TOMBSTONES[0]).verdict is Verdict.SOFT_GONE


def test_a_search_is_no_wall() -> None:
    search = '<form action="/find" method="post"><input name="q"></form><form class="search"><input name="x"></form>'
    assert judged(search).verdict is Verdict.SOFT_GONE


@pytest.mark.parametrize(
    "notice",
    [
        "Log in with your phone to go on.", "This report is for members.", "Not available in your region.",
        "Please confirm your age.", "Read on in our app.", "You have sent too many requests.", "We will be back soon.",
        "Войдите по номеру телефона.", "Материал доступен только подписчикам.", "Вам есть 18 лет?",
        "本文为会员专享内容。", "您所在的地区无法访问该内容。", "系统维护中。",
    ],
)  # fmt: skip
def test_a_short_notice_that_asks_for_something_convicts_nobody(notice: str) -> None:
    assert judged(f"<p>{notice}</p>", notice).verdict is Verdict.BLOCKED


def test_a_headline_that_speaks_of_walls_acquits_nobody() -> None:
    known = Text(title="Too many requests: how members-only sites slow down archives", paragraphs=STORY.paragraphs)
    html = f"<article><h1>{known.title}</h1>{{}}</article>"
    past = Past(known, well=True, earlier=html.format("<p>...</p>").encode())
    shown = with_body(html.format(f"<p>{TOMBSTONES[0]}</p>"))
    told = Page(Text(title=known.title, paragraphs=TOMBSTONES[:1]), page_type="NewsArticle")
    assert page(told, READABLE, shown, past, None).verdict is Verdict.SOFT_GONE


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        ('<div id="root"></div><script src="/app.js"></script>', "a script is to draw it"),
        ("<noscript>Enable it.</noscript><div id=app></div>", "a script is to draw it"),
        ("<script>location.href = '/new'</script>", "/new"),
        ('<meta http-equiv="refresh" content="0; URL=/a/new">', "/a/new"),
    ],
)
def test_a_page_without_words_that_leads_on_or_is_to_be_drawn_is_unread(markup: str, why: str) -> None:
    told = page(Page(Text()), READABLE, with_body(markup), KNOWN, None)
    assert told.verdict is Verdict.UNREAD
    assert why in told.reason


def test_a_page_that_says_so_and_leads_home_is_a_soft_takedown() -> None:
    said = "We are sorry: there is no such page here, and you will be led to the front page in three seconds."
    shown = with_body(f'<meta http-equiv="refresh" content="3; url=/"><h1>404</h1><p>{said}</p>')
    told = page(Page(Text(title="404", paragraphs=(said,))), READABLE, shown, KNOWN, None)
    assert told.verdict is Verdict.SOFT_GONE


def test_what_a_failing_server_says_without_any_title_is_no_takedown() -> None:
    said = "Fatal error: call to an undefined function in single.php on line 31"
    told = page(Page(Text(paragraphs=(said,))), READABLE, with_body(f"<b>{said}</b>"), KNOWN, None)
    assert told.verdict is Verdict.OUTAGE


def test_a_name_within_another_word_is_none() -> None:
    assert walls.bar(with_body('<p class="legated regional navigate alligator">x</p>'), None) == ""


def test_an_error_page_that_says_try_later_in_passing_is_still_a_soft_takedown() -> None:
    said = "对不起，可能是网络原因或无此页面，请稍后尝试。"
    assert judged(f"<p>{said}</p>", said).verdict is Verdict.SOFT_GONE


# --- what stands in the place of a text ---------------------------------------------------------------


def test_a_page_that_calls_itself_another_article_is_a_soft_takedown() -> None:
    other = Page(OTHER, page_type="NewsArticle", canonical=f"{HOST}/2022/05/01/another-story")
    assert page(other, READABLE, seen(), KNOWN, None).verdict is Verdict.SOFT_GONE
    again = Page(replace(OTHER, title=STORY.title), page_type="NewsArticle", canonical=other.canonical)
    assert page(again, READABLE, seen(), KNOWN, None).verdict is Verdict.OK


def test_an_outlet_whose_articles_all_name_the_home_page_has_no_home_page_in_their_place() -> None:
    home = f'<html><head><link rel="canonical" href="{HOST}/"></head><body>x</body></html>'.encode()
    rewritten = Page(replace(OTHER, title=STORY.title), page_type="NewsArticle", canonical=f"{HOST}/")
    assert page(rewritten, READABLE, seen(), KNOWN, None).verdict is Verdict.SOFT_GONE
    assert page(rewritten, READABLE, seen(), replace(KNOWN, earlier=home), None).verdict is Verdict.OK


def test_a_short_correction_is_an_edit_and_a_short_notice_is_none() -> None:
    correction = "There is no pact between Beijing and Moscow: the ministry says that a draft was taken for one."
    assert judged(f"<p>{correction}</p>", correction).verdict is Verdict.OK
    assert judged(f"<p>{TOMBSTONES[1]}</p>", TOMBSTONES[1]).verdict is Verdict.SOFT_GONE


def test_a_headline_kept_over_teasers_in_another_place_is_an_emptied_page() -> None:
    known = replace(KNOWN, full=replace(STORY, paragraphs=STORY.paragraphs * 5), frame="a" * 16)
    teasers = Page(replace(OTHER, title=STORY.title), page_type="NewsArticle", frame="b" * 16)
    assert page(teasers, READABLE, seen(), known, None).verdict is Verdict.SOFT_GONE
    assert page(replace(teasers, frame="a" * 16), READABLE, seen(), known, None).verdict is Verdict.OK


# --- first looks ----------------------------------------------------------------------------------------

NEW = Past(url=URL)
BRIEF = Text(title="Boats", paragraphs=("All ferries to the islands are late today.",))


def test_a_first_text_that_another_article_carries_is_held() -> None:
    shared = replace(NEW, other_article=True)
    assert page(Page(STORY), READABLE, seen(), shared, None).verdict is Verdict.OUTAGE
    assert page(Page(STORY, page_type="NewsArticle"), READABLE, seen(), shared, None).verdict is Verdict.OUTAGE
    own = Page(STORY, page_type="NewsArticle", canonical=URL)
    assert page(own, READABLE, seen(), shared, None).verdict is Verdict.OK


def test_a_short_first_page_that_declares_nothing_waits_for_what_its_host_says() -> None:
    asked = page(Page(BRIEF), READABLE, seen(), replace(NEW, unasked=True), None)
    assert asked.verdict is Verdict.OUTAGE
    assert asked.reason.endswith(UNASKED)
    assert page(Page(BRIEF), READABLE, seen(), NEW, None).verdict is Verdict.OK
    declared = Page(BRIEF, page_type="NewsArticle")
    assert page(declared, READABLE, seen(), replace(NEW, unasked=True), None).verdict is Verdict.OK


def test_a_short_first_page_that_asks_for_something_is_no_first_text() -> None:
    wall = Text(title="One moment", paragraphs=("We are checking your browser before you go on.",))
    assert page(Page(wall), READABLE, seen(), NEW, None).verdict is Verdict.BLOCKED
