"""Everything that is wired to a room, as its file says it. Frozen, strict, no I/O."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.bank import PlanPoint
from config.climate import ProfileId, ZoneId
from config.parts import Count, Part, Words
from config.readers import AnyReader
from config.wires import Address, DeviceId, TcpAddress, UnitId


class Addresses(Part):
    """Register addresses from the first to the last."""

    first: Annotated[int, Field(ge=0, le=0xFFFF)]
    last: Annotated[int, Field(ge=0, le=0xFFFF)]


class Reads(Part):
    """How reads of a unit may be put together; unset, what suits the line holds."""

    most_gap: Annotated[int, Field(ge=0, le=124)] | None = None
    """Registers nobody wants that one read may take along; 16 on a serial line, 64 over TCP."""
    most_words: Annotated[int, Field(ge=1, le=125)] = 125
    forbidden: tuple[Addresses, ...] = ()
    """Addresses the unit does not answer for; no read may touch them."""


class ModbusShelving(Part):
    """A bank's controller that speaks the reference Modbus map (docs/register-map.md)."""

    driver: Literal["shelving.modbus"]
    id: DeviceId
    bank: Count
    at: Address
    unit: UnitId = 1
    reads: Reads = Reads()


class Udp55Shelving(Part):
    """A bank behind a network bridge that speaks the binary 0x55 ... 0x68 frames over UDP."""

    driver: Literal["shelving.udp55"]
    id: DeviceId
    bank: Count
    at: TcpAddress
    """Host and UDP port of the bridge."""
    listen_port: Annotated[int, Field(ge=0, le=65535)] = 0
    """Where the bridge sends its pushes; 0: to whatever port we asked from."""
    zone: Annotated[int, Field(ge=0, le=255)] = 1
    profile: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]


class WebApiShelving(Part):
    """A bank whose fixed column serves `MjjWebApi` over HTTP."""

    driver: Literal["shelving.webapi"]
    id: DeviceId
    bank: Count
    at: TcpAddress
    profile: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]


Shelving = ModbusShelving | Udp55Shelving | WebApiShelving
SHELVING = (ModbusShelving, Udp55Shelving, WebApiShelving)


class SensorInput(Part):
    """One contact of our own: an interlock that the bank's driver cannot see, or a start button."""

    input: Annotated[int, Field(ge=0, le=0xFFFF)]
    """Its address on the unit."""
    says: Literal[
        "remote_control",
        "e_stop_chain",
        "maintenance_key",
        "crank",
        "fire",
        "power",
        "entrance",
        "obstruction",
        "occupancy",
        "start_button",
    ]
    bank: Count
    segment: Count | None = None
    """None: of the whole bank."""
    aisle: Annotated[int, Field(ge=0, le=200)] | None = None
    """For occupancy; None: the contact covers all aisles of the segment."""
    safe_when: Literal[0, 1] = 1
    """The level that means safe (of a button: not pressed); a broken wire should not read so."""


class AirContact(Part):
    """A contact that concerns the air of a room, not its steel: it alarms and holds units."""

    input: Annotated[int, Field(ge=0, le=0xFFFF)]
    """Its address on the unit."""
    says: Literal["smoke", "leak", "door", "tank_full", "unit_fault", "rain"]
    zone: ZoneId | None = None
    """Whose air it concerns; None: the whole room's."""
    unit_id: DeviceId | None = None
    """Of tank_full and unit_fault: the dehumidifier or other unit it belongs to."""
    safe_when: Literal[0, 1] = 1
    """The level that means all is well: dry, no smoke, door closed. A contact whose wire breaks
    should not read so."""


class SensorInputs(Part):
    """A Modbus module of digital inputs to which our own sensors are wired."""

    driver: Literal["input.modbus"]
    id: DeviceId
    at: Address
    unit: UnitId = 1
    function: Literal["discrete_inputs", "coils"] = "discrete_inputs"
    inputs: tuple[SensorInput, ...] = ()
    air: tuple[AirContact, ...] = ()

    @model_validator(mode="after")
    def _has_some(self) -> Self:
        if not self.numbers():
            raise ValueError("a module needs at least one line under inputs or air")
        return self

    def numbers(self) -> list[int]:
        """Return the address of every input that something is wired to."""
        return [*(each.input for each in self.inputs), *(each.input for each in self.air)]


class OutputModule(Part):
    """A Modbus module of coils, to which sounders are wired; it never drives steel."""

    driver: Literal["output.modbus"]
    id: DeviceId
    at: Address
    unit: UnitId = 1


class ModbusProbe(Part):
    """A probe of whatever its profile, a file of config/profiles/probes, says it measures."""

    driver: Literal["climate.probe"]
    id: DeviceId
    name: Words
    at: Address
    unit: UnitId = 1
    profile: ProfileId
    plan_mm: PlanPoint
    zone: ZoneId | None = None
    """Whose air it measures; None: the zone that claims nothing (config/climate.py)."""
    every_s: Annotated[float, Field(ge=1, le=3600)] = 10.0


class MqttProbe(Part):
    """A probe whose gateway publishes JSON on a broker: Zigbee2MQTT, Tasmota, or plain JSON.

    `profile` names a file of config/profiles/probes with the paths of the values in the JSON.
    """

    driver: Literal["climate.mqtt"]
    id: DeviceId
    name: Words
    at: TcpAddress
    topic: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^+#\x00-\x1f]+$")]
    profile: ProfileId
    user: Annotated[str, Field(max_length=60)] | None = None
    """The password stands in the room's settings, not in this file."""
    plan_mm: PlanPoint
    zone: ZoneId | None = None
    every_s: Annotated[float, Field(ge=1, le=86_400)] = 600.0
    """How often it reports at least; silent for three of these, it counts as away."""


Probe = ModbusProbe | MqttProbe
"""Whatever measures the air, however it is wired."""


class ClimateUnit(Part):
    """A dehumidifier, humidifier or controller of temperature and humidity on a Modbus line.

    `profile` names a file of config/profiles/units.
    """

    driver: Literal["climate.unit"]
    id: DeviceId
    name: Words
    at: Address
    unit: UnitId = 1
    profile: ProfileId
    plan_mm: PlanPoint | None = None
    zone: ZoneId | None = None
    """Whose air its own sensors measure."""


class ClimateRelay(Part):
    """A fan, dryer or humidifier that a coil switches and that says nothing of itself."""

    driver: Literal["climate.relay"]
    id: DeviceId
    name: Words
    at: Address
    unit: UnitId = 1
    """Of the relay module."""
    coil: Annotated[int, Field(ge=0, le=0xFFFF)]
    on_when: Literal[0, 1] = 1


AirUnit = ClimateUnit | ClimateRelay
"""Whatever dries, humidifies or airs and can be switched."""

ModbusDevice = (
    ModbusShelving | ModbusProbe | SensorInputs | OutputModule | ClimateUnit | ClimateRelay
)
"""What shares the physical port at its address with others, each under its own unit id."""

Device = Annotated[
    ModbusShelving
    | Udp55Shelving
    | WebApiShelving
    | SensorInputs
    | OutputModule
    | AnyReader
    | ModbusProbe
    | MqttProbe
    | ClimateUnit
    | ClimateRelay,
    Field(discriminator="driver"),
]
