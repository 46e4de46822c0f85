"""Which candidates are the most hopeful, given what was asked for so far?

Focused crawling (Chakrabarti, van den Berg and Dom 1999): a link from an article on our subject inherits some of its
relevance (shark-search, Hersovici et al. 1998), and a section that gave us such articles is asked for before one that
did not. Kept as it is, like all candidates: rereading offers nothing.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from storage.findings import Article, Candidate
from storage.records import stamp

INHERITED = 0.5
"""Share of its surroundings' relevance that a link inherits (shark-search's decay, 0.5)."""
UNSURE = 4.0
"""Articles of a section that weigh as much as what is known of its whole outlet."""
LATELY = 2000
"""Articles of an outlet, the newest, by which its sections are judged: what was so years ago tells little."""


def hope(rank: float, around: float) -> float:
    """A candidate's own rank and what it inherits, as two independent chances: 0 to 1."""
    return rank + (1 - rank) * INHERITED * around


def section(url: str) -> str:
    """Host and folders of an address, without dates and numbers: ``host/news/china``."""
    parts = urlsplit(url)
    folders = [piece for piece in parts.path.strip("/").split("/")[:-1] if not re.search(r"\d", piece)]
    return "/".join([parts.hostname or "", *folders[:2]])


def ordered(conn: sqlite3.Connection, found: Sequence[sqlite3.Row]) -> list[sqlite3.Row]:
    """Rows of candidates (offered_url, outlet, rank), the most hopeful first; of equals, as they came."""
    shares = {outlet: _Shares(conn, outlet) for outlet in {row["outlet"] for row in found}}
    return sorted(found, key=lambda row: -hope(row["rank"], shares[row["outlet"]].of(row["offered_url"])))


class _Shares:
    """The share of an outlet's articles that were related, by section; unknown sections have the outlet's."""

    def __init__(self, conn: sqlite3.Connection, outlet: str) -> None:
        sql = """select url, related from (select * from articles where outlet = ? order by first_seen_at desc limit ?)
            where versions > 0"""
        read, related = Counter[str](), Counter[str]()
        for row in conn.execute(sql, (outlet, LATELY)):
            read[section(row["url"])] += 1
            related[section(row["url"])] += row["related"]
        self.read, self.related = read, related
        self.usual = related.total() / read.total() if read else 0.0

    def of(self, url: str) -> float:
        name = section(url)
        return (self.related[name] + UNSURE * self.usual) / (self.read[name] + UNSURE)


def linked(conn: sqlite3.Connection, of: Article, at: datetime, offered: Iterable[Candidate]) -> None:
    """Keep the candidates that an article links to; those a list offered already may only rise."""
    for offer in offered:
        owner = conn.execute("select article from addresses where url = ?", (offer.url,)).fetchone()
        conn.execute(
            """insert into candidates (url, outlet, channel, offered_at, offered_url, title, hint_at, rank, article)
            values (?, ?, null, ?, ?, ?, '', ?, ?) on conflict (url) do update set rank = max(rank, excluded.rank)""",
            (
                offer.url, of.outlet, stamp(at), offer.offered_url, offer.title, offer.rank,
                owner["article"] if owner else None,
            ),
        )  # fmt: skip
