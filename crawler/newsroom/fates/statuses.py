"""Fates by status: each one alone for days, and each one flapping."""

from crawler.newsroom.answers import BARE
from crawler.newsroom.article import Article, Down
from crawler.newsroom.fates.course import Course, Scene, Stage, Told
from storage.records import Standing, Verdict

STRIKES, ENDS = 30.0, 78.0
"""From when to when, in hours, a trouble lasts."""

REFUSALS = {
    401: Verdict.BLOCKED, 402: Verdict.BLOCKED, 403: Verdict.BLOCKED, 407: Verdict.BLOCKED, 429: Verdict.BLOCKED,
    500: Verdict.OUTAGE, 502: Verdict.OUTAGE, 503: Verdict.OUTAGE, 504: Verdict.OUTAGE,
    202: Verdict.BLOCKED, 204: Verdict.INCOMPLETE, 206: Verdict.INCOMPLETE,
}  # fmt: skip
"""Statuses that say nothing about the article, and what a look at them is."""


def refuse(article: Article, status: int) -> None:
    """The bare page that servers send with a status."""
    if status in (202, 204):
        article.show(status=status)
        return
    title = {206: "", 429: "Too Many Requests", 403: "Access Denied"}.get(status, str(status))
    article.show(
        f"<html><head><title>{title}</title></head><body>{BARE['error'].format(status=status)}</body></html>", status
    )


def _refused(status: int, verdict: Verdict) -> Course:
    def strike(stage: Stage) -> None:
        refuse(stage.article, status)
        stage.article.flap()

    return Course(
        f"a {status} is no takedown, at every second look for a day and then at all of them for two",
        (Scene(6, strike), Scene(STRIKES, lambda s: setattr(s.article, "flapping", False)),
         Scene(ENDS, lambda s: s.article.restore())),
        meets=(verdict, Verdict.UNCHANGED), age=30, days=4.5,
    )  # fmt: skip


def _gone(down: Down, how: str, verdict: Verdict) -> Course:
    return Course(
        f"a page that answers {down} for good is taken down",
        (Scene(STRIKES, lambda s: s.article.take_down(down)),),
        (Told("takedown", STRIKES, how),), (verdict,), standing=Standing.TAKEN_DOWN,
    )  # fmt: skip


def _gone_at_times(down: Down, verdict: Verdict) -> Course:
    def strike(stage: Stage) -> None:
        stage.article.take_down(down)
        stage.article.flap()

    return Course(
        f"a {down} at every second look is no takedown",
        (Scene(4, strike), Scene(52, lambda s: s.article.restore())),
        meets=(verdict, Verdict.UNCHANGED), age=30, days=3,
    )  # fmt: skip


GONE: tuple[tuple[Down, str, Verdict], ...] = (
    ("404", "gone", Verdict.GONE), ("410", "gone", Verdict.GONE), ("451", "legal", Verdict.LEGAL),
)  # fmt: skip

FATES = (
    *(_gone(down, how, verdict) for down, how, verdict in GONE),
    *(_gone_at_times(down, verdict) for down, _, verdict in GONE),
    *(_refused(status, verdict) for status, verdict in REFUSALS.items()),
    Course(
        "a 429 that asks to wait two hours is waited for and is no takedown",
        (Scene(STRIKES, lambda s: s.article.rate_limit(7200)), Scene(ENDS, lambda s: s.article.restore())),
        meets=(Verdict.BLOCKED,), wire=True,
    ),
    Course(
        "a 503 that asks to wait a day is waited for and is no takedown",
        (Scene(STRIKES, lambda s: s.article.show("<h1>Maintenance</h1>", 503, (("Retry-After", "86400"),))),
         Scene(ENDS, lambda s: s.article.restore())),
        meets=(Verdict.OUTAGE,),
    ),
    Course(
        "a night of 404 is a suspicion that is withdrawn",
        (Scene(20, lambda s: s.article.take_down("404")), Scene(32, lambda s: s.article.restore())),
        meets=(Verdict.GONE,), age=2,
    ),
    Course(
        "a 404 between two days of 403 is no takedown",
        (Scene(STRIKES, lambda s: s.article.block(403)), Scene(60, lambda s: s.article.take_down("404")),
         Scene(64, lambda s: s.article.block(403)), Scene(ENDS, lambda s: s.article.restore())),
        meets=(Verdict.BLOCKED,),
    ),
    Course(
        "a page that answers 404 with outages between is taken down all the same",
        (Scene(STRIKES, lambda s: s.article.take_down("404")), Scene(50, lambda s: s.article.break_server(503)),
         Scene(62, lambda s: s.article.take_down("404"))),
        (Told("takedown", STRIKES, "gone"),), (Verdict.GONE, Verdict.OUTAGE), standing=Standing.TAKEN_DOWN, days=8,
    ),
)  # fmt: skip
