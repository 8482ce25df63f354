"""The steel of the simulated room behaves as steel does, whatever is asked of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from config.load import load_room, shipped_room
from config.room import Bank
from simulators import acts
from simulators.acts import Impossible
from simulators.physics import plc
from simulators.physics.codes import Fault, Reason, Result, SteelState
from simulators.physics.plc import Order
from simulators.physics.protections import DEFECTS, PROTECTIONS
from simulators.physics.steel import BankSteel, newer, stand
from simulators.world import World, build_world, step

ROOM = load_room(shipped_room("reference"))
TWO_SEGMENTS = ROOM.bank(2)
BEGAN_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def a_bank(plan: Bank = TWO_SEGMENTS, *, last_seq: int = 0, last_epoch: int = 7) -> BankSteel:
    return plc.feed_watchdog(stand(plan, last_seq=last_seq, last_epoch=last_epoch), 1)


def asked(bank: BankSteel, aisle: int, *, segment: int = 1, **changed: Any) -> BankSteel:
    """Ask for an aisle as a correct agent does, but for what is changed."""
    part = bank.segment(segment)
    right = Order(
        cmd=plc.CMD_OPEN_AISLE,
        param=aisle,
        seq=(part.last_seq + 1) % 0x10000,
        epoch=part.last_epoch,
        ttl_s=5.0,
    )
    return plc.obey(bank, segment, replace(right, **changed))


def stopped(bank: BankSteel, *, segment: int = 1) -> BankSteel:
    return plc.obey(bank, segment, Order(cmd=plc.CMD_STOP, param=0, seq=0, epoch=0, ttl_s=0))


def later(bank: BankSteel, seconds: float, *, beating: bool = True) -> BankSteel:
    """Let time pass in ticks, with an agent that beats unless told otherwise."""
    for _ in range(round(seconds / 0.05)):
        bank = plc.advance(bank, 0.05)
        if beating:
            bank = plc.feed_watchdog(bank, (bank.agent_beat + 1) % 0x10000)
    return bank


def test_a_gap_travels_to_the_aisle_that_was_asked_for() -> None:
    bank = later(asked(a_bank(), 2), 60)
    part = bank.segment(1)
    assert (part.open_aisle, part.state, part.last_result) == (2, SteelState.STANDING, Result.DONE)
    assert bank.segment(2).open_aisle == len(bank.segment(2).columns)


def test_columns_start_one_after_the_other_and_arrive_when_predicted() -> None:
    bank = asked(a_bank(), 4)
    part = bank.segment(1)
    predicted_s = plc.remaining_s(part, TWO_SEGMENTS.motion.speed_mm_s)
    assert part.last_result is Result.ACCEPTED
    assert predicted_s == 3 * 1.0 + 900 / 60
    soon = later(bank, 1.5)
    assert [c.motor_on for c in soon.segment(1).columns] == [False] * 6 + [True]
    assert soon.segment(1).last_result is Result.STARTED
    assert later(bank, predicted_s - 0.2).segment(1).state is SteelState.MOVING
    assert later(bank, predicted_s + 0.1).segment(1).open_aisle == 4


def test_an_aisle_that_is_open_is_done_at_once() -> None:
    part = asked(a_bank(), 7).segment(1)
    assert (part.last_result, part.journey) == (Result.DONE, None)


def test_a_repeated_command_does_nothing_at_all() -> None:
    bank = later(asked(a_bank(), 2), 3)
    seq = bank.segment(1).last_seq
    assert asked(bank, 5, seq=seq) == bank
    arrived = later(bank, 60)
    assert asked(arrived, 5, seq=seq) == arrived


def test_sequence_numbers_wrap() -> None:
    assert newer(0, 0xFFFF)
    assert not newer(0xFFFF, 0)
    assert not newer(5, 5)
    assert not newer(0x8000, 0)
    bank = asked(a_bank(last_seq=0xFFFF), 3, seq=0)
    assert (bank.segment(1).last_seq, bank.segment(1).last_result) == (0, Result.ACCEPTED)


def test_an_older_command_is_refused_and_leaves_the_last_one_its_number() -> None:
    bank = asked(a_bank(last_seq=100), 3, seq=99)
    part = bank.segment(1)
    assert (part.last_seq, part.last_result, part.last_reason) == (
        100,
        Result.REFUSED,
        Reason.STALE_SEQ,
    )
    moving = later(asked(a_bank(last_seq=100), 3), 3)
    assert asked(moving, 5, seq=99) == moving


def test_commands_that_break_a_rule_move_nothing() -> None:
    reasons = {
        Reason.OLD_EPOCH: asked(a_bank(), 3, epoch=6),
        Reason.TTL_EXPIRED: asked(a_bank(), 3, ttl_s=0.0),
        Reason.NO_SUCH_AISLE: asked(a_bank(), 8),
        Reason.ALREADY_MOVING: asked(later(asked(a_bank(), 1), 3), 3),
        Reason.HEARTBEAT_LOST: asked(stand(TWO_SEGMENTS), 3),
    }
    for reason, bank in reasons.items():
        part = bank.segment(1)
        assert part.last_reason is reason
        assert part.last_result in (Result.REFUSED, Result.EXPIRED)
        assert part.journey is None or part.journey.aisle == 1


def test_a_refused_command_does_not_speak_for_the_move_under_way() -> None:
    bank = later(asked(later(asked(a_bank(), 1), 3), 3), 60)
    part = bank.segment(1)
    assert part.open_aisle == 1
    assert (part.last_result, part.last_reason) == (Result.REFUSED, Reason.ALREADY_MOVING)


def test_a_command_that_cannot_start_within_its_ttl_is_dropped() -> None:
    bank = later(asked(a_bank(), 3, ttl_s=0.5), 5)
    part = bank.segment(1)
    assert (part.last_result, part.last_reason) == (Result.EXPIRED, Reason.TTL_EXPIRED)
    assert part.open_aisle == 7


def test_stop_halts_at_once_and_a_new_request_may_follow() -> None:
    bank = stopped(later(asked(a_bank(), 0), 8))
    part = bank.segment(1)
    assert (part.state, part.last_result, part.open_aisle) == (
        SteelState.HALTED,
        Result.STOPPED,
        None,
    )
    assert later(bank, 5).segment(1).columns == part.columns
    assert later(asked(bank, 4), 90).segment(1).open_aisle == 4


def test_columns_never_travel_in_both_directions_at_once() -> None:
    bank = stopped(later(asked(a_bank(), 0), 8))  # some columns on their way to the right
    bank = asked(bank, 4)
    seen: list[frozenset[bool]] = []
    for _ in range(900):
        bank = later(bank, 0.05)
        speeds = (column.speed_mm_s for column in bank.segment(1).columns)
        seen.append(frozenset(speed > 0 for speed in speeds if speed))
    assert {frozenset({True}), frozenset({False})} <= set(seen)
    assert frozenset({True, False}) not in seen
    assert bank.segment(1).open_aisle == 4


def test_someone_who_walks_in_before_the_start_keeps_it_from_starting() -> None:
    world = acts.enter_aisle(world_with(asked(a_bank(), 0)), bank=2, segment=1, aisle=7)
    part = later(world.steel_of(2), 5).segment(1)
    assert (part.state, part.fault) == (SteelState.STANDING, Fault.NONE)
    assert (part.last_result, part.last_reason) == (Result.REFUSED, Reason.AISLE_OCCUPIED)
    assert part.open_aisle == 7


def test_stop_while_nothing_moves_changes_no_state() -> None:
    assert stopped(a_bank()).segment(1).state is SteelState.STANDING
    pending = stopped(asked(a_bank(), 3))
    assert later(pending, 5).segment(1).open_aisle == 7
    assert pending.segment(1).state is SteelState.STANDING


def test_a_lost_heartbeat_stops_steel_and_latches_until_reset() -> None:
    bank = later(later(asked(a_bank(), 0), 3), 3, beating=False)
    part = bank.segment(1)
    assert (part.state, part.fault, part.last_result) == (
        SteelState.FAULTED,
        Fault.HEARTBEAT_LOST,
        Result.FAILED,
    )
    beating = later(bank, 1)
    assert asked(beating, 3).segment(1).last_reason is Reason.FAULT_LATCHED
    cleared = plc.press_reset(beating)
    assert cleared.reset_count == 1
    assert asked(cleared, 3).segment(1).last_result is Result.ACCEPTED


def test_a_jammed_column_runs_into_the_time_limit_and_nobody_runs_into_it() -> None:
    world = world_with(asked(a_bank(), 0))
    world = acts.jam(world, bank=2, column=5)
    bank = later(world.steel_of(2), 20)
    assert_nothing_overlaps(bank)
    assert bank.segment(1).state is SteelState.MOVING
    assert later(bank, 140).segment(1).fault is Fault.TIMEOUT


def test_reset_does_nothing_while_the_cause_is_there() -> None:
    world = world_with(later(asked(a_bank(), 0), 3))
    world = acts.open_e_stop(world, bank=2)
    assert world.steel_of(2).segment(1).fault is Fault.E_STOP
    assert acts.press_reset(world, bank=2) == world
    world = acts.press_reset(acts.close_e_stop(world, bank=2), bank=2)
    assert world.steel_of(2).segment(1).fault is Fault.NONE
    assert world.steel_of(2).reset_count == 1


def world_with(bank: BankSteel) -> World:
    return build_world(ROOM, (), seed=1, began_at=BEGAN_AT).with_bank(bank)


def assert_nothing_overlaps(bank: BankSteel) -> None:
    positions = [mm for _, mm in sorted(bank.positions_mm().items())]
    width = bank.plan.column_width_mm
    assert positions[0] >= -1e-6
    assert positions[-1] + width <= bank.width_mm() + 1e-6
    assert all(after - before >= width - 1e-6 for before, after in pairwise(positions))


INTERLOCKS: dict[str, Callable[[World, int], World]] = {
    "enter": lambda w, aisle: acts.enter_aisle(w, bank=2, segment=1, aisle=aisle),
    "leave": lambda w, aisle: acts.leave_aisle(w, bank=2, segment=1, aisle=aisle),
    "blind": lambda w, aisle: acts.blind_sensor(w, bank=2, segment=1, aisle=aisle),
    "see": lambda w, aisle: acts.mend_sensor(w, bank=2, segment=1, aisle=aisle),
    "lock": lambda w, _: acts.lock_at_steel(w, bank=2, segment=1),
    "unlock": lambda w, _: acts.unlock_at_steel(w, bank=2, segment=1),
    "sleep": lambda w, _: acts.fall_asleep(w, bank=2, segment=1),
    "wake": lambda w, _: acts.wake_at_steel(w, bank=2, segment=1),
    "protect": lambda w, n: acts.raise_protection(
        w, bank=2, segment=1, protection=list(PROTECTIONS)[n]
    ),
    "unprotect": lambda w, n: acts.clear_protection(
        w, bank=2, segment=1, protection=list(PROTECTIONS)[n]
    ),
    "defect": lambda w, n: acts.break_column(w, bank=2, column=max(1, n), defect=list(DEFECTS)[n]),
    "obstruct": lambda w, _: acts.obstruct(w, bank=2, segment=1),
    "free": lambda w, _: acts.clear_obstruction(w, bank=2, segment=1),
    "block": lambda w, _: acts.block_entrance(w, bank=2, segment=1),
    "unblock": lambda w, _: acts.clear_entrance(w, bank=2, segment=1),
    "e_stop": lambda w, _: acts.open_e_stop(w, bank=2),
    "e_stop_closed": lambda w, _: acts.close_e_stop(w, bank=2),
    "local": lambda w, _: acts.switch_local(w, bank=2),
    "remote": lambda w, _: acts.switch_remote(w, bank=2),
    "key": lambda w, _: acts.insert_key(w, bank=2),
    "no_key": lambda w, _: acts.remove_key(w, bank=2),
    "crank": lambda w, _: acts.engage_crank(w, bank=2),
    "no_crank": lambda w, _: acts.disengage_crank(w, bank=2),
    "fire": lambda w, _: acts.raise_fire(w),
    "no_fire": lambda w, _: acts.clear_fire(w),
    "power_fails": lambda w, _: acts.fail_power(w),
    "power_returns": lambda w, _: acts.return_power(w),
    "motor_fails": lambda w, aisle: acts.fail_motor(w, bank=2, column=max(1, aisle)),
    "limit_fails": lambda w, aisle: acts.fail_limit_switch(w, bank=2, column=max(1, aisle)),
    "jam": lambda w, aisle: acts.jam(w, bank=2, column=max(1, aisle)),
    "mend": lambda w, aisle: acts.mend(w, bank=2, column=max(1, aisle)),
    "reset": lambda w, _: acts.press_reset(w, bank=2),
}

DEEDS = st.one_of(
    st.tuples(st.just("open"), st.integers(0, 8)),
    st.tuples(st.just("ask"), st.integers(1, 8)),
    st.tuples(st.just("repeat"), st.integers(0, 7)),
    st.tuples(st.just("stop"), st.just(0)),
    st.tuples(st.just("wait"), st.integers(1, 400)),
    st.tuples(st.just("silence"), st.integers(1, 60)),
    st.tuples(st.sampled_from(sorted(INTERLOCKS)), st.integers(0, 7)),
)


@settings(max_examples=150, deadline=None)
@given(deeds=st.lists(DEEDS, max_size=25), gaps=st.sampled_from([1, 2]))
def test_steel_stays_safe_whatever_happens(
    deeds: list[tuple[str, int]], gaps: Literal[1, 2]
) -> None:
    world = world_with(a_bank(TWO_SEGMENTS.model_copy(update={"gaps": gaps})))
    for deed, number in deeds:
        before = world
        match deed:
            case "open":
                world = world.with_bank(asked(world.steel_of(2), giving_one(world, number)))
            case "ask":
                world = world.with_bank(asked(world.steel_of(2), 0, cmd=number))
            case "repeat":
                seq = world.steel_of(2).segment(1).last_seq
                world = world.with_bank(asked(world.steel_of(2), number, seq=seq))
                assert world == before
            case "stop":
                world = world.with_bank(stopped(world.steel_of(2)))
                assert not world.steel_of(2).segment(1).moving
            case "wait" | "silence":
                for _ in range(number):
                    world = ticked(world, beating=deed == "wait")
            case _:
                try:
                    world = INTERLOCKS[deed](world, number)
                except Impossible:
                    continue
        assert_nothing_overlaps(world.steel_of(2))
        assert_stands_if_unsafe(world.steel_of(2))


def giving_one(world: World, aisle: int) -> int:
    """Name an aisle, and with two gaps the lowest open one as that which gives."""
    part = world.steel_of(2).segment(1)
    given = part.open_aisle
    return aisle if part.gaps == 1 or given is None else aisle | (given + 1) << 8


def ticked(world: World, *, beating: bool) -> World:
    """Let 50 ms pass and check what must hold of any 50 ms."""
    before = world.steel_of(2)
    world = step(world, 0.05)
    after = world.steel_of(2)
    old, new = before.segment(1), after.segment(1)
    travels = [b.position_mm - a.position_mm for a, b in zip(old.columns, new.columns, strict=True)]
    assert len({mm > 0 for mm in travels if mm}) <= 1, "columns travel in both directions"
    unsafe = plc.blocking(before, old)
    if unsafe or old.fault:
        assert not any(travels), f"steel moved although {unsafe} {old.fault!r}"
    assert before.segment(2).columns == after.segment(2).columns
    if beating:
        world = world.with_bank(plc.feed_watchdog(after, (after.agent_beat + 1) % 0x10000))
    assert_nothing_overlaps(after)
    return world


def assert_stands_if_unsafe(bank: BankSteel) -> None:
    part = bank.segment(1)
    if plc.blocking(bank, part) or part.fault:
        assert not any(column.motor_on for column in part.columns)
