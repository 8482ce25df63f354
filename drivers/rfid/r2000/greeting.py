"""Who a reader is, and making it what the room file says: power and region. Pure.

Both are kept in the reader's own memory, which wears, so they are written only where they differ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from config.readers import R2000Reader
from drivers.errors import Refused
from drivers.rfid.r2000.answers import (
    Band,
    Failed,
    frequency_mhz,
    parse_band,
    parse_bytes,
    parse_db,
    parse_powers,
)
from drivers.rfid.r2000.asking import do
from drivers.rfid.r2000.commands import Code, Command, clear_match, set_powers, set_region
from drivers.rfid.r2000.session import Script
from drivers.rfid.station.asking import READER_ERROR, ask, ask_if_known
from drivers.rfid.station.identity import ask_identity, identity_words, recognise
from drivers.rfid.station.tally import Tally

REGIONS: Final = {1: "us", 2: "eu", 3: "cn_900", 4: "custom"}
_BANDS: Final = {"us": (1, 8, 58), "eu": (2, 2, 5), "cn_900": (3, 44, 52)}
"""Number, first and last frequency: the outermost whose whole channel lies within what the law of
the region allows, 902.5 to 927.5, 866.0 to 867.5, 920.5 to 924.5 MHz."""
_SMALL_PORTS: Final = 4
_WHO: Final = (Command(Code.GET_IDENTIFIER), partial(parse_bytes, size=12))
"""The manual's `cmd_get_reader_identifier`: twelve bytes, which a site can set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a reader says of itself when it is only read."""

    firmware: str
    band: Band | None
    powers_dbm: tuple[int, ...] | None
    """One for all antennas, or one each."""
    temperature_c: int | None
    detects: bool | None
    """Whether it looks for the antenna before it transmits; None if it does not say."""
    inputs: tuple[bool, bool] | None
    """The levels of GPIO 1 and 2; None if it has none."""
    identity: str | None = None
    """None also where it was not asked."""

    @property
    def ports(self) -> int | None:
        """How many antennas it has, as far as it says."""
        several = self.powers_dbm is not None and len(self.powers_dbm) > 1
        return len(self.powers_dbm) if several and self.powers_dbm else None

    @property
    def region(self) -> str | None:
        return None if self.band is None else REGIONS.get(self.band.region)

    def words(self) -> tuple[str, ...]:
        """Say it to a person."""
        said = [f"R2000 frames, firmware {self.firmware}"]
        if self.band is not None:
            said.append(f"region {_words(self.band)}")
        if self.powers_dbm is not None:
            said.append(f"power {' '.join(map(str, self.powers_dbm))} dBm")
        if self.temperature_c is not None:
            said.append(f"{self.temperature_c} °C inside")
        return (*said, *identity_words(self.identity))


def introduce(settings: R2000Reader) -> Script[Described]:
    """Ask all that can be read and who it is, for a person; changes nothing."""
    described = yield from describe(settings)
    return replace(described, identity=(yield from ask_identity(settings.id, *_WHO)))


def describe(settings: R2000Reader) -> Script[Described]:
    """Ask all that a room needs to know; changes nothing."""
    name = settings.id
    version = yield from ask(name, Command(Code.GET_FIRMWARE), partial(parse_bytes, size=2))
    if isinstance(version, Failed):
        raise Refused(name, READER_ERROR, f"does not tell its firmware: {version}")
    band = yield from ask_if_known(name, Command(Code.GET_REGION), parse_band)
    powers = yield from _read_powers(settings)
    temperature_c = yield from read_temperature(name)
    detector = yield from ask_if_known(name, Command(Code.GET_ANTENNA_DETECTOR), parse_db)
    return Described(
        firmware=f"{version[0]}.{version[1]}",
        band=band,
        powers_dbm=powers,
        temperature_c=temperature_c,
        detects=None if detector is None else detector > 0,
        inputs=(yield from read_inputs(name)),
    )


def configure(settings: R2000Reader, tally: Tally) -> Script[Described]:
    """Bring a reader to what the room file says, and read back that it is so; raise Refused."""
    described = yield from describe(settings)
    yield from recognise(settings.id, settings.identity, *_WHO)
    band = yield from _set_region(settings, described.band)
    powers_dbm = yield from _set_powers(settings, described.powers_dbm)
    yield from do(settings.id, clear_match(), "forget which tag it was to write")
    configured = replace(described, band=band, powers_dbm=powers_dbm)
    tally.note_reader(
        firmware=configured.firmware,
        region=configured.region,
        temperature_c=configured.temperature_c,
    )
    return configured


def read_temperature(name: str) -> Script[int | None]:
    """Ask how warm the reader is, in degrees; the first byte of the answer is 0 below zero."""
    said = yield from ask_if_known(
        name, Command(Code.GET_TEMPERATURE), partial(parse_bytes, size=2)
    )
    if said is None:
        return None
    return said[1] if said[0] else -said[1]


def read_inputs(name: str) -> Script[tuple[bool, bool] | None]:
    """Ask for the levels of GPIO 1 and 2; None if the reader has none."""
    said = yield from ask_if_known(name, Command(Code.READ_GPIO), partial(parse_bytes, size=2))
    return None if said is None else (said[0] != 0, said[1] != 0)


def _set_region(settings: R2000Reader, band: Band | None) -> Script[Band | None]:
    """Set the region if it is another one; within it the site's frequencies stay."""
    if settings.region is None:
        return band
    wanted, first, last = _BANDS[settings.region]
    if band is None or band.region != wanted:
        command = set_region(wanted, first, last)
        yield from do(settings.id, command, f"take region {settings.region}")
        band = yield from ask_if_known(settings.id, Command(Code.GET_REGION), parse_band)
    if band is None or band.region != wanted:
        stays = "not told" if band is None else _words(band)
        words = f"region is {stays}, the room file says {settings.region}"
        raise Refused(settings.id, "region", words)
    return band


def _words(band: Band) -> str:
    name = REGIONS.get(band.region, f"number {band.region}")
    if band.first is None or band.last is None or band.first > band.last or band.last > 59:
        return name
    return f"{name}, {frequency_mhz(band.first):.1f} to {frequency_mhz(band.last):.1f} MHz"


def _read_powers(settings: R2000Reader) -> Script[tuple[int, ...] | None]:
    """Ask for the powers; readers with eight antennas have a command of their own for it."""
    codes = [Code.GET_POWER, Code.GET_POWER_OF_EIGHT]
    if max(antenna.antenna for antenna in settings.antennas) > _SMALL_PORTS:
        codes.reverse()
    for code in codes:
        powers = yield from ask_if_known(settings.id, Command(code), parse_powers)
        if powers is not None:
            return powers
    return None


def _set_powers(
    settings: R2000Reader, powers_dbm: tuple[int, ...] | None
) -> Script[tuple[int, ...] | None]:
    wanted = {
        antenna.antenna: round(power_dbm)
        for antenna in settings.antennas
        if (power_dbm := settings.power_of(antenna)) is not None
    }
    if not wanted:
        return powers_dbm
    if not _differs(wanted, powers_dbm):
        return powers_dbm
    yield from do(settings.id, set_powers(_for_all(settings, wanted, powers_dbm)), "take its power")
    now_dbm = yield from _read_powers(settings)
    if _differs(wanted, now_dbm):
        asked = ", ".join(f"{power} dBm at antenna {a}" for a, power in sorted(wanted.items()))
        stays = "nothing" if now_dbm is None else " ".join(map(str, now_dbm)) + " dBm"
        words = f"power reads back as {stays}, the room file says {asked}"
        raise Refused(settings.id, "power", words)
    return now_dbm


def _differs(wanted: dict[int, int], powers_dbm: tuple[int, ...] | None) -> bool:
    if powers_dbm is None:
        return True
    return any(_power_at(powers_dbm, antenna) != power for antenna, power in wanted.items())


def _power_at(powers_dbm: tuple[int, ...], antenna: int) -> int | None:
    if len(powers_dbm) == 1:
        return powers_dbm[0]
    return powers_dbm[antenna - 1] if antenna <= len(powers_dbm) else None


def _for_all(
    settings: R2000Reader, wanted: dict[int, int], powers_dbm: tuple[int, ...] | None
) -> tuple[int, ...]:
    """Write down one power for all antennas, or one each with the unnamed ones as they are."""
    values = set(wanted.values())
    if len(values) == 1 and len(wanted) == len(settings.antennas):
        return (values.pop(),)
    known = powers_dbm or (min(values),)
    ports = max(len(known), _SMALL_PORTS, *(8 if a > _SMALL_PORTS else 0 for a in wanted))
    return tuple(
        wanted.get(port, _power_at(known, port) or min(values)) for port in range(1, ports + 1)
    )
