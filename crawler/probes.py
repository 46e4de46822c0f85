"""Which looks would prove or disprove a suspicion, and what do their answers teach?

A part of the neck, pure like it. `asks` decides from rows what is asked for; the spiders carry it out in the same crawl
(`spiders.article`); `answered` understands what a host said to an impossible address. docs/verdicts.md tells why.
"""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from crawler import judge, shapes
from crawler.judge import UNWELL, Past
from crawler.page.likeness import REMNANT_WORDS, is_declared, resembles, size
from crawler.page.places import is_home
from storage.findings import Context, Sighting
from storage.records import (
    BAD,
    UNASKED,
    Ask,
    Capture,
    Judgement,
    NotFound,
    NotFoundKind,
    Outlet,
    Page,
    Standing,
    Text,
    Verdict,
    bare,
)
from storage.words import normal, words

PROBE_AGAIN = timedelta(days=1)
"""A host is asked for an impossible address of one shape at most once in this time."""
TROUBLE_AGAIN = timedelta(hours=1)
"""The same where its last answer said nothing: a look waits for it, and it is known soon after a trouble is over."""
HOME_AGAIN = timedelta(hours=1)
"""A probe's answer is compared with the home page: one older than this is asked for along with it. In trouble, both
show the same page, and an older one would not tell."""
CANARY_AGAIN = timedelta(hours=1)
"""An outlet's canaries are asked for at most once in this time."""
_READ = frozenset({Verdict.OK, Verdict.PREVIEW, Verdict.NOT_ARTICLE})


# --- what to ask for ----------------------------------------------------------------------------


def asks(
    seen: Capture, said: Judgement, standing: Standing | None, context: Context, outlet: Outlet | None
) -> tuple[Ask, ...]:
    """The looks that would tell more of a look at an article: first the home page, with which a probe is compared.

    ``said``: what that look showed; ``standing``: before it. Of what is known to be taken down nothing more is asked;
    of what never stood no more than what its host answers to an impossible address, where its first look waits for
    that.
    """
    if standing is Standing.TAKEN_DOWN and said.verdict in BAD:
        return ()
    if standing is None and not said.reason.endswith(UNASKED):
        return ()
    home = front(seen, outlet)
    probe = _probe(seen, context, outlet) if judge.is_doubtful(said) else ""
    canaries = standing is not None and _wants_canaries(seen, said, context)
    old_home = bool(probe) and _is_over(context.home_at, seen.at, HOME_AGAIN)
    wanted = (
        Ask("canary", home if canaries or old_home else "", seen.outlet),
        Ask("probe", probe, seen.outlet),
        Ask("article", context.namesake if _may_have_moved(said, standing) else "", seen.outlet),
        *(Ask("article", url, seen.outlet) for url in context.lately_up if canaries),
    )
    return tuple(ask for ask in wanted if ask.url)


def _may_have_moved(said: Judgement, standing: Standing | None) -> bool:
    """Whether the article's other address is to be asked for: it is not where it was, or its host may be in trouble."""
    return standing is not None and (said.verdict in BAD or judge.is_doubtful(said))


def _probe(seen: Capture, context: Context, outlet: Outlet | None) -> str:
    """The impossible address to ask for, or ``""`` where the host was asked lately."""
    told = context.not_found is not None and context.not_found.at == context.probed_at
    if not _is_over(context.probed_at, seen.at, PROBE_AGAIN if told else TROUBLE_AGAIN):
        return ""
    return shapes.impossible(seen.asked_url, seen.at.date(), outlet.identity_params if outlet else ())


def front(seen: Capture, outlet: Outlet | None) -> str:
    """Address of the home page: what the catalogue says, where that is of the host that was asked; else its root."""
    parts = urlsplit(seen.asked_url)
    home = outlet.homepage if outlet else ""
    is_ours = home and bare(urlsplit(home).hostname or "") == bare(parts.hostname or "")
    return home if is_ours else f"{parts.scheme}://{parts.netloc}/"


def _wants_canaries(seen: Capture, said: Judgement, context: Context) -> bool:
    """Whether a bad look needs others that tell whether the outlet is well."""
    unsure = said.verdict in BAD or said.reason.endswith((UNWELL, UNASKED))
    if not unsure or (context.seen_lately and context.outlet_well):
        return False
    return _is_over(context.canary_at, seen.at, CANARY_AGAIN)


def _is_over(last: datetime | None, now: datetime, pause: timedelta) -> bool:
    return last is None or now - last >= pause


# --- what the host said -------------------------------------------------------------------------


def answered(sighting: Sighting, context: Context, outlet: Outlet | None) -> NotFound:
    """What an answer to an impossible address teaches, in the light of the last that told anything of host and shape.

    An outlet whose home page fails has no answer that could be told from its trouble. And a host that could not be told
    apart before is not believed by one answer of another kind: it may be in trouble, too. Two in a row are; and one is
    where the last was a home page that stands at the root no more: then that was the trouble.
    """
    seen, page, before = sighting.reading.capture, sighting.reading.page, context.not_found
    kind, told = ("trouble", None) if context.home_fails else _kind(sighting, before, outlet)
    untold = before is not None and before.told_apart is False
    if told and before is not None and untold:
        told = _was_trouble(before, sighting.home) or _is_again(kind, page, before)
    keeps = page is not None and kind in ("page", "article", "redirect", "home") and not _poses(page, kind)
    host, shape = sighting.shape
    text = Text(title=page.text.title, paragraphs=page.text.paragraphs) if page and keeps else None
    return NotFound(host, shape, seen.at, seen.status, kind, told, text)


def _poses(page: Page, kind: NotFoundKind) -> bool:
    """Whether a redirect led to what calls itself an article: its text is that article's, and no host's."""
    return kind == "redirect" and is_declared(page)


def _kind(sighting: Sighting, before: NotFound | None, outlet: Outlet | None) -> tuple[NotFoundKind, bool | None]:
    said, page, seen = sighting.reading.judgement, sighting.reading.page, sighting.reading.capture
    if said.verdict is Verdict.GONE:
        return "status", True
    if said.verdict is Verdict.SOFT_GONE:
        return "redirect", True
    found = judge.page(page, said, seen, Past(), outlet)
    if page is None or found.verdict not in _READ:
        return "trouble", None
    if seen.hops and sighting.names.landed != sighting.names.asked:
        return "redirect", True
    kind, told = _in_place(page, sighting.home, before)
    return kind, told if sighting.home is not None or kind == "home" else None  # who knows whether it is the home page?


def _was_trouble(before: NotFound, home: Text | None) -> bool:
    """Whether the last answer was a page that stood at all addresses, the root included, and is nowhere any more: an
    expired domain's, say. A home page keeps its title or some of its text from one answer to the next."""
    if before.kind != "home" or before.text is None or home is None:
        return False
    return normal(before.text.title) != normal(home.title) and not resembles(home, before.text)


def _is_again(kind: NotFoundKind, page: Page | None, before: NotFound) -> bool:
    """Whether an answer is the last one once more."""
    if kind == "page":
        return page is not None and before.kind in ("page", "article") and resembles(page.text, before.text)
    return kind == before.kind


def _in_place(page: Page, home: Text | None, before: NotFound | None) -> tuple[NotFoundKind, bool]:
    """A page at an address that cannot exist: one that says so, the home page, or one that could be an article."""
    if _is_front(page, home):
        return "home", False
    if before is not None and before.kind in ("page", "article") and resembles(page.text, before.text):
        return "page", True  # the same on two days at two addresses: the host's own text
    if is_declared(page) or (size(page.text) >= REMNANT_WORDS and "noindex" not in page.robots.lower()):
        return "article", False
    return "page", True


def _is_front(page: Page, home: Text | None) -> bool:
    if page.page_type.lower() in judge.INDEX_TYPES or (page.canonical and is_home(page.canonical)):
        return True
    if home is None:
        return False
    said = words(page.text.body) or words(home.body)
    return resembles(page.text, home) if said else normal(page.text.title) == normal(home.title)
