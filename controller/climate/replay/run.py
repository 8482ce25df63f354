"""Answers a question about the past: reads what the probes said, judges it, counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta, tzinfo
from functools import partial
from itertools import chain, islice, pairwise
from statistics import median

from controller.climate.conditions.model import Switches
from controller.climate.conditions.report import Report
from controller.climate.metrics.years import MEAN_YEAR_S
from controller.climate.probe_reports import norms_before, read_hourly, read_reports
from controller.climate.replay.course import Course, run_course
from controller.climate.replay.model import Answer, Place, Question, tally
from controller.climate.series.roll_up import settle
from controller.context import Context
from controller.store.engine import ReadSession

HOUR_S = 3600.0
_USUAL_INTERVAL_S = 600.0
_SAMPLED = 500

Progress = Callable[[float], None]
"""Told the share that is done, 0 to 1; raises what ends the replay."""


def answer(context: Context, question: Question, progress: Progress) -> Answer:
    """Judge the past of every place; raises whatever `progress` raises."""
    courses = []
    for number, place in enumerate(question.places):
        share = partial(_share, question, number, progress)
        if question.step == "hour":
            settle(context, place.room, place.probe, until=question.end)
        courses.append(_run(context, question, place, share))
        progress((number + 1) / len(question.places))
    return _count(question, courses)


def _run(context: Context, question: Question, place: Place, tick: Progress) -> Course:
    profile = place.profile
    names = profile.watched() if profile is not None else ()
    zone: tzinfo = context.rooms[place.room].zone()
    with context.telemetry.read() as session:
        reports: Iterator[Report]
        if question.step == "hour":
            interval_s = HOUR_S
            where = (session, place.room, place.probe, names, question.start, question.end)
            reports = iter(read_hourly(*where))
        else:
            interval_s, reports = _raw(session, place, names, question)
        return run_course(
            place,
            reports,
            zone=zone,
            interval_s=interval_s,
            switches=Switches(hysteresis=question.hysteresis, delays=question.delays),
            find_norms=partial(norms_before, context.telemetry, place.room, place.probe),
            tick=tick,
        )


def _raw(
    session: ReadSession, place: Place, names: tuple[str, ...], question: Question
) -> tuple[float, Iterator[Report]]:
    """Read every report; how often the probe reports is seen from the first of them."""
    reports = read_reports(session, place.room, place.probe, names, question.start, question.end)
    first = list(islice(reports, _SAMPLED))
    steps = [after.at_s - before.at_s for before, after in pairwise(first)]
    return median(steps) if steps else _USUAL_INTERVAL_S, chain(first, reports)


def _share(question: Question, number: int, progress: Progress, at_s: float) -> None:
    start_s, end_s = question.start.timestamp(), question.end.timestamp()
    within = (at_s - start_s) / max(end_s - start_s, 1.0)
    progress((number + min(1.0, max(0.0, within))) / len(question.places))


def _count(question: Question, courses: list[Course]) -> Answer:
    firsts = [course.first_s for course in courses if course.first_s is not None]
    lasts = [course.last_s for course in courses if course.last_s is not None]
    spans = [(c.last_s or 0.0) - (c.first_s or 0.0) for c in courses]
    end_s = max(lasts, default=question.end.timestamp())
    years = (end_s - min(firsts)) / MEAN_YEAR_S if firsts else 0.0
    count = partial(tally, years=years, probe_s=sum(spans), end_s=end_s)
    return Answer(
        years=round(years, 4),
        probes=len(courses),
        reports=sum(course.reports for course in courses),
        step=question.step,
        asked=count([each for course in courses for each in course.asked]),
        bare=count([each for course in courses for each in course.bare]),
    )


def longest_period() -> timedelta:
    """Return the longest period that may be asked for."""
    return timedelta(days=40 * 366)
