"""Files with tags, foreign and dead tags, what lies together, and what is carried past a door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from config.addresses import parse_address
from config.geometry import shelves_of
from simulators import acts, handling
from simulators.boxes import ShelvedBox, TaggedFile, file_tags, load_boxes, place_boxes
from simulators.finding import Impossible
from simulators.physics import radio
from simulators.physics.doorway import WAYS, is_over, place_m
from simulators.things import (
    AtDoor,
    InBox,
    InHand,
    OnDesk,
    OnShelf,
    OnTrolley,
    Outside,
    PaperFile,
)
from simulators.world import World, build_world, step
from tests.core.door_room import room_with_door

ROOM = room_with_door()
BEGAN_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SHELVES = [str(address) for address, _ in shelves_of(ROOM)]
STRAY = "E28011700000020BA1B2C3D4"


def a_world() -> World:
    boxes = [
        ShelvedBox(code=f"B-{n}", epc=f"{n:024X}", shelf=shelf, order_mm=100, thickness_mm=50)
        for n, shelf in enumerate(SHELVES)
    ]
    files = [TaggedFile(code=f"F-{n}", epc=f"F{n:023X}", box=f"B-{n}") for n in range(len(SHELVES))]
    placed = place_boxes(ROOM, boxes)
    return build_world(ROOM, placed, seed=1, began_at=BEGAN_AT, files=file_tags(files))


def reachable(world: World) -> Iterator[str]:
    """Name boxes that a person can reach now."""
    for code, box in world.boxes.items():
        try:
            acts.take_box(world, box=code)
        except Impossible:
            continue
        assert isinstance(box.spot, OnShelf)
        yield code


def later(world: World, seconds: float, dt_s: float = 0.05) -> World:
    for _ in range(round(seconds / dt_s)):
        world = step(world, dt_s)
    return world


def heard_at_door(world: World, way: str, things: str) -> dict[str, list[tuple[float, float]]]:
    """Carry things and let both antennas run in turn; return times and levels by side."""
    world = handling.carry(world, things=things, door="door", way=way)
    draw = Random(7)
    heard: dict[str, list[tuple[float, float]]] = {"inside": [], "outside": []}
    while world.passages:
        for side, found in heard.items():
            world = later(world, 0.1)
            reach = radio.door_reach(world, "door", side)
            for one in radio.hear(radio.index_tags(world), reach, draw):
                found.append((world.elapsed_s, one.rssi_dbm))
    return heard


def middle_s(reads: list[tuple[float, float]]) -> float:
    """Return the mean time of reads, each weighed by its power."""
    weights = [10 ** (level / 10) for _, level in reads]
    return sum(t * w for (t, _), w in zip(reads, weights, strict=True)) / sum(weights)


def test_a_file_leaves_while_its_box_stays_and_comes_back_into_it() -> None:
    world = a_world()
    code = next(reachable(world))
    file = code.replace("B", "F")
    out = handling.take_file(world, file=file)
    assert out.files[file].spot == InHand()
    assert out.boxes[code] == world.boxes[code]
    on_desk = handling.put_file(out, file=file, on="desk")
    zones = radio.index_tags(on_desk)
    assert [tag.epc for tag in zones[radio.DESK]] == [world.files[file].epc]
    back = handling.put_file(handling.take_file(on_desk, file=file), file=file, on="box")
    assert back == world


def test_a_file_goes_where_its_box_goes_and_may_be_filed_wrongly() -> None:
    world = a_world()
    one, other = list(reachable(world))[:2]
    moved = handling.lay_on_desk(world, things=one)
    epcs = {tag.epc for tag in radio.index_tags(moved)[radio.DESK]}
    assert epcs == {world.boxes[one].epc, world.files[one.replace("B", "F")].epc}
    file = one.replace("B", "F")
    wrong = handling.put_file(handling.take_file(moved, file=file), file=file, on=other)
    assert wrong.files[file].spot == InBox(other)
    zone = radio.where_of(wrong, wrong.boxes[other])
    assert radio.where_of(wrong, wrong.files[file]) == zone


def test_what_is_behind_a_closed_aisle_cannot_be_taken_out_of_its_box() -> None:
    world = a_world()
    shut = next(code for code in world.boxes if code not in set(reachable(world)))
    with pytest.raises(Impossible, match="its aisle is not open"):
        handling.take_file(world, file=shut.replace("B", "F"))
    with pytest.raises(Impossible, match="its aisle is not open"):
        handling.swap_boxes(world, box=next(reachable(world)), other=shut)
    with pytest.raises(Impossible, match="no file 'F-X'"):
        handling.take_file(world, file="F-X")


def test_several_things_are_laid_on_the_desk_at_once_or_none_of_them() -> None:
    world = a_world()
    one, two = list(reachable(world))[:2]
    file = list(reachable(world))[2].replace("B", "F")
    on_desk = handling.lay_on_desk(world, things=f"{one}, {world.boxes[two].epc}；{file}")
    spots = [on_desk.boxes[one].spot, on_desk.boxes[two].spot, on_desk.files[file].spot]
    assert spots == [OnDesk()] * 3
    taken = handling.take_up(on_desk, things=f"{one} {two} {file}")
    assert taken.boxes[one].spot == InHand()
    shut = next(code for code in world.boxes if code not in set(reachable(world)))
    for things, words in ((f"{one},{shut}", "not open"), (f"{one} X", "'X'"), (" ", "nothing")):
        with pytest.raises(Impossible, match=words):
            handling.lay_on_desk(world, things=things)


def test_two_boxes_change_places_and_one_is_misplaced_within_its_aisle() -> None:
    world = a_world()
    one, two = list(reachable(world))[:2]
    swapped = handling.swap_boxes(world, box=one, other=two)
    assert swapped.boxes[one].spot == OnShelf(world.boxes[two].home)
    assert swapped.boxes[two].spot == OnShelf(world.boxes[one].home)
    misplaced = handling.misplace_box(world, box=one)
    spot = misplaced.boxes[one].spot
    assert isinstance(spot, OnShelf)
    assert spot.address != world.boxes[one].home
    assert handling.misplace_box(world, box=one) == misplaced
    acts.take_box(misplaced, box=one)


def test_a_foreign_tag_lies_where_it_is_brought_and_a_number_is_borne_once() -> None:
    world = handling.bring_stray(a_world(), epc=STRAY.lower(), on="desk")
    assert [tag.epc for tag in radio.index_tags(world)[radio.DESK]] == [STRAY]
    shelf = str(world.boxes[next(reachable(world))].home)
    world = handling.bring_stray(world, epc=STRAY, on=shelf)
    assert world.strays[STRAY].spot == OnShelf(parse_address(shelf))
    taken = world.boxes["B-1"].epc
    for wrong in (taken, "E28", "XYZ1", ""):
        with pytest.raises(Impossible):
            handling.bring_stray(world, epc=wrong, on="desk")
    with pytest.raises(Impossible, match="B-1 has the tag"):
        handling.encode_tag(world, epc=STRAY, new_epc=taken)
    written = handling.encode_tag(world, epc=STRAY, new_epc="ABCD")
    assert written.strays[STRAY].epc == "ABCD"
    file = handling.encode_tag(world, epc=world.files["F-1"].epc, new_epc="BEEF")
    assert file.files["F-1"].epc == "BEEF"


def test_a_dead_tag_is_heard_by_nobody_until_it_answers_again() -> None:
    world = a_world()
    code = next(reachable(world))
    world = handling.lay_on_desk(world, things=code)
    dead = handling.kill_tag(world, thing=code)
    heard = {tag.epc for tag in radio.index_tags(dead)[radio.DESK]}
    assert heard == {world.files[code.replace("B", "F")].epc}
    assert handling.revive_tag(dead, thing=code) == world


@pytest.mark.parametrize("way", WAYS)
def test_every_way_begins_and_ends_where_nothing_hears_it(way: str) -> None:
    seconds, _ = WAYS[way]
    assert abs(place_m(way, 0.0)) == pytest.approx(3.0)
    assert abs(place_m(way, seconds)) == pytest.approx(3.0)
    assert not is_over(way, seconds - 0.01)
    assert is_over(way, seconds)


def test_what_is_carried_out_is_heard_inside_first_then_outside_and_is_gone() -> None:
    world = a_world()
    code = next(reachable(world))
    heard = heard_at_door(world, "out", code)
    assert min(len(reads) for reads in heard.values()) >= 5
    assert middle_s(heard["inside"]) < middle_s(heard["outside"]) - 0.3
    world = later(handling.carry(world, things=code, door="door", way="out"), 6.0)
    assert world.boxes[code].spot == Outside()
    assert radio.where_of(world, world.boxes[code]) is None
    with pytest.raises(Impossible, match="is outside"):
        handling.lay_on_desk(world, things=code)
    back = heard_at_door(world, "in", code)
    assert middle_s(back["outside"]) < middle_s(back["inside"]) - 0.3
    world = later(handling.carry(world, things=code, door="door", way="in"), 6.0)
    assert world.boxes[code].spot == InHand()
    with pytest.raises(Impossible, match="not outside"):
        handling.carry(world, things=code, door="door", way="in")


def test_who_turns_back_or_stands_near_is_heard_best_inside_and_keeps_what_he_has() -> None:
    world = a_world()
    code = next(reachable(world))
    for way in ("back", "near"):
        heard = heard_at_door(world, way, code)
        loudest = {
            side: max((dbm for _, dbm in reads), default=-99) for side, reads in heard.items()
        }
        assert len(heard["inside"]) > len(heard["outside"])
        assert loudest["inside"] > loudest["outside"] - 6
        after = later(handling.carry(world, things=code, door="door", way=way), 30.0)
        assert after.boxes[code].spot == InHand()
        assert not after.passages


def test_nobody_takes_what_somebody_walks_with_and_two_may_walk_at_once() -> None:
    world = a_world()
    one, two = list(reachable(world))[:2]
    walking = handling.carry(world, things=one, door="door", way="out")
    assert isinstance(walking.boxes[one].spot, AtDoor)
    with pytest.raises(Impossible, match="walks at a door"):
        acts.take_box(walking, box=one)
    both = handling.carry(later(walking, 1.0), things=two, door="door", way="near")
    assert len(both.passages) == 2
    after = later(both, 5.0)
    assert (after.boxes[one].spot, len(after.passages)) == (Outside(), 1)
    for door, way, words in (("door-2", "out", "there are door"), ("door", "up", "no way 'up'")):
        with pytest.raises(Impossible, match=words):
            handling.carry(world, things=one, door=door, way=way)


def test_the_beam_is_broken_while_somebody_is_in_the_doorway() -> None:
    world = a_world()
    code = next(reachable(world))
    for way, crosses in (("out", True), ("back", True), ("near", False)):
        walking = handling.carry(world, things=code, door="door", way=way)
        broken = []
        while walking.passages:
            broken.append(walking.beam_is_broken("door"))
            walking = step(walking, 0.05)
        assert any(broken) is crosses
        assert not broken[0]
        assert not walking.beam_is_broken("door")


def test_a_trolley_near_the_door_is_heard_for_hours_mostly_inside() -> None:
    world = a_world()
    code = next(reachable(world))
    world = handling.load_trolley(world, things=code)
    assert world.boxes[code].spot == OnTrolley()
    draw = Random(2)
    assert radio.door_reach(world, "door", "inside") == {}
    world = handling.park_trolley(world, near="door")
    index = radio.index_tags(world)
    times = {
        side: sum(
            bool(radio.hear(index, radio.door_reach(world, "door", side), draw)) for _ in range(300)
        )
        for side in ("inside", "outside")
    }
    assert times["inside"] > 250
    assert times["outside"] < 90
    gone = later(handling.carry(world, things="trolley", door="door", way="out"), 6.0)
    assert gone.boxes[code].spot == Outside()
    assert handling.park_trolley(world, near="away").trolley_at is None


def test_the_cable_of_an_antenna_that_is_not_there_cannot_come_off() -> None:
    world = handling.cut_antenna(a_world(), reader="reader-9", antenna=2)
    assert world.cut_antennas == {("reader-9", 2)}
    assert handling.mend_antenna(world, reader="reader-9", antenna=2) == a_world()
    with pytest.raises(Impossible, match=r"it has \[1, 2\]"):
        handling.cut_antenna(world, reader="reader-9", antenna=3)
    with pytest.raises(Impossible, match="there are reader-1, reader-9"):
        handling.cut_antenna(world, reader="reader-2", antenna=1)


def test_the_list_of_tags_may_name_files_and_they_must_be_in_a_box_of_it(tmp_path: Path) -> None:
    file = tmp_path / "tags.csv"
    head = "box_code,epc,shelf,order_mm,thickness_mm,file_code\n"
    file.write_text(head + f"B-1,E2001122,{SHELVES[0]},0,50,\nB-1,e2001123,,,,F-1\n")
    rows = load_boxes(file)
    assert rows[1] == TaggedFile(code="F-1", epc="E2001123", box="B-1")
    placed, files = place_boxes(ROOM, rows), file_tags(rows)
    world = build_world(ROOM, placed, seed=1, began_at=BEGAN_AT, files=files)
    assert world.files["F-1"] == PaperFile(code="F-1", epc="E2001123", box="B-1", spot=InBox("B-1"))
    astray = replace(files[0], box="B-2")
    with pytest.raises(ValueError, match="which the list lacks"):
        build_world(ROOM, placed, seed=1, began_at=BEGAN_AT, files=(astray,))
    twin = replace(files[0], epc="E2001122")
    with pytest.raises(ValueError, match="file F-1 or its tag E2001122 stands twice"):
        build_world(ROOM, placed, seed=1, began_at=BEGAN_AT, files=(twin,))
