"""The simulator's own page and JSON API, on loopback alone: see the room, act in it, cut a wire."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from fastapi import Body, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import ASGIApp, Receive, Scope, Send

from config.listening import listen
from simulators.acts_by_name import read_act
from simulators.faults import Fault, FaultKind
from simulators.finding import Impossible, find_thing
from simulators.simulation import Simulation
from simulators.view import show_thing, show_world
from simulators.wire.tcp import LOOPBACK

_ASSETS = Path(__file__).parent / "assets"
_FILES = {
    "page.js": "text/javascript",
    "climate.js": "text/javascript",
    "page.css": "text/css",
    "words.js": "text/javascript",
}
_POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_MOST_BOXES = 200


class FaultAsked(BaseModel):
    """One fault as it is asked for."""

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    probability: Annotated[float, Field(gt=0, le=1)] = 1.0
    delay_s: Annotated[float, Field(ge=0, le=60)] = 0.0


class WireAsked(BaseModel):
    """All faults a wire shall have from now on; none heals it."""

    model_config = ConfigDict(extra="forbid")

    faults: Annotated[list[FaultAsked], Field(max_length=len(FaultKind))]


def page_app(simulation: Simulation) -> FastAPI:
    """Make the app that shows a simulation and acts in it."""
    app = FastAPI(title="Stackroom simulator", docs_url=None, redoc_url=None)
    _add_files(app)
    _add_reading(app, simulation)
    _add_acting(app, simulation)
    app.add_exception_handler(Impossible, _told)
    app.add_exception_handler(RequestValidationError, _misread)
    app.add_middleware(_OnlyFromHere)
    return app


@contextlib.contextmanager
def take_port(port: int) -> Generator[socket.socket]:
    """Listen on a loopback port, 0 for any free one."""
    with listen(LOOPBACK, port) as listener:
        yield listener


async def serve_page(
    simulation: Simulation, listener: socket.socket, on_ready: Callable[[], None]
) -> None:
    """Serve until cancelled."""
    config = uvicorn.Config(
        page_app(simulation),
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = _Server(config, on_ready)
    await server.serve(sockets=[listener])


class _Server(uvicorn.Server):
    """A server that leaves signals to the process and says when it answers."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._on_ready()

    async def main_loop(self) -> None:
        try:
            await super().main_loop()
        except asyncio.CancelledError:
            await self.shutdown()
            raise


def _add_files(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(_ASSETS / "page.html", media_type="text/html")

    @app.get("/favicon.ico", include_in_schema=False)
    async def no_icon() -> Response:
        return Response(status_code=204)

    @app.get("/assets/{name}", include_in_schema=False)
    async def asset(name: str) -> Response:
        if name not in _FILES:
            return JSONResponse({"error": f"there is no {name}"}, status_code=404)
        return FileResponse(_ASSETS / name, media_type=_FILES[name])


def _add_reading(app: FastAPI, simulation: Simulation) -> None:
    @app.get("/api/world")
    async def world() -> dict[str, Any]:
        return show_world(simulation.stage.world, simulation.faults.list_all())

    @app.get("/api/boxes")
    async def boxes(shelf: str = "", q: str = "") -> dict[str, Any]:
        """List boxes whose home lies under an address or whose code contains a text."""
        found = [
            show_thing(box)
            for box in simulation.stage.world.boxes.values()
            if f"{box.home}-".startswith(f"{shelf}-" if shelf else "") and q.upper() in box.code
        ]
        return {"boxes": found[:_MOST_BOXES], "more": len(found) > _MOST_BOXES}

    @app.get("/api/boxes/{name}")
    async def box(name: str) -> dict[str, Any]:
        return show_thing(find_thing(simulation.stage.world, name))

    @app.get("/api/files")
    async def files(q: str = "") -> dict[str, Any]:
        """List the files that have a tag of their own and whose code contains a text."""
        known = simulation.stage.world.files.values()
        found = [show_thing(file) for file in known if q.upper() in file.code]
        return {"files": found[:_MOST_BOXES], "more": len(found) > _MOST_BOXES}

    @app.get("/api/commands")
    async def commands() -> dict[str, Any]:
        verdicts = [verdict.to_json() for verdict in simulation.verdicts]
        return {
            "commands": simulation.commands,
            "against_rules": simulation.against_rules,
            "offences": [verdict for verdict in verdicts if verdict["offences"]],
            "latest": verdicts[-50:],
        }


def _add_acting(app: FastAPI, simulation: Simulation) -> None:
    @app.post("/api/acts")
    async def act(asked: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        found, given = read_act(asked)
        simulation.stage.act(found, **given)
        return {"done": asked["act"]}

    @app.post("/api/wires/{wire}")
    async def set_wire(wire: str, asked: WireAsked) -> dict[str, Any]:
        known = simulation.faults.list_all()
        if wire not in known:
            raise Impossible(f"there is no wire {wire!r}; there are {', '.join(known)}")
        try:
            faults = [Fault(**fault.model_dump()) for fault in asked.faults]
        except ValueError as error:
            raise Impossible(str(error)) from error
        simulation.faults.put(wire, *faults)
        return {"wire": wire, "faults": asked.model_dump(mode="json")["faults"]}


async def _told(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": str(error)}, status_code=400)


async def _misread(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = "; ".join(
        f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()
    )
    return JSONResponse({"error": problems}, status_code=400)


class _OnlyFromHere:
    """Refuses what another site's page in the same browser could send."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        origin = headers.get(b"origin", f"http://{host}")
        if host.partition(":")[0] not in (LOOPBACK, "localhost") or origin != f"http://{host}":
            refusal = JSONResponse({"error": "only this machine's own page"}, status_code=403)
            await refusal(scope, receive, send)
            return

        async def send_guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"content-security-policy", _POLICY.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"cache-control", b"no-store"),
                ]
            await send(message)

        await self._app(scope, receive, send_guarded)
