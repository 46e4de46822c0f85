# ruff: noqa: E501 (patterns read better unbroken)
"""What a date looks like (en, ru, zh), in text in normal form: days, months, years, times of day, "yesterday"."""

import re

_MONTHS = "(?-i:January|February|March|April|June|July|August|September|October|November|December)"
"""With their capitals: crowds march, and an august body sits."""
_SHORT = "(?-i:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
"""Beside a day only: Jan is a name, too."""
_CASES = "(?:[ьяею]|ём|ем)"
_RU_MONTHS = (
    f"январ{_CASES}|феврал{_CASES}|март(?:а|е|у|ом)?|апрел{_CASES}|ма[йяюе]|маем|июн{_CASES}|июл{_CASES}|август(?:а|е|у|ом)?|"
    f"сентябр{_CASES}|октябр{_CASES}|ноябр{_CASES}|декабр{_CASES}"
)
_DAYS = "mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?"
_RU_DAYS = (
    "понедельник(?:а|у|ом|е)?|вторник(?:а|у|ом|е)?|сред(?:а|ы|у|ой)|четверг(?:а|у|ом|е)?|пятниц(?:а|ы|у|е|ей)|"
    "суббот(?:а|ы|у|е|ой)|воскресень(?:е|я|ю|ем|и)"
)
_COUNTED_THINGS = (
    "people|men|women|children|soldiers|troops|dead|killed|wounded|injured|homes|houses|cases|members|more|tonnes|tons|km|"
    "kilomet|miles|euros|dollars|roubles|rubles|percent|per\\s+cent|civilians|residents|migrants|refugees|police|metres|meters|"
    "человек|людей|солдат|жител|дом|случа|тонн|км|рубл|доллар|евро|процент|метр|ранен|погиб|убит"
)
_ZH_N = "〇零一二三四五六七八九十"
_YEAR = r"(?:19|20)\d\d"
DATE = re.compile(
    rf"""
      \b\d{{4}}-\d{{2}}-\d{{2}}\b | \b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b
    | \b\d{{1,2}}(?::\d{{2}}(?::\d{{2}})?)?\s?[ap]\.?m\b\.? | \b\d{{1,2}}:\d{{2}}(?::\d{{2}})?\b
    | \b\d{{1,2}}\s+{_SHORT}\b\.?(?:,?\s+{_YEAR}\b)? | \b{_SHORT}\.?\s+\d{{1,2}}\b(?:,?\s+{_YEAR}\b)?
    | \b(?:\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+)?(?:{_MONTHS})\b\.?(?:\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?!\s*(?:people|%)))?(?:,?\s+{_YEAR}\b)?
    | \b\d{{1,2}}(?:st|nd|rd|th)?\s+may\b(?:,?\s+{_YEAR}\b)? | \bmay\s+\d{{1,2}}\b(?!\s*(?:people|%|{_COUNTED_THINGS}))(?:,?\s+{_YEAR}\b)?
    | (?<=\bin\s)(?-i:May)\b(?:\s+{_YEAR}\b)? | (?<=\b(?:by|of|on)\s)(?-i:May)\b | (?<=\b(?:last|next|late|this)\s)(?-i:May)\b | (?<=\b(?:since|until|early)\s)(?-i:May)\b
    | (?-i:May)\s+{_YEAR}\b
    | \b(?:\d{{1,2}}\s+)?(?:{_RU_MONTHS})\b(?:\s+{_YEAR}\b)?
    | \b(?:{_DAYS})\b | \b(?:{_RU_DAYS})\b | \b{_YEAR}(?=-?(?:го|й|м|х|е)?\s+(?:год\w*|гг?\.)) | \b(?:19|20)\d0'?s\b
    | \b(?:in|since|until|till|by|before|after|during|from|of|late|early|mid|в|с|до|после|к|от|за)[\s-]{_YEAR}\b(?!\s*%|[,.]\d|\s+(?:{_COUNTED_THINGS}))
    | \b(?:yesterday|today|tonight|tomorrow|midnight|noon|вчера|сегодня|завтра|позавчера|послезавтра|накануне|полночь|полдень)\b
    | \b(?:last|next|this)\s+(?:night|week(?:end)?|month|year|morning|evening|afternoon|spring|summer|autumn|winter)\b
    | \b(?:в\s+)?(?:прошл|минувш|следующ|будущ|текущ|эт)[а-я]{{1,3}}\s+(?:ночь?ю?|недел[еюи]|месяц[еа]|год[уа]|лет[оау]м?|весн[аоуы]й?|зим[аоуы]й?|осень?ю?)\b
    | (?:\d+|[{_ZH_N}]+)年(?!前|来|间|级|轻) | (?:\d{{1,2}}|[一二三四五六七八九十]+)月(?:(?:\d{{1,2}}|[一二三四五六七八九十]+)[日号])?
    | (?<![\d一二三四五六七八九十])(?:\d{{1,2}}|[一二三四五六七八九十]+)[日号](?!线) | (?:星期|礼拜)[一二三四五六日天] | 周[一二三四五六日末](?!期)
    | (?:凌晨|上午|中午|下午|傍晚|晚上|晚间|清晨|当晚)(?:\d{{1,2}}|[一二三四五六七八九十]+)[时点](?:\d{{1,2}}分|半)? | \d{{1,2}}[时点](?:\d{{1,2}}分|半)
    | [昨今明][天日] | (?<![天年月周])前[天日](?!津) | [昨今明]晚 | [去今明]年 | (?<!以)[上下本]个?(?:周|月|星期)
    """,
    re.I | re.X,
)
