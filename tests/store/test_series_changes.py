"""What changes afterwards: calibrations, raw readings that go, a restart, the site's zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from controller.climate.calibration.tables import CalibrationRow
from controller.climate.metrics.pi import preservation_index_y
from controller.climate.series import (
    HourFigures,
    add_imported,
    latest,
    read_days,
    read_hours,
    read_points,
    read_quantity_hours,
    settle,
)
from controller.climate.series.model import Basis
from controller.climate.series.retention import RAW_KEPT, let_raw_go
from controller.climate.series.roll_up import count_dirty, roll_some
from controller.context import Context
from tests.store.series_world import BEGAN, PROBE, ROOM, Clock, at, everything, sample, site, take

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    with site(tmp_path) as opened:
        yield opened


def calibrate(
    context: Context, since: datetime, quantity: str = "humidity_pct", **more: float
) -> None:
    row = CalibrationRow(
        room=ROOM,
        probe=PROBE,
        quantity=quantity,
        since=since,
        offset=more.get("offset", 0.0),
        gain=more.get("gain", 1.0),
        by="u1",
        noted_at=BEGAN,
    )
    with context.records.write() as session:
        session.add(row)


def hours(context: Context, *, days: int = 30) -> list[HourFigures]:
    settle(context)
    with context.telemetry.read() as session:
        return read_hours(session, ROOM, PROBE, BEGAN, BEGAN + timedelta(days=days))


def fill(context: Context, count: int, *, start: datetime = BEGAN, damp_pct: float = 50.0) -> None:
    points = [
        (
            start + timedelta(hours=n),
            {"temperature_c": 20.0, "humidity_pct": damp_pct, "co2_ppm": 400.0},
        )
        for n in range(count)
    ]
    with context.telemetry.write() as session:
        add_imported(session, ROOM, PROBE, points, "file.csv")


def test_a_calibration_counts_from_its_date_on_and_raw_stays_as_measured(context: Context) -> None:
    take(context, [sample(minute) for minute in range(180)])
    before = hours(context)
    calibrate(context, at(90), offset=2.0, gain=1.1)
    after = hours(context)
    assert [hour.humidity_pct for hour in before] == pytest.approx([50.0] * 4)
    assert [hour.humidity_pct for hour in after] == pytest.approx([50.0, 53.5, 57.0, 57.0])
    assert (after[1].rh_min, after[1].rh_max) == pytest.approx((50.0, 57.0))
    assert after[0] == before[0]
    assert after[2].inv_pi == pytest.approx(3600 / preservation_index_y(20.0, 57.0))
    with context.telemetry.read() as session:
        points = list(read_points(session, ROOM, PROBE, "humidity_pct", at(88), at(92)))
        now = latest(session, ROOM)[PROBE]
    assert [point.value for point in points] == pytest.approx([50.0, 50.0, 57.0, 57.0])
    assert now.values["humidity_pct"] == pytest.approx(57.0)
    assert {row[3] for row in everything(context)["samples"]} == {5000}


def test_a_calibration_that_was_voided_corrects_nothing_any_more(context: Context) -> None:
    take(context, [sample(minute) for minute in range(60)])
    as_it_was = hours(context)
    calibrate(context, at(0), offset=2.0)
    assert hours(context) != as_it_was
    with context.records.write() as session:
        row = session.get_one(CalibrationRow, 1)
        row.voided_at = at(60)
        session.add(row)
    assert hours(context) == as_it_was


def test_raw_readings_go_after_their_time_and_what_they_were_stays(context: Context) -> None:
    fill(context, 24 * 20)
    first = hours(context)
    assert isinstance(context.clock, Clock)
    context.clock.at = BEGAN + RAW_KEPT + timedelta(days=10)
    assert let_raw_go(context) == 2 * (24 * 10 - 3)
    assert let_raw_go(context) == 0
    after = hours(context)
    gone = [hour.basis for hour in after].count(Basis.RAW_GONE)
    assert gone == 24 * 10
    assert [hour._replace(basis=0) for hour in after] == first


def test_readings_that_are_not_rolled_up_yet_are_before_they_go(context: Context) -> None:
    fill(context, 48)
    assert isinstance(context.clock, Clock)
    context.clock.at = BEGAN + RAW_KEPT + timedelta(days=60)
    let_raw_go(context)
    assert everything(context)["samples"] == []
    assert sum(hour.n for hour in hours(context)) == 48


def test_a_late_reading_spoils_no_hour_whose_readings_are_gone(context: Context) -> None:
    fill(context, 48)
    as_it_was = hours(context)
    assert isinstance(context.clock, Clock)
    context.clock.at = BEGAN + RAW_KEPT + timedelta(days=60)
    let_raw_go(context)
    take(context, [sample(30, 29.0)])
    assert [hour._replace(basis=0) for hour in hours(context)] == as_it_was


def test_a_calibration_reaches_hours_whose_readings_are_gone_and_they_say_so(
    context: Context,
) -> None:
    fill(context, 48)
    hours(context)
    assert isinstance(context.clock, Clock)
    context.clock.at = BEGAN + RAW_KEPT + timedelta(days=60)
    let_raw_go(context)
    calibrate(context, at(60), offset=3.0)
    calibrate(context, at(60), "co2_ppm", gain=1.5)
    calibrate(context, at(120), offset=4.0)
    found = hours(context)
    assert [hour.humidity_pct for hour in found[:4]] == pytest.approx([50.0, 53.0, 54.0, 54.0])
    assert [hour.basis for hour in found[:2]] == [Basis.RAW_GONE, Basis.MEANS]
    assert found[1].inv_pi == pytest.approx(3600 / preservation_index_y(20.0, 53.0))
    with context.telemetry.read() as session:
        co2 = read_quantity_hours(session, ROOM, PROBE, "co2_ppm", BEGAN, at(120))
        (day,) = read_days(session, ROOM, PROBE, date(2026, 3, 3), date(2026, 3, 3))
    assert [hour.mean for hour in co2] == pytest.approx([400.0, 600.0])
    assert day.humidity_pct == pytest.approx(54.0)


def test_a_restart_in_the_middle_of_rolling_up_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with site(tmp_path / "whole") as whole, site(tmp_path / "broken") as broken:
        for each in (whole, broken):
            fill(each, 500, damp_pct=90.0)
        settle(whole)
        with broken.telemetry.write() as session:
            roll_some(session, SHANGHAI, limit=100)
        with pytest.raises(RuntimeError, match="power cut"):
            _roll_up_and_lose_power(broken)
        with broken.telemetry.read() as session:
            assert count_dirty(session) == 400 + 3
    with site(tmp_path / "whole") as whole, site(tmp_path / "broken") as broken:
        settle(broken)
        assert everything(broken) == everything(whole)


def test_mould_is_followed_again_from_a_late_reading_on(tmp_path: Path) -> None:
    with site(tmp_path / "late") as late, site(tmp_path / "once") as once:
        fill(late, 400, start=BEGAN + timedelta(hours=200), damp_pct=92.0)
        dry = hours(late)
        fill(late, 200, damp_pct=97.0)
        fill(once, 200, damp_pct=97.0)
        fill(once, 400, start=BEGAN + timedelta(hours=200), damp_pct=92.0)
        wet = hours(late)
        assert wet[-1].mould["1999"].index > dry[-1].mould["1999"].index > 0
        assert wet == hours(once)


def test_days_are_the_sites_own_and_may_have_23_or_25_hours(tmp_path: Path) -> None:
    with site(tmp_path, zone="Europe/Berlin") as context:
        start = datetime(2026, 3, 27, 23, tzinfo=UTC)
        fill(context, 24 * 3, start=start)
        fill(context, 24 * 3, start=datetime(2026, 10, 23, 22, tzinfo=UTC))
        settle(context)
        with context.telemetry.read() as session:
            found = read_days(session, ROOM, PROBE, date(2026, 3, 1), date(2026, 11, 1))
        seconds = {str(day.date): day.t_s / 3600 for day in found}
    assert seconds["2026-03-28"] == 24
    assert seconds["2026-03-29"] == 23
    assert seconds["2026-10-24"] == 24
    assert seconds["2026-10-25"] == 25


def test_days_are_made_new_when_the_site_takes_another_zone(tmp_path: Path) -> None:
    with site(tmp_path, zone="Asia/Shanghai") as context:
        fill(context, 48)
        settle(context)
        there = everything(context)
    with site(tmp_path, zone="UTC") as context:
        settle(context)
        assert everything(context)["hours"] == there["hours"]
        first = everything(context)["days"][0]
        assert first != there["days"][0]
    assert first[1] == 16 * 3600, "from eight in the morning to midnight"


def test_a_slower_file_holds_longer_than_the_probe_in_the_room(context: Context) -> None:
    fill(context, 4)
    take(context, [sample(60 * 24), sample(60 * 24 + 1)])
    found = hours(context)
    assert [hour.t_s for hour in found[:7]] == [3600] * 6 + [4 * 60]


def test_it_does_not_matter_whether_the_file_or_the_probe_came_first(tmp_path: Path) -> None:
    in_file = [(at(minute), {"temperature_c": 20.0}) for minute in (30, 90, 150, 30 * 60)]
    live = [sample(0), sample(45, 25.0), sample(20 * 60)]
    with site(tmp_path / "a") as file_first, site(tmp_path / "b") as probe_first:
        take(probe_first, live)
        settle(probe_first)
        for each in (file_first, probe_first):
            with each.telemetry.write() as session:
                add_imported(session, ROOM, PROBE, in_file, "file.csv")
        take(file_first, live)
        assert hours(file_first) == hours(probe_first)
        assert (
            sum(hour.t_s for hour in hours(file_first) if hour.hour % 24 in (4, 5, 6)) == 3 * 3600
        )


def test_a_batch_of_moments_years_apart_is_stored_like_any_other(context: Context) -> None:
    take(context, [sample(0), sample(60 * 24 * 365), sample(-60 * 24 * 365)])
    take(context, [sample(-60 * 24 * 365), sample(1), sample(60 * 24 * 365)])
    assert len(everything(context)["samples"]) == 4


def test_a_value_that_comes_later_fills_its_moment_and_a_second_one_is_refused(
    context: Context,
) -> None:
    take(context, [sample(0, None)])
    take(context, [sample(0, 21.0, humidity_pct=60.0)])
    take(context, [sample(0, 25.0)])
    (hour,) = hours(context)
    assert (hour.temperature_c, hour.humidity_pct, hour.pair_s) == (21.0, 50.0, 180)


def _roll_up_and_lose_power(context: Context) -> None:
    with context.telemetry.write() as session:
        roll_some(session, SHANGHAI, limit=100)
        raise RuntimeError("power cut")
