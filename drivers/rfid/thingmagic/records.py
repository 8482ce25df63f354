"""One tag as a ThingMagic module tells it, out of its buffer or as it hears it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.rfid.station.asking import Malformed
from drivers.rfid.station.gen2 import count_words, tag_crc
from drivers.rfid.thingmagic.commands import Told

_SIZES = {
    Told.COUNT: 1,
    Told.RSSI: 1,
    Told.ANTENNA: 1,
    Told.FREQUENCY: 3,
    Told.TIME: 4,
    Told.PHASE: 2,
    Told.PROTOCOL: 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TagHeard:
    """What a module tells of a tag; None is what it was not to tell."""

    pc: int
    epc: str
    crc: int
    count: int | None = None
    rssi_dbm: int | None = None
    antenna: int | None = None
    """Where it was heard; 16 goes over the wire as 0."""
    sender: int | None = None
    frequency_khz: int | None = None
    at_ms: int | None = None
    """Since the search began."""
    phase_deg: int | None = None
    """0 to 180."""
    protocol: int | None = None


def parse_record(data: bytes, at: int, told: Told) -> tuple[TagHeard, int]:
    """Read one tag from a place on; return it and where the next one begins. Raise Malformed.

    After what was asked for stand the tag's data, pins, the number of bits, PC, EPC and check.
    """
    if told & ~Told(0x1FF):
        raise Malformed(f"what no list knows is told of a tag: 0x{told:04X}")
    facts: dict[Told, int] = {}
    for fact, size in _SIZES.items():
        if fact in told:
            facts[fact], at = _take(data, at, size)
    if Told.DATA in told:
        bits, at = _take(data, at, 2)
        at += (bits + 7) // 8
    if Told.PINS in told:
        _, at = _take(data, at, 1)
    bits, at = _take(data, at, 2)
    size = bits // 8
    if bits % 16 or size < 6 or at + size > len(data):
        raise Malformed(f"a tag of {bits} bits")
    name, check = data[at : at + size - 2], int.from_bytes(data[at + size - 2 : at + size], "big")
    return _tag(name, check, facts), at + size


def _tag(name: bytes, check: int, facts: dict[Told, int]) -> TagHeard:
    pc = int.from_bytes(name[:2], "big")
    if 2 * count_words(pc) != len(name) - 2:
        words = f"a tag whose PC counts {count_words(pc)} words before {len(name) - 2} bytes"
        raise Malformed(words)
    if tag_crc(name) != check:
        raise Malformed("a tag whose own check is wrong")
    rssi, ports = facts.get(Told.RSSI), facts.get(Told.ANTENNA)
    return TagHeard(
        pc=pc,
        epc=name[2:].hex().upper(),
        crc=check,
        count=facts.get(Told.COUNT),
        rssi_dbm=None if rssi is None else rssi - 256 if rssi > 127 else rssi,
        antenna=None if ports is None else ports & 0xF or 16,
        sender=None if ports is None else ports >> 4 or 16,
        frequency_khz=facts.get(Told.FREQUENCY),
        at_ms=facts.get(Told.TIME),
        phase_deg=facts.get(Told.PHASE),
        protocol=facts.get(Told.PROTOCOL),
    )


def _take(data: bytes, at: int, size: int) -> tuple[int, int]:
    if at + size > len(data):
        raise Malformed("a tag that ends too early")
    return int.from_bytes(data[at : at + size], "big"), at + size
