"""Who else carries this text?

Exact reprints only: texts that are the same word by word once the line is gone in which each outlet says where, when
and from whom it has the text ("BEIJING, May 5 (Xinhua) -- ", "МОСКВА, 5 мая. /ТАСС/. ", "新华社北京5月5日电").
That line is also a claim: `claimed_source` says who is named in it. A claim is no fact: who was first is told by who
was first seen with the text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.records import Extent, Reprint, Text, sha256
from storage.words import count, normal, tokens

TOO_SHORT = 40
"""Words (ideographs count one each) below which two texts can be alike by chance: weather, results, stock lines."""
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
class Carrier:
    """A version, of another article, and its fingerprint."""

    article: int
    version: int
    first_at: datetime
    fingerprint: str


def fingerprint(text: Text) -> str:
    """What two reprints have in common: a digest of the body without its dateline; ``""``: too short, or cut, to say.

    Typography and where paragraphs end make no difference; letters, digits and marks do.
    """
    _, _, said = _opened(text)
    if text.extent is Extent.PREVIEW or count(said) < TOO_SHORT:
        return ""
    return sha256(("reprint/1 " + " ".join(tokens(said))).encode())


def relate(
    article: int, version: int, first_at: datetime, fingerprint: str, others: Sequence[Carrier]
) -> tuple[Reprint, ...]:
    """The family of a version: itself and all that carry the same text, who was first seen first; () if it is alone.

    All versions that carry it are in, so that the family is the same in whatever order its members were met. The
    family goes by the fingerprint.
    """
    family = {(c.article, c.version): c.first_at for c in others if fingerprint and c.fingerprint == fingerprint}
    if all(other == article for other, _ in family):
        return ()
    family[article, version] = first_at
    members = sorted(family.items(), key=lambda member: (member[1], member[0]))
    return tuple(Reprint(fingerprint, of, number, 1.0, at) for (of, number), at in members)


def claimed_source(text: Text) -> tuple[str, str] | None:
    """Whom the text names as its source, and the words that do: in its dateline, or in a credit line of its own."""
    source, claim, _ = _opened(text)
    if source:
        return source, claim
    for paragraph in text.paragraphs[-2:]:
        if credit := _CREDIT.fullmatch(normal(paragraph)):
            return credit["source"].strip(" ."), credit[0]
    return None


def _opened(text: Text) -> tuple[str, str, str]:
    """The source that the opening names, the words that name it, and the body without them (in normal form)."""
    paragraphs = list(text.paragraphs)
    source = claim = ""
    if paragraphs and (credit := _CREDIT.fullmatch(normal(paragraphs[0]))):
        source, claim = credit["source"].strip(" ."), credit[0]
        del paragraphs[0]
    body = normal(" ".join(paragraphs))
    opening = body[:OPENING]
    if dateline := next(filter(None, (pattern.match(opening) for pattern in _DATELINES)), None):
        body = body[dateline.end() :]
        source, claim = source or dateline["source"], claim or dateline[0].strip()
    return source, claim, body
