"""The project's own shelf: all outlets of the seeds, their addresses told from sections, their channels in order."""

import re
from typing import get_args

import pytest

from crawler import catalogue
from crawler.catalogue import Catalogue
from storage.records import ChannelKind, Outlet

KEYS = set(
    re.findall(
        r"\w+",
        """
    afp amn bjnews cctv cgtn chinadaily chinanews cmg cmp cn_embassy_us ddosecrets dod globaltimes grayzone gsu_cgis
    guancha huanqiu huawei kommersant kremlin meduza merics mfa_cn mid_ru migu mincifry mod_ru nato nrta occrp people
    ppa ria riki rg rt scmp sofrep spbtv sputnik state_us tass telegram theintercept tvbrics twitter un vesti vgtrk
    washingtonpost wechat weibo whitehouse wikileaks wsj xinhua
    """,
    )
)

ARTICLES = """
    afp https://factcheck.afp.com/doc.afp.com.34AB12C
    afp https://factcheck.afp.com/old-photo-shared-again
    amn https://americanmilitarynews.com/2024/05/carrier-returns-to-port/
    bjnews https://www.bjnews.com.cn/detail/1719900000129876.html
    bjnews https://m.bjnews.com.cn/detail/17a3b5c9.html
    cctv https://news.cctv.com/2024/05/06/ARTIabcDEF0123456789abcDE240506.shtml
    cctv https://tv.cctv.com/2024/05/06/VIDEabcDEF0123456789abcDE240506.shtml
    cgtn https://news.cgtn.com/news/2024-05-06/A-dam-reopens-1tABcDeFgH/index.html
    chinadaily https://www.chinadaily.com.cn/a/202405/06/WS6638a1b2a31082fc043c5d6e.html
    chinanews https://www.chinanews.com.cn/gj/2024/05-06/10212345.shtml
    chinanews https://www.chinanews.com/gn/2020/07-24/9246810.shtml
    chinanews https://www.ecns.cn/news/2024-05-06/detail-iheabcde1234567.shtml
    cmg https://russian.cri.cn/20240506/0a1b2c3d-1111-2222-3333-444455556666.html
    cmp https://chinamediaproject.org/2024/05/06/a-word-and-its-history/
    cn_embassy_us http://us.china-embassy.gov.cn/eng/zmgx/202405/t20240506_11298765.htm
    ddosecrets https://ddosecrets.com/article/a-broadcasters-letters
    dod https://www.war.gov/News/Releases/Release/Article/4123456/a-contract-is-let/
    dod https://www.defense.gov/News/News-Stories/Article/Article/2941234/a-visit/
    globaltimes https://www.globaltimes.cn/page/202405/1312345.shtml
    globaltimes https://www.globaltimes.cn/content/1195678.shtml
    grayzone https://thegrayzone.com/2024/05/06/a-long-reply/
    gsu_cgis https://news.gsu.edu/2024/05/06/a-lecture-on-radio/
    guancha https://www.guancha.cn/internation/2024_05_06_733456.shtml
    huanqiu https://world.huanqiu.com/article/4Hx9QwErTyU
    kommersant https://www.kommersant.ru/doc/6689012
    kremlin http://en.kremlin.ru/events/president/news/73987
    kremlin http://kremlin.ru/acts/news/73988
    meduza https://meduza.io/feature/2024/05/06/dolgaya-doroga
    meduza https://meduza.io/en/news/2024/05/06/a-ruling
    merics https://merics.org/en/comment/what-a-forum-is-for
    mfa_cn https://www.mfa.gov.cn/eng/xw/fyrbt/lxjzh/202405/t20240506_11291234.html
    mfa_cn https://www.fmprc.gov.cn/mfa_eng/xwfw_665399/s2510_665401/t1801234.shtml
    mid_ru https://mid.ru/ru/foreign_policy/news/1948765/
    mid_ru https://www.mid.ru/en/press_service/spokesman/19487/
    mincifry https://digital.gov.ru/ru/events/50123/
    mincifry https://digital.gov.ru/news/novyj-reestr
    mod_ru https://function.mil.ru/news_page/country/more.htm?id=12509876@egNews
    mod_ru https://mil.ru/news/a1b2c3
    nato https://www.nato.int/cps/en/natohq/news_224567.htm
    nrta http://www.nrta.gov.cn/art/2024/5/6/art_112_67890.html
    occrp https://www.occrp.org/en/news/a-bank-and-its-owners
    occrp https://www.occrp.org/en/daily/1-x/1654-a-raid
    people http://en.people.cn/n3/2024/0506/c90000-20165432.html
    people http://world.people.com.cn/n1/2024/0506/c1002-40229876.html
    ppa https://panpacificagency.com/news/china/05/06/a-port-reopens/
    ppa https://www.panpacificagency.com/news/russia/2021/05/06/a-bridge/
    rg https://rg.ru/2024/05/06/novyj-most.html
    rg https://rg.ru/2024/05/06/reg-dfo/novyj-most.html
    ria https://ria.ru/20240506/most-1944123456.html
    rt https://www.rt.com/russia/597123-a-bridge-opens/
    rt https://swentr.site/russia/597123-a-bridge-opens/
    rt https://de.rt.com/inland/204567-eine-bruecke/
    rt https://rtde.world/inland/204567-eine-bruecke/
    rt https://russian.rt.com/world/article/1309876-most
    scmp https://www.scmp.com/news/china/diplomacy/article/3261234/a-visit-and-its-echo
    sofrep https://sofrep.com/news/a-day-at-the-range
    sofrep https://sofrep.com/gear/a-new-boot/
    sputnik https://sputnikglobe.com/20240506/a-bridge-1118298765.html
    sputnik https://sputniknews.com/20220304/a-bridge-1093567890.html
    sputnik https://sputniknews.cn/20240506/1058912345.html
    sputnik https://sputniknews.cn/russia_china_relations/202008311032071744/
    sputnik https://sputnik.by/20240506/most-1086123456.html
    state_us https://www.state.gov/a-visit-to-three-capitals/
    state_us https://2017-2021.state.gov/remarks-on-a-free-press/
    tass https://tass.com/world/1785123
    tass https://tass.ru/mezhdunarodnaya-panorama/20712345
    telegram https://t.me/s/some_channel/4321
    telegram https://t.me/some_channel/4321
    theintercept https://theintercept.com/2024/05/06/a-contract-in-the-drawer/
    tvbrics https://tvbrics.com/en/news/a-festival-opens/
    tvbrics https://tvbrics.com/news/festival/
    twitter https://x.com/somebody/status/1787412345678901234
    un https://news.un.org/en/story/2024/05/1149321
    un https://press.un.org/en/2024/sc15689.doc.htm
    vesti https://www.vesti.ru/article/3929876
    vesti https://www.vesti.ru/doc.html?id=2541234
    vgtrk https://smotrim.ru/article/3929876
    washingtonpost https://www.washingtonpost.com/world/2024/05/06/a-port-a-strike/
    washingtonpost https://www.washingtonpost.com/world/2020/05/06/01234567-89ab-cdef-0123-456789abcdef_story.html
    washingtonpost https://www.washingtonpost.com/world/interactive/2024/a-port-a-strike/
    wechat https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv
    weibo https://weibo.com/1234567890/OdAbCdEfG
    weibo https://m.weibo.cn/status/5030123456789012
    whitehouse https://www.whitehouse.gov/fact-sheets/2025/05/a-plan-for-ports/
    whitehouse https://bidenwhitehouse.archives.gov/briefing-room/statements-releases/2022/02/24/a-statement/
    whitehouse https://trumpwhitehouse.archives.gov/briefings-statements/a-statement-on-ports/
    wikileaks https://wikileaks.org/clinton-emails/emailid/1234
    wikileaks https://wikileaks.org/a-release.html
    wsj https://www.wsj.com/articles/a-port-and-its-owner-11645760000
    wsj https://www.wsj.com/world/asia/a-port-and-its-owner-1a2b3c4d
    xinhua https://english.news.cn/20240506/0123456789abcdef0123456789abcdef/c.html
    xinhua http://www.xinhuanet.com/english/2020-07/24/c_139237654.htm
"""
"""Invented addresses of the outlets' own form, one for each pattern at least."""

SECTIONS = """
    afp https://factcheck.afp.com/
    afp https://factcheck.afp.com/Asia
    amn https://americanmilitarynews.com/2024/05/
    amn https://americanmilitarynews.com/category/north-korea/
    bjnews https://www.bjnews.com.cn/depth
    cctv https://news.cctv.com/china/
    cgtn https://www.cgtn.com/opinions
    chinadaily https://www.chinadaily.com.cn/china/governmentandpolicy
    chinanews https://www.chinanews.com.cn/scroll-news/news1.html
    cmg https://russian.cri.cn/
    cmp https://chinamediaproject.org/2024/05/
    cn_embassy_us http://us.china-embassy.gov.cn/eng/zmgx/
    ddosecrets https://ddosecrets.com/all_categories
    ddosecrets https://ddosecrets.com/wiki/Special:AllPages
    dod https://www.war.gov/News/Releases/
    dod https://www.war.gov/News/
    globaltimes https://www.globaltimes.cn/china/index.html
    grayzone https://thegrayzone.com/category/ukraine/
    gsu_cgis https://cas.gsu.edu/research/
    guancha https://www.guancha.cn/GuanChaZheTouTiao/list_1.shtml
    huanqiu https://world.huanqiu.com/roll
    kommersant https://www.kommersant.ru/archive/rubric/3
    kremlin http://en.kremlin.ru/events/president/news
    meduza https://meduza.io/en
    meduza https://meduza.io/feature
    merics https://merics.org/en/team
    mfa_cn https://www.mfa.gov.cn/eng/xw/fyrbt/lxjzh/
    mfa_cn https://www.mfa.gov.cn/eng/xw/fyrbt/lxjzh/index_2.html
    mid_ru https://mid.ru/ru/press_service/spokesman/briefings/
    mincifry https://digital.gov.ru/ru/events/
    mincifry https://digital.gov.ru/ru/events/rss/
    mod_ru https://function.mil.ru/news_page/country.htm
    nato https://www.nato.int/cps/en/natohq/news.htm
    nrta http://www.nrta.gov.cn/col/col112/index.html
    occrp https://www.occrp.org/en/news
    occrp https://www.occrp.org/en/daily
    people http://en.people.cn/90777/index.html
    ppa https://panpacificagency.com/news/china/
    ppa https://panpacificagency.com/news/china/05/06/
    rg https://rg.ru/2024/05/06/
    rg https://rg.ru/tema/ekonomika
    ria https://ria.ru/world/
    ria https://ria.ru/20240506/
    rt https://www.rt.com/russia/
    rt https://russian.rt.com/world
    scmp https://www.scmp.com/news/china/diplomacy
    sofrep https://sofrep.com/news/category/military-news/page/1
    sofrep https://sofrep.com/news/tag
    sofrep https://sofrep.com/news/
    sputnik https://sputnikglobe.com/world/
    sputnik https://sputniknews.cn/20240506/
    sputnik https://sputnikglobe.com/20240506/
    state_us https://www.state.gov/press-releases/
    state_us https://www.state.gov/bureaus-offices/bureau-of-east-asian-affairs/
    tass https://tass.com/world
    tass https://tass.ru/rss/v2.xml
    telegram https://t.me/s/some_channel
    theintercept https://theintercept.com/world/
    tvbrics https://tvbrics.com/en/news/
    twitter https://x.com/somebody
    un https://news.un.org/en/news
    un https://press.un.org/en/2024
    vesti https://www.vesti.ru/news
    vesti https://www.vesti.ru/doc.html
    vgtrk https://smotrim.ru/brand/5402
    vgtrk https://smotrim.ru/articles
    washingtonpost https://www.washingtonpost.com/world/
    wechat https://mp.weixin.qq.com/
    weibo https://weibo.com/newlogin
    whitehouse https://www.whitehouse.gov/news/
    whitehouse https://www.whitehouse.gov/fact-sheets/
    wikileaks https://wikileaks.org/-News-.html
    wikileaks https://wikileaks.org/
    wsj https://www.wsj.com/world/asia
    xinhua https://english.news.cn/world/index.htm
    xinhua http://www.news.cn/xhsxw.htm
"""
"""Lists, dates and front pages of the same outlets."""

LISTS = {"feed", "sitemap", "news_sitemap", "front", "json_api"}
"""Kinds that an outlet can be crawled by alone: a WordPress API is a guess, a Telegram channel picks and chooses."""


def examples(block: str) -> dict[str, list[str]]:
    """Addresses by outlet."""
    found: dict[str, list[str]] = {}
    for line in block.split("\n")[1:-1]:
        key, url = line.split()
        found.setdefault(key, []).append(url)
    return found


def is_article(outlet: Outlet, url: str) -> bool:
    return any(re.search(pattern, url) for pattern in outlet.article_patterns)


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return catalogue.load()


def test_every_outlet_of_the_seeds_is_on_the_shelf(shipped: Catalogue) -> None:
    assert set(shipped.outlets) == KEYS
    assert list(shipped.outlets) == sorted(shipped.outlets)


def test_every_outlet_with_patterns_has_examples(shipped: Catalogue) -> None:
    patterned = {key for key, outlet in shipped.outlets.items() if outlet.article_patterns}
    assert patterned == set(examples(ARTICLES)) == set(examples(SECTIONS))


@pytest.mark.parametrize("key", sorted(examples(ARTICLES)))
def test_articles_are_told_from_sections(shipped: Catalogue, key: str) -> None:
    outlet = shipped.get(key)
    assert [url for url in examples(ARTICLES)[key] if not is_article(outlet, url)] == []
    assert [url for url in examples(SECTIONS)[key] if is_article(outlet, url)] == []
    assert [url for url in examples(ARTICLES)[key] if shipped.of(url) is not outlet] == []


@pytest.mark.parametrize("key", sorted(examples(ARTICLES)))
def test_every_pattern_has_its_example(shipped: Catalogue, key: str) -> None:
    unused = [
        p for p in shipped.get(key).article_patterns if not any(re.search(p, url) for url in examples(ARTICLES)[key])
    ]
    assert unused == []


def test_no_channel_is_taken_for_an_article(shipped: Catalogue) -> None:
    fronts = [(o, c.url) for o in shipped.outlets.values() for c in o.channels if c.enabled and c.kind == "front"]
    assert [(o.key, url) for o, url in fronts if is_article(o, url)] == []


def test_whatever_is_crawled_has_a_list_to_be_asked(shipped: Catalogue) -> None:
    silent = [
        outlet.key
        for outlet in shipped.outlets.values()
        if outlet.crawlable and not any(c.enabled and c.kind in LISTS for c in outlet.channels)
    ]
    assert silent == []


def test_dead_channels_are_kept_as_facts_only(shipped: Catalogue) -> None:
    asked = [c for outlet in shipped.outlets.values() for c in outlet.channels if c.enabled]
    assert {c.kind for c in asked} == set(get_args(ChannelKind)), "each kind of channel is asked somewhere"
    assert not {"dead", "zombie"} & {c.fact for c in asked}
    assert not [c.url for c in asked if re.search(r"[{}<>]", c.url)]
    assert [c.kind for c in shipped.get("amn").channels].count("wp_json") == 1


def test_what_changes_last_stands_first_in_wordpress_apis(shipped: Catalogue) -> None:
    """Else an edit of last month's article would never show."""
    urls = [c.url for outlet in shipped.outlets.values() for c in outlet.channels if c.kind == "wp_json"]
    assert urls
    assert all("orderby=modified" in url and "modified_gmt" in url for url in urls)


@pytest.mark.parametrize("key", ["xinhua", "cctv", "huanqiu", "bjnews", "meduza"])
def test_json_apis_say_where_they_name_their_articles(shipped: Catalogue, key: str) -> None:
    assert any(c.fields is not None for c in shipped.get(key).channels if c.kind == "json_api")


def test_measured_facts_say_when_and_by_whom(shipped: Catalogue) -> None:
    channels = [c for outlet in shipped.outlets.values() for c in outlet.channels]
    assert [c.url for c in channels if not c.source] == []
    assert [c.url for c in channels if c.fact in {"live", "dead", "zombie", "slow"} and not c.as_of] == []


def test_the_channels_lie_on_the_outlets_own_hosts(shipped: Catalogue) -> None:
    strangers = [
        (outlet.key, channel.url)
        for outlet in shipped.outlets.values()
        for channel in outlet.channels
        if channel.kind != "telegram_preview" and shipped.of(channel.url) is not outlet
    ]
    assert strangers == []


@pytest.mark.parametrize("key", ["rt", "sputnik", "ria", "rg", "tass", "vgtrk", "vesti"])
def test_what_is_suspended_in_the_eu_waits_for_the_user(shipped: Catalogue, key: str) -> None:
    outlet = shipped.get(key)
    assert not outlet.enabled
    assert "EU" in outlet.notice
    assert outlet not in shipped.pick("")
    assert shipped.pick(key) == (outlet,)


def test_platforms_behind_a_login_say_why_they_are_not_crawled(shipped: Catalogue) -> None:
    walled = {key for key, outlet in shipped.outlets.items() if not outlet.crawlable}
    assert walled == {"telegram", "twitter", "wechat", "weibo"}
    assert all(shipped.get(key).reason for key in walled)


def test_delays_that_robots_ask_for_are_kept(shipped: Catalogue) -> None:
    paces = {key: shipped.get(key).pace for key in ("amn", "scmp", "people", "kremlin", "mid_ru")}
    assert paces == {"amn": 5.0, "scmp": 10.0, "people": 120.0, "kremlin": 15.0, "mid_ru": 10.0}


def test_chrome_marks_are_a_few_words_and_not_one_common_word(shipped: Catalogue) -> None:
    phrases = [phrase for outlet in shipped.outlets.values() for phrase in outlet.chrome]
    assert phrases
    assert [phrase for phrase in phrases if len(phrase.split()) > 12] == []
    assert [phrase for phrase in phrases if len(phrase) < 4] == []


def test_the_addresses_of_the_seeds_are_articles() -> None:
    shipped = catalogue.load()
    for url in catalogue.load_seeds().addresses:
        outlet = shipped.of(url)
        assert outlet is not None
        assert is_article(outlet, url)
