"""Which page does an address lead to: the home page, the outlet's, the asked one, the one with the article's number?

Pure: addresses as pages and redirects give them, which need not be any. (Which article an address names is asked of
`crawler.addresses`.)
"""

import re
from urllib.parse import parse_qsl, urlsplit

from w3lib.url import canonicalize_url

from crawler.page.walls import parts
from storage.records import Capture, Outlet, bare


def is_home(url: str) -> bool:
    """A root, or a language's (``/en/``). A root with a number in its query is an old CMS's article."""
    home = r"/?(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:(?:index|default|home|main)(?:\.\w+)?/?)?"
    return bool(re.fullmatch(home, parts(url).path)) and not re.search(r"\d", parts(url).query)


def host_of(url: str) -> str:
    """Its host, without the names that stand for the same site."""
    return bare(parts(url).hostname or "")


def within(url: str, outlet: Outlet | None, asked_url: str) -> bool:
    """Whether it lies with the outlet; without an outlet, with the asked host."""
    host, asked = host_of(url), host_of(asked_url)
    homes = (*outlet.domains, *outlet.mirrors) if outlet and outlet.domains else (asked,)
    return any(f".{host}".endswith("." + home.removeprefix("www.")) for home in homes) or asked.endswith("." + host)


def place(url: str, outlet: Outlet | None) -> tuple[str, str, frozenset[str]]:
    """Enough of an address to tell two pages apart: host (a mirror is home), path, query pairs with a number."""
    try:
        cut = urlsplit(canonicalize_url(url))
    except ValueError:
        return ("", url, frozenset())
    twins = (*outlet.mirrors, outlet.domains[0]) if outlet and outlet.mirrors and outlet.domains else ()
    host = next(
        (host_of(url).removesuffix(twin) for twin in twins if f".{host_of(url)}".endswith("." + twin)), host_of(url)
    )
    pairs = (pair for pair in cut.query.split("&") if re.search(r"=.*\d", pair) and pair[:4] != "utm_")
    return (host, re.sub(r"(?:/amp)?/*$", "", cut.path), frozenset(pairs))


def is_away(capture: Capture, outlet: Outlet | None) -> bool:
    """Whether redirects led to another page than the asked one (another spelling of it is no other page)."""
    return bool(capture.hops) and place(capture.asked_url, outlet) != place(capture.url, outlet)


def number(url: str, outlet: Outlet | None = None) -> str:
    """The CMS's id of the article (five digits or more, no date) at the end of its address, or in a parameter that
    names articles; ``""``: none. Elsewhere a number may be a section's, and ``?from=12345`` another article's."""
    last = [part for part in parts(url).path.split("/") if part][-1:]
    numbers = _ID.findall(" ".join((*last, *_named(url, outlet))))
    return str(numbers[-1]) if numbers else ""


def keeps_number(capture: Capture, outlet: Outlet | None) -> bool:
    """Whether the number that most likely is the article's stands anywhere in the address where it landed."""
    urls = (capture.asked_url, capture.url)
    asked, landed = (_ID.findall(" ".join((parts(url).path, *_named(url, outlet)))) for url in urls)
    ours = number(capture.asked_url, outlet) or (asked[-1] if asked else "")
    return ours in landed


def _named(url: str, outlet: Outlet | None) -> list[str]:
    """Values of parameters that name articles."""
    naming = {*ID_PARAMS, *(outlet.identity_params if outlet else ())}
    return [value for name, value in parse_qsl(parts(url).query) if name.casefold() in naming]


ID_PARAMS = frozenset({"id", "p", "newsid", "news_id", "article", "articleid", "article_id", "aid", "nid", "docid"})
"""Parameters by which CMSs name articles (an outlet's own are in its file)."""
_ID = re.compile(r"(?<!\d)(?!(?:19|20)\d{4}(?:\d\d)?(?!\d))\d{5,}")
