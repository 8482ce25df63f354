"""The simulated XY-MD02 on a real pty, asked with hand-made frames and by pymodbus."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import serial
from pymodbus.client import AsyncModbusSerialClient
from pymodbus.exceptions import ModbusIOException

from config.load import load_room, shipped_room
from config.room import ModbusProbe, Room
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from simulators.wire.rtu import crc16

SMALL = load_room(shipped_room("small"))
SIMULATED = load_room(shipped_room("simulated"))


def in_the_room(
    scenario: Callable[[SimulatedRoom], Awaitable[None]],
    room: Room = SMALL,
    *,
    threads: bool = False,
) -> None:
    """Run a scenario; threads that talk to the room live in the machine's time, so it does too."""

    async def run() -> None:
        async with simulated_room(room) as sim:
            await scenario(sim)

    asyncio.run(run()) if threads else run_fast(run)


def probes_of(sim: SimulatedRoom) -> list[ModbusProbe]:
    return [device for device in sim.room.devices if isinstance(device, ModbusProbe)]


def talk(path: str, *parts: bytes) -> bytes:
    """Send bytes over a real serial port and return what comes back."""
    with serial.Serial(path, 9600, timeout=0.3) as port:
        for part in parts:
            port.write(part)
            port.flush()
        return bytes(port.read(64))


async def read(path: str, unit: int = 1) -> Any:
    client = AsyncModbusSerialClient(path, baudrate=9600, timeout=1, retries=0)
    assert await client.connect()
    try:
        return await client.read_input_registers(1, count=2, device_id=unit)
    finally:
        client.close()


def test_the_check_is_that_of_the_vendors_example() -> None:
    # "01 04 00 01 00 01 60 0A": github SantaClaas/serial, "temperature sensor.md".
    assert crc16(bytes.fromhex("010400010001")) == bytes.fromhex("600a")
    # Modbus over Serial Line 1.02, 6.2.2: 02 07 -> 41 12.
    assert crc16(bytes.fromhex("0207")) == bytes.fromhex("4112")


def test_the_vendors_own_request_is_answered() -> None:
    async def scenario(sim: SimulatedRoom) -> None:
        path = probes_of(sim)[0].at.path
        said = await asyncio.to_thread(talk, path, bytes.fromhex("010400010001600a"))
        assert said[:3] == bytes.fromhex("010402")
        assert said[5:] == crc16(said[:5])
        assert 150 < int.from_bytes(said[3:5], "big") < 230

    in_the_room(scenario, threads=True)


def test_frames_in_pieces_and_behind_noise_are_understood() -> None:
    async def scenario(sim: SimulatedRoom) -> None:
        path = probes_of(sim)[0].at.path
        request = bytes.fromhex("010400010001600a")
        pieces = [request[n : n + 1] for n in range(len(request))]
        assert len(await asyncio.to_thread(talk, path, *pieces)) == 7
        assert len(await asyncio.to_thread(talk, path, b"\x00\xff\x55" + request)) == 7
        assert await asyncio.to_thread(talk, path, request[:-1] + b"\x0b") == b""

    in_the_room(scenario, threads=True)


def test_below_zero_is_told_as_a_signed_number() -> None:
    async def scenario(sim: SimulatedRoom) -> None:
        probe = probes_of(sim)[0]
        warm = sim.world.climate((probe.plan_mm.x, probe.plan_mm.y)).temperature_c
        sim.shift_air(temperature_c=-20.5 - warm, humidity_pct=0.0)
        reply = await read(probe.at.path)
        assert reply.registers[0] in (0xFF32, 0xFF33, 0xFF34)

    in_the_room(scenario)


def test_several_units_share_a_line_and_a_missing_one_is_silent() -> None:
    async def scenario(sim: SimulatedRoom) -> None:
        probes = [probe for probe in probes_of(sim) if probe.profile == "xy-md02"]
        assert len({probe.at.path for probe in probes}) == 1
        replies = [(await read(probe.at.path, probe.unit)).registers for probe in probes]
        assert len(replies) == 4
        assert len({tuple(registers) for registers in replies}) > 1
        with pytest.raises(ModbusIOException):
            await read(probes[0].at.path, 99)

    in_the_room(scenario, SIMULATED)


def test_settings_can_be_read_and_a_correction_counts() -> None:
    async def scenario(sim: SimulatedRoom) -> None:
        path = probes_of(sim)[0].at.path
        before = (await read(path)).registers[0]
        client = AsyncModbusSerialClient(path, baudrate=9600, timeout=1, retries=0)
        assert await client.connect()
        kept = await client.read_holding_registers(0x0101, count=4, device_id=1)
        assert kept.registers == [1, 0, 0, 0]
        await client.write_register(0x0103, 25, device_id=1)
        too_much = await client.write_register(0x0103, 101, device_id=1)
        assert too_much.exception_code == 3
        client.close()
        assert abs((await read(path)).registers[0] - before - 25) <= 1

    in_the_room(scenario)


def test_a_cut_line_is_silent_and_a_garbled_one_is_never_believed() -> None:
    async def scenario(sim: SimulatedRoom) -> None:
        path = probes_of(sim)[0].at.path
        for spoil in (sim.cut, sim.stall, sim.mute, sim.garble):
            spoil("probe-1")
            with pytest.raises(ModbusIOException):
                await read(path)
        sim.heal("probe-1")
        assert not (await read(path)).isError()

    in_the_room(scenario)
