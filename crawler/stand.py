"""Where does the article stand, seen over many captures?

    None --good--> up --bad--> down --enough bad looks--> taken_down
    taken_down --good, twice in a row--> restored --good--> up
                               down --good--> up (the suspicion is withdrawn)
    up --texts flip--> restless --calm--> up; restored and restless go down by a bad look, as up does

A bad look is `gone`, `legal` or `soft_gone`, at a time when the outlet was well and in no incident. Every other verdict
is our trouble and moves nothing (law 8): neither does it count, nor does it break a run of bad looks. docs/verdicts.md
draws it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from storage.records import BAD, GOOD, Look, Move, Standing, Verdict

CONFIRMATIONS = 3
"""Bad looks that make a takedown, without a good one between them."""
SPREAD = 86400.0
"""Seconds from the first of them to the last: a night's maintenance, a botched deployment is over by then."""
EXPLICIT_SPREAD = 6 * 3600.0
"""The same where the server says it in so many words: 410 and 451 are hardly ever sent by mistake."""
RESTLESS_FLIPS = 3
"""Flips among the last changes from which on a text counts as restless."""

_STANDS = frozenset({Standing.UP, Standing.RESTLESS, Standing.RESTORED})


def stand(
    was: Standing | None,
    looks: Sequence[Look],
    last_good_at: datetime | None,
    confirmations: int = CONFIRMATIONS,
    spread: float = SPREAD,
    flips: int = 0,
    explicit: Collection[str] = (),
    back: Look | None = None,
    missed_at: datetime | None = None,
) -> Move | None:
    """The move that the newest look makes, or None when it makes none.

    ``looks``: all since the last good one, oldest first; the newest, last, may be good. ``last_good_at``: when the
    last good look before the newest was. ``spread``: seconds. ``flips``: how many of the last changes were flips.
    ``explicit``: entries of captures that answered 410 (a Look does not tell it from 404). ``back``: of what is taken
    down, the good look before this one with no bad look after it; ``missed_at``: the last bad look before that. Raises
    ValueError for fewer than two confirmations: no single answer takes an article down (law 3).
    """
    if confirmations < 2:
        raise ValueError(f"confirmations must be at least 2, not {confirmations}: one answer proves no takedown")
    if not looks:
        return None
    newest = looks[-1]
    if newest.verdict in GOOD and was is Standing.TAKEN_DOWN:
        return _restored(newest, back, missed_at)
    if newest.verdict in GOOD:
        return _stands(was, looks, last_good_at, flips)
    if was is None or not _counts(newest):
        return None
    run = _run(looks)
    if was in _STANDS:
        return _move(Standing.DOWN, was, run, last_good_at, "a first bad look: suspected, not yet taken down")
    agreed = _agreed(run)
    seconds = (newest.at - agreed[0].at).total_seconds()
    if was is Standing.DOWN and len(agreed) >= confirmations and seconds >= _needed(agreed, spread, explicit):
        reason = f"{len(agreed)} bad looks over {_hours(seconds)}, and none that showed the article"
        return _move(Standing.TAKEN_DOWN, was, agreed, last_good_at, reason)
    return None


def ripe(looks: Sequence[Look], spread: float = SPREAD, explicit: Collection[str] = ()) -> datetime | None:
    """From when on a further look like the newest that counts may confirm a takedown; None: none counts."""
    agreed = _agreed(_run(looks))
    return agreed[0].at + timedelta(seconds=_needed(agreed, spread, explicit)) if agreed else None


def _agreed(run: list[Look]) -> list[Look]:
    """What proves it must agree on how: a day's maintenance page and one 404 after it are no three witnesses."""
    return [look for look in run if look.how is run[-1].how]


def _needed(agreed: list[Look], spread: float, explicit: Collection[str]) -> float:
    return min(spread, EXPLICIT_SPREAD) if all(_is_explicit(look, explicit) for look in agreed) else spread


def _counts(look: Look) -> bool:
    return look.verdict in BAD and look.outlet_well and not look.held


def _run(looks: Sequence[Look]) -> list[Look]:
    """The bad looks that count since the last good one, each capture once."""
    since = max((n for n, look in enumerate(looks) if look.verdict in GOOD), default=-1)
    return list({look.entry: look for look in looks[since + 1 :] if _counts(look)}.values())


def _is_explicit(look: Look, explicit: Collection[str]) -> bool:
    return look.verdict is Verdict.LEGAL or look.entry in explicit


def _stands(was: Standing | None, looks: Sequence[Look], last_good_at: datetime | None, flips: int) -> Move | None:
    """What a good look changes."""
    newest = looks[-1]
    standing, reason = _risen(was, flips)
    if standing is was:
        return None
    missed = [look for look in looks[:-1] if _counts(look)]
    after_at = missed[-1].at if missed else last_good_at
    return Move(standing, was, newest.at, after_at, newest.at, (newest.entry,), reason)


def _restored(newest: Look, back: Look | None, missed_at: datetime | None) -> Move | None:
    """The second good look in a row restores it, as of the first: one alone may come from an edge that kept a copy."""
    if back is None:
        return None
    evidence = (back.entry, newest.entry)
    return Move(Standing.RESTORED, Standing.TAKEN_DOWN, newest.at, missed_at, back.at, evidence, "it stands again")


def _risen(was: Standing | None, flips: int) -> tuple[Standing, str]:
    if was is None:
        return Standing.UP, "the first good look"
    if was is Standing.DOWN:
        return Standing.UP, "the suspicion is withdrawn: it stands"
    if was is Standing.RESTORED:
        return Standing.UP, "it is back, and stays"
    if flips >= RESTLESS_FLIPS:
        return Standing.RESTLESS, f"its text flips to and fro ({flips} flips among the last changes)"
    return Standing.UP, "its text is calm again"


def _move(standing: Standing, was: Standing, run: list[Look], last_good_at: datetime | None, reason: str) -> Move:
    """A move down: it happened after the last good look and by the first bad one; every bad look is evidence."""
    evidence = tuple(look.entry for look in run)
    return Move(standing, was, run[-1].at, last_good_at, run[0].at, evidence, reason, run[-1].how)


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.1f} hours"
