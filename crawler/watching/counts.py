"""What the daemon has seen since it began, and what it found at its last tick; as metrics, and in one line."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from crawler.agenda import Agenda
from crawler.fetch.tally import many
from crawler.watching.metrics import Metric
from storage.findings import Finding
from storage.records import GOOD, Standing, Status

PAGE = 4096
"""Bytes of a page of memory (proc(5)); what the system says goes before it."""


@dataclass
class Counts:
    """Counters since the start, and gauges of the last tick."""

    ticks: Counter[str] = field(default_factory=Counter)
    """By how they ended: done, idle, locked, failed."""
    captures: Counter[str] = field(default_factory=Counter)
    """By purpose."""
    verdicts: Counter[str] = field(default_factory=Counter)
    """Looks at articles."""
    versions: int = 0
    edits: int = 0
    takedowns: int = 0
    restored: int = 0
    given_back: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Visits that found no room in a tick: budget, pace."""
    last: Agenda | None = None
    last_tick_at: datetime | None = None
    seconds: float = 0.0
    """Real seconds that the last tick took."""

    def hear(self, found: Finding) -> None:
        """One finding, once it is kept."""
        self.captures[found.capture.purpose] += 1
        if found.reading is not None and found.capture.purpose == "article":
            self.verdicts[found.reading.judgement.verdict] += 1
        self.versions += found.version is not None
        self.edits += len(edits(found))
        if found.move is not None:
            self.takedowns += found.move.standing is Standing.TAKEN_DOWN
            self.restored += found.move.standing is Standing.RESTORED

    def line(self) -> str:
        """Since the start, for people."""
        good = sum(count for verdict, count in self.verdicts.items() if verdict in GOOD)
        looks = many(self.verdicts.total(), "look")
        return f"{looks} at articles, {good} good; {many(self.edits, 'edit')}, {many(self.takedowns, 'takedown')}"

    def metrics(self, hourly: int) -> Iterator[Metric]:
        """All of it, for Prometheus."""
        yield _counter("ticks", "Ticks, by how they ended.", self.ticks, "result", ("done", "idle", "locked", "failed"))
        yield _counter("captures", "Captures kept, by purpose.", self.captures, "purpose")
        yield _counter("looks", "Looks at articles, by verdict.", self.verdicts, "verdict")
        for name, said, value in (
            ("versions", "New versions of articles.", self.versions),
            ("edits", "Edits that a second look confirmed.", self.edits),
            ("takedowns", "Takedowns confirmed.", self.takedowns),
            ("restored", "Articles that came back.", self.restored),
            ("given_back", "Visits that were begun and given back.", self.given_back),
        ):
            yield Metric(f"stet_{name}_total", "counter", said, (({}, value),))
        yield _counter("postponed", "Visits that found no room in a tick.", self.refused, "by", ("budget", "pace"))
        yield from self._gauges(hourly)

    def _gauges(self, hourly: int) -> Iterator[Metric]:
        last = self.last
        told = {
            "due_articles": ("Articles that were due at the last tick.", len(last.due) if last else 0),
            "urgent_articles": ("Those that somebody waits for.", sum(o.urgent for o in last.due) if last else 0),
            "missed_looks": ("Articles later than a whole interval of their own.", last.missed if last else 0),
            "due_channels": ("Channels that were due.", len(last.lists) if last else 0),
            "requests_last_hour": ("Requests in the hour before the last tick.", last.used if last else 0),
            "hourly_budget": ("Requests allowed per hour; 0: as many as the hosts allow.", hourly),
            "last_tick_seconds": ("Real seconds that the last tick took.", self.seconds),
            "last_tick_timestamp_seconds": (
                "When it began (Unix time, by the crawl's clock).",
                self.last_tick_at.timestamp() if self.last_tick_at else 0.0,
            ),
            "resident_memory_bytes": ("Memory of the daemon's own process.", memory()),
        }
        yield from (Metric(f"stet_{name}", "gauge", said, (({}, value),)) for name, (said, value) in told.items())


def edits(found: Finding) -> list[int]:
    """Numbers of the changes that became news by this finding."""
    told = [settled.change for settled in found.settled if settled.status is Status.NEWS]
    if found.change is not None and found.change.status is Status.NEWS:
        told.append(found.change.id)
    return told


def memory() -> int:
    """Bytes that this process has resident; 0 where the system does not say."""
    try:
        with open("/proc/self/statm") as file:  # noqa: PTH123 (no path of a user's)
            return int(file.read().split()[1]) * PAGE
    except OSError:
        return 0


def _counter(name: str, said: str, counted: Counter[str], label: str, always: tuple[str, ...] = ()) -> Metric:
    names = sorted({*counted, *always})
    return Metric(f"stet_{name}_total", "counter", said, tuple(({label: one}, counted[one]) for one in names))
