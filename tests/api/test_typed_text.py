"""Text that people type holds no control characters, whatever route takes it."""

from __future__ import annotations

import re
import tracemalloc
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

from .conftest import ADDRESS, OWN, StandingClock
from .test_every_route import OPEN_ON_PURPOSE, PROMISED

CONTROL = ("\0", "\a", "\x1b", "\x7f", "\x9b")
BELL = "because\a"
NOTE = {"date": "2026-03-01", "slot": "morning", "zone": "room", "temperature_c": 20}


@pytest.fixture
def app(context: Context, clock: StandingClock, passwords: Passwords) -> Any:
    ensure_demo_accounts(context.records, clock, passwords)
    return assemble(
        context, ControllerSettings(), BrokerSettings(), passwords=passwords, static=None
    ).app


@pytest.fixture
def browser(app: Any) -> TestClient:
    account = next(each for each in DEMO_ACCOUNTS if each.post == Post.FACILITY_MANAGER)
    browser = TestClient(app, base_url=ADDRESS, headers=OWN)
    signed = {"name": account.name, "password": account.password}
    assert browser.post("/api/v1/session", json=signed).status_code == 200
    return browser


def fields(answer: Any) -> list[dict[str, str]]:
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid"), answer.text
    found: list[dict[str, str]] = answer.json()["params"]["errors"]
    return found


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/alarms/1/acknowledge", {"comment": "seen{}"}, "comment"),
        ("POST", "/alarms/acknowledge-many", {"ids": ["a", "b{}"]}, "ids.1"),
        ("POST", "/alarms/1/shelve", {"minutes": 5, "reason": "{}known"}, "reason"),
        ("POST", "/checkouts", {"box_code": "A-1", "person": "Li{}"}, "person"),
        ("PUT", "/rooms/S1/climate/zones/room/limits", {"reason": "try{}it"}, "reason"),
        ("PUT", "/rooms/S1/climate/book", NOTE | {"instrument": "T{}"}, "instrument"),
        ("POST", "/rooms/S1/climate/calibrations", {"laboratory": "NIM{}"}, "laboratory"),
        ("POST", "/climate/limits", {"name": {"zh": "馆{}", "en": "House"}}, "name.zh"),
        ("POST", "/climate/limits", {"source": ["a letter", "a{}note"]}, "source.1"),
    ],
)
def test_no_control_character_is_taken_in_what_people_type(
    browser: TestClient, method: str, path: str, body: dict[str, Any], field: str
) -> None:
    for character in CONTROL:
        said = _filled(body, character)
        found = fields(browser.request(method, f"/api/v1{path}", json=said))
        assert found == [{"field": f"body.{field}", "rule": "control_character"}]


def _filled(value: Any, character: str) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, character) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, character) for each in value]
    return value.replace("{}", character) if isinstance(value, str) else value


def test_lines_and_letters_of_every_script_are_text(browser: TestClient) -> None:
    for reason in ("two\nlines\tand a tabulator", "查验过，无异常 \U00020bb7 é"):
        answer = browser.put(
            "/api/v1/rooms/S1/climate/zones/room/limits", json={"profile": None, "reason": reason}
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["choice"] is None


def test_names_of_files_and_fields_of_forms_are_text(browser: TestClient) -> None:
    form = {"room": "S1", "probe": "probe-1", "choices": f'{{"sensor": "{BELL}"}}'}
    answer = browser.post(
        "/api/v1/climate/imports", files={"file": (f"{BELL}.csv", b"time;t\n")}, data=form
    )
    assert {each["field"] for each in fields(answer)} >= {"body.choices"}


def test_no_address_holds_a_zero(app: Any, browser: TestClient) -> None:
    templates = [each for each in sorted(PROMISED - OPEN_ON_PURPOSE) if "{" in each[1]]
    for method, template in templates:
        path = re.sub(r"\{\w+\}", "1%00", template)
        names = {f"path.{name}" for name in re.findall(r"\{(\w+)\}", template)}
        found = fields(browser.request(method, f"/api/v1{path}"))
        rules = {each["field"] for each in found if each["rule"] == "control_character"}
        assert rules == names, f"{method} {path}: {found}"
    found = fields(browser.get("/api/v1/search", params={"q": "a\0b"}))
    assert found == [{"field": "query.q", "rule": "control_character"}]


def test_a_body_costs_nothing_where_no_route_reads_it(app: Any, browser: TestClient) -> None:
    stranger = TestClient(app, base_url=ADDRESS, headers=OWN)
    for body in (b"[" * 100_000, b'{"a": "\\u0000"}', b"\xff"):
        said: Any = {"content": body, "headers": {"content-type": "application/json"}}
        assert stranger.request("GET", "/api/v1/rooms", **said).status_code == 401
        assert browser.request("GET", "/api/v1/rooms", **said).status_code == 200
        assert browser.request("POST", "/api/v1/climate/imports", **said).status_code == 422


def test_a_long_body_is_looked_at_without_another_one_beside_it(app: Any) -> None:
    stranger = TestClient(app, base_url=ADDRESS, headers=OWN)
    body = b"[" + b"1," * 300_000 + b"1]"
    headers = {"content-type": "application/json"}
    tracemalloc.start()
    try:
        answer = stranger.post("/api/v1/checkouts", headers=headers, content=body)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.status_code == 401
    assert most < 20 * len(body)


def test_of_many_fields_some_are_named(browser: TestClient) -> None:
    said = {"ids": [BELL] * 1000}
    assert len(fields(browser.post("/api/v1/alarms/acknowledge-many", json=said))) == 50


def test_every_route_passes_the_check(app: Any) -> None:
    (mounted,) = [
        route.app for route in app.routes if isinstance(route, Mount) and route.path == "/api/v1"
    ]
    assert isinstance(mounted, FastAPI)
    calls = [needed.dependency for needed in mounted.router.dependencies]
    assert [call.__name__ for call in calls if call is not None] == ["refuse_control"]
