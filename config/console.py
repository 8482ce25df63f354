"""How a command and whoever typed it talk: it prints, asks, and ends when told."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
import threading
from collections.abc import Callable, Coroutine

from config.errors import Mendable

_LEAVING_S = 5.0
"""A second Ctrl-C within this time does not cut short what the first one has put in order."""


def say(line: str) -> None:
    """Print a line at once, though nobody looks at a terminal."""
    print(line, flush=True)


def run_until_told(work: Coroutine[object, object, None], *, when_told: int = 0) -> int:
    """Run until it ends or SIGINT or SIGTERM comes; then let it put everything away.

    Returns 0, or `when_told` if a signal ended it.
    """
    return asyncio.run(_cancelled_by_signals(work, when_told))


async def ask(question: str) -> str:
    """Ask whoever sits at the terminal; raise Mendable if nobody can answer.

    The thread that waits does not keep the program alive.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str | None] = loop.create_future()

    def settle(line: str | None) -> None:
        if not answer.done():
            answer.set_result(line)

    def read() -> None:
        line = _read_line()
        try:
            loop.call_soon_threadsafe(settle, line)
        except RuntimeError:
            pass  # the loop is closed already

    termios.tcflush(sys.stdin, termios.TCIFLUSH)  # what was typed before is no answer to this
    print(question, end="", flush=True)
    threading.Thread(target=read, name="keyboard", daemon=True).start()
    line = await answer
    if line is None:
        raise Mendable("nobody answers at the keyboard; nothing was written")
    return line


async def _cancelled_by_signals(work: Coroutine[object, object, None], when_told: int) -> int:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    told_at_s: float | None = None

    def tell() -> None:
        nonlocal told_at_s
        if told_at_s is None or loop.time() - told_at_s > _LEAVING_S:
            told_at_s = loop.time()
            if task is not None:
                task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, tell)
    if os.environ.get("STACKROOM_ENDS_WITH_STDIN") == "1":
        _watch_stdin(lambda: loop.call_soon_threadsafe(tell))
    try:
        await work
    except asyncio.CancelledError:
        if told_at_s is None:
            raise
        return when_told
    return 0


def _read_line() -> str | None:
    """Read a line from the terminal, whatever bytes it has; `None` at its end."""
    typed = b""
    while not typed.endswith(b"\n"):
        try:
            more = os.read(sys.stdin.fileno(), 1024)
        except OSError:
            return None
        if not more:
            return None
        typed += more
    return typed.decode(errors="replace").rstrip("\n")


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
