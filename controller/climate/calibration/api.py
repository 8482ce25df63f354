"""Routes of calibrations: what is on record, a new certificate, a withdrawal, the list as CSV."""

from __future__ import annotations

import csv
from datetime import datetime
from io import StringIO
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from config.quantities import quantities
from controller.climate.calibration import store
from controller.climate.calibration.due import find_due
from controller.climate.calibration.model import NewCalibration
from controller.climate.calibration.shapes import (
    CalibrationsView,
    NewCalibrationShape,
    WithdrawnView,
    WithdrawShape,
    show,
    show_due,
)
from controller.climate.calibration.watch import look_at_certificates
from controller.climate.loggers.api import see_that_probe_exists
from controller.context import Context
from controller.people.access import SignedIn, permit
from controller.people.store import names_of
from controller.problems import Problem, get_room

_Manager = Annotated[SignedIn, Depends(permit("climate.manage"))]
COLUMNS = (
    "id", "probe", "quantity", "since", "offset", "gain", "certificate", "laboratory", "due_on",
    "by", "noted_at", "withdrawn_at", "withdrawn_by", "withdrawn_reason",
)  # fmt: skip
"""Columns are only ever added, at the end."""
_FORMULA = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")


def routes(context: Context) -> APIRouter:
    """Offer calibrations."""
    router = APIRouter()
    _add_list_routes(router, context)
    _add_change_routes(router, context)
    return router


def _add_list_routes(router: APIRouter, context: Context) -> None:
    reads = [Depends(permit("climate.read"))]

    @router.get("/rooms/{room}/climate/calibrations", dependencies=reads)
    def list_calibrations(room: str) -> CalibrationsView:
        get_room(context.rooms, room)
        return _list(context, room)

    @router.get(
        "/rooms/{room}/climate/calibrations.csv",
        dependencies=reads,
        response_class=Response,
        responses={200: {"content": {"text/csv": {}}}},
    )
    def export_calibrations(room: str) -> Response:
        get_room(context.rooms, room)
        return Response(
            b"\xef\xbb\xbf" + _csv(_list(context, room)),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="calibrations-{room}.csv"'},
        )


def _add_change_routes(router: APIRouter, context: Context) -> None:
    @router.post("/rooms/{room}/climate/calibrations", status_code=201)
    def post_calibration(room: str, new: NewCalibrationShape, who: _Manager) -> CalibrationsView:
        get_room(context.rooms, room)
        see_that_probe_exists(context, room, new.probe, new_probe=False)
        now = context.clock.now()
        _check(context, new, now)
        calibration = NewCalibration(
            room=room, by=who.user_id, noted_at=now, **new.model_dump(mode="python")
        )
        with context.records.write() as session:
            store.add_calibration(session, calibration)
        look_at_certificates(context)
        return _list(context, room)

    @router.post("/rooms/{room}/climate/calibrations/{calibration_id}/withdraw")
    def post_withdrawal(
        room: str, calibration_id: int, why: WithdrawShape, who: _Manager
    ) -> CalibrationsView:
        get_room(context.rooms, room)
        now = context.clock.now()
        try:
            with context.records.write() as session:
                store.withdraw(
                    session, room, calibration_id, at=now, by=who.user_id, reason=why.reason
                )
        except LookupError as error:
            raise Problem(404, "climate.no_such_calibration") from error
        look_at_certificates(context)
        return _list(context, room)


def _check(context: Context, new: NewCalibrationShape, now: datetime) -> None:
    if new.quantity not in quantities():
        raise Problem(404, "climate.no_such_quantity", {"quantity": new.quantity})
    if new.since > now:
        raise Problem(422, "climate.calibration_in_future")
    if new.due_on is not None and new.due_on < new.since.astimezone(context.site.zone()).date():
        raise Problem(422, "climate.calibration_due_before")


def _list(context: Context, room: str) -> CalibrationsView:
    today = context.clock.now().astimezone(context.site.zone()).date()
    with context.records.read() as session:
        holding = store.list_calibrations(session, room)
        withdrawn = store.list_withdrawn(session, room)
        people = {each.by for each in holding}
        people |= {name for each in withdrawn for name in (each.by, each.calibration.by)}
        names = dict(names_of(session, people))
    shown = [show(each, names) for each in holding]
    for each in withdrawn:
        view = WithdrawnView(at=each.at, by=names.get(each.by, each.by), reason=each.reason)
        shown.append(show(each.calibration, names, view))
    return CalibrationsView(
        calibrations=sorted(shown, key=lambda view: (view.since, view.id)),
        due=[show_due(each) for each in find_due(holding, today)],
    )


def _csv(view: CalibrationsView) -> bytes:
    """Write the list; a text that a spreadsheet would take for a formula gets an apostrophe."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for each in view.calibrations:
        out = each.withdrawn
        ends = (out.at.isoformat(), out.by, out.reason) if out else ("", "", "")
        cells = (
            each.id, each.probe, each.quantity, each.since.isoformat(), each.offset, each.gain,
            each.certificate, each.laboratory, each.due_on.isoformat() if each.due_on else "",
            each.by, each.noted_at.isoformat(), *ends,
        )  # fmt: skip
        writer.writerow([_safe(cell) for cell in cells])
    return text.getvalue().encode()


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
