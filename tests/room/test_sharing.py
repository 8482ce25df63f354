"""People share a room: who holds an aisle, who locks a column, and how it passes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from config.room import Room
from drivers.messages import SteelHalted
from simulators.harness import run_fast, simulated_room
from tests.room.conftest import LI, WANG, changed, running_in


def test_an_aisle_is_handed_over_only_when_the_other_takes_it(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(2) == "done"
        refused = await room.ends(room.asks(aisle=4, by=WANG))
        assert (refused.code, refused.status) == ("held_by_other", "refused")
        assert (await room.ends(room.asks("take_over", aisle=2, by=WANG))).status == "refused"

        offer = room.asks("hand_over", aisle=2, to=WANG)
        assert (await room.ends(offer)).to == WANG
        (hold,) = room.shows().holds
        assert (hold.actor, hold.offered_to) == (LI, WANG)
        assert (await room.ends(room.asks(aisle=4, by=WANG))).code == "held_by_other"

        assert (await room.ends(room.asks("take_over", aisle=2, by=WANG))).status == "done"
        (hold,) = room.shows().holds
        assert (hold.actor, hold.offered_to) == (WANG, None)
        assert await room.opens(4, by=WANG) == "done"

    in_a_room(scenario)


def test_a_second_person_releases_an_aisle_only_at_the_bank(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(2) == "done"
        afar = await room.ends(room.asks("release", aisle=2, by=WANG))
        assert (afar.status, room.shows().hold.actor) == ("refused", LI)
        here = await room.asks_here("release", aisle=2, by=WANG)
        assert (here.status, room.shows().holds) == ("done", ())
        assert await room.opens(4, by=WANG) == "done"

    in_a_room(scenario)


def test_the_holder_releases_from_anywhere(in_a_room: Callable[..., None]) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(2) == "done"
        assert (await room.ends(room.asks("release", aisle=2))).status == "done"
        assert room.shows().holds == ()

    in_a_room(scenario)


def test_a_locked_out_column_does_not_move_and_the_reason_names_who(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        out = room.asks("lock_out", column=4, segment=None, reason="a runner is loose")
        assert (await room.ends(out)).column == 4
        (shown,) = room.state().lock_outs
        assert (shown.column, shown.actor, shown.reason) == (4, LI, "a runner is loose")
        refused = await room.ends(room.asks(aisle=5))
        assert (refused.status, refused.code) == ("refused", "column_locked_out")
        assert room.gap() == 0
        assert await room.opens(2) == "done"

        lifted = room.asks("lift_lock_out", column=4, segment=None, by=WANG)
        assert (await room.ends(lifted)).status == "refused"
        here = await room.asks_here("lift_lock_out", column=4, segment=None, by=WANG)
        assert here.status == "done"
        assert room.state().lock_outs == ()
        assert await room.opens(5) == "done"

    in_a_room(scenario)


def test_a_column_that_is_fixed_or_not_there_cannot_be_locked_out(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        for column in (1, 7, None):
            end = await room.ends(room.asks("lock_out", column=column, segment=None))
            assert (end.status, end.code) == ("refused", "no_such_column")

    in_a_room(scenario)


def test_a_lock_out_survives_a_kill(tmp_path: Path, small_room: Room) -> None:
    async def scenario() -> None:
        async with simulated_room(small_room) as simulated:
            async with running_in(simulated, tmp_path / "before") as room:
                await room.is_ready()
                assert await room.opens(0) == "done"
                assert (await room.asks_here("lock_out", column=4, segment=None)).status == "done"
                killed = room.leaves_on_disk(tmp_path / "after")
            async with running_in(simulated, killed) as room:
                await room.is_ready()
                assert [each.column for each in room.state().lock_outs] == [4]
                assert (await room.ends(room.asks(aisle=5))).code == "column_locked_out"
                assert room.gap() == 0

    run_fast(scenario)


def test_what_cannot_be_kept_over_a_restart_is_not_called_done(
    in_a_room: Callable[..., None], tmp_path: Path
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")

    async def scenario(room: Any) -> None:
        await room.is_ready()
        answer = await room.asks_here("lock_out", column=4, segment=None)
        assert (answer.status, answer.code) == ("failed", "cannot_record")
        assert [each.column for each in room.state().lock_outs] == [4]

    in_a_room(scenario, data_dir=in_the_way / "room")


def test_only_our_own_lock_is_lifted_by_us(in_a_room: Callable[..., None]) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert (await _sets(room, "lock", by=LI)).status == "done"
        await room.until(lambda: room.shows().lock == "locked")
        assert room.shows().own_lock.actor == LI
        assert (await room.ends(room.asks(aisle=2))).code == "locked"
        assert (await _sets(room, "unlock", by=WANG)).status == "refused"
        assert (await _sets(room, "unlock", by=LI)).status == "done"
        await room.until(lambda: room.shows().own_lock is None)

        room.simulated.lock_at_steel(bank=1, segment=1)
        await room.until(lambda: room.shows().lock == "locked")
        assert (await room.ends(room.asks(aisle=2))).code == "locked_at_steel"
        assert (await _sets(room, "unlock", by=LI)).code == "locked_at_steel"
        assert room.simulated.world.steel_of(1).segment(1).locked

    in_a_room(scenario)


def test_our_lock_is_still_ours_after_a_kill_and_is_lifted_at_the_bank(
    tmp_path: Path, small_room: Room
) -> None:
    async def scenario() -> None:
        async with simulated_room(small_room) as simulated:
            async with running_in(simulated, tmp_path / "before") as room:
                await room.is_ready()
                assert (await _sets(room, "lock", by=LI)).status == "done"
                killed = room.leaves_on_disk(tmp_path / "after")
            async with running_in(simulated, killed) as room:
                await room.is_ready()
                assert room.shows().own_lock.actor == LI
                answer = await room.asks_here("unlock", by=LI)
                end = await room.ends(answer.request_id)
                assert end.status == "done"
                await room.until(lambda: room.shows().lock == "unlocked")

    run_fast(scenario)


def test_asleep_steel_moves_only_after_it_was_woken(in_a_room: Callable[..., None]) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert (await _sets(room, "sleep", by=LI)).status == "done"
        await room.until(lambda: room.shows().sleep == "asleep")
        assert (await room.ends(room.asks(aisle=2))).code == "asleep"
        assert (await _sets(room, "wake", by=WANG)).status == "done"
        await room.until(lambda: room.shows().sleep == "awake")
        assert await room.opens(2) == "done"

    in_a_room(scenario)


def test_parking_closes_locks_and_sends_to_sleep(in_a_room: Callable[..., None]) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(2) == "done"
        while (end := await room.ends(room.asks("park"))).code in ("interlocks_stale",):
            pass
        assert end.status == "done"
        await room.until(lambda: room.shows().sleep == "asleep")
        assert room.gap() == 5
        assert (room.shows().lock, room.shows().own_lock.actor) == ("locked", LI)

    in_a_room(scenario)


def test_two_people_hold_two_aisles_where_two_gaps_stand_open(
    in_a_room: Callable[..., None], small_room: Room
) -> None:
    (bank,) = small_room.model_dump(mode="json")["banks"]
    two = changed(small_room, banks=[bank | {"gaps": 2}])

    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(1, by=LI) == "done"
        assert await room.opens(4, by=WANG) == "done"
        assert room.shows().aisles == (1, 4)
        assert [(hold.aisle, hold.actor) for hold in room.shows().holds] == [(1, LI), (4, WANG)]
        assert await room.opens(3, by=WANG) == "done"
        assert room.shows().aisles == (1, 3)
        assert [(hold.aisle, hold.actor) for hold in room.shows().holds] == [(1, LI), (3, WANG)]
        assert await room.opens(5, by=LI) == "done"
        assert room.shows().aisles == (3, 5)
        assert [(hold.aisle, hold.actor) for hold in room.shows().holds] == [(3, WANG), (5, LI)]
        refused = await room.ends(room.asks("close_all", by=LI))
        assert (refused.status, refused.code) == ("refused", "held_by_other")

    in_a_room(scenario, room=two)


def test_a_trip_tells_its_whole_story_under_one_id(in_a_room: Callable[..., None]) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        request = await room.sets_off(aisle=5)
        room.walks_in(aisle=0)
        await room.ends(request)
        trip = room.shows().trip
        assert (trip.code, trip.needs) == ("person_entered", "reset")
        room.walks_out(aisle=0)
        room.presses_reset()
        await room.until(lambda: room.shows().trip.needs == "confirmation")
        assert (await room.agent.desk.confirm(1, 1, WANG)).status == "done"
        assert room.shows().trip is None

        story = [e for e in await room.events() if isinstance(e, SteelHalted) and e.trip_id]
        assert [each.kind for each in story] == ["steel_faulted", "steel_reset", "steel_confirmed"]
        assert {each.trip_id for each in story} == {trip.id}
        assert story[0].request_id == request
        assert story[0].raw == "6"
        assert story[0].said["fire"] == "safe"
        assert story[2].actor == WANG

    in_a_room(scenario)


async def _sets(room: Any, verb: str, **given: Any) -> Any:
    """Ask from afar for a setting until the room is not too slow for it; wait for the end."""
    while (end := await room.ends(room.asks(verb, **given))).code in (
        "interlocks_stale",
        "stale_view",
        "request_expired",
    ):
        pass
    return end
