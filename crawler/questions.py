"""The questions as commands: their arguments, their answers printed, their exit codes.

`stet history URL` asks them directly, without Scrapy's start-up; `scrapy history URL` asks the same.
"""

import argparse
import json
import os
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler import ask
from crawler.clock import WallClock
from storage.store import Store

FOUND, NONE, USAGE, LOCKED, STOPPED = 0, 1, 2, 75, 130
"""Exit codes: an answer; no such thing (or, for diff --exit-code, a difference); wrong usage; the store is taken;
stopped by Ctrl-C."""

_ESCAPED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What JSON lets stand in a text, and a terminal obeys: control characters and direction marks."""


@dataclass(frozen=True)
class Question:
    """One question: its line of help, its arguments, and how it is answered."""

    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    answer: Callable[[Store, argparse.Namespace], int]
    none: int = NONE
    """Exit code where the store does not hold what was asked for."""


def history(store: Store, asked: argparse.Namespace) -> int:
    life = ask.history(store, asked.url)
    if asked.json:
        return as_json(life)
    from crawler import terminal

    terminal.print_history(terminal.console(), life)
    return FOUND


def diff(store: Store, asked: argparse.Namespace) -> int:
    found = ask.diff(store, asked.url, asked.span)
    with printing():
        if asked.json:
            as_json(found)
        else:
            from crawler import terminal
            from crawler.compare import spans

            terminal.print_diff(terminal.console(), found, spans)
    return NONE if asked.exit_code and found.comparison.edits else FOUND


def search(store: Store, asked: argparse.Namespace) -> int:
    hits = ask.search(store, " ".join(asked.words), asked.limit)
    if asked.json:
        as_json(hits)
        return FOUND if hits else NONE
    from crawler import terminal

    terminal.print_hits(terminal.console(), hits)
    if not hits:
        print("nothing found", file=sys.stderr)
    return FOUND if hits else NONE


def status(store: Store, asked: argparse.Namespace) -> int:
    now = asked.now or WallClock().now()
    if asked.why:
        return _why(store, asked, now)
    state = ask.status(store, now)
    if asked.json:
        return as_json(state)
    from crawler import terminal

    terminal.print_status(terminal.console(), state)
    return FOUND


def _why(store: Store, asked: argparse.Namespace, now: datetime) -> int:
    found = ask.why(store, asked.why, now)
    if asked.json:
        return as_json(found)
    from crawler import terminal

    terminal.print_why(terminal.console(), found, now)
    return FOUND


def as_json(answer: Any) -> int:
    """One JSON value on standard output, without anything in it that a terminal would obey."""
    text = json.dumps(ask.plain(answer), ensure_ascii=False, indent=2)
    print(_ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text))
    return FOUND


@contextmanager
def printing() -> Iterator[None]:
    """What is printed inside reaches its reader; one who had enough of it (a pipe to `head`) is no error."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# --- what people are told -----------------------------------------------------------------------


def program() -> str:
    """The command our user typed: stet or scrapy. Hints and complaints name it."""
    return "stet" if Path(sys.argv[0]).stem == "stet" else "scrapy"


def broken(path: Path, error: sqlite3.Error) -> str:
    """One line for trouble that SQLite meets in the midst of its work. Raises what is nothing but our own mistake."""
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return f"{path} is damaged ({error}): restore it from a backup"
    if isinstance(error, sqlite3.OperationalError):
        return f"{path}: {error}"
    raise error


def is_ours(path: Path) -> bool:
    """Whether a file's header says that it is, or was, a store of Stet (SQLite's application_id)."""
    with path.open("rb") as file:
        return file.read(72)[68:] == b"Stet"


def said(path: Path, error: Exception) -> str:
    """A StoreError in one line; a store of ours that cannot be read is damaged, not somebody else's file."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.DatabaseError) and path.is_file() and is_ours(path):
        return broken(path, cause)
    return str(error)


# --- arguments ----------------------------------------------------------------------------------


def _url(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", help="the article's address, however it is spelled")


def _history_arguments(parser: argparse.ArgumentParser) -> None:
    _url(parser)


def _diff_arguments(parser: argparse.ArgumentParser) -> None:
    _url(parser)
    parser.add_argument(
        "span", nargs="?", default="", help="A..B: version numbers; default: the newest change that is news"
    )
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 when the versions differ, as diff does")


def _search_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="+", help='words that a version must hold; "a phrase"; begin*')
    parser.add_argument("--limit", type=int, default=20, help="hits at most, 1 to 1000 (default: 20)")


def _status_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--why", metavar="URL", default="", help="why this article is looked at next when it is")
    parser.add_argument("--now", type=_moment, default=None, help=argparse.SUPPRESS)  # for a store of another time


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


QUESTIONS = {
    "history": Question("the life of an article: versions, edits, takedowns", _history_arguments, history),
    "diff": Question("what changed between two versions of an article", _diff_arguments, diff, none=USAGE),
    "search": Question("versions that hold these words, in any script", _search_arguments, search),
    "status": Question("how the store does: what is due, what moved, what is not well", _status_arguments, status),
}


def add_common(parser: argparse.ArgumentParser) -> None:
    """The options every question has."""
    parser.add_argument("--store", default=None, help="the SQLite file (default: STET_STORE, else stet.db here)")
    parser.add_argument("--json", action="store_true", help="print JSON")
