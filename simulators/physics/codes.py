"""What a bank's controller says: states, results, reasons and faults, with its numbers."""

from __future__ import annotations

from enum import IntEnum


class SteelState(IntEnum):
    """What a segment does, as its block says it."""

    UNKNOWN = 0
    STANDING = 1
    MOVING = 2
    HALTED = 3
    FAULTED = 4
    VENTILATING = 5


class Result(IntEnum):
    """What became of the last command."""

    NONE = 0
    ACCEPTED = 1
    STARTED = 2
    DONE = 3
    REFUSED = 4
    EXPIRED = 5
    STOPPED = 6
    FAILED = 7


class Reason(IntEnum):
    """Why a command was refused or broken off."""

    NONE = 0
    AISLE_OCCUPIED = 1
    OCCUPANCY_UNKNOWN = 2
    LOCAL_CONTROL = 3
    E_STOP = 4
    MAINTENANCE_KEY = 5
    CRANK = 6
    FIRE = 7
    FAULT_LATCHED = 8
    OBSTRUCTION = 9
    ENTRANCE = 10
    ALREADY_MOVING = 11
    NO_SUCH_AISLE = 12
    STALE_SEQ = 13
    OLD_EPOCH = 14
    TTL_EXPIRED = 15
    POWER = 16
    HEARTBEAT_LOST = 17
    LOCKED = 18
    ASLEEP = 19
    NO_SUCH_GAP = 20
    LOCKED_AT_STEEL = 21
    SIDE_PANEL = 22
    DRIVE_LOCKED = 23
    BLIND_SPOT = 24
    SMOKE = 25
    PRESSURE_DETACHED = 26
    AUTO_PROTECTION = 27
    AISLE_INFRARED = 28
    KEYS_DISABLED = 29
    MOTION_FORBIDDEN = 30


class Fault(IntEnum):
    """What latched, or what forbids motion as long as it lasts."""

    NONE = 0
    OBSTRUCTION = 1
    LIMIT_SWITCH = 2
    MOTOR = 3
    HEARTBEAT_LOST = 4
    POWER_FAIL = 5
    PERSON_ENTERED = 6
    TIMEOUT = 7
    E_STOP = 8
    LIMIT_SWITCH_OPEN = 9
    LIMIT_SWITCH_CLOSE = 10
    MOTOR_FEEDBACK = 11
    OPEN_OVER_TRAVEL = 12
    CLOSE_OVER_TRAVEL = 13
    OPEN_TIMEOUT = 14
    CLOSE_TIMEOUT = 15
    NEIGHBOUR_TIMEOUT = 16
    PRESSURE_DETACHED = 17
    SIDE_PANEL = 18
    DRIVE_LOCKED = 19
    BLIND_SPOT = 20
    SMOKE = 21
    AUTO_PROTECTION = 22
    AISLE_INFRARED = 23
    KEYS_DISABLED = 24
    MOTION_FORBIDDEN = 25
    ENTRANCE_FRONT = 26
    ENTRANCE_REAR = 27
