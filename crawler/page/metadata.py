"""What does a page say about itself? Headline, byline, dates, language, address, paywall declaration.

Pure. Pages say it several times: in JSON-LD (schema.org), in `<meta>` (OpenGraph and its kin), in the markup.
Where sayings differ, what agrees with the headline a reader sees wins. Claims are kept as claims.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from lxml.html import HtmlElement

from crawler.page.dates import claim
from crawler.page.headline import bare, headline, letters
from crawler.page.live import is_live
from storage.words import normal, tidy

LONGEST_JSON_LD = 1_000_000
"""Characters of one JSON-LD script that are read; articles' own stay far below (48 KB is the largest seen)."""
LONGEST_SAYING = 2000
"""Characters of a headline, a description or a name that are read."""
_DEEPEST = 6
"""Levels of nested JSON-LD objects that are looked into."""

Thing = dict[str, Any]
"""A JSON-LD object."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about itself; ``""`` where it says nothing."""

    title: str = ""
    titles: tuple[str, ...] = ()
    """Every way in which it states its headline."""
    description: str = ""
    byline: str = ""
    published_at: str = ""
    """ISO 8601, in the precision and zone claimed."""
    modified_at: str = ""
    language: str = ""
    """What it declares, ISO 639-1; the text's letters may know better (`crawler.page.language`)."""
    canonical: str = ""
    robots: str = ""
    page_type: str = ""
    declared_paywall: bool | None = None
    live_blog: bool = False


def metadata(root: HtmlElement, url: str) -> Metadata:
    """Gather what a parsed page says; ``url``: where it came from."""
    tags = _by_tag(root)
    metas = _metas(tags["meta"])
    things = tuple(_things(tags["script"]))
    headings = [text for h1 in tags["h1"] if (text := _said(h1.text_content()))]
    article = _article(things, headings + _all(metas, "og:title"))
    titles = _titles(headings, tags["title"], metas, article)
    sites = _sites(metas, things, url)
    types = _types(article)
    return Metadata(
        title=headline(titles, sites),
        titles=tuple(
            dict.fromkeys(t for said in titles.values() for title in said for t in (title, bare(title, sites)) if t)
        ),
        description=_first(_text(article.get("description")), *_all(metas, "og:description", "description")),
        byline=_byline(root, metas, article),
        published_at=_published(root, metas, article),
        modified_at=_modified(root, metas, article),
        language=_declared_language(root, metas, article),
        canonical=_canonical(tags, metas, url),
        robots=_first(*_all(metas, "robots")),
        page_type=_first(types[0] if types else "", *_all(metas, "og:type"), *_page_types(things)),
        declared_paywall=_declared_paywall(tags, metas, [t for t in things if t is article or not _is_article(t)]),
        live_blog=any("LiveBlogPosting" in _types(thing) for thing in things) or is_live(root),
    )


_HEAD_TAGS = ("meta", "script", "h1", "title", "base", "link")
_FREE_TAGS = ("span", "div")


def _by_tag(root: HtmlElement) -> dict[str, list[HtmlElement]]:
    """The elements that say something, by tag; ``span`` and ``div`` only where they say whether one has to pay.

    One walk for all: each costs a tenth of what the parse does.
    """
    found: dict[str, list[HtmlElement]] = {tag: [] for tag in (*_HEAD_TAGS, *_FREE_TAGS)}
    for element in root.iter(*found):
        tag = str(element.tag)
        if tag not in _FREE_TAGS or element.get("itemprop") == "isAccessibleForFree":
            found[tag].append(element)
    return found


# --- JSON-LD ------------------------------------------------------------------------------------


def _things(scripts: list[HtmlElement]) -> Iterator[Thing]:
    """Every JSON-LD object, outer before inner. Scripts that are no JSON are passed over."""
    for script in scripts:
        if "ld+json" in (script.get("type") or "").lower():
            yield from _flat(parsed(script.text or ""), 0)


def parsed(text: str) -> Any:
    """What a JSON-LD script holds, with the slips that pages make (comments, commas too many); None: nothing."""
    source = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    if len(source) > LONGEST_JSON_LD:
        return None
    for attempt in (source, re.sub(r",\s{0,9}([}\]])", r"\1", source)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _flat(value: Any, depth: int) -> Iterator[Thing]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _flat(item, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for key, inner in value.items():
            if isinstance(inner, dict | list) and key not in {"itemListElement", "liveBlogUpdate", "comment"}:
                yield from _flat(inner, depth + 1)


def _types(thing: Thing) -> tuple[str, ...]:
    said = thing.get("@type")
    if isinstance(said, str):
        return (said.rpartition("/")[2],)
    kinds = said if isinstance(said, list) else [said]
    return tuple(str(kind).rpartition("/")[2] for kind in kinds if isinstance(kind, str))


def _is_article(thing: Thing) -> bool:
    return any(
        kind.endswith("Article") or kind.endswith("BlogPosting") or kind in {"Report", "Review"}
        for kind in _types(thing)
    )  # fmt: skip


def _article(things: tuple[Thing, ...], seen: list[str]) -> Thing:
    """The object that is about this page's article: the one whose headline is seen on it, or the first."""
    articles = [thing for thing in things if _is_article(thing)]
    headings = {normal(heading).casefold() for heading in seen}
    for thing in articles:
        if normal(_headline(thing)).casefold() in headings:
            return thing
    return articles[0] if articles else {}


def _headline(thing: Thing) -> str:
    return _text(thing.get("headline")) or _text(thing.get("name"))


def _text(value: Any) -> str:
    """A JSON-LD text: entities resolved, line breaks kept (an ``articleBody`` has paragraphs)."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), "")
    if isinstance(value, dict):
        value = value.get("@value", "")
    return html.unescape(value).strip() if isinstance(value, str) else ""


# --- what the markup holds ----------------------------------------------------------------------


def _metas(metas: list[HtmlElement]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in metas:
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv")
        content = _said(meta.get("content"))
        if name and content:
            found.setdefault(name.strip().lower(), []).append(content)
    return found


def _all(metas: dict[str, list[str]], *names: str) -> list[str]:
    return [content for name in names for content in metas.get(name, ())]


def _first(*candidates: str) -> str:
    return next((said for candidate in candidates if (said := _said(candidate))), "")


def _said(text: str | None) -> str:
    """A saying as kept: tidy, and cut at a length that no honest one has."""
    return tidy((text or "")[:LONGEST_SAYING])


# --- headline -----------------------------------------------------------------------------------


def _titles(
    headings: list[str], titles: list[HtmlElement], metas: dict[str, list[str]], article: Thing
) -> dict[str, list[str]]:
    """The headline as stated in each place, the place as key."""
    return {
        "h1": headings,
        "json-ld": [said] if (said := _said(_headline(article))) else [],
        "og": _all(metas, "og:title", "twitter:title", "title", "headline"),
        "title": [said] if titles and (said := _said(titles[0].text_content())) else [],
    }


def _sites(metas: dict[str, list[str]], things: tuple[Thing, ...], url: str) -> tuple[str, ...]:
    """Names the site goes by, letters only: as it says, and as its host says."""
    said = _all(metas, "og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:site", "publisher")
    for thing in things:
        publisher = thing.get("publisher")
        said += [_text(publisher.get("name"))] if isinstance(publisher, dict) else []
        said += (
            [_text(thing.get("name"))]
            if {"WebSite", "NewsMediaOrganization", "Organization"} & set(_types(thing))
            else []
        )
    host = re.sub(r"^\w+://|[:/].*", "", url).removeprefix("www.")
    labels = host.split(".")
    said += [host, *labels[:-1]] if len(labels) > 1 and not labels[-1].isdigit() else []
    return tuple(dict.fromkeys(filter(None, map(letters, said))))


# --- byline -------------------------------------------------------------------------------------

_BYLINE_NAME = re.compile(
    r"(?:^|\s)(?:by-?line|author|author-?name|(?:post|article|entry|story)[-_]*(?:author|byline)|byline[-_]*name)(?:\s|$)"
)
_BY = re.compile(
    r"^(?:by|von|par|por|di|автор(?:ы)?|текст|作者|记者|文)\s*[:：／/]?\s+|^(?:作者|记者|文)[:：／/]?", re.IGNORECASE
)
_LONGEST_BYLINE = 120


def _byline(root: HtmlElement, metas: dict[str, list[str]], article: Thing) -> str:
    authors = [_person(name) for name in _names(article.get("author"))]
    if not any(authors):
        said = _all(
            metas, "author", "article:author", "byl", "parsely-author", "sailthru.author", "dc.creator", "dc.author"
        )
        authors = [_person(name) for name in said]
    if not any(authors):
        authors = [_person(name) for name in _seen_authors(root)][:3]
    unique = {name.casefold(): name for name in reversed(authors) if name}
    return ", ".join(reversed(unique.values()))


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _names(item)
    elif isinstance(value, dict):
        yield from _names(value.get("name"))
    elif isinstance(value, str):
        yield html.unescape(value)


def _person(said: str) -> str:
    name = _BY.sub("", _said(said)).strip(" ,;|•·")
    return "" if re.match(r"https?:|www\.|@", name) or len(name) > _LONGEST_BYLINE else name


def _seen_authors(root: HtmlElement) -> Iterator[str]:
    """Names marked as the author's in the markup, up to the first date or handle."""
    for element in root.iter("a", "address", "div", "p", "span", "strong"):
        marked = element.get("rel") == "author" or "author" in (element.get("itemprop") or "")
        if marked or _BYLINE_NAME.search((element.get("class") or "").lower()):
            text = re.split(r"[\d|•·@\n]", _said(element.text_content()))[0]
            if 2 < len(text) <= _LONGEST_BYLINE:
                yield text


# --- dates --------------------------------------------------------------------------------------

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "article.published", "datepublished", "og:published_time",
    "parsely-pub-date", "sailthru.date", "publishdate", "publish-date", "pubdate", "date.created", "dc.date.issued",
    "dcterms.created", "dc.date", "dcterms.date", "datecreated", "article_date_original", "mediatime", "date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "article.updated", "datemodified", "last-modified", "lastmod",
    "dcterms.modified", "dc.date.modified", "revised",
)  # fmt: skip


def _published(root: HtmlElement, metas: dict[str, list[str]], article: Thing) -> str:
    said = [_text(article.get("datePublished")), _text(article.get("dateCreated")), *_all(metas, *_PUBLISHED)]
    return _claimed(said) or _claimed(_times(root, "datePublished", "pubdate"))


def _modified(root: HtmlElement, metas: dict[str, list[str]], article: Thing) -> str:
    said = [_text(article.get("dateModified")), *_all(metas, *_MODIFIED)]
    return _claimed(said) or _claimed(_times(root, "dateModified", "updated"))


def _claimed(candidates: list[str]) -> str:
    return next((day for candidate in candidates if (day := claim(candidate))), "")


def _times(root: HtmlElement, prop: str, marker: str) -> list[str]:
    """Moments marked as such in the markup; an unmarked `<time>` counts as publication when it stands alone."""
    marked = [e.get("datetime") or e.get("content") or e.text_content() for e in root.iter("time", "span", "abbr")
              if prop in (e.get("itemprop") or "") or e.get(marker) is not None
              or marker in (e.get("class") or "").split()]  # fmt: skip
    if marked or marker != "pubdate":
        return marked
    alone = {e.get("datetime") or "" for e in root.iter("time")}
    return list(alone) if len(alone) == 1 else []


# --- language -----------------------------------------------------------------------------------


def _declared_language(root: HtmlElement, metas: dict[str, list[str]], article: Thing) -> str:
    tagged = [root.get(name) or "" for name in ("lang", "{http://www.w3.org/XML/1998/namespace}lang", "xml:lang")]
    said = [*tagged, *_all(metas, "og:locale", "content-language"), _text(article.get("inLanguage"))]
    codes = (re.match(r"[a-z]{2}(?![a-z])", one.strip().lower()) for one in said)
    return next((code[0] for code in codes if code), "")


# --- address and access -------------------------------------------------------------------------


def _canonical(tags: dict[str, list[HtmlElement]], metas: dict[str, list[str]], url: str) -> str:
    base = next((b.get("href") for b in tags["base"] if b.get("href")), "") or ""
    links = [link.get("href") or "" for link in tags["link"] if "canonical" in (link.get("rel") or "").lower().split()]
    said = _first(*links, *_all(metas, "og:url"))
    try:
        return urljoin(urljoin(url, base), said) if said else ""
    except ValueError:
        return ""


def _page_types(things: tuple[Thing, ...]) -> list[str]:
    return [kind for thing in things for kind in _types(thing) if kind.endswith("Page")]


def _declared_paywall(
    tags: dict[str, list[HtmlElement]], metas: dict[str, list[str]], things: list[Thing]
) -> bool | None:
    """Whether the page declares that one has to pay; None when it says nothing.

    ``isAccessibleForFree`` (schema.org) comes as false, "False", "no", "http://schema.org/False"; of an
    article and its parts the closed one counts; other articles' declarations do not.
    ``article:content_tier`` is free, metered or locked.
    """
    said = [_free(thing["isAccessibleForFree"]) for thing in things if "isAccessibleForFree" in thing]
    said += [_free(e.get("content") or e.text_content()) for tag in ("meta", *_FREE_TAGS) for e in tags[tag]
             if e.get("itemprop") == "isAccessibleForFree"]  # fmt: skip
    said += [_free(tier) for tier in _all(metas, "article:content_tier", "article.access")]
    known = [free for free in said if free is not None]
    return not all(known) if known else None


def _free(value: Any) -> bool | None:
    said = str(value).strip().casefold().rpartition("/")[2]
    if said in {"false", "no", "0", "locked", "metered", "paid", "premium", "subscriber", "subscription"}:
        return False
    return True if said in {"true", "yes", "1", "free"} else None
