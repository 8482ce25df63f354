"""Work at the shelves by scanner: put away, the list of what is misplaced, pairing by shelf."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.story import Clerk, barriers
from tests.demo_process import Demo

SHELF = "R1-B1-C3-R-1-1"
OTHER_SHELF = "R1-B1-C3-R-1-2"
NEW_TAG = "E280117000000210F00DCAFE"


@pytest.mark.parametrize("language", ["zh"], indirect=True)
def test_a_box_on_a_wrong_shelf_is_told_listed_and_brought_home(page: Page, demo: Demo) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in()
    box = clerk.boxes_on(SHELF)[0]

    clerk.goes_to("put-away")
    clerk.scans("put-scan", f"SR:S:{OTHER_SHELF}")
    expect(page.get_by_test_id("shelf")).to_have_attribute("data-shelf", OTHER_SHELF)
    clerk.scans("put-scan", f"SR:B:{box}")
    outcome = page.get_by_test_id("outcome")
    expect(outcome).to_have_attribute("data-verdict", "unsure")
    expect(outcome).to_contain_text(SHELF)
    assert barriers(page) == []

    clerk.goes_to(f"?box={box}")
    expect(page.get_by_test_id("aisle-note")).to_have_attribute("data-why", "misplaced")
    expect(page.get_by_test_id("face-address")).to_contain_text(OTHER_SHELF)
    expect(page.get_by_test_id("slot-target")).to_be_visible()

    clerk.goes_to("lists")
    row = page.locator(f"[data-testid=astray][data-code='{box}']")
    row.locator("input").check()
    expect(page.get_by_test_id("astray-target").get_by_test_id("open-aisle")).to_be_visible()
    assert barriers(page) == []

    page.get_by_test_id("astray-put").click()
    expect(page.get_by_test_id("shelf")).to_have_attribute("data-shelf", SHELF)
    clerk.scans("put-scan", box)
    expect(outcome).to_have_attribute("data-verdict", "ok")
    clerk.goes_to("lists")
    expect(page.get_by_test_id("lists-which")).to_be_visible()
    expect(row).to_have_count(0)


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_a_shelf_is_paired_from_left_to_right_and_a_wrong_box_is_told(
    page: Page, demo: Demo
) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in()
    belongs, stranger = clerk.boxes_on(SHELF)[0], clerk.boxes_on(OTHER_SHELF)[0]

    clerk.goes_to("pairings")
    for part, value in (("bank", "1"), ("column", "3"), ("face", "R")):
        page.get_by_test_id(f"scope-{part}").select_option(value)
    page.get_by_test_id("pairing-start").click()
    page.get_by_test_id("pairing-go-on").first.click()
    page.get_by_test_id("pairing-next").click()
    said = page.get_by_test_id("pair-said")
    expected = page.locator(f"[data-testid=pair-expected] [data-code='{belongs}']")
    expect(expected).to_have_attribute("data-mark", "next")

    clerk.scans("pair-scan", belongs)
    expect(said).to_contain_text(belongs)
    (others,) = [tag for tag in clerk.asks(f"boxes/{stranger}")["tags"] if tag["until"] is None]
    clerk.scans("pair-scan", others["epc"])
    expect(said).to_have_attribute("data-verdict", "wrong")
    expect(said).to_contain_text(stranger)
    clerk.scans("pair-scan", NEW_TAG)
    expect(said).to_have_attribute("data-verdict", "ok")
    expect(expected).to_have_attribute("data-mark", "paired")

    clerk.scans("pair-scan", stranger)
    expect(said).to_contain_text(stranger)
    clerk.scans("pair-scan", f"{NEW_TAG[:-1]}F")
    expect(said).to_have_attribute("data-verdict", "wrong")
    expect(said).to_contain_text(OTHER_SHELF)
    assert barriers(page) == []
    page.get_by_test_id("pair-leave").click()

    page.get_by_test_id("pair-undo").click()
    expect(expected).to_have_attribute("data-mark", "next")
    page.get_by_test_id("pair-done").click()
    page.get_by_test_id("pair-done-ask-yes").click()
    first = page.locator(f"[data-testid=pairing-shelf][data-address='{SHELF}']")
    expect(first).to_have_attribute("data-status", "done")


@pytest.mark.parametrize("language", ["zh"], indirect=True)
def test_labels_are_made_of_a_pasted_list_for_a_sheet_that_was_begun_or_a_finer_printer(
    page: Page, demo: Demo
) -> None:
    clerk = Clerk(page, demo)
    clerk.signs_in()
    first, second = clerk.boxes_on(SHELF)[:2]
    clerk.goes_to("labels")
    page.get_by_test_id("label-by").locator("input[value=list]").check(force=True)
    pasted = page.get_by_test_id("label-list")
    make = page.get_by_test_id("label-make")
    expect(make).to_be_disabled()
    pasted.fill(f"{first}\nNO-SUCH-BOX")
    page.get_by_test_id("label-size").select_option("a4-sheet")
    page.get_by_test_id("label-skip").fill("5")
    make.click()
    expect(page.get_by_test_id("problem")).to_contain_text("NO-SUCH-BOX")
    assert barriers(page) == []

    pasted.fill(f"{first}\t{second}\nSR:B:{first}")
    with page.expect_download() as sheet, page.expect_request("**/labels") as asked:
        make.click()
    assert sheet.value.suggested_filename.endswith(".pdf")
    order = asked.value.post_data_json
    assert order is not None
    assert (order["items"], order["skip"]) == ([first, second], 5)

    page.get_by_test_id("label-zpl").check()
    page.get_by_test_id("label-dpi").select_option("300")
    with page.expect_download() as roll:
        make.click()
    assert b"^PW720" in roll.value.path().read_bytes(), "60 mm at 300 dpi"
