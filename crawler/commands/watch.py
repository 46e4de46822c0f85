"""scrapy watch: look at the right moment, over and over: channels by their cadence, articles by their plan."""

import argparse
import asyncio
import re
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler import terminal
from crawler.agenda import Terms
from crawler.command import StetCommand
from crawler.desk import Loaded, clock, whole_number
from crawler.readers import Readers, warm
from storage.opening import StoreLocked, hold
from storage.records import ChannelKind

TICK, ONCE = 60.0, 600.0
"""Seconds between two ticks, which is also how long one may take; with --once, how long that one may take."""
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


class Command(StetCommand):
    requires_project = True
    requires_crawler_process = True
    line = "look at the right moment, over and over: a daemon, or once for cron"

    def long_desc(self) -> str:
        return (
            "Asks the outlets' channels as often as they bring something, and every article when its plan says so, "
            "most urgent first, within the hosts' pace and -s HOURLY=N requests. What is due stands in the store: a "
            "restart loses nothing. SIGTERM or Ctrl-C ends it cleanly, twice at once; SIGHUP rereads the catalogue."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        span: dict[str, Any] = {"type": duration, "default": None, "metavar": "TIME"}
        parser.add_argument("--once", action="store_true", help="one tick, for cron; 75 when another process writes")
        parser.add_argument("--for", dest="lasts", help="end by itself after this time, as in 2h", **span)
        parser.add_argument("--outlet", default="", metavar="KEYS", help="only these outlets, with commas between")
        parser.add_argument("--every", help="look at everything at this fixed interval, not by the plan (30m)", **span)
        parser.add_argument("--tick", help="time between two ticks, and what one may take (60s; --once: 10m)", **span)
        parser.add_argument("--json", action="store_true", help="one JSON object an event on standard output")
        parser.add_argument("--metrics", default=None, metavar="FILE", help="keep a Prometheus text file up to date")

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        path = self.store_path
        if opts.metrics and not Path(opts.metrics).resolve().parent.is_dir():
            raise UsageError(f"--metrics {opts.metrics}: the folder does not exist", print_help=False)
        try:
            lock = hold(path.with_name(f"{path.name}.watch"), self.name) if path.parent.is_dir() else None
        except StoreLocked as error:
            told = str(error).replace(f"{path.name}.watch is being written", f"{path.name} is watched")
            raise StoreLocked(told) from None
        try:
            return self._watch(opts)
        finally:
            if lock is not None:
                lock.release()

    def _watch(self, opts: argparse.Namespace) -> int:
        from crawler.commands.crawl import wrong
        from crawler.commands.notify import configured, known
        from crawler.watching.daemon import Watch, Wish
        from crawler.watching.display import display
        from crawler.watching.telling import Telling

        assert isinstance(self.crawler_process, AsyncCrawlerProcess)
        process, settings = self.crawler_process, self.crawler_process.settings
        loaded = Loaded.from_settings(settings)
        terms, time = _terms(settings, opts, loaded), clock(settings.get("CLOCK"), loaded.catalogue)
        readers = _readers(settings.get("READERS"))
        shared = {"CLOCK": time, "LOADED": loaded, "READERS": "0" if readers is None else readers}
        settings.setdict(shared, priority="cmdline")

        def reload() -> tuple[Loaded, Terms]:
            known = Loaded.from_settings(settings)
            return known, _terms(settings, opts, known)

        wish = Wish(
            store=self.store_path,
            terms=terms,
            outlet=opts.outlet,
            once=opts.once,
            seconds=opts.lasts,
            metrics=Path(opts.metrics) if opts.metrics else None,
            timeout=settings.getfloat("DOWNLOAD_TIMEOUT"),
        )
        said = settings.get("NOTIFY")
        sinks = configured(said) if said else ()
        known(sinks, loaded)
        telling = Telling(self.store_path, sinks, time.now) if sinks else None
        told = display(opts.json, terminal.console())
        try:
            watch = Watch(process, wish, time, loaded, told, reload=reload, expected=wrong(), telling=telling)
            return run(process, watch)
        finally:
            if readers is not None:
                readers.close()


def _terms(settings: BaseSettings, opts: argparse.Namespace, known: Loaded) -> Terms:
    """By what a tick goes. Raises ArgumentError, UnknownOutlet."""
    chosen = known.catalogue.pick(opts.outlet)
    return Terms(
        outlets=chosen,
        named=tuple(outlet.key for outlet in chosen) if opts.outlet.strip() else (),
        kinds=get_args(ChannelKind),
        tick=opts.tick or (ONCE if opts.once else TICK),
        hourly=whole_number("HOURLY", settings.get("HOURLY") or 0),
        every=opts.every,
    )


def _readers(said: Any) -> Readers | None:
    """The pool that all ticks share; None (READERS=0): pages are read in this process."""
    workers = None if said in (None, "") else whole_number("READERS", said)
    return None if workers == 0 else Readers(workers or 0, warm)


def run(process: AsyncCrawlerProcess, watch: Any) -> int:
    """The daemon on the process's reactor; its signals are the daemon's own. Raises what `Watch.run` raises."""
    from twisted.internet import reactor
    from twisted.internet.error import ReactorNotRunning

    def end() -> None:
        with suppress(ReactorNotRunning):
            reactor.stop()  # type: ignore[misc]

    loop = asyncio.get_event_loop()
    watch.listen(loop)
    task = loop.create_task(watch.run())
    task.add_done_callback(lambda _: loop.call_soon(end))
    process.start(stop_after_crawl=False, install_signal_handlers=False)
    code: int = task.result()
    return code


def duration(text: str) -> float:
    """``90``, ``90s``, ``30m``, ``2h``, ``1d`` in seconds. Raises argparse.ArgumentTypeError."""
    found = re.fullmatch(r"([0-9]{1,9})([smhdw]?)", text.strip())
    if found is None or not int(found[1]):
        raise argparse.ArgumentTypeError(f"{text}: not a time; say 90s, 30m, 2h or 1d")
    return float(int(found[1]) * _UNITS[found[2] or "s"])
