"""What is asked about tags is done once, and a write whose outcome nobody knows says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.clock import SystemClock
from config.load import load_room, shipped_room
from config.room import Contact, Door, LlrpReader, Words
from config.settings import BrokerSettings
from drivers.errors import LinkLost, Refused
from drivers.messages import (
    EVENT,
    Actor,
    DoorState,
    Home,
    Loan,
    Manifest,
    Reply,
    TagRequest,
    homes_digest,
    loans_digest,
)
from drivers.ports import InputReading, Plan, TagWritten, WriteTag
from drivers.readings import AntennaCycle, Heard, ReaderHealth, TagRead
from drivers.room.benches import Benches
from drivers.room.doors import Doors
from drivers.room.homes import HomesCopy
from drivers.room.intake import ReceivedTagRequest
from drivers.room.link import Link
from drivers.room.loans import LoansCopy
from drivers.room.outbox import Outbox
from drivers.room.signs import Signs
from drivers.room.sounders import Sounder
from drivers.room.stations import Stations
from drivers.room.tag_desk import TagDesk
from drivers.topics import AgentTopics

SMALL = load_room(shipped_room("small"))
DEVICE = next(device for device in SMALL.devices if isinstance(device, LlrpReader))
DOOR = Door(door="door", name=Words(zh="门", en="Door"), sounder=Contact(device="r", number=1))
AT_DOOR = LlrpReader.model_validate(
    {
        "driver": "rfid.llrp",
        "id": "r",
        "at": {"host": "127.0.0.1", "port": 5084},
        "antennas": [
            {"antenna": 8, "covers": "door", "side": "inside"},
            {"antenna": 9, "covers": "door", "side": "outside"},
        ],
    }
)
CLOCK = SystemClock()
LI = Actor(id="u1", name="Li")


class Station:
    """A reader whose tag the test holds, and an output that it watches."""

    def __init__(self) -> None:
        self.written: list[WriteTag] = []
        self.outputs: list[bool] = []
        self.fails: Exception | None = None
        self.free = asyncio.Event()
        self.free.set()

    @asynccontextmanager
    async def inventory(self, plan: Plan | None = None) -> AsyncIterator[AsyncIterator[Heard]]:
        raise NotImplementedError
        yield

    async def write_tag(self, order: WriteTag) -> TagWritten:
        self.written.append(order)
        await asyncio.sleep(0)
        await self.free.wait()
        if self.fails is not None:
            raise self.fails
        return TagWritten(epc=order.new_epc, locked=order.lock)

    async def set_output(self, number: int, on: bool) -> None:
        if self.fails is not None:
            raise self.fails
        self.outputs.append(on)

    def health(self) -> ReaderHealth:
        return ReaderHealth()


class KeptReplies(Link):
    """The link without a broker: what is answered is kept for the test."""

    said: list[Reply]

    def reply(self, reply: Reply) -> None:
        self.said.append(reply)


class Here:
    """A tag desk with one reader and one door."""

    def __init__(self, folder: Path) -> None:
        self.outbox = Outbox(folder / "outbox.db", CLOCK)
        self.homes = HomesCopy(folder / "homes.jsonl", CLOCK)
        self.link = KeptReplies(
            BrokerSettings(host="127.0.0.1", port=9),
            AgentTopics("test", "S1"),
            self.outbox,
            CLOCK,
            boot_id="boot",
            homes=self.homes,
            loans=LoansCopy(folder / "loans.jsonl", CLOCK),
        )
        self.link.said = []
        self.station = Station()
        self.stations = Stations()
        self.benches = Benches([DEVICE])
        self.zones: dict[str, str] = {}
        self.shown: list[DoorState] = []
        self.sounder = Sounder("door", self._switch, sounds_s=20, clock=CLOCK)
        self.doors = Doors(
            SMALL.model_copy(update={"doors": (DOOR,), "devices": (AT_DOOR,)}),
            homes=self.homes,
            loans=self.link.loans,
            outbox=self.outbox,
            sounders={"door": self.sounder},
            clock=CLOCK,
            find_zone=self.zones.get,
            signs=Signs(self.shown.append, boot_id="boot", clock=CLOCK),
        )
        self.desk = TagDesk(
            self.link,
            stations=self.stations,
            benches=self.benches,
            doors=self.doors,
            outbox=self.outbox,
            clock=CLOCK,
        )

    async def _switch(self, on: bool) -> None:
        await self.station.set_output(1, on)

    async def asks(self, request: TagRequest, at_s: float | None = None) -> list[Reply]:
        """Ask, and give all that is said until the outcome."""
        before = len(self.link.said)
        at_s = CLOCK.monotonic() if at_s is None else at_s
        link = self.link
        waiting = link.silences if request.kind == "silence" else link.tag_requests
        waiting.put_nowait(ReceivedTagRequest(request, at_s))
        await until(lambda: any(r.status != "accepted" for r in self.link.said[before:]))
        return self.link.said[before:]

    async def events(self) -> list[Any]:
        return [EVENT.validate_json(each.body) for each in await self.outbox.batch(0, 100)]


def here(folder: Path, scenario: Callable[[Here], Awaitable[None]], *, there: bool = True) -> None:
    async def live() -> None:
        place = Here(folder)
        try:
            async with asyncio.timeout(10), asyncio.TaskGroup() as group:
                tasks = [group.create_task(place.desk.run()), group.create_task(place.doors.run())]
                if there:
                    with place.stations.holding(DEVICE.id, place.station):
                        await scenario(place)
                else:
                    await scenario(place)
                for task in tasks:
                    task.cancel()
        finally:
            place.outbox.close()

    asyncio.run(live())


def write(name: str = "t1", **changes: Any) -> TagRequest:
    whole = {"kind": "write_tag", "reader": DEVICE.id, "antenna": 1, "epc": "00AA"}
    return TagRequest.model_validate(
        {"id": name, **whole, "new_epc": "00AB", "actor": LI, "ttl_s": 5, **changes}
    )


def test_a_tag_is_written_once_and_told_with_who_asked(tmp_path: Path) -> None:
    async def scenario(place: Here) -> None:
        accepted, done = await place.asks(write(lock=True, password=7))
        assert (accepted.status, done.status) == ("accepted", "done")
        assert done.detail == {"epc": "00AB", "locked": 1}
        order = WriteTag(antenna=1, epc="00AA", new_epc="00AB", password=7, lock=True)
        assert place.station.written == [order]
        (event,) = await place.events()
        assert (event.kind, event.request_id, event.actor) == ("tag_written", "t1", LI)
        (again,) = await place.asks(write(lock=True, password=7))
        assert again == done
        assert place.station.written == [order], "the same request writes nothing a second time"
        (other,) = await place.asks(write(new_epc="00AC"))
        assert (other.status, other.code) == ("refused", "id_in_use")

    here(tmp_path, scenario)


def test_what_the_reader_refuses_is_told_and_what_nobody_knows_is_told_as_unknown(
    tmp_path: Path,
) -> None:
    async def scenario(place: Here) -> None:
        told = []
        for number, error in enumerate(
            (
                Refused(DEVICE.id, "several_tags", "two tags answer"),
                Refused(DEVICE.id, "not_verified", "read back 00AC"),
                LinkLost(DEVICE.id, "closed"),
                ZeroDivisionError("a bug"),
            )
        ):
            place.station.fails = error
            answer = (await place.asks(write(f"t{number}")))[-1]
            told.append((answer.status, answer.code))
        assert told == [
            ("refused", "several_tags"),
            ("failed", "not_verified"),
            ("failed", "outcome_unknown"),
            ("failed", "outcome_unknown"),
        ]
        assert len(place.station.written) == 4
        assert await place.events() == []
        place.station.fails = None

    here(tmp_path, scenario)


def test_what_cannot_be_asked_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    async def scenario(place: Here) -> None:
        wrong = {
            "no_such_antenna": write("a", antenna=77),
            "bad_number": write("b", new_epc="00ABC"),
            "password_needed": write("c", lock=True),
            "no_such_door": TagRequest(id="d", kind="silence", door="door-9", actor=LI, ttl_s=5),
        }
        for code, request in wrong.items():
            (answer,) = await place.asks(request)
            assert (answer.status, answer.code) == ("refused", code)
        (late,) = await place.asks(write("e"), at_s=CLOCK.monotonic() - 6)
        assert late.code == "too_late"
        assert place.station.written == []

    here(tmp_path, scenario)


def test_a_door_is_silenced_at_once_however_many_tags_wait_to_be_written(tmp_path: Path) -> None:
    async def scenario(place: Here) -> None:
        place.station.free.clear()
        queue = place.link.tag_requests
        for number in range(queue.maxsize):
            queue.put_nowait(ReceivedTagRequest(write(f"t{number}"), CLOCK.monotonic()))
        await until(lambda: place.station.written != [])
        silence = TagRequest(id="s", kind="silence", door="door", actor=LI, ttl_s=5)
        place.link.silences.put_nowait(ReceivedTagRequest(silence, CLOCK.monotonic()))
        await until(lambda: any(reply.request_id == "s" for reply in place.link.said))
        assert [reply.status for reply in place.link.said] == ["accepted", "done"]
        assert not queue.empty()
        assert len(place.station.written) == 1

    here(tmp_path, scenario)


def test_a_reader_that_is_away_is_told_so(tmp_path: Path) -> None:
    async def scenario(place: Here) -> None:
        (answer,) = await place.asks(write())
        assert (answer.status, answer.code) == ("refused", "reader_away")

    here(tmp_path, scenario, there=False)


def test_an_antenna_is_watched_when_asked_for(tmp_path: Path) -> None:
    async def scenario(place: Here) -> None:
        (answer,) = await place.asks(
            TagRequest(id="w", kind="watch", reader=DEVICE.id, antenna=2, actor=LI, ttl_s=5)
        )
        assert answer.detail == {"for_s": 60}
        shown = place.benches.show(CLOCK.monotonic(), CLOCK.now(), "boot")
        assert 2 in [bench.antenna for bench in shown]

    here(tmp_path, scenario)


def test_an_antenna_shows_its_tags_long_enough_after_a_write_that_nobody_knows_of(
    tmp_path: Path,
) -> None:
    async def scenario(place: Here) -> None:
        place.station.fails = LinkLost(DEVICE.id, "closed")
        (_, answer) = await place.asks(write(antenna=2))
        assert answer.code == "outcome_unknown"
        await place.asks(
            TagRequest(id="w", kind="watch", reader=DEVICE.id, antenna=2, actor=LI, ttl_s=5)
        )
        later_s = CLOCK.monotonic() + 300
        shown = place.benches.show(later_s, CLOCK.now(), "boot")
        assert 2 in [bench.antenna for bench in shown], "a look in between does not shorten it"
        place.station.fails = None

    here(tmp_path, scenario)


def leave(place: Here, epc: str) -> None:
    """Carry a tag out through the door in four seconds, a while ago."""
    begin_s = CLOCK.monotonic() - 10
    for step in range(40):
        at_s = begin_s + step * 0.1
        antenna, near_s = (8, 1.2) if step % 2 else (9, 2.6)
        level_dbm = -48 - 12 * abs(step * 0.1 - near_s)
        heard = TagRead(
            reader_id="r", antenna=antenna, epc=epc, rssi_dbm=level_dbm, count=1, at_s=at_s
        )
        place.doors.take(heard)
    for step in range(8):
        for antenna in (8, 9):
            at_s = begin_s + 4 + step * 0.4
            place.doors.take(AntennaCycle(reader_id="r", antenna=antenna, at_s=at_s))


def test_a_known_tag_that_leaves_unlent_sounds_at_once_without_broker_or_controller(
    tmp_path: Path,
) -> None:
    home = Home(epc="00AA", box_code="WS-1", shelf="S1-B1-C3-L-1-1", order_mm=0)
    manifest = Manifest(version=1, count=1, chunks=1, sha256=homes_digest([home]))

    async def scenario(place: Here) -> None:
        place.homes.install(manifest, [home])
        await until(lambda: place.station.outputs == [False])  # nobody knew what it did before
        leave(place, "00BB")
        assert not place.sounder.sounding, "nobody knows this tag"
        leave(place, "00AA")
        assert place.doors.is_sounding("door")
        await until(lambda: place.station.outputs[-1])
        unknown, known = await place.events()
        assert (unknown.direction, unknown.known, unknown.alarmed) == ("out", False, False)
        assert (known.direction, known.known, known.alarmed) == ("out", True, True)
        assert known.loans_age_s is None
        assert len(known.reads) > 10
        assert known.first_at < known.last_at
        assert [left.home for left in place.doors.list_left("door")] == [home]
        assert [(s.sounding, s.silenced_by) for s in place.shown[-1:]] == [(True, None)]
        (silenced,) = await place.asks(TagRequest(id="s", kind="silence", actor=LI, ttl_s=5))
        assert silenced.status == "done"
        shown = place.shown[-1]
        assert (shown.device, shown.sounding, shown.silenced_by) == ("door", False, LI)
        assert shown.silenced_at is not None
        leave(place, "00AA")
        again = place.shown[-1]
        assert (again.sounding, again.silenced_by, again.silenced_at) == (True, None, None)
        assert again.version > shown.version
        place.doors.silence("door", LI)
        told = (await place.events())[-1]
        assert (told.kind, told.door, told.actor) == ("door_silenced", "door", LI)
        await until(lambda: not place.station.outputs[-1])
        place.doors.greet("r")
        await until(lambda: place.station.outputs[-2:] == [False, False])

    here(tmp_path, scenario)


@pytest.mark.parametrize("ended_s", [8.5, 10.5], ids=["in the doorway", "before it came"])
def test_a_loan_counts_if_it_was_valid_when_the_tag_came_to_the_door(
    tmp_path: Path, ended_s: float
) -> None:
    home = Home(epc="00AA", box_code="WS-1", shelf="S1-B1-C3-L-1-1", order_mm=0)
    loan = Loan(epc="00AA", until=CLOCK.now() - timedelta(seconds=ended_s))

    async def scenario(place: Here) -> None:
        place.homes.install(
            Manifest(version=1, count=1, chunks=1, sha256=homes_digest([home])), [home]
        )
        manifest = Manifest(
            assigned_set="loans", version=1, count=1, chunks=1, sha256=loans_digest([loan])
        )
        place.link.loans.install(manifest, [loan])
        leave(place, "00AA")
        (passed,) = await place.events()
        assert (passed.allowed, passed.alarmed) == (ended_s < 10, ended_s > 10)

    here(tmp_path, scenario)


def test_a_tag_of_ours_that_came_near_and_is_heard_no_more_is_missed(tmp_path: Path) -> None:
    home = Home(epc="00AA", box_code="WS-1", shelf="S1-B1-C3-L-1-1", order_mm=0)
    manifest = Manifest(version=1, count=1, chunks=1, sha256=homes_digest([home]))

    async def scenario(place: Here) -> None:
        place.homes.install(manifest, [home])
        begin_s = CLOCK.monotonic() - 130
        for number in range(6):
            epc, at_s = ("00AA", "00BB")[number % 2], begin_s + number * 0.1
            place.doors.take(
                TagRead(reader_id="r", antenna=8, epc=epc, rssi_dbm=-50, count=1, at_s=at_s)
            )
        while len(events := await place.events()) < 3:  # noqa: ASYNC110  the outbox has no event
            await asyncio.sleep(0.01)
        assert [event.kind for event in events] == ["door_passed", "door_passed", "door_missed"]
        assert {event.direction for event in events[:2]} == {"unsure"}
        missed = events[2]
        assert (missed.door, missed.epc, missed.reader) == ("door", "00AA", "r")
        assert missed.at - missed.last_at > timedelta(seconds=120)

    here(tmp_path, scenario)


def test_a_beam_at_a_module_of_inputs_counts_when_its_level_changes(tmp_path: Path) -> None:
    beam = Contact(device="inputs-1", number=4, on_when=0)
    inside = AT_DOOR.model_copy(update={"antennas": AT_DOOR.antennas[:1]})
    room = SMALL.model_copy(
        update={"doors": (DOOR.model_copy(update={"beam": beam}),), "devices": (inside,)}
    )

    async def scenario(place: Here) -> None:
        doors = Doors(
            room,
            homes=place.homes,
            loans=place.link.loans,
            outbox=place.outbox,
            sounders={},
            clock=CLOCK,
            find_zone=place.zones.get,
            signs=Signs(place.shown.append, boot_id="boot", clock=CLOCK),
        )
        assert doors.beams_of("inputs-1") == {4}
        begin_s = CLOCK.monotonic() - 10
        for step in range(20):
            at_s = begin_s + step * 0.1
            read = TagRead(reader_id="r", antenna=8, epc="00AA", rssi_dbm=-50, count=1, at_s=at_s)
            doors.take(read)
        for at_s, level in ((1.0, True), (2.1, False), (2.4, True)):
            doors.note_levels("inputs-1", InputReading({4: level, 5: not level}, begin_s + at_s))
        for step in range(8):
            done = AntennaCycle(reader_id="r", antenna=8, at_s=begin_s + 3 + step * 0.3)
            doors.take(done)
        (event,) = await place.events()
        assert event.direction == "out"

    here(tmp_path, scenario)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  the parts under test have no event for this
        await asyncio.sleep(0.001)
