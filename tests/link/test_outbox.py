"""The outbox: order, sequence, age, thinning, and a disk that fails and comes back."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from drivers.messages import Sample
from drivers.room import outbox as outbox_module
from drivers.room.outbox import Outbox, OutboxLimits
from drivers.room.outbox_file import OutboxFile
from tests.link.parts import AT, HandClock, numbered, scenario, until


@asynccontextmanager
async def opened(
    path: Path, clock: HandClock | None = None, **limits: int
) -> AsyncIterator[Outbox]:
    outbox = Outbox(path, clock or HandClock(), OutboxLimits(**limits))
    try:
        yield outbox
    finally:
        outbox.close()


def sample(number: int) -> Sample:
    return Sample(at=AT + timedelta(seconds=number), temperature_c=20.0, humidity_pct=50.0)


def reasons(bodies: list[str]) -> list[str]:
    return [body.split('"why":"')[1].split('"')[0] for body in bodies]


@scenario
async def test_events_keep_their_order_and_number_over_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path / "o.db") as outbox:
        assert [await outbox.append(numbered(n)) for n in range(3)] == [1, 2, 3]
        outbox.append_soon(numbered(3))
        assert await outbox.append(numbered(4)) == 5
        uuid = outbox.uuid
    async with opened(tmp_path / "o.db") as outbox:
        assert await outbox.append(numbered(5)) == 6
        assert outbox.uuid == uuid
        stored = await outbox.batch(2, 3)
        assert [event.seq for event in stored] == [3, 4, 5]
        assert reasons([event.body for event in stored]) == ["2", "3", "4"]


@scenario
async def test_acknowledged_events_stay_seven_days_for_a_restored_archive(tmp_path: Path) -> None:
    clock = HandClock()
    async with opened(tmp_path / "o.db", clock) as outbox:
        for number in range(4):
            await outbox.append(numbered(number))
        assert outbox.uuid is not None
        await outbox.mark_acked(outbox.uuid, 3)
        assert outbox.health().waiting == 1
        await outbox.mark_acked(outbox.uuid, 1)  # the archive came back from an older backup
        assert outbox.health().waiting == 3
        assert [event.seq for event in await outbox.batch(outbox.acked, 10)] == [2, 3, 4]
        clock.at_s += 6.9 * 86400
        await outbox.mark_acked(outbox.uuid, 2)
        assert await outbox.oldest() == 1
        clock.at_s += 0.2 * 86400
        await outbox.mark_acked(outbox.uuid, 3)
        assert await outbox.oldest() == 2
        clock.at_s += 90 * 86400
        await outbox.mark_acked(outbox.uuid, 4)
        assert [event.seq for event in await outbox.batch(0, 10)] == [4]


@scenario
async def test_an_acknowledgement_for_another_outbox_changes_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path / "o.db") as outbox:
        await outbox.append(numbered(0))
        await outbox.mark_acked("somebody-elses", 1)
        assert outbox.health().waiting == 1


@scenario
async def test_a_disk_that_lost_what_it_kept_is_noticed_and_nothing_is_taken_for_known(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path / "o.db") as outbox:
        for number in range(3):
            await outbox.append(numbered(number))
        before = outbox.uuid
        assert before is not None
        await outbox.mark_acked(before, 1)
        await outbox.mark_acked(before, 7)  # the archive has more of this outbox than the disk
        assert outbox.uuid not in (None, before)
        assert [event.seq for event in await outbox.batch(0, 10)] == [2, 3]
        assert await outbox.oldest() == 2


@scenario
async def test_a_failing_disk_holds_nobody_up_and_gets_the_events_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "RETRY_S", 0.02)
    monkeypatch.setattr(outbox_module, "PATIENCE_S", 0.02)
    folder = tmp_path / "disk"
    folder.write_text("a file stands where the folder should be")
    async with opened(folder / "o.db") as outbox:
        assert await outbox.append(numbered(0)) is None
        outbox.append_soon(numbered(1))
        await until(lambda: outbox.health().failing is not None)
        assert outbox.health().unwritten == 2
        assert await outbox.batch(0, 10) == []
        folder.unlink()
        await until(lambda: outbox.health().unwritten == 0)
        assert reasons([event.body for event in await outbox.batch(0, 10)]) == ["0", "1"]
        assert outbox.health().failing is None
        assert await outbox.append(numbered(2)) == 3


@scenario
async def test_a_hanging_disk_holds_up_a_stop_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "PATIENCE_S", 0.02)
    async with opened(tmp_path / "o.db") as outbox:
        await outbox.append(numbered(0))
        with sqlite3.connect(tmp_path / "o.db", isolation_level=None) as other:
            other.execute("BEGIN EXCLUSIVE")
            began_s = asyncio.get_running_loop().time()
            outbox.append_soon(numbered(1))
            assert await outbox.append(numbered(2)) is None
            assert asyncio.get_running_loop().time() - began_s < 0.5
            other.execute("COMMIT")
        other.close()
        await until(lambda: outbox.health().unwritten == 0)
        assert reasons([e.body for e in await outbox.batch(0, 9)]) == ["0", "1", "2"]


@scenario
async def test_memory_is_bounded_and_what_does_not_fit_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "PATIENCE_S", 0.01)
    folder = tmp_path / "disk"
    folder.write_text("in the way")
    async with opened(folder / "o.db", unwritten_events=2) as outbox:
        for number in range(3):
            await outbox.append(numbered(number))
        health = outbox.health()
        assert (health.unwritten, health.dropped) == (2, 1)


def test_an_event_that_a_failing_disk_kept_after_all_is_not_written_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "RETRY_S", 0.02)
    write = OutboxFile.write_events
    fails = [True]

    def kept_yet_failing(self: OutboxFile, bodies: list[str]) -> int:
        first = write(self, bodies)
        if fails.pop() if fails else False:
            raise sqlite3.DatabaseError("disk I/O error after the commit")
        return first

    monkeypatch.setattr(OutboxFile, "write_events", kept_yet_failing)

    @scenario
    async def run() -> None:
        async with opened(tmp_path / "o.db") as outbox:
            assert await outbox.append(numbered(0)) == 1
            assert await outbox.append(numbered(1)) == 2
            assert reasons([e.body for e in await outbox.batch(0, 9)]) == ["0", "1"]

    run()


@scenario
async def test_samples_go_together_again_until_they_are_stored(tmp_path: Path) -> None:
    async with opened(tmp_path / "o.db") as outbox:
        outbox.add_sample("probe-1", sample(0))
        outbox.add_sample("probe-2", sample(1))
        outbox.add_sample("probe-1", sample(2))
        await outbox.batch(0, 1)  # whatever was given before is on disk now
        first = await outbox.next_samples()
        assert first is not None
        assert (first.device, len(first.bodies)) == ("probe-1", 2)
        outbox.add_sample("probe-1", sample(3))
        assert await outbox.next_samples() == first
        assert outbox.uuid is not None
        await outbox.mark_samples_stored(outbox.uuid, first.seq)
        second = await outbox.next_samples()
        assert second is not None
        assert second.device == "probe-2"


@scenario
async def test_samples_give_way_oldest_first_and_events_never(tmp_path: Path) -> None:
    async with opened(tmp_path / "o.db", samples=3) as outbox:
        for number in range(5):
            outbox.add_sample("probe-1", sample(number))
            await outbox.append(numbered(number))
        await until(lambda: outbox.health().thinned == 2)
        left = await outbox.next_samples()
        assert left is not None
        assert [f"00:00:0{n}" for n in (2, 3, 4)] == [
            "00:00:0" + Sample.model_validate_json(body).at.strftime("%S")[1]
            for body in left.bodies
        ]
        assert len(await outbox.batch(0, 10)) == 5


def test_on_a_full_disk_samples_make_room_for_events(tmp_path: Path) -> None:
    file = OutboxFile(tmp_path / "o.db")
    file.write_samples([("probe-1", "x" * 500)] * 2000)
    pages = file._db.execute("PRAGMA page_count").fetchone()[0]
    file._db.execute(f"PRAGMA max_page_count = {pages}")
    bodies = ["y" * 500] * 200
    with pytest.raises(sqlite3.OperationalError, match="full"):
        file.write_events(bodies)
    file.thin_samples(1000)
    assert file.write_events(bodies) == 1
    assert len(file.list_events(0, 500)) == 200
    file.close()
