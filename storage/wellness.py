"""Was the outlet well when an article was looked at? The rows that vouch for it, strictly before that moment.

Who stands nearest vouches first: articles of the same section of the same host, then of the same host, then the whole
outlet's. A moved archive or a subdomain under repair leaves the rest of an outlet well.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from storage import neighbours, probes
from storage.records import GOOD, Capture, Verdict, bare, moment, stamp

SECTION = 3
"""So many other articles of a section make it one that speaks for itself; fewer may go together."""
TROUBLE = timedelta(days=7)
"""A section or a host that is bad for longer is in no trouble any more: its articles were taken out (as incidents
have it: `crawler.incident.LONGEST`)."""
_GOOD = ", ".join(f"'{verdict}'" for verdict in sorted(GOOD))


def outlet_well(conn: sqlite3.Connection, seen: Capture, article: int, window: float, near: bool = True) -> bool:
    """Whether the outlet answered well within the window (seconds) before: another article, or, where none was looked
    at, a list or its home page.

    A list alone says nothing when all articles that were looked at are bad: then the trouble is the outlet's (those
    known to be taken down aside). And a home page that fails takes back what was seen more than an hour before it. An
    article alone on its host is vouched for by nobody unless that host's root answers. ``near``: whether section and
    host are asked at all: that takes 0.06 s in an outlet of 50,000 articles.
    """
    outlet, at = seen.outlet, seen.at
    start = at - timedelta(seconds=window)
    host = urlsplit(seen.asked_url).hostname or ""
    failed = probes.failed_at(conn, outlet, host, start, at)
    start = max(start, failed - probes.LATELY) if failed else start
    for circle in _circles(seen.asked_url) if near else ():
        told = _told(conn, _Ask(outlet, article, stamp(start), stamp(at), *circle))
        if told is not None:
            return told
    others = neighbours.answered(conn, outlet, article, stamp(start), stamp(at))
    if others is None:
        lists = "select 1 from listings where outlet = ? and at >= ? and at < ? limit 1"
        others = conn.execute(lists, (outlet, stamp(start), stamp(at))).fetchone() is not None
        others = others or probes.word(conn, outlet, host, start, at) == Verdict.OK
    return others and not (near and _is_aside(conn, outlet, host) and _is_silent(conn, seen, host, window))


@dataclass(frozen=True)
class _Ask:
    """A circle of addresses (from, and before which), and how many articles of it make it one."""

    outlet: str
    me: int
    since: str
    until: str
    start: str
    end: str
    least: int

    @property
    def lately(self) -> str:
        return stamp(moment(self.until) - TROUBLE)


def _circles(url: str) -> Iterator[tuple[str, str, int]]:
    """The section of an address (its first folder) and its host, as ranges of addresses."""
    parts = urlsplit(url)
    root, folders = f"{parts.scheme}://{parts.netloc}/", parts.path.split("/")[1:-1]
    if folders and folders[0]:
        yield f"{root}{folders[0]}/", f"{root}{folders[0]}0", SECTION  # "0" comes right behind "/"
    yield root, root[:-1] + "0", 1


def _told(conn: sqlite3.Connection, ask: _Ask) -> bool | None:
    """What the others of a circle say; None: there are none, or they are bad for good, or nobody reaches them."""
    values = vars(ask)
    if conn.execute(_ANY_GOOD, values).fetchone():
        enough = ask.least == 1 or conn.execute(_MEMBERS, values).fetchone()[0] >= ask.least
        return True if enough else None
    if conn.execute(_MEMBERS, values).fetchone()[0] < ask.least:
        return None
    if conn.execute(_ANY_BAD, values).fetchone():
        return None if _is_bad_for_good(conn, ask) else False
    return None if conn.execute(_WAITED, {**values, "lately": ask.lately}).fetchone() else False


def _is_bad_for_good(conn: sqlite3.Connection, ask: _Ask) -> bool:
    """Whether all of a circle that was looked at has been bad for longer than troubles last."""
    (last_good,) = conn.execute(_LAST_GOOD, vars(ask)).fetchone()
    first_bad = conn.execute(_FIRST_BAD, {**vars(ask), "good": last_good or ""}).fetchone()[0]
    return first_bad is not None and first_bad < ask.lately


def _is_aside(conn: sqlite3.Connection, outlet: str, host: str) -> bool:
    """Whether a host is not that of the outlet's home page."""
    row = conn.execute("select homepage from outlets where key = ?", (outlet,)).fetchone()
    home = (urlsplit(row["homepage"]).hostname or "") if row and row["homepage"] else ""
    return bool(home) and bare(home) != bare(host)


def _is_silent(conn: sqlite3.Connection, seen: Capture, host: str, window: float) -> bool:
    """Whether a host's root was not asked, or fails. (One that blocks us says nothing: the outlet's word counts.)"""
    word = probes.word(conn, seen.outlet, host, seen.at - timedelta(seconds=window), seen.at)
    return word is None or word in probes.FAILS


_INSIDE = "exists (select 1 from addresses d where d.article = r.article and d.url >= :start and d.url < :end)"
_ANY_GOOD = f"""select 1 from readings r where r.outlet = :outlet and r.article != :me and r.at >= :since
    and r.at < :until and r.verdict in ({_GOOD}) and {_INSIDE} limit 1"""  # noqa: S608
_ANY_BAD = f"""select 1 from readings r where r.outlet = :outlet and r.article != :me and r.at >= :since
    and r.at < :until and not {neighbours.REMOVED} and {_INSIDE} limit 1"""  # noqa: S608
"""Looked at, and not good: whatever the reason."""
_MEMBERS = f"""select count(*) from (select distinct d.article from addresses d where d.url >= :start and d.url < :end
    and d.article != :me
    and (select count(*) from (select 1 from readings r where r.article = d.article and r.at < :until
        and r.verdict in ({_GOOD}) limit 2)) = 2
    and coalesce((select s.standing from standings s where s.article = d.article and s.at < :until
        order by s.at desc limit 1), '') != 'taken_down' limit :least)"""  # noqa: S608
"""Articles that were seen to stand twice (what is looked at once vouches for nobody) and are not known to be gone."""
_LAST_GOOD = f"""select max(r.at) from readings r where r.outlet = :outlet and r.article != :me and r.at < :until
    and r.verdict in ({_GOOD}) and {_INSIDE}"""  # noqa: S608
_FIRST_BAD = f"""select min(r.at) from readings r where r.outlet = :outlet and r.article != :me and r.at > :good
    and r.at < :until and r.how is not null and {_INSIDE}"""  # noqa: S608
_WAITED = f"""select 1 from readings r where r.article = :me and r.at >= :lately and r.at < :until
    and r.verdict not in ({_GOOD}) limit 1"""  # noqa: S608
"""An earlier look at the suspect: others were asked for because of it, and none was reached."""
