"""Counts what a bank's controller was asked, and what of it broke the rules of motion.

Nobody can obey what nobody can know yet, so a condition counts once it has stood for longer than
the freshest interlock read a sender is allowed to rely on, or once it was read and time enough has
passed to act on that. Every motion command needs a reading of its own.

A wire tells the judge `see` whenever the world changes, `note_read` when it has told of the steel,
and before it obeys: `weigh` for a command that is numbered and expires, `weigh_plain` for one that
bears neither number nor time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulators.physics.codes import Reason
from simulators.physics.plc import (
    CMD_OPEN_AISLE,
    CMD_STOP,
    CMD_UNLOCK,
    COMMANDS,
    MOTION,
    Order,
    blocking,
    misnamed,
    plain_order,
)
from simulators.physics.steel import BankSteel, SegmentSteel, newer

FRESH_S = 0.5
GRACE_S = 0.25
LONGEST_TTL_S = 10.0
REPEAT_S = 3.0
"""The same plain command within this time is a retry, unless the first is known to be over."""
_KEPT = 1000
_NO_ORDER = Order(cmd=0, param=0, seq=0, epoch=0, ttl_s=0.0)
_STEEL_LOCK = "locked_at_steel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One command as it came, and the rules it broke."""

    number: int
    at_s: float
    wire: str
    bank: int
    segment: int
    order: Order
    offences: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Say it for the page and for tests in other processes."""
        return {
            "number": self.number,
            "at_s": round(self.at_s, 3),
            "wire": self.wire,
            "bank": self.bank,
            "segment": self.segment,
            "cmd": COMMANDS.get(self.order.cmd, "write"),
            "aisle": self.order.aisle if self.order.cmd == CMD_OPEN_AISLE else None,
            "seq": self.order.seq,
            "epoch": self.order.epoch,
            "ttl_s": self.order.ttl_s,
            "offences": list(self.offences),
        }


class Judge:
    """Watches one bank's controller."""

    def __init__(self, wire: str, bank: int) -> None:
        self.wire = wire
        self.bank = bank
        self.commands = 0
        self.against_rules = 0
        self.verdicts: list[Verdict] = []
        self._since_s: dict[tuple[int, str], float] = {}
        self._told_since_s: dict[tuple[int, str], float] = {}
        self._read_bank_s = float("-inf")
        self._read_segment_s: dict[int, float] = {}
        self._plain: dict[int, tuple[int, int, float]] = {}
        """The last plain command of a segment: cmd, param, when."""

    def see(self, steel: BankSteel, now_s: float) -> None:
        """Note since when each thing that forbids motion has been so."""
        standing = {
            (segment.segment, name)
            for segment in steel.segments
            for name in _conditions(steel, segment)
        }
        self._told_since_s = {k: at for k, at in self._told_since_s.items() if k in standing}
        self._since_s = {key: self._since_s.get(key, now_s) for key in standing}

    def note_read(
        self, *, bank_block: bool, segments: tuple[int, ...], now_s: float, tells: bool = True
    ) -> None:
        """Note that somebody was just told these blocks.

        `tells` is False for a protocol that says where columns stand and nothing of what forbids
        that they move: nobody can know that from it.
        """
        if bank_block:
            self._read_bank_s = now_s
        for segment in segments:
            self._read_segment_s[segment] = now_s
        for key in self._since_s if tells else ():
            segment, name = key
            if bank_block if name in _OF_THE_BANK else segment in segments:
                self._told_since_s.setdefault(key, now_s)

    def weigh(
        self, steel: BankSteel, segment: int, order: Order, now_s: float, *, whole: bool = True
    ) -> None:
        """Count a command, before the controller obeys it; `whole` if it came in one write."""
        if order.cmd not in COMMANDS:
            return
        found: list[str] = []
        if order.cmd != CMD_STOP:
            found = self._offences(steel, segment, order, now_s)
            found += _fence_offences(steel.segment(segment), order)
            found += [] if whole else ["piecemeal"]
        self._note_command(segment, order)
        self._count(segment, order, now_s, tuple(found))

    def weigh_plain(
        self, steel: BankSteel, segment: int, cmd: int, param: int, now_s: float
    ) -> None:
        """Count a command that bears neither number nor time, before the controller obeys it."""
        part = steel.segment(segment)
        order = plain_order(part, cmd, param)
        found: list[str] = []
        if cmd != CMD_STOP:
            found = self._offences(steel, segment, order, now_s)
            found += ["repeated_write"] if self._is_retry(part, cmd, param, now_s) else []
            self._plain[segment] = (cmd, param, now_s)
        self._note_command(segment, order)
        self._count(segment, order, now_s, tuple(found))

    def trespass(self, now_s: float) -> None:
        """Count a write to what only the controller itself may change: a trip, a counter."""
        self._count(0, _NO_ORDER, now_s, ("forbidden_write",))

    def _count(self, segment: int, order: Order, now_s: float, found: tuple[str, ...]) -> None:
        self.commands += 1
        self.against_rules += bool(found)
        verdict = Verdict(
            number=self.commands,
            at_s=now_s,
            wire=self.wire,
            bank=self.bank,
            segment=segment,
            order=order,
            offences=found,
        )
        self.verdicts = [*self.verdicts, verdict][-_KEPT:]

    def _note_command(self, segment: int, order: Order) -> None:
        if order.cmd in MOTION:
            self._read_segment_s.pop(segment, None)

    def _offences(self, steel: BankSteel, segment: int, order: Order, now_s: float) -> list[str]:
        late_s = FRESH_S + GRACE_S
        found = [
            name
            for (number, name), since_s in self._since_s.items()
            if number == segment
            and _concerns(order.cmd, name)
            and (now_s - since_s > late_s or self._was_told((number, name), now_s))
        ]
        if order.cmd not in MOTION:
            return found
        wrong = misnamed(steel, steel.segment(segment), order)
        found += [wrong.name.lower()] if wrong else []
        read_s = min(self._read_bank_s, self._read_segment_s.get(segment, float("-inf")))
        return [*found, "no_fresh_read"] if now_s - read_s > late_s else found

    def _is_retry(self, segment: SegmentSteel, cmd: int, param: int, now_s: float) -> bool:
        """Say whether a command came again before anybody could know that the first was over."""
        cmd_before, param_before, at_s = self._plain.get(segment.segment, (0, 0, float("-inf")))
        if (cmd_before, param_before) != (cmd, param) or now_s - at_s > REPEAT_S:
            return False
        nobody_looked = self._read_segment_s.get(segment.segment, float("-inf")) < at_s
        return nobody_looked or segment.journey is not None

    def _was_told(self, key: tuple[int, str], now_s: float) -> bool:
        """Say whether a condition was read long enough ago to be obeyed."""
        told_s = self._told_since_s.get(key)
        is_readable = key[1] != Reason.HEARTBEAT_LOST.name.lower()
        return is_readable and told_s is not None and now_s - told_s > GRACE_S


_OF_THE_BANK = {
    reason.name.lower()
    for reason in (
        Reason.E_STOP,
        Reason.POWER,
        Reason.FIRE,
        Reason.LOCAL_CONTROL,
        Reason.MAINTENANCE_KEY,
        Reason.CRANK,
    )
}


def _conditions(steel: BankSteel, segment: SegmentSteel) -> set[str]:
    """Name what stands against a command to a segment; `_concerns` says against which."""
    names = {reason.name.lower() for reason in blocking(steel, segment)}
    if segment.journey is not None:
        names.add("already_moving")
    if segment.fault:
        names.add("fault_latched")
    if segment.locked_at_steel and not segment.locked_by_network:
        names.add(_STEEL_LOCK)
    return names


def _concerns(cmd: int, condition: str) -> bool:
    """Say whether a command breaks a rule while something is so."""
    if condition == _STEEL_LOCK:
        return cmd == CMD_UNLOCK
    return cmd in MOTION or condition == "already_moving"


def _fence_offences(segment: SegmentSteel, order: Order) -> list[str]:
    """Name what is wrong with the number, the life and the time of a command."""
    found: list[str] = []
    if order.seq == segment.last_seq:
        found.append("repeated_write")
    elif not newer(order.seq, segment.last_seq):
        found.append("stale_seq")
    if newer(segment.last_epoch, order.epoch):
        found.append("old_epoch")
    if not 0 < order.ttl_s <= LONGEST_TTL_S:
        found.append("ttl_out_of_range")
    return found
