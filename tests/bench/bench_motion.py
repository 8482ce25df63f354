"""Commands against the rules of motion: none in a million generated steps, judged from the steel.

Pure and in memory: `motion.step` on the near side, a model of the steel and a judge with books of
its own on the far side (tests/core/motion_*.py), for the three classes of controller. Chance is
seeded and the seed printed; an offence is printed with the shortest trace that still shows it.

Then as many steps again in random days over the real drivers, wires and controllers of three
makers, on a clock that jumps (wire_days.py): there every byte is made and read.
"""

from __future__ import annotations

import random
import time
from typing import Any

from tests.bench import wire_days
from tests.core.motion_lives import KINDS, play, shorten, tell

STEPS, QUICK_STEPS = 1_000_000, 30_000
QUICK_WIRE_STEPS = 60_000
TOLD = 3
"""Offences are printed for so many lives at most."""


def run(quick: bool) -> list[dict[str, Any]]:
    """Play until all steps are done; print what broke a rule, as short as it can be shown."""
    steps = QUICK_STEPS if quick else STEPS
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    began_s = time.monotonic()
    lives = play(seed, steps)
    seconds = time.monotonic() - began_s
    bad = [life for life in lives if life.offences]
    for life in bad[:TOLD]:
        print(tell(shorten(life)))
    return [
        _figure("steps", sum(life.steps for life in lives), ""),
        _figure("unsafe", sum(len(life.offences) for life in bad), "", 0),
        _figure("commands", sum(life.drives for life in lives), ""),
        *(
            _figure(f"commands_{kind}", sum(x.drives for x in lives if x.kind == kind), "")
            for kind in KINDS
        ),
        _figure("seconds", seconds, "s"),
        *_over_wires(seed, QUICK_WIRE_STEPS if quick else STEPS),
    ]


def _over_wires(seed: int, steps: int) -> list[dict[str, Any]]:
    """Play days over the real drivers; print what broke a rule."""
    days = wire_days.play_steps(seed, steps)
    bad = [day for day in days if day.unsafe]
    for day in bad[:TOLD]:
        print(wire_days.tell(day))
    return [
        _figure("wire_steps", sum(day.steps for day in days), ""),
        _figure("wire_unsafe", sum(day.unsafe for day in bad), "", 0),
        *(
            _figure(f"wire_commands_{maker}", _commands(days, maker), "")
            for maker in wire_days.MAKERS
        ),
    ]


def _commands(days: list[wire_days.Told], maker: str) -> int:
    return sum(day.commands for day in days if day.maker == maker)


def _figure(name: str, value: float, unit: str, target: float | None = None) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "target": target}
