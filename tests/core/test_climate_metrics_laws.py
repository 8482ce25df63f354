"""What must hold for any air, whatever the figures are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date
from itertools import pairwise
from math import isfinite
from random import Random
from statistics import fmean

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from config.air import (
    absolute_humidity_g_m3,
    dew_point_c,
    humidity_if_heated_pct,
)
from controller.climate.metrics.emc import equilibrium_moisture_pct
from controller.climate.metrics.en15757 import historic_climate
from controller.climate.metrics.growth_limit import growth_limit_pct
from controller.climate.metrics.held import LONGEST_INTERVALS, coverage_pct, hold_times
from controller.climate.metrics.lifetime import ageing, lifetime_multiplier, sum_ageing
from controller.climate.metrics.mould_days import mould_days, mould_dose, mould_risk_factor
from controller.climate.metrics.pi import preservation_index_y
from controller.climate.metrics.shares import within_pct
from controller.climate.metrics.swing import DaySwing, list_day_swings
from controller.climate.metrics.twpi import HarmonicSum, sum_preservation
from controller.climate.metrics.vtt import (
    SENSITIVE,
    SURFACES,
    VERY_SENSITIVE,
    MouldState,
    Surface,
    follow,
    step,
)

TEMPERATURES = st.floats(-20, 45)
HUMIDITIES = st.floats(1, 100)
STEPS_S = st.floats(1, 7200)
AIR = st.lists(st.tuples(TEMPERATURES, HUMIDITIES, STEPS_S), min_size=1, max_size=30)
MOIST_AIR = st.lists(
    st.tuples(st.floats(-5, 55), st.floats(70, 100), st.floats(0.1, 40)), max_size=30
)
ANY_SURFACE = st.sampled_from(SURFACES)

Air = list[tuple[float, float, float]]


def falls(values: list[float]) -> bool:
    return all(after <= before for before, after in pairwise(values))


@pytest.mark.parametrize("metric", [preservation_index_y, lifetime_multiplier])
@settings(deadline=None)
@given(air=st.tuples(TEMPERATURES, HUMIDITIES), warmer=st.floats(0.01, 20), more=st.floats(0.1, 50))
def test_warmth_and_moisture_shorten_life(
    metric: Callable[[float, float], float],
    air: tuple[float, float],
    warmer: float,
    more: float,
) -> None:
    temperature, humidity = air
    years = metric(temperature, humidity)
    assert metric(temperature + warmer, humidity) < years
    assert metric(temperature, humidity + more) < years


@settings(deadline=None)
@given(AIR)
def test_a_mean_over_time_lies_between_the_best_and_the_worst(air: Air) -> None:
    temperatures, humidities, held = zip(*air, strict=True)
    years = list(map(preservation_index_y, temperatures, humidities))
    twpi = sum_preservation(temperatures, humidities, held).mean
    assert twpi is not None
    assert min(years) * (1 - 1e-9) <= twpi <= max(years) * (1 + 1e-9)
    arithmetic = sum(y * s for y, s in zip(years, held, strict=True)) / sum(held)
    assert twpi <= arithmetic * (1 + 1e-9), "bad hours count as what they cost"


@settings(deadline=None)
@given(AIR, AIR)
def test_the_sums_of_two_periods_are_the_sum_of_both(first: Air, second: Air) -> None:
    for summed in (sum_preservation, sum_ageing):
        parts = [summed(*zip(*part, strict=True)) for part in (first, second)]
        whole = summed(*zip(*first, *second, strict=True))
        assert whole.seconds == pytest.approx((parts[0] + parts[1]).seconds)
        assert whole.per == pytest.approx((parts[0] + parts[1]).per)
    factors = [mould_risk_factor(*zip(*part, strict=True)) for part in (first, second)]
    assert mould_risk_factor(*zip(*first, *second, strict=True)) == pytest.approx(sum(factors))


@settings(deadline=None)
@given(AIR, st.randoms())
def test_the_order_of_readings_changes_no_sum(air: Air, chance: Random) -> None:
    shuffled = list(air)
    chance.shuffle(shuffled)
    one = sum_preservation(*zip(*air, strict=True))
    other = sum_preservation(*zip(*shuffled, strict=True))
    assert one.per == pytest.approx(other.per)


@settings(deadline=None)
@given(st.floats(0.01, 1e4), st.floats(0.01, 1e7))
def test_steady_air_has_the_mean_of_any_of_its_moments(value: float, held: float) -> None:
    assert HarmonicSum.of([value, value], [held, 3 * held]).mean == pytest.approx(value)


@settings(deadline=None)
@given(st.floats(-40, 85), st.floats(-5, 105), st.floats(0, 100))
def test_no_reading_that_a_calibrated_probe_can_give_breaks_a_figure(
    temperature: float, humidity: float, hours: float
) -> None:
    figures = [
        preservation_index_y(temperature, humidity),
        equilibrium_moisture_pct(temperature, humidity),
        absolute_humidity_g_m3(temperature, humidity),
        humidity_if_heated_pct(temperature, humidity, 20),
        ageing(temperature, humidity),
        mould_dose(temperature, humidity, hours),
        growth_limit_pct(temperature),
        dew_point_c(temperature, humidity) or 0.0,
        *(step(MouldState(0.5, 1.0), s, temperature, humidity, hours).index for s in SURFACES),
    ]
    assert all(map(isfinite, figures))
    assert min(figures[1:7]) >= 0


@settings(deadline=None)
@given(st.floats(-20, 50), st.floats(0, 99), st.floats(0.1, 20))
def test_wetter_air_makes_wetter_wood(temperature: float, humidity: float, more: float) -> None:
    assume(humidity + more <= 100)
    wetter = equilibrium_moisture_pct(temperature, humidity + more)
    assert wetter > equilibrium_moisture_pct(temperature, humidity)


@settings(deadline=None)
@given(st.floats(-40, 60), st.floats(0.5, 100), st.floats(0.01, 30))
def test_the_dew_point_lies_below_and_heating_dries(
    temperature: float, humidity: float, warmer: float
) -> None:
    point = dew_point_c(temperature, humidity)
    assert point is not None
    assert point <= temperature + 1e-9
    assert absolute_humidity_g_m3(point, 100) == pytest.approx(
        absolute_humidity_g_m3(temperature, humidity) * (temperature + 273.15) / (point + 273.15),
        rel=0.005,
    ), "cooled to its dew point, air is saturated by the water that it had"
    assert humidity_if_heated_pct(temperature, humidity, temperature) == pytest.approx(humidity)
    assert humidity_if_heated_pct(temperature, humidity, temperature + warmer) < humidity


@settings(deadline=None)
@given(st.floats(2, 45), st.lists(st.floats(60, 100), min_size=2, max_size=20))
def test_the_wetter_the_sooner_mould_germinates(temperature: float, some: list[float]) -> None:
    days = [mould_days(temperature, humidity) for humidity in sorted(some)]
    at_risk = [each for each in days if each is not None]
    assert days[len(days) - len(at_risk) :] == at_risk, "once at risk, wetter air is at risk too"
    assert falls(at_risk)
    assert all(each > 0 for each in at_risk)


@settings(deadline=None)
@given(ANY_SURFACE, MOIST_AIR)
def test_the_mould_index_is_never_negative_and_never_beyond_its_scale(
    surface: Surface, air: Air
) -> None:
    states = list(follow(surface, air))
    assert all(0 <= state.index <= 6 for state in states)
    assert all(state.dry_h >= 0 for state in states)


@settings(deadline=None)
@given(ANY_SURFACE, MOIST_AIR, MOIST_AIR)
def test_a_checkpoint_is_all_that_must_be_kept(surface: Surface, before: Air, after: Air) -> None:
    whole = list(follow(surface, before + after))
    checkpoint = (list(follow(surface, before)) or [MouldState()])[-1]
    resumed = list(follow(surface, after, checkpoint))
    assert whole[len(before) :] == resumed


@settings(deadline=None)
@given(ANY_SURFACE, st.floats(0, 6), st.floats(0, 50), st.floats(0, 40), st.floats(0, 40))
def test_a_decline_is_the_same_in_one_step_and_in_two(
    surface: Surface, index: float, dry: float, first: float, second: float
) -> None:
    start = MouldState(index, dry)
    twice = step(step(start, surface, 20, 50, first), surface, 20, 50, second)
    once = step(start, surface, 20, 50, first + second)
    assert once.index == pytest.approx(twice.index, abs=1e-9)
    assert once.dry_h == pytest.approx(twice.dry_h)
    assert once.index <= index


@settings(deadline=None)
@given(MOIST_AIR)
def test_mould_on_the_most_sensitive_is_never_behind(air: Air) -> None:
    pairs = zip(follow(VERY_SENSITIVE, air), follow(SENSITIVE, air), strict=True)
    assert all(most.index >= less.index - 1e-9 for most, less in pairs)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e4), max_size=40).map(sorted), st.floats(1, 1000))
def test_readings_never_hold_longer_than_the_period_has_time(
    at_s: list[float], interval_s: float
) -> None:
    held = hold_times(at_s, interval_s=interval_s, end_s=1e4)
    assert len(held) == len(at_s)
    assert all(0 <= each <= LONGEST_INTERVALS * interval_s for each in held)
    first = at_s[0] if at_s else 0.0
    assert sum(held) <= (1e4 - first) * (1 + 1e-9)
    assert 0 <= coverage_pct(sum(held), start_s=first, end_s=1e4) <= 100


@settings(deadline=None)
@given(
    st.lists(st.floats(0, 100), min_size=31, max_size=60),
    st.floats(-20, 20),
    st.sets(st.integers(1, 29), max_size=8),
)
def test_a_wetter_year_has_the_same_fluctuations(
    humidities: list[float], more: float, lost: set[int]
) -> None:
    kept = [i for i in range(len(humidities)) if i not in lost]
    at_s, values = [i * 86400.0 for i in kept], [humidities[i] for i in kept]
    one = historic_climate(at_s, values, interval_s=86400)
    other = historic_climate(at_s, [value + more for value in values], interval_s=86400)
    assert (one is None) == (other is None)
    if one and other:
        assert one.low_pct == pytest.approx(other.low_pct, abs=1e-6)
        assert one.high_pct == pytest.approx(other.high_pct, abs=1e-6)
        assert one.low_pct <= one.high_pct
        assert one.band_pct[0] <= -10
        assert one.band_pct[1] >= 10
        seasons = [point.season_pct for point in one.season]
        assert min(values) - 1e-6 <= fmean(seasons) <= max(values) + 1e-6


@settings(deadline=None)
@given(st.floats(-10, 40), st.floats(0, 10), st.floats(0.1, 5))
def test_a_day_that_passes_the_narrow_reading_passes_the_wide_one(
    low: float, change: float, limit: float
) -> None:
    day = DaySwing(date(2026, 1, 1), low, low + change)
    assert day.passes(limit, "half_range") or not day.passes(limit, "range")
    assert day.passes(limit, "half_range") == day.passes(2 * limit, "range")


@settings(deadline=None)
@given(st.lists(st.floats(0, 100), max_size=100), st.integers(0, 10**6))
def test_the_days_hold_every_extreme(values: list[float], start: int) -> None:
    at_s = [start + i * 3600.0 for i in range(len(values))]
    for swing in list_day_swings(at_s, values, values, [3600.0] * len(values), zone=UTC):
        midnight = (swing.day - date(1970, 1, 1)).days * 86400
        of_day = [v for t, v in zip(at_s, values, strict=True) if 0 <= t - midnight < 86400]
        assert (swing.low, swing.high) == (min(of_day), max(of_day))
        assert len(of_day) >= 18


@settings(deadline=None)
@given(AIR, st.floats(0, 50), st.floats(50, 100))
def test_time_is_within_its_limits_or_beyond(air: Air, low: float, high: float) -> None:
    readings = list(zip(*air, strict=True))
    within = within_pct(*readings, humidity_pct=(low, high))
    assert within is not None
    beyond = sum(held for _, rh, held in air if not low <= rh <= high)
    assert within == pytest.approx(100 - 100 * beyond / sum(readings[2]), abs=1e-9)
