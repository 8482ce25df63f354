"""Routes of reports: a room's month or year as PDF or workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import JsonValue
from starlette.responses import Response

from config.address_words import Language
from controller.audit.store import append
from controller.climate.printed.gather import gather_report
from controller.climate.printed.model import PRESS, REPORT_JOB, ReportJob
from controller.climate.printed.period import PATTERN, parse_period
from controller.context import Context
from controller.downloads import Download
from controller.fonts import PACKAGE, Font, NoFont, find_font
from controller.people.access import SignedIn, permit
from controller.presses.apart import print_apart
from controller.problems import Problem, get_room

_Reader = Annotated[SignedIn, Depends(permit("climate.read"))]
_Period = Annotated[str, Query(pattern=PATTERN)]
_MEDIA: Final = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def routes(context: Context, font: Path | None = None) -> APIRouter:
    """Offer reports; `font` is the one that the settings name."""
    router = APIRouter()
    answers: dict[int | str, dict[str, object]] = {200: {"content": {}}}

    @router.get("/rooms/{room}/climate/report.pdf", response_class=Response, responses={**answers})
    def print_report(
        room: str, period: _Period, who: _Reader, language: Language = "zh"
    ) -> Download:
        return _make(context, room, period, language, who, "pdf", _get_font(font))

    @router.get("/rooms/{room}/climate/report.xlsx", response_class=Response, responses={**answers})
    def write_report(
        room: str, period: _Period, who: _Reader, language: Language = "zh"
    ) -> Download:
        return _make(context, room, period, language, who, "xlsx", None)

    return router


def _make(
    context: Context,
    code: str,
    text: str,
    language: Language,
    who: SignedIn,
    form: Literal["pdf", "xlsx"],
    font: Font | None,
) -> Download:
    room = get_room(context.rooms, code)
    period = parse_period(text)
    now = context.clock.now()
    if period.bounds(context.site.zone())[0] > now:
        raise Problem(422, "climate.bad_period", {"period": text})
    report = gather_report(context, room, period, language)
    with context.records.write() as session:
        append(
            session,
            at=now,
            actor=who.user_id,
            action="climate.report_made",
            subject=code,
            detail={"period": text, "form": form, "language": language},
        )
    job = ReportJob(form=form, report=report, font=font)
    return Download(
        print_apart(PRESS, REPORT_JOB.dump_json(job)),
        name=f"climate-{code}-{text}-{language}.{form}",
        media_type=_MEDIA[form],
    )


def _get_font(named: Path | None) -> Font:
    try:
        return find_font(named)
    except NoFont as error:
        params: dict[str, JsonValue] = {"package": PACKAGE, "font": str(named) if named else None}
        raise Problem(503, "labels.no_font", params) from error
