"""What readings mean under limits: when conditions begin, how grave they are, when they end."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.limit_files import shipped_limits
from config.limits import LimitProfile
from config.quantities import HUMIDITY
from controller.climate.conditions.health import Flat
from controller.climate.conditions.judge import ProbeJudge
from controller.climate.conditions.latch import Latch
from controller.climate.conditions.model import Change, Norms, Switches
from controller.climate.conditions.norms import find_norms
from controller.climate.conditions.report import Report, Span

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
START = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
SHANGHAI = ZoneInfo("Asia/Shanghai")

DEBOUNCE = [58, 61, 61, 59, 61, 61, 61, 61, 59, 58.5, 57.9, 57.9, 61, 57, 57, 57]
"""High limit 60, 2 inside to end, on 30 min, off 10 min, one reading every 10 min: begins at the
reading of number 7, ends at number 11 (worked out by hand)."""


def profile(**parts: Any) -> LimitProfile:
    """Limits that nobody publishes."""
    written = {
        "format": 2,
        "id": "test",
        "version": 1,
        "name": {"zh": "测", "en": "Test"},
        "medium": "paper",
        "limits": {"humidity_pct": {"low": 45, "high": 60, "critical_high": 70}},
        "mould": None,
        "text": {"zh": "测", "en": "Test"},
        "source": ["nobody"],
        "verified": False,
    }
    return LimitProfile.model_validate(written | parts)


def judge(limits: LimitProfile | None = None, *, every_s: float = 600.0, **more: Any) -> ProbeJudge:
    """A probe under the limits given, or the ones above."""
    return ProbeJudge(limits or profile(), zone=SHANGHAI, interval_s=every_s, **more)


def feed(
    probe: ProbeJudge,
    humidities: Iterable[float],
    *,
    every_s: float = 600.0,
    start_s: float = START,
    temperature_c: float = 20.0,
) -> list[Change]:
    """Give a probe one humidity after the other; list all that changed but being stuck."""
    found = []
    for number, humidity in enumerate(humidities):
        values = {"temperature_c": temperature_c + number % 2 * 0.01, "humidity_pct": humidity}
        found += probe.take(start_s + number * every_s, values)
    return found


def told(changes: Iterable[Change], kind: str = "climate.limit") -> list[tuple[str, str | None]]:
    return [(change.key, change.grade) for change in changes if change.kind == kind]


def test_a_limit_begins_and_ends_where_it_was_worked_out_by_hand() -> None:
    latch = Latch(limit=60, width=2, rising=True, on_s=30 * MINUTE, off_s=10 * MINUTE)

    moved = [i for i, rh in enumerate(DEBOUNCE) if latch.take(i * 10 * MINUTE, rh)]

    assert moved == [7, 11]


def test_hysteresis_raise_and_clear_have_limits_of_their_own() -> None:
    """Grafana #6202, #30119, #87226: one threshold for both ends flaps."""
    probe = judge(profile(warning={"on_s": 0, "off_s": 0}))

    changes = feed(probe, [59, 60.5, 59.9, 60.1, 58.1, 59, 58])

    assert told(changes) == [("humidity_pct/high", "warning"), ("humidity_pct/high", None)]
    assert [change.at_s - START for change in changes] == [600, 3600]


def test_an_end_waits_until_nothing_has_recurred_for_its_delay() -> None:
    """ThingsBoard #10979: an alarm ends where its cause has stayed away for a while."""
    probe = judge(profile(warning={"on_s": 0, "off_s": 1800}))

    changes = feed(probe, [61, 57, 57, 61, 57, 57, 57, 59, 57, 57, 57, 57])

    assert told(changes) == [("humidity_pct/high", "warning"), ("humidity_pct/high", None)]
    assert changes[-1].at_s - START == 11 * 10 * MINUTE


def test_short_peaks_below_the_on_delay_raise_nothing() -> None:
    """netdata #945: flapping without delay is spam."""
    assert told(feed(judge(), [55, 65] * 40)) == []


def test_severity_becomes_graver_and_milder_within_one_occurrence() -> None:
    """ThingsBoard #7943, #11803, #12560: each grade has its own hysteresis, delay and way back."""
    hours = [65] * 6 + [72] * 2 + [66] * 2 + [57] * 2
    changes = feed(judge(every_s=HOUR), hours, every_s=HOUR)

    assert told(changes) == [
        ("humidity_pct/high", "warning"),
        ("humidity_pct/high", "critical"),
        ("humidity_pct/high", "warning"),
        ("humidity_pct/high", None),
    ]
    assert {change.since_s for change in changes} == {START}
    assert [change.bound for change in changes[:2]] == ["high", "critical_high"]
    assert [change.limit for change in changes[:2]] == [60, 70]


def test_no_data_keeps_what_is_active_and_breaks_off_what_waits() -> None:
    """Grafana #77800: missing data flips no alarm."""
    probe = judge()
    assert told(feed(probe, [65] * 30)) == [("humidity_pct/high", "warning")]
    assert told(feed(probe, [59], start_s=START + 3 * DAY)) == []

    waiting = judge()
    feed(waiting, [65] * 20)
    assert told(feed(waiting, [65] * 20, start_s=START + DAY)) == []


def test_after_no_data_the_end_is_told_once() -> None:
    """Grafana #18622: no recovery was told after missing data."""
    probe = judge()
    feed(probe, [65] * 30)

    assert told(feed(probe, [50] * 30, start_s=START + 3 * DAY)) == [("humidity_pct/high", None)]


def test_offline_goes_by_the_last_report_after_a_delay_of_its_own() -> None:
    """Grafana #31390, #89982: the alarm for no data has its own pending time."""
    probe = judge(every_s=60)
    feed(probe, [50, 50], every_s=60)
    last = START + 60

    assert probe.expect(last + 899) == []
    (gone,) = probe.expect(last + 900)
    assert (gone.kind, gone.grade, gone.since_s, gone.at_s) == (
        "climate.offline",
        "warning",
        last,
        last + 900,
    )
    assert probe.expect(last + 5000) == []


def test_a_constant_value_with_fresh_reports_is_never_offline() -> None:
    """Home Assistant core#89873: stale was taken for "value unchanged"."""
    probe = judge(every_s=600)
    same = {"temperature_c": 20.0, "humidity_pct": 50.0}
    for number in range(260 * 6):
        at_s = START + number * 600
        kinds = {change.kind for change in [*probe.take(at_s, same), *probe.expect(at_s + 599)]}
        assert "climate.offline" not in kinds


def test_a_probe_that_comes_back_for_a_moment_is_still_offline() -> None:
    probe = judge(every_s=60)
    feed(probe, [50], every_s=60)
    probe.expect(START + HOUR)

    assert told(feed(probe, [50], start_s=START + HOUR), "climate.offline") == []
    back = feed(probe, [50] * 6, every_s=60, start_s=START + HOUR + 60)
    assert told(back, "climate.offline") == [("", None)]


@pytest.mark.parametrize(("step", "hours"), [(1.0, 72), (0.1, 24), (0.01, 12)])
def test_stuck_needs_both_channels_and_a_time_that_fits_the_resolution(
    step: float, hours: int
) -> None:
    flat = Flat()
    flat.take(0, 20.0, 50.0)
    flat.take(HOUR, 20.0, 50.0 + step)

    begun = [h for h in range(2, 100) if flat.take(h * HOUR, 20.0, 50.0 + step)]

    assert begun == [hours + 1]


def test_humidity_alone_may_stay_the_same_for_ever() -> None:
    """A sound probe of whole percents showed one humidity for 260 hours in an archive store."""
    flat = Flat()

    assert not any(flat.take(h * HOUR, 20.0 + h % 2 * 0.1, 50.0) for h in range(400))


def test_a_stuck_probe_that_moves_again_is_told_once() -> None:
    flat = Flat()
    moved = [h for h in range(100) if flat.take(h * HOUR, 20.0, 50.0)]
    moved += [h for h in range(100, 103) if flat.take(h * HOUR, 20.0, 51.0 + h)]

    assert moved == [72, 100]


def test_readings_nobody_should_believe_are_one_alarm_and_judge_nothing() -> None:
    """RH 140 %, a moment in the future, another's id: kept apart, never a storm."""
    probe = judge(every_s=60)
    found = feed(probe, [50], every_s=60)
    for number in range(1, 600):
        found += probe.take(START + number * 60, {}, suspect=True)
        found += probe.expect(START + number * 60 + 30)

    assert [(change.kind, change.grade) for change in found] == [("climate.suspect", "warning")]


def test_late_readings_judge_nothing() -> None:
    probe = judge()
    feed(probe, [50] * 10)
    before = json.dumps(probe.saved())

    assert feed(probe, [90] * 10) == []
    assert json.dumps(probe.saved()) == before


def test_the_mean_of_a_day_alarms_where_single_readings_do_not() -> None:
    limits = profile(limits={"humidity_pct": {"high": 75}}, mean_24h={"humidity_pct": {"high": 65}})
    changes = feed(judge(limits), [68, 64] * 200 + [60, 61] * 200)

    assert told(changes) == []
    assert told(changes, "climate.mean_24h") == [
        ("humidity_pct/high", "warning"),
        ("humidity_pct/high", None),
    ]


def test_a_mean_with_too_little_measured_is_not_judged() -> None:
    limits = profile(mean_24h={"humidity_pct": {"high": 65}})

    assert told(feed(judge(limits), [68] * 100), "climate.mean_24h") == []


@pytest.mark.parametrize(("reading", "begins"), [("half_range", False), ("range", True)])
def test_the_swing_of_a_day_is_read_as_the_profile_says(reading: str, begins: bool) -> None:
    limits = profile(limits={"humidity_pct": {"high": 95}}).model_copy(
        update={"daily_swing": shipped_limits().profiles["jgj25-paper"].daily_swing}
    )
    assert limits.daily_swing is not None
    swing = limits.daily_swing.model_copy(update={"reading": reading})
    probe = judge(limits.model_copy(update={"daily_swing": swing}))

    changes = feed(probe, [50 + number % 7 for number in range(120)])

    assert (told(changes, "climate.swing") == [("humidity_pct", "warning")]) is begins


def test_a_swing_over_several_days_is_one_and_ends_with_a_quiet_day() -> None:
    limits = profile(daily_swing={"humidity_pct": 5, "reading": "half_range"})
    begin = datetime(2026, 3, 1, tzinfo=SHANGHAI).timestamp()
    wild = [(48, 59)[number // 72 % 2] for number in range(144 * 3)]
    changes = feed(judge(limits), [*wild, *[52] * 300], start_s=begin)

    swing = [change for change in changes if change.kind == "climate.swing"]
    assert [change.grade for change in swing] == ["warning", None]
    assert swing[1].at_s == begin + 4 * DAY


def test_a_day_that_was_hardly_measured_ends_no_swing() -> None:
    limits = profile(daily_swing={"humidity_pct": 5, "reading": "half_range"})
    begin = datetime(2026, 3, 1, tzinfo=SHANGHAI).timestamp()
    probe = judge(limits)
    feed(probe, [(48, 59)[number // 72 % 2] for number in range(144)], start_s=begin)
    few = feed(probe, [52] * 60, start_s=begin + DAY)
    few += feed(probe, [52] * 6, start_s=begin + 2 * DAY)

    assert told(few, "climate.swing") == []


def test_hours_that_were_hardly_measured_make_no_day_that_ends_a_swing() -> None:
    """Replayed by the hour, a day counts by what was measured of its hours, as in a report."""
    limits = profile(daily_swing={"humidity_pct": 5, "reading": "half_range"})
    begin = datetime(2026, 3, 1, tzinfo=SHANGHAI).timestamp()

    def hour_by_hour(calm_s: float) -> list[tuple[str, str | None]]:
        probe = judge(limits, every_s=HOUR)
        found = []
        for number in range(72):
            wild = number < 24
            span = Span(48, 59, HOUR) if wild else Span(52, 52, calm_s)
            report = Report(begin + number * HOUR, {"humidity_pct": 52.0}, False, {HUMIDITY: span})
            found += probe.take_report(report)
        return told(found, "climate.swing")

    assert hour_by_hour(HOUR) == [("humidity_pct", "warning"), ("humidity_pct", None)]
    assert hour_by_hour(60.0) == [("humidity_pct", "warning")]


def test_a_swing_waits_until_a_rush_that_made_it_would_be_known() -> None:
    """With a limit to the rate too; without one there is nothing to wait for."""
    swing = {"humidity_pct": 5, "reading": "half_range"}
    air = [50.0] * 30 + [61.0] * 120
    both = judge(profile(daily_swing=swing, rate_per_h={"humidity_pct": 10}), every_s=60)
    alone = judge(profile(daily_swing=swing), every_s=60)
    changes, at_once = feed(both, air, every_s=60), feed(alone, air, every_s=60)

    (rate,) = [each for each in changes if (each.kind, each.grade) == ("climate.rate", "warning")]
    (late,) = [each for each in changes if each.kind == "climate.swing"]
    (early,) = [each for each in at_once if each.kind == "climate.swing"]
    assert early.at_s == early.since_s == late.since_s == START + 30 * MINUTE
    assert late.at_s == early.at_s + 65 * MINUTE > rate.at_s
    assert (late.value, late.limit) == (early.value, 5) == (5.5, 5)


def test_a_swing_that_waits_over_midnight_is_told_as_that_of_its_day() -> None:
    limits = profile(
        daily_swing={"humidity_pct": 5, "reading": "half_range"}, rate_per_h={"humidity_pct": 10}
    )
    evening = datetime(2026, 3, 1, 23, tzinfo=SHANGHAI).timestamp()
    changes = feed(judge(limits), [50, 50, 50, 61, *[61] * 30], start_s=evening)

    (swing,) = [each for each in changes if each.kind == "climate.swing"]
    assert (swing.since_s, swing.value) == (evening + 30 * MINUTE, 5.5)
    assert swing.at_s == evening + 100 * MINUTE


def test_a_jump_within_the_hour_is_told_as_rate_and_a_slow_change_is_not() -> None:
    limits = profile(rate_per_h={"humidity_pct": 10})
    slow = [50 + number * 0.05 for number in range(100)]
    fast = [50.0] * 10 + [61.0] * 40

    assert told(feed(judge(limits, every_s=60), slow, every_s=60), "climate.rate") == []
    found = feed(judge(limits, every_s=60), fast, every_s=60)
    assert told(found, "climate.rate") == [("humidity_pct", "warning")]


def test_a_single_spike_of_a_minute_is_no_rate() -> None:
    limits = profile(rate_per_h={"humidity_pct": 10})
    spike = [50.0] * 10 + [66.0] + [50.0] * 20

    assert told(feed(judge(limits, every_s=60), spike, every_s=60), "climate.rate") == []


def test_mould_is_told_by_both_models_under_their_own_names() -> None:
    limits = profile(limits={"humidity_pct": {"high": 99}}, mould={"vtt_surface": "1999"})
    changes = feed(judge(limits, every_s=HOUR), [90.0] * 24 * 90, every_s=HOUR)

    mould = told(changes, "climate.mould")
    assert [each for each in mould if each[0] == "vtt"] == [("vtt", "warning"), ("vtt", "critical")]
    assert [each for each in mould if each[0] == "mrf"] == [("mrf", "warning"), ("mrf", "critical")]


def test_the_vtt_index_of_the_judge_is_that_of_the_model() -> None:
    """20 °C and 90 % for 30 days give 1.0449 on pine (Hukka and Viitanen 1999)."""
    limits = profile(mould={"vtt_surface": "1999"})
    probe = judge(limits, every_s=HOUR)
    for number in range(24 * 30 + 1):
        values = {"temperature_c": 20.0, "humidity_pct": 90.0}
        probe.take(START + number * HOUR, values)

    assert probe.mould is not None
    assert probe.mould[0] == pytest.approx(1.0449, abs=2e-4)


def test_seasons_take_their_bounds_at_the_local_turn_of_the_month() -> None:
    limits = profile(
        seasons=[{"first_month": 4, "last_month": 9, "limits": {"humidity_pct": {"high": 65}}}],
        warning={"on_s": 0, "off_s": 0},
    )
    april = datetime(2026, 4, 1, tzinfo=SHANGHAI).timestamp()
    changes = feed(judge(limits), [62] * 12, start_s=april - HOUR)

    assert told(changes) == [("humidity_pct/high", "warning"), ("humidity_pct/high", None)]
    assert changes[1].at_s == april


def test_ashrae_is_judged_around_the_mean_of_the_year_before() -> None:
    a1 = shipped_limits().profiles["ashrae-a1"]
    norms = Norms({"humidity_pct": 45.0})
    quiet = judge(a1, find_norms=lambda _: norms, every_s=HOUR)
    damp = judge(a1, find_norms=lambda _: norms, every_s=HOUR)

    assert told(feed(quiet, [59.9] * 30, every_s=HOUR)) == []
    changes = feed(damp, [60.1] * 30, every_s=HOUR)
    assert told(changes) == [("humidity_pct/year_high", "warning")]
    assert changes[0].limit == 60


def test_without_a_year_before_the_season_is_not_judged() -> None:
    a1 = shipped_limits().profiles["ashrae-a1"]

    assert told(feed(judge(a1, every_s=HOUR), [60.1] * 30, every_s=HOUR)) == []


def test_the_historic_band_follows_the_mean_of_thirty_days() -> None:
    historic = shipped_limits().profiles["en15757-historic"]
    probe = judge(historic, find_norms=lambda _: Norms({}, (-10.0, 10.0)), every_s=HOUR)

    assert told(feed(probe, [50.0] * 24 * 30, every_s=HOUR)) == []
    changes = feed(probe, [61.0] * 10, every_s=HOUR, start_s=START + 30 * DAY)
    assert told(changes) == [("humidity_pct/historic_high", "warning")]
    assert changes[0].limit == pytest.approx(60, abs=0.2)
    assert changes[0].value == pytest.approx(61)


def test_norms_need_a_year_and_look_only_back() -> None:
    before = START
    hours = [(before - (number + 1) * HOUR, 50.0 + number % 5) for number in range(24 * 399)]
    rows = sorted([*hours, (before + HOUR, 5000.0)])

    norms = find_norms({"humidity_pct": rows}, before)
    short = find_norms({"humidity_pct": rows[-24 * 200 :]}, before)

    assert norms.year_mean["humidity_pct"] == pytest.approx(52, abs=0.1)
    assert norms.band_pct == (-10.0, 10.0)
    assert short == Norms({}, None)


def test_any_quantity_may_have_limits() -> None:
    limits = profile(limits={"co2_ppm": {"high": 1000}}, warning={"on_s": 0, "off_s": 0})
    probe = judge(limits)

    (change,) = probe.take(START, {"co2_ppm": 1200.0})

    assert (change.quantity, change.value, change.limit) == ("co2_ppm", 1200.0, 1000)


def test_a_bound_that_a_new_version_lacks_ends_what_was_beyond_it() -> None:
    probe = judge()
    feed(probe, [65] * 30)
    milder = judge(profile(limits={"humidity_pct": {"low": 45}}))
    other = judge(profile(limits={"temperature_c": {"high": 25}}))
    none = ProbeJudge(None, zone=SHANGHAI, interval_s=600)

    for successor in (milder, other, none):
        state = json.loads(json.dumps(probe.saved()))
        assert told(successor.restore(state)) == [("humidity_pct/high", None)]


HUMIDITIES = st.lists(
    st.one_of(st.floats(40, 75), st.sampled_from([44.9, 45, 47, 58, 59, 60, 60.1, 68, 70.1])),
    max_size=80,
)
STEPS = st.sampled_from([60.0, 600.0, HOUR, 2 * HOUR, 6 * HOUR])
RICH = profile(
    limits={
        "humidity_pct": {"critical_low": 40, "low": 45, "high": 60, "critical_high": 70},
        "temperature_c": {"high": 24},
    },
    mean_24h={"humidity_pct": {"high": 58}},
    daily_swing={"humidity_pct": 5, "temperature_c": 2},
    rate_per_h={"humidity_pct": 10},
    mould={},
    historic_band={},
    around_year={"humidity_pct": {"down": 5, "up": 5, "short": 5}},
)


def usual(_before_s: float) -> Norms:
    return Norms({"humidity_pct": 52.0}, (-10.0, 10.0))


def run(
    probe: ProbeJudge, rows: Sequence[tuple[float, Mapping[str, float]]], *, restart: bool
) -> tuple[list[Change], Any]:
    """Judge rows; with `restart` everything goes through JSON into a new judge before each."""
    found: list[Change] = []
    for at_s, values in rows:
        found += probe.expect(at_s)
        found += probe.take(at_s, values, suspect="humidity_pct" not in values)
        if restart:
            saved = json.loads(json.dumps(probe.saved()))
            probe = judge(RICH, find_norms=usual)
            assert probe.restore(saved) == []
    return found, json.loads(json.dumps(probe.saved()))


ROWS = st.lists(st.tuples(STEPS, st.floats(30, 95), st.floats(10, 30), st.booleans()), max_size=60)


def rows_of(drawn: list[tuple[float, float, float, bool]]) -> list[tuple[float, dict[str, float]]]:
    at_s, rows = START, []
    for step, humidity, temperature, sound in drawn:
        at_s += step
        values = {"humidity_pct": round(humidity, 1), "temperature_c": round(temperature, 1)}
        rows.append((at_s, values if sound or humidity < 60 else {}))
    return rows


@given(HUMIDITIES, st.lists(STEPS, min_size=1, max_size=5))
def test_a_limit_never_ends_inside_the_band(humidities: list[float], steps: list[float]) -> None:
    """Home Assistant core#116397: hysteresis that did not hold."""
    probe = judge(profile(warning={"on_s": 1200, "off_s": 600}))
    at_s = START
    for number, humidity in enumerate(humidities):
        at_s += steps[number % len(steps)]
        for change in probe.take(at_s, {"humidity_pct": humidity}):
            if change.kind == "climate.limit" and change.grade is None:
                assert humidity <= 58 if change.bound == "high" else humidity >= 47
            if change.kind == "climate.limit" and change.grade == "warning" and humidity > 60:
                assert change.since_s <= at_s - 1200


@given(ROWS)
def test_every_condition_that_begins_has_one_end(
    drawn: list[tuple[float, float, float, bool]],
) -> None:
    """Grafana #18622; ThingsBoard #7811: neither a second beginning nor a second end."""
    open_now: dict[tuple[str, str], str] = {}
    for change in run(judge(RICH, find_norms=usual), rows_of(drawn), restart=False)[0]:
        key = (change.kind, change.key)
        if change.grade is None:
            del open_now[key]
        else:
            assert open_now.get(key) != change.grade
            open_now[key] = change.grade


@settings(max_examples=60)
@given(ROWS)
def test_a_restart_at_any_point_changes_nothing(
    drawn: list[tuple[float, float, float, bool]],
) -> None:
    """Home Assistant core#133377: the state of a threshold was lost by a restart."""
    rows = rows_of(drawn)

    through = run(judge(RICH, find_norms=usual), rows, restart=False)
    broken = run(judge(RICH, find_norms=usual), rows, restart=True)

    assert through == broken


@given(HUMIDITIES)
def test_bare_limits_begin_and_end_with_each_crossing(humidities: list[float]) -> None:
    probe = judge(
        profile(limits={"humidity_pct": {"high": 60}}),
        switches=Switches(hysteresis=False, delays=False),
    )

    changes = told(feed(probe, humidities))

    beyond = [False, *(humidity > 60 for humidity in humidities)]
    crossings = [now for before, now in pairwise(beyond) if now != before]
    assert [grade is not None for _, grade in changes] == crossings
