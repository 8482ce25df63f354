"""Series over the API: readings, hours or days with their extremes, gaps, and as a file."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from controller.audit.store import list_entries
from controller.climate.metrics.growth_limit import growth_limit_pct
from controller.climate.series import add_imported
from controller.people.model import Post

from .conftest import Api

BEGAN = datetime(2025, 3, 1, tzinfo=UTC)


def fill(api: Api, count: int, step: timedelta, *, start: datetime = BEGAN) -> None:
    """Air that warms by a hundredth at each reading, with a peak in the tenth."""
    points = [
        (
            start + number * step,
            {
                "temperature_c": 35.0 if number == 10 else 20.0,
                "humidity_pct": 50.0,
                "co2_ppm": 400.0,
            },
        )
        for number in range(count)
    ]
    with api.context.telemetry.write() as session:
        add_imported(session, "S1", "probe-1", points, "logger.csv")


def ask(api: Api, **params: Any) -> dict[str, Any]:
    named = {"probe": "probe-1", "from": BEGAN.isoformat()} | params
    browser = api.signed_in(Post.FACILITY_MANAGER)
    answer = browser.get("/api/v1/rooms/S1/climate/series", params=named)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def after(**span: float) -> str:
    return (BEGAN + timedelta(**span)).isoformat()


@pytest.mark.parametrize(
    ("span", "points", "step"),
    [
        ({"days": 1}, 500, "raw"),
        ({"days": 300}, 9000, "hour"),
        ({"days": 300}, 700, "hour"),
        ({"days": 300}, 500, "day"),
        ({"days": 3650}, 5000, "day"),
    ],
)
def test_the_span_and_the_points_choose_the_step(
    api: Api, span: dict[str, float], points: int, step: str
) -> None:
    fill(api, 10_000, timedelta(minutes=10))
    found = ask(api, to=after(**span), points=points)
    assert found["step"] == step
    for bands in found["quantities"].values():
        assert 0 < len(bands) <= points
    assert max(band[3] for band in found["quantities"]["temperature_c"]) == 35.0


def test_an_hour_has_its_mean_and_its_extremes_and_begins_when_it_begins(api: Api) -> None:
    fill(api, 12, timedelta(minutes=10))
    found = ask(api, to=after(hours=2), step="hour")
    assert found["quantities"] == {
        "temperature_c": [
            [BEGAN.timestamp(), 20.0, 20.0, 20.0],
            [BEGAN.timestamp() + 3600, 22.5, 20.0, 35.0],
        ],
        "humidity_pct": [[BEGAN.timestamp() + 3600 * hour, 50.0, 50.0, 50.0] for hour in range(2)],
    }
    assert found["gaps"] == []


def test_one_odd_reading_is_still_seen_where_many_become_one_point(api: Api) -> None:
    fill(api, 300, timedelta(minutes=1))
    bands = ask(api, to=after(hours=5), points=20, step="raw")["quantities"]["temperature_c"]
    assert len(bands) <= 20
    assert max(highest for _, _, _, highest in bands) == 35.0


def test_any_quantity_can_be_asked_for(api: Api) -> None:
    fill(api, 30, timedelta(minutes=10))
    found = ask(api, to=after(hours=4), quantity=["co2_ppm", "tvoc_mg_m3"])
    assert len(found["quantities"]["co2_ppm"]) == 24
    assert found["quantities"]["tvoc_mg_m3"] == []
    browser = api.signed_in(Post.FACILITY_MANAGER)
    unknown = {"probe": "probe-1", "quantity": "ghosts"}
    answer = browser.get("/api/v1/rooms/S1/climate/series", params=unknown)
    assert (answer.status_code, answer.json()["code"]) == (404, "climate.no_such_quantity")


@pytest.mark.parametrize("quantity", [["humidity_pct"], ["temperature_c", "humidity_pct"]])
def test_beside_the_humidity_stands_from_where_on_mould_can_grow(
    api: Api, quantity: list[str]
) -> None:
    fill(api, 12, timedelta(minutes=10))
    found = ask(api, to=after(hours=2), step="hour", quantity=quantity, mould_limit=True)
    assert list(found["quantities"]) == quantity
    start = BEGAN.timestamp()
    limits = [growth_limit_pct(mean_c) for mean_c in (20.0, 22.5)]
    assert found["mould_limit"] == [[start, limits[0]], [start + 3600, limits[1]]]
    assert limits[0] > limits[1], "the warmer, the sooner"
    assert ask(api, to=after(hours=2), quantity=quantity)["mould_limit"] is None


@pytest.mark.parametrize("step", ["raw", "hour"])
def test_times_of_which_nothing_is_known_are_told_as_gaps(api: Api, step: str) -> None:
    fill(api, 48, timedelta(minutes=10))
    fill(api, 48, timedelta(minutes=10), start=BEGAN + timedelta(hours=20))
    found = ask(api, to=after(hours=28), step=step)
    start = BEGAN.timestamp()
    reached = start + 8 * 3600 + (20 * 60 if step == "raw" else 0)
    assert found["gaps"] == [[reached, start + 20 * 3600]]


def test_a_series_is_a_file_with_a_line_for_each_hour_and_stands_on_record(api: Api) -> None:
    fill(api, 24 * 200, timedelta(hours=1))
    browser = api.signed_in(Post.ARCHIVIST)
    params = {"probe": "probe-1", "from": BEGAN.isoformat(), "to": after(days=200)}
    answer = browser.get("/api/v1/rooms/S1/climate/series.csv", params=params)
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == len({row["at"] for row in rows}) == 24 * 200
    assert rows[10] == {
        "at": "2025-03-01T18:00:00+08:00",
        "temperature_c": "35.0",
        "temperature_c_min": "35.0",
        "temperature_c_max": "35.0",
        "humidity_pct": "50.0",
        "humidity_pct_min": "50.0",
        "humidity_pct_max": "50.0",
    }
    with api.context.records.read() as session:
        ended, begun, *_ = list_entries(session)
    assert (begun.action, ended.action) == ("export.begun", "export.ended")
    assert json.loads(ended.detail)["written"] == 24 * 200


@pytest.mark.parametrize(("step", "lines"), [("raw", 24 * 20), ("hour", 24 * 20 + 2), ("day", 21)])
def test_a_file_can_have_readings_hours_or_days(api: Api, step: str, lines: int) -> None:
    fill(api, 24 * 20, timedelta(hours=1))
    browser = api.signed_in(Post.ARCHIVIST)
    params = {"probe": "probe-1", "from": BEGAN.isoformat(), "to": after(days=60), "step": step}
    answer = browser.get("/api/v1/rooms/S1/climate/series.csv", params=params)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == lines
    assert len({row["at"] for row in rows}) == lines


def test_a_file_of_twenty_years_of_days_tells_no_day_twice(api: Api) -> None:
    ten_years_on = timedelta(days=3650) - timedelta(hours=8)
    moments = [BEGAN, *(BEGAN + ten_years_on + timedelta(hours=n) for n in range(-48, 48, 3))]
    points = [(moment, {"temperature_c": 20.0}) for moment in moments]
    with api.context.telemetry.write() as session:
        add_imported(session, "S1", "probe-1", points, "logger.csv")
    browser = api.signed_in(Post.ARCHIVIST)
    params = {"probe": "probe-1", "from": after(hours=7), "to": after(days=365 * 20), "step": "day"}
    answer = browser.get("/api/v1/rooms/S1/climate/series.csv", params=params)
    days = [row["at"] for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))]
    assert len(days) == len(set(days)) == 1 + 5


def test_a_suspect_reading_is_in_the_file_of_readings_with_its_reason(api: Api) -> None:
    with api.context.telemetry.write() as session:
        values = {"temperature_c": 20.0, "humidity_pct": 140.0}
        add_imported(session, "S1", "probe-1", [(BEGAN, values)], "logger.csv")
    browser = api.signed_in(Post.ARCHIVIST)
    params = {"probe": "probe-1", "from": BEGAN.isoformat(), "to": after(days=1), "step": "raw"}
    answer = browser.get("/api/v1/rooms/S1/climate/series.csv", params=params)
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["humidity_pct"], row["suspect"]) == ("140.0", "humidity_pct: implausible")
    assert ask(api, to=after(days=1))["quantities"]["humidity_pct"] == []


@pytest.mark.parametrize(
    ("post", "status"),
    [
        (Post.ARCHIVIST, 200),
        (Post.FACILITY_MANAGER, 200),
        (Post.AUDITOR, 200),
        (Post.CART_OPERATOR, 403),
        (Post.SYSTEM_ADMIN, 403),
        (Post.SECURITY_ADMIN, 403),
    ],
)
def test_who_answers_for_the_climate_takes_its_series_along(
    api: Api, post: Post, status: int
) -> None:
    browser = api.signed_in(post)
    answer = browser.get("/api/v1/rooms/S1/climate/series.csv", params={"probe": "probe-1"})
    assert answer.status_code == status
