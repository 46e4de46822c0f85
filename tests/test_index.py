"""What is a look worth now? Laws of the index, of the visit it leads to, and of the price."""

from dataclasses import replace
from itertools import pairwise
from math import inf
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.hazard import EDGES, HOUR, NEWS, Curve, Pulse, Rhythm, Theta, beat, born
from crawler.index import (
    FLOOR,
    LEAST,
    NEWS_TARIFF,
    SIBLING,
    STATIC_TARIFF,
    SWING,
    due,
    hint,
    least_gap,
    plan,
    steer,
    worth,
)  # fmt: skip

NOW = 1_650_000_000.0
PRICE = 0.02
CURVE = Curve()
PRICES = st.floats(1e-5, 0.5)
CURVES = st.builds(
    Curve,
    st.tuples(*[st.floats(1e-6, 5.0)] * len(EDGES)),
    st.tuples(*[st.floats(0.1, 3.0)] * 24),
)
PULSES = st.builds(
    lambda age, since, gap, theta, changes, unrest: Pulse(
        NOW - (age + since + gap) * HOUR, NOW, NOW - since * HOUR, theta, changes, unrest
    ),
    st.floats(0, 2000), st.floats(0, 500), st.floats(0, 100),
    st.builds(Theta, st.floats(0.05, 60), st.floats(0.05, 60)), st.integers(0, 50), st.floats(0, 40),
)  # fmt: skip


def hours(pulse: Pulse, price: float = PRICE, curve: Curve = CURVE, importance: float = 1.0) -> float:
    return (due(pulse, curve, price, importance=importance) - pulse.looked_at) / HOUR


# --- the index ----------------------------------------------------------------------------------


@given(PULSES, CURVES, st.lists(st.floats(0, 1500), min_size=2, max_size=6))
def test_no_part_of_the_index_falls_while_nobody_looks(pulse: Pulse, curve: Curve, waits: list[float]) -> None:
    seen = [worth(pulse, curve, NOW + wait * HOUR) for wait in sorted(waits)]
    for before, after in pairwise(seen):
        for part in ("overwritten", "late", "gone", "hinted", "total"):
            assert getattr(after, part) >= getattr(before, part) - 1e-9


@given(PULSES, CURVES)
def test_a_look_at_once_after_a_look_is_worth_nothing(pulse: Pulse, curve: Curve) -> None:
    assert worth(pulse, curve, NOW).total == pytest.approx(0, abs=1e-9)


@given(PULSES, CURVES, st.floats(0, 1500))
def test_the_parts_are_probabilities_and_hours_and_importance_multiplies_their_sum(
    pulse: Pulse, curve: Curve, wait: float
) -> None:
    one = worth(pulse, curve, NOW + wait * HOUR)
    assert 0 <= one.overwritten <= 1
    assert min(one.late, one.gone, one.hinted) >= 0
    thrice = worth(pulse, curve, NOW + wait * HOUR, importance=3)
    assert thrice.total == pytest.approx(3 * (one.overwritten + one.late + one.gone + one.hinted))


@given(st.floats(0.05, 20), st.floats(0.05, 20), st.floats(1e-3, 3))
def test_of_a_steady_rate_the_overwritten_part_is_the_chance_of_two_changes_for_small_gaps(
    shape: float, rate: float, per_hour: float
) -> None:
    gap = 1e-3 * rate / per_hour
    pulse = Pulse(NOW, NOW, NOW, Theta(shape, rate))
    r = rate / (rate + per_hour * gap)
    two = 1 - r**shape - shape * (1 - r) * r**shape
    curve = Curve((per_hour,) * len(EDGES))
    assert worth(pulse, curve, NOW + gap * HOUR).overwritten == pytest.approx(two, rel=0.02, abs=1e-9)


def test_a_burst_makes_a_quiet_article_worth_more_than_its_own_rate_does() -> None:
    quiet = Pulse(NOW - 40 * HOUR, NOW, NOW - 40 * HOUR)
    steady = Curve((NEWS[EDGES.index(36.0)],) * len(EDGES))
    assert worth(quiet, CURVE, NOW + HOUR).overwritten > 10 * worth(quiet, steady, NOW + HOUR).overwritten


# --- the visit ----------------------------------------------------------------------------------


@given(PULSES, CURVES, PRICES, PRICES)
def test_the_dearer_a_request_the_later_the_visit(pulse: Pulse, curve: Curve, one: float, other: float) -> None:
    cheap, dear = sorted((one, other))
    assert due(pulse, curve, cheap) <= due(pulse, curve, dear)


@given(PULSES, CURVES, PRICES, st.floats(0.01, 100), st.floats(0.01, 100))
def test_the_more_important_the_sooner(pulse: Pulse, curve: Curve, price: float, one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert due(pulse, curve, price, importance=more) <= due(pulse, curve, price, importance=less)


@given(PULSES, CURVES, st.floats(0, 1e9), st.floats(0, 1e6), st.sampled_from([NEWS_TARIFF, STATIC_TARIFF]))
def test_the_floor_and_the_least_interval_are_always_kept(pulse, curve, price, importance, tariff) -> None:  # type: ignore[no-untyped-def]
    wait = (due(pulse, curve, price, tariff, importance) - NOW) / HOUR
    assert LEAST - 1e-6 <= wait <= FLOOR + 1e-6


@given(PULSES, CURVES, PRICES)
def test_at_the_visit_the_index_has_reached_the_price_and_not_much_before(
    pulse: Pulse, curve: Curve, price: float
) -> None:
    visit = due(pulse, curve, price)
    wait = (visit - NOW) / HOUR
    if wait < FLOOR * 0.999:
        assert worth(pulse, curve, visit + 1e-3).total >= price * (1 - 1e-6)
    if wait > least_gap(pulse) * 1.02:
        assert worth(pulse, curve, NOW + wait * 0.98 * HOUR).total <= price * (1 + 1e-6)


@given(PULSES, CURVES, PRICES)
def test_the_same_state_has_the_same_visit(pulse: Pulse, curve: Curve, price: float) -> None:
    again = Curve(curve.rates, curve.day)
    assert plan(pulse, NOW + HOUR, True, curve, price) == plan(replace(pulse), NOW + HOUR, True, again, price)


def test_an_edited_article_is_visited_sooner_than_a_quiet_one_and_an_old_one_rarely() -> None:
    fresh = born(NOW)
    edited = beat(fresh, CURVE, NOW + HOUR, True)
    quiet = beat(fresh, CURVE, NOW + HOUR, False)
    old = Pulse(NOW - 5000 * HOUR, NOW, NOW - 5000 * HOUR)
    assert hours(edited) < hours(fresh) < hours(quiet) < 24 < hours(old)


def test_a_page_that_is_never_still_is_looked_at_ever_more_rarely() -> None:
    pulse, at, looks = born(NOW), NOW, list[float]()
    while at < NOW + 7 * 24 * HOUR:
        at, pulse = plan(pulse, at + 1, True, CURVE, PRICE)
        looks.append(at)
    assert len(looks) < 40
    assert looks[-1] - looks[-2] > 24 * HOUR


def test_a_page_that_came_to_rest_is_trusted_again() -> None:
    restless = replace(beat(born(NOW), CURVE, NOW + HOUR, True), unrest=12.0)
    calm = restless
    for look in range(1, 7):
        calm = beat(calm, CURVE, NOW + (1 + look / 60) * HOUR, False)
    assert hours(restless) > 4
    assert least_gap(calm) == LEAST


def test_one_that_is_edited_much_is_no_restless_page() -> None:
    """Every other look finds a change: the least interval stays as it is."""
    pulse = born(NOW)
    for look in range(40):
        pulse = beat(pulse, CURVE, NOW + look * 600, bool(look % 2))
        assert least_gap(pulse) == LEAST


def test_the_share_of_articles_gone_by_an_age_is_what_gdelt_counted() -> None:
    """At a weight of one and without end to its patience, the part is the integral of that share over the gap."""
    patient = replace(NEWS_TARIFF, gone=1.0, gone_patience=1e12)
    for age, share in ((24.0, 0.0071), (168.0, 0.0164)):
        before, after = (worth(born(NOW), CURVE, NOW + (age + step) * HOUR, patient).gone for step in (-0.5, 0.5))
        assert after - before == pytest.approx(share, rel=0.01)


def test_the_older_the_article_the_less_its_takedown_is_awaited() -> None:
    looked = [Pulse(NOW - age * 24 * HOUR, NOW, NOW - age * 24 * HOUR) for age in (0, 1, 7, 30, 365)]
    parts = [worth(pulse, CURVE, NOW + 24 * HOUR).gone for pulse in looked]
    assert parts == sorted(parts, reverse=True)
    assert parts[0] > 20 * parts[-1] > 0


@given(PULSES, PRICES)
@settings(max_examples=30, deadline=None)
def test_a_decision_costs_far_below_a_millisecond_however_long_the_gap(pulse: Pulse, price: float) -> None:
    best = inf
    for _ in range(5):
        began = perf_counter()
        due(pulse, CURVE, price)
        best = min(best, perf_counter() - began)
    assert best < 0.002


# --- hints --------------------------------------------------------------------------------------


@given(PULSES, CURVES, PRICES, st.floats(0, 1), st.floats(0, 1), st.floats(0, 100))
def test_a_hint_never_puts_a_visit_off_and_a_better_one_brings_it_nearer(  # type: ignore[no-untyped-def]
    pulse, curve, price, one, other, wait
) -> None:
    worse, better = sorted((one, other))
    at = NOW + wait * HOUR
    told = [due(hint(pulse, at, truth), curve, price) for truth in (0.0, worse, better)]
    assert told[0] == due(pulse, curve, price)
    assert told[0] >= told[1] >= told[2]


def test_an_honest_hint_is_followed_within_minutes_and_a_poor_one_much_later() -> None:
    old = Pulse(NOW - 500 * HOUR, NOW, NOW - 500 * HOUR)
    waits = [hours(hint(old, NOW + HOUR, truth)) - 1 for truth in (0.9, 0.1, 0.01)]
    assert waits[0] < 0.1
    assert waits[0] < waits[1] / 3 < waits[2] / 30 < hours(old) - 1


def test_hints_add_up_and_a_look_settles_them() -> None:
    twice = hint(hint(born(NOW), NOW + HOUR, 0.5), NOW + 2 * HOUR, 0.5)
    assert (twice.hinted, twice.hinted_at) == (0.75, NOW + HOUR)
    assert beat(twice, CURVE, NOW + 3 * HOUR, False).hinted == 0


def test_a_taken_down_articles_siblings_are_due_soon() -> None:
    old = Pulse(NOW - 500 * HOUR, NOW, NOW - 500 * HOUR)
    assert hours(hint(old, NOW + HOUR, SIBLING)) - 1 < 1 < hours(old) / 10


# --- the price ----------------------------------------------------------------------------------


@given(PRICES, st.floats(0, 1e4), st.floats(0.1, 1e3), st.floats(0, 24))
def test_the_price_rises_with_overspending_and_never_jumps(
    price: float, spent: float, budget: float, wait: float
) -> None:
    new = steer(price, spent, budget, wait)
    assert (new - price) * (spent - budget) >= 0
    assert abs(new / price) <= 2.718282 ** (0.1 * SWING * wait) * 1.0001


def test_spending_as_the_budget_has_it_leaves_the_price() -> None:
    assert steer(PRICE, 100, 100, 24) == pytest.approx(PRICE)


def test_what_an_outlet_never_edits_is_visited_less_for_it() -> None:
    found = tuple(0.0 for _ in EDGES)
    still = Rhythm(found, tuple(300.0 for _ in EDGES), expected=60.0).curve()
    assert hours(born(NOW), curve=still) > 3 * hours(born(NOW))


def test_static_pages_are_visited_as_their_own_kind() -> None:
    page = born(NOW)
    wait = (due(page, Rhythm().curve(STATIC_TARIFF.prior), 0.02, STATIC_TARIFF) - NOW) / HOUR
    assert 24 < wait < FLOOR
