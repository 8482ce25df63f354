"""From a person's wish to the one motion write, or to the reason why not. Pure."""

from __future__ import annotations

from dataclasses import replace

from drivers.ports import Fence
from drivers.readings import SegmentReading
from drivers.room.motion.arming import arm, take_armed, waits_for_start
from drivers.room.motion.commands import Answer, Command, DriveTo, ReadInterlocks
from drivers.room.motion.events import InterlocksRead, StartPressed
from drivers.room.motion.finding import Finding, objection
from drivers.room.motion.freshness import is_stale, is_view_stale, taken_at_s, too_late
from drivers.room.motion.gaps import is_there, order_of, target_of
from drivers.room.motion.interlocks import find_objection
from drivers.room.motion.late import newest_seq
from drivers.room.motion.locks import object_to_locks
from drivers.room.motion.mirror import is_done, observe
from drivers.room.motion.rules import find_refusal
from drivers.room.motion.segment import Asked, Drive, Moving, Segment
from drivers.room.motion.settings import decide_setting
from drivers.serials import is_newer, next_serial

Step = tuple[Segment, tuple[Command, ...]]


def receive(segment: Segment, asked: Asked) -> Step:
    """Refuse at once what the room can already see is wrong; arm it, or read the interlocks."""
    waits = waits_for_start(segment, asked)
    refusal: Finding | None = None
    if is_view_stale(segment.limits, asked.at_s, asked.ttl_s, asked.seen_at_s):
        refusal = objection("view", "stale_view")
    refusal = refusal or find_refusal(segment, asked, asked.at_s, but=("start",) if waits else ())
    if refusal is None and segment.pending is not None:
        refusal = objection("phase", "already_moving")
    if refusal is not None:
        return segment, (_refused(asked, refusal),)
    if waits:
        return arm(segment, asked)
    return replace(segment, pending=asked), (ReadInterlocks(asked.request_id),)


def press_start(segment: Segment, event: StartPressed) -> Step:
    """Start the armed request as a fresh one of this moment."""
    segment, asked = take_armed(segment, event)
    if asked is None:
        not_armed = Answer(request_id=event.request_id, status="refused", code="not_armed")
        return segment, (not_armed,)
    return receive(segment, asked)


def decide(segment: Segment, event: InterlocksRead) -> Step:
    """Decide on the fresh reading; the only place in the program that answers with DriveTo."""
    segment, told = observe(segment, event.at_s, event.bank, event.steel)
    asked, setting = segment.pending, segment.setting
    if asked is not None and asked.request_id == event.request_id:
        segment, decided = _decide(replace(segment, pending=None), asked, event)
        return segment, (*told, *decided)
    waits = setting is not None and setting.seq is None
    if setting is not None and waits and setting.request_id == event.request_id:
        segment, decided = decide_setting(segment, setting, event)
        return segment, (*told, *decided)
    return segment, told


def find_hindrance(segment: Segment, request_id: str, at_s: float) -> str | None:
    """Say why what was decided must not be written any more, by all that was seen since."""
    drive = segment.drive
    if drive is None or drive.asked.request_id != request_id or drive.stop_asked:
        return "stopped"
    found = find_objection(segment, at_s, drive.asked)
    found = found or next(object_to_locks(segment, drive.asked, at_s), None)
    return None if found is None else found.code


def _decide(segment: Segment, asked: Asked, event: InterlocksRead) -> Step:
    limits = segment.limits
    if too_late(event.at_s, asked.deadline_s(limits.human_s)):
        expired = Answer(request_id=asked.request_id, status="expired", code="request_expired")
        return segment, (expired,)
    refusal = find_refusal(segment, asked, event.at_s)
    if is_stale(limits, event, asked.at_s):
        refusal = objection("interlocks", "interlocks_stale")
    if refusal is not None:
        return segment, (_refused(asked, refusal),)
    if is_there(limits, asked, event.steel):
        return is_done(segment, asked, event.at_s)
    refusal = find_objection(segment, event.at_s, asked)
    if refusal is None and _has_newer_master(segment, event.steel):
        refusal = objection("epoch", "old_epoch")
    if refusal is not None:
        return segment, (_refused(asked, refusal),)
    return _drive(segment, asked, event)


def _has_newer_master(segment: Segment, steel: SegmentReading) -> bool:
    return segment.epoch is None or is_newer(steel.last_epoch, segment.epoch)


def _drive(segment: Segment, asked: Asked, event: InterlocksRead) -> Step:
    limits, steel = segment.limits, event.steel
    left_s = asked.deadline_s(limits.human_s) - event.at_s
    aisle = target_of(limits, asked)
    drive = Drive(
        asked=asked,
        aisle=aisle,
        seq=next_serial(newest_seq(segment, steel)),
        reset_count=event.bank.reset_count,
        written_at_s=event.at_s,
    )
    command = DriveTo(
        request_id=asked.request_id,
        order=order_of(segment, asked),
        fence=Fence(
            seq=drive.seq, epoch=segment.epoch or 0, ttl_s=min(limits.start_seen_s, left_s)
        ),
        not_after_s=taken_at_s(event) + limits.fresh_s,
    )
    moving = Moving(from_=next(iter(steel.open_aisles), None), to=aisle)
    segment = replace(segment, phase=moving, drive=drive)
    return segment, (Answer(request_id=asked.request_id, status="accepted"), command)


def _refused(asked: Asked, finding: Finding) -> Answer:
    return Answer(
        request_id=asked.request_id, status="refused", code=finding.code, detail=finding.detail
    )
