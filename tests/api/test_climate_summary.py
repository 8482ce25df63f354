"""The figures of a zone and of a box's life, over the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from controller.climate.metrics.pi import preservation_index_y
from controller.climate.series import add_imported
from controller.people.model import Post

from .archive import fill as fill_archive
from .conftest import Api

BEGAN = datetime(2026, 2, 20, tzinfo=UTC)


def measure(api: Api, days: int) -> None:
    """Steady air, a reading every ten minutes."""
    count = days * 144
    points = [
        (BEGAN + timedelta(minutes=10 * n), {"temperature_c": 18.0, "humidity_pct": 50.0})
        for n in range(count)
    ]
    with api.context.telemetry.write() as session:
        add_imported(session, "S1", "probe-1", points, "logger.csv")


def ask(api: Api, path: str, params: dict[str, str], status: int = 200) -> dict[str, Any]:
    answer = api.signed_in(Post.ARCHIVIST).get(f"/api/v1{path}", params=params)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_zone_tells_its_figures_and_the_limits_they_are_held_to(api: Api) -> None:
    measure(api, 5)
    period = {"from": BEGAN.isoformat(), "to": (BEGAN + timedelta(days=5)).isoformat()}
    found = ask(api, "/rooms/S1/climate/metrics", period)
    assert found["twpi_y"] == pytest.approx(preservation_index_y(18, 50))
    assert (found["coverage_pct"], found["shares"]["both"]) == (100.0, 100.0)
    assert (found["probes"], found["limits"]["verified"]) == (["probe-1"], False)
    assert found["rating"] == "ok"
    assert found["emc_rating"] == {"mechanical": "ok", "corrosion": "ok"}
    assert any("Michalski" in source for source in found["sources"])
    assert found["band"] is None  # five days are no season


def test_a_box_tells_which_air_it_lived_in(api: Api) -> None:
    fill_archive(api.context)
    measure(api, 5)
    period = {"from": BEGAN.isoformat(), "to": (BEGAN + timedelta(days=5)).isoformat()}
    found = ask(api, "/boxes/A-1/exposure", period)
    assert found["twpi_y"] == pytest.approx(preservation_index_y(18, 50))
    (span,) = found["spans"]
    assert (span["address"], span["room"], span["zone"]) == ("S1-B1-C3-L-1-1", "S1", "room")
    assert (found["unknown_pct"], found["coverage_pct"]) == (0.0, 100.0)
    assert span["assumed"]  # the list came later than these days


def test_what_does_not_exist_is_said_so(api: Api) -> None:
    unknown = (("zone", "attic", "no_such_zone"), ("probe", "p9", "no_such_probe"))
    for name, value, code in unknown:
        found = ask(api, "/rooms/S1/climate/metrics", {name: value}, 404)
        assert found["code"] == f"climate.{code}"
    assert ask(api, "/boxes/X/exposure", {}, 404)["code"] == "holdings.no_such_box"
    backwards = {"from": "2026-03-02T00:00:00Z", "to": "2026-03-01T00:00:00Z"}
    assert ask(api, "/rooms/S1/climate/metrics", backwards, 422)["code"] == "climate.bad_period"
