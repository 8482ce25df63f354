"""What the browser stories say, in sentences: the clerk at the page, and people in the room."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from simulators.demo import PIN_PEOPLE
from tests.demo_process import Demo

MOVES_WITHIN_MS = 60_000
NOTICED_WITHIN_MS = 30_000
LOOKS_EVERY_MS = 250
NOTHING_FADES = """async () => {
  const until = performance.now() + 3000;  // steel that moves never rests
  const fades = (each) => each.playState === "running"
    && each.effect?.getComputedTiming().iterations !== Infinity;
  for (let calm = 0; calm < 3 && performance.now() < until;) {
    calm = document.getAnimations().some(fades) ? 0 : calm + 1;
    await new Promise(requestAnimationFrame);
  }
}"""


def barriers(page: Page) -> list[str]:
    """List what is a serious barrier on a page, by the rules of axe, once nothing fades."""
    page.evaluate(NOTHING_FADES)
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {[node['html'] for node in one['nodes']][:2]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file of a household, in a box whose shelf has an antenna."""

    file_code: str
    box_code: str
    two_characters: str
    head_name: str
    shelf: str


def wanted_on(archive: Path, column: str, taken: set[str]) -> Wanted:
    """Choose a file on a column whose head of household has a rare pair of characters."""
    with (archive / "tags.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if not row["file_code"]]
    shelf_of = {row["box_code"]: row["shelf"] for row in rows}
    with (archive / "files.csv").open(encoding="utf-8-sig", newline="") as lines:
        files = [row for row in csv.DictReader(lines) if row["head_name"]]
    pairs = Counter(row["head_name"][-2:] for row in files)
    for row in files:
        name, shelf = row["head_name"], shelf_of[row["box_code"]]
        rare = len(name) == 3 and pairs[name[-2:]] <= 12
        if shelf.startswith(f"{column}-") and rare and row["box_code"] not in taken:
            return Wanted(row["file_code"], row["box_code"], name[-2:], name, shelf)
    raise AssertionError(f"no file on {column} has a rare name")


class RoomPeople:
    """Acts in the simulated room, through its own page's API."""

    def __init__(self, demo: Demo) -> None:
        self._client = httpx2.Client(base_url=demo.world, timeout=10)

    def act(self, act: str, **more: object) -> None:
        answer = self._client.post("/api/acts", json={"act": act, **more})
        assert answer.status_code == 200, answer.text

    def wire(self, wire: str, *faults: str) -> None:
        body = {"faults": [{"kind": fault} for fault in faults]}
        answer = self._client.post(f"/api/wires/{wire}", json=body)
        assert answer.status_code == 200, answer.text

    def open_aisle(self, *, bank: int, segment: int) -> int:
        world = self._client.get("/api/world").json()
        steel = next(one for one in world["banks"] if one["bank"] == bank)
        return int(steel["segments"][segment - 1]["open_aisle"])

    def commands(self) -> dict[str, object]:
        return dict(self._client.get("/api/commands").json())

    def close(self) -> None:
        self._client.close()


class Clerk:
    """Works at the web page with keyboard and mouse."""

    def __init__(self, page: Page, demo: Demo) -> None:
        self.page = page
        self._home = demo.page

    def signs_in(self, name: str = "archivist") -> None:
        """Sign in with one of the accounts that stand on the demo's page."""
        self.page.goto(self._home)
        self._get(f"demo-{name}").click()
        self._get("sign-in-submit").click()
        expect(self._get("account-menu")).to_be_visible()

    def goes_to(self, where: str) -> None:
        self.page.goto(f"{self._home}/{where}")

    def asks(self, what: str) -> dict[str, Any]:
        """Ask the archive itself, as the page would."""
        answer = self.page.request.get(f"{self._home}/api/v1/{what}")
        assert answer.ok, answer.text()
        return dict(answer.json())

    def boxes_on(self, shelf: str) -> list[str]:
        """List what belongs on a shelf, left to right."""
        room, bank, column, face, *place = shelf.split("-")
        where = f"rooms/{room}/banks/{bank[1:]}/columns/{column[1:]}/faces/{face}"
        section, number = map(int, place)
        found = next(
            each
            for each in self.asks(where)["shelves"]
            if (each["section"], each["shelf"]) == (section, number)
        )
        return [box["code"] for box in found["boxes"]]

    def boxes_at_the_aisle(self, *, bank: int, segment: int, aisle: int) -> list[str]:
        """List what stands on the first shelf that somebody in an aisle can reach."""
        steel = self.asks("rooms/R1/plan")["banks"][bank - 1]["segments"][segment - 1]
        face = next(each for each in steel["aisles"] if each["aisle"] == aisle)["faces"][0]
        return self.boxes_on(f"R1-B{bank}-C{face['column']}-{face['face']}-1-1")

    def scans(self, field: str, text: str) -> None:
        """A scanner just types and ends with Enter; the page sees to it that its field gets it."""
        expect(self._get(f"{field}-field")).to_be_visible()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        expect(self._get(f"{field}-field")).to_have_value("")

    def types(self, query: str) -> None:
        self.page.goto(self._home)
        field = self._get("search-input")
        expect(field).to_be_focused()
        self.page.keyboard.type(query)

    def picks_with_the_keyboard(self, file_code: str) -> None:
        hit = self.page.locator(f"[data-testid=search-hit][data-code='{file_code}']")
        expect(hit).to_be_visible()
        for _ in range(20):
            if hit.get_attribute("aria-selected") == "true":
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")
        expect(self._get("box-card")).to_contain_text(file_code)
        expect(self._get("slot-target").first).to_be_visible()

    def waits_until_a_reader_has_seen(self, box_code: str) -> None:
        """Right after its first start a room has to hear each tag some times to be sure."""
        address = f"{self._home}/api/v1/boxes/{box_code}"
        for _ in range(MOVES_WITHIN_MS // LOOKS_EVERY_MS):
            if self.page.request.get(address).json()["last_seen"]:
                return
            self.page.wait_for_timeout(LOOKS_EVERY_MS)
        raise AssertionError(f"no reader has seen {box_code}")

    def has_the_last_aisle_open(self, room: RoomPeople, *, bank: int, column: int) -> None:
        """See to it that the columns have to move, wherever the stories before left them."""
        steel = next(
            each
            for each in self.asks("rooms/R1/plan")["banks"][bank - 1]["segments"]
            if each["first"] <= column <= each["last"]
        )
        segment, last = steel["segment"], steel["aisles"][-1]["aisle"]
        if room.open_aisle(bank=bank, segment=segment) != last:
            self.looks_at(bank=bank, segment=segment)
            self.asks_for_aisle(last)
            self.sees_the_aisle_open()
            self.gives_up_the_aisle(last)

    def opens_the_aisle(self) -> None:
        self._get("open-aisle").click()
        expect(self._get("stop-motion").first).to_be_visible(timeout=NOTICED_WITHIN_MS)

    def sees_the_column_travel(self, bank: int, column: int) -> None:
        """The steel reports other positions, and the picture of the column follows them."""
        steel = self._get(f"column-B{bank}-C{column}")
        before_mm, before = int(steel.get_attribute("data-position") or 0), steel.bounding_box()
        self.page.wait_for_function(
            """([id, mm]) => Math.abs(
                document.querySelector(`[data-testid=${id}]`).dataset.position - mm) > 200""",
            arg=[f"column-B{bank}-C{column}", before_mm],
            timeout=MOVES_WITHIN_MS,
        )
        after = steel.bounding_box()
        assert before is not None
        assert after is not None
        assert abs(after["x"] - before["x"]) > 2

    def sees_the_aisle_open(self) -> None:
        action = self.page.locator("[data-testid=motion-status][data-view=open]")
        expect(action).to_be_visible(timeout=MOVES_WITHIN_MS)

    def sees_the_state(self, state: str) -> None:
        badge = self._get("box-card").get_by_test_id(f"state-{state}").first
        expect(badge).to_be_visible(timeout=NOTICED_WITHIN_MS)

    def hands_over_the_box(self, box_code: str, person: str) -> None:
        self._get("handover-open").click()
        self._get(f"item-{box_code}").first.click()
        self._get("handover-person").fill(person)
        self._get("handover-submit").click()
        expect(self._get("handover-form")).to_be_hidden()

    def takes_back_the_box(self, box_code: str) -> None:
        self._get("return-open").click()
        self._get(f"item-{box_code}").first.click()
        self._get("return-submit").click()
        expect(self._get("return-form")).to_be_hidden()

    def reads_the_movements(self) -> list[str]:
        """Return the kinds of place it went to, newest first."""
        self._get("box-page-link").click()
        expect(self._get("movements")).to_be_visible()
        return [m.get_attribute("data-to") or "" for m in self._get("movement").all()]

    def looks_at(self, *, bank: int, segment: int = 1) -> None:
        """Turn to the shelving page of a segment, and wait until it is live."""
        self.page.goto(f"{self._home}/shelving/R1/{bank}?segment={segment}")
        live = NOTICED_WITHIN_MS
        expect(self._get("shelving")).to_have_attribute("data-look", "live", timeout=live)

    def asks_for_aisle(self, aisle: int, purpose: str = "") -> None:
        self._get(f"aisle-{aisle}").check(force=True)
        self._get("open-purpose").fill(purpose)
        self._get("open-aisle").click()

    def gives_up_the_aisle(self, aisle: int) -> None:
        self._get(f"hold-{aisle}").get_by_test_id("hold-release").click()
        self._get("release-yes").click()
        expect(self._get(f"hold-{aisle}")).to_have_count(0)

    def _get(self, test_id: str) -> Locator:
        return self.page.get_by_test_id(test_id)


class Keeper:
    """Stands in the room, at its own page, and signs with a PIN."""

    def __init__(self, page: Page, demo: Demo) -> None:
        self.name, self._pin = next(iter(PIN_PEOPLE.items()))
        self._page = page
        page.goto(demo.bank_page)

    def confirms_the_steel_is_fit(self, *, bank: int) -> None:
        self._page.locator(f"[data-bank='{bank}'] [data-confirm=fit]").click()
        self._signs()

    def has_walked_the_room(self) -> None:
        self._page.locator("#program [data-act=start]").click()
        self._signs()

    def _signs(self) -> None:
        self._page.locator("#who").select_option(self.name)
        self._page.locator("#pin").fill(self._pin)
        self._page.locator("#sign-go").click()
        expect(self._page.locator("#sign")).to_be_hidden()
