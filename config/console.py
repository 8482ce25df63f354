"""How a command and whoever typed it talk: it prints, asks, and ends when told."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Coroutine

from config.errors import Mendable


def say(line: str) -> None:
    """Print a line at once, though nobody looks at a terminal."""
    print(line, flush=True)


def run_until_told(work: Coroutine[object, object, None]) -> int:
    """Run until it ends or SIGINT or SIGTERM comes; then let it put everything away."""
    return asyncio.run(_cancelled_by_signals(work))


async def ask(question: str) -> str:
    """Ask whoever sits at the keyboard; raise Mendable if nobody can answer.

    The thread that waits does not keep the program alive.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str | None] = loop.create_future()

    def settle(line: str | None) -> None:
        if not answer.done():
            answer.set_result(line)

    def read() -> None:
        try:
            line: str | None = input(question)
        except EOFError:
            line = None
        try:
            loop.call_soon_threadsafe(settle, line)
        except RuntimeError:
            pass  # the loop is closed already

    threading.Thread(target=read, name="keyboard", daemon=True).start()
    line = await answer
    if line is None:
        raise Mendable("nobody answers at the keyboard; nothing was written")
    return line


async def _cancelled_by_signals(work: Coroutine[object, object, None]) -> int:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    told = False

    def tell() -> None:
        nonlocal told
        told = True
        if task is not None:
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, tell)
    if os.environ.get("STACKROOM_ENDS_WITH_STDIN") == "1":
        _watch_stdin(lambda: loop.call_soon_threadsafe(tell))
    try:
        await work
    except asyncio.CancelledError:
        if not told:
            raise
    return 0


def _watch_stdin(tell: Callable[[], object]) -> None:
    """End with whoever holds the other end of standard input, however they end."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        try:
            tell()
        except RuntimeError:
            pass  # the loop is closed already

    threading.Thread(target=watch, name="stdin", daemon=True).start()
