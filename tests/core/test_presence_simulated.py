"""Presence on simulated shelves: multiplexed antennas, noise, bias, and neighbours that overhear.

Tags lie still; they are read with probability 0.85 by their own antenna and 0.35, 6 dB weaker, by
those beside it. On such data a rule by wall-clock time and mean level moves every tag each few
seconds; here hardly any may move within hours.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest

from config.addresses import parse_address
from config.geometry import AislePlace
from drivers.room.presence import (
    Aisles,
    BoxGone,
    BoxMoved,
    BoxSeen,
    Decision,
    Field,
    Heard,
    Presence,
    step,
)
from drivers.room.presence.attention import FULL_EVERY
from drivers.room.presence.field import Spot, Zone

ANTENNAS = 8
DWELL_S = 0.1
NOTHING_KNOWN = Aisles()


def field() -> Field:
    zones = []
    for number in range(ANTENNAS):
        name = f"R1-B1-C{number // 2 + 1}-{'LR'[number % 2]}"
        aisle = AislePlace(bank=1, segment=1, aisle=(number + 1) // 2)
        zones.append(Zone(name=name, place=parse_address(name), bank=1, aisles=frozenset({aisle})))
    return Field(
        room="R1",
        spots={("r", n): Spot(zone=zone) for n, zone in enumerate(zones)},
        zones={zone.name: zone for zone in zones},
    )


class Shelves:
    """Tags that lie where `lying` says, and the antennas that hear them."""

    def __init__(self, seed: int, *, own_rate: float, tags: int = 48) -> None:
        self.random = random.Random(seed)
        self.own_rate = own_rate
        self.field = field()
        self.names = list(self.field.zones)
        self.bias_db = [self.random.gauss(0, 2) for _ in range(ANTENNAS)]
        self.lying: dict[str, int | None] = {f"A{n:023X}": n % ANTENNAS for n in range(tags)}
        self.homes = {e: f"{self.names[n]}-1-1" for e, n in self.lying.items() if n is not None}
        self.presence = Presence()
        self.decisions: list[Decision] = []
        self.at_s = 0.0

    def rounds(
        self, count: int, antennas: Sequence[int] = range(ANTENNAS), aisles: Aisles = NOTHING_KNOWN
    ) -> list[Decision]:
        told = len(self.decisions)
        for _ in range(count):
            for antenna in antennas:
                self.at_s += DWELL_S
                heard = Heard(
                    antenna=("r", antenna), levels_dbm=self._levels(antenna), at_s=self.at_s
                )
                self.presence, decided = step(self.field, self.presence, heard, aisles, self.homes)
                self.decisions += decided
        return self.decisions[told:]

    def _levels(self, antenna: int) -> Mapping[str, float | None]:
        levels: dict[str, float | None] = {}
        for epc, place in self.lying.items():
            if place is None or abs(place - antenna) > 1:
                continue
            rate, level = (self.own_rate, -55.0) if place == antenna else (0.35, -61.0)
            if self.random.random() < rate:
                levels[epc] = level + self.random.gauss(0, 3) + self.bias_db[antenna]
        return levels


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_boxes_that_lie_still_are_all_found_and_never_move(seed: int) -> None:
    shelves = Shelves(seed, own_rate=0.85)
    shelves.rounds(60)
    where = {epc: shelves.names[n] for epc, n in shelves.lying.items() if n is not None}
    assert shelves.presence.located() == where
    assert all(isinstance(decision, BoxSeen) for decision in shelves.decisions)
    assert shelves.rounds(300) == []


def test_boxes_that_are_read_less_well_are_found_too_and_hardly_ever_move() -> None:
    shelves = Shelves(4, own_rate=0.7)
    shelves.rounds(120)
    assert len(shelves.presence.located()) == len(shelves.lying)
    false = [d for d in shelves.rounds(400) if isinstance(d, BoxMoved | BoxGone)]
    assert len(false) <= 1  # in 10 tag-hours


def test_every_taken_box_is_gone_within_twenty_rounds_and_no_other() -> None:
    shelves = Shelves(5, own_rate=0.85)
    shelves.rounds(60)
    taken = sorted(shelves.lying)[::5]
    shelves.lying |= dict.fromkeys(taken)
    decided = shelves.rounds(20)
    assert sorted(d.epc for d in decided) == taken
    assert all(isinstance(decision, BoxGone) for decision in decided)


def test_a_box_put_back_two_faces_further_is_told_as_a_change_of_place() -> None:
    shelves = Shelves(6, own_rate=0.85)
    shelves.rounds(60)
    epc = sorted(shelves.lying)[0]
    shelves.lying[epc] = 3
    shelves.rounds(40)
    assert shelves.presence.zone_of(epc) == shelves.names[3]
    assert shelves.presence.located().keys() == shelves.lying.keys()


@pytest.mark.parametrize("own_rate", [0.85, 0.7])
def test_boxes_lie_still_while_their_antennas_run_ten_times_as_often_as_the_others(
    own_rate: float,
) -> None:
    shelves = Shelves(7, own_rate=own_rate)
    shelves.rounds(120)
    aisles = Aisles().with_bank(1, open_aisles={1: (2,)}, moving=False, at_s=-1.0)
    told = len(shelves.decisions)
    for _ in range(60):
        shelves.rounds(1, aisles=aisles)
        shelves.rounds(FULL_EVERY - 1, antennas=(3, 4), aisles=aisles)
    assert shelves.decisions[told:] == []


def test_boxes_taken_from_an_open_aisle_are_gone_soon_and_seen_soon_when_they_are_back() -> None:
    shelves = Shelves(8, own_rate=0.85)
    shelves.rounds(60)
    aisles = Aisles().with_bank(1, open_aisles={1: (2,)}, moving=False, at_s=-1.0)
    taken = {epc: place for epc, place in shelves.lying.items() if place in (3, 4)}
    shelves.lying |= dict.fromkeys(taken)
    gone = shelves.rounds(12, antennas=(3, 4), aisles=aisles)
    assert sorted(d.epc for d in gone if isinstance(d, BoxGone)) == sorted(taken)
    shelves.lying |= taken
    back = shelves.rounds(8, antennas=(3, 4), aisles=aisles)
    assert len(back) > len(taken) / 2
    back += shelves.rounds(40, antennas=(3, 4), aisles=aisles)
    seen = {d.epc: d.zone for d in back if isinstance(d, BoxSeen)}
    assert seen == {epc: shelves.names[place] for epc, place in taken.items() if place is not None}
    assert len(back) == len(seen)
