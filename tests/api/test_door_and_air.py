"""An open door explains why the air rushes: from the room's report to the letter nobody gets."""

from __future__ import annotations

from datetime import timedelta

import pytest

from controller.alarms.kinds import DOOR_OPEN, RATE, SWING
from controller.alarms.model import Alarm
from controller.alarms.reading import list_alarms
from controller.alarms.store import pass_time
from controller.assembly import EFFECTS, take_samples
from controller.climate.watch import ClimateWatch
from controller.context import Context
from controller.link.inbox import Inbox
from drivers.messages import AirContactChanged, EventBatch, Sample, Sequenced, Telemetry
from tests.link.alarm_parts import tell

from .conftest import StandingClock

EVERY = timedelta(minutes=10)


class Room:
    """A room that reports over the link's own bytes, and the archive side that takes them."""

    def __init__(self, context: Context, clock: StandingClock) -> None:
        self._context = context
        self._clock = clock
        self._inbox = Inbox(context, EFFECTS)
        self._watch = ClimateWatch(context, alive=lambda room: True)
        self._events = self._samples = 0

    def door(self, safe: bool | None, zone: str | None = None) -> None:
        """The contact of the room's door says that it is shut, or open, or nothing."""
        self._events += 1
        event = AirContactChanged(
            at=self._clock.now(), device="contacts-1", input=1, says="door", zone=zone, safe=safe
        )
        item = Sequenced(seq=self._events, body=event.model_dump(mode="json"))
        self._inbox.take("S1", EventBatch(outbox="o1", events=(item,)).to_bytes())

    def live(self, *humidities: float) -> None:
        """Measure and look every ten minutes."""
        for humidity_pct in humidities:
            self._clock.at += EVERY
            self._samples += 1
            warmth = 20.0 + self._samples % 2 * 0.01
            sample = Sample(at=self._clock.now(), temperature_c=warmth, humidity_pct=humidity_pct)
            batch = Telemetry(device="probe-1", outbox="o1", seq=self._samples, samples=(sample,))
            take_samples(self._context, "S1", batch)
            self._watch.look()
            with self._context.records.write() as session:
                pass_time(session, now=self._clock.now())

    def rush(self) -> Alarm:
        """The one alarm that the air changes too fast."""
        (rush,) = self.alarms(RATE)
        assert not self.alarms(DOOR_OPEN), "it is no alarm itself"
        return rush

    def alarms(self, kind: str) -> list[Alarm]:
        """All alarms of a kind."""
        with self._context.records.read() as session:
            alarms = list_alarms(session, open_only=False, limit=9)
        return [alarm for alarm in alarms if alarm.kind == kind]


@pytest.fixture
def room(context: Context, clock: StandingClock) -> Room:
    tell(context, "email", "duty@archive.example")
    room = Room(context, clock)
    room.live(*[48.0] * 7)
    return room


def test_a_rush_of_the_air_with_all_doors_shut_is_told(room: Room) -> None:
    room.door(True)
    room.live(59.5, 59.5)
    assert (room.rush().state, len(room.rush().told)) == ("UNACK", 1)


@pytest.mark.parametrize("zone", [None, "room"])
def test_nobody_is_told_of_a_rush_through_an_open_door(room: Room, zone: str | None) -> None:
    room.door(False, zone)
    room.live(59.5, 59.5)
    rush = room.rush()
    assert (rush.state, rush.cause and rush.cause.kind, rush.told) == ("DSUPR", DOOR_OPEN, ())
    room.door(True, zone)
    room.live(*[59.5] * 12)
    rush = room.rush()
    assert (rush.cleared_at is not None, rush.told) == (True, ())


@pytest.mark.parametrize(("safe", "zone"), [(None, None), (False, "attic")])
def test_a_door_that_cannot_be_read_or_leads_elsewhere_explains_nothing(
    room: Room, safe: bool | None, zone: str | None
) -> None:
    room.door(False, "attic")
    room.door(safe, zone)
    room.live(59.5, 59.5)
    assert (room.rush().state, len(room.rush().told)) == ("UNACK", 1)


def test_a_rush_with_all_doors_shut_is_one_alarm_and_no_swing_beside_it(room: Room) -> None:
    room.door(True)
    room.live(*[59.5] * 10)
    (swing,) = room.alarms(SWING)
    assert (room.rush().state, len(room.rush().told)) == ("UNACK", 1)
    assert (swing.state, swing.cause and swing.cause.kind, swing.told) == ("DSUPR", RATE, ())
    assert swing.since == room.rush().since


def test_what_a_day_swings_by_and_by_is_told(room: Room) -> None:
    room.live(*(48.0 + step / 2 for step in range(24)), *[59.5] * 8)
    (swing,) = room.alarms(SWING)
    assert (swing.state, len(swing.told), room.alarms(RATE)) == ("UNACK", 1, [])
