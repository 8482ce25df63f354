"""A room as its file says it: banks, columns, faces, shelves, devices. Frozen, strict, no I/O."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from config.bank import Bank, Column, Counting, FaceShape, Motion, PlanPoint
from config.climate import Climate, Guard, Regulator, Zone
from config.devices import (
    SHELVING,
    Addresses,
    AirContact,
    AirUnit,
    ClimateRelay,
    ClimateUnit,
    Device,
    ModbusDevice,
    ModbusProbe,
    ModbusShelving,
    MqttProbe,
    OutputModule,
    Probe,
    Reads,
    SensorInput,
    SensorInputs,
    Shelving,
    Udp55Shelving,
    WebApiShelving,
)
from config.doors import Contact, Door
from config.fitting import list_flaws
from config.fitting_air import list_air_flaws
from config.parts import Count, Flaw, Millimetres, Part, Words, flawless
from config.readers import (
    READERS,
    Antenna,
    AnyReader,
    ChafonReader,
    LlrpReader,
    M100Reader,
    R2000Reader,
    ThingMagicReader,
)
from config.wires import Address, DeviceId, SerialAddress, TcpAddress, UnitId
from config.zone import DEFAULT_ZONE, TimeZone

__all__ = [
    "READERS",
    "SHELVING",
    "Address",
    "Addresses",
    "AirContact",
    "AirUnit",
    "Antenna",
    "AnyReader",
    "Bank",
    "ChafonReader",
    "Climate",
    "ClimateRelay",
    "ClimateUnit",
    "Column",
    "Contact",
    "Count",
    "Counting",
    "Device",
    "DeviceId",
    "Door",
    "FaceShape",
    "Flaw",
    "Guard",
    "LlrpReader",
    "M100Reader",
    "Millimetres",
    "ModbusDevice",
    "ModbusProbe",
    "ModbusShelving",
    "Motion",
    "MqttProbe",
    "OutputModule",
    "Part",
    "PlanPoint",
    "Probe",
    "R2000Reader",
    "Reads",
    "Regulator",
    "Room",
    "SensorInput",
    "SensorInputs",
    "SerialAddress",
    "Shelving",
    "TcpAddress",
    "ThingMagicReader",
    "Udp55Shelving",
    "UnitId",
    "WebApiShelving",
    "Words",
    "Zone",
]


class Room(Part):
    """One room: the list of its steel and of everything wired to it."""

    format: Literal[1]
    room: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,15}$")]
    name: Words
    size_mm: PlanPoint
    counting: Counting = Counting()
    start: Literal["at_bank", "remote"] = "at_bank"
    remote_start_statement: Annotated[str, Field(min_length=10, max_length=500)] | None = None
    night_closing_at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    """When closing all banks is proposed each day, by the room's clock; a person starts it."""
    time_zone: TimeZone = DEFAULT_ZONE
    """Whose time the room's clock on the wall shows; the same as the site's."""
    climate: Climate
    banks: Annotated[tuple[Bank, ...], Field(min_length=1)]
    devices: tuple[Device, ...] = ()
    doors: tuple[Door, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        flaws = list_flaws(self.room, self.banks, self.devices, self.doors)
        flaws += list_air_flaws(self.room, self.climate, self.banks, self.devices)
        if self.start == "remote" and self.remote_start_statement is None:
            allowed = (
                "remote needs remote_start_statement, which names the maker's statement on "
                "presence sensing"
            )
            flaws.append(Flaw(("start",), self.start, allowed))
        return flawless(self, flaws)

    def zone(self) -> ZoneInfo:
        """Return the time zone in which this room's days begin."""
        return ZoneInfo(self.time_zone)

    def bank(self, number: int) -> Bank:
        """Return a bank; raise KeyError if the room has none of that number."""
        for bank in self.banks:
            if bank.bank == number:
                return bank
        raise KeyError(f"{self.room} has no bank {number}")

    def probes(self, zone: str | None = None) -> tuple[Probe, ...]:
        """List the probes, or those that measure the air of one zone."""
        every = tuple(device for device in self.devices if isinstance(device, Probe))
        return tuple(probe for probe in every if zone in (None, self.zone_of_probe(probe)))

    def units(self) -> tuple[AirUnit, ...]:
        """List what dries, humidifies or airs."""
        return tuple(device for device in self.devices if isinstance(device, AirUnit))

    def find_probe(self, name: str) -> Probe | None:
        """Find a probe by its id."""
        return next((probe for probe in self.probes() if probe.id == name), None)

    def zone_of_probe(self, probe: Probe) -> str:
        """Name the zone whose air a probe measures."""
        return probe.zone or self.climate.usual_zone().zone

    def zone_of_device(self, name: str) -> str | None:
        """Name the zone that a probe measures or a regulated unit serves; others have none."""
        probe = self.find_probe(name)
        if probe is not None:
            return self.zone_of_probe(probe)
        return next((each.zone for each in self.climate.regulators if each.unit == name), None)
