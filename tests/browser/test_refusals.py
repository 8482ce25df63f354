"""What the page says when the room says no, and when it says nothing at all."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.story import NOTICED_WITHIN_MS, Clerk, RoomPeople, wanted_on
from tests.demo_process import Demo

OCCUPIED = {"zh": "有人", "en": "somebody"}


def test_a_person_in_the_open_aisle_is_the_reason_in_words(
    page: Page, language: str, demo: Demo, room: RoomPeople
) -> None:
    wanted = wanted_on(demo.folder / "archive", "R1-B3-C6", set())
    clerk = Clerk(page, demo)
    clerk.signs_in()
    open_aisle = room.open_aisle(bank=3, segment=1)
    room.act("enter_aisle", bank=3, segment=1, aisle=open_aisle)
    clerk.types(wanted.file_code)
    clerk.picks_with_the_keyboard(wanted.file_code)
    before = room.commands()["commands"]
    page.get_by_test_id("open-aisle").click()
    status = page.get_by_test_id("motion-status")
    expect(status).to_contain_text(OCCUPIED[language], ignore_case=True, timeout=NOTICED_WITHIN_MS)
    expect(page.get_by_test_id("person-in-aisle").first).to_be_visible()
    assert room.commands()["commands"] == before, "nothing was even asked of the steel"
    room.act("leave_aisle", bank=3, segment=1, aisle=open_aisle)


def test_a_bank_whose_cable_is_cut_is_veiled_and_comes_back(
    page: Page, demo: Demo, room: RoomPeople
) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in()
    bank = page.get_by_test_id("bank-B3")
    expect(bank).to_have_attribute("data-look", "live", timeout=NOTICED_WITHIN_MS)
    room.wire("shelving-3", "cut")
    expect(bank).not_to_have_attribute("data-look", "live", timeout=NOTICED_WITHIN_MS)
    expect(bank.get_by_test_id("bank-veil")).to_be_attached()
    room.wire("shelving-3")
    expect(bank).to_have_attribute("data-look", "live", timeout=NOTICED_WITHIN_MS)
