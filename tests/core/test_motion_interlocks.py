"""What each interlock means, and what is unseen, unknown or old."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from drivers.readings import Check
from drivers.room.motion import INTERLOCKS, Reconnected, Segment, SteelRead, list_checks, step
from tests.core.motion_parts import (
    LIMITS,
    SAFE,
    asks,
    bank_at,
    code_of,
    interlocks,
    linked,
    refusal,
    run,
    steel_at,
)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("remote_control", "local_control"),
        ("e_stop_chain", "e_stop"),
        ("maintenance_key", "maintenance_key"),
        ("crank", "crank"),
        ("fire", "fire"),
    ],
)
def test_an_unsafe_interlock_of_the_bank_forbids_motion(name: str, code: str) -> None:
    segment, _ = step(linked(), asks())
    unsafe = replace(interlocks(), bank=bank_at(100.1, interlocks={**SAFE, name: Check.UNSAFE}))
    assert code_of(segment, unsafe) == code


@pytest.mark.parametrize("name", sorted(SAFE))
def test_an_unknown_interlock_of_the_bank_forbids_motion(name: str) -> None:
    segment, _ = step(linked(), asks())
    unknown = replace(interlocks(), bank=bank_at(100.1, interlocks={**SAFE, name: Check.UNKNOWN}))
    answer = refusal(segment, unknown)
    assert (answer.code, answer.detail) == ("interlock_unknown", {"interlock": name})


@pytest.mark.parametrize("name", ["entrance", "obstruction"])
@pytest.mark.parametrize("check", [Check.UNSAFE, Check.UNKNOWN])
def test_an_unsafe_or_unknown_interlock_of_the_segment_forbids_motion(
    name: str, check: Check
) -> None:
    segment, _ = step(linked(), asks())
    code = name if check is Check.UNSAFE else "interlock_unknown"
    changes: dict[str, Any] = {name: check}
    assert code_of(segment, interlocks(**changes)) == code


@pytest.mark.parametrize("aisle", range(4))
@pytest.mark.parametrize("check", [Check.UNSAFE, Check.UNKNOWN])
def test_any_aisle_occupied_or_unknown_forbids_motion_and_is_named(
    aisle: int, check: Check
) -> None:
    segment, _ = step(linked(), asks())
    occupancy = tuple(check if number == aisle else Check.SAFE for number in range(4))
    answer = refusal(segment, interlocks(occupancy=occupancy))
    code = "aisle_occupied" if check is Check.UNSAFE else "occupancy_unknown"
    assert (answer.code, answer.detail["aisle"]) == (code, aisle)


def test_what_is_unsafe_is_told_before_what_is_unknown() -> None:
    segment, _ = step(linked(), asks())
    assert code_of(segment, interlocks(entrance=Check.UNKNOWN, obstruction=Check.UNSAFE)) == (
        "obstruction"
    )


def test_an_aisle_without_a_sensor_counts_as_unknown() -> None:
    segment, _ = step(linked(), asks())
    assert code_of(segment, interlocks(occupancy=(Check.SAFE,) * 3)) == "occupancy_unknown"


@pytest.mark.parametrize("name", INTERLOCKS)
def test_what_the_driver_cannot_see_is_unknown_and_forbids_motion(name: str) -> None:
    blind = replace(LIMITS, interlocks_seen=frozenset(INTERLOCKS) - {name})
    segment, _ = step(linked(blind), asks())
    code = "occupancy_unknown" if name == "occupancy" else "interlock_unknown"
    assert code_of(segment, interlocks()) == code


def test_a_controller_whose_heartbeat_stands_still_moves_nothing() -> None:
    frozen = [
        SteelRead(at_s=at_s, bank=bank_at(at_s, heartbeat=200), steel=steel_at(at_s))
        for at_s in (101.0, 102.0, 103.0)
    ]
    segment, _ = run(linked(), *frozen, asks(at_s=103.0, seen_at_s=102.5))
    late = replace(interlocks(at_s=103.1), bank=bank_at(103.1, heartbeat=200))
    assert code_of(segment, late) == "heartbeat_lost"


def test_a_heartbeat_seen_once_proves_nothing() -> None:
    segment, _ = run(
        Segment(limits=LIMITS),
        Reconnected(at_s=100.0, bank=bank_at(100.0, heartbeat=1), steel=steel_at(100.0)),
        asks(),
    )
    once = replace(interlocks(), bank=bank_at(100.1, heartbeat=1))
    answer = refusal(segment, once)
    assert (answer.code, answer.detail) == ("interlock_unknown", {"interlock": "heartbeat"})


def test_every_interlock_is_listed_and_unknown_before_the_first_reading() -> None:
    findings = list_checks(Segment(limits=LIMITS), 0.0)
    assert [finding.name for finding in findings] == list(INTERLOCKS)
    assert {finding.check for finding in findings} == {Check.UNKNOWN}


def test_power_failure_maintenance_and_blindness_show_as_modes() -> None:
    def mode(**checks: Check) -> str:
        bank = bank_at(101.0, interlocks={**SAFE, **checks})
        return step(linked(), SteelRead(at_s=101.0, bank=bank, steel=steel_at(101.0)))[0].mode

    assert mode() == "normal"
    assert mode(power=Check.UNSAFE) == "power_fail"
    assert mode(maintenance_key=Check.UNSAFE) == "maintenance"
    assert mode(remote_control=Check.UNSAFE) == "maintenance"
    assert mode(crank=Check.UNKNOWN) == "degraded"
    assert mode(fire=Check.UNSAFE, power=Check.UNSAFE) == "fire"
