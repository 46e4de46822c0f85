"""One outlet of the newsroom on its own address: its articles, its habits, its robots.txt."""

from collections.abc import Callable
from datetime import datetime

from crawler.newsroom.article import Article, Copy
from crawler.newsroom.masthead import Masthead
from crawler.newsroom.stories import Story
from crawler.newsroom.trouble import Markup, Reach


class Site(Reach):
    """The handle that `Newsroom.site` gives. The verbs of `Reach` befall all its pages, robots.txt included."""

    def __init__(
        self,
        masthead: Masthead,
        port: Callable[[], int],
        now: Callable[[], datetime],
        mirrors: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        self.masthead = masthead
        self.address = masthead.address
        """Where it lives now; its other addresses lead there."""
        self.mirrors = mirrors
        """Further addresses on which it answers."""
        self.pages: dict[str, Markup] = {}
        """Pages of one's own that stand at other paths (search, a consent page, a mobile edition)."""
        self.missing: Markup | None = None
        """A page of one's own for every address where nothing stands, with 200; None: the usual one, with 404."""
        self.gzip = True
        """Compress for those who accept it."""
        self.validators = masthead.validators
        """Send ETag and Last-Modified, and answer conditional requests by 304."""
        self.declared = masthead.declared
        """Where pages name their charset: header, meta, both or none."""
        self.robots_status = 200
        self.robots_text: str | None = None
        self.articles: dict[str, Article] = {}
        self._paths: dict[str, Article] = {}
        self._frozen_at: datetime | None = None
        self._redating = False
        self._port = port
        self._now = now

    @property
    def root(self) -> str:
        """``http://127.0.7.1:8080``, without a slash; RuntimeError while nobody serves it."""
        return f"http://{self.address}:{self._port()}"

    def now(self) -> datetime:
        return self._now()

    def place(self, path: str, article: Article) -> None:
        """Let a path lead to an article; ValueError when another one has it."""
        if self._paths.get(path, article) is not article:
            raise ValueError(f"{self.masthead.key}: {path} is taken, choose another slug")
        self._paths[path] = article

    def at(self, path: str) -> Article | None:
        """The article that stands, or once stood, at a path."""
        return self._paths.get(path)

    def publish(self, story: Story) -> Article:
        """Publish a story now; ValueError when its slug is taken or its section unknown."""
        section = story.section or next(iter(self.masthead.sections))
        if story.slug in self.articles or section not in self.masthead.sections:
            raise ValueError(
                f"{self.masthead.key}: cannot publish {story.slug!r} in {section!r}: the slug is taken, or the "
                f"section is none of {', '.join(self.masthead.sections)}"
            )
        now = self._now()
        copy = Copy(
            title=story.title, paragraphs=tuple(story.paragraphs), standfirst=story.standfirst,
            byline=story.byline, caption=story.caption, section=section,
            published_at=now, modified_at=now, changed_at=now,
        )  # fmt: skip
        article = Article(self, story.slug, copy, self._now)
        self.articles = {**self.articles, story.slug: article}
        return article

    def listed(self, section: str = "") -> list[Article]:
        """What front pages show, the newest first."""
        shown = [
            article
            for article in reversed(self.articles.values())
            if article.listed and section in {"", article.copy.section}
        ]
        return sorted(shown, key=lambda article: article.copy.published_at, reverse=True)

    def fed(self) -> list[Article]:
        """What feeds and sitemaps show: `listed`, and nothing new once they are frozen."""
        return [a for a in self.listed() if not self._frozen_at or a.copy.published_at <= self._frozen_at]

    def changed(self, article: Article) -> datetime:
        """When lists say that an article was last changed: what its page claims, or, while they lie, just now."""
        return self._now() if self._redating else article.copy.modified_at

    # --- the words of a script ----------------------------------------------------------------------

    def outage(self, status: int = 503) -> None:
        """The whole outlet answers by a server error until `restore`."""
        self.break_server(status)

    def migrate(self, address: str) -> None:
        """The whole outlet moves to one of its mirrors; its old address answers 301, path by path."""
        if address not in (self.masthead.address, *self.mirrors):
            raise ValueError(f"{self.masthead.key} does not answer on {address}: name it as a mirror first")
        self.address = address

    def freeze_feeds(self, on: bool = True) -> None:
        """Feeds and sitemaps go on answering 200 and bring nothing new; front pages do."""
        self._frozen_at = self._now() if on else None

    def redate(self, on: bool = True) -> None:
        """Lists say of every article that it was changed just now, as where comments or ads count as changes."""
        self._redating = on

    def robots(
        self,
        text: str | None = None,
        crawl_delay: float | None = None,
        disallow: tuple[str, ...] = (),
        status: int = 200,
    ) -> None:
        """Another robots.txt: its whole text, or a Crawl-delay (seconds) and paths added to the usual one."""
        lines = [f"Disallow: {path}" for path in disallow]
        lines += [f"Crawl-delay: {crawl_delay:g}"] if crawl_delay is not None else []
        usual = "\n".join(["User-agent: *", *lines, "Disallow: /subscribe", ""])
        self.robots_text = usual if text is None else text
        self.robots_status = status
