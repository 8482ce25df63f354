"""The simulated input module over TCP and on a serial line, asked by clients we share no code with.

Golden bytes: MODBUS Application Protocol V1.1b3, 6.2 (read discrete inputs 197 to 218) and 6.1.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient

from config.load import load_room, shipped_room
from config.room import Room, SensorInputs, SerialAddress
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from simulators.wire.pdu import READ_DISCRETE, Read, bits_reply, parse_request

CONTACTS = [
    {"input": 0, "says": "occupancy", "bank": 1, "segment": 1, "aisle": 5},
    {"input": 1, "says": "occupancy", "bank": 1, "segment": 1},
    {"input": 2, "says": "entrance", "bank": 1, "segment": 1},
    {"input": 3, "says": "obstruction", "bank": 1},
    {"input": 4, "says": "fire", "bank": 1},
    {"input": 5, "says": "power", "bank": 1},
    {"input": 6, "says": "e_stop_chain", "bank": 1, "safe_when": 0},
    {"input": 9, "says": "start_button", "bank": 1, "segment": 1},
    {"input": 10, "says": "remote_control", "bank": 1},
    {"input": 11, "says": "maintenance_key", "bank": 1},
    {"input": 12, "says": "crank", "bank": 1},
]
ALL_SAFE = [True] * 6 + [False] * 3 + [True] * 4
TCP = {"host": "127.0.0.1", "port": 5020}
SERIAL = {"path": "/tmp/stackroom-inputs", "baud": 9600}

Ask = Callable[[], Awaitable[list[bool]]]
Scenario = Callable[[SimulatedRoom, Ask], Awaitable[None]]


def a_room(at: dict[str, Any], function: str = "discrete_inputs") -> Room:
    room = load_room(shipped_room("small"))
    module = SensorInputs.model_validate(
        {
            "driver": "input.modbus",
            "id": "inputs-1",
            "at": at,
            "unit": 4,
            "function": function,
            "inputs": CONTACTS,
        }
    )
    return room.model_copy(update={"devices": (*room.devices, module)})


def with_module(scenario: Scenario, at: dict[str, Any] = TCP) -> None:
    async def run() -> None:
        async with simulated_room(a_room(at)) as sim:
            place = next(d for d in sim.room.devices if d.id == "inputs-1").at
            client: Any
            if isinstance(place, SerialAddress):
                client = AsyncModbusSerialClient(place.path, baudrate=9600, timeout=1, retries=0)
            else:
                client = AsyncModbusTcpClient(place.host, port=place.port, timeout=1, retries=0)
            assert await client.connect()

            async def ask() -> list[bool]:
                reply = await client.read_discrete_inputs(0, count=13, device_id=4)
                assert not reply.isError(), reply
                return list(reply.bits[:13])

            try:
                await scenario(sim, ask)
            finally:
                client.close()

    run_fast(run)


def test_bits_are_packed_as_the_standard_prints_them() -> None:
    assert parse_request(bytes.fromhex("02 00 C4 00 16")) == Read(READ_DISCRETE, 196, 22)
    inputs = [bool(byte >> n & 1) for byte in bytes.fromhex("AC DB 35") for n in range(8)][:22]
    assert bits_reply(Read(READ_DISCRETE, 196, 22), inputs) == bytes.fromhex("02 03 AC DB 35")
    coils = [bool(byte >> n & 1) for byte in bytes.fromhex("CD 6B B2 0E 05") for n in range(8)]
    reply = bits_reply(Read(0x01, 0x13, 37), coils[:37])
    assert reply == bytes.fromhex("01 05 CD 6B B2 0E 05")


@pytest.mark.parametrize("at", [TCP, SERIAL], ids=["tcp", "serial"])
def test_every_contact_follows_what_it_watches(at: dict[str, Any]) -> None:
    async def scenario(sim: SimulatedRoom, ask: Ask) -> None:
        assert await ask() == ALL_SAFE
        one = {"bank": 1, "segment": 1}
        deeds: list[tuple[Callable[[], None], Callable[[], None], set[int]]] = [
            (
                lambda: sim.enter_aisle(**one, aisle=5),
                lambda: sim.leave_aisle(**one, aisle=5),
                {0, 1},
            ),
            (lambda: sim.block_entrance(**one), lambda: sim.clear_entrance(**one), {2}),
            (lambda: sim.obstruct(**one), lambda: sim.clear_obstruction(**one), {3}),
            (sim.raise_fire, sim.clear_fire, {4}),
            (sim.fail_power, sim.return_power, {5}),
            (lambda: sim.open_e_stop(bank=1), lambda: sim.close_e_stop(bank=1), {6}),
            (
                lambda: sim.press_start_button(**one),
                lambda: sim.release_start_button(**one),
                {9},
            ),
            (lambda: sim.switch_local(bank=1), lambda: sim.switch_remote(bank=1), {10}),
            (lambda: sim.insert_key(bank=1), lambda: sim.remove_key(bank=1), {11}),
            (lambda: sim.engage_crank(bank=1), lambda: sim.disengage_crank(bank=1), {12}),
        ]
        for do, undo, changed in deeds:
            do()
            levels = await ask()
            assert {n for n in range(13) if levels[n] != ALL_SAFE[n]} == changed
            undo()
            assert await ask() == ALL_SAFE

    with_module(scenario, at)


def test_a_cut_wire_brings_no_voltage_whatever_its_sensor_says() -> None:
    async def scenario(sim: SimulatedRoom, ask: Ask) -> None:
        sim.cut_sensor_wire("inputs-1", input=0)
        assert (await ask())[0] is False
        sim.mend_sensor_wire("inputs-1", input=0)
        assert (await ask())[0] is True

    with_module(scenario)


def test_what_the_module_does_not_have_is_refused_by_number() -> None:
    async def scenario() -> None:
        async with simulated_room(a_room(TCP, "coils")) as sim:
            place = next(d for d in sim.room.devices if d.id == "inputs-1").at
            client = AsyncModbusTcpClient(place.host, port=place.port, timeout=1, retries=0)
            assert await client.connect()
            try:
                coils = await client.read_coils(0, count=16, device_id=4)
                assert coils.bits == [*ALL_SAFE, False, False, False]
                beyond = await client.read_coils(10, count=7, device_id=4)
                other = await client.read_discrete_inputs(0, count=1, device_id=4)
                assert (beyond.exception_code, other.exception_code) == (2, 1)
            finally:
                client.close()

    asyncio.run(scenario())
