"""What a driver offers. You hold a port only inside `async with`, so connected is a type."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from drivers.readings import (
    AirReading,
    BankReading,
    ColumnReading,
    Heard,
    ReaderHealth,
    SegmentReading,
    UnitReading,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAisle:
    """Bring a gap to `aisle`."""

    aisle: int
    giving: int | None = None
    """Which open aisle gives up its gap; needed where a segment has two."""


@dataclass(frozen=True, slots=True)
class CloseAll:
    """Bring the columns together so that the gap stands in the aisle where the bank parks."""


@dataclass(frozen=True, slots=True)
class Ventilate:
    """Spread the columns evenly so that air can pass."""


@dataclass(frozen=True, slots=True)
class SetLock:
    """Lock or unlock a segment at its controller. Moves nothing."""

    locked: bool


@dataclass(frozen=True, slots=True)
class SetSleep:
    """Send the drives of a segment to sleep or wake them. Moves nothing."""

    asleep: bool


Order = OpenAisle | CloseAll | Ventilate | SetLock | SetSleep
MOTION = (OpenAisle, CloseAll, Ventilate)
"""The orders that move steel."""


class Guarantee(StrEnum):
    """What a controller promises about a command that is repeated, late, or lost."""

    FENCED = "fenced"
    """Commands are numbered and expire: a repeated, late or foreign one does nothing."""
    ACKNOWLEDGED = "acknowledged"
    """Each command is answered, but a repeated or late one acts again."""
    POLLED = "polled"
    """Only looking at the steel afterwards tells what a command did; a repeated one acts again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What a driver can see and do. What it cannot see is unknown, and unknown is unsafe."""

    guarantee: Guarantee
    interlocks_seen: frozenset[str]
    """Of remote_control, e_stop_chain, maintenance_key, crank, fire, power, entrance, obstruction,
    occupancy, heartbeat."""
    orders: frozenset[type]
    """The classes of `Order` it can carry out."""
    sleeps: bool = True
    """Whether SetSleep can send drives to sleep; some makers only let them be woken."""
    stops: bool = True
    """Whether it can stop motion; what cannot be stopped from here is started at the bank only."""


class ShelvingMotion(Protocol):
    """The steel of one bank. Calls raise LinkLost or Refused; no motion write is ever repeated.

    What a segment last made of an order is in its reading: `last_seq` is the fence's `seq` of the
    newest order it took. A driver whose controller does not number keeps that book itself.
    """

    abilities: Abilities

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

    async def carry_out(
        self, segment: int, order: Order, fence: Fence, *, not_after_s: float | None = None
    ) -> None:
        """Ask the controller once for something; it may refuse, read_segment tells.

        After the monotonic time `not_after_s` nothing is sent any more: Refused, too_late. An
        order whose class is not among the abilities is a ValueError.
        """
        ...

    async def stop(self, segment: int, withdrawn: Fence | None = None) -> None:
        """Ask the controller to stop a segment; goes before everything, needs no fence.

        The fence of an order that may still be on its way makes that one worthless. Raises Refused,
        not_offered, where the abilities say that it cannot stop.
        """
        ...

    async def beat(self, count: int) -> None:
        """Write the heartbeat that lets the controller's watchdog see us alive (0 to 65535).

        Does nothing where the controller has no watchdog.
        """
        ...


Plan = Callable[[], Sequence[int]]
"""Names the antennas of a reader's next round, in order; one may come several times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteTag:
    """Give the one tag `epc` in front of an antenna another number."""

    antenna: int
    epc: str
    """Upper-case hex of whole 16-bit words, as it answers now."""
    new_epc: str
    password: int = 0
    """The tag's access password; 0 is a tag without one."""
    lock: bool = False
    """Lock the EPC memory with this password afterwards; it must not be 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagWritten:
    """What a tag answered when it was read back."""

    epc: str
    locked: bool


class TagReader(Protocol):
    """An RFID reader. The RF field is on exactly while `inventory` is open, or a tag is written."""

    def inventory(
        self, plan: Plan | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[Heard]]:
        """Switch the field on and report reads, completed antenna cycles and inputs.

        The plan is asked before every round. Without one, or where the reader cannot follow it,
        all antennas take turns.
        """
        ...

    async def write_tag(self, order: WriteTag) -> TagWritten:
        """Write a tag, read it back and compare; lock it if asked. Rounds wait for it.

        May be called from another task while `inventory` is being iterated, or with no inventory
        open. Raises LinkLost, or Refused with one of: tag_away, several_tags, tag_locked,
        wrong_password, low_power, not_offered: the tag has the number it had; write_failed,
        not_verified (what was read back is in the words), not_locked (the number is in the tag, the
        lock is not): only reading tells. Never repeats a write by itself.
        """
        ...

    async def set_output(self, number: int, on: bool) -> None:
        """Switch one of the reader's own outputs; raises Refused, not_offered, if it has none."""
        ...

    def health(self) -> ReaderHealth:
        """Say how the reader and its line are. Never waits."""
        ...


class ClimateProbe(Protocol):
    """A probe of the air."""

    async def read_climate(self) -> AirReading:
        """Take one sample, or wait for the next of a probe that reports by itself."""
        ...


class ClimateUnitDevice(Protocol):
    """What dries, humidifies or airs. Raises LinkLost or Refused; repeats no write by itself.

    It guards nothing: how often and when a machine may be switched is its regulator's business.
    """

    async def switch(self, on: bool) -> None:
        """Switch it and read back that it is so.

        After LinkLost nobody knows whether it did: read. Raises Refused, not_switched, if it stayed
        as it was, not_offered if nothing of it can be switched.
        """
        ...

    async def read(self) -> UnitReading:
        """Read all it says of itself."""
        ...


@dataclass(frozen=True, slots=True)
class InputReading:
    """The levels of a module's inputs by their address, and when they were asked for."""

    levels: Mapping[int, bool]
    at_s: float


class DigitalInputs(Protocol):
    """A module of digital inputs. Raises LinkLost or Refused."""

    async def read_inputs(self, *, urgent: bool = False) -> InputReading:
        """Read all inputs the room file names in one transaction; urgent goes before polling."""
        ...
