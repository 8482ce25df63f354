"""A real browser and a real demo; a stray request or a CSP report fails the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from simulators.demo_climate import LOADED
from tests.browser.story import RoomPeople
from tests.demo_process import Demo, running_demo

expect.set_options(timeout=20_000)  # a bound for a busy machine, not a promise to people
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_FAILED = pytest.StashKey[bool]()
REPORT_VIOLATIONS = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The second start of a demo, on the data of a first that was ended by SIGTERM."""
    folder = tmp_path_factory.mktemp("demo")
    with running_demo(folder) as first:
        assert any("importing" in line for line in first.said)
    with running_demo(folder) as demo:
        assert not any("importing" in line for line in demo.said), "it did not reuse its data"
        yield demo


@pytest.fixture(scope="session")
def climate_of_400_days(demo: Demo) -> None:
    """What the demo takes in beside its first run is in."""
    demo.waits_until_it_says(LOADED)


@pytest.fixture
def room(demo: Demo) -> Iterator[RoomPeople]:
    room = RoomPeople(demo)
    yield room
    room.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which(os.environ.get("STACKROOM_CHROMIUM", "chromium"))
    assert chromium, "chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what became of a story, for the fixtures that end after it."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.fixture
def page(
    browser: Browser, language: str, demo: Demo, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A tab of its own; of a story that failed it prints what stood on the page and in the room."""
    locale = {"zh": "zh-CN", "en": "en-GB"}[language]
    context = browser.new_context(locale=locale, viewport={"width": 1440, "height": 900})
    strays, complaints = watch(context)
    page = context.new_page()
    yield page
    if request.node.stash.get(_FAILED, False):
        print(f"{page.url}\n{page.locator('body').inner_text()}")
        print(page.request.get(f"{demo.page}/api/v1/rooms/R1/live").text())
    violations = page.evaluate("window.__violations ?? []")
    context.close()
    assert strays == [], "a request left this machine"
    assert violations == [], "the content security policy was violated"
    assert complaints == [], "the page threw an error"


def watch(context: BrowserContext) -> tuple[list[str], list[str]]:
    """Note every request that leaves the machine and every error a page throws."""
    strays: list[str] = []
    complaints: list[str] = []
    context.add_init_script(REPORT_VIOLATIONS)

    def note(url: str) -> None:
        if urlparse(url).scheme in {"http", "https", "ws", "wss"} and (
            urlparse(url).hostname != "127.0.0.1"
        ):
            strays.append(url)

    context.on("request", lambda request: note(request.url))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    return strays, complaints


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where the README's pictures go; only written when STACKROOM_PICTURES says so."""
    return Path(__file__).resolve().parents[2] / "docs"
