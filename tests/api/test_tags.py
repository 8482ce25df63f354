"""Tags over the API: what they are, pairing, scanning, and the lists of what lies wrong."""

from __future__ import annotations

from typing import Any

import pytest

from controller.circulation.store import close_loan
from controller.context import Context
from controller.holdings import api as holdings_api
from controller.people.model import Post
from controller.tags import api as tags_api
from controller.tags.writing import TagWriter
from drivers.messages import BoxGone, BoxSeen, Reply, TagRequest

from .archive import FAR_SHELF, NEW_TAG, SHELF, TAG, Desk, make_desk
from .conftest import Api

FACTORY_TAG = "E280116060000209A1B2C3D4"


class SilentRoom:
    """A room nobody answers from."""

    async def ask(self, room: str, request: TagRequest, wait_s: float = 1.0) -> Reply | None:
        return None


@pytest.fixture
def desk(api: Api, context: Context, build: Any) -> Desk:
    writer = TagWriter(context, SilentRoom())
    routers = [tags_api.routes(context, writer, end_loan=close_loan), holdings_api.routes(context)]
    return make_desk(api, context, build, routers)


def seen(desk: Desk, epc: str, zone: str) -> BoxSeen:
    return BoxSeen(at=desk.now(), epc=epc, zone=zone, confidence=0.99, reader="reader-1")


def pair(desk: Desk, epc: str, kind: str, code: str, **more: Any) -> Any:
    return desk.post("/tags", {"epc": epc, "item": {"kind": kind, "code": code}, **more})


def test_a_tag_tells_whose_it_is_and_how_its_number_was_made(desk: Desk) -> None:
    status, tag = desk.get(f"/tags/{TAG['A-1']}")
    assert (status, tag["tag"], tag["item"]["code"]) == (200, "current", "A-1")
    assert tag["scheme"] == {"name": "private", "uri": None}
    assert [(span["code"], span["until"]) for span in tag["history"]] == [("A-1", None)]
    status, tag = desk.get(f"/tags/{FACTORY_TAG.lower()}")
    assert (status, tag["epc"], tag["tag"], tag["item"]) == (200, FACTORY_TAG, "unknown", None)
    assert tag["scheme"] is None
    status, problem = desk.get("/tags/xyz")
    assert (status, problem["code"]) == (422, "tags.no_number")


def test_a_new_tag_replaces_the_old_and_both_stay_in_history(desk: Desk) -> None:
    status, tag = pair(desk, "5352 0001 0000 0000 0000 00ff", "box", "A-1", reason="damaged")
    assert (status, tag["epc"], tag["replaced"], tag["tag"]) == (
        200,
        NEW_TAG,
        TAG["A-1"],
        "current",
    )
    _, old = desk.get(f"/tags/{TAG['A-1']}")
    assert (old["tag"], old["item"], old["replaced_by"]) == ("replaced", None, NEW_TAG)
    _, box = desk.get("/boxes/A-1")
    assert [(t["epc"], t["replaced_by"], t["reason"]) for t in box["tags"]] == [
        (NEW_TAG, None, "damaged"),
        (TAG["A-1"], NEW_TAG, None),
    ]
    assert box["tags"][1]["by"] == "system"
    assert desk.audited("tag.") == [("tag.paired", "A-1", "done")]
    again, _ = pair(desk, NEW_TAG, "box", "A-1")
    assert again == 200
    assert len(desk.audited("tag.")) == 1, "saying it twice changes nothing"


def test_a_tag_of_another_item_is_refused_by_name(desk: Desk) -> None:
    status, problem = pair(desk, TAG["A-1"], "file", "AJ12-A1-1")
    assert (status, problem["code"]) == (409, "tags.in_use")
    assert problem["params"] == {"kind": "box", "code": "A-1"}
    status, problem = pair(desk, NEW_TAG, "box", "N-0")
    assert (status, problem["code"]) == (404, "holdings.no_such_box")
    status, problem = pair(desk, "12345", "box", "A-1")
    assert (status, problem["code"]) == (422, "tags.no_number")
    assert desk.audited("tag.") == []


def test_pairing_tells_open_pages(desk: Desk) -> None:
    with desk.context.hub.subscribe(lambda: None) as told:
        pair(desk, NEW_TAG, "file", "AJ12-A1-1")
        _, changes = told.take()
    assert [(c.change.kind, c.change.key) for c in changes] == [("tag", NEW_TAG)]
    _, file = desk.get("/files/AJ12-A1-1")
    assert (file["epc"], file["box_code"], file["home"]["address"]) == (NEW_TAG, "A-1", SHELF)


def test_a_tag_that_lies_on_the_desk_brings_its_item_there_when_paired(desk: Desk) -> None:
    desk.tell(seen(desk, FACTORY_TAG, "desk"))
    _, found = desk.get("/lists/unknown-tags", room="S1")
    assert [(t["epc"], t["zone"], t["was"]) for t in found["tags"]] == [(FACTORY_TAG, "desk", None)]
    pair(desk, FACTORY_TAG, "box", "A-4")
    _, box = desk.get("/boxes/A-4")
    assert (box["state"], box["last_seen"]["zone"]) == ("desk", "desk")
    assert desk.get("/lists/unknown-tags")[1] == {"tags": [], "more": False}


def test_a_replaced_tag_that_is_heard_tells_what_bore_it(desk: Desk) -> None:
    pair(desk, NEW_TAG, "box", "A-1")
    desk.tell(seen(desk, TAG["A-1"], "S1-B1-C3-L-1"))
    (tag,) = desk.get("/lists/unknown-tags", room="S1")[1]["tags"]
    assert (tag["was"]["code"], tag["gone"]) == ("A-1", False)
    assert tag["aisle"] == {"bank": 1, "segment": 1, "aisle": 1}
    desk.tell(
        BoxGone(at=desk.now(), epc=TAG["A-1"], zone="S1-B1-C3-L-1", confidence=1, reader="reader-1")
    )
    assert desk.get("/lists/unknown-tags")[1]["tags"][0]["gone"] is True


def test_the_list_shows_where_an_unknown_tag_was_heard_last(desk: Desk) -> None:
    first, later = seen(desk, FACTORY_TAG, "desk"), seen(desk, FACTORY_TAG, "S1-B1-C3-R-2")
    desk.tell(first)
    desk.tell(later)
    desk.tell(first)
    (tag,) = desk.get("/lists/unknown-tags", room="S1")[1]["tags"]
    assert (tag["zone"], tag["aisle"]["aisle"]) == ("S1-B1-C3-R-2", 2), "old news change nothing"
    assert (tag["first_at"] < tag["last_at"], tag["reader"]) == (True, "reader-1")


def test_an_unknown_tag_is_hidden_with_a_reason(desk: Desk) -> None:
    desk.tell(seen(desk, FACTORY_TAG, "desk"))
    path = f"/lists/unknown-tags/{FACTORY_TAG}"
    assert desk.ask("DELETE", path)[0] == 422
    assert desk.ask("DELETE", path, json={"reason": "清洁车"}) == (204, None)
    desk.tell(seen(desk, FACTORY_TAG, "desk"))
    assert desk.get("/lists/unknown-tags")[1]["tags"] == []
    status, problem = desk.ask("DELETE", path, json={"reason": "again", "room": "S1"})
    assert (status, problem["code"]) == (404, "tags.not_heard")
    assert desk.audited("tag.") == [("tag.hidden", FACTORY_TAG, "done")]


def test_a_misplaced_box_says_which_aisle_leads_to_it(desk: Desk) -> None:
    desk.tell(seen(desk, TAG["A-1"], "S1-B1-C5-R-2"), seen(desk, TAG["A-2"], "desk"))
    _, found = desk.get("/lists/misplaced", room="S1")
    (box,) = found["boxes"]
    assert (box["code"], box["home"], box["place"]) == ("A-1", SHELF, "S1-B1-C5-R-2")
    assert (box["by"], box["confidence"]) == ("reader-1", 0.99)
    assert box["aisle"] == {"bank": 1, "segment": 1, "aisle": 4}
    assert desk.get("/lists/misplaced", room="S1", limit=1)[1]["more"] is False
    assert desk.get("/lists/misplaced", room="R9")[0] == 404


def test_what_nobody_can_place_leads_to_where_it_belongs_or_was_seen_last(desk: Desk) -> None:
    pair(desk, NEW_TAG, "file", "AJ12-A2-1")
    zone = "S1-B1-C5-R-2"
    desk.tell(seen(desk, TAG["A-1"], "desk"), seen(desk, NEW_TAG, zone))
    for epc, where in ((TAG["A-1"], "desk"), (NEW_TAG, zone)):
        gone = BoxGone(at=desk.now(), epc=epc, zone=where, confidence=1, reader="reader-1")
        desk.tell(gone)
    file, box = desk.get("/lists/unplaced", room="S1")[1]["boxes"]
    assert (box["kind"], box["code"], box["place"]) == ("box", "A-1", None)
    assert box["aisle"] == {"bank": 1, "segment": 1, "aisle": 1}, "its home"
    assert box["last_seen"]["zone"] == "desk"
    assert (file["kind"], file["code"], file["box_code"]) == ("file", "AJ12-A2-1", "A-2")
    assert file["aisle"] == {"bank": 1, "segment": 1, "aisle": 4}, "where it was seen last"
    assert len(desk.get("/lists/unplaced", limit=1)[1]["boxes"]) == 1
    assert desk.get("/lists/unplaced", limit=1)[1]["more"] is True


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        ("SR:B:A-1", "box", "A-1"),
        (" a–1 ", "box", "A-1"),
        ("SR:F:AJ12-A1-1", "file", "AJ12-A1-1"),
        ("aj12-a1-2", "file", "AJ12-A1-2"),
        ("SR:S:S1-B1-C5-R-2-4", "shelf", FAR_SHELF),
        ("ｓ１ ｂ１ ｃ５ ｒ ２ ４", "shelf", FAR_SHELF),
        (TAG["A-2"].lower(), "tag", "A-2"),
        (FACTORY_TAG, "tag", None),
        ("SR:S:S1-B1-C3-L", "place", "S1-B1-C3-L"),
        ("1区5列右面2节", "place", "S1-B1-C5-R-2"),
        ("s1 b1 c3", "place", "S1-B1-C3"),
        ("SR:S:S1-B1-C9-R", "unknown", None),
        ("SR:S:S1-B1-C5-R-9", "unknown", None),
        ("SR:B:S1-B1-C3-L", "unknown", None),
        ("S1-B1", "unknown", None),
        ("SR:F:A-1", "unknown", None),
        ("SR:S:S1-B1-C9-R-2-4", "unknown", None),
        ("1234", "unknown", None),
        ("张三", "unknown", None),
    ],
)
def test_a_scanned_text_is_resolved(desk: Desk, text: str, kind: str, what: str | None) -> None:
    status, found = desk.get("/scan", text=text)
    assert (status, found["kind"]) == (200, kind)
    item = found["item"]["code"] if found["item"] else None
    assert what in (item, found["address"])
    if kind == "shelf":
        assert (found["room"], found["aisle"]) == ("S1", {"bank": 1, "segment": 1, "aisle": 4})
    if kind == "place":
        assert found["room"] == "S1"
        assert (found["aisle"] is None) == (found["address"] == "S1-B1-C3"), "it has two"


READS = ("/tags/AAAA", "/scan?text=1", "/lists/misplaced", "/lists/unplaced", "/lists/unknown-tags")


@pytest.mark.parametrize(
    ("post", "reads", "writes"),
    [
        (Post.ARCHIVIST, True, True),
        (Post.CART_OPERATOR, True, False),
        (Post.FACILITY_MANAGER, False, False),
        (Post.SYSTEM_ADMIN, False, False),
        (Post.AUDITOR, False, False),
    ],
)
def test_tag_work_is_for_those_whose_post_it_is(
    desk: Desk, post: Post, reads: bool, writes: bool
) -> None:
    for path in READS:
        assert (desk.get(path, post)[0] != 403) is reads, path
    pairing = {"epc": NEW_TAG, "item": {"kind": "box", "code": "A-1"}}
    asked = [
        desk.post("/tags", pairing, post),
        desk.post("/rooms/S1/tags/write", pairing | {"reader": "reader-1", "antenna": 1}, post),
        desk.ask("DELETE", "/lists/unknown-tags/AAAA", post, json={"reason": "x"}),
    ]
    assert [(status != 403) for status, _ in asked] == [writes] * 3
