"""`stackroom commission`: two people, one at the simulated steel, walk through the moving test."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from config.commissions import load_commissions, load_profile, save_commissions
from config.geometry import segments_of
from config.load import load_room, shipped_room
from config.room import Room
from config.settings import BrokerSettings, RoomSettings
from config.shelving import Commission, find_commission
from drivers.commissioning import commands
from drivers.commissioning.talk import NotSigned
from drivers.commissioning.trials import replace_left
from simulators.commissioned import commission_simulated
from simulators.harness import SimulatedRoom, run_fast, simulated_room

BEGAN_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Act = Callable[[SimulatedRoom], None]
TRIPS: dict[str, tuple[Act, Act]] = {
    "turn the switch to local": (
        lambda steel: steel.switch_local(bank=1),
        lambda steel: steel.switch_remote(bank=1),
    ),
    "press the emergency stop": (
        lambda steel: steel.open_e_stop(bank=1),
        lambda steel: steel.close_e_stop(bank=1),
    ),
    "put in the maintenance key": (
        lambda steel: steel.insert_key(bank=1),
        lambda steel: steel.remove_key(bank=1),
    ),
    "engage the crank": (
        lambda steel: steel.engage_crank(bank=1),
        lambda steel: steel.disengage_crank(bank=1),
    ),
    "set the fire input": (lambda steel: steel.raise_fire(), lambda steel: steel.clear_fire()),
    "take away the mains": (lambda steel: steel.fail_power(), lambda steel: steel.return_power()),
    "stand in an entrance": (
        lambda steel: steel.block_entrance(bank=1, segment=1),
        lambda steel: steel.clear_entrance(bank=1, segment=1),
    ),
    "press a stop bar": (
        lambda steel: steel.obstruct(bank=1, segment=1),
        lambda steel: steel.clear_obstruction(bank=1, segment=1),
    ),
    "step into the open aisle": (
        lambda steel: enter(steel, +1),
        lambda steel: enter(steel, -1),
    ),
}


def gap(steel: SimulatedRoom, bank: int = 1, segment: int = 1) -> int | None:
    return next(iter(steel.world.steel_of(bank).segment(segment).open_aisles), None)


def enter(steel: SimulatedRoom, way: int) -> None:
    walk = steel.enter_aisle if way > 0 else steel.leave_aisle
    aisle = gap(steel)
    people = steel.world.steel_of(1).segment(1).people
    walk(bank=1, segment=1, aisle=people.index(1) if way < 0 else 5 if aisle is None else aisle)


@dataclass
class People:
    """Answers as two people would: who is at the steel looks at the simulated world."""

    steel: SimulatedRoom
    names: tuple[str, str] = ("Wang", "Li")
    deaf_to: str = ""
    lies_by: int = 0
    asked: list[str] = field(default_factory=list)
    undo: Act | None = None
    bank: int = 1
    at_segment: int = 1
    page: str = ""

    async def ask(self, question: str) -> str:
        self.asked.append(question)
        if question.startswith("Name of the person at the keyboard"):
            return self.names[0]
        if question.startswith("Name of the person at the steel"):
            return self.names[1]
        if "which column stands right" in question.lower():
            return self.look(question)
        if question.startswith("Please "):
            return self.trip(question)
        if question.startswith("Now undo"):
            assert self.undo is not None
            self.undo(self.steel)
            return ""
        if "It moves now" in question:
            await self.steel.until(lambda world: world.steel_of(self.bank).segment(1).moving)
            return ""
        if question.startswith("Press Enter when that is done"):
            await self.confirm()
        if "type your name to sign" in question:
            return question.split(",")[0]
        return "yes"

    async def confirm(self) -> None:
        who = {"name": "Li", "pin": "2468", "bank": self.bank, "segment": self.at_segment}
        async with httpx2.AsyncClient(base_url=self.page) as page:
            await page.post("/api/confirm", json={**who, "what": "fit"})

    def look(self, question: str) -> str:
        bank = self.steel.room.bank(self.bank)
        part = segments_of(bank)[self.at_segment - 1]
        aisle = gap(self.steel, self.bank, self.at_segment)
        assert aisle is not None
        column = part.first + aisle + self.lies_by - ("before" in question)
        return str(min(column, bank.columns)) if 1 <= column <= bank.columns else "none"

    def hear(self, line: str) -> None:
        """The program says where its page is, and at which segment it will move."""
        if line.startswith("http") or "http://" in line:
            self.page = line[line.index("http") :].split()[0]
        if found := re.match(r"Segment (\d+):", line):
            self.at_segment = int(found[1])

    def trip(self, question: str) -> str:
        act, self.undo = next(both for words, both in TRIPS.items() if words in question)
        if self.deaf_to and self.deaf_to in question:
            self.undo = lambda _: None
        else:
            act(self.steel)
        return ""


def walked(
    tmp_path: Path,
    make: Callable[[SimulatedRoom], People],
    room: Room | None = None,
    *,
    device: str = "shelving-1",
    known: Callable[[Room, str], dict[str, Commission]] = lambda _room, _device: {},
    factor: float = 10.0,
) -> tuple[People, list[str], Path]:
    told: list[str] = []
    kept: list[People] = []
    path = tmp_path / "room.yaml"

    async def run() -> None:
        async with simulated_room(room or load_room(shipped_room("small"))) as simulated:
            path.write_text(simulated.room.model_dump_json(), encoding="utf-8")
            people = make(simulated)
            kept.append(people)

            def hear(line: str) -> None:
                told.append(line)
                people.hear(line)

            save_commissions(path, known(load_room(path), device))
            await commands.run_commission(
                path,
                device,
                site="s1",
                settings=RoomSettings(
                    data_dir=tmp_path / "data", page_port=0, pins={"Li": SecretStr("2468")}
                ),
                broker=BrokerSettings(port=1),
                ask=people.ask,
                say=hear,
                clock=simulated.clock,
            )
            assert not simulated.offences

    run_fast(run, factor=factor)
    return kept[0], told, path


def test_two_people_try_the_steel_and_sign_what_they_saw(tmp_path: Path) -> None:
    people, told, path = walked(tmp_path, People)
    room = load_room(path)
    record = find_commission(room, room.devices[0], load_commissions(path))  # type: ignore[arg-type]  # a ModbusShelving
    assert record is not None
    assert record.people == ("Wang", "Li")
    assert all(observation.agrees for observation in record.observations)
    asked = [observation.asked for observation in record.observations]
    assert "stop" in asked
    assert sum(text.startswith("segment 1: open aisle") for text in asked) == 4
    assert sum("which column" in question for question in people.asked) == 4
    assert any("wrote" in line for line in told)


def test_one_name_twice_is_not_two_people(tmp_path: Path) -> None:
    with pytest.raises(NotSigned, match="two people"):
        walked(tmp_path, lambda steel: People(steel, names=("Li", "li ")))
    assert load_commissions(tmp_path / "room.yaml") == {}


def test_an_interlock_that_is_not_noticed_is_not_signed(tmp_path: Path) -> None:
    with pytest.raises(NotSigned, match="stop bar"):
        walked(tmp_path, lambda steel: People(steel, deaf_to="press a stop bar"))
    assert load_commissions(tmp_path / "room.yaml") == {}


def test_steel_that_stands_elsewhere_than_the_file_says_is_not_signed(tmp_path: Path) -> None:
    with pytest.raises(NotSigned, match="does not fit the room file"):
        walked(tmp_path, lambda steel: People(steel, lies_by=1))
    assert load_commissions(tmp_path / "room.yaml") == {}


def mirrored_record(room: Room, device: str) -> dict[str, Commission]:
    """A record whose profile takes the maker's left for the other side."""
    (record,) = (r for key, r in commission_simulated(room, BEGAN_AT).items() if key == device)
    assert record.profile is not None
    return {device: record.model_copy(update={"profile": replace_left(record.profile)})}


def test_left_and_right_that_were_taken_for_each_other_are_noticed_and_turned(
    tmp_path: Path,
) -> None:
    _, told, path = walked(
        tmp_path,
        lambda steel: People(steel, bank=3),
        load_room(shipped_room("vendors")),
        device="shelving-3",
        known=mirrored_record,
        factor=5.0,
    )
    record = load_commissions(path)["shelving-3"]
    assert record.profile is not None
    assert record.profile.maker_left == load_profile(record.profile.id).maker_left
    assert record.profile.verified
    assert any("other way round" in line for line in told)
    turned, *rest = record.observations
    assert turned.asked == "the words read as maker's left high, digit 1 gap_high"
    assert "read as maker's left low" in turned.seen
    assert not turned.agrees
    assert all(observation.agrees for observation in rest)
