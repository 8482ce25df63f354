"""The room goes on when cables are cut, disks fail and nobody is at the other end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.clock import SystemClock
from config.settings import RoomSettings
from drivers.messages import BoxGone, BoxSeen, DeviceChanged, SteelHalted
from drivers.room.alone import AlreadyServed
from drivers.room.motion import Faulted, Halted, Moving, Open, Unknown
from drivers.room.opening import open_agent
from simulators.boxes import ShelvedBox
from tests.room.conftest import NO_BROKER

ALL = ("shelving-1", "reader-1", "probe-1")
BOX = ShelvedBox(
    code="B-0001",
    epc="E2801160600002000000A001",
    shelf="S1-B1-C3-L-1-1",
    order_mm=0,
    thickness_mm=50,
)


async def told(room: Any, kind: str, device: str) -> int:
    events = await room.events()
    return sum(
        isinstance(e, DeviceChanged) and (e.kind, e.device) == (kind, device) for e in events
    )


def test_every_device_may_be_away_at_the_start_and_come_later(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.until(lambda: all(room.agent.roster.find(d).online is False for d in ALL))
        answer = await room.ends(room.asks(aisle=2))
        assert (answer.status, answer.code) in {("refused", "link_lost"), ("refused", "stale_view")}
        assert room.phase == Unknown("never_read")
        for device in ALL:
            room.mends_cable(device)
        await room.until(lambda: all(room.agent.roster.find(d).online for d in ALL), within_s=90)
        await room.is_ready()
        assert await room.opens(2) == "done"
        for device in ALL:
            assert await told(room, "device_down", device) == 1
            assert await told(room, "device_up", device) == 1

    in_a_room(scenario, away=ALL)


def test_a_cable_cut_later_is_told_once_and_nothing_moves_when_it_is_back(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(1) == "done"
        room.cuts_cable("shelving-1")
        await room.until(lambda: room.phase == Unknown("link_lost"))
        assert (await room.ends(room.asks(aisle=4))).code == "link_lost"
        commands = room.simulated.commands
        room.mends_cable("shelving-1")
        await room.until(lambda: room.phase == Open(frozenset({1})))
        assert room.simulated.commands == commands
        assert await told(room, "device_down", "shelving-1") == 1
        await room.is_ready()
        assert await room.opens(4) == "done"

    in_a_room(scenario)


def test_a_cable_cut_while_it_moves_lets_the_controller_stop_and_asks_for_a_person(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        request = await room.sets_off(aisle=5)
        room.cuts_cable("shelving-1")
        answer = await room.ends(request)
        assert (answer.status, answer.code) == ("failed", "link_lost")
        room.mends_cable("shelving-1")
        await room.until(lambda: isinstance(room.phase, Faulted))
        assert room.phase.why == "heartbeat_lost"
        assert not room.simulated.world.steel_of(1).segment(1).moving

    in_a_room(scenario)


def test_a_lost_reply_is_read_back_and_the_write_is_never_repeated(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        commands = room.simulated.commands
        outlet = room.agent.banks[1]._outlet
        written = outlet.port.carry_out

        async def lose_reply(*given: Any, **more: Any) -> None:
            room.simulated.mute("shelving-1")
            try:
                await written(*given, **more)
            finally:
                room.mends_cable("shelving-1")

        outlet.port.carry_out = lose_reply
        request = room.asks(aisle=3)
        answer = await room.ends(request)
        assert answer.status == "done"
        codes = [step.code for step in await room.steps(request)]
        assert "outcome_unknown" in codes
        assert room.simulated.commands == commands + 1

    in_a_room(scenario)


def test_a_box_taken_from_an_antenna_shelf_is_gone_and_its_holder_is_named(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()

        async def seen() -> bool:
            return any(isinstance(e, BoxSeen) and e.epc == BOX.epc for e in await room.events())

        await room.until(seen, within_s=120)
        place = room.aisle_to(BOX.shelf)
        assert await room.opens(place.aisle) == "done"
        room.walks_in(aisle=place.aisle)
        room.takes(BOX.code)
        room.walks_out(aisle=place.aisle)

        async def gone() -> bool:
            return any(isinstance(e, BoxGone) for e in await room.events())

        await room.until(gone, within_s=240)
        (event,) = [e for e in await room.events() if isinstance(e, BoxGone)]
        assert event.epc == BOX.epc
        assert event.zone == "S1-B1-C3-L-1"
        assert event.holder is not None
        assert event.holder.name == "Li"

    in_a_room(scenario, boxes=(BOX,))


@pytest.fixture
def no_disk(tmp_path: Path) -> Path:
    """A folder that can never be made, whoever runs the test."""
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    return in_the_way / "room"


def test_without_broker_and_disk_stop_works_and_nothing_else_moves(
    in_a_room: Callable[..., None], no_disk: Path
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        segment = room.simulated.world.steel_of(1).segment(1)
        li = {"name": "Li", "pin": "2468", "bank": 1, "segment": 1}
        saw = room.view().model_dump()
        move = {"verb": "open_aisle", "aisle": (segment.open_aisle + 2) % 5, "saw": saw}
        answer = await room.types("/api/ask", **move, **li)
        assert answer["code"] in {"cannot_record", "interlocks_stale"}
        lock = await room.asks_here("lock")
        assert (lock.status, lock.code) == ("refused", "cannot_record")
        assert not room.simulated.world.steel_of(1).segment(1).locked
        answer = await room.types("/api/stop", bank=1)
        assert answer["status"] == "done"
        assert room.simulated.commands == 1

    in_a_room(scenario, data_dir=no_disk)


def test_stop_from_the_page_stops_what_moves(in_a_room: Callable[..., None]) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        request = await room.sets_off(aisle=5)
        answer = await room.types("/api/stop")
        assert answer["status"] == "done"
        assert (await room.ends(request)).code == "stopped"
        await room.until(lambda: room.phase == Halted("stopped"))
        assert not room.simulated.world.steel_of(1).segment(1).moving
        halts = [e for e in await room.events() if isinstance(e, SteelHalted)]
        assert [halt.kind for halt in halts] == ["steel_halted"]
        assert await room.opens(5) == "done"

    in_a_room(scenario)


def test_leaving_stops_what_moves(in_a_room: Callable[..., None]) -> None:
    left: list[Any] = []

    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        await room.sets_off(aisle=5)
        left.append(room)

    in_a_room(scenario)
    segment = left[0].simulated.world.steel_of(1).segment(1)
    assert not segment.moving
    assert segment.open_aisle is None
    assert left[0].simulated.verdicts[-1].order.cmd == 2


def test_a_bug_in_what_serves_a_bank_stops_and_faults_it_and_the_room_goes_on(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        await room.sets_off(aisle=5)
        bank = room.agent.banks[1]
        reading = bank._outlet.port.read_columns

        async def broken() -> None:
            bank._outlet.port.read_columns = reading
            raise ZeroDivisionError("a bug")

        bank._outlet.port.read_columns = broken
        await room.until(lambda: isinstance(room.phase, Faulted))
        assert room.phase.why == "agent_broke"
        await room.until(lambda: not room.simulated.world.steel_of(1).segment(1).moving)
        await room.is_ready()
        assert room.agent.roster.find("reader-1").online
        li = {"name": "Li", "pin": "2468", "bank": 1, "segment": 1}
        assert (await room.types("/api/confirm", what="fit", **li))["status"] == "done"
        assert not isinstance(room.phase, Moving)

    in_a_room(scenario)


def test_a_restart_is_no_way_around_a_confirmation(
    in_a_room: Callable[..., None], tmp_path: Path
) -> None:
    async def trips(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        await room.sets_off(aisle=5)
        room.walks_in(aisle=0)
        await room.until(lambda: isinstance(room.phase, Faulted))

    async def comes_back(room: Any) -> None:
        await room.is_ready()
        assert isinstance(room.phase, Faulted)
        assert (await room.ends(room.asks(aisle=2))).code == "faulted"

    in_a_room(trips, data_dir=tmp_path / "same")
    in_a_room(comes_back, data_dir=tmp_path / "same")


def test_a_restart_keeps_who_holds_an_aisle(in_a_room: Callable[..., None], tmp_path: Path) -> None:
    gaps: list[int] = []

    async def holds(room: Any) -> None:
        await room.is_ready()
        gaps.append(room.gap())
        assert await room.opens(room.gap()) == "done"

    async def comes_back(room: Any) -> None:
        await room.is_ready()
        assert room.gap() == gaps[0]
        assert room.segment.holds[0].actor.name == "Li"

    in_a_room(holds, data_dir=tmp_path / "same")
    in_a_room(comes_back, data_dir=tmp_path / "same")


def test_a_memory_that_cannot_be_read_asks_for_a_person(
    in_a_room: Callable[..., None], tmp_path: Path
) -> None:
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "segments.json").write_text('{"1.1": {"fault"')

    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert (await room.ends(room.asks(aisle=2))).code == "faulted"
        li = {"name": "Li", "pin": "2468", "bank": 1, "segment": 1}
        assert (await room.types("/api/confirm", what="fit", **li))["status"] == "done"
        assert await room.opens(2) == "done"
        story = [e for e in await room.events() if isinstance(e, SteelHalted)]
        assert [(e.kind, e.why) for e in story] == [
            ("steel_faulted", "memory_lost"),
            ("steel_confirmed", "memory_lost"),
        ]
        assert story[0].trip_id == story[1].trip_id is not None

    in_a_room(scenario, data_dir=tmp_path / "torn")


@pytest.mark.parametrize("spoilt", [b"[" * 100_000, b"\xff\x00", b"", b"null"])
def test_a_room_starts_whatever_its_rows_of_tags_hold(
    in_a_room: Callable[..., None], tmp_path: Path, spoilt: bytes
) -> None:
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "presence.json").write_bytes(spoilt)

    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(2) == "done"

    in_a_room(scenario, data_dir=tmp_path / "torn")


def test_a_bug_in_the_agents_own_loop_stops_the_steel_and_ends_it(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        await room.sets_off(aisle=5)
        room.agent.link.requests.put_nowait("not what was promised")
        await room.until(lambda: not room.simulated.world.steel_of(1).segment(1).moving)
        assert room.simulated.verdicts[-1].order.cmd == 2

    in_a_room(scenario, ends_with=ExceptionGroup)


def test_a_second_agent_for_the_same_room_does_not_start(
    in_a_room: Callable[..., None], tmp_path: Path, small_room: Any
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        settings = RoomSettings(data_dir=tmp_path / "room", page_port=0)
        again = open_agent(small_room, settings, NO_BROKER, site="test", clock=SystemClock())
        with pytest.raises(AlreadyServed, match="another room agent works in"):
            await again.__aenter__()
        assert await room.opens(1) == "done"

    in_a_room(scenario)
