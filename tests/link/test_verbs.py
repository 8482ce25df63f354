"""Every verb as the desk takes it: who may ask, what it needs, what reaches the room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from controller.people.model import POSTS, Post
from controller.people.store import disable_user
from controller.shelving.rules import PERMISSIONS
from drivers.messages import Actor, RequestChanged, Verb
from tests.link.desk import LI, OPEN, SAW, Desk, desk_at
from tests.link.parts import AT

PLACE = {"bank": 1, "segment": 1}
WISHES: dict[str, dict[str, Any]] = {
    "open_aisle": {**PLACE, "aisle": 2, "saw": SAW},
    "close_all": {**PLACE, "saw": SAW},
    "ventilate": {**PLACE, "saw": SAW},
    "park": {**PLACE, "saw": SAW},
    "stop": {},
    "lock": {**PLACE, "saw": SAW},
    "unlock": {**PLACE, "saw": SAW},
    "sleep": {**PLACE, "saw": SAW},
    "wake": {**PLACE, "saw": SAW},
    "release": {**PLACE, "aisle": 2},
    "hand_over": {**PLACE, "aisle": 2, "to_user": "somebody"},
    "take_over": {**PLACE, "aisle": 2},
    "lock_out": {"bank": 1, "column": 2, "reason": "hinge loose"},
    "lift_lock_out": {"bank": 1, "column": 2},
    "propose": {"program": "night_closing"},
    "cancel": {},
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_at(tmp_path) as desk:
        yield desk


def wish(desk: Desk, verb: str) -> dict[str, Any]:
    """Make a complete wish for a verb."""
    body = {"verb": verb, **WISHES[verb]}
    if verb == "hand_over":
        body["to_user"] = desk.hire("王磊").id
    return body


def test_every_verb_has_a_wish_here_and_a_permission() -> None:
    assert set(WISHES) == set(get_args(Verb)) == set(PERMISSIONS)


@pytest.mark.parametrize("verb", WISHES)
def test_a_complete_wish_reaches_the_room_as_it_was_asked(desk: Desk, verb: str) -> None:
    body = wish(desk, verb)
    answer = desk.ask(**body)
    assert (answer.status_code, answer.json()["status"]) == (202, "accepted")
    (sent,) = desk.room.asked
    assert (sent.verb, sent.actor, sent.aisle) == (verb, LI, body.get("aisle"))
    assert (sent.column, sent.program) == (body.get("column"), body.get("program"))
    assert (sent.reason, sent.saw is not None) == (body.get("reason"), "saw" in body)
    kept = desk.latest()
    assert (kept["verb"], kept["status"], kept["actor_id"]) == (verb, "accepted", "u1")
    assert [step["status"] for step in kept["steps"]] == ["asked", "accepted"]


@pytest.mark.parametrize("verb", WISHES)
def test_nobody_asks_for_a_verb_without_all_its_permissions(desk: Desk, verb: str) -> None:
    body, needed = wish(desk, verb), PERMISSIONS[verb]  # type: ignore[index]  # a verb
    for missing in needed - {"motion.stop"}:
        desk.sign_in("motion.stop", *(needed - {missing}))
        answer = desk.ask(**body)
        assert (answer.status_code, answer.json()["params"]) == (403, {"permission": missing})
    assert desk.room.asked == []
    desk.sign_in("motion.stop", *needed)
    assert desk.ask(**body).status_code == 202


def test_everybody_may_stop_and_whoever_enters_aisles_may_lock_and_wake_them() -> None:
    assert all("motion.stop" in held for held in POSTS.values())
    entering = [held for held in POSTS.values() if "aisle.open" in held]
    assert entering
    assert all("steel.lock" in held for held in entering)
    assert "steel.lock_out" in POSTS[Post.FACILITY_MANAGER]
    assert "aisle.open" not in POSTS[Post.FACILITY_MANAGER]
    assert {"room.read", "request.read", "alarm.read"} <= POSTS[Post.AUDITOR]


@pytest.mark.parametrize(
    ("verb", "change", "status", "code"),
    [
        ("close_all", {"segment": None}, 404, "shelving.no_such_segment"),
        ("ventilate", {"bank": None}, 404, "shelving.no_such_bank"),
        ("park", {"saw": None}, 422, "shelving.saw_needed"),
        ("lock", {"saw": None}, 422, "shelving.saw_needed"),
        ("wake", {"bank": 9}, 404, "shelving.no_such_bank"),
        ("release", {"aisle": 99}, 404, "shelving.no_such_aisle"),
        ("hand_over", {"to_user": None}, 422, "shelving.person_needed"),
        ("hand_over", {"to_user": "nobody"}, 404, "shelving.no_such_person"),
        ("lock_out", {"column": None}, 404, "shelving.no_such_column"),
        ("lock_out", {"column": 99}, 404, "shelving.no_such_column"),
        ("lift_lock_out", {"bank": None}, 404, "shelving.no_such_bank"),
        ("propose", {"program": None}, 422, "shelving.program_needed"),
        ("propose", {"program": "demolition"}, 422, None),
        ("propose", {"bank": 1}, 404, "shelving.no_such_bank"),
        ("stop", {"segment": 1}, 404, "shelving.no_such_bank"),
        ("stop", {"bank": 1, "segment": 7}, 404, "shelving.no_such_segment"),
    ],
)
def test_an_incomplete_wish_is_refused_here(
    desk: Desk, verb: str, change: dict[str, Any], status: int, code: str | None
) -> None:
    answer = desk.ask(**wish(desk, verb) | change)
    assert answer.status_code == status
    assert answer.json().get("code") == (code or answer.json().get("code"))
    assert desk.room.asked == []


def test_a_column_is_locked_out_in_its_segment_and_a_fixed_one_not_at_all(desk: Desk) -> None:
    (bank,) = [b for b in desk.context.rooms["S1"].banks if b.bank == 1]
    movable = next(c for c in range(1, bank.columns + 1) if c not in bank.fixed)
    assert desk.ask(verb="lock_out", bank=1, column=movable).status_code == 202
    assert (desk.room.asked[0].segment, desk.latest()["column"]) == (1, movable)
    for fixed in bank.fixed:
        answer = desk.ask(verb="lock_out", bank=1, column=fixed)
        assert (answer.status_code, answer.json()["code"]) == (422, "shelving.column_fixed")


def test_an_aisle_is_handed_only_to_somebody_who_may_hold_one(desk: Desk) -> None:
    wang, auditor = desk.hire("王磊"), desk.hire("审计", Post.AUDITOR)
    gone = desk.hire("走了")
    with desk.context.records.write() as session:
        disable_user(session, gone.id, now=AT, actor="system")
    body = {"verb": "hand_over", **PLACE, "aisle": 2}
    for nobody in (auditor, gone):
        answer = desk.ask(**body, to_user=nobody.id)
        assert answer.json()["code"] == "shelving.no_such_person"
    assert desk.ask(**body, to_user=wang.id).status_code == 202
    assert desk.room.asked[0].to == wang
    assert desk.latest()["to"] == {"id": wang.id, "name": "王磊"}
    people = desk.web.get("/colleagues").json()["people"]
    assert people == [{"id": wang.id, "name": "王磊"}]


def test_an_armed_request_is_told_and_goes_on_when_it_is_started_at_the_bank(desk: Desk) -> None:
    desk.room.status = "armed"
    answer = desk.ask(**OPEN)
    assert (answer.status_code, answer.json()["status"]) == (202, "armed")
    for status in ("accepted", "started", "done"):
        desk.apply(told(answer.json()["id"], status, vouched=("entrance",)))
    kept = desk.latest()
    assert [step["status"] for step in kept["steps"]] == [
        "asked",
        "armed",
        "accepted",
        "started",
        "done",
    ]
    assert (kept["status"], kept["vouched"]) == ("done", ["entrance"])


def told(request_id: str, status: Any, **more: Any) -> RequestChanged:
    return RequestChanged(
        request_id=request_id,
        status=status,
        verb="open_aisle",
        bank=1,
        segment=1,
        aisle=2,
        actor=LI,
        origin="controller",
        at=AT,
        **more,
    )


def test_what_nobody_started_at_the_bank_expires_as_the_room_says(desk: Desk) -> None:
    desk.room.status = "armed"
    request_id = desk.ask(**OPEN).json()["id"]
    desk.apply(told(request_id, "expired", code="not_started_at_bank"))
    kept = desk.latest()
    assert (kept["status"], kept["code"]) == ("expired", "not_started_at_bank")


def test_a_refusal_carries_what_the_room_added_and_keeps_it(desk: Desk) -> None:
    desk.room.status, desk.room.code = "refused", "held_by_other"
    desk.room.detail = {"holder": "王磊", "aisle": 5}
    answer = desk.ask(**OPEN)
    assert (answer.status_code, answer.json()["code"]) == (409, "shelving.held_by_other")
    params = answer.json()["params"]
    assert (params["holder"], params["aisle"], params["status"]) == ("王磊", 5, "refused")
    assert desk.latest()["steps"][-1]["detail"] == {"holder": "王磊", "aisle": 5}


def test_the_detail_of_an_answer_is_kept_though_the_event_came_first(desk: Desk) -> None:
    send = desk.room.send

    async def event_first(agent: str, request: Any) -> Any:
        desk.apply(told(request.id, "refused", code="held_by_other"))
        return await send(agent, request)

    desk.room.send = event_first  # type: ignore[method-assign]
    desk.room.status, desk.room.code = "refused", "held_by_other"
    desk.room.detail = {"holder": "王磊"}
    desk.ask(**OPEN)
    assert desk.latest()["steps"][-1]["detail"] == {"holder": "王磊"}


def test_requests_are_listed_by_bank_and_while_they_are_open(desk: Desk) -> None:
    desk.apply(told("r1", "done"), told("r2", "armed"))
    other = told("r3", "started").model_copy(update={"bank": 2})
    desk.apply(other)

    def ids(query: str) -> set[str]:
        return {each["id"] for each in desk.get(f"requests{query}")["requests"]}

    assert ids("") == {"r1", "r2", "r3"}
    assert ids("?bank=1") == {"r1", "r2"}
    assert ids("?open=true") == {"r2", "r3"}
    assert ids("?bank=2&open=true") == {"r3"}


def test_a_proposal_concerns_the_whole_room(desk: Desk) -> None:
    assert desk.ask(verb="propose", program="ventilation").status_code == 202
    assert desk.room.asked[0].bank == 0
    assert (desk.latest()["bank"], desk.latest()["program"]) == (0, "ventilation")


def test_the_names_of_actors_fit_the_link(desk: Desk) -> None:
    desk.sign_in(*PERMISSIONS["stop"], who=Actor(id="u9", name="名" * 60))
    assert desk.ask(verb="stop").status_code == 202
