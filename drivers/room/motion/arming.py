"""Where motion starts: a request from afar may have to wait until somebody at the bank starts it.

Starting makes it a fresh request of that moment: the ten seconds of the last human act count from
there, and all interlocks are read anew. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from drivers.messages import Origin, RequestStatus
from drivers.room.motion.abilities import starts_from_afar
from drivers.room.motion.commands import Answer, Command
from drivers.room.motion.events import StartPressed
from drivers.room.motion.finding import Finding, objection
from drivers.room.motion.people import is_same_person
from drivers.room.motion.segment import Armed, Asked, Segment

Detail = dict[str, str | int | float]
Step = tuple[Segment, tuple[Command, ...]]


def object_to_start(segment: Segment, asked: Asked, at_s: float) -> Iterator[Finding]:
    """From afar only where the room allows it and the driver can be trusted with it."""
    limits = segment.limits
    match asked.origin:
        case "controller" if not (limits.remote_start and starts_from_afar(limits)):
            yield objection("start", "start_at_bank")
        case "program":
            if not starts_from_afar(limits):
                yield objection("start", "start_at_bank")
            walked_at_s = asked.walked_at_s
            if walked_at_s is None or at_s - walked_at_s > limits.walk_s:
                yield objection("start", "walk_too_old")


def waits_for_start(segment: Segment, asked: Asked) -> bool:
    """Say whether a request is kept until somebody starts it at the bank."""
    return asked.origin == "controller" and not segment.limits.remote_start


def arm(segment: Segment, asked: Asked) -> Step:
    """Keep a request until somebody starts it: one per segment, a newer one of the same person."""
    armed, within_s = segment.armed, segment.limits.armed_s
    replaced: tuple[Command, ...] = ()
    if armed is not None:
        if not is_same_person(armed.asked.actor, asked.actor):
            by: Detail = {"by": armed.asked.actor.name}
            return segment, (_answer(asked, "refused", "armed_by_other", by),)
        segment, replaced = disarm(segment, "replaced")
    told = _answer(asked, "armed", None, {"within_s": within_s})
    armed = Armed(asked=asked, until_s=asked.at_s + within_s)
    return replace(segment, armed=armed), (*replaced, told)


def disarm(segment: Segment, code: str) -> Step:
    """Give up what waits to be started, and tell its asker."""
    if segment.armed is None:
        return segment, ()
    expired = _answer(segment.armed.asked, "expired", code, {})
    return replace(segment, armed=None), (expired,)


def take_armed(segment: Segment, event: StartPressed) -> tuple[Segment, Asked | None]:
    """Take out the request that is started, as a fresh one of this moment; None: not armed."""
    armed = segment.armed
    if armed is None or armed.asked.request_id != event.request_id:
        return segment, None
    if event.at_s > armed.until_s:
        return segment, None
    on_page = event.via == "page"
    origin: Origin = "bank_page" if on_page else "start_button"
    asked = replace(
        armed.asked,
        actor=event.actor or armed.asked.actor,
        origin=origin,
        at_s=event.at_s,
        seen_at_s=event.at_s,
        ttl_s=segment.limits.human_s,
        vouched=event.vouched if on_page and event.actor is not None else frozenset(),
    )
    return replace(segment, armed=None), asked


def _answer(asked: Asked, status: RequestStatus, code: str | None, detail: Detail) -> Answer:
    return Answer(request_id=asked.request_id, status=status, code=code, detail=detail)
