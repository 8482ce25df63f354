"""A person at the bank's touch screen: a room of three makers, its agent, and no archive at all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.story import barriers

ROOT = Path(__file__).resolve().parents[2]
VENDORS = ROOT / "config" / "rooms" / "vendors.yaml"
STANDS_WITHIN_MS = 40_000
PINS = {"Li": "2468", "Wang": "1357"}


@contextmanager
def running(*command: str, **settings: str) -> Iterator[str]:
    """Start a process of the program, wait until it says where it answers, and end it."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("STACKROOM_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "stackroom", *command],
        cwd=ROOT,
        env={**inherited, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        ready = next((line for line in process.stdout if line.startswith("ready ")), None)
        assert ready is not None, f"{command[0]} ended before it was ready"
        yield ready.split()[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        process.stdout.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("bank-page")
    room = str(folder / "room.yaml")
    settings = {
        "STACKROOM_ROOM_DATA_DIR": str(folder / "data"),
        "STACKROOM_ROOM_PAGE_PORT": "0",
        "STACKROOM_ROOM_PINS": json.dumps(PINS),
        "STACKROOM_ROOM_BADGES": json.dumps({"Li": "998877"}),
        "STACKROOM_MQTT_PORT": "9",
    }
    with ExitStack() as opened:
        opened.enter_context(running("simulate", str(VENDORS), "--write-room", room))
        yield opened.enter_context(running("room", room, "--site", "s1", **settings))


@dataclass(frozen=True, slots=True)
class Screen:
    """What is done at the screen of bank 3, which sees no interlock itself and can stop."""

    page: Page

    @property
    def bank(self) -> Locator:
        return self.page.locator("article[data-bank='3']")

    @property
    def said(self) -> Locator:
        return self.page.locator("#said")

    def touches(self, what: str) -> None:
        self.bank.locator(what).click()

    def signs(self, name: str = "Wang", badge: str = "", **fields: str) -> None:
        """Confirm all that is asked, say who it is, and go."""
        for box in self.page.locator("input[name=vouched]").all():
            box.check()
        for field, value in fields.items():
            self.page.locator(f"#fields #{field}").select_option(value)
        if badge:
            self.page.fill("#badge", badge)
        else:
            self.page.select_option("#who", name)
            self.page.fill("#pin", PINS[name])
        self.page.click("#sign-go")

    def sees(self, phase: str) -> None:
        expect(self.bank.locator(f".phase.{phase}")).to_be_visible(timeout=STANDS_WITHIN_MS)


@pytest.fixture
def screen(page: Page, address: str) -> Screen:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address.replace("localhost", "127.0.0.1"))
    screen = Screen(page)
    expect(screen.bank.locator(".verbs")).to_be_visible()
    screen.sees("open")
    return screen


def stops_a_move(screen: Screen, aisle: int) -> None:
    """Nothing is sent until every unseen interlock is confirmed; stop asks for nobody's name."""
    screen.touches(f"[data-aisle='{aisle}']")
    vouches = screen.page.locator("input[name=vouched]")
    assert vouches.count() == 10
    screen.page.select_option("#who", "Wang")
    screen.page.fill("#pin", "1357")
    screen.page.click("#sign-go")
    expect(screen.page.locator("#sign")).to_be_visible()
    screen.signs()
    expect(screen.said).to_have_text("已开始")
    screen.sees("moving")
    screen.touches("button.stop")
    expect(screen.said).to_contain_text("已停止")
    expect(screen.bank.locator(".phase.moving")).to_have_count(0)
    expect(screen.bank.locator(f".gap.open[data-aisle='{aisle}']")).to_have_count(0)


def opens(screen: Screen, aisle: int) -> None:
    screen.touches(f"[data-aisle='{aisle}']")
    screen.signs()
    expect(screen.bank.locator(f".gap.open[data-aisle='{aisle}']")).to_have_text(
        "Wang", timeout=STANDS_WITHIN_MS
    )


def proposes_and_anybody_cancels(screen: Screen) -> None:
    page, program = screen.page, screen.page.locator("#program")
    page.locator("[data-propose=night_closing]").click()
    screen.signs()
    program.locator("[data-act=start]").click()
    screen.signs()
    expect(program).to_have_class("warning")
    assert barriers(page) == []
    program.locator("[data-act=cancel]").click()
    expect(program).to_have_class("cancelled")


@pytest.mark.parametrize("language", ["zh"], indirect=True)
def test_an_aisle_is_opened_stopped_held_handed_over_and_kept_from_others(screen: Screen) -> None:
    stops_a_move(screen, aisle=4)
    opens(screen, aisle=4)
    assert barriers(screen.page) == []

    screen.touches("[data-act='hand_over-4']")
    screen.signs(to="Li")
    screen.touches("[data-act='take_over-4']")
    screen.signs(badge="998877")
    expect(screen.bank.locator(".gap.open")).to_have_text("Li")
    screen.touches("[data-aisle='2']")
    screen.signs()
    expect(screen.said).to_contain_text("通道由他人占用 (Li)")
    screen.touches("[data-act='release-4']")
    screen.signs()
    expect(screen.bank.locator("[data-act='release-4']")).to_have_count(0)

    screen.touches("[data-verb=lock_out]")
    screen.signs(column="4")
    screen.touches("[data-aisle='2']")
    screen.signs()
    expect(screen.said).to_contain_text("停用")
    screen.touches("[data-act='lift-4']")
    screen.signs()
    expect(screen.bank.locator("[data-act='lift-4']")).to_have_count(0)


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_night_closing_is_proposed_walked_warned_of_and_cancelled_by_anybody(
    screen: Screen,
) -> None:
    proposes_and_anybody_cancels(screen)
    screen.page.set_viewport_size({"width": 640, "height": 400})
    assert screen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_a_button_keeps_its_focus_while_the_page_is_drawn_anew(screen: Screen) -> None:
    button = screen.bank.locator("[data-verb=close_all]")
    button.focus()
    old = button.element_handle()
    screen.page.wait_for_function("(old) => !old.isConnected", arg=old)
    expect(button).to_be_focused()
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator("#sign")).to_be_visible()
    screen.page.keyboard.press("Escape")
    expect(screen.page.locator("#sign")).to_be_hidden()
