"""Which alarms there are: code, usual priority, delay, what ends them, what is told together. Pure.

A climate kind's limits, hysteresis and delays are conditions (`controller/climate/conditions`);
here stands only what its alarm is. `CAUSES` are no alarms: they are known, and explain others.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from controller.alarms.model import Kind

TRIP, DEVICE_DOWN, AGENT_SILENT = "shelving.trip", "shelving.device_down", "shelving.agent_silent"
LINE_DOWN = "shelving.line_down"
PROGRAM_BROKEN, FIRE = "shelving.program_broken", "fire"
DOOR_LEFT, DOOR_UNSURE = "door_left", "door_unsure"
LIMIT, MEAN_24H, SWING, RATE = "climate.limit", "climate.mean_24h", "climate.swing", "climate.rate"
MOULD, OFFLINE, STUCK = "climate.mould", "climate.offline", "climate.stuck"
DRIFT, SUSPECT = "climate.drift", "climate.suspect"
CALIBRATION_DUE = "climate.calibration_due"
UNIT_SILENT, UNIT_FAULT = "climate.unit_silent", "climate.unit_fault"
SMOKE, LEAK = "climate.smoke", "climate.leak"
DOOR_OPEN = "climate.door_open"

_ALL = (
    Kind(code=TRIP, priority="high", vital=True),
    Kind(code=DEVICE_DOWN, priority="medium", delay_s=60),
    Kind(code=LINE_DOWN, priority="medium", delay_s=60),
    Kind(code=AGENT_SILENT, priority="high", delay_s=60),
    Kind(code=PROGRAM_BROKEN, priority="medium", ends_when_acknowledged=True),
    Kind(code=FIRE, priority="high", vital=True),
    Kind(
        code=DOOR_LEFT,
        priority="high",
        ends_when_acknowledged=True,
        told_with="door",
        vital=True,
    ),
    Kind(code=DOOR_UNSURE, priority="low", ends_when_acknowledged=True, told_with="door"),
    Kind(code=LIMIT, priority="medium", told_with="zone"),
    Kind(code=MEAN_24H, priority="medium", told_with="zone"),
    Kind(code=SWING, priority="medium", told_with="zone"),
    Kind(code=RATE, priority="low", told_with="zone"),
    Kind(code=MOULD, priority="high", told_with="zone"),
    Kind(code=OFFLINE, priority="medium", told_with="zone"),
    Kind(code=STUCK, priority="medium", told_with="zone"),
    Kind(code=DRIFT, priority="low", told_with="zone"),
    Kind(code=SUSPECT, priority="low", told_with="zone"),
    Kind(code=CALIBRATION_DUE, priority="low", told_with="zone"),
    Kind(code=UNIT_SILENT, priority="medium", told_with="zone"),
    Kind(code=UNIT_FAULT, priority="medium", told_with="zone"),
    Kind(code=SMOKE, priority="high", vital=True),
    Kind(code=LEAK, priority="high", vital=True),
)
KINDS: Mapping[str, Kind] = MappingProxyType({kind.code: kind for kind in _ALL})
CAUSES = frozenset({DOOR_OPEN})
"""What is raised and cleared like an alarm and is none: nobody is told, but it explains others."""
LONGEST_DELAY_S = max(kind.delay_s for kind in KINDS.values())
