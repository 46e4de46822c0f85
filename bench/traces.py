"""When articles were edited and taken down: traces read from a file, or drawn by the generator that Stet ships.

A trace is facts about time alone. The file has one article a line, JSON, gzipped: ``outlet``, ``first_seen`` and
``last_seen`` (Unix seconds: when a list first and last showed it) and ``changes`` (Unix seconds).

The generator follows published figures, and not the model that Stet's policy assumes: gaps between edits are
log-normal, the number of edits has a long tail, and what falls into the night often waits for the morning.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import log
from pathlib import Path
from random import Random

HOUR, DAY = 3600.0, 86400.0
WATCH = 7 * DAY
"""For how long an article is watched in the simulation, from when it was first seen."""
LAG = 15 * 60.0
"""An article is found at most so long after it appeared (a feed's cadence), at any moment as likely."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What befell one article."""

    outlet: str
    first_seen: float
    changes: tuple[float, ...] = ()
    """Ascending; a text never seen before appears."""
    removed_at: float | None = None
    found_at: float = 0.0
    """When its outlet's lists first showed it to the crawler: the moment of the first look."""
    restless: bool = False
    """Its page shows something new at nine looks of ten, which is no edit."""
    hints: tuple[float, ...] = ()
    """Ascending; when a list says that it was edited, rightly or not."""
    section: int = 0
    """Articles of one outlet and section are siblings."""
    watch: float = WATCH
    """Seconds for which it is watched."""

    @property
    def end(self) -> float:
        """When the watch ends."""
        return self.first_seen + self.watch

    @property
    def watched(self) -> tuple[float, ...]:
        """The changes that can be seen at all: after the first look, while it stands, within the watch."""
        until = self.end if self.removed_at is None else min(self.end, self.removed_at)
        return tuple(change for change in self.changes if self.found_at < change < until)


def read(path: Path) -> list[Trace]:
    """The traces of a file, in the order of their beginnings.

    Raises ``OSError`` where there is no such file, ``ValueError`` where it is no file of traces.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        traces = [Trace(row["outlet"], float(row["first_seen"]), tuple(map(float, row["changes"]))) for row in rows]
    except (KeyError, TypeError, EOFError, gzip.BadGzipFile) as wrong:
        raise ValueError(f"{path} is no file of traces: {wrong!r}") from wrong
    return listed(traces)


def listed(traces: Iterable[Trace], seed: int = 1) -> list[Trace]:
    """With the moments at which lists show them, in the order of their beginnings."""
    dice = Random(seed)
    ordered = sorted(traces, key=lambda trace: (trace.first_seen, trace.outlet))
    return [replace(trace, found_at=trace.first_seen + dice.random() * LAG) for trace in ordered]


# --- the generator ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outlet:
    """What is drawn for one outlet."""

    name: str
    edited: float
    """Share of its articles that are ever edited."""
    median: float
    """Hours from an article's appearance to its first edit, at the median."""
    daily: float
    """Articles a day."""
    zone: int
    """Hours east of UTC."""


EDITED = (.08, .12, .16, .20, .20, .24, .25, .28, .30, .33, .35, .38, .42, .45, .47, .50, .60)  # fmt: skip
"""Of 17 outlets. Body texts: 20 to 60 % in Flanders, 35 % in all (Timmerman et al.); 8 (MarketWatch) to 50 % (BBC,
Guardian; Tsoukaladelis et al., IEEE S&P 2024); 19.4 % within a week of all that GDELT's GDG follows."""
MEDIANS = (0.8, 2.2)
"""Hours. All edits have medians of 1.6 to 4.6 h after publication (Guo et al., WWW 2022); the first is earlier."""
TIMES = ((0.55, 1, 1), (0.27, 2, 2), (0.13, 3, 9), (0.05, 10, 40))
"""Share of edited articles, and how often they are edited: over 80 % once or twice, 5 % over nine times (Timmerman)."""
SPREAD = 1.5
"""Of the logarithm of a gap: a tenth of the first edits come within 0.15 of the median, a tenth after 7 of it."""
LIVE = 0.35
"""Hours between the edits of an article that has ten or more."""
LATE = 0.04
"""Share of articles edited once more, one to seven days later (18 % of GDELT's changes of bodies are)."""
MORNING = 0.6
"""Share of edits due between midnight and six that wait until the day begins."""
HOURS = (2, 1, 1, 1, 2, 4, 6, 7, 7, 7, 7, 7, 6, 6, 6, 6, 6, 5, 4, 3, 2, 2, 1, 1)
"""Articles that appear in each hour of the day, in proportion."""
GONE = ((DAY, 0.0071), (7 * DAY, 0.0164))
"""Until which age which share was taken down (GDELT's GDG)."""


def generate(days: int = 14, seed: int = 3, begin: float = 1_700_006_400.0) -> list[Trace]:
    """Traces of 17 outlets, 50 articles a day each, with takedowns; the same for the same seed."""
    dice = Random(seed)
    traces: list[Trace] = []
    for number, edited in enumerate(EDITED):
        outlet = Outlet(f"outlet-{number:02}", edited, dice.uniform(*MEDIANS), 50, dice.randrange(-8, 9))
        traces += (_article(outlet, begin + day * DAY, dice) for day in range(days) for _ in range(int(outlet.daily)))
    return listed(traces, seed)


def _article(outlet: Outlet, midnight: float, dice: Random) -> Trace:
    hour = dice.choices(range(24), HOURS)[0]
    appeared = midnight + ((hour - outlet.zone) % 24 + dice.random()) * HOUR
    edits = [_by_day(at, outlet.zone, dice) for at in _edits(outlet, appeared, dice)]
    return Trace(outlet.name, appeared, tuple(sorted(edits)), _removal(appeared, dice))


def _edits(outlet: Outlet, appeared: float, dice: Random) -> Iterator[float]:
    """The moments at which edits fall due, one after the other; and a late one, now and then."""
    times = 0
    if dice.random() < outlet.edited:
        _, least, most = dice.choices(TIMES, [share for share, _, _ in TIMES])[0]
        times = round(least * (most / least) ** dice.random())
    at = appeared
    for number in range(times):
        busy = number and times >= TIMES[-1][1]
        at += HOUR * dice.lognormvariate(log(LIVE if busy else outlet.median), 1.0 if busy else SPREAD)
        yield at
    if dice.random() < LATE:
        yield appeared + DAY * 7 ** dice.random()


def _by_day(at: float, zone: int, dice: Random) -> float:
    """The same moment, or one of the next morning where it lies in the night."""
    hour = (at / HOUR + zone) % 24
    return at + (6 - hour + 3 * dice.random()) * HOUR if hour < 6 and dice.random() < MORNING else at


def _removal(appeared: float, dice: Random) -> float | None:
    """The moment of a takedown, if there is one: even between the ages for which a share is published."""
    draw, since, below = dice.random(), 0.0, 0.0
    for until, share in GONE:
        if draw < share:
            return appeared + since + (until - since) * (draw - below) / (share - below)
        since, below = until, share
    return None
