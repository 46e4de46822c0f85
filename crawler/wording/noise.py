"""Does an edit hold nothing that anybody needs to hear of: a counter, an encoding, a tracker's mark?

What a figure in a sentence says is never noise; nor is a number, a name or a negation.
"""

import re
from dataclasses import replace
from html import unescape

from crawler.wording import phrases as lex
from crawler.wording.align import pieces
from storage.records import Action, Edit, Kind
from storage.words import is_cjk, normal, tokens

COUNTER_WORDS = 8
_CELLS = re.compile(r"\s+[|·•/]\s+|\s{3,}|\s-\s")
"""What stands between the cells of a line about the article."""
_TRACKERS = re.compile(
    r"(?:utm_\w+|fbclid|gclid|yclid|msclkid|mc_[ce]id|igshid|ocid|cmpid|at_(?:medium|campaign))=[^&#]*&?"
)
_GARBLED = re.compile(
    "[\u00c2-\u00f4\u0420\u0421\u0432\u0413\u0490][\u0080-\u00bf\u0400-\u04ff\u2010-\u2122\u0152-\u02dc]"
)
"""What UTF-8 looks like when it is read as Windows-1252 or as Windows-1251."""
_WEST, _EAST = re.compile("([\u00c2\u00c3]) "), re.compile("(\u0420) ")
"""Where a no-break space was the second half of a letter: "à " and "Р" lose it."""


def is_counter(text: str) -> bool:
    """Whether a block is nothing but counter words and a figure ("1,024 views", "12 minutes ago", 阅读 3188)."""
    said = normal(text).casefold().strip(" .·|•-")
    if lex.ZH_COUNTER.match(said) or lex.AGO.match(said):
        return True
    parts = [t for t in tokens(said) if any(c.isalnum() for c in t)]
    if is_cjk(said) or not 1 < len(parts) <= COUNTER_WORDS:
        return False
    figures = [t for t in parts if re.fullmatch(r"\d+(?:[.,]\d+)*[km]?", t)]
    rest = [t for t in parts if t not in figures]
    return bool(figures) and all(t in lex.COUNTERS for t in rest) and any(t in lex.COUNTED for t in rest)


def only_counters(edit: Edit) -> bool:
    """Whether what came, went or differs is a counter, as a whole or in a line of them ("Ann Orl | 12 minutes ago")."""
    if all(is_counter(side) for side in (edit.old, edit.new) if side):
        return True
    was, now = ([cell.strip() for cell in _CELLS.split(normal(side))] for side in (edit.old, edit.new))
    if len(was) != len(now) or len(was) == 1:
        return False
    return all(a == b or (is_counter(a) and is_counter(b)) for a, b in zip(was, now, strict=True))


def is_same_link(one: str, other: str) -> bool:
    """Whether two addresses differ at most by what a tracker added to them."""
    return _TRACKERS.sub("", one).rstrip("?&") == _TRACKERS.sub("", other).rstrip("?&")


def repaired(text: str) -> str:
    """The text with its encoding put right: UTF-8 read as Windows-1252 or 1251, entities left unread."""
    said = unescape(text) if "&" in text and ";" in text else text
    if not _GARBLED.search(said):
        return said
    tries = (
        (said, "cp1252"),
        (_WEST.sub("\\1\u00a0 ", said), "cp1252"),
        (said, "cp1251"),
        (_EAST.sub("\\1\u00a0", said), "cp1251"),
    )
    return next(filter(None, (_reread(told, codec) for told, codec in tries)), said)


def _reread(text: str, codec: str) -> str:
    try:
        return b"".join(_byte(c, codec) for c in text).decode()
    except UnicodeError:
        return ""


def _byte(char: str, codec: str) -> bytes:
    """One byte of a character; the few that a code page leaves empty are read as Latin-1, as browsers do."""
    return char.encode("latin-1") if "\x80" <= char <= "\x9f" else char.encode(codec)


# --- why an edit, or a whole change, is noise ---------------------------------------------------


def why(edits: list[Edit]) -> str:
    """Why nobody needs to hear of these edits, or ""."""
    found = [_reason(edit) for edit in edits]
    return f"only {' and '.join(sorted(set(found)))}" if all(found) else ""


def _reason(edit: Edit) -> str:
    if edit.action is Action.MOVED or Kind.REFACTOR not in edit.kinds or edit.weight:
        return ""
    if edit.field != "link":
        words_only = edit
    else:
        was, now = (side.partition(" ")[2] for side in (edit.old, edit.new))
        if normal(was) == normal(now):
            return "a tracker's mark in a link moved"
        words_only = replace(edit, old=was, new=now)
    if only_counters(words_only):
        return "a counter moved"
    if not edit.old or not edit.new:
        return ""
    if normal(repaired(edit.old)) == normal(repaired(edit.new)):
        return "an encoding differs"
    return "spacing differs" if pieces(edit.old)[0] == pieces(edit.new)[0] else ""
