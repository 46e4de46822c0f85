"""Where does the article stand? The state machine, move by move, and the laws over every sequence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.stand import CONFIRMATIONS, EXPLICIT_SPREAD, RESTLESS_FLIPS, SPREAD, stand
from storage.records import BAD, GOOD, How, Look, Move, Standing, Verdict

NOON = datetime(2022, 5, 5, 12, tzinfo=UTC)
EARLIER = NOON - timedelta(hours=3)
TROUBLE = sorted(set(Verdict) - GOOD - BAD)
WAYS = {Verdict.GONE: How.GONE, Verdict.LEGAL: How.LEGAL, Verdict.SOFT_GONE: How.SOFT}


def look(hours: float, verdict: Verdict = Verdict.GONE, well: bool = True) -> Look:
    return Look(NOON + timedelta(hours=hours), verdict, f"entry{hours}", WAYS.get(verdict), well)


def told(*looks: Look, was: Standing | None = Standing.DOWN, flips: int = 0) -> Move | None:
    return stand(was, looks, EARLIER, flips=flips)


def moved(*looks: Look, was: Standing | None = Standing.DOWN, flips: int = 0) -> Move:
    move = told(*looks, was=was, flips=flips)
    assert move is not None
    assert move.was is was
    assert move.reason
    return move


# --- good looks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", sorted(GOOD))
def test_the_first_good_look_puts_it_up(verdict: Verdict) -> None:
    move = stand(None, [look(0, verdict)], None)
    assert move is not None
    assert (move.standing, move.was, move.after_at, move.by_at) == (Standing.UP, None, None, NOON)
    assert move.evidence == ("entry0",)
    assert move.how is None


def test_an_article_that_stands_and_stands_does_not_move() -> None:
    assert told(look(0, Verdict.OK), was=Standing.UP) is None


def test_a_good_look_withdraws_the_suspicion() -> None:
    move = moved(look(0), look(1), look(2, Verdict.OK))
    assert move.standing is Standing.UP
    assert "withdrawn" in move.reason
    assert (move.after_at, move.by_at) == (look(1).at, look(2).at)


def test_one_good_look_restores_nothing() -> None:
    """An edge that kept a copy answers well every now and then."""
    assert told(look(0), look(30), look(40, Verdict.OK), was=Standing.TAKEN_DOWN) is None


def test_two_good_looks_in_a_row_restore_what_was_taken_down_as_of_the_first() -> None:
    first, second = look(40, Verdict.PREVIEW), look(41, Verdict.OK)
    trouble = look(40.5, Verdict.BLOCKED)
    move = stand(Standing.TAKEN_DOWN, [trouble, second], first.at, back=first, missed_at=look(30).at)
    assert move is not None
    assert (move.standing, move.at) == (Standing.RESTORED, second.at)
    assert (move.after_at, move.by_at, move.evidence) == (look(30).at, first.at, ("entry40", "entry41"))


def test_a_further_good_look_makes_restored_up() -> None:
    assert moved(look(0, Verdict.UNCHANGED), was=Standing.RESTORED).standing is Standing.UP


def test_a_text_that_flips_is_restless_until_it_is_calm() -> None:
    assert told(look(0, Verdict.OK), was=Standing.UP, flips=RESTLESS_FLIPS - 1) is None
    assert moved(look(0, Verdict.OK), was=Standing.UP, flips=RESTLESS_FLIPS).standing is Standing.RESTLESS
    assert told(look(0, Verdict.OK), was=Standing.RESTLESS, flips=RESTLESS_FLIPS) is None
    assert moved(look(0, Verdict.OK), was=Standing.RESTLESS, flips=0).standing is Standing.UP


# --- bad looks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("was", [Standing.UP, Standing.RESTLESS, Standing.RESTORED])
@pytest.mark.parametrize("verdict", sorted(BAD))
def test_the_first_bad_look_only_makes_it_suspect(was: Standing, verdict: Verdict) -> None:
    move = moved(look(0, verdict), was=was)
    assert move.standing is Standing.DOWN
    assert (move.after_at, move.by_at, move.evidence) == (EARLIER, NOON, ("entry0",))
    assert move.how is WAYS[verdict]


def test_three_bad_looks_over_a_day_are_a_takedown() -> None:
    assert told(look(0), look(5)) is None
    assert told(look(0), look(5), look(15)) is None
    move = moved(look(0), look(5), look(15), look(24))
    assert move.standing is Standing.TAKEN_DOWN
    assert (move.after_at, move.by_at, move.at) == (EARLIER, NOON, look(24).at)
    assert move.evidence == ("entry0", "entry5", "entry15", "entry24")
    assert move.how is How.GONE


def test_witnesses_must_agree_on_how_it_went_down() -> None:
    """A maintenance page at two looks, and one real 404 after it."""
    mixed = (look(0, Verdict.SOFT_GONE), look(12, Verdict.SOFT_GONE), look(25))
    assert told(*mixed) is None
    assert told(*mixed, look(37)) is None
    move = moved(*mixed, look(37), look(50))
    assert (move.standing, move.how) == (Standing.TAKEN_DOWN, How.GONE)
    assert move.by_at == look(25).at


def test_two_bad_looks_are_never_enough_however_far_apart() -> None:
    assert told(look(0), look(24 * 30)) is None


def test_many_bad_looks_in_one_night_are_not_enough() -> None:
    assert told(*(look(n / 10) for n in range(100))) is None


def test_one_capture_counts_once() -> None:
    assert told(look(0), look(0), look(30)) is None


def test_a_good_look_breaks_the_run() -> None:
    assert told(look(0), look(5), look(10, Verdict.OK), look(30), look(31)) is None


def test_looks_while_the_outlet_was_not_well_do_not_count() -> None:
    assert told(look(0, well=False), was=Standing.UP) is None
    assert told(look(0), look(12, well=False), look(30)) is None
    assert told(look(0), look(12), look(30, well=False)) is None
    move = moved(look(0, well=False), look(1), look(12), look(25))
    assert (move.by_at, move.evidence) == (look(1).at, ("entry1", "entry12", "entry25"))


@pytest.mark.parametrize("verdict", TROUBLE)
@pytest.mark.parametrize("was", [None, *Standing])
def test_our_trouble_moves_nothing(verdict: Verdict, was: Standing | None) -> None:
    assert told(look(0), look(10), look(20), look(30, verdict), was=was) is None


@pytest.mark.parametrize("verdict", TROUBLE)
def test_our_trouble_between_bad_looks_neither_counts_nor_breaks_the_run(verdict: Verdict) -> None:
    assert told(look(0), look(12, verdict), look(24)) is None
    assert moved(look(0), look(6), look(12, verdict), look(24)).standing is Standing.TAKEN_DOWN


def test_what_the_server_says_in_so_many_words_needs_less_time() -> None:
    legal = [look(n, Verdict.LEGAL) for n in (0, 3, 6)]
    assert moved(*legal).standing is Standing.TAKEN_DOWN
    assert told(*legal[:2], look(5.9, Verdict.LEGAL)) is None
    assert told(*legal[:2], look(6, Verdict.GONE)) is None
    gone = [look(n) for n in (0, 3, 6)]
    assert stand(Standing.DOWN, gone, EARLIER) is None
    assert stand(Standing.DOWN, gone, EARLIER, explicit={one.entry for one in gone}) is not None


def test_what_never_stood_cannot_be_taken_down() -> None:
    assert told(look(0), look(10), look(30), was=None) is None


def test_what_is_taken_down_stays_so() -> None:
    assert told(look(0), look(10), look(30), was=Standing.TAKEN_DOWN) is None


def test_without_a_look_nothing_moves() -> None:
    assert told(was=Standing.UP) is None


def test_confirmations_and_spread_can_be_chosen_but_never_one_look() -> None:
    hour = 3600.0
    assert stand(Standing.DOWN, [look(0), look(1)], EARLIER, confirmations=2, spread=hour) is not None
    assert stand(Standing.DOWN, [look(0), look(0.5)], EARLIER, confirmations=2, spread=hour) is None
    with pytest.raises(ValueError, match="confirmations must be at least 2"):
        stand(Standing.DOWN, [look(0)], EARLIER, confirmations=1)


def test_a_whole_story_of_an_article() -> None:
    story = [
        (Verdict.OK, Standing.UP), (Verdict.OK, None), (Verdict.GONE, Standing.DOWN), (Verdict.OK, Standing.UP),
        (Verdict.GONE, Standing.DOWN), (Verdict.OUTAGE, None), (Verdict.GONE, None), (Verdict.BLOCKED, None),
        (Verdict.GONE, Standing.TAKEN_DOWN), (Verdict.GONE, None), (Verdict.MOVED, None), (Verdict.GONE, None),
        (Verdict.MOVED, None), (Verdict.OUTAGE, None), (Verdict.OK, Standing.RESTORED), (Verdict.UNCHANGED, Standing.UP),
    ]  # fmt: skip
    assert [standing for _, standing in _replayed([verdict for verdict, _ in story])] == [s for _, s in story]


# --- laws ---------------------------------------------------------------------------------------


def _replayed(
    verdicts: list[Verdict], hours: float = 8, wells: list[bool] | None = None
) -> list[tuple[Look, Standing | None]]:
    return _told_in_turn([look(n * hours, verdict, wells[n] if wells else True) for n, verdict in enumerate(verdicts)])


def _told_in_turn(looks: list[Look]) -> list[tuple[Look, Standing | None]]:
    """Every look in turn, with the standing that it led to (None: no move)."""
    was: Standing | None = None
    last_good: datetime | None = None
    since: list[Look] = []
    back: Look | None = None
    history: list[tuple[Look, Standing | None]] = []
    for newest in looks:
        since.append(newest)
        move = stand(was, since, last_good, back=back)
        if newest.verdict in GOOD | BAD:
            back = newest if newest.verdict in GOOD and was is Standing.TAKEN_DOWN else None
        was = move.standing if move else was
        history.append((newest, move.standing if move else None))
        if newest.verdict in GOOD:
            last_good, since = newest.at, []
    return history


VERDICTS = st.lists(st.sampled_from(sorted(Verdict)) | st.sampled_from(sorted(BAD)), max_size=25)


@given(VERDICTS, st.floats(0.1, 50), st.lists(st.booleans(), min_size=25, max_size=25))
def test_every_takedown_has_its_confirmations_and_no_good_look_between(
    verdicts: list[Verdict], hours: float, wells: list[bool]
) -> None:
    history = _replayed(verdicts, hours, wells)
    for n, (newest, standing) in enumerate(history):
        if standing is not Standing.TAKEN_DOWN:
            continue
        good = [i for i, (one, _) in enumerate(history[:n]) if one.verdict in GOOD]
        run = [one for one, _ in history[good[-1] + 1 : n + 1] if one.verdict in BAD and one.outlet_well]
        legal = all(one.verdict is Verdict.LEGAL for one in run)
        assert len(run) >= CONFIRMATIONS
        assert (newest.at - run[0].at).total_seconds() >= (EXPLICIT_SPREAD if legal else SPREAD)


@given(st.lists(st.sampled_from([*TROUBLE, *sorted(GOOD)]), max_size=25))
def test_without_a_bad_look_nothing_ever_goes_down(verdicts: list[Verdict]) -> None:
    assert {standing for _, standing in _replayed(verdicts)} <= {None, Standing.UP}


@given(VERDICTS, st.sampled_from(TROUBLE), st.integers(0, 24))
def test_our_trouble_anywhere_changes_no_other_move(verdicts: list[Verdict], trouble: Verdict, where: int) -> None:
    plain = _replayed(verdicts)
    looks = [one for one, _ in plain]
    before = looks[:where]
    intruder = replace(look(0, trouble), entry="trouble", at=before[-1].at if before else NOON)
    noisy = _told_in_turn([*before, intruder, *looks[where:]])
    assert noisy[len(before)] == (intruder, None)
    assert noisy[: len(before)] + noisy[len(before) + 1 :] == plain


@given(VERDICTS)
def test_while_the_outlet_is_not_well_nothing_goes_down(verdicts: list[Verdict]) -> None:
    history = _replayed(verdicts, wells=[False] * len(verdicts))
    assert not {standing for _, standing in history} & {Standing.DOWN, Standing.TAKEN_DOWN}
