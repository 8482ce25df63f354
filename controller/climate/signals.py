"""Says what a condition of the air raises or clears. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from pydantic import JsonValue

from controller.alarms.kinds import LIMIT, MEAN_24H, MOULD, SWING
from controller.alarms.model import Clear, Priority, Raise, Signal
from controller.climate.conditions.model import HEALTH_RULE, HEALTH_VERSION, Change
from controller.climate.limits.model import Version

_GRADED: Mapping[str, Mapping[str, Priority]] = MappingProxyType(
    {
        LIMIT: {"warning": "medium", "critical": "high"},
        MEAN_24H: {"warning": "medium", "critical": "high"},
        MOULD: {"warning": "medium", "critical": "high"},
    }
)
_DIGITS = 3


def signal_of(
    change: Change, *, room: str, probe: str, zone: str, version: Version | None
) -> Signal:
    """Say what a change of one probe's condition raises or clears.

    The key begins with the probe, so that all of a probe's conditions can be cleared together.
    """
    key = key_of(probe, change.key)
    if change.grade is None:
        return Clear(kind=change.kind, room=room, key=key)
    of_limits = None if change.of_probe else version
    params: dict[str, JsonValue] = {"probe": probe, "device": probe, "zone": zone}
    if change.quantity is not None:
        params |= {
            "quantity": change.quantity,
            "bound": change.bound,
            "value": _rounded(change.value),
            "limit": _rounded(change.limit),
        }
    if of_limits is not None:
        params |= {"profile": of_limits.profile.id, "version": of_limits.version}
        swing = of_limits.profile.daily_swing
        if change.kind == SWING and swing is not None:
            params["reading"] = swing.reading
    return Raise(
        kind=change.kind,
        room=room,
        key=key,
        subject=f"{room}/{probe}",
        since=datetime.fromtimestamp(change.since_s, UTC),
        params=params,
        rule=of_limits.profile.id if of_limits else HEALTH_RULE,
        rule_version=of_limits.version if of_limits else HEALTH_VERSION,
        priority=_GRADED.get(change.kind, {}).get(change.grade),
        zone=zone,
    )


def key_of(probe: str, condition: str) -> str:
    """Name one condition of one probe."""
    return f"{probe}/{condition}" if condition else probe


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
