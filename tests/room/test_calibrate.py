"""`stackroom calibrate`: one person with a known tag, real reader drivers, a simulated reader."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.calibrations import load_calibration
from config.errors import Mendable
from config.load import load_room, shipped_room, write_room
from config.room import LlrpReader, Room
from drivers.calibration.commands import run_calibrate
from drivers.room.alone import alone_in
from simulators.boxes import ShelvedBox
from simulators.harness import LoopClock, run_fast, simulated_room

SMALL = load_room(shipped_room("small"))
ZONE = "S1-B1-C3-L-1"
TAG = "E2801170CAFE000000000001"
BOX = ShelvedBox(code="K-1", epc=TAG, shelf=f"{ZONE}-2", order_mm=200, thickness_mm=60)


@dataclass
class Person:
    """Answers at the keyboard; presses Enter at one place and skips the others."""

    measures: str = ZONE
    writes: str = "yes"
    on_question: Callable[[str], None] = lambda question: None
    told: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def ask(self, question: str) -> str:
        self.asked.append(question)
        self.on_question(question)
        if question.startswith("Your name"):
            return "Wang"
        if question.startswith("Number"):
            return TAG.lower()
        if question.startswith("Write this"):
            return self.writes
        return "" if f"] {self.measures}:" in question else "s"


def reader_alone() -> Room:
    """Leave only the reader in the small room: nothing else is asked."""
    readers = tuple(device for device in SMALL.devices if isinstance(device, LlrpReader))
    return SMALL.model_copy(update={"devices": readers})


async def calibrate(folder: Path, person: Person, room: Room) -> Path:
    room_file = folder / "room.yaml"
    write_room(room, room_file)
    await run_calibrate(
        room_file,
        data_dir=folder / "data",
        tag=None,
        ask=person.ask,
        say=person.told.append,
        clock=LoopClock(),
    )
    return room_file


def in_simulated_room(person: Person, folder: Path) -> None:
    async def scenario() -> None:
        async with simulated_room(SMALL, boxes=[BOX]) as steel:
            devices = reader_devices(steel.room)
            await calibrate(folder, person, SMALL.model_copy(update={"devices": devices}))

    run_fast(scenario)


def reader_devices(room: Room) -> tuple[LlrpReader, ...]:
    return tuple(device for device in room.devices if isinstance(device, LlrpReader))


def test_a_tag_on_its_shelf_teaches_its_antenna_level_and_rate(tmp_path: Path) -> None:
    person = Person()
    in_simulated_room(person, tmp_path)
    calibration = load_calibration(tmp_path / "room.yaml")
    assert calibration is not None
    (antenna,) = calibration.antennas
    assert (antenna.reader, antenna.antenna, antenna.by, antenna.tag) == (
        "reader-1",
        2,
        "Wang",
        TAG,
    )
    own = antenna.receptions[0]
    assert (own.zone, own.cycles >= 20) == (ZONE, True)
    assert own.reads / own.cycles > 0.5
    assert own.level_dbm is not None
    assert -65 < own.level_dbm < -50
    assert any("of 20 cycles" in line for line in person.told)
    assert any("reads its own in" in line for line in person.told)


def test_a_place_where_the_tag_is_not_heard_is_told_and_asked_again(tmp_path: Path) -> None:
    person = Person(measures="desk")

    def give_up(question: str) -> None:
        if sum("] desk:" in each for each in person.asked) == 2:
            person.measures = ""

    person.on_question = give_up
    with pytest.raises(Mendable, match="no antenna was measured"):
        in_simulated_room(person, tmp_path)
    assert any("heard the tag 0 times" in line for line in person.told)


def test_who_does_not_confirm_or_is_interrupted_leaves_no_file_behind(tmp_path: Path) -> None:
    with pytest.raises(Mendable, match="not confirmed"):
        in_simulated_room(Person(writes="no"), tmp_path)

    def interrupt(question: str) -> None:
        if question.startswith("Write this"):
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        in_simulated_room(Person(on_question=interrupt), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "room.yaml"]


def test_while_the_rooms_agent_runs_nothing_is_measured(tmp_path: Path) -> None:
    person = Person()
    with alone_in(tmp_path / "data"):
        with pytest.raises(Mendable, match="agent of this room is running"):
            asyncio.run(calibrate(tmp_path, person, reader_alone()))
    assert person.asked == []


def test_a_reader_that_is_away_ends_it_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(Mendable, match=r"reader-1.*nothing was written"):
        asyncio.run(calibrate(tmp_path, Person(), reader_alone()))
