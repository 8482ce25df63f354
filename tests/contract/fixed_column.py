"""A small scriptable fixed column that serves MjjWebApi, restated from its clients for tests.

It shares no code with the product, so a mistake in the product's reading cannot hide here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random
from urllib.parse import parse_qsl, urlsplit

from config.geometry import segments_of
from config.room import Bank, TcpAddress
from drivers.readings import BankReading, SegmentReading
from tests.contract.modbus_slave import Fate

LATE_S = 0.15
_MOVES = ("LeftMove", "RightMove", "Reset", "Ventilate")


class Column:
    """Answers for one block, and lets `fate` treat each answer."""

    def __init__(self, bank: Bank, *, rng: Random) -> None:
        self.fate: Callable[[], Fate] = lambda: Fate.WHOLE
        self.rng = rng
        self._bank = bank
        self._digits: dict[int, str] = {}
        self._orders: list[object] = []
        self._stops = 0

    def stand(self, aisles: dict[int, int]) -> None:
        """Digits: 1 the left side in place, 2 the right one, 3 both."""
        self._digits = dict.fromkeys(range(1, self._bank.columns + 1), "3")
        for part in segments_of(self._bank):
            gap_after = part.first + aisles[part.segment] - 1
            for column in part.columns:
                self._digits[column] = {gap_after: "1", gap_after + 1: "2"}.get(column, "3")

    def orders(self) -> list[object]:
        return list(self._orders)

    def stops(self) -> int:
        return self._stops

    def beats(self) -> list[int]:
        return []

    def check_fresh(self, bank: BankReading, part: SegmentReading) -> None:
        """Its answers bear no mark but the digits themselves."""

    def answer(self, target: str) -> bytes:
        """Take a GET; return the body that answers it."""
        query = dict(parse_qsl(urlsplit(target).query))
        operation = query["Op"]
        if operation == "GetMjjStatus":
            return json.dumps({"data": [self._status()]}).encode()
        if operation in _MOVES:
            self._orders.append((len(self._orders), operation, query.get("ColumnNo")))
        self._stops += operation == "StopMove"
        return b'{"data": "1"}'

    def _status(self) -> dict[str, object]:
        return {
            "MJJZTLX": "ZT_0E",
            "MJJZTLXName": "",
            "COLNO": "",
            "IsBJ": "0",
            "IsLock": "0",
            "IsVent": "0",
            "IsPower": "1",
            "ColumnStatus": "".join(self._digits[column] for column in sorted(self._digits)),
        }

    def spoil(self, answer: bytes) -> bytes:
        """Spoil an answer where whoever asked can see it."""
        return self.rng.choice(
            [
                b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
                b"\x16\x03\x01\r\n\r\n",
                answer[:-3] + b"???",
                answer.replace(b"Content-Length: ", b"Content-Length: 9"),
                answer.replace(b'"data"', b'"date"'),
            ]
        )


@asynccontextmanager
async def http_column(column: Column) -> AsyncIterator[TcpAddress]:
    """Serve on a free port of the loopback."""
    talks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await _talk(column, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            talks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield TcpAddress(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in tuple(talks):
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


async def _talk(column: Column, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    body = column.answer(head.split(b" ")[1].decode())
    answer = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    match column.fate():
        case Fate.BYTEWISE:
            for byte in answer:
                writer.write(bytes([byte]))
                await asyncio.sleep(0)
        case Fate.NOISY:
            writer.write(column.spoil(answer))
        case Fate.LOSSY:
            await reader.read()
        case Fate.LATE:
            await asyncio.sleep(LATE_S)
            writer.write(answer)
        case Fate.CUT:
            writer.write(answer[: len(answer) // 2])
        case _:
            writer.write(answer)
    await writer.drain()
