"""Which pattern do an outlet's addresses follow, and which address of that pattern cannot exist?

Hosts answer unknown addresses in many ways; what one host answers differs by pattern, since patterns are routed. So a
probe asks for an address of the suspect's own `shape` that names nothing (`impossible`). Pure, without randomness.
"""

import re
from collections.abc import Callable, Collection, Iterator
from datetime import date
from hashlib import shake_256
from urllib.parse import SplitResult, quote, unquote, unquote_plus, urlsplit, urlunsplit

from crawler.addresses import IDENTIFYING, asked

_DATE = re.compile(r"\d{1,2}|(?:19|20)\d\d(?:[-_]?\d{1,2}){0,2}")
_ENDING = re.compile(r"(?<=[^\W_])\.[^\W\d_][^\W_]{0,5}\Z")
_INDEX = re.compile(r"(?:index|default)(?:\.\w+)?", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_SLUG_WORDS = 3
"""Words from which on a piece of a path is a headline's, not a section's (``middle-east``)."""
_ID_SIZE = 4
"""Characters from which on a word with digits is an id, and digits from which on a number in front of a slug is."""
_NUMBER_SIZE = 9
_CONSONANTS = "bcdfghjklmnpqrstvwxz"
"""They make no word, and no beginning of one: some CMSs complete slugs."""


def shape(url: str, identity_params: Collection[str] = ()) -> str:
    """The pattern of an address's path and query: ``/DATE/news/SLUG-NUMBER``. What names no article stays as it is.

    Raises ValueError for what is no web address.
    """
    parts = _made(url, identity_params, _pattern)
    path = "/".join("DATE" if _DATE.fullmatch(piece) else unquote(piece) for piece in parts.path.split("/"))
    return path + (f"?{parts.query}" if parts.query else "")


def impossible(url: str, day: date, identity_params: Collection[str] = ()) -> str:
    """An address of the same host and shape that names no article; ``""`` where nothing in the address names one.

    Letters and digits of what names the article are exchanged, by host, shape and day alone. Numbers get at least 9
    digits and begin with 9: no CMS has come so far, and 32 bits hold them. Raises ValueError as `shape` does.
    """
    given = urlsplit(asked(url, identity_params))
    seed = f"{given.hostname} {shape(url, identity_params)} {day.isoformat()}"
    dice = iter(shake_256(seed.encode()).digest((_NUMBER_SIZE + 1) * len(url) + 64))
    made = _made(url, identity_params, lambda piece: _exchanged(piece, dice))
    return "" if made == given else urlunsplit(made)


def _made(url: str, keep: Collection[str], make: Callable[[str], str]) -> SplitResult:
    """The address with ``make`` done to each piece of path and query that names the article."""
    parts = urlsplit(asked(url, keep))
    pieces, pairs = parts.path.split("/"), [pair for pair in parts.query.split("&") if pair]
    chosen = [n for n, piece in enumerate(pieces) if _names(unquote(piece))]
    if not chosen and not any(map(_is_id, pairs)):
        chosen = [n for n, piece in enumerate(pieces) if _WORD.search(_cut(unquote(piece))[0])][-1:]
        chosen = [n for n in chosen if not _INDEX.fullmatch(pieces[n])]
    for n in chosen:
        pieces[n] = quote(make(unquote(pieces[n])), safe="")
    return parts._replace(path="/".join(pieces), query="&".join(_paired(pair, make) for pair in pairs))


def _paired(pair: str, make: Callable[[str], str]) -> str:
    name, _, value = pair.partition("=")
    return f"{name}={quote(make(unquote_plus(value)), safe='')}" if _is_id(pair) else pair


def _is_id(pair: str) -> bool:
    """Whether a query pair may name the article."""
    name, _, value = pair.partition("=")
    said = unquote_plus(value)
    return bool(_WORD.search(said)) and (_has_digit(said) or unquote_plus(name).lower() in IDENTIFYING)


def _names(piece: str) -> bool:
    """Whether a piece of a path names an article by its form: a slug, a number, an id; not a date, not a section."""
    stem = _cut(piece)[0]
    words = _WORD.findall(stem)
    if not words or _DATE.fullmatch(stem):
        return False
    return len(words) >= _SLUG_WORDS or any(_has_digit(word) and len(word) >= _ID_SIZE for word in words)


def _cut(piece: str) -> tuple[str, str]:
    """A piece without its ending, and that ending (``.html``)."""
    found = _ENDING.search(piece)
    return (piece[: found.start()], found[0]) if found else (piece, "")


def _has_digit(text: str) -> bool:
    return any(char.isdecimal() for char in text)


def _is_number(words: list[str], n: int) -> bool:
    """Whether the n-th word of a piece is a number of its own: the only word, the last, or a long one in front."""
    alone = len(words) == 1 or n == len(words) - 1
    return words[n].isdecimal() and (alone or (n == 0 and len(words[n]) >= _ID_SIZE))


def _pattern(piece: str) -> str:
    """``SLUG``, ``NUMBER``, ``ID`` (letters and digits in one word), ``SLUG-NUMBER``, with the ending as it is."""
    stem, ending = _cut(piece)
    words = _WORD.findall(stem)
    kinds = ["NUMBER" if _is_number(words, n) else "SLUG" for n in range(len(words))]
    if len(words) == 1 and kinds == ["SLUG"] and _has_digit(words[0]):
        kinds = ["ID"]
    return "-".join(kind for n, kind in enumerate(kinds) if kind != "SLUG" or kinds[n - 1 : n] != ["SLUG"]) + ending


def _exchanged(piece: str, dice: Iterator[int]) -> str:
    """A piece of the same pattern, with other letters and digits."""
    stem, ending = _cut(piece)
    words, count = _WORD.findall(stem), iter(range(len(stem)))

    def word(found: re.Match[str]) -> str:
        if _is_number(words, next(count)):
            return "9" + "".join(str(next(dice) % 10) for _ in range(max(len(found[0]), _NUMBER_SIZE) - 1))
        letters = "abcdef" if _is_hex(found[0]) else _CONSONANTS
        size = len(letters)
        made = (str(next(dice) % 10) if char.isdecimal() else letters[next(dice) % size] for char in found[0])
        return "".join(new.upper() if old.isupper() else new for old, new in zip(found[0], made, strict=True))

    return _WORD.sub(word, stem) + ending


def _is_hex(word: str) -> bool:
    return len(word) >= 8 and _has_digit(word) and re.fullmatch("[0-9a-fA-F]+", word) is not None
