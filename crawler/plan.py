"""When to look again?

A first version, by age: an article is edited most in its first hours (16 % of the edits within one hour, 52 % within
five, 88 % within a day: BBC headlines, 2021 to 2023), and it may be taken down at any time, so it is never let go of
for good. The newest change counts more than the age: the hazard of a next edit falls with the time since the last one.

Suspicion, a change that waits for its second look and our own trouble go by ladders of their own. Pure, and without
jitter: the same state at the same moment has the same answer, and the pace of a host spreads what falls due at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.records import BAD, GOOD, Standing, Verdict

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

CONFIRM = 15 * _MINUTE
"""A change waits for its second look: long enough for an edge cache to turn over, short enough to be the first."""
ROUTINE = (
    (3 * _HOUR, 20 * _MINUTE), (12 * _HOUR, _HOUR), (2 * _DAY, 3 * _HOUR), (7 * _DAY, 12 * _HOUR),
    (30 * _DAY, 3 * _DAY),
)  # fmt: skip
"""Up to which age (by `_clock`) to look how often."""
FLOOR = 30 * _DAY
"""However old, an article is looked at once in this time, for ever."""
SUSPECT = (_HOUR, 4 * _HOUR, 10 * _HOUR, 12 * _HOUR)
"""After the first bad look, the second, and so on. Looks fall 0, 1, 5, 15, 27 and 39 hours after the first: a takedown
that needs three over 24 hours is confirmed at 27, by five looks, and one over 6 hours (410, 451) at 15. The first
looks come fast, because most suspicions are withdrawn by them."""
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
BLANK = (_HOUR, 12 * _HOUR, 3 * _DAY)
"""Where nothing that is an article was ever seen: the second look, and so on. A script that was late, a page of repairs
and an empty answer are over by then; an index page stays one."""
UNSEEN_TRIES = 5
"""An address that never showed a text is given up after so many bad looks: there is nothing to lose."""


@dataclass(frozen=True, slots=True)
class PlanState:
    """What is known of an article when its next visit is planned: after its newest look."""

    first_seen_at: datetime
    verdict: Verdict
    """Of the newest look."""
    standing: Standing | None = None
    """After the newest look."""
    standing_since: datetime | None = None
    published_at: datetime | None = None
    """As the page claims it (a claim later than the first look is not believed)."""
    last_change_at: datetime | None = None
    """When the newest change that counts was first seen."""
    bad_looks: int = 0
    """Looks that count towards a takedown, since the last good one."""
    unvouched: int = 0
    """Of those, newest backwards, how many came while nothing told that the outlet was well."""
    failures: int = 0
    """Looks in a row that were our trouble, newest backwards."""
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


def _wait(state: PlanState, now: datetime) -> timedelta | None:
    if _is_blank(state):
        return BLANK[max(state.failures, 1) - 1]
    routine = _step(ROUTINE, _clock(state, now))
    if state.verdict not in GOOD | BAD:  # our trouble
        return _backoff(state.failures, min(routine, _DAY) if state.standing is Standing.DOWN else routine)
    if state.pending and state.verdict in GOOD:
        return CONFIRM
    if state.standing is Standing.TAKEN_DOWN and state.verdict in GOOD:
        return BACK
    if state.standing is Standing.TAKEN_DOWN:
        return _step(TAKEN_DOWN, now - (state.standing_since or now))
    if state.verdict in BAD:
        return _suspect(state)
    return min(routine, RESTORED) if state.standing is Standing.RESTORED else routine


def _clock(state: PlanState, now: datetime) -> timedelta:
    """The age that the routine goes by: halfway between true age and time since the newest change.

    Halfway as the routine's steps lie, by factors: the geometric mean. A change on a month-old article an hour ago
    counts as 27 hours, one just now as news.
    """
    born = min(state.first_seen_at, state.published_at or state.first_seen_at)
    age = max(now - born, timedelta(0))
    if state.last_change_at is None:
        return age
    since = min(max(now - state.last_change_at, timedelta(0)), age)
    return timedelta(seconds=(age.total_seconds() * since.total_seconds()) ** 0.5)


def _step(steps: tuple[tuple[timedelta, timedelta], ...], age: timedelta) -> timedelta:
    return next((wait for until, wait in steps if age < until), FLOOR)


def _suspect(state: PlanState) -> timedelta | None:
    if state.standing is None and state.bad_looks >= UNSEEN_TRIES and not state.pinned:
        return None
    if state.bad_looks >= SUSPECT_LONG:
        return _DAY
    if state.standing is not None and (state.bad_looks == state.unvouched == 1 or state.unvouched in (2, 4, 6)):
        return UNVOUCHED
    return SUSPECT[min(max(state.bad_looks, 1), len(SUSPECT)) - 1]


def _backoff(failures: int, routine: timedelta) -> timedelta:
    """Twice as long each time; for what fails for good, not more often than if it did not fail."""
    wait = min(BACKOFF * (1 << min(max(failures, 1) - 1, 16)), BACKOFF_MOST)
    return max(wait, routine) if failures > BACKOFF_LONG else wait
