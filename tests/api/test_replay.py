"""Replay: what limits would have raised, the same numbers on the page, printed, and by hand."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from config.load import load_site, shipped_room
from controller.climate.conditions.judge import ProbeJudge
from controller.climate.conditions.model import Switches
from controller.climate.replay import api as replay_api
from controller.climate.replay.jobs import Cancelled, Job, Replays, TooMany
from controller.climate.replay.model import Answer, Question
from controller.climate.replay.run import Progress
from controller.climate.series import add_imported
from controller.commands import replay
from controller.context import Context
from controller.data.opening import open_context
from controller.people.model import Post
from controller.people.passwords import Passwords
from controller.people.setup import ensure_demo_accounts

from ..core.climate_metrics_golden import Air, measured_air
from .conftest import Api, StandingClock

PERIOD = {"from": "2010-11-01T00:00:00Z", "to": "2012-08-01T00:00:00Z"}


def load(context: Context, air: Air, probe: str = "probe-1") -> None:
    """Import what was once measured as the past of a probe (TRH-database, CC BY 4.0)."""
    points = [
        (datetime.fromtimestamp(at_s, UTC), {"temperature_c": t, "humidity_pct": rh})
        for at_s, t, rh in zip(air.at_s, air.temperatures_c, air.humidities_pct, strict=True)
    ]
    with context.telemetry.write() as session:
        add_imported(session, "S1", probe, points, "trh1.csv")


@pytest.fixture
def api(
    build: Callable[..., Callable[..., TestClient]],
    context: Context,
    clock: StandingClock,
    passwords: Passwords,
) -> Api:
    ensure_demo_accounts(context.records, clock, passwords)
    return Api(context=context, clock=clock, make=build(routers=[replay_api.routes(context)]))


def ask(browser: TestClient, **body: Any) -> dict[str, Any]:
    """Ask, wait for the answer and return it."""
    started = browser.post("/api/v1/climate/replays", json=PERIOD | body)
    assert started.status_code == 202, started.text
    while True:
        found = browser.get(f"/api/v1/climate/replays/{started.json()['id']}").json()
        if found["state"] not in ("waiting", "running"):
            assert found["state"] == "done", found
            return dict(found)


def count_by_hand(context: Context, air: Air, switches: Switches) -> int:
    """Count what the judge begins in the readings themselves."""
    profile = context.limits.profiles["jgj25-paper"]
    (room,) = context.rooms.values()
    judge = ProbeJudge(profile, zone=room.zone(), interval_s=air.interval_s, switches=switches)
    open_now: set[tuple[str, str]] = set()
    count = 0
    for at_s, t, rh in zip(air.at_s, air.temperatures_c, air.humidities_pct, strict=True):
        values = {"temperature_c": t, "humidity_pct": rh}
        for change in [*judge.expect(at_s), *judge.take(at_s, values)]:
            key = (change.kind, change.key)
            if change.grade is None:
                open_now.discard(key)
            elif key not in open_now:
                open_now.add(key)
                count += 1
    return count


def test_the_real_series_raises_far_less_with_hysteresis_and_delays(
    api: Api, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page, the command and the readings themselves give the same numbers."""
    air = measured_air()["R3_indoor1"]
    load(api.context, air)

    shown = ask(api.signed_in(Post.FACILITY_MANAGER), step="raw")

    result, without = shown["result"], shown["without"]
    assert result["alarms"] == count_by_hand(api.context, air, Switches())
    assert without["alarms"] == count_by_hand(api.context, air, Switches(False, False))
    limits, bare = (each["by_kind"]["climate.limit"] for each in (result, without))
    assert limits < 0.5 * bare
    assert result["again_within_6_h"] < 0.3 * without["again_within_6_h"]
    assert result["years"] == pytest.approx(594 / 365.25, abs=0.02)
    printed = run_command(tmp_path, air, capsys, monkeypatch, step="raw")
    assert printed["alarms per year"] == [result["alarms_per_year"], without["alarms_per_year"]]
    assert printed["again within 6 h"] == [
        result["again_within_6_h"],
        without["again_within_6_h"],
    ]
    for kind, count in result["by_kind"].items():
        assert printed[kind][0] == count


def run_command(
    tmp_path: Path,
    air: Air,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> dict[str, list[float]]:
    """Run `stackroom replay` on a data folder with the same past; return its lines."""
    site = tmp_path / "site.yaml"
    site.write_text(
        yaml.safe_dump(
            {"format": 1, "site": "test", "name": {"zh": "测", "en": "T"}, "rooms": ["room.yaml"]}
        )
    )
    room = tmp_path / "room.yaml"
    room.write_text(shipped_room("small").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("STACKROOM_DATA_DIR", str(tmp_path / "data"))
    loaded, rooms = load_site(site)
    with open_context(tmp_path / "data", loaded, rooms) as context:
        load(context, air)
    parser = argparse.ArgumentParser()
    replay.add_arguments(parser)
    capsys.readouterr()
    code = replay.run(
        parser.parse_args(
            [str(site), "--from", PERIOD["from"], "--to", PERIOD["to"], "--step", step]
        )
    )
    assert code == 0
    found = {}
    for line in capsys.readouterr().out.splitlines():
        name, numbers = line[:32].strip(), line[32:].split()
        if len(numbers) == 2 and numbers[0][0].isdigit():
            found[name] = [float(number) for number in numbers]
    return found


def test_hourly_means_answer_much_as_the_readings_do(api: Api) -> None:
    load(api.context, measured_air()["R1_indoor_10min"])
    browser = api.signed_in(Post.FACILITY_MANAGER)
    period = {"from": "2020-12-01T00:00:00Z", "to": "2021-06-01T00:00:00Z"}

    hourly, raw = (ask(browser, step=step, **period)["result"] for step in ("hour", "raw"))

    assert hourly["reports"] * 5 < raw["reports"]
    assert hourly["by_kind"]["climate.limit"] == pytest.approx(
        raw["by_kind"]["climate.limit"], rel=0.3, abs=3
    )
    assert hourly["by_kind"]["climate.swing"] == raw["by_kind"]["climate.swing"]


def test_other_limits_are_tried_before_anybody_keeps_them(api: Api) -> None:
    load(api.context, measured_air()["R3_indoor1"])
    browser = api.signed_in(Post.FACILITY_MANAGER)
    wide = yaml.safe_load("""
        {format: 2, id: wide, version: 1, name: {zh: 宽, en: Wide}, medium: paper,
         limits: {humidity_pct: {high: 99}}, mould: null,
         text: {zh: 宽, en: Wide}, source: [nobody], verified: false}""")

    now, other = ask(browser), ask(browser, limits=wide)
    by_name = ask(browser, profile="bizot")

    assert other["result"]["by_kind"].get("climate.limit", 0) == 0
    assert 0 < by_name["result"]["alarms"] < now["result"]["alarms"]
    assert {each["zone"] for each in now["result"]["occurrences"]} == {"room"}


def test_hysteresis_and_delays_can_be_switched_off_one_by_one(api: Api) -> None:
    load(api.context, measured_air()["R3_indoor1"])
    browser = api.signed_in(Post.FACILITY_MANAGER)

    counts = [
        ask(browser, hysteresis=hysteresis, delays=delays)["result"]["by_kind"]["climate.limit"]
        for hysteresis, delays in ((True, True), (True, False), (False, False))
    ]

    assert counts[0] < counts[1] < counts[2]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"rooms": ["R9"]}, "climate.no_such_room"),
        ({"zones": [{"room": "S1", "zone": "attic"}]}, "climate.no_such_zone"),
        ({"profile": "no-such"}, "climate.no_such_limits"),
        ({"from": "2012-08-01T00:00:00Z", "to": "2010-08-01T00:00:00Z"}, "climate.bad_period"),
    ],
)
def test_what_does_not_exist_is_named(api: Api, body: dict[str, Any], code: str) -> None:
    answer = api.signed_in(Post.FACILITY_MANAGER).post(
        "/api/v1/climate/replays", json=PERIOD | body
    )

    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_replay_is_its_askers_own(api: Api) -> None:
    asked = api.signed_in(Post.FACILITY_MANAGER)
    job = asked.post("/api/v1/climate/replays", json=PERIOD).json()["id"]

    other = api.signed_in(Post.ARCHIVIST)
    assert other.get(f"/api/v1/climate/replays/{job}").status_code == 404
    assert other.delete(f"/api/v1/climate/replays/{job}").status_code == 404
    assert asked.delete(f"/api/v1/climate/replays/{job}").status_code == 204
    assert asked.get(f"/api/v1/climate/replays/{job}").status_code == 404


QUESTION = Question(
    places=(), start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2027, 1, 1, tzinfo=UTC)
)


class Slow:
    """Work that says each step and goes on when it is let."""

    def __init__(self) -> None:
        self.stepped = threading.Event()
        self.go = threading.Event()
        self.ended: BaseException | None = None
        self.over = threading.Event()

    def __call__(self, _question: Question, progress: Progress) -> Answer:
        try:
            progress(0.5)
            self.stepped.set()
            self.go.wait(10)
            progress(0.75)
        except Cancelled as error:
            self.ended = error
            raise
        finally:
            self.over.set()
        raise AssertionError("nobody cancelled")


def test_a_cancelled_replay_ends_at_its_next_step() -> None:
    work = Slow()
    replays = Replays(work)
    job: Job = replays.start(QUESTION, by="me")
    assert work.stepped.wait(10)
    assert (job.state, job.progress) == ("running", 0.5)

    assert replays.cancel(job.id)
    work.go.set()

    assert work.over.wait(10)
    assert isinstance(work.ended, Cancelled)
    assert not replays.cancel(job.id)


def test_only_a_few_replays_wait_at_once() -> None:
    work = Slow()
    replays = Replays(work, closing=work.go.is_set)
    for _ in range(5):
        replays.start(QUESTION, by="me")

    with pytest.raises(TooMany):
        replays.start(QUESTION, by="me")
    work.go.set()


def test_a_probe_without_reports_is_counted_and_raises_nothing(api: Api) -> None:
    found = ask(api.signed_in(Post.FACILITY_MANAGER))

    assert (found["result"]["probes"], found["result"]["alarms_per_year"]) == (0, 0)
    assert timedelta(0) == timedelta(days=found["result"]["years"])
