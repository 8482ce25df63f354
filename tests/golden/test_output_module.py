"""A coil is switched and read back: MODBUS Application Protocol V1.1b3, examples of 6.5 and 6.1."""

from __future__ import annotations

import asyncio

import pytest

from config.clock import SystemClock
from config.room import OutputModule, TcpAddress
from drivers.bus import open_bus
from drivers.bus.frames import WriteBit
from drivers.errors import LinkLost, Refused
from drivers.outputs.modbus import switch_coil
from simulators.wire.outputs import COILS, OutputModuleUnit
from tests.contract.modbus_slave import Slave, tcp_slave

ON = bytes.fromhex("05 00AC FF00")
"""Example of 6.5: coil 173 on; the answer is its echo."""
OFF = bytes.fromhex("05 00AC 0000")
READ = bytes.fromhex("01 00AC 0001")


def module(at: TcpAddress) -> OutputModule:
    return OutputModule(driver="output.modbus", id="outputs-1", at=at, unit=1)


def switched(answers: dict[bytes, bytes], on: bool) -> list[bytes]:
    """Switch coil 172 of a module that answers so; give what it was asked."""

    async def scenario() -> list[bytes]:
        slave = Slave(answer=lambda _unit, pdu: answers[pdu])
        async with tcp_slave(slave) as at, open_bus(at, SystemClock()) as bus:
            await switch_coil(bus, module(at), 0xAC, on)
        return [pdu for _, pdu in slave.asked]

    return asyncio.run(scenario())


@pytest.mark.parametrize("on", [True, False], ids=["on", "off"])
def test_a_coil_is_switched_once_and_read_back(on: bool) -> None:
    write = ON if on else OFF
    asked = switched({write: write, READ: bytes([1, 1, int(on)])}, on)
    assert asked == [write, READ]


def test_a_coil_that_stays_as_it_was_is_an_error() -> None:
    with pytest.raises(Refused, match="did not go on") as told:
        switched({ON: ON, READ: bytes([1, 1, 0])}, True)
    assert told.value.code == "not_switched"


def test_an_echo_of_another_coil_or_level_is_no_answer() -> None:
    asked = WriteBit(unit=1, address=0xAC, on=True)
    assert asked.is_answer(ON)
    assert not asked.is_answer(OFF)
    assert not asked.is_answer(bytes.fromhex("05 00AD FF00"))
    with pytest.raises(LinkLost):
        switched({ON: OFF}, True)


def test_a_module_without_such_a_coil_says_so() -> None:
    with pytest.raises(Refused, match="illegal_address"):
        switched({ON: bytes([0x85, 2])}, True)


def test_the_simulated_module_does_as_the_standard_says() -> None:
    unit = OutputModuleUnit()
    on = bytes.fromhex("05 0003 FF00")
    assert unit.answer(on) == on
    assert unit.coils[3]
    assert unit.answer(bytes.fromhex("01 0003 0001")) == bytes.fromhex("01 01 01")
    off = bytes.fromhex("05 0003 0000")
    assert unit.answer(off) == off
    assert not any(unit.coils)
    assert unit.answer(bytes.fromhex("05 0003 1234")) == bytes.fromhex("85 03")
    assert unit.answer(b"\x05" + COILS.to_bytes(2) + b"\xff\x00") == bytes.fromhex("85 02")
    assert unit.answer(bytes.fromhex("06 0003 0001")) == bytes.fromhex("86 01")
