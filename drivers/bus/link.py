"""One open Modbus wire: a pymodbus client that sees only bytes which answer what was asked.

Not responsible for order, quiet time or opening again; `drivers.bus` is. pymodbus alone would take
a late RTU reply as the answer to the next request and repeats writes, hence the gate and
`retries=0`.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
from collections.abc import Awaitable, Callable

from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException
from pymodbus.pdu import ModbusPDU

from config.room import SerialAddress, TcpAddress
from drivers.bus.frames import (
    READ_COILS,
    READ_INPUT,
    Asked,
    Framing,
    Read,
    ReadBits,
    WriteBit,
    find_answer,
    find_stranger,
)

# It logs each lost reply at ERROR with a dump of frames; the bus raises instead.
logging.getLogger("pymodbus").setLevel(logging.CRITICAL + 1)

_NEVER_S = 3600.0
_FORGET = struct.pack("ii", 1, 0)
"""Linger, on, for no time at all."""


class WireGone(Exception):
    """The wire closed or could not be used."""


class Link:
    """An open wire. `gone` is set when the far side or the adapter closes it."""

    def __init__(self, address: TcpAddress | SerialAddress, on_bytes: Callable[[], None]) -> None:
        self.framing = Framing.TCP if isinstance(address, TcpAddress) else Framing.RTU
        self.gone = False
        self.heard = False
        """Bytes came in since the last request went out."""
        self.stranger: int | None = None
        """The unit that answered the last request in place of the one that was asked."""
        self.heard_at_s = 0.0
        """When bytes came in last, by the loop's clock: the line was in use until then."""
        self.heard_more = False
        """So did bytes that do not belong to its answer, after that answer."""
        self._on_bytes = on_bytes
        self._asked: Asked | None = None
        self._sent = b""
        self._deadline: asyncio.Timeout | None = None
        self._client = _make_client(address, self._pass, self._note_state)

    async def connect(self, timeout_s: float) -> None:
        """Open the wire or raise WireGone."""
        why = "refused, not there, or held by another program"
        opened = False
        try:
            async with asyncio.timeout(timeout_s):
                opened = await self._client.connect()
        except TimeoutError:
            why = f"not reached within {timeout_s:g} s"
        except Exception as error:
            # Names, adapters and terminals fail in many ways; to us each means: away.
            why = str(error) or type(error).__name__
        _mind_cancellation()
        if not opened:
            raise WireGone(why)
        self._forget_on_close()

    def close(self) -> None:
        """Close the wire; nothing that comes later is heard."""
        self.gone = True
        self._asked = None
        transport = self._client.ctx.transport
        if self.framing is Framing.TCP and isinstance(transport, asyncio.WriteTransport):
            transport.abort()
        self._client.close()

    def _forget_on_close(self) -> None:
        """Have what is unsent when the connection or the process ends thrown away.

        Else the system would go on sending it for minutes: motion that nobody waits for any more.
        """
        transport = self._client.ctx.transport
        sock = None if transport is None else transport.get_extra_info("socket")
        if self.framing is Framing.TCP and sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _FORGET)

    async def ask(self, asked: Asked, timeout_s: float) -> ModbusPDU:
        """Send a request once and return its answer, which may be a Modbus exception.

        Raises TimeoutError if no answer came, WireGone if the wire closed meanwhile.
        """
        self._asked, self._sent = asked, b""
        self.heard = self.heard_more = False
        self.stranger = None
        try:
            async with asyncio.timeout(timeout_s) as self._deadline:
                answer = await self._send(asked)
        except TimeoutError:
            if self.gone:
                raise WireGone("the connection closed before the answer came") from None
            raise
        except (ModbusException, OSError) as error:
            _mind_cancellation()
            raise WireGone(str(error)) from error
        finally:
            self._asked = self._deadline = None
        _mind_cancellation()
        return answer

    def _send(self, asked: Asked) -> Awaitable[ModbusPDU]:
        client = self._client
        if isinstance(asked, Read):
            read = client.read_holding_registers
            if asked.function == READ_INPUT:
                read = client.read_input_registers
            return read(asked.address, count=asked.count, device_id=asked.unit)
        if isinstance(asked, ReadBits):
            read_bits = client.read_discrete_inputs
            if asked.function == READ_COILS:
                read_bits = client.read_coils
            return read_bits(asked.address, count=asked.count, device_id=asked.unit)
        if isinstance(asked, WriteBit):
            return client.write_coil(asked.address, asked.on, device_id=asked.unit)
        if len(asked.values) == 1:
            return client.write_register(asked.address, asked.values[0], device_id=asked.unit)
        return client.write_registers(asked.address, list(asked.values), device_id=asked.unit)

    def _pass(self, sending: bool, frame: bytes) -> bytes:
        """Let requests out, and in only the frame that answers the pending one."""
        if sending:
            self._sent = frame
            return frame
        self.heard = True
        self.heard_at_s = asyncio.get_running_loop().time()
        self._on_bytes()
        answer = self._asked and find_answer(self._asked, self.framing, self._sent, frame)
        if not answer:
            self.heard_more = self._asked is None
            if self._asked is not None:
                self.stranger = find_stranger(self._asked, self.framing, self._sent, frame)
            return b""
        self._asked = None
        self.heard_more = not frame.endswith(answer)
        return answer

    def _note_state(self, connected: bool) -> None:
        if connected:
            return
        self.gone = True
        if self._deadline is not None and not self._deadline.expired():
            self._deadline.reschedule(asyncio.get_running_loop().time())
        self._on_bytes()


def _mind_cancellation() -> None:
    """Raise the cancellation that pymodbus may have lost.

    It waits by `asyncio.wait_for`, which in Python 3.11 drops a cancellation that comes together
    with the result or the error.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _make_client(
    address: TcpAddress | SerialAddress,
    gate: Callable[[bool, bytes], bytes],
    state: Callable[[bool], None],
) -> AsyncModbusTcpClient | AsyncModbusSerialClient:
    """Build a client that neither repeats, nor reconnects, nor times out on its own account."""
    if isinstance(address, TcpAddress):
        return AsyncModbusTcpClient(
            address.host,
            port=address.port,
            timeout=_NEVER_S,
            retries=0,
            reconnect_delay=0,
            trace_packet=gate,
            trace_connect=state,
        )
    return AsyncModbusSerialClient(
        address.path,
        baudrate=address.baud,
        parity=address.parity,
        stopbits=address.stop_bits,
        timeout=_NEVER_S,
        retries=0,
        reconnect_delay=0,
        trace_packet=gate,
        trace_connect=state,
    )
