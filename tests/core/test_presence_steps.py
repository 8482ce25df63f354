"""What one room's antennas hear becomes boxes that are seen, moved and gone, and nothing else."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from config.addresses import Face
from config.room import (
    Antenna,
    Bank,
    Climate,
    FaceShape,
    LlrpReader,
    PlanPoint,
    Room,
    TcpAddress,
    Words,
)
from drivers.readings import AntennaCycle, TagRead
from drivers.room.presence import (
    DESK,
    Aisles,
    BoxGone,
    BoxMoved,
    BoxSeen,
    Decision,
    Heard,
    Hearing,
    Presence,
    field_of,
    restore,
    rows_of,
    step,
)

DESK_ANTENNA, LEFT, RIGHT, OTHER = 1, 2, 3, 4
ZONES = {
    DESK_ANTENNA: DESK,
    LEFT: "R1-B1-C3-R",
    RIGHT: "R1-B1-C4-L",
    OTHER: "R1-B2-C2-L",
}
BOX = "E280117000000000000000A1"
NAME = Words(zh="室", en="room")


def bank(number: int) -> Bank:
    return Bank(
        bank=number,
        name=NAME,
        at_mm=PlanPoint(x=0, y=0),
        columns=6,
        fixed=(1,),
        column_width_mm=600,
        column_depth_mm=4500,
        aisle_mm=900,
        face=FaceShape(sections=5, shelves=6, shelf_length_mm=900),
    )


ROOM = Room(
    format=1,
    room="R1",
    name=NAME,
    size_mm=PlanPoint(x=20000, y=9000),
    climate=Climate(profile="paper"),
    banks=(bank(1), bank(2)),
    devices=(
        LlrpReader(
            driver="rfid.llrp",
            id="reader-1",
            at=TcpAddress(host="127.0.0.1", port=5084),
            antennas=tuple(Antenna(antenna=a, covers=z) for a, z in ZONES.items()),
        ),
    ),
)
FIELD = field_of(ROOM)
AISLE_BETWEEN_3_AND_4 = 2
OPEN = Aisles().with_bank(1, open_aisles={1: (AISLE_BETWEEN_3_AND_4,)}, moving=False, at_s=0.0)
SHUT = Aisles().with_bank(1, open_aisles={1: (5,)}, moving=False, at_s=0.0)


class Scene:
    """Runs cycle after cycle of all four antennas and keeps what was decided."""

    def __init__(
        self,
        aisles: Aisles = OPEN,
        homes: Mapping[str, str] | None = None,
        presence: Presence | None = None,
    ) -> None:
        self.presence = presence or Presence()
        self.aisles = aisles
        self.homes = {BOX: "R1-B1-C3-R-2-4"} if homes is None else homes
        self.decisions: list[Decision] = []
        self.at_s = 100.0

    def cycle(self, antenna: int, levels: Mapping[str, float | None]) -> None:
        self.at_s += 0.2
        heard = Heard(antenna=("reader-1", antenna), levels_dbm=levels, at_s=self.at_s)
        self.presence, decided = step(FIELD, self.presence, heard, self.aisles, self.homes)
        self.decisions += decided

    def rounds(self, count: int, **levels: float | None) -> None:
        """Run rounds in which the box is heard at some antennas: desk, left, right, other."""
        names = {"desk": DESK_ANTENNA, "left": LEFT, "right": RIGHT, "other": OTHER}
        for _ in range(count):
            for name, antenna in names.items():
                self.cycle(antenna, {BOX: levels[name]} if name in levels else {})

    def steel(self, *, moving: bool, aisle: int | None = AISLE_BETWEEN_3_AND_4) -> None:
        self.aisles = self.aisles.with_bank(
            1, open_aisles={1: () if aisle is None else (aisle,)}, moving=moving, at_s=self.at_s
        )


def with_box_on_shelf() -> Scene:
    room = Scene()
    room.rounds(10, left=-55.0)
    assert room.presence.zone_of(BOX) == ZONES[LEFT]
    room.decisions.clear()
    return room


def kinds(decisions: Iterable[Decision]) -> list[str]:
    return [type(decision).__name__ for decision in decisions]


def test_a_box_among_four_antennas_that_all_overhear_it_is_seen_where_it_is_read_best() -> None:
    room = Scene(homes={})
    rng = random.Random(5)
    for _ in range(60):
        heard = {"left": -55.0} if rng.random() < 0.85 else {}
        heard |= {name: -61.0 for name in ("right", "other") if rng.random() < 0.35}
        room.rounds(1, **heard)
    assert room.presence.zone_of(BOX) == ZONES[LEFT]
    assert kinds(room.decisions) == ["BoxSeen"]


def test_a_box_that_left_the_desk_is_gone_though_shelf_antennas_had_no_turn_yet() -> None:
    room = with_box_on_shelf()
    room.rounds(8, desk=-48.0, left=-62.0)
    room.rounds(20, desk=-48.0)
    room.decisions.clear()
    for _ in range(12):
        room.cycle(DESK_ANTENNA, {})
    assert kinds(room.decisions) == ["BoxGone"]
    assert room.presence.zone_of(BOX) is None


def test_a_box_on_its_shelf_is_seen_once() -> None:
    room = Scene()
    room.rounds(60, left=-55.0)
    (seen,) = room.decisions
    assert isinstance(seen, BoxSeen)
    assert (seen.epc, seen.zone, seen.reader_id) == (BOX, ZONES[LEFT], "reader-1")
    assert 0.99 <= seen.confidence <= 1.0


def test_a_single_read_is_never_a_presence() -> None:
    room = Scene()
    room.rounds(1, left=-50.0)
    room.rounds(100)
    assert room.decisions == []
    assert room.presence.tags == {}


def test_a_box_that_is_taken_is_gone_within_a_dozen_cycles_and_not_at_the_first_silence() -> None:
    room = with_box_on_shelf()
    room.rounds(3)
    assert room.decisions == []
    room.rounds(12)
    (gone,) = room.decisions
    assert isinstance(gone, BoxGone)
    assert gone.zone == ZONES[LEFT]
    assert room.presence.zone_of(BOX) is None


def test_even_a_tag_that_is_always_read_is_not_gone_before_its_window_is_over() -> None:
    room = with_box_on_shelf()
    room.rounds(100, left=-55.0)
    room.rounds(6)
    assert room.decisions == []
    room.rounds(3)
    assert kinds(room.decisions) == ["BoxGone"]


def test_a_tag_that_is_read_badly_gets_more_time_before_it_is_gone() -> None:
    room = with_box_on_shelf()
    for _ in range(60):  # heard every third cycle: its own read rate is learnt
        room.rounds(2)
        room.rounds(1, left=-55.0)
    room.decisions.clear()
    room.rounds(12)
    assert room.decisions == []
    room.rounds(60)
    assert kinds(room.decisions) == ["BoxGone"]


def test_a_box_put_on_the_opposite_face_has_moved() -> None:
    room = with_box_on_shelf()
    room.rounds(40, left=-55.0)
    for _ in range(6):
        room.rounds(2, right=-54.0)
        room.rounds(1, right=-54.0, left=-63.0)
    (moved,) = room.decisions
    assert isinstance(moved, BoxMoved)
    assert (moved.from_zone, moved.zone) == (ZONES[LEFT], ZONES[RIGHT])


def test_a_neighbouring_antenna_that_overhears_a_box_does_not_move_it() -> None:
    room = with_box_on_shelf()
    for turn in range(200):
        room.rounds(1, left=-55.0, **({"right": -60.0} if turn % 3 == 0 else {}))
    assert room.decisions == []


def test_of_two_antennas_that_hear_a_box_equally_often_the_louder_one_has_it() -> None:
    others = {LEFT: "A1", RIGHT: "A2"}  # boxes that show what each antenna usually hears
    room = Scene(homes={"A1": "R1-B1-C3-R-1-1", "A2": "R1-B1-C4-L-1-1"})
    levels = {LEFT: -50.0, RIGHT: -60.0}  # one cable loses 10 dB
    for _ in range(20):
        for antenna, epc in others.items():
            room.cycle(antenna, {epc: levels[antenna]})
    for _ in range(60):
        room.cycle(LEFT, {"A1": -50.0, BOX: -58.0})
        room.cycle(RIGHT, {"A2": -60.0, BOX: -60.0})
    assert room.presence.zone_of(BOX) == ZONES[RIGHT]


def test_a_box_laid_on_the_desk_is_seen_there_after_it_left_its_shelf() -> None:
    room = with_box_on_shelf()
    room.rounds(12)
    room.rounds(4, desk=-48.0)
    assert kinds(room.decisions) == ["BoxGone", "BoxSeen"]
    assert room.presence.zone_of(BOX) == DESK


def test_a_box_that_comes_back_to_its_home_is_seen_after_three_good_cycles() -> None:
    room = with_box_on_shelf()
    room.rounds(13)
    assert kinds(room.decisions) == ["BoxGone"]
    room.rounds(1, left=-55.0)
    assert kinds(room.decisions) == ["BoxGone"]
    room.rounds(2, left=-55.0)
    assert kinds(room.decisions) == ["BoxGone", "BoxSeen"]
    assert room.presence.zone_of(BOX) == ZONES[LEFT]


def test_a_box_that_was_gone_lies_on_the_desk_after_three_cycles() -> None:
    room = with_box_on_shelf()
    room.rounds(13)
    room.rounds(3, desk=-48.0)
    assert room.presence.zone_of(BOX) == DESK


def test_a_box_that_is_back_home_before_the_desk_gave_it_up_has_moved_within_six_cycles() -> None:
    room = Scene()
    room.rounds(20, left=-55.0)
    room.rounds(40, desk=-48.0)
    room.rounds(5)
    room.decisions.clear()
    room.rounds(6, left=-55.0)
    assert kinds(room.decisions) == ["BoxMoved"]
    assert room.presence.zone_of(BOX) == ZONES[LEFT]


def test_a_box_laid_on_the_desk_at_once_has_moved_there_after_six_cycles() -> None:
    room = with_box_on_shelf()
    room.rounds(6, desk=-48.0)
    assert kinds(room.decisions) == ["BoxMoved"]


def test_a_box_that_comes_back_but_is_only_overheard_at_home_is_not_seen_there() -> None:
    room = with_box_on_shelf()
    room.rounds(40)
    room.decisions.clear()
    rng = random.Random(3)
    for _ in range(3000):
        room.rounds(1, **({"left": -64.0} if rng.random() < 0.12 else {}))
    assert room.decisions == []


def test_a_box_that_was_never_heard_is_not_told_as_gone() -> None:
    room = Scene()
    room.rounds(500)
    assert room.decisions == []


def test_a_tag_below_the_gate_of_the_desk_does_not_lie_on_it() -> None:
    room = Scene()
    room.rounds(100, desk=-56.0)
    assert room.presence.zone_of(BOX) is None


def test_a_desk_read_of_unknown_strength_proves_nothing() -> None:
    room = Scene()
    room.rounds(100, desk=None)
    assert room.presence.zone_of(BOX) is None


def test_a_reader_without_levels_still_tells_which_shelf_a_box_is_on() -> None:
    room = Scene()
    room.rounds(30, left=None)
    assert room.presence.zone_of(BOX) == ZONES[LEFT]


def test_a_box_without_a_known_home_is_tracked_too() -> None:
    room = Scene(homes={})
    room.rounds(30, left=-55.0)
    assert kinds(room.decisions) == ["BoxSeen"]


def test_a_home_that_is_no_address_stops_nothing() -> None:
    room = Scene(homes={BOX: "somewhere"})
    room.rounds(40, left=-55.0)
    assert room.presence.zone_of(BOX) == ZONES[LEFT]


def test_a_box_of_an_uncovered_shelf_that_is_overheard_is_not_in_the_antennas_zone() -> None:
    room = Scene(homes={BOX: "R1-B1-C5-R-1-1"})
    rng = random.Random(7)
    for _ in range(300):
        room.rounds(1, **({"left": -60.0} if rng.random() < 0.3 else {}))
    assert room.presence.zone_of(BOX) is None


def test_nothing_is_decided_about_a_bank_while_its_carriages_move() -> None:
    room = with_box_on_shelf()
    room.steel(moving=True, aisle=None)
    room.rounds(200)
    room.rounds(200, right=-50.0)
    assert room.decisions == []
    assert room.presence.zone_of(BOX) == ZONES[LEFT]


def test_a_cycle_that_began_while_a_carriage_moved_does_not_count() -> None:
    room = with_box_on_shelf()
    before = room.presence.tags
    room.steel(moving=True, aisle=None)
    room.steel(moving=False)
    room.rounds(1)
    assert room.presence.tags == before
    room.rounds(1)
    assert room.presence.tags != before


def test_a_moving_bank_does_not_silence_another_bank_or_the_desk() -> None:
    room = Scene(homes={})
    room.steel(moving=True, aisle=None)
    room.rounds(40, other=-55.0)
    assert room.presence.zone_of(BOX) == ZONES[OTHER]


def test_behind_a_shut_aisle_it_takes_more_silence_to_call_a_box_gone() -> None:
    def cycles_until_gone(aisles: Aisles) -> int:
        room = with_box_on_shelf()
        room.aisles = aisles
        room.rounds(5, left=-55.0)
        for count in range(1, 100):
            room.rounds(1)
            if room.decisions:
                return count
        raise AssertionError("never gone")

    assert cycles_until_gone(OPEN) < cycles_until_gone(SHUT) <= 30


def test_an_antenna_that_goes_deaf_behind_shut_steel_makes_no_box_disappear() -> None:
    boxes = {f"E28011700000000000000{n:03X}": -55.0 for n in range(20)}
    room = Scene(homes=dict.fromkeys(boxes, "R1-B1-C3-R-1-1"))
    for _ in range(20):
        room.cycle(LEFT, boxes)
    assert len(room.presence.located()) == 20
    room.decisions.clear()
    room.aisles = SHUT
    for _ in range(500):
        room.cycle(LEFT, {})
    assert room.decisions == []


def test_an_antenna_the_room_file_does_not_name_is_ignored() -> None:
    room = Scene()
    room.cycle(9, {BOX: -40.0})
    assert room.presence == Presence()


def test_a_restart_invents_no_departure_and_no_arrival() -> None:
    before = with_box_on_shelf()
    saved = json.loads(json.dumps(rows_of(before.presence)))
    after = Scene(presence=restore(saved))
    assert after.presence.zone_of(BOX) == ZONES[LEFT]
    after.rounds(50, left=-55.0)
    assert after.decisions == []
    after.rounds(20)
    assert kinds(after.decisions) == ["BoxGone"]


def test_a_restored_state_goes_on_as_the_one_that_was_saved() -> None:
    one = with_box_on_shelf()
    two = Scene(presence=restore(json.loads(json.dumps(rows_of(one.presence)))))
    for room in (one, two):
        room.rounds(5)
        room.rounds(3, right=-52.0, left=-60.0)
        room.rounds(12, right=-52.0)
    assert one.presence.located() == two.presence.located()
    assert kinds(one.decisions) == kinds(two.decisions)


def test_rows_that_cannot_be_understood_are_left_out() -> None:
    good = rows_of(with_box_on_shelf().presence)
    rows: Any = {
        **good,
        "A1": {},
        "A2": {"zone": 3, "belief": {}, "traces": [], "silence": 0},
        "A3": {"zone": "desk", "belief": {"x": "y"}, "traces": [], "silence": 0},
    }
    assert rows_of(restore(rows)) == good


def test_only_the_asked_rows_are_written_and_a_forgotten_tag_has_none() -> None:
    room = with_box_on_shelf()
    assert rows_of(room.presence, [BOX, "FFFF"]).keys() == {BOX}


def test_reads_count_for_the_cycle_that_heard_them_with_their_strongest_level() -> None:
    hearing = Hearing()

    def read(antenna: int, epc: str, level: float | None) -> Heard | None:
        return hearing.take(
            TagRead(reader_id="r", antenna=antenna, epc=epc, rssi_dbm=level, count=1, at_s=1.0)
        )

    assert read(1, "AA", -60.0) is None
    assert read(1, "AA", -50.0) is None
    assert read(1, "AA", None) is None
    assert read(2, "BB", None) is None
    done = AntennaCycle(reader_id="r", antenna=1, at_s=2.0)
    assert hearing.take(done) == Heard(antenna=("r", 1), levels_dbm={"AA": -50.0}, at_s=2.0)
    assert hearing.take(done) == Heard(antenna=("r", 1), levels_dbm={}, at_s=2.0)
    hearing.forget("r")
    assert hearing.take(AntennaCycle(reader_id="r", antenna=2, at_s=3.0)) == Heard(
        antenna=("r", 2), levels_dbm={}, at_s=3.0
    )


def test_the_face_of_a_zone_decides_which_aisle_leads_to_it() -> None:
    (aisle,) = FIELD.aisles_of(ZONES[LEFT])
    assert (aisle.bank, aisle.segment, aisle.aisle) == (1, 1, AISLE_BETWEEN_3_AND_4)
    assert FIELD.aisles_of(ZONES[LEFT]) == FIELD.aisles_of(ZONES[RIGHT])
    assert FIELD.aisles_of(DESK) == frozenset()
    assert FIELD.home_zone(f"R1-B1-C3-{Face.RIGHT}-2-4") == ZONES[LEFT]
    assert FIELD.home_zone("R1-B1-C6-L-1-1") is None


def test_a_reader_that_repeats_itself_makes_no_presence_of_one_cycle() -> None:
    hearing = Hearing()
    room = Scene()
    for _ in range(50):
        repeated = TagRead(
            reader_id="reader-1", antenna=LEFT, epc=BOX, rssi_dbm=-55.0, count=1, at_s=101.0
        )
        assert hearing.take(repeated) is None
    heard = hearing.take(AntennaCycle(reader_id="reader-1", antenna=LEFT, at_s=101.0))
    assert heard is not None
    room.cycle(LEFT, heard.levels_dbm)
    assert room.decisions == []


def test_a_clock_that_jumps_back_neither_loses_nor_invents_a_box() -> None:
    room = with_box_on_shelf()
    room.at_s -= 5000.0
    room.rounds(30, left=-55.0)
    assert room.decisions == []
    room.at_s += 90_000.0
    room.rounds(12)
    assert kinds(room.decisions) == ["BoxGone"]


def test_a_tag_of_a_file_is_followed_like_one_of_a_box_whatever_its_length() -> None:
    file_tag = "30" * 31 + "00" * 31
    room = Scene(homes={BOX: "R1-B1-C3-R-2-4", file_tag: "R1-B1-C3-R-2-4"})
    for _ in range(10):
        room.cycle(LEFT, {BOX: -55.0, file_tag: -57.0})
        room.cycle(DESK_ANTENNA, {})
    for _ in range(12):
        room.cycle(LEFT, {BOX: -55.0})
        room.cycle(DESK_ANTENNA, {file_tag: -45.0})
    assert room.presence.located() == {BOX: ZONES[LEFT], file_tag: DESK}


EPCS = ("A1", "B2", "C3")
LEVELS = st.one_of(st.none(), st.floats(-90, -20))
CYCLES = st.tuples(
    st.sampled_from(sorted(ZONES)),
    st.dictionaries(st.sampled_from(EPCS), LEVELS),
    st.sampled_from(["still", "moves", "shut"]),
    st.integers(1, 12),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(CYCLES, max_size=40))
def test_whatever_is_heard_a_tag_is_in_one_zone_and_events_tell_the_whole_story(
    story: list[tuple[int, dict[str, float | None], str, int]],
) -> None:
    homes = {"A1": "R1-B1-C3-R-1-1", "B2": "R1-B1-C5-L-1-1"}
    room = Scene(homes=homes)
    twin = Scene(homes=homes)
    for antenna, levels, steel, times in story:
        for each in (room, twin):
            each.steel(
                moving=steel == "moves", aisle=5 if steel == "shut" else AISLE_BETWEEN_3_AND_4
            )
            told = len(each.decisions)
            for _ in range(times):
                each.cycle(antenna, levels)
            if steel == "moves" and antenna in (LEFT, RIGHT):
                assert len(each.decisions) == told
    places: dict[str, str] = {}
    for decision in room.decisions:
        match decision:
            case BoxSeen(epc=epc, zone=zone):
                assert epc not in places
                places[epc] = zone
            case BoxMoved(epc=epc, from_zone=old, zone=zone):
                assert places[epc] == old != zone
                places[epc] = zone
            case BoxGone(epc=epc, zone=zone):
                assert places.pop(epc) == zone
    assert places == room.presence.located()
    assert (room.presence, room.decisions) == (twin.presence, twin.decisions)
    for tag in room.presence.tags.values():
        assert abs(sum(tag.belief.values()) - 1) < 0.01
        assert all(0 < p <= 1 for p in tag.belief.values())
    for zone, epcs in room.presence.candidates.items():
        for epc in epcs:
            assert zone in room.presence.tags[epc].belief
