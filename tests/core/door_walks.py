"""People and trolleys at a door, as two antennas and a beam hear them; made for the tests.

The door stands at x = 0, the room is where x is positive. An antenna hangs on each side, turned
towards the middle of the doorway. Levels fall with the fourth power of the distance, as a passive
tag's answer does; fading is 3 dB, and the body that carries a tag hides it from one side more than
from the other. Reads get rarer below the sensitivity of the tag.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from drivers.readings import AntennaCycle, TagRead
from drivers.room.door import DoorShape, DoorWatch, Passage
from drivers.room.door.values import Side

READER = "reader-9"
DWELL_S = 0.1
GATE_DBM = -65.0
_AT_A_METRE_DBM = -50.0
_FADING_DB = 3.0
_HEARD_DBM = -67.0
_OTHERS = 2
"""Dwells of other antennas of the reader between those of the door."""

Path = Callable[[float], tuple[float, float] | None]
"""Where a tag is at a time, metres from the doorway; `None` while it is nowhere near."""


@dataclass(frozen=True)
class Antenna:
    number: int
    side: Side
    x_m: float
    y_m: float = 1.2

    def level_dbm(self, x_m: float, y_m: float, hidden_db: float, rng: Random) -> float:
        distance_m = max(math.hypot(x_m - self.x_m, y_m - self.y_m), 0.3)
        beyond = (x_m - self.x_m) * (1 if self.x_m > 0 else -1)
        behind_db = 6.0 if beyond > 1.5 else 0.0
        path_db = 40 * math.log10(distance_m)
        return _AT_A_METRE_DBM - path_db - behind_db - hidden_db + rng.gauss(0, _FADING_DB)


INSIDE = Antenna(1, "inside", 0.7)
OUTSIDE = Antenna(2, "outside", -0.7)


@dataclass
class Carried:
    """A tag and how it moves."""

    epc: str
    path: Path
    hidden_db: dict[Side, float] = field(default_factory=dict)


def shape_of(antennas: Sequence[Antenna], *, has_beam: bool = False) -> DoorShape:
    sides = {(READER, antenna.number): antenna.side for antenna in antennas}
    return DoorShape(door="door", sides=sides, gate_dbm=GATE_DBM, has_beam=has_beam)


def watched(
    tags: Sequence[Carried],
    *,
    until_s: float,
    rng: Random,
    antennas: Sequence[Antenna] = (INSIDE, OUTSIDE),
    has_beam: bool = False,
    watch: DoorWatch | None = None,
    from_s: float = 0.0,
    most_reads: int | None = None,
) -> Iterator[tuple[float, Passage]]:
    """Run the reader over a stretch of time; yield every passage with the time it was told.

    In one dwell an antenna reads `most_reads` tags at most, whoever wins; `None` sets no limit.
    """
    watch = DoorWatch(shape_of(antennas, has_beam=has_beam)) if watch is None else watch
    at_s, turn = from_s, 0
    was_inside: dict[str, bool] = {}
    while at_s < until_s:
        antenna = antennas[turn % len(antennas)]
        turn += 1
        heard: list[TagRead] = []
        for tag in tags:
            if has_beam:
                _cross(watch, tag, at_s, was_inside)
            heard += _heard(tag, antenna, at_s, rng)
        if most_reads is not None and len(heard) > most_reads:
            heard = rng.sample(heard, most_reads)
        for read in sorted(heard, key=lambda read: read.at_s):
            watch.hear(read)
        at_s += DWELL_S
        cycle = AntennaCycle(reader_id=READER, antenna=antenna.number, at_s=at_s)
        for passage in watch.ran(cycle):
            yield at_s, passage
        if turn % len(antennas) == 0:
            at_s += _OTHERS * DWELL_S


def _heard(tag: Carried, antenna: Antenna, at_s: float, rng: Random) -> list[TagRead]:
    place = tag.path(at_s)
    if place is None:
        return []
    hidden_db = tag.hidden_db.get(antenna.side, 0.0)
    reads = []
    for moment in sorted(rng.uniform(0, DWELL_S) for _ in range(2)):
        level = antenna.level_dbm(*place, hidden_db, rng)
        if rng.random() < 1 / (1 + math.exp((_HEARD_DBM - level) / 1.5)):
            reads.append(
                TagRead(
                    reader_id=READER,
                    antenna=antenna.number,
                    epc=tag.epc,
                    rssi_dbm=round(level, 1),
                    count=1,
                    at_s=at_s + moment,
                )
            )
    return reads


def _cross(watch: DoorWatch, tag: Carried, at_s: float, was_inside: dict[str, bool]) -> None:
    place = tag.path(at_s)
    if place is None:
        return
    is_inside = place[0] > 0
    if was_inside.setdefault(tag.epc, is_inside) != is_inside:
        watch.break_beam(at_s)
    was_inside[tag.epc] = is_inside


def body(rng: Random) -> dict[Side, float]:
    """Hide a tag from one side, as the person does who carries it."""
    hidden: Side = rng.choice(("inside", "outside"))
    return {hidden: rng.uniform(0, 6)}


def through(rng: Random, *, out: bool, starts_s: float = 1.0) -> Path:
    """Walk through the door, 4 m on each side."""
    speed_m_s, y_m = rng.uniform(0.7, 1.7), rng.uniform(0.2, 0.9)
    way = -1 if out else 1

    def path(at_s: float) -> tuple[float, float] | None:
        x_m = -4 * way + way * speed_m_s * (at_s - starts_s)
        return (x_m, y_m) if abs(x_m) <= 4 and at_s >= starts_s else None

    return path


def trolley(rng: Random, *, tags: int, out: bool = True) -> list[Carried]:
    """Push a trolley of a metre and a half through the door; boxes hide each other."""
    speed_m_s, way = rng.uniform(0.8, 1.2), -1 if out else 1

    def carried(number: int) -> Carried:
        before_m, y_m = rng.uniform(-0.75, 0.75), rng.uniform(0.2, 0.9)

        def path(at_s: float) -> tuple[float, float] | None:
            x_m = -4 * way + way * speed_m_s * (at_s - 1.0) + before_m
            return (x_m, y_m) if abs(x_m) <= 4 and at_s >= 1.0 else None

        hidden: dict[Side, float] = {"inside": rng.uniform(0, 9), "outside": rng.uniform(0, 9)}
        return Carried(f"{number:04X}", path, hidden)

    return [carried(number) for number in range(tags)]


def turning_back(rng: Random, *, starts_s: float = 1.0) -> Path:
    """Come from inside to the doorway or a little beyond, stand there, and go back."""
    speed_m_s, y_m = rng.uniform(0.7, 1.7), rng.uniform(0.2, 0.9)
    turn_m, stand_s = rng.uniform(-0.4, 0.8), rng.uniform(0.0, 3.0)
    there_s = (4 - turn_m) / speed_m_s

    def path(at_s: float) -> tuple[float, float] | None:
        passed_s = at_s - starts_s
        if passed_s < 0 or passed_s > 2 * there_s + stand_s:
            return None
        if passed_s < there_s:
            return 4 - speed_m_s * passed_s, y_m
        back_s = max(0.0, passed_s - there_s - stand_s)
        return turn_m + speed_m_s * back_s, y_m

    return path


def passing_by(rng: Random, *, starts_s: float = 1.0) -> Path:
    """Walk past the door inside the room, along its wall."""
    speed_m_s, x_m = rng.uniform(0.7, 1.7), rng.uniform(0.8, 2.2)

    def path(at_s: float) -> tuple[float, float] | None:
        y_m = -4 + speed_m_s * (at_s - starts_s)
        return (x_m, y_m) if at_s >= starts_s and y_m <= 4 else None

    return path


def standing(rng: Random) -> Path:
    """Stay where one is, inside, near the door."""
    place = (rng.uniform(0.4, 3.0), rng.uniform(-0.5, 1.5))
    return lambda _at_s: place
