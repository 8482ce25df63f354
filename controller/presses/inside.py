"""How a press talks to the controller that started it: lines on stdin, frames on stdout.

A frame is four bytes of length, most significant first, then so many bytes of the file; one of no
bytes asks for the next line, and is a sign of life where none is left.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

NICENESS = 10
_HEAD_BYTES = 4


def take_job() -> bytes:
    """Be polite (`nice`) from now on, and read the job."""
    os.nice(NICENESS)
    return sys.stdin.buffer.readline()


def ask_for_more() -> bytes:
    """Ask for the next line; end the process where the controller is gone."""
    _send(b"")
    line = sys.stdin.buffer.readline()
    if not line:
        raise SystemExit("the controller is gone, and nobody wants the rest of this")
    return line


def hand_over(parts: Iterable[bytes]) -> None:
    """Send a file as it is made."""
    for part in parts:
        _send(part)


def _send(part: bytes) -> None:
    sys.stdout.buffer.write(len(part).to_bytes(_HEAD_BYTES, "big") + part)
    sys.stdout.buffer.flush()
