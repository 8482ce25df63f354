"""Hands full of boxes: put away, a shelf looked through, many lent or taken back at once."""

from __future__ import annotations

from typing import Any

import pytest

from controller.circulation import api as circulation_api
from controller.circulation.batch_routes import do_one
from controller.circulation.store import close_loan
from controller.context import Context
from controller.holdings import api as holdings_api
from controller.holdings.model import NotHeld
from controller.people.model import Post
from controller.tags import api as tags_api
from controller.tags.shapes import AnyItem
from controller.tags.writing import TagWriter

from .archive import FAR_SHELF, NEW_TAG, NEXT_SHELF, SHELF, TAG, Desk, make_desk
from .conftest import Api
from .test_tags import SilentRoom, pair


@pytest.fixture
def desk(api: Api, context: Context, build: Any) -> Desk:
    routers = [
        tags_api.routes(context, TagWriter(context, SilentRoom()), end_loan=close_loan),
        holdings_api.routes(context),
        circulation_api.routes(context),
    ]
    return make_desk(api, context, build, routers)


def put_away(desk: Desk, shelf: str, *items: dict[str, str], **more: Any) -> list[dict[str, Any]]:
    status, answer = desk.post("/put-aways", {"shelf": shelf, "items": list(items), **more})
    assert status == 200, answer
    results: list[dict[str, Any]] = answer["results"]
    return results


def box(desk: Desk, code: str) -> Any:
    return desk.get(f"/boxes/{code}")[1]


def lend(desk: Desk, *items: dict[str, str], person: str = "李工") -> Any:
    _, answer = desk.post("/checkouts/many", {"items": list(items), "person": person})
    return answer["results"]


def outcome(results: Any) -> list[tuple[str | None, bool, str | None]]:
    return [(one["item"].get("code"), one["ok"], one["code"]) for one in results]


def test_what_is_put_on_its_home_is_in_place_and_elsewhere_misplaced(desk: Desk) -> None:
    lend(desk, {"box_code": "A-1"}, {"box_code": "A-3"})
    results = put_away(desk, f"SR:S:{SHELF}", {"box_code": "A-1"}, {"epc": TAG["A-3"].lower()})
    assert [(one["item"]["code"], one["state"], one["lent_to"]) for one in results] == [
        ("A-1", "in_place", "李工"),
        ("A-3", "misplaced", "李工"),
    ]
    seen = box(desk, "A-3")["last_seen"]
    assert (seen["by_kind"], seen["zone"], seen["confidence"]) == ("person", SHELF, 1.0)
    assert box(desk, "A-3")["place"]["address"] == SHELF
    assert desk.get("/checkouts", open=True)[1] == {"checkouts": []}, "nobody has them any more"
    assert desk.audited("circulation.put_away") == [
        ("circulation.put_away", "A-1", "done"),
        ("circulation.put_away", "A-3", "done"),
    ]


def test_codes_typed_in_are_a_little_less_sure_than_scans(desk: Desk) -> None:
    put_away(desk, NEXT_SHELF, {"box_code": "A-1"}, entered=True)
    place = box(desk, "A-1")["place"]
    assert (place["confidence"], place["by"]) == (0.95, box(desk, "A-1")["last_seen"]["by"])
    desk.api.clock.advance(seconds=100)
    assert box(desk, "A-1")["place"]["age_s"] == 100
    put_away(desk, NEXT_SHELF, {"box_code": "A-2", "entered": True}, {"box_code": "A-4"})  # type: ignore[dict-item]  # one flag
    assert [box(desk, code)["place"]["confidence"] for code in ("A-2", "A-4")] == [0.95, 1.0]


def test_what_stands_there_already_is_confirmed(desk: Desk) -> None:
    before = box(desk, "A-1")["place"]
    desk.api.clock.advance(minutes=30)
    put_away(desk, SHELF, {"box_code": "A-1"})
    after = box(desk, "A-1")["place"]
    assert (before["age_s"], after["age_s"]) == (60, 0)
    assert after["since"] == before["since"]
    assert len(desk.get("/boxes/A-1/movements")[1]["movements"]) == 1


def test_a_file_put_where_its_box_stands_is_in_its_box_again(desk: Desk) -> None:
    lend(desk, {"file_code": "AJ12-A1-1"})
    assert put_away(desk, FAR_SHELF, {"file_code": "AJ12-A1-1"})[0]["state"] == "misplaced"
    assert put_away(desk, SHELF, {"file_code": "AJ12-A1-1"})[0]["state"] == "in_place"
    steps = desk.get("/files/AJ12-A1-1/movements")[1]["movements"]
    assert [step["to"]["kind"] for step in steps] == ["home", "shelf", "person", "home"]


def test_each_item_stands_or_falls_by_itself(desk: Desk) -> None:
    lend(desk, {"box_code": "A-1"})
    results = lend(
        desk,
        {"box_code": "A-1"},
        {"box_code": "A-2"},
        {"file_code": "AJ12-A1-1"},
        {"epc": NEW_TAG},
        {"epc": "zz"},
        {"box_code": "N-0"},
    )
    assert outcome(results) == [
        ("A-1", False, "circulation.already_lent"),
        ("A-2", True, None),
        ("AJ12-A1-1", False, "circulation.box_is_lent"),
        (None, False, "tags.unknown"),
        (None, False, "tags.no_number"),
        (None, False, "holdings.no_such_box"),
    ]
    assert results[1]["place"]["person"] == "李工"
    assert results[1]["item"] == {"box_code": "A-2", "kind": "box", "code": "A-2"}
    assert results[1]["home"] == SHELF
    assert results[3]["item"] == {"epc": NEW_TAG}
    _, answer = desk.post(
        "/returns/many", {"items": [{"epc": TAG["A-2"]}, {"box_code": "A-3"}], "to": "home"}
    )
    assert outcome(answer["results"]) == [
        ("A-2", True, None),
        ("A-3", False, "circulation.already_there"),
    ]
    handed = [subject for _, subject, _ in desk.audited("circulation.handed_over")]
    assert handed == ["A-1", "A-2"]


def test_one_item_is_named_in_one_way(desk: Desk) -> None:
    for item in ({}, {"box_code": "A-1", "epc": TAG["A-1"]}):
        assert desk.post("/put-aways", {"shelf": SHELF, "items": [item]})[0] == 422
    status, problem = desk.post("/put-aways", {"shelf": "A-1", "items": [{"box_code": "A-1"}]})
    assert (status, problem["code"]) == (404, "holdings.no_such_shelf")


def test_a_shelf_looked_through_is_sorted_into_right_wrong_missing_and_unknown(desk: Desk) -> None:
    pair(desk, NEW_TAG, "file", "AJ12-A2-1")
    _, check = desk.post(
        "/shelf-checks",
        {
            "shelf": SHELF.lower(),
            "found": ["SR:B:A-1", TAG["A-1"], "a-3", NEW_TAG, "X-9", "X-9"],
        },
    )
    codes = {name: [item["code"] for item in check[name]] for name in ("right", "misplaced_here")}
    assert codes == {"right": ["A-1", "AJ12-A2-1"], "misplaced_here": ["A-3"]}
    assert [item["code"] for item in check["missing"]] == ["A-2"]
    assert (check["unknown"], check["away"], check["shelf"]) == (["X-9"], [], SHELF)
    assert box(desk, "A-3")["state"] == "misplaced"
    assert box(desk, "A-1")["last_seen"]["by_kind"] == "person"
    assert box(desk, "A-2")["state"] == "in_place", "one look proves nothing"
    (entry,) = desk.audited("circulation.shelf_checked")
    assert entry[1] == SHELF


def test_what_is_known_to_be_elsewhere_is_not_missing(desk: Desk) -> None:
    lend(desk, {"box_code": "A-1"})
    _, check = desk.post("/shelf-checks", {"shelf": SHELF, "found": []})
    assert [item["code"] for item in check["away"]] == ["A-1"]
    assert [item["code"] for item in check["missing"]] == ["A-2"]


def test_a_lent_box_found_on_a_shelf_keeps_its_loan(desk: Desk) -> None:
    lend(desk, {"box_code": "A-1"})
    desk.post("/shelf-checks", {"shelf": SHELF, "found": ["A-1"]})
    assert box(desk, "A-1")["state"] == "in_place"
    assert len(desk.get("/checkouts", open=True)[1]["checkouts"]) == 1


def test_open_pages_hear_of_every_item_that_moved(desk: Desk) -> None:
    with desk.context.hub.subscribe(lambda: None) as told:
        put_away(desk, FAR_SHELF, {"box_code": "A-1"}, {"box_code": "A-4"})
        _, changes = told.take()
    assert [(c.change.kind, c.change.key) for c in changes] == [("item", "A-1")]


@pytest.mark.parametrize(
    ("post", "allowed"),
    [(Post.ARCHIVIST, True), (Post.CART_OPERATOR, True), (Post.FACILITY_MANAGER, False)],
)
def test_only_who_may_move_boxes_does(desk: Desk, post: Post, allowed: bool) -> None:
    items = [{"box_code": "A-1"}]
    asked = [
        desk.post("/put-aways", {"shelf": SHELF, "items": items}, post),
        desk.post("/shelf-checks", {"shelf": SHELF, "found": ["A-1"]}, post),
        desk.post("/checkouts/many", {"items": items, "person": "李工"}, post),
        desk.post("/returns/many", {"items": items, "to": "desk"}, post),
    ]
    assert [status == 200 for status, _ in asked] == [allowed] * 4


def test_an_item_that_is_gone_when_it_is_done_is_told_with_a_code(
    desk: Desk, context: Context
) -> None:
    def gone(*_: Any) -> Any:
        raise NotHeld("no box of that code")

    named = (AnyItem(box_code="A-1"), AnyItem(file_code="AJ12-A1-1"), AnyItem(epc=TAG["A-2"]))
    assert [do_one(context, one, gone).code for one in named] == [
        "holdings.no_such_box",
        "holdings.no_such_file",
        "holdings.no_such_box",
    ]
