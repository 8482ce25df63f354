"""An event loop for tests whose time jumps to what comes next, while its sockets stay real.

Whoever talks through such a loop lives in it, on both ends of the wire. So when no byte is on its
way and no thread works for the loop, nothing can happen before its next timer, and there is no
reason to wait for that. Computing takes no time here: a busy machine makes nothing late.
"""

from __future__ import annotations

import asyncio
import selectors
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

_BEGAN_S = 1000.0
_LONG_JUMP_S = 0.1
_LOOKS_AGAIN_AFTER_S = 0.001
"""The system hands a packet to the other end of loopback before `send` returns, nearly always:
before a long jump, which might be over somebody's patience, one waits and looks again.
"""
_DONE_WITHIN_S = 30.0
"""So long a thread may work while time stands; who works longer may be waiting for time to pass."""


def run_fast(scenario: Callable[[], Awaitable[None]]) -> None:
    """Run a scenario in a loop that waits for nothing: its time jumps, its sockets are real."""
    loop = JumpingLoop()

    async def run() -> None:
        await scenario()

    with _counting_threads(loop), asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(run())


class JumpingLoop(asyncio.SelectorEventLoop):
    """Its time stands while it computes and while a thread works for it; else it jumps."""

    def __init__(self) -> None:
        self.now_s = _BEGAN_S
        self.at_work = 0
        """How many works are with threads."""
        self._counted = threading.Lock()
        super().__init__(_Jumping(self))

    def time(self) -> float:
        return self.now_s

    def note_given(self) -> None:
        """Note that a thread was given work."""
        with self._counted:
            self.at_work += 1

    def note_done(self) -> None:
        """Note that a thread is done with it; comes in that thread."""
        with self._counted:
            self.at_work -= 1


@contextmanager
def _counting_threads(loop: JumpingLoop) -> Iterator[None]:
    """Have the loop know of every work that is given to a pool of threads meanwhile."""
    submit = ThreadPoolExecutor.submit

    def counted(pool: ThreadPoolExecutor, *work: Any, **named: Any) -> Future[Any]:
        loop.note_given()
        future = submit(pool, *work, **named)
        future.add_done_callback(lambda _: loop.note_done())
        return future

    # Nobody but the pools knows what their threads do.
    ThreadPoolExecutor.submit = counted  # type: ignore[method-assign, assignment]  # it fits
    try:
        yield
    finally:
        ThreadPoolExecutor.submit = submit  # type: ignore[method-assign]  # as it was


class _Jumping(selectors.PollSelector):
    """Lets the time of its loop pass instead of waiting, where it can.

    It polls, since that has Linux carry what was written to a pty to its other end first; epoll
    would hear of it when a worker of the system had the time.
    """

    def __init__(self, loop: JumpingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if found or (timeout is not None and timeout <= 0):
            return found
        if timeout is None:
            return super().select(None)
        if self._loop.at_work:
            found = self._wait_for_threads()
        elif timeout > _LONG_JUMP_S:
            time.sleep(_LOOKS_AGAIN_AFTER_S)
            found = super().select(0)
        if not found:
            self._loop.now_s += timeout
        return found

    def _wait_for_threads(self) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait until their works are done or something is to be read."""
        until_s = time.monotonic() + _DONE_WITHIN_S
        while self._loop.at_work and time.monotonic() < until_s:
            found = super().select(_LOOKS_AGAIN_AFTER_S)
            if found:
                return found
        return super().select(0)
