"""Prints in a process of its own, so that live pages wait for no label and memory comes back.

Two print at a time; who comes later waits. Labels go over as they are asked for, parts come back as
they are made, and closing the generator kills the process.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO

from controller.labels.model import Label
from controller.labels.printing import JOB, LABELS, Job

MOST_AT_ONCE = 2
SILENT_S = 120.0
"""A press that says nothing for so long hangs: the slowest step writes a PDF of 10,000 labels."""
_LABELS_AT_ONCE = 50
_LOOK_AGAIN_S = 0.2
_FREE = threading.BoundedSemaphore(MOST_AT_ONCE)


class PressFailed(RuntimeError):
    """The process that prints ended early or hung; what it said of it is on stderr."""


def print_apart(
    job: Job, labels: Iterable[Label] = (), *, free: threading.Semaphore = _FREE
) -> Generator[bytes]:
    """Print a job and hand it out in parts; an empty part only asks whether to go on.

    `free` counts the presses that may start. Raises PressFailed.
    """
    while not free.acquire(timeout=_LOOK_AGAIN_S):
        yield b""
    try:
        with _start() as press:
            yield from _print(press, job, iter(labels))
    finally:
        free.release()


@contextmanager
def _start() -> Iterator[subprocess.Popen[bytes]]:
    """Start a press that imports what we import and knows nothing else of us."""
    command = [sys.executable, "-m", "controller.labels.press"]
    known = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=known
    ) as press:
        try:
            yield press
        finally:
            press.kill()


def _print(press: subprocess.Popen[bytes], job: Job, labels: Iterator[Label]) -> Generator[bytes]:
    orders, answers = press.stdin, press.stdout
    assert orders is not None
    assert answers is not None
    _tell(orders, JOB.dump_json(job))
    while (part := _next_part(answers)) is not None:
        if not part:
            _tell(orders, LABELS.dump_json(tuple(islice(labels, _LABELS_AT_ONCE))))
        yield part
    if press.wait(SILENT_S) != 0:
        raise PressFailed(f"printing ended with code {press.returncode} and no whole file")


def _tell(orders: IO[bytes], line: bytes) -> None:
    left = memoryview(line + b"\n")
    try:
        while left:
            left = left[orders.write(left) :]
    except BrokenPipeError as gone:
        raise PressFailed("the process that prints ended before it had its labels") from gone


def _next_part(answers: IO[bytes]) -> bytes | None:
    """Read the next frame; `None` once the press has ended."""
    head = _read(answers, 4)
    if not head:
        return None
    count = int.from_bytes(head, "big")
    part = _read(answers, count)
    if len(part) < count:
        raise PressFailed("the process that prints ended in the middle of a part")
    return part


def _read(answers: IO[bytes], count: int) -> bytes:
    """Read so many bytes, or what there is if the press has ended."""
    heard = select.poll()
    heard.register(answers, select.POLLIN)
    taken = bytearray()
    while len(taken) < count:
        if not heard.poll(SILENT_S * 1000):
            raise PressFailed(f"printing hangs: nothing was heard for {SILENT_S:.0f} s")
        some = answers.read(count - len(taken))
        if not some:
            break
        taken += some
    return bytes(taken)
