"""What form does a line of a page have? Paragraph, credit, teaser, appeal ...: one block looked at by itself.

Pure. Forms are evidence; `crawler.page.chrome` asks for the place on the page, too, before it leaves anything out.
"""

import re

from crawler.page import phrases
from crawler.page.blocks import Block, ends_a_sentence, weight
from crawler.page.dates import only_a_date
from storage.words import is_cjk, normal, words

PARAGRAPH = 100
"""Weight from which a sentence is taken for a paragraph of the article's own."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
TITLE_WORDS = 4
"""A line that is all link leads to another article from so many words on; shorter ones may be names."""

_WORD = re.compile(r"[^\W_]")
_NO_LETTERS = re.compile(r"[\W_]+")
_QUOTES = re.compile('["“”«»「」]')
_ELLIPSIS = re.compile(r"\.{3}|…|\[…\]|\[\.{3}\]")
_BY = re.compile(r"\bby\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"[\d./:]+")
_STEP = re.compile(r"\s[»›>]\s")
_LABEL = re.compile(r"^[^:：|–—]{2,40}[:：|–—]$")
_NO_TITLE = re.compile(r"^(?:@|#|https?:|www\.)\S*$")


def letters(text: str) -> str:
    """What two spellings of one headline share: letters and digits, case folded."""
    return _NO_LETTERS.sub("", normal(text).casefold())


def has_words(text: str) -> bool:
    """Whether it holds any letter or digit (``___`` and ``* * *`` hold none)."""
    return _WORD.search(text) is not None


def uncut(text: str) -> str:
    """A text without the ellipsis it trails off with; the same text when it does not."""
    if "..." not in text and "…" not in text:
        return text
    end = len(text)
    while end and not (text[end - 1].isalnum() or text[end - 1] == "_"):
        end -= 1
    found = _ELLIPSIS.search(text, end)
    return text[: found.start()].rstrip() if found else text


def is_paragraph(block: Block) -> bool:
    """Whether it is a paragraph of running text beyond doubt."""
    heavy = block.weight
    if heavy < PARAGRAPH or block.link_share > 0.5 or block.tag in HEADINGS:
        return False
    sentence = heavy >= 2 * PARAGRAPH or ends_a_sentence(block.text)
    return sentence and not ends_on_credit(block) and not is_strong_appeal(block.text)


def begins(text: str, known: tuple[str, ...]) -> bool:
    """Whether a block begins with a phrase, as whole words; one or two words must be nearly all of it."""
    for phrase in known:
        if text.startswith(phrase) and not text[len(phrase) : len(phrase) + 1].isalnum():
            short = len(phrase.split()) < 3 and not is_cjk(phrase)
            if not short or len(text) <= len(phrase) + 20:
                return True
    return False


def _is_short(text: str, most: int) -> bool:
    """Whether a text weighs no more than that; characters are counted first, as that costs nothing."""
    return len(text) <= most and weight(text) <= most


def is_trailing(text: str) -> bool:
    """Whether it ends in an ellipsis."""
    return uncut(text) != text


# --- pictures -----------------------------------------------------------------------------------------


def is_credit(block: Block) -> bool:
    """Whether the whole line is a picture credit: ``(Source: ...)``, ``Photo: ...``."""
    return len(block.text) <= 2 * PARAGRAPH and phrases.CREDIT_LINE.match(block.text) is not None


def ends_on_credit(block: Block) -> bool:
    """Whether it ends as captions do: ``(... photo by ...)``, ``... / Reuters``."""
    return block.weight <= 4 * PARAGRAPH and phrases.ends_on_credit(block.text)


# --- links to other articles ----------------------------------------------------------------------------


def is_teaser(block: Block) -> bool:
    """Whether it leads elsewhere: all link, a short label and a link, or links in a row."""
    if block.link_share < 0.5 or block.tag in HEADINGS:
        return False
    outside = _outside_links(block)
    labelled = phrases.TEASER_LABEL.match(block.text) is not None
    if block.link_share >= 0.95 and not has_words(outside):
        long = len(words(block.text)) >= TITLE_WORDS
        return (long and block.tag != "li" and not _is_linked_sentence(block)) or (labelled and long)
    titled = any(len(words(link.text)) >= 3 and not _NO_TITLE.match(link.text) for link in block.links)
    if titled and len(words(outside)) <= 5 and block.tag != "li":
        bare = outside.strip(" .,;()[]")
        if labelled or _LABEL.match(bare) or bare.isupper():
            return True
    row = len(block.links) >= 2 and len(words(outside)) <= 2 * len(block.links) and titled
    return row and block.link_share >= 0.7 and block.tag != "li" and not ends_a_sentence(block.text)


def _outside_links(block: Block) -> str:
    """The block's text without the words its links stand on."""
    pieces, after = [], 0
    for link in block.links:
        start = block.text.find(link.text, after)
        if start >= 0:
            pieces.append(block.text[after:start])
            after = start + len(link.text)
    return " ".join(" ".join((*pieces, block.text[after:])).split())


def _is_linked_sentence(block: Block) -> bool:
    """A whole sentence of the article that happens to be a link: long, with a full stop, without a label."""
    return len(words(block.text)) >= 8 and block.text[-1] in ".。" and not phrases.TEASER_LABEL.match(block.text)


def is_title(text: str) -> bool:
    """Whether a line has the words of a headline."""
    return len(words(text)) >= TITLE_WORDS


def is_age(text: str) -> bool:
    """Whether a line says how long ago something was, and nothing else."""
    return len(text) <= 40 and phrases.AGE.fullmatch(text) is not None


def is_teaser_heading(text: str) -> bool:
    """Whether a line announces other articles: ``Related stories``, ``Most read in world news``."""
    return len(text) <= 60 and phrases.TEASER_HEADING.match(text) is not None


# --- appeals and walls ----------------------------------------------------------------------------------


def quotes(text: str) -> bool:
    """Whether it holds quotation marks: then somebody is quoted, not addressed."""
    return _QUOTES.search(text) is not None


def is_appeal(block: Block) -> bool:
    """Whether a short line asks something of the reader: to subscribe, follow, donate, download.

    It speaks to somebody (you, us), or brings the link to follow, or is no more than the plea.
    """
    text = block.text
    if not _is_short(text, 4 * PARAGRAPH) or not phrases.APPEAL.found(text) or quotes(text):
        return False
    return bool(block.links) or phrases.SPEAKING.search(text) is not None or len(words(text)) <= 8


def is_plea(block: Block) -> bool:
    """Whether a block speaks to the reader, or brings little but links: then it may be chrome that stands in a text."""
    if block.link_share >= 0.5:
        return True
    asks = phrases.SECOND_PERSON.search(block.text) is not None or phrases.APPEAL.found(block.text)
    return asks and not quotes(block.text)


def is_strong_appeal(text: str) -> bool:
    """Several pleas in one paragraph that speaks to the reader: no reporter writes so about others."""
    if quotes(text) or not phrases.hold_any(text, phrases.APPEAL_MARKS):
        return False
    if len({plea.casefold() for plea in phrases.APPEAL.each(text)}) < 2:
        return False
    return len(phrases.SECOND_PERSON.findall(text)) >= 2


def is_comment_wall(block: Block) -> bool:
    """Whether a short line bars or invites comments."""
    text = block.text
    return _is_short(text, 3 * PARAGRAPH) and phrases.COMMENT_WALL.found(text) and not quotes(text)


def is_paywall_notice(block: Block) -> bool:
    """Whether a short line says that the rest is for those who pay (or sign in); comment walls say so, too."""
    text = block.text
    if not _is_short(text, 3 * PARAGRAPH) or not phrases.PAYWALL_NOTICE.found(text) or quotes(text):
        return False
    return not is_comment_wall(block)


# --- what stands at the ends ------------------------------------------------------------------------------


def head_form(block: Block, byline: str) -> str:
    """What a line above the text is, if it is one of the usual ones: date, byline, share widget, ...; else ``""``."""
    text = block.text
    if len(text) > 4 * PARAGRAPH:
        return ""
    if _is_date(text, byline):
        return "date"
    if phrases.BYLINE.match(_undated(text)) or (byline and letters(text) == letters(byline)):
        return "byline"
    if phrases.READING_TIME.match(text):
        return "reading time"
    if phrases.SHARE.match(text):
        return "share widget"
    if is_appeal(block):
        return "appeal"
    return "breadcrumb" if _STEP.search(text) and block.link_share > 0.3 else ""


def _is_date(text: str, byline: str) -> bool:
    """Whether a line is a date, be it with the author's name, or with labels and counters."""
    if not _DIGIT.search(text):
        return False
    rest = text
    for name in byline.split(", ") if byline else ():
        rest = rest.replace(name, " ")
    return any(map(only_a_date, {text, _BY.sub(" ", rest), phrases.LABELLED.sub(" ", text)}))


def _undated(text: str) -> str:
    return " ".join(_DIGITS.sub(" ", text).split()) if len(text) <= PARAGRAPH else text


def tail_form(block: Block) -> str:
    """What a short line below the text is, if it is one of the usual ones; else ``""``."""
    text = block.text
    if not _is_short(text, 3 * PARAGRAPH):
        return ""
    if phrases.SHARE.match(text):
        return "share widget"
    if phrases.COMMENTS_HEADING.match(text) or is_comment_wall(block):
        return "comments"
    if is_paywall_notice(block):
        return "paywall notice"
    if is_appeal(block):
        return "appeal"
    if is_teaser_heading(text) or (block.link_share >= 0.95 and block.tag != "li"):
        return "link to something else"
    if phrases.TAGS.match(text) and (block.link_share >= 0.4 or re.match(r"[^:：]{3,16}[:：]", text)):
        return "tags"
    return "copyright" if phrases.COPYRIGHT.found(text) else ""


def end_form(block: Block, byline: str) -> str:
    """What the very last block is, if it cannot end an article; else ``""``."""
    if block.tag in HEADINGS and block.weight <= 3 * PARAGRAPH:
        return "heading without text"
    return "author's note" if is_authors_note(block.text, byline) else ""


def is_sentence(block: Block) -> bool:
    """A sentence or more of running text, be it short."""
    short = block.weight >= 40 and block.link_share < 0.5 and ends_a_sentence(block.text)
    return short or is_paragraph(block)


def is_fragment(block: Block) -> bool:
    """A few words that are no sentence: ``About us``."""
    return _is_short(block.text, 60) and len(block.text.split()) <= 6 and not ends_a_sentence(block.text)


def is_authors_note(text: str, byline: str) -> bool:
    """``Jane Doe is a reporter ...``: begins with an author's name and tells of her work."""
    names = [name for name in byline.split(", ") if len(name) > 4]
    verbs = r",? (?:is|was|has|covers|writes|reports|joined|serves|can be reached)\b"
    return any(re.match(re.escape(name) + verbs, text) for name in names) and _is_short(text, 6 * PARAGRAPH)
