"""The whole story, in both languages: find, open, take, hand over, bring back, all of it listed."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

from config.addresses import parse_address
from tests.browser.story import Clerk, RoomPeople, wanted_on
from tests.demo_process import Demo

COLUMN = {"zh": "R1-B1-C14", "en": "R1-B2-C12"}
PERSON = {"zh": "王丽", "en": "Wang Li"}


def test_a_household_file_is_found_fetched_lent_and_brought_back(
    page: Page, language: str, demo: Demo, room: RoomPeople, pictures: Path
) -> None:
    wanted = wanted_on(demo.folder / "archive", COLUMN[language], set())
    home = parse_address(wanted.shelf)
    assert home.bank is not None
    assert home.column is not None
    clerk = Clerk(page, demo)
    clerk.signs_in()
    assert page.locator("html").get_attribute("lang", timeout=5000).startswith(language)
    clerk.has_the_last_aisle_open(room, bank=home.bank, column=home.column)
    clerk.types(wanted.two_characters)
    clerk.picks_with_the_keyboard(wanted.file_code)
    clerk.sees_the_state("in_place")
    clerk.waits_until_a_reader_has_seen(wanted.box_code)
    clerk.opens_the_aisle()
    clerk.sees_the_column_travel(home.bank, home.column + 1)
    if os.environ.get("STACKROOM_PICTURES") == "1":
        page.screenshot(path=pictures / f"find-{language}.png")
    clerk.sees_the_aisle_open()

    room.act("take_box", box=wanted.box_code)
    clerk.sees_the_state("transit")
    room.act("put_box", box=wanted.box_code, on="desk")
    clerk.sees_the_state("desk")
    clerk.hands_over_the_box(wanted.box_code, PERSON[language])
    clerk.sees_the_state("lent")
    room.act("take_box", box=wanted.box_code)
    room.act("put_box", box=wanted.box_code, on="desk")
    clerk.takes_back_the_box(wanted.box_code)
    clerk.sees_the_state("desk")
    room.act("take_box", box=wanted.box_code)
    room.act("put_box", box=wanted.box_code, on="home")
    clerk.sees_the_state("in_place")

    listed = clerk.reads_the_movements()
    assert listed[0] == "home"
    for kind in ("transit", "desk", "person", "desk", "home"):
        assert kind in listed
    assert listed.index("person") < listed.index("transit"), "newest first"
    assert room.commands()["against_rules"] == 0
