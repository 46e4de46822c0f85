"""In which letters are these bytes written? Bytes to text, whatever the page claims.

Pure. A byte order mark of UTF-16 or UTF-32 decides; then UTF-8, if the bytes are valid UTF-8 but for a few stray ones
(foreign bytes hardly ever are by accident); then what header and markup declare, unless the text so read is
implausible; then what reads best.
"""

import re

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, to_unicode

from storage.words import CJK

SNIFFED = ("cp1252", "cp1251", "koi8-u", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "cp1250", "iso8859-5")
"""What is tried when nothing declared reads well; the first wins where several read equally well."""
PLAUSIBLE = 0.5
"""From this share of good letters a declared charset is believed. Wrong readings of Russian, Chinese and
Western pages score below .25, right ones above .8 (tests/test_read_bytes.py, charset table)."""

UTF8_BYTES = 3.0
"""A body is UTF-8 with a few stray bytes from so many bytes of whole UTF-8 letters on for each place where it breaks.
Other charsets read as UTF-8 stay below 1.0 (Russian and Chinese prose in gb18030 and big5; elsewhere below .1)."""

_SAMPLE = 200_000
"""Bytes of writing (markup aside) that are read for judging a charset, from the first foreign one on."""
_ENOUGH = 8
"""With fewer foreign letters than this their frequency tells nothing; their neighbours do."""
_ASCII = b"<p class='x'>~{\\x41\\u0041+AGE-</p>"
"""What no charset that pages come in may change (utf-7, hz, unicode_escape and EBCDIC do)."""
_HIGH = bytes(range(0x80, 0x100))
_FOREIGN = re.compile(b"[\x80-\xff]")

_CYRILLIC = re.compile("[\u0400-\u04ff]")
_CYRILLIC_WORD = re.compile("(?<![A-Za-z\u0400-\u04ff])(?:[А-ЯЁІЇЄ]?[а-яёіїєґў]+|[А-ЯЁІЇЄ]+)(?![A-Za-z\u0400-\u04ff])")
_COMMON_CYRILLIC = re.compile("[оеаинтсрвлкдіё]")
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
_MISFIT = re.compile(
    f"(?<=[A-Za-z])[\u0400-\u04ff]|[\u0400-\u04ff](?=[A-Za-z])|(?<=[A-Za-z])[{CJK}](?=[A-Za-z])"
    "|(?<![A-Za-z])[\u00c0-\u024f]{2,}(?![A-Za-z])"
)
"""Letters that stand among others as no writing sets them: Cyrillic in a Latin word, accents by themselves."""
_OTHER_LETTER = re.compile("[\u0370-\u03ff\u0530-\u05ff\u0600-\u06ff\u0900-\u0dff\u0e00-\u0eff\u10a0-\u10ff]")
_ODD = re.compile("[\ufffd\u0080-\u009f\ue000-\uf8ff\u2500-\u259f\uff61-\uff9f]")
_TAGS = re.compile(rb"<(?:script|style)\b.*?(?:</(?:script|style)|\Z)|<[^<>]*>", re.DOTALL | re.IGNORECASE)


def decode(body: bytes, content_type: str) -> str:
    """The text of a body. Bytes that fit no letter become U+FFFD; it never fails."""
    return utf8(body, content_type).decode("utf-8")


def utf8(body: bytes, content_type: str) -> bytes:
    """The text of a body as valid UTF-8: the body itself, where it is; the commonest case costs no copy."""
    marked, bom = read_bom(body)
    if marked and bom:
        body = body[len(bom) :]
        if marked != "utf-8":  # that one may be an editor's leftover; whether the bytes are UTF-8 shows below
            return _recoded(body, marked)
    wide = _utf16(body)
    if wide:
        return _recoded(body, wide)
    if b"\x1b" in body and b"\x1b$" in body and body.isascii():  # one byte is sought ten times as fast as two
        return _recoded(body, "iso2022_jp")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        declared = http_content_type_encoding(content_type), html_body_declared_encoding(body)
        return _recoded(body, _choose(body, [name for name in declared if name and _is_charset(name)]))
    return body


def _recoded(body: bytes, charset: str) -> bytes:
    return to_unicode(body, charset).encode(errors="ignore")  # halves of a character (surrogates) are none


def _is_charset(name: str) -> bool:
    """Whether pages can be written in it: Python's codecs ``zlib``, ``idna`` or ``rot13`` are none."""
    try:
        return _ASCII.decode(name, "replace").encode() == _ASCII
    except (LookupError, UnicodeError):
        return False


def _utf16(body: bytes) -> str:
    """UTF-16 without a mark: markup is ASCII, so every other byte is zero."""
    head = body[:120].lstrip(b" \t\r\n\0")[:60]
    low, high = head[1::2].count(0), head[::2].count(0)
    if head.startswith(b"<") and max(low, high) > len(head) // 4:
        return "utf-16-le" if body.find(b"<") % 2 == 0 else "utf-16-be"
    return ""


def _choose(body: bytes, declared: list[str]) -> str:
    """UTF-8, if all but stray bytes are; else the first declared one that reads plausibly, or what reads best."""
    if _mostly_utf8(body):
        return "utf-8"
    sample = _writing(body)
    tried: dict[str, float] = {}
    for name in dict.fromkeys((*declared, "utf-8")):
        tried[name] = plausibility(to_unicode(sample, name))
        if tried[name] >= PLAUSIBLE:
            return name
    for name in SNIFFED:
        tried.setdefault(name, plausibility(to_unicode(sample, name)))
    return max(tried, key=lambda name: tried[name])


def _mostly_utf8(body: bytes) -> bool:
    """Whether the bytes are UTF-8 but for a few: an advertisement in another charset, a letter cut in two."""
    whole = body.decode("utf-8", "ignore").encode()
    broken = body.decode("utf-8", "replace").count("\ufffd") - body.count(b"\xef\xbf\xbd")
    return len(whole) - len(whole.translate(None, _HIGH)) >= UTF8_BYTES * broken


def _writing(body: bytes) -> bytes:
    """What a reader sees of the bytes, from the first foreign one on: a head may hold a megabyte of plain scripts."""
    seen = _TAGS.sub(b" ", body)
    for text in (seen, body):
        foreign = _FOREIGN.search(text)
        if foreign:
            return text[max(0, foreign.start() - 20) : foreign.start() + _SAMPLE]
    return b""


def plausibility(text: str) -> float:
    """How well foreign letters of a text without tags read, 0 to 1: the share that stands as in real writing.

    Russian read in the wrong Cyrillic charset swaps capitals and small letters; ideographs read wrongly are
    rare ones; accented letters stand among plain ones, seldom more than two together.
    """
    odd = len(_ODD.findall(text))
    cyrillic, latin, ideographs = _CYRILLIC.findall(text), _LATIN.findall(text), _IDEOGRAPH.findall(text)
    others = len(_OTHER_LETTER.findall(text))
    total = odd + len(cyrillic) + len(latin) + len(ideographs) + others
    if total - odd < _ENOUGH:
        misfits = odd + len(_MISFIT.findall(text))
        return 0.5 / (1 + misfits) if misfits else 1.0
    good = (
        _russian(text)
        + sum(len(run) for run in _LATIN_IN_WORD.findall(text))
        + _ideographic(text, len(ideographs))
        + 0.6 * others
    )
    return max(0.0, good - 2 * odd) / total


def _russian(words: str) -> float:
    """How many Cyrillic letters pass: those in well-cased words, if the common ones are common.

    They are .66 to .80 of Russian, Ukrainian, Belarusian, Bulgarian, Serbian and Kazakh prose, and .15 to .51 of the
    same bytes read in another Cyrillic charset (the sentences of tests/test_read_languages.py). Eight letters that
    read well are added, so that a short phrase of rare letters is not taken for a wrong reading.
    """
    text = "".join(_CYRILLIC_WORD.findall(words)).lower()
    share = (len(_COMMON_CYRILLIC.findall(text)) + 6) / (len(text) + 8)
    return len(text) * min(1.0, max(0.0, (share - 0.5) / 0.15))


def _ideographic(words: str, ideographs: int) -> float:
    """How many ideographs pass: all of them, if a fifth are common ones (in the tests' Chinese sentences .45 are)."""
    return min(ideographs, 5.0 * len(_COMMON_IDEOGRAPH.findall(words)))
