"""The newsroom's HTML: an article, a list of articles or a plain notice, framed in its outlet's chrome.

The chrome turns with every request for a path (``count``) and with the hour of the clock, so that two
looks at one unchanged article never give the same bytes, and two runs of one script always do.
"""

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from html import escape
from typing import Any

from crawler.newsroom.article import Article, Copy
from crawler.newsroom.masthead import number
from crawler.newsroom.site import Site


def article_page(site: Site, article: Article, copy: Copy, count: int) -> str:
    """The whole page of an article as the count-th visitor of its path gets it."""
    head = site.masthead
    story = head.templates["article"].substitute(
        _turning(site, article.path, count),
        title=escape(copy.title), standfirst=escape(copy.standfirst), byline=escape(copy.byline),
        caption=escape(copy.caption), section=head.sections[copy.section], section_url=_section(site, copy),
        number=number(article.slug), name=head.name, url=article.url,
        published=head.shown(copy.published_at), published_iso=copy.published_at.isoformat(),
        updated=_updated(site, copy), ago=_ago(site.now() - copy.published_at),
        preview=_preview(site, copy),
        body=_full(site, article, copy), notes=_notes(site, copy),
        wall=head.wall if copy.keep is not None else "", related=_related(site, article, count),
    )  # fmt: skip
    return _frame(site, article.path, copy.title, _meta(site, article, copy), story, count)


def list_page(site: Site, path: str, title: str, articles: list[Article], count: int) -> str:
    """A front or section page: a picture link and a headline link for each article."""
    items = "\n".join(_card(article) for article in articles)
    main = f'<div class="river"><h2>{escape(title)}</h2>\n{items}\n</div>'
    return _frame(site, path, title, '<meta property="og:type" content="website">', main, count)


def notice_page(site: Site, path: str, title: str, text: str, count: int) -> str:
    """A page without an article: not found, or a way in."""
    main = f'<div class="notice"><h1>{escape(title)}</h1><p>{text}</p></div>'
    return _frame(site, path, title, '<meta name="robots" content="noindex">', main, count)


# --- the frame --------------------------------------------------------------------------------------


def _frame(site: Site, path: str, title: str, meta: str, main: str, count: int) -> str:
    head = site.masthead
    sections = "".join(
        f'<li><a href="{head.section_path.format(section=key)}">{escape(label)}</a></li>'
        for key, label in head.sections.items()
    )
    return head.templates["page"].substitute(
        _turning(site, path, count),
        lang=head.language, meta_charset=_meta_charset(site), page_title=escape(title), name=head.name,
        head=meta, home=site.root, nav=sections, main=main, year=site.now().year,
        most_read=_most_read(site, count),
    )  # fmt: skip


def _turning(site: Site, path: str, count: int) -> dict[str, str]:
    """Ads, lines, counters and a session token: what every request gets anew."""
    turn = {key: escape(choices[count % len(choices)]) for key, choices in site.masthead.rotation.items()}
    ads = site.masthead.rotation["ad_side"]
    turn["ad_side_2"] = escape(ads[(count + 2) % len(ads)])
    turn["token"] = sha256(f"{site.masthead.key} {path} {count}".encode()).hexdigest()[:12]
    return turn


def _most_read(site: Site, count: int) -> str:
    shift = count + int(site.now().timestamp() // 3600)
    return _links(_turned(site.listed(), shift)[:5])


def _related(site: Site, article: Article, count: int) -> str:
    others = [other for other in site.listed(article.copy.section) if other is not article]
    return _links(_turned(others, count)[:3])


def _turned(articles: list[Article], by: int) -> list[Article]:
    by %= max(1, len(articles))
    return articles[by:] + articles[:by]


def _links(articles: list[Article]) -> str:
    return "".join(f'<li><a href="{article.path}">{escape(article.title)}</a></li>' for article in articles)


def _card(article: Article) -> str:
    copy = article.copy
    return (
        f'<div class="card"><a href="{article.path}"><img src="/thumb/{number(article.slug)}.jpg" alt=""></a>'
        f'<h3><a href="{article.path}">{escape(copy.title)}</a></h3><p>{escape(copy.standfirst)}</p></div>'
    )


def _meta_charset(site: Site) -> str:
    if site.declared not in {"meta", "both"}:
        return ""
    label = site.masthead.charset_label
    if label == "utf-8":
        return '<meta charset="utf-8">'
    return f'<meta http-equiv="Content-Type" content="text/html; charset={label}">'


# --- the article ------------------------------------------------------------------------------------


def _full(site: Site, article: Article, copy: Copy) -> str:
    """The text; a wall on a page with a preview block leaves the preview alone."""
    if site.masthead.preview and copy.keep is not None:
        return ""
    return _body(site, copy, _teaser(site, article))


def _preview(site: Site, copy: Copy) -> str:
    if not site.masthead.preview:
        return ""
    return _body(site, copy if copy.keep is not None else replace(copy, keep=site.masthead.preview))


def _body(site: Site, copy: Copy, teaser: str = "") -> str:
    blocks = [site.masthead.paragraph.format(escape(text, quote=False)) for text in copy.paragraphs[: copy.keep]]
    if teaser and len(blocks) > 4:
        blocks.insert(3, teaser)
    return "\n".join(blocks)


def _teaser(site: Site, article: Article) -> str:
    others = [other for other in site.listed() if other is not article]
    if not site.masthead.inline or not others:
        return ""
    return site.masthead.inline.format(url=others[-1].path, title=escape(others[-1].title))


def _notes(site: Site, copy: Copy) -> str:
    if copy.keep is not None:
        return ""
    return "\n".join(site.masthead.note.format(escape(note, quote=False)) for note in copy.notes)


def _section(site: Site, copy: Copy) -> str:
    return site.root + site.masthead.section_path.format(section=copy.section)


def _updated(site: Site, copy: Copy) -> str:
    if copy.modified_at == copy.published_at:
        return ""
    at = copy.modified_at
    return site.masthead.updated.format(iso=at.isoformat(), date=site.masthead.shown(at))


def _ago(age: timedelta) -> str:
    return "Posted today" if age.days < 1 else f"Posted {age.days} day{'s' if age.days > 1 else ''} ago"


def _meta(site: Site, article: Article, copy: Copy) -> str:
    """Canonical link and what the outlet says of its page in og, JSON-LD, content tier or publishdate."""
    says = site.masthead.metadata
    lines = [f'<link rel="canonical" href="{article.url}">']
    lines += [f'<meta name="description" content="{escape(copy.standfirst)}">'] if copy.standfirst else []
    lines += _og(site, article, copy) if "og" in says else []
    lines += [f'<meta name="publishdate" content="{copy.published_at:%Y-%m-%d}">'] if "publishdate" in says else []
    tier = "metered" if copy.keep is not None else "free"
    lines += [f'<meta property="article:content_tier" content="{tier}">'] if "tier" in says else []
    lines += [_json_ld(site, article, copy)] if "jsonld" in says else []
    return "\n".join(lines)


def _og(site: Site, article: Article, copy: Copy) -> list[str]:
    values = {
        "og:type": "article", "og:title": copy.title, "og:url": article.url, "og:site_name": site.masthead.name,
        "article:published_time": copy.published_at.isoformat(),
        "article:modified_time": copy.modified_at.isoformat(),
    }  # fmt: skip
    return [f'<meta property="{name}" content="{escape(value)}">' for name, value in values.items()]


def _json_ld(site: Site, article: Article, copy: Copy) -> str:
    value: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": copy.title,
        "mainEntityOfPage": article.url, "datePublished": copy.published_at.isoformat(),
        "dateModified": copy.modified_at.isoformat(), "author": {"@type": "Person", "name": copy.byline},
        "publisher": {"@type": "Organization", "name": site.masthead.name},
    }  # fmt: skip
    if site.masthead.paywall.type != "free" or copy.keep is not None:
        value["isAccessibleForFree"] = copy.keep is None
    if copy.keep is not None:
        value["hasPart"] = {
            "@type": "WebPageElement", "isAccessibleForFree": False,
            "cssSelector": site.masthead.paywall.selectors[0],
        }  # fmt: skip
    packed = json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{packed}</script>'
