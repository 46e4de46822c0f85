"""What time is it, and how long is a second?

Three clocks with one face. Nothing but a clock is asked for the time, so that a test can replay a month:
the verbs get ``now`` as an argument, the rest gets a clock from the settings (``CLOCK``).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol, Self

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SMALL_STEP = timedelta(minutes=5)


class Clock(Protocol):
    """The moment now (aware UTC), and how many real seconds some of this clock's seconds take.

    A clock is shared: Scrapy copies its settings for every crawl, and the copies must tell the same time.
    """

    def now(self) -> datetime: ...

    def wait(self, seconds: float) -> float: ...


@dataclass
class WallClock:
    """The time as it is; a small step back (NTP) holds it still, so that captures stay in order."""

    last: datetime = EPOCH

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def now(self) -> datetime:
        moment = datetime.now(UTC)
        if moment < self.last < moment + SMALL_STEP:
            return self.last
        self.last = moment
        return moment

    def wait(self, seconds: float) -> float:
        return seconds


@dataclass(frozen=True)
class FastClock:
    """Time sped up by a factor, counted from an origin: a month in minutes (loopback outlets only)."""

    factor: float
    origin: datetime = field(default_factory=lambda: datetime.now(UTC))
    started: float = field(default_factory=time.monotonic)
    ticks: Callable[[], float] = time.monotonic

    @classmethod
    def since(cls, origin: datetime, factor: float) -> Self:
        """The same time in every process: since a real moment it runs so much faster."""
        passed = (datetime.now(UTC) - origin).total_seconds()
        return cls(factor, origin, time.monotonic() - passed)

    def now(self) -> datetime:
        return self.origin + timedelta(seconds=(self.ticks() - self.started) * self.factor)

    def wait(self, seconds: float) -> float:
        return seconds / self.factor

    def __deepcopy__(self, memo: object) -> Self:
        return self


@dataclass
class HandClock:
    """Time that stands still until it is moved by hand: two replays see the very same moments."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> float:
        return 0.0

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def advance(self, **amount: float) -> datetime:
        """Move on by a ``timedelta`` (``hours=3``); returns the new moment."""
        self.moment += timedelta(**amount)
        return self.moment
