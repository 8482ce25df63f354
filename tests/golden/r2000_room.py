"""The small room of tag_room with an R2000 reader."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from config.room import Antenna, R2000Reader
from simulators.wire.r2000 import SimulatedR2000
from tests.golden import tag_room
from tests.golden.tag_room import READER, WIRES

Bench = tag_room.Bench[SimulatedR2000]


def settings(wire: str = "tcp", *antennas: Antenna, **more: Any) -> R2000Reader:
    """Write the reader as a room file would; one desk antenna unless others are named."""
    desk = (Antenna(antenna=1, covers="desk"),)
    return R2000Reader(
        driver="rfid.r2000", id=READER, at=WIRES[wire], antennas=antennas or desk, **more
    )


def with_bench(
    reader: R2000Reader, scenario: Callable[[Bench], Awaitable[None]], *, boxes: dict[str, str]
) -> None:
    """Run a scenario in a room with this reader and these boxes, by code and tag."""
    tag_room.with_bench(reader, lambda room: room.r2000_readers[READER], scenario, boxes)
