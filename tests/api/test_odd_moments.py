"""Moments at the ends of the calendar: the whole application refuses them in words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.routing import Mount
from starlette.testclient import TestClient

from config.settings import BrokerSettings, ControllerSettings
from controller.assembly import assemble
from controller.context import Context
from controller.people.model import Post
from controller.people.passwords import Passwords
from controller.people.setup import DEMO_ACCOUNTS, ensure_demo_accounts

from .archive import fill as fill_archive
from .conftest import ADDRESS, OWN, StandingClock

ENDS = (
    None,
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00",
)
MOMENTS = {"from", "to", "ended_since"}
PLACES = {"room": "S1", "code": "A-1", "unit": "dryer-1"}


@pytest.fixture
def browser(context: Context, clock: StandingClock, passwords: Passwords) -> TestClient:
    """Somebody who may do everything about the air, in front of the application as it ships."""
    ensure_demo_accounts(context.records, clock, passwords)
    fill_archive(context)
    app = assemble(
        context, ControllerSettings(), BrokerSettings(), passwords=passwords, static=None
    ).app
    browser = TestClient(app, base_url=ADDRESS, headers=OWN, raise_server_exceptions=False)
    account = next(each for each in DEMO_ACCOUNTS if each.post == Post.ARCHIVIST)
    signed = {"name": account.name, "password": account.password}
    assert browser.post("/api/v1/session", json=signed).status_code == 200
    return browser


def asked_by_moment(app: Any) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """List what is read by moments: path, names of the moments, whatever else is needed."""
    (api,) = [
        route.app for route in app.routes if isinstance(route, Mount) and route.path == "/api/v1"
    ]
    assert isinstance(api, FastAPI)
    for path, methods in api.openapi()["paths"].items():
        given = methods.get("get", {}).get("parameters", ())
        names = [each["name"] for each in given if each["name"] in MOMENTS]
        if names:
            needs = {"probe": "probe-1"} if "/series" in path else {}
            yield path.format(**PLACES), names, needs


def test_no_moment_at_the_end_of_the_calendar_breaks_a_route(browser: TestClient) -> None:
    broken = []
    asked = list(asked_by_moment(browser.app))
    assert len(asked) >= 8
    for path, names, needs in asked:
        for moments in product(ENDS, repeat=len(names)):
            given = {name: at for name, at in zip(names, moments, strict=True) if at is not None}
            answer = browser.get(f"/api/v1{path}", params=needs | given)
            if answer.status_code >= 500:
                broken.append((path, given))
    assert broken == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        (
            "post",
            "/maintenance",
            {"room": "S1", "from": ENDS[3], "to": ENDS[4], "reason": "new windows"},
        ),
        (
            "post",
            "/rooms/S1/climate/calibrations",
            {
                "probe": "probe-1",
                "quantity": "humidity_pct",
                "since": ENDS[1],
                "certificate": "K-1",
            },
        ),
        (
            "post",
            "/rooms/S1/climate/calibrations",
            {
                "probe": "probe-1",
                "quantity": "humidity_pct",
                "since": "2026-01-01T00:00:00Z",
                "due_on": "9999-12-31",
                "certificate": "K-1",
            },
        ),
        (
            "put",
            "/rooms/S1/climate/book",
            {
                "date": "0001-01-01",
                "slot": "morning",
                "zone": "room",
                "temperature_c": 19.5,
                "instrument": "A-1",
                "reason": "by hand",
            },
        ),
    ],
)
def test_what_is_written_names_a_year_that_can_be(
    browser: TestClient, method: str, path: str, body: dict[str, str]
) -> None:
    answer = browser.request(method, f"/api/v1{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
