"""A room gets a whole set though the archive changes it all the time."""

from __future__ import annotations

import asyncio

from controller.link.assignments import FETCH_CHUNK_S, ROWS_PER_CHUNK, Assignments, SetSource
from drivers.messages import Chunk, Fetch, Home, Loan, Manifest, Payload
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
