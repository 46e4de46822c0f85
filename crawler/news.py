"""Is it news, still pending, noise, or a flip?

A text that differs from the last one of its extent becomes a new version. Whether the difference is told is decided by
what comes next (laws 4 and 5):

    pending --later looks show again what it did--------------> news (how many: `crawler/flips.py`)
    pending --the text, or headline, before it comes back-----> flip (and so is the way back)
    pending --another new text in which its words stand-------> news, unless it takes more than one look
    pending --another new text without them-------------------> stays pending: nobody saw it twice
    a text that was news gives way to an earlier one----------> pending, of kind revert
    flip    --and then its text stands, look after look-------> news: whatever flickered, it did change
    news    --and then it goes to and fro---------------------> flip, in hindsight
    all of its edits swept over the outlet (`crawler/sweep.py`)-> noise; incident, where its page was rebuilt; whenever
                                                                  that is known, and told by the rest where some were
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from crawler import flips, sweep
from crawler.compare import compare
from storage import sweeps
from storage.findings import Around, Context, Settled, Sweep, Trait, Waiting
from storage.flips import DATES
from storage.records import Capture, Change, Comparison, Kind, Status, Text, Version
from storage.rows import number
from storage.words import normal

REBUILT_WAIT = timedelta(hours=1)
"""How long a change of a rebuilt page waits, or else for one look more: until other articles showed the new design."""
DATES_ONLY = frozenset({Kind.DATE})


@dataclass(frozen=True)
class Told:
    """What a capture's text means for the article's history."""

    shown: Version | None = None
    """The version that the capture shows, new or known."""
    new: bool = False
    change: Change | None = None
    settled: tuple[Settled, ...] = ()
    traits: tuple[Trait, ...] = ()
    """Of the change."""
    sweeps: tuple[Sweep, ...] = ()
    """What is known for swept by it."""
    redesign: str = ""
    """The trait by which it belongs to a redesign of its outlet, where that is known for one."""

    @property
    def flips(self) -> int:
        """How many changes turned out to be flips just now."""
        settled = sum(settled.status is Status.FLIP for settled in self.settled)
        return settled + int(self.change is not None and self.change.status is Status.FLIP)

    def waits(self, context: Context) -> bool:
        """Whether the text that is shown now is one that waits for its second look."""
        if self.change is not None:
            return self.change.status is Status.PENDING
        shown = self.shown or context.current
        done = {settled.change for settled in self.settled}
        return shown is not None and any(
            flips.again(waiting, shown.text) and waiting.change.id not in done for waiting in context.pending
        )


NOTHING, NO_PAGE = Told(), Around()


def tell(article: int, seen: Capture, text: Text | None, context: Context, around: Around = NO_PAGE) -> Told:
    """What a good capture with this text (None: the current version, unchanged) adds to the history.

    ``around``: what is around it on its page.
    """
    shown = context.current if text is None else context.latest.get(text.extent)
    if shown is not None and (text is None or shown.text.digest == text.digest):
        return Told(shown=shown, settled=(*_confirmed(shown, seen, context), *flips.calm(shown, context)))
    if text is None:
        return NOTHING
    version = _version(article, seen, text, context)
    if shown is None:
        return Told(shown=version, new=True)
    old, before = _against(shown, version, context)
    weighed = _weighed(old.text, version.text, seen, context, (before, around))
    context = replace(context, swept=_also(context.swept, weighed.sweeps))
    returned = flips.returned(old.text, version.text, shown.text, context)
    fell = flips.fell(context, version, shown)
    change = _change(old, version, seen, context, weighed, (returned, bool(fell)))
    settled = (*_flipped(fell, change, shown, version, context), *_confirmed(version, seen, context))
    settled += flips.calm(version, context)
    if not returned:
        settled += _overtaken(version, shown, context, settled)
    frames = [trait.name for trait in weighed.traits if trait.edit is None and trait.name in context.swept]
    return Told(version, True, change, settled, weighed.traits, weighed.sweeps, next(iter(frames), ""))


def _version(article: int, seen: Capture, text: Text, context: Context) -> Version:
    count = context.article.versions if context.article else 0
    return Version(
        id=number("version", article, seen.entry),
        article=article,
        number=count + 1,
        capture=seen.id or 0,
        first_at=seen.at,
        last_at=seen.at,
        text=text,
    )


# --- the new change -----------------------------------------------------------------------------


def _against(latest: Version, new: Version, context: Context) -> tuple[Version, Around]:
    """The version that a new one is compared with, and what was around it: the latest, or the last that stands.

    What was never told is no "before": while a test shows its headlines by turns, a third one replaces the one that
    stands. But what the latest text changed and the next one holds is told by itself (`_overtaken`).
    """
    stood = context.stood.get(new.text.extent)
    neighbours = latest, context.pages.get(new.text.extent, NO_PAGE)
    if stood is None or stood.version.text.said == new.text.said:
        return neighbours
    if any(waiting.said == latest.text.said and _holds(waiting, new.text) for waiting in context.pending):
        return neighbours
    same_body = stood.version.text.body_digest == latest.text.body_digest
    if stood.told and (not same_body or normal(latest.text.title) == normal(new.text.title)):
        return neighbours
    return stood.version, stood.page


def _change(
    old: Version, new: Version, seen: Capture, context: Context, weighed: "Weighed", back: tuple[bool, bool]
) -> Change:
    """The change that a new version makes. ``back``: whether it is an earlier text, and whether that ends a wait."""
    compared = weighed.compared
    swept = sweeps.verdict(_swept(weighed.traits, context))
    status, reason, kinds = (*swept, ()) if swept else _status(compared, back, context)
    return Change(
        id=number("change", new.article, seen.entry),
        article=new.article,
        from_version=old.id,
        to_version=new.id,
        after_at=min(old.last_at, seen.at),  # a clock that was put back must not turn an interval around
        by_at=seen.at,
        comparison=compared,
        status=status,
        reason=reason,
        extra_kinds=kinds,
    )


def _flipped(
    fell: Sequence[Waiting], change: Change, latest: Version, new: Version, context: Context
) -> tuple[Settled, ...]:
    """What a new version shows to be flips: changes that still waited, and one that was told already."""
    why = "an earlier text came back before it was seen often enough"
    done = tuple(Settled(waiting.change.id, Status.FLIP, why) for waiting in fell)
    if change.status is not Status.FLIP:
        return done
    return (*done, *flips.hindsight(context.doubted, latest.text, new.text, len(done) + 1))


@dataclass(frozen=True, slots=True)
class Weighed:
    """What lies between two texts, and how much of it is the article's own."""

    compared: Comparison
    """All edits, and what they are told by."""
    traits: tuple[Trait, ...] = ()
    sweeps: tuple[Sweep, ...] = ()
    """What is known for swept by these."""


def _weighed(old: Text, new: Text, seen: Capture, context: Context, pages: tuple[Around, Around]) -> Weighed:
    compared, (before, after) = compare(old, new), pages
    if compared.noise:
        return Weighed(compared)
    aside = sweep.unproven(compared.edits, before, after)
    aside |= sweep.teasers(compared.edits, context.others_headlines - {old.title, new.title})
    traits = sweep.traits(compared.edits, aside, sweep.rebuilt(before, after), old, new)
    new_sweeps = sweep.recognised(traits, compared.edits, new, context, seen.at)
    swept = _places(traits, _also(context.swept, new_sweeps))
    return Weighed(_told(old, new, compared, aside | swept), traits, new_sweeps)


def _also(known: dict[str, Sweep], new: Iterable[Sweep]) -> dict[str, Sweep]:
    return {**known, **{one.trait: one for one in new}}


def _swept(traits: Iterable[Trait], context: Context) -> list[sweeps.Shown]:
    return [(trait.edit, context.swept.get(trait.name)) for trait in traits]


def _places(traits: Iterable[Trait], swept: dict[str, Sweep]) -> frozenset[int]:
    """Places of the edits that were swept."""
    return frozenset(trait.edit for trait in traits if trait.edit is not None and trait.name in swept)


def _told(old: Text, new: Text, compared: Comparison, aside: frozenset[int]) -> Comparison:
    """All edits, told by those that count: by what would lie between the texts without the ones aside."""
    if not aside:
        return compared
    rest = compare(*sweep.without(old, new, (compared.edits[place] for place in sorted(aside))))
    if rest.noise or all(edit.field in sweep.ATTENDING for edit in rest.edits):
        return replace(compared, noise="what came into or out of view is chrome, or came with another design: no edit")
    return replace(rest, edits=compared.edits)


def _status(compared: Comparison, back: tuple[bool, bool], context: Context) -> tuple[Status, str, tuple[Kind, ...]]:
    returned, fell = back
    if compared.noise:
        return Status.NOISE, compared.noise, ()
    last = context.last_change
    dates_only = compared.kinds and frozenset(compared.kinds) <= DATES_ONLY
    if dates_only and last is not None and frozenset(last.kinds) <= DATES_ONLY:
        return Status.NOISE, "only its date moves, look after look", ()
    if not returned:
        return Status.PENDING, "waits for a second look", ()
    if fell:
        return Status.FLIP, "an earlier text came back before the new one was seen often enough", ()
    if context.flips >= flips.FLIGHTY:
        return Status.FLIP, "a text of this restless article came back", ()
    return Status.PENDING, "an earlier text came back; waits for a second look", () if context.flips else (Kind.REVERT,)


# --- what becomes of earlier ones ---------------------------------------------------------------


def _confirmed(shown: Version, seen: Capture, context: Context) -> tuple[Settled, ...]:
    """A later look shows the text of a pending change again: it is news."""
    return tuple(
        _as_news(waiting, _why(waiting), context)
        for waiting in context.pending
        if flips.again(waiting, shown.text) and flips.proven(waiting, seen.at, _may_be_swept(waiting, seen))
    )


def _why(waiting: Waiting) -> str:
    looks = waiting.looks + 1
    return "a second look showed the new text again" if looks == 1 else f"{looks} further looks showed it again"


def _may_be_swept(waiting: Waiting, seen: Capture) -> bool:
    """Whether other articles may yet show that its page was only rebuilt."""
    is_rebuilt = any(trait.edit is None for trait in waiting.traits)
    return is_rebuilt and seen.at - waiting.change.by_at < REBUILT_WAIT


def _as_news(waiting: Waiting, why: str, context: Context) -> Settled:
    """A change that was confirmed: news, by those of its edits that did not turn out to be swept meanwhile."""
    change, traits = waiting.change, waiting.traits
    verdict = sweeps.verdict(_swept(traits, context))
    if verdict is not None:
        return Settled(change.id, *verdict)
    swept = _places(traits, context.swept)
    if not swept or waiting.texts is None:
        return Settled(change.id, Status.NEWS, why)
    own = {trait.edit for trait in traits}
    is_rebuilt, edits = None in own, change.comparison.edits
    view = {n for n, edit in enumerate(edits) if n not in own and (is_rebuilt or edit.field not in sweep.ATTENDING)}
    told = _told(*waiting.texts, change.comparison, swept | view)
    kinds = (*told.kinds, *(kind for kind in change.kinds if kind is Kind.REVERT))
    return Settled(change.id, Status.NEWS, why, replace(told, kinds=kinds))


def _overtaken(new: Version, old: Version, context: Context, done: Sequence[Settled]) -> tuple[Settled, ...]:
    """What a further new text says of changes that still waited for one look."""
    why = "what it changed still stands in the next text"
    settled = {one.change for one in done}
    return tuple(
        _as_news(waiting, why, context)
        for waiting in context.pending
        if waiting.change.id not in settled
        and waiting.shown == old.text.digest
        and _holds(waiting, new.text)
        and flips.needed(waiting) == 1
    )


def _holds(waiting: Waiting, text: Text) -> bool:
    """Whether some of its words stand in a later text of like extent, and none were taken back.

    Dates and counters move on by themselves: they neither confirm nor deny.
    """
    if waiting.extent is not text.extent:
        return False
    edits = [edit for edit in waiting.change.comparison.edits if edit.field not in DATES]
    return any(flips.stands(edit, text) for edit in edits) and not any(flips.is_undone(edit, text) for edit in edits)
