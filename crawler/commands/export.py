"""scrapy export: what the store holds, as tables, feeds, a corpus for researchers, or a site of static files."""

import argparse
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import get_args

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from scrapy.exceptions import UsageError

from crawler import questions
from crawler.command import StetCommand, complain
from crawler.exports import feeds, newsedits, tables
from crawler.exports.files import folder, whole
from crawler.exports.trouble import ExportError
from crawler.happened import counted
from crawler.shelf import near
from crawler.terminal import console
from storage.store import Store

FORMS = (*get_args(tables.Form), "feed", "newsedits", "site")
OPTIONS = {
    **dict.fromkeys(get_args(tables.Form), ("table",)),
    "feed": ("outlet", "article", "kind", "search", "format", "home"),
    "newsedits": (),
    "site": ("outlet", "since", "title"),
}
"""Which options a form knows."""


class Command(StetCommand):
    line = (
        "write tables (csv, jsonl, parquet), feeds (Atom, JSON Feed), a NewsEdits-like corpus or a static site to files"
    )
    most = 2

    def syntax(self) -> str:
        return f"[options] {'|'.join(FORMS)} TARGET"

    def long_desc(self) -> str:
        return (
            "csv, jsonl, parquet: one file a table in the folder TARGET (with --table: that table in the file TARGET): "
            f"{', '.join(tables.TABLES)}. newsedits: versions, sentences and their matches in the folder TARGET. "
            "feed: a feed in the file TARGET; in a folder TARGET, one of all and one of each outlet. site: pages, "
            "feeds and JSON in the folder TARGET, for any web server or none; an earlier site there is replaced whole, "
            "any other folder is left alone. A file is whole, or not there at all; two exports of one store are the "
            "same to the byte."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--table", metavar="NAME", help="only this table")
        parser.add_argument(
            "--outlet", default="", metavar="KEY", help="feed: of this outlet only; site: of these (a,b)"
        )
        parser.add_argument("--article", default="", metavar="URL", help="feed: of this article only")
        parser.add_argument("--kind", default="", help="feed: of this kind only (headline, number ..., takedown ...)")
        parser.add_argument("--search", default="", metavar="WORDS", help="feed: of articles that hold these words")
        parser.add_argument("--format", choices=get_args(feeds.Form), help="feed: atom (default) or json")
        parser.add_argument(
            "--since",
            default="",
            metavar="DATE",
            help="site: only articles to which something happened since (2026-03-05)",
        )
        parser.add_argument("--title", default="", help="site: its name, on every page")
        parser.add_argument("--home", default="", metavar="URL", help="feed: where readers can open a dashboard")

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        if len(args) != 2:
            raise UsageError("say what to export, and where to: export csv exports/", print_help=False)
        form, target = args[0], Path(args[1])
        if form not in FORMS:
            raise UsageError(f"{form} is no form of export{near(form, FORMS)}; say one of {', '.join(FORMS)}", False)
        check(form, opts)
        store = Store.read(self.store_path)
        try:
            with still(store.conn):
                return export(store, form, target, opts)
        except ExportError as error:
            return complain(self.name, error, questions.USAGE)
        finally:
            store.close()


def check(form: str, opts: argparse.Namespace) -> None:
    """Raises UsageError for options that this form does not know."""
    known = {name for names in OPTIONS.values() for name in names}
    strange = [name for name in sorted(known) if getattr(opts, name) and name not in OPTIONS[form]]
    if strange:
        raise UsageError(f"--{strange[0]} means nothing to export {form}", print_help=False)
    if opts.table and opts.table not in tables.TABLES:
        raise UsageError(f"no table {opts.table} is exported{near(opts.table, tables.TABLES)}", print_help=False)
    try:
        opts.since = str(date.fromisoformat(opts.since)) if opts.since else ""
    except ValueError:
        raise UsageError(f"--since {opts.since} is no day; write it as 2026-03-05", print_help=False) from None


def export(store: Store, form: str, target: Path, opts: argparse.Namespace) -> int:
    """Write it; returns the exit code. Raises ExportError, NoAnswer."""
    if form == "newsedits":
        for name, count in newsedits.write(store.conn, target).items():
            print(f"{target / name}.jsonl: {counted(count, 'line')}")
    elif form == "feed":
        feed(store, target, opts)
    elif form == "site":
        site(store.path, target, opts)
    else:
        tabled(store, form, target, opts.table or "")  # type: ignore[arg-type]
    return questions.FOUND


def tabled(store: Store, form: tables.Form, target: Path, only: str) -> None:
    """One table into a file, or all into a folder."""
    if only and target.is_dir():
        target = target / f"{only}.{form}"
    where = {only: target} if only else {name: target / f"{name}.{form}" for name in tables.TABLES}
    if not only:
        folder(target)
    for name, path in where.items():
        with whole(path) as out:
            count = tables.write(form, tables.TABLES[name], store.conn, out)
        print(f"{path}: {counted(count, 'row')}")


def feed(store: Store, target: Path, opts: argparse.Namespace) -> None:
    """One feed into a file; into a folder, one of all (or of what is asked for) and one of each outlet."""
    asked = feeds.Asked(opts.outlet, opts.article, opts.kind, opts.search)
    form: feeds.Form = opts.format or ("json" if target.suffix == ".json" else "atom")
    if not target.is_dir() and target.suffix:
        _feed(store, asked, form, target, opts.home)
        return
    end = "json" if form == "json" else "atom"
    _feed(store, asked, form, folder(target) / f"feed.{end}", opts.home)
    if asked == feeds.Asked():
        sql = "select distinct outlet from articles where versions > 0 order by outlet"
        for row in store.conn.execute(sql).fetchall():
            _feed(store, feeds.Asked(outlet=row["outlet"]), form, target / f"{row['outlet']}.{end}", opts.home)


def _feed(store: Store, asked: feeds.Asked, form: feeds.Form, path: Path, home: str) -> None:
    body = feeds.written(store, asked, form, home=home)
    with whole(path) as out:
        out.write(body)
    print(path)


def site(path: Path, target: Path, opts: argparse.Namespace) -> None:
    """All pages of the dashboard, as files.

    Only the dashboard knows datasette, and no command imports it, not even by way of the dashboard: none may wait for a
    web framework, or fail where one is broken. So the plugin is loaded by its name, here, when a site is asked for, as
    datasette itself loads it by the entry point that names it.
    """
    static = import_module("crawler.dashboard.static")
    keys = tuple(dict.fromkeys(key.strip() for key in opts.outlet.split(",") if key.strip()))
    out = console()
    columns = TextColumn("writing"), BarColumn(), MofNCompleteColumn(), TextColumn("articles")
    with Progress(*columns, console=out, disable=not out.is_terminal, transient=True) as progress:
        task = progress.add_task("", total=None)
        made = static.write(
            path,
            target,
            static.Wanted(keys, opts.since, opts.title),
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    print(f"{target / 'index.html'}: {counted(made.pages, 'page')} of {counted(made.articles, 'article')}")


@contextmanager
def still(conn: sqlite3.Connection) -> Iterator[None]:
    """All that is read inside is of one moment, while a crawl goes on."""
    conn.execute("begin")
    try:
        yield
    finally:
        conn.execute("rollback")
