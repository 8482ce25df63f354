"""What waits for the bus, in the order in which it goes out."""

from __future__ import annotations

import asyncio
import heapq
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count

from drivers.bus.frames import Asked
from drivers.errors import LinkLost


class Priority(IntEnum):
    """Who goes first. Within one priority the first come is the first served."""

    STOP = 0
    OPERATOR = 1
    VERIFICATION = 2
    STATUS = 3
    TELEMETRY = 4


@dataclass(frozen=True, slots=True)
class Registers:
    """Words of a unit, and the monotonic time at which they were asked for: no value is older."""

    values: tuple[int, ...]
    at_s: float


@dataclass(slots=True, order=True, kw_only=True)
class Job:
    """One transaction and the future of whoever waits for it."""

    rank: tuple[Priority, int]
    asked: Asked = field(compare=False)
    device: str = field(compare=False)
    not_after_s: float | None = field(compare=False)
    answer: asyncio.Future[Registers] = field(compare=False)

    @property
    def is_stop(self) -> bool:
        return self.rank[0] is Priority.STOP

    @property
    def is_withdrawn(self) -> bool:
        """A caller that went away withdraws what is still queued, but never a stop."""
        return self.answer.cancelled() and not self.is_stop

    def succeed(self, registers: Registers) -> None:
        if not self.answer.done():
            self.answer.set_result(registers)

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class JobQueue:
    """The jobs of one port by priority, then by age."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []
        self._numbers = count()

    def put(
        self, asked: Asked, priority: Priority, *, not_after_s: float | None, device: str
    ) -> asyncio.Future[Registers]:
        """Queue a transaction and return the future of its outcome."""
        job = Job(
            rank=(priority, next(self._numbers)),
            asked=asked,
            device=device,
            not_after_s=not_after_s,
            answer=asyncio.get_running_loop().create_future(),
        )
        heapq.heappush(self._jobs, job)
        return job.answer

    def find_head(self) -> Job | None:
        """Return whose turn is next, withdrawn jobs dropped; `None` if nobody waits."""
        while self._jobs and self._jobs[0].is_withdrawn:
            heapq.heappop(self._jobs)
        return self._jobs[0] if self._jobs else None

    def take(self) -> Job:
        """Take the head."""
        return heapq.heappop(self._jobs)

    def has_stop(self) -> bool:
        """Say whether a stop waits."""
        head = self.find_head()
        return head is not None and head.is_stop

    def fail_all(self, why: str) -> None:
        """Answer all that wait with LinkLost."""
        jobs, self._jobs = self._jobs, []
        for job in jobs:
            job.fail(LinkLost(job.device, why))
