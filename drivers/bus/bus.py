"""What callers may ask of a port. They await their turn; the worker has the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Literal

from config.clock import Clock
from config.room import Reads, SerialAddress, TcpAddress
from drivers.bus.frames import (
    READ_COILS,
    READ_DISCRETE_INPUTS,
    READ_HOLDING,
    Asked,
    Read,
    ReadBits,
    Write,
    WriteBit,
)
from drivers.bus.health import BusHealth
from drivers.bus.jobs import Bits, Priority, Registers
from drivers.bus.spans import Limits, Span, cut, limits_of
from drivers.bus.timing import Timing, usual_timing
from drivers.bus.worker import CLOSED, Worker
from drivers.errors import LinkLost

_BIT_FUNCTIONS = {"coils": READ_COILS, "discrete_inputs": READ_DISCRETE_INPUTS}


@asynccontextmanager
async def open_bus(
    address: TcpAddress | SerialAddress,
    clock: Clock,
    *,
    timing: Timing | None = None,
    rng: Random | None = None,
    budget_s: float | None = None,
) -> AsyncIterator[Bus]:
    """Run the worker of one port as long as the block lasts; the device may be away at any time.

    `budget_s` is what a round should take (budget.py); it is told beside the measured cycle.
    """
    bus = Bus(address, clock, timing=timing, rng=rng, budget_s=budget_s)
    try:
        async with asyncio.TaskGroup() as group:
            worker = group.create_task(bus.run(), name=f"bus {bus.name}")
            try:
                yield bus
            finally:
                worker.cancel()
    except BaseExceptionGroup as failures:
        if len(failures.exceptions) == 1:
            raise failures.exceptions[0] from None
        raise


class Bus:
    """One port. Get one from `open_bus`."""

    def __init__(
        self,
        address: TcpAddress | SerialAddress,
        clock: Clock,
        *,
        timing: Timing | None = None,
        rng: Random | None = None,
        budget_s: float | None = None,
    ) -> None:
        self.name = _name(address)
        self._address = address
        self._budget_s = budget_s
        self._worker = Worker(
            self.name,
            address,
            clock,
            timing=timing or usual_timing(address),
            rng=rng or Random(),
        )

    async def run(self) -> None:
        """Serve the port until cancelled."""
        await self._worker.run()

    async def read(
        self,
        unit: int,
        address: int,
        count: int,
        *,
        priority: Priority = Priority.STATUS,
        function: int = READ_HOLDING,
        device: str = "",
        reads: Reads | None = None,
    ) -> Registers:
        """Read words; raise LinkLost, NoReply, Garbled, or Refused for a Modbus exception.

        With `reads` it may share a transaction with others of its priority that wait for the same
        unit; without it goes out as it is.
        """
        if reads is None:
            asked = Read(unit=unit, address=address, count=count, function=function)
            return await self._ask(asked, priority, device)
        (registers,) = await self.read_many(
            unit,
            (Span(address, count),),
            priority=priority,
            function=function,
            device=device,
            reads=reads,
        )
        return registers

    async def read_many(
        self,
        unit: int,
        spans: Sequence[Span],
        *,
        priority: Priority = Priority.STATUS,
        function: int = READ_HOLDING,
        device: str = "",
        reads: Reads | None = None,
    ) -> tuple[Registers, ...]:
        """Read several spans in as few transactions as `reads` and the line allow.

        A span is of one moment unless it is too long for one transaction. Raises as `read`, and
        ValueError for words that `reads` forbids.
        """
        limits = limits_of(reads or Reads(), self._address)
        pieces = [list(cut(span, limits)) for span in spans]
        asks = [
            Read(unit=unit, address=piece.address, count=piece.count, function=function)
            for span in pieces
            for piece in span
        ]
        answers = iter(await self._ask_together(asks, priority, device, limits))
        return tuple(_join([next(answers) for _ in span]) for span in pieces)

    async def read_bits(
        self,
        unit: int,
        address: int,
        count: int,
        *,
        function: Literal["discrete_inputs", "coils"] = "discrete_inputs",
        priority: Priority = Priority.STATUS,
        device: str = "",
    ) -> Bits:
        """Read coils or discrete inputs; raise as `read` does."""
        asked = ReadBits(unit=unit, address=address, count=count, function=_BIT_FUNCTIONS[function])
        answer = await self._ask(asked, priority, device)
        return Bits(tuple(map(bool, answer.values)), answer.at_s)

    async def write(
        self,
        unit: int,
        address: int,
        values: tuple[int, ...],
        *,
        priority: Priority = Priority.OPERATOR,
        not_after_s: float | None = None,
        device: str = "",
    ) -> None:
        """Write words once. After LinkLost, NoReply or Garbled the outcome is unknown: read back.

        If the monotonic time `not_after_s` passes first, nothing is sent: Refused, too_late.
        """
        asked = Write(unit=unit, address=address, values=values)
        await self._ask(asked, priority, device, not_after_s=not_after_s)

    async def write_bit(
        self,
        unit: int,
        address: int,
        on: bool,
        *,
        priority: Priority = Priority.OPERATOR,
        device: str = "",
    ) -> None:
        """Switch one coil once. After LinkLost, NoReply or Garbled the outcome is unknown."""
        await self._ask(WriteBit(unit=unit, address=address, on=on), priority, device)

    def health(self) -> BusHealth:
        """Tell how the port and each of its units is."""
        return BusHealth(
            name=self.name,
            away=self._worker.away,
            units=self._worker.list_health(),
            cycle_s=self._worker.cycle_s(),
            budget_s=self._budget_s,
        )

    async def _ask(
        self, asked: Asked, priority: Priority, device: str, not_after_s: float | None = None
    ) -> Registers:
        device = device or self._name_of(asked)
        await self._mind_away(device, priority)
        return await self._worker.put(asked, priority, device, not_after_s=not_after_s)

    async def _ask_together(
        self, asks: Sequence[Read], priority: Priority, device: str, limits: Limits
    ) -> list[Registers]:
        """Queue all before the worker can take the first; raise the first error of any."""
        if not asks:
            return []
        device = device or self._name_of(asks[0])
        await self._mind_away(device, priority)
        waiting = [self._worker.put(a, priority, device, limits=limits) for a in asks]
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        answers = []
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
            answers.append(outcome)
        return answers

    async def _mind_away(self, device: str, priority: Priority) -> None:
        """Refuse while the wire is away. Only a stop may wait for it, because it has it opened."""
        away = self._worker.away
        if away is not None and (away == CLOSED or priority is not Priority.STOP):
            # A caller that asks again at once must not keep the worker from running.
            await asyncio.sleep(0)
            raise LinkLost(device, away)

    def _name_of(self, asked: Asked) -> str:
        return f"{self.name} unit {asked.unit}"


def _name(address: TcpAddress | SerialAddress) -> str:
    if isinstance(address, TcpAddress):
        return f"{address.host}:{address.port}"
    return address.path


def _join(pieces: list[Registers]) -> Registers:
    """Put the pieces of a long span together; it is as old as the oldest."""
    if len(pieces) == 1:
        return pieces[0]
    values = tuple(value for piece in pieces for value in piece.values)
    return Registers(values, min(piece.at_s for piece in pieces))
