"""In which language is a text written? What the page declares, checked against the letters.

Pure. Letters tell Russian from Chinese, not English from German: between languages of one script the
page's own word is taken.
"""

import re

_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]"), 0.1), ("ko", re.compile("[\uac00-\ud7af]"), 0.3),
    ("zh", re.compile("[\u4e00-\u9fff]"), 0.3), ("uk", re.compile("[ґєіїҐЄІЇ]"), 0.02),
    ("ru", re.compile("[а-яёА-ЯЁ]"), 0.4), ("el", re.compile("[\u0370-\u03ff]"), 0.4),
    ("ar", re.compile("[\u0600-\u06ff]"), 0.4), ("he", re.compile("[\u0590-\u05ff]"), 0.4),
)  # fmt: skip
"""A language, the letters that show it, and the share of all letters from which they do."""
_SHARED = {"zh": {"zh", "ja"}, "ru": {"ru", "be", "bg", "kk", "ky", "mk", "mn", "sr", "tg", "uk"},
           "uk": {"uk", "be", "kk"}, "ar": {"ar", "fa", "ps", "ug", "ur"}, "he": {"he", "yi"}}  # fmt: skip
"""Languages written in a script that points to another one first."""


def language_of(text: str, declared: str) -> str:
    """ISO 639-1 code of a text: what is declared, unless the letters say otherwise."""
    sample = [c for c in text[:4000] if c.isalpha()]
    if len(sample) < 20:
        return declared
    written = "".join(sample)
    for code, letters, share in _SCRIPTS:
        if len(letters.findall(written)) >= share * len(written):
            return declared if declared in _SHARED.get(code, {code}) else code
    return "" if declared in {code for code, _, _ in _SCRIPTS} else declared
