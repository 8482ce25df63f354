"""Every screen opens, in both languages, without a serious barrier for anyone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.story import Clerk, barriers
from tests.demo_process import Demo

SCREENS = {"climate": "climate-range", "requests": "requests", "imports": "imports"}


def test_the_sign_in_page_has_no_barrier(page: Page, demo: Demo) -> None:
    page.goto(demo.page)
    expect(page.get_by_test_id("sign-in-form")).to_be_visible()
    assert barriers(page) == []


def test_finding_and_the_map_have_no_barrier(page: Page, demo: Demo) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in()
    expect(page.get_by_test_id("room-map")).to_be_visible()
    clerk.types("李")
    expect(page.get_by_test_id("search-hit").first).to_be_visible()
    assert barriers(page) == []


@pytest.mark.parametrize(("screen", "landmark"), SCREENS.items())
def test_a_screen_opens_and_has_no_barrier(
    page: Page, demo: Demo, screen: str, landmark: str
) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in()
    page.get_by_test_id(f"nav-{screen}").click()
    expect(page.get_by_test_id(landmark)).to_be_visible()
    assert barriers(page) == []


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (720, 900)])
def test_nothing_is_cut_off_on_a_tablet_or_at_twice_the_size(
    page: Page, demo: Demo, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    Clerk(page, demo).signs_in()
    expect(page.get_by_test_id("search-input")).to_be_visible()
    expect(page.get_by_test_id("room-map")).to_be_attached()
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0


def test_the_language_switch_changes_every_word_at_once(
    page: Page, language: str, demo: Demo
) -> None:
    Clerk(page, demo).signs_in()
    other = {"zh": "English", "en": "中文"}[language]
    page.get_by_test_id("lang-switch").get_by_text(other).click()
    expect(page.locator("html")).to_have_attribute("lang", {"zh": "en", "en": "zh-CN"}[language])
    words = {"zh": "Find", "en": "查找"}[language]
    expect(page.get_by_test_id("nav-find")).to_contain_text(words)
