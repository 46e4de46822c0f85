"""What does a span of text state: which numbers, dates, names, attributions, negations and hedges?"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from crawler.wording import lexicon as lex
from storage.words import is_cjk, normal, tokens, words

_NUMBER = re.compile(
    rf"(?P<sign>(?<![\w)])-)?(?P<before>[{lex.CURRENCIES}])?\s?"
    r"(?P<digits>\d{1,3}(?:[ ,]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*)\s?"
    r"(?P<scale>(?:million|mln|mn|billion|bln|bn|trillion|thousand|hundred|тыс|тысяч\w?|млн|миллион\w*|млрд|миллиард\w*|"
    r"трлн|триллион\w*)\b|[百千万亿]+)?\.?\s?"
    rf"(?P<unit>per cent|{'|'.join(lex.ZH_UNITS)}|[^\W\d_]+\b)?",
    re.I,
)
_ZH_NUMBER = re.compile(
    rf"(?<![周星期])[〇零一二三四五六七八九十百千两万亿]+(?=[余多]?[{lex.MEASURES}%])"
    r"|百分之[〇零一二三四五六七八九十百\d.]+"
)
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def undated(text: str) -> str:
    """The text without its dates, so that they are not read as numbers."""
    return lex.DATE.sub(" ; ", text)


def dates(text: str) -> Counter[str]:
    """Dates, months, days of the week and times of day in a text in normal form, each as it stands."""
    return Counter(found.group().casefold() for found in lex.DATE.finditer(text))


def numbers(text: str) -> Counter[str]:
    """Quantities with their units: "1,000", "1000" and "a thousand" are equal, "1.5 million" and "15 million" not."""
    found: Counter[str] = Counter()
    for hit in _NUMBER.finditer(text):
        unit = (hit["before"] or "") + _unit((hit["unit"] or "").casefold())
        found[f"{hit['sign'] or ''}{_value(hit['digits'], hit['scale'] or '')}{unit}"] += 1
    for hit in _ZH_NUMBER.finditer(text):
        found[_plain_number(_zh_value(hit.group()))] += 1
    return found + _spelled(text)


def _unit(word: str) -> str:
    if word in ("percent", "per cent", "pct", "процент", "процента", "процентов"):
        return "%"
    return word.rstrip("s") if word in lex.UNITS or word in lex.ZH_UNITS else ""


def _value(digits: str, scale: str) -> str:
    grouped = re.fullmatch(r"\d{1,3}(?:[ ,]\d{3})+(?:\.\d+)?", digits)
    plain = re.sub(r"[ ,]", "", digits) if grouped else digits.replace(" ", "").replace(",", ".")
    factor = 1
    for part in [scale.casefold()] if not is_cjk(scale) else scale:
        factor *= lex.SCALES.get(part, 1)
    if plain.count(".") > 1 or len(plain) > 18:
        return f"{plain}x{factor}"
    return _plain_number(float(plain) * factor)


def _plain_number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _zh_value(said: str) -> float:
    total = current = 0
    for c in said.removeprefix("百分之"):
        if c in "万亿":
            total, current = (total + max(current, 1)) * lex.SCALES[c], 0
        elif c in "十百千":
            scale = {"十": 10, "百": 100, "千": 1000}[c]
            total, current = total + max(current, 1) * scale, 0
        else:
            current = lex.DIGITS.get(c, int(c) if c.isdecimal() else current)
    return total + current


def _spelled(text: str) -> Counter[str]:
    """Numbers in words, with their units. A lone "one" is mostly a pronoun and counts for nothing."""
    found: Counter[str] = Counter()
    run: list[str] = []
    for word in [w for part in _WORD.findall(text.casefold()) for w in split(part)] + [""]:
        if word in lex.NUMERALS or (word in lex.SCALES and (run or word in {"сто", "тысяча"})):
            run.append(word)
            continue
        if run and (value := _said(run)) > 1:
            found[_plain_number(value) + _unit(word)] += 1
        run = []
        if word in lex.VAGUE:
            found[word] += 1
    return found


def split(word: str) -> list[str]:
    """The parts of a number word ("twenty-five"); any other word as it is."""
    parts = word.split("-")
    return parts if all(p in lex.NUMERALS or p in lex.SCALES for p in parts) else [word]


def _said(run: list[str]) -> float:
    total = current = 0
    for word in run:
        scale = 0 if word in lex.NUMERALS else lex.SCALES[word]
        if scale >= 1000:
            total, current = total + max(current, 1) * scale, 0
        elif scale:
            current = max(current, 1) * scale
        else:
            current += lex.NUMERALS[word]
    return total + current


def names(units: Iterable[str]) -> frozenset[str]:
    """Words written with a capital inside a sentence: the light rule for names (en, ru)."""
    found = set()
    for unit in units:
        text = tokens(normal(unit))
        for before, word in pairwise(text):
            if word[0].isupper() and before not in ".!?:;\"'([…" and _is_name(word):
                found.add(word)
    return frozenset(found)


def _is_name(word: str) -> bool:
    low = word.casefold()
    return len(word) > 1 and low not in lex.LITTLE and low not in lex.NUMERALS and not lex.DATE.fullmatch(low)


def named(text: str, known: frozenset[str], starts: bool, plain: bool = False) -> Counter[str]:
    """Names in a span; at the start of a sentence (``starts``) a capital says nothing, unless the name is known.

    ``plain``: it says nothing anywhere (a headline in title case).
    """
    found: Counter[str] = Counter()
    for n, word in enumerate(tokens(normal(text))):
        if word in known or (not plain and word[0].isupper() and _is_name(word) and (n or not starts)):
            found[word.removesuffix("'s")] += 1
    return found


def sequence(text: str, known: frozenset[str]) -> list[str]:
    """The names of a text in order."""
    return [t for t in tokens(normal(text)) if t in known or (t[0].isupper() and _is_name(t))]


_ZH_NAME = re.compile(
    rf"(?:{'|'.join(lex.ZH_TITLES)})(?P<after>[{lex.ZH_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)"
    rf"(?=[说称表在对的与和将已，。：]|$)|(?P<before>[{lex.ZH_SURNAMES}][\u4e00-\u9fff]{{1,2}})(?={'|'.join(lex.ZH_TITLES)})"
    r"|(?P<foreign>[\u4e00-\u9fff]{2,6}(?:·[\u4e00-\u9fff]{1,6})+)"
)


def zh_named(text: str) -> Counter[str]:
    """Chinese names by a light rule: known places, a surname beside a title, foreign names with a middle dot."""
    if not is_cjk(text):
        return Counter()
    found = Counter(hit[hit.lastgroup or 0] for hit in _ZH_NAME.finditer(text))
    return found + _matches(text, lex.ZH_PLACES, ())


def _matches(text: str, listed: Iterable[str], but: Iterable[str]) -> Counter[str]:
    """Chinese words in a text, the longest first; ``but``: longer words in which they do not count."""
    for word in but:
        text = text.replace(word, " ")
    found: Counter[str] = Counter()
    for word in listed:
        if times := text.count(word):
            found[word] = times
            text = text.replace(word, " ")
    return found


def sayings(text: str) -> Counter[str]:
    """Ways to attribute, by how sure they sound: "said" and "stated" are one, "claimed" is another."""
    found = Counter(lex.SAYING[w] for w in words(text) if w in lex.SAYING)
    if is_cjk(text):
        for word, times in _matches(text, lex.ZH_SAYING, lex.ZH_NO_SAYING).items():
            found[lex.ZH_SAYING[word]] += times
    return found


def hedges(text: str) -> Counter[str]:
    """Negations (all of them one) and hedges."""
    said = words(text)
    found = Counter(w for w in said if w in lex.HEDGES)
    found["not"] = sum(w in lex.NEGATIONS or w.endswith("n't") for w in said)
    if is_cjk(text):
        found += _matches(text, lex.ZH_HEDGES, ())
        found["not"] += _matches(text, lex.ZH_NEGATIONS, lex.ZH_NO_NEGATION).total()
    return +found
