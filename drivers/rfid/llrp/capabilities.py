"""What a reader can do and how it is set: antennas, powers, region, inputs and outputs. Pure.

Numbers in comments name chapters of LLRP 1.0.1; 0 and None mean that a reader does not say.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from drivers.rfid.llrp.frames import (
    IMPINJ,
    Malformed,
    Message,
    Parameter,
    Tlv,
    parse_text,
    unpack,
    walk,
)
from drivers.rfid.station.identity import identity_words

_CAN_HOLD_REPORTS: Final = 0x08
_STANDARDS: Final = {1: "us", 2: "eu", 9: "kr"}
"""FCC part 15, ETSI 302 208, Korea MIC article 5-2 (9.2.4)."""
_COUNTRIES: Final = {840: "us", 410: "kr"}
_CHINA: Final = 156
_BANDS_KHZ: Final = {"cn_800": (840_000, 845_000), "cn_900": (920_000, 925_000)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What we must know of a reader (9.2)."""

    manufacturer: int = 0
    """Its private enterprise number at IANA."""
    model: int = 0
    firmware: str = ""
    max_antennas: int = 0
    inputs: int = 0
    outputs: int = 0
    max_specs_per_rospec: int = 0
    can_hold_reports: bool = False
    max_access_specs: int | None = None
    country: int = 0
    """ISO 3166 numeric."""
    standard: int = 0
    powers_dbm: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    """What each index of its power table stands for."""
    hop_table: int | None = None
    """The first of its tables for hopping; None if it does not hop."""
    frequencies_khz: tuple[int, ...] = ()
    identity: str | None = None
    """In hex; None also where it was not asked."""

    @property
    def is_impinj(self) -> bool:
        return self.manufacturer == IMPINJ

    @property
    def name(self) -> str | None:
        """Name maker and model, as far as the reader tells them."""
        if not self.manufacturer:
            return None
        maker = "Impinj" if self.is_impinj else f"maker {self.manufacturer}"
        return f"{maker} model {self.model}"

    def words(self) -> tuple[str, ...]:
        """Describe the reader to a person who puts it into service."""
        powers = self.powers_dbm.values()
        return (
            f"{self.name or 'names no maker'}, firmware {self.firmware or 'unknown'}",
            f"region {self.region or f'unknown (country {self.country})'}",
            f"{min(powers):g} to {max(powers):g} dBm" if powers else "tells no powers",
            f"{self.inputs} inputs and {self.outputs} outputs",
            *identity_words(self.identity),
        )

    @property
    def region(self) -> str | None:
        """Name the region as the room file does; None if it is none that we know."""
        if self.standard in _STANDARDS:
            return _STANDARDS[self.standard]
        if self.country == _CHINA:
            return self._band_in_china()
        return _COUNTRIES.get(self.country)

    def _band_in_china(self) -> str | None:
        for region, (low, high) in _BANDS_KHZ.items():
            if self.frequencies_khz and all(low <= f <= high for f in self.frequencies_khz):
                return region
        return None

    def power_index(self, dbm: float) -> int | None:
        """Find the power of the table nearest to `dbm`, not above; None if `dbm` is outside."""
        below = [(power, index) for index, power in self.powers_dbm.items() if power <= dbm]
        if not below or dbm > max(self.powers_dbm.values()):
            return None
        return max(below)[1]


def parse_capabilities(message: Message) -> Capabilities:
    """Read a GET_READER_CAPABILITIES_RESPONSE; parts that are missing stay at "does not say"."""
    body = message.body
    found: dict[str, object] = {}
    for kind, start, end in walk(body):
        if kind == Tlv.GENERAL_DEVICE_CAPABILITIES:
            found |= _parse_general(body, start, end)
        elif kind == Tlv.LLRP_CAPABILITIES:
            found |= _parse_llrp(body, start, end)
        elif kind == Tlv.REGULATORY_CAPABILITIES:
            found |= _parse_regulatory(body, start, end)
    return Capabilities(**found)  # type: ignore[arg-type]  # the three below name its fields


def _parse_general(body: bytes, start: int, end: int) -> dict[str, object]:
    antennas, _, maker, model = unpack(">HHII", body, start, end)
    firmware = parse_text(body, start + 12, end)
    inside = start + 14 + len_of_text(body, start + 12)
    inputs = outputs = 0
    for kind, at, stop in walk(body, inside, end):
        if kind == Tlv.GPIO_CAPABILITIES:
            inputs, outputs = unpack(">HH", body, at, stop)
    return {
        "max_antennas": antennas,
        "manufacturer": maker,
        "model": model,
        "firmware": firmware,
        "inputs": inputs,
        "outputs": outputs,
    }


def len_of_text(body: bytes, start: int) -> int:
    """Return the bytes of a text whose count was checked."""
    return body[start] << 8 | body[start + 1]


def _parse_llrp(body: bytes, start: int, end: int) -> dict[str, object]:
    flags, _, _, _, specs, _, access, _ = unpack(">BBHIIIII", body, start, end)
    return {
        "can_hold_reports": bool(flags & _CAN_HOLD_REPORTS),
        "max_specs_per_rospec": specs,
        "max_access_specs": access,
    }


def _parse_regulatory(body: bytes, start: int, end: int) -> dict[str, object]:
    country, standard = unpack(">HH", body, start, end)
    powers: dict[int, float] = {}
    frequencies: list[int] = []
    hop_table = None
    for kind, at, stop in _inside(body, start + 4, end, Tlv.UHF_BAND_CAPABILITIES):
        if kind == Tlv.TRANSMIT_POWER_LEVEL:
            index, centi_dbm = unpack(">Hh", body, at, stop)
            powers[index] = centi_dbm / 100
        elif kind == Tlv.FREQUENCY_INFORMATION:
            for table, first, last in walk(body, at + 1, stop):
                if table == Tlv.FREQUENCY_HOP_TABLE:
                    table_id, _, count = unpack(">BBH", body, first, last)
                    hop_table = table_id if hop_table is None else hop_table
                    frequencies += unpack(f">4x{count}I", body, first, last)
                elif table == Tlv.FIXED_FREQUENCY_TABLE:
                    (count,) = unpack(">H", body, first, last)
                    frequencies += unpack(f">2x{count}I", body, first, last)
    return {
        "country": country,
        "standard": standard,
        "powers_dbm": MappingProxyType(powers),
        "hop_table": hop_table,
        "frequencies_khz": tuple(frequencies),
    }


def _inside(body: bytes, start: int, end: int, kind: int) -> Iterator[Parameter]:
    """Walk the parameters inside those of one type."""
    for outer in walk(body, start, end):
        if outer.type == kind:
            yield from walk(body, outer.start, outer.end)


@dataclass(frozen=True, slots=True)
class Transmitter:
    """How an antenna sends (12.2.1.4): hop table or channel, and the index of its power."""

    hop_table: int
    channel: int
    power_index: int

    def to_bytes(self) -> bytes:
        return struct.pack(">HHH", self.hop_table, self.channel, self.power_index)


@dataclass(frozen=True, slots=True)
class Config:
    """How a reader is set (12.1.2); what it does not say is not in here."""

    transmitters: Mapping[int, Transmitter]
    connected: Mapping[int, bool]
    """Whether something is plugged in where an antenna belongs."""


NO_CONFIG: Final = Config(MappingProxyType({}), MappingProxyType({}))


def parse_config(message: Message) -> Config:
    """Read a GET_READER_CONFIG_RESPONSE; raises Malformed if it is none."""
    body = message.body
    transmitters: dict[int, Transmitter] = {}
    connected: dict[int, bool] = {}
    for kind, start, end in walk(body):
        if kind == Tlv.ANTENNA_PROPERTIES:
            flags, antenna, _ = unpack(">BHh", body, start, end)
            connected[antenna] = bool(flags & 0x80)
        elif kind == Tlv.ANTENNA_CONFIGURATION:
            (antenna,) = unpack(">H", body, start, end)
            for inner, at, stop in walk(body, start + 2, end):
                if inner == Tlv.RF_TRANSMITTER:
                    transmitters[antenna] = Transmitter(*unpack(">HHH", body, at, stop))
    return Config(MappingProxyType(transmitters), MappingProxyType(connected))


def parse_identity(message: Message) -> bytes | None:
    """Read who a reader is from a GET_READER_CONFIG_RESPONSE; None if it does not say.

    Its Identification is a MAC address as EUI-64 (type 0) or an EPC (type 1), and names its size.
    """
    body = message.body
    for kind, start, end in walk(body):
        if kind == Tlv.IDENTIFICATION:
            _, size = unpack(">BH", body, start, end)
            if start + 3 + size > end:
                raise Malformed(f"an identification of {size} bytes in {end - start - 3}")
            return body[start + 3 : start + 3 + size] or None
    return None


@dataclass(frozen=True, slots=True)
class Versions:
    """Which versions a reader speaks (LLRP 1.1, 17.1.2): 1 is 1.0.1, 2 is 1.1."""

    current: int
    highest: int


def parse_versions(message: Message) -> Versions:
    """Read a GET_SUPPORTED_VERSION_RESPONSE, whose status follows the two numbers."""
    if len(message.body) < 2:
        raise Malformed("an answer about versions names none")
    return Versions(message.body[0], message.body[1])
