"""The reference Modbus map as one table: which word of which block holds what. Pure.

docs/register-map.md is printed from this table. codes.py tells what the numbers mean, frames.py
reads and writes whole blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from drivers.shelving.modbus.codes import (
    COMMANDS,
    FAULTS,
    REASONS,
    RESULTS,
    STATES,
    Meanings,
    tri_state,
)

MAP_VERSION = 1
NO_AISLE = 0xFFFF
BANK_ADDRESS, BANK_WORDS = 0, 32
SEGMENT_ADDRESS, SEGMENT_WORDS = 32, 64
COLUMN_ADDRESS, COLUMN_WORDS = 1000, 16
MOST_AISLES = 44
MOST_SEGMENTS = (COLUMN_ADDRESS - SEGMENT_ADDRESS) // SEGMENT_WORDS
AGENT_HEARTBEAT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One word of a block, or `words` of the same kind."""

    offset: int
    name: str
    what: str
    words: int = 1
    values: Meanings | None = None
    written_by_agent: bool = False


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
        values=tri_state("remote", "local"),
    ),
    Register(
        offset=3,
        name="e_stop_chain",
        what="emergency stop chain",
        values=tri_state("closed", "open"),
    ),
    Register(
        offset=4,
        name="maintenance_key",
        what="maintenance key",
        values=tri_state("removed", "inserted"),
    ),
    Register(
        offset=5, name="crank", what="manual crank", values=tri_state("disengaged", "engaged")
    ),
    Register(offset=6, name="fire", what="fire input", values=tri_state("clear", "alarm")),
    Register(
        offset=7,
        name="unattended_permission",
        what="permission for motion that nobody attends",
        values=tri_state("given", "withheld"),
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
    Register(offset=15, name="power", what="mains power", values=tri_state("on", "failed")),
    Register(offset=16, name="reserved", what="0", words=16),
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
        values=tri_state("nobody enters", "somebody enters"),
    ),
    Register(
        offset=15,
        name="obstruction",
        what="stop bars, pressure strips, and any protection that `protection` names",
        values=tri_state("clear", "obstructed"),
    ),
    Register(
        offset=16,
        name="occupancy",
        what="one word per aisle from 0 on; 0 for aisles that do not exist",
        words=MOST_AISLES,
        values=tri_state("empty", "occupied"),
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


def segment_address(segment: int) -> int:
    """Return where the block of a segment (from 1) begins."""
    return SEGMENT_ADDRESS + SEGMENT_WORDS * (segment - 1)


def column_address(column: int) -> int:
    """Return where the block of a column (from 1) begins."""
    return COLUMN_ADDRESS + COLUMN_WORDS * (column - 1)
