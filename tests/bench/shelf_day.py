"""A day of boxes in a room with shelf antennas, in virtual time: the truth, and what is heard.

People open aisles, take boxes to the desk and beyond, bring them back, swap two, put one where it
does not belong; readers die for a while. `Day.cycles` tells all of it in order; it knows nothing of
any filter.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

from config.addresses import parse_address
from config.geometry import AislePlace, aisle_of, move_time_s
from config.room import Room
from tests.bench.shelf_radio import DESK, DWELL_S, Air, Path, antennas_of, paths_of

HOUR_S = 3600.0
BOXES_PER_SECTION = 4
SWEPT_RATE = 0.1
"""How often an antenna hears any tag of its bank while carriages pass."""

Planned = Callable[[str], tuple[int, ...]]
"""The antennas of a reader's next round."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """One antenna ran: what it heard."""

    at_s: float
    antenna: tuple[str, int]
    levels_dbm: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Steel:
    """The gap of a segment stands in an aisle, or is on its way to it."""

    at_s: float
    bank: int
    gaps: dict[int, int]
    moving: bool


@dataclass(frozen=True, slots=True)
class Put:
    """Somebody laid a box somewhere; `None` is a hand, or a place that no antenna looks at."""

    at_s: float
    epc: str
    place: str | None


Happening = Cycle | Steel | Put


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """When people work and readers are dead, in seconds from the start."""

    seconds: float
    works: tuple[float, float]
    dead: tuple[tuple[str, float, float], ...] = ()
    visit_every_s: tuple[float, float] = (240.0, 900.0)


class Day:
    """The truth of one day."""

    def __init__(self, room: Room, air: Air, script: Script, seed: int) -> None:
        self._room = room
        self._air = air
        self._script = script
        self._draw = random.Random(seed)
        self.antennas = antennas_of(room)
        self.paths = paths_of(room, self.antennas, air, self._draw)
        shelves = sorted(place for place in self.antennas.values() if place != DESK)
        self.homes: dict[str, str] = {}
        self.lying: dict[str, dict[str, None]] = {place: {} for place in (*shelves, DESK)}
        self.place: dict[str, str | None] = {}
        numbers = count()
        for place in shelves:
            for _ in range(BOXES_PER_SECTION):
                epc = f"E2801170{next(numbers):016X}"
                self.homes[epc] = f"{place}-1"
                self.place[epc] = place
                self.lying[place][epc] = None
        self._aisle = {p: _aisle(room, p) for p in shelves}
        self.gaps = {1: {1: 14}, 2: {1: 7, 2: 7}, 3: {1: 14}}
        self._moving: set[int] = set()
        self._away: dict[str, float] = {}
        self._acts: list[tuple[float, int, Callable[[float], Iterator[Happening]]]] = []
        self._order = count()

    def cycles(self, planned: Planned) -> Iterator[Happening]:
        """Play the day; each reader asks for its next round when the last is over."""
        for bank in self.gaps:
            self._later(self._script.works[0] + self._draw.uniform(0, 300), self._visit, bank)
        yield from (Steel(0.0, bank, dict(gaps), False) for bank, gaps in self.gaps.items())
        readers = sorted({reader for reader, _ in self.antennas})
        turns = [(n * DWELL_S / len(readers), reader) for n, reader in enumerate(readers)]
        rounds: dict[str, list[int]] = {reader: [] for reader in readers}
        while turns[0][0] < self._script.seconds:
            at_s, reader = heappop(turns)
            while self._acts and self._acts[0][0] <= at_s:
                when, _, act = heappop(self._acts)
                yield from act(when)
            heappush(turns, (at_s + DWELL_S, reader))
            if self._is_dead(reader, at_s):
                rounds[reader].clear()
                continue
            if not rounds[reader]:
                rounds[reader] = list(reversed(planned(reader)))
            antenna = (reader, rounds[reader].pop())
            yield Cycle(at_s, antenna, self._heard(antenna))

    def _is_dead(self, reader: str, at_s: float) -> bool:
        return any(r == reader and a <= at_s < b for r, a, b in self._script.dead)

    def _heard(self, antenna: tuple[str, int]) -> dict[str, float | None]:
        levels: dict[str, float | None] = {}
        chance, gauss, spread_db = self._draw.random, self._draw.gauss, self._air.spread_db
        for place, path in self.paths[antenna].items():
            rate = self._rate(path)
            for epc in self.lying[place]:
                if chance() < rate:
                    levels[epc] = path.level_dbm + gauss(0.0, spread_db)
        bank = int(antenna[0][-1])
        if bank in self._moving and self.antennas[antenna] != DESK:
            for epc, carried in self.place.items():
                if carried is not None and f"-B{bank}-" in carried and chance() < SWEPT_RATE:
                    levels[epc] = self._draw.uniform(-75.0, -45.0)
        return levels

    def _rate(self, path: Path) -> float:
        aisle = path.between
        if aisle is None or self.gaps[aisle.bank][aisle.segment] != aisle.aisle:
            return path.shut_rate
        return path.open_rate

    def _later(self, at_s: float, act: Callable[..., Iterator[Happening]], *given: object) -> None:
        heappush(self._acts, (at_s, next(self._order), lambda when: act(when, *given)))

    def _visit(self, at_s: float, bank: int) -> Iterator[Happening]:
        """Open an aisle of a bank; work there when the gap has arrived."""
        if at_s > self._script.works[1]:
            return
        aisles = sorted(
            {a for a in self._aisle.values() if a and a.bank == bank},
            key=lambda a: (a.segment, a.aisle),
        )
        aisle = self._draw.choice(aisles)
        before = self.gaps[bank][aisle.segment]
        self.gaps[bank][aisle.segment] = aisle.aisle
        takes_s = move_time_s(self._room.bank(bank), before, aisle.aisle)
        if takes_s:
            self._moving.add(bank)
            yield Steel(at_s, bank, dict(self.gaps[bank]), True)
        self._later(at_s + takes_s, self._arrive, aisle)

    def _arrive(self, at_s: float, aisle: AislePlace) -> Iterator[Happening]:
        self._moving.discard(aisle.bank)
        yield Steel(at_s, aisle.bank, dict(self.gaps[aisle.bank]), False)
        when = at_s
        for _ in range(self._draw.randint(1, 4)):
            when += self._draw.uniform(15, 40)
            self._later(when, self._act, aisle)
        next_s = when + self._draw.uniform(*self._script.visit_every_s)
        self._later(next_s, self._visit, aisle.bank)

    def _act(self, at_s: float, aisle: AislePlace) -> Iterator[Happening]:
        """Do one thing that people do in an open aisle."""
        here = [place for place, leads in self._aisle.items() if leads == aisle]
        what = self._draw.random()
        waiting = [e for e, since_s in self._away.items() if since_s < at_s - 600]
        back = [e for e in waiting if self._home(e) in here]
        if back and what < 0.6:
            yield from self._bring_back(at_s, self._draw.choice(back), here)
        elif what < 0.8:
            yield from self._take(at_s, self._pick(here))
        elif what < 0.9:
            first, second = self._pick(here), self._pick(here)
            one, other = self.place[first], self.place[second]
            yield self._put(at_s, first, other)
            yield self._put(at_s, second, one)
        else:
            strays = [e for p in here for e in self.lying[p] if self._home(e) != p]
            if strays and self._home(strays[0]) in here:
                yield self._put(at_s, strays[0], self._home(strays[0]))
            else:
                yield self._put(at_s, self._pick(here), self._draw.choice(here))

    def _take(self, at_s: float, epc: str) -> Iterator[Happening]:
        self._away[epc] = at_s
        yield self._put(at_s, epc, None)
        if self._draw.random() < 0.5:
            on_s = at_s + self._draw.uniform(120, 200)
            self._later(on_s, self._lay, epc, DESK)
            self._later(on_s + self._draw.uniform(120, 400), self._lay, epc, None)

    def _bring_back(self, at_s: float, epc: str, here: list[str]) -> Iterator[Happening]:
        if self.place[epc] is not None:
            return
        del self._away[epc]
        misplaced = self._draw.random() < 0.1
        yield self._put(at_s, epc, self._draw.choice(here) if misplaced else self._home(epc))

    def _lay(self, at_s: float, epc: str, place: str | None) -> Iterator[Happening]:
        if epc in self._away:
            yield self._put(at_s, epc, place)

    def _put(self, at_s: float, epc: str, place: str | None) -> Put:
        before = self.place[epc]
        if before is not None:
            del self.lying[before][epc]
        if place is not None:
            self.lying[place][epc] = None
        self.place[epc] = place
        return Put(at_s, epc, place)

    def _pick(self, here: list[str]) -> str:
        return self._draw.choice([epc for place in here for epc in self.lying[place]])

    def _home(self, epc: str) -> str:
        return self.homes[epc].rpartition("-")[0]


def _aisle(room: Room, place: str) -> AislePlace | None:
    address = parse_address(place)
    return aisle_of(room, address)
