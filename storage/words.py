"""Words: one normal form for what looks alike, tokens in any script, shingles, and spaced CJK for search.

Pure, standard library only. English and Russian are cut into words; Chinese, Japanese and Korean
ideographs are one token each, since no space tells where their words end.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator

INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_QUOTES = "‘’‚‛′`´ʼ“”„‟″«»‹›「」『』〝〞"
_UNSEEN = dict.fromkeys(INVISIBLE, "")
_FOLD = _UNSEEN | dict.fromkeys(_QUOTES[:8], "'") | dict.fromkeys(_QUOTES[8:], '"')
_FOLD |= dict.fromkeys("‐‑‒–—―−", "-") | {"…": "..."}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ufffe\uffff]")
_MARK = "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u20d0-\u20f0\ufe20-\ufe2f]"
_COMBINED = re.compile(f"({_MARK}{{30}}){_MARK}+")
"""More marks on one letter than any writing sets (UAX 15 names 30 as the most): composing them takes their square."""
_LONE = re.compile("[\ud800-\udfff]")
"""Half an emoji, as broken JSON escapes leave it: no UTF-8 can hold it."""

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af\U00020000-\U0002fa1f"
_CJK_CHAR = re.compile(f"[{CJK}]")
_CJK_EDGE = re.compile(f"(?<=[{CJK}])(?=\\w)|(?<=\\w)(?=[{CJK}])")
_TOKEN = re.compile(
    rf"[{CJK}]"
    r"|\d+(?:[.,:/]\d+)*%?"
    rf"|[^\W\d_{CJK}]+(?:['’‑-][^\W\d_{CJK}]+)*\d*"
    r"|\S",
)


def tidy(text: str) -> str:
    """Text as kept: NFC, invisible and control characters gone, any run of white space one space. Typography stays."""
    said = text if text.isascii() else _composed(text)
    said = " ".join(said.split())
    return said if said.isprintable() or not _CONTROL.search(said) else tidy(_CONTROL.sub("", said))


def normal(text: str) -> str:
    """What must be equal for two texts to be the same: `tidy`, with quotes, dashes and dots of one shape.

    Quotes, non-breaking spaces, soft hyphens and NFC/NFD are no edit. Letters, digits and case are kept:
    "Poland" and "poland" differ, and so do "re-sign" and "resign".
    """
    folded = text.replace("`", "'") if text.isascii() else _exchanged(_composed(text), _FOLD)
    return " ".join(folded.split())


def _composed(text: str) -> str:
    bare = _COMBINED.sub(r"\1", _LONE.sub("\ufffd", _exchanged(text, _UNSEEN)))
    return unicodedata.normalize("NFC", bare)


def _exchanged(text: str, marks: dict[str, str]) -> str:
    """A text with marks exchanged. Few of them stand in any one text: asking for each beats `str.translate` tenfold."""
    for mark, shape in marks.items():
        if mark in text:
            text = text.replace(mark, shape)
    return text


def tokens(text: str) -> list[str]:
    """Words, numbers (``1.5``, ``10:30``, ``5%``), single ideographs and single marks, in order."""
    return _TOKEN.findall(text)


def words(text: str) -> list[str]:
    """Tokens that hold a letter or a digit, case folded: what counts when words are counted or matched."""
    return [t for t in tokens(normal(text).casefold()) if t[0].isalnum()]


def count(text: str) -> int:
    """How many words (ideographs count one each)."""
    return len(words(text))


def shingles(text: str, size: int = 4) -> frozenset[int]:
    """Hashes of all runs of ``size`` words (64-bit, the same in every process); shorter texts are one run."""
    run = words(text)
    cuts: Iterator[list[str]] = (run[i : i + size] for i in range(max(1, len(run) - size + 1)))
    return frozenset(_hash(" ".join(cut)) for cut in cuts if cut)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def spaced(text: str) -> str:
    """Text for the search index: ideographs set apart by spaces, so that 俄罗斯 is found in a sentence."""
    return _CJK_EDGE.sub(" ", normal(text))


def is_cjk(text: str) -> bool:
    """Whether it holds any ideograph, kana or hangul."""
    return bool(_CJK_CHAR.search(text))
