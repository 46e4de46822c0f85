"""Is it news? An article's texts, look by look, and what becomes of each change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import news
from storage.findings import Article, Context, Flapping, Waiting
from storage.records import Capture, Change, Extent, Kind, Status, Text, Version

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BODY = "The council met on Monday and voted on the agreement with the broadcaster."


def said(title: str, *more: str, extent: Extent = Extent.FULL, modified: str = "") -> Text:
    return Text(title=title, paragraphs=(BODY, *more), extent=extent, modified_at=modified)


class Life:
    """One article, shown look by look as the store would remember it."""

    def __init__(self) -> None:
        self.versions: list[Version] = []
        self.changes: list[Change] = []
        self.at = NOON
        self.statuses: dict[int, Status] = {}
        self.shown: Version | None = None
        self.looks: list[tuple[datetime, Version | None]] = []

    def shows(self, text: Text | None) -> news.Told:
        """A later good look at this text (None: unchanged)."""
        self.at += timedelta(hours=6)
        seen = Capture(
            "article", "x", "https://x.example/a", "https://x.example/a", self.at, 200, id=len(self.statuses) + 1
        )
        told = news.tell(1, seen, text, self.context())
        if told.new and told.shown is not None:
            self.versions.append(told.shown)
        for settled in told.settled:
            self.statuses[settled.change] = settled.status
        if told.change is not None:
            self.changes.append(told.change)
            self.statuses[told.change.id] = told.change.status
        self.shown = told.shown
        self.looks.append((self.at, told.shown))
        return told

    def context(self) -> Context:
        article = Article(1, "x", "https://x.example/a", "https://x.example/a", versions=len(self.versions))
        newest = self.changes[-1] if self.changes else None
        if newest is not None:
            newest = Change(**{**vars(newest), "status": self.statuses[newest.id]})
        ten = [self.statuses[change.id] for change in self.changes[-10:]]
        held = {version.id: version for version in self.versions}
        waiting = [
            Waiting(
                change,
                held[change.to_version].text.digest,
                held[change.to_version].text.extent,
                sum(
                    v is not None and v.text.digest == held[change.to_version].text.digest and at > change.by_at
                    for at, v in self.looks
                ),
            )
            for change in self.changes
            if self.statuses[change.id] is Status.PENDING
        ]
        return Context(
            article=article,
            current=self.shown,
            latest={version.text.extent: version for version in self.versions},
            seen=frozenset(version.text.digest for version in self.versions),
            pending=tuple(waiting),
            last_change=newest,
            flapping=self.flapping(),
            flips=sum(status is Status.FLIP for status in ten)
            + sum(
                Kind.REVERT in change.kinds and self.statuses[change.id] is not Status.FLIP
                for change in self.changes[-10:]
            ),
        )

    def flapping(self) -> Flapping | None:
        newest = self.changes[-1] if self.changes else None
        if newest is None or self.statuses[newest.id] is not Status.FLIP:
            return None
        held = {version.id: version for version in self.versions}
        made = {change.to_version: self.statuses[change.id] for change in self.changes}
        extent = held[newest.to_version].text.extent
        stood = [v for v in self.versions if v.text.extent is extent and made.get(v.id) in (None, Status.NEWS)]
        again = sum(v is not None and v.id == newest.to_version and at > newest.by_at for at, v in self.looks)
        digests = [held[number].text.digest for number in (newest.to_version, newest.from_version)]
        return Flapping(newest.id, newest.to_version, digests[0], digests[1], stood[-1].text.digest, again)

    @property
    def history(self) -> list[Status]:
        return [self.statuses[change.id] for change in self.changes]


@pytest.fixture
def life() -> Life:
    return Life()


def test_the_first_text_is_no_change(life: Life) -> None:
    told = life.shows(said("Council signs pact"))
    assert (told.new, told.change, told.settled) == (True, None, ())


def test_a_change_is_pending_until_a_second_look(life: Life) -> None:
    life.shows(said("Council signs pact"))
    told = life.shows(said("Council denies pact"))
    assert told.waits(life.context())
    assert life.history == [Status.PENDING]
    life.shows(said("Council denies pact"))
    assert life.history == [Status.PENDING], "a headline alone takes two further looks: tests show them by chance"
    life.shows(said("Council denies pact"))
    assert life.history == [Status.NEWS]


def test_one_further_look_confirms_a_change_in_the_text(life: Life) -> None:
    for years in (5, 50, 50):
        life.shows(said("Council signs pact", f"It runs for {years} years."))
    assert life.history == [Status.NEWS]


def test_an_unchanged_page_is_a_second_look_as_well(life: Life) -> None:
    life.shows(said("Council signs pact"))
    life.shows(said("Council denies pact"))
    life.shows(None)
    life.shows(None)
    assert life.history == [Status.NEWS]


def test_a_text_that_does_not_hold_is_a_flip_both_ways(life: Life) -> None:
    for title in ("Council signs pact", "Council denies pact", "Council signs pact"):
        life.shows(said(title))
    assert life.history == [Status.FLIP, Status.FLIP]
    for _ in range(12):
        life.shows(None)
    assert life.history == [Status.FLIP, Status.FLIP]


def test_two_headlines_by_turns_are_never_news(life: Life) -> None:
    for turn in range(40):
        life.shows(said("Council signs pact" if turn % 2 else "Council denies pact"))
    assert set(life.history[:-1]) == {Status.FLIP}
    assert Status.NEWS not in life.history


def test_a_true_revert_is_news_of_its_kind(life: Life) -> None:
    for title in ("signs", "denies", "denies", "denies"):
        life.shows(said(f"Council {title} pact"))
    life.shows(said("Council signs pact"))
    assert Kind.REVERT in life.changes[-1].kinds
    for _ in range(news.REVERT_LOOKS - 1):
        life.shows(None)
        assert life.history == [Status.NEWS, Status.PENDING]
    life.shows(None)
    assert life.history == [Status.NEWS, Status.NEWS]


def test_a_further_edit_that_keeps_the_words_confirms_the_first(life: Life) -> None:
    life.shows(said("Council signs pact"))
    life.shows(said("Council denies pact"))
    life.shows(said("Council denies pact", "A spokesman gave no reason for the vote."))
    assert life.history == [Status.NEWS, Status.PENDING]


def test_a_further_edit_that_drops_the_words_leaves_the_first_unconfirmed(life: Life) -> None:
    life.shows(said("Council signs pact"))
    life.shows(said("Council denies pact"))
    life.shows(said("Council puts off pact"))
    life.shows(None)
    life.shows(None)
    assert life.history == [Status.PENDING, Status.NEWS]


def test_one_stale_answer_does_not_hide_an_edit_for_ever(life: Life) -> None:
    """A real edit, then an edge cache shows the old text once."""
    for title in ("signs", "denies", "signs", "denies", "denies", "denies"):
        life.shows(said(f"Council {title} pact"))
    assert life.history == [Status.FLIP, Status.FLIP, Status.NEWS]


def test_a_text_that_flickered_and_then_stays_is_news(life: Life) -> None:
    for title in ("signs", "denies", "signs", "denies", "signs", "denies", "signs", "denies", "signs", "denies"):
        life.shows(said(f"Council {title} pact"))
    assert Status.NEWS not in life.history
    for _ in range(news.STEADY):
        life.shows(None)
    assert life.history.count(Status.NEWS) == 1
    assert life.history[-1] is Status.NEWS


def test_one_broken_answer_does_not_hide_the_edit_before_it(life: Life) -> None:
    for title in ("signs pact", "denies pact", "a template that failed", "denies pact", "denies pact", "denies pact"):
        life.shows(said(f"Council {title}"))
    assert life.history == [Status.NEWS, Status.FLIP, Status.FLIP]


def test_a_counter_that_turns_hides_no_edit(life: Life) -> None:
    """Every look shows another counter, so no text is ever seen twice; the edited words are."""
    for word, reads in (("war", 3188), ("crisis", 3021), ("crisis", 2999), ("crisis", 2871)):
        life.shows(
            said("Council signs pact", f"Both sides spoke of the {word} in the east.", f"Read {reads} times by now")
        )
    assert life.history[0] is Status.NEWS


def test_a_preview_does_not_confirm_what_was_cut_from_the_full_text(life: Life) -> None:
    life.shows(said("Council signs pact", "It runs for 5 years.", "Nobody would say who pays for it."))
    life.shows(said("Council signs pact", "It runs for 5 years."))
    life.shows(Text(title="Council signs pact", paragraphs=(BODY,), extent=Extent.PREVIEW))
    assert life.history == [Status.PENDING]


def test_a_preview_that_waits_does_not_hide_a_full_text(life: Life) -> None:
    cut = Text(title="Council signs pact", paragraphs=(BODY,), extent=Extent.PREVIEW)
    other = Text(title="Council signs pact", paragraphs=(BODY + " It is not public.",), extent=Extent.PREVIEW)
    full = said("Council signs pact", "It runs for 50 years.")
    for text in (said("Council signs pact", "It runs for 5 years."), cut, full, other, full, full):
        life.shows(text)
    numbers = [change for change in life.changes if Kind.NUMBER in change.kinds]
    assert [life.statuses[change.id] for change in numbers] == [Status.NEWS]


def test_a_paywall_is_no_edit(life: Life) -> None:
    full = said("Council signs pact", "The terms were not made public.", "They run for five years.")
    cut = Text(title="Council signs pact", paragraphs=(BODY,), extent=Extent.PREVIEW)
    for text in (full, cut, cut, full, full):
        life.shows(text)
    assert life.changes == []
    assert [version.text.extent for version in life.versions] == [Extent.FULL, Extent.PREVIEW]


def test_an_edit_behind_a_paywall_is_found_when_it_comes_down(life: Life) -> None:
    life.shows(said("Council signs pact", "It runs for 5 years."))
    life.shows(Text(title="Council signs pact", paragraphs=(BODY,), extent=Extent.PREVIEW))
    told = life.shows(said("Council signs pact", "It runs for 50 years."))
    assert told.change is not None
    assert (told.change.from_version, told.change.status) == (life.versions[0].id, Status.PENDING)


def test_typography_makes_no_version(life: Life) -> None:
    life.shows(said('Council signs "pact"'))
    told = life.shows(said("Council signs “pact”"))
    assert not told.new


def test_a_date_that_moves_at_every_look_is_noise(life: Life) -> None:
    for day in range(1, 6):
        life.shows(said("Council signs pact", modified=f"2026-03-0{day}T10:00:00Z"))
    assert life.history[1:] == [Status.NOISE] * 3


def test_changes_carry_the_interval_they_fell_in(life: Life) -> None:
    life.shows(said("Council signs pact"))
    told = life.shows(said("Council denies pact"))
    assert told.change is not None
    assert (told.change.after_at, told.change.by_at) == (NOON + timedelta(hours=6), NOON + timedelta(hours=12))


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30))
def test_news_was_always_seen_in_two_looks_or_held_on(turns: list[int]) -> None:
    """Law 5: whatever the sequence, a change is news only if its words were shown by a later look, too."""
    life, titles = Life(), ("signs pact", "denies pact", "delays pact", "drops pact")
    shown: list[str] = []
    for turn in turns:
        life.shows(said(titles[turn]))
        shown.append(titles[turn])
    for change, status in zip(life.changes, life.history, strict=True):
        version = next(v for v in life.versions if v.id == change.to_version)
        looks = [
            n
            for n, title in enumerate(shown)
            if title == version.text.title and NOON + timedelta(hours=6 * (n + 1)) > version.first_at
        ]
        if status is Status.NEWS:
            assert looks
