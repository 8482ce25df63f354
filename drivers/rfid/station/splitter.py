"""Finds frames in a stream of bytes, however it is cut, and says what it had to skip. Pure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Generic, TypeVar

FrameT = TypeVar("FrameT")


@dataclass(frozen=True, slots=True)
class Skipped:
    """Bytes that belong to no frame, and why they are none."""

    noise: bytes
    why: str


class FrameSplitter(ABC, Generic[FrameT]):
    """Holds less than one longest frame; each protocol says where one begins and ends."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def held(self) -> int:
        """Count the bytes that wait for the rest of their frame."""
        return len(self._buffer)

    def feed(self, received: bytes) -> list[FrameT | Skipped]:
        """Take bytes; return what they complete, in order.

        A wrong check costs the first byte alone: the next frame may begin inside a broken one.
        """
        self._buffer += received
        found: list[FrameT | Skipped] = []
        noise = bytearray()
        why = ""
        while self._buffer:
            fault = self._fault()
            if fault is None:
                break
            if fault:
                why = why or fault
                noise.append(self._buffer.pop(0))
                continue
            if noise:
                found.append(Skipped(bytes(noise), why))
                noise, why = bytearray(), ""
            found.append(self._take())
        if noise:
            found.append(Skipped(bytes(noise), why))
        return found

    def give_up(self) -> list[FrameT | Skipped]:
        """Drop the beginning of a frame whose rest does not come, and look for frames behind it."""
        found: list[FrameT | Skipped] = []
        while self._buffer:
            rest = bytes(self._buffer[1:])
            found.append(Skipped(bytes(self._buffer[:1]), "the rest of a frame did not come"))
            self._buffer.clear()
            found += self.feed(rest)
        return found

    @abstractmethod
    def _fault(self) -> str | None:
        """Say why no frame begins here; empty if a whole one does, None if too little has come."""

    @abstractmethod
    def _take(self) -> FrameT:
        """Take the whole frame that begins here out of the buffer."""
