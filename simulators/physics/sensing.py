"""What a probe's sensor makes of the air when something is wrong with it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.physics.weather import DAY_S, Climate


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """One sensor and its troubles; several can hold at once."""

    drift_c_day: float = 0.0
    drift_pct_day: float = 0.0
    """How fast it strays from the truth, since `drifts_from_s`."""
    drifts_from_s: float = 0.0
    """A Unix second."""
    frozen: Climate | None = None
    """What it says for ever."""
    shows_pct: float | None = None
    """A humidity that no air has, as a wet or broken element tells it."""
    missing: bool = False
    """Its cable is off: the probe itself answers, and says so if it has a word for it."""
    silent: bool = False
    answers_as: int | None = None
    """The unit id it signs its answers with, in place of its own."""

    def tell(self, air: Climate, at_s: float) -> Climate | None:
        """Say what it measures at a moment; None if it is not there."""
        if self.missing:
            return None
        days = max(0.0, at_s - self.drifts_from_s) / DAY_S
        told = self.frozen or Climate(
            air.temperature_c + self.drift_c_day * days,
            min(100.0, max(0.0, air.humidity_pct + self.drift_pct_day * days)),
        )
        return told if self.shows_pct is None else Climate(told.temperature_c, self.shows_pct)


SOUND = Sensor()
