"""RO_ACCESS_REPORTs made byte by byte: the usual shape, odd shapes, and random ones. Pure.

Parameter numbers and sizes are those of the LLRP 1.0.1 specification, chapter 16.2.7. All tags are
valid, and a stock decoder knows all their parameters but other vendors' own.

The odd corpus is a mix of readers. Each was asked for 5 to 14 of the optional parameters, times
since boot, control word, CRC and AccessSpecID among them. Half of the readers send them in the
order of the specification, half in one of their own. Half leave out what has not changed since the
tag before (13.2.3.1), as antenna, channel, count and control word mostly have not: their tags
differ in shape from one to the next. Four tags in five carry 96 bits, the others two lengths
between 1 and 31 words. Half of the readers read 2 or 6 words of memory from every other tag. Some
add custom parameters: phase, fine level and Doppler of Impinj, or those of vendors nobody knows.

The random corpus draws the parameters of every tag and their order anew. No reader does that; it is
the worst that a decoder which remembers shapes can meet.
"""

from __future__ import annotations

import random
import struct

TAGS = 100
TAG_BYTES = 51
READERS = 24
_RO_ACCESS_REPORT, _TAG_REPORT_DATA, _EPC_DATA = 61, 240, 241
_READ_RESULT, _CUSTOM = 349, 1023
_EPC_96 = 13
_IMPINJ = 25882
_TV_BYTES = {
    1: 2,
    2: 8,
    3: 8,
    4: 8,
    5: 8,
    6: 1,
    7: 2,
    8: 2,
    9: 4,
    10: 2,
    11: 2,
    12: 2,
    14: 2,
    16: 4,
}
_ORDER = (9, 14, 10, 1, 6, 7, 2, 3, 4, 5, 8, 12, 11, 16)
_WORDS = (1, 2, 4, 5, 8, 10, 15, 31)
_VENDORS = (
    (),
    (),
    ((_IMPINJ, 56, 2), (_IMPINJ, 57, 2)),
    ((_IMPINJ, 56, 2), (_IMPINJ, 57, 2), (_IMPINJ, 68, 2)),
    ((161, 1000, 6),),
    ((17996, 3, 4), (26554, 7, 1)),
)
"""Vendor, subtype and value bytes of the custom parameters that a reader adds."""
_USUAL = (9, 14, 1, 6, 2, 4, 8)
"""ROSpecID, SpecIndex, AntennaID, PeakRSSI, FirstSeenUTC, LastSeenUTC, TagSeenCount."""


def usual_report(seed: int) -> bytes:
    """Make one message of 100 tags, 51 bytes each."""
    draw = random.Random(seed)
    tags = [_tag(_tv(_EPC_96, draw.randbytes(12)), *_some(_USUAL, draw)) for _ in range(TAGS)]
    assert all(len(tag) == TAG_BYTES for tag in tags)
    return _message(b"".join(tags))


def odd_reports(seed: int, reports: int) -> list[bytes]:
    """Make messages of READERS readers, each of which fills its reports in a way of its own."""
    draw = random.Random(seed)
    readers = [_Reader(draw) for _ in range(READERS)]
    return [
        _message(b"".join(reader.tag() for _ in range(TAGS)))
        for reader in draw.choices(readers, k=reports)
    ]


def random_reports(seed: int, reports: int) -> list[bytes]:
    """Make messages no reader sends: what a tag carries and in which order is drawn anew."""
    draw = random.Random(seed)
    return [_message(b"".join(_random_tag(draw) for _ in range(TAGS))) for _ in range(reports)]


class _Reader:
    """A reader: what it was asked to report, in what order, what it leaves out, its tags."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw
        on = draw.sample(_ORDER, draw.randint(5, len(_ORDER)))
        self._kinds = sorted(on, key=_ORDER.index) if draw.random() < 0.5 else on
        self._leaves_out = draw.random() < 0.5
        self._lengths = (6, *draw.choices(_WORDS, k=2))
        self._customs = draw.choice(_VENDORS)
        self._reads_words = draw.choice((0, 0, 2, 6))
        self._seen_us = 1_750_000_000_000_000
        self._now = {9: 1, 14: 1, 10: 1, 1: 1, 7: 1, 16: 1}
        self._told: dict[int, int] = {}

    def tag(self) -> bytes:
        draw, words = self._draw, self._draw.choices(self._lengths, (80, 15, 5))[0]
        self._look_on(words)
        parts = [_epc(draw.randbytes(2 * words))]
        for kind in self._kinds:
            value = self._now[kind]
            if not (self._leaves_out and self._told.get(kind) == value):
                parts.append(_tv(kind, value.to_bytes(_TV_BYTES[kind], "big")))
            self._told[kind] = value
        if self._reads_words and draw.random() < 0.5:
            parts.append(_read_result(draw, self._reads_words))
        parts += [
            _custom(vendor, subtype, draw.randbytes(n)) for vendor, subtype, n in self._customs
        ]
        return _tag(*parts)

    def _look_on(self, words: int) -> None:
        """Change the values as they change from read to read; the others stay as they are."""
        draw, now = self._draw, self._now
        if draw.random() < 1 / 20:
            now[1] = now[14] = draw.randint(1, 4)
        if draw.random() < 1 / 50:
            now[7] = draw.randint(1, 16)
        self._seen_us += draw.randint(1_000, 20_000)
        now[2] = now[3] = self._seen_us - draw.choice((0, 0, 0, 150_000))
        now[4] = now[5] = self._seen_us
        now[6] = draw.randint(256 - 75, 256 - 40)
        now[8] = draw.choice((1, 1, 1, 1, 2, 3))
        now[11], now[12] = draw.randrange(1 << 16), words << 11


def _random_tag(draw: random.Random) -> bytes:
    epc = _epc(draw.randbytes(12 if draw.random() < 0.5 else 2 * draw.randint(1, 31)))
    kinds = draw.sample(sorted(_TV_BYTES), draw.randint(1, len(_TV_BYTES)))
    parts = _some(tuple(kinds), draw)
    for subtype in draw.sample((56, 57, 68), draw.randint(0, 3)):
        parts.append(_custom(_IMPINJ, subtype, draw.randbytes(2)))
    if draw.random() < 0.3:
        parts.append(_read_result(draw, draw.randint(0, 8)))
    if draw.random() < 0.3:
        value = draw.randbytes(draw.randint(0, 16))
        parts.append(_custom(draw.randrange(1 << 24), draw.randrange(1 << 8), value))
    return _tag(epc, *parts)


def _epc(number: bytes) -> bytes:
    """Write 96 bits in the short form that is made for them, any other number in the long one."""
    if len(number) == 12:
        return _tv(_EPC_96, number)
    return _tlv(_EPC_DATA, struct.pack(">H", 8 * len(number)) + number)


def _read_result(draw: random.Random, words: int) -> bytes:
    head = struct.pack(">BHH", 0, draw.randrange(1 << 16), words)
    return _tlv(_READ_RESULT, head + draw.randbytes(2 * words))


def _custom(vendor: int, subtype: int, value: bytes) -> bytes:
    return _tlv(_CUSTOM, struct.pack(">II", vendor, subtype) + value)


def _some(kinds: tuple[int, ...], draw: random.Random) -> list[bytes]:
    return [_tv(kind, draw.randbytes(_TV_BYTES[kind])) for kind in kinds]


def _tag(*parts: bytes) -> bytes:
    return _tlv(_TAG_REPORT_DATA, b"".join(parts))


def _tv(kind: int, value: bytes) -> bytes:
    return bytes([0x80 | kind]) + value


def _tlv(kind: int, value: bytes) -> bytes:
    return struct.pack(">HH", kind, 4 + len(value)) + value


def _message(body: bytes) -> bytes:
    return struct.pack(">HII", 1 << 10 | _RO_ACCESS_REPORT, 10 + len(body), 1) + body
