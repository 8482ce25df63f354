"""The steel of a room, end to end: wishes in, columns moving, reasons told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drivers.room.motion import Faulted, Open


def test_an_aisle_is_opened_over_the_wire(in_a_room: Callable[..., None]) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        request = await room.sets_off(aisle=2)
        assert (await room.ends(request)).status == "done"
        assert [step.status for step in await room.steps(request)] == [
            "accepted",
            "started",
            "done",
        ]
        assert room.gap() == 2
        assert room.phase == Open(frozenset({2}))
        assert room.segment.holds[0].actor.name == "Li"

    in_a_room(scenario)


def test_with_a_person_inside_nothing_moves_and_the_reason_is_told(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(2) == "done"
        room.walks_in(aisle=2)
        answer = await room.ends(room.asks(aisle=4))
        assert (answer.status, answer.code) == ("refused", "aisle_occupied")
        assert room.gap() == 2

    in_a_room(scenario)


def test_a_person_who_enters_while_it_moves_stops_it_until_reset_confirmed_and_asked_anew(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        request = await room.sets_off(aisle=5)
        room.walks_in(aisle=0)
        answer = await room.ends(request)
        assert (answer.status, answer.code) == ("failed", "person_entered")
        assert isinstance(room.phase, Faulted)

        room.walks_out(aisle=0)
        assert (await room.ends(room.asks(aisle=5))).code == "faulted"
        li = {"name": "Li", "pin": "2468", "bank": 1, "segment": 1}
        too_early = await room.types("/api/confirm", what="fit", **li)
        assert too_early["code"] == "reset_first"

        room.presses_reset()
        await room.until(lambda: room.phase.reset)
        assert (await room.ends(room.asks(aisle=5))).code == "faulted"
        confirmed = await room.types("/api/confirm", what="fit", **li)
        assert confirmed["status"] == "done"
        gap = room.gap()
        assert await room.opens(5) == "done"
        assert room.gap() == 5 != gap

    in_a_room(scenario)


def test_stop_from_the_controller_is_done_and_written_down_after(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        moving = await room.sets_off(aisle=5)
        stop = room.asks("stop")
        assert (await room.ends(stop)).status == "done"
        assert (await room.ends(moving)).code == "stopped"
        assert not room.simulated.world.steel_of(1).segment(1).moving

    in_a_room(scenario)


def test_a_stop_of_the_whole_room_stops_every_bank(in_a_room: Callable[..., None]) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        moving = await room.sets_off(aisle=5)
        assert (await room.ends(room.asks("stop", bank=0, segment=None))).status == "done"
        assert (await room.ends(moving)).code == "stopped"
        assert not room.simulated.world.steel_of(1).segment(1).moving

    in_a_room(scenario)


def test_stop_overtakes_a_motion_write_that_still_waits_for_the_wire(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        commands = room.simulated.commands
        outlet = room.agent.banks[1]._outlet
        written = outlet.port.carry_out

        async def stop_first(*given: Any, **more: Any) -> None:
            stop = room.asks("stop")
            await room.ends(stop)
            await written(*given, **more)

        outlet.port.carry_out = stop_first
        assert await room.opens(5) == "failed"
        await room.until(lambda: room.segment.drive is None)
        assert room.gap() == 0
        assert room.simulated.commands == commands + 1

    in_a_room(scenario)


def test_a_protection_that_has_not_tripped_is_shown_before_anybody_asks(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        room.simulated.raise_protection(bank=1, segment=1, protection="side_panel")
        shown = room.agent.banks[1].draw
        await room.until(lambda: shown().segments[0].hindrance is not None)
        assert shown().segments[0].hindrance.code == "side_panel"
        assert shown().segments[0].trip is None
        room.simulated.clear_protection(bank=1, segment=1, protection="side_panel")
        await room.until(lambda: shown().segments[0].hindrance is None)

    in_a_room(scenario)


def test_every_value_carries_its_age_and_what_it_is_worth(in_a_room: Callable[..., None]) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()

        def interlocks() -> set[str]:
            read = [i for i in room.shows().interlocks if i.seen_by == "controller"]
            return {one.quality.value for one in read}

        def columns() -> set[str]:
            return {one.quality.value for one in room.state().columns}

        async def are(quality: str) -> None:
            await room.until(lambda: interlocks() == {quality})
            await room.until(lambda: columns() == {quality})

        await are("good")
        assert all(column.age_ms is not None for column in room.state().columns)
        room.simulated.garble("shelving-1")
        await are("bad_reply")
        room.cuts_cable("shelving-1")
        await are("stale")
        assert min(column.age_ms for column in room.state().columns) > 1500
        room.mends_cable("shelving-1")
        await are("good")

    in_a_room(scenario)
