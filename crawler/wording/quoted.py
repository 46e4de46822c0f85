"""Which sentences does a text quote? Known again in other texts, whichever way names are spelled.

A statement is put out in English, Russian and Chinese by several offices, and outlets spell its names in their own way
(Kiev and Kyiv, Sergei and Sergey, 泽连斯基 and 澤連斯基). So names are left out of what is compared: words with a
capital, and what a light rule takes for a Chinese name. A sentence that is quoted in another language is another one.
"""

import re
from collections.abc import Iterable

from crawler.wording.facts import zh_named
from crawler.wording.runs import RUN, digest
from storage.words import is_cjk, normal, tokens

_SPAN = re.compile('"([^"]{20,2000})"')
_SENTENCE = re.compile(r"[^.!?。！？；;]+")


def quotes(paragraphs: Iterable[str]) -> dict[int, str]:
    """The quoted sentences that are long enough to be no coincidence, by their number; in the order of the text."""
    found: dict[int, str] = {}
    for paragraph in paragraphs:
        for span in _SPAN.finditer(normal(paragraph)):
            for sentence in _SENTENCE.findall(span[1]):
                if key := _key(sentence):
                    found.setdefault(digest("quote/1 " + key), sentence.strip(" ,，"))
    return found


def _key(sentence: str) -> str:
    """A sentence without its names; "" where too little is left to tell it by."""
    if is_cjk(sentence):
        for name in sorted(zh_named(sentence), key=lambda name: (-len(name), name)):
            sentence = sentence.replace(name, " ")
    kept = [token for token in tokens(sentence) if token[0].isalnum() and not token[0].isupper()]
    units = sum(1 if is_cjk(token) else 2 for token in kept)
    return " ".join(kept) if units >= RUN else ""
