"""The truth of a simulated room: one frozen value, and what time does to it. Pure.

People's acts are in acts.py; what wires make of the truth is in wire/.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType

from config.addresses import SlotAddress
from config.geometry import aisle_of
from config.room import Room, Udp55Shelving, WebApiShelving
from simulators.physics import plc
from simulators.physics.air import Air, Climate, climate_at
from simulators.physics.steel import NEVER_S, WATCHDOG_S, BankSteel, stand


@dataclass(frozen=True, slots=True)
class OnShelf:
    """The box stands on a shelf, its own or a wrong one."""

    address: SlotAddress


@dataclass(frozen=True, slots=True)
class OnDesk:
    """The box lies on the desk, in front of the desk antenna."""


@dataclass(frozen=True, slots=True)
class InHand:
    """Somebody carries the box."""


Spot = OnShelf | OnDesk | InHand


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A tagged box; `home` is the shelf it belongs to, `spot` where it is."""

    code: str
    epc: str
    home: SlotAddress
    order_mm: int
    thickness_mm: int
    spot: Spot


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
    air: Air = field(default_factory=Air)
    pressed: frozenset[tuple[int, int]] = frozenset()
    """Start buttons that somebody presses, by bank and segment."""
    cut_inputs: frozenset[tuple[str, int]] = frozenset()
    """Inputs of our own modules whose wire is broken, by device and input."""

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
        return replace(self, boxes=MappingProxyType({**self.boxes, box.code: box}))

    def climate(self, place_mm: tuple[int, int]) -> Climate:
        """Say what the air is like at a place of the plan."""
        return climate_at(
            self.air, seed=self.seed, at=self.at, elapsed_s=self.elapsed_s, place_mm=place_mm
        )


def build_world(room: Room, boxes: Iterable[Box], *, seed: int, began_at: datetime) -> World:
    """Set up a room at rest: columns parked, nobody inside, every box on its shelf."""
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
    known: dict[str, Box] = {}
    tags: set[str] = set()
    for box in boxes:
        if box.code in known or box.epc in tags:
            raise ValueError(f"box {box.code} or its tag {box.epc} stands twice in the list")
        known[box.code] = box
        tags.add(box.epc)
    return World(
        room=room, seed=seed, began_at=began_at, banks=banks, boxes=MappingProxyType(known)
    )


def step(world: World, dt_s: float) -> World:
    """Let time pass. Everything random is a function of the world's seed and its time."""
    if dt_s < 0:
        raise ValueError(f"time does not run backwards: {dt_s} s")
    return replace(
        world,
        elapsed_s=world.elapsed_s + dt_s,
        banks=tuple(plc.advance(steel, dt_s) for steel in world.banks),
    )


def is_reachable(world: World, shelf: SlotAddress) -> bool:
    """Say whether a person can lay hands on a shelf: its aisle is open and nothing moves there."""
    aisle = aisle_of(world.room, shelf)
    if aisle is None:
        return True
    segment = world.steel_of(aisle.bank).segment(aisle.segment)
    return aisle.aisle in segment.open_aisles
