"""Puts routes, guard and web client together into one ASGI application. It owns no state."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from controller import problems
from controller.context import Context
from controller.web import health, stream
from controller.web.guard import OwnPageOnly, StrictHeaders
from controller.web.health import HealthCheck
from controller.web.pages import WebClient
from controller.web.typed import refuse_control

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")

_MOST_BODY_BYTES = 64 * 1024 * 1024


def create_app(
    context: Context,
    *,
    routers: Sequence[APIRouter],
    checks: Sequence[HealthCheck] = (),
    static: Path | None = None,
    hosts: Sequence[str] | None = LOOPBACK_NAMES,
) -> Starlette:
    """Build the application: the API under /api/v1, the web client everywhere else.

    `hosts` are the names the server answers to; `None` takes any, which needs TLS.
    """
    api = create_api(context, routers=routers, checks=checks)
    rest: BaseRoute = (
        Mount("/", app=WebClient(static)) if static else Route("/{path:path}", _not_built)
    )
    return Starlette(
        routes=[
            Mount("/api/v1", app=api),
            Route("/api", _no_such_path, methods=_ALL_METHODS),
            Route("/api/{path:path}", _no_such_path, methods=_ALL_METHODS),
            rest,
        ],
        middleware=[Middleware(StrictHeaders), Middleware(OwnPageOnly, hosts=hosts)],
    )


def create_api(
    context: Context, *, routers: Sequence[APIRouter], checks: Sequence[HealthCheck] = ()
) -> FastAPI:
    """Build the API alone: the subjects' routers, the live feed and the health page."""
    api = FastAPI(
        title="Stackroom",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        max_body_size=_MOST_BODY_BYTES,
        dependencies=[Depends(refuse_control)],
    )
    api.state.context = context
    problems.install(api)
    for router in (*routers, stream.routes(context), health.routes(checks)):
        api.include_router(router)
    return api


_ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


async def _no_such_path(_request: Request) -> Response:
    return problems.respond(404, "request.unknown_path")


async def _not_built(_request: Request) -> Response:
    return problems.respond(503, "page.not_built")
