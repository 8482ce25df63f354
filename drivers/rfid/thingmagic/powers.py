"""The powers of a module: those of single antennas count before those of all. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from config.readers import ThingMagicReader
from drivers.errors import Refused
from drivers.rfid.station.asking import ask_if_known
from drivers.rfid.thingmagic.answers import parse_port_powers, parse_power
from drivers.rfid.thingmagic.asking import do
from drivers.rfid.thingmagic.commands import (
    Code,
    PortPower,
    get_port_powers,
    get_power,
    set_port_powers,
    set_power,
)
from drivers.rfid.thingmagic.session import Script

_NONE_OF_ITS_OWN: Final = (0, -32768)
"""How a module says that an antenna has none: the newer ones have powers below 0 dBm."""
_ALL: Final = 0
_FOR_ALL: Final = (
    (Code.GET_READ_POWER, Code.SET_READ_POWER),
    (Code.GET_WRITE_POWER, Code.SET_WRITE_POWER),
)


def read_powers(name: str) -> Script[dict[int, float]]:
    """Ask with what the antennas look for tags, in dBm; 0 is all that have none of their own."""
    powers: dict[int, float] = {}
    for_all = yield from ask_if_known(name, get_power(Code.GET_READ_POWER), parse_power)
    if for_all is not None:
        powers[_ALL] = for_all / 100
    for port in (yield from _read_ports(name)) or ():
        if port.read not in _NONE_OF_ITS_OWN:
            powers[port.port] = port.read / 100
    return powers


def set_powers(settings: ThingMagicReader) -> Script[dict[int, float]]:
    """Let every antenna read and write with its power; raise Refused if it does not."""
    wanted = {
        antenna.antenna: round(100 * power_dbm)
        for antenna in settings.antennas
        if (power_dbm := settings.power_of(antenna)) is not None
    }
    if wanted:
        ports = yield from _read_ports(settings.id)
        if ports is None or not wanted.keys() <= {port.port for port in ports}:
            yield from _set_all(settings, wanted)
        elif _differs(wanted, ports):
            yield from _set_ports(settings.id, wanted, ports)
    return (yield from read_powers(settings.id))


def _set_ports(name: str, wanted: dict[int, int], ports: tuple[PortPower, ...]) -> Script[None]:
    """Set the powers of single antennas; those of others stay as they are."""
    new = tuple(
        replace(port, read=wanted[port.port], write=wanted[port.port])
        if port.port in wanted
        else port
        for port in ports
    )
    yield from do(name, set_port_powers(new), "take its powers")
    now = yield from _read_ports(name)
    if now is None or _differs(wanted, now):
        asked = ", ".join(f"{power / 100:g} dBm at antenna {a}" for a, power in wanted.items())
        stays = (
            ", ".join(
                f"{p.read / 100:g} and {p.write / 100:g} dBm at antenna {p.port}" for p in now or ()
            )
            or "nothing"
        )
        words = f"power to read and write reads back as {stays}, the room file says {asked}"
        raise Refused(name, "power", words)


def _set_all(settings: ThingMagicReader, wanted: dict[int, int]) -> Script[None]:
    """Set one power for all antennas, for modules that have none for single ones."""
    values = set(wanted.values())
    if len(values) > 1 or len(wanted) < len(settings.antennas):
        words = "it has one power for all antennas, the room file says another for some"
        raise Refused(settings.id, "power", words)
    power = values.pop()
    for get, put in _FOR_ALL:
        known = yield from ask_if_known(settings.id, get_power(get), parse_power)
        if known == power:
            continue
        yield from do(settings.id, set_power(put, power), f"take a power of {power / 100:g} dBm")
        known = yield from ask_if_known(settings.id, get_power(get), parse_power)
        if known != power:
            stays = "nothing" if known is None else f"{known / 100:g} dBm"
            words = f"power reads back as {stays}, the room file says {power / 100:g} dBm"
            raise Refused(settings.id, "power", words)


def _read_ports(name: str) -> Script[tuple[PortPower, ...] | None]:
    return (yield from ask_if_known(name, get_port_powers(), parse_port_powers))


def _differs(wanted: dict[int, int], ports: tuple[PortPower, ...]) -> bool:
    has = {port.port: (port.read, port.write) for port in ports}
    return any(has.get(antenna) != (power, power) for antenna, power in wanted.items())
