"""Logger files over the API and by command: read dry, asked, published once, cancelled, kept."""

from __future__ import annotations

import gc
import gzip
import io
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from config.settings import ControllerSettings
from controller.climate.loggers import imports, store
from controller.climate.loggers.model import Choices, Findings
from controller.climate.loggers.shapes import show
from controller.climate.loggers.tables import LoggerPartRow
from controller.climate.series import list_probes, read_points
from controller.commands.importing_climate import import_climate
from controller.context import Context
from controller.people.model import Post

from .conftest import Api, StandingClock

HEAD = "time;temp;rh\n"
TRH1 = Path(__file__).parents[1] / "golden" / "data" / "climate" / "trh1.csv.gz"


@pytest.fixture
def browser(api: Api) -> TestClient:
    return api.signed_in(Post.FACILITY_MANAGER)


def rows(count: int, *, first: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> str:
    return HEAD + "".join(
        f"{first + timedelta(hours=n):%Y-%m-%dT%H:%M:%SZ};{20 + n % 10 / 10};{50 + n % 7}\n"
        for n in range(count)
    )


def send(browser: TestClient, text: str | bytes, **more: Any) -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    form = {"room": "S1", "probe": "probe-1"} | more
    return browser.post("/api/v1/climate/imports", files={"file": ("l.csv", content)}, data=form)


def points(context: Context, *, suspect: bool = False) -> list[tuple[float, float, str | None]]:
    start, end = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    with context.telemetry.read() as session:
        found = read_points(
            session, "S1", "probe-1", "humidity_pct", start, end, with_suspect=suspect
        )
        return [(each.at_s, each.value, each.suspect) for each in found]


def test_a_file_is_read_dry_and_taken_in_once(api: Api, browser: TestClient) -> None:
    answer = send(browser, rows(30))
    assert answer.status_code == 201, answer.text
    view = answer.json()
    assert (view["state"], view["rows"], view["moments"], view["interval_s"]) == (
        "ready",
        30,
        30,
        3600.0,
    )
    assert [each["means"] for each in view["columns"]] == [
        "moment",
        "temperature_c",
        "humidity_pct",
    ]
    assert points(api.context) == []
    path = f"/api/v1/climate/imports/{view['id']}"
    done = browser.post(f"{path}/publish").json()
    assert (done["state"], done["new"], done["already"]) == ("published", 30, 0)
    assert len(points(api.context)) == 30
    assert browser.post(f"{path}/publish").json()["new"] == 30, "said twice, done once"
    again = send(browser, rows(31)).json()
    done = browser.post(f"/api/v1/climate/imports/{again['id']}/publish").json()
    assert (done["new"], done["already"]) == (1, 30)
    same = send(browser, rows(30)).json()
    assert same["same_as"] == view["id"]
    listed = browser.get("/api/v1/climate/imports").json()["imports"]
    assert [each["state"] for each in listed] == ["ready", "published", "published"]


def test_what_nobody_believes_is_stored_apart(api: Api, browser: TestClient) -> None:
    text = HEAD + "2026-01-01 00:00;20;140\n2031-01-01 00:00;20;50\n2026-01-01 01:00;20;50\n"
    view = send(browser, text).json()
    assert view["problem_counts"] == {"implausible": 1, "future": 1}
    assert view["problems"][0] == {
        "row": 2,
        "column": "humidity_pct",
        "code": "implausible",
        "value": "140",
    }
    browser.post(f"/api/v1/climate/imports/{view['id']}/publish")
    assert [each[1:] for each in points(api.context)] == [(50.0, None)]
    codes = [each[1:] for each in points(api.context, suspect=True)]
    assert codes == [(140.0, "implausible"), (50.0, None), (50.0, "future")]


def test_what_was_ahead_when_its_file_came_stays_suspect_for_ever(
    api: Api, browser: TestClient
) -> None:
    """A wrong clock of the logger: its dates come before anybody publishes the file."""
    text = HEAD + "2026-03-02T07:00:00Z;20;50\n2026-03-04T07:00:00Z;20;60\n"
    view = send(browser, text).json()
    assert view["problem_counts"] == {"future": 1}
    api.clock.advance(days=3)
    browser = api.signed_in(Post.FACILITY_MANAGER)
    path = f"/api/v1/climate/imports/{view['id']}"
    again = browser.put(f"{path}/choices", json={"zone": "UTC"}).json()
    assert again["problem_counts"] == {"future": 1}, "read again, it came no later"
    done = browser.post(f"{path}/publish").json()
    assert (done["state"], done["problem_counts"]) == ("published", {"future": 1})
    assert [each[1:] for each in points(api.context, suspect=True)] == [
        (50.0, None),
        (60.0, "future"),
    ]


def test_a_year_that_no_clock_can_mean_costs_its_row_and_not_the_file(
    api: Api, browser: TestClient
) -> None:
    moments = (
        "9999-12-31 23:59:59",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01 00:00",
        "0001-01-01T00:00:00+14:00",
        "2026-01-01 00:00",
    )
    view = send(browser, HEAD + "".join(f"{each};20;50\n" for each in moments)).json()
    assert (view["state"], view["moments"]) == ("ready", 1)
    assert view["problem_counts"] == {"bad_time": 2, "too_early": 2}
    browser.post(f"/api/v1/climate/imports/{view['id']}/publish")
    assert len(points(api.context, suspect=True)) == 1


def test_an_open_question_holds_the_file_until_it_is_answered(
    api: Api, browser: TestClient
) -> None:
    view = send(browser, HEAD + "01/02/2026 00:00;20;50\n01/02/2026 01:00;20;50\n").json()
    assert [each["about"] for each in view["questions"]] == ["date_order"]
    path = f"/api/v1/climate/imports/{view['id']}"
    refused = browser.post(f"{path}/publish")
    assert (refused.status_code, refused.json()["code"]) == (409, "climate.import_not_now")
    assert refused.json()["params"] == {"state": "open_questions"}
    chosen = browser.put(f"{path}/choices", json={"date_order": "dmy", "zone": "UTC"}).json()
    assert (chosen["questions"], chosen["zone_by"]) == ([], "choice")
    assert browser.post(f"{path}/publish").json()["new"] == 2
    assert points(api.context)[0][0] == datetime(2026, 2, 1, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "more", "status", "code"),
    [
        (rows(1), {"room": "S9"}, 404, "rooms.no_such_room"),
        (rows(1), {"probe": "nowhere"}, 404, "climate.no_such_probe"),
        (rows(1), {"choices": '{"zone": 5}'}, 422, "climate.import_bad_choices"),
    ],
)
def test_what_does_not_exist_is_refused(
    browser: TestClient, text: str, more: dict[str, str], status: int, code: str
) -> None:
    answer = send(browser, text, **more)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("content", "code", "params"),
    [
        (b"\0" * 4000, "climate.import_not_text", {"at": 1}),
        (b"\xff\xfe" + b"\0" * 4000, "climate.import_not_text", {"at": 3}),
        (HEAD.encode(), "climate.import_no_rows", {"row": 1}),
        (b"Logger 7\n\n" + HEAD.encode() + b"\n \n;;\n", "climate.import_no_rows", {"row": 3}),
    ],
)
def test_a_file_without_a_reading_says_so_plainly(
    browser: TestClient, content: bytes, code: str, params: dict[str, int]
) -> None:
    view = send(browser, content).json()
    assert (view["state"], view["failure"]) == ("failed", {"code": code, "params": params})


def test_a_file_that_cannot_be_read_says_why(browser: TestClient) -> None:
    view = send(browser, b"PK\x03\x04 a workbook").json()
    assert (view["state"], view["failure"]["code"]) == ("failed", "climate.import_workbook")
    view = send(browser, rows(1), choices='{"zone": "Mars/Olympus"}').json()
    assert view["failure"] == {
        "code": "climate.import_unknown_zone",
        "params": {"zone": "Mars/Olympus"},
    }


def test_a_logger_of_no_room_file_is_taken_in_if_that_is_meant(
    api: Api, browser: TestClient
) -> None:
    view = send(browser, rows(2), probe="hand-logger", new_probe="true").json()
    browser.post(f"/api/v1/climate/imports/{view['id']}/publish")
    with api.context.telemetry.read() as session:
        assert [each.probe for each in list_probes(session, "S1")] == ["hand-logger"]


def test_a_cancelled_file_is_let_go_and_one_that_was_taken_in_is_kept(
    api: Api, browser: TestClient
) -> None:
    kept, gone = send(browser, rows(3)).json(), send(browser, rows(4)).json()
    browser.post(f"/api/v1/climate/imports/{kept['id']}/publish")
    answer = browser.delete(f"/api/v1/climate/imports/{gone['id']}")
    assert answer.json()["state"] == "cancelled"
    with store.opened(api.context, kept["id"]) as stream:
        assert stream.read() == rows(3).encode()
    with api.context.telemetry.read() as session:
        assert session.get(LoggerPartRow, (gone["id"], 0)) is None
    api.clock.advance(days=401)
    assert imports.let_files_go(api.context) >= 1
    with api.context.telemetry.read() as session:
        assert session.get(LoggerPartRow, (kept["id"], 0)) is None


def test_only_who_manages_the_climate_may_send_files(api: Api) -> None:
    operator = api.signed_in(Post.CART_OPERATOR)
    assert send(operator, rows(1)).status_code == 403
    assert operator.get("/api/v1/climate/imports").status_code == 403


def test_imports_are_written_into_the_ledger(api: Api, browser: TestClient) -> None:
    view = send(browser, rows(3)).json()
    browser.post(f"/api/v1/climate/imports/{view['id']}/publish")
    entries = api.signed_in(Post.AUDITOR).get("/api/v1/audit").json()["entries"]
    (entry,) = [each for each in entries if each["action"].startswith("climate.import")]
    assert (entry["action"], entry["subject"]) == ("climate.import_published", "S1/probe-1")


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long files are those of a few rows."""
    monkeypatch.setattr("controller.climate.loggers.reading.TELL_EVERY", 10)
    monkeypatch.setattr("controller.climate.loggers.survey.TELL_EVERY", 10)
    monkeypatch.setattr("controller.climate.loggers.imports.STRETCH", 10)


def begin(context: Context, text: str) -> str:
    stream = io.BytesIO(text.encode())
    return store.begin(
        context, stream, room="S1", probe="probe-1", name="l", by="system", choices=Choices()
    )


def state(context: Context, import_id: str) -> str:
    with context.records.read() as session:
        return store.get_import(session, import_id).state


def counted(context: Context, import_id: str) -> tuple[int | None, int | None]:
    with context.records.read() as session:
        view = show(session, store.get_import(session, import_id), {})
    assert (view.new or 0) + (view.already or 0) == view.moments
    return view.new, view.already


@pytest.mark.usefixtures("short")
def test_a_stop_while_publishing_is_taken_up_and_nothing_is_there_twice(context: Context) -> None:
    import_id = begin(context, rows(95))
    imports.work(context)
    imports.publish(context, import_id, by="system")

    def stop(doing: str, number: int) -> None:
        if number >= 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imports.work(context, tell=stop)
    assert 0 < len(points(context)) < 95
    assert state(context, import_id) == "publishing"
    imports.work(context)
    assert (state(context, import_id), len(points(context))) == ("published", 95)
    assert counted(context, import_id) == (95, 0), "of both runs together"


@pytest.mark.usefixtures("short")
def test_a_stop_between_the_last_reading_and_the_end_counts_all_of_it(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = begin(context, rows(20))
    import_id = begin(context, rows(95))
    imports.work(context)
    for each in (earlier, import_id):
        imports.publish(context, each, by="system")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("controller.climate.loggers.imports._tell_end", stop)
        with pytest.raises(KeyboardInterrupt):
            imports.work(context)
    imports.work(context)
    assert (counted(context, earlier), counted(context, import_id)) == ((20, 0), (75, 20))


@pytest.mark.usefixtures("short")
def test_a_full_disk_while_publishing_leaves_no_half_read_file(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = begin(context, rows(95))
    imports.work(context)
    imports.publish(context, import_id, by="system")
    left: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", left.append)

    def fails(*_: object, **__: object) -> int:
        raise OperationalError("INSERT", {}, OSError("no space left on device"))

    with monkeypatch.context() as patch:
        patch.setattr("controller.climate.loggers.imports.add_imported", fails)
        with pytest.raises(OperationalError):
            imports.work(context)
    gc.collect()
    assert left == [], "nothing complains of a file that was closed under it"
    imports.work(context)
    assert counted(context, import_id) == (95, 0)


@pytest.mark.usefixtures("short")
def test_cancelling_ends_the_work_and_what_was_stored_can_be_completed(context: Context) -> None:
    import_id = begin(context, rows(95))
    imports.work(context)
    imports.publish(context, import_id, by="system")
    seen: list[int] = []

    def cancel(doing: str, number: int) -> None:
        seen.append(number)
        if number == 50:
            imports.cancel(context, import_id, by="system")

    imports.work(context, tell=cancel)
    assert (state(context, import_id), max(seen)) == ("stopped", 50)
    imports.publish(context, import_id, by="system")
    imports.work(context)
    assert (state(context, import_id), len(points(context))) == ("published", 95)
    assert counted(context, import_id) == (95, 0), "of both runs together"


@pytest.mark.usefixtures("short")
def test_cancelling_while_it_is_read_leaves_nothing(context: Context) -> None:
    import_id = begin(context, rows(95))

    def cancel(doing: str, number: int) -> None:
        imports.cancel(context, import_id, by="system")

    imports.work(context, tell=cancel)
    assert state(context, import_id) == "cancelled"
    with context.telemetry.read() as session:
        assert session.get(LoggerPartRow, (import_id, 0)) is None


def test_the_air_of_real_houses_is_taken_in_by_command(
    context: Context, tmp_path: Path, clock: StandingClock
) -> None:
    file = tmp_path / "trh1.csv"
    file.write_bytes(gzip.decompress(TRH1.read_bytes()))
    said: list[str] = []

    def take(**choices: str) -> int:
        return import_climate(
            ControllerSettings(data_dir=tmp_path / "data"),
            context.site,
            context.rooms,
            file,
            room="S1",
            probe="probe-1",
            choices=Choices.model_validate(choices),
            say=said.append,
        )

    assert take() == 1
    assert any(line.startswith("open: sensor: R3_indoor1") for line in said)
    assert take(sensor="R3_indoor1") == 0
    assert said[-1] == "trh1.csv: 14257 rows, 14257 moments; 14257 new moments, 0 already here"
    assert take(sensor="R3_indoor1") == 0
    assert said[-1] == "trh1.csv: 14257 rows, 14257 moments; 0 new moments, 14257 already here"


def test_findings_survive_being_stored(context: Context) -> None:
    import_id = begin(context, HEAD + "2026-01-01 00:00;x;140\n")
    imports.work(context)
    with context.records.read() as session:
        found = store.findings_of(store.get_import(session, import_id))
    assert isinstance(found, Findings)
    assert [each.code for each in found.problems] == ["not_a_number", "implausible"]
