"""RFID readers of a room file: what they speak, and what each antenna looks at. Frozen, no I/O."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from config.addresses import parse_address
from config.parts import Part
from config.wires import Address, DeviceId, TcpAddress

DESK = "desk"
_MOST_R2000_PORTS = 8
_MOST_CHAFON_PORTS = 4
_MOST_THINGMAGIC_PORTS = 16
_DOOR = re.compile(r"door(-[1-9])?")
_BETWEEN_DIGITS = re.compile(r"[\s:.-]")
_HEX = re.compile(r"([0-9A-F]{2}){1,64}")

PowerDbm = Annotated[float, Field(ge=0, le=33)]
DwellMs = Annotated[int, Field(ge=20, le=10_000)]
Region = Literal["cn_900", "cn_800", "us", "eu", "kr"]
"""CN 920-925 MHz, CN 840-845, US 902-928, EU 865-868, KR 917-923.

Unconfirmed: which channels of CN and KR a site may use. We have them from makers' manuals and not
from the authorities, and no such reader was measured; docs/tags.md says what to do."""
UNCONFIRMED_REGIONS = ("cn_900", "cn_800", "kr")


def _plain_hex(text: str) -> str:
    plain = _BETWEEN_DIGITS.sub("", text).upper()
    if not _HEX.fullmatch(plain):
        raise ValueError("must be pairs of hex digits, as check --probe prints them")
    return plain


Identity = Annotated[str, AfterValidator(_plain_hex)]
"""Who a reader says it is, in hex; colons, dashes and small letters are tolerated."""


def is_door(covers: str) -> bool:
    """Say whether an antenna's `covers` names a door: `door`, or `door-2` and so on."""
    return _DOOR.fullmatch(covers) is not None


class Antenna(Part):
    """What one antenna looks at: the desk, a door, or a part of the steel."""

    antenna: Annotated[int, Field(ge=1, le=65535)]
    covers: str
    """`desk`, `door` (`door-2` ...), or the beginning of a slot address."""
    side: Literal["inside", "outside"] | None = None
    """Of a door: on which side of it the antenna hangs."""
    power_dbm: PowerDbm | None = None
    """None: as the reader says."""
    dwell_ms: DwellMs | None = None
    """How long it runs in its turn; None: as the reader says."""

    @field_validator("covers")
    @classmethod
    def _is_known_or_address(cls, covers: str) -> str:
        return covers if covers == DESK or is_door(covers) else str(parse_address(covers))


class Reader(Part):
    """What all RFID readers have, whatever they speak."""

    id: DeviceId
    antennas: Annotated[tuple[Antenna, ...], Field(min_length=1)]
    desk_rssi_dbm: Annotated[int, Field(ge=-90, le=0)] | None = -55
    """How strong a tag must be to lie on the desk; None: whatever its desk antenna hears does."""
    power_dbm: PowerDbm | None = None
    """Of every antenna that names none; None: as the reader has been set."""
    dwell_ms: DwellMs = 100
    region: Region | None = None
    """None: as the reader has been set. A reader that stays in another one is not used."""

    def power_of(self, antenna: Antenna) -> float | None:
        """Return an antenna's transmit power in dBm; None leaves the reader as it is."""
        return self.power_dbm if antenna.power_dbm is None else antenna.power_dbm

    def dwell_of(self, antenna: Antenna) -> int:
        """Return how long an antenna runs in its turn, in ms."""
        return self.dwell_ms if antenna.dwell_ms is None else antenna.dwell_ms


class NamedReader(Reader):
    """A reader that can be asked who it is."""

    identity: Identity | None = None
    """As `check --probe` prints it; a reader that says another one is not used. None: whoever
    answers. It tells readers that changed places: one at a door and one at a desk."""


class LlrpReader(NamedReader):
    """A reader that speaks LLRP 1.0.1 or 1.1 over TCP."""

    driver: Literal["rfid.llrp"]
    at: TcpAddress
    """Where it listens; where we listen if it calls us."""
    calls: Literal["us", "nobody"] = "nobody"
    """`us`: the reader opens the connection."""
    keepalive_s: Annotated[float, Field(ge=1, le=60)] = 2.0
    """How often it must say that it lives; three silent periods are a lost link."""


class M100Reader(Reader):
    """A module that speaks the 0xBB frames (M100, QM100, YRM100, JRD-4035); it has one antenna."""

    driver: Literal["rfid.m100"]
    at: Address
    """On a serial line most of these modules run at 115200 baud."""
    antennas: Annotated[tuple[Antenna, ...], Field(min_length=1, max_length=1)]

    @field_validator("antennas")
    @classmethod
    def _has_one_port(cls, antennas: tuple[Antenna, ...]) -> tuple[Antenna, ...]:
        if antennas[0].antenna != 1:
            raise ValueError(f"antenna {antennas[0].antenna}; these modules have antenna 1 only")
        return antennas


class R2000Reader(NamedReader):
    """A reader that speaks the 0xA0 frames (R2000, Invelion, Rodinbell); up to eight antennas."""

    driver: Literal["rfid.r2000"]
    at: Address
    """On a serial line most of these readers run at 115200 baud."""
    address: Annotated[int, Field(ge=0, le=254)] = 1
    dialect: Literal["v2.2", "v3"] = "v3"
    """How its manual ends a round of inventory."""
    region: Literal["cn_900", "us", "eu"] | None = None
    """Those its manual has numbers for. None, or any other one: as the maker has set it."""
    antennas: Annotated[tuple[Antenna, ...], Field(min_length=1, max_length=8)]

    @field_validator("antennas")
    @classmethod
    def _has_eight_ports(cls, antennas: tuple[Antenna, ...]) -> tuple[Antenna, ...]:
        highest = max(antenna.antenna for antenna in antennas)
        if highest > _MOST_R2000_PORTS:
            raise ValueError(f"antenna {highest}; these readers have 1 to {_MOST_R2000_PORTS}")
        return antennas

    @model_validator(mode="after")
    def _has_whole_dbm(self) -> Self:
        for antenna in self.antennas:
            power_dbm = self.power_of(antenna)
            if power_dbm is not None and power_dbm != round(power_dbm):
                raise ValueError(f"power_dbm {power_dbm:g}; these readers take whole dBm only")
        return self


class ChafonReader(NamedReader):
    """A reader that speaks the length-first frames of UHFReader18 or UHFReader288."""

    driver: Literal["rfid.chafon"]
    at: Address
    address: Annotated[int, Field(ge=0, le=254)] = 0
    model: Literal["18", "288"] = "288"
    """18 has one antenna and tells no RSSI; 288 has up to four, its RSSI has no known scale."""
    desk_rssi_dbm: None = None
    """No level in dBm is known, so only its power keeps a desk antenna from hearing too far."""
    region: Literal["cn_900", "us", "eu", "kr"] | None = None
    """Those its manual has numbers for. None, or any other one: as the maker has set it."""
    antennas: Annotated[tuple[Antenna, ...], Field(min_length=1, max_length=4)]

    @model_validator(mode="after")
    def _fits_its_model(self) -> Self:
        if self.model == "18" and self.identity is not None:
            raise ValueError("identity: a UHFReader18 cannot be asked who it is")
        ports = 1 if self.model == "18" else _MOST_CHAFON_PORTS
        highest = max(antenna.antenna for antenna in self.antennas)
        if highest > ports:
            has = "antenna 1 only" if ports == 1 else f"1 to {ports}"
            raise ValueError(f"antenna {highest}; a UHFReader{self.model} has {has}")
        powers_dbm = {self.power_of(antenna) for antenna in self.antennas}
        if len(powers_dbm) > 1:
            raise ValueError("these readers have one power_dbm for all antennas")
        power_dbm = powers_dbm.pop()
        if power_dbm is not None and power_dbm != round(power_dbm):
            raise ValueError(f"power_dbm {power_dbm:g}; these readers take whole dBm only")
        return self


class ThingMagicReader(NamedReader):
    """A module that speaks the 0xFF frames of ThingMagic (Mercury5e, M6e, M6e Nano, M7e)."""

    driver: Literal["rfid.thingmagic"]
    at: Address
    """On a serial line most of these modules run at 115200 baud."""
    region: Literal["cn_900", "us", "eu", "kr"] | None = None
    """Those whose numbers are known. None: as the site has set it; one without any is not used."""
    antennas: Annotated[tuple[Antenna, ...], Field(min_length=1, max_length=16)]

    @field_validator("antennas")
    @classmethod
    def _has_sixteen_ports(cls, antennas: tuple[Antenna, ...]) -> tuple[Antenna, ...]:
        highest = max(antenna.antenna for antenna in antennas)
        if highest > _MOST_THINGMAGIC_PORTS:
            raise ValueError(f"antenna {highest}; these modules have 1 to {_MOST_THINGMAGIC_PORTS}")
        return antennas


READERS = (LlrpReader, M100Reader, R2000Reader, ChafonReader, ThingMagicReader)
"""Those whose drivers stand in drivers/rfid/connect.py."""
AnyReader = LlrpReader | M100Reader | R2000Reader | ChafonReader | ThingMagicReader
