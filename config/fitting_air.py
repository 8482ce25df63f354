"""What in a room file's climate does not fit together, told by path: zones, regulators. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from config.addresses import SlotAddress, parse_address
from config.bank import Bank
from config.climate import Climate, Regulator, Zone
from config.devices import (
    AirContact,
    AirUnit,
    ClimateUnit,
    Device,
    Probe,
    SensorInputs,
)
from config.parts import Flaw

LEAST_APART_PCT = 5.0
"""Between what a zone is dried to and what it is damped to; nearer, the two would fight."""
_OF_UNIT = ("tank_full", "unit_fault")


def list_air_flaws(
    room: str, climate: Climate, banks: Sequence[Bank], devices: Sequence[Device]
) -> list[Flaw]:
    """List all that does not fit together in the air of a room."""
    return [
        *_zones(climate, banks),
        *_covers(room, climate, banks),
        *_of_zones(climate, devices),
        *_contacts(devices),
        *_regulators(climate, devices),
        *_opposites(climate.regulators),
    ]


def _zones(climate: Climate, banks: Sequence[Bank]) -> Iterator[Flaw]:
    names = [zone.zone for zone in climate.zones]
    whole = [zone.zone for zone in climate.all_zones() if zone not in climate.zones]
    numbers = sorted({bank.bank for bank in banks})
    for at, zone in enumerate(climate.zones):
        if zone.zone in (*whole, *names[:at]):
            where = ("climate", "zones", at, "zone")
            yield Flaw(where, zone.zone, "another zone has this name")
        if zone.block is not None and zone.block not in numbers:
            where = ("climate", "zones", at, "block")
            yield Flaw(where, zone.block, f"the room has banks {numbers}")


def _covers(room: str, climate: Climate, banks: Sequence[Bank]) -> Iterator[Flaw]:
    """Each place of the room has the air of one zone."""
    numbers = sorted({bank.bank for bank in banks})
    taken: set[SlotAddress] = set()
    for at, zone in enumerate(climate.zones):
        for line, text in enumerate(zone.covers):
            where = ("climate", "zones", at, "covers", line)
            try:
                place = parse_address(text)
            except ValueError:
                yield Flaw(where, text, f"the beginning of an address, as {room}-B1-C7")
                continue
            if place.room != room or place.bank not in (None, *numbers):
                yield Flaw(where, text, f"a place of {room}, which has banks {numbers}")
            elif place in taken:
                yield Flaw(where, text, "another zone covers this")
            taken.add(place)


def _of_zones(climate: Climate, devices: Sequence[Device]) -> Iterator[Flaw]:
    """Whatever names a zone must name one of the room."""
    known = [zone.zone for zone in climate.all_zones()]
    named: list[tuple[tuple[str | int, ...], str | None]] = [
        (("climate", "regulators", at, "zone"), regulator.zone)
        for at, regulator in enumerate(climate.regulators)
    ]
    for at, device in enumerate(devices):
        if isinstance(device, Probe | ClimateUnit):
            named.append((("devices", at, "zone"), device.zone))
        elif isinstance(device, SensorInputs):
            named += [
                (("devices", at, "air", line, "zone"), contact.zone)
                for line, contact in enumerate(device.air)
            ]
    for where, zone in named:
        if zone is not None and zone not in known:
            yield Flaw(where, zone, f"one of {known}, which climate lists under zones")


def _contacts(devices: Sequence[Device]) -> Iterator[Flaw]:
    units = {device.id for device in devices if isinstance(device, AirUnit)}
    for at, device in enumerate(devices):
        if not isinstance(device, SensorInputs):
            continue
        for line, contact in enumerate(device.air):
            where = ("devices", at, "air", line, "unit_id")
            if (allowed := _bad_unit(contact, units)) is not None:
                yield Flaw(where, contact.unit_id, allowed)


def _bad_unit(contact: AirContact, units: set[str]) -> str | None:
    if contact.says not in _OF_UNIT:
        return None if contact.unit_id is None else "nothing: only tank_full and unit_fault have it"
    return None if contact.unit_id in units else f"the unit it belongs to, one of {sorted(units)}"


def _regulators(climate: Climate, devices: Sequence[Device]) -> Iterator[Flaw]:
    units = {device.id for device in devices if isinstance(device, AirUnit)}
    probed = _probed(climate, devices)
    taken: set[str] = set()
    for at, regulator in enumerate(climate.regulators):
        where = ("climate", "regulators", at)
        if regulator.unit not in units:
            allowed = f"a climate.unit or climate.relay of this room, one of {sorted(units)}"
            yield Flaw((*where, "unit"), regulator.unit, allowed)
        if regulator.unit in taken:
            yield Flaw((*where, "unit"), regulator.unit, "another regulator has this unit")
        taken.add(regulator.unit)
        if regulator.zone not in {zone.zone for zone in probed}:
            yield Flaw((*where, "zone"), regulator.zone, "a zone with a probe in it")
        if regulator.does == "ventilate" and not any(zone.kind == "outside" for zone in probed):
            allowed = "a probe in a zone of kind outside, to know what air comes in"
            yield Flaw((*where, "does"), regulator.does, allowed)


def _probed(climate: Climate, devices: Sequence[Device]) -> list[Zone]:
    usual = climate.usual_zone().zone
    probes = (device for device in devices if isinstance(device, Probe))
    names = {probe.zone or usual for probe in probes}
    return [zone for zone in climate.all_zones() if zone.zone in names]


def _opposites(regulators: Sequence[Regulator]) -> Iterator[Flaw]:
    for at, humid in enumerate(regulators):
        if humid.does != "humidify":
            continue
        for dry in regulators:
            if dry.does != "dry" or dry.zone != humid.zone:
                continue
            most = min(
                dry.set_pct - LEAST_APART_PCT,
                dry.set_pct - (dry.dead_band_pct + humid.dead_band_pct) / 2,
            )
            if humid.set_pct > most:
                allowed = f"{most:g} or less, well below the {dry.set_pct:g} of {dry.unit}"
                yield Flaw(("climate", "regulators", at, "set_pct"), humid.set_pct, allowed)
