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


@dataclass(frozen=True, slots=True)
class Aside:
    """Bytes that are well said and answer nothing, such as a heartbeat."""

    said: bytes


class FrameSplitter(ABC, Generic[FrameT]):
    """Holds less than one longest frame; each protocol says where one begins and ends."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def held(self) -> int:
        """Count the bytes that wait for the rest of their frame."""
        return len(self._buffer)

    def feed(self, received: bytes) -> list[FrameT | Aside | Skipped]:
        """Take bytes; return what they complete, in order.

        A wrong check costs the first byte alone: the next frame may begin inside a broken one.
        """
        self._buffer += received
        found: list[FrameT | Aside | Skipped] = []
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

    def give_up(self) -> list[FrameT | Aside | Skipped]:
        """Drop the beginning of a frame whose rest does not come, and look for frames behind it."""
        found: list[FrameT | Aside | Skipped] = []
        while self._buffer:
            found.append(self._abandon())
            rest = bytes(self._buffer)
            self._buffer.clear()
            found += self.feed(rest)
        return found

    def _abandon(self) -> FrameT | Aside | Skipped:
        """Take what stands first in the buffer, though the rest of it did not come."""
        return Skipped(bytes((self._buffer.pop(0),)), "the rest of a frame did not come")

    @abstractmethod
    def _fault(self) -> str | None:
        """Say why no frame begins here; empty if a whole one does, None if too little has come."""

    @abstractmethod
    def _take(self) -> FrameT | Aside:
        """Take the whole frame that begins here out of the buffer."""
