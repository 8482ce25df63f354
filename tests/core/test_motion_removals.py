"""Each rule holds the steel: take any one away, and the judge sees an offence.

Every scene is played twice, once with all rules and once without the one; the judge, who knows
nothing of how the room decides, has to be content with the first and to object to the second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from types import ModuleType
from typing import Any, get_args

import pytest

from drivers.messages import Actor
from drivers.readings import Check, LockState, SleepState, Trip
from drivers.room import motion
from drivers.room.motion import (
    arming,
    asking,
    gaps,
    holds,
    interlocks,
    lock_outs,
    mirror,
    rules,
    settings,
    trips,
)
from tests.core.motion_model import ORDERS, PEOPLE, Site, as_it_is
from tests.core.motion_steel import AISLES, FIRST_COLUMN, SIGHTS, Kind, Reading

LI, WANG = PEOPLE
STEP = import_module("drivers.room.motion.step")
Scene = Callable[[], Site]
KINDS: tuple[Kind, ...] = get_args(Kind)


def seen(kind: Kind = "fenced", **how: Any) -> Site:
    site = Site(kind, **how)
    site.poll(4, 0.7)
    return site


def opened(kind: Kind = "fenced", aisle: int = 2, who: Actor = LI, **how: Any) -> Site:
    """Somebody holds an open aisle of segment 1."""
    site = seen(kind, **how)
    site.opens(1, aisle, who=who)
    site.poll(20)
    return site


def without(name: str) -> Callable[[Reading], Reading]:
    """What the room would see if it did not look at an interlock."""

    def doctor(reading: Reading) -> Reading:
        bank, steel = reading
        match name:
            case "occupancy":
                return bank, replace(steel, occupancy=(Check.SAFE,) * AISLES)
            case "entrance" | "obstruction":
                return bank, replace(steel, **{name: Check.SAFE})  # type: ignore[arg-type]  # fields by name
            case "heartbeat":
                return replace(bank, heartbeat=int(bank.at_s * 100)), steel
            case "hindered":
                return bank, replace(steel, hindrance=None)
        return replace(bank, interlocks={**bank.interlocks, name: Check.SAFE}), steel

    return doctor


def make_unsafe(site: Site, name: str, check: Check) -> None:
    steel = site.sides[1].steel
    match name:
        case "occupancy":
            steel.occupancy[1] = check
        case "heartbeat":
            site.bank.beats = False
        case "entrance" | "obstruction":
            steel.checks[name] = check
        case "hindered":
            steel.hindrance = Trip("smoke", "2E")
        case _:
            site.bank.checks[name] = check


def seen_by(kind: Kind) -> list[str]:
    sight = SIGHTS[kind]
    return [*(name for name in motion.INTERLOCKS if name not in sight.unseen), "hindered"]


@pytest.mark.parametrize("check", [Check.UNSAFE, Check.UNKNOWN])
@pytest.mark.parametrize(("kind", "name"), [(k, n) for k in KINDS for n in seen_by(k)])
def test_each_interlock_holds_the_steel_and_without_it_the_judge_objects(
    kind: Kind, name: str, check: Check
) -> None:
    for doctor, objects in ((as_it_is, False), (without(name), True)):
        site = Site(kind, doctor=doctor)
        site.poll(4, 0.7)
        make_unsafe(site, name, check)
        site.poll(4, 0.7)
        request_id = site.opens(1, 2)
        assert bool(site.offences) == objects, site.offences
        if not objects:
            assert site.sides[1].judge.statuses[request_id] == ["refused"]


@pytest.mark.parametrize(
    ("kind", "name"), [(k, n) for k in KINDS for n in sorted(SIGHTS[k].unseen)]
)
def test_each_unseen_interlock_holds_the_steel_until_somebody_vouches_for_it(
    kind: Kind, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asks() -> Site:
        site = seen(kind)
        site.opens(1, 2, vouched=SIGHTS[kind].unseen - {name})
        return site

    assert asks().offences == []
    monkeypatch.setattr(interlocks, "is_vouched", lambda finding, _: finding.seen_by == "nobody")
    assert asks().offences != []


def no_such_aisle() -> Site:
    site = seen()
    site.opens(1, AISLES)
    return site


def not_offered() -> Site:
    site = seen(orders=ORDERS - {"ventilate"})
    site.opens(1, None, verb="ventilate")
    return site


def from_afar_without_a_stop() -> Site:
    site = seen(stops=False)
    site.opens(1, 2, origin="controller")
    return site


def not_confirmed() -> Site:
    site = seen()
    site.sides[1].steel.fail(Trip("motor", "3"))
    site.poll()
    site.bank.reset_count += 1
    site.sides[1].steel.recover()
    site.poll()
    site.opens(1, 2)
    return site


def not_commissioned() -> Site:
    site = Site("fenced")
    site.bank.simulated = False
    site.poll(4, 0.7)
    site.opens(1, 2)
    return site


def while_it_moves() -> Site:
    site = seen()
    site.opens(1, 2)
    site.poll(4)
    site.opens(1, 3)
    return site


def locked_at_the_steel() -> Site:
    site = seen()
    site.sides[1].steel.lock = LockState.LOCKED
    site.poll()
    site.opens(1, 2)
    return site


def asleep() -> Site:
    site = seen()
    site.sides[1].steel.sleep = SleepState.ASLEEP
    site.poll()
    site.opens(1, 2)
    return site


def held_by_another() -> Site:
    site = opened()
    site.opens(1, 3, who=WANG)
    return site


def column_locked_out() -> Site:
    site = seen()
    site.lock_out(1, "lock_out", WANG, "controller", FIRST_COLUMN + 1)
    site.opens(1, 4)
    return site


@pytest.mark.parametrize(
    ("rule", "scene"),
    [
        ("aisle", no_such_aisle),
        ("ability", not_offered),
        ("start", from_afar_without_a_stop),
        ("trip", not_confirmed),
        ("commissioning", not_commissioned),
        ("phase", while_it_moves),
        ("lock", locked_at_the_steel),
        ("lock", asleep),
        ("hold", held_by_another),
        ("lock_out", column_locked_out),
    ],
)
def test_each_rule_of_the_room_holds_the_steel_and_without_it_the_judge_objects(
    rule: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scene().offences == []
    monkeypatch.setattr(rules, "RULES", {n: r for n, r in rules.RULES.items() if n != rule})
    assert scene().offences != []


def read_long_ago() -> Site:
    site = seen()
    site.opens(1, 2, told_after_s=0.7)
    return site


def never_looked() -> Site:
    site = seen()
    site.opens(1, 2, saw=None)
    return site


def decided_too_late() -> Site:
    site = seen()
    for _ in range(11):
        site.poll(1, 0.8)
    site.views = replace(site.views, taken_at_s={1: site.at_s - 9.9})
    site.ask(1, site.request(1, "open_aisle", 2, LI), "bank_page")
    site.at_s += 0.2
    site.goes_on(1)
    return site


def another_agent_took_over() -> Site:
    site = seen()
    site.sides[1].steel.last_epoch += 5
    site.opens(1, 2)
    return site


def walks_in_before_the_write() -> Site:
    site = seen()
    request = site.request(1, "open_aisle", 2, LI)
    site.ask(1, request, "bank_page")
    site.read_interlocks(1)
    site.deliver(1)
    site.sides[1].steel.occupancy[0] = Check.UNSAFE
    site.observe(1)
    site.write(1, after_s=(0.0,), replies=True)
    return site


def lifts_a_foreign_lock() -> Site:
    site = seen()
    site.sides[1].steel.lock = LockState.LOCKED
    site.poll()
    site.set(1, "unlock", LI, "bank_page", site.at_s)
    site.goes_on(1)
    return site


def lifts_a_lock_nobody_watched() -> Site:
    site = seen()
    site.set(1, "lock", LI, "controller", site.at_s)
    site.goes_on(1)
    site.poll()
    site.lose_link()
    site.poll()
    site.set(1, "unlock", LI, "controller", site.at_s)
    site.goes_on(1)
    return site


def sets_while_it_moves() -> Site:
    site = seen()
    site.opens(1, 4)
    site.poll(4)
    site.set(1, "lock", LI, "controller", site.at_s)
    site.goes_on(1)
    return site


def releases_from_afar() -> Site:
    site = opened()
    site.hold(1, "release", WANG, "controller", None, None)
    return site


def lifts_a_lock_out_from_afar() -> Site:
    site = seen()
    site.lock_out(1, "lock_out", LI, "controller", FIRST_COLUMN)
    site.lock_out(1, "lift_lock_out", WANG, "controller", FIRST_COLUMN)
    return site


def confirms_before_the_reset() -> Site:
    site = seen()
    site.sides[1].steel.fail(Trip("motor", "3"))
    site.poll()
    site.confirm(1, LI, "fit")
    return site


def power_comes_back() -> Site:
    site = seen()
    site.bank.checks["power"] = Check.UNSAFE
    site.poll()
    site.bank.checks["power"] = Check.SAFE
    site.poll()
    site.opens(1, 2)
    return site


def gives_away_anothers_gap() -> Site:
    site = opened(aisle=3, who=WANG, gaps=2)
    site.opens(1, 4)
    return site


def a_copy_comes_late(kind: Kind) -> Scene:
    def scene() -> Site:
        site = seen(kind)
        site.ask(1, site.request(1, "open_aisle", 3, LI, vouched=SIGHTS[kind].unseen), "bank_page")
        site.read_interlocks(1)
        site.deliver(1)
        site.write(1, after_s=(2.0,), replies=False)
        site.stop(1, arrives=False)
        site.poll(10)
        return site

    return scene


def started_by_nobody() -> Site:
    site = seen(remote_start=False)
    site.opens(1, 2, origin="controller")
    return site


def started_after_an_hour() -> Site:
    site = seen(remote_start=False)
    request_id = site.opens(1, 2, origin="controller")
    side = site.sides[1]
    armed = side.segment.armed
    site.at_s += 3600.0
    site.poll(2)
    side.segment = replace(side.segment, armed=armed)
    site.press(1, request_id, "button", None, frozenset())
    site.goes_on(1)
    return site


def nothing(*_: Any, **__: Any) -> None:
    return None


def never(*_: Any, **__: Any) -> bool:
    return False


def itself(segment: Any, *_: Any) -> Any:
    return segment


def nearest(segment: Any, asked: Any) -> Any:
    return min(segment.steel.open_aisles, key=lambda aisle: abs(aisle - asked.aisle))


@pytest.mark.parametrize(
    ("module", "name", "gone", "scene"),
    [
        (asking, "is_stale", never, read_long_ago),
        (asking, "is_view_stale", never, never_looked),
        (asking, "too_late", never, decided_too_late),
        (asking, "_has_newer_master", never, another_agent_took_over),
        (motion, "find_hindrance", nothing, walks_in_before_the_write),
        (settings, "object_to_lifting", nothing, lifts_a_foreign_lock),
        (STEP, "doubt_lock", itself, lifts_a_lock_nobody_watched),
        (settings, "_find_refusal", nothing, sets_while_it_moves),
        (holds, "_refusal", nothing, releases_from_afar),
        (lock_outs, "_refusal", nothing, lifts_a_lock_out_from_afar),
        (trips, "_confirmation_refusal", nothing, confirms_before_the_reset),
        (trips, "_has_no_power", never, power_comes_back),
        (gaps, "giving_of", nearest, gives_away_anothers_gap),
        *((mirror, "is_late", never, a_copy_comes_late(kind)) for kind in KINDS),
    ],
)
def test_each_guard_is_needed_and_without_it_the_judge_objects(
    module: ModuleType,
    name: str,
    gone: Callable[..., Any],
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert scene().offences == []
    monkeypatch.setattr(module, name, gone)
    assert scene().offences != []


def test_a_request_from_afar_waits_for_its_start_by_two_guards_and_needs_one_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert started_by_nobody().offences == []
    monkeypatch.setattr(asking, "waits_for_start", never)
    assert started_by_nobody().offences == []
    monkeypatch.setattr(rules, "RULES", {n: r for n, r in rules.RULES.items() if n != "start"})
    assert started_by_nobody().offences != []


def test_what_was_armed_too_long_ago_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    assert started_after_an_hour().offences == []

    def take(segment: Any, event: Any) -> Any:
        fresh = replace(segment.armed, until_s=event.at_s)
        return arming.take_armed(replace(segment, armed=fresh), event)

    monkeypatch.setattr(asking, "take_armed", take)
    assert started_after_an_hour().offences != []
