"""A column that somebody locked out moves for nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.geometry import column_positions_mm, segments_of
from config.room import Bank
from drivers.messages import Actor
from drivers.readings import SteelState
from drivers.room.motion import (
    Answer,
    DriveTo,
    Limits,
    LockOut,
    LockOutAsked,
    ReadInterlocks,
    ReportConfirmed,
    Segment,
    Unknown,
    step,
)
from drivers.room.motion.gaps import moved_columns
from tests.core.motion_parts import (
    LI,
    LIMITS,
    WANG,
    asks,
    code_of,
    driving,
    interlocks,
    linked,
    refusal,
    sees,
    steel_at,
)

COLUMNS = (5, 6, 7)
HERE = replace(LIMITS, first_column=5)
SHAPE = {"sections": 1, "shelves": 1, "shelf_length_mm": 900}


def locks_out(
    verb: str = "lock_out", column: int = 6, actor: Actor = LI, origin: str = "controller"
) -> LockOutAsked:
    return LockOutAsked(
        at_s=100.0,
        request_id="o1",
        verb=verb,  # type: ignore[arg-type]  # any verb a test names
        column=column,
        actor=actor,
        origin=origin,  # type: ignore[arg-type]  # any origin a test names
        reason="a loose shelf",
    )


def locked_out(*columns: int, actor: Actor = LI) -> Segment:
    lock_outs = tuple(LockOut(column=c, actor=actor, since_s=90.0) for c in columns)
    return replace(linked(HERE), lock_outs=lock_outs)


def refused(code: str, column: int = 6, **by: str) -> tuple[Answer]:
    detail: dict[str, str | int | float] = {"column": column, **by}
    return (Answer(request_id="o1", status="refused", code=code, detail=detail),)


DONE = Answer(request_id="o1", status="done")


def test_a_column_is_locked_out_in_a_persons_name() -> None:
    segment, commands = step(linked(HERE), locks_out())
    assert commands == (DONE,)
    expected = LockOut(column=6, actor=LI, since_s=100.0, reason="a loose shelf")
    assert segment.lock_outs == (expected,)
    assert step(segment, locks_out())[0].lock_outs == (expected,)
    segment, _ = step(segment, locks_out(column=5))
    assert [lock_out.column for lock_out in segment.lock_outs] == [5, 6]


@pytest.mark.parametrize(("aisle", "moved"), [(0, []), (1, [5]), (2, [5, 6]), (3, [5, 6, 7])])
def test_a_journey_that_would_move_it_is_refused_and_no_other(aisle: int, moved: list[int]) -> None:
    """The gap stands in aisle 0, before column 5."""
    for column in COLUMNS:
        _, commands = step(locked_out(column), asks(aisle=aisle))
        if column not in moved:
            assert commands == (ReadInterlocks("r1"),)
            continue
        told = refusal(locked_out(column), asks(aisle=aisle))
        assert (told.code, told.detail) == ("column_locked_out", {"column": column, "by": "Li"})


def test_even_the_person_who_locked_it_out_does_not_move_it() -> None:
    assert code_of(locked_out(5), asks(actor=LI)) == "column_locked_out"


@pytest.mark.parametrize("column", COLUMNS)
def test_closing_and_parking_move_what_stands_between_the_gap_and_its_place(column: int) -> None:
    for verb in ("close_all", "park"):
        assert code_of(locked_out(column), asks(aisle=None, verb=verb)) == "column_locked_out"
    there, _ = step(locked_out(column), sees(100.0, open_aisles=(3,)))
    assert step(there, asks(aisle=None, verb="close_all"))[1] == (ReadInterlocks("r1"),)


@pytest.mark.parametrize("column", COLUMNS)
def test_ventilating_moves_all_and_so_does_anything_while_nobody_knows_where_the_gap_is(
    column: int,
) -> None:
    assert code_of(locked_out(column), asks(aisle=None, verb="ventilate")) == "column_locked_out"
    halted, _ = step(locked_out(column), sees(100.0, state=SteelState.HALTED, open_aisles=()))
    spread, _ = step(locked_out(column), sees(100.0, state=SteelState.VENTILATING, open_aisles=()))
    for segment in (halted, spread):
        for aisle in range(4):
            assert code_of(segment, asks(aisle=aisle)) == "column_locked_out"


def test_a_lock_out_that_comes_while_the_interlocks_are_read_still_counts() -> None:
    segment, _ = step(linked(HERE), asks())
    segment, _ = step(segment, locks_out())
    assert code_of(segment, interlocks()) == "column_locked_out"


def test_while_it_moves_a_lock_out_would_promise_what_it_cannot_keep() -> None:
    segment = replace(driving(), limits=HERE)
    assert step(segment, locks_out())[1] == refused("already_moving")


def test_only_movable_columns_of_the_segment_are_locked_out() -> None:
    for column in (4, 8):
        assert step(linked(HERE), locks_out(column=column))[1] == refused("no_such_column", column)


def test_a_lock_out_is_set_even_while_the_bank_is_away() -> None:
    away = Segment(limits=HERE, phase=Unknown("link_lost"))
    assert step(away, locks_out())[1] == (DONE,)


def test_who_set_it_lifts_it_from_anywhere_and_others_at_the_bank_only() -> None:
    lifted, commands = step(locked_out(6), locks_out("lift_lock_out"))
    assert (lifted.lock_outs, commands) == ((), (DONE,))
    kept, commands = step(locked_out(6), locks_out("lift_lock_out", actor=WANG))
    assert commands == refused("column_locked_out", by="Li")
    assert kept.lock_outs
    lifts = locks_out("lift_lock_out", actor=WANG, origin="bank_page")
    lifted, commands = step(locked_out(6), lifts)
    assert commands == (ReportConfirmed(WANG, "lock_out_lifted"), DONE)
    assert lifted.lock_outs == ()


def test_one_persons_lock_out_is_not_taken_over_by_another() -> None:
    segment, commands = step(locked_out(6), locks_out(actor=WANG))
    assert commands == refused("column_locked_out", by="Li")
    assert segment.lock_outs[0].actor == LI
    assert step(linked(HERE), locks_out("lift_lock_out"))[1] == refused("not_locked_out")


@pytest.mark.parametrize("gaps", [1, 2])
@pytest.mark.parametrize("park_at", ["first_aisle", "last_aisle"])
def test_the_columns_that_move_are_those_whose_place_on_the_plan_changes(
    gaps: int, park_at: str
) -> None:
    bank = Bank.model_validate(
        {
            "bank": 1,
            "name": {"zh": "一区", "en": "One"},
            "at_mm": {"x": 0, "y": 0},
            "columns": 9,
            "fixed": [3],
            "column_width_mm": 500,
            "column_depth_mm": 900,
            "aisle_mm": 800,
            "park_at": park_at,
            "gaps": gaps,
            "face": {**SHAPE},
        }
    )
    part = segments_of(bank)[1]
    limits = Limits(
        segment=2,
        aisles=len(part.aisles),
        park_aisle=0 if park_at == "first_aisle" else part.aisles[-1],
        remote_start=True,
        gaps=gaps,
        first_column=part.first,
    )
    parked = (0, 1)[:gaps] if park_at == "first_aisle" else tuple(part.aisles)[-gaps:]
    starts = (
        [(a,) for a in part.aisles]
        if gaps == 1
        else [(a, b) for a in part.aisles for b in part.aisles if a < b]
    )
    for before in starts:
        steel = steel_at(0.0, open_aisles=before)
        segment = Segment(limits=limits, steel=steel)
        for wanted in (*part.aisles, None):
            verb = "close_all" if wanted is None else "open_aisle"
            asked = asks(aisle=wanted, verb=verb).asked
            if wanted is None:
                after = parked
            elif wanted in before:
                after = before
            else:
                giving = min(before, key=lambda aisle: abs(aisle - wanted))
                after = (*(aisle for aisle in before if aisle != giving), wanted)
            first = dict.fromkeys((1, 2), (0, 1)[:gaps])
            was = column_positions_mm(bank, {**first, 2: before})
            will = column_positions_mm(bank, {**first, 2: after})
            moved = {column for column in part.columns if was[column] != will[column]}
            assert moved_columns(segment, asked) == moved


def test_without_lock_outs_the_same_journeys_go() -> None:
    segment, _ = step(linked(HERE), asks(aisle=3))
    assert isinstance(step(segment, interlocks())[1][-1], DriveTo)
