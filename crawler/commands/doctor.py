"""scrapy doctor: is all in order to crawl? Settings, contact, shelves, lock, SQLite, disk, names, a self-test."""

import argparse
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import storage
from crawler import catalogue, questions, read
from crawler.command import StetCommand
from crawler.desk import SettingsError, clock, patience
from crawler.terminal import console, safe
from storage.opening import StoreError, StoreLocked
from storage.records import Outlet
from storage.store import Store

ROOM = 1 << 30
"""Bytes of free disk below which we warn: a month of a few hundred articles takes about as much."""
SAFE_SQLITE = (3, 51, 3)
"""Older ones can corrupt a WAL when two connections write at once; one writer process keeps us clear of it."""

PARAGRAPH = "<p>Paragraph {} of the report says what happened on the bridge, at length and in order.</p>"
PAGE = f"""<html><head><title>Bridge reopens</title></head><body><nav><a href='/'>Home</a></nav>
<article><h1>Bridge reopens</h1>{"".join(map(PARAGRAPH.format, "1234"))}</article>
<footer>All rights reserved</footer></body></html>"""

Finding = tuple[str, str]
"""A mark (ok, warn, fail) and what was found."""


class Command(StetCommand):
    line = "is all in order to crawl? (settings, contact, store, SQLite, disk, reading)"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print JSON")

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        checks: dict[str, Callable[[], Finding]] = {
            "names": names,
            "outlets": self.outlets,
            "seeds": self.seeds,
            "settings": self.said,
            "contact": self.contact,
            "store": self.kept,
            "disk": self.disk,
            "sqlite": sqlite,
            "reading": reading,
        }
        found = {name: check() for name, check in checks.items()}
        failed = any(mark == "fail" for mark, _ in found.values())
        if opts.json:
            questions.as_json({name: {"state": mark, "found": text} for name, (mark, text) in found.items()})
        else:
            out = console()
            for name, (mark, text) in found.items():
                out.print(f"{mark:<5}{name:<10}{safe(text)}")
        return questions.NONE if failed else questions.FOUND

    def outlets(self) -> Finding:
        try:
            shelf = catalogue.load(self.folder("OUTLETS"))
        except catalogue.CatalogueError as error:
            return "fail", str(error)
        on = [outlet for outlet in shelf.outlets.values() if outlet.enabled and outlet.crawlable]
        return "ok", f"{len(shelf.outlets)} outlets, {len(on)} of them watched"

    def seeds(self) -> Finding:
        try:
            profile = catalogue.load_seeds(self.folder("SEEDS"))
        except catalogue.CatalogueError as error:
            return "fail", str(error)
        return "ok", f"{len(profile.terms)} terms"

    def said(self) -> Finding:
        keep = str(self._get("KEEP") or "related")
        if keep not in ("related", "all"):
            return "fail", f"KEEP={keep}: say related or all"
        try:
            clock(self._get("CLOCK"), catalogue.load(self.folder("OUTLETS")))
            patience(self.settings or {})
        except (SettingsError, catalogue.CatalogueError) as error:
            return "fail", str(error)
        return "ok", f"KEEP={keep}, BUDGET={self._get('BUDGET')}"

    def contact(self) -> Finding:
        contact = self._get("CONTACT")
        if contact:
            return "ok", str(contact)
        return "warn", "not set: crawling the live web needs -s CONTACT=you@example.org or STET_CONTACT"

    def kept(self) -> Finding:
        path = self.store_path
        if not path.exists():
            return "ok", f"{path} will be made by the first crawl"
        try:
            store = Store.open(path, self.name)
        except StoreLocked as error:
            return "warn", str(error)
        except StoreError as error:
            return "fail", questions.said(path, error)
        try:
            wrong = _unsound(store.conn)
        finally:
            store.close()
        if wrong:
            return "fail", f"{path} is damaged ({wrong}): restore it from a backup"
        return "ok", f"{path}, {path.stat().st_size >> 10} KiB, whole and free"

    def disk(self) -> Finding:
        folder = self.store_path.resolve().parent
        if not folder.is_dir():
            return "fail", f"{folder} does not exist"
        free = shutil.disk_usage(folder).free
        return ("ok" if free > ROOM else "warn"), f"{free >> 20} MiB free in {folder}"


def names() -> Finding:
    """Another package of our packages' names would be imported in our place."""
    ours = Path(__file__).resolve().parents[2] / "storage" / "__init__.py"
    found = Path(storage.__file__ or "")
    if found.resolve() == ours:
        return "ok", "our packages are our own"
    return "fail", f"storage is imported from {found}, not from {ours}: uninstall the package of that name"


def _unsound(conn: sqlite3.Connection) -> str:
    """What SQLite's quick check finds wrong with a store first, else ""."""
    try:
        said = str(conn.execute("pragma quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if said == "ok" else " ".join(said.split())


def sqlite() -> Finding:
    """Which SQLite this Python runs, and whether it has full-text search."""
    version = sqlite3.sqlite_version
    options = {row[0] for row in sqlite3.connect(":memory:").execute("pragma compile_options")}
    if not any("FTS5" in option for option in options):
        return "fail", f"{version} without FTS5: search needs it"
    if sqlite3.sqlite_version_info < SAFE_SQLITE:
        return "ok", f"{version} (before 3.51.3 two writers can corrupt a WAL: ours is alone, by its lock)"
    return "ok", version


def reading() -> Finding:
    """A page read from its bytes."""
    page = read.read(PAGE.encode(), "https://example.org/2024/05/01/bridge-reopens", "text/html", Outlet("x", "X"))
    said = list(_wrong(page.text.title, page.text.paragraphs))
    return ("fail", "; ".join(said)) if said else ("ok", read.identity(None))


def _wrong(title: str, paragraphs: tuple[str, ...]) -> Iterator[str]:
    if title != "Bridge reopens":
        yield f"the self-test's headline reads {title!r}"
    if len(paragraphs) != 4:
        yield f"the self-test's page reads as {len(paragraphs)} paragraphs instead of 4"
