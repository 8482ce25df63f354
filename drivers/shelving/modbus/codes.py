"""What the numbers in the words of the reference Modbus map mean. Pure.

docs/register-map.md is printed from these tables. A number that they do not hold means "unknown",
never "safe".
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from drivers.readings import CommandResult, LockState, SleepState, SteelState, Travel

OPEN_AISLE, STOP, VENTILATE, LOCK, UNLOCK, SLEEP, WAKE, CLOSE_ALL = range(1, 9)

Meanings = Mapping[int, str]


def tri_state(safe: str, unsafe: str) -> Meanings:
    return MappingProxyType({0: "unknown", 1: safe, 2: unsafe})


COMMANDS: Meanings = MappingProxyType(
    {
        0: "none",
        OPEN_AISLE: "open_aisle",
        STOP: "stop",
        VENTILATE: "ventilate",
        LOCK: "lock",
        UNLOCK: "unlock",
        SLEEP: "sleep",
        WAKE: "wake",
        CLOSE_ALL: "close_all",
    }
)

RESULTS: Mapping[int, CommandResult] = MappingProxyType(
    {
        0: CommandResult.NONE,
        1: CommandResult.ACCEPTED,
        2: CommandResult.STARTED,
        3: CommandResult.DONE,
        4: CommandResult.REFUSED,
        5: CommandResult.EXPIRED,
        6: CommandResult.STOPPED,
        7: CommandResult.FAILED,
    }
)

REASONS: Meanings = MappingProxyType(
    {
        0: "none",
        1: "aisle_occupied",
        2: "occupancy_unknown",
        3: "local_control",
        4: "e_stop",
        5: "maintenance_key",
        6: "crank",
        7: "fire",
        8: "fault_latched",
        9: "obstruction",
        10: "entrance",
        11: "already_moving",
        12: "no_such_aisle",
        13: "stale_seq",
        14: "old_epoch",
        15: "ttl_expired",
        16: "power",
        17: "heartbeat_lost",
        18: "locked",
        19: "asleep",
        20: "no_such_gap",
        21: "locked_at_steel",
        22: "side_panel",
        23: "drive_locked",
        24: "blind_spot",
        25: "smoke",
        26: "pressure_detached",
        27: "auto_protection",
        28: "aisle_infrared",
        29: "keys_disabled",
        30: "motion_forbidden",
    }
)

STATES: Mapping[int, SteelState] = MappingProxyType(
    {
        0: SteelState.UNKNOWN,
        1: SteelState.STANDING,
        2: SteelState.MOVING,
        3: SteelState.HALTED,
        4: SteelState.FAULTED,
        5: SteelState.VENTILATING,
    }
)

FAULTS: Meanings = MappingProxyType(
    {
        0: "none",
        1: "obstruction",
        2: "limit_switch",
        3: "motor",
        4: "heartbeat_lost",
        5: "power_fail",
        6: "person_entered",
        7: "timeout",
        8: "e_stop",
        9: "limit_switch_open",
        10: "limit_switch_close",
        11: "motor_feedback",
        12: "open_over_travel",
        13: "close_over_travel",
        14: "open_timeout",
        15: "close_timeout",
        16: "neighbour_timeout",
        17: "pressure_detached",
        18: "side_panel",
        19: "drive_locked",
        20: "blind_spot",
        21: "smoke",
        22: "auto_protection",
        23: "aisle_infrared",
        24: "keys_disabled",
        25: "motion_forbidden",
        26: "entrance_front",
        27: "entrance_rear",
    }
)

LOCKS = {1: LockState.UNLOCKED, 2: LockState.LOCKED}
SLEEPS = {1: SleepState.AWAKE, 2: SleepState.ASLEEP}
TRAVELS: Mapping[int, Travel] = MappingProxyType(
    {
        0: Travel.UNKNOWN,
        1: Travel.NONE,
        2: Travel.LEFT,
        3: Travel.RIGHT,
        4: Travel.NONE,
        5: Travel.NONE,
    }
)
