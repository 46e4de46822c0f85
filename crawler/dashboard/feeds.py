"""Feeds of what was changed and taken down: ``/-/stet/feed.atom`` and ``/-/stet/feed.json``."""

from typing import Any

from datasette import NotFound, Response

from crawler.ask import NoAnswer
from crawler.dashboard.shell import ask
from crawler.exports.feeds import Asked, Form, written

TYPES: dict[Form, str] = {"atom": "application/atom+xml; charset=utf-8", "json": "application/feed+json"}
LONGEST = 2000
"""Characters of an argument that are heeded."""
HEADERS = {
    "Cache-Control": "max-age=300",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


async def feed(request: Any, datasette: Any) -> Any:
    """``?outlet=``, ``&article=`` (an address), ``&kind=``, ``&q=`` words: all that is named must hold."""
    form: Form = "json" if request.url_vars["form"] == "json" else "atom"
    said = [_argument(request, name) for name in ("outlet", "article", "kind", "q")]
    link = datasette.absolute_url(request, request.full_path if hasattr(request, "full_path") else request.path)
    home = datasette.absolute_url(request, datasette.urls.path("/"))
    try:
        body = await ask(datasette, request, lambda store: written(store, Asked(*said), form, link, home))
    except NoAnswer as error:
        raise NotFound(str(error)) from None
    return Response(body.decode(), headers=HEADERS, content_type=TYPES[form])


def _argument(request: Any, name: str) -> str:
    said = request.args.get(name) or ""
    return str(said)[:LONGEST].encode("utf-8", "replace").decode().strip()


ROUTES = [(r"^/-/stet/feed\.(?P<form>atom|json)$", feed)]
