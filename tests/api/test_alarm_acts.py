"""What people do to alarms over the API: who may, what is refused, what the ledger says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from config.settings import SmtpSettings
from controller.alarms import api as alarms_api
from controller.alarms import store
from controller.alarms.kinds import LIMIT
from controller.alarms.model import Clear, Raise
from controller.alarms.notify import Sender
from controller.alarms.words import Place
from controller.audit.store import list_entries
from controller.context import Context
from controller.people.model import POSTS, Post
from controller.people.passwords import Passwords
from controller.people.setup import ensure_demo_accounts
from controller.people.store import list_users

from .conftest import Api, StandingClock

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
REASON = {"reason": "waiting for the fitter"}


@pytest.fixture
def api(
    context: Context, clock: StandingClock, passwords: Passwords, build: Callable[..., Any]
) -> Api:
    ensure_demo_accounts(context.records, clock, passwords)
    sender = Sender(smtp=SmtpSettings(), place=Place(context.site, context.rooms, ""))
    return Api(context, clock, build(routers=[alarms_api.routes(context, sender)]))


def signal(context: Context, *signals: Raise | Clear) -> None:
    with context.records.write() as session:
        store.apply_signals(session, signals, now=context.clock.now())


def damp(key: str = "probe-1/high", **more: Any) -> Raise:
    usual = {"subject": "S1/probe-1", "since": AT, "zone": "room", "params": {"value": 66}}
    facts: dict[str, Any] = usual | more
    return Raise(kind=LIMIT, room="S1", key=key, rule="jgj25-paper", rule_version=2, **facts)


def dry(key: str = "probe-1/high") -> Clear:
    return Clear(kind=LIMIT, room="S1", key=key)


def only(browser: TestClient, query: str = "") -> dict[str, Any]:
    (alarm,) = browser.get(f"/api/v1/alarms{query}").json()["alarms"]
    found: dict[str, Any] = alarm
    return found


def act(browser: TestClient, what: str, **body: Any) -> Any:
    alarm_id = only(browser)["id"]
    return browser.post(f"/api/v1/alarms/{alarm_id}/{what}", json=body)


def actions(context: Context) -> list[str]:
    with context.records.read() as session:
        entries = list_entries(session)[::-1]
    return [entry.action for entry in entries if entry.action.startswith("alarm.")]


def test_an_alarm_names_its_rule_its_zone_and_every_step_with_who_did_it(api: Api) -> None:
    signal(api.context, damp())
    browser = api.signed_in(Post.ARCHIVIST)
    act(browser, "acknowledge", comment="I go")
    shown = only(browser)
    assert (shown["rule"], shown["rule_version"], shown["zone"]) == ("jgj25-paper", 2, "room")
    assert shown["state"] == "ACKED"
    assert [(step["step"], step["by"]) for step in shown["history"]] == [
        ("raised", None),
        ("acknowledged", "archivist"),
    ]
    assert only(browser, "?zone=room&kind=climate.limit&room=S1")["id"] == shown["id"]
    for query in ("?zone=north", "?kind=fire", "?room=S9"):
        assert browser.get(f"/api/v1/alarms{query}").json()["alarms"] == []


def test_a_shelf_has_an_end_a_reason_and_a_longest_time(api: Api) -> None:
    signal(api.context, damp())
    browser = api.signed_in(Post.FACILITY_MANAGER)
    too_long = act(browser, "shelve", minutes=7 * 1440 + 1, **REASON)
    assert (too_long.status_code, too_long.json()["params"]) == (422, {"most_min": 7 * 1440})
    assert act(browser, "shelve", minutes=60, reason="").status_code == 422
    shelved = act(browser, "shelve", minutes=60, **REASON).json()
    assert shelved["state"] == "SHELVED"
    assert shelved["shelved"] == {
        "by": "facility",
        "since": "2026-03-02T08:00:00Z",
        "until": "2026-03-02T09:00:00Z",
        "reason": REASON["reason"],
    }
    again = act(browser, "shelve", minutes=60, **REASON)
    assert (again.status_code, again.json()["code"]) == (409, "alarms.not_in_this_state")
    noted = act(browser, "acknowledge")
    assert (noted.status_code, noted.json()["params"]) == (409, {"state": "SHELVED"})
    back = act(browser, "unshelve").json()
    assert (back["state"], back["shelved"]) == ("UNACK", None)
    assert act(browser, "unshelve").status_code == 409
    assert actions(api.context) == ["alarm.shelf_begun", "alarm.shelf_ended"]


def test_what_is_out_of_service_rests_with_all_its_alarms_until_it_is_returned(api: Api) -> None:
    signal(api.context, damp("a"))
    browser = api.signed_in(Post.FACILITY_MANAGER)
    past = (api.clock.now() - timedelta(hours=1)).isoformat()
    assert act(browser, "out-of-service", until=past, **REASON).json()["code"] == "alarms.bad_end"
    alarm_id = only(browser)["id"]
    shown = act(browser, "out-of-service", **REASON).json()
    assert (shown["state"], shown["out_of_service"]["until"]) == ("OOSRV", None)
    signal(api.context, damp("b"), damp("c", subject="S1/probe-2"))
    states = {a["subject"]: a["state"] for a in browser.get("/api/v1/alarms").json()["alarms"]}
    assert states == {"S1/probe-1": "OOSRV", "S1/probe-2": "UNACK"}
    returned = browser.post(f"/api/v1/alarms/{alarm_id}/return").json()
    assert returned["state"] == "UNACK"
    assert actions(api.context) == ["alarm.out_of_service_begun", "alarm.out_of_service_ended"]


def test_many_are_noted_at_once_and_each_says_how_it_went(api: Api) -> None:
    signal(api.context, damp("a"), damp("b"))
    browser = api.signed_in(Post.CART_OPERATOR)
    ids = [alarm["id"] for alarm in browser.get("/api/v1/alarms").json()["alarms"]]
    browser.post(f"/api/v1/alarms/{ids[0]}/acknowledge", json={})
    answer = browser.post(
        "/api/v1/alarms/acknowledge-many", json={"ids": [*ids, "x"], "comment": "seen"}
    )
    assert [(each["ok"], each["code"]) for each in answer.json()["results"]] == [
        (False, "alarms.already_acknowledged"),
        (True, None),
        (False, "alarms.no_such_alarm"),
    ]


def test_an_alarm_is_given_to_a_colleague_who_has_an_account(api: Api) -> None:
    """OpenRemote #1313: an alarm has somebody who sees to it."""
    signal(api.context, damp())
    browser = api.signed_in(Post.ARCHIVIST)
    with api.context.records.read() as session:
        manager = next(u for u in list_users(session) if u.post is Post.FACILITY_MANAGER)
    assert act(browser, "assign", user=manager.id).json()["assignee"] == manager.name
    assert act(browser, "assign", user="nobody").json()["code"] == "alarms.no_such_person"
    assert act(browser, "assign", user=None).json()["assignee"] is None
    assert actions(api.context) == ["alarm.assigned", "alarm.assigned"]


def test_alarms_can_be_given_to_whoever_may_see_to_them_and_to_nobody_else(api: Api) -> None:
    browser = api.signed_in(Post.FACILITY_MANAGER)
    offered = {each["id"] for each in browser.get("/api/v1/alarm-assignees").json()["people"]}
    with api.context.records.read() as session:
        users = list_users(session)
    may = {user.id for user in users if "alarm.acknowledge" in POSTS[user.post]}
    assert offered == may
    assert len(may) < len(users)
    assert api.signed_in(Post.AUDITOR).get("/api/v1/alarm-assignees").status_code == 403


def test_a_latched_alarm_is_reset_only_once_its_cause_is_gone(api: Api) -> None:
    """ThingsBoard #10979: what must not go by itself stays until a person resets it."""
    signal(api.context, damp(latched=True))
    browser = api.signed_in(Post.ARCHIVIST)
    assert act(browser, "reset").status_code == 409
    signal(api.context, dry())
    shown = only(browser)
    assert (shown["state"], shown["returned_at"] is None) == ("UNACK", False)
    assert act(browser, "reset").json()["state"] == "RTNUN"
    assert act(browser, "acknowledge").json()["state"] == "NORM"
    assert actions(api.context) == ["alarm.reset", "alarm.acknowledged"]


def window(**more: Any) -> dict[str, Any]:
    times = {"from": AT.isoformat(), "to": (AT + timedelta(hours=2)).isoformat()}
    return {"room": "S1", "kinds": [], **times, "reason": "filters are changed", **more}


def test_a_maintenance_window_holds_what_it_names_and_ends_by_hand(api: Api) -> None:
    signal(api.context, damp())
    browser = api.signed_in(Post.FACILITY_MANAGER)
    made = browser.post("/api/v1/maintenance", json=window(zone="room"))
    assert made.status_code == 201
    assert made.json()["from"] == "2026-03-02T08:00:00Z"
    held = only(browser)
    assert (held["state"], held["suppressed_by"]["by"]) == ("DSUPR", "maintenance")
    assert held["suppressed_by"]["window"]["reason"] == "filters are changed"
    listed = browser.get("/api/v1/maintenance?room=S1").json()["windows"]
    assert [each["by"] for each in listed] == ["facility"]
    path = f"/api/v1/maintenance/{made.json()['id']}"
    assert browser.delete(path).status_code == 204
    assert only(browser)["state"] == "UNACK"
    assert browser.delete(path).json()["code"] == "alarms.no_such_window"
    assert browser.get("/api/v1/maintenance").json()["windows"] == []
    since = browser.get("/api/v1/maintenance", params={"ended_since": AT.isoformat()})
    assert len(since.json()["windows"]) == 1
    assert actions(api.context) == ["alarm.maintenance_begun", "alarm.maintenance_ended"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"room": "S9"}, "rooms.no_such_room"),
        ({"zone": "attic"}, "alarms.no_such_zone"),
        ({"kinds": ["nothing"]}, "alarms.unknown_kind"),
        ({"to": AT.isoformat()}, "alarms.bad_end"),
        ({"to": (AT + timedelta(days=91)).isoformat()}, "alarms.bad_end"),
        ({"reason": ""}, "request.invalid"),
    ],
)
def test_a_window_that_means_nothing_is_refused(
    api: Api, change: dict[str, Any], code: str
) -> None:
    browser = api.signed_in(Post.FACILITY_MANAGER)
    assert browser.post("/api/v1/maintenance", json=window(**change)).json()["code"] == code


def test_escalation_is_set_by_who_manages_alarms_and_names_recipients_there_are(api: Api) -> None:
    browser = api.signed_in(Post.FACILITY_MANAGER)
    usual = browser.get("/api/v1/alarm-escalation").json()
    assert usual == {"steps": [], "repeat_min": {"high": 30, "medium": 240, "low": 0}}
    new = {"name": "值班", "channel": "email", "to": "duty@archive.example"}
    duty = browser.post("/api/v1/alarm-recipients", json=new).json()["id"]
    step = {"after_min": 15, "recipients": [duty], "priorities": ["high"]}
    wanted = {"steps": [step], "repeat_min": {"high": 10, "medium": 0, "low": 0}}
    assert browser.put("/api/v1/alarm-escalation", json=wanted).json() == wanted
    assert browser.get("/api/v1/alarm-escalation").json() == wanted
    for steps, code in (
        ([step, step], "alarms.bad_escalation"),
        ([step | {"recipients": ["nobody"]}], "alarms.no_such_recipient"),
        ([step | {"recipients": []}], "request.invalid"),
    ):
        refused = browser.put("/api/v1/alarm-escalation", json=wanted | {"steps": steps})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    browser.delete(f"/api/v1/alarm-recipients/{duty}")
    assert browser.get("/api/v1/alarm-escalation").json()["steps"] == []
    assert "alarm.escalation_changed" in actions(api.context)


@pytest.mark.parametrize(
    ("post", "notes", "shelves", "manages"),
    [
        (Post.ARCHIVIST, 404, 404, 403),
        (Post.CART_OPERATOR, 404, 403, 403),
        (Post.FACILITY_MANAGER, 404, 404, 200),
        (Post.SYSTEM_ADMIN, 403, 403, 200),
        (Post.SECURITY_ADMIN, 403, 403, 403),
        (Post.AUDITOR, 403, 403, 403),
    ],
)
def test_each_post_does_what_is_its_own(
    api: Api, post: Post, notes: int, shelves: int, manages: int
) -> None:
    browser = api.signed_in(post)
    path = "/api/v1/alarms/x"
    assert browser.post(f"{path}/assign", json={"user": None}).status_code == notes
    assert browser.post(f"{path}/reset").status_code == notes
    shelf = {"minutes": 5, **REASON}
    assert browser.post(f"{path}/shelve", json=shelf).status_code == shelves
    assert browser.post(f"{path}/unshelve").status_code == shelves
    assert browser.post(f"{path}/out-of-service", json=REASON).status_code == shelves
    assert browser.post(f"{path}/return").status_code == shelves
    assert browser.delete("/api/v1/maintenance/x").status_code == shelves
    assert browser.get("/api/v1/alarm-escalation").status_code == manages


def test_the_figures_of_a_period_stand_beside_their_targets(api: Api) -> None:
    signal(api.context, damp("a"), damp("b", subject="S1/probe-2"))
    signal(api.context, dry("a"))
    keeper = api.signed_in(Post.FACILITY_MANAGER)
    api.clock.advance(minutes=10)
    ids = [a["id"] for a in keeper.get("/api/v1/alarms").json()["alarms"] if not a["cleared_at"]]
    keeper.post(f"/api/v1/alarms/{ids[0]}/acknowledge", json={})
    api.clock.advance(hours=25)
    browser = api.signed_in(Post.AUDITOR)
    figures = browser.get("/api/v1/alarms/kpi?room=S1").json()
    assert (figures["alarms"], figures["nuisance_pct"]) == (2, 50)
    assert (figures["stale"], figures["mean_to_note_s"]) == (ids, 600)
    assert figures["worst"][0]["share_pct"] == 50
    targets = {target["figure"]: target for target in figures["targets"]}
    assert (targets["per_hour"]["most"], targets["per_hour"]["confirmed"]) == (6, True)
    assert targets["stale"]["confirmed"] is False
    assert browser.get("/api/v1/alarms/kpi?room=S9").json()["alarms"] == 0
    past = {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}
    assert browser.get("/api/v1/alarms/kpi", params=past).json()["alarms"] == 0
    wrong = {"from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}
    assert browser.get("/api/v1/alarms/kpi", params=wrong).json()["code"] == "alarms.bad_period"
