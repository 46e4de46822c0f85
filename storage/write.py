"""A finding, written down: which row of which table each part of it becomes.

Called by `Store.keep` inside its transaction, and by nobody else.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from storage import copies, harvest, hints, marks, offers, probes, pulses, rows, sweeps
from storage.findings import Access, Article, Candidate, ChannelRow, Finding, Planned
from storage.records import (
    MASS_REMOVAL,
    Capture,
    Change,
    Comparison,
    Incident,
    Move,
    Reading,
    Version,
    canonical_json,
    stamp,
)
from storage.words import count, spaced


def capture(conn: sqlite3.Connection, seen: Capture) -> Capture:
    """Keep a capture's facts; returns it with its number."""
    rows.insert(conn, "captures", rows.capture_row(seen))
    (kept,) = conn.execute("select last_insert_rowid()").fetchone()
    return replace(seen, id=kept)


def finding(conn: sqlite3.Connection, found: Finding, anew: bool = False) -> None:
    """Write all that a capture taught. ``anew`` (rereading) leaves channels, candidates and hosts as they are."""
    if found.article is not None and found.reading is not None:
        if found.absorbs is not None:
            absorb(conn, found.article, found.absorbs)
        article(conn, found.article, found.aliases)
        if found.version is not None:
            version(conn, found.version, found.fingerprint)
        reading(conn, found.reading, found.article, found)
        _events(conn, found, found.article)
        conn.executemany(
            "update candidates set article = ? where url = ? and article is not ?",
            [(found.article.id, url, found.article.id) for url in {found.article.url, *found.aliases}],
        )
        planned(conn, found, found.article)
    probes.keep(conn, found)
    if not anew:
        probes.heard(conn, found)
        if found.article is not None:
            allowed = [c for c in found.candidates if not is_forgotten(conn, (c.url, c.offered_url))]
            harvest.linked(conn, found.article, found.capture.at, allowed)
        if found.channel is not None:
            channel(conn, found.channel, found.capture)
            listing(conn, found)
            taken = candidates(conn, found.candidates, found.channel, found.capture)
            offers.offered(conn, taken, found.channel, found.capture)
            hints.keep(conn, found.hints, found.channel, found.capture)
        hints.settle(conn, found)
        taught(conn, found)
        wishes(conn, found)


def planned(conn: sqlite3.Connection, found: Finding, of: Article) -> None:
    """By what the next visit is planned; what is not looked at again needs nothing."""
    if found.planned is not None:
        pulses.keep(conn, found.planned)
    elif of.next_visit_at is None:
        pulses.drop(conn, of.id)


def taught(conn: sqlite3.Connection, found: Finding) -> None:
    """What a look taught of its outlet, and whose visits it brings forward."""
    if found.article is not None and found.planned is not None and found.rhythm:
        pulses.keep_rhythm(conn, found.article.outlet, found.planned.kind, found.rhythm)
    pulses.sooner(conn, found.siblings)


def article(conn: sqlite3.Connection, known: Article, aliases: Iterable[str]) -> None:
    row = rows.article_row(known)
    updates = ", ".join(f"{name} = excluded.{name}" for name in row if name != "id")
    names, marks = ", ".join(row), rows.marks(list(row))
    conn.execute(
        f"insert into articles ({names}) values ({marks}) on conflict (id) do update set {updates}",  # noqa: S608
        tuple(row.values()),
    )
    owned = [(url, known.id) for url in dict.fromkeys((known.url, *aliases))]
    conn.executemany("insert into addresses (url, article) values (?, ?) on conflict (url) do nothing", owned)


def absorb(conn: sqlite3.Connection, known: Article, stub: int) -> None:
    """Give an article the addresses and looks of a stub that turned out to be the same page, and drop the stub."""
    for table in ("addresses", "readings", "candidates"):
        conn.execute(f"update {table} set article = ? where article = ?", (known.id, stub))  # noqa: S608
    pulses.drop(conn, stub)
    conn.execute("delete from articles where id = ?", (stub,))


def version(conn: sqlite3.Connection, new: Version, fingerprint: str) -> None:
    text(conn, new)
    rows.insert(conn, "versions", rows.version_row(new, fingerprint))
    found = (new.id, spaced(new.text.title), spaced(new.text.body))
    conn.execute("insert into search (rowid, title, body) values (?, ?, ?)", found)


def text(conn: sqlite3.Connection, new: Version) -> None:
    said = new.text
    row = (said.body_digest, said.body, count(said.body))
    conn.execute("insert into texts (digest, text, words) values (?, ?, ?) on conflict (digest) do nothing", row)


def reading(conn: sqlite3.Connection, read: Reading, of: Article, found: Finding) -> None:
    page, look, shown = read.page, found.look, found.version or found.shown
    dropped = [[block.text, block.why] for block in page.dropped] if page and found.version else []
    row = {
        "capture": read.capture.id,
        "article": of.id,
        "verdict": read.judgement.verdict,
        "reason": read.judgement.reason,
        "reader": read.reader,
        "declared_paywall": None if page is None or page.declared_paywall is None else int(page.declared_paywall),
        "observed_paywall": None if page is None else int(page.observed_paywall),
        "text": shown.text.body_digest if shown else None,
        "dropped": canonical_json(dropped),
        "frame": page.frame if page and found.version else "",
        "version": shown.id if shown else None,
        "how": look.how if look else None,
        "outlet_well": int(look.outlet_well) if look else 0,
        "at": stamp(read.capture.at),
        "outlet": of.outlet,
    }
    rows.insert(conn, "readings", row)


def _events(conn: sqlite3.Connection, found: Finding, of: Article) -> None:
    """What moved: the version's reach, changes, standing, access, copies."""
    if found.shown is not None:
        reach = (stamp(found.capture.at), found.shown.id, stamp(found.capture.at))
        conn.execute("update versions set last_at = ? where id = ? and last_at < ?", reach)
    for settled in found.settled:
        marks.settle(conn, settled.change, settled.status, settled.reason)
        if settled.comparison is not None:
            retell(conn, settled.change, settled.comparison)
    if found.change is not None:
        change(conn, found.change)
    sweeps.keep(conn, found)
    if found.move is not None:
        move(conn, found.move, of, found.capture)
    if found.access is not None:
        access(conn, found.access, of, found.capture)
    if found.incident is not None:
        incident(conn, found.incident)
    copies.keep(conn, found)


def change(conn: sqlite3.Connection, new: Change) -> None:
    rows.insert(conn, "changes", rows.change_row(new))
    marks.lay(conn, new.id)
    for index, edit in enumerate(new.comparison.edits):
        row = {
            "id": rows.number("edit", new.id, index),
            "change": new.id,
            "position": edit.position,
            "field": edit.field,
            "kind": edit.action,
            "old": edit.old,
            "new": edit.new,
            "kinds": canonical_json(edit.kinds),
            "parts": canonical_json(rows.parts_of(edit)),
        }
        rows.insert(conn, "edits", row)


def retell(conn: sqlite3.Connection, change: int, by: Comparison) -> None:
    """Tell a change by some of its edits."""
    row = rows.told_row(by)
    names = ", ".join(f"{name} = ?" for name in row)
    conn.execute(f"update changes set {names} where id = ?", (*row.values(), change))  # noqa: S608


def move(conn: sqlite3.Connection, moved: Move, of: Article, by: Capture) -> None:
    row = {
        "id": rows.number("standing", of.id, by.entry),
        "article": of.id,
        "at": stamp(moved.at),
        "standing": moved.standing,
        "was": moved.was,
        "how": moved.how,
        "after_at": rows.stamped(moved.after_at),
        "by_at": stamp(moved.by_at),
        "evidence": canonical_json(moved.evidence),
        "reason": moved.reason,
    }
    rows.insert(conn, "standings", row)


def access(conn: sqlite3.Connection, new: Access, of: Article, by: Capture) -> None:
    row = {
        "id": rows.number("access", of.id, by.entry),
        "article": of.id,
        "at": stamp(new.at),
        "access": new.access,
        "was": new.was,
        "after_at": rows.stamped(new.after_at),
        "by_at": stamp(new.by_at),
        "evidence": canonical_json(new.evidence),
    }
    rows.insert(conn, "accesses", row)


EVIDENCE = 100
"""Entries that an incident's row names at most: enough to prove it, few enough to write it down look by look."""


def incident(conn: sqlite3.Connection, known: Incident) -> None:
    """An incident as a look left it; what is kept of it is added to: looks of one moment may come in any order."""
    number = rows.number("incident", known.outlet, known.evidence[0])
    before = conn.execute("select * from incidents where id = ?", (number,)).fetchone()
    held = rows.incident(before) if before else None
    new = [entry for entry in known.evidence if held is None or entry not in held.evidence]
    entries = (*(held.evidence if held else ()), *new)
    sql = f"select entry from captures where entry in ({rows.marks(entries)}) order by at, entry limit {EVIDENCE}"  # noqa: S608
    evidence = [named["entry"] for named in conn.execute(sql, entries)]
    ended = held.ended_at if held and held.ended_at else known.ended_at
    kinds = {known.kind, held.kind if held else known.kind}
    row = {
        "id": number,
        "outlet": known.outlet,
        "started_at": stamp(known.started_at),
        "recognised_at": stamp(known.recognised_at),
        "ended_at": rows.stamped(ended),
        "kind": MASS_REMOVAL if MASS_REMOVAL in kinds else min(kinds),
        "articles": len(new) + (held.articles if held else 0),
        "evidence": canonical_json(evidence),
    }
    rows.insert(conn, "incidents", row, "insert or replace")


def channel(conn: sqlite3.Connection, seen: ChannelRow, by: Capture) -> None:
    conn.execute(
        """insert into channels (id, outlet, kind, url, state, last_ok_at, newest_item_at, last_new_at, items, error,
            ask_every, next_ask_at, passed, capture) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (id) do update set state = excluded.state, last_ok_at = excluded.last_ok_at,
            newest_item_at = excluded.newest_item_at, last_new_at = excluded.last_new_at, items = excluded.items,
            error = excluded.error, ask_every = excluded.ask_every, next_ask_at = excluded.next_ask_at,
            passed = excluded.passed, capture = excluded.capture""",
        (
            seen.id,
            seen.outlet,
            seen.kind,
            seen.url,
            seen.state,
            rows.stamped(seen.last_ok_at),
            seen.newest_item_at,
            rows.stamped(seen.last_new_at),
            seen.items,
            seen.error,
            seen.ask_every or None,
            rows.stamped(seen.next_ask_at),
            seen.passed,
            by.id,
        ),
    )


def listing(conn: sqlite3.Connection, found: Finding) -> None:
    """Note that a capture held a list (or confirmed the last one): only such an answer vouches for its outlet.

    And only from the outlet's own hosts: a preview on Telegram's says nothing of them.
    """
    of, by = found.channel, found.capture
    if of is not None and of.last_ok_at == by.at:
        outlet = "" if found.elsewhere else of.outlet
        row = {"capture": by.id, "channel": of.id, "outlet": outlet, "at": stamp(by.at), "items": of.items}
        rows.insert(conn, "listings", row)


def candidates(
    conn: sqlite3.Connection, offered: Iterable[Candidate], by: ChannelRow, seen: Capture
) -> list[Candidate]:
    """New addresses join; of known ones only the channel's date moves on. Addresses of known articles are theirs.

    Returns all that may be kept: forgotten ones may not.
    """
    taken = []
    for offer in offered:
        if is_forgotten(conn, (offer.url, offer.offered_url)):
            continue
        taken.append(offer)
        owner = conn.execute("select article from addresses where url = ?", (offer.url,)).fetchone()
        conn.execute(
            """insert into candidates (url, outlet, channel, offered_at, offered_url, title, hint_at, rank, article)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (url) do update set hint_at = excluded.hint_at
            where excluded.hint_at > hint_at""",
            (
                offer.url,
                by.outlet,
                by.id,
                stamp(seen.at),
                offer.offered_url,
                offer.title,
                offer.hint_at,
                offer.rank,
                owner["article"] if owner else None,
            ),
        )
    return taken


def wishes(conn: sqlite3.Connection, found: Finding) -> None:
    """What the host asked of us: Retry-After, its robots.txt, its Crawl-delay."""
    seen = found.capture
    host = urlsplit(seen.asked_url if seen.purpose == "robots" else seen.url).hostname or ""
    if not host or (found.not_before is None and seen.purpose != "robots"):
        return
    conn.execute("insert into hosts (host, outlet) values (?, ?) on conflict (host) do nothing", (host, seen.outlet))
    if found.not_before is not None:
        later = (stamp(found.not_before), host, stamp(found.not_before))
        conn.execute("update hosts set not_before = ? where host = ? and coalesce(not_before, '') < ?", later)
    heard = seen.complete and not seen.error and seen.status not in (None, 429) and (seen.status or 0) < 500
    if seen.purpose == "robots" and heard:
        conn.execute("update hosts set robots = ?, crawl_delay = ? where host = ?", (seen.id, found.crawl_delay, host))


DERIVED = (
    *copies.DERIVED, "traits", "sweeps", "edits", "changes", "standings", "accesses", "incidents", "reprints",
    "readings", "search", "versions", "texts", "addresses", "articles", "not_found", "canaries",
)  # fmt: skip
"""Tables that rereading rebuilds, in an order that never leaves a reference hanging."""

Plans = list[tuple[str, str | None, Planned | None]]
"""Address, next visit, and what that goes by, of articles as they were before unlearning; the soonest last."""


def unlearn(conn: sqlite3.Connection, article: int | None) -> Plans:
    """Take out all that is derived (of one article, or of all); returns the plans to put back."""
    conn.execute("pragma defer_foreign_keys = on")
    sql = """select a.id, a.next_visit_at, d.url from addresses d join articles a on a.id = d.article
        where ? is null or a.id = ? order by a.next_visit_at is not null, a.next_visit_at desc, d.url"""
    found = conn.execute(sql, (article, article)).fetchall()
    plans = [(row["url"], row["next_visit_at"], pulses.planned(conn, row["id"])) for row in found]
    conn.execute("delete from pulses where ? is null or article = ?", (article, article))
    if article is not None:
        _unlearn_one(conn, article)
        return plans
    for table in DERIVED:
        conn.execute(f"delete from {table}")  # noqa: S608
    return plans


def put_back(conn: sqlite3.Connection, plans: Plans) -> None:
    """Plans are kept as they are: by address, since rereading may give an article another name."""
    for url, visit, by in plans:
        row = conn.execute("select article from addresses where url = ?", (url,)).fetchone()
        if row is None:
            continue
        conn.execute("update articles set next_visit_at = ? where id = ?", (visit, row["article"]))
        if by is not None:
            pulses.keep(conn, replace(by, article=row["article"]))


def _unlearn_one(conn: sqlite3.Connection, article: int) -> None:
    texts = conn.execute("select distinct text from versions where article = ?", (article,)).fetchall()
    copies.unlearn(conn, article)
    conn.execute("delete from edits where change in (select id from changes where article = ?)", (article,))
    conn.execute("delete from search where rowid in (select id from versions where article = ?)", (article,))
    for table in ("traits", "changes", "standings", "accesses", "readings", "versions", "addresses"):
        conn.execute(f"delete from {table} where article = ?", (article,))  # noqa: S608
    conn.execute("delete from articles where id = ?", (article,))
    conn.executemany(
        "delete from texts where digest = ? and not exists (select 1 from versions v where v.text = texts.digest)",
        [(row["text"],) for row in texts],
    )


def bodies_of(conn: sqlite3.Connection, article: int) -> list[str]:
    """Digests of the bodies that no capture but this article's shows."""
    sql = """select distinct c.digest from captures c join readings r on r.capture = c.id where r.article = ?
        and c.digest is not null and not exists (select 1 from captures o left join readings p on p.capture = o.id
            where o.digest = c.digest and p.article is not ?)"""
    return [row["digest"] for row in conn.execute(sql, (article, article))]


def forget(conn: sqlite3.Connection, article: int, at: str) -> None:
    """Note all addresses of an article as forgotten, as they are named and as they were asked, and drop its pins."""
    mine = "select url from addresses where article = ?"
    asked = "select {} from captures c join readings r on r.capture = c.id where r.article = ?"
    for urls in (mine, asked.format("c.asked_url as url"), asked.format("c.url")):
        sql = f"insert or ignore into forgotten_urls (url, at) select distinct url, ? from ({urls})"  # noqa: S608
        conn.execute(sql, (at, article))
    conn.execute(f"delete from pins where url in ({mine})", (article,))  # noqa: S608
    conn.execute(f"delete from offers where url in ({mine})", (article,))  # noqa: S608
    conn.execute(f"delete from candidates where article = ? or url in ({mine})", (article, article))  # noqa: S608


def is_forgotten(conn: sqlite3.Connection, urls: Iterable[str]) -> bool:
    """Whether any of these addresses was forgotten."""
    wanted = tuple(urls)
    sql = f"select 1 from forgotten_urls where url in ({rows.marks(wanted)}) limit 1"  # noqa: S608
    return conn.execute(sql, wanted).fetchone() is not None
