"""The climate of a room: now, judged by its limits, and as a series that keeps every peak."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config.limit_files import shipped_limits
from controller.climate.model import Judgement
from controller.climate.rules import judge_value
from controller.climate.series import add_samples
from controller.people.model import Post
from drivers.messages import Sample, Telemetry

from .conftest import Api


def measure(api: Api, temperature_c: float, humidity_pct: float, *, seq: int = 1) -> None:
    sample = Sample(at=api.clock.now(), temperature_c=temperature_c, humidity_pct=humidity_pct)
    batch = Telemetry(device="probe-1", outbox="o1", seq=seq, samples=(sample,))
    with api.context.telemetry.write() as session:
        add_samples(session, "S1", batch)


def probe(api: Api) -> dict[str, object]:
    answer = api.signed_in(Post.FACILITY_MANAGER).get("/api/v1/rooms/S1/climate")
    assert answer.status_code == 200
    (found,) = answer.json()["probes"]
    assert isinstance(found, dict)
    return found


def test_a_probe_that_never_spoke_is_shown_without_a_figure(api: Api) -> None:
    found = probe(api)
    assert (found["temperature_c"], found["judgement"], found["online"]) == (None, "none", False)


@pytest.mark.parametrize(
    ("temperature_c", "humidity_pct", "judgement"),
    [
        (20.0, 50.0, "ok"),
        (14.0, 60.0, "ok"),
        (24.1, 50.0, "high"),
        (13.9, 50.0, "low"),
        (20.0, 60.1, "high"),
        (20.0, 44.9, "low"),
        (13.0, 70.0, "high"),
        (120.0, 50.0, "suspect"),
    ],
)
def test_a_reading_is_judged_by_the_limits_of_the_room(
    api: Api, temperature_c: float, humidity_pct: float, judgement: str
) -> None:
    measure(api, temperature_c, humidity_pct)
    assert probe(api)["judgement"] == judgement


def test_a_probe_tells_every_value_and_which_of_them_is_not_believed(api: Api) -> None:
    measure(api, 20.0, 150.0)
    assert probe(api)["values"] == {
        "temperature_c": {"value": 20.0, "suspect": None},
        "humidity_pct": {"value": 150.0, "suspect": "implausible"},
    }


def test_an_old_reading_is_stale_and_says_how_old_it_is(api: Api) -> None:
    measure(api, 20.0, 50.0)
    api.clock.advance(minutes=6)
    found = probe(api)
    assert (found["judgement"], found["age_s"], found["online"]) == ("stale", 360.0, False)
    assert found["temperature_c"] == 20.0


def test_what_a_clock_that_was_ahead_dated_does_not_stand_for_now(api: Api) -> None:
    measure(api, 20.0, 50.0)
    api.clock.advance(days=365)
    measure(api, 21.0, 51.0, seq=2)
    api.clock.advance(days=-365, minutes=1)
    assert probe(api)["temperature_c"] == 20.0
    measure(api, 22.0, 52.0, seq=3)
    assert (probe(api)["temperature_c"], probe(api)["age_s"]) == (22.0, 0.0)


def test_a_value_that_stays_the_same_is_not_stale(api: Api) -> None:
    for minute in range(30):
        measure(api, 20.0, 50.0, seq=minute + 1)
        api.clock.advance(minutes=1)
    assert probe(api)["judgement"] == "ok"


def test_the_profile_tells_its_source_and_that_nobody_verified_it(api: Api) -> None:
    answer = api.signed_in(Post.ARCHIVIST).get("/api/v1/rooms/S1/climate").json()["profile"]
    assert answer["limits"]["temperature_c"]["high"] == 24
    assert answer["limits"]["humidity_pct"]["low"] == 45
    assert "JGJ 25-2010" in answer["source"][0]
    assert answer["verified"] is False


def test_a_series_holds_what_was_measured_in_the_period(api: Api) -> None:
    began = api.clock.now()
    for number in range(20):
        measure(api, 20.0 + number / 10, 50.0, seq=number + 1)
        api.clock.advance(minutes=1)
    answer = api.signed_in(Post.FACILITY_MANAGER).get(
        "/api/v1/rooms/S1/climate/series",
        params={
            "probe": "probe-1",
            "from": (began + timedelta(minutes=5)).isoformat(),
            "to": (began + timedelta(minutes=8)).isoformat(),
        },
    )
    start = began.timestamp()
    assert answer.json()["quantities"]["temperature_c"] == [
        [start + 300, 20.5, 20.5, 20.5],
        [start + 360, 20.6, 20.6, 20.6],
        [start + 420, 20.7, 20.7, 20.7],
    ]


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"probe": "probe-1"}, 200),
        ({"probe": "probe-9"}, 404),
        ({"probe": "probe-1", "points": "1000000000"}, 422),
        ({"probe": "probe-1", "from": "2016-01-01T00:00:00Z"}, 200),
        ({"probe": "probe-1", "from": "1960-01-01T00:00:00Z"}, 422),
        ({"probe": "probe-1", "from": "2026-01-01T00:00:00"}, 422),
        ({"probe": "probe-1", "from": "2027-01-01T00:00:00Z"}, 422),
        ({}, 422),
    ],
)
def test_a_series_is_asked_for_within_bounds(api: Api, params: dict[str, str], status: int) -> None:
    browser = api.signed_in(Post.FACILITY_MANAGER)
    answer = browser.get("/api/v1/rooms/S1/climate/series", params=params)
    assert answer.status_code == status


def test_a_room_that_does_not_exist_has_no_climate(api: Api) -> None:
    answer = api.signed_in(Post.ARCHIVIST).get("/api/v1/rooms/X9/climate")
    assert (answer.status_code, answer.json()["code"]) == (404, "rooms.no_such_room")


def test_a_short_history_is_shown_whole_however_long_the_period(api: Api) -> None:
    for minute in range(20):
        measure(api, 20.0, 50.0, seq=minute + 1)
        api.clock.advance(minutes=1)
    month = api.clock.now() - timedelta(days=30)
    answer = api.signed_in(Post.FACILITY_MANAGER).get(
        "/api/v1/rooms/S1/climate/series",
        params={"probe": "probe-1", "from": month.isoformat(), "points": 20},
    )
    assert len(answer.json()["quantities"]["humidity_pct"]) == 20


def test_the_limit_itself_is_still_good() -> None:
    limits = shipped_limits().profiles["jgj25-paper"].limits["temperature_c"]
    assert judge_value(14, limits) is Judgement.OK
    assert judge_value(24, limits) is Judgement.OK
    assert judge_value(13.9, limits) is Judgement.LOW


def test_a_zone_shows_its_limits_and_the_air_of_its_sound_probes(api: Api) -> None:
    measure(api, 20.0, 62.0)
    shown = api.signed_in(Post.FACILITY_MANAGER).get("/api/v1/rooms/S1/climate").json()

    (zone,) = shown["zones"]
    assert (zone["zone"], zone["profile"]["id"], zone["profile"]["version"]) == (
        "room",
        "jgj25-paper",
        1,
    )
    assert zone["profile"]["limits"]["humidity_pct"]["high"] == 60
    now = zone["now"]
    assert (now["judgement"], now["probes_used"], now["humidity_pct"]) == ("high", 1, 62.0)
    assert now["dew_point_c"] == pytest.approx(12.5, abs=0.1)

    api.clock.advance(minutes=6)
    later = api.signed_in(Post.FACILITY_MANAGER).get("/api/v1/rooms/S1/climate").json()
    old = later["zones"][0]["now"]
    assert (old["judgement"], old["probes_used"], old["humidity_pct"]) == ("stale", 0, None)


def test_times_are_kept_to_the_millisecond(api: Api) -> None:
    api.clock.at = datetime(2026, 3, 2, 8, 0, 0, 123456, tzinfo=UTC)
    measure(api, 20.0, 50.0)
    assert probe(api)["at"] == "2026-03-02T08:00:00.123000Z"
