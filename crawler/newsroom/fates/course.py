"""What a fate is made of: the stage it plays on, the scenes by hour, and what a watcher should report."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from crawler.clock import HandClock
from crawler.newsroom.article import Article, Copy
from crawler.newsroom.newsroom import Newsroom
from crawler.newsroom.pages import article_page
from crawler.newsroom.site import Site
from crawler.newsroom.stories import Story, stock
from storage.records import Standing, Verdict

START = datetime.fromisoformat("2026-03-02T06:00:00+00:00")
"""A Monday; the first look."""
NEIGHBOURS = ("zarya", "haiyue")
"""Another outlet of the newsroom, for redirects off the domain: the first that is not the one on stage."""
COMPANIONS = 2
"""Other articles of the outlet: they answer well, except where a fate says otherwise."""

Kind = Literal["edit", "takedown", "restored", "paywall up", "paywall down", "moved"]


@dataclass
class Stage:
    """The newsroom as a fate finds it, and who watches it."""

    newsroom: Newsroom
    article: Article
    """Whose fate it is."""
    others: list[Article]
    asleep: bool = False
    """Whether nobody watches: the daemon is not running."""
    errors: dict[str, str] = field(default_factory=dict)
    """What requests meet instead of an answer (as `Capture.error` names it), by path; ``""``: all of them."""

    @property
    def site(self) -> Site:
        return self.newsroom.site(self.article.site.masthead.key)

    @property
    def articles(self) -> tuple[Article, ...]:
        return (self.article, *self.others)

    def meet(self, error: str, path: str = "") -> None:
        """From now on requests end in an error; ``meet("")`` ends that."""
        self.errors = {path: error} if error else {}

    def jump(self, **amount: float) -> None:
        """The clock is wrong by so much more, and no time passes."""
        self.newsroom.advance(**amount)

    def every(self, act: Callable[[Article], object]) -> None:
        """The same befalls all articles of the outlet."""
        for article in self.articles:
            act(article)

    def variant(self, article: Article, **copy: object) -> Callable[[int], str]:
        """The page of an article with another copy (``paragraphs=()``: emptied); the lists go on naming it."""
        held = self.newsroom.site(article.site.masthead.key)

        def made(count: int) -> str:
            return article_page(held, article, _changed(article.copy, copy), count)

        return made


def _changed(copy: Copy, told: dict[str, object]) -> Copy:
    return replace(copy, **told)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that happens, so many hours after the first look."""

    hour: float
    act: Callable[[Stage], object]


@dataclass(frozen=True, slots=True)
class Told:
    """One event that a watcher should report."""

    kind: Kind
    hour: float
    """When it happened. It is dated by the look before and the look after."""
    how: str = ""
    """takedown: gone, legal, redirected, soft, emptied (`records.How`)."""


@dataclass(frozen=True)
class Course:
    """A fate from its first look to its last."""

    name: str
    """A sentence."""
    scenes: tuple[Scene, ...] = ()
    told: tuple[Told, ...] = ()
    """All that is to be reported of the article; of others, nothing."""
    meets: tuple[Verdict, ...] = ()
    """Verdicts that the looks must come upon, so that no fate passes by never having struck."""
    outlet: str = "sentinel"
    story: Story | None = None
    """A text of its own; None: the first in the outlet's stock."""
    days: float = 4.5
    age: float = 36
    """Hours between publication and first look. What is young is looked at every 20 minutes, later by the day."""
    versions: int = 1
    """How many texts it had. Whatever else was shown is no text of it."""
    standing: Standing = Standing.UP
    """In the end."""
    aliases: int = 1
    """By how many addresses it goes in the end."""
    validators: bool = True
    """Whether its page has any."""
    mirror: str = ""
    """A further address of the outlet."""
    wire: bool = False
    """Whether the bytes on the wire matter: then it is played with real requests, too."""

    def staged(self, port: int = 8080) -> Stage:
        """The newsroom at the moment of the first look, the texts published some while ago."""
        clock = HandClock(START - timedelta(hours=self.age + COMPANIONS))
        mirrors = {self.outlet: (self.mirror,)} if self.mirror else {}
        neighbour = next(key for key in NEIGHBOURS if key != self.outlet)
        newsroom = Newsroom(clock, (self.outlet, neighbour), port, mirrors)
        slugs = list(stock(self.outlet))
        others = []
        for slug in slugs[1 : COMPANIONS + 1]:
            others.append(newsroom.publish_story(self.outlet, slug))
            clock.advance(hours=1)
        story = self.story or stock(self.outlet)[slugs[0]]
        article = newsroom.site(self.outlet).publish(story)
        article.validators = self.validators
        clock.moment = START
        return Stage(newsroom, article, others)
