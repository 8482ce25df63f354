"""The queue for held aisles, through the API, with holds as the room shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.clock import SystemClock
from controller.people.model import PERMISSIONS
from controller.shelving import turn_rules
from drivers.messages import Actor
from tests.link.desk import LI, OPEN, Desk, desk_at, held
from tests.link.parts import HandClock, background, scenario, until

WANG, ZHAO = Actor(id="u2", name="王磊"), Actor(id="u3", name="赵云")
PLACE = {"bank": 1, "segment": 1, "aisle": 2}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_at(tmp_path) as desk:
        yield desk


def wait(desk: Desk, who: Actor = LI, **body: Any) -> Any:
    desk.sign_in(*PERMISSIONS, who=who)
    desk.clock.at_s += 1
    return desk.web.post("/rooms/S1/turns", json={**PLACE, **body})


def queue(desk: Desk, query: str = "") -> list[tuple[str, str]]:
    return [(each["user"]["name"], each["status"]) for each in desk.get(f"turns{query}")["turns"]]


def test_a_turn_waits_while_the_aisle_is_held_and_is_offered_when_the_hold_ends(
    desk: Desk,
) -> None:
    desk.shows(held(2, by=ZHAO))
    made = wait(desk, purpose="scan")
    assert (made.status_code, made.json()["status"]) == (201, "waiting")
    wait(desk, WANG)
    desk.shows(held())
    desk.turns.look()
    assert queue(desk) == [("李敏", "offered"), ("王磊", "waiting")]
    newest = desk.heard("turn")[-1]
    assert (newest["user"]["id"], newest["status"], newest["purpose"]) == ("u1", "offered", "scan")
    assert newest["offered_until"] is not None
    assert desk.room.asked == [], "a turn is never taken by itself"


def test_only_the_offered_person_moves_that_segment_while_the_offer_stands(desk: Desk) -> None:
    desk.shows(held())
    wait(desk, WANG)
    desk.sign_in(*PERMISSIONS)
    for verb in ("open_aisle", "close_all", "ventilate", "park"):
        answer = desk.ask(**{**OPEN, "verb": verb})
        assert (answer.status_code, answer.json()["code"]) == (409, "shelving.turn_of_other")
        assert answer.json()["params"]["name"] == "王磊"
        assert answer.json()["params"]["until"] is not None
    assert desk.room.asked == []
    assert desk.ask(verb="stop").status_code == 202
    assert desk.ask(**{**OPEN, "verb": "lock"}).status_code == 202
    desk.sign_in(*PERMISSIONS, who=WANG)
    assert desk.ask(**OPEN).status_code == 202
    assert queue(desk) == []
    assert queue(desk, "?all=true") == [("王磊", "used")]


def test_a_refused_request_does_not_use_the_turn(desk: Desk) -> None:
    desk.shows(held())
    wait(desk)
    desk.room.status, desk.room.code = "refused", "aisle_occupied"
    assert desk.ask(**OPEN).status_code == 409
    assert queue(desk) == [("李敏", "offered")]


def test_an_offer_lapses_after_five_minutes_and_the_next_is_offered(desk: Desk) -> None:
    desk.shows(held())
    wait(desk)
    wait(desk, WANG)
    assert desk.turns.look() == pytest.approx(299)
    desk.clock.at_s += 299
    desk.shows(held())
    desk.turns.look()
    assert queue(desk) == [("王磊", "offered")]
    assert queue(desk, "?all=true") == [("李敏", "lapsed"), ("王磊", "offered")]
    desk.sign_in(*PERMISSIONS)
    assert desk.ask(**OPEN).json()["code"] == "shelving.turn_of_other"


def test_an_offer_that_ended_bars_nobody_even_before_it_is_looked_at(desk: Desk) -> None:
    desk.shows(held())
    wait(desk, WANG)
    desk.clock.at_s += 301
    desk.sign_in(*PERMISSIONS)
    assert desk.ask(**OPEN).status_code == 202


def test_who_withdraws_makes_room_for_the_next(desk: Desk) -> None:
    desk.shows(held())
    mine = wait(desk).json()["id"]
    wait(desk, WANG)
    answer = desk.web.delete(f"/rooms/S1/turns/{mine}")
    assert (answer.status_code, answer.json()["code"]) == (403, "shelving.not_your_turn")
    desk.sign_in(*PERMISSIONS)
    assert desk.web.delete(f"/rooms/S1/turns/{mine}").json()["status"] == "withdrawn"
    assert queue(desk) == [("王磊", "offered")]
    assert desk.web.delete(f"/rooms/S1/turns/{mine}").json()["code"] == "shelving.no_such_turn"


def test_nobody_stands_in_one_queue_twice(desk: Desk) -> None:
    desk.shows(held(2, by=ZHAO))
    first = wait(desk).json()["id"]
    again = wait(desk, aisle=3)
    assert (again.status_code, again.json()["code"]) == (409, "shelving.already_waiting")
    assert again.json()["params"] == {"id": first}
    assert wait(desk, aisle=99).json()["code"] == "shelving.no_such_aisle"


@pytest.mark.parametrize("phase", ["unknown", "moving", "halted", "faulted"])
def test_nothing_is_offered_while_the_steel_could_not_move(desk: Desk, phase: str) -> None:
    desk.shows(held(phase=phase))
    assert wait(desk).json()["status"] == "waiting"
    desk.shows(held())
    desk.turns.look()
    assert queue(desk) == [("李敏", "offered")]


def test_nothing_is_offered_while_the_room_is_not_heard(desk: Desk) -> None:
    desk.shows(held())
    desk.clock.at_s += 60
    assert wait(desk).json()["status"] == "waiting"


def test_the_queue_survives_a_restart_and_a_hold_that_ended_meanwhile_is_noticed(
    tmp_path: Path,
) -> None:
    clock = HandClock()
    with desk_at(tmp_path, clock) as before:
        before.shows(held(2, by=ZHAO))
        wait(before)
        wait(before, WANG)
    with desk_at(tmp_path, clock) as after:
        assert queue(after) == [("李敏", "waiting"), ("王磊", "waiting")]
        after.shows(held())
        after.turns.look()
        assert queue(after) == [("李敏", "offered"), ("王磊", "waiting")]
    clock.at_s += 400
    with desk_at(tmp_path, clock) as late:
        late.shows(held(2, by=ZHAO))
        late.turns.look()
        assert queue(late) == [("王磊", "waiting")]


def test_a_turn_that_cannot_be_written_down_is_not_shown(desk: Desk) -> None:
    desk.shows(held(2, by=ZHAO))
    wait(desk)
    with desk.context.records.write() as session:
        session.connection().exec_driver_sql("ALTER TABLE turns RENAME TO gone")
    desk.shows(held())
    with pytest.raises(Exception, match="no such table"):
        desk.turns.look()
    assert desk.turns.find_offer(("S1", 1, 1)) is None


@scenario
async def test_the_end_of_a_hold_alone_offers_the_turn(tmp_path: Path) -> None:
    with desk_at(tmp_path) as desk:
        desk.shows(held(2, by=ZHAO))
        await asyncio.to_thread(wait, desk)
        async with background(desk.turns.run()):
            desk.shows(held())
            await until(lambda: desk.turns.find_offer(("S1", 1, 1)) is not None)


@scenario
async def test_an_offer_lapses_by_itself_though_nothing_is_heard_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn_rules, "OFFERED_FOR", timedelta(seconds=0.3))
    with desk_at(tmp_path, SystemClock()) as desk:
        desk.shows(held())
        async with background(desk.turns.run()):
            await asyncio.sleep(0)
            await asyncio.to_thread(desk.turns.ask, ("S1", 1, 1), 2, LI, None)
            await until(lambda: not desk.turns.list_open())
        assert queue(desk, "?all=true") == [("李敏", "lapsed")]
