# ruff: noqa: E501 (lists read better unbroken)
"""Negations and hedges (en, ru, zh): what turns a statement round, and what makes it less sure."""

import re


def _listed(said: str) -> frozenset[str]:
    return frozenset(said.split())


NEGATIONS = _listed(
    "not no never none neither nor without cannot nobody nothing nowhere no-one hardly barely scarcely rarely seldom "
    "не ни нет никогда никто никого никому никем ничто ничего ничему ничем никак нигде никуда нисколько отнюдь "
    " без нельзя невозможно вряд едва"
)
"""Words that negate; so does whatever ends in ``n't``. Which of them it is makes no difference."""
NEGATING = re.compile(
    r"\b(?:no\s+longer|fail(?:s|ed|ing)?\s+to|refus(?:e|es|ed|ing)\s+to|declin(?:e|es|ed|ing)\s+to|отказ\w+\s+(?=\w+ть)|far\s+from|instead\s+of|rather\s+than|вместо|больше\s+не)\b",
    re.I,
)
HEDGES = _listed(
    "may might could possible possibly perhaps maybe probable probably likely unlikely reportedly apparently allegedly suspected suspect "
    "suspects supposedly supposed purported purportedly presumed presumably ostensibly seemingly appears appear appeared appearing seems seem seemed "
    "believed rumoured rumored unconfirmed unverified uncorroborated so-called self-styled self-proclaimed potential potentially estimated "
    "tentative tentatively preliminary unclear unofficial unofficially conceivably arguably expected "
    "возможно возможный возможная возможное возможные возможного возможной возможных вероятно вероятный вероятная вероятного вероятной вероятных "
    "наверное наверняка якобы предположительно по-видимому видимо очевидно может могут мог могла могли могло бы похоже кажется пожалуй "
    "предполагаемый предполагаемая предполагаемое предполагаемые предполагаемого предполагаемой предполагаемых предполагаемому предполагаемым "
    "подозреваемый подозреваемая подозреваемые подозреваемого подозреваемой подозреваемых подозреваемому подозреваемым так-называемый "
    "вроде потенциальный потенциальная потенциальные потенциально неподтвержденные неподтверждённые неподтвержденным неподтверждённым "
    "неофициально ориентировочно предварительно предварительным предварительные гипотетически словно будто"
)
PHRASES = re.compile(
    r"\b(?:so\s+called|thought\s+to|said\s+to\s+(?:be|have)|is\s+understood\s+to|in\s+theory|it\s+is\s+not\s+clear|не\s+исключ\w+|так\s+называем\w+|судя\s+по|"
    r"скорее\s+всего|должно\s+быть|по\s+всей\s+видимости|по\s+предварительным\s+данным|по\s+неподтвержд[её]нн\w+)\b",
    re.I,
)
ALLEGED = re.compile(
    r"\b(?:the|an|his|her|their|its|of|for|by|two|three|four|five|other|any|some|as)\s+alleged\b", re.I
)
"""Before a noun it hedges; elsewhere it says who says so."""
_COUNT = (
    r"(?=\s+(?:an?\s+|the\s+)?(?:[$€£¥]?\d|(?:{}|dozens?|hundreds?|thousands?|millions?|half|десятк|сотн|тысяч|полов)))"
)
_SMALL = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|одн|дв|тр[иё]|четыр|пят|шест|сем|восьм?|девят|десят|сто|двести|триста"
ROUGH = re.compile(
    r"\b(?P<rough>about|around|approximately|roughly|nearly|almost|some|over|under|below|above|(?:more|less|fewer)\s+than|at\s+least|at\s+most|up\s+to|as\s+many\s+as|"
    r"only|just|close\s+to|an\s+estimated|почти|около|примерно|порядка|лишь|только|всего|свыше|более(?:\s+чем)?|менее(?:\s+чем)?|больше|меньше|не\s+менее|не\s+более|минимум|максимум|до|"
    r"по\s+меньшей\s+мере|как\s+минимум|приблизительно|ориентировочно)" + _COUNT.format(_SMALL),
    re.I,
)
"""How a figure is hedged: "about" is a hedge before a number and nowhere else."""

ZH_NEGATIONS = ("没有", "并未", "并非", "从未", "尚未", "未曾", "不", "没", "未", "无", "非", "否", "勿", "莫", "毫无")
ZH_NO_NEGATION = (
    "不仅", "不断", "不过", "不久", "不同", "未来", "非常", "非洲", "无论", "是否", "否认", "否则", "除非", "不但", "不得不", "能否", "可否", "无疑",
    "无人机", "不少", "非法", "不管", "未婚", "无线", "毫无疑问", "不幸", "不明", "不满", "不安", "不足", "不止", "不论", "不禁", "不料", "不良", "不锈钢",
    "未知", "非凡", "非典", "无数", "无奈", "无锡", "无辜", "否决", "没收", "淹没", "沉没", "没落", "出没", "不动产", "未必", "莫斯科", "莫名", "非政府",
    "不法", "不已", "不时", "不惜", "不妨", "毫不", "南非", "北非", "西非", "东非", "中非", "对不起", "差不多", "不愧", "未遂", "不再",
)  # fmt: skip
"""Words in which the sign negates nothing, or is a word of its own."""
ZH_NEGATIONS_TOO = ("毫不", "不再", "未必")
ZH_HEDGES = (
    "不排除", "可能", "也许", "或许", "据称", "据报道", "据说", "据信", "据悉", "大概", "似乎", "疑似", "涉嫌", "所谓", "或将", "预计", "有望", "恐怕", "恐将",
    "看来", "好像", "仿佛", "估计", "据传", "传闻", "未经证实", "未必", "嫌疑人", "嫌疑", "初步", "推测", "据推测", "号称", "料将", "或为", "或是",
)  # fmt: skip
ZH_ROUGH = re.compile(
    "(?:大约|约|近|逾|超过|超|至少|最多|不到|多达|将近|接近|不足|仅|只有)(?=[数几]?[\\d〇零一二三四五六七八九十百千两万])"
)
NEGATIVE = (
    "un",
    "non",
    "non-",
    "in",
    "im",
    "il",
    "ir",
    "dis",
    "anti-",
    "anti",
    "mis",
    "не",
    "без",
    "бес",
    "анти",
    "контр",
)
"""A word that gains or loses one of these beginnings turns into its opposite."""
