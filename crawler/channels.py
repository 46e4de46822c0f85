"""Is a channel alive? A list that answers well and brings nothing new is frozen, and must be seen to be.

HTTP 200 and valid RSS with content that ended years ago is the normal state of some state media's feeds.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from storage.findings import ChannelRow
from storage.records import Capture, Listing, claimed

AHEAD = timedelta(days=1)
"""How far ahead of the look a list's dates may lie (zones, and clocks that are off)."""
DEAD = frozenset({404, 410})
REFUSED = frozenset({401, 402, 403, 407, 429, 451})
BARRED = ("robots_forbid", "forbidden_address")


def state(known: ChannelRow, listing: Listing, new: int, cadence: float) -> ChannelRow:
    """What is known of a channel after a look at it.

    ``new``: how many of the offered addresses nobody offered before. ``cadence``: seconds within which the outlet
    normally brings something new.
    """
    seen = listing.capture
    if seen.status == 304:
        return _answered(known, known.items, known.newest_item_at, 0, seen.at, cadence)
    if seen.status == 200 and seen.complete and not listing.problem:
        newest = max((offer.hint_at for offer in listing.offers if _is_past(offer.hint_at, seen.at)), default="")
        return _answered(known, len(listing.offers), max(newest, known.newest_item_at), new, seen.at, cadence)
    return _failed(known, listing)


def _answered(known: ChannelRow, items: int, newest: str, new: int, at: datetime, cadence: float) -> ChannelRow:
    last_new = at if new else known.last_new_at
    fresh = [moment for moment in (last_new, claimed(newest)) if moment is not None]
    if known.last_ok_at is None and claimed(newest) is not None:
        fresh = [moment for moment in (claimed(newest),) if moment is not None]  # at first sight, all is new to us
    frozen = bool(fresh) and at - max(fresh) > timedelta(seconds=cadence)
    return replace(
        known,
        state="frozen" if frozen else "live",
        last_ok_at=at,
        newest_item_at=newest,
        last_new_at=last_new,
        items=items,
        error="nothing new for longer than its cadence" if frozen else "",
    )


def _is_past(hint: str, at: datetime) -> bool:
    """Whether a list's date can be true: an item dated years ahead must not keep a dead channel alive."""
    moment = claimed(hint)
    return moment is None or moment <= at + AHEAD


def _failed(known: ChannelRow, listing: Listing) -> ChannelRow:
    """A refusal or a dead end is the channel's; an outage says nothing of it, and leaves its state as it was."""
    seen = listing.capture
    why = listing.problem or trouble(seen)
    if seen.status in DEAD or (seen.status == 200 and listing.problem):
        return replace(known, state="dead", error=why)
    if seen.status in REFUSED or seen.error.startswith(BARRED):
        return replace(known, state="blocked", error=why)
    return replace(known, error=why)


def trouble(seen: Capture) -> str:
    """One short phrase for what a capture met."""
    return seen.error or (f"HTTP {seen.status}" if seen.complete else "cut in transit")
