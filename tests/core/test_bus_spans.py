"""Putting reads together: what is covered, what is never touched, and who joins whom."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.room import Addresses, Reads, SerialAddress, TcpAddress
from drivers.bus import Bus, Priority, Registers, Span, Timing
from drivers.bus.frames import READ_INPUT
from drivers.bus.spans import Limits, limits_of, plan_reads
from drivers.errors import NoReply, Refused
from simulators.harness import LoopClock
from tests.contract.modbus_slave import Slave, registers_of, rtu_slave, tcp_slave

SHORT = Timing(reply_s=0.2, quiet_s=0.0, reconnect_first_s=0.01, reconnect_longest_s=0.05)
NEAR = Reads(most_gap=4, most_words=20)

spans = st.builds(Span, st.integers(0, 300), st.integers(1, 60))


@st.composite
def limits(draw: st.DrawFn) -> Limits:
    return Limits(
        most_gap=draw(st.integers(0, 70)),
        most_words=draw(st.integers(1, 125)),
        forbidden=tuple(draw(st.lists(spans, max_size=3))),
    )


def words(*parts: Span) -> set[int]:
    return {address for span in parts for address in range(span.address, span.end)}


@given(st.lists(spans, max_size=25), limits())
def test_every_wanted_word_is_covered_and_no_limit_broken(
    wanted: list[Span], limits: Limits
) -> None:
    wanted = [span for span in wanted if not words(span) & words(*limits.forbidden)]
    planned = plan_reads(wanted, limits)
    assert words(*wanted) <= words(*planned)
    assert not words(*planned) & words(*limits.forbidden)
    for read in planned:
        assert 1 <= read.count <= limits.most_words
        unwanted = "".join("w" if a in words(*wanted) else "-" for a in sorted(words(read)))
        assert unwanted.startswith("w")
        assert unwanted.endswith("w")
        assert max(map(len, unwanted.split("w"))) <= limits.most_gap


@given(st.lists(spans, max_size=25), limits())
def test_a_span_that_fits_into_one_read_is_never_torn(wanted: list[Span], limits: Limits) -> None:
    wanted = [span for span in wanted if not words(span) & words(*limits.forbidden)]
    planned = plan_reads(wanted, limits)
    for span in wanted:
        if span.count <= limits.most_words:
            assert any(read.holds(span) for read in planned)


@given(spans, limits())
def test_a_wanted_word_that_is_forbidden_is_told(span: Span, limits: Limits) -> None:
    if words(span) & words(*limits.forbidden):
        with pytest.raises(ValueError, match="forbids"):
            plan_reads([span], limits)


@pytest.mark.parametrize(
    ("gap", "address", "reads"),
    [
        (16, SerialAddress(path="/dev/x"), 1),
        (17, SerialAddress(path="/dev/x"), 2),
        (64, TcpAddress(host="plc", port=502), 1),
        (65, TcpAddress(host="plc", port=502), 2),
    ],
)
def test_a_line_bears_a_gap_of_16_words_and_tcp_one_of_64(
    gap: int, address: TcpAddress | SerialAddress, reads: int
) -> None:
    usual = limits_of(Reads(), address)
    assert usual.most_words == 125
    assert len(plan_reads([Span(0, 2), Span(2 + gap, 2)], usual)) == reads


def test_45_columns_are_read_in_seven_transactions() -> None:
    columns = [Span(1000 + 16 * column, 16) for column in range(45)]
    planned = plan_reads(columns, limits_of(Reads(), SerialAddress(path="/dev/x")))
    assert [read.count for read in planned] == [112] * 6 + [48]


def asked_of(slave: Slave) -> list[tuple[int, int, int, int]]:
    """Unit, function, address and count of what arrived."""
    return [
        (unit, pdu[0], int.from_bytes(pdu[1:3]), int.from_bytes(pdu[3:5]))
        for unit, pdu in slave.asked
    ]


def run_while_away(
    slave: Slave, ask: Callable[[Bus], list[Awaitable[object]]], *, serial: bool = False
) -> list[object]:
    """Queue everything before the worker starts, then let it work; return the outcomes."""

    async def scenario() -> list[object]:
        async with asyncio.timeout(20), (rtu_slave if serial else tcp_slave)(slave) as address:
            bus = Bus(address, LoopClock(), timing=SHORT)
            waiting = [asyncio.ensure_future(part) for part in ask(bus)]
            await asyncio.sleep(0)
            worker = asyncio.create_task(bus.run())
            try:
                return await asyncio.gather(*waiting, return_exceptions=True)
            finally:
                worker.cancel()

    return asyncio.run(scenario())


NUMBERS = {address: address + 5000 for address in range(2000)}


def values(address: int, count: int) -> tuple[int, ...]:
    return tuple(range(address + 5000, address + count + 5000))


@pytest.mark.parametrize("serial", [False, True])
def test_reads_that_wait_together_are_one_transaction_and_each_gets_its_own_words(
    serial: bool,
) -> None:
    slave = Slave(registers_of(NUMBERS))
    outcomes = run_while_away(
        slave,
        lambda bus: [
            bus.read(1, 10, 3, reads=NEAR),
            bus.read(1, 5, 2, reads=NEAR),
            bus.read(1, 12, 6, reads=NEAR),
            bus.read(1, 60, 1, reads=NEAR),
        ],
        serial=serial,
    )
    assert asked_of(slave) == [(1, 3, 5, 13), (1, 3, 60, 1)]
    assert [r.values for r in outcomes if isinstance(r, Registers)] == [
        values(10, 3),
        values(5, 2),
        values(12, 6),
        values(60, 1),
    ]


def test_what_is_not_alike_or_stands_behind_a_write_is_never_put_together() -> None:
    slave = Slave(registers_of(dict(NUMBERS)))
    run_while_away(
        slave,
        lambda bus: [
            bus.read(1, 10, 1, reads=NEAR),
            bus.read(2, 11, 1, reads=NEAR),
            bus.read(1, 12, 1, reads=NEAR, function=READ_INPUT),
            bus.read(1, 13, 1, reads=Reads(most_gap=0)),
            bus.read(1, 14, 1),
            bus.read(1, 15, 1, reads=NEAR),
            bus.write(1, 16, (7,), priority=Priority.STATUS),
            bus.read(1, 11, 1, reads=NEAR),
            bus.read(1, 9, 1, reads=NEAR, priority=Priority.TELEMETRY),
            bus.read(1, 8, 1, reads=NEAR, priority=Priority.OPERATOR),
        ],
    )
    assert asked_of(slave) == [
        (1, 3, 8, 1),
        (1, 3, 10, 6),
        (2, 3, 11, 1),
        (1, 4, 12, 1),
        (1, 3, 13, 1),
        (1, 3, 14, 1),
        (1, 6, 16, 7),
        (1, 3, 11, 1),
        (1, 3, 9, 1),
    ]


def test_putting_together_keeps_the_order_of_those_that_stay_alone() -> None:
    slave = Slave(registers_of(NUMBERS))
    run_while_away(
        slave,
        lambda bus: [
            bus.read(1, 500, 1, reads=NEAR),
            bus.read(1, 100, 1, reads=NEAR),
            bus.read(1, 900, 1, reads=NEAR),
            bus.read(1, 102, 1, reads=NEAR),
            bus.read(1, 300, 1, reads=NEAR),
        ],
    )
    assert [address for _, _, address, _ in asked_of(slave)] == [500, 100, 900, 300]


def test_a_caller_that_went_away_is_not_read_for() -> None:
    slave = Slave(registers_of(NUMBERS))

    def ask(bus: Bus) -> list[Awaitable[object]]:
        stays = asyncio.ensure_future(bus.read(1, 10, 2, reads=NEAR))
        gone = asyncio.ensure_future(bus.read(1, 13, 5, reads=NEAR))
        asyncio.get_running_loop().call_soon(gone.cancel)
        return [stays]

    run_while_away(slave, ask)
    assert asked_of(slave) == [(1, 3, 10, 2)]


def test_a_unit_that_is_busy_is_asked_apart_this_once() -> None:
    plain, busy = registers_of(NUMBERS), iter([True])
    slave = Slave(lambda unit, pdu: b"\x83\x06" if next(busy, False) else plain(unit, pdu))

    def ask(bus: Bus) -> list[Awaitable[object]]:
        async def twice() -> None:
            for _ in range(2):
                await bus.read_many(1, (Span(10, 2), Span(14, 2)), reads=NEAR)

        return [twice()]

    run_while_away(slave, ask)
    assert asked_of(slave) == [(1, 3, 10, 6), (1, 3, 10, 2), (1, 3, 14, 2), (1, 3, 10, 6)]


def test_a_unit_that_refuses_words_together_is_asked_apart_from_then_on() -> None:
    holes = dict.fromkeys((10, 11, 14, 15), 1)
    slave = Slave(registers_of(holes))

    def ask(bus: Bus) -> list[Awaitable[object]]:
        async def twice() -> list[Registers]:
            both: list[Registers] = []
            for _ in range(2):
                both += await bus.read_many(1, (Span(10, 2), Span(14, 2)), reads=NEAR)
            return both

        return [twice()]

    (outcome,) = run_while_away(slave, ask)
    assert isinstance(outcome, list)
    assert [registers.values for registers in outcome] == [(1, 1)] * 4
    apart = [(1, 3, 10, 2), (1, 3, 14, 2)]
    assert asked_of(slave) == [(1, 3, 10, 6), *apart, *apart]


def test_only_the_caller_whose_own_words_are_refused_is_refused() -> None:
    slave = Slave(registers_of({10: 1, 11: 1}))
    good, bad = run_while_away(
        slave, lambda bus: [bus.read(1, 10, 2, reads=NEAR), bus.read(1, 12, 1, reads=NEAR)]
    )
    assert isinstance(good, Registers)
    assert isinstance(bad, Refused)
    assert bad.code == "modbus.illegal_address"


def test_forbidden_words_are_read_around_and_a_span_too_long_is_read_in_pieces() -> None:
    careful = Reads(most_gap=100, most_words=8, forbidden=(Addresses(first=20, last=20),))
    slave = Slave(registers_of(NUMBERS))
    (outcome,) = run_while_away(
        slave, lambda bus: [bus.read_many(1, (Span(0, 18), Span(21, 2)), reads=careful)]
    )
    assert isinstance(outcome, tuple)
    assert [registers.values for registers in outcome] == [values(0, 18), values(21, 2)]
    assert asked_of(slave) == [(1, 3, 0, 8), (1, 3, 8, 8), (1, 3, 16, 2), (1, 3, 21, 2)]


def test_a_lost_answer_is_told_to_all_that_shared_the_transaction_by_their_own_names() -> None:
    outcomes = run_while_away(
        Slave(lambda unit, pdu: None),
        lambda bus: [
            bus.read(1, 10, 2, reads=NEAR, device="left"),
            bus.read(1, 12, 2, reads=NEAR, device="right"),
        ],
    )
    assert [type(outcome) for outcome in outcomes] == [NoReply, NoReply]
    assert [outcome.device for outcome in outcomes if isinstance(outcome, NoReply)] == [
        "left",
        "right",
    ]
