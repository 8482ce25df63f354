"""Routes of how good the alarms are: figures of a period beside what they should be."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from config.moments import Moment
from controller.alarms import quality
from controller.alarms.model import Priority
from controller.alarms.quality_store import list_occurrences
from controller.context import Context
from controller.people.access import permit
from controller.problems import Problem

_USUAL = timedelta(days=30)
_LONGEST = timedelta(days=3660)


class BadActorView(BaseModel):
    """What raised the most."""

    kind: str
    room: str
    zone: str | None
    subject: str
    count: int
    share_pct: float
    chatters: bool


class ZoneShareView(BaseModel):
    """The load of one zone."""

    room: str
    zone: str | None
    count: int
    per_month: float
    standing_pct: float


class TargetView(BaseModel):
    """What a figure should be, by whom; `confirmed` is false where nobody checked the text."""

    figure: str
    most: float | None
    about: dict[Priority, float] | None
    source: str
    confirmed: bool


class QualityView(BaseModel):
    """The figures of a period; a mean or ratio of nothing is null. `stale` names alarms."""

    model_config = ConfigDict(populate_by_name=True)

    begins_at: datetime = Field(alias="from")
    ends_at: datetime = Field(alias="to")
    room: str | None
    alarms: int
    kept_back: int
    per_hour: float
    per_day: float
    most_in_10_min: int
    flood_pct: float
    worst: list[BadActorView]
    worst_share_pct: float | None
    chattering: int
    stale: list[str]
    standing_pct: float
    priorities: dict[Priority, int]
    noted: int
    mean_to_note_s: float | None
    nuisance_pct: float | None
    unauthorised: int
    zones: list[ZoneShareView]
    targets: list[TargetView]


def add_quality_routes(router: APIRouter, context: Context) -> None:
    """Offer the figures."""

    @router.get("/alarms/kpi", dependencies=[Depends(permit("alarm.read"))])
    def read_quality(
        begins_at: Annotated[Moment | None, Query(alias="from")] = None,
        ends_at: Annotated[Moment | None, Query(alias="to")] = None,
        room: str | None = None,
    ) -> QualityView:
        now = context.clock.now()
        end = ends_at or now
        start = begins_at or end - _USUAL
        if not timedelta(0) < end - start <= _LONGEST or start >= now:
            raise Problem(422, "alarms.bad_period")
        with context.records.read() as session:
            found = list_occurrences(session, start=start, end=end, room=room)
        figures = quality.judge(found, start=start, end=end, now=now)
        return _view(figures, start, end, room)


def _view(
    figures: quality.Quality, start: datetime, end: datetime, room: str | None
) -> QualityView:
    return QualityView(
        begins_at=start,
        ends_at=end,
        room=room,
        alarms=figures.alarms,
        kept_back=figures.kept_back,
        per_hour=figures.per_hour,
        per_day=figures.per_day,
        most_in_10_min=figures.most_in_10_min,
        flood_pct=figures.flood_pct,
        worst=[
            BadActorView(
                kind=each.kind,
                room=each.room,
                zone=each.zone,
                subject=each.subject,
                count=each.count,
                share_pct=each.share_pct,
                chatters=each.chatters,
            )
            for each in figures.worst
        ],
        worst_share_pct=figures.worst_share_pct,
        chattering=figures.chattering,
        stale=list(figures.stale),
        standing_pct=figures.standing_pct,
        priorities=dict(figures.priorities),
        noted=figures.noted,
        mean_to_note_s=figures.mean_to_note_s,
        nuisance_pct=figures.nuisance_pct,
        unauthorised=figures.unauthorised,
        zones=[
            ZoneShareView(
                room=each.room,
                zone=each.zone,
                count=each.count,
                per_month=each.per_month,
                standing_pct=each.standing_pct,
            )
            for each in figures.zones
        ],
        targets=[
            TargetView(
                figure=each.figure,
                most=each.most,
                about=None if each.about is None else dict(each.about),
                source=each.source,
                confirmed=each.confirmed,
            )
            for each in quality.TARGETS
        ],
    )
