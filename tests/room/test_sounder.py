"""A sounder is off when its program ends, whatever its output was doing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from config.clock import SystemClock
from drivers.messages import Actor, DoorSilenced, DoorState
from drivers.room.signs import Signs
from drivers.room.sounders import Sounder


def test_a_sounder_whose_program_ends_while_it_switches_on_is_switched_off() -> None:
    async def scenario() -> list[bool]:
        told: list[bool] = []
        on_its_way = asyncio.Event()

        async def switch(on: bool) -> None:
            told.append(on)
            if on:
                on_its_way.set()
                await asyncio.Event().wait()  # the device took it, its answer never comes

        sounder = Sounder("door", switch, sounds_s=20, clock=SystemClock())
        running = asyncio.create_task(sounder.run())
        sounder.sound()
        await on_its_way.wait()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        return told

    assert asyncio.run(scenario())[-1] is False


def test_a_sounder_that_is_known_to_be_off_is_left_alone_at_the_end() -> None:
    async def scenario() -> list[bool]:
        told: list[bool] = []
        switched = asyncio.Event()

        async def switch(on: bool) -> None:
            told.append(on)
            switched.set()

        running = asyncio.create_task(Sounder("d", switch, sounds_s=20, clock=SystemClock()).run())
        await switched.wait()
        await asyncio.sleep(0)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        return told

    assert asyncio.run(scenario()) == [False]


def test_a_door_is_shown_when_it_changes_and_a_new_sound_was_silenced_by_nobody() -> None:
    async def switch(on: bool) -> None: ...

    clock, shown = SystemClock(), list[DoorState]()
    sounder = Sounder("door", switch, sounds_s=20, clock=clock)
    signs = Signs(shown.append, boot_id="boot", clock=clock)
    li = Actor(id="u-7", name="李敏")

    def show(change: Callable[[], None]) -> None:
        change()
        signs.show("door", sounder)
        signs.show("door", sounder)

    show(sounder.sound)
    signs.note(DoorSilenced(at=clock.now(), door="door", actor=li))
    show(sounder.silence)
    show(sounder.sound)
    show(sounder.silence)
    assert [(state.sounding, state.silenced_by) for state in shown] == [
        (True, None),
        (False, li),
        (True, None),
        (False, None),
    ]
    assert [state.version for state in shown] == [1, 2, 3, 4]
