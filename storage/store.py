"""The store: one SQLite file, one writer; keep(finding), due(), host() ...

Whatever a capture taught is kept in one transaction, or not at all. The facts are written first: should concluding
fail, the capture itself is kept and the failure is raised, so that a later `scrapy reread` can do better.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from filelock import FileLock
from sqlite_utils import Database

from storage import harvest, hints, marks, payloads, probes, recall, rows, schedule, sweeps, templates, write
from storage.findings import Article, ChannelRow, Context, Finding, Listed, Sighting
from storage.opening import StoreError, connect, hold, made
from storage.records import BAD, Capture, Host, Mark, Outlet, Status, Template, Visit, canonical_json, stamp
from storage.schedule import Owed
from storage.schema import migrations

Conclude = Callable[[Sighting, Context], Finding]


class Store:
    """The memory. Open it with `Store.open` to write, or with `Store.read` to look."""

    def __init__(self, path: Path, conn: sqlite3.Connection, lock: FileLock | None) -> None:
        self.path = path
        self.conn = conn
        self._lock = lock
        conn.row_factory = sqlite3.Row

    @classmethod
    def open(cls, path: Path | str, holder: str = "") -> Self:
        """Open for writing, and create or migrate as needed. Raises StoreLocked, StoreError."""
        path = Path(path)
        if not path.parent.is_dir():
            raise StoreError(f"{path}: the folder {path.parent} does not exist; create it, or name another store")
        lock = hold(path, holder)
        try:
            conn = connect(path)
            migrations.apply(Database(conn))
        except sqlite3.DatabaseError as error:
            lock.release()
            raise StoreError(f"{path}: not a store of Stet ({error}); name another file") from error
        except StoreError:
            lock.release()
            raise
        return cls(path, conn, lock)

    @classmethod
    def read(cls, path: Path | str) -> Self:
        """Open for reading only; a crawl may go on meanwhile. Raises StoreError."""
        path = Path(path)
        if not path.is_file():
            raise StoreError(f"{path}: no store here; crawl first, or name one with --store or STET_STORE")
        conn = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
        store = cls(path, conn, None)
        try:
            made(path, conn)
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{path}: not a store of Stet ({error}); name another file") from error
        return store

    def close(self) -> None:
        """Close the file and give the lock back."""
        self.conn.close()
        if self._lock is not None:
            self._lock.release()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One BEGIN IMMEDIATE: all or nothing (a deferred BEGIN would fail on read-then-write)."""
        self.conn.execute("begin immediate")
        try:
            yield self.conn
            self.conn.execute("commit")
        except BaseException:
            if self.conn.in_transaction:  # some errors (a full disk) have rolled back already
                self.conn.execute("rollback")
            raise

    # --- keeping ---------------------------------------------------------------------------------

    def keep(self, sighting: Sighting, conclude: Conclude, window: float) -> Finding:
        """Facts, context, conclude, findings: one transaction. ``window``: see `recall.context`."""
        trouble: Exception | None = None
        with self.transaction() as conn:
            if self._held(conn, sighting.reading.capture):
                return Finding(sighting.reading.capture)
            if _is_forgotten(conn, sighting):
                return self._keep_bare(conn, sighting)
            seen = self._facts(conn, sighting.reading.capture)
            sighting = replace(sighting, reading=replace(sighting.reading, capture=seen))
            conn.execute("savepoint concluding")
            try:
                found = conclude(sighting, recall.context(conn, sighting, window))
                write.finding(conn, found)
            except Exception as error:  # noqa: BLE001 (the facts are kept whatever fails; it is raised below)
                conn.execute("rollback to concluding")
                trouble = error
            conn.execute("release concluding")
        if trouble is not None:
            raise trouble
        return found

    def keep_plain(self, found: Finding) -> Finding:
        """The same for a capture that no article hangs on: a channel, robots.txt, a canary, a probe."""
        with self.transaction() as conn:
            if not self._held(conn, found.capture):
                found = replace(found, capture=self._facts(conn, found.capture))
                write.finding(conn, found)
        return found

    def _keep_bare(self, conn: sqlite3.Connection, sighting: Sighting) -> Finding:
        """Of a forgotten article: that it was looked at, and nothing of what it said, by whatever address."""
        seen, names = sighting.reading.capture, sighting.names
        urls = {(url, stamp(seen.at)) for url in (names.asked, seen.asked_url)}
        conn.executemany("insert or ignore into forgotten_urls (url, at) values (?, ?)", sorted(urls))
        if seen.digest is not None:
            conn.execute("insert or ignore into forgotten (digest, at) values (?, ?)", (seen.digest, stamp(seen.at)))
        return Finding(write.capture(conn, replace(seen, body=None)))

    def _held(self, conn: sqlite3.Connection, seen: Capture) -> bool:
        """Whether this very capture is kept already: the same facts at the same moment are one fact."""
        return conn.execute("select 1 from captures where entry = ?", (seen.entry,)).fetchone() is not None

    def _facts(self, conn: sqlite3.Connection, seen: Capture) -> Capture:
        if seen.body is not None:
            payloads.keep(conn, seen.body, self._base(conn, seen))
        return write.capture(conn, seen)

    def _base(self, conn: sqlite3.Connection, seen: Capture) -> str | None:
        """The page a body is likely to resemble: the first of this address, else the outlet's first of its purpose."""
        held = "digest in (select digest from payloads)"
        for where, key in (("asked_url = ?", seen.asked_url), ("outlet = ?", seen.outlet)):
            sql = f"select digest from captures where {where} and purpose = ? and {held} order by at limit 1"  # noqa: S608
            row = conn.execute(sql, (key, seen.purpose)).fetchone()
            if row:
                return str(row["digest"])
        return None

    # --- deriving anew ---------------------------------------------------------------------------

    @contextmanager
    def rederiving(
        self, conclude: Conclude, window: float, article: int | None
    ) -> Iterator[Callable[[Sighting], Finding | None]]:
        """Replace what is derived (of one article; None: of all) by what the sightings teach that are passed to it.

        Plans, candidates and hosts stay as they are, and nobody is notified. One transaction: all or nothing.
        """
        with self.transaction() as conn:
            plans = write.unlearn(conn, article)
            if article is None:
                yield lambda sighting: self._replay(conn, sighting, conclude, window)
            else:
                again = {article}  # rereading may give it another number
                yield lambda sighting: self._replay_alone(conn, sighting, conclude, window, again)
                for number in sorted(again):
                    sweeps.catch_up(conn, number, None)
            write.put_back(conn, plans)

    def _replay(
        self, conn: sqlite3.Connection, sighting: Sighting, conclude: Conclude, window: float
    ) -> Finding | None:
        if _is_forgotten(conn, sighting):
            return None
        found = conclude(sighting, recall.context(conn, sighting, window))
        write.finding(conn, found, anew=True)
        return found

    def _replay_alone(
        self, conn: sqlite3.Connection, sighting: Sighting, conclude: Conclude, window: float, again: set[int]
    ) -> Finding | None:
        """What is the outlet's, and known in full, stays as it is: only rereading all rebuilds it."""

        def alone(sighting: Sighting, context: Context) -> Finding:
            return replace(conclude(sighting, context), incident=None, sweeps=(), redesign="")

        known = recall.whose(conn, sighting)[0]
        if known is not None:
            again.add(known.id)
            sweeps.catch_up(conn, known.id, sighting.reading.capture.at)
        return self._replay(conn, sighting, alone, window)

    def unoffered(self, urls: Iterable[str]) -> frozenset[str]:
        """Those addresses (normal form) that no channel offered before."""
        sql = "select 1 from candidates where url = ?"
        return frozenset(url for url in urls if self.conn.execute(sql, (url,)).fetchone() is None)

    def listed(self, channel: ChannelRow, urls: Iterable[str], now: datetime) -> tuple[ChannelRow, dict[str, Listed]]:
        """Of a channel, how many hints wait for their look; and the known articles among the addresses it offers."""
        waiting = hints.waiting(self.conn, channel.id, now)
        return replace(channel, waiting=waiting), hints.listed(self.conn, channel.id, urls)

    def captures(self, article: int | None) -> Iterator[Capture]:
        """The captures of an article (None: of all, with probes and canaries), by (at, entry), without bodies."""
        sql = "select c.* from captures c where c.purpose in ('article', 'memento', 'probe', 'canary')"
        if article is not None:
            sql += " and c.id in (select capture from readings where article = ?)"
        found = self.conn.execute(f"{sql} order by c.at, c.entry", () if article is None else (article,))
        return map(rows.capture, found.fetchall() if article is not None else found)

    def body(self, digest: str) -> bytes | None:
        """A payload, or None where it was forgotten. Raises `payloads.PayloadError` when it is damaged."""
        forgotten = self.conn.execute("select 1 from forgotten where digest = ?", (digest,)).fetchone()
        return None if forgotten else payloads.load(self.conn, digest)

    def home(self, url: str, before: datetime) -> Capture | None:
        """A home page as it last answered before a moment; None where it never did."""
        seen = probes.home(self.conn, url, before)
        return replace(seen, body=self.body(seen.digest)) if seen is not None and seen.digest else None

    def shows(self, url: str, digest: str | None) -> bool:
        """Whether these are the bytes that last showed the current text of the article at an address (normal form)."""
        known = recall.named(self.conn, url) if digest else None
        return known is not None and recall.current_payload(self.conn, known.id) == digest

    def readers(self, sighting: Sighting) -> tuple[int, frozenset[tuple[str, str, str]]] | None:
        """The article that was sighted, and by which readers its texts were read (see `recall.readers`).

        None: no article that we know.
        """
        known = recall.whose(self.conn, sighting)[0]
        return (known.id, recall.readers(self.conn, known.id)) if known else None

    def foresee(self, sighting: Sighting, conclude: Conclude, window: float) -> Finding:
        """What `keep` would keep, but for copies, which are dear to find; nothing is written."""
        return conclude(sighting, recall.context(self.conn, replace(sighting, sketch=()), window))

    # --- templates -------------------------------------------------------------------------------

    def templates(self) -> dict[str, Template]:
        """The latest template of each outlet."""
        return templates.latest(self.conn)

    def learn(self, learned: Template, at: datetime, entries: Sequence[str]) -> None:
        """Keep a template, and from which captures it was learned."""
        with self.transaction() as conn:
            templates.keep(conn, learned, at, entries)

    def forget(self, article: int, at: datetime) -> int:
        """Erase all that an article said, and never watch it again (law, privacy); returns how many bodies were erased.

        The captures' facts and entries stay. A body that another article's capture shows, too, is kept for that one.
        """
        with self.transaction() as conn:
            erased = payloads.erase(conn, write.bodies_of(conn, article), stamp(at))
            write.forget(conn, article, stamp(at))
            write.unlearn(conn, article)
        self.conn.execute("insert into search (search) values ('rebuild')")
        self.conn.execute("vacuum")  # with secure_delete on, nothing of it is left in the file
        self.conn.execute("pragma wal_checkpoint(truncate)")
        return erased

    def article(self, url: str) -> Article | None:
        """The article at an address (normal form)."""
        return recall.named(self.conn, url)

    def forgotten(self, url: str) -> datetime | None:
        """When an address (normal form) was forgotten, if it was."""
        row = self.conn.execute("select at from forgotten_urls where url = ?", (url,)).fetchone()
        return rows.when(row["at"]) if row else None

    # --- what to ask for -------------------------------------------------------------------------

    def visit(self, url: str) -> Visit | None:
        """What to ask for at a known article's address (normal form), with the validators of its last good capture.

        Suspects, and articles with a change that waits for its second look, are asked without conditions. None: no
        such article.
        """
        known = recall.named(self.conn, url)
        return self._visit(known.id, known.visit_url, known.outlet) if known else None

    def _visit(self, article: int, url: str, outlet: str) -> Visit:
        sql = """select r.verdict, r.version, c.id from readings r join captures c on c.id = r.capture
            where r.article = ? order by r.at desc, r.capture desc limit 1"""
        last = self.conn.execute(sql, (article,)).fetchone()
        if last is not None and last["verdict"] in BAD:
            return Visit(url, outlet, fresh=True)
        if last is None or self._pending(article):
            return Visit(url, outlet)
        shown = """select c.* from readings r join captures c on c.id = r.capture
            where r.article = ? and r.version is not null and c.digest is not null
            order by r.at desc, r.capture desc limit 1"""
        return _conditional(url, outlet, self.conn.execute(shown, (article,)).fetchone())

    def _pending(self, article: int) -> bool:
        sql = "select unmarked from changes where article = ? order by by_at desc limit 1"
        row = self.conn.execute(sql, (article,)).fetchone()
        return row is not None and row["unmarked"] == Status.PENDING

    def channel(self, outlet: str, url: str) -> Visit:
        """What to ask for at a channel, with the validators of its last answer that held a list."""
        sql = """select c.*, l.items from captures c join listings l on l.capture = c.id where c.asked_url = ?
            and c.purpose = 'channel' and c.digest is not null order by c.at desc limit 1"""
        last = self.conn.execute(sql, (url,)).fetchone()
        # An index of lists offers nothing itself, and stays the same while its parts change: ask for it in full.
        return _conditional(url, outlet, last if last is not None and last["items"] else None)

    def last_asked(self, outlet: str) -> datetime | None:
        """When the last exchange with an outlet ended."""
        row = self.conn.execute("select max(at) as at from captures where outlet = ?", (outlet,)).fetchone()
        return rows.when(row["at"])

    def channel_row(self, outlet: str, kind: str, url: str) -> ChannelRow:
        """What is known of a channel so far."""
        number = rows.number("channel", outlet, url)
        row = self.conn.execute("select * from channels where id = ?", (number,)).fetchone()
        if row is None:
            return ChannelRow(number, outlet, kind, url)
        return ChannelRow(
            id=number,
            outlet=outlet,
            kind=kind,
            url=url,
            state=row["state"],
            last_ok_at=rows.when(row["last_ok_at"]),
            newest_item_at=row["newest_item_at"] or "",
            last_new_at=rows.when(row["last_new_at"]),
            items=row["items"],
            error=row["error"],
            ask_every=row["ask_every"] or 0.0,
            next_ask_at=rows.when(row["next_ask_at"]),
            hints=row["hints"],
            hits=row["hits"],
            passed=row["passed"],
        )

    def due(self, now: datetime, outlets: Collection[str] = (), limit: int = 0) -> list[Visit]:
        """Articles whose next visit is due, most valuable first (see `schedule.owed`). ``limit`` 0: no limit."""
        found = schedule.owed(self.conn, now, tuple(outlets))
        return [self.look(owed) for owed in (found[:limit] if limit else found)]

    def look(self, owed: Owed) -> Visit:
        """What to ask for when a visit is owed."""
        return self._visit(owed.article, owed.url, owed.outlet)

    def wanted(self, now: datetime, outlets: Collection[str] = (), limit: int = 0) -> list[Visit]:
        """Candidates that nobody asked for yet, the most hopeful first (`harvest.ordered`)."""
        sql, chosen = f"select offered_url, outlet, rank {schedule.CANDIDATES}", tuple(outlets)
        if chosen:
            sql += f" and outlet in ({rows.marks(chosen)})"
        values = (stamp(now - schedule.STUCK), *chosen)
        found = self.conn.execute(f"{sql} order by rank desc, hint_at desc, url", values).fetchall()
        waiting = schedule.waiting(self.conn, now)
        ready = [
            row for row in harvest.ordered(self.conn, found) if urlsplit(row["offered_url"]).hostname not in waiting
        ]
        return [Visit(r["offered_url"], r["outlet"]) for r in (ready[:limit] if limit else ready)]

    def known(self, url: str) -> bool:
        """Whether an article is known under this address (normal form), or one was and is forgotten."""
        sql = "select 1 from addresses where url = ? union all select 1 from forgotten_urls where url = ?"
        return self.conn.execute(sql, (url, url)).fetchone() is not None

    def host(self, host: str) -> Host:
        """What a host asked of us: robots.txt as last answered, Crawl-delay, Retry-After."""
        sql = """select h.*, c.at, c.status, c.digest from hosts h left join captures c on c.id = h.robots
            where h.host = ?"""
        row = self.conn.execute(sql, (host,)).fetchone()
        if row is None:
            return Host(host)
        return Host(
            host=host,
            outlet=row["outlet"],
            not_before=rows.when(row["not_before"]),
            crawl_delay=row["crawl_delay"],
            robots_at=rows.when(row["at"]),
            robots_status=row["status"],
            robots_body=payloads.load(self.conn, row["digest"]) if row["digest"] else None,
        )

    # --- what is kept as it is -------------------------------------------------------------------

    def know(self, outlets: Collection[Outlet]) -> None:
        """Write down the outlets of the catalogue and their channels (those not yet seen as unmeasured)."""
        with self.transaction() as conn:
            for outlet in outlets:
                row = (outlet.key, outlet.name, outlet.homepage, outlet.country, outlet.affiliation)
                conn.execute(
                    """insert into outlets values (?, ?, ?, ?, ?, ?) on conflict (key) do update set
                        name = excluded.name, homepage = excluded.homepage, country = excluded.country,
                        affiliation = excluded.affiliation, languages = excluded.languages""",
                    (*row, canonical_json(outlet.languages)),
                )
                for channel in outlet.channels:
                    conn.execute(
                        """insert into channels (id, outlet, kind, url, state) values (?, ?, ?, ?, 'unmeasured')
                        on conflict do nothing""",
                        (rows.number("channel", outlet.key, channel.url), outlet.key, channel.kind, channel.url),
                    )

    def pin(self, url: str, visit_url: str, outlet: str, at: datetime, note: str = "") -> None:
        """Watch an address (normal form), related or not; asked for at the next crawl if nobody did yet."""
        with self.transaction() as conn:
            conn.execute("insert or replace into pins (url, at, note) values (?, ?, ?)", (url, stamp(at), note))
            known = recall.named(conn, url)
            if known is not None:
                conn.execute(
                    "update articles set pinned = 1, next_visit_at = coalesce(next_visit_at, ?) where id = ?",
                    (stamp(at), known.id),
                )
                return
            conn.execute(
                """insert into candidates (url, outlet, channel, offered_at, offered_url, title, hint_at, rank, article)
                values (?, ?, null, ?, ?, '', '', 1.0, null) on conflict (url) do update set rank = 1.0""",
                (url, outlet, stamp(at), visit_url),
            )

    def unpin(self, url: str) -> bool:
        """Watch it no longer than its relevance asks; whether it was pinned."""
        with self.transaction() as conn:
            known = recall.named(conn, url)
            if known is not None:
                conn.execute("update articles set pinned = 0 where id = ?", (known.id,))
            gone = conn.execute("delete from pins where url = ?", (url,)).rowcount
            conn.execute("delete from candidates where url = ? and channel is null and article is null", (url,))
            names = [] if known is None else [(r["url"],) for r in conn.execute(
                "select url from addresses where article = ?", (known.id,))]  # fmt: skip
            gone += sum(conn.execute("delete from pins where url = ?", name).rowcount for name in names)
        return gone > 0

    def mark(self, said: Mark) -> None:
        """Keep what an analyst said of a change or a standing; what is told follows at once."""
        with self.transaction() as conn:
            marks.keep(conn, said)

    def summary(self, change: int) -> str:
        """A change in a few words."""
        row = self.conn.execute("select summary from changes where id = ?", (change,)).fetchone()
        return str(row["summary"]) if row else ""

    def begin_run(self, command: str, at: datetime) -> int:
        """Note that a command started; returns the run's number."""
        with self.transaction() as conn:
            conn.execute("insert into runs (started_at, command) values (?, ?)", (stamp(at), command))
            return int(conn.execute("select last_insert_rowid()").fetchone()[0])

    def cut_off(self, run: int) -> bool:
        """Whether the run before this one never ended: what it had asked for last is not in the store."""
        row = self.conn.execute("select ended_at from runs where id < ? order by id desc limit 1", (run,)).fetchone()
        return row is not None and row["ended_at"] is None

    def drop_run(self, run: int) -> None:
        """Take out a run that did nothing at all."""
        with self.transaction() as conn:
            conn.execute("delete from runs where id = ?", (run,))

    def end_run(self, run: int, at: datetime, stats: dict[str, int]) -> None:
        """Note that it ended, and what it did."""
        with self.transaction() as conn:
            conn.execute(
                "update runs set ended_at = ?, stats = ? where id = ?", (stamp(at), canonical_json(stats), run)
            )


def _is_forgotten(conn: sqlite3.Connection, sighting: Sighting) -> bool:
    seen, names = sighting.reading.capture, sighting.names
    return write.is_forgotten(conn, (names.asked, names.landed, names.identity, seen.asked_url, seen.url))


def _conditional(url: str, outlet: str, last: sqlite3.Row | None) -> Visit:
    if last is None:
        return Visit(url, outlet)
    seen = rows.capture(last)
    etag, modified = seen.header("etag"), seen.header("last-modified")
    if not (etag or modified):
        return Visit(url, outlet)
    return Visit(url, outlet, etag, modified, last["entry"])
