"""Feeds of a store: all of it, one outlet, one article, one kind, or what holds some words."""

from dataclasses import dataclass
from typing import Literal, get_args

from crawler import ask, feed
from crawler.ask import NoAnswer
from crawler.feed import Feed
from crawler.occasions.found import occasions
from crawler.occasions.occasion import Kind as Event
from crawler.occasions.occasion import Occasion, Sought
from crawler.shelf import near
from crawler.sinks.message import LINE, cleaned
from storage.records import Kind
from storage.store import Store

Form = Literal["atom", "json"]
ENTRIES = 100
"""Entries of a feed."""
EVENTS: tuple[str, ...] = tuple(
    event for event in get_args(Event) if event not in ("incident", "incident over", "alarm")
)
KINDS = (*EVENTS, *map(str, Kind))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a feed is asked to be of. All that is named must hold."""

    outlet: str = ""
    article: str = ""
    """Its address."""
    kind: str = ""
    words: str = ""

    @property
    def name(self) -> str:
        """``all``, or what is asked for, in one order."""
        said = (("outlet", self.outlet), ("article", self.article), ("kind", self.kind), ("search", self.words))
        return "&".join(f"{key}={value}" for key, value in said if value) or "all"


def written(store: Store, asked: Asked, form: Form, link: str = "", home: str = "") -> bytes:
    """A feed of the newest hundred. Raises NoAnswer for an outlet, article or kind that nobody knows."""
    found = entries(store, asked)
    told = Feed(asked.name, _title(asked), _newest(store), link, home)
    return feed.atom(told, found) if form == "atom" else feed.jsonfeed(told, found)


def entries(store: Store, asked: Asked) -> list[Occasion]:
    """What the feed holds, newest first. Raises NoAnswer."""
    if asked.kind and asked.kind not in KINDS:
        raise NoAnswer(f"no kind is called {cleaned(asked.kind, 60)}{near(asked.kind, KINDS)}")
    outlets = [row["key"] for row in store.conn.execute("select key from outlets")]
    if asked.outlet and asked.outlet not in outlets:
        raise NoAnswer(f"no outlet is called {cleaned(asked.outlet, 60)}{near(asked.outlet, outlets)}")
    query = ask.fts(asked.words)
    if asked.words and not query:
        return []
    number = ask.article(store, asked.article).id if asked.article else 0
    sought = Sought(asked.outlet, number, asked.kind, query, walls=False, copies=bool(number), limit=ENTRIES)
    return occasions(store.conn, sought)


def _title(asked: Asked) -> str:
    said = [f"about {asked.words}" if asked.words else "", f"at {asked.outlet}" if asked.outlet else ""]
    said += [f"of {asked.article}" if asked.article else "", f"({asked.kind})" if asked.kind else ""]
    return cleaned(f"Stet: edits and takedowns {' '.join(part for part in said if part)}", LINE)


def _newest(store: Store) -> str:
    """When the store was last added to: the moment of a feed without entries."""
    row = store.conn.execute("select max(at) from captures").fetchone()
    return str(row[0] or "1970-01-01T00:00:00.000Z")
