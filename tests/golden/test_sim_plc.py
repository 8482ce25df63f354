"""The simulated controller over a real socket, asked by a client it shares no code with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ConnectionException, ModbusIOException

from config.load import load_room, shipped_room
from config.room import ModbusShelving
from simulators.faults import Fault, FaultKind
from simulators.harness import SimulatedRoom, run_fast, simulated_room

ROOM = load_room(shipped_room("small"))
SEGMENT = 32
Scenario = Callable[[SimulatedRoom, AsyncModbusTcpClient], Awaitable[None]]


def in_the_room(scenario: Scenario) -> None:
    async def run() -> None:
        async with simulated_room(ROOM) as sim, client_of(sim) as client:
            await scenario(sim, client)

    run_fast(run)


@asynccontextmanager
async def client_of(sim: SimulatedRoom) -> AsyncIterator[AsyncModbusTcpClient]:
    device = next(d for d in sim.room.devices if isinstance(d, ModbusShelving))
    client = AsyncModbusTcpClient(device.at.host, port=device.at.port, timeout=1, retries=0)
    assert await client.connect()
    try:
        yield client
    finally:
        client.close()


async def read(client: AsyncModbusTcpClient, address: int, count: int) -> list[int]:
    reply = await client.read_holding_registers(address, count=count)
    assert not reply.isError(), reply
    return list(reply.registers)


async def write(client: AsyncModbusTcpClient, address: int, *values: int) -> None:
    reply = await client.write_registers(address, list(values))
    assert not reply.isError(), reply


async def ask(client: AsyncModbusTcpClient, aisle: int) -> int:
    """Ask for an aisle by the rules: fresh read, newer seq, epoch not older; return the seq."""
    await client.write_register(10, 1)
    block = await read(client, 0, 96)
    seq = (block[SEGMENT + 5] + 1) % 0x10000
    await write(client, SEGMENT, 1, aisle, seq, block[SEGMENT + 6], 50)
    return seq


async def beat_until(
    client: AsyncModbusTcpClient, holds: Callable[[list[int]], bool], *, within_s: float = 30.0
) -> list[int]:
    """Keep the watchdog fed until the segment block is so."""
    async with asyncio.timeout(within_s):
        count = 1
        while True:
            count += 1
            await client.write_register(10, count)
            block = await read(client, SEGMENT, 64)
            if holds(block):
                return block
            await asyncio.sleep(0.2)


def test_the_bank_block_reads_as_the_table_says() -> None:
    async def scenario(sim: SimulatedRoom, client: AsyncModbusTcpClient) -> None:
        block = await read(client, 0, 32)
        assert block[:9] == [1, 2, 1, 1, 1, 1, 1, 2, 0]
        assert block[10:16] == [0, 20, 6, 1, 1000, 1]
        assert block[16:] == [0] * 16
        sim.switch_local(bank=1)
        sim.open_e_stop(bank=1)
        sim.insert_key(bank=1)
        sim.engage_crank(bank=1)
        sim.raise_fire()
        sim.fail_power()
        changed = await read(client, 0, 32)
        assert (changed[2:7], changed[15]) == ([2, 2, 2, 2, 2], 2)
        await asyncio.sleep(2.0)
        assert (await read(client, 9, 1))[0] >= block[9] + 3

    in_the_room(scenario)


def test_the_segment_block_shows_aisles_occupied_unknown_and_missing() -> None:
    async def scenario(sim: SimulatedRoom, client: AsyncModbusTcpClient) -> None:
        sim.enter_aisle(bank=1, segment=1, aisle=5)
        sim.blind_sensor(bank=1, segment=1, aisle=2)
        sim.obstruct(bank=1, segment=1)
        sim.block_entrance(bank=1, segment=1)
        block = await read(client, SEGMENT, 64)
        assert block[9:16] == [1, 5, 0xFFFF, 0, 0, 2, 2]
        assert block[16:24] == [1, 1, 0, 1, 1, 2, 0, 0]

    in_the_room(scenario)


def test_column_blocks_show_where_columns_stand_and_that_one_is_fixed() -> None:
    async def scenario(sim: SimulatedRoom, client: AsyncModbusTcpClient) -> None:
        sim.enter_aisle(bank=1, segment=1, aisle=5)
        columns = await read(client, 1000, 96)
        assert [columns[16 * n + 4] for n in range(6)] == [0, 550, 1100, 1650, 2200, 2750]
        assert [columns[16 * n + 1] for n in range(6)] == [1, 0, 0, 0, 0, 0]
        last = columns[80:96]
        assert (last[2], last[5], last[6], last[9]) == (2, 0, 900, 1)
        assert columns[12:14] == [0x8000, 0xFFFF]

    in_the_room(scenario)


def test_an_aisle_opens_and_every_stage_can_be_read() -> None:
    async def scenario(sim: SimulatedRoom, client: AsyncModbusTcpClient) -> None:
        seq = await ask(client, 2)
        accepted = await read(client, SEGMENT, 16)
        assert (accepted[5], accepted[7], accepted[9], accepted[11]) == (seq, 1, 1, 2)
        moving = await beat_until(client, lambda block: block[7] == 2)
        assert (moving[9], moving[10], moving[11]) == (2, 0xFFFF, 2)
        assert moving[12] > 50
        travelling = await read(client, 1000, 96)
        assert 3 in [travelling[16 * n] for n in range(6)]
        done = await beat_until(client, lambda block: block[7] == 3)
        assert (done[9], done[10], done[11], done[12]) == (1, 2, 0xFFFF, 0)
        assert (sim.commands, sim.offences) == (1, ())

    in_the_room(scenario)


def test_stop_needs_one_register_and_no_fence() -> None:
    async def scenario(sim: SimulatedRoom, client: AsyncModbusTcpClient) -> None:
        await ask(client, 0)
        await beat_until(client, lambda block: block[9] == 2)
        await client.write_register(SEGMENT, 2)
        halted = await read(client, SEGMENT, 16)
        assert (halted[7], halted[9], halted[10]) == (6, 3, 0xFFFF)
        assert (sim.commands, sim.offences) == (2, ())

    in_the_room(scenario)


def test_someone_who_walks_in_stops_the_steel_and_only_reset_clears_it() -> None:
    async def scenario(sim: SimulatedRoom, client: AsyncModbusTcpClient) -> None:
        await ask(client, 0)
        await beat_until(client, lambda block: (block[9], block[10]) == (2, 0xFFFF))
        sim.enter_aisle(bank=1, segment=1, aisle=5)
        faulted = await read(client, SEGMENT, 64)
        assert (faulted[7], faulted[8], faulted[9], faulted[13]) == (7, 1, 4, 6)
        sim.press_reset(bank=1)
        assert (await read(client, SEGMENT, 16))[13] == 6
        sim.leave_aisle(bank=1, segment=1, aisle=5)
        sim.press_reset(bank=1)
        assert (await read(client, SEGMENT, 16))[9] == 3
        assert (await read(client, 8, 1)) == [1]

    in_the_room(scenario)


def test_what_no_register_has_is_refused_by_number() -> None:
    async def scenario(sim: SimulatedRoom, client: AsyncModbusTcpClient) -> None:
        replies = {
            2: await client.read_holding_registers(500, count=2),
            1: await client.read_input_registers(0, count=2),
            11: await client.read_holding_registers(0, count=2, device_id=9),
        }
        for code, reply in replies.items():
            assert reply.isError()
            assert reply.exception_code == code
        assert (await client.write_register(0, 7)).exception_code == 2
        assert (await client.write_register(SEGMENT + 5, 7)).exception_code == 2

    in_the_room(scenario)


def test_every_command_against_the_rules_is_counted() -> None:
    async def scenario(sim: SimulatedRoom, client: AsyncModbusTcpClient) -> None:
        block = await read(client, 0, 96)
        seq, epoch = block[SEGMENT + 5] + 1, block[SEGMENT + 6]
        await asyncio.sleep(1.0)
        await write(client, SEGMENT, 1, 2, seq, epoch, 50)
        await write(client, SEGMENT, 1, 2, seq, epoch, 50)
        await write(client, SEGMENT, 1, 2, seq - 1, epoch, 0)
        await write(client, SEGMENT, 1, 9, seq + 1, epoch - 1, 200)
        sim.enter_aisle(bank=1, segment=1, aisle=5)
        await asyncio.sleep(1.0)
        await ask(client, 2)
        found = [set(verdict.offences) for verdict in sim.verdicts]
        assert found == [
            {"heartbeat_lost", "no_fresh_read"},
            {"heartbeat_lost", "no_fresh_read", "repeated_write"},
            {"heartbeat_lost", "no_fresh_read", "stale_seq", "ttl_out_of_range"},
            {"heartbeat_lost", "no_fresh_read", "old_epoch", "no_such_aisle", "ttl_out_of_range"},
            {"aisle_occupied"},
        ]

    in_the_room(scenario)


def test_what_nobody_could_know_yet_is_no_offence() -> None:
    async def scenario(sim: SimulatedRoom, client: AsyncModbusTcpClient) -> None:
        await client.write_register(10, 1)
        block = await read(client, 0, 96)
        sim.enter_aisle(bank=1, segment=1, aisle=5)
        await write(client, SEGMENT, 1, 2, block[SEGMENT + 5] + 1, block[SEGMENT + 6], 50)
        assert (await read(client, SEGMENT, 16))[7:9] == [4, 1]
        assert (sim.commands, sim.offences) == (1, ())

    in_the_room(scenario)


def test_a_cut_wire_drops_and_refuses_and_heals_on_the_same_port() -> None:
    async def scenario(sim: SimulatedRoom, client: AsyncModbusTcpClient) -> None:
        sim.cut("shelving-1")
        await asyncio.sleep(0.5)
        with pytest.raises((ConnectionException, ModbusIOException)):
            await client.read_holding_registers(0, count=1)
        host, port = client.comm_params.host, client.comm_params.port
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(host, port)
        sim.heal("shelving-1")
        await asyncio.sleep(0.5)
        async with client_of(sim) as again:
            assert await read(again, 0, 1) == [1]

    in_the_room(scenario)


def test_a_muted_wire_lets_commands_act_and_a_stalled_one_does_not() -> None:
    async def scenario(sim: SimulatedRoom, client: AsyncModbusTcpClient) -> None:
        sim.mute("shelving-1")
        with pytest.raises(ModbusIOException):
            await client.write_register(10, 77)
        assert sim.world.steel_of(1).agent_beat == 77
        sim.stall("shelving-1")
        with pytest.raises(ModbusIOException):
            await client.write_register(10, 78)
        sim.heal("shelving-1")
        await asyncio.sleep(1.0)
        assert sim.world.steel_of(1).agent_beat == 77

    in_the_room(scenario)


def test_a_delayed_wire_answers_late_and_a_garbled_one_never_with_a_wrong_value() -> None:
    async def scenario(sim: SimulatedRoom, client: AsyncModbusTcpClient) -> None:
        sim.delay("shelving-1", 0.6)
        before_s = sim.clock.monotonic()
        assert await read(client, 0, 1) == [1]
        assert sim.clock.monotonic() - before_s == pytest.approx(0.6)
        sim.faults.put("shelving-1", Fault(kind=FaultKind.GARBLE))
        for _ in range(20):
            async with client_of(sim) as fresh:
                try:
                    reply = await fresh.read_holding_registers(0, count=2)
                except (ConnectionException, ModbusIOException):
                    continue
                assert reply.isError() or reply.registers == [1, 2]

    in_the_room(scenario)


def test_locks_sleep_and_protections_stand_in_the_words_of_the_table() -> None:
    async def scenario(sim: SimulatedRoom, client: AsyncModbusTcpClient) -> None:
        assert (await read(client, SEGMENT, 64))[60:64] == [1, 1, 0, 0]
        sim.lock_at_steel(bank=1, segment=1)
        sim.fall_asleep(bank=1, segment=1)
        sim.raise_protection(bank=1, segment=1, protection="side_panel")
        block = await read(client, SEGMENT, 64)
        assert (block[13:16], block[60:64]) == ([0, 1, 2], [2, 2, 18, 0])
        sim.raise_protection(bank=1, segment=1, protection="entrance_rear")
        assert (await read(client, SEGMENT, 64))[14:16] == [2, 2]
        sim.break_column(bank=1, column=3, defect="open_over_travel")
        faulted = await read(client, SEGMENT, 16)
        assert (faulted[9], faulted[13]) == (4, 12)

    in_the_room(scenario)


def test_settings_are_done_or_refused_by_number_and_spreading_is_a_state() -> None:
    async def scenario(sim: SimulatedRoom, client: AsyncModbusTcpClient) -> None:
        block = await read(client, SEGMENT, 16)
        seq, epoch = block[5], block[6]
        found = []
        for cmd in (4, 1, 5, 6, 7):
            await client.write_register(10, cmd)
            await read(client, 0, 96)
            seq = (seq + 1) % 0x10000
            await write(client, SEGMENT, cmd, 0, seq, epoch, 50)
            found.append(tuple((await read(client, SEGMENT, 16))[7:9]))
        assert found == [(3, 0), (4, 18), (3, 0), (3, 0), (1, 0)]
        await beat_until(client, lambda block: block[61] == 1 and block[7] == 3)
        await read(client, 0, 96)
        await write(client, SEGMENT, 3, 0, (seq + 1) % 0x10000, epoch, 50)
        spread = await beat_until(client, lambda block: block[7] == 3)
        assert spread[9:12] == [5, 0xFFFF, 0xFFFF]
        assert [verdict.offences for verdict in sim.offences] == []

    in_the_room(scenario)


def test_locked_steel_is_an_offence_only_to_who_could_know() -> None:
    async def scenario(sim: SimulatedRoom, client: AsyncModbusTcpClient) -> None:
        sim.lock_at_steel(bank=1, segment=1)
        await read(client, 0, 96)
        await asyncio.sleep(1.0)
        await ask(client, 2)
        assert [verdict.offences for verdict in sim.offences] == [("locked",)]

    in_the_room(scenario)
