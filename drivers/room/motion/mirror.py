"""What a reading of the steel means for phase, holds and whatever is under way. Pure."""

from __future__ import annotations

from dataclasses import replace

from drivers.messages import RequestStatus
from drivers.readings import BankReading, CommandResult, SegmentReading, SteelState
from drivers.room.motion.commands import (
    Answer,
    Command,
    ReadInterlocks,
    ReportHalt,
    StopMotion,
)
from drivers.room.motion.ending import end_drive, forget_drive
from drivers.room.motion.gaps import is_there
from drivers.room.motion.holds import hold_after, still_held
from drivers.room.motion.late import is_astray, is_late
from drivers.room.motion.locks import watch_lock
from drivers.room.motion.modes import mode_of
from drivers.room.motion.segment import (
    Asked,
    Drive,
    Faulted,
    Halted,
    Moving,
    Open,
    Phase,
    Segment,
    Unknown,
    Ventilating,
)
from drivers.room.motion.settings import after_parking, follow_setting
from drivers.room.motion.trips import fault, is_unknown_status, watch_trips
from drivers.serials import is_newer

Told = tuple[Command, ...]


def observe(
    segment: Segment, at_s: float, bank: BankReading, steel: SegmentReading
) -> tuple[Segment, Told]:
    """Take in a reading; one that is older than what is known changes nothing."""
    if segment.steel is not None and steel.at_s < segment.steel.at_s:
        return segment, ()
    if segment.bank is not None and bank.at_s < segment.bank.at_s:
        bank = segment.bank
    segment = _note(segment, bank, steel)
    segment, set_ = follow_setting(segment, at_s, steel)
    segment, tripped = watch_trips(segment, at_s, bank, steel)
    segment, followed = _follow(segment, at_s, bank, steel)
    late: Told = ()
    if StopMotion() not in followed:
        segment, late = _stop_the_late(segment, at_s, steel)
    return segment, (*late, *tripped, *followed, *set_)


def settle(segment: Segment) -> tuple[Segment, Told]:
    """Let the phase be what the steel says, when nothing of ours is under way."""
    steel = segment.steel
    if steel is None:
        return replace(segment, phase=Unknown("never_read")), ()
    phase = _phase_of(steel, segment.phase)
    told: Told = ()
    if isinstance(phase, Halted) and isinstance(segment.phase, Moving):
        told = (ReportHalt(phase.why),)
    return replace(segment, phase=phase), told


def is_done(segment: Segment, asked: Asked, at_s: float) -> tuple[Segment, Told]:
    """The steel stands as it was asked to; parking goes on with a lock and sleep."""
    follows = after_parking(segment, asked, at_s) if asked.verb == "park" else None
    if follows is not None:
        return replace(segment, setting=follows), (ReadInterlocks(asked.request_id),)
    done = Answer(request_id=asked.request_id, status="done")
    return hold_after(segment, asked, at_s), (done,)


def _note(segment: Segment, bank: BankReading, steel: SegmentReading) -> Segment:
    before = segment.bank
    beat_at_s = segment.beat_changed_at_s
    if before is not None and segment.linked and before.heartbeat != bank.heartbeat:
        beat_at_s = bank.at_s
    segment = watch_lock(segment, steel)
    return replace(
        segment,
        bank=bank,
        steel=steel,
        mode=mode_of(segment.limits, bank, steel),
        holds=still_held(steel, segment.holds),
        reset_count=bank.reset_count,
        beat_changed_at_s=beat_at_s,
    )


def _stop_the_late(segment: Segment, at_s: float, steel: SegmentReading) -> tuple[Segment, Told]:
    """What cannot be stopped from here needs somebody who looks, and is told as a fault."""
    if not is_late(segment, steel, at_s):
        return segment, ()
    if segment.limits.stops or isinstance(segment.phase, Faulted):
        return segment, (StopMotion(),)
    segment, told = fault(segment, at_s, "moves_unasked")
    return segment, (StopMotion(), *told)


def _follow(
    segment: Segment, at_s: float, bank: BankReading, steel: SegmentReading
) -> tuple[Segment, Told]:
    if isinstance(segment.phase, Faulted):
        return segment, ()
    drive = segment.drive
    if drive is None:
        return settle(segment)
    if is_astray(segment, steel):
        stop = () if segment.mode == "fire" else (StopMotion(),)
        segment, told = fault(segment, at_s, "moves_elsewhere")
        return segment, (*stop, *told)
    return _follow_drive(segment, drive, at_s, bank, steel)


def _follow_drive(
    segment: Segment, drive: Drive, at_s: float, bank: BankReading, steel: SegmentReading
) -> tuple[Segment, Told]:
    if is_newer(steel.last_seq, drive.seq):
        stopped = steel.last_result is CommandResult.STOPPED
        return _end_and_settle(segment, "failed", "stopped" if stopped else "superseded")
    if steel.last_seq != drive.seq:
        return segment, ()
    match steel.last_result:
        case CommandResult.REFUSED:
            return _end_and_settle(segment, "refused", steel.last_reason)
        case CommandResult.EXPIRED:
            return _end_and_settle(segment, "expired", "ttl_expired")
        case CommandResult.STOPPED:
            return _end_and_settle(segment, "failed", "stopped")
        case CommandResult.FAILED:
            return _failed(segment, drive, at_s, bank, steel)
        case CommandResult.DONE if steel.state in (SteelState.STANDING, SteelState.VENTILATING):
            return _arrived(segment, drive, at_s, steel)
        case CommandResult.STARTED:
            return _started(segment, drive, at_s)
        case _ if steel.state is SteelState.MOVING:
            return _started(segment, drive, at_s)
    return segment, ()


def _started(segment: Segment, drive: Drive, at_s: float) -> tuple[Segment, Told]:
    if drive.started_at_s is not None:
        return segment, ()
    answer = Answer(request_id=drive.asked.request_id, status="started")
    return replace(segment, drive=replace(drive, started_at_s=at_s)), (answer,)


def _arrived(
    segment: Segment, drive: Drive, at_s: float, steel: SegmentReading
) -> tuple[Segment, Told]:
    if not _is_where_wanted(segment, drive, steel):
        return _end_and_settle(segment, "failed", "gap_elsewhere")
    segment, started = _started(segment, drive, at_s)
    segment, settled = settle(forget_drive(segment))
    segment, told = is_done(segment, drive.asked, at_s)
    return segment, (*started, *told, *settled)


def _is_where_wanted(segment: Segment, drive: Drive, steel: SegmentReading) -> bool:
    if drive.asked.verb in ("close_all", "park"):
        return steel.state is SteelState.STANDING and drive.aisle in steel.open_aisles
    return is_there(segment.limits, drive.asked, steel)


def _failed(
    segment: Segment, drive: Drive, at_s: float, bank: BankReading, steel: SegmentReading
) -> tuple[Segment, Told]:
    """The controller gave up without a latched fault: by its reason, unless one was reset since."""
    if bank.reset_count == drive.reset_count:
        return _end_and_settle(segment, "failed", steel.last_reason)
    trip = Faulted(why="failed", latched=True, reset_count=drive.reset_count, reset=True)
    return fault(segment, at_s, "failed", trip=trip)


def _end_and_settle(
    segment: Segment, status: RequestStatus, code: str | None
) -> tuple[Segment, Told]:
    segment, ended = end_drive(segment, status, code)
    segment, told = settle(segment)
    return segment, (*ended, *told)


def _phase_of(steel: SegmentReading, before: Phase) -> Phase:
    match steel.state:
        case SteelState.MOVING:
            return Moving(from_=_came_from(before), to=steel.target_aisle)
        case SteelState.STANDING if steel.open_aisles:
            return Open(frozenset(steel.open_aisles))
        case SteelState.VENTILATING:
            return Ventilating()
        case SteelState.STANDING:
            return Halted("gap_in_no_aisle")
        case SteelState.HALTED:
            return before if isinstance(before, Halted) else Halted("stopped")
    raw = steel.trip.raw if steel.trip is not None else ""
    return Unknown("unknown_status" if is_unknown_status(steel) else "steel_unknown", raw)


def _came_from(before: Phase) -> int | None:
    match before:
        case Moving(from_=aisle):
            return aisle
        case Open(aisles) if len(aisles) == 1:
            return next(iter(aisles))
    return None
