"""Lock, unlock, sleep, wake and park: settings move nothing, and only our own lock is lifted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from drivers.messages import Actor
from drivers.ports import CloseAll, Fence, SetLock, SetSleep
from drivers.readings import Check, CommandResult, LockState, SleepState, SteelState
from drivers.room.motion import (
    Answer,
    Command,
    DriveTo,
    Faulted,
    Hold,
    InterlocksNotRead,
    LinkLost,
    OwnLock,
    ReadBack,
    ReadInterlocks,
    Reconnected,
    Segment,
    SetSteel,
    SettingAsked,
    SettingEnded,
    StopAsked,
    StopMotion,
    TimePassed,
    find_hindrance,
    step,
)
from tests.core.motion_parts import (
    LI,
    LIMITS,
    SAFE,
    WANG,
    asks,
    bank_at,
    code_of,
    driving,
    interlocks,
    linked,
    moving,
    refusal,
    run,
    sees,
    steel_at,
    tripped,
)

LOCKED: dict[str, Any] = {"lock": LockState.LOCKED}
ASLEEP: dict[str, Any] = {"sleep": SleepState.ASLEEP}


def sets(verb: str = "lock", actor: Actor = LI, **changes: object) -> SettingAsked:
    event = SettingAsked(
        at_s=100.0,
        request_id="s1",
        verb="lock",
        actor=actor,
        origin="controller",
        ttl_s=10.0,
        seen_at_s=99.5,
    )
    return replace(event, verb=verb, **changes)  # type: ignore[arg-type]  # fields by name


def answer(status: str, code: str | None = None, **detail: str) -> Answer:
    return Answer(request_id="s1", status=status, code=code, detail=detail)  # type: ignore[arg-type]  # any status a test names


def at_once(segment: Segment, event: SettingAsked) -> tuple[Command, ...]:
    return step(segment, event)[1]


def locked_by_li(**changes: object) -> Segment:
    """Li locked the segment through us, and it was watched ever since."""
    segment, _ = run(
        linked(),
        sets(),
        interlocks("s1"),
        sees(100.4, last_seq=0, last_result=CommandResult.DONE, **LOCKED),
    )
    assert segment.own_lock == OwnLock(actor=LI, since_s=100.4)
    return replace(segment, **changes)  # type: ignore[arg-type]  # fields by name


def unlocks(actor: Actor, origin: str, segment: Segment | None = None) -> tuple[Command, ...]:
    """Somebody wants the lock lifted: the commands of the fresh reading."""
    event = sets("unlock", actor, origin=origin, at_s=101.0, seen_at_s=101.0)
    segment, commands = step(segment or locked_by_li(), event)
    assert commands == (ReadInterlocks("s1"),)
    return step(segment, interlocks("s1", 101.1, last_seq=0, **LOCKED))[1]


def test_a_lock_is_read_written_once_and_done_when_the_steel_says_so() -> None:
    segment, commands = step(linked(), sets())
    assert commands == (ReadInterlocks("s1"),)
    segment, commands = step(segment, interlocks("s1"))
    assert commands == (
        answer("accepted"),
        SetSteel(
            request_id="s1",
            order=SetLock(locked=True),
            fence=Fence(seq=0, epoch=42, ttl_s=3.0),
            not_after_s=pytest.approx(100.6),  # type: ignore[arg-type]  # compares as a float
        ),
    )
    taken = {"last_seq": 0, "last_result": CommandResult.ACCEPTED}
    segment, commands = step(segment, sees(100.3, **taken))
    assert (commands, segment.own_lock) == ((), None)
    segment, commands = step(
        segment, sees(100.4, last_seq=0, last_result=CommandResult.DONE, **LOCKED)
    )
    assert commands == (answer("done"),)
    assert segment.own_lock == OwnLock(actor=LI, since_s=100.4)
    assert segment.mode == "locked"


@pytest.mark.parametrize("verb", ["open_aisle", "close_all", "ventilate", "park"])
def test_locked_steel_is_not_moved_and_the_name_is_told(verb: str) -> None:
    asked = asks("r2", 2, verb=verb, at_s=100.5, seen_at_s=100.4)
    told = refusal(locked_by_li(), asked)
    assert (told.code, told.detail) == ("locked", {"holder": "Li"})
    at_steel, _ = step(linked(), sees(100.4, **LOCKED))
    assert code_of(at_steel, asked) == "locked_at_steel"
    unknown, _ = step(linked(), sees(100.4, lock=LockState.UNKNOWN))
    assert code_of(unknown, asked) == "lock_unknown"


def test_a_lock_set_between_request_and_write_still_holds_the_steel() -> None:
    segment, _ = step(linked(), asks())
    assert code_of(segment, interlocks(**LOCKED)) == "locked_at_steel"
    segment, _ = step(driving(), sees(100.2, **LOCKED))
    assert find_hindrance(segment, "r1", 100.3) == "locked_at_steel"


def test_steel_asleep_is_not_woken_by_a_wish_to_move() -> None:
    segment, _ = step(linked(), sees(100.4, **ASLEEP))
    assert code_of(segment, asks("r2", at_s=100.5)) == "asleep"
    unknown, _ = step(linked(), sees(100.4, sleep=SleepState.UNKNOWN))
    assert code_of(unknown, asks("r2", at_s=100.5)) == "sleep_unknown"


def test_who_set_a_lock_lifts_it_from_anywhere() -> None:
    commands = unlocks(LI, "controller")
    assert isinstance(commands[-1], SetSteel)
    assert commands[-1].order == SetLock(locked=False)


def test_another_person_lifts_it_only_at_the_bank() -> None:
    assert unlocks(WANG, "controller") == (answer("refused", "locked_by_other", holder="Li"),)
    assert isinstance(unlocks(WANG, "bank_page")[-1], SetSteel)


def test_a_lock_we_did_not_set_is_lifted_by_nobody_here() -> None:
    foreign, _ = step(linked(), sees(100.4, last_seq=0, **LOCKED))
    for origin in ("controller", "bank_page"):
        assert unlocks(LI, origin, foreign) == (answer("refused", "locked_at_steel"),)
    relocked, _ = run(locked_by_li(), sees(100.6, last_seq=0), sees(100.8, last_seq=0, **LOCKED))
    assert relocked.own_lock is None
    assert unlocks(LI, "bank_page", relocked) == (answer("refused", "locked_at_steel"),)


def test_a_lock_that_could_not_be_watched_is_lifted_at_the_bank_only() -> None:
    away = Reconnected(at_s=100.8, bank=bank_at(100.8), steel=steel_at(100.8, last_seq=0, **LOCKED))
    segment, _ = run(locked_by_li(), LinkLost(100.5), away)
    assert unlocks(LI, "controller", segment) == (answer("refused", "unlock_at_bank", holder="Li"),)
    assert isinstance(unlocks(LI, "bank_page", segment)[-1], SetSteel)
    blinked, _ = run(
        locked_by_li(),
        sees(100.6, last_seq=0, lock=LockState.UNKNOWN),
        sees(100.8, last_seq=0, **LOCKED),
    )
    assert unlocks(LI, "controller", blinked)[0] == answer("refused", "unlock_at_bank", holder="Li")


def test_locking_what_somebody_locked_at_the_steel_does_not_make_it_ours() -> None:
    segment, _ = step(linked(), sets())
    segment, commands = step(segment, interlocks("s1", **LOCKED))
    assert commands == (answer("refused", "locked_at_steel"),)
    assert segment.own_lock is None


def test_a_lock_the_steel_never_showed_as_taken_from_us_is_not_ours() -> None:
    """The write was lost and somebody locked at the steel meanwhile."""
    segment, _ = run(linked(), sets(), interlocks("s1"))
    segment, commands = step(segment, sees(100.4, **LOCKED))
    assert (commands, segment.own_lock) == ((), None)
    segment, commands = step(segment, TimePassed(130.2))
    assert commands == (answer("failed", "setting_not_seen"),)
    assert segment.own_lock is None


def test_an_agent_that_was_replaced_by_a_newer_one_sets_nothing() -> None:
    segment, _ = step(linked(), sets())
    replaced = interlocks("s1", last_epoch=43)
    assert step(segment, replaced)[1] == (answer("refused", "old_epoch"),)


def test_what_is_so_already_is_done_without_a_write() -> None:
    segment, _ = step(linked(), sets("wake"))
    assert step(segment, interlocks("s1"))[1] == (answer("done"),)
    again = sets(actor=WANG, at_s=101.0, seen_at_s=101.0)
    segment, _ = step(locked_by_li(), again)
    segment, commands = step(segment, interlocks("s1", 101.1, last_seq=0, **LOCKED))
    assert commands == (answer("done"),)
    assert segment.own_lock is not None
    assert segment.own_lock.actor == LI


@pytest.mark.parametrize("verb", ["lock", "sleep"])
@pytest.mark.parametrize(
    "segment",
    [
        driving(),
        moving(),
        step(linked(), asks())[0],
        step(linked(), sees(100.0, state=SteelState.MOVING))[0],
    ],
)
def test_nothing_is_set_while_anything_moves(verb: str, segment: Segment) -> None:
    assert at_once(segment, sets(verb)) == (answer("refused", "already_moving"),)


def test_settings_obey_the_rules_that_are_not_about_motion() -> None:
    burning = bank_at(100.0, interlocks={**SAFE, "fire": Check.UNSAFE})
    in_fire, _ = step(linked(), replace(sees(100.0), bank=burning))
    assert at_once(in_fire, sets()) == (answer("refused", "fire"),)
    unable = linked(replace(LIMITS, orders=frozenset({"open_aisle"})))
    assert at_once(unable, sets("sleep")) == (answer("refused", "not_offered", verb="sleep"),)
    real = replace(linked(), bank=bank_at(100.0, simulated=False))
    assert at_once(real, sets()) == (answer("refused", "not_commissioned"),)
    assert at_once(linked(), sets(seen_at_s=None)) == (answer("refused", "stale_view"),)
    assert at_once(linked(), sets(seen_at_s=89.0)) == (answer("refused", "stale_view"),)
    assert at_once(Segment(limits=LIMITS), sets()) == (answer("refused", "link_lost"),)
    unknown, _ = step(linked(), sees(100.0, state=SteelState.UNKNOWN))
    assert at_once(unknown, sets())[0] == answer("refused", "steel_unknown", why="steel_unknown")
    lost, _ = step(tripped(), sees(102.4, state=SteelState.UNKNOWN, last_seq=0))
    late = sets(at_s=102.5, seen_at_s=102.0)
    assert at_once(lost, late) == (answer("refused", "steel_unknown", why="steel_unknown"),)
    one, _ = step(linked(), sets())
    assert at_once(one, replace(sets(), request_id="s2")) == (
        Answer(request_id="s2", status="refused", code="setting_under_way"),
    )


@pytest.mark.parametrize(("verb", "allowed"), [("lock", True), ("sleep", True), ("wake", False)])
def test_after_a_trip_it_may_be_locked_but_not_woken(verb: str, allowed: bool) -> None:
    commands = at_once(tripped(), sets(verb, at_s=102.5, seen_at_s=102.0))
    assert (commands == (ReadInterlocks("s1"),)) == allowed


def test_a_setting_waits_no_longer_than_its_person() -> None:
    segment, _ = step(linked(), sets())
    assert step(segment, TimePassed(110.1))[1] == (answer("expired", "request_expired"),)
    assert step(segment, interlocks("s1", 110.0))[1] == (answer("expired", "request_expired"),)
    assert step(segment, interlocks("s1", 99.9))[1] == (answer("refused", "interlocks_stale"),)
    not_read = InterlocksNotRead(at_s=100.2, request_id="s1")
    assert step(segment, not_read)[1] == (answer("refused", "link_lost"),)
    assert step(segment, StopAsked(100.1))[1] == (StopMotion(), answer("refused", "stopped"))


def test_nothing_moves_while_a_setting_is_under_way() -> None:
    segment, _ = step(linked(), sets())
    assert code_of(segment, asks()) == "setting_under_way"


@pytest.mark.parametrize(
    ("result", "reason", "told"),
    [
        (CommandResult.REFUSED, "e_stop", answer("refused", "e_stop")),
        (CommandResult.EXPIRED, "ttl_expired", answer("expired", "ttl_expired")),
        (CommandResult.FAILED, "", answer("failed", "failed")),
    ],
)
def test_what_the_controller_says_of_it_is_told(
    result: CommandResult, reason: str, told: Answer
) -> None:
    segment, _ = run(linked(), sets(), interlocks("s1"))
    seen = sees(100.3, last_seq=0, last_result=result, last_reason=reason)
    assert step(segment, seen)[1] == (told,)


def test_a_setting_whose_outcome_is_unknown_is_read_back_and_never_repeated() -> None:
    segment, _ = run(linked(), sets(), interlocks("s1"))
    ended = SettingEnded(at_s=100.3, request_id="s1", outcome="unknown")
    segment, commands = step(segment, ended)
    assert commands == (ReadBack(), answer("accepted", "outcome_unknown"))
    assert run(segment, sees(100.5), TimePassed(120.0), sees(121.0))[1] == ()
    not_sent = replace(ended, outcome="not_sent", code="heartbeat_lost")
    assert step(segment, not_sent)[1] == (answer("refused", "heartbeat_lost"),)


def parked() -> Segment:
    """Li asked to park; the steel now stands together."""
    segment, commands = run(linked(), asks("s1", None, verb="park"), interlocks("s1"))
    assert isinstance(commands[-1], DriveTo)
    assert commands[-1].order == CloseAll()
    segment, commands = step(
        segment, sees(108.0, last_seq=0, open_aisles=(3,), last_result=CommandResult.DONE)
    )
    assert commands == (answer("started"), ReadInterlocks("s1"))
    return segment


def closed(at_s: float, seq: int, **changes: object) -> dict[str, Any]:
    return {"last_seq": seq, "open_aisles": (3,), "last_result": CommandResult.DONE, **changes}


def test_parking_closes_then_locks_then_sends_to_sleep() -> None:
    segment, commands = step(parked(), interlocks("s1", 108.1, **closed(108.1, 0)))
    assert [type(command) for command in commands] == [SetSteel]
    segment, commands = step(segment, sees(108.5, **closed(108.5, 1, **LOCKED)))
    assert commands == (ReadInterlocks("s1"),)
    segment, commands = step(segment, interlocks("s1", 108.6, **closed(108.6, 1, **LOCKED)))
    assert isinstance(commands[-1], SetSteel)
    assert commands[-1].order == SetSleep(asleep=True)
    segment, commands = step(segment, sees(109.0, **closed(109.0, 2, **LOCKED, **ASLEEP)))
    assert (commands, segment.holds) == ((answer("done"),), ())
    assert segment.own_lock is not None
    assert segment.own_lock.actor == LI


def test_who_parks_an_aisle_holds_it_until_all_is_done() -> None:
    """The gap already stands where the bank parks, and Li holds that aisle."""
    held = (Hold(aisle=3, actor=LI, since_s=90.0),)
    segment, _ = step(linked(), sees(100.0, open_aisles=(3,)))
    asked = asks("s1", None, verb="park", at_s=100.0)
    segment, _ = step(replace(segment, holds=held), asked)
    segment, commands = step(segment, interlocks("s1", open_aisles=(3,)))
    assert (commands, segment.holds) == ((ReadInterlocks("s1"),), held)
    segment, commands = step(segment, TimePassed(111.0))
    assert commands == (answer("failed", "request_expired"),)
    assert segment.holds == held


def test_parking_that_cannot_be_locked_failed_and_says_why() -> None:
    refused = {"last_result": CommandResult.REFUSED, "last_reason": "e_stop"}
    segment, _ = step(parked(), interlocks("s1", 108.1, **closed(108.1, 0)))
    segment, commands = step(segment, sees(108.5, **{**closed(108.5, 1), **refused}))
    assert commands == (answer("failed", "e_stop"),)


def test_after_a_stop_parking_sends_nothing_more() -> None:
    segment, _ = step(parked(), interlocks("s1", 108.1, **closed(108.1, 0)))
    segment, commands = step(segment, StopAsked(108.2))
    assert commands == (StopMotion(),)
    segment, commands = step(segment, sees(108.5, **closed(108.5, 1, **LOCKED)))
    assert commands == (answer("done"),)
    assert segment.own_lock is not None
    assert step(parked(), StopAsked(108.05))[1] == (StopMotion(), answer("failed", "stopped"))


def test_parking_where_nothing_can_be_locked_is_closing() -> None:
    plain = replace(LIMITS, orders=frozenset({"open_aisle", "close_all"}))
    segment, _ = run(linked(plain), asks("s1", None, verb="park"), interlocks("s1"))
    segment, commands = step(segment, sees(108.0, **closed(108.0, 0)))
    assert commands == (answer("started"), answer("done"))


def test_settings_outlive_no_lost_link() -> None:
    segment, _ = run(linked(), sets(), interlocks("s1"))
    segment, commands = step(segment, LinkLost(100.4))
    assert commands == (answer("failed", "link_lost"),)
    assert segment.setting is None
    assert not isinstance(segment.phase, Faulted)


def test_a_program_passes_by_what_is_closed_and_locked_already_and_moves_nothing_locked() -> None:
    parked_at = linked().limits.park_aisle
    standing, _ = step(linked(), sees(100.4, open_aisles=(parked_at,), **LOCKED))
    walked = {"verb": "close_all", "origin": "program", "walked_at_s": 100.0}
    event = asks("p1", None, at_s=100.5, seen_at_s=100.4, **walked)
    segment, commands = step(standing, event)
    assert commands == (ReadInterlocks("p1"),)
    fresh = interlocks("p1", 100.6, open_aisles=(parked_at,), **LOCKED)
    _, commands = step(segment, fresh)
    assert commands == (Answer(request_id="p1", status="done"),)

    elsewhere = interlocks("p1", 100.6, open_aisles=(1,), **LOCKED)
    assert code_of(segment, elsewhere) == "locked_at_steel"
