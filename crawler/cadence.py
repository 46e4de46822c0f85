"""When to ask a channel again? As often as it brings something: learned from what each look brought.

Starting from what is usual for its kind, the pause stays as it is while a look brings one new address, is halved when
one brings several, and grows by a tenth when one brings none. A tenth a look means: what has been silent for a time is
asked about every eleventh of that time (a feed that slept through eight hours of the night, every 45 minutes; one that
has been silent for ten days, once a day). An answer of 304 costs next to nothing, so the floor may be low.

Pure. Seconds; between `SHORTEST` and `LONGEST`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from storage.findings import ChannelRow
from storage.records import Listing

SHORTEST, LONGEST = 300.0, 86400.0
USUAL = {"feed": 900.0, "news_sitemap": 900.0, "front": 1800.0, "sitemap": 3600.0, "telegram_preview": 900.0}
"""The pause of a channel of this kind that was never asked; of other kinds (APIs): `USUAL_ELSE`."""
USUAL_ELSE = 1800.0
SLOW = 96.0
"""An outlet that brings something new within ``cadence`` seconds is first asked so many times within them, at most."""
GROWTH, CUT = 1.1, 0.5
FAILED = 2.0
"""What does not answer is asked half as often each time."""


def again(known: ChannelRow, seen: ChannelRow, listing: Listing, new: int, cadence: float) -> ChannelRow:
    """``seen`` (a channel's row after a look at it), with the moment of its next look.

    ``known``: the row before; ``new``: addresses that nobody offered before; ``cadence``: see `Outlet.cadence`. A list
    below a list belongs to the look at the list above it, and can only make the pause shorter.
    """
    at, every = listing.capture.at, known.ask_every or first(known.kind, cadence)
    if listing.capture.asked_url != known.url:
        every = every * CUT if new > 1 and _is_first_news(known) else every
        return _set(seen, every, _asked(known) or at)
    if seen.last_ok_at != at:
        return _set(seen, every * FAILED, at)
    if new > 1 and known.last_new_at is not None:  # at first sight all is new to us
        every *= CUT
    elif not new:
        every *= GROWTH
    return _set(seen, every, at)


def first(kind: str, cadence: float) -> float:
    """The pause of a channel of which nothing is known yet."""
    return min(max(USUAL.get(kind, USUAL_ELSE), cadence / SLOW, SHORTEST), LONGEST)


def _is_first_news(known: ChannelRow) -> bool:
    """Whether the look at the list above brought nothing several of so far (and the channel is no newcomer)."""
    asked = _asked(known)
    return known.last_new_at is not None and (asked is None or known.last_new_at < asked)


def _asked(known: ChannelRow) -> datetime | None:
    """When the list itself was last asked for."""
    return known.next_ask_at - timedelta(seconds=known.ask_every) if known.next_ask_at is not None else None


def _set(seen: ChannelRow, every: float, asked: datetime) -> ChannelRow:
    every = min(max(every, SHORTEST), LONGEST)
    return replace(seen, ask_every=every, next_ask_at=asked + timedelta(seconds=every))
