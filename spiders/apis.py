"""Find articles in WordPress's API and in outlets' own JSON APIs."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timezone, tzinfo
from itertools import islice
from typing import Any, ClassVar

from crawler.page.state import values_at
from spiders.channels import ChannelSpider, Found, data, hint, resolved
from spiders.feeds import plain
from spiders.wordpress import read_posts
from storage.records import Channel, ChannelKind, Fields, Offer, Outlet, stamp

MOST_ITEMS = 5000
"""Items that are read."""
_UNITS = ((10, 1.0), (13, 1e3), (16, 1e6))
"""Unix time by its digits (from 2001 to 2286): seconds, milliseconds, microseconds."""


class Apis(ChannelSpider):
    """Ask the outlets' JSON APIs, WordPress's among them, then the articles that they offer."""

    name = "apis"
    kinds: ClassVar[tuple[ChannelKind, ...]] = ("wp_json", "json_api")

    def read(self, body: bytes, url: str, content_type: str, outlet: Outlet, channel: Channel) -> Found:
        if channel.kind == "wp_json":
            return read_posts(body, url, content_type)
        return read_api(body, url, content_type, channel.fields)


def read_api(body: bytes, url: str, content_type: str, fields: Fields | None) -> Found:
    """What a JSON API offers, in its order: JSON or JSONP, its items where ``fields`` says they are.

    Pure; never raises, whatever the bytes are.
    """
    if fields is None:
        return Found(problem="nobody said where it names its articles; write [channels.fields] for it")
    answer = data(body, content_type)
    if answer is None:
        return Found(problem="not JSON")
    lists = [found for found in values_at(answer, fields.items) if isinstance(found, list | dict)]
    if not lists:
        return Found(problem=f"JSON without a list at {fields.items or 'its top'}")
    zone = _zone(fields.zone)
    offers = (_offer(item, url, fields, zone) for item in islice(_items(lists), MOST_ITEMS))
    return Found(tuple(offer for offer in offers if offer.url))


def _items(lists: list[Any]) -> Iterator[Any]:
    """What stands at the path: the items, or lists of them."""
    for found in lists:
        yield from found if isinstance(found, list) else (found,)


def _offer(item: Any, url: str, fields: Fields, zone: tzinfo) -> Offer:
    named = _said(item, fields.url)
    link = fields.address.replace("{}", named) if fields.address and named else named
    updated_at = _moment(item, fields.updated, zone)
    return Offer(
        url=resolved(url, link),
        title=plain(_said(item, fields.title)),
        hint_at=_moment(item, fields.published, zone) or updated_at,
        updated_at=updated_at,
    )


def _said(item: Any, path: str) -> str:
    """The first text or whole number at a path of an item, as text; ``""`` where there is none, or no path."""
    for found in values_at(item, path) if path else ():
        if isinstance(found, str):
            return found.strip()
        if isinstance(found, int) and not isinstance(found, bool) and abs(found) < 1 << 63:
            return str(found)
    return ""


def _moment(item: Any, path: str, zone: tzinfo) -> str:
    """A moment at a path of an item, as `hint` spells it: Unix time (as a number, too), or written out."""
    first = next(values_at(item, path), "") if path else ""
    said = str(int(first)) if isinstance(first, float) and math.isfinite(first) else _said(item, path)
    if not (said.isascii() and said.isdigit()):
        return hint(said, zone)
    unit = next((unit for digits, unit in _UNITS if len(said) == digits), 0.0)
    return stamp(datetime.fromtimestamp(int(said) / unit, UTC)) if unit else hint(said, zone)


def _zone(offset: str) -> tzinfo:
    """The zone of an offset as the catalogue spells it (``+08:00``)."""
    found = datetime.fromisoformat(f"2000-01-01T00:00{offset}").utcoffset() if offset else None
    return timezone(found) if found is not None else UTC
