"""Who a reader is, and making it what the room file says: power, region, silent until asked. Pure.

All of it is kept in the reader's own memory, which wears, so it is written only where it differs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from config.readers import ChafonReader
from drivers.errors import Refused
from drivers.rfid.chafon.answers import Info, WorkMode, parse_serial, parse_work_mode
from drivers.rfid.chafon.asking import ask_info, do
from drivers.rfid.chafon.commands import (
    ANSWER_MODE,
    Code,
    Command,
    band_bytes,
    set_power,
    set_region,
    set_work_mode_18,
    set_work_mode_288,
)
from drivers.rfid.chafon.session import Script
from drivers.rfid.station.asking import ask_if_known
from drivers.rfid.station.identity import ask_identity, identity_words, recognise
from drivers.rfid.station.tally import Tally


@dataclass(frozen=True, slots=True)
class _Band:
    number: int
    first_mhz: float
    step_mhz: float
    channels: tuple[int, int]
    """The outermost whose whole channel lies within what the law of the region allows."""


REGIONS: Final = {
    "cn_900": _Band(1, 920.125, 0.25, (2, 17)),
    "us": _Band(2, 902.75, 0.5, (0, 49)),
    "kr": _Band(3, 917.1, 0.2, (1, 16)),
    "eu": _Band(4, 865.1, 0.2, (3, 12)),
}
"""The manual's chapter 8, "set region"; the law allows 920.5 to 924.5, 902 to 928, 917.2 to 920.4
and 865.6 to 867.6 MHz."""
_WHO: Final = (Command(Code.GET_SERIAL_288), parse_serial)
"""The manual of 288, 8.4.12; 18 cannot be asked."""
_NAMES: Final = {band.number: name for name, band in REGIONS.items()}
_MODES: Final = {1: "scan mode", 2: "trigger mode (low)", 3: "trigger mode (high)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a reader says of itself when it is only read."""

    info: Info
    work_mode: WorkMode | None
    """None where no source says how to ask for it (288)."""
    quietened: str | None = None
    """How it spoke without being asked before it was told not to, in words."""
    identity: str | None = None
    """None also where it was not asked; 18 cannot be asked."""

    @property
    def region(self) -> str:
        """Name the band it is in."""
        return _NAMES.get(self.info.band, f"number {self.info.band}")

    def words(self) -> tuple[str, ...]:
        """Say it to a person."""
        said = [
            f"UHFReader frames, type 0x{self.info.kind:02X}, firmware {self.info.firmware}",
            f"region {_words(self.info)}",
            f"power {self.info.power_dbm} dBm",
        ]
        if self.work_mode is not None and self.work_mode.mode != ANSWER_MODE:
            said.append(f"in {_mode_words(self.work_mode.mode)}, so it speaks without being asked")
        return (*said, *identity_words(self.identity))


def introduce(settings: ChafonReader) -> Script[Described]:
    """Ask all that can be read and who it is, for a person; changes nothing."""
    described = yield from describe(settings)
    if settings.model == "18":
        return described
    return replace(described, identity=(yield from ask_identity(settings.id, *_WHO)))


def describe(settings: ChafonReader) -> Script[Described]:
    """Ask all that a room needs to know; changes nothing."""
    info = yield from ask_info(settings.id)
    work_mode = None
    if settings.model == "18":
        asked = Command(Code.GET_WORK_MODE)
        work_mode = yield from ask_if_known(settings.id, asked, parse_work_mode)
    return Described(info=info, work_mode=work_mode)


def configure(settings: ChafonReader, tally: Tally) -> Script[Described]:
    """Bring a reader to what the room file says, and read back that it is so; raise Refused."""
    described = yield from describe(settings)
    yield from recognise(settings.id, settings.identity, *_WHO)
    info = yield from _set_region(settings, described.info)
    info = yield from _set_power(settings, info)
    quietened = yield from quieten(settings, tally, described.work_mode)
    configured = Described(info=info, work_mode=described.work_mode, quietened=quietened)
    tally.note_reader(
        model=f"UHFReader{settings.model}",
        firmware=configured.info.firmware,
        region=configured.region,
    )
    return configured


def quieten(settings: ChafonReader, tally: Tally, mode: WorkMode | None) -> Script[str | None]:
    """Let a reader answer only, if it does not yet; raise Refused if it stays as it is.

    18 tells its mode. A 288 is switched when it told tags by itself. Returns what was done.
    """
    if settings.model == "288":
        if not tally.pushes:
            return None
        words = "told tags by itself (scan mode); set to answer mode"
        yield from do(settings.id, set_work_mode_288(ANSWER_MODE), "take answer mode")
    else:
        if mode is None or mode.mode == ANSWER_MODE:
            return None
        words = f"was left in {_mode_words(mode.mode)}; set to answer mode"
        yield from _set_mode_18(settings.id, mode)
    tally.note_error(words)
    return words


def _set_mode_18(name: str, mode: WorkMode) -> Script[None]:
    yield from do(name, set_work_mode_18(ANSWER_MODE, mode.rest), "take answer mode")
    now = yield from ask_if_known(name, Command(Code.GET_WORK_MODE), parse_work_mode)
    if now is None or now.mode != ANSWER_MODE:
        stays = "not told" if now is None else _mode_words(now.mode)
        words = f"was left in {_mode_words(mode.mode)}, set to answer mode, and is now {stays}"
        raise Refused(name, "work_mode", words)


def _set_region(settings: ChafonReader, info: Info) -> Script[Info]:
    """Set the region if it is another one; within it the site's channels stay."""
    if settings.region is None:
        return info
    wanted = REGIONS[settings.region]
    if info.band != wanted.number:
        highest, lowest = band_bytes(wanted.number, *wanted.channels)
        command = set_region(highest, lowest)
        yield from do(settings.id, command, f"take region {settings.region}")
        info = yield from ask_info(settings.id)
    if info.band != wanted.number:
        words = f"region is {_words(info)}, the room file says {settings.region}"
        raise Refused(settings.id, "region", words)
    return info


def _set_power(settings: ChafonReader, info: Info) -> Script[Info]:
    """Set the power, which is one for all antennas, if it is another one."""
    power_dbm = settings.power_of(settings.antennas[0])
    if power_dbm is None or info.power_dbm == power_dbm:
        return info
    wanted = round(power_dbm)
    yield from do(settings.id, set_power(wanted), f"take a power of {wanted} dBm")
    info = yield from ask_info(settings.id)
    if info.power_dbm != wanted:
        words = f"power reads back as {info.power_dbm} dBm, the room file says {wanted} dBm"
        raise Refused(settings.id, "power", words)
    return info


def _words(info: Info) -> str:
    name = _NAMES.get(info.band)
    if name is None:
        return f"number {info.band}"
    band = REGIONS[name]
    first = band.first_mhz + info.first * band.step_mhz
    last = band.first_mhz + info.last * band.step_mhz
    return f"{name}, {first:.2f} to {last:.2f} MHz"


def _mode_words(mode: int) -> str:
    return _MODES.get(mode, "answer mode" if mode == ANSWER_MODE else f"mode {mode}")
