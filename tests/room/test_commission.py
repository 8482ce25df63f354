"""`stackroom commission`: two people, one at the simulated steel, walk through the moving test."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from config.commissions import load_commissions, load_profile, save_commissions
from config.errors import Mendable
from config.geometry import segments_of
from config.load import load_room, shipped_room
from config.room import Room, Udp55Shelving
from config.settings import BrokerSettings, RoomSettings
from config.shelving import Commission, find_commission
from drivers.commissioning import commands
from drivers.commissioning.talk import NotSigned
from drivers.commissioning.trials import replace_left
from drivers.ports import Fence, OpenAisle
from drivers.shelving.connect import connect_bank
from simulators.commissioned import commission_simulated
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from simulators.wire.udp55 import Words

BEGAN_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Act = Callable[[SimulatedRoom, int], None]
TRIPS: dict[str, tuple[Act, Act]] = {
    "turn the switch to local": (
        lambda steel, bank: steel.switch_local(bank=bank),
        lambda steel, bank: steel.switch_remote(bank=bank),
    ),
    "press the emergency stop": (
        lambda steel, bank: steel.open_e_stop(bank=bank),
        lambda steel, bank: steel.close_e_stop(bank=bank),
    ),
    "put in the maintenance key": (
        lambda steel, bank: steel.insert_key(bank=bank),
        lambda steel, bank: steel.remove_key(bank=bank),
    ),
    "engage the crank": (
        lambda steel, bank: steel.engage_crank(bank=bank),
        lambda steel, bank: steel.disengage_crank(bank=bank),
    ),
    "set the fire input": (
        lambda steel, _: steel.raise_fire(),
        lambda steel, _: steel.clear_fire(),
    ),
    "take away the mains": (
        lambda steel, _: steel.fail_power(),
        lambda steel, _: steel.return_power(),
    ),
    "stand in an entrance": (
        lambda steel, bank: steel.block_entrance(bank=bank, segment=1),
        lambda steel, bank: steel.clear_entrance(bank=bank, segment=1),
    ),
    "press a stop bar": (
        lambda steel, bank: steel.obstruct(bank=bank, segment=1),
        lambda steel, bank: steel.clear_obstruction(bank=bank, segment=1),
    ),
    "step into the open aisle": (
        lambda steel, bank: enter(steel, bank, +1),
        lambda steel, bank: enter(steel, bank, -1),
    ),
}


def gap(steel: SimulatedRoom, bank: int = 1, segment: int = 1) -> int | None:
    return next(iter(steel.world.steel_of(bank).segment(segment).open_aisles), None)


def enter(steel: SimulatedRoom, bank: int, way: int) -> None:
    walk = steel.enter_aisle if way > 0 else steel.leave_aisle
    aisle = gap(steel, bank)
    people = steel.world.steel_of(bank).segment(1).people
    walk(bank=bank, segment=1, aisle=people.index(1) if way < 0 else 5 if aisle is None else aisle)


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
    gap: int = 0
    """Which of several open aisles they are asked about, from 0."""

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
            self.undo(self.steel, self.bank)
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
        if "before" in question:
            found = re.search(r"open aisle (\d) of", question)
            self.gap = int(found[1]) - 1 if found else 0
        aisles = self.steel.world.steel_of(self.bank).segment(self.at_segment).open_aisles
        if self.gap >= len(aisles):
            return "none"
        aisle = aisles[self.gap]
        column = part.first + aisle + self.lies_by - ("before" in question)
        return str(min(column, bank.columns)) if 1 <= column <= bank.columns else "none"

    def hear(self, line: str) -> None:
        """The program says where its page is, and at which segment it will move."""
        if line.startswith("http") or "http://" in line:
            self.page = line[line.index("http") :].split()[0]
        if found := re.match(r"Segment (\d+)\b", line):
            self.at_segment = int(found[1])

    def trip(self, question: str) -> str:
        act, self.undo = next(both for words, both in TRIPS.items() if words in question)
        if self.deaf_to and self.deaf_to in question:
            self.undo = lambda _steel, _bank: None
        else:
            act(self.steel, self.bank)
        return ""


def walked(
    tmp_path: Path,
    make: Callable[[SimulatedRoom], People],
    room: Room | None = None,
    *,
    device: str = "shelving-1",
    known: Callable[[Room, str], dict[str, Commission]] | None = lambda _room, _device: {},
    after: Callable[[SimulatedRoom, Path], Awaitable[None]] | None = None,
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

            if known is not None:
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
            if after is not None:
                await after(simulated, path)

    run_fast(run)
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


def mirror_bridge(steel: SimulatedRoom) -> People:
    """The maker's left of the bridge is the other side: in its orders and in its digits."""
    steel.simulation.bridges["shelving-2"].words = Words(left="high")
    return People(steel, bank=2)


def brisk(room: Room) -> Room:
    """The same room with fast columns, so that time itself need not be much faster."""
    banks = tuple(
        bank.model_copy(update={"motion": bank.motion.model_copy(update={"speed_mm_s": 200})})
        for bank in room.banks
    )
    return room.model_copy(update={"banks": banks})


def test_a_bridge_whose_left_and_right_are_turned_round_is_discovered_and_opens_the_right_aisle(
    tmp_path: Path,
) -> None:
    """That its digits tell another gap than a person sees is found before anything moves."""
    _, told, path = walked(
        tmp_path,
        mirror_bridge,
        brisk(load_room(shipped_room("vendors"))),
        device="shelving-2",
        after=opens_by_record,
    )
    record = load_commissions(path)["shelving-2"]
    assert record.profile is not None
    known = load_profile(record.profile.id)
    assert record.profile.verified
    assert record.profile.maker_left == "high" != known.maker_left
    assert record.profile.digit_1 == "gap_high" != known.digit_1
    turns = [each for each in record.observations if each.asked.startswith("the words read")]
    assert [turn.agrees for turn in turns] == [False, False]
    assert sum("other way round" in line for line in told) == 2
    assert all(each.agrees for each in record.observations if each not in turns)
    tried = [each for each in record.observations if ": open aisle" in each.asked]
    assert [each.asked for each in tried if each.seen == "not tried"] == [
        "segment 1: open aisle 0",
        "segment 2: open aisle 3",
    ]
    assert sum("takes no stop" in line for line in told) >= len(tried) - 2


async def opens_by_record(steel: SimulatedRoom, path: Path) -> None:
    """A driver that reads the signed record opens what it is asked for, and says so."""
    device = next(d for d in steel.room.devices if d.id == "shelving-2")
    assert isinstance(device, Udp55Shelving)
    await steel.until(lambda world: not world.steel_of(2).segment(1).moving)
    connect = connect_bank(device, steel.room, {}, steel.clock, load_commissions(path))
    async with connect() as port:
        (stood,) = (await port.read_segment(1)).open_aisles
        wanted = 1 if stood != 1 else 2
        await port.carry_out(1, OpenAisle(aisle=wanted), Fence(seq=1, epoch=1, ttl_s=5.0))
        await steel.until(lambda _: gap(steel, 2) == wanted, within_s=60)
        assert (await port.read_segment(1)).open_aisles == (wanted,)


def test_both_open_aisles_are_looked_at_where_two_stand_open(tmp_path: Path) -> None:
    room = load_room(shipped_room("small"))
    wide = room.model_copy(update={"banks": (room.banks[0].model_copy(update={"gaps": 2}),)})
    people, _, path = walked(tmp_path, People, wide)
    assert sum("open aisle 2 of 2" in question for question in people.asked) >= 3
    record = load_commissions(path)["shelving-1"]
    assert all(observation.agrees for observation in record.observations)


def test_a_folder_that_takes_no_record_is_told_before_anything_moves(tmp_path: Path) -> None:
    people: list[People] = []

    def make(steel: SimulatedRoom) -> People:
        people.append(People(steel))
        (tmp_path / "room.commissioned.new").mkdir()
        return people[0]

    with pytest.raises(Mendable, match="cannot be written"):
        walked(tmp_path, make, known=None)
    assert people[0].asked == []
