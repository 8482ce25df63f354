"""Two people share a room: refused by name, in line, locked out, tripped, and warned at night."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.story import Clerk, Keeper, RoomPeople
from tests.demo_process import Demo

LOCALE = {"zh": "zh-CN", "en": "en-GB"}
RESET = {"zh": "复位", "en": "reset"}
MOVES_SOON = {"zh": "即将", "en": "about to"}
in_chinese = pytest.mark.parametrize("language", ["zh"], indirect=True)


@pytest.fixture
def second(browser: Browser, language: str) -> Iterator[Page]:
    """Another person's browser."""
    context = browser.new_context(locale=LOCALE[language], viewport={"width": 1024, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture
def at_the_bank(browser: Browser, demo: Demo) -> Iterator[Keeper]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    yield Keeper(context.new_page(), demo)
    context.close()


@in_chinese
def test_a_held_aisle_is_waited_for_and_used_in_turn(page: Page, second: Page, demo: Demo) -> None:
    archivist, cart = Clerk(page, demo), Clerk(second, demo)
    archivist.signs_in()
    archivist.looks_at(bank=2, segment=1)
    archivist.asks_for_aisle(6, purpose="1987")
    archivist.sees_the_aisle_open()

    cart.signs_in("cart")
    cart.looks_at(bank=2, segment=1)
    cart.asks_for_aisle(5)
    expect(second.get_by_test_id("motion-reason")).to_contain_text("archivist")
    second.get_by_test_id("hold-6").get_by_test_id("hold-wait").click()
    expect(second.get_by_test_id("hold-wait")).to_have_count(0)

    page.get_by_test_id("hold-release").click()
    page.get_by_test_id("release-yes").click()
    expect(second.get_by_test_id("turn-offered")).to_contain_text(re.compile(r"[0-5]:\d\d"))
    expect(second.get_by_test_id("motion-reason")).to_have_count(0)
    archivist.asks_for_aisle(4)
    expect(page.get_by_test_id("motion-reason")).to_have_attribute(
        "data-code", re.compile("turn_of_other")
    )
    second.get_by_test_id("turn-ask").click()
    expect(second.get_by_test_id("hold-6")).to_contain_text("cart")
    expect(second.get_by_test_id("turn-offered")).to_have_count(0)

    second.get_by_test_id("hold-hand-over").click()
    second.get_by_test_id("hand-over-to").select_option(label="archivist")
    second.get_by_test_id("hand-over-yes").click()
    page.get_by_test_id("hold-take-over").click()
    expect(page.get_by_test_id("hold-6")).to_contain_text("archivist")
    archivist.gives_up_the_aisle(6)


@in_chinese
def test_a_column_locked_out_moves_for_nobody_and_its_boxes_say_so(page: Page, demo: Demo) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in()
    clerk.looks_at(bank=2, segment=1)
    page.get_by_test_id("lock-out-open").click()
    page.get_by_test_id("lock-out-column").select_option(value="3")
    page.get_by_test_id("lock-out-reason").fill("rail")
    page.get_by_test_id("lock-out-yes").click()
    page.get_by_test_id("boxes-behind-toggle").click()
    behind = page.get_by_test_id("boxes-behind").locator("a").first.inner_text()
    clerk.asks_for_aisle(0)
    expect(page.get_by_test_id("motion-reason")).to_contain_text("archivist")
    page.goto(f"{demo.page}/boxes/{behind}")
    expect(page.get_by_test_id("locked-out").first).to_contain_text("rail")
    clerk.looks_at(bank=2, segment=1)
    page.get_by_test_id("lock-out-lift").click()
    page.get_by_test_id("lift-yes").click()
    expect(page.get_by_test_id("lock-out-3")).to_have_count(0)


def test_a_trip_rings_is_reset_confirmed_and_leaves_its_evidence(
    page: Page,
    language: str,
    demo: Demo,
    room: RoomPeople,
    at_the_bank: Keeper,
    pictures: Path,
) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in()
    clerk.looks_at(bank=1)
    gap = room.open_aisle(bank=1, segment=1)
    wanted, beside = (2, gap + 1) if gap > 7 else (12, gap + 2)
    clerk.asks_for_aisle(wanted)
    clerk.sees_the_column_travel(1, beside)
    room.act("obstruct", bank=1, segment=1)
    trip = page.get_by_test_id("trip-now")
    expect(trip).to_have_attribute("data-needs", "reset")
    expect(trip).to_contain_text(RESET[language])
    expect(page.get_by_test_id("alarm-bell")).not_to_have_attribute("data-count", "0")

    room.act("clear_obstruction", bank=1, segment=1)
    room.act("press_reset", bank=1)
    expect(trip).to_have_attribute("data-needs", "confirmation")
    at_the_bank.confirms_the_steel_is_fit(bank=1)
    expect(trip).to_have_count(0)
    newest = page.get_by_test_id("trip").first
    expect(newest).to_have_attribute("data-status", "confirmed")
    expect(newest).to_contain_text("archivist")
    expect(newest).to_contain_text(at_the_bank.name)

    page.get_by_test_id("alarm-bell").click()
    alarm = page.locator("[data-testid=alarm][data-kind='shelving.trip']")
    alarm.get_by_test_id("alarm-acknowledge").click()
    page.get_by_test_id("acknowledge-comment").fill("a box stood in the way")
    page.get_by_test_id("acknowledge-yes").click()
    expect(alarm).to_have_count(0)

    clerk.looks_at(bank=1)
    clerk.asks_for_aisle(wanted)
    clerk.sees_the_aisle_open()
    if os.environ.get("STACKROOM_PICTURES") == "1":
        clerk.looks_at(bank=1)
        expect(page.get_by_test_id(f"hold-{wanted}")).to_be_visible()
        page.mouse.wheel(0, -5000)
        page.wait_for_function("scrollY === 0")
        page.screenshot(path=pictures / f"shelving-{language}.png")
    clerk.gives_up_the_aisle(wanted)
    assert room.open_aisle(bank=1, segment=1) == wanted
    assert room.commands()["against_rules"] == 0


def test_night_closing_is_walked_warned_of_everywhere_and_cancelled_by_anybody(
    page: Page, second: Page, language: str, demo: Demo, at_the_bank: Keeper
) -> None:
    facility, anybody = Clerk(page, demo), Clerk(second, demo)
    facility.signs_in("facility")
    facility.looks_at(bank=1)
    page.get_by_test_id("propose-night_closing").click()
    expect(page.get_by_test_id("program")).to_have_attribute("data-status", "proposed")
    anybody.signs_in("cart")
    second.goto(f"{demo.page}/requests")
    # Both pages are there before the warning of half a minute begins, however slow the machine.
    page.goto(f"{demo.page}/wall/R1?lang={language}")
    expect(second.get_by_test_id("program-banner").or_(second.locator("h1")).first).to_be_visible()
    at_the_bank.has_walked_the_room()
    expect(page.get_by_test_id("wall-warning")).to_be_visible()
    expect(second.get_by_test_id("program-banner")).to_contain_text(MOVES_SOON[language])
    second.get_by_test_id("program-cancel").click()
    expect(page.get_by_test_id("wall-warning")).to_have_count(0)
    expect(second.get_by_test_id("program-banner")).to_have_count(0)
