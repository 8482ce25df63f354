"""A room gets a whole set though the archive changes it all the time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from controller.link.assignments import FETCH_CHUNK_S, ROWS_PER_CHUNK, Assignments, SetSource
from drivers.messages import (
    Chunk,
    Fetch,
    Home,
    Loan,
    LoansChunk,
    Manifest,
    Payload,
    homes_digest,
)
from tests.link.parts import HandClock


class Archive:
    """A room's homes, of which one more is paired whenever anybody looks."""

    def __init__(self, count: int) -> None:
        self.count = count

    def version(self, _room: str) -> int:
        self.count += 1
        return self.count

    def rows(self, _room: str) -> list[Home]:
        return [
            Home(epc=f"{n:024X}", box_code=f"B-{n}", shelf="S1-B1-C1-L-1-1", order_mm=0)
            for n in range(self.count)
        ]


def test_a_set_of_many_chunks_stands_until_a_room_can_have_fetched_it() -> None:
    chunks = 4
    sent: list[Payload] = []

    async def send(_topic: str, payload: Payload, _retain: bool) -> bool:
        sent.append(payload)
        return True

    async def scenario() -> None:
        clock = HandClock()
        archive = Archive(ROWS_PER_CHUNK * (chunks - 1))
        homes = SetSource(version=archive.version, rows=archive.rows)
        lent: list[Loan] = []
        loans = SetSource(version=lambda _: 1, rows=lambda _: lent)
        given = Assignments("site", ["S1"], send, clock, homes=homes, loans=loans)
        await given.announce("S1", "homes", now=True)
        manifest = sent[-1]
        assert isinstance(manifest, Manifest)
        for number in range(manifest.chunks):
            await given.serve("S1", "homes", Fetch(version=manifest.version, chunk=number))
            assert isinstance(sent[-1], Chunk), "no newer version while it is fetched"
        clock.at_s += chunks * FETCH_CHUNK_S
        await given.announce("S1", "homes", now=True)
        newer = sent[-1]
        assert isinstance(newer, Manifest)
        assert newer.version > manifest.version

    asyncio.run(scenario())


def test_the_chunks_of_a_set_are_its_rows_as_the_manifest_hashes_them() -> None:
    sent: list[Payload] = []

    async def send(_topic: str, payload: Payload, _retain: bool) -> bool:
        sent.append(payload)
        return True

    async def scenario() -> None:
        rows = Archive(2 * ROWS_PER_CHUNK + 1).rows("S1")
        lent = [Loan(epc=rows[0].epc, until=datetime(2026, 3, 2, 8, tzinfo=UTC))]
        given = Assignments(
            "site",
            ["S1"],
            send,
            HandClock(),
            homes=SetSource(version=lambda _: 1, rows=lambda _: iter(rows)),
            loans=SetSource(version=lambda _: 1, rows=lambda _: iter(lent)),
        )
        for number in range(4):
            await given.serve("S1", "homes", Fetch(version=1, chunk=number))
        await given.serve("S1", "loans", Fetch(version=1, chunk=0))
        homes = [row for chunk in sent if isinstance(chunk, Chunk) for row in chunk.rows]
        assert homes == rows
        assert [c.rows for c in sent if isinstance(c, LoansChunk)] == [tuple(lent)]
        await given.announce("S1", "homes")
        manifest = sent[-1]
        assert isinstance(manifest, Manifest)
        assert (manifest.count, manifest.chunks) == (len(rows), 3)
        assert manifest.sha256 == homes_digest(rows)

    asyncio.run(scenario())
