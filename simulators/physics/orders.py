"""What a bank's controller can be asked, and where an order sends the columns. Pure.

Whether it is carried out is decided in plc.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from config.geometry import park_aisles, segments_of
from simulators.physics.codes import Reason
from simulators.physics.steel import BankSteel, SegmentSteel

CMD_OPEN_AISLE = 1
CMD_STOP = 2
CMD_VENTILATE = 3
CMD_LOCK = 4
CMD_UNLOCK = 5
CMD_SLEEP = 6
CMD_WAKE = 7
CMD_CLOSE_ALL = 8
COMMANDS = {
    CMD_OPEN_AISLE: "open_aisle",
    CMD_STOP: "stop",
    CMD_VENTILATE: "ventilate",
    CMD_LOCK: "lock",
    CMD_UNLOCK: "unlock",
    CMD_SLEEP: "sleep",
    CMD_WAKE: "wake",
    CMD_CLOSE_ALL: "close_all",
}
MOTION = frozenset({CMD_OPEN_AISLE, CMD_VENTILATE, CMD_CLOSE_ALL})
SETTINGS = frozenset({CMD_LOCK, CMD_UNLOCK, CMD_SLEEP, CMD_WAKE})
_PLAIN_TTL_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One write of a command block.

    The param of open_aisle is the aisle, plus 256 x (1 + the aisle that gives up its gap) where
    there are two gaps. That of close_all says in the same form which aisles shall stand open.
    """

    cmd: int
    param: int
    seq: int
    epoch: int
    ttl_s: float

    @property
    def aisle(self) -> int:
        return self.param & 0xFF

    @property
    def giving(self) -> int | None:
        """The other aisle the param names."""
        second = self.param >> 8
        return second - 1 if second else None


@dataclass(frozen=True, slots=True)
class Goal:
    """Where columns shall go: these aisles open, or, with none named, spread."""

    aisle: int | None
    aisles: tuple[int, ...]


def plain_order(segment: SegmentSteel, cmd: int, param: int = 0) -> Order:
    """Make an order of a command that bears neither number nor time: it is always a new one."""
    seq = (segment.last_seq + 1) % 0x10000
    return Order(cmd=cmd, param=param, seq=seq, epoch=segment.last_epoch, ttl_s=_PLAIN_TTL_S)


def park_param(bank: BankSteel, segment: int) -> int:
    """Return the param that closes a segment towards its parking end."""
    first, *second = _parked(bank, bank.segment(segment))
    return first + sum((aisle + 1) << 8 for aisle in second)


def misnamed(bank: BankSteel, segment: SegmentSteel, order: Order) -> Reason:
    """Say whether a motion order names an aisle or a gap that there is not; NONE if it is right."""
    goal = goal_of(bank, segment, order)
    return goal if isinstance(goal, Reason) else Reason.NONE


def goal_of(bank: BankSteel, segment: SegmentSteel, order: Order) -> Goal | Reason:
    """Say where an order sends the columns, or why it names nothing that there is."""
    if order.cmd == CMD_VENTILATE:
        return Goal(None, ())
    aisle, giving = order.aisle, order.giving
    if aisle not in segment.aisles:
        return Reason.NO_SUCH_AISLE
    if order.cmd == CMD_CLOSE_ALL:
        named = {aisle} if giving is None else {aisle, giving}
        is_whole = len(named) == segment.gaps and named <= set(segment.aisles)
        return Goal(aisle, tuple(sorted(named))) if is_whole else Reason.NO_SUCH_AISLE
    stay = _staying(segment, aisle, giving)
    if stay is None:
        return Reason.NO_SUCH_GAP
    return Goal(aisle, _filled(bank, segment, (*stay, aisle)))


def _staying(segment: SegmentSteel, aisle: int, giving: int | None) -> tuple[int, ...] | None:
    """List the open aisles that stay open; `None` if no gap was named that could be given."""
    found = segment.open_aisles
    if aisle in found:
        return tuple(other for other in found if other != aisle)
    if giving is not None:
        return tuple(a for a in found if a != giving) if giving in found else None
    if segment.gaps == 1:
        return ()
    return found if len(found) < segment.gaps else None


def _filled(bank: BankSteel, segment: SegmentSteel, aisles: tuple[int, ...]) -> tuple[int, ...]:
    """Send a gap that stands nowhere and was not asked for to the parking end."""
    spare = [a for a in _parked(bank, segment) if a not in aisles]
    spare += [a for a in segment.aisles if a not in aisles and a not in spare]
    return tuple(sorted((*aisles, *spare[: segment.gaps - len(aisles)])))


def _parked(bank: BankSteel, segment: SegmentSteel) -> tuple[int, ...]:
    return park_aisles(bank.plan, segments_of(bank.plan)[segment.segment - 1])
