"""Whole blocks of the reference Modbus map, read into our words; and the command block. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drivers import trips
from drivers.ports import CloseAll, OpenAisle, Order, SetLock, SetSleep, Ventilate
from drivers.readings import (
    BANK_INTERLOCKS,
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
from drivers.shelving.modbus.codes import (
    CLOSE_ALL,
    FAULTS,
    LOCK,
    LOCKS,
    OPEN_AISLE,
    REASONS,
    RESULTS,
    SLEEP,
    SLEEPS,
    STATES,
    STOP,
    TRAVELS,
    UNLOCK,
    VENTILATE,
    WAKE,
)
from drivers.shelving.modbus.registers import (
    BANK,
    COLUMN,
    COLUMN_ADDRESS,
    MAP_VERSION,
    NO_AISLE,
    SEGMENT,
    Register,
)

_TENTHS = 10
"""Times stand in the words in 100 ms."""
_SECOND = 8
"""How far to the left the second of two aisles stands in a word, counted from 1."""
_COMMAND_OF = {
    SetLock(True): LOCK,
    SetLock(False): UNLOCK,
    SetSleep(True): SLEEP,
    SetSleep(False): WAKE,
    Ventilate(): VENTILATE,
}
_CHECKS = {1: Check.SAFE, 2: Check.UNSAFE}
_SIMULATED = 2


class UnknownMap(ValueError):
    """The words come from another map, or another version of this one."""


@dataclass(frozen=True, slots=True)
class BankShape:
    """How many columns and segments the controller believes to have."""

    columns: int
    segments: int


def decode_bank(words: Sequence[int], at_s: float) -> BankReading:
    """Read the bank block; raise UnknownMap if it is not of this map."""
    word = _by_name(BANK, words)
    _check_version(word["map_version"])
    return BankReading(
        at_s=at_s,
        simulated=word["nature"] == _SIMULATED,
        interlocks={name: _check(word[name]) for name in BANK_INTERLOCKS},
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
