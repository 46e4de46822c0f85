"""Which moment does a page name? Claims of dates to ISO 8601, and lines that are nothing but a date.

Pure. Nothing here knows today's date: a claim is read the same in ten years.
"""

import re
from datetime import date
from email.utils import parsedate_to_datetime

from storage.words import tidy

_MONTHS: tuple[tuple[str, ...], ...] = (
    ("jan", "янв", "gen", "ene", "січ"), ("feb", "фев", "fév", "fev", "лют"),
    ("mar", "мар", "mär", "бер"), ("apr", "апр", "avr", "abr", "кві"), ("may", "мая", "май", "mai", "mag", "тра"),
    ("jun", "июн", "juin", "giu", "чер"), ("jul", "июл", "juil", "lug", "лип"),
    ("aug", "авг", "aoû", "ago", "сер"), ("sep", "сен", "set", "вер"), ("oct", "окт", "okt", "ott", "out", "жов"),
    ("nov", "ноя", "лис"), ("dec", "дек", "déc", "dez", "dic", "гру"),
)  # fmt: skip
"""Stems of month names: English, Russian, German, French, Spanish, Italian, Portuguese, Ukrainian."""

_ISO = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)"
    r"(?:[T ]+(?P<time>(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?)(?!:?\d)(?:[.,]\d+)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?",
    re.ASCII,
)
_NUMERIC = (
    re.compile(r"(?<!\d)(?P<y>\d{4})\s*[年./-]\s*(?P<m>\d{1,2})\s*[月./-]\s*(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})(?!\d)"),
)
_STEM = "|".join(stem for month in _MONTHS for stem in month)
_NAMED = (
    re.compile(rf"\b(?P<name>{_STEM})[^\W\d]*\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})\b", re.I),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.|º)?\s+(?:de\s+)?(?P<name>{_STEM})[^\W\d]*\.?,?\s+"
        r"(?:de\s+)?(?P<y>\d{4})\b",
        re.I,
    ),
)
_PATH = re.compile(r"/(?P<y>(?:19|20)\d\d)[/-]?(?P<m>[01]\d)[/-]?(?P<d>[0-3]\d)(?!\d)")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d\d)(?::\d\d)?(?!\d)")
_HALF_DAY = re.compile(r"\d\s*[ap]\.?m\b|[上下]午|[早晚]上|凌晨|中午", re.IGNORECASE)
"""Clocks of twelve hours: the day is sure, the hour is left open."""

_DATE_WORDS = re.compile(
    r"\b(?:published|posted|updated|modified|created|released|issued|first|last|on|at|the|of|and|date|time|"
    r"today|yesterday|ago|now|minutes?|mins?|hours?|hrs?|days?|min|read(?:ing)?|"
    r"a\.?m|p\.?m|[apcem]?[sdme]t|gmt|utc|msk|bst|cest|eastern|pacific|local|est|eastern|"
    r"опубликован[оа]?|обновлен[оа]?|дата|время|сегодня|вчера|в|г|год[ау]?|мск|"
    r"publi[ée]e?|mis à jour|le|à|am|um|uhr|stand|veröffentlicht|publicado|em|às|de|del|el|las|il|alle|ore|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|"
    r"понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|"
    r"montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    r"lunes|martes|miércoles|jueves|viernes|sábado|domingo|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?|"
    rf"(?:{_STEM})[^\W\d]*)\b"
    r"|发布(?:时间|于)?|更新(?:时间|于)?|时间|日期|星期[一二三四五六日天]|周[一二三四五六日]|北京|[年月日时分秒點点]",
    re.IGNORECASE,
)
_PARTIAL_DATE = re.compile(
    rf"\d{{1,2}}/\d{{1,2}}/\d{{2,4}}|\d\s*(?:{_STEM}|min|hour|day|час|дн|d[ií]a|tag)|(?:{_STEM})[^\W\d]*\.?\s+\d",
    re.IGNORECASE,
)
_DIGITS_AND_MARKS = re.compile(r"[\d\W_]+")
_LONGEST_DATE_LINE = 90
_FIRST_YEAR = 1800
"""Earlier years, and the first day of Unix time, are what programs write when they know none."""


def claim(text: str) -> str:
    """A claimed date or moment as ISO 8601, in the precision and zone it was claimed in; ``""`` if it is none."""
    said = tidy(text)[:200]
    iso = _ISO.match(said)
    if iso:
        return _moment(iso)
    try:
        moment = parsedate_to_datetime(re.sub(r"\b(?:GMT|UTC)(?=[+-]\d)", "", said))
    except (ValueError, TypeError, IndexError, OverflowError):
        return found_in(said)
    return moment.isoformat() if _is_told(moment) and not _HALF_DAY.search(said) else found_in(said)


def in_path(url: str) -> str:
    """The date that stands in an address (``/2022/02/25/``), or ``""``."""
    found = _PATH.search(url.partition("?")[0])
    return _day(found) if found else ""


def only_a_date(text: str) -> bool:
    """Whether a line is nothing but a date or a moment (with "Updated", a weekday, a zone)."""
    if len(text) > _LONGEST_DATE_LINE or not re.search(r"\d", text):
        return False
    rest = _DIGITS_AND_MARKS.sub(" ", _DATE_WORDS.sub(" ", text))
    return not rest.strip() and _looks_like_a_date(text)


def _looks_like_a_date(text: str) -> bool:
    if found_in(text) or _CLOCK.search(text):
        return True
    return _PARTIAL_DATE.search(text) is not None


def found_in(said: str) -> str:
    """The first date in a line as ISO 8601, with its clock time where one follows; ``""`` when there is none."""
    for pattern in (*_NAMED, *_NUMERIC):
        found = pattern.search(said)
        day = _day(found) if found else ""
        if found and day:
            return day + _clock(said[found.end() :])
    return ""


def _clock(rest: str) -> str:
    found = _CLOCK.search(rest[:40])
    if not found or int(found[1]) > 23 or int(found[2]) > 59 or _HALF_DAY.search(rest[: found.end() + 5]):
        return ""
    return f"T{int(found[1]):02d}:{int(found[2]):02d}"


def _moment(iso: re.Match[str]) -> str:
    day = _day(iso)
    if not day or not iso["time"]:
        return day
    zone = iso["zone"] or ""
    if zone in {"Z", "UTC", "GMT"}:
        zone = "Z"
    elif zone:
        zone = f"{zone[:3]}:{zone[3:].lstrip(':') or '00'}"
    return f"{day}T{iso['time']}{zone}"


def _day(found: re.Match[str]) -> str:
    groups = found.groupdict()
    month = groups.get("m") or _month(groups["name"])
    try:
        day = date(int(groups["y"]), int(month), int(groups["d"]))
    except ValueError:
        return ""
    return day.isoformat() if _is_told(day) else ""


def _is_told(day: date) -> bool:
    """Whether it is a date that somebody meant."""
    return day.year >= _FIRST_YEAR and (day.year, day.month, day.day) != (1970, 1, 1)


def _month(name: str) -> int:
    stem = name.lower()
    return next(number for number, stems in enumerate(_MONTHS, 1) if stem in stems)
