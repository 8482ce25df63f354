"""What the air, contacts, people and the guard make of one decision; each failure known elsewhere.

The cases of ventilation are the shared check values: temperature and humidity inside and outside.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.climate import Guard, Regulator, Zone
from config.parts import Words
from drivers.messages import Actor
from drivers.room.regulation import (
    Air,
    ContactSays,
    Decision,
    Memory,
    Neighbour,
    Override,
    ProbeSays,
    Reason,
    Said,
    Situation,
    air_of,
    begin,
    coldest_of,
    decide,
    find_need,
    reason_for,
    reasons,
    settle,
)

LI = Actor(id="li", name="Li")
AT = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
IDLE = Memory()
RUNS = Memory(demand=True, wanted=True, held=True)
NOW_S = 10_000.0


def air(humidity_pct: float, temperature_c: float = 20.0) -> Air:
    return Air(
        temperature_c=temperature_c, humidity_pct=humidity_pct, age_s=5.0, probes=("probe-1",)
    )


def regulator(does: str = "dry", **parts: Any) -> Regulator:
    return Regulator.model_validate({"unit": "unit-1", "does": does, "zone": "room"} | parts)


def seen(inside: Air | None, **parts: Any) -> Situation:
    return Situation(now_s=NOW_S, air=inside, **parts)


def contact(says: Any, safe: bool | None = False, **parts: Any) -> ContactSays:
    return ContactSays(
        **({"says": says, "device": "inputs-1", "input": 1, "safe": safe, "since_s": 0.0} | parts)
    )


def by_hand(on: bool) -> Override:
    return Override(on=on, until=AT + timedelta(hours=1), until_s=NOW_S + 3600, actor=LI)


def come_to(rule: Regulator, now: Situation, memory: Memory = IDLE) -> tuple[bool, str]:
    _, decision = decide(rule, memory, now)
    return decision.wanted, decision.reason.code


@pytest.mark.parametrize(
    ("humidity_pct", "was_on", "on"),
    [(57.1, False, True), (57.0, False, False), (53.1, True, True), (53.0, True, False)],
)
def test_drying_stays_as_it_is_inside_the_dead_band(
    humidity_pct: float, was_on: bool, on: bool
) -> None:
    memory = RUNS if was_on else IDLE
    code = reasons.TOO_DAMP if on else reasons.DRY_ENOUGH
    assert come_to(regulator(), seen(air(humidity_pct)), memory) == (on, code)


@pytest.mark.parametrize(
    ("humidity_pct", "was_on", "on"),
    [(42.9, False, True), (43.0, False, False), (46.9, True, True), (47.0, True, False)],
)
def test_humidifying_stays_as_it_is_inside_the_dead_band(
    humidity_pct: float, was_on: bool, on: bool
) -> None:
    rule = regulator("humidify", set_pct=45.0)
    code = reasons.TOO_DRY if on else reasons.DAMP_ENOUGH
    assert come_to(rule, seen(air(humidity_pct)), RUNS if was_on else IDLE) == (on, code)


def test_nothing_is_humidified_where_water_would_stand_on_the_coldest_surface() -> None:
    rule = regulator("humidify", set_pct=55.0)
    # 20 °C and 45 % have their dew point at 7.7 °C.
    assert come_to(rule, seen(air(45.0), coldest_c=10.8)) == (True, reasons.TOO_DRY)
    assert come_to(rule, seen(air(45.0), coldest_c=10.6)) == (False, reasons.CONDENSATION_NEAR)
    by_person = seen(air(45.0), coldest_c=10.6, override=by_hand(True))
    assert come_to(rule, by_person) == (False, reasons.CONDENSATION_NEAR)


@pytest.mark.parametrize(
    ("inside", "outside", "on"),
    [
        ((18, 62), (8, 85), True),
        ((18, 62), (18, 62), False),
        ((22, 58), (24, 60), False),
        ((18, 58), (12, 78), False),
    ],
)
def test_air_is_let_in_only_where_it_brings_less_water(
    inside: tuple[float, float], outside: tuple[float, float], on: bool
) -> None:
    rule = regulator("ventilate", set_pct=55.0)
    now = seen(air(inside[1], inside[0]), outside=air(outside[1], outside[0]))
    assert come_to(rule, now)[0] is on


def test_no_hour_of_the_clock_and_no_relative_humidity_outside_opens_a_fan() -> None:
    """At three in the morning, cold and 50 %RH less than inside by its own figure, but no drier."""
    rule = regulator("ventilate", set_pct=50.0, supply_low_c=-10.0)
    warm_and_dry_looking = seen(air(52.0, 16.0), outside=air(40.0, 22.0))
    assert come_to(rule, warm_and_dry_looking) == (False, reasons.OUTSIDE_NOT_DRIER)


def test_a_fan_runs_on_until_what_it_gains_is_next_to_nothing() -> None:
    rule = regulator("ventilate", set_pct=55.0)
    now = seen(air(58, 18), outside=air(78, 12))  # 0.59 g/m3 drier
    assert come_to(rule, now, RUNS) == (True, reasons.OUTSIDE_DRIER)
    assert come_to(rule, now, IDLE) == (False, reasons.OUTSIDE_NOT_DRIER)
    spent = seen(air(58, 18), outside=air(84, 12))
    assert come_to(rule, spent, RUNS) == (False, reasons.OUTSIDE_NOT_DRIER)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"outside": None}, reasons.OUTSIDE_UNKNOWN),
        ({"outside": air(60, 4.9)}, reasons.OUTSIDE_TOO_COLD),
        ({"outside": air(20, 30.5)}, reasons.OUTSIDE_TOO_WARM),
        ({"outside": air(50, 9)}, reasons.WOULD_DRY_TOO_FAR),
        ({"fell_pct": 5.0}, reasons.DAY_SPENT),
        ({"air": air(55, 18)}, reasons.NO_NEED_OF_AIR),
        ({"contacts": (contact("rain"),)}, reasons.RAIN),
        ({"contacts": (contact("rain", None),)}, reasons.CONTACT_UNKNOWN),
    ],
)
def test_each_condition_of_ventilation_alone_keeps_the_fan_off(
    change: dict[str, Any], code: str
) -> None:
    rule = regulator("ventilate", set_pct=55.0)
    good = seen(air(62, 18), outside=air(85, 8), fell_pct=4.9)
    assert come_to(rule, good) == (True, reasons.OUTSIDE_DRIER)
    assert come_to(rule, replace(good, **change)) == (False, code)


def test_an_open_door_starts_nothing_and_stops_what_runs_after_its_grace() -> None:
    rule = regulator(door_grace_s=120.0)
    since = contact("door", since_s=NOW_S - 119.0)
    damp = seen(air(60), contacts=(since,))
    assert come_to(rule, damp) == (False, reasons.DOOR_OPEN)
    assert come_to(rule, replace(damp, runs=True)) == (True, reasons.TOO_DAMP)
    longer = contact("door", since_s=NOW_S - 120.0)
    assert come_to(rule, replace(damp, runs=True, contacts=(longer,))) == (False, reasons.DOOR_OPEN)
    elsewhere = contact("door", zone="other")
    assert come_to(rule, replace(damp, contacts=(elsewhere,))) == (True, reasons.TOO_DAMP)


@pytest.mark.parametrize("does", ["dry", "humidify", "ventilate"])
@pytest.mark.parametrize("change", [{"fire": True}, {"contacts": (contact("smoke", zone="far"),)}])
def test_fire_and_smoke_anywhere_in_the_room_switch_everything_off_at_once(
    does: str, change: dict[str, Any]
) -> None:
    rule = regulator(does, fail="hold", guard={"max_on_s": 7200})
    _, decision = decide(rule, RUNS, seen(None, runs=True, override=by_hand(True), **change))
    assert not decision.wanted
    assert decision.at_once
    assert decision.reason.code in (reasons.FIRE, reasons.SMOKE)


def test_a_leak_stops_the_humidifier_and_not_the_dryer() -> None:
    wet = (contact("leak"),)
    dry, humid = regulator(set_pct=40.0), regulator("humidify", set_pct=60.0)
    assert come_to(humid, seen(air(50), contacts=wet)) == (False, reasons.LEAK)
    assert come_to(dry, seen(air(50), contacts=wet)) == (True, reasons.TOO_DAMP)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"contacts": (contact("tank_full", unit_id="unit-1"),)}, reasons.TANK_FULL),
        ({"contacts": (contact("unit_fault", unit_id="unit-1"),)}, reasons.UNIT_FAULT),
        ({"faults": ("tank_full",)}, reasons.TANK_FULL),
        ({"faults": ("sensor",)}, reasons.UNIT_FAULT),
    ],
)
def test_a_full_tank_or_a_fault_of_the_unit_stops_it(change: dict[str, Any], code: str) -> None:
    assert come_to(regulator(), seen(air(60), **change)) == (False, code)


def test_the_fault_of_another_unit_or_a_dusty_filter_stops_nothing() -> None:
    others = seen(air(60), contacts=(contact("tank_full", unit_id="unit-2"),), faults=("filter",))
    assert come_to(regulator(), others) == (True, reasons.TOO_DAMP)


def test_a_contact_that_cannot_be_read_starts_nothing_and_is_no_danger() -> None:
    young = (contact("smoke", None, since_s=NOW_S - 5),)
    damp = seen(air(60), contacts=young)
    assert come_to(regulator(), damp) == (False, reasons.CONTACT_UNKNOWN)
    assert come_to(regulator(), replace(damp, runs=True)) == (True, reasons.TOO_DAMP)
    old = (contact("smoke", None, since_s=NOW_S - 10),)
    _, decision = decide(regulator(), RUNS, replace(damp, runs=True, contacts=old))
    assert (decision.wanted, decision.at_once) == (False, False)


@pytest.mark.parametrize(
    ("fail", "before", "wanted", "code"),
    [
        ("off", RUNS, False, reasons.BLIND_OFF),
        ("hold", RUNS, True, reasons.BLIND_HOLD),
        ("hold", IDLE, False, reasons.BLIND_HOLD),
    ],
)
def test_a_lost_probe_makes_the_unit_do_what_its_file_says_and_says_so(
    fail: str, before: Memory, wanted: bool, code: str
) -> None:
    """Home Assistant core #164640, #102053; dual-smart-thermostat #168: it stays in sight."""
    assert come_to(regulator(fail=fail), seen(None), before) == (wanted, code)


def test_a_blind_unit_on_duty_runs_so_long_and_rests_so_long() -> None:
    rule = regulator(fail="duty", duty={"on_s": 600, "off_s": 1800})
    memory, first = decide(rule, IDLE, seen(None))
    assert (first.wanted, first.reason.code, first.until_s) == (
        True,
        reasons.BLIND_DUTY,
        NOW_S + 600,
    )
    later = {
        after_s: decide(rule, memory, replace(seen(None), now_s=NOW_S + after_s))[1]
        for after_s in (599, 600, 2399, 2400)
    }
    assert [each.wanted for each in later.values()] == [True, False, False, True]
    assert later[600].until_s == NOW_S + 2400


def test_a_value_that_stays_the_same_is_not_stale_and_one_not_reported_is() -> None:
    """Home Assistant core #89873: going by changes called living sensors dead."""

    def constant(at_s: float) -> ProbeSays:
        warm, damp = Said(18.0, at_s), Said(50.0, at_s)
        return ProbeSays(probe="probe-1", zone="room", temperature_c=warm, humidity_pct=damp)

    for hours in range(260):
        now_s = NOW_S + hours * 3600
        assert air_of([constant(now_s - 60)], "room", now_s, stale_after_s=900) is not None
    old = constant(NOW_S)
    assert air_of([old], "room", NOW_S + 901, stale_after_s=900) is None
    half = replace(old, temperature_c=Said(18.0, NOW_S + 800))
    for each in (half, replace(old, humidity_pct=Said(50.0, NOW_S + 800))):
        assert air_of([each], "room", NOW_S + 901, stale_after_s=900) is None
        found = air_of([each], "room", NOW_S + 810, stale_after_s=900)
        assert found is not None
        assert found.age_s == 810, "a pair is as old as the older of the two"
    assert coldest_of([half], ["room"], NOW_S + 901, stale_after_s=900) == 18.0
    assert coldest_of([old], ["room"], NOW_S + 901, stale_after_s=900) is None


def test_the_air_of_a_zone_is_the_median_of_its_healthy_probes() -> None:
    def probe(name: str, humidity_pct: float | None, zone: str = "room") -> ProbeSays:
        return ProbeSays(
            probe=name,
            zone=zone,
            temperature_c=Said(20.0, NOW_S),
            humidity_pct=None if humidity_pct is None else Said(humidity_pct, NOW_S),
        )

    told = [probe("a", 50), probe("b", 51), probe("c", 99), probe("d", None), probe("e", 10, "far")]
    found = air_of(told, "room", NOW_S, stale_after_s=900)
    assert found is not None
    assert found.humidity_pct == 51
    assert found.probes == ("a", "b", "c")


def test_dryer_and_humidifier_of_a_zone_never_run_together_not_even_by_hand() -> None:
    wet = Neighbour(unit="humid-1", does="humidify", runs=True, wanted=False)
    damp = seen(air(60), neighbours=(wet,))
    assert come_to(regulator(), damp) == (False, reasons.OPPOSITE_RUNS)
    assert come_to(regulator(), replace(damp, override=by_hand(True))) == (
        False,
        reasons.OPPOSITE_RUNS,
    )


def test_ventilation_goes_first_then_drying_then_humidifying() -> None:
    fan = Neighbour(unit="fan-1", does="ventilate", runs=True, wanted=True)
    rule = regulator(set_pct=55.0)
    assert come_to(rule, seen(air(58), neighbours=(fan,))) == (False, reasons.VENTILATION_FIRST)
    assert come_to(rule, seen(air(59.1), neighbours=(fan,))) == (True, reasons.TOO_DAMP)
    still = replace(fan, runs=False)
    assert come_to(rule, seen(air(58), neighbours=(still,))) == (True, reasons.TOO_DAMP)
    dryer = Neighbour(unit="dryer-1", does="dry", runs=False, wanted=True)
    humid = regulator("humidify", set_pct=60.0)
    assert come_to(humid, seen(air(50), neighbours=(dryer,))) == (False, reasons.DRYING_FIRST)


def test_a_person_overrules_the_air_and_a_lost_probe() -> None:
    assert come_to(regulator(), seen(air(40), override=by_hand(True))) == (True, reasons.BY_HAND)
    assert come_to(regulator(), seen(None, override=by_hand(True))) == (True, reasons.BY_HAND)
    assert come_to(regulator(), seen(air(70), override=by_hand(False))) == (False, reasons.BY_HAND)


def test_what_a_person_wanted_is_not_held_on_to_when_his_word_has_ended() -> None:
    rule = regulator(fail="hold")
    for before, wish in ((IDLE, True), (RUNS, False)):
        memory, _ = decide(rule, before, seen(None, override=by_hand(wish)))
        assert come_to(rule, seen(None), memory) == (not wish, reasons.BLIND_HOLD)
    memory, _ = decide(rule, RUNS, seen(None, faults=("fan",)))
    assert come_to(rule, seen(None), memory) == (False, reasons.BLIND_HOLD)


def test_what_the_guard_holds_back_is_told_with_what_is_behind_it() -> None:
    life = replace(begin(NOW_S - 100), on=False)
    decision = Decision(wanted=True, reason=Reason(reasons.TOO_DAMP, {"humidity_pct": 60.0}))
    outcome = settle(Guard(), life, decision, NOW_S, obeys_within_s=60)
    assert outcome.write is None
    assert outcome.until_s == NOW_S + 500
    assert outcome.reason == Reason(
        reasons.GUARD_MIN_OFF, {"humidity_pct": 60.0, "behind": reasons.TOO_DAMP}
    )


def test_a_unit_that_runs_as_long_as_it_may_rests() -> None:
    guard = Guard(max_on_s=3600)
    life = replace(begin(NOW_S - 3600), on=True)
    decision = Decision(wanted=True, reason=Reason(reasons.TOO_DAMP))
    outcome = settle(guard, life, decision, NOW_S, obeys_within_s=60)
    assert (outcome.write, outcome.reason.code) == (False, reasons.GUARD_MAX_ON)


def test_a_closed_block_is_aired_only_where_the_room_is_drier_by_its_water() -> None:
    zone = Zone(
        zone="block",
        name=Words(zh="区", en="block"),
        kind="closed_block",
        block=1,
        air_above_pct=55.0,
    )
    need = find_need(zone, air(65, 18), air(50, 18))
    assert need is not None
    assert need.bank == 1
    assert find_need(zone, air(65, 18), air(58, 20)) is None, "less humid by RH, not by water"
    assert find_need(zone, air(54, 18), air(30, 18)) is None, "dry enough"
    assert find_need(zone, None, air(50, 18)) is None
    assert find_need(zone, air(65, 18), None) is None
    whole = Zone(zone="room", name=Words(zh="全", en="all"))
    assert find_need(whole, air(65, 18), air(50, 18)) is None, "no closed block"
    damper = replace(need, zone="block-2", bank=12, block_g_m3=11.0)
    reason = reason_for([damper, replace(need, zone="block-3", bank=2), need])
    assert reason.detail["banks"] == "1, 2, 12"
    assert (reason.detail["zone"], reason.detail["block_g_m3"]) == ("block-2", 11.0)
