"""An RFID module that speaks the 0xBB frames of M100 and QM100, with its one antenna.

What the manual leaves open is chosen here: it listens while it polls; a stop is answered also when
nothing runs; setting a selection does not change when it counts; a wrong password is told as 0x16.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from random import Random

from config.room import M100Reader, SerialAddress
from simulators.faults import FaultKind, Faults
from simulators.physics.radio import Heard
from simulators.stage import Stage
from simulators.wire import m100_frames as f
from simulators.wire.antenna_field import AntennaField
from simulators.wire.gen2 import Outcome, TagMemories, tag_text, with_check
from simulators.wire.stream_line import Send, StreamCable, StreamLine

_TURNAROUND_S = 0.002
_ROUND_S = 0.012
_TAG_S = 0.005
_LISTENS_FOR_S = 0.1
"""How long it stays the same which tags the antenna gets through to."""
_TEXTS = {0: b"M100 26dBm V1.0", 1: b"V2.3.5", 2: b"MagicRF"}
_CHANNELS = {1: 20, 2: 52, 3: 15, 4: 20, 6: 32}
_QUIET_DBM = -70
_EPC_BIT = 32


class SimulatedM100:
    """The device. Its settings outlive a connection."""

    def __init__(self, reader: M100Reader, stage: Stage, faults: Faults, seed: int) -> None:
        self.wire = reader.id
        self.draw = Random(f"{seed}:{reader.id}")
        self.field = AntennaField(reader, stage, self.draw)
        self.tags = TagMemories(stage)
        self.region = 2
        self.power = 2600
        self.highest_power = 3000
        self.asleep = False
        """A module that sleeps loses the first byte that wakes it."""
        self.hops = True
        """Whether it finds a free channel; without one no round is run."""
        self.selection = bytes((1, 0, 0, 0, _EPC_BIT, 0, 0))
        self.select_mode = 1
        self.line: StreamLine | None = None
        self.cable: StreamCable | None = None
        self._faults = faults
        self._antenna = self.field.antennas[0]
        self._polling: asyncio.Task[None] | None = None
        self._listened: tuple[Heard, ...] = ()
        self._listens_until_s = float("-inf")
        if isinstance(reader.at, SerialAddress):
            self.line = StreamLine(reader.id, faults, self._talk, at=reader.at)
        else:
            self.cable = StreamCable(reader.id, faults, self._talk)

    @property
    def polls(self) -> bool:
        """Whether it goes round after round now."""
        return self._polling is not None and not self._polling.done()

    async def _talk(self, heard: asyncio.StreamReader, send: Send) -> None:
        waiting = bytearray()
        async with asyncio.TaskGroup() as group:
            try:
                while came := await heard.read(4096):
                    if self.asleep:
                        self.asleep, came = False, came[1:]
                    waiting += came
                    for command, parameters in f.frames_in(waiting):
                        if not self._faults.is_certain(self.wire, FaultKind.STALL):
                            await self._obey(command, parameters, send, group)
            except ConnectionError:
                pass  # the client is gone
            finally:
                await self._end_polling()

    async def _obey(
        self, command: int, parameters: bytes, send: Send, group: asyncio.TaskGroup
    ) -> None:
        await asyncio.sleep(_TURNAROUND_S)
        if command in (0x27, 0x28):
            await self._end_polling()
        if command == 0x27 and len(parameters) == 3 and parameters[0] == 0x22:
            rounds = int.from_bytes(parameters[1:], "big")
            self._polling = group.create_task(self._poll(rounds, send), name="polling")
            return
        act = self._acts().get(command)
        said = f.BAD_COMMAND if act is None else act(parameters)
        if isinstance(said, int):
            await send(f.frame(f.ANSWER, f.ERROR, bytes((said,))))
        else:
            await send(f.frame(f.ANSWER, command, said))

    async def _end_polling(self) -> None:
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.wait([self._polling])
            self._polling = None

    async def _poll(self, rounds: int, send: Send) -> None:
        with suppress(ConnectionError):
            await self._go_round(rounds, send)

    async def _go_round(self, rounds: int, send: Send) -> None:
        for _ in range(rounds):
            await asyncio.sleep(_ROUND_S)
            if not self.hops:
                await send(f.frame(f.ANSWER, f.ERROR, b"\x20"))
                return
            tags = [tag for tag in self._listen() if self.select_mode != 0 or self._fits(tag.epc)]
            for tag in tags:
                await asyncio.sleep(_TAG_S)
                level = bytes((f.rssi_byte(tag.rssi_dbm),))
                await send(f.frame(f.NOTICE, 0x22, level + with_check(tag_text(tag.epc))))
            if not tags:
                await send(f.frame(f.ANSWER, f.ERROR, bytes((f.NO_TAG,))))

    def _acts(self) -> dict[int, Callable[[bytes], bytes | int]]:
        """What commands do: the parameters of their answer, or an error code."""
        return {
            0x03: self._tell_about,
            0x07: self._set_region,
            0x08: lambda _: bytes((self.region,)),
            0x0B: lambda _: self.selection,
            0x0C: self._set_selection,
            0x12: self._set_select_mode,
            0x28: lambda _: b"\0",
            0x39: self._read,
            0x49: self._write,
            0x82: self._lock,
            0xB6: self._set_power,
            0xB7: lambda _: self.power.to_bytes(2, "big"),
            0xF3: self._measure,
        }

    def _tell_about(self, parameters: bytes) -> bytes | int:
        text = _TEXTS.get(parameters[0]) if len(parameters) == 1 else None
        return f.BAD_COMMAND if text is None else parameters + text

    def _set_region(self, parameters: bytes) -> bytes | int:
        if len(parameters) != 1 or parameters[0] not in _CHANNELS:
            return f.BAD_COMMAND
        self.region = parameters[0]
        return b"\0"

    def _set_power(self, parameters: bytes) -> bytes | int:
        """Take a power; more than it has is cut down without a word."""
        if len(parameters) != 2:
            return f.BAD_COMMAND
        self.power = min(int.from_bytes(parameters, "big"), self.highest_power)
        return b"\0"

    def _set_selection(self, parameters: bytes) -> bytes | int:
        if len(parameters) < 7 or len(parameters) != 7 + (parameters[5] + 7) // 8:
            return f.BAD_COMMAND
        self.selection = parameters
        return b"\0"

    def _set_select_mode(self, parameters: bytes) -> bytes | int:
        if len(parameters) != 1 or parameters[0] > 2:
            return f.BAD_COMMAND
        self.select_mode = parameters[0]
        return b"\0"

    def _measure(self, _: bytes) -> bytes:
        channels = _CHANNELS[self.region]
        levels = (_QUIET_DBM + self.draw.randint(-2, 2) for _ in range(channels))
        return bytes((0, channels - 1)) + bytes(map(f.rssi_byte, levels))

    def _listen(self) -> tuple[Heard, ...]:
        now_s = asyncio.get_running_loop().time()
        if now_s >= self._listens_until_s:
            self._listens_until_s = now_s + _LISTENS_FOR_S
            self._listened = self.field.listen(self._antenna)
        return self._listened

    def _fits(self, epc: str) -> bool:
        """Say whether the selection is of the EPC bank and its mask fits a tag."""
        memory = "".join(f"{byte:08b}" for byte in b"\0\0" + tag_text(epc))
        at = int.from_bytes(self.selection[1:5], "big")
        mask = "".join(f"{byte:08b}" for byte in self.selection[7:])[: self.selection[5]]
        return memory[at:].startswith(mask)

    def _one_tag(self) -> str | None:
        """Name the tag that an access reaches: the first that the selection lets answer."""
        self._listens_until_s = float("-inf")
        heard = (tag.epc for tag in self._listen())
        return next((epc for epc in heard if self.select_mode == 1 or self._fits(epc)), None)

    def _read(self, parameters: bytes) -> bytes | int:
        if len(parameters) != 9:
            return f.BAD_COMMAND
        epc = self._one_tag()
        if epc is None:
            return f.READ_FAILED
        word, count = int.from_bytes(parameters[5:7], "big"), int.from_bytes(parameters[7:], "big")
        words = self.tags.read(epc, parameters[4], word, count)
        if isinstance(words, Outcome):
            return f.READ_ERROR | f.OVERRUN
        return f.about(tag_text(epc)) + words

    def _write(self, parameters: bytes) -> bytes | int:
        size = 2 * int.from_bytes(parameters[7:9], "big")
        if len(parameters) != 9 + size or not 2 <= size <= 64:
            return f.BAD_COMMAND
        epc = self._one_tag()
        if epc is None:
            return f.WRITE_FAILED
        password = int.from_bytes(parameters[:4], "big")
        word = int.from_bytes(parameters[5:7], "big")
        outcome = self.tags.write(epc, parameters[4], word, parameters[9:], password)
        return self._tell(outcome, epc, f.WRITE_ERROR)

    def _lock(self, parameters: bytes) -> bytes | int:
        """Lock; of the twenty bits those of the EPC bank count here: mask 15 and action 5."""
        if len(parameters) != 7:
            return f.BAD_COMMAND
        epc = self._one_tag()
        if epc is None:
            return f.LOCK_FAILED
        bits = int.from_bytes(parameters[4:], "big")
        password = int.from_bytes(parameters[:4], "big")
        if not bits >> 15 & 1:
            return f.LOCK_ERROR
        outcome = self.tags.lock(epc, password, locked=bool(bits >> 5 & 1))
        return self._tell(outcome, epc, f.LOCK_ERROR)

    def _tell(self, outcome: Outcome, epc: str, of_tag: int) -> bytes | int:
        match outcome:
            case Outcome.DONE:
                return f.about(tag_text(epc)) + b"\0"
            case Outcome.WRONG_PASSWORD:
                return f.ACCESS_FAILED
            case Outcome.LOCKED:
                return of_tag | f.LOCKED
            case Outcome.NO_SUCH_MEMORY:
                return of_tag | f.OVERRUN
        return of_tag
