"""The one function that decides: `step(segment, event) -> (segment, commands)`. Pure."""

from __future__ import annotations

from dataclasses import replace

from drivers.readings import SteelState
from drivers.room.motion.arming import disarm
from drivers.room.motion.asking import decide, press_start, receive
from drivers.room.motion.commands import Answer, Command, ReadBack, ReportConfirmed, StopMotion
from drivers.room.motion.ending import drop_pending, end_drive
from drivers.room.motion.events import (
    AgentBroke,
    Confirmed,
    Event,
    HoldAsked,
    InterlocksNotRead,
    InterlocksRead,
    LinkLost,
    LockOutAsked,
    Reconnected,
    RequestArrived,
    SettingAsked,
    SettingEnded,
    StartPressed,
    SteelRead,
    StopAsked,
    TimePassed,
    WriteEnded,
)
from drivers.room.motion.holds import ask_hold
from drivers.room.motion.lock_outs import ask_lock_out
from drivers.room.motion.locks import doubt_lock
from drivers.room.motion.mirror import observe, settle
from drivers.room.motion.segment import Faulted, Segment, Unknown
from drivers.room.motion.settings import ask_setting, drop_setting, setting_ended, watch_setting
from drivers.room.motion.trips import confirm, fault
from drivers.serials import is_newer, next_serial

Step = tuple[Segment, tuple[Command, ...]]


def step(segment: Segment, event: Event) -> Step:
    """Take in one event; say what the segment is now and what is to be done, in that order."""
    match event:
        case RequestArrived() | StartPressed() | SettingAsked() | HoldAsked() | LockOutAsked():
            return _asked(segment, event)
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
        case SettingEnded():
            return setting_ended(segment, event)
        case InterlocksNotRead():
            return _drop(segment, event.request_id, "link_lost")
        case LinkLost():
            return _link_lost(segment)
        case AgentBroke(at_s):
            return _agent_broke(segment, at_s)
        case Reconnected():
            return _reconnected(segment, event)
        case Confirmed():
            return _confirmed(segment, event)


def stops_on_exit(segment: Segment) -> bool:
    """Say whether to send stop when the agent leaves; in a fire it commands nothing."""
    return segment.mode != "fire"


def _asked(
    segment: Segment,
    event: RequestArrived | StartPressed | SettingAsked | HoldAsked | LockOutAsked,
) -> Step:
    match event:
        case RequestArrived(asked):
            return receive(segment, asked)
        case StartPressed():
            return press_start(segment, event)
        case SettingAsked():
            return ask_setting(segment, event)
        case HoldAsked():
            return ask_hold(segment, event)
        case LockOutAsked():
            return ask_lock_out(segment, event)


def _stop(segment: Segment) -> Step:
    """Stop first, tell after; the phase follows what the steel then says.

    What cannot be stopped from here is still followed to its end: nobody is told that it stopped.
    """
    failed: tuple[Command, ...] = ()
    if segment.limits.stops:
        segment, failed = end_drive(segment, "failed", "stopped")
    elif segment.drive is not None:
        segment = replace(segment, drive=replace(segment.drive, stop_asked=True))
    segment, dropped = _drop(segment, None, "stopped")
    segment, disarmed = disarm(segment, "not_started_at_bank")
    return segment, (StopMotion(), *failed, *dropped, *disarmed)


def _drop(segment: Segment, request_id: str | None, code: str) -> Step:
    """Refuse what waits for its fresh reading."""
    segment, dropped = drop_pending(segment, request_id, code)
    segment, dropped_too = drop_setting(segment, request_id, code, written=False)
    return segment, (*dropped, *dropped_too)


def _look_at_clock(segment: Segment, at_s: float) -> Step:
    limits = segment.limits
    told: tuple[Command, ...] = ()
    if segment.armed is not None and at_s > segment.armed.until_s:
        segment, told = disarm(segment, "not_started_at_bank")
    pending, drive = segment.pending, segment.drive
    segment, given_up = watch_setting(segment, at_s)
    told = (*told, *given_up)
    if pending is not None and at_s > pending.deadline_s(limits.human_s):
        expired = Answer(request_id=pending.request_id, status="expired", code="request_expired")
        segment, told = replace(segment, pending=None), (*told, expired)
    if drive is None:
        return segment, told
    if drive.started_at_s is None and at_s - drive.written_at_s > limits.start_seen_s:
        segment, timed_out = _time_out(segment, at_s, "start_not_seen")
        return segment, (*timed_out, *told)
    if drive.started_at_s is not None and at_s - drive.started_at_s > limits.end_s:
        segment, timed_out = _time_out(segment, at_s, "end_not_seen")
        return segment, (*timed_out, *told)
    return segment, told


def _time_out(segment: Segment, at_s: float, why: str) -> Step:
    """Operational stop, alarm, Faulted; in a fire the stop is left to controller and panel."""
    stop = () if segment.mode == "fire" else (StopMotion(),)
    segment, told = fault(segment, at_s, why)
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
    segment, failed = end_drive(segment, "failed", "link_lost")
    segment, dropped = drop_pending(segment, None, "link_lost")
    segment, unset = drop_setting(segment, None, "link_lost", written=True)
    phase = segment.phase if isinstance(segment.phase, Faulted) else Unknown("link_lost")
    segment = replace(segment, phase=phase, linked=False, mode="degraded", beat_changed_at_s=None)
    return segment, (*failed, *dropped, *unset)


def _agent_broke(segment: Segment, at_s: float) -> Step:
    """Nobody watched the steel for a while, so a person has to look before it moves again."""
    if isinstance(segment.phase, Faulted):
        return _link_lost(segment)
    segment, told = fault(segment, at_s, "agent_broke")
    segment, lost = _link_lost(segment)
    return segment, (*told, *lost)


def _reconnected(segment: Segment, event: Reconnected) -> Step:
    """Look, command nothing but a stop: motion found on the way in was asked of nobody here."""
    before = segment
    segment = doubt_lock(segment)
    if segment.epoch is None:
        segment = _begin(segment, event)
    segment, told = observe(segment, event.at_s, event.bank, event.steel)
    segment = replace(segment, linked=True)
    if not isinstance(segment.phase, Faulted) and _is_reset_unseen(before, event.bank.reset_count):
        trip = Faulted(
            why="tripped_unseen", latched=True, reset_count=before.reset_count, reset=True
        )
        segment, alarm = fault(segment, event.at_s, "tripped_unseen", trip=trip)
        told = (*told, *alarm)
    found_moving = event.steel.state is SteelState.MOVING
    if found_moving and StopMotion() not in told and segment.mode not in ("fire", "maintenance"):
        return segment, (StopMotion(), *told)
    return segment, told


def _begin(segment: Segment, event: Reconnected) -> Segment:
    """The first look of this life: the agent before us may have sent something that is late."""
    ordered_at_s = event.at_s if segment.ordered_at_s is None else segment.ordered_at_s
    epoch = next_serial(event.steel.last_epoch)
    return replace(segment, epoch=epoch, ordered_at_s=ordered_at_s)


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
    segment, told = confirm(segment, event)
    if not any(isinstance(command, ReportConfirmed) for command in told):
        return segment, told
    segment, settled = settle(replace(segment, phase=Unknown("confirmed")))
    return segment, (*told, *settled)
