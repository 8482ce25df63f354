"""The metrics of air that was really measured, against values worked out by other programs."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean

import pytest

from controller.climate.metrics.en15757 import historic_climate
from controller.climate.metrics.lifetime import sum_ageing
from controller.climate.metrics.mould_days import mould_risk_factor
from controller.climate.metrics.pi import preservation_index_y
from controller.climate.metrics.shares import within_pct
from controller.climate.metrics.twpi import HarmonicSum, sum_preservation
from controller.climate.metrics.vtt import VERY_SENSITIVE, WOOD_1999, follow
from tests.core.climate_metrics_golden import Air, golden, measured_air

DATA = golden("real_series")
WHOLE = DATA["whole"]
ROUNDED = DATA["rounded"]
HOUR_S = 3600
DAY_S = 24 * HOUR_S
CLOCK_AHEAD_S = 2 * HOUR_S


def twpi(air: Air) -> float:
    mean = sum_preservation(air.temperatures_c, air.humidities_pct, air.held_s).mean
    assert mean is not None
    return mean


def twpi_of_means(air: Air, step_s: int) -> float:
    """What the TWPI becomes if only the means of hours or days are kept; all weigh the same."""
    parts: defaultdict[float, list[int]] = defaultdict(list)
    for place, at_s in enumerate(air.at_s):
        parts[(at_s + CLOCK_AHEAD_S) // step_s].append(place)
    temperatures = [fmean(air.temperatures_c[i] for i in part) for part in parts.values()]
    humidities = [fmean(air.humidities_pct[i] for i in part) for part in parts.values()]
    mean = sum_preservation(temperatures, humidities, [step_s] * len(parts)).mean
    assert mean is not None
    return mean


@pytest.mark.parametrize("sensor", WHOLE)
def test_the_series_are_those_that_were_measured(sensor: str) -> None:
    air, expected = measured_air()[sensor], WHOLE[sensor]
    assert len(air.at_s) == expected["n"]
    for values, name in ((air.temperatures_c, "T"), (air.humidities_pct, "RH")):
        assert fmean(values) == pytest.approx(expected[f"{name}_mean"], abs=5.1e-5)
        assert (min(values), max(values)) == (expected[f"{name}_min"], expected[f"{name}_max"])


@pytest.mark.parametrize("sensor", WHOLE)
def test_lifetimes_are_as_stated(sensor: str) -> None:
    air, expected = measured_air()[sensor], WHOLE[sensor]
    assert twpi(air) == pytest.approx(expected["twpi_fit"], abs=5.1e-5)
    ageing = sum_ageing(air.temperatures_c, air.humidities_pct, air.held_s)
    assert ageing.mean == pytest.approx(expected["elm_100kJ"], abs=5.1e-7)


@pytest.mark.parametrize("sensor", WHOLE)
def test_mould_is_as_stated(sensor: str) -> None:
    air, expected = measured_air()[sensor], WHOLE[sensor]
    highest = max(state.index for state in follow(WOOD_1999, air.rows))
    assert highest == pytest.approx(expected["vtt1999_max"], abs=5.1e-7)


@pytest.mark.parametrize("sensor", WHOLE)
def test_the_historic_band_is_as_stated(sensor: str) -> None:
    air, expected = measured_air()[sensor], WHOLE[sensor]
    climate = historic_climate(air.at_s, air.humidities_pct, interval_s=air.interval_s)
    assert climate is not None
    assert climate.low_pct == pytest.approx(expected["en15757_p7"], abs=5.1e-5)
    assert climate.high_pct == pytest.approx(expected["en15757_p93"], abs=5.1e-5)
    assert not climate.is_whole_year, "148 days are no year"


@pytest.mark.parametrize("sensor", WHOLE)
def test_the_shares_of_time_are_as_stated(sensor: str) -> None:
    air, expected = measured_air()[sensor], WHOLE[sensor]
    readings = air.temperatures_c, air.humidities_pct, air.held_s
    paper = within_pct(*readings, temperature_c=(14, 24), humidity_pct=(45, 60))
    assert paper == pytest.approx(100 * expected["share_T14_24_RH45_60"], abs=5.1e-5)
    up_to_65 = within_pct(*readings, humidity_pct=(0, 65))
    assert up_to_65 == pytest.approx(100 - 100 * expected["share_RH_gt_65"], abs=5.1e-5)


def test_594_hourly_days_have_the_stated_band_and_a_whole_year_of_it() -> None:
    air, expected = measured_air()["R3_indoor1"], ROUNDED["R3_indoor1"]
    climate = historic_climate(air.at_s, air.humidities_pct, interval_s=HOUR_S)
    assert climate is not None
    assert climate.low_pct == pytest.approx(expected["en15757_p7"], abs=0.0051)
    assert climate.high_pct == pytest.approx(expected["en15757_p93"], abs=0.0051)
    assert climate.band_pct == (-10, 10)
    assert climate.is_whole_year


@pytest.mark.parametrize("sensor", ["R3_attic_airmiddle", "R1_indoor_10min"])
def test_the_means_of_hours_and_days_err_as_stated(sensor: str) -> None:
    air, expected = measured_air()[sensor], ROUNDED[sensor]
    assert twpi(air) == pytest.approx(expected["twpi_raw"], abs=0.0051)
    assert twpi_of_means(air, HOUR_S) == pytest.approx(expected["twpi_hourly"], abs=0.0051)
    assert twpi_of_means(air, DAY_S) == pytest.approx(expected["twpi_daily"], abs=0.0051)


def test_the_means_of_hours_are_good_enough_in_rooms() -> None:
    room, outdoors = (measured_air()[f"R1_{place}_10min"] for place in ("indoor", "outdoor_fmi"))
    assert twpi_of_means(room, HOUR_S) == pytest.approx(twpi(room), rel=0.0003)
    assert twpi_of_means(outdoors, HOUR_S) == pytest.approx(twpi(outdoors), rel=0.00051)


def test_sums_of_hours_are_the_sum_of_all_readings() -> None:
    air = measured_air()["R1_indoor_10min"]
    hours: defaultdict[float, HarmonicSum] = defaultdict(HarmonicSum)
    rows = zip(air.at_s, air.temperatures_c, air.humidities_pct, air.held_s, strict=True)
    for at_s, temperature, humidity, held in rows:
        hours[at_s // HOUR_S] += sum_preservation([temperature], [humidity], [held])
    assert sum(hours.values(), HarmonicSum()).mean == pytest.approx(twpi(air), rel=1e-12)


def test_the_arithmetic_mean_would_promise_five_times_the_life_in_an_attic() -> None:
    air = measured_air()["R3_attic_airmiddle"]
    years = fmean(map(preservation_index_y, air.temperatures_c, air.humidities_pct))
    assert years == pytest.approx(ROUNDED["R3_attic_airmiddle"]["mean_pi"], abs=1)
    assert years > 5 * twpi(air)


def test_the_two_models_of_mould_do_not_agree() -> None:
    """In the attic spores would germinate seventeen times over, and hardly anything grows."""
    air = measured_air()["R3_attic_airmiddle"]
    factor = mould_risk_factor(air.temperatures_c, air.humidities_pct, air.held_s)
    assert factor == pytest.approx(17.5, abs=0.1)
    assert max(state.index for state in follow(VERY_SENSITIVE, air.rows)) < 1.2
