"""Which lists offered an address, and from when to when: what falls off a list is delisted, which is no takedown."""

import sqlite3
from collections.abc import Collection

from storage import hints
from storage.findings import Candidate, ChannelRow
from storage.records import Capture, stamp

TABLES = """
create table offers (
    url text not null,
    channel integer not null,
    first_at text not null,
    last_at text not null,
    primary key (url, channel)
) strict, without rowid;
create index offers_channel on offers (channel, last_at);

create view delisted as
    select a.id as article, a.outlet, a.title, a.url, n.kind as list, n.url as channel, o.first_at as listed_since,
        o.last_at as last_listed_at,
        (select min(l.at) from listings l where l.channel = o.channel and l.at > o.last_at) as delisted_by,
        a.standing
    from offers o join addresses d on d.url = o.url join articles a on a.id = d.article
        join channels n on n.id = o.channel
    where a.versions > 0
        and exists (select 1 from listings l where l.channel = o.channel and l.at > o.last_at);
"""
"""`offers` is kept as it is, like candidates; `delisted` says of each list that once offered an article, and no longer
does, between which looks it fell off: after ``last_listed_at``, by ``delisted_by``."""


def offered(conn: sqlite3.Connection, taken: Collection[Candidate], by: ChannelRow, seen: Capture) -> None:
    """Note what a list offered.

    Only after an answer that held one. A 304 confirms the list before it: what stood there last time stands there now.
    """
    if by.last_ok_at != seen.at:
        return
    at = stamp(seen.at)
    if seen.status == 304:
        before = "select max(at) from listings where channel = ? and at < ?"
        conn.execute(f"update offers set last_at = ? where channel = ? and last_at = ({before})",  # noqa: S608
                     (at, by.id, by.id, at))  # fmt: skip
        return
    conn.executemany(
        """insert into offers (url, channel, first_at, last_at) values (?, ?, ?, ?)
        on conflict (url, channel) do update set last_at = max(last_at, excluded.last_at)""",
        [(offer.url, by.id, at, at) for offer in taken],
    )
    hints.note(conn, taken, by)
