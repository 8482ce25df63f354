"""The routes of the room's own page. Stop asks for nothing; all else that acts asks for a PIN."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.responses import FileResponse, JSONResponse
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from config.room import Door
from drivers.room.doors import Doors
from drivers.room.motion import Answer
from drivers.room.page.acting import ANYBODY, ActingDesk
from drivers.room.page.bodies import (
    AskBody,
    ConfirmBody,
    ProposeBody,
    SilenceBody,
    StartBody,
    StartProgramBody,
    StopBody,
    UnitBody,
)
from drivers.room.page.guard import LONGEST_BODY, STOP, Guard
from drivers.room.page.parts import Parts
from drivers.room.page.words import describe_door, describe_home, describe_setback, describe_steel

_ASSETS = Path(__file__).resolve().parent / "assets"
_FILES = {"/": "page.html"} | {
    f"/{name}": name
    for name in (
        "page.css",
        "page.js",
        "codes.js",
        "doors.js",
        "find.js",
        "language.js",
        "net.js",
        "program.js",
        "readings.js",
        "setbacks.js",
        "sign.js",
        "steel.js",
        "units.js",
        "words.js",
    )
}
_FOUND = 20
_STOP_READ_S = 0.5


def create_page(parts: Parts) -> FastAPI:
    """Put the page's routes together."""
    app = FastAPI(title="Stackroom room page", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, names=parts.names)
    for path, file in _FILES.items():
        app.add_api_route(path, _serve_file(file), methods=["GET"], response_class=FileResponse)
    desk = ActingDesk(parts)
    _add_what_is_shown(app, parts)
    _add_what_anybody_may(app, parts, desk)
    _add_what_needs_a_name(app, desk)
    return app


def _add_what_is_shown(app: FastAPI, parts: Parts) -> None:
    @app.get("/api/steel")
    async def steel() -> dict[str, Any]:
        return describe_steel(parts.room) | {"people": sorted(parts.pins)}

    @app.get("/api/now")
    async def now() -> dict[str, Any]:
        return _describe_now(parts)

    @app.get("/api/boxes")
    async def boxes(like: Annotated[str, Query(max_length=64)]) -> dict[str, Any]:
        homes = parts.link.homes
        found = [homes.find(like)] if homes.find(like) else homes.list_like(like, _FOUND)
        return {
            "age_s": homes.age_s(),
            "boxes": [describe_home(parts.room, home) for home in found if home is not None],
        }


def _add_what_anybody_may(app: FastAPI, parts: Parts, desk: ActingDesk) -> None:
    @app.post(STOP)
    async def stop(request: Request) -> JSONResponse:
        return _told(await desk.stop(await _read_stop(request)))

    @app.post("/api/silence")
    async def silence(body: SilenceBody) -> JSONResponse:
        known = parts.doors.silence(body.door, ANYBODY)
        return _told(
            Answer(request_id="", status="done")
            if known
            else Answer(request_id="", status="refused", code="no_such_door")
        )

    @app.post("/api/program/cancel")
    async def cancel_program() -> JSONResponse:
        return _told(await desk.cancel_program())


def _add_what_needs_a_name(app: FastAPI, desk: ActingDesk) -> None:
    @app.post("/api/ask")
    async def ask(body: AskBody) -> JSONResponse:
        return _told(await desk.ask(body))

    @app.post("/api/start")
    async def start(body: StartBody) -> JSONResponse:
        return _told(await desk.start(body))

    @app.post("/api/confirm")
    async def confirm(body: ConfirmBody) -> JSONResponse:
        return _told(await desk.confirm(body))

    @app.post("/api/unit")
    async def hold_unit(body: UnitBody) -> JSONResponse:
        return _told(await desk.hold_unit(body))

    @app.post("/api/program/propose")
    async def propose(body: ProposeBody) -> JSONResponse:
        return _told(await desk.propose(body))

    @app.post("/api/program/start")
    async def start_program(body: StartProgramBody) -> JSONResponse:
        return _told(await desk.start_program(body))


def _describe_now(parts: Parts) -> dict[str, Any]:
    link, outbox = parts.link.view(), parts.outbox.health()
    program = parts.desk.draw_program()
    return {
        "at": parts.clock.now().isoformat(),
        "program": None if program is None else program.model_dump(mode="json"),
        "banks": [bank.draw().model_dump(mode="json") for bank in parts.desk.banks.values()],
        "setbacks": [describe_setback(each) for each in parts.desk.list_setbacks()],
        "units": {
            device: facts.model_dump(mode="json")
            for device, facts in parts.regulators.list_units().items()
        },
        "doors": [_describe_door(parts.doors, door) for door in parts.doors.list_doors()],
        "devices": {
            device: {"online": contact.online, "why": contact.why}
            for device, contact in parts.roster.list_all().items()
        },
        "link": {"connected": link.connected, "since_s": link.since_s},
        "outbox": {"waiting": outbox.waiting, "failing": outbox.failing},
        "homes": {"count": len(parts.link.homes), "age_s": parts.link.homes.age_s()},
    }


def _describe_door(doors: Doors, door: Door) -> dict[str, Any]:
    return describe_door(door, doors.is_sounding(door.door), doors.list_left(door.door))


def _told(answer: Answer) -> JSONResponse:
    good = answer.status in ("armed", "accepted", "started", "done")
    body = {"status": answer.status, "code": answer.code, "detail": dict(answer.detail)}
    return JSONResponse(body, status_code=200 if good else 409)


async def _read_stop(request: Request) -> StopBody:
    """Read what to stop; whoever cannot be understood, soon and short, wants everything stopped."""
    body = b""
    try:
        async with asyncio.timeout(_STOP_READ_S):
            async for part in request.stream():
                body += part
                if len(body) > LONGEST_BODY:
                    return StopBody()
        return StopBody.model_validate_json(body)
    except (TimeoutError, ClientDisconnect, ValidationError):
        return StopBody()


def _serve_file(name: str) -> Callable[[], Awaitable[FileResponse]]:
    async def serve() -> FileResponse:
        return FileResponse(_ASSETS / name)

    return serve
