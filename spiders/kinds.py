"""Which reader reads which kind of channel?"""

from collections.abc import Callable
from typing import get_args

from spiders.apis import read_api
from spiders.channels import Found
from spiders.feeds import read_feed
from spiders.fronts import read_front
from spiders.sitemaps import read_sitemap
from spiders.telegram import read_preview
from spiders.wordpress import read_posts
from storage.records import Channel, ChannelKind, Outlet

Reader = Callable[[bytes, str, str, Outlet, Channel], Found]
"""The body, where it came from, its ``Content-Type``, whose it is, and which of their channels. Pure; never raises."""

KINDS: tuple[ChannelKind, ...] = get_args(ChannelKind)

_READERS: dict[ChannelKind, Reader] = {
    "feed": lambda body, url, content_type, outlet, channel: read_feed(body, url),
    "sitemap": lambda body, url, content_type, outlet, channel: read_sitemap(body, url),
    "news_sitemap": lambda body, url, content_type, outlet, channel: read_sitemap(body, url),
    "front": lambda body, url, content_type, outlet, channel: read_front(body, url, content_type, outlet),
    "wp_json": lambda body, url, content_type, outlet, channel: read_posts(body, url, content_type),
    "json_api": lambda body, url, content_type, outlet, channel: read_api(body, url, content_type, channel.fields),
    "telegram_preview": lambda body, url, content_type, outlet, channel: read_preview(body, url, content_type, outlet),
}


def reader_of(kind: ChannelKind) -> Reader:
    """The reader of a kind of channel. What it finds still passes `ChannelSpider.offered`, or `channels.own`."""
    return _READERS[kind]
