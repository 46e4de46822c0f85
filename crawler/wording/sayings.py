# ruff: noqa: E501 (lists read better unbroken)
"""The words by which something is attributed (en, ru, zh): how sure the wording sounds, and who is behind it."""

import re


def _in_order(said: str) -> tuple[str, ...]:
    return tuple(said.split())


_SURE = {
    "say": "say tell add explain announce declare comment remark observe recount reply respond reiterate describe mention inform stress underline",
    "claim": "claim allege insist assert purport maintain contend profess argue",
    "admit": "concede acknowledge confess",
    "confirm": "confirm verify corroborate",
    "deny": "deny refute rebut dispute contradict disown repudiate",
    "accuse": "accuse blame denounce condemn",
    "warn": "warn caution threaten",
    "suggest": "suggest imply hint speculate insinuate believe assume suspect",
    "promise": "promise vow pledge",
}
_IRREGULAR = {
    "say": "said told noted stated reported according writes wrote written tweeted recalled emphasise emphasises emphasised emphasize "
    "emphasizes emphasized",
    "claim": "alleged",
    "admit": "admit admits admitted admitting",
    "deny": "rebutted rebutting disputed",
}


def _inflected(verb: str) -> list[str]:
    """say, says, said (regular verbs: -s, -ed, -ing)."""
    if verb.endswith("e"):
        return [verb, verb + "s", verb + "d", verb[:-1] + "ing"]
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return [verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"]
    return [verb, verb + ("es" if verb.endswith("s") else "s"), verb + "ed", verb + "ing"]


_IT = "ил ила или ило ит ят ив"
_AT = "л ла ло ли ет ют я"
_RU: dict[str, tuple[tuple[str, str], ...]] = {
    "say": (
        ("сказа рассказа указа написа", "л ла ло ли в но"),
        ("заяв сообщ добав объяв уточн поясн отмет довел ответ произнес объясн", _IT),
        ("заявля сообща добавля объявля поясня отмеча рассказыва подчеркива подчёркива указыва отвеча объясня", _AT),
        ("говор", "ит ят ил ила или ится илось"),
        ("подчеркну резюмиро", "л ла ли"),
        ("пиш", "ет ут"),
        ("писа переда", "л ла ли ло"),
        ("переда", "ет ют ёт"),
        ("информир констатир прокомментир комментир проинформир проанонсир анонсир", "овал овала овали ует уют"),
        ("согласн", "о"),
        ("слов", "ам"),
        ("сообща заявля", "ется лось"),
    ),
    "claim": (
        ("утвержда уверя настаива", _AT),
        ("заверя", "л ла ли ет ют"),
        ("завер", "ил ила или"),
        ("настоя", "л ла ли"),
    ),
    "admit": (("призна", "л ла ли ло ет ют ёт лся лась лись ется ются"), ("созна", "лся лась лись")),
    "confirm": (("подтверд удостовер", _IT), ("подтвержда", "л ла ло ли ет ют лось ется")),
    "deny": (
        ("опроверг отверг", "- ла ло ли нул нула нули"),
        ("опроверга отверга отрица", "л ла ло ли ет ют"),
        ("оспор", "ил ила или"),
    ),
    "accuse": (("обвин", _IT), ("обвиня", "л ла ло ли ет ют")),
    "warn": (("предупред пригроз", _IT), ("предупрежда угрожа", "л ла ло ли ет ют")),
    "suggest": (
        ("предполож допуст", _IT),
        ("предполага допуска полага намека счита подозрева", "л ла ло ли ет ют"),
        ("намекну", "л ла ли"),
    ),
    "promise": (("пообеща обеща поклял", "л ла ли ет ют ся ась ись"),),
}
SAYING = {form: group for group, verbs in _SURE.items() for verb in verbs.split() for form in _inflected(verb)}
SAYING |= {form: group for group, forms in _IRREGULAR.items() for form in forms.split()}
SAYING |= {
    stem + end.replace("-", ""): group
    for group, verbs in _RU.items()
    for stems, ends in verbs
    for stem in stems.split()
    for end in ends.split()
}
for _noun in (
    "comment",
    "comments",
    "pledge",
    "pledges",
    "promise",
    "promises",
    "dispute",
    "disputes",
    "remark",
    "remarks",
    "suspect",
    "suspects",
    "suspected",
    "believed",
    "assumed",
    "stress",
):
    SAYING.pop(_noun, None)  # mostly nouns, or hedges
PHRASES = re.compile(
    r"\b(?:по\s+(?:данным|информации|сведениям|сообщени(?:ям|ю)|оценк(?:е|ам)|утверждению|мнению|версии)|со\s+(?:слов|ссылкой)|"
    r"(?:reports?|states?|notes?)\s+that|told\s+reporters|as\s+reported\s+by|quoting|citing)\b",
    re.I,
)
"""What attributes in several words, or only beside a certain one."""
PHRASE_SURE = (("по утверждению", "claim"), ("по мнению", "suggest"), ("по версии", "claim"))
"""Phrases that are not "say"."""

ZH_SAYING = {
    "声称": "claim", "宣称": "claim", "自称": "claim", "坚称": "claim", "指称": "claim", "据称": "claim", "扬言": "warn", "妄称": "claim",
    "谎称": "claim", "辩称": "claim", "诡称": "claim", "表示": "say", "称": "say", "说": "say", "指出": "say", "强调": "say", "宣布": "say", "报道": "say",
    "透露": "say", "告诉": "say", "表明": "say", "声明": "say", "介绍": "say", "通报": "say", "回应": "say", "补充": "say", "写道": "say",
    "坦言": "admit", "承认": "admit", "证实": "confirm", "确认": "confirm", "核实": "confirm", "否认": "deny", "驳斥": "deny", "反驳": "deny",
    "辟谣": "deny", "指责": "accuse", "指控": "accuse", "谴责": "accuse", "抨击": "accuse", "控诉": "accuse",
    "警告": "warn", "警示": "warn", "威胁": "warn", "暗示": "suggest", "推测": "suggest", "猜测": "suggest", "认为": "suggest", "相信": "suggest",
    "承诺": "promise", "誓言": "promise", "保证": "promise",
}  # fmt: skip
ZH_SAYING = dict(sorted(ZH_SAYING.items(), key=lambda said: (-len(said[0]), said[0])))
"""The longer ones first: 称 stands in 声称."""
ZH_NO_SAYING = (
    "名称", "称号", "说明", "小说", "学说", "对称", "称赞", "职称", "简称", "通称", "称为", "堪称", "说服", "传说", "说法", "称呼", "号称", "称霸",
    "据说", "昵称", "匀称", "称职", "游说",
)  # fmt: skip
ZH_BY = re.compile("据(?!此|点|说|称|报道|悉|守|理|为)[\u4e00-\u9fff]{2,12}?(?=[,，]|消息|介绍|统计|数据)")
"""据新华社消息: who reported it stands behind the sign."""

_SOURCES = _in_order(
    "official officials spokesman spokeswoman spokesperson spokespeople ministry ministries minister police officer officers resident residents "
    "witness witnesses eyewitness eyewitnesses army military navy force forces government authority authorities source sources prosecutor "
    "prosecutors investigator investigators detectives doctor doctors medic medics rescuer rescuers firefighter firefighters activist activists "
    "opposition analyst analysts expert experts governor mayor president premier chancellor king company lawyer lawyers attorney attorneys family "
    "relatives relative neighbour neighbours neighbor neighbors survivor survivors rebel rebels separatist separatists militant militants "
    "insurgents troops commander commanders general colonel aide aides adviser advisers diplomat diplomats campaigners critic critics office "
    "agency bureau hospital court union parliament administration kremlin media newspaper broadcaster report reports scientist scientists "
    "researcher researchers coroner judge insiders observers monitor monitors party leader leaders senator lawmaker lawmakers deputy operator "
    "council councillor department service services commission committee board regulator watchdog charity bank firm owner teacher teachers staff "
    "employees workers"
)
_RU_SOURCES = _in_order(
    "чиновник представител пресс-секретар пресс-служб министерств министр ведомств полици полицейск житель жител очевид свидетел военн арми власт "
    "правительств источник прокуратур прокурор следствен следовател врач медик спасател пожарн активист оппозици аналитик эксперт губернатор мэр "
    "президент премьер компани адвокат семь родственник сосед выживш повстан сепаратист боевик командир командован генерал полковник советник "
    "помощник дипломат критик служб агентств больниц суд профсоюз парламент депутат администраци кремл сми газет телеканал учён учен исследовател "
    "судь наблюдател парти лидер сенатор совет департамент комисси комитет регулятор банк фирм владел учител сотрудник мчс мвд фсб минобороны "
    "штаб"
)
SOURCES = frozenset(_SOURCES)
RU_SOURCES = _RU_SOURCES
ZH_SOURCES = (
    "官员", "发言人", "政府", "部门", "警方", "居民", "目击者", "军方", "当局", "消息人士", "检方", "检察官", "医生", "专家", "分析人士", "媒体",
    "外交部", "国防部", "公安", "法院", "公司", "律师", "家属", "村民", "市民", "反对派", "武装", "专员", "委员会", "议会", "医院", "学者", "工会", "部长",
    "市长", "总统", "总理", "记者", "邻居", "幸存者", "救援人员", "调查人员", "知情人士", "新华社", "大使馆", "使馆", "市政府",
)  # fmt: skip
"""Who is behind a statement when no name is given."""
