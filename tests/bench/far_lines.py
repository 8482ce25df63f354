"""Serial lines of the simulator in a process of their own, as far from the bus as hardware is.

Its loop waits with `select`, whose timeouts are exact to microseconds; the one asyncio chooses
rounds them up to milliseconds, which would be told as the bus's own slowness.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import selectors
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from config.room import SerialAddress
from simulators.faults import Fault, Faults
from simulators.wire.pacing import Heard
from simulators.wire.rtu import RtuLine

TURNAROUND_S = 0.010


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One line: its settings, who is silent on it, and what goes wrong with it."""

    baud: int
    dead: frozenset[int] = frozenset()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a line's own book says."""

    requests: int
    gap_violations: int
    collisions: int
    shortest_gap_s: float
    latest: tuple[Heard, ...]


@dataclass(frozen=True, slots=True)
class FarLines:
    """The running lines: where to open them, and their books."""

    addresses: tuple[SerialAddress, ...]
    _pipe: Connection

    def look(self) -> tuple[Seen, ...]:
        """Read the books of all lines."""
        self._pipe.send("look")
        return tuple(self._pipe.recv())


@contextmanager
def far_lines(plans: Sequence[Plan]) -> Iterator[FarLines]:
    """Run lines as long as the block lasts."""
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe()
    process = context.Process(target=_serve, args=(far, tuple(plans)), daemon=True)
    process.start()
    try:
        yield FarLines(tuple(near.recv()), near)
    finally:
        near.send("end")
        process.join()
        near.close()


def words_of(unit: int, address: int, count: int, number: int) -> tuple[int, ...]:
    """Say what a unit answers to the `number`th request on its line: unlike any other answer."""
    return tuple(
        (unit * 7919 + (address + place) * 31 + number * 257) & 0xFFFF for place in range(count)
    )


def _serve(pipe: Connection, plans: Sequence[Plan]) -> None:
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(_run(pipe, plans))


async def _run(pipe: Connection, plans: Sequence[Plan]) -> None:
    lines = [_line(plan, seed) for seed, plan in enumerate(plans)]
    ended = asyncio.Event()

    def obey() -> None:
        if pipe.recv() == "look":
            pipe.send([_seen(line) for line in lines])
        else:
            ended.set()

    asyncio.get_running_loop().add_reader(pipe.fileno(), obey)
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(line.run()) for line in lines]
        pipe.send([line.at for line in lines])
        await ended.wait()
        for task in running:
            task.cancel()


def _line(plan: Plan, seed: int) -> RtuLine:
    faults = Faults(seed)
    at = SerialAddress.model_validate({"path": "far", "baud": plan.baud})
    line = RtuLine("line", faults, _answer(plan), at=at, turnaround_s=TURNAROUND_S)
    faults.put("line", *plan.faults)
    return line


def _answer(plan: Plan) -> Callable[[int, bytes], bytes | None]:
    number = 0

    def answer(unit: int, pdu: bytes) -> bytes | None:
        nonlocal number
        number += 1
        if unit in plan.dead:
            return None
        if pdu[0] not in (3, 4):
            return pdu[:5]
        address, count = int.from_bytes(pdu[1:3]), int.from_bytes(pdu[3:5])
        words = words_of(unit, address, count, number)
        return bytes([pdu[0], 2 * count]) + b"".join(word.to_bytes(2) for word in words)

    return answer


def _seen(line: RtuLine) -> Seen:
    book = line.book
    return Seen(
        requests=book.requests,
        gap_violations=book.gap_violations,
        collisions=book.collisions,
        shortest_gap_s=book.shortest_gap_s,
        latest=tuple(book.latest),
    )
