"""In which language is a text written? What the page declares, checked against the letters.

Pure. Letters tell Russian from Chinese, and Russian from Ukrainian, but not English from German: between languages
of one alphabet the page's own word is taken.
"""

import re

_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]"), 2, 0.1, ""), ("ko", re.compile("[\uac00-\ud7af]"), 2, 0.3, ""),
    ("zh", re.compile("[\u4e00-\u9fff]"), 2, 0.3, "ja"),
    ("be", re.compile("[ўЎ]"), 2, 0.004, ""), ("kk", re.compile("[әғқұһӘҒҚҰҺ]"), 2, 0.02, "ba tg tt ug"),
    ("uk", re.compile("[ґєіїҐЄІЇ]"), 2, 0.02, "be kk"), ("mk", re.compile("[ѓќѕЃЌЅ]"), 2, 0.004, ""),
    ("sr", re.compile("[ђјљњћџЂЈЉЊЋЏ]"), 2, 0.01, "bs mk"), ("bg", re.compile("[ъЪ]"), 2, 0.008, "cv os tg"),
    ("ru", re.compile("[ыэЫЭ]"), 4, 0.008, "ab ba be ce cv kk ky mn os tg tt uz"),
    ("ru", re.compile("[а-яА-ЯёЁ]"), 2, 0.4, "ab ba be bg ce cv kk ky mk mn os sr tg tt uk uz"),
    ("el", re.compile("[\u0370-\u03ff]"), 2, 0.4, ""), ("he", re.compile("[\u0590-\u05ff]"), 2, 0.4, "yi"),
    ("ur", re.compile("[ٹڈڑںے]"), 2, 0.02, "pa ps sd ug"), ("fa", re.compile("[پچژگ]"), 2, 0.01, "ku ps sd ug ur"),
    ("ar", re.compile("[\u0600-\u06ff]"), 2, 0.4, "fa ku ps sd ug ur"),
    ("hi", re.compile("[\u0900-\u097f]"), 2, 0.4, "mr ne sa"), ("th", re.compile("[\u0e00-\u0e7f]"), 2, 0.4, ""),
    ("ka", re.compile("[\u10a0-\u10ff]"), 2, 0.4, ""), ("hy", re.compile("[\u0530-\u058f]"), 2, 0.4, ""),
)  # fmt: skip
"""A language, the letters that show it, how many of them at least, and the share of all letters, from which they do
(about a third of what they have in running text), and the languages that have these letters, too: if the page declares
one of those, it is believed."""
_WRITTEN_APART = frozenset(code for code, *_ in _SCRIPTS) - {"kk", "sr"}
"""Languages that are never written in Latin letters."""
_NOT_LATIN = re.compile("[\u0370-\u1cff\u2e80-\ud7ff]")
_ENOUGH = 20
"""Weight of letters, an ideograph counting as three, with fewer of which there is nothing to judge by."""
_READ = 4000
"""Characters that are read."""


def language_of(text: str, declared: str) -> str:
    """ISO 639-1 code of a text: what is declared, unless the letters say otherwise."""
    if declared not in _WRITTEN_APART and not _NOT_LATIN.search(text, 0, _READ):
        return declared
    written = "".join(c for c in text[:_READ] if c.isalpha())
    if len(written) + 2 * len(_IDEOGRAPH.findall(written)) < _ENOUGH:
        return declared
    for code, letters, least, share, others in _SCRIPTS:
        if len(letters.findall(written)) >= max(least, share * len(written)):
            return declared if declared in (code, *others.split()) else code
    return "" if declared in _WRITTEN_APART else declared


_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
