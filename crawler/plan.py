"""When to look again?

What stands is looked at when the index of `crawler.index` says that a look is worth its price: it goes by what looks
taught of the article and its outlet, and never lets go of an article for good. Suspicion, a change that waits for its
second look and our own trouble go by ladders of their own.

Pure, and without jitter: the same state at the same moment has the same answer, and the pace of a host spreads what
falls due at once.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from crawler import hazard, index
from crawler.hazard import Curve, Pulse
from crawler.index import Tariff, Worth
from storage.records import BAD, GOOD, Standing, Verdict

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

START = 0.003
"""The price of a request until one was reckoned, and where no budget is: some 45 looks at an article in its first week
where it is never edited (a ladder by age took 40), one in four days later."""
STATIC = replace(index.STATIC_TARIFF, gone=index.NEWS_TARIFF.gone)
"""The tariff of pages that are no news. That one is taken down is news all the same."""
TARIFFS = {"news": index.NEWS_TARIFF, "static": STATIC}
FINE = 7
"""Halvings by which a visit is found that a hint brings forward: minutes count, and the index is searched in parts of
the whole gap."""
CONFIRM = 15 * _MINUTE
"""A change waits for its second look: long enough for an edge cache to turn over, short enough to be the first."""
FLOOR = timedelta(hours=index.FLOOR)
"""However old, an article is looked at once in this time, for ever."""
SUSPECT = (_HOUR, 4 * _HOUR, 10 * _HOUR, 12 * _HOUR)
"""After the first bad look, the second, and so on: 0, 1, 5, 15, 27 and 39 hours after the first; but none goes past the
moment from which it confirms (`PlanState.ripe_at`). So a takedown that needs three looks over 24 hours is confirmed at
24, by five, and one over 6 hours (410, 451) at 6, by four. The first looks come fast, because most suspicions are
withdrawn by them."""
UNVOUCHED = CONFIRM
"""After the very first bad look, or after two in a row, at a time when nothing told that the outlet was well: others
were asked for because of it (`crawler.probes`), and vouch at the next. Not after each: where the daemon slept, or the
clock jumped, two looks shortly after one another are to be no second day."""
SUSPECT_LONG = 14
"""Bad looks from which on a suspicion that was not confirmed (the outlet is not well) is looked at daily."""
TAKEN_DOWN = ((7 * _DAY, _DAY), (60 * _DAY, 7 * _DAY))
"""Up to which time since the takedown to look how often, whether it is restored; later the floor."""
BACK = CONFIRM
"""What was taken down and shows good waits for the second look that restores it: an edge may have kept a copy."""
RESTORED = _HOUR
"""At most this long until the look that tells whether a restored article stays."""
BACKOFF, BACKOFF_MOST, BACKOFF_LONG = 30 * _MINUTE, _DAY, 10
"""Our trouble: the first wait, doubled each time, up to the most; after so many in a row no more often than routine."""
BACKOFF_ALONE = 3 * _HOUR
"""The most while the outlet is well, and it is this article that we do not get to see: what stands behind a passing
wall, or is seen again for the first time after the outlet's long trouble, must not wait for a day."""
BLANK = (_HOUR, 12 * _HOUR, 3 * _DAY)
"""Where nothing that is an article was ever seen: the second look, and so on. A script that was late, a page of repairs
and an empty answer are over by then; an index page stays one."""
UNSEEN_TRIES = 5
"""An address that never showed a text is given up after so many bad looks: there is nothing to lose."""


@dataclass(frozen=True)
class Routine:
    """All that the index goes by for what stands: the article's pulse, its outlet's curve, and what a look may cost."""

    pulse: Pulse
    curve: Curve = field(default_factory=Curve)
    price: float = START
    kind: str = "news"
    """Of the page: news or static."""
    importance: float = 1.0

    @property
    def tariff(self) -> Tariff:
        """What counts how much for pages of its kind."""
        return TARIFFS[self.kind]

    @property
    def least(self) -> float:
        """The moment (Unix seconds) before which it is not looked at again, whatever the index says."""
        return index.due(self.pulse, self.curve, 0.0, self.tariff)

    @property
    def due(self) -> float:
        """The moment (Unix seconds) of its next visit."""
        at = index.due(self.pulse, self.curve, self.price, self.tariff, self.importance)
        return self._finer(at) if self.pulse.hinted else at

    def _finer(self, at: float) -> float:
        low = max(self.pulse.hinted_at, self.least)
        if low >= at or self.worth(low).total >= self.price:
            return min(low, at)
        for _ in range(FINE):
            middle = (low + at) / 2
            low, at = (low, middle) if self.worth(middle).total >= self.price else (middle, at)
        return at

    def worth(self, at: float) -> Worth:
        """What a look is worth at a moment, in parts."""
        return index.worth(self.pulse, self.curve, at, self.tariff, self.importance)


@dataclass(frozen=True, slots=True)
class PlanState:
    """What is known of an article when its next visit is planned: after its newest look."""

    first_seen_at: datetime
    verdict: Verdict
    """Of the newest look."""
    standing: Standing | None = None
    """After the newest look."""
    standing_since: datetime | None = None
    routine: Routine | None = None
    """What the index goes by, after the newest look; None: nothing is known but when it was first seen."""
    bad_looks: int = 0
    """Looks that count towards a takedown, since the last good one."""
    unvouched: int = 0
    """Of those, newest backwards, how many came while nothing told that the outlet was well."""
    ripe_at: datetime | None = None
    """From when on a further bad look may confirm the takedown."""
    failures: int = 0
    """Looks in a row that were our trouble, newest backwards."""
    alone: int = 0
    """Of those, newest backwards, how many came while the outlet was well."""
    pending: bool = False
    """A change waits for its second look."""
    pinned: bool = False
    """Someone asked to watch it."""
    related: bool = False
    """It is on our subject."""
    kept: bool = False
    """Everything is watched (``KEEP=all``)."""


def plan(state: PlanState, now: datetime) -> datetime | None:
    """When to look next, seen from ``now`` (the moment of the newest look); None: never again.

    Never again is for what is no article, what is not ours to watch, and what never showed a text.
    """
    wait = _wait(state, now) if _is_watched(state) else None
    return None if wait is None else now + wait


def _is_watched(state: PlanState) -> bool:
    if _is_blank(state):
        return state.failures <= len(BLANK)
    # Until an address was read for the first time, nobody knows whether it is on our subject.
    unread = state.standing is None and state.verdict not in GOOD | BAD and state.failures <= BACKOFF_LONG
    return state.pinned or state.related or state.kept or unread


def _is_blank(state: PlanState) -> bool:
    """Whether no look at it showed an article, and nobody insists."""
    return state.verdict is Verdict.NOT_ARTICLE and state.standing is None and not state.pinned


def by_index(state: PlanState) -> bool:
    """Whether the index says when to look next, and no ladder does."""
    stands = state.standing not in (Standing.TAKEN_DOWN, Standing.RESTORED)
    return state.verdict in GOOD and not state.pending and stands and _is_watched(state)


def _wait(state: PlanState, now: datetime) -> timedelta | None:
    if _is_blank(state):
        return BLANK[max(state.failures, 1) - 1]
    routine = state.routine or Routine(hazard.born(now.timestamp(), state.first_seen_at.timestamp()))
    if state.verdict not in GOOD | BAD:  # our trouble
        usual = _until(replace(routine, pulse=replace(routine.pulse, looked_at=now.timestamp())).due, now)
        return _backoff(state, min(usual, _DAY) if state.standing is Standing.DOWN else usual)
    if state.pending and state.verdict in GOOD:
        return max(CONFIRM, _until(routine.least, now))
    if state.standing is Standing.TAKEN_DOWN and state.verdict in GOOD:
        return BACK
    if state.standing is Standing.TAKEN_DOWN:
        return _step(TAKEN_DOWN, now - (state.standing_since or now))
    if state.verdict in BAD:
        return _suspect(state, now)
    usual = _until(routine.due, now)
    return min(usual, RESTORED) if state.standing is Standing.RESTORED else usual


def _until(at: float, now: datetime) -> timedelta:
    return datetime.fromtimestamp(at, UTC) - now


def _step(steps: tuple[tuple[timedelta, timedelta], ...], age: timedelta) -> timedelta:
    return next((wait for until, wait in steps if age < until), FLOOR)


def _suspect(state: PlanState, now: datetime) -> timedelta | None:
    if state.standing is None and state.bad_looks >= UNSEEN_TRIES and not state.pinned:
        return None
    if state.bad_looks >= SUSPECT_LONG:
        return _DAY
    if state.standing is not None and (state.bad_looks == state.unvouched == 1 or state.unvouched in (2, 4, 6)):
        return UNVOUCHED
    step = SUSPECT[min(max(state.bad_looks, 1), len(SUSPECT)) - 1]
    if state.ripe_at is not None and now < state.ripe_at < now + step:
        return max(state.ripe_at - now, CONFIRM)
    return step


def _backoff(state: PlanState, routine: timedelta) -> timedelta:
    """Twice as long each time; for what fails for good, not more often than if it did not fail.

    While the outlet is well, what failed before that does not count.
    """
    failures, most = (state.alone, BACKOFF_ALONE) if state.alone else (state.failures, BACKOFF_MOST)
    wait = min(BACKOFF * (1 << min(max(failures, 1) - 1, 16)), most)
    return max(wait, routine) if failures > BACKOFF_LONG else wait
