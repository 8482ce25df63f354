"""Water in wood and air."""

from __future__ import annotations

from math import floor

import pytest

from config.air import (
    absolute_humidity_g_m3,
    dew_point_c,
    humidity_if_heated_pct,
    saturation_g_m3,
    saturation_hpa,
)
from controller.climate.metrics.emc import (
    equilibrium_moisture_pct,
    rate_corrosion,
    rate_mechanical,
)
from controller.climate.metrics.rating import Rating
from tests.core.climate_metrics_golden import golden

DATA = golden("moisture")
MILLIONTH = 5.1e-7


def at(case: dict[str, float]) -> str:
    return f"{case['t']} {case['rh']}"


def dew(temperature_c: float, humidity_pct: float) -> float:
    point = dew_point_c(temperature_c, humidity_pct)
    assert point is not None
    return point


@pytest.mark.parametrize("case", DATA["emc"], ids=at)
def test_wood_takes_up_what_is_published(case: dict[str, float]) -> None:
    moisture = equilibrium_moisture_pct(case["t"], case["rh"])
    assert moisture == pytest.approx(case["emc"], abs=MILLIONTH)
    assert abs(moisture - case["ipi"]) <= 0.05 + 1e-9, "IPI rounds to a tenth"


@pytest.mark.parametrize("case", DATA["validated"], ids=at)
def test_wood_takes_up_what_others_validated(case: dict[str, float]) -> None:
    """IPI looks up whole degrees and percents, half rounded up, and knows none below 6 %."""
    temperature_c, humidity_pct = floor(case["t"] + 0.5), floor(case["rh"] + 0.5)
    moisture = equilibrium_moisture_pct(temperature_c, humidity_pct)
    assert abs(moisture - case["emc"]) <= 0.06


def test_wood_in_saturated_air_holds_a_finite_amount_of_water() -> None:
    assert 25 < equilibrium_moisture_pct(20, 100) < 30
    assert equilibrium_moisture_pct(20, 100.4) == equilibrium_moisture_pct(20, 100)
    assert equilibrium_moisture_pct(20, -0.4) == 0


def test_moisture_is_rated_where_it_is_published() -> None:
    assert [rate_mechanical(pct) for pct in (4.99, 5, 12.5, 12.51)] == [
        Rating.RISK,
        Rating.OK,
        Rating.OK,
        Rating.RISK,
    ]
    assert [rate_corrosion(pct) for pct in (6.99, 7, 10.49, 10.5)] == [
        Rating.GOOD,
        Rating.OK,
        Rating.OK,
        Rating.RISK,
    ]


@pytest.mark.parametrize("case", DATA["dew_point"], ids=at)
def test_the_dew_point_is_that_of_magnus_and_near_psychrolib(case: dict[str, float]) -> None:
    point = dew(case["t"], case["rh"])
    assert point == pytest.approx(case["magnus"], abs=MILLIONTH)
    assert abs(point - case["sonntag"]) <= 0.008, "other coefficients say the same"
    assert abs(point - case["psychrolib"]) <= 0.024


@pytest.mark.parametrize("case", DATA["vaisala"], ids=at)
def test_vaisala_says_nearly_the_same(case: dict[str, float]) -> None:
    point = dew(case["t"], case["rh"])
    assert absolute_humidity_g_m3(case["t"], case["rh"]) == pytest.approx(case["g_m3"], rel=0.0074)
    if case["dew_or_frost_point"] > 0:
        assert abs(point - case["dew_or_frost_point"]) <= 0.037
    else:
        assert -2.8 < point - case["dew_or_frost_point"] < 0.037, "over water, not over ice"


def test_below_zero_the_dew_point_is_still_over_water() -> None:
    frost_point_c = -25.350523
    assert dew(0, 10) < frost_point_c - 2


def test_saturated_air_is_at_its_dew_point_and_dry_air_has_none() -> None:
    assert dew(17.3, 100) == pytest.approx(17.3)
    assert dew(-12, 100) == pytest.approx(-12)
    assert dew_point_c(20, 0) is None
    assert dew_point_c(20, -0.2) is None


@pytest.mark.parametrize("case", DATA["abs_humidity"], ids=at)
def test_a_cubic_metre_holds_the_water_that_is_published(case: dict[str, float]) -> None:
    assert absolute_humidity_g_m3(case["t"], case["rh"]) == pytest.approx(
        case["g_m3"], abs=MILLIONTH
    )


def test_one_percent_at_twenty_degrees_is_a_sixth_of_a_gram() -> None:
    assert absolute_humidity_g_m3(20, 1) == pytest.approx(0.172, abs=0.0005)
    assert saturation_g_m3(20) == pytest.approx(100 * absolute_humidity_g_m3(20, 1))
    assert saturation_hpa(0) == pytest.approx(6.112)
    assert absolute_humidity_g_m3(20, -1) == 0


@pytest.mark.parametrize(
    "case", DATA["ventilation"], ids=lambda case: f"{case['to']} {case['rho']}"
)
def test_outdoor_air_brings_the_water_that_it_holds(case: dict[str, float]) -> None:
    inside = absolute_humidity_g_m3(case["ti"], case["rhi"])
    outside = absolute_humidity_g_m3(case["to"], case["rho"])
    assert inside == pytest.approx(case["ah_in"], abs=5.1e-4)
    assert outside == pytest.approx(case["ah_out"], abs=5.1e-4)
    assert inside - outside == pytest.approx(case["delta"], abs=5.1e-4)
    assert (inside - outside >= 1) is case["vent_if_delta_ge_1"]
    assert dew(case["ti"], case["rhi"]) == pytest.approx(case["td_in"], abs=5.1e-4)
    assert dew(case["to"], case["rho"]) == pytest.approx(case["td_out"], abs=5.1e-4)
    heated = humidity_if_heated_pct(case["to"], case["rho"], case["ti"])
    assert heated == pytest.approx(case["rh_if_outdoor_air_heated_to_ti"], abs=5.1e-4)


def test_a_lower_humidity_outdoors_may_still_bring_water_in() -> None:
    """The rule by relative humidity that other controllers use is wrong in warm weather."""
    assert absolute_humidity_g_m3(28, 50) > absolute_humidity_g_m3(18, 65)
    assert humidity_if_heated_pct(28, 50, 18) > 65
