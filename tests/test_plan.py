"""When to look again? By what a look is worth, by suspicion, by trouble; never at odds with itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import index
from crawler.hazard import Curve, Pulse, Theta, beat
from crawler.plan import (
    BACKOFF_LONG,
    CONFIRM,
    FLOOR,
    SUSPECT_LONG,
    TARIFFS,
    UNSEEN_TRIES,
    PlanState,
    Routine,
    by_index,
    plan,
)
from crawler.stand import EXPLICIT_SPREAD, ripe, stand
from storage.records import BAD, GOOD, How, Look, Standing, Verdict

NOW = datetime(2022, 5, 5, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STANDING = PlanState(first_seen_at=NOW, verdict=Verdict.OK, standing=Standing.UP, related=True)
LEAST = timedelta(hours=index.LEAST) - timedelta(microseconds=1)
TROUBLE = sorted(set(Verdict) - GOOD - BAD)


def wait(state: PlanState, now: datetime = NOW) -> timedelta:
    due = plan(state, now)
    assert due is not None
    return due - now


def aged(age: timedelta) -> PlanState:
    return replace(STANDING, first_seen_at=NOW - age)


# --- by the index -------------------------------------------------------------------------------


def routine(age: timedelta = timedelta(0), since: timedelta | None = None, **more: Any) -> Routine:
    """What is known of an article of an age that changed so long ago, after a look just now."""
    appeared, now = (NOW - age).timestamp(), NOW.timestamp()
    return Routine(Pulse(appeared, now, now - (age if since is None else since).total_seconds()), **more)


def standing(by: Routine) -> PlanState:
    return replace(STANDING, routine=by)


@given(
    age=st.timedeltas(timedelta(0), 400 * DAY),
    price=st.floats(1e-4, 1.0),
    importance=st.floats(0.1, 20),
    kind=st.sampled_from(["news", "static"]),
)
def test_what_stands_is_looked_at_when_the_index_says_so(
    age: timedelta, price: float, importance: float, kind: str
) -> None:
    by = routine(age, price=price, importance=importance, kind=kind)
    expected = index.due(by.pulse, by.curve, price, TARIFFS[kind], importance)
    assert plan(standing(by), NOW) == datetime.fromtimestamp(expected, UTC)


def test_the_older_an_article_the_rarer_the_looks() -> None:
    waits = [wait(standing(routine(age))) for age in (0 * HOUR, 6 * HOUR, DAY, 3 * DAY, 10 * DAY, 100 * DAY)]
    assert waits == sorted(waits)
    assert waits[0] < 20 * MINUTE
    assert 6 * HOUR < waits[-1] < FLOOR


def test_what_nothing_is_known_of_is_as_old_as_since_it_was_first_seen() -> None:
    assert wait(aged(10 * DAY)) == wait(standing(routine(10 * DAY)))


def test_a_recent_change_makes_an_old_article_young_again() -> None:
    assert wait(standing(routine(100 * DAY, HOUR))) < HOUR < 10 * HOUR < wait(standing(routine(100 * DAY)))


def test_a_hint_is_followed_to_the_minute_however_long_ago_the_last_look_was() -> None:
    asleep = routine(200 * DAY, price=0.01)
    heard = NOW + 20 * HOUR
    told = replace(asleep, pulse=index.hint(asleep.pulse, heard.timestamp(), 0.9))
    assert heard <= plan(standing(told), NOW) < heard + 5 * MINUTE  # type: ignore[operator]
    assert told.worth(told.due).total >= told.price > told.worth(told.due - 60).total


def test_a_change_that_waits_on_a_page_that_is_never_still_waits_longer_and_longer() -> None:
    pulse = routine().pulse
    for _ in range(20):
        pulse = beat(pulse, Curve(), pulse.looked_at + 900, True)
    restless = replace(STANDING, pending=True, routine=Routine(pulse))
    assert wait(restless, datetime.fromtimestamp(pulse.looked_at, UTC)) > 2 * HOUR


def test_only_what_stands_and_waits_for_nothing_goes_by_the_index() -> None:
    assert by_index(STANDING)
    others = [
        {"pending": True}, {"standing": Standing.RESTORED}, {"standing": Standing.TAKEN_DOWN},
        {"verdict": Verdict.GONE, "bad_looks": 1}, {"verdict": Verdict.OUTAGE, "failures": 1}, {"related": False},
    ]  # fmt: skip
    assert not any(by_index(replace(STANDING, **other)) for other in others)  # type: ignore[arg-type]


# --- by ladders ---------------------------------------------------------------------------------


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
        due = plan(bad(len(looks), related=True, ripe_at=ripe(looks, spread)), at)
        assert due is not None
        at = due


def test_a_takedown_is_confirmed_as_soon_as_the_spread_of_its_looks_allows() -> None:
    assert _confirmed_after(86400.0) == (24 * HOUR, 5)
    assert _confirmed_after(EXPLICIT_SPREAD) == (6 * HOUR, 4)


def test_a_look_that_would_confirm_waits_a_quarter_of_an_hour_at_least() -> None:
    assert wait(bad(4, ripe_at=NOW + MINUTE)) == CONFIRM
    assert wait(bad(4, ripe_at=NOW + 9 * HOUR)) == 9 * HOUR
    assert wait(bad(4, ripe_at=NOW - MINUTE)) == wait(bad(4, ripe_at=NOW + 13 * HOUR)) == 12 * HOUR


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
    usual = wait(replace(dead, verdict=Verdict.OK))
    assert usual > DAY
    assert wait(replace(dead, failures=BACKOFF_LONG + 1)) == usual
    assert wait(replace(dead, failures=10**6)) == usual


@pytest.mark.parametrize("verdict", TROUBLE)
def test_after_an_outlets_long_trouble_an_article_is_asked_for_within_hours_again(verdict: Verdict) -> None:
    """The outlet is well, and three looks in a row meet a wall that passes."""
    back = replace(STANDING, verdict=verdict, failures=30)
    waits = [wait(replace(back, failures=30 + n, alone=n)) for n in (1, 2, 3, 4, 5)]
    assert waits == [30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 3 * HOUR]


def test_what_fails_for_good_while_its_outlet_is_well_costs_no_more_than_if_it_did_not_fail() -> None:
    old = replace(aged(90 * DAY), verdict=Verdict.BLOCKED, failures=BACKOFF_LONG + 1)
    assert wait(replace(old, alone=BACKOFF_LONG + 1)) == wait(old) > DAY


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
    routine=st.none()
    | st.builds(
        Routine,
        st.builds(
            lambda age, since, unrest, changes: Pulse(
                (NOW - age).timestamp(), NOW.timestamp(), (NOW - since).timestamp(), Theta(), changes, unrest
            ),
            st.timedeltas(timedelta(0), timedelta(days=4000)),
            st.timedeltas(timedelta(0), timedelta(days=4000)),
            st.floats(0, 50),
            st.integers(0, 50),
        ),
        price=st.floats(1e-4, 1.0),
        importance=st.floats(0.1, 20),
    ),
    bad_looks=st.integers(0, 100),
    failures=st.integers(0, 10**9),
    alone=st.integers(0, 10**9),
    ripe_at=st.none() | st.timedeltas(-DAY, 2 * DAY).map(lambda ahead: NOW + ahead),
    pending=st.booleans(),
    pinned=st.booleans(),
    related=st.booleans(),
    kept=st.booleans(),
)


@given(STATES)
def test_the_next_look_lies_ahead_and_within_the_floor_and_is_always_the_same(state: PlanState) -> None:
    due = plan(state, NOW)
    assert due is None or NOW + LEAST <= due <= NOW + FLOOR
    assert plan(state, NOW) == due


@given(STATES)
def test_what_stands_or_stood_and_is_ours_is_never_let_go_of(state: PlanState) -> None:
    if state.standing is not None and (state.related or state.pinned or state.kept):
        assert plan(state, NOW) is not None
