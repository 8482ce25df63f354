"""Whether the controller can do its work: every subject says what is wrong, one page tells."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, JsonValue

from controller.people.access import permit_anyone

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that keeps the controller from its work, as a code and facts."""

    code: str
    params: dict[str, JsonValue] = field(default_factory=dict)


HealthCheck = Callable[[], Sequence[Reason]]
"""Says what is wrong now; empty when all is well. Called from a worker thread, must be quick."""


class ReasonView(BaseModel):
    """A reason as it is sent."""

    code: str
    params: dict[str, JsonValue]


class HealthView(BaseModel):
    """The state of the controller."""

    status: Literal["ok", "failing"]
    reasons: list[ReasonView]
    version: str


def routes(checks: Sequence[HealthCheck]) -> APIRouter:
    """Offer GET /health: 200 when nothing is wrong, else 503 with every reason."""
    router = APIRouter()
    running = version("stackroom")

    @router.get(
        "/health",
        dependencies=[Depends(permit_anyone())],
        responses={503: {"model": HealthView, "description": "Something is wrong"}},
    )
    def read_health(response: Response) -> HealthView:
        reasons = [reason for check in checks for reason in _ask(check)]
        response.status_code = 503 if reasons else 200
        return HealthView(
            status="failing" if reasons else "ok",
            reasons=[ReasonView(code=reason.code, params=reason.params) for reason in reasons],
            version=running,
        )

    return router


def _ask(check: HealthCheck) -> Sequence[Reason]:
    """A check that cannot answer is a reason itself."""
    try:
        return check()
    except Exception:
        _log.exception("a health check failed")
        return [Reason("health.check_failed")]
