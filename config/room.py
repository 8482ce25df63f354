"""A room as its file says it: banks, columns, faces, shelves, devices. Frozen, strict, no I/O.

Lengths are in mm. On the plan x grows with the column number and y away from the upper wall; every
number that counts something on the steel starts at 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from config.addresses import Face, parse_address


class Part(BaseModel):
    """Anything a room file holds: frozen, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Part):
    """A name in both languages of the page."""

    zh: Annotated[str, Field(min_length=1, max_length=60)]
    en: Annotated[str, Field(min_length=1, max_length=60)]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that fits nothing else in the file: where, what stands there, what may stand."""

    path: tuple[str | int, ...]
    value: object
    allowed: str


Checked = TypeVar("Checked", bound=Part)


def _flawless(part: Checked, flaws: list[Flaw]) -> Checked:
    """Pass on what has no flaws; else raise one error that carries them all."""
    if flaws:
        words = "; ".join(f"{flaw.value!r}: {flaw.allowed}" for flaw in flaws)
        raise PydanticCustomError("flaws", "{words}", {"words": words, "flaws": flaws})
    return part


Count = Annotated[int, Field(ge=1, le=200)]
Millimetres = Annotated[int, Field(ge=1, le=200_000)]


class FaceShape(Part):
    """The shelves of one face: `sections` bays side by side, `shelves` one above the other."""

    sections: Count
    shelves: Count
    shelf_length_mm: Millimetres
    shelf_height_mm: Millimetres = 320


class Counting(Part):
    """Where counting starts; rooms differ, so nothing in the code assumes it."""

    sections_from: Literal["mouth", "back"] = "mouth"
    shelves_from: Literal["top", "bottom"] = "top"
    left_face_towards: Literal["lower_columns", "higher_columns"] = "lower_columns"


class Column(Part):
    """A column that differs from the bank's pattern."""

    column: Count
    faces: dict[Face, FaceShape]


class PlanPoint(Part):
    """A point of the floor plan in mm from its upper left corner."""

    x: Annotated[int, Field(ge=0, le=1_000_000)]
    y: Annotated[int, Field(ge=0, le=1_000_000)]


class Motion(Part):
    """How the steel of a bank moves; the times are limits of the device profile."""

    speed_mm_s: Annotated[float, Field(gt=0, le=200)] = 60.0
    start_delay_s: Annotated[float, Field(ge=0, le=10)] = 1.0
    start_seen_s: Annotated[float, Field(gt=0, le=10)] = 3.0
    end_s: Annotated[float, Field(gt=0, le=600)] = 150.0


class Bank(Part):
    """A run of columns with one controller. Column 1 stands at `at_mm`, x grows from there."""

    bank: Count
    name: Words
    at_mm: PlanPoint
    columns: Count
    fixed: tuple[Count, ...] = ()
    column_width_mm: Millimetres
    column_depth_mm: Millimetres
    aisle_mm: Millimetres
    mouth: Literal["above", "below"] = "below"
    park_at: Literal["first_aisle", "last_aisle"] = "last_aisle"
    gaps: Literal[1, 2] = 1
    """How many aisles of a segment stand open at once; two only where the maker built it so."""
    face: FaceShape
    differing: tuple[Column, ...] = ()
    motion: Motion = Motion()

    @model_validator(mode="after")
    def _columns_exist(self) -> Self:
        allowed = f"the bank has columns 1 to {self.columns}"
        flaws = [
            Flaw(("fixed", at), number, allowed)
            for at, number in enumerate(self.fixed)
            if number > self.columns
        ]
        flaws += [
            Flaw(("differing", at, "column"), differing.column, allowed)
            for at, differing in enumerate(self.differing)
            if differing.column > self.columns
        ]
        flaws += [
            Flaw(("fixed", at), number, "this column is named twice")
            for at, number in enumerate(self.fixed)
            if number in self.fixed[:at]
        ]
        if not flaws and len(self.fixed) == self.columns:
            flaws = [Flaw(("fixed",), list(self.fixed), "one column at least must be movable")]
        return _flawless(self, flaws)

    def shape(self, column: int, face: Face) -> FaceShape | None:
        """Say what shelves a face has; `None` if that side of the column bears none."""
        for differing in self.differing:
            if differing.column == column:
                return differing.faces.get(face)
        return self.face


class TcpAddress(Part):
    """A device on the network."""

    host: Annotated[str, Field(min_length=1, max_length=253)]
    port: Annotated[int, Field(ge=1, le=65535)]


class SerialAddress(Part):
    """A device on a serial line; on real machines name it by /dev/serial/by-id."""

    path: Annotated[str, Field(min_length=1, max_length=255)]
    baud: Literal[1200, 2400, 4800, 9600, 14400, 19200, 38400, 57600, 115200] = 9600
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1


def _address_kind(value: object) -> str:
    """Tell the two kinds of address apart, so that an error speaks of the one that was meant."""
    is_serial = "path" in value if isinstance(value, dict) else isinstance(value, SerialAddress)
    return "SerialAddress" if is_serial else "TcpAddress"


Address = Annotated[
    Annotated[TcpAddress, Tag("TcpAddress")] | Annotated[SerialAddress, Tag("SerialAddress")],
    Discriminator(_address_kind),
]
DeviceId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
UnitId = Annotated[int, Field(ge=1, le=247)]


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


class SensorInputs(Part):
    """A Modbus module of digital inputs to which our own sensors are wired."""

    driver: Literal["input.modbus"]
    id: DeviceId
    at: Address
    unit: UnitId = 1
    function: Literal["discrete_inputs", "coils"] = "discrete_inputs"
    inputs: Annotated[tuple[SensorInput, ...], Field(min_length=1)]


class Antenna(Part):
    """What one antenna looks at: the desk, or a part of the steel."""

    antenna: Annotated[int, Field(ge=1, le=65535)]
    covers: str

    @field_validator("covers")
    @classmethod
    def _is_desk_or_address(cls, covers: str) -> str:
        if covers != "desk":
            parse_address(covers)
        return covers


class LlrpReader(Part):
    """An RFID reader that speaks LLRP 1.0.1 over TCP."""

    driver: Literal["rfid.llrp"]
    id: DeviceId
    at: TcpAddress
    antennas: Annotated[tuple[Antenna, ...], Field(min_length=1)]
    desk_rssi_dbm: Annotated[int, Field(ge=-90, le=0)] = -55


class ModbusProbe(Part):
    """A temperature and humidity probe; `profile` names a file of config/profiles."""

    driver: Literal["climate.probe"]
    id: DeviceId
    name: Words
    at: Address
    unit: UnitId = 1
    profile: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    plan_mm: PlanPoint


Device = Annotated[
    ModbusShelving | Udp55Shelving | WebApiShelving | SensorInputs | LlrpReader | ModbusProbe,
    Field(discriminator="driver"),
]


class Climate(Part):
    """Which limits the room keeps; `profile` names a file of config/profiles."""

    profile: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]


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
    """When closing all banks is proposed each day, in the site's time; a person starts it."""
    climate: Climate
    banks: Annotated[tuple[Bank, ...], Field(min_length=1)]
    devices: tuple[Device, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        flaws = [*self._bank_flaws(), *self._device_flaws()]
        if self.start == "remote" and self.remote_start_statement is None:
            allowed = (
                "remote needs remote_start_statement, which names the maker's statement on "
                "presence sensing"
            )
            flaws.append(Flaw(("start",), self.start, allowed))
        return _flawless(self, flaws)

    def bank(self, number: int) -> Bank:
        """Return a bank; raise KeyError if the room has none of that number."""
        for bank in self.banks:
            if bank.bank == number:
                return bank
        raise KeyError(f"{self.room} has no bank {number}")

    def _bank_flaws(self) -> list[Flaw]:
        numbers = [bank.bank for bank in self.banks]
        return [
            Flaw(("banks", at, "bank"), number, "another bank has this number")
            for at, number in enumerate(numbers)
            if number in numbers[:at]
        ]

    def _device_flaws(self) -> list[Flaw]:
        flaws: list[Flaw] = []
        banks = {bank.bank for bank in self.banks}
        ids: set[str] = set()
        driven: set[int] = set()
        for at, device in enumerate(self.devices):
            if device.id in ids:
                flaws.append(Flaw(("devices", at, "id"), device.id, "another device has this id"))
            ids.add(device.id)
            if isinstance(device, LlrpReader):
                flaws += self._antenna_flaws(at, device)
            if isinstance(device, SHELVING):
                where = ("devices", at, "bank")
                if device.bank not in banks:
                    allowed = f"the room has banks {sorted(banks)}"
                    flaws.append(Flaw(where, device.bank, allowed))
                elif device.bank in driven:
                    flaws.append(Flaw(where, device.bank, "this bank has a controller already"))
                driven.add(device.bank)
        return flaws

    def _antenna_flaws(self, device_at: int, reader: LlrpReader) -> list[Flaw]:
        flaws: list[Flaw] = []
        numbers: set[int] = set()
        for at, antenna in enumerate(reader.antennas):
            where = ("devices", device_at, "antennas", at)
            if antenna.antenna in numbers:
                allowed = "another antenna of this reader has this number"
                flaws.append(Flaw((*where, "antenna"), antenna.antenna, allowed))
            numbers.add(antenna.antenna)
            if antenna.covers != "desk" and not self._exists(antenna.covers):
                allowed = "desk, or a place that this room has"
                flaws.append(Flaw((*where, "covers"), antenna.covers, allowed))
        return flaws

    def _exists(self, text: str) -> bool:
        place = parse_address(text)
        if place.room != self.room:
            return False
        bank = next((b for b in self.banks if b.bank == place.bank), None)
        if place.bank is None or bank is None:
            return place.bank is None
        if place.column is None:
            return True
        if place.column > bank.columns:
            return False
        if place.face is None:
            return True
        shape = bank.shape(place.column, place.face)
        return (
            shape is not None
            and (place.section or 1) <= shape.sections
            and (place.shelf or 1) <= shape.shelves
        )
