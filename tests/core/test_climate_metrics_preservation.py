"""Preservation index, its mean over time, and the lifetime multiplier."""

from __future__ import annotations

from math import exp, floor, inf, pi, sin
from statistics import fmean
from typing import Any

import pytest

from controller.climate.metrics.lifetime import (
    PAPER_J_MOL,
    ageing,
    lifetime_multiplier,
    sum_ageing,
)
from controller.climate.metrics.pi import preservation_index_y, rate_preservation
from controller.climate.metrics.rating import Rating
from controller.climate.metrics.twpi import HarmonicSum, sum_preservation
from tests.core.climate_metrics_golden import golden

DATA = golden("preservation")
MILLIONTH = 5.1e-7
"""The check values are rounded to six decimals."""


def padfield_y(temperature_c: float, humidity_pct: float) -> float:
    """The widely copied formula of 2004, to show what it would say."""
    kelvin = temperature_c + 273.15
    return 1 / (humidity_pct * 5.9e12 * exp(-90300 / (8.314 * kelvin)))


@pytest.mark.parametrize("case", DATA["pi"], ids=lambda case: f"{case['t']} {case['rh']}")
def test_the_index_is_the_fit_and_near_what_ipi_says(case: dict[str, float]) -> None:
    years = preservation_index_y(case["t"], case["rh"])
    assert years == pytest.approx(case["years"], abs=MILLIONTH)
    assert abs(years - case["ipi"]) <= 0.5 + 0.02 * case["ipi"], "IPI rounds to whole years"


def test_the_formula_of_2004_is_far_from_ipi_where_ours_is_near() -> None:
    assert padfield_y(20, 50) == pytest.approx(41.761341, abs=MILLIONTH)
    for case in DATA["pi"]:
        assert padfield_y(case["t"], case["rh"]) == pytest.approx(case["padfield"], abs=MILLIONTH)
    theirs, ours = (
        max(abs(formula(case["t"], case["rh"]) / case["ipi"] - 1) for case in DATA["pi"])
        for formula in (padfield_y, preservation_index_y)
    )
    assert theirs > 0.14
    assert ours < 0.03


@pytest.mark.parametrize("case", DATA["validated"], ids=lambda case: f"{case['t']} {case['rh']}")
def test_the_cases_that_others_validated_hold_where_the_fit_was_checked(
    case: dict[str, float],
) -> None:
    """IPI looks up whole degrees and percents, half rounded up, and stops at 6 % and 9999 years."""
    temperature_c, humidity_pct = floor(case["t"] + 0.5), floor(case["rh"] + 0.5)
    years = preservation_index_y(temperature_c, humidity_pct)
    if -10 <= temperature_c <= 35 and 10 <= humidity_pct <= 90:
        assert abs(years - case["pi"]) <= 0.5 + 0.032 * case["pi"]
    else:
        assert years >= case["pi"], "outside, IPI cuts off and the fit does not"


def test_ratings_begin_where_they_are_published() -> None:
    assert rate_preservation(75) is Rating.GOOD
    assert rate_preservation(74.99) is Rating.OK
    assert rate_preservation(45) is Rating.OK
    assert rate_preservation(44.99) is Rating.RISK


def test_a_paper_store_may_keep_its_limits_and_age_five_times_as_fast() -> None:
    damp_corner, dry_corner = preservation_index_y(24, 60), preservation_index_y(14, 45)
    assert rate_preservation(damp_corner) is Rating.RISK
    assert dry_corner / damp_corner > 5


@pytest.mark.parametrize("case", DATA["twpi"]["of_values"], ids=lambda case: str(case["desc"]))
def test_the_mean_over_time_is_harmonic(case: dict[str, Any]) -> None:
    assert HarmonicSum.of(case["pi"], case["dt"]).mean == pytest.approx(case["twpi"], rel=1e-12)


def test_four_readings_give_the_published_mean() -> None:
    case = DATA["twpi"]["of_air"]
    temperatures, humidities = zip(*case["series"], strict=True)
    years = [preservation_index_y(t, rh) for t, rh in case["series"]]
    assert years == pytest.approx(case["pi_fit"], rel=1e-12)
    assert fmean(years) == pytest.approx(case["arith_mean_pi"], rel=1e-12)
    twpi = sum_preservation(temperatures, humidities, [900.0] * 4).mean
    assert twpi == pytest.approx(case["twpi"], rel=1e-12)


def test_twelve_months_give_the_published_mean() -> None:
    case = DATA["twpi"]["of_months"]
    temperatures = [18 + 6 * sin(2 * pi * (k - 3) / 12) for k in range(12)]
    humidities = [50 + 10 * sin(2 * pi * (k - 4) / 12) for k in range(12)]
    twpi = sum_preservation(temperatures, humidities, [1.0] * 12).mean
    assert twpi == pytest.approx(case["twpi"], rel=1e-12)
    years = map(preservation_index_y, temperatures, humidities)
    assert fmean(years) == pytest.approx(case["arith_mean_pi"], rel=1e-12)


def test_nothing_measured_is_no_number() -> None:
    assert HarmonicSum().mean is None
    assert sum_preservation([20], [50], [0]).mean is None


def test_a_value_without_its_time_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        HarmonicSum.of([44, 100], [1])


@pytest.mark.parametrize("case", DATA["lifetime"], ids=str)
def test_the_lifetime_multiplier_is_as_published(case: dict[str, float]) -> None:
    ea_j_mol = 1000 * case["ea_kJ"]
    multiplier = lifetime_multiplier(case["t"], case["rh"], ea_j_mol=ea_j_mol)
    assert multiplier == pytest.approx(case["lm"], abs=MILLIONTH)


def test_the_usual_room_is_the_measure_of_the_multiplier() -> None:
    assert lifetime_multiplier(20, 50) == pytest.approx(1)
    assert lifetime_multiplier(15, 50) == pytest.approx(2.03797, abs=5.1e-6)
    assert lifetime_multiplier(20, 30) == pytest.approx(1.94269, abs=5.1e-6)
    varnish = lifetime_multiplier(25, 60, ea_j_mol=70_000)
    assert varnish == pytest.approx(0.48740, abs=5.1e-6)
    assert lifetime_multiplier(25, 60) == lifetime_multiplier(25, 60, ea_j_mol=PAPER_J_MOL)


def test_the_equivalent_multiplier_is_harmonic() -> None:
    case = DATA["elm"]
    mean = HarmonicSum.of(case["lms"], [1.0] * 3).mean
    assert mean == pytest.approx(case["elm_harmonic"], rel=1e-12)
    air = [(20, 50), (10, 50), (24, 60)]
    multipliers = [lifetime_multiplier(t, rh) for t, rh in air]
    expected = HarmonicSum.of(multipliers, [3600.0, 60.0, 600.0]).mean
    temperatures, humidities = zip(*air, strict=True)
    assert sum_ageing(temperatures, humidities, [3600.0, 60.0, 600.0]).mean == pytest.approx(
        expected
    )


def test_wholly_dry_air_lets_nothing_age() -> None:
    assert ageing(20, 0) == 0
    assert ageing(20, -0.3) == 0, "a calibrated probe may read a little below nothing"
    assert lifetime_multiplier(20, 0) == inf
    assert sum_ageing([20], [0], [60]).mean == inf
