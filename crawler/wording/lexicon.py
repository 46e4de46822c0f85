# ruff: noqa: E501 (lists read better unbroken)
"""Little words, abbreviations, and pairs of real words that look like slips (en, ru, zh).

Lists of plain facts about three languages. A word that is missing makes a kind less particular, never an edit unseen.
"""


def _listed(said: str) -> frozenset[str]:
    return frozenset(said.split())


# --- words that carry little, and slips that are none -------------------------------------------

LITTLE = _listed(
    "one один одна одно a an the of to in on at by for with from as and or but that this these those which who whom whose it its is are was were "
    "be been being has have had do does did should he she they his her their him them we our us you your i my "
    "there here then than also too very just so such more most into over under up down out off about after before during while "
    "when where because since until if though although however meanwhile both each all any other another own same s t "
    "про через между над под среди и в во на с со к ко о об от до из за у по при для что как это этот эта эти который которая которые он она они его ее её их "
    "а но да же ли то так также тоже уже еще ещё был была были было быть есть будет будут чтобы когда если после перед этом этого "
    "того том тем там тут где все всё "
    "他 她 它 们 的 了 着 过 在 和 与 及 是 也 都 就 而 于 对 把 被 将 其 该 这 那 之 等 地 得 并 又 还"
)
OPPOSITES = frozenset(
    frozenset(pair.split("/"))
    for pair in _listed(
        "up/down before/after over/under above/below in/out on/off into/from to/from all/some all/most all/no and/or because/although "
        "because/though until/since more/less with/against for/against most/some "
        "до/после с/без в/из к/от и/или все/некоторые над/под за/против перед/после для/против"
    )
)
"""Little words that turn what is said round."""
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


def is_short(word: str) -> bool:
    """Whether a full stop behind a word only ends an abbreviation or an initial."""
    return word.casefold() in ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word.isupper())
