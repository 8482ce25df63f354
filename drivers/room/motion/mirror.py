"""What a reading of the steel means for phase, hold and the drive under way. Pure."""

from __future__ import annotations

from dataclasses import replace

from drivers import trips
from drivers.messages import RequestStatus
from drivers.readings import BankReading, CommandResult, SegmentReading, SteelState
from drivers.room.motion.commands import Answer, Command, ReportFault, ReportHalt, StopMotion
from drivers.room.motion.interlocks import mode_of
from drivers.room.motion.segment import (
    Drive,
    Faulted,
    Halted,
    Hold,
    Moving,
    Open,
    Phase,
    Segment,
    Unknown,
    Ventilating,
)
from drivers.serials import is_newer

Told = tuple[Command, ...]

_UNDER_WAY = (CommandResult.ACCEPTED, CommandResult.STARTED)


def observe(
    segment: Segment, at_s: float, bank: BankReading, steel: SegmentReading
) -> tuple[Segment, Told]:
    """Take in a reading; one that is older than what is known changes nothing."""
    if segment.steel is not None and steel.at_s < segment.steel.at_s:
        return segment, ()
    if segment.bank is not None and bank.at_s < segment.bank.at_s:
        bank = segment.bank
    segment, told = _take_in(segment, at_s, bank, steel)
    return segment, (*_stop_the_late(segment, steel), *told)


def _take_in(
    segment: Segment, at_s: float, bank: BankReading, steel: SegmentReading
) -> tuple[Segment, Told]:
    segment = _note(segment, bank, steel)
    if is_tripped(steel):
        return _trip(segment, bank, _trip_code(steel))
    if isinstance(segment.phase, Faulted):
        return replace(segment, phase=_watch_reset(segment.phase, bank)), ()
    if segment.drive is not None:
        return _follow(segment, segment.drive, at_s, bank, steel)
    return settle(segment)


def _stop_the_late(segment: Segment, steel: SegmentReading) -> Told:
    """Stop what a motion write began that arrived after it was given up."""
    is_late = segment.drive is None and steel.last_seq == segment.given_up
    moves = steel.state is SteelState.MOVING and steel.last_result in _UNDER_WAY
    is_ours = segment.mode not in ("fire", "maintenance")
    return (StopMotion(),) if is_late and moves and is_ours else ()


def is_tripped(steel: SegmentReading) -> bool:
    """Say whether the controller has latched a fault."""
    return steel.state is SteelState.FAULTED or steel.trip is not None


def _trip_code(steel: SegmentReading) -> str:
    return steel.trip.code if steel.trip is not None else trips.UNKNOWN


def settle(segment: Segment) -> tuple[Segment, Told]:
    """Let the phase be what the steel says, when nothing of ours is under way."""
    steel = segment.steel
    if steel is None:
        return replace(segment, phase=Unknown("never_read")), ()
    phase = _phase_of(steel, segment.phase)
    told: Told = ()
    if isinstance(phase, Halted) and isinstance(segment.phase, Moving):
        told = (ReportHalt(phase.why),)
    return replace(segment, phase=phase, holds=_holds_in(steel, segment.holds)), told


def fail_drive(segment: Segment, code: str) -> tuple[Segment, Told]:
    """End what is under way and tell its asker."""
    return _end(segment, "failed", code)


def fault(segment: Segment, phase: Faulted, code: str) -> tuple[Segment, Told]:
    """Enter a fault: everything asked ends, and an alarm is raised."""
    told: list[Command] = [ReportFault(why=phase.why, trip_id=phase.trip_id)]
    segment, failed = fail_drive(segment, code)
    if segment.pending is not None:
        told.append(
            Answer(
                request_id=segment.pending.request_id,
                status="refused",
                code="faulted",
                detail={"why": phase.why},
            )
        )
    return replace(segment, phase=phase, pending=None), (*told, *failed)


def _note(segment: Segment, bank: BankReading, steel: SegmentReading) -> Segment:
    before = segment.bank
    beat_at_s = segment.beat_changed_at_s
    if before is not None and segment.linked and before.heartbeat != bank.heartbeat:
        beat_at_s = bank.at_s
    return replace(
        segment,
        bank=bank,
        steel=steel,
        mode=mode_of(bank),
        reset_count=bank.reset_count,
        beat_changed_at_s=beat_at_s,
    )


def _trip(segment: Segment, bank: BankReading, why: str) -> tuple[Segment, Told]:
    known = segment.phase
    if isinstance(known, Faulted) and known.latched and known.why == why and not known.reset:
        if known.reset_count is None:
            known = replace(known, reset_count=bank.reset_count)
        return replace(segment, phase=known), ()
    phase = Faulted(why=why, latched=True, reset_count=bank.reset_count)
    return fault(segment, phase, why)


def _watch_reset(phase: Faulted, bank: BankReading) -> Faulted:
    if not phase.latched or phase.reset:
        return phase
    if phase.reset_count is None:
        return replace(phase, reset_count=bank.reset_count)
    return replace(phase, reset=bank.reset_count != phase.reset_count)


def _follow(
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
            return _failed(segment, drive, bank, steel)
        case CommandResult.DONE if steel.state is SteelState.STANDING:
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
    if drive.aisle is None or drive.aisle not in steel.open_aisles:
        return _end_and_settle(segment, "failed", "gap_elsewhere")
    segment, started = _started(segment, drive, at_s)
    segment, told = _end_and_settle(segment, "done", None)
    if drive.asked.verb == "open_aisle":
        hold = Hold(aisle=drive.aisle, actor=drive.asked.actor, since_s=at_s)
        segment = replace(segment, holds=(hold,))
    return segment, (*started, *told)


def _failed(
    segment: Segment, drive: Drive, bank: BankReading, steel: SegmentReading
) -> tuple[Segment, Told]:
    """The controller gave up without a latched fault: by its reason, unless one was reset since."""
    if bank.reset_count == drive.reset_count:
        return _end_and_settle(segment, "failed", steel.last_reason)
    phase = Faulted(why="failed", latched=True, reset_count=drive.reset_count, reset=True)
    return fault(segment, phase, "failed")


def _end_and_settle(
    segment: Segment, status: RequestStatus, code: str | None
) -> tuple[Segment, Told]:
    segment, ended = _end(segment, status, code)
    segment, told = settle(segment)
    return segment, (*ended, *told)


def _end(segment: Segment, status: RequestStatus, code: str | None) -> tuple[Segment, Told]:
    if segment.drive is None:
        return segment, ()
    request_id = segment.drive.asked.request_id
    answer = Answer(request_id=request_id, status=status, code=code)
    given_up = segment.drive.seq if status == "failed" else segment.given_up
    return replace(segment, drive=None, given_up=given_up), (answer,)


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
    return Unknown("steel_unknown")


def _came_from(before: Phase) -> int | None:
    match before:
        case Moving(from_=aisle):
            return aisle
        case Open(aisles) if len(aisles) == 1:
            return next(iter(aisles))
    return None


def _holds_in(steel: SegmentReading, holds: tuple[Hold, ...]) -> tuple[Hold, ...]:
    """A hold ends when the steel stands and its aisle is no longer open."""
    if steel.state not in (SteelState.STANDING, SteelState.HALTED):
        return holds
    return tuple(hold for hold in holds if hold.aisle in steel.open_aisles)
