"""Read what WordPress's own API lists: posts with their addresses, headlines and dates.

REST API handbook, "Posts": ``link``, ``title.rendered``, and ``date_gmt`` and ``modified_gmt`` in UTC without a zone.
"""

from typing import Any

from crawler.page.state import values_at
from spiders.channels import Found, data, hint, resolved
from spiders.feeds import plain
from storage.records import Offer

MOST_POSTS = 5000
"""Posts that are read; WordPress itself gives at most 100 a page."""


def read_posts(body: bytes, url: str, content_type: str = "") -> Found:
    """What a page of posts offers, in its order.

    Pure; never raises, whatever the bytes are.
    """
    posts = data(body, content_type)
    if not isinstance(posts, list):
        return Found(problem=_refusal(posts))
    offers = (_offer(post, url) for post in posts[:MOST_POSTS] if isinstance(post, dict))
    return Found(tuple(offer for offer in offers if offer.url))


def _refusal(answer: Any) -> str:
    """Why there is no list: WordPress names it by a code (``rest_no_route``, ``rest_login_required``)."""
    code = plain(text_at(answer, "code"))[:80]
    return f"not a list of posts: {code}" if code else "not a list of posts"


def _offer(post: dict[str, Any], url: str) -> Offer:
    updated_at = hint(text_at(post, "modified_gmt"))
    day = text_at(post, "date")[:10]  # the site's own time, of which only the day is sure
    return Offer(
        url=resolved(url, text_at(post, "link")),
        title=plain(text_at(post, "title.rendered") or text_at(post, "title")),
        hint_at=hint(text_at(post, "date_gmt")) or hint(day) or updated_at,
        updated_at=updated_at,
    )


def text_at(value: Any, path: str) -> str:
    """The first text under a path of keys, or ``""``."""
    return next((found for found in values_at(value, path) if isinstance(found, str)), "")
