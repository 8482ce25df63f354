"""Reads the hours of probes and zones, brought up to date, and which limits they are held to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from config.climate import Zone
from config.limits import LimitProfile
from config.room import ModbusProbe, MqttProbe, Room
from controller.climate.limits.store import list_zones
from controller.climate.series.model import HourFigures
from controller.climate.series.reading import read_hours
from controller.climate.series.roll_up import settle
from controller.climate.summary.exposure import hours_of_zone
from controller.context import Context


def probes_of(room: Room, zone: str | None = None) -> list[str]:
    """Name the probes of a room, or those that measure the air of one zone."""
    usual = room.climate.usual_zone().zone
    return [
        device.id
        for device in room.devices
        if isinstance(device, ModbusProbe | MqttProbe)
        and (zone is None or (device.zone or usual) == zone)
    ]


def zone_of_probe(room: Room, probe: str) -> Zone:
    """Return the zone whose air a probe measures; the usual one for a probe the file has not."""
    usual = room.climate.usual_zone()
    named = next(
        (
            device.zone
            for device in room.devices
            if isinstance(device, ModbusProbe | MqttProbe) and device.id == probe
        ),
        None,
    )
    return next((zone for zone in room.climate.all_zones() if zone.zone == named), usual)


def read_air(
    context: Context, room: str, probes: Sequence[str], start: datetime, end: datetime
) -> list[HourFigures]:
    """Read the hours of a period: of one probe as they are, of several the mean of them."""
    for probe in probes:
        settle(context, room, probe, until=end)
    with context.telemetry.read() as session:
        return hours_of_zone([read_hours(session, room, each, start, end) for each in probes])


def limits_of(context: Context, room: Room, zone: str) -> LimitProfile | None:
    """Return the limits that a zone keeps now; `None` for the air outside."""
    with context.records.read() as session:
        found = list_zones(session, context.limits, room)
    kept = next((each for each in found if each.zone.zone == zone), None)
    return kept.limits.profile if kept is not None and kept.limits is not None else None
