"""Probes and canaries in the store: what hosts answer to impossible addresses, and whether outlets were well.

Both tables are derived from captures, and rereading rebuilds them. What is recalled lies strictly before a capture.
"""

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from storage import rows
from storage.findings import Context, Finding, Sighting
from storage.records import GOOD, UNASKED, Capture, Judgement, NotFound, Text, Verdict, bare, moment, stamp

LATELY = timedelta(hours=1)
"""For how long a look says that its outlet is well without anyone asking a canary."""
WAITS = 3
"""So many looks at an article wait for what its host answers to an impossible address: three and a half hours. A probe
may be put off (the host asks us to wait), cut or blocked; longer than that, none is to be had."""
NAMESAKE_AGAIN = timedelta(minutes=30)
"""How long ago an address was asked for that shows no text yet, at least, before a suspicion asks for it again."""
NEAR = 1000
"""Articles of an outlet, the ones seen well most lately, among which those are chosen that vouch for it."""
NAMED = "create index candidates_named on candidates (outlet, title)"
TABLES = """
create table not_found (
    capture integer primary key references captures (id),
    host text not null,
    shape text not null,
    at text not null,
    status integer,
    kind text not null check (kind in ('status', 'redirect', 'page', 'home', 'article', 'trouble')),
    told_apart integer,
    title text,
    text text,
    reader text not null
) strict;
create index not_found_shape on not_found (host, shape, at);

create table canaries (
    capture integer primary key references captures (id),
    outlet text not null,
    at text not null,
    verdict text not null,
    reason text not null
) strict;
create index canaries_outlet on canaries (outlet, at);

create view untold_hosts as
    select n.host, n.shape, n.kind, n.at, n.title, n.capture from not_found n
    where n.told_apart = 0 and n.capture = (
        select m.capture from not_found m where m.host = n.host and m.shape = n.shape and m.told_apart is not null
        order by m.at desc, m.capture desc limit 1)
    order by n.host, n.shape;
"""


# --- kept ---------------------------------------------------------------------------------------


def keep(conn: sqlite3.Connection, found: Finding) -> None:
    """Write down what a probe or a canary taught."""
    if found.not_found is not None:
        _not_found(conn, found.not_found, found)
    if found.canary is not None:
        _canary(conn, found.canary, found.capture)


def _not_found(conn: sqlite3.Connection, told: NotFound, found: Finding) -> None:
    row = {
        "capture": found.capture.id,
        "host": told.host,
        "shape": told.shape,
        "at": stamp(told.at),
        "status": told.status,
        "kind": told.kind,
        "told_apart": None if told.told_apart is None else int(told.told_apart),
        "title": told.text.title if told.text else None,
        "text": told.text.body if told.text else None,
        "reader": found.reading.reader if found.reading else "",
    }
    rows.insert(conn, "not_found", row)


def _canary(conn: sqlite3.Connection, said: Judgement, by: Capture) -> None:
    row = {"capture": by.id, "outlet": by.outlet, "at": stamp(by.at), "verdict": said.verdict, "reason": said.reason}
    rows.insert(conn, "canaries", row)


def heard(conn: sqlite3.Connection, found: Finding) -> None:
    """Note with the host which probe told last what its not-found pages are (kept: not for rereading)."""
    if found.not_found is None or found.not_found.told_apart is None:
        return
    row = (found.not_found.host, found.capture.outlet, found.capture.id)
    conn.execute(
        """insert into hosts (host, outlet, not_found) values (?, ?, ?)
        on conflict (host) do update set not_found = excluded.not_found""",
        row,
    )


# --- recalled -----------------------------------------------------------------------------------


def beside(conn: sqlite3.Connection, sighting: Sighting, context: Context, article: int) -> Context:
    """The context with what the host, the home page and other articles of the outlet showed before this capture."""
    seen = sighting.reading.capture
    told = "told_apart is not null and "
    probed = conn.execute(_PROBED.format(""), (*sighting.shape, stamp(seen.at))).fetchone()
    known = conn.execute(_PROBED.format(told), (*sighting.shape, stamp(seen.at))).fetchone() if probed else None
    host = urlsplit(seen.asked_url).hostname or ""
    last = _canary_before(conn, seen.outlet, host, seen.at)
    return replace(
        context,
        not_found=_record(known) if known else None,
        probed_at=moment(probed["at"]) if probed else None,
        awaited=_awaited(conn, seen, article),
        home_at=_home_at(conn, seen.outlet, host, seen.at),
        home_fails=last is not None and last["verdict"] in FAILS and moment(last["at"]) >= seen.at - LATELY,
        canary_at=moment(last["at"]) if last else None,
        seen_lately=_seen_lately(conn, seen, article),
        namesake=_namesake(conn, seen, article),
        lately_up=_lately_up(conn, seen, article),
    )


FAILS = (Verdict.OUTAGE, Verdict.GONE, Verdict.LEGAL)
_PROBED = "select * from not_found where {}host = ? and shape = ? and at < ? order by at desc, capture desc limit 1"


def _record(row: sqlite3.Row) -> NotFound:
    paragraphs = tuple(row["text"].split("\n\n")) if row["text"] else ()
    return NotFound(
        host=row["host"],
        shape=row["shape"],
        at=moment(row["at"]),
        status=row["status"],
        kind=row["kind"],
        told_apart=None if row["told_apart"] is None else bool(row["told_apart"]),
        text=None if row["text"] is None else Text(title=row["title"] or "", paragraphs=paragraphs),
    )


def _awaited(conn: sqlite3.Connection, seen: Capture, article: int) -> bool:
    good = tuple(sorted(GOOD))
    sql = f"""select count(*) from readings where article = :article and at < :at and instr(reason, :unasked)
        and at > coalesce((select max(at) from readings where article = :article and at < :at
            and verdict in ({", ".join(f"'{verdict}'" for verdict in good)})), '')"""  # noqa: S608
    told = {"article": article, "at": stamp(seen.at), "unasked": UNASKED}
    return bool(conn.execute(sql, told).fetchone()[0] >= WAITS)


def _canary_before(conn: sqlite3.Connection, outlet: str, host: str, at: datetime) -> sqlite3.Row | None:
    """The last canary of a host (of the outlet's last fifty)."""
    sql = """select n.at, n.verdict, c.asked_url, c.url from canaries n join captures c on c.id = n.capture
        where n.outlet = ? and n.at < ? order by n.at desc, n.capture desc limit 50"""
    return next((row for row in conn.execute(sql, (outlet, stamp(at))) if _is_of(row["asked_url"], host)), None)


def _is_of(url: str, host: str) -> bool:
    return bare(urlsplit(url).hostname or "") == bare(host)


def _home_at(conn: sqlite3.Connection, outlet: str, host: str, at: datetime) -> datetime | None:
    """When a canary of a host, or a channel that is the home page, last answered."""
    canary = """select at, asked_url from captures where outlet = :outlet and purpose = 'canary' and at < :at
        and status = 200 order by at desc limit 50"""
    channel = """select max(at) as at, asked_url from captures where asked_url = (select homepage from outlets
        where key = :outlet) and purpose = 'channel' and outlet = :outlet and at < :at and status = 200"""
    told = {"outlet": outlet, "at": stamp(at)}
    found = [*conn.execute(canary, told), *conn.execute(channel, told)]
    return rows.when(max((row["at"] for row in found if row["at"] and _is_of(row["asked_url"], host)), default=None))


def _seen_lately(conn: sqlite3.Connection, seen: Capture, article: int) -> bool:
    good = tuple(sorted(GOOD))
    sql = f"""select 1 from readings where outlet = ? and article != ? and at >= ? and at < ?
        and verdict in ({rows.marks(good)}) limit 1"""  # noqa: S608
    when = (stamp(seen.at - LATELY), stamp(seen.at))
    return conn.execute(sql, (seen.outlet, article, *when, *good)).fetchone() is not None


def _namesake(conn: sqlite3.Connection, seen: Capture, article: int) -> str:
    """The newest other address that the outlet's lists offer under the article's headline, where none of its looks
    showed a text: the article may have moved there while the host was in trouble."""
    sql = """select d.url, d.offered_url, s.visit_url from articles a
        join candidates d on d.outlet = a.outlet and d.title = a.title left join articles s on s.id = d.article
        where a.id = :me and a.title != '' and d.offered_at < :until and d.url not in (:asked, a.url)
        and coalesce(s.versions, 0) = 0 and (s.last_capture_at is null or s.last_capture_at <= :lately)
        order by d.offered_at desc, d.url limit 1"""
    when = {"until": stamp(seen.at), "lately": stamp(seen.at - NAMESAKE_AGAIN)}
    row = conn.execute(sql, {"me": article, "asked": seen.asked_url, **when}).fetchone()
    return str(row["visit_url"] or row["offered_url"] or row["url"]) if row else ""


def _lately_up(conn: sqlite3.Connection, seen: Capture, article: int) -> tuple[str, ...]:
    """Of the `NEAR` articles that were seen well most lately, and are watched (others are looked at once), two: of the
    suspect's section and host first, since what ails those need not ail the rest."""
    parts = urlsplit(seen.asked_url)
    root = f"{parts.scheme}://{parts.netloc}/"
    section = root + "".join(f"{folder}/" for folder in parts.path.split("/")[1:-1][:1])
    sql = f"""select visit_url
        from (select * from articles where outlet = :outlet order by last_good_at desc limit {NEAR})
        where id != :me and last_capture_at < :until
        and next_visit_at is not null and standing in ('up', 'restless', 'restored')
        order by substr(visit_url, 1, :long) = :section desc, substr(visit_url, 1, :short) = :root desc,
        last_good_at desc, id limit 2"""  # noqa: S608
    near = {"section": section, "long": len(section), "root": root, "short": len(root)}
    found = conn.execute(sql, {"outlet": seen.outlet, "me": article, "until": stamp(seen.at - LATELY), **near})
    return tuple(row["visit_url"] for row in found)


def home(conn: sqlite3.Connection, url: str, before: datetime) -> Capture | None:
    """The last whole answer of an outlet's home page before a moment (without its body)."""
    sql = """select * from captures where asked_url = ? and purpose in ('canary', 'channel') and at < ? and status = 200
        and complete and digest is not null order by at desc, entry limit 1"""
    row = conn.execute(sql, (url, stamp(before))).fetchone() if url else None
    return rows.capture(row) if row else None


# --- is the outlet well? ------------------------------------------------------------------------


def word(conn: sqlite3.Connection, outlet: str, host: str, since: datetime, at: datetime) -> str | None:
    """What a host's home page last answered canaries within this time; None: it was not asked, or led to another."""
    last = _canary_before(conn, outlet, host, at)
    known = last is not None and moment(last["at"]) >= since and _is_of(last["url"], host)
    return last["verdict"] if last is not None and known else None


def failed_at(conn: sqlite3.Connection, outlet: str, host: str, since: datetime, at: datetime) -> datetime | None:
    """When a host's home page failed, if that is the last word of canaries within this time.

    A block, or a home page that robots.txt keeps from us, says nothing of the outlet's health.
    """
    last = _canary_before(conn, outlet, host, at)
    sick = last is not None and last["verdict"] in FAILS
    return moment(last["at"]) if last is not None and sick and moment(last["at"]) >= since else None
