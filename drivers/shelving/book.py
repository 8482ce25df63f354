"""The book that a driver keeps where the maker's controller does not number its commands. Pure.

The controller's own fence is missing, so the driver is the fence: what is not newer than what was
taken or withdrawn is not sent. What became of an order is concluded from what is read afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from drivers.ports import CloseAll, Fence, OpenAisle, Order, SetLock, SetSleep, Ventilate
from drivers.readings import CommandResult, LockState, SleepState, SteelState, Trip
from drivers.serials import is_newer

_OPEN_ENDED = (CommandResult.UNKNOWN, CommandResult.ACCEPTED, CommandResult.STARTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The newest order of a segment and what is known of it."""

    seq: int = 0
    epoch: int = 0
    result: CommandResult = CommandResult.NONE
    reason: str = ""
    order: Order | None = None
    aisle: int | None = None
    """The aisle that a motion order is to open."""

    @property
    def under_way(self) -> bool:
        """Whether a motion order may still move steel."""
        moves = isinstance(self.order, OpenAisle | CloseAll | Ventilate)
        return moves and self.result in _OPEN_ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was read of a segment, as far as it tells of an order."""

    state: SteelState
    open_aisles: tuple[int, ...]
    trip: Trip | None
    lock: LockState
    sleep: SleepState | None
    at_rest: bool
    """It has stood for so long that nothing ordered before can still be on its way."""


def hindrance(entry: Entry, fence: Fence) -> str | None:
    """Say why an order may not go out: the fence is none that a controller would let through."""
    if _is_blank(entry):
        return None
    if not is_newer(fence.seq, entry.seq):
        return "stale_seq"
    return "old_epoch" if is_newer(entry.epoch, fence.epoch) else None


def send(order: Order, fence: Fence, aisle: int | None) -> Entry:
    """Note an order that goes out now: until an answer comes nobody knows what became of it."""
    return Entry(
        seq=fence.seq, epoch=fence.epoch, result=CommandResult.UNKNOWN, order=order, aisle=aisle
    )


def settle(entry: Entry, seq: int, result: CommandResult, reason: str = "") -> Entry:
    """Note the controller's answer to the order numbered `seq`, unless something newer came."""
    if entry.seq != seq or entry.result is not CommandResult.UNKNOWN:
        return entry
    return replace(entry, result=result, reason=reason)


def withdraw(entry: Entry, withdrawn: Fence | None) -> Entry:
    """Note that an order which did not go out yet never will; what went out stays as it is."""
    if withdrawn is None or not (_is_blank(entry) or is_newer(withdrawn.seq, entry.seq)):
        return entry
    return Entry(
        seq=withdrawn.seq, epoch=withdrawn.epoch, result=CommandResult.REFUSED, reason="stopped"
    )


def stop(entry: Entry) -> Entry:
    """Note that the controller took a stop."""
    return replace(entry, result=CommandResult.STOPPED, reason="")


def conclude(entry: Entry, seen: Seen) -> Entry:
    """Take in a reading made after the order."""
    if entry.order is None or entry.result not in _OPEN_ENDED:
        return entry
    result, reason = _conclusion(entry, entry.order, seen)
    return replace(entry, result=result, reason=reason)


def _is_blank(entry: Entry) -> bool:
    """Say whether nothing was ever ordered or withdrawn, so that any number is new."""
    return entry.order is None and entry.result is CommandResult.NONE


def _conclusion(entry: Entry, order: Order, seen: Seen) -> tuple[CommandResult, str]:
    if _is_reached(entry, order, seen):
        return CommandResult.DONE, ""
    if not entry.under_way:
        return entry.result, ""
    started = entry.result is CommandResult.STARTED
    if seen.trip is not None:
        return CommandResult.FAILED if started else CommandResult.REFUSED, seen.trip.code
    if seen.state is SteelState.MOVING:
        return CommandResult.STARTED, ""
    if started and seen.at_rest:
        return CommandResult.FAILED, "gap_elsewhere"
    return entry.result, ""


def _is_reached(entry: Entry, order: Order, seen: Seen) -> bool:
    match order:
        case SetLock(locked):
            return seen.lock is (LockState.LOCKED if locked else LockState.UNLOCKED)
        case SetSleep(asleep):
            return seen.sleep is (SleepState.ASLEEP if asleep else SleepState.AWAKE)
        case Ventilate():
            return seen.state is SteelState.VENTILATING
    return seen.state is SteelState.STANDING and entry.aisle in seen.open_aisles
