"""Reads the hours of probes and zones, brought up to date, and which limits they are held to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from config.limits import LimitProfile
from config.room import Room
from controller.climate.limits.store import list_zones
from controller.climate.series.figures import read_hours
from controller.climate.series.model import HourFigures
from controller.climate.series.roll_up import settle
from controller.climate.summary.exposure import hours_of_zone
from controller.context import Context


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
