"""The queue for held aisles: offers a turn when a hold ends. The person then asks; it never does.

The one writer of turns. What the rooms show of their holds decides; the database only remembers.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import uuid4

from controller.context import Context
from controller.live import LiveChange, follow
from controller.shelving import turn_store
from controller.shelving.mirror import RoomMirror
from controller.shelving.model import SegmentHolds, Turn
from controller.shelving.shapes import turn_view
from controller.shelving.turn_rules import (
    OPEN,
    SegmentKey,
    is_same_person,
    is_standing,
    key_of,
    step_turns,
)
from drivers.messages import Actor, BankState, SegmentState

_SETTLED = frozenset({"open", "ventilating"})
"""Phases in which a person could ask for an aisle."""


class AlreadyWaiting(Exception):
    """The person waits for that segment already."""

    def __init__(self, turn: Turn) -> None:
        super().__init__(turn.id)
        self.turn = turn


class Turns:
    """Everybody who waits. Blocking but for `find_offer`; call from threads."""

    def __init__(self, context: Context, mirror: RoomMirror) -> None:
        self._context = context
        self._mirror = mirror
        self._writing = threading.Lock()
        self._turns: tuple[Turn, ...] | None = None

    async def run(self) -> None:
        """Offer and lapse turns as the rooms and the clock go on, until cancelled."""
        await follow(
            self._context.hub, {"bank", "link", "turn"}, partial(asyncio.to_thread, self.look)
        )

    def look(self) -> float | None:
        """Offer, lapse and end turns by what the rooms show; say when the next offer ends."""
        with self._writing:
            turns = self._loaded()
            if turns:
                now = self._context.clock.now()
                self._keep(step_turns(turns, self._holds(), now))
            ends = [each.offered_until for each in self._loaded() if each.offered_until]
        if not ends:
            return None
        return max(0.0, (min(ends) - self._context.clock.now()).total_seconds())

    def ask(self, place: SegmentKey, aisle: int, user: Actor, purpose: str | None) -> Turn:
        """Join the queue for an aisle; raise AlreadyWaiting. A free one is offered at once."""
        room, bank, segment = place
        with self._writing:
            for turn in self._loaded():
                if key_of(turn) == place and turn.user.id == user.id:
                    raise AlreadyWaiting(turn)
            now = self._context.clock.now()
            made = Turn(
                id=uuid4().hex,
                room=room,
                bank=bank,
                segment=segment,
                aisle=aisle,
                user=user,
                purpose=purpose,
                asked_at=now,
                status="waiting",
                offered_until=None,
                changed_at=now,
            )
            self._keep([made])
        self.look()
        return self._now(made)

    def withdraw(self, turn: Turn) -> Turn:
        """Leave the queue; the next in it may be offered the turn."""
        with self._writing:
            now = self._context.clock.now()
            left = replace(turn, status="withdrawn", offered_until=None, changed_at=now)
            self._keep([left])
        self.look()
        return left

    def use(self, place: SegmentKey, aisle: int | None, user: Actor) -> None:
        """Note that somebody's request for an aisle was taken: the turn it answers is over."""
        with self._writing:
            now = self._context.clock.now()
            mine = [
                turn
                for turn in self._loaded()
                if key_of(turn) == place
                and is_same_person(turn.user, user)
                and (turn.status == "offered" or turn.aisle == aisle)
            ]
            used = [
                replace(turn, status="used", offered_until=None, changed_at=now) for turn in mine
            ]
            self._keep(used)

    def find_offer(self, place: SegmentKey) -> Turn | None:
        """Find the turn that stands offered for a segment. Never blocks."""
        now = self._context.clock.now()
        for turn in self._turns or ():
            until = turn.offered_until
            if key_of(turn) == place and until is not None and is_standing(until, now):
                return turn
        return None

    def find(self, turn_id: str) -> Turn | None:
        """Find a turn that waits or is offered."""
        return next((turn for turn in self.list_open() if turn.id == turn_id), None)

    def list_open(self) -> Sequence[Turn]:
        """List everybody who waits or is offered a turn, oldest first."""
        with self._writing:
            return self._loaded()

    def _now(self, turn: Turn) -> Turn:
        return next((each for each in self._turns or () if each.id == turn.id), turn)

    def _loaded(self) -> tuple[Turn, ...]:
        if self._turns is None:
            with self._context.records.read() as session:
                self._turns = tuple(turn_store.list_open_turns(session))
        return self._turns

    def _keep(self, changed: Sequence[Turn]) -> None:
        """Write changed turns, then show them; both or neither."""
        if not changed:
            return
        with self._context.records.write() as session:
            for turn in changed:
                turn_store.save_turn(session, turn)
        newer = {turn.id: turn for turn in changed}
        kept = {turn.id: turn for turn in self._loaded()} | newer
        self._turns = tuple(turn for turn in kept.values() if turn.status in OPEN)
        self._context.hub.publish(*(_turn_change(turn) for turn in changed))

    def _holds(self) -> dict[SegmentKey, SegmentHolds]:
        """Say who holds what, of every segment that is heard from and stands."""
        found: dict[SegmentKey, SegmentHolds] = {}
        for code, room in self._context.rooms.items():
            now = self._mirror.now(code)
            states = [seen.state for seen in now.banks if now.link.alive]
            gaps = {bank.bank: bank.gaps for bank in room.banks}
            for state in states:
                if isinstance(state, BankState) and state.online and state.bank in gaps:
                    for segment in state.segments:
                        if segment.phase in _SETTLED:
                            place = (code, state.bank, segment.segment)
                            found[place] = _holds_of(segment, gaps[state.bank])
        return found


def _holds_of(segment: SegmentState, gaps: int) -> SegmentHolds:
    held = segment.holds or ((segment.hold,) if segment.hold is not None else ())
    return SegmentHolds(holds={hold.aisle: hold.actor for hold in held}, gaps=gaps)


def _turn_change(turn: Turn) -> LiveChange:
    return LiveChange(kind="turn", key=turn.id, body=turn_view(turn).model_dump(mode="json"))
