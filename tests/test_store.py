"""The store: facts stay, one writer, all or nothing."""

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.findings import Context, Finding, Names, Sighting
from storage.opening import StoreError, StoreLocked
from storage.records import Capture, Judgement, Reading, Verdict, canonical_json, sha256, stamp
from storage.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def capture(url: str = "https://example.org/a", body: bytes = b"<p>x</p>", minute: int = 0) -> Capture:
    return Capture(
        purpose="article",
        outlet="example",
        asked_url=url,
        url=url,
        at=NOON.replace(minute=minute),
        status=200,
        headers=(("Content-Type", "text/html"),),
        digest=sha256(body),
        body=body,
    )


def sighting(seen: Capture) -> Sighting:
    return Sighting(Reading(seen, Judgement(Verdict.OK, "answered")), Names(seen.url, seen.url, seen.url))


@pytest.fixture
def store(tmp_path: Path):  # type: ignore[no-untyped-def]
    store = Store.open(tmp_path / "stet.db")
    yield store
    store.close()


def keep_facts(store: Store, seen: Capture) -> Capture:
    return store.keep_plain(Finding(seen)).capture


def test_the_entry_is_the_digest_of_exactly_the_fact_columns(store: Store) -> None:
    seen = keep_facts(store, capture())
    row = dict(store.conn.execute("select * from captures").fetchone())
    entry, _ = row.pop("entry"), row.pop("id")
    for name in ("hops", "request_headers", "headers"):
        row[name] = __import__("json").loads(row[name])
    assert sha256(canonical_json(row).encode()) == entry == seen.entry


@pytest.mark.parametrize(
    "sql",
    [
        "update captures set status = 404",
        "delete from captures",
        "insert or replace into captures select * from captures",
        "replace into captures select * from captures",
        "update or replace captures set entry = 'x'",
        "update payloads set body = x'00'",
        "delete from payloads",
        "insert or replace into payloads select * from payloads",
    ],
)
def test_facts_are_never_changed(store: Store, sql: str) -> None:
    keep_facts(store, capture())
    with pytest.raises(sqlite3.IntegrityError, match="are facts"):
        store.conn.execute(sql)


def test_a_second_writer_is_told_who_holds_the_store(tmp_path: Path) -> None:
    first = Store.open(tmp_path / "stet.db", "scrapy watch")
    with pytest.raises(StoreLocked, match=rf"process {os.getpid()} \(scrapy watch\)"):
        Store.open(tmp_path / "stet.db")
    reader = Store.read(tmp_path / "stet.db")
    reader.close()
    first.close()
    Store.open(tmp_path / "stet.db").close()


def test_what_is_no_store_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("my notes, not a database at all\n" * 100)
    before = other.read_bytes()
    for way in (Store.open, Store.read):
        with pytest.raises(StoreError, match="name another file"):
            way(other)
    assert other.read_bytes() == before
    foreign = tmp_path / "other.db"
    sqlite3.connect(foreign).execute("create table mine (x)").connection.commit()
    with pytest.raises(StoreError, match="not a store of Stet"):
        Store.open(foreign)
    with pytest.raises(StoreError, match="no store here"):
        Store.read(tmp_path / "nothing.db")
    with pytest.raises(StoreError, match="does not exist"):
        Store.open(tmp_path / "no" / "such" / "folder.db")


def test_when_concluding_fails_the_capture_is_kept_all_the_same(store: Store) -> None:
    def fail(_: Sighting, __: Context) -> Finding:
        raise ZeroDivisionError("a bug in a verb")

    with pytest.raises(ZeroDivisionError):
        store.keep(sighting(capture()), fail, 0)
    assert store.conn.execute("select count(*) from captures").fetchone()[0] == 1
    assert store.conn.execute("select count(*) from payloads").fetchone()[0] == 1
    assert store.conn.execute("select count(*) from readings").fetchone()[0] == 0


def test_the_same_fact_is_kept_once(store: Store) -> None:
    first, again = keep_facts(store, capture()), keep_facts(store, capture())
    assert first.entry == again.entry
    assert store.conn.execute("select count(*) from captures").fetchone()[0] == 1


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError), store.transaction() as conn:
        conn.executemany("insert into pins (url, at) values (?, 't')", [("u",), ("u",)])
    assert store.conn.execute("select count(*) from pins").fetchone()[0] == 0


def test_the_store_is_durable_and_strict(store: Store) -> None:
    assert store.conn.execute("pragma journal_mode").fetchone()[0] == "wal"
    assert store.conn.execute("pragma synchronous").fetchone()[0] == 2
    strict = store.conn.execute("select name, strict from pragma_table_list where schema = 'main' and type = 'table'")
    loose = {row["name"] for row in strict if not row["strict"] and not row["name"].startswith(("sqlite_", "_sqlite"))}
    assert loose == set()


def test_kill_9_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    """A writer says after each commit that it kept a capture; after the kill, all that was said is there, whole."""
    path = tmp_path / "stet.db"
    script = (
        "import sys; sys.path[:0] = sys.argv[2].split(':')\n"
        "from tests.test_store import capture, keep_facts\n"
        "from storage.store import Store\n"
        "store = Store.open(sys.argv[1])\n"
        "for n in range(100000):\n"
        "    seen = capture(f'https://example.org/{n}', b'body %d' % n)\n"
        "    print(keep_facts(store, seen).entry, flush=True)\n"
    )
    root = str(Path(__file__).parent.parent)
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", script, str(path), root], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        said = [writer.stdout.readline().strip() for _ in range(40)]
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.read().split()
        writer.wait()
        path_store = Store.open(path)
        entries = {row["entry"] for row in path_store.conn.execute("select entry from captures")}
        assert {entry for entry in said if len(entry) == 64} <= entries
        torn = "select count(*) from captures where digest not in (select digest from payloads)"
        assert path_store.conn.execute(torn).fetchone()[0] == 0
        assert path_store.conn.execute("pragma integrity_check").fetchone()[0] == "ok"
        path_store.close()
        for name in tmp_path.iterdir():
            name.unlink()


def test_stamps_sort_as_time() -> None:
    early, late = NOON.replace(microsecond=999), NOON.replace(second=1)
    assert stamp(early) < stamp(late)
    assert stamp(NOON) == "2026-03-01T12:00:00.000Z"
