"""Units over the API: why one is off, what was decided, and who may hold it on or off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from controller.assembly import EFFECTS
from controller.audit.store import list_entries
from controller.climate.units import api as units_api
from controller.climate.units.store import DECISIONS_KEPT, let_decisions_go
from controller.context import Context
from controller.people.model import Post
from controller.people.passwords import Passwords
from controller.people.setup import ensure_demo_accounts
from drivers.messages import (
    Actor,
    AirContactChanged,
    ClimateRequest,
    DeviceState,
    Event,
    Reply,
    UnitDecided,
    UnitFacts,
)
from tests.core.regulation_room import room_with

from .conftest import Api, StandingClock

LI = Actor(id="li", name="Li")
FACTS = UnitFacts(does="dry", zone="room", on=False, wanted=True, why="guard_min_off")


class SaidRoom:
    """A room that answers what a test says, and shows one unit."""

    def __init__(self) -> None:
        self.asked: list[ClimateRequest] = []
        self.status: Any = "done"
        self.code: str | None = None
        self.silent = False
        self.alive = True

    async def ask(self, room: str, request: ClimateRequest, wait_s: float = 6) -> Reply | None:
        assert room == "S1"
        self.asked.append(request)
        if self.silent:
            return None
        return Reply(
            request_id=request.id,
            status=self.status,
            code=self.code,
            detail={"why": "by_hand"},
            at=datetime(2026, 3, 1, tzinfo=UTC),
        )

    def state(self, room: str, device: str) -> tuple[DeviceState | None, bool]:
        shown = DeviceState(
            device=device,
            boot_id="b1",
            version=1,
            at=datetime(2026, 3, 1, tzinfo=UTC),
            online=True,
            climate=FACTS,
        )
        return shown, self.alive


@pytest.fixture
def said() -> SaidRoom:
    return SaidRoom()


@pytest.fixture
def api(
    context: Context,
    clock: StandingClock,
    passwords: Passwords,
    build: Callable[..., Any],
    said: SaidRoom,
) -> Api:
    context.rooms["S1"] = room_with({"unit": "dryer-1", "does": "dry", "zone": "room"})  # type: ignore[index]  # a dict in tests
    ensure_demo_accounts(context.records, clock, passwords)
    routes = units_api.routes(context, states=said.state, requests=said)
    return Api(context=context, clock=clock, make=build(routers=[routes]))


def tell(context: Context, *events: Event) -> None:
    for event in events:
        with context.records.write() as session:
            context.hub.publish(*EFFECTS[event.kind](session, context, "S1", [event]))


def decided(clock: StandingClock, why: str, actor: Actor | None = None) -> UnitDecided:
    return UnitDecided(
        at=clock.now(),
        device="dryer-1",
        does="dry",
        zone="room",
        wanted=False,
        on=False,
        why=why,
        detail={"humidity_pct": 51.0},
        actor=actor,
    )


def until(clock: StandingClock, **parts: float) -> str:
    return (clock.now() + timedelta(**parts)).isoformat()


def override(browser: TestClient, clock: StandingClock, **body: Any) -> Any:
    whole = {"on": True, "until": until(clock, hours=2), "reason": "pages are wet"} | body
    return browser.post("/api/v1/rooms/S1/units/dryer-1/override", json=whole)


def test_a_unit_says_why_it_is_off_and_what_held_it(
    api: Api, context: Context, said: SaidRoom
) -> None:
    leak = AirContactChanged(
        at=api.clock.now(), device="contacts-1", input=3, says="leak", safe=False
    )
    tell(context, leak)
    body = api.signed_in(Post.ARCHIVIST).get("/api/v1/rooms/S1/units").json()
    (unit,) = body["units"]
    assert (unit["id"], unit["does"], unit["set_pct"]) == ("dryer-1", "dry", 55)
    assert (unit["online"], unit["facts"]["why"]) == (True, "guard_min_off")
    said_by = {each["says"]: each["safe"] for each in body["contacts"]}
    assert said_by == {"door": None, "smoke": None, "leak": False, "tank_full": None}
    said.alive = False
    (unit,) = api.signed_in(Post.ARCHIVIST).get("/api/v1/rooms/S1/units").json()["units"]
    assert (unit["online"], unit["why_offline"]) == (False, "the room is silent")


def test_decisions_are_listed_newest_first_with_who_asked_and_let_go_after_a_time(
    api: Api, context: Context
) -> None:
    tell(context, decided(api.clock, "dry_enough"))
    api.clock.advance(hours=1)
    tell(context, decided(api.clock, "by_hand", LI))
    browser = api.signed_in(Post.ARCHIVIST)
    path = "/api/v1/rooms/S1/units/dryer-1/decisions"
    body = browser.get(path).json()
    assert [(each["why"], each["by"]) for each in body["decisions"]] == [
        ("by_hand", "Li"),
        ("dry_enough", None),
    ]
    assert body["decisions"][0]["detail"] == {"humidity_pct": 51.0}
    assert browser.get(path, params={"limit": 1}).json()["more"] is True
    since = (api.clock.now() - timedelta(minutes=1)).isoformat()
    assert len(browser.get(path, params={"from": since}).json()["decisions"]) == 1
    assert len(browser.get(path, params={"to": since}).json()["decisions"]) == 1
    assert browser.get("/api/v1/rooms/S1/units/nothing/decisions").status_code == 404
    api.clock.advance(seconds=(DECISIONS_KEPT - timedelta(minutes=30)).total_seconds())
    assert let_decisions_go(context) == 1


def test_an_override_asks_the_room_with_name_and_reason_and_is_written_down(
    api: Api, context: Context, said: SaidRoom
) -> None:
    browser = api.signed_in(Post.FACILITY_MANAGER)
    answer = override(browser, api.clock)
    assert (answer.status_code, answer.json()["why"]) == (200, "by_hand")
    (request,) = said.asked
    assert (request.kind, request.on, request.reason) == ("override", True, "pages are wet")
    resumed = browser.delete("/api/v1/rooms/S1/units/dryer-1/override")
    assert resumed.status_code == 200
    assert said.asked[-1].kind == "resume"
    with context.records.read() as session:
        actions = [(each.action, each.outcome) for each in list_entries(session)]
    assert ("unit.override", "done") in actions
    assert ("unit.resume", "done") in actions


def test_a_room_that_says_no_or_nothing_is_told_as_such_and_written_down(
    api: Api, context: Context, said: SaidRoom
) -> None:
    browser = api.signed_in(Post.FACILITY_MANAGER)
    said.status, said.code = "refused", "not_regulated"
    answer = override(browser, api.clock)
    assert (answer.status_code, answer.json()["code"]) == (409, "units.not_regulated")
    said.silent = True
    answer = override(browser, api.clock)
    assert (answer.status_code, answer.json()["code"]) == (504, "units.room_silent")
    with context.records.read() as session:
        outcomes = [e.outcome for e in list_entries(session) if e.action == "unit.override"]
    assert sorted(outcomes) == ["refused", "unknown"]


def test_an_override_has_an_end_a_reason_and_somebody_who_may(api: Api, said: SaidRoom) -> None:
    keeper = api.signed_in(Post.FACILITY_MANAGER)
    past = override(keeper, api.clock, until=until(api.clock, hours=-1))
    assert (past.status_code, past.json()["code"]) == (422, "units.until_past")
    far = override(keeper, api.clock, until=until(api.clock, hours=73))
    assert (far.status_code, far.json()["code"]) == (422, "units.until_too_far")
    assert override(keeper, api.clock, reason="").status_code == 422
    assert override(api.signed_in(Post.CART_OPERATOR), api.clock).status_code == 403
    assert override(api.signed_in(Post.AUDITOR), api.clock).status_code == 403
    assert said.asked == []
