"""Who stands at the bank sees what left by a door, by its code alone, and silences the sounder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from config.room import Contact, Door, Words
from drivers.messages import DoorSilenced, Home
from drivers.room.door import Passage

DOOR = Door(
    door="door", name=Words(zh="南门", en="South door"), sounder=Contact(device="x", number=1)
)
HOME = Home(epc="00AA", box_code="WS-1", file_code="WS-1-3", shelf="S1-B1-C3-L-1-1", order_mm=0)


def test_what_left_is_shown_and_silenced_at_the_bank(
    in_a_room: Callable[..., None], small_room: Any
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        homes = room.agent.link.homes
        homes._use(1, "", [HOME])
        passage = Passage(
            door="door",
            epc="00AA",
            reader_id="reader-1",
            direction="out",
            confidence=0.99,
            first_at_s=1.0,
            last_at_s=2.0,
            glimpses=(),
        )
        room.agent.tags.doors._tell([passage])
        (door,) = (await room.page.get("/api/now")).json()["doors"]
        assert (door["door"], door["name"]["zh"], door["sounding"]) == ("door", "南门", True)
        (left,) = door["left"]
        assert (left["code"], left["is_file"], left["loans_age_s"]) == ("WS-1-3", True, None)
        assert "00AA" not in str(door), "the tag's number is nothing for the page"
        for _ in range(2):
            assert (await room.types("/api/silence", door="door"))["status"] == "done"
        (silenced,) = [e for e in await room.events() if isinstance(e, DoorSilenced)]
        assert (silenced.door, silenced.actor.name) == ("door", "at the bank")
        (door,) = (await room.page.get("/api/now")).json()["doors"]
        assert not door["sounding"]
        assert len(door["left"]) == 1, "silent, but not forgotten"
        assert (await room.types("/api/silence", door="door-9"))["code"] == "no_such_door"
        assert (await room.page.get("/doors.js")).status_code == 200

    in_a_room(scenario, room=small_room.model_copy(update={"doors": (DOOR,)}))
