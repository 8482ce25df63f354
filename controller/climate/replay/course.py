"""Takes the past of one probe through two judges at once: as asked, and by bare limits. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import tzinfo

from controller.climate.conditions.judge import ProbeJudge
from controller.climate.conditions.model import Change, FindNorms, Norms, Switches
from controller.climate.conditions.report import Report
from controller.climate.replay.model import Occurrence, Place

_LOOK_EVERY = 1000

Tick = Callable[[float], None]
"""Told now and then how far the replay is; raises what ends it."""


@dataclass(slots=True)
class Course:
    """What one probe's past raised."""

    asked: list[Occurrence] = field(default_factory=list)
    bare: list[Occurrence] = field(default_factory=list)
    reports: int = 0
    first_s: float | None = None
    last_s: float | None = None


def run_course(
    place: Place,
    reports: Iterable[Report],
    *,
    zone: tzinfo,
    interval_s: float,
    switches: Switches,
    find_norms: FindNorms,
    tick: Tick,
) -> Course:
    """Judge the reports of a probe in order."""
    usual = _remembering(find_norms)
    asked, bare = (
        ProbeJudge(place.profile, zone=zone, interval_s=interval_s, switches=s, find_norms=usual)
        for s in (switches, Switches(hysteresis=False, delays=False))
    )
    course = Course()
    of_asked, of_bare = _Collector(place, course.asked), _Collector(place, course.bare)
    for report in reports:
        at_s = report.at_s
        if course.first_s is None:
            course.first_s = at_s
        elif at_s - (course.last_s or at_s) > interval_s:
            of_asked.take(asked.expect(at_s))
            of_bare.take(bare.expect(at_s))
        of_asked.take(asked.take_report(report))
        of_bare.take(bare.take_report(report))
        course.last_s = at_s
        course.reports += 1
        if course.reports % _LOOK_EVERY == 0:
            tick(at_s)
    return course


class _Collector:
    """Makes occurrences of changes."""

    def __init__(self, place: Place, into: list[Occurrence]) -> None:
        self._place = place
        self._into = into
        self._open: dict[tuple[str, str], Occurrence] = {}

    def take(self, changes: list[Change]) -> None:
        for change in changes:
            self._take(change)

    def _take(self, change: Change) -> None:
        key = (change.kind, change.key)
        known = self._open.get(key)
        if change.grade is None:
            if known is not None:
                known.ended_s = change.at_s
                del self._open[key]
        elif known is not None:
            if change.grade == "critical":
                known.grade, known.value, known.limit = "critical", change.value, change.limit
        else:
            self._open[key] = made = Occurrence(
                room=self._place.room,
                zone=self._place.zone,
                probe=self._place.probe,
                kind=change.kind,
                key=change.key,
                grade=change.grade,
                since_s=change.since_s,
                began_s=change.at_s,
                value=change.value,
                limit=change.limit,
            )
            self._into.append(made)


def _remembering(find_norms: FindNorms) -> FindNorms:
    """Both judges ask the same of each month."""
    known: dict[float, Norms] = {}

    def find(before_s: float) -> Norms:
        if before_s not in known:
            known[before_s] = find_norms(before_s)
        return known[before_s]

    return find
