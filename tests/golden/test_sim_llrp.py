"""The simulated LLRP reader: bytes of public captures, and a conversation over a real socket.

LTK frames: opencps/llrp-toolkit, LTK/LTKJava/src/test/resources (Apache-2.0).
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random

import pytest

from config.addresses import parse_address
from config.geometry import shelves_of
from config.load import load_room, shipped_room
from config.room import LlrpReader
from simulators.boxes import ShelvedBox
from simulators.faults import Fault, FaultKind
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from simulators.physics.radio import Heard
from simulators.wire import llrp_frames as f
from simulators.wire import llrp_specs as specs
from simulators.wire.llrp_frames import Malformed
from simulators.wire.llrp_specs import ReportSpec
from simulators.wire.tag_report import Sighting, TagReporter

ROOM = load_room(shipped_room("small"))
SET_READER_CONFIG = bytes.fromhex(
    "04030000006e000000030000f4004300f5000700000000f5000700010000f5000700028000f5000700030000"
    "f5000700040000f5000700050000f5000700068000f5000700070000f5000700080000ed000d02000000ee0006"
    "ffc000ef00050100dc0009010000138800e2000580"
)
ADD_ROSPEC = bytes.fromhex(
    "04140000004b0000000400b1004100000001000000b2001200b300050000b60009000000000000b700180001"
    "000000b80009000000000000ba000700090103ff000d0000045700000457ff"
)
RO_ACCESS_REPORT = bytes.fromhex(
    "043d000000430000000000f000398d306edd870775c77926b231a989000000018e00008a0000810001860087"
    "0000820004577c585e9f40840004577c585e9f40880001"
)
CONNECTED = bytes.fromhex("043f000000200000000000f600160080000c00039136a2a185c0010000060000")
GET_READER_CONFIG = bytes.fromhex("0402000000110000000200000000000000")

# Written by hand from the tables of LLRP 1.0.1: one AISpec of 100 ms each for antennas 1 and 2,
# reported at its end with antenna, RSSI, first and last time and count; started by START_ROSPEC.
ADD_TWO_ANTENNAS = bytes.fromhex(
    "0414 00000063 00000010"
    "00b1 0059 00000007 00 00"
    "00b2 0012 00b3 0005 00 00b6 0009 00 00000000"
    "00b7 0018 0001 0001 00b8 0009 01 00000064 00ba 0007 0001 01"
    "00b7 0018 0001 0002 00b8 0009 01 00000064 00ba 0007 0001 01"
    "00ed 000d 01 0000 00ee 0006 1780"
)
ENABLE = bytes.fromhex("0418 0000000e 00000011 00000007")
START = bytes.fromhex("0416 0000000e 00000012 00000007")
DELETE_ALL = bytes.fromhex("0415 0000000e 00000013 00000000")
EVENTS_AND_KEEPALIVE = bytes.fromhex(
    "0403 00000026 00000014 00 00f4 0012 00f5 0007 0002 80 00f5 0007 0006 80 00dc 0009 01 000003e8"
)


@dataclass(frozen=True)
class Said:
    """A message of the reader."""

    kind: int
    message_id: int
    body: bytes


class Client:
    """A bare LLRP client: bytes out, messages in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, frame: bytes) -> None:
        self._writer.write(frame)

    async def next(self) -> Said:
        async with asyncio.timeout(20):
            head = await self._reader.readexactly(10)
            first, length, message_id = struct.unpack(">HII", head)
            assert first >> 10 == 1
            return Said(first & 0x3FF, message_id, await self._reader.readexactly(length - 10))

    async def reply(self, frame: bytes) -> Said:
        """Send a request and return its response, past whatever comes between."""
        self.send(frame)
        wanted = struct.unpack_from(">I", frame, 6)[0]
        while True:
            said = await self.next()
            if said.kind not in (61, 62, 63) and said.message_id == wanted:
                return said

    async def until(self, holds: Callable[[Said], bool]) -> list[Said]:
        """Collect messages up to one that is so."""
        async with asyncio.timeout(40):
            said = [await self.next()]
            while not holds(said[-1]):
                said.append(await self.next())
        return said

    def close(self) -> None:
        self._writer.transport.abort()


def with_client(scenario: Callable[[SimulatedRoom, Client], Awaitable[None]]) -> None:
    async def run() -> None:
        async with simulated_room(ROOM, boxes=boxes_of_the_room()) as sim:
            client = await connect(sim)
            try:
                await scenario(sim, client)
            finally:
                client.close()

    run_fast(run)


async def connect(sim: SimulatedRoom) -> Client:
    device = next(d for d in sim.room.devices if isinstance(d, LlrpReader))
    return Client(*await asyncio.open_connection(device.at.host, device.at.port))


def boxes_of_the_room() -> tuple[ShelvedBox, ...]:
    return tuple(
        ShelvedBox(code=f"B-{n}", epc=f"{n:024X}", shelf=str(address), order_mm=0, thickness_mm=50)
        for n, (address, _) in enumerate(shelves_of(ROOM), start=1)
    )


def parameters(body: bytes) -> list[tuple[int, bytes]]:
    """Split a body into TLV and TV parameters, by hand from the standard's tables."""
    sizes = {1: 2, 2: 8, 4: 8, 6: 1, 7: 2, 8: 2, 9: 4, 10: 2, 11: 2, 12: 2, 13: 12, 14: 2}
    found = []
    while body:
        if body[0] & 0x80:
            kind, size = body[0] & 0x7F, 1 + sizes[body[0] & 0x7F]
            found.append((kind, body[1:size]))
        else:
            kind, size = struct.unpack_from(">HH", body)
            found.append((kind, body[4:size]))
        body = body[size:]
    return found


def events(said: Said) -> list[tuple[int, bytes]]:
    """List the events of a notification."""
    if said.kind != 63:
        return []
    [(_, content)] = parameters(said.body)
    return [(kind, value) for kind, value in parameters(content) if kind != 128]


def is_round_end(said: Said) -> bool:
    return any(kind == 249 and value[0] == 1 for kind, value in events(said))


def status_of(said: Said) -> int:
    kind, value = parameters(said.body)[0]
    assert kind == 287
    return int.from_bytes(value[:2], "big")


def test_a_report_is_written_as_the_toolkit_writes_it() -> None:
    sighting = Sighting(
        heard=Heard("306EDD870775C77926B231A9", 0.0, 1),
        rospec=1,
        spec_index=0,
        inventory=0,
        antenna=1,
        channel=0,
        first_us=1222091477000000,
        last_us=1222091477000000,
    )
    body = TagReporter(Random(1)).report((sighting,), ReportSpec(content=0xFF80))
    assert f.message(f.RO_ACCESS_REPORT, 0, body) == RO_ACCESS_REPORT


def test_the_first_notification_is_written_as_the_toolkit_writes_it() -> None:
    assert f.notification(0, 1004088772888000, f.connection_attempt(0)) == CONNECTED


def test_the_toolkits_configuration_is_understood() -> None:
    config = specs.parse_config(SET_READER_CONFIG[10:])
    assert {event for event, on in config.events.items() if on} == {2, 6}
    assert (config.keepalive_s, config.hold, config.reset) == (5.0, True, False)
    assert config.report == ReportSpec(trigger=2, tags=0, content=0xFFC0)


def test_the_toolkits_rospec_is_understood_past_its_unknown_custom() -> None:
    rospec = specs.parse_rospec(ADD_ROSPEC[10:])
    assert (rospec.rospec, rospec.start, rospec.duration_s) == (1, 0, None)
    assert rospec.ai_specs == (specs.AiSpec(antennas=(0,), duration_s=None, inventory=9),)


@pytest.mark.parametrize("cut", range(11, 75))
def test_a_rospec_cut_anywhere_is_refused_and_nothing_else(cut: int) -> None:
    with pytest.raises(Malformed):
        specs.parse_rospec(ADD_ROSPEC[10:cut])


def test_the_reader_speaks_first_and_takes_one_client() -> None:
    async def scenario(sim: SimulatedRoom, client: Client) -> None:
        first = await client.next()
        assert (first.kind, events(first)) == (63, [(256, b"\0\0")])
        second = await connect(sim)
        assert events(await second.next()) == [(256, b"\0\2")]
        with pytest.raises(asyncio.IncompleteReadError):
            await second.next()
        second.close()
        assert events(await client.next()) == [(256, b"\0\4")]

    with_client(scenario)


def test_capabilities_and_configuration_name_the_antennas() -> None:
    async def scenario(_: SimulatedRoom, client: Client) -> None:
        said = await client.reply(bytes.fromhex("0401 0000000b 00000001 00"))
        assert (said.kind, status_of(said)) == (11, 0)
        parts = dict(parameters(said.body))
        assert set(parts) == {287, 137, 142, 143, 327}
        assert struct.unpack_from(">HHII", parts[137]) == (5, 0x4000, 25882, 2001002)
        assert parts[142][0] & 0x08
        config = await client.reply(GET_READER_CONFIG)
        kinds = [287, 218] + [221] * 5 + [222] * 5 + [220] + [225] * 4 + [219] * 4
        assert [kind for kind, _ in parameters(config.body)] == kinds

    with_client(scenario)


def test_a_round_tells_each_antennas_end_and_reports_what_it_heard() -> None:
    async def scenario(sim: SimulatedRoom, client: Client) -> None:
        assert status_of(await client.reply(EVENTS_AND_KEEPALIVE)) == 0
        assert status_of(await client.reply(ADD_TWO_ANTENNAS)) == 0
        added = await client.reply(ENABLE)
        assert added == Said(34, 0x11, bytes.fromhex("011f 0008 0000 0000"))
        assert status_of(await client.reply(START)) == 0
        said = await client.until(is_round_end)
        seen = [event for message in said for event in events(message)]
        assert seen == [
            (249, bytes.fromhex("00 00000007 00000000")),
            (254, bytes.fromhex("00 00000007 0001")),
            (254, bytes.fromhex("00 00000007 0002")),
            (249, bytes.fromhex("01 00000007 00000000")),
        ]
        epcs = {
            value
            for message in said
            if message.kind == 61
            for kind, tag in parameters(message.body)
            if kind == 240
            for inner, value in parameters(tag)
            if inner == 13
        }
        near = {box.epc for box in sim.world.boxes.values() if box.home.column in (2, 3)}
        assert epcs
        assert {epc.hex().upper() for epc in epcs} <= near

    with_client(scenario)


def test_what_did_not_change_may_be_left_out_and_filling_it_in_gives_back_the_truth() -> None:
    async def scenario(_: SimulatedRoom, client: Client) -> None:
        await client.reply(EVENTS_AND_KEEPALIVE)
        await client.reply(ADD_TWO_ANTENNAS)
        await client.reply(ENABLE)
        left_out = customs = empty = 0
        last: dict[int, bytes] = {}
        for _round in range(30):
            client.send(START)
            for message in await client.until(is_round_end):
                empty += message.kind == 61 and not message.body
                for kind, tag in parameters(message.body) if message.kind == 61 else ():
                    assert kind == 240
                    parts = dict(parameters(tag))
                    last.update(parts)
                    left_out += 1 not in parts
                    customs += 1023 in parts
                    assert last[1] == b"\0\2"  # nothing lies on the desk, so antenna 1 is silent
                    assert -84 <= struct.unpack(">b", last[6])[0] <= -40
        assert left_out > 10
        assert customs > 0
        assert empty > 0

    with_client(scenario)


def test_keepalives_come_and_a_client_that_never_answers_is_dropped() -> None:
    async def scenario(_: SimulatedRoom, client: Client) -> None:
        await client.reply(EVENTS_AND_KEEPALIVE)
        for _beat in range(8):
            beat = (await client.until(lambda said: said.kind == 62))[-1]
            client.send(f.message(72, beat.message_id))
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await client.until(lambda _: False)

    with_client(scenario)


def test_held_reports_wait_until_they_are_let_go() -> None:
    async def scenario(_: SimulatedRoom, client: Client) -> None:
        await client.reply(SET_READER_CONFIG)
        await client.reply(ADD_TWO_ANTENNAS)
        await client.reply(ENABLE)
        await client.reply(START)
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                said = await client.next()
                assert said.kind == 62
        client.send(bytes.fromhex("0440 0000000a 00000020"))
        assert (await client.until(is_round_end))[0].kind in (61, 62, 63)

    with_client(scenario)


def test_wrong_requests_are_answered_with_a_status_and_the_talk_goes_on() -> None:
    async def scenario(_: SimulatedRoom, client: Client) -> None:
        await client.reply(ADD_TWO_ANTENNAS)
        assert status_of(await client.reply(ADD_TWO_ANTENNAS)) == 101
        assert status_of(await client.reply(START)) == 101
        no_antenna = ADD_TWO_ANTENNAS.replace(
            bytes.fromhex("0018 0001 0002"), bytes.fromhex("0018 0001 0063")
        )
        assert status_of(await client.reply(no_antenna.replace(b"\0\0\0\7", b"\0\0\0\x08"))) == 101
        cut_short = bytes.fromhex("0414 00000010 00000021 00b1 0099 0000")
        assert status_of(await client.reply(cut_short)) == 100
        unknown = await client.reply(bytes.fromhex("07fe 0000000f 00000022 000065 1a 15"))
        assert (unknown.kind, status_of(unknown)) == (100, 109)
        assert status_of(await client.reply(DELETE_ALL)) == 0
        closing = await client.reply(bytes.fromhex("040e 0000000a 00000023"))
        assert closing == Said(4, 0x23, bytes.fromhex("011f 0008 0000 0000"))
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await client.next()

    with_client(scenario)


def test_a_box_on_the_desk_is_heard_by_the_desk_antenna() -> None:
    async def scenario(sim: SimulatedRoom, client: Client) -> None:
        box = next(
            box
            for box in sim.world.boxes.values()
            if box.home == parse_address("S1-B1-C6-R-1-1")  # the gap stands in front of it
        )
        sim.take_box(box.code)
        sim.put_box(box.code, on="desk")
        await client.reply(EVENTS_AND_KEEPALIVE)
        await client.reply(ADD_TWO_ANTENNAS)
        await client.reply(ENABLE)
        heard = []
        for _round in range(5):
            client.send(START)
            for message in await client.until(is_round_end):
                if message.kind == 61 and bytes.fromhex(box.epc) in message.body:
                    heard.append(message)
        assert len(heard) >= 4

    with_client(scenario)


def test_a_cut_cable_drops_the_client_and_its_rospec_goes_on_for_the_next() -> None:
    async def scenario(sim: SimulatedRoom, client: Client) -> None:
        immediate = ADD_TWO_ANTENNAS.replace(
            bytes.fromhex("00b3 0005 00"), bytes.fromhex("00b3 0005 01")
        )
        await client.reply(immediate)
        await client.reply(ENABLE)
        sim.faults.put("reader-1", Fault(kind=FaultKind.CUT))
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await client.until(lambda _: False)
        sim.heal("reader-1")
        await asyncio.sleep(0.5)
        again = await connect(sim)
        assert events(await again.next()) == [(256, b"\0\0")]
        assert (await again.until(lambda said: said.kind == 61))[-1].kind == 61
        again.close()

    with_client(scenario)
