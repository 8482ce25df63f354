"""The routes of the room's own page. Stop asks for nothing; all else that acts asks for a PIN."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import uuid4

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from config.clock import Clock
from config.room import Room
from drivers import messages
from drivers.messages import Actor
from drivers.room.desk import Desk
from drivers.room.link import Link
from drivers.room.motion import Answer
from drivers.room.outbox import Outbox
from drivers.room.page.pins import Known, Tries, Wait
from drivers.room.page.words import describe_home, describe_steel
from drivers.room.roster import Roster

_ASSETS = Path(__file__).resolve().parent / "assets"
_FILES = {"/": "page.html", "/page.js": "page.js", "/words.js": "words.js", "/page.css": "page.css"}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_ANYBODY = Actor(id="at-the-bank", name="at the bank")
_TTL_S = 5.0
_FOUND = 20


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StopBody(_Body):
    """Which steel to stop; nothing named is all of it."""

    bank: int | None = None
    segment: int | None = None


class _Signed(_Body):
    name: Annotated[str, Field(max_length=60)]
    pin: Annotated[str, Field(max_length=60)]
    bank: int
    segment: int


class MoveBody(_Signed):
    """Open an aisle or close all, having seen a view of the bank."""

    verb: Literal["open_aisle", "close_all"]
    aisle: int | None = None
    saw: messages.Saw


class ConfirmBody(_Signed):
    """A faulted segment is fit again, or a held aisle is empty."""

    what: Literal["fit", "empty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the page shows and acts on."""

    room: Room
    pins: Mapping[str, str]
    desk: Desk
    roster: Roster
    link: Link
    outbox: Outbox
    clock: Clock


def create_page(parts: Parts) -> FastAPI:
    """Put the page's routes together."""
    app = FastAPI(title="Stackroom room page", docs_url=None, redoc_url=None, openapi_url=None)
    desk = _PinDesk(parts)

    @app.middleware("http")
    async def guard(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        response = _refuse_stranger(request) or await go_on(request)
        response.headers.update(_HEADERS)
        return response

    for path, file in _FILES.items():
        app.add_api_route(path, _serve_file(file), methods=["GET"], response_class=FileResponse)

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

    @app.post("/api/stop")
    async def stop(body: StopBody) -> JSONResponse:
        return _told(await desk.stop(body))

    @app.post("/api/move")
    async def move(body: MoveBody) -> JSONResponse:
        return _told(await desk.move(body))

    @app.post("/api/confirm")
    async def confirm(body: ConfirmBody) -> JSONResponse:
        return _told(await desk.confirm(body))

    return app


class _PinDesk:
    """Turns what was typed at the bank into requests, once name and PIN are right."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._tries = Tries()

    async def stop(self, body: StopBody) -> Answer:
        """Stop what was named, all banks at once; one that could not be stopped is what is told."""
        banks = self._parts.desk.banks if body.bank is None else (body.bank,)
        answers = await asyncio.gather(*(self._stop_bank(bank, body.segment) for bank in banks))
        failed = (answer for answer in answers if answer.status != "done")
        return next(failed, Answer(request_id="", status="done"))

    async def _stop_bank(self, bank: int, segment: int | None) -> Answer:
        request = messages.Request(
            id=uuid4().hex,
            verb="stop",
            bank=bank,
            segment=segment,
            actor=_ANYBODY,
            ttl_s=_TTL_S,
        )
        return await self._parts.desk.ask_here(request)

    async def move(self, body: MoveBody) -> Answer:
        actor = self._identify(body)
        if isinstance(actor, Answer):
            return actor
        request = messages.Request(
            id=uuid4().hex,
            verb=body.verb,
            bank=body.bank,
            segment=body.segment,
            aisle=body.aisle,
            actor=actor,
            ttl_s=_TTL_S,
            saw=body.saw,
        )
        return await self._parts.desk.ask_here(request)

    async def confirm(self, body: ConfirmBody) -> Answer:
        actor = self._identify(body)
        if isinstance(actor, Answer):
            return actor
        desk = self._parts.desk
        act = desk.confirm if body.what == "fit" else desk.release
        return await act(body.bank, body.segment, actor)

    def _identify(self, body: _Signed) -> Actor | Answer:
        parts = self._parts
        self._tries, found = self._tries.check(
            parts.pins, body.name, body.pin, parts.clock.monotonic()
        )
        match found:
            case Known(actor):
                return actor
            case Wait(wait_s):
                detail = {"wait_s": round(wait_s)}
                return Answer(request_id="", status="refused", code="too_many_tries", detail=detail)
        return Answer(request_id="", status="refused", code="wrong_pin")


def _describe_now(parts: Parts) -> dict[str, Any]:
    link, outbox = parts.link.view(), parts.outbox.health()
    return {
        "banks": [bank.draw().model_dump(mode="json") for bank in parts.desk.banks.values()],
        "devices": {
            device: {"online": contact.online, "why": contact.why}
            for device, contact in parts.roster.list_all().items()
        },
        "link": {"connected": link.connected, "since_s": link.since_s},
        "outbox": {"waiting": outbox.waiting, "failing": outbox.failing},
        "homes": {"count": len(parts.link.homes), "age_s": parts.link.homes.age_s()},
    }


def _told(answer: Answer) -> JSONResponse:
    good = answer.status in ("accepted", "started", "done")
    body = {"status": answer.status, "code": answer.code, "detail": dict(answer.detail)}
    return JSONResponse(body, status_code=200 if good else 409)


def _refuse_stranger(request: Request) -> Response | None:
    """Turn away what another web site makes this screen's browser send; never a stop."""
    if request.method in ("GET", "HEAD") or request.url.path == "/api/stop":
        return None
    origin = request.headers.get("origin")
    if origin is None or origin == f"{request.url.scheme}://{request.headers.get('host')}":
        return None
    body = {"status": "refused", "code": "other_origin", "detail": {}}
    return JSONResponse(body, status_code=403)


def _serve_file(name: str) -> Callable[[], Awaitable[FileResponse]]:
    async def serve() -> FileResponse:
        return FileResponse(_ASSETS / name)

    return serve
