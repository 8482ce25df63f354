"""The health page: 200 when all is well, else every reason."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from controller.web.health import Reason


def test_healthy_is_200_and_needs_no_sign_in(build: Callable[..., Any]) -> None:
    answer = build(checks=[list, tuple])().get("/api/v1/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "reasons": [], "version": version("stackroom")}


def test_every_reason_is_told_at_once(build: Callable[..., Any]) -> None:
    checks = [
        lambda: [Reason("link.room_silent", {"room": "R1"}), Reason("link.no_broker")],
        list,
        lambda: [Reason("finding.not_searchable")],
    ]
    answer = build(checks=checks)().get("/api/v1/health")
    assert answer.status_code == 503
    assert answer.json()["status"] == "failing"
    assert answer.json()["reasons"] == [
        {"code": "link.room_silent", "params": {"room": "R1"}},
        {"code": "link.no_broker", "params": {}},
        {"code": "finding.not_searchable", "params": {}},
    ]


def test_a_check_that_breaks_is_a_reason_itself(build: Callable[..., Any]) -> None:
    def broken() -> list[Reason]:
        raise RuntimeError("disk gone")

    answer = build(checks=[broken, list])().get("/api/v1/health")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == [{"code": "health.check_failed", "params": {}}]
    assert "disk" not in answer.text
