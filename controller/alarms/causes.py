"""Which cause explains which symptoms, as a table: suppression by design. Pure.

A symptom that another cause explains is seen but not told (DSUPR of ISA-18.2). The cause counts
from its first moment, also while it waits for its delay, so it is never told after its symptoms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from controller.alarms.kinds import (
    AGENT_SILENT,
    DEVICE_DOWN,
    DOOR_OPEN,
    DRIFT,
    KINDS,
    LINE_DOWN,
    OFFLINE,
    RATE,
    STUCK,
    SUSPECT,
    SWING,
    UNIT_SILENT,
)
from controller.alarms.model import Params

Scope = Literal["room", "line", "device", "zone", "quantity"]
"""What cause and symptom share: the room, the line of the cause's devices, the device, the air, one
quantity at one probe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explains:
    """One row of the table: while `cause` is there, `symptoms` in its scope are not told."""

    cause: str
    symptoms: frozenset[str]
    scope: Scope
    within: timedelta | None = None
    """How long after the symptom the cause may have begun; unset, it explains whatever stands."""


TABLE: tuple[Explains, ...] = (
    Explains(
        cause=AGENT_SILENT,
        symptoms=frozenset({LINE_DOWN, DEVICE_DOWN, OFFLINE, STUCK, RATE, UNIT_SILENT}),
        scope="room",
    ),
    Explains(
        cause=LINE_DOWN,
        symptoms=frozenset({DEVICE_DOWN, OFFLINE, STUCK, UNIT_SILENT}),
        scope="line",
    ),
    Explains(
        cause=DEVICE_DOWN,
        symptoms=frozenset({OFFLINE, STUCK, SUSPECT, UNIT_SILENT}),
        scope="device",
    ),
    Explains(cause=OFFLINE, symptoms=frozenset({STUCK, DRIFT, SUSPECT}), scope="device"),
    Explains(cause=DOOR_OPEN, symptoms=frozenset({RATE}), scope="zone"),
    Explains(cause=RATE, symptoms=frozenset({SWING}), scope="quantity", within=timedelta(hours=1)),
)
"""Outer causes first. The first that fits is the one that is shown."""
CAUSE_KINDS = frozenset(row.cause for row in TABLE)
_USUAL_GRACE_S = 120.0
_GRACE_S: Mapping[str, float] = MappingProxyType(
    {OFFLINE: 600.0, SUSPECT: 2400.0, RATE: 9000.0, SWING: 2 * 86_400.0}
)

_RANK = {row.cause: rank for rank, row in enumerate(TABLE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailing:
    """An alarm or a cause, as far as explaining goes."""

    kind: str
    room: str
    key: str
    zone: str | None
    since: datetime
    params: Params


def rank(kind: str) -> int:
    """Say in which order kinds are raised together: causes first, outer ones before inner."""
    return _RANK.get(kind, len(TABLE))


def grace_s(kind: str) -> float:
    """Say how long a symptom stays untold after its cause ended: so long it may need to end too.

    Probes behind a gateway that is back report one after the other, and count as back, or as
    sound, only after a while. A rush of the air is seen in the readings of an hour, and its alarm
    ends when an hour more (`off_s`) was calm. The swing that it made of its day ends with the next
    day, if that is calm. Each would be told and cleared soon after.
    """
    return _GRACE_S.get(kind, _USUAL_GRACE_S)


def find_cause(symptom: Ailing, causes: Iterable[Ailing]) -> Ailing | None:
    """Find what explains a symptom; `None` if nothing does, and always for a vital kind."""
    known = KINDS.get(symptom.kind)
    if known is None or known.vital:
        return None
    near = [cause for cause in causes if cause.room == symptom.room and cause.kind != symptom.kind]
    for row in TABLE:
        if symptom.kind not in row.symptoms:
            continue
        for cause in near:
            if cause.kind == row.cause and _fits(row, cause, symptom):
                return cause
    return None


def device_of(params: Params) -> str | None:
    """Name the device an alarm is about: any, a probe, or a unit."""
    for name in ("device", "probe", "unit"):
        found = params.get(name)
        if isinstance(found, str):
            return found
    return None


def _fits(row: Explains, cause: Ailing, symptom: Ailing) -> bool:
    in_time = row.within is None or cause.since - symptom.since <= row.within
    return in_time and _reaches(cause, symptom, row.scope)


def _reaches(cause: Ailing, symptom: Ailing, scope: Scope) -> bool:
    match scope:
        case "room":
            return True
        case "line":
            devices = cause.params.get("devices")
            return isinstance(devices, list) and device_of(symptom.params) in devices
        case "device":
            device = device_of(cause.params)
            return device is not None and device == device_of(symptom.params)
        case "zone":
            return cause.zone is None or cause.zone == symptom.zone
        case "quantity":
            measured = _measured(cause)
            return measured is not None and measured == _measured(symptom)


def _measured(ailing: Ailing) -> tuple[object, object] | None:
    probe, quantity = (ailing.params.get(name) for name in ("probe", "quantity"))
    return None if probe is None or quantity is None else (probe, quantity)
