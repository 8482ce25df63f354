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
from config.room import Room, Udp55Shelving, WebApiShelving
from simulators.physics import plc
from simulators.physics.air import Air, Climate, climate_at
from simulators.physics.doorway import BEAM_REACH_M, is_over, place_m
from simulators.physics.steel import NEVER_S, WATCHDOG_S, BankSteel, stand
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


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that is so in the room at one moment."""

    room: Room
    seed: int
    began_at: datetime
    """When the world began, aware; its hour decides how warm the day is."""
    elapsed_s: float = 0.0
    banks: tuple[BankSteel, ...]
    boxes: Mapping[str, Box] = field(default_factory=lambda: MappingProxyType({}))
    files: Mapping[str, PaperFile] = field(default_factory=lambda: MappingProxyType({}))
    """The files that have a tag of their own."""
    strays: Mapping[str, Stray] = field(default_factory=lambda: MappingProxyType({}))
    air: Air = field(default_factory=Air)
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

    def climate(self, place_mm: tuple[int, int]) -> Climate:
        """Say what the air is like at a place of the plan."""
        return climate_at(
            self.air, seed=self.seed, at=self.at, elapsed_s=self.elapsed_s, place_mm=place_mm
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
    return World(
        room=room,
        seed=seed,
        began_at=began_at,
        banks=banks,
        boxes=MappingProxyType(known),
        files=MappingProxyType(tagged),
    )


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
    return _walk_on(later) if later.passages else later


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
