"""The simulator on traces small enough to reckon by hand, and what holds of every policy."""

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.policies import LEAST, PEERS, Oracle, Stet, Watcher, peer
from bench.revisit import equal, main, simulate
from bench.traces import DAY, HOUR, WATCH, Trace, generate, read, unquiet

BEGIN = 1_700_000_000.0
FIXED = PEERS["fixed interval"]


def trace(*hours: float, removed: float | None = None) -> Trace:
    """An article that is changed so many hours after its first look."""
    gone = None if removed is None else BEGIN + removed * HOUR
    return Trace("outlet", BEGIN, tuple(BEGIN + hour * HOUR for hour in hours), gone, BEGIN)


TRACES = st.lists(
    st.builds(
        lambda hours, removed: trace(*sorted(hours), removed=removed),
        st.lists(st.floats(0.01, 200), max_size=8, unique=True),
        st.none() | st.floats(0.01, 200),
    ),
    min_size=1,
    max_size=5,
)


class _Never:
    def look(self, now: float, changed: bool) -> float:
        return inf

    def gone(self, now: float) -> float:
        return inf


def test_an_hourly_look_misses_what_is_overwritten_within_the_hour() -> None:
    """Looks at 0, 1, 2, ... hours; changes at 0.5, 1.2, 1.7 and 30.25: the one at 1.2 is overwritten at 1.7."""
    tally = simulate([trace(0.5, 1.2, 1.7, 30.25)], peer(FIXED, 1.0))
    assert (tally.versions, tally.seen, tally.looks) == (4, 3, 168)
    assert sorted(round(delay / HOUR, 6) for delay in tally.delays) == [0.3, 0.5, 0.75, 0.8]
    assert tally.share == 0.75
    assert tally.delay == pytest.approx(0.625 * 60)


def test_a_takedown_is_found_by_the_next_look_and_hides_what_was_not_seen() -> None:
    tally = simulate([trace(2.5, removed=2.75), trace(removed=300.0)], peer(FIXED, 1.0))
    assert (tally.versions, tally.seen, tally.takedowns) == (1, 0, 1)
    assert tally.found == [0.25 * HOUR]


def test_a_policy_that_never_looks_again_sees_only_the_first_version() -> None:
    tally = simulate([trace(1.0, 2.0), trace()], lambda _: _Never())
    assert (tally.looks, tally.cost, tally.seen, tally.share) == (2, 1.0, 0, 0.0)


def test_what_changed_before_the_first_look_or_after_the_watch_is_not_counted() -> None:
    early = Trace("outlet", BEGIN, (BEGIN + 60, BEGIN + 2 * WATCH), None, BEGIN + 600)
    assert early.watched == ()
    assert simulate([early], peer(FIXED, 1.0)).share == 1.0


@given(TRACES, st.sampled_from(sorted(PEERS)), st.floats(0.2, 20))
@settings(deadline=None, max_examples=60)
def test_nobody_beats_the_one_who_knows_all(traces: list[Trace], name: str, scale: float) -> None:
    best, other = simulate(traces, Oracle), simulate(traces, peer(PEERS[name], scale))
    assert other.seen <= best.seen <= best.versions == other.versions
    assert best.looks <= len(traces) + best.versions + best.takedowns


@given(TRACES, st.floats(1e-4, 1.0))
@settings(deadline=None, max_examples=40)
def test_nor_does_stet_and_it_plays_the_same_game_twice_alike(traces: list[Trace], price: float) -> None:
    once, again = simulate(traces, Stet(price)), simulate(traces, Stet(price))
    assert once == again
    assert once.seen <= simulate(traces, Oracle).seen
    assert once.looks <= len(traces) * (WATCH / LEAST + 1)


def test_the_oracle_spends_one_look_a_version() -> None:
    tally = simulate([trace(1, 2, 50), trace()], Oracle)
    assert (tally.looks, tally.share, tally.delay) == (5, 1.0, 0.0)


def test_newsdiffs_own_schedule_costs_what_its_steps_say() -> None:
    """Quiet: 12 looks in 3 hours, 21 until a day, 48 until the week's end (at 0, 15 minutes, ...): 81 and the first."""
    assert simulate([trace()], peer(PEERS["newsdiffs"], 1.0)).looks in (81, 82)


@pytest.mark.parametrize("name", sorted(PEERS))
def test_requests_can_be_made_equal(name: str) -> None:
    traces = generate(days=1)[::8]
    played = equal(traces, lambda scale: peer(PEERS[name], scale), 10)
    assert played.tally.cost == pytest.approx(10, rel=0.08)


def test_stet_sees_more_than_the_fixed_interval_for_as_many_requests() -> None:
    traces = generate(days=3, seed=9)[::4]
    ours = equal(traces, Stet, 10, 0.04).tally
    fixed = equal(traces, lambda scale: peer(FIXED, scale), 10).tally
    assert ours.cost == pytest.approx(fixed.cost, rel=0.02)
    assert ours.share > fixed.share + 0.15
    assert ours.delay < fixed.delay / 5


def test_a_dearer_price_buys_fewer_looks() -> None:
    traces = generate(days=1)[::8]
    looks = [simulate(traces, Stet(price)).looks for price in (0.005, 0.02, 0.08)]
    assert looks == sorted(looks, reverse=True)
    assert looks[0] > 2 * looks[2]


# --- the generated traces -----------------------------------------------------------------------


def test_the_generator_draws_what_is_published() -> None:
    traces = generate()
    edited = [one for one in traces if one.changes]
    gone = [one.removed_at - one.first_seen for one in traces if one.removed_at is not None]
    assert 0.28 < len(edited) / len(traces) < 0.38
    assert sum(len(one.changes) <= 2 for one in edited) / len(edited) > 0.75
    assert 0.02 < sum(len(one.changes) > 9 for one in edited) / len(edited) < 0.08
    assert 0.012 < len(gone) / len(traces) < 0.021
    assert 0.3 < sum(age < DAY for age in gone) / len(gone) < 0.55


def test_the_generator_draws_the_same_for_the_same_seed() -> None:
    assert generate(days=1) == generate(days=1)
    assert generate(days=1, seed=4) != generate(days=1)
    assert all(list(one.changes) == sorted(one.changes) for one in generate(days=1))


def test_a_share_of_pages_can_be_made_restless() -> None:
    assert 0.05 < sum(one.restless for one in unquiet(generate(days=2), 0.1)) / (17 * 50 * 2) < 0.15


def test_a_file_that_holds_no_traces_is_one_clear_line(tmp_path, capsys, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    wrong = tmp_path / "wrong.jsonl.gz"
    wrong.write_bytes(b"no gzip")
    with pytest.raises(ValueError, match="no file of traces"):
        read(wrong)
    monkeypatch.setattr("sys.argv", ["revisit", "--data", str(tmp_path)])
    assert main() == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_watcher_is_what_policies_hand_out() -> None:
    watcher: Watcher = Stet(0.01)(trace())
    assert watcher.look(BEGIN, False) > BEGIN
    assert [watcher.gone(BEGIN) > BEGIN for _ in range(6)] == [True] * 6
