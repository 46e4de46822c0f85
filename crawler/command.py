"""What all our scrapy commands share: the store option, one clear line for expected trouble, honest exit codes."""

import argparse
import sqlite3
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler import questions
from crawler.ask import NoAnswer
from crawler.catalogue import CatalogueError, UnknownOutlet
from crawler.desk import SettingsError
from crawler.shelf import near
from storage.opening import StoreError, StoreLocked
from storage.payloads import PayloadError
from storage.store import Store

OURS = ("STORE", "OUTLETS", "SEEDS", "KEEP", "CONTACT", "BUDGET", "HOURLY", "CLOCK", "READERS", "NOTIFY")
"""The settings that are ours: one that is spelled nearly so is refused, not ignored."""


class StetCommand(ScrapyCommand):
    """A command that answers with an exit code; expected trouble is one line on standard error."""

    requires_project = False
    requires_crawler_process = False
    default_settings = {"LOG_LEVEL": "WARNING"}  # noqa: RUF012 (Scrapy's own form)
    line = ""
    """What it is for, in one line of help."""
    most: int | None = 0
    """Arguments it takes at most (None: any number)."""
    none = questions.NONE
    """Exit code where the store does not hold what was asked for."""
    stopped = "stopped"
    """What is said when Ctrl-C ends it."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return self.line

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.prog, parser.usage = self.name, f"{self.name} {self.syntax()}"
        parser.add_argument("--store", default=None, help="the SQLite file (default: STET_STORE, else stet.db here)")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's, but what nobody knows is refused, in one line."""
        try:
            super().process_options(args, opts)
            check(args, opts.set)
            if self.most is not None and len(args) > self.most:
                raise UsageError(f"there is nothing to do with {' '.join(args[self.most :])}")
        except UsageError as error:
            sys.exit(complain(self.name, error, questions.USAGE))
        if opts.store:
            self._set("STORE", opts.store)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            with questions.printing():
                self.exitcode = self.answer(args, opts)
        except NoAnswer as error:
            self.exitcode = complain(self.name, error, self.none)
        except StoreLocked as error:
            self.exitcode = complain(self.name, error, questions.LOCKED)
        except StoreError as error:
            self.exitcode = complain(self.name, questions.said(self.store_path, error), questions.USAGE)
        except (UsageError, SettingsError, CatalogueError, UnknownOutlet, PayloadError) as error:
            self.exitcode = complain(self.name, error, questions.USAGE)
        except sqlite3.DatabaseError as error:
            self.exitcode = complain(self.name, questions.broken(self.store_path, error), questions.USAGE)
        except KeyboardInterrupt:
            self.exitcode = complain(self.name, self.stopped, questions.STOPPED)

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do the work; returns the exit code."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        """What the user typed: ``stet pin``, or ``scrapy pin``."""
        return f"{questions.program()} {type(self).__module__.rpartition('.')[2]}"

    @property
    def store_path(self) -> Path:
        """The store's file, as the settings name it."""
        return Path(self._get("STORE") or "stet.db")

    def needs_store(self) -> None:
        """Raises StoreError where there is none: what only makes sense in one must not make an empty one."""
        if not self.store_path.is_file():
            raise StoreError(f"{self.store_path}: no store here; name one with --store or STET_STORE")

    def folder(self, name: str) -> Path | None:
        """The folder that a setting names, if it does."""
        value = self._get(name)
        return Path(value) if value else None

    def _set(self, name: str, value: Any) -> None:
        assert self.settings is not None
        self.settings.set(name, value, priority="cmdline")

    def _get(self, name: str) -> Any:
        assert self.settings is not None
        return self.settings.get(name)


class QuestionCommand(StetCommand):
    """One of the questions, asked through scrapy."""

    question: questions.Question

    def syntax(self) -> str:
        return "[options] " + " ".join(a.dest.upper() for a in _arguments(self.question))

    def short_desc(self) -> str:
        return self.question.help

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print JSON")
        self.question.add_arguments(parser)

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        self.none = self.question.none
        return self.question.answer(Store.read(self.store_path), opts)


def _arguments(question: questions.Question) -> list[argparse.Action]:
    parser = argparse.ArgumentParser(add_help=False)
    question.add_arguments(parser)
    return [action for action in parser._actions if not action.option_strings]


def check(args: list[str], settings: Iterable[str]) -> None:
    """Raises UsageError for options nobody knows, and for a setting of ours that was misspelled (NAME=VALUE)."""
    unknown = [arg for arg in args if arg.startswith("-")]
    if unknown:
        raise UsageError(f"there is no option {unknown[0]}")
    for name in (pair.partition("=")[0] for pair in settings):
        if name not in OURS and near(name, OURS) and name not in _scrapys():
            raise UsageError(f"there is no setting {name}{near(name, OURS)}")


def _scrapys() -> frozenset[str]:
    from scrapy.settings import default_settings

    return frozenset(name for name in vars(default_settings) if name.isupper())


def complain(name: str, error: object, code: int) -> int:
    """One line on standard error; returns the exit code."""
    print(f"{name}: {error}", file=sys.stderr)
    return code
