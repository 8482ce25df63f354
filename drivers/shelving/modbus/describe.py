"""Prints docs/register-map.md, for whoever programs a shelving PLC, from the table itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from drivers.shelving.modbus import registers
from drivers.shelving.modbus.registers import Meanings, Register

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

- Modbus TCP, port 502 unless set otherwise, unit 1 unless set otherwise.
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
before its first column, aisle *k* after its *k*-th.
"""

_COMMANDS = """\
## Rules for commands

A command is one write (function 16) of `cmd, param, seq, epoch, ttl`, five registers that begin at
the segment block. A stop may also come as `cmd` alone (function 6).

**open_aisle** (`cmd` 1, `param` the aisle) is carried out only if all of this holds; else
`last_result` becomes *refused* and `last_reason` says why:

1. `seq` is newer than `last_seq`. Both are 16-bit serial numbers (RFC 1982): *a* is newer than *b*
   if `(a - b) mod 65536` lies between 1 and 32767. So 0 is newer than 65535.
2. `epoch` is `last_epoch` or newer, by the same arithmetic. A fresh agent reads `last_epoch`, adds
   1 and uses that for as long as it lives. So an agent that was replaced cannot move anything any
   more, and an agent that lost its disk can go on.
3. `ttl` is above 0. If motion has not begun within `ttl` x 100 ms after the write, the command is
   dropped: *expired*, reason *ttl_expired*.
4. The aisle exists; the segment stands or is halted; no fault is latched.
5. Every interlock is safe: remote, E-stop chain closed, key removed, crank disengaged, no fire,
   power on, nobody at the entrance, no obstruction, and **every** aisle of the segment empty.
   Unknown is not safe.
6. The agent's heartbeat has changed within the watchdog time.

A write whose `seq` equals `last_seq` does **nothing at all**: no motion, no change of result. So a
repeated write is harmless. If the gap already stands at the aisle, the result is *done* at once.

The life of an accepted command: *accepted*, then *started* when the first column moves, then *done*
when the gap stands at the aisle. *failed* when a fault ended it, *stopped* when a stop did.

**stop** (`cmd` 2) is carried out always, whatever `seq`, `epoch` and `ttl` say, as often as it is
written. Motion ends by the normal ramp; the result is *stopped*, the state *halted* (the gap may
stand nowhere: `open_aisle` is 0xFFFF); if nothing moved, the state stays *standing*. `last_seq`
takes the stop's `seq` only if that is newer. A new open_aisle may follow. This is the operational
stop, not an emergency stop.

## Rules for the watchdog

The agent writes `agent_heartbeat` every 500 ms with a new number. If it has not changed for the
time in `watchdog` while something moves, the PLC stops, brakes, and latches fault *heartbeat_lost*.
The PLC itself counts `heartbeat` up every 500 ms; the agent takes a heartbeat that stands still for
a dead PLC, whatever the other registers say.

## Rules for faults

A person who enters, an obstruction, a power failure, an open E-stop chain or a lost heartbeat
during motion stops the segment at once and latches its fault: state *faulted*, result *failed*.
A latched fault ends only by the PLC's own reset, a button at the bank with a view of the aisles,
and only when its cause is gone; `reset_count` then counts up by 1. There is no reset by Modbus.
After power returns, or the PLC starts, nothing moves until a new command asks for it. Across a
power cut the PLC keeps `last_seq`, `last_epoch`, `reset_count` and latched faults.
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
    yield from _codes({code: result.value for code, result in registers.RESULTS.items()})
    yield "### last_reason"
    yield ""
    yield from _codes(registers.REASONS)
    yield "### fault_code"
    yield ""
    yield from _codes(registers.FAULTS)


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
    if register.values in (registers.RESULTS, registers.REASONS, registers.FAULTS):
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
