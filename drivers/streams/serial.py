"""A serial line as a `ByteStream`, for readers that talk over it alone.

Modbus lines have a worker of their own (drivers/bus), because several units share them.
"""

from __future__ import annotations

import asyncio
from typing import Final

import serial

from config.room import Address, SerialAddress
from drivers.errors import LinkLost, NotReached
from drivers.streams.stream import ByteStream
from drivers.streams.tcp import connect_tcp

WRITE_S: Final = 5.0
_SMALL_PAUSE_S: Final = 0.002
"""How long a line that takes no bytes is left alone before the next try."""


class SerialStream:
    """An open serial line, which nobody else may open meanwhile."""

    def __init__(self, device: str, line: serial.Serial) -> None:
        self._device = device
        self._line = line
        self._loop = asyncio.get_running_loop()

    async def read(self, max_bytes: int) -> bytes:
        while True:
            try:
                received: bytes = self._line.read(max_bytes)
            except (OSError, serial.SerialException, TypeError) as error:
                raise LinkLost(self._device, f"the line broke: {error}") from error
            if received:
                return received
            await self._readable()

    async def write(self, payload: bytes) -> None:
        try:
            async with asyncio.timeout(WRITE_S):
                while payload:
                    sent = self._line.write(payload) or 0
                    payload = payload[sent:]
                    if payload:
                        await asyncio.sleep(_SMALL_PAUSE_S)
        except TimeoutError as error:
            raise LinkLost(self._device, f"took no bytes for {WRITE_S:g} s") from error
        except (OSError, serial.SerialException, TypeError) as error:
            raise LinkLost(self._device, f"the line broke: {error}") from error

    async def close(self) -> None:
        self._line.close()

    async def _readable(self) -> None:
        """Wait until something has come, or the line is gone."""
        came = asyncio.Event()
        descriptor = self._line.fileno()
        self._loop.add_reader(descriptor, came.set)
        try:
            await came.wait()
        finally:
            self._loop.remove_reader(descriptor)


async def connect_serial(device: str, address: SerialAddress) -> SerialStream:
    """Open a line; raise NotReached that names it if it is away or in use."""
    try:
        line = serial.Serial(
            address.path,
            baudrate=address.baud,
            parity=address.parity,
            stopbits=address.stop_bits,
            timeout=0,
            write_timeout=0,
            exclusive=True,
        )
    except (OSError, ValueError) as error:
        raise NotReached(device, f"cannot open {address.path}: {error}") from error
    return SerialStream(device, line)


async def connect_stream(device: str, address: Address) -> ByteStream:
    """Connect to a device wherever the room file says that it is; raise NotReached if away."""
    if isinstance(address, SerialAddress):
        return await connect_serial(device, address)
    return await connect_tcp(device, address)
