"""What a request to one segment wants, in the words of motion. Pure."""

from __future__ import annotations

from drivers.messages import LockOutVerb, MotionVerb, Origin, Request
from drivers.room.motion import (
    Asked,
    Event,
    HoldAsked,
    LockOutAsked,
    RequestArrived,
    SettingAsked,
)


def event_of(
    request: Request, origin: Origin, at_s: float, seen_at_s: float | None
) -> Event | None:
    """Say in the words of motion what a request to one segment wants; `None` if it lacks a part."""
    match request.verb:
        case "open_aisle" | "close_all" | "ventilate" | "park" as verb:
            return _trip(request, verb, origin, at_s, seen_at_s)
        case "lock" | "unlock" | "sleep" | "wake" as verb:
            return SettingAsked(
                at_s=at_s,
                request_id=request.id,
                verb=verb,
                actor=request.actor,
                origin=origin,
                ttl_s=request.ttl_s,
                seen_at_s=seen_at_s,
            )
        case "release" | "hand_over" | "take_over" as verb:
            return HoldAsked(
                at_s=at_s,
                request_id=request.id,
                verb=verb,
                aisle=request.aisle,
                actor=request.actor,
                origin=origin,
                to=request.to,
            )
        case "lock_out" | "lift_lock_out" as verb if request.column is not None:
            return _lock_out(request, verb, request.column, origin, at_s)
    return None


def _trip(
    request: Request, verb: MotionVerb, origin: Origin, at_s: float, seen_at_s: float | None
) -> RequestArrived:
    return RequestArrived(
        Asked(
            request_id=request.id,
            verb=verb,
            aisle=request.aisle,
            actor=request.actor,
            origin=origin,
            ttl_s=request.ttl_s,
            at_s=at_s,
            seen_at_s=seen_at_s,
            vouched=request.vouched,
        )
    )


def _lock_out(
    request: Request, verb: LockOutVerb, column: int, origin: Origin, at_s: float
) -> LockOutAsked:
    return LockOutAsked(
        at_s=at_s,
        request_id=request.id,
        verb=verb,
        column=column,
        actor=request.actor,
        origin=origin,
        reason=request.reason or "",
    )
