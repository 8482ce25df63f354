"""What a driver offers. You hold a port only inside `async with`, so connected is a type."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from drivers.readings import (
    AntennaCycle,
    BankReading,
    ClimateReading,
    ColumnReading,
    SegmentReading,
    TagRead,
)

Port = TypeVar("Port", covariant=True)


class Connect(Protocol[Port]):
    """Opens a device; raises LinkLost if it is away, and closes whatever happens inside."""

    def __call__(self) -> AbstractAsyncContextManager[Port]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """What makes a command new: a newer `seq`, an `epoch` not older, a start within the ttl."""

    seq: int
    epoch: int
    ttl_s: float


class ShelvingMotion(Protocol):
    """The steel of one bank. Calls raise LinkLost or Refused; no motion write is ever repeated.

    `interlocks_seen` names what this driver can see; what it cannot see is unknown.
    `repeat_is_harmless` is true only if the controller ignores a repeated write.
    """

    interlocks_seen: frozenset[str]
    repeat_is_harmless: bool

    async def read_bank(self) -> BankReading:
        """Read what holds for the whole bank."""
        ...

    async def read_segment(self, segment: int, *, urgent: bool = False) -> SegmentReading:
        """Read one segment in one transaction; urgent goes before polling."""
        ...

    async def read_interlocks(self, segment: int) -> tuple[BankReading, SegmentReading]:
        """Read afresh all that decides on motion of a segment; goes before everything but stop."""
        ...

    async def read_columns(self) -> tuple[ColumnReading, ...]:
        """Read where all columns stand."""
        ...

    async def open_aisle(
        self, segment: int, aisle: int, fence: Fence, *, not_after_s: float | None = None
    ) -> None:
        """Ask the controller to bring the gap to `aisle`; it may refuse, read_segment tells.

        After the monotonic time `not_after_s` nothing is sent any more: Refused, too_late.
        """
        ...

    async def stop(self, segment: int, withdrawn: Fence | None = None) -> None:
        """Ask the controller to stop a segment; goes before everything, needs no fence.

        The fence of an open_aisle that may still be on its way makes that one worthless.
        """
        ...

    async def beat(self, count: int) -> None:
        """Write the heartbeat that lets the controller's watchdog see us alive (0 to 65535)."""
        ...


Plan = Callable[[], Sequence[int]]
"""Names the antennas of a reader's next round, in order; one may come several times."""


class TagReader(Protocol):
    """An RFID reader. The RF field is on exactly while `inventory` is open."""

    def inventory(
        self, plan: Plan | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[TagRead | AntennaCycle]]:
        """Switch the field on and report reads and completed antenna cycles.

        The plan is asked before every round. Without one, or where the reader cannot follow it,
        all antennas take turns.
        """
        ...


class ClimateProbe(Protocol):
    """A probe of temperature and humidity."""

    async def read_climate(self) -> ClimateReading:
        """Take one sample."""
        ...
