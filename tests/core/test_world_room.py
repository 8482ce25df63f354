"""People, boxes, radio and air of the simulated room."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.addresses import parse_address
from config.geometry import shelves_of
from config.load import load_room, shipped_room
from simulators import acts, climate_acts
from simulators.acts import Impossible
from simulators.boxes import ShelvedBox, load_boxes, place_boxes
from simulators.physics import plc, radio
from simulators.physics.plc import Order
from simulators.things import InHand, OnDesk, OnShelf
from simulators.world import World, build_world, step

ROOM = load_room(shipped_room("small"))
BEGAN_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SHELVES = [str(address) for address, _ in shelves_of(ROOM)]


def a_world(boxes_per_shelf: int = 1) -> World:
    boxes = [
        ShelvedBox(
            code=f"B-{shelf}-{place}",
            epc=f"E28011600000{number:06X}{place:06X}",
            shelf=shelf,
            order_mm=place * 60,
            thickness_mm=55,
        )
        for number, shelf in enumerate(SHELVES)
        for place in range(boxes_per_shelf)
    ]
    return build_world(ROOM, place_boxes(ROOM, boxes), seed=1, began_at=BEGAN_AT)


def with_open_aisle(world: World, aisle: int) -> World:
    """Bring the gap of the small room's one segment to an aisle."""
    steel = plc.feed_watchdog(world.steel_of(1), 1)
    part = steel.segment(1)
    order = Order(cmd=1, param=aisle, seq=part.last_seq + 1, epoch=part.last_epoch, ttl_s=5)
    steel = plc.obey(steel, 1, order)
    for count in range(2, 1200):
        steel = plc.feed_watchdog(plc.advance(steel, 0.05), count)
    assert steel.segment(1).open_aisle == aisle
    return world.with_bank(steel)


def test_a_box_can_be_taken_and_returned_only_where_the_aisle_is_open() -> None:
    world = a_world()
    box = "B-S1-B1-C3-R-1-1-0"  # its face looks at aisle 2 of the segment
    with pytest.raises(Impossible, match="S1-B1-C3-R-1-1: its aisle is not open"):
        acts.take_box(world, box=box)
    world = acts.take_box(with_open_aisle(world, 2), box=box)
    assert world.boxes[box].spot == InHand()
    world = acts.put_box(world, box=box, on="desk")
    assert world.boxes[box].spot == OnDesk()
    world = acts.put_box(acts.take_box(world, box=box), box=box, on="home")
    assert world.boxes[box].spot == OnShelf(parse_address("S1-B1-C3-R-1-1"))


def test_a_box_can_be_put_on_a_wrong_shelf_within_reach() -> None:
    world = with_open_aisle(a_world(), 2)
    box = "B-S1-B1-C3-R-1-1-0"
    world = acts.take_box(world, box=box)
    moved = acts.put_box(world, box=box, on="S1-B1-C4-L-2-3")
    assert moved.boxes[box].spot == OnShelf(parse_address("S1-B1-C4-L-2-3"))
    with pytest.raises(Impossible, match="nobody can reach"):
        acts.put_box(world, box=box, on="S1-B1-C5-L-2-3")
    with pytest.raises(Impossible, match="no shelf of this room"):
        acts.put_box(world, box=box, on="S1-B1-C4-L-2-9")


def test_nobody_enters_a_closed_aisle_and_nobody_leaves_an_empty_one() -> None:
    world = a_world()
    with pytest.raises(Impossible, match="0 mm wide"):
        acts.enter_aisle(world, bank=1, segment=1, aisle=2)
    with pytest.raises(Impossible, match="nobody is in aisle 5"):
        acts.leave_aisle(world, bank=1, segment=1, aisle=5)
    inside = acts.enter_aisle(world, bank=1, segment=1, aisle=5)
    assert inside.steel_of(1).segment(1).people[5] == 1
    assert acts.leave_aisle(inside, bank=1, segment=1, aisle=5) == world


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_box_is_in_one_place_and_none_is_ever_lost(data: st.DataObject) -> None:
    world = with_open_aisle(a_world(), 2)
    codes = sorted(world.boxes)
    for _ in range(data.draw(st.integers(0, 25))):
        box = data.draw(st.sampled_from(codes))
        try:
            if data.draw(st.booleans()):
                world = acts.take_box(world, box=box)
            else:
                on = data.draw(st.sampled_from(["desk", "home", *SHELVES]))
                world = acts.put_box(world, box=box, on=on)
        except Impossible:
            continue
    index = radio.index_tags(world)
    tags = Counter(tag.epc for there in index.values() for tag in there)
    assert tags == Counter(world.boxes[code].epc for code in codes)


def heard_by(world: World, covers: str, runs: int = 300) -> dict[str, list[float]]:
    """Run an antenna many times; return the RSSI values by tag."""
    covered = radio.zones_covered(world.room, parse_address(covers))
    index = radio.index_tags(world)
    draw = Random(5)
    found: dict[str, list[float]] = {}
    for _ in range(runs):
        for heard in radio.hear(index, radio.couplings(world, covered), draw):
            found.setdefault(heard.epc, []).append(heard.rssi_dbm)
    return found


def share(world: World, found: dict[str, list[float]], section: str) -> tuple[float, float]:
    """Say how often tags of a section were heard, and how loudly."""
    epcs = [b.epc for b in world.boxes.values() if str(b.home).startswith(f"{section}-")]
    values = [value for epc in epcs for value in found.get(epc, [])]
    return len(values) / (300 * len(epcs)), mean(values) if values else -99.0


def test_an_antenna_hears_its_own_section_best() -> None:
    world = a_world(boxes_per_shelf=4)
    found = heard_by(world, "S1-B1-C3-L-1")
    own, own_dbm = share(world, found, "S1-B1-C3-L-1")
    assert 0.8 < own < 0.9
    for near in ("S1-B1-C3-L-2", "S1-B1-C3-R-1", "S1-B1-C2-R-1"):
        probability, loudness_dbm = share(world, found, near)
        assert 0.02 < probability < 0.3
        assert 6 <= own_dbm - loudness_dbm <= 14
    assert share(world, found, "S1-B1-C5-L-1")[0] == 0


def test_the_face_across_is_fainter_while_the_aisle_between_is_open() -> None:
    closed = a_world(boxes_per_shelf=4)
    opened = with_open_aisle(closed, 1)  # between columns 2 and 3
    before, _ = share(closed, heard_by(closed, "S1-B1-C3-L-1"), "S1-B1-C2-R-1")
    after, _ = share(opened, heard_by(opened, "S1-B1-C3-L-1"), "S1-B1-C2-R-1")
    assert after < before / 2


def test_the_desk_antenna_hears_what_lies_on_the_desk_loudly_and_hardly_anything_else() -> None:
    world = with_open_aisle(a_world(), 2)
    world = acts.take_box(world, box="B-S1-B1-C3-R-1-1-0")
    index = radio.index_tags(world)
    draw = Random(3)
    carried = [h for _ in range(500) for h in radio.hear(index, radio.desk_reach(), draw)]
    assert len(carried) < 25
    assert all(heard.rssi_dbm < -55 for heard in carried)
    world = acts.put_box(world, box="B-S1-B1-C3-R-1-1-0", on="desk")
    index = radio.index_tags(world)
    lying = [h for _ in range(500) for h in radio.hear(index, radio.desk_reach(), draw)]
    assert len(lying) > 480
    assert sum(heard.rssi_dbm > -55 for heard in lying) > 480


def test_the_same_seed_hears_the_same() -> None:
    world = a_world()
    assert heard_by(world, "S1-B1-C3-L-1") == heard_by(world, "S1-B1-C3-L-1")


def test_the_air_drifts_slowly_and_is_warmer_in_the_afternoon() -> None:
    world = a_world()
    place = (3000, 4000)
    hours = [step(world, 3600.0 * hour).climate(place) for hour in range(24)]
    assert all(15 < climate.temperature_c < 23 for climate in hours)
    assert all(40 < climate.humidity_pct < 60 for climate in hours)
    afternoon, night = hours[22], hours[10]  # 15:00 and 03:00 by the room's clock
    assert afternoon.temperature_c > night.temperature_c + 1
    now, soon = world.climate(place), step(world, 10).climate(place)
    assert abs(now.temperature_c - soon.temperature_c) < 0.05
    assert world.climate((100, 100)) != now
    assert step(world, 7.0).at == BEGAN_AT + timedelta(seconds=7)


def test_somebody_can_make_the_room_damp() -> None:
    world = a_world()
    damp = climate_acts.shift_air(world, temperature_c=2.0, humidity_pct=20.0)
    before, after = world.climate((0, 0)), damp.climate((0, 0))
    assert after.temperature_c == pytest.approx(before.temperature_c + 2.0)
    assert after.humidity_pct == pytest.approx(before.humidity_pct + 20.0)


def test_the_list_of_boxes_is_read_and_its_errors_name_the_line(tmp_path: Path) -> None:
    file = tmp_path / "tags.csv"
    file.write_text(
        "\ufeffbox_code,epc,shelf,order_mm,thickness_mm\nB-1,e2001122,S1-B1-C2-L-1-1,0,50\n"
    )
    assert load_boxes(file)[0].epc == "E2001122"
    file.write_text("box_code,epc,shelf,order_mm,thickness_mm\nB-1,xyz,S1-B1-C2-L-1-1,0,50\n")
    with pytest.raises(ValueError, match="line 2"):
        load_boxes(file)
    file.write_text("code,epc\n")
    with pytest.raises(ValueError, match="first line must be box_code"):
        load_boxes(file)


def test_a_tag_that_stands_twice_is_told() -> None:
    world = a_world()
    first = next(iter(world.boxes.values()))
    twin = replace(first, code="B-TWIN")
    with pytest.raises(ValueError, match="stands twice"):
        build_world(ROOM, (first, twin), seed=1, began_at=BEGAN_AT)
