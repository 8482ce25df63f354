"""Who a module is, and making it what the room file says: tags, region, power. Pure.

A module that was without power has forgotten all of it, so all of it is read on every connection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from config.readers import ThingMagicReader
from drivers.errors import Refused
from drivers.rfid.station.asking import READER_ERROR, ask, ask_if_known
from drivers.rfid.station.identity import ask_identity, identity_words, recognise
from drivers.rfid.station.tally import Tally
from drivers.rfid.thingmagic.answers import (
    Failed,
    Pin,
    Version,
    parse_byte,
    parse_detected,
    parse_protocol,
    parse_regions,
    parse_serial,
    parse_version,
)
from drivers.rfid.thingmagic.asking import do, read_pins, read_temperature, wake
from drivers.rfid.thingmagic.commands import (
    GEN2,
    Code,
    Command,
    Option,
    ask_serial,
    detect_antennas,
    set_gen2,
    set_option,
    set_region,
)
from drivers.rfid.thingmagic.powers import read_powers, set_powers
from drivers.rfid.thingmagic.session import Script

REGIONS: Final = {0x01: "us", 0x0D: "us", 0x06: "cn_900", 0x08: "eu", 0x09: "kr"}
"""NA and NA2 (the Nano has only that), PRC, EU3, KR2. That KR2 is 917 to 923 MHz is unconfirmed."""
_WHO: Final = (ask_serial(), parse_serial)
_NO_REGION: Final = 0
_BOOT_LOADER: Final = 1
_BOOT_S: Final = 2.0
OLD_FAMILIES: Final = range(0x04)
"""Mercury4e and Mercury5e: they tell levels in units of their own and cut long numbers off, unless
they are told not to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a module says of itself; None where it does not say."""

    version: Version
    region: int | None
    powers_dbm: dict[int, float]
    """Those it sends with when it looks for tags, by antenna; 0 is all that have none of their
    own."""
    detected: dict[int, bool] | None
    """Its ports, and whether an antenna hangs there. Only a yes is sure: not every antenna lets
    the current through by which it is found."""
    temperature_c: int | None
    pins: tuple[Pin, ...] | None
    identity: str | None = None
    """None also where it was not asked."""

    @property
    def region_name(self) -> str | None:
        return None if self.region is None else _region_name(self.region)

    def words(self) -> tuple[str, ...]:
        """Say it to a person."""
        said = [f"ThingMagic frames, {self.version.model}, firmware {self.version.firmware}"]
        if self.region is not None:
            said.append(f"region {self.region_name}")
        if self.powers_dbm:
            told = (f"{dbm:g} dBm{_at(port)}" for port, dbm in sorted(self.powers_dbm.items()))
            said.append(f"power {', '.join(told)}")
        if self.detected is not None:
            found = [str(port) for port, there in sorted(self.detected.items()) if there]
            said.append(f"antennas found at {', '.join(found) or 'no port'}")
        if self.temperature_c is not None:
            said.append(f"{self.temperature_c} °C inside")
        return (*said, *identity_words(self.identity))


def introduce(settings: ThingMagicReader, tally: Tally) -> Script[Described]:
    """Ask all that can be read and who it is, for a person; changes no setting."""
    described = yield from describe(settings, tally)
    return replace(described, identity=(yield from ask_identity(settings.id, *_WHO)))


def describe(settings: ThingMagicReader, tally: Tally) -> Script[Described]:
    """Ask all that a room needs to know; changes no setting, but ends a search left running."""
    name = settings.id
    yield from wake(name, tally)
    version = yield from ask(name, Command(Code.VERSION), parse_version)
    if isinstance(version, Failed):
        raise Refused(name, READER_ERROR, f"does not tell its version: {version}")
    return Described(
        version=version,
        region=(yield from ask_if_known(name, Command(Code.GET_REGION), parse_byte)),
        powers_dbm=(yield from read_powers(name)),
        detected=(yield from ask_if_known(name, detect_antennas(), parse_detected)),
        temperature_c=(yield from read_temperature(name)),
        pins=(yield from read_pins(name)),
    )


def configure(settings: ThingMagicReader, tally: Tally) -> Script[Described]:
    """Bring a module to what the room file says, and read back that it is so; raise Refused."""
    name = settings.id
    yield from wake(name, tally)
    yield from _boot(name)
    yield from recognise(name, settings.identity, *_WHO)
    described = yield from describe(settings, tally)
    if described.version.family in OLD_FAMILIES:
        yield from do(name, set_option(Option.RSSI_IN_DBM), "tell levels in dBm")
        yield from do(name, set_option(Option.LONG_EPC), "tell numbers of any length")
    yield from _speak_gen2(name)
    region = yield from _set_region(settings, described.region)
    powers_dbm = yield from set_powers(settings)
    configured = replace(described, region=region, powers_dbm=powers_dbm)
    tally.note_reader(
        model=configured.version.model,
        firmware=configured.version.firmware,
        region=configured.region_name,
        temperature_c=configured.temperature_c,
    )
    return configured


def _boot(name: str) -> Script[None]:
    """Start the firmware of a module that waits in its boot loader."""
    program = yield from ask_if_known(name, Command(Code.PROGRAM), parse_byte)
    if program is not None and program & 0b11 == _BOOT_LOADER:
        yield from do(name, Command(Code.BOOT, busy_s=_BOOT_S), "start its firmware")


def _speak_gen2(name: str) -> Script[None]:
    for asked_again in (False, True):
        protocol = yield from ask(name, Command(Code.GET_PROTOCOL), parse_protocol)
        if protocol == GEN2:
            return
        if asked_again:
            raise Refused(
                name, "protocol", f"speaks to tags of kind {protocol}, not to Gen2 ({GEN2})"
            )
        yield from do(name, set_gen2(), "speak to Gen2 tags")


def _set_region(settings: ThingMagicReader, region: int | None) -> Script[int | None]:
    if settings.region is None:
        if region == _NO_REGION:
            words = "has no region, so its radio stays off; name one in the room file"
            raise Refused(settings.id, "region", words)
        return region
    if region is None or REGIONS.get(region) != settings.region:
        wanted = yield from _choose_region(settings.id, settings.region)
        yield from do(settings.id, set_region(wanted), f"take region {settings.region}")
        region = yield from ask_if_known(settings.id, Command(Code.GET_REGION), parse_byte)
    if region is None or REGIONS.get(region) != settings.region:
        stays = "not told" if region is None else _region_name(region)
        words = f"region is {stays}, the room file says {settings.region}"
        raise Refused(settings.id, "region", words)
    return region


def _choose_region(name: str, wanted: str) -> Script[int]:
    """Return the number under which this module has a region."""
    numbers = [number for number, called in REGIONS.items() if called == wanted]
    has = yield from ask_if_known(name, Command(Code.GET_REGIONS), parse_regions)
    return next((number for number in numbers if number in (has or numbers)), numbers[0])


def _region_name(region: int) -> str:
    return "none" if region == _NO_REGION else REGIONS.get(region, f"number {region}")


def _at(port: int) -> str:
    return f" at antenna {port}" if port else ""
