"""Which data and texts stand in a page's scripts? Strings that hold paragraphs, and objects written as JSON.

Pure. JavaScript is neither run nor parsed: string literals are found where one may begin, in one pass.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

MOST_VALUES = 50
"""Objects in one script that are tried: each may fail after a long way."""

_STRING = (
    r"(?:\"(?P<double>(?:[^\"\\\n]|\\[\s\S])*+)(?:\"|\n|\Z|\\\Z)"
    r"|'(?P<single>(?:[^'\\\n]|\\[\s\S])*+)(?:'|\n|\Z|\\\Z)"
    r"|`(?P<back>(?:[^`\\]|\\[\s\S])*+)(?:`|\Z|\\\Z))"
)
"""A literal that may be left open at a line's end: so it always matches, and no text is passed twice."""
_LITERAL = re.compile(rf"[=:(,\[+]\s{{0,20}}+{_STRING}")
_OPENING = re.compile(r"=\s{0,20}+(?=[{\[])")
_ESCAPE = re.compile(
    r"\\(?:u\{(?P<point>[0-9a-fA-F]{1,6})\}|u(?P<four>[0-9a-fA-F]{4})|x(?P<two>[0-9a-fA-F]{2})|(?P<one>[\s\S]))"
)
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "", "\n": ""}
_DECODER = json.JSONDecoder(strict=False)


def strings(script: str, least: int) -> Iterator[str]:
    """The string literals of a script from ``least`` characters on, escapes resolved."""
    for found in _LITERAL.finditer(script):
        raw = _raw(found)
        if len(raw) >= least:
            yield unescaped(raw)


def objects(script: str) -> Iterator[Any]:
    """The objects and lists that a script assigns, where they are written as JSON."""
    place, budget = 0, len(script) + 100_000
    for _ in range(MOST_VALUES):
        opening = _OPENING.search(script, place)
        if opening is None or budget <= 0:
            return
        value, end = _decoded(script, opening.end())
        if value is not None:
            yield value
        budget -= end - opening.end()
        place = end if value is not None else opening.end()


def assigned(script: str, variable: str) -> Iterator[Any]:
    """What a script assigns to a variable or a key: strings with escapes resolved, objects, lists."""
    name = re.escape(variable)
    beginning = re.compile(rf"(?<![\w$])[\"']?{name}[\"']?\s{{0,20}}+[=:]\s{{0,20}}+(?:JSON\.parse\(\s{{0,20}}+)?")
    for count, found in enumerate(beginning.finditer(script)):
        if count >= MOST_VALUES:
            return
        literal = re.compile(_STRING).match(script, found.end())
        if literal:
            yield unescaped(_raw(literal))
        elif script[found.end() : found.end() + 1] in {"{", "["}:
            yield _decoded(script, found.end())[0]


def _raw(found: re.Match[str]) -> str:
    return found["double"] or found["single"] or found["back"] or ""


def _decoded(script: str, start: int) -> tuple[Any, int]:
    """The JSON value that begins at a place, and how far reading it went; None where there is none."""
    try:
        return _DECODER.raw_decode(script, start)
    except json.JSONDecodeError as error:
        return None, len(script) if error.msg.startswith("Unterminated") else max(error.pos, start + 1)
    except RecursionError:
        return None, min(len(script), start + 100_000)


def unescaped(raw: str) -> str:
    """A literal's text: escapes resolved, halves of one character joined."""
    text = _ESCAPE.sub(_resolved, raw)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if "\\u" in raw else text


def _resolved(escape: re.Match[str]) -> str:
    digits = escape["point"] or escape["four"] or escape["two"]
    if digits:
        return chr(code) if (code := int(digits, 16)) <= 0x10FFFF else "\ufffd"
    return _SHORT.get(escape["one"], escape["one"])
