"""A month of outlets by seed: what each address answers at each hour, and what truly became of each article.

Nothing here knows how Stet works. Hours are counted from `START`; the same seed gives the same world. Chance that
depends on the look (a cut page, the arm of an A/B test) is drawn from the world's own dice, in the order of the looks.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from random import Random

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
"""A Monday morning."""
DAY = 24.0
EVER = 1e6
"""Hours: for good."""
WAYS = ("404", "404", "404", "410", "451", "home", "missing", "noindex", "emptied", "tombstone")
"""By which ways articles go down, the common one more often."""
TROUBLES = ("404s", "maintenance 200", "maintenance 503", "captcha 403", "captcha 200", "emptying", "consent")
NOISE = ("timeout", "reset", "cut", "503", "503 wait", "429", "captcha")
FATES = ("none", "none", "down", "down", "down", "down twice", "paywall", "tested", "moved", "moved, then down")
MISSING = ("404", "404", "404", "page", "page 404", "redirect")
"""What hosts answer to addresses that they do not know."""


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasts from one hour to another."""

    since: float
    until: float
    kind: str = ""

    def holds(self, hour: float) -> bool:
        return self.since <= hour < self.until

    def meets(self, since: float, until: float) -> bool:
        return self.since < until and since < self.until


def during(spans: tuple[Span, ...], hour: float) -> Span | None:
    return next((span for span in spans if span.holds(hour)), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered; ``error``: what was met instead."""

    status: int | None = 200
    body: bytes | None = b""
    location: str = ""
    error: str = ""
    whole: bool = True
    wait: int = 0
    """Seconds of a Retry-After."""
    shows: str = ""
    """What it truly shows: ``article``, ``preview``, one of `WAYS`, or another name of what stands in its place."""


@dataclass(frozen=True)
class Story:
    """An article and its fate."""

    number: int
    born: float
    slug: str
    new_slug: str
    texts: tuple[tuple[str, tuple[str, ...]], ...]
    """Headline and paragraphs: as first published, and after each edit."""
    edits: tuple[float, ...] = ()
    downs: tuple[Span, ...] = ()
    walls: tuple[Span, ...] = ()
    test: Span | None = None
    """While the headline is tested; ``kind`` "wins" where the new one stays."""
    moved: float = EVER
    fate: str = "none"

    def edition(self, hour: float) -> int:
        return bisect_right(self.edits, hour)

    def text(self, hour: float, arm: bool) -> tuple[str, tuple[str, ...]]:
        """``arm``: whether this look falls to the test's new headline."""
        title, paragraphs = self.texts[self.edition(hour)]
        test = self.test
        if test is None or hour < test.since or (hour < test.until and not arm) or (hour >= test.until and not test.kind):
            return title, paragraphs
        return self.tested(title), paragraphs

    @staticmethod
    def tested(title: str) -> str:
        return f"Why {title[0].lower()}{title[1:]} matters to all of us"

    def path(self, hour: float) -> str:
        return self.new_slug if hour >= self.moved else self.slug


@dataclass
class Site:
    """An outlet: its design, its habits, its troubles, its stories."""

    number: int
    stories: tuple[Story, ...]
    missing: str
    restless: bool
    """Whether its pages differ in bytes at every look."""
    validates: bool
    redesigned: float
    troubles: tuple[Span, ...]
    feed_every: float
    feed_lives: bool
    """Whether its feed goes on while the pages are in trouble."""
    lists_for: float = 10 * DAY
    """Hours that an article stays in its feed."""
    by_path: dict[str, Story] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_path = {path: story for story in self.stories for path in (story.slug, story.new_slug)}

    @property
    def key(self) -> str:
        return f"gazette{self.number}"

    @property
    def host(self) -> str:
        return f"127.0.40.{self.number + 1}"

    @property
    def home(self) -> str:
        return f"http://{self.host}:8080"

    def design(self, hour: float) -> int:
        return (self.number + 3 * (hour >= self.redesigned)) % len(DESIGNS)

    def listed(self, hour: float) -> list[Story]:
        """What its feed shows: what is up, and of the last days."""
        return [s for s in self.stories if s.born <= hour < s.born + self.lists_for and not during(s.downs, hour)]

    def home_page(self, hour: float) -> bytes:
        lines = tuple(f"{s.texts[s.edition(hour)][0]}." for s in self.listed(hour)[-12:])
        return page(self, hour, "The Gazette", lines, self.home + "/", declared=False)


@dataclass
class World:
    """All outlets, and our own troubles."""

    seed: int
    days: float
    sites: tuple[Site, ...]
    nights: tuple[Span, ...]
    """Without network."""
    sleep: Span
    """When nobody looks: the machine is off."""
    noise: float
    """The share of answers that are cut, slow or refused."""
    dice: Random

    def answer(self, site: Site, path: str, hour: float, etag: str = "") -> Answer:
        """What is answered at an address of an outlet's host."""
        if night := during(self.nights, hour):
            return Answer(None, None, error=night.kind, shows="night")
        if path.startswith("/consent"):
            return Answer(body=CONSENT, shows="consent")
        if trouble := during(site.troubles, hour):
            return self._troubled(site, path, hour, trouble.kind)
        if self.dice.random() < self.noise:
            return self._noise(site, path, hour)
        return self._well(site, path, hour, etag)

    def _troubled(self, site: Site, path: str, hour: float, kind: str) -> Answer:
        story = site.by_path.get(path)
        if kind == "404s":
            return Answer(404, b"<h1>Not found</h1>", shows=kind)
        if kind.startswith("maintenance"):
            return Answer(int(kind[-3:]), page(site, hour, "Back soon", REPAIRS, "", declared=False), shows=kind)
        if kind.startswith("captcha"):
            return Answer(int(kind[-3:]), CAPTCHA, shows=kind)
        if kind == "consent":
            return Answer(302, b"", location=f"{site.home}/consent?back=1", shows=kind)
        if story is None or during(story.downs, hour) or path != story.path(hour):
            return self._well(site, path, hour, "")
        return Answer(body=page(site, hour, story.text(hour, False)[0], (), site.home + path), shows=kind)

    def _noise(self, site: Site, path: str, hour: float) -> Answer:
        kind = self.dice.choice(NOISE)
        if kind in ("timeout", "reset"):
            return Answer(None, None, error=kind, shows="noise")
        if kind == "cut":
            found = self._well(site, path, hour, "")
            return Answer(found.status, (found.body or b"")[: len(found.body or b"") // 2], whole=False, shows="noise")
        if kind == "captcha":
            return Answer(403, CAPTCHA, shows="noise")
        return Answer(int(kind[:3]), b"busy", wait=0 if kind == "503" else 1800, shows="noise")

    def _well(self, site: Site, path: str, hour: float, etag: str) -> Answer:
        story = site.by_path.get(path)
        if path == "/":
            return Answer(body=site.home_page(hour), shows="home")
        if story is None or story.born > hour or (path == story.new_slug != story.path(hour)):
            return self._unknown(site, path, hour, "unknown")
        if path != story.path(hour):
            return Answer(301, b"", location=site.home + story.new_slug, shows="moved")
        if down := during(story.downs, hour):
            return self._down(site, story, path, hour, down.kind)
        return self._stands(site, story, path, hour, etag)

    def _unknown(self, site: Site, path: str, hour: float, shows: str) -> Answer:
        if site.missing == "redirect":
            return Answer(302, b"", location=site.home + "/", shows=shows)
        body = page(site, hour, "Page not found", LOST, "", declared=False)
        return Answer(200 if site.missing == "page" else 404, body, shows=shows)

    def _down(self, site: Site, story: Story, path: str, hour: float, way: str) -> Answer:
        if way in ("404", "410", "451"):
            return Answer(int(way), page(site, hour, "Page not found", LOST, "", declared=False), shows=way)
        if way == "home":
            return Answer(302, b"", location=site.home + "/", shows=way)
        if way in ("missing", "noindex"):
            robots = '<meta name="robots" content="noindex">' if way == "noindex" else ""
            return Answer(body=page(site, hour, "Page not found", LOST, "", declared=False, head=robots), shows=way)
        notice = TOMBSTONE if way == "tombstone" else ()
        return Answer(body=page(site, hour, story.text(hour, False)[0], notice, site.home + path), shows=way)

    def _stands(self, site: Site, story: Story, path: str, hour: float, etag: str) -> Answer:
        title, paragraphs = story.text(hour, self.dice.random() < 0.5)
        wall = during(story.walls, hour)
        body = page(site, hour, title, paragraphs[:2] if wall else paragraphs, site.home + path, walled=bool(wall))
        if site.restless:
            body += f"<!-- {self.dice.random()} -->".encode()
        if etag and etag == tag(body):
            return Answer(304, None, shows="article")
        return Answer(body=body, shows="preview" if wall else "article")


def tag(body: bytes) -> str:
    """The validator of a body."""
    return f'"{sha256(body).hexdigest()[:12]}"'


# --- pages ------------------------------------------------------------------------------------------

LOST = (
    "Sorry, the page that you asked for could not be found on this site.",
    "It may have been removed, or its address has changed. Please use the search, or start from the front page.",
)
REPAIRS = (
    "We are working on our website and will be back shortly.",
    "Our editors and engineers are sorry for the trouble, and thank you for your patience.",
)
TOMBSTONE = ("This article is no longer available. It was removed by the editors.",)
CAPTCHA = (
    b"<html><head><title>Just a moment</title></head><body><script>window._cf_chl_opt={a:1}</script>"
    b"<div class=g-recaptcha></div><p>Checking your browser</p></body></html>"
)
CONSENT = (
    b"<html><head><title>Your privacy</title></head><body><form action=/consent method=post><p>We and our partners "
    b"store and read information on your device.</p><button>Accept all</button></form></body></html>"
)
PROMO = "Get the most important stories of the day in your mail box, every morning at six."
DESIGNS = (
    '<header><nav>{menu}</nav></header><main><article><h1>{title}</h1><p class="byline">By our correspondent</p>{text}'
    "{more}</article><aside><h3>Most read</h3>{teasers}</aside></main><footer>{legal}</footer>",
    '<div id="top">{menu}</div><div class="post"><h1 class="entry-title">{title}</h1><div class="meta">Staff writers</div>'
    '<div class="entry-content">{text}{more}</div><div class="related"><h4>Related</h4>{teasers}</div></div><div id="foot">{legal}</div>',
    '<nav class="bar">{menu}</nav><section class="story"><h1>{title}</h1><div class="share"><a href="/s/f">Share</a>'
    '<a href="/s/t">Post</a></div><div class="story-body" itemprop="articleBody">{text}{more}</div></section>'
    '<section class="cards">{teasers}</section><footer><p>{legal}</p></footer>',
    '<table><tr><td class="left">{menu}</td><td class="center"><h2 class="title">{title}</h2><div class="text">{text}{more}'
    '</div></td><td class="right"><b>Latest</b>{teasers}</td></tr></table><div class="copyright">{legal}</div>',
    '<div class="wrap"><div class="nav">{menu}</div><main role="main"><div class="headline"><h1>{title}</h1></div>'
    '<div class="lead-image"><img src="/i/1.jpg" alt=""></div><div class="body-copy">{text}</div>{more}'
    '<div class="newsletter"><h3>Newsletter</h3><p>{promo}</p></div><ul class="list">{teasers}</ul></main></div><footer>{legal}</footer>',
    '<body-wrap><header>{menu}</header><div class="c-article"><div class="c-article__head"><h1>{title}</h1></div>'
    '<div class="c-article__body">{text}</div>{more}</div><div class="c-rail">{teasers}</div><footer>{legal}</footer></body-wrap>',
    '<header role="banner">{menu}</header><article class="hentry"><header><h1 class="p-name">{title}</h1></header>'
    '<section class="e-content">{text}{more}</section><footer><p class="promo">{promo}</p></footer></article>'
    "<aside>{teasers}</aside><footer>{legal}</footer>",
    '<div class="layout"><div class="menu">{menu}</div><div class="material"><h1>{title}</h1><div class="material__tools">'
    'Print</div><div class="material__text">{text}</div>{more}<div class="material__tags"><a href="/t/1">economy</a></div>'
    '</div><div class="sidebar"><h3>News</h3>{teasers}</div></div><div class="bottom">{legal}</div>',
)
MENU = "".join(f'<a href="/{name.lower()}">{name}</a> ' for name in ("Home", "World", "Business", "Culture", "Sport"))
LEGAL = "All rights reserved. Imprint, privacy, terms of use."
WALL = '<div class="paywall"><p>Subscribe to continue reading</p></div>'
WALLED = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'


def page(
    site: Site, hour: float, title: str, paragraphs: tuple[str, ...], url: str,
    declared: bool = True, head: str = "", walled: bool = False,
) -> bytes:  # fmt: skip
    """A page of about 2 kB in the outlet's design."""
    day = int(hour // DAY) if site.restless else 0
    return _page(site.number, site.design(hour), day, title, paragraphs, url, declared, head, walled)


@lru_cache(4096)
def _page(
    site: int, design: int, day: int, title: str, paragraphs: tuple[str, ...], url: str,
    declared: bool, head: str, walled: bool,
) -> bytes:  # fmt: skip
    if declared and design not in (3, 7):  # two designs say of themselves nothing at all
        head += f'<meta property="og:type" content="article"><link rel="canonical" href="{url}">'
    text = "".join(f"<p>{said}</p>" for said in paragraphs)
    teasers = "".join(f'<li><a href="/news/{n}">{said}</a></li>' for n, said in enumerate(_teasers(site, day)))
    filled = DESIGNS[design].format(
        title=title, text=text, more=WALL if walled else "", teasers=f"<ul>{teasers}</ul>", menu=MENU, legal=LEGAL, promo=PROMO
    )  # fmt: skip
    head = f"<title>{title}</title>{head}{WALLED if walled else ''}"
    return f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}</head><body>{filled}</body></html>'.encode()


def _teasers(site: int, day: int) -> Iterator[str]:
    dice = Random(f"{site} {day}")
    for _ in range(5):
        yield _sentence(dice, _vocabulary(dice, 60), 8)


# --- the making of a world --------------------------------------------------------------------------

SYLLABLES = "ba ke li mo nu ra se ti vo za pre gla stri cho fen dor mil tan wes qui".split()
GLUE = "the of and in to for that with on at from by as".split()
EDITS = ("headline", "figure", "paragraph", "words")


def _vocabulary(dice: Random, size: int) -> list[str]:
    return ["".join(dice.choice(SYLLABLES) for _ in range(dice.randint(2, 3))) for _ in range(size)]


def _sentence(dice: Random, words: list[str], length: int) -> str:
    said = [dice.choice(GLUE) if n % 3 == 1 else dice.choice(words) for n in range(length)]
    return " ".join(said).capitalize() + "."


def world(seed: int, outlets: int = 8, articles: int = 500, days: float = 30) -> World:
    """The world of a seed. Raises ValueError for fewer than one outlet, article or day."""
    if min(outlets, articles, days) < 1:
        raise ValueError("a world has at least one outlet, one article and one day")
    dice = Random(f"stet {seed}")
    sites = tuple(_site(dice, n, len(range(n, articles, outlets)), days) for n in range(outlets))
    nights = tuple(_span(dice, days, 3, 11, dice.choice(("dns", "timeout"))) for _ in range(dice.randint(1, 3)))
    friday = 4.5 * DAY + 7 * DAY * dice.randrange(max(1, int(days // 7)))
    sleep = Span(friday, friday + dice.uniform(48, 64))
    return World(seed, days, sites, nights, sleep, dice.uniform(0.03, 0.1), dice)


def _span(dice: Random, days: float, least: float, most: float, kind: str) -> Span:
    since = dice.uniform(1 * DAY, max(days - 3, 1.5) * DAY)
    return Span(since, since + dice.uniform(least, most), kind)


LASTS = {"404s": (0.7, 2), "emptying": (2, 3.5), "consent": (3, 30), "maintenance 200": (18, 28)}


def _site(dice: Random, number: int, stories: int, days: float) -> Site:
    kinds = dice.sample(TROUBLES, dice.choice((1, 1, 2, 3)))
    busy: list[float] = []
    return Site(
        number=number,
        stories=tuple(_story(dice, n, number, days, busy) for n in range(stories)),
        missing=dice.choice(MISSING),
        restless=dice.random() < 0.25,
        validates=dice.random() < 0.5,
        redesigned=dice.uniform(0.3, 0.8) * days * DAY if dice.random() < 0.25 else EVER,
        troubles=tuple(_span(dice, days, *LASTS.get(kind, (8, 28)), kind) for kind in kinds),
        feed_every=dice.choice((2, 3, 4, 6)),
        feed_lives=dice.random() < 0.5,
    )


def _story(dice: Random, number: int, site: int, days: float, busy: list[float]) -> Story:
    """``busy``: when articles of its outlet went down."""
    words = _vocabulary(dice, 250)
    born = 0.0 if dice.random() < 0.15 else dice.uniform(0, 0.8 * days * DAY)
    name = [dice.choice(words) for _ in range(7)]
    fate = dice.choice(FATES)
    moved = born + dice.uniform(2, 200) if fate.startswith("moved") else EVER
    downs = tuple(_downs(dice, born, days, fate, busy)) if "down" in fate else ()
    walls = (_later(dice, born, 300, (12, 240)),) if fate == "paywall" else ()
    test = _later(dice, born, 100, (8, 140), dice.choice(("", "wins"))) if fate == "tested" else None
    back = [span.until for span in downs if span.until < EVER and dice.random() < 0.3]
    hours = () if test else (*back, *(born + dice.choice((dice.uniform(1, 12), dice.uniform(12, 600)))
                                      for _ in range(dice.choice((0, 0, 1, 1, 2)))))  # fmt: skip
    edits = tuple(sorted(hours))
    texts = tuple(_texts(dice, words, name, len(edits)))
    slug, new_slug = f"/news/{'-'.join(name[:5])}-{10000 + number * 37}", f"/world/{'-'.join(name[2:7])}-renamed"
    return Story(number, born, slug, new_slug, texts, edits, downs, walls, test, moved, fate)


def _later(dice: Random, born: float, within: float, lasts: tuple[float, float], kind: str = "") -> Span:
    since = born + dice.uniform(1, within)
    return Span(since, since + dice.uniform(*lasts), kind)


def _downs(dice: Random, born: float, days: float, fate: str, busy: list[float]) -> Iterator[Span]:
    """Where many go down together, that is a trouble of the outlet: single takedowns keep their distance."""
    since = born + dice.choice((dice.uniform(3, 60), dice.uniform(24, 400)))
    for _ in range(2 if fate == "down twice" else 1):
        near = sum(abs(since - other) < 84 for other in busy)
        if near >= 2:
            return
        busy.append(since)
        lasts = dice.choice((EVER, EVER, dice.uniform(0.3, 20), dice.uniform(1, 9) * DAY))
        yield Span(since, since + lasts, dice.choice(WAYS))
        since += lasts + dice.uniform(4, 9) * DAY


def _texts(dice: Random, words: list[str], name: list[str], edits: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    title, figure = " ".join(name).capitalize(), dice.randint(11, 80)
    body = [f"{_sentence(dice, words, dice.randint(9, 16))} {_sentence(dice, words, dice.randint(9, 16))}"
            for _ in range(dice.randint(4, 8))]  # fmt: skip
    for n in range(edits + 1):
        count = f"The report names {figure} companies of the {words[3]} region as parties to the deal."
        yield title, (body[0], count, *body[1:])
        kind = dice.choice(EDITS)
        if kind == "headline":
            title = f"{title} {words[20 + n]}"
        elif kind == "figure":
            figure += 7
        elif kind == "paragraph":
            body.append(_sentence(dice, words, 18))
        else:
            body[1] = f"{body[1]} {_sentence(dice, words, 9)}"
