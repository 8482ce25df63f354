"""Shapes of tags that a reader repeats: where everything stands is worked out once. Pure.

What is remembered is bounded, and little is spent on shapes that never come again: of the tags that
no shape fits few are learnt, only a few shapes of one length are tried, and none at all where none
has fitted for long.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, NamedTuple

from drivers.rfid.llrp import tags
from drivers.rfid.llrp.frames import Malformed, Skipped, Tlv
from drivers.rfid.llrp.tags import OpResult, TagReport

LENGTHS_KEPT: Final = 128
SHAPES_PER_LENGTH: Final = 4
"""Shapes of tags of one length that are remembered, those that fitted lately first."""
LONGEST_TAG: Final = 512
"""Bytes of the longest tag whose shape is remembered."""
LEARN_EVERY: Final = 8
"""Learning costs as much as reading ten tags, so it is not done for each that is new."""
MOST_DOUBT: Final = 64
"""So many strangers more than shapes that fit, and it is hardly worth while to try any."""
_LESS_DOUBT: Final = 3
"""A shape that fits is worth that many strangers."""
_TRY_EVERY: Final = 64
"""In doubt only one stranger of so many is looked at, and learnt."""


_OF_RESULT: Final = -1
_from_bytes: Final = int.from_bytes  # big-endian, as LLRP is
_new: Final = tuple.__new__  # a third of the time that a NamedTuple's own takes


class Part(NamedTuple):
    """One parameter of a tag: what never changes in it, and where it stands in the tag."""

    head: bytes
    """Its type, and whatever decides how it is read."""
    at: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """How to read all tags that have the same parameters at the same places."""

    heads: tuple[Part, ...]
    """The tag's own head first."""
    mask: int
    """A tag is of this shape if these bits of it, as one big number, are `same`."""
    same: int
    unpack_from: Callable[[bytes, int], tuple[Any, ...]]
    """Reads the fields' values out of a tag, in the order they stand in it."""
    iter_unpack: Callable[[bytes], Iterator[tuple[Any, ...]]]
    """Reads them out of many tags that follow each other."""
    places: tuple[int, ...]
    """The field of TagReport that each of them is; `_OF_RESULT` are a result's code and id."""
    pick: Callable[[tuple[Any, ...]], tuple[Any, ...]]
    """Puts values, then nothing, the results and the EPC, into the order of TagReport."""
    epc_at: int
    epc_end: int
    results: tuple[tuple[int, int, int, int], ...]
    """Of each operation's result: its type, which value its code is, where what was read stands."""

    def read(self, body: bytes, at: int) -> TagReport:
        """Read the tag of this shape that begins at `at`."""
        values = self.unpack_from(body, at)
        results: tuple[OpResult, ...] = ()
        if self.results:
            results = tuple(
                [
                    _new(OpResult, (kind, values[n], values[n + 1], body[at + words : at + stop]))
                    for kind, n, words, stop in self.results
                ]
            )
        epc = body[at + self.epc_at : at + self.epc_end].hex().upper()
        return _new(TagReport, self.pick(values + (None, results, epc)))  # noqa: RUF005  # twice as fast


class Shapes:
    """The shapes that were met lately."""

    def __init__(self) -> None:
        self._by_length: dict[int, list[Shape]] = {}
        self._strangers = 0
        """Tags that no shape fitted."""
        self._doubt = 0

    def __len__(self) -> int:
        return sum(map(len, self._by_length.values()))

    def read_tag(self, body: bytes, at: int, end: int) -> TagReport | Skipped:
        """Read the TagReportData that stands from `at` to `end`, with its head."""
        if self._doubt < MOST_DOUBT or self._strangers % _TRY_EVERY == 0:
            known = self._by_length.get(end - at)
            if known is not None:
                number = _from_bytes(body[at:end])
                for shape in known:
                    if number & shape.mask == shape.same:
                        if shape is not known[0]:
                            known.remove(shape)
                            known.insert(0, shape)
                        if self._doubt:
                            self._doubt = max(self._doubt - _LESS_DOUBT, 0)
                        return shape.read(body, at)
        self._meet_stranger(body[at:end])
        return tags.parse_tag(body, at + 4, end)

    def _meet_stranger(self, tag: bytes) -> None:
        self._strangers += 1
        if self._doubt < MOST_DOUBT:
            self._doubt += 1
            if self._strangers % LEARN_EVERY == 0:
                self.learn(tag)
        elif self._strangers % _TRY_EVERY == 0:
            self.learn(tag)

    def learn(self, tag: bytes) -> Shape | None:
        """Remember the shape of a tag; None if it is not well, or too long."""
        known = self._by_length.get(len(tag), [])
        number = _from_bytes(tag)
        for shape in known:
            if number & shape.mask == shape.same:
                return shape
        parts = parts_of(tag) if len(tag) <= LONGEST_TAG else None
        if parts is None:
            return None
        shape = _shape_of(tag, parts)
        self._by_length.pop(len(tag), None)
        self._by_length[len(tag)] = [shape, *known[: SHAPES_PER_LENGTH - 1]]
        if len(self._by_length) > LENGTHS_KEPT:
            del self._by_length[next(iter(self._by_length))]
        return shape


def parts_of(tag: bytes) -> tuple[Part, ...] | None:
    """Take a tag apart; None if it is not well."""
    parts, at, size = [Part(tag[:4], 0, 4)], 4, len(tag)
    while at < size:
        end, head = at + tags.tv_bytes(tag[at]), 1
        if end == at:
            if tag[at] & 0x80 or at + 4 > size:
                return None
            kind = _kind(tag[at : at + 2])
            end, head = at + (tag[at + 2] << 8 | tag[at + 3]), _TLV_HEADS.get(kind, 4)
            if not at + head <= end <= size or not _is_well(kind, tag, at, end):
                return None
        if end > size:
            return None
        parts.append(Part(tag[at : at + head], at, end))
        at = end
    return tuple(parts)


_TLV_HEADS: Final = {int(Tlv.EPC_DATA): 6, int(Tlv.CUSTOM): 12}
"""Unchanging bytes of a TLV parameter: with an EPC's bit count, with a vendor's type."""


def _kind(head: bytes) -> int:
    return (head[0] << 8 | head[1]) & 0x3FF


def _is_well(kind: int, tag: bytes, at: int, end: int) -> bool:
    """Say whether a TLV parameter can be read at all."""
    try:
        if kind == Tlv.EPC_DATA:
            tags.epc_bytes(tag, at + 4, end)
        elif kind in tags.OP_RESULTS:
            tags.parse_result(kind, tag, at + 4, end)
    except Malformed:
        return False
    if kind == Tlv.CUSTOM and tags.CUSTOM_HEAD.unpack_from(tag, at + 4) in tags.CUSTOM_FIELDS:
        return end - at == tags.CUSTOM_BYTES
    return True


def _shape_of(tag: bytes, parts: tuple[Part, ...]) -> Shape:
    code, places, epc_at, epc_end = ">", list[int](), 0, 0
    results: list[tuple[int, int, int, int]] = []
    mask = bytearray(len(tag))
    for part in parts:
        head, at, end = part
        start = at + len(head)
        mask[at:start] = b"\xff" * len(head)
        field = _field_of(head)
        if field is not None:
            places.append(tags.FIELDS.index(field[0]))
            code += f"{len(head)}x{field[1]}"
            continue
        if _is_result(part):
            words, stop = _words_of(tag, part)
            mask[start + 3 : words] = b"\xff" * (words - start - 3)
            results.append((_kind(head), len(places), words, stop))
            places += (_OF_RESULT, _OF_RESULT)
            code += f"4xBH{end - start - 3}x"
            continue
        code += f"{end - at}x"
        if head[0] == tags.EPC_96_HEAD:
            epc_at, epc_end = start, end
        elif len(head) == 6:
            epc_at, epc_end = start, start + (head[4] << 8 | head[5]) // 8
    bits, packed = _from_bytes(mask), struct.Struct(code)
    return Shape(
        heads=parts,
        mask=bits,
        same=_from_bytes(tag) & bits,
        unpack_from=packed.unpack_from,
        iter_unpack=packed.iter_unpack,
        places=tuple(places),
        pick=_picker(places),
        epc_at=epc_at,
        epc_end=epc_end,
        results=tuple(results),
    )


def _is_result(part: Part) -> bool:
    return len(part.head) == 4 and part.at > 0 and _kind(part.head) in tags.OP_RESULTS


def _words_of(tag: bytes, part: Part) -> tuple[int, int]:
    """Say where the words that an operation read stand in the tag; behind its id if it read none.

    How many they are never changes within a shape.
    """
    start = part.at + 4
    read = tags.parse_result(_kind(part.head), tag, start, part.end).words
    words = min(start + 5, part.end) if _kind(part.head) == Tlv.C1G2_READ_RESULT else start + 3
    return words, words + len(read)


def _field_of(head: bytes) -> tuple[str, str] | None:
    """Name the field that a parameter is and how it is packed; None if it is none of ours."""
    if head[0] & 0x80:
        return tags.TV_FIELDS.get(head[0] & 0x7F)
    return (
        tags.CUSTOM_FIELDS.get(tags.CUSTOM_HEAD.unpack_from(head, 4)) if len(head) == 12 else None
    )


def _picker(places: list[int]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """Say where each field is among the values, then nothing, the results and the EPC."""
    found = [len(places)] * len(tags.FIELDS)
    for number, place in enumerate(places):
        if place != _OF_RESULT:
            found[place] = number
    found[0], found[tags.RESULTS] = len(places) + 2, len(places) + 1
    return itemgetter(*found)
