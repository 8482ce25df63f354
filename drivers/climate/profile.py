"""Probe profiles: which words of a probe mean what, as data from config/profiles. No device here.

A probe of another make needs a file, not code.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from importlib import resources
from typing import Annotated, Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from config.room import Part, UnitId, Words
from drivers.bus.frames import MAX_READ_WORDS

_BELOW_ZERO_FROM = 10_000


class BadProfile(ValueError):
    """A profile that does not exist or cannot be used."""


class Unreadable(ValueError):
    """Words that are no measurement: a sentinel, or a value that the sensor cannot have."""


class Span(Part):
    """What a healthy sensor may say, ends included."""

    low: float
    high: float

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low {self.low} is not below high {self.high}")
        return self


class SerialDefaults(Part):
    """How the device leaves the factory."""

    baud: Literal[1200, 2400, 4800, 9600, 14400, 19200, 38400, 57600, 115200]
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1
    unit: UnitId = 1


class Quantity(Part):
    """Where one quantity stands and how its words become a number."""

    address: Annotated[int, Field(ge=0, le=0xFFFF)]
    type: Literal["int16", "uint16", "float32"]
    order: Literal["high_word_first", "low_word_first"] = "high_word_first"
    sign: Literal["none", "twos_complement", "offset10000"] = "none"
    scale: Annotated[float, Field(gt=0)] = 1.0
    offset: float = 0.0
    sentinels: tuple[Annotated[int, Field(ge=0, le=0xFFFF)], ...] = ()
    plausible: Span

    @model_validator(mode="after")
    def _sign_fits_type(self) -> Self:
        fitting = {
            "int16": ("twos_complement",),
            "uint16": ("none", "offset10000"),
            "float32": ("none",),
        }[self.type]
        if self.sign not in fitting:
            raise ValueError(f"sign {self.sign} does not go with {self.type}; {fitting} does")
        return self

    @property
    def words(self) -> int:
        """Say how many words it takes."""
        return 2 if self.type == "float32" else 1

    def read(self, words: Sequence[int]) -> float:
        """Turn its words into a number with unit; raise Unreadable if they are no measurement."""
        if words[0] in self.sentinels:
            raise Unreadable(f"0x{words[0]:04X}, which says that there is no measurement")
        value = round(self._raw(words) * self.scale + self.offset, 6)
        if not self.plausible.low <= value <= self.plausible.high:
            span = self.plausible
            raise Unreadable(f"{value:g}, outside the sensor's {span.low:g} to {span.high:g}")
        return value

    def _raw(self, words: Sequence[int]) -> float:
        if self.type == "float32":
            pair = words if self.order == "high_word_first" else tuple(reversed(words))
            return float(struct.unpack(">f", struct.pack(">HH", *pair))[0])
        word = words[0]
        if self.sign == "twos_complement" and word >= 0x8000:
            return word - 0x10000
        if self.sign == "offset10000" and word >= _BELOW_ZERO_FROM:
            return _BELOW_ZERO_FROM - word
        return word


class ProbeProfile(Part):
    """How a make of probe speaks, where that is written, and whether we have seen it ourselves."""

    format: Literal[1]
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    name: Words
    serial: SerialDefaults | None = None
    function: Literal[3, 4]
    temperature_c: Quantity
    humidity_pct: Quantity
    source: Annotated[tuple[str, ...], Field(min_length=1)]
    verified: bool

    @model_validator(mode="after")
    def _fits_one_request(self) -> Self:
        if self.count > MAX_READ_WORDS:
            raise ValueError("temperature and humidity stand too far apart for one request")
        return self

    @property
    def address(self) -> int:
        """Return the first word that is asked for."""
        return min(self.temperature_c.address, self.humidity_pct.address)

    @property
    def count(self) -> int:
        """Say how many words one request takes, both quantities included."""
        ends = (part.address + part.words for part in (self.temperature_c, self.humidity_pct))
        return max(ends) - self.address

    def cut(self, words: Sequence[int], quantity: Quantity) -> Sequence[int]:
        """Take the words of one quantity out of an answer."""
        start = quantity.address - self.address
        return words[start : start + quantity.words]


def load_probe_profile(profile_id: str) -> ProbeProfile:
    """Read a profile that ships with the product; raise BadProfile that names file and place."""
    where = f"config/profiles/{profile_id}.yaml"
    file = resources.files("config.profiles") / f"{profile_id}.yaml"
    if not file.is_file():
        raise BadProfile(f"{where} does not exist; see config/profiles for those that do")
    try:
        return ProbeProfile.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise BadProfile(f"{where} is no YAML: {error}") from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, each['loc'])) or 'file'}: {each['msg']}" for each in error.errors()
        )
        raise BadProfile(f"{where} cannot be used: {problems}") from error
