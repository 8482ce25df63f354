"""The daily look for probes that drift: one alarm, which ends when the probe is sound again."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from config.room import ModbusProbe
from controller.alarms.tables import AlarmRow
from controller.climate.drift_watch import look_for_drift
from controller.climate.series import add_imported
from controller.context import Context

from .conftest import StandingClock


def test_a_drifting_probe_is_told_once_and_its_end_once(
    context: Context, clock: StandingClock
) -> None:
    grow(context)
    measure(context, clock, days=80, off_pct_a_day=0.06)
    look_for_drift(context)
    look_for_drift(context)
    assert [(row.key, row.cleared_at) for row in alarms(context)] == [("probe-3", None)]

    measure(context, clock, days=10, off_pct_a_day=0.0)
    look_for_drift(context)
    (alarm,) = alarms(context)
    assert alarm.cleared_at is not None
    assert alarm.rule_id == "probe-health"


def grow(context: Context) -> None:
    """Give the room two more probes."""
    (room,) = context.rooms.values()
    probe = next(each for each in room.devices if isinstance(each, ModbusProbe))
    more = tuple(probe.model_copy(update={"id": f"probe-{n}", "unit": n + 10}) for n in (2, 3))
    rooms = {room.room: room.model_copy(update={"devices": (*room.devices, *more)})}
    object.__setattr__(context, "rooms", rooms)


def measure(context: Context, clock: StandingClock, *, days: int, off_pct_a_day: float) -> None:
    """Let all three measure hourly; the third goes off."""
    begin = clock.now()
    for number in (1, 2, 3):
        points = []
        for hour in range(days * 24):
            off = off_pct_a_day * hour / 24 if number == 3 else 0.0
            values = {"temperature_c": 20.0, "humidity_pct": 50.0 + off}
            points.append((begin + timedelta(hours=hour), values))
        with context.telemetry.write() as session:
            add_imported(session, "S1", f"probe-{number}", points, f"days-{begin:%m-%d}")
    clock.advance(days=days)


def alarms(context: Context) -> list[AlarmRow]:
    with context.records.read() as session:
        return list(session.exec(select(AlarmRow).where(AlarmRow.kind == "climate.drift")).all())
