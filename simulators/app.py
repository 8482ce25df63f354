"""The simulator's process: a room's world, its wires, and the page to act in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import yaml

from config.clock import Clock, SystemClock
from config.commissions import save_commissions
from config.room import Room
from config.shelving import Commissions
from simulators.boxes import load_boxes
from simulators.commissioned import commission_simulated
from simulators.page import serve_page, take_port
from simulators.simulation import Simulation


async def simulate(
    room: Room,
    out_path: Path,
    *,
    boxes: Path | None = None,
    seed: int = 1,
    page_port: int = 0,
    tag_password: int = 0,
    announce: Callable[[str], None],
    clock: Clock | None = None,
) -> None:
    """Run a simulated room until cancelled.

    Writes the room to `out_path` with the addresses its wires got, and the records of its moving
    tests beside it, then announces
    `ready ADDRESS` of its page. `boxes` is the CSV file of boxes.py; without it shelves are empty.
    `tag_password` is the access password of every tag; with 0 none can be locked.
    """
    shelved = await asyncio.to_thread(load_boxes, boxes) if boxes is not None else ()
    simulation = Simulation(
        room, shelved, seed=seed, clock=clock or SystemClock(), tag_password=tag_password
    )
    try:
        await simulation.listen()
        with take_port(page_port) as listener:
            address = f"http://{listener.getsockname()[0]}:{listener.getsockname()[1]}"
            records = commission_simulated(simulation.room, simulation.stage.clock.now())
            await asyncio.to_thread(write_room, simulation.room, out_path, records)
            async with asyncio.TaskGroup() as group:
                group.create_task(simulation.run(), name="simulation")
                group.create_task(
                    serve_page(simulation, listener, lambda: announce(f"ready {address}")),
                    name="page",
                )
    finally:
        simulation.close()


def write_room(room: Room, path: Path, records: Commissions) -> None:
    """Write a room file whole or not at all, and beside it what its moving tests need to say."""
    text = yaml.safe_dump(room.model_dump(mode="json"), allow_unicode=True, sort_keys=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    if records:
        save_commissions(path, records)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(f"# The addresses of a running simulator.\n{text}", encoding="utf-8")
    fresh.replace(path)
