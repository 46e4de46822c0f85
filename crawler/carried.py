"""Who else carries an article's text, what became of its edits there, and whom it names: the views, for one article."""

import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from math import ceil, floor
from typing import Any

from crawler.happened import counted
from storage.records import moment

DAYS = 72
"""Hours from which on days are counted."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """Another outlet's article that has words in common with this one."""

    outlet: str
    url: str
    title: str
    role: str
    """original or copy: who was seen with the text first."""
    kind: str
    """reprint, partial or quotation."""
    share: float
    """Of its words, 0 to 1: how many stand in this article."""
    share_of_ours: float
    """Of this article's words: how many stand there."""
    after_at: str
    """When it was last seen without the text; "": it had it when it was first looked at."""
    by_at: str
    """When it was first seen with it."""
    order_by: str
    """How sure the order is: evidence, first looks, same moment."""
    claimed_dates: str
    """Whether the dates on both pages agree with that order: agree, differ, or ""."""
    claim: str
    """The words by which the copy names the original's outlet, or ""."""
    quote: str
    """The longest sentence that both quote, or ""."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an edit of this article, or of its takedown, in an article that carries its text."""

    outlet: str
    url: str
    of: str
    """edit or takedown."""
    what: str
    changed_after: str
    changed_by: str
    fate: str
    """carries the old words, followed, says neither any more, had the new words from the first, changed before it;
    of a takedown: still stands, or taken down as well."""
    followed_after: str
    followed_by: str
    """The interval in which it followed; "" where it did not."""
    seen_at: str
    """When it was last seen."""

    @property
    def survives(self) -> bool:
        """Whether the old words, or the text, are still there."""
        return self.fate in ("carries the old words", "still stands")

    @property
    def follows(self) -> bool:
        """Whether the same was done there, later."""
        return self.fate in ("followed", "taken down as well")

    @property
    def hours(self) -> str:
        """How long after it followed, in words; "" where it did not."""
        followed = (self.followed_after, self.followed_by)
        return later((self.changed_after, self.changed_by), followed) if self.follows else ""


@dataclass(frozen=True, slots=True)
class Named:
    """A source that the article names, in the words that do so first."""

    source: str
    outlet: str
    kind: str
    words: str


def later(changed: tuple[str, str], followed: tuple[str, str]) -> str:
    """How long after a change another followed, in words; of each, the look before and the look that showed it.

    At least from the first change's look to the last look before the second; at most from the last look before the
    first to the second's own. Where the two may have come in any order, that is said.
    """
    if not followed[0] or moment(followed[0]) < moment(changed[1]):
        return "no look tells how long after, or which was first"
    least = floor((moment(followed[0]) - moment(changed[1])) / timedelta(hours=1))
    if not changed[0]:
        return f"at least {counted(least, 'hour')} later"
    most = ceil((moment(followed[1]) - moment(changed[0])) / timedelta(hours=1))
    if most <= DAYS:
        return f"{least} to {counted(most, 'hour')} later"
    return f"{least // 24} to {counted(ceil(most / 24), 'day')} later"


def passed(since: str, until: str) -> str:
    """How much time, in full hours, or in full days if it is many: ``26 hours``."""
    hours = floor((moment(until) - moment(since)) / timedelta(hours=1))
    return counted(hours, "hour") if hours <= DAYS else counted(hours // 24, "day")


_COPIED = """select outlet, url, title, 'copy' as role, kind, share, share_of_original as share_of_ours, after_at,
        by_at, order_by, claimed_dates, claim, quote from copied where original = ?
    union all select from_outlet, from_url, from_title, 'original', kind, share_of_original, share,
        (select max(r.at) from readings r where r.article = original and r.version is not null and r.at < had_it_at),
        had_it_at, order_by, claimed_dates, claim, quote from copied where article = ?
    order by 9, 2"""
_FATES = """select copy_outlet as outlet, copy_url as url, 'edit' as of, summary as what, changed_after, changed_by,
        fate, followed_after, followed_by, seen_at from copy_fates where article = ?
    union all select copy_outlet, copy_url, 'takedown', what, changed_after, changed_by, 'still stands', null, null,
        copy_seen_at from surviving_copies where article = ? and after = 'takedown'
    union all select copy_outlet, copy_url, 'takedown', '', went_after, went_by, 'taken down as well', followed_after,
        followed_by, followed_by from followed_takedowns where article = ?
    order by 6, 2, 7"""
_NAMED = """select c.source, c.outlet, c.kind, c.words from claims c join versions v on v.id = c.version
    where c.article = ? order by v.number desc, c.id"""


def carriers(conn: sqlite3.Connection, article: int) -> tuple[Carrier, ...]:
    """Who else carries its text, by when they were first seen with it."""
    return tuple(Carrier(**row) for row in _rows(conn, _COPIED, article, article))


def fates(conn: sqlite3.Connection, article: int) -> tuple[Fate, ...]:
    """What became of its edits and of its takedown elsewhere, the oldest first."""
    return tuple(Fate(**row) for row in _rows(conn, _FATES, article, article, article))


def named(conn: sqlite3.Connection, article: int) -> tuple[Named, ...]:
    """Whom it names as a source, or ever named."""
    found = (Named(**row) for row in _rows(conn, _NAMED, article))
    return tuple({one.source.casefold(): one for one in found}.values())


def _rows(conn: sqlite3.Connection, sql: str, *values: int) -> list[dict[str, Any]]:
    """An older store that is only read has no such views: then nothing is known."""
    if not conn.execute("select 1 from sqlite_master where name = 'copied'").fetchone():
        return []
    found = [dict(row) for row in conn.execute(sql, values)]
    return [{name: "" if value is None else value for name, value in row.items()} for row in found]
