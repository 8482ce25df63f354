"""A bank behind its driver, asked and read as the room does: what the makers' tests share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from drivers.ports import Fence, Order, ShelvingMotion
from drivers.readings import CommandResult, SegmentReading
from simulators.harness import SimulatedRoom

UNDER_WAY = (CommandResult.UNKNOWN, CommandResult.ACCEPTED, CommandResult.STARTED)
_LOOK_S = 0.3
_P = TypeVar("_P", bound=ShelvingMotion)


@dataclass(slots=True)
class DrivenBank(Generic[_P]):
    """A simulated room and the driver of its bank."""

    room: SimulatedRoom
    port: _P
    seq: int = 0

    async def ask(self, order: Order, segment: int = 1) -> Fence:
        """Read afresh, then ask, as the room does; return what fenced it."""
        await self.port.read_interlocks(segment)
        self.seq += 1
        fence = Fence(seq=self.seq, epoch=1, ttl_s=5.0)
        await self.port.carry_out(segment, order, fence)
        return fence

    async def until(
        self, holds: Callable[[SegmentReading], bool], segment: int = 1
    ) -> SegmentReading:
        while True:
            part = await self.port.read_segment(segment, urgent=True)
            if holds(part):
                return part
            await asyncio.sleep(_LOOK_S)

    async def ended(self) -> SegmentReading:
        return await self.until(lambda part: part.last_result not in UNDER_WAY)
