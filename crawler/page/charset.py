"""In which letters are these bytes written? Bytes to text, whatever the page claims.

Pure. A byte order mark decides; then UTF-8, if the bytes are valid UTF-8 (foreign bytes hardly ever are by
accident); then what header and markup declare, unless the text so read is implausible; then what reads best.
"""

import re

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, to_unicode

from storage.words import CJK

SNIFFED = ("cp1251", "koi8-u", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "cp1252", "cp1250", "iso8859-5")
"""What is tried when nothing declared reads well, the likelier first."""
PLAUSIBLE = 0.5
"""From this share of good letters a declared charset is believed. Wrong readings of Russian, Chinese and
Western pages score below .25, right ones above .8 (tests/test_read_bytes.py, charset table)."""

_SAMPLE = 200_000
"""Bytes that are read for judging a charset (letters stand after a long head of scripts)."""
_ENOUGH = 8
"""With fewer foreign letters than this there is nothing to judge by."""

_CYRILLIC = re.compile("[\u0400-\u04ff]")
_CYRILLIC_WORD = re.compile("(?<![A-Za-z\u0400-\u04ff])(?:[А-ЯЁІЇЄ]?[а-яёіїєґў]+|[А-ЯЁІЇЄ]+)(?![A-Za-z\u0400-\u04ff])")
_COMMON_CYRILLIC = re.compile("[оеаинтсрвлкді]")
_LATIN = re.compile("[\u00c0-\u024f]")
_LATIN_IN_WORD = re.compile(
    "(?<=[A-Za-z])[\u00c0-\u024f]{1,2}(?![\u00c0-\u024f])|(?<![\u00c0-\u024f])[\u00c0-\u024f]{1,2}(?=[A-Za-z])"
)
_IDEOGRAPH = re.compile(f"[{CJK}]")
_COMMON_IDEOGRAPH = re.compile(
    "[的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年过過发發后後"
    "作里用道行所然家种事成方多经經么去法学學如都同现現当當没動动面起看定天分还進进好小部其些主样理心她本前开但因只从想实日军軍者意"
    "无力它与與长把机十民第公此已工使情明性知全三又关点正业外将两高间由问新社记者报道电中华人民共和京俄美习近平"
    "\u3040-\u30ff이다의는에을가고하은지로도를사기리한어자대시인나일정서]"
)
_OTHER_LETTER = re.compile("[\u0370-\u03ff\u0530-\u05ff\u0600-\u06ff\u0900-\u0dff\u0e00-\u0eff\u10a0-\u10ff]")
_ODD = re.compile("[\ufffd\u0080-\u009f\ue000-\uf8ff\u2500-\u259f\uff61-\uff9f]")
_TAGS = re.compile(r"<(?:script|style)\b.*?</(?:script|style)|<[^<>]*>", re.DOTALL | re.IGNORECASE)


def decode(body: bytes, content_type: str) -> str:
    """The text of a body. Bytes that fit no letter become U+FFFD; it never fails."""
    marked, bom = read_bom(body)
    if marked and bom:
        return to_unicode(body[len(bom) :], marked)
    wide = _utf16(body)
    if wide:
        return to_unicode(body, wide)
    declared = [name for name in (http_content_type_encoding(content_type), html_body_declared_encoding(body)) if name]
    if b"\x1b$" in body and body.isascii():
        return to_unicode(body, "iso2022_jp")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return to_unicode(body, _choose(body, declared))


def _utf16(body: bytes) -> str:
    """UTF-16 without a mark: markup is ASCII, so every other byte is zero."""
    head = body[:120].lstrip(b" \t\r\n\0")[:60]
    low, high = head[1::2].count(0), head[::2].count(0)
    if head.startswith(b"<") and max(low, high) > len(head) // 4:
        return "utf-16-le" if body.find(b"<") % 2 == 0 else "utf-16-be"
    return ""


def _choose(body: bytes, declared: list[str]) -> str:
    """The first declared charset that reads plausibly, or the one that reads best."""
    sample = body[:_SAMPLE]
    tried: dict[str, float] = {}
    for name in dict.fromkeys((*declared, "utf-8")):
        tried[name] = plausibility(to_unicode(sample, name))
        if tried[name] >= PLAUSIBLE:
            return name
    for name in SNIFFED:
        tried.setdefault(name, plausibility(to_unicode(sample, name)))
    return max(tried, key=lambda name: tried[name])


def plausibility(text: str) -> float:
    """How well foreign letters read, 0 to 1: the share that stands as such letters do in real writing.

    Russian read in the wrong Cyrillic charset swaps capitals and small letters; ideographs read wrongly are
    rare ones; accented letters stand among plain ones, seldom more than two together.
    """
    words = _TAGS.sub(" ", text)
    odd = len(_ODD.findall(words))
    cyrillic, latin, ideographs = _CYRILLIC.findall(words), _LATIN.findall(words), _IDEOGRAPH.findall(words)
    others = len(_OTHER_LETTER.findall(words))
    total = odd + len(cyrillic) + len(latin) + len(ideographs) + others
    if total - odd < _ENOUGH:
        return 1.0 if odd == 0 else 0.5 / (1 + odd)
    good = (
        _russian(words)
        + sum(len(run) for run in _LATIN_IN_WORD.findall(words))
        + _scaled(len(_COMMON_IDEOGRAPH.findall(words)), len(ideographs), 0.2)
        + 0.6 * others
    )
    return max(0.0, good - 2 * odd) / total


def _russian(words: str) -> float:
    """How many Cyrillic letters pass: those in well-cased words, if the common ones are common."""
    text = "".join(_CYRILLIC_WORD.findall(words))
    return _scaled(len(_COMMON_CYRILLIC.findall(text)), len(text), 0.5)


def _scaled(common: int, letters: int, usual: float) -> float:
    """How many of the letters pass as real writing, when ``usual`` is the share common ones have in it."""
    return letters * min(1.0, common / (usual * letters)) if letters else 0.0
