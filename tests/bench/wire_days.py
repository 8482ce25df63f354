"""Random days over the real drivers: real wires' bytes, in memory and on a clock that jumps.

A step is one event handed to motion (a reading, an answer, the passing of time, what a person
asked) by the real steel of drivers/room over the real driver of a maker. On the far side stand the
simulators' controllers with their judge, who counts every command against the rules of motion.
Most banks have two segments; the others have one, which has more orders on other makers' steel.
Everything random comes from the seed.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import isawaitable
from itertools import count
from multiprocessing import get_context
from random import Random
from typing import get_args

from config.room import Room, Udp55Shelving, WebApiShelving
from simulators.commissioned import commission_simulated
from simulators.harness import LoopClock
from simulators.stage import Stage
from simulators.wire.plc import ShelvingController
from simulators.wire.udp55 import Udp55Bridge
from simulators.wire.webapi import FixedColumn
from simulators.world import build_world
from tests.bench.wire_acts import ACTS, Day, Maker
from tests.bench.wire_agent import Agent
from tests.bench.wire_far import Far, ModbusFar, Udp55Far, WebApiFar
from tests.bench.wire_loop import VirtualLoop, run_virtually

MAKERS: tuple[Maker, ...] = get_args(Maker)
PROCESSES = 2
DAY_ACTS = 60
_SIGNED_AT = datetime(2026, 3, 1, tzinfo=UTC)
_WIRES = {"modbus": "shelving.modbus", "udp55": "shelving.udp55", "webapi": "shelving.webapi"}
_SPOKEN: dict[Maker, dict[str, object]] = {
    "modbus": {"unit": 1},
    "udp55": {"zone": 1, "profile": "mjj-udp55"},
    "webapi": {"profile": "mjj-webapi"},
}
_PAUSES_S = (0.0, 0.05, 0.2, 0.3, 0.3, 0.5, 0.5, 0.8, 0.8, 1.5, 1.5, 3.0, 6.0, 12.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of one day."""

    seed: str
    maker: Maker
    steps: int
    commands: int
    exchanges: int
    unsafe: int
    story: tuple[str, ...] = ()
    """The offence and what was done before it."""


def play_steps(seed: int, steps: int) -> list[Told]:
    """Play days until there were so many steps at least, the makers in turn, on two processes."""
    jobs = [(seed, part, -(-steps // PROCESSES)) for part in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
        return [told for days in pool.map(_play_part, jobs) for told in days]


def play_days(seed: int, days: int) -> list[Told]:
    """Play so many days here, the makers in turn."""
    return [live(name, maker) for name, maker in _list_days(seed, range(days))]


def tell(told: Told) -> str:
    """Write an offence down for people."""
    return "\n".join((f"offence, {told.maker}, day {told.seed}:", *told.story))


def live(seed: str, maker: Maker, acts: int = DAY_ACTS) -> Told:
    """Live one day; it ends with the first offence."""
    found: list[Told] = []
    state = random.getstate()
    random.seed(seed)  # waits before another try to connect
    logging.disable(logging.ERROR)
    try:

        async def scenario(loop: VirtualLoop) -> None:
            found.append(await _live(loop, seed, maker, acts))

        run_virtually(scenario)
    finally:
        logging.disable(logging.NOTSET)
        random.setstate(state)
    return found[0]


def room_of(maker: Maker, chance: Random) -> Room:
    """One bank of this maker, of two segments or of one."""
    two = chance.random() < 0.7
    device = {
        "driver": _WIRES[maker],
        "id": "shelving-1",
        "bank": 1,
        "at": {"host": "127.0.0.1", "port": 1502},
        **_SPOKEN[maker],
    }
    bank = {
        "bank": 1,
        "name": {"zh": "1区", "en": "Bank 1"},
        "at_mm": {"x": 100, "y": 100},
        "columns": 7 if two else 4,
        "fixed": [4] if two else [1],
        "column_width_mm": 550,
        "column_depth_mm": 2300,
        "aisle_mm": 900,
        "gaps": chance.choice((1, 1, 2)) if maker == "modbus" else 1,
        "face": {"sections": 2, "shelves": 5, "shelf_length_mm": 900},
        "motion": {"speed_mm_s": 200, "start_delay_s": 1, "start_seen_s": 3, "end_s": 30},
    }
    remote = maker == "modbus" and chance.random() < 0.7
    return Room.model_validate(
        {
            "format": 1,
            "room": "W1",
            "name": {"zh": "一室", "en": "Room"},
            "size_mm": {"x": 9000, "y": 4000},
            "counting": {
                "sections_from": "mouth",
                "shelves_from": "top",
                "left_face_towards": "lower_columns",
            },
            "start": "remote" if remote else "at_bank",
            "remote_start_statement": "simulated steel, whose curtains see everybody",
            "climate": {"profile": "paper-archive"},
            "banks": [bank],
            "devices": [device],
        }
    )


def _list_days(seed: int, numbers: Iterator[int] | range) -> Iterator[tuple[str, Maker]]:
    for number in numbers:
        yield f"{seed}-{number}", MAKERS[number // PROCESSES % len(MAKERS)]


def _play_part(job: tuple[int, int, int]) -> list[Told]:
    seed, part, steps = job
    days: list[Told] = []
    for name, maker in _list_days(seed, count(part, PROCESSES)):
        days.append(live(name, maker))
        steps -= days[-1].steps
        if steps <= 0:
            break
    return days


async def _live(loop: VirtualLoop, seed: str, maker: Maker, acts: int) -> Told:
    chance = Random(seed)
    room = room_of(maker, chance)
    clock = LoopClock()
    stage = Stage(build_world(room, (), seed=chance.randrange(1000), began_at=clock.now()), clock)
    far = _hang(room, stage, chance)
    loop.network[("127.0.0.1", 1502)] = far
    lives = count(1)
    steps = 0
    agent: Agent | None = None

    async def start_anew() -> Agent:
        nonlocal agent, steps
        kept = {} if agent is None else agent.memory.kept
        steps += 0 if agent is None else agent.steel.events
        name = f"life-{next(lives)}"
        agent = Agent(room, commission_simulated(room, _SIGNED_AT), clock, chance, kept, name)
        await agent.start()
        return agent

    def kill() -> None:
        loop.life += 1

    world = loop.create_task(stage.run(), name="world")
    day = Day(maker, stage, far, await start_anew(), start_anew, kill, chance)
    try:
        await _spend(day, acts)
    finally:
        for task in (*day.waiting, world):
            task.cancel()
        await asyncio.gather(*day.waiting, world, return_exceptions=True)
        await day.agent.end()
    judge = far.judge
    return Told(
        seed=seed,
        maker=maker,
        steps=steps + day.agent.steel.events,
        commands=judge.commands,
        exchanges=far.cable.exchanges,
        unsafe=judge.against_rules,
        story=_story_of(day) if judge.against_rules else (),
    )


async def _spend(day: Day, acts: int) -> None:
    """Let things happen one after the other, with time between them."""
    await asyncio.sleep(3.0)
    table: Sequence[object] = [act for act, _ in ACTS]
    weights = [weight for _, weight in ACTS]
    for _ in range(acts):
        act = day.chance.choices(table, weights)[0]
        assert callable(act)
        going = act(day)
        if isawaitable(going):
            await going
        await asyncio.sleep(day.chance.choice(_PAUSES_S))
        if day.agent.is_broken:
            await day.agent.end()
        if day.far.judge.against_rules:
            return


def _hang(room: Room, stage: Stage, chance: Random) -> Far:
    device = room.devices[0]
    if isinstance(device, Udp55Shelving):
        return Udp55Far(Udp55Bridge(device, stage), chance)
    if isinstance(device, WebApiShelving):
        return WebApiFar(FixedColumn(device, stage), chance)
    return ModbusFar(ShelvingController(device.id, 1, stage), chance)


def _story_of(day: Day) -> tuple[str, ...]:
    verdicts = [verdict.to_json() for verdict in day.far.judge.verdicts[-4:]]
    return (*day.told, *map(str, verdicts))
