"""The module of inputs, bit by bit: MODBUS Application Protocol V1.1b3, examples of 6.1 and 6.2."""

from __future__ import annotations

import asyncio

import pytest

from config.clock import SystemClock
from config.room import SensorInput, SensorInputs, TcpAddress
from drivers.bus import open_bus
from drivers.errors import Refused
from drivers.inputs.modbus import connect_inputs
from tests.contract.modbus_slave import Slave, connected, tcp_slave

EXAMPLES = {
    "discrete_inputs": (196, bytes.fromhex("02 00C4 0016"), bytes.fromhex("02 03 AC DB 35")),
    "coils": (19, bytes.fromhex("01 0013 0013"), bytes.fromhex("01 03 CD 6B 05")),
}


def module(at: TcpAddress, function: str, *inputs: int) -> SensorInputs:
    contacts = [SensorInput(input=i, says="start_button", bank=1) for i in inputs]
    return SensorInputs.model_validate(
        {
            "driver": "input.modbus",
            "id": "inputs-1",
            "at": at,
            "function": function,
            "inputs": contacts,
        }
    )


@pytest.mark.parametrize("function", ["discrete_inputs", "coils"])
def test_levels_are_read_in_one_transaction_and_named_by_their_address(function: str) -> None:
    first, request, reply = EXAMPLES[function]
    count = int.from_bytes(request[3:5])
    wanted = {
        address: bool(reply[2 + at // 8] >> at % 8 & 1)
        for at, address in enumerate(range(first, first + count))
        if address in (first, first + 7, first + count - 1)
    }

    async def scenario() -> None:
        slave = Slave(answer=lambda _unit, _pdu: reply)
        async with tcp_slave(slave) as at, open_bus(at, SystemClock()) as bus:
            device = module(at, function, *sorted(wanted, reverse=True))
            async with connected(lambda: connect_inputs(bus, device)) as inputs:
                assert (await inputs.read_inputs(urgent=True)).levels == wanted
        assert set(slave.asked) == {(1, request)}

    asyncio.run(scenario())


def test_a_module_without_such_inputs_says_so() -> None:
    async def scenario() -> None:
        slave = Slave(answer=lambda _unit, pdu: bytes([pdu[0] | 0x80, 2]))
        async with tcp_slave(slave) as at, open_bus(at, SystemClock()) as bus:
            with pytest.raises(Refused, match="illegal_address"):
                async with connected(lambda: connect_inputs(bus, module(at, "coils", 3))):
                    pass

    asyncio.run(scenario())
