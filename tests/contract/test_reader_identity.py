"""Two readers that changed places are noticed before they move a box, as far as they can tell."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from pydantic import ValidationError

from config.room import Antenna, AnyReader, LlrpReader
from drivers.commissioning.probe import probe_room
from drivers.errors import Garbled, Refused
from drivers.rfid.connect import connect_reader
from drivers.rfid.llrp.capabilities import parse_identity
from drivers.rfid.llrp.frames import Malformed, Message, MessageType
from drivers.rfid.station.identity import OTHER_READER
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from tests.contract.reader_rigs import KINDS, SMALL

NAMED = {"llrp": 8, "r2000": 12, "chafon-288": 4, "thingmagic": 10}
"""Which can be asked who they are, and how many bytes they answer."""
ON_THE_NAMED = pytest.mark.parametrize("name", NAMED)
DESK = (Antenna(antenna=1, covers="desk"),)


def identity(name: str, letter: str) -> str:
    return letter * 2 * NAMED[name]


def among_two(name: str, scenario: Callable[[SimulatedRoom], Awaitable[None]]) -> None:
    """Run a room with the readers reader-a and reader-b, which say AAAA... and BBBB...."""

    async def run() -> None:
        readers = [
            KINDS[name].settings(f"reader-{x}", antennas=DESK, identity=identity(name, x))
            for x in "ab"
        ]
        room = SMALL.model_copy(update={"devices": tuple(readers)})
        async with asyncio.timeout(600), simulated_room(room) as simulated:
            await scenario(simulated)

    run_fast(run)


def exchanged(simulated: SimulatedRoom) -> tuple[AnyReader, AnyReader]:
    """Give each reader of the room file the address of the other."""
    first, second = simulated.room.devices
    assert isinstance(first, AnyReader)
    assert isinstance(second, AnyReader)
    return (
        first.model_copy(update={"at": second.at}),
        second.model_copy(update={"at": first.at}),
    )


@ON_THE_NAMED
def test_readers_that_changed_places_are_refused_with_both_names(name: str) -> None:
    async def scenario(simulated: SimulatedRoom) -> None:
        for device, own, other in zip(exchanged(simulated), "AB", "BA", strict=True):
            with pytest.raises(Refused) as refused:
                async with connect_reader(device, simulated.clock)():
                    pass
            assert refused.value.code == OTHER_READER
            assert f"says that it is {identity(name, other)}" in refused.value.message
            assert f"names {identity(name, own)}" in refused.value.message

    among_two(name, scenario)


@ON_THE_NAMED
def test_the_reader_that_is_meant_is_used(name: str) -> None:
    async def scenario(simulated: SimulatedRoom) -> None:
        async with AsyncExitStack() as stack:
            opened = [
                await stack.enter_async_context(connect_reader(device, simulated.clock)())
                for device in simulated.room.devices
                if isinstance(device, AnyReader)
            ]
            assert [reader.health().garbled for reader in opened] == [0, 0]

    among_two(name, scenario)


@ON_THE_NAMED
def test_without_a_name_whoever_answers_is_used(name: str) -> None:
    async def scenario(simulated: SimulatedRoom) -> None:
        for device in exchanged(simulated):
            nameless = device.model_copy(update={"identity": None})
            async with connect_reader(nameless, simulated.clock)() as reader:
                assert reader.health().garbled == 0

    among_two(name, scenario)


@ON_THE_NAMED
def test_a_probe_prints_the_name_as_the_room_file_takes_it(name: str) -> None:
    async def scenario(simulated: SimulatedRoom) -> None:
        said = [str(finding) async for finding in probe_room(simulated.room, {}, simulated.clock)]
        assert [words.split("identity ")[1].split(";")[0] for words in said] == [
            identity(name, "A"),
            identity(name, "B"),
        ]

    among_two(name, scenario)


@pytest.mark.parametrize("name", ["r2000", "chafon-288", "thingmagic"])
def test_a_name_that_came_garbled_is_a_bad_line_and_not_another_reader(name: str) -> None:
    async def scenario(simulated: SimulatedRoom) -> None:
        device = simulated.room.devices[0]
        assert isinstance(device, AnyReader)
        room = simulated.simulation
        if name == "r2000":
            room.r2000_readers[device.id].identifier = bytes(5)
        elif name == "thingmagic":
            room.thingmagic_readers[device.id].serial_size = 11
        else:
            room.chafon_readers[device.id].serial = bytes(5)
        with pytest.raises(Garbled):
            async with connect_reader(device, simulated.clock)():
                pass

    among_two(name, scenario)


@ON_THE_NAMED
def test_a_reader_that_does_not_say_who_it_is_is_not_the_one_that_is_meant(name: str) -> None:
    async def scenario(simulated: SimulatedRoom) -> None:
        device = simulated.room.devices[0]
        assert isinstance(device, AnyReader)
        room = simulated.simulation
        match name:
            case "llrp":
                room.llrp_readers[device.id].identity = b""
            case "r2000":
                room.r2000_readers[device.id].identifier = b"\x11"
            case "thingmagic":
                room.thingmagic_readers[device.id].serial = None
            case _:
                room.chafon_readers[device.id].serial = None
        with pytest.raises(Refused, match=r"does not say who it is.*names AA"):
            async with connect_reader(device, simulated.clock)():
                pass

    among_two(name, scenario)


@pytest.mark.parametrize("name", ["m100", "chafon-18"])
def test_what_cannot_be_asked_cannot_be_named(name: str) -> None:
    with pytest.raises(ValidationError, match="identity"):
        type(KINDS[name].settings("r", antennas=DESK)).model_validate(
            KINDS[name].settings("r", antennas=DESK).model_dump() | {"identity": "AABB"}
        )


@pytest.mark.parametrize("text", ["00:16:25:ff:fe:12:ab:cd", "00-16-25-FF-FE-12-AB-CD"])
def test_a_name_is_taken_as_it_stands_on_the_case(text: str) -> None:
    reader = KINDS["llrp"].settings("r", antennas=DESK, identity=text)
    assert isinstance(reader, LlrpReader)
    assert reader.identity == "001625FFFE12ABCD"


@pytest.mark.parametrize("text", ["", "ABC", "reader 1", "AB" * 65])
def test_what_is_no_hex_is_no_name(text: str) -> None:
    with pytest.raises(ValidationError, match="hex digits"):
        KINDS["llrp"].settings("r", antennas=DESK, identity=text)


def llrp_answer(body: str) -> Message:
    """A GET_READER_CONFIG_RESPONSE whose LLRPStatus (287) says that all went well."""
    status = "011F 0008 0000 0000"
    return Message(
        type=MessageType.GET_READER_CONFIG_RESPONSE,
        message_id=1,
        body=bytes.fromhex(status + body),
    )


def test_an_llrp_identification_is_read_by_the_size_that_it_names() -> None:
    """Identification is parameter 218: type of number, count of bytes, bytes (LLRP 1.0.1)."""
    mac = llrp_answer("00DA 000F 00 0008 001625FFFE12ABCD")
    assert parse_identity(mac) == bytes.fromhex("001625FFFE12ABCD")
    assert parse_identity(llrp_answer("00DA 0007 00 0000")) is None
    assert parse_identity(llrp_answer("")) is None
    with pytest.raises(Malformed):
        parse_identity(llrp_answer("00DA 000F 00 0009 001625FFFE12ABCD"))
