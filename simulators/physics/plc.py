"""What a bank's controller does with commands, interlocks, watchdog and reset. Pure.

It takes a command only if its seq is new, its epoch not older and its ttl alive; motion, moreover,
only while every interlock is safe. Whatever happens while steel moves stops it; some causes latch
a fault, which only the reset button at the bank clears.

For a wire: `obey` takes an Order of orders.py, where `plain_order` makes one for wires whose
commands bear no number; `blocking` says why nothing may move; `remaining_s` and `SegmentSteel` say
what moves where; protections.py names what a maker would report.
"""

from __future__ import annotations

from dataclasses import replace

from simulators.physics.codes import Fault, Reason, Result
from simulators.physics.journeys import at_rest, has_arrived, legs_to, remaining_s, travel
from simulators.physics.orders import (
    CMD_CLOSE_ALL,
    CMD_LOCK,
    CMD_OPEN_AISLE,
    CMD_SLEEP,
    CMD_STOP,
    CMD_UNLOCK,
    CMD_VENTILATE,
    CMD_WAKE,
    COMMANDS,
    MOTION,
    SETTINGS,
    Goal,
    Order,
    goal_of,
    misnamed,
    park_param,
    plain_order,
)
from simulators.physics.protections import defect_of, standing
from simulators.physics.steel import BankSteel, Journey, SegmentSteel, Waking, newer

__all__ = [
    "CMD_CLOSE_ALL",
    "CMD_LOCK",
    "CMD_OPEN_AISLE",
    "CMD_SLEEP",
    "CMD_STOP",
    "CMD_UNLOCK",
    "CMD_VENTILATE",
    "CMD_WAKE",
    "COMMANDS",
    "MOTION",
    "SETTINGS",
    "Order",
    "advance",
    "blocking",
    "feed_watchdog",
    "misnamed",
    "obey",
    "park_param",
    "plain_order",
    "press_reset",
    "react",
    "remaining_s",
]

WAKE_S = 7.0
"""How long drives take from the command to wake until they have power."""

_LATCHES: dict[Reason, Fault] = {
    Reason.E_STOP: Fault.E_STOP,
    Reason.POWER: Fault.POWER_FAIL,
    Reason.HEARTBEAT_LOST: Fault.HEARTBEAT_LOST,
    Reason.AISLE_OCCUPIED: Fault.PERSON_ENTERED,
    Reason.OCCUPANCY_UNKNOWN: Fault.PERSON_ENTERED,
}
"""What latches when this opens while steel moves; protections say it in their own table."""


def blocking(bank: BankSteel, segment: SegmentSteel) -> tuple[Reason, ...]:
    """Name every interlock that forbids motion now, the gravest first."""
    aisles = segment.aisles
    unknown = any(aisle in segment.blind for aisle in aisles)
    occupied = any(segment.people[a] for a in aisles if a not in segment.blind)
    checks = (
        (Reason.E_STOP, bank.e_stop_open),
        (Reason.POWER, bank.power_failed),
        (Reason.FIRE, bank.fire),
        (Reason.AISLE_OCCUPIED, occupied),
        (Reason.OCCUPANCY_UNKNOWN, unknown),
        *((row.reason, True) for row in standing(segment)),
        (Reason.LOCAL_CONTROL, bank.local),
        (Reason.MAINTENANCE_KEY, bank.key_inserted),
        (Reason.CRANK, bank.crank_engaged),
        (Reason.LOCKED, segment.locked),
        (Reason.ASLEEP, segment.asleep),
        (Reason.HEARTBEAT_LOST, bank.beat_age_s > bank.watchdog_s),
    )
    return tuple(dict.fromkeys(reason for reason, unsafe in checks if unsafe))


def obey(bank: BankSteel, segment: int, order: Order) -> BankSteel:
    """Take one command for one segment; a repeated one changes nothing."""
    part = bank.segment(segment)
    if order.cmd == CMD_STOP:
        return bank.with_segment(_stop(part, order))
    if order.cmd not in COMMANDS or order.seq == part.last_seq:
        return bank
    return bank.with_segment(_take(bank, part, order))


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
        replace(s, fault=Fault.NONE, halted=not _stands_whole(s)) if s.fault else s
        for s in bank.segments
    )
    return replace(bank, segments=cleared, reset_count=(bank.reset_count + 1) % 0x10000)


def advance(bank: BankSteel, dt_s: float) -> BankSteel:
    """Let time pass: drive what may move, stop what must stop."""
    bank = replace(bank, elapsed_s=bank.elapsed_s + dt_s, beat_age_s=bank.beat_age_s + dt_s)
    for segment in bank.segments:
        if segment.waking is not None and not bank.power_failed:
            segment = _wake_up(segment, segment.waking, dt_s)
            bank = bank.with_segment(segment)
        if segment.journey is not None or defect_of(segment):
            bank = bank.with_segment(_advance_segment(bank, segment, dt_s))
    return bank


def react(bank: BankSteel) -> BankSteel:
    """Let the controller see what just changed, as its interlocks act at once."""
    return advance(bank, 0.0)


def _stop(segment: SegmentSteel, order: Order) -> SegmentSteel:
    seq = order.seq if newer(order.seq, segment.last_seq) else segment.last_seq
    return replace(
        at_rest(segment),
        halted=segment.halted or segment.moving,
        last_seq=seq,
        last_result=Result.STOPPED,
        last_reason=Reason.NONE,
    )


def _take(bank: BankSteel, segment: SegmentSteel, order: Order) -> SegmentSteel:
    if not newer(order.seq, segment.last_seq):
        if segment.journey is not None:
            return segment
        return replace(segment, last_result=Result.REFUSED, last_reason=Reason.STALE_SEQ)
    refusal = _refusal(bank, segment, order)
    if refusal is Reason.TTL_EXPIRED:
        return replace(segment, last_seq=order.seq, last_result=Result.EXPIRED, last_reason=refusal)
    if refusal is not Reason.NONE:
        return replace(segment, last_seq=order.seq, last_result=Result.REFUSED, last_reason=refusal)
    taken = replace(segment, last_seq=order.seq, last_epoch=order.epoch, last_reason=Reason.NONE)
    return _set(taken, order) if order.cmd in SETTINGS else _send(bank, taken, order)


def _refusal(bank: BankSteel, segment: SegmentSteel, order: Order) -> Reason:
    if newer(segment.last_epoch, order.epoch):
        return Reason.OLD_EPOCH
    if order.ttl_s <= 0:
        return Reason.TTL_EXPIRED
    if segment.journey is not None:
        return Reason.ALREADY_MOVING
    if order.cmd in SETTINGS:
        return _setting_refusal(bank, segment, order)
    if segment.fault:
        return Reason.FAULT_LATCHED
    goal = goal_of(bank, segment, order)
    if isinstance(goal, Reason):
        return goal
    return next(iter(blocking(bank, segment)), Reason.NONE)


def _setting_refusal(bank: BankSteel, segment: SegmentSteel, order: Order) -> Reason:
    """To lock and to sleep make steel safer, so they are never refused while it stands."""
    if order.cmd in (CMD_LOCK, CMD_SLEEP):
        return Reason.NONE
    checks = (
        (
            Reason.LOCKED_AT_STEEL,
            order.cmd == CMD_UNLOCK and segment.locked_at_steel and not segment.locked_by_network,
        ),
        (Reason.LOCAL_CONTROL, bank.local),
        (Reason.MAINTENANCE_KEY, bank.key_inserted),
        (Reason.POWER, order.cmd == CMD_WAKE and bank.power_failed),
    )
    return next((reason for reason, hinders in checks if hinders), Reason.NONE)


def _set(segment: SegmentSteel, order: Order) -> SegmentSteel:
    """Lock, unlock, put to sleep or wake; a lock that was set at the steel stays."""
    if order.cmd == CMD_WAKE and segment.asleep:
        return replace(segment, last_result=Result.ACCEPTED, waking=Waking(order.seq, WAKE_S))
    done = replace(segment, last_result=Result.DONE)
    if order.cmd in (CMD_LOCK, CMD_UNLOCK):
        return replace(done, locked_by_network=order.cmd == CMD_LOCK)
    return replace(done, asleep=True, waking=None) if order.cmd == CMD_SLEEP else done


def _send(bank: BankSteel, segment: SegmentSteel, order: Order) -> SegmentSteel:
    goal = goal_of(bank, segment, order)
    assert isinstance(goal, Goal)
    legs = legs_to(
        segment,
        lambda place: (
            segment.rest_mm(place, goal.aisles) if goal.aisles else segment.spread_mm(place)
        ),
        bank.plan.motion,
    )
    if not legs:
        return replace(segment, last_result=Result.DONE, halted=False)
    journey = Journey(aisle=goal.aisle, seq=order.seq, ttl_s=order.ttl_s, legs=legs)
    return replace(segment, last_result=Result.ACCEPTED, journey=journey)


def _wake_up(segment: SegmentSteel, waking: Waking, dt_s: float) -> SegmentSteel:
    if waking.left_s > dt_s:
        return replace(segment, waking=replace(waking, left_s=waking.left_s - dt_s))
    is_last = waking.seq == segment.last_seq
    result = Result.DONE if is_last else segment.last_result
    return replace(segment, asleep=False, waking=None, last_result=result)


def _advance_segment(bank: BankSteel, segment: SegmentSteel, dt_s: float) -> SegmentSteel:
    defect = defect_of(segment)
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
        return _break_off(segment, _latched_by(segment, unsafe), unsafe)
    elif journey.elapsed_s + dt_s > bank.plan.motion.end_s:
        return _break_off(segment, Fault.TIMEOUT, Reason.NONE)
    return _go_on(segment, journey, dt_s, bank.plan.motion.speed_mm_s)


def _go_on(segment: SegmentSteel, journey: Journey, dt_s: float, speed_mm_s: float) -> SegmentSteel:
    segment = travel(segment, journey, dt_s, speed_mm_s)
    if has_arrived(segment, journey):
        result = _result(segment, journey, Result.DONE)
        return replace(at_rest(segment), halted=False, last_result=result)
    if segment.moving:
        return replace(segment, last_result=_result(segment, journey, Result.STARTED))
    return segment


def _give_up(segment: SegmentSteel, result: Result, reason: Reason) -> SegmentSteel:
    """Drop a command that has not started; nothing moved, so nothing latches."""
    journey = segment.journey
    if journey is not None and journey.seq == segment.last_seq:
        segment = replace(segment, last_result=result, last_reason=reason)
    return at_rest(segment)


def _break_off(segment: SegmentSteel, fault: Fault, reason: Reason) -> SegmentSteel:
    journey = segment.journey
    if journey is not None and journey.seq == segment.last_seq:
        segment = replace(segment, last_result=Result.FAILED, last_reason=reason)
    return replace(
        at_rest(segment), fault=fault, halted=segment.halted or segment.moving or bool(fault)
    )


def _result(segment: SegmentSteel, journey: Journey, result: Result) -> Result:
    """Tell a journey's result under its own seq only; a later refusal keeps its answer."""
    return result if journey.seq == segment.last_seq else segment.last_result


def _latched_by(segment: SegmentSteel, reason: Reason) -> Fault:
    """Say what latches because of what stopped the steel; NONE if it only halts."""
    of_its_own = (row.latches for row in standing(segment) if row.reason is reason)
    return _LATCHES.get(reason) or next(of_its_own, Fault.NONE)


def _stands_whole(segment: SegmentSteel) -> bool:
    return len(segment.open_aisles) == segment.gaps or segment.is_spread


def _cause_remains(bank: BankSteel, segment: SegmentSteel) -> bool:
    if defect_of(segment):
        return True
    if segment.fault and any(row.latches is segment.fault for row in standing(segment)):
        return True
    match segment.fault:
        case Fault.E_STOP:
            return bank.e_stop_open
        case Fault.POWER_FAIL:
            return bank.power_failed
        case Fault.PERSON_ENTERED:
            return any(segment.people) or bool(segment.blind)
        case _:
            return False
