"""What a bank's controller does: interlocks, commands, journeys, faults. Pure.

It executes an open command only if its seq is new, its epoch not older, its ttl alive and every
interlock safe. Whatever happens while steel moves stops it; some causes latch a fault, which only
the reset button at the bank clears.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulators.physics.steel import (
    BankSteel,
    ColumnSteel,
    Fault,
    Journey,
    Leg,
    Reason,
    Result,
    SegmentSteel,
    newer,
)

CMD_OPEN_AISLE = 1
CMD_STOP = 2
_ARRIVED_MM = 1e-6

_LATCHES: dict[Reason, Fault] = {
    Reason.E_STOP: Fault.E_STOP,
    Reason.POWER: Fault.POWER_FAIL,
    Reason.HEARTBEAT_LOST: Fault.HEARTBEAT_LOST,
    Reason.OBSTRUCTION: Fault.OBSTRUCTION,
    Reason.ENTRANCE: Fault.PERSON_ENTERED,
    Reason.AISLE_OCCUPIED: Fault.PERSON_ENTERED,
    Reason.OCCUPANCY_UNKNOWN: Fault.PERSON_ENTERED,
}
"""Which interlocks latch a fault when they open while steel moves; the others only halt it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One write of a command block."""

    cmd: int
    param: int
    seq: int
    epoch: int
    ttl_s: float


def blocking(bank: BankSteel, segment: SegmentSteel) -> tuple[Reason, ...]:
    """Name every interlock that forbids motion now, the gravest first."""
    aisles = range(len(segment.people))
    unknown = any(aisle in segment.blind for aisle in aisles)
    occupied = any(segment.people[a] for a in aisles if a not in segment.blind)
    checks = (
        (Reason.E_STOP, bank.e_stop_open),
        (Reason.POWER, bank.power_failed),
        (Reason.FIRE, bank.fire),
        (Reason.AISLE_OCCUPIED, occupied),
        (Reason.OCCUPANCY_UNKNOWN, unknown),
        (Reason.ENTRANCE, segment.entrance_blocked),
        (Reason.OBSTRUCTION, segment.obstructed),
        (Reason.LOCAL_CONTROL, bank.local),
        (Reason.MAINTENANCE_KEY, bank.key_inserted),
        (Reason.CRANK, bank.crank_engaged),
        (Reason.HEARTBEAT_LOST, bank.beat_age_s > bank.watchdog_s),
    )
    return tuple(reason for reason, unsafe in checks if unsafe)


def obey(bank: BankSteel, segment: int, order: Order) -> BankSteel:
    """Take one command for one segment; a repeated one changes nothing."""
    part = bank.segment(segment)
    if order.cmd == CMD_STOP:
        return bank.with_segment(_stop(part, order))
    if order.cmd == CMD_OPEN_AISLE and order.seq != part.last_seq:
        return bank.with_segment(_open(bank, part, order))
    return bank


def feed_watchdog(bank: BankSteel, count: int) -> BankSteel:
    """Take the agent's heartbeat; only a changed number counts."""
    if count == bank.agent_beat:
        return bank
    return replace(bank, agent_beat=count, beat_age_s=0.0)


def press_reset(bank: BankSteel) -> BankSteel:
    """Clear every latched fault, unless a cause is still there: then nothing happens."""
    if any(_cause_remains(bank, segment) for segment in bank.segments):
        return bank
    cleared = tuple(
        replace(s, fault=Fault.NONE, halted=s.open_aisle is None) if s.fault else s
        for s in bank.segments
    )
    return replace(bank, segments=cleared, reset_count=(bank.reset_count + 1) % 0x10000)


def advance(bank: BankSteel, dt_s: float) -> BankSteel:
    """Let time pass: drive what may move, stop what must stop."""
    bank = replace(bank, elapsed_s=bank.elapsed_s + dt_s, beat_age_s=bank.beat_age_s + dt_s)
    for segment in bank.segments:
        if segment.journey is not None or any(c.fault for c in segment.columns):
            bank = bank.with_segment(_advance_segment(bank, segment, dt_s))
    return bank


def react(bank: BankSteel) -> BankSteel:
    """Let the controller see what just changed, as its interlocks act at once."""
    return advance(bank, 0.0)


def remaining_s(segment: SegmentSteel, speed_mm_s: float) -> float:
    """Predict how long the journey under way still takes; 0 if there is none."""
    journey = segment.journey
    if journey is None:
        return 0.0
    ends = (
        max(leg.starts_s - journey.elapsed_s, 0.0)
        + abs(leg.to_mm - segment.column(leg.column).position_mm) / speed_mm_s
        for leg in journey.legs
    )
    return max(ends, default=0.0)


def _stop(segment: SegmentSteel, order: Order) -> SegmentSteel:
    seq = order.seq if newer(order.seq, segment.last_seq) else segment.last_seq
    return replace(
        _at_rest(segment),
        halted=segment.halted or segment.moving,
        last_seq=seq,
        last_result=Result.STOPPED,
        last_reason=Reason.NONE,
    )


def _open(bank: BankSteel, segment: SegmentSteel, order: Order) -> SegmentSteel:
    if not newer(order.seq, segment.last_seq):
        if segment.journey is not None:
            return segment
        return replace(segment, last_result=Result.REFUSED, last_reason=Reason.STALE_SEQ)
    refusal = _refusal(bank, segment, order)
    if refusal is Reason.TTL_EXPIRED:
        return replace(segment, last_seq=order.seq, last_result=Result.EXPIRED, last_reason=refusal)
    if refusal is not Reason.NONE:
        return replace(segment, last_seq=order.seq, last_result=Result.REFUSED, last_reason=refusal)
    known = replace(segment, last_seq=order.seq, last_epoch=order.epoch, last_reason=Reason.NONE)
    if segment.open_aisle == order.param:
        return replace(known, last_result=Result.DONE, halted=False)
    journey = Journey(
        aisle=order.param,
        seq=order.seq,
        ttl_s=order.ttl_s,
        legs=_legs(segment, order.param, bank),
    )
    return replace(known, last_result=Result.ACCEPTED, journey=journey)


def _refusal(bank: BankSteel, segment: SegmentSteel, order: Order) -> Reason:
    if newer(segment.last_epoch, order.epoch):
        return Reason.OLD_EPOCH
    if order.ttl_s <= 0:
        return Reason.TTL_EXPIRED
    if segment.journey is not None:
        return Reason.ALREADY_MOVING
    if segment.fault:
        return Reason.FAULT_LATCHED
    if not 0 <= order.param <= len(segment.columns):
        return Reason.NO_SUCH_AISLE
    return next(iter(blocking(bank, segment)), Reason.NONE)


def _legs(segment: SegmentSteel, aisle: int, bank: BankSteel) -> tuple[Leg, ...]:
    """Send columns one after the other; those in the other direction wait for the first."""
    motion = bank.plan.motion
    leftward: list[tuple[ColumnSteel, float]] = []
    rightward: list[tuple[ColumnSteel, float]] = []
    for place, column in enumerate(segment.columns):
        to_mm = segment.rest_mm(place, aisle)
        if to_mm < column.position_mm - _ARRIVED_MM:
            leftward.append((column, to_mm))
        elif to_mm > column.position_mm + _ARRIVED_MM:
            rightward.insert(0, (column, to_mm))
    legs: list[Leg] = []
    free_s = 0.0
    for group in (leftward, rightward):
        starts_s = free_s
        for column, to_mm in group:
            starts_s += motion.start_delay_s
            legs.append(Leg(column.column, to_mm, starts_s))
            travel_s = abs(to_mm - column.position_mm) / motion.speed_mm_s
            free_s = max(free_s, starts_s + travel_s)
    return tuple(legs)


def _advance_segment(bank: BankSteel, segment: SegmentSteel, dt_s: float) -> SegmentSteel:
    defect = next((c.fault for c in segment.columns if c.fault), Fault.NONE)
    if defect and not segment.fault:
        return _break_off(segment, defect, Reason.FAULT_LATCHED)
    journey = segment.journey
    if journey is None:
        return segment
    unsafe = next(iter(blocking(bank, segment)), None)
    if not journey.started:
        if unsafe is not None:
            return _give_up(segment, Result.REFUSED, unsafe)
        if journey.begins_s > journey.ttl_s and journey.elapsed_s + dt_s > journey.ttl_s:
            return _give_up(segment, Result.EXPIRED, Reason.TTL_EXPIRED)
    elif unsafe is not None:
        return _break_off(segment, _LATCHES.get(unsafe, Fault.NONE), unsafe)
    elif journey.elapsed_s + dt_s > bank.plan.motion.end_s:
        return _break_off(segment, Fault.TIMEOUT, Reason.NONE)
    return _travel(segment, journey, dt_s, bank.plan.motion.speed_mm_s)


def _travel(
    segment: SegmentSteel, journey: Journey, dt_s: float, speed_mm_s: float
) -> SegmentSteel:
    now_s = journey.elapsed_s + dt_s
    columns = {column.column: column for column in segment.columns}
    for leg in journey.legs:
        driven_s = max(0.0, now_s - max(journey.elapsed_s, leg.starts_s))
        columns[leg.column] = _drive(
            columns, leg, segment.width_mm, now_s >= leg.starts_s, driven_s, speed_mm_s
        )
    journey = replace(journey, elapsed_s=now_s)
    segment = replace(segment, columns=tuple(columns.values()), journey=journey)
    if all(columns[leg.column].position_mm == leg.to_mm for leg in journey.legs):
        return replace(
            _at_rest(segment),
            halted=False,
            last_result=_result(segment, journey, Result.DONE),
        )
    if journey.started:
        return replace(segment, last_result=_result(segment, journey, Result.STARTED))
    return segment


def _drive(
    columns: dict[int, ColumnSteel],
    leg: Leg,
    width_mm: float,
    on: bool,
    driven_s: float,
    speed_mm_s: float,
) -> ColumnSteel:
    """Move one column for a while, never into its neighbour."""
    column = columns[leg.column]
    left_mm = leg.to_mm - column.position_mm
    if not on or abs(left_mm) <= _ARRIVED_MM:
        return replace(column, motor_on=False, speed_mm_s=0.0)
    sign = 1 if left_mm > 0 else -1
    neighbour = columns.get(leg.column + sign)
    room_mm = abs(left_mm)
    if neighbour is not None:
        room_mm = min(room_mm, abs(neighbour.position_mm - column.position_mm) - width_mm)
    way_mm = 0.0 if column.jammed else max(0.0, min(speed_mm_s * driven_s, room_mm))
    arrived = abs(left_mm) - way_mm <= _ARRIVED_MM
    return replace(
        column,
        position_mm=leg.to_mm if arrived else column.position_mm + sign * way_mm,
        motor_on=not arrived,
        speed_mm_s=0.0 if arrived or column.jammed or room_mm <= 0 else sign * speed_mm_s,
    )


def _at_rest(segment: SegmentSteel) -> SegmentSteel:
    columns = tuple(
        replace(column, motor_on=False, speed_mm_s=0.0) if column.motor_on else column
        for column in segment.columns
    )
    return replace(segment, columns=columns, journey=None)


def _give_up(segment: SegmentSteel, result: Result, reason: Reason) -> SegmentSteel:
    """Drop a command that has not started; nothing moved, so nothing latches."""
    journey = segment.journey
    if journey is not None and journey.seq == segment.last_seq:
        segment = replace(segment, last_result=result, last_reason=reason)
    return _at_rest(segment)


def _break_off(segment: SegmentSteel, fault: Fault, reason: Reason) -> SegmentSteel:
    journey = segment.journey
    if journey is not None and journey.seq == segment.last_seq:
        segment = replace(segment, last_result=Result.FAILED, last_reason=reason)
    return replace(
        _at_rest(segment), fault=fault, halted=segment.halted or segment.moving or bool(fault)
    )


def _result(segment: SegmentSteel, journey: Journey, result: Result) -> Result:
    """Tell a journey's result under its own seq only; a later refusal keeps its answer."""
    return result if journey.seq == segment.last_seq else segment.last_result


def _cause_remains(bank: BankSteel, segment: SegmentSteel) -> bool:
    if any(column.fault for column in segment.columns):
        return True
    match segment.fault:
        case Fault.E_STOP:
            return bank.e_stop_open
        case Fault.POWER_FAIL:
            return bank.power_failed
        case Fault.OBSTRUCTION:
            return segment.obstructed
        case Fault.PERSON_ENTERED:
            return any(segment.people) or bool(segment.blind) or segment.entrance_blocked
        case _:
            return False
