"""The facility manager's alarms: water on the floor is seen, given, set aside, noted and over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.story import NOTICED_WITHIN_MS, Clerk, RoomPeople, barriers
from tests.demo_process import Demo

MODULE, WATER = "contacts-1", 1
PAGES = ("alarm-load", "maintenance", "alarm-settings", "limits")


@pytest.fixture
def water(room: RoomPeople) -> Iterator[None]:
    """Water on the floor, which is wiped up in the end."""
    room.act("trip_contact", device=MODULE, input=WATER)
    yield
    room.act("settle_contact", device=MODULE, input=WATER)


def the_leak(page: Page) -> Locator:
    return page.locator("[data-testid=alarm][data-kind='climate.leak']:not([data-standing=over])")


def does(page: Page, act: str, **filled: str) -> None:
    """Choose an act from the alarm's menu by keyboard, fill what it asks, and say yes."""
    button = the_leak(page).get_by_test_id(f"alarm-{act}")
    if button.count() == 0:
        the_leak(page).get_by_test_id("alarm-more").focus()
        page.keyboard.press("Enter")
        button = page.get_by_role("menu").get_by_test_id(f"alarm-{act}")
    button.click()
    for field, text in filled.items():
        page.get_by_test_id(field.replace("_", "-")).fill(text)
    page.get_by_test_id(f"{act}-yes").click()


@pytest.mark.usefixtures("water")
def test_water_on_the_floor_is_given_set_aside_noted_and_over(
    page: Page, demo: Demo, room: RoomPeople
) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in("facility")
    page.get_by_test_id("alarm-bell").click()
    leak = the_leak(page)
    expect(leak).to_have_attribute("data-standing", "unacknowledged", timeout=NOTICED_WITHIN_MS)
    does(page, "assign")
    expect(leak.get_by_test_id("alarm-assignee")).to_contain_text("facility")
    expect(leak).to_be_focused()
    does(page, "shelve", act_reason="the plumber is on the way")
    expect(leak).to_have_attribute("data-standing", "shelved")
    expect(leak.get_by_test_id("alarm-held")).to_contain_text("the plumber is on the way")
    does(page, "unshelve")
    expect(leak).to_have_attribute("data-standing", "unacknowledged")

    page.get_by_test_id("filter-kind").select_option("fire")
    expect(page.get_by_test_id("no-alarms")).to_be_visible()
    page.get_by_test_id("filter-clear").click()
    leak.get_by_test_id("alarm-mark").focus()
    page.keyboard.press("Space")
    assert barriers(page) == []
    page.get_by_test_id("alarms-acknowledge-many").click()
    page.get_by_test_id("many-comment").fill("the pipe is closed")
    page.keyboard.press("Enter")
    expect(leak).to_have_attribute("data-standing", "acknowledged")
    leak.get_by_test_id("alarm-past").locator("summary").click()
    expect(leak.get_by_test_id("alarm-past")).to_contain_text("the pipe is closed")

    clerk.goes_to("units")
    expect(page.locator("[data-testid=contacts] tr[data-safe=false]")).to_have_count(1)
    expect(page.get_by_test_id("unit-why").first).not_to_be_empty()
    assert barriers(page) == []

    room.act("settle_contact", device=MODULE, input=WATER)
    expect(page.locator("[data-testid=contacts] tr[data-safe=false]")).to_have_count(0)
    clerk.goes_to("alarms")
    expect(leak).to_have_attribute("data-standing", "to_reset")
    does(page, "reset")
    expect(leak).to_have_count(0)


@pytest.mark.usefixtures("climate_of_400_days")
def test_a_replay_says_what_hysteresis_and_delays_spare(page: Page, demo: Demo) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in("facility")
    clerk.goes_to("replay")
    page.get_by_test_id("replay-start").click()
    row = page.get_by_test_id("replay-result").locator("tr[data-key=alarms] td.num")
    expect(row).to_have_count(2)
    asked, bare = (int(text) for text in row.all_inner_texts())
    assert 0 < asked < bare
    expect(page.get_by_test_id("replay-strip").locator("canvas")).to_be_visible()
    assert barriers(page) == []


@pytest.mark.usefixtures("climate_of_400_days")
def test_a_replay_that_a_restart_lost_is_run_again_with_the_same_inputs(
    page: Page, demo: Demo, language: str
) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in("facility")
    clerk.goes_to("replay")
    first = page.get_by_test_id("replay-first")
    begin = (date.fromisoformat(first.input_value()) + timedelta(days=200)).isoformat()
    first.fill(begin)
    page.get_by_test_id("replay-delays").uncheck()
    page.get_by_test_id("replay-start").click()
    expect(page.get_by_test_id("replay-result")).to_be_visible()
    address = page.url

    page.goto(address.replace(address.split("replay=")[1], "0" * 32))  # as after a restart
    lost = page.get_by_test_id("replay-lost")
    expect(lost).to_contain_text({"zh": "结果已丢失", "en": "This result was lost"}[language])
    expect(first).to_have_value(begin)
    expect(page.get_by_test_id("replay-delays")).not_to_be_checked()
    assert barriers(page) == []
    page.get_by_test_id("replay-again").click()
    expect(page.get_by_test_id("replay-result")).to_be_visible()
    expect(lost).to_have_count(0)
    page.reload()
    expect(page.get_by_test_id("replay-result")).to_be_visible()


def test_the_other_pages_of_alarms_open_without_barriers(page: Page, demo: Demo) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in("facility")
    clerk.goes_to("?box=B")  # as somebody sent it whose home is the map
    expect(page).to_have_url(re.compile(r"/room\?box=B$"))
    for where in PAGES:
        clerk.goes_to(where)
        expect(page.locator(".page section, .page nav + div").last).to_be_visible()
        expect(page.get_by_test_id("problem")).to_have_count(0)
        assert barriers(page) == []
