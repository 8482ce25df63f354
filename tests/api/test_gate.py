"""No route without a permission, no unsafe request from elsewhere, strict headers on all of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient

from controller.people.access import permit
from controller.people.model import PERMISSIONS, POSTS, Post

from .conftest import ADDRESS, Api


def test_every_permission_is_held_by_some_post() -> None:
    assert set().union(*POSTS.values()) == PERMISSIONS


def test_an_unknown_permission_is_an_error_at_start() -> None:
    with pytest.raises(ValueError, match=r"box\.raed"):
        permit("box.raed")


@pytest.mark.parametrize("post", list(Post))
def test_a_post_gets_exactly_what_it_may(api: Api, post: Post) -> None:
    browser = api.signed_in(post)
    paths = {
        "/api/v1/users": "people.read",
        "/api/v1/audit": "audit.read",
        "/api/v1/rooms/S1/climate": "climate.read",
    }
    for path, permission in paths.items():
        expected = 200 if permission in POSTS[post] else 403
        assert browser.get(path).status_code == expected, path


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 401),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": ADDRESS}, 403),
        ({"Origin": ADDRESS}, 401),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_unsafe_requests_come_from_our_own_page(
    api: Api, headers: dict[str, str], status: int
) -> None:
    browser = api.browser()
    del browser.headers["Sec-Fetch-Site"]
    body = {"name": "archivist", "password": "wrong wrong wrong"}
    answer = browser.post("/api/v1/session", json=body, headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "request.foreign_origin"


def test_a_form_of_another_site_cannot_speak_to_us(api: Api) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = api.browser().post(
            "/api/v1/session", content=b'{"name": "x"}', headers={"Content-Type": kind}
        )
        assert (answer.status_code, answer.json()["code"]) == (415, "request.wrong_body_type")


def test_a_name_that_somebody_pointed_at_this_machine_is_refused(api: Api) -> None:
    answer = api.browser().get("/api/v1/session", headers={"Host": "evil.example:8080"})
    assert (answer.status_code, answer.json()["code"]) == (421, "request.unknown_host")
    assert api.browser().get("/api/v1/session", headers={"Host": "localhost:1"}).is_success


def test_every_answer_of_the_api_is_strict_and_stored_nowhere(api: Api) -> None:
    for path in ("/api/v1/session", "/api/v1/users", "/api/v1/nothing", "/api/v2/x"):
        headers = api.browser().get(path).headers
        assert headers["content-security-policy"] == (
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
        )
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in headers


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/session", "/api", "/api/v1/docs"])
def test_what_the_api_lacks_is_a_problem_and_never_the_page(
    pages: Callable[[], TestClient], path: str
) -> None:
    answer = pages().get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "request.unknown_path"


def test_a_wrong_method_says_which_are_right(api: Api) -> None:
    answer = api.browser().put("/api/v1/users", json={})
    assert answer.status_code == 405
    assert answer.json()["code"] == "request.wrong_method"
    assert "GET" in answer.headers["allow"]


def test_a_bug_tells_nothing_about_itself(build: Callable[..., Any]) -> None:
    router = APIRouter()

    @router.get("/broken", dependencies=[])
    def broken() -> None:
        raise RuntimeError("the password is 1234")

    answer = build(routers=[router])(raise_server_exceptions=False).get("/api/v1/broken")
    assert answer.status_code == 500
    assert answer.json()["code"] == "request.failed"
    assert "1234" not in answer.text


@pytest.fixture
def pages(tmp_path: Path, build: Callable[..., Any]) -> Callable[[], TestClient]:
    """An application with a built web client."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text('<meta name="csp-nonce" content="__NONCE__">档案')
    (folder / "assets" / "main-1a2b.js").write_text("let x = 1")
    (folder / "assets" / "main-1a2b.js.gz").write_bytes(b"\x1f\x8bpacked")
    (folder / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("outside")
    made: Callable[[], TestClient] = build(static=folder)
    return made


def test_the_page_carries_a_nonce_that_its_policy_names(pages: Callable[[], TestClient]) -> None:
    seen = set()
    for path in ("/", "/index.html", "/boxes/B-1?x=1", "/setup"):
        answer = pages().get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200
        nonce = answer.text.split('content="')[1].split('"')[0]
        assert f"'nonce-{nonce}'" in answer.headers["content-security-policy"]
        for rule in ("script-src 'self'", "object-src 'none'", "frame-ancestors 'none'"):
            assert rule in answer.headers["content-security-policy"].split("; ")
        assert answer.headers["cache-control"] == "no-cache"
        seen.add(nonce)
    assert len(seen) == 4


def test_hashed_assets_are_packed_and_kept_for_ever(pages: Callable[[], TestClient]) -> None:
    plain = pages().get("/assets/main-1a2b.js", headers={"Accept-Encoding": "identity"})
    assert plain.text == "let x = 1"
    assert "immutable" in plain.headers["cache-control"]
    with pages().stream(
        "GET", "/assets/main-1a2b.js", headers={"Accept-Encoding": "gzip"}
    ) as packed:
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.headers["content-type"].startswith("text/javascript")
        assert b"".join(packed.iter_raw()) == b"\x1f\x8bpacked"
    assert pages().get("/icon.svg").headers["cache-control"] == "no-cache"
    etag = plain.headers["etag"]
    again = pages().get(
        "/assets/main-1a2b.js", headers={"Accept-Encoding": "identity", "If-None-Match": etag}
    )
    assert again.status_code == 304


def test_a_missing_file_is_missing_and_nothing_outside_is_served(
    pages: Callable[[], TestClient],
) -> None:
    browser = pages()
    for path in ("/assets/none.js", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/a%00b"):
        assert browser.get(path).status_code == 404, path
    assert browser.post("/boxes", json={}).status_code == 405


def test_without_a_built_client_the_page_says_so(api: Api) -> None:
    answer = api.browser().get("/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.json()["code"]) == (503, "page.not_built")
