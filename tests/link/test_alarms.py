"""The life of an alarm: one per cause, one clear per raise, through restarts and repetitions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from config.climate import Regulator
from config.room import SensorInputs
from controller.alarms import acts, store
from controller.alarms.acts import AlreadyAcknowledged
from controller.alarms.life import HELD
from controller.alarms.model import Letter, RoomLook
from controller.alarms.tables import AlarmRow, MessageRow
from controller.alarms.watch import Watch
from controller.alarms.words import Place, write_text
from controller.audit.store import list_entries
from controller.context import Context
from drivers.messages import Actor, AirContactChanged, UnitDecided
from tests.link.alarm_parts import alarms, apply, device, program, steel, tell
from tests.link.parts import AT, HandClock, close_context, open_context


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def context(tmp_path: Path, clock: HandClock) -> Iterator[Context]:
    context = open_context(tmp_path, clock)
    yield context
    close_context(context)


class Rooms:
    """What room S1 shows."""

    def __init__(self) -> None:
        self.alive = True
        self.fire: frozenset[int] | None = frozenset()

    def __call__(self) -> list[RoomLook]:
        return [RoomLook(room="S1", alive=self.alive, fire_banks=self.fire)]


def kinds(context: Context, *, open_only: bool = False) -> list[tuple[str, bool]]:
    found = alarms(context, open_only=open_only)
    return [(alarm.kind, alarm.cleared_at is not None) for alarm in found]


def steps(context: Context) -> list[str]:
    with context.records.read() as session:
        return [row.step for row in session.exec(select(MessageRow).order_by("number"))]


def test_a_trip_is_an_alarm_until_somebody_confirms_at_the_steel(context: Context) -> None:
    apply(context, steel("steel_faulted"), steel("steel_faulted"))
    (alarm,) = alarms(context)
    assert (alarm.kind, alarm.priority, alarm.subject) == ("shelving.trip", "high", "S1-B1")
    assert alarm.params["code"] == "pressure"
    apply(context, steel("steel_reset"))
    assert kinds(context) == [("shelving.trip", False)]
    apply(context, steel("steel_confirmed"), steel("steel_confirmed"))
    assert kinds(context) == [("shelving.trip", True)]


def test_every_trip_is_an_alarm_of_its_own_and_one_confirmation_clears_its_segment(
    context: Context,
) -> None:
    apply(context, steel("steel_faulted"), steel("steel_faulted", "t2"))
    apply(context, steel("steel_faulted", "t3", segment=2))
    apply(context, steel("steel_confirmed", "t2"))
    cleared = {alarm.params["trip_id"]: alarm.cleared_at is not None for alarm in alarms(context)}
    assert cleared == {"t1": True, "t2": True, "t3": False}


def test_the_same_cause_after_a_clear_is_a_new_occurrence(context: Context) -> None:
    apply(context, steel("steel_faulted", None), steel("steel_confirmed", None))
    apply(context, steel("steel_faulted", None))
    assert sorted(kinds(context)) == [("shelving.trip", False), ("shelving.trip", True)]


def test_a_device_away_for_less_than_a_minute_alarms_nobody(
    context: Context, clock: HandClock
) -> None:
    watch = Watch(context, list)
    apply(context, device("device_down"))
    clock.at_s += 59
    watch.look()
    assert alarms(context) == []
    apply(context, device("device_up", 59))
    clock.at_s += 60
    watch.look()
    assert alarms(context) == []
    with context.records.read() as session:
        assert session.exec(select(AlarmRow)).all() == []


def test_a_device_away_for_a_minute_is_an_alarm_until_it_is_back(
    context: Context, clock: HandClock
) -> None:
    watch = Watch(context, list)
    watch.look()
    apply(context, device("device_down"))
    clock.at_s += 61
    watch.look()
    watch.look()
    (alarm,) = alarms(context)
    assert (alarm.priority, alarm.since) == ("medium", AT)
    assert alarm.raised_at == AT + timedelta(seconds=61)
    apply(context, device("device_up", 70))
    assert kinds(context) == [("shelving.device_down", True)]


def test_a_probe_that_is_away_concerns_the_zone_whose_air_it_measures(
    context: Context, clock: HandClock
) -> None:
    watch = Watch(context, list)
    watch.look()
    probe = device("device_down").model_copy(update={"device": "probe-1"})
    apply(context, probe, device("device_down"))
    clock.at_s += 61
    watch.look()
    zones = {alarm.params["device"]: alarm.zone for alarm in alarms(context)}
    assert zones == {"probe-1": "room", "shelving-1": None}


def test_a_room_whose_clock_is_ahead_delays_no_alarm(context: Context, clock: HandClock) -> None:
    watch = Watch(context, list)
    watch.look()
    apply(context, device("device_down", after_s=3600))
    clock.at_s += 61
    watch.look()
    assert kinds(context) == [("shelving.device_down", False)]


@pytest.mark.parametrize("back_s", [3600, 1_700_000_000])
def test_a_cause_that_waits_is_an_alarm_though_the_clock_is_set_back(
    context: Context, clock: HandClock, back_s: float
) -> None:
    watch = Watch(context, list)
    watch.look()
    apply(context, device("device_down"))
    clock.at_s -= back_s
    watch.look()
    assert kinds(context) == [("shelving.device_down", False)]


def test_a_start_gives_every_cause_its_whole_delay_again(
    context: Context, clock: HandClock
) -> None:
    apply(context, device("device_down"))
    clock.at_s += 3600
    watch = Watch(context, list)
    watch.look()
    assert alarms(context) == [], "it may have come back unheard meanwhile"
    clock.at_s += 60
    watch.look()
    assert kinds(context) == [("shelving.device_down", False)]


def test_what_left_the_site_is_away_no_more_after_a_start(
    context: Context, clock: HandClock
) -> None:
    watch = Watch(context, list)
    watch.look()
    gone = device("device_down").model_copy(update={"device": "reader-9"})
    apply(context, device("device_down"), gone)
    with context.records.write() as session:
        store.apply_many(session, context, "S9", [steel("steel_faulted")])
    clock.at_s += 61
    watch.look()
    assert len(alarms(context)) == 3
    Watch(context, list).look()
    cleared = {alarm.subject: alarm.cleared_at is not None for alarm in alarms(context)}
    assert cleared == {"S1/shelving-1": False, "S1/reader-9": True, "S9-B1": True}


def test_what_a_contact_or_a_regulator_told_that_left_the_room_file_ends_with_a_start(
    context: Context,
) -> None:
    Watch(context, list).look()
    room = context.rooms["S1"]
    name = room.devices[0].id
    contact = AirContactChanged(at=AT, device=name, input=7, says="tank_full", safe=False)
    decided = UnitDecided(at=AT, device=name, wanted=True, on=False, why="unit_silent")
    apply(context, contact, decided)
    wired = SensorInputs.model_validate(
        {
            "driver": "input.modbus",
            "id": name,
            "at": {"host": "127.0.0.1", "port": 1},
            "air": [{"input": 7, "says": "tank_full", "unit_id": "dryer-1"}],
        }
    )
    regulator = Regulator.model_validate({"unit": name, "does": "dry", "zone": "room"})
    climate = room.climate.model_copy(update={"regulators": (regulator,)})
    as_it_was = room.model_copy(update={"devices": (wired,), "climate": climate})
    Watch(replace(context, rooms={"S1": as_it_was}), list).look()
    assert [cleared for _, cleared in kinds(context)] == [False, False]
    Watch(context, list).look()
    assert [cleared for _, cleared in kinds(context)] == [True, True]


def test_an_agent_that_falls_silent_for_a_minute_is_an_alarm_once_over_a_restart(
    context: Context, clock: HandClock
) -> None:
    rooms = Rooms()
    watch = Watch(context, rooms)
    watch.look()
    rooms.alive = False
    watch.look()
    clock.at_s += 61
    watch.look()
    assert kinds(context) == [("shelving.agent_silent", False)]
    again = Watch(context, rooms)
    for _ in range(3):
        again.look()
        clock.at_s += 61
    assert kinds(context) == [("shelving.agent_silent", False)]
    rooms.alive = True
    again.look()
    again.look()
    assert kinds(context) == [("shelving.agent_silent", True)]


def test_a_controller_that_starts_has_heard_nobody_yet_and_alarms_nobody(
    context: Context, clock: HandClock
) -> None:
    rooms = Rooms()
    rooms.alive, rooms.fire = False, None
    watch = Watch(context, rooms)
    watch.look()
    clock.at_s += 5
    rooms.alive = True
    watch.look()
    clock.at_s += 120
    watch.look()
    assert alarms(context) == []


def test_fire_is_an_alarm_at_once_and_ends_only_when_all_banks_say_so(
    context: Context, clock: HandClock
) -> None:
    rooms = Rooms()
    watch = Watch(context, rooms)
    rooms.fire = frozenset({1})
    watch.look()
    (alarm,) = alarms(context)
    assert (alarm.kind, alarm.priority, alarm.params) == ("fire", "high", {"banks": [1]})
    rooms.fire = None
    watch.look()
    assert kinds(context) == [("fire", False)]
    rooms.fire = frozenset()
    watch.look()
    assert kinds(context) == [("fire", True)]


def test_a_program_that_broke_ends_when_acknowledged_or_with_the_next_that_is_done(
    context: Context,
) -> None:
    apply(context, program("broken"), program("broken", "p2"), program("broken", "p3"))
    first = alarms(context)[0]
    acknowledge(context, first.id)
    assert [cleared for _, cleared in kinds(context)].count(True) == 1
    apply(context, program("running", "p4"), program("done", "p4"))
    assert all(cleared for _, cleared in kinds(context))


def acknowledge(context: Context, alarm_id: str, comment: str = "") -> None:
    with context.records.write() as session:
        found = acts.acknowledge(
            session, alarm_id, by="u1", name="李敏", comment=comment, at=context.clock.now()
        )
    assert found


def test_acknowledging_says_who_when_and_what_once_and_is_audited(context: Context) -> None:
    apply(context, steel("steel_faulted"))
    alarm = alarms(context)[0]
    acknowledge(context, alarm.id, "on my way")
    noted = alarms(context)[0].acknowledged
    assert noted is not None
    assert (noted.by, noted.comment) == ("李敏", "on my way")
    with pytest.raises(AlreadyAcknowledged):
        acknowledge(context, alarm.id, "me too")
    with context.records.read() as session:
        actions = [(entry.action, entry.actor) for entry in list_entries(session)]
    assert actions == [("alarm.acknowledged", "u1")]
    assert kinds(context) == [("shelving.trip", False)], "only the steel ends a trip"


def test_an_alarm_stays_open_until_it_is_both_cleared_and_acknowledged(context: Context) -> None:
    apply(context, steel("steel_faulted"), steel("steel_confirmed"))
    assert kinds(context, open_only=True) == [("shelving.trip", True)]
    acknowledge(context, alarms(context)[0].id)
    assert kinds(context, open_only=True) == []
    assert kinds(context) == [("shelving.trip", True)]


def test_no_person_stands_in_an_alarm_or_in_what_is_told_of_it(context: Context) -> None:
    wang = Actor(id="u7", name="王磊")
    broken = program("broken")
    named = broken.program.model_copy(update={"started_by": wang, "proposed_by": wang})
    apply(
        context,
        steel("steel_faulted", actor=wang, request_id="r1"),
        broken.model_copy(update={"program": named, "actor": wang}),
    )
    place = Place(context.site, context.rooms, "")
    for alarm in alarms(context):
        letter = Letter(
            id="l", channel="email", to="a", language="zh", secret=None, event="raised", alarm=alarm
        )
        said = f"{alarm} {write_text(letter, place)}"
        assert "王磊" not in said
        assert "u7" not in said


def test_one_message_is_written_per_recipient_and_step(context: Context) -> None:
    tell(context, "email", "a@archive.example")
    tell(context, "email", "b@archive.example", kinds=["fire"])
    apply(context, steel("steel_faulted"), steel("steel_faulted"))
    assert steps(context) == ["raised"]
    tell(context, "email", "c@archive.example")
    apply(context, steel("steel_confirmed"), steel("steel_confirmed"))
    assert steps(context) == ["raised", "cleared"], "who came later is not told the end alone"


events = st.lists(
    st.sampled_from(("down", "up", "fault", "confirm", "wait", "restart", "silent", "speak")),
    max_size=25,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(story=events)
@example(story=["down", "wait", "silent", "wait"])  # a silent room explains its device
@example(story=["down", *["wait"] * 2, "silent", *["wait"] * 2, "speak", *["wait"] * 4, "up"])
def test_whatever_happens_every_cause_has_one_open_alarm_and_every_raise_one_clear(
    tmp_path_factory: pytest.TempPathFactory, story: list[str]
) -> None:
    clock, rooms = HandClock(), Rooms()
    context = open_context(tmp_path_factory.mktemp("alarms"), clock)
    tell(context, "email", "a@archive.example")
    watch = Watch(context, rooms)
    explained: set[str] = set()
    for what in story:
        after_s = clock.at_s - 1000
        match what:
            case "down" | "up":
                apply(context, device(f"device_{what}", after_s))
            case "fault" | "confirm":
                apply(context, steel(f"steel_{what}ed", None))
            case "wait":
                clock.at_s += 45
            case "restart":
                watch = Watch(context, rooms)
            case "silent" | "speak":
                rooms.alive = what == "speak"
        watch.look()
        with context.records.read() as session:
            active = [
                (row.kind, row.key) for row in session.exec(select(AlarmRow)) if not row.cleared_at
            ]
            messages = session.exec(select(MessageRow).order_by(col(MessageRow.number)))
            told = [(row.alarm_id, row.step) for row in messages]
        assert len(active) == len(set(active))
        for alarm in alarms(context):
            explained |= {alarm.id} if alarm.state in HELD else set()
            steps = [step for alarm_id, step in told if alarm_id == alarm.id]
            raised_and_cleared = ["raised", *(["cleared"] if alarm.cleared_at else [])]
            if alarm.id not in explained:
                assert steps == raised_and_cleared
            elif alarm.cleared_at or alarm.state in HELD:
                assert [step for step in steps if step != "again"] in ([], raised_and_cleared)
            else:
                assert [step for step in steps if step != "again"] == raised_and_cleared
    close_context(context)
