"""A motion write that comes late, or that something seen meanwhile forbids, moves nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from config.clock import SystemClock
from config.room import TcpAddress
from drivers.bus import open_bus
from drivers.errors import DriverError
from drivers.ports import Fence, Order
from drivers.readings import Check, CommandResult, SteelState
from drivers.room.motion import (
    Answer,
    Event,
    LinkLost,
    Reconnected,
    SteelRead,
    StopAsked,
    StopMotion,
    step,
)
from drivers.room.outlet import STOP_TRIES, AbsentSteel, Outlet
from simulators.harness import run_fast
from tests.core.motion_parts import (
    SAFE,
    asks,
    bank_at,
    driving,
    interlocks,
    linked,
    sees,
    steel_at,
)


def test_what_is_seen_after_the_decision_and_before_the_write_forbids_it(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        commands, answers = room.simulated.commands, room.agent.steel.answers
        accept = answers.accept

        async def slowly(answer: Answer) -> bool:
            room.walks_in(aisle=0)
            await room.until(lambda: room.segment.steel.occupancy[0] is Check.UNSAFE)
            return bool(await accept(answer))

        answers.accept = slowly
        while True:
            answer = await room.ends(room.asks(aisle=5))
            if answer.code not in ("interlocks_stale", "heartbeat_lost"):
                break
        assert (answer.status, answer.code) == ("refused", "aisle_occupied")
        assert room.simulated.commands == commands

    in_a_room(scenario)


def test_a_stop_takes_the_number_of_the_write_it_withdraws_with_it(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        port = room.agent.banks[1]._outlet.port
        written: list[Fence] = []

        async def never_answered(segment: int, order: Order, fence: Fence, **_: Any) -> None:
            written.append(fence)
            await asyncio.Event().wait()

        port.carry_out = never_answered
        moving = room.asks(aisle=5)
        await room.until(lambda: bool(written))
        assert (await room.ends(room.asks("stop"))).status == "done"
        assert (await room.ends(moving)).code == "stopped"
        await room.until(lambda: room.segment.steel.last_seq == written[0].seq)
        assert room.gap() == 0

    in_a_room(scenario)


@pytest.mark.parametrize("event", [StopAsked(100.2), LinkLost(100.2)])
def test_motion_begun_by_a_write_that_was_given_up_is_stopped(event: Event) -> None:
    segment, _ = step(driving(), event)
    assert segment.given_up is not None
    late = sees(
        103.0,
        state=SteelState.MOVING,
        last_seq=segment.given_up,
        last_result=CommandResult.STARTED,
    )
    assert step(segment, late)[1][0] == StopMotion()


def test_motion_that_somebody_else_began_is_not_stopped() -> None:
    segment, _ = step(driving(), StopAsked(100.2))
    assert segment.given_up is not None
    theirs = sees(
        103.0,
        state=SteelState.MOVING,
        last_seq=segment.given_up + 1,
        last_epoch=43,
        last_result=CommandResult.STARTED,
    )
    assert step(segment, theirs)[1] == ()


def test_a_closed_wire_sends_nothing_any_more() -> None:
    """The far side sees a reset, so the system under us has thrown away what was unsent."""

    async def scenario() -> None:
        ends: asyncio.Queue[bytes | Exception] = asyncio.Queue()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readexactly(12)
            try:
                ends.put_nowait(await reader.read(1))
            except ConnectionError as error:
                ends.put_nowait(error)
            writer.close()

        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            at = TcpAddress(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
            async with open_bus(at, SystemClock()) as bus:
                with pytest.raises(DriverError):
                    await bus.read(1, 0, 1)
            assert isinstance(await ends.get(), ConnectionResetError)

    asyncio.run(scenario())


def test_an_agent_that_was_replaced_takes_no_newer_epoch_when_its_wire_comes_back() -> None:
    segment, _ = step(linked(), LinkLost(101.0))
    for at_s in (102.0, 103.0):
        steel = steel_at(at_s, last_epoch=43)
        bank = bank_at(at_s)
        event = Reconnected if at_s == 102.0 else SteelRead
        segment, _ = step(segment, event(at_s=at_s, bank=bank, steel=steel))
    segment, _ = step(segment, asks(at_s=103.1, seen_at_s=103.0))
    (answer,) = step(segment, interlocks(at_s=103.2, last_epoch=43))[1]
    assert isinstance(answer, Answer)
    assert (answer.status, answer.code) == ("refused", "old_epoch")


def test_an_older_reading_of_the_bank_does_not_hide_a_newer_one() -> None:
    burning = bank_at(101.0, interlocks={**SAFE, "fire": Check.UNSAFE})
    segment, _ = step(linked(), SteelRead(at_s=101.1, bank=burning, steel=steel_at(101.0)))
    segment, _ = step(segment, SteelRead(at_s=101.2, bank=bank_at(100.9), steel=steel_at(101.1)))
    assert segment.mode == "fire"


def test_stops_that_come_together_share_one_write_but_never_one_sent_before_they_came() -> None:
    async def scenario() -> None:
        outlet, written, answered = Outlet("shelving-1", SystemClock()), [], asyncio.Event()

        class Port(AbsentSteel):
            async def stop(self, segment: int, withdrawn: Fence | None = None) -> None:
                written.append(segment)
                await answered.wait()

        outlet.port = Port("shelving-1")
        first = asyncio.create_task(outlet.stop(1))
        while not written:  # noqa: ASYNC110  the wire has no event for this
            await asyncio.sleep(0)
        later = [asyncio.create_task(outlet.stop(1)) for _ in range(50)]
        await asyncio.sleep(0)
        other = asyncio.create_task(outlet.stop(2))
        while 2 not in written:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert written == [1, 2]
        later[0].cancel()
        answered.set()
        assert [await first, await other] == [None, None]
        assert set(await asyncio.gather(*later[1:])) == {None}
        assert written == [1, 2, 1]

    asyncio.run(scenario())


def test_a_stop_that_a_slow_controller_answers_late_is_heard_and_was_said_again_meanwhile() -> None:
    said: list[Fence | None] = []

    class Slow(AbsentSteel):
        async def stop(self, segment: int, withdrawn: Fence | None = None) -> None:
            said.append(withdrawn)
            await asyncio.sleep(2.2)

    async def scenario() -> None:
        outlet = Outlet("shelving-1", SystemClock())
        outlet.port = Slow("shelving-1")
        assert await outlet.stop(1) is None
        assert len(said) == STOP_TRIES

    run_fast(scenario)


def test_a_stop_that_nobody_answers_is_told_as_lost_and_leaves_nothing_behind() -> None:
    ended: list[int] = []

    class Deaf(AbsentSteel):
        async def stop(self, segment: int, withdrawn: Fence | None = None) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(segment)

    async def scenario() -> None:
        outlet = Outlet("shelving-1", SystemClock())
        outlet.port = Deaf("shelving-1")
        assert await outlet.stop(1) == "link_lost"
        await asyncio.sleep(0.1)
        assert ended == [1] * STOP_TRIES

    run_fast(scenario)
