"""The one function that decides: `step(segment, event) -> (segment, commands)`. Pure."""

from __future__ import annotations

from dataclasses import replace

from drivers.readings import SteelState
from drivers.room.motion.asking import decide, receive
from drivers.room.motion.commands import (
    Answer,
    Command,
    ReadBack,
    ReportConfirmed,
    StopMotion,
)
from drivers.room.motion.events import (
    AgentBroke,
    Confirmed,
    Event,
    HoldAsked,
    InterlocksNotRead,
    InterlocksRead,
    LinkLost,
    Reconnected,
    RequestArrived,
    SteelRead,
    StopAsked,
    TimePassed,
    WriteEnded,
)
from drivers.room.motion.mirror import fail_drive, fault, is_tripped, observe, settle
from drivers.room.motion.segment import Faulted, Moving, Segment, Unknown
from drivers.serials import is_newer, next_serial

Step = tuple[Segment, tuple[Command, ...]]


def step(segment: Segment, event: Event) -> Step:
    """Take in one event; say what the segment is now and what is to be done, in that order."""
    match event:
        case RequestArrived(asked):
            return receive(segment, asked)
        case InterlocksRead():
            return decide(segment, event)
        case SteelRead():
            return observe(segment, event.at_s, event.bank, event.steel)
        case StopAsked():
            return _stop(segment)
        case TimePassed(at_s):
            return _look_at_clock(segment, at_s)
        case WriteEnded():
            return _write_ended(segment, event)
        case InterlocksNotRead():
            return _drop_pending(segment, event.request_id, "link_lost")
        case LinkLost():
            return _link_lost(segment)
        case AgentBroke():
            return _agent_broke(segment)
        case Reconnected():
            return _reconnected(segment, event)
        case Confirmed():
            return _confirmed(segment, event)
        case HoldAsked():
            return _hold_asked(segment, event)
    return segment, ()


def stops_on_exit(segment: Segment) -> bool:
    """Say whether to send stop when the agent leaves; in a fire it commands nothing."""
    return segment.mode != "fire"


def _stop(segment: Segment) -> Step:
    """Stop first, tell after; the phase follows what the steel then says."""
    segment, failed = fail_drive(segment, "stopped")
    segment, dropped = _drop_pending(segment, None, "stopped")
    return segment, (StopMotion(), *failed, *dropped)


def _drop_pending(segment: Segment, request_id: str | None, code: str) -> Step:
    pending = segment.pending
    if pending is None or request_id not in (None, pending.request_id):
        return segment, ()
    answer = Answer(request_id=pending.request_id, status="refused", code=code)
    return replace(segment, pending=None), (answer,)


def _look_at_clock(segment: Segment, at_s: float) -> Step:
    pending, drive, limits = segment.pending, segment.drive, segment.limits
    if pending is not None and at_s > pending.deadline_s(limits.human_s):
        expired = Answer(request_id=pending.request_id, status="expired", code="request_expired")
        return replace(segment, pending=None), (expired,)
    if drive is None:
        return segment, ()
    if drive.started_at_s is None and at_s - drive.written_at_s > limits.start_seen_s:
        return _time_out(segment, "start_not_seen")
    if drive.started_at_s is not None and at_s - drive.started_at_s > limits.end_s:
        return _time_out(segment, "end_not_seen")
    return segment, ()


def _time_out(segment: Segment, why: str) -> Step:
    """Operational stop, alarm, Faulted; in a fire the stop is left to controller and panel."""
    stop = () if segment.mode == "fire" else (StopMotion(),)
    segment, told = fault(segment, Faulted(why=why, latched=False), why)
    return segment, (*stop, *told)


def _write_ended(segment: Segment, event: WriteEnded) -> Step:
    drive = segment.drive
    if drive is None or drive.asked.request_id != event.request_id or event.outcome == "ok":
        return segment, ()
    if event.outcome == "unknown":
        told = Answer(request_id=event.request_id, status="accepted", code="outcome_unknown")
        return segment, (ReadBack(), told)
    answer = Answer(request_id=event.request_id, status="refused", code=event.code or "not_sent")
    segment, told_too = settle(replace(segment, drive=None))
    return segment, (answer, *told_too)


def _link_lost(segment: Segment) -> Step:
    segment, failed = fail_drive(segment, "link_lost")
    segment, dropped = _drop_pending(segment, None, "link_lost")
    phase = segment.phase if isinstance(segment.phase, Faulted) else Unknown("link_lost")
    segment = replace(segment, phase=phase, linked=False, mode="degraded", beat_changed_at_s=None)
    return segment, (*failed, *dropped)


def _agent_broke(segment: Segment) -> Step:
    """Nobody watched the steel for a while, so a person has to look before it moves again."""
    if isinstance(segment.phase, Faulted):
        return _link_lost(segment)
    phase = Faulted(why="agent_broke", latched=False)
    segment, told = fault(segment, phase, "agent_broke")
    segment, _ = _link_lost(segment)
    return segment, told


def _reconnected(segment: Segment, event: Reconnected) -> Step:
    """Look, command nothing but a stop: motion found on the way in was asked of nobody here."""
    before = segment
    if segment.epoch is None:
        segment = replace(segment, epoch=next_serial(event.steel.last_epoch))
    segment, told = observe(segment, event.at_s, event.bank, event.steel)
    segment = replace(segment, linked=True)
    if not isinstance(segment.phase, Faulted) and _is_reset_unseen(before, event.bank.reset_count):
        phase = Faulted(
            why="tripped_unseen", latched=True, reset_count=before.reset_count, reset=True
        )
        segment, alarm = fault(segment, phase, "tripped_unseen")
        told = (*told, *alarm)
    found_moving = event.steel.state is SteelState.MOVING
    if found_moving and StopMotion() not in told and segment.mode not in ("fire", "maintenance"):
        return segment, (StopMotion(), *told)
    return segment, told


def _is_reset_unseen(before: Segment, count: int | None) -> bool:
    """Say whether somebody reset the controller while nobody here could read it.

    While this agent runs, any other count says so. Over a restart of the agent a smaller one means
    another controller, or the same one started anew, whose resets nobody here has ever counted.
    """
    if before.reset_count is None or count is None:
        return False
    if before.bank is None:
        return is_newer(count, before.reset_count)
    return count != before.reset_count


def _confirmed(segment: Segment, event: Confirmed) -> Step:
    code = _confirmation_refusal(segment)
    if code is not None:
        return segment, (_refused(event.request_id, code),)
    why = segment.phase.why if isinstance(segment.phase, Faulted) else ""
    segment, told = settle(replace(segment, phase=Unknown("confirmed")))
    done = Answer(request_id=event.request_id, status="done")
    return segment, (ReportConfirmed(event.actor, why), done, *told)


def _confirmation_refusal(segment: Segment) -> str | None:
    phase, steel = segment.phase, segment.steel
    if not isinstance(phase, Faulted):
        return "not_faulted"
    if not segment.linked or steel is None:
        return "link_lost"
    if is_tripped(steel) or (phase.latched and not phase.reset):
        return "reset_first"
    return None


def _hold_asked(segment: Segment, event: HoldAsked) -> Step:
    if not segment.holds:
        return segment, (_refused(event.request_id, "not_held"),)
    if isinstance(segment.phase, Moving):
        return segment, (_refused(event.request_id, "already_moving"),)
    return replace(segment, holds=()), (
        ReportConfirmed(event.actor, "hold_released"),
        Answer(request_id=event.request_id, status="done"),
    )


def _refused(request_id: str, code: str) -> Answer:
    return Answer(request_id=request_id, status="refused", code=code)
