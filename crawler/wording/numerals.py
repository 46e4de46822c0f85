# ruff: noqa: E501 (lists read better unbroken)
"""Number words, scales and units of measure (en, ru, zh), each by its value or by one sign for all its forms."""

CURRENCIES = "$€£¥₽₴₹₩₺"


def _listed(said: str) -> frozenset[str]:
    return frozenset(said.split())


def _each(stems: str, endings: str) -> list[str]:
    """Every stem with every ending; ``-`` is the empty one."""
    return [stem + end.replace("-", "") for stem in stems.split() for end in endings.split()]


# --- cardinals ----------------------------------------------------------------------------------

_NOUN = "- а у ом е ы ов ам ами ах"
SCALES = {
    "hundred": 100, "thousand": 1000, "million": 10**6, "mln": 10**6, "mn": 10**6, "billion": 10**9, "bln": 10**9,
    "bn": 10**9, "trillion": 10**12, "trn": 10**12, "tn": 10**12, "сто": 100, "тыс": 1000, "млн": 10**6, "млрд": 10**9,
    "трлн": 10**12, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "k": 1000, "m": 10**6,
}  # fmt: skip
SCALES |= dict.fromkeys(_each("тысяч", "а и е у ей ью - ам ами ах"), 1000)
SCALES |= {
    w: n for stem, n in (("миллион", 10**6), ("миллиард", 10**9), ("триллион", 10**12)) for w in _each(stem, _NOUN)
}
LETTERS = _listed("k m")
"""Scales of one letter hold only right behind a figure with a currency ("$5m")."""

_EN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_RU = (
    "ноль нуля нулю нулём|один одна одно одного одной одному одним одном одну|два две двух двум двумя двое двоих двоим двоими|"
    "три трех трёх трем трём тремя трое троих троим троими|четыре четырех четырёх четырем четырём четырьмя четверо четверых четверым|"
    "пять пяти пятью пятеро пятерых|шесть шести шестью шестеро шестерых|семь семи семью семеро семерых|"
    "восемь восьми восемью восьмью восьмеро восьмерых|девять девяти девятью|десять десяти десятью"
)
_RU_TEENS = "одиннадцат двенадцат тринадцат четырнадцат пятнадцат шестнадцат семнадцат восемнадцат девятнадцат"
_RU_TENS = (
    "двадцать двадцати двадцатью|тридцать тридцати тридцатью|сорок сорока|пятьдесят пятидесяти пятьюдесятью|"
    "шестьдесят шестидесяти шестьюдесятью|семьдесят семидесяти семьюдесятью|восемьдесят восьмидесяти восемьюдесятью|"
    "девяносто девяноста"
)
_RU_HUNDREDS = (
    "сто ста|двести двухсот двумстам двумястами двухстах|триста трехсот трёхсот тремстам тремястами трёхстах|"
    "четыреста четырехсот четырёхсот четыремстам|пятьсот пятисот пятистам|шестьсот шестисот шестистам|"
    "семьсот семисот семистам|восемьсот восьмисот восьмистам|девятьсот девятисот девятистам"
)
NUMERALS = {word: n for n, word in enumerate(_EN.split())} | {word: 20 + 10 * n for n, word in enumerate(_TENS.split())}
NUMERALS |= {word: n for n, group in enumerate(_RU.split("|")) for word in group.split()}
NUMERALS |= {stem + end: 11 + n for n, stem in enumerate(_RU_TEENS.split()) for end in ("ь", "и", "ью")}
NUMERALS |= {word: 20 + 10 * n for n, group in enumerate(_RU_TENS.split("|")) for word in group.split()}
NUMERALS |= {word: 100 + 100 * n for n, group in enumerate(_RU_HUNDREDS.split("|")) for word in group.split()}
DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "十": 10}

# --- ordinals: the first is left out, since "first" is mostly no rank ------------------------------

_ORDINALS = (
    "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_RU_ORDINALS = "втор - четверт пят шест седьм восьм девят десят"
_ADJECTIVE = "ый ой ая ое ого ому ым ом ую ые ых ыми"
ORDINALS = {word: n for n, word in enumerate(_ORDINALS.split(), 2)}
ORDINALS |= {
    word: n for n, stem in enumerate(_RU_ORDINALS.split(), 2) if stem != "-" for word in _each(stem, _ADJECTIVE)
}
ORDINALS |= dict.fromkeys(_each("четвёрт", _ADJECTIVE), 4)
ORDINALS |= dict.fromkeys(_each("трет", "ий ья ье ьего ьему ьим ьей ью ьи ьих ьем"), 3)

# --- quantities without a figure ----------------------------------------------------------------

VAGUE = _listed(
    "dozen dozens score scores hundreds thousands millions billions trillions half halves third quarter quarters two-thirds "
    "three-quarters one-third one-quarter one-half twice thrice double doubled triple tripled several many few handful couple "
    "majority minority most half-dozen "
    "половина половины половину половиной треть трети третью четверть четверти дважды трижды вдвое втрое вчетверо вполовину "
    "несколько нескольких нескольким много немного мало большинство большинства меньшинство полсотни полтора полторы полутора"
) | frozenset(_each("десятк сотн", "и ов ам ами ах") + _each("сот", "ен ня ни ню") + ["десяток", "дюжина", "дюжины"])

# --- units: all forms of one, by one sign --------------------------------------------------------

_RU_MALE = "- а у ом е ы ов ам ами ах"
_UNITS: dict[str, str | list[str]] = {
    "%": ["percent", "per cent", "pct", "%", *_each("процент", _RU_MALE)],
    "points": "percentage",
    "$": ["dollar", "dollars", "usd", "美元", *_each("доллар", _RU_MALE), "долл"],
    "€": "euro euros eur евро 欧元",
    "£": ["pound", "pounds", "gbp", "英镑", *_each("фунт", _RU_MALE)],
    "yuan": ["yuan", "renminbi", "rmb", "cny", "元", "人民币", *_each("юан", "ь я ю ем е и ей ям ями ях")],
    "yen": ["yen", "jpy", "日元", *_each("иен", "а ы е у -")],
    "₽": ["rouble", "roubles", "ruble", "rubles", "rub", "руб", "卢布", *_each("рубл", "ь я ю ем е и ей ям ями ях")],
    "₴": ["hryvnia", "hryvnias", "uah", *_each("гривн", "а ы е у ой"), "гривен", "格里夫纳"],
    "km": ["km", "kms", "kilometre", "kilometres", "kilometer", "kilometers", "км", "公里", "千米", *_each("километр", _RU_MALE)],
    "mile": ["mile", "miles", "mi", "英里", "миля", "мили", "миль", "милях"],
    "m": ["metre", "metres", "meter", "meters", "м", "米", *_each("метр", _RU_MALE)],
    "cm": ["cm", "centimetre", "centimetres", "centimeter", "centimeters", "см", "厘米", *_each("сантиметр", _RU_MALE)],
    "foot": "foot feet ft фут фута футов 英尺",
    "inch": "inch inches дюйм дюйма дюймов 英寸",
    "kg": ["kg", "kilo", "kilos", "kilogram", "kilograms", "кг", "公斤", "千克", *_each("килограмм", _RU_MALE)],
    "g": ["gram", "grams", "гр", *_each("грамм", _RU_MALE)],
    "t": "tonne tonnes ton tons тонна тонны тонн тонну тонной 吨",
    "l": ["litre", "litres", "liter", "liters", "литр", "литра", "литров", "升"],
    "barrel": ["barrel", "barrels", "桶", *_each("баррел", "ь я ю ем е и ей ям")],
    "ha": "hectare hectares ha га гектар гектара гектаров 公顷 acre acres 亩",
    "kmh": "km/h kph mph км/ч",
    "°": "degree degrees градус градуса градусов 度",
    "W": "mw gw kw megawatt megawatts gigawatt gigawatts мвт гвт квт 兆瓦 千瓦",
    "second": "second seconds sec secs секунда секунды секунд секунду 秒",
    "minute": "minute minutes min mins минута минуты минут минуту 分钟",
    "hour": "hour hours hr hrs час часа часов 小时",
    "day": "day days день дня дней сутки суток 天",
    "week": "week weeks неделя недели недель неделю 周 星期",
    "month": "month months месяц месяца месяцев 个月",
    "year": "year years год года лет 年",
    "decade": "decade decades десятилетие десятилетия десятилетий",
    "fold": "times раз раза 倍",
}  # fmt: skip
UNITS = {w: sign for sign, forms in _UNITS.items() for w in (forms.split() if isinstance(forms, str) else forms)}
ZH_UNITS = tuple(sorted((w for w in UNITS if "\u4e00" <= w[0] <= "\u9fff"), key=lambda w: (-len(w), w)))
MEASURES = "人名个位岁年月日天周次元辆架枚艘吨公里米分成倍票项家国起例处座件只条颗发套台部口户场级度秒小亩升斤桶层栋间所支批届期轮块角美欧卢英日支具宗笔步架顿座张封份声种类"
