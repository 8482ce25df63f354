"""The reference Modbus map as one table, and what its words mean. Pure.

docs/register-map.md is printed from this table. A value that the table does not know means
"unknown", never "safe".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from drivers import trips
from drivers.ports import CloseAll, OpenAisle, Order, SetLock, SetSleep, Ventilate
from drivers.readings import (
    BankReading,
    Check,
    ColumnReading,
    CommandResult,
    LockState,
    SegmentReading,
    SleepState,
    SteelState,
    Travel,
    Trip,
)

MAP_VERSION = 1
NO_AISLE = 0xFFFF
BANK_ADDRESS, BANK_WORDS = 0, 32
SEGMENT_ADDRESS, SEGMENT_WORDS = 32, 64
COLUMN_ADDRESS, COLUMN_WORDS = 1000, 16
MOST_AISLES = 44
MOST_SEGMENTS = (COLUMN_ADDRESS - SEGMENT_ADDRESS) // SEGMENT_WORDS
AGENT_HEARTBEAT = 10
OPEN_AISLE, STOP, VENTILATE, LOCK, UNLOCK, SLEEP, WAKE, CLOSE_ALL = range(1, 9)
_TENTHS = 10
_SECOND = 8
"""How far to the left the second of two aisles stands in a word, counted from 1."""

Meanings = Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One word of a block, or `words` of the same kind."""

    offset: int
    name: str
    what: str
    words: int = 1
    values: Meanings | None = None
    written_by_agent: bool = False


def _tri_state(safe: str, unsafe: str) -> Meanings:
    return MappingProxyType({0: "unknown", 1: safe, 2: unsafe})


BANK: tuple[Register, ...] = (
    Register(offset=0, name="map_version", what=f"version of this map, {MAP_VERSION}"),
    Register(
        offset=1,
        name="nature",
        what="what stands behind the map",
        values=MappingProxyType({1: "real steel", 2: "simulated"}),
    ),
    Register(
        offset=2,
        name="remote_control",
        what="local/remote switch",
        values=_tri_state("remote", "local"),
    ),
    Register(
        offset=3,
        name="e_stop_chain",
        what="emergency stop chain",
        values=_tri_state("closed", "open"),
    ),
    Register(
        offset=4,
        name="maintenance_key",
        what="maintenance key",
        values=_tri_state("removed", "inserted"),
    ),
    Register(
        offset=5, name="crank", what="manual crank", values=_tri_state("disengaged", "engaged")
    ),
    Register(offset=6, name="fire", what="fire input", values=_tri_state("clear", "alarm")),
    Register(
        offset=7,
        name="unattended_permission",
        what="permission for motion that nobody attends",
        values=_tri_state("given", "withheld"),
    ),
    Register(offset=8, name="reset_count", what="counts up at each press of the PLC's own reset"),
    Register(offset=9, name="heartbeat", what="counts up every 500 ms while the PLC runs"),
    Register(
        offset=AGENT_HEARTBEAT,
        name="agent_heartbeat",
        what="written by the agent every 500 ms; any change feeds the watchdog",
        written_by_agent=True,
    ),
    Register(offset=11, name="watchdog", what="watchdog time in 100 ms, 20 as delivered"),
    Register(offset=12, name="columns", what="number of columns of the bank"),
    Register(offset=13, name="segments", what="number of segments of the bank"),
    Register(
        offset=14,
        name="column_address",
        what=f"address of the first column block, {COLUMN_ADDRESS}",
    ),
    Register(offset=15, name="power", what="mains power", values=_tri_state("on", "failed")),
    Register(offset=16, name="reserved", what="0", words=16),
)

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

SEGMENT: tuple[Register, ...] = (
    Register(offset=0, name="cmd", what="command", values=COMMANDS, written_by_agent=True),
    Register(
        offset=1,
        name="param",
        what="low byte: aisle to open, from 0; high byte: 1 + the aisle that gives up its gap, "
        "0 where a segment has one gap; of close_all, both aisles; 0 for all else",
        written_by_agent=True,
    ),
    Register(offset=2, name="seq", what="number of the command", written_by_agent=True),
    Register(offset=3, name="epoch", what="life of the agent", written_by_agent=True),
    Register(
        offset=4,
        name="ttl",
        what="the command must have started within this time, in 100 ms",
        written_by_agent=True,
    ),
    Register(offset=5, name="last_seq", what="newest command seen"),
    Register(offset=6, name="last_epoch", what="newest epoch seen"),
    Register(offset=7, name="last_result", what="what became of that command", values=RESULTS),
    Register(offset=8, name="last_reason", what="why it was refused or ended", values=REASONS),
    Register(offset=9, name="state", what="what the segment does", values=STATES),
    Register(
        offset=10,
        name="open_aisle",
        what="where the gap stands, 0xFFFF nowhere; high byte: 1 + the second of two aisles",
    ),
    Register(offset=11, name="target_aisle", what="where the gap goes; 0xFFFF nowhere"),
    Register(offset=12, name="remaining", what="time to go, in 100 ms"),
    Register(offset=13, name="fault_code", what="latched fault", values=FAULTS),
    Register(
        offset=14,
        name="entrance",
        what="entrance sensors",
        values=_tri_state("nobody enters", "somebody enters"),
    ),
    Register(
        offset=15,
        name="obstruction",
        what="stop bars, pressure strips, and any protection that `protection` names",
        values=_tri_state("clear", "obstructed"),
    ),
    Register(
        offset=16,
        name="occupancy",
        what="one word per aisle from 0 on; 0 for aisles that do not exist",
        words=MOST_AISLES,
        values=_tri_state("empty", "occupied"),
    ),
    Register(
        offset=60,
        name="lock",
        what="lock of the segment",
        values=MappingProxyType({0: "unknown", 1: "unlocked", 2: "locked"}),
    ),
    Register(
        offset=61,
        name="drives",
        what="power of the drives",
        values=MappingProxyType({0: "unknown", 1: "awake", 2: "asleep"}),
    ),
    Register(
        offset=62,
        name="protection",
        what="protection that forbids motion now and has not latched; 0 none",
        values=FAULTS,
    ),
    Register(offset=63, name="reserved", what="0"),
)
LOCKS = {1: LockState.UNLOCKED, 2: LockState.LOCKED}
SLEEPS = {1: SleepState.AWAKE, 2: SleepState.ASLEEP}
_COMMAND_OF = {
    SetLock(True): LOCK,
    SetLock(False): UNLOCK,
    SetSleep(True): SLEEP,
    SetSleep(False): WAKE,
    Ventilate(): VENTILATE,
}

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

COLUMN: tuple[Register, ...] = (
    Register(
        offset=0,
        name="state",
        what="what the column does; right is towards higher column numbers",
        values=MappingProxyType(
            {
                0: "unknown",
                1: "standing",
                2: "moving left",
                3: "moving right",
                4: "locked",
                5: "fault",
            }
        ),
    ),
    Register(offset=1, name="status", what="bit 0 fixed column, bit 1 motor on"),
    Register(
        offset=2,
        name="interlocks",
        what="bit 0 left aisle occupied, bit 1 right aisle occupied, "
        "bit 2 left aisle unknown, bit 3 right aisle unknown",
    ),
    Register(offset=3, name="fault_code", what="fault of the column", values=FAULTS),
    Register(offset=4, name="position", what="near edge in mm from the bank's own edge"),
    Register(offset=5, name="gap_left", what="free gap on the left in mm"),
    Register(offset=6, name="gap_right", what="free gap on the right in mm"),
    Register(offset=7, name="speed", what="speed in mm/s"),
    Register(offset=8, name="motor_current", what="motor current in 0.01 A"),
    Register(offset=9, name="persons", what="persons counted in the right-hand aisle"),
    Register(offset=10, name="last_seq", what="as in the segment block"),
    Register(offset=11, name="last_result", what="as in the segment block", values=RESULTS),
    Register(
        offset=12, name="temperature", what="temperature in 0.1 °C, signed; 0x8000 without probe"
    ),
    Register(offset=13, name="humidity", what="relative humidity in 0.1 %; 0xFFFF without probe"),
    Register(offset=14, name="heartbeat_echo", what="the agent heartbeat as last seen"),
    Register(offset=15, name="firmware", what="firmware version of the column's drive"),
)

_BANK_CHECKS = ("remote_control", "e_stop_chain", "maintenance_key", "crank", "fire", "power")
_CHECKS = {1: Check.SAFE, 2: Check.UNSAFE}
_SIMULATED = 2


class UnknownMap(ValueError):
    """The words come from another map, or another version of this one."""


@dataclass(frozen=True, slots=True)
class BankShape:
    """How many columns and segments the controller believes to have."""

    columns: int
    segments: int


def segment_address(segment: int) -> int:
    """Return where the block of a segment (from 1) begins."""
    return SEGMENT_ADDRESS + SEGMENT_WORDS * (segment - 1)


def column_address(column: int) -> int:
    """Return where the block of a column (from 1) begins."""
    return COLUMN_ADDRESS + COLUMN_WORDS * (column - 1)


def decode_bank(words: Sequence[int], at_s: float) -> BankReading:
    """Read the bank block; raise UnknownMap if it is not of this map."""
    word = _by_name(BANK, words)
    _check_version(word["map_version"])
    return BankReading(
        at_s=at_s,
        simulated=word["nature"] == _SIMULATED,
        interlocks={name: _check(word[name]) for name in _BANK_CHECKS},
        unattended_permission=_check(word["unattended_permission"]),
        reset_count=word["reset_count"],
        heartbeat=word["heartbeat"],
    )


def decode_shape(words: Sequence[int]) -> BankShape:
    """Read from the bank block what the controller drives; raise UnknownMap as `decode_bank`."""
    word = _by_name(BANK, words)
    _check_version(word["map_version"])
    if word["column_address"] != COLUMN_ADDRESS:
        raise UnknownMap(
            f"column blocks begin at {word['column_address']}, expected {COLUMN_ADDRESS}"
        )
    return BankShape(word["columns"], word["segments"])


def decode_segment(
    words: Sequence[int], *, segment: int, aisles: int, at_s: float
) -> SegmentReading:
    """Read the block of a segment that has so many aisles."""
    word = _by_name(SEGMENT, words)
    return SegmentReading(
        at_s=at_s,
        segment=segment,
        state=STATES.get(word["state"], SteelState.UNKNOWN),
        open_aisles=_aisles(word["open_aisle"], aisles),
        target_aisle=_aisle(word["target_aisle"], aisles),
        remaining_s=word["remaining"] / _TENTHS,
        trip=_trip(word["fault_code"]) or _strange(word["state"]),
        hindrance=_trip(word["protection"]),
        entrance=_check(word["entrance"]),
        obstruction=_check(word["obstruction"]),
        occupancy=tuple(_check(word) for word in words[16 : 16 + aisles]),
        last_seq=word["last_seq"],
        last_epoch=word["last_epoch"],
        last_result=RESULTS.get(word["last_result"], CommandResult.UNKNOWN),
        last_reason=_reason(word["last_reason"]),
        lock=LOCKS.get(word["lock"], LockState.UNKNOWN),
        sleep=SLEEPS.get(word["drives"], SleepState.UNKNOWN),
    )


def decode_column(words: Sequence[int], *, column: int) -> ColumnReading:
    """Read the block of a column."""
    word = _by_name(COLUMN, words)
    return ColumnReading(
        column=column,
        position_mm=word["position"],
        travel=TRAVELS.get(word["state"], Travel.UNKNOWN),
        trip=_trip(word["fault_code"]),
    )


def encode(
    order: Order, *, parked: tuple[int, ...], seq: int, epoch: int, ttl_s: float
) -> tuple[int, ...]:
    """Build the command block: cmd, param, seq, epoch, ttl. The ttl is never rounded up.

    `parked` are the one or two aisles that stand open when all is closed.
    """
    ttl = int(ttl_s * _TENTHS + 1e-6)
    if not 1 <= ttl <= 0xFFFF:
        raise ValueError(f"a ttl of {ttl_s} s cannot be sent; 0.1 s is the shortest")
    match order:
        case OpenAisle(aisle=aisle, giving=giving):
            return (OPEN_AISLE, _param(aisle, giving), seq, epoch, ttl)
        case CloseAll() if len(parked) == 1:
            return (OPEN_AISLE, parked[0], seq, epoch, ttl)
        case CloseAll():
            return (CLOSE_ALL, _param(*parked), seq, epoch, ttl)
    return (_COMMAND_OF[order], 0, seq, epoch, ttl)


def encode_stop(*, seq: int, epoch: int) -> tuple[int, ...]:
    """Build a stop that also uses up a number: what was written under it and is late is dead."""
    return (STOP, 0, seq, epoch, 0)


def _param(aisle: int, other: int | None) -> int:
    return aisle | (0 if other is None else (other + 1) << _SECOND)


def _by_name(block: tuple[Register, ...], words: Sequence[int]) -> dict[str, int]:
    return {register.name: words[register.offset] for register in block}


def _check(word: int) -> Check:
    return _CHECKS.get(word, Check.UNKNOWN)


def _aisle(word: int, aisles: int) -> int | None:
    return word if word < aisles else None


def _aisles(word: int, aisles: int) -> tuple[int, ...]:
    if word == NO_AISLE:
        return ()
    second = (word >> _SECOND) - 1
    found = {word & 0xFF} | ({second} if second >= 0 else set())
    return tuple(sorted(found)) if all(aisle < aisles for aisle in found) else ()


def _trip(code: int) -> Trip | None:
    return Trip(FAULTS.get(code, trips.UNKNOWN), str(code)) if code else None


def _strange(state: int) -> Trip | None:
    """Keep a state that the table does not know: nobody can say what it means, so nothing moves."""
    return None if state in STATES else Trip(trips.UNKNOWN, f"state {state}")


def _reason(code: int) -> str:
    return REASONS.get(code, f"reason_{code}") if code else ""


def _check_version(version: int) -> None:
    if version != MAP_VERSION:
        raise UnknownMap(f"map version {version}, expected {MAP_VERSION}")
