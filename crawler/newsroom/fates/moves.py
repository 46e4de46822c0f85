"""Fates of addresses and texts: moved, migrated, mirrored, edited, flipping; 304s and charsets that lie."""

import re
from collections.abc import Callable

from crawler.newsroom.fates.course import Course, Scene, Stage, Told
from storage.records import Standing, Verdict

HOUR, BACK = 30.0, 78.0
MIRROR = "127.0.7.11"
VIDEO, TELEPHONE = "signed over a video link", "signed over a telephone line"


def _canonical(stage: Stage, url: str) -> None:
    """The page stands as it is, and names another address as its own."""
    plain = stage.variant(stage.article)
    stage.article.show(lambda count: plain(count).replace(stage.article.url, url))


def _names_new_address(stage: Stage) -> None:
    _canonical(stage, f"{stage.site.root}/2026/03/a-better-slug-for-the-same-report/")


def _names_another_article(stage: Stage) -> None:
    _canonical(stage, stage.others[0].url)


def _names_home(stage: Stage) -> None:
    _canonical(stage, f"{stage.site.root}/")


def _slim(stage: Stage) -> Callable[[int], str]:
    """The article as AMP or mobile page: the same article, without the outlet's scripts, asides and menus."""
    plain = stage.variant(stage.article)

    def made(count: int) -> str:
        page = re.sub(r"(?s)<aside.*?</aside>|<nav.*?</nav>|<script>.*?</script>", "", plain(count))
        return page.replace("<html", "<html amp", 1)

    return made


def _amp_only(stage: Stage) -> None:
    stage.site.pages[f"{stage.article.path}amp/"] = _slim(stage)
    stage.article.redirect(f"{stage.article.path}amp/")


def _mobile_only(stage: Stage) -> None:
    stage.site.pages[f"/m{stage.article.path}"] = _slim(stage)
    stage.article.redirect(f"/m{stage.article.path}")


def _edit(stage: Stage) -> None:
    stage.article.edit(VIDEO, TELEPHONE)


def _lie(stage: Stage) -> None:
    stage.article.lying = True
    _edit(stage)


def _lie_of_death(stage: Stage) -> None:
    stage.article.take_down("404")
    stage.article.lying = True


def _truth(stage: Stage) -> None:
    stage.article.lying = False


def _retitled(stage: Stage) -> None:
    stage.article.edit_headline("Page not found: how the pact on state media left the ministry's site")


def _cut_short(stage: Stage) -> None:
    """Most of the text goes, and what stays is the article's."""
    for _ in stage.article.paragraphs[3:]:
        stage.article.cut(3)


def _back(stage: Stage) -> None:
    stage.article.restore()


FATES = (
    Course(
        "a move to a new slug is one history with two addresses",
        (Scene(HOUR, lambda s: s.article.move("pact-binds-outlets")),),
        (Told("moved", HOUR),), (Verdict.MOVED,), aliases=2, wire=True,
    ),
    Course(
        "a canonical link to a new address with the same text is a move", (Scene(HOUR, _names_new_address),),
        (Told("moved", HOUR),), (Verdict.MOVED,), aliases=2,
    ),
    Course(
        "a canonical link to another article is no move",
        (Scene(HOUR, _names_another_article), Scene(BACK, _back)), meets=(Verdict.UNCHANGED,),
    ),
    Course(
        "a canonical link to the home page is no move",
        (Scene(HOUR, _names_home), Scene(BACK, _back)), meets=(Verdict.UNCHANGED,),
    ),
    Course(
        "a whole outlet that moves to its mirror loses no article", (Scene(HOUR, lambda s: s.site.migrate(MIRROR)),),
        meets=(Verdict.UNCHANGED,), mirror=MIRROR, days=8,
    ),
    Course(
        "a page that is left as AMP only is the same article", (Scene(HOUR, _amp_only), Scene(BACK, _back)),
    ),
    Course(
        "a page that is left as mobile only has moved and is the same article",
        (Scene(HOUR, _mobile_only), Scene(BACK, _back)),
        (Told("moved", HOUR),), (Verdict.MOVED,), aliases=2,
    ),
    Course("an edit is an edit", (Scene(HOUR, _edit),), (Told("edit", HOUR),), (Verdict.OK,), versions=2),
    Course(
        "an edit and its undoing while nobody looks is nothing",
        (Scene(13, lambda s: s.article.edit(VIDEO, TELEPHONE, silent=True)),
         Scene(14, lambda s: s.article.edit(TELEPHONE, VIDEO, silent=True))),
        days=3,
    ),
    Course(
        "most of a text that goes is an edit and no takedown",
        (Scene(HOUR, _cut_short),), (Told("edit", HOUR),), (Verdict.OK,), versions=2,
    ),
    Course(
        "a headline that speaks of missing pages is an edit and no takedown",
        (Scene(HOUR, _retitled),), (Told("edit", HOUR),), (Verdict.OK,), versions=2,
    ),
    Course(
        "an A/B test of the headline is nothing",
        (Scene(4, lambda s: s.article.flip("Leaked pact: what the ministries do not want to talk about")),
         Scene(28, lambda s: s.article.flip(""))),
        age=30, days=2.5, versions=-1, validators=False, standing=Standing.RESTLESS,
    ),
    Course(
        "a 304 that hides an edit only delays it", (Scene(HOUR, _lie), Scene(BACK, _truth)), (Told("edit", BACK),),
        (Verdict.UNCHANGED,), versions=2, wire=True,
    ),
    Course(
        "a 304 that hides a deletion only delays it", (Scene(HOUR, _lie_of_death), Scene(60, _truth)),
        (Told("takedown", 60, "gone"),), (Verdict.GONE,), days=6, standing=Standing.TAKEN_DOWN,
    ),
    Course(
        "a 304 that nobody asked for proves nothing",
        (Scene(HOUR, lambda s: s.article.show(status=304)), Scene(BACK, _back)),
        meets=(Verdict.UNREAD,), validators=False,
    ),
    Course(
        "a header that names the wrong charset is no edit",
        (Scene(HOUR, lambda s: s.article.wrong_charset("iso-8859-1")), Scene(BACK, _back)),
        wire=True, validators=False,
    ),
    Course(
        "a header that names the wrong charset is no edit in Russian",
        (Scene(HOUR, lambda s: s.article.wrong_charset("utf-8")), Scene(BACK, _back)),
        outlet="zarya", validators=False,
    ),
    Course(
        "a page that names no charset is no edit",
        (Scene(HOUR, lambda s: setattr(s.site, "declared", "none")),), outlet="sentinel", validators=False, days=3,
    ),
    Course(
        "a page that names no charset is no edit in Russian",
        (Scene(HOUR, lambda s: setattr(s.site, "declared", "none")),), outlet="zarya", validators=False, days=3,
    ),
    Course(
        "a page that names no charset is no edit in Chinese",
        (Scene(HOUR, lambda s: setattr(s.site, "declared", "none")),), outlet="haiyue", validators=False, days=3,
    ),
    Course(
        "a page cut in transit is no edit",
        (Scene(HOUR, lambda s: s.article.truncate()), Scene(BACK, _back)),
        meets=(Verdict.INCOMPLETE,), wire=True, validators=False,
    ),
    Course(
        "a gzip stream that ends early is no edit",
        (Scene(HOUR, lambda s: s.article.truncate("gzip")), Scene(BACK, _back)),
        meets=(Verdict.INCOMPLETE,), wire=True, validators=False,
    ),
)  # fmt: skip
