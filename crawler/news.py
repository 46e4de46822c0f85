"""Is it news, still pending, noise, or a flip?

A text that differs from the last one of its extent becomes a new version. Whether the difference is told is decided by
what comes next (laws 4 and 5):

    pending --a later look shows its text again---------------> news
    pending --the text before it comes back-------------------> flip (and so is the way back)
    pending --another new text in which its words stand-------> news
    pending --another new text without them-------------------> stays pending: nobody saw it twice
    a text that was news gives way to an earlier one----------> pending, of kind revert
    flip    --and then its text stands, look after look-------> news: whatever flickered, it did change
"""

from dataclasses import dataclass, replace

from crawler.compare import compare
from storage.findings import Around, Context, Settled, Waiting
from storage.records import Action, Capture, Change, Comparison, Edit, Kind, Status, Text, Version
from storage.rows import number
from storage.words import normal

FLIGHTY = 4
"""From so many flips (two round trips) among its last ten changes on, a return to an earlier text is a flip at once."""
HEADLINE_LOOKS = 2
"""Further looks that must show a headline that changed alone: A/B tests show headlines by chance."""
REVERT_LOOKS = 3
"""Further looks that must show an earlier text that came back: tests go to and fro, newsrooms hardly ever do."""
STEADY = 4
"""Further looks that must show a text again before it counts as news after flipping."""
DATES = frozenset({"published_at", "modified_at"})
DATES_ONLY = frozenset({Kind.DATE})


@dataclass(frozen=True)
class Told:
    """What a capture's text means for the article's history."""

    shown: Version | None = None
    """The version that the capture shows, new or known."""
    new: bool = False
    change: Change | None = None
    settled: tuple[Settled, ...] = ()

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
            waiting.shown == shown.text.digest and waiting.change.id not in done for waiting in context.pending
        )


NOTHING, NO_PAGE = Told(), Around()


def tell(article: int, seen: Capture, text: Text | None, context: Context, around: Around = NO_PAGE) -> Told:
    """What a good capture with this text (None: the current version, unchanged) adds to the history.

    ``around``: what is around it on its page.
    """
    shown = context.current if text is None else context.latest.get(text.extent)
    if shown is not None and (text is None or shown.text.digest == text.digest):
        return Told(shown=shown, settled=(*_confirmed(shown, seen, context), *_calm(shown, context)))
    if text is None:
        return NOTHING
    version = _version(article, seen, text, context)
    if shown is None:
        return Told(shown=version, new=True)
    change, flipped = _change(shown, version, seen, context, around)
    settled = (*flipped, *_confirmed(version, seen, context), *_overtaken(version, shown, context))
    return Told(shown=version, new=True, change=change, settled=settled)


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


def _change(
    old: Version, new: Version, seen: Capture, context: Context, around: Around
) -> tuple[Change, tuple[Settled, ...]]:
    """The change that a new version makes, and those that its coming shows to be flips."""
    compared = _told(old.text, new.text, context.pages.get(new.text.extent, NO_PAGE), around)
    fell = [waiting for waiting in context.pending if waiting.shown == old.text.digest]
    status, reason, kinds = _status(compared, new, bool(fell), context)
    change = Change(
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
    why = "an earlier text came back before it was seen twice"
    flipped = [Settled(waiting.change.id, Status.FLIP, why) for waiting in fell] if status is Status.FLIP else []
    return change, tuple(flipped)


def _told(old: Text, new: Text, before: Around, after: Around) -> Comparison:
    """What lies between two texts; of pages of two designs, without what stands on both: in the text, and beside it.

    Such words neither came nor went: the page was rebuilt. A paragraph counts as standing there as a whole, and only
    where it stood in one of these places before and in the other after: what stands beside the text all along (a
    teaser, a quotation set apart) proves nothing.
    """
    compared = compare(old, new)
    if compared.noise or before.frame == after.frame:
        return compared
    beside, apart = ({normal(line) for line in page.beside} for page in (before, after))
    came = [p for p in new.paragraphs if normal(p) in beside - apart and p not in old.paragraphs]
    went = [p for p in old.paragraphs if normal(p) in apart - beside and p not in new.paragraphs]
    if not (came or went):
        return compared
    rest = compare(_without(old, went), _without(new, came))
    if rest.noise or not any(edit.field not in ATTENDING for edit in rest.edits):
        return replace(compared, noise="its words stand on both pages; only what passed for the article differs")
    return replace(rest, edits=compared.edits)


def _without(text: Text, paragraphs: list[str]) -> Text:
    return replace(text, paragraphs=tuple(p for p in text.paragraphs if p not in paragraphs))


ATTENDING = frozenset({*DATES, "link", "caption"})
"""Fields that come and go with a part of the page; they say nothing by themselves."""


def _status(compared: Comparison, new: Version, fell: bool, context: Context) -> tuple[Status, str, tuple[Kind, ...]]:
    if compared.noise:
        return Status.NOISE, compared.noise, ()
    last = context.last_change
    dates_only = compared.kinds and frozenset(compared.kinds) <= DATES_ONLY
    if dates_only and last is not None and frozenset(last.kinds) <= DATES_ONLY:
        return Status.NOISE, "only its date moves, look after look", ()
    if new.text.digest not in context.seen:
        return Status.PENDING, "waits for a second look", ()
    if fell:
        return Status.FLIP, "an earlier text came back before the new one was seen twice", ()
    if context.flips >= FLIGHTY:
        return Status.FLIP, "a text of this restless article came back", ()
    return Status.PENDING, "an earlier text came back; waits for a second look", () if context.flips else (Kind.REVERT,)


# --- what becomes of earlier ones ---------------------------------------------------------------


def _confirmed(shown: Version, seen: Capture, context: Context) -> tuple[Settled, ...]:
    """A later look shows the text of a pending change again: it is news."""
    why = "a second look showed the new text again"
    return tuple(
        Settled(waiting.change.id, Status.NEWS, why)
        for waiting in context.pending
        if waiting.shown == shown.text.digest
        and seen.at > waiting.change.by_at
        and waiting.looks + 1 >= _needed(waiting.change)
    )


def _needed(change: Change) -> int:
    """How many further looks must show a change before it is news."""
    if Kind.REVERT in change.kinds:
        return REVERT_LOOKS
    fields = {edit.field for edit in change.comparison.edits} - DATES
    return HEADLINE_LOOKS if fields == {"title"} else 1


def _calm(shown: Version, context: Context) -> tuple[Settled, ...]:
    """After flipping, a text that is not the one that was news stands look after look: then it did change."""
    flapping = context.flapping
    if flapping is None or flapping.version != shown.id or flapping.looks + 1 < STEADY:
        return ()
    if flapping.base in ("", flapping.shown) or flapping.before != flapping.base:
        return ()
    return (Settled(flapping.change, Status.NEWS, f"after flipping it stood for {flapping.looks + 1} further looks"),)


def _overtaken(new: Version, old: Version, context: Context) -> tuple[Settled, ...]:
    """What a further new text says of changes that still waited."""
    why = "what it changed still stands in the next text"
    return tuple(
        Settled(waiting.change.id, Status.NEWS, why)
        for waiting in context.pending
        if waiting.shown == old.text.digest and new.text.digest not in context.seen and _holds(waiting, new.text)
    )


def _holds(waiting: Waiting, text: Text) -> bool:
    """Whether some of its words stand in a later text of like extent, and none were taken back.

    Dates and counters move on by themselves: they neither confirm nor deny.
    """
    if waiting.extent is not text.extent:
        return False
    edits = [edit for edit in waiting.change.comparison.edits if edit.field not in DATES]
    return any(_stands(edit, text) for edit in edits) and not any(_is_undone(edit, text) for edit in edits)


def _stands(edit: Edit, text: Text) -> bool:
    """Whether what an edit did still holds in a later text."""
    held = _held(edit, text)
    if edit.action is Action.DELETION:
        return normal(edit.old) not in held
    return all(normal(part) in held for part in edit.new.split("\n\n"))  # a split paragraph is one edit


def _is_undone(edit: Edit, text: Text) -> bool:
    """Whether the words it took out are back, or those it put in are gone for good."""
    held = _held(edit, text)
    if edit.action is Action.ADDITION:
        return normal(edit.new) not in held
    return bool(edit.old) and normal(edit.old) in held and (edit.action is Action.DELETION or not _stands(edit, text))


def _held(edit: Edit, text: Text) -> set[str]:
    links = tuple(f"{link.url} {link.text}" for link in text.links)
    fields = {"paragraph": text.paragraphs, "caption": text.captions, "link": links}
    said = fields.get(edit.field) or (str(getattr(text, edit.field, "")),)
    return {normal(unit) for unit in said}
