"""The promises of ShelvingMotion, for every driver and every kind of wire."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from config.geometry import column_positions_mm, segments_of
from config.room import ModbusShelving, TcpAddress
from drivers.bus import open_bus
from drivers.errors import LinkLost, Refused
from drivers.ports import (
    MOTION,
    CloseAll,
    Fence,
    OpenAisle,
    Order,
    SetLock,
    SetSleep,
    Ventilate,
)
from drivers.readings import Check, SteelState, Travel
from drivers.shelving.modbus.shelving import connect_shelving
from simulators.harness import LoopClock, run_fast
from tests.contract.modbus_slave import Fate, tcp_slave
from tests.contract.rigs import BANK, RIGS, TIMING, Reference, Rig

Value = TypeVar("Value")

FENCE = Fence(seq=8, epoch=3, ttl_s=5.0)
ORDERS: tuple[Order, ...] = (
    OpenAisle(aisle=1),
    CloseAll(),
    Ventilate(),
    SetLock(True),
    SetSleep(True),
)
OF_THE_BANK = {"remote_control", "e_stop_chain", "maintenance_key", "crank", "fire", "power"}
OF_A_SEGMENT = {"entrance", "obstruction", "occupancy", "heartbeat"}


async def until_answered(ask: Callable[[], Awaitable[Value]]) -> tuple[Value, int]:
    """Ask until an answer comes; count the failures, which may only ever be LinkLost."""
    failures = 0
    while True:
        try:
            return await ask(), failures
        except LinkLost:
            failures += 1


@pytest.mark.parametrize("fate", list(Fate), ids=str)
@pytest.mark.parametrize("driver", list(RIGS))
class TestShelvingMotion:
    """What the room may rely on, whatever stands behind the port and in between."""

    def run(self, driver: str, fate: Fate, scenario: Callable[[Rig], Awaitable[None]]) -> None:
        async def bounded() -> None:
            async with asyncio.timeout(30), RIGS[driver](fate, 11) as rig:
                await scenario(rig)

        run_fast(bounded)

    def test_what_it_reads_is_what_the_steel_said_last(self, driver: str, fate: Fate) -> None:
        async def scenario(rig: Rig) -> None:
            for aisles in ({1: 0, 2: 4}, {1: 2, 2: 5}, {1: 1, 2: 0}, {1: 3, 2: 3}, {1: 2, 2: 1}):
                rig.far.stand(aisles)
                for segment, aisle in aisles.items():
                    part, _ = await until_answered(lambda s=segment: rig.port.read_segment(s))
                    assert part.state is SteelState.STANDING
                    assert (part.segment, part.open_aisles) == (segment, (aisle,))
                    assert len(part.occupancy) == (4, 6)[segment - 1]

        self.run(driver, fate, scenario)

    def test_interlocks_come_fresh_and_together(self, driver: str, fate: Fate) -> None:
        async def scenario(rig: Rig) -> None:
            for segment, aisle in ((1, 0), (2, 4), (1, 3), (2, 1)):
                rig.far.stand({1: aisle, 2: aisle})
                asked_s = LoopClock().monotonic()
                (bank, part), _ = await until_answered(
                    lambda s=segment: rig.port.read_interlocks(s)
                )
                assert (part.segment, part.open_aisles) == (segment, (aisle,))
                assert abs(part.at_s - bank.at_s) < 0.5
                assert asked_s <= min(part.at_s, bank.at_s) <= LoopClock().monotonic()
                rig.far.check_fresh(bank, part)

        self.run(driver, fate, scenario)

    def test_what_it_sees_is_told_and_what_it_does_not_see_is_never_called_safe(
        self, driver: str, fate: Fate
    ) -> None:
        async def scenario(rig: Rig) -> None:
            seen = rig.port.abilities.interlocks_seen
            assert seen <= OF_THE_BANK | OF_A_SEGMENT
            (bank, part), _ = await until_answered(lambda: rig.port.read_interlocks(1))
            assert set(bank.interlocks) == OF_THE_BANK
            told = {
                **{name: {check} for name, check in bank.interlocks.items()},
                "entrance": {part.entrance},
                "obstruction": {part.obstruction},
                "occupancy": set(part.occupancy),
            }
            for name, checks in told.items():
                assert checks == {Check.SAFE} if name in seen else Check.SAFE not in checks
            assert (bank.heartbeat is None) == ("heartbeat" not in seen)

        self.run(driver, fate, scenario)

    def test_columns_come_in_order_with_their_places(self, driver: str, fate: Fate) -> None:
        async def scenario(rig: Rig) -> None:
            for aisles in ({1: 0, 2: 4}, {1: 3, 2: 0}):
                rig.far.stand(aisles)
                columns, _ = await until_answered(rig.port.read_columns)
                assert [column.column for column in columns] == list(range(1, 10))
                places = {column.column: column.position_mm for column in columns}
                assert places == column_positions_mm(BANK, {n: (a,) for n, a in aisles.items()})
                assert {column.travel for column in columns} == {Travel.NONE}

        self.run(driver, fate, scenario)

    def test_a_motion_write_goes_out_once_whatever_becomes_of_its_reply(
        self, driver: str, fate: Fate
    ) -> None:
        async def scenario(rig: Rig) -> None:
            for seq in range(1, 13):
                await until_answered(lambda: rig.port.read_interlocks(2))
                before = len(rig.far.orders())
                fence = Fence(seq=seq, epoch=3, ttl_s=5.0)
                try:
                    await rig.port.carry_out(2, OpenAisle(aisle=4), fence)
                except LinkLost:
                    assert len(rig.far.orders()) - before <= 1
                else:
                    assert len(rig.far.orders()) - before == 1
                await until_answered(rig.port.read_bank)
                assert len(rig.far.orders()) - before <= 1
            assert len(set(rig.far.orders())) == len(rig.far.orders())

        self.run(driver, fate, scenario)

    def test_a_stop_gets_through_however_often_it_must_be_said(
        self, driver: str, fate: Fate
    ) -> None:
        async def scenario(rig: Rig) -> None:
            for segment in (1, 2) * 4:
                before = rig.far.stops()
                if not rig.port.abilities.stops:
                    with pytest.raises(Refused, match="not_offered"):
                        await rig.port.stop(segment)
                    continue
                await until_answered(lambda s=segment: rig.port.stop(s))
                assert rig.far.stops() > before

        self.run(driver, fate, scenario)

    def test_a_heartbeat_reaches_the_watchdog_if_there_is_one(
        self, driver: str, fate: Fate
    ) -> None:
        async def scenario(rig: Rig) -> None:
            for count in (1, 2, 65535, 0):
                await until_answered(lambda c=count: rig.port.beat(c))
                if "heartbeat" in rig.port.abilities.interlocks_seen:
                    assert rig.far.beats()[-1] == count

        self.run(driver, fate, scenario)

    def test_a_command_whose_time_has_passed_is_not_sent(self, driver: str, fate: Fate) -> None:
        async def scenario(rig: Rig) -> None:
            await until_answered(lambda: rig.port.read_interlocks(1))
            past_s = LoopClock().monotonic() - 0.01
            with pytest.raises(Refused, match="too_late"):
                await rig.port.carry_out(1, OpenAisle(aisle=1), FENCE, not_after_s=past_s)
            assert rig.far.orders() == []

        self.run(driver, fate, scenario)

    def test_what_it_does_not_offer_is_a_mistake_of_whoever_asks(
        self, driver: str, fate: Fate
    ) -> None:
        async def scenario(rig: Rig) -> None:
            offered = rig.port.abilities.orders
            assert OpenAisle in offered
            for order in ORDERS:
                if type(order) not in offered:
                    with pytest.raises(ValueError, match="does not offer"):
                        await rig.port.carry_out(1, order, FENCE)
            with pytest.raises(ValueError, match="no aisle 9"):
                await rig.port.carry_out(1, OpenAisle(aisle=9), FENCE)
            assert rig.far.orders() == []

        self.run(driver, fate, scenario)

    def test_what_moves_both_halves_of_a_bank_is_not_offered_for_one(
        self, driver: str, fate: Fate
    ) -> None:
        """Only a controller that moves each segment alone may be asked for more than an aisle."""

        async def scenario(rig: Rig) -> None:
            assert len(segments_of(BANK)) == 2
            moving: frozenset[type] = rig.port.abilities.orders & set(MOTION)
            foretold: set[type] = set(MOTION) if driver.startswith("modbus") else {OpenAisle}
            assert moving == foretold

        self.run(driver, fate, scenario)


async def refusal_of(words: dict[int, int]) -> Refused:
    """Connect to a controller that differs from the room file in some words."""
    far = Reference()
    far.words.update(words)
    async with tcp_slave(far.slave) as at:
        device = ModbusShelving(driver="shelving.modbus", id="shelving-1", bank=1, at=at)
        async with open_bus(at, LoopClock(), timing=TIMING) as bus:
            with pytest.raises(Refused) as refused:
                async with connect_shelving(bus, device, BANK):
                    pass
    return refused.value


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ({0: 2}, "wrong_map", "map version 2, expected 1"),
        ({12: 15}, "wrong_bank", "15 columns in 2 segments"),
        ({13: 1}, "wrong_bank", "9 columns in 1 segments"),
        ({14: 2000}, "wrong_map", "2000"),
    ],
)
def test_a_controller_that_is_not_the_one_of_the_room_file_is_refused(
    words: dict[int, int], code: str, said: str
) -> None:
    refused = asyncio.run(refusal_of(words))
    assert refused.code == code
    assert said in str(refused)
    assert refused.device == "shelving-1"


def test_a_controller_that_is_away_raises_link_lost_and_nothing_in_a_group() -> None:
    async def scenario() -> None:
        at = TcpAddress(host="127.0.0.1", port=1)
        device = ModbusShelving(driver="shelving.modbus", id="shelving-1", bank=1, at=at)
        with pytest.raises(LinkLost, match="shelving-1: cannot open"):
            async with (
                open_bus(at, LoopClock(), timing=TIMING) as bus,
                connect_shelving(bus, device, BANK),
            ):
                pass

    run_fast(scenario)
