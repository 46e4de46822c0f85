"""The demo's month: who publishes what, what is done to it when, and what a watcher should have found out.

Stet looks once a day (`VISITS`); all scenes lie between two visits, so that what changed is dated by the
visit before and the visit after. The moments count from the start of the play, by the newsroom's clock.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from crawler.clock import HandClock
from crawler.newsroom.article import Article
from crawler.newsroom.newsroom import Newsroom
from crawler.newsroom.stories import stock

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
"""A Monday. The play runs from any moment; this one fits the datelines in the texts."""


def day(days: int, hours: int = 14, minutes: int = 0) -> timedelta:
    """A moment of the play: so many days and hours after its start."""
    return timedelta(days=days, hours=hours, minutes=minutes)


VISITS = tuple(day(number, 6) for number in range(13))
"""When Stet looks at everything: once a day, thirteen times."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that happens in the newsroom."""

    at: timedelta
    plain: str
    """What a person would say who saw it."""
    act: Callable[[Newsroom], object]


def _prints(at: timedelta, outlet: str, slug: str) -> Scene:
    return Scene(at, f"{outlet} publishes {slug}", lambda newsroom: newsroom.publish_story(outlet, slug))


def _does(at: timedelta, outlet: str, slug: str, plain: str, act: Callable[[Article], object]) -> Scene:
    return Scene(at, f"{outlet}: {slug} {plain}", lambda newsroom: act(newsroom.article(outlet, slug)))


def _copies(at: timedelta, slug: str) -> Scene:
    return Scene(
        at, f"meridian copies {slug} from courier", lambda room: room.reprint("meridian", room.article("courier", slug))
    )


FIRST_DAY = (
    ("courier", "common-front-in-information-war"), ("courier", "broadcaster-staff-questioned"),
    ("courier", "state-media-school-opens"), ("courier", "television-swap-stalls"),
    ("courier", "editors-told-to-soften-coverage"), ("courier", "platform-deletes-network"),
    ("courier", "typhoon-season-outlook"), ("sentinel", "leaked-pact-state-outlets"),
    ("sentinel", "censorship-orders-posted-by-mistake"), ("sentinel", "tass-xinhua-video-desk"),
    ("sentinel", "troll-accounts-echo-state-media"), ("sentinel", "biolab-claims-return"),
    ("sentinel", "radio-station-switches-feed"), ("sentinel", "barley-harvest-floods"),
    ("redoubt", "inside-the-annual-media-forum"), ("redoubt", "what-the-hacked-mail-shows"),
    ("redoubt", "who-pays-for-friendly-headlines"), ("redoubt", "field-stove-rebuilt"),
    ("meridian", "cable-carriage-talks-resume"), ("zarya", "soglashenie-o-sotrudnichestve-smi"),
    ("zarya", "mediaforum-v-harbine"), ("zarya", "brifing-o-dezinformatsii"), ("zarya", "urozhai-ozimoi-pshenitsy"),
    ("haiyue", "zhong-e-meiti-luntan"), ("haiyue", "xinwen-jiaohuan-xieyi"), ("haiyue", "shencha-zhiling-wufa"),
    ("haiyue", "dongxiaomai-fanqing"),
)  # fmt: skip
"""What stands before the first visit, in the order in which it is published (every ten minutes)."""

HEADLINE_WITH_40 = "Report: Leaked pact binds 40 Russian and Chinese state media outlets to trade news"
MILDER_HEADLINE = "Training centre for foreign reporters opens in Hainan with Russian state media as partner"
OTHER_HEADLINE = "‘Fewer maps, more blankets’: how Xinhua editors were told to cover Russian losses"
CORRECTION = (
    "Correction: An earlier version of this article said that the memo stayed online for 40 minutes. "
    "It stayed online for 14 minutes."
)
NEW_SLUG = "fake-accounts-echo-state-media"

SCENES: tuple[Scene, ...] = (
    *(_prints(day(0, 0, 10 * turn), outlet, slug) for turn, (outlet, slug) in enumerate(FIRST_DAY)),
    _copies(day(0, 5), "state-media-school-opens"),
    _does(day(0, 5, 30), "sentinel", "radio-station-switches-feed", "turns its ads, and sends no validators",
          lambda article: setattr(article, "validators", False)),
    _copies(day(0), "common-front-in-information-war"),
    _does(day(0, 15), "courier", "editors-told-to-soften-coverage", "starts an A/B test of its headline",
          lambda article: article.flip(OTHER_HEADLINE)),
    _does(day(1), "sentinel", "tass-xinhua-video-desk", "is deleted: 404", lambda article: article.take_down("404")),
    _does(day(1, 14, 10), "courier", "platform-deletes-network", "is deleted: 404",
          lambda article: article.take_down("404")),
    _does(day(1, 14, 20), "redoubt", "who-pays-for-friendly-headlines", "leads to the home page",
          lambda article: article.take_down("home")),
    _does(day(1, 15), "sentinel", "leaked-pact-state-outlets", "says 40 in its headline instead of 12",
          lambda article: article.edit_headline(HEADLINE_WITH_40)),
    _prints(day(2, 12), "sentinel", "lighthouse-museum-reopens"),
    _does(day(2), "courier", "broadcaster-staff-questioned", "says 25 employees instead of 5",
          lambda article: article.edit("called in 5 employees", "called in 25 employees")),
    _does(day(2, 14, 10), "zarya", "soglashenie-o-sotrudnichestve-smi", "says 28 projects instead of 18",
          lambda article: article.edit("18 совместных проектов", "28 совместных проектов")),
    _does(day(2, 14, 20), "meridian", "state-media-school-opens", "is withdrawn by a court: 451",
          lambda article: article.take_down("451")),
    _does(day(2, 15), "courier", "state-media-school-opens", "gets a milder headline",
          lambda article: article.edit_headline(MILDER_HEADLINE)),
    _does(day(3), "courier", "television-swap-stalls", "is deleted: 410", lambda article: article.take_down("410")),
    _does(day(3, 14, 10), "redoubt", "inside-the-annual-media-forum", "goes behind the paywall",
          lambda article: article.wall(3)),
    _does(day(3, 14, 20), "sentinel", "biolab-claims-return", "asks robots to prove that they are human",
          lambda article: article.captcha(403)),
    _does(day(3, 15), "sentinel", "censorship-orders-posted-by-mistake", "is corrected, and says so",
          lambda article: article.correct("online for 40 minutes", "online for 14 minutes", CORRECTION)),
    _prints(day(4, 12), "courier", "derby-ends-in-draw"),
    _does(day(4), "redoubt", "what-the-hacked-mail-shows", "loses its paragraph on the script without a word",
          lambda article: article.cut(5, silent=True)),
    _does(day(4, 14, 10), "haiyue", "zhong-e-meiti-luntan", "says crisis instead of war",
          lambda article: article.edit("乌克兰战争", "乌克兰危机")),
    _does(day(4, 14, 20), "zarya", "brifing-o-dezinformatsii", "is a not-found page with status 200",
          lambda article: article.take_down("soft")),
    _does(day(5), "sentinel", "troll-accounts-echo-state-media", "moves to a new slug",
          lambda article: article.move(NEW_SLUG)),
    _does(day(5, 14, 10), "haiyue", "shencha-zhiling-wufa", "is emptied", lambda article: article.take_down("emptied")),
    _does(day(5, 15), "courier", "platform-deletes-network", "is back", lambda article: article.restore()),
    _does(day(6), "sentinel", "biolab-claims-return", "lets robots in again", lambda article: article.restore()),
    _does(day(6, 14, 10), "courier", "common-front-in-information-war", "only moves its modified date",
          lambda article: article.touch()),
    Scene(day(7), "meridian is out of order: 503", lambda newsroom: newsroom.site("meridian").outage(503)),
    _does(day(7, 15), "redoubt", "inside-the-annual-media-forum", "is free again", lambda article: article.unwall()),
    Scene(day(9), "meridian is back", lambda newsroom: newsroom.site("meridian").restore()),
)  # fmt: skip
"""In the order of their moments."""

# --- what should be found -----------------------------------------------------------------------

Finding = Literal[
    "edit", "headline", "correction", "stealth", "takedown", "restore", "paywall", "moved", "reprint", "nothing"
]
LOOKS: dict[Finding, int] = {
    "edit": 2, "headline": 7, "correction": 2, "stealth": 2, "takedown": 3, "restore": 1, "paywall": 2,
    "moved": 1, "reprint": 1, "nothing": 1,
}  # fmt: skip
"""So many visits after the scene it can be known, if every visit looks at every article: an edit wants a
second look that shows the new text (a headline six of them, since headlines are tested), a takedown three bad looks
over at least a day."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One thing that Stet should find out, or should not be taken in by."""

    kind: Finding
    outlet: str
    slug: str
    at: timedelta
    """When it happened, to the minute."""
    how: str = ""
    """takedown: gone, legal, redirected, soft, emptied (`records.How`). paywall: up, down. headline, edit:
    number where a figure changed. reprint: the outlet copied from. nothing: why one might think there was
    something (off_subject, captcha, outage, restless, ads, touched)."""
    note: str = ""
    old: str = ""
    new: str = ""

    @property
    def after(self) -> timedelta | None:
        """The last visit that still saw the state before; None when there was none."""
        return max((visit for visit in VISITS if visit < self.at), default=None)

    @property
    def by(self) -> timedelta:
        """The first visit that could see it."""
        return min(visit for visit in VISITS if visit > self.at)

    @property
    def known_by(self) -> timedelta:
        """The visit at which it can be known for sure (see `LOOKS`)."""
        return [visit for visit in VISITS if visit > self.at][LOOKS[self.kind] - 1]


TRUTH: tuple[Expected, ...] = (
    Expected("reprint", "meridian", "common-front-in-information-war", day(0), "courier", "the original is older"),
    Expected("reprint", "meridian", "state-media-school-opens", day(0, 5), "courier", "seen at the same visit"),
    Expected("headline", "sentinel", "leaked-pact-state-outlets", day(1, 15), "number", old="12", new="40"),
    Expected("headline", "courier", "state-media-school-opens", day(2, 15), old="Propaganda school",
             new="Training centre"),
    Expected("edit", "courier", "broadcaster-staff-questioned", day(2), "number", "a figure, undisclosed",
             old="called in 5 employees", new="called in 25 employees"),
    Expected("edit", "zarya", "soglashenie-o-sotrudnichestve-smi", day(2, 14, 10), "number",
             "a figure, undisclosed", old="18 совместных", new="28 совместных"),
    Expected("edit", "haiyue", "zhong-e-meiti-luntan", day(4, 14, 10), note="one word, undisclosed",
             old="战争", new="危机"),
    Expected("correction", "sentinel", "censorship-orders-posted-by-mistake", day(3, 15), note=CORRECTION,
             old="40 minutes", new="14 minutes"),
    Expected("stealth", "redoubt", "what-the-hacked-mail-shows", day(4), note="a paragraph cut without a word",
             old="There are darker pages."),
    Expected("takedown", "sentinel", "tass-xinhua-video-desk", day(1), "gone", "404"),
    Expected("takedown", "courier", "platform-deletes-network", day(1, 14, 10), "gone", "404, restored later"),
    Expected("takedown", "redoubt", "who-pays-for-friendly-headlines", day(1, 14, 20), "redirected", "to the front"),
    Expected("takedown", "meridian", "state-media-school-opens", day(2, 14, 20), "legal", "451; the original stands"),
    Expected("takedown", "courier", "television-swap-stalls", day(3), "gone", "410"),
    Expected("takedown", "zarya", "brifing-o-dezinformatsii", day(4, 14, 20), "soft", "200 with a not-found page"),
    Expected("takedown", "haiyue", "shencha-zhiling-wufa", day(5, 14, 10), "emptied", "headline without a text"),
    Expected("restore", "courier", "platform-deletes-network", day(5, 15)),
    Expected("paywall", "redoubt", "inside-the-annual-media-forum", day(3, 14, 10), "up", "no edit, no takedown"),
    Expected("paywall", "redoubt", "inside-the-annual-media-forum", day(7, 15), "down", "no edit, no restoration"),
    Expected("moved", "sentinel", "troll-accounts-echo-state-media", day(5), NEW_SLUG, "one history, two addresses"),
    Expected("nothing", "sentinel", "biolab-claims-return", day(3, 14, 20), "captcha", "our trouble for three days"),
    Expected("nothing", "meridian", "cable-carriage-talks-resume", day(7), "outage", "503 for two days"),
    Expected("nothing", "meridian", "common-front-in-information-war", day(7), "outage", "503 for two days"),
    Expected("nothing", "courier", "editors-told-to-soften-coverage", day(0, 15), "restless",
             "two headlines by turns", new=OTHER_HEADLINE),
    Expected("nothing", "sentinel", "radio-station-switches-feed", day(0, 5, 30), "ads", "only chrome turns"),
    Expected("nothing", "courier", "common-front-in-information-war", day(6, 14, 10), "touched",
             "a modified date alone: technical at most"),
    *(Expected("nothing", outlet, slug, day(0, 0, 10 * turn), "off_subject", "captured once, not watched")
      for turn, (outlet, slug) in enumerate(FIRST_DAY) if not stock(outlet)[slug].on_subject),
    Expected("nothing", "sentinel", "lighthouse-museum-reopens", day(2, 12), "off_subject", "captured once"),
    Expected("nothing", "courier", "derby-ends-in-draw", day(4, 12), "off_subject", "captured once"),
)  # fmt: skip
"""All that is to be found in the month. Articles that are not named here stand as they were published."""

# --- playing it ---------------------------------------------------------------------------------


class Play:
    """The month in progress in one newsroom."""

    def __init__(self, newsroom: Newsroom) -> None:
        """The play starts at this moment of the newsroom's clock."""
        self.newsroom = newsroom
        self.start = newsroom.clock.now()
        self._played = 0

    def catch_up(self) -> tuple[Scene, ...]:
        """Act all scenes whose moment has come by the newsroom's clock; returns them."""
        past = self.newsroom.clock.now() - self.start
        due = tuple(scene for scene in SCENES[self._played :] if scene.at <= past)
        for scene in due:
            scene.act(self.newsroom)
            self._played += 1
        return due

    def visits(self) -> Iterator[datetime]:
        """Move the clock from scene to scene, and stop at each of `VISITS`: now look. TypeError: no HandClock."""
        clock = self.newsroom.clock
        if not isinstance(clock, HandClock):
            raise TypeError("visits() moves the clock itself and needs a HandClock; with others use catch_up()")
        for visit in VISITS:
            for scene in SCENES[self._played :]:
                if scene.at <= visit:
                    clock.moment = self.start + scene.at
                    self.catch_up()
            clock.moment = self.start + visit
            yield clock.moment


def play(newsroom: Newsroom) -> Iterator[datetime]:
    """The month from now on: yields each moment at which to look, with all scenes due acted."""
    return Play(newsroom).visits()
