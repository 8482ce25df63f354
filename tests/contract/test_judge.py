"""The judge of the simulated controllers misses no offence that a controller can see."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from config.load import load_room, shipped_room
from simulators.physics import plc
from simulators.physics.orders import (
    CMD_LOCK,
    CMD_OPEN_AISLE,
    CMD_SLEEP,
    CMD_STOP,
    CMD_UNLOCK,
    CMD_VENTILATE,
    CMD_WAKE,
    Order,
)
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


def test_what_a_wire_never_tells_counts_only_once_it_has_stood_long_enough() -> None:
    judge = Judge("shelving-1", 1)
    judge.see(SAFE, 0.0)
    judge.see(occupied(), 10.0)
    judge.note_read(bank_block=True, segments=(1,), now_s=10.05, tells=False)
    assert offences(judge, occupied(), 10.35) == ()
    judge.note_read(bank_block=True, segments=(1,), now_s=10.8, tells=False)
    assert offences(judge, occupied(), 10.9) == ("aisle_occupied",)


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


def plain(judge: Judge, steel: BankSteel, now_s: float, *, aisle: int = 2) -> tuple[str, ...]:
    judge.weigh_plain(steel, 1, CMD_OPEN_AISLE, aisle, now_s)
    return judge.verdicts[-1].offences


def read(judge: Judge, now_s: float) -> None:
    judge.note_read(bank_block=True, segments=(1,), now_s=now_s)


def test_a_plain_command_is_right_after_a_fresh_read_and_counts_all_else() -> None:
    judge = judging(SAFE)
    assert plain(judge, SAFE, 10.0) == ()
    assert plain(judging(SAFE), SAFE, 11.0) == ("no_fresh_read",)
    assert plain(judging(SAFE), SAFE, 10.0, aisle=99) == ("no_such_aisle",)
    told = judging(occupied())
    read(told, 10.05)
    assert plain(told, occupied(), 10.35) == ("aisle_occupied",)


def test_a_plain_command_again_is_a_retry_until_somebody_saw_that_the_first_was_over() -> None:
    judge = judging(SAFE)
    assert plain(judge, SAFE, 10.0) == ()
    assert plain(judge, SAFE, 10.4) == ("no_fresh_read", "repeated_write")
    under_way = plc.obey(SAFE, 1, ORDER)
    judge.see(under_way, 10.5)
    read(judge, 10.5)
    assert plain(judge, under_way, 10.6) == ("repeated_write",)
    judge.see(SAFE, 10.7)
    read(judge, 10.8)
    assert plain(judge, SAFE, 10.9) == ()
    read(judge, 14.0)
    assert plain(judge, SAFE, 14.1) == ()


def test_a_setting_again_is_a_retry_for_some_seconds_unless_somebody_looked() -> None:
    judge = judging(SAFE)
    found = []
    for now_s in (10.0, 11.0, 14.5):
        judge.weigh_plain(SAFE, 1, CMD_LOCK, 0, now_s)
        found.append(judge.verdicts[-1].offences)
    assert found == [(), ("repeated_write",), ()]


def test_a_stop_is_never_a_retry_and_another_aisle_is_another_command() -> None:
    judge = judging(SAFE)
    for now_s in (10.0, 10.1):
        judge.weigh_plain(SAFE, 1, CMD_STOP, 0, now_s)
        assert judge.verdicts[-1].offences == ()
    assert plain(judge, SAFE, 10.2) == ()
    read(judge, 10.3)
    assert plain(judge, SAFE, 10.4, aisle=3) == ()


def changed(**changes: Any) -> BankSteel:
    return SAFE.with_segment(replace(SAFE.segment(1), **changes))


def weighed(steel: BankSteel, cmd: int, now_s: float) -> tuple[str, ...]:
    judge = judging(steel)
    judge.weigh(steel, 1, replace(ORDER, cmd=cmd), now_s)
    return judge.verdicts[-1].offences


def test_motion_while_locked_or_asleep_is_counted_and_a_setting_is_not() -> None:
    for change in ("locked_by_network", "locked_at_steel", "asleep"):
        name = "asleep" if change == "asleep" else "locked"
        for cmd in (CMD_OPEN_AISLE, CMD_VENTILATE):
            assert weighed(changed(**{change: True}), cmd, 12.0) == (name, "no_fresh_read")
        for cmd in (CMD_LOCK, CMD_SLEEP, CMD_WAKE):
            assert weighed(changed(**{change: True}), cmd, 12.0) == ()


def test_lifting_a_lock_that_was_set_at_the_steel_is_counted() -> None:
    assert weighed(changed(locked_at_steel=True), CMD_UNLOCK, 12.0) == ("locked_at_steel",)
    assert weighed(changed(locked_at_steel=True), CMD_UNLOCK, 10.1) == ()
    assert weighed(changed(locked_by_network=True), CMD_UNLOCK, 12.0) == ()


def test_a_setting_while_steel_moves_and_one_that_is_old_are_counted() -> None:
    moving = plc.obey(SAFE, 1, ORDER)
    judge = judging(moving)
    judge.weigh(moving, 1, replace(ORDER, cmd=CMD_LOCK, ttl_s=99.0), 12.0)
    assert judge.verdicts[-1].offences == ("already_moving", "repeated_write", "ttl_out_of_range")
