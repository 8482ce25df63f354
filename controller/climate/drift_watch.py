"""Looks once a day whether a probe drifts away from its zone, and raises and clears its alarm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from controller.alarms.kinds import DRIFT
from controller.alarms.model import Clear, Raise, Signal
from controller.alarms.store import apply_signals
from controller.climate.conditions.drift import (
    BACK_DAYS,
    DRIFTS_ABOVE_G_M3,
    WEEK,
    Departure,
    departures,
)
from controller.climate.conditions.model import HEALTH_RULE, HEALTH_VERSION
from controller.climate.limits.tables import ConditionRow
from controller.climate.metrics.held import LEAST_COVERED
from controller.climate.series.figures import read_days
from controller.climate.series.model import EPOCH_DAY
from controller.climate.series.roll_up import settle
from controller.climate.watch import DRIFT_KEY
from controller.context import Context
from controller.store.engine import WriteSession

_LEAST_OF_DAY_S = LEAST_COVERED * 86_400


def look_for_drift(context: Context) -> None:
    """Compare the probes of every zone up to yesterday; twice a day changes nothing."""
    settle(context)
    today = context.clock.now().astimezone(context.site.zone()).date()
    for room in context.rooms.values():
        zones: dict[str, list[str]] = {}
        for probe in room.probes():
            zones.setdefault(room.zone_of_probe(probe), []).append(probe.id)
        for zone, probes in zones.items():
            found = departures(_days(context, room.room, probes, today), _number(today))
            with context.records.write() as session:
                signals = list(_judge(session, context, room.room, zone, probes, found, today))
                changes = apply_signals(session, signals, now=context.clock.now())
            context.hub.publish(*changes)


def _judge(
    session: WriteSession,
    context: Context,
    room: str,
    zone: str,
    probes: list[str],
    found: dict[str, Departure],
    today: date,
) -> Iterator[Signal]:
    """A probe of which too little is known stays what it is."""
    key = f"{DRIFT_KEY}{zone}"
    row = session.get(ConditionRow, (room, key))
    known = row.state["drifting"] if row is not None else []
    drifting = [probe for probe in known if probe in probes]
    for probe, departure in found.items():
        if probe in drifting and departure.is_sound:
            drifting.remove(probe)
            yield Clear(kind=DRIFT, room=room, key=probe)
        elif probe not in drifting and departure.drifts:
            drifting.append(probe)
            yield _raise(context, room, zone, probe, departure)
    state = {"drifting": sorted(drifting), "day": today.isoformat()}
    session.merge(ConditionRow(room=room, key=key, state=state, at=context.clock.now()))


def _raise(context: Context, room: str, zone: str, probe: str, departure: Departure) -> Raise:
    return Raise(
        kind=DRIFT,
        room=room,
        key=probe,
        subject=f"{room}/{probe}",
        since=context.clock.now(),
        params={
            "probe": probe,
            "device": probe,
            "zone": zone,
            "quantity": "absolute_humidity_g_m3",
            "bound": "high",
            "value": round(departure.now_g_m3, 2),
            "limit": DRIFTS_ABOVE_G_M3,
        },
        rule=HEALTH_RULE,
        rule_version=HEALTH_VERSION,
        zone=zone,
    )


def _days(
    context: Context, room: str, probes: list[str], today: date
) -> dict[str, dict[int, float]]:
    first = today - timedelta(days=BACK_DAYS + WEEK + 1)
    with context.telemetry.read() as session:
        return {
            probe: {
                each.day: each.ah_sum / each.pair_s
                for each in read_days(session, room, probe, first, today - timedelta(days=1))
                if each.pair_s >= _LEAST_OF_DAY_S
            }
            for probe in probes
        }


def _number(day: date) -> int:
    return day.toordinal() - EPOCH_DAY
