"""Tag reports: what a reader tells of one tag after the other, quickly. Pure.

Numbers in comments name chapters of LLRP 1.0.1. A tag that cannot be read is skipped by its length.
A report whose tags all look alike, as most do, is read column by column; any other tag by tag, by
the shapes that were met before.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any, Final

from drivers.rfid.llrp.frames import Malformed, Skipped, Tlv, walk
from drivers.rfid.llrp.shapes import Shape, Shapes
from drivers.rfid.llrp.tags import RESULTS, TagReport

_TAG_HEAD: Final = Tlv.TAG_REPORT_DATA.to_bytes(2, "big")
_TAG: Final = int(Tlv.TAG_REPORT_DATA)
_HEAD: Final = struct.Struct(">HH")


def parse_tag_reports(body: bytes, shapes: Shapes | None = None) -> Sequence[TagReport | Skipped]:
    """Read the body of an RO_ACCESS_REPORT, tag by tag in its order.

    `shapes` is what is remembered of this reader's tags; it changes how long reading takes, never
    what is read. Never raises: what cannot be read stands there as what was skipped, and the rest
    is kept.
    """
    shapes = Shapes() if shapes is None else shapes
    alike = _parse_alike(body, shapes)
    if alike is not None:
        return alike
    found: list[TagReport | Skipped] = []
    at, end = 0, len(body)
    try:
        while at < end:
            at = _read_tags(found, body, at, shapes)
            if at < end:
                at = next(walk(body, at)).end
    except Malformed as error:
        found.append(Skipped(end - at, str(error)))
    return found


def _read_tags(found: list[TagReport | Skipped], body: bytes, at: int, shapes: Shapes) -> int:
    """Read tags as long as they follow each other; return where something else begins."""
    end = len(body)
    while at + 4 <= end:
        kind, size = _HEAD.unpack_from(body, at)
        if kind != _TAG:
            break
        stop = at + size
        if size < 4 or stop > end:
            break
        found.append(shapes.read_tag(body, at, stop))
        at = stop
    return at


def _parse_alike(body: bytes, shapes: Shapes) -> list[TagReport | Skipped] | None:
    """Read a report whose tags all have the same parameters; None if it is no such report."""
    if len(body) < 8:
        return None
    size = body[2] << 8 | body[3]
    count, rest = divmod(len(body), size) if size > 4 else (0, 1)
    if rest or count < 2 or body[:2] != _TAG_HEAD:
        return None
    shape = shapes.learn(body[:size])
    if shape is None or shape.results or not _all_have(body, size, count, shape):
        return None
    return _read_columns(body, size, count, shape)


def _all_have(body: bytes, size: int, count: int, shape: Shape) -> bool:
    """Say whether every tag has what the first has, at the same places."""
    return all(
        body[at + place :: size] == head[place : place + 1] * count
        for head, at, _ in shape.heads
        for place in range(len(head))
    )


def _read_columns(body: bytes, size: int, count: int, shape: Shape) -> list[TagReport | Skipped]:
    """Read all tags of a report at once; nothing in here takes a step per parameter in Python."""
    columns: list[Iterable[Any]] = [repeat(None)] * RESULTS + [repeat((), count)]
    for place, column in zip(shape.places, zip(*shape.iter_unpack(body), strict=True), strict=True):
        columns[place] = column
    start, stop = 2 * shape.epc_at, 2 * shape.epc_end
    digits = body.hex().upper()
    columns[0] = [digits[at + start : at + stop] for at in range(0, len(digits), 2 * size)]
    return list(map(TagReport._make, zip(*columns, strict=False)))
