"""What readers say wrongly: told in the log once, counted, and nothing that came well is lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from drivers.ports import WriteTag
from drivers.readings import AntennaCycle, Heard, ReaderHealth, TagRead
from simulators.harness import run_fast
from tests.contract.reader_rigs import (
    EPC,
    KINDS,
    NEW,
    OTHER,
    READER,
    Rig,
    cycles,
    reads,
    rig,
    take,
)

ON_EVERY_READER = pytest.mark.parametrize("name", KINDS)
PIECES = 8


def on(
    name: str,
    scenario: Callable[[Rig], Awaitable[None]],
    caplog: pytest.LogCaptureFixture,
    *,
    connections: int = 1,
) -> list[str]:
    """Run a scenario; return what was logged of the reader."""

    async def run() -> None:
        async with asyncio.timeout(900), rig(name) as bench:
            await scenario(bench)

    with caplog.at_level(logging.WARNING):
        run_fast(run)
    said = [record.message for record in caplog.records if READER in record.message]
    assert all(said.count(line) <= connections for line in said), said
    return said


def garbage(said: list[str]) -> list[str]:
    """Take what is said of garbage; before an answer some of it is an answer to no question."""
    return [line for line in said if "sends garbage" in line]


def heard_well(heard: list[Heard]) -> bool:
    return len(cycles(heard)) >= 12 and {EPC, OTHER} <= {read.epc for read in reads(heard)}


async def hear_after(bench: Rig, noise: bytes) -> ReaderHealth:
    """Hear noise before some frames and go on; nothing foreign may be heard."""
    async with bench.connect() as reader, reader.inventory() as readings:
        await take(readings, heard_well)
        assert reader.health().garbled == 0
        bench.wire.say(noise, pieces=PIECES)
        heard = await take(readings, heard_well)
        heard += await take(readings, heard_well)
        assert {read.epc for read in reads(heard)} == {EPC, OTHER}
        assert set(cycles(heard)) <= set(bench.kind.antennas)
        return reader.health()


@ON_EVERY_READER
def test_a_frame_longer_than_the_maximum_is_told_once_and_counted(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(bench: Rig) -> None:
        health = await hear_after(bench, bench.kind.bad.too_long)
        assert health.garbled > 0
        assert health.last_error is not None

    assert len(garbage(on(name, scenario, caplog))) == 1


@ON_EVERY_READER
@pytest.mark.parametrize("what", ["wrong_check", "odd_tag"])
def test_a_wrong_check_and_a_tag_of_odd_length_are_told_once_and_counted(
    name: str, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(bench: Rig) -> None:
        health = await hear_after(bench, getattr(bench.kind.bad, what))
        assert 1 < health.garbled <= 2 * PIECES
        assert health.last_error is not None

    assert len(garbage(on(name, scenario, caplog))) == 1


@ON_EVERY_READER
def test_garbage_is_told_again_on_the_next_connection(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(bench: Rig) -> None:
        for _ in range(2):
            await hear_after(bench, bench.kind.bad.odd_tag)

    assert len(garbage(on(name, scenario, caplog, connections=2))) == 2


@ON_EVERY_READER
def test_a_reader_that_repeats_itself_is_told_once_counted_and_believed_once(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(bench: Rig) -> None:
        async with bench.connect() as reader, reader.inventory() as readings:
            await take(readings, heard_well)
            bench.wire.repeats = True
            heard = await take(readings, heard_well)
            heard += await take(readings, heard_well)
            listening = asyncio.create_task(take(readings, lambda heard: NEW in str(heard)))
            written = await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=NEW))
            await listening
            health = reader.health()
        assert written.epc == NEW
        assert (bench.writes, bench.writes_asked) == (1, 1)
        ends_s = [reading.at_s for reading in heard if isinstance(reading, AntennaCycle)]
        assert len(set(ends_s)) == len(ends_s), "an antenna ran once and is told twice"
        assert health.repeated > 0
        assert health.garbled == 0

    said = on(name, scenario, caplog)
    assert len(said) == 1, said
    assert "repeats" in said[0]


@ON_EVERY_READER
def test_a_clock_that_jumps_is_told_once_counted_and_moves_no_time_of_ours(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(bench: Rig) -> None:
        began_s = bench.room.clock.monotonic()
        async with bench.connect() as reader, reader.inventory() as readings:
            await take(readings, heard_well)
            assert reader.health().clock_jumps == 0
            bench.room.jump_clock(READER, probability=0.2)
            heard = await take(readings, heard_well)
            heard += await take(readings, heard_well)
            health = reader.health()
        for kind in (TagRead, AntennaCycle):
            times_s = [reading.at_s for reading in heard if isinstance(reading, kind)]
            assert times_s == sorted(times_s)
            assert began_s <= times_s[0] <= times_s[-1] <= bench.room.clock.monotonic()
        assert (health.clock_jumps > 1) == bench.kind.has_clock
        assert health.garbled == 0

    said = on(name, scenario, caplog)
    if KINDS[name].has_clock:
        assert len(said) == 1, said
        assert "clock" in said[0]
    else:
        assert not said
