"""The world as JSON, for the page and for tests in other processes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.geometry import Segment, segments_of
from config.room import READERS, Door, SensorInputs
from simulators.acts_by_name import ACTS, needs
from simulators.faults import Fault
from simulators.physics.doorway import WAYS, place_m
from simulators.physics.plc import blocking, remaining_s
from simulators.physics.protections import DEFECTS, PROTECTIONS, reported
from simulators.physics.steel import BankSteel, SegmentSteel
from simulators.things import (
    AtDoor,
    Box,
    InBox,
    InHand,
    OnDesk,
    OnShelf,
    OnTrolley,
    Outside,
    PaperFile,
    Spot,
    Stray,
    Thing,
)
from simulators.view_climate import show_climate
from simulators.wire.contacts import sounds
from simulators.world import World

_KINDS: Mapping[type[Thing], str] = {Box: "box", PaperFile: "file", Stray: "stray"}


def show_world(world: World, faults: Mapping[str, tuple[Fault, ...]]) -> dict[str, Any]:
    """Show the room: banks, people, what is not at home, doors, wires, and what acts there are."""
    away = [thing for thing in world.things() if thing.dead or not _is_at_home(thing)]
    return {
        "room": world.room.room,
        "name": world.room.name.model_dump(),
        "at": world.at.isoformat(),
        "elapsed_s": round(world.elapsed_s, 2),
        "size_mm": world.room.size_mm.model_dump(),
        "banks": [_bank(world, steel) for steel in world.banks],
        "boxes": {"count": len(world.boxes), "away": [show_thing(thing) for thing in away]},
        "tagged_files": len(world.files),
        "doors": [_door(world, door) for door in world.room.doors],
        "ways": list(WAYS),
        "trolley_at": world.trolley_at,
        "antennas": _antennas(world),
        "air": show_climate(world),
        "wires": {wire: [_fault(fault) for fault in set_] for wire, set_ in faults.items()},
        "inputs": _inputs(world),
        "protections": list(PROTECTIONS),
        "defects": list(DEFECTS),
        "acts": {
            name: {key: kind.__name__ for key, kind in needs(act).items()}
            for name, act in ACTS.items()
        },
    }


def show_thing(thing: Thing) -> dict[str, Any]:
    """Show where a box, a tagged file or a stray tag is and where it belongs."""
    home = None
    if isinstance(thing, Box):
        home = str(thing.home)
    elif isinstance(thing, PaperFile):
        home = thing.box
    return {
        "kind": _KINDS[type(thing)],
        "code": thing.code,
        "epc": thing.epc,
        "home": home,
        "spot": _spot(thing.spot),
        "dead": thing.dead,
    }


def _antennas(world: World) -> list[dict[str, Any]]:
    return [
        {
            "reader": device.id,
            "antenna": antenna.antenna,
            "covers": antenna.covers,
            "side": antenna.side,
            "cut": (device.id, antenna.antenna) in world.cut_antennas,
        }
        for device in world.room.devices
        if isinstance(device, READERS)
        for antenna in device.antennas
    ]


def _inputs(world: World) -> list[dict[str, Any]]:
    return [
        {
            "device": device.id,
            "input": number,
            "says": says,
            "air": is_air,
            "cut": (device.id, number) in world.cut_inputs,
        }
        for device in world.room.devices
        if isinstance(device, SensorInputs)
        for number, says, is_air in (
            *((sensor.input, sensor.says, False) for sensor in device.inputs),
            *((contact.input, contact.says, True) for contact in device.air),
        )
    ]


def _is_at_home(thing: Thing) -> bool:
    if isinstance(thing, Box):
        return thing.spot == OnShelf(thing.home)
    return isinstance(thing, PaperFile) and thing.spot == InBox(thing.box)


def _spot(spot: Spot) -> str:
    match spot:
        case OnShelf(address):
            return str(address)
        case InBox(box):
            return box
        case OnDesk():
            return "desk"
        case InHand():
            return "hand"
        case OnTrolley():
            return "trolley"
        case AtDoor():
            return "at_door"
        case Outside():
            return "outside"


def _door(world: World, door: Door) -> dict[str, Any]:
    return {
        "door": door.door,
        "name": door.name.model_dump(),
        "beam_broken": None if door.beam is None else world.beam_is_broken(door.door),
        "sounding": None if door.sounder is None else sounds(world, door.sounder),
        "passing": [
            {
                "way": passage.way,
                "place_m": round(place_m(passage.way, world.elapsed_s - passage.began_s), 2),
            }
            for passage in world.passages
            if passage.door == door.door
        ],
    }


def _bank(world: World, steel: BankSteel) -> dict[str, Any]:
    plan = steel.plan
    positions = steel.positions_mm()
    speeds = {c.column: c.speed_mm_s for s in steel.segments for c in s.columns}
    return {
        "bank": plan.bank,
        "name": plan.name.model_dump(),
        "at_mm": plan.at_mm.model_dump(),
        "width_mm": steel.width_mm(),
        "column_width_mm": plan.column_width_mm,
        "column_depth_mm": plan.column_depth_mm,
        "fixed": list(plan.fixed),
        "columns": [
            {
                "column": column,
                "position_mm": round(mm, 1),
                "speed_mm_s": round(speeds.get(column, 0.0), 1),
            }
            for column, mm in positions.items()
        ],
        "local": steel.local,
        "e_stop_open": steel.e_stop_open,
        "key_inserted": steel.key_inserted,
        "crank_engaged": steel.crank_engaged,
        "fire": steel.fire,
        "power_failed": steel.power_failed,
        "reset_count": steel.reset_count,
        "agent_alive": steel.beat_age_s <= steel.watchdog_s,
        "segments": [
            _segment(world, steel, segment, shape)
            for segment, shape in zip(steel.segments, segments_of(plan), strict=True)
        ],
    }


def _segment(
    world: World, steel: BankSteel, segment: SegmentSteel, shape: Segment
) -> dict[str, Any]:
    return {
        "segment": segment.segment,
        "first": shape.first,
        "last": shape.last,
        "state": segment.state.name.lower(),
        "open_aisle": segment.open_aisle,
        "open_aisles": list(segment.open_aisles),
        "target_aisle": segment.journey.aisle if segment.journey else None,
        "remaining_s": round(remaining_s(segment, steel.plan.motion.speed_mm_s), 1),
        "fault": segment.fault.name.lower(),
        "blocking": [reason.name.lower() for reason in blocking(steel, segment)],
        "people": list(segment.people),
        "gaps_mm": [round(segment.gap_mm(aisle)) for aisle in range(len(segment.people))],
        "blind": sorted(segment.blind),
        "protections": sorted(segment.signs),
        "locked_at_steel": segment.locked_at_steel,
        "locked_by_network": segment.locked_by_network,
        "asleep": segment.asleep,
        "reported": list(reported(steel, segment)),
        "start_pressed": (steel.plan.bank, segment.segment) in world.pressed,
        "last_result": segment.last_result.name.lower(),
        "last_reason": segment.last_reason.name.lower(),
    }


def _fault(fault: Fault) -> dict[str, Any]:
    return {"kind": fault.kind, "probability": fault.probability, "delay_s": fault.delay_s}
