"""The loopback newsroom: six invented outlets that publish, edit and delete on cue over real HTTP."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from crawler.clock import Clock, HandClock
from crawler.newsroom.answers import Answer, Asked, Headers, answer
from crawler.newsroom.article import Article
from crawler.newsroom.masthead import KEYS, masthead
from crawler.newsroom.server import Server
from crawler.newsroom.shelf import write_shelf
from crawler.newsroom.site import Site
from crawler.newsroom.stories import Story, stock


@dataclass(frozen=True, slots=True)
class Logged:
    """One request as the newsroom saw it."""

    at: datetime
    """By the newsroom's clock."""
    outlet: str
    host: str
    """The address asked, without the port."""
    target: str
    """Path and query."""
    status: int
    """0 when the connection was dropped without an answer."""
    headers: Headers
    at_once: int
    """Requests at work on this host when it came, itself included."""
    began: float
    """Monotonic real seconds, for gaps between requests."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def header(self, name: str) -> str:
        """The first value of a request header (any case), or ``""``."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def agent(self) -> str:
        return self.header("User-Agent")

    @property
    def conditional(self) -> bool:
        """Whether it asked by ETag or date."""
        return bool(self.header("If-None-Match") or self.header("If-Modified-Since"))


class Newsroom:
    """Outlets on their own 127.0.7.x addresses at one port.

    ``with Newsroom(clock) as newsroom:`` serves on a free port; `serve` takes a port. Publishing works
    before serving, too; URLs exist from then on.
    """

    def __init__(
        self,
        clock: Clock,
        outlets: tuple[str, ...] = KEYS,
        port: int = 0,
        mirrors: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    ) -> None:
        """``port``: what URLs say before anyone serves them; ``mirrors``: an outlet's further addresses, by its key."""
        self.clock = clock
        self.sites = {key: Site(masthead(key), lambda: self.port, clock.now, mirrors.get(key, ())) for key in outlets}
        self.log: list[Logged] = []
        self._by_address = {a: site for site in self.sites.values() for a in (site.masthead.address, *site.mirrors)}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        self._server: Server | None = None
        self._port = port

    # --- serving ------------------------------------------------------------------------------------

    def serve(self, port: int = 0) -> Self:
        """Listen on all addresses (port 0: one that is free on all of them). OSError when it is taken."""
        if self._server is not None:
            raise RuntimeError("this newsroom is serving already, close it first")
        self._server = Server(self._by_address, port, self._respond)
        self._port = self._server.port
        self._server.start()
        return self

    def close(self) -> None:
        """Stop serving; the log and all articles stay."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def __enter__(self) -> Self:
        return self if self._server is not None else self.serve()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def port(self) -> int:
        """The port it serves, or last served; RuntimeError before."""
        if not self._port:
            raise RuntimeError("the newsroom has no port yet: call serve() before you ask for URLs")
        return self._port

    def _respond(self, host: str, target: str, headers: Headers, at_once: int, began: float) -> Answer:
        site = self._by_address[host]
        asked = Asked(target, headers, host=host)
        with self._lock:
            self._counts[host, asked.path] += 1
            made = answer(site, replace(asked, count=self._counts[host, asked.path]), self._next_root(site))
            status = 0 if made.wire.drop else made.status
            self.log.append(Logged(self.clock.now(), site.masthead.key, host, target, status, headers, at_once, began))
        return made

    def ask(self, host: str, target: str, headers: Headers = ()) -> Answer:
        """The answer to one request as it would go on the wire, without a server. KeyError: nobody has this address."""
        return self._respond(host, target, headers, 1, 0.0)

    def _next_root(self, site: Site) -> str:
        sites = list(self.sites.values())
        return sites[(sites.index(site) + 1) % len(sites)].root

    # --- scripting ----------------------------------------------------------------------------------

    def site(self, outlet: str) -> Site:
        """The handle of an outlet; KeyError with the known keys."""
        if outlet not in self.sites:
            raise KeyError(f"no outlet {outlet!r} in this newsroom: {', '.join(self.sites)}")
        return self.sites[outlet]

    def article(self, outlet: str, slug: str) -> Article:
        """The handle of a published article by the slug it was published under."""
        articles = self.site(outlet).articles
        if slug not in articles:
            raise KeyError(f"{outlet} has not published {slug!r} (yet)")
        return articles[slug]

    def publish(
        self,
        outlet: str,
        slug: str,
        title: str,
        paragraphs: tuple[str, ...] | list[str],
        standfirst: str = "",
        byline: str = "",
        caption: str = "",
        section: str = "",
    ) -> Article:
        """Publish a text of your own now."""
        story = Story(slug, title, tuple(paragraphs), standfirst, byline, caption, section)
        return self.site(outlet).publish(story)

    def publish_story(self, outlet: str, slug: str) -> Article:
        """Publish a story from the stock (`stories.stock`) now; KeyError with the slugs there are."""
        stories = stock(outlet)
        if slug not in stories:
            raise KeyError(f"no story {slug!r} in the stock of {outlet}: {', '.join(stories)}")
        return self.site(outlet).publish(stories[slug])

    def reprint(self, outlet: str, original: Article, city: str = "BEIJING", slug: str = "") -> Article:
        """Publish another outlet's article under a dateline ("BEIJING, Mar 3, 2026, THE COURIER. ...")."""
        source, copy = original.site.masthead.name, original.copy
        dateline = f"{city}, {self.clock.now():%b} {self.clock.now().day}, {self.clock.now().year}, {source}. "
        section = copy.section if copy.section in self.site(outlet).masthead.sections else ""
        story = Story(
            slug or original.slug, copy.title, (dateline + copy.paragraphs[0], *copy.paragraphs[1:]),
            byline=source, caption=copy.caption, section=section,
        )  # fmt: skip
        return self.site(outlet).publish(story)

    def advance(self, **amount: float) -> datetime:
        """Move the clock on (``days=1``); TypeError when the clock moves by itself."""
        if not isinstance(self.clock, HandClock):
            raise TypeError("only a HandClock can be moved: give the newsroom one")
        return self.clock.advance(**amount)

    def outlets_shelf(self, folder: Path) -> Path:
        """Write one TOML an outlet for ``-s OUTLETS=folder``; returns the folder (made where missing)."""
        return write_shelf(folder, list(self.sites.values()))

    def asked(self, outlet: str = "", path: str = "") -> list[Logged]:
        """The log's requests to one outlet, or for one path."""
        return [r for r in self.log if outlet in {"", r.outlet} and path in {"", r.path}]
