"""What nobody's sensor sees: covered by our own, vouched for by a named person, or forbidden."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from drivers.readings import Check
from drivers.room.motion import (
    INTERLOCKS,
    DriveTo,
    InterlocksRead,
    Limits,
    Segment,
    Sensed,
    cover,
    find_hindrance,
    list_checks,
    step,
)
from tests.core.motion_parts import (
    LIMITS,
    SAFE,
    asks,
    bank_at,
    code_of,
    interlocks,
    linked,
    run,
    sees,
    steel_at,
)

SEEN_BY_SENSORS = tuple(name for name in INTERLOCKS if name != "heartbeat")


def blind_to(*names: str, covered: bool = False) -> Limits:
    return replace(
        LIMITS,
        interlocks_seen=LIMITS.interlocks_seen - set(names),
        covered=frozenset(names) if covered else frozenset(),
    )


def vouches(*names: str, origin: str = "bank_page") -> tuple[Segment, InterlocksRead]:
    """Somebody asks and vouches; what the driver then reads of it is unknown."""
    segment, _ = step(linked(blind_to(*names)), asks(origin=origin, vouched=frozenset(names)))
    return segment, interlocks()


def reading(name: str, check: Check) -> InterlocksRead:
    """A reading in which one interlock says something and all others are safe."""
    match name:
        case "occupancy":
            return interlocks(occupancy=(Check.SAFE, Check.SAFE, check, Check.SAFE))
        case "entrance" | "obstruction":
            changes: dict[str, Any] = {name: check}
            return interlocks(**changes)
    return replace(interlocks(), bank=bank_at(100.1, interlocks={**SAFE, name: check}))


@pytest.mark.parametrize("name", INTERLOCKS)
def test_a_person_at_the_page_vouches_for_what_nobody_sees(name: str) -> None:
    segment, read = vouches(name)
    segment, commands = step(segment, read)
    assert isinstance(commands[-1], DriveTo)
    assert find_hindrance(segment, "r1", 100.2) is None


@pytest.mark.parametrize("name", INTERLOCKS)
@pytest.mark.parametrize("origin", ["controller", "program", "start_button"])
def test_nobody_vouches_from_anywhere_else(name: str, origin: str) -> None:
    event = asks(origin=origin, vouched=frozenset({name}), walked_at_s=99.0)
    segment, _ = step(linked(blind_to(name)), event)
    code = "occupancy_unknown" if name == "occupancy" else "interlock_unknown"
    assert code_of(segment, interlocks()) == code


@pytest.mark.parametrize("name", INTERLOCKS)
def test_each_is_vouched_for_by_name(name: str) -> None:
    others = frozenset(INTERLOCKS) - {name}
    segment, _ = step(linked(blind_to(name)), asks(origin="bank_page", vouched=others))
    code = "occupancy_unknown" if name == "occupancy" else "interlock_unknown"
    assert code_of(segment, interlocks()) == code


@pytest.mark.parametrize("name", SEEN_BY_SENSORS)
@pytest.mark.parametrize("covered", [False, True])
@pytest.mark.parametrize("check", [Check.UNKNOWN, Check.UNSAFE])
def test_what_is_seen_and_not_safe_is_never_vouched_away(
    name: str, covered: bool, check: Check
) -> None:
    limits = blind_to(name, covered=True) if covered else LIMITS
    segment, _ = step(linked(limits), asks(origin="bank_page", vouched=frozenset(INTERLOCKS)))
    assert not any(isinstance(c, DriveTo) for c in step(segment, reading(name, check))[1])


def test_a_heartbeat_that_is_seen_and_stands_still_is_never_vouched_away() -> None:
    segment, _ = step(linked(), asks(origin="bank_page", vouched=frozenset({"heartbeat"})))
    still = replace(segment, beat_changed_at_s=90.0)
    same = replace(interlocks(), bank=bank_at(100.1, heartbeat=200))
    assert code_of(still, same) == "heartbeat_lost"
    never = replace(segment, beat_changed_at_s=None)
    assert code_of(never, same) == "interlock_unknown"


@pytest.mark.parametrize("name", SEEN_BY_SENSORS)
def test_one_contact_that_says_unsafe_outweighs_a_person_who_vouches(name: str) -> None:
    """Contacts in some aisles do not cover occupancy, but what they say counts."""
    segment, _ = vouches(name)
    assert not any(isinstance(c, DriveTo) for c in step(segment, reading(name, Check.UNSAFE))[1])


def test_it_counts_for_this_one_request_only() -> None:
    segment, read = vouches("crank")
    segment, _ = run(segment, read, sees(110.0, last_seq=0, open_aisles=(2,)))
    segment = replace(segment, drive=None, phase=linked().phase)
    segment, _ = step(segment, asks("r2", 1, at_s=110.0, seen_at_s=110.0, origin="bank_page"))
    assert code_of(segment, interlocks("r2", 110.1)) == "interlock_unknown"


def test_between_decision_and_write_it_still_counts_and_what_became_unsafe_does_too() -> None:
    segment, read = vouches("crank")
    segment, _ = step(segment, read)
    unsafe = bank_at(100.2, interlocks={**SAFE, "crank": Check.UNSAFE})
    segment, _ = step(segment, replace(sees(100.2), bank=unsafe))
    assert find_hindrance(segment, "r1", 100.3) == "crank"


@pytest.mark.parametrize("name", SEEN_BY_SENSORS)
def test_a_sensor_of_ours_covers_what_the_controller_cannot_see(name: str) -> None:
    limits = blind_to(name, covered=True)
    segment, _ = step(linked(limits), asks())
    read = reading(name, Check.UNKNOWN)
    sensed = Sensed(
        at_s=100.05,
        checks={} if name == "occupancy" else {name: Check.SAFE},
        occupancy=dict.fromkeys(range(4), Check.SAFE) if name == "occupancy" else {},
    )
    bank, steel = cover(read.bank, read.steel, sensed, seen=limits.interlocks_seen)
    assert code_of(segment, read) in ("interlock_unknown", "occupancy_unknown")
    assert isinstance(step(segment, replace(read, bank=bank, steel=steel))[1][-1], DriveTo)


@pytest.mark.parametrize(
    ("controller", "sensor", "together"),
    [
        (Check.SAFE, Check.SAFE, Check.SAFE),
        (Check.SAFE, Check.UNSAFE, Check.UNSAFE),
        (Check.SAFE, Check.UNKNOWN, Check.UNKNOWN),
        (Check.UNKNOWN, Check.SAFE, Check.UNKNOWN),
        (Check.UNSAFE, Check.SAFE, Check.UNSAFE),
        (Check.UNSAFE, Check.UNKNOWN, Check.UNSAFE),
    ],
)
def test_what_both_see_is_safe_only_if_both_say_so(
    controller: Check, sensor: Check, together: Check
) -> None:
    bank = bank_at(100.0, interlocks={**SAFE, "fire": controller})
    steel = steel_at(100.0, entrance=controller, occupancy=(controller,) * 4)
    sensed = Sensed(
        at_s=100.0,
        checks={"fire": sensor, "entrance": sensor},
        occupancy=dict.fromkeys(range(4), sensor),
    )
    bank, steel = cover(bank, steel, sensed, seen=frozenset(INTERLOCKS))
    assert (bank.interlocks["fire"], steel.entrance) == (together, together)
    assert steel.occupancy == (together,) * 4
    assert bank.interlocks["crank"] is Check.SAFE


def test_a_contact_in_one_aisle_says_nothing_of_the_others() -> None:
    steel = steel_at(100.0, occupancy=())
    sensed = Sensed(at_s=100.0, occupancy={2: Check.SAFE})
    _, steel = cover(bank_at(100.0), steel, sensed, seen=frozenset())
    assert steel.occupancy == (Check.UNKNOWN, Check.UNKNOWN, Check.SAFE)


def test_together_they_are_as_old_as_the_older_of_them() -> None:
    sensed = Sensed(at_s=99.0, checks={"fire": Check.SAFE})
    bank, steel = cover(bank_at(100.0), steel_at(100.0), sensed, seen=frozenset(INTERLOCKS))
    assert (bank.at_s, steel.at_s) == (99.0, 99.0)
    segment, _ = step(linked(), asks())
    segment = replace(segment, steel=None, bank=None)
    event = InterlocksRead(at_s=100.1, request_id="r1", bank=bank, steel=steel)
    assert code_of(segment, event) == "interlocks_stale"


def test_without_sensors_nothing_changes() -> None:
    bank, steel = bank_at(100.0), steel_at(100.0)
    assert cover(bank, steel, None, seen=frozenset()) == (bank, steel)
    assert cover(bank, steel, Sensed(at_s=1.0), seen=frozenset()) == (bank, steel)


def test_the_list_says_who_sees_each_interlock() -> None:
    limits = replace(blind_to("crank", "entrance"), covered=frozenset({"entrance"}))
    seen_by = {f.name: f.seen_by for f in list_checks(linked(limits), 100.0)}
    assert seen_by == {
        **dict.fromkeys(INTERLOCKS, "controller"),
        "crank": "nobody",
        "entrance": "sensor",
    }
