"""Alarms on the API: who may see, acknowledge and say who is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from config.settings import SmtpSettings
from controller.alarms import api as alarms_api
from controller.alarms import store
from controller.alarms.notify import Sender
from controller.alarms.words import Place
from controller.audit.store import list_entries
from controller.context import Context
from controller.live import Hub
from controller.people.model import Post
from controller.people.passwords import Passwords
from controller.people.setup import ensure_demo_accounts
from drivers.messages import SteelHalted

from .conftest import Api, StandingClock

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
EMAIL = {"name": "值班", "channel": "email", "to": "duty@archive.example", "kinds": ["fire"]}
HOOK = {"name": "Wall", "channel": "webhook", "to": "http://127.0.0.1:9/hook", "language": "en"}


@pytest.fixture
def api(
    context: Context, clock: StandingClock, passwords: Passwords, build: Callable[..., Any]
) -> Api:
    ensure_demo_accounts(context.records, clock, passwords)
    sender = Sender(smtp=SmtpSettings(), place=Place(context.site, context.rooms, ""))
    return Api(context, clock, build(routers=[alarms_api.routes(context, sender)]))


def trip(context: Context, kind: Any = "steel_faulted", trip_id: str = "t1") -> None:
    event = SteelHalted(kind=kind, bank=1, segment=1, why="pressure", trip_id=trip_id, at=AT)
    with context.records.write() as session:
        changes = store.apply_many(session, context, "S1", [event])
    context.hub.publish(*changes)


def listed(browser: TestClient, query: str = "") -> list[dict[str, Any]]:
    answer = browser.get(f"/api/v1/alarms{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["alarms"]
    return found


def heard(hub: Hub) -> list[str]:
    with hub.subscribe(lambda: None, after=0) as subscription:
        _, changes = subscription.take()
    return [str(n.change.body["state"]) for n in changes if n.change.kind == "alarm"]


def test_an_alarm_is_listed_with_all_that_a_page_needs(api: Api) -> None:
    trip(api.context)
    (alarm,) = listed(api.signed_in(Post.FACILITY_MANAGER))
    alarm.pop("id")
    assert alarm == {
        "kind": "shelving.trip",
        "room": "S1",
        "subject": "S1-B1",
        "code": "shelving.trip",
        "params": {"bank": 1, "segment": 1, "code": "pressure", "raw": None, "trip_id": "t1"},
        "priority": "high",
        "since": "2026-03-02T08:00:00Z",
        "raised_at": "2026-03-02T08:00:00Z",
        "acknowledged": None,
        "cleared_at": None,
        "told": [],
        "state": "UNACK",
        "rule": "shelving.trip",
        "rule_version": 1,
        "zone": None,
        "assignee": None,
        "latched": False,
        "returned_at": None,
        "shelved": None,
        "out_of_service": None,
        "suppressed_by": None,
        "history": [
            {
                "step": "raised",
                "at": "2026-03-02T08:00:00Z",
                "by": None,
                "detail": {"priority": "high"},
            }
        ],
    }


def test_whoever_acknowledges_is_named_and_nobody_does_it_twice(api: Api) -> None:
    trip(api.context)
    browser = api.signed_in(Post.ARCHIVIST)
    (alarm,) = listed(browser)
    path = f"/api/v1/alarms/{alarm['id']}/acknowledge"
    answer = browser.post(path, json={"comment": "I go and look"})
    assert answer.status_code == 200
    assert answer.json()["acknowledged"] == {
        "by": "archivist",
        "at": "2026-03-02T08:00:00Z",
        "comment": "I go and look",
    }
    again = browser.post(path, json={})
    assert (again.status_code, again.json()["code"]) == (409, "alarms.already_acknowledged")
    assert again.json()["params"]["by"] == "archivist"
    assert heard(api.context.hub) == ["acknowledged"], "the newest of each alarm"
    nobody = browser.post("/api/v1/alarms/nothing/acknowledge", json={})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "alarms.no_such_alarm")
    assert browser.get("/api/v1/alarms/nothing").json()["code"] == "alarms.no_such_alarm"


def test_open_ones_are_what_still_wants_somebody(api: Api) -> None:
    browser = api.signed_in(Post.CART_OPERATOR)
    trip(api.context)
    trip(api.context, "steel_confirmed")
    assert len(listed(browser)) == 1, "cleared, but nobody has taken note"
    alarm_id = listed(browser)[0]["id"]
    browser.post(f"/api/v1/alarms/{alarm_id}/acknowledge", json={})
    assert listed(browser) == []
    assert len(listed(browser, "?state=all")) == 1
    assert listed(browser, "?state=all&room=S9") == []


@pytest.mark.parametrize(
    ("post", "reads", "acknowledges", "manages"),
    [
        (Post.ARCHIVIST, 200, 404, 403),
        (Post.CART_OPERATOR, 200, 404, 403),
        (Post.FACILITY_MANAGER, 200, 404, 200),
        (Post.SYSTEM_ADMIN, 200, 403, 200),
        (Post.SECURITY_ADMIN, 403, 403, 403),
        (Post.AUDITOR, 200, 403, 403),
    ],
)
def test_each_post_does_what_is_its_own(
    api: Api, post: Post, reads: int, acknowledges: int, manages: int
) -> None:
    browser = api.signed_in(post)
    assert browser.get("/api/v1/alarms").status_code == reads
    assert browser.post("/api/v1/alarms/x/acknowledge", json={}).status_code == acknowledges
    assert browser.get("/api/v1/alarm-recipients").status_code == manages


def test_recipients_come_and_go_and_the_ledger_says_so(api: Api) -> None:
    browser = api.signed_in(Post.FACILITY_MANAGER)
    mail = browser.post("/api/v1/alarm-recipients", json=EMAIL)
    hook = browser.post("/api/v1/alarm-recipients", json=HOOK)
    assert (mail.status_code, mail.json()["secret"]) == (201, None)
    assert len(hook.json()["secret"]) > 40
    shown = browser.get("/api/v1/alarm-recipients").json()
    assert [(each["name"], each["kinds"]) for each in shown["recipients"]] == [
        ("值班", ["fire"]),
        ("Wall", []),
    ]
    assert [each["language"] for each in shown["recipients"]] == ["zh", "en"]
    assert "shelving.trip" in shown["kinds"]
    assert shown["email_ready"] is False
    assert hook.json()["secret"] not in str(shown), "it is shown once"
    same = browser.post("/api/v1/alarm-recipients", json=EMAIL)
    assert (same.status_code, same.json()["code"]) == (409, "alarms.recipient_taken")
    path = f"/api/v1/alarm-recipients/{mail.json()['id']}"
    assert browser.delete(path).status_code == 204
    assert browser.delete(path).json()["code"] == "alarms.no_such_recipient"
    assert browser.post("/api/v1/alarm-recipients", json=EMAIL).status_code == 201
    with api.context.records.read() as session:
        entries = [e for e in list_entries(session) if e.action.startswith("alarm.")]
    assert [entry.action for entry in entries[::-1]] == [
        "alarm.recipient_added",
        "alarm.recipient_added",
        "alarm.recipient_removed",
        "alarm.recipient_added",
    ]
    assert "archive.example" not in "".join(entry.detail for entry in entries)


def test_the_secret_is_sealed_in_the_database(api: Api) -> None:
    browser = api.signed_in(Post.FACILITY_MANAGER)
    secret = browser.post("/api/v1/alarm-recipients", json=HOOK).json()["secret"]
    with api.context.records.read() as session:
        rows = session.connection().exec_driver_sql("SELECT * FROM alarm_recipients").all()
    assert secret not in str(rows)
    assert secret.encode() not in b"".join(each for each in rows[0] if isinstance(each, bytes))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": "duty@archive.example\r\nBcc: all@archive.example"}, "alarms.bad_address"),
        ({"to": "nobody"}, "alarms.bad_address"),
        ({"channel": "webhook", "to": "file:///etc/passwd"}, "alarms.bad_address"),
        ({"kinds": ["door.left_open"]}, "alarms.unknown_kind"),
        ({"channel": "sms"}, "request.invalid"),
        ({"language": "fr"}, "request.invalid"),
    ],
)
def test_what_cannot_be_told_is_refused(api: Api, change: dict[str, Any], code: str) -> None:
    browser = api.signed_in(Post.FACILITY_MANAGER)
    answer = browser.post("/api/v1/alarm-recipients", json=EMAIL | change)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_test_message_says_why_it_did_not_go_out(api: Api) -> None:
    browser = api.signed_in(Post.FACILITY_MANAGER)
    made = browser.post("/api/v1/alarm-recipients", json=EMAIL).json()
    tried = browser.post(f"/api/v1/alarm-recipients/{made['id']}/test").json()
    assert tried == {"ok": False, "error": "not_configured"}
    answer = browser.post("/api/v1/alarm-recipients/nobody/test")
    assert (answer.status_code, answer.json()["code"]) == (404, "alarms.no_such_recipient")
