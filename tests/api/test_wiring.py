"""The subjects put together: one event reaches all of them, what a room shows becomes an alarm."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from controller.alarms import reading
from controller.assembly import EFFECTS, look_at
from controller.context import Context
from controller.shelving import history
from controller.shelving.mirror import RoomMirror
from drivers.messages import BankState, SegmentState, Status, SteelHalted

from .conftest import StandingClock

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def test_a_trip_is_kept_as_evidence_and_raises_an_alarm_in_one_transaction(
    context: Context,
) -> None:
    def tell(kind: Any) -> None:
        event = SteelHalted(kind=kind, bank=1, segment=1, why="smoke", trip_id="t1", at=AT)
        with context.records.write() as session:
            EFFECTS[kind](session, context, "S1", [event])

    def now() -> tuple[str, bool]:
        with context.records.read() as session:
            trip = history.find_trip(session, "S1", "t1")
            (alarm,) = reading.list_alarms(session, open_only=False, limit=9)
        assert trip is not None
        return trip.status, alarm.cleared_at is not None

    tell("steel_faulted")
    assert now() == ("open", False)
    tell("steel_reset")
    assert now() == ("reset", False)
    tell("steel_confirmed")
    assert now() == ("confirmed", True)


@pytest.mark.parametrize(
    ("beats", "online", "mode", "alive", "fire"),
    [
        (True, True, "normal", True, frozenset()),
        (True, True, "fire", True, frozenset({1})),
        (True, False, "fire", True, None),
        (True, None, "normal", True, None),
        (False, True, "fire", False, None),
    ],
)
def test_the_alarms_are_shown_no_fire_that_is_not_heard_and_no_end_of_one(
    context: Context,
    clock: StandingClock,
    beats: bool,
    online: bool | None,
    mode: Any,
    alive: bool,
    fire: frozenset[int] | None,
) -> None:
    mirror = RoomMirror(clock, context.hub)
    if beats:
        mirror.take_status("S1", Status(alive=True, boot_id="b1", at=AT), retained=False)
    if online is not None:
        state = BankState(
            device="shelving-1",
            bank=1,
            boot_id="b1",
            version=1,
            age_ms=0,
            at=AT,
            online=online,
            simulated=True,
            segments=(SegmentState(segment=1, phase="open", mode=mode),),
            columns=(),
        )
        mirror.take_state("S1", state, retained=False)
    look = look_at(context.rooms["S1"], mirror)
    assert (look.alive, look.fire_banks) == (alive, fire)
