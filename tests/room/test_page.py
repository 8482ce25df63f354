"""The room's own page: what somebody at the bank can do when all else is gone."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Any

import pytest

from drivers.messages import Actor, Home, Manifest, RequestChanged, homes_digest
from drivers.room.motion import Halted, Open

LI = {"name": "Li", "pin": "2468", "bank": 1, "segment": 1}
WANG = {"name": "Wang", "pin": "1357", "bank": 1, "segment": 1}


async def opens_here(room: Any, aisle: int, **who: Any) -> dict[str, Any]:
    while True:
        saw = room.view().model_dump()
        answer: dict[str, Any] = await room.types(
            "/api/ask", verb="open_aisle", aisle=aisle, saw=saw, **who
        )
        if answer["code"] not in ("interlocks_stale", "interlock_unknown", "heartbeat_lost"):
            return answer


def test_a_named_person_opens_an_aisle_at_the_bank(in_a_room: Callable[..., None]) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert (await opens_here(room, 2, **LI))["status"] in ("accepted", "done")
        await room.until(lambda: room.phase == Open(frozenset({2})))
        assert room.segment.holds[0].actor.name == "Li"
        steps = [e for e in await room.events() if isinstance(e, RequestChanged)]
        assert {step.origin for step in steps} == {"bank_page"}

        refused = await opens_here(room, 3, **WANG)
        assert refused["code"] == "held_by_other"
        assert refused["detail"]["holder"] == "Li"
        released = await room.types("/api/ask", verb="release", aisle=2, **WANG)
        assert released["status"] == "done"
        assert (await opens_here(room, 3, **WANG))["status"] == "accepted"

    in_a_room(scenario)


def test_a_room_that_starts_at_the_bank_lets_its_own_page_start(
    in_a_room: Callable[..., None], small_room: Any
) -> None:
    at_bank = small_room.model_copy(update={"start": "at_bank", "remote_start_statement": None})

    async def scenario(room: Any) -> None:
        await room.is_ready()
        asked = room.asks(aisle=2)
        await room.until(lambda: room.segment.armed is not None)
        assert room.simulated.commands == 0
        started = await room.types("/api/start", **WANG)
        assert started["status"] in ("armed", "accepted"), started
        answer = await room.ends(asked)
        assert answer.status == "done"
        again = await room.types("/api/start", **LI)
        assert again["code"] == "nothing_armed"

    in_a_room(scenario, room=at_bank)


def test_a_wrong_pin_moves_nothing_and_five_of_them_make_one_wait(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        for _ in range(5):
            assert (await opens_here(room, 2, **{**LI, "pin": "0000"}))["code"] == "wrong_pin"
        waits = await opens_here(room, 2, **LI)
        assert waits["code"] == "too_many_tries"
        assert waits["detail"]["wait_s"] > 0
        assert room.simulated.commands == 0
        assert (await room.types("/api/stop", bank=1))["status"] == "done"

    in_a_room(scenario)


def test_boxes_are_found_in_the_last_copy_of_the_list_with_its_age(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        nothing = (await room.page.get("/api/boxes", params={"like": "0042"})).json()
        assert nothing == {"age_s": None, "boxes": []}
        home = Home(epc="AA01", box_code="WS-2024-0042", shelf="S1-B1-C3-L-2-4", order_mm=120)
        manifest = Manifest(version=1, count=1, chunks=1, sha256=homes_digest([home]))
        room.agent.link.homes.install(manifest, [home])
        found = (await room.page.get("/api/boxes", params={"like": "0042"})).json()
        assert found["age_s"] < 60
        (box,) = found["boxes"]
        assert box["box"] == "WS-2024-0042"
        assert box["address"] == "S1-B1-C3-L-2-4"
        assert box["words"] == {
            "zh": "1区 3列 左面 2节 4层",
            "en": "bank 1, column 3, left face, section 2, shelf 4",
        }
        assert box["aisle"] == {"bank": 1, "segment": 1, "aisle": 1}

    in_a_room(scenario)


def test_the_page_says_why_steel_cannot_move(in_a_room: Callable[..., None]) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        room.simulated.insert_key(bank=1)

        async def shown() -> bool:
            now = (await room.page.get("/api/now")).json()
            (segment,) = now["banks"][0]["segments"]
            checks = {lock["name"]: lock["check"] for lock in segment["interlocks"]}
            return bool(checks["maintenance_key"] == "unsafe" and segment["mode"] == "maintenance")

        await room.until(shown)
        assert (await opens_here(room, 2, **LI))["code"] == "maintenance_key"

    in_a_room(scenario)


def test_every_answer_carries_a_policy_that_lets_nothing_foreign_in(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        for path in ("/", "/page.js", "/words.js", "/page.css", "/api/now"):
            answer = await room.page.get(path)
            assert answer.status_code == 200
            assert answer.headers["content-security-policy"].startswith("default-src 'none'")
            assert answer.headers["cache-control"] == "no-store"
            assert "http://" not in answer.text
            assert "https://" not in answer.text

    in_a_room(scenario)


def test_another_web_site_cannot_make_this_screen_move_steel(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        foreign = {"Origin": "https://elsewhere.example"}
        body = {"verb": "open_aisle", "aisle": 2, "saw": room.view().model_dump(), **LI}
        answer = await room.page.post("/api/ask", json=body, headers=foreign)
        assert (answer.status_code, answer.json()["code"]) == (403, "other_origin")
        stop = await room.page.post("/api/stop", json={}, headers=foreign)
        assert stop.json()["status"] == "done"

    in_a_room(scenario)


def test_a_name_that_another_site_pointed_at_this_screen_shows_and_moves_nothing(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        rebound = {"Host": "elsewhere.example:8090", "Origin": "http://elsewhere.example:8090"}
        seen = await room.page.get("/api/now", headers=rebound)
        assert (seen.status_code, seen.json()["code"]) == (403, "other_host")
        body = {"verb": "open_aisle", "aisle": 2, "saw": room.view().model_dump(), **LI}
        moved = await room.page.post("/api/ask", json=body, headers=rebound)
        assert (moved.status_code, moved.json()["code"]) == (403, "other_host")
        stop = await room.page.post("/api/stop", json={}, headers=rebound)
        assert stop.json()["status"] == "done"
        for name in ("localhost:8090", "[::1]:8090", "192.0.2.7", socket.gethostname()):
            assert (await room.page.get("/api/now", headers={"Host": name})).status_code == 200

    in_a_room(scenario)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"bank": "all"}',
        b'{"bank": null, "sent_by": "an older page"}',
        b"x" * 10**6,
    ],
)
def test_a_stop_that_cannot_be_understood_stops_everything(
    in_a_room: Callable[..., None], body: bytes
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        await room.sets_off(aisle=5)
        answer = await room.page.post("/api/stop", content=body)
        assert (answer.status_code, answer.json()["status"]) == (200, "done")
        await room.until(lambda: not room.simulated.world.steel_of(1).segment(1).moving)

    in_a_room(scenario)


def test_a_body_that_nobody_types_is_refused_unread(in_a_room: Callable[..., None]) -> None:
    async def scenario(room: Any) -> None:
        for path in ("/api/ask", "/api/confirm"):
            answer = await room.page.post(path, content=b" " * 20_000 + b"{}")
            assert answer.status_code == 413

    in_a_room(scenario)


def test_pressing_stop_again_and_again_is_answered_each_time_and_written_down_once(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        before = room.simulated.commands
        answers = await asyncio.gather(*(room.types("/api/stop", bank=1) for _ in range(30)))
        assert {answer["status"] for answer in answers} == {"done"}
        assert 1 <= room.simulated.commands - before <= 30
        stops = [e for e in await room.events() if getattr(e, "verb", None) == "stop"]
        assert 1 <= len(stops) < 15

    in_a_room(scenario)


def test_a_crowd_that_only_connects_does_not_keep_stop_away(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        at = room.page.base_url
        crowd = [await asyncio.open_connection(at.host, at.port) for _ in range(210)]
        reading = {asyncio.ensure_future(reader.read()) for reader, _ in crowd}
        dropped, kept = await asyncio.wait(reading, return_when=asyncio.FIRST_COMPLETED)
        assert all(each.exception() or each.result() == b"" for each in dropped)
        for each in kept:
            each.cancel()
        for _, writer in crowd:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
        stop = {"Content-Length": "0", "Connection": "close"}
        answer = await room.page.post("/api/stop", headers=stop)
        assert answer.json()["status"] == "done"

    in_a_room(scenario)


def test_the_same_request_twice_gets_one_answer_and_moves_once(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert await room.opens(0) == "done"
        commands, saw = room.simulated.commands, room.view()
        room.asks(aisle=3, request_id="twice", saw=saw)
        room.asks(aisle=3, request_id="twice", saw=saw)
        room.asks(aisle=5, request_id="twice", saw=saw)
        assert (await room.ends("twice")).status == "done"
        assert [step.status for step in await room.steps("twice")] == [
            "accepted",
            "started",
            "done",
        ]
        room.asks(aisle=3, request_id="twice", saw=saw)
        assert room.simulated.commands == commands + 1
        assert room.gap() == 3

    in_a_room(scenario)


def test_a_view_of_another_life_of_the_agent_is_too_old(in_a_room: Callable[..., None]) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        saw = room.view().model_copy(update={"boot_id": "another-life"})
        stranger = Actor(id="wang", name="Wang")
        assert (await room.ends(room.asks(aisle=3, saw=saw, by=stranger))).code == "stale_view"

    in_a_room(scenario)


def test_what_fails_after_it_began_stands_on_the_page_until_somebody_acts(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()

        async def setbacks() -> list[dict[str, Any]]:
            return list((await room.page.get("/api/now")).json()["setbacks"])

        asked = await room.sets_off(aisle=2)
        assert await setbacks() == []
        assert (await room.types("/api/stop", bank=1))["status"] == "done"
        ended = await room.ends(asked)
        (stands,) = await setbacks()
        assert (stands["id"], stands["bank"], stands["segment"]) == (asked, 1, 1)
        assert (stands["verb"], stands["aisle"], stands["name"]) == ("open_aisle", 2, "Li")
        assert (stands["status"], stands["code"]) == (ended.status, ended.code)

        await room.types("/api/ask", verb="lock", **{**LI, "pin": "0000"})
        assert len(await setbacks()) == 1
        await room.until(lambda: isinstance(room.phase, Halted))
        again = await opens_here(room, 2, **LI)
        assert again["status"] == "accepted", again
        assert await setbacks() == []

    in_a_room(scenario)
