# ruff: noqa: E501 (patterns and lists read better unbroken)
"""The words by which `kinds` knows numbers, dates, attributions, hedges, notes and counters (en, ru, zh).

Lists of plain facts about three languages; patterns match text in normal form, any case unless said otherwise.
A word that is missing makes a kind less particular, never an edit unseen.
"""

import re


def _listed(said: str) -> frozenset[str]:
    return frozenset(said.split())


# --- numbers ------------------------------------------------------------------------------------

SCALES = {
    "hundred": 100, "thousand": 1000, "million": 10**6, "mln": 10**6, "mn": 10**6, "billion": 10**9, "bln": 10**9,
    "bn": 10**9, "trillion": 10**12, "сто": 100, "тыс": 1000, "тысяча": 1000, "тысячи": 1000, "тысяч": 1000,
    "млн": 10**6, "миллион": 10**6, "миллиона": 10**6, "миллионов": 10**6, "млрд": 10**9, "миллиард": 10**9,
    "миллиарда": 10**9, "миллиардов": 10**9, "трлн": 10**12, "триллион": 10**12, "триллионов": 10**12,
    "百": 100, "千": 1000, "万": 10**4, "亿": 10**8,
}  # fmt: skip

_EN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_RU = (
    "ноль|один одна одно одного одной|два две двух двое|три трех трёх трое|четыре четырех четырёх четверо|"
    "пять пяти пятеро|шесть шести шестеро|семь семи семеро|восемь восьми восьмеро|девять девяти|"
    "десять десяти|одиннадцать одиннадцати|двенадцать двенадцати|тринадцать тринадцати|"
    "четырнадцать четырнадцати|пятнадцать пятнадцати|шестнадцать шестнадцати|семнадцать семнадцати|"
    "восемнадцать восемнадцати|девятнадцать девятнадцати"
)
_RU_TENS = (
    "двадцать двадцати|тридцать тридцати|сорок сорока|пятьдесят пятидесяти|шестьдесят шестидесяти|"
    "семьдесят семидесяти|восемьдесят восьмидесяти|девяносто девяноста"
)
_RU_HUNDREDS = "сто ста|двести|триста|четыреста|пятьсот|шестьсот|семьсот|восемьсот|девятьсот"
NUMERALS = {word: n for n, word in enumerate(_EN.split())} | {word: 20 + 10 * n for n, word in enumerate(_TENS.split())}
NUMERALS |= {word: n for n, group in enumerate(_RU.split("|")) for word in group.split()}
NUMERALS |= {word: 20 + 10 * n for n, group in enumerate(_RU_TENS.split("|")) for word in group.split()}
NUMERALS |= {word: 100 + 100 * n for n, group in enumerate(_RU_HUNDREDS.split("|")) for word in group.split()}
DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "十": 10}
MEASURES = "人名个位岁年月日天周次元辆架枚艘吨公里米分成倍票项家国起例处座件"

VAGUE = _listed(
    "dozen dozens scores hundreds thousands millions billions half third quarter twice several many few "
    "десятки десятков сотни сотен тысячи миллионы половина треть четверть дважды вдвое втрое несколько"
)
UNITS = _listed(
    "percent per-cent pct procent kilometers kilometres kilometer kilometre km miles mile meters metres kg "
    "kilograms tonnes tons ton pounds feet dollars euros rubles roubles yuan hours hour days day weeks week months "
    "month years year minutes minute seconds "
    "процент процента процентов км километров метров тонн тонны долларов доллара евро рублей рубля юаней часов "
    "часа дней дня недель недели месяцев месяца лет года минут минуты"
)
CURRENCIES = "$€£¥₽₴"
ZH_UNITS = ("公里", "英里", "千米", "美元", "欧元", "人民币", "卢布", "小时", "分钟", "吨", "元", "%")

# --- dates --------------------------------------------------------------------------------------

_MONTHS = (
    "january|february|march|april|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_RU_MONTHS = "январ[яьею]|феврал[яьею]|марта?|апрел[яьею]|мая|июн[яьею]|июл[яьею]|августа?|сентябр[яьею]|октябр[яьею]|ноябр[яьею]|декабр[яьею]"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_RU_DAYS = "понедельник\\w?|вторник\\w?|сред[аыу]|четверга?|пятниц[аыу]|суббот[аыу]|воскресень[ея]"
_COUNTED_THINGS = (
    "people|men|women|children|soldiers|troops|dead|killed|wounded|injured|homes|houses|cases|members|more|tonnes|tons|km|"
    "kilomet|miles|euros|dollars|roubles|rubles|человек|людей|солдат|жител|дом|случа|тонн|км|рубл|доллар|евро"
)
DATE = re.compile(
    rf"""
      \b\d{{4}}-\d{{2}}-\d{{2}}\b | \b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b | \b\d{{1,2}}:\d{{2}}(?::\d{{2}})?\b
    | \b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?(?:{_MONTHS})\b\.?(?:\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?!\s*(?:people|%)))?(?:,?\s+(?:19|20)\d\d\b)?
    | \b\d{{1,2}}\s+may\b(?:\s+(?:19|20)\d\d\b)? | \bmay\s+\d{{1,2}}\b(?:,?\s+(?:19|20)\d\d\b)?
    | \b(?:\d{{1,2}}\s+)?(?:{_RU_MONTHS})\b(?:\s+(?:19|20)\d\d\b)?
    | \b(?:{_DAYS})\b | \b(?:{_RU_DAYS})\b | \b(?:19|20)\d\d(?=-?(?:го|й|м)?\s+(?:год\w*|гг?\.))
    | \b(?:in|since|until|till|by|before|after|during|в|с|до|после|к)\s+(?:19|20)\d\d\b(?!\s*%|[,.]\d|\s+(?:{_COUNTED_THINGS}))
    | \b(?:yesterday|today|tomorrow|вчера|сегодня|завтра)\b
    | (?:\d+|[〇零一二三四五六七八九十]+)年(?!前|来|间|级|轻) | (?:\d{{1,2}}|[一二三四五六七八九十]+)月(?:(?:\d{{1,2}}|[一二三四五六七八九十]+)[日号])?
    | (?<![\d一二三四五六七八九十])(?:\d{{1,2}}|[一二三四五六七八九十]+)[日号](?!线) | 星期[一二三四五六日天] | 周[一二三四五六日](?!期)
    | [昨今明][天日]
    """,
    re.I | re.X,
)

# --- attribution: who says it, and how sure the wording is ---------------------------------------

_SAYING = {
    "say": "say says said saying tell tells told state states stated add adds added note notes noted report reports "
    "reported announce announces announced declare declares declared explain explained according "
    "сказал сказала сказали говорит сообщил сообщила сообщили сообщает сообщают заявил заявила заявили заявляет "
    "заявляют рассказал рассказала рассказали отметил отметила отметили добавил добавила объявил объявила согласно словам",
    "claim": "claim claims claimed claiming allege alleges alleged alleging insist insists insisted assert asserts asserted "
    "purport purports purported утверждает утверждал утверждала утверждают утверждали уверяет уверяют "
    "уверял настаивает настаивают",
    "admit": "admit admits admitted concede concedes conceded acknowledge acknowledges acknowledged признал признала "
    "признали признаёт признает признался",
    "confirm": "confirm confirms confirmed confirming подтвердил подтвердила подтвердили подтверждает подтверждают",
    "deny": "deny denies denied denying refute refutes refuted reject rejects rejected dismiss dismissed dismisses "
    "опроверг опровергла опровергли опровергает отрицает отрицают отрицал отрицала отверг отвергла",
    "accuse": "accuse accuses accused accusing blame blames blamed обвинил обвинила обвинили обвиняет обвиняют",
    "warn": "warn warns warned предупредил предупредила предупредили предупреждает",
    "suggest": "suggest suggests suggested imply implies implied hint hinted предположил предположила предположили намекнул",
}
SAYING = {word: group for group, listed in _SAYING.items() for word in listed.split()}
SAYING |= {w + end: group for w, group in SAYING.items() if w.endswith("л") for end in ("а", "о", "и")}
ZH_SAYING = {
    "声称": "claim", "宣称": "claim", "自称": "claim", "坚称": "claim", "指称": "claim", "据称": "claim", "表示": "say", "称": "say",
    "说": "say", "指出": "say", "强调": "say", "宣布": "say", "报道": "say", "透露": "say", "承认": "admit",
    "证实": "confirm", "确认": "confirm", "否认": "deny", "驳斥": "deny", "指责": "accuse", "指控": "accuse",
    "警告": "warn", "暗示": "suggest",
}  # fmt: skip
ZH_NO_SAYING = ("名称", "称号", "说明", "小说", "学说", "对称", "称赞", "职称", "简称", "通称", "称为", "堪称")

# --- negations and hedges -----------------------------------------------------------------------

NEGATIONS = _listed(
    "not no never none neither nor without cannot nobody nothing hardly не ни нет никогда никто ничего без нельзя"
)
HEDGES = _listed(
    "may might could possibly perhaps maybe probably likely unlikely reportedly apparently allegedly alleged suspected "
    "supposedly purportedly presumably seemingly appears appear appeared seems seem seemed believed unconfirmed so-called "
    "potential potentially almost nearly about around approximately roughly some only unverified "
    "возможно вероятно наверное якобы предположительно по-видимому видимо может могут мог могла могли могло бы похоже "
    "предполагаемый предполагаемые предполагаемого предполагаемых так-называемый почти около примерно порядка лишь вроде "
    "неподтвержденные неподтверждённые"
)
ZH_NEGATIONS = ("没有", "并未", "并非", "从未", "尚未", "不", "没", "未", "无", "非", "否", "勿")
ZH_NO_NEGATION = (
    "不仅", "不断", "不过", "不久", "不同", "未来", "非常", "非洲", "无论", "是否", "否认", "否则", "除非", "不但", "不得不",
    "无人机", "不少", "非法", "不管", "未婚", "无线", "毫无疑问",
)  # fmt: skip
ZH_HEDGES = (
    "可能", "也许", "或许", "据称", "据报道", "据说", "大概", "大约", "约", "似乎", "疑似", "涉嫌", "所谓", "或将", "预计", "据信", "有望",
)  # fmt: skip
NEGATIVE = ("un", "non", "non-", "in", "im", "il", "ir", "dis", "anti-", "anti", "не", "без", "бес", "анти")
"""A word that gains or loses one of these beginnings turns into its opposite."""

# --- Chinese names, lightly ----------------------------------------------------------------------

"""So and so."""
ZH_PLACES = tuple(
    sorted(
        _listed(
            "俄罗斯 乌克兰 白俄罗斯 美国 中国 英国 法国 德国 日本 韩国 朝鲜 印度 伊朗 以色列 巴勒斯坦 叙利亚 波兰 土耳其 欧盟 北约 联合国 台湾 香港 "
            "澳门 西藏 新疆 北京 上海 莫斯科 基辅 华盛顿 伦敦 巴黎 柏林 东京 首尔 平壤 德黑兰 布鲁塞尔 克里米亚 顿巴斯 顿涅茨克 卢甘斯克 加沙"
        ),
        key=lambda place: (-len(place), place),
    )
)
ZH_TITLES = (
    "发言人",
    "总统",
    "总理",
    "主席",
    "部长",
    "外长",
    "防长",
    "市长",
    "省长",
    "书记",
    "将军",
    "司令",
    "大使",
    "记者",
    "教授",
    "先生",
    "女士",
)
ZH_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹"
    "熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文习毛耿"
)

# --- words that carry little, and slips that are none -------------------------------------------

LITTLE = _listed(
    "one один одна одно a an the of to in on at by for with from as and or but that this these those which who whom whose it its is are was were "
    "be been being has have had do does did will would shall should he she they his her their him them we our us you your i my "
    "there here then than also too very just so such more most into over under up down out off about after before during while "
    "when where because since until if though although however meanwhile both each all any other another own same s t "
    "и в во на с со к ко о об от до из за у по при для что как это этот эта эти который которая которые он она они его ее её их "
    "а но да же ли то так также тоже уже еще ещё был была были было быть есть будет будут чтобы когда если после перед этом этого "
    "того том тем там тут где все всё "
    "的 了 着 过 在 和 与 及 是 也 都 就 而 于 对 把 被 将 其 该 这 那 之 等 地 得 并 又 还"
)
CONFUSABLES = frozenset(
    frozenset(pair.split("/"))
    for pair in _listed(
        "casual/causal martial/marital trial/trail angel/angle diary/dairy calvary/cavalry silver/sliver scared/sacred "
        "reserve/reverse bread/beard quiet/quite united/untied though/through thought/though through/thorough county/country "
        "causality/casualty exited/excited later/latter dinner/diner hoping/hopping immorality/immortality moral/mortal "
        "fiend/friend desert/dessert planed/planned filing/filling staring/starring conversation/conservation "
        "stationary/stationery complement/compliment massage/message councilor/counselor prosecution/persecution "
        "resent/recent singed/signed expect/except contract/contact contractor/contactor severed/served "
        "breath/breathe planes/planets learned/leaned "
        "attacked/attached barred/bared tapped/taped scarred/scared winning/wining baring/barring "
        "striped/stripped griping/gripping raping/rapping sniping/snipping deported/departed "
        ""
        "компания/кампания"
    )
)
"""Pairs of real words one slip apart: a change between them is no typo."""

ABBREVIATIONS = _listed(
    "mr mrs ms mx dr prof gen col lt sgt capt cpl maj cmdr adm rev hon sen rep gov pres st ste mt ft jr sr inc ltd co corp plc "
    "bros dept univ assn vs etc al no nos vol fig approx est ave blvd rd jan feb mar apr jun jul aug sept sep oct nov dec "
    "г гг в вв им ул пл пр д стр с т п тыс млн млрд трлн руб коп долл др пр проч см ср ст чел акад проф ген полк кап "
    "лейт обл р р-н гор пос дер тел ред прим напр т.е т.д т.п н.э"
)
"""A full stop behind one of these ends no sentence."""

# --- notes, tags and counters -------------------------------------------------------------------

NOTE_HEAD = re.compile(
    r"""^[*\[(\s]*(?:
      (?:correction|corrected|clarification|retraction|erratum)s?(?:\s*\([^)]{1,40}\)|\s*,?\s+(?:on\s+)?[\w .,]{3,24}?\d[\w ,.]{0,14})?\s*[:.\-]\s
    | (?:исправление|исправлено|уточнение|уточнено|опровержение)(?:\s*\([^)]{1,40}\))?\s*[:.\-]\s
    | (?:更正启事|更正说明|更正|勘误|订正)(?:\([^)]{1,20}\)|（[^）]{1,20}）)?\s*[::：]
    )""",
    re.I | re.X,
)
"""How a note of correction starts, whatever it goes on to say."""
EDITORIAL_HEAD = re.compile(
    r"^[*\[(\s]*(?:editor(?:'?s|s')?'?\s+notes?|note\s+to\s+readers|note|поправка|от\s+редакции|примечание(?:\s+редакции)?|"
    r"编者按|编者注|编辑注|编辑说明|说明)(?:\s*\([^)]{1,40}\))?\s*[:.\-：]\s*",
    re.I,
)
"""How a note starts that may be about anything: it must also speak of a correction."""
UPDATE_HEAD = re.compile(
    r"^[*\[(\s]*(?:updated?|updates|last\s+updated|обновлено|обновление|обновлён|дополнено|更新(?:时间|于)?|最后更新)(?![a-zа-яё])"
    r"(?P<when>[\s:：(,\-]*(?:at|on|в|от)?[\s\d:./,\-年月日时分()]*(?:[ap]\.?m\.?|gmt|utc|est|edt|bst|мск)?"
    r"[\s\d:./,\-]*)(?P<rest>.*)$",
    re.I | re.S,
)
SELF = re.compile(
    r"""^[*\[(\s]*(?:
      (?:this|the)\s+(?:article|story|report|piece|page|post|headline|item|version|text|caption|copy)(?:'s\s+headline)?\s+
        (?:was|has\s+been|is|have\s+been)\s+(?:\w+ly\s+)?(?:corrected|amended|updated|clarified|changed|edited|revised|modified|altered)
    | (?:an|the|a)\s+(?:earlier|previous|original|prior)\s+version\s+of\s+(?:this|the)\s+(?:article|story|report|piece|page|post|headline|item)
    | (?:the|this)\s+headline\s+(?:of|on|to)\s+this\s+(?:article|story)
    | (?:в\s+)?(?:более\s+)?(?:ранн(?:ей|яя)|первоначальн(?:ой|ая)|предыдущ(?:ей|ая)|прежн(?:ей|яя))\s+верси[ия]\s+(?:этого\s+|этой\s+|данного\s+)?
        (?:материала|статьи|текста|новости|публикации|заметки|заголовка)
    | (?:этот\s+|эта\s+|данный\s+)?(?:материал|текст|статья|новость|заголовок|публикация|заметка)\s+(?:был[аио]?\s+)?
        (?:исправлен|обновл[её]н|дополнен|уточн[её]н|измен[её]н)[аоы]?
    | (?:本文|本报道|本新闻|文章|报道|标题)(?:的)?(?:早前|此前|先前|最初|原)?(?:版本)?(?:已|已经|曾|于[^,，。]{0,14})?(?:作出|做出|进行)?(?:更正|更新|修正|修改|勘误|订正|误)
    )""",
    re.I | re.X,
)
"""A text that speaks of itself as changed."""
CORRECTING = re.compile(
    r"correct|clarif|updat|amend|earlier\s+version|previous(?:ly)?\s+(?:version|said|stated)|an?\s+error|misstat|misspell|misidentif|"
    r"misquot|inaccura|incorrect|mistak|wrong(?:ly)?\s|retract|withdr[ae]w|removed|originally|has\s+been\s+changed|"
    r"исправ|уточн|поправ|ошибоч|ошибк|неверн|неточн|опечатк|первоначальн|ранней\s+верси|отозва|обновл|удал[её]н|"
    r"更正|勘误|错误|有误|误为|误写|修正|修改|订正|更新|此前版本|原文|撤回|删除",
    re.I,
)
BARE = _listed(
    "this the article story report piece page text version was has been is updated corrected amended at on and with a new "
    "edited revised changed modified clarified last time am pm gmt utc est edt bst "
    "материал статья новость текст был была обновлен обновлён обновлена исправлен дополнен уточнен изменен в мск от "
    "本 文 已 更 新 于 正 修 改"
)
"""Words that say that, but not what, was changed."""

COUNTERS = _listed(
    "view views viewed read reads reading readers comment comments share shares shared like likes liked reply replies reaction "
    "reactions vote votes follower followers subscriber subscribers download downloads click clicks ago min mins minute "
    "minutes hour hours hr hrs day days second seconds week weeks just now online save saves repost reposts retweets "
    "posted published updated last "
    "просмотр просмотра просмотров просмотры комментарий комментария комментариев комментарии комментировать "
    "поделиться лайк лайков лайки нравится репост репостов назад минуту минуты минут час часа часов день дня дней "
    "секунд секунды обновлено опубликовано читать прочитали подписчиков "
    "阅读 浏览 评论 分享 点赞 转发 播放 收藏 次 条 人 前 分钟 小时 天 秒 分钟前 小时前 天前 阅读量 浏览量 播放量 点击 点击量 "
    "条评论 次阅读 次浏览 人阅读 已阅 刚刚 更新 发布"
)
COUNTED = _listed(
    "view views read reads comment comments share shares like likes reply replies reaction reactions vote votes follower "
    "followers subscriber subscribers download downloads click clicks ago save saves repost reposts retweets online "
    "просмотр просмотра просмотров просмотры комментарий комментария комментариев комментарии лайк лайков лайки нравится "
    "репост репостов назад прочитали подписчиков"
)
"""One of these must stand in a counter: "5 minutes" alone is none."""
ZH_COUNTER = re.compile(
    r"^(?:(?:阅读|浏览|评论|分享|点赞|转发|播放|收藏|点击)(?:量|数|次数|人数)?[:：\s(（]*[\d,.]+\s*[万亿+]*[)）]?|"
    r"[\d,.]+\s*[万亿]*\s*(?:次|条|人|个)?(?:阅读|浏览|评论|分享|点赞|转发|播放|收藏|点击)(?:量|次)?|"
    r"(?:(?:发布|更新)于?)?\s*\d+\s*(?:秒|分钟|小时|天|周|个月)前|刚刚)$"
)
FAULT = re.compile(
    r"correct|clarif|amend|misstat|incorrect|error|mistak|misspel|misidentif|wrong|inaccura|misquot|"
    r"исправ|уточн|ошиб|неверн|неточн|更正|勘误|订正|修正|误",
    re.I,
)
"""A note that owns a fault is a correction, another one an update."""
