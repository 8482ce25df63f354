"""What a unit does wrong becomes an alarm once and ends once; being away changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from controller.alarms.kinds import UNIT_FAULT, UNIT_SILENT
from controller.alarms.model import Clear, Raise
from controller.alarms.rules import signals_of
from drivers.messages import UnitDecided

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def decided(why: str, **detail: Any) -> UnitDecided:
    return UnitDecided(
        at=AT, device="dryer-1", zone="room", wanted=True, on=False, why=why, detail=detail
    )


def told(why: str, **detail: Any) -> dict[str, type]:
    return {each.kind: type(each) for each in signals_of("R1", decided(why, **detail))}


def test_a_unit_that_does_not_obey_is_an_alarm_until_it_does() -> None:
    assert told("unit_silent", behind="too_damp") == {UNIT_SILENT: Raise, UNIT_FAULT: Clear}
    assert told("too_damp") == {UNIT_SILENT: Clear, UNIT_FAULT: Clear}


def test_a_fault_that_the_unit_reports_is_an_alarm_and_one_of_a_contact_is_the_contacts() -> None:
    assert told("unit_fault", reported="sensor, fan")[UNIT_FAULT] is Raise
    found = signals_of("R1", decided("unit_fault", reported="sensor, fan"))
    raised = next(each for each in found if isinstance(each, Raise))
    assert raised.params["faults"] == ["sensor", "fan"]
    assert told("tank_full", device="inputs-1", input=3)[UNIT_FAULT] is Clear


def test_a_unit_that_is_away_stays_as_it_was() -> None:
    assert told("unit_away", behind="unit_silent") == {}
