"""Replays under way: one at a time, each with its progress, and cancelled when nobody wants it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal
from uuid import uuid4

from controller.climate.replay.model import Answer, Question
from controller.climate.replay.run import Progress

State = Literal["waiting", "running", "done", "failed", "cancelled"]
MOST_KEPT = 20
MOST_WAITING = 5

Work = Callable[[Question, Progress], Answer]


class Cancelled(Exception):
    """Nobody wants this replay any more."""


class TooMany(Exception):
    """Enough replays wait already."""


@dataclass(slots=True)
class Job:
    """One replay. Written by its thread, read by routes."""

    id: str
    question: Question
    by: str
    state: State = "waiting"
    progress: float = 0.0
    answer: Answer | None = None
    unwanted: threading.Event = field(default_factory=threading.Event)


class Replays:
    """Runs replays one after the other in a thread of their own, and keeps the last twenty.

    They end when `closing` says that the program does.
    """

    def __init__(self, work: Work, *, closing: Callable[[], bool] = lambda: False) -> None:
        self._work = work
        self._closing = closing
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="replay")

    def start(self, question: Question, *, by: str) -> Job:
        """Take a question; raises TooMany."""
        job = Job(uuid4().hex, question, by)
        with self._lock:
            if sum(each.state in ("waiting", "running") for each in self._jobs.values()) >= (
                MOST_WAITING
            ):
                raise TooMany
            self._jobs[job.id] = job
            self._let_old_go()
        self._pool.submit(self._run, job)
        return job

    def find(self, job_id: str) -> Job | None:
        """Find a replay of those that are kept."""
        with self._lock:
            return self._jobs.get(job_id)

    def cancel(self, job_id: str) -> bool:
        """End a replay, or forget its answer; say whether there was one."""
        with self._lock:
            job = self._jobs.pop(job_id, None)
        if job is None:
            return False
        job.unwanted.set()
        return True

    def _run(self, job: Job) -> None:
        def progress(share: float) -> None:
            if job.unwanted.is_set() or self._closing():
                raise Cancelled
            job.progress = share

        job.state = "running"
        try:
            progress(0.0)
            job.answer = self._work(job.question, progress)
            job.progress, job.state = 1.0, "done"
        except Cancelled:
            job.state = "cancelled"
        except BaseException:
            job.state = "failed"
            raise

    def _let_old_go(self) -> None:
        over = [key for key, job in self._jobs.items() if job.state not in ("waiting", "running")]
        for key in over[: max(0, len(self._jobs) - MOST_KEPT)]:
            del self._jobs[key]
