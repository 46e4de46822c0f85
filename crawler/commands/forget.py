"""scrapy forget URL: erase what an article said, for law or privacy; its captures' facts and entries stay."""

import argparse
import asyncio

from scrapy.exceptions import UsageError

from crawler import ask, questions, reread
from crawler.command import StetCommand
from crawler.desk import Desk


class Command(StetCommand):
    line = "erase what an article said (law, privacy); the facts of its captures stay"

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
        if len(args) != 1:
            raise UsageError("forget needs one address", print_help=False)
        assert self.settings is not None
        desk = Desk.from_settings(self.settings, "scrapy forget")
        try:
            return _forget(desk, args[0], opts.yes)
        finally:
            desk.close()


def _forget(desk: Desk, url: str, sure: bool) -> int:
    known = ask.article(desk.store, url)
    question = f"Erase {known.versions} versions of {known.url} for ever? Type yes: "
    if not sure and input(question).strip() != "yes":
        print("nothing was erased")
        return questions.NONE
    erased = asyncio.run(reread.forget(desk, known.id, desk.clock.now()))
    print(f"forgotten: {known.url} ({erased} bodies erased)")
    return questions.FOUND
