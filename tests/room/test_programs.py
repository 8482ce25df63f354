"""Night closing: proposed, walked, confirmed, warned, run bank by bank, and ended by anybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.room import Room
from drivers.messages import ProgramChanged, RequestChanged
from drivers.room.motion import Faulted, program
from drivers.room.regulation import Reason
from simulators.harness import run_fast, simulated_room
from tests.room.conftest import LI, WANG, changed, running_in


@pytest.fixture(autouse=True)
def short_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "WARNING_S", 4.0)


@pytest.fixture
def two_banks(small_room: Room) -> Room:
    """The small room with a second bank below the first."""
    (bank,) = small_room.model_dump(mode="json")["banks"]
    second = bank | {"bank": 2, "at_mm": {"x": 800, "y": 3800}}
    plc = {
        "driver": "shelving.modbus",
        "id": "shelving-2",
        "bank": 2,
        "at": {"host": "127.0.0.1", "port": 5022},
    }
    return changed(small_room, banks=[bank, second], devices=(plc,))


def status(room: Any) -> str | None:
    drawn = room.agent.desk.draw_program()
    return None if drawn is None else drawn.status


async def proposed(room: Any) -> str:
    """Propose night closing through the controller; give back the program's id."""
    end = await room.ends(room.asks("propose", program="night_closing", bank=0, segment=None))
    assert end.status == "done", end
    return str(room.agent.desk.draw_program().id)


async def opens_all(room: Any) -> None:
    for bank in room.agent.banks:
        while True:
            end = await room.ends(room.asks(aisle=1, bank=bank))
            if end.status == "done":
                break
        assert (await room.ends(room.asks("release", aisle=1, bank=bank))).status == "done"


async def started(room: Any) -> int:
    """Open all banks, and have the night closing started; say how many commands went before."""
    await room.is_ready()
    await opens_all(room)
    before: int = room.simulated.commands
    await room.agent.desk.start_program(await proposed(room), LI)
    return before


async def told(room: Any, steps: list[str]) -> None:
    """Wait until these, and no other, steps of the program are written down."""
    changes: list[str] = []

    async def are_written() -> bool:
        changes[:] = [
            e.program.status for e in await room.events() if isinstance(e, ProgramChanged)
        ]
        return len(changes) >= len(steps)

    await room.until(are_written)
    assert changes == steps


def test_night_closing_is_walked_started_warned_and_closes_bank_by_bank(
    in_a_room: Callable[..., None], two_banks: Room
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        await opens_all(room)
        before = room.simulated.commands
        program_id = await proposed(room)
        assert (await room.agent.desk.start_program(program_id, WANG)).status == "done"
        drawn = room.agent.desk.draw_program()
        assert (drawn.status, drawn.started_by) == ("warning", WANG)
        assert drawn.warning_ends > drawn.at
        assert room.simulated.commands == before
        await told(room, ["proposed", "warning", "running", "done"])
        for bank in (1, 2):
            assert room.simulated.world.steel_of(bank).segment(1).open_aisles == (5,)
        asked = [
            (e.bank, e.status, e.actor)
            for e in await room.events()
            if isinstance(e, RequestChanged) and e.origin == "program"
        ]
        assert asked == [
            (bank, step, WANG) for bank in (1, 2) for step in ("accepted", "started", "done")
        ]

    in_a_room(scenario, room=two_banks)


def test_airing_spreads_only_the_banks_whose_shelves_need_it(
    in_a_room: Callable[..., None], two_banks: Room
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        reason = Reason("block_damper", {"banks": "2"})
        idea = await room.agent.steel.programs.propose_airing(reason, frozenset({2}))
        assert idea.status == "done"
        program_id = str(room.agent.desk.draw_program().id)
        assert (await room.agent.desk.start_program(program_id, LI)).status == "done"
        await told(room, ["proposed", "warning", "running", "done"])
        asked = [
            (e.bank, e.verb, e.status)
            for e in await room.events()
            if isinstance(e, RequestChanged) and e.origin == "program"
        ]
        assert asked == [(2, "ventilate", step) for step in ("accepted", "started", "done")]

    in_a_room(scenario, room=two_banks)


def test_anybody_cancels_it_while_it_warns_and_nothing_moves(
    in_a_room: Callable[..., None], small_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        before = await started(room)
        assert (await room.agent.desk.cancel_program()).status == "done"
        assert status(room) == "cancelled"
        assert room.gap() == 1
        assert room.simulated.commands == before
        end = await room.ends(room.asks("cancel", bank=0, segment=None))
        assert (end.status, end.code) == ("refused", "no_program")

    in_a_room(scenario, room=small_room)


def test_a_person_who_walks_in_breaks_it_and_the_banks_after_it_stay_as_they_are(
    in_a_room: Callable[..., None], two_banks: Room
) -> None:
    async def scenario(room: Any) -> None:
        await started(room)
        await room.is_moving()
        room.walks_in(aisle=1)
        await room.until(lambda: status(room) == "broken")
        assert room.agent.desk.draw_program().why == "person_entered"
        assert isinstance(room.phase, Faulted)
        assert room.simulated.world.steel_of(2).segment(1).open_aisles == (1,)

    in_a_room(scenario, room=two_banks)


def test_a_person_who_is_inside_before_it_moves_breaks_it(
    in_a_room: Callable[..., None], small_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        before = await started(room)
        room.walks_in(aisle=1)
        await room.until(lambda: status(room) == "broken")
        assert room.agent.desk.draw_program().why == "aisle_occupied"
        assert room.simulated.commands == before

    in_a_room(scenario, room=small_room)


def test_a_stop_while_it_runs_breaks_it(in_a_room: Callable[..., None], two_banks: Room) -> None:
    async def scenario(room: Any) -> None:
        await started(room)
        await room.is_moving()
        assert (await room.types("/api/stop"))["status"] == "done"
        await room.until(lambda: status(room) == "broken")
        assert room.agent.desk.draw_program().why == "stopped"
        assert room.simulated.world.steel_of(2).segment(1).open_aisles == (1,)

    in_a_room(scenario, room=two_banks)


def test_the_calendar_proposes_it_once_and_starts_nothing(
    in_a_room: Callable[..., None], small_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        await room.until(lambda: status(room) == "proposed")
        assert room.agent.desk.draw_program().proposed_by is None
        assert (await room.agent.desk.cancel_program(LI)).status == "done"
        await room.until(lambda: room.simulated.clock.now().second > 20)
        await told(room, ["proposed", "cancelled"])
        assert room.simulated.commands == 0

    in_a_room(
        scenario,
        room=changed(small_room, night_closing_at="10:00", time_zone="Europe/Berlin"),
    )


def test_only_the_whole_room_has_programs(in_a_room: Callable[..., None]) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        end = await room.ends(room.asks("propose", program="night_closing"))
        assert (end.status, end.code) == ("refused", "whole_room_only")
        end = await room.ends(room.asks("propose", bank=0, segment=None))
        assert (end.status, end.code) == ("refused", "no_such_program")
        end = await room.ends(room.asks(aisle=2, bank=0))
        assert (end.status, end.code) == ("refused", "no_such_segment")

    in_a_room(scenario)


@pytest.mark.parametrize("when", ["proposed", "warning", "running"])
def test_a_restart_breaks_it_and_it_never_goes_on(
    tmp_path: Path, small_room: Room, when: str
) -> None:
    async def scenario() -> None:
        async with simulated_room(small_room) as simulated:
            async with running_in(simulated, tmp_path / "before") as room:
                await room.is_ready()
                await opens_all(room)
                program_id = await proposed(room)
                if when != "proposed":
                    await room.agent.desk.start_program(program_id, LI)
                await room.until(lambda: status(room) == when)
                steps = ["proposed", "warning", "running"]
                steps = steps[: steps.index(when) + 1]
                await told(room, steps)
                killed = room.leaves_on_disk(tmp_path / "after")
            moved = simulated.commands
            async with running_in(simulated, killed) as room:
                await room.until(lambda: status(room) == "broken")
                assert room.agent.desk.draw_program().why == "restart"
                await room.is_ready()
                await told(room, [*steps, "broken"])
                assert simulated.commands in (moved, moved + 1)  # it stops what it finds moving
                assert simulated.world.steel_of(1).segment(1).open_aisles != (5,)

    run_fast(scenario)
