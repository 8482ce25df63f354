"""What a fuzz target is, and how bytes that a fuzzer made up are dealt out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

Seeds = Callable[[], list[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One decoder under any bytes: `run` raises AssertionError, or what the decoder must not."""

    about: str
    run: Callable[[bytes], None]
    seeds: Seeds
    """Inputs from which a fuzzer starts: what is known to be well said."""


class Hand:
    """Deals a fuzzer's bytes out; when they are used up, deals zeros."""

    def __init__(self, given: bytes) -> None:
        self._given = given
        self._at = 0

    @property
    def is_empty(self) -> bool:
        return self._at >= len(self._given)

    def byte(self) -> int:
        """Deal one byte."""
        return (self.some(1) or b"\0")[0]

    def some(self, count: int) -> bytes:
        """Deal up to that many bytes."""
        dealt = self._given[self._at : self._at + count]
        self._at += len(dealt)
        return dealt

    def piece(self) -> bytes:
        """Deal a piece whose length stands before it in one byte."""
        return self.some(self.byte())

    def rest(self) -> bytes:
        """Deal all that is left."""
        return self.some(len(self._given))


def cut(stream: bytes, how: int) -> Iterator[bytes]:
    """Cut a stream into pieces of one size; 0 leaves it whole."""
    size = how % 64 or len(stream) or 1
    for at in range(0, len(stream), size):
        yield stream[at : at + size]


def holds_epc(epc: str) -> bool:
    """Say whether a number is 1 to 31 whole words of upper-case hex."""
    return len(epc) % 4 == 0 and 4 <= len(epc) <= 124 and epc == epc.upper()
