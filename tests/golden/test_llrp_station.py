"""The LLRP driver against the simulated reader: tags, contacts, settings, who calls whom."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest

from config.geometry import shelves_of
from config.load import load_room, shipped_room
from config.room import LlrpReader, Room, TcpAddress
from drivers.errors import LinkLost, Refused
from drivers.ports import TagWritten, WriteTag
from drivers.readings import Heard, InputChanged, TagRead
from drivers.rfid.llrp.callers import MOST_CALLERS, Gate, await_call
from drivers.rfid.llrp.reader import llrp_connector, open_llrp, read_capabilities
from simulators.boxes import ShelvedBox
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from simulators.wire.llrp import SimulatedReader
from simulators.wire.llrp_make import Make

ROOM = load_room(shipped_room("small"))
STRAY = "S1-B1-C6-R-1-1"
EPC, NEW = "E280117000000000000000A1", "A1B2C3D40000000000000007"
LONG = NEW + "0001F00D"
DESK = 1
KEEPALIVE = bytes.fromhex("043e0000000a00000001")


class Stand:
    """A simulated room with one box on its desk, and the settings of its reader."""

    def __init__(self, sim: SimulatedRoom) -> None:
        self.sim = sim
        self.settings = next(d for d in sim.room.devices if isinstance(d, LlrpReader))
        self.device: SimulatedReader = sim.simulation.llrp_readers[self.settings.id]
        self.memory = self.device.access.memory

    @property
    def epcs(self) -> set[str]:
        return {box.epc for box in self.sim.world.boxes.values()}

    def order(self, new_epc: str = NEW, **more: object) -> WriteTag:
        asked: dict[str, Any] = {"antenna": DESK, "epc": EPC, "new_epc": new_epc, **more}
        return WriteTag(**asked)


def at_the_desk(
    scenario: Callable[[Stand], Awaitable[None]], *, room: Room = ROOM, on_desk: bool = True
) -> None:
    async def run() -> None:
        stray = ShelvedBox(code="B-1", epc=EPC, shelf=STRAY, order_mm=0, thickness_mm=50)
        others = [
            ShelvedBox(code=f"X-{n}", epc=f"{n:024X}", shelf=str(at), order_mm=0, thickness_mm=50)
            for n, (at, _) in enumerate(shelves_of(room), start=1)
        ]
        async with simulated_room(room, boxes=[stray, *others]) as sim:
            if on_desk:
                sim.take_box("B-1")
                sim.put_box("B-1", on="desk")
            await scenario(Stand(sim))

    run_fast(run)


def changed(room: Room, **update: object) -> Room:
    devices = tuple(
        d.model_copy(update=update) if isinstance(d, LlrpReader) else d for d in room.devices
    )
    return room.model_copy(update={"devices": devices})


async def hear_until(heard: AsyncIterator[Heard], is_it: Callable[[Heard], bool]) -> Heard:
    async with asyncio.timeout(60):
        while True:
            reading = await anext(heard)
            if is_it(reading):
                return reading


class Listener:
    """Iterates in a task of its own, as the room agent does."""

    def __init__(self) -> None:
        self.told: list[Heard] = []
        self._more = asyncio.Event()

    async def until(self, is_it: Callable[[Heard], bool]) -> None:
        async with asyncio.timeout(60):
            while not any(map(is_it, self.told)):
                self._more.clear()
                await self._more.wait()

    async def listen(self, heard: AsyncIterator[Heard]) -> None:
        async for reading in heard:
            self.told.append(reading)
            self._more.set()


@asynccontextmanager
async def iterated(heard: AsyncIterator[Heard]) -> AsyncIterator[Listener]:
    listener = Listener()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(listener.listen(heard))
        yield listener
        task.cancel()


def is_read_of(epc: str) -> Callable[[Heard], bool]:
    return lambda heard: isinstance(heard, TagRead) and heard.epc == epc


@pytest.mark.parametrize("new_epc", [NEW, LONG, NEW[:16]], ids=["same", "longer", "shorter"])
def test_a_tag_is_written_and_read_back_while_no_inventory_runs(new_epc: str) -> None:
    async def scenario(stand: Stand) -> None:
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            assert await reader.write_tag(stand.order(new_epc)) == TagWritten(
                epc=new_epc, locked=False
            )
            assert EPC not in stand.epcs
            assert new_epc in stand.epcs
            assert stand.memory.writes == 1
            async with reader.inventory() as heard:
                await hear_until(heard, is_read_of(new_epc))

    at_the_desk(scenario)


def test_a_tag_is_written_between_the_rounds_that_another_task_iterates() -> None:
    async def scenario(stand: Stand) -> None:
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            async with reader.inventory() as heard:
                async with iterated(heard) as listener:
                    assert await reader.write_tag(stand.order()) == TagWritten(
                        epc=NEW, locked=False
                    )
                    await listener.until(is_read_of(NEW))
                on_desk = (r for r in listener.told if isinstance(r, TagRead) and r.antenna == DESK)
                epcs = [read.epc for read in on_desk]
                assert EPC not in epcs[epcs.index(NEW) :]

    at_the_desk(scenario)


def test_a_tag_is_written_while_nobody_iterates_an_open_inventory() -> None:
    async def scenario(stand: Stand) -> None:
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            async with reader.inventory() as heard:
                assert (await reader.write_tag(stand.order())).epc == NEW
                await hear_until(heard, is_read_of(NEW))

    at_the_desk(scenario)


@pytest.mark.parametrize("steps", [1, 5, 40])
def test_a_write_whose_caller_is_gone_ends_and_the_reader_goes_on(steps: int) -> None:
    async def scenario(stand: Stand) -> None:
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            async with reader.inventory() as heard, iterated(heard):
                async with asyncio.TaskGroup() as group:
                    writing = group.create_task(reader.write_tag(stand.order()))
                    for _ in range(steps):
                        await asyncio.sleep(0.05)
                    writing.cancel()
            assert stand.device.access.specs == {}
            assert stand.device.rospecs == {}
            async with reader.inventory() as heard:
                await hear_until(heard, lambda r: isinstance(r, TagRead))

    at_the_desk(scenario)


@pytest.mark.parametrize("own", [True, False], ids=["own password", "password of all"])
def test_a_locked_tag_takes_a_number_only_with_its_password(own: bool) -> None:
    async def scenario(stand: Stand) -> None:
        if own:
            stand.memory.passwords["B-1"] = 0xCAFE
        else:
            stand.sim.simulation.stage.act(replace, tag_password=0xCAFE)
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            locked = await reader.write_tag(stand.order(password=0xCAFE, lock=True))
            assert locked == TagWritten(epc=NEW, locked=True)
            again = WriteTag(antenna=DESK, epc=NEW, new_epc=EPC)
            for password, code in ((0, "tag_locked"), (1, "wrong_password")):
                with pytest.raises(Refused) as refused:
                    await reader.write_tag(
                        WriteTag(antenna=DESK, epc=NEW, new_epc=EPC, password=password)
                    )
                assert refused.value.code == code
            assert again.epc in stand.epcs
            done = WriteTag(antenna=DESK, epc=NEW, new_epc=EPC, password=0xCAFE)
            assert (await reader.write_tag(done)).epc == EPC

    at_the_desk(scenario)


@pytest.mark.parametrize(
    ("result", "code"),
    [(1, "write_failed"), (3, "low_power"), (4, "write_failed"), (5, "tag_away")],
)
def test_what_a_tag_answers_to_a_write_comes_out_as_a_code_and_is_not_tried_again(
    result: int, code: str
) -> None:
    async def scenario(stand: Stand) -> None:
        stand.memory.next_write_codes.append(result)
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            with pytest.raises(Refused) as refused:
                await reader.write_tag(stand.order())
            assert refused.value.code == code
            assert stand.memory.writes == 0
            assert EPC in stand.epcs

    at_the_desk(scenario)


def test_a_tag_that_fell_silent_after_it_took_the_words_is_found_written() -> None:
    async def scenario(stand: Stand) -> None:
        stand.memory.silent_after_write = True
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            assert (await reader.write_tag(stand.order())).epc == NEW

    at_the_desk(scenario)


def test_a_tag_that_is_not_there_is_away_and_nothing_is_written() -> None:
    async def scenario(stand: Stand) -> None:
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            with pytest.raises(Refused, match="does not hear") as refused:
                await reader.write_tag(stand.order())
            assert refused.value.code == "tag_away"
            assert stand.memory.writes == 0
            assert stand.device.access.specs == {}
            assert stand.device.rospecs == {}

    at_the_desk(scenario, on_desk=False)


def test_two_numbers_of_which_one_begins_like_the_other_are_several_tags() -> None:
    async def scenario(stand: Stand) -> None:
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            with pytest.raises(Refused) as refused:
                await reader.write_tag(stand.order(epc=EPC[:-4]))
            assert refused.value.code == "several_tags"
            assert stand.memory.writes == 0

    at_the_desk(scenario)


@pytest.mark.parametrize("make", [Make(access_specs=0)], ids=["no AccessSpecs"])
def test_what_a_reader_or_room_does_not_have_is_not_offered(make: Make) -> None:
    async def scenario(stand: Stand) -> None:
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            with pytest.raises(Refused, match="antenna 99"):
                await reader.write_tag(stand.order(antenna=99))
            with pytest.raises(Refused, match="none is number 5"):
                await reader.set_output(5, True)
        stand.device.make = make
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            with pytest.raises(Refused, match="writes no tags"):
                await reader.write_tag(stand.order())

    at_the_desk(scenario)


def test_outputs_switch_and_inputs_are_heard() -> None:
    async def scenario(stand: Stand) -> None:
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            await reader.set_output(2, True)
            assert stand.device.outputs == {1: False, 2: True, 3: False, 4: False}
            async with reader.inventory() as heard:
                await stand.device.turn_input(3, True)
                turned = await hear_until(heard, lambda r: isinstance(r, InputChanged))
                assert isinstance(turned, InputChanged)
                assert (turned.number, turned.on) == (3, True)
                async with iterated(heard):
                    await reader.set_output(2, False)
                assert not stand.device.outputs[2]

    at_the_desk(scenario)


def test_an_order_does_not_wait_for_what_another_task_waits_for() -> None:
    async def scenario(stand: Stand) -> None:
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            async with reader.inventory() as heard, iterated(heard):
                began_s = stand.sim.clock.monotonic()
                await asyncio.sleep(3)
                await reader.set_output(1, True)
                assert stand.sim.clock.monotonic() - began_s < 5  # a dwell takes ten seconds

    at_the_desk(scenario, room=changed(ROOM, dwell_ms=10_000, keepalive_s=60.0))


def test_an_impinj_reader_tells_phase_and_fine_level_and_speaks_1_1() -> None:
    async def scenario(stand: Stand) -> None:
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            assert stand.device.speaks_1_1_now
            async with reader.inventory() as heard:
                read = await hear_until(heard, lambda r: isinstance(r, TagRead))
            assert isinstance(read, TagRead)
            assert read.phase_rad is not None
            assert 0 <= read.phase_rad < 6.2832
            assert read.rssi_dbm is not None
            assert read.rssi_dbm != round(read.rssi_dbm)
            assert read.pc == (len(read.epc) // 4) << 11
            assert read.reader_us is not None
            health = reader.health()
            assert (health.model, health.region) == ("Impinj model 2001002", "cn_900")
            assert health.antennas[DESK].connected
            assert (health.garbled, health.repeated, health.last_error) == (0, 0, None)

    at_the_desk(scenario)


def test_a_reader_of_another_maker_and_of_1_0_1_is_read_all_the_same() -> None:
    async def scenario(stand: Stand) -> None:
        stand.device.make = Make(manufacturer=161, speaks_1_1=False, has_extensions=False)
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            assert not stand.device.speaks_1_1_now
            async with reader.inventory() as heard:
                read = await hear_until(heard, lambda r: isinstance(r, TagRead))
            assert isinstance(read, TagRead)
            assert (read.phase_rad, read.pc) == (None, 6 << 11)
            assert (await reader.write_tag(stand.order())).epc == NEW

    at_the_desk(scenario)


def test_a_probe_learns_who_the_reader_is_and_changes_nothing() -> None:
    async def scenario(stand: Stand) -> None:
        found = await read_capabilities(stand.settings, stand.sim.clock)
        assert found.words() == (
            "Impinj model 2001002, firmware stackroom-sim 1",
            "region cn_900",
            "10 to 30 dBm",
            "4 inputs and 4 outputs",
            f"identity {stand.device.identity.hex().upper()}",
        )
        assert not stand.device.speaks_1_1_now
        assert stand.device.watched_inputs == set()

    at_the_desk(scenario)


def test_the_power_of_the_room_file_is_set_as_the_table_allows_and_read_back() -> None:
    async def scenario(stand: Stand) -> None:
        async with open_llrp(stand.settings, stand.sim.clock):
            power = {n: index for n, (_, _, index) in stand.device.transmitters.items()}
        assert power == dict.fromkeys(stand.device.antennas, 14)
        stand.device.make = Make(takes_powers=False)
        stand.device.transmitters[3] = (1, 0, 2)
        with pytest.raises(Refused, match=r"set to 23 dBm on antenna 3, but reads back 11"):
            async with open_llrp(stand.settings, stand.sim.clock):
                pass

    at_the_desk(scenario, room=changed(ROOM, power_dbm=23.7))


@pytest.mark.parametrize(
    ("update", "says"),
    [
        ({"power_dbm": 31.5}, r"10 to 30 dBm, but the room file says 31\.5 dBm for antenna 1"),
        ({"power_dbm": 9.0}, r"10 to 30 dBm, but the room file says 9 dBm"),
        ({"region": "us"}, r"region cn_900 .*but the room file says us"),
        ({"region": "cn_800"}, r"region cn_900 .*but the room file says cn_800"),
    ],
)
def test_a_reader_that_is_not_as_the_room_file_says_is_refused_with_both_values(
    update: dict[str, object], says: str
) -> None:
    async def scenario(stand: Stand) -> None:
        with pytest.raises(Refused, match=says):
            async with open_llrp(stand.settings, stand.sim.clock):
                pass

    at_the_desk(scenario, room=changed(ROOM, **update))


@pytest.mark.parametrize(
    ("region", "make"),
    [
        ("cn_900", Make()),
        ("cn_800", Make(first_khz=840_250)),
        ("us", Make(country=840, standard=1, first_khz=902_750)),
        ("eu", Make(country=276, standard=2, first_khz=865_100)),
        ("kr", Make(country=410, standard=0, first_khz=917_100)),
    ],
)
def test_a_reader_in_the_region_of_the_room_file_is_used(region: str, make: Make) -> None:
    async def scenario(stand: Stand) -> None:
        stand.device.make = make
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            assert reader.health().region == region

    at_the_desk(scenario, room=changed(ROOM, region=region))


def test_garbage_is_told_once_counted_and_nothing_that_came_well_is_lost(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario(stand: Stand) -> None:
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            async with reader.inventory() as heard:
                for broken in (b"\0\xf0\0\5\xff", b"\0\xf0\0\x99", b"\0\xf0\0\6\xfe\0"):
                    head = struct.pack(">HII", 0x083D, 10 + len(broken), 7)
                    await stand.device.say(head + broken)
                for _ in range(20):
                    await anext(heard)
            assert reader.health().garbled == 3
            assert reader.health().skipped_bytes == 15

    with caplog.at_level(logging.WARNING):
        at_the_desk(scenario)
    (told,) = [r.message for r in caplog.records if "sends garbage" in r.message]
    assert told.startswith("reader-1 sends garbage: ")


def test_noise_and_a_length_beyond_the_bound_are_passed_over_and_a_write_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario(stand: Stand) -> None:
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            async with reader.inventory() as heard:
                for noise in (bytes.fromhex("083d0010000100000007"), b"\r\nreset by watchdog\r\n"):
                    await stand.device.say(noise)
                    for _ in range(20):
                        await anext(heard)
                assert reader.health().garbled == 2
                assert reader.health().skipped_bytes == 10 + 21
                await stand.device.say(b"\xff" * 5)
            assert (await reader.write_tag(stand.order())).epc == NEW

    with caplog.at_level(logging.WARNING):
        at_the_desk(scenario)
    (told,) = [r.message for r in caplog.records if "sends garbage" in r.message]
    assert "claims 1048577 bytes" in told


def test_noise_that_does_not_end_ends_the_link_with_the_reason() -> None:
    async def scenario(stand: Stand) -> None:
        async with open_llrp(stand.settings, stand.sim.clock) as reader:
            async with reader.inventory() as heard:
                await stand.device.say(b"\x00" * (1 << 17))
                with pytest.raises(LinkLost, match="no LLRP version, and no message in"):
                    await hear_until(heard, lambda _: False)
                with pytest.raises(LinkLost, match="no LLRP version"):
                    await reader.write_tag(stand.order())

    at_the_desk(scenario)


def test_a_reader_that_calls_us_is_read_and_written_and_called_back_after_a_cut() -> None:
    async def scenario(stand: Stand) -> None:
        connect = llrp_connector(stand.settings, stand.sim.clock)
        async with connect() as reader:
            assert (await reader.write_tag(stand.order())).epc == NEW
            stand.sim.cut(stand.settings.id)
            with pytest.raises(LinkLost):
                async with reader.inventory() as heard:
                    await hear_until(heard, lambda _: False)
        stand.sim.heal(stand.settings.id)
        async with connect() as reader, reader.inventory() as heard:
            await hear_until(heard, is_read_of(NEW))

    at_the_desk(scenario, room=changed(ROOM, calls="us"))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


GREETING = bytes.fromhex("043f000000200000000000f600160080000c00039136a2a185c0010000060000")


def test_strangers_that_call_are_closed_and_one_reader_is_let_in() -> None:
    async def scenario() -> None:
        at = TcpAddress(host="127.0.0.1", port=free_port())
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(await_call("reader-1", at))
            peers = [await call(at) for _ in range(4)]
            (web, other, mute, reader) = peers
            web[1].write(b"GET / HTTP/1.1\r\n\r\n")
            assert await web[0].read() == b""
            other[1].write(KEEPALIVE)  # LLRP, but no greeting
            assert await read_end(other[0]) == b""
            crowd = [await call(at) for _ in range(MOST_CALLERS)]
            assert await read_end(crowd[-1][0]) == b""
            for _, writer in crowd:
                writer.transport.abort()
            reader[1].write(GREETING[:9])
            reader[1].write(GREETING[9:])
            stream = await waiting
        assert await stream.read(100) == GREETING
        assert await read_end(mute[0]) == b""
        with pytest.raises(ConnectionError):
            await asyncio.open_connection(at.host, at.port)
        await stream.write(b"hello")
        assert await reader[0].readexactly(5) == b"hello"
        await stream.close()
        for _, writer in peers:
            writer.transport.abort()

    asyncio.run(scenario())


def test_a_reader_that_is_let_in_just_as_the_wait_ends_is_turned_away() -> None:
    async def scenario() -> None:
        gate = Gate("reader-1")
        server = await asyncio.start_server(gate.hear, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(GREETING)
        await gate.admitted
        server.close()
        gate.close()
        async with asyncio.timeout(10):
            assert await read_end(reader) == b""
        writer.transport.abort()

    asyncio.run(scenario())


async def call(at: TcpAddress) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Call as soon as somebody listens."""
    async with asyncio.timeout(10):
        while True:
            try:
                return await asyncio.open_connection(at.host, at.port)
            except ConnectionError:
                await asyncio.sleep(0)


async def read_end(reader: asyncio.StreamReader) -> bytes:
    with suppress(ConnectionError):
        return await reader.read()
    return b""


def test_nobody_calls_and_the_reader_is_away() -> None:
    async def scenario() -> None:
        at = TcpAddress(host="127.0.0.1", port=free_port())
        with pytest.raises(LinkLost, match="did not call"):
            await await_call("reader-1", at)

    run_fast(scenario)
