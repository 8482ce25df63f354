"""An RFID module that speaks the 0xFF frames of ThingMagic: an M6e with four antenna ports or more.

What the sources leave open is chosen here: an opcode nobody knows is answered with 0x101; a wrong
password is told as 0x40A; a module that streams still answers; of four pins 1 and 2 are inputs; a
search that finds nothing new, the buffer being empty, is answered with 0x400.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from random import Random

from config.room import SerialAddress, ThingMagicReader
from simulators.faults import FaultKind, Faults
from simulators.physics.radio import Heard
from simulators.stage import Stage
from simulators.wire import thingmagic_frames as f
from simulators.wire.antenna_field import AntennaField
from simulators.wire.gen2 import TagMemories
from simulators.wire.identity import own_identity
from simulators.wire.stream_line import Send, StreamCable, StreamLine
from simulators.wire.thingmagic_settings import ThingMagicSettings
from simulators.wire.thingmagic_tags import TagBuffer, TagDesk

_TURNAROUND_S = 0.002
_BOOT_S = 0.6
_STREAMED_EVERY_S = 0.1
_LISTED, _LARGE = 0x03, 0x10


class SimulatedThingMagic:
    """The device. Its settings and its tags' locks outlive a connection."""

    def __init__(self, reader: ThingMagicReader, stage: Stage, faults: Faults, seed: int) -> None:
        self.wire = reader.id
        self.draw = Random(f"{seed}:{reader.id}")
        self.field = AntennaField(reader, stage, self.draw)
        self.tags = TagMemories(stage)
        self.settings = ThingMagicSettings(
            ports=max(4, *self.field.antennas), is_connected=self.field.is_connected
        )
        self.serial: bytes | None = own_identity(reader, 10)
        """None: into this one no number was burnt."""
        self.serial_size: int | None = None
        """What it says of the number's length; None is the truth."""
        self.buffer = TagBuffer(self.draw)
        self.boots = False
        """Whether it waits in its boot loader."""
        self.streams = False
        """Whether somebody left a search without end running."""
        self.line: StreamLine | None = None
        self.cable: StreamCable | None = None
        self._stage = stage
        self._faults = faults
        self._desk = TagDesk(lambda: self.tags, self._hear_for_access)
        if isinstance(reader.at, SerialAddress):
            self.line = StreamLine(reader.id, faults, self._talk, at=reader.at)
        else:
            self.cable = StreamCable(reader.id, faults, self._talk)

    async def turn_input(self, number: int, on: bool) -> None:
        """Let the level at input 1 or 2 change; whoever wants to know must ask."""
        self.settings.levels[number] = on

    async def turn_antenna(self, antenna: int, connected: bool) -> None:
        """Let an antenna's cable come off; such a module tells it when it is to use it."""

    async def _talk(self, heard: asyncio.StreamReader, send: Send) -> None:
        waiting = bytearray()
        async with asyncio.TaskGroup() as group:
            streaming = group.create_task(self._stream(send), name="streaming")
            try:
                while came := await heard.read(4096):
                    waiting += came
                    for opcode, data in f.questions_in(waiting):
                        if not self._faults.is_certain(self.wire, FaultKind.STALL):
                            await self._obey(opcode, data, send)
            except ConnectionError:
                pass  # the client is gone
            finally:
                streaming.cancel()

    async def _obey(self, opcode: int, data: bytes, send: Send) -> None:
        await asyncio.sleep(_TURNAROUND_S)
        if opcode == 0x22:
            status, said = await self._search(data)
        elif opcode == 0x04:
            await asyncio.sleep(_BOOT_S)
            self.boots = False
            status, said = f.DONE, self.settings.version()
        else:
            status, said = self._act(opcode, data)
        await send(f.answer(opcode, status, said))

    def _act(self, opcode: int, data: bytes) -> tuple[int, bytes]:
        act = self._acts().get(opcode)
        if act is None or (self.boots and opcode not in (0x03, 0x0C)):
            return f.UNKNOWN_OPCODE, b""
        try:
            said = act(data)
        except IndexError:
            return f.WRONG_LENGTH, b""
        return (said, b"") if isinstance(said, int) else (f.DONE, said)

    def _acts(self) -> dict[int, Callable[[bytes], bytes | int]]:
        """What opcodes do: the data of their answer, or a status."""
        return {
            **self.settings.acts(),
            0x0C: lambda _: b"\x11" if self.boots else b"\x12",
            0x10: self._tell_serial,
            0x24: self._desk.write,
            0x25: self._desk.lock,
            0x28: self._desk.read,
            0x29: self.buffer.tell,
            0x2A: self.buffer.clear,
            0x2F: self._stop_stream,
            0x96: self._set_pin,
        }

    def _tell_serial(self, data: bytes) -> bytes | int:
        if data != b"\0\x40" or self.serial is None:
            return f.NO_FUNCTION
        size = len(self.serial) if self.serial_size is None else self.serial_size
        return data + b"\0" + bytes((size,)) + self.serial

    async def _search(self, data: bytes) -> tuple[int, bytes]:
        if len(data) != 5 or data[0] != 0 or data[2] & 3 != _LISTED:
            return f.WRONG_LENGTH if len(data) != 5 else f.BAD_VALUE, b""
        refused = self._refusal(self.settings.listed)
        if refused is not None:
            return refused, b""
        if self.buffer.is_full:
            return f.BUFFER_FULL, b""
        search_s = int.from_bytes(data[3:], "big") / 1000
        ended_s = await self._fill(search_s)
        if not self.buffer.count:
            return f.NO_TAG, b""
        self.buffer.last_search_ms = round(1000 * ended_s)
        size = 4 if data[2] & _LARGE else 1
        return f.DONE, data[:3] + self.buffer.count.to_bytes(size, "big")

    async def _fill(self, search_s: float) -> float:
        """Search for a time, or until the buffer is full; return for how long."""
        antenna = self.settings.listed
        heard = self.field.listen(antenna, search_s) if antenna in self.field.antennas else ()
        for at, tag in enumerate(heard):
            if not self.buffer.add(tag, antenna, self.settings.frequency_khz(self.draw)):
                search_s *= (at + 1) / len(heard)
                break
        await asyncio.sleep(search_s)
        return search_s

    def _refusal(self, antenna: int) -> int | None:
        """Say why an antenna cannot send, if it cannot."""
        if self.boots:
            return f.UNKNOWN_OPCODE
        if not self.settings.region:
            return f.RADIO_OFF
        if not self.settings.protocol:
            return f.NO_PROTOCOL
        connected = self.field.is_connected(antenna)
        return None if connected else f.ANTENNA_MISSING

    def _hear_for_access(self) -> tuple[str, ...] | int:
        """Name the tags that the antenna for single tags hears."""
        refused = self._refusal(self.settings.single)
        if refused is not None:
            return refused
        return tuple(tag.epc for tag in self.field.listen(self.settings.single))

    def _set_pin(self, data: bytes) -> bytes | int:
        number, on = data[0], bool(data[1])
        if number not in self.settings.outputs:
            return f.BAD_VALUE
        self.settings.levels[number] = on
        self._stage.switch_output(self.wire, number, on)
        return b""

    def _stop_stream(self, data: bytes) -> bytes | int:
        if data[2] != 2:
            return f.BAD_VALUE
        self.streams = False
        return b""

    async def _stream(self, send: Send) -> None:
        """Tell what is heard as it is heard, while somebody lets it."""
        with suppress(ConnectionError):
            while True:
                await asyncio.sleep(_STREAMED_EVERY_S)
                for tag in self._heard_streaming():
                    record = self.buffer.streamed(tag, self.settings.listed)
                    await send(f.answer(0x22, f.DONE, record))

    def _heard_streaming(self) -> tuple[Heard, ...]:
        return self.field.listen(self.settings.listed) if self.streams else ()
