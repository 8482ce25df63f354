"""Hashes passwords with argon2id, one at a time, because each takes 32 MiB and a core.

The cost (32 MiB, three passes, one lane) lies above OWASP's minimum of 19 MiB and two passes. A
turn takes a tenth of a second, so the staff of a large site are through in seconds, and guessers
can take neither the memory nor the other cores from those who are signed in.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from controller.problems import Problem

_WAIT_S = 10.0


class Passwords:
    """Makes and checks password hashes; call it from a worker thread, never from the loop."""

    def __init__(self, *, memory_kib: int = 32 * 1024, passes: int = 3) -> None:
        hasher = Argon2Hasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._hash = PasswordHash((hasher,))
        self._busy = threading.Lock()
        self._nobody: str | None = None

    def hash(self, password: str) -> str:
        """Hash a new password."""
        with self._turn():
            return self._hash.hash(password)

    def verify(self, password: str, stored: str | None) -> bool:
        """Check a password; without a stored hash it takes just as long and fails."""
        with self._turn():
            if stored is None:
                self._hash.verify(password, self._dummy())
                return False
            try:
                return self._hash.verify(password, stored)
            except UnknownHashError:
                return False

    def _dummy(self) -> str:
        if self._nobody is None:
            self._nobody = self._hash.hash("nobody has this password")
        return self._nobody

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._busy.acquire(timeout=_WAIT_S):
            raise Problem(503, "people.busy", {"retry_after_s": int(_WAIT_S)})
        try:
            yield
        finally:
            self._busy.release()
