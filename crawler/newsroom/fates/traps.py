"""Live articles whose words speak of missing pages, bans, logins and captchas: words of the news are no evidence."""

from collections.abc import Iterator
from html import escape
from itertools import cycle, islice

from crawler.newsroom.article import Article
from crawler.newsroom.fates.course import Course, Scene
from crawler.newsroom.stories import Story
from storage.records import Verdict

TITLES: dict[str, tuple[str, ...]] = {
    "sentinel": (
        "Page not found: how China scrubs the news",
        "Access denied: Beijing bars reporters",
        "404: the vanished Weibo post",
        "This article has been removed, say censors",
        "Just a moment: how bot walls shut out the archive",
    ),
    "zarya": ("Страница не найдена: как исчезают новости о цензуре",),
    "haiyue": ("页面不存在：被删除的报道去了哪里",),
}
"""By outlet."""

_SAID: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "sentinel": (
        (
            "page not found", "access denied", "this article has been removed", "just a moment", "error 404",
            "please log in to continue", "verify that you are human", "unavailable for legal reasons",
            "too many requests", "your session has expired", "subscribe to read on", "enable JavaScript",
        ),
        (
            "an archivist in Leiden", "a former editor", "the press council", "two readers", "a court in the capital",
            "a student of the platform", "the union of reporters", "a clerk at the ministry",
        ),
        "According to {who}, the words “{what}” stood at {count} addresses of the site on day {day}, where reports on "
        "censorship had been before, and {other} kept copies of {more} of them.",
    ),
    "zarya": (
        (
            "страница не найдена", "доступ запрещён", "материал удалён", "ошибка 404", "подтвердите, что вы не робот",
            "войдите, чтобы продолжить", "недоступно по решению суда", "слишком много запросов",
        ),
        ("архивист из Перми", "бывший редактор", "союз журналистов", "читатель газеты", "сотрудник министерства"),
        "По словам источника ({who}), на {count} адресах сайта на {day}-й день стояли слова «{what}», хотя раньше там "
        "были заметки о цензуре; {other} хранит копии {more} из них.",
    ),
    "haiyue": (
        (
            "页面不存在", "访问被拒绝", "该文章已被删除", "错误404", "请完成验证码", "请先登录", "根据法律不予显示",
            "请求过于频繁",
        ),
        ("一名档案员", "一名前编辑", "记者协会", "两名读者", "部里的一名职员"),
        "据{who}介绍，第{day}天该网站有{count}个地址显示“{what}”，而此前那里刊登的是有关审查的报道，"
        "{other}保存了其中{more}篇的副本，并说这样的情况今后还会出现。",
    ),
}  # fmt: skip
"""By outlet: what pages say that are none, who speaks of it, and a sentence over both."""

_HEADS = {"sentinel": "{what}: what {who} found {count} times", "zarya": "«{what}»: что нашёл {who}, случай {count}",
          "haiyue": "“{what}”：{who}的第{count}次发现"}  # fmt: skip


def told(outlet: str, seed: int, paragraphs: int = 6) -> tuple[str, ...]:
    """Paragraphs of a live article about all that is said where articles are missing; the same for the same seed."""
    whats, whos, sentence = _SAID[outlet]
    what, who = islice(cycle(whats), seed, None), islice(cycle(whos), seed // 2, None)
    speaker = next(who)
    made = []
    for number in range(paragraphs):
        other = next(who)
        made.append(sentence.format(what=next(what), who=speaker, other=other, count=seed % 89 + 3 * number + 4,
                                    more=seed % 17 + number + 2, day=number + seed % 7 + 1))  # fmt: skip
        speaker = other
    return tuple(made)


def live(count: int) -> Iterator[tuple[str, Story]]:
    """So many live articles that talk about deletion, each with the outlet that prints it."""
    for seed, outlet in zip(range(count), cycle(_SAID), strict=False):
        whats, whos, _ = _SAID[outlet]
        what, who = whats[seed % len(whats)], whos[seed % len(whos)]
        head = _HEADS[outlet].format(what=what[:1].upper() + what[1:], who=who, count=seed + 2)
        yield outlet, Story(f"a-live-report-{seed}", head, told(outlet, seed, 3 + seed % 6))


def trapped() -> Iterator[tuple[str, Story]]:
    """An article under each trap title, with the outlet that prints it."""
    for outlet, titles in TITLES.items():
        for number, title in enumerate(titles):
            yield outlet, Story(f"trap-number-{number}", title, told(outlet, number))


def bare(article: Article) -> str:
    """A live article on a page that says nothing of itself."""
    title = escape(article.title)
    said = "".join(f"<p>{escape(text)}</p>" for text in article.paragraphs)
    return (
        f"<html><head><title>{title}</title></head><body><div><a href='/'>Home</a></div>"
        f"<h1>{title}</h1>{said}</body></html>"
    )


FATES = tuple(
    Course(
        f"a live article stands that is titled “{story.title}”", (Scene(20, lambda s: s.article.touch()),),
        meets=(Verdict.OK,), outlet=outlet, story=story, age=2, days=1.5, versions=1 if outlet == "haiyue" else 2,
    )
    for outlet, story in trapped()
)  # fmt: skip
