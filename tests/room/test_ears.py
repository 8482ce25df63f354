"""What a room hears survives its process: nothing is told twice, and nothing is swallowed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from config.clock import SystemClock
from config.load import load_room, shipped_room
from config.room import LlrpReader
from config.settings import BrokerSettings
from drivers.errors import Refused
from drivers.messages import EVENT, BoxGone, Event
from drivers.ports import Plan, TagReader, TagWritten, WriteTag
from drivers.readings import AntennaCycle, ReaderHealth, TagRead
from drivers.room.benches import Benches
from drivers.room.doors import Doors
from drivers.room.ears import Ears
from drivers.room.homes import HomesCopy
from drivers.room.link import Link
from drivers.room.loans import LoansCopy
from drivers.room.outbox import Outbox
from drivers.room.roster import Roster
from drivers.room.signs import Signs
from drivers.room.stations import Stations
from drivers.topics import AgentTopics

ROOM = load_room(shipped_room("small"))
DEVICE = next(device for device in ROOM.devices if isinstance(device, LlrpReader))
SHELF_ANTENNA = next(a for a in DEVICE.antennas if a.covers != "desk")
ZONE, ANTENNA = SHELF_ANTENNA.covers, SHELF_ANTENNA.antenna
EPC = "E280117000000000000000A1"
CLOCK = SystemClock()


class ReaderByHand:
    """A tag reader whose cycles the test makes, one after the other."""

    def __init__(self) -> None:
        self.readings: asyncio.Queue[TagRead | AntennaCycle] = asyncio.Queue()
        self.plan: Plan | None = None

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[TagReader]:
        yield self

    @asynccontextmanager
    async def inventory(
        self, plan: Plan | None = None
    ) -> AsyncIterator[AsyncIterator[TagRead | AntennaCycle]]:
        self.plan = plan
        yield self._heard()

    async def write_tag(self, order: WriteTag) -> TagWritten:
        raise Refused(DEVICE.id, "not_offered", f"no tag {order.epc} lies here")

    async def set_output(self, number: int, on: bool) -> None:
        raise Refused(DEVICE.id, "not_offered", f"no output {number} to switch {on}")

    def health(self) -> ReaderHealth:
        return ReaderHealth()

    async def _heard(self) -> AsyncIterator[TagRead | AntennaCycle]:
        while True:
            yield await self.readings.get()
            self.readings.task_done()

    async def cycles(self, count: int, *, heard: bool, late_s: float = 0.0) -> None:
        """Let the shelf's antenna run, and wait until all was weighed."""
        for _ in range(count):
            at_s = CLOCK.monotonic() - late_s
            read = TagRead(
                reader_id=DEVICE.id, antenna=ANTENNA, epc=EPC, rssi_dbm=-55.0, count=1, at_s=at_s
            )
            if heard:
                self.readings.put_nowait(read)
            done = AntennaCycle(reader_id=DEVICE.id, antenna=ANTENNA, at_s=at_s)
            self.readings.put_nowait(done)
        await self.readings.join()


class Life:
    """One run of the ears over a data folder, from start to crash or to a clean end."""

    def __init__(self, folder: Path) -> None:
        self.outbox = Outbox(folder / "outbox.db", CLOCK)
        homes = HomesCopy(folder / "homes.jsonl", CLOCK)
        link = Link(
            BrokerSettings(host="127.0.0.1", port=9),
            AgentTopics("test", ROOM.room),
            self.outbox,
            CLOCK,
            boot_id="boot",
            homes=homes,
            loans=LoansCopy(folder / "loans.jsonl", CLOCK),
        )
        self.roster = Roster(
            [DEVICE.id], snapshots=set(), outbox=self.outbox, link=link, clock=CLOCK, boot_id="boot"
        )
        self.ears = Ears(
            ROOM,
            homes=homes,
            outbox=self.outbox,
            roster=self.roster,
            find_holder=lambda place: None,
            path=folder / "presence.json",
            clock=CLOCK,
            stations=Stations(),
            benches=Benches([DEVICE]),
            doors=Doors(
                ROOM,
                homes=homes,
                loans=link.loans,
                outbox=self.outbox,
                sounders={},
                clock=CLOCK,
                find_zone=lambda epc: None,
                signs=Signs(link.publish_state, boot_id="boot", clock=CLOCK),
            ),
        )
        self.reader = ReaderByHand()

    async def told(self) -> list[str]:
        """Name all that the outbox tells about the box, in order."""
        return [event.kind for event in await self.events()]

    async def events(self) -> list[Event]:
        """Give all that the outbox tells about the box, in order."""
        stored = await self.outbox.batch(0, 1000)
        events: list[Event] = [EVENT.validate_json(event.body) for event in stored]
        return [event for event in events if event.kind.startswith("box_")]


async def live(
    folder: Path, scenario: Callable[[Life], Awaitable[None]], *, ends_cleanly: bool
) -> list[str]:
    """Run the ears; only a clean end saves the rows. Give back what was ever told of the box."""
    life = Life(folder)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(life.ears.listen(DEVICE, life.reader.connect))]
            if ends_cleanly:
                tasks.append(group.create_task(life.ears.keep()))
            await scenario(life)
            told = await life.told()
            for task in tasks:
                task.cancel()
        return told
    finally:
        life.outbox.close()


async def box_is_found(life: Life) -> None:
    await life.reader.cycles(40, heard=True)


async def box_is_taken(life: Life) -> None:
    await life.reader.cycles(15, heard=False)


def test_a_box_gone_is_told_once_even_if_the_room_dies_before_it_saves_its_rows(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        assert await live(tmp_path, box_is_found, ends_cleanly=True) == ["box_seen"]
        told = await live(tmp_path, box_is_taken, ends_cleanly=False)
        assert told == ["box_seen", "box_gone"]
        assert await live(tmp_path, box_is_taken, ends_cleanly=True) == told

    asyncio.run(scenario())


def test_a_box_found_is_told_once_even_if_the_room_dies_before_it_saves_its_rows(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        for _ in range(3):
            assert await live(tmp_path, box_is_found, ends_cleanly=False) == ["box_seen"]
        told = await live(tmp_path, box_is_taken, ends_cleanly=False)
        assert told == ["box_seen", "box_gone"]
        again = await live(tmp_path, box_is_found, ends_cleanly=False)
        assert again == [*told, "box_seen"]

    asyncio.run(scenario())


def test_what_is_told_later_was_not_earlier_however_late_a_reader_hands_it_over(
    tmp_path: Path,
) -> None:
    times: list[datetime] = []

    async def found_taken_and_found_late(life: Life) -> None:
        await life.reader.cycles(40, heard=True)
        await life.reader.cycles(15, heard=False)
        await life.reader.cycles(40, heard=True, late_s=5.0)
        times.extend(event.at for event in await life.events())

    told = asyncio.run(live(tmp_path, found_taken_and_found_late, ends_cleanly=False))
    assert told == ["box_seen", "box_gone", "box_seen"]
    assert times == sorted(times)


def test_a_box_gone_is_told_with_the_time_it_was_last_heard(tmp_path: Path) -> None:
    seen: list[datetime] = []

    async def watch(life: Life) -> None:
        await life.reader.cycles(40, heard=True, late_s=30.0)
        seen.append(CLOCK.now())
        await life.reader.cycles(60, heard=False)
        *_, gone = await life.events()
        assert isinstance(gone, BoxGone)
        assert gone.last_at is not None
        assert 29 < (seen[0] - gone.last_at).total_seconds() < 60

    asyncio.run(live(tmp_path, watch, ends_cleanly=True))


def test_a_clean_restart_goes_on_where_it_ended(tmp_path: Path) -> None:
    async def scenario() -> None:
        await live(tmp_path, box_is_found, ends_cleanly=True)
        rows = json.loads((tmp_path / "presence.json").read_text(encoding="utf-8"))
        assert rows["tags"][EPC]["zone"] == ZONE
        assert rows["told"] >= 1
        assert await live(tmp_path, box_is_found, ends_cleanly=True) == ["box_seen"]
        told = await live(tmp_path, box_is_taken, ends_cleanly=True)
        assert told == ["box_seen", "box_gone"]

    asyncio.run(scenario())


def test_rows_are_not_saved_ahead_of_an_event_that_waits_for_the_disk(tmp_path: Path) -> None:
    async def scenario() -> None:
        (tmp_path / "outbox.db").mkdir()  # no database can be opened here
        assert await live(tmp_path, box_is_found, ends_cleanly=True) == []
        assert not (tmp_path / "presence.json").exists()
        (tmp_path / "outbox.db").rmdir()
        assert await live(tmp_path, box_is_found, ends_cleanly=True) == ["box_seen"]

    asyncio.run(scenario())


def test_a_file_that_cannot_be_understood_is_made_up_for_by_the_events(tmp_path: Path) -> None:
    async def scenario() -> None:
        await live(tmp_path, box_is_found, ends_cleanly=True)
        (tmp_path / "presence.json").write_text('{"told": "many"}', encoding="utf-8")
        assert await live(tmp_path, box_is_found, ends_cleanly=True) == ["box_seen"]

    asyncio.run(scenario())


def test_the_reader_is_asked_to_visit_the_desk_in_every_round(tmp_path: Path) -> None:
    desk = {antenna.antenna for antenna in DEVICE.antennas if antenna.covers == "desk"}

    async def plans_are_asked(life: Life) -> None:
        await life.reader.cycles(1, heard=False)
        assert life.reader.plan is not None
        for _ in range(12):
            assert desk <= set(life.reader.plan())

    asyncio.run(live(tmp_path, plans_are_asked, ends_cleanly=False))
