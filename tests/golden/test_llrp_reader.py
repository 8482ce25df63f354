"""The reader over real sockets: against scripted bytes, and against the simulated reader."""

from __future__ import annotations

import asyncio
import struct
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from itertools import count

import pytest

from config.clock import Clock, SystemClock
from config.geometry import shelves_of
from config.load import load_room, shipped_room
from config.room import Antenna, LlrpReader, TcpAddress
from drivers.errors import DriverError, Garbled, LinkLost, NoReply, Refused
from drivers.readings import AntennaCycle, Heard, InputChanged, TagRead
from drivers.rfid.llrp.reader import llrp_connector, open_llrp
from drivers.room.presence import (
    Aisles,
    BoxGone,
    BoxSeen,
    Decision,
    Hearing,
    Presence,
    field_of,
    step,
)
from drivers.streams.tcp import connect_tcp
from simulators.boxes import ShelvedBox
from simulators.faults import Fault, FaultKind
from simulators.harness import SimulatedRoom, run_fast, simulated_room

OK = bytes.fromhex("011f000800000000")
EVENT = "00f6{length:04x}0080000c0005a9e4bef862e0{event}"
GREETING = "010000060000"
ROUND_ENDED = "00f9000d010000000100000000"
ANSWERS = {1: 11, 2: 12, 3: 13, 14: 4, 20: 30, 21: 31, 22: 32, 23: 33, 24: 34}
START_ROSPEC, GET_SUPPORTED_VERSION = 22, 46
EPC = "E280117000000000000000A1"


def frame(kind: int, message_id: int, body: bytes = b"") -> bytes:
    return struct.pack(">HII", 0x0400 | kind, 10 + len(body), message_id) + body


def event(hex_event: str) -> bytes:
    length = 4 + 12 + len(hex_event) // 2
    return frame(63, 0, bytes.fromhex(EVENT.format(length=length, event=hex_event)))


class ScriptedReader:
    """A reader that says yes to everything and runs a script after each START_ROSPEC."""

    def __init__(self, *rounds: bytes, hang_up: bool = False, no_to: int | None = None) -> None:
        self.rounds = list(rounds)
        self.hang_up = hang_up
        self.no_to = no_to
        self.greeting = event(GREETING)
        self.obeyed: list[int] = []
        self.gone = asyncio.Event()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(self.greeting)
        try:
            while True:
                head, length, message_id = struct.unpack(">HII", await reader.readexactly(10))
                await reader.readexactly(length - 10)
                kind = head & 0x3FF
                self.obeyed.append(kind)
                if kind == GET_SUPPORTED_VERSION:
                    writer.write(frame(100, message_id, bytes.fromhex("011f0008006d0000")))
                if kind in ANSWERS:
                    no = bytes.fromhex("011f000800c80000")
                    answer = no if kind == self.no_to else OK
                    writer.write(frame(ANSWERS[kind], message_id, answer))
                if kind == START_ROSPEC:
                    if self.rounds:
                        writer.write(self.rounds.pop(0))
                    elif self.hang_up:
                        return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            self.gone.set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[LlrpReader]:
        server = await asyncio.start_server(self.talk, "127.0.0.1", 0)
        async with server:
            yield reader_at(server.sockets[0].getsockname()[1])


def reader_at(port: int) -> LlrpReader:
    return LlrpReader(
        driver="rfid.llrp",
        id="reader-1",
        at=TcpAddress(host="127.0.0.1", port=port),
        antennas=(Antenna(antenna=1, covers="desk"),),
    )


def with_script(
    script: Callable[[], ScriptedReader],
    scenario: Callable[[ScriptedReader, LlrpReader], Awaitable[None]],
) -> None:
    async def run() -> None:
        scripted = script()
        async with scripted.listening() as settings:
            await scenario(scripted, settings)

    asyncio.run(run())


HEARD = frame(61, 0, bytes.fromhex(f"00f00016 8d{EPC} 810001 86c8".replace(" ", "")))
DWELL = event("00fe000b00000000010001")


def test_the_field_is_on_exactly_while_the_inventory_is_open() -> None:
    async def scenario(scripted: ScriptedReader, settings: LlrpReader) -> None:
        async with llrp_connector(settings, SystemClock())() as reader:
            assert START_ROSPEC not in scripted.obeyed
            async with reader.inventory() as readings:
                first = await anext(readings)
            assert isinstance(first, TagRead)
            assert (first.epc, first.antenna, first.rssi_dbm) == (EPC, 1, -56)
            assert scripted.obeyed == [46, 1, 2, 3, 21, 20, 24, 22, 23, 21]
        await scripted.gone.wait()
        assert scripted.obeyed[-1] == 14

    with_script(lambda: ScriptedReader(HEARD + DWELL), scenario)


def test_rounds_follow_one_another_and_tell_cycles() -> None:
    async def scenario(scripted: ScriptedReader, settings: LlrpReader) -> None:
        async with open_llrp(settings, SystemClock()) as reader:
            async with reader.inventory() as readings:
                told = [type(await anext(readings)) for _ in range(4)]
        assert told == [TagRead, TagRead, AntennaCycle, AntennaCycle]

    one_round = HEARD + DWELL + event(ROUND_ENDED)
    nothing = DWELL + event(ROUND_ENDED)
    with_script(lambda: ScriptedReader(one_round, one_round, nothing), scenario)


def test_an_inventory_can_be_opened_again_on_the_same_connection() -> None:
    async def scenario(scripted: ScriptedReader, settings: LlrpReader) -> None:
        async with open_llrp(settings, SystemClock()) as reader:
            for _ in range(2):
                async with reader.inventory() as readings:
                    assert isinstance(await anext(readings), TagRead)
        assert scripted.obeyed.count(START_ROSPEC) == 2

    with_script(lambda: ScriptedReader(HEARD, HEARD), scenario)


def test_a_cancelled_inventory_switches_the_field_off_and_stays_cancelled() -> None:
    async def scenario(scripted: ScriptedReader, settings: LlrpReader) -> None:
        listening = asyncio.Event()

        async def listen() -> None:
            async with open_llrp(settings, SystemClock()) as reader:
                async with reader.inventory() as readings:
                    listening.set()
                    async for _ in readings:
                        pass

        async with asyncio.TaskGroup() as group:
            task = group.create_task(listen())
            await listening.wait()
            task.cancel()
        assert task.cancelled()
        await scripted.gone.wait()
        assert scripted.obeyed[-3:] == [23, 21, 14]

    with_script(ScriptedReader, scenario)


async def fails(settings: LlrpReader) -> DriverError:
    """Listen until the driver fails; a bare driver error is all that may come out."""
    with pytest.raises(DriverError) as failed:
        await listen_for_ever(settings, SystemClock())
    return failed.value


async def listen_for_ever(
    settings: LlrpReader, clock: Clock, *, on_reading: Callable[[], None] = lambda: None
) -> None:
    async with open_llrp(settings, clock) as reader:
        async with reader.inventory() as readings:
            async for _ in readings:
                on_reading()


@pytest.mark.parametrize(
    ("script", "error", "says"),
    [
        (lambda: ScriptedReader(hang_up=True), LinkLost, "closed the connection"),
        (lambda: ScriptedReader(b"HTTP/1.1 400 Bad Request"), Garbled, "no LLRP"),
        (lambda: ScriptedReader(no_to=20), Refused, "adding"),
    ],
    ids=["hangs up", "talks nonsense", "refuses the ROSpec"],
)
def test_every_failure_comes_out_as_a_drivers_error(
    script: Callable[[], ScriptedReader], error: type[DriverError], says: str
) -> None:
    async def scenario(_: ScriptedReader, settings: LlrpReader) -> None:
        failure = await fails(settings)
        assert type(failure) is error
        assert says in str(failure)
        assert failure.device == "reader-1"

    with_script(script, scenario)


def test_a_refused_rospec_still_ends_with_a_goodbye() -> None:
    async def scenario(scripted: ScriptedReader, settings: LlrpReader) -> None:
        await fails(settings)
        await scripted.gone.wait()
        assert scripted.obeyed[-1] == 14

    with_script(lambda: ScriptedReader(no_to=20), scenario)


def test_a_reader_that_is_away_is_named_with_its_address() -> None:
    async def scenario() -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        with pytest.raises(LinkLost, match=f"127.0.0.1:{port}"):
            await connect_tcp("reader-1", TcpAddress(host="127.0.0.1", port=port))

    asyncio.run(scenario())


def test_a_reader_that_never_greets_is_given_up() -> None:
    def mute() -> ScriptedReader:
        script = ScriptedReader()
        script.greeting = b""
        return script

    async def scenario() -> None:
        async with mute().listening() as settings:
            assert type(await fails_in_loop_time(settings)) is NoReply

    run_fast(scenario)


class LoopTime(SystemClock):
    """The running loop's own time."""

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


async def fails_in_loop_time(settings: LlrpReader) -> DriverError:
    with pytest.raises(DriverError) as failed:
        async with open_llrp(settings, LoopTime()):
            pass
    return failed.value


ROOM = load_room(shipped_room("small"))
SHELF = "S1-B1-C3-L-1-2"


def boxes() -> tuple[ShelvedBox, ...]:
    return tuple(
        ShelvedBox(code=f"B-{n}", epc=f"{n:024X}", shelf=str(address), order_mm=0, thickness_mm=50)
        for n, (address, _) in enumerate(shelves_of(ROOM), start=1)
    )


class Watch:
    """Reads the simulated room's tags and decides about them, as the room agent does."""

    def __init__(self, sim: SimulatedRoom) -> None:
        self.settings = next(d for d in sim.room.devices if isinstance(d, LlrpReader))
        self.field = field_of(sim.room)
        self.homes = {box.epc: box.shelf for box in boxes()}
        self.presence = Presence()
        self.decisions: list[Decision] = []
        self.cycles: dict[int, int] = {}

    async def until(
        self,
        readings: AsyncIterator[Heard],
        holds: Callable[[], bool],
        *,
        within_s: float = 240.0,
    ) -> None:
        hearing = Hearing()
        async with asyncio.timeout(within_s):
            while not holds():
                reading = await anext(readings)
                assert not isinstance(reading, InputChanged)
                if isinstance(reading, AntennaCycle):
                    self.cycles[reading.antenna] = self.cycles.get(reading.antenna, 0) + 1
                heard = hearing.take(reading)
                if heard is not None:
                    self.presence, decided = step(
                        self.field, self.presence, heard, Aisles(), self.homes
                    )
                    self.decisions += decided


def test_the_simulated_readers_boxes_are_found_and_every_antenna_takes_its_turn() -> None:
    async def scenario() -> None:
        async with simulated_room(ROOM, boxes=boxes()) as sim:
            watch = Watch(sim)
            box = next(b for b in boxes() if b.shelf == SHELF)
            async with open_llrp(watch.settings, sim.clock) as reader:
                async with reader.inventory() as readings:
                    await watch.until(readings, lambda: watch.presence.zone_of(box.epc) is not None)
            assert watch.presence.zone_of(box.epc) == "S1-B1-C3-L-1"
            numbers = {antenna.antenna for antenna in watch.settings.antennas}
            assert watch.cycles.keys() == numbers
            assert max(watch.cycles.values()) - min(watch.cycles.values()) <= 1

    run_fast(scenario)


def test_the_simulated_reader_follows_a_plan_from_round_to_round() -> None:
    async def scenario() -> None:
        async with simulated_room(ROOM, boxes=boxes()) as sim:
            watch = Watch(sim)
            desk, *shelves = [antenna.antenna for antenna in watch.settings.antennas]
            rounds = [(desk, shelves[0], desk, shelves[1])] * 3 + [(desk, *shelves)]
            asked = count()
            async with open_llrp(watch.settings, sim.clock) as reader:
                async with reader.inventory(lambda: rounds[next(asked) % 4]) as readings:
                    await watch.until(readings, lambda: watch.cycles.get(shelves[-1]) == 3)
            planned = Counter(antenna for plan in rounds * 3 for antenna in plan)
            assert all(abs(watch.cycles[a] - planned[a]) <= 1 for a in (desk, *shelves))

    run_fast(scenario)


def test_a_box_laid_on_the_simulated_desk_is_seen_there_and_gone_when_taken() -> None:
    async def scenario() -> None:
        stray = ShelvedBox(code="B-1", epc=EPC, shelf="S1-B1-C6-R-1-1", order_mm=0, thickness_mm=50)
        async with simulated_room(ROOM, boxes=[stray]) as sim:
            watch = Watch(sim)
            watch.homes = {EPC: stray.shelf}
            async with open_llrp(watch.settings, sim.clock) as reader:
                async with reader.inventory() as readings:
                    sim.take_box("B-1")
                    sim.put_box("B-1", on="desk")
                    await watch.until(readings, lambda: watch.presence.zone_of(EPC) == "desk")
                    sim.take_box("B-1")
                    await watch.until(readings, lambda: watch.presence.zone_of(EPC) is None)
            assert [type(d) for d in watch.decisions] == [BoxSeen, BoxGone]

    run_fast(scenario)


def test_a_cut_cable_ends_the_inventory_and_the_reader_can_be_opened_again() -> None:
    async def scenario() -> None:
        async with simulated_room(ROOM, boxes=boxes()) as sim:
            watch = Watch(sim)
            wire = watch.settings.id
            cut = partial(sim.faults.put, wire, Fault(kind=FaultKind.CUT))
            with pytest.raises(LinkLost):
                await listen_for_ever(watch.settings, sim.clock, on_reading=cut)
            sim.faults.put(watch.settings.id)
            async with asyncio.timeout(60):
                while True:
                    try:
                        async with open_llrp(watch.settings, sim.clock) as reader:
                            async with reader.inventory() as readings:
                                assert await anext(readings)
                        return
                    except LinkLost:
                        await asyncio.sleep(0)

    run_fast(scenario)
