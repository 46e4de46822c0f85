"""A month of outlets by seed: what each address answers at each hour, and what truly became of each article.

Nothing here knows how Stet works. Hours are counted from `START`; the same seed gives the same world. Chance that
depends on the look (a cut page, the arm of an A/B test) is drawn from the world's own dice, in the order of the looks.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random

from bench.gazettes import CAPTCHA, CONSENT, DESIGNS, LOST, PARKED, REPAIRS, TOMBSTONE, page, sentence, vocabulary

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
"""A Monday morning."""
DAY = 24.0
EVER = 1e6
"""Hours: for good, or never."""
WAYS = ("404", "404", "404", "410", "451", "home", "missing", "noindex", "emptied", "tombstone")
"""By which ways articles go down, the common one more often."""
TROUBLES = (
    "404s", "451s", "sick", "homewards", "emptying", "consent", "parked", "maintenance 200", "maintenance 503",
    "captcha 403", "captcha 200",
)  # fmt: skip
"""Of an outlet: every answer a 404 or 451; every other one, by chance; all articles lead home; all bodies are empty;
a consent page before everything; a domain that expired; repairs; a challenge."""
LASTS = {"404s": (0.7, 2), "emptying": (2, 3.5), "consent": (3, 30), "parked": (24, 50), "maintenance 200": (18, 28)}
"""Hours that they last, from and to; all others: 8 to 28."""
NOISE = ("timeout", "reset", "cut", "503", "503 wait", "429 wait", "captcha")
FATES = (
    "none", "none", "down", "down", "down", "down twice", "paywall", "tested", "moved", "moved, then down",
    "readdressed",
)  # fmt: skip
MISSING = ("404", "404", "404", "page", "redirect", "front")
"""What hosts answer to addresses that they do not know: a status, a page with 200, the way home, the home page."""


def when(hour: float) -> datetime:
    """The moment of an hour, to the millisecond (as the store keeps it)."""
    return START + timedelta(milliseconds=round(hour * 3_600_000))


def hours(at: datetime) -> float:
    return (at - START).total_seconds() / 3600


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

    def __str__(self) -> str:
        return f"{self.kind} {self.since:.1f} to {self.until:.1f}"


def during(spans: tuple[Span, ...], hour: float) -> Span | None:
    """The one that holds at an hour."""
    return next((span for span in spans if span.holds(hour)), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered."""

    status: int | None = 200
    body: bytes | None = b""
    location: str = ""
    error: str = ""
    """What was met instead, as `Capture.error` names it."""
    whole: bool = True
    wait: int = 0
    """Seconds of a Retry-After."""
    shows: str = ""
    """What it truly shows: ``article``, ``preview``, one of `WAYS`, or what else stands in its place."""

    @property
    def etag(self) -> str:
        return f'"{sha256(self.body or b"").hexdigest()[:12]}"'


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
    """While the headline is tested; ``kind`` is "won" where the new one stays."""
    moved: float = EVER
    fate: str = "none"

    def text(self, hour: float, arm: bool = False) -> tuple[str, tuple[str, ...]]:
        """``arm``: whether this look falls to the test's new headline."""
        title, paragraphs = self.texts[bisect_right(self.edits, hour)]
        test = self.test
        new = test is not None and hour >= test.since and (arm if hour < test.until else test.kind == "won")
        return (f"Why {title[0].lower()}{title[1:]} matters to all of us" if new else title), paragraphs

    def path(self, hour: float) -> str:
        """Where it stands."""
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
    purge: Span | None
    """When it took out many of its stories at once, for good."""
    feed_every: float
    feed_lives: bool
    """Whether its feed goes on while the pages are in trouble."""
    by_path: dict[str, Story] = field(init=False)

    def __post_init__(self) -> None:
        self.by_path = {path: story for story in self.stories for path in (story.slug, story.new_slug)}

    @property
    def key(self) -> str:
        return f"gazette{self.number}"

    @property
    def host(self) -> str:
        return f"127.0.40.{self.number}"

    @property
    def home(self) -> str:
        return f"http://{self.host}:8080"

    def listed(self, hour: float) -> list[Story]:
        """What its feed shows: what is up, and of the last ten days."""
        return [s for s in self.stories if s.born <= hour < s.born + 10 * DAY and not during(s.downs, hour)]

    def tells(self, way: str) -> bool:
        """Whether anyone could tell that an article went down by this way: a host that shows its home page at all
        addresses that it does not know might as well fail."""
        return self.missing != "front" or way not in ("missing", "noindex")

    def page(self, hour: float, title: str, paragraphs: tuple[str, ...], url: str = "", **more: object) -> bytes:
        design = (self.number + 3 * (hour >= self.redesigned)) % len(DESIGNS)
        teasers = f"{self.number} {int(hour // DAY) if self.restless else 0}"
        head, walled = str(more.get("head", "")), bool(more.get("walled"))
        return page(design, teasers, title, paragraphs, url, head, walled)

    def home_page(self, hour: float) -> bytes:
        return self.page(hour, "The Gazette", tuple(f"{story.text(hour)[0]}." for story in self.listed(hour)[-12:]))


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
        if kind == "404s" or (kind == "sick" and self.dice.random() < 0.5):
            return Answer(404, b"<h1>Not found</h1>", shows=kind)
        if kind == "451s":
            return Answer(451, b"<h1>Not available in your country</h1>", shows=kind)
        if kind == "consent":
            return Answer(302, b"", f"{site.home}/consent?back=1", shows=kind)
        if kind == "parked":
            return Answer(body=PARKED, shows=kind)
        if kind[-1].isdigit():
            body = CAPTCHA if kind.startswith("captcha") else site.page(hour, "Back soon", REPAIRS)
            return Answer(int(kind[-3:]), body, shows=kind)
        return self._broken(site, path, hour, kind) or self._well(site, path, hour, "")

    def _broken(self, site: Site, path: str, hour: float, kind: str) -> Answer | None:
        """What befalls the pages of articles alone."""
        story = site.by_path.get(path)
        if story is None or during(story.downs, hour) or path != story.path(hour):
            return None
        if kind == "homewards":
            return Answer(302, b"", site.home + "/", shows=kind)
        if kind == "emptying":
            return Answer(body=site.page(hour, story.text(hour)[0], (), site.home + path), shows=kind)
        return None

    def _noise(self, site: Site, path: str, hour: float) -> Answer:
        kind = self.dice.choice(NOISE)
        if kind in ("timeout", "reset"):
            return Answer(None, None, error=kind, shows="noise")
        if kind == "cut":
            whole = self._well(site, path, hour, "")
            return Answer(whole.status, (whole.body or b"")[: len(whole.body or b"") // 2], whole=False, shows="noise")
        if kind == "captcha":
            return Answer(403, CAPTCHA, shows="noise")
        return Answer(int(kind[:3]), b"busy", wait=1800 if "wait" in kind else 0, shows="noise")

    def _well(self, site: Site, path: str, hour: float, etag: str) -> Answer:
        story = site.by_path.get(path)
        if path == "/":
            return Answer(body=site.home_page(hour), shows="home page")
        if story is None or story.born > hour or (path == story.new_slug and hour < story.moved):
            return self._unknown(site, hour)
        if path != story.path(hour):
            moved = Answer(301, b"", site.home + story.new_slug, shows="moved")
            return self._unknown(site, hour) if story.fate == "readdressed" else moved
        if down := during(story.downs, hour):
            return self._down(site, story, hour, down)
        return self._stands(site, story, hour, etag)

    def _unknown(self, site: Site, hour: float, shows: str = "unknown") -> Answer:
        if site.missing == "redirect":
            return Answer(302, b"", site.home + "/", shows=shows)
        if site.missing == "front":
            return Answer(body=site.home_page(hour), shows=shows)
        return Answer(200 if site.missing == "page" else 404, site.page(hour, "Page not found", LOST), shows=shows)

    def _down(self, site: Site, story: Story, hour: float, down: Span) -> Answer:
        way = down.kind
        if way in ("404", "410", "451"):
            return Answer(int(way), site.page(hour, "Page not found", LOST), shows=way)
        if way == "home":
            return Answer(302, b"", site.home + "/", shows=way)
        if way == "missing" and site.missing != "404":
            return self._unknown(site, hour, way)
        if way in ("missing", "noindex"):
            robots = '<meta name="robots" content="noindex">' if way == "noindex" else ""
            return Answer(body=site.page(hour, "Page not found", LOST, head=robots), shows=way)
        notice, title = TOMBSTONE if way == "tombstone" else (), story.text(down.since)[0]  # nobody edits what is down
        return Answer(body=site.page(hour, title, notice, site.home + story.path(hour)), shows=way)

    def _stands(self, site: Site, story: Story, hour: float, etag: str) -> Answer:
        title, paragraphs = story.text(hour, self.dice.random() < 0.5)
        wall = during(story.walls, hour) is not None
        body = site.page(hour, title, paragraphs[:2] if wall else paragraphs, site.home + story.path(hour), walled=wall)
        if site.restless:
            body += f"<!-- {self.dice.random()} -->".encode()
        found = Answer(body=body, shows="preview" if wall else "article")
        return Answer(304, None, shows=found.shows) if etag == found.etag else found


# --- the making of a world --------------------------------------------------------------------------


def world(seed: int, outlets: int = 8, articles: int = 500, days: int = 30) -> World:
    """The world of a seed. Raises ValueError for less than one outlet, one article, eight days."""
    if min(outlets, articles) < 1 or days < 8:
        raise ValueError("a world has at least one outlet, one article and eight days")
    dice = Random(f"stet {seed}")
    sites = tuple(_site(dice, n + 1, len(range(n, articles, outlets)), days) for n in range(outlets))
    nights = tuple(_span(dice, days, 3, 11, dice.choice(("dns", "timeout"))) for _ in range(dice.randint(1, 3)))
    friday = 4.5 * DAY + 7 * DAY * dice.randrange(int(days // 7))
    sleep = Span(friday, friday + dice.uniform(48, 64), "asleep")
    return World(seed, days, sites, nights, sleep, dice.uniform(0.03, 0.1), dice)


def _span(dice: Random, days: float, least: float, most: float, kind: str) -> Span:
    since = dice.uniform(DAY, (days - 3) * DAY)
    return Span(since, since + dice.uniform(least, most), kind)


def _site(dice: Random, number: int, stories: int, days: float) -> Site:
    kinds = dice.sample(TROUBLES, dice.choice((1, 1, 2, 3)))
    midst = dice.uniform(0.3, 0.8) * days * DAY
    event = dice.choice(("redesign", "redesign", "new addresses", "purge", "", "", "", ""))
    purge = Span(dice.uniform(4, days - 14) * DAY, EVER, dice.choice(WAYS[:6])) if days > 20 else None
    maker = _Maker(dice, days, midst if event == "new addresses" else EVER, purge if event == "purge" else None)
    return Site(
        number=number,
        stories=tuple(maker.story(n) for n in range(stories)),
        missing=dice.choice(MISSING),
        restless=dice.random() < 0.25,
        validates=dice.random() < 0.5,
        redesigned=midst if event in ("redesign", "new addresses") else EVER,
        troubles=tuple(_span(dice, days, *LASTS.get(kind, (8, 28)), kind) for kind in kinds),
        purge=maker.purge,
        feed_every=dice.choice((2, 3, 4, 6)),
        feed_lives=dice.random() < 0.5,
    )


@dataclass
class _Maker:
    """Makes the stories of one outlet."""

    dice: Random
    days: float
    new_addresses: float
    """When all of them move."""
    purge: Span | None
    busy: list[float] = field(default_factory=list)
    """When articles went down so far."""

    def story(self, number: int) -> Story:
        dice, words = self.dice, vocabulary(self.dice, 250)
        born = 0.0 if dice.random() < 0.15 else dice.uniform(0, 0.7 * self.days * DAY)
        fate, name = dice.choice(FATES), [dice.choice(words) for _ in range(7)]
        moved = born + dice.uniform(2, 100 if fate == "readdressed" else 200)
        downs = tuple(self._downs(born, fate)) if "down" in fate else ()
        if self.purge and dice.random() < 0.45 and born < self.purge.since - DAY:
            fate, downs = "purged", (self.purge,)
        back = [span.until for span in downs if dice.random() < 0.3]
        edits = () if fate in ("tested", "readdressed") else tuple(sorted((*back, *self._edits(born))))
        return Story(
            number=number,
            born=born,
            slug=f"/news/{'-'.join(name[:5])}-{10000 + number * 37}",
            new_slug=f"/world/{'-'.join(name[2:7])}-renamed",
            texts=tuple(_texts(dice, words, name, len(edits))),
            edits=edits,
            downs=downs,
            walls=(self._later(born, 300, (12, 240)),) if fate == "paywall" else (),
            test=self._later(born, 100, (8, 140), dice.choice(("lost", "won"))) if fate == "tested" else None,
            moved=moved if fate.startswith(("moved", "readdressed")) else max(self.new_addresses, born),
            fate=fate,
        )

    def _later(self, born: float, within: float, lasts: tuple[float, float], kind: str = "") -> Span:
        since = born + self.dice.uniform(1, within)
        return Span(since, since + self.dice.uniform(*lasts), kind)

    def _edits(self, born: float) -> Iterator[float]:
        for _ in range(self.dice.choice((0, 0, 1, 1, 2))):
            yield born + self.dice.choice((self.dice.uniform(1, 12), self.dice.uniform(12, 600)))

    def _downs(self, born: float, fate: str) -> Iterator[Span]:
        """Where many go down together, that is a trouble of the outlet: single takedowns keep their distance."""
        dice = self.dice
        since = born + dice.choice((dice.uniform(3, 60), dice.uniform(24, 400)))
        for _ in range(2 if fate == "down twice" else 1):
            if sum(abs(since - other) < 3.5 * DAY for other in self.busy) >= 2:
                return
            self.busy.append(since)
            lasts = dice.choice((EVER, EVER, dice.uniform(0.3, 20), dice.uniform(1, 9) * DAY))
            yield Span(since, since + lasts, dice.choice(WAYS))
            since += lasts + dice.uniform(4, 9) * DAY


def _texts(dice: Random, words: list[str], name: list[str], edits: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A text and what edits make of it, one after another."""
    title, figure = " ".join(name).capitalize(), dice.randint(11, 80)
    lengths = [(dice.randint(9, 16), dice.randint(9, 16)) for _ in range(dice.randint(4, 8))]
    body = [f"{sentence(dice, words, one)} {sentence(dice, words, two)}" for one, two in lengths]
    for n in range(edits + 1):
        count = f"The report names {figure} companies of the {words[3]} region as parties to the deal."
        yield title, (body[0], count, *body[1:])
        kind = dice.choice(("headline", "figure", "paragraph", "words"))
        if kind == "headline":
            title = f"{title} {words[20 + n]}"
        elif kind == "figure":
            figure += 7
        elif kind == "paragraph":
            body.append(sentence(dice, words, 18))
        else:
            body[1] = f"{body[1]} {sentence(dice, words, 9)}"
