"""The questions as commands: their arguments, their answers printed, their exit codes.

`stet history URL` asks them directly, without Scrapy's start-up; `scrapy history URL` asks the same.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crawler import ask
from storage.store import Store

FOUND, NONE, USAGE, LOCKED = 0, 1, 2, 75
"""Exit codes: an answer; no such thing (or, for diff --exit-code, a difference); wrong usage; the store is taken."""


@dataclass(frozen=True)
class Question:
    """One question: its line of help, its arguments, and how it is answered."""

    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    answer: Callable[[Store, argparse.Namespace], int]


def history(store: Store, asked: argparse.Namespace) -> int:
    life = ask.history(store, asked.url)
    if asked.json:
        return as_json(life)
    from crawler import terminal

    terminal.print_history(terminal.console(), life)
    return FOUND


def diff(store: Store, asked: argparse.Namespace) -> int:
    found = ask.diff(store, asked.url, asked.span)
    differs = NONE if asked.exit_code and found.comparison.edits else FOUND
    if asked.json:
        as_json(found)
        return differs
    from crawler import terminal
    from crawler.compare import spans

    terminal.print_diff(terminal.console(), found, spans)
    return differs


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
    state = ask.status(store)
    if asked.json:
        return as_json(state)
    from crawler import terminal

    terminal.print_status(terminal.console(), state)
    return FOUND


def as_json(answer: Any) -> int:
    """One JSON value on standard output; control characters are escaped by JSON itself."""
    print(json.dumps(ask.plain(answer), ensure_ascii=False, indent=2))
    return FOUND


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
    parser.add_argument("--limit", type=int, default=20, help="hits at most (default: 20)")


QUESTIONS = {
    "history": Question("the life of an article: versions, edits, takedowns", _history_arguments, history),
    "diff": Question("what changed between two versions of an article", _diff_arguments, diff),
    "search": Question("versions that hold these words, in any script", _search_arguments, search),
    "status": Question("how the store does: what is due, what moved, what is not well", lambda _: None, status),
}


def add_common(parser: argparse.ArgumentParser) -> None:
    """The options every question has."""
    parser.add_argument("--store", default=None, help="the SQLite file (default: STET_STORE, else stet.db here)")
    parser.add_argument("--json", action="store_true", help="print JSON")
