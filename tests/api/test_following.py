"""What follows the live feed looks at every change, at its own time, and again after a failure."""

from __future__ import annotations

import asyncio

import pytest

from controller import live
from controller.live import Hub, LiveChange, follow


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_PAUSE_S", 0.0)
    monkeypatch.setattr(live, "_RETRY_S", 0.0)


class Looker:
    """Counts how often it was asked to look."""

    def __init__(self, *answers: float | Exception | None) -> None:
        self.answers = list(answers)
        self.looked = asyncio.Semaphore(0)
        self.times = 0

    async def look(self) -> float | None:
        self.times += 1
        self.looked.release()
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer


def change(kind: str) -> LiveChange:
    return LiveChange(kind=kind, key="k", body={})


async def following(hub: Hub, looker: Looker, *kinds: str, looks: int) -> None:
    """Follow until it has looked so often; publish one change of each kind after the first."""
    task = asyncio.create_task(follow(hub, {"bank"}, looker.look))
    async with asyncio.timeout(5):
        await looker.looked.acquire()
        for kind in kinds:
            hub.publish(change(kind))
        for _ in range(looks - 1):
            await looker.looked.acquire()
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_it_looks_at_once_and_after_a_change_of_its_kind() -> None:
    looker = Looker()
    asyncio.run(following(Hub(), looker, "bank", looks=2))
    assert looker.times == 2


def test_changes_of_other_kinds_are_not_its_own() -> None:
    looker = Looker()
    asyncio.run(following(Hub(), looker, "item", "request", looks=1))
    assert looker.times == 1


def test_it_looks_again_when_it_asked_to() -> None:
    looker = Looker(0.001, 0.001)
    asyncio.run(following(Hub(), looker, looks=3))
    assert looker.times == 3


def test_a_look_that_fails_is_made_again() -> None:
    looker = Looker(OSError("disk"), OSError("disk"))
    asyncio.run(following(Hub(), looker, looks=3))
    assert looker.times == 3


def test_it_listens_no_more_once_it_ends() -> None:
    hub = Hub()
    asyncio.run(following(hub, Looker(), looks=1))
    assert hub.listeners() == 0
    hub.publish(change("bank"))
