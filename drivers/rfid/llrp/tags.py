"""One tag of a report, parameter by parameter, whatever it carries and in whatever order. Pure.

Numbers in comments name chapters of LLRP 1.0.1.
"""

from __future__ import annotations

import struct
from typing import Any, Final, NamedTuple

from drivers.rfid.llrp.frames import IMPINJ, TV_BYTES, ImpinjType, Malformed, Skipped, Tlv, Tv

_EPC_BITS: Final = range(16, 496 + 1, 16)
"""What a Gen2 tag can hold: 1 to 31 words, as its protocol control word counts them."""


class OpResult(NamedTuple):
    """What came of one access operation on a tag (15.2.1.5.5)."""

    type: int
    """Of the parameter that tells it: 349 read, 350 write, 352 lock."""
    code: int
    """0 is success; the others depend on the type."""
    op_id: int
    words: bytes = b""
    """What was read."""


class TagReport(NamedTuple):
    """What a reader tells of one tag (13.2.3). `None`: not in this report.

    A NamedTuple, not a dataclass: a busy reader makes thousands of these each second.
    """

    epc: str
    """Upper-case hex; empty if the report names no EPC."""
    antenna: int | None = None
    peak_rssi_dbm: int | None = None
    channel: int | None = None
    seen_count: int | None = None
    rospec_id: int | None = None
    spec_index: int | None = None
    first_seen_utc_us: int | None = None
    last_seen_utc_us: int | None = None
    pc: int | None = None
    impinj_phase: int | None = None
    """4096 is a full turn."""
    impinj_rssi_cdbm: int | None = None
    """Hundredths of a dBm."""
    results: tuple[OpResult, ...] = ()


FIELDS: Final = TagReport._fields
RESULTS: Final = FIELDS.index("results")
TV_FIELDS: Final = {
    int(Tv.ANTENNA_ID): ("antenna", "H"),
    int(Tv.PEAK_RSSI): ("peak_rssi_dbm", "b"),
    int(Tv.CHANNEL_INDEX): ("channel", "H"),
    int(Tv.TAG_SEEN_COUNT): ("seen_count", "H"),
    int(Tv.ROSPEC_ID): ("rospec_id", "I"),
    int(Tv.SPEC_INDEX): ("spec_index", "H"),
    int(Tv.FIRST_SEEN_UTC): ("first_seen_utc_us", "Q"),
    int(Tv.LAST_SEEN_UTC): ("last_seen_utc_us", "Q"),
    int(Tv.C1G2_PC): ("pc", "H"),
}
"""Which field a TV parameter is, and how its value is packed."""
CUSTOM_FIELDS: Final = {
    (IMPINJ, int(ImpinjType.RF_PHASE_ANGLE)): ("impinj_phase", "H"),
    (IMPINJ, int(ImpinjType.PEAK_RSSI)): ("impinj_rssi_cdbm", "h"),
}
"""The same of vendors' parameters; each is 14 bytes long with its head."""
CUSTOM_HEAD: Final = struct.Struct(">II")
CUSTOM_BYTES: Final = 14
OP_RESULTS: Final = {
    int(Tlv.C1G2_READ_RESULT), int(Tlv.C1G2_WRITE_RESULT), int(Tlv.C1G2_LOCK_RESULT)
}  # fmt: skip
EPC_96_HEAD: Final = 0x80 | int(Tv.EPC_96)

_CUT_OFF: Final = "the last parameter of a tag reaches outside of it"
_NOTHING: Final[list[Any]] = [""] + [None] * (RESULTS - 1) + [()]
_EPC_DATA: Final = int(Tlv.EPC_DATA)
_CUSTOM: Final = int(Tlv.CUSTOM)


def _tv_reading(first: int) -> tuple[int, int, Any]:
    """Tell of a parameter's first byte: the bytes of the whole, its field, and how to read it."""
    kind = first & 0x7F
    if not first & 0x80 or kind not in TV_BYTES:
        return 0, 0, None
    if kind not in TV_FIELDS:
        return 1 + TV_BYTES[kind], 0, None
    name, code = TV_FIELDS[kind]
    return 1 + TV_BYTES[kind], FIELDS.index(name), struct.Struct(f">x{code}").unpack_from


_BY_FIRST_BYTE: Final = tuple(_tv_reading(first) for first in range(256))
_BY_CUSTOM_HEAD: Final = {
    struct.pack(">HHII", _CUSTOM, CUSTOM_BYTES, *owner): (
        FIELDS.index(name),
        struct.Struct(f">12x{code}").unpack_from,
    )
    for owner, (name, code) in CUSTOM_FIELDS.items()
}


def parse_tag(body: bytes, start: int, end: int) -> TagReport | Skipped:
    """Read one TagReportData (16.2.7.3) whose parameters stand from `start` to `end`."""
    values = _NOTHING[:]
    try:
        _fill(values, body, start, end)
    except struct.error:
        return Skipped(end - start + 4, _CUT_OFF)
    except Malformed as error:
        return Skipped(end - start + 4, str(error))
    return tuple.__new__(TagReport, values)


def tv_bytes(first: int) -> int:
    """Say how long the TV parameter with this first byte is; 0 if there is none."""
    return _BY_FIRST_BYTE[first][0]


def _fill(values: list[Any], body: bytes, at: int, end: int) -> None:
    """Walk a tag's parameters; by hand and not by `walk`, because this is where time goes.

    Whether the last one ends where the tag does is looked at once, at the end.
    """
    table, customs = _BY_FIRST_BYTE, _BY_CUSTOM_HEAD
    while at < end:
        first = body[at]
        size, place, read = table[first]
        if size:
            if read is not None:
                values[place] = read(body, at)[0]
            elif first == EPC_96_HEAD:
                values[0] = body[at + 1 : at + size].hex().upper()
            at += size
            continue
        ours = customs.get(body[at : at + 12])
        if ours is not None:
            values[ours[0]] = ours[1](body, at)[0]
            at += CUSTOM_BYTES
        else:
            at = _take_other(values, body, at, end)
    if at != end:
        raise Malformed(_CUT_OFF)


def _take_other(values: list[Any], body: bytes, at: int, end: int) -> int:
    """Take a parameter that tells its own length; return where the next one begins."""
    first = body[at]
    if first & 0x80:
        raise Malformed(f"TV parameter {first & 0x7F} has no known length")
    if at + 4 > end:
        raise Malformed("a parameter of a tag ends inside its own header")
    kind = (first << 8 | body[at + 1]) & 0x3FF
    start, at = at + 4, at + (body[at + 2] << 8 | body[at + 3])
    if at < start or at > end:
        raise Malformed(f"parameter {kind} reaches outside of its tag")
    if kind == _EPC_DATA:
        values[0] = _parse_epc(body, start, at)
    elif kind == _CUSTOM:
        _take_custom(values, body, start, at)
    elif kind in OP_RESULTS:
        values[RESULTS] += (parse_result(kind, body, start, at),)
    return at


def epc_bytes(body: bytes, start: int, end: int) -> int:
    """Say how many bytes of EPC an EPCData holds (13.2.3.2): a bit count, then the bits.

    Raises Malformed if no tag can have such an EPC, or if it is cut off.
    """
    bits = int.from_bytes(body[start : min(start + 2, end)], "big")
    if bits not in _EPC_BITS or start + 2 + bits // 8 > end:
        raise Malformed(f"an EPC of {bits} bits is none that a tag can have, or is cut off")
    return bits // 8


def _parse_epc(body: bytes, start: int, end: int) -> str:
    return body[start + 2 : start + 2 + epc_bytes(body, start, end)].hex().upper()


def _take_custom(values: list[Any], body: bytes, start: int, end: int) -> None:
    if end - start < CUSTOM_HEAD.size:
        raise Malformed("a custom parameter is too short to name its vendor")
    field = CUSTOM_FIELDS.get(CUSTOM_HEAD.unpack_from(body, start))
    if field is None:
        return
    name, code = field
    if end - start != CUSTOM_HEAD.size + 2:
        raise Malformed(f"{name} has a length that is not its own")
    (value,) = struct.unpack_from(f">{code}", body, start + CUSTOM_HEAD.size)
    values[FIELDS.index(name)] = value


def parse_result(kind: int, body: bytes, start: int, end: int) -> OpResult:
    """Read how an operation ended (16.3.1.5.5): u8 code, u16 its id, then words if it read any."""
    if end - start < 3:
        raise Malformed("an operation's result is too short")
    code, op_id = body[start], int.from_bytes(body[start + 1 : start + 3], "big")
    if kind != Tlv.C1G2_READ_RESULT:
        return OpResult(kind, code, op_id)
    count = int.from_bytes(body[start + 3 : min(start + 5, end)], "big")
    if start + 5 + 2 * count > end:
        raise Malformed(f"a result claims {count} words, which are not there")
    return OpResult(kind, code, op_id, body[start + 5 : start + 5 + 2 * count])
