"""What kind of answer is this?

`answer` judges by status, headers, hops and the body's structure; `page` judges again, with what the page says and
what is known of the article's past. Words of the news are never evidence: "Page not found: how China scrubs the news"
is a headline. Where in doubt it is our trouble, never their takedown (law 8). A verdict judges one capture: that an
article is down takes several of them (`stand`).
"""

import re
from dataclasses import dataclass
from html import unescape

from w3lib.encoding import html_to_unicode

from crawler.page import walls
from crawler.page.likeness import REMNANT_WORDS, is_declared, keeps_subject, resembles, size
from crawler.page.places import is_away, is_home, keeps_number, number, place, within
from storage.records import BAD, UNASKED, Capture, Extent, How, Judgement, Outlet, Page, Text, Verdict
from storage.words import count, normal, words

PREVIEW_SHARE = 0.6  # a known text's beginning is a preview when it holds at most this share of its words
INDEX_TYPES = frozenset({"collectionpage", "searchresultspage", "itemlist", "profilepage", "contactpage"})
EMPTIED = "emptied: "  # how a `soft_gone`'s reason begins when the text is gone and its page is there
REWRITTEN = "a text, rewritten from the ground"
UNWELL = "; but no other page of the outlet is known to answer well"
UNTOLD = "; but what the host answers to impossible addresses cannot be told from articles"
NAMED, NAMES = 1 / 2, 4
"""From which share of common words on (of the shorter) two headlines name one article; fewer than four say nothing."""


@dataclass(frozen=True)
class Past:
    """What was known of the article before this look. The defaults know nothing, and so convict nobody."""

    full: Text | None = None
    """The newest full text seen, by today's reader."""
    preview: Text | None = None
    """The newest preview seen."""
    frame: str = ""
    """Where its text stood on the page (`Page.frame`), "" when not known."""
    url: str = ""
    """The article's address as kept (its identity)."""
    offered: str = ""
    """The headline under which a list offered it, "" when none did."""
    taken: bool = False
    """Whether the address that the page calls its own is another article's."""
    other_article: bool = False
    """Whether other articles of the outlet carry exactly this body at present (a template's, or another story's)."""
    not_found: Text | None = None
    """What the host answers to an impossible address, when it was probed."""
    untold: bool = False
    """Whether that answer could be an article: then a page that is not the article is no evidence."""
    unasked: bool = False
    """Whether the host is only now to be asked for one."""
    stale: bool = False
    """Whether it was asked for one, but not within a day, and this look may wait for its answer."""
    down: bool = False
    """Whether the article is taken down."""
    well: bool = False
    """Whether another page of the outlet answered well lately."""
    earlier: bytes | None = None
    """The page on which its text was last seen, where this one says another: what stood there is no wall now."""

    @property
    def doubt(self) -> str:
        """Why a page that is not the article proves nothing yet, or ``""``."""
        return UNTOLD if self.untold else UNASKED if self.unasked else ""

    @property
    def texts(self) -> tuple[Text, ...]:
        return tuple(text for text in (self.full, self.preview) if text)


# --- what kind of answer? ---------------------------------------------------------------------------

_MET = {
    "oversize": (Verdict.OVERSIZE, "larger than we take"), "robots_forbid": (Verdict.BARRED, "robots.txt forbids it"),
    "forbidden_address": (Verdict.BARRED, "an address that we must not ask"),
}  # fmt: skip
_STATUS = {
    204: (Verdict.INCOMPLETE, "no content"), 205: (Verdict.INCOMPLETE, "no content"),
    206: (Verdict.INCOMPLETE, "a part of the page"), 304: (Verdict.UNCHANGED, "not modified"),
    404: (Verdict.GONE, "not found"), 410: (Verdict.GONE, "gone for good"), 401: (Verdict.BLOCKED, "asks for a login"),
    451: (Verdict.LEGAL, "unavailable for legal reasons"), 429: (Verdict.BLOCKED, "we asked too often"),
}  # fmt: skip


def answer(capture: Capture) -> Judgement:
    """The verdict before reading: `ok` ("readable") for whatever has to be read to know more."""
    if capture.error or capture.status is None:
        kind, _, detail = (capture.error or "connection").partition(":")
        verdict, reason = _MET.get(kind, (Verdict.OUTAGE, f"no answer: {kind.replace('_', ' ')}"))
        return Judgement(verdict, f"{reason} ({detail.strip()})" if detail else reason)
    if vendor := _challenge(capture):
        return Judgement(Verdict.BLOCKED, f"{capture.status}: a bot challenge ({vendor})")
    if walls.is_wall(capture.url) and not walls.is_wall(capture.asked_url):
        return Judgement(Verdict.BLOCKED, f"redirected to a login, consent or captcha page: {capture.url}")
    if not capture.complete:
        return Judgement(Verdict.INCOMPLETE, "cut in transit")
    return _unwalled(_by_status(capture, capture.status), capture)


def _by_status(capture: Capture, status: int) -> Judgement:
    if known := _STATUS.get(status):
        return Judgement(known[0], f"{status}: {known[1]}")
    if 200 <= status < 300:
        return _led_home(capture) or Judgement(Verdict.OK, "readable")
    if 400 <= status < 500 or status >= 600:
        return Judgement(Verdict.BLOCKED, f"{status}: refuses us")
    return Judgement(Verdict.OUTAGE, f"{status}: " + ("the server fails" if status >= 500 else "no page"))


def _led_home(capture: Capture) -> Judgement | None:
    """Whether redirects ended at the front page, or at a page that exists to say no."""
    url, path = capture.url, walls.parts(capture.url).path.lower()
    if not is_away(capture, None):
        return None
    if re.search(r"/(?:(?:page-?)?not-?found|(?:error-?)?404(?:-error)?)(?:\.\w+)?/?$", path):
        return Judgement(Verdict.SOFT_GONE, f"redirected to the not-found page: {url}")
    if re.search(r"/(?:(?:error-?)?50\d|error|maintenance|unavailable)(?:\.\w+)?/?$", path):
        return Judgement(Verdict.OUTAGE, f"redirected to an error page: {url}")
    if is_home(url) and not is_home(capture.asked_url) and within(url, None, capture.asked_url):
        return Judgement(Verdict.SOFT_GONE, f"redirected to the home page: {url}")
    return None


def _unwalled(judgement: Judgement, capture: Capture) -> Judgement:
    """A way through a login or consent page proves nothing: such walls forget what was asked for."""
    wall = next((url for hop in capture.hops for url in (hop.url, hop.location) if walls.is_wall(url)), "")
    if judgement.verdict in BAD and wall and is_away(capture, None):
        return Judgement(Verdict.BLOCKED, f"{judgement.reason}, by way of a login or consent page: {wall}")
    return judgement


def how(judgement: Judgement, capture: Capture) -> How | None:
    """By which way the article would be down; None for verdicts that do not count towards a takedown."""
    if judgement.verdict is not Verdict.SOFT_GONE:
        return {Verdict.GONE: How.GONE, Verdict.LEGAL: How.LEGAL}.get(judgement.verdict)
    if judgement.reason.startswith(EMPTIED):
        return How.EMPTIED
    return How.REDIRECTED if is_away(capture, None) else How.SOFT


# --- challenges, walls, homes: known by structure and by address ------------------------------------

_HEADERS = {"cf-mitigated": ("Cloudflare", "challenge"), "x-amzn-waf-action": ("AWS WAF", "challenge captcha")}


def _challenge(capture: Capture) -> str:
    """The vendor of a bot challenge, or ``""``."""
    for name, (vendor, actions) in _HEADERS.items():
        if (action := capture.header(name).strip().lower()) and action in actions.split():
            return vendor
    return walls.marked(capture, walls.VENDORS)


def _wall(capture: Capture) -> str:
    """What stands where the text should, or ``""``."""
    if capture.status == 202:
        return "202: an answer that is still to come"
    return (found := walls.marked(capture, walls.FORMS)) and f"{found} stands in its place"


def _is_new_address(link: str, capture: Capture, past: Past, outlet: Outlet | None) -> bool:
    """Whether a canonical link names another page of the outlet, which is neither home nor a section above."""
    known = {place(url, outlet) for url in (capture.asked_url, capture.url, past.url) if url}
    above = walls.parts(capture.asked_url).path.startswith(walls.parts(link).path)
    return within(link, outlet, capture.asked_url) and not (is_home(link) or above or place(link, outlet) in known)


# --- is it the article? -----------------------------------------------------------------------------


def page(page: Page | None, said: Judgement, capture: Capture, past: Past, outlet: Outlet | None) -> Judgement:
    """The final verdict. Of what `answer` said, only an `ok` is judged again, and a `soft_gone` where no text was ever
    seen. ``page`` is None when nothing was read; ``past`` is what was known before this capture."""
    if said.verdict is Verdict.SOFT_GONE and not past.texts:
        return Judgement(Verdict.NOT_ARTICLE, f"{said.reason}; no text was ever seen here")
    if said.verdict is not Verdict.OK:
        return said
    if page is None or (page.problem and capture.body != b""):
        return Judgement(Verdict.UNREAD, page.problem if page else "it was not read")
    away = is_away(capture, outlet)
    if away and not within(capture.url, outlet, capture.asked_url) and not _is_story(page.text, past):
        return Judgement(Verdict.BLOCKED, f"redirected to another site: {capture.url}")
    if not words(page.text.body):
        found = _textless(page, capture, past, away)
    elif not past.texts:
        found = _first(page, capture, past, outlet)
    else:
        found = (_elsewhere if away else _in_place)(page, capture, past, outlet)
    return _unwalled(found, capture)


def _textless(page: Page, capture: Capture, past: Past, away: bool) -> Judgement:
    """Nothing was read. No evidence by itself: of what, depends on what else is there."""
    if wall := _wall(capture) or ("a paywall stands in its place" if _is_walled(page) else ""):
        return Judgement(Verdict.BLOCKED, f"no text: {wall}")
    if not past.texts:
        return Judgement(Verdict.NOT_ARTICLE, "no text, and none was ever seen here")
    instead = f"redirected to a page without text: {capture.url}" if away else _replaced(page, past)
    return _soft(instead, page, capture, past, sure=away, told=_is_titled(page, past))


def _first(page: Page, capture: Capture, past: Past, outlet: Outlet | None) -> Judgement:
    """No text was ever seen here: is this the first?"""
    if (
        is_home(capture.url)
        or page.page_type.lower() in INDEX_TYPES
        or (not past.untold and resembles(page.text, past.not_found))
    ):
        return Judgement(Verdict.NOT_ARTICLE, "a front or index page, or the host's page for unknown addresses")
    if past.other_article and not (is_declared(page) and place(page.canonical, outlet) == place(capture.url, outlet)):
        return Judgement(
            Verdict.OUTAGE, "a text that another article of the outlet carries, and no word that it is its"
        )
    if not is_declared(page):
        if wall := _wall(capture):
            return Judgement(Verdict.BLOCKED, wall)
        if count(page.text.body) < REMNANT_WORDS and "noindex" in page.robots.lower():
            return Judgement(Verdict.NOT_ARTICLE, "a short page that asks not to be indexed, as templates do")
        short = size(page.text) < REMNANT_WORDS
        if (short or past.doubt) and not _is_offered(page, past):
            what = "a short page" if short else "a page"
            return Judgement(Verdict.OUTAGE, f"{what} without the headline that was offered{past.doubt}")
        if short and not (page.text.byline or len(set(words(past.offered))) >= NAMES):
            return _stub(page, capture, past) or _standing(page, past, outlet, "an article")
    return _standing(page, past, outlet, "an article")


def _stub(page: Page, capture: Capture, past: Past) -> Judgement | None:
    """Why a short page that says nothing of itself is not yet taken for the article at a first look."""
    if led := walls.leads_on(capture):
        return Judgement(Verdict.UNREAD, f"a page without a text: {led}")
    if wanted := walls.asks_for(f"{page.text.title} {page.text.body}"):
        return Judgement(Verdict.BLOCKED, f"what may be a wall: {wanted}")
    return Judgement(Verdict.OUTAGE, f"a short page that declares no article{UNASKED}") if past.unasked else None


def _is_offered(page: Page, past: Past) -> bool:
    """Whether its headline is the one under which a list offered it, as far as both say enough to tell.

    A failing site has one page for all addresses, and some hosts answer any with their home page: a first look must
    take neither for the article.
    """
    offered, said = set(words(past.offered)), set(words(page.text.title))
    return len(offered) < NAMES or not said or len(offered & said) >= NAMED * min(len(offered), len(said))


def _elsewhere(page: Page, capture: Capture, past: Past, outlet: Outlet | None) -> Judgement:
    """Redirected, and there is a text: the article's, or not?"""
    if _is_story(page.text, past) or "" != number(capture.url, outlet) == number(capture.asked_url, outlet):
        cut = _cut(page, past, outlet)
        if not cut and not _is_story(page.text, past, by_title=False) and (instead := _replaced(page, past)):
            return _soft(instead, page, capture, past, told=True)  # its headline moved, its text did not
        verdict = Verdict.PREVIEW if cut else Verdict.MOVED
        return Judgement(verdict, f"moved to {capture.url}, with the article's text")
    if wall := _wall(capture):
        return Judgement(Verdict.BLOCKED, wall)
    if said := _foreign(page, past):
        return Judgement(Verdict.BLOCKED, said)
    what = "another article" if past.other_article or is_declared(page) else "a page that is not the article"
    if is_declared(page) and not past.other_article and keeps_number(capture, outlet):
        return Judgement(Verdict.OUTAGE, f"redirected to another text at an address with its number: {capture.url}")
    return _soft(f"redirected to {what}: {capture.url}", page, capture, past, sure=True)


def _in_place(page: Page, capture: Capture, past: Past, outlet: Outlet | None) -> Judgement:
    """At its own address, with some text: the article's, rewritten, or something in its place?"""
    same = past.full is not None and page.text.digest == past.full.digest
    if same or _is_story(page.text, past, by_title=False):
        if page.canonical and not past.taken and _is_new_address(page.canonical, capture, past, outlet):
            verdict = Verdict.PREVIEW if _cut(page, past, outlet) else Verdict.MOVED
            return Judgement(verdict, f"names {page.canonical} as its address, with the article's text")
        if same:
            return Judgement(Verdict.UNCHANGED, "the same text as before")
        if elsewhere := _quoted(page, capture, past):
            return elsewhere
        return _standing(page, past, outlet, "the article's text")
    if not is_declared(page) and (wall := _wall(capture)):
        return Judgement(Verdict.BLOCKED, wall)
    if said := _foreign(page, past):
        return Judgement(Verdict.BLOCKED, said)
    if instead := _replaced(page, past):
        if _is_walled(page):
            return Judgement(Verdict.BLOCKED, "a paywall left nothing of the known text")
        told = _is_titled(page, past) or resembles(page.text, past.not_found)
        return _soft(instead, page, capture, past, told=told)
    if size(page.text) * 2 <= size(past.texts[0]) and (bar := walls.bar(capture, past.earlier)):
        return Judgement(Verdict.BLOCKED, f"what may be a wall stands in its place: {bar}")
    if not _is_titled(page, past):
        numbered = "" != number(page.canonical, outlet) == number(capture.asked_url, outlet)
        if page.canonical and not numbered and _is_new_address(page.canonical, capture, past, outlet):
            return _soft(f"the page of another article stands in its place: {page.canonical}", page, capture, past)
        if past.down and not is_declared(page):
            return _soft("another page stands where it was taken down", page, capture, past)
        if doubt := past.doubt or (UNASKED if past.stale else ""):
            return Judgement(Verdict.OUTAGE, f"another text under another headline{doubt}")
    return _standing(page, past, outlet, REWRITTEN)


def _quoted(page: Page, capture: Capture, past: Past) -> Judgement | None:
    """A page that says of itself neither that it is an article nor this one's headline, and holds at most half of it:
    a search for what is gone quotes its beginning. None: it is the article's."""
    if is_declared(page) or _is_titled(page, past) or size(page.text) * 2 > size(past.texts[0]):
        return None
    said = "a page under another headline quotes a part of it"
    if past.not_found and normal(page.text.title) == normal(past.not_found.title):
        return _soft(said, page, capture, past, told=True)
    strange = page.frame not in ("", past.frame) and past.frame != ""
    return Judgement(Verdict.OUTAGE, said + past.doubt) if strange or past.doubt else None


def _standing(page: Page, past: Past, outlet: Outlet | None, reason: str) -> Judgement:
    if _cut(page, past, outlet):
        return Judgement(Verdict.PREVIEW, "a paywall cuts the text")
    return Judgement(Verdict.OK, reason)


def _soft(reason: str, page: Page, capture: Capture, past: Past, sure: bool = False, told: bool = False) -> Judgement:
    """A soft 404, if the text is not there unread, no wall bars the way to it, and the outlet is well (a failing site
    has one page for all).

    ``told``: it has the article's headline, or the very text that the host shows at an impossible address.
    """
    if _still_there(capture, past):
        return Judgement(Verdict.UNREAD, "the known text stands in the page, but was not read")
    if led := capture.body and walls.leads_on(capture):
        return Judgement(Verdict.UNREAD, f"a page without a text: {led}")
    if not sure and words(page.text.body) and not page.text.title:
        return Judgement(Verdict.OUTAGE, f"{reason}, and no headline or title: what servers say when they fail")
    if not sure and (bar := walls.bar(capture, past.earlier)):
        return Judgement(Verdict.BLOCKED, f"what may be a wall stands in its place: {bar}")
    if past.doubt and not (sure or told):
        return Judgement(Verdict.OUTAGE, reason + past.doubt)
    return Judgement(Verdict.SOFT_GONE, reason) if sure or past.well else Judgement(Verdict.OUTAGE, reason + UNWELL)


def _replaced(page: Page, past: Past) -> str:
    """What stands in the article's place, for a page that holds none of its text; ``""``: a rewritten article."""
    text, known = page.text, past.texts[0]
    said, had = size(text), size(known)
    own = is_declared(page) or _is_titled(page, past)
    if said and (resembles(text, past.not_found) or (past.other_article and not _is_titled(page, past))):
        return "a text that stands at other addresses, too, stands in its place"
    if page.page_type.lower() in INDEX_TYPES or (
        page.canonical and is_home(page.canonical) and not is_home(walls.canonical(past.earlier) or "/none")
    ):
        return "a front or index page stands in its place"
    strange = page.frame not in ("", past.frame) and past.frame != ""
    emptied = own and strange and 2 * said <= had  # its headline, over what else the page brings
    if said >= REMNANT_WORDS and not emptied and (own or not (strange or "noindex" in page.robots.lower())):
        return ""
    if said and not emptied and keeps_subject(page.text, past.texts[0]):
        return ""
    if own:
        return EMPTIED + "its page is there, its text is not" if said * 2 <= had else ""
    return "neither its title nor its text is there any more"


def _foreign(page: Page, past: Past) -> str:
    """What to say of an article in another language than the known text's, or ``""``: we are sent to a translation.

    Where we seem to be, and no edit: the letters tell, or the page's own word where they cannot.
    """
    said, known = (text.language.partition("-")[0] for text in (page.text, past.texts[0]))
    if "" in (said, known) or said == known or size(page.text) < REMNANT_WORDS or not is_declared(page):
        return ""
    return f"answered in another language ({said}, not {known})"


def is_doubtful(judgement: Judgement) -> bool:
    """Whether the host's answer to an impossible address would tell more of such a page."""
    said = judgement.reason
    return judgement.verdict is Verdict.SOFT_GONE or said == REWRITTEN or said.endswith((UNWELL, UNTOLD, UNASKED))


def _is_titled(page: Page, past: Past) -> bool:
    return normal(page.text.title) == normal(past.texts[0].title)


def _is_walled(page: Page) -> bool:
    return page.observed_paywall or page.declared_paywall is True or page.text.extent is Extent.PREVIEW


def _is_story(text: Text, past: Past, by_title: bool = True) -> bool:
    """Whether a text is the known article's: by much of its body, or (where it moved) by its very headline."""
    titled = by_title and count(text.title) > 3
    return any(resembles(text, t) or (titled and normal(text.title) == normal(t.title)) for t in past.texts)


def _cut(page: Page, past: Past, outlet: Outlet | None) -> bool:
    """Whether a paywall cut the text: it was seen to, or just the known text's beginning is left (of no free page)."""
    if page.observed_paywall or page.text.extent is Extent.PREVIEW:
        return True
    if not past.full or page.declared_paywall is False or (outlet and outlet.paywall.type == "free"):
        return False
    seen, known = words(page.text.body), words(past.full.body)
    kept = seen[: len(seen) - min(3, len(seen) // 4)]  # a cut may fall within a sentence ("All...")
    return bool(kept) and len(seen) <= PREVIEW_SHARE * len(known) and known[: len(kept)] == kept


def _still_there(capture: Capture, past: Past) -> bool:
    """Whether the bytes hold most of the known text's longest paragraphs (in data or scripts), unread."""
    if not capture.body:
        return False
    _, raw = html_to_unicode(capture.header("content-type") or None, capture.body[: walls.HEAD_BYTES])
    unescaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), unescape(raw))
    stream = " ".join(words(re.sub(r"<[^<>]*>|\\[nrt\"/]", " ", unescaped)))
    starts = [" ".join(words(said)[:8]) for said in sorted(past.texts[0].paragraphs, key=len)[-3:]]
    return sum(start in stream for start in starts if start) * 2 > len(starts)
