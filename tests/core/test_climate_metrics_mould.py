"""Two models of mould and a limit of growth, each by itself."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, repeat
from math import exp, floor, pi, sin
from typing import Any

import pytest

from controller.climate.metrics.growth_limit import growth_limit_pct
from controller.climate.metrics.mould_days import (
    least_humidity_pct,
    mould_days,
    mould_dose,
    mould_risk_factor,
)
from controller.climate.metrics.vtt import (
    RESISTANT,
    SENSITIVE,
    SURFACES,
    VERY_SENSITIVE,
    WOOD_1999,
    MouldState,
    Surface,
    follow,
    step,
    weeks_until_germination,
    weeks_until_seen,
    wood_1999,
)
from controller.climate.printed.words import Say
from controller.climate.summary.shapes import SOURCES
from tests.core.climate_metrics_golden import golden

DATA = golden("mould")
MILLIONTH = 5.1e-7
BY_NAME = {surface.name: surface for surface in SURFACES}

Reading = tuple[float, float, float]


def steady(temperature_c: float, humidity_pct: float) -> Iterator[Reading]:
    return repeat((temperature_c, humidity_pct, 1.0))


def indices(surface: Surface, readings: Iterator[Reading]) -> list[float]:
    return [state.index for state in follow(surface, readings)]


@pytest.mark.parametrize("case", DATA["days"], ids=lambda case: f"{case['t']} {case['rh']}")
def test_the_days_until_germination_are_near_what_ipi_says(case: dict[str, float]) -> None:
    days = mould_days(case["t"], case["rh"])
    assert days == pytest.approx(case["days"], abs=5.1e-4)
    assert days == pytest.approx(case["ipi"], rel=0.09)


@pytest.mark.parametrize("case", DATA["validated"], ids=lambda case: f"{case['t']} {case['rh']}")
def test_the_days_are_near_what_others_validated(case: dict[str, float]) -> None:
    days = mould_days(floor(case["t"] + 0.5), floor(case["rh"] + 0.5))
    if case["days"] == 0:
        assert days is None, "no risk is no number, never zero days"
    else:
        assert days == pytest.approx(case["days"], rel=0.06)


def test_there_is_no_risk_where_it_is_dry_cold_or_hot() -> None:
    assert mould_days(20, 68) is None
    assert mould_days(20, 69) is not None
    assert mould_days(1.99, 99) is None
    assert mould_days(45.01, 99) is None
    assert mould_days(2, 99) is not None
    assert mould_days(45, 99) is not None
    assert mould_days(20, 101) == mould_days(20, 100)
    assert least_humidity_pct(28) == pytest.approx(65, abs=0.1)
    assert least_humidity_pct(10) == pytest.approx(80, abs=0.1)
    assert least_humidity_pct(2) == pytest.approx(90, abs=0.5)
    heat = [least_humidity_pct(temperature) for temperature in (30, 35, 40, 45)]
    assert heat == pytest.approx([65.259288, 68.614551, 76.439628, 89.605263], abs=MILLIONTH)
    assert mould_days(40, 77) is not None
    assert mould_days(40, 76) is None


def test_the_risk_factor_reaches_one_when_the_days_are_over() -> None:
    days = mould_days(25, 80)
    assert days is not None
    hours = round(days * 24)
    factor = mould_risk_factor([25.0] * hours, [80.0] * hours, [3600.0] * hours)
    assert factor == pytest.approx(1, abs=0.002)
    assert mould_dose(20, 50, 3600) == 0


@pytest.mark.parametrize(
    "case",
    DATA["vtt1999_constant"]["cases"],
    ids=lambda case: f"{case['t']} {case['rh']} {case['W']}",
)
def test_the_index_of_1999_grows_as_published(case: dict[str, Any]) -> None:
    surface = wood_1999(spruce=case["W"] == 1, kiln_dried=case["SQ"] == 1)
    assert surface.critical_pct(case["t"]) == pytest.approx(case["rhcrit"], abs=5.1e-5)
    index = indices(surface, islice(steady(case["t"], case["rh"]), 365 * 24))
    for days, expected in case["M"].items():
        assert index[int(days) * 24 - 1] == pytest.approx(expected, abs=MILLIONTH)


def test_the_weeks_until_mould_are_as_published() -> None:
    assert weeks_until_germination(WOOD_1999, 20, 97) == pytest.approx(1.48352, abs=5.1e-6)
    assert weeks_until_seen(WOOD_1999, 20, 97) == pytest.approx(2.98272, abs=5.1e-6)
    kiln_dried = weeks_until_germination(wood_1999(kiln_dried=True), 20, 97)
    assert kiln_dried / weeks_until_germination(WOOD_1999, 20, 97) == pytest.approx(exp(-0.33))


def test_the_model_of_1999_has_one_critical_humidity_above_twenty_degrees() -> None:
    assert WOOD_1999.critical_pct(20) == pytest.approx(80.04)
    assert WOOD_1999.critical_pct(20.01) == 80
    assert SENSITIVE.critical_pct(20.01) == pytest.approx(80.04, abs=0.002)
    assert RESISTANT.critical_pct(20.01) == 85


def test_the_index_declines_rests_and_declines_again_while_dry() -> None:
    case = DATA["vtt1999_wet_dry"]

    def air() -> Iterator[Reading]:
        yield from islice(steady(22, 95), 20 * 24)
        yield from islice(steady(20, 60), 30 * 24)
        yield from islice(steady(22, 95), 10 * 24)
        yield from islice(steady(20, 60), 12)

    index = indices(WOOD_1999, air())
    for hour, expected in case["M_at_h"].items():
        assert index[int(hour) - 1] == pytest.approx(expected, abs=MILLIONTH), f"hour {hour}"


@pytest.mark.parametrize("name", DATA["vtt2010"]["classes"])
def test_the_classes_of_2010_agree_with_a_program_of_others(name: str) -> None:
    expected = DATA["vtt2010"]["classes"][name]

    def air() -> Iterator[Reading]:
        for i in range(2879):
            temperature = 12 + 8 * sin(2 * pi * i / 1440) + 2 * sin(2 * pi * i / 24)
            humidity = 84 + 14 * sin(2 * pi * i / 720) + 3 * sin(2 * pi * i / 24 + 1)
            yield temperature, min(max(humidity, 20.0), 100.0), 1.0

    index = indices(BY_NAME[name], air())
    assert index[-1] == pytest.approx(expected["last"], rel=1e-9, abs=1e-15)
    assert max(index) == pytest.approx(expected["highest"], rel=1e-9)


def test_the_models_are_five_and_each_has_a_name_of_its_own() -> None:
    assert list(BY_NAME) == ["1999", "vs", "s", "mr", "r"]


def test_frost_and_heat_let_nothing_grow() -> None:
    for temperature in (-5.0, 0.0, 50.0, 60.0):
        assert step(MouldState(), VERY_SENSITIVE, temperature, 99).index == 0
        assert step(MouldState(2.0), VERY_SENSITIVE, temperature, 99).index < 2
    assert step(MouldState(), VERY_SENSITIVE, 0.01, 100.5).index < 1e-3
    assert step(MouldState(), VERY_SENSITIVE, 1e-20, 100).index == 0, "no air is moist enough"


def test_a_long_step_is_the_same_as_its_hours() -> None:
    for temperature, humidity in ((22, 95), (20, 60)):
        for surface in SURFACES:
            hourly = MouldState(0.99, 3.0)
            for _ in range(30):
                hourly = step(hourly, surface, temperature, humidity)
            once = step(MouldState(0.99, 3.0), surface, temperature, humidity, 30)
            assert once.index == pytest.approx(hourly.index, abs=1e-12)
            assert once.dry_h == hourly.dry_h


def test_short_steps_come_to_the_same_decline_at_every_turn() -> None:
    state = MouldState(1.0)
    for _ in range(40 * 6):
        state = step(state, WOOD_1999, 20, 60, 1 / 6)
    assert state.dry_h == pytest.approx(40)
    assert state.index == pytest.approx(1 - 6 * 0.00133 - 16 * 0.000667)


@pytest.mark.parametrize(
    ("name", "young", "grown", "highest"),
    [
        ("vs", 1.0, 2.0, 6.0),
        ("s", 0.578, 0.386, 5.3),
        ("mr", 0.072, 0.097, 3.5),
        ("r", 0.033, 0.014, 2.0),
    ],
)
def test_each_class_has_its_speed_before_and_after_the_first_mould(
    name: str, young: float, grown: float, highest: float
) -> None:
    surface = BY_NAME[name]
    hourly = 1 / (168 * weeks_until_germination(surface, 25, 100))
    for index, speed in ((0.0, young), (0.99, young), (1.0, grown), (1.5, grown)):
        expected = speed * (1 - exp(2.3 * (index - highest))) * hourly
        for hours in (1.0, 0.25):
            gained = step(MouldState(index), surface, 25, 100, hours).index - index
            assert gained == pytest.approx(expected * hours, rel=1e-9)
    assert step(MouldState(), surface, 25, 100.5) == step(MouldState(), surface, 25, 100)


def test_a_class_that_grows_nothing_at_its_critical_humidity_grows_nothing_there() -> None:
    assert step(MouldState(), BY_NAME["mr"], 25, 85) == MouldState(0.0, 0.0)
    assert step(MouldState(), BY_NAME["mr"], 25, 84.9) == MouldState(0.0, 1.0)


def test_a_moist_hour_begins_the_decline_anew() -> None:
    dried = step(MouldState(1.0), SENSITIVE, 20, 50, 100)
    assert dried.dry_h == 100
    assert step(dried, SENSITIVE, 20, 90).dry_h == 0


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        step(MouldState(), SENSITIVE, 20, 90, -1)
    assert step(MouldState(0.5), SENSITIVE, 20, 90, 0).index == 0.5


def test_mould_grows_above_a_curve_that_is_least_at_thirty_degrees() -> None:
    """There the curve of Zeng et al. 2023 is 2.633 % and the published offset of 71.53 %."""
    assert growth_limit_pct(30) == pytest.approx(74.163)
    assert growth_limit_pct(20) == pytest.approx(75.62, abs=0.005)
    assert all(growth_limit_pct(t) >= growth_limit_pct(30) for t in range(51))
    assert growth_limit_pct(-20) == 100


def test_what_is_shown_is_never_called_the_factor_of_ipi_itself() -> None:
    say_en, say_zh = Say("en"), Say("zh")
    assert "IPI-like" in say_en("mrf")
    assert "类 IPI" in say_zh("mrf")
    (source,) = [each for each in SOURCES if each.startswith("Mould risk factor")]
    assert "IPI-like" in source
