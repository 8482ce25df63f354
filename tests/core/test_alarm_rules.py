"""What raises and clears an alarm, who is told, how often it is tried, who may be written to."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta

import pytest

from controller.alarms.kinds import CAUSES, KINDS
from controller.alarms.model import Clear, Raise, RoomLook
from controller.alarms.notify import is_allowed
from controller.alarms.rules import (
    GIVEN_UP_AFTER,
    is_address,
    retry_at,
    signals_of,
    signals_of_look,
    wants,
)
from controller.alarms.trip_words import TRIP_WORDS
from drivers.messages import (
    AirContactChanged,
    DeviceChanged,
    ProgramChanged,
    ProgramState,
    SteelHalted,
)
from drivers.trips import TRIPS

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def steel(kind: str, trip_id: str | None = "t1") -> SteelHalted:
    return SteelHalted.model_validate(
        {"kind": kind, "bank": 2, "segment": 1, "why": "obstruction", "at": AT, "trip_id": trip_id}
    )


def program(status: str) -> ProgramChanged:
    state = {"id": "p1", "program": "night_closing", "status": status, "at": AT, "why": "fire"}
    return ProgramChanged(program=ProgramState.model_validate(state), at=AT)


def test_a_trip_raises_one_alarm_and_the_confirmation_of_its_segment_clears_it() -> None:
    (raised,) = signals_of("S1", steel("steel_faulted"))
    (cleared,) = signals_of("S1", steel("steel_confirmed", None))
    assert isinstance(raised, Raise)
    assert isinstance(cleared, Clear)
    assert (raised.key, raised.subject) == ("B2/1/t1", "S1-B2")
    assert cleared.prefix is not None
    assert raised.key.startswith(cleared.prefix)
    assert KINDS[raised.kind].priority == "high"


def test_a_trip_of_an_older_room_that_names_none_is_known_by_its_segment() -> None:
    (raised,) = signals_of("S1", steel("steel_faulted", None))
    assert isinstance(raised, Raise)
    assert raised.key == "B2/1/"


@pytest.mark.parametrize("why", ["hold_released", "lock_out_lifted"])
def test_who_looked_into_an_aisle_for_another_ended_no_trip(why: str) -> None:
    looked = steel("steel_confirmed", None).model_copy(update={"why": why})
    assert signals_of("S1", looked) == ()


@pytest.mark.parametrize("kind", ["steel_halted", "steel_reset"])
def test_a_halt_and_a_reset_neither_raise_nor_clear(kind: str) -> None:
    assert signals_of("S1", steel(kind)) == ()


def test_a_program_that_broke_is_cleared_by_the_next_that_is_done() -> None:
    (raised,) = signals_of("S1", program("broken"))
    (cleared,) = signals_of("S1", program("done"))
    assert isinstance(raised, Raise)
    assert isinstance(cleared, Clear)
    assert raised.key.startswith(cleared.prefix or "-")
    assert KINDS[raised.kind].ends_when_acknowledged
    assert signals_of("S1", program("running")) == ()


def test_a_device_is_an_alarm_only_after_a_minute() -> None:
    (raised,) = signals_of("S1", DeviceChanged(kind="device_down", device="plc-1", at=AT))
    (cleared,) = signals_of("S1", DeviceChanged(kind="device_up", device="plc-1", at=AT))
    assert isinstance(raised, Raise)
    assert isinstance(cleared, Clear)
    assert (raised.key, KINDS[raised.kind].delay_s) == (cleared.key, 60)


def test_a_device_that_another_answers_for_is_an_alarm_that_says_so() -> None:
    why = "unit 3 answered in place of 4"
    down = DeviceChanged(kind="device_down", device="probe-4", why=why, at=AT)
    (raised,) = signals_of("S1", down)
    assert isinstance(raised, Raise)
    assert raised.params == {"device": "probe-4", "why": why}


def test_a_room_whose_banks_are_not_all_heard_does_not_end_a_fire() -> None:
    kinds = [type(s) for s in signals_of_look(RoomLook(room="S1", alive=True, fire_banks=None), AT)]
    assert kinds == [Clear], "only that the agent lives"
    burning = RoomLook(room="S1", alive=True, fire_banks=frozenset({2, 1}))
    (_, fire) = signals_of_look(burning, AT)
    assert isinstance(fire, Raise)
    assert fire.params == {"banks": [1, 2]}
    (_, out) = signals_of_look(RoomLook(room="S1", alive=True, fire_banks=frozenset()), AT)
    assert isinstance(out, Clear)


def test_no_kinds_means_all() -> None:
    assert wants([], "fire")
    assert wants(["fire"], "fire")
    assert not wants(["fire"], "shelving.trip")


def test_a_message_is_tried_again_ever_later_and_given_up_after_a_day() -> None:
    waits = [(retry_at(AT, n, AT) or AT) - AT for n in range(1, 12)]
    assert waits == sorted(waits)
    assert (waits[0].total_seconds(), waits[-1].total_seconds()) == (15, 900)
    assert retry_at(AT + GIVEN_UP_AFTER, 99, AT) is None
    assert retry_at(AT + GIVEN_UP_AFTER - timedelta(hours=1), 99, AT) is not None


@pytest.mark.parametrize(
    ("channel", "to", "good"),
    [
        ("email", "duty@archive.example", True),
        ("email", "duty@localhost", True),
        ("email", "a@b.example\nBcc: c@d.example", False),
        ("email", "a@b.example,c@d.example", False),
        ("email", "Duty <duty@archive.example>", False),
        ("email", "duty", False),
        ("webhook", "https://hooks.example/a?b=c", True),
        ("webhook", "http://10.0.0.7:9000/", True),
        ("webhook", "http://[::1]:9000/", True),
        ("webhook", "ftp://hooks.example/", False),
        ("webhook", "file:///etc/passwd", False),
        ("webhook", "https://user:secret@hooks.example/", False),
        ("webhook", "https://hooks.example:99999/", False),
        ("webhook", "https://hooks.example/ HTTP/1.1\r\nX: y", False),
        ("webhook", "https:///nowhere", False),
    ],
)
def test_only_plain_addresses_can_be_written_to(channel: str, to: str, good: bool) -> None:
    assert is_address(channel, to) is good  # type: ignore[arg-type]  # one of both


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.1.2.3", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("169.254.169.254", False),
        ("169.254.1.1", False),
        ("::ffff:169.254.169.254", False),
        ("fe80::1", False),
        ("100.100.100.200", False),
        ("fd00:ec2::254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
    ],
)
def test_a_webhook_does_not_reach_where_machines_keep_secrets(address: str, allowed: bool) -> None:
    assert is_allowed(ipaddress.ip_address(address)) is allowed


def test_every_protection_has_its_words() -> None:
    assert set(TRIP_WORDS) >= set(TRIPS)


def contact(says: str, safe: bool | None) -> AirContactChanged:
    return AirContactChanged.model_validate(
        {"device": "inputs-1", "input": 2, "says": says, "zone": "north", "safe": safe, "at": AT}
    )


@pytest.mark.parametrize("says", ["smoke", "leak", "unit_fault", "tank_full"])
def test_a_contact_of_the_air_that_opens_or_cannot_be_read_is_an_alarm(says: str) -> None:
    for safe in (False, None):
        (raised,) = signals_of("R1", contact(says, safe))
        assert isinstance(raised, Raise)
        assert (raised.zone, raised.key) == ("north", "inputs-1/2")
        assert raised.latched == (safe is False and says in ("smoke", "leak"))
    (cleared,) = signals_of("R1", contact(says, True))
    assert isinstance(cleared, Clear)
    assert (cleared.kind, cleared.key) == (raised.kind, raised.key)


def test_a_door_explains_only_while_it_is_known_to_be_open_and_rain_raises_nothing() -> None:
    (opened,) = signals_of("R1", contact("door", False))
    assert isinstance(opened, Raise)
    assert opened.kind in CAUSES
    for safe in (True, None):
        assert isinstance(signals_of("R1", contact("door", safe))[0], Clear)
    assert signals_of("R1", contact("rain", False)) == ()
