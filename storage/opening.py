"""A store's file, opened: locked against a second writer, known as ours, durable.

SQLite before 3.51.3 can corrupt a WAL when two connections write at once: one writer process holds the lock beside the
store. ``synchronous = full``: of 4,244 simulated power losses none lost an acknowledged commit (``normal``: 39 %).
"""

import os
import sqlite3
import time
from pathlib import Path

from filelock import FileLock, Timeout

from storage.schema import APPLICATION_ID

DAEMON = "scrapy watch, one tick"
PATIENCE = 120.0
"""Seconds that others wait for the daemon's lock: what is in flight ends within 45."""
RINGS = 5.0
"""Seconds for which the wish for the lock holds: whoever had it may have died."""


class StoreError(RuntimeError):
    """A store that cannot be used: says why, and what to do."""


class StoreLocked(StoreError):
    """Another process writes to this store (exit code 75, EX_TEMPFAIL)."""


def hold(path: Path, holder: str) -> FileLock:
    """The lock beside the store. It says who holds it, so that a second writer can be told.

    The daemon gives it back after each tick, and sooner when somebody waits: then everybody else waits, at most
    `PATIENCE` seconds. Raises StoreLocked.
    """
    beside = path.with_name(path.name + ".lock")
    lock, until = FileLock(beside, timeout=0), time.monotonic() + PATIENCE
    try:
        while True:
            try:
                lock.acquire()
                break
            except Timeout as error:
                who = beside.read_text(errors="replace").strip() or "another process"
                if f"({DAEMON})" not in who or holder == DAEMON or time.monotonic() > until:
                    raise StoreLocked(f"{path} is being written by {who}; wait for it, or stop it") from error
                _bell(path).touch()
                time.sleep(0.05)
    finally:
        if holder != DAEMON:
            _bell(path).unlink(missing_ok=True)
    beside.write_text(f"process {os.getpid()} ({holder or 'stet'})\n")
    return lock


def is_wanted(path: Path) -> bool:
    """Whether somebody waits for the daemon to give the store's lock back."""
    try:
        return time.time() - _bell(path).stat().st_mtime < RINGS
    except FileNotFoundError:
        return False


def _bell(path: Path) -> Path:
    """Touched over and over by who waits."""
    return path.with_name(path.name + ".wanted")


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
