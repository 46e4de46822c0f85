"""Is it news, still pending, noise, or a flip?

A text that differs from the last one of its extent becomes a new version. Whether the difference is told is decided by
what comes next (laws 4 and 5):

    pending --the same text at a later look-------------------> news
    pending --an earlier text of the article comes back-------> flip (and so is the way back)
    pending --another new text that still holds its words-----> news
    pending --another new text that dropped its words---------> stays pending: nobody saw it twice
    a text that was news gives way to an earlier one----------> pending, of kind revert
"""

from dataclasses import dataclass
from datetime import datetime

from crawler.compare import compare
from storage.findings import Context, Settled
from storage.records import Action, Capture, Change, Comparison, Edit, Kind, Status, Text, Version
from storage.rows import number
from storage.words import normal

FLIGHTY = 2
"""From so many flips among its last ten changes on, an article's return to an earlier text is a flip at once."""

DATES_ONLY = frozenset({Kind.DATE})


@dataclass(frozen=True)
class Told:
    """What a capture's text means for the article's history."""

    shown: Version | None = None
    """The version that the capture shows, new or known."""
    new: bool = False
    change: Change | None = None
    settled: Settled | None = None

    @property
    def flips(self) -> int:
        """How many changes turned out to be flips just now."""
        settled = self.settled is not None and self.settled.status is Status.FLIP
        return int(settled) + int(self.change is not None and self.change.status is Status.FLIP)

    @property
    def waits(self) -> bool:
        """Whether the new change waits for a second look."""
        return self.change is not None and self.change.status is Status.PENDING

    @property
    def news_at(self) -> datetime | None:
        """When the text moved, if this capture confirmed that it did."""
        return self.change.by_at if self.change is not None else None


NOTHING = Told()


def tell(article: int, seen: Capture, text: Text | None, context: Context) -> Told:
    """What a good capture with this text (None: the current version, unchanged) adds to the history."""
    shown = context.current if text is None else context.latest.get(text.extent)
    if text is None or (shown is not None and shown.text.digest == text.digest):
        return Told(shown=shown, settled=_confirmed(shown, seen, context))
    version = _version(article, seen, text, context)
    if shown is None:
        return Told(shown=version, new=True)
    change, settled = _change(shown, version, seen, context)
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


def _pending(context: Context) -> Change | None:
    change = context.last_change
    return change if change is not None and change.status is Status.PENDING else None


def _confirmed(shown: Version | None, seen: Capture, context: Context) -> Settled | None:
    """A later look shows the text of a pending change again: it is news."""
    pending = _pending(context)
    if pending is None or shown is None or pending.to_version != shown.id or seen.at <= pending.by_at:
        return None
    return Settled(pending.id, Status.NEWS, "a second look showed the new text again")


def _change(old: Version, new: Version, seen: Capture, context: Context) -> tuple[Change, Settled | None]:
    compared = compare(old.text, new.text)
    status, reason, kinds = _status(compared, new, context)
    change = Change(
        id=number("change", new.article, seen.entry),
        article=new.article,
        from_version=old.id,
        to_version=new.id,
        after_at=old.last_at,
        by_at=seen.at,
        comparison=compared,
        status=status,
        reason=reason,
        extra_kinds=kinds,
    )
    return change, _overtaken(new, status, context)


def _status(compared: Comparison, new: Version, context: Context) -> tuple[Status, str, tuple[Kind, ...]]:
    if compared.noise:
        return Status.NOISE, compared.noise, ()
    last = context.last_change
    if (
        compared.kinds
        and frozenset(compared.kinds) <= DATES_ONLY
        and last is not None
        and frozenset(last.kinds) <= DATES_ONLY
    ):
        return Status.NOISE, "only its date moves, look after look", ()
    if new.text.digest not in context.seen:
        return Status.PENDING, "waits for a second look", ()
    if _pending(context) is not None:
        return Status.FLIP, "an earlier text came back before the new one was seen twice", ()
    if context.flips >= FLIGHTY:
        return Status.FLIP, "a text of this restless article came back", ()
    return Status.PENDING, "an earlier text came back; waits for a second look", (Kind.REVERT,)


def _overtaken(new: Version, status: Status, context: Context) -> Settled | None:
    """What a further new text says of a change that still waited."""
    pending = _pending(context)
    if pending is None:
        return None
    if status is Status.FLIP:
        return Settled(pending.id, Status.FLIP, "an earlier text came back before it was seen twice")
    if pending.comparison.edits and all(_stands(edit, new.text) for edit in pending.comparison.edits):
        return Settled(pending.id, Status.NEWS, "the next text still holds what it changed")
    return None


def _stands(edit: Edit, text: Text) -> bool:
    """Whether what an edit did still holds in a later text."""
    fields = {
        "paragraph": text.paragraphs,
        "caption": text.captions,
        "link": tuple(f"{k.url} {k.text}" for k in text.links),
    }
    said = fields.get(edit.field) or (str(getattr(text, edit.field, "")),)
    held = {normal(unit) for unit in said}
    if edit.action is Action.DELETION:
        return normal(edit.old) not in held
    return all(normal(part) in held for part in edit.new.split("\n\n"))  # a split paragraph is one edit
