"""Locked-out columns: what stands in them is listed, and told to whoever wants it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from controller.circulation import api as circulation_api
from controller.holdings import api as holdings_api
from controller.holdings.shelves import sync_shelves
from controller.holdings.tables import BoxRow, ImportRow
from controller.people.model import PERMISSIONS
from controller.shelving.lock_outs import find_lock_out
from drivers.messages import Actor, LockOut
from tests.link.desk import OPEN, Desk, desk_at, held
from tests.link.parts import AT

WANG = Actor(id="u2", name="王磊")
HINGE = LockOut(column=3, actor=WANG, since=AT, reason="hinge loose")
HOMES = {
    "B-1": "S1-B1-C3-L-1-1",
    "B-2": "S1-B1-C3-R-2-4",
    "B-3": "S1-B1-C4-L-1-1",
    "B-4": "S1-B1-C3-L-1-1",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_at(tmp_path) as desk:
        fill(desk)

        def lock_out(addresses: Any) -> Any:
            return find_lock_out(desk.mirror, addresses)

        for subject in (holdings_api, circulation_api):
            desk.app.include_router(subject.routes(desk.context, find_lock_out=lock_out))
        yield desk


def fill(desk: Desk) -> None:
    with desk.context.records.write() as session:
        sync_shelves(session, desk.context.rooms["S1"], at=AT)
        session.add(
            ImportRow.model_validate(
                {"id": "i1", "kind": "boxes", "name": "", "state": "done", "by": "u1", "at": AT}
                | dict.fromkeys(("rows", "good", "bad", "fresh", "changed", "same"), 0)
            )
        )
        for order, (code, shelf) in enumerate(HOMES.items()):
            session.add(box(code, shelf, order))


def box(code: str, shelf: str, order: int) -> BoxRow:
    return BoxRow(
        code=code,
        code_key=code,
        code_back=code[::-1],
        title=f"title of {code}",
        thickness_mm=40,
        home_shelf=shelf,
        home_order_mm=order * 40,
        place_kind="home",
        place_address=shelf,
        place_since=AT,
        import_id="i1",
    )


def test_the_boxes_of_both_faces_are_listed_with_who_has_which(desk: Desk) -> None:
    assert desk.get("lock-outs") == {"lock_outs": []}
    desk.shows(held(), lock_outs=[HINGE])
    desk.web.post("/checkouts", json={"box_code": "B-4", "person": "小赵"})
    (lock_out,) = desk.get("lock-outs")["lock_outs"]
    assert (lock_out["bank"], lock_out["column"], lock_out["reason"]) == (1, 3, "hinge loose")
    assert lock_out["actor"] == {"id": "u2", "name": "王磊"}
    assert [each["code"] for each in lock_out["boxes"]] == ["B-1", "B-4", "B-2"]
    assert lock_out["boxes"][0] == {
        "code": "B-1",
        "title": "title of B-1",
        "address": "S1-B1-C3-L-1-1",
    }
    assert lock_out["box_count"] == 3
    assert lock_out["lent"] == [{"box_code": "B-4", "person": "小赵"}]


def test_who_may_not_read_boxes_sees_how_many_and_no_more(desk: Desk) -> None:
    desk.shows(held(), lock_outs=[HINGE])
    desk.sign_in("live.read")
    (lock_out,) = desk.get("lock-outs")["lock_outs"]
    assert (lock_out["box_count"], lock_out["boxes"], lock_out["lent"]) == (3, [], [])


def test_a_box_says_that_its_column_is_locked_out_and_another_does_not(desk: Desk) -> None:
    desk.shows(held(), lock_outs=[HINGE])
    told = desk.web.get("/boxes/B-1").json()["locked_out"]
    assert (told["column"], told["actor"], told["reason"]) == (3, "王磊", "hinge loose")
    assert desk.web.get("/boxes/B-3").json()["locked_out"] is None
    desk.shows(held())
    assert desk.web.get("/boxes/B-1").json()["locked_out"] is None


def test_handing_over_such_a_box_is_told_and_not_refused(desk: Desk) -> None:
    desk.shows(held(), lock_outs=[HINGE])
    given = desk.web.post("/checkouts", json={"box_code": "B-1", "person": "小赵"})
    assert (given.status_code, given.json()["locked_out"]["column"]) == (201, 3)
    back = desk.web.post("/returns", json={"box_code": "B-1", "to": "home"})
    assert (back.status_code, back.json()["locked_out"]["column"]) == (200, 3)
    other = desk.web.post("/checkouts", json={"box_code": "B-3", "person": "小赵"})
    assert other.json()["locked_out"] is None


def test_a_request_that_would_move_the_column_gets_the_rooms_refusal(desk: Desk) -> None:
    desk.sign_in(*PERMISSIONS)
    desk.room.status, desk.room.code = "refused", "column_locked_out"
    desk.room.detail = {"column": 3, "by": "王磊"}
    answer = desk.ask(**OPEN)
    assert (answer.status_code, answer.json()["code"]) == (409, "shelving.column_locked_out")
    assert answer.json()["params"]["by"] == "王磊"


def test_what_a_bank_says_of_itself_reaches_the_page_untouched(desk: Desk) -> None:
    desk.shows(held(2, by=WANG), lock_outs=[HINGE])
    sent = (
        desk.mirror.now("S1")
        .banks[0]
        .state.model_copy(
            update={
                "commissioned": False,
                "guarantee": "polled",
                "orders": ("open_aisle", "stop"),
                "start": "at_bank",
                "cycle_s": 0.4,
                "cycle_budget_s": 0.3,
                "version": 2,
            }
        )
    )
    desk.mirror.take_state("S1", sent, retained=False)
    (shown,) = desk.get("live")["banks"]
    assert shown.pop("received_age_s") == 0
    assert shown == sent.model_dump(mode="json")
