"""A whole room that keeps its air: no broker, no archive, real wires, a fan and contacts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from config.room import Room
from drivers.climate import plausible
from drivers.messages import AirContactChanged, UnitDecided, UnitFacts
from drivers.room import deployments
from simulators import climate_acts
from tests.room.conftest import changed

AT = {"host": "127.0.0.1", "port": 5999}
WORDS = {"zh": "除湿机", "en": "Dryer"}


@pytest.fixture
def damp_room(small_room: Room, monkeypatch: pytest.MonkeyPatch) -> Room:
    """The small room with a dryer on a relay, a probe that is believed at once, and smoke."""
    for module in (plausible, deployments):
        monkeypatch.setattr(module, "SETTLES_S", 0.0)
    relay = {"driver": "climate.relay", "id": "dryer-1", "name": WORDS, "at": AT, "unit": 3}
    probe = {"driver": "climate.probe", "id": "air-1", "name": WORDS, "at": AT, "unit": 4}
    inputs = {"driver": "input.modbus", "id": "contacts-1", "at": AT, "unit": 5}
    return changed(
        small_room,
        devices=(
            relay | {"coil": 2},
            probe | {"profile": "xy-md02", "plan_mm": {"x": 500, "y": 500}, "every_s": 1},
            inputs | {"air": [{"input": 1, "says": "smoke"}, {"input": 2, "says": "door"}]},
        ),
        without=("probe-1", "probe-2"),
        climate={
            "profile": small_room.climate.profile,
            "regulators": [
                {
                    "unit": "dryer-1",
                    "does": "dry",
                    "zone": "room",
                    "set_pct": 30,
                    "guard": {"min_on_s": 20, "min_off_s": 20, "max_starts_per_h": 10},
                }
            ],
        },
    )


def facts(room: Any) -> UnitFacts:
    found: UnitFacts | None = room.agent.air.regulators.facts("dryer-1")
    assert found is not None
    return found


def really_on(room: Any) -> bool:
    on: bool = room.simulated.world.units["dryer-1"].on
    return on


async def runs(room: Any) -> None:
    await room.until(lambda: really_on(room) and facts(room).on is True)


def test_a_damp_room_is_dried_and_every_step_says_why(
    in_a_room: Callable[..., None], damp_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await runs(room)
        assert (facts(room).wanted, facts(room).why) == (True, "too_damp")
        assert facts(room).starts_last_hour == 1

        async def told() -> bool:
            whys = [e.why for e in await room.events() if isinstance(e, UnitDecided)]
            return "too_damp" in whys

        await room.until(told)

    in_a_room(scenario, room=damp_room)


def test_smoke_switches_it_off_at_once_and_is_told(
    in_a_room: Callable[..., None], damp_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await runs(room)
        room.simulated.act(climate_acts.trip_contact, device="contacts-1", input=1)
        await room.until(lambda: not really_on(room), within_s=3)
        await room.until(lambda: facts(room).why == "smoke")

        async def told() -> bool:
            events = [e for e in await room.events() if isinstance(e, AirContactChanged)]
            return [e.safe for e in events if e.says == "smoke"][-1:] == [False]

        await room.until(told)

    in_a_room(scenario, room=damp_room)


def test_a_fire_at_the_steel_switches_it_off_at_once(
    in_a_room: Callable[..., None], damp_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await runs(room)
        room.simulated.raise_fire()
        await room.until(lambda: not really_on(room), within_s=10)
        await room.until(lambda: facts(room).why == "fire")

    in_a_room(scenario, room=damp_room)


def test_a_person_at_the_bank_holds_it_off_with_a_pin_and_gives_it_back(
    in_a_room: Callable[..., None], damp_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await runs(room)
        wish = {"unit": "dryer-1", "on": False, "hours": 1, "reason": "filter"}
        assert (await room.types("/api/unit", **wish))["code"] == "wrong_pin"
        signed = wish | {"name": "Li", "pin": "2468"}
        assert (await room.types("/api/unit", **signed))["status"] == "done"
        await room.until(lambda: not really_on(room), within_s=40)
        now = (await room.page.get("/api/now")).json()["units"]["dryer-1"]
        assert (now["why"], now["by_hand"]["name"], now["on"]) == ("by_hand", "Li", False)
        steel = (await room.page.get("/api/steel")).json()
        assert steel["units"] == [{"id": "dryer-1", "name": WORDS, "does": "dry"}]
        assert (await room.types("/api/unit", **(signed | {"on": None})))["status"] == "done"
        await runs(room)
        unknown = await room.types("/api/unit", **(signed | {"unit": "fan-9"}))
        assert unknown["code"] == "no_such_unit"

    in_a_room(scenario, room=damp_room)


def test_a_unit_whose_wire_is_cut_says_so_and_goes_on_where_it_was(
    in_a_room: Callable[..., None], damp_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await runs(room)
        room.cuts_cable("dryer-1")
        await room.until(lambda: facts(room).why == "unit_away", within_s=120)
        assert facts(room).on is None
        room.mends_cable("dryer-1")
        await room.until(lambda: facts(room).why == "too_damp", within_s=120)
        assert (facts(room).on, facts(room).starts_last_hour) == (True, 1)

    in_a_room(scenario, room=damp_room)
