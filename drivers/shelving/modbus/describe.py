"""Prints docs/register-map.md, for whoever programs a shelving PLC, from the table itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from drivers.shelving.modbus import codes, registers
from drivers.shelving.modbus.codes import Meanings
from drivers.shelving.modbus.registers import Register

_INTRODUCTION = """\
# The reference Modbus map of a bank

<!-- Printed by `python -m drivers.shelving.modbus.describe`; a test keeps this page in step. -->

This page is for those who program the controller (PLC) of a bank of motorised shelving. A
controller that offers these registers and keeps these rules can be driven by Stackroom through the
driver `shelving.modbus`.

**Who is responsible for what.** The PLC and the hard-wired chain behind it keep people safe: light
curtains, stop bars, emergency stops and limits act there and only there. Stackroom asks for motion
and the PLC may refuse. What Stackroom checks is a second look, never the safety function. No
register resets, mutes or bypasses anything.

## Wire

- Modbus TCP, port 502 unless set otherwise, or Modbus RTU on a serial line; unit 1 unless set
  otherwise.
- Function 3 reads up to 125 registers; functions 6 and 16 write. All registers are holding
  registers, numbered from 0 as in the request itself (not 40001).
- Words are unsigned and high byte first, unless said otherwise. `0xFFFF` means *none* where a
  number of an aisle is expected.
- **Tri-states**: 0 unknown, 1 safe, 2 unsafe. Send 0 for whatever the PLC cannot see or does not
  trust at the moment. Stackroom takes every value it does not know for *unknown*, and unknown
  for unsafe.
- A block is read in one request, so give it consistent values: copy a scan's image, do not mix two
  scans. The bank block and the block of segment 1 lie side by side and are read together, as one
  request of 96 registers.
- Reads of addresses that this page does not name, and writes to what the agent may not write, are
  answered with exception 2 (illegal address).
- Answer within 300 ms; what takes longer than 500 ms counts as lost.

Left and right are those of a person who faces the bank from the aisles' mouth with column 1 at the
left hand; right is towards higher column numbers. Segments are the runs of movable columns between
two fixed ones, counted from 1. A segment of *n* movable columns has the aisles 0 to *n*: aisle 0
before its first column, aisle *k* after its *k*-th. A segment has one gap or, where the maker built
it so, two, which stand in two different aisles.
"""

_COMMANDS = """\
## Rules for commands

A command is one write (function 16) of `cmd, param, seq, epoch, ttl`, five registers that begin at
the segment block. A stop may also come as `cmd` alone (function 6).

**Every command but stop** is taken only if all of this holds; else `last_result` becomes *refused*
and `last_reason` says why:

1. `seq` is newer than `last_seq`. Both are 16-bit serial numbers (RFC 1982): *a* is newer than *b*
   if `(a - b) mod 65536` lies between 1 and 32767. So 0 is newer than 65535.
2. `epoch` is `last_epoch` or newer, by the same arithmetic. A fresh agent reads `last_epoch`, adds
   1 and uses that for as long as it lives. So an agent that was replaced cannot move anything any
   more, and an agent that lost its disk can go on.
3. `ttl` is above 0. If motion has not begun within `ttl` x 100 ms after the write, the command is
   dropped: *expired*, reason *ttl_expired*.
4. Nothing moves in the segment: else *already_moving*.

A write whose `seq` equals `last_seq` does **nothing at all**: no motion, no setting, no change of
result. So a repeated write is harmless, whatever the command.

**Motion** (open_aisle, close_all, ventilate) needs more:

5. No fault is latched; the segment is not locked; its drives are awake.
6. Every interlock is safe: remote, E-stop chain closed, key removed, crank disengaged, no fire,
   power on, nobody at the entrances, no obstruction and no other protection, and **every** aisle of
   the segment empty. Unknown is not safe.
7. The agent's heartbeat has changed within the watchdog time.

The life of accepted motion: *accepted*, then *started* when the first column moves, then *done*
when the columns stand where they were sent. *failed* when a fault or an interlock ended it,
*stopped* when a stop did. Columns that stand there already: *done* at once. Columns of a segment
never travel in both directions at once.

**open_aisle** (`cmd` 1) brings a gap to the aisle in the low byte of `param`. A segment with one
gap needs no more. With two, the high byte says which open aisle gives up its gap: 1 + its number.
The other stays as it is. Refused *no_such_aisle* if there is no such aisle, *no_such_gap* if the
aisle that should give is not open, or none is named while two are open. While a gap stands in no
aisle (after a stop, or ventilating), a high byte of 0 takes that one; a second gap that stands in
none goes to the parking end.

**close_all** (`cmd` 8) is for segments with two gaps; one gap is sent to its parking aisle by
open_aisle. `param` names both aisles that shall stand open, the second as 1 + its number in the
high byte; Stackroom sends the two at the parking end. Anything else is *no_such_aisle*.

**ventilate** (`cmd` 3) spreads the columns so that all aisles are equally wide and nobody fits into
one. The state is then *ventilating*, `open_aisle` is 0xFFFF. An open_aisle or close_all ends it.

**lock** (`cmd` 4) and **unlock** (`cmd` 5) set the segment's lock and move nothing. A locked
segment refuses motion: *locked*. A segment may also be locked at the steel; what locks and unlocks
there is the PLC's own. `lock` reads 2 as long as either lock is set. unlock lifts only what lock
set: if only a lock at the steel is set, it is refused, *locked_at_steel*.

**sleep** (`cmd` 6) and **wake** (`cmd` 7) take and give the power of the segment's drives and move
nothing. Asleep, the segment refuses motion: *asleep*. wake is *accepted* while the drives come up
and *done* when `drives` says awake. Nothing but wake, or somebody at the steel, wakes them: an
open_aisle never does.

lock and sleep are taken whatever the interlocks say, because they make steel safer. unlock and wake
are refused under local control and with the maintenance key inserted, wake also without power.

**stop** (`cmd` 2) is carried out always, whatever `seq`, `epoch` and `ttl` say, as often as it is
written. Motion ends by the normal ramp; the result is *stopped*, the state *halted* (a gap may
stand nowhere: `open_aisle` does not name it); if nothing moved, the state stays as it was.
`last_seq` takes the stop's `seq` only if that is newer. New motion may be asked for afterwards.
This is the operational stop, not an emergency stop.

## Rules for the watchdog

The agent writes `agent_heartbeat` every 500 ms with a new number. If it has not changed for the
time in `watchdog` while something moves, the PLC stops, brakes, and latches fault *heartbeat_lost*.
The PLC itself counts `heartbeat` up every 500 ms; the agent takes a heartbeat that stands still for
a dead PLC, whatever the other registers say.

## Rules for faults and protections

A protection that speaks up (`protection` names the gravest) forbids motion as long as it lasts:
`obstruction` reads 2 with it, or `entrance` for persons in the front or rear entrance. It stops
what moves. Three of them end by themselves and only halt: *aisle_infrared*, *keys_disabled*,
*motion_forbidden*. All others, a person who enters, an obstruction, a power failure, an open E-stop
chain or a lost heartbeat during motion stop the segment at once and latch: state *faulted*, result
*failed*, `fault_code` what it was. *pressure_detached*, *auto_protection* and every fault of a
column latch at rest too. A lock set at the steel during motion stops it and latches nothing.

A latched fault ends only by the PLC's own reset, a button at the bank with a view of the aisles,
and only when its cause is gone; `reset_count` then counts up by 1. There is no reset by Modbus.
After power returns, or the PLC starts, nothing moves until a new command asks for it. Across a
power cut the PLC keeps `last_seq`, `last_epoch`, `reset_count`, locks, latched faults and where the
columns stand.
"""


def describe() -> str:
    """Return the whole page."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    yield f"## Bank block, from {registers.BANK_ADDRESS}"
    yield ""
    yield from _table(registers.BANK)
    yield (
        f"## Segment block *s*, from {registers.SEGMENT_ADDRESS} + "
        f"{registers.SEGMENT_WORDS} x (*s* - 1)"
    )
    yield ""
    yield from _table(registers.SEGMENT)
    yield (
        f"## Column block *c*, from {registers.COLUMN_ADDRESS} + "
        f"{registers.COLUMN_WORDS} x (*c* - 1)"
    )
    yield ""
    yield from _table(registers.COLUMN)
    yield _COMMANDS
    yield "## Codes"
    yield ""
    yield "### last_result"
    yield ""
    yield from _codes({code: result.value for code, result in codes.RESULTS.items()})
    yield "### last_reason"
    yield ""
    yield from _codes(codes.REASONS)
    yield "### fault_code"
    yield ""
    yield from _codes(codes.FAULTS)


def _table(block: tuple[Register, ...]) -> Iterator[str]:
    yield "| Offset | Name | Written by | Meaning |"
    yield "|---|---|---|---|"
    for register in block:
        last = register.offset + register.words - 1
        offset = str(register.offset) if register.words == 1 else f"{register.offset}..{last}"
        writer = "agent" if register.written_by_agent else "PLC"
        yield f"| {offset} | `{register.name}` | {writer} | {_meaning(register)} |"
    yield ""


def _meaning(register: Register) -> str:
    if register.values is None:
        return register.what
    if register.values in (codes.RESULTS, codes.REASONS, codes.FAULTS):
        return f"{register.what}, see *Codes*"
    values = ", ".join(f"{code} {meaning}" for code, meaning in register.values.items())
    return f"{register.what}: {values}"


def _codes(codes: Meanings) -> Iterator[str]:
    yield "| Code | Name |"
    yield "|---|---|"
    yield from (f"| {code} | `{name}` |" for code, name in codes.items())
    yield ""


if __name__ == "__main__":
    sys.stdout.write(describe().rstrip("\n") + "\n")
