"""Find articles in the public previews of outlets' Telegram channels (t.me/s/NAME)."""

from collections.abc import Iterator
from itertools import islice
from typing import ClassVar

from lxml import html

from spiders.channels import ChannelSpider, Found, hint, is_article, resolved
from spiders.fronts import LONGEST, page
from storage.records import Channel, ChannelKind, Offer, Outlet
from storage.words import tidy

MOST_MESSAGES = 500
"""Messages that are read; a preview shows about twenty."""
MOST_LINKS = 50
"""Links of one message that are looked at."""


class Telegram(ChannelSpider):
    """Ask the previews of the outlets' Telegram channels, then the articles of the outlets that they link to."""

    name = "telegram"
    kinds: ClassVar[tuple[ChannelKind, ...]] = ("telegram_preview",)

    def read(self, body: bytes, url: str, content_type: str, outlet: Outlet, channel: Channel) -> Found:
        return read_preview(body, url, content_type, outlet)


def read_preview(body: bytes, url: str, content_type: str, outlet: Outlet) -> Found:
    """The outlet's own articles that a channel's messages link to, the oldest message first.

    Each with the title of the preview that Telegram made of it, else the message's words, and the moment of the
    message. A channel without a public preview leads to a page without messages. Pure; never raises, whatever the
    bytes are.
    """
    root = page(body, content_type)
    if root is None:
        return Found(problem="not a page")
    messages = list(islice(_messages(root), MOST_MESSAGES))
    if not messages and next(_classed(root, "tgme_channel_history"), None) is None:
        return Found(problem="not a channel's preview: it shows no messages")
    return Found(tuple(offer for message in messages for offer in _offers(message, url, outlet)))


def _messages(root: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Messages, of which none lies within another (a page that nests them would be read over and over)."""
    name = "tgme_widget_message"
    return (one for one in _classed(root, name) if not any(_is_classed(outer, name) for outer in one.iterancestors()))


def _offers(message: html.HtmlElement, url: str, outlet: Outlet) -> Iterator[Offer]:
    at = hint(next((said for time in message.iter("time") if (said := time.get("datetime"))), ""))
    texts = list(_classed(message, "tgme_widget_message_text"))
    words = _words(texts[-1])[:LONGEST] if texts else ""  # a reply quotes the words of the other message first
    cards = islice(_cards(message), MOST_LINKS)
    titles = {resolved(url, card.get("href") or ""): _title(card) for card in cards}
    inside = (link.get("href") or "" for text in texts for link in text.iter("a"))
    links = dict.fromkeys(resolved(url, link) for link in islice(inside, MOST_LINKS))
    for link in dict.fromkeys((*titles, *links)):
        if link and is_article(link, outlet):
            yield Offer(link, titles.get(link) or words, at)


def _cards(message: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The previews that Telegram made of links."""
    return (card for card in _classed(message, "tgme_widget_message_link_preview") if card.tag == "a")


def _title(card: html.HtmlElement) -> str:
    return next((_words(title)[:LONGEST] for title in _classed(card, "link_preview_title")), "")


def _classed(root: html.HtmlElement, name: str) -> Iterator[html.HtmlElement]:
    """The elements below (and this one) of a class, in page order."""
    return (element for element in root.iter("*") if _is_classed(element, name))


def _is_classed(element: html.HtmlElement, name: str) -> bool:
    return name in (element.get("class") or "").split()


def _words(element: html.HtmlElement) -> str:
    return tidy(" ".join(str(part) for part in element.itertext()))
