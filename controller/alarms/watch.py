"""Raises what the rooms show but tell in no event, and does what time alone makes due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from controller.alarms import doors, lines, store
from controller.alarms.doors import Lent
from controller.alarms.known import known_of
from controller.alarms.model import Raise, RoomLook, Signal
from controller.alarms.rules import signals_of_look
from controller.context import Context
from controller.live import LiveChange, follow
from controller.store.engine import WriteSession

LOOK_EVERY_S = 10.0


class Watch:
    """Compares what the rooms show with what it showed before. Blocking; call it in a thread."""

    def __init__(
        self, context: Context, look: Callable[[], Sequence[RoomLook]], lent: Lent | None = None
    ) -> None:
        self._context = context
        self._look_at_rooms = look
        self._lent = lent
        self._known: dict[tuple[str, str], bool] = {}
        self._began = False

    async def run(self) -> None:
        """Look whenever a room shows something, and every few seconds, until cancelled."""
        await follow(
            self._context.hub, {"bank", "link", "item"}, partial(asyncio.to_thread, self.look)
        )

    def look(self) -> float:
        """Raise and clear what changed since the last look; say when to look again."""
        now = self._context.clock.now()
        signals = [s for look in self._look_at_rooms() for s in signals_of_look(look, now)]
        fresh = [signal for signal in signals if self._is_new(signal)]
        with self._context.records.read() as session:
            due = store.has_due(session, now=now)
            fallen = lines.find_signals(session, self._context.rooms, now=now)
            left = self._lent is not None and doors.has_open(session)
        if fresh or fallen or not self._began or due or left:
            with self._context.records.write() as session:
                changes = [] if self._began else self._begin(session, now)
                changes += store.apply_signals(session, [*fresh, *fallen], now=now)
                changes += store.pass_time(session, now=now)
                if left and self._lent is not None:
                    changes += doors.clear_settled(session, self._lent, now=now)
            self._began = True
            self._known |= {(s.kind, s.room): isinstance(s, Raise) for s in fresh}
            self._context.hub.publish(*changes)
        return LOOK_EVERY_S

    def _begin(self, session: WriteSession, now: datetime) -> list[LiveChange]:
        store.wait_anew(session, now=now)
        known = {code: known_of(room) for code, room in self._context.rooms.items()}
        return store.clear_gone(session, known, now=now)

    def _is_new(self, signal: Signal) -> bool:
        return self._known.get((signal.kind, signal.room)) is not isinstance(signal, Raise)
