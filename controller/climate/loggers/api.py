"""Routes of logger files: send one, see what it says, choose, publish, cancel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, UploadFile
from pydantic import JsonValue, ValidationError

from config.wires import DeviceId
from controller.climate.loggers import imports, store
from controller.climate.loggers.imports import NotNow
from controller.climate.loggers.model import Choices, LoggerProblem
from controller.climate.loggers.shapes import LoggerImportsView, LoggerImportView, show
from controller.climate.series.rows import find_probe
from controller.context import Context
from controller.people.access import SignedIn, permit
from controller.people.store import names_of
from controller.problems import Problem, get_room

_Manager = Annotated[SignedIn, Depends(permit("climate.manage"))]
_ChoicesText = Annotated[str, Form(max_length=4000)]


def routes(context: Context) -> APIRouter:
    """Offer imports of logger files."""
    router = APIRouter()
    _add_sending_route(router, context)
    _add_look_routes(router, context)
    _add_step_routes(router, context)
    return router


def _add_sending_route(router: APIRouter, context: Context) -> None:
    @router.post("/climate/imports", status_code=201)
    def post_import(
        file: UploadFile,
        room: Annotated[str, Form(max_length=20)],
        probe: Annotated[DeviceId, Form()],
        who: _Manager,
        choices: _ChoicesText = "{}",
        new_probe: Annotated[bool, Form()] = False,
    ) -> LoggerImportView:
        see_that_probe_exists(context, room, probe, new_probe=new_probe)
        try:
            import_id = store.begin(
                context,
                file.file,
                room=room,
                probe=probe,
                name=file.filename or "",
                by=who.user_id,
                choices=_parse(choices),
            )
        except LoggerProblem as problem:
            params: dict[str, JsonValue] = dict(problem.params)
            raise Problem(422, problem.code, params) from problem
        if (file.size or 0) <= imports.INLINE_BYTES:
            imports.work(context)
        return _show(context, import_id)


def _add_look_routes(router: APIRouter, context: Context) -> None:
    @router.get("/climate/imports", dependencies=[Depends(permit("climate.manage"))])
    def list_imports(limit: Annotated[int, Query(ge=1, le=500)] = 100) -> LoggerImportsView:
        with context.records.read() as session:
            rows = store.list_imports(session, limit=limit)
            names = names_of(session, {row.by for row in rows})
            views = [show(session, row, names) for row in rows]
        return LoggerImportsView(
            imports=[view.model_copy(update={"problems": ()}) for view in views]
        )

    @router.get("/climate/imports/{import_id}", dependencies=[Depends(permit("climate.manage"))])
    def read_import(import_id: str) -> LoggerImportView:
        return _show(context, import_id)


def _add_step_routes(router: APIRouter, context: Context) -> None:
    @router.put(
        "/climate/imports/{import_id}/choices", dependencies=[Depends(permit("climate.manage"))]
    )
    def put_choices(import_id: str, choices: Choices) -> LoggerImportView:
        with _told():
            imports.choose(context, import_id, choices)
        if _show(context, import_id).size <= imports.INLINE_BYTES:
            imports.work(context)
        return _show(context, import_id)

    @router.post("/climate/imports/{import_id}/publish", status_code=202)
    def post_publish(import_id: str, who: _Manager) -> LoggerImportView:
        with _told():
            imports.publish(context, import_id, by=who.user_id)
        if _show(context, import_id).size <= imports.INLINE_BYTES:
            imports.work(context)
        return _show(context, import_id)

    @router.delete("/climate/imports/{import_id}")
    def delete_import(import_id: str, who: _Manager) -> LoggerImportView:
        with _told():
            imports.cancel(context, import_id, by=who.user_id)
        return _show(context, import_id)


def see_that_probe_exists(context: Context, room: str, probe: str, *, new_probe: bool) -> None:
    """Raise Problem for a probe that neither the room file nor any reading names.

    Loggers that no room file names are taken in under a new name, if that is asked for.
    """
    known = get_room(context.rooms, room)
    if new_probe or known.find_probe(probe) is not None:
        return
    with context.telemetry.read() as session:
        if find_probe(session, room, probe) is None:
            raise Problem(404, "climate.no_such_probe", {"room": room, "probe": probe})


@contextmanager
def _told() -> Iterator[None]:
    """Tell as a problem what the import does not allow."""
    try:
        yield
    except LookupError as error:
        raise Problem(404, "climate.no_such_import") from error
    except NotNow as error:
        raise Problem(409, "climate.import_not_now", {"state": error.state}) from error


def _parse(text: str) -> Choices:
    try:
        return Choices.model_validate_json(text)
    except ValidationError as error:
        fields = sorted({".".join(map(str, each["loc"])) for each in error.errors()})
        raise Problem(422, "climate.import_bad_choices", {"fields": list(fields)}) from error


def _show(context: Context, import_id: str) -> LoggerImportView:
    with context.records.read() as session:
        row = store.find_import(session, import_id)
        if row is None:
            raise Problem(404, "climate.no_such_import")
        return show(session, row, names_of(session, {row.by}))
