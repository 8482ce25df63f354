"""The judge of the simulated controllers misses no offence that a controller can see."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.load import load_room, shipped_room
from simulators.physics import plc
from simulators.physics.plc import CMD_OPEN_AISLE, Order
from simulators.physics.steel import BankSteel, stand
from simulators.wire.judge import Judge

SAFE = plc.feed_watchdog(stand(load_room(shipped_room("small")).bank(1), last_seq=4), 1)
ORDER = Order(cmd=CMD_OPEN_AISLE, param=2, seq=5, epoch=SAFE.segment(1).last_epoch, ttl_s=5.0)


def occupied() -> BankSteel:
    return SAFE.with_segment(replace(SAFE.segment(1), people=(1, *SAFE.segment(1).people[1:])))


def judging(steel: BankSteel) -> Judge:
    """A judge who has seen the steel so since second 10; all was read just before."""
    judge = Judge("shelving-1", 1)
    judge.see(SAFE, 0.0)
    judge.note_read(bank_block=True, segments=(1,), now_s=9.9)
    judge.see(steel, 10.0)
    return judge


def offences(judge: Judge, steel: BankSteel, now_s: float) -> tuple[str, ...]:
    judge.weigh(steel, 1, ORDER, now_s)
    return judge.verdicts[-1].offences


@pytest.mark.parametrize(
    ("steel", "name"),
    [
        (occupied(), "aisle_occupied"),
        (replace(SAFE, fire=True), "fire"),
        (replace(SAFE, key_inserted=True), "maintenance_key"),
    ],
)
def test_what_was_read_before_the_command_counts_however_short_it_stood(
    steel: BankSteel, name: str
) -> None:
    told = judging(steel)
    told.note_read(bank_block=True, segments=(1,), now_s=10.05)
    assert offences(told, steel, 10.35) == (name,)
    assert offences(judging(steel), steel, 10.35) == ()


def test_what_was_read_a_moment_ago_could_not_be_obeyed_yet() -> None:
    told = judging(occupied())
    told.note_read(bank_block=True, segments=(1,), now_s=10.05)
    assert offences(told, occupied(), 10.1) == ()


def test_what_has_ended_since_it_was_read_is_forgotten() -> None:
    told = judging(occupied())
    told.note_read(bank_block=True, segments=(1,), now_s=10.05)
    told.see(SAFE, 10.1)
    told.note_read(bank_block=True, segments=(1,), now_s=10.2)
    assert offences(told, SAFE, 10.4) == ()


def test_the_bank_block_alone_does_not_tell_of_people() -> None:
    told = judging(occupied())
    told.note_read(bank_block=True, segments=(), now_s=10.05)
    assert offences(told, occupied(), 10.35) == ()


def test_a_second_command_needs_a_reading_of_its_own() -> None:
    judge = judging(SAFE)
    assert offences(judge, SAFE, 10.0) == ()
    assert offences(judge, SAFE, 10.1) == ("no_fresh_read",)


def test_a_command_in_pieces_and_a_write_to_a_foreign_register_are_counted() -> None:
    judge = judging(SAFE)
    judge.weigh(SAFE, 1, ORDER, 10.0, whole=False)
    judge.trespass(10.1)
    assert [verdict.offences for verdict in judge.verdicts] == [
        ("piecemeal",),
        ("forbidden_write",),
    ]
    assert (judge.commands, judge.against_rules) == (2, 2)
    assert judge.verdicts[-1].to_json()["cmd"] == "write"
