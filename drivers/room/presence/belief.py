"""What one antenna cycle says about one tag: Bayes' rule over zones, elsewhere and absent. Pure.

The read rate is learnt per tag and antenna, and only from cycles between two reads, so a tag that
has left does not teach us that it is a poor one. The idea of a window per tag that follows from its
own read rate is SMURF's (Jeffery, Garofalakis, Franklin, VLDB 2006); here it is counted in expected
reads that did not come, so that several antennas and varying rates add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log, sqrt
from typing import Final, NamedTuple

from drivers.room.presence.ear import Expected
from drivers.room.presence.field import AntennaKey

ELSEWHERE: Final = "?"
ABSENT: Final = ""

SURE: Final = 0.99
WINDOW: Final = log(500)
"""Expected reads that must fail to come before a tag may be gone: 1 in 500 by mere chance."""

_FIRST_RATE: Final = 0.75
_FIRST_WEIGHT: Final = 10
"""So many cycles the first guess of a rate is worth."""
_LOWEST_RATE, _HIGHEST_RATE = 0.10, 0.97
_MOST_READS: Final = 64
_GAP_CYCLES: Final = 20
"""A longer silence is an absence, not a poor read rate."""

_GHOST: Final = 0.002
_BELOW_GATE: Final = 0.01
_STRAY_RATE: Final = 0.3
_STRAY_DB, _STRAY_SPREAD_DB = -8.0, 5.0
"""How often, and how loud against its own tags, an antenna overhears one that is elsewhere."""

_TEMPER_DB: Final = 2.5
"""How much tags differ from each other for ever."""
_OUTLIER: Final = 0.003
"""No level is quite impossible, whatever the zone."""

_OPEN_FLOOR: Final = 1e-4
_SHUT_FLOOR: Final = 1e-7


class Trace(NamedTuple):
    """How one antenna has heard one tag."""

    rate: float | None = None
    """Of the cycles while the tag was in the antenna's zone; None before the first of them."""
    level_db: float | None = None
    """Against the antenna's usual level, because cables and antennas differ by decibels."""
    missed: int = 0
    heard: int = 0
    """Reads that rate and level come from, counted as far as it matters."""


class Tag(NamedTuple):
    """All that is known of one tag. A value: dicts in here are never changed, only replaced."""

    zone: str | None
    belief: Mapping[str, float]
    traces: Mapping[AntennaKey, Trace]
    silence: float = 0.0
    """Reads of its zone that were to be expected since the last one that came."""
    heard_at_s: float | None = None
    """When it was last heard in its zone, on the monotonic clock; None: not since it came there, or
    since the room started."""


class Chance(NamedTuple):
    """One antenna's chance to hear one tag, with what the steel says about it."""

    antenna: AntennaKey
    zone: str
    heard: bool
    level_db: float | None
    """Against what this antenna usually hears from its own zone; None if that is not known yet."""
    gated: bool
    expected: Mapping[str, Expected]
    """How this antenna hears a tag of a zone, of its own or another, elsewhere or absent."""
    reachable: Mapping[str, bool]
    """Whether a hand can reach a zone now."""
    at_s: float


_NEW: Final = Trace()
_make: Final = tuple.__new__  # a third of the time that a NamedTuple's own takes


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
    return {zone: 1.0, ELSEWHERE: _SHUT_FLOOR, ABSENT: _OPEN_FLOOR}


def unplaced(*, gated: bool) -> dict[str, Expected]:
    """Say how an antenna hears tags that are elsewhere, or absent altogether."""
    stray = _BELOW_GATE if gated else _STRAY_RATE
    return {
        ELSEWHERE: Expected(stray, _STRAY_DB, _STRAY_SPREAD_DB),
        ABSENT: Expected(_GHOST, _STRAY_DB, _STRAY_SPREAD_DB),
    }


def updated(tag: Tag, chance: Chance) -> Tag:
    """Weigh one cycle of one antenna; the decision about the tag's zone is not taken here."""
    zone, _, traces, silence, heard_at_s = tag
    antenna, here, heard, _, _, expected, reachable, at_s = chance
    trace = traces.get(antenna, _NEW)
    own_zone = zone == here
    rate = trace[0]
    if rate is None:
        rate = expected[here].rate
    weights = _after_read(tag, rate, chance) if heard else _after_silence(tag, rate, chance)
    belief = _floored(weights, zone, reachable)
    if own_zone:
        if heard:
            silence, heard_at_s = 0.0, at_s
        else:
            silence += rate
    traces = {**traces, antenna: _learnt(trace, rate, chance, own_zone=own_zone)}
    return _make(Tag, (zone, belief, traces, silence, heard_at_s))


def _after_silence(tag: Tag, rate: float, chance: Chance) -> dict[str, float]:
    expected = chance.expected
    weights = {zone: share * (1.0 - expected[zone][0]) for zone, share in tag.belief.items()}
    weights[chance.zone] = tag.belief.get(chance.zone, 0.0) * (1.0 - rate)
    return weights


def _after_read(tag: Tag, rate: float, chance: Chance) -> dict[str, float]:
    """Weigh that a read came and, if its level says anything, that it was so loud."""
    belief = tag.belief
    _, own, _, level_db, gated, expected, _, _ = chance
    if own not in belief:
        belief = {**belief, own: _OPEN_FLOOR}
    if gated or level_db is None:
        weights = {zone: share * expected[zone].rate for zone, share in belief.items()}
        weights[own] = belief[own] * rate
        return weights
    temper_db, doubt = _temper(tag.traces)
    level_db -= temper_db
    weights = {}
    for zone, share in belief.items():
        heard, off_db, spread_db = expected[zone]
        if zone == own:
            heard = rate
        variance = spread_db * spread_db + doubt
        off = level_db - off_db
        fits = exp(-0.5 * off * off / variance) / sqrt(variance) + _OUTLIER
        weights[zone] = share * heard * fits
    return weights


def _temper(traces: Mapping[AntennaKey, Trace]) -> tuple[float, float]:
    """Say how loud a tag is against others where it is at home, and the variance of that."""
    best, reads = None, 0
    for _, level_db, _, heard in traces.values():
        if level_db is not None and (best is None or level_db > best):
            best, reads = level_db, heard
    if best is None:
        return 0.0, _TEMPER_DB**2
    share = reads / (reads + 2.0)
    return best * share, _TEMPER_DB**2 * (1.0 - share)


def _floored(
    weights: dict[str, float], zone: str | None, reachable: Mapping[str, bool]
) -> dict[str, float]:
    """Normalise; keep everything possible, but hardly what needs a hand behind closed steel."""
    total = sum(weights.values())
    may_leave = zone is None or reachable[zone]
    for other, weight in weights.items():
        probability = weight / total
        if probability < _OPEN_FLOOR:
            floor = _SHUT_FLOOR
            if may_leave and other != ELSEWHERE and (other == ABSENT or reachable[other]):
                floor = _OPEN_FLOOR
            if probability < floor:
                probability = floor
        weights[other] = probability
    return weights


def _learnt(trace: Trace, rate: float, chance: Chance, *, own_zone: bool) -> Trace:
    before, level, missed, heard = trace
    if not chance.heard:
        return _make(Trace, (before, level, missed + 1, heard))
    if not own_zone:
        return _make(Trace, (before, level, 0, heard))
    reads = min(heard + 1, _MOST_READS)
    if missed < _GAP_CYCLES:
        gain = 1.0 / (_FIRST_WEIGHT + reads)
        rate *= (1.0 - gain) ** missed
        rate += gain * (1.0 - rate)
        rate = min(max(rate, _LOWEST_RATE), _HIGHEST_RATE)
    if chance.level_db is not None and not chance.gated:
        level = chance.level_db if level is None else level + (chance.level_db - level) / reads
    return _make(Trace, (rate, level, 0, reads))
