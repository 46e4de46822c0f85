"""Whom does a text name as its source? Datelines, credit lines, and sentences that attribute (en, ru, zh).

A claim is no fact: it is kept with the words that make it. An attribution counts only where it names a medium (one of
the catalogue's, one that everybody knows, or a name with a medium's word in it): officials and witnesses are no
sources of texts.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crawler.wording.lexicon import LITTLE
from crawler.wording.media import AGENCIES
from storage.records import Text
from storage.words import normal

OPENING = 160
"""Characters of a body in which its dateline must end."""

_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[.]?"
_MONTH_RU = "(?:январ|феврал|март|апрел|ма|июн|июл|август|сентябр|октябр|ноябр|декабр)[а-я]{1,2}"
_DATE = rf"(?:{_MONTH} \d{{1,2}}(?:,? \d{{4}})?|\d{{1,2}} (?:{_MONTH}|{_MONTH_RU})(?: \d{{4}})?)"
_NAME = r"[A-ZА-ЯЁ][\w.&'-]*"
_SOURCE = rf"(?P<source>(?!(?:Updated?|Adds|Corrects|Photo|Video|File)\b){_NAME}(?: (?:{_NAME}|of|the|for)){{0,4}})"
_PLACE = rf"{_NAME}(?:[ /]{_NAME}){{0,4}}(?:, {_NAME}(?: {_NAME}){{0,2}})?"
_CAPITALS = r"[A-ZА-ЯЁ]{2}[A-ZА-ЯЁ .'/-]*(?:, [A-Z][\w.]*(?: [A-Z][\w.]*)?)?"
_HAN = "[\u4e00-\u9fff]"
_DATELINES = tuple(
    re.compile(pattern)
    for pattern in (
        # WASHINGTON (AP) - / BEIJING, May 5 (Xinhua) -- / (Reuters) -
        rf"(?:{_PLACE}(?:[,.]? {_DATE})?[,.]? )?\({_SOURCE}\) ?--? ?",
        # MOSCOW, May 5. /TASS/. / МОСКВА, 5 мая. /ТАСС/.
        rf"(?:{_PLACE}(?:[,.]? {_DATE})?[,.]? )?/{_SOURCE}/(?:[.,]| ?-) ?",
        # BEIJING, Jul 28, 2020, SCMP. / МОСКВА, 5 мая - РИА Новости, Имя Фамилия.
        rf"{_CAPITALS}, {_DATE},? (?:- )?{_SOURCE}(?:, {_NAME} {_NAME})?[.] (?=[A-ZА-ЯЁ\"'\d])",
        # Москва. 5 мая. INTERFAX.RU -
        rf"{_PLACE}[.] {_DATE}[.] {_SOURCE} - ",
        # KYIV, Ukraine - (a place alone claims nothing)
        rf"{_CAPITALS}(?:, {_DATE})? --? (?P<source>)",
        # 新华社北京5月5日电（记者张三）
        rf"据?(?P<source>{_HAN}{{1,9}}?(?:通讯社|新闻社|社|网|报|台)){_HAN}{{0,8}}?(?:\d{{4}}年)?(?:\d{{1,2}}月)?\d{{1,2}}日"
        r"(?:电|讯|消息|报道)[,，]? ?(?:[（(][^（）()]{1,40}[）)])? ?",
        # 央视网消息：
        rf"(?P<source>{_HAN}{{1,8}}(?:社|网|报|台|新闻|客户端))(?:消息|讯|报道)[:：] ?",
        # 【环球时报综合报道】 【海外网5月5日电】
        r"【(?P<source>[^】\d ]{2,12}?)(?:\d{1,2}月\d{1,2}日|综合|特约|驻[^】]{1,12}|记者[^】]{1,12}| ){0,3}"
        r"(?:报道|讯|消息|电)[^】]{0,20}】 ?",
    )
)
_CREDIT = re.compile(r"(?:Source|Источник|来源|稿源) ?[:：] ?(?P<source>\S.{1,39})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A source that a text names."""

    kind: str
    """dateline, credit or attribution."""
    source: str
    """As it is named there."""
    words: str
    """The words that claim it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A text, and the line apart in which its outlet says from where, when and whom it has it."""

    source: str
    claim: str
    paragraphs: tuple[str, ...]
    """In normal form, without that line."""

    @property
    def body(self) -> str:
        return " ".join(self.paragraphs)


def opened(text: Text) -> Opened:
    """A text with its dateline, or the credit above it, set apart."""
    paragraphs = [said for paragraph in text.paragraphs if (said := normal(paragraph))]
    source = claim = ""
    if paragraphs and (credit := _CREDIT.fullmatch(paragraphs[0])):
        source, claim = credit["source"].strip(" ."), credit[0]
        del paragraphs[0]
    opening = " ".join(paragraphs)[:OPENING]
    if dateline := next(filter(None, (pattern.match(opening) for pattern in _DATELINES)), None):
        paragraphs = _behind(paragraphs, dateline.end())
        source, claim = source or dateline["source"], claim or dateline[0].strip()
    return Opened(source, claim, tuple(paragraphs))


def _behind(paragraphs: list[str], end: int) -> list[str]:
    """What stands behind that many characters of the paragraphs, joined by a space."""
    while paragraphs and end > len(paragraphs[0]):
        end -= len(paragraphs.pop(0)) + 1
    rest = [paragraphs[0][max(0, end) :].lstrip(), *paragraphs[1:]] if paragraphs else []
    return [paragraph for paragraph in rest if paragraph]


def claimed_source(text: Text) -> tuple[str, str] | None:
    """Whom the text names as its source, and the words that do: in its dateline, or in a credit line of its own."""
    said = opened(text)
    if said.source:
        return said.source, said.claim
    for paragraph in text.paragraphs[-2:]:
        if credit := _CREDIT.fullmatch(normal(paragraph)):
            return credit["source"].strip(" ."), credit[0]
    return None


def claimed(text: Text, known: Mapping[str, str]) -> tuple[Claimed, ...]:
    """All sources that a text names, each once, by the words that name it first; ``known``: names of media."""
    found: dict[str, Claimed] = {}
    first = opened(text)
    if first.source:
        found[called(first.source)] = Claimed("dateline", first.source, first.claim)
    elif credit := claimed_source(text):
        found[called(credit[0])] = Claimed("credit", *credit)
    for paragraph in first.paragraphs:
        for source, words in _attributed(paragraph, known):
            found.setdefault(called(source), Claimed("attribution", source, words))
            if len(found) == MOST:
                return tuple(found.values())
    return tuple(found.values())


MOST = 12
"""Sources of one text: a press review names many."""


# --- sentences that attribute -------------------------------------------------------------------

_WORD = r"(?<![\w.&'-])[A-ZА-ЯЁ](?:[\w&'-]|[.](?=\w)){0,40}"
_MEDIUM = rf"(?P<source>{_WORD}(?: (?:(?:of|the|and) ){{0,2}}{_WORD}){{0,5}})"
_QUOTED = rf'(?:"(?P<quoted>[^"]{{2,50}})"|{_MEDIUM})'
_KIND = (
    r"(?P<kind>(?:информ)?агентств\w*|газет\w*|издани\w*|телеканал\w*|журнал\w*|радиостанци\w*|корреспондент\w*|портал\w*"
    r"|(?:state )?(?:news )?(?:agency|newspaper|outlet|broadcaster|magazine|website))"
)
_SPACED = tuple(
    re.compile(pattern)
    for pattern in (
        # according to the Wall Street Journal / first published by X / citing X
        rf"(?:[Aa]ccording to|[Cc]iting|[Qq]uoting|[Rr]eported (?:by|in)|published (?:by|in|on)|appeared (?:in|on)"
        rf"|[Rr]epublished (?:from|with permission (?:from|of)))(?: a report (?:by|in|from))?(?: [Tt]he)?"
        rf"(?: {_KIND})? {_QUOTED}",
        # ..., reported the South China Morning Post
        rf"(?:,|\"|-) ?reported(?: the)? {_QUOTED}",
        # X reported / X news agency reports
        rf"{_QUOTED}(?: {_KIND})?(?: has| have)?(?: first)? (?:reported|reports|wrote|writes)\b",
        # сообщает ТАСС / передает агентство X / со ссылкой на газету "X"
        rf"(?:[Сс]ообща(?:ет|ют|ло)|[Сс]ообщил[аио]?|[Пп]ереда(?:[её]т|ют|л[аио]?)|[Пп]иш(?:ет|ут)|[Сс]о ссылкой на"
        rf"|[Пп]о (?:данным|информации|сообщению)|[Цц]итирует)(?: {_KIND})? {_QUOTED}",
        # ТАСС сообщает
        rf"{_QUOTED} (?:сообща(?:ет|ло)|сообщил[аио]?|переда(?:[её]т|л[аио]?)|пишет)\b",
    )
)
_HAN_MEDIUM = rf"(?:《(?P<quoted>[^》]{{2,20}})》|(?P<source>{_HAN}{{1,9}}?(?:通讯社|新闻社|社|网|报|台|电视|新闻)))"
_JOINED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:据|援引|引述|引用|转引){_HAN_MEDIUM}(?:网站)?[^，。；\"]{{0,14}}?(?:报道|消息|援引|引述|称|电|讯|刊文)",
        rf"(?:^|(?<=[，。；\"]))(?![据援引转]){_HAN_MEDIUM}(?:网站)?[^，。；\"]{{0,10}}?(?:报道|援引|刊文)",
    )
)
_CJK = re.compile(_HAN)
_MEDIA_WORDS = re.compile(
    r"\b(?:News|Times|Post|Journal|Telegraph|Herald|Tribune|Guardian|Press|Daily|Gazette|Radio|Television|TV"
    r"|Broadcasting|Magazine|Observer|Chronicle|Agency|Courier|Dispatch|Express|Standard|Examiner|Inquirer|Bulletin|Review|Новости|Известия|Газета|газета|Правда|Радио|ТВ)\b|[社报网台]$"
)
_LEADS = re.compile(r"^(?:The|In|On|As|But|And|Earlier|Meanwhile|Later|State) ")
_SUFFIX = re.compile(r"(?:'s|[.,'-])+$")


def _attributed(paragraph: str, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    patterns = _JOINED if _CJK.search(paragraph) else _SPACED
    for pattern in patterns:
        for hit in pattern.finditer(paragraph):
            named = hit["quoted"] or hit["source"]
            source = _SUFFIX.sub("", _LEADS.sub("", named))
            if called(source) not in LITTLE and (hit.groupdict().get("kind") or is_medium(source, known)):
                yield source, hit[0].strip(' ,"-')


def is_medium(source: str, known: Mapping[str, str]) -> bool:
    """Whether a name is a medium's."""
    return bool(outlet_of(source, known)) or called(source) in AGENCIES or bool(_MEDIA_WORDS.search(source))


def outlet_of(source: str, known: Mapping[str, str]) -> str:
    """The outlet that a name stands for, or ""; in Russian, in whichever case it stands."""
    name = called(source)
    if name in known:
        return known[name]
    return next((known[cut] for end in ("а", "у", "ом", "е", "ы", "и") if (cut := name.removesuffix(end)) in known), "")


def called(name: str) -> str:
    """A name as names are compared."""
    return _SUFFIX.sub("", normal(name).casefold().removeprefix("the ")).strip(' "')
