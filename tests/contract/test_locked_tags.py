"""A locked tag takes a number from whoever has its password, from every reader, and else none."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from drivers.errors import Refused
from drivers.messages import NOTHING_WRITTEN
from drivers.ports import TagReader, WriteTag
from simulators.harness import run_fast
from tests.contract.reader_rigs import EPC, KINDS, NEW, NEWER, rig

PASSWORD, OTHER_PASSWORD = 0xCAFE, 0xBEEF
VAGUE = ("thingmagic",)
"""No status of theirs tells a wrong password, so only reading tells that nothing was written."""


async def refusal(reader: TagReader, password: int) -> str:
    order = WriteTag(antenna=1, epc=NEW, new_epc=NEWER, password=password)
    with pytest.raises(Refused) as refused:
        await reader.write_tag(order)
    return refused.value.code


@pytest.mark.parametrize("name", KINDS)
def test_only_its_password_opens_a_locked_tag(name: str) -> None:
    async def scenario() -> None:
        async with asyncio.timeout(900), rig(name) as bench:
            memory: Any = bench.kind.memory(bench.room.simulation)
            # LLRP's memory knows tags by what bears them, the others by their number.
            memory.passwords |= {"B-1": PASSWORD, EPC: PASSWORD}
            async with bench.connect() as reader:
                lock = WriteTag(antenna=1, epc=EPC, new_epc=NEW, password=PASSWORD, lock=True)
                assert (await reader.write_tag(lock)).locked
                codes = [await refusal(reader, password) for password in (0, OTHER_PASSWORD)]
                assert codes[0] == "tag_locked"
                assert codes[1] in NOTHING_WRITTEN or name in VAGUE
                assert NEW in bench.epcs
                opened = WriteTag(antenna=1, epc=NEW, new_epc=NEWER, password=PASSWORD)
                assert (await reader.write_tag(opened)).epc == NEWER

    run_fast(scenario)
