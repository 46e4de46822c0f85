"""Does a block say that the article was changed, and does the outlet say so?"""

import re

from crawler.wording import phrases as lex
from crawler.wording.calendar import DATE
from storage.records import Action, Disclosed, Edit, Kind, Text
from storage.words import count, is_cjk, normal, words

NOTE_WORDS = 120
"""A longer block is a story, no note."""
NOTES = frozenset({Kind.CORRECTION_NOTE, Kind.UPDATE_NOTE})
SAYS, SAYS_ZH = 3, 4
"""Words a note needs beside "this article was updated" and the time, to say what was changed."""


def note_kind(text: str) -> Kind | None:
    """Which note a block is by its form: correction_note, update_note, or None.

    Form means how it starts (``Correction:``, "An earlier version of this article", 更正：), never a phrase
    somewhere inside: an article about corrections holds those, too.
    """
    said = normal(text)
    if count(said) > NOTE_WORDS * (2 if is_cjk(said) else 1):
        return None
    if lex.NOTE_HEAD.match(said + " ") or lex.BRACKETED.match(said):
        return Kind.CORRECTION_NOTE
    if lex.BRACKETED_NEWS.match(said):
        return Kind.UPDATE_NOTE
    if (head := lex.EDITORIAL_HEAD.match(said)) and lex.CORRECTING.search(said, head.end()):
        return Kind.CORRECTION_NOTE
    if lex.SELF.match(said):
        return Kind.CORRECTION_NOTE if lex.FAULT.search(said) else Kind.UPDATE_NOTE
    update = lex.UPDATE_HEAD.match(said)
    if update and (_empty(_undated(update["rest"])) or set(update["when"]) & set(":：-(】")):
        return Kind.UPDATE_NOTE
    return None


def _empty(rest: str) -> bool:
    return all(w in lex.BARE or w.isdecimal() for w in words(rest))


def says_what(text: str) -> bool:
    """Whether a note tells what was changed: words are left beside the form, the time and bare phrases.

    Behind a head ("Correction:") a date may be what was corrected; it counts as one word, and fewer are enough.
    """
    said = normal(text)
    head = lex.NOTE_HEAD.match(said)
    rest = said[head.end() :] if head else said
    left = [w for w in words(_undated(rest)) if w not in lex.BARE and not w.isdecimal()]
    enough = SAYS_ZH if is_cjk(said) else SAYS
    return len(left) >= enough or (
        head is not None and bool(left) and len(left) + len(DATE.findall(rest)) >= enough - 1
    )


def _undated(said: str) -> str:
    return re.sub(
        r"\d+(?:[:./]\d+)*|\b(?:[ap]\.?m\.?|gmt|utc|e[sd]t|bst|cet|мск)\b", " ", DATE.sub(" ", said), flags=re.I
    )


def is_tag(text: str) -> bool:
    """Whether a block is only a mark that something was updated, and when ("Updated 14:30, 5 March")."""
    return note_kind(text) is Kind.UPDATE_NOTE and not says_what(text)


def disclosure(new: Text, edits: list[Edit]) -> tuple[Disclosed, str]:
    """Whether a new note says what was changed, or only a date or a tag moved; and the words that show it."""
    notes = [e for e in edits if NOTES & set(e.kinds) and e.new]
    for e in notes:
        came = [p.new for p in e.parts if not NOTES & set(p.kinds)]
        if says_what(e.new if e.action is Action.ADDITION or not came else " ".join(came)):
            return Disclosed.PROPER, e.new
    if notes:
        return Disclosed.TECHNICAL, notes[0].new
    moved = any(e.field == "modified_at" and e.new for e in edits)
    return (Disclosed.TECHNICAL, new.modified_at) if moved else (Disclosed.NONE, "")
