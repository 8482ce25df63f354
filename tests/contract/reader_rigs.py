"""Every reader driver on a bad wire, with the simulated reader at the other end.

A driver joins the contract suite by one entry in RIGS. What is wrong with a frame is restated here
from the manuals, in bytes that neither the drivers nor the simulators wrote.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from config.geometry import shelves_of
from config.load import load_room, shipped_room
from config.room import (
    Antenna,
    AnyReader,
    ChafonReader,
    LlrpReader,
    M100Reader,
    R2000Reader,
    TcpAddress,
    ThingMagicReader,
)
from drivers.errors import LinkLost
from drivers.ports import Connect, Plan, TagReader
from drivers.readings import AntennaCycle, Heard, TagRead
from drivers.rfid.connect import connect_reader
from simulators.boxes import ShelvedBox
from simulators.harness import SimulatedRoom, simulated_room
from simulators.simulation import Simulation
from tests.contract.bad_wire import BadWire, bad_wire
from tests.contract.modbus_slave import Fate

SMALL = load_room(shipped_room("small"))
READER = "reader-9"
EPC, OTHER = "E200301666130121155074EF", "E2004074850A0103163070E1"
NEW, NEWER = "AABBCCDDEEFF001122334455", "5352000100000000000000A7"
FOREIGN = "DEADDEADDEADDEADDEADDEAD"
"""A tag that lies nowhere: whoever hears it was told so by a frame it should not have believed."""
SHELF = next(str(address) for address, _ in shelves_of(SMALL))
BOXES = {"B-1": EPC, "B-2": OTHER}
_MOST_LOSSES = 400


class Memory(Protocol):
    """Where the simulated reader's tags are written."""

    @property
    def writes(self) -> int:
        """How many writes tags took."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BadFrames:
    """What a reader of one protocol may say that must not be believed."""

    too_long: bytes
    """It claims to be longer than any frame may be."""
    wrong_check: bytes
    """Of FOREIGN, otherwise well; where there is no check, lengths contradict each other."""
    odd_tag: bytes
    """A frame that is well, of a tag whose number is no whole words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One protocol: its settings in the room file, its simulated reader, its bad frames."""

    settings: Callable[..., AnyReader]
    memory: Callable[[Simulation], Memory]
    count_writes: Callable[[bytes], int]
    """Counts the writes among all that the reader was told."""
    bad: BadFrames
    antennas: tuple[int, ...] = (1, 2)
    serial: bool = False
    """Whether its frames are made for serial lines, which lose and change bytes; TCP does not."""
    has_clock: bool = False

    @property
    def fates(self) -> tuple[Fate, ...]:
        """What can befall its wire: within a TCP connection nothing is ever lost."""
        return tuple(fate for fate in Fate if self.serial or fate is not Fate.LOSSY)


@dataclass(slots=True)
class Rig:
    """A running room with one reader, and the bad wire to it."""

    kind: Kind
    room: SimulatedRoom
    wire: BadWire
    connect: Connect[TagReader]
    losses: list[LinkLost] = field(default_factory=list)

    @property
    def writes(self) -> int:
        return self.kind.memory(self.room.simulation).writes

    @property
    def writes_asked(self) -> int:
        return self.kind.count_writes(bytes(self.wire.told))

    @property
    def epcs(self) -> set[str]:
        return {box.epc for box in self.room.world.boxes.values()}

    def spoil(self, fate: Fate, probability: float) -> None:
        """Let the wire be bad from now on; one that splits or is late always is."""
        draw = self.wire.rng
        always = fate in (Fate.WHOLE, Fate.BYTEWISE)
        self.wire.fate = lambda: fate if always or draw.random() < probability else Fate.WHOLE

    async def hear(
        self, enough: Callable[[list[Heard]], bool], *, plan: Plan | None = None
    ) -> list[Heard]:
        """Listen until enough was heard; connect again after each loss, as the room agent does."""
        heard: list[Heard] = []
        while True:
            try:
                async with self.connect() as reader, reader.inventory(plan) as readings:
                    async for reading in readings:
                        heard.append(reading)
                        if enough(heard):
                            return heard
            except LinkLost as lost:
                self.losses.append(lost)
                if len(self.losses) > _MOST_LOSSES:
                    raise
                await asyncio.sleep(0.2)


def reads(heard: Sequence[Heard]) -> list[TagRead]:
    return [reading for reading in heard if isinstance(reading, TagRead)]


def cycles(heard: Sequence[Heard]) -> list[int]:
    return [reading.antenna for reading in heard if isinstance(reading, AntennaCycle)]


async def take(
    readings: AsyncIterator[Heard], enough: Callable[[list[Heard]], bool]
) -> list[Heard]:
    """Listen on an open inventory until enough was heard."""
    heard: list[Heard] = []
    while not enough(heard):
        heard.append(await anext(readings))
    return heard


@asynccontextmanager
async def rig(name: str, *, seed: int = 1, reader_id: str = READER) -> AsyncIterator[Rig]:
    """Start a room whose only device is this reader, with two boxes on its desk."""
    kind = KINDS[name]
    settings = kind.settings(reader_id, antennas=_antennas(kind))
    room = SMALL.model_copy(update={"devices": (settings,)})
    rows = [
        ShelvedBox(code=code, epc=epc, shelf=SHELF, order_mm=100 * at, thickness_mm=50)
        for at, (code, epc) in enumerate(BOXES.items())
    ]
    async with simulated_room(room, boxes=rows, seed=seed) as simulated:
        for box in BOXES:
            simulated.take_box(box)
            simulated.put_box(box, on="desk")
        (device,) = simulated.room.devices
        assert isinstance(device, type(settings))
        assert isinstance(device.at, TcpAddress)
        async with bad_wire(device.at, seed) as (wire, at):
            wire.flips = kind.serial
            behind = device.model_copy(update={"at": at})
            yield Rig(kind, simulated, wire, connect_reader(behind, simulated.clock))


def _antennas(kind: Kind) -> tuple[Antenna, ...]:
    covers = {1: "desk", 2: SHELF}
    return tuple(Antenna(antenna=number, covers=covers[number]) for number in kind.antennas)


def _llrp(reader_id: str, **more: Any) -> LlrpReader:
    return LlrpReader(
        driver="rfid.llrp", id=reader_id, at=TcpAddress(host="127.0.0.1", port=5084), **more
    )


def _m100(reader_id: str, **more: Any) -> M100Reader:
    return M100Reader(
        driver="rfid.m100", id=reader_id, at=TcpAddress(host="127.0.0.1", port=4001), **more
    )


def _r2000(reader_id: str, **more: Any) -> R2000Reader:
    return R2000Reader(
        driver="rfid.r2000", id=reader_id, at=TcpAddress(host="127.0.0.1", port=4001), **more
    )


def _chafon(reader_id: str, **more: Any) -> ChafonReader:
    return ChafonReader(
        driver="rfid.chafon", id=reader_id, at=TcpAddress(host="127.0.0.1", port=6000), **more
    )


def _thingmagic(reader_id: str, **more: Any) -> ThingMagicReader:
    return ThingMagicReader(
        driver="rfid.thingmagic", id=reader_id, at=TcpAddress(host="127.0.0.1", port=4001), **more
    )


def _llrp_message(kind: int, body: bytes, length: int | None = None) -> bytes:
    return struct.pack(">HII", 0x0400 | kind, length or 10 + len(body), 0) + body


def _tag_report(parameters: bytes) -> bytes:
    """A report of one tag on antenna 1 (LLRP 1.0.1, 16.2.7.3)."""
    inside = parameters + b"\x81\x00\x01"
    return _llrp_message(61, struct.pack(">HH", 240, 4 + len(inside)) + inside)


def _sums_to_zero(frame: bytes) -> bytes:
    return frame + bytes((-sum(frame) & 0xFF,))


def _r2000_tag(epc: bytes, pc: int = 0x3000) -> bytes:
    inside = b"\x01\x89\x00" + struct.pack(">H", pc) + epc + b"\x45"
    return _sums_to_zero(bytes((0xA0, len(inside) + 1)) + inside)


def _gen2_check(words: bytes) -> bytes:
    value = 0xFFFF
    for bit in (byte >> shift & 1 for byte in words for shift in range(7, -1, -1)):
        value = (value << 1 & 0xFFFF) ^ (0x1021 if value >> 15 ^ bit else 0)
    return (value ^ 0xFFFF).to_bytes(2, "big")


def _m100_tag(epc: bytes, pc: int = 0x3000) -> bytes:
    words = struct.pack(">H", pc) + epc
    inside = b"\xc9" + words + _gen2_check(words)
    text = b"\x02\x22" + len(inside).to_bytes(2, "big") + inside
    return b"\xbb" + text + bytes((sum(text) & 0xFF, 0x7E))


def _mcrf4xx(text: bytes) -> bytes:
    """The CRC-16 of UHFReader18's manual: 0x8408 from FFFF, low byte first."""
    value = 0xFFFF
    for byte in text:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x8408 if value & 1 else 0)
    return value.to_bytes(2, "little")


def _chafon_round(tag: bytes, *, antennas: bytes, level: bytes) -> bytes:
    """The answer to 0x01 of one tag, after which more follow."""
    inside = b"\x00\x01\x03" + antennas + b"\x01" + bytes((len(tag),)) + tag + level
    text = bytes((len(inside) + 2,)) + inside
    return text + _mcrf4xx(text)


def _chafon_288_round(tag: bytes) -> bytes:
    return _chafon_round(tag, antennas=b"\x01", level=b"\x50")


def _chafon_18_round(tag: bytes) -> bytes:
    return _chafon_round(tag, antennas=b"", level=b"")


def _mercury(text: bytes) -> bytes:
    """The check of the Mercury5e guide: a remainder of 0x1021 from FFFF, no zeros appended."""
    value = 0xFFFF
    for bit in (byte >> shift & 1 for byte in text for shift in range(7, -1, -1)):
        value = (value << 1 & 0xFFFF | bit) ^ (0x1021 if value >> 15 else 0)
    return value.to_bytes(2, "big")


def _thingmagic_tag(epc: bytes) -> bytes:
    """An answer to 0x29 of one tag on antenna 1, with what this program asks for."""
    words = b"\x30\x00" + epc
    size = (8 * len(words) + 16).to_bytes(2, "big")
    tag = bytes.fromhex("01c4110e1640000005") + size + words + _gen2_check(words)
    inside = b"\x00\x6f\x00\x01" + tag
    text = bytes((len(inside), 0x29, 0, 0)) + inside
    return b"\xff" + text + _mercury(text)


def _off_by_one(frame: bytes, at: int) -> bytes:
    wrong = bytearray(frame)
    wrong[at] = (wrong[at] + 1) & 0xFF
    return bytes(wrong)


def _llrp_writes(told: bytes) -> int:
    """Count ADD_ACCESSSPECs (40) that hold a C1G2Write (342, 16.2.1.5)."""
    count = at = 0
    while at + 10 <= len(told):
        kind, length, _ = struct.unpack_from(">HII", told, at)
        count += kind & 0x3FF == 40 and b"\x01\x56" in told[at + 10 : at + length]
        at += length
    return count


def _r2000_writes(told: bytes) -> int:
    count = at = 0
    while at + 4 <= len(told):
        assert told[at] == 0xA0
        count += told[at + 3] in (0x82, 0x94)
        at += told[at + 1] + 2
    return count


def _m100_writes(told: bytes) -> int:
    count = at = 0
    while at + 5 <= len(told):
        assert told[at] == 0xBB
        count += told[at + 2] == 0x49
        at += 7 + int.from_bytes(told[at + 3 : at + 5], "big")
    return count


def _thingmagic_writes(told: bytes) -> int:
    count = at = 0
    while at + 5 <= len(told):
        assert told[at] == 0xFF
        count += told[at + 2] in (0x23, 0x24)
        at += told[at + 1] + 5
    return count


def _chafon_writes(told: bytes) -> int:
    count = at = 0
    while at + 3 <= len(told):
        count += told[at + 2] in (0x03, 0x04)
        at += told[at] + 1
    return count


_FOREIGN = bytes.fromhex(FOREIGN)

KINDS = {
    "llrp": Kind(
        settings=_llrp,
        memory=lambda room: room.llrp_readers[READER].access.memory,
        count_writes=_llrp_writes,
        has_clock=True,
        bad=BadFrames(
            too_long=_llrp_message(61, b"", (1 << 20) + 1),
            wrong_check=_tag_report(b"\x8d" + _FOREIGN + struct.pack(">HH", 241, 99)),
            odd_tag=_tag_report(struct.pack(">HHH", 241, 6 + 11, 88) + _FOREIGN[:11]),
        ),
    ),
    "r2000": Kind(
        settings=_r2000,
        memory=lambda room: room.r2000_readers[READER].tags,
        count_writes=_r2000_writes,
        serial=True,
        bad=BadFrames(
            too_long=_r2000_tag(_FOREIGN * 6, pc=0xF800),
            wrong_check=_off_by_one(_r2000_tag(_FOREIGN), -1),
            odd_tag=_r2000_tag(_FOREIGN[:11]),
        ),
    ),
    "m100": Kind(
        settings=_m100,
        memory=lambda room: room.m100_readers[READER].tags,
        count_writes=_m100_writes,
        antennas=(1,),
        serial=True,
        bad=BadFrames(
            too_long=b"\xbb\x02\x22\xff\xff" + _FOREIGN,
            wrong_check=_off_by_one(_m100_tag(_FOREIGN), -2),
            odd_tag=_m100_tag(_FOREIGN[:11]),
        ),
    ),
    "chafon-288": Kind(
        settings=partial(_chafon, model="288"),
        memory=lambda room: room.chafon_readers[READER].tags,
        count_writes=_chafon_writes,
        serial=True,
        bad=BadFrames(
            too_long=_chafon_288_round(_FOREIGN * 6),
            wrong_check=_off_by_one(_chafon_288_round(_FOREIGN), -1),
            odd_tag=_chafon_288_round(_FOREIGN[:11]),
        ),
    ),
    "chafon-18": Kind(
        settings=partial(_chafon, model="18"),
        memory=lambda room: room.chafon_readers[READER].tags,
        count_writes=_chafon_writes,
        antennas=(1,),
        serial=True,
        bad=BadFrames(
            too_long=_chafon_18_round(_FOREIGN * 6),
            wrong_check=_off_by_one(_chafon_18_round(_FOREIGN), -1),
            odd_tag=_chafon_18_round(_FOREIGN[:11]),
        ),
    ),
    "thingmagic": Kind(
        settings=_thingmagic,
        memory=lambda room: room.thingmagic_readers[READER].tags,
        count_writes=_thingmagic_writes,
        serial=True,
        bad=BadFrames(
            too_long=b"\xff\xf9\x29\x00\x00" + _FOREIGN,
            wrong_check=_off_by_one(_thingmagic_tag(_FOREIGN), -1),
            odd_tag=_thingmagic_tag(_FOREIGN[:11]),
        ),
    ),
}
