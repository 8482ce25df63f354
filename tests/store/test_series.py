"""Series: whatever order readings come in, hours and days are what they should be."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.climate.metrics.twpi import HarmonicSum
from controller.climate.series import add_imported, read_hours, read_points, settle
from controller.context import Context
from tests.core.climate_metrics_golden import measured_air
from tests.store.series_world import BEGAN, PROBE, ROOM, at, everything, sample, site, take


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    with site(tmp_path) as opened:
        yield opened


_minutes = st.lists(st.integers(0, 400), min_size=1, max_size=60, unique=True)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_order_and_repetition_of_batches_gives_what_sorted_ones_give(
    data: st.DataObject,
) -> None:
    readings = {
        minute: sample(
            minute,
            data.draw(st.one_of(st.none(), st.floats(10, 30))),
            humidity_pct=data.draw(st.floats(30, 100)),
            co2_ppm=data.draw(st.floats(300, 3000)),
        )
        for minute in data.draw(_minutes)
    }
    pieces = data.draw(
        st.lists(st.lists(st.sampled_from(sorted(readings)), min_size=1, max_size=8), max_size=12)
    )
    left = set(readings) - {minute for piece in pieces for minute in piece}
    pieces = data.draw(st.permutations([*pieces, *([each] for each in sorted(left))]))
    with tempfile.TemporaryDirectory() as folder:
        with site(Path(folder) / "a") as shuffled, site(Path(folder) / "b") as sorted_once:
            for piece in pieces:
                take(shuffled, [readings[minute] for minute in piece])
                if data.draw(st.booleans()):
                    settle(shuffled)
            take(sorted_once, [readings[minute] for minute in sorted(readings)])
            settle(shuffled)
            settle(sorted_once)
            assert everything(shuffled) == everything(sorted_once)
            assert everything(shuffled)["dirty_hours"] == []


def hours(context: Context, *, days: int = 2) -> list[float]:
    settle(context)
    with context.telemetry.read() as session:
        found = read_hours(session, ROOM, PROBE, BEGAN, BEGAN + timedelta(days=days))
    return [hour.t_s for hour in found]


def test_a_reading_holds_until_the_next_and_no_longer_than_three_intervals(
    context: Context,
) -> None:
    take(context, [sample(0), sample(1), sample(30), sample(59)])
    assert hours(context) == [4 * 60 + 180 + 60, 120]


def test_a_late_reading_makes_its_hours_new(context: Context) -> None:
    take(context, [sample(0, 20.0), sample(60, 20.0)], interval_s=3600)
    assert hours(context)[0] == 3600
    take(context, [sample(30, 30.0)], interval_s=3600)
    settle(context)
    with context.telemetry.read() as session:
        first = read_hours(session, ROOM, PROBE, BEGAN, at(60))[0]
    assert (first.temperature_c, first.t_min, first.t_max) == (25.0, 20.0, 30.0)


def test_what_is_suspect_or_to_come_is_kept_and_never_rolled_up(context: Context) -> None:
    take(context, [sample(0), sample(1, humidity_pct=140.0), sample(2, 120.0)])
    take(context, [sample(60 * 24 * 30, 99.0)], now=at(2))
    settle(context)
    with context.telemetry.read() as session:
        ends = BEGAN, BEGAN + timedelta(days=60)
        (hour,) = read_hours(session, ROOM, PROBE, *ends)
        kept = list(read_points(session, ROOM, PROBE, "humidity_pct", *ends, with_suspect=True))
        sound = list(read_points(session, ROOM, PROBE, "temperature_c", *ends))
    assert (hour.rh_max, hour.t_max) == (50.0, 20.0)
    assert (hour.t_s, hour.rh_s) == (240, 120 + 180)
    assert [point.suspect for point in kept] == [None, "implausible", None, "future"]
    assert len(sound) == 2


@pytest.mark.parametrize("sensor", ["R1_indoor_10min", "R3_indoor1", "R3_attic_airmiddle"])
def test_hours_give_the_same_twpi_as_raw_readings(context: Context, sensor: str) -> None:
    air = measured_air()[sensor]
    rows = zip(air.at_s, air.temperatures_c, air.humidities_pct, strict=True)
    points = [
        (datetime.fromtimestamp(moment, UTC), {"temperature_c": t, "humidity_pct": rh})
        for moment, t, rh in rows
    ]
    with context.telemetry.write() as session:
        assert add_imported(session, ROOM, PROBE, points, "trh1.csv") == len(points)
        assert add_imported(session, ROOM, PROBE, points, "trh1.csv") == 0
    settle(context)
    ends = points[0][0] - timedelta(hours=1), points[-1][0] + timedelta(days=1)
    with context.telemetry.read() as session:
        found = read_hours(session, ROOM, PROBE, *ends)
    rolled = sum((HarmonicSum(hour.pair_s, hour.inv_pi) for hour in found), HarmonicSum()).mean
    pairs = zip(air.temperatures_c, air.humidities_pct, air.held_s, strict=True)
    raw = _twpi(pairs)
    assert rolled == pytest.approx(raw, rel=0.0003)


def _twpi(rows: Iterator[tuple[float, float, float]]) -> float | None:
    from controller.climate.metrics.pi import preservation_index_y

    total = HarmonicSum()
    for t, rh, seconds in rows:
        total += HarmonicSum(seconds, seconds / preservation_index_y(t, rh))
    return total.mean
