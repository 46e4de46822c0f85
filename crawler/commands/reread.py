"""scrapy reread: derive readings, versions, changes and standings anew from what was received."""

import argparse
import asyncio

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from crawler import questions, reread
from crawler.command import StetCommand
from crawler.desk import Desk
from crawler.happened import counted
from crawler.readers import Readers
from crawler.terminal import console


class Command(StetCommand):
    line = "derive readings, versions, changes and standings anew from what was received"

    stopped = "stopped: nothing was changed"

    def long_desc(self) -> str:
        return (
            "Reads every capture again with today's reader and rules, in the order in which they came. Captures, "
            "payloads, plans, pins and marks stay as they are. The same facts and rules give the same rows."
        )

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        self.needs_store()
        assert self.settings is not None
        desk = Desk.from_settings(self.settings, self.name)
        desk.readers = Readers()
        total = desk.store.conn.execute("select count(*) from captures where purpose = 'article'").fetchone()[0]
        out = console()
        columns = TextColumn("reading"), BarColumn(), MofNCompleteColumn()
        try:
            with Progress(*columns, console=out, disable=not out.is_terminal, transient=True) as progress:
                task = progress.add_task("", total=total)
                replayed = asyncio.run(reread.everything(desk, lambda: progress.advance(task)))
        finally:
            desk.close()
        out.print(f"{counted(replayed, 'capture')} read again")
        return questions.FOUND
