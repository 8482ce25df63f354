"""How a route says no: problem+json with a stable code; the dashboard words it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import JsonValue
from starlette.exceptions import HTTPException

from config.room import Bank, Room

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A refusal that a client can act on: HTTP status, code such as `shelving.fire`, facts."""

    def __init__(
        self, status: int, code: str, params: Mapping[str, JsonValue] | None = None
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.params = dict(params or {})


def get_room(rooms: Mapping[str, Room], code: str) -> Room:
    """Return the room a route names; raise Problem if the site has none of that code."""
    room = rooms.get(code)
    if room is None:
        raise Problem(404, "rooms.no_such_room", {"room": code})
    return room


def get_bank(room: Room, number: int) -> Bank:
    """Return the bank a route names; raise Problem if the room has none of that number."""
    try:
        return room.bank(number)
    except KeyError as error:
        raise Problem(404, "shelving.no_such_bank", {"room": room.room}) from error


def respond(
    status: int,
    code: str,
    params: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Write a problem as a response."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "params": dict(params or {}),
    }
    return JSONResponse(body, status, media_type=MEDIA_TYPE, headers=headers)


def install(app: FastAPI) -> None:
    """Make an app answer every refusal in this form, its own and the framework's."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_bug)


def _on_problem(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    headers = None
    if isinstance(after_s := error.params.get("retry_after_s"), int):
        headers = {"Retry-After": str(after_s)}
    return respond(error.status, error.code, error.params, headers)


def _on_invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return respond(422, "request.invalid", {"errors": _plain(error.errors())})


def _plain(errors: Sequence[Any]) -> list[dict[str, str]]:
    """Name the field and the rule; the value itself may be a password, so it stays out."""
    return [
        {"field": ".".join(str(part) for part in error["loc"]), "rule": str(error["type"])}
        for error in errors
    ]


def _on_http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    codes = {404: "request.unknown_path", 405: "request.wrong_method"}
    code = codes.get(error.status_code, "request.refused")
    return respond(error.status_code, code, headers=error.headers)


def _on_bug(_request: Request, _error: Exception) -> JSONResponse:
    """Tell nothing about a bug; the server's own log has the trace."""
    return respond(500, "request.failed")
