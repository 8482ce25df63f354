"""Looks once an hour which certificates run out, and has that told."""

from __future__ import annotations

from controller.alarms.store import apply_signals
from controller.climate.calibration.due import find_due, signals_of
from controller.climate.calibration.store import list_calibrations, list_withdrawn
from controller.context import Context


def look_at_certificates(context: Context) -> None:
    """Raise and clear what the certificates on record say today."""
    now, tz = context.clock.now(), context.site.zone()
    zones = {
        (room.room, probe.id): room.zone_of_probe(probe)
        for room in context.rooms.values()
        for probe in room.probes()
    }
    with context.records.write() as session:
        dues = find_due(list_calibrations(session), now.astimezone(tz).date())
        gone = [w.calibration for room in context.rooms for w in list_withdrawn(session, room)]
        known = {(d.calibration.room, d.calibration.probe, d.calibration.quantity) for d in dues}
        lost = [c for c in gone if (c.room, c.probe, c.quantity) not in known]
        signals = [*signals_of(dues, zones, tz), *signals_of(find_due(lost, now.date()), {}, tz)]
        changes = apply_signals(session, signals, now=now)
    context.hub.publish(*changes)
