"""A page that is being changed: where its gold paragraphs stand, what is surely chrome, and how to set something in.

Pure: no clock, no network; what is chosen is chosen by the `Random` that is handed in.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring, fragment_fromstring, tostring

from bench.tongues import TONGUES, Tongue

BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "html", "li", "main", "nav", "ol", "p",
    "pre", "section", "table", "tbody", "td", "th", "tr", "ul",
})  # fmt: skip
NOT_CHROME = frozenset({
    "address", "figcaption", "figure", "h1", "head", "noscript", "script", "style", "textarea", "time", "title",
})  # fmt: skip
"""Elements that may hold a headline, a date, a byline or a caption: what stands there is the article's."""
_OWNED = re.compile(
    r"author|byline|headline|title|caption|credit|date|time|summary|standfirst|excerpt|dek|description", re.IGNORECASE
)
DATE = re.compile(r"\b(?:19|20)\d\d\b|\d[:.]\d\d|\d ?(?:[/-]|of) ?\d|\d\s*(?:[ap]m\b|年|月|日)", re.IGNORECASE)
"""Dates, hours, and the place of a picture among others."""
_CJK = re.compile("[\u3400-\u9fff]")
_ENOUGH = 0.5
"""Share of the gold text that must be found in the markup, so that we can say where the article stands."""
_MOST = 0.8
"""Share of the found gold text that the article's box holds."""


def norm(text: str) -> str:
    """Lower-cased words, single spaces: what two paragraphs must share to be the same here."""
    return " ".join(re.findall(r"\w+", text.lower()))


def parse(html: str) -> HtmlElement:
    """The tree; the charset declared inside goes, since the result is written as UTF-8."""
    root = document_fromstring(html.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8"))
    for meta in [m for m in root.iter("meta") if m.get("charset") or m.get("http-equiv", "").lower() == "content-type"]:
        meta.drop_tree()
    return root


def written(root: HtmlElement) -> str:
    """The tree as HTML."""
    return tostring(root.getroottree(), encoding="unicode")


def plain(html: str) -> str:
    """The page parsed and written, nothing changed: what changed pages are compared with."""
    return written(parse(html))


@dataclass
class Draft:
    """A page that is being changed."""

    root: HtmlElement
    gold: Sequence[str]
    rng: Random
    telling: bool
    spelling: Callable[[str], str] = str
    """What is done to the written page at last."""

    def html(self) -> str:
        return self.spelling(written(self.root))

    @cached_property
    def known(self) -> str:
        """All gold words in one line, a space at both ends."""
        return f" {' '.join(map(norm, self.gold))} "

    @cached_property
    def tongue(self) -> Tongue:
        share = len(_CJK.findall(self.known)) / len(self.known)
        return TONGUES["zh" if share > 0.3 else "ru" if len(re.findall("[а-я]", self.known)) > 40 else "en"]

    @cached_property
    def body(self) -> HtmlElement:
        return next(self.root.iter("body"))

    def is_gold(self, text: str) -> bool:
        """Whether the gold has these words, in this order."""
        return f" {norm(text)} " in self.known

    @cached_property
    def found(self) -> tuple[list[HtmlElement], HtmlElement]:
        """The elements that hold one gold paragraph each, in order, and the box around them; none if few are found."""
        exact = {norm(part) for part in self.gold}
        hits = []
        for element in self.body.iter(*(BLOCKS - {"body", "html"})):
            if next(element.iterdescendants(*BLOCKS), None) is None:
                text = norm(element.text_content())
                if text and (text in exact or (is_long(text) and self.is_gold(text))):
                    hits.append(element)
        if sum(len(norm(hit.text_content())) for hit in hits) < _ENOUGH * len(self.known):
            hits = []
        box = _box(self.body, hits)
        return [hit for hit in hits if box in hit.iterancestors()], box

    @property
    def prose(self) -> list[HtmlElement]:
        """Gold paragraphs that stand alone in their element, long enough to be no heading and no name."""
        return [
            hit
            for hit in self.found[0]
            if hit.tag in {"p", "div"}
            and is_long(norm(hit.text_content()))
            and next(hit.iter("br"), None) is None
            and not any(e.tag in NOT_CHROME or "caption" in _names(e) for e in (hit, *hit.iterancestors()))
        ]

    @property
    def places(self) -> list[HtmlElement]:
        """Gold paragraphs after which something can be set: the outermost element that holds no other one."""
        hits, box = self.found
        return [_alone(hit, hits, box) for hit in hits if hit.tag not in {"li", "td"}]

    @cached_property
    def _golden(self) -> set[HtmlElement]:
        """Elements with gold words right in them; short ones (a name, a subheading) count in the article's box only."""
        hits, box = self.found
        golden, boxed = set(hits), set(box.iter(etree.Element)) if hits else set()
        for element in self.body.iter(etree.Element):
            own = (norm(text or "") for text in (element.text, *(child.tail for child in element)))
            if any(text and (element in boxed or is_long(text)) and self.is_gold(text) for text in own):
                golden.add(element)
        return golden

    @cached_property
    def around(self) -> list[HtmlElement]:
        """Chrome, and what stands between headline and text without being called a date or the like."""
        above = {ancestor for hit in self._golden for ancestor in hit.iterancestors()}
        return list(self._chrome_in(self.body, above)) if self.found[0] else []

    @cached_property
    def chrome(self) -> list[HtmlElement]:
        """Elements that are surely none of the article's; none where no gold paragraph was found."""
        return [element for element in self.around if element not in self._head]

    @cached_property
    def _head(self) -> set[HtmlElement]:
        """From the last h1 to the first gold paragraph: standfirst, byline, date, picture, by any name."""
        line = list(self.body.iter(etree.Element))
        first = line.index(self.found[0][0]) if self.found[0] else 0
        headline = max((index for index in range(first) if line[index].tag == "h1"), default=first)
        return set(line[headline:first])

    def _chrome_in(self, around: HtmlElement, above: set[HtmlElement], inside: bool = False) -> Iterator[HtmlElement]:
        inside = inside or around is self.found[1]
        pictured = False
        for element in around.iterchildren(etree.Element):
            captioned, pictured = pictured, inside and next(element.iter("img", "picture", "video"), None) is not None
            owned = pictured or captioned or element.tag in NOT_CHROME or _OWNED.search(_names(element))
            if element in above:
                yield from self._chrome_in(element, above, inside)
            elif element not in self._golden and not owned:
                yield element
                yield from self._chrome_in(element, above, inside)

    def lists(self) -> list[list[HtmlElement]]:
        """Link-heavy blocks, each as its links to articles (four words at least, none of them gold)."""
        found = []
        for element in self.chrome:
            links = [a for a in element.iterdescendants("a") if len(a.text_content()) > 20 or _CJK.search(a.text or "")]
            held = sum(len(link.text_content()) for link in links)
            inner = any(len(list(child.iterdescendants("a"))) == len(links) for child in element)
            heavy = len(links) >= 3 and held >= 0.6 * len(element.text_content().strip()) and not inner
            if heavy and not any(self.is_gold(link.text_content()) for link in links):
                found.append(links)
        return found

    # --- building ---------------------------------------------------------------------------------

    def called(self, name: str) -> str:
        """A class attribute: the name that tells, or one that does not."""
        if self.telling:
            return f' class="{name}"'
        token = "".join(self.rng.choices("abcdefghkmnpqrstuvwxyz0123456789", k=6))
        return self.rng.choice((f' class="css-{token}"', f' class="sc-{token} x{token[:3]}"', f' id="b{token}"', ""))

    def tag(self, name: str) -> str:
        """A tag that tells, or `div`."""
        return name if self.telling else "div"

    def link(self, title: str = "") -> str:
        """A link to another article."""
        return f'<a href="/n/{self.rng.randrange(10**6)}">{title or self.tongue.headline(self.rng)}</a>'

    def after(self, element: HtmlElement, html: str) -> None:
        """Set something behind an element and its tail."""
        parent = element.getparent()
        assert parent is not None
        parent.insert(parent.index(element) + 1, fragment_fromstring(html))

    def before(self, element: HtmlElement, html: str) -> None:
        """Set something in front of an element."""
        parent = element.getparent()
        assert parent is not None
        parent.insert(parent.index(element), fragment_fromstring(html))

    def between(self, html: Callable[[], str], times: int = 1) -> bool:
        """Set something between gold paragraphs, so many times; False where there are not three."""
        places = self.places[:-1]
        for place in self.rng.sample(places, min(times, len(places))) if len(places) >= 2 else []:
            self.after(place, html())
        return len(places) >= 2


def is_long(text: str) -> bool:
    return len(text) + 2 * len(_CJK.findall(text)) >= 40


def _names(element: HtmlElement) -> str:
    return " ".join(
        filter(None, (element.get("class"), element.get("id"), element.get("rel"), element.get("itemprop")))
    )


def _box(body: HtmlElement, hits: list[HtmlElement]) -> HtmlElement:
    """The innermost element around most of the gold text."""
    weights = {hit: len(hit.text_content()) for hit in hits}
    held: dict[HtmlElement, int] = {}
    for hit, weight in weights.items():
        for ancestor in hit.iterancestors():
            held[ancestor] = held.get(ancestor, 0) + weight
    full = [element for element in body.iter(etree.Element) if held.get(element, 0) >= _MOST * sum(weights.values())]
    return full[-1] if full and hits else body


def _alone(hit: HtmlElement, hits: list[HtmlElement], box: HtmlElement) -> HtmlElement:
    """Up from a paragraph while nothing else of the article is in there."""
    others = {ancestor for other in hits if other is not hit for ancestor in other.iterancestors()}
    place = hit
    while (parent := place.getparent()) is not None and parent is not box and parent not in others:
        place = parent
    return place


def renumbered(html: str, number: int) -> str:
    """The page with other digits in its text: another article of its outlet, as far as a template can tell."""
    parts = re.split(r"(<script\b.*?</script>|<style\b.*?</style>|<[^>]*>)", html, flags=re.DOTALL | re.IGNORECASE)
    digits = re.compile(r"&#?\w+;|\d")

    def other(found: re.Match[str]) -> str:
        return found[0] if found[0].startswith("&") else str((int(found[0]) + number) % 10)

    parts[::2] = [digits.sub(other, part) for part in parts[::2]]
    return "".join(parts)
