"""Shows the units of a room, heard or not, and what was decided about them."""

from __future__ import annotations

from collections.abc import Sequence

from config.room import AirUnit, Room, SensorInputs
from controller.climate.units.asking import UnitStates
from controller.climate.units.shapes import ContactView, DecisionView, UnitView
from controller.climate.units.tables import AirContactRow, UnitDecisionRow
from drivers.messages import DeviceState

_NEVER_HEARD = "never heard"
_ROOM_SILENT = "the room is silent"


def list_units(room: Room, states: UnitStates) -> list[UnitView]:
    """Show every unit of a room file."""
    return [show_unit(room, unit, *states(room.room, unit.id)) for unit in room.units()]


def show_unit(room: Room, device: AirUnit, state: DeviceState | None, heard: bool) -> UnitView:
    """Show a unit; one whose room is silent is away, whatever it said last."""
    regulator = next((each for each in room.climate.regulators if each.unit == device.id), None)
    online = heard and state is not None and state.online
    return UnitView(
        id=device.id,
        name=device.name,
        driver=device.driver,
        does=None if regulator is None else regulator.does,
        zone=None if regulator is None else regulator.zone,
        set_pct=None if regulator is None else regulator.set_pct,
        dead_band_pct=None if regulator is None else regulator.dead_band_pct,
        online=online,
        why_offline=None if online else _why_away(state, heard),
        at=None if state is None else state.at,
        facts=None if state is None else state.climate,
    )


def list_contacts(room: Room, rows: Sequence[AirContactRow]) -> list[ContactView]:
    """Show every contact of the air in a room file with what it said last."""
    said = {(row.device, row.input): row for row in rows}
    found = []
    for device in room.devices:
        if not isinstance(device, SensorInputs):
            continue
        for contact in device.air:
            row = said.get((device.id, contact.input))
            found.append(
                ContactView(
                    device=device.id,
                    input=contact.input,
                    says=contact.says,
                    zone=contact.zone,
                    unit_id=contact.unit_id,
                    safe=None if row is None else row.safe,
                    at=None if row is None else row.at,
                )
            )
    return found


def show_decision(row: UnitDecisionRow) -> DecisionView:
    """Show one decision."""
    assert row.id is not None
    return DecisionView(
        id=row.id,
        at=row.at,
        does=row.does,
        zone=row.zone,
        wanted=row.wanted,
        on=row.on,
        why=row.why,
        detail=row.detail,
        by=row.actor_name,
    )


def _why_away(state: DeviceState | None, heard: bool) -> str | None:
    if state is None:
        return _NEVER_HEARD
    return state.why_offline if heard else _ROOM_SILENT
