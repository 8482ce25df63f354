"""A simulated ThingMagic module's tags: those in its buffer, and the one that is touched."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from simulators.physics.radio import Heard
from simulators.wire import thingmagic_frames as f
from simulators.wire.gen2 import Outcome, TagMemories, tag_text, with_check

_GEN2 = 5
_ALL_FACTS = 0x1FF
_LONG, _METADATA = 0x20, 0x10
_LOCK_EPC = 1 << 5


class TagBuffer:
    """What searches found since it was cleared; each tag stands there once."""

    def __init__(self, draw: Random) -> None:
        self.capacity = 1000
        self.last_search_ms = 0
        self._draw = draw
        self._tags: dict[str, tuple[Heard, int, int]] = {}
        self._told = self._began = 0

    @property
    def count(self) -> int:
        """How many tags have not been told yet."""
        return len(self._tags) - self._told

    @property
    def is_full(self) -> bool:
        """Whether no other tag has room."""
        return len(self._tags) >= self.capacity

    def add(self, tag: Heard, antenna: int, frequency_khz: int) -> bool:
        """Keep a tag; say whether another one has room."""
        self._tags.setdefault(tag.epc, (tag, antenna, frequency_khz))
        return not self.is_full

    def clear(self, _: bytes) -> bytes:
        """Forget all of them."""
        self._tags.clear()
        self._told = self._began = 0
        return b""

    def tell(self, data: bytes) -> bytes | int:
        """Tell as many of the next tags as one frame has room for."""
        if len(data) != 3:
            return f.WRONG_LENGTH
        if data[2] == 1:
            self._told = self._began
        if not self.count:
            return f.NO_MORE_TAGS
        told = int.from_bytes(data[:2], "big")
        said, count = b"", 0
        for tag, antenna, frequency_khz in list(self._tags.values())[self._told :]:
            record = self._record(tag, antenna, frequency_khz, told)
            if len(said) + len(record) + 4 > f.LONGEST_ANSWER:
                break
            said += record
            count += 1
        self._began = self._told
        self._told += count
        return data + bytes((count,)) + said

    def streamed(self, tag: Heard, antenna: int) -> bytes:
        """Tell one tag of a search without end: option, flags, facts, kind of record, the tag."""
        head = b"\x10\x00\x1b" + _ALL_FACTS.to_bytes(2, "big") + b"\x01"
        return head + self._record(tag, antenna, 915_250, _ALL_FACTS)

    def _record(self, tag: Heard, antenna: int, frequency_khz: int, told: int) -> bytes:
        text = tag_text(tag.epc)
        port = antenna % 16
        facts = {
            0x01: bytes((min(tag.count, 255),)),
            0x02: bytes((round(tag.rssi_dbm) & 0xFF,)),
            0x04: bytes((port << 4 | port,)),
            0x08: frequency_khz.to_bytes(3, "big"),
            0x10: self._draw.randint(0, self.last_search_ms).to_bytes(4, "big"),
            0x20: self._draw.randint(0, 180).to_bytes(2, "big"),
            0x40: bytes((_GEN2,)),
        }
        return f.record(text, with_check(text)[-2:], told, facts)


class TagDesk:
    """Reads, writes and locks the one tag that a question chooses."""

    def __init__(
        self, tags: Callable[[], TagMemories], hear: Callable[[], tuple[str, ...] | int]
    ) -> None:
        self._tags = tags
        self._hear = hear

    def read(self, data: bytes) -> bytes | int:
        """Time(2) option [facts(2)] bank address(4) words, then who: the words of a bank."""
        option = data[2]
        facts = data[3:5] if option & _METADATA else b""
        if facts.strip(b"\0"):
            return f.BAD_VALUE
        at = 3 + len(facts)
        bank, address, count = data[at], int.from_bytes(data[at + 1 : at + 5], "big"), data[at + 5]
        chosen = self._choose(option, data[at + 6 :])
        if isinstance(chosen, int):
            return chosen
        words = self._tags().read(chosen[0], bank, address, count)
        if isinstance(words, Outcome):
            return f.OVERRUN
        return bytes((option,)) + facts + words

    def write(self, data: bytes) -> bytes | int:
        """Time(2) option address(4) bank, then who, then words."""
        chosen = self._choose(data[2], data[8:])
        if isinstance(chosen, int):
            return chosen
        epc, password, words = chosen
        if len(words) % 2 or not words:
            return f.WRONG_LENGTH
        address = int.from_bytes(data[3:7], "big")
        return _status(self._tags().write(epc, data[7], address, words, password))

    def lock(self, data: bytes) -> bytes | int:
        """Time(2) option password(4) mask(2) action(2), then who, without a password."""
        chosen = self._choose(data[2], bytes(4) + data[11:])
        if isinstance(chosen, int):
            return chosen
        mask, action = int.from_bytes(data[7:9], "big"), int.from_bytes(data[9:11], "big")
        if mask != _LOCK_EPC:
            return f.BAD_VALUE
        password = int.from_bytes(data[3:7], "big")
        return _status(self._tags().lock(chosen[0], password, locked=bool(action & _LOCK_EPC)))

    def _choose(self, option: int, rest: bytes) -> tuple[str, int, bytes] | int:
        """Name the tag that is touched, its password, and what stands behind who it is."""
        heard = self._hear()
        if isinstance(heard, int):
            return heard
        begins, password = "", 0
        match option & 0x07:
            case 0:  # whichever answers first
                pass
            case 1:  # that of this number
                password = int.from_bytes(rest[:4], "big")
                at = 6 if option & _LONG else 5
                end = at + int.from_bytes(rest[4:at], "big") // 8
                begins, rest = rest[at:end].hex().upper(), rest[end:]
            case 5:  # whichever it is, with this password
                password, rest = int.from_bytes(rest[:4], "big"), rest[4:]
            case _:
                return f.BAD_VALUE
        epc = next((epc for epc in heard if epc.startswith(begins)), None)
        return f.NO_TAG if epc is None else (epc, password, rest)


def _status(outcome: Outcome) -> bytes | int:
    match outcome:
        case Outcome.DONE:
            return b""
        case Outcome.LOCKED:
            return f.LOCKED
        case Outcome.WRONG_PASSWORD:
            return f.TAG_ERROR
        case Outcome.NO_SUCH_MEMORY:
            return f.OVERRUN
    return f.WRITE_FAILED
