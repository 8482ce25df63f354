"""The bus: order, one transaction at a time, silence after a lost reply, and no wrong value."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

import pytest

from config.room import TcpAddress
from drivers.bus import Bus, Priority, Timing, open_bus
from drivers.errors import Garbled, LinkLost, NoReply, Refused
from simulators.harness import LoopClock, run_fast
from tests.contract.modbus_slave import Fate, Slave, registers_of, rtu_slave, tcp_slave

# A slave in the same loop answers at once, so these hold on a busy machine too.
SHORT = Timing(reply_s=0.1, quiet_s=0.1, reconnect_first_s=0.01, reconnect_longest_s=0.05)
# Late replies come at 45 ms. The breaker probes without delay, so that no transaction is saved.
HASTY = Timing(
    reply_s=0.03, quiet_s=0.1, probe_longest_alone_s=0, probe_share=1e9, reconnect_first_s=0
)
PATIENT = Timing(reply_s=5.0, quiet_s=0.01, reconnect_first_s=0.01, reconnect_longest_s=0.05)


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    """Run a scenario; thirty seconds is far more than any needs."""

    async def bounded() -> None:
        async with asyncio.timeout(30):
            await scenario()

    run_fast(bounded)


class Numbered:
    """A slave whose every answer is unlike any other: the words carry unit, address and number."""

    def __init__(self) -> None:
        self.number = 0

    def words(self, unit: int, address: int, count: int) -> tuple[int, ...]:
        return tuple(
            (unit * 7919 + (address + i) * 31 + self.number * 257) & 0xFFFF for i in range(count)
        )

    def answer(self, unit: int, pdu: bytes) -> bytes:
        self.number += 1
        if pdu[0] in (3, 4):
            address, count = int.from_bytes(pdu[1:3]), int.from_bytes(pdu[3:5])
            words = self.words(unit, address, count)
            return bytes([pdu[0], 2 * count]) + b"".join(word.to_bytes(2) for word in words)
        return pdu[:5]


def twenty_percent_bad(rng: Random) -> Callable[[], Fate]:
    bad = (Fate.LATE, Fate.LATE, Fate.NOISY, Fate.LOSSY)
    return lambda: rng.choice(bad) if rng.random() < 0.2 else Fate.WHOLE


async def ask_125_times(seed: int) -> tuple[int, int]:
    """Ask a bad wire 125 times; return how many values came and how many requests failed."""
    rng = Random(seed)
    numbered = Numbered()
    slave = Slave(numbered.answer, fate=twenty_percent_bad(rng), late_s=0.045, rng=rng)
    good = failed = 0
    async with (
        rtu_slave(slave) as address,
        open_bus(address, LoopClock(), timing=HASTY) as bus,
    ):
        for _ in range(125):
            # Few shapes, so that a late answer often looks just like the awaited one.
            unit, start, count = rng.choice((1, 1, 1, 2)), rng.randrange(100), rng.choice((2, 2, 3))
            try:
                if rng.random() < 0.2:
                    await bus.write(unit, start, (rng.randrange(65536),) * count)
                else:
                    function = rng.choice((3, 3, 3, 4))
                    read = await bus.read(unit, start, count, function=function)
                    assert read.values == numbered.words(unit, start, count)
            except LinkLost:
                failed += 1
            else:
                good += 1
        assert len(slave.asked) == 125
    return good, failed


def test_a_thousand_transactions_on_bad_serial_wires_return_no_wrong_value() -> None:
    async def scenario() -> None:
        async with asyncio.TaskGroup() as group:
            ports = [group.create_task(ask_125_times(seed)) for seed in range(8)]
        good = sum(port.result()[0] for port in ports)
        failed = sum(port.result()[1] for port in ports)
        assert good + failed == 1000
        assert failed > 100
        assert good > 700

    run(scenario)


def test_a_stop_goes_before_everything_that_waits() -> None:
    async def scenario() -> None:
        slave = Slave(Numbered().answer, fate=lambda: Fate.BYTEWISE)
        async with tcp_slave(slave) as address, open_bus(address, LoopClock()) as bus:
            async with asyncio.TaskGroup() as group:
                for number in range(200):
                    group.create_task(bus.read(1, number, 1, priority=Priority.STATUS))
                group.create_task(bus.read(1, 900, 1, priority=Priority.OPERATOR))
                await asyncio.sleep(0)
                group.create_task(bus.write(1, 500, (2,), priority=Priority.STOP))
        functions = [pdu[0] for _, pdu in slave.asked]
        starts = [int.from_bytes(pdu[1:3]) for _, pdu in slave.asked]
        assert functions.index(6) <= 1
        assert starts.index(900) <= 2
        assert len(slave.asked) == 202

    run(scenario)


def test_within_one_priority_the_first_come_is_the_first_served() -> None:
    async def scenario() -> None:
        slave = Slave(Numbered().answer)
        async with tcp_slave(slave) as address, open_bus(address, LoopClock()) as bus:
            async with asyncio.TaskGroup() as group:
                for number in range(20):
                    group.create_task(bus.read(1, number, 1))
        assert [int.from_bytes(pdu[1:3]) for _, pdu in slave.asked] == list(range(20))

    run(scenario)


def test_a_stop_does_not_wait_for_the_quiet_time_of_others() -> None:
    async def scenario() -> None:
        slave = Slave(lambda unit, pdu: None if pdu[0] == 3 else pdu[:5])
        timing = Timing(reply_s=0.02, quiet_s=600)
        async with rtu_slave(slave) as address:
            bus = Bus(address, LoopClock(), timing=timing)
            worker = asyncio.create_task(bus.run())
            # Freshly opened the port is kept quiet too, so even the first read would wait.
            read = asyncio.create_task(bus.read(1, 0, 1))
            await bus.write(1, 32, (2,), priority=Priority.STOP)
            assert slave.asked_of(3) == []
            worker.cancel()
            with pytest.raises(LinkLost, match="closed"):
                await read

    run(scenario)


def test_a_cancelled_caller_leaves_the_next_ones_value_right() -> None:
    async def scenario() -> None:
        numbered = Numbered()
        # Slow, but in time: the second answer would come after the first one.
        slave = Slave(numbered.answer, fate=lambda: Fate.LATE, late_s=0.05)
        timing = Timing(reply_s=1.0, quiet_s=0.0)
        async with rtu_slave(slave) as address:
            async with open_bus(address, LoopClock(), timing=timing) as bus:
                first = asyncio.create_task(bus.read(1, 300, 2))
                await slave.heard.wait()
                first.cancel()
                assert (await bus.read(1, 400, 2)).values == numbered.words(1, 400, 2)
        assert len(slave.asked) == 2

    run(scenario)


def test_an_answer_that_another_one_follows_is_not_trusted_while_late_ones_may_come() -> None:
    async def scenario() -> None:
        fates = iter([Fate.LATE])
        slave = Slave(Numbered().answer, fate=lambda: next(fates, Fate.WHOLE), late_s=0.25)
        # The quiet time is too short for this device: its late answer comes into the next request.
        timing = Timing(reply_s=0.2, quiet_s=0.0)
        async with rtu_slave(slave) as address:
            async with open_bus(address, LoopClock(), timing=timing) as bus:
                with pytest.raises(NoReply):
                    await bus.read(1, 300, 2)
                with pytest.raises(Garbled):
                    await bus.read(1, 400, 2)

    run(scenario)


def test_what_a_cancelled_caller_had_queued_is_withdrawn_but_never_a_stop() -> None:
    async def scenario() -> None:
        slave = Slave(Numbered().answer)
        async with tcp_slave(slave) as address, open_bus(address, LoopClock()) as bus:
            write = asyncio.create_task(bus.write(1, 32, (1, 3, 1, 1, 50)))
            stop = asyncio.create_task(bus.write(1, 32, (2,), priority=Priority.STOP))
            await asyncio.sleep(0)
            write.cancel()
            stop.cancel()
            await asyncio.wait([write, stop])
            await bus.read(1, 0, 1, priority=Priority.TELEMETRY)
        assert [pdu[0] for _, pdu in slave.asked] == [6, 3]

    run(scenario)


def test_a_write_whose_time_passed_in_the_queue_is_never_sent() -> None:
    async def scenario() -> None:
        slave = Slave(Numbered().answer)
        clock = LoopClock()
        async with tcp_slave(slave) as address, open_bus(address, clock) as bus:
            with pytest.raises(Refused) as refused:
                await bus.write(1, 32, (1, 3, 1, 1, 50), not_after_s=clock.monotonic() - 0.001)
        assert refused.value.code == "too_late"
        assert slave.asked == []

    run(scenario)


@pytest.mark.parametrize("fate", [Fate.LOSSY, Fate.NOISY, Fate.LATE, Fate.CUT])
@pytest.mark.parametrize("serve", [tcp_slave, rtu_slave])
def test_a_write_is_sent_exactly_once_when_its_reply_is_lost(serve, fate: Fate) -> None:  # type: ignore[no-untyped-def]  # the fixture serves any device
    async def scenario() -> None:
        fates = iter([fate])
        slave = Slave(Numbered().answer, fate=lambda: next(fates, Fate.WHOLE), late_s=0.15)
        async with serve(slave) as address:
            async with open_bus(address, LoopClock(), timing=SHORT) as bus:
                with pytest.raises(LinkLost):
                    await bus.write(1, 32, (1, 3, 1, 1, 50))
                await answered(lambda: bus.read(1, 0, 1))
        assert len(slave.asked_of(16)) == 1

    run(scenario)


async def answered(ask: Callable[[], Awaitable[object]]) -> object:
    """Ask until the wire is back; it must be within the scenario's time."""
    while True:
        try:
            return await ask()
        except LinkLost:
            continue


def test_errors_say_what_happened() -> None:
    async def scenario() -> None:
        slave = Slave(registers_of({0: 1}))
        async with tcp_slave(slave) as address:
            async with open_bus(address, LoopClock(), timing=SHORT) as bus:
                with pytest.raises(Refused) as refused:
                    await bus.read(1, 5, 1, device="shelving-1")
                assert (refused.value.device, refused.value.code) == (
                    "shelving-1",
                    "modbus.illegal_address",
                )
                slave.fate = lambda: Fate.LOSSY
                with pytest.raises(NoReply, match="read of 1 words at 0"):
                    await bus.read(1, 0, 1)
                slave.fate = lambda: Fate.NOISY
                with pytest.raises(Garbled):
                    await bus.read(1, 0, 1)

    run(scenario)


@pytest.mark.parametrize(
    ("address", "values"), [(0, ()), (0, (65536,)), (0, (-1,)), (65535, (1, 1)), (0, (0,) * 124)]
)
def test_a_write_that_no_frame_can_carry_is_the_callers_bug(
    address: int, values: tuple[int, ...]
) -> None:
    async def scenario() -> None:
        slave = Slave(Numbered().answer)
        async with tcp_slave(slave) as at, open_bus(at, LoopClock()) as bus:
            with pytest.raises(ValueError, match="do not"):
                await bus.write(1, address, values)
        assert slave.asked == []

    run(scenario)


def test_one_dead_unit_does_not_stall_the_others() -> None:
    async def scenario() -> None:
        slave = Slave(lambda unit, pdu: None if unit == 9 else Numbered().answer(unit, pdu))
        async with rtu_slave(slave) as address:
            async with open_bus(address, LoopClock(), timing=SHORT) as bus:

                async def poll_dead() -> int:
                    failures = 0
                    for _ in range(60):
                        with pytest.raises(NoReply):
                            await bus.read(9, 0, 1)
                        failures += 1
                    return failures

                async with asyncio.TaskGroup() as group:
                    dead = group.create_task(poll_dead())
                    for number in range(60):
                        group.create_task(bus.read(1, number, 1))
                assert dead.result() == 60
        # Three failures trip the breaker; the other 57 cost no wire time at all.
        assert [unit for unit, _ in slave.asked].count(9) == 3
        assert [unit for unit, _ in slave.asked].count(1) == 60

    run(scenario)


def test_a_stop_is_sent_even_to_a_unit_that_is_left_alone() -> None:
    async def scenario() -> None:
        slave = Slave(lambda unit, pdu: pdu[:5] if pdu[0] == 6 else None)
        async with rtu_slave(slave) as address:
            async with open_bus(address, LoopClock(), timing=SHORT) as bus:
                for _ in range(4):
                    with pytest.raises(NoReply):
                        await bus.read(1, 0, 1)
                await bus.write(1, 32, (2,), priority=Priority.STOP)
        assert len(slave.asked_of(3)) == 3
        assert len(slave.asked_of(6)) == 1

    run(scenario)


def test_a_closed_bus_answers_at_once() -> None:
    async def scenario() -> None:
        slave = Slave(lambda unit, pdu: None)
        async with tcp_slave(slave) as address:
            async with open_bus(address, LoopClock(), timing=PATIENT) as bus:
                waiting = asyncio.create_task(bus.read(1, 0, 1))
                queued = asyncio.create_task(bus.read(1, 1, 1))
                await slave.heard.wait()
            for task in (waiting, queued):
                with pytest.raises(LinkLost, match="closed"):
                    await task
            with pytest.raises(LinkLost, match="closed"):
                await bus.write(1, 0, (2,), priority=Priority.STOP)

    run(scenario)


def test_a_connection_that_closes_while_a_caller_waits_fails_at_once() -> None:
    async def scenario() -> None:
        fates = iter([Fate.CUT])
        slave = Slave(registers_of({0: 1}), fate=lambda: next(fates, Fate.WHOLE))
        async with tcp_slave(slave) as address:
            async with open_bus(address, LoopClock(), timing=PATIENT) as bus:
                async with asyncio.timeout(2):
                    with pytest.raises(LinkLost, match="closed before"):
                        await bus.read(1, 0, 1)
                    assert (await bus.read(1, 0, 1)).values == (1,)
        assert slave.connections == 2

    run(scenario)


def test_an_error_in_the_block_comes_out_as_itself() -> None:
    async def scenario() -> None:
        address = TcpAddress(host="127.0.0.1", port=1)
        with pytest.raises(KeyError, match="mine"):
            async with open_bus(address, LoopClock(), timing=SHORT):
                raise KeyError("mine")

    run(scenario)


def test_values_carry_the_time_at_which_they_were_asked_for() -> None:
    async def scenario() -> None:
        clock = LoopClock()
        slave = Slave(registers_of({0: 5}))
        async with tcp_slave(slave) as address, open_bus(address, clock) as bus:
            before_s = clock.monotonic()
            read = await bus.read(1, 0, 1)
            assert before_s <= read.at_s <= clock.monotonic()

    run(scenario)
