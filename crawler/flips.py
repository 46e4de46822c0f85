"""Is it a test, or did it change? What texts that go to and fro mean, and how many looks prove that one stays.

A test shows each visitor (each look without cookies) one of its headlines by chance, and a cache that lags shows an old
text now and then. So nothing that flips easily is believed at once; what stays, look after look, is.

The arithmetic. Where every second visitor is shown the other headline, it shows in k further looks in a row with a
chance of 2^-k. A first showing has one try: the old headline ends it, and is a flip. k = 6: 1.6 % of tests are told for
an edit (k = 2: 25 %). After a flip each further showing is another try: about ten more in 40 looks. k = 12: 10 * 2^-12,
0.2 %. Together under 2 % (measured: 6 of 400 tests of 40 looks, 1.5 %; all but one taken back by `hindsight`). Where
the new headline is shown to two visitors of three, 13 % are told at some time: 9 % by a first try, the rest later.

Six looks at the pace of what waits (15 minutes) are 90 minutes: by so much a headline edit is told later than it is
first seen; by twelve looks, three hours, where it flickered. By daily looks it is as many days. The interval is that of
the first look that showed it, whenever it is told.

80 % of headline edits come within five hours of publication, and that is when headlines are tested, for hours: no least
time short of a test's own length would help. An hour is asked for so that one copy in one edge cache, which lives for
minutes, is not counted six times.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from storage.findings import Context, Doubted, Settled, Waiting
from storage.flips import DATES, SWAPPED, shown_by
from storage.records import Action, Edit, Kind, Status, Text, Version
from storage.words import normal

HEADLINE_LOOKS = 6
"""Further looks that must show a change of nothing but `SWAPPED` fields."""
REVERT_LOOKS = 6
"""Further looks that must show an earlier text that came back: tests go to and fro, newsrooms hardly ever do."""
STEADY = 12
"""Further looks that must show a text, or a headline, that came back in an article that flips."""
SPAN = timedelta(hours=1)
"""And over how long, where it takes more than one."""
FLIGHTY = 4
"""From so many flips (two round trips) among its last ten changes on, a return to an earlier text is a flip at once;
and after so many, what was told before them was none."""


def _telling(edits: Iterable[Edit]) -> list[Edit]:
    """The edits that say whether a text is the one before a change or the one after: dates move on by themselves."""
    moved = [edit for edit in edits if edit.field not in DATES]
    known = shown_by(moved)
    return [edit for edit in moved if not known or edit.field in known]


def again(waiting: Waiting, text: Text) -> bool:
    """Whether a text shows again what a change did."""
    if waiting.extent is not text.extent:
        return False
    edits = waiting.change.comparison.edits
    if waiting.shown == text.digest or (waiting.said == text.said and _telling(edits)):
        return True
    return bool(shown_by(edits)) and all(stands(edit, text) for edit in _telling(edits))


def undone(edits: Iterable[Edit], text: Text) -> bool:
    """Whether a text has taken back what a change did."""
    telling = _telling(edits)
    return bool(telling) and all(is_undone(edit, text) for edit in telling)


def fell(context: Context, new: Version, latest: Version) -> list[Waiting]:
    """Changes that still waited, and whose old text (or headline) is back."""
    back = new.text.said in context.said
    return [
        waiting
        for waiting in context.pending
        if waiting.extent is new.text.extent
        and not again(waiting, new.text)
        and ((back and waiting.said == latest.text.said) or undone(waiting.change.comparison.edits, new.text))
    ]


def returned(old: Text, new: Text, latest: Text, context: Context) -> bool:
    """Whether a new text is an earlier one that came back, or has an earlier one's headline."""
    if new.said == latest.said:
        return False
    title = normal(new.title)
    return new.said in context.said or (title != normal(old.title) and (new.extent, title) in context.titles)


def needed(waiting: Waiting) -> int:
    """How many further looks must show a change before it is news."""
    if waiting.returned:
        return REVERT_LOOKS if Kind.REVERT in waiting.change.kinds else STEADY
    fields = {edit.field for edit in waiting.change.comparison.edits} - DATES
    return HEADLINE_LOOKS if fields and fields <= SWAPPED else 1


def proven(waiting: Waiting, at: datetime, more: int = 0) -> bool:
    """Whether one more look at this moment is enough. ``more``: looks that it takes besides."""
    looks, since = needed(waiting), at - waiting.change.by_at
    return waiting.looks + 1 >= looks + more and since >= (SPAN if looks > 1 else timedelta.resolution)


def calm(shown: Version, context: Context) -> tuple[Settled, ...]:
    """After flipping, a text that is not the one that stood is shown look after look: then it did change.

    Told is the first change to it since the old one was last seen: from that look on it may have been so.
    """
    flapping = context.flapping
    if flapping is None or flapping.shown != shown.text.said or flapping.shown == flapping.base:
        return ()
    if flapping.looks + 1 < STEADY:
        return ()
    return (Settled(flapping.change, Status.NEWS, f"after flipping it stood for {flapping.looks + 1} further looks"),)


def hindsight(doubted: Doubted | None, latest: Text, new: Text, flips: int) -> tuple[Settled, ...]:
    """What was told was none: its old text came back, and went to and fro. ``flips``: those that are shown just now."""
    if doubted is None or doubted.flips + flips < FLIGHTY:
        return ()
    edits = doubted.edits
    sides = [(all(stands(edit, text) for edit in _telling(edits)), undone(edits, text)) for text in (latest, new)]
    if sides not in ([(True, False), (False, True)], [(False, True), (True, False)]):
        return ()
    return (Settled(doubted.change, Status.FLIP, "what it replaced came back, and went to and fro"),)


# --- one edit -----------------------------------------------------------------------------------


def stands(edit: Edit, text: Text) -> bool:
    """Whether what an edit did still holds in a later text."""
    held = _held(edit, text)
    if edit.action is Action.DELETION:
        return normal(edit.old) not in held
    return all(normal(part) in held for part in edit.new.split("\n\n"))  # a split paragraph is one edit


def is_undone(edit: Edit, text: Text) -> bool:
    """Whether the words it took out are back, or those it put in are gone for good."""
    held = _held(edit, text)
    if edit.action is Action.ADDITION:
        return normal(edit.new) not in held
    return bool(edit.old) and normal(edit.old) in held and (edit.action is Action.DELETION or not stands(edit, text))


def _held(edit: Edit, text: Text) -> set[str]:
    links = tuple(f"{link.url} {link.text}" for link in text.links)
    fields = {"paragraph": text.paragraphs, "caption": text.captions, "link": links}
    said = fields.get(edit.field) or (str(getattr(text, edit.field, "")),)
    return {normal(unit) for unit in said}
