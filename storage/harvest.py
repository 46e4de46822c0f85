"""Which candidates are the most hopeful, given what was asked for so far?

Focused crawling (Chakrabarti, van den Berg and Dom 1999): a link from an article on our subject inherits some of its
relevance (shark-search, Hersovici et al. 1998), and a section that gave us such articles is asked for before one that
did not. Kept as it is, like all candidates: rereading offers nothing.

What is hoped may be wrong. A crawler that only ever takes the best sees nothing of what would tell it so, and does
worse than breadth-first for it (Menczer, Pant and Srinivasan 2004, "Topical web crawlers: evaluating adaptive
algorithms"). Hence two things. Promises wear off: how many of the articles that promised as much turned out related
(online relevance feedback: Chakrabarti, Punera and Subramanyam 2002)? And some places go to any candidate, whatever
it promises (epsilon-greedy: Meusel, Mika and Blanco 2014, "Focused crawling for structured data"). No dice are thrown:
the same store gives the same order.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from math import ceil
from typing import TypeVar
from urllib.parse import urlsplit
from zlib import crc32

from storage.findings import Article, Candidate
from storage.records import stamp

Thing = TypeVar("Thing")

INHERITED = 0.5
"""Share of its surroundings' relevance that a link inherits (shark-search's decay, 0.5)."""
UNSURE = 4.0
"""Articles of a section that weigh as much as what is known of its whole outlet."""
SLIGHT = 0.05
"""Chance of what promises less, or nothing: a title cannot acquit."""
WORD = 2.0
"""Articles that weigh as much as what their titles promised (the weight of Laplace's rule of succession)."""
BANDS = 10
"""Promises are judged with their like: by tenths, and nothing by itself."""
ANY = 8
"""Each so-manyth article that is asked for is any of the candidates, in an order that says nothing (CRC of the
address): so no share of them is never looked at, and it costs an eighth of the budget at most."""
LATELY = 2000
"""Articles of an outlet, the newest, by which its sections are judged, and candidates by which promises are: what was
so years ago tells little."""


def hope(rank: float, around: float) -> float:
    """A candidate's own rank and what it inherits, as two independent chances: 0 to 1."""
    return rank + (1 - rank) * INHERITED * around


def section(url: str) -> str:
    """Host and folders of an address, without dates and numbers: ``host/news/china``."""
    parts = urlsplit(url)
    folders = [piece for piece in parts.path.strip("/").split("/")[:-1] if not re.search(r"\d", piece)]
    return "/".join([parts.hostname or "", *folders[:2]])


def ordered(conn: sqlite3.Connection, found: Sequence[sqlite3.Row]) -> list[sqlite3.Row]:
    """Rows of candidates (offered_url, outlet, rank), the most hopeful first; of equals, as they came.

    Each `ANY`-th place, counted on from the articles that were asked for before, goes to any of them.
    """
    shares = {outlet: _Shares(conn, outlet) for outlet in {row["outlet"] for row in found}}
    promises = _Promises(conn)

    def hoped(row: sqlite3.Row) -> float:
        outlet = row["outlet"]
        return hope(promises.worth(outlet, row["rank"]), shares[outlet].of(row["offered_url"]))

    hopeful = sorted(found, key=hoped, reverse=True)
    anyhow = sorted(found, key=lambda row: crc32(row["offered_url"].encode()))
    return mixed(hopeful, anyhow, sum(share.asked for share in shares.values()))


def mixed(hopeful: Sequence[Thing], anyhow: Sequence[Thing], before: int) -> list[Thing]:
    """Both orders of the same things in one, each once: the second has each `ANY`-th place after ``before`` others."""
    orders, taken, told = (iter(hopeful), iter(anyhow)), set[int](), list[Thing]()
    for place in range(before + 1, before + len(hopeful) + 1):
        one = next(one for one in orders[place % ANY == 0] if id(one) not in taken)
        taken.add(id(one))
        told.append(one)
    return told


def band(rank: float) -> int:
    """Promises that are judged together; 0: none."""
    return ceil(rank * BANDS)


class _Promises:
    """What promises were worth lately: the share that turned out related, of as high ones, by all outlets and by one.

    An outlet of which little is known keeps its promises as all do, and what nobody knows is believed.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        sql = """select a.outlet, c.rank, a.related from articles a join
            (select rank, article from candidates where article is not null order by rowid desc limit ?) c
            on a.id = c.article where a.versions > 0"""
        self.read, self.kept = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
        for outlet, rank, related in conn.execute(sql, (LATELY,)):
            for by in ("", outlet):
                self.read[by, band(rank)] += 1
                self.kept[by, band(rank)] += related

    def worth(self, outlet: str, rank: float) -> float:
        believed = max(rank, SLIGHT)
        for by, unsure in (("", WORD), (outlet, UNSURE)):
            asked = by, band(rank)
            believed = (self.kept[asked] + unsure * believed) / (self.read[asked] + unsure)
        return believed


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
        (self.asked,) = conn.execute("select count(*) from articles where outlet = ?", (outlet,)).fetchone()

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
