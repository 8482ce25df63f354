"""Whose turn it is when a hold ends. A turn is offered and never taken by itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from controller.shelving.model import SegmentHolds, Turn, TurnStatus
from drivers.messages import Actor

OFFERED_FOR = timedelta(minutes=5)
CLOCK_SLIP = timedelta(minutes=1)
"""What setting a clock right moves it by in everyday use."""
OPEN: frozenset[TurnStatus] = frozenset({"waiting", "offered"})

SegmentKey = tuple[str, int, int]
"""Room, bank, segment."""


def key_of(turn: Turn) -> SegmentKey:
    """Name the segment somebody waits for."""
    return turn.room, turn.bank, turn.segment


def step_turns(
    turns: Sequence[Turn], holds: Mapping[SegmentKey, SegmentHolds], now: datetime
) -> list[Turn]:
    """Return the turns that change now. A segment nobody hears from changes nothing but lapses."""
    queues: dict[SegmentKey, list[Turn]] = {}
    for turn in sorted(turns, key=lambda each: (each.asked_at, each.id)):
        if turn.status in OPEN:
            queues.setdefault(key_of(turn), []).append(turn)
    changed: list[Turn] = []
    for key, queue in queues.items():
        changed += _step_queue(queue, holds.get(key), now)
    return changed


def is_same_person(one: Actor, other: Actor) -> bool:
    """Say whether two ids mean one person: a PIN at the bank proves a name, not an account."""
    return one.id == other.id or one.name == other.name


def is_standing(offered_until: datetime, now: datetime) -> bool:
    """Say whether an offer holds; one that would hold for longer was dated by a wrong clock."""
    return now < offered_until <= now + OFFERED_FOR + CLOCK_SLIP


def _step_queue(queue: Sequence[Turn], held: SegmentHolds | None, now: datetime) -> list[Turn]:
    after = [_step_turn(turn, held, now) for turn in queue]
    if held is not None and not any(turn.status == "offered" for turn in after):
        free = (at for at, turn in enumerate(after) if _may_be_offered(turn, held))
        first = next(free, None)
        if first is not None:
            after[first] = replace(
                after[first], status="offered", offered_until=now + OFFERED_FOR, changed_at=now
            )
    return [new for new, old in zip(after, queue, strict=True) if new != old]


def _step_turn(turn: Turn, held: SegmentHolds | None, now: datetime) -> Turn:
    if held is not None and _has_what_it_waits_for(turn, held):
        return replace(turn, status="used", offered_until=None, changed_at=now)
    if turn.status != "offered":
        return turn
    if turn.offered_until is not None and not is_standing(turn.offered_until, now):
        return replace(turn, status="lapsed", offered_until=None, changed_at=now)
    if held is not None and _is_barred(turn, held):
        return replace(turn, status="waiting", offered_until=None, changed_at=now)
    return turn


def _may_be_offered(turn: Turn, held: SegmentHolds) -> bool:
    return turn.status == "waiting" and not _is_barred(turn, held)


def _has_what_it_waits_for(turn: Turn, held: SegmentHolds) -> bool:
    holder = held.holds.get(turn.aisle)
    return holder is not None and is_same_person(holder, turn.user)


def _is_barred(turn: Turn, held: SegmentHolds) -> bool:
    """Say whether the aisle, or every gap it could open with, is held by somebody else."""
    others = {
        aisle for aisle, holder in held.holds.items() if not is_same_person(holder, turn.user)
    }
    return turn.aisle in others or len(others) >= held.gaps
