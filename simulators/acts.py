"""What people (and mishaps) do in the room: each act takes a world and returns the next. Pure.

What they do with files and tags, at door and desk, is in handling.py. An act that cannot be done
raises Impossible, which says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from config.room import SensorInputs
from simulators.finding import Impossible as Impossible
from simulators.finding import find_box as find_box
from simulators.finding import parse_spot, require_reach
from simulators.handling import encode_tag as encode_tag
from simulators.physics import plc
from simulators.physics.codes import Fault
from simulators.physics.protections import DEFECTS, PROTECTIONS
from simulators.physics.steel import BankSteel, ColumnSteel, SegmentSteel
from simulators.things import InHand
from simulators.world import World

PASSABLE_MM = 350.0
"""A person does not fit through less."""


def take_box(world: World, *, box: str) -> World:
    """Take a box from where it stands."""
    found = find_box(world, box)
    if isinstance(found.spot, InHand):
        raise Impossible(f"box {found.code} is in somebody's hand already")
    require_reach(world, found)
    return world.with_box(replace(found, spot=InHand()))


def put_box(world: World, *, box: str, on: str) -> World:
    """Put a carried box on "desk" or "trolley", back "home", or on any shelf, also a wrong one."""
    found = find_box(world, box)
    if not isinstance(found.spot, InHand):
        raise Impossible(f"box {found.code} is in nobody's hand; take it first")
    spot = parse_spot(world, str(found.home) if on == "home" else on)
    return world.with_box(replace(found, spot=spot))


def enter_aisle(world: World, *, bank: int, segment: int, aisle: int) -> World:
    """A person walks into an aisle that is wide enough."""
    part = _segment(world, bank, segment)
    _aisle(part, aisle)
    if part.gap_mm(aisle) < PASSABLE_MM:
        raise Impossible(
            f"aisle {aisle} is {part.gap_mm(aisle):.0f} mm wide; a person needs {PASSABLE_MM:.0f}"
        )
    return _people(world, bank, part, aisle, +1)


def leave_aisle(world: World, *, bank: int, segment: int, aisle: int) -> World:
    """A person walks out of an aisle."""
    part = _segment(world, bank, segment)
    _aisle(part, aisle)
    if part.people[aisle] == 0:
        raise Impossible(f"nobody is in aisle {aisle}")
    return _people(world, bank, part, aisle, -1)


def obstruct(world: World, *, bank: int, segment: int) -> World:
    """Something presses the segment's pressure strip."""
    return raise_protection(world, bank=bank, segment=segment, protection="obstruction")


def clear_obstruction(world: World, *, bank: int, segment: int) -> World:
    """Nothing presses the strip any more."""
    return clear_protection(world, bank=bank, segment=segment, protection="obstruction")


def block_entrance(world: World, *, bank: int, segment: int) -> World:
    """Somebody stands in the front mouth of the segment."""
    return raise_protection(world, bank=bank, segment=segment, protection="entrance_front")


def clear_entrance(world: World, *, bank: int, segment: int) -> World:
    """Nobody stands in the front mouth any more."""
    return clear_protection(world, bank=bank, segment=segment, protection="entrance_front")


def raise_protection(world: World, *, bank: int, segment: int, protection: str) -> World:
    """One of the segment's protections speaks up, by its name in physics/protections.py."""
    part = _segment(world, bank, segment)
    signs = part.signs | {_named(protection, PROTECTIONS, "protection")}
    return _with_segment(world, bank, replace(part, signs=signs))


def clear_protection(world: World, *, bank: int, segment: int, protection: str) -> World:
    """The cause of a protection is gone; what has latched stays until reset."""
    part = _segment(world, bank, segment)
    signs = part.signs - {_named(protection, PROTECTIONS, "protection")}
    return _with_segment(world, bank, replace(part, signs=signs))


def lock_at_steel(world: World, *, bank: int, segment: int) -> World:
    """Somebody locks the segment at the steel; only there it can be unlocked."""
    part = _segment(world, bank, segment)
    return _with_segment(world, bank, replace(part, locked_at_steel=True))


def unlock_at_steel(world: World, *, bank: int, segment: int) -> World:
    """Somebody unlocks the segment at the steel, whoever locked it."""
    part = _segment(world, bank, segment)
    free = replace(part, locked_at_steel=False, locked_by_network=False)
    return _with_segment(world, bank, free)


def fall_asleep(world: World, *, bank: int, segment: int) -> World:
    """The drives of a segment go to sleep, as they do when nobody wants anything for long."""
    part = _segment(world, bank, segment)
    return _with_segment(world, bank, replace(part, asleep=True, waking=None))


def wake_at_steel(world: World, *, bank: int, segment: int) -> World:
    """Somebody wakes the drives of a segment at the steel."""
    part = _segment(world, bank, segment)
    return _with_segment(world, bank, replace(part, asleep=False, waking=None))


def press_start_button(world: World, *, bank: int, segment: int) -> World:
    """Somebody presses and holds the start button of a segment."""
    _segment(world, bank, segment)
    return replace(world, pressed=world.pressed | {(bank, segment)})


def release_start_button(world: World, *, bank: int, segment: int) -> World:
    """Somebody lets go of the start button of a segment."""
    _segment(world, bank, segment)
    return replace(world, pressed=world.pressed - {(bank, segment)})


def cut_sensor_wire(world: World, *, device: str, input: int) -> World:
    """The wire from one of our own sensors to its input module breaks."""
    _input(world, device, input)
    return replace(world, cut_inputs=world.cut_inputs | {(device, input)})


def mend_sensor_wire(world: World, *, device: str, input: int) -> World:
    """The wire of a sensor is whole again."""
    _input(world, device, input)
    return replace(world, cut_inputs=world.cut_inputs - {(device, input)})


def blind_sensor(world: World, *, bank: int, segment: int, aisle: int) -> World:
    """An aisle's presence sensor fails: whether somebody is inside is unknown."""
    part = _segment(world, bank, segment)
    _aisle(part, aisle)
    return _with_segment(world, bank, replace(part, blind=part.blind | {aisle}))


def mend_sensor(world: World, *, bank: int, segment: int, aisle: int) -> World:
    """An aisle's presence sensor sees again."""
    part = _segment(world, bank, segment)
    _aisle(part, aisle)
    return _with_segment(world, bank, replace(part, blind=part.blind - {aisle}))


def press_reset(world: World, *, bank: int) -> World:
    """Press the controller's own reset button at the bank."""
    return world.with_bank(plc.press_reset(_bank(world, bank)))


def switch_local(world: World, *, bank: int) -> World:
    """Turn the bank's switch to local control."""
    return _with_bank(world, replace(_bank(world, bank), local=True))


def switch_remote(world: World, *, bank: int) -> World:
    """Turn the bank's switch to remote control."""
    return _with_bank(world, replace(_bank(world, bank), local=False))


def open_e_stop(world: World, *, bank: int) -> World:
    """Strike the emergency stop: its chain opens."""
    return _with_bank(world, replace(_bank(world, bank), e_stop_open=True))


def close_e_stop(world: World, *, bank: int) -> World:
    """Release the emergency stop: its chain closes."""
    return _with_bank(world, replace(_bank(world, bank), e_stop_open=False))


def insert_key(world: World, *, bank: int) -> World:
    """Put the maintenance key in."""
    return _with_bank(world, replace(_bank(world, bank), key_inserted=True))


def remove_key(world: World, *, bank: int) -> World:
    """Take the maintenance key out."""
    return _with_bank(world, replace(_bank(world, bank), key_inserted=False))


def engage_crank(world: World, *, bank: int) -> World:
    """Put the hand crank on a column."""
    return _with_bank(world, replace(_bank(world, bank), crank_engaged=True))


def disengage_crank(world: World, *, bank: int) -> World:
    """Take the hand crank off."""
    return _with_bank(world, replace(_bank(world, bank), crank_engaged=False))


def raise_fire(world: World) -> World:
    """The fire panel raises an alarm."""
    return _everywhere(world, lambda steel: replace(steel, fire=True))


def clear_fire(world: World) -> World:
    """The fire panel is quiet again."""
    return _everywhere(world, lambda steel: replace(steel, fire=False))


def fail_power(world: World) -> World:
    """The motors lose their power; the controllers live on their own supply."""
    return _everywhere(world, lambda steel: replace(steel, power_failed=True))


def return_power(world: World) -> World:
    """The motors have power again."""
    return _everywhere(world, lambda steel: replace(steel, power_failed=False))


def fail_motor(world: World, *, bank: int, column: int) -> World:
    """A column's motor fails."""
    return _column(world, bank, column, lambda steel: replace(steel, fault=Fault.MOTOR))


def fail_limit_switch(world: World, *, bank: int, column: int) -> World:
    """A column's limit switch fails."""
    return _column(world, bank, column, lambda steel: replace(steel, fault=Fault.LIMIT_SWITCH))


def break_column(world: World, *, bank: int, column: int, defect: str) -> World:
    """A column has a defect, by its name in physics/protections.py."""
    fault = DEFECTS[_named(defect, DEFECTS, "defect")]
    return _column(world, bank, column, lambda steel: replace(steel, fault=fault))


def jam(world: World, *, bank: int, column: int) -> World:
    """A column sticks: its motor runs, but it does not move."""
    return _column(world, bank, column, lambda steel: replace(steel, jammed=True))


def mend(world: World, *, bank: int, column: int) -> World:
    """Repair whatever is wrong with a column."""
    return _column(
        world, bank, column, lambda steel: replace(steel, fault=Fault.NONE, jammed=False)
    )


def _bank(world: World, bank: int) -> BankSteel:
    try:
        return world.steel_of(bank)
    except KeyError as error:
        banks = [steel.plan.bank for steel in world.banks]
        raise Impossible(f"there is no bank {bank}; the room has {banks}") from error


def _segment(world: World, bank: int, segment: int) -> SegmentSteel:
    steel = _bank(world, bank)
    try:
        return steel.segment(segment)
    except KeyError as error:
        count = len(steel.segments)
        raise Impossible(f"bank {bank} has no segment {segment}; it has 1 to {count}") from error


def _aisle(segment: SegmentSteel, aisle: int) -> None:
    if not 0 <= aisle < len(segment.people):
        last = len(segment.people) - 1
        raise Impossible(f"segment {segment.segment} has no aisle {aisle}; it has 0 to {last}")


def _named(name: str, table: Mapping[str, object], kind: str) -> str:
    if name not in table:
        raise Impossible(f"there is no {kind} {name!r}; there are {', '.join(table)}")
    return name


def _input(world: World, device: str, number: int) -> None:
    modules = {d.id: d for d in world.room.devices if isinstance(d, SensorInputs)}
    if device not in modules:
        known = ", ".join(modules) or "none"
        raise Impossible(f"there is no input module {device!r}; the room has {known}")
    numbers = modules[device].numbers()
    if number not in numbers:
        raise Impossible(f"{device} has no sensor at input {number}; it has {numbers}")


def _people(world: World, bank: int, part: SegmentSteel, aisle: int, change: int) -> World:
    people = (*part.people[:aisle], part.people[aisle] + change, *part.people[aisle + 1 :])
    return _with_segment(world, bank, replace(part, people=people))


def _column(
    world: World, bank: int, column: int, change: Callable[[ColumnSteel], ColumnSteel]
) -> World:
    steel = _bank(world, bank)
    for segment in steel.segments:
        if any(c.column == column for c in segment.columns):
            columns = tuple(change(c) if c.column == column else c for c in segment.columns)
            return _with_segment(world, bank, replace(segment, columns=columns))
    raise Impossible(f"bank {bank} has no movable column {column}")


def _with_segment(world: World, bank: int, segment: SegmentSteel) -> World:
    return _with_bank(world, _bank(world, bank).with_segment(segment))


def _with_bank(world: World, steel: BankSteel) -> World:
    return world.with_bank(plc.react(steel))


def _everywhere(world: World, change: Callable[[BankSteel], BankSteel]) -> World:
    return replace(world, banks=tuple(plc.react(change(steel)) for steel in world.banks))
