"""What both sides say of tags, over both brokers: loans, requests and outcomes, benches."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from controller.link import assignments
from drivers.messages import (
    Actor,
    BenchState,
    BenchTag,
    Loan,
    Reply,
    RequestStatus,
    TagRequest,
    TagsHeard,
)
from tests.link.both_sides import TOPICS, archive, next_payload, raw, room
from tests.link.brokers import TestBroker
from tests.link.parts import (
    AT,
    background,
    scenario,
    some_homes,
    until,
)


@scenario
async def test_loans_reach_the_room_beside_the_homes_and_stay_there(
    broker: TestBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assignments, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(assignments, "ROWS_PER_CHUNK", 40)
    lent = [Loan(epc=f"{number:024X}") for number in range(99)]
    ends = Loan(epc="00AA", until=AT)
    async with archive(broker, tmp_path) as here:
        here.homes.append((3, some_homes(50)))
        here.loans.append((5, [*lent, ends]))
        async with room(broker, tmp_path) as there:
            await until(lambda: (there.homes.version, there.loans.version) == (3, 5))
            await until((tmp_path / "loans.jsonl").exists)
            assert there.loans.allows(lent[-1].epc, AT)
            assert there.loans.allows("00AA", AT)
            assert not there.loans.allows("00AA", AT + timedelta(seconds=1))
            assert not there.loans.allows("00AB", AT)
            here.loans.append((6, [ends]))
            await until(lambda: there.loans.version == 6)
            assert not there.loans.allows(lent[-1].epc, AT)
    async with room(broker, tmp_path) as alone:
        await until(lambda: len(alone.loans) == 1)
        assert alone.loans.age_s() is not None


def tag_request(name: str) -> TagRequest:
    actor = Actor(id="u1", name="Li Min")
    return TagRequest(
        id=name,
        kind="write_tag",
        reader="reader-1",
        antenna=1,
        epc="00AA",
        new_epc="00AB",
        password=77,
        actor=actor,
        ttl_s=5,
    )


def told_of(name: str, status: RequestStatus, code: str | None = None) -> Reply:
    return Reply(request_id=name, status=status, code=code, at=AT)


@scenario
async def test_a_request_about_tags_is_answered_by_its_outcome(
    broker: TestBroker, tmp_path: Path
) -> None:
    async with archive(broker, tmp_path) as here, room(broker, tmp_path) as there:

        async def answer() -> None:
            received = await there.tag_requests.get()
            assert received.request == tag_request("t1")
            there.reply(told_of("t1", "accepted"))
            there.reply(told_of("t1", "failed", "tag_away"))

        async with background(answer()):
            outcome = await here.link.tag_requests.ask("S1", tag_request("t1"), 5)
        assert outcome == told_of("t1", "failed", "tag_away")
        assert here.replies == [], "the ledger of motion has nothing to do with it"


@scenario
async def test_an_outcome_that_does_not_come_is_told_as_what_came_last_and_never_asked_again(
    broker: TestBroker, tmp_path: Path
) -> None:
    async with archive(broker, tmp_path) as here:
        assert await here.link.tag_requests.ask("S1", tag_request("lost"), 0.2) is None
        async with room(broker, tmp_path) as there:

            async def begin() -> None:
                received = await there.tag_requests.get()
                there.reply(told_of(received.request.id, "accepted"))

            async with background(begin()):
                last = await here.link.tag_requests.ask("S1", tag_request("begun"), 0.5)
            assert last == told_of("begun", "accepted")
            assert there.tag_requests.empty()


@scenario
async def test_stale_requests_about_tags_are_dropped_and_unreadable_ones_refused(
    broker: TestBroker, tmp_path: Path
) -> None:
    half = tag_request("half").model_copy(update={"new_epc": None})
    async with raw(broker, "controller") as client:
        await client.publish(TOPICS.tags, tag_request("stale").to_bytes(), qos=1, retain=True)
        await client.subscribe(TOPICS.reply("+"), qos=1)
        async with room(broker, tmp_path) as there:
            await client.publish(TOPICS.tags, half.to_bytes(), qos=1)
            answer = Reply.model_validate_json(await next_payload(client))
            assert (answer.request_id, answer.code) == ("half", "wrong_field")
            assert "new_epc" in str(answer.detail["why"])
            for number in range(120):
                await client.publish(TOPICS.tags, tag_request(f"t{number}").to_bytes(), qos=1)
            await until(lambda: there.view().dropped == 21)
            assert there.tag_requests.qsize() == 100
            silence = TagRequest(id="s", kind="silence", actor=tag_request("s").actor, ttl_s=5)
            await client.publish(TOPICS.tags, silence.to_bytes(), qos=1)
            assert (await there.silences.get()).request == silence


@scenario
async def test_what_lies_before_an_antenna_is_seen_and_not_kept_by_the_broker(
    broker: TestBroker, tmp_path: Path
) -> None:
    tags = (BenchTag(epc="00AA", rssi_dbm=-50, reads=3, age_ms=20),)
    bench = BenchState(reader="reader-1", antenna=2, boot_id="boot-1", at=AT, tags=tags)
    async with room(broker, tmp_path) as there:
        async with archive(broker, tmp_path) as here:
            there.publish_bench(bench)
            await until(lambda: here.benches == [("S1", bench)])
        async with archive(broker, tmp_path) as later:
            await until(lambda: later.mirror.link("S1").alive)
            assert later.benches == []


@scenario
async def test_what_is_heard_as_before_refreshes_and_is_not_kept_for_an_archive_that_is_away(
    broker: TestBroker, tmp_path: Path
) -> None:
    heard = TagsHeard(
        at=AT, zone="R1-B1-C1-L", reader="reader-1", confidence=0.99, ages_s={"00AA": 7}
    )
    async with archive(broker, tmp_path) as here:
        async with raw(broker, "S1") as client:
            await client.publish(TOPICS.heard, b'{"zone": 1}', qos=0)
        async with room(broker, tmp_path) as there:
            there.publish_heard(heard)
            await until(lambda: here.heard == [("S1", heard)])
    async with room(broker, tmp_path) as there:
        async with raw(broker, "controller") as client:
            await client.subscribe(TOPICS.heard)
            there.publish_heard(heard)
            assert TagsHeard.model_validate_json(await next_payload(client)) == heard
        async with archive(broker, tmp_path) as later:
            await until(lambda: later.mirror.link("S1").alive)
            assert later.heard == []
