"""Every driver of shelving on every kind of wire, each with a far end restated from its manual.

A driver joins the contract suite by one entry in RIGS. What a far end answers is up to `stand`;
what the wire makes of each answer is up to its fate.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Protocol

from config.commissions import load_profile
from config.geometry import column_positions_mm
from config.room import (
    Bank,
    ModbusShelving,
    SerialAddress,
    TcpAddress,
    Udp55Shelving,
    WebApiShelving,
)
from drivers.bus import Timing, open_bus
from drivers.ports import ShelvingMotion
from drivers.readings import BankReading, Check, SegmentReading
from drivers.shelving.modbus.shelving import connect_shelving
from drivers.shelving.udp55 import line as udp55
from drivers.shelving.udp55.shelving import connect_udp55
from drivers.shelving.webapi.shelving import connect_webapi
from drivers.streams.http_get import fetch_from
from simulators.harness import LoopClock
from tests.contract.fixed_column import Column, http_column
from tests.contract.modbus_slave import (
    Fate,
    Slave,
    connected,
    registers_of,
    rtu_slave,
    tcp_slave,
)
from tests.contract.udp_bridge import Bridge, udp_bridge

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
TIMING = Timing(
    reply_s=0.04,
    quiet_s=0.02,
    reconnect_first_s=0.01,
    reconnect_longest_s=0.02,
    probe_longest_alone_s=0.0,
)
MOTION_WRITE = 16


class FarEnd(Protocol):
    """The controller at the other end of the wire, as the tests see it."""

    def stand(self, aisles: dict[int, int]) -> None:
        """Let every segment's gap stand in the aisle named for it."""
        ...

    def orders(self) -> list[object]:
        """List the orders to move that arrived, as they came; equal ones are repeats."""
        ...

    def stops(self) -> int:
        """Count the stops that arrived."""
        ...

    def beats(self) -> list[int]:
        """List the heartbeats that arrived; empty where there is no watchdog."""
        ...

    def check_fresh(self, bank: BankReading, part: SegmentReading) -> None:
        """Assert that readings are those of the latest answers, as far as these are marked."""
        ...


@dataclass(frozen=True, slots=True)
class Rig:
    """A driver on a wire, and the far end of it."""

    port: ShelvingMotion
    far: FarEnd


class Reference:
    """A controller by the reference map whose every answer differs: it carries its number."""

    def __init__(self) -> None:
        self.answers = 0
        self.words = dict.fromkeys(range(32 + 2 * 64), 0)
        self.words.update(dict.fromkeys((0, 1, *range(2, 8), 15), 1))
        self.words.update({12: 9, 13: 2, 14: 1000})
        for start in self._starts():
            self.words.update({start + 9: 1, start + 11: 0xFFFF, start + 14: 1, start + 15: 1})
        for start, aisles in zip(self._starts(), (4, 6), strict=True):
            self.words.update({start + 16 + aisle: 1 for aisle in range(aisles)})
        self.words[32 + 64 + 16 + 5] = 2
        for column in range(9):
            self.words.update(dict.fromkeys(range(1000 + 16 * column, 1016 + 16 * column), 0))
            self.words[1000 + 16 * column] = 1
        self._plain = registers_of(self.words)
        self.slave = Slave(self._answer, late_s=0.05)

    def stand(self, aisles: dict[int, int]) -> None:
        for start, aisle in zip(self._starts(), (aisles[1], aisles[2]), strict=True):
            self.words[start + 10] = aisle
        for column, mm in column_positions_mm(BANK, {n: (a,) for n, a in aisles.items()}).items():
            self.words[1004 + 16 * (column - 1)] = mm

    def orders(self) -> list[object]:
        writes = self.slave.asked_of(MOTION_WRITE)
        return [pdu for pdu in writes if len(pdu) == 16 and pdu[7] == 1]

    def stops(self) -> int:
        writes = self.slave.asked_of(MOTION_WRITE) + self.slave.asked_of(6)
        return sum(pdu[7 if pdu[0] == MOTION_WRITE else 4] == 2 for pdu in writes)

    def beats(self) -> list[int]:
        return [self.words[10]]

    def check_fresh(self, bank: BankReading, part: SegmentReading) -> None:
        assert part.remaining_s == self.answers / 10
        assert bank.heartbeat == self.answers - (0 if part.segment == 1 else 1)
        unsafe = [aisle for aisle, check in enumerate(part.occupancy) if check is Check.UNSAFE]
        assert unsafe == ([] if part.segment == 1 else [5])

    def _answer(self, unit: int, pdu: bytes) -> bytes:
        self.answers += 1
        self.words[9] = self.answers
        for start in self._starts():
            self.words[start + 12] = self.answers
        return self._plain(unit, pdu)

    @staticmethod
    def _starts() -> tuple[int, int]:
        return 32, 32 + 64


@asynccontextmanager
async def modbus_rig(
    wire: Callable[[Slave], AbstractAsyncContextManager[TcpAddress | SerialAddress]],
    fate: Fate,
    seed: int,
) -> AsyncIterator[Rig]:
    """The reference Modbus driver; the wire gets bad once the driver is connected."""
    far, rng = Reference(), Random(seed)
    far.slave.rng = rng
    far.stand({1: 2, 2: 2})
    async with wire(far.slave) as at:
        device = ModbusShelving(driver="shelving.modbus", id="shelving-1", bank=1, at=at)
        async with (
            open_bus(at, LoopClock(), timing=TIMING) as bus,
            connected(lambda: connect_shelving(bus, device, BANK)) as port,
        ):
            far.slave.fate = partial(_draw, fate, rng, 0.2)
            yield Rig(port, far)


@asynccontextmanager
async def udp55_rig(fate: Fate, seed: int) -> AsyncIterator[Rig]:
    """The driver of bridges; a datagram is split or merged where a stream would come bytewise."""
    far, rng = Bridge(BANK, zone=3, rng=Random(seed)), Random(seed)
    far.stand({1: 2, 2: 2})
    timing = udp55.Timing(reply_s=0.04, quiet_s=0.15)
    profile = load_profile("mjj-udp55")
    async with udp_bridge(far) as at:
        device = Udp55Shelving(
            driver="shelving.udp55", id="shelving-1", bank=1, at=at, zone=3, profile=profile.id
        )
        async with connected(
            lambda: connect_udp55(device, BANK, profile, LoopClock(), timing=timing)
        ) as port:
            far.fate = partial(_draw, fate, rng, 0.1)
            yield Rig(port, far)


@asynccontextmanager
async def webapi_rig(fate: Fate, seed: int) -> AsyncIterator[Rig]:
    """The driver of fixed columns; each request has a connection of its own."""
    far, rng = Column(BANK, rng=Random(seed)), Random(seed)
    far.stand({1: 2, 2: 2})
    profile = load_profile("mjj-webapi")
    async with http_column(far) as at:
        device = WebApiShelving(
            driver="shelving.webapi", id="shelving-1", bank=1, at=at, profile=profile.id
        )
        fetch = fetch_from(device.id, at, reply_s=0.1)
        async with connected(
            lambda: connect_webapi(device, BANK, profile, LoopClock(), fetch=fetch)
        ) as port:
            far.fate = partial(_draw, fate, rng, 0.2)
            yield Rig(port, far)


def _draw(fate: Fate, rng: Random, probability: float) -> Fate:
    """Let a wire that only splits always do so, and a bad one be bad now and then."""
    always = fate in (Fate.WHOLE, Fate.BYTEWISE)
    return fate if always or rng.random() < probability else Fate.WHOLE


RIGS: dict[str, Callable[[Fate, int], AbstractAsyncContextManager[Rig]]] = {
    "modbus-tcp": partial(modbus_rig, tcp_slave),
    "modbus-serial": partial(modbus_rig, rtu_slave),
    "udp55": udp55_rig,
    "webapi": webapi_rig,
}
