"""How much may one tick ask for? So many requests in all, and of each host no more than its pace allows.

Pure, and without a clock; seconds.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

WINDOW = 600.0
"""Seconds over which the hourly budget is spread: what was saved up by night is not spent at once in the morning."""
RESERVE = 0.2
"""Share of a tick that is kept for articles nobody asked for yet: what is never looked at first is never watched."""


def window(hourly: int, tick: float) -> float:
    """Seconds that are looked back when the budget is counted: long enough that one request fits into it."""
    return max(WINDOW, tick, 3600.0 / hourly if hourly else 0.0)


def allowed(hourly: int, tick: float, used: int) -> int | None:
    """Requests that may be made now, when ``used`` were made within `window`; None: as many as the hosts allow.

    No window holds more than its share, so no hour holds more than ``hourly``.
    """
    if not hourly:
        return None
    return max(int(hourly * window(hourly, tick) / 3600.0) - used, 0)


@dataclass
class Ration:
    """What is left of a tick while it is handed out."""

    left: int | None
    """Requests in all; None: no limit."""
    room: Callable[[str], int]
    """How many requests of the host of an address fit into the tick."""
    host: Callable[[str], str]
    """The name under which an address's host is paced."""
    refused: Counter[str] = field(default_factory=Counter)
    """Visits that found no room, by reason: ``budget`` or ``pace``."""
    taken: int = 0
    _first: int | None = None
    _rooms: dict[str, int] = field(default_factory=dict)
    _used: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._first = self.left

    def take(self, url: str, reserve: bool = False) -> bool:
        """Whether one more visit fits in; if so, it is counted. ``reserve``: leave some room for candidates."""
        name = self.host(url)
        room = self._rooms.setdefault(name, self.room(url))
        if self.left is not None and self.left <= (_share(self._first or 0) if reserve else 0):
            self.refused["budget"] += 1
            return False
        if self._used[name] >= room - (_share(room) if reserve else 0):
            self.refused["pace"] += 1
            return False
        self._used[name] += 1
        self.taken += 1
        self.left = None if self.left is None else self.left - 1
        return True


def _share(room: int) -> int:
    return int(room * RESERVE)
