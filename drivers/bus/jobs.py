"""What waits for the bus, in the order in which it goes out, and what goes out together."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count, takewhile

from drivers.bus.frames import WRITES, Asked, Read
from drivers.bus.spans import Limits, Span, plan_reads
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


@dataclass(frozen=True, slots=True)
class Bits:
    """Coils or discrete inputs of a unit, and the monotonic time at which they were asked for."""

    values: tuple[bool, ...]
    at_s: float


@dataclass(slots=True, order=True, kw_only=True)
class Job:
    """What one caller wants, and the future of its outcome."""

    rank: tuple[Priority, int]
    asked: Asked = field(compare=False)
    device: str = field(compare=False)
    not_after_s: float | None = field(compare=False)
    limits: Limits | None = field(compare=False)
    """How it may be put together with others; `None`: not at all."""
    queued_at_s: float = field(compare=False)
    answer: asyncio.Future[Registers] = field(compare=False)

    @property
    def is_stop(self) -> bool:
        return self.rank[0] is Priority.STOP

    @property
    def is_poll(self) -> bool:
        """Say whether it belongs to what is read again and again."""
        return self.rank[0] >= Priority.STATUS and not isinstance(self.asked, WRITES)

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


@dataclass(frozen=True, slots=True)
class Turn:
    """One transaction, and all the jobs that its answer settles."""

    asked: Asked
    jobs: tuple[Job, ...]

    @property
    def first(self) -> Job:
        """Return the job whose turn it is; the others go along."""
        return self.jobs[0]

    def succeed(self, registers: Registers) -> None:
        """Give each job its own words."""
        for job in self.jobs:
            if job.asked == self.asked:
                job.succeed(registers)
                continue
            start = job.asked.address - self.asked.address
            words = registers.values[start : start + _span_of(job).count]
            job.succeed(Registers(words, registers.at_s))

    def fail(self, error: Callable[[str], Exception]) -> None:
        """Tell each caller, by the name of its device."""
        for job in self.jobs:
            job.fail(error(job.device))


class JobQueue:
    """The jobs of one port by priority, then by age."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []
        self._numbers = count()
        self._apart: set[tuple[int, int]] = set()

    def put(
        self,
        asked: Asked,
        priority: Priority,
        *,
        not_after_s: float | None,
        device: str,
        limits: Limits | None = None,
    ) -> asyncio.Future[Registers]:
        """Queue a job and return the future of its outcome."""
        loop = asyncio.get_running_loop()
        job = Job(
            rank=(priority, next(self._numbers)),
            asked=asked,
            device=device,
            not_after_s=not_after_s,
            limits=limits,
            queued_at_s=loop.time(),
            answer=loop.create_future(),
        )
        heapq.heappush(self._jobs, job)
        return job.answer

    def find_head(self) -> Job | None:
        """Return whose turn is next, withdrawn jobs dropped; `None` if nobody waits."""
        while self._jobs and self._jobs[0].is_withdrawn:
            heapq.heappop(self._jobs)
        return self._jobs[0] if self._jobs else None

    def take(self) -> Turn:
        """Take the head, and along with it the reads that fit into one transaction with it."""
        head = heapq.heappop(self._jobs)
        alike = self._list_alike(head)
        if not alike or head.limits is None:
            return Turn(head.asked, (head,))
        planned = plan_reads([_span_of(head), *map(_span_of, alike)], head.limits)
        read = next(span for span in planned if span.holds(_span_of(head)))
        along = sorted(job for job in alike if read.holds(_span_of(job)))
        taken = {job.rank for job in along}
        self._jobs = [job for job in self._jobs if job.rank not in taken]
        heapq.heapify(self._jobs)
        asked = Read(
            unit=head.asked.unit,
            address=read.address,
            count=read.count,
            function=head.asked.function,
        )
        return Turn(asked, (head, *along))

    def take_apart(self, turn: Turn, *, for_good: bool) -> None:
        """Queue the jobs of a refused transaction again, each alone, in their old order.

        For good: the unit will not have its words read together, so they never are again.
        """
        if for_good:
            self._apart.add(_source_of(turn.first))
        for job in turn.jobs:
            job.limits = None
            heapq.heappush(self._jobs, job)

    def has_stop(self) -> bool:
        """Say whether a stop waits."""
        head = self.find_head()
        return head is not None and head.is_stop

    def fail_all(self, why: str) -> None:
        """Answer all that wait with LinkLost."""
        jobs, self._jobs = self._jobs, []
        for job in jobs:
            job.fail(LinkLost(job.device, why))

    def _list_alike(self, head: Job) -> list[Job]:
        """List the reads of the same priority, unit, function and limits.

        A read that was queued behind a write to the unit is not among them: it wants to see it.
        """
        if head.limits is None or _source_of(head) in self._apart:
            return []
        same = sorted(job for job in self._jobs if job.rank[0] is head.rank[0])
        ahead = takewhile(lambda job: not _writes_to(job, head.asked.unit), same)
        return [
            job
            for job in ahead
            if job.limits == head.limits
            and _source_of(job) == _source_of(head)
            and not job.is_withdrawn
        ]


def _source_of(job: Job) -> tuple[int, int]:
    return (job.asked.unit, job.asked.function)


def _writes_to(job: Job, unit: int) -> bool:
    return job.asked.unit == unit and isinstance(job.asked, WRITES)


def _span_of(job: Job) -> Span:
    asked = job.asked
    assert isinstance(asked, Read), f"{asked} has limits but reads no registers"
    return Span(asked.address, asked.count)
