"""Which tags an antenna hears, and how loudly, from where things really are. Pure.

Its own shelves an antenna hears well. Steel lets something through to the neighbouring sections and
to the back of the column, and to the face across the aisle: more while the two stand pressed
together. What an antenna wakes must then find the time to answer (gen2.py).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, hypot, log, log10
from random import Random

from config.addresses import Face, SlotAddress
from config.geometry import AislePlace, aisle_of, faces_of_aisle
from config.room import Room
from simulators.physics.doorway import TROLLEY_AT_M, antenna_at_m, place_m
from simulators.physics.gen2 import USUAL, Caller, Link, singulate
from simulators.things import AtDoor, Box, InBox, InHand, OnDesk, OnShelf, OnTrolley, Thing
from simulators.world import World

DESK = "desk"
HAND = "hand"
TROLLEY = "trolley"
FLOOR_DBM = -84.0
_LOUDEST_DBM = -20.0


@dataclass(frozen=True, slots=True)
class Zone:
    """One section of one face: as finely as an antenna's field has a shape."""

    bank: int
    column: int
    face: Face
    section: int


Where = Zone | str
"""A section, or a word: the desk, a hand, the trolley, somebody at a door."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that answers; `aside_m` is how far it is from the middle of its section."""

    epc: str
    aside_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Coupling:
    """How an antenna and a tag somewhere hear each other, at the usual distance aside."""

    probability: float
    rssi_dbm: float
    spread_db: float = 2.5
    before_m: float = 0.5
    """How far the place is from the antenna."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One tag in one dwell of one antenna."""

    epc: str
    rssi_dbm: float
    count: int
    distance_m: float = 0.5


_OWN_OPEN = Coupling(0.88, -57.0)
_OWN_CLOSED = Coupling(0.86, -58.0)
_BESIDE = Coupling(0.22, -66.0, before_m=1.0)
_BEHIND = Coupling(0.12, -68.0, before_m=0.8)
_ACROSS_CLOSED = Coupling(0.20, -65.0, before_m=0.8)
_ACROSS_OPEN = Coupling(0.05, -70.0, before_m=1.4)
_ON_DESK = Coupling(0.998, -42.0, 2.0)
_CARRIED_BY_DESK = Coupling(0.01, -69.0, before_m=1.5)

_USUALLY_ASIDE_M = 0.26
"""The root mean square of how far tags stand from the middle of a shelf of 900 mm."""
_LOGIT_PER_DB = 0.15
"""How much likelier a tag is read with every dB."""
_AGAINST_STEEL = 40
"""One tag of so many lies against steel."""
_STEEL_DB = -6.0

_DOOR_DBM, _DOOR_M, _DOOR_SPREAD_DB = -50.0, 0.9, 3.0
"""How a door's antenna hears what is carried right past it, and at what distance that is."""
_WALL_DB, _WALL_FROM_M = 5.0, 0.3
"""What the wall takes between an antenna on one side and a tag on the other."""
_DOOR_SURE, _DOOR_EVEN_DBM, _DOOR_SLOPE_DB = 0.97, -66.0, 2.5


def index_tags(world: World) -> dict[Where, tuple[Tag, ...]]:
    """Sort the tags that answer by the place they are in; those outside are nowhere."""
    found: dict[Where, list[Tag]] = {}
    for thing in world.things():
        where = None if thing.dead else where_of(world, thing)
        if where is not None:
            found.setdefault(where, []).append(Tag(thing.epc, _aside_m(world, thing)))
    return {where: tuple(there) for where, there in found.items()}


def where_of(world: World, thing: Thing) -> Where | None:
    """Name the place a thing is in; None if no antenna ever hears it there."""
    match world.place_of(thing):
        case OnShelf(address):
            return zone_of(address)
        case OnDesk():
            return DESK
        case InHand():
            return HAND
        case OnTrolley():
            return TROLLEY
        case AtDoor(passage):
            return passing(passage)
    return None


def passing(passage: int) -> str:
    """Name the place of somebody who walks at a door."""
    return f"passage-{passage}"


def zone_of(shelf: SlotAddress) -> Zone:
    """Name the zone a shelf lies in; raise ValueError if the address ends before its section."""
    if shelf.bank is None or shelf.column is None or shelf.face is None or shelf.section is None:
        raise ValueError(f"{shelf} names no section")
    return Zone(shelf.bank, shelf.column, shelf.face, shelf.section)


def zones_covered(room: Room, covers: SlotAddress) -> tuple[Zone, ...]:
    """List the zones that an antenna looks at, from the address it covers."""
    return tuple(
        Zone(bank.bank, column, face, section)
        for bank in room.banks
        if covers.bank in (None, bank.bank)
        for column in range(1, bank.columns + 1)
        if covers.column in (None, column)
        for face in Face
        if covers.face in (None, face)
        for section in range(1, _sections(room, bank.bank, column, face) + 1)
        if covers.section in (None, section)
    )


def couplings(world: World, covered: tuple[Zone, ...]) -> dict[Where, Coupling]:
    """Say how an antenna hears every zone it hears at all, as the steel stands now."""
    found: dict[Where, Coupling] = {}
    for zone in covered:
        aisle = _aisle(world.room, zone)
        is_open = aisle is None or _is_open(world, aisle)
        found[zone] = _OWN_OPEN if is_open else _OWN_CLOSED
    for zone in covered:
        for other, coupling in _around(world, zone):
            known = found.get(other)
            if known is None or coupling.rssi_dbm > known.rssi_dbm:
                found[other] = coupling
    return found


def desk_reach() -> dict[Where, Coupling]:
    """Say what the desk antenna hears: what lies on the desk, and seldom what is carried past."""
    return {DESK: _ON_DESK, HAND: _CARRIED_BY_DESK}


def door_reach(world: World, door: str, side: str | None) -> dict[Where, Coupling]:
    """Say what an antenna at a door hears: who walks there now, and a trolley parked near it."""
    found: dict[Where, Coupling] = {
        passing(passage.number): _at_door(
            place_m(passage.way, world.elapsed_s - passage.began_s), side
        )
        for passage in world.passages
        if passage.door == door
    }
    if world.trolley_at == door:
        found[TROLLEY] = _at_door(TROLLEY_AT_M, side)
    return found


def hear(
    index: Mapping[Where, Sequence[Tag]],
    reach: Mapping[Where, Coupling],
    draw: Random,
    *,
    dwell_s: float = 0.1,
    link: Link = USUAL,
) -> tuple[Heard, ...]:
    """Let an antenna run once: every tag in reach may wake, and what finds time is understood."""
    awake: dict[str, tuple[float, float]] = {}
    for where, coupling in reach.items():
        for tag in index.get(where, ()):
            better_db = _fit_db(tag.epc, where) + _nearer_db(coupling, tag)
            if draw.random() >= _shifted(coupling.probability, better_db):
                continue
            rssi_dbm = coupling.rssi_dbm + better_db + draw.gauss(0.0, coupling.spread_db)
            if rssi_dbm >= FLOOR_DBM:
                distance_m = hypot(tag.aside_m, coupling.before_m)
                awake[tag.epc] = (min(rssi_dbm, _LOUDEST_DBM), distance_m)
    callers = [Caller(epc, rssi_dbm) for epc, (rssi_dbm, _) in awake.items()]
    counts = singulate(link, callers, dwell_s, draw)
    return tuple(Heard(epc, awake[epc][0], count, awake[epc][1]) for epc, count in counts.items())


def _at_door(at_m: float, side: str | None) -> Coupling:
    """Say how a door's antenna hears a place on the line through the door."""
    antenna_m = antenna_at_m(side)
    distance_m = hypot(at_m - antenna_m, _DOOR_M)
    rssi_dbm = _DOOR_DBM - 40 * log10(distance_m / _DOOR_M)
    if abs(at_m) > _WALL_FROM_M and (at_m < 0) != (antenna_m < 0):
        rssi_dbm -= _WALL_DB
    sure = _DOOR_SURE / (1 + exp((_DOOR_EVEN_DBM - rssi_dbm) / _DOOR_SLOPE_DB))
    return Coupling(sure, rssi_dbm, _DOOR_SPREAD_DB, distance_m)


def _nearer_db(coupling: Coupling, tag: Tag) -> float:
    """Say how much louder a tag is than one at the usual distance aside (fourth power law)."""
    if tag.aside_m == 0.0:
        return 0.0
    usual_m = hypot(_USUALLY_ASIDE_M, coupling.before_m)
    return 40 * log10(usual_m / hypot(tag.aside_m, coupling.before_m))


def _shifted(probability: float, better_db: float) -> float:
    """Say how likely a read is that is better placed than usual by some dB."""
    logit = log(probability / (1 - probability)) + _LOGIT_PER_DB * better_db
    return 1 / (1 + exp(-logit))


def _fit_db(epc: str, where: Where) -> float:
    """How a tag differs from others for ever: how it lies on its box, on a shelf also on steel."""
    lot = zlib.crc32(epc.encode())
    on_steel = isinstance(where, Zone) and lot // 401 % _AGAINST_STEEL == 0
    against_steel = _STEEL_DB if on_steel else 0.0
    return (lot % 401 - 200) / 100 + against_steel


def _aside_m(world: World, thing: Thing) -> float:
    """Say how far a thing stands from the middle of its shelf; 0 where it stands on none."""
    if isinstance(thing.spot, InBox):
        thing = world.boxes[thing.spot.box]
    if not isinstance(thing, Box) or not isinstance(thing.spot, OnShelf):
        return 0.0
    zone = zone_of(thing.spot.address)
    shape = world.room.bank(zone.bank).shape(zone.column, zone.face)
    length_mm = 0 if shape is None else shape.shelf_length_mm
    return (thing.order_mm + thing.thickness_mm / 2 - length_mm / 2) / 1000


def _around(world: World, zone: Zone) -> Iterable[tuple[Zone, Coupling]]:
    room = world.room
    for section in (zone.section - 1, zone.section + 1):
        if 1 <= section <= _sections(room, zone.bank, zone.column, zone.face):
            yield Zone(zone.bank, zone.column, zone.face, section), _BESIDE
    back = Face.LEFT if zone.face is Face.RIGHT else Face.RIGHT
    if zone.section <= _sections(room, zone.bank, zone.column, back):
        yield Zone(zone.bank, zone.column, back, zone.section), _BEHIND
    aisle = _aisle(room, zone)
    if aisle is None:
        return
    across = _ACROSS_OPEN if _is_open(world, aisle) else _ACROSS_CLOSED
    for column, face in faces_of_aisle(room, aisle):
        facing = (column, face) != (zone.column, zone.face)
        if facing and zone.section <= _sections(room, zone.bank, column, face):
            yield Zone(zone.bank, column, face, zone.section), across


def _sections(room: Room, bank: int, column: int, face: Face) -> int:
    shape = room.bank(bank).shape(column, face)
    return 0 if shape is None else shape.sections


def _aisle(room: Room, zone: Zone) -> AislePlace | None:
    place = SlotAddress(room=room.room, bank=zone.bank, column=zone.column, face=zone.face)
    return aisle_of(room, place)


def _is_open(world: World, aisle: AislePlace) -> bool:
    segment = world.steel_of(aisle.bank).segment(aisle.segment)
    return segment.gap_mm(aisle.aisle) > segment.aisle_mm / 2
