"""Both sides of the link together, over both brokers: states, requests, homes, samples."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.clock import SystemClock
from controller.link import assignments, ledger
from controller.link.inbox import count_quarantined
from controller.live import LiveChange
from drivers.messages import (
    Ack,
    Actor,
    DeviceState,
    EventBatch,
    Reply,
    Request,
    Sample,
    Saw,
    Sequenced,
    Telemetry,
    wire_time,
)
from drivers.room.outbox import Outbox
from drivers.topics import AgentTopics
from tests.link.both_sides import TOPICS, Archive, archive, next_payload, raw, room
from tests.link.brokers import SITE, TestBroker
from tests.link.parts import (
    AT,
    background,
    inbox_of,
    numbered,
    scenario,
    some_homes,
    told,
    until,
)
from tests.link.processes import QUICK


def request(name: str) -> Request:
    actor = Actor(id="u1", name="Li Min")
    saw = Saw(boot_id="boot-1", version=1)
    return Request(
        id=name, verb="open_aisle", bank=1, segment=1, aisle=2, actor=actor, ttl_s=5, saw=saw
    )


def reply(name: str) -> Reply:
    return Reply(request_id=name, status="refused", code="fire", at=AT)


@scenario
async def test_a_request_is_answered(broker: TestBroker, tmp_path: Path) -> None:
    async with archive(broker, tmp_path) as here, room(broker, tmp_path) as there:

        async def answer() -> None:
            received = await there.requests.get()
            there.reply(reply(received.request.id))

        async with background(answer()):
            assert await here.link.requests.send("S1", request("r1")) == reply("r1")
        assert here.replies == [reply("r1")]


@scenario
async def test_a_silent_room_is_told_apart_and_is_not_asked_again(
    broker: TestBroker, tmp_path: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "ANSWER_WITHIN_S", 0.2)
        async with archive(broker, tmp_path) as here:
            assert await here.link.requests.send("S1", request("lost")) is None
            async with room(broker, tmp_path) as there:
                await here.link.requests.send("S1", request("new"))
                assert (await there.requests.get()).request.id == "new"
                assert there.requests.empty()


@scenario
async def test_a_request_with_a_wrong_field_is_refused_by_the_name_of_the_field(
    broker: TestBroker, tmp_path: Path
) -> None:
    hasty = request("hasty").model_copy(update={"ttl_s": 99.0})
    async with room(broker, tmp_path) as there, raw(broker, "controller") as client:
        await client.subscribe(TOPICS.reply("+"), qos=1)
        await client.publish(TOPICS.request, hasty.to_bytes(), qos=1)
        answer = Reply.model_validate_json(await next_payload(client))
        assert (answer.request_id, answer.status, answer.code) == (
            "hasty",
            "refused",
            "wrong_field",
        )
        assert answer.detail["field"] == "ttl_s"
        assert there.requests.empty()
        assert there.view().dropped == 0


@scenario
async def test_stale_and_unreadable_requests_are_dropped_and_counted(
    broker: TestBroker, tmp_path: Path
) -> None:
    async with raw(broker, "controller") as client:
        await client.publish(TOPICS.request, request("stale").to_bytes(), qos=1, retain=True)
        async with room(broker, tmp_path) as there:
            await client.publish(TOPICS.request, b"{}", qos=1)
            await client.publish(TOPICS.request, request("fresh").to_bytes(), qos=1)
            assert (await there.requests.get()).request.id == "fresh"
            assert there.requests.empty()
            assert there.view().dropped == 2


def probe(version: int) -> DeviceState:
    at = wire_time(SystemClock().now())
    return DeviceState(device="probe-1", boot_id="boot-1", version=version, at=at, online=True)


@scenario
async def test_states_and_life_are_seen_and_survive_a_new_connection(
    broker: TestBroker, tmp_path: Path
) -> None:
    async with archive(broker, tmp_path) as here:
        assert not here.mirror.link("S1").alive
        async with room(broker, tmp_path) as there:
            there.publish_state(probe(1))
            there.publish_state(probe(2))
            await until(lambda: here.mirror.link("S1").alive)
            await until(lambda: bool(here.mirror.now("S1").devices))
            assert here.mirror.now("S1").devices[0].state.version == 2
        await until(lambda: not here.mirror.link("S1").alive)
    async with archive(broker, tmp_path) as later:
        await until(lambda: bool(later.mirror.now("S1").devices))
        assert not later.mirror.link("S1").alive, "the broker's memory of a heartbeat is no life"


@scenario
async def test_a_controller_that_comes_is_told_at_once_that_the_room_lives(
    broker: TestBroker, tmp_path: Path
) -> None:
    rarely = replace(QUICK, heartbeat_s=3600)
    async with room(broker, tmp_path, timing=rarely) as there:
        for _ in range(2):
            async with archive(broker, tmp_path) as here:
                await until(lambda here=here: here.mirror.link("S1").alive)
        assert there.view().dropped == 0


@scenario
async def test_a_room_that_dies_is_told_by_its_last_will(
    broker: TestBroker, tmp_path: Path
) -> None:
    async with archive(broker, tmp_path) as here, room(broker, tmp_path) as there:
        await until(lambda: here.mirror.link("S1").alive)
        told: list[str] = []
        with here.context.hub.subscribe(lambda: told.append("link")):
            there.cut()
            await until(lambda: len(told) >= 2)  # down by the will, up by the next connection
        await until(lambda: here.mirror.link("S1").alive)


@scenario
async def test_homes_reach_the_room_and_stay_there(
    broker: TestBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assignments, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(assignments, "ROWS_PER_CHUNK", 40)
    async with archive(broker, tmp_path) as here:
        here.homes.append((7, some_homes(100)))
        async with room(broker, tmp_path) as there:
            await until(lambda: there.homes.version == 7)
            await until((tmp_path / "homes.jsonl").exists)
            here.homes.append((8, some_homes(101)))
            await until(lambda: there.homes.version == 8)
            await until(lambda: '"version":8' in (tmp_path / "homes.jsonl").read_text())
            home = there.homes.find("BX-00100")
            assert home is not None
            assert there.homes.zone_of(home.epc) == home.shelf
            assert [h.box_code for h in there.homes.list_like("bx-0010")] == ["BX-00100"]
    async with room(broker, tmp_path) as alone:
        assert (alone.homes.version, len(alone.homes)) == (8, 101)
        age_s = alone.homes.age_s()
        assert age_s is not None
        assert age_s < 10


@scenario
async def test_a_restored_archive_with_the_same_version_and_other_homes_is_noticed(
    broker: TestBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assignments, "LOOK_EVERY_S", 0.05)
    homes = some_homes(3)
    moved = [homes[0].model_copy(update={"order_mm": 700}), *homes[1:]]
    for rows in (homes, moved):
        async with archive(broker, tmp_path) as here, room(broker, tmp_path) as there:
            here.homes.append((7, rows))
            await until(lambda rows=rows: there.homes.find(rows[0].box_code) == rows[0])


@scenario
async def test_a_hanging_disk_does_not_keep_requests_waiting(
    broker: TestBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def wait_for_ever(*arguments: Any, **named: Any) -> Any:
        return connect(*arguments, **{**named, "timeout": 3600})

    monkeypatch.setattr(sqlite3, "connect", wait_for_ever)
    async with raw(broker, "controller") as client, room(broker, tmp_path) as there:
        await there._outbox.append(numbered(0))
        assert there._outbox.uuid is not None
        with closing(connect(tmp_path / "outbox.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            await client.publish(TOPICS.ack, Ack(outbox=there._outbox.uuid, seq=1).to_bytes(), 1)
            await client.publish(TOPICS.request, request("stop").to_bytes(), 1)
            await there.requests.get()
            assert there._outbox.acked == 0, "the disk did not hang, so this shows nothing"
            other.execute("COMMIT")
        await until(lambda: there._outbox.acked == 1)


@scenario
async def test_samples_arrive_and_leave_the_outbox(broker: TestBroker, tmp_path: Path) -> None:
    async with archive(broker, tmp_path) as here, room(broker, tmp_path) as there:
        for number in range(3):
            sample = Sample(at=AT, temperature_c=20.0 + number, humidity_pct=50.0)
            there._outbox.add_sample("probe-1", sample)

        def arrived() -> list[float]:
            return [sample.temperature_c for batch in here.samples for sample in batch.samples]

        await until(lambda: len(arrived()) >= 3)
        assert arrived() == [20.0, 21.0, 22.0]
        assert len({batch.seq for batch in here.samples}) == len(here.samples)


def sample_of(temperature_c: float) -> Sample:
    return Sample(at=AT, temperature_c=temperature_c, humidity_pct=50.0)


def quarantined(here: Archive) -> int:
    with here.context.records.read() as session:
        return count_quarantined(session, "S1")


@scenario
async def test_unreadable_samples_are_acknowledged_so_that_later_ones_come(
    broker: TestBroker, tmp_path: Path
) -> None:
    async with archive(broker, tmp_path) as here, raw(broker, "S1") as client:
        await client.subscribe(TOPICS.ack, qos=1)
        bad = b'{"outbox":"o1","seq":9,"samples":[{"at":"never"}]}'
        await client.publish(TOPICS.telemetry("probe-1"), bad, qos=1)
        ack = Ack.model_validate_json(await next_payload(client))
        assert ack == Ack(outbox="o1", stream="telemetry", seq=9)
        assert here.samples == []
        with here.context.records.read() as session:
            assert count_quarantined(session, "S1") == 1


@scenario
async def test_samples_that_cannot_be_stored_are_kept_aside_so_that_later_ones_come(
    broker: TestBroker, tmp_path: Path
) -> None:
    async with archive(broker, tmp_path) as here, room(broker, tmp_path) as there:
        taken = here.link._takers.samples

        def picky(agent: str, batch: Telemetry) -> Sequence[LiveChange]:
            if (batch.samples[0].temperature_c or 0.0) > 99:
                raise LookupError("no such probe")
            return taken(agent, batch)

        here.link._takers = replace(here.link._takers, samples=picky)
        there._outbox.add_sample("probe-1", sample_of(100.0))
        await until(lambda: quarantined(here) == 1)
        there._outbox.add_sample("probe-1", sample_of(20.0))
        await until(lambda: bool(here.samples))
        assert [sample.temperature_c for sample in here.samples[0].samples] == [20.0]


@scenario
async def test_what_the_disk_of_a_room_spoilt_blocks_nothing_that_comes_after(
    broker: TestBroker, tmp_path: Path
) -> None:
    async with archive(broker, tmp_path) as here:
        async with room(broker, tmp_path) as there:
            assert await there._outbox.append(numbered(1)) == 1
            await until(lambda: told(here.context) == ["1"])
        outbox = Outbox(tmp_path / "outbox.db", SystemClock())
        for number in (2, 3):
            await outbox.append(numbered(number))
        outbox.add_sample("probe-1", sample_of(20.0))
        await outbox.oldest()
        outbox.close()
        with closing(sqlite3.connect(tmp_path / "outbox.db", isolation_level=None)) as disk:
            disk.execute('UPDATE events SET body = \'{"kind": "dev\' WHERE seq = 2')
            disk.execute("UPDATE samples SET body = 'x'")
        async with room(broker, tmp_path) as there:
            there._outbox.add_sample("probe-1", sample_of(21.0))
            await until(lambda: told(here.context) == ["1", "3"])
            await until(lambda: bool(here.samples))
        assert quarantined(here) == 1
        assert [sample.temperature_c for sample in here.samples[0].samples] == [21.0]


@scenario
async def test_a_stop_is_heard_however_badly_it_is_written_and_however_much_waits(
    broker: TestBroker, tmp_path: Path
) -> None:
    async with raw(broker, "controller") as client, room(broker, tmp_path) as there:
        for number in range(150):
            await client.publish(TOPICS.request, request(f"r{number}").to_bytes(), qos=1)
        bad = b'{"v":2,"id":"not an id","verb":"stop","bank":1,"segment":2,"ttl_s":99}'
        await client.publish(TOPICS.request, bad, qos=1)
        await client.publish(TOPICS.request, b'{"v":2,"id":"m","verb":"open_aisle","bank":1}', 1)
        await until(lambda: there.view().dropped == 50)
        heard = [there.requests.get_nowait().request for _ in range(there.requests.qsize())]
        assert len(heard) == 101
        assert (heard[-1].verb, heard[-1].bank, heard[-1].segment) == ("stop", 1, 2)


@scenario
async def test_who_is_no_room_of_the_site_is_not_stored_and_not_acknowledged(
    broker: TestBroker, tmp_path: Path
) -> None:
    events = (Sequenced(seq=1, body=numbered(1).model_dump(mode="json")),)
    batch = EventBatch(outbox="o1", events=events).to_bytes()
    async with archive(broker, tmp_path) as here, raw(broker, "S2") as stranger:
        await stranger.publish(AgentTopics(SITE, "S2").event, batch, qos=1)
        async with raw(broker, "S1") as client:
            await client.subscribe(TOPICS.ack, qos=1)
            await client.publish(TOPICS.event, batch, qos=1)
            assert Ack.model_validate_json(await next_payload(client)).seq == 1
        assert told(here.context) == ["1"]
        assert [agent for agent, _ in inbox_of(here.context).list_acks()] == ["S1"]
