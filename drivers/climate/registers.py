"""How the words of a Modbus device become numbers, and in how few requests they are read. Pure.

A place says where a number stands; profiles (drivers/climate/profile.py) are lists of places.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.parts import Part
from config.quantities import Offset, Scale
from drivers.bus.frames import MAX_READ_WORDS
from drivers.bus.spans import Limits, Span, plan_reads

_BELOW_ZERO_FROM = 10_000
_FITTING_SIGNS = {
    "int16": ("twos_complement",),
    "int32": ("twos_complement",),
    "uint16": ("none", "offset10000"),
    "uint32": ("none",),
    "float32": ("none",),
}
_WIDE = ("int32", "uint32", "float32")


class Bounds(Part):
    """What a healthy sensor may say; ends included."""

    low: float
    high: float

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g}")
        return self

    def holds(self, value: float) -> bool:
        """Say whether a value lies within."""
        return self.low <= value <= self.high


class Place(Part):
    """Where a number stands and how its words are to be read."""

    address: Annotated[int, Field(ge=0, le=0xFFFF)]
    function: Literal[3, 4] | None = None
    """Which Modbus function reads it; None: the profile's own."""
    type: Literal["int16", "uint16", "int32", "uint32", "float32"]
    order: Literal["high_word_first", "low_word_first"] = "high_word_first"
    """Of a number that takes two words."""
    sign: Literal["none", "twos_complement", "offset10000"] = "none"
    """offset10000: 10000 and more means so much below zero."""
    scale: Scale = 1.0
    offset: Offset = 0.0
    sentinels: tuple[Annotated[int, Field(ge=0, le=0xFFFFFFFF)], ...] = ()
    """Raw numbers, without sign, that say that nothing is measured."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        fitting = _FITTING_SIGNS[self.type]
        if self.sign not in fitting:
            raise ValueError(f"sign {self.sign} does not go with {self.type}; {fitting} does")
        if self.address + self.words > 0x10000:
            raise ValueError(f"address {self.address:#06x}: its second word lies above 0xFFFF")
        return self

    @property
    def words(self) -> int:
        """Say how many words it takes."""
        return 2 if self.type in _WIDE else 1

    @property
    def span(self) -> Span:
        """Return the words it takes."""
        return Span(self.address, self.words)

    def read(self, words: Sequence[int]) -> float | None:
        """Turn its words into a number with unit; None if they say that nothing is measured."""
        raw = _join(words if self.order == "high_word_first" else tuple(reversed(words)))
        if raw in self.sentinels:
            return None
        value = self._signed(raw) * self.scale + self.offset
        return round(value, 6) if math.isfinite(value) else None

    def _signed(self, raw: int) -> float:
        if self.type == "float32":
            return float(struct.unpack(">f", raw.to_bytes(4))[0])
        if self.sign == "offset10000":
            return raw if raw < _BELOW_ZERO_FROM else _BELOW_ZERO_FROM - raw
        top = 1 << (16 * self.words)
        return raw - top if self.sign == "twos_complement" and raw >= top // 2 else raw


@dataclass(frozen=True, slots=True)
class Block:
    """What one request reads."""

    function: int
    span: Span


Blocks = Mapping[Block, Sequence[int]]
"""The words of every block that was read."""


class Layout(Part):
    """What is said of all places of a device together."""

    function: Literal[3, 4] = 3
    most_gap: Annotated[int, Field(ge=0, le=MAX_READ_WORDS - 1)] = 0
    """Words nobody wants that one read may take along; many devices refuse any."""
    most_words: Annotated[int, Field(ge=1, le=MAX_READ_WORDS)] = MAX_READ_WORDS
    """Words that one request may ask for."""

    def plan(self, places: Iterable[Place]) -> tuple[Block, ...]:
        """Choose the requests that read all places; no number is cut in two."""
        limits = Limits(most_gap=self.most_gap, most_words=self.most_words)
        wanted = sorted((self._function_of(place), place.span) for place in places)
        return tuple(
            Block(function, span)
            for function, group in groupby(wanted, key=lambda each: each[0])
            for span in plan_reads((span for _, span in group), limits)
        )

    def read(self, place: Place, blocks: Blocks) -> float | None:
        """Read a place out of what was read; None if nothing is measured there."""
        function, span = self._function_of(place), place.span
        for block, words in blocks.items():
            if block.function == function and block.span.holds(span):
                start = span.address - block.span.address
                return place.read(words[start : start + span.count])
        raise KeyError(f"no block holds {span}")

    def overlaps(self, one: Place, other: Place) -> bool:
        """Say whether a word belongs to both."""
        return self._function_of(one) == self._function_of(other) and one.span.touches(other.span)

    def _function_of(self, place: Place) -> Literal[3, 4]:
        return place.function or self.function


def _join(words: Sequence[int]) -> int:
    number = 0
    for word in words:
        number = number << 16 | word
    return number
