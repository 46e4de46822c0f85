"""What is there to do now? Channels that are due, visits that are owed, and articles nobody asked for yet."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler import ration
from storage import schedule
from storage.records import Channel, ChannelKind, Outlet
from storage.schedule import Owed
from storage.store import Store


@dataclass(frozen=True)
class Terms:
    """By what a tick goes."""

    outlets: tuple[Outlet, ...]
    """Whose channels are asked."""
    named: tuple[str, ...] = ()
    """Keys of the outlets that the tick is restricted to; (): none, and addresses given by hand are visited, too."""
    kinds: Collection[ChannelKind] = ()
    """Channels that can be read."""
    tick: float = 60.0
    """Seconds that it may take."""
    hourly: int = 0
    """Requests per hour in all (0: as many as the hosts allow)."""
    every: float | None = None
    """A fixed interval in seconds instead of the plan."""


@dataclass(frozen=True)
class Agenda:
    """What is to be done at one moment, most valuable first."""

    at: datetime
    lists: tuple[tuple[Outlet, Channel], ...]
    due: tuple[Owed, ...]
    waiting: frozenset[str]
    """Keys of outlets with candidates that could be asked for."""
    allowed: int | None
    """Requests that the budget allows now; None: no limit."""
    used: int
    """Requests made in the hour before."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do, or nothing may be done."""
        return self.allowed == 0 or not (self.lists or self.due or self.waiting)

    @property
    def missed(self) -> int:
        """Visits that are later than a whole interval of their own: a look that was not made."""
        return sum(owed.lateness(self.at) > 1.0 for owed in self.due if owed.article)


def agenda(store: Store, terms: Terms, now: datetime) -> Agenda:
    """What is to be done now. Reads only."""
    since = now - timedelta(seconds=ration.window(terms.hourly, terms.tick))
    used = schedule.requests(store.conn, since, now)
    return Agenda(
        at=now,
        lists=tuple(_lists(store, terms, now)),
        due=tuple(schedule.owed(store.conn, now, terms.named, terms.every)),
        waiting=schedule.outlets_with_candidates(store.conn, now, [outlet.key for outlet in terms.outlets]),
        allowed=ration.allowed(terms.hourly, terms.tick, used),
        used=schedule.requests(store.conn, now - timedelta(hours=1), now),
    )


def _lists(store: Store, terms: Terms, now: datetime) -> Iterator[tuple[Outlet, Channel]]:
    """Channels that are due, the latest first."""
    keys = tuple(outlet.key for outlet in terms.outlets)
    late, known = schedule.channels(store.conn, now, keys, terms.every), schedule.known_channels(store.conn)
    found = [
        (late.get((outlet.key, channel.url), float("inf")), outlet, channel)
        for outlet in terms.outlets
        for channel in outlet.channels
        if channel.enabled and channel.kind in terms.kinds
        if (outlet.key, channel.url) in late or (outlet.key, channel.url) not in known
    ]
    yield from ((outlet, channel) for _, outlet, channel in sorted(found, key=lambda one: -one[0]))
