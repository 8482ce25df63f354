"""The simulated serial line: bytes at the speed of the line, several units, several lines."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.clock import SystemClock
from config.load import load_room, shipped_room
from config.room import Addresses, Device, ModbusProbe, ModbusShelving, Reads, Room, SerialAddress
from drivers.bus import open_bus
from drivers.climate.probe import connect_probe
from drivers.errors import NoReply, Refused
from drivers.shelving.modbus.shelving import connect_shelving
from simulators.faults import Faults
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from simulators.wire.pacing import LineBook, Pace, Talk, pace_of
from simulators.wire.rtu import RtuLine, crc16

SIMULATED = load_room(shipped_room("simulated"))
NINTH = Addresses(first=9, last=9)
PACE = Pace(character_s=0.001, gap_s=0.0035)


def on_serial_lines() -> Room:
    """The simulated room with its steel on two lines; the second is shared with the probes."""
    lines = {
        1: SerialAddress(path="/tmp/line-a", baud=115200),
        2: SerialAddress(path="/tmp/line-a", baud=115200),
        3: SerialAddress(path="/tmp/line-b", baud=57600, parity="E"),
    }
    devices: list[Device] = []
    for device in SIMULATED.devices:
        if isinstance(device, ModbusShelving):
            update = {"at": lines[device.bank], "unit": 10 + device.bank}
            devices.append(device.model_copy(update=update))
        elif isinstance(device, ModbusProbe) and device.profile == "xy-md02":
            devices.append(device.model_copy(update={"at": lines[3]}))
    air = SIMULATED.climate.model_copy(update={"zones": (), "regulators": ()})
    changed = {"devices": tuple(devices), "doors": (), "climate": air}
    return Room.model_validate(SIMULATED.model_copy(update=changed))


def in_the_room(scenario: Callable[[SimulatedRoom], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(100), simulated_room(on_serial_lines()) as sim:
            await scenario(sim)

    run_fast(bounded)


def test_controllers_and_probes_share_serial_lines_of_different_speed() -> None:
    async def scenario(sim: SimulatedRoom) -> None:
        paths = {device.id: device.at.path for device in sim.room.devices}
        assert paths["shelving-1"] == paths["shelving-2"]
        assert paths["shelving-3"] == paths["probe-1"] == paths["probe-4"]
        assert len(set(paths.values())) == 2
        for at in {device.at for device in sim.room.devices}:
            async with open_bus(at, sim.clock) as bus:
                for device in sim.room.devices:
                    if device.at != at:
                        continue
                    if isinstance(device, ModbusProbe):
                        async with connect_probe(bus, device):
                            continue
                    assert isinstance(device, ModbusShelving)
                    bank = sim.room.bank(device.bank)
                    async with connect_shelving(bus, device, bank) as steel:
                        columns = await steel.read_columns()
                        assert [c.column for c in columns] == list(range(1, bank.columns + 1))
        assert all(line.book.collisions == 0 for line in sim.simulation.lines.values())

    in_the_room(scenario)


def test_words_that_the_map_needs_and_the_room_file_forbids_are_a_refusal_that_says_so() -> None:
    async def scenario(sim: SimulatedRoom) -> None:
        device = next(d for d in sim.room.devices if isinstance(d, ModbusShelving))
        careful = device.model_copy(update={"reads": Reads(forbidden=(NINTH,))})
        async with open_bus(device.at, sim.clock) as bus:
            with pytest.raises(Refused, match="32 words at 0 hold some of 9 to 9") as refused:
                async with connect_shelving(bus, careful, sim.room.bank(device.bank)):
                    pass
        assert refused.value.code == "forbidden_words"

    in_the_room(scenario)


def test_a_unit_that_is_not_on_the_line_is_silent() -> None:
    async def scenario(sim: SimulatedRoom) -> None:
        at = sim.room.devices[0].at
        async with open_bus(at, sim.clock) as bus:
            with pytest.raises(NoReply, match="no answer within"):
                await bus.read(99, 0, 1)

    in_the_room(scenario)


def test_every_exchange_on_a_line_takes_the_time_of_its_bytes_and_silences() -> None:
    seen_at_s: list[float] = []

    async def scenario() -> None:
        def answer(unit: int, pdu: bytes) -> bytes:
            seen_at_s.append(asyncio.get_running_loop().time())
            return bytes([pdu[0], 2 * pdu[4], *range(2 * pdu[4])])

        at = SerialAddress(path="far", baud=57600)
        line = RtuLine("line", Faults(1), answer, at=at, turnaround_s=0.02)
        running = asyncio.create_task(line.run())
        async with open_bus(line.at, SystemClock()) as bus:
            for count in (1, 16, 100):
                await bus.read(1, 0, count)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        book, replies = line.book, list(line.book.replies)
        assert (book.requests, book.gap_violations, book.collisions) == (3, 0, 0)
        assert [reply.size for reply in replies] == [5 + 2 * count for count in (1, 16, 100)]
        assert wrong_times(book, seen_at_s) == []

    asyncio.run(asyncio.wait_for(scenario(), 20))


def wrong_times(book: LineBook, seen_at_s: list[float]) -> list[str]:
    """Name what did not take the time of its bytes and silences, read by read."""
    pace, replies = book.pace, list(book.replies)
    free_since = [float("-inf"), *(reply.ended_at_s for reply in replies)]
    wrong = []
    for heard, seen_s, said, free_s in zip(
        book.latest, seen_at_s, replies, free_since, strict=False
    ):
        # The clock of a loop ticks coarsely, so a timer may come a tick early.
        right = {
            "request": is_near(heard.ended_at_s, heard.began_at_s + 8 * pace.character_s),
            "silence before it": heard.silent_since_s == free_s,
            "gap after it": seen_s >= heard.ended_at_s + pace.gap_s - 1e-4,
            "turnaround": is_near(said.began_at_s, heard.ended_at_s + pace.gap_s + 0.02),
            "reply": said.ended_at_s >= said.began_at_s + said.size * pace.character_s - 1e-4,
        }
        wrong += [f"{what} of {said.size} bytes" for what, good in right.items() if not good]
    return wrong


def is_near(one_s: float, other_s: float) -> bool:
    """Compare two moments of a clock that counts since the machine started, to a microsecond."""
    return isclose(one_s, other_s, rel_tol=0, abs_tol=1e-6)


class WatchedBook(LineBook):
    """Says when a collision was noted."""

    def __init__(self, pace: Pace) -> None:
        super().__init__(pace)
        self.collided = asyncio.Event()

    def collide(self, now_s: float) -> None:
        super().collide(now_s)
        self.collided.set()


def test_a_reply_into_which_the_master_talks_is_lost_and_counted() -> None:
    async def scenario() -> None:
        at = SerialAddress(path="far", baud=1200)
        line = RtuLine("line", Faults(1), lambda unit, pdu: bytes(252), at=at, turnaround_s=0.0)
        line.book = book = WatchedBook(line.book.pace)
        running = asyncio.create_task(line.run())
        port = os.open(line.at.path, os.O_RDWR | os.O_NOCTTY)
        request = bytes.fromhex("01030000007d")
        os.write(port, request + crc16(request))
        assert await asyncio.to_thread(os.read, port, 1) == b"\x01"
        os.write(port, request + crc16(request))
        await book.collided.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        os.close(port)
        assert (book.requests, book.collisions, list(book.replies)) == (1, 1, [])

    asyncio.run(asyncio.wait_for(scenario(), 20))


def test_a_line_with_parity_is_given_a_second_stop_bit_because_a_pty_knows_no_parity() -> None:
    at = SerialAddress(path="far", baud=9600, parity="E")
    line = RtuLine("line", Faults(1), lambda unit, pdu: None, at=at)
    line.close()
    assert (line.at.parity, line.at.stop_bits) == ("N", 2)
    assert line.book.pace == pace_of(at)


@pytest.mark.parametrize(
    ("given", "character_us", "gap_us"),
    [
        ({"baud": 9600}, 1041.7, 3645.8),
        ({"baud": 9600, "parity": "E"}, 1145.8, 4010.4),
        ({"baud": 19200, "stop_bits": 2}, 572.9, 2005.2),
        ({"baud": 115200}, 86.8, 1750.0),
    ],
)
def test_the_pace_follows_from_the_settings_of_the_line(
    given: dict[str, object], character_us: float, gap_us: float
) -> None:
    pace = pace_of(SerialAddress.model_validate({"path": "/dev/x", **given}))
    assert pace.character_s * 1e6 == pytest.approx(character_us, abs=0.1)
    assert pace.gap_s * 1e6 == pytest.approx(gap_us, abs=0.1)


def test_bytes_of_the_master_take_their_time_one_behind_the_other() -> None:
    book = LineBook(PACE)
    assert book.hear(8, 1.0, begins=True) == pytest.approx(1.008)
    assert book.hear(2, 1.004, begins=False) == pytest.approx(1.010)
    assert book.hear(1, 2.0, begins=True) == pytest.approx(2.001)
    assert book.gap_violations == 0


def test_a_request_too_soon_after_the_last_byte_is_counted() -> None:
    book = LineBook(PACE)
    book.hear(8, 1.0, begins=True)
    book.say(9, began_at_s=1.05, ended_at_s=1.1)
    book.hear(8, 1.1 + PACE.gap_s + 1e-6, begins=True)
    assert book.gap_violations == 0
    book.say(9, began_at_s=1.15, ended_at_s=1.2)
    book.hear(8, 1.2 + PACE.gap_s - 1e-4, begins=True)
    assert book.gap_violations == 1
    assert book.shortest_gap_s == pytest.approx(PACE.gap_s - 1e-4)


@given(st.binary(min_size=1, max_size=255), st.lists(st.floats(0, 0.02), max_size=60))
def test_no_byte_of_a_reply_is_there_before_its_time_and_none_is_lost(
    frame: bytes, waits: list[float]
) -> None:
    talk, now_s, got = Talk(frame, 5.0, PACE.character_s), 5.0, b""
    for wait_s in waits:
        now_s += wait_s
        got += talk.take_arrived(now_s)
        assert len(got) <= (now_s - 5.0) / PACE.character_s + 1e-3
        assert frame.startswith(got)
    assert got + talk.take_arrived(talk.ends_at_s) == frame


@given(st.binary(min_size=1, max_size=255), st.floats(0.00005, 0.002), st.floats(0.0, 0.003))
def test_a_reply_taken_when_it_says_so_ends_when_its_last_byte_does(
    frame: bytes, character_s: float, every_s: float
) -> None:
    talk, got, when_s = Talk(frame, 7.0, character_s), b"", 7.0
    while (next_s := talk.next_at_s(every_s)) is not None:
        assert next_s > when_s
        when_s = next_s
        piece = talk.take_arrived(when_s)
        assert piece
        got += piece
    assert got == frame
    assert when_s == pytest.approx(talk.ends_at_s)
