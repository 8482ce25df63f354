"""What the archive asks of units reaches the room once, over both brokers, and is answered."""

from __future__ import annotations

from pathlib import Path

from drivers.messages import Actor, ClimateRequest, Reply
from tests.link.both_sides import TOPICS, archive, next_payload, raw, room
from tests.link.brokers import TestBroker
from tests.link.parts import AT, background, scenario, until

LI = Actor(id="u1", name="Li Min")


def wish(name: str) -> ClimateRequest:
    return ClimateRequest(
        id=name, kind="override", device="dryer-1", on=True, until=AT, actor=LI, ttl_s=5
    )


@scenario
async def test_a_wish_about_a_unit_is_answered_and_one_nobody_hears_is_not_repeated(
    broker: TestBroker, tmp_path: Path
) -> None:
    async with archive(broker, tmp_path) as here:
        assert await here.link.climate_requests.ask("S1", wish("lost"), 0.2) is None
        async with room(broker, tmp_path) as there:
            said = Reply(request_id="c1", status="done", detail={"why": "by_hand"}, at=AT)

            async def answer() -> None:
                received = await there.climate_requests.get()
                assert received.request == wish("c1")
                there.reply(said)

            async with background(answer()):
                assert await here.link.climate_requests.ask("S1", wish("c1"), 5) == said
            assert there.climate_requests.empty()
            assert here.replies == [], "the ledger of motion has nothing to do with it"


@scenario
async def test_stale_wishes_about_units_are_dropped_and_unreadable_ones_refused(
    broker: TestBroker, tmp_path: Path
) -> None:
    half = wish("half").model_copy(update={"until": None})
    async with raw(broker, "controller") as client:
        await client.publish(TOPICS.climate, wish("stale").to_bytes(), qos=1, retain=True)
        await client.subscribe(TOPICS.reply("+"), qos=1)
        async with room(broker, tmp_path) as there:
            await client.publish(TOPICS.climate, half.to_bytes(), qos=1)
            answer = Reply.model_validate_json(await next_payload(client))
            assert (answer.request_id, answer.code) == ("half", "wrong_field")
            await until(lambda: there.view().dropped == 1)
            assert there.climate_requests.empty()
