"""Readers of a page beside ours: trafilatura, and others if they are installed (the extra `bench`).

They are imported when asked for, and can reach no network while they read. newspaper4k and readability-lxml ask for
older versions of python-dateutil and cssselect than `constraints.txt` pins: install them without it, or with
``--no-deps`` on top of it (they read as well with the pinned ones).
"""

import socket
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any, NoReturn

from lxml.etree import ParserError
from lxml.html import document_fromstring

from crawler.page.blocks import blocks

Lines = tuple[str, ...]
Extract = Callable[[str, str], Lines]
"""HTML and URL in, the lines of the text out."""


def trafilatura_lines(html: str, url: str) -> Lines:
    """trafilatura as it comes."""
    from trafilatura import extract

    return tuple((extract(html, url=url) or "").split("\n"))


def trafilatura_with_metadata(html: str, url: str) -> Lines:
    """trafilatura asked for title, author and date as well: what a reading of ours brings, too."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    found = bare_extraction(html, url=url, with_metadata=True)
    return tuple((found.text or "").split("\n")) if isinstance(found, Document) else ()


def readability_lines(html: str, _url: str) -> Lines:
    """readability-lxml: the HTML that it keeps, cut into blocks by our own cutter."""
    from readability import Document  # type: ignore[import-not-found, import-untyped, unused-ignore]

    try:
        return tuple(block.text for block in blocks(document_fromstring(Document(html).summary())))
    except ParserError:
        return ()


def newspaper_lines(html: str, url: str) -> Lines:
    """newspaper4k, without its habit of fetching pictures; nothing in languages whose tokenizer is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from newspaper import Article, ArticleException  # type: ignore[import-not-found, import-untyped, unused-ignore]

    article = Article(url, fetch_images=False)
    try:
        article.download(input_html=html)
        article.parse()
    except (ArticleException, ImportError):
        return ()
    return tuple(str(article.text).split("\n"))


PEERS: dict[str, tuple[str, Extract]] = {
    "readability-lxml": ("readability", readability_lines),
    "newspaper4k": ("newspaper", newspaper_lines),
}
"""Name on the package index, name of the module, and how it is asked."""


def installed() -> tuple[dict[str, Extract], list[str]]:
    """The peers that are here, and the names of those that are not."""
    here = {name: extract for name, (module, extract) in PEERS.items() if find_spec(module)}
    return here, [name for name in PEERS if name not in here]


@contextmanager
def no_network() -> Iterator[None]:
    """Within it, no name is resolved and no connection opened: OSError instead."""

    def refuse(*_args: Any, **_named: Any) -> NoReturn:
        raise OSError("a reader reached for the network while it was measured")

    kept = socket.socket.connect, socket.getaddrinfo
    socket.socket.connect, socket.getaddrinfo = refuse, refuse  # type: ignore[method-assign]
    try:
        yield
    finally:
        socket.socket.connect, socket.getaddrinfo = kept  # type: ignore[method-assign]
