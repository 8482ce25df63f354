"""The bus and a wire that comes and goes, and what devices say instead of an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from config.room import SerialAddress, TcpAddress
from drivers.bus import Bus, Priority, Timing, open_bus
from drivers.errors import LinkLost, NoReply, Refused
from simulators.harness import LoopClock, run_fast
from tests.contract.modbus_slave import Slave, registers_of, rtu_slave, tcp_slave

SHORT = Timing(reply_s=0.1, quiet_s=0.0, reconnect_first_s=0.01, reconnect_longest_s=0.05)


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await scenario()

    run_fast(bounded)


async def answered(bus: Bus) -> tuple[int, ...]:
    """Read word 0 until an answer comes."""
    while True:
        try:
            return (await bus.read(1, 0, 1)).values
        except LinkLost:
            await asyncio.sleep(SHORT.reconnect_first_s)


def test_a_device_that_was_away_at_start_is_found_when_it_comes() -> None:
    async def scenario() -> None:
        slave = Slave(registers_of({0: 77}))
        async with tcp_slave(slave) as address:
            pass
        async with open_bus(address, LoopClock(), timing=SHORT) as bus:
            with pytest.raises(LinkLost, match="cannot open"):
                await bus.read(1, 0, 1)
            async with tcp_slave(slave, address.port):
                assert await answered(bus) == (77,)

    run(scenario)


@pytest.mark.parametrize(
    "address",
    [
        SerialAddress(path="/dev/serial/by-id/no-such-adapter"),
        SerialAddress(path="/dev/null"),
        TcpAddress(host="127.0.0.1", port=1),
        TcpAddress(host="x" * 80, port=502),
        TcpAddress(host="no-such-host.invalid", port=502),
    ],
    ids=str,
)
def test_a_wire_that_cannot_be_opened_is_away_and_nothing_worse(
    address: TcpAddress | SerialAddress,
) -> None:
    async def scenario() -> None:
        async with open_bus(address, LoopClock(), timing=SHORT) as bus:
            for _ in range(3):
                with pytest.raises(LinkLost, match=f"dev: cannot open {bus.name}: "):
                    await bus.read(1, 0, 1, device="dev")

    run(scenario)


def test_a_serial_port_has_one_owner() -> None:
    async def scenario() -> None:
        async with rtu_slave(Slave(registers_of({0: 3}))) as address:
            async with open_bus(address, LoopClock(), timing=SHORT) as first:
                assert await answered(first) == (3,)
                async with open_bus(address, LoopClock(), timing=SHORT) as second:
                    with pytest.raises(LinkLost, match="another program"):
                        await second.read(1, 0, 1)
                assert await answered(first) == (3,)

    run(scenario)


def test_a_stop_does_not_wait_for_the_next_attempt_to_reconnect() -> None:
    async def scenario() -> None:
        words = {0: 1}
        async with tcp_slave(Slave(registers_of(words))) as address:
            pass
        patient = Timing(reply_s=1, quiet_s=0, reconnect_first_s=900, reconnect_longest_s=900)
        async with open_bus(address, LoopClock(), timing=patient) as bus:
            for _ in range(20):
                with pytest.raises(LinkLost):
                    await bus.read(1, 0, 1)
            async with tcp_slave(Slave(registers_of(words)), address.port):
                await bus.write(1, 0, (2,), priority=Priority.STOP)
        assert words == {0: 2}

    run(scenario)


def test_a_connection_that_stays_silent_is_opened_anew() -> None:
    async def scenario() -> None:
        words = {0: 1}
        plain, silent = registers_of(words), True
        slave = Slave(lambda unit, pdu: None if silent else plain(unit, pdu))
        async with tcp_slave(slave) as address:
            async with open_bus(address, LoopClock(), timing=SHORT) as bus:
                for _ in range(2):
                    with pytest.raises(NoReply):
                        await bus.read(1, 0, 1)
                silent = False
                assert await answered(bus) == (1,)
        assert slave.connections == 2

    run(scenario)


@pytest.mark.parametrize("code", [10, 11])
def test_a_gateway_that_cannot_reach_a_unit_means_no_reply(code: int) -> None:
    async def scenario() -> None:
        slave = Slave(lambda unit, pdu: bytes([pdu[0] | 0x80, code]))
        async with tcp_slave(slave) as address:
            async with open_bus(address, LoopClock(), timing=SHORT) as bus:
                for _ in range(5):
                    with pytest.raises(NoReply):
                        await bus.read(1, 0, 1)
        assert len(slave.asked) == 3

    run(scenario)


@pytest.mark.parametrize(
    ("code", "name"), [(1, "illegal_function"), (3, "illegal_value"), (6, "busy"), (99, "")]
)
def test_a_refusal_is_told_by_its_code_and_is_no_failure_of_the_wire(code: int, name: str) -> None:
    async def scenario() -> None:
        slave = Slave(lambda unit, pdu: bytes([pdu[0] | 0x80, code]))
        async with tcp_slave(slave) as address:
            async with open_bus(address, LoopClock(), timing=SHORT) as bus:
                for _ in range(5):
                    with pytest.raises(Refused) as refused:
                        await bus.write(1, 0, (1, 2))
                assert refused.value.code == f"modbus.{name or 'exception_99'}"
        assert len(slave.asked) == 5

    run(scenario)


def test_noise_on_an_idle_line_neither_blocks_nor_disturbs_it() -> None:
    async def scenario() -> None:
        slave = Slave(registers_of({0: 5}))
        async with rtu_slave(slave) as address:
            async with open_bus(address, LoopClock(), timing=SHORT) as bus:
                assert await answered(bus) == (5,)
                for noise in (b"\x00", b"\x01\x03\x02\xff\xff\x00\x00", bytes(300)):
                    slave.make_noise(noise)
                    assert await answered(bus) == (5,)

    run(scenario)
