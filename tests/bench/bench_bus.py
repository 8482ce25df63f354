"""How near the bus comes to what a serial line can do, and what it does when things go wrong.

The far side is the simulator's paced line in another process; its own book tells whether the
silence of 3.5 characters was kept. A ratio is a cycle's time over that of its bytes, silences and
turnarounds; a loop that breaks the silence, as pymodbus alone does, can come below 1.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from pymodbus.client import AsyncModbusSerialClient

from config.clock import SystemClock
from config.room import SerialAddress
from drivers.bus import Bus, Priority, Timing, open_bus
from drivers.errors import DriverError, LinkLost
from simulators.faults import Fault, FaultKind
from simulators.wire.pacing import pace_of
from tests.bench.far_lines import TURNAROUND_S, FarLines, Plan, Seen, far_lines, words_of

COLUMNS = 45
WORDS = 16
FIRST_WORD = 1000
_CYCLE_BYTES = COLUMNS * (8 + 5 + 2 * WORDS)
_TARGETS = {9600: 1.05, 19200: 1.05, 115200: 1.10}

BAD = (
    Fault(kind=FaultKind.GARBLE, probability=0.08),
    Fault(kind=FaultKind.MUTE, probability=0.07),
    Fault(kind=FaultKind.DELAY, probability=0.04, delay_s=0.045),
    Fault(kind=FaultKind.DELAY, probability=0.03, delay_s=0.09),
)
"""One exchange in five goes wrong. Late answers come after the limit and within the quiet time."""
HASTY = Timing(
    reply_s=0.03, quiet_s=0.15, probe_longest_alone_s=0, probe_share=1e9, reconnect_first_s=0
)
"""Probes without delay, so that no transaction is saved."""
BRISK = Timing(reply_s=0.06, quiet_s=0.1)
"""As the product's own for serial lines, but fit for this line's turnaround, so that probes of the
dead unit, whose waits follow from it, come every 16 s and not every minute."""


def run(quick: bool) -> list[dict[str, Any]]:
    """Measure cycles, the way of a stop, a dead unit, and what is believed on bad lines."""
    cycles = {9600: 1, 19200: 2, 115200: 5} if quick else {9600: 7, 19200: 9, 115200: 20}
    figures, violations, shortest_gaps = [], 0, []
    for baud, count in cycles.items():
        ratio, seen = _ratio(baud, count, _ours)
        violations += seen.gap_violations
        shortest_gaps.append(seen.shortest_gap_s / _pace(baud).gap_s)
        figures.append(_figure(f"cycle_ratio_{baud}", ratio, "x", _TARGETS[baud]))
    plain, seen = _ratio(9600, 1 if quick else 5, _plain_pymodbus)
    late_ms, stop_seen = _stops(40 if quick else 250)
    slowdown_pct, dead_seen = _dead_unit(1 if quick else 3)
    wrong, failed, bad_seen = _wrong_values(1_600 if quick else 10_000)
    violations += sum(s.gap_violations for s in (stop_seen, *dead_seen, *bad_seen))
    return [
        *figures,
        _figure("gap_violations", violations, "", 0),
        _figure("shortest_gap_ratio", min(shortest_gaps), "x"),
        _figure("pymodbus_cycle_ratio_9600", plain, "x"),
        _figure("pymodbus_gap_violations", seen.gap_violations, ""),
        _figure("stop_extra_p50_ms", statistics.median(late_ms), "ms"),
        _figure("stop_extra_ms", _p99(late_ms), "ms", 5),
        _figure("dead_unit_slowdown_pct", slowdown_pct, "%", 2),
        _figure("wrong_values", wrong, "", 0),
        _figure("bad_line_transactions", sum(s.requests for s in bad_seen), ""),
        _figure("bad_line_failed", failed, ""),
    ]


def _figure(name: str, value: float, unit: str, target: float | None = None) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "target": target}


def _p99(values: list[float]) -> float:
    return sorted(values)[max(0, round(len(values) * 0.99) - 1)]


def _pace(baud: int) -> Any:
    return pace_of(SerialAddress.model_validate({"path": "far", "baud": baud}))


def _ratio(
    baud: int, cycles: int, poll: Callable[[SerialAddress, int], Awaitable[list[float]]]
) -> tuple[float, Seen]:
    """Poll all columns again and again; return the median cycle over the line's own limit."""
    pace = _pace(baud)
    limit_s = _CYCLE_BYTES * pace.character_s + COLUMNS * (2 * pace.gap_s + TURNAROUND_S)
    with far_lines([Plan(baud=baud)]) as far:
        took_s = asyncio.run(_finish(poll(far.addresses[0], cycles)))
        (seen,) = far.look()
    assert seen.requests == COLUMNS * (cycles + 1), "requests were lost or repeated"
    return statistics.median(took_s) / limit_s, seen


async def _finish(took_s: Awaitable[list[float]]) -> list[float]:
    return await took_s


async def _ours(at: SerialAddress, cycles: int) -> list[float]:
    """Take the times of cycles through the bus, the first one, of a fresh port, left out."""
    async with open_bus(at, SystemClock()) as bus:
        await _poll(bus, COLUMNS)
        return [await _poll(bus, COLUMNS) for _ in range(cycles)]


async def _plain_pymodbus(at: SerialAddress, cycles: int) -> list[float]:
    """Take the times of the same cycles through a plain loop over a pymodbus client."""
    client = AsyncModbusSerialClient(at.path, baudrate=at.baud, timeout=0.5, retries=0)
    assert await client.connect()
    took_s = []
    for _ in range(cycles + 1):
        began_s = time.monotonic()
        for unit in range(1, COLUMNS + 1):
            read = await client.read_holding_registers(FIRST_WORD, count=WORDS, device_id=unit)
            assert not read.isError()
        took_s.append(time.monotonic() - began_s)
    client.close()
    return took_s[1:]


async def _poll(bus: Bus, columns: int) -> float:
    """Read every column once, all of them waiting together; return how long it took.

    Who is silent or left alone is passed over.
    """
    began_s = time.monotonic()
    asks = [bus.read(unit, FIRST_WORD, WORDS) for unit in range(1, columns + 1)]
    for outcome in await asyncio.gather(*asks, return_exceptions=True):
        if isinstance(outcome, BaseException) and not isinstance(outcome, LinkLost):
            raise outcome
    return time.monotonic() - began_s


def _stops(count: int) -> tuple[list[float], Seen]:
    """Send stops at any moment while 200 polls wait; return in ms what each waited beyond need.

    Needed are the transaction in flight and the silence behind it.
    """
    with far_lines([Plan(baud=19200)]) as far:
        asked_at_s = asyncio.run(_send_stops(far, count))
        (seen,) = far.look()
    heard = [request for request in seen.latest if request.function == 6][-count:]
    gap_s = _pace(19200).gap_s
    late_ms = [
        (request.began_at_s - max(asked_s, request.silent_since_s + gap_s)) * 1000
        for asked_s, request in zip(asked_at_s, heard, strict=True)
    ]
    return late_ms, seen


async def _send_stops(far: FarLines, count: int) -> list[float]:
    draw = random.Random(11)
    asked_at_s = []
    async with open_bus(far.addresses[0], SystemClock()) as bus, asyncio.TaskGroup() as group:

        async def poll(number: int) -> None:
            while True:
                await bus.read(number % COLUMNS + 1, FIRST_WORD, WORDS)

        polls = [group.create_task(poll(number)) for number in range(200)]
        await bus.write(1, 32, (2,), priority=Priority.STOP)
        for _ in range(count):
            await asyncio.sleep(draw.uniform(0.0, 0.08))
            asked_at_s.append(time.monotonic())
            await bus.write(1, 32, (2,), priority=Priority.STOP)
        for task in polls:
            task.cancel()
    return asked_at_s


class _HurriedClock(SystemClock):
    """The machine's clock, which can be set forward."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_s


def _dead_unit(probes: int) -> tuple[float, list[Seen]]:
    """Return by how many percent the cycle of 44 columns grows when the 45th is dead.

    Two lines work side by side, one with the dead unit and one without it, so that what else the
    machine does meets both. Steady state: the breaker waits as long as it ever does, and the means
    are taken from one probe to another.
    """
    plans = [Plan(baud=115200, dead=frozenset({COLUMNS})), Plan(baud=115200)]
    with far_lines(plans) as far:
        slowdown_pct = asyncio.run(_compare_dead(far, probes))
        return slowdown_pct, list(far.look())


async def _compare_dead(far: FarLines, probes: int) -> float:
    clock, whole_s = _HurriedClock(), []
    async with (
        open_bus(far.addresses[0], clock, timing=BRISK) as hurt,
        open_bus(far.addresses[1], clock, timing=BRISK) as whole,
        asyncio.TaskGroup() as group,
    ):

        async def poll_whole() -> None:
            while True:
                whole_s.append(await _poll(whole, COLUMNS - 1))

        while _failing(hurt) < 10:
            clock.ahead_s += 60.0
            with suppress(LinkLost):
                await hurt.read(COLUMNS, FIRST_WORD, WORDS)
        others = group.create_task(poll_whole())
        await _poll_until_failing(hurt, 11)
        whole_s.clear()
        hurt_s = await _poll_until_failing(hurt, 11 + probes)
        others.cancel()
    return (statistics.mean(hurt_s) / statistics.mean(whole_s) - 1) * 100


async def _poll_until_failing(bus: Bus, times: int) -> list[float]:
    """Poll until the dead unit has failed so often; return how long each cycle took."""
    took_s = []
    while _failing(bus) < times:
        took_s.append(await _poll(bus, COLUMNS))
    return took_s


def _failing(bus: Bus) -> int:
    return next((u.failing for u in bus.health().units if u.unit == COLUMNS), 0)


def _wrong_values(transactions: int) -> tuple[int, int, tuple[Seen, ...]]:
    """Ask bad lines; return how many wrong values were believed, and how many requests failed.

    Sixteen lines work side by side. Every answer is unlike any other, so a late one is found out.
    """
    lines = 16
    with far_lines([Plan(baud=115200, faults=BAD)] * lines) as far:
        counts = asyncio.run(_ask_bad_lines(far, transactions // lines))
        all_seen = far.look()
    wrong, failed = (sum(column) for column in zip(*counts, strict=True))
    assert {seen.requests for seen in all_seen} == {transactions // lines}, "lost or repeated"
    return wrong, failed, all_seen


async def _ask_bad_lines(far: FarLines, each: int) -> list[tuple[int, int]]:
    lines = [_ask_bad_line(at, each, seed) for seed, at in enumerate(far.addresses)]
    return await asyncio.gather(*lines)


async def _ask_bad_line(at: SerialAddress, count: int, seed: int) -> tuple[int, int]:
    draw, wrong, failed = random.Random(seed), 0, 0
    async with open_bus(at, SystemClock(), timing=HASTY) as bus:
        for number in range(1, count + 1):
            # Few shapes, so that a late answer often looks just like the awaited one.
            unit, start, words = draw.choice((1, 1, 1, 2)), draw.randrange(100), draw.choice((2, 3))
            try:
                if draw.random() < 0.2:
                    await bus.write(unit, start, (draw.randrange(65536),) * words)
                    continue
                function = draw.choice((3, 3, 3, 4))
                read = await bus.read(unit, start, words, function=function)
            except DriverError:
                failed += 1
            else:
                wrong += read.values != words_of(unit, start, words, number)
    return wrong, failed
