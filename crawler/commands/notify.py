"""scrapy notify: send what nobody was told yet, to the sinks of a file."""

import argparse
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler import notify, questions
from crawler.catalogue import UnknownOutlet
from crawler.command import StetCommand
from crawler.desk import Loaded, clock
from crawler.happened import counted
from crawler.shelf import near
from crawler.sinks.message import Failed, headline
from crawler.sinks.shelf import Told, load
from crawler.terminal import safe
from storage import notices
from storage.opening import StoreLocked, hold
from storage.store import Store

PATIENCE = 120.0
"""Seconds that noting what was sent waits for whoever writes to the store just then."""


class Command(StetCommand):
    line = "tell people of edits, takedowns and alarms: send what is owed to webhooks, programs, mail, chat"

    def syntax(self) -> str:
        return "-s NOTIFY=notify.toml [options]"

    def long_desc(self) -> str:
        return (
            "Finds what the sinks of the file NOTIFY were not told yet, puts it in the outbox (table notices), and "
            "sends what is owed: once for each event and sink, again with the same key where a sink did not take it, "
            "for three days. A sink that is new is told what happens from now on. `scrapy watch -s NOTIFY=...` does "
            "the same after each tick. docs/notices.md says what stands in the file. Exit code 1: something could "
            "not be sent."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--dry-run", action="store_true", help="show what would be told, and tell nobody")
        parser.add_argument("--test", metavar="SINK", help="send a test notice to this sink, and nothing else")
        parser.add_argument("--since", metavar="TIME", help="tell what was known since then, too, as in 2026-03-01")

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        assert self.settings is not None
        sinks = configured(self._get("NOTIFY"))
        loaded = Loaded.from_settings(self.settings)
        known(sinks, loaded)
        now = clock(self._get("CLOCK"), loaded.catalogue).now()
        if opts.test:
            return tested(sinks, opts.test, now)
        since = moment(opts.since, now) if opts.since else None
        self.needs_store()
        if opts.dry_run:
            return self._shown(sinks, now, since)
        with hold(self.store_path.with_name(f"{self.store_path.name}.notify"), self.name):
            return self._told(sinks, now, since)

    def _shown(self, sinks: Sequence[Told], now: datetime, since: datetime | None) -> int:
        store = Store.open(self.store_path, self.name)
        try:
            new = notify.preview(store, sinks, now, since)
            owed = [one for told in sinks for one in notices.unsent(store.conn, told.name)]
        finally:
            store.close()
        for one in (*owed, *new):
            print(f"{one.sink}: {safe(headline(one.said))}")
        print(f"{counted(len(owed) + len(new), 'notice')} would be told; nobody was told of anything")
        return questions.FOUND

    def _told(self, sinks: Sequence[Told], now: datetime, since: datetime | None) -> int:
        store = Store.open(self.store_path, self.name)
        try:
            posts = notify.put_out(store, sinks, now, since)
        finally:
            store.close()
        sent, failed = 0, []
        sending = notify.Round(sinks, posts, now).begin()
        for came in sending.outcomes():
            self._note(came)
            sending.noted([came])
            sent += not came.error
            if came.error:
                failed.append(f"{came.message.sink}: {came.error}")
        print(f"{counted(sent, 'message')} sent")
        for line in dict.fromkeys(failed):
            print(f"not taken by {safe(line)}; it is tried again later")
        return questions.NONE if failed else questions.FOUND

    def _note(self, came: notify.Outcome) -> None:
        """As soon as possible; whoever writes just then is waited for."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                store = Store.open(self.store_path, self.name)
                break
            except StoreLocked as error:
                if time.monotonic() > until:
                    told = f"{error}; what was sent could not be noted, and will be sent again with the same key"
                    raise StoreLocked(told) from None
                time.sleep(0.2)
        try:
            notify.note(store, [came])
        finally:
            store.close()


def configured(path: str | None) -> tuple[Told, ...]:
    """The sinks. Raises UsageError, CatalogueError."""
    if not path:
        raise UsageError("say who is to be told: -s NOTIFY=notify.toml (docs/notices.md)", print_help=False)
    return load(Path(path))


def known(sinks: Iterable[Told], loaded: Loaded) -> None:
    """Raises UnknownOutlet where a sink names an outlet that nobody knows."""
    for told in sinks:
        for key in sorted(told.wanted.outlets - set(loaded.catalogue.outlets)):
            raise UnknownOutlet(f"sink {told.name}: no outlet {key!r}{near(key, loaded.catalogue.outlets)}")


def tested(sinks: Sequence[Told], name: str, now: datetime) -> int:
    """Send a test notice; returns the exit code."""
    told = next((told for told in sinks if told.name == name), None)
    if told is None:
        names = [told.name for told in sinks]
        raise UsageError(f"no sink is named {name}{near(name, names)} ({', '.join(names)})", print_help=False)
    try:
        told.out.send(notify.trial(told, now), int(time.time()))
    except Failed as failed:
        print(f"{name} did not take it: {safe(failed)}")
        return questions.NONE
    print(f"{name} took the test notice")
    return questions.FOUND


def moment(text: str, now: datetime) -> datetime:
    """A moment of the past (UTC where it names no zone). Raises UsageError."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"--since {text}: not a time; write 2026-03-01 or 2026-03-01T12:00Z", print_help=False
        ) from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if at > now:
        raise UsageError(f"--since {text}: lies ahead", print_help=False)
    return at
