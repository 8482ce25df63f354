"""Tag reports: what a reader tells of one tag after the other, quickly. Pure.

Numbers in comments name chapters of LLRP 1.0.1. A tag that cannot be read is skipped by its length.
A report whose tags all look alike, as most do, is read column by column; any other tag by tag.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from typing import Any, Final, NamedTuple

from drivers.rfid.llrp.frames import IMPINJ, TV_BYTES, ImpinjType, Malformed, Skipped, Tlv, Tv, walk

LAYOUTS_KEPT: Final = 64
"""How many shapes of a tag are remembered; a reader uses one or two."""

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


_FIELDS: Final = TagReport._fields
_RESULTS: Final = _FIELDS.index("results")
_TV_FIELDS: Final = {
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
_TV_SIZE: Final = tuple(1 + TV_BYTES[kind] if kind in TV_BYTES else 0 for kind in range(128))
_TV_READ: Final = tuple(
    (
        _TV_SIZE[kind],
        _FIELDS.index(_TV_FIELDS[kind][0]) if kind in _TV_FIELDS else 0,
        struct.Struct(f">{_TV_FIELDS[kind][1]}").unpack_from if kind in _TV_FIELDS else None,
    )
    for kind in range(128)
)
"""Of each TV type: its bytes (0: nobody knows), its field, and how to read it if it is ours."""
_CUSTOM_FIELDS: Final = {
    (IMPINJ, int(ImpinjType.RF_PHASE_ANGLE)): ("impinj_phase", "H"),
    (IMPINJ, int(ImpinjType.PEAK_RSSI)): ("impinj_rssi_cdbm", "h"),
}
_NOTHING: Final[list[Any]] = [""] + [None] * (_RESULTS - 1) + [()]
_CUSTOM_HEAD: Final = struct.Struct(">II")
_TAG_HEAD: Final = Tlv.TAG_REPORT_DATA.to_bytes(2, "big")
_EPC_96: Final = int(Tv.EPC_96)
_EPC_96_HEAD: Final = 0x80 | _EPC_96
_EPC_DATA: Final = int(Tlv.EPC_DATA)
_CUSTOM: Final = int(Tlv.CUSTOM)
_OP_RESULTS: Final = {
    int(Tlv.C1G2_READ_RESULT), int(Tlv.C1G2_WRITE_RESULT), int(Tlv.C1G2_LOCK_RESULT)
}  # fmt: skip


def parse_tag_reports(body: bytes) -> Sequence[TagReport | Skipped]:
    """Read the body of an RO_ACCESS_REPORT, tag by tag in its order.

    Never raises: what cannot be read stands there as what was skipped, and the rest is kept.
    """
    alike = _parse_alike(body)
    if alike is not None:
        return alike
    found: list[TagReport | Skipped] = []
    at, end = 0, len(body)
    try:
        while at < end:
            if body[at : at + 2] == _TAG_HEAD and at + 4 <= end:
                stop = at + (body[at + 2] << 8 | body[at + 3])
                if not at + 4 <= stop <= end:
                    raise Malformed("a tag's report reaches outside of its message")
                found.append(_parse_tag(body, at + 4, stop))
                at = stop
            else:
                at = next(walk(body, at)).end
    except Malformed as error:
        found.append(Skipped(end - at, str(error)))
    return found


def _parse_tag(body: bytes, start: int, end: int) -> TagReport | Skipped:
    """Read one TagReportData (16.2.7.3)."""
    values = _NOTHING[:]
    try:
        _fill(values, body, start, end)
    except Malformed as error:
        return Skipped(end - start + 4, str(error))
    return TagReport._make(values)


def _fill(values: list[Any], body: bytes, at: int, end: int) -> None:
    """Walk a tag's parameters; by hand and not by `walk`, because this is where time goes."""
    while at < end:
        first = body[at]
        if first & 0x80:
            size, place, read = _TV_READ[first & 0x7F]
            start, at = at + 1, at + size
            if not size or at > end:
                raise Malformed(f"TV parameter {first & 0x7F} has no known length or is cut off")
            if read is not None:
                values[place] = read(body, start)[0]
            elif first == _EPC_96_HEAD:
                values[0] = body[start:at].hex().upper()
            continue
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
        elif kind in _OP_RESULTS:
            values[_RESULTS] += (_parse_result(kind, body, start, at),)


def _parse_epc(body: bytes, start: int, end: int) -> str:
    """Read an EPC of another length (13.2.3.2): a bit count, then the bits."""
    bits = int.from_bytes(body[start : min(start + 2, end)], "big")
    stop = start + 2 + bits // 8
    if bits not in _EPC_BITS or stop > end:
        raise Malformed(f"an EPC of {bits} bits is none that a tag can have, or is cut off")
    return body[start + 2 : stop].hex().upper()


def _take_custom(values: list[Any], body: bytes, start: int, end: int) -> None:
    if end - start < _CUSTOM_HEAD.size:
        raise Malformed("a custom parameter is too short to name its vendor")
    field = _CUSTOM_FIELDS.get(_CUSTOM_HEAD.unpack_from(body, start))
    if field is None:
        return
    name, code = field
    if end - start != _CUSTOM_HEAD.size + 2:
        raise Malformed(f"{name} has a length that is not its own")
    (value,) = struct.unpack_from(f">{code}", body, start + _CUSTOM_HEAD.size)
    values[_FIELDS.index(name)] = value


def _parse_result(kind: int, body: bytes, start: int, end: int) -> OpResult:
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


class _Part(NamedTuple):
    """One parameter of a tag: what never changes in it, and where it stands in the tag."""

    head: bytes
    """Its type, and whatever decides how it is read."""
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class _Layout:
    """How to read many tags that all have the parameters of the first."""

    tag: struct.Struct
    places: tuple[int, ...]
    """The field of TagReport that each unpacked value is."""
    epc: slice
    """Where the EPC stands among the hex digits of a tag."""


def _parse_alike(body: bytes) -> list[TagReport | Skipped] | None:
    """Read a report whose tags all have the same parameters; None if it is no such report."""
    if len(body) < 8:
        return None
    size = body[2] << 8 | body[3]
    count, rest = divmod(len(body), size) if size > 4 else (0, 1)
    if rest or count < 2 or body[:2] != _TAG_HEAD:
        return None
    parts = _parts_of_first(body, size)
    if parts is None or not _all_have(body, size, count, parts):
        return None
    return _read_columns(body, size, count, _layout_of(parts, size))


def _parts_of_first(body: bytes, size: int) -> tuple[_Part, ...] | None:
    """Take the first tag apart; None if it is not well, or holds what has no fixed place."""
    parts: list[_Part] = []
    at = 4
    while at < size:
        first = body[at]
        if first & 0x80:
            width = _TV_SIZE[first & 0x7F]
            end, head = at + width, 1
            if not width:
                return None
        else:
            kind = (first << 8 | body[at + 1]) & 0x3FF
            end = at + (body[at + 2] << 8 | body[at + 3]) if at + 4 <= size else size + 1
            head = _TLV_HEADS.get(kind, 4)
            if end < at + head or kind in _OP_RESULTS or not _is_well(kind, body, at, end):
                return None
        if end > size:
            return None
        parts.append(_Part(body[at : at + head], at, end))
        at = end
    return tuple(parts)


_TLV_HEADS: Final = {_EPC_DATA: 6, _CUSTOM: 12}
"""Unchanging bytes of a TLV parameter: with an EPC's bit count, with a vendor's type."""


def _is_well(kind: int, body: bytes, at: int, end: int) -> bool:
    """Say whether a TLV parameter of the first tag can be read by its place alone."""
    if kind == _EPC_DATA:
        bits = body[at + 4] << 8 | body[at + 5]
        return bits in _EPC_BITS and at + 6 + bits // 8 <= end
    if kind == _CUSTOM and _CUSTOM_HEAD.unpack_from(body, at + 4) in _CUSTOM_FIELDS:
        return end - at == 14
    return True


def _all_have(body: bytes, size: int, count: int, parts: tuple[_Part, ...]) -> bool:
    """Say whether every tag has what the first has, at the same places."""
    heads = [(0, body[:4]), *((part.at, part.head) for part in parts)]
    return all(
        body[at + place :: size] == head[place : place + 1] * count
        for at, head in heads
        for place in range(len(head))
    )


@lru_cache(maxsize=LAYOUTS_KEPT)
def _layout_of(parts: tuple[_Part, ...], size: int) -> _Layout:
    code, places, epc = ">4x", [], slice(0, 0)
    for part in parts:
        width = part.end - part.at - len(part.head)
        field = None
        if part.head[0] & 0x80:
            kind = part.head[0] & 0x7F
            field = _TV_FIELDS.get(kind)
            if kind == _EPC_96:
                epc = slice(2 * part.at + 2, 2 * part.end)
        elif len(part.head) == 12:
            vendor, subtype = _CUSTOM_HEAD.unpack_from(part.head, 4)
            field = _CUSTOM_FIELDS.get((vendor, subtype))
        elif len(part.head) == 6:
            bits = part.head[4] << 8 | part.head[5]
            epc = slice(2 * part.at + 12, 2 * part.at + 12 + bits // 4)
        code += f"{len(part.head)}x" + (f"{width}x" if field is None else field[1])
        if field is not None:
            places.append(_FIELDS.index(field[0]))
    return _Layout(struct.Struct(code), tuple(places), epc)


def _read_columns(body: bytes, size: int, count: int, layout: _Layout) -> list[TagReport | Skipped]:
    """Read all tags of a report at once; nothing in here takes a step per parameter in Python."""
    columns: list[Iterable[Any]] = [repeat(None)] * _RESULTS + [repeat((), count)]
    for place, column in zip(
        layout.places, zip(*layout.tag.iter_unpack(body), strict=True), strict=True
    ):
        columns[place] = column
    digits, epc = body.hex().upper(), layout.epc
    columns[0] = [digits[at + epc.start : at + epc.stop] for at in range(0, len(digits), 2 * size)]
    return list(map(TagReport._make, zip(*columns, strict=False)))
