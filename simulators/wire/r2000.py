"""An RFID reader that speaks the 0xA0 frames of R2000 readers, with four antenna ports or eight.

What the manuals leave open is chosen here: a command nobody knows is answered with 0x11; a tag that
refuses a write because it is locked is told as 0x37; a reader tells the tag's old number after it
wrote a new one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from random import Random

from config.room import R2000Reader, SerialAddress
from simulators.faults import FaultKind, Faults
from simulators.physics.radio import Heard
from simulators.stage import Stage
from simulators.wire import r2000_frames as f
from simulators.wire.antenna_field import AntennaField
from simulators.wire.gen2 import Outcome, TagMemories, tag_text, with_check
from simulators.wire.identity import own_identity
from simulators.wire.stream_line import Send, StreamCable, StreamLine

_TURNAROUND_S = 0.002
_ROUND_S = 0.012
_TAG_S = 0.005
"""A tag takes so long with the usual profile of 250 kHz and Miller-4: about 200 a second."""
_SILENCE_S = 0.05
"""Half a command is forgotten when nothing more comes for so long."""
_LISTENS_FOR_S = 0.1
"""How long it stays the same which tags an antenna gets through to."""
_FACTORY_POWER_DBM = 30
_FACTORY_BAND = (1, 7, 59)
_BANDS = {1: (7, 59), 2: (0, 6), 3: (43, 53)}
_LOSS_DB, _LOSS_MISSING_DB = 18, 1
_LOCKED_BANK_EPC = 3
_RESULTS = {
    Outcome.DONE: f.OK,
    Outcome.WRONG_PASSWORD: f.WRONG_PASSWORD,
    Outcome.LOCKED: f.ACCESS_FAILED,
    Outcome.NO_SUCH_MEMORY: f.TOO_MANY_WORDS,
    Outcome.FAILED: f.WRITE_FAILED,
}


class SimulatedR2000:
    """The device. Its settings and its tags' locks outlive a connection."""

    def __init__(self, reader: R2000Reader, stage: Stage, faults: Faults, seed: int) -> None:
        self.wire = reader.id
        self.draw = Random(f"{seed}:{reader.id}")
        self.field = AntennaField(reader, stage, self.draw)
        self.ports = 8 if max(self.field.antennas) > 4 else 4
        self.powers = [_FACTORY_POWER_DBM] * self.ports
        self.band = _FACTORY_BAND
        self.detector = 3
        self.identifier = own_identity(reader, 12)
        self.missing: set[int] = set()
        """Antennas whose cable is off."""
        self.inputs = [False, False]
        self.outputs = {3: False, 4: False}
        self.tags = TagMemories(stage)
        self.transmits = False
        """Whether a round is under way."""
        self.line: StreamLine | None = None
        self.cable: StreamCable | None = None
        self._address = reader.address
        self._dialect = reader.dialect
        self._stage = stage
        self._faults = faults
        self._antenna = 1
        self._match = ""
        self._listened: tuple[Heard, ...] = ()
        self._listens_until_s = float("-inf")
        if isinstance(reader.at, SerialAddress):
            self.line = StreamLine(reader.id, faults, self._talk, at=reader.at)
        else:
            self.cable = StreamCable(reader.id, faults, self._talk)

    async def turn_input(self, number: int, on: bool) -> None:
        """Let the level at input 1 or 2 change; whoever wants to know must ask."""
        self.inputs[number - 1] = on

    async def turn_antenna(self, antenna: int, connected: bool) -> None:
        """Let an antenna's cable come off; such a reader tells it when it is to use it."""

    async def _talk(self, heard: asyncio.StreamReader, send: Send) -> None:
        waiting = bytearray()
        while True:
            try:
                async with asyncio.timeout(_SILENCE_S if waiting else None):
                    came = await heard.read(4096)
            except TimeoutError:
                waiting.clear()
                continue
            if not came:
                return
            waiting += came
            for address, command, data in f.frames_in(waiting):
                if self._faults.is_certain(self.wire, FaultKind.STALL):
                    continue
                if address in (self._address, f.BROADCAST):
                    await self._obey(command, data, send)

    async def _obey(self, command: int, data: bytes, send: Send) -> None:
        await asyncio.sleep(_TURNAROUND_S)
        if command == 0x89:
            async for said in self._inventory(data):
                await send(f.frame(self._address, command, said))
            return
        act = self._acts().get(command)
        for said in (bytes((f.FAIL,)),) if act is None else act(data):
            await send(f.frame(self._address, command, said))

    def _acts(self) -> dict[int, Callable[[bytes], tuple[bytes, ...]]]:
        return {
            0x60: lambda _: (bytes(self.inputs),),
            0x61: self._set_output,
            0x68: lambda _: (self.identifier,),
            0x63: lambda _: (bytes((self.detector,)),),
            0x72: lambda _: (b"\x01\x09" if self._dialect == "v2.2" else b"\x08\x02",),
            0x74: self._set_antenna,
            0x75: lambda _: (bytes((self._antenna - 1,)),),
            0x76: self._set_power,
            0x77: lambda _: (self._tell_power(),),
            0x97: lambda _: (bytes(self.powers) if self.ports == 8 else bytes((f.FAIL,)),),
            0x78: self._set_region,
            0x79: lambda _: (bytes(self.band),),
            0x7B: lambda _: (b"\x01\x26",),
            0x7E: lambda _: (bytes((self._loss(),)),),
            0x81: self._read,
            0x82: self._write,
            0x83: self._lock,
            0x85: self._set_match,
            0x86: lambda _: (self._tell_match(),),
        }

    async def _inventory(self, data: bytes) -> AsyncIterator[bytes]:
        """Run one round: a frame for each tag, then the end as this edition has it."""
        if len(data) != 1:
            yield bytes((f.BAD_PARAMETER,))
            return
        if self._is_missing():
            yield bytes((f.ANTENNA_MISSING,))
            return
        antenna = self._antenna - 1
        self.transmits = True
        await asyncio.sleep(_ROUND_S)
        tags = self._listen()
        for tag in tags:
            await asyncio.sleep(_TAG_S)
            _, first, last = self.band
            place = self.draw.randint(first, last) << 2 | antenna & 3
            level = f.rssi_byte(tag.rssi_dbm) | (0x80 if antenna > 3 else 0)
            yield bytes((place,)) + tag_text(tag.epc) + bytes((level,))
        self.transmits = False
        total = len(tags).to_bytes(4, "big")
        if self._dialect == "v2.2":
            yield bytes((antenna,)) + total
        else:
            rate = round(len(tags) / (_ROUND_S + _TAG_S * len(tags)))
            yield bytes((antenna,)) + rate.to_bytes(2, "big") + total

    def _listen(self) -> tuple[Heard, ...]:
        now_s = asyncio.get_running_loop().time()
        if now_s >= self._listens_until_s:
            self._listens_until_s = now_s + _LISTENS_FOR_S
            present = self._antenna in self.field.antennas
            self._listened = self.field.listen(self._antenna) if present else ()
        return self._listened

    def _is_missing(self) -> bool:
        return self._is_off() and self.detector > 0

    def _loss(self) -> int:
        return _LOSS_MISSING_DB if self._is_off() else _LOSS_DB

    def _is_off(self) -> bool:
        return self._antenna in self.missing or not self.field.is_connected(self._antenna)

    def _set_antenna(self, data: bytes) -> tuple[bytes, ...]:
        if len(data) != 1:
            return (bytes((f.BAD_PARAMETER,)),)
        if data[0] >= self.ports:
            return (bytes((f.BAD_ANTENNA,)),)
        self._antenna = data[0] + 1
        self._listens_until_s = float("-inf")
        return (bytes((f.OK,)),)

    def _set_power(self, data: bytes) -> tuple[bytes, ...]:
        if len(data) not in (1, self.ports) or not all(power <= 33 for power in data):
            return (bytes((f.BAD_POWER,)),)
        self.powers = list(data) if len(data) > 1 else [data[0]] * self.ports
        return (bytes((f.OK,)),)

    def _tell_power(self) -> bytes:
        return bytes(self.powers if len(set(self.powers)) > 1 else self.powers[:1])

    def _set_region(self, data: bytes) -> tuple[bytes, ...]:
        if len(data) != 3 or data[0] not in _BANDS:
            return (bytes((f.BAD_REGION,)),)
        first, last = _BANDS[data[0]]
        if not first <= data[1] <= data[2] <= last:
            return (bytes((f.BAD_FREQUENCIES,)),)
        self.band = (data[0], data[1], data[2])
        return (bytes((f.OK,)),)

    def _set_output(self, data: bytes) -> tuple[bytes, ...]:
        if len(data) != 2 or data[0] not in self.outputs:
            return (bytes((f.BAD_PARAMETER,)),)
        self.outputs[data[0]] = data[1] != 0
        self._stage.switch_output(self.wire, data[0], data[1] != 0)
        return (bytes((f.OK,)),)

    def _set_match(self, data: bytes) -> tuple[bytes, ...]:
        if data[:1] == b"\x01":
            self._match = ""
        elif data[:1] != b"\x00":
            return (bytes((f.BAD_MATCH_MODE,)),)
        elif len(data) < 2 or data[1] != len(data) - 2:
            return (bytes((f.BAD_MATCH_LENGTH,)),)
        else:
            self._match = data[2:].hex().upper()
        return (bytes((f.OK,)),)

    def _tell_match(self) -> bytes:
        if not self._match:
            return b"\x01"
        number = bytes.fromhex(self._match)
        return bytes((0, len(number))) + number

    def _chosen(self) -> tuple[str, ...]:
        """Name the tags that answer an access: those that begin as the match says."""
        if self._is_missing():
            return ()
        self._listens_until_s = float("-inf")
        heard = (tag.epc for tag in self._listen())
        return tuple(epc for epc in heard if epc.startswith(self._match))

    def _read(self, data: bytes) -> tuple[bytes, ...]:
        if len(data) not in (3, 7) or data[2] == 0:
            return (bytes((f.BAD_PARAMETER,)),)
        if data[0] != 1:
            return (bytes((f.BAD_BANK,)),)
        tags = self._chosen()
        if not tags:
            return (bytes((f.NO_TAG,)),)
        answers = []
        for epc in tags:
            words = self.tags.read(epc, data[0], data[1], data[2])
            if isinstance(words, Outcome):
                return (bytes((_RESULTS[words],)),)
            answers.append(self._about(len(tags), epc, words, len(words)))
        return tuple(answers)

    def _write(self, data: bytes) -> tuple[bytes, ...]:
        if len(data) < 9 or len(data) != 7 + 2 * data[6]:
            return (bytes((f.BAD_PARAMETER,)),)
        if data[4] != 1 or data[5] not in (1, 2):
            return (bytes((f.BAD_BANK,)),)
        tags = self._chosen()
        if not tags:
            return (bytes((f.NO_TAG,)),)
        password = int.from_bytes(data[:4], "big")
        outcomes = {epc: self.tags.write(epc, data[4], data[5], data[7:], password) for epc in tags}
        return tuple(
            self._about(len(tags), epc, b"", _RESULTS[outcome]) for epc, outcome in outcomes.items()
        )

    def _lock(self, data: bytes) -> tuple[bytes, ...]:
        if len(data) != 6:
            return (bytes((f.BAD_PARAMETER,)),)
        if not 1 <= data[4] <= 5:
            return (bytes((f.BAD_LOCK_BANK,)),)
        if data[5] > 3:
            return (bytes((f.BAD_LOCK,)),)
        tags = self._chosen()
        if not tags:
            return (bytes((f.NO_TAG,)),)
        password = int.from_bytes(data[:4], "big")
        answers = []
        for epc in tags:
            locked = bool(data[5] & 1) if data[4] == _LOCKED_BANK_EPC else epc in self.tags.locked
            outcome = self.tags.lock(epc, password, locked=locked)
            answers.append(self._about(len(tags), epc, b"", _RESULTS[outcome]))
        return tuple(answers)

    def _about(self, tags: int, epc: str, read: bytes, result: int) -> bytes:
        """Write an access answer: count, what the tag said, the result, the antenna, one time."""
        said = with_check(tag_text(epc)) + read
        place = self.band[1] << 2 | self._antenna - 1 & 3
        return tags.to_bytes(2, "big") + bytes((len(said),)) + said + bytes((result, place, 1))
