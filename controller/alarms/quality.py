"""How good the alarms of a period are: rates, floods, bad actors, what stands, what is noise. Pure.

The figures follow ISA-18.2 / IEC 62682 (alarm performance metrics) and EEMUA 191; what an archive
needs besides (alarms per zone and month, standing time, nuisance) is ours. Only alarms that were
told count as load; what a hold or a cause kept back is counted apart.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.alarms.model import PRIORITIES, Priority

FLOOD_WINDOW = timedelta(minutes=10)
FLOOD_ABOVE = 10
CHATTER_WINDOW = timedelta(hours=24)
CHATTER_FROM = 3
STALE_AFTER = timedelta(hours=24)
NUISANCE_WITHIN = timedelta(hours=1)
WORST = 10
_MONTH = timedelta(days=30.436875)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """An alarm as far as its quality goes. `told` is false for what was kept back throughout."""

    id: str
    kind: str
    room: str
    zone: str | None
    subject: str
    priority: Priority
    raised_at: datetime
    cleared_at: datetime | None
    noted_at: datetime | None
    acted: bool
    """Whether a person did anything about it before it was over."""
    told: bool
    unauthorised: bool = False
    """Nobody is told of it, and no hold or cause says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadActor:
    """What raised the most: one kind at one subject."""

    kind: str
    room: str
    zone: str | None
    subject: str
    count: int
    share_pct: float
    chatters: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneShare:
    """The load of one zone; `None` for what belongs to no zone."""

    room: str
    zone: str | None
    count: int
    per_month: float
    standing_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The figures of a period. A mean or ratio of nothing is `None`."""

    alarms: int
    kept_back: int
    per_hour: float
    per_day: float
    most_in_10_min: int
    flood_pct: float
    worst: tuple[BadActor, ...]
    worst_share_pct: float | None
    chattering: int
    stale: tuple[str, ...]
    standing_pct: float
    priorities: Mapping[Priority, int]
    noted: int
    mean_to_note_s: float | None
    nuisance_pct: float | None
    unauthorised: int
    zones: tuple[ZoneShare, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a figure should be at most or about, who says so, and whether we could confirm it."""

    figure: str
    most: float | None
    about: Mapping[Priority, float] | None
    source: str
    confirmed: bool


_ISA = "ANSI/ISA-18.2-2016, alarm performance metrics"
TARGETS: tuple[Target, ...] = (
    Target(
        figure="per_hour",
        most=6.0,
        about=None,
        source="EEMUA 191: less than 1 per 10 min in steady operation",
        confirmed=True,
    ),
    Target(figure="per_day", most=150.0, about=None, source=_ISA, confirmed=False),
    Target(figure="most_in_10_min", most=10.0, about=None, source=_ISA, confirmed=False),
    Target(figure="flood_pct", most=1.0, about=None, source=_ISA, confirmed=False),
    Target(figure="worst_share_pct", most=5.0, about=None, source=_ISA, confirmed=False),
    Target(figure="chattering", most=0.0, about=None, source=_ISA, confirmed=False),
    Target(figure="stale", most=4.0, about=None, source=_ISA, confirmed=False),
    Target(figure="unauthorised", most=0.0, about=None, source=_ISA, confirmed=False),
    Target(
        figure="priorities",
        most=None,
        about={"high": 5.0, "medium": 15.0, "low": 80.0},
        source=_ISA,
        confirmed=False,
    ),
)
"""Per operator. `confirmed` is false where the figure is general knowledge of the standard that we
could not check against its text: pages say so."""


def judge(
    occurrences: Iterable[Occurrence], *, start: datetime, end: datetime, now: datetime
) -> Quality:
    """Take the figures of a period from all alarms that were there in it.

    `end` is after `start`; what had not been raised by `now` counts for nothing.
    """
    there = [each for each in occurrences if each.raised_at < end]
    told = [each for each in there if each.told]
    raised = sorted(
        (each for each in told if each.raised_at >= start), key=lambda each: each.raised_at
    )
    until = min(end, now)
    length = max(until - start, timedelta(seconds=1))
    chatterers = _chatterers(raised)
    worst = _worst(raised, chatterers)
    waits = [(e.noted_at - e.raised_at).total_seconds() for e in raised if e.noted_at is not None]
    return Quality(
        alarms=len(raised),
        kept_back=sum(not each.told and each.raised_at >= start for each in there),
        per_hour=len(raised) / (length / timedelta(hours=1)),
        per_day=len(raised) / (length / timedelta(days=1)),
        most_in_10_min=_most_within([each.raised_at for each in raised], FLOOD_WINDOW),
        flood_pct=_flood_pct(raised, start, length),
        worst=worst,
        worst_share_pct=_pct(sum(each.count for each in worst), len(raised)),
        chattering=len(chatterers),
        stale=tuple(
            each.id for each in told if _lasts(each, until) and until - each.raised_at > STALE_AFTER
        ),
        standing_pct=_standing_pct(told, start, until, length),
        priorities={each: sum(a.priority == each for a in raised) for each in PRIORITIES},
        noted=len(waits),
        mean_to_note_s=sum(waits) / len(waits) if waits else None,
        nuisance_pct=_pct(sum(map(_is_nuisance, raised)), len(raised)),
        unauthorised=sum(each.unauthorised for each in there),
        zones=_zones(told, raised, start, until, length),
    )


def _worst(
    raised: Sequence[Occurrence], chatterers: frozenset[tuple[str, str, str]]
) -> tuple[BadActor, ...]:
    counts = Counter(_actor(each) for each in raised)
    zones = {_actor(each): each.zone for each in raised}
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:WORST]
    return tuple(
        BadActor(
            kind=actor[0],
            room=actor[1],
            subject=actor[2],
            zone=zones[actor],
            count=count,
            share_pct=100.0 * count / len(raised),
            chatters=actor in chatterers,
        )
        for actor, count in ordered
    )


def _chatterers(raised: Sequence[Occurrence]) -> frozenset[tuple[str, str, str]]:
    times: defaultdict[tuple[str, str, str], list[datetime]] = defaultdict(list)
    for each in raised:
        times[_actor(each)].append(each.raised_at)
    return frozenset(
        actor for actor, at in times.items() if _most_within(at, CHATTER_WINDOW) >= CHATTER_FROM
    )


def _most_within(times: Sequence[datetime], window: timedelta) -> int:
    """Count the most of some ascending times that lie within one window."""
    return max(
        (bisect_right(times, at + window, lo=first) - first for first, at in enumerate(times)),
        default=0,
    )


def _flood_pct(raised: Sequence[Occurrence], start: datetime, length: timedelta) -> float:
    """Return the share of the period's 10-minute intervals with more than ten alarms."""
    per_interval = Counter((each.raised_at - start) // FLOOD_WINDOW for each in raised)
    floods = sum(count > FLOOD_ABOVE for count in per_interval.values())
    return 100.0 * floods / max(1.0, length / FLOOD_WINDOW)


def _standing_pct(
    told: Iterable[Occurrence], start: datetime, until: datetime, length: timedelta
) -> float:
    """Return the share of the period in which at least one alarm stood."""
    spans = sorted(
        (max(each.raised_at, start), min(each.cleared_at or until, until)) for each in told
    )
    stood, reached = timedelta(0), start
    for begins, ends in spans:
        if ends > reached:
            stood += ends - max(begins, reached)
            reached = ends
    return 100.0 * (stood / length)


def _zones(
    told: Sequence[Occurrence],
    raised: Sequence[Occurrence],
    start: datetime,
    until: datetime,
    length: timedelta,
) -> tuple[ZoneShare, ...]:
    counts = Counter((each.room, each.zone) for each in raised)
    places = {(each.room, each.zone) for each in told if _overlaps(each, start)}
    return tuple(
        ZoneShare(
            room=room,
            zone=zone,
            count=counts[room, zone],
            per_month=counts[room, zone] / (length / _MONTH),
            standing_pct=_standing_pct(
                [each for each in told if (each.room, each.zone) == (room, zone)],
                start,
                until,
                length,
            ),
        )
        for room, zone in sorted(places, key=lambda place: (place[0], place[1] or ""))
    )


def _overlaps(each: Occurrence, start: datetime) -> bool:
    return each.raised_at >= start or each.cleared_at is None or each.cleared_at > start


def _lasts(each: Occurrence, until: datetime) -> bool:
    return each.cleared_at is None or each.cleared_at > until


def _is_nuisance(each: Occurrence) -> bool:
    if each.cleared_at is None or each.acted:
        return False
    return each.cleared_at - each.raised_at < NUISANCE_WITHIN


def _actor(each: Occurrence) -> tuple[str, str, str]:
    return each.kind, each.room, each.subject


def _pct(part: int, whole: int) -> float | None:
    return 100.0 * part / whole if whole else None
