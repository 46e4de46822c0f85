"""What does a look teach of when to look again? Between the neck's rows and the policy (`crawler.hazard`, `.index`).

Every good look teaches the article's pulse and its outlet's rhythm; a list's hint and a sibling's takedown bring visits
forward. Pure: what is kept in, what is to be kept out.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from math import log2
from typing import Any
from urllib.parse import urlsplit

from crawler import hazard, index
from crawler.hazard import Pulse, Rhythm, Theta
from crawler.plan import START, TARIFFS, PlanState, Routine
from storage.findings import Article, ChannelRow, Context, Hint, Listed, Planned, Timing
from storage.records import BAD, GOOD, Look, Outlet, canonical_json, claimed

OFFICIAL = frozenset({"government", "igo", "company"})
"""Types of outlets whose undated pages are no news."""
LEGAL = re.compile(
    r"(?:terms|conditions|tos|privacy|datenschutz|imprint|impressum|legal(?:-notice)?|disclaimer|cookies?|about(?:-us)?"
    r"|contacts?|terms-(?:of|and)-(?:use|service|conditions)|code-of-(?:conduct|ethics)"
    r"|(?:editorial|privacy|cookie|community|use)-(?:policy|policies|standards|guidelines))(?:\.[a-z]{2,5})?",
    re.IGNORECASE,
)
"""The last step of the addresses of pages that are no news, whoever's they are."""
PINNED = 3.0
"""A look at what somebody pinned is worth so much more."""
COPIES = 8
"""Copies of a text beyond which more make no difference."""


# --- to and fro ---------------------------------------------------------------------------------


def written(state: Pulse | Rhythm) -> str:
    """A pulse or a rhythm as JSON, by the names of its parts."""
    return canonical_json(_parts(state))


def _parts(state: Any) -> dict[str, Any]:
    """As `dataclasses.asdict`, which copies every number with care, and is asked at every look."""
    named = ((one.name, getattr(state, one.name)) for one in fields(state))
    return {name: _parts(value) if is_dataclass(value) else value for name, value in named}


def pulse(text: str) -> Pulse:
    """A pulse as it was written; parts that it did not have yet are as at birth."""
    told = _known(json.loads(text), Pulse)
    return Pulse(**{**told, "theta": Theta(**told["theta"])})


def rhythm(text: str) -> Rhythm:
    """A rhythm as it was written. One with other bins than today's is begun anew."""
    told, new = _known(json.loads(text), Rhythm), Rhythm()
    parts: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    same = all(len(value) == len(getattr(new, name)) for name, value in parts.items() if isinstance(value, tuple))
    return Rhythm(**parts) if same else new


def kept(article: int, by: Routine, planned: bool = True) -> Planned:
    """A routine as it is kept. ``planned``: whether it is what the next visit goes by."""
    visit = datetime.fromtimestamp(by.due, UTC) if planned else None
    return Planned(article, written(by.pulse), by.kind, by.importance, by.price if planned else None, visit)


def _known(told: dict[str, Any], of: type[Pulse] | type[Rhythm]) -> dict[str, Any]:
    names = {one.name for one in fields(of)}
    return {name: value for name, value in told.items() if name in names}


def rhythm_of(rhythms: Mapping[str, str], kind: str) -> Rhythm:
    """An outlet's rhythm as far as it is known."""
    return rhythm(rhythms[kind]) if kind in rhythms else Rhythm()


def of_kept(one: Planned, rhythms: Mapping[str, str], price: float | None) -> Routine:
    """The routine of an article, from what is kept of it and its outlet."""
    curve = rhythm_of(rhythms, one.kind).curve(TARIFFS[one.kind].prior)
    return Routine(pulse(one.pulse), curve, START if price is None else price, one.kind, one.importance)


# --- what a look teaches ------------------------------------------------------------------------


def kind(known: Article, outlet: Outlet | None) -> str:
    """news or static. Static are pages of terms and the like, and what an official outlet shows without a date."""
    last = urlsplit(known.url).path.rstrip("/").rpartition("/")[2]
    official = outlet is not None and outlet.type in OFFICIAL and not known.published_at
    return "static" if official or LEGAL.fullmatch(last) else "news"


def importance(known: Article, timing: Timing) -> float:
    """What a look at it is worth beside others: by its subject, its heaviest change, its copies, and pins."""
    copied = 1 + log2(1 + min(timing.copies, COPIES)) / log2(1 + COPIES)
    return (1 + known.relevance) * (1 + timing.weight) * copied * (PINNED if known.pinned else 1.0)


def looked(
    known: Article, timing: Timing, outlet: Outlet | None, at: datetime, good: bool, changed: bool,
    before: datetime | None, last_change: datetime | None,
) -> tuple[Routine, str]:  # fmt: skip
    """The routine of an article after a look, and its outlet's rhythm where the look taught something (JSON, else "").

    ``good``: the look showed the article; ``changed``: with words that it never said. ``before``: the last good look
    before this one, and ``last_change``, the newest change, tell of an article that has no pulse yet.
    """
    now, what = at.timestamp(), kind(known, outlet)
    taught, tariff = rhythm_of(timing.rhythms, what), TARIFFS[what]
    curve = taught.curve(tariff.prior)
    old = _old(known, timing, now, before, last_change)
    price = START if timing.price is None else timing.price
    new = old or hazard.born(now, _appeared(known))
    routine = Routine(new, curve, price, what, importance(known, timing))
    if not good or old is None:
        return routine, ""
    learned = hazard.learn(taught, old, curve, now, changed, tariff.prior)
    after = replace(routine, pulse=hazard.beat(old, curve, now, changed), curve=learned.curve(tariff.prior))
    return after, written(learned) if learned != taught else ""


def _old(
    known: Article, timing: Timing, now: float, before: datetime | None, last_change: datetime | None
) -> Pulse | None:
    """The pulse before a look; of what is watched since before there were pulses, what its rows tell."""
    if timing.planned is not None:
        old = pulse(timing.planned.pulse)
    elif before is not None:
        old = hazard.born(before.timestamp(), _appeared(known))
        old = replace(old, changed_at=last_change.timestamp(), changes=1) if last_change is not None else old
    else:
        return None
    if max(old.looked_at, old.changed_at) <= now:
        return old
    # the clock ran ahead, and was put back
    return replace(old, looked_at=min(old.looked_at, now), changed_at=min(old.changed_at, now))


def _appeared(known: Article) -> float | None:
    """When an article was published, as it claims; by a mere date, it may have been at that day's end."""
    said = claimed(known.published_at)
    first = known.first_seen_at.timestamp() if known.first_seen_at is not None else None
    if said is None:
        return first
    if len(known.published_at) <= len("2022-05-05") or (said.hour, said.minute, said.second) == (0, 0, 0):
        said += timedelta(days=1)
    return said.timestamp() if first is None else min(said.timestamp(), first)


def state(
    known: Article, context: Context, look: Look, waits: bool, keep_all: bool, routine: Routine
) -> PlanState:  # fmt: skip
    """What the next visit of an article goes by, after its newest look. ``waits``: something wants a second look."""
    looks = (*context.looks, look)
    return PlanState(
        first_seen_at=known.first_seen_at or look.at,
        routine=routine,
        verdict=look.verdict,
        standing=known.standing,
        standing_since=known.standing_since,
        bad_looks=sum(seen.verdict in BAD for seen in looks) if look.verdict in BAD else 0,
        unvouched=_unvouched(looks),
        failures=0 if look.verdict in GOOD | BAD else context.troubles + 1,
        alone=_alone(looks),
        pending=waits,
        pinned=known.pinned,
        related=known.related or not known.versions,  # not yet read: nothing says that it is off our subject
        kept=keep_all,
    )


def _alone(looks: Sequence[Look]) -> int:
    """How many looks in a row, newest backwards, were our trouble with this article alone."""
    troubles = takewhile(lambda look: look.verdict not in GOOD | BAD, reversed(looks))
    return sum(1 for _ in takewhile(lambda look: look.outlet_well and not look.held, troubles))


def _unvouched(looks: Sequence[Look]) -> int:
    """How many bad looks, newest backwards, came at a time when nothing told that the outlet was well."""
    bad = [look for look in reversed(looks) if look.verdict in BAD]
    return sum(1 for _ in takewhile(lambda look: not (look.outlet_well or look.held), bad))


# --- what brings visits forward -----------------------------------------------------------------


def sooner(one: Planned, rhythms: Mapping[str, str], price: float | None, at: datetime, truth: float) -> Planned:
    """A visit as a hint has it that is true with probability ``truth``: never later than it was."""
    routine = of_kept(one, rhythms, price)
    hinted = replace(routine, pulse=index.hint(routine.pulse, at.timestamp(), truth))
    return replace(kept(one.article, hinted), price=one.price)


WITNESSES = 4
"""Articles that are looked at soon because one of their outlet came rebuilt: three in a new design make a redesign
(`crawler.sweep`)."""


def roused(found: Iterable[Timing], at: datetime) -> tuple[Planned, ...]:
    """The visits of a taken-down article's siblings, and of the copies of what was edited or taken down: whether they
    follow, and when, is to be seen. One that was hinted at already is due soon as it is: so those of a section that is
    cleared out are asked for once, and not by every takedown anew."""
    fresh = ((one, one.planned) for one in found if one.planned is not None and not pulse(one.planned.pulse).hinted)
    return tuple(sooner(planned, one.rhythms, one.price, at, index.SIBLING) for one, planned in fresh)


def heard(hints: Iterable[Hint], listed: Mapping[str, Listed], by: ChannelRow, at: datetime) -> tuple[Hint, ...]:
    """Hints, with when each that is followed brings its visit: the sooner, the more often its list was right.

    A change has been there since the moment that the list claims for it.
    """
    truth = (by.hits + 1) / (by.hints + 2)

    def planned(one: Hint) -> Planned | None:
        timing, said = listed[one.url].timing, claimed(one.claim)
        if not one.followed or timing.planned is None or timing.planned.price is None:
            return None
        since = min(said, at) if said is not None else at
        return sooner(timing.planned, timing.rhythms, timing.price, since, truth)

    return tuple(replace(one, planned=planned(one)) for one in hints)
