"""What holds alarms back, and that nothing that persists is ever forgotten when the hold ends.

The cases are what broke elsewhere: alerts that wait for a repeat interval after a silence ends
(Alertmanager #2896), inhibition that comes after the alert (#2229), problems begun in maintenance.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.alarms.kinds import (
    AGENT_SILENT,
    DEVICE_DOWN,
    DOOR_OPEN,
    FIRE,
    LIMIT,
    LINE_DOWN,
    OFFLINE,
    RATE,
    SWING,
)
from controller.alarms.model import Raise
from tests.link.alarm_site import AlarmSite, gone


@pytest.fixture
def site(tmp_path: Path) -> Iterator[AlarmSite]:
    site = AlarmSite(tmp_path / "site")
    site.recipient("duty")
    yield site
    site.close()


def test_what_persists_when_its_shelf_ends_is_told_again_at_once(site: AlarmSite) -> None:
    site.hear(site.damp())
    site.acknowledge()
    site.shelve(60)
    site.pass_min(59.9)
    assert (site.only().state, site.told()) == ("SHELVED", ["raised"])
    site.pass_min(0.2)
    assert (site.only().state, site.told()) == ("UNACK", ["raised", "again"])
    assert site.only().acknowledged is None, "it wants to be noted anew"
    assert [each.step for each in site.only().history] == [
        "raised",
        "acknowledged",
        "shelved",
        "released",
    ]
    site.hear(gone(LIMIT))
    assert site.told() == ["raised", "again", "cleared"]


def test_who_ends_a_shelf_before_its_time_stands_in_the_history(site: AlarmSite) -> None:
    site.hear(site.damp())
    site.shelve(60)
    site.unshelve()
    released = site.only().history[-1]
    assert (released.step, released.by) == ("released", site.by().name)
    site.shelve(60)
    site.pass_min(61)
    assert (site.only().history[-1].step, site.only().history[-1].by) == ("released", None)


def test_a_shelf_holds_whatever_comes_of_the_same_until_it_ends(site: AlarmSite) -> None:
    site.hear(site.damp())
    site.shelve(60)
    site.hear(gone(LIMIT))
    assert site.told() == ["raised", "cleared"], "whoever was told of it is told that it is over"
    for _ in range(3):
        site.hear(site.damp())
        site.hear(gone(LIMIT))
    site.hear(site.damp())
    assert site.told() == ["raised", "cleared"], "what came and went unseen is told to nobody"
    assert sorted(alarm.state for alarm in site.alarms()) == ["NORM"] * 4 + ["SHELVED"]
    site.restart()
    site.pass_min(61, every_s=60)
    assert site.told() == ["raised", "cleared", "raised"]


def test_a_shelf_does_not_outlive_that_it_gets_worse(site: AlarmSite) -> None:
    site.hear(site.damp())
    site.shelve(60)
    site.hear(site.damp(priority="high"))
    assert (site.only().state, site.told()) == ("UNACK", ["raised", "worse"])
    site.pass_min(61, every_s=60)
    assert site.only().state == "UNACK"


def test_nobody_hears_of_a_maintenance_window_but_of_what_is_left_after_it(
    site: AlarmSite,
) -> None:
    site.window(60)
    site.hear(site.damp("a"), site.damp("b"))
    site.hear(gone(LIMIT, "a"))
    assert site.told() == []
    states = {alarm.subject: alarm.state for alarm in site.alarms()}
    assert states == {"S1/a": "NORM", "S1/b": "DSUPR"}, "what ended unheard is nobody's to note"
    site.pass_min(60.2)
    assert site.told() == ["raised"], "the one that is left, told for the first time"
    site.hear(gone(LIMIT, "b"))
    assert site.told() == ["raised", "cleared"]


def test_a_window_that_is_planned_holds_nothing_before_it_begins(site: AlarmSite) -> None:
    site.window(60, after_min=30)
    site.hear(site.damp())
    assert site.only().state == "UNACK"
    site.pass_min(30.2)
    assert site.only().state == "DSUPR"
    site.restart()
    site.pass_min(60)
    assert (site.only().state, site.told()) == ("UNACK", ["raised", "again"])


def test_a_window_covers_the_zone_and_the_kinds_it_names_and_never_fire_by_the_way(
    site: AlarmSite,
) -> None:
    site.window(60, zone="north")
    site.hear(site.damp("a", zone="north"), site.damp("b", zone="south"))
    states = {alarm.zone: alarm.state for alarm in site.alarms()}
    assert states == {"north": "DSUPR", "south": "UNACK"}
    fire = Raise(kind=FIRE, room="S1", key="", subject="S1", since=site.clock.now())
    site.window(60)
    site.hear(fire)
    assert site.states()[FIRE] == "UNACK"
    site.window(60, kinds=(FIRE,))
    assert site.states()[FIRE] == "DSUPR", "a test of the fire contact says so"


def test_a_cause_explains_its_symptoms_whichever_is_heard_first(site: AlarmSite) -> None:
    site.hear(site.silent("probe-1"), site.down("probe-1"))
    assert site.told() == [], "the device waits for its delay, and explains already"
    site.pass_min(1.1)
    assert site.states() == {OFFLINE: "DSUPR", DEVICE_DOWN: "UNACK"}
    offline = next(alarm for alarm in site.alarms() if alarm.kind == OFFLINE)
    down = next(alarm for alarm in site.alarms() if alarm.kind == DEVICE_DOWN)
    assert offline.cause is not None
    assert (offline.cause.kind, offline.cause.alarm_id) == (DEVICE_DOWN, down.id)
    site.hear(gone(OFFLINE, "probe-1"), gone(DEVICE_DOWN, "probe-1"))
    assert site.told() == ["raised", "cleared"]


def test_symptoms_that_outlast_their_cause_are_told_after_a_grace(site: AlarmSite) -> None:
    devices = ("shelving-1", "reader-1")
    site.hear(*(site.down(each) for each in devices), *(site.silent(each) for each in devices))
    site.pass_min(2)
    assert site.told() == ["raised", "raised"], "the two devices"
    site.hear(*(gone(DEVICE_DOWN, each) for each in devices))
    site.pass_min(6, every_s=60)
    site.hear(gone(OFFLINE, "shelving-1"))
    site.restart()
    site.pass_min(3.9, every_s=60)
    assert site.told().count("raised") == 2
    site.pass_min(0.3)
    assert site.told().count("raised") == 3
    assert [a.subject for a in site.alarms() if a.state == "UNACK"] == ["S1/reader-1"]


def test_a_room_that_is_silent_explains_all_its_devices_even_those_told_before(
    site: AlarmSite,
) -> None:
    site.hear(site.down("probe-1"))
    site.pass_min(1.1)
    silent = Raise(kind=AGENT_SILENT, room="S1", key="", subject="S1", since=site.clock.now())
    site.hear(silent)
    assert site.states()[DEVICE_DOWN] == "DSUPR"
    site.pass_min(1.1)
    assert site.told() == ["raised", "raised"]
    site.hear(gone(AGENT_SILENT, ""))
    site.pass_min(2.2)
    assert site.told() == ["raised", "raised", "cleared", "again"]


def test_an_open_door_explains_a_rush_and_is_no_alarm_itself(site: AlarmSite) -> None:
    site.hear(site.rushes(), site.door_opens())
    assert site.states() == {RATE: "DSUPR"}
    site.pass_min(10, every_s=60)
    assert site.told() == []
    site.hear(gone(DOOR_OPEN, "door"))
    site.pass_min(149, every_s=60)
    assert site.told() == [], "the readings of an hour show it, and an hour more must be calm"
    site.pass_min(1.5)
    assert (site.states(), site.told()) == ({RATE: "UNACK"}, ["raised"])


def test_a_rush_explains_the_swing_it_made_and_two_days_later_what_still_swings(
    site: AlarmSite,
) -> None:
    swing = site.moves(SWING)
    site.pass_min(20)
    rush = site.moves(RATE)
    site.hear(rush)
    site.pass_min(45)
    site.hear(swing)
    assert site.states() == {RATE: "UNACK", SWING: "DSUPR"}
    site.hear(gone(RATE, "r/humidity_pct"))
    site.pass_min(48 * 60 - 1, every_s=3600)
    assert site.told() == ["raised", "cleared"], "a calm day after it would have ended it unheard"
    site.pass_min(2)
    assert site.states()[SWING] == "UNACK"
    assert site.told() == ["raised", "cleared", "raised"]


@pytest.mark.parametrize(("quantity", "probe"), [("temperature_c", "r"), ("humidity_pct", "other")])
def test_a_rush_explains_no_swing_of_another_quantity_or_probe(
    site: AlarmSite, quantity: str, probe: str
) -> None:
    site.hear(site.moves(RATE), site.moves(SWING, quantity, probe))
    assert site.states() == {RATE: "UNACK", SWING: "UNACK"}


def test_a_swing_that_was_there_long_before_a_rush_is_not_explained_by_it(
    site: AlarmSite,
) -> None:
    site.hear(site.moves(SWING))
    site.pass_min(61)
    site.hear(site.moves(RATE))
    assert site.states() == {RATE: "UNACK", SWING: "UNACK"}


def test_an_open_door_explains_the_rush_and_the_rush_the_swing(site: AlarmSite) -> None:
    site.hear(site.moves(SWING), site.moves(RATE), site.door_opens())
    assert site.states() == {RATE: "DSUPR", SWING: "DSUPR"}
    assert site.told() == []


def test_a_clock_that_is_set_back_a_year_lets_no_alarm_lie_on_a_shelf_for_a_year(
    site: AlarmSite,
) -> None:
    site.hear(site.damp())
    site.shelve(60)
    site.clock.at_s -= 365 * 86_400
    site.watch.look()
    assert site.only().state == "UNACK"


def test_devices_that_fall_silent_with_their_line_are_one_alarm(
    site: AlarmSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = site.context.rooms["S1"]
    on_line = [
        each.model_copy(update={"id": f"probe-{n}"})
        for n in (1, 2, 3)
        for each in room.devices
        if each.id == "probe-1"
    ]
    monkeypatch.setitem(
        site.context.rooms,
        "S1",
        room.model_copy(update={"devices": tuple(on_line)}),
    )
    for number in (1, 2, 3):
        site.hear(site.down(f"probe-{number}"))
        site.pass_min(0.3)
    site.pass_min(3)
    assert site.states() == {LINE_DOWN: "UNACK", DEVICE_DOWN: "DSUPR"}
    assert site.told() == ["raised"]
    for number in (1, 2, 3):
        site.hear(gone(DEVICE_DOWN, f"probe-{number}"))
        site.pass_min(0.3)
    site.pass_min(3)
    assert site.told() == ["raised", "cleared"]
