"""A restart, or a kill, in every state a room can be in: nothing moves by it, nothing is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from config.room import Room
from drivers.room.motion import Faulted, Ventilating
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from tests.room.conftest import LI, WANG, changed, running_in

STOP = 2
"""Leaving, an agent sends a stop."""
Scene = Callable[[Any], Awaitable[None]]


async def nothing(simulated: SimulatedRoom) -> None:
    """What happens at the steel while no agent runs."""


@pytest.fixture
def over_a_kill(tmp_path: Path, small_room: Room) -> Callable[..., None]:
    """Play a scene, kill the agent, and play another with the next one on what was on the disk."""

    def run(
        before: Scene,
        after: Scene,
        *,
        meanwhile: Callable[[SimulatedRoom], Awaitable[None]] = nothing,
        room: Room = small_room,
    ) -> None:
        async def scenario() -> None:
            async with simulated_room(room) as simulated:
                async with running_in(simulated, tmp_path / "before") as first:
                    await first.is_ready()
                    await before(first)
                    await first.is_kept()
                    disk = first.leaves_on_disk(tmp_path / "after")
                await meanwhile(simulated)
                moved = simulated.commands
                async with running_in(simulated, disk) as second:
                    await second.is_ready()
                    assert simulated.commands <= moved + 1  # a stop, at most
                    await after(second)
                assert simulated.offences == ()

        run_fast(scenario)

    return run


async def loses_and_regains_power(simulated: SimulatedRoom) -> None:
    simulated.fail_power()
    await simulated.until(lambda world: world.steel_of(1).power_failed)
    simulated.return_power()
    simulated.press_reset(bank=1)


async def needs_a_walk(room: Any) -> None:
    """After a power cut only a named person who walked round sets the steel free."""
    await room.until(lambda: isinstance(room.phase, Faulted))
    assert (room.phase.why, room.shows().trip.needs) == ("power_cut", "walk_round")
    assert (await room.ends(room.asks(aisle=2))).code == "faulted"
    confirm = room.agent.desk.confirm
    assert (await confirm(1, 1, WANG, "fit")).code == "walk_first"
    assert (await confirm(1, 1, WANG, "walked")).status == "done"
    assert await room.opens(2) == "done"


async def power_is_cut(room: Any) -> None:
    assert await room.opens(0) == "done"
    room.simulated.fail_power()
    await room.until(lambda: isinstance(room.phase, Faulted))
    assert room.shows().mode == "power_fail"
    assert (await room.agent.desk.confirm(1, 1, WANG, "walked")).status == "refused"


async def power_returns(room: Any) -> None:
    room.simulated.return_power()
    room.presses_reset()
    await room.until(lambda: room.shows().mode != "power_fail")


def test_after_a_power_cut_nothing_moves_before_somebody_walked_round(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        await power_is_cut(room)
        await power_returns(room)
        await needs_a_walk(room)

    in_a_room(scenario)


def test_a_power_cut_while_it_moves_leaves_the_gap_nowhere_until_somebody_walked_round(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        request = await room.sets_off(aisle=5)
        room.simulated.fail_power()
        assert (await room.ends(request)).status == "failed"
        await power_returns(room)
        await needs_a_walk(room)

    in_a_room(scenario)


def test_a_restart_in_a_power_cut_is_no_way_around_the_walk(
    over_a_kill: Callable[..., None],
) -> None:
    async def power_is_back(room: Any) -> None:
        await power_returns(room)
        await needs_a_walk(room)

    over_a_kill(power_is_cut, power_is_back)


def test_a_restart_between_power_and_walk_is_no_way_around_the_walk(
    over_a_kill: Callable[..., None],
) -> None:
    async def until_the_walk(room: Any) -> None:
        await power_is_cut(room)
        await power_returns(room)

    over_a_kill(until_the_walk, needs_a_walk)


def test_a_trip_keeps_its_id_and_what_it_needs_over_a_restart(
    over_a_kill: Callable[..., None],
) -> None:
    ids: list[str] = []

    async def trips(room: Any) -> None:
        assert await room.opens(0) == "done"
        room.simulated.fail_motor(bank=1, column=3)
        room.asks(aisle=5)
        await room.until(lambda: room.shows().trip is not None)
        ids.append(room.shows().trip.id)

    async def is_the_same(room: Any) -> None:
        trip = room.shows().trip
        assert (trip.id, trip.needs) == (ids[0], "reset")
        room.simulated.mend(bank=1, column=3)
        room.presses_reset()
        await room.until(lambda: room.shows().trip.needs == "confirmation")
        assert (await room.agent.desk.confirm(1, 1, LI)).status == "done"

    over_a_kill(trips, is_the_same)


def test_what_was_armed_is_not_started_by_a_restart_and_its_asker_is_told(
    over_a_kill: Callable[..., None], small_room: Room
) -> None:
    at_bank = changed(small_room, start="at_bank", remote_start_statement=None)
    armed: list[str] = []

    async def arms(room: Any) -> None:
        armed.append(await room.is_armed(aisle=2))

    async def is_forgotten(room: Any) -> None:
        end = await room.ends(armed[0])
        assert (end.status, end.code) == ("failed", "agent_restarted")
        assert (await room.starts_here()).code == "nothing_armed"
        assert {verdict.order.cmd for verdict in room.simulated.verdicts} <= {STOP}

    over_a_kill(arms, is_forgotten, room=at_bank)


def test_what_was_moving_is_stopped_and_its_asker_is_told(
    over_a_kill: Callable[..., None],
) -> None:
    moving: list[str] = []

    async def moves(room: Any) -> None:
        assert await room.opens(0) == "done"
        moving.append(await room.sets_off(aisle=5))

    async def stands(room: Any) -> None:
        assert not room.simulated.world.steel_of(1).segment(1).moving
        end = await room.ends(moving[0])
        assert (end.status, end.code) == ("failed", "agent_restarted")

    over_a_kill(moves, stands)


def test_an_offered_hold_is_still_offered_after_a_restart(
    over_a_kill: Callable[..., None],
) -> None:
    async def offers(room: Any) -> None:
        assert await room.opens(2) == "done"
        assert (await room.ends(room.asks("hand_over", aisle=2, to=WANG))).status == "done"

    async def is_taken(room: Any) -> None:
        (hold,) = room.shows().holds
        assert (hold.actor, hold.offered_to) == (LI, WANG)
        assert (await room.ends(room.asks("take_over", aisle=2, by=WANG))).status == "done"

    over_a_kill(offers, is_taken)


def test_spread_columns_are_still_spread_after_a_restart_and_an_aisle_opens_from_there(
    over_a_kill: Callable[..., None],
) -> None:
    async def ventilates(room: Any) -> None:
        while (end := await room.ends(room.asks("ventilate"))).code == "interlocks_stale":
            pass
        assert end.status == "done"
        assert room.shows().phase == "ventilating"

    async def opens(room: Any) -> None:
        assert isinstance(room.phase, Ventilating)
        assert await room.opens(2) == "done"
        assert room.gap() == 2

    over_a_kill(ventilates, opens)


def test_a_power_cut_while_no_agent_ran_and_was_reset_asks_for_a_person(
    over_a_kill: Callable[..., None],
) -> None:
    async def stands(room: Any) -> None:
        assert await room.opens(0) == "done"
        room.presses_reset()
        await room.until(lambda: room.segment.reset_count == 1)

    async def asks_for_a_person(room: Any) -> None:
        assert isinstance(room.phase, Faulted)
        assert room.shows().trip.needs in ("confirmation", "walk_round")

    over_a_kill(stands, asks_for_a_person, meanwhile=loses_and_regains_power)
