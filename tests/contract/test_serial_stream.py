"""Serial lines as streams of bytes, on a pty."""

from __future__ import annotations

import asyncio
import os
import pty
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.room import SerialAddress
from drivers.errors import LinkLost
from drivers.streams.serial import connect_serial


@pytest.fixture
def line() -> Iterator[tuple[int, SerialAddress]]:
    far, near = pty.openpty()
    tty.setraw(far)
    tty.setraw(near)
    yield far, SerialAddress(path=os.ttyname(near), baud=115200)
    os.close(near)
    try:
        os.close(far)
    except OSError:
        pass  # the test unplugged it


def test_what_the_device_sends_is_read_and_what_we_write_arrives(
    line: tuple[int, SerialAddress],
) -> None:
    far, address = line

    async def scenario() -> bytes:
        stream = await connect_serial("reader-1", address)
        await stream.write(bytes(range(256)))
        assert os.read(far, 300) == bytes(range(256))
        waiting = asyncio.create_task(stream.read(300))
        await asyncio.sleep(0)
        os.write(far, b"\xbb\x01\x7e")
        received = await waiting
        await stream.close()
        return received

    assert asyncio.run(scenario()) == b"\xbb\x01\x7e"


def test_a_line_that_is_unplugged_is_a_lost_link(line: tuple[int, SerialAddress]) -> None:
    far, address = line

    async def scenario() -> None:
        stream = await connect_serial("reader-1", address)
        waiting = asyncio.create_task(stream.read(300))
        await asyncio.sleep(0)
        os.close(far)
        with pytest.raises(LinkLost, match="reader-1"):
            await waiting
        await stream.close()

    asyncio.run(scenario())


def test_a_line_that_is_not_there_or_in_use_says_which(
    line: tuple[int, SerialAddress], tmp_path: Path
) -> None:
    async def scenario() -> None:
        with pytest.raises(LinkLost, match="no-such-line"):
            await connect_serial("r", SerialAddress(path=str(tmp_path / "no-such-line")))
        first = await connect_serial("r", line[1])
        with pytest.raises(LinkLost, match="cannot open"):
            await connect_serial("r", line[1])
        await first.close()

    asyncio.run(scenario())
