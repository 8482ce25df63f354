"""From a wish to the one motion write: fresh views, fresh interlocks, one at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from drivers.ports import CloseAll, Fence, OpenAisle
from drivers.readings import CommandResult, SteelState
from drivers.room.motion import (
    Answer,
    DriveTo,
    Hold,
    InterlocksNotRead,
    InterlocksRead,
    LinkLost,
    Moving,
    Open,
    ReadInterlocks,
    Reconnected,
    Segment,
    TimePassed,
    Unknown,
    step,
)
from tests.core.motion_parts import (
    LI,
    LIMITS,
    asks,
    bank_at,
    code_of,
    driving,
    interlocks,
    linked,
    moving,
    refusal,
    run,
    sees,
    steel_at,
)


def test_a_request_is_read_accepted_started_and_done() -> None:
    segment, commands = step(linked(), asks())
    assert commands == (ReadInterlocks("r1"),)
    segment, commands = step(segment, interlocks())
    soon: Any = pytest.approx(100.6)
    assert commands == (
        Answer(request_id="r1", status="accepted"),
        DriveTo(
            request_id="r1",
            order=OpenAisle(aisle=2),
            fence=Fence(seq=0, epoch=42, ttl_s=3.0),
            not_after_s=soon,
        ),
    )
    assert segment.phase == Moving(from_=0, to=2)
    segment, commands = step(
        segment,
        sees(
            101.0,
            state=SteelState.MOVING,
            last_seq=0,
            open_aisles=(),
            target_aisle=2,
            last_result=CommandResult.STARTED,
        ),
    )
    assert commands == (Answer(request_id="r1", status="started"),)
    segment, commands = step(
        segment, sees(110.0, last_seq=0, open_aisles=(2,), last_result=CommandResult.DONE)
    )
    assert commands == (Answer(request_id="r1", status="done"),)
    assert segment.phase == Open(frozenset({2}))
    assert segment.holds == (Hold(aisle=2, actor=LI, since_s=110.0),)


def test_opening_the_open_aisle_is_done_without_moving_anything() -> None:
    segment, commands = run(linked(), asks(aisle=0), interlocks())
    assert commands == (Answer(request_id="r1", status="done"),)
    assert segment.holds == (Hold(aisle=0, actor=LI, since_s=100.1),)


def test_close_all_drives_the_gap_to_the_park_aisle_and_nobody_holds_it() -> None:
    segment, commands = run(linked(), asks(verb="close_all", aisle=None), interlocks())
    assert isinstance(commands[-1], DriveTo)
    assert commands[-1].order == CloseAll()
    segment, _ = step(
        segment, sees(110.0, last_seq=0, open_aisles=(3,), last_result=CommandResult.DONE)
    )
    assert segment.phase == Open(frozenset({3}))
    assert segment.holds == ()


@pytest.mark.parametrize(
    ("bank_s", "steel_s", "decided_s"), [(99.9, 100.1, 100.1), (100.1, 99.9, 100.1)]
)
def test_interlocks_read_before_the_request_do_not_count(
    bank_s: float, steel_s: float, decided_s: float
) -> None:
    segment, _ = step(linked(), asks())
    segment = replace(segment, steel=None)
    early = InterlocksRead(
        at_s=decided_s, request_id="r1", bank=bank_at(bank_s), steel=steel_at(steel_s)
    )
    assert code_of(segment, early) == "interlocks_stale"


@pytest.mark.parametrize(("age_s", "moves"), [(0.5, True), (0.51, False)])
def test_interlocks_older_than_half_a_second_do_not_count(age_s: float, moves: bool) -> None:
    segment, _ = step(linked(), asks())
    event = InterlocksRead(
        at_s=101.0 + age_s, request_id="r1", bank=bank_at(101.0), steel=steel_at(101.0)
    )
    _, commands = step(segment, event)
    assert isinstance(commands[-1], DriveTo) == moves


def test_the_write_may_go_out_only_while_its_interlocks_are_young() -> None:
    segment, _ = step(linked(), asks())
    event = InterlocksRead(at_s=101.3, request_id="r1", bank=bank_at(101.1), steel=steel_at(101.0))
    _, commands = step(segment, event)
    assert isinstance(commands[-1], DriveTo)
    assert commands[-1].not_after_s == pytest.approx(101.5)


def test_a_reading_meant_for_another_request_decides_nothing() -> None:
    segment, _ = step(linked(), asks())
    assert step(segment, interlocks("r0"))[1] == ()


def test_a_failed_interlock_reading_refuses() -> None:
    segment, _ = step(linked(), asks())
    segment, commands = step(segment, InterlocksNotRead(at_s=100.2, request_id="r1"))
    assert commands == (Answer(request_id="r1", status="refused", code="link_lost"),)
    assert step(segment, interlocks())[1] == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aisle": 4}, "no_such_aisle"),
        ({"aisle": None}, "no_such_aisle"),
        ({"aisle": -1}, "no_such_aisle"),
        ({"seen_at_s": None}, "stale_view"),
        ({"seen_at_s": 89.9}, "stale_view"),
        ({"seen_at_s": 97.9, "ttl_s": 2.0}, "stale_view"),
        ({"seen_at_s": 80.0, "ttl_s": 60.0}, "stale_view"),
    ],
)
def test_a_wrong_or_late_request_is_refused_at_once(changes: dict[str, Any], code: str) -> None:
    assert code_of(linked(), asks(**changes)) == code


def test_a_request_whose_time_passed_while_reading_expires() -> None:
    segment, _ = step(linked(), asks(ttl_s=1.0))
    answer = refusal(segment, interlocks(at_s=100.45))
    assert (answer.status, answer.code) == ("expired", "request_expired")


def test_a_request_that_never_gets_its_reading_expires_and_cannot_come_back() -> None:
    segment, _ = step(linked(), asks())
    segment, commands = step(segment, TimePassed(109.6))
    assert commands == (Answer(request_id="r1", status="expired", code="request_expired"),)
    assert step(segment, interlocks(at_s=109.7))[1] == ()


def test_the_controller_may_not_start_later_than_ten_seconds_after_the_person_acted() -> None:
    segment, _ = step(linked(), asks(seen_at_s=91.0))
    _, commands = step(segment, interlocks(at_s=100.2))
    assert isinstance(commands[-1], DriveTo)
    assert commands[-1].fence.ttl_s == pytest.approx(0.8)


def test_nothing_moves_by_itself_after_start_or_reconnect() -> None:
    segment, commands = step(Segment(limits=LIMITS), asks())
    assert commands == (Answer(request_id="r1", status="refused", code="link_lost"),)
    segment, commands = run(
        segment,
        Reconnected(at_s=101.0, bank=bank_at(101.0), steel=steel_at(101.0)),
        sees(101.5),
        TimePassed(102.0),
    )
    assert commands == ()


def test_a_request_pending_when_the_link_goes_is_refused_and_forgotten() -> None:
    segment, _ = step(linked(), asks())
    segment, commands = step(segment, LinkLost(100.1))
    assert commands == (Answer(request_id="r1", status="refused", code="link_lost"),)
    assert segment.phase == Unknown("link_lost")
    back = Reconnected(at_s=101.0, bank=bank_at(101.0), steel=steel_at(101.0))
    _, commands = run(segment, back, interlocks(at_s=101.1))
    assert commands == ()


@pytest.mark.parametrize(
    "segment",
    [
        driving(),
        moving(),
        step(linked(), asks("r1"))[0],
        step(linked(), sees(100.05, state=SteelState.MOVING, target_aisle=1))[0],
    ],
)
def test_a_second_request_while_one_is_under_way_is_refused(segment: Segment) -> None:
    assert code_of(segment, asks("r2", at_s=100.2)) == "already_moving"


def test_steel_of_unknown_state_is_not_moved() -> None:
    segment, _ = step(linked(), sees(100.05, state=SteelState.UNKNOWN))
    assert code_of(segment, asks("r2", at_s=100.2)) == "steel_unknown"


def test_steel_that_began_to_move_since_the_request_is_not_moved() -> None:
    segment, _ = step(linked(), asks())
    assert code_of(segment, interlocks(state=SteelState.MOVING)) == "already_moving"


def test_an_agent_that_was_replaced_by_a_newer_one_moves_nothing() -> None:
    segment, _ = step(linked(), asks())
    assert code_of(segment, interlocks(last_epoch=43)) == "old_epoch"
