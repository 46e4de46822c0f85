"""Which numbers and dates does a span of text state, whatever their form?"""

import re
from collections import Counter
from itertools import pairwise

from crawler.wording import numerals as num
from crawler.wording.align import FIGURES
from crawler.wording.calendar import DATE
from storage.words import is_cjk

_UNIT = "|".join(map(re.escape, num.ZH_UNITS))
_NUMBER = re.compile(
    rf"(?P<sign>(?<![\w)])-)?(?P<rank>第)?(?P<before>[{num.CURRENCIES}])?\s?"
    r"(?P<digits>\d{1,3}(?:[ ,]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*)(?:st|nd|rd|th)?\s?"
    r"(?P<scale>(?:million|mln|mn|billion|bln|bn|trillion|trn|tn|thousand|hundred|тыс|тысяч\w{0,3}|млн|миллион\w{0,3}|"
    r"млрд|миллиард\w{0,3}|трлн|триллион\w{0,3})\b|(?<=\d)[km]\b|[百千万亿]+)?\.?[余多]?\s?"
    rf"(?P<unit>per cent|个百分点|{_UNIT}|%|°|km/h|км/ч|[^\W\d_]+\b)?",
    re.I,
)
_ZH_NUMBER = re.compile(
    r"百分之(?P<share>[〇零一二三四五六七八九十百\d.]+)"
    rf"|(?<![周星期第\d.])(?P<some>[数几])?(?P<said>[〇零一二三四五六七八九十百千两万亿]+)(?=[余多]?(?P<unit>{_UNIT}|[{num.MEASURES}]))"
    r"|第(?P<rank>[一二三四五六七八九十百]+)"
    r"|(?P<parts>[二三四五六七八九十]分之[一二三四五六七八九])|(?P<half>一半|过半|半数|[翻两]倍|多名|数名|数人)"
)
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_RU_DAYS = re.compile("^(?:ма[йяюе]|маем)$")


def dated(text: str) -> tuple[str, Counter[str]]:
    """The text without its dates (so that they are not read as numbers), and the dates.

    Dates, months, days of the week and times of day, each by its parts in any order: "5 March" is "March 5".
    """
    found = [hit.span() for hit in DATE.finditer(text)]
    if not found:
        return text, Counter()
    ends = [0, *(end for span in found for end in span), len(text)]
    rest = " ; ".join(text[i:k] for i, k in zip(ends[::2], ends[1::2], strict=True))
    return rest, Counter(_date(text[i:k].casefold()) for i, k in found)


def _date(said: str) -> str:
    if is_cjk(said):
        return said
    parts = re.findall(r"\d+(?::\d+)*|[^\W\d_]+", said)
    return " ".join(sorted(_date_word(p) for p in parts if not _DATE_LITTLE.fullmatch(p)))


_DATE_LITTLE = re.compile("(?:st|nd|rd|th|of|in|on|since|until|till|by|before|after|during|from|в|с|до|после|к|от|за)")


def _date_word(word: str) -> str:
    """The first letters of a month or a day say which it is, in every case."""
    return "май" if _RU_DAYS.match(word) else word if word[0].isdigit() else word[:3]


# --- figures ------------------------------------------------------------------------------------


def numbers(text: str) -> Counter[str]:
    """Quantities with their units: "1,000", "1000" and "a thousand" are equal, "1.5 million" and "15 million" not."""
    found: Counter[str] = Counter()
    for hit in _NUMBER.finditer(text):
        money = hit["before"] or ""
        scale = hit["scale"] or ""
        unit = unit_of((hit["unit"] or "").casefold())
        if scale.casefold() in num.LETTERS and not money:
            scale, unit = "", unit or scale.casefold()
        value = _value(hit["digits"], scale)
        found[f"{'#' if hit['rank'] else ''}{hit['sign'] or ''}{value}{money or unit}"] += 1
    if is_cjk(text):
        found += Counter(map(_zh_figure, _ZH_NUMBER.finditer(text)))
    return found + _spelled(text)


def unit_of(word: str) -> str:
    """One sign for all forms of a unit of measure; "" for any other word."""
    return num.UNITS.get(word, "")


def _value(digits: str, scale: str) -> str:
    grouped = re.fullmatch(r"\d{1,3}(?:[ ,]\d{3})+(?:\.\d+)?", digits)
    plain = re.sub(r"[ ,]", "", digits) if grouped else digits.replace(" ", "").replace(",", ".")
    factor = 1
    for part in [scale.casefold()] if not is_cjk(scale) else scale:
        factor *= num.SCALES.get(part, 1)
    if plain.count(".") > 1 or len(plain) > 18:
        return f"{plain}x{factor}"
    return _plain_number(float(plain) * factor)


def _plain_number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _zh_figure(hit: re.Match[str]) -> str:
    if hit["said"]:
        return (hit["some"] or "") + _plain_number(zh_value(hit["said"])) + unit_of(hit["unit"])
    if hit["share"]:
        return _plain_number(zh_value(hit["share"])) + "%"
    return f"#{_plain_number(zh_value(hit['rank']))}" if hit["rank"] else hit["parts"] or hit["half"]


def zh_value(said: str) -> float:
    """What a number written in Chinese signs is worth."""
    if re.fullmatch(r"[\d.]+", said):
        return float(said) if said.count(".") < 2 and said != "." else 0.0
    total = section = current = 0
    for c in said:
        if c in "万亿":
            total, section, current = total + (section + current or 1) * num.SCALES[c], 0, 0
        elif c in "十百千":
            section, current = section + max(current, 1) * {"十": 10, "百": 100, "千": 1000}[c], 0
        else:
            current = num.DIGITS.get(c, int(c) if c.isdecimal() else current)
    return total + section + current


# --- number words -------------------------------------------------------------------------------


def _spelled(text: str) -> Counter[str]:
    """Numbers in words, with their units. A lone "one" is mostly a pronoun and counts for nothing."""
    found: Counter[str] = Counter()
    run: list[str] = []
    said = [w for part in _WORD.findall(text.casefold()) for w in split(part)]
    for before, word in pairwise(["", *said, ""]):
        counts = word in num.SCALES and word not in num.LETTERS
        if word in num.NUMERALS or (counts and (run or before in _OPENS or word in {"сто", "тысяча"})):
            run.append(word)
            continue
        if run and (value := _said(run)) > 1:
            found[_plain_number(value) + unit_of(word)] += 1
        run = []
        if word in num.VAGUE:
            found[word] += 1
        elif word in num.ORDINALS:
            found[f"#{num.ORDINALS[word]}"] += 1
    return found


_OPENS = frozenset({"a", "an", "one", "half"})
"""Before a scale these make a number: "a hundred"."""


def split(word: str) -> list[str]:
    """The parts of a number word ("twenty-five"); any other word as it is."""
    parts = word.split("-")
    return parts if all(p in num.NUMERALS or p in num.SCALES for p in parts) else [word]


def is_figure(word: str) -> bool:
    """Whether a word is a number, in digits or spelled."""
    return (
        word[:1].isdigit()
        or set(word) <= FIGURES
        or all(p in num.NUMERALS or p in num.SCALES or p in num.DIGITS or p in num.ORDINALS for p in split(word))
    )


def _said(run: list[str]) -> float:
    total = current = 0
    for word in run:
        scale = 0 if word in num.NUMERALS else num.SCALES[word]
        if scale >= 1000:
            total, current = total + max(current, 1) * scale, 0
        elif scale:
            current = max(current, 1) * scale
        else:
            current += num.NUMERALS[word]
    return total + current
