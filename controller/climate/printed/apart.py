"""Has a report made in a process of its own, so that its memory comes back; closing kills it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator

from controller.climate.printed.model import REPORT_JOB, ReportJob

MOST_AT_ONCE = 2
LONGEST_S = 180.0
_LOOK_AGAIN_S = 0.2
_CHUNK_BYTES = 64 * 1024
_FREE = threading.BoundedSemaphore(MOST_AT_ONCE)


class ReportFailed(RuntimeError):
    """The process that makes the report ended early or hung; what it said is on stderr."""


def make_apart(job: ReportJob, *, free: threading.Semaphore = _FREE) -> Generator[bytes]:
    """Make a report and hand it out; an empty part only asks whether to go on.

    `free` counts the processes that may start. Raises ReportFailed.
    """
    while not free.acquire(timeout=_LOOK_AGAIN_S):
        yield b""
    try:
        with tempfile.TemporaryFile() as order, tempfile.TemporaryFile() as made:
            order.write(REPORT_JOB.dump_json(job))
            order.seek(0)
            yield from _wait(order.fileno(), made.fileno())
            made.seek(0)
            while piece := made.read(_CHUNK_BYTES):
                yield piece
    finally:
        free.release()


def _wait(order: int, made: int) -> Generator[bytes]:
    command = [sys.executable, "-m", "controller.climate.printed.press"]
    known = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, stdin=order, stdout=made, env=known) as press:
        try:
            until = time.monotonic() + LONGEST_S
            while True:
                try:
                    code = press.wait(_LOOK_AGAIN_S)
                    break
                except subprocess.TimeoutExpired:
                    if time.monotonic() > until:
                        raise ReportFailed(f"it took longer than {LONGEST_S:.0f} s") from None
                yield b""
            if code != 0:
                raise ReportFailed(f"it ended with code {code} and no whole file")
        finally:
            press.kill()
