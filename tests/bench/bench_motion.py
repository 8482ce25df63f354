"""Commands against the rules of motion: none in a million generated steps, judged from the steel.

Pure and in memory: `motion.step` on the near side, a model of the steel and a judge with books of
its own on the far side (tests/core/motion_*.py), for the three classes of controller. Chance is
seeded and the seed printed; an offence is printed with the shortest trace that still shows it.
"""

from __future__ import annotations

import random
import time
from typing import Any

from tests.core.motion_lives import KINDS, play, shorten, tell

STEPS, QUICK_STEPS = 1_000_000, 30_000
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
    ]


def _figure(name: str, value: float, unit: str, target: float | None = None) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "target": target}
