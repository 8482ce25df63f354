"""The truth of a simulated room: one frozen value, and what time does to it. Pure.

People's acts are in acts.py; what wires make of the truth is in wire/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType

from config.addresses import SlotAddress
from config.geometry import aisle_of
from config.room import (
    AirContact,
    Room,
    SensorInputs,
    Udp55Shelving,
    WebApiShelving,
)
from simulators.physics import plc
from simulators.physics.air import (
    STEP_S,
    Air,
    House,
    advance_air,
    block_climate,
    climate_at,
    new_air,
    outside_of,
    room_climate,
)
from simulators.physics.climate_units import Unit, load_of, working
from simulators.physics.doorway import BEAM_REACH_M, is_over, place_m
from simulators.physics.sensing import SOUND, Sensor
from simulators.physics.steel import NEVER_S, WATCHDOG_S, BankSteel, stand
from simulators.physics.weather import Climate
from simulators.things import (
    AtDoor,
    Box,
    InBox,
    InHand,
    Outside,
    PaperFile,
    Passage,
    Spot,
    Stray,
    Thing,
)

_CEILING_M = 3.0
_LOOKS_AGAIN_S = 60.0
"""How long a machine's humidistat may take to notice, when much time passes at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that is so in the room at one moment."""

    room: Room
    seed: int
    began_at: datetime
    """When the world began, aware; its hour decides how warm the day is."""
    elapsed_s: float = 0.0
    house: House
    air: Air
    units: Mapping[str, Unit] = field(default_factory=lambda: MappingProxyType({}))
    """What dries, wets and airs the room, by device."""
    sensors: Mapping[str, Sensor] = field(default_factory=lambda: MappingProxyType({}))
    """The probes with which something is wrong, by device."""
    tripped: frozenset[tuple[str, int]] = frozenset()
    """Contacts of the air whose cause is there: smoke, water, an open door; by device and input."""
    banks: tuple[BankSteel, ...]
    boxes: Mapping[str, Box] = field(default_factory=lambda: MappingProxyType({}))
    files: Mapping[str, PaperFile] = field(default_factory=lambda: MappingProxyType({}))
    """The files that have a tag of their own."""
    strays: Mapping[str, Stray] = field(default_factory=lambda: MappingProxyType({}))
    pressed: frozenset[tuple[int, int]] = frozenset()
    """Start buttons that somebody presses, by bank and segment."""
    tag_password: int = 0
    """The access password that all tags came with; 0: they have none, and none can be locked."""
    cut_inputs: frozenset[tuple[str, int]] = frozenset()
    """Inputs of our own modules whose wire is broken, by device and input."""
    cut_antennas: frozenset[tuple[str, int]] = frozenset()
    """Antennas whose cable is off, by reader and number."""
    outputs_on: frozenset[tuple[str, int]] = frozenset()
    """Outputs that a device has switched on, by device and number."""
    passages: tuple[Passage, ...] = ()
    """Who walks at a door now."""
    walks: int = 0
    """How many have begun to."""
    trolley_at: str | None = None
    """The door that the trolley is parked near; None: it stands far from any."""

    @property
    def at(self) -> datetime:
        return self.began_at + timedelta(seconds=self.elapsed_s)

    def steel_of(self, bank: int) -> BankSteel:
        """Return a bank's steel; raise KeyError if the room has none of that number."""
        for steel in self.banks:
            if steel.plan.bank == bank:
                return steel
        raise KeyError(f"{self.room.room} has no bank {bank}")

    def with_bank(self, steel: BankSteel) -> World:
        """Return the world with one bank exchanged."""
        return replace(
            self,
            banks=tuple(steel if b.plan.bank == steel.plan.bank else b for b in self.banks),
        )

    def with_box(self, box: Box) -> World:
        """Return the world with one box somewhere else."""
        return self.with_things((box,))

    def with_things(self, things: Iterable[Thing]) -> World:
        """Return the world with some things somewhere else, or otherwise changed."""
        boxes: dict[str, Box] = {}
        files: dict[str, PaperFile] = {}
        strays: dict[str, Stray] = {}
        for thing in things:
            match thing:
                case Box():
                    boxes[thing.code] = thing
                case PaperFile():
                    files[thing.code] = thing
                case Stray():
                    strays[thing.code] = thing
        return replace(
            self,
            boxes=MappingProxyType({**self.boxes, **boxes}) if boxes else self.boxes,
            files=MappingProxyType({**self.files, **files}) if files else self.files,
            strays=MappingProxyType({**self.strays, **strays}) if strays else self.strays,
        )

    def things(self) -> Iterator[Thing]:
        """Walk over everything that bears a tag."""
        yield from self.boxes.values()
        yield from self.files.values()
        yield from self.strays.values()

    def place_of(self, thing: Thing) -> Spot:
        """Say where a thing is; what is in a box is where the box is."""
        if isinstance(thing.spot, InBox):
            return self.boxes[thing.spot.box].spot
        return thing.spot

    def beam_is_broken(self, door: str) -> bool:
        """Say whether somebody stands in a doorway."""
        return any(
            abs(place_m(passage.way, self.elapsed_s - passage.began_s)) < BEAM_REACH_M
            for passage in self.passages
            if passage.door == door
        )

    @property
    def at_s(self) -> float:
        """The Unix second of the moment."""
        return self.began_at.timestamp() + self.elapsed_s

    def climate(self, place_mm: tuple[int, int], zone: str | None = None) -> Climate:
        """Say what the air is like at a place of the plan: the room's, or that of another zone."""
        found = next((each for each in self.room.climate.zones if each.zone == zone), None)
        if found is not None and found.kind == "outside":
            return outside_of(self.air, self.house, self.at_s)
        if found is not None and found.block in self.house.blocks:
            return block_climate(self.air, self.house, self.at_s, place_mm, found.block or 0)
        return climate_at(self.air, self.house, self.at_s, place_mm)

    def sensed(self, device: str, place_mm: tuple[int, int], zone: str | None) -> Climate | None:
        """Say what a probe's sensor tells it, rightly or not; None if it has none any more."""
        return self.sensor_of(device).tell(self.climate(place_mm, zone), self.at_s)

    def sensor_of(self, device: str) -> Sensor:
        """Return what is wrong with a probe; mostly nothing."""
        return self.sensors.get(device, SOUND)

    def with_unit(self, unit: Unit) -> World:
        """Return the world with one machine changed."""
        return replace(self, units=MappingProxyType({**self.units, unit.id: unit}))

    def trouble(self, device: str, contact: AirContact) -> bool:
        """Say whether what a contact of the air watches is there now."""
        tripped = (device, contact.input) in self.tripped
        unit = self.units.get(contact.unit_id or "")
        match contact.says:
            case "door":
                return tripped or bool(self.passages)
            case "tank_full":
                return tripped or (unit is not None and unit.tank_full)
            case "unit_fault":
                return tripped or (unit is not None and bool(unit.faults))
        return tripped

    def count_troubles(self, says: str) -> int:
        """Count the contacts of a kind that find what they watch."""
        return sum(
            self.trouble(device.id, contact)
            for device in self.room.devices
            if isinstance(device, SensorInputs)
            for contact in device.air
            if contact.says == says
        )


def build_world(
    room: Room,
    boxes: Iterable[Box],
    *,
    seed: int,
    began_at: datetime,
    files: Iterable[PaperFile] = (),
) -> World:
    """Set up a room at rest: columns parked, nobody inside, every box on its shelf.

    Raises ValueError if a tag or a code stands twice, or a file is in a box that is not there.
    """
    draw = Random(seed)
    unwatched = {d.bank for d in room.devices if isinstance(d, Udp55Shelving | WebApiShelving)}
    banks = tuple(
        stand(
            plan,
            # A real controller has a past: its counters never start at 0.
            last_seq=draw.randrange(0x10000),
            last_epoch=draw.randrange(1, 0x4000),
            watchdog_s=NEVER_S if plan.bank in unwatched else WATCHDOG_S,
        )
        for plan in room.banks
    )
    known, tagged = _listed([*boxes, *files])
    house, units = build_house(room, seed, began_at), units_of(room)
    return World(
        room=room,
        seed=seed,
        began_at=began_at,
        house=house,
        air=new_air(house, began_at.timestamp()),
        units=MappingProxyType({unit.id: unit for unit in units}),
        banks=banks,
        boxes=MappingProxyType(known),
        files=MappingProxyType(tagged),
    )


def build_house(room: Room, seed: int, at: datetime) -> House:
    """Say what does not change about a room's air; rooms without units have the building's own."""
    ahead = at.astimezone(room.zone()).utcoffset()
    floor_m2 = room.size_mm.x * room.size_mm.y / 1e6
    return House(
        seed=seed,
        volume_m3=floor_m2 * _CEILING_M,
        zone_s=ahead.total_seconds() if ahead is not None else 0.0,
        has_plant=not units_of(room),
        blocks=tuple(zone.block for zone in room.climate.zones if zone.block is not None),
    )


def units_of(room: Room) -> list[Unit]:
    """List the machines of a room as they come: switched off, at work for their regulator."""
    does = {regulator.unit: regulator.does for regulator in room.climate.regulators}
    return [Unit(id=unit.id, does=does.get(unit.id, "dry")) for unit in room.units()]


def _listed(things: Iterable[Box | PaperFile]) -> tuple[dict[str, Box], dict[str, PaperFile]]:
    """Sort the boxes and the files in them by their codes; boxes come first."""
    known: dict[str, Box] = {}
    tagged: dict[str, PaperFile] = {}
    tags: set[str] = set()
    for thing in things:
        if thing.code in known or thing.code in tagged or thing.epc in tags:
            kind = "box" if isinstance(thing, Box) else "file"
            raise ValueError(f"{kind} {thing.code} or its tag {thing.epc} stands twice in the list")
        tags.add(thing.epc)
        if isinstance(thing, Box):
            known[thing.code] = thing
        elif thing.box in known:
            tagged[thing.code] = thing
        else:
            raise ValueError(f"file {thing.code} is in box {thing.box}, which the list lacks")
    return known, tagged


def step(world: World, dt_s: float) -> World:
    """Let time pass. Everything random is a function of the world's seed and its time."""
    if dt_s < 0:
        raise ValueError(f"time does not run backwards: {dt_s} s")
    later = replace(
        world,
        elapsed_s=world.elapsed_s + dt_s,
        banks=tuple(plc.advance(steel, dt_s) for steel in world.banks),
    )
    if later.at_s - later.air.at_s >= STEP_S:
        later = _breathe(later)
    return _walk_on(later) if later.passages else later


def _breathe(world: World) -> World:
    """Let machines, open doors and the weather work on the air up to now."""
    while world.air.at_s < world.at_s:
        inside = room_climate(world.air, world.house)
        units = {name: working(unit, inside) for name, unit in world.units.items()}
        load = load_of(
            units.values(),
            inside,
            wet_floors=world.count_troubles("leak"),
            open_doors=world.count_troubles("door"),
            aired=[b.plan.bank for b in world.banks if all(s.is_spread for s in b.segments)],
        )
        to_s = min(world.at_s, world.air.at_s + _LOOKS_AGAIN_S)
        air = advance_air(world.air, world.house, load, to_s)
        world = replace(world, air=air, units=MappingProxyType(units))
    return world


def _walk_on(world: World) -> World:
    """Let those who have come to the end of their way be there, with what they carry."""
    over = {p.number: p for p in world.passages if is_over(p.way, world.elapsed_s - p.began_s)}
    if not over:
        return world
    arrived = [
        replace(thing, spot=Outside() if over[thing.spot.passage].way == "out" else InHand())
        for thing in world.things()
        if isinstance(thing.spot, AtDoor) and thing.spot.passage in over
    ]
    walking = tuple(p for p in world.passages if p.number not in over)
    return replace(world.with_things(arrived), passages=walking)


def is_reachable(world: World, shelf: SlotAddress) -> bool:
    """Say whether a person can lay hands on a shelf: its aisle is open and nothing moves there."""
    aisle = aisle_of(world.room, shelf)
    if aisle is None:
        return True
    segment = world.steel_of(aisle.bank).segment(aisle.segment)
    return aisle.aisle in segment.open_aisles
