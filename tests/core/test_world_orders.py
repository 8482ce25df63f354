"""Ventilating, locks, sleep, and steel with two gaps, as the simulated controller does them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from config.load import load_room, shipped_room
from config.room import Bank
from simulators.physics import plc
from simulators.physics.codes import Fault, Reason, Result, SteelState
from simulators.physics.orders import (
    CMD_CLOSE_ALL,
    CMD_LOCK,
    CMD_OPEN_AISLE,
    CMD_SLEEP,
    CMD_STOP,
    CMD_UNLOCK,
    CMD_VENTILATE,
    CMD_WAKE,
    SETTINGS,
    plain_order,
)
from simulators.physics.steel import NEVER_S, BankSteel, SegmentSteel, stand

PLAN = load_room(shipped_room("reference")).bank(3)
TWO_GAPS = PLAN.model_copy(update={"gaps": 2})
FIRST_PARKED = TWO_GAPS.model_copy(update={"park_at": "first_aisle"})


def a_bank(plan: Bank = PLAN) -> BankSteel:
    """A bank of 14 movable columns whose controller needs no heartbeat."""
    return stand(plan, last_seq=10, last_epoch=7, watchdog_s=NEVER_S)


def after(bank: BankSteel, cmd: int, param: int = 0, *, wait_s: float = 60.0) -> BankSteel:
    """Give a command and let time pass."""
    bank = plc.obey(bank, 1, plain_order(bank.segment(1), cmd, param))
    return later(bank, wait_s)


def later(bank: BankSteel, seconds: float) -> BankSteel:
    for _ in range(round(seconds / 0.05)):
        bank = plc.advance(bank, 0.05)
    return bank


def part_of(bank: BankSteel) -> SegmentSteel:
    return bank.segment(1)


def changed(bank: BankSteel, **changes: object) -> BankSteel:
    return plc.react(bank.with_segment(replace(part_of(bank), **changes)))  # type: ignore[arg-type]  # any field


def giving(given: int, aisle: int) -> int:
    return aisle | (given + 1) << 8


def test_ventilating_spreads_the_columns_so_that_nobody_fits_between_them() -> None:
    bank = after(a_bank(), CMD_VENTILATE)
    part = part_of(bank)
    assert (part.state, part.last_result) == (SteelState.VENTILATING, Result.DONE)
    assert part.open_aisles == ()
    widths = [part.gap_mm(aisle) for aisle in part.aisles]
    assert widths == pytest.approx([900 / 15] * 15)


def test_an_open_aisle_ends_ventilating() -> None:
    part = part_of(after(after(a_bank(), CMD_VENTILATE), CMD_OPEN_AISLE, 4))
    assert (part.state, part.open_aisles) == (SteelState.STANDING, (4,))


def test_ventilating_obeys_the_interlocks_as_any_motion() -> None:
    bank = a_bank()
    occupied = changed(bank, people=(1, *part_of(bank).people[1:]))
    part = part_of(after(occupied, CMD_VENTILATE))
    assert (part.last_result, part.last_reason) == (Result.REFUSED, Reason.AISLE_OCCUPIED)
    assert part.columns == part_of(bank).columns


def test_a_stop_while_spreading_leaves_it_halted() -> None:
    bank = after(a_bank(), CMD_VENTILATE, wait_s=5)
    part = part_of(after(bank, CMD_STOP))
    assert (part.state, part.last_result) == (SteelState.HALTED, Result.STOPPED)


def test_locked_steel_refuses_motion_until_it_is_unlocked() -> None:
    locked = after(a_bank(), CMD_LOCK)
    assert part_of(locked).last_result is Result.DONE
    refused = part_of(after(locked, CMD_OPEN_AISLE, 4))
    assert (refused.last_result, refused.last_reason) == (Result.REFUSED, Reason.LOCKED)
    free = after(locked, CMD_UNLOCK)
    assert part_of(after(free, CMD_OPEN_AISLE, 4)).open_aisles == (4,)


def test_a_lock_that_was_set_at_the_steel_is_lifted_there_only() -> None:
    locked = changed(a_bank(), locked_at_steel=True)
    refused = after(locked, CMD_UNLOCK)
    assert part_of(refused).last_reason is Reason.LOCKED_AT_STEEL
    assert part_of(refused).locked
    both = after(after(locked, CMD_LOCK), CMD_UNLOCK)
    assert part_of(both).last_result is Result.DONE
    assert part_of(both).locked, "only the lock of the network was lifted"


def test_a_lock_set_at_the_steel_stops_what_moves_and_latches_nothing() -> None:
    moving = after(a_bank(), CMD_OPEN_AISLE, 0, wait_s=5)
    assert part_of(moving).moving
    part = part_of(changed(moving, locked_at_steel=True))
    assert (part.state, part.fault) == (SteelState.HALTED, Fault.NONE)
    assert (part.last_result, part.last_reason) == (Result.FAILED, Reason.LOCKED)


def test_sleeping_drives_refuse_motion_and_take_their_time_to_wake() -> None:
    asleep = after(a_bank(), CMD_SLEEP)
    assert part_of(asleep).asleep
    assert part_of(after(asleep, CMD_OPEN_AISLE, 4)).last_reason is Reason.ASLEEP
    waking = after(asleep, CMD_WAKE, wait_s=plc.WAKE_S - 0.5)
    assert (part_of(waking).asleep, part_of(waking).last_result) == (True, Result.ACCEPTED)
    awake = later(waking, 1)
    assert (part_of(awake).asleep, part_of(awake).last_result) == (False, Result.DONE)
    assert part_of(awake).columns == part_of(a_bank()).columns, "waking moves nothing"


def test_a_power_cut_keeps_drives_from_waking_and_nothing_moves_when_it_ends() -> None:
    moving = after(a_bank(), CMD_OPEN_AISLE, 0, wait_s=5)
    dark = plc.react(replace(moving, power_failed=True))
    assert part_of(dark).fault is Fault.POWER_FAIL
    lit = later(replace(later(dark, 10), power_failed=False), 10)
    assert part_of(lit).columns == part_of(dark).columns
    assert part_of(lit).fault is Fault.POWER_FAIL
    asleep = after(after(a_bank(), CMD_SLEEP), CMD_WAKE, wait_s=1)
    assert part_of(later(replace(asleep, power_failed=True), 20)).asleep


def test_a_setting_that_is_repeated_old_or_late_changes_nothing() -> None:
    bank = a_bank()
    for cmd in SETTINGS:
        order = plain_order(part_of(bank), cmd)
        once = plc.obey(bank, 1, order)
        assert plc.obey(once, 1, replace(order, cmd=CMD_LOCK)) == once
        stale = part_of(plc.obey(bank, 1, replace(order, seq=9)))
        old = part_of(plc.obey(bank, 1, replace(order, epoch=6)))
        late = part_of(plc.obey(bank, 1, replace(order, ttl_s=0.0)))
        reasons = [part.last_reason for part in (stale, old, late)]
        assert reasons == [Reason.STALE_SEQ, Reason.OLD_EPOCH, Reason.TTL_EXPIRED]
        assert not any(part.locked or part.asleep or part.waking for part in (stale, old, late))


def test_nothing_is_set_while_steel_moves() -> None:
    moving = after(a_bank(), CMD_OPEN_AISLE, 0, wait_s=5)
    for cmd in SETTINGS:
        part = part_of(after(moving, cmd, wait_s=0))
        assert part.last_reason is Reason.ALREADY_MOVING
        assert part.moving


def test_who_works_at_the_steel_is_not_unlocked_or_woken_from_afar() -> None:
    locked = after(after(a_bank(), CMD_LOCK), CMD_SLEEP)
    for switch, reason in (
        ("local", Reason.LOCAL_CONTROL),
        ("key_inserted", Reason.MAINTENANCE_KEY),
    ):
        turned: dict[str, Any] = {switch: True}
        at_work = replace(locked, **turned)
        for cmd in (CMD_UNLOCK, CMD_WAKE):
            part = part_of(after(at_work, cmd))
            assert (part.last_reason, part.locked, part.asleep) == (reason, True, True)


def test_two_gaps_park_at_the_same_end() -> None:
    assert part_of(a_bank(TWO_GAPS)).open_aisles == (13, 14)
    assert part_of(a_bank(FIRST_PARKED)).open_aisles == (0, 1)
    assert a_bank(TWO_GAPS).width_mm() == a_bank().width_mm() + 900


def test_one_of_two_gaps_travels_and_the_other_stays() -> None:
    bank = after(a_bank(TWO_GAPS), CMD_OPEN_AISLE, giving(14, 3))
    assert part_of(bank).open_aisles == (3, 13)
    across = after(bank, CMD_OPEN_AISLE, giving(3, 14))
    assert part_of(across).open_aisles == (13, 14)


def test_an_aisle_is_refused_that_would_take_the_gap_of_neither_open_aisle() -> None:
    for param in (3, giving(5, 3)):
        part = part_of(after(a_bank(TWO_GAPS), CMD_OPEN_AISLE, param))
        assert (part.last_result, part.last_reason) == (Result.REFUSED, Reason.NO_SUCH_GAP)
        assert part.open_aisles == (13, 14)
    assert part_of(after(a_bank(), CMD_OPEN_AISLE, giving(5, 3))).last_reason is Reason.NO_SUCH_GAP


def test_closing_two_gaps_takes_both_to_the_parking_end() -> None:
    bank = after(a_bank(TWO_GAPS), CMD_OPEN_AISLE, giving(14, 3))
    bank = after(bank, CMD_OPEN_AISLE, giving(13, 8))
    closed = after(bank, CMD_CLOSE_ALL, plc.park_param(bank, 1))
    assert part_of(closed).open_aisles == (13, 14)
    half = part_of(after(bank, CMD_CLOSE_ALL, 14))
    assert half.last_reason is Reason.NO_SUCH_AISLE


def test_after_a_stop_the_gap_that_stands_nowhere_is_the_one_that_comes() -> None:
    moving = after(a_bank(TWO_GAPS), CMD_OPEN_AISLE, giving(13, 3), wait_s=8)
    halted = after(moving, CMD_STOP)
    assert part_of(halted).open_aisles == (14,)
    assert part_of(after(halted, CMD_OPEN_AISLE, 5)).open_aisles == (5, 14)
    other = part_of(after(halted, CMD_OPEN_AISLE, giving(14, 5)))
    assert other.open_aisles == (5, 13), "what stands nowhere then goes to the parking end"


def test_two_gaps_ventilate_and_one_of_them_goes_to_the_parking_end_afterwards() -> None:
    bank = after(a_bank(TWO_GAPS), CMD_VENTILATE)
    assert part_of(bank).state is SteelState.VENTILATING
    assert part_of(after(bank, CMD_OPEN_AISLE, 3)).open_aisles == (3, 13)
