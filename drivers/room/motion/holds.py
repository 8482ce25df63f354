"""Who holds which aisle: nobody else closes it, and it changes hands only in the open. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from drivers.readings import SegmentReading, SteelState
from drivers.room.motion.arming import disarm
from drivers.room.motion.commands import Answer, Command, ReportConfirmed
from drivers.room.motion.events import HoldAsked
from drivers.room.motion.finding import Finding, objection
from drivers.room.motion.gaps import keeping_others_open
from drivers.room.motion.people import is_same_person
from drivers.room.motion.segment import Asked, Hold, Moving, Segment

Step = tuple[Segment, tuple[Command, ...]]


def object_to_holds(segment: Segment, asked: Asked, at_s: float) -> Iterator[Finding]:
    """Nobody closes an aisle that somebody else holds; nobody ventilates while any is held."""
    if asked.verb == "open_aisle":
        hold = keeping_others_open(segment, asked)
    else:
        others = (hold for hold in segment.holds if not is_same_person(hold.actor, asked.actor))
        hold = next(others, None)
    if hold is not None:
        yield objection("hold", "held_by_other", holder=hold.actor.name, aisle=hold.aisle)
    elif asked.verb == "ventilate" and segment.holds:
        yield objection("hold", "release_first", aisle=segment.holds[0].aisle)


def hold_after(segment: Segment, asked: Asked, at_s: float) -> Segment:
    """Say who holds what once a request is done: opening gives a hold, closing ends all."""
    if asked.verb != "open_aisle" or asked.aisle is None:
        return replace(segment, holds=())
    before = next((hold for hold in segment.holds if hold.aisle == asked.aisle), None)
    if before is not None and is_same_person(before.actor, asked.actor):
        return segment
    others = [hold for hold in segment.holds if hold.aisle != asked.aisle]
    held = Hold(aisle=asked.aisle, actor=asked.actor, since_s=at_s)
    return replace(segment, holds=_sorted([*others, held]))


def still_held(steel: SegmentReading, holds: tuple[Hold, ...]) -> tuple[Hold, ...]:
    """A hold ends when the steel stands and its aisle is no longer open."""
    if steel.state not in (SteelState.STANDING, SteelState.HALTED, SteelState.VENTILATING):
        return holds
    return tuple(hold for hold in holds if hold.aisle in steel.open_aisles)


def ask_hold(segment: Segment, event: HoldAsked) -> Step:
    """Release, offer or take over a hold; a release also takes back what waits to be started."""
    withdrawn: tuple[Command, ...] = ()
    if event.verb == "release":
        segment, withdrawn = _withdraw(segment, event)
    hold = _find_hold(segment, event)
    if hold is None and withdrawn:
        return segment, (*withdrawn, _done(event))
    code = _refusal(segment, event, hold)
    if hold is None or code is not None:
        return segment, (*withdrawn, _refused(event, code or "not_held", hold))
    segment, told = _change(segment, event, hold)
    return segment, (*withdrawn, *told, _done(event))


def _withdraw(segment: Segment, event: HoldAsked) -> Step:
    armed = segment.armed
    if armed is None or not is_same_person(armed.asked.actor, event.actor):
        return segment, ()
    if event.aisle not in (None, armed.asked.aisle):
        return segment, ()
    return disarm(segment, "not_started_at_bank")


def _find_hold(segment: Segment, event: HoldAsked) -> Hold | None:
    """Find the hold that is meant; without an aisle, the one it can only be."""
    if event.aisle is not None:
        return next((hold for hold in segment.holds if hold.aisle == event.aisle), None)
    if event.verb == "take_over":
        meant = [hold for hold in segment.holds if _is_offered_to(hold, event)]
    else:
        meant = [hold for hold in segment.holds if is_same_person(hold.actor, event.actor)]
    meant = meant or list(segment.holds)
    return meant[0] if len(meant) == 1 else None


def _refusal(segment: Segment, event: HoldAsked, hold: Hold | None) -> str | None:
    if hold is None:
        several = event.aisle is None and len(segment.holds) > 1
        return "which_aisle" if several else "not_held"
    if isinstance(segment.phase, Moving):
        return "already_moving"
    is_holder = is_same_person(hold.actor, event.actor)
    match event.verb:
        case "release" if not is_holder and event.origin != "bank_page":
            return "held_by_other"
        case "hand_over" if not is_holder:
            return "held_by_other"
        case "hand_over" if event.to is None or is_same_person(event.to, hold.actor):
            return "nobody_named"
        case "take_over" if not _is_offered_to(hold, event):
            return "not_offered_to_you"
    return None


def _change(segment: Segment, event: HoldAsked, hold: Hold) -> Step:
    others = [other for other in segment.holds if other is not hold]
    match event.verb:
        case "hand_over":
            others.append(replace(hold, offered_to=event.to))
        case "take_over":
            others.append(Hold(aisle=hold.aisle, actor=event.actor, since_s=event.at_s))
    told: tuple[Command, ...] = ()
    if event.verb == "release" and not is_same_person(hold.actor, event.actor):
        told = (ReportConfirmed(event.actor, "hold_released"),)
    return replace(segment, holds=_sorted(others)), told


def _is_offered_to(hold: Hold, event: HoldAsked) -> bool:
    return hold.offered_to is not None and is_same_person(hold.offered_to, event.actor)


def _sorted(holds: list[Hold]) -> tuple[Hold, ...]:
    return tuple(sorted(holds, key=lambda hold: hold.aisle))


def _done(event: HoldAsked) -> Answer:
    return Answer(request_id=event.request_id, status="done")


def _refused(event: HoldAsked, code: str, hold: Hold | None) -> Answer:
    detail: dict[str, str | int | float] = {}
    if hold is not None and code == "held_by_other":
        detail = {"holder": hold.actor.name, "aisle": hold.aisle}
    return Answer(request_id=event.request_id, status="refused", code=code, detail=detail)
