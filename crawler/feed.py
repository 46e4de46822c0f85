"""Changes and standings as Atom (RFC 4287) and JSON Feed 1.1: records in, text out.

Readers of feeds drop style sheets and classes, so what was taken out and put in is marked by ``del`` and ``ins`` with
styles of their own. Ids are tag URIs made of capture entries: they stay, whatever is read again or imported.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, urlsplit

from lxml import etree

from crawler.compare import spans
from crawler.occasions.occasion import FAMILIES, Occasion
from crawler.sinks.message import LINE, cleaned, headline
from crawler.terminal import DISCLOSED, FIELDS, in_order, interval, marked
from storage.records import Action, Disclosed, Edit

ATOM = "http://www.w3.org/2005/Atom"
DEL = "background:#ffd7d5;color:#82071e;text-decoration:line-through"
INS = "background:#d1f4d9;color:#044317;text-decoration:none"
PASSAGE, EDITS = 2000, 20
"""Characters of a passage, and edits of an entry, that are shown at most."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself."""

    name: str
    """What it is a feed of, in short and for ever: part of its id."""
    title: str
    updated: str
    """Of a feed without entries (UTC); else the newest entry's moment goes before it."""
    link: str = ""
    """Where it stands, if it stands somewhere."""
    home: str = ""
    """The address of a dashboard that its readers can open."""

    @property
    def id(self) -> str:
        return f"tag:stet.invalid,2026:feed:{quote(self.name, safe='')}"


def atom(feed: Feed, found: Sequence[Occasion]) -> bytes:
    """An Atom feed, UTF-8."""
    root = etree.Element(_name("feed"), nsmap={None: ATOM})
    _texts(root, id=feed.id, title=_plain(feed.title) or "Stet", updated=_updated(feed, found))
    if feed.link:
        etree.SubElement(root, _name("link"), rel="self", type="application/atom+xml", href=feed.link)
    etree.SubElement(root, _name("generator")).text = "Stet"
    _texts(etree.SubElement(root, _name("author")), name="Stet")
    for one in _unique(found):
        root.append(_entry(feed, one))
    body: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return body


def _entry(feed: Feed, one: Occasion) -> etree._Element:
    entry = etree.Element(_name("entry"))
    _texts(entry, id=one.tag, title=_title(one), updated=one.at, published=one.at)
    if where := _link(feed, one):
        etree.SubElement(entry, _name("link"), rel="alternate", type="text/html", href=where)
    if one.url and (about := _href(one.url)) and about != where:
        etree.SubElement(entry, _name("link"), rel="related", href=about)
    for term in _terms(one):
        etree.SubElement(entry, _name("category"), term=term)
    etree.SubElement(entry, _name("content"), type="html").text = _content(one)
    return entry


def jsonfeed(feed: Feed, found: Sequence[Occasion]) -> bytes:
    """A JSON Feed (version 1.1), ASCII."""
    told: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _plain(feed.title) or "Stet",
        "authors": [{"name": "Stet"}],
        "items": [_item(feed, one) for one in _unique(found)],
    }
    if feed.link:
        told["feed_url"] = feed.link
    if feed.home:
        told["home_page_url"] = f"{feed.home.rstrip('/')}/-/stet"
    return json.dumps(told, indent=1).encode()


def _item(feed: Feed, one: Occasion) -> dict[str, object]:
    known = {"after_at": one.after_at, "by_at": one.by_at, "evidence": list(one.about[:20])}
    said: dict[str, object] = {
        "id": one.tag,
        "title": _title(one),
        "summary": _plain(one.what),
        "content_html": _content(one),
        "date_published": one.at,
        "date_modified": one.at,
        "tags": _terms(one),
        "url": _link(feed, one),
        "external_url": _href(one.url),
        "_stet": {**known, "weight": round(one.weight, 3)},
    }
    return {key: value for key, value in said.items() if value}


# --- what an entry says -------------------------------------------------------------------------


def _content(one: Occasion) -> str:
    """HTML, in which all that a page wrote is escaped."""
    parts = [f"<p>{_html(one.what)}</p>", f"<p><small>{_html(_facts(one))}</small></p>"]
    edits = in_order(one.edits)
    parts += [_shown(edit) for edit in edits[:EDITS]]
    if len(edits) > EDITS:
        parts.append(f"<p>and {len(edits) - EDITS} more</p>")
    parts += [f"<p>{_html(url)}</p>" for url in one.others]
    return "\n".join(parts)


def _facts(one: Occasion) -> str:
    """When, how weighty, whether it was disclosed."""
    when = f"{one.outlet}, {interval(one.after_at, one.by_at)} UTC"
    if FAMILIES[one.kind] != "edit":
        return when
    return f"{when}; {', '.join(one.kinds)}; weight {one.weight:.2f}; {DISCLOSED[Disclosed(one.disclosed)]}"


def _shown(edit: Edit) -> str:
    """One edit, with its place and its words marked."""
    words = _html(edit.new, PASSAGE) if edit.action is Action.MOVED else _words(edit)
    moved = " (moved here)" if edit.action is Action.MOVED else ""
    return f"<p><b>{_html(FIELDS.get(edit.field) or f'Paragraph {edit.position + 1}')}{moved}</b><br>{words}</p>"


def _words(edit: Edit) -> str:
    """Long passages are cut on either side of what changed, so that what changed is seen."""
    if len(edit.old) + len(edit.new) > 20 * PASSAGE:  # nobody reads it in a feed, and comparing its words takes long
        return _mark("del", DEL, edit.old) + _mark("ins", INS, edit.new)
    out: list[str] = []
    room = PASSAGE * 2
    for what, old, new in marked(edit, spans):
        if room <= 0:
            return "".join([*out, "…"])
        room -= min(len(old) + len(new), PASSAGE)
        out.append(_html(new, PASSAGE) if what == "equal" else _mark("del", DEL, old) + _mark("ins", INS, new))
    return "".join(out)


def _mark(tag: str, style: str, text: str) -> str:
    return f'<{tag} style="{style}">{_html(text, PASSAGE)}</{tag}>' if text else ""


def _html(text: str, most: int = PASSAGE) -> str:
    """Cleaned and escaped; a space at its ends stays, words stand beside one another."""
    inside = escape(cleaned(text, most))
    return f"{' ' if text[:1].isspace() else ''}{inside}{' ' if inside and text[-1:].isspace() else ''}"


def _plain(text: str) -> str:
    return cleaned(text, LINE)


def _title(one: Occasion) -> str:
    return headline({"event": one.kind, "outlet": one.outlet, "title": one.title, "what": one.what})


def _terms(one: Occasion) -> list[str]:
    return [_plain(term) for term in dict.fromkeys((one.kind, one.outlet, *one.kinds)) if term]


def _link(feed: Feed, one: Occasion) -> str:
    """Our page of a change, where readers can open one; else the article."""
    if feed.home and one.is_of_change:
        return f"{feed.home.rstrip('/')}/-/stet/diff/{one.about[0]}"
    return _href(one.url)


def _href(url: str) -> str:
    """An address as it may stand in a feed (an IRI as a URI); "" for what is none, or no place in the web."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    fits = parts.scheme in ("http", "https") and parts.netloc and len(url) <= PASSAGE
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~-._", errors="replace") if fits else ""


def _updated(feed: Feed, found: Sequence[Occasion]) -> str:
    return max((one.at for one in found), default=feed.updated)


def _unique(found: Iterable[Occasion]) -> list[Occasion]:
    """Ids are unique within a feed (RFC 4287, 4.1.1): of what bears one name, the first."""
    named: dict[str, Occasion] = {}
    for one in found:
        named.setdefault(one.tag, one)
    return list(named.values())


def _name(local: str) -> str:
    return f"{{{ATOM}}}{local}"


def _texts(parent: etree._Element, **said: str) -> None:
    for local, text in said.items():
        etree.SubElement(parent, _name(local)).text = re.sub(r"\s+", " ", text)
