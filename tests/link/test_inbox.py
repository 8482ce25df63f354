"""The inbox: once, in order, with effect and audit in one transaction; bad events block nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from controller.audit.store import list_entries
from controller.context import Context
from controller.link.inbox import Inbox, count_quarantined
from controller.link.tables import InboxRow, QuarantinedEventRow
from controller.live import LiveChange
from controller.store.engine import WriteSession
from drivers.messages import Ack, Event, EventBatch, Sequenced
from tests.link.parts import close_context, inbox_of, numbered, open_context, tell, told


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    opened = open_context(tmp_path)
    yield opened
    close_context(opened)


def batch(seqs: Sequence[int], *, outbox: str = "box-1", oldest: int = 1) -> bytes:
    events = tuple(Sequenced(seq=seq, body=numbered(seq).model_dump(mode="json")) for seq in seqs)
    return EventBatch(outbox=outbox, oldest=oldest, events=events).to_bytes()


def with_bodies(bodies: Sequence[Any]) -> bytes:
    events = [{"seq": seq, "body": body} for seq, body in enumerate(bodies, start=1)]
    return json.dumps({"v": 1, "outbox": "box-1", "events": events}).encode()


def body(why: str) -> dict[str, object]:
    return numbered(0).model_copy(update={"why": why}).model_dump(mode="json")


def acked(inbox: Inbox, payload: bytes) -> int:
    ack = inbox.take("S1", payload).ack
    assert ack is not None
    return ack.seq


def actions(context: Context) -> list[str]:
    with context.records.read() as session:
        return [entry.action for entry in list_entries(session)]


def test_what_comes_twice_has_its_effect_once(context: Context) -> None:
    inbox = inbox_of(context)
    assert acked(inbox, batch([1, 2])) == 2
    assert acked(inbox, batch([1, 2])) == 2
    assert acked(inbox, batch([2, 3])) == 3
    assert told(context) == ["1", "2", "3"]


def test_a_hole_is_waited_for_and_only_what_is_whole_is_acknowledged(context: Context) -> None:
    inbox = inbox_of(context)
    assert acked(inbox, batch([1, 2, 4])) == 2
    assert acked(inbox, batch([5])) == 2
    assert acked(inbox, batch([3, 4, 5])) == 5
    assert told(context) == ["1", "2", "3", "4", "5"]


def test_what_a_room_no_longer_has_is_told_as_missing_and_not_waited_for(context: Context) -> None:
    inbox = inbox_of(context)
    assert acked(inbox, batch([7, 8], oldest=7)) == 8
    assert "events.missing" in actions(context)
    assert told(context) == ["7", "8"]


def test_two_rooms_and_two_outboxes_do_not_mix(context: Context) -> None:
    inbox = inbox_of(context)
    inbox.take("S1", batch([1]))
    inbox.take("S2", batch([1]))
    inbox.take("S1", batch([1], outbox="box-2"))
    assert told(context) == ["1", "1", "1"]
    assert actions(context).count("outbox.first_heard") == 3
    assert {agent for agent, _ in inbox.list_acks()} == {"S1", "S2"}


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "box_levitated", "at": "2026-03-01T08:00:00Z"},
        {"kind": "device_down"},
        "no object at all",
        None,
        {"kind": "box_seen", "epc": "00AA", "zone": "desk", "confidence": 1, "reader": "r",
         "at": "2026-03-01T08:00:00Z"},
        body("poison"),
    ],
    ids=["unknown kind", "fields missing", "text", "nothing", "nobody takes it", "poison"],
)  # fmt: skip
def test_a_bad_event_is_set_aside_and_blocks_nothing(context: Context, bad: Any) -> None:
    inbox = inbox_of(context)
    payload = with_bodies([body("a"), bad, body("b")])
    assert acked(inbox, payload) == 3
    assert acked(inbox, payload) == 3
    assert told(context) == ["a", "b"]
    with context.records.read() as session:
        (row,) = session.exec(select(QuarantinedEventRow)).all()
        assert (row.agent, row.outbox, row.seq, json.loads(row.raw)) == ("S1", "box-1", 2, bad)
        assert count_quarantined(session, "S1") == 1
    assert actions(context).count("event.quarantined") == 1


def test_a_batch_without_a_readable_frame_is_kept_once_and_not_acknowledged(
    context: Context,
) -> None:
    inbox = inbox_of(context)
    for _ in range(3):
        assert inbox.take("S1", b"\xff not json").ack is None
    with context.records.read() as session:
        assert count_quarantined(session, "S1") == 1
    assert acked(inbox, batch([1])) == 1


@pytest.mark.parametrize(
    "entry",
    [
        "no object",
        {"body": body("no number")},
        {"seq": "two", "body": body("b")},
        {"seq": 2**70, "body": body("b")},
        {"seq": -2, "body": body("b")},
        {"seq": 2, "body": {"why": "\ud800"}},
        {"seq": 2, "body": {"why": "\0", "at": float("nan")}},
    ],
    ids=["text", "no number", "word", "huge number", "negative", "no Unicode", "NUL and NaN"],
)
def test_an_entry_that_spoils_the_frame_is_set_aside_in_its_place(
    context: Context, entry: Any
) -> None:
    frame = {
        "v": 7,
        "outbox": "box-1",
        "oldest": "first",
        "events": [{"seq": 1, "body": body("a")}, entry, {"seq": 3, "body": body("c")}],
    }
    inbox = inbox_of(context)
    for _ in range(2):
        assert acked(inbox, json.dumps(frame).encode()) == 3
    assert told(context) == ["a", "c"]
    with context.records.read() as session:
        (row,) = session.exec(select(QuarantinedEventRow)).all()
        assert (row.outbox, row.seq) == ("box-1", 2)


def test_a_number_too_long_to_be_one_is_set_aside_too(context: Context) -> None:
    payload = with_bodies([body("a"), {"kind": "new", "n": 0}, body("c")])
    payload = payload.replace(b'"n": 0', b'"n": ' + b"9" * 5000)
    assert acked(inbox_of(context), payload) == 3
    assert told(context) == ["a", "c"]


def test_an_entry_out_of_place_never_takes_the_number_of_another(context: Context) -> None:
    frame = {"outbox": "box-1", "events": [None, {"seq": 1, "body": body("a")}, "b", *(
        {"seq": seq, "body": body(str(seq))} for seq in (2, 3)
    )]}  # fmt: skip
    assert acked(inbox_of(context), json.dumps(frame).encode()) == 3
    assert told(context) == ["a", "2", "3"]


def test_a_room_that_says_it_forgot_what_it_just_sent_loses_nothing(context: Context) -> None:
    inbox = inbox_of(context)
    assert acked(inbox, batch([1, 2], oldest=2**62)) == 2
    assert told(context) == ["1", "2"]
    assert "events.missing" not in actions(context)


def test_when_the_database_fails_nothing_is_stored_and_nothing_acknowledged(
    context: Context,
) -> None:
    def failing(
        session: WriteSession, context: Context, agent: str, events: Sequence[Event]
    ) -> list[LiveChange]:
        tell(session, context, agent, events)
        raise OperationalError("INSERT", {}, Exception("disk I/O error"))

    with pytest.raises(OperationalError):
        inbox_of(context, failing).take("S1", batch([1]))
    assert told(context) == []
    with context.records.read() as session:
        assert session.exec(select(InboxRow)).all() == []
        assert count_quarantined(session, "S1") == 0
    assert acked(inbox_of(context), batch([1])) == 1


def test_effect_key_and_audit_stand_or_fall_together(context: Context) -> None:
    def unaudited(
        session: WriteSession, context: Context, agent: str, events: Sequence[Event]
    ) -> list[LiveChange]:
        changes = tell(session, context, agent, events)
        session.connection().exec_driver_sql("DROP TABLE audit_heads")
        raise OperationalError("audit", {}, Exception(str(changes)))

    with pytest.raises(OperationalError):
        inbox_of(context, unaudited).take("S1", batch([1]))
    assert (told(context), actions(context)) == ([], [])


def test_a_newer_room_with_extra_keys_is_understood(context: Context) -> None:
    newer = {**body("a"), "mood": "fine"}
    assert acked(inbox_of(context), with_bodies([newer])) == 1
    assert told(context) == ["a"]


def test_pages_hear_of_effects_only_after_the_commit(context: Context) -> None:
    taken = inbox_of(context).take("S1", batch([1, 2]))
    assert taken.ack == Ack(outbox="box-1", seq=2)
    assert [change.kind for change in taken.changes] == ["device"]
