"""Which correction holds for a reading, and how it is kept beside what it corrected. Pure."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from controller.climate.calibration.model import Calibration


@dataclass(frozen=True, slots=True, order=True)
class Correction:
    """`true = raw * gain + offset` from a moment on, in milliseconds since 1970."""

    from_ms: int
    offset: float
    gain: float

    def apply(self, raw: float) -> float:
        """Correct what was measured."""
        return raw * self.gain + self.offset


AS_MEASURED = Correction(0, 0.0, 1.0)

Corrections = Mapping[str, tuple[Correction, ...]]
"""The corrections of one probe by quantity, each list in order of time."""


def corrections_of(calibrations: Iterable[Calibration]) -> dict[str, tuple[Correction, ...]]:
    """Put a probe's calibrations in order; of several from one moment the last noted holds."""
    found: dict[str, dict[int, Correction]] = {}
    for each in sorted(calibrations, key=lambda each: (each.noted_at, each.id)):
        from_ms = round(each.since.timestamp() * 1000)
        correction = Correction(from_ms, each.offset, each.gain)
        found.setdefault(each.quantity, {})[from_ms] = correction
    return {quantity: tuple(sorted(by.values())) for quantity, by in sorted(found.items())}


def correction_at(corrections: tuple[Correction, ...], at_ms: float) -> Correction:
    """Return the latest correction dated on or before a moment; before the first there is none."""
    place = bisect_right(corrections, at_ms, key=lambda each: each.from_ms)
    return corrections[place - 1] if place else AS_MEASURED


def write_corrections(corrections: Corrections) -> str:
    """Write corrections as text; equal ones give equal text."""
    rows = [
        [quantity, each.from_ms, each.offset, each.gain]
        for quantity, several in sorted(corrections.items())
        for each in several
    ]
    return json.dumps(rows)


def parse_corrections(text: str) -> dict[str, tuple[Correction, ...]]:
    """Read back what `write_corrections` wrote."""
    found: dict[str, list[Correction]] = {}
    for quantity, from_ms, offset, gain in json.loads(text):
        found.setdefault(quantity, []).append(Correction(from_ms, offset, gain))
    return {quantity: tuple(several) for quantity, several in found.items()}


def first_change_ms(old: Corrections, new: Corrections) -> int | None:
    """Say from when on two sets of corrections differ; `None` if they do not."""
    changed = [
        each.from_ms
        for quantity in {*old, *new}
        for each in {*old.get(quantity, ())} ^ {*new.get(quantity, ())}
    ]
    return min(changed, default=None)
