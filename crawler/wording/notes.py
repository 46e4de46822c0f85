"""Does a block say that the article was changed, or is it only a counter?"""

import re

from crawler.wording import lexicon as lex
from storage.records import Kind
from storage.words import count, is_cjk, normal, tokens, words

NOTE_WORDS = 120
"""A longer block is a story, no note."""
SAYS = 3
"""Words a note needs beside "this article was updated" and the time, to say what was changed."""
COUNTER_WORDS = 8


def note_kind(text: str) -> Kind | None:
    """Which note a block is by its form: correction_note, update_note, or None.

    Form means how it starts (``Correction:``, "An earlier version of this article", 更正：), never a phrase
    somewhere inside: an article about corrections holds those, too.
    """
    said = normal(text)
    if count(said) > NOTE_WORDS * (2 if is_cjk(said) else 1):
        return None
    if lex.NOTE_HEAD.match(said):
        return Kind.CORRECTION_NOTE
    if (head := lex.EDITORIAL_HEAD.match(said)) and lex.CORRECTING.search(said, head.end()):
        return Kind.CORRECTION_NOTE
    if lex.SELF.match(said):
        return Kind.CORRECTION_NOTE if lex.FAULT.search(said) else Kind.UPDATE_NOTE
    update = lex.UPDATE_HEAD.match(said)
    return Kind.UPDATE_NOTE if update and (_empty(update["rest"]) or set(update["when"]) & set(":：-(")) else None


def _empty(rest: str) -> bool:
    return not any(c.isalnum() for c in rest)


def says_what(text: str) -> bool:
    """Whether a note tells what was changed: words are left beside the form, the time and bare phrases."""
    said = _undated(normal(text))
    left = [w for w in words(said) if w not in lex.BARE and not w.isdecimal()]
    return len(left) >= (SAYS * 2 if is_cjk(said) else SAYS)


def _undated(said: str) -> str:
    bare = lex.NOTE_HEAD.sub("", said, count=1)
    return re.sub(r"\d+(?:[:./]\d+)*", " ", lex.DATE.sub(" ", bare))


def is_tag(text: str) -> bool:
    """Whether a block is only a mark that something was updated, and when ("Updated 14:30, 5 March")."""
    return note_kind(text) is Kind.UPDATE_NOTE and not says_what(text)


def is_counter(text: str) -> bool:
    """Whether a block is nothing but counter words and a figure ("1,024 views", "12 minutes ago", 阅读 3188)."""
    said = normal(text).casefold()
    if lex.ZH_COUNTER.match(said):
        return True
    parts = [t for t in tokens(said) if any(c.isalnum() for c in t)]
    if is_cjk(said) or not 1 < len(parts) <= COUNTER_WORDS:
        return False
    figures = [t for t in parts if re.fullmatch(r"\d+(?:[.,]\d+)*[km]?", t)]
    rest = [t for t in parts if t not in figures]
    return bool(figures) and all(t in lex.COUNTERS for t in rest) and any(t in lex.COUNTED for t in rest)
