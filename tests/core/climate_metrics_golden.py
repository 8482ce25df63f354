"""Published and independently worked out values of the climate metrics, and air once measured."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from controller.climate.metrics.held import hold_times

FOLDER = Path(__file__).parents[1] / "golden" / "data" / "climate"


@dataclass(frozen=True, slots=True)
class Air:
    """One sensor's readings in rising order."""

    interval_s: float
    at_s: tuple[float, ...]
    temperatures_c: tuple[float, ...]
    humidities_pct: tuple[float, ...]

    @property
    def held_s(self) -> list[float]:
        return hold_times(self.at_s, interval_s=self.interval_s)

    @property
    def rows(self) -> Iterator[tuple[float, float, float]]:
        """°C, %RH, hours, as the mould index follows them."""
        hours = (held / 3600 for held in self.held_s)
        return zip(self.temperatures_c, self.humidities_pct, hours, strict=True)


def golden(name: str) -> dict[str, Any]:
    """Read the check values of one file."""
    values: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return values


@cache
def measured_air() -> dict[str, Air]:
    """Read the air of five places in houses (TRH-database, CC BY 4.0; see ATTRIBUTION.md)."""
    text = gzip.decompress((FOLDER / "trh1.csv.gz").read_bytes()).decode()
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        at_s = datetime.fromisoformat(row["time"]).timestamp()
        reading = at_s, float(row["temp_c"]), float(row["rh_pct"])
        rows.setdefault(row["sensor"], []).append(reading)
    return {sensor: _air(readings) for sensor, readings in rows.items()}


def _air(readings: list[tuple[float, float, float]]) -> Air:
    at_s, temperatures_c, humidities_pct = zip(*readings, strict=True)
    return Air(at_s[1] - at_s[0], at_s, temperatures_c, humidities_pct)
