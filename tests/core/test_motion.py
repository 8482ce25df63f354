"""Every rule of motion, one example each; the steel here is a handful of frozen readings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.messages import Actor
from drivers.ports import CloseAll, Fence, OpenAisle
from drivers.readings import BankReading, Check, CommandResult, SegmentReading, SteelState, Trip
from drivers.room.motion import (
    INTERLOCKS,
    Answer,
    Asked,
    Command,
    Confirmed,
    DriveTo,
    Event,
    Faulted,
    Halted,
    Hold,
    HoldAsked,
    InterlocksNotRead,
    InterlocksRead,
    Limits,
    LinkLost,
    Moving,
    Open,
    ReadBack,
    ReadInterlocks,
    Reconnected,
    ReportConfirmed,
    ReportFault,
    ReportHalt,
    RequestArrived,
    Segment,
    SteelRead,
    StopAsked,
    StopMotion,
    TimePassed,
    Unknown,
    Ventilating,
    WriteEnded,
    list_checks,
    step,
    stops_on_exit,
)

LI = Actor(id="li", name="Li")
WANG = Actor(id="wang", name="Wang")
LIMITS = Limits(
    segment=1,
    aisles=4,
    park_aisle=3,
    remote_start=True,
    interlocks_seen=frozenset(INTERLOCKS),
    end_s=20.0,
)
SAFE = dict.fromkeys(
    ("remote_control", "e_stop_chain", "maintenance_key", "crank", "fire", "power"), Check.SAFE
)


def bank_at(at_s: float, **changes: object) -> BankReading:
    reading = BankReading(
        at_s=at_s,
        simulated=True,
        interlocks=SAFE,
        unattended_permission=Check.UNSAFE,
        reset_count=7,
        heartbeat=int(at_s * 2),
    )
    return replace(reading, **changes)  # type: ignore[arg-type]  # fields by name


def steel_at(at_s: float, **changes: object) -> SegmentReading:
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
    return replace(reading, **changes)  # type: ignore[arg-type]  # fields by name


def run(segment: Segment, *events: Event) -> tuple[Segment, tuple[Command, ...]]:
    """Feed events; give back the last segment and the commands of the last event."""
    commands: tuple[Command, ...] = ()
    for event in events:
        segment, commands = step(segment, event)
    return segment, commands


def linked(limits: Limits = LIMITS) -> Segment:
    """A segment that stands with its gap in aisle 0, seen long enough to trust its heartbeat."""
    segment, commands = run(
        Segment(limits=limits),
        Reconnected(at_s=99.0, bank=bank_at(99.0), steel=steel_at(99.0)),
        SteelRead(at_s=100.0, bank=bank_at(100.0), steel=steel_at(100.0)),
    )
    assert commands == ()
    return segment


def asks(request_id: str = "r1", aisle: int | None = 2, **changes: object) -> RequestArrived:
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
    return RequestArrived(replace(asked, **changes))  # type: ignore[arg-type]  # fields by name


def interlocks(request_id: str = "r1", at_s: float = 100.1, **changes: object) -> InterlocksRead:
    return InterlocksRead(
        at_s=at_s, request_id=request_id, bank=bank_at(at_s), steel=steel_at(at_s, **changes)
    )


def sees(at_s: float, **changes: object) -> SteelRead:
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


def refusal(segment: Segment, event: RequestArrived | InterlocksRead) -> Answer:
    segment, commands = step(segment, event)
    assert len(commands) == 1
    (answer,) = commands
    assert isinstance(answer, Answer)
    assert answer.status in ("refused", "expired")
    return answer


def code_of(segment: Segment, event: RequestArrived | InterlocksRead) -> str | None:
    return refusal(segment, event).code


def test_a_request_is_read_accepted_started_and_done() -> None:
    segment, commands = step(linked(), asks())
    assert commands == (ReadInterlocks("r1"),)
    segment, commands = step(segment, interlocks())
    assert commands == (
        Answer(request_id="r1", status="accepted"),
        DriveTo(
            request_id="r1",
            order=OpenAisle(aisle=2),
            fence=Fence(seq=0, epoch=42, ttl_s=3.0),
            not_after_s=pytest.approx(100.6),
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
    ("name", "code"),
    [
        ("remote_control", "local_control"),
        ("e_stop_chain", "e_stop"),
        ("maintenance_key", "maintenance_key"),
        ("crank", "crank"),
        ("fire", "fire"),
        ("power", "power"),
    ],
)
def test_an_unsafe_interlock_of_the_bank_forbids_motion(name: str, code: str) -> None:
    segment, _ = step(linked(), asks())
    unsafe = replace(interlocks(), bank=bank_at(100.1, interlocks={**SAFE, name: Check.UNSAFE}))
    assert code_of(segment, unsafe) == code


@pytest.mark.parametrize("name", sorted(SAFE))
def test_an_unknown_interlock_of_the_bank_forbids_motion(name: str) -> None:
    segment, _ = step(linked(), asks())
    unknown = replace(interlocks(), bank=bank_at(100.1, interlocks={**SAFE, name: Check.UNKNOWN}))
    answer = refusal(segment, unknown)
    assert (answer.code, answer.detail) == ("interlock_unknown", {"interlock": name})


@pytest.mark.parametrize("name", ["entrance", "obstruction"])
@pytest.mark.parametrize("check", [Check.UNSAFE, Check.UNKNOWN])
def test_an_unsafe_or_unknown_interlock_of_the_segment_forbids_motion(
    name: str, check: Check
) -> None:
    segment, _ = step(linked(), asks())
    code = name if check is Check.UNSAFE else "interlock_unknown"
    assert code_of(segment, interlocks(**{name: check})) == code


@pytest.mark.parametrize("aisle", range(4))
@pytest.mark.parametrize("check", [Check.UNSAFE, Check.UNKNOWN])
def test_any_aisle_occupied_or_unknown_forbids_motion_and_is_named(
    aisle: int, check: Check
) -> None:
    segment, _ = step(linked(), asks())
    occupancy = tuple(check if number == aisle else Check.SAFE for number in range(4))
    answer = refusal(segment, interlocks(occupancy=occupancy))
    code = "aisle_occupied" if check is Check.UNSAFE else "occupancy_unknown"
    assert (answer.code, answer.detail["aisle"]) == (code, aisle)


def test_an_aisle_without_a_sensor_counts_as_unknown() -> None:
    segment, _ = step(linked(), asks())
    assert code_of(segment, interlocks(occupancy=(Check.SAFE,) * 3)) == "occupancy_unknown"


@pytest.mark.parametrize("name", INTERLOCKS)
def test_what_the_driver_cannot_see_is_unknown_and_forbids_motion(name: str) -> None:
    blind = replace(LIMITS, interlocks_seen=frozenset(INTERLOCKS) - {name})
    segment, _ = step(linked(blind), asks())
    code = "occupancy_unknown" if name == "occupancy" else "interlock_unknown"
    assert code_of(segment, interlocks()) == code


def test_a_controller_whose_heartbeat_stands_still_moves_nothing() -> None:
    frozen = [
        SteelRead(at_s=at_s, bank=bank_at(at_s, heartbeat=200), steel=steel_at(at_s))
        for at_s in (101.0, 102.0, 103.0)
    ]
    segment, _ = run(linked(), *frozen, asks(at_s=103.0, seen_at_s=102.5))
    late = replace(interlocks(at_s=103.1), bank=bank_at(103.1, heartbeat=200))
    assert code_of(segment, late) == "heartbeat_lost"


def test_a_heartbeat_seen_once_proves_nothing() -> None:
    segment, _ = run(
        Segment(limits=LIMITS),
        Reconnected(at_s=100.0, bank=bank_at(100.0, heartbeat=1), steel=steel_at(100.0)),
        asks(),
    )
    once = replace(interlocks(), bank=bank_at(100.1, heartbeat=1))
    answer = refusal(segment, once)
    assert (answer.code, answer.detail) == ("interlock_unknown", {"interlock": "heartbeat"})


def test_every_interlock_is_listed_and_unknown_before_the_first_reading() -> None:
    findings = list_checks(Segment(limits=LIMITS), 0.0)
    assert [finding.name for finding in findings] == list(INTERLOCKS)
    assert {finding.check for finding in findings} == {Check.UNKNOWN}


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
def test_a_wrong_or_late_request_is_refused_at_once(changes: dict[str, object], code: str) -> None:
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


def test_a_room_that_starts_at_the_bank_refuses_the_controller_but_not_its_own_page() -> None:
    segment = linked(replace(LIMITS, remote_start=False))
    assert code_of(segment, asks()) == "start_at_bank"
    _, commands = run(segment, asks(origin="bank_page"), interlocks())
    assert isinstance(commands[-1], DriveTo)


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


def test_motion_found_on_connecting_is_stopped_unless_the_bank_is_under_local_control() -> None:
    found = steel_at(100.0, state=SteelState.MOVING, target_aisle=3)
    segment, commands = step(
        Segment(limits=LIMITS), Reconnected(at_s=100.0, bank=bank_at(100.0), steel=found)
    )
    assert commands == (StopMotion(),)
    assert segment.phase == Moving(from_=None, to=3)
    local = bank_at(100.0, interlocks={**SAFE, "remote_control": Check.UNSAFE})
    _, commands = step(Segment(limits=LIMITS), Reconnected(at_s=100.0, bank=local, steel=found))
    assert commands == ()


def test_a_write_with_unknown_outcome_is_read_back_and_told_but_never_repeated() -> None:
    segment, commands = step(driving(), WriteEnded(at_s=100.3, request_id="r1", outcome="unknown"))
    assert commands == (
        ReadBack(),
        Answer(request_id="r1", status="accepted", code="outcome_unknown"),
    )
    segment, commands = run(segment, sees(100.5), TimePassed(102.0), sees(102.5))
    assert commands == ()
    segment, commands = step(segment, TimePassed(103.2))
    assert commands[0] == StopMotion()
    assert not any(isinstance(command, DriveTo) for command in commands)


def test_a_write_that_got_through_although_its_reply_was_lost_goes_on() -> None:
    _, commands = run(
        driving(),
        WriteEnded(at_s=100.3, request_id="r1", outcome="unknown"),
        sees(100.5, state=SteelState.MOVING, last_seq=0, open_aisles=()),
    )
    assert commands == (Answer(request_id="r1", status="started"),)


def test_a_write_that_was_never_sent_leaves_the_steel_as_it_was() -> None:
    segment, commands = step(
        driving(),
        WriteEnded(at_s=100.3, request_id="r1", outcome="not_sent", code="cannot_record"),
    )
    assert commands == (Answer(request_id="r1", status="refused", code="cannot_record"),)
    assert segment.phase == Open(frozenset({0}))
    assert segment.drive is None


@pytest.mark.parametrize(
    ("result", "reason", "status", "code"),
    [
        (CommandResult.REFUSED, "aisle_occupied", "refused", "aisle_occupied"),
        (CommandResult.REFUSED, "reason_99", "refused", "reason_99"),
        (CommandResult.EXPIRED, 15, "expired", "ttl_expired"),
        (CommandResult.STOPPED, 0, "failed", "stopped"),
        (CommandResult.FAILED, "fire", "failed", "fire"),
    ],
)
def test_what_the_controller_says_of_our_command_is_told(
    result: CommandResult, reason: int, status: str, code: str
) -> None:
    segment, commands = step(
        driving(), sees(100.5, last_seq=0, last_result=result, last_reason=reason)
    )
    assert commands == (Answer(request_id="r1", status=status, code=code),)  # type: ignore[arg-type]  # any status a test names
    assert segment.phase == Open(frozenset({0}))


def test_a_gap_that_arrives_elsewhere_is_not_called_done() -> None:
    segment, commands = step(
        moving(), sees(110.0, last_seq=0, open_aisles=(1,), last_result=CommandResult.DONE)
    )
    assert commands == (Answer(request_id="r1", status="failed", code="gap_elsewhere"),)
    assert segment.holds == ()


def test_a_newer_command_of_somebody_else_ends_ours() -> None:
    _, commands = step(moving(), sees(110.0, last_seq=5, last_result=CommandResult.DONE))
    assert commands[0] == Answer(request_id="r1", status="failed", code="superseded")


def test_no_start_within_three_seconds_stops_and_faults() -> None:
    assert step(driving(), TimePassed(103.0))[1] == ()
    segment, commands = step(driving(), TimePassed(103.2))
    assert commands == (
        StopMotion(),
        ReportFault(why="start_not_seen", trip_id=""),
        Answer(request_id="r1", status="failed", code="start_not_seen"),
    )
    assert segment.phase == Faulted(why="start_not_seen", latched=False)


def test_no_end_within_the_limit_stops_and_faults() -> None:
    assert step(moving(), TimePassed(121.0))[1] == ()
    segment, commands = step(moving(), TimePassed(121.1))
    assert commands[:2] == (StopMotion(), ReportFault(why="end_not_seen", trip_id=""))
    assert segment.phase == Faulted(why="end_not_seen", latched=False)


def test_a_trip_while_moving_fails_the_request_and_raises_the_alarm_once() -> None:
    trip = sees(
        102.0,
        state=SteelState.FAULTED,
        trip=Trip("person_entered", "6"),
        last_seq=0,
        open_aisles=(),
    )
    segment, commands = step(moving(), trip)
    assert commands == (
        ReportFault(why="person_entered", trip_id=""),
        Answer(request_id="r1", status="failed", code="person_entered"),
    )
    assert step(segment, replace(trip, at_s=102.3))[1] == ()
    assert refusal(segment, asks("r2")).detail == {"why": "person_entered", "needs": "reset"}


def test_only_reset_then_confirmation_then_a_new_request_ends_a_trip() -> None:
    confirms = Confirmed(at_s=104.0, request_id="c1", actor=WANG)
    early = step(tripped(), confirms)[1]
    assert early == (Answer(request_id="c1", status="refused", code="reset_first"),)

    cleared_without_reset = sees(103.0, state=SteelState.HALTED, last_seq=0, open_aisles=())
    segment, commands = run(tripped(), cleared_without_reset, confirms)
    assert commands == (Answer(request_id="c1", status="refused", code="reset_first"),)

    reset = SteelRead(
        at_s=105.0,
        bank=bank_at(105.0, reset_count=8),
        steel=steel_at(105.0, state=SteelState.HALTED, last_seq=0, open_aisles=()),
    )
    segment, commands = step(segment, reset)
    assert commands == ()
    answer = refusal(segment, asks("r2", at_s=105.0, seen_at_s=105.0))
    assert (answer.code, answer.detail["needs"]) == ("faulted", "confirmation")

    segment, commands = step(segment, replace(confirms, at_s=106.0))
    assert commands == (
        ReportConfirmed(WANG, "person_entered"),
        Answer(request_id="c1", status="done"),
    )
    assert segment.phase == Halted("stopped")
    assert run(segment, TimePassed(107.0))[1] == ()
    segment, _ = step(segment, asks("r3", at_s=107.0, seen_at_s=106.5))
    at_last = InterlocksRead(
        at_s=107.1,
        request_id="r3",
        bank=bank_at(107.1, reset_count=8),
        steel=steel_at(107.1, state=SteelState.HALTED, last_seq=0, open_aisles=()),
    )
    _, commands = step(segment, at_last)
    assert isinstance(commands[-1], DriveTo)


def test_a_confirmation_of_what_is_not_faulted_is_refused() -> None:
    _, commands = step(linked(), Confirmed(at_s=101.0, request_id="c1", actor=WANG))
    assert commands == (Answer(request_id="c1", status="refused", code="not_faulted"),)


def test_our_own_fault_needs_a_confirmation_but_no_reset() -> None:
    segment, _ = run(driving(), TimePassed(103.2), sees(103.5))
    segment, commands = step(segment, Confirmed(at_s=104.0, request_id="c1", actor=WANG))
    assert ReportConfirmed(WANG, "start_not_seen") in commands
    assert segment.phase == Open(frozenset({0}))


def test_a_second_trip_after_the_reset_needs_a_second_reset() -> None:
    reset = SteelRead(at_s=105.0, bank=bank_at(105.0, reset_count=8), steel=steel_at(105.0))
    again = SteelRead(
        at_s=106.0,
        bank=bank_at(106.0, reset_count=8),
        steel=steel_at(106.0, state=SteelState.FAULTED, trip=Trip("person_entered", "6")),
    )
    segment, commands = run(tripped(), reset, again)
    assert commands == (ReportFault(why="person_entered", trip_id=""),)
    confirms = Confirmed(at_s=107.0, request_id="c1", actor=WANG)
    assert step(segment, confirms)[1] == (
        Answer(request_id="c1", status="refused", code="reset_first"),
    )


def test_a_fault_survives_losing_the_link() -> None:
    segment, _ = run(
        tripped(),
        LinkLost(103.0),
        Reconnected(at_s=110.0, bank=bank_at(110.0), steel=steel_at(110.0)),
    )
    assert isinstance(segment.phase, Faulted)
    assert code_of(segment, asks("r2", at_s=110.0, seen_at_s=110.0)) == "faulted"


def test_a_trip_reset_while_the_link_was_away_still_needs_a_person() -> None:
    away = Reconnected(at_s=110.0, bank=bank_at(110.0, reset_count=8), steel=steel_at(110.0))
    segment, commands = run(linked(), LinkLost(103.0), away)
    assert commands == (ReportFault(why="tripped_unseen", trip_id=""),)
    assert code_of(segment, asks("r2", at_s=110.0, seen_at_s=110.0)) == "faulted"
    segment, _ = step(segment, Confirmed(at_s=111.0, request_id="c1", actor=WANG))
    assert segment.phase == Open(frozenset({0}))


def test_stop_acts_first_and_is_told_after() -> None:
    _, commands = step(moving(), StopAsked(101.5))
    assert commands == (
        StopMotion(),
        Answer(request_id="r1", status="failed", code="stopped"),
    )
    pending, _ = step(linked(), asks())
    segment, commands = step(pending, StopAsked(100.1))
    assert commands == (
        StopMotion(),
        Answer(request_id="r1", status="refused", code="stopped"),
    )
    assert step(segment, interlocks())[1] == ()


@pytest.mark.parametrize("segment", [Segment(limits=LIMITS), linked(), tripped()])
def test_stop_always_works(segment: Segment) -> None:
    assert step(segment, StopAsked(103.0))[1][0] == StopMotion()


def test_after_an_operational_stop_a_new_request_may_move() -> None:
    halted = {"state": SteelState.HALTED, "open_aisles": (), "last_seq": 1}
    segment, commands = run(moving(), StopAsked(101.5), sees(102.0, **halted))
    assert commands == (ReportHalt("stopped"),)
    assert segment.phase == Halted("stopped")
    segment, _ = step(segment, asks("r2", at_s=103.0, seen_at_s=102.5))
    _, commands = step(segment, interlocks("r2", 103.1, **halted))
    assert isinstance(commands[-1], DriveTo)


def in_fire(segment: Segment, **changes: object) -> Segment:
    burning = bank_at(101.5, interlocks={**SAFE, "fire": Check.UNSAFE})
    segment, commands = step(
        segment, SteelRead(at_s=101.5, bank=burning, steel=steel_at(101.5, **changes))
    )
    assert segment.mode == "fire"
    assert not any(isinstance(command, DriveTo | StopMotion) for command in commands)
    return segment


def test_in_a_fire_the_room_commands_nothing_by_itself() -> None:
    under_way = {"state": SteelState.MOVING, "last_seq": 0, "open_aisles": ()}
    segment = in_fire(moving(), **under_way)
    segment, commands = step(segment, TimePassed(200.0))
    assert StopMotion() not in commands
    assert not stops_on_exit(segment)
    assert stops_on_exit(moving())
    assert code_of(in_fire(linked()), asks(at_s=101.6, seen_at_s=101.0)) == "fire"


def test_in_a_fire_it_still_shows_who_holds_the_aisle() -> None:
    held, _ = run(linked(), asks(aisle=0), interlocks())
    segment = in_fire(held)
    assert segment.holds
    assert segment.holds[0].actor == LI


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


def held_by_li() -> Segment:
    segment, _ = run(linked(), asks(aisle=0), interlocks())
    assert segment.holds
    return segment


@pytest.mark.parametrize(
    "changes", [{"aisle": 0}, {"aisle": 2}, {"verb": "close_all", "aisle": None}]
)
def test_nobody_else_moves_a_segment_that_somebody_holds(changes: dict[str, object]) -> None:
    answer = refusal(held_by_li(), asks("r2", actor=WANG, at_s=100.2, **changes))
    assert (answer.code, answer.detail) == ("held_by_other", {"holder": "Li", "aisle": 0})


def test_the_holder_moves_on_by_asking_again() -> None:
    segment, _ = step(held_by_li(), asks("r2", at_s=100.2))
    segment, commands = step(segment, interlocks("r2", 100.3))
    assert isinstance(commands[-1], DriveTo)
    segment, _ = step(
        segment, sees(110.0, last_seq=0, open_aisles=(2,), last_result=CommandResult.DONE)
    )
    assert segment.holds == (Hold(aisle=2, actor=LI, since_s=110.0),)


def test_an_aisle_with_somebody_inside_moves_for_nobody_not_even_its_holder() -> None:
    segment, _ = step(held_by_li(), asks("r2", at_s=100.2))
    inside = (Check.UNSAFE, Check.SAFE, Check.SAFE, Check.SAFE)
    assert code_of(segment, interlocks("r2", 100.3, occupancy=inside)) == "aisle_occupied"


def test_a_refused_move_leaves_the_hold() -> None:
    segment, _ = step(held_by_li(), asks("r2", at_s=100.2))
    segment, _ = step(segment, interlocks("r2", 100.3))
    refused = sees(
        100.5, last_seq=0, last_result=CommandResult.REFUSED, last_reason="aisle_occupied"
    )
    segment, _ = step(segment, refused)
    assert segment.holds


def test_steel_moved_by_hand_ends_the_hold() -> None:
    segment, _ = step(held_by_li(), sees(105.0, open_aisles=(3,)))
    assert segment.holds == ()


def test_a_named_person_on_site_can_end_somebody_elses_hold() -> None:
    segment, commands = step(held_by_li(), released("h1"))
    assert commands == (
        ReportConfirmed(WANG, "hold_released"),
        Answer(request_id="h1", status="done"),
    )
    assert segment.holds == ()
    again = step(segment, released("h2"))[1]
    assert again == (Answer(request_id="h2", status="refused", code="not_held"),)


def test_no_hold_is_released_while_the_steel_moves() -> None:
    segment = replace(moving(), holds=(Hold(aisle=0, actor=LI, since_s=90.0),))
    commands = step(segment, released("h1"))[1]
    assert commands == (Answer(request_id="h1", status="refused", code="already_moving"),)


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


def test_a_ventilating_segment_is_not_moved() -> None:
    segment = replace(linked(), phase=Ventilating())
    assert code_of(segment, asks()) == "ventilating"


def test_steel_that_began_to_move_since_the_request_is_not_moved() -> None:
    segment, _ = step(linked(), asks())
    assert code_of(segment, interlocks(state=SteelState.MOVING)) == "already_moving"


def test_an_agent_that_was_replaced_by_a_newer_one_moves_nothing() -> None:
    segment, _ = step(linked(), asks())
    assert code_of(segment, interlocks(last_epoch=43)) == "old_epoch"


def test_a_reading_that_arrives_late_changes_nothing() -> None:
    segment = moving()
    assert step(segment, sees(90.0)) == (segment, ())


def test_power_failure_maintenance_and_blindness_show_as_modes() -> None:
    def mode(**checks: Check) -> str:
        bank = bank_at(101.0, interlocks={**SAFE, **checks})
        return step(linked(), SteelRead(at_s=101.0, bank=bank, steel=steel_at(101.0)))[0].mode

    assert mode() == "normal"
    assert mode(power=Check.UNSAFE) == "power_fail"
    assert mode(maintenance_key=Check.UNSAFE) == "maintenance"
    assert mode(remote_control=Check.UNSAFE) == "maintenance"
    assert mode(crank=Check.UNKNOWN) == "degraded"
    assert mode(fire=Check.UNSAFE, power=Check.UNSAFE) == "fire"
