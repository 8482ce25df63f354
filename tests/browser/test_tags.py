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
    page.get_by_test_id("desk-choose").focus()  # a scan is no choice of another desk
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


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_a_reader_that_is_unplugged_says_what_happened_where_and_what_to_do(
    page: Page, demo: Demo, room: RoomPeople
) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in()
    clerk.goes_to("readers")
    expect(page.get_by_test_id("sub-readers")).to_have_attribute("aria-current", "page")
    reader = page.get_by_test_id("reader-reader-2")
    expect(reader).to_have_attribute("data-tone", "live", timeout=NOTICED_WITHIN_MS)
    address = reader.get_by_test_id("reader-address").inner_text()

    room.wire("reader-2", "cut")
    expect(reader).to_have_attribute("data-tone", "offline", timeout=NOTICED_WITHIN_MS)
    expect(reader.get_by_test_id("antenna-2")).to_contain_text("outside")
    expect(reader.get_by_test_id("reader-why")).to_contain_text(
        f"does not answer at {address}", timeout=NOTICED_WITHIN_MS
    )
    expect(reader.get_by_test_id("reader-todo")).not_to_contain_text("Errno")
    expect(reader.get_by_test_id("reader-detail")).to_contain_text(address)
    expect(reader.get_by_test_id("reader-heard")).to_contain_text("Last answer")
    assert barriers(page) == []
    clerk.goes_to("bench/R1/reader-2/1")
    expect(page.get_by_text("reader-2 does not answer")).to_be_visible()

    room.wire("reader-2")
    clerk.goes_to("desk")
    clerk.scans("desk-scan", "x" * 400)
    expect(page.get_by_test_id("whole-text")).to_contain_text("x" * 400)
    expect(page.get_by_test_id("desk-said")).to_contain_text("xxx…xxx")
