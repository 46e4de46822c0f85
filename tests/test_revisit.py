"""The simulator on traces small enough to reckon by hand, and what holds of every policy."""

from math import inf, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.lost import lost, told
from bench.ours import Budgeted, Outlet, Stet, Watched
from bench.policies import LEAST, PAPERS, PEERS, Listener, Oracle, Watcher, peer
from bench.revisit import decision, main
from bench.simulate import equal, simulate
from bench.traces import DAY, HOUR, WATCH, Trace, generate, read
from bench.troubles import hinted, purged, static, unquiet
from crawler.index import NEWS_TARIFF, STATIC_TARIFF

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
    traces = generate(days=3, seed=9)[::8]
    ours = equal(traces, Stet, 10, 0.05).tally
    fixed = equal(traces, lambda scale: peer(FIXED, scale), 10).tally
    assert ours.cost == pytest.approx(fixed.cost, rel=0.02)
    assert ours.share > fixed.share + 0.15
    assert ours.delay < fixed.delay / 5


def test_a_dearer_price_buys_fewer_looks() -> None:
    traces = generate(days=1)[::8]
    looks = [simulate(traces, Stet(price)).looks for price in (0.005, 0.02, 0.08)]
    assert looks == sorted(looks, reverse=True)
    assert looks[0] > 2 * looks[2]


@pytest.mark.parametrize("name", sorted(PAPERS))
def test_a_dearer_look_makes_every_papers_policy_cheaper(name: str) -> None:
    traces = generate(days=1)[::16]
    looks = [simulate(traces, peer(PAPERS[name], price)).looks for price in (1.0, 4.0, 16.0)]
    assert looks == sorted(looks, reverse=True)
    assert looks[0] > looks[2] >= len(traces)


def test_lambdacrawl_waits_until_its_index_is_the_price() -> None:
    lambdacrawl = PAPERS["LambdaCrawl"](3.0, BEGIN)
    rate, wait = log(2) / 12, lambdacrawl.look(BEGIN, False) / HOUR - BEGIN / HOUR
    assert rate * wait**2 / (1 + rate * wait) == pytest.approx(3.0)


# --- hints, siblings, budgets, losses -----------------------------------------------------------


def test_hints_of_edits_show_more_of_them_and_sooner_for_as_many_requests() -> None:
    traces = generate(days=3, seed=9)[::8]
    plain = equal(traces, Stet, 5, 0.12).tally
    told_ = equal(hinted(traces, 0.6), Stet, 5, 0.12).tally
    assert told_.cost == pytest.approx(plain.cost, rel=0.02)
    assert told_.share > plain.share + 0.05
    assert told_.delay < plain.delay / 2


def test_hints_follow_edits_and_their_share_is_as_asked() -> None:
    traces = generate(days=3)
    edits = [change for trace in traces for change in trace.watched]
    followed = sum(
        any(change <= hint <= change + 900 for hint in trace.hints)
        for trace in hinted(traces, 0.6) for change in trace.watched
    )  # fmt: skip
    assert 0.55 < followed / len(edits) < 0.68
    assert all(trace.hints == () for trace in hinted(traces, 0.0))


def test_a_confirmed_takedown_makes_standing_siblings_due_soon() -> None:
    stet = Stet(0.5)
    gone, sibling, other = (
        Watched(stet, stet.outlets.setdefault("outlet", Outlet()), one)
        for one in (placed(1, removed=2.0), placed(1), placed(2))
    )
    stet.sections = {("outlet", 1): [gone, sibling], ("outlet", 2): [other]}
    at = BEGIN + 2 * HOUR
    while (following := gone.gone(at)) < inf:
        assert gone.rouse(at) == []
        at = following
    roused = gone.rouse(at)
    assert at == BEGIN + (2 + 27) * HOUR
    assert [watcher for watcher, _ in roused] == [sibling]
    assert sibling.pulse.hinted > 0 == other.pulse.hinted


def placed(section: int, removed: float | None = None) -> Trace:
    gone = None if removed is None else BEGIN + removed * HOUR
    return Trace("outlet", BEGIN, (), gone, BEGIN + 60, section=section)


def test_purges_take_siblings_only() -> None:
    traces = generate(days=3)
    swept = purged(traces)
    down = {(one.outlet, one.section) for one, old in zip(swept, traces, strict=True) if old.removed_at is not None}
    added = [one for one, old in zip(swept, traces, strict=True) if one.removed_at != old.removed_at]
    assert added
    assert all((one.outlet, one.section) in down for one in added)


def test_the_controller_of_the_price_spends_what_the_budget_has() -> None:
    traces = generate(days=10, seed=9)[::12]
    hours = (traces[-1].end - traces[0].first_seen) / HOUR
    tally = simulate(traces, Budgeted(0.05, 10 * len(traces) / hours))
    assert tally.cost == pytest.approx(10, rel=0.3)


def test_losses_are_counted_by_how_long_the_version_stood() -> None:
    """Looks at 0, 1, 2, ... hours: the version of 1.2 hours stood for 30 minutes; nothing was seen after the takedown."""
    losses = lost([trace(0.5, 1.2, 1.7, 30.25), trace(2.5, removed=2.75), trace()], peer(FIXED, 1.0))
    assert (losses.all[30.0], losses.lives[30.0], losses.lives[60.0], losses.lives[0.0]) == (1, 1, 1, 0)
    assert (sum(losses.all.values()), losses.first) == (5, 1)
    assert losses.idle == pytest.approx(168 / (168 + 168 + 4), rel=0.01)
    assert len(list(told(losses))) == 2


def test_static_pages_have_a_class_of_their_own_that_beats_the_one_of_news() -> None:
    traces = static(40)
    own, news = (
        equal(traces, lambda price, tariff=tariff: Stet(price, tariff=tariff), 18, 0.05).tally  # type: ignore[misc]
        for tariff in (STATIC_TARIFF, NEWS_TARIFF)
    )
    assert own.share >= news.share
    assert traces[0].end - traces[0].first_seen == 180 * DAY


def test_a_decision_takes_microseconds() -> None:
    assert decision(500).endswith("microseconds")


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
    assert isinstance(watcher, Listener)
    assert not isinstance(Oracle(trace()), Listener)
    assert watcher.look(BEGIN, False) > BEGIN
    assert [watcher.gone(BEGIN) > BEGIN for _ in range(6)] == [True] * 6
