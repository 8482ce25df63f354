"""RO_ACCESS_REPORTs made byte by byte: the usual shape, and shapes that no two tags share. Pure.

Parameter numbers and sizes are those of the LLRP 1.0.1 specification, chapter 16.2.7.
"""

from __future__ import annotations

import random
import struct

TAGS = 100
TAG_BYTES = 51
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
_USUAL = (9, 14, 1, 6, 2, 4, 8)
"""ROSpecID, SpecIndex, AntennaID, PeakRSSI, FirstSeenUTC, LastSeenUTC, TagSeenCount."""


def usual_report(seed: int) -> bytes:
    """Make one message of 100 tags, 51 bytes each."""
    draw = random.Random(seed)
    tags = [_tag(_tv(_EPC_96, draw.randbytes(12)), *_some(_USUAL, draw)) for _ in range(TAGS)]
    assert all(len(tag) == TAG_BYTES for tag in tags)
    return _message(b"".join(tags))


def odd_reports(seed: int, reports: int) -> list[bytes]:
    """Make messages whose tags differ in what they carry, its order, and the length of the EPC."""
    draw = random.Random(seed)
    return [_message(b"".join(_odd_tag(draw) for _ in range(TAGS))) for _ in range(reports)]


def _odd_tag(draw: random.Random) -> bytes:
    if draw.random() < 0.5:
        epc = _tv(_EPC_96, draw.randbytes(12))
    else:
        words = draw.randint(1, 31)
        epc = _tlv(_EPC_DATA, struct.pack(">H", 16 * words) + draw.randbytes(2 * words))
    kinds = draw.sample(sorted(_TV_BYTES), draw.randint(1, len(_TV_BYTES)))
    parts = _some(tuple(kinds), draw)
    for subtype in draw.sample((56, 57, 68), draw.randint(0, 3)):
        value = draw.randbytes(2)
        parts.append(_tlv(_CUSTOM, struct.pack(">II", _IMPINJ, subtype) + value))
    if draw.random() < 0.3:
        words = draw.randint(0, 8)
        result = struct.pack(">BHH", 0, draw.randrange(1 << 16), words) + draw.randbytes(2 * words)
        parts.append(_tlv(_READ_RESULT, result))
    if draw.random() < 0.3:
        stranger = struct.pack(">II", draw.randrange(1 << 24), draw.randrange(1 << 8))
        parts.append(_tlv(_CUSTOM, stranger + draw.randbytes(draw.randint(0, 16))))
    return _tag(epc, *parts)


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
