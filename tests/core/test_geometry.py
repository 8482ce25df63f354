"""Addresses and the geometry of steel: parsing, segments, aisles, positions, times."""

from __future__ import annotations

from random import Random
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.addresses import Face, SlotAddress, parse_address
from config.geometry import (
    AislePlace,
    aisle_of,
    bank_width_mm,
    column_positions_mm,
    faces_of_aisle,
    move_time_s,
    park_aisle,
    park_aisles,
    segments_of,
    shelves_of,
)
from config.load import load_room, shipped_room
from config.room import Bank, FaceShape, PlanPoint, Words

NUMBERS = st.integers(1, 999)


def a_bank(
    columns: int,
    fixed: tuple[int, ...],
    gaps: Literal[1, 2] = 1,
    park_at: Literal["first_aisle", "last_aisle"] = "last_aisle",
) -> Bank:
    return Bank(
        bank=1,
        name=Words(zh="区", en="Bank"),
        at_mm=PlanPoint(x=0, y=0),
        columns=columns,
        fixed=fixed,
        column_width_mm=500,
        column_depth_mm=4000,
        aisle_mm=900,
        gaps=gaps,
        park_at=park_at,
        face=FaceShape(sections=1, shelves=1, shelf_length_mm=900),
    )


@st.composite
def banks(draw: st.DrawFn) -> Bank:
    columns = draw(st.integers(1, 20))
    fixed = draw(st.sets(st.integers(1, columns), max_size=columns - 1))
    gaps: Literal[1, 2] = draw(st.sampled_from([1, 2]))
    park_at: Literal["first_aisle", "last_aisle"] = draw(
        st.sampled_from(["first_aisle", "last_aisle"])
    )
    return a_bank(columns, tuple(sorted(fixed)), gaps, park_at)


@given(NUMBERS, NUMBERS, st.sampled_from(Face), NUMBERS, NUMBERS, st.none() | NUMBERS)
def test_an_address_reads_back_as_it_was_printed(
    bank: int, column: int, face: Face, section: int, shelf: int, slot: int | None
) -> None:
    address = SlotAddress(
        room="R1", bank=bank, column=column, face=face, section=section, shelf=shelf, slot=slot
    )
    assert parse_address(str(address)) == address


@pytest.mark.parametrize(
    "text", ["", "r1", "R1-C2", "R1-B0", "R1-B01", "R1-B1-C2-X", "R1-B1-C1-L-1-2-3-4", "R1-B1--L"]
)
def test_what_is_no_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="R1-B2-C7-L-3-5-12"):
        parse_address(text)


def test_a_place_contains_what_lies_in_it_and_not_its_namesakes() -> None:
    assert parse_address("R1-B1-C1").contains(parse_address("R1-B1-C1-L-2"))
    assert not parse_address("R1-B1-C1").contains(parse_address("R1-B1-C10-L-2"))


def test_an_address_has_no_holes() -> None:
    with pytest.raises(ValueError, match="holes"):
        SlotAddress(room="R1", column=3)


@given(banks())
def test_segments_hold_every_movable_column_once(bank: Bank) -> None:
    columns = [column for segment in segments_of(bank) for column in segment.columns]
    assert columns == [c for c in range(1, bank.columns + 1) if c not in bank.fixed]


@given(banks(), st.randoms(use_true_random=False))
def test_columns_never_overlap_and_leave_exactly_the_gaps_of_each_segment(
    bank: Bank, random: Random
) -> None:
    segments = segments_of(bank)
    gaps = {s.segment: random.sample(list(s.aisles), bank.gaps) for s in segments}
    positions = column_positions_mm(bank, gaps)
    edges = [0, *(p + bank.column_width_mm for p in positions.values())]
    starts = [*positions.values(), bank_width_mm(bank)]
    free = [start - edge for edge, start in zip(edges, starts, strict=True)]
    assert set(free) <= {0, bank.aisle_mm}
    assert sum(free) == bank.aisle_mm * sum(len(aisles) for aisles in gaps.values())
    for segment in segments:
        for aisle in segment.aisles:
            is_open = free[segment.first - 1 + aisle] == bank.aisle_mm
            assert is_open == (aisle in gaps[segment.segment])


@given(banks())
def test_fixed_columns_stand_still_wherever_the_gaps_are(bank: Bank) -> None:
    segments = segments_of(bank)
    first = column_positions_mm(bank, {s.segment: s.aisles[: bank.gaps] for s in segments})
    last = column_positions_mm(bank, {s.segment: s.aisles[-bank.gaps :] for s in segments})
    assert all(first[column] == last[column] for column in bank.fixed)


@given(banks())
def test_a_parked_segment_has_all_its_gaps_at_the_parking_end(bank: Bank) -> None:
    for segment in segments_of(bank):
        parked = park_aisles(bank, segment)
        assert len(parked) == bank.gaps
        assert park_aisle(bank, segment) in parked
        assert parked == tuple(range(parked[0], parked[-1] + 1))


def test_every_face_of_the_reference_room_is_reached_from_one_aisle_or_is_always_free() -> None:
    room = load_room(shipped_room("reference"))
    reached: dict[AislePlace | None, set[tuple[int, Face]]] = {}
    for address, _ in shelves_of(room):
        assert address.column is not None
        assert address.face is not None
        reached.setdefault(aisle_of(room, address), set()).add((address.column, address.face))
    assert reached.pop(None) == {(1, Face.LEFT), (15, Face.RIGHT)}, "the outer faces of fixed ends"
    for aisle, faces in reached.items():
        assert aisle is not None
        assert set(faces_of_aisle(room, aisle)) == faces
    assert len(reached) == 15 + 8 + 8 + 15


def test_the_gap_takes_its_travel_and_one_delay_a_column() -> None:
    bank = a_bank(6, ())
    assert move_time_s(bank, 2, 2) == 0
    assert move_time_s(bank, 2, 5) == pytest.approx(900 / 60 + 3)
    assert move_time_s(bank, 5, 2) == move_time_s(bank, 2, 5)
