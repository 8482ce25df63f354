"""A small scriptable bridge of the 0x55 frames on a UDP socket, restated from its client for tests.

It shares no code with the product: frames and digits come from the simulator's own reading.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import cast

from config.geometry import segments_of
from config.room import Bank, TcpAddress
from drivers.readings import BankReading, SegmentReading
from simulators.wire.udp55 import MOVING, frame, frames_in
from tests.contract.modbus_slave import Fate

LATE_S = 0.05
_ORDERS = (0x81, 0x82, 0x84, 0x8F)


class Bridge:
    """Answers for one zone, and treats each answer by `fate`."""

    def __init__(self, bank: Bank, *, zone: int, rng: Random) -> None:
        self.fate: Callable[[], Fate] = lambda: Fate.WHOLE
        self._bank = bank
        self._zone = zone
        self._rng = rng
        self._digits: dict[int, int] = {}
        self._orders: list[object] = []

    def stand(self, aisles: dict[int, int]) -> None:
        """Digits: 0 both sides in place, 1 the right one, 2 the left one."""
        for part in segments_of(self._bank):
            gap_after = part.first + aisles[part.segment] - 1
            for column in part.columns:
                beside = {gap_after: 2, gap_after + 1: 1}
                self._digits[column] = beside.get(column, 0)

    def orders(self) -> list[object]:
        return list(self._orders)

    def stops(self) -> int:
        return 0

    def beats(self) -> list[int]:
        return []

    def check_fresh(self, bank: BankReading, part: SegmentReading) -> None:
        """Its answers bear no mark but the digits themselves."""

    def answers(self, datagram: bytes) -> list[tuple[float, bytes]]:
        """Take a datagram; say after how long which datagrams go back."""
        sent: list[tuple[float, bytes]] = []
        for heard in frames_in(datagram):
            if heard.zone == self._zone:
                sent += self._treat(self._reply(heard.column, heard.command, heard.given))
        return sent

    def _reply(self, column: int, command: int, given: bytes) -> bytes:
        if command == 0x81 and not given:
            return frame(self._zone, column, 0x01, bytes([self._digits[column]]))
        if command in _ORDERS:
            self._orders.append((len(self._orders), column, command, given))
        return frame(self._zone, column, command, b"\x01")

    def _treat(self, reply: bytes) -> list[tuple[float, bytes]]:
        match self.fate():
            case Fate.BYTEWISE:
                push = frame(self._zone, 99, MOVING, b"\x03")
                merged = push + reply + push
                return [(0.0, merged[i : i + 3]) for i in range(0, len(merged), 3)]
            case Fate.NOISY:
                return [(0.0, self._rng.choice(self._garbled(reply)))]
            case Fate.LOSSY:
                return []
            case Fate.CUT:
                return [(0.0, reply[: len(reply) // 2])]
            case Fate.LATE:
                return [(LATE_S, reply), (LATE_S + 0.005, reply)]
        return [(0.0, reply)]

    def _garbled(self, reply: bytes) -> list[bytes]:
        """Spoil an answer where whoever asked can see it."""
        foreign = bytes([(reply[6] + 1) % 3])
        other_zone = frame(self._zone + 1, reply[4], reply[5], foreign)
        other_column = frame(self._zone, reply[4] % 9 + 1, reply[5], foreign)
        longer = frame(self._zone, reply[4], reply[5] & 0x7F, reply[6:-2] + b"\x00")
        wrong_sum = reply[:-2] + bytes([reply[-2] ^ 0x10]) + reply[-1:]
        noise = bytes(self._rng.randrange(256) for _ in range(9))
        return [other_zone, other_column, longer, wrong_sum, reply[:-1] + b"\x69", noise]


class _Endpoint(asyncio.DatagramProtocol):
    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        for after_s, datagram in self._bridge.answers(data):
            if after_s:
                loop.call_later(after_s, self._send, datagram, addr)
            else:
                self._send(datagram, addr)

    def _send(self, datagram: bytes, addr: tuple[str, int]) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(datagram, addr)


@asynccontextmanager
async def udp_bridge(bridge: Bridge) -> AsyncIterator[TcpAddress]:
    """Serve on a free port of the loopback."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Endpoint(bridge), local_addr=("127.0.0.1", 0)
    )
    try:
        yield TcpAddress(host="127.0.0.1", port=transport.get_extra_info("sockname")[1])
    finally:
        transport.close()
