"""A handful of frozen readings and people, of which the examples of motion are made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from drivers.messages import Actor
from drivers.ports import Guarantee
from drivers.readings import BankReading, Check, CommandResult, SegmentReading, SteelState, Trip
from drivers.room.motion import (
    INTERLOCKS,
    Answer,
    Asked,
    Command,
    DriveTo,
    Event,
    HoldAsked,
    InterlocksRead,
    Limits,
    Reconnected,
    ReportFault,
    RequestArrived,
    Segment,
    StartPressed,
    SteelRead,
    step,
)

LI = Actor(id="li", name="Li")
WANG = Actor(id="wang", name="Wang")
LIMITS = Limits(
    segment=1,
    aisles=4,
    park_aisle=3,
    remote_start=True,
    interlocks_seen=frozenset(INTERLOCKS),
    orders=frozenset({"open_aisle", "close_all", "ventilate", "lock", "sleep", "wake"}),
    guarantee=Guarantee.FENCED,
    stops=True,
    end_s=20.0,
)
SAFE = dict.fromkeys(
    ("remote_control", "e_stop_chain", "maintenance_key", "crank", "fire", "power"), Check.SAFE
)


NO_BEAT = {"heartbeat": "unsafe"}
"""What was said where a reading came later than the heartbeat may be silent."""


def bank_at(at_s: float, **changes: Any) -> BankReading:
    reading = BankReading(
        at_s=at_s,
        simulated=True,
        interlocks=SAFE,
        unattended_permission=Check.UNSAFE,
        reset_count=7,
        heartbeat=int(at_s * 2),
    )
    return replace(reading, **changes)


def steel_at(at_s: float, **changes: Any) -> SegmentReading:
    reading = SegmentReading(
        at_s=at_s,
        segment=1,
        state=SteelState.STANDING,
        open_aisles=(0,),
        target_aisle=None,
        remaining_s=0.0,
        trip=None,
        entrance=Check.SAFE,
        obstruction=Check.SAFE,
        occupancy=(Check.SAFE,) * 4,
        last_seq=65535,
        last_epoch=41,
        last_result=CommandResult.NONE,
        last_reason="",
    )
    return replace(reading, **changes)


def run(segment: Segment, *events: Event) -> tuple[Segment, tuple[Command, ...]]:
    """Feed events; give back the last segment and the commands of the last event."""
    commands: tuple[Command, ...] = ()
    for event in events:
        segment, commands = step(segment, event)
    return segment, commands


def linked(limits: Limits = LIMITS) -> Segment:
    """A segment that stands with its gap in aisle 0, seen long enough to trust its heartbeat."""
    segment, commands = run(
        Segment(limits=limits, life="life"),
        Reconnected(at_s=99.0, bank=bank_at(99.0), steel=steel_at(99.0)),
        SteelRead(at_s=100.0, bank=bank_at(100.0), steel=steel_at(100.0)),
    )
    assert commands == ()
    return segment


def asks(request_id: str = "r1", aisle: int | None = 2, **changes: Any) -> RequestArrived:
    asked = Asked(
        request_id=request_id,
        verb="open_aisle",
        aisle=aisle,
        actor=LI,
        origin="controller",
        ttl_s=10.0,
        at_s=100.0,
        seen_at_s=99.5,
    )
    return RequestArrived(replace(asked, **changes))


def interlocks(request_id: str = "r1", at_s: float = 100.1, **changes: Any) -> InterlocksRead:
    return InterlocksRead(
        at_s=at_s, request_id=request_id, bank=bank_at(at_s), steel=steel_at(at_s, **changes)
    )


def sees(at_s: float, **changes: Any) -> SteelRead:
    return SteelRead(at_s=at_s, bank=bank_at(at_s), steel=steel_at(at_s, **changes))


def driving() -> Segment:
    """A segment that was just told to bring its gap from aisle 0 to aisle 2."""
    segment, commands = run(linked(), asks(), interlocks())
    assert isinstance(commands[-1], DriveTo)
    return segment


def moving() -> Segment:
    """The same, seen moving."""
    segment, commands = run(
        driving(), sees(101.0, state=SteelState.MOVING, last_seq=0, target_aisle=2, open_aisles=())
    )
    assert commands == (Answer(request_id="r1", status="started"),)
    return segment


def tripped() -> Segment:
    """Somebody walked in while it moved, and the controller tripped."""
    segment, _ = run(
        moving(),
        sees(
            102.0,
            state=SteelState.FAULTED,
            trip=Trip("person_entered", "6"),
            last_seq=0,
            open_aisles=(),
        ),
    )
    return segment


def faulted(
    why: str, *, raw: str = "", request_id: str | None = "r1", said: dict[str, str] | None = None
) -> ReportFault:
    """The alarm of the first trip of this life; every interlock was safe unless `said`."""
    return ReportFault(
        why=why,
        trip_id="life-1-1",
        raw=raw,
        request_id=request_id,
        said={**dict.fromkeys(INTERLOCKS, "safe"), **(said or {})},
    )


def refusal(segment: Segment, event: RequestArrived | InterlocksRead | StartPressed) -> Answer:
    segment, commands = step(segment, event)
    assert len(commands) == 1
    (answer,) = commands
    assert isinstance(answer, Answer)
    assert answer.status in ("refused", "expired")
    return answer


def code_of(segment: Segment, event: RequestArrived | InterlocksRead | StartPressed) -> str | None:
    return refusal(segment, event).code


def held_by_li() -> Segment:
    segment, _ = run(linked(), asks(aisle=0), interlocks())
    assert segment.holds
    return segment


def released(request_id: str) -> HoldAsked:
    """Wang looked into the aisle and ends Li's hold at the bank."""
    return HoldAsked(
        at_s=101.0,
        request_id=request_id,
        verb="release",
        aisle=None,
        actor=WANG,
        origin="bank_page",
    )
