"""What many readers report, as their drivers hand it on: for the bench of reads to decisions."""

from __future__ import annotations

import random
from collections.abc import Iterator

from drivers.readings import AntennaCycle, TagRead
from tests.bench.shelf_radio import DESK, Air, antennas_of, paths_of, room_with_antennas

BOXES_PER_SECTION = 21
"""9,231 boxes in some 440 sections: what the reference site has."""
ROUNDS = 4


class Stream:
    """Rounds of all antennas of a full room, each tag read as the air lets it."""

    def __init__(self, seed: int) -> None:
        self.room = room_with_antennas()
        self._draw = random.Random(seed)
        self._antennas = antennas_of(self.room)
        self._paths = paths_of(self.room, self._antennas, Air(), self._draw)
        places = sorted(place for place in self._antennas.values() if place != DESK)
        self._boxes = {
            place: [f"E2801170{n * 100 + k:016X}" for k in range(BOXES_PER_SECTION)]
            for n, place in enumerate(places)
        }
        self.homes = {e: f"{place}-1" for place, boxes in self._boxes.items() for e in boxes}

    def readings(self) -> list[TagRead | AntennaCycle]:
        """Make some rounds of all antennas; play them again and again, only chance repeats."""
        found: list[TagRead | AntennaCycle] = []
        at_s = 0.0
        for _ in range(ROUNDS):
            for reader_id, antenna in self._antennas:
                at_s += 0.1
                found += self._reads(reader_id, antenna, at_s)
                found.append(AntennaCycle(reader_id=reader_id, antenna=antenna, at_s=at_s))
        return found

    def _reads(self, reader_id: str, antenna: int, at_s: float) -> Iterator[TagRead]:
        for place, path in self._paths[reader_id, antenna].items():
            for epc in self._boxes.get(place, ()):
                if self._draw.random() < path.shut_rate:
                    yield TagRead(
                        reader_id=reader_id,
                        antenna=antenna,
                        epc=epc,
                        rssi_dbm=path.level_dbm + self._draw.gauss(0.0, 3.0),
                        count=1,
                        at_s=at_s,
                    )
