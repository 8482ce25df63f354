"""Limits in force: every version is kept, and a zone's limits can be chosen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml
from starlette.testclient import TestClient

from config.limit_files import Library, shipped_limits
from config.limits import LimitProfile
from controller.climate.limits import api as limits_api
from controller.climate.limits import store
from controller.climate.limits.model import Version
from controller.climate.limits.tables import LimitVersionRow
from controller.context import Context
from controller.people.model import Post
from controller.people.passwords import Passwords
from controller.people.setup import ensure_demo_accounts

from .conftest import Api, StandingClock

HOUSE = yaml.safe_load("""
format: 2
id: house
version: 1
name: {zh: 本馆, en: House}
medium: paper
limits: {temperature_c: {low: 12, high: 22}}
text: {zh: 本馆规定。, en: Our own rule.}
source: [Director's note]
verified: true
""")
REASON = {"reason": "tried for a year"}


@pytest.fixture
def api(
    build: Callable[..., Callable[..., TestClient]],
    context: Context,
    clock: StandingClock,
    passwords: Passwords,
) -> Api:
    """An API with one account per post, and the routes of limits."""
    ensure_demo_accounts(context.records, clock, passwords)
    return Api(context=context, clock=clock, make=build(routers=[limits_api.routes(context)]))


def test_all_limits_are_listed_with_their_versions_and_zones(api: Api) -> None:
    shown = api.signed_in(Post.ARCHIVIST).get("/api/v1/climate/limits").json()

    profiles = {each["id"]: each for each in shown["profiles"]}
    assert set(profiles) == set(shipped_limits().profiles)
    assert profiles["jgj25-paper"]["origin"] == "shipped"
    assert profiles["jgj25-paper"]["profile"]["verified"] is False
    (zone,) = shown["zones"]
    assert (zone["room"], zone["zone"], zone["profile"], zone["version"]) == (
        "S1",
        "room",
        "jgj25-paper",
        1,
    )


def test_limits_written_on_the_page_get_a_version_for_each_text(api: Api) -> None:
    browser = api.signed_in(Post.ARCHIVIST)
    warmer = HOUSE | {"limits": {"temperature_c": {"low": 12, "high": 23}}}

    made = [browser.post("/api/v1/climate/limits", json=each) for each in (HOUSE, HOUSE, warmer)]

    assert [answer.status_code for answer in made] == [201] * 3
    assert [answer.json()["version"] for answer in made] == [1, 1, 2]
    history = browser.get("/api/v1/climate/limits/house").json()
    assert [each["version"] for each in history["versions"]] == [2, 1]
    old = browser.get("/api/v1/climate/limits/house", params={"version": 1}).json()
    assert old["profile"]["limits"]["temperature_c"]["high"] == 22
    assert old["at"] == "2026-03-02T08:00:00Z"
    assert old["by"] == made[0].json()["by"]


def test_limits_of_a_file_are_changed_in_the_file(api: Api) -> None:
    answer = api.signed_in(Post.ARCHIVIST).post(
        "/api/v1/climate/limits", json=HOUSE | {"id": "jgj25-paper"}
    )

    assert answer.status_code == 409
    assert answer.json()["code"] == "climate.limits_of_a_file"


def test_bad_limits_are_refused_with_the_field(api: Api) -> None:
    bad = HOUSE | {"limits": {"temperature_c": {"low": 30, "high": 22}}}
    answer = api.signed_in(Post.ARCHIVIST).post("/api/v1/climate/limits", json=bad)

    assert answer.status_code == 422
    assert "temperature_c" in answer.text


def test_a_zone_is_given_other_limits_and_back(api: Api) -> None:
    browser = api.signed_in(Post.FACILITY_MANAGER)
    address = "/api/v1/rooms/S1/climate/zones/room/limits"

    chosen = browser.put(address, json={"profile": "bizot"} | REASON)
    assert chosen.status_code == 200, chosen.text
    assert chosen.json()["profile"] == "bizot"
    assert chosen.json()["choice"]["reason"] == REASON["reason"]
    back = browser.put(address, json={"profile": None} | REASON)
    assert (back.json()["profile"], back.json()["choice"]) == ("jgj25-paper", None)


def test_a_zone_cannot_be_given_limits_that_nobody_wrote(api: Api) -> None:
    browser = api.signed_in(Post.FACILITY_MANAGER)

    unknown = browser.put(
        "/api/v1/rooms/S1/climate/zones/room/limits", json={"profile": "no-such"} | REASON
    )
    nowhere = browser.put(
        "/api/v1/rooms/S1/climate/zones/attic/limits", json={"profile": "bizot"} | REASON
    )

    assert (unknown.status_code, unknown.json()["code"]) == (422, "climate.no_such_limits")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "climate.no_such_zone")


@pytest.mark.parametrize("post", [Post.CART_OPERATOR, Post.AUDITOR])
def test_only_who_keeps_the_climate_changes_limits(api: Api, post: Post) -> None:
    answer = api.signed_in(post).post("/api/v1/climate/limits", json=HOUSE)

    assert answer.status_code == 403


def test_a_changed_file_becomes_a_new_version_with_who_and_when(
    context: Context, clock: StandingClock
) -> None:
    first = LimitProfile.model_validate(HOUSE)
    changed = LimitProfile.model_validate(HOUSE | {"source": ["a second note"]})
    found = []
    for profile in (first, first, changed):
        library = Library({"house": profile}, frozenset({"house"}))
        with context.records.write() as session:
            found += store.record_files(session, library, at=clock.now())
        clock.advance(days=1)

    assert [(each.version, each.origin, each.by) for each in found] == [
        (1, "site", "system"),
        (2, "site", "system"),
    ]
    with context.records.read() as session:
        assert len({each.digest for each in store.list_versions(session, "house")}) == 2


def test_what_was_chosen_and_is_gone_leaves_the_limits_of_the_file(context: Context) -> None:
    room = context.rooms["S1"]
    with context.records.write() as session:
        store.choose(
            session,
            room="S1",
            zone="room",
            profile_id="gone",
            reason="was there",
            at=context.clock.now(),
            by="system",
        )
    with context.records.read() as session:
        (zone,) = store.list_zones(session, shipped_limits(), room)

    assert zone.limits is not None
    assert zone.limits.profile.id == "jgj25-paper"
    assert zone.choice is None


def keeps_from_before(context: Context, version: int, document: dict[str, object]) -> None:
    """Limits as an earlier program recorded them, by rules that were less strict."""
    with context.records.write() as session:
        session.add(
            LimitVersionRow(
                profile_id=str(document["id"]),
                version=version,
                digest=f"of {version}",
                document=document,
                origin="page",
                at=context.clock.now(),
                by="system",
            )
        )


NOT_ALLOWED = HOUSE | {"limits": {"humidity_pct": {"low": 45, "high": 300}}, "mood": "good"}


def test_limits_on_record_that_are_allowed_no_more_are_listed_with_what_is_wrong(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    browser = api.signed_in(Post.FACILITY_MANAGER)
    assert browser.post("/api/v1/climate/limits", json=HOUSE).status_code == 201
    zone = "/api/v1/rooms/S1/climate/zones/room/limits"
    browser.put(zone, json={"profile": "house"} | REASON)
    keeps_from_before(api.context, 2, NOT_ALLOWED)

    shown = browser.get("/api/v1/climate/limits")
    assert shown.status_code == 200, shown.text
    versions = {each["id"]: each["version"] for each in shown.json()["profiles"]}
    assert versions["house"] == 1, "what its zones are judged by"
    (flawed,) = shown.json()["flawed"]
    assert (flawed["id"], flawed["version"], flawed["profile"]) == ("house", 2, NOT_ALLOWED)
    assert [each["place"] for each in flawed["flaws"]] == ["mood"]

    (kept,) = shown.json()["zones"]
    assert (kept["profile"], kept["version"], kept["flawed"]) == ("house", 1, "house")
    told = [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]
    assert len(told) == 1, "once, however often it is looked at"
    assert "version 2 of the limits house is on record and cannot be applied: mood" in told[0]

    past = browser.get("/api/v1/climate/limits/house").json()
    assert ([each["version"] for each in past["versions"]], len(past["flaws"])) == ([2, 1], 1)
    again = browser.put(zone, json={"profile": "house"} | REASON)
    assert (again.status_code, again.json()["code"]) == (422, "climate.limits_flawed")
    assert browser.get("/api/v1/rooms/S1/climate").status_code == 200


def test_a_zone_whose_limits_never_were_sound_is_judged_by_its_room_file(context: Context) -> None:
    room = context.rooms["S1"]
    keeps_from_before(context, 1, NOT_ALLOWED | {"id": "attic"})
    with context.records.write() as session:
        store.choose(
            session,
            room="S1",
            zone="room",
            profile_id="attic",
            reason="was there",
            at=context.clock.now(),
            by="system",
        )
    with context.records.read() as session:
        (zone,) = store.list_zones(session, shipped_limits(), room)

    assert isinstance(zone.limits, Version)
    assert zone.limits.profile.id == "jgj25-paper"
    assert zone.flawed is not None
    assert zone.flawed.profile_id == "attic"
