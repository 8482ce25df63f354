"""Modbus TCP on the device's side (Modbus Messaging on TCP/IP 1.0b, section 3.1).

The header is transaction u16, protocol u16 (0), length u16 (unit and what follows), unit u8.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable

from simulators.faults import Faults
from simulators.wire.tcp import TcpCable

_HEADER = struct.Struct(">HHHB")
_LONGEST_PDU = 253

Answer = Callable[[int, bytes], bytes | None]
"""What a device says to a unit id and a PDU; `None` is silence."""


class ModbusTcpDevice:
    """Serves requests in the order they come, one connection like another."""

    def __init__(
        self, wire: str, faults: Faults, answer: Answer, signs: Callable[[int], int] = int
    ) -> None:
        self.cable = TcpCable(wire, faults, self._talk)
        self._wire = wire
        self._faults = faults
        self._answer = answer
        self._signs = signs

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            header = await reader.readexactly(_HEADER.size)
            transaction, protocol, length, unit = _HEADER.unpack(header)
            if protocol != 0 or not 2 <= length <= _LONGEST_PDU + 1:
                return
            pdu = await reader.readexactly(length - 1)
            fate = self._faults.draw(self._wire)
            if fate.cut:
                return
            if fate.stall:
                continue
            if fate.delay_s:
                await asyncio.sleep(fate.delay_s)
            said = self._answer(unit, pdu)
            if said is None or fate.mute:
                continue
            frame = _HEADER.pack(transaction, 0, len(said) + 1, self._signs(unit)) + said
            if fate.garble:
                # TCP would never let a changed value through, only a broken device breaks frames.
                frame = self._faults.garble(frame, last=_HEADER.size + 1)
            writer.write(frame)
            await writer.drain()
