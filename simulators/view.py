"""The world as JSON, for the page and for tests in other processes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.geometry import Segment, segments_of
from config.room import SensorInputs
from simulators.acts_by_name import ACTS, needs
from simulators.faults import Fault
from simulators.physics.plc import blocking, remaining_s
from simulators.physics.protections import DEFECTS, PROTECTIONS, reported
from simulators.physics.steel import BankSteel, SegmentSteel
from simulators.world import Box, InHand, OnDesk, OnShelf, World


def show_world(world: World, faults: Mapping[str, tuple[Fault, ...]]) -> dict[str, Any]:
    """Show the room: banks, people, boxes that are not at home, wires, and what acts there are."""
    away = [box for box in world.boxes.values() if box.spot != OnShelf(box.home)]
    middle = world.room.size_mm
    air = world.climate((middle.x // 2, middle.y // 2))
    return {
        "room": world.room.room,
        "name": world.room.name.model_dump(),
        "at": world.at.isoformat(),
        "elapsed_s": round(world.elapsed_s, 2),
        "size_mm": world.room.size_mm.model_dump(),
        "banks": [_bank(world, steel) for steel in world.banks],
        "boxes": {"count": len(world.boxes), "away": [show_box(box) for box in away]},
        "air": {
            "temperature_c": round(air.temperature_c, 2),
            "humidity_pct": round(air.humidity_pct, 2),
        },
        "wires": {wire: [_fault(fault) for fault in set_] for wire, set_ in faults.items()},
        "inputs": [
            {
                "device": device.id,
                "input": sensor.input,
                "says": sensor.says,
                "cut": (device.id, sensor.input) in world.cut_inputs,
            }
            for device in world.room.devices
            if isinstance(device, SensorInputs)
            for sensor in device.inputs
        ],
        "protections": list(PROTECTIONS),
        "defects": list(DEFECTS),
        "acts": {
            name: {key: kind.__name__ for key, kind in needs(act).items()}
            for name, act in ACTS.items()
        },
    }


def show_box(box: Box) -> dict[str, Any]:
    """Show where a box is and where it belongs."""
    match box.spot:
        case OnShelf(address):
            spot = str(address)
        case OnDesk():
            spot = "desk"
        case InHand():
            spot = "hand"
    return {"code": box.code, "epc": box.epc, "home": str(box.home), "spot": spot}


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
