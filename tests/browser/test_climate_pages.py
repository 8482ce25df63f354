"""Pages of the climate: air now, its chart by key, certificates, a file of a logger, the book."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.story import Clerk, barriers
from tests.demo_process import Demo

LOGGER_FILE = "\n".join(
    ["Datum;Zeit;Temperatur °C;Feuchte %"]
    + [
        f"{day:02}.03.2024;{hour:02}:00;18,{hour % 10};49,5"
        for day in (1, 28)
        for hour in range(24)
    ]
    + ["29.03.2024;00:00;warm;49,5"]
)


@pytest.mark.usefixtures("climate_of_400_days")
def test_zones_tell_their_air_and_the_chart_is_read_by_key(page: Page, demo: Demo) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in("facility")
    waits_for_a_first_reading(clerk)
    page.reload()  # it begins at this page, whose chart asks once a minute
    page.get_by_test_id("nav-climate").click()
    expect(page.get_by_test_id("zone-room-judgement")).to_be_visible()
    expect(page.get_by_test_id("plot-humidity_pct")).to_be_visible()
    page.get_by_test_id("plot-humidity_pct").get_by_role("img").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("plot-humidity_pct").locator("strong")).to_contain_text("%RH")
    expect(page.get_by_test_id("legend-mould")).to_contain_text("Zeng")
    assert barriers(page) == []
    page.get_by_test_id("climate-twin").locator("label").nth(1).click()
    expect(page.get_by_test_id("series-table")).to_be_visible()
    expect(page.get_by_test_id("mould-limit")).to_contain_text("%RH")


def test_who_looks_after_the_climate_begins_there_and_takes_a_series_along(
    page: Page, demo: Demo
) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in("facility")
    expect(page).to_have_url(f"{demo.page}/climate")
    waits_for_a_first_reading(clerk)
    with page.expect_download() as download:
        page.get_by_test_id("chart-csv").click()
    assert b"temperature_c" in download.value.path().read_bytes()
    page.get_by_test_id("nav-room").click()
    expect(page.get_by_test_id("room-map")).to_be_visible()
    expect(page).to_have_url(f"{demo.page}/room")


def waits_for_a_first_reading(clerk: Clerk) -> None:
    for _ in range(120):
        if clerk.asks("rooms/R1/climate")["probes"][0]["temperature_c"] is not None:
            return
        clerk.page.wait_for_timeout(250)
    raise AssertionError("no probe has measured anything")


@pytest.mark.usefixtures("climate_of_400_days")
def test_all_figures_stand_with_their_sources(page: Page, demo: Demo) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in("facility")
    clerk.goes_to("climate/figures?of=probe:probe-1")
    for figure in ("coverage", "twpi", "emc", "mrf", "vtt", "band"):
        expect(page.get_by_test_id(f"figure-{figure}")).to_be_visible()
    for risk in ("mechanical", "corrosion"):
        expect(page.get_by_test_id(f"emc-{risk}").locator("svg")).to_be_visible()
    assert barriers(page) == []


def test_a_certificate_is_put_on_record_and_withdrawn(page: Page, demo: Demo) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in("facility")
    clerk.goes_to("climate/calibration")
    page.get_by_test_id("calibration-add").click()
    page.get_by_test_id("calibration-offset").fill("-0,2")
    page.get_by_test_id("calibration-certificate").fill("C-2026-17")
    page.get_by_test_id("calibration-due").fill("2036-01-31")
    page.get_by_test_id("calibration-submit").click()
    certificate = page.get_by_test_id("certificate").first
    expect(certificate).to_contain_text("− 0.2")
    expect(page.get_by_test_id("calibration-submit")).to_have_count(0)
    assert barriers(page) == []
    certificate.get_by_test_id("withdraw").click()
    page.get_by_test_id("withdraw-reason").fill("Another probe was meant")
    page.get_by_test_id("withdraw-confirm-yes").click()
    expect(certificate).to_contain_text("Another probe was meant")


def test_a_logger_file_is_read_dry_and_published(page: Page, demo: Demo, language: str) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in("facility")
    clerk.goes_to("climate/loggers")
    expect(page.get_by_test_id("logger-probe")).to_have_value("probe-1")
    page.locator("input[type=file]").set_input_files(
        {"name": f"{language}.csv", "mimeType": "text/csv", "buffer": LOGGER_FILE.encode()}
    )
    page.get_by_test_id("logger-read").click()
    expect(page.get_by_test_id("logger-problems")).to_contain_text("warm")
    expect(page.get_by_test_id("logger-publish")).to_be_visible()
    assert barriers(page) == []
    page.get_by_test_id("logger-publish").click()
    expect(page.get_by_test_id("logger-published")).to_be_visible()


def test_the_book_and_the_limits_of_zones_open_without_a_barrier(page: Page, demo: Demo) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in("facility")
    clerk.goes_to("climate/book")
    expect(page.get_by_test_id("book-state")).to_be_visible()
    assert barriers(page) == []
    clerk.goes_to("limits")
    expect(page.get_by_test_id("zone-limits")).to_be_visible()
    assert barriers(page) == []
