"""Monthly and yearly reports of the air, read back as PDF and as workbook, in both languages."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader
from pypdf.generic import NameObject
from starlette.testclient import TestClient

from controller.climate.calibration.model import NewCalibration
from controller.climate.calibration.store import add_calibration
from controller.climate.printed import api as printed_api
from controller.climate.printed.model import PRESS, REPORT_JOB, ReportJob
from controller.climate.printed.period import parse_period
from controller.climate.series import add_imported
from controller.climate.units.tables import UnitDecisionRow
from controller.context import Context
from controller.people.model import Post
from controller.presses.apart import PressFailed, print_apart
from tests.core.climate_metrics_golden import measured_air

from .conftest import Api

ROOM = "/api/v1/rooms/S1/climate"
SHIFT = timedelta(days=365 * 15 + 4)
"""What was measured in 2010 to 2012 is taken to have been 2025 and 2026."""


@pytest.fixture
def browser(api: Api, context: Context, build: Any) -> TestClient:
    """Somebody in April 2026, in a room whose air was that of a real house."""
    air = measured_air()["R3_indoor1"]
    points = [
        (
            datetime.fromtimestamp(at_s, UTC) + SHIFT,
            {"temperature_c": warm + 3, "humidity_pct": damp + 14},
        )
        for at_s, warm, damp in zip(air.at_s, air.temperatures_c, air.humidities_pct, strict=True)
    ]
    now = datetime(2026, 12, 20, 9, tzinfo=UTC)
    kept = [each for each in points if each[0] < now and each[0].day != 12]
    with context.telemetry.write() as session:
        add_imported(session, "S1", "probe-1", kept, "trh1", interval_s=3600)
    api.clock.at = now
    desk = Api(context=context, clock=api.clock, make=build(routers=[printed_api.routes(context)]))
    return desk.signed_in(Post.FACILITY_MANAGER)


def pdf_text(answer: Any) -> str:
    assert answer.status_code == 200, answer.text
    pages = PdfReader(BytesIO(answer.content)).pages
    for page in pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            # The font's own map of two-byte codes says the same, but pypdf cannot read one.
            font.get_object()[NameObject("/Encoding")] = NameObject("/Identity-H")
    return " ".join("\n".join(page.extract_text() for page in pages).split())


def report(browser: TestClient, form: str, period: str, language: str) -> Any:
    return browser.get(f"{ROOM}/report.{form}", params={"period": period, "language": language})


def test_a_month_is_printed_with_all_that_it_has_to_say(
    context: Context, browser: TestClient
) -> None:
    with context.records.write() as session:
        add_calibration(
            session,
            NewCalibration(
                room="S1", probe="probe-1", quantity="humidity_pct", offset=0.0, gain=1.0,
                since=datetime(2025, 1, 1, tzinfo=UTC), certificate="RH-31", laboratory="Lab",
                by="system", noted_at=datetime(2025, 1, 1, tzinfo=UTC), due_on=date(2026, 3, 9),
            ),
        )  # fmt: skip
        for hour, on in ((0, True), (6, False)):
            at = datetime(2026, 3, 5, hour, tzinfo=UTC)
            session.add(
                UnitDecisionRow(room="S1", device="dryer-1", at=at, wanted=on, on=on, why="damp")
            )
    text = pdf_text(report(browser, "pdf", "2026-03", "en"))
    for words in (
        "Monthly climate report 2026-03",
        "unconfirmed",
        "claims conformity with nothing",
        "Passed % (half range)",
        "Passed % (whole range)",
        "Mould risk factor",
        "VTT mould index: pine (1999)",
        "2026-03-12 10:00",
        "RH-31",
        "2026-03-10 to 2026-03-31",
        "dryer-1",
        "Climate book",
        "probe-1 (unsigned)",
        "missed",
    ):
        assert words in text, words
    assert "NaN" not in text


def test_a_year_is_printed_in_chinese(browser: TestClient) -> None:
    text = pdf_text(report(browser, "pdf", "2025", "zh"))
    for words in ("库房温湿度年报 2025", "未经核实", "昼夜波动", "TWPI", "数据缺口"):
        assert words in text, words
    assert "温湿度记录簿" not in text, "the book is printed month by month"


def test_what_keeps_its_limits_and_ages_fast_is_said(api: Api, browser: TestClient) -> None:
    start = datetime(2025, 9, 30, 16, tzinfo=UTC)
    warm = [
        (start + timedelta(minutes=30 * n), {"temperature_c": 23.5, "humidity_pct": 58.0})
        for n in range(48 * 31)
    ]
    with api.context.telemetry.write() as session:
        add_imported(session, "S1", "probe-1", warm, "warm", interval_s=1800)
    text = pdf_text(report(browser, "pdf", "2025-10", "en"))
    assert "within its limits (100.0 %), but ageing fast (TWPI" in text
    assert "ageing fast" not in pdf_text(report(browser, "pdf", "2026-03", "en"))


def test_a_period_that_is_not_over_says_so(browser: TestClient) -> None:
    assert "the period is not over" in pdf_text(report(browser, "pdf", "2026-12", "en"))


def test_the_workbook_has_numbers_and_charts(browser: TestClient) -> None:
    answer = report(browser, "xlsx", "2026-03", "en")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(answer.content))
    overview, zone = book.worksheets[0], book.worksheets[1]
    assert overview["A1"].value == "Monthly climate report 2026-03"
    cells = [cell.value for row in overview.iter_rows() for cell in row]
    shown = browser.get(
        f"{ROOM}/metrics",
        params={
            "zone": "room",
            "from": "2026-03-01T00:00:00+08:00",
            "to": "2026-04-01T00:00:00+08:00",
        },
    ).json()
    assert round(shown["twpi_y"], 1) in cells, "the same figure as on the page"
    assert len(getattr(zone, "_charts")) == 2  # noqa: B009 - openpyxl has no public name for it
    assert str(zone.cell(2, 12).value) == "2026-03-01 00:00:00"
    assert isinstance(zone.cell(2, 13).value, float)
    rows = [tuple(cell.value for cell in row[:3]) for row in zone.iter_rows()]
    assert ("2026-03-12 10:00", "2026-03-13 08:00", 22) in rows, "the one gap"
    known = [zone.cell(row, 13).value for row in range(2, 2 + 31 * 24)]
    assert known.count(None) == 22, "a day was not measured; the reading before it held two hours"


@pytest.mark.parametrize("period", ["2026-13", "26-03", "2027", "1950"])
def test_periods_that_cannot_be_are_refused(browser: TestClient, period: str) -> None:
    assert report(browser, "pdf", period, "en").status_code == 422


def test_a_period_is_a_month_or_a_year_of_the_calendar() -> None:
    assert parse_period("2026-12").after == date(2027, 1, 1)
    assert parse_period("2026").is_year
    with pytest.raises(ValueError, match="neither"):
        parse_period("2026-W3")


def test_a_report_that_fails_is_told_and_gives_its_turn_back(
    browser: TestClient, context: Context
) -> None:
    from controller.climate.printed.gather import gather_report

    made = gather_report(context, context.rooms["S1"], parse_period("2026-03"), "en")
    free = threading.BoundedSemaphore(1)
    job = REPORT_JOB.dump_json(ReportJob(form="pdf", report=made, font=None))
    with pytest.raises(PressFailed, match="ended with code"):
        list(print_apart(PRESS, job, free=free))
    assert free.acquire(blocking=False)
