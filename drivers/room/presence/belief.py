"""What one antenna cycle says about one tag: Bayes' rule over zones, elsewhere and absent. Pure.

The read rate is learnt per tag and antenna, and only from cycles between two reads, so a tag that
has left does not teach us that it is a poor one. The idea of a window per tag that follows from its
own read rate is SMURF's (Jeffery, Garofalakis, Franklin, VLDB 2006); here it is counted in expected
reads that did not come, so that several antennas and varying rates add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log
from typing import Final, NamedTuple

from drivers.room.presence.field import AntennaKey

ELSEWHERE: Final = "?"
ABSENT: Final = ""

SURE: Final = 0.99
WINDOW: Final = log(1000)
"""Expected reads that must fail to come before a tag may be gone: 1 in 1,000 by mere chance."""

_FIRST_RATE: Final = 0.75
_LOWEST_RATE, _HIGHEST_RATE = 0.10, 0.95
_LEARNING: Final = 0.05
_LEVEL_READS: Final = 32
_GAP_CYCLES: Final = 20
"""A longer silence is an absence, not a poor read rate."""

_GHOST: Final = 0.002
_BELOW_GATE: Final = 0.01
_STRAY_SHARE: Final = 0.4
"""An overheard tag is read this much less often than one of the antenna's own zone."""

_STEP_DB: Final = 6.0
_SPREAD_DB: Final = 4.0
_FURTHEST: Final = 2.5
_UNINFORMATIVE: Final = exp(-0.25)
"""What the level of a tag fits on average where it really is; so it speaks neither way."""

_OPEN_FLOOR: Final = 1e-5
_ELSEWHERE_FLOOR: Final = 1e-7
_SHUT_FLOOR: Final = 1e-7


class Trace(NamedTuple):
    """How one antenna has heard one tag."""

    rate: float = _FIRST_RATE
    level_db: float | None = None
    """Against the antenna's usual level, because cables and antennas differ by decibels."""
    missed: int = 0
    heard: int = 0
    """Reads that went into the level, counted as far as it matters."""


class Tag(NamedTuple):
    """All that is known of one tag. A value: dicts in here are never changed, only replaced."""

    zone: str | None
    belief: Mapping[str, float]
    traces: Mapping[AntennaKey, Trace]
    silence: float = 0.0
    """Reads of its zone that were to be expected since the last one that came."""


class Chance(NamedTuple):
    """One antenna's chance to hear one tag, with what the steel says about it."""

    antenna: AntennaKey
    zone: str
    heard: bool
    level_db: float | None
    """Against what this antenna usually hears from its own zone; None if that is not known yet."""
    gated: bool
    coupling: Mapping[str, float]
    """How often this antenna overhears a tag of each other zone."""
    reachable: Mapping[str, bool]
    """Which zones a hand can reach now."""


def first_belief(zone: str, home: str | None, *, known: bool) -> dict[str, float]:
    """Say what to think of a tag before its first read; `home` is its home's zone if covered."""
    if home == zone:
        return {zone: 0.5, ELSEWHERE: 0.3, ABSENT: 0.2}
    if home is not None:
        return {home: 0.5, zone: 0.1, ELSEWHERE: 0.3, ABSENT: 0.1}
    if known:
        return {zone: 0.02, ELSEWHERE: 0.9, ABSENT: 0.08}
    return {zone: 0.2, ELSEWHERE: 0.5, ABSENT: 0.3}


def told_belief(zone: str) -> dict[str, float]:
    """Say what to think of a tag that was told to be in a zone, and of which no more is known."""
    return {zone: 1.0, ELSEWHERE: _ELSEWHERE_FLOOR, ABSENT: _OPEN_FLOOR}


def updated(tag: Tag, chance: Chance) -> Tag:
    """Weigh one cycle of one antenna; the decision about the tag's zone is not taken here."""
    trace = tag.traces.get(chance.antenna) or Trace()
    own_zone = tag.zone == chance.zone
    belief = _weighed(tag, trace, chance)
    silence = tag.silence
    if own_zone:
        silence = 0.0 if chance.heard else silence + trace.rate
    traces = {**tag.traces, chance.antenna: _learnt(trace, chance, own_zone=own_zone)}
    return Tag(tag.zone, belief, traces, silence)


def _weighed(tag: Tag, trace: Trace, chance: Chance) -> dict[str, float]:
    belief = dict(tag.belief)
    if chance.zone not in belief:
        belief[chance.zone] = _OPEN_FLOOR
    level_of_own = level_of_other = 1.0
    unplaced_level = 1.0
    if chance.heard and chance.level_db is not None and not chance.gated:
        reference = _reference_level(tag.traces)
        if reference is not None:
            level_of_own = _likelihood(reference - chance.level_db)
            level_of_other = _likelihood(chance.level_db - (reference - _STEP_DB))
            unplaced_level = _UNINFORMATIVE
    total = 0.0
    for zone, probability in belief.items():
        if zone == chance.zone:
            rate, level = trace.rate, level_of_own
        elif zone == ABSENT:
            rate, level = _GHOST, unplaced_level
        elif zone == ELSEWHERE:
            rate = _BELOW_GATE if chance.gated else _STRAY_SHARE * trace.rate
            level = unplaced_level
        else:
            rate, level = chance.coupling.get(zone, _BELOW_GATE), level_of_other
        weight = probability * (rate * level if chance.heard else 1.0 - rate)
        belief[zone] = weight
        total += weight
    return _floored(belief, total, tag.zone, chance.reachable)


def _floored(
    belief: dict[str, float], total: float, zone: str | None, reachable: Mapping[str, bool]
) -> dict[str, float]:
    """Normalise; keep everything possible, but hardly what needs a hand behind closed steel."""
    may_leave = zone is None or reachable.get(zone, True)
    for other, weight in belief.items():
        if other == ELSEWHERE:
            floor = _ELSEWHERE_FLOOR if may_leave else _SHUT_FLOOR
        else:
            floor = _OPEN_FLOOR if may_leave and reachable.get(other, True) else _SHUT_FLOOR
        probability = weight / total
        belief[other] = probability if probability > floor else floor
    return belief


def _reference_level(traces: Mapping[AntennaKey, Trace]) -> float | None:
    """Say how strong this tag is where it is heard best, because tags differ by decibels."""
    best = None
    for trace in traces.values():
        if trace.level_db is not None and (best is None or trace.level_db > best):
            best = trace.level_db
    return best


def _likelihood(off_db: float) -> float:
    """Say how well a level fits that is off the wrong way: too weak for one's own zone, or too
    strong for another's. Off the other way it fits all the same."""
    spread = min(max(off_db, 0.0) / _SPREAD_DB, _FURTHEST)
    return exp(-0.5 * spread * spread)


def _learnt(trace: Trace, chance: Chance, *, own_zone: bool) -> Trace:
    if not chance.heard:
        return Trace(trace.rate, trace.level_db, trace.missed + 1, trace.heard)
    rate, level = trace.rate, trace.level_db
    if own_zone and trace.missed < _GAP_CYCLES:
        rate *= (1.0 - _LEARNING) ** trace.missed
        rate += _LEARNING * (1.0 - rate)
        rate = min(max(rate, _LOWEST_RATE), _HIGHEST_RATE)
    if chance.level_db is None or chance.gated:
        return Trace(rate, level, 0, trace.heard)
    reads = min(trace.heard + 1, _LEVEL_READS)
    level = chance.level_db if level is None else level + (chance.level_db - level) / reads
    return Trace(rate, level, 0, reads)
