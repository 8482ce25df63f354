"""From a person's wish to the one motion write, or to the reason why not. Pure."""

from __future__ import annotations

from dataclasses import replace

from drivers.ports import CloseAll, Fence, OpenAisle
from drivers.readings import SegmentReading, SteelState
from drivers.room.motion.commands import Answer, Command, DriveTo, ReadInterlocks
from drivers.room.motion.events import InterlocksRead
from drivers.room.motion.interlocks import find_objection
from drivers.room.motion.mirror import observe
from drivers.room.motion.segment import (
    Asked,
    Drive,
    Faulted,
    Hold,
    Limits,
    Moving,
    Segment,
    Unknown,
    Ventilating,
)
from drivers.serials import is_newer, next_serial

_SHORTEST_TTL_S = 0.1
"""The resolution of the controller's ttl."""


def receive(segment: Segment, asked: Asked) -> tuple[Segment, tuple[Command, ...]]:
    """Refuse at once what the room can already see is wrong; else read the interlocks afresh."""
    refusal = _refuse_form(segment.limits, asked) or _refuse_state(segment, asked)
    if refusal is None and segment.pending is not None:
        refusal = _refused(asked, "already_moving")
    if refusal is not None:
        return segment, (refusal,)
    return replace(segment, pending=asked), (ReadInterlocks(asked.request_id),)


def decide(segment: Segment, event: InterlocksRead) -> tuple[Segment, tuple[Command, ...]]:
    """Decide on the fresh reading; the only place in the program that answers with DriveTo."""
    asked = segment.pending
    segment, told = observe(segment, event.at_s, event.bank, event.steel)
    if asked is None or asked.request_id != event.request_id or segment.pending is None:
        return segment, told
    segment = replace(segment, pending=None)
    refusal = _refuse_late(segment, asked, event) or _refuse_state(segment, asked)
    if refusal is not None:
        return segment, (*told, refusal)
    aisle = target_of(segment.limits, asked)
    if event.steel.state is SteelState.STANDING and aisle in event.steel.open_aisles:
        done = Answer(request_id=asked.request_id, status="done")
        return replace(segment, holds=hold_after(asked, aisle, event.at_s)), (*told, done)
    refusal = _refuse_interlocks(segment, asked, event.at_s)
    if refusal is not None:
        return segment, (*told, refusal)
    segment, driving = _drive(segment, asked, aisle, event)
    return segment, (*told, *driving)


def find_hindrance(segment: Segment, request_id: str, at_s: float) -> str | None:
    """Say why what was decided must not be written any more, by all that was seen since."""
    drive = segment.drive
    if drive is None or drive.asked.request_id != request_id:
        return "stopped"
    objection = find_objection(segment, at_s)
    return None if objection is None else objection.code


def target_of(limits: Limits, asked: Asked) -> int:
    """Name the aisle a request wants the gap in; -1 if it names none."""
    if asked.verb == "close_all":
        return limits.park_aisle
    return -1 if asked.aisle is None else asked.aisle


def hold_after(asked: Asked, aisle: int, at_s: float) -> tuple[Hold, ...]:
    """Say who holds the aisle once a request is done; closing ends the hold."""
    if asked.verb == "close_all":
        return ()
    return (Hold(aisle=aisle, actor=asked.actor, since_s=at_s),)


def _refuse_form(limits: Limits, asked: Asked) -> Answer | None:
    if not 0 <= target_of(limits, asked) < limits.aisles:
        return _refused(asked, "no_such_aisle")
    if asked.seen_at_s is None or asked.at_s > asked.seen_at_s + min(asked.ttl_s, limits.human_s):
        return _refused(asked, "stale_view")
    if asked.origin == "controller" and not limits.remote_start:
        return _refused(asked, "start_at_bank")
    return None


def _refuse_state(segment: Segment, asked: Asked) -> Answer | None:
    match segment.phase:
        case Faulted(why=why, latched=latched, reset=reset):
            needs = "reset" if latched and not reset else "confirmation"
            return _refused(asked, "faulted", why=why, needs=needs)
        case _ if not segment.linked:
            return _refused(asked, "link_lost")
        case _ if segment.mode == "fire":
            return _refused(asked, "fire")
        case Unknown(why):
            return _refused(asked, "steel_unknown", why=why)
        case Ventilating():
            return _refused(asked, "ventilating")
        case Moving():
            return _refused(asked, "already_moving")
        case _ if segment.drive is not None:
            return _refused(asked, "already_moving")
    hold = next((held for held in segment.holds if held.actor.id != asked.actor.id), None)
    if hold is not None:
        return _refused(asked, "held_by_other", holder=hold.actor.name, aisle=hold.aisle)
    return None


def _refuse_late(segment: Segment, asked: Asked, event: InterlocksRead) -> Answer | None:
    limits = segment.limits
    if event.at_s + _SHORTEST_TTL_S > asked.deadline_s(limits.human_s):
        return Answer(request_id=asked.request_id, status="expired", code="request_expired")
    taken_at_s = _taken_at_s(event)
    if taken_at_s < asked.at_s or event.at_s - taken_at_s > limits.fresh_s:
        return _refused(asked, "interlocks_stale")
    return None


def _refuse_interlocks(segment: Segment, asked: Asked, at_s: float) -> Answer | None:
    objection = find_objection(segment, at_s)
    if objection is not None:
        return _refused(asked, objection.code, **objection.detail)
    if segment.epoch is None or _has_newer_master(segment.epoch, segment.steel):
        return _refused(asked, "old_epoch")
    return None


def _has_newer_master(epoch: int, steel: SegmentReading | None) -> bool:
    return steel is not None and is_newer(steel.last_epoch, epoch)


def _drive(
    segment: Segment, asked: Asked, aisle: int, event: InterlocksRead
) -> tuple[Segment, tuple[Command, ...]]:
    limits, steel = segment.limits, event.steel
    left_s = asked.deadline_s(limits.human_s) - event.at_s
    drive = Drive(
        asked=asked,
        aisle=aisle,
        seq=next_serial(steel.last_seq),
        reset_count=event.bank.reset_count,
        written_at_s=event.at_s,
    )
    command = DriveTo(
        request_id=asked.request_id,
        order=CloseAll() if asked.verb == "close_all" else OpenAisle(aisle=aisle),
        fence=Fence(
            seq=drive.seq, epoch=segment.epoch or 0, ttl_s=min(limits.start_seen_s, left_s)
        ),
        not_after_s=_taken_at_s(event) + limits.fresh_s,
    )
    moving = Moving(from_=next(iter(steel.open_aisles), None), to=aisle)
    segment = replace(segment, phase=moving, drive=drive)
    return segment, (Answer(request_id=asked.request_id, status="accepted"), command)


def _taken_at_s(event: InterlocksRead) -> float:
    return min(event.bank.at_s, event.steel.at_s)


def _refused(asked: Asked, code: str, **detail: str | int | float) -> Answer:
    return Answer(request_id=asked.request_id, status="refused", code=code, detail=detail)
