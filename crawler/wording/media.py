# ruff: noqa: E501 (lists read better unbroken)
"""Names of media that hold no medium's word, and the catalogue's outlets under their other names."""


def _listed(said: str) -> frozenset[str]:
    return frozenset(name.strip() for name in said.split("|"))


AGENCIES = _listed(
    "reuters|ap|associated press|afp|agence france-presse|bloomberg|xinhua|tass|ria novosti|interfax|sputnik|kyodo|yonhap|dpa|ansa|efe|upi|pti|ani|"
    "anadolu|bernama|cnn|bbc|cbs|nbc|abc|npr|cgtn|cctv|rt|al jazeera|axios|politico|der spiegel|le monde|le figaro|bild|el país|el pais|newsweek|"
    "the economist|economist|foreign policy|the hill|buzzfeed|bellingcat|"
    "тасс|риа|риа новости|интерфакс|рейтер|синьхуа|франс пресс|ассошиэйтед пресс|блумберг|коммерсантъ|ведомости|рбк|медуза|би-би-си|си-эн-эн|спутник|"
    "лента.ру|газета.ru|фонтанка|дойче велле|укринформ|униан|"
    "路透|彭博|彭博社|美联社|法新社"
)
"""Media whose names hold no medium's word (News, Times, 社), as names are compared."""


def _keys(said: str) -> dict[str, str]:
    lines = (line.split(":") for line in said.strip().splitlines())
    return {name.strip(): key.strip() for key, names in lines for name in names.split("|")}


ALIASES = _keys("""
xinhua: 新华网 | 新华社 | 参考消息 | 参考消息网 | синьхуа
tass: 塔斯社 | 俄塔社 | итар-тасс | tass
ria: 俄新社 | риа | ria
sputnik: 俄罗斯卫星通讯社 | 俄罗斯卫星网 | спутник
rt: 今日俄罗斯 | 今日俄罗斯电视台 | russia today
scmp: 南华早报 | scmp
wsj: 华尔街日报 | wall street journal | wsj
washingtonpost: 华盛顿邮报 | вашингтон пост
afp: 法新社 | afp | франс пресс
cctv: 央视 | 央视新闻 | 中央电视台
people: 人民日报 | 人民网 | жэньминь жибао
huanqiu: 环球时报 | 环球网
chinanews: 中新社 | 中国新闻网
chinadaily: 中国日报
rg: 俄罗斯报
meduza: медуза
""")
"""Other names of the catalogue's outlets, in other scripts or short, by the outlet's key."""
