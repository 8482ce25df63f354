"""Which parts of the demo may end by themselves: the archive side may, the room may not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from config.load import shipped_room
from controller.people.setup import DEMO_ACCOUNTS
from simulators.demo import PIN_PEOPLE
from simulators.demo_folder import DemoFailed
from simulators.demo_parts import running_part, until_one_ends

SMALL = str(shipped_room("small"))


def test_whoever_has_a_pin_at_the_bank_has_an_account_of_that_name() -> None:
    assert set(PIN_PEOPLE) <= {account.name for account in DEMO_ACCOUNTS}


def test_the_room_goes_on_without_the_controller_and_not_the_other_way(tmp_path: Path) -> None:
    said: list[str] = []

    async def scenario() -> None:
        told = asyncio.Event()

        def say(line: str) -> None:
            said.append(line)
            told.set()

        out = str(tmp_path / "room.yaml")
        async with (
            running_part("simulate", (SMALL, "--write-room", out), {}) as room,
            running_part("check", (SMALL,), {}) as archive,
        ):
            await room.ready()
            waiting = asyncio.create_task(until_one_ends([room], spare=[archive], say=say))
            heard = asyncio.create_task(told.wait())
            await asyncio.wait((waiting, heard), return_when=asyncio.FIRST_COMPLETED)
            assert not waiting.done()
            room.process.terminate()
            await waiting

    with pytest.raises(DemoFailed, match="simulate ended by itself"):
        asyncio.run(scenario())
    assert said[0].startswith("check ended; the room goes on without it")
