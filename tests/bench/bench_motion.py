"""Commands against the rules of motion: none in a million generated steps, judged from the steel.

Pure and in memory: `motion.step` on the near side, a model of the steel and a judge with books of
its own on the far side, for the three classes of controller. Chance is seeded and the seed printed;
an offence is printed with the shortest trace that still shows it.
"""

from __future__ import annotations

import random
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, get_args

from tests.core.motion_acts import ACTS, RandomDice, WrittenDice, build, list_offences
from tests.core.motion_steel import Kind

STEPS, QUICK_STEPS = 1_000_000, 30_000
LIFE_STEPS = 250
"""Then another room is built."""
PROCESSES = 2
SHORTEN_TRIES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One act as it happened."""

    act: int
    thrown: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What became of one room."""

    seed: str
    kind: Kind
    steps: int
    drives: int
    offences: tuple[str, ...] = ()
    built: tuple[int, ...] = ()
    moves: tuple[Move, ...] = ()


def run(quick: bool) -> list[dict[str, Any]]:
    """Play until all steps are done; print what broke a rule, as short as it can be shown."""
    steps = QUICK_STEPS if quick else STEPS
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    began_s = time.monotonic()
    lives = play(seed, steps)
    seconds = time.monotonic() - began_s
    bad = [life for life in lives if life.offences]
    for life in bad[:3]:
        print(tell(shorten(life)))
    return [
        _figure("steps", sum(life.steps for life in lives), ""),
        _figure("unsafe", sum(len(life.offences) for life in bad), "", 0),
        _figure("commands", sum(life.drives for life in lives), ""),
        *(
            _figure(f"commands_{kind}", sum(x.drives for x in lives if x.kind == kind), "")
            for kind in get_args(Kind)
        ),
        _figure("seconds", seconds, "s"),
    ]


def play(seed: int, steps: int) -> list[Life]:
    """Play so many steps in all, the classes of controller in turn, on two processes."""
    kinds: tuple[Kind, ...] = get_args(Kind)
    lives = -(-steps // LIFE_STEPS)
    jobs = [
        (
            f"{seed}-{number}",
            kinds[number % len(kinds)],
            min(LIFE_STEPS, steps - number * LIFE_STEPS),
        )
        for number in range(lives)
    ]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
        return list(pool.map(_live, jobs, chunksize=20))


def live(seed: str, kind: Kind, steps: int) -> Life:
    """Live one room's life; it ends with the first offence."""
    chance = random.Random(seed)
    dice = RandomDice(chance)
    site = build(kind, dice)
    built, moves = tuple(dice.thrown), []
    for step in range(1, steps + 1):
        dice.thrown = []
        act = int(chance.random() * len(ACTS))
        ACTS[act](site, dice)
        moves.append(Move(act=act, thrown=tuple(dice.thrown)))
        offences = list_offences(site)
        if offences:
            return Life(
                seed=seed,
                kind=kind,
                steps=step,
                drives=0,
                offences=tuple(offences),
                built=built,
                moves=tuple(moves),
            )
    drives = sum(side.judge.drives for side in site.sides.values())
    return Life(seed=seed, kind=kind, steps=steps, drives=drives)


def shorten(life: Life) -> Life:
    """Leave out of a trace what is not needed for its offence."""
    moves, size, tries = list(life.moves), max(1, len(life.moves) // 2), 0
    while tries < SHORTEN_TRIES:
        at, shorter = 0, False
        while at < len(moves) and tries < SHORTEN_TRIES:
            fewer = moves[:at] + moves[at + size :]
            tries += 1
            if _replay(life, fewer):
                moves, shorter = fewer, True
            else:
                at += size
        if size == 1 and not shorter:
            break
        size = max(1, size // 2)
    offences = _replay(life, moves)
    return Life(
        seed=life.seed,
        kind=life.kind,
        steps=len(moves),
        drives=0,
        offences=tuple(offences),
        built=life.built,
        moves=tuple(moves),
    )


def tell(life: Life) -> str:
    """Write a trace down for people."""
    acts = (f"  {ACTS[m.act].__name__} {list(m.thrown)}" for m in life.moves)
    lines = (f"offence, seed {life.seed}, {life.kind}, built {list(life.built)}:", *life.offences)
    return "\n".join((*lines, *acts))


def _replay(life: Life, moves: list[Move]) -> list[str]:
    site = build(life.kind, WrittenDice(list(life.built)))
    for move in moves:
        ACTS[move.act](site, WrittenDice(list(move.thrown)))
        offences = list_offences(site)
        if offences:
            return offences
    return []


def _live(job: tuple[str, Kind, int]) -> Life:
    return live(*job)


def _figure(name: str, value: float, unit: str, target: float | None = None) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "target": target}
