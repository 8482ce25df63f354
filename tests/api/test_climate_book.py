"""The book of the air: proposed from probes, noted by hand, corrected in the open, signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from config.book import ClimateBook
from controller.climate.book import store
from controller.climate.series import add_imported
from controller.people.model import Post
from controller.store.engine import ReadSession, Store

from .conftest import Api

PATH = "/api/v1/rooms/S1/climate/book"
HAND = {
    "date": "2026-03-01",
    "slot": "afternoon",
    "zone": "room",
    "temperature_c": 19.5,
    "humidity_pct": 51.0,
    "instrument": "ASMANN-0047",
    "reason": "probe-1 is at the laboratory",
}


@pytest.fixture
def browser(api: Api) -> TestClient:
    """Somebody on 2 March, 16:00 in Shanghai; the probe spoke on 1 March at 9 in the morning."""
    with api.context.telemetry.write() as session:
        at = datetime(2026, 3, 1, 0, 55, tzinfo=UTC)
        points = [
            (at + timedelta(minutes=4 * n), {"temperature_c": 20.0 + n, "humidity_pct": 50.0 + n})
            for n in range(2)
        ]
        add_imported(session, "S1", "probe-1", points, "test")
    return api.signed_in(Post.ARCHIVIST)


def entry(view: Any, day: int, slot: str) -> Any:
    found = view["days"][day - 1]
    return next(each for each in found["entries"] if each["slot"] == slot)


def month(browser: TestClient) -> Any:
    return browser.get(PATH, params={"month": "2026-03"}).json()


def test_what_the_probes_said_nearest_to_the_hour_is_proposed(browser: TestClient) -> None:
    view = month(browser)
    (cell,) = entry(view, 1, "morning")["inside"]
    assert (cell["state"], cell["temperature_c"], cell["humidity_pct"]) == ("proposed", 21.0, 51.0)
    assert (cell["by"], cell["instrument"]) == ("probe", "probe-1")


def test_a_slot_of_which_nothing_is_known_is_missed_and_one_to_come_is_not(
    browser: TestClient,
) -> None:
    view = month(browser)
    assert entry(view, 1, "afternoon")["inside"][0]["state"] == "missed"
    assert entry(view, 2, "morning")["inside"][0]["state"] == "missed"
    assert entry(view, 3, "morning")["inside"][0]["state"] == "to_come"
    assert (view["missed"], view["unsigned"]) == (3, 4)


def test_a_note_by_hand_names_its_instrument_and_a_correction_keeps_the_old_value(
    browser: TestClient,
) -> None:
    browser.put(PATH, json=HAND)
    view = browser.put(PATH, json=HAND | {"humidity_pct": 53.0, "reason": "misread"}).json()
    (cell,) = entry(view, 1, "afternoon")["inside"]
    assert (cell["state"], cell["humidity_pct"], cell["instrument"]) == (
        "noted",
        53.0,
        "ASMANN-0047",
    )
    assert [(each["humidity_pct"], each["reason"]) for each in cell["replaced"]] == [
        (51.0, "probe-1 is at the laboratory")
    ]
    assert cell["note"]["reason"] == "misread"


def test_who_signs_takes_over_what_was_proposed_and_nothing_changes_after(
    api: Api, browser: TestClient
) -> None:
    slot = {"date": "2026-03-01", "slot": "morning"}
    answer = browser.post(f"{PATH}/sign", json={"slots": [slot]})
    signed = entry(answer.json(), 1, "morning")
    assert signed["signed_by"]
    (cell,) = signed["inside"]
    assert (cell["state"], cell["temperature_c"], cell["by"]) == ("noted", 21.0, "probe")
    refused = browser.put(PATH, json=HAND | {"slot": "morning"})
    assert (refused.status_code, refused.json()["code"]) == (409, "climate.book_signed")
    with api.context.telemetry.write() as session:
        at = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
        add_imported(session, "S1", "probe-1", [(at, {"temperature_c": 30.0})], "late")
    assert entry(month(browser), 1, "morning")["inside"][0]["temperature_c"] == 21.0
    again = browser.post(f"{PATH}/sign", json={"slots": [slot]}).json()
    assert entry(again, 1, "morning")["signed_at"] == signed["signed_at"]


class Interrupted:
    """A telemetry database after whose reading somebody else does something."""

    def __init__(self, store: Store, meanwhile: Callable[[], object]) -> None:
        self._store = store
        self._meanwhile = meanwhile

    @contextmanager
    def read(self) -> Iterator[ReadSession]:
        with self._store.read() as session:
            yield session
        self._meanwhile()


def test_what_somebody_notes_while_another_signs_is_not_put_aside_for_the_probe(
    api: Api, browser: TestClient
) -> None:
    by_hand = HAND | {"slot": "morning"}
    telemetry: Any = Interrupted(
        api.context.telemetry, lambda: browser.put(PATH, json=by_hand).raise_for_status()
    )
    context = replace(api.context, telemetry=telemetry)
    room = context.rooms["S1"]
    assert store.sign(context, room, [(date(2026, 3, 1), "morning")], by="u1") == 1
    (cell,) = entry(month(browser), 1, "morning")["inside"]
    assert (cell["temperature_c"], cell["by"]) == (19.5, "hand")


@pytest.mark.parametrize(
    ("slot", "code"),
    [
        ({"date": "2026-03-01", "slot": "afternoon"}, "climate.book_nothing_to_sign"),
        ({"date": "2026-03-05", "slot": "morning"}, "climate.book_to_come"),
    ],
)
def test_nobody_signs_what_is_not_there(
    browser: TestClient, slot: dict[str, str], code: str
) -> None:
    answer = browser.post(f"{PATH}/sign", json={"slots": [slot]})
    assert (answer.status_code, answer.json()["code"]) == (409, code)


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"zone": "cellar"}, 404, "climate.no_such_zone"),
        ({"temperature_c": None, "humidity_pct": None}, 422, "climate.book_empty_note"),
        ({"date": "2026-03-09"}, 409, "climate.book_to_come"),
        ({"humidity_pct": 140}, 422, "request.invalid"),
        ({"instrument": ""}, 422, "request.invalid"),
    ],
)
def test_a_note_that_cannot_be_is_refused(
    browser: TestClient, changed: dict[str, Any], status: int, code: str
) -> None:
    answer = browser.put(PATH, json=HAND | changed)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_ledger_tells_who_noted_corrected_and_signed(api: Api, browser: TestClient) -> None:
    browser.put(PATH, json=HAND)
    browser.put(PATH, json=HAND | {"humidity_pct": 53.0})
    slot = {"date": "2026-03-01", "slot": "afternoon"}
    browser.post(f"{PATH}/sign", json={"slots": [slot]})
    entries = api.signed_in(Post.AUDITOR).get("/api/v1/audit").json()["entries"]
    assert [e["action"] for e in entries if e["action"].startswith("climate.book")] == [
        "climate.book_signed",
        "climate.book_corrected",
        "climate.book_noted",
    ]


def test_only_keepers_sign(api: Api) -> None:
    operator = api.signed_in(Post.CART_OPERATOR)
    assert operator.put(PATH, json=HAND).status_code == 403
    assert operator.get(PATH, params={"month": "2026-03"}).status_code == 200


def test_the_times_of_a_book_come_one_after_the_other() -> None:
    assert ClimateBook().at("afternoon").hour == 15
    with pytest.raises(ValidationError, match="must be before"):
        ClimateBook(morning="16:00")
