"""scrapy forget URL: erase what an article said, for law or privacy; its captures' facts and entries stay."""

import argparse
import asyncio

from scrapy.exceptions import UsageError

from crawler import ask, questions, reread
from crawler.command import StetCommand
from crawler.desk import Desk
from crawler.happened import counted
from crawler.terminal import safe
from storage.findings import Article


class Command(StetCommand):
    line = "erase what an article said (law, privacy); the facts of its captures stay"
    most = 1
    stopped = "stopped: nothing was erased"

    def syntax(self) -> str:
        return "[options] URL"

    def long_desc(self) -> str:
        return (
            "Erases all bodies and texts of an article, in all its versions, and never watches it again. That a page "
            "was looked at, when, and the digest of what was received stay in the ledger. There is no way back. A feed "
            "or front page that quoted the article keeps its quotation."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        if not args:
            raise UsageError("forget needs one address", print_help=False)
        self.needs_store()
        assert self.settings is not None
        desk = Desk.from_settings(self.settings, self.name)
        try:
            return _forget(desk, args[0], opts.yes)
        finally:
            desk.close()


def _forget(desk: Desk, url: str, sure: bool) -> int:
    known = ask.article(desk.store, url)
    if not sure and not _agreed(known):
        print("nothing was erased")
        return questions.NONE
    erased = asyncio.run(reread.forget(desk, known.id, desk.clock.now()))
    print(f"forgotten: {safe(known.url)} ({counted(erased, 'body', 'bodies')} erased)")
    return questions.FOUND


def _agreed(known: Article) -> bool:
    """Whether somebody typed yes; the end of the input is a no."""
    question = f"Erase {counted(known.versions, 'version')} of {safe(known.url)} for ever? Type yes: "
    try:
        return input(question).strip() == "yes"
    except EOFError:
        print()
        return False
