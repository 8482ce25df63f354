"""What every RFID reader driver promises, on every kind of wire."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

import pytest

from drivers.errors import LinkLost, Refused
from drivers.messages import NOTHING_WRITTEN
from drivers.ports import TagReader, WriteTag
from drivers.readings import AntennaCycle, Heard, TagRead
from simulators.harness import run_fast
from tests.contract.modbus_slave import Fate
from tests.contract.reader_rigs import (
    EPC,
    KINDS,
    NEW,
    NEWER,
    OTHER,
    READER,
    Rig,
    cycles,
    reads,
    rig,
    take,
)

ON_EVERY_READER = pytest.mark.parametrize("name", KINDS)
SEVERAL = [name for name, kind in KINDS.items() if len(kind.antennas) > 1]


def on_every_wire(names: Iterable[str]) -> pytest.MarkDecorator:
    """Pair drivers with all that can befall their wire."""
    pairs = [(name, fate) for name in names for fate in KINDS[name].fates]
    return pytest.mark.parametrize(("name", "fate"), pairs)


"""With these the tag is as it was before."""
BAD = 0.06
"""How often a bad wire is bad to a piece."""
NOTICED_WITHIN_S = 12.0


def on(name: str, scenario: Callable[[Rig], Awaitable[None]], *, seed: int = 1) -> None:
    async def run() -> None:
        async with asyncio.timeout(900), rig(name, seed=seed) as bench:
            await scenario(bench)

    run_fast(run)


def heard_well(heard: list[Heard]) -> bool:
    return len(cycles(heard)) >= 6 and {EPC, OTHER} <= {read.epc for read in reads(heard)}


@on_every_wire(KINDS)
def test_tags_are_heard_by_their_right_numbers_and_no_others(name: str, fate: Fate) -> None:
    async def scenario(bench: Rig) -> None:
        bench.spoil(fate, BAD)
        heard = await bench.hear(heard_well)
        assert {read.epc for read in reads(heard)} == {EPC, OTHER}
        assert set(cycles(heard)) <= set(bench.kind.antennas)
        assert {reading.reader_id for reading in heard} == {READER}
        if fate in (Fate.WHOLE, Fate.BYTEWISE):
            assert not bench.losses

    on(name, scenario)


@ON_EVERY_READER
def test_times_are_the_hosts_and_never_run_back(name: str) -> None:
    async def scenario(bench: Rig) -> None:
        began_s = bench.room.clock.monotonic()
        heard = await bench.hear(heard_well)
        # The end of a dwell may be told after the first reads of the next one.
        for kind in (TagRead, AntennaCycle):
            times_s = [reading.at_s for reading in heard if isinstance(reading, kind)]
            assert times_s == sorted(times_s)
            assert began_s <= times_s[0] <= times_s[-1] <= bench.room.clock.monotonic()

    on(name, scenario)


@on_every_wire(SEVERAL)
def test_only_an_antenna_that_ran_has_a_cycle(name: str, fate: Fate) -> None:
    async def scenario(bench: Rig) -> None:
        bench.spoil(fate, BAD)
        assert 2 in cycles(await bench.hear(lambda heard: 2 in cycles(heard)))
        bench.room.cut_antenna(READER, 2)
        await asyncio.sleep(1)
        heard = await bench.hear(lambda heard: len(cycles(heard)) >= 12)
        assert set(cycles(heard)) == {1}

    on(name, scenario)


@pytest.mark.parametrize("name", SEVERAL)
def test_the_plan_names_which_antennas_run(name: str) -> None:
    async def scenario(bench: Rig) -> None:
        heard = await bench.hear(lambda heard: len(cycles(heard)) >= 4, plan=lambda: (1,))
        assert set(cycles(heard)) == {1}
        heard = await bench.hear(lambda heard: len(cycles(heard)) >= 9, plan=lambda: (2, 1, 2))
        assert cycles(heard)[:6] == [2, 1, 2, 2, 1, 2]
        heard = await bench.hear(lambda heard: len(cycles(heard)) >= 4, plan=lambda: (7,))
        assert set(cycles(heard)) == {1, 2}

    on(name, scenario)


@ON_EVERY_READER
def test_a_half_open_link_is_noticed_in_bounded_time_and_opened_again(name: str) -> None:
    async def scenario(bench: Rig) -> None:
        async with bench.connect() as reader, reader.inventory() as readings:
            await take(readings, heard_well)
            bench.wire.frozen = True
            began_s = bench.room.clock.monotonic()
            with pytest.raises(LinkLost) as lost:
                await take(readings, lambda _: False)
        assert bench.room.clock.monotonic() - began_s < NOTICED_WITHIN_S
        assert lost.value.device == READER
        bench.wire.frozen = False
        assert heard_well(await bench.hear(heard_well))

    on(name, scenario)


@ON_EVERY_READER
def test_a_reader_that_is_half_open_from_the_start_is_lost_too(name: str) -> None:
    async def scenario(bench: Rig) -> None:
        bench.wire.frozen = True
        began_s = bench.room.clock.monotonic()
        with pytest.raises(LinkLost, match=READER):
            async with bench.connect():
                pass
        assert bench.room.clock.monotonic() - began_s < NOTICED_WITHIN_S

    on(name, scenario)


@ON_EVERY_READER
def test_a_cut_link_is_lost_and_opened_again(name: str) -> None:
    async def scenario(bench: Rig) -> None:
        async with bench.connect() as reader, reader.inventory() as readings:
            await take(readings, heard_well)
            bench.spoil(Fate.CUT, 1.0)
            with pytest.raises(LinkLost):
                await take(readings, lambda _: False)
        bench.spoil(Fate.WHOLE, 1.0)
        assert heard_well(await bench.hear(heard_well))

    on(name, scenario)


@on_every_wire(KINDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_write_happens_at_most_once_and_what_is_said_of_it_is_true(
    name: str, fate: Fate, seed: int
) -> None:
    async def scenario(bench: Rig) -> None:
        bench.spoil(fate, BAD)
        before, after = EPC, NEW
        outcomes = []
        for _ in range(6):
            asked, done = bench.writes_asked, bench.writes
            outcomes.append(await _write(bench, before, after))
            await asyncio.sleep(1)  # a reader whose link broke may still be at work
            assert bench.writes_asked - asked <= 1
            assert bench.writes - done <= 1
            match outcomes[-1]:
                case "written":
                    assert after in bench.epcs
                    assert before not in bench.epcs
                case code if code in NOTHING_WRITTEN:
                    assert before in bench.epcs
                    assert after not in bench.epcs
            if after in bench.epcs:
                before, after = after, NEWER if after == NEW else NEW
        assert OTHER in bench.epcs
        assert "written" in outcomes or fate not in (Fate.WHOLE, Fate.BYTEWISE, Fate.LATE)
        heard = await bench.hear(lambda heard: before in {read.epc for read in reads(heard)})
        assert {read.epc for read in reads(heard)} <= {before, OTHER}

    on(name, scenario, seed=seed)


async def _write(bench: Rig, before: str, after: str) -> str:
    """Try to connect until that goes well, then write once; say what came of it."""
    for _ in range(100):
        try:
            async with bench.connect() as reader:
                return await _write_once(reader, before, after)
        except LinkLost:
            await asyncio.sleep(0.2)
    raise AssertionError("never connected")


async def _write_once(reader: TagReader, before: str, after: str) -> str:
    try:
        await reader.write_tag(WriteTag(antenna=1, epc=before, new_epc=after))
    except LinkLost:
        return "unknown"
    except Refused as refused:
        return refused.code
    return "written"


@ON_EVERY_READER
def test_the_inventory_goes_on_after_a_tag_was_written(name: str) -> None:
    async def scenario(bench: Rig) -> None:
        async with bench.connect() as reader, reader.inventory() as readings:
            await take(readings, heard_well)
            listening = asyncio.create_task(take(readings, lambda heard: NEW in str(heard)))
            written = await reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=NEW))
            assert (written.epc, written.locked) == (NEW, False)
            await listening
            heard = await take(readings, lambda heard: len(cycles(heard)) >= 6)
        assert {read.epc for read in reads(heard)} == {NEW, OTHER}
        assert (bench.writes, bench.writes_asked) == (1, 1)

    on(name, scenario)


@ON_EVERY_READER
def test_a_bare_driver_error_comes_out_of_a_lost_link_and_nothing_else(name: str) -> None:
    async def scenario(bench: Rig) -> None:
        ways: list[Callable[[TagReader], Awaitable[object]]] = [
            lambda reader: reader.write_tag(WriteTag(antenna=1, epc=EPC, new_epc=NEW)),
            _listen_for_ever,
        ]
        for way in ways:
            async with bench.connect() as reader:
                bench.spoil(Fate.CUT, 1.0)
                with pytest.raises(LinkLost):
                    await way(reader)
            bench.spoil(Fate.WHOLE, 1.0)
            assert heard_well(await bench.hear(heard_well))

    on(name, scenario)


async def _listen_for_ever(reader: TagReader) -> None:
    async with reader.inventory() as readings:
        async for _ in readings:
            pass


@pytest.mark.parametrize("mad", KINDS)
@pytest.mark.parametrize("well", KINDS)
def test_a_reader_that_sends_garbage_stops_no_other(
    mad: str, well: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        async with asyncio.timeout(900), rig(mad, seed=1) as ill, rig(well, seed=2) as fine:
            ill.spoil(Fate.NOISY, 1.0)
            garbage = asyncio.create_task(ill.hear(lambda _: False))
            heard = await fine.hear(lambda heard: len(cycles(heard)) >= 20)
            garbage.cancel()
            assert not fine.losses
            at_s = [reading.at_s for reading in heard if isinstance(reading, AntennaCycle)]
            assert at_s[-1] - at_s[0] < 20 * 0.5

    with caplog.at_level(logging.WARNING):
        run_fast(run)
