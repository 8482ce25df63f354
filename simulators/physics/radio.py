"""Which tags an antenna hears, and how loudly, from where the boxes really are. Pure.

Its own shelves it hears well. Steel lets something through to the neighbouring sections and to the
back of the column, and to the face across the aisle: more while the two stand pressed together.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random

from config.addresses import Face, SlotAddress
from config.geometry import AislePlace, aisle_of, faces_of_aisle
from config.room import Room
from simulators.world import Box, InHand, OnDesk, OnShelf, World

DESK = "desk"
FLOOR_DBM = -84.0


@dataclass(frozen=True, slots=True)
class Zone:
    """One section of one face: as finely as an antenna's field has a shape."""

    bank: int
    column: int
    face: Face
    section: int


@dataclass(frozen=True, slots=True)
class Coupling:
    """How an antenna and a tag somewhere hear each other."""

    probability: float
    rssi_dbm: float
    spread_db: float = 2.5


@dataclass(frozen=True, slots=True)
class Heard:
    """One tag in one dwell of one antenna."""

    epc: str
    rssi_dbm: float
    count: int


_OWN_OPEN = Coupling(0.88, -57.0)
_OWN_CLOSED = Coupling(0.84, -58.0)
_BESIDE = Coupling(0.22, -66.0)
_BEHIND = Coupling(0.12, -68.0)
_ACROSS_CLOSED = Coupling(0.20, -65.0)
_ACROSS_OPEN = Coupling(0.05, -70.0)
_ON_DESK = Coupling(0.985, -42.0, 2.0)
_CARRIED_BY_DESK = Coupling(0.01, -69.0)


def index_boxes(boxes: Iterable[Box]) -> dict[Zone | str, tuple[Box, ...]]:
    """Sort boxes by the zone they are in; those on the desk or in a hand by that word."""
    found: dict[Zone | str, list[Box]] = {}
    for box in boxes:
        match box.spot:
            case OnShelf(address):
                found.setdefault(zone_of(address), []).append(box)
            case OnDesk():
                found.setdefault(DESK, []).append(box)
            case InHand():
                found.setdefault("hand", []).append(box)
    return {where: tuple(there) for where, there in found.items()}


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


def couplings(world: World, covered: tuple[Zone, ...]) -> dict[Zone | str, Coupling]:
    """Say how an antenna hears every zone it hears at all, as the steel stands now."""
    found: dict[Zone | str, Coupling] = {}
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


def hear(
    index: Mapping[Zone | str, tuple[Box, ...]],
    reach: Mapping[Zone | str, Coupling],
    draw: Random,
) -> tuple[Heard, ...]:
    """Let an antenna run once: every tag in reach may answer, some several times."""
    heard = []
    for where, coupling in reach.items():
        for box in index.get(where, ()):
            if draw.random() >= coupling.probability:
                continue
            rssi_dbm = coupling.rssi_dbm + _temper_db(box.epc)
            rssi_dbm += draw.gauss(0.0, coupling.spread_db)
            if rssi_dbm >= FLOOR_DBM:
                heard.append(Heard(box.epc, min(rssi_dbm, -20.0), draw.randint(1, 4)))
    draw.shuffle(heard)
    return tuple(heard)


def desk_reach() -> dict[Zone | str, Coupling]:
    """Say what the desk antenna hears: what lies on the desk, and seldom a box carried past."""
    return {DESK: _ON_DESK, "hand": _CARRIED_BY_DESK}


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


def _temper_db(epc: str) -> float:
    """How one tag differs from another for ever: how it lies on its box, between -2 and 2 dB."""
    return (zlib.crc32(epc.encode()) % 401 - 200) / 100
