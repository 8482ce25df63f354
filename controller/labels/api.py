"""Routes of what is printed: labels as PDF or ZPL, and a room's location plan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import JsonValue
from starlette.responses import Response

from config.address_words import Language
from config.addresses import Face
from controller.audit.store import append
from controller.context import Context
from controller.downloads import Download
from controller.fonts import PACKAGE, Font, NoFont, find_font
from controller.labels.ends import list_face_ends
from controller.labels.listing import count_labels, list_labels
from controller.labels.model import SIZES, Label, Scope, UnknownItems
from controller.labels.plan_sheet import PlanSheet
from controller.labels.printing import LabelsJob, PlanJob, print_job
from controller.labels.shapes import LabelsOrder, ScopeShape
from controller.people.access import SignedIn, permit
from controller.problems import Problem, get_bank, get_room

MOST_IN_PDF = 10_000
"""A press holds a PDF until its last page; a longer list is printed bank by bank, or as ZPL."""
_MEDIA_TYPES = {"pdf": "application/pdf", "zpl": "application/zpl"}


def routes(context: Context, font: Path | None = None) -> APIRouter:
    """Offer labels and plans; `font` is the one that the settings name."""
    router = APIRouter()
    _add_label_route(router, context, font)
    _add_plan_route(router, context, font)
    return router


def _add_label_route(router: APIRouter, context: Context, font: Path | None) -> None:
    @router.post("/labels", response_class=Response, responses={200: {"content": {}}})
    def print_labels(
        wanted: LabelsOrder, who: Annotated[SignedIn, Depends(permit("box.read"))]
    ) -> Download:
        size = SIZES[wanted.size]
        if wanted.format == "zpl" and size.per_page > 1:
            raise Problem(422, "labels.no_sheets_in_zpl", {"size": wanted.size})
        if wanted.scope is not None:
            _see_that_it_exists(context, wanted.scope)
        with_font = _get_font(font)
        labels = _list(context, wanted)
        _audit(context, who, wanted)
        job = LabelsJob(
            format=wanted.format,
            size=size,
            font=with_font,
            at=context.clock.now(),
            skip=wanted.skip if size.per_page > 1 else 0,
            dpi=wanted.dpi,
        )
        return Download(
            print_job(job, labels),
            name=f"labels-{wanted.kind}.{wanted.format}",
            media_type=_MEDIA_TYPES[wanted.format],
        )


def _add_plan_route(router: APIRouter, context: Context, font: Path | None) -> None:
    @router.get(
        "/rooms/{room}/plan.pdf",
        dependencies=[Depends(permit("room.read")), Depends(permit("box.read"))],
        response_class=Response,
        responses={200: {"content": {}}},
    )
    def print_plan(
        room: str, bank: Annotated[int | None, Query(ge=1)] = None, language: Language = "zh"
    ) -> Download:
        shown = get_room(context.rooms, room)
        if bank is not None:
            get_bank(shown, bank)
        with_font = _get_font(font)
        with context.records.read() as session:
            ends = list(list_face_ends(session, shown, Scope(room=room, bank=bank)))
        at = context.clock.now().astimezone(context.site.zone())
        sheet = PlanSheet(room=shown, bank=bank, ends=ends, language=language, at=at)
        suffix = "" if bank is None else f"-B{bank}"
        return Download(
            print_job(PlanJob(sheet=sheet, font=with_font)),
            name=f"plan-{room}{suffix}.pdf",
            media_type=_MEDIA_TYPES["pdf"],
        )


def _get_font(named: Path | None) -> Font:
    try:
        return find_font(named)
    except NoFont as error:
        params: dict[str, JsonValue] = {"package": PACKAGE, "font": str(named) if named else None}
        raise Problem(503, "labels.no_font", params) from error


def _see_that_it_exists(context: Context, part: ScopeShape) -> None:
    room = get_room(context.rooms, part.room)
    if part.bank is None:
        return
    bank = get_bank(room, part.bank)
    if part.column is None:
        return
    faces = [part.face] if part.face else list(Face)
    if part.column > bank.columns or not any(bank.shape(part.column, face) for face in faces):
        raise Problem(404, "holdings.no_such_face", {"room": part.room, "column": part.column})


def _list(context: Context, wanted: LabelsOrder) -> Iterator[Label]:
    order = wanted.order()
    if wanted.format == "pdf" and wanted.scope is not None:
        count = count_labels(context, order)
        if count > MOST_IN_PDF:
            raise Problem(422, "labels.too_many", {"count": count, "most": MOST_IN_PDF})
    try:
        return list_labels(context, order)
    except UnknownItems as unknown:
        raise Problem(404, "labels.unknown_items", {"items": list(unknown.items)}) from unknown


def _audit(context: Context, who: SignedIn, wanted: LabelsOrder) -> None:
    """Titles may name people, so whoever prints many of them is written down."""
    part = wanted.scope
    with context.records.write() as session:
        append(
            session,
            at=context.clock.now(),
            actor=who.user_id,
            action="labels.printed",
            subject=str(part.scope.address) if part else "items",
            detail={
                "kind": wanted.kind,
                "format": wanted.format,
                "items": list((wanted.items or ())[:20]),
                "count": len(wanted.items) if wanted.items else None,
            },
        )
