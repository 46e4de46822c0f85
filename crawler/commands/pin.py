"""scrapy pin URL: watch an address, related or not, of an outlet we know or not."""

import argparse

from scrapy.exceptions import UsageError

from crawler import addresses, questions
from crawler.command import StetCommand
from crawler.desk import Desk


class Command(StetCommand):
    line = "watch an address, related to the seeds or not, of an outlet we know or not"
    most = None

    def syntax(self) -> str:
        return "[options] URL [URL ...]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--off", action="store_true", help="take the pin out again")
        parser.add_argument("--note", default="", help="why (kept with the pin)")

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        if not args:
            raise UsageError("pin needs an address", print_help=False)
        if opts.off:
            self.needs_store()
        assert self.settings is not None
        desk = Desk.from_settings(self.settings, self.name)
        try:
            return max(_pin(desk, url, opts) for url in args)
        finally:
            desk.close()


def _pin(desk: Desk, url: str, opts: argparse.Namespace) -> int:
    try:
        asked = addresses.asked(url)
    except ValueError as error:
        raise UsageError(str(error), print_help=False) from None
    outlet = desk.catalogue.of(asked)
    name = addresses.identity(asked, outlet)
    if opts.off:
        gone = desk.store.unpin(name)
        print(f"{'no longer pinned' if gone else 'was not pinned'}: {name}")
        return questions.FOUND if gone else questions.NONE
    if desk.store.forgotten(name):
        print(f"forgotten on request, so not watched: {name}")
        return questions.NONE
    desk.store.pin(name, asked, outlet.key if outlet else addresses.site(asked), desk.clock.now(), opts.note)
    print(f"pinned: {name} ({outlet.name if outlet else 'an outlet not in the catalogue'})")
    return questions.FOUND
