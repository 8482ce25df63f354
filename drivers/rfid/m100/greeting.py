"""Who a module is, and making it what the room file says: power and region. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from config.readers import M100Reader
from drivers.errors import Refused
from drivers.rfid.m100.answers import parse_power, parse_region, parse_text
from drivers.rfid.m100.asking import do, wake
from drivers.rfid.m100.commands import (
    Code,
    Command,
    Info,
    SelectMode,
    ask_info,
    select_mode,
    set_power,
    set_region,
)
from drivers.rfid.m100.session import Script
from drivers.rfid.station.asking import ask_if_known
from drivers.rfid.station.tally import Tally

REGIONS: Final = {1: "cn_900", 2: "us", 3: "eu", 4: "cn_800", 6: "kr"}
_SMALLEST_STEP_DBM: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a module says of itself; None where it does not say."""

    hardware: str | None
    software: str | None
    maker: str | None
    region: int | None
    power_dbm: float | None

    @property
    def region_name(self) -> str | None:
        return None if self.region is None else REGIONS.get(self.region, f"number {self.region}")

    def words(self) -> tuple[str, ...]:
        """Say it to a person."""
        named = [text for text in (self.maker, self.hardware, self.software) if text]
        said = [f"M100 frames, {', '.join(named) or 'a module without a name'}"]
        if self.region is not None:
            said.append(f"region {self.region_name}")
        if self.power_dbm is not None:
            said.append(f"power {self.power_dbm:g} dBm")
        return tuple(said)


def describe(settings: M100Reader) -> Script[Described]:
    """Ask all that can be read; changes no setting, but ends rounds that were left running."""
    name = settings.id
    yield from wake(name)
    return Described(
        hardware=(yield from ask_if_known(name, ask_info(Info.HARDWARE), parse_text)),
        software=(yield from ask_if_known(name, ask_info(Info.SOFTWARE), parse_text)),
        maker=(yield from ask_if_known(name, ask_info(Info.MAKER), parse_text)),
        region=(yield from ask_if_known(name, Command(Code.GET_REGION), parse_region)),
        power_dbm=(yield from ask_if_known(name, Command(Code.GET_POWER), parse_power)),
    )


def configure(settings: M100Reader, tally: Tally) -> Script[Described]:
    """Bring a module to what the room file says, and read back that it is so; raise Refused."""
    described = yield from describe(settings)
    yield from do(settings.id, select_mode(SelectMode.NEVER), "let all tags answer")
    region = yield from _set_region(settings, described.region)
    power_dbm = yield from _set_power(settings)
    configured = replace(described, region=region, power_dbm=power_dbm)
    tally.note_reader(
        model=configured.hardware, firmware=configured.software, region=configured.region_name
    )
    return configured


def _set_region(settings: M100Reader, region: int | None) -> Script[int | None]:
    if settings.region is None:
        return region
    wanted = next(number for number, name in REGIONS.items() if name == settings.region)
    if region != wanted:
        yield from do(settings.id, set_region(wanted), f"take region {settings.region}")
        region = yield from ask_if_known(settings.id, Command(Code.GET_REGION), parse_region)
    if region != wanted:
        stays = "not told" if region is None else REGIONS.get(region, f"number {region}")
        words = f"region is {stays}, the room file says {settings.region}"
        raise Refused(settings.id, "region", words)
    return region


def _set_power(settings: M100Reader) -> Script[float | None]:
    """Set the power if it is another one; setting the region may have changed it."""
    power_dbm = yield from ask_if_known(settings.id, Command(Code.GET_POWER), parse_power)
    wanted_dbm = settings.power_of(settings.antennas[0])
    if wanted_dbm is None or _is_near(power_dbm, wanted_dbm):
        return power_dbm
    yield from do(settings.id, set_power(wanted_dbm), f"take a power of {wanted_dbm:g} dBm")
    power_dbm = yield from ask_if_known(settings.id, Command(Code.GET_POWER), parse_power)
    if not _is_near(power_dbm, wanted_dbm):
        stays = "as nothing" if power_dbm is None else f"as {power_dbm:g} dBm"
        words = f"power reads back {stays}, the room file says {wanted_dbm:g} dBm"
        raise Refused(settings.id, "power", words)
    return power_dbm


def _is_near(power_dbm: float | None, wanted_dbm: float) -> bool:
    return power_dbm is not None and abs(power_dbm - wanted_dbm) < _SMALLEST_STEP_DBM
