"""Where the antennas look, and what the steel lets people do there. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from config.addresses import Face, SlotAddress, parse_address
from config.geometry import AislePlace, aisle_of
from config.readers import is_door
from config.room import READERS, Room
from drivers.room.presence.ear import ACROSS_OPEN, BESIDE, FAR, NEAR, OWN, Ear, Expected

DESK: Final = "desk"

AntennaKey = tuple[str, int]
"""Reader id and antenna number."""

_NOTHING: Final[Mapping[tuple[int, int], frozenset[int]]] = MappingProxyType({})
_NEVER: Final[Mapping[int, float]] = MappingProxyType({})
_UNMEASURED: Final[Mapping[AntennaKey, Ear]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """What one antenna covers, or several of them; `bank` None is the desk or a whole room."""

    name: str
    place: SlotAddress | None = None
    bank: int | None = None
    aisles: frozenset[AislePlace] = frozenset()
    """The aisles that lead to it; none means that it can always be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One antenna: its zone, and at the desk how strong a tag must be to lie on it."""

    zone: Zone
    gate_dbm: float | None = None
    ear: Ear | None = None
    """What calibration learnt of it, if it was calibrated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aisles:
    """What the steel says, as far as presence needs it. A bank that is not in here is unknown."""

    gaps: Mapping[tuple[int, int], frozenset[int]] = field(default_factory=lambda: _NOTHING)
    """(bank, segment) to the aisles that are open; none where the gap stands in no aisle."""
    moving: frozenset[int] = frozenset()
    moved_at_s: Mapping[int, float] = field(default_factory=lambda: _NEVER)
    """When a carriage of a bank was last seen moving, on the monotonic clock."""

    def with_bank(
        self, bank: int, *, open_aisles: Mapping[int, Collection[int]], moving: bool, at_s: float
    ) -> Aisles:
        """Take over what all segments of a bank say now."""
        gaps = {place: aisle for place, aisle in self.gaps.items() if place[0] != bank}
        gaps |= {(bank, segment): frozenset(aisles) for segment, aisles in open_aisles.items()}
        was_moving = bank in self.moving
        return Aisles(
            gaps=gaps,
            moving=self.moving | {bank} if moving else self.moving - {bank},
            moved_at_s={**self.moved_at_s, bank: at_s} if moving or was_moving else self.moved_at_s,
        )

    def without_bank(self, bank: int, *, at_s: float) -> Aisles:
        """Forget a bank whose controller cannot be read; a carriage may have been moving."""
        known = self.with_bank(bank, open_aisles={}, moving=False, at_s=at_s)
        return Aisles(
            gaps=known.gaps, moving=known.moving, moved_at_s={**known.moved_at_s, bank: at_s}
        )

    def disturbed(self, bank: int | None, since_s: float) -> bool:
        """Say whether a carriage of the bank moves, or moved at or after a time."""
        if bank is None:
            return False
        moved_at_s = self.moved_at_s.get(bank)
        return bank in self.moving or (moved_at_s is not None and moved_at_s >= since_s)

    def can_reach(self, zone: Zone) -> bool:
        """Say whether a person could put a hand there; what is unknown counts as yes."""
        return not zone.aisles or any(self._may_be_open(aisle) for aisle in zone.aisles)

    def invites(self, zone: Zone) -> bool:
        """Say whether a person can reach the zone and no carriage of its bank moves."""
        return zone.bank not in self.moving and self.can_reach(zone)

    def _may_be_open(self, place: AislePlace) -> bool:
        gap = self.gaps.get((place.bank, place.segment))
        return not gap or place.aisle in gap

    def expected(self, spot: Spot, zone: Zone) -> Expected:
        """Say how an antenna hears a tag of a zone as the steel stands now."""
        if spot.ear is not None:
            measured = spot.ear.find(zone.name, is_open=self.can_reach(zone))
            if measured is not None:
                return measured
        if zone.name == spot.zone.name:
            return OWN
        return self.usually(spot.zone, zone)

    def usually(self, here: Zone, there: Zone) -> Expected:
        """Say how steel lets tags of another zone through where nobody measured.

        Faces on both sides of a closed aisle stand pressed together, those of one column share
        their steel, an open aisle keeps them a metre apart.
        """
        if here.bank is None or here.bank != there.bank:
            return FAR
        if here.place is None or there.place is None or here.place.column is None:
            return BESIDE
        apart = _sections_apart(here.place, there.place)
        same_column = here.place.column == there.place.column
        if same_column and here.place.face == there.place.face:
            return BESIDE if apart <= 1 else NEAR
        if same_column:
            return BESIDE if apart == 0 else NEAR
        between = here.aisles & there.aisles
        if not between or apart > 0:
            return NEAR
        shut = not any(self._may_be_open(aisle) for aisle in between)
        return BESIDE if shut else ACROSS_OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """All antennas of a room and their zones."""

    room: str
    spots: Mapping[AntennaKey, Spot]
    zones: Mapping[str, Zone]

    def aisles_of(self, zone: str) -> frozenset[AislePlace]:
        """Name the aisles that lead to a zone; none for the desk or a zone no antenna covers."""
        known = self.zones.get(zone)
        return known.aisles if known else frozenset()

    def home_zone(self, shelf: str) -> str | None:
        """Name the smallest covered zone that contains a shelf; `None` if no antenna looks there.

        A home that is no address is one that no antenna looks at.
        """
        try:
            name = str(parse_address(shelf))
        except ValueError:
            return None
        while name:
            zone = self.zones.get(name)
            if zone is not None and zone.place is not None:
                return name
            name = name.rpartition("-")[0]
        return None


def field_of(room: Room, ears: Mapping[AntennaKey, Ear] = _UNMEASURED) -> Field:
    """Read the antennas out of a room file; `ears` is what calibration learnt of them."""
    spots: dict[AntennaKey, Spot] = {}
    zones: dict[str, Zone] = {}
    for device in room.devices:
        if not isinstance(device, READERS):
            continue
        for antenna in device.antennas:
            if is_door(antenna.covers):
                continue  # who passes there is another question
            zone = zones.setdefault(antenna.covers, _zone(room, antenna.covers))
            gate = device.desk_rssi_dbm if zone.name == DESK else None
            key = (device.id, antenna.antenna)
            spots[key] = Spot(zone=zone, gate_dbm=gate, ear=ears.get(key))
    return Field(room=room.room, spots=spots, zones=zones)


def _zone(room: Room, covers: str) -> Zone:
    if covers == DESK:
        return Zone(name=DESK)
    place = parse_address(covers)
    return Zone(name=covers, place=place, bank=place.bank, aisles=_aisles(room, place))


def _aisles(room: Room, place: SlotAddress) -> frozenset[AislePlace]:
    """Name the aisles a place is reached from; a place with a face that is always free has none."""
    if place.column is None:
        return frozenset()
    faces = (place.face,) if place.face is not None else tuple(Face)
    found = [
        aisle_of(room, SlotAddress(room=place.room, bank=place.bank, column=place.column, face=f))
        for f in faces
    ]
    aisles = frozenset(aisle for aisle in found if aisle is not None)
    return aisles if len(aisles) == len(found) else frozenset()


def _sections_apart(here: SlotAddress, there: SlotAddress) -> int:
    """Count the sections from one place to another; none if one of them names no section."""
    if here.section is None or there.section is None:
        return 0
    return abs(here.section - there.section)
