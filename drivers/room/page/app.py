"""The routes of the room's own page. Stop asks for nothing; all else that acts asks for a PIN."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import uuid4

from fastapi import FastAPI, Query, Request
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import ClientDisconnect

from config.clock import Clock
from config.room import Room
from drivers import messages
from drivers.messages import Actor
from drivers.room.desk import Desk
from drivers.room.link import Link
from drivers.room.motion import Answer
from drivers.room.outbox import Outbox
from drivers.room.page.guard import LONGEST_BODY, STOP, Guard
from drivers.room.page.pins import Known, Tries, Wait
from drivers.room.page.words import describe_home, describe_steel
from drivers.room.roster import Roster

_log = logging.getLogger(__name__)

_ASSETS = Path(__file__).resolve().parent / "assets"
_FILES = {"/": "page.html", "/page.js": "page.js", "/words.js": "words.js", "/page.css": "page.css"}
_ANYBODY = Actor(id="at-the-bank", name="at the bank")
_TTL_S = 5.0
_FOUND = 20
_ONE_PRESS_S = 1.0
_STOP_READ_S = 0.5


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StopBody(BaseModel):
    """Which steel to stop; nothing named is all of it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

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
    names: frozenset[str] = frozenset()
    """What browsers may call this machine, besides its addresses."""


def create_page(parts: Parts) -> FastAPI:
    """Put the page's routes together."""
    app = FastAPI(title="Stackroom room page", docs_url=None, redoc_url=None, openapi_url=None)
    desk = _PinDesk(parts)

    app.add_middleware(Guard, names=parts.names)
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

    @app.post(STOP)
    async def stop(request: Request) -> JSONResponse:
        return _told(await desk.stop(await _read_stop(request)))

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
        self._pressed: dict[tuple[int, int | None], tuple[str, float]] = {}

    async def stop(self, body: StopBody) -> Answer:
        """Stop what was named, all banks at once; one that could not be stopped is what is told."""
        banks = self._parts.desk.banks if body.bank is None else (body.bank,)
        answers = await asyncio.gather(*(self._stop_bank(bank, body.segment) for bank in banks))
        failed = (answer for answer in answers if answer.status != "done")
        return next(failed, Answer(request_id="", status="done"))

    async def _stop_bank(self, bank: int, segment: int | None) -> Answer:
        request = messages.Request(
            id=self._name_press(bank, segment),
            verb="stop",
            bank=bank,
            segment=segment,
            actor=_ANYBODY,
            ttl_s=_TTL_S,
        )
        return await self._parts.desk.ask_here(request)

    def _name_press(self, bank: int, segment: int | None) -> str:
        """Give presses in quick succession one name: each acts, but they are written down once."""
        now_s = self._parts.clock.monotonic()
        name, since_s = self._pressed.get((bank, segment), ("", 0.0))
        if not name or now_s - since_s > _ONE_PRESS_S:
            name = uuid4().hex
            if bank in self._parts.desk.banks:
                self._pressed[bank, segment] = (name, now_s)
        return name

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
                _log.warning(
                    "too many wrong PINs for %.60s: nothing is tried for a while", body.name
                )
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
