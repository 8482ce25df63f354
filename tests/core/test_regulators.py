"""Regulators over a machine in memory: restarts, people, disobedience, contacts and proposals."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from drivers.room.regulation import reasons
from tests.core.regulation_room import RegulatedRoom, room_with

GUARD = {"min_on_s": 600, "min_off_s": 600, "max_starts_per_h": 4}


@pytest.fixture
def room() -> Iterator[RegulatedRoom]:
    made = RegulatedRoom(guard=GUARD)
    yield made
    made.close()


def dries(room: RegulatedRoom) -> None:
    """Let the dryer begin to run."""
    room.humidity_pct = 60.0
    room.pass_time(610)
    assert room.machine.on


def test_what_is_repeated_every_few_seconds_is_written_once(room: RegulatedRoom) -> None:
    """Home Assistant core #123799, #160967: the keep-alive went round the minimal cycle."""
    dries(room)
    writes = len(room.machine.writes)
    room.pass_time(1800)
    assert len(room.machine.writes) == writes
    room.humidity_pct = 40.0
    room.look()
    for _ in range(100):
        room.humidity_pct = 60.0 if room.humidity_pct == 40.0 else 40.0
        room.pass_time(20)
    for (began_s, _, _), (ended_s, _, _) in zip(
        room.machine.book, room.machine.book[1:], strict=False
    ):
        assert ended_s - began_s >= 600


def test_a_restart_breaks_neither_rest_nor_run_nor_the_dead_band(room: RegulatedRoom) -> None:
    dries(room)
    room.humidity_pct = 55.0  # inside the band
    room.kill()
    assert room.machine.on
    assert room.facts.why == reasons.TOO_DAMP
    room.humidity_pct = 50.0
    room.look()
    assert room.machine.on, "it ran for a few seconds only"
    assert room.facts.why == reasons.GUARD_MIN_ON
    room.pass_time(600)
    assert not room.machine.on
    room.humidity_pct = 60.0
    room.pass_time(300)
    room.kill()
    room.pass_time(250)
    assert not room.machine.on, "five minutes before and four after the restart are no ten"
    room.pass_time(60)
    assert room.machine.on


def test_after_a_restart_of_the_machine_every_rest_begins_anew(room: RegulatedRoom) -> None:
    dries(room)
    room.humidity_pct = 50.0
    room.pass_time(610)
    room.humidity_pct = 60.0
    room.pass_time(590)
    assert not room.machine.on
    room.clock.jumped += timedelta(days=400)
    room.reboot(0.0)
    room.pass_time(500)
    assert not room.machine.on
    room.pass_time(120)
    assert room.machine.on


@pytest.mark.parametrize("how", ["nothing", "kill", "restart", "reboot"])
def test_starts_are_counted_over_every_end_of_the_program(how: str) -> None:
    made = RegulatedRoom(guard={"min_on_s": 20, "min_off_s": 20, "max_starts_per_h": 2})
    made.humidity_pct = 70.0
    for _ in range(40):
        made.override(False)
        made.pass_time(45)
        made.resume()
        made.pass_time(45)
        match how:
            case "kill":
                made.kill()
            case "restart":
                made.restart()
            case "reboot":
                made.reboot(0.0)
    starts = [at_s for at_s, on, _ in made.machine.book if on]
    assert len(starts) >= 2
    for at_s in starts:
        assert sum(0 <= at_s - other < 3600 for other in starts) <= 2, starts
    made.close()


def test_the_end_of_the_program_leaves_nothing_running_that_nobody_watches(
    room: RegulatedRoom,
) -> None:
    dries(room)
    room.pass_time(600)
    room.restart()
    assert not room.machine.on
    assert room.decided()[-2].why == reasons.PROGRAM_ENDS


def test_an_override_ends_by_itself_and_survives_a_restart(room: RegulatedRoom) -> None:
    dries(room)
    room.pass_time(600)
    answer = room.override(False, hours=1)
    assert (answer.status, room.machine.on) == ("done", False)
    told = room.decided()[-1]
    assert (told.why, told.actor and told.actor.name, told.wanted) == ("by_hand", "Li", False)
    room.kill()
    room.pass_time(3000)
    assert (room.machine.on, room.facts.why) == (False, reasons.BY_HAND)
    assert room.facts.by_hand is not None
    room.pass_time(700)
    assert room.machine.on
    assert room.facts.by_hand is None


@pytest.mark.parametrize("hours", [-30, 30])
def test_a_wall_clock_that_jumps_makes_no_override_longer(room: RegulatedRoom, hours: int) -> None:
    dries(room)
    room.pass_time(600)
    room.override(False, hours=1)
    room.clock.jumped += timedelta(hours=hours)
    room.pass_time(3700)
    assert room.machine.on


def test_a_start_with_a_clock_years_behind_makes_no_override_endless(room: RegulatedRoom) -> None:
    dries(room)
    room.pass_time(600)
    room.override(False, hours=1)
    room.clock.jumped -= timedelta(days=3650)
    room.reboot(60.0)
    room.pass_time(72 * 3600 + 700)
    assert room.machine.on
    assert room.facts.by_hand is None


def test_an_override_stays_within_the_guard_and_the_interlocks(room: RegulatedRoom) -> None:
    answer = room.override(True)
    assert answer.status == "done"
    assert answer.detail["why"] == reasons.GUARD_MIN_OFF
    assert not room.machine.on
    room.pass_time(610)
    assert room.machine.on
    room.contact("smoke", safe=False)
    assert (room.machine.on, room.facts.why) == (False, reasons.SMOKE)


@pytest.mark.parametrize(
    ("unit", "hours", "code"),
    [
        ("unit-9", 1.0, "no_such_unit"),
        ("unit-1", -1.0, "until_past"),
        ("unit-1", 73.0, "until_too_far"),
    ],
)
def test_an_override_that_cannot_be_is_refused(
    room: RegulatedRoom, unit: str, hours: float, code: str
) -> None:
    answer = room.override(True, unit, hours)
    assert (answer.status, answer.code) == ("refused", code)


def test_a_unit_that_does_not_obey_is_told_and_tried_again_only_when_the_guard_lets_it(
    room: RegulatedRoom,
) -> None:
    room.machine.obeys = False
    room.humidity_pct = 60.0
    room.pass_time(610)
    tried = len(room.machine.writes)
    assert tried == 1
    room.pass_time(70)
    assert room.facts.why == reasons.UNIT_SILENT
    assert reasons.UNIT_SILENT in room.facts.faults
    assert room.facts.detail["behind"] == reasons.TOO_DAMP
    room.pass_time(500)
    assert len(room.machine.writes) == tried
    room.machine.obeys = True
    room.pass_time(60)
    assert room.machine.on
    assert room.facts.faults == ()
    assert room.decided()[-1].why == reasons.TOO_DAMP


def test_a_unit_that_goes_on_running_is_told_as_silent_once_until_it_obeys(
    room: RegulatedRoom,
) -> None:
    dries(room)
    room.pass_time(600)
    room.machine.obeys = False
    room.humidity_pct = 40.0
    room.pass_time(600)
    assert sum(not on for _, on in room.machine.writes) > 2, "it was told again"
    assert room.facts.why == reasons.UNIT_SILENT
    assert room.facts.faults == (reasons.UNIT_SILENT,)
    assert [event.why for event in room.decided()].count(reasons.UNIT_SILENT) == 1
    room.kill()
    assert room.facts.faults == (reasons.UNIT_SILENT,)
    room.machine.obeys = True
    room.pass_time(70)
    assert not room.machine.on
    assert room.facts.why == reasons.DRY_ENOUGH
    assert not room.facts.faults


def test_a_unit_that_runs_on_through_a_danger_is_told_at_every_look_and_as_silent(
    room: RegulatedRoom,
) -> None:
    dries(room)
    room.machine.obeys = False
    room.contact("smoke", safe=False)
    assert room.facts.why == reasons.SMOKE
    room.pass_time(100)
    assert len(room.machine.writes) > 10
    assert room.facts.why == reasons.UNIT_SILENT
    assert room.facts.detail["says"] == "smoke"


def test_a_lost_probe_is_a_reason_that_is_told_and_a_person_may_still_act(
    room: RegulatedRoom,
) -> None:
    """Home Assistant core #164640, #102053: there the controller became unavailable, unseen."""
    dries(room)
    room.humidity_pct = None
    room.pass_time(890)
    assert room.facts.why == reasons.TOO_DAMP, "not stale yet"
    room.pass_time(30)
    assert (room.machine.on, room.facts.why) == (False, reasons.BLIND_OFF)
    assert room.decided()[-1].why == reasons.BLIND_OFF
    room.override(True)
    room.pass_time(610)
    assert room.machine.on


def test_a_unit_that_is_back_and_lost_again_within_one_look_ends_nothing_but_its_own_task(
    room: RegulatedRoom,
) -> None:
    room.humidity_pct = 60.0
    room._pass(610)
    room.machine.loses_answers = True
    unit = room._units["unit-1"]
    unit.guarded._port = unit.guarded.reading = None
    unit.stirred.clear()

    async def scenario() -> None:
        async with unit.lock:  # somebody's wish for it is being carried out
            run = asyncio.create_task(room.regulators.run())
            await asyncio.sleep(0)
            unit.guarded._port = room.machine
            await unit.guarded.look()
        stirred = asyncio.create_task(unit.stirred.wait())
        done, _ = await asyncio.wait({run, stirred}, return_when=asyncio.FIRST_COMPLETED)
        assert done == {stirred}
        run.cancel()
        await asyncio.wait({run})

    room._loop.run_until_complete(scenario())
    assert room.machine.writes


def test_a_contact_counts_when_it_was_read_twice_and_is_told_once(room: RegulatedRoom) -> None:
    told = len(room.contacts_told())
    room._levels[2] = False
    room._tell_levels()
    room._levels[2] = True
    room._tell_levels()
    assert len(room.contacts_told()) == told
    room.contact("smoke", safe=False)
    room.pass_time(60)
    smoke = [event.safe for event in room.contacts_told() if event.says == "smoke"]
    assert smoke == [True, False]


def test_contacts_of_a_lost_module_are_unknown_and_told_after_a_moment(
    room: RegulatedRoom,
) -> None:
    dries(room)
    room._levels = dict.fromkeys(room._levels, None)
    room.pass_time(5)
    assert room.machine.on
    assert all(event.safe for event in room.contacts_told())
    room.pass_time(700)
    assert (room.machine.on, room.facts.why) == (False, reasons.CONTACT_UNKNOWN)
    assert [event.safe for event in room.contacts_told()[-4:]] == [None] * 4


def test_a_module_that_is_back_within_a_moment_is_no_news_and_its_door_open_all_the_time(
    room: RegulatedRoom,
) -> None:
    dries(room)
    room.pass_time(600)
    room.contact("door", safe=False)
    room.pass_time(90)
    levels = dict(room._levels)
    room._levels = dict.fromkeys(levels, None)
    room.pass_time(5)
    room._levels = levels
    room.pass_time(15)
    assert room.machine.on, "it is open for less than two minutes"
    room.pass_time(20)
    assert (room.machine.on, room.facts.why) == (False, reasons.DOOR_OPEN)
    door = [event.safe for event in room.contacts_told() if event.says == "door"]
    assert door == [True, False]
    assert sum(event.says == "smoke" for event in room.contacts_told()) == 1


def test_a_closed_block_is_proposed_with_its_reason_not_too_often_and_never_moved() -> None:
    zones: tuple[dict[str, Any], ...] = (
        {"zone": "block", "name": {"zh": "架", "en": "b"}, "kind": "closed_block", "block": 1},
    )
    dryer = {"unit": "unit-1", "does": "dry", "zone": "room", "set_pct": 70}
    made = RegulatedRoom(room=room_with(dryer, zones=zones))
    made.airs["air-1"] = (20.0, 65.0)
    made.pass_time(60)
    ((reason, banks),) = made.proposed
    assert reason.code == "block_damper"
    assert banks == {1}
    assert reason.detail["bank"] == 1
    made.kill()
    made.pass_time(11 * 3600)
    assert len(made.proposed) == 1
    made.pass_time(2 * 3600)
    assert len(made.proposed) == 2
    assert made.machine.writes == []
    made.close()


def test_two_reasons_of_the_air_that_take_turns_are_no_news() -> None:
    zones = ({"zone": "outside", "name": {"zh": "外", "en": "out"}, "kind": "outside"},)
    fan = {"unit": "unit-1", "does": "ventilate", "zone": "room", "set_pct": 50}
    made = RegulatedRoom(room=room_with(fan, zones=zones))
    made.humidity_pct = 60.0
    for number in range(100):
        made.airs["air-1"] = (4.0, 70.0) if number % 2 else (20.0, 60.0)
        made.pass_time(20)
    whys = [event.why for event in made.decided()]
    assert len(whys) <= 2, whys
    made.close()


def test_no_way_leads_to_a_machine_but_through_its_guard() -> None:
    room_side = Path(__file__).parents[2] / "drivers" / "room"
    sources = {path.name: path.read_text(encoding="utf-8") for path in room_side.rglob("*.py")}
    assert [name for name, text in sources.items() if re.search(r"port\.switch\(", text)] == [
        "guarded_unit.py"
    ]
    holders = {name for name, text in sources.items() if "ClimateUnitDevice" in text}
    assert holders == {"guarded_unit.py", "regulators.py"}
    assert [name for name, text in sources.items() if "connect_unit" in text] == ["agent_air.py"]
