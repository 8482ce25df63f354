"""Many random lives of a bank, on several processes, and the shortest trace of what went wrong."""

from __future__ import annotations

import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import get_args

from tests.core.motion_acts import ACTS, RandomDice, WrittenDice, build, list_offences
from tests.core.motion_steel import Kind

LIFE_STEPS = 250
"""Then another room is built."""
PROCESSES = 2
SHORTEN_TRIES = 400
KINDS: tuple[Kind, ...] = get_args(Kind)


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


def play(seed: int, steps: int) -> list[Life]:
    """Play so many steps in all, the classes of controller in turn, on two processes."""
    lives = -(-steps // LIFE_STEPS)
    jobs = [
        (
            f"{seed}-{number}",
            KINDS[number % len(KINDS)],
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
