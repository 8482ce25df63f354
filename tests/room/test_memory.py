"""What must survive a restart is on disk as soon as it is so, not a while later."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from config.clock import SystemClock
from drivers.messages import Actor
from drivers.ports import SetLock
from drivers.room import memory
from drivers.room.memory import Memory
from drivers.room.motion import Faulted, Hold, LockOut, OwnLock, Segment, Setting
from tests.core.motion_parts import LI, LIMITS

WANG = Actor(id="wang", name="Wang")
CLOCK = SystemClock()
NOTED = Segment(limits=LIMITS)
LOCK_OUT = LockOut(column=3, actor=LI, since_s=0.0, reason="the motor is out")

OLD_FILE = """{
 "1.1": {
  "fault": {"why": "motor", "latched": true, "reset_count": 4, "reset": false},
  "hold": {"aisle": 2, "actor": {"id": "li", "name": "Li"}, "since": "2026-03-02T09:00:00Z"},
  "reset_count": 4
 }
}"""
"""Written by version 0.1, which knew one hold and no lock-outs."""


def with_memory(path: Path, scenario: Callable[[Memory], Awaitable[None]]) -> None:
    async def run() -> None:
        kept = Memory(path, CLOCK)
        keeping = asyncio.create_task(kept.keep())
        await asyncio.sleep(0)
        await scenario(kept)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)

    asyncio.run(run())


async def on_disk(path: Path) -> Segment:
    """Look as an agent does that starts after this one was killed."""
    async with asyncio.timeout(10):
        while not await asyncio.to_thread(path.exists):  # noqa: ASYNC110  a disk has no event
            await asyncio.sleep(0.005)
    return Memory(path, CLOCK).recall(1, LIMITS)


def test_holds_and_a_fault_outlive_an_agent_that_dies_the_next_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "TRY_AGAIN_S", 3600.0)
    path, now_s = tmp_path / "segments.json", CLOCK.monotonic()
    fault = Faulted(
        why="power_cut", latched=False, walk=True, trip_id="t-1", raw="51", since_s=now_s
    )
    holds = (
        Hold(aisle=2, actor=LI, since_s=now_s - 60, offered_to=WANG),
        Hold(aisle=4, actor=WANG, since_s=now_s),
    )

    async def scenario(kept: Memory) -> None:
        kept.note(1, {1: replace(NOTED, phase=fault, holds=holds, reset_count=7)})
        again = await on_disk(path)
        assert isinstance(again.phase, Faulted)
        assert replace(again.phase, since_s=now_s) == fault
        assert again.phase.needs == "walk_round"
        assert again.reset_count == 7
        assert [(h.aisle, h.actor, h.offered_to) for h in again.holds] == [
            (2, LI, WANG),
            (4, WANG, None),
        ]
        assert again.holds[0].since_s == pytest.approx(now_s - 60, abs=1)

    with_memory(path, scenario)


def test_a_lock_and_a_lock_out_are_on_disk_when_settle_says_so(tmp_path: Path) -> None:
    path = tmp_path / "segments.json"

    async def scenario(kept: Memory) -> None:
        lock = OwnLock(actor=WANG, since_s=CLOCK.monotonic())
        kept.note(1, {1: replace(NOTED, lock_outs=(LOCK_OUT,), own_lock=lock)})
        assert await kept.settle()
        again = Memory(path, CLOCK).recall(1, LIMITS)
        assert [(each.column, each.actor, each.reason) for each in again.lock_outs] == [
            (3, LI, "the motor is out")
        ]
        assert again.own_lock is not None
        assert (again.own_lock.actor, again.own_lock.watched) == (WANG, False)

    with_memory(path, scenario)


def test_a_lock_that_is_just_being_set_is_known_as_ours_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "segments.json"
    setting = Setting(
        request_id="r-1",
        verb="lock",
        actor=LI,
        origin="controller",
        deadline_s=10.0,
        asked_at_s=0.0,
        order=SetLock(True),
        seq=4,
    )

    async def scenario(kept: Memory) -> None:
        kept.note(1, {1: replace(NOTED, setting=setting)})
        assert await kept.settle()
        again = Memory(path, CLOCK).recall(1, LIMITS)
        assert again.own_lock is not None
        assert again.own_lock.actor == LI

    with_memory(path, scenario)


def test_on_a_disk_that_fails_nothing_settles(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")

    async def scenario(kept: Memory) -> None:
        assert await kept.settle()
        kept.note(1, {1: replace(NOTED, lock_outs=(LOCK_OUT,))})
        assert not await kept.settle()

    with_memory(in_the_way / "segments.json", scenario)


def test_what_does_not_change_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "segments.json"
    hold = Hold(aisle=2, actor=LI, since_s=CLOCK.monotonic())

    async def scenario(kept: Memory) -> None:
        noted = {1: replace(NOTED, holds=(hold,), lock_outs=(LOCK_OUT,))}
        kept.note(1, noted)
        before = kept._kept
        for _ in range(50):
            kept.note(1, noted)
        assert kept._kept is before

    with_memory(path, scenario)


def test_a_file_of_an_older_version_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "segments.json"
    path.write_text(OLD_FILE)

    async def scenario(kept: Memory) -> None:
        again = kept.recall(1, LIMITS)
        assert isinstance(again.phase, Faulted)
        assert (again.phase.why, again.phase.latched, again.phase.reset_count) == ("motor", True, 4)
        assert (again.phase.trip_id != "", again.phase.code) == (True, "motor")
        assert [(h.aisle, h.actor) for h in again.holds] == [(2, LI)]
        kept.note(1, {1: again})
        assert await kept.settle()

    with_memory(path, scenario)
    assert len(Memory(path, CLOCK).recall(1, LIMITS).holds) == 1
