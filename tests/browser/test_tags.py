"""Readers, tag bench and desk: what lies before an antenna is seen, handed over and taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.story import NOTICED_WITHIN_MS, Clerk, RoomPeople, barriers
from tests.demo_process import Demo


@pytest.mark.parametrize("language", ["zh"], indirect=True)
def test_a_box_on_the_desk_and_a_typed_one_are_handed_over_and_taken_back(
    page: Page, demo: Demo, room: RoomPeople
) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in()
    open_aisle = room.open_aisle(bank=3, segment=1)
    first, second, *_ = clerk.boxes_at_the_aisle(bank=3, segment=1, aisle=open_aisle)

    clerk.goes_to("readers/R1")
    expect(page.get_by_test_id("reader-reader-1")).to_have_attribute(
        "data-tone", "live", timeout=NOTICED_WITHIN_MS
    )
    assert barriers(page) == []

    room.act("lay_on_desk", things=first)
    clerk.goes_to("bench/R1/reader-1/1")
    tag = page.get_by_test_id("bench-tag").filter(has_text=first)
    expect(tag).to_have_attribute("data-tag", "current", timeout=NOTICED_WITHIN_MS)
    assert barriers(page) == []

    clerk.goes_to("desk")
    lying = page.locator(f"[data-testid=desk-row][data-code='{first}']")
    expect(lying).to_have_attribute("data-how", "antenna", timeout=NOTICED_WITHIN_MS)
    clerk.scans("desk-scan", second)
    typed = page.locator(f"[data-testid=desk-row][data-code='{second}']")
    expect(typed).to_be_visible()
    page.get_by_test_id("desk-person").fill("李强")
    assert barriers(page) == []
    page.get_by_test_id("desk-submit").click()
    expect(page.locator("[data-testid=desk-result][data-ok=true]")).to_have_count(2)

    page.get_by_test_id("desk-clear").click()
    page.get_by_test_id("desk-mode").locator("input[value=back]").check(force=True)
    expect(lying).to_be_visible()
    clerk.scans("desk-scan", second)
    expect(typed).to_be_visible()
    page.get_by_test_id("desk-submit").click()
    expect(page.locator("[data-testid=desk-result][data-ok=true]")).to_have_count(2)

    room.act("take_up", things=first)
    room.act("put_box", box=first, on="home")
