"""Does a file on a shelf say what it should? TOML, checked key by key, with one clear line when it does not.

A check takes a value as TOML gives it and returns it as a record wants it, or raises `Wrong`. `read` turns
what is wrong into a `CatalogueError`: the file, the path of keys (lists count from 1), what is wrong, what
to do. Nothing here knows what an outlet is.
"""

import difflib
import json
import math
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

Check = Callable[[Any], Any]
_TYPES: dict[type, str] = {
    str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table",
}  # fmt: skip


class CatalogueError(ValueError):
    """A shelf, or a choice from it, that cannot be used: one line that says where, what, and what to do."""


class Wrong(ValueError):
    """What is wrong with one value, and the path of keys to it."""

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(what)
        self.what, self.where = what, where

    def under(self, step: str) -> "Wrong":
        """The same, seen from one table or list further out."""
        dot = "." if self.where and not self.where.startswith("[") else ""
        return Wrong(self.what, f"{step}{dot}{self.where}")


# --- files --------------------------------------------------------------------------------------


def files(folder: Path, *kinds: str) -> Iterator[Path]:
    """A shelf's files in order of their names; hidden ones are passed over."""
    wanted = ", ".join(kinds)
    if not folder.is_dir():
        raise CatalogueError(f"{folder}: is no folder; name one that holds {wanted} files")
    found = sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))
    if not found:
        raise CatalogueError(f"{folder}: holds no file; put {wanted} files there")
    for file in found:
        if file.suffix not in kinds:
            raise CatalogueError(f"{file}: is of no kind read here ({wanted}); take it off the shelf")
        yield file


def content(file: Path) -> bytes:
    """A file's bytes."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise CatalogueError(f"{file}: cannot be read ({error.strerror}); mend that, or take it off") from None


def text_of(file: Path) -> str:
    """A file's text, which must be UTF-8."""
    try:
        return content(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CatalogueError(f"{file}: is not UTF-8; save it as UTF-8") from None


def read(file: Path, keys: Mapping[str, Check]) -> dict[str, Any]:
    """The values of one TOML file, each as its key's check returns it."""
    try:
        return checked(tomllib.loads(text_of(file)), keys)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{file}: is no TOML: {' '.join(str(error).split())}; mend that line") from None
    except Wrong as wrong:
        raise CatalogueError(f"{file}: {wrong.where}: {wrong.what}") from None


# --- checks -------------------------------------------------------------------------------------


def of_type(wanted: type, value: Any) -> Any:
    """The value, if it is exactly of that type (true is no number)."""
    if type(value) is not wanted:
        raise Wrong(f"is {_TYPES.get(type(value), 'a date')}, wants {_TYPES[wanted]}; got {show(value)}")
    return value


def checked(value: Any, keys: Mapping[str, Check]) -> dict[str, Any]:
    """A table's values, each checked by its key."""
    said: dict[str, Any] = {}
    for key, held in of_type(dict, value).items():
        try:
            if key not in keys:
                raise Wrong(f"is no key here{near(key, keys)}")
            said[key] = keys[key](held)
        except Wrong as wrong:
            raise wrong.under(key) from None
    return said


def each(check: Check) -> Check:
    """A list of such values, as a tuple."""

    def check_all(value: Any) -> tuple[Any, ...]:
        items = []
        for number, item in enumerate(of_type(list, value), 1):
            try:
                items.append(check(item))
            except Wrong as wrong:
                raise wrong.under(f"[{number}]") from None
        return tuple(items)

    return check_all


def table(make: Callable[..., Any], keys: Mapping[str, Check], *needed: str) -> Check:
    """A table that makes a record."""

    def check_table(value: Any) -> Any:
        said = checked(value, keys)
        for key in needed:
            if key not in said:
                raise Wrong("is missing; write it", key)
        return make(**said)

    return check_table


def text(value: Any) -> str:
    """One line of text, not blank."""
    line: str = of_type(str, value)
    if not line.strip() or not line.isprintable():
        raise Wrong(f"is {show(line)}, wants one line of text; leave the key out if there is none")
    return line.strip()


def flag(value: Any) -> bool:
    """True or false."""
    return bool(of_type(bool, value))


def number(value: Any) -> float:
    """A number above 0."""
    amount = float(value if type(value) is int else of_type(float, value))
    if not (math.isfinite(amount) and amount > 0):
        raise Wrong(f"is {amount}, wants a number above 0")
    return amount


def like(pattern: str, what: str) -> Check:
    """A text that fits a pattern in full."""

    def check_like(value: Any) -> str:
        if not re.fullmatch(pattern, line := text(value)):
            raise Wrong(f"is {show(line)}, wants {what}")
        return line

    return check_like


def one_of(*words: str) -> Check:
    """One of these words."""

    def check_word(value: Any) -> str:
        if (word := text(value)) not in words:
            raise Wrong(f"is {show(word)}, wants one of {', '.join(words)}{near(word, words)}")
        return word

    return check_word


def pattern(value: Any) -> str:
    """A regular expression that does not fit everything."""
    try:
        fits_all = re.compile(line := text(value)).search("") is not None
    except re.error as error:
        raise Wrong(f"is no regular expression ({error}); in TOML put it in single quotes") from None
    if fits_all:
        raise Wrong(f"is {show(line)}, which fits anything; write what only the wanted ones have")
    return line


def selector(value: Any) -> str:
    """A CSS selector that can be asked, and does not choose something on every page."""
    from lxml import etree, html  # here: few files have selectors
    from lxml.cssselect import SelectorError

    line = text(value)
    try:
        chosen = html.document_fromstring("<html><head></head><body></body></html>").cssselect(line)
    except (SelectorError, etree.XPathError, ValueError) as error:
        raise Wrong(f"is no CSS selector ({' '.join(str(error).split())}); got {show(line)}") from None
    if chosen:
        raise Wrong(f"is {show(line)}, which is on any page; write what only the wanted ones have")
    return line


def show(value: Any) -> str:
    """A value as it can stand in a line."""
    line = json.dumps(value, ensure_ascii=False, default=str)
    return line if len(line) <= 60 else line[:57] + "..."


def near(word: str, words: Iterable[str]) -> str:
    """``; did you mean ...?`` with the likeliest of the words, or ``""``."""
    close = difflib.get_close_matches(word, list(words), n=1)
    return f"; did you mean {close[0]}?" if close else ""
