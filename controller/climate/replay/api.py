"""Routes of replay: ask what limits would have raised, watch it work, read what it found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from config.limits import LimitProfile
from config.moments import Moment
from controller.climate.metrics.years import WHOLE_YEAR_S
from controller.climate.replay.asking import NoSuch, Wish, make_question
from controller.climate.replay.jobs import Job, Replays, State, TooMany
from controller.climate.replay.model import Answer, Occurrence, Question, Step, Tally
from controller.climate.replay.run import answer, longest_period
from controller.context import Context
from controller.people.access import SignedIn, permit
from controller.problems import Problem

_Reader = Annotated[SignedIn, Depends(permit("climate.read"))]
_USUAL = timedelta(seconds=WHOLE_YEAR_S)


class ZoneName(BaseModel):
    """A zone of a room."""

    room: str
    zone: str


class ReplayBody(BaseModel):
    """What would have been raised; without rooms and zones, everywhere."""

    rooms: tuple[str, ...] = ()
    zones: tuple[ZoneName, ...] = ()
    profile: str | None = None
    version: Annotated[int | None, Field(ge=1)] = None
    limits: LimitProfile | None = None
    hysteresis: bool = True
    delays: bool = True
    step: Step = "hour"
    start: Annotated[Moment | None, Field(alias="from")] = None
    end: Annotated[Moment | None, Field(alias="to")] = None


class StartedView(BaseModel):
    """A replay that was taken on."""

    id: str


class OccurrenceView(BaseModel):
    """One alarm that there would have been; `ended_at` is null if it stands at the end."""

    room: str
    zone: str
    probe: str
    kind: str
    key: str
    grade: str
    since: datetime
    began_at: datetime
    ended_at: datetime | None
    value: float | None
    limit: float | None


class TallyView(BaseModel):
    """Alarms of one way of judging."""

    alarms: int
    alarms_per_year: float
    by_kind: dict[str, int]
    by_zone: dict[str, int]
    again_within_6_h: int
    standing_pct: float
    occurrences: list[OccurrenceView]


class ResultView(TallyView):
    """What was found as asked."""

    years: float
    probes: int
    reports: int
    step: Step


class ReplayView(BaseModel):
    """A replay; `without` is the same by bare limits, without hysteresis and delays."""

    id: str
    state: State
    progress: float
    result: ResultView | None
    without: TallyView | None


def routes(context: Context, replays: Replays | None = None) -> APIRouter:
    """Offer the routes of replay."""
    router = APIRouter()
    running = replays or Replays(partial(answer, context), closing=lambda: context.hub.closing)

    @router.post("/climate/replays", status_code=202)
    def start_replay(body: ReplayBody, who: _Reader) -> StartedView:
        question = _question(context, body)
        try:
            return StartedView(id=running.start(question, by=who.user_id).id)
        except TooMany as error:
            raise Problem(429, "climate.replays_busy") from error

    @router.get("/climate/replays/{replay_id}")
    def read_replay(
        replay_id: str,
        who: _Reader,
        occurrences: Annotated[int, Query(ge=0, le=1000)] = 1000,
    ) -> ReplayView:
        return _view(_own(running, replay_id, who), occurrences)

    @router.delete("/climate/replays/{replay_id}", status_code=204)
    def cancel_replay(replay_id: str, who: _Reader) -> Response:
        _own(running, replay_id, who)
        running.cancel(replay_id)
        return Response(status_code=204)

    return router


def _question(context: Context, body: ReplayBody) -> Question:
    end = body.end or context.clock.now()
    start = body.start or end - _USUAL
    if not timedelta(0) < end - start <= longest_period():
        raise Problem(422, "climate.bad_period", {"most_days": longest_period().days})
    wish = Wish(
        rooms=body.rooms,
        zones=[(each.room, each.zone) for each in body.zones],
        profile_id=body.profile,
        version=body.version,
        limits=body.limits,
        start=start,
        end=end,
        step=body.step,
        hysteresis=body.hysteresis,
        delays=body.delays,
    )
    try:
        return make_question(context, wish)
    except NoSuch as error:
        raise Problem(422, f"climate.no_such_{error.what}", {error.what: error.name}) from error


def _own(replays: Replays, replay_id: str, who: SignedIn) -> Job:
    job = replays.find(replay_id)
    if job is None or job.by != who.user_id:
        raise Problem(404, "climate.no_such_replay", {"replay": replay_id})
    return job


def _view(job: Job, most: int) -> ReplayView:
    found = job.answer
    return ReplayView(
        id=job.id,
        state=job.state,
        progress=round(job.progress, 3),
        result=None if found is None else _result_view(found, most),
        without=None if found is None else _tally_view(found.bare, most),
    )


def _result_view(found: Answer, most: int) -> ResultView:
    return ResultView(
        **_tally_view(found.asked, most).model_dump(),
        years=found.years,
        probes=found.probes,
        reports=found.reports,
        step=found.step,
    )


def _tally_view(counted: Tally, most: int) -> TallyView:
    shown: Sequence[Occurrence] = counted.occurrences[:most]
    return TallyView(
        alarms=counted.alarms,
        alarms_per_year=counted.per_year,
        by_kind=counted.by_kind,
        by_zone=counted.by_zone,
        again_within_6_h=counted.again_within_6_h,
        standing_pct=counted.standing_pct,
        occurrences=[
            OccurrenceView(
                room=each.room,
                zone=each.zone,
                probe=each.probe,
                kind=each.kind,
                key=each.key,
                grade=each.grade,
                since=_at(each.since_s),
                began_at=_at(each.began_s),
                ended_at=None if each.ended_s is None else _at(each.ended_s),
                value=each.value,
                limit=each.limit,
            )
            for each in shown
        ],
    )


def _at(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
