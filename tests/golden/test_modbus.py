"""Modbus bytes as the standard and the probes' makers print them, both ways, whole and bytewise.

Sources: [A] MODBUS Application Protocol V1.1b3, the example of each function (6.3, 6.4, 6.6, 6.12,
7). [S] MODBUS over Serial Line V1.02, 6.2.2 (checksum of 02 07). [T] MODBUS Messaging on TCP/IP
V1.0b, 3.1.3 (header). [X] XY-MD02 manual as sold, "Modbus command" examples; its single-register
request 01 04 00 01 00 01 60 0A stands in github.com/SantaClaas/serial too.
"""

from __future__ import annotations

import asyncio
import os
import pty
import tty
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from config.clock import SystemClock
from config.room import SerialAddress, TcpAddress
from drivers.bus import Bus, Registers, Timing, open_bus
from drivers.bus.frames import Asked, Framing, Read, Write, crc16, find_answer
from drivers.climate.profile import load_probe_profile
from drivers.errors import Refused

TIMING = Timing(reply_s=5.0, quiet_s=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer as they stand on the wire."""

    name: str
    framing: Framing
    asked: Asked
    request: bytes
    answer: bytes
    words: tuple[int, ...] | None
    """`None` where the answer is an exception."""


def _rtu(
    name: str, asked: Asked, request: str, answer: str, words: tuple[int, ...] | None
) -> Exchange:
    return Exchange(
        name=name,
        framing=Framing.RTU,
        asked=asked,
        request=bytes.fromhex(request),
        answer=bytes.fromhex(answer),
        words=words,
    )


def _tcp(
    name: str, asked: Asked, request: str, answer: str, words: tuple[int, ...] | None
) -> Exchange:
    return Exchange(
        name=name,
        framing=Framing.TCP,
        asked=asked,
        request=bytes.fromhex(request),
        answer=bytes.fromhex(answer),
        words=words,
    )


EXCHANGES = [
    _rtu(
        "[X] probe reads 30.5 C and 54.6 %",
        Read(unit=1, address=1, count=2, function=4),
        "01 04 00 01 00 02 20 0B",
        "01 04 04 01 31 02 22 2A CE",
        (305, 546),
    ),
    _rtu(
        "[X] probe reads its temperature alone",
        Read(unit=1, address=1, count=1, function=4),
        "01 04 00 01 00 01 60 0A",
        "01 04 02 01 31 79 74",
        (305,),
    ),
    _tcp(
        "[A] 6.3, read registers 108 to 110",
        Read(unit=1, address=107, count=3),
        "00 01 00 00 00 06 01 03 00 6B 00 03",
        "00 01 00 00 00 09 01 03 06 02 2B 00 00 00 64",
        (0x022B, 0, 0x64),
    ),
    _tcp(
        "[A] 6.4, read input register 9",
        Read(unit=1, address=8, count=1, function=4),
        "00 01 00 00 00 06 01 04 00 08 00 01",
        "00 01 00 00 00 05 01 04 02 00 0A",
        (10,),
    ),
    _tcp(
        "[A] 6.6, write register 2",
        Write(unit=1, address=1, values=(3,)),
        "00 01 00 00 00 06 01 06 00 01 00 03",
        "00 01 00 00 00 06 01 06 00 01 00 03",
        (),
    ),
    _tcp(
        "[A] 6.12, write registers 2 and 3",
        Write(unit=1, address=1, values=(0x000A, 0x0102)),
        "00 01 00 00 00 0B 01 10 00 01 00 02 04 00 0A 01 02",
        "00 01 00 00 00 06 01 10 00 01 00 02",
        (),
    ),
    _tcp(
        "[A] 7, exception 2 to a read",
        Read(unit=1, address=0x04A1, count=1),
        "00 01 00 00 00 06 01 03 04 A1 00 01",
        "00 01 00 00 00 03 01 83 02",
        None,
    ),
]
BY_NAME = pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.name)


@asynccontextmanager
async def recorded(exchange: Exchange, *, bytewise: bool) -> AsyncIterator[tuple[Bus, list[bytes]]]:
    """A bus on a wire whose far end records one request and plays its answer."""
    heard: list[bytes] = []

    def hear(frame: bytes, write: Callable[[bytes], None]) -> None:
        heard.append(frame)
        if len(b"".join(heard)) == len(exchange.request):
            play(asyncio.get_running_loop(), exchange.answer, 1 if bytewise else 999, write)

    serve = _on_pty if exchange.framing is Framing.RTU else _on_tcp
    async with serve(hear) as address, open_bus(address, SystemClock(), timing=TIMING) as bus:
        yield bus, heard


def play(
    loop: asyncio.AbstractEventLoop, rest: bytes, size: int, write: Callable[[bytes], None]
) -> None:
    write(rest[:size])
    if rest[size:]:
        loop.call_soon(play, loop, rest[size:], size, write)


@asynccontextmanager
async def _on_pty(
    hear: Callable[[bytes, Callable[[bytes], None]], None],
) -> AsyncIterator[SerialAddress]:
    far, near = pty.openpty()
    tty.setraw(near)
    loop = asyncio.get_running_loop()
    loop.add_reader(far, lambda: hear(os.read(far, 512), lambda out: void(os.write(far, out))))
    try:
        yield SerialAddress(path=os.ttyname(near))
    finally:
        loop.remove_reader(far)
        os.close(far)
        os.close(near)


@asynccontextmanager
async def _on_tcp(
    hear: Callable[[bytes, Callable[[bytes], None]], None],
) -> AsyncIterator[TcpAddress]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while frame := await reader.read(512):
            hear(frame, writer.write)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield TcpAddress(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    finally:
        server.close()


def void(_result: object) -> None:
    return


async def ask(bus: Bus, asked: Asked) -> Registers | None:
    if isinstance(asked, Read):
        return await bus.read(asked.unit, asked.address, asked.count, function=asked.function)
    await bus.write(asked.unit, asked.address, asked.values)
    return None


@BY_NAME
@pytest.mark.parametrize("bytewise", [False, True], ids=["whole", "bytewise"])
def test_the_wire_carries_the_printed_bytes_both_ways(exchange: Exchange, bytewise: bool) -> None:
    async def scenario() -> None:
        async with recorded(exchange, bytewise=bytewise) as (bus, heard):
            if exchange.words is None:
                with pytest.raises(Refused) as refused:
                    await ask(bus, exchange.asked)
                assert refused.value.code == "modbus.illegal_address"
            else:
                answer = await ask(bus, exchange.asked)
                assert (answer.values if answer else ()) == exchange.words
        assert b"".join(heard) == exchange.request

    asyncio.run(scenario())


@BY_NAME
def test_the_printed_answer_is_found_when_its_last_byte_is_there(exchange: Exchange) -> None:
    for end in range(len(exchange.answer)):
        part = exchange.answer[:end]
        assert find_answer(exchange.asked, exchange.framing, exchange.request, part) is None
    found = find_answer(exchange.asked, exchange.framing, exchange.request, exchange.answer)
    assert found == exchange.answer


@BY_NAME
def test_any_changed_byte_that_the_standard_protects_makes_it_no_answer(exchange: Exchange) -> None:
    protected = range(len(exchange.answer))
    if exchange.framing is Framing.TCP:
        # TCP has no checksum of its own: what it carries as data is taken as it comes.
        own_bytes = 1 if exchange.words is None else 2 if isinstance(exchange.asked, Read) else 5
        protected = range(7 + own_bytes)
    for at in protected:
        for flip in (0x01, 0x10, 0x80):
            changed = bytearray(exchange.answer)
            changed[at] ^= flip
            found = find_answer(exchange.asked, exchange.framing, exchange.request, bytes(changed))
            assert found is None, f"byte {at} changed by {flip:#x}"


def test_noise_before_a_serial_answer_is_skipped() -> None:
    probe = EXCHANGES[0]
    noisy = b"\x00\x01\x04\xff" + probe.answer
    assert find_answer(probe.asked, Framing.RTU, probe.request, noisy) == probe.answer


def test_a_late_tcp_answer_with_another_number_is_skipped() -> None:
    read = EXCHANGES[2]
    late = bytes.fromhex("00 00 00 00 00 09 01 03 06 11 11 22 22 33 33")
    assert find_answer(read.asked, Framing.TCP, read.request, late) is None
    assert find_answer(read.asked, Framing.TCP, read.request, late + read.answer) == read.answer


def test_the_checksum_is_the_printed_one() -> None:
    assert crc16(bytes.fromhex("02 07")) == bytes.fromhex("41 12")


def test_the_probe_profile_asks_and_reads_as_its_maker_prints() -> None:
    profile, probe = load_probe_profile("xy-md02"), EXCHANGES[0]
    assert isinstance(probe.asked, Read)
    (block,) = profile.blocks
    assert (block.function, block.span.address, block.span.count) == (4, 1, 2)
    assert probe.words is not None
    read = {block: probe.words}
    told = {name: profile.layout.read(place, read) for name, place in profile.values.items()}
    assert told == {"temperature_c": 30.5, "humidity_pct": 54.6}
    assert profile.values["temperature_c"].read([0xFF33]) == -20.5
