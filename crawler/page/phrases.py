"""By which words and names is chrome known? Share lines, appeals, walls, credits; names of a page's parts.

Pure, patterns only. No phrase decides alone: articles write about newsletters, comments and pages not found.
`crawler.page.forms` asks for the form of the line, `crawler.page.chrome` for its place on the page.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_AT = r"(?<![a-z])"
_END = r"(?![a-z])"


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases that begin a line, and phrases that may stand anywhere in it."""

    beginning: re.Pattern[str]
    within: re.Pattern[str]
    marks: tuple[str, ...]
    """One of them, case folded, stands in every phrase of ``within``. To ask for them first is ten times as fast."""

    def found(self, text: str) -> bool:
        """Whether any of them stands in a text."""
        return self.beginning.match(text) is not None or (
            hold_any(text, self.marks) and self.within.search(text) is not None
        )

    def each(self, text: str) -> list[str]:
        """All that stand in a text, from left to right, none over another."""
        first = self.beginning.match(text)
        rest = self.within.finditer(text, first.end() if first else 0)
        return [phrase.group(0) for phrase in (*((first,) if first else ()), *rest)]


def hold_any(text: str, marks: tuple[str, ...]) -> bool:
    """Whether any mark (case folded) stands in a text, whatever its case: all that ``re.IGNORECASE`` would find."""
    folded = text.lower() if text.isascii() else text.casefold().replace("ı", "i").replace("\u0307", "")
    return any(mark in folded for mark in marks)


# --- names that pages give to their parts (class, id, ...) ----------------------------------------

NAMES = {
    "comments": _any(
        rf"{_AT}comments?(?:[-_ ]?(?:list|area|section|form|wall|count|box|thread|container|s))?{_END}",
        rf"disqus|livefyre|{_AT}respond{_END}",
    ),
    "share widget": _any(
        rf"{_AT}(?:social[-_]?)?shar(?:e|ing)(?:[-_ ]|{_END})|addthis|sharedaddy",
        r"social[-_](?:links|media|bar|icons|follow)",
    ),
    "newsletter": _any(
        rf"news-?letter|sign-?up{_END}|mailing-?list|opt-?in{_END}",
    ),
    "appeal": _any(
        rf"{_AT}cta{_END}|donat(?:e|ion)[-_]|appeal|support-us|follow-us|{_AT}subscri(?:be|ption)(?![a-z-])",
        r"subscri(?:be|ption)[-_](?:box|form|cta|banner|widget|promo)",
    ),
    "related": _any(
        rf"related|recommend(?:ed|ation)|read-?(?:more|next|also)|see-?also|more-?(?:on|from|stories|news){_END}",
        r"most-?(?:read|popular|viewed|shared)|trending|you-?may-?(?:also-?)?like|up-?next|also-?read",
    ),
    "teaser": _any(rf"teaser|{_AT}promo(?:tion|s)?{_END}"),
    "sponsor": _any(rf"sponsor|advert|{_AT}ads?{_END}|outbrain|taboola|{_AT}partner-content|paid-?content|disclosure"),
    "author's note": _any(
        r"author-?_*(?:bio|box|info|card|about|description|profile|note)",
        rf"about-?(?:the-?)?author|{_AT}bio{_END}",
    ),
    "tags": _any(
        rf"{_AT}(?:post|article|entry|story)?-?_*tags?(?:-?_*(?:list|links|cloud|container|wrap))?(?![a-z-])",
        r"breadcrumb",
    ),
    "embed": _any(r"twitter-tweet|instagram-media|fb-post|tiktok-embed|reddit-(?:embed|card)|telegram-post|vk_post"),
}
"""Kinds of chrome, and how pages name the element that holds it."""

CAPTION_NAME = _any(
    rf"(?<!no-)caption|(?:image|photo|picture|media)[-_]*(?:credit|source|meta){_END}|{_AT}credit(?:s|line)?{_END}"
)
_NAME_MARKS = (
    "ad", "also", "appeal", "author", "bio", "breadcrumb", "caption", "comment", "credit", "cta", "disclosure",
    "disqus", "donat", "embed", "fb-post", "follow", "instagram", "letter", "like", "livefyre", "mailing", "meta",
    "more", "most", "next", "opt", "outbrain", "paid", "partner", "promo", "recommend", "reddit", "relat", "respond",
    "shar", "sign", "social", "source", "sponsor", "subscri", "support", "taboola", "tag", "teaser", "telegram",
    "trending", "tweet", "vk_post",
)  # fmt: skip
"""One of them stands in every name of `NAMES` and `CAPTION_NAME`: most names hold none, and are done with."""
STANDFIRST_NAME = _any(
    rf"stand-?first|sub-?(?:head(?:ing|line)?|title){_END}|{_AT}de[ck]k?{_END}|strapline",
    rf"(?:post|article|entry|story)[-_]*(?:excerpt|summary|standfirst|abstract)|{_AT}summary{_END}",
)
PAYWALL_NAME = _any(
    rf"pay-?wall|reg-?wall|subscri\w*-(?:wall|gate|only)|{_AT}gate(?:d|way)?{_END}",
    rf"premium|preview|truncat|snippet|meter(?:ed)?{_END}",
)
"""Names that stand on full texts as well: they count only next to other marks of a cut."""


@lru_cache(maxsize=8192)
def kinds(name: str) -> tuple[str, ...]:
    """The kinds of chrome, and ``caption``, that a page's name for one of its parts speaks of.

    Kept: an outlet uses the same few names on all its pages.
    """
    if not hold_any(name, _NAME_MARKS):
        return ()
    return tuple(kind for kind, pattern in (*NAMES.items(), ("caption", CAPTION_NAME)) if pattern.search(name))


# --- whole lines ----------------------------------------------------------------------------------

_UNIT = r"(?:s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?)"
_WHILE = rf"(?:\d{{1,4}}|an?)\s?{_UNIT}"
_RU_WHILE = r"\d{1,4}\s(?:сек|мин|час|дн|день)\w{0,5}\.?"
AGE = _any(
    rf"(?:last\s)?(?:updated|posted|published|modified)\s?:?\s(?:{_WHILE}(?:\sago)?|just\snow|moments?\sago)",
    rf"{_WHILE}\sago|(?:just|right)\snow|moments?\sago",
    rf"(?:обновлено|опубликовано)\s?:?\s(?:{_RU_WHILE}(?:\sназад)?|только\sчто)|{_RU_WHILE}\sназад|только\sчто",
    r"(?:更新于|发布于|发表于)?(?:刚刚|\d{1,4}\s?(?:秒钟?|分钟|小时|天)之?前)(?:更新|发布|发表)?",
    r"vor\s\d{1,4}\s\w{3,8}|il\sy\sa\s\d{1,4}\s\w{1,8}|hace\s\d{1,4}\s\w{1,8}|há\s\d{1,4}\s\w{1,8}",
)
"""A whole line that counts from the moment of asking."""
AD_LABEL = _any(
    r"\W*(?:advertisement|advertising|advert|ads?|sponsored(?: content| post)?|paid (?:post|content)"
    r"|promoted(?: content)?|реклама|на правах рекламы|партнерский материал|广告|廣告|推广|赞助内容|anzeige"
    r"|werbung|publicité|annonce|publicidad|anuncio|publicidade|pubblicità|reklama|reklam|広告|광고)\W*"
)
"""A whole line over an advertisement."""
_PLACES = r"facebook|twitter|whatsapp|telegram|linkedin|reddit|e-?mail"
SHARE = _any(
    rf"^(?:share|tweet|print|pin(?: it)?|save|copy(?: link)?|vk(?:ontakte)?|{_PLACES})"
    rf"(?: (?:it|this|on|via|with|to|article|story|post|page|link|friends?|{_PLACES}))*[.:!]?$",
    r"^(?:поделиться|отправить)(?: \w+){0,3}[.:!]?$",
    r"^分享(?:到|至)?.{0,12}$",
    r"^(?:teilen|partager|compartir|compartilhar)[:!]?$",
)
COMMENTS_HEADING = _any(
    r"^[(（]?\d*[)）]?\s*(?:reader |user )?"
    r"(?:comments?|discussion|комментари[ийяев]+|评论|留言|kommentare|commentaires|comentarios|comentários)"
    r"\s*[(（:：]?\s*\d*\s*[)）]?$"
)
_COMMENT_WALL = _any(
    r"^(?:leave|post|add|write) (?:a |your )?(?:comment|reply)\b",
    r"^be the first to comment",
    r"^join the (?:conversation|discussion)",
    r"^(?:view|show|read|load|see) (?:all |more )?(?:\d+ )?comments\b",
    r"^there (?:are|is)(?: (?:currently )?(?:no|\d+))?(?: comments?)?(?: yet)? (?:on|for) this (?:article|post|story)",
    r"^comments? (?:are|is) (?:closed|off|disabled|moderated)",
    r"^your e-?mail address will not be published",
    r"^(?:войдите|авторизуйтесь|зарегистрируйтесь).{0,60}комментари",
    r"^(?:оставить|добавить|написать) комментарий",
    r"^(?:登录|登錄|注册).{0,20}(?:评论|評論)|^(?:发表|發表)评论",
    r"^aten[çc][ãa]o: coment[áa]rios",
)
_COMMENT_WALL_WITHIN = _any(
    r"\b(?:log ?in|sign ?in|register(?:ed)?|subscriber|member|account)\b.{0,60}\bcomments?\b",
    r"\bto (?:view|read|see|leave|post|write)(?: \w+){0,3} comments?\b",
)
COMMENT_WALL = Phrases(_COMMENT_WALL, _COMMENT_WALL_WITHIN, ("comment",))
TEASER_LABEL = _any(
    r"^\W*+(?:read(?: more| also| next| on| now)?|see(?: also| more)?|also(?: on [\w.]+| read| see)?"
    r"|more(?: on| from| about)?|watch(?: now| more)?|listen(?: now)?|related|recommended|don['’]?t miss"
    r"|you (?:may|might)(?: also)? (?:like|enjoy|be interested in)|most (?:read|popular|viewed)|trending(?: now)?"
    r"|popular(?: on)?|top stories|up next|editors?['’]? picks?|in case you missed it|must reads?|our standards"
    r"|continue reading|what to read next|explore more|sign ?up|subscribe|partner news"
    r"|читайте(?: также| еще| ещё| далее)?|смотрите(?: также)?|по теме|подробнее|материалы по теме"
    r"|ещ[её] по теме|рекомендуем|также|相关(?:阅读|新闻|报道|链接)?|延伸阅读|推荐阅读|更多(?:新闻|内容)?|热门|関連記事"
    r"|lesen sie (?:auch|mehr)|mehr(?: zum thema)?|lire aussi|à lire|voir aussi"
    r"|leia (?:mais|também)|veja também|você pode gostar|lea también|más(?: sobre)?)(?=\W|$)"
)
"""How a line begins that leads to another article; counts only before a link."""
TEASER_HEADING = _any(
    r"^\W*(?:read (?:more|also|next)(?:\W+editors?['’]? picks?)?|see also|related(?: \w+)?|recommended(?: \w+){0,2}"
    r"|don['’]?t miss|you (?:may|might)(?: also)? (?:like|enjoy|be interested in)"
    r"|most (?:read|popular|viewed)(?: \w+){0,4}|trending(?: \w+){0,2}|popular(?: (?:on|in)(?: \w+){1,3})?"
    r"|(?:top|more|latest|other) (?:stories|news|articles)|up next|editors?['’]? picks?|in case you missed it"
    r"|partner news|what to read next|more (?:from|on) [\w ]{2,30}|читайте также|материалы по теме|(?:ещ[её] )?по теме"
    r"|новости по теме|главные новости|相关(?:阅读|新闻|报道|链接)|延伸阅读|推荐阅读|热门(?:新闻|推荐)|関連記事"
    r"|lesen sie auch|mehr zum thema|lire aussi|à lire aussi|leia (?:mais|também)|veja também|você pode gostar"
    r"|lea también)\W*$"
)
"""A whole line that announces other articles."""
TAGS = _any(
    r"^(?:tags?|topics?|filed under|keywords?|categor(?:y|ies)|posted in)\s*:?",
    r"^(?:теги|метки|рубрики?|ключевые слова|标签|关键词)\s*[:：]?",
)
COPYRIGHT = Phrases(
    _any(r"^(?:©|\(c\)|copyright\b)", r"^все права защищены"),
    _any(r"\ball rights reserved\b", r"版权所有|未经.{0,8}(?:授权|许可)"),
    ("all rights reserved", "版权所有", "未经"),
)
READING_TIME = _any(
    r"^\W*\d+\s*[-‑]?\s*min(?:ute)?s?(?:\s+read)?\W*$",
    r"^\W*(?:reading time|read time|estimated reading|tempo de leitura|lesezeit|temps de lecture)\W.{0,20}$",
    r"^\W*(?:время (?:чтения|на чтение)\W|阅读时间|预计阅读).{0,20}$",
)
BYLINE = _any(
    r"^(?:by|written by|reported by|von|par|автор|текст)[:：]? [^.!?]{2,60}$",
    r"^(?:作者|记者|文|编辑)\s*[:：/].{1,20}$",
)
ADDRESS = _any(r"^(?:https?://|www\.)\S+$", r"^\S[^\s@]*@\S+\.\w+$")
SIGNATURE = re.compile(r"^[—–-]{1,99} ?.{1,80}\(@\w{1,20}\)")
"""How an embedded post is signed: ``— Name (@handle) date``."""
POST_END = _any(r"(?:pic\.(?:twitter|x)\.com/\w+|https?://t\.co/\w+)$")


def ends_a_post(text: str) -> bool:
    """Whether a text ends on the link that embedded posts end on."""
    return hold_any(text, (".co",)) and POST_END.search(text) is not None


# --- appeals to the reader --------------------------------------------------------------------------

_APPEAL = _any(
    r"^(?:please )?(?:subscribe|donate|support|join)\b.{0,70}\b(?:us|our|now|today|newsletter|channel|membership)\b",
    r"^(?:want|looking for|get|stay)\b.{0,90}\b(?:newsletters?|e-?mails?|inbox|alerts|notifications|up to date)\b",
    r"^sign ?up\b.{0,60}\b(?:newsletters?|e-?mails?|inbox|alerts|our|us|today|here|free updates)\b",
    r"^(?:follow|like|find|join) (?:us|our|@?\w+(?: \w+)?) on\b",
    r"^(?:download|get|try|install) (?:the|our) .{0,40}\bapp\b|^click here\b|^like this (?:story|article|post)\?",
    r"^if you (?:liked?|enjoyed?|appreciate|value|found)(?: reading)? (?:this|our|what)\b",
    r"^(?:have|got) (?:a |any )?(?:\w+ )?(?:tips?|stor(?:y|ies)|questions?)\b.{0,60}\?",
    r"^(?:if you (?:buy|purchase)|(?:this (?:article|post|page) )?(?:may )?contains? affiliate)\b",
    r"^we (?:may|might) (?:earn|receive|get)\b.{0,40}\bcommission",
    r"^listen to .{1,40}\b(?:live|podcasts?|wherever)\b|^thanks? (?:you )?for (?:reading|your support|subscribing)",
    r"^(?:get|receive) .{0,40}\b(?:delivered|headlines)\b|^get access to\b",
    r"^join (?:our|us|the)\b.{0,60}\b(?:channel|group|community|telegram|whatsapp)\b",
    r"^(?:подпи(?:сывайтесь|шитесь|шись)|следите за (?:нами|нашими|новостями)|читайте нас|вступайте в)",
    r"^(?:присоединяйтесь|поддержите|скачайте|хотите быть в курсе|больше новостей|нашли (?:ошибку|опечатку))",
    r"^请?(?:关注|订阅|扫码|扫描|长按|点击|下载).{0,40}(?:公众号|二维码|客户端|app|微信|频道|我们|订阅)",
    r"^(?:abonnieren sie|folgen sie uns|abonnez-vous|suivez-nous|siga-?nos|síguenos|suscríbete|inscreva-se)",
)
_APPEAL_WITHIN = _any(
    r"\b(?:please )?consider (?:subscribing|donating|supporting|becoming)\b",
    r"\bbecom(?:e|ing) an? (?:\w+ )?(?:member|subscriber|supporter|patron)\b",
    r"\bby subscribing\b|\bevery subscription\b|\bwithout your support\b|\bsupport our\b.{0,30}\b(?:work|journalis)",
    r"\bна наш (?:\w+-)?канал\b",
)
APPEAL = Phrases(
    _APPEAL,
    _APPEAL_WITHIN,
    ("consider", "becom", "by subscribing", "every subscription", "without your support", "support our", "на наш "),
)
APPEAL_MARKS = ("subscri", "donat", "support", "become", "sign up", "signup", "подпи", "поддерж", "订阅", "关注")
"""A quick look before every plea in a long paragraph is sought."""
SPEAKING = _any(
    r"\b(?:you|your|we|us|our|my)\b", r"\b(?:вы|вас|вам|ваш\w*|мы|нас|нам|наш\w*)\b|йтесь\b|йте\b", r"[你您我]"
)
SECOND_PERSON = _any(r"\byou(?:r|rs)?\b", r"\b(?:вы|вас|вам|ваш\w*)\b", r"[你您]")

_PAYWALL_NOTICE = _any(
    r"^to (?:read|continue|access|unlock)\b.{0,40}\b(?:full|rest|whole|entire|reading|article|story)\b",
    r"^(?:subscribe|sign ?up|sign ?in|log ?in|register|join)\b.{0,40}\bto (?:read|continue|unlock|access)\b",
    r"^(?:continue|keep) reading\b.{0,60}\b(?:subscri|account|free|member|sign)",
    r"^(?:this|the) (?:\w+ ){0,3}(?:article|story|content|post)\b.{0,60}\b(?:subscribers?|members?|premium)\b",
    r"^already (?:a|an|have an?)\b.{0,20}\b(?:subscriber|member|account)\b",
    r"^you(?:['’]?ve| have) (?:reached|read|used)\b.{0,60}\b(?:limit|free|articles)\b",
    r"^(?:unlock|read the full|get full access)\b",
    r"^чтобы (?:прочитать|читать|дочитать)\b|^(?:материал|статья|текст) доступ(?:ен|на)\b",
    r"^(?:оформите|купите) подписку",
    r"^(?:登录|登錄|订阅|訂閱|付费|付費|开通).{0,16}(?:阅读|閱讀|全文|查看)",
    r"^(?:weiterlesen mit|jetzt weiterlesen|cet article est réservé|il vous reste)\b",
)
PAYWALL_NOTICE = Phrases(
    _PAYWALL_NOTICE, _any(r"(?:剩余|还有).{0,8}(?:未读|内容|全文|%)|付费(?:内容|文章)"), ("剩余", "还有", "付费")
)
"""Notices over, in or after a text that was cut."""

# --- picture credits --------------------------------------------------------------------------------

_NAMES_OF_AGENCIES = (
    "AFP", "Reuters", "AP", "Associated Press", "Getty", "EPA", "EFE", "TASS", "ТАСС", "РИА", "Xinhua", "新华社",
    "新华", "DoD", "Shutterstock", "iStock", "Alamy", "Bloomberg",
)  # fmt: skip
_AGENCIES = "|".join(_NAMES_OF_AGENCIES)
CREDIT_LINE = _any(
    r"^\(?(?:photos?|images?|pictures?|illustrations?|credits?|source|video|graphic|photograph|фото|иллюстрация"
    r"|изображение|图片?(?:来源)?|资料图片?)(?: (?:by|credit|source|courtesy(?: of)?|from))?"
    r"\s*[:：/／|]\s*[^.!?]{2,80}\.?\)?$",
    r"^\((?:[^()]{0,80}\b)?(?:photo|image|picture|source|credit|courtesy|getty|фото)\b[^()]{0,80}\)\.?$",
)
LABELLED = re.compile(
    r"(?:来\s*源|作\s*者|责任编辑|编\s*辑|记\s*者|source|author|источник|автор)\s*[:：]\s*\S{1,24}"
    r"|(?:阅读|浏览|点击|评论|播放|views?|reads?|comments?|просмотр\w*|комментари\w*)"
    r"(?:量|数|次数)?\s*[:：]?\s*\d[\d,. ]*[万千次人]*"
    r"|\d[\d,. ]*\s*(?:次阅读|次浏览|人评论|views?|reads?|comments?|просмотр\w*|комментари\w*)",
    re.IGNORECASE,
)
"""Labels with their values, and counters, as they stand beside the date above a text."""
CREDIT_END = re.compile(
    r"\((?:[^()]{0,60}\b)?(?:[Pp]hotos?|[Ii]mages?|[Pp]ictures?|[Cc]ourtesy|[Cc]redit|[Ss]ource|[Фф]ото|"
    rf"{_AGENCIES})\b[^()]{{0,60}}\)\.?$"
    rf"|\b(?:{_AGENCIES}) (?:[Pp]hoto|[Ii]mage|[Ff]ile|[Фф]ото)\b[^.]{{0,40}}\.?(?: [^.]{{0,60}}\.)?$"
    rf"|(?:[/|–—-] ?|[.!?…] |\bvia )(?:{_AGENCIES})(?: Images)?(?: (?:file|photo))*\)?$"
    r"|(?:Photograph|Photo|Фото|图)[:：] ?[^.]{2,60}$"
    r"|[社网报台](?:记者|发)?\s?[^。！？]{0,12}\s?[摄发]$|资料图片?$"
)
"""How captions end on their credit."""
_CREDIT_MARKS = ("hoto", "mage", "ile", "icture", "ourtesy", "redit", "ource", "ото", "图", "摄", "发")


def ends_on_credit(text: str) -> bool:
    """Whether a text ends as captions do; what has no such mark, bracket or agency at its end is done with at once."""
    may = text.endswith((")", ").")) or text.rstrip(")").endswith(_NAMES_OF_AGENCIES)
    return (may or any(mark in text for mark in _CREDIT_MARKS)) and CREDIT_END.search(text) is not None
