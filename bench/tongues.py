"""Invented words in three languages, of which perturbations make chrome, and true edits new paragraphs."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Tongue:
    """What chrome says in one language. Every tuple is a choice, unless it says otherwise."""

    who: tuple[str, ...]
    did: tuple[str, ...]
    when: tuple[str, ...]
    join: str
    """Between the parts of a sentence: a space, or nothing."""
    stop: str
    word: str
    """A word that takes another's place in a true edit."""
    ad: tuple[str, ...]
    more: tuple[str, ...]
    """Labels before a link to another article."""
    popular: tuple[str, ...]
    related: tuple[str, ...]
    comments: str
    people: tuple[str, ...]
    moments: tuple[str, ...]
    """Formats over a number: how long ago."""
    letters: tuple[tuple[str, str, str], ...]
    """Heading, plea and button of a newsletter box."""
    consent: tuple[tuple[str, str, str], ...]
    """Text and the two buttons of a cookie bar."""
    banners: tuple[str, ...]
    share: tuple[str, ...]
    """All of them are shown, each with a counter."""

    def headline(self, rng: Random) -> str:
        """A headline of another article."""
        text = self.join.join((rng.choice(self.who), rng.choice(self.did), rng.choice(self.when)))
        return text[0].upper() + text[1:]

    def sentence(self, rng: Random) -> str:
        """A sentence of a comment, a summary or a new paragraph."""
        other = self.join.join((rng.choice(self.who), rng.choice(self.did)))
        return f"{self.headline(rng)}{',' if self.join else '，'}{self.join}{other}{self.stop}"

    def ago(self, rng: Random) -> str:
        """How long ago something was."""
        return rng.choice(self.moments).format(rng.randrange(2, 59))


TONGUES = {
    "en": Tongue(
        who=("the orchard wardens", "a spokeswoman for the tram drivers", "two bakers of the old town",
             "the museum of lanterns", "the chess league", "our neighbour with the ladder"),
        did=("put off the repair of the wooden bridge", "found a third key in the clock tower",
             "asked for a longer summer timetable", "sold the last of the blue umbrellas",
             "voted against a second fountain", "counted more herons than in the year before"),
        when=("before the first snow", "on a rainy afternoon", "at the end of the season",
              "while the mayor was away", "in spite of the noise", "for the fourth time"),
        join=" ", stop=".", word="otherwise", ad=("Advertisement", "Sponsored", "Ad"),
        more=("Read more", "Related", "See also", "READ MORE", "Also read"),
        popular=("Most read", "Trending now", "Popular this week"),
        related=("Related stories", "More stories", "You may also like"),
        comments="12 comments", people=("Lantern77", "M. Ostler", "heron_watch", "Pia V.", "old tram"),
        moments=("Updated {} minutes ago", "{} minutes ago", "Last updated {} min ago"),
        letters=(
            ("The Evening Lantern", "Get the best of our stories in your inbox every evening. Sign up for our "
             "newsletter, you can leave at any time.", "Sign up"),
            ("Five Stories", "Every evening our editors choose five stories that are worth your time. Leave your "
             "address, and we will write.", "Send"),
            ("Want to know more?", "Subscribe to The Evening Lantern, our letter from the old town.", "Subscribe"),
        ),
        consent=(
            ("We and our partners use cookies to store and read data on your device. You can change your choice "
             "at any time in the settings.", "Accept all", "Manage choices"),
            ("This site counts its visitors. That helps us to see which pages are read, and to pay for them.",
             "All right", "No, thank you"),
        ),
        banners=("Subscribe now: the first month for one coin.", "Try our app: news without the noise, free for you."),
        share=("Share", "Tweet", "Send"),
    ),
    "ru": Tongue(
        who=("сторожа яблоневого сада", "два пекаря старого города", "хранители фонарей", "шахматисты из парка",
             "соседи с лестницей"),
        did=("отложили ремонт деревянного моста", "нашли третий ключ в часовой башне", "продали последние синие зонты",
             "попросили летнее расписание", "насчитали больше цапель"),
        when=("до первого снега", "дождливым днём", "в конце сезона", "в отсутствие мэра", "в четвёртый раз"),
        join=" ", stop=".", word="иначе", ad=("Реклама", "На правах рекламы"),
        more=("Читайте также", "По теме", "Подробнее"), popular=("Самое читаемое", "Популярное"),
        related=("Материалы по теме", "Рекомендуем"), comments="Комментарии (12)",
        people=("Фонарь77", "М. Столяров", "цапля", "старый трамвай"),
        moments=("Обновлено {} мин. назад", "{} мин. назад"),
        letters=(
            ("Вечерний фонарь", "Подпишитесь на нашу рассылку и получайте лучшее каждый вечер.", "Подписаться"),
            ("Пять историй", "Каждый вечер редакция выбирает пять историй. Оставьте адрес, и мы напишем.", "Отправить"),
        ),
        consent=(
            ("Мы используем файлы cookie, чтобы сайт работал лучше. Вы можете изменить свой выбор в настройках.",
             "Принять", "Настроить"),
        ),
        banners=("Подпишитесь сейчас: первый месяц за одну монету.", "Скачайте наше приложение: новости без шума."),
        share=("Поделиться", "ВКонтакте", "Telegram"),
    ),
    "zh": Tongue(
        who=("果园管理员", "老城的两位面包师", "灯笼博物馆", "象棋联盟", "带梯子的邻居"),
        did=("推迟了木桥的修缮", "在钟楼里找到了第三把钥匙", "卖完了最后一批蓝色雨伞", "要求延长夏季时刻表",
             "数到了比去年更多的苍鹭"),
        when=("直到初雪之前", "在一个雨天的下午", "在旺季结束的时候", "尽管噪音不断", "这已经是第四次"),
        join="", stop="。", word="否则", ad=("广告", "推广"),
        more=("相关阅读", "延伸阅读", "更多新闻"), popular=("热门新闻", "排行榜"), related=("相关新闻", "推荐阅读"),
        comments="评论（12）", people=("灯笼七七", "苍鹭观察", "老电车"),
        moments=("{}分钟前更新", "{}分钟前"),
        letters=(
            ("晚间灯笼", "订阅我们的电子报，每天晚上收到最好的文章，可以随时退订。", "订阅"),
            ("五个故事", "编辑每天晚上为您挑选五个值得一读的故事，留下邮箱地址即可。", "发送"),
        ),
        consent=(("我们使用Cookie来改善网站的使用体验，您可以随时在设置中更改您的选择。", "接受", "设置"),),
        banners=("现在订阅，首月只要一枚硬币。", "下载我们的客户端，新闻没有噪音。"), share=("分享", "微信", "微博"),
    ),
}  # fmt: skip
