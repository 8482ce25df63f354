"""What must survive a restart is on disk as soon as it is so, not a while later."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from config.clock import SystemClock
from drivers.room import memory
from drivers.room.memory import Memory
from drivers.room.motion import Faulted, Hold, Segment
from tests.core.test_motion import LI, LIMITS


def test_a_hold_and_a_fault_outlive_an_agent_that_dies_the_next_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "TRY_AGAIN_S", 3600.0)
    path, clock = tmp_path / "segments.json", SystemClock()
    fault = Faulted(why="start_not_seen", latched=False)
    hold = Hold(aisle=2, actor=LI, since_s=clock.monotonic())

    async def scenario() -> None:
        kept = Memory(path, clock)
        keeping = asyncio.create_task(kept.keep())
        await asyncio.sleep(0)
        kept.note(
            1, {1: replace(Segment(limits=LIMITS), phase=fault, holds=(hold,), reset_count=7)}
        )
        async with asyncio.timeout(10):
            while not path.exists():  # noqa: ASYNC110  another process would look at the disk too
                await asyncio.sleep(0.005)
        again = Memory(path, clock).recall(1, LIMITS)
        assert again.phase == fault
        assert again.reset_count == 7
        assert [(hold.aisle, hold.actor) for hold in again.holds] == [(2, LI)]
        keeping.cancel()

    asyncio.run(scenario())
