"""Is the outlet itself in trouble?

When many of an outlet's pages turn bad together, that is one *incident* of the outlet, and no takedown of each: a
botched deployment, a moved archive, a block of whole countries. From its first bad look until it is over, no bad look
counts towards a takedown (`held`). It is over when its pages answer well again; what stays bad then is judged anew, by
looks after it. And what stays bad for a week, while the rest of the outlet is well, is no trouble any more: it is a
mass removal, and all its bad looks count.

Our own network's failing is no incident: it gives `outage` for every page, and that moves nothing (law 8).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage.records import BAD, GOOD, MASS_REMOVAL, Incident, Look, Move, Neighbours, Standing

AT_LEAST = 3
"""Articles that must have turned bad together: two are a coincidence, or two takedowns."""
SHARE = 1 / 3
"""And the share of those looked at again: an outlet that takes out one story's three articles of sixty is well."""
CALM = 1 / 6
"""Below this share it is over. Half of what opened it, so that one good look more or less does not end and begin it."""
RECOVERED = 3 / 4
"""It is over when so many of its articles answered well again: what is still bad then has reasons of its own."""
LONGEST = timedelta(days=7)
"""Nobody leaves a third of a living site broken for a week by mistake (a guess; long weekends are shorter)."""


@dataclass(frozen=True)
class Series:
    """An article's looks in the light of its outlet."""

    looks: tuple[Look, ...]
    """Marked where they are held."""
    incidents: tuple[Incident, ...]
    """The outlet's, oldest first, as the newest look left them."""
    touched: Incident | None
    """The one that the newest look opened, joined or ended."""
    why: str
    """Why bad looks are held now, or ""."""


def series(incidents: tuple[Incident, ...], others: Neighbours | None, looks: tuple[Look, ...], outlet: str) -> Series:
    """What the outlet's state makes of an article's looks since its last good one; the newest, last, may be good.

    ``incidents``: the outlet's, oldest first, before the newest look; at most the last is open. ``others``: its other
    articles (None: nothing is known of them).
    """
    open_before = incidents[-1] if incidents and incidents[-1].ended_at is None else None
    seen = _joined_by(others, looks) if others is not None else None
    now = trouble(open_before, seen, looks[-1], outlet) if seen is not None else open_before
    known = (*(one for one in incidents if one is not open_before), *((now,) if now else ()))
    why = _why(now, seen) if now is not None and now.ended_at is None else ""
    return Series(held(looks, known), known, now if now != open_before else None, why)


def trouble(was: Incident | None, seen: Neighbours, newest: Look, outlet: str) -> Incident | None:
    """The outlet's incident after a look at one of its articles: as before, opened, joined or ended by it; or None.

    ``was``: the one that was open before. ``seen``: the outlet's articles, the one that was looked at among them. Our
    own trouble decides nothing.
    """
    if newest.verdict not in GOOD | BAD:
        return was
    if was is None:
        return _opened(seen, newest, outlet) if newest.verdict in BAD and _is_trouble(seen) else None
    now = _joined(was, seen, newest)
    if _is_over(seen):
        return replace(now, ended_at=newest.at)
    if newest.at - was.started_at >= LONGEST and seen.alive:
        return replace(now, ended_at=newest.at, kind=MASS_REMOVAL)
    return now


def held(looks: Iterable[Look], incidents: Iterable[Incident]) -> tuple[Look, ...]:
    """Looks, the bad ones marked that fell into an incident: from its first bad look until it was over."""
    troubles = [one for one in incidents if one.ended_at is None or one.kind != MASS_REMOVAL]
    within = [any(_is_within(look.at, one) for one in troubles) for look in looks]
    return tuple(replace(look, held=look.verdict in BAD and inside) for look, inside in zip(looks, within, strict=True))


def removal(incidents: Iterable[Incident], move: Move | None) -> str:
    """What to say of a takedown that is part of a mass removal, or ""."""
    if move is None or move.standing is not Standing.TAKEN_DOWN:
        return ""
    one = next((one for one in incidents if one.kind == MASS_REMOVAL and _is_within(move.by_at, one)), None)
    if one is None:
        return ""
    since = f"{one.started_at:%Y-%m-%d}"
    return f"a mass removal: many articles of its outlet turned bad with it on {since}, and stayed so for a week"


def without_own(others: Neighbours | None) -> Neighbours | None:
    """The outlet's articles, where the one that is looked at turns out to be new."""
    return replace(others, partook=False, stood=False, had_stood=False) if others is not None else None


# --- how many are bad? --------------------------------------------------------------------------


def _joined_by(others: Neighbours, looks: tuple[Look, ...]) -> Neighbours:
    """The outlet's articles with the one that was looked at among them."""
    if looks[-1].verdict in GOOD:
        well, recovered = others.well + others.stood, others.recovered + others.partook
        return replace(others, well=well, recovered=recovered, alive=True)
    turn = next((look for look in looks if look.verdict in BAD), None)
    if turn is None or not others.had_stood or turn.at < others.since:
        return others
    return replace(others, turned=(*others.turned, turn))


def _is_trouble(seen: Neighbours) -> bool:
    bad = len(seen.turned)
    return bad >= AT_LEAST and bad >= SHARE * (bad + seen.well)


def _is_over(seen: Neighbours) -> bool:
    bad = len(seen.turned)
    recovered = seen.recovered >= RECOVERED * (bad + seen.recovered)
    return bad < AT_LEAST or bad < CALM * (bad + seen.well) or recovered


def _is_within(at: datetime, one: Incident) -> bool:
    return one.started_at <= at and (one.ended_at is None or at < one.ended_at)


def _why(now: Incident, seen: Neighbours | None) -> str:
    """In figures that hold at this look."""
    if seen is None:
        return "the outlet is in trouble"
    bad, since = len(seen.turned), f"{now.started_at:%Y-%m-%d %H:%M}"
    return f"{bad} of {bad + seen.well} articles of the outlet turned bad together since {since}"


# --- what becomes of it? ------------------------------------------------------------------------


def _opened(seen: Neighbours, newest: Look, outlet: str) -> Incident:
    """Named after the way that most of its articles went; it began with the first of them."""
    turned = sorted(seen.turned, key=lambda look: (look.at, look.entry))
    ways = Counter(str(look.how) for look in turned)
    kind = min(ways, key=lambda way: (-ways[way], way))
    evidence = tuple(look.entry for look in turned)
    return Incident(outlet, turned[0].at, newest.at, kind, len(turned), evidence)


def _joined(was: Incident, seen: Neighbours, newest: Look) -> Incident:
    """With one article more, if this look is the one at which it turned bad."""
    if seen.partook or newest.entry not in {look.entry for look in seen.turned}:
        return was
    return replace(was, articles=was.articles + 1, evidence=(*was.evidence, newest.entry))
