"""What the bus tells of itself: bits, quality, silent units, measured cycle and budget."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.load import load_room, shipped_room
from config.room import (
    Addresses,
    ModbusProbe,
    ModbusShelving,
    Reads,
    Room,
    SensorInput,
    SensorInputs,
    SerialAddress,
    TcpAddress,
)
from drivers.bus import Bus, Priority, Quality, Span, Timing, open_bus
from drivers.bus.breaker import Breakers
from drivers.bus.budget import bus_budget, cycle_budget_s, list_polls
from drivers.bus.frames import Framing, Read, ReadBits, Write, crc16, find_answer
from drivers.bus.health import quality_of
from drivers.bus.meter import CycleMeter
from drivers.errors import Garbled, NoReply, Refused
from simulators.harness import LoopClock, run_fast
from tests.contract.modbus_slave import Fate, Slave, registers_of, rtu_slave, tcp_slave

SHORT = Timing(reply_s=0.1, quiet_s=0.0, reconnect_first_s=0.01, reconnect_longest_s=0.05)
SLOW = SerialAddress(path="/dev/x", baud=9600)


class StillClock(LoopClock):
    """Stands still, so that no silent unit is due for a probe however slow the machine is."""

    def monotonic(self) -> float:
        return 1000.0


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await scenario()

    run_fast(bounded)


def bits_of(pattern: str) -> Callable[[int, bytes], bytes]:
    """Answer functions 1 and 2 from a row of bits, the first character bit 0."""

    def answer(_unit: int, pdu: bytes) -> bytes:
        address, count = int.from_bytes(pdu[1:3]), int.from_bytes(pdu[3:5])
        wanted = pattern[address : address + count]
        if pdu[0] not in (1, 2) or len(wanted) < count:
            return bytes([pdu[0] | 0x80, 2])
        rows = [wanted[start : start + 8] for start in range(0, count, 8)]
        return bytes([pdu[0], len(rows), *(int(row[::-1], 2) for row in rows)])

    return answer


@pytest.mark.parametrize("serve", [tcp_slave, rtu_slave])
@pytest.mark.parametrize(("function", "code"), [("coils", 1), ("discrete_inputs", 2)])
def test_bits_come_in_order_and_without_what_fills_up_the_last_byte(  # type: ignore[no-untyped-def]  # the fixture serves any device
    serve, function: Any, code: int
) -> None:
    async def scenario() -> None:
        pattern = "1011001110001011011"
        slave, clock = Slave(bits_of(pattern)), LoopClock()
        async with serve(slave) as address, open_bus(address, clock, timing=SHORT) as bus:
            for first, count in ((0, 19), (3, 8), (18, 1), (2, 9)):
                before_s = clock.monotonic()
                bits = await bus.read_bits(1, first, count, function=function)
                assert bits.values == tuple(c == "1" for c in pattern[first : first + count])
                assert before_s <= bits.at_s <= clock.monotonic()
            with pytest.raises(Refused) as refused:
                await bus.read_bits(1, 18, 2, function=function)
            assert refused.value.code == "modbus.illegal_address"
        assert {pdu[0] for _, pdu in slave.asked} == {code}

    run(scenario)


# MODBUS Application Protocol V1.1b3, 6.1 and 6.2: coils 20-38 and inputs 197-218 of unit 1.
@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (ReadBits(unit=1, address=19, count=19, function=1), "01 03 CD 6B 05"),
        (ReadBits(unit=1, address=196, count=22, function=2), "02 03 AC DB 35"),
    ],
    ids=str,
)
def test_the_standards_own_answers_fit_and_no_other_length_does(
    asked: ReadBits, answer: str
) -> None:
    pdu = bytes.fromhex(answer)
    assert asked.is_answer(pdu)
    assert not asked.is_answer(pdu + b"\x00")
    assert not asked.is_answer(pdu[:-1])
    assert not asked.is_answer(bytes([pdu[0] ^ 3]) + pdu[1:])
    assert not asked.is_answer(pdu[:1] + b"\x02" + pdu[2:])
    frame = b"\x01" + pdu
    assert find_answer(asked, Framing.RTU, b"", frame + crc16(frame)) == frame + crc16(frame)
    other = b"\x02" + pdu
    assert find_answer(asked, Framing.RTU, b"", other + crc16(other)) is None


def test_bits_that_are_garbled_or_silent_are_no_bits() -> None:
    async def scenario() -> None:
        slave = Slave(bits_of("1" * 32), fate=lambda: Fate.NOISY)
        async with rtu_slave(slave) as address:
            async with open_bus(address, LoopClock(), timing=SHORT) as bus:
                with pytest.raises(Garbled):
                    await bus.read_bits(1, 0, 20)
                slave.fate = lambda: Fate.LOSSY
                with pytest.raises(NoReply, match="read of 20 bits at 0"):
                    await bus.read_bits(1, 0, 20)

    run(scenario)


@pytest.mark.parametrize(("count", "function"), [(0, 1), (2001, 1), (1, 3)])
def test_bits_that_cannot_be_asked_for_are_told_at_once(count: int, function: int) -> None:
    with pytest.raises(ValueError, match="bits"):
        ReadBits(unit=1, address=0, count=count, function=function)


def test_a_value_is_good_until_it_is_stale_and_none_was_never_read() -> None:
    assert quality_of(None, 10.0, stale_after_s=1.0) is Quality.NEVER_READ
    assert quality_of(9.0, 10.0, stale_after_s=1.0) is Quality.GOOD
    assert quality_of(8.9, 10.0, stale_after_s=1.0) is Quality.STALE


def test_health_tells_who_answers_and_who_is_left_alone() -> None:
    async def scenario() -> None:
        plain, clock = registers_of({0: 1}), StillClock()
        slave = Slave(lambda unit, pdu: plain(unit, pdu) if unit == 1 else None)
        async with rtu_slave(slave) as address:
            async with open_bus(address, clock, timing=SHORT, budget_s=0.5) as bus:
                assert bus.health().units == ()
                for _ in range(4):
                    await bus.read(1, 0, 1)
                    with pytest.raises(NoReply):
                        await bus.read(9, 0, 1)
                with pytest.raises(Refused):
                    await bus.read(1, 7, 1)
                health, now_s = bus.health(), clock.monotonic()
        lives, silent = health.units
        assert (lives.unit, lives.failing, lives.retry_in_s) == (1, 0, 0.0)
        assert lives.quality(now_s, stale_after_s=60.0) is Quality.GOOD
        assert lives.quality(now_s + 61.0, stale_after_s=60.0) is Quality.STALE
        assert (silent.unit, silent.failing, silent.answered_at_s) == (9, 3, None)
        assert silent.quality(now_s, stale_after_s=60.0) is Quality.NEVER_READ
        assert 0 < silent.retry_in_s <= 1.0
        assert (health.away, health.budget_s) == (None, 0.5)
        assert bus.health().away == "the bus was closed"

    run(scenario)


def test_the_measured_cycle_is_that_of_the_polls_alone() -> None:
    async def scenario() -> None:
        slave = Slave(
            registers_of(dict.fromkeys(range(64), 1)), fate=lambda: Fate.LATE, late_s=0.05
        )
        async with tcp_slave(slave) as address:
            async with open_bus(address, LoopClock()) as bus:
                assert bus.health().cycle_s is None
                await bus.write(1, 0, (2,))
                await bus.read(1, 0, 4, priority=Priority.OPERATOR)
                assert bus.health().cycle_s is None
                await bus.read_many(1, [Span(0, 4), Span(8, 4)])
                assert bus.health().cycle_s == pytest.approx(0.05)

    run(scenario)


def test_the_cycle_is_the_sum_of_what_is_polled_and_forgets_what_is_no_more() -> None:
    meter = CycleMeter()
    assert meter.cycle_s(0.0) is None
    meter.note("columns", 2.0, 0.0)
    meter.note("columns", 1.5, 10.0)
    meter.note("probe", 0.25, 50.0)
    assert meter.cycle_s(60.0) == 1.75
    assert meter.cycle_s(71.0) == 0.25
    assert meter.cycle_s(500.0) is None


# 45 columns of 16 words: 8 bytes out, 37 back, 10 ms turnaround, 10 bits to a character.
@pytest.mark.parametrize(
    ("baud", "cycle_s"), [(9600, 2.888), (19200, 1.669), (38400, 1.135), (115200, 0.783)]
)
def test_the_budget_is_bytes_silences_and_turnarounds(baud: int, cycle_s: float) -> None:
    address = SerialAddress.model_validate({"path": "/dev/x", "baud": baud})
    polls = [Read(unit=unit, address=1000, count=16) for unit in range(1, 46)]
    budget_s = cycle_budget_s(address, polls, Timing(reply_s=0.3, quiet_s=0.5))
    assert budget_s == pytest.approx(cycle_s, abs=0.001)


def without_units() -> Room:
    """The simulated room without what regulates its air."""
    simulated = load_room(shipped_room("simulated"))
    plain = simulated.climate.model_copy(update={"zones": (), "regulators": ()})
    return simulated.model_copy(update={"climate": plain})


def test_the_budget_of_a_port_counts_every_device_on_it() -> None:
    simulated = without_units()
    inputs = SensorInputs(
        driver="input.modbus",
        id="inputs-1",
        at=SLOW,
        unit=50,
        inputs=(
            SensorInput(input=3, says="entrance", bank=1),
            SensorInput(input=9, says="occupancy", bank=1),
        ),
    )
    devices = [
        device.model_copy(update={"at": SLOW, "unit": unit})
        for unit, device in enumerate(simulated.devices, start=1)
        if (isinstance(device, ModbusProbe) and device.profile == "xy-md02")
        or (isinstance(device, ModbusShelving) and device.bank == 2)
    ]
    room = Room.model_validate(
        simulated.model_copy(update={"devices": (*devices, inputs), "doors": ()})
    )
    polls = list(list_polls(room, SLOW))
    columns = room.bank(2).columns
    assert [poll.count for poll in polls if isinstance(poll, Read)][:3] == [32, 64, 64]
    assert sum(p.count for p in polls if isinstance(p, Read) and p.address >= 1000) == 16 * columns
    assert [(p.address, p.count) for p in polls if isinstance(p, ReadBits)] == [(3, 7)]
    assert sum(isinstance(p, Read) and p.function == 4 for p in polls) == 4
    timing = Timing(reply_s=0.3, quiet_s=0.5)
    assert bus_budget(room, SLOW, timing) == cycle_budget_s(SLOW, polls, timing)
    assert bus_budget(room, TcpAddress(host="elsewhere", port=502)) == 0


def test_what_the_room_file_forbids_to_read_is_not_in_the_budget() -> None:
    simulated = without_units()
    devices = [
        device.model_copy(
            update={"at": SLOW, "reads": Reads(forbidden=(Addresses(first=1016, last=1016),))}
        )
        for device in simulated.devices
        if isinstance(device, ModbusShelving) and device.bank == 1
    ]
    room = Room.model_validate(
        simulated.model_copy(update={"devices": tuple(devices), "doors": ()})
    )
    words = {a for p in list_polls(room, SLOW) for a in range(p.address, p.address + p.count)}
    assert 1015 in words
    assert not words & set(range(1016, 1032))
    assert 1032 in words


def silence(breakers: Breakers, units: list[int], now_s: float) -> None:
    for _ in range(3):
        for unit in units:
            breakers.failed(unit, now_s, 50.0)


def test_of_many_silent_units_one_at_most_is_probed_in_a_cycle() -> None:
    breakers, now_s, dead = Breakers(Random(3)), 0.0, [40, 41, 42, 43, 44]
    polls = [Read(unit=unit, address=0, count=16) for unit in range(1, 6)]
    silence(breakers, dead, now_s)
    per_cycle = []
    for _ in range(400):
        probes = 0
        for poll in polls:
            now_s += 0.02
            breakers.answered(poll, now_s)
        for unit in dead:
            if breakers.allows(unit, now_s):
                probes += 1
                now_s += 1.1
                breakers.failed(unit, now_s, 50.0)
        per_cycle.append(probes)
    assert max(per_cycle) == 1
    assert sum(per_cycle) >= len(dead)


def test_where_nobody_lives_the_probes_take_turns() -> None:
    breakers, now_s, dead = Breakers(Random(3)), 0.0, [1, 2, 3]
    silence(breakers, dead, now_s)
    probed = []
    for _ in range(2000):
        now_s += 0.1
        for unit in dead:
            if breakers.allows(unit, now_s):
                probed.append(unit)
                breakers.failed(unit, now_s, 50.0)
    assert set(probed) == set(dead)


def test_an_open_breaker_never_waits_for_ever() -> None:
    breakers = Breakers(Random(3))
    silence(breakers, [9], 0.0)
    breakers.failed(9, 0.0, 50.0)
    breakers.answered(Read(unit=1, address=0, count=1), 1.0)
    assert not breakers.allows(9, 49.0)
    assert breakers.allows(9, 51.0)


def test_writes_are_no_cycle() -> None:
    breakers = Breakers(Random(3))
    silence(breakers, [9], 0.0)
    breakers.failed(9, 0.0, 50.0)
    for _ in range(5):
        breakers.answered(Write(unit=1, address=10, values=(1,)), 1.0)
    assert not breakers.allows(9, 1.9)


@given(st.integers(0, 10_000), st.sampled_from([0.78, 1.67, 2.89]))
def test_a_dead_unit_takes_two_percent_of_the_lines_time_at_most(seed: int, cycle_s: float) -> None:
    timing, limit_s = Timing(reply_s=0.3, quiet_s=0.5), 0.35
    breakers, now_s, probing_s = Breakers(Random(seed)), 0.0, 0.0
    silence(breakers, [45], now_s)
    poll = Read(unit=1, address=0, count=16)
    for cycle in range(3000):
        now_s += cycle_s
        breakers.answered(poll, now_s)
        if breakers.allows(45, now_s):
            # The probe, the quiet, and listening whether the next answer is a late one.
            lost_s = 2 * limit_s + timing.quiet_s
            now_s += lost_s
            probing_s += lost_s * (cycle >= 200)
            breakers.failed(45, now_s, timing.longest_probe_wait_s(2, limit_s))
    steady_s = 2800 * cycle_s
    assert 0 < probing_s / steady_s <= 0.02


def test_the_longer_a_probe_takes_the_rarer_it_is() -> None:
    timing = Timing(reply_s=0.3, quiet_s=0.5)
    assert timing.longest_probe_wait_s(2) == timing.longest_probe_wait_s(2, 0.3)
    shortest_s = 0.8 * timing.longest_probe_wait_s(2, 2.0)
    assert (2 * 2.0 + 0.5) / shortest_s == pytest.approx(timing.probe_share)
    assert timing.probe_share < 0.02


def test_a_dead_unit_leaves_the_others_their_turns() -> None:
    async def scenario() -> None:
        plain = registers_of({0: 1})
        slave = Slave(lambda unit, pdu: None if unit == 9 else plain(unit, pdu))
        async with rtu_slave(slave) as address:
            async with open_bus(address, StillClock(), timing=SHORT) as bus:
                await poll_all(bus, rounds=30)
        units = [unit for unit, _ in slave.asked]
        assert [units.count(unit) for unit in (1, 2, 3)] == [30, 30, 30]
        assert units.count(9) == 3

    run(scenario)


async def poll_all(bus: Bus, *, rounds: int) -> None:
    for _ in range(rounds):
        asks = [bus.read(unit, 0, 1) for unit in (1, 9, 2, 3)]
        outcomes = await asyncio.gather(*asks, return_exceptions=True)
        assert [isinstance(outcome, NoReply) for outcome in outcomes] == [False, True, False, False]
