"""A whole room and its air: what gets damp, its own machine dries, through the machine's wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from config.room import Room
from tests.room.conftest import RunningRoom, changed

LINE = {"host": "127.0.0.1", "port": 5502}
DRYER: dict[str, Any] = {
    "driver": "climate.unit",
    "id": "dryer-1",
    "name": {"zh": "除湿机", "en": "Dryer"},
    "at": LINE,
    "profile": "danvex-ad-800",
}


def with_dryer(room: Room) -> Room:
    guard = {"min_on_s": 10, "min_off_s": 10}
    regulator = {"unit": "dryer-1", "does": "dry", "zone": "room", "guard": guard}
    climate = room.climate.model_dump(mode="json") | {"regulators": [regulator]}
    return changed(room, devices=(DRYER,), climate=climate)


def test_damp_air_is_dried_by_the_rooms_own_machine_until_it_is_dry_again(
    in_a_room: Callable[..., None], small_room: Room
) -> None:
    async def scenario(room: RunningRoom) -> None:
        sim = room.simulated
        assert not sim.world.units["dryer-1"].on
        sim.shift_air(temperature_c=0.0, humidity_pct=20.0)
        await sim.until(lambda world: world.units["dryer-1"].runs, within_s=120)
        water = sim.world.air.water_g_m3
        await sim.until(lambda world: world.air.water_g_m3 < water, within_s=60)
        sim.shift_air(temperature_c=0.0, humidity_pct=0.0)
        await sim.until(lambda world: not world.units["dryer-1"].on, within_s=120)

    in_a_room(scenario, room=with_dryer(small_room))
