"""Fates that are nobody's takedown: the whole outlet's trouble, the network's, the daemon's, the clock's."""

from collections.abc import Callable

from crawler.newsroom.article import Article
from crawler.newsroom.fates.course import Course, Scene, Stage, Told
from crawler.newsroom.fates.walls import challenge
from storage.records import Standing, Verdict

HOUR = 30.0

PARKED = (
    "<html><head><title>This domain is for sale</title></head><body><h1>This domain is for sale</h1>"
    '<p>Make an offer today.</p><ul><li><a href="/boots">Boots</a></li><li><a href="/loans">Loans</a></li></ul>'
    "</body></html>"
)


def outlet(name: str, hours: float, verdict: Verdict, act: Callable[[Stage], object], wire: bool = False) -> Course:
    """A trouble of the whole outlet for so many hours."""
    return Course(
        name, (Scene(HOUR, act), Scene(HOUR + hours, _over)), meets=(verdict,), days=(HOUR + hours) / 24 + 2, wire=wire,
        age=36 if hours > 12 else 20,
    )  # fmt: skip


def _over(stage: Stage) -> None:
    stage.site.restore()
    stage.every(Article.restore)
    stage.meet("")


def _emptied(stage: Stage) -> None:
    """The lists still stand, no page has a text."""
    stage.every(lambda article: article.show(stage.variant(article, paragraphs=(), standfirst="", caption="")))


def _met(error: str, here: bool = False) -> Callable[[Stage], object]:
    return lambda stage: stage.meet(error, stage.article.path if here else "")


def _sleep(stage: Stage) -> None:
    stage.asleep = True


def _wake(stage: Stage) -> None:
    stage.asleep = False


def page(name: str, error: str) -> Course:
    """A trouble on the way to the one page, for two days."""
    return Course(
        name, (Scene(HOUR, _met(error, here=True)), Scene(78, _met(""))), meets=(Verdict.OUTAGE,),
    )  # fmt: skip


FATES = (
    outlet("a whole outlet that answers 404 for an hour loses no article", 1, Verdict.GONE,
           lambda s: s.site.show("<h1>Not Found</h1>", 404)),
    outlet("a whole outlet that answers 404 for three days loses no article", 72, Verdict.GONE,
           lambda s: s.site.show("<h1>Not Found</h1>", 404)),
    outlet("a whole outlet behind a captcha for a day loses no article", 24, Verdict.BLOCKED,
           lambda s: s.site.captcha(403)),
    outlet("a whole outlet behind a captcha with 200 for a day loses no article", 24, Verdict.BLOCKED,
           lambda s: s.site.show(challenge("Akamai"), 200)),
    outlet("a whole outlet that answers 503 for two days loses no article", 48, Verdict.OUTAGE,
           lambda s: s.site.outage(503), wire=True),
    outlet("a bad deployment that empties every page for three hours takes nothing down", 3, Verdict.SOFT_GONE,
           _emptied),
    outlet("a bad deployment that empties every page for two days takes nothing down", 48, Verdict.SOFT_GONE, _emptied),
    outlet("a redesign that leaves every text to scripts for six days takes nothing down", 144, Verdict.SOFT_GONE,
           _emptied),
    outlet("a whole outlet that leads home for two days loses no article", 48, Verdict.SOFT_GONE,
           lambda s: s.every(lambda a: a.redirect("/"))),
    outlet("a 451 for all pages of the outlet is no takedown", 72, Verdict.LEGAL,
           lambda s: s.site.show("<h1>Not available in your region</h1>", 451)),
    outlet("a domain that is parked for four days loses no article", 96, Verdict.OUTAGE, lambda s: s.site.show(PARKED)),
    outlet("a name that no longer resolves is no takedown", 72, Verdict.OUTAGE, _met("dns")),
    outlet("an expired certificate is no takedown", 72, Verdict.OUTAGE, _met("tls: certificate verify failed")),
    outlet("a host that refuses connections is no takedown", 72, Verdict.OUTAGE, _met("refused")),
    outlet("a night without a network of our own takes nothing down", 10, Verdict.OUTAGE, _met("dns")),
    page("a connection that is reset is no takedown", "reset"),
    page("a page that redirects too often is no takedown", "too_many_hops"),
    page("a page whose certificate has expired is no takedown", "tls: certificate verify failed"),
    Course(
        "a page that is too slow is no takedown",
        (Scene(HOUR, lambda s: s.article.slow(40)), Scene(78, lambda s: s.article.restore())),
        meets=(Verdict.OUTAGE,),
    ),
    Course(
        "a connection that is closed without an answer is no takedown",
        (Scene(HOUR, lambda s: s.article.drop()), Scene(78, lambda s: s.article.restore())),
        meets=(Verdict.OUTAGE,), wire=True,
    ),
    Course(
        "what is deleted in a night without a network is found in the morning",
        (Scene(HOUR, _met("dns")), Scene(34, lambda s: s.article.take_down("404")), Scene(40, _met(""))),
        (Told("takedown", 34, "gone"),), (Verdict.OUTAGE, Verdict.GONE), standing=Standing.TAKEN_DOWN,
    ),
    Course(
        "a weekend that the daemon sleeps through is nothing", (Scene(HOUR, _sleep), Scene(90, _wake)),
        meets=(Verdict.UNCHANGED,), days=7,
    ),
    Course(
        "what is deleted while the daemon sleeps is found when it wakes",
        (Scene(HOUR, _sleep), Scene(50, lambda s: s.article.take_down("404")), Scene(90, _wake)),
        (Told("takedown", 50, "gone"),), (Verdict.GONE,), days=7, standing=Standing.TAKEN_DOWN,
    ),
    Course(
        "an outage that the daemon slept through in the middle of a suspicion is no takedown",
        (Scene(20, lambda s: s.site.show("<h1>Not Found</h1>", 404)), Scene(24, _sleep), Scene(70, _wake),
         Scene(72, _over)),
        meets=(Verdict.GONE,), age=20,
    ),
    Course(
        "a clock that jumps ahead for an afternoon takes nothing down",
        (Scene(HOUR, lambda s: s.jump(days=3)), Scene(36, lambda s: s.jump(days=-3))), meets=(Verdict.UNCHANGED,),
        days=7,
    ),
    Course(
        "a clock that jumps a day ahead in the middle of a suspicion makes no takedown",
        (Scene(20, lambda s: s.article.take_down("404")), Scene(23, lambda s: s.jump(days=1)),
         Scene(26, lambda s: s.article.restore())),
        meets=(Verdict.GONE,), age=2, days=4,
    ),
    Course(
        "a clock that is set back by six hours makes no takedown",
        (Scene(20, lambda s: s.article.take_down("404")), Scene(22, lambda s: s.jump(hours=-6)),
         Scene(30, lambda s: s.article.restore())),
        meets=(Verdict.GONE,), age=2, days=4,
    ),
    Course(
        "what is deleted after the clock was set back is found",
        (Scene(20, lambda s: s.jump(hours=-6)), Scene(40, lambda s: s.article.take_down("404"))),
        (Told("takedown", 40, "gone"),), (Verdict.GONE,), standing=Standing.TAKEN_DOWN, days=7,
    ),
    Course(
        "what is deleted after the clock ran ten days ahead for an hour is found",
        (Scene(20, lambda s: s.jump(days=10)), Scene(21, lambda s: s.jump(days=-10)),
         Scene(40, lambda s: s.article.take_down("404"))),
        (Told("takedown", 40, "gone"),), (Verdict.GONE,), standing=Standing.TAKEN_DOWN, days=8,
    ),
)  # fmt: skip
