"""The newsroom's listings: RSS, Atom and JSON feeds, sitemaps, their indexes, news sitemaps, and WordPress's API."""

import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from crawler.newsroom.article import Article
from crawler.newsroom.masthead import ChannelPage, number
from crawler.newsroom.site import Site

ATOM = "http://www.w3.org/2005/Atom"
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
NEWS_DAYS = 2
"""A news sitemap holds articles of the last two days (Google's rule for them)."""


def listing(site: Site, channel: ChannelPage) -> tuple[str, bytes]:
    """Media type and bytes of a listing other than a front page."""
    media, write = FORMS[channel.form]
    return media, _packed(channel.path, write(site, channel).encode(channel.charset, "xmlcharrefreplace"))


def part(site: Site, channel: ChannelPage, path: str) -> tuple[str, bytes]:
    """Media type and bytes of one sitemap that a sitemap index names.

    The last part holds the outlet's fixed pages; the articles are dealt out to the others in turn.
    """
    at, piles = channel.parts.index(path), len(channel.parts) - 1
    if at == piles:
        return "application/xml", _urlset(site, ["/", "/about/", "/contact/"])
    articles = _oldest_first(site)[at::piles]
    return "application/xml", _packed(path, _sitemap_of(site, articles).encode())


def gzipped(data: bytes) -> bytes:
    """A gzip stream that is the same at every hour (no time in its header)."""
    packer = zlib.compressobj(6, zlib.DEFLATED, wbits=31)
    return packer.compress(data) + packer.flush()


def _packed(path: str, data: bytes) -> bytes:
    return gzipped(data) if path.endswith(".gz") else data


def _oldest_first(site: Site) -> list[Article]:
    return site.fed()[::-1]


def _http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def _rss(site: Site, channel: ChannelPage) -> str:
    items = "\n".join(_rss_item(article, channel) for article in site.fed())
    return (
        f'<?xml version="1.0" encoding="{channel.charset}"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>\n'
        f"<title>{escape(site.masthead.name)}</title><link>{site.root}/</link><description/>"
        f"<language>{site.masthead.language}</language>\n{items}\n</channel></rss>\n"
    )


def _rss_item(article: Article, channel: ChannelPage) -> str:
    copy = article.copy
    return (
        f"<item><title>{escape(copy.title)}</title><link>{article.url}{escape(channel.tracker)}</link>"
        f'<guid isPermaLink="false">{article.site.root}/?p={number(article.slug)}</guid>'
        f"<pubDate>{_http_date(copy.published_at)}</pubDate><category>{escape(copy.section)}</category>"
        f"<description>{escape(copy.standfirst or copy.paragraphs[0][:120])}</description></item>"
    )


def _atom(site: Site, channel: ChannelPage) -> str:
    entries = "\n".join(
        f'<entry><title>{escape(a.title)}</title><link href="{a.url}{escape(channel.tracker)}"/>'
        f"<id>tag:{site.masthead.key},2026:{number(a.slug)}</id>"
        f"<published>{a.copy.published_at.isoformat()}</published>"
        f"<updated>{site.changed(a).isoformat()}</updated><summary>{escape(a.copy.standfirst)}</summary></entry>"
        for a in site.fed()
    )
    newest = max((site.changed(a) for a in site.fed()), default=site.now()).isoformat()
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="{ATOM}"><title>{escape(site.masthead.name)}</title>'
        f"<id>{site.root}/</id><updated>{newest}</updated>\n{entries}\n</feed>\n"
    )


def _json(site: Site, channel: ChannelPage) -> str:
    items = [
        {
            "id": str(number(a.slug)), "url": a.url + channel.tracker, "title": a.title,
            "summary": a.copy.standfirst, "date_published": a.copy.published_at.isoformat(),
            "date_modified": site.changed(a).isoformat(),
        }
        for a in site.fed()
    ]  # fmt: skip
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": site.masthead.name,
        "home_page_url": f"{site.root}/", "feed_url": site.root + channel.path, "items": items,
    }  # fmt: skip
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _sitemap(site: Site, channel: ChannelPage) -> str:
    return _sitemap_of(site, _oldest_first(site))


def _sitemap_of(site: Site, articles: list[Article]) -> str:
    urls = "\n".join(f"<url><loc>{a.url}</loc><lastmod>{site.changed(a).isoformat()}</lastmod></url>" for a in articles)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SITEMAPS}">\n{urls}\n</urlset>\n'


def _urlset(site: Site, paths: list[str]) -> bytes:
    urls = "".join(f"<url><loc>{site.root}{path}</loc></url>" for path in paths)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SITEMAPS}">{urls}</urlset>\n'.encode()


def _sitemap_index(site: Site, channel: ChannelPage) -> str:
    maps = "".join(f"<sitemap><loc>{site.root}{path}</loc></sitemap>" for path in channel.parts)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{SITEMAPS}">{maps}</sitemapindex>\n'


def _news_sitemap(site: Site, channel: ChannelPage) -> str:
    head = site.masthead
    urls = "\n".join(
        f"<url><loc>{a.url}</loc><news:news><news:publication><news:name>{escape(head.name)}</news:name>"
        f"<news:language>{head.language}</news:language></news:publication>"
        f"<news:publication_date>{a.copy.published_at.isoformat()}</news:publication_date>"
        f"<news:title>{escape(a.title)}</news:title></news:news></url>"
        for a in site.fed()
        if (site.now() - a.copy.published_at).days < NEWS_DAYS
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SITEMAPS}" xmlns:news="{NEWS}">\n{urls}\n</urlset>\n'
    )


def _wp_json(site: Site, channel: ChannelPage) -> str:
    """Posts as WordPress gives them, those changed last in front (``orderby=modified``)."""
    posts = [
        {
            "id": number(a.slug), "link": a.url, "title": {"rendered": escape(a.title)},
            "date_gmt": _gmt(a.copy.published_at), "modified_gmt": _gmt(site.changed(a)),
        }
        for a in sorted(site.fed(), key=site.changed, reverse=True)
    ]  # fmt: skip
    return json.dumps(posts)


def _gmt(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


FORMS: dict[str, tuple[str, Callable[[Site, ChannelPage], str]]] = {
    "rss": ("application/rss+xml", _rss),
    "atom": ("application/atom+xml", _atom),
    "json": ("application/feed+json", _json),
    "sitemap": ("application/xml", _sitemap),
    "sitemap_index": ("application/xml", _sitemap_index),
    "news_sitemap": ("application/xml", _news_sitemap),
    "wp_json": ("application/json; charset=UTF-8", _wp_json),
}
