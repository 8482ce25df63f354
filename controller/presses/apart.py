"""Prints in a process of its own, so that live pages wait for nothing and memory comes back.

Two print at a time, whatever it is; who comes later waits. What is to be printed goes over as it is
asked for, parts come back as they are made, and closing the generator kills the process.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import IO

MOST_AT_ONCE = 2
SILENT_S = 180.0
"""A press that says nothing for so long hangs: the slowest step writes a PDF of 10,000 labels."""
_LOOK_AGAIN_S = 0.2
_CHUNK_BYTES = 64 * 1024
_HEAD_BYTES = 4
_FREE = threading.BoundedSemaphore(MOST_AT_ONCE)


class PressFailed(RuntimeError):
    """The process that prints ended early or hung; what it said of it is on stderr."""


def print_apart(
    press: str, job: bytes, more: Iterable[bytes] = (), *, free: threading.Semaphore = _FREE
) -> Generator[bytes]:
    """Have a job printed and hand it out in parts; an empty part only asks whether to go on.

    `press` is the module that prints, `job` a line, `more` further lines, read as they are asked
    for. `free` counts the presses that may start. Raises PressFailed.
    """
    while not free.acquire(timeout=_LOOK_AGAIN_S):
        yield b""
    try:
        with _start(press) as process:
            yield from _print(process, job, iter(more))
    finally:
        free.release()


@contextmanager
def _start(press: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a press that imports what we import and knows nothing else of us."""
    command = [sys.executable, "-m", press]
    known = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=known
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _print(process: subprocess.Popen[bytes], job: bytes, more: Iterator[bytes]) -> Generator[bytes]:
    orders, answers = process.stdin, process.stdout
    assert orders is not None
    assert answers is not None
    _tell(orders, job)
    unread = bytearray()
    for some in _listen(answers):
        unread += some
        if not some:
            yield b""
        while (part := _next_part(unread)) is not None:
            if not part and (line := next(more, None)) is not None:
                _tell(orders, line)
            yield part
    if unread:
        raise PressFailed("the process that prints ended in the middle of a part")
    if process.wait(SILENT_S) != 0:
        raise PressFailed(f"printing ended with code {process.returncode} and no whole file")


def _tell(orders: IO[bytes], line: bytes) -> None:
    left = memoryview(line + b"\n")
    try:
        while left:
            left = left[orders.write(left) :]
    except BrokenPipeError as gone:
        raise PressFailed("the process that prints ended before it was told everything") from gone


def _listen(answers: IO[bytes]) -> Generator[bytes]:
    """Hand out what a press says until it ends, and nothing at every moment of silence."""
    heard = select.poll()
    heard.register(answers, select.POLLIN)
    silent_s = 0.0
    while True:
        if heard.poll(_LOOK_AGAIN_S * 1000):
            some = answers.read(_CHUNK_BYTES)
            if not some:
                return
            silent_s = 0.0
            yield some
        elif silent_s >= SILENT_S:
            raise PressFailed(f"printing hangs: nothing was heard for {SILENT_S:.0f} s")
        else:
            silent_s += _LOOK_AGAIN_S
            yield b""


def _next_part(unread: bytearray) -> bytes | None:
    """Take the next frame off what was heard; `None` if it is not whole yet."""
    end = _HEAD_BYTES + int.from_bytes(unread[:_HEAD_BYTES], "big")
    if len(unread) < end:
        return None
    part = bytes(unread[_HEAD_BYTES:end])
    del unread[:end]
    return part
