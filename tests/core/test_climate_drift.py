"""A probe that drifts away from its zone is found by the water in the air."""

from __future__ import annotations

import pytest

from controller.climate.conditions.drift import departures

TODAY = 100


def zone(*, per_day: float = 0.0, offset: float = 0.0, probes: int = 3, first: int = 0) -> dict:  # type: ignore[type-arg]  # a mapping of test values
    """Probes of one zone whose water swings together; the last one drifts."""
    days = {
        f"probe-{n}": {d: 8.0 + d % 7 * 0.3 + n * 0.01 for d in range(first, TODAY)}
        for n in range(probes)
    }
    last = days[f"probe-{probes - 1}"]
    for day in last:
        last[day] += offset + per_day * day
    return days


def test_a_probe_that_goes_off_slowly_drifts_and_the_others_do_not() -> None:
    found = departures(zone(per_day=0.005), TODAY)

    assert [probe for probe, each in found.items() if each.drifts] == ["probe-2"]
    assert found["probe-2"].now_g_m3 == pytest.approx(0.48 + 0.01, abs=0.05)


@pytest.mark.parametrize("offset", [0.6, -0.6])
def test_a_probe_that_was_always_off_does_not_drift(offset: float) -> None:
    """It hangs where the air is damper, or wants a calibration; it does not get worse."""
    assert not any(each.drifts for each in departures(zone(offset=offset), TODAY).values())


def test_a_small_departure_is_none() -> None:
    found = departures(zone(per_day=0.002), TODAY)

    assert not any(each.drifts for each in found.values())
    assert found["probe-2"].is_sound


def test_two_probes_cannot_tell_which_of_them_is_off() -> None:
    assert departures(zone(per_day=0.02, probes=2), TODAY) == {}


def test_a_month_is_needed_to_call_it_a_drift() -> None:
    short = departures(zone(per_day=0.02, first=TODAY - 30), TODAY)

    assert not any(each.drifts for each in short.values())
