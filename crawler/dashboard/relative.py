"""Our pages as files: which file an address becomes, and a page with its links made relative. Pure.

Pages are parsed and written again as trees (lxml), never searched as text. What leads to something that has no file
(datasette's tables, a search) stays as plain text; forms need a server and are left out.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from posixpath import dirname, relpath
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

import lxml.html
from datasette.utils import tilde_decode
from lxml import etree

from crawler.dashboard.shell import SCRIPT, STYLE, _hash, clean, shortened

HOME = "/-/stet"
NAMED = ("article", "diff", "version", "outlet")
ALONE = ("", "takedowns", "outlets")
LISTS = ("edits", "articles")
"""Lists that only a site has: the dashboard leads to datasette's tables in their place."""
ASKED = {
    "": {"days": "14", "order": "weight"},
    "takedowns": {"standing": "", "outlet": "", "after": ""},
    "outlets": {"order": "edits"},
    "article": {"by": "time", "before": ""},
    "diff": {"view": "sides", "all": ""},
    "version": {"from": "0"},
    "edits": {"page": "1"},
    "articles": {"page": "1"},
}
"""What a page may be asked for, and what it shows unasked: the same page has one file, however it was asked for."""
_PLAIN = re.compile("[a-z0-9][a-z0-9_-]{0,79}")


@dataclass(frozen=True, slots=True)
class Page:
    """One page, as it is asked for."""

    kind: str = ""
    """"" is the front page."""
    name: str = ""
    """Of an article its number, of a diff or version its entry, of an outlet its key."""
    asked: tuple[tuple[str, str], ...] = ()
    """Beyond what it shows unasked, by name."""

    @property
    def address(self) -> str:
        """Where the dashboard serves it."""
        where = "/".join(part for part in (HOME, self.kind, quote(self.name, safe="")) if part)
        return f"{where}?{urlencode(self.asked)}" if self.asked else where

    @property
    def place(self) -> str:
        """Its file, below the site's folder."""
        said = "".join(f".{name}-{plain(value)}" for name, value in self.asked)
        if self.name:
            return f"{self.kind}/{plain(self.name)}{said}.html"
        return f"{self.kind or 'latest'}/all{said}.html" if said else f"{self.kind or 'index'}.html"


def plain(text: str) -> str:
    """A name that every file system and server takes: as it is, or a digest of it (no plain name holds a dot)."""
    return text if _PLAIN.fullmatch(text) else f"k.{sha256(text.encode()).hexdigest()[:16]}"


def page_of(address: str, tables: str = "") -> Page | None:
    """The page that an address leads to; None: it is no page of a site. ``tables``: where the store's tables are."""
    parts = urlsplit(address)
    asked = parse_qsl(parts.query)
    if tables and parts.path.startswith(f"{tables}/"):
        return _listed(parts.path[len(tables) + 1 :], dict(asked))
    if parts.path != HOME and not parts.path.startswith(f"{HOME}/"):
        return None
    kind, _, name = parts.path[len(HOME) + 1 :].partition("/")
    name = tilde_decode(unquote(name))
    known = ASKED.get(kind, {})
    right = name and "/" not in name if kind in NAMED else kind in (*ALONE, *LISTS) and (kind in LISTS or not name)
    if not right or any(key not in known for key, _ in asked) or ("view", "text") in asked:
        return None
    return Page(kind, name, tuple(sorted((key, value) for key, value in asked if value != known[key])))


def _listed(table: str, asked: dict[str, str]) -> Page | None:
    """A table that a list of ours stands for."""
    if table == "articles" and set(asked) <= {"outlet"}:
        return Page("articles", asked.get("outlet", ""))
    if table == "changes" and asked.get("status") == "news" and "_where" not in asked:
        return Page("edits")
    return None


# --- a page's tree --------------------------------------------------------------------------------


def parsed(html: str) -> Any:
    """The tree of a page."""
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    return lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)


def links(root: Any, page: Page, tables: str) -> dict[str, Page]:
    """The pages that a page leads to, by what its links say."""
    said = {str(link.get("href")) for link in root.iter("a") if not link.get("href", "#").startswith("#")}
    found = {href: page_of(urljoin(page.address, href), tables) for href in said}
    return {href: other for href, other in found.items() if other is not None}


Feeds = Iterable[tuple[str, str]]
"""Places and names."""


@dataclass(frozen=True, slots=True)
class Site:
    """What stands on all pages of a site."""

    title: str
    """"" is ours."""
    data: Mapping[str, str]
    """Names of feeds and files of data, by their place."""
    feeds: Mapping[str, str]
    """Media types of the feeds among them."""


def rewritten(root: Any, page: Page, held: Mapping[str, Page], site: Site, own: Feeds = ()) -> bytes:
    """The page as a file: ``held`` are the links that lead to a file, ``own`` are feeds of its subject."""
    here = dirname(page.place)
    for form in list(root.iter("form")):
        form.drop_tree()
    for link in list(root.iter("a")):
        href = link.get("href", "#")
        if href in held:
            fragment = urlsplit(href).fragment
            link.set("href", _way(held[href].place, here) + (f"#{fragment}" if fragment else ""))
        elif not href.startswith("#"):
            _let_go(link)
    _mast(root, page, site.title)
    _head(root, site, here)
    _foot(root, site, here, own)
    _clean(root)
    out: str = etree.tostring(root, method="html", encoding="unicode", doctype="<!doctype html>")
    return out.encode("utf-8", "replace") + b"\n"


def _clean(root: Any) -> None:
    """No character that steers a reader, wherever it stands: in words, or in the label of a picture."""
    for element in root.iter(etree.Element):
        for name, value in element.items():
            element.set(name, clean(value))
        if element.tag not in ("style", "script"):  # ours to the byte, as their hashes say
            element.text = clean(element.text) or None
        element.tail = clean(element.tail) or None


def _way(place: str, here: str) -> str:
    """From the folder of one file to another; no part of it can be taken for a scheme."""
    return quote(relpath(place, here or "."))


def _let_go(link: Any) -> None:
    """A link that leads nowhere: its words stay, except among the tools of a screen."""
    parent = link.getparent()
    if parent.tag == "nav" or set(parent.get("class", "").split()) & {"tools", "more"}:
        _cut(link, parent)
        return
    for name in ("href", "rel", "download"):
        link.attrib.pop(name, None)
    link.tag = "g" if any(above.tag == "svg" for above in link.iterancestors()) else "span"


def _cut(link: Any, parent: Any) -> None:
    """Out of a row of tools, with the dot before it."""
    before = link.getprevious()
    if before is not None:
        before.tail = (before.tail or "").rstrip(" ·")
    link.drop_tree()
    if not len(parent) and not (parent.text or "").strip():
        parent.drop_tree()


def _mast(root: Any, page: Page, title: str) -> None:
    """The way to the lists; the site's name in the masthead, and behind each page's own."""
    for nav in root.find_class("mast-nav"):
        for kind in LISTS:
            link = etree.SubElement(nav, "a", href=_way(Page(kind).place, dirname(page.place)))
            link.text, link.tail = kind.capitalize(), " "
            if page == Page(kind):
                link.set("aria-current", "page")
    if not title:
        return
    for name in root.find_class("name")[:1]:
        name.text = title
    for own in root.head.iter("title"):
        own.text = f"{own.text_content()} · {title}"


def _head(root: Any, site: Site, here: str) -> None:
    """What a server would send as headers; and where the feeds are."""
    runs = any(script.text == SCRIPT for script in root.iter("script"))
    policy = f"default-src 'none'; style-src {_hash(STYLE)}; " + (f"script-src {_hash(SCRIPT)}; " if runs else "")
    policy += "base-uri 'none'; form-action 'none'"
    metas = [_element("meta", **{"http-equiv": "Content-Security-Policy", "content": policy})]
    metas += [_element("meta", name="referrer", content="no-referrer")]
    for link in root.head.findall("link"):  # a server's feeds
        root.head.remove(link)
    root.head[1:1] = metas  # behind the character set, and before all that it rules
    for place, type_ in site.feeds.items():
        root.head.append(_element("link", rel="alternate", type=type_, href=_way(place, here), title=site.data[place]))


def _foot(root: Any, site: Site, here: str, own: Feeds) -> None:
    """Feeds and data, under every page."""
    for foot in root.iter("footer"):
        row = etree.SubElement(foot, "p", {"class": "soft"})
        row.text = "To follow or to reckon with: "
        for place, name in (*own, *site.data.items()):
            link = etree.SubElement(row, "a", href=_way(place, here))
            link.text, link.tail = name, " · "
        row[-1].tail = ""


def _element(tag: str, **said: str) -> Any:
    return etree.Element(tag, {name: shortened(value, 1000) for name, value in said.items()})
