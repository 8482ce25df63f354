"""Every protection in the table forbids motion, stops it, and latches as the table says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.load import load_room, shipped_room
from simulators import acts
from simulators.acts import Impossible
from simulators.physics import plc
from simulators.physics.codes import Fault, Reason, Result, SteelState
from simulators.physics.orders import CMD_OPEN_AISLE, plain_order
from simulators.physics.protections import DEFECTS, PROTECTIONS, reported
from simulators.physics.steel import SegmentSteel
from simulators.world import World, build_world, step

ROOM = load_room(shipped_room("small"))
AT = {"bank": 1, "segment": 1}


def a_world() -> World:
    return build_world(ROOM, (), seed=1, began_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


def asked(world: World, aisle: int = 0) -> World:
    steel = plc.feed_watchdog(world.steel_of(1), world.steel_of(1).agent_beat + 1)
    return world.with_bank(plc.obey(steel, 1, plain_order(steel.segment(1), CMD_OPEN_AISLE, aisle)))


def moving() -> World:
    world = asked(a_world())
    for _ in range(30):
        world = step(world, 0.05)
    assert part_of(world).moving
    return world


def part_of(world: World) -> SegmentSteel:
    return world.steel_of(1).segment(1)


def names(world: World) -> tuple[str, ...]:
    return reported(world.steel_of(1), part_of(world))


@pytest.mark.parametrize("name", PROTECTIONS)
def test_a_protection_forbids_motion_and_is_reported_while_it_lasts(name: str) -> None:
    world = acts.raise_protection(a_world(), **AT, protection=name)
    assert name in names(world)
    refused = part_of(asked(world))
    latched = PROTECTIONS[name].at_rest
    expected = Reason.FAULT_LATCHED if latched else PROTECTIONS[name].reason
    assert (refused.last_result, refused.last_reason) == (Result.REFUSED, expected)
    over = acts.clear_protection(world, **AT, protection=name)
    assert names(over) == ((name,) if latched else ())
    free = acts.press_reset(over, bank=1) if latched else over
    assert part_of(asked(free)).last_result is Result.ACCEPTED


@pytest.mark.parametrize("name", PROTECTIONS)
def test_a_protection_stops_what_moves_and_latches_or_is_released(name: str) -> None:
    stopped = acts.raise_protection(moving(), **AT, protection=name)
    row, part = PROTECTIONS[name], part_of(stopped)
    assert not part.moving
    assert part.last_result is Result.FAILED
    assert part.fault is row.latches
    assert part.state is (SteelState.FAULTED if row.latches else SteelState.HALTED)
    assert part_of(acts.press_reset(stopped, bank=1)).fault is row.latches, "the cause remains"
    over = acts.clear_protection(stopped, **AT, protection=name)
    assert part_of(over).fault is row.latches, "what has latched stays"
    assert part_of(acts.press_reset(over, bank=1)).fault is Fault.NONE


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_of_a_column_latches_until_it_is_mended_and_reset(name: str) -> None:
    broken = acts.break_column(a_world(), bank=1, column=3, defect=name)
    assert part_of(broken).fault is DEFECTS[name]
    assert names(broken) == (name,)
    assert part_of(acts.press_reset(broken, bank=1)).fault is DEFECTS[name]
    mended = acts.mend(broken, bank=1, column=3)
    assert part_of(mended).fault is DEFECTS[name]
    assert part_of(asked(acts.press_reset(mended, bank=1))).last_result is Result.ACCEPTED


def test_what_is_latched_is_reported_before_what_lasts() -> None:
    world = acts.raise_protection(moving(), **AT, protection="side_panel")
    world = acts.enter_aisle(world, **AT, aisle=5)
    world = acts.lock_at_steel(acts.open_e_stop(world, bank=1), **AT)
    assert names(world) == ("side_panel", "e_stop", "person_in_aisle", "locked")


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(Impossible, match="there are auto_protection, pressure_detached"):
        acts.raise_protection(a_world(), **AT, protection="wizard")
    with pytest.raises(Impossible, match="there are limit_switch, limit_switch_open"):
        acts.break_column(a_world(), bank=1, column=3, defect="wizard")
