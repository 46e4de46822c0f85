"""What all our scrapy commands share: the store option, one clear line for expected trouble, honest exit codes."""

import argparse
import sys
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler import questions
from crawler.ask import NoAnswer
from crawler.catalogue import CatalogueError, UnknownOutlet
from crawler.desk import SettingsError
from storage.opening import StoreError, StoreLocked
from storage.payloads import PayloadError
from storage.store import Store


class StetCommand(ScrapyCommand):
    """A command that answers with an exit code; expected trouble is one line on standard error."""

    requires_project = False
    requires_crawler_process = False
    default_settings = {"LOG_LEVEL": "WARNING"}  # noqa: RUF012 (Scrapy's own form)
    line = ""
    """What it is for, in one line of help."""

    def short_desc(self) -> str:
        return self.line

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--store", default=None, help="the SQLite file (default: STET_STORE, else stet.db here)")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if opts.store:
            self._set("STORE", opts.store)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        name = Path(sys.argv[0]).name + " " + type(self).__module__.rpartition(".")[2]
        try:
            self.exitcode = self.answer(args, opts)
        except NoAnswer as error:
            self.exitcode = complain(name, error, questions.NONE)
        except StoreLocked as error:
            self.exitcode = complain(name, error, questions.LOCKED)
        except (StoreError, SettingsError, CatalogueError, UnknownOutlet, PayloadError) as error:
            self.exitcode = complain(name, error, questions.USAGE)

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do the work; returns the exit code."""
        raise NotImplementedError

    @property
    def store_path(self) -> Path:
        """The store's file, as the settings name it."""
        return Path(self._get("STORE") or "stet.db")

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
        if args:
            raise UsageError(f"too many arguments: {' '.join(args)}", print_help=False)
        return self.question.answer(Store.read(self.store_path), opts)


def _arguments(question: questions.Question) -> list[argparse.Action]:
    parser = argparse.ArgumentParser(add_help=False)
    question.add_arguments(parser)
    return [action for action in parser._actions if not action.option_strings]


def complain(name: str, error: Exception, code: int) -> int:
    """One line on standard error; returns the exit code."""
    print(f"{name}: {error}", file=sys.stderr)
    return code
