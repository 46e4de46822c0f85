"""A daemon in this process, ticked by hand, and one in a process of its own."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import by_hand
from crawler.clock import Clock
from crawler.watching.daemon import Watch
from storage.opening import StoreError
from storage.store import Store

ROOT = Path(__file__).parent.parent


def in_hand(shelf: Path, store: Path, clock: Clock, **terms: Any) -> tuple[Watch, list[dict[str, Any]]]:
    """A daemon that ticks when it is told to, and what it says."""
    said: list[dict[str, Any]] = []
    return by_hand.in_hand(shelf, store, clock, lambda line: said.append(json.loads(line)), **terms), said


def tick(loop: asyncio.AbstractEventLoop, watch: Watch) -> str:
    return str(loop.run_until_complete(asyncio.wait_for(watch.tick(), 60)))


class Daemon:
    """`scrapy watch` in a process of its own."""

    def __init__(self, shelf: Path, store: Path, *options: str, environ: Mapping[str, str] | None = None) -> None:
        told = ["--json", "-s", f"OUTLETS={shelf}", "--store", str(store), "-s", "KEEP=all", "-s", "READERS=0"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scrapy", "watch", *told, *options], cwd=ROOT, text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT), **(environ or {})},
        )  # fmt: skip
        self.store = store

    def __enter__(self) -> "Daemon":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def until(self, true: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait for something to come true while it lives."""

        def seen() -> bool:
            if self.process.poll() is not None:
                raise AssertionError(f"the daemon ended: {self.process.communicate()}")
            return bool(true())

        until(seen, seconds)

    def ended(self, seconds: float = 60.0) -> tuple[int, list[dict[str, Any]], str]:
        """Its exit code, its JSON lines, and what it said on standard error."""
        out, err = self.process.communicate(timeout=seconds)
        return self.process.returncode, [json.loads(line) for line in out.splitlines()], err


def until(true: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something to come true. Raises AssertionError when it does not."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


def looks(path: Path) -> int:
    """Captures of articles that a store holds (0: it is none yet)."""
    try:
        store = Store.read(path)
    except StoreError:
        return 0
    try:
        return int(store.conn.execute("select count(*) from captures where purpose = 'article'").fetchone()[0])
    finally:
        store.close()


def ear(folder: Path) -> socket.socket:
    """A service manager's socket, as NOTIFY_SOCKET names it."""
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(str(folder / "notify"))
    heard.settimeout(60)
    return heard


def since(days: float = 0.0) -> str:
    """A moment for CLOCK=factor@moment: now, or some days ago."""
    return (datetime.now(UTC) - timedelta(days=days)).isoformat().replace("+00:00", "Z")
