"""What the newsroom answers to one request: which page, which status, which headers, and in which bytes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from crawler.newsroom import channels, pages
from crawler.newsroom.article import Article
from crawler.newsroom.site import Site
from crawler.newsroom.trouble import Fate, Markup, Reach, Wire

Headers = tuple[tuple[str, str], ...]
SENT_SHARE = 0.6
"""How much of a truncated answer is sent."""
BARE: dict[str, str] = {
    "block": "<h1>Access Denied</h1><p>You don't have permission to access this server.</p><p>Reference #{ray}</p>",
    "rate_limit": "<h1>Too Many Requests</h1><p>Please slow down.</p>",
    "error": "<h1>{status}</h1><hr><center>nginx</center>",
    "legal": "<h1>Unavailable For Legal Reasons</h1><p>This page was withdrawn on the order of a court.</p>",
}
CHALLENGE = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
<meta name="robots" content="noindex,nofollow"></head><body><div class="main-wrapper" role="main">
<h1>{host}</h1><p id="challenge-running">Checking that you are human. This may take a few seconds.</p>
<noscript><div id="challenge-error-text">Enable JavaScript and cookies to continue</div></noscript></div>
<script>window._cf_chl_opt={{cvId:'3',cType:'managed',cRay:'{ray}'}};</script>
<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray={ray}"></script>
<p>Ray ID: <code>{ray}</code></p></body></html>
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the target as sent (path and query), its headers, and the how-many-th for its path."""

    target: str
    headers: Headers = ()
    count: int = 1
    host: str = ""
    """The address asked; "": where the outlet lives."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def header(self, name: str) -> str:
        """The first value of a header (any case), or ``""``."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Answer:
    """One response before it is put on the wire."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    wire: Wire = field(default=Wire())


def answer(site: Site, asked: Asked, neighbour: str) -> Answer:
    """The answer of an outlet. ``neighbour`` is the root of another one, for redirects off the domain."""
    found = _found(site, asked, neighbour)
    article = site.at(asked.path)
    wire = article.wire.over(site.wire) if article and article.is_struck(asked.count) else site.wire
    dated = replace(found, headers=(("Date", _http_date(site.now())), *found.headers), wire=wire)
    return _on_the_wire(site, asked, _miscalled(dated))


def _found(site: Site, asked: Asked, neighbour: str) -> Answer:
    """The page before encoding: the outlet's troubles go first, then robots, articles, listings."""
    if site.fate.doom != "stands":
        return _doomed(site, site, asked, neighbour)
    if asked.host not in ("", site.address):
        return Answer(301, (("Location", site.root + asked.target),))
    if asked.path == "/robots.txt":
        return _robots(site)
    if asked.path in site.pages:
        return _html(site, _made(site.pages[asked.path], asked))
    if article := site.at(asked.path):
        return _article(site, article, asked, neighbour)
    return _listing(site, asked) or _other(site, asked)


def _robots(site: Site) -> Answer:
    maps = [channel.path for channel in site.masthead.channels if "sitemap" in channel.form]
    usual = "User-agent: *\nDisallow: /subscribe\n\n" + "".join(f"Sitemap: {site.root}{path}\n" for path in maps)
    text = usual if site.robots_text is None else site.robots_text
    return Answer(site.robots_status, (("Content-Type", "text/plain; charset=utf-8"),), text.encode())


def _listing(site: Site, asked: Asked) -> Answer | None:
    for channel in site.masthead.channels:
        if asked.path == channel.path and channel.form == "front":
            return _html(site, pages.list_page(site, "/", site.masthead.name, site.listed(), asked.count))
        if asked.path == channel.path:
            return _validated(site, asked, *channels.listing(site, channel))
        if asked.path in channel.parts:
            return _validated(site, asked, *channels.part(site, channel, asked.path))
    return None


def _validated(site: Site, asked: Asked, media: str, body: bytes) -> Answer:
    """A listing turns no ads: its ETag is that of its bytes."""
    return _conditional(site, asked, sha256(body).hexdigest()[:20], None, lambda: _typed(media, body))


def _typed(media: str, body: bytes) -> Answer:
    packed = body[:2] == b"\x1f\x8b"
    return Answer(200, (("Content-Type", "application/gzip" if packed else media),), body)


def _other(site: Site, asked: Asked) -> Answer:
    """Section pages, the way in, a missing slash, and at last the outlet's not-found page."""
    head = site.masthead
    for key, label in head.sections.items():
        if asked.path == head.section_path.format(section=key):
            return _html(site, pages.list_page(site, asked.path, label, site.listed(key), asked.count))
    if asked.path == "/login":
        form = f'<form method="post">{head.words["password"]} <input type="password" name="p"></form>'
        return _html(site, pages.notice_page(site, asked.path, head.words["login"], form, asked.count))
    if site.at(asked.path + "/"):
        return Answer(301, (("Location", site.root + asked.path + "/"),))
    if site.missing is not None:
        return _html(site, _made(site.missing, asked))
    return _html(site, _missing(site, asked), 404)


def _missing(site: Site, asked: Asked) -> str:
    words = site.masthead.words
    return pages.notice_page(site, asked.path, words["missing"], words["missing_text"], asked.count)


# --- articles ---------------------------------------------------------------------------------------


def _article(site: Site, article: Article, asked: Asked, neighbour: str) -> Answer:
    if asked.path != article.path:
        return Answer(301, (("Location", article.url),))
    if article.lying and (asked.header("If-None-Match") or asked.header("If-Modified-Since")):
        return Answer(304, (("Cache-Control", "max-age=60"),))
    copy = article.served(asked.count)
    doom = article.fate.doom if article.is_struck(asked.count) else "stands"
    if doom == "emptied":
        copy = replace(copy, paragraphs=(), notes=(), standfirst="", caption="")
    elif doom != "stands":
        return _doomed(site, article, asked, neighbour)
    etag = sha256(repr((article.url, copy)).encode()).hexdigest()[:20]

    def make() -> Answer:
        return _html(site, pages.article_page(site, article, copy, asked.count))

    return _conditional(site, asked, etag, copy.changed_at, make) if article.validators else make()


def _conditional(
    site: Site, asked: Asked, etag: str, changed_at: datetime | None, make: Callable[[], Answer]
) -> Answer:
    """304 where the client has it already (RFC 9110, 13.1: If-None-Match goes before If-Modified-Since)."""
    if not site.validators:
        return make()
    headers: Headers = (("ETag", f'W/"{etag}"'), ("Cache-Control", "max-age=60"))
    headers += (("Last-Modified", _http_date(changed_at)),) if changed_at else ()
    if _unchanged(asked, etag, changed_at):
        return Answer(304, headers)
    made = make()
    return replace(made, headers=made.headers + headers)


def _unchanged(asked: Asked, etag: str, changed_at: datetime | None) -> bool:
    if named := asked.header("If-None-Match"):
        return named.strip() == "*" or f'"{etag}"' in [tag.strip().removeprefix("W/") for tag in named.split(",")]
    since = asked.header("If-Modified-Since")
    if not since or changed_at is None:
        return False
    try:
        return changed_at.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False  # RFC 9110, 13.1.3: a date that is none is ignored


# --- troubles ---------------------------------------------------------------------------------------


def _doomed(site: Site, reach: Reach, asked: Asked, neighbour: str) -> Answer:
    fate = reach.fate
    if fate.doom == "redirect":
        return Answer(fate.status, (("Location", _target(site, reach, asked, neighbour)),))
    if fate.doom == "captcha":
        return _challenge(site, asked, fate)
    if fate.doom == "shows":
        shown = _html(site, _made(fate.page, asked), fate.status)
        named = {name.lower() for name, _ in fate.headers}
        kept = tuple(pair for pair in shown.headers if pair[0].lower() not in named)
        return replace(shown, headers=(*kept, *fate.headers), body=b"" if fate.status == 204 else shown.body)
    if fate.doom == "soft" or (fate.doom == "gone" and fate.status != 451):
        return _html(site, _missing(site, asked), fate.status)
    text = BARE["legal" if fate.doom == "gone" else fate.doom].format(ray=_ray(site, asked), status=fate.status)
    page = f"<html><head><title>{fate.status}</title></head><body>{text}</body></html>"
    extra: Headers = (("Retry-After", str(fate.retry_after)),) if fate.retry_after else ()
    return Answer(fate.status, (("Content-Type", "text/html"), *extra), page.encode())


def _challenge(site: Site, asked: Asked, fate: Fate) -> Answer:
    ray = _ray(site, asked)
    headers: Headers = (
        ("Content-Type", "text/html; charset=UTF-8"), ("Server", "cloudflare"), ("cf-mitigated", "challenge"),
        ("CF-RAY", f"{ray}-HKG"), ("Cache-Control", "private, max-age=0, no-store, no-cache"),
    )  # fmt: skip
    body = CHALLENGE.format(host=json.dumps(site.masthead.address).strip('"'), ray=ray)
    return Answer(fate.status, headers, body.encode())


def _ray(site: Site, asked: Asked) -> str:
    return sha256(f"{site.masthead.key} {asked.path} {asked.count}".encode()).hexdigest()[:16]


def _target(site: Site, reach: Reach, asked: Asked, neighbour: str) -> str:
    section = reach.copy.section if isinstance(reach, Article) else next(iter(site.masthead.sections))
    here = site.root + asked.path
    named = {
        "home": f"{site.root}/", "section": site.root + site.masthead.section_path.format(section=section),
        "login": f"{site.root}/login?next={asked.path}", "off_domain": f"{neighbour}/", "self": here,
        "loop": here if "?" in asked.target else f"{here}?again=1",
    }  # fmt: skip
    return named.get(reach.fate.to, reach.fate.to)


# --- bytes ------------------------------------------------------------------------------------------


def _made(page: Markup, asked: Asked) -> str:
    return page if isinstance(page, str) else page(asked.count)


def _html(site: Site, page: str, status: int = 200) -> Answer:
    charset = f"; charset={site.masthead.charset_label}" if site.declared in {"header", "both"} else ""
    body = page.encode(site.masthead.charset, "xmlcharrefreplace")
    return Answer(status, (("Content-Type", f"text/html{charset}"),), body)


def _miscalled(found: Answer) -> Answer:
    """The header names another charset, where a script says so."""
    if not found.wire.charset:
        return found
    wrong = f"text/html; charset={found.wire.charset}"
    return replace(found, headers=tuple((k, wrong if k == "Content-Type" else v) for k, v in found.headers))


def _on_the_wire(site: Site, asked: Asked, found: Answer) -> Answer:
    """Compressed for who takes it, with Content-Length; a gzip stream cut short keeps a fitting length."""
    takes_gzip = "gzip" in asked.header("Accept-Encoding")
    body, headers = found.body, found.headers
    cut = found.wire.cut if takes_gzip or found.wire.cut != "gzip" else "length"
    if takes_gzip and body and body[:2] != b"\x1f\x8b" and (site.gzip or cut == "gzip"):
        body = channels.gzipped(body)
        headers += (("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
    sent = body[: int(len(body) * SENT_SHARE)] if cut else body
    length = len(sent) if cut == "gzip" else len(body)
    headers += (("Content-Length", str(length)),) if found.status != 304 else ()
    return replace(found, headers=headers, body=sent, wire=replace(found.wire, cut=cut))


def _http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)
