"""What in the climate of a room file does not fit together is refused with its path."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from config.climate import Guard, Regulator
from config.room import Room
from tests.core.regulation_room import room_with

DRYER = {"unit": "unit-1", "does": "dry", "zone": "room", "set_pct": 55}
HUMID = {"unit": "unit-2", "does": "humidify", "zone": "room", "set_pct": 45}
BLOCK = {"zone": "block", "name": {"zh": "架", "en": "b"}, "kind": "closed_block", "block": 1}

ROOM = {"zone": "room", "name": {"zh": "库", "en": "r"}}
OUTSIDE = {"zone": "out", "name": {"zh": "外", "en": "o"}, "kind": "outside"}


def why(*regulators: dict[str, Any], zones: tuple[dict[str, Any], ...] = ()) -> str:
    with pytest.raises(ValidationError) as error:
        room_with(*regulators, zones=zones)
    return str(error.value)


def test_a_dryer_and_a_humidifier_five_percent_apart_fit() -> None:
    assert len(room_with(DRYER, HUMID | {"set_pct": 50}).climate.regulators) == 2


@pytest.mark.parametrize(
    ("regulators", "zones", "told"),
    [
        ((DRYER, HUMID | {"set_pct": 50.5}), (), "50 or less"),
        ((DRYER | {"dead_band_pct": 20}, HUMID), (), "43 or less"),
        ((DRYER, DRYER), (), "another regulator has this unit"),
        ((DRYER | {"zone": "attic"},), (), "which climate lists under zones"),
        ((DRYER | {"does": "ventilate"},), (), "a probe in a zone of kind outside"),
        ((DRYER,), (BLOCK | {"block": 9},), "the room has banks [1]"),
        ((DRYER,), (BLOCK, BLOCK), "another zone has this name"),
        ((DRYER,), (OUTSIDE | {"zone": "room"},), "another zone has this name"),
        ((DRYER,), (ROOM | {"covers": ["cellar"]},), "the beginning of an address"),
        ((DRYER,), (ROOM | {"covers": ["R9-B1"]},), "a place of S1"),
        ((DRYER,), (ROOM | {"covers": ["S1-B9"]},), "a place of S1"),
        (
            (DRYER,),
            (ROOM | {"covers": ["S1-B1"]}, ROOM | {"zone": "b", "covers": ["S1-B1"]}),
            "another zone covers this",
        ),
    ],
)
def test_what_does_not_fit_is_named(
    regulators: tuple[dict[str, Any], ...], zones: tuple[dict[str, Any], ...], told: str
) -> None:
    assert told in why(*regulators, zones=zones)


def test_a_tank_names_its_unit_and_a_regulator_one_that_can_be_switched() -> None:
    body = room_with(DRYER).model_dump(mode="json")
    module = next(device for device in body["devices"] if device["id"] == "contacts-1")
    module["air"][-1]["unit_id"] = "probe-1"
    body["climate"]["regulators"][0]["unit"] = "probe-1"
    with pytest.raises(ValidationError) as error:
        Room.model_validate(body)
    assert "the unit it belongs to" in str(error.value)
    assert "a climate.unit or climate.relay of this room" in str(error.value)


def test_guards_and_supply_limits_are_whole() -> None:
    with pytest.raises(ValidationError, match="max_on_s"):
        Guard(min_on_s=600, max_on_s=300)
    with pytest.raises(ValidationError, match="supply_low_c"):
        Regulator.model_validate(DRYER | {"supply_low_c": 30})


def test_a_probe_that_names_no_zone_measures_the_usual_one() -> None:
    room = room_with(DRYER, zones=(BLOCK,))
    probe, *_ = room.probes()
    body = room.model_dump(mode="json")
    named = next(device for device in body["devices"] if device["id"] == probe.id)
    assert (named["zone"], room.zone_of_probe(probe)) == (None, "room")

    named["zone"] = "block"
    moved = Room.model_validate(body)
    assert [each.id for each in moved.probes("block")] == [probe.id, "air-1"]
    assert probe.id in [each.id for each in room.probes("room")]
    assert probe.id not in [each.id for each in moved.probes("room")]
    assert moved.find_probe("air-1") in moved.probes("block")
    assert moved.find_probe("nobody") is None
