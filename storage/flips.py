"""What an article's texts did before a capture: which one stands as news, which came back, how often each was shown.

Read from the rows of its versions and of the changes that led to them, by what Stet made of those (``unmarked``): marks
move nothing here. Noise, incidents and dates that move are passed over: they neither stand nor flip.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from storage.findings import Flapping
from storage.records import Edit, Extent, Status, moment, stamp
from storage.words import normal

RESTLESS = timedelta(days=14)
"""For how long a flip is remembered against an article: a test of headlines is over by then."""
VERSIONS = """select v.id, v.extent, v.title, v.standfirst, v.captions, v.links, v.text, v.said,
        ch.id as change, ch.from_version, ch.unmarked as status, ch.by_at, ch.kinds = '["date"]' as dated,
        exists (select 1 from json_each(ch.kinds) where value = 'revert') as reverts,
        (select group_concat(distinct e.field) from edits e where e.change = ch.id) as fields
    from versions v left join changes ch on ch.to_version = v.id where v.article = ? order by v.number"""
HEAD = frozenset({"title", "standfirst"})
SWAPPED = HEAD | {"caption", "link"}
"""Fields that are tested, or turn by themselves."""
COLUMNS = {"title": "title", "standfirst": "standfirst", "caption": "captions", "link": "links"}
DATES = frozenset({"published_at", "modified_at"})
QUIET = (Status.NOISE, Status.INCIDENT)


@dataclass(frozen=True)
class Past:
    """The article's versions, oldest first, each with the change that led to it."""

    rows: Sequence[sqlite3.Row]

    @property
    def said(self) -> frozenset[str]:
        """The words of all versions."""
        return frozenset(row["said"] for row in self.rows)

    @property
    def titles(self) -> frozenset[tuple[Extent, str]]:
        """All headlines, by extent, in normal form."""
        return frozenset((Extent(row["extent"]), normal(row["title"])) for row in self.rows)

    @cached_property
    def changed(self) -> list[sqlite3.Row]:
        """The versions that changes led to which were more than a date or noise, newest first."""
        return [row for row in reversed(self.rows) if row["change"] is not None and not _is_quiet(row)]

    def base(self, extent: str) -> sqlite3.Row | None:
        """The last version that stands: that says what was told, or what needed no telling."""
        return next((row for row, _, stands in reversed(self._walk(extent)) if stands), None)

    def stood(self, extent: str) -> tuple[int, bool] | None:
        """Where the last version does not stand: the last that does, and whether the body of the last one stands."""
        walked, base = self._walk(extent), self.base(extent)
        if base is None or walked[-1][2]:
            return None
        return int(base["id"]), walked[-1][1]

    def _walk(self, extent: str) -> list[tuple[sqlite3.Row, bool, bool]]:
        """The versions of an extent: whether its body stands, and whether it stands as a whole.

        Headline, standfirst, captions and links are followed by themselves: they are tested while the body is edited.
        """
        walked: list[tuple[sqlite3.Row, bool, bool]] = []
        bodies: dict[int, bool] = {}
        standing: dict[str, str] = {}
        base: sqlite3.Row | None = None
        for row in self.of(extent):
            fields = frozenset((row["fields"] or "").split(",")) - DATES
            told, quiet = row["change"] is None or row["status"] == Status.NEWS, _is_quiet(row)
            if told or (quiet and base is not None and row["from_version"] == base["id"]):
                standing |= {field: row[column] for field, column in COLUMNS.items() if base is None or field in fields}
            known = (told or quiet or fields <= SWAPPED) and bodies.get(row["from_version"], True)
            bodies[row["id"]] = known or (base is not None and row["text"] == base["text"])
            stands = bodies[row["id"]] and all(row[COLUMNS[field]] == value for field, value in standing.items())
            base = row if stands else base
            walked.append((row, bodies[row["id"]], stands))
        return walked

    def of(self, extent: str) -> list[sqlite3.Row]:
        return [row for row in self.rows if row["extent"] == extent]

    def flips(self, at: datetime) -> int:
        """Flips, and returns to an earlier text, among the last ten changes of two weeks."""
        ten = [row for row in self.rows if row["change"] is not None and row["by_at"] >= stamp(at - RESTLESS)][-10:]
        return sum(_flipped(row) for row in ten)

    def doubted(self, at: datetime) -> tuple[int, int] | None:
        """The newest change that was told within two weeks, and how many flips followed it."""
        since = 0
        for row in self.changed:
            if row["status"] == Status.NEWS:
                return (row["change"], since) if row["by_at"] >= stamp(at - RESTLESS) else None
            since += _flipped(row)
        return None


def _is_quiet(row: sqlite3.Row) -> bool:
    return bool(row["dated"]) or row["status"] in QUIET


def _flipped(row: sqlite3.Row) -> int:
    return int(row["status"] == Status.FLIP or row["reverts"])


def past(conn: sqlite3.Connection, article: int) -> Past:
    """All versions of an article so far."""
    return Past(conn.execute(VERSIONS, (article,)).fetchall())


def flapping(conn: sqlite3.Connection, article: int, past: Past) -> Flapping | None:
    """When the newest change is a flip: what it led to, how often that was seen since, and what stood before."""
    newest = past.changed[0] if past.changed else None
    if newest is None or newest["status"] != Status.FLIP:
        return None
    again = """select count(*) from readings r join versions v on v.id = r.version
        where r.article = ? and v.said = ? and r.at > ?"""
    looks = conn.execute(again, (article, newest["said"], newest["by_at"])).fetchone()[0]
    base = past.base(newest["extent"])
    stood = base["said"] if base is not None else ""
    return Flapping(_first(past, newest, stood), newest["said"], stood, moment(newest["by_at"]), looks)


def _first(past: Past, newest: sqlite3.Row, stood: str) -> int:
    """The oldest change to the words that are shown now, since those that stand as news were last seen."""
    found = newest
    for row in reversed(past.of(newest["extent"])):
        if row["said"] == stood:
            break
        if row["said"] == newest["said"] and not _is_quiet(row):
            found = row
    return int(found["change"])


def shown_by(edits: Iterable[Edit]) -> frozenset[str]:
    """By which fields a change is known again: headline and standfirst, else captions and links, else (none) by all."""
    fields = {edit.field for edit in edits}
    return frozenset(fields & HEAD or fields & SWAPPED)


def looks(conn: sqlite3.Connection, change: sqlite3.Row, edits: Iterable[Edit]) -> int:
    """Good looks since that showed again what a change did: its fields as in `shown_by`, or its very words."""
    same = " and ".join(f"v.{COLUMNS[one]} = w.{COLUMNS[one]}" for one in sorted(shown_by(edits))) or "v.said = w.said"
    sql = f"""select count(*) from readings r join versions v on v.id = r.version join versions w on w.id = ?
        where r.article = ? and r.at > ? and v.extent = w.extent and {same}"""  # noqa: S608
    return int(conn.execute(sql, (change["to_version"], change["article"], change["by_at"])).fetchone()[0])


def returned(conn: sqlite3.Connection, change: sqlite3.Row) -> bool:
    """Whether a change led back to words, or to a headline, that an earlier version had."""
    sql = """select 1 from versions w join versions f on f.id = ? join versions u on u.article = w.article
            and u.extent = w.extent and u.number < w.number
        where w.id = ? and ((u.said = w.said and w.said != f.said) or (u.title = w.title and w.title != f.title))
        limit 1"""
    return conn.execute(sql, (change["from_version"], change["to_version"])).fetchone() is not None
