"""People sign in, and only they: the story of a session from its start to its end."""

from __future__ import annotations

import threading

import pytest

from controller.audit.store import list_entries
from controller.people.model import POSTS, Post
from controller.people.setup import DEMO_ACCOUNTS

from .conftest import Api

GOOD = {"name": "archivist", "password": "show-me-the-boxes"}
WRONG = {"name": "archivist", "password": "not the password"}


def test_before_signing_in_nothing_is_known_and_nothing_is_open(api: Api) -> None:
    browser = api.browser()
    assert browser.get("/api/v1/session").json() == {
        "user": None,
        "setup_needed": False,
        "site": {"name": {"zh": "测试", "en": "Test"}, "time_zone": "Asia/Shanghai"},
        "demo": None,
    }
    refused = browser.get("/api/v1/users")
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "people.sign_in_first"


def test_signing_in_tells_who_one_is_and_what_one_may(api: Api) -> None:
    browser = api.browser()
    answer = browser.post("/api/v1/session", json=GOOD)
    user = answer.json()["user"]
    assert (user["name"], user["post"], user["language"]) == ("archivist", "archivist", "zh")
    assert set(user["permissions"]) == POSTS[Post.ARCHIVIST]
    assert browser.get("/api/v1/session").json() == answer.json()


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(api: Api) -> None:
    cookie = api.browser().post("/api/v1/session", json=GOOD).headers["set-cookie"]
    assert cookie.startswith("sr=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie


def test_with_tls_the_cookie_is_secure_and_bound_to_the_host(api: Api) -> None:
    browser = api.make(root_path="")
    browser.base_url = "https://127.0.0.1:8080"  # httpx2 parses it
    cookie = browser.post("/api/v1/session", json=GOOD).headers["set-cookie"]
    assert cookie.startswith("__Host-sr=")
    assert "Secure" in cookie
    assert browser.get("/api/v1/session").json()["user"]["name"] == "archivist"


def test_the_token_itself_is_stored_nowhere(api: Api) -> None:
    browser = api.signed_in(Post.ARCHIVIST)
    token = browser.cookies["sr"]
    with api.context.records.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT * FROM user_sessions").all()
    assert len(token) >= 43
    assert token not in str(stored)


def test_names_are_compared_without_case_and_width(api: Api) -> None:
    name = "ＡrchivisT "
    answer = api.browser().post(
        "/api/v1/session", json={"name": name, "password": "show-me-the-boxes"}
    )
    assert answer.status_code == 200


def test_a_wrong_password_and_an_unknown_name_look_the_same(api: Api) -> None:
    wrong = api.browser().post("/api/v1/session", json=WRONG)
    unknown = api.browser().post("/api/v1/session", json={**WRONG, "name": "nobody"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "people.wrong_name_or_password"


@pytest.mark.parametrize("name", ["archivist", "nobody"])
def test_after_five_failures_a_name_is_locked_for_a_quarter_of_an_hour(api: Api, name: str) -> None:
    browser = api.browser()
    for _ in range(5):
        assert browser.post("/api/v1/session", json={**WRONG, "name": name}).status_code == 401
    locked = browser.post("/api/v1/session", json={**GOOD, "name": name})
    assert locked.status_code == 429
    assert locked.json()["code"] == "people.too_many_failures"
    assert locked.headers["retry-after"] == "900"
    api.clock.advance(minutes=15)
    status = browser.post("/api/v1/session", json={**GOOD, "name": name}).status_code
    assert status == (200 if name == "archivist" else 401)


def test_guessing_at_the_same_moment_gains_nothing(api: Api) -> None:
    answers: list[int] = []

    def guess() -> None:
        answers.append(api.browser().post("/api/v1/session", json=WRONG).status_code)

    guessers = [threading.Thread(target=guess) for _ in range(12)]
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join()
    assert sorted(answers) == [401] * 5 + [429] * 7


def test_a_right_password_forgets_the_failures_before_it(api: Api) -> None:
    browser = api.browser()
    for _ in range(3):
        for _ in range(4):
            browser.post("/api/v1/session", json=WRONG)
        assert browser.post("/api/v1/session", json=GOOD).status_code == 200


def test_a_session_that_rests_ends(api: Api) -> None:
    browser = api.signed_in(Post.ARCHIVIST)
    api.clock.advance(minutes=59)
    assert browser.get("/api/v1/session").json()["user"] is not None
    api.clock.advance(minutes=59)
    assert browser.get("/api/v1/session").json()["user"] is not None
    api.clock.advance(minutes=60)
    assert browser.get("/api/v1/session").json()["user"] is None


def test_a_session_ends_after_eight_hours_however_busy(api: Api) -> None:
    browser = api.signed_in(Post.ARCHIVIST)
    for _ in range(16):
        assert browser.get("/api/v1/session").json()["user"] is not None
        api.clock.advance(minutes=30)
    assert browser.get("/api/v1/session").json()["user"] is None


@pytest.mark.parametrize("hours", [1, 24 * 365 * 56])
def test_a_clock_that_is_set_back_keeps_no_session_open_and_no_name_locked(
    api: Api, hours: int
) -> None:
    browser = api.signed_in(Post.ARCHIVIST)
    for _ in range(5):
        api.browser().post("/api/v1/session", json=GOOD | {"name": "auditor"})
    api.clock.advance(minutes=-60 * hours)
    assert browser.get("/api/v1/session").json()["user"] is None
    answer = api.browser().post("/api/v1/session", json=GOOD | {"name": "auditor"})
    assert answer.json()["code"] == "people.wrong_name_or_password", "looked at, not locked"


def test_signing_out_kills_the_token(api: Api) -> None:
    browser = api.signed_in(Post.ARCHIVIST)
    token = browser.cookies["sr"]
    assert browser.delete("/api/v1/session").status_code == 204
    thief = api.browser()
    thief.cookies.set("sr", token)
    assert thief.get("/api/v1/session").json()["user"] is None


def test_signing_in_again_replaces_the_session(api: Api) -> None:
    browser = api.signed_in(Post.ARCHIVIST)
    old = browser.cookies["sr"]
    browser.post("/api/v1/session", json=GOOD)
    thief = api.browser()
    thief.cookies.set("sr", old)
    assert thief.get("/api/v1/session").json()["user"] is None


def test_a_new_password_ends_every_other_session(api: Api) -> None:
    here, elsewhere = api.signed_in(Post.ARCHIVIST), api.signed_in(Post.ARCHIVIST)
    change = {"old": GOOD["password"], "new": "seven paper cranes"}
    assert here.post("/api/v1/session/password", json=change).status_code == 204
    assert here.get("/api/v1/session").json()["user"] is not None
    assert elsewhere.get("/api/v1/session").json()["user"] is None
    assert api.browser().post("/api/v1/session", json=GOOD).status_code == 401
    fresh = {"name": "archivist", "password": "seven paper cranes"}
    assert api.browser().post("/api/v1/session", json=fresh).status_code == 200


def test_changing_a_password_needs_the_old_one_and_counts_guesses(api: Api) -> None:
    browser = api.signed_in(Post.ARCHIVIST)
    change = {"old": "a guess", "new": "seven paper cranes"}
    answers = [
        browser.post("/api/v1/session/password", json=change).json()["code"] for _ in range(6)
    ]
    assert answers == ["people.wrong_password"] * 5 + ["people.too_many_failures"]
    with api.context.records.read() as session:
        failures = [e for e in list_entries(session) if e.outcome == "refused"]
    assert [e.action for e in failures] == ["people.password_change_failed"] * 5
    assert {e.actor for e in failures} == {e.subject for e in failures} != {"anonymous"}


def test_the_language_of_the_page_is_remembered(api: Api) -> None:
    browser = api.signed_in(Post.ARCHIVIST)
    assert browser.post("/api/v1/session/language", json={"language": "en"}).status_code == 204
    assert browser.get("/api/v1/session").json()["user"]["language"] == "en"
    assert browser.post("/api/v1/session/language", json={"language": "xx"}).status_code == 422


def test_demo_accounts_stand_on_the_page_in_a_demo_only(api: Api, build: object) -> None:
    shown = build(demo=True)().get("/api/v1/session").json()["demo"]  # type: ignore[operator]  # the fixture is a function
    assert [account["name"] for account in shown["accounts"]] == [a.name for a in DEMO_ACCOUNTS]
    assert api.browser().get("/api/v1/session").json()["demo"] is None


def test_what_happens_at_the_door_is_audited_without_what_was_typed(api: Api) -> None:
    browser = api.browser()
    browser.post("/api/v1/session", json={"name": "my secret password", "password": "oh"})
    browser.post("/api/v1/session", json=GOOD)
    browser.delete("/api/v1/session")
    with api.context.records.read() as session:
        entries = list_entries(session, limit=3)
    assert [entry.action for entry in entries] == [
        "people.signed_out",
        "people.signed_in",
        "people.sign_in_failed",
    ]
    assert "secret" not in str(entries)


def test_a_refused_body_never_echoes_a_password(api: Api) -> None:
    answer = api.browser().post(
        "/api/v1/session", json={"name": "x", "password": ["hunter-two-is-mine"]}
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "request.invalid"
    assert "hunter" not in answer.text
