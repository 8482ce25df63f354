"""What is asked of a replay, and what it found. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from config.limits import LimitProfile

Step = Literal["hour", "raw"]
MOST_SHOWN = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One probe whose past is judged, by which limits."""

    room: str
    zone: str
    probe: str
    profile: LimitProfile | None
    version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What would have been raised: where, when, and how patiently."""

    places: tuple[Place, ...]
    start: datetime
    end: datetime
    step: Step = "hour"
    """hour: hourly means and extremes, which are kept for ever; raw: every reading."""
    hysteresis: bool = True
    delays: bool = True


@dataclass(slots=True, kw_only=True)
class Occurrence:
    """One alarm that there would have been; `ended_s` is `None` if it stands at the end."""

    room: str
    zone: str
    probe: str
    kind: str
    key: str
    grade: str
    """The gravest it was."""
    since_s: float
    began_s: float
    ended_s: float | None = None
    value: float | None = None
    limit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Alarms of one way of judging."""

    alarms: int
    per_year: float
    by_kind: dict[str, int]
    by_zone: dict[str, int]
    again_within_6_h: int
    """Alarms that came back within six hours of the end of the one before."""
    standing_pct: float
    """Share of the time of all probes in which at least one alarm stood."""
    occurrences: tuple[Occurrence, ...]
    """The first thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found: as asked, and by bare limits beside it."""

    years: float
    """From the first to the last report of all probes together."""
    probes: int
    reports: int
    step: Step
    asked: Tally
    bare: Tally


_AGAIN_S = 6 * 3600.0


def tally(
    occurrences: Sequence[Occurrence], *, years: float, probe_s: float, end_s: float
) -> Tally:
    """Count occurrences; `probe_s` is the time of all probes together."""
    ordered = sorted(occurrences, key=lambda each: each.began_s)
    standing = _standing_s(ordered, end_s)
    return Tally(
        alarms=len(ordered),
        per_year=round(len(ordered) / years, 2) if years > 0 else 0.0,
        by_kind=dict(sorted(Counter(each.kind for each in ordered).items())),
        by_zone=dict(sorted(Counter(f"{o.room}/{o.zone}" for o in ordered).items())),
        again_within_6_h=_count_again(ordered),
        standing_pct=round(100.0 * standing / probe_s, 2) if probe_s > 0 else 0.0,
        occurrences=tuple(ordered[:MOST_SHOWN]),
    )


def _count_again(ordered: Sequence[Occurrence]) -> int:
    ended: dict[tuple[str, str, str, str], float] = {}
    again = 0
    for each in ordered:
        key = (each.room, each.probe, each.kind, each.key)
        if key in ended and each.began_s - ended[key] <= _AGAIN_S:
            again += 1
        if each.ended_s is not None:
            ended[key] = each.ended_s
    return again


def _standing_s(ordered: Sequence[Occurrence], end_s: float) -> float:
    """Add up, probe by probe, the time in which at least one alarm stood."""
    until: dict[tuple[str, str], float] = {}
    total = 0.0
    for each in ordered:
        probe = (each.room, each.probe)
        ended_s = end_s if each.ended_s is None else each.ended_s
        from_s = max(each.began_s, until.get(probe, float("-inf")))
        total += max(0.0, ended_s - from_s)
        until[probe] = max(ended_s, until.get(probe, float("-inf")))
    return total
