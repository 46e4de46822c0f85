"""What swept over an outlet's pages, and what only looks like it: the rules by themselves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler import sweep
from crawler.compare import compare
from storage.findings import Around, Article, Context, Shared, Sweep
from storage.records import Link, Status, Text
from storage.sweeps import verdict

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LINES = (
    "The council met on Monday and voted on the agreement with the broadcaster.",
    "It was signed in the spring, and runs for five years from the day of its publication.",
    "Nobody would say who pays for the projects that both sides agreed on.",
)
PROMO = "Subscribers receive our evening bulletin free of charge, and can cancel whenever they want to."
ARTICLE = Article(1, "x", "https://x.example/a", "https://x.example/a")
SAME = Around("a frame")
OTHER = Around("another frame")
STRANGERS = ("Glacier loses another metre", "Choir wins northern prize")
KIN = ("Council votes on agreement today", "Broadcaster drops agreement")


def said(*more: str, title: str = "Council signs agreement", **fields: object) -> Text:
    return Text(title=title, paragraphs=(*LINES, *more), **fields)  # type: ignore[arg-type]


def names(old: Text, new: Text, before: Around = SAME, after: Around = SAME) -> list[str]:
    """The traits of what lies between two texts, without digests."""
    edits = compare(old, new).edits
    aside = sweep.unproven(edits, before, after)
    found = sweep.traits(edits, aside, sweep.rebuilt(before, after), old, new)
    return [" ".join(part for part in trait.name.split() if len(part) < 16) for trait in found]


def known(old: Text, new: Text, headlines: tuple[str, ...], looked: int, after: Around = SAME) -> list[str]:
    """Which of the traits are sweeps, where so many others showed all of them, of so many that were looked at."""
    edits = compare(old, new).edits
    found = sweep.traits(edits, sweep.unproven(edits, SAME, after), sweep.rebuilt(SAME, after), old, new)
    lately = tuple(Shared(trait.name, NOON, headlines, looked) for trait in found if trait.name)
    swept = sweep.recognised(found, edits, new, Context(ARTICLE, lately=lately), NOON + timedelta(hours=2))
    return [one.trait.split()[0] for one in swept]


# --- a page that was rebuilt --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"byline": "Maren Holt"}, {}),
        ({}, {"byline": "Maren Holt"}),
        ({"byline": "Maren Holt"}, {"byline": "By Maren Holt, Moscow"}),
        ({}, {"standfirst": "What it means for viewers."}),
        ({"captions": ("The hall.",)}, {}),
        ({}, {"links": (Link("https://x.example/a", "agreement"),)}),
        ({"published_at": "2026-03-01"}, {"published_at": "2026-03-01T10:00:00Z"}),
    ],
)
def test_what_a_design_shows_or_does_not_is_no_edit(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert names(said(**old), said(**new), SAME, OTHER) == ["frame"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"byline": "Maren Holt"}, {"byline": "Ivan Petrov"}),
        ({"standfirst": "What it means for viewers."}, {"standfirst": "What it means for nobody at all."}),
        ({"title": "Council signs agreement"}, {"title": "Council denies agreement"}),
    ],
)
def test_other_words_are_an_edit_on_a_rebuilt_page_as_well(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert names(said(**old), said(**new), SAME, OTHER) == ["frame", ""]


def test_on_a_page_of_one_design_nothing_is_set_aside() -> None:
    edits = compare(said(byline="Maren Holt", captions=("The hall.",)), said()).edits
    assert sweep.unproven(edits, SAME, SAME) == frozenset()


# --- traits -------------------------------------------------------------------------------------


def test_a_paragraph_is_known_again_whether_it_comes_or_goes() -> None:
    came, went = names(said(), said(PROMO)), names(said(PROMO), said())
    assert came == went == ["paragraph"]


@pytest.mark.parametrize("title", ["Council signs agreement | The Gazette", "Live: Council signs agreement",
                                   "Council signs agreement — The Gazette"])  # fmt: skip
def test_words_set_apart_from_a_headline_are_known_again(title: str) -> None:
    assert names(said(), said(title=title))[0].startswith("title ")


@pytest.mark.parametrize("title", ["Council signs agreement under pressure", "Council-run signs agreement",
                                   "No council signs agreement", "Council signs agreement-free pact"])  # fmt: skip
def test_words_of_the_headline_itself_are_its_own(title: str) -> None:
    assert names(said(), said(title=title)) == [""]


def test_rewordings_are_the_articles_own_however_many_articles_have_them() -> None:
    old, new = said("The island was annexed in the spring."), said("The island was reunited in the spring.")
    assert names(old, new) == ["turned"]
    assert known(old, new, STRANGERS, 2) == []


def test_what_chrome_gives_way_to_is_chrome_unless_it_is_about_the_article() -> None:
    def turned(line: str) -> list[str]:
        old, new = said(PROMO), said(line)
        edits = compare(old, new).edits
        (chrome,) = sweep.traits(compare(said(), old).edits, frozenset(), "", said(), old)
        context = Context(ARTICLE, swept={chrome.name: swept(chrome.name)})
        found = sweep.traits(edits, frozenset(), "", old, new)
        return [one.trait.split()[0] for one in sweep.recognised(found, edits, new, context, NOON)]

    assert turned(PROMO.replace("evening", "morning")) == ["turned", "paragraph"]
    assert turned("Subscribers whenever they agreed on projects with the broadcaster can cancel them.") == []


@pytest.mark.parametrize("note", [
    "Correction: an earlier version of this article misstated the year of the signing.",
    "Updated 14:30, 5 March",
    "Исправление: в первой версии статьи был неверно указан год подписания договора.",
])  # fmt: skip
def test_notes_are_never_swept(note: str) -> None:
    assert names(said(), said(note)) == [""]


def test_paragraphs_at_the_ends_of_a_rebuilt_page_are_numbered_from_there() -> None:
    found = names(
        said("One more line at the end."), Text(title="Council signs agreement", paragraphs=LINES), SAME, OTHER
    )
    assert found == ["frame", "paragraph", "last- 0"]
    assert names(said("A line."), said()) == ["paragraph"], "not where the design is the same"


# --- how many make a sweep ----------------------------------------------------------------------


@pytest.mark.parametrize(("headlines", "looked", "is_one"), [
    (STRANGERS, 30, True),
    (STRANGERS[:1], 30, False),
    (KIN, 30, False),
    (KIN, 8, True),
    (KIN, 9, False),
])  # fmt: skip
def test_three_unrelated_articles_or_a_third_of_the_outlet_make_chrome(
    headlines: tuple[str, ...], looked: int, is_one: bool
) -> None:
    assert bool(known(said(), said(PROMO), headlines, looked)) == is_one


def test_a_paragraph_about_the_article_is_no_chrome_however_many_have_it() -> None:
    background = (
        "The agreement with the broadcaster and its projects were criticised by the council before publication."
    )
    assert known(said(), said(background), STRANGERS, 2) == []


def test_a_design_needs_a_third_of_those_looked_at() -> None:
    old, new = said("A last line of this page."), said()
    assert "last-" in known(old, new, KIN, 8, OTHER)
    assert "frame" in known(old, new, KIN, 8, OTHER)
    assert "frame" not in known(old, new, KIN, 9, OTHER)


def test_bylines_that_went_from_many_pages_of_one_design_are_no_sweep() -> None:
    assert known(said(byline="Maren Holt"), said(), STRANGERS, 2) == []


def test_related_headlines_are_told_by_how_their_words_begin() -> None:
    agreement, about_it = "Совет подписал соглашение", "Соглашения не будет"
    assert sweep.telling(agreement, 4) & sweep.telling(about_it, 4)
    assert not sweep.telling(agreement, 4) & sweep.telling("Ледник потерял ещё метр", 4)
    assert sweep.telling("俄罗斯签署协议", 4) & sweep.telling("协议遭到否认", 4)


# --- teasers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("line", "teases"), [
    ("Read also: Glacier loses another metre", True),
    ("Glacier loses another metre", True),
    ("» Glacier loses another metre", True),
    ("Glacier loses another metre.", False),
    ("On Monday the paper wrote that it was so: Glacier loses another metre", False),
    ("The minister of the environment said glacier loses another metre", False),
])  # fmt: skip
def test_a_teaser_is_a_headline_and_no_sentence(line: str, teases: bool) -> None:
    edits = compare(said(), said(line)).edits
    assert bool(sweep.teasers(edits, STRANGERS)) == teases


def test_a_teaser_that_gives_way_to_words_of_the_article_is_an_edit() -> None:
    edits = compare(said(f"Read also: {STRANGERS[0]}"), said("Read also: it was signed in the spring.")).edits
    assert sweep.teasers(edits, STRANGERS) == frozenset()


# --- what is left -------------------------------------------------------------------------------


def test_without_the_swept_edits_the_rest_is_told() -> None:
    old = said(byline="Maren Holt")
    new = Text(
        title="Council signs agreement | The Gazette",
        paragraphs=(LINES[0], PROMO, LINES[1].replace("five", "two"), LINES[2]),
    )
    edits = compare(old, new).edits
    swept = [edit for edit in edits if "five" not in edit.old]
    rest = compare(*sweep.without(old, new, swept)).edits
    assert [(edit.old, edit.new) for edit in rest] == [(LINES[1], new.paragraphs[2])]


def swept(name: str, hours: int = 0) -> Sweep:
    return Sweep("x", name, NOON, NOON + timedelta(hours=hours), 3, f"why {name}")


def test_a_change_is_none_if_all_of_its_edits_were_swept() -> None:
    assert verdict([(0, swept("a")), (1, swept("b", 2))]) == (Status.NOISE, "why b")
    assert verdict([(0, swept("a")), (1, None)]) is None
    assert verdict([(0, None), (0, swept("a"))]) == (Status.NOISE, "why a"), "an edit may have several traits"
    assert verdict([]) is None


def test_on_a_rebuilt_page_it_is_part_of_the_redesign() -> None:
    assert verdict([(None, swept("frame")), (0, swept("a"))]) == (Status.INCIDENT, "why frame")
    assert verdict([(None, swept("frame"))]) == (Status.INCIDENT, "why frame")
    assert verdict([(None, swept("frame")), (0, None)]) is None
    assert verdict([(None, None)]) is None
