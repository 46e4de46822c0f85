"""What kind of answer is this? Every verdict once, and the traps that must not fool it."""

from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judge import Past, answer, how, page
from storage.records import Capture, Extent, Hop, How, Judgement, Outlet, Page, Paywall, Text, Verdict

HOST = "https://example.com"
URL = f"{HOST}/2022/05/05/a-story"
OUTLET = Outlet(key="x", name="X", domains=("example.com",), mirrors=("example.org",))
READABLE = Judgement(Verdict.OK, "readable")
AT = datetime(2022, 5, 5, tzinfo=UTC)

STORY = Text(
    title="Beijing and Moscow sign a pact on the news",
    paragraphs=(
        "Two ministries agreed in the spring to share programmes, interviews and staff, a leaked paper shows.",
        "The paper names eleven outlets on each side and sets out who may quote whom, and how often.",
        "Officials in both capitals did not answer questions about the agreement, which runs for five years.",
        "Researchers who read it said that the wording follows earlier pacts signed with smaller neighbours.",
        "One editor said that the deal changed little, since the exchange had been going on for a decade.",
        "The first joint broadcast went out in the autumn, with subtitles that both sides had approved.",
    ),
)
OTHER = Text(
    title="Ferry service to the islands resumes after the storm",
    paragraphs=tuple(
        f"Ferry number {n} left the northern harbour on time, carrying mail, fuel and a school class of {n + 20} pupils."
        for n in range(8)
    ),
)
KNOWN = Past(full=STORY, url=URL, well=True)


def seen(url: str = URL, status: int | None = 200, body: bytes | None = b"", **more: Any) -> Capture:
    """A capture of the story's address that ended at ``url``."""
    hops = (Hop(URL, 302, url),) if url != URL else ()
    facts: dict[str, Any] = {"hops": hops, "headers": (("Content-Type", "text/html"),), **more}
    return Capture("article", "x", URL, url, AT, status=status, body=body or b"<html><body>x</body></html>", **facts)


def with_body(markup: str, **more: Any) -> Capture:
    return seen(body=f"<html><body>{markup}</body></html>".encode(), **more)


def said(text: Text, **more: Any) -> Page:
    return Page(text=text, **{"page_type": "NewsArticle", **more})


def judged(
    text: Text, capture: Capture | None = None, past: Past = KNOWN, outlet: Outlet | None = OUTLET, **more: Any
) -> Judgement:
    return page(said(text, **more), READABLE, capture or seen(), past, outlet)


# --- by what was met ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        ("dns", Verdict.OUTAGE), ("timeout: 20 s", Verdict.OUTAGE), ("tls: certificate expired", Verdict.OUTAGE),
        ("refused", Verdict.OUTAGE), ("reset", Verdict.OUTAGE), ("connection", Verdict.OUTAGE),
        ("redirect_loop", Verdict.OUTAGE), ("too_many_hops", Verdict.OUTAGE), ("bad_redirect", Verdict.OUTAGE),
        ("robots_unreachable", Verdict.OUTAGE), ("something_new", Verdict.OUTAGE),
        ("oversize: 12 MB", Verdict.OVERSIZE), ("robots_forbid", Verdict.BARRED), ("forbidden_address", Verdict.BARRED),
    ],
)  # fmt: skip
def test_an_error_is_our_trouble(error: str, verdict: Verdict) -> None:
    for status in (None, 200, 404):
        judgement = answer(seen(status=status, error=error))
        assert judgement.verdict is verdict
        assert judgement.reason
        assert how(judgement, seen()) is None


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.OK), (203, Verdict.OK), (304, Verdict.UNCHANGED), (404, Verdict.GONE), (410, Verdict.GONE),
        (451, Verdict.LEGAL), (400, Verdict.BLOCKED), (401, Verdict.BLOCKED), (402, Verdict.BLOCKED),
        (403, Verdict.BLOCKED), (405, Verdict.BLOCKED), (407, Verdict.BLOCKED), (418, Verdict.BLOCKED),
        (429, Verdict.BLOCKED), (999, Verdict.BLOCKED), (500, Verdict.OUTAGE), (503, Verdict.OUTAGE),
        (520, Verdict.OUTAGE), (300, Verdict.OUTAGE), (302, Verdict.OUTAGE), (100, Verdict.OUTAGE),
        (204, Verdict.INCOMPLETE), (206, Verdict.INCOMPLETE), (None, Verdict.OUTAGE),
    ],
)  # fmt: skip
def test_a_status_has_its_verdict(status: int | None, verdict: Verdict) -> None:
    judgement = answer(seen(status=status))
    assert judgement.verdict is verdict
    assert judgement.reason


def test_what_was_cut_in_transit_proves_nothing() -> None:
    assert answer(seen(complete=False)).verdict is Verdict.INCOMPLETE
    assert answer(seen(status=404, complete=False)).verdict is Verdict.INCOMPLETE


# --- bot challenges -----------------------------------------------------------------------------

CHALLENGES = {
    "Cloudflare": "<script>window._cf_chl_opt={cType:'managed'};</script>",
    "Cloudflare script": "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray=1'></script>",
    "Cloudflare inline": "<script>var a=document.createElement('script');a.src='/cdn-cgi/challenge-platform/h/g/orchestrate/jsch/v1';</script>",
    "Akamai": "<div id='sec-if-cpt-container'></div>",
    "Akamai refresh": "<meta http-equiv='refresh' content=\"5; URL='/a?bm-verify=AAQA'\">",
    "DataDome": "<script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script><script src='https://ct.captcha-delivery.com/c.js'></script>",
    "PerimeterX": "<div id='px-captcha'></div>",
    "Imperva": "<iframe id='main-iframe' src='/_Incapsula_Resource?SWUDNSAI=31&xinfo=1'></iframe>",
    "AWS WAF": '<script>window.gokuProps = {"key":"k"};</script>',
    "Kasada": "<script>window.KPSDK={};KPSDK.now=Date.now;</script>",
    "DDoS-Guard": "<script src='/.well-known/ddos-guard/js-challenge/index.js'></script>",
    "Qrator": "<script src='/__qrator/qauth_utm_v2d_v9118.js'></script>",
    "Yandex SmartCaptcha": "<form method='POST' action='/checkcaptcha?key=k'><input type='submit'></form>",
    "Aliyun": "<script>var arg1='70D9569CD5E5895C84F284A09503B1598C5762A1';</script>",
    "Aliyun punish": "<script>location.replace('/a/_____tmd_____/punish?x5secdata=x')</script>",
    "Tencent": "<script>document.cookie='EO_Bot_Ssid=1';</script>",
}


@pytest.mark.parametrize("vendor", CHALLENGES)
@pytest.mark.parametrize("status", [200, 202, 404, 403, 503])
def test_a_challenge_is_a_block_with_any_status(vendor: str, status: int) -> None:
    judgement = answer(with_body(CHALLENGES[vendor] + "<p>One moment</p>", status=status))
    assert judgement.verdict is Verdict.BLOCKED
    assert vendor.split()[0] in judgement.reason


@pytest.mark.parametrize(
    "header", [("CF-Mitigated", "challenge"), ("x-amzn-waf-action", "challenge"), ("X-Amzn-Waf-Action", "captcha")]
)
def test_a_challenge_is_known_by_its_header(header: tuple[str, str]) -> None:
    for status in (200, 202, 404, 405):
        assert answer(seen(status=status, headers=(header,))).verdict is Verdict.BLOCKED


def test_cloudflares_script_on_ordinary_pages_is_no_challenge() -> None:
    ordinary = "<script>a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js';</script><p>A short page.</p>"
    older = "<script src='/cdn-cgi/challenge-platform/h/g/scripts/jsd/abc/main.js'></script><p>A short page.</p>"
    assert answer(with_body(ordinary)).verdict is Verdict.OK
    assert answer(with_body(older)).verdict is Verdict.OK
    assert answer(with_body(ordinary, status=404)).verdict is Verdict.GONE


def test_marks_of_a_vendor_on_a_full_page_are_no_challenge() -> None:
    text = "<p>" + " ".join(f"word{n}" for n in range(400)) + "</p>"
    for marks in CHALLENGES.values():
        assert answer(with_body(marks + text)).verdict is Verdict.OK


def test_an_article_that_quotes_a_challenge_is_no_challenge() -> None:
    for marks in CHALLENGES.values():
        quoted = f"<h1>How walls work</h1><pre>{escape(marks)}</pre>"
        data = f'<script type="application/json">"{escape(marks)}"</script>'
        assert answer(with_body(quoted + data)).verdict is Verdict.OK


WORDS = st.lists(
    st.sampled_from(
        ["Page not found", "Access denied", "404", "Just a moment...", "captcha", "Checking your browser", "removed",
         "_cf_chl_opt", "px-captcha", "captcha-delivery.com", "login", "consent", "访问被拒绝", "Страница не найдена"]
    )
).map(" ".join)  # fmt: skip


@given(WORDS, WORDS)
def test_no_words_of_the_news_change_the_verdict(title: str, text: str) -> None:
    body = f"<title>{title}</title><h1>{title}</h1><p>{text}</p>"
    for status, verdict in ((200, Verdict.OK), (404, Verdict.GONE), (500, Verdict.OUTAGE)):
        assert answer(with_body(body, status=status)).verdict is verdict
    edited = replace(STORY, title=title, paragraphs=(*STORY.paragraphs, text))
    assert judged(edited).verdict is Verdict.OK
    assert judged(edited, past=Past(well=True), page_type="").verdict is Verdict.OK


@given(st.binary(max_size=300), st.sampled_from([200, 202, 404]))
def test_any_bytes_get_a_verdict(body: bytes, status: int) -> None:
    capture = seen(status=status, body=body)
    assert answer(capture).verdict in {Verdict.OK, Verdict.GONE, Verdict.BLOCKED}
    assert judged(Text(), capture)


# --- redirects ----------------------------------------------------------------------------------


@pytest.mark.parametrize("home", ["/", "", "/index.html", "/en/", "/?from=old", "/home"])
def test_a_redirect_home_is_a_soft_takedown(home: str) -> None:
    capture = seen(HOST + home)
    judgement = answer(capture)
    assert judgement.verdict is Verdict.SOFT_GONE
    assert judgement.reason.startswith("redirected to the home page")
    assert how(judgement, capture) is How.REDIRECTED


def test_a_root_with_a_number_is_an_old_systems_article() -> None:
    assert answer(seen(HOST + "/?p=1234")).verdict is Verdict.OK


def test_the_home_page_itself_may_answer_with_a_redirect() -> None:
    capture = replace(seen(HOST + "/en/"), asked_url=HOST + "/")
    assert answer(capture).verdict is Verdict.OK


def test_a_redirect_to_the_not_found_page_is_a_soft_takedown() -> None:
    for path in ("/404", "/404.html", "/errors/not-found", "/page-not-found/"):
        assert answer(seen(HOST + path)).verdict is Verdict.SOFT_GONE
    assert answer(seen(HOST + "/news/404-the-vanished-weibo-post")).verdict is Verdict.OK


def test_a_redirect_to_an_error_page_is_an_outage() -> None:
    for path in ("/error", "/maintenance.html", "/errors/503"):
        assert answer(seen(HOST + path)).verdict is Verdict.OUTAGE


@pytest.mark.parametrize(
    "wall",
    [
        f"{HOST}/login?next=/2022/05/05/a-story",
        "https://consent.example.net/v2/collectConsent?session=1",
        "https://sso.example.com/authorize?client=1",
        "https://id.example.net/signin",
        f"{HOST}/showcaptcha?retpath=x",
    ],
)
def test_a_redirect_to_a_wall_is_a_block(wall: str) -> None:
    assert answer(seen(wall)).verdict is Verdict.BLOCKED


def test_a_redirect_home_by_way_of_a_wall_is_a_block() -> None:
    hops = (
        Hop(URL, 302, "https://consent.example.net/?back=x"),
        Hop("https://consent.example.net/?back=x", 302, f"{HOST}/"),
    )
    assert answer(seen(f"{HOST}/", hops=hops)).verdict is Verdict.BLOCKED
    assert answer(seen(f"{HOST}/gone", status=404, hops=hops)).verdict is Verdict.BLOCKED
    assert judged(OTHER, seen(f"{HOST}/2022/05/06/ferries", hops=hops)).verdict is Verdict.BLOCKED


def test_a_round_trip_through_a_wall_back_to_the_article_is_no_wall() -> None:
    back = (Hop(URL, 302, "https://sso.example.com/check"), Hop("https://sso.example.com/check", 302, URL))
    assert answer(seen(hops=back)).verdict is Verdict.OK
    assert answer(seen(hops=back, status=404)).verdict is Verdict.GONE


def test_a_redirect_to_another_site_is_no_takedown() -> None:
    for there in ("https://blocked.provider.example/", "https://parking.example.net/lander"):
        capture = seen(there)
        said_first = answer(capture)
        assert page(said(OTHER), said_first, capture, KNOWN, OUTLET).verdict is Verdict.BLOCKED
        assert page(said(Text()), said_first, capture, KNOWN, None).verdict is Verdict.BLOCKED


def test_another_spelling_of_the_address_is_no_redirect() -> None:
    capture = seen("https://www.example.com/2022/05/05/a-story/?utm_source=1")
    assert judged(STORY, capture).verdict is Verdict.UNCHANGED
    mirror = seen("https://example.org/2022/05/05/a-story")
    assert judged(STORY, mirror).verdict is Verdict.UNCHANGED


def test_the_same_story_at_another_address_has_moved() -> None:
    capture = seen(f"{HOST}/2022/05/05/another-slug")
    edited = replace(STORY, title="A pact on the news", paragraphs=(*STORY.paragraphs[:4], "A new end."))
    assert judged(STORY, capture).verdict is Verdict.MOVED
    assert judged(edited, capture).verdict is Verdict.MOVED
    assert how(judged(edited, capture), capture) is None


def test_the_same_story_on_another_site_has_moved() -> None:
    assert judged(STORY, seen("https://example.net/a-story")).verdict is Verdict.MOVED


def test_the_same_number_is_the_same_article_however_rewritten() -> None:
    capture = replace(seen(f"{HOST}/news/551234-new-slug"), asked_url=f"{HOST}/news/551234-old-slug")
    assert judged(OTHER, capture).verdict is Verdict.MOVED


def test_a_number_that_only_leads_back_names_no_article() -> None:
    for landed in ("/news/69999-other?redirected_from=551234", "/world/?from=551234"):
        capture = replace(seen(f"{HOST}{landed}"), asked_url=f"{HOST}/news/551234-slug")
        assert judged(OTHER, capture, page_type="NewsArticle").verdict is Verdict.SOFT_GONE
    capture = replace(seen(f"{HOST}/article/3123456"), asked_url=f"{HOST}/doc.html?id=3123456")
    assert judged(OTHER, capture).verdict is Verdict.MOVED


def test_a_number_that_two_addresses_share_without_ending_in_it_proves_neither_a_move_nor_a_takedown() -> None:
    capture = replace(seen(f"{HOST}/1234567/2026-03-02/other"), asked_url=f"{HOST}/1234567/2026-03-02/slug")
    assert judged(OTHER, capture, page_type="NewsArticle").verdict is Verdict.OUTAGE
    assert judged(STORY, capture, page_type="NewsArticle").verdict is Verdict.MOVED


RUSSIAN = Text(
    title="Паром на острова снова ходит", language="ru",
    paragraphs=("Паром на северные острова снова ходит после трёх дней шторма, сообщил перевозчик во вторник. " * 9,),
)  # fmt: skip


def test_a_translation_that_we_are_sent_to_is_our_trouble() -> None:
    away = replace(seen(f"{HOST}/ru/parom"), asked_url=f"{HOST}/news/ferry")
    english = Past(full=replace(STORY, language="en"), well=True)
    for capture in (away, seen()):
        said = judged(RUSSIAN, capture, past=english, page_type="NewsArticle")
        assert (said.verdict, "another language (ru, not en)" in said.reason) == (Verdict.BLOCKED, True)
    unknown = Past(full=replace(STORY, language=""), well=True)
    assert judged(RUSSIAN, seen(), past=unknown, page_type="NewsArticle").verdict is Verdict.OK


def test_a_shared_port_section_or_date_is_no_shared_number() -> None:
    local = replace(seen("http://127.0.1.7:45123/b"), asked_url="http://127.0.1.7:45123/a")
    dated = replace(seen(f"{HOST}/20220505/b"), asked_url=f"{HOST}/20220505/a")
    section = replace(seen(f"{HOST}/12345/"), asked_url=f"{HOST}/12345/67890")
    for capture in (local, dated, section):
        assert judged(OTHER, capture, outlet=None).verdict is Verdict.SOFT_GONE


def test_another_article_at_the_redirects_end_is_a_soft_takedown() -> None:
    capture = seen(f"{HOST}/2022/05/06/ferries")
    judgement = judged(OTHER, capture)
    assert judgement.verdict is Verdict.SOFT_GONE
    assert "another article" in judgement.reason
    assert how(judgement, capture) is How.REDIRECTED


def test_a_section_at_the_redirects_end_is_a_soft_takedown() -> None:
    capture = seen(f"{HOST}/world/")
    assert judged(OTHER, capture, page_type="website").verdict is Verdict.SOFT_GONE
    judgement = judged(Text(), capture, page_type="website")
    assert judgement.verdict is Verdict.SOFT_GONE
    assert how(judgement, capture) is How.REDIRECTED


def test_a_canonical_link_elsewhere_with_the_same_text_has_moved() -> None:
    there = f"{HOST}/world/a-better-slug"
    assert judged(replace(STORY, byline="A."), canonical=there).verdict is Verdict.MOVED
    assert judged(OTHER, canonical=there).verdict is Verdict.SOFT_GONE, "another article, by its own word"
    assert judged(replace(OTHER, title=STORY.title), canonical=there).verdict is Verdict.OK
    for link in (
        URL,
        "https://www.example.com/2022/05/05/a-story?ref=x",
        f"{HOST}/",
        f"{HOST}/2022",
        "http://[bad",
        "https://elsewhere.net/x",
    ):
        assert judged(replace(STORY, byline="A."), canonical=link).verdict is Verdict.OK


# --- with text and past -------------------------------------------------------------------------


def test_a_first_text_is_an_article() -> None:
    assert judged(STORY, past=Past()).verdict is Verdict.OK
    assert judged(STORY, past=Past(), page_type="").verdict is Verdict.OK


def test_a_first_text_has_the_headline_that_was_offered_where_nothing_else_tells() -> None:
    repairs = Text(title="Back soon", paragraphs=("We are working on our site and will be back shortly.",))
    brief = Text(title="Pact on the news signed in Moscow", paragraphs=("Two ministries signed a pact on Monday.",))
    offered = Past(offered=f"{STORY.title} - The X")
    assert judged(repairs, past=offered, page_type="").verdict is Verdict.OUTAGE
    assert judged(brief, past=offered, page_type="").verdict is Verdict.OK
    for past in (Past(), Past(offered="Read more")):
        late = Text(title="Boats", paragraphs=("All ferries to the islands are late today.",))
        assert judged(late, past=past, page_type="").verdict is Verdict.OK, "nothing tells"
        assert judged(repairs, past=past, page_type="").verdict is Verdict.BLOCKED
    assert judged(replace(repairs, title=""), past=offered, page_type="").verdict is Verdict.OK
    assert judged(repairs, past=offered).verdict is Verdict.OK, "it declares itself an article"
    assert judged(OTHER, past=offered, page_type="").verdict is Verdict.OK, "long enough for one"
    for doubt in (replace(offered, untold=True), replace(offered, unasked=True)):
        assert judged(OTHER, past=doubt, page_type="").verdict is Verdict.OUTAGE
        assert judged(STORY, past=doubt, page_type="").verdict is Verdict.OK


def test_the_same_text_is_unchanged_whatever_its_typography() -> None:
    curly = replace(STORY, title=STORY.title.replace(" ", "\u00a0"))
    assert judged(STORY).verdict is Verdict.UNCHANGED
    assert judged(curly).verdict is Verdict.UNCHANGED


def test_an_edit_is_ok() -> None:
    edited = replace(STORY, paragraphs=(STORY.paragraphs[0].replace("spring", "autumn"), *STORY.paragraphs[1:]))
    assert judged(edited).verdict is Verdict.OK


@pytest.mark.parametrize(
    "title",
    [
        "Page not found: how China scrubs the news",
        "Access denied: Beijing bars reporters",
        "404: the vanished Weibo post",
        "This article has been removed, say censors",
        "Just a moment: the pause that shook the markets",
        "Please log in: how paywalls changed the press",
        "Страница не найдена: как исчезают новости",
        "页面不存在：消失的新闻",
    ],
)
def test_headlines_about_missing_pages_are_live_articles(title: str) -> None:
    text = replace(STORY, title=title, paragraphs=(title + ".", *STORY.paragraphs))
    body = f"<title>{title}</title><h1>{title}</h1>".encode()
    for past in (Past(well=True), KNOWN, replace(KNOWN, full=replace(text, byline="A. Reporter"))):
        judgement = page(said(text, page_type=""), answer(seen(body=body)), seen(body=body), past, OUTLET)
        assert judgement.verdict is Verdict.OK


def test_an_article_rewritten_from_the_ground_is_an_edit() -> None:
    judgement = judged(replace(OTHER, title=STORY.title), page_type="")
    assert judgement.verdict is Verdict.OK
    assert judged(OTHER, page_type="").verdict is Verdict.OK  # a rolling page has another text each day


def test_a_cut_that_was_seen_is_a_preview() -> None:
    short = replace(STORY, paragraphs=STORY.paragraphs[:2])
    assert judged(replace(short, extent=Extent.PREVIEW), past=Past()).verdict is Verdict.PREVIEW
    assert judged(short, observed_paywall=True).verdict is Verdict.PREVIEW


def test_the_beginning_of_the_known_text_is_a_preview() -> None:
    assert judged(replace(STORY, paragraphs=STORY.paragraphs[:2])).verdict is Verdict.PREVIEW
    teaser = (STORY.paragraphs[0], "The paper names eleven outlets on each side and All...")
    assert judged(replace(STORY, paragraphs=teaser)).verdict is Verdict.PREVIEW


def test_a_missing_end_on_a_free_page_is_an_edit() -> None:
    short = replace(STORY, paragraphs=STORY.paragraphs[:2])
    free = replace(OUTLET, paywall=Paywall(type="free"))
    assert judged(short, outlet=free).verdict is Verdict.OK
    assert judged(short, declared_paywall=False).verdict is Verdict.OK


def test_one_paragraph_less_is_an_edit() -> None:
    assert judged(replace(STORY, paragraphs=STORY.paragraphs[:-1])).verdict is Verdict.OK
    assert judged(replace(STORY, paragraphs=STORY.paragraphs[3:])).verdict is Verdict.OK


def test_a_full_text_after_a_preview_is_ok() -> None:
    preview = replace(STORY, paragraphs=STORY.paragraphs[:1], extent=Extent.PREVIEW)
    assert judged(STORY, past=Past(preview=preview, well=True)).verdict is Verdict.OK


def test_an_emptied_page_is_a_soft_takedown_while_the_outlet_is_well() -> None:
    for text in (Text(), Text(title=STORY.title)):
        judgement = judged(text)
        assert judgement.verdict is Verdict.SOFT_GONE
        assert how(judgement, seen()) is How.EMPTIED
        assert judged(text, past=replace(KNOWN, well=False)).verdict is Verdict.OUTAGE


def test_an_answer_of_no_bytes_at_all_is_an_emptied_page() -> None:
    nothing = replace(seen(), body=b"")
    judgement = page(Page(text=Text(), problem="empty"), answer(nothing), nothing, KNOWN, OUTLET)
    assert judgement.verdict is Verdict.SOFT_GONE


def test_a_removal_notice_is_a_soft_takedown() -> None:
    notice = Text(title=STORY.title, paragraphs=("This item has been withdrawn at the request of the publisher.",))
    judgement = judged(notice)
    assert judgement.verdict is Verdict.SOFT_GONE
    assert how(judgement, seen()) is How.EMPTIED
    assert judged(notice, past=replace(KNOWN, well=False)).verdict is Verdict.OUTAGE


def test_a_not_found_page_with_200_is_a_soft_takedown() -> None:
    missing = Text(title="Page not found", paragraphs=("Sorry, there is nothing here. Try the search.",))
    judgement = judged(missing, page_type="", robots="noindex")
    assert judgement.verdict is Verdict.SOFT_GONE
    assert how(judgement, seen()) is How.SOFT
    assert how(judged(replace(missing, paragraphs=()), page_type=""), seen()) is How.SOFT
    assert judged(missing, page_type="", past=replace(KNOWN, well=False)).verdict is Verdict.OUTAGE


def test_a_long_not_found_page_is_known_by_what_it_asks_of_search_engines() -> None:
    missing = replace(OTHER, title="Page not found")
    assert judged(missing, page_type="", robots="noindex, nofollow").verdict is Verdict.SOFT_GONE
    assert judged(replace(OTHER, title=STORY.title), page_type="", robots="noindex").verdict is Verdict.OK
    assert judged(missing, page_type="NewsArticle", robots="noindex").verdict is Verdict.OK


def test_an_ideograph_counts_for_half_a_word() -> None:
    story = Text(
        title="两国签署新闻合作协议",
        paragraphs=("两国部门在春天商定共享节目采访和工作人员，一份外泄的文件显示。" * 12,),
    )
    notice = "您访问的页面不存在或已被删除，请返回首页查看其他新闻。海岳通讯社版权所有，未经书面授权不得转载摘编。"
    missing = Text(title="页面不存在", paragraphs=(notice, "不良信息举报电话。" * 5))
    past = Past(full=story, url=URL, well=True)
    assert judged(missing, past=past, page_type="").verdict is Verdict.SOFT_GONE
    assert how(judged(replace(missing, title=story.title), past=past, page_type=""), seen()) is How.EMPTIED


def test_a_long_not_found_page_is_known_by_a_probe() -> None:
    probed = replace(KNOWN, not_found=replace(OTHER, title="Not here"))
    assert judged(OTHER, past=probed, page_type="website").verdict is Verdict.SOFT_GONE
    assert judged(OTHER, past=Past(not_found=OTHER)).verdict is Verdict.NOT_ARTICLE


def test_a_search_that_quotes_what_is_gone_is_no_edit() -> None:
    """ "Page not found. Did you mean:", and the first paragraphs: told by the host's own words for it, or not at all."""
    quoting = Text(title="Page not found", paragraphs=("Did you mean:", *STORY.paragraphs[:2]))
    asked = replace(KNOWN, not_found=Text(title="Page not found", paragraphs=("Nothing is like it.",)))

    def verdict(text: Text, past: Past, kind: str = "") -> Verdict:
        return judged(text, past=past, page_type=kind).verdict

    assert verdict(quoting, asked) is Verdict.SOFT_GONE
    assert verdict(quoting, replace(KNOWN, unasked=True)) is Verdict.OUTAGE
    assert verdict(quoting, replace(KNOWN, untold=True)) is Verdict.OUTAGE
    renamed = replace(quoting, title="Another headline of an article that was cut to half")
    assert verdict(renamed, asked) is Verdict.OK, "the host was asked, and says something else"
    assert verdict(renamed, replace(KNOWN, unasked=True), "article") is Verdict.OK


def test_the_text_of_other_articles_in_its_place_is_a_soft_takedown() -> None:
    assert judged(OTHER, past=replace(KNOWN, other_article=True), page_type="").verdict is Verdict.SOFT_GONE
    assert judged(OTHER, past=replace(KNOWN, other_article=True, well=False), page_type="").verdict is Verdict.OUTAGE


def test_a_wire_text_under_the_articles_own_headline_is_an_edit() -> None:
    shared = replace(KNOWN, other_article=True)
    assert judged(replace(OTHER, title=STORY.title), past=shared, page_type="").verdict is Verdict.OK
    assert judged(replace(OTHER, title=STORY.title), past=shared).verdict is Verdict.OK


def test_another_articles_page_at_its_address_is_not_the_article() -> None:
    assert judged(OTHER, past=replace(KNOWN, other_article=True)).verdict is Verdict.SOFT_GONE
    assert judged(OTHER).verdict is Verdict.OK, "a text that no other article carries is a rewrite"


def test_a_text_shared_with_other_articles_is_its_own_as_long_as_it_stands() -> None:
    edited = replace(STORY, byline="By wire")
    assert judged(edited, past=replace(KNOWN, other_article=True)).verdict is Verdict.OK


def test_the_home_page_in_its_place_is_a_soft_takedown() -> None:
    assert judged(OTHER, page_type="website", canonical=f"{HOST}/").verdict is Verdict.SOFT_GONE
    assert judged(OTHER, page_type="CollectionPage").verdict is Verdict.SOFT_GONE


def test_text_that_stands_in_the_page_unread_is_the_readers_trouble() -> None:
    hidden = "<textarea>" + "".join(f"<p>{p}</p>" for p in STORY.paragraphs) + "</textarea>"
    assert judged(Text(), with_body(hidden)).verdict is Verdict.UNREAD
    escaped = "".join(rf"\u{ord(c):04x}" for c in " ".join(STORY.paragraphs))
    assert judged(Text(title="T"), with_body(f"<script>var t='{escaped}'</script>")).verdict is Verdict.UNREAD
    one_line = f"<meta name=description content='{STORY.paragraphs[0]}'>"
    assert judged(Text(), with_body(one_line)).verdict is Verdict.SOFT_GONE


def test_unread_pages_prove_nothing() -> None:
    assert page(Page(text=Text(), problem="too deep"), READABLE, seen(), KNOWN, OUTLET).verdict is Verdict.UNREAD
    assert page(None, READABLE, seen(), KNOWN, OUTLET).verdict is Verdict.UNREAD


@pytest.mark.parametrize(
    "wall",
    [
        "<form><input name=u><input type='password' name=p></form>",
        "<form action='https://consent.example.com/collect'><button>OK</button></form>",
        "<div class='g-recaptcha' data-sitekey='k'></div>",
    ],
)
def test_a_wall_without_the_text_is_a_block(wall: str) -> None:
    notice = Text(title="Before you go on", paragraphs=("We and our partners would like to use cookies.",))
    capture = with_body(wall)
    assert judged(Text(), capture).verdict is Verdict.BLOCKED
    assert judged(Text(), capture, past=Past()).verdict is Verdict.BLOCKED
    assert judged(notice, capture, page_type="").verdict is Verdict.BLOCKED
    assert judged(notice, capture, past=Past(), page_type="").verdict is Verdict.BLOCKED
    assert judged(replace(STORY, byline="B."), capture).verdict is Verdict.OK


def test_a_paywall_that_leaves_nothing_is_a_block() -> None:
    notice = Text(title=STORY.title, paragraphs=("Subscribe now to read on.",))
    for text in (Text(), notice):
        assert judged(text, observed_paywall=True).verdict is Verdict.BLOCKED
        assert judged(text, declared_paywall=True).verdict is Verdict.BLOCKED


def test_an_answer_still_to_come_is_a_block() -> None:
    assert judged(Text(), seen(status=202)).verdict is Verdict.BLOCKED


def test_what_never_had_a_text_is_no_article() -> None:
    never = Past(well=True)
    assert judged(Text(), past=never).verdict is Verdict.NOT_ARTICLE
    assert judged(OTHER, past=never, page_type="CollectionPage").verdict is Verdict.NOT_ARTICLE
    root = replace(seen(), asked_url=f"{HOST}/", url=f"{HOST}/")
    assert judged(OTHER, root, past=never).verdict is Verdict.NOT_ARTICLE
    template = Text(title="Oops", paragraphs=("Nothing here.",))
    assert judged(template, past=never, page_type="", robots="noindex, follow").verdict is Verdict.NOT_ARTICLE


def test_a_redirect_home_of_what_never_had_a_text_is_no_takedown() -> None:
    capture = seen(f"{HOST}/")
    assert page(None, answer(capture), capture, Past(), OUTLET).verdict is Verdict.NOT_ARTICLE
    assert page(None, answer(capture), capture, KNOWN, OUTLET).verdict is Verdict.SOFT_GONE


def test_a_verdict_on_the_answer_stands_whatever_was_read() -> None:
    for status in (304, 403, 404, 410, 451, 503):
        given_first = answer(seen(status=status))
        assert page(said(STORY), given_first, seen(status=status), KNOWN, OUTLET) == given_first


# --- by which way -------------------------------------------------------------------------------


def test_only_verdicts_that_count_have_a_way() -> None:
    assert how(answer(seen(status=404)), seen()) is How.GONE
    assert how(answer(seen(status=410)), seen()) is How.GONE
    assert how(answer(seen(status=451)), seen()) is How.LEGAL
    counting = {Verdict.GONE, Verdict.LEGAL, Verdict.SOFT_GONE}
    for verdict in Verdict:
        assert (how(Judgement(verdict, ""), seen()) is not None) == (verdict in counting)


@given(
    st.sampled_from([STORY, OTHER, Text(), Text(title="T", paragraphs=("Few words.",))]),
    st.sampled_from(["", "website", "NewsArticle", "CollectionPage"]),
    st.sampled_from(["", f"{HOST}/", URL, f"{HOST}/x/y"]),
    st.booleans(),
)
def test_at_its_own_address_nothing_counts_while_the_outlet_is_not_known_to_be_well(
    text: Text, page_type: str, canonical: str, other_article: bool
) -> None:
    past = replace(KNOWN, well=False, other_article=other_article)
    judgement = judged(text, past=past, page_type=page_type, canonical=canonical)
    assert how(judgement, seen()) is None
