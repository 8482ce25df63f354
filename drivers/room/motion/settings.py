"""Lock, unlock, sleep, wake: read afresh, written once, believed when the steel says so. Pure.

They move nothing, and nothing here happens by itself before a motion. Parking lets a lock and
sleep follow once the steel stands closed, because that is what was asked.
"""

from __future__ import annotations

from dataclasses import replace

from drivers.messages import RequestStatus, SettingVerb
from drivers.ports import Fence, SetLock, SetSleep
from drivers.readings import CommandResult, LockState, SegmentReading, SleepState, SteelState
from drivers.room.motion.abilities import is_offered
from drivers.room.motion.commands import Answer, Command, ReadBack, ReadInterlocks, SetSteel
from drivers.room.motion.commissioning import is_commissioned
from drivers.room.motion.events import InterlocksRead, SettingAsked, SettingEnded
from drivers.room.motion.finding import Finding, objection
from drivers.room.motion.freshness import is_stale, is_view_stale, taken_at_s, too_late
from drivers.room.motion.late import newest_seq
from drivers.room.motion.locks import object_to_lifting, own_lock_after
from drivers.room.motion.segment import Asked, Faulted, Moving, Segment, Setting, Unknown
from drivers.serials import is_newer, next_serial

Step = tuple[Segment, tuple[Command, ...]]

_ORDERS: dict[SettingVerb, SetLock | SetSleep] = {
    "lock": SetLock(locked=True),
    "unlock": SetLock(locked=False),
    "sleep": SetSleep(asleep=True),
    "wake": SetSleep(asleep=False),
}
_ENDS: dict[CommandResult, RequestStatus] = {
    CommandResult.REFUSED: "refused",
    CommandResult.EXPIRED: "expired",
    CommandResult.STOPPED: "failed",
    CommandResult.FAILED: "failed",
}


def ask_setting(segment: Segment, event: SettingAsked) -> Step:
    """Refuse at once what can already be seen to be wrong; else read afresh."""
    limits = segment.limits
    setting = Setting(
        request_id=event.request_id,
        verb=event.verb,
        actor=event.actor,
        origin=event.origin,
        asked_at_s=event.at_s,
        deadline_s=event.at_s + min(event.ttl_s, limits.human_s),
        order=_ORDERS[event.verb],
    )
    if is_view_stale(limits, event.at_s, event.ttl_s, event.seen_at_s):
        return segment, (_refused(setting, objection("view", "stale_view")),)
    refusal = _find_refusal(segment, setting)
    if refusal is None and segment.setting is not None:
        refusal = objection("setting", "setting_under_way")
    if refusal is not None:
        return segment, (_refused(setting, refusal),)
    return replace(segment, setting=setting), (ReadInterlocks(event.request_id),)


def after_parking(segment: Segment, asked: Asked, at_s: float) -> Setting | None:
    """Say what follows once the steel is parked; None where the driver offers nothing."""
    verbs: tuple[SettingVerb, ...] = ("lock", "sleep")
    then = tuple(verb for verb in verbs if is_offered(segment.limits, verb))
    if not then:
        return None
    return Setting(
        request_id=asked.request_id,
        verb=then[0],
        actor=asked.actor,
        origin=asked.origin,
        asked_at_s=at_s,
        deadline_s=at_s + segment.limits.human_s,
        order=_ORDERS[then[0]],
        then=then[1:],
        parks=True,
    )


def decide_setting(segment: Segment, setting: Setting, event: InterlocksRead) -> Step:
    """Decide on the fresh reading; the only place that answers with SetSteel."""
    limits, steel = segment.limits, event.steel
    if too_late(event.at_s, setting.deadline_s):
        return _end(segment, setting, "expired", "request_expired")
    refusal: Finding | None = None
    if is_stale(limits, event, setting.asked_at_s):
        refusal = objection("interlocks", "interlocks_stale")
    elif _is_so(setting, steel) and not _is_foreign(segment, setting):
        return _is_done(segment, setting, event.at_s, by_us=False)
    refusal = refusal or _find_refusal(segment, setting) or _object_to_lock(segment, setting, steel)
    if refusal is None and (segment.epoch is None or is_newer(steel.last_epoch, segment.epoch)):
        refusal = objection("epoch", "old_epoch")
    if refusal is not None:
        return _end(segment, setting, "refused", refusal.code, refusal)
    return _write(segment, setting, event)


def follow_setting(segment: Segment, at_s: float, steel: SegmentReading) -> Step:
    """See what the controller made of it."""
    setting = segment.setting
    if setting is None or setting.seq is None:
        return segment, ()
    if is_newer(steel.last_seq, setting.seq):
        return _end(segment, setting, "failed", "superseded")
    if steel.last_seq != setting.seq:
        return segment, ()
    status = _ENDS.get(steel.last_result)
    if status is not None:
        return _end(segment, setting, status, steel.last_reason or steel.last_result.value)
    if not _is_so(setting, steel):
        return segment, ()
    return _is_done(segment, setting, at_s, by_us=True)


def setting_ended(segment: Segment, event: SettingEnded) -> Step:
    """Take in what became of the write; an unknown outcome is read back, never repeated."""
    setting = segment.setting
    if setting is None or setting.request_id != event.request_id or setting.seq is None:
        return segment, ()
    match event.outcome:
        case "not_sent":
            return _end(segment, setting, "refused", event.code or "not_sent")
        case "unknown":
            told = Answer(request_id=setting.request_id, status="accepted", code="outcome_unknown")
            return segment, (ReadBack(), told)
    return segment, ()


def watch_setting(segment: Segment, at_s: float) -> Step:
    """Give up a setting that never got its reading, or that the controller never made."""
    setting = segment.setting
    if setting is None:
        return segment, ()
    if setting.written_at_s is None and at_s > setting.deadline_s:
        return _end(segment, setting, "expired", "request_expired")
    written_at_s = at_s if setting.written_at_s is None else setting.written_at_s
    if at_s - written_at_s > segment.limits.setting_s:
        return _end(segment, setting, "failed", "setting_not_seen")
    return segment, ()


def drop_setting(segment: Segment, request_id: str | None, code: str, *, written: bool) -> Step:
    """End a setting; what is written already is followed still, unless `written` says otherwise.

    Nothing more follows it then.
    """
    setting = segment.setting
    if setting is None or request_id not in (None, setting.request_id):
        return segment, ()
    if setting.seq is not None:
        if written:
            return _end(segment, setting, "failed", code)
        return replace(segment, setting=replace(setting, then=())), ()
    return _end(segment, setting, "refused", code)


def _find_refusal(segment: Segment, setting: Setting) -> Finding | None:
    steel = segment.steel
    if not segment.linked or steel is None:
        return objection("link", "link_lost")
    if not is_offered(segment.limits, setting.verb):
        return objection("ability", "not_offered", verb=setting.verb)
    if not is_commissioned(segment):
        return objection("commissioning", "not_commissioned")
    if segment.mode == "fire":
        return objection("mode", "fire")
    match segment.phase:
        case Faulted(why=why) if setting.verb in ("unlock", "wake"):
            return objection("trip", "faulted", why=why)
        case Unknown(why):
            return objection("phase", "steel_unknown", why=why)
    if steel.state is SteelState.UNKNOWN:
        return objection("phase", "steel_unknown", why="steel_unknown")
    is_moving = isinstance(segment.phase, Moving) or steel.state is SteelState.MOVING
    if is_moving or segment.drive is not None or segment.pending is not None:
        return objection("phase", "already_moving")
    return None


def _object_to_lock(segment: Segment, setting: Setting, steel: SegmentReading) -> Finding | None:
    if setting.verb not in ("lock", "unlock"):
        return None
    if steel.lock is LockState.UNKNOWN:
        return objection("lock", "lock_unknown")
    if setting.verb == "unlock":
        return object_to_lifting(segment, setting.actor, setting.origin)
    return objection("lock", "locked_at_steel") if _is_foreign(segment, setting) else None


def _is_foreign(segment: Segment, setting: Setting) -> bool:
    """Say whether the lock that is wanted is there, but somebody set it at the steel."""
    is_locked = segment.steel is not None and segment.steel.lock is LockState.LOCKED
    return setting.verb == "lock" and is_locked and segment.own_lock is None


def _is_so(setting: Setting, steel: SegmentReading) -> bool:
    match setting.order:
        case SetLock(locked):
            return steel.lock is (LockState.LOCKED if locked else LockState.UNLOCKED)
        case SetSleep(asleep):
            return steel.sleep is (SleepState.ASLEEP if asleep else SleepState.AWAKE)


def _write(segment: Segment, setting: Setting, event: InterlocksRead) -> Step:
    limits = segment.limits
    seq = next_serial(newest_seq(segment, event.steel))
    ttl_s = min(limits.start_seen_s, setting.deadline_s - event.at_s)
    written = replace(setting, seq=seq, written_at_s=event.at_s)
    command = SetSteel(
        request_id=setting.request_id,
        order=setting.order,
        fence=Fence(seq=seq, epoch=segment.epoch or 0, ttl_s=ttl_s),
        not_after_s=taken_at_s(event) + limits.fresh_s,
    )
    told = () if setting.parks else (Answer(request_id=setting.request_id, status="accepted"),)
    return replace(segment, setting=written), (*told, command)


def _is_done(segment: Segment, setting: Setting, at_s: float, *, by_us: bool) -> Step:
    """End it well, or go on with what follows."""
    match setting.order:
        case SetLock(locked) if by_us:
            segment = own_lock_after(segment, setting.actor, at_s, locked=locked)
    if not setting.then:
        holds = () if setting.parks else segment.holds
        return _end(replace(segment, holds=holds), setting, "done", None)
    follows = replace(
        setting,
        verb=setting.then[0],
        order=_ORDERS[setting.then[0]],
        then=setting.then[1:],
        asked_at_s=at_s,
        deadline_s=at_s + segment.limits.human_s,
        seq=None,
        written_at_s=None,
    )
    return replace(segment, setting=follows), (ReadInterlocks(setting.request_id),)


def _end(
    segment: Segment,
    setting: Setting,
    status: RequestStatus,
    code: str | None,
    finding: Finding | None = None,
) -> Step:
    """What parked and could then not be locked has begun, so it fails."""
    failed = setting.parks and status != "done"
    answer = Answer(
        request_id=setting.request_id,
        status="failed" if failed else status,
        code=code,
        detail={} if finding is None else finding.detail,
    )
    return replace(segment, setting=None), (answer,)


def _refused(setting: Setting, finding: Finding) -> Answer:
    return Answer(
        request_id=setting.request_id, status="refused", code=finding.code, detail=finding.detail
    )
