"""All rules of a segment in the order in which they are told; the first that speaks refuses. Pure.

Each rule is a function of its own file: `(segment, asked, at_s) -> findings`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping

from drivers.room.motion.abilities import object_to_ability, object_to_aisle
from drivers.room.motion.arming import object_to_start
from drivers.room.motion.commissioning import object_to_commissioning
from drivers.room.motion.finding import Finding, objection
from drivers.room.motion.holds import object_to_holds
from drivers.room.motion.lock_outs import object_to_lock_outs
from drivers.room.motion.locks import object_to_locks
from drivers.room.motion.modes import object_in_fire
from drivers.room.motion.segment import Asked, Moving, Segment, Unknown
from drivers.room.motion.trips import object_to_fault

Rule = Callable[[Segment, Asked, float], Iterator[Finding]]


def object_to_lost_link(segment: Segment, asked: Asked, at_s: float) -> Iterator[Finding]:
    """What is not seen is not moved."""
    if not segment.linked:
        yield objection("link", "link_lost")


def object_to_phase(segment: Segment, asked: Asked, at_s: float) -> Iterator[Finding]:
    """Only what is known to stand still is moved, and for one person at a time."""
    match segment.phase:
        case Unknown(why, raw):
            yield objection("phase", "steel_unknown", why=why, **({"raw": raw} if raw else {}))
        case Moving():
            yield objection("phase", "already_moving")
        case _ if segment.drive is not None:
            yield objection("phase", "already_moving")
    if segment.setting is not None:
        yield objection("phase", "setting_under_way")


RULES: Mapping[str, Rule] = {
    "aisle": object_to_aisle,
    "trip": object_to_fault,
    "link": object_to_lost_link,
    "ability": object_to_ability,
    "start": object_to_start,
    "commissioning": object_to_commissioning,
    "fire": object_in_fire,
    "phase": object_to_phase,
    "lock": object_to_locks,
    "hold": object_to_holds,
    "lock_out": object_to_lock_outs,
}


def find_refusal(
    segment: Segment, asked: Asked, at_s: float, *, but: Container[str] = ()
) -> Finding | None:
    """Return what the first rule says that speaks against a wish; rules named in `but` are mute."""
    for name, rule in RULES.items():
        if name not in but:
            finding = next(rule(segment, asked, at_s), None)
            if finding is not None:
                return finding
    return None
