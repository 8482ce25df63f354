"""The first start: a link that works once. Later: accounts added and closed."""

from __future__ import annotations

import pytest

from controller.audit.store import list_entries
from controller.people.model import POSTS, Post
from controller.people.rules import password_problem
from controller.people.setup import make_setup_token

from .conftest import Api

ADMIN = {"name": "周敏", "password": "rain on a tin roof", "post": "system_admin"}
CLERK = {"name": "李强", "password": "green tea at nine", "post": "archivist"}


def new_token(api: Api) -> str | None:
    with api.context.records.write() as session:
        return make_setup_token(session, now=api.clock.now())


def test_the_link_of_the_first_start_makes_the_first_accounts(empty_api: Api) -> None:
    token = new_token(empty_api)
    browser = empty_api.browser()
    assert browser.get("/api/v1/session").json()["setup_needed"] is True
    made = browser.post("/api/v1/setup", json={"token": token, "accounts": [ADMIN, CLERK]})
    assert made.status_code == 201
    assert browser.get("/api/v1/session").json()["setup_needed"] is False
    signed_in = browser.post(
        "/api/v1/session", json={"name": CLERK["name"], "password": CLERK["password"]}
    )
    assert signed_in.json()["user"]["post"] == "archivist"


def test_the_link_works_once(empty_api: Api) -> None:
    body = {"token": new_token(empty_api), "accounts": [ADMIN]}
    browser = empty_api.browser()
    assert browser.post("/api/v1/setup", json=body).status_code == 201
    again = browser.post("/api/v1/setup", json={**body, "accounts": [CLERK]})
    assert (again.status_code, again.json()["code"]) == (403, "people.setup_over")
    assert new_token(empty_api) is None


def test_a_new_start_makes_the_old_link_worthless(empty_api: Api) -> None:
    old, new = new_token(empty_api), new_token(empty_api)
    browser = empty_api.browser()
    assert browser.post("/api/v1/setup", json={"token": old, "accounts": [ADMIN]}).is_error
    assert browser.post("/api/v1/setup", json={"token": new, "accounts": [ADMIN]}).is_success


@pytest.mark.parametrize(
    ("accounts", "code"),
    [
        ([CLERK], "people.setup_needs_system_admin"),
        ([ADMIN, {**CLERK, "name": " 周敏"}], "people.setup_name_twice"),
        ([{**ADMIN, "password": "short"}], "people.password_too_short"),
        ([{**ADMIN, "name": "  "}], "people.name_empty"),
        ([{**ADMIN, "name": "a\u202eb"}], "people.name_strange_characters"),
    ],
)
def test_first_accounts_that_will_not_do_leave_the_link_alive(
    empty_api: Api, accounts: list[dict[str, str]], code: str
) -> None:
    token = new_token(empty_api)
    browser = empty_api.browser()
    refused = browser.post("/api/v1/setup", json={"token": token, "accounts": accounts})
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert browser.post("/api/v1/setup", json={"token": token, "accounts": [ADMIN]}).is_success


def test_a_fault_says_which_of_the_accounts_it_is_of(empty_api: Api) -> None:
    body = {"token": new_token(empty_api), "accounts": [ADMIN, {**CLERK, "password": "short"}]}
    refused = empty_api.browser().post("/api/v1/setup", json=body)
    assert refused.json()["params"] == {"name": "李强", "post": "archivist"}
    body["accounts"] = [ADMIN, {**CLERK, "name": " "}]
    refused = empty_api.browser().post("/api/v1/setup", json=body)
    assert refused.json()["code"] == "people.name_empty"
    assert refused.json()["params"] == {"name": "", "post": "archivist"}


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("elevenchars", "too_short"),
        ("x" * 129, "too_long"),
        ("aaaaaaaaaaaaaaaa", "too_simple"),
        ("123456789012", "too_simple"),
        ("abcdefghijklmnop", "too_simple"),
        ("Password1234!", "too_common"),
        ("stackroom2026", "too_common"),
        ("liqiang-liqiang", "too_common"),
        ("rain on a tin roof", None),
        ("纸上得来终觉浅绝知此事要躬行", None),
    ],
)
def test_passwords_are_long_and_not_the_usual_ones(password: str, problem: str | None) -> None:
    assert password_problem(password, name="liqiang") == problem


def test_an_administrator_adds_an_account(api: Api) -> None:
    admin = api.signed_in(Post.SYSTEM_ADMIN)
    assert admin.post("/api/v1/users", json=CLERK).status_code == 201
    names = [user["name"] for user in admin.get("/api/v1/users").json()["users"]]
    assert CLERK["name"] in names
    twice = admin.post("/api/v1/users", json={**CLERK, "name": f"{CLERK['name']} "})
    assert (twice.status_code, twice.json()["code"]) == (409, "people.name_taken")


def test_closing_an_account_ends_its_sessions_at_once(api: Api) -> None:
    admin, clerk = api.signed_in(Post.SYSTEM_ADMIN), api.signed_in(Post.ARCHIVIST)
    user_id = clerk.get("/api/v1/session").json()["user"]["id"]
    assert admin.post(f"/api/v1/users/{user_id}/disable").status_code == 204
    assert clerk.get("/api/v1/session").json()["user"] is None
    again = api.browser().post(
        "/api/v1/session", json={"name": "archivist", "password": "show-me-the-boxes"}
    )
    assert again.json()["code"] == "people.wrong_name_or_password"
    with api.context.records.read() as session:
        actions = [entry.action for entry in list_entries(session)]
    assert "people.user_disabled" in actions


def test_nobody_locks_everybody_out(api: Api) -> None:
    admin, auditor = api.signed_in(Post.SYSTEM_ADMIN), api.signed_in(Post.AUDITOR)
    own = admin.get("/api/v1/session").json()["user"]["id"]
    other = auditor.get("/api/v1/session").json()["user"]["id"]
    assert admin.post(f"/api/v1/users/{own}/disable").json()["code"] == "people.not_yourself"
    last = admin.post(f"/api/v1/users/{other}/disable")
    assert (last.status_code, last.json()["code"]) == (409, "people.last_of_post")
    assert admin.post("/api/v1/users/nobody/disable").status_code == 404


def test_administrators_and_the_auditor_hold_no_business_rights() -> None:
    business = {"search", "box.read", "box.move", "aisle.open", "import.run", "pii.reveal"}
    for post in (Post.SYSTEM_ADMIN, Post.SECURITY_ADMIN, Post.AUDITOR):
        assert not POSTS[post] & business, post
    assert not POSTS[Post.SYSTEM_ADMIN] & {"audit.read", "audit.verify"}
    assert not POSTS[Post.AUDITOR] & {"people.manage"}
