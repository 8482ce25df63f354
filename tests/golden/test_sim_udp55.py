"""The UDP driver and the simulated bridge: two readings of one client's sources, written apart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from config.clock import SystemClock
from config.commissions import load_profile
from config.geometry import column_positions_mm, segments_of
from config.load import load_room, shipped_room
from config.room import Room, TcpAddress, Udp55Shelving
from drivers.errors import LinkLost, NoReply, Refused
from drivers.ports import CloseAll, Fence, OpenAisle, Ventilate
from drivers.readings import Check, CommandResult, LockState, SteelState
from drivers.shelving.turns import Urgency
from drivers.shelving.udp55 import frames
from drivers.shelving.udp55.frames import Frame
from drivers.shelving.udp55.line import Line, Timing
from drivers.shelving.udp55.session import Watch
from drivers.shelving.udp55.shelving import Memory, connect_udp55
from drivers.shelving.udp55.shelving import Udp55Shelving as Port
from simulators.faults import Fault, FaultKind
from simulators.harness import SimulatedRoom, run_fast, simulated_room
from simulators.wire import udp55
from tests.golden.driven import DrivenBank

LEFT, RIGHT, MIDDLE = ((1,), "last_aisle"), ((6,), "first_aisle"), ((3,), "last_aisle")
PROFILE = load_profile("mjj-udp55")


def room_with(fixed: tuple[int, ...], park_at: str, gaps: int = 1) -> Room:
    """The small room with a bridge in place of its controller."""
    room = load_room(shipped_room("small"))
    turned = {"fixed": fixed, "park_at": park_at, "gaps": gaps}
    bank = room.banks[0].model_copy(update=turned)
    device = Udp55Shelving(
        driver="shelving.udp55",
        id="shelving-1",
        bank=1,
        at=TcpAddress(host="127.0.0.1", port=1),
        zone=3,
        profile=PROFILE.id,
    )
    return room.model_copy(update={"banks": (bank,), "devices": (device,)})


Rig = DrivenBank[Port]


@asynccontextmanager
async def rig(
    block: tuple[tuple[int, ...], str], memory: Memory | None = None
) -> AsyncIterator[Rig]:
    async with simulated_room(room_with(*block)) as room:
        async with connected(room, memory) as port:
            yield Rig(room, port)


def connected(room: SimulatedRoom, memory: Memory | None = None):  # type: ignore[no-untyped-def]  # a private context manager
    device = room.room.devices[0]
    assert isinstance(device, Udp55Shelving)
    return connect_udp55(device, room.room.banks[0], PROFILE, room.clock, memory=memory)


def run(
    scenario: Callable[[Rig], Awaitable[None]], block: tuple[tuple[int, ...], str] = LEFT
) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(400), rig(block) as ready:
            await scenario(ready)

    run_fast(bounded)


@pytest.mark.parametrize("block", [LEFT, RIGHT], ids=["fixed left", "fixed right"])
def test_every_aisle_opens_the_block_spreads_and_closes_again(
    block: tuple[tuple[int, ...], str],
) -> None:
    async def scenario(rig: Rig) -> None:
        bank = rig.room.room.banks[0]
        (parked,) = (await rig.port.read_segment(1)).open_aisles
        for aisle in (*(a for a in range(6) if a != parked), parked):
            await rig.ask(OpenAisle(aisle=aisle))
            done = await rig.ended()
            assert (done.last_result, done.open_aisles) == (CommandResult.DONE, (aisle,))
            assert (done.state, done.last_seq) == (SteelState.STANDING, rig.seq)
            places = {c.column: c.position_mm for c in await rig.port.read_columns()}
            assert places == column_positions_mm(bank, {1: (aisle,)})
        await rig.ask(Ventilate())
        assert (await rig.ended()).state is SteelState.VENTILATING
        places = {c.column: c.position_mm for c in await rig.port.read_columns()}
        assert {c for c, mm in places.items() if mm is not None} == set(bank.fixed)
        await rig.ask(CloseAll())
        assert (await rig.ended()).open_aisles == (parked,)
        assert rig.room.offences == ()

    run(scenario, block)


def test_with_the_fixed_column_in_the_middle_each_half_moves_alone() -> None:
    async def scenario(rig: Rig) -> None:
        assert rig.port.abilities.orders == {OpenAisle}
        await rig.ask(OpenAisle(aisle=1), segment=1)
        await rig.until(lambda part: part.last_result is CommandResult.DONE, 1)
        await rig.ask(OpenAisle(aisle=0), segment=2)
        done = await rig.until(lambda part: part.last_result is CommandResult.DONE, 2)
        assert done.open_aisles == (0,)
        assert (await rig.port.read_segment(1)).open_aisles == (1,)
        with pytest.raises(Refused, match="out_of_reach"):
            await rig.ask(OpenAisle(aisle=0), segment=1)
        with pytest.raises(ValueError, match="does not offer"):
            await rig.port.carry_out(1, CloseAll(), Fence(seq=9, epoch=1, ttl_s=5.0))
        assert rig.room.commands == 2

    run(scenario, MIDDLE)


def test_what_moves_is_told_as_moving_with_its_target() -> None:
    async def scenario(rig: Rig) -> None:
        await rig.ask(OpenAisle(aisle=2))
        part = await rig.until(lambda part: part.state is SteelState.MOVING)
        assert (part.open_aisles, part.target_aisle) == ((), 2)
        assert part.last_result is CommandResult.STARTED
        assert {c.position_mm for c in await rig.port.read_columns()} == {0, None}

    run(scenario)


def test_no_interlock_is_claimed_and_none_is_called_safe() -> None:
    async def scenario(rig: Rig) -> None:
        bank, part = await rig.port.read_interlocks(1)
        assert rig.port.abilities.interlocks_seen == frozenset()
        checks = {*bank.interlocks.values(), part.entrance, part.obstruction, *part.occupancy}
        assert checks == {Check.UNKNOWN}
        assert (bank.reset_count, bank.heartbeat, bank.simulated) == (None, None, False)

    run(scenario)


def test_there_is_no_stop_and_what_a_stop_withdraws_is_never_sent() -> None:
    async def scenario(rig: Rig) -> None:
        assert not rig.port.abilities.stops
        fence = Fence(seq=7, epoch=1, ttl_s=5.0)
        with pytest.raises(Refused, match="not_offered"):
            await rig.port.stop(1, fence)
        with pytest.raises(Refused, match="stale_seq"):
            await rig.port.carry_out(1, OpenAisle(aisle=2), fence)
        assert rig.room.commands == 0
        part = await rig.port.read_segment(1)
        assert (part.last_seq, part.last_result) == (7, CommandResult.REFUSED)
        assert part.last_reason == "stopped"

    run(scenario)


def test_a_stop_that_the_steel_cannot_hear_is_not_noted_as_one() -> None:
    async def scenario(rig: Rig) -> None:
        fence = await rig.ask(OpenAisle(aisle=2))
        with pytest.raises(Refused, match="not_offered"):
            await rig.port.stop(1, fence)
        part = await rig.port.read_segment(1)
        assert part.last_result in (CommandResult.ACCEPTED, CommandResult.STARTED)
        part = await rig.ended()
        assert (part.last_result, part.open_aisles) == (CommandResult.DONE, (2,))

    run(scenario)


def test_whether_the_drives_have_power_is_not_reported() -> None:
    async def scenario(rig: Rig) -> None:
        assert (await rig.port.read_segment(1)).sleep is None

    run(scenario)


def test_a_refusal_at_the_steel_is_told_with_the_makers_number() -> None:
    async def scenario(rig: Rig) -> None:
        rig.room.enter_aisle(bank=1, segment=1, aisle=5)
        await rig.ask(OpenAisle(aisle=2))
        part = await rig.ended()
        assert (part.last_result, part.last_reason) == (CommandResult.REFUSED, "unknown")
        assert part.trip is not None
        assert (part.trip.code, part.trip.raw) == ("unknown", "89 41 column 2")
        assert part.state is SteelState.FAULTED

    run(scenario)


def test_a_warning_outlives_a_lost_link_until_somebody_has_been_told() -> None:
    async def scenario() -> None:
        async with simulated_room(room_with(*LEFT)) as room:
            memory = Memory(room.room.banks[0], PROFILE)
            async with connected(room, memory) as port:
                room.fail_motor(bank=1, column=4)
                await asyncio.sleep(1)
                await port.read_bank()
            async with connected(room, memory) as port:
                part = await port.read_segment(1)
                assert part.trip is not None
                assert part.trip.raw.endswith("column 4")

    run_fast(scenario)


def test_a_warning_counts_as_told_only_while_the_zone_can_be_read_to_its_end() -> None:
    watch = Watch(room_with(*LEFT).banks[0], PROFILE)
    (part,) = segments_of(room_with(*LEFT).banks[0])
    digits = dict.fromkeys(part.columns, 0)
    watch.note(Frame(zone=3, column=4, command=frames.WARNING, data=b"\x41"), 0.0)
    for at_s in (1.0, 9.0, 17.0):
        assert watch.look(part, digits, at_s, ordered=False).trip is not None
        watch.tell_again()
    assert watch.look(part, digits, 25.0, ordered=False).trip is not None
    assert watch.look(part, digits, 36.0, ordered=False).trip is None


def test_an_answer_after_the_systems_word_that_the_bridge_is_away_is_not_the_next_ones() -> None:
    async def scenario() -> None:
        device = room_with(*LEFT).devices[0]
        assert isinstance(device, Udp55Shelving)
        sent: list[bytes] = []

        class Wire:
            def send(self, datagram: bytes) -> None:
                sent.append(datagram)

        line = Line(device, SystemClock(), Timing(), lambda frame, at_s: None)
        line.use(Wire())

        def answer(digit: int) -> bytes:
            return Frame(
                zone=3, column=2, command=frames.COLUMN_STATUS, data=bytes([digit])
            ).to_bytes()

        def ask() -> asyncio.Task[Frame]:
            return asyncio.ensure_future(
                line.ask(
                    frames.ask_column(3, 2),
                    lambda frame: frame.command == frames.COLUMN_STATUS,
                    Urgency.STATUS,
                )
            )

        async def has_sent(count: int) -> None:
            while len(sent) < count:  # noqa: ASYNC110  the wire has no event for this
                await asyncio.sleep(0)

        first = ask()
        await has_sent(1)
        line.lose(OSError("refused"))
        with pytest.raises(LinkLost):
            await first
        second = ask()
        await asyncio.sleep(0)
        line.hear(answer(0))
        await has_sent(2)
        line.hear(answer(4))
        assert (await second).data == b"\x04"

    run_fast(scenario)


def test_a_locked_block_is_told_as_locked() -> None:
    async def scenario(rig: Rig) -> None:
        assert (await rig.port.read_segment(1)).lock is LockState.UNLOCKED
        rig.room.lock_at_steel(bank=1, segment=1)
        part = await rig.port.read_segment(1)
        assert (part.lock, part.open_aisles) == (LockState.LOCKED, ())
        assert part.state is SteelState.STANDING

    run(scenario)


def test_a_block_that_was_stopped_half_way_is_halted_once_it_has_stood_long_enough() -> None:
    async def scenario(rig: Rig) -> None:
        await rig.ask(OpenAisle(aisle=2))
        await rig.until(lambda part: part.state is SteelState.MOVING)
        rig.room.obstruct(bank=1, segment=1)
        part = await rig.until(lambda part: part.trip is not None)
        assert (part.state, part.last_result) == (SteelState.FAULTED, CommandResult.FAILED)
        part = await rig.until(lambda part: part.trip is None)
        await rig.until(lambda part: part.state is SteelState.HALTED)

    run(scenario)


def test_an_order_whose_answer_is_lost_is_unknown_until_the_steel_tells() -> None:
    async def scenario(rig: Rig) -> None:
        await rig.port.read_interlocks(1)
        rig.room.mute("shelving-1")
        with pytest.raises(NoReply):
            await rig.port.carry_out(1, OpenAisle(aisle=2), Fence(seq=1, epoch=1, ttl_s=5.0))
        rig.room.heal("shelving-1")
        assert rig.room.commands == 1
        part = await rig.ended()
        assert (part.last_seq, part.last_result) == (1, CommandResult.DONE)
        assert rig.room.commands == 1

    run(scenario)


def test_an_answer_that_comes_late_is_not_taken_for_the_next_ones() -> None:
    """The late one still says locked; the next question is answered after the unlocking."""

    async def scenario(rig: Rig) -> None:
        rig.room.lock_at_steel(bank=1, segment=1)
        rig.room.delay("shelving-1", 3.4)
        with pytest.raises(NoReply):
            await rig.port.read_segment(1)
        rig.room.delay("shelving-1", 1.2)
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(rig.port.read_segment(1))
            await asyncio.sleep(0.8)
            rig.room.unlock_at_steel(bank=1, segment=1)
        assert reading.result().lock is LockState.UNLOCKED

    run(scenario)


@pytest.mark.parametrize("kinds", [("duplicate",), ("merge",), ("duplicate", "merge")], ids=str)
def test_doubled_and_merged_datagrams_change_nothing(kinds: tuple[str, ...]) -> None:
    async def scenario(rig: Rig) -> None:
        rig.room.faults.put("shelving-1", *(Fault(kind=FaultKind(kind)) for kind in kinds))
        await rig.ask(OpenAisle(aisle=1))
        assert (await rig.ended()).open_aisles == (1,)
        assert (rig.room.commands, rig.room.offences) == (1, ())

    run(scenario)


def test_spoiled_datagrams_are_refused_and_counted() -> None:
    async def scenario(rig: Rig) -> None:
        rig.room.garble("shelving-1")
        for _ in range(3):
            with pytest.raises(NoReply):
                await rig.port.read_segment(1)
        rig.room.heal("shelving-1")
        assert (await rig.port.read_segment(1)).state is SteelState.STANDING

    run(scenario)


def test_a_bridge_that_is_away_is_link_lost() -> None:
    async def scenario() -> None:
        async with simulated_room(room_with(*LEFT)) as room:
            room.cut("shelving-1")
            with pytest.raises(LinkLost, match="shelving-1"):
                async with connected(room):
                    pass

    run_fast(scenario)


@pytest.mark.parametrize(
    ("fixed", "park_at", "gaps", "said"),
    [
        ((), "last_aisle", 1, "one fixed column"),
        ((1, 4), "last_aisle", 1, "one fixed column"),
        ((1,), "first_aisle", 1, "set park_at: last_aisle"),
        ((6,), "last_aisle", 1, "set park_at: first_aisle"),
        ((1,), "last_aisle", 2, "set gaps: 1"),
    ],
)
def test_a_bank_that_cannot_be_such_a_block_is_refused_with_what_to_change(
    fixed: tuple[int, ...], park_at: str, gaps: int, said: str
) -> None:
    async def scenario() -> None:
        async with simulated_room(room_with(fixed, park_at, gaps)) as room:
            with pytest.raises(Refused, match=said) as refused:
                async with connected(room):
                    pass
            assert refused.value.code == "wrong_bank"

    run_fast(scenario)


def test_a_bridge_that_answers_without_the_high_bit_leaves_an_open_unknown_but_it_happens() -> None:
    """Such an answer to 0x81 looks like a column's status, so it proves nothing."""

    async def scenario(rig: Rig) -> None:
        rig.room.simulation.bridges["shelving-1"].words = udp55.Words(bare_answers=True)
        with pytest.raises(NoReply):
            await rig.ask(OpenAisle(aisle=1))
        assert (await rig.ended()).last_result is CommandResult.DONE
        await rig.ask(CloseAll())
        assert (await rig.ended()).last_result is CommandResult.DONE

    run(scenario)
