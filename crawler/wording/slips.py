"""Was a word only misspelt?"""

import re

from crawler.wording.lexicon import CONFUSABLES
from storage.words import is_cjk

_IZE = re.compile(r"(?<=[a-z]{3})iz(?=e|i|ation)")


def is_slip(a: str, b: str) -> bool:
    """Whether a word was only misspelt: letters doubled, lost or swapped inside it, or a vowel of a long word.

    First and last letters, hyphens, capitals and short words are never slips, nor are pairs of real words
    (`lexicon.CONFUSABLES`): "re-sign" and "resign", "order" and "border", "united" and "untied" say different things.
    """
    if plainest(a) == plainest(b) and not (len(a) <= 4 and a.isupper() != b.isupper()):
        return a.casefold() != b.casefold()
    if not (a.isalpha() and b.isalpha()) or is_cjk(a + b) or min(len(a), len(b)) < 5:
        return False
    low, high = a.casefold(), b.casefold()
    if low == high:
        return False
    if _IZE.sub("is", low) == _IZE.sub("is", high):
        return True
    if a[0] != b[0] or low[-1] != high[-1] or frozenset((low, high)) in CONFUSABLES:
        return False
    return _swapped(low, high) or _lost(low, high) or _lost(high, low) or _vowel(low, high)


_ALIKE = str.maketrans("aceopxyёABCEHKMOPTXËЁ", "асеорхуеАВСЕНКМОРТХЕЕ")


def plainest(text: str) -> str:
    """A text without capitals; beside Russian letters, Latin look-alikes are Russian, too, and ё is е."""
    return text.translate(_ALIKE).casefold() if _RUSSIAN.search(text) else text.casefold()


_RUSSIAN = re.compile("[а-яё]", re.I)


def _swapped(a: str, b: str) -> bool:
    if len(a) != len(b):
        return False
    at = [n for n in range(len(a)) if a[n] != b[n]]
    return len(at) == 2 and at[1] == at[0] + 1 and a[at[0]] == b[at[1]] and a[at[1]] == b[at[0]]


def _lost(a: str, b: str) -> bool:
    """Whether a lost one inner letter of b: a doubled one in any word, another in a long word."""
    if len(a) != len(b) - 1:
        return False
    at = next((n for n in range(len(a)) if a[n] != b[n]), len(a))
    doubled = at > 0 and b[at] == b[at - 1]
    return a[at:] == b[at + 1 :] and (doubled or len(b) >= 7)


def _vowel(a: str, b: str) -> bool:
    at = [n for n in range(len(a)) if a[n] != b[n]] if len(a) == len(b) else []
    return len(at) == 1 and len(a) >= 8 and {a[at[0]], b[at[0]]} <= set("aeiouаеиоуыэя")
