"""Which words of a text say what it is about, and how much does each say?

Pure. A language is never asked for: words are cut to their first letters (endings fall away in every language that
has them), Arabic ones begin behind their article, ideographs are taken in pairs and threes, and what is common in any
language of the outlets weighs little.
"""

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from storage.words import CJK

STEM = 5
"""Letters of a word that are kept. Truncation comes near to a stemmer made for the language, from English to Finnish
(McNamee and Mayfield 2004, "Character n-gram tokenization for European language text retrieval")."""
RARE = 5.0
"""Weight of what is not in the table of common words, which ends at one text in fifty (ln 50 is 3.9)."""
LEAST = 1.0
"""Weight below which a word is in every other text, and says nothing."""
SATURATION, BY_LENGTH, USUAL = 4.0, 0.75, 300.0
"""BM25's k1, b and usual length in mentions (Robertson and Zaragoza 2009): the tenth mention adds little to the ninth,
and in a long text one says less than in a short one. k1 is above the usual 1.2 to 2, since whole texts are compared
here, and no query."""
LEAD_CHARS, LEAD, TITLE = 500, 1.5, 3.0
"""What a mention counts in the first characters and in the title (elsewhere 1)."""
COMMON = Path(__file__).with_name("common_words.txt")
"""Lines of a weight, idf and residual idf in nats, and the words that have it: figures only, rounded to halves, each
word as in the language where it weighs least (written by ``python -m bench.rank --common``)."""

BEFORE = {"ال": 2, "وال": 2, "بال": 2, "كال": 2, "فال": 2, "لل": 2, "و": 3}
"""Arabic writes the article, what precedes it, and "and" onto the word: of five letters they would leave two. They go
where at least so many letters stay: the rules of light10 (Larkey, Ballesteros and Connell 2007, "Light stemming for
Arabic information retrieval"), and its spellings. Its endings are left out: they fall away by cutting, as in every
language (with them taken off as well, one figure of docs/seeds.md was better, .34 for .32, one worse, .57 for .61)."""

_ARABIC = re.compile("[\u0621-\u064a]+")
_ONE_SPELLING = str.maketrans("أإآىة", "ااايه")
_UNSAID = re.compile("[\u00ad\u200b\u0640\u064b-\u0652\u0670]")
_PIECE = re.compile(rf"[^\W_{CJK}]+|[{CJK}]+")
_ENDS = re.compile(r"[.!?:\n\"“”«»]\s*$")
_IDEOGRAPH = re.compile(f"[{CJK}]")


class Salient(NamedTuple):
    """One word of a text, or one run of ideographs."""

    shown: str
    """As it stands in the text, where it first stood."""
    weight: float
    is_name: bool


class _Mention(NamedTuple):
    key: str
    shown: str
    at: int
    is_name: bool


def plain(text: str) -> str:
    """One spelling for one word: NFC, no soft hyphens, no zero-width spaces, ё as е, Arabic without vowel signs and
    without the stroke that stretches a word."""
    return _UNSAID.sub("", unicodedata.normalize("NFC", text)).replace("ё", "е").replace("Ё", "Е")


def salient(body: str, title: str = "") -> dict[str, Salient]:
    """What a text speaks of, by key. The weight is rarity times saturated mentions.

    A name is what stands with a capital where none is due, more often than without; in scripts that have no
    capitals, what is rare.
    """
    counts: dict[str, float] = {}
    shown: dict[str, str] = {}
    named: dict[str, int] = {}
    for text, lead, rest in ((title, TITLE, TITLE), (body, LEAD, 1.0)):
        for key, word, at, is_name in _mentions(plain(text)):
            counts[key] = counts.get(key, 0.0) + (lead if at < LEAD_CHARS else rest)
            named[key] = named.get(key, 0) + is_name - word[0].islower()
            shown.setdefault(key, word)
    slow = SATURATION * (1 - BY_LENGTH + BY_LENGTH * math.fsum(counts.values()) / USUAL)
    often = {key: count * (slow + 1) / (count + slow) for key, count in counts.items()}
    words = {key: _weighed(key, shown[key], count, named[key] > 0) for key, count in often.items()}
    return {key: word for key, word in words.items() if common().get(key, RARE) >= LEAST}


def mentioned(text: str) -> list[str]:
    """The keys of all that a text mentions, as often as it does."""
    return [one.key for one in _mentions(plain(text))]


def length(weights: Mapping[str, Salient]) -> float:
    """The Euclidean length of what a text speaks of."""
    return math.sqrt(math.fsum(one.weight**2 for one in weights.values()))


def _weighed(key: str, shown: str, often: float, named: bool) -> Salient:
    rarity = common().get(key, RARE)
    is_name = named or (rarity == RARE and shown.isalpha() and shown.upper() == shown.lower())
    return Salient(shown, rarity * often, is_name)


def _mentions(text: str) -> Iterator[_Mention]:
    """All words of a text, and all pairs and threes of ideographs."""
    end = 0
    for found in _PIECE.finditer(text):
        word, at = found.group(), found.start()
        if is_ideographs(word):
            parts = ((word[i : i + size], at + i) for size in (2, 3) for i in range(len(word) - size + 1))
            yield from (_Mention(part, part, place, False) for part, place in parts)
        else:
            named = word[0].isupper() and at > 0 and not _ENDS.search(text, max(0, end - 1), at)
            yield _Mention(_stem(word), word, at, named)
        end = found.end()


def _stem(word: str) -> str:
    """The first letters of a word; of an Arabic one, in one spelling and without what is written onto it."""
    if _ARABIC.fullmatch(word):
        word = word.translate(_ONE_SPELLING)
        word = word.removeprefix(next((part for part, stay in BEFORE.items() if _begins(word, part, stay)), ""))
    return word.casefold()[:STEM]


def _begins(word: str, part: str, stay: int) -> bool:
    return word.startswith(part) and len(word) - len(part) >= stay


def is_ideographs(word: str) -> bool:
    """Whether it begins with an ideograph, kana or hangul."""
    return _IDEOGRAPH.match(word) is not None


@cache
def common() -> Mapping[str, float]:
    """Weights of common words by key."""
    lines = (line.split("\t") for line in COMMON.read_text("utf-8").splitlines() if line[:1] != "#")
    return {word: float(weight) for weight, words in lines for word in words.split(" ")}
