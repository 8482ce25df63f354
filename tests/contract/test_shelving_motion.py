"""The promises of ShelvingMotion, for every driver and every kind of wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import TypeVar

import pytest

from config.clock import SystemClock
from config.room import Bank, ModbusShelving, TcpAddress
from drivers.bus import Timing, open_bus
from drivers.errors import LinkLost, Refused
from drivers.ports import Fence, OpenAisle, ShelvingMotion
from drivers.readings import Check, SteelState, Travel
from drivers.shelving.modbus.shelving import connect_shelving
from tests.contract.modbus_slave import Fate, Slave, connected, registers_of, tcp_slave

Value = TypeVar("Value")

TIMING = Timing(
    reply_s=0.04,
    quiet_s=0.02,
    reconnect_first_s=0.01,
    reconnect_longest_s=0.02,
    probe_longest_alone_s=0.0,
)
BANK = Bank.model_validate(
    {
        "bank": 1,
        "name": {"zh": "1区", "en": "Bank 1"},
        "at_mm": {"x": 0, "y": 0},
        "columns": 9,
        "fixed": [4],
        "column_width_mm": 600,
        "column_depth_mm": 2500,
        "aisle_mm": 900,
        "face": {"sections": 2, "shelves": 3, "shelf_length_mm": 900},
    }
)
FENCE = Fence(seq=8, epoch=3, ttl_s=5.0)


class Steel:
    """A controller by the book whose every answer differs: what it says carries its number."""

    def __init__(self) -> None:
        self.answers = 0
        self.words = dict.fromkeys(range(32 + 2 * 64), 0)
        self.words.update(dict.fromkeys((0, 1, *range(2, 8), 15), 1))
        self.words.update({12: 9, 13: 2, 14: 1000})
        for segment, aisles in ((0, 4), (1, 6)):
            start = 32 + 64 * segment
            self.words.update({start + 9: 1, start + 10: 2, start + 11: 0xFFFF})
            self.words.update({start + offset: 1 for offset in (14, 15)})
            self.words.update({start + 16 + aisle: 1 for aisle in range(aisles)})
        self.words[32 + 64 + 16 + 5] = 2
        for column in range(9):
            self.words.update(dict.fromkeys(range(1000 + 16 * column, 1016 + 16 * column), 0))
            self.words.update({1000 + 16 * column: 1, 1004 + 16 * column: 700 * column})
        self._plain = registers_of(self.words)

    def answer(self, unit: int, pdu: bytes) -> bytes:
        self.answers += 1
        self.words[9] = self.answers
        for segment in range(2):
            self.words[32 + 64 * segment + 12] = self.answers
        for column in range(9):
            self.words[1003 + 16 * column] = self.answers
        return self._plain(unit, pdu)


@dataclass(frozen=True, slots=True)
class Rig:
    """A driver on a wire, and the far end of it."""

    port: ShelvingMotion
    steel: Steel
    slave: Slave


@asynccontextmanager
async def modbus_rig(fate: Fate, seed: int) -> AsyncIterator[Rig]:
    """The reference Modbus driver; the wire gets bad once the driver is connected."""
    steel, rng = Steel(), Random(seed)
    slave = Slave(steel.answer, late_s=0.05, rng=rng)
    async with tcp_slave(slave) as at:
        device = ModbusShelving(driver="shelving.modbus", id="shelving-1", bank=1, at=at)
        async with (
            open_bus(at, SystemClock(), timing=TIMING) as bus,
            connected(lambda: connect_shelving(bus, device, BANK)) as port,
        ):
            always = fate in (Fate.WHOLE, Fate.BYTEWISE)
            slave.fate = lambda: fate if always or rng.random() < 0.2 else Fate.WHOLE
            yield Rig(port, steel, slave)


DRIVERS = {"shelving.modbus": modbus_rig}


async def until_answered(ask: Callable[[], Awaitable[Value]]) -> tuple[Value, int]:
    """Ask until an answer comes; count the failures, which may only ever be LinkLost."""
    failures = 0
    while True:
        try:
            return await ask(), failures
        except LinkLost:
            failures += 1


@pytest.mark.parametrize("fate", list(Fate), ids=str)
@pytest.mark.parametrize("driver", list(DRIVERS))
class TestShelvingMotion:
    """What the room may rely on, whatever stands behind the port and in between."""

    def run(self, driver: str, fate: Fate, scenario: Callable[[Rig], Awaitable[None]]) -> None:
        async def bounded() -> None:
            async with asyncio.timeout(30), DRIVERS[driver](fate, 11) as rig:
                await scenario(rig)

        asyncio.run(bounded())

    def test_what_it_reads_is_what_the_steel_said_last(self, driver: str, fate: Fate) -> None:
        async def scenario(rig: Rig) -> None:
            for _ in range(12):
                bank, _ = await until_answered(rig.port.read_bank)
                assert bank.heartbeat == rig.steel.answers
                for segment, occupied in ((1, ()), (2, (5,))):
                    part, _ = await until_answered(lambda s=segment: rig.port.read_segment(s))
                    assert part.remaining_s == rig.steel.answers / 10
                    assert part.state is SteelState.STANDING
                    assert part.open_aisles == (2,)
                    assert len(part.occupancy) == (4, 6)[segment - 1]
                    unsafe = [a for a, check in enumerate(part.occupancy) if check is Check.UNSAFE]
                    assert unsafe == list(occupied)

        self.run(driver, fate, scenario)

    def test_interlocks_come_fresh_and_together(self, driver: str, fate: Fate) -> None:
        async def scenario(rig: Rig) -> None:
            for segment in (1, 2, 1, 2):
                (bank, part), _ = await until_answered(
                    lambda s=segment: rig.port.read_interlocks(s)
                )
                assert part.segment == segment
                assert part.remaining_s == rig.steel.answers / 10
                assert bank.heartbeat == rig.steel.answers - (segment - 1)
                assert part.at_s - bank.at_s < 0.5
                assert set(bank.interlocks.values()) == {Check.SAFE}

        self.run(driver, fate, scenario)

    def test_columns_come_in_order_with_their_places(self, driver: str, fate: Fate) -> None:
        async def scenario(rig: Rig) -> None:
            for _ in range(4):
                columns, _ = await until_answered(rig.port.read_columns)
                assert [column.column for column in columns] == list(range(1, 10))
                assert [column.position_mm for column in columns] == list(range(0, 6300, 700))
                assert {column.travel for column in columns} == {Travel.NONE}
                assert columns[-1].trip is not None
                assert columns[-1].trip.raw == str(rig.steel.answers)

        self.run(driver, fate, scenario)

    def test_a_motion_write_goes_out_once_whatever_becomes_of_its_reply(
        self, driver: str, fate: Fate
    ) -> None:
        async def scenario(rig: Rig) -> None:
            for seq in range(1, 13):
                before = len(rig.slave.asked_of(16))
                fence = Fence(seq=seq, epoch=3, ttl_s=5.0)
                try:
                    await rig.port.carry_out(2, OpenAisle(aisle=4), fence)
                except LinkLost:
                    assert len(rig.slave.asked_of(16)) - before <= 1
                else:
                    assert len(rig.slave.asked_of(16)) - before == 1
                await until_answered(rig.port.read_bank)
            sequences = [int.from_bytes(pdu[10:12]) for pdu in rig.slave.asked_of(16)]
            assert sequences == sorted(set(sequences))

        self.run(driver, fate, scenario)

    def test_a_stop_gets_through_however_often_it_must_be_said(
        self, driver: str, fate: Fate
    ) -> None:
        async def scenario(rig: Rig) -> None:
            for segment in (1, 2) * 4:
                start = 32 + 64 * (segment - 1)
                rig.steel.words[start] = 1
                await until_answered(lambda s=segment: rig.port.stop(s))
                assert rig.steel.words[start] == 2

        self.run(driver, fate, scenario)

    def test_a_heartbeat_reaches_the_watchdog(self, driver: str, fate: Fate) -> None:
        async def scenario(rig: Rig) -> None:
            for count in (1, 2, 65535, 0):
                await until_answered(lambda c=count: rig.port.beat(c))
                assert rig.steel.words[10] == count

        self.run(driver, fate, scenario)

    def test_a_command_whose_time_has_passed_is_not_sent(self, driver: str, fate: Fate) -> None:
        async def scenario(rig: Rig) -> None:
            past_s = SystemClock().monotonic() - 0.01
            with pytest.raises(Refused, match="too_late"):
                await rig.port.carry_out(1, OpenAisle(aisle=0), FENCE, not_after_s=past_s)
            assert rig.slave.asked_of(16) == []

        self.run(driver, fate, scenario)

    def test_it_says_what_it_can_see(self, driver: str, fate: Fate) -> None:
        async def scenario(rig: Rig) -> None:
            bank, _ = await until_answered(rig.port.read_bank)
            of_segment = {"entrance", "obstruction", "occupancy", "heartbeat"}
            assert set(bank.interlocks) | of_segment >= rig.port.abilities.interlocks_seen

        self.run(driver, fate, scenario)


async def refusal_of(words: dict[int, int]) -> Refused:
    """Connect to a controller that differs from the room file in some words."""
    steel = Steel()
    steel.words.update(words)
    async with tcp_slave(Slave(steel.answer)) as at:
        device = ModbusShelving(driver="shelving.modbus", id="shelving-1", bank=1, at=at)
        async with open_bus(at, SystemClock(), timing=TIMING) as bus:
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
                open_bus(at, SystemClock(), timing=TIMING) as bus,
                connect_shelving(bus, device, BANK),
            ):
                pass

    asyncio.run(scenario())
