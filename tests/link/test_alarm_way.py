"""An alarm all the way: a room tells over the broker, and a person has it in the mail."""

from __future__ import annotations

from pathlib import Path

from config.settings import ControllerSettings
from controller.assembly import assemble
from controller.people.passwords import Passwords
from drivers.messages import Ack, Event, EventBatch, Sequenced
from drivers.topics import AgentTopics
from tests.link.alarm_parts import alarms, steel, tell
from tests.link.both_sides import next_payload, raw
from tests.link.brokers import SITE, TestBroker, settings_for
from tests.link.parts import (
    background,
    close_context,
    open_context,
    scenario,
    until,
)
from tests.link.sinks import mail_sink

TOPICS = AgentTopics(SITE, "S1")


def batch(seq: int, event: Event) -> bytes:
    body = event.model_dump(mode="json")
    return EventBatch(outbox="o1", events=(Sequenced(seq=seq, body=body),)).to_bytes()


@scenario
async def test_a_trip_in_a_room_is_in_the_mail_once_and_its_end_too(
    broker: TestBroker, tmp_path: Path
) -> None:
    context = open_context(tmp_path)
    async with mail_sink() as sink:
        assembly = assemble(
            context,
            ControllerSettings(),
            settings_for(broker.port, "controller"),
            passwords=Passwords(memory_kib=64, passes=1),
            static=None,
            smtp=sink.settings(),
            address="https://archive.example",
        )
        tell(context, "email", "duty@archive.example")
        running = (follow() for follow in assembly.follow.values())
        async with background(assembly.link.run(), *running):
            await until(lambda: assembly.link.why_down is None)
            async with raw(broker, "S1") as room:
                await room.subscribe(TOPICS.ack, qos=1)
                trip = batch(1, steel("steel_faulted"))
                for _ in range(2):  # the room did not hear the first ack
                    await room.publish(TOPICS.event, trip, qos=1)
                    assert Ack.model_validate_json(await next_payload(room)).seq == 1
                await room.publish(TOPICS.event, batch(2, steel("steel_confirmed")), qos=1)
                await until(lambda: len(sink.letters) == 2)
        told = [(each.step, each.ok) for each in alarms(context)[0].told]
    assert [letter["Subject"][:4] for letter in sink.letters] == ["[报警·", "[已解除"]
    assert told[0] == ("raised", True)
    close_context(context)
