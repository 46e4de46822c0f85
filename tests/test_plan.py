"""When to look again? By age, by suspicion, by trouble; never at odds with itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.plan import BACKOFF_LONG, CONFIRM, FLOOR, SUSPECT_LONG, UNSEEN_TRIES, PlanState, plan
from crawler.stand import EXPLICIT_SPREAD, stand
from storage.records import BAD, GOOD, How, Look, Standing, Verdict

NOW = datetime(2022, 5, 5, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STANDING = PlanState(first_seen_at=NOW, verdict=Verdict.OK, standing=Standing.UP, related=True)
TROUBLE = sorted(set(Verdict) - GOOD - BAD)


def wait(state: PlanState, now: datetime = NOW) -> timedelta:
    due = plan(state, now)
    assert due is not None
    return due - now


def aged(age: timedelta) -> PlanState:
    return replace(STANDING, first_seen_at=NOW - age)


# --- by age -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (0 * HOUR, 20 * MINUTE), (2.9 * HOUR, 20 * MINUTE), (3 * HOUR, HOUR), (11 * HOUR, HOUR), (12 * HOUR, 3 * HOUR),
        (47 * HOUR, 3 * HOUR), (2 * DAY, 12 * HOUR), (6 * DAY, 12 * HOUR), (7 * DAY, 3 * DAY), (29 * DAY, 3 * DAY),
        (30 * DAY, FLOOR), (3650 * DAY, FLOOR),
    ],
)  # fmt: skip
def test_the_older_an_article_the_rarer_the_looks(age: timedelta, expected: timedelta) -> None:
    assert wait(aged(age)) == expected


def test_an_old_article_seen_late_is_old() -> None:
    assert wait(replace(STANDING, published_at=NOW - 10 * DAY)) == 3 * DAY


def test_a_date_in_the_future_is_not_believed() -> None:
    assert wait(replace(aged(DAY), published_at=NOW + 10 * DAY)) == 3 * HOUR
    assert wait(replace(aged(-DAY), published_at=NOW + DAY)) == 20 * MINUTE


def test_a_recent_change_makes_an_old_article_young_again() -> None:
    old = aged(100 * DAY)
    assert wait(replace(old, last_change_at=NOW)) == 20 * MINUTE
    assert wait(replace(old, last_change_at=NOW - HOUR)) == 12 * HOUR
    assert wait(replace(old, last_change_at=NOW - 5 * DAY)) == 3 * DAY
    assert wait(replace(old, last_change_at=NOW - 100 * DAY)) == FLOOR


def test_a_change_waits_for_its_second_look() -> None:
    assert wait(replace(aged(100 * DAY), pending=True)) == CONFIRM == 15 * MINUTE


def test_what_was_taken_down_and_shows_good_is_looked_at_again_before_it_is_called_restored() -> None:
    back = replace(aged(100 * DAY), standing=Standing.TAKEN_DOWN, standing_since=NOW - 3 * DAY)
    assert wait(back) == HOUR / 4
    assert wait(replace(back, verdict=Verdict.GONE)) == DAY


def test_a_first_bad_look_without_a_voucher_is_followed_soon_by_one_with() -> None:
    assert wait(bad(1, unvouched=1)) == HOUR / 4
    assert wait(bad(3, unvouched=1)) == 10 * HOUR
    assert wait(bad(4, unvouched=2)) == HOUR / 4
    assert wait(bad(5, unvouched=3)) == 12 * HOUR


def test_a_restored_article_is_looked_at_soon() -> None:
    assert wait(replace(aged(100 * DAY), standing=Standing.RESTORED)) == HOUR


# --- by suspicion -------------------------------------------------------------------------------


def bad(looks: int, **more: object) -> PlanState:
    return replace(aged(50 * DAY), verdict=Verdict.GONE, standing=Standing.DOWN, bad_looks=looks, **more)  # type: ignore[arg-type]


def test_suspects_are_looked_at_soon_and_then_less_soon() -> None:
    assert [wait(bad(n)) for n in (1, 2, 3, 4, 5)] == [HOUR, 4 * HOUR, 10 * HOUR, 12 * HOUR, 12 * HOUR]
    assert wait(bad(SUSPECT_LONG)) == DAY


def test_a_suspicion_goes_before_a_change_that_waits() -> None:
    assert wait(bad(1, pending=True)) == HOUR


def _confirmed_after(spread: float) -> tuple[timedelta, int]:
    """Time from the first bad look to the takedown, and the looks it took, when plan and stand work together."""
    at, was, looks = NOW, Standing.UP, list[Look]()
    while True:
        looks.append(Look(at, Verdict.GONE, f"entry{len(looks)}", How.GONE))
        move = stand(was, looks, NOW - HOUR, spread=spread)
        was = move.standing if move else was
        if was is Standing.TAKEN_DOWN:
            return at - NOW, len(looks)
        due = plan(bad(len(looks), related=True), at)
        assert due is not None
        at = due


def test_a_takedown_is_confirmed_within_27_hours_of_its_first_sight() -> None:
    assert _confirmed_after(86400.0) == (27 * HOUR, 5)
    assert _confirmed_after(EXPLICIT_SPREAD) == (15 * HOUR, 4)


def test_what_is_taken_down_is_looked_at_daily_then_weekly_then_at_the_floor() -> None:
    down = replace(bad(5), standing=Standing.TAKEN_DOWN)
    waits = [wait(replace(down, standing_since=NOW - n * DAY)) for n in (0, 6, 7, 59, 60, 4000)]
    assert waits == [DAY, DAY, 7 * DAY, 7 * DAY, FLOOR, FLOOR]


def test_an_address_that_never_showed_a_text_is_given_up() -> None:
    never = replace(bad(1), standing=None)
    assert wait(never) == HOUR
    assert plan(replace(never, bad_looks=UNSEEN_TRIES), NOW) is None
    assert wait(replace(never, bad_looks=UNSEEN_TRIES, pinned=True)) == 12 * HOUR


# --- by trouble ---------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", TROUBLE)
def test_our_trouble_backs_off_to_a_day(verdict: Verdict) -> None:
    troubled = replace(aged(HOUR), verdict=verdict, pending=True)
    waits = [wait(replace(troubled, failures=n)) for n in (1, 2, 3, 4, 5, 6, 7, 8)]
    assert waits == [n * 30 * MINUTE for n in (1, 2, 4, 8, 16, 32)] + [DAY, DAY]


def test_what_fails_for_good_is_not_asked_more_often_than_if_it_did_not() -> None:
    dead = replace(aged(100 * DAY), verdict=Verdict.OUTAGE)
    assert wait(replace(dead, failures=BACKOFF_LONG)) == DAY
    assert wait(replace(dead, failures=BACKOFF_LONG + 1)) == FLOOR
    assert wait(replace(dead, failures=10**6)) == FLOOR


# --- what is not watched ------------------------------------------------------------------------


def test_only_what_is_ours_to_watch_is_watched() -> None:
    stranger = replace(STANDING, related=False)
    assert plan(stranger, NOW) is None
    for ours in ({"related": True}, {"pinned": True}, {"kept": True}):
        assert plan(replace(stranger, **ours), NOW) is not None  # type: ignore[arg-type]


def test_what_is_no_article_is_looked_at_three_times_more_and_not_again() -> None:
    never = PlanState(first_seen_at=NOW, verdict=Verdict.NOT_ARTICLE, related=True, kept=True)
    waits = [wait(replace(never, failures=failures)) for failures in (1, 2, 3)]
    assert waits == [HOUR, 12 * HOUR, 3 * DAY]
    assert plan(replace(never, failures=4), NOW) is None
    assert plan(replace(never, pinned=True), NOW) is not None


def test_an_article_once_seen_is_not_lost_by_one_look_that_finds_none() -> None:
    assert wait(replace(STANDING, verdict=Verdict.NOT_ARTICLE, failures=1)) == 30 * MINUTE


def test_an_address_that_could_not_be_read_yet_is_tried_again_but_not_for_ever() -> None:
    unread = PlanState(first_seen_at=NOW, verdict=Verdict.OUTAGE, failures=1)
    assert wait(unread) == 30 * MINUTE
    assert plan(replace(unread, failures=BACKOFF_LONG + 1), NOW) is None
    assert plan(replace(unread, verdict=Verdict.GONE, bad_looks=1), NOW) is None


# --- laws ---------------------------------------------------------------------------------------

TIMES = st.none() | st.timedeltas(timedelta(days=-4000), timedelta(days=30)).map(lambda by: NOW + by)
STATES = st.builds(
    PlanState,
    first_seen_at=TIMES.filter(bool),
    verdict=st.sampled_from(Verdict),
    standing=st.none() | st.sampled_from(Standing),
    standing_since=TIMES,
    published_at=TIMES,
    last_change_at=TIMES,
    bad_looks=st.integers(0, 100),
    failures=st.integers(0, 10**9),
    pending=st.booleans(),
    pinned=st.booleans(),
    related=st.booleans(),
    kept=st.booleans(),
)


@given(STATES)
def test_the_next_look_lies_ahead_and_within_the_floor_and_is_always_the_same(state: PlanState) -> None:
    due = plan(state, NOW)
    assert due is None or NOW + CONFIRM <= due <= NOW + FLOOR
    assert plan(state, NOW) == due


@given(STATES)
def test_what_stands_or_stood_and_is_ours_is_never_let_go_of(state: PlanState) -> None:
    if state.standing is not None and (state.related or state.pinned or state.kept):
        assert plan(state, NOW) is not None
