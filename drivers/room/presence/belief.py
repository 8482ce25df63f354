"""What one antenna cycle says about one tag: Bayes' rule over zones, elsewhere and absent. Pure.

The read rate is learnt per tag and antenna, and only from cycles between two reads, so a tag that
has left does not teach us that it is a poor one. The idea of a window per tag that follows from its
own read rate is SMURF's (Jeffery, Garofalakis, Franklin, VLDB 2006); here it is counted in expected
reads that did not come, so that several antennas and varying rates add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import exp, log
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
_ELSEWHERE_FLOOR: Final = 1e-7
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


class Chance(NamedTuple):
    """One antenna's chance to hear one tag, with what the steel says about it."""

    antenna: AntennaKey
    zone: str
    heard: bool
    level_db: float | None
    """Against what this antenna usually hears from its own zone; None if that is not known yet."""
    gated: bool
    expected: Callable[[str], Expected]
    """How this antenna hears a tag of a zone, its own or another."""
    reachable: Callable[[str], bool]
    """Whether a hand can reach a zone now."""


_NEW: Final = Trace()


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
    trace = tag.traces.get(chance.antenna, _NEW)
    own_zone = tag.zone == chance.zone
    rate = trace.rate
    if rate is None:
        rate = chance.expected(chance.zone).rate
    if chance.heard:
        belief = _after_read(tag, trace, rate, chance)
    else:
        belief = _after_silence(tag, rate, chance)
    silence = tag.silence
    if own_zone:
        silence = 0.0 if chance.heard else silence + rate
    traces = {**tag.traces, chance.antenna: _learnt(trace, rate, chance, own_zone=own_zone)}
    return Tag(tag.zone, belief, traces, silence)


def _after_silence(tag: Tag, rate: float, chance: Chance) -> dict[str, float]:
    weights: dict[str, float] = {}
    for zone, probability in tag.belief.items():
        if zone == chance.zone:
            heard = rate
        elif zone == ABSENT:
            heard = _GHOST
        elif zone == ELSEWHERE:
            heard = _BELOW_GATE if chance.gated else _STRAY_RATE
        else:
            heard = _BELOW_GATE if chance.gated else chance.expected(zone).rate
        weights[zone] = probability * (1.0 - heard)
    if chance.zone not in weights:
        weights[chance.zone] = 0.0
    return _floored(weights, tag.zone, chance.reachable)


def _after_read(tag: Tag, trace: Trace, rate: float, chance: Chance) -> dict[str, float]:
    level = None if chance.gated else chance.level_db
    temper_db, doubt = _temper(tag.traces) if level is not None else (0.0, 0.0)
    weights: dict[str, float] = {}
    for zone, probability in tag.belief.items():
        weights[zone] = probability * _read_density(
            zone, level, trace, rate, chance, temper_db, doubt
        )
    if chance.zone not in weights:
        weights[chance.zone] = _OPEN_FLOOR * _read_density(
            chance.zone, level, trace, rate, chance, temper_db, doubt
        )
    return _floored(weights, tag.zone, chance.reachable)


def _read_density(
    zone: str,
    level: float | None,
    trace: Trace,
    rate: float,
    chance: Chance,
    temper_db: float,
    doubt: float,
) -> float:
    """Say how likely this read is of a tag in a zone: that it came, and that it was so loud."""
    if zone in (ABSENT, ELSEWHERE):
        stray = _BELOW_GATE if chance.gated else _STRAY_RATE
        heard = _GHOST if zone == ABSENT else stray
        expected_db, spread_db = _STRAY_DB, _STRAY_SPREAD_DB
    else:
        expected = chance.expected(zone)
        heard = rate if zone == chance.zone else expected.rate
        if chance.gated and zone != chance.zone:
            heard = _BELOW_GATE
        expected_db = expected.off_db + temper_db
        spread_db = (expected.spread_db**2 + doubt) ** 0.5
    if level is None:
        return heard
    off = (level - expected_db) / spread_db
    return heard * (exp(-0.5 * off * off) / spread_db + _OUTLIER)


def _temper(traces: Mapping[AntennaKey, Trace]) -> tuple[float, float]:
    """Say how loud a tag is against others where it is at home, and the variance of that."""
    best, reads = None, 0
    for trace in traces.values():
        if trace.level_db is not None and (best is None or trace.level_db > best):
            best, reads = trace.level_db, trace.heard
    if best is None:
        return 0.0, _TEMPER_DB**2
    share = reads / (reads + 2.0)
    return best * share, _TEMPER_DB**2 * (1.0 - share)


def _floored(
    weights: dict[str, float], zone: str | None, reachable: Callable[[str], bool]
) -> dict[str, float]:
    """Normalise; keep everything possible, but hardly what needs a hand behind closed steel."""
    total = sum(weights.values())
    may_leave = zone is None or reachable(zone)
    for other, weight in weights.items():
        probability = weight / total
        if probability >= _OPEN_FLOOR:
            weights[other] = probability
        elif other == ELSEWHERE:
            weights[other] = max(probability, _ELSEWHERE_FLOOR)
        else:
            free = may_leave and (other == ABSENT or reachable(other))
            weights[other] = max(probability, _OPEN_FLOOR if free else _SHUT_FLOOR)
    return weights


def _learnt(trace: Trace, rate: float, chance: Chance, *, own_zone: bool) -> Trace:
    if not chance.heard:
        return Trace(trace.rate, trace.level_db, trace.missed + 1, trace.heard)
    if not own_zone:
        return Trace(trace.rate, trace.level_db, 0, trace.heard)
    reads = min(trace.heard + 1, _MOST_READS)
    if trace.missed < _GAP_CYCLES:
        gain = 1.0 / (_FIRST_WEIGHT + reads)
        rate *= (1.0 - gain) ** trace.missed
        rate += gain * (1.0 - rate)
        rate = min(max(rate, _LOWEST_RATE), _HIGHEST_RATE)
    level = trace.level_db
    if chance.level_db is not None and not chance.gated:
        level = chance.level_db if level is None else level + (chance.level_db - level) / reads
    return Trace(rate, level, 0, reads)
