"""Shelves, boxes and antennas for the presence bench: who is heard by whom, and how loudly. Pure.

The air is that of the published comparison of location rules on multiplexed shelves: an antenna
reads its own tags with probability 0.85 and its neighbours' with 0.35, 6 dB weaker; levels vary by
3 dB from read to read and antennas by 2 dB for ever. Nothing here comes from the filter's tables.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from config.addresses import Face, SlotAddress
from config.geometry import AislePlace, aisle_of, faces_of_aisle
from config.load import load_room, shipped_room
from config.room import Antenna, LlrpReader, Room, TcpAddress

DESK = "desk"
MULTIPLEXED = 64
DWELL_S = 0.25
OWN_DBM = -55.0
DESK_RATE, DESK_DBM = 0.985, -42.0
FIRST_COLUMN = 4

Antennas = Mapping[tuple[str, int], str]
"""What each antenna covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """How well antennas hear; `uneven` lets rates and gaps differ from antenna to antenna."""

    own_rate: float = 0.85
    neighbour_rate: float = 0.35
    gap_db: float = 6.0
    spread_db: float = 3.0
    bias_db: float = 2.0
    across_open_rate: float = 0.05
    uneven: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """One antenna's way to the tags of one place: with the aisle between them shut, and open."""

    shut_rate: float
    open_rate: float
    level_dbm: float
    between: AislePlace | None


def room_with_antennas() -> Room:
    """Give the reference room 64 multiplexed antennas in each bank, one of them at the desk."""
    room = load_room(shipped_room("reference"))
    readers = tuple(
        LlrpReader(
            driver="rfid.llrp",
            id=f"reader-{bank.bank}",
            at=TcpAddress(host="192.0.2.21", port=5084),
            dwell_ms=int(DWELL_S * 1000),
            antennas=tuple(
                Antenna(antenna=number, covers=covers)
                for number, covers in enumerate(_covered(room, bank.bank), start=1)
            ),
        )
        for bank in room.banks
    )
    return room.model_copy(update={"devices": readers})


def antennas_of(room: Room) -> dict[tuple[str, int], str]:
    """List what every antenna of the room covers."""
    readers = [device for device in room.devices if isinstance(device, LlrpReader)]
    return {(r.id, a.antenna): a.covers for r in readers for a in r.antennas}


def paths_of(
    room: Room, antennas: Antennas, air: Air, draw: random.Random
) -> dict[tuple[str, int], dict[str, Path]]:
    """Say how each antenna hears its own place and the places around it."""
    covered = frozenset(antennas.values())
    return {key: _paths(room, covers, covered, air, draw) for key, covers in antennas.items()}


def _covered(room: Room, bank: int) -> list[str]:
    places = [DESK] if bank == 1 else []
    for column in range(FIRST_COLUMN, room.bank(bank).columns + 1):
        for face in Face:
            shape = room.bank(bank).shape(column, face)
            sections = shape.sections if shape else 0
            places += [f"{room.room}-B{bank}-C{column}-{face}-{s + 1}" for s in range(sections)]
    return places[:MULTIPLEXED]


def _paths(
    room: Room, covers: str, covered: frozenset[str], air: Air, draw: random.Random
) -> dict[str, Path]:
    bias_db = draw.gauss(0.0, air.bias_db)
    if covers == DESK:
        return {DESK: Path(DESK_RATE, DESK_RATE, DESK_DBM + bias_db, None)}
    own = _varied(air.own_rate, 0.12, air, draw)
    paths = {covers: Path(own, own, OWN_DBM + bias_db, None)}
    for place, between in _around(room, covers):
        if place in covered:
            rate = _varied(air.neighbour_rate, 0.15, air, draw)
            gap_db = air.gap_db + (draw.gauss(0.0, 2.0) if air.uneven else 0.0)
            open_rate = rate if between is None else air.across_open_rate
            paths[place] = Path(rate, open_rate, OWN_DBM + bias_db - gap_db, between)
    return paths


def _varied(rate: float, by: float, air: Air, draw: random.Random) -> float:
    return min(max(rate + draw.uniform(-by, by), 0.02), 0.98) if air.uneven else rate


def _around(room: Room, covers: str) -> list[tuple[str, AislePlace | None]]:
    """Name the sections beside, behind and across, each with the aisle that stands between."""
    code, bank_text, column_text, face_text, section_text = covers.split("-")
    bank, column, section = int(bank_text[1:]), int(column_text[1:]), int(section_text)
    face = Face(face_text)
    back = Face.LEFT if face is Face.RIGHT else Face.RIGHT
    stem = f"{code}-B{bank}-C{column}"
    found: list[tuple[str, AislePlace | None]] = [
        (f"{stem}-{face}-{section - 1}", None),
        (f"{stem}-{face}-{section + 1}", None),
        (f"{stem}-{back}-{section}", None),
    ]
    aisle = aisle_of(room, SlotAddress(room=code, bank=bank, column=column, face=face))
    for other, other_face in faces_of_aisle(room, aisle) if aisle else ():
        if (other, other_face) != (column, face):
            found.append((f"{code}-B{bank}-C{other}-{other_face}-{section}", aisle))
    return found
