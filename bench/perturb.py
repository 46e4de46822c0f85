"""Changes of a page's chrome that no reader may take for an edit, and true edits that it must find.

Pure: HTML, its gold paragraphs and a seed in, HTML out. Chrome is set where it stands in real pages: between
the gold paragraphs, in one box with them, above and below. With every second seed it has names that tell
what it is (`newsletter-box`); with the others its names are hashed or missing, so that nobody can tune to names.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from random import Random

from lxml import etree
from lxml.html import HtmlElement, fragment_fromstring

from bench.draft import BLOCKS, DATE, Draft, norm, parse
from bench.tongues import TONGUES

# --- chrome-only changes --------------------------------------------------------------------------

Change = Callable[[Draft], bool]
"""Changes the draft; False where the page has nothing to hold on to."""
KINDS: dict[str, Change] = {}


def perturb(html: str, gold: Sequence[str], kind: str, seed: int) -> str | None:
    """The page with other chrome; None where this kind of change does not fit the page."""
    draft = Draft(parse(html), gold, Random(f"{kind} {seed}"), seed % 2 == 0)
    before = draft.html()
    changed = draft.html() if KINDS[kind](draft) else before
    return changed if changed != before else None


def _kind(change: Change) -> Change:
    KINDS[change.__name__.replace("_", " ")] = change
    return change


@_kind
def teasers_rotate(draft: Draft) -> bool:
    """Other headlines in the lists of links: a new one first, the others in another order."""
    rotated = False
    for links in draft.lists():
        slots = [slot for link in links if (slot := _worded(link)) is not None]
        texts = [slot.text for slot in slots]
        draft.rng.shuffle(texts)
        for slot, text in zip(slots, (draft.tongue.headline(draft.rng), *texts), strict=False):
            slot.text, rotated = text, True
    return rotated


def _worded(link: HtmlElement) -> HtmlElement | None:
    """The element in a link that its words begin in."""
    return next((element for element in link.iter(etree.Element) if (element.text or "").strip()), None)


@_kind
def digits_bump(draft: Draft) -> bool:
    """Counters count on: digits in short lines of chrome that are no dates."""
    bumped = False
    for element in draft.around:
        text = element.text or ""
        line = next(e for e in (element, *element.iterancestors()) if e.tag in BLOCKS)
        short = len(text) <= 25 and len(line.text_content().strip()) <= 60 and not draft.is_gold(text)
        if short and re.search(r"\d", text) and not DATE.search(text):
            element.text = re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), text)
            bumped = True
    return bumped


@_kind
def ad_slots(draft: Draft) -> bool:
    """Advertisements between paragraphs."""

    def slot() -> str:
        label = draft.rng.choice(draft.tongue.ad)
        inner = draft.rng.choice((
            f"<span>{label}</span><a href='https://ads.example/1'><img src='/a.gif' alt=''></a>",
            "<iframe src='https://ads.example/f'></iframe>",
            f"<p>{label}</p><div><a href='https://ads.example/2'>{draft.tongue.banners[0]}</a></div>",
        ))  # fmt: skip
        return f"<div{draft.called('ad-slot advert')}><div>{inner}</div></div>"

    return draft.between(slot, 2)


@_kind
def newsletter_box(draft: Draft) -> bool:
    """A plea to sign up between paragraphs."""
    heading, plea, button = draft.rng.choice(draft.tongue.letters)
    tag = draft.tag("aside")
    html = (f"<{tag}{draft.called('newsletter-box')}><h3>{heading}</h3><p>{plea}</p>"
            f"<form><input name='mail'><button>{button}</button></form></{tag}>")  # fmt: skip
    return draft.between(lambda: html)


@_kind
def read_more_inline(draft: Draft) -> bool:
    """A label and a link to another article, set as a paragraph among paragraphs."""
    label = draft.rng.choice(draft.tongue.more)
    places = [place for place in draft.places[:-1] if place.tag == "p"]
    if len(places) < 2:
        return False
    place = draft.rng.choice(places)
    name = f' class="{place.get("class")}"' if place.get("class") else ""
    form = draft.rng.choice(("{}: {}", "<strong>{}:</strong> {}", "<b>{}</b> {}", "<em>{}: {}</em>"))
    draft.after(place, f"<p{name}>{form.format(label, draft.link())}</p>")
    return True


@_kind
def most_read_aside(draft: Draft) -> bool:
    """A list of what others read, beside the article or in it."""
    rows = "".join(f"<li>{draft.link()}</li>" for _ in range(5))
    tag = draft.tag("aside")
    html = f"<{tag}{draft.called('most-read')}><h3>{draft.rng.choice(draft.tongue.popular)}</h3><ol>{rows}</ol></{tag}>"
    if draft.rng.random() < 0.5 and draft.between(lambda: html):
        return True
    box = draft.found[1]
    draft.body.append(fragment_fromstring(html)) if box is draft.body else draft.after(box, html)
    return True


@_kind
def cards_after(draft: Draft) -> bool:
    """Cards of related stories behind the last paragraph, in one box with it."""
    card = "<div{}><h3>{}</h3><p>{}</p></div>"
    cards = "".join(card.format(draft.called("card"), draft.link(), draft.tongue.sentence(draft.rng)) for _ in range(3))
    tag = draft.tag("section")
    html = f"<{tag}{draft.called('related-stories')}><h2>{draft.rng.choice(draft.tongue.related)}</h2>{cards}</{tag}>"
    return _behind(draft, html)


@_kind
def comments_after(draft: Draft) -> bool:
    """Twelve comments behind the article."""
    rows = "".join(
        f"<li{draft.called('comment')}><div>{draft.rng.choice(draft.tongue.people)}</div><div>{draft.tongue.ago(draft.rng)}"
        f"</div><p>{draft.tongue.sentence(draft.rng)} {draft.tongue.sentence(draft.rng)}</p></li>" for _ in range(12)
    )  # fmt: skip
    tag = draft.tag("section")
    html = f"<{tag}{draft.called('comments-list')}><h3>{draft.tongue.comments}</h3><ul>{rows}</ul></{tag}>"
    return _behind(draft, html, draft.rng.random() < 0.5)


def _behind(draft: Draft, html: str, outside: bool = False) -> bool:
    places, box = draft.places, draft.found[1]
    if places:
        draft.after(box if outside and box is not draft.body else places[-1], html)
    return bool(places)


@_kind
def stamps(draft: Draft) -> bool:
    """How long ago something was: in a bar on top, and over the text."""
    stamp = f"<div{draft.called('updated-stamp')}><span>{draft.tongue.ago(draft.rng)}</span></div>"
    draft.body.insert(0, fragment_fromstring(stamp))
    if draft.places and draft.rng.random() < 0.5:
        draft.before(draft.places[0], stamp)
    return True


@_kind
def consent_bar(draft: Draft) -> bool:
    """A question about cookies, on top of the page."""
    text, yes, no = draft.rng.choice(draft.tongue.consent)
    tag = draft.tag("section")
    html = (f"<{tag}{draft.called('cookie-consent')}><div><h2>{yes}?</h2><p>{text}</p>"
            f"<a href='#'>{no}</a> <button>{yes}</button></div></{tag}>")  # fmt: skip
    draft.body.insert(0, fragment_fromstring(html))
    return True


@_kind
def tracking_attributes(draft: Draft) -> bool:
    """Marks for counting on every element, and campaigns in the addresses of chrome's links."""
    for number, element in enumerate(draft.body.iter(etree.Element)):
        element.set("data-trk", f"{number}-{draft.rng.randrange(10**6)}")
    for element in draft.chrome:
        if element.tag == "a" and (href := element.get("href", "")) and not href.startswith("#"):
            element.set(
                "href", f"{href}{'&' if '?' in href else '?'}utm_source=w{draft.rng.randrange(100)}&utm_medium=x"
            )
    return True


@_kind
def asides_reorder(draft: Draft) -> bool:
    """The rows of chrome's lists in another order."""
    moved = False
    for links in draft.lists():
        rows = [_row(link, links) for link in links]
        parent = rows[0].getparent()
        if parent is not None and len(set(rows)) == len(rows) and all(row.getparent() is parent for row in rows):
            draft.rng.shuffle(rows)
            for row in rows:
                parent.append(row)
            moved = True
    return moved


def _row(link: HtmlElement, links: list[HtmlElement]) -> HtmlElement:
    others = {ancestor for other in links if other is not link for ancestor in other.iterancestors()}
    row = link
    while (parent := row.getparent()) is not None and parent not in others:
        row = parent
    return row


@_kind
def class_hashes(draft: Draft) -> bool:
    """A new build: other hashes in the class names of chrome."""
    for element in draft.chrome:
        names = [re.sub(r"(?<=[-_])\w*\d\w*$", "", name) for name in (element.get("class") or "").split()]
        element.set("class", " ".join((*filter(None, names), f"css-{draft.rng.randrange(16**5):05x}")))
    return True


@_kind
def white_space(draft: Draft) -> bool:
    """Minified markup, or markup set out in lines, at the borders of blocks."""
    gap = draft.rng.choice((None, "\n\t\t  "))
    for element in draft.body.iter(etree.Element):
        if element.tag in BLOCKS and not (element.tail or "").strip(" \t\r\n"):
            following = element.getnext()
            if following is None or following.tag in BLOCKS:
                element.tail = gap
    return True


@_kind
def entities(draft: Draft) -> bool:
    """Typography spelt as entities."""
    spell = draft.rng.choice(("&#{};", "&#x{:x};"))
    text = re.compile(r"(<script\b.*?</script>|<style\b.*?</style>|<!--.*?-->|<[^>]*>)", re.DOTALL | re.IGNORECASE)

    def respelt(html: str) -> str:
        parts = text.split(html)
        parts[::2] = [re.sub(r"[^\x00-\x7f]", lambda c: spell.format(ord(c[0])), part) for part in parts[::2]]
        return "".join(parts)

    draft.spelling = respelt
    return re.search(r"[^\x00-\x7f]", draft.body.text_content()) is not None


@_kind
def ab_banner(draft: Draft) -> bool:
    """One of two banners, its class a hash, on top of the page or over the text."""
    token = f"{draft.rng.randrange(16**6):06x}"
    html = (
        f'<div class="ab-{token}"><div class="v{token[:2]}"><p>{draft.rng.choice(draft.tongue.banners)}</p></div></div>'
    )
    if draft.places and draft.rng.random() < 0.5:
        draft.before(draft.places[0], html)
    else:
        draft.body.insert(0, fragment_fromstring(html))
    return True


@_kind
def share_counters(draft: Draft) -> bool:
    """How often it was shared, over or behind the text."""
    spans = "".join(
        f"<li><a href='/s/{n}'>{word}</a> <span>{draft.rng.randrange(2000)}</span></li>"
        for n, word in enumerate(draft.tongue.share)
    )
    html = f"<div{draft.called('share-buttons')}><ul>{spans}</ul></div>"
    if draft.places and draft.rng.random() < 0.5:
        draft.before(draft.places[0], html)
        return True
    return _behind(draft, html)


@_kind
def cookie_scripts(draft: Draft) -> bool:
    """Scripts and their like in the head, between paragraphs and at the end."""
    token = draft.rng.randrange(10**9)
    script = f"<script>window.__consent={{id:{token},text:'<p>{draft.tongue.consent[0][0]}</p>'}};</script>"
    next(draft.root.iter("head"), draft.body).append(fragment_fromstring(script))
    draft.body.append(fragment_fromstring(f"<noscript><img src='https://pixel.example/{token}' alt=''></noscript>"))
    draft.between(lambda: script)
    return True


# --- true edits -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edited:
    """A page with one true edit. ``old``, ``new``: the paragraph as `norm` gives it, "" for none."""

    html: str
    old: str
    new: str
    behind: str = ""
    """The paragraph that an inserted one stands behind."""


def edits(html: str, gold: Sequence[str], seed: int) -> dict[str, Edited]:
    """One edit of each kind (``word``, ``deletion``, ``insertion``); none where no paragraph is long enough.

    A paragraph that the article itself says more than once is left alone: to change all of them is no one edit.
    """
    found, said = {}, Counter(map(norm, gold))
    for kind, edit in (("word", _word), ("deletion", _deletion), ("insertion", _insertion)):
        draft = Draft(parse(html), gold, Random(f"{kind} {seed}"), True)
        prose = [hit for hit in draft.prose if said[norm(hit.text_content())] <= 1]
        edited = edit(draft, prose) if len(prose) >= 3 else None
        if edited:
            found[kind] = edited
    return found


def _copies(draft: Draft, hit: HtmlElement) -> list[HtmlElement]:
    """The paragraph wherever the page prints it (a preview, and then the whole)."""
    text = norm(hit.text_content())
    return [other for other in draft.body.iter(str(hit.tag)) if norm(other.text_content()) == text]


def _word(draft: Draft, prose: list[HtmlElement]) -> Edited | None:
    pattern = re.compile("[\u3400-\u9fff]{2}" if draft.tongue is TONGUES["zh"] else r"(?<!\w)[^\W\d_]{4,}(?!\w)")
    choices = [hit for hit in prose if pattern.search(hit.text or "")]
    if not choices:
        return None
    hit = draft.rng.choice(choices)
    text, old = hit.text or "", norm(hit.text_content())
    word = draft.rng.choice(list(pattern.finditer(text)))
    edited = text[: word.start()] + draft.tongue.word + text[word.end() :]
    for copy in _copies(draft, hit):
        copy.text = edited if copy.text == text else copy.text
    return Edited(draft.html(), old, norm(hit.text_content()))


def _deletion(draft: Draft, prose: list[HtmlElement]) -> Edited | None:
    hit = draft.rng.choice(prose)
    old = norm(hit.text_content())
    for copy in _copies(draft, hit):
        copy.drop_tree()
    return Edited(draft.html(), old, "")


def _insertion(draft: Draft, prose: list[HtmlElement]) -> Edited | None:
    choices = [hit for hit in prose if len(_copies(draft, hit)) == 1]
    if not choices:
        return None
    hit = draft.rng.choice(choices)
    clone = deepcopy(hit)
    for child in list(clone):
        clone.remove(child)
    clone.text = " ".join(draft.tongue.sentence(draft.rng) for _ in range(2))
    clone.tail = None
    parent = hit.getparent()
    assert parent is not None
    parent.insert(parent.index(hit) + 1, clone)
    return Edited(draft.html(), "", norm(clone.text), norm(hit.text_content()))


def is_placed(edit: Edited, before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether the texts differ by exactly this edit (paragraphs as `norm` gives them)."""
    if edit.behind:
        return any(list(after) == [*before[: i + 1], edit.new, *before[i + 1 :]]
                   for i, text in enumerate(before) if text == edit.behind)  # fmt: skip
    middle = [edit.new] if edit.new else []
    return any(list(after) == [*before[:i], *middle, *before[i + 1 :]]
               for i, text in enumerate(before) if text == edit.old)  # fmt: skip
