"""The whole application as it ships: every route guarded, every event taken, nothing unlisted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Mount
from starlette.testclient import TestClient

from config.settings import BrokerSettings, ControllerSettings
from controller.assembly import EFFECTS, assemble
from controller.context import Context
from controller.people.access import permission_of
from controller.people.passwords import Passwords
from drivers.messages import Event

from .conftest import ADDRESS, OWN

OPEN_ON_PURPOSE = {
    ("GET", "/health"),
    ("GET", "/session"),
    ("POST", "/session"),
    ("DELETE", "/session"),
    ("POST", "/setup"),
}
PROMISED = {
    ("GET", "/search"),
    ("GET", "/boxes/{code}"),
    ("GET", "/boxes/{code}/movements"),
    ("GET", "/boxes/{code}/homes"),
    ("GET", "/files/{code}"),
    ("GET", "/files/{code}/movements"),
    ("POST", "/rooms/{room}/pairings"),
    ("GET", "/rooms/{room}/pairings"),
    ("GET", "/pairings/{pairing_id}"),
    ("DELETE", "/pairings/{pairing_id}"),
    ("GET", "/pairings/{pairing_id}/shelves/{address}"),
    ("POST", "/pairings/{pairing_id}/shelves/{address}/boxes"),
    ("DELETE", "/pairings/{pairing_id}/shelves/{address}/boxes"),
    ("POST", "/pairings/{pairing_id}/shelves/{address}/done"),
    ("GET", "/tagging"),
    ("GET", "/tags/{epc}"),
    ("POST", "/tags"),
    ("GET", "/shelves/{address}/tags"),
    ("GET", "/scan"),
    ("POST", "/rooms/{room}/tags/write"),
    ("GET", "/lists/misplaced"),
    ("GET", "/lists/unplaced"),
    ("GET", "/lists/unknown-tags"),
    ("DELETE", "/lists/unknown-tags/{epc}"),
    ("POST", "/checkouts"),
    ("POST", "/checkouts/many"),
    ("POST", "/returns/many"),
    ("POST", "/put-aways"),
    ("POST", "/shelf-checks"),
    ("GET", "/checkouts"),
    ("POST", "/returns"),
    ("GET", "/rooms"),
    ("GET", "/rooms/{room}/plan"),
    ("GET", "/rooms/{room}/readers"),
    ("POST", "/rooms/{room}/readers/{reader}/antennas/{antenna}/watch"),
    ("GET", "/rooms/{room}/readers/{reader}/antennas/{antenna}/tags"),
    ("GET", "/rooms/{room}/doors"),
    ("GET", "/rooms/{room}/doors/passages"),
    ("POST", "/rooms/{room}/doors/{door}/silence"),
    ("GET", "/rooms/{room}/live"),
    ("GET", "/rooms/{room}/occupancy"),
    ("GET", "/rooms/{room}/banks/{bank}/columns/{column}/faces/{face}"),
    ("POST", "/rooms/{room}/requests"),
    ("GET", "/rooms/{room}/requests"),
    ("GET", "/rooms/{room}/requests/{request_id}"),
    ("GET", "/rooms/{room}/banks/{bank}/history"),
    ("GET", "/rooms/{room}/trips"),
    ("GET", "/rooms/{room}/trips/{trip_id}"),
    ("POST", "/rooms/{room}/turns"),
    ("GET", "/rooms/{room}/turns"),
    ("DELETE", "/rooms/{room}/turns/{turn_id}"),
    ("GET", "/rooms/{room}/lock-outs"),
    ("GET", "/colleagues"),
    ("GET", "/rooms/{room}/climate"),
    ("GET", "/rooms/{room}/units"),
    ("GET", "/rooms/{room}/units/{unit}/decisions"),
    ("POST", "/rooms/{room}/units/{unit}/override"),
    ("DELETE", "/rooms/{room}/units/{unit}/override"),
    ("GET", "/rooms/{room}/climate/series"),
    ("GET", "/rooms/{room}/climate/metrics"),
    ("GET", "/boxes/{code}/exposure"),
    ("GET", "/rooms/{room}/climate/book"),
    ("PUT", "/rooms/{room}/climate/book"),
    ("POST", "/rooms/{room}/climate/book/sign"),
    ("GET", "/rooms/{room}/climate/report.pdf"),
    ("GET", "/rooms/{room}/climate/report.xlsx"),
    ("GET", "/rooms/{room}/climate/calibrations"),
    ("POST", "/rooms/{room}/climate/calibrations"),
    ("POST", "/rooms/{room}/climate/calibrations/{calibration_id}/withdraw"),
    ("GET", "/rooms/{room}/climate/calibrations.csv"),
    ("POST", "/climate/imports"),
    ("GET", "/climate/imports"),
    ("GET", "/climate/imports/{import_id}"),
    ("DELETE", "/climate/imports/{import_id}"),
    ("PUT", "/climate/imports/{import_id}/choices"),
    ("POST", "/climate/imports/{import_id}/publish"),
    ("GET", "/rooms/{room}/climate/series.csv"),
    ("POST", "/climate/replays"),
    ("GET", "/climate/replays/{replay_id}"),
    ("DELETE", "/climate/replays/{replay_id}"),
    ("GET", "/climate/limits"),
    ("POST", "/climate/limits"),
    ("GET", "/climate/limits/{profile_id}"),
    ("PUT", "/rooms/{room}/climate/zones/{zone}/limits"),
    ("GET", "/alarms"),
    ("GET", "/alarms/{alarm_id}"),
    ("POST", "/alarms/{alarm_id}/acknowledge"),
    ("POST", "/alarms/acknowledge-many"),
    ("GET", "/alarms/kpi"),
    ("POST", "/alarms/{alarm_id}/assign"),
    ("GET", "/alarm-assignees"),
    ("POST", "/alarms/{alarm_id}/reset"),
    ("POST", "/alarms/{alarm_id}/shelve"),
    ("POST", "/alarms/{alarm_id}/unshelve"),
    ("POST", "/alarms/{alarm_id}/out-of-service"),
    ("POST", "/alarms/{alarm_id}/return"),
    ("GET", "/maintenance"),
    ("POST", "/maintenance"),
    ("DELETE", "/maintenance/{window_id}"),
    ("GET", "/alarm-escalation"),
    ("PUT", "/alarm-escalation"),
    ("GET", "/alarm-recipients"),
    ("POST", "/alarm-recipients"),
    ("DELETE", "/alarm-recipients/{recipient_id}"),
    ("POST", "/alarm-recipients/{recipient_id}/test"),
    ("POST", "/imports"),
    ("GET", "/imports"),
    ("GET", "/audit"),
    ("POST", "/audit/verify"),
    ("GET", "/users"),
    ("POST", "/users"),
    ("POST", "/users/{user_id}/disable"),
    ("POST", "/session/password"),
    ("POST", "/session/language"),
    ("GET", "/stream"),
    ("POST", "/labels"),
    ("GET", "/rooms/{room}/plan.pdf"),
    ("GET", "/movements.csv"),
    ("GET", "/movements.epcis.json"),
} | OPEN_ON_PURPOSE


@pytest.fixture
def app(context: Context, passwords: Passwords) -> Any:
    return assemble(
        context, ControllerSettings(), BrokerSettings(), passwords=passwords, static=None
    ).app


@pytest.fixture
def api(app: Any) -> FastAPI:
    (mounted,) = [
        route.app for route in app.routes if isinstance(route, Mount) and route.path == "/api/v1"
    ]
    assert isinstance(mounted, FastAPI)
    return mounted


def walk(routes: Any) -> Iterator[APIRoute]:
    """Yield every route, also those of routers within routers."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
            continue
        inner = getattr(route, "original_router", None)
        assert inner is not None, f"{route!r} is neither a route nor a router: what guards it?"
        yield from walk(inner.routes)


def gates(dependant: Dependant) -> Iterator[str]:
    for needed in dependant.dependencies:
        if needed.call is not None and (name := permission_of(needed.call)) is not None:
            yield name
        yield from gates(needed)


def test_every_route_is_one_that_was_promised_and_the_other_way_round(api: FastAPI) -> None:
    found = {(method, route.path) for route in walk(api.routes) for method in route.methods}
    assert found == PROMISED


def test_no_route_is_without_a_permission(api: FastAPI) -> None:
    for route in walk(api.routes):
        asked = set(gates(route.dependant))
        assert asked, f"{route.path} asks nobody"
        for method in route.methods:
            is_open = (method, route.path) in OPEN_ON_PURPOSE
            assert (asked == {"anyone"}) is is_open, f"{method} {route.path}: {asked}"


def test_a_stranger_gets_through_no_door(app: Any, api: FastAPI) -> None:
    browser = TestClient(app, base_url=ADDRESS, headers=OWN)
    for method, template in sorted(PROMISED - OPEN_ON_PURPOSE):
        path = re.sub(r"\{\w+\}", "1", template)
        answer = browser.request(method, f"/api/v1{path}")
        assert answer.status_code == 401, f"{method} {path}: {answer.text}"
        assert answer.json()["code"] == "people.sign_in_first"


def test_every_event_a_room_may_send_has_an_effect() -> None:
    union, _ = get_args(Event)
    kinds = {
        kind
        for event in get_args(union)
        for kind in get_args(event.model_fields["kind"].annotation)
    }
    assert kinds == set(EFFECTS)


def test_health_tells_what_is_not_migrated_and_that_the_broker_is_away(app: Any) -> None:
    answer = TestClient(app, base_url=ADDRESS).get("/api/v1/health")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == [
        {"code": "store.not_migrated", "params": {"database": "records"}},
        {"code": "store.not_migrated", "params": {"database": "telemetry"}},
        {"code": "link.no_broker", "params": {}},
    ]
