"""Routes of the holdings: boxes and their history, faces, occupancy, imports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, UploadFile
from pydantic import JsonValue
from sqlalchemy import select
from sqlmodel import col

from config.addresses import Face
from controller.context import Context
from controller.holdings import history, views
from controller.holdings.home_history import HomeChange, list_home_changes
from controller.holdings.imports import ImportBusy, ImportReport, Kind, run_import
from controller.holdings.model import Movement
from controller.holdings.shapes import (
    BadCellView,
    BoxView,
    FaceView,
    FilePageView,
    HomeChangesView,
    HomeChangeView,
    ImportListView,
    ImportReportView,
    ImportView,
    LockedOutView,
    MovementsView,
    MovementView,
    OccupancyView,
    place_view,
)
from controller.holdings.sheets import SheetProblem
from controller.holdings.tables import FileRow, ImportRow
from controller.people.access import SignedIn, permit
from controller.people.store import names_of
from controller.problems import Problem, get_room
from controller.store.engine import ReadSession

_Limit = Annotated[int, Query(ge=1, le=500)]
_Importer = Annotated[SignedIn, Depends(permit("import.run"))]
_MOST_IMPORTS = 100


FindLockOut = Callable[[Sequence[str | None]], LockedOutView | None]
"""Finds the lock-out of the first of some addresses that stands in a locked-out column."""


def routes(context: Context, *, find_lock_out: FindLockOut = lambda addresses: None) -> APIRouter:
    """Offer the holdings."""
    router = APIRouter()
    router.include_router(_item_routes(context, find_lock_out))
    router.include_router(_room_routes(context))
    router.include_router(_import_routes(context))
    return router


def _item_routes(context: Context, find_lock_out: FindLockOut) -> APIRouter:
    router = APIRouter(dependencies=[Depends(permit("box.read"))])

    @router.get("/boxes/{code}")
    def read_box(code: str) -> BoxView:
        with context.records.read() as session:
            box = views.find_box(session, context.keys, code, now=context.clock.now())
        if box is None:
            raise Problem(404, "holdings.no_such_box", {"code": code})
        addresses = [box.home.address if box.home else None, box.place.address]
        return box.model_copy(update={"locked_out": find_lock_out(addresses)})

    @router.get("/files/{code}")
    def read_file(code: str) -> FilePageView:
        with context.records.read() as session:
            file = views.find_file(session, context.keys, code, now=context.clock.now())
        if file is None:
            raise Problem(404, "holdings.no_such_file", {"code": code})
        addresses = [file.home.address if file.home else None, file.place.address]
        return file.model_copy(update={"locked_out": find_lock_out(addresses)})

    @router.get("/boxes/{code}/movements")
    def read_box_movements(code: str, limit: _Limit = 100) -> MovementsView:
        with context.records.read() as session:
            if not views.list_boxes(session, [code]):
                raise Problem(404, "holdings.no_such_box", {"code": code})
            return _movements(session, history.list_box_movements(session, code, limit=limit))

    @router.get("/boxes/{code}/homes")
    def read_box_homes(code: str, limit: _Limit = 100) -> HomeChangesView:
        with context.records.read() as session:
            if not views.list_boxes(session, [code]):
                raise Problem(404, "holdings.no_such_box", {"code": code})
            return _homes(session, list_home_changes(session, code, limit=limit))

    @router.get("/files/{code}/movements")
    def read_file_movements(code: str, limit: _Limit = 100) -> MovementsView:
        with context.records.read() as session:
            visible = views.file_parts().where(col(FileRow.code) == code)
            if session.execute(visible).first() is None:
                raise Problem(404, "holdings.no_such_file", {"code": code})
            return _movements(session, history.list_file_movements(session, code, limit=limit))

    return router


def _room_routes(context: Context) -> APIRouter:
    router = APIRouter(dependencies=[Depends(permit("room.read"))])

    @router.get("/rooms/{room}/occupancy")
    def read_occupancy(room: str) -> OccupancyView:
        get_room(context.rooms, room)
        with context.records.read() as session:
            return views.read_occupancy(session, room)

    @router.get(
        "/rooms/{room}/banks/{bank}/columns/{column}/faces/{face}",
        dependencies=[Depends(permit("box.read"))],
    )
    def read_face(room: str, bank: int, column: int, face: Face) -> FaceView:
        get_room(context.rooms, room)
        with context.records.read() as session:
            found = views.find_face(session, room, bank, column, face)
        if found is None:
            raise Problem(404, "holdings.no_such_face", {"room": room, "column": column})
        return found

    return router


def _import_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/imports")
    def post_import(
        file: UploadFile,
        kind: Kind,
        who: _Importer,
        dry_run: bool = True,
        accept_partial: bool = False,
    ) -> ImportReportView:
        try:
            report = run_import(
                context,
                file.file,
                kind=kind,
                name=file.filename or "",
                by=who.user_id,
                dry_run=dry_run,
                accept_partial=accept_partial,
            )
        except SheetProblem as problem:
            raise Problem(
                422, problem.code, cast(dict[str, JsonValue], problem.params)
            ) from problem
        except ImportBusy as busy:
            raise Problem(409, "import.busy") from busy
        return _report(report)

    @router.get("/imports", dependencies=[Depends(permit("import.read"))])
    def list_imports() -> ImportListView:
        newest = select(ImportRow).order_by(col(ImportRow.at).desc()).limit(_MOST_IMPORTS)
        with context.records.read() as session:
            imports = [
                ImportView.model_validate(row, from_attributes=True)
                for row in session.execute(newest).scalars()
            ]
            names = names_of(session, {view.by for view in imports})
        return ImportListView(
            imports=[
                view.model_copy(update={"by": names.get(view.by, view.by)}) for view in imports
            ]
        )

    return router


def _movements(session: ReadSession, movements: list[Movement]) -> MovementsView:
    names = names_of(session, {movement.by for movement in movements})
    return MovementsView(
        movements=[
            MovementView(
                id=movement.id,
                at=movement.at,
                before=place_view(movement.from_place),
                after=place_view(movement.to_place),
                cause=movement.cause,
                by=names.get(movement.by, movement.by),
                confidence=movement.confidence,
                item=movement.item,
            )
            for movement in movements
        ]
    )


def _homes(session: ReadSession, changes: list[HomeChange]) -> HomeChangesView:
    names = names_of(session, {change.by for change in changes})
    return HomeChangesView(
        homes=[
            HomeChangeView(
                id=change.id,
                at=change.at,
                before=change.before,
                after=change.after,
                by=names.get(change.by, change.by),
                import_id=change.import_id,
                list_name=change.import_name,
            )
            for change in changes
        ]
    )


def _report(report: ImportReport) -> ImportReportView:
    return ImportReportView(
        import_id=report.import_id,
        kind=report.kind,
        rows=report.rows,
        good=report.good,
        fresh=report.fresh,
        changed=report.changed,
        same=report.same,
        bad=[
            BadCellView(row=cell.row, field=cell.field, code=cell.code, value=cell.value)
            for cell in report.bad
        ],
        applied=report.applied,
    )
