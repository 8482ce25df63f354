"""Watches what lies before antennas for tags whose write is open, and settles it.

A tag that lies still enters and leaves no place, so no event tells of it; the bench does.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from controller.context import Context
from controller.tags.settling import is_any_open, settle_shown
from drivers.messages import BenchState

_log = logging.getLogger(__name__)

_Shown = tuple[BenchState, datetime]
"""What an antenna shows, and when that came."""


class WriteWatch:
    """Settles open writes in a thread. `take` is the link's and never blocks."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._shown: dict[tuple[str, str, int], _Shown] = {}
        self._stirred = asyncio.Event()

    def take(self, room: str, state: BenchState) -> None:
        """Take what a room shows of an antenna. Called in the event loop."""
        self._shown[room, state.reader, state.antenna] = (state, self._context.clock.now())
        self._stirred.set()

    async def run(self) -> None:
        """Settle what can be settled, until cancelled."""
        while True:
            await self.settle_next()

    async def settle_next(self) -> None:
        """Wait until antennas show something, and settle what that tells.

        What cannot be looked up is logged and left: an antenna shows its tags again soon.
        """
        await self._stirred.wait()
        self._stirred.clear()
        shown, self._shown = self._shown, {}
        try:
            await asyncio.to_thread(self._settle, list(shown.values()))
        except Exception:
            _log.exception("open writes are not settled by %d antenna(s)", len(shown))

    def _settle(self, shown: list[_Shown]) -> None:
        with self._context.records.read() as session:
            telling = [each for each in shown if is_any_open(session, each[0])]
        if not telling:
            return
        with self._context.records.write() as session:
            changes = [
                change
                for state, came_at in telling
                for change in settle_shown(session, self._context, state, came_at=came_at)
            ]
        self._context.hub.publish(*changes)
