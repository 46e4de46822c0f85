"""scrapy outlets: whom Stet watches, whom it could, and whom it cannot, with the reason."""

import argparse
from typing import Any

from rich.table import Table
from rich.text import Text

from crawler import catalogue, questions
from crawler.command import StetCommand
from crawler.terminal import console, safe
from storage.records import Outlet


class Command(StetCommand):
    line = "whom Stet watches, whom it could, and whom it cannot, with the reason"
    most = None

    def syntax(self) -> str:
        return "[options] [KEY ...]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print JSON, channels and patterns included")

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        shelf = catalogue.load(self.folder("OUTLETS"))
        chosen = [shelf.get(key) for key in args] or list(shelf.outlets.values())
        if opts.json:
            return questions.as_json(chosen)
        out = console()
        table = Table("key", "name", "languages", "channels", "state", box=None, padding=(0, 2, 0, 0))
        for outlet in chosen:
            table.add_row(*_row(outlet))
        out.print(table)
        return questions.FOUND


def _row(outlet: Outlet) -> tuple[Any, ...]:
    asked = [channel.kind for channel in outlet.channels if channel.enabled]
    kinds = ", ".join(f"{asked.count(kind)} {kind}" for kind in dict.fromkeys(asked))
    return outlet.key, safe(outlet.name), " ".join(outlet.languages[:4]), kinds or "none", _state(outlet)


def _state(outlet: Outlet) -> Text:
    if not outlet.crawlable:
        return Text(f"cannot be crawled: {safe(outlet.reason)}", "dim")
    if not outlet.enabled:
        return Text(f"off: {safe(outlet.notice or 'turn it on by naming it: -a outlet=' + outlet.key)}", "yellow")
    return Text("watched", "green")
