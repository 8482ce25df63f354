"""Readings of time to come never become measured truth, whichever clock was wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.probe_reports import read_reports
from controller.climate.series import latest, read_hours, read_points, settle
from controller.climate.series.ahead import DOUBTED_MS
from controller.context import Context
from tests.store.series_world import BEGAN, PROBE, ROOM, at, everything, sample, site, take

HOUR = 60.0
DAY = 24 * HOUR


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    with site(tmp_path) as opened:
        yield opened


def measure(
    context: Context, minute: float, temperature_c: float, *, ahead: float = 0.0, **more: float
) -> None:
    """Measure at a minute, by a room's clock that is so many minutes ahead of ours."""
    take(context, [sample(minute + ahead, temperature_c, **more)], interval_s=3600, now=at(minute))


def sound(context: Context, quantity: str = TEMPERATURE) -> list[float]:
    end = BEGAN + timedelta(days=400)
    with context.telemetry.read() as session:
        return [each.value for each in read_points(session, ROOM, PROBE, quantity, BEGAN, end)]


def hourly(context: Context) -> list[float | None]:
    settle(context)
    with context.telemetry.read() as session:
        hours = read_hours(session, ROOM, PROBE, BEGAN, BEGAN + timedelta(days=400))
    return [hour.temperature_c for hour in hours]


def reported(context: Context) -> list[float]:
    end: datetime = BEGAN + timedelta(days=400)
    with context.telemetry.read() as session:
        reports = list(read_reports(session, ROOM, PROBE, ["co2_ppm"], BEGAN, end))
    return [each.values[TEMPERATURE] for each in reports if TEMPERATURE in each.values]


def test_what_was_ahead_when_it_came_stays_suspect_once_its_date_is_here(context: Context) -> None:
    measure(context, 0, 20.0)
    measure(context, HOUR, 33.0, ahead=2 * DAY, co2_ppm=900.0)
    for hour in range(40, 60):
        measure(context, hour * HOUR, 20.0, co2_ppm=400.0)
    measure(context, 60 * HOUR, 33.0, ahead=-11 * HOUR, co2_ppm=900.0)  # told once more

    assert set(sound(context)) == {20.0}
    assert set(sound(context, "co2_ppm")) == {400.0}
    assert set(hourly(context)) == {20.0}
    assert set(reported(context)) == {20.0}


def test_what_both_clocks_dated_ahead_is_doubted_before_its_date_comes(context: Context) -> None:
    measure(context, 0, 20.0)
    for minute in range(0, 180, 20):  # a wrong hour in the room and here, three days ahead
        measure(context, 3 * DAY + minute, 33.0, co2_ppm=900.0)
    assert 33.0 in hourly(context), "nobody can know it yet"

    for hour in range(1, 76):
        measure(context, hour * HOUR, 20.0, co2_ppm=400.0)
    assert set(sound(context)) == {20.0}
    assert set(sound(context, "co2_ppm")) == {400.0}
    assert set(hourly(context)) == {20.0}
    assert set(reported(context)) == {20.0}
    assert len(everything(context)["samples"]) == 1 + 9 + 75 - 3, "kept, also where both told"
    with context.telemetry.read() as session:
        assert latest(session, ROOM)[PROBE].values[TEMPERATURE] == 20.0


def test_a_clock_of_ours_that_falls_behind_costs_a_day_and_not_all_of_the_past(
    context: Context,
) -> None:
    for hour in range(20 * 24):
        measure(context, hour * HOUR, 20.0)
    before = len(sound(context))
    for minute in (30, 90):  # ours and the room's begin anew at the first day
        measure(context, minute, 21.0)

    lost = before + 2 - len(sound(context, HUMIDITY))
    assert 0 < lost <= DOUBTED_MS // 3_600_000 + 2


def test_a_late_batch_doubts_nothing(context: Context) -> None:
    measure(context, 3 * HOUR, 20.0)
    take(context, [sample(HOUR), sample(2 * HOUR)], interval_s=3600, now=at(10))
    assert len(sound(context)) == 1
    take(context, [sample(0)], interval_s=3600, now=at(3 * HOUR))
    assert len(sound(context)) == 2
