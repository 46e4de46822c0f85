"""What stands between us and the text: known by structure and address; words of a short notice may acquit alone."""

import pytest

from crawler.judge import Past, page
from crawler.page import walls
from storage.records import Judgement, Page, Text, Verdict
from tests.test_judge import KNOWN, READABLE, STORY, with_body

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
    seen = with_body(html.format(f"<p>{TOMBSTONES[0]}</p>"))
    told = Page(Text(title=known.title, paragraphs=TOMBSTONES[:1]), page_type="NewsArticle")
    assert page(told, READABLE, seen, past, None).verdict is Verdict.SOFT_GONE


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
    seen = with_body(f'<meta http-equiv="refresh" content="3; url=/"><h1>404</h1><p>{said}</p>')
    told = page(Page(Text(title="404", paragraphs=(said,))), READABLE, seen, KNOWN, None)
    assert told.verdict is Verdict.SOFT_GONE


def test_what_a_failing_server_says_without_any_title_is_no_takedown() -> None:
    said = "Fatal error: call to an undefined function in single.php on line 31"
    told = page(Page(Text(paragraphs=(said,))), READABLE, with_body(f"<b>{said}</b>"), KNOWN, None)
    assert told.verdict is Verdict.OUTAGE


def test_a_name_within_another_word_is_none() -> None:
    assert walls.bar(with_body('<p class="legated regional navigate alligator">x</p>'), None) == ""
