"""Certificates of probes: added, never edited, withdrawn for a reason, told before they run out."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from controller.alarms.reading import list_alarms
from controller.climate.calibration.due import expired_spans
from controller.climate.calibration.model import Calibration
from controller.climate.calibration.watch import look_at_certificates
from controller.climate.series import add_imported, read_points, settle
from controller.people.model import Post

from .conftest import Api

PATH = "/api/v1/rooms/S1/climate/calibrations"
NEW = {
    "probe": "probe-1",
    "quantity": "humidity_pct",
    "since": "2026-02-01T00:00:00+08:00",
    "offset": -1.5,
    "gain": 1.02,
    "certificate": "RH-2026-0031",
    "laboratory": "省计量院",
    "due_on": "2027-01-31",
}


@pytest.fixture
def browser(api: Api) -> TestClient:
    return api.signed_in(Post.FACILITY_MANAGER)


def add(browser: TestClient, **changed: Any) -> Any:
    return browser.post(PATH, json=NEW | changed)


def open_alarms(api: Api) -> list[tuple[str, str, str]]:
    with api.context.records.read() as session:
        return [
            (str(each.params["quantity"]), each.priority, str(each.params["due_on"]))
            for each in list_alarms(session, open_only=True, limit=100)
            if each.cleared_at is None
        ]


def test_a_certificate_corrects_what_is_measured_from_its_day_on(
    api: Api, browser: TestClient
) -> None:
    begin = datetime(2026, 1, 31, 12, tzinfo=UTC)
    with api.context.telemetry.write() as session:
        points = [(begin + timedelta(hours=6 * n), {"humidity_pct": 50.0}) for n in range(2)]
        add_imported(session, "S1", "probe-1", points, "test")
    assert add(browser).status_code == 201
    settle(api.context)
    with api.context.telemetry.read() as session:
        found = read_points(
            session, "S1", "probe-1", "humidity_pct", begin, begin + timedelta(days=1)
        )
        assert [each.value for each in found] == [50.0, pytest.approx(49.5)]


def test_a_correction_is_a_new_record_and_a_withdrawn_one_stays_with_its_reason(
    api: Api, browser: TestClient
) -> None:
    first = add(browser).json()["calibrations"][0]["id"]
    view = browser.post(f"{PATH}/{first}/withdraw", json={"reason": "offset of another probe"})
    (gone,) = view.json()["calibrations"]
    assert gone["withdrawn"]["reason"] == "offset of another probe"
    assert view.json()["due"] == []
    listed = add(browser, offset=-0.5).json()
    assert [bool(each["withdrawn"]) for each in listed["calibrations"]] == [True, False]
    assert browser.put(f"{PATH}/{first}", json=NEW).status_code in (404, 405)
    missing = browser.post(f"{PATH}/999/withdraw", json={"reason": "nothing"})
    assert (missing.status_code, missing.json()["code"]) == (404, "climate.no_such_calibration")
    entries = api.signed_in(Post.AUDITOR).get("/api/v1/audit").json()["entries"]
    assert [e["action"] for e in entries if e["action"].startswith("climate.")] == [
        "climate.calibration_added",
        "climate.calibration_withdrawn",
        "climate.calibration_added",
    ]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"probe": "nowhere"}, 404, "climate.no_such_probe"),
        ({"gain": 10.0}, 422, "request.invalid"),
        ({"offset": -1000.0}, 422, "request.invalid"),
        ({"quantity": "joy_pct"}, 404, "climate.no_such_quantity"),
        ({"since": "2031-01-01T00:00:00Z"}, 422, "climate.calibration_in_future"),
        ({"due_on": "2025-01-01"}, 422, "climate.calibration_due_before"),
        ({"gain": 0}, 422, "request.invalid"),
        ({"certificate": ""}, 422, "request.invalid"),
    ],
)
def test_what_cannot_be_is_refused(
    browser: TestClient, changed: dict[str, Any], status: int, code: str
) -> None:
    answer = add(browser, **changed)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("gain", ["0", "1e-320", "1e400", "Infinity", "-1"])
def test_a_gain_that_leaves_nothing_of_a_reading_is_refused_by_its_field(
    browser: TestClient, gain: str
) -> None:
    text = json.dumps(NEW | {"gain": 7.25}).replace("7.25", gain)
    kind = {"Content-Type": "application/json"}
    answer = browser.post(PATH, content=text, headers=kind)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert [each["field"] for each in answer.json()["params"]["errors"]] == ["body.gain"]


def test_it_is_told_sixty_days_before_thirty_days_before_and_once_it_has_run_out(
    api: Api, browser: TestClient
) -> None:
    add(browser)
    steps = []
    for day in (date(2026, 12, 1), date(2026, 12, 2), date(2027, 1, 1), date(2027, 1, 31)):
        api.clock.at = datetime.combine(day, datetime.min.time(), ZoneInfo("Asia/Shanghai"))
        look_at_certificates(api.context)
        look_at_certificates(api.context)
        steps.append([priority for _, priority, _ in open_alarms(api)])
    assert steps == [[], ["low"], ["medium"], ["medium"]]
    before = open_alarms(api)
    api.clock.advance(days=1)
    look_at_certificates(api.context)
    (alarm,) = open_alarms(api)
    assert alarm == before[0] == ("humidity_pct", "medium", "2027-01-31")
    with api.context.records.read() as session:
        assert len(list_alarms(session, open_only=False, limit=100)) == 2, "told anew, not silently"
    (due,) = browser_of(api).get(PATH).json()["due"]
    assert (due["standing"], due["days_left"]) == ("expired", -1)
    since = api.clock.at.isoformat()
    add(browser_of(api), since=since, due_on="2028-01-31", certificate="RH-2027-0004")
    assert open_alarms(api) == []


def browser_of(api: Api) -> TestClient:
    return api.signed_in(Post.FACILITY_MANAGER)


def test_withdrawing_the_last_certificate_ends_its_alarm(api: Api, browser: TestClient) -> None:
    view = add(browser, due_on="2026-03-10").json()
    assert [each[1] for each in open_alarms(api)] == ["medium"]
    number = view["calibrations"][0]["id"]
    browser.post(f"{PATH}/{number}/withdraw", json={"reason": "wrong date"})
    assert open_alarms(api) == []


def test_the_list_goes_out_as_csv_that_no_spreadsheet_runs(browser: TestClient) -> None:
    add(browser, laboratory="=HYPERLINK(1)")
    answer = browser.get(f"{PATH}.csv")
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert (rows[0]["certificate"], rows[0]["laboratory"]) == ("RH-2026-0031", "'=HYPERLINK(1)")
    assert rows[0]["offset"] == "-1.5"


def test_only_who_manages_the_climate_may_add(api: Api) -> None:
    operator = api.signed_in(Post.CART_OPERATOR)
    assert add(operator).status_code == 403
    assert operator.get(PATH).status_code == 200


def test_what_was_measured_after_a_certificate_ran_out_is_known() -> None:
    def certificate(number: int, since: datetime, due_on: date | None) -> Calibration:
        return Calibration(
            id=number, room="S1", probe="p", quantity="humidity_pct", since=since, offset=0,
            gain=1, certificate="c", laboratory="l", by="system", noted_at=since, due_on=due_on,
        )  # fmt: skip

    zone = ZoneInfo("Asia/Shanghai")
    first = datetime(2025, 1, 1, tzinfo=zone)
    second = datetime(2026, 3, 1, tzinfo=zone)
    several = [certificate(1, first, date(2026, 1, 1)), certificate(2, second, None)]
    start, end = datetime(2025, 6, 1, tzinfo=zone), datetime(2026, 6, 1, tzinfo=zone)
    assert expired_spans(several, zone, start, end) == [(datetime(2026, 1, 2, tzinfo=zone), second)]
