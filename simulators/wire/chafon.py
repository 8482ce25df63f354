"""An RFID reader of the kinds UHFReader18 and UHFReader288.

What the manuals leave open is chosen here: at most four tags fit one frame, so that longer rounds
need several; 18 tells a round without tags as FB, 288 as a round of none; a reader that scans by
itself answers commands all the same; an access reaches a tag by any antenna.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from random import Random

from config.room import ChafonReader, SerialAddress
from simulators.faults import FaultKind, Faults
from simulators.physics.radio import Heard
from simulators.stage import Stage
from simulators.wire import chafon_frames as f
from simulators.wire.antenna_field import AntennaField
from simulators.wire.gen2 import Outcome, TagMemories
from simulators.wire.identity import own_identity
from simulators.wire.stream_line import Send, StreamCable, StreamLine

_TURNAROUND_S = 0.002
_ROUND_S = 0.015
_TAG_S = 0.005
_PUSHES_EVERY_S = 0.1
_TAGS_IN_FRAME = 4
_PORTS_288 = 4
_HIGHEST_POWER_DBM = 30
_CHANNELS = {1: 20, 2: 50, 3: 32, 4: 15}
_STRONGEST_RAW, _STRONGEST_DBM = 120, -20
"""The maker's number for a level; its real scale is not known."""

Said = tuple[int, bytes]
"""Status and data of an answer."""


class SimulatedChafon:
    """The device. Its settings outlive a connection."""

    def __init__(self, reader: ChafonReader, stage: Stage, faults: Faults, seed: int) -> None:
        self.wire = reader.id
        self.draw = Random(f"{seed}:{reader.id}")
        self.field = AntennaField(reader, stage, self.draw)
        self.tags = TagMemories(stage)
        self.band, self.first, self.last = 2, 0, 49
        self.power_dbm = 26
        self.serial: bytes | None = own_identity(reader, 4)
        """None: a 288 too old to know the question."""
        self.mode = 0
        self.mode_rest = bytes((2, 1, 5, 5, 0))
        self.heartbeats = False
        """Whether it pushes heartbeats while it scans by itself, as HW-VX readers do."""
        self.missing: set[int] = set()
        """Antennas whose cable is off."""
        self.line: StreamLine | None = None
        self.cable: StreamCable | None = None
        self._model = reader.model
        self._address = reader.address
        self._faults = faults
        self._talking = asyncio.Lock()
        if isinstance(reader.at, SerialAddress):
            self.line = StreamLine(reader.id, faults, self._talk, at=reader.at)
        else:
            self.cable = StreamCable(reader.id, faults, self._talk)

    async def _talk(self, heard: asyncio.StreamReader, send: Send) -> None:
        async with asyncio.TaskGroup() as group:
            pushing = group.create_task(self._push(send), name="pushing")
            with suppress(ConnectionError):
                await self._listen_to(heard, send)
            pushing.cancel()

    async def _listen_to(self, heard: asyncio.StreamReader, send: Send) -> None:
        waiting = bytearray()
        while came := await heard.read(4096):
            waiting += came
            for address, command, data in f.frames_in(waiting):
                stalled = self._faults.is_certain(self.wire, FaultKind.STALL)
                if not stalled and address in (self._address, f.BROADCAST):
                    async with self._talking:
                        await self._obey(command, data, send)

    async def _push(self, send: Send) -> None:
        """Tell tags unasked for as long as the mode is not to answer only."""
        while True:
            await asyncio.sleep(_PUSHES_EVERY_S)
            if self.mode == 0:
                continue
            pushed = [
                f.answer(self._address, 0xEE, f.OK, bytes.fromhex(tag.epc))
                for antenna in self.field.antennas
                for tag in self.field.listen(antenna)
            ]
            with suppress(ConnectionError):
                async with self._talking:
                    for said in pushed + [f.HEARTBEAT] * self.heartbeats:
                        await send(said)

    async def _obey(self, command: int, data: bytes, send: Send) -> None:
        await asyncio.sleep(_TURNAROUND_S)
        if command == 0x01:
            await self._inventory(data, send)
            return
        act = self._acts().get(command)
        status, said = (f.BAD_COMMAND, b"") if act is None else act(data)
        await send(f.answer(self._address, command, status, said))

    def _acts(self) -> dict[int, Callable[[bytes], Said]]:
        acts: dict[int, Callable[[bytes], Said]] = {
            0x02: self._read,
            0x03: self._write,
            0x06: self._lock,
            0x21: lambda _: (f.OK, self._info()),
            0x22: self._set_region,
            0x2F: self._set_power,
        }
        if self._model == "18":
            return acts | {0x35: self._set_mode_18, 0x36: lambda _: (f.OK, self._work_mode())}
        return acts | {0x4C: self._tell_serial, 0x76: self._set_mode_288}

    def _tell_serial(self, _: bytes) -> Said:
        return (f.BAD_COMMAND, b"") if self.serial is None else (f.OK, self.serial)

    async def _inventory(self, data: bytes, send: Send) -> None:
        antenna = 1
        if self._model == "288":
            if len(data) != 9 or not data[8] >= 3 or data[5]:
                await send(f.answer(self._address, 0x01, f.BAD_PARAMETER))
                return
            antenna = data[7] - 0x80 + 1
            if not 1 <= antenna <= _PORTS_288 or self._is_missing(antenna):
                await send(f.answer(self._address, 0x01, f.ANTENNA_ERROR))
                return
        await asyncio.sleep(_ROUND_S)
        tags = self.field.listen(antenna)
        groups = [tags[at : at + _TAGS_IN_FRAME] for at in range(0, len(tags), _TAGS_IN_FRAME)]
        if not groups and self._model == "18":
            await send(f.answer(self._address, 0x01, f.NO_TAG))
            return
        for number, group in enumerate(groups or [()], start=1):
            await asyncio.sleep(_TAG_S * len(group))
            status = f.MORE if number < len(groups) else f.DONE
            said = b"".join(map(self._about, group))
            head = bytes((1 << (antenna - 1),)) if self._model == "288" else b""
            said = head + bytes((len(group),)) + said
            await send(f.answer(self._address, 0x01, status, said))

    def _about(self, tag: Heard) -> bytes:
        number = bytes.fromhex(tag.epc)
        named = bytes((len(number),)) + number
        if self._model == "18":
            return named
        raw = _STRONGEST_RAW - round(_STRONGEST_DBM - tag.rssi_dbm)
        return named + bytes((min(max(raw, 0), 255),))

    def _is_missing(self, antenna: int) -> bool:
        return antenna in self.missing or not self.field.is_connected(antenna)

    def _info(self) -> bytes:
        highest = self.band >> 2 << 6 | self.last
        lowest = (self.band & 3) << 6 | self.first
        about = bytes((3, 0x3F, 9, 3, highest, lowest, self.power_dbm, 10))
        return about if self._model == "18" else about + bytes((1, 1, 0, 1))

    def _set_region(self, data: bytes) -> Said:
        if len(data) != 2:
            return f.BAD_LENGTH, b""
        band = data[0] >> 6 << 2 | data[1] >> 6
        first, last = data[1] & 0x3F, data[0] & 0x3F
        if band not in _CHANNELS or not first <= last < _CHANNELS[band]:
            return f.BAD_PARAMETER, b""
        self.band, self.first, self.last = band, first, last
        return f.OK, b""

    def _set_power(self, data: bytes) -> Said:
        if len(data) != 1:
            return f.BAD_LENGTH, b""
        if data[0] > _HIGHEST_POWER_DBM:
            return f.BAD_PARAMETER, b""
        self.power_dbm = data[0]
        return f.OK, b""

    def _work_mode(self) -> bytes:
        return bytes((0, 30, 10, 15, self.mode)) + self.mode_rest + bytes((8, 5))

    def _set_mode_18(self, data: bytes) -> Said:
        if len(data) != 6:
            return f.BAD_LENGTH, b""
        if data[0] > 3:
            return f.BAD_PARAMETER, b""
        self.mode, self.mode_rest = data[0], data[1:]
        return f.OK, b""

    def _set_mode_288(self, data: bytes) -> Said:
        if len(data) != 1:
            return f.BAD_LENGTH, b""
        self.mode = data[0]
        return f.OK, b""

    def _named(self, data: bytes) -> tuple[str, bytes] | None:
        """Take the number of the tag that an access is for; what follows it comes second."""
        if not data or data[0] > 15 or len(data) < 1 + 2 * data[0]:
            return None
        end = 1 + 2 * data[0]
        return data[1:end].hex().upper(), data[end:]

    def _hears(self, epc: str) -> bool:
        heard = (tag.epc for at in self.field.antennas for tag in self.field.listen(at))
        return epc in heard

    def _read(self, data: bytes) -> Said:
        named = self._named(data)
        if named is None or len(named[1]) != 7:
            return f.BAD_LENGTH, b""
        epc, rest = named
        if not self._hears(epc):
            return f.NO_TAG, b""
        words = self.tags.read(epc, rest[0], rest[1], rest[2])
        if isinstance(words, Outcome):
            return f.TAG_ERROR, bytes((f.OVERRUN,))
        return f.OK, words

    def _write(self, data: bytes) -> Said:
        named = self._named(data[1:])
        if named is None or len(named[1]) != 6 + 2 * data[0]:
            return f.BAD_LENGTH, b""
        epc, rest = named
        if not self._hears(epc):
            return f.NO_TAG, b""
        password = int.from_bytes(rest[-4:], "big")
        return _tell(self.tags.write(epc, rest[0], rest[1], rest[2:-4], password))

    def _lock(self, data: bytes) -> Said:
        named = self._named(data)
        if named is None or len(named[1]) != 6:
            return f.BAD_LENGTH, b""
        epc, rest = named
        if rest[0] > 4 or rest[1] > 3:
            return f.BAD_PARAMETER, b""
        if not self._hears(epc):
            return f.NO_TAG, b""
        password = int.from_bytes(rest[2:], "big")
        if password == 0:
            return f.PASSWORD_IS_ZERO, b""
        if rest[0] != 2:
            return f.OK, b""
        return _tell(self.tags.lock(epc, password, locked=rest[1] >= 2))


def _tell(outcome: Outcome) -> Said:
    match outcome:
        case Outcome.DONE:
            return f.OK, b""
        case Outcome.WRONG_PASSWORD:
            return f.WRONG_PASSWORD, b""
        case Outcome.LOCKED:
            return f.TAG_ERROR, bytes((f.LOCKED,))
        case Outcome.NO_SUCH_MEMORY:
            return f.TAG_ERROR, bytes((f.OVERRUN,))
    return f.FAILED, b""
