"""How soon will it be edited again? The closed forms against numeric integration, and what looks teach."""

from math import exp, gamma, isclose
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.hazard import (
    DAY_HOURS,
    EDGES,
    FLAT,
    HOUR,
    LESSONS,
    NEWS,
    Curve,
    Pulse,
    Rhythm,
    Theta,
    beat,
    born,
    learn,
    restless,
    span,
)  # fmt: skip

NOW = 1_650_000_000.0
CURVES = st.builds(
    Curve, st.tuples(*[st.floats(1e-4, 2.0)] * len(EDGES)), st.tuples(*[st.floats(0.2, 3.0)] * DAY_HOURS)
)
MOMENTS = st.floats(NOW, NOW + 100 * 24 * HOUR)
THETAS = st.builds(Theta, st.floats(0.2, 10), st.floats(0.2, 10))


def moments(theta: Theta, mass: float) -> tuple[float, float]:
    """Mean and mean square of ``theta`` after a change was found, by the trapezoid rule.

    In ``x = s^4``, so that the Gamma's pole at 0 does no harm.
    """
    steps, most = 8000, ((theta.shape + 60 + 12 * theta.shape**0.5) / theta.rate) ** 0.25
    total = first = second = 0.0
    for step in range(1, steps + 1):
        root = most * step / steps
        x = root**4
        density = x ** (theta.shape - 1) * exp(-theta.rate * x) * (1 - exp(-x * mass)) * 4 * root**3
        total, first, second = total + density, first + density * x, second + density * x * x
    return first / total, second / total


# --- the article --------------------------------------------------------------------------------


@given(THETAS, st.floats(1e-3, 20))
@settings(max_examples=40, deadline=None)
def test_the_update_after_a_change_equals_numeric_integration(theta: Theta, mass: float) -> None:
    after = theta.changed(mass)
    mean, square = moments(theta, mass)
    assert after.mean == pytest.approx(mean, rel=2e-3)
    assert after.shape / after.rate**2 == pytest.approx(square - mean * mean, rel=1e-2)


@given(THETAS, st.floats(0, 20), st.floats(0, 20))
def test_two_quiet_looks_say_what_one_after_both_says(theta: Theta, one: float, other: float) -> None:
    both, at_once = theta.quiet(one).quiet(other), theta.quiet(one + other)
    assert isclose(both.rate, at_once.rate)
    assert both.shape == at_once.shape


@given(THETAS, st.floats(0, 50))
def test_a_change_raises_what_is_expected_and_quiet_lowers_it(theta: Theta, mass: float) -> None:
    assert theta.changed(mass).mean * (1 + 1e-9) >= theta.mean >= theta.quiet(mass).mean
    assert theta.changed(min(mass, 0.1)).mean > theta.mean


@given(THETAS)
def test_a_change_where_none_could_be_is_the_limit_of_smaller_and_smaller_gaps(theta: Theta) -> None:
    assert theta.changed(0.0).mean == pytest.approx(theta.changed(1e-6).mean, rel=1e-3)


def test_the_chance_of_no_change_is_the_mean_over_the_gamma() -> None:
    theta, mass = Theta(0.7, 1.3), 0.9
    steps = 20000
    total = 0.0
    for step in range(1, steps + 1):
        root = 2.2 * step / steps
        x = root**4
        total += x ** (theta.shape - 1) * exp(-theta.rate * x - mass * x) * 4 * root**3 * 2.2 / steps
    assert theta.none(mass) == pytest.approx(total * theta.rate**theta.shape / gamma(theta.shape), rel=1e-3)


# --- the curve ----------------------------------------------------------------------------------


@given(CURVES, MOMENTS)
def test_a_day_has_as_many_busy_hours_as_hours(curve: Curve, moment: float) -> None:
    assert curve.clock(moment + 24 * HOUR) - curve.clock(moment) == pytest.approx(24)


@given(CURVES, MOMENTS, MOMENTS)
def test_busy_hours_pass_forwards(curve: Curve, one: float, other: float) -> None:
    early, late = sorted((one, other))
    assert curve.clock(early) <= curve.clock(late)


@given(CURVES, st.floats(0.01, 900))
@settings(max_examples=30, deadline=None)
def test_mass_and_area_are_the_integrals_of_the_rates(curve: Curve, hours: float) -> None:
    steps = 20000
    mass = area = 0.0
    for step in range(steps):
        at = hours * (step + 0.5) / steps
        rate = curve.rates[max(bin_ for bin_, edge in enumerate(EDGES) if edge <= at)]
        mass += rate * hours / steps
        area += rate * (hours - at) * hours / steps
    assert curve.mass(hours) == pytest.approx(mass, rel=5e-3, abs=1e-4)
    assert curve.area(hours) == pytest.approx(area, rel=5e-3, abs=1e-4)


# --- looks --------------------------------------------------------------------------------------


def test_a_date_in_the_future_is_not_believed_and_one_in_the_past_ages_the_article() -> None:
    assert born(NOW, NOW + HOUR).changed_at == NOW
    assert born(NOW, NOW - 100 * HOUR).changed_at == NOW - 100 * HOUR


def test_a_change_is_dated_between_the_looks() -> None:
    after = beat(born(NOW), Curve(), NOW + 2 * HOUR, True)
    assert (after.changed_at, after.looked_at, after.changes) == (NOW + HOUR, NOW + 2 * HOUR, 1)


@given(CURVES, st.lists(st.tuples(st.floats(0, 200), st.booleans()), max_size=30))
def test_no_series_of_looks_breaks_the_numbers(curve: Curve, looks: list[tuple[float, bool]]) -> None:
    pulse, rhythm, now = born(NOW), Rhythm(), NOW
    for wait, changed in looks:
        now += wait * HOUR
        rhythm = learn(rhythm, pulse, curve, now, changed)
        pulse = beat(pulse, curve, now, changed)
        assert 0 < pulse.theta.shape < 1e9
        assert 0 < pulse.theta.rate < 1e9
        assert pulse.appeared_at <= pulse.changed_at <= pulse.looked_at == now
    learned = rhythm.curve()
    assert all(0 < rate < 1e3 for rate in learned.rates)
    assert all(0 < factor < 1e3 for factor in learned.day)
    start, end = span(pulse, learned, now + HOUR)
    assert 0 <= start <= end


def evidence(chance: float, expected: float) -> list[float]:
    """The evidence, look after look, that a page is never still, where looks find a change at that chance."""
    dice, unrest, seen = Random(7), 0.0, list[float]()
    for _ in range(4000):
        unrest = restless(unrest, expected, dice.random() < chance)
        seen.append(unrest)
    return seen


@pytest.mark.parametrize("expected", [0.001, 0.1, 0.3, 0.6, 0.99])
def test_a_page_that_is_never_still_is_found_out_whatever_was_expected_of_it(expected: float) -> None:
    assert evidence(0.9, expected)[-1] > 100


@pytest.mark.parametrize("chance", [0.05, 0.3, 0.5])
def test_an_article_that_is_edited_as_expected_is_hardly_ever_suspected(chance: float) -> None:
    seen = evidence(chance, chance)
    assert sum(unrest > 4.6 for unrest in seen) < 0.01 * len(seen)
    assert min(seen) == 0


# --- the outlet ---------------------------------------------------------------------------------


def test_an_outlet_of_which_nothing_is_known_has_the_prior() -> None:
    assert Rhythm().curve() == Curve(pytest.approx(NEWS), FLAT)  # type: ignore[arg-type]


def test_an_outlet_learns_the_pace_that_its_articles_have() -> None:
    """Steady articles of one change in two hours, looked at every half an hour for a day: far from the prior's curve."""
    dice, rhythm = Random(5), Rhythm()
    for _ in range(300):
        pulse, curve = Pulse(NOW, NOW, NOW, Theta(50.0, 50.0)), rhythm.curve()
        for look in range(1, 20):
            changed = dice.random() < 1 - exp(-0.25)
            rhythm = learn(rhythm, pulse, curve, NOW + look * HOUR / 2, changed)
            pulse = beat(pulse, curve, NOW + look * HOUR / 2, changed)
    learned = rhythm.curve()
    assert all(0.3 < rate < 0.75 for rate in learned.rates[1:6])


def test_the_hours_of_the_day_are_learned() -> None:
    """Articles that change in the afternoon only, looked at every hour."""
    dice, rhythm = Random(6), Rhythm()
    midnight = NOW // (24 * HOUR) * 24 * HOUR
    for _ in range(300):
        start = midnight + dice.randrange(24) * HOUR
        pulse = Pulse(start, start, start)
        for look in range(1, 20):
            at = start + look * HOUR
            changed = 12 < (at // HOUR) % 24 <= 18 and dice.random() < 0.3
            rhythm = learn(rhythm, pulse, Curve(), at, changed)
            pulse = beat(pulse, Curve(), at, changed)
    day = rhythm.curve().day
    assert min(day[12:18]) > 2 * max(day[0:11])


def test_one_page_that_is_never_still_teaches_its_outlet_a_few_changes_only() -> None:
    rhythm, pulse = Rhythm(), born(NOW)
    for look in range(1, 200):
        rhythm = learn(rhythm, pulse, Curve(), NOW + look * HOUR, True)
        pulse = beat(pulse, Curve(), NOW + look * HOUR, True)
    assert LESSONS <= sum(rhythm.found) < 6 * LESSONS
