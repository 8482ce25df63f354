"""The door: what leaves without a loan is told on every page, silenced, looked at and explained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.story import NOTICED_WITHIN_MS, Clerk, RoomPeople, barriers
from tests.demo_process import Demo

BANK = 3


@dataclass(frozen=True)
class Story:
    """Who looks, what is carried out, and whether who looks may read what is in it."""

    account: str
    name: str
    place: int
    reads_boxes: bool


STORIES = {
    "zh": Story("archivist", "archivist", 2, True),
    "en": Story("Wang Lei", "Wang Lei", 3, False),
}


@pytest.fixture
def story(language: str) -> Story:
    return STORIES[language]


@pytest.fixture
def box(page: Page, demo: Demo, room: RoomPeople, story: Story) -> Iterator[str]:
    """A box that nobody lent, in somebody's hand; afterwards it is carried in again."""
    clerk = Clerk(page, demo)
    clerk.signs_in()
    aisle = room.open_aisle(bank=BANK, segment=1)
    code = clerk.boxes_at_the_aisle(bank=BANK, segment=1, aisle=aisle)[story.place]
    room.act("take_box", box=code)
    yield code
    room.act("carry", things=code, door="door", way="in")


def test_what_leaves_without_a_loan_is_told_silenced_looked_at_and_explained(
    page: Page, demo: Demo, room: RoomPeople, story: Story, box: str
) -> None:
    if story.account != "archivist":
        page.context.clear_cookies()
        Clerk(page, demo).signs_in(story.account)
    room.act("carry", things=box, door="door", way="out")

    banner = page.get_by_test_id("door-banner")
    expect(banner).to_contain_text(box, timeout=NOTICED_WITHIN_MS)
    sound = banner.get_by_test_id("sound")
    expect(sound).to_have_attribute("data-sound", "sounding")
    silence = banner.get_by_test_id("door-silence")
    silence.focus()
    page.keyboard.press("Enter")
    expect(sound).to_have_attribute("data-sound", "silenced")
    expect(sound).to_contain_text(story.name)
    expect(silence).to_have_count(0)
    assert barriers(page) == []

    Clerk(page, demo).goes_to("door/R1")
    expect(page.get_by_test_id("door")).to_have_attribute("data-sound", "silenced")
    passage = page.get_by_test_id("passage").filter(has_text=box).first
    expect(passage).to_have_attribute("data-verdict", "alarmed")
    expect(passage.get_by_role("link", name=box)).to_have_count(1 if story.reads_boxes else 0)
    passage.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(passage.locator("tbody tr").nth(3)).to_be_visible()
    assert barriers(page) == []

    banner.get_by_test_id("door-alarm").click()
    alarm = page.locator("[data-testid=alarm][data-wanted]")
    expect(alarm.get_by_test_id("alarm-words")).to_contain_text(box)
    expect(alarm.get_by_test_id("alarm-words")).not_to_contain_text("R1")
    alarm.get_by_test_id("alarm-acknowledge").click()
    page.get_by_test_id("acknowledge-comment").fill("送装订")
    page.get_by_test_id("acknowledge-yes").click()
    expect(alarm).to_have_attribute("data-standing", "over")
    expect(banner).to_have_count(0)
