"""What the one who runs the daemon sees: a live line on a terminal, plain lines elsewhere, JSON lines on request."""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from rich.console import Console
from rich.live import Live
from rich.text import Text

from crawler.terminal import safe
from storage.records import stamp


class Display(Protocol):
    """Tells what happened, once, and shows what goes on, over and over."""

    def say(self, at: datetime, event: str, line: str, **facts: Any) -> None:
        """Something happened: ``line`` for people, ``event`` and ``facts`` for programs."""

    def show(self, line: str) -> None:
        """What goes on just now."""

    def close(self) -> None: ...


class Lines:
    """One line an event, for logs and journals."""

    def __init__(self, out: Callable[[str], None] | None = None) -> None:
        self._out = out or _print

    def say(self, at: datetime, event: str, line: str, **facts: Any) -> None:
        self._out(f"{at:%Y-%m-%d %H:%M:%S} {safe(line)}")

    def show(self, line: str) -> None:
        """A log is no place for that."""

    def close(self) -> None:
        """Nothing to put away."""


class JsonLines(Lines):
    """One JSON object an event: ``{"at": ..., "event": ..., ...}``."""

    def say(self, at: datetime, event: str, line: str, **facts: Any) -> None:
        self._out(json.dumps({"at": stamp(at), "event": event, **facts}))  # ASCII only: nothing a terminal obeys


class Terminal(Lines):
    """Events as lines that stay, and below them one line that changes."""

    def __init__(self, console: Console) -> None:
        super().__init__(lambda line: console.print(Text(line)))
        self._live = Live(Text(""), console=console, refresh_per_second=4, transient=True)
        self._live.start()

    def show(self, line: str) -> None:
        self._live.update(Text(safe(line), "dim", no_wrap=True, overflow="ellipsis"))

    def close(self) -> None:
        self._live.stop()


def display(as_json: bool, console: Console) -> Display:
    """The one that fits."""
    if as_json:
        return JsonLines()
    return Terminal(console) if console.is_terminal else Lines()


def _print(line: str) -> None:
    print(line, flush=True)
    sys.stdout.flush()
