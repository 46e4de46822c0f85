"""Which of the headlines that a page states is the one, and what is it without the site's name?

Pure. Titles are texts as said; a site's names are its letters only (`letters`).
"""

import re

from storage.words import tidy, words

_MOST_CUTS = 30
"""Separators from which on a title is none."""
_NO_LETTERS = re.compile(r"[\W_]+")
_SEPARATOR = re.compile(r"\s+[|–—-]\s+|\s*[|｜»«•·]\s*|\s+::?\s+|(?<=\w)_(?=\w)")


MOST = 50
"""Headings, and sayings of the headline, that are compared with one another; honest pages have a few."""


def headline(titles: dict[str, list[str]], sites: tuple[str, ...]) -> str:
    """The headline: a heading that is stated elsewhere too; else JSON-LD, OpenGraph, a lone heading, `<title>`."""
    elsewhere = [words(said) for said in (*titles["json-ld"], *titles["og"], *titles["title"])[:MOST]]
    headings = [h for h in titles["h1"][:MOST] if not _is_site(h, sites)]
    agreeing = [
        (max((_agreement(told, other) for other in elsewhere), default=0.0), heading)
        for heading in headings
        for told in (words(heading),)
    ]
    best = max(agreeing, key=lambda pair: pair[0], default=(0.0, ""))
    if best[0] >= 0.5:
        return bare(best[1], sites)
    alone = headings[:1] if len(headings) == 1 else []
    candidates = [*titles["json-ld"], *titles["og"], *alone, *titles["title"]]
    return next((said for candidate in candidates if (said := tidy(bare(candidate, sites)))), "")


def _agreement(one: list[str], other: list[str]) -> float:
    """Share of the shorter one's words that stand in the other, 0 to 1."""
    few, many = sorted((one, other), key=len)
    return sum(word in many for word in few) / len(few) if len(few) > 1 or (few and few == many) else 0.0


def bare(title: str, sites: tuple[str, ...]) -> str:
    """A title without the site's name before or after it."""
    cuts = list(_SEPARATOR.finditer(title))
    if len(cuts) > _MOST_CUTS:
        return title
    for cut in reversed(cuts):
        if _is_site(title[cut.end() :], sites) and title[: cut.start()].strip():
            return bare(title[: cut.start()].strip(), sites)
    for cut in cuts[:1]:
        if _is_site(title[: cut.start()], sites) and title[cut.end() :].strip():
            return title[cut.end() :].strip()
    return title


def _is_site(piece: str, sites: tuple[str, ...]) -> bool:
    said = letters(piece)
    return bool(said) and any(said == name or (len(name) > 3 and said == f"the{name}") for name in sites)


def letters(text: str) -> str:
    """Letters and digits only, case folded: what two spellings of a name share."""
    return _NO_LETTERS.sub("", text.casefold())
