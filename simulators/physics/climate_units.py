"""Machines that dry, wet or exchange the room's air: what each does to it, and when. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from simulators.physics.air import Load
from simulators.physics.weather import Climate

DRIES_KG_H = 1.8
"""At the middle fan step, in air of 20 °C and 60 %RH."""
WETS_KG_H = 1.0
AIRS_M3_H = 300.0
SOPPING_KG_H = 0.8
"""What a wet floor adds."""
DOOR_M3_H = 900.0
"""What comes in through an open door."""
_RATED_PCT, _DRIEST_PCT = 60.0, 30.0
_MIDDLE_FAN = 3

Does = Literal["dry", "humidify", "ventilate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One machine as it is; what its wire says of it is the wire's business."""

    id: str
    does: Does
    on: bool = False
    """Switched on by whoever commands it."""
    runs: bool = False
    """Really at work now."""
    set_pct: float | None = None
    """What its own humidistat aims at; None: it has none, and runs while it is on."""
    band_pct: float = 2.0
    fan: int = _MIDDLE_FAN
    disobeys: bool = False
    """Whether it takes commands and does nothing of the sort."""
    tank_full: bool = False
    faults: frozenset[str] = frozenset()
    """What is wrong with it, by the names that its manual has words for."""

    @property
    def able(self) -> bool:
        """Say whether it could work: nothing that stops it is wrong."""
        return not self.tank_full and not self.faults & STOPPING


STOPPING = frozenset({"sensor", "defrost", "low_absolute_humidity", "broken"})
"""Faults that keep a machine from working; a dirty filter does not."""


def switched(unit: Unit, on: bool) -> Unit:
    """Command a machine; one that disobeys stays as it is."""
    return unit if unit.disobeys else replace(unit, on=on)


def working(unit: Unit, air: Climate) -> Unit:
    """Let a machine's own humidistat decide whether it works in this air."""
    runs = unit.on and unit.able
    if runs and unit.set_pct is not None and unit.does != "ventilate":
        over_pct = air.humidity_pct - unit.set_pct
        if unit.does == "humidify":
            over_pct = -over_pct
        runs = over_pct > (0.0 if unit.runs else unit.band_pct)
    return unit if runs == unit.runs else replace(unit, runs=runs)


def load_of(
    units: Iterable[Unit], air: Climate, *, wet_floors: int, open_doors: int, aired: Iterable[int]
) -> Load:
    """Add up what works on the air now."""
    added_kg_h, fresh_m3_h = SOPPING_KG_H * wet_floors, DOOR_M3_H * open_doors
    for unit in units:
        if not unit.runs:
            continue
        match unit.does:
            case "dry":
                added_kg_h -= _dried_kg_h(unit, air)
            case "humidify":
                added_kg_h += WETS_KG_H
            case "ventilate":
                fresh_m3_h += AIRS_M3_H
    return Load(added_kg_h=added_kg_h, fresh_m3_h=fresh_m3_h, aired=frozenset(aired))


def _dried_kg_h(unit: Unit, air: Climate) -> float:
    """The drier the air and the slower the fan, the less comes out; a dirty filter halves it."""
    damp = max(0.0, (air.humidity_pct - _DRIEST_PCT) / (_RATED_PCT - _DRIEST_PCT))
    blown = 0.4 + 0.2 * unit.fan
    return DRIES_KG_H * min(1.5, damp) * blown * (0.5 if "filter" in unit.faults else 1.0)
