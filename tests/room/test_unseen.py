"""What happened at the steel while no agent ran: a trip that was reset asks for a person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from config.room import Room
from drivers.room.motion import Faulted, Open
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from tests.room.conftest import RunningRoom, running_in

CONFIRMS = {"what": "fit", "name": "Li", "pin": "2468", "bank": 1, "segment": 1}
Meanwhile = Callable[[SimulatedRoom], Awaitable[None]]
Then = Callable[[RunningRoom], Awaitable[None]]


@pytest.fixture
def across_a_restart(tmp_path: Path, small_room: Room) -> Callable[[int, Meanwhile, Then], None]:
    """Let an agent read a controller that was reset so often, end it, and start another one."""

    def run(resets: int, meanwhile: Meanwhile, then: Then) -> None:
        async def scenario() -> None:
            async with simulated_room(small_room) as simulated:
                for _ in range(resets):
                    simulated.press_reset(bank=1)
                async with running_in(simulated, tmp_path) as room:
                    await room.is_ready()
                await meanwhile(simulated)
                async with running_in(simulated, tmp_path) as room:
                    await room.is_ready()
                    await then(room)

        run_fast(scenario)

    return run


async def needs_a_person(room: RunningRoom) -> None:
    aisle = ((room.gap() or 0) + 2) % 5
    commands = room.simulated.commands
    assert isinstance(room.phase, Faulted)
    assert (room.phase.why, room.phase.needs) == ("tripped_unseen", "confirmation")
    assert (await room.ends(room.asks(aisle=aisle))).code == "faulted"
    assert room.simulated.commands == commands
    assert (await room.types("/api/confirm", **CONFIRMS))["status"] == "done"
    assert await room.opens(aisle) == "done"


async def needs_nobody(room: RunningRoom) -> None:
    aisle = room.gap()
    assert aisle is not None
    assert room.phase == Open(frozenset({aisle}))
    assert await room.opens((aisle + 2) % 5) == "done"


def test_a_trip_and_its_reset_while_no_agent_ran_still_need_a_person(
    across_a_restart: Callable[[int, Meanwhile, Then], None],
) -> None:
    async def trips_and_is_reset(simulated: SimulatedRoom) -> None:
        simulated.fail_motor(bank=1, column=2)
        simulated.mend(bank=1, column=2)
        assert simulated.world.steel_of(1).segment(1).fault
        simulated.press_reset(bank=1)
        assert not simulated.world.steel_of(1).segment(1).fault

    across_a_restart(2, trips_and_is_reset, needs_a_person)


def test_a_restart_at_which_nothing_happened_needs_nobody(
    across_a_restart: Callable[[int, Meanwhile, Then], None],
) -> None:
    async def nothing(simulated: SimulatedRoom) -> None:
        pass

    across_a_restart(2, nothing, needs_nobody)


def test_another_controller_that_counts_from_the_beginning_is_taken_as_it_is(
    tmp_path: Path, small_room: Room
) -> None:
    async def scenario() -> None:
        async with simulated_room(small_room) as old:
            old.press_reset(bank=1)
            async with running_in(old, tmp_path) as room:
                await room.is_ready()
        async with simulated_room(small_room) as new, running_in(new, tmp_path) as room:
            await room.is_ready()
            assert room.segment.reset_count == 0
            await needs_nobody(room)

    run_fast(scenario)
