"""scrapy learn: what each outlet's pages look like; learned by itself after a crawl, here at once."""

import argparse
import asyncio
from dataclasses import asdict

from rich.table import Table

from crawler import questions, relearn
from crawler.ask import NoAnswer
from crawler.command import StetCommand
from crawler.desk import Desk
from crawler.happened import counted
from crawler.learn import ENOUGH
from crawler.readers import Readers
from crawler.shelf import near
from crawler.terminal import console, minute, safe
from storage import templates
from storage.records import stamp
from storage.templates import Schooling


class Command(StetCommand):
    line = "learn what outlets' pages look like, from the articles in the store, and show how well that fits"
    most = None
    stopped = "stopped: what was learned so far is kept"

    def syntax(self) -> str:
        return "[options] [OUTLET ...]"

    def long_desc(self) -> str:
        return (
            "A template says which blocks of an outlet's pages are the article's. It is learned without labels, by "
            f"itself, at the end of a crawl, once {ENOUGH} articles are in the store; again when there are twice as "
            "many, and after a redesign. This command learns what is due now, or the outlets named, due or not. What "
            "was read before is read again: a new template is never an edit."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print JSON, with the captures that were learned from")

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        self.needs_store()
        assert self.settings is not None
        desk = Desk.from_settings(self.settings, self.name)
        desk.readers = Readers()
        try:
            chosen = _chosen(templates.schooling(desk.store.conn), args)
            learned = asyncio.run(_learn(desk, chosen))
            states = templates.schooling(desk.store.conn)
        finally:
            desk.close()
        if opts.json:
            return questions.as_json([asdict(state) for state in states])
        out = console()
        if not states:
            raise NoAnswer("no article is in the store yet; crawl first")
        for outlet, pages in learned:
            out.print(f"learned {safe(outlet)} from {counted(pages, 'article')}")
        out.print(_table(states))
        return questions.FOUND


def _chosen(states: list[Schooling], named: list[str]) -> list[Schooling]:
    if not named:
        return [state for state in states if relearn.is_due(state)]
    known = {state.outlet: state for state in states}
    for name in named:
        if name not in known:
            raise NoAnswer(
                f"no article of {name!r} is in the store{near(name, known)}; `scrapy learn` lists the outlets"
            )
    return [known[name] for name in named]


async def _learn(desk: Desk, chosen: list[Schooling]) -> list[tuple[str, int]]:
    learned = [await relearn.outlet(desk, state, desk.clock.now()) for state in chosen]
    return [(template.outlet, template.pages) for template in learned if template is not None]


def _table(states: list[Schooling]) -> Table:
    table = Table("outlet", "articles", "learned", "from", "fits", box=None, padding=(0, 2, 0, 0))
    for state in states:
        if state.learned_at is None:
            table.add_row(safe(state.outlet), str(state.articles), f"not yet: {ENOUGH} articles are needed", "", "")
            continue
        fits = f"{state.newest - state.drifted} of the newest {state.newest}" if state.newest else "no page read since"
        table.add_row(
            safe(state.outlet), str(state.articles), minute(stamp(state.learned_at)), str(len(state.learned_from)), fits
        )
    return table
