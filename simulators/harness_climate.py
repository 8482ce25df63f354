"""What a test does to the air of a simulated room, its probes, machines and contacts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from simulators import climate_acts
from simulators.world import World


class Acting(Protocol):
    """Whatever acts in a world."""

    def act(self, act: Callable[..., World], **given: Any) -> None:
        """Do an act."""
        ...


class ClimateDeeds:
    """The acts of climate_acts.py as methods of a test's room."""

    def shift_air(self: Acting, *, temperature_c: float, humidity_pct: float) -> None:
        self.act(climate_acts.shift_air, temperature_c=temperature_c, humidity_pct=humidity_pct)

    def change_weather(self: Acting, *, temperature_c: float, humidity_pct: float) -> None:
        given = {"temperature_c": temperature_c, "humidity_pct": humidity_pct}
        self.act(climate_acts.change_weather, **given)

    def drift_probe(
        self: Acting, probe: str, *, temperature_c_day: float = 0.0, humidity_pct_day: float = 0.0
    ) -> None:
        given = {"temperature_c_day": temperature_c_day, "humidity_pct_day": humidity_pct_day}
        self.act(climate_acts.drift_probe, probe=probe, **given)

    def freeze_probe(self: Acting, probe: str) -> None:
        self.act(climate_acts.freeze_probe, probe=probe)

    def misread_probe(self: Acting, probe: str, *, humidity_pct: float) -> None:
        self.act(climate_acts.misread_probe, probe=probe, humidity_pct=humidity_pct)

    def unplug_sensor(self: Acting, probe: str) -> None:
        self.act(climate_acts.unplug_sensor, probe=probe)

    def silence_probe(self: Acting, probe: str) -> None:
        self.act(climate_acts.silence_probe, probe=probe)

    def answer_as(self: Acting, probe: str, *, unit: int) -> None:
        self.act(climate_acts.answer_as, probe=probe, unit=unit)

    def mend_probe(self: Acting, probe: str) -> None:
        self.act(climate_acts.mend_probe, probe=probe)

    def disobey(self: Acting, unit: str) -> None:
        self.act(climate_acts.disobey, unit=unit)

    def fill_tank(self: Acting, unit: str) -> None:
        self.act(climate_acts.fill_tank, unit=unit)

    def empty_tank(self: Acting, unit: str) -> None:
        self.act(climate_acts.empty_tank, unit=unit)

    def break_unit(self: Acting, unit: str, *, fault: str) -> None:
        self.act(climate_acts.break_unit, unit=unit, fault=fault)

    def mend_unit(self: Acting, unit: str) -> None:
        self.act(climate_acts.mend_unit, unit=unit)

    def switch_unit_by_hand(self: Acting, unit: str, *, on: bool) -> None:
        self.act(climate_acts.switch_unit_by_hand, unit=unit, on=int(on))

    def trip_contact(self: Acting, device: str, *, input: int) -> None:
        self.act(climate_acts.trip_contact, device=device, input=input)

    def settle_contact(self: Acting, device: str, *, input: int) -> None:
        self.act(climate_acts.settle_contact, device=device, input=input)
