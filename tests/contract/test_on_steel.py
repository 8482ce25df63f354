"""The promises of ShelvingMotion on real shelving: `pytest tests/contract -m hardware --room FILE`.

The passive part only reads. The other part, `-s -k each_move`, asks on the terminal before every
single move: somebody must stand at the bank, look into its aisles, and type which aisle may open.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from config.clock import Clock, SystemClock
from config.commissions import load_commissions
from config.geometry import Segment, bank_width_mm, segments_of
from config.load import load_room
from config.room import SHELVING, Bank, ModbusShelving, Room, Shelving
from drivers import trips
from drivers.bus import open_bus
from drivers.errors import DriverError
from drivers.ports import Fence, OpenAisle, ShelvingMotion
from drivers.readings import Check, CommandResult, SegmentReading, SteelState
from drivers.serials import next_serial
from drivers.shelving.connect import connect_bank

pytestmark = pytest.mark.hardware

OF_THE_BANK = {"remote_control", "e_stop_chain", "maintenance_key", "crank", "fire", "power"}
LOOKS = 10
UNDER_WAY = (CommandResult.UNKNOWN, CommandResult.ACCEPTED, CommandResult.STARTED)
Scenario = Callable[[Bank, ShelvingMotion], Awaitable[None]]
CLOCK: Clock = SystemClock()


@pytest.fixture
def room_file(request: pytest.FixtureRequest) -> Path:
    given = request.config.getoption("--room", default=None)
    if given is None:
        pytest.skip("no --room FILE, so there is no steel to look at")
    return Path(given)


def type_on_site(config: pytest.Config, question: str, expected: str) -> None:
    """Have a person type exactly what is expected; without a terminal nobody is there to."""
    if config.getoption("capture") != "no" or not sys.stdin.isatty():
        pytest.skip("a person must answer on a terminal: run it with -s")
    print(f"\n{question}\nType {expected} to go on, anything else to end the test.")
    if input("> ").strip() != expected:
        pytest.skip("not confirmed on site, so nothing was sent")


def shelving_of(room_file: Path) -> tuple[Room, list[Shelving]]:
    room = load_room(room_file)
    return room, [device for device in room.devices if isinstance(device, SHELVING)]


@asynccontextmanager
async def opened(room_file: Path, room: Room, device: Shelving) -> AsyncIterator[ShelvingMotion]:
    async with AsyncExitStack() as stack:
        buses = {}
        if isinstance(device, ModbusShelving):
            buses[device.at] = await stack.enter_async_context(open_bus(device.at, CLOCK))
        connect = connect_bank(device, room, buses, CLOCK, load_commissions(room_file))
        yield await stack.enter_async_context(connect())


def on_every_bank(room_file: Path, scenario: Scenario) -> None:
    room, devices = shelving_of(room_file)
    assert devices, f"{room_file} has no shelving"

    async def each() -> None:
        for device in devices:
            async with opened(room_file, room, device) as port:
                await scenario(room.bank(device.bank), port)

    asyncio.run(each())


def out_of_bounds(bank: Bank, shape: Segment, part: SegmentReading, asked_s: float) -> list[str]:
    """Name the parts of a reading that cannot be so in this segment."""
    right = {
        "segment": part.segment == shape.segment,
        "at_s": asked_s <= part.at_s <= CLOCK.monotonic(),
        "occupancy": len(part.occupancy) == len(shape.aisles),
        "open_aisles": set(part.open_aisles) <= set(shape.aisles),
        "gaps": len(part.open_aisles) <= bank.gaps,
        "target_aisle": part.target_aisle is None or part.target_aisle in shape.aisles,
        "remaining_s": 0 <= part.remaining_s <= bank.motion.end_s,
        "trip": part.trip is None or part.trip.code in trips.TRIPS,
    }
    return [f"{name} of {part}" for name, good in right.items() if not good]


def test_segments_are_read_within_their_bounds(room_file: Path) -> None:
    async def scenario(bank: Bank, port: ShelvingMotion) -> None:
        for _ in range(LOOKS):
            for shape in segments_of(bank):
                asked_s = CLOCK.monotonic()
                part = await port.read_segment(shape.segment)
                assert out_of_bounds(bank, shape, part, asked_s) == []

    on_every_bank(room_file, scenario)


def test_interlocks_are_named_and_what_is_not_seen_is_not_called_safe(room_file: Path) -> None:
    async def scenario(bank: Bank, port: ShelvingMotion) -> None:
        seen = port.abilities.interlocks_seen
        for shape in segments_of(bank):
            asked_s = CLOCK.monotonic()
            of_bank, part = await port.read_interlocks(shape.segment)
            assert out_of_bounds(bank, shape, part, asked_s) == []
            assert asked_s <= of_bank.at_s <= CLOCK.monotonic()
            assert CLOCK.monotonic() - min(part.at_s, of_bank.at_s) <= 0.5
            assert set(of_bank.interlocks) == OF_THE_BANK
            told = {
                **of_bank.interlocks,
                "entrance": part.entrance,
                "obstruction": part.obstruction,
            }
            assert [n for n, c in told.items() if n not in seen and c is Check.SAFE] == []
            if "occupancy" not in seen:
                assert Check.SAFE not in part.occupancy

    on_every_bank(room_file, scenario)


def test_columns_are_read_in_order_and_stand_inside_the_bank(room_file: Path) -> None:
    async def scenario(bank: Bank, port: ShelvingMotion) -> None:
        columns = await port.read_columns()
        assert [column.column for column in columns] == list(range(1, bank.columns + 1))
        places = [c.position_mm for c in columns if c.position_mm is not None]
        assert places == sorted(places)
        assert all(0 <= mm <= bank_width_mm(bank) - bank.column_width_mm for mm in places)

    on_every_bank(room_file, scenario)


def test_looking_moves_nothing(room_file: Path) -> None:
    async def scenario(bank: Bank, port: ShelvingMotion) -> None:
        before = [(await port.read_segment(s.segment)).open_aisles for s in segments_of(bank)]
        for _ in range(LOOKS):
            await port.read_bank()
            await port.read_columns()
        after = [(await port.read_segment(s.segment)).open_aisles for s in segments_of(bank)]
        assert before == after

    on_every_bank(room_file, scenario)


def test_each_move_is_confirmed_on_site_and_ends_where_it_was_asked_to(
    request: pytest.FixtureRequest, room_file: Path
) -> None:
    async def scenario(bank: Bank, port: ShelvingMotion) -> None:
        for shape in segments_of(bank):
            part = await port.read_segment(shape.segment, urgent=True)
            if len(part.open_aisles) != 1:
                continue
            (here,) = part.open_aisles
            inner = [aisle for aisle in shape.aisles[1:-1] if aisle != here]
            for aisle in inner[:2]:  # an outer one may open only by closing the whole bank
                ended = await move(request.config, bank, shape, port, aisle)
                assert (ended.last_result, ended.open_aisles) == (CommandResult.DONE, (aisle,))

    on_every_bank(room_file, scenario)


async def move(
    config: pytest.Config, bank: Bank, shape: Segment, port: ShelvingMotion, aisle: int
) -> SegmentReading:
    """Open one aisle, after a person has said that this may be, and follow it to its end."""
    before = shape.first + aisle - 1
    question = (
        f"Bank {bank.bank}: the columns will move until the aisle between columns {before} and "
        f"{before + 1} is open. Stand at the emergency stop, look into EVERY aisle of the bank."
    )
    type_on_site(config, question, f"OPEN {bank.bank} {shape.segment} {aisle}")
    of_bank, part = await port.read_interlocks(shape.segment)
    unsafe = [name for name, check in of_bank.interlocks.items() if check is Check.UNSAFE]
    assert unsafe == []
    assert Check.UNSAFE not in (part.entrance, part.obstruction, *part.occupancy)
    assert part.trip is None
    fence = Fence(seq=next_serial(part.last_seq), epoch=part.last_epoch, ttl_s=5.0)
    await port.beat(1)
    try:
        not_after_s = part.at_s + 0.5
        await port.carry_out(shape.segment, OpenAisle(aisle=aisle), fence, not_after_s=not_after_s)
        ended = await follow(bank, shape, port, fence)
        assert (ended.last_result, ended.open_aisles) == (CommandResult.DONE, (aisle,))
        assert ended.state is SteelState.STANDING
        return ended
    except (AssertionError, DriverError, TimeoutError):
        if port.abilities.stops:
            await port.stop(shape.segment, fence)
        raise


async def follow(bank: Bank, shape: Segment, port: ShelvingMotion, fence: Fence) -> SegmentReading:
    """Read, with a heartbeat each time, until the order is over."""
    async with asyncio.timeout(bank.motion.end_s):
        for count in range(2, 60_000):
            part = await port.read_segment(shape.segment, urgent=True)
            if part.last_seq == fence.seq and part.last_result not in UNDER_WAY:
                return part
            await port.beat(count)
            await asyncio.sleep(0.3)
    raise AssertionError("unreachable: the time is over before the counts are")
