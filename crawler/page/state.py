"""Which texts does a page's data hold? JSON in, bodies out, each with the headline of the thing it belongs to.

Pure. Pages that a script draws bring their article as data: paragraphs as typed nodes (``{"type": "p", ...}``),
lists of HTML strings, or one long string. Paragraphs that stand under one path of one thing are one body; what
belongs to another thing (it has a headline of its own, or is another item of a list) is another body.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from crawler.page.blocks import weight

MOST_VALUES = 200_000
"""Values of one page's data that are looked at (2 MB of JSON can hold 600,000 empty lists)."""
DEEPEST = 60
"""Levels of data that are looked into; SCMP's paragraphs stand on the twelfth."""
LONG = 400
"""Weight from which a string without markup may be a body by itself; summaries stay below."""
LEAST = 150
"""Weight that a body has at least (a hidden text stands in from 40 words on)."""
SENTENCE = 12
"""Characters from which an untyped string in a list may be a paragraph."""

_KINDS = ("type", "_type", "nodeType", "__typename", "kind", "tag", "tagName", "name", "blockName", "component")
_SAYS = (
    "text", "content", "value", "html", "data", "children", "body", "model", "attributes", "props", "fragments",
    "innerHTML", "content_elements", "nodes", "contents", "items", "spans", "paragraph", "blocks",
)  # fmt: skip
"""Keys under which a node holds its words, the likeliest first."""
_HEADLINES = ("headline", "headlines", "title", "titles")
_PARAGRAPH = frozenset({
    "p", "para", "par", "graf", "li", "listitem", "blockquote", "blockquotequote", "quote", "unstyled", "textblock",
})  # fmt: skip
_HEADING = re.compile(r"h[1-6]|(?:sub)?head(?:ing|er)\w*|subtitle|crosshead")
_LOOSE = frozenset({"text", "html", "block", "richtext", "copy", "span"})
"""Kinds that are a paragraph where they hold a string, and a frame around paragraphs where they do not."""
_INLINE = frozenset({"span", "text", "a", "link", "em", "strong", "b", "i", "u", "br", "hardbreak", "linebreak"})
_BREAK = frozenset({"br", "hardbreak", "linebreak", "break"})
_ASIDE = re.compile(
    r"image|img|photo|picture|video|audio|gallery|figure|advert|^ads?$|adslot|related|teaser|promo|newsletter|widget"
    r"|embed|iframe|infobox|script|credit|caption|comment|tweet|instagram|podcast|rawhtml"
)
"""Kinds of nodes that stand in bodies and are no text of theirs."""
_FRAME = re.compile(r"section|chapter|block|component|module|container|group|row|column|paragraph|^list$|^text$|^p$")
"""Types of nodes that may have a title and are a part of a body all the same."""
_NO_BODY = re.compile(
    r"description|summar|excerpt|abstract|standfirst|^dek$|subtitle|subheadline|caption|^alt|credit|^bio|biograph|author"
    r"|disclaimer|copyright|comment|advert|related|recommend|newsletter|footer|privacy|^terms|^seo|keywords|liveblogupdate|itemlistelement"
)
"""Keys (lower case) under which no article's body stands, but what is said of it, or beside it."""
_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,500}>|&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,10});")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»」』)\]]*(?:\s*</[^<>]{1,20}>)*\s*$")

Thing = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """A body as some part of a page holds it: HTML, or lines of text."""

    text: str
    headline: str = ""
    """The headline of the thing it belongs to, ``""`` where that has none."""
    alone: bool = False
    """Whether it is the one text of a place of its own (a textarea, a string in a script)."""


def bodies(data: Any) -> list[Told]:
    """All bodies in some data, in the order in which they begin. Never fails on odd data; looks at a bounded part."""
    walk = _Walk()
    walk.look(data, (), 0)
    return [Told(body.html(), walk.headlines[key[0]]) for key, body in walk.found.items() if body.is_prose()]


def body_at(data: Any, path: str) -> str:
    """The body under a path of keys (``props.article.body``; a number is a place in a list, ``*`` all places).

    Everything there is one body, in order, as HTML; ``""`` where there is none.
    """
    walk = _Walk()
    for value in values_at(data, path):
        walk.take(value, (0, ()), 0)
    return "".join(body.html() for body in walk.found.values())


def values_at(data: Any, path: str) -> Iterator[Any]:
    """All that stands under such a path, in order; for the path ``""`` the data itself."""
    return _at(data, path.split(".") if path else [])


def _at(value: Any, steps: list[str]) -> Iterator[Any]:
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    inner: Iterable[Any]
    if step == "*":
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    elif isinstance(value, dict):
        inner = (value[step],) if step in value else ()
    else:
        place = int(step) if isinstance(value, list) and step.isascii() and step.isdigit() else -1
        inner = value[place : place + 1] if place >= 0 else ()
    for one in inner:
        yield from _at(one, rest)


# --- what a node is -----------------------------------------------------------------------------


def _kinds(node: Thing) -> list[str]:
    """What a node is called, letters and digits only, lower case."""
    said = [kind for key in _KINDS if isinstance(kind := node.get(key), str) and len(kind) < 60]
    return ["".join(c for c in kind.lower() if c.isalnum()) for kind in said]


def _is_frame(node: Thing) -> bool:
    """Whether a node calls itself a part of something (its type does; names and tags may be anything)."""
    said = (node.get(key) for key in _KINDS[:4])
    return any(isinstance(kind, str) and len(kind) < 60 and _FRAME.search(kind.lower()) for kind in said)


def _paragraph(node: Thing, kinds: list[str]) -> str:
    """The paragraph that a node is, as HTML; ``""`` if it is none."""
    if any(_HEADING.fullmatch(kind) for kind in kinds):
        return _as_html(_inline(node, 0), "h2")
    strong = any(kind in _PARAGRAPH or "paragraph" in kind for kind in kinds)
    loose = any(kind in _LOOSE for kind in kinds) and _is_leaf(node) and not _headline(node)
    return _as_html(_inline(node, 0), "p") if strong or loose else ""


def _is_leaf(node: Thing) -> bool:
    """Whether a loose node holds words, and no nodes but such as stand within a line."""
    for key in _SAYS:
        held = node.get(key)
        if isinstance(held, str) and held.strip():
            return True
        if isinstance(held, list) and held:
            inner = [_kinds(item) if isinstance(item, dict) else ["text"] for item in held]
            return "block" in _kinds(node) and all(_INLINE.intersection(kinds) for kinds in inner)
    return False


def _inline(value: Any, depth: int) -> str:
    """The words of a node and of all that it holds."""
    if isinstance(value, str):
        return value
    if depth > DEEPEST:
        return ""
    if isinstance(value, list):
        return "".join(_inline(item, depth + 1) for item in value)
    if not isinstance(value, dict):
        return ""
    if depth and (kinds := _kinds(value)):
        if _BREAK.intersection(kinds):
            return "\n"
        if any(_ASIDE.search(kind) for kind in kinds):
            return ""
    return next((said for key in _SAYS if key in value and (said := _inline(value[key], depth + 1)).strip()), "")


def _as_html(said: str, tag: str) -> str:
    if not said.strip():
        return ""
    return f"<{tag}>{said if _MARKUP.search(said) else html.escape(said, quote=False)}</{tag}>"


def _headline(thing: Thing) -> str:
    """A thing's headline: its own, or that of its head (``{"meta": {"headline": ...}, "body": ...}``)."""
    heads = (thing, *(thing.get(key) for key in ("meta", "head", "header")))
    for head in (head for head in heads if isinstance(head, dict)):
        for key in _HEADLINES:
            said = head.get(key)
            said = next(iter(said.values()), "") if isinstance(said, dict) else said
            if isinstance(said, str) and said.strip():
                return html.unescape(said.strip()[:500])
    return ""


# --- one walk through the data ------------------------------------------------------------------

Key = tuple[int, tuple[str, ...]]
"""Which body: the number of the thing it belongs to, and its path with places in lists as ``*``."""


@dataclass(slots=True)
class _Body:
    """The paragraphs of one body."""

    parts: list[str] = field(default_factory=list)
    whole: int = 0
    ended: int = 0
    """Weight of all parts, and of those that end a sentence or hold paragraphs of their own."""

    def add(self, part: str) -> None:
        self.parts.append(part)
        self.whole += (heavy := weight(part))
        self.ended += heavy * ("<p" in part[2:] or _SENTENCE_END.search(part[-80:]) is not None)

    def html(self) -> str:
        return "".join(self.parts)

    def is_prose(self) -> bool:
        return self.whole >= LEAST and self.ended >= self.whole / 2


class _Walk:
    """What was found so far, and how much may still be looked at."""

    def __init__(self) -> None:
        self.found: dict[Key, _Body] = {}
        self.headlines = [""]
        self.left = MOST_VALUES

    def look(self, value: Any, path: tuple[str, ...], thing: int) -> None:
        """Look for bodies in a value; ``thing``: the number of what it belongs to."""
        self.left -= 1
        if self.left < 0 or len(path) > DEEPEST:
            return
        if isinstance(value, str):
            self._look_at_text(value, path, thing)
        elif isinstance(value, list):
            self._look_into_list(value, (*path, "*"), thing)
        elif isinstance(value, dict):
            if (kinds := _kinds(value)) and (part := _paragraph(value, kinds)):
                self.add((thing, path), part)
                return
            inner = self._thing(value, thing)
            for key, held in value.items():
                if isinstance(held, str | list | dict) and not _NO_BODY.search(key.lower()[:40]):
                    self.look(held, (*path, key), inner)

    def _look_at_text(self, text: str, path: tuple[str, ...], thing: int) -> None:
        """A long text is a body; JSON that stands in JSON as a text is looked into."""
        if 3 * len(text) < LEAST:
            return
        if text.startswith(("{", "[")):
            self.look(parsed(text), path, thing)
        elif "<p" in text or weight(text) >= (LEAST if path[-1:] == ("articleBody",) else LONG):
            self.add((thing, path), text if "<p" in text else _lines(text))

    def _look_into_list(self, items: list[Any], path: tuple[str, ...], thing: int) -> None:
        """A list of paragraphs is a body, with all that stands between them; the items of others are looked into."""
        if _is_body(items):
            self.take(items, (thing, path), 0)
            return
        for item in items:
            if not item or not isinstance(item, str | list | dict):
                continue
            alone = not isinstance(item, str) and not (isinstance(item, dict) and _is_frame(item))
            inner = self._new() if alone else thing
            self.look(item, path, inner)

    def take(self, value: Any, key: Key, depth: int) -> None:
        """Take a value for (a part of) one body."""
        self.left -= 1
        if self.left < 0 or depth > DEEPEST:
            return
        if isinstance(value, str):
            self.add(key, value if "<p" in value else _lines(value))
        elif isinstance(value, list):
            for item in value:
                self.take(item, key, depth + 1)
        elif isinstance(value, dict):
            self._take_node(value, key, depth)

    def _take_node(self, node: Thing, key: Key, depth: int) -> None:
        kinds = _kinds(node)
        if any(_ASIDE.search(kind) for kind in kinds):
            return
        if part := _paragraph(node, kinds) or (_as_html(_bare(node), "p") if not kinds else ""):
            self.add(key, part)
        elif depth == 0 or not _headline(node) or _is_frame(node):
            for name in _SAYS:
                if isinstance(node.get(name), dict | list) or (depth == 0 and isinstance(node.get(name), str)):
                    self.take(node[name], key, depth + 1)
        else:
            self.look(node, key[1], key[0])

    def add(self, key: Key, part: str) -> None:
        """One more paragraph (or several, as HTML) of a body."""
        if part:
            self.found.setdefault(key, _Body()).add(part)

    def _thing(self, value: Thing, thing: int) -> int:
        """The number of the thing that a node is, or belongs to."""
        headline = _headline(value)
        return thing if not headline or _is_frame(value) else self._new(headline)

    def _new(self, headline: str = "") -> int:
        self.headlines.append(headline)
        return len(self.headlines) - 1


def _is_body(items: list[Any]) -> bool:
    """Whether a list holds paragraphs: typed nodes, among few others; or HTML strings or sentences, two or a long one.

    A heading alone makes no body: lists of a page's parts have headers, too.
    """
    typed, others, untyped = 0, 0, list[str]()
    for item in items[:200]:
        if isinstance(item, dict) and (kinds := _kinds(item)):
            heading = any(_HEADING.fullmatch(kind) for kind in kinds)
            is_one = not heading and _paragraph(item, kinds) != ""
            typed += is_one
            others += not is_one and not heading and not any(_ASIDE.search(kind) for kind in kinds)
        elif part := _bare(item) if isinstance(item, dict) else item if isinstance(item, str) else "":
            untyped.append(part)
    parts = [part for part in untyped if "<p" in part or _is_sentence(part)]
    return typed > others / 2 or len(parts) > 1 or (len(parts) == 1 and weight(parts[0]) >= LEAST)


def _is_sentence(text: str) -> bool:
    return len(text) >= SENTENCE and _SENTENCE_END.search(text[-80:]) is not None


def _bare(node: Thing) -> str:
    """The words of a node without a kind, where it is a paragraph: a sentence, and no headline."""
    said = next((node[key] for key in _SAYS if isinstance(node.get(key), str)), "")
    return said if _is_sentence(said) and not _headline(node) else ""


def _lines(text: str) -> str:
    """Lines of text as paragraphs."""
    return "".join(_as_html(line, "p") for line in re.split(r"\n+", text))


def parsed(text: str) -> Any:
    """The value of a JSON text, or None if it is none (or nested beyond what Python reads)."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
