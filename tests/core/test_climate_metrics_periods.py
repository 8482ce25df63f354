"""What needs a whole period: how long readings hold, the season of the humidity, days, shares."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import pi, sin
from statistics import fmean
from zoneinfo import ZoneInfo

import pytest

from controller.climate.metrics.en15757 import historic_climate, percentile
from controller.climate.metrics.held import coverage_pct, hold_times
from controller.climate.metrics.shares import within_pct
from controller.climate.metrics.swing import DaySwing, RunningDay, list_day_swings, passing_pct
from tests.core.climate_metrics_golden import golden

HOUR = 3600.0
DAY = 24 * HOUR
SHANGHAI = ZoneInfo("Asia/Shanghai")
HELSINKI = ZoneInfo("Europe/Helsinki")
SYNTHETIC = golden("en15757")


def hours(count: int, start_s: float = 0.0) -> list[float]:
    return [start_s + i * HOUR for i in range(count)]


def synthetic_humidity() -> list[float]:
    """The series that en15757.json describes."""
    x = 12345
    values: list[float] = []
    for i in range(9600):
        x = (1103515245 * x + 12345) % 2**31
        season = 8 * sin(2 * pi * i / 8760) + 3 * sin(2 * pi * i / 24)
        values.append(50 + season + 4 * (x / 2**31 - 0.5))
    return values


def test_a_reading_holds_until_the_next_and_at_most_three_intervals() -> None:
    assert hold_times([0, 60, 180, 1000], interval_s=60) == [60, 120, 180, 60]
    assert hold_times([0, 60], interval_s=60, end_s=90) == [60, 30]
    assert hold_times([0, 60], interval_s=60, end_s=9000) == [60, 180]
    assert hold_times([0, 60], interval_s=60, end_s=30) == [60, 0]
    assert hold_times([], interval_s=60) == []
    assert hold_times([0, 5], interval_s=0.5) == [1.5, 0.5]


def test_readings_that_go_back_in_time_are_refused() -> None:
    with pytest.raises(ValueError, match="rising"):
        hold_times([60, 0], interval_s=60)
    with pytest.raises(ValueError, match="positive"):
        hold_times([0, 60], interval_s=0)


def test_coverage_is_what_was_measured_of_the_period() -> None:
    held = hold_times([0, HOUR, 10 * HOUR], interval_s=HOUR, end_s=12 * HOUR)
    assert coverage_pct(sum(held), start_s=0, end_s=12 * HOUR) == pytest.approx(50)
    assert coverage_pct(100, start_s=5, end_s=5) == 0
    assert coverage_pct(100, start_s=1.7e9, end_s=1.7e9 + 400) == 25
    assert coverage_pct(200, start_s=0, end_s=100) == 100


def test_the_band_of_a_made_up_year_is_that_of_another_program() -> None:
    humidities = synthetic_humidity()
    assert humidities[:3] == pytest.approx(SYNTHETIC["first_rh"], abs=5.1e-7)
    assert fmean(humidities) == pytest.approx(SYNTHETIC["mean_rh"], abs=5.1e-7)
    climate = historic_climate(hours(9600), humidities, interval_s=HOUR)
    assert climate is not None
    assert len(climate.season) == SYNTHETIC["n_fluct"]
    at_5000 = next(point for point in climate.season if point.at_s == 5000 * HOUR)
    assert at_5000.season_pct == pytest.approx(SYNTHETIC["ma_at_5000"], abs=1e-6)
    assert at_5000.fluctuation_pct == pytest.approx(humidities[5000] - at_5000.season_pct)
    assert climate.low_pct == pytest.approx(SYNTHETIC["p7"], abs=1e-6)
    assert climate.high_pct == pytest.approx(SYNTHETIC["p93"], abs=1e-6)
    assert climate.band_pct == (-10, 10), "a tighter band than ten percent need not be kept"
    assert climate.is_whole_year
    assert climate.coverage_pct == 100


def test_a_wilder_past_widens_the_band() -> None:
    wild = [50 + 25 * sin(2 * pi * i / 24) for i in range(1000)]
    climate = historic_climate(hours(1000), wild, interval_s=HOUR)
    assert climate is not None
    low, high = climate.band_pct
    assert low == climate.low_pct < -20
    assert high == climate.high_pct > 20
    assert not climate.is_whole_year


def test_nothing_is_padded() -> None:
    assert historic_climate(hours(720), [50.0] * 720, interval_s=HOUR) is None
    climate = historic_climate(hours(721), [50.0] * 721, interval_s=HOUR)
    assert climate is not None
    assert [(point.at_s, point.season_pct) for point in climate.season] == [(360 * HOUR, 50)]
    assert historic_climate([], [], interval_s=HOUR) is None


def test_a_window_with_a_quarter_missing_has_no_mean() -> None:
    kept, lost = 720, [float(i) for i in range(400, 581)]
    at_s = [i * HOUR for i in range(kept + 1) if i not in lost]
    assert len(at_s) == 540
    assert historic_climate(at_s, [50.0] * len(at_s), interval_s=HOUR) is None
    at_s = [1.7e9 + at for at in sorted([*at_s, 400 * HOUR])]
    climate = historic_climate(at_s, [50.0] * len(at_s), interval_s=HOUR)
    assert climate is not None
    assert climate.coverage_pct == pytest.approx(100 * 541 / 721)


def test_the_sliding_window_is_the_same_as_each_window_by_itself() -> None:
    humidities = synthetic_humidity()[:2000]
    present = [i for i in range(2000) if not (300 <= i < 360 or 900 <= i < 1200 or i % 17 == 0)]
    at_s = [i * HOUR for i in present]
    values = [humidities[i] for i in present]
    climate = historic_climate(at_s, values, interval_s=HOUR)
    assert climate is not None
    expected = {}
    for at in at_s:
        inside = [v for t, v in zip(at_s, values, strict=True) if abs(t - at) <= 15 * DAY]
        is_whole = at - 15 * DAY >= at_s[0] and at + 15 * DAY <= at_s[-1]
        if is_whole and len(inside) >= 0.75 * 721:
            expected[at] = fmean(inside)
    assert {point.at_s: point.season_pct for point in climate.season} == pytest.approx(expected)
    assert 0 < len(expected) < len(at_s) - 720, "the gap must cost some windows"


def test_a_year_of_fluctuations_takes_a_year_and_thirty_days_of_readings() -> None:
    readings = (365 + 30) * 24
    for lacking, is_whole in ((0, True), (1, False)):
        at_s = hours(readings - lacking, 1.7e9)
        climate = historic_climate(at_s, [50.0] * len(at_s), interval_s=HOUR)
        assert climate is not None
        assert climate.is_whole_year is is_whole


def test_more_readings_than_were_due_cover_no_more_than_all() -> None:
    climate = historic_climate(hours(800), [50.0] * 800, interval_s=2 * HOUR)
    assert climate is not None
    assert climate.coverage_pct == 100


def test_percentiles_lie_straight_between_neighbours() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], 50) == 2.5
    assert percentile([1.0, 2.0], 7) == pytest.approx(1.07)
    assert percentile([5.0], 93) == 5
    assert percentile([1.0, 9.0], 100) == 9


def test_the_two_readings_of_plus_minus_differ_by_a_factor_of_two() -> None:
    day = DaySwing(date(2026, 1, 1), 18.2, 20.2)
    assert day.range == pytest.approx(2)
    assert day.half_range == pytest.approx(1)
    assert day.passes(2, "range"), "20.2 - 18.2 is a little more than 2 to a computer"
    assert day.passes(1, "half_range")
    assert not day.passes(0.99, "half_range")
    assert not DaySwing(date(2026, 1, 1), 18.0, 20.5).passes(2, "range")
    assert DaySwing(date(2026, 1, 1), 18.0, 22.0).passes(2, "half_range")
    assert not DaySwing(date(2026, 1, 1), 18.0, 22.1).passes(2, "half_range")


def test_days_are_those_of_the_archive() -> None:
    start = datetime(2026, 5, 1, 16, tzinfo=UTC).timestamp()
    values = [20.0] * 24 + [25.0] * 24
    swings = list_day_swings(hours(48, start), values, values, [HOUR] * 48, zone=SHANGHAI)
    assert swings == [DaySwing(date(2026, 5, 2), 20, 20), DaySwing(date(2026, 5, 3), 25, 25)]
    in_utc = list_day_swings(hours(48, start), values, values, [HOUR] * 48, zone=UTC)
    assert in_utc == [DaySwing(date(2026, 5, 2), 20, 25)]


def test_the_days_when_clocks_change_have_their_own_length() -> None:
    start = datetime(2026, 3, 27, 22, tzinfo=UTC).timestamp()
    values = [float(i) for i in range(24 + 23 + 24)]
    swings = list_day_swings(hours(71, start), values, values, [HOUR] * 71, zone=HELSINKI)
    assert [(swing.day.day, swing.low, swing.high) for swing in swings] == [
        (28, 0, 23),
        (29, 24, 46),
        (30, 47, 70),
    ]
    start = datetime(2026, 10, 24, 21, tzinfo=UTC).timestamp()
    values = [float(i) for i in range(25 + 24)]
    swings = list_day_swings(hours(49, start), values, values, [HOUR] * 49, zone=HELSINKI)
    assert [(swing.day.day, swing.low, swing.high) for swing in swings] == [
        (25, 0, 24),
        (26, 25, 48),
    ]


def test_a_day_with_few_readings_is_not_judged() -> None:
    start = datetime(2026, 5, 1, tzinfo=UTC).timestamp()
    values = [20.0] * 17
    assert list_day_swings(hours(17, start), values, values, [HOUR] * 17, zone=UTC) == []
    values.append(20.0)
    assert len(list_day_swings(hours(18, start), values, values, [HOUR] * 18, zone=UTC)) == 1
    assert list_day_swings([], [], [], [], zone=UTC) == []
    assert passing_pct([], 2, "range") is None


def test_what_counts_is_the_time_that_was_measured_and_not_how_many_hours_hold_a_reading() -> None:
    start = datetime(2026, 5, 1, tzinfo=UTC).timestamp()
    values, minute = [20.0] * 24, [60.0] * 24
    assert list_day_swings(hours(24, start), values, values, minute, zone=UTC) == []


def test_the_day_that_runs_is_the_day_that_is_looked_back_upon() -> None:
    """Readings of any spacing: extremes and seconds are those of the hours rolled up from them."""
    times = [0.0, 600.0, 5 * HOUR, 23.9 * HOUR, 24.5 * HOUR]
    day = RunningDay()
    for at, value in zip(times[:4], [20.0, 21.0, 18.0, 25.0], strict=True):
        day.take(at, value, value, HOUR)
    day.end(DAY)
    assert (day.low, day.high) == (18.0, 25.0)
    assert day.seconds == pytest.approx(600 + HOUR + HOUR + 0.1 * HOUR)
    assert day.measure("range") == 2 * day.measure("half_range") == 7.0
    day.begin(DAY)
    assert (day.low, day.high) == (25.0, 25.0), "it still holds when the next day begins"
    day.take(times[4], 20.0, 20.0, HOUR)
    assert (day.low, day.seconds) == (20.0, 0.5 * HOUR)
    day.end(3 * DAY)
    day.begin(3 * DAY)
    assert (day.measure("range"), day.saved()) == (0.0, None), "nothing holds that long"


def test_extremes_within_hours_are_not_hidden_by_their_means() -> None:
    lows, highs = [20.0] * 24, [20.5] * 24
    highs[7] = 23.0
    day = list_day_swings(hours(24), lows, highs, [HOUR] * 24, zone=UTC)
    assert day == [DaySwing(date(1970, 1, 1), 20, 23)]


def test_the_share_of_passing_days_is_of_the_days_judged() -> None:
    first = date(2026, 1, 1)
    days = [DaySwing(first + timedelta(days=n), 20, 20 + n) for n in range(5)]
    assert passing_pct(days, 2, "range") == pytest.approx(60)
    assert passing_pct(days, 2, "half_range") == pytest.approx(100)


def test_the_share_within_limits_counts_time_and_not_readings() -> None:
    within = within_pct(
        [20, 30, 20, 14],
        [50, 50, 70, 60],
        [60, 60, 60, 180],
        temperature_c=(14, 24),
        humidity_pct=(45, 60),
    )
    assert within == pytest.approx(100 * 240 / 360)
    assert within_pct([20], [50], [60]) == 100
    assert within_pct([20], [50], [0]) is None
