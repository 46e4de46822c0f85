"""scrapy crawl SPIDER: Scrapy's own command, with honest exit codes and one line for each outlet.

0: something was reached (or nothing was due). 1: nothing answered. 2: wrong usage. 70: something could not be kept.
75: another process writes to the store.
"""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError

from crawler.command import check, complain
from crawler.questions import printing, program
from crawler.shelf import near

if TYPE_CHECKING:  # scrapy imports every command: what only a crawl needs is imported when one runs
    from crawler.fetch.tally import Tally

REACHED, UNANSWERED, USAGE, BROKEN, LOCKED = 0, 1, 2, 70, 75


SPIDERS = ("article", "feeds", "sitemaps", "fronts", "apis", "telegram", "revisits")
"""Those that people ask for."""


class Command(BaseRunSpiderCommand):
    """Overrides Scrapy's command of the same name."""

    requires_project = True

    def syntax(self) -> str:
        return "[options] <spider>"

    def short_desc(self) -> str:
        return f"Ask the web: {', '.join(SPIDERS[:-1])} or {SPIDERS[-1]}"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.prog, parser.usage = _name(), f"{_name()} {self.syntax()}"
        parser.add_argument("--store", default=None, help="the SQLite file (default: STET_STORE, else stet.db here)")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's, but what is wrong is said in one line."""
        try:
            super().process_options(args, opts)
            self._check(args, opts)
        except (UsageError, ValueError) as error:
            sys.exit(complain(_name(), error, USAGE))
        assert self.settings is not None
        if opts.store:
            self.settings.set("STORE", opts.store, priority="cmdline")

    def _check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Raises UsageError for what no crawl knows: an option, a setting, or not exactly one spider."""
        unknown = [arg for arg in args if arg.startswith("-")]
        if unknown:
            raise UsageError(f"there is no option {unknown[0]} (spider arguments are given as -a NAME=VALUE)")
        check(args, opts.set)
        if not args:
            raise UsageError(f"which spider? One of {', '.join(SPIDERS)}")
        if len(args) > 1:
            raise UsageError(f"one spider at a time, not {' '.join(args)}")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from crawler.fetch.tally import Tally

        process, name = self.crawler_process, args[0]
        assert process is not None
        if name not in process.spider_loader.list():
            refusal = UsageError(f"there is no spider {name}{near(name, SPIDERS)} (there are {', '.join(SPIDERS)})")
            self.exitcode = complain(_name(), refusal, USAGE)
            return
        crawler = self._create_crawler(name)
        task: Any = process.crawl(crawler, **opts.spargs)
        process.start()
        trouble = task.exception() if task.done() and not task.cancelled() else None
        self.exitcode = _failed(trouble) if trouble is not None else told(crawler.get_extension(Tally))


def _failed(trouble: BaseException) -> int:
    """The exit code for a crawl that could not start; what nobody foresaw is raised."""
    from storage.opening import StoreLocked

    if isinstance(trouble, StoreLocked):
        return complain(_name(), trouble, LOCKED)
    if isinstance(trouble, wrong()):
        return complain(_name(), " ".join(str(trouble).split()), USAGE)
    raise trouble


def wrong() -> tuple[type[Exception], ...]:
    """Expected trouble before the first request: one line, exit code 2."""
    from crawler.catalogue import CatalogueError, UnknownOutlet
    from crawler.desk import SettingsError
    from storage.opening import StoreError

    return SettingsError, CatalogueError, UnknownOutlet, StoreError


def told(tally: "Tally | None") -> int:
    """Say how each outlet fared; returns the exit code."""
    from crawler.fetch.tally import many

    if tally is None:
        return BROKEN
    with printing():
        for line in tally.lines():
            print(line)
        if not tally.scores and not tally.broken:
            print("nothing to ask for")
    if tally.broken:
        print(f"{many(tally.broken, 'answer')} could not be kept: see the errors above", file=sys.stderr)
        return BROKEN
    return UNANSWERED if tally.failed and not tally.answered else REACHED


def _name() -> str:
    return f"{program()} crawl"
