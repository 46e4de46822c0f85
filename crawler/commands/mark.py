"""scrapy mark URL: what an analyst says of a change or a takedown: a false alarm, confirmed, or a note."""

import argparse
import getpass

from scrapy.exceptions import UsageError

from crawler import marked, questions, terminal
from crawler.command import StetCommand
from crawler.desk import Desk
from crawler.terminal import safe
from storage.records import Mark, MarkKind
from storage.store import Store


class Command(StetCommand):
    line = "say of a change or a takedown that it is a false alarm, or confirmed; or note something"
    most = 1

    def syntax(self) -> str:
        return "[options] URL"

    def long_desc(self) -> str:
        return (
            "Marks a change of an article (by default the newest that is news), or its takedown. A change that is "
            "marked a false alarm is told no more (its status is noise), one that is confirmed is news; a takedown "
            "stays as it is, and is shown as marked. Without a mark to set, lists the marks of the article. Marks "
            "are kept for ever, and survive rereading; the newest counts."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--change",
            metavar="N",
            help="the change that led to version N, as history names it (N, M..N, or its id in the table changes)",
        )
        parser.add_argument("--takedown", action="store_true", help="the article's newest takedown")
        parser.add_argument("--false-alarm", action="store_true", help="nothing was edited, or taken down")
        parser.add_argument("--confirmed", action="store_true", help="it was, by what you know besides")
        parser.add_argument("--withdraw", action="store_true", help="take the mark that counts back (it stays listed)")
        parser.add_argument("--note", metavar="TEXT", help="your words: with a mark, or by themselves")
        parser.add_argument("--who", metavar="NAME", help="who says so (default: your user name)")
        parser.add_argument("--json", action="store_true", help="print the list as JSON")

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        if not args:
            raise UsageError("mark needs the address of an article", print_help=False)
        kind = said(opts)
        self.needs_store()
        if kind is None:
            return listed(Store.read(self.store_path), args[0], opts.json)
        who = signature(opts.who)
        assert self.settings is not None
        desk = Desk.from_settings(self.settings, self.name)
        try:
            return mark(desk, args[0], opts, kind, who)
        finally:
            desk.close()


def said(opts: argparse.Namespace) -> MarkKind | None:
    """Which mark is to be set; None: none, list them. Raises UsageError."""
    kinds: dict[MarkKind, bool] = {
        "false_alarm": opts.false_alarm, "confirmed": opts.confirmed, "withdrawn": opts.withdraw
    }  # fmt: skip
    chosen = [kind for kind, asked in kinds.items() if asked]
    if len(chosen) > 1:
        raise UsageError("say one of --false-alarm, --confirmed and --withdraw", print_help=False)
    if opts.takedown and opts.change is not None:
        raise UsageError("say --change or --takedown, not both", print_help=False)
    if opts.note is not None and not opts.note.strip():
        raise UsageError("--note is empty: write what you know", print_help=False)
    if not chosen and opts.note is None:
        if opts.takedown or opts.change is not None or opts.who is not None:
            raise UsageError("say --false-alarm, --confirmed, --withdraw or --note TEXT", print_help=False)
        return None
    return chosen[0] if chosen else "note"


def signature(who: str | None) -> str:
    """Who marks. Raises UsageError where that is nobody."""
    if who is None:
        try:
            who = getpass.getuser()
        except (OSError, KeyError):  # a container without a user's name
            raise UsageError("say who you are with --who NAME", print_help=False) from None
    name = " ".join(safe(who).split())
    if not name:
        raise UsageError("--who is empty: give a name", print_help=False)
    return name


def mark(desk: Desk, url: str, opts: argparse.Namespace, kind: MarkKind, who: str) -> int:
    thing = marked.markable(desk.store, url, opts.change or "", opts.takedown)
    if kind == "withdrawn" and thing.counts is None:
        print(f"nothing to withdraw: {thing.name} is not marked")
        return questions.NONE
    desk.store.mark(Mark(desk.clock.now(), who, thing.about, kind, (opts.note or "").strip()))
    told = {"false_alarm": "marked a false alarm", "confirmed": "confirmed", "withdrawn": "mark withdrawn"}
    print(f"{told.get(kind, 'noted')}: {thing.name}: {safe(thing.what)}")
    return questions.FOUND


def listed(store: Store, url: str, as_json: bool) -> int:
    found = marked.listed(store, url)
    if as_json:
        questions.as_json(found)
    else:
        terminal.print_marks(terminal.console(), found)
        if not found:
            print("not marked")
    return questions.FOUND if found else questions.NONE
