"""Fates of what is gone without a status: redirects, soft 404s, tombstones, emptied pages; and what comes back."""

from collections.abc import Callable

from crawler.newsroom.article import Article, Target
from crawler.newsroom.fates.course import Course, Scene, Stage, Told
from storage.records import Standing, Verdict

HOUR, BACK = 30.0, 78.0
"""When a page goes, and when it is back where it comes back."""
EDITED = "The ministry has since said that the figures in the report are out of date."

TEASERS = "".join(
    f'<li><a href="/2026/02/story-{n}/">{title}</a><p>{line}</p></li>'
    for n, (title, line) in enumerate((
        ("Bridge over the Anse closes for repairs", "Drivers are asked to use the ferry until the middle of June."),
        ("Bakers ask for a longer night", "A petition with four thousand names was handed in at the town hall."),
        ("Choir finds its lost banner", "It had hung in a barn for sixty years, behind a row of ladders and sacks."),
        ("Chess club moves to the fire station", "The old rooms above the bank were too cold for the winter season."),
        ("Storks are back two weeks early", "The warden counted eleven nests along the canal on Tuesday morning."),
        ("Market hall to get a new roof", "Traders will work from tents on the square between May and September."),
        ("Evening classes fill within a day", "Most asked for were upholstery, Portuguese and the repair of bicycles."),
        ("River swimmers reach the sea", "Nine of the twelve who set out last week came ashore on Sunday evening."),
    ))
)  # fmt: skip


def missing(title: str = "Nothing here", teasers: bool = False, noindex: bool = False) -> str:
    """A not-found page of a content system that sends 200 with it."""
    robots = '<meta name="robots" content="noindex, follow">' if noindex else ""
    list_ = f'<section class="river"><h2>You may like</h2><ul>{TEASERS}</ul></section>' if teasers else ""
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>{robots}</head><body>'
        f'<nav><a href="/">Home</a></nav><main><h1>{title}</h1><p>The page that you looked for could not be found.</p>'
        f"<p>Try the search, or go to the front page.</p>{list_}</main><footer>All rights reserved</footer>"
        "</body></html>"
    )


def down(
    name: str, how: str, act: Callable[[Stage], object], verdict: Verdict = Verdict.SOFT_GONE, wire: bool = False,
    outlet: str = "sentinel", days: float = 4.5,
) -> Course:  # fmt: skip
    """A fate that ends in a takedown."""
    return Course(
        name, (Scene(HOUR, act),), (Told("takedown", HOUR, how),), (verdict,), outlet,
        standing=Standing.TAKEN_DOWN, wire=wire, days=days,
    )  # fmt: skip


def spared(name: str, act: Callable[[Stage], object], verdict: Verdict, wire: bool = False) -> Course:
    """A fate that looks like a takedown for two days, and is none."""
    return Course(name, (Scene(HOUR, act), Scene(BACK, _back)), meets=(verdict,), wire=wire)


def _back(stage: Stage) -> None:
    stage.article.restore()
    stage.meet("")


def _to(target: "Target | str", status: int = 302) -> Callable[[Stage], object]:
    return lambda stage: stage.article.redirect(target, status)


def _to_page(path: str, page: str) -> Callable[[Stage], object]:
    def strike(stage: Stage) -> None:
        stage.site.pages[path] = page
        stage.article.redirect(path)

    return strike


def _https(stage: Stage) -> None:
    """The outlet sends everybody to https, where nobody speaks TLS."""
    stage.article.redirect(stage.article.url.replace("http:", "https:"), 301)


def _showing(page: str) -> Callable[[Stage], object]:
    return lambda stage: stage.article.show(page)


def _for_all_addresses(stage: Stage) -> None:
    """The host sends one long page for every address that it does not know."""
    stage.site.missing = missing(teasers=True)
    stage.article.show(stage.site.missing)


def _tombstone(title: str = "") -> Callable[[Stage], object]:
    """A notice in the place of the text, under the article's own headline or another."""

    def strike(stage: Stage) -> None:
        notice = ("This article has been removed at the request of a reader and will not be put back.",)
        told = {"title": title} if title else {}
        stage.article.show(stage.variant(stage.article, paragraphs=notice, standfirst="", caption="", **told))

    return strike


def _bare_tombstone(stage: Stage) -> None:
    stage.article.show(
        "<html><head><title>Removed</title></head><body><h1>Removed</h1>"
        "<p>The editors have withdrawn this report.</p></body></html>"
    )


def _blank(stage: Stage) -> None:
    stage.article.show("")


def _another_served(stage: Stage) -> None:
    """The address shows another article of the outlet, with that one's headline, text and canonical link."""
    stage.article.show(stage.variant(stage.others[1]))


def _swapped(stage: Stage) -> None:
    """The editors put another report at the same address."""
    stage.article.edit_headline("Harbour office opens its books to the auditors")
    for number, text in enumerate(reversed(stage.others[1].paragraphs)):
        stage.article.rewrite(number, f"{text} This was said on Wednesday.")
    for _ in stage.article.paragraphs[len(stage.others[1].paragraphs) :]:
        stage.article.cut(-1)


def _restored_with(*acts: Callable[[Article], object]) -> Callable[[Stage], object]:
    def back(stage: Stage) -> None:
        stage.article.restore()
        for act in acts:
            act(stage.article)

    return back


FATES = (
    down("a redirect to the home page is a takedown", "redirected", _to("home"), wire=True),
    down("a redirect to the section is a takedown", "redirected", _to("section")),
    down("a redirect to the section is a takedown in Russian, too", "redirected", _to("section"), outlet="zarya"),
    down("a redirect to a search page is a takedown", "redirected",
         _to_page("/search", missing("Search results", teasers=True))),
    down("a redirect to the not-found page is a takedown", "redirected", _to_page("/404.html", missing())),
    down("a redirect to a different article is a takedown", "redirected", lambda s: s.article.redirect(s.others[0])),
    down("a 301 to an address that answers 404 is a takedown", "gone", _to("/2026/03/no-such-thing/", 301),
         Verdict.GONE),
    spared("a redirect to itself is no takedown", _to("self"), Verdict.OUTAGE),
    spared("a redirect to a broken https is no takedown", _https, Verdict.OUTAGE, wire=True),
    spared("a redirect loop is no takedown", _to("loop"), Verdict.OUTAGE, wire=True),
    spared("a redirect to another site is no takedown", _to("off_domain"), Verdict.BLOCKED, wire=True),
    spared("a redirect to the error page is no takedown", _to_page("/error", missing("Something went wrong")),
           Verdict.OUTAGE),
    down("a short not-found page with 200 is a takedown", "soft", _showing(missing())),
    down("the outlet's own not-found page with 200 is a takedown", "soft", lambda s: s.article.take_down("soft")),
    down("a not-found page with 200 in Chinese is a takedown", "soft", lambda s: s.article.take_down("soft"),
         outlet="haiyue"),
    down("a long not-found page with teasers that asks not to be indexed is a takedown", "soft",
         _showing(missing(teasers=True, noindex=True))),
    down("a long not-found page with teasers is a takedown", "soft", _showing(missing(teasers=True))),
    down("a long page that stands at impossible addresses, too, is a takedown", "soft", _for_all_addresses,
         days=6.5),
    down("a tombstone under the article's headline is a takedown", "emptied", _tombstone()),
    down("a tombstone under another headline is a takedown", "soft", _bare_tombstone),
    down("an emptied page is a takedown", "emptied", lambda s: s.article.take_down("emptied")),
    down("an emptied page is a takedown in Chinese, too", "emptied", lambda s: s.article.take_down("emptied"),
         outlet="haiyue"),
    down("a page of no bytes at all is a takedown", "soft", _blank),
    down("another article's page at the article's address is a takedown", "soft", _another_served),
    Course(
        "another report at the same address is an edit and loses nothing",
        (Scene(HOUR, _swapped),), (Told("edit", HOUR),), (Verdict.OK,), versions=2,
    ),
    Course(
        "what is taken down and put back is restored",
        (Scene(HOUR, lambda s: s.article.take_down("404")), Scene(BACK, lambda s: s.article.restore())),
        (Told("takedown", HOUR, "gone"), Told("restored", BACK)), (Verdict.GONE,), days=5,
    ),
    Course(
        "what is put back with another text is restored and edited",
        (Scene(HOUR, lambda s: s.article.take_down("404")),
         Scene(BACK, _restored_with(lambda a: a.rewrite(2, EDITED)))),
        (Told("takedown", HOUR, "gone"), Told("restored", BACK), Told("edit", BACK)), (Verdict.GONE,), days=5,
        versions=2,
    ),
    Course(
        "what is deleted, put back and deleted again is down again",
        (Scene(HOUR, lambda s: s.article.take_down("404")), Scene(BACK, lambda s: s.article.restore()),
         Scene(126, lambda s: s.article.take_down("410"))),
        (Told("takedown", HOUR, "gone"), Told("restored", BACK), Told("takedown", 126, "gone")), (Verdict.GONE,),
        days=8, standing=Standing.TAKEN_DOWN,
    ),
    Course(
        "an emptied page that is filled again is restored",
        (Scene(HOUR, lambda s: s.article.take_down("emptied")), Scene(BACK, lambda s: s.article.restore())),
        (Told("takedown", HOUR, "emptied"), Told("restored", BACK)), (Verdict.SOFT_GONE,), days=5,
    ),
    Course(
        "what is emptied first and then deleted is one takedown",
        (Scene(HOUR, lambda s: s.article.take_down("emptied")), Scene(40, lambda s: s.article.take_down("404"))),
        (Told("takedown", 40, "gone"),), (Verdict.SOFT_GONE, Verdict.GONE), standing=Standing.TAKEN_DOWN, days=5,
    ),
    Course(
        "what only leaves the lists is no takedown",
        (Scene(HOUR, lambda s: setattr(s.article, "delisted", True)),), meets=(Verdict.UNCHANGED,), days=8,
    ),
)  # fmt: skip
